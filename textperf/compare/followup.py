"""What became of a promised measure, by what the next report says: done, not done, or honestly unclear.

Kinds of evidence (:mod:`textperf.compare.evidence`): the promised number is named again (原定4个，实设1个), the same thing
is counted (承诺100个、新建106个), the matter is spoken of in words (已上线, 尚未出台), or last year's problem is.
"""

from __future__ import annotations

from collections.abc import Sequence

from textperf.compare.account import Account
from textperf.compare.evidence import Evidence, Promise, evidence
from textperf.compare.model import Followup, Passage, Verdict
from textperf.compare.reading import Reading
from textperf.model import Report

_Found = tuple[Evidence, Account]
_FAILURE = 0.15  # a failure this much weaker than a success still weighs more


def followups(department: str, reports: Sequence[Report]) -> list[Followup]:
    """A row for each measure that has a later report to be judged by: that of the next year given."""
    years = sorted({r.meta.fiscal_year for r in reports if r.meta.fiscal_year is not None})
    accounts = {r.report_id: Account(r) for r in reports}
    out: list[Followup] = []
    for report in reports:
        later = [y for y in years if y > (report.meta.fiscal_year or 0)]
        if report.meta.fiscal_year is None or not later:
            continue
        reading = Reading(report)
        following = [accounts[r.report_id] for r in reports if r.meta.fiscal_year == later[0]]
        problems = {f.finding_id: f for f in report.findings if f.type == "problem"}
        for measure in (f for f in report.findings if f.type == "measure"):
            promise = Promise(reading, measure, tuple(problems[p] for p in measure.answers if p in problems))
            verdict, proofs = _verdict([(e, a) for a in following for e in evidence(promise, a)])
            out.append(
                Followup(
                    department, measure.finding_id, report.meta.fiscal_year, later[0], verdict,
                    tuple(
                        Passage(a.report.report_id, *e.span, a.report.text[slice(*e.span)]) for e, a in proofs
                    ),
                )
            )  # fmt: skip
    return out


def _verdict(found: Sequence[_Found]) -> tuple[Verdict, list[_Found]]:
    """The strongest evidence decides; a failure nearly as strong as the strongest success weighs more, unless it is told
    in words and the success is the promised number: 到位率虽升至91%，但仍短缺420万元."""
    ranked = sorted(found, key=lambda p: -p[0].strength)
    decided = [p for p in ranked if p[0].verdict != "unclear"]
    if not decided:
        return "unclear", ranked[:1]
    best = decided[0]
    counted = any(
        p[0].counted for p in decided if p[0].verdict == "done" and p[0].strength >= best[0].strength - _FAILURE
    )
    failure = next((p for p in decided if p[0].verdict == "not_done" and p[0].counted >= counted), None)
    if failure and failure[0].strength >= best[0].strength - _FAILURE:
        best = failure
    agreeing = [p for p in decided if p[0].verdict == best[0].verdict and p[0].span != best[0].span]
    return best[0].verdict, [best, *agreeing[:1]]
