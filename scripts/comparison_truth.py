#!/usr/bin/env python3
"""The comparison against the written truth of three years of whole bodies, from rendered files to the last verdict.

    python scripts/comparison_truth.py --group dev [--details]     figures, and every single miss
    python scripts/comparison_truth.py --group dev --write         into the generated section of docs/accuracy.md
    python scripts/comparison_truth.py --group test --write        once, before a release: figures only

The reports of the group are rendered in their formats (corpus/render.py), read, extracted, classified and compared.
A cell is right when its value is that of the truth; a conflict shown where the truth has one value counts as wrong. A
recurrence is a body, a category and a pair of years. A measure is found by the text it shares with the annotated one.
A planted contradiction counts as found when a check of that report names two of the numbers that contradict each other
(one, where the truth names only one); every other error or warning is a false alarm. Single misses are never told for
the test group.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

from textperf.batch.pipeline import process
from textperf.batch.scoring import bare, same_number
from textperf.compare import Comparison, compare
from textperf.model import Check, Fact, Finding, Report

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "corpus" / "gold"
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
Truth = Mapping[str, Any]


@dataclass
class Result:
    """Counts by name, and what was missed or invented."""

    counts: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def add(self, name: str, right: bool, told: str = "") -> None:
        """One case of ``name``, right or not."""
        self.counts[name] += 1
        self.counts[f"{name} right"] += right
        if not right and told:
            self.misses.append(f"{name}：{told}")

    def share(self, name: str) -> str:
        """The share of right cases and both numbers."""
        all_, right = self.counts[name], self.counts[f"{name} right"]
        return f"{right / all_:.3f}（{right}/{all_}）" if all_ else "—"


@dataclass(frozen=True)
class Body:
    """A body of the truth with the reports that were made of its files, and what the comparison calls it."""

    truth: Truth
    reports: Mapping[int, Report]
    gold: Mapping[int, Mapping[str, Any]]
    name: str


def group_truths(group: str) -> dict[str, Truth]:
    """The written truths of a group by the stem of the body."""
    stems = set(json.loads((GOLD / "split.json").read_text(encoding="utf-8"))[group])
    out = {}
    for path in sorted(GOLD.glob("truth-*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        (stem,) = {
            Path(f).stem.rsplit("-", 1)[0] for f in truth["files"].values()
        }  # another npc may be in the other group
        if stem in stems:
            out[stem] = truth
    return out


def read_reports(truth: Truth, folder: Path) -> dict[int, Report]:
    """The body's reports, rendered into ``folder`` in their formats and read from there."""
    sys.path.insert(0, str(ROOT / "corpus"))
    import render

    out = {}
    for year, file in truth["files"].items():
        meta, body = render.blocks(GOLD / file)
        write, suffix = render.WRITERS[meta["format"]]
        path = folder / f"{Path(file).stem}{suffix}"
        if not path.exists():
            write(meta, body, path)
        out[int(year)] = process(path)
    return out


def series(result: Result, body: Body, found: Comparison) -> None:
    """Cells of the indicator series, cells that must be empty, and counts without an indicator."""
    cells = {(c.indicator, c.fiscal_year): c for c in found.series if c.department == body.name}
    for indicator, values in body.truth["series"].items():
        for year, value in values.items():
            cell = cells.get((indicator, int(year)))
            alternative = body.truth.get("series_alt", {}).get(indicator, {}).get(year)
            right = cell is not None and cell.value is not None and (
                same_number(cell.value, value) or same_number(cell.value, alternative)
            )  # fmt: skip
            result.add("series", right, f"{body.name} {indicator} {year} {value} {cell and (cell.state, cell.value)}")
            result.counts["series conflict"] += cell is not None and cell.state == "conflict"
            result.counts["series wrong"] += cell is not None and cell.value is not None and not right
    for indicator, year in body.truth.get("missing", ()):
        cell = cells.get((indicator, int(year)))
        result.add("empty", cell is None or cell.state != "value", f"{body.name} {indicator} {year}")
    value_of = {f.fact_id: f.quantity.value for r in body.reports.values() for f in r.facts}
    links = {
        (a.year_a, a.year_b, value_of[a.fact_a], value_of[a.fact_b])
        for a in found.alignments
        if a.department == body.name
    }
    for item, values in body.truth.get("series_other", {}).items():
        for first, second in pairwise(sorted(values)):
            hit = any(
                (y, z) == (int(first), int(second)) and same_number(v, values[first]) and same_number(w, values[second])
                for y, z, v, w in links
            )
            result.add("open", hit, f"{body.name} {item} {first}–{second}")


