"""How many contradictions are found when figures that agree are made to disagree, in reports as they are worded.

    python benchmarks/contradictions.py [--details KIND] [--half improve|check|both]

In the annotated reports of the dev group every relation that holds between annotated figures of one paragraph is looked
for by arithmetic alone: parts and their total, a rate and its two figures, a change and the values before and after, part
scores and the total score. One figure of each is changed by a little, the text is read anew, and a check must name it
together with another of the relation. Relations that hold by chance are few: figures must be printed exactly. Bodies are
halved: ``--details`` tells the misses of one half, the other is only counted.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from textperf.batch.pipeline import analyse_text
from textperf.compare.figures import step
from textperf.model import Check, Fact, Report

GOLD = Path(__file__).resolve().parent.parent / "corpus" / "gold"
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class Relation:
    """Figures that agree: the one to be changed, by how much of itself, and the others."""

    kind: str
    wrong: Fact
    others: tuple[Fact, ...]
    change: float


def exact(fact: Fact) -> bool:
    """A figure printed in digits, without hedge or range."""
    q = fact.quantity
    return q.value_max is None and not q.approx and q.bound is None and bool(_NUMBER.match(fact.evidence.quote))


def relations(report: Report) -> Iterator[Relation]:
    """The relations that hold within each paragraph."""
    at = 0
    for line in report.text.split("\n"):
        found = [f for f in report.facts if at <= f.evidence.start < at + len(line) and f.source == "text" and exact(f)]
        at += len(line) + 1
        yield from _parts(found)
        yield from _rates(found)
        yield from _changes(found)


def _parts(found: Sequence[Fact]) -> Iterator[Relation]:
    for place, total in enumerate(found):
        unit = total.quantity.unit
        if total.status != "actual" or unit in ("%", "百分点", "") or not total.quantity.value:
            continue
        run = [f for f in found[place + 1 :] if f.quantity.unit == unit and f.status == "actual"][:8]
        for number in range(3, len(run) + 1):
            if abs(sum(f.quantity.value for f in run[:number]) - total.quantity.value) < 1e-6 * total.quantity.value:
                yield Relation("scores" if unit == "分" else "parts", total, tuple(run[:number]), 0.03)
                break


def _rates(found: Sequence[Fact]) -> Iterator[Relation]:
    for place, rate in enumerate(found):
        if rate.quantity.unit != "%" or rate.status != "actual" or not 5 < rate.quantity.value < 200:
            continue
        if step(rate.evidence.quote, rate.quantity.value) > 0.1:
            continue
        before = [f for f in found[max(0, place - 5) : place] if f.status == "actual" or f.status == "target"]
        for top in before:
            for bottom in before:
                a, b = top.quantity.value, bottom.quantity.value
                if top is bottom or top.quantity.unit != bottom.quantity.unit or min(a, b) < 10 or a == b:
                    continue
                if abs(100 * a / b - rate.quantity.value) <= step(rate.evidence.quote, rate.quantity.value) / 2 + 1e-9:
                    yield Relation("rate", rate, (top, bottom), -0.022)
                    break
            else:
                continue
            break


def _changes(found: Sequence[Fact]) -> Iterator[Relation]:
    for place, change in enumerate(found):
        if change.status != "change" or place < 2 or not change.quantity.value:
            continue
        before = [f for f in found[max(0, place - 3) : place] if f.status in ("actual", "prior")]
        for old in before:
            for new in before:
                a, b = old.quantity.value, new.quantity.value
                if old is new or old.quantity.unit != new.quantity.unit or old.status != "prior" or not a:
                    continue
                percent = change.quantity.unit == "%"
                value = abs(b - a) / a * 100 if percent else abs(b - a)
                if not percent and change.quantity.unit != old.quantity.unit:
                    continue
                if abs(value - change.quantity.value) <= step(change.evidence.quote, change.quantity.value) / 2 + 1e-9:
                    yield Relation("percent" if percent else "difference", change, (old, new), 0.2)


def changed(report: Report, relation: Relation) -> tuple[str, int] | None:
    """The text with the figure changed, printed as it was, and where it stands."""
    evidence = relation.wrong.evidence
    number = _NUMBER.match(evidence.quote)
    if not number:
        return None
    digits = number[0].replace(",", "")
    decimals = len(digits.partition(".")[2])
    value = float(digits) * (1 + relation.change)
    if not decimals and abs(value - float(digits)) < 1:
        value = float(digits) + (1 if relation.change > 0 else -1)
    printed = f"{value:,.{decimals}f}" if "," in number[0] else f"{value:.{decimals}f}"
    if printed == number[0]:
        return None
    start = evidence.start
    return report.text[:start] + printed + report.text[start + number.end() :], start


def seen(report: Report, relation: Relation, start: int) -> bool:
    """Whether a check names the changed figure and another of the relation."""
    facts = {f.fact_id: f for f in report.facts}
    others = {f.evidence.quote for f in relation.others}
    for check in report.checks:
        told = [facts[i] for i in check.fact_ids if i in facts]
        if any(f.evidence.start == start for f in told) and any(f.evidence.quote in others for f in told):
            return True
    return False


def planted(report: Report, check: Check, quotes: Sequence[str]) -> bool:
    """Whether an alarm names a figure of a contradiction that was written into the report on purpose."""
    told = {f.evidence.quote.replace(" ", "") for f in report.facts if f.fact_id in check.fact_ids}
    return any(q.replace(" ", "") in told for q in quotes)


def main() -> None:
    """Prints for each kind how many were found of how many."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--half", choices=("improve", "check", "both"), default="both")
    parser.add_argument("--details", metavar="KIND")
    args = parser.parse_args()
    if args.details and args.half != "improve":
        parser.error("只有用来改进的一半可以看差错")
    bodies = json.loads((GOLD / "split.json").read_text(encoding="utf-8"))["dev"]
    bodies = {"improve": bodies[::2], "check": bodies[1::2], "both": bodies}[args.half]
    errors: dict[str, list[str]] = {}
    for truth in GOLD.glob("truth-*.json"):
        for error in json.loads(truth.read_text(encoding="utf-8")).get("errors", ()):
            errors.setdefault(Path(error["file"]).stem, []).extend(error["quotes"])
    counts: Counter[str] = Counter()
    for body in bodies:
        for path in sorted((GOLD / "plain").glob(f"{body}-*.txt")):
            report = analyse_text(path.read_text(encoding="utf-8"), path.stem)
            counts["reports"] += 1
            counts["alarms as they are"] += sum(
                c.severity != "note" and not planted(report, c, errors.get(path.stem, ())) for c in report.checks
            )
            for relation in relations(report):
                made = changed(report, relation)
                if made is None:
                    continue
                counts[relation.kind] += 1
                hit = seen(analyse_text(made[0], path.stem), relation, made[1])
                counts[f"{relation.kind} found"] += hit
                if not hit and args.details == relation.kind:
                    a = max(0, min(f.evidence.start for f in (relation.wrong, *relation.others)) - 24)
                    b = max(f.evidence.end for f in (relation.wrong, *relation.others)) + 12
                    print(f"{path.stem}：{relation.wrong.evidence.quote} | {report.text[a:b]}".replace("\n", "/"))
    for kind in ("parts", "scores", "rate", "percent", "difference"):
        print(f"{kind} {counts[f'{kind} found']} of {counts[kind]}")
    print(f"alarms as they are {counts['alarms as they are']} in {counts['reports']} reports")


if __name__ == "__main__":
    main()
