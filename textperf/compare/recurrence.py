"""Problems that came back: by category and, among several of one category, by what they say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from textperf.compare.assignment import best_pairs
from textperf.compare.model import Recurrence
from textperf.compare.similar import dice
from textperf.model import Finding, Report

# One category is most of the evidence: wording changes from year to year (车位缺口 / 停车还是难).
_BASE = 0.4
# Another category is only believed when the words are nearly the same.
_OTHER_CATEGORY = 0.55


def alike(a: Finding, b: Finding) -> float:
    """How surely two problems are one, in 0–1; 0 when nothing but chance speaks for it."""
    words = dice(a.evidence.quote, b.evidence.quote)
    if a.category == b.category and a.category != "none":
        return round(_BASE + (1 - _BASE) * words, 4)
    if a.category in b.also or b.category in a.also:
        return round(words + 0.1, 4) if words >= 0.25 else 0.0
    return round(words, 4) if words >= _OTHER_CATEGORY else 0.0


def recurrences(department: str, reports: Sequence[Report]) -> list[Recurrence]:
    """For each problem the latest earlier year in which it stood: also after a gap, each problem at most once a year.

    Two versions of one year's report count as that year once.
    """
    by_year: dict[int, list[Finding]] = defaultdict(list)
    for report in reports:
        if report.meta.fiscal_year is not None:
            seen = {(f.category, f.evidence.quote) for f in by_year[report.meta.fiscal_year]}
            by_year[report.meta.fiscal_year] += [
                f for f in report.findings if f.type == "problem" and (f.category, f.evidence.quote) not in seen
            ]
    years = sorted(by_year)
    out: list[Recurrence] = []
    for place, year in enumerate(years):
        open_now = list(by_year[year])
        for before in reversed(years[:place]):
            scores = [[alike(a, b) for b in open_now] for a in by_year[before]]
            matched = best_pairs(scores)
            for i, j in matched:
                a, b = by_year[before][i], open_now[j]
                out.append(Recurrence(department, b.category, a.finding_id, before, b.finding_id, year, scores[i][j]))
            taken = {j for _, j in matched}
            open_now = [b for j, b in enumerate(open_now) if j not in taken]
    return out