def recurrences(result: Result, body: Body, found: Comparison) -> None:
    """Problems that came back: those of the truth, and pairs that it does not have."""
    got = {(r.category, r.year_a, r.year_b) for r in found.recurrences if r.department == body.name}
    allowed: set[tuple[str, int, int]] = set()
    for category, years, *_ in body.truth["recurring"]:
        allowed |= {(category, a, b) for a, b in combinations(sorted(years), 2)}
        for a, b in pairwise(sorted(years)):
            result.add("recurrence", (category, a, b) in got, f"{body.name} {category} {a}–{b}")
    for pair in sorted(got):
        result.add("pair", pair in allowed, f"{body.name} {pair}")


def followups(result: Result, body: Body, found: Comparison) -> None:
    """Promises kept and broken; ``other`` counts verdicts on measures of which the truth says nothing."""
    rows = {f.measure_id: f for f in found.followups}
    known: set[str] = set()
    for kind, verdict in (("kept", "done"), ("broken", "not_done")):
        for promise in body.truth.get(kind, ()):
            year = int(promise["year"])
            texts = [f["text"] for f in body.gold[year]["findings"] if f["key"] == promise["measure"]]
            measure = _most_alike(texts[0] if texts else promise["text"], body.reports[year].findings)
            row = rows.get(measure.finding_id) if measure else None
            known.add(row.measure_id if row else "")
            got = row.verdict if row else None
            result.add(kind, got == verdict, f"{body.name} {year} {promise['text']}：{got}；{promise['evidence']}")
    mine = {f.finding_id for r in body.reports.values() for f in r.findings}
    result.counts["other decided"] += sum(
        r.verdict != "unclear" for r in found.followups if r.measure_id in mine - known
    )


def _most_alike(text: str, findings: Sequence[Finding]) -> Finding | None:
    wanted = bare(text)
    shares = [
        (SequenceMatcher(None, wanted, bare(f.evidence.quote), autojunk=False).ratio(), f.finding_id, f)
        for f in findings
        if f.type == "measure"
    ]
    best = max(shares, default=None)
    return best[2] if best and best[0] >= 0.5 else None


def checks(result: Result, bodies: Sequence[Body], found: Comparison) -> None:
    """Planted contradictions that were found, and alarms that no planted contradiction explains."""
    reports = [r for b in bodies for r in b.reports.values()]
    facts = {f.fact_id: f for r in reports for f in r.facts}
    planted = [(b.reports[int(e["year"])].report_id, e) for b in bodies for e in b.truth.get("errors", ())]
    hit: set[int] = set()
    for check in (*(c for r in reports for c in r.checks), *found.checks):
        if check.severity == "note":
            continue
        told = [facts[i] for i in check.fact_ids if i in facts]
        numbers = _numbers(check, told)
        where = {check.report_id, *(f.report_id for f in told)}
        explained = {
            i
            for i, (report_id, e) in enumerate(planted)
            if report_id in where and sum(bool(_plain(q) & numbers) for q in e["quotes"]) >= min(2, len(e["quotes"]))
        }
        hit |= explained
        result.counts["false alarms"] += not explained
        if not explained:
            result.misses.append(f"false alarm：{check.rule} {check.message}")
    for i, (_, e) in enumerate(planted):
        result.add("contradiction", i in hit, e["message"])


def _numbers(check: Check, told: Sequence[Fact]) -> set[float]:
    parts = [check.message, check.expected, check.found, *(f.evidence.quote for f in told)]
    return {n for part in parts if part is not None for n in _plain(str(part))}


def _plain(text: str) -> set[float]:
    return {round(float(m.replace(",", "")), 6) for m in _NUMBER.findall(text)}


def copied(result: Result, bodies: Sequence[Body], found: Comparison) -> None:
    """Passages taken over from another year, and passages that were not."""
    reports = {r.report_id: r for b in bodies for r in b.reports.values()}
    planted = []
    for body in bodies:
        for copy in body.truth.get("copied", ()):
            report, source = body.reports[int(copy["year"])], body.reports[int(copy["from_year"])]
            lines = [bare(line) for line in report.text.split("\n")]
            whole = next((line for line in lines if bare(copy["start"]) in line), bare(copy["start"]))
            planted.append((report.report_id, source.report_id, whole))
    covered = [0.0] * len(planted)
    for row in found.copies:
        sides = {row.report_a: (row.start_a, row.end_a), row.report_b: (row.start_b, row.end_b)}
        right = False
        for i, (report_id, source, whole) in enumerate(planted):
            if set(sides) == {report_id, source}:
                start, end = sides[report_id]
                share = _covered(whole, bare(reports[report_id].text[start:end]))
                covered[i] += share
                right = right or share > 0.1
        result.counts["false copies"] += not right
    for share, (_, _, whole) in zip(covered, planted, strict=True):
        result.add("copy", share >= 0.5, whole[:30])


