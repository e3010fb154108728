"""Reports against each other and against themselves: series, alignments, recurrences, promises, checks, copies.

Pure functions over :class:`textperf.model.Report`; nothing here reads files or a database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from textperf.compare.align import alignments
from textperf.compare.checks import check_report
from textperf.compare.checks_across import across
from textperf.compare.copies import copies, stale_numbers
from textperf.compare.followup import followups
from textperf.compare.identity import bodies
from textperf.compare.model import (
    Alignment,
    Body,
    Comparison,
    Copy,
    Followup,
    Passage,
    Recurrence,
    Series,
    SharedItem,
)
from textperf.compare.recurrence import recurrences
from textperf.compare.second import opinion
from textperf.compare.series import series
from textperf.compare.shared import shared_items
from textperf.model import Check, Report

__all__ = [
    "Alignment", "Body", "Comparison", "Copy", "Followup", "Passage", "Recurrence", "Series", "SharedItem", "bodies",
    "check_report", "compare",
]  # fmt: skip


def compare(reports: Sequence[Report]) -> Comparison:
    """All comparison tables of a set of reports, in a fixed order whatever the order of the reports.

    Reports without a department or year take part in nothing but the copies.
    """
    names = bodies(reports)
    groups: dict[str, list[Report]] = defaultdict(list)
    for report in sorted(reports, key=lambda r: (r.meta.fiscal_year or 0, r.report_id)):
        if report.report_id in names and report.meta.fiscal_year is not None:
            groups[names[report.report_id]].append(report)
    cells: list[Series] = []
    parts: list[Series] = []
    back: list[Recurrence] = []
    promised: list[Followup] = []
    lined_up: list[Alignment] = []
    checks: list[Check] = []
    for department in sorted(groups):
        mine, beside = series(department, groups[department], opinion())
        cells += mine
        parts += beside
        checks += across(groups[department])
        lined_up += alignments(department, groups[department], mine)
        became = followups(department, groups[department])
        promised += became
        back += recurrences(department, groups[department], became)
    ordered = sorted(reports, key=lambda r: (r.meta.fiscal_year or 0, r.report_id))
    taken = copies(ordered, names)
    checks += stale_numbers(ordered, names, taken)
    return Comparison(
        tuple(cells), tuple(parts), tuple(lined_up), tuple(shared_items(groups, lined_up)), tuple(back), tuple(promised), tuple(taken), tuple(checks),
        tuple(Body(report_id, name) for report_id, name in sorted(names.items())),
    )  # fmt: skip
