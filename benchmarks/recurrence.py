"""Whether a problem is known again when the category of one of the two is wrong, and whether none is made up.

    python benchmarks/recurrence.py [--details]

On the annotated reports of the dev group. Blind: two problems of one body in neighbouring years that the truth calls one
are shown with different categories; what is left to go by are their words and the measures. False pairs: problems of
different categories, in different years of one body or in the reports of two different bodies, that are joined.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

from alignment import GOLD, load

from textperf.compare.followup import followups
from textperf.compare.recurrence import Problem, alike, measures_join
from textperf.model import Evidence, Finding, Report


def annotated(stem: str, department: str, year: int) -> Report:
    """An annotated report with facts and findings."""
    report = load(stem, department, year)
    data = json.loads((GOLD / "gold" / f"{stem}.jsonl").read_text("utf-8").split("\n")[0])
    made: dict[str, Finding] = {}
    for f in sorted(data["findings"], key=lambda f: f["type"] == "measure"):  # what is answered before its answers
        answers = tuple(made[k].finding_id for k in f.get("answers") or () if k in made)
        evidence = Evidence(f["start"], f["end"], report.text[f["start"] : f["end"]])
        made[f["key"]] = Finding(stem, f["type"], evidence, f["category"] or "none", answers=answers)
    return replace(report, findings=tuple(made.values()))


def problems(report: Report) -> list[Finding]:
    """The problems of a report."""
    return [f for f in report.findings if f.type == "problem"]


def hidden(finding: Finding, category: str) -> Problem:
    """A problem under a category that it does not have."""
    return Problem(replace(finding, category=category))


def bodies() -> Iterator[tuple[dict[str, Any], dict[int, Report]]]:
    """The bodies of the dev group with three years and a written truth."""
    group = json.loads((GOLD / "split.json").read_text("utf-8"))["dev"]
    for path in sorted(GOLD.glob("truth-*.json")):
        truth = json.loads(path.read_text("utf-8"))
        years = {int(y): Path(f).stem for y, f in truth["files"].items()}
        if {s.rsplit("-", 1)[0] for s in years.values()} <= set(group):
            yield truth, {y: annotated(s, truth["department"], y) for y, s in years.items()}


def main() -> None:
    """Prints recall with the category hidden, and false pairs."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--details", action="store_true")
    args = parser.parse_args()
    found = total = false = asked = 0
    reports: list[Report] = []
    with_truth: set[str] = set()
    for truth, years in bodies():
        reports.append(years[max(years)])
        with_truth.add(years[max(years)].report_id.rsplit("-", 1)[0])
        chains = {(c, y): tuple(ys) for c, ys, *_ in truth["recurring"] for y in ys}
        joined = measures_join(list(years.values()), followups(truth["department"], list(years.values())))
        for a, b in combinations(sorted(years), 2):
            for x in problems(years[a]):
                for y in problems(years[b]):
                    chain = chains.get((x.category, a))
                    one = x.category == y.category and chain is not None and chain == chains.get((y.category, b))
                    if x.category == y.category and not one:
                        continue
                    link = (x.finding_id, y.finding_id) in joined
                    got = alike(hidden(x, "one"), hidden(y, "other"), link) > 0
                    if one and chain and (a, b) in pairwise(sorted(chain)):
                        total, found = total + 1, found + got
                    elif not one:
                        asked, false = asked + 1, false + got
                    if args.details and got != one:
                        print("missed" if one else "false", x.evidence.quote, "/", y.evidence.quote)
    print(f"known again with the category hidden {found} of {total}")
    print(f"false pairs within a body {false} of {asked}")
    for stem in json.loads((GOLD / "split.json").read_text("utf-8"))["dev"]:
        if stem not in with_truth:
            reports.append(annotated(next((GOLD / "gold").glob(f"{stem}-*.jsonl")).stem, stem, 2022))
    asked = false = 0
    for first, second in combinations(reports, 2):
        for x in problems(first):
            for y in problems(second):
                if x.category != y.category:
                    got = alike(Problem(x), Problem(y)) > 0
                    asked, false = asked + 1, false + got
                    if args.details and got:
                        print("false", x.evidence.quote, "/", y.evidence.quote)
    print(f"false pairs of {len(reports)} different bodies {false} of {asked}")


if __name__ == "__main__":
    main()