def _covered(whole: str, piece: str) -> float:
    blocks = SequenceMatcher(None, whole, piece, autojunk=False).get_matching_blocks()
    return sum(b.size for b in blocks if b.size >= 6) / max(1, len(whole))


def measure(group: str, folder: Path) -> Result:
    """All counts of a group; its files are rendered into ``folder``, or taken from there."""
    read = {}
    for stem, truth in group_truths(group).items():
        gold = {
            int(y): json.loads((GOLD / "gold" / f"{Path(f).stem}.jsonl").read_text(encoding="utf-8").split("\n")[0])
            for y, f in truth["files"].items()
        }
        read[stem] = (truth, read_reports(truth, folder), gold)
    return score(read)


def score(read: Mapping[str, tuple[Truth, Mapping[int, Report], Mapping[int, Mapping[str, Any]]]]) -> Result:
    """All counts of reports that have been read."""
    found = compare([r for _, reports, _ in read.values() for r in reports.values()])
    names = {b.report_id: b.department for b in found.bodies}
    bodies = []
    for truth, reports, gold in read.values():
        called = Counter(names[r.report_id] for r in reports.values() if r.report_id in names)
        bodies.append(Body(truth, reports, gold, called.most_common(1)[0][0]))
    result = Result()
    result.counts["bodies"] = len(bodies)
    result.counts["reports"] = sum(len(b.reports) for b in bodies)
    for body in bodies:
        series(result, body, found)
        recurrences(result, body, found)
        followups(result, body, found)
    checks(result, bodies, found)
    copied(result, bodies, found)
    return result


def lines(result: Result) -> Iterator[tuple[str, str]]:
    """Name and figure of each line."""
    c = result.counts
    precision = c["pair right"] / c["pair"] if c["pair"] else 0.0
    recall = c["recurrence right"] / c["recurrence"] if c["recurrence"] else 0.0
    verdicts = Result(
        Counter({"v": c["kept"] + c["broken"], "v right": c["kept right"] + c["broken right"]})
    )  # both kinds together
    yield "指标序列：格子正确", result.share("series")
    yield "　其中错而不显示冲突", str(c["series wrong"])
    yield "　显示为冲突", str(c["series conflict"])
    yield "真值为缺的格子没有数", result.share("empty")
    yield "没有指标的计数跨年接上", result.share("open")
    yield "重复出现的问题：召回", result.share("recurrence")
    yield "　精确", result.share("pair")
    yield "　F1", f"{2 * precision * recall / (precision + recall):.3f}" if precision + recall else "—"
    yield "承诺兑现与否", verdicts.share("v")
    yield "　兑现的", result.share("kept")
    yield "　没有兑现的", result.share("broken")
    yield "　真值没有提到而下了结论的措施", str(c["other decided"])
    yield "埋下的矛盾找到", result.share("contradiction")
    yield "　误报（每 10 份报告）", f"{10 * c['false alarms'] / max(1, c['reports']):.2f}（共 {c['false alarms']}）"
    yield "照搬的段落找到", result.share("copy")
    yield "　误报", str(c["false copies"])


def main() -> None:
    """Measures and prints, or writes into the page."""
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    ap.add_argument("--group", choices=("dev", "test"), default="dev")
    ap.add_argument("--details", action="store_true", help="every miss; only for dev")
    ap.add_argument("--files", type=Path, help="keep the rendered files here")
    ap.add_argument("--write", action="store_true", help="write the table into docs/accuracy.md")
    a = ap.parse_args()
    if a.details and a.group == "test":
        ap.error("test 组只看总数")
    with tempfile.TemporaryDirectory() as tmp:
        folder = a.files or Path(tmp)
        folder.mkdir(parents=True, exist_ok=True)
        result = measure(a.group, folder)
    c = result.counts
    head = f"{a.group} 组（{c['bodies']} 个单位，{c['reports']} 份报告）"
    table = [f"| |{head}|", "|---|---|", *(f"| {name} | {figure} |" for name, figure in lines(result))]
    print("\n".join(table))
    if a.details:
        print("\n".join(result.misses))
    if a.write:
        from accuracy import PAGE, replace_block

        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(replace_block(text, f"comparison {a.group}", "\n".join(table)), encoding="utf-8")


if __name__ == "__main__":
    main()
