"""How long problems last: for each body and category the years in which it was reported, and what it is now. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from textperf.export.tables import Tables


@dataclass(frozen=True, slots=True)
class Persistence:
    """A category of problems of a body: how many a year (None: no report that year), its state in the latest report
    (``持续 再现 新出现 消失``), the longest run of reports in a row, and the pair of findings that says the same again."""

    department: str
    category: str
    counts: tuple[int | None, ...]
    state: str
    longest: int
    score: float | None
    pair: tuple[str, str]


def persistence_rows(tables: Tables) -> list[Persistence]:
    """A row for each body and category with a problem, those that last longest first within a body."""
    counts = tables.problem_counts()
    reported: dict[str, set[int]] = defaultdict(set)
    for key, report in tables.reports.items():
        if report.year is not None:
            reported[tables.body_of[key]].add(report.year)
    pairs: dict[tuple[str, str], tuple[float, str, str]] = {}
    for r in tables.recurrences:
        at = (r["department"], r["category"])
        this = (float(r["score"] or 0), r["finding_a"], r["finding_b"])
        if at not in pairs or (r["year_b"], this[0]) >= (tables.findings[pairs[at][2]].year or 0, pairs[at][0]):
            pairs[at] = this
    out = []
    for dep, cat in sorted({(d, c) for d, c, _ in counts}):
        years = sorted(reported[dep])
        seen = [bool(counts.get((dep, cat, y))) for y in years]
        score, a, b = pairs.get((dep, cat), (None, "", ""))
        shown = tuple(counts.get((dep, cat, y), 0) if y in reported[dep] else None for y in tables.years)
        out.append(
            Persistence(
                dep, cat, shown, state_of(seen), longest_run(seen), None if score is None else round(score, 2), (a, b)
            )
        )
    return sorted(out, key=lambda p: (p.department, -p.longest, p.category))


def state_of(seen: list[bool]) -> str:
    """What a problem is in the latest of the reports, given in which of them it stands.

    >>> state_of([True, True]), state_of([True, False, True]), state_of([False, True]), state_of([True, False])
    ('持续', '再现', '新出现', '消失')
    """
    if not seen or not seen[-1]:
        return "消失"
    if len(seen) > 1 and seen[-2]:
        return "持续"
    return "再现" if any(seen[:-1]) else "新出现"


def longest_run(seen: list[bool]) -> int:
    """The longest run of reports in a row.

    >>> longest_run([True, True, False, True])
    2
    """
    best = run = 0
    for before, now in pairwise([False, *seen]):
        run = (run + 1 if before else 1) if now else 0
        best = max(best, run)
    return best
