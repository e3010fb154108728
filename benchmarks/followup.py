"""Promises and the next report's words about them, in other words than those of the promise.

    python benchmarks/followup.py [--half improve|check|both] [--details]

Each case of followup_cases.tsv is a promise of one year and what the next report says. The promise stands in a short
report of its own; the account is set into the middle of a whole annotated report of another body (dev group), so that
the words around it are those of real reports. Printed: the share of right verdicts by kind, how many decided ones are
wrong, and, for measures of whole reports held against reports of other bodies, how many are decided at all: nearly all of
those are false. ``--details`` tells the misses of the half that is there for improving; the other half is only counted.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from textperf.batch.pipeline import analyse_text
from textperf.compare.followup import followups
from textperf.model import Evidence, Finding, Meta, Report

FOREIGN = 6  # reports of other bodies that each body's promises are held against

HERE = Path(__file__).resolve().parent
GOLD = HERE.parent / "corpus" / "gold"
BODY = "沙河县有关部门"


@dataclass(frozen=True)
class Case:
    """One promise with what became of it."""

    verdict: str
    problem: str
    promise: str
    account: str


def cases(half: str) -> list[Case]:
    """The cases of one half, or all: those on odd places are for improving, those on even ones for checking."""
    rows = [
        Case(*line.split("\t"))
        for line in (HERE / "followup_cases.tsv").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    return {"improve": rows[::2], "check": rows[1::2], "both": rows}[half]


def promised(case: Case) -> Report:
    """A report that names the problem and promises the measure."""
    problem, measure = f"{case.problem}。", f"{case.promise}。"
    head = "沙河县某局2021年度部门整体支出绩效自评报告\n三、存在的问题\n"
    middle = "\n四、下一步改进措施\n"
    report = analyse_text(head + problem + middle + measure)
    rid = report.report_id
    at, then = len(head), len(head + problem + middle)
    first = Finding(rid, "problem", Evidence(at, at + len(case.problem), case.problem), "service_effect")
    second = Finding(
        rid, "measure", Evidence(then, then + len(case.promise), case.promise), "deepen_work",
        answers=(first.finding_id,),
    )  # fmt: skip
    return replace(report, meta=Meta(None, None, BODY, 2021), findings=(first, second))


def accounts(case: Case, backgrounds: list[str]) -> list[Report]:
    """The account in the middle of each background."""
    out = []
    for text in backgrounds:
        lines = text.split("\n")
        middle = len(lines) // 2
        report = analyse_text("\n".join([*lines[:middle], case.account, *lines[middle:]]))
        out.append(replace(report, meta=Meta(None, None, BODY, 2022)))
    return out


def foreign(texts: list[str]) -> tuple[int, int]:
    """How many measures of the texts are decided by texts of other bodies, and how many were asked about."""
    reports = [replace(analyse_text(text), meta=Meta(None, None, BODY, 2021)) for text in texts]
    rows = [
        row
        for number, report in enumerate(reports)
        for step in range(1, FOREIGN + 1)
        for row in followups(
            BODY, [report, replace(reports[(number + step) % len(reports)], meta=Meta(None, None, BODY, 2022))]
        )
    ]
    return sum(r.verdict != "unclear" for r in rows), len(rows)


def main() -> None:
    """Prints right verdicts by kind and wrong decided ones."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--half", choices=("improve", "check", "both"), default="both")
    parser.add_argument("--details", action="store_true")
    args = parser.parse_args()
    if args.details and args.half != "improve":
        parser.error("只有用来改进的一半可以看差错")
    stems = [
        s
        for s in json.loads((GOLD / "split.json").read_text(encoding="utf-8"))["dev"]
        if not (GOLD / f"truth-{s.partition('-')[2]}.json").exists()
    ]
    texts = [next((GOLD / "plain").glob(f"{s}-*.txt")).read_text(encoding="utf-8") for s in stems]
    counts: Counter[str] = Counter()
    for number, case in enumerate(cases(args.half)):
        promise = promised(case)
        for later in accounts(case, [texts[(2 * number + k) % len(texts)] for k in (0, 1)]):
            (row,) = followups(BODY, [promise, later])
            counts[case.verdict] += 1
            counts[f"{case.verdict} right"] += row.verdict == case.verdict
            counts["wrong"] += row.verdict not in (case.verdict, "unclear")
            if args.details and row.verdict != case.verdict:
                told = row.evidence[0].quote[:60] if row.evidence else ""
                print(f"{case.verdict} → {row.verdict}：{case.promise} | {case.account} | {told}")
    for verdict in ("done", "not_done", "unclear"):
        print(f"{verdict} {counts[f'{verdict} right'] / max(1, counts[verdict]):.3f} of {counts[verdict]}")
    print(f"decided wrongly {counts['wrong']}")
    print("decided by reports of other bodies {} of {}".format(*foreign(texts)))


if __name__ == "__main__":
    main()
