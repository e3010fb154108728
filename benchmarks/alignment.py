"""Precision and recall of the alignment of counts across years and across bodies, on the annotated corpus.

    python benchmarks/alignment.py [--group dev|test] [--blind] [--threshold 0.52]
    python benchmarks/alignment.py --across [--details]

Pairs: two facts of one body in consecutive years that stand in the same series of the written truth (indicators and
counts outside the indicator list), parted by body. ``--blind`` hides all indicators, so that only unit, noun, verb,
magnitude and place are left to go by. A predicted pair is wrong when either of its facts has a partner elsewhere.

``--across``: the pairs of shared_pairs.tsv, two counts without an indicator of two bodies of the dev group with the
verdict of a reader whether they can stand in one row. They were drawn by how alike their nouns are: most are hard. Those
on odd lines were used to set the thresholds; ``--details`` tells their misses, the others are only counted.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from textperf.compare import align
from textperf.compare.second import opinion
from textperf.compare.series import series
from textperf.compare.shared import shared_items
from textperf.compare.similar import dice
from textperf.model import Evidence, Fact, Meta, Quantity, Report
from textperf.text.fold import fold
from textperf.text.sentences import containing, sentences

GOLD = Path(__file__).resolve().parent.parent / "corpus" / "gold"


def load(stem: str, department: str, year: int) -> Report:
    """An annotated report with its facts."""
    data = json.loads((GOLD / "gold" / f"{stem}.jsonl").read_text("utf-8").split("\n")[0])
    text = (GOLD / "plain" / f"{stem}.txt").read_text("utf-8")
    spans = sentences(fold(text))
    facts = []
    for f in data["facts"]:
        start, end = containing(spans, f["start"]) or (f["start"], f["end"])
        facts.append(
            Fact(
                stem, Evidence(f["start"], f["end"], f["quote"]),
                Quantity(f["value"], f["unit"], f["value_max"], bool(f["approx"]), f["bound"]), f["status"], f["item"],
                f["action"], scope=f["scope"] or "whole", sentence_start=start, sentence_end=end,
                indicator=None if f["indicator"] in (None, "other") else f["indicator"],
            )
        )  # fmt: skip
    return Report(stem, stem, Meta(None, None, department, year), text, None, "gold", facts=tuple(facts))


def labels(truth: dict[str, object], reports: dict[int, Report]) -> dict[str, str]:
    """fact_id → the series of the truth in which the fact stands."""
    out: dict[str, str] = {}
    for name, values in truth["series"].items():  # type: ignore[attr-defined]
        for year, value in values.items():
            for f in reports[int(year)].facts:
                if f.indicator == name and f.status == "actual" and f.quantity.value == value:
                    out[f.fact_id] = name
    for name, values in (truth.get("series_other") or {}).items():  # type: ignore[attr-defined]
        for year, value in values.items():
            fits = [f for f in reports[int(year)].facts if f.quantity.value == value and f.status == "actual"]
            fits = [f for f in fits if f.fact_id not in out] or fits
            if fits:
                out[max(fits, key=lambda f: dice(f.item + (f.action or ""), name)).fact_id] = f"other:{name}"
    return out


def across(details: bool) -> None:
    """Prints precision and recall of the shared items on the pairs of two bodies."""
    lines = (Path(__file__).resolve().parent / "shared_pairs.tsv").read_text("utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if line and not line.startswith("#")]
    groups: dict[str, list[Report]] = {}
    for body in json.loads((GOLD / "split.json").read_text("utf-8"))["dev"]:
        stems = sorted(p.stem for p in (GOLD / "gold").glob(f"{body}-*.jsonl"))
        groups[body] = [load(s, body, int(s.rsplit("-", 1)[1])) for s in stems]
    aligned = [a for body, reports in groups.items() for a in align.alignments(body, reports)]
    row_of = {
        fact_id: (r.item, r.action, r.unit, r.scope) for r in shared_items(groups, aligned) for fact_id in r.fact_ids
    }
    facts = {(f.report_id, f.evidence.start): f.fact_id for rs in groups.values() for r in rs for f in r.facts}
    for name, half in (("set on", pairs[::2]), ("checked on", pairs[1::2])):
        right = wrong = missed = lost = 0
        for verdict, a, at_a, what_a, b, at_b, what_b in half:
            known = [facts.get((s, int(at))) for s, at in ((a, at_a), (b, at_b))]
            if None in known:
                lost += 1  # the annotation has changed since
                continue
            x, y = (row_of.get(k or "") for k in known)
            joined = x is not None and x == y
            right += joined and verdict == "1"
            wrong += joined and verdict == "0"
            missed += not joined and verdict == "1"
            if details and name == "set on" and joined != (verdict == "1"):
                print("missed" if verdict == "1" else "wrong", what_a, "/", what_b)
        print(f"{name} {len(half) - lost} pairs, {right + missed} of them one item")
        print(f"precision {right / (right + wrong):.4f}")
        print(f"recall {right / (right + missed):.4f}")


def main() -> None:
    """Prints the number of annotated pairs, precision and recall."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--across", action="store_true")
    parser.add_argument("--details", action="store_true")
    parser.add_argument("--group", choices=("dev", "test"), default="dev")
    parser.add_argument("--blind", action="store_true")
    parser.add_argument("--threshold", type=float, default=align.THRESHOLD)
    args = parser.parse_args()
    if args.across:
        across(args.details)
        return
    align.THRESHOLD = args.threshold
    group = set(json.loads((GOLD / "split.json").read_text("utf-8"))[args.group])
    right = wrong = missed = 0
    for path in sorted(GOLD.glob("truth-*.json")):
        truth = json.loads(path.read_text("utf-8"))
        if not group & {Path(f).stem.rsplit("-", 1)[0] for f in truth["files"].values()}:
            continue
        reports = {int(y): load(Path(f).stem, truth["department"], int(y)) for y, f in truth["files"].items()}
        named = labels(truth, reports)
        shown = [
            replace(r, facts=tuple(replace(f, indicator=None) for f in r.facts)) if args.blind else r
            for r in reports.values()
        ]
        cells = series(truth["department"], shown, opinion())[0]
        years: dict[str, set[int]] = defaultdict(set)
        for year, report in reports.items():
            for f in report.facts:
                if f.fact_id in named:
                    years[named[f.fact_id]].add(year)
        found: set[tuple[str, int, int]] = set()
        for row in align.alignments(truth["department"], shown, cells):
            a, b = named.get(row.fact_a), named.get(row.fact_b)
            if a and a == b:
                right += 1
                found.add((a, row.year_a, row.year_b))
            elif (a and row.year_b in years[a]) or (b and row.year_a in years[b]):
                wrong += 1
        wanted = {(n, y, z) for n, ys in years.items() for y, z in zip(sorted(ys), sorted(ys)[1:], strict=False)}
        missed += len(wanted - found)
    print(f"pairs {right + missed}")
    print(f"precision {right / (right + wrong):.4f}")
    print(f"recall {right / (right + missed):.4f}")


if __name__ == "__main__":
    main()
