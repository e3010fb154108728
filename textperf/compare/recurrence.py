"""Problems that came back: by category and, among several of one category, by what they say."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from textperf.compare.assignment import best_pairs
from textperf.compare.model import Recurrence
from textperf.compare.similar import dice, grams
from textperf.model import Finding, Report
from textperf.text.fold import fold

# One category is most of the evidence: wording changes from year to year (车位缺口 / 停车还是难).
_BASE = 0.4
# Another category is believed when the words are so alike as, in annotated reports, only those of one problem are:
# across categories the most alike pair of different problems has 0.27 as a whole and 0.32 in what leads it.
_OTHER_CATEGORY = 0.38
_OTHER_LEAD = 0.5
_SHARED = 7  # characters and pairs: 力量不足 and 经费不足 share three
_LEAD = re.compile(r"[^,;:。]{5,}")  # 审计力量不足,一线人员人均承担…: the lead names the problem


def alike(a: Finding, b: Finding) -> float:
    """How surely two problems are one, in 0–1; 0 when nothing but chance speaks for it."""
    words = dice(a.evidence.quote, b.evidence.quote)
    if a.category == b.category and a.category != "none":
        return round(_BASE + (1 - _BASE) * words, 4)
    if a.category in b.also or b.category in a.also:
        return round(words + 0.1, 4) if words >= 0.25 else 0.0
    if len(grams(a.evidence.quote) & grams(b.evidence.quote)) < _SHARED:
        return 0.0
    if words >= _OTHER_CATEGORY:
        return round(words, 4)
    leads = _LEAD.match(fold(a.evidence.quote)), _LEAD.match(fold(b.evidence.quote))
    lead = dice(leads[0][0], leads[1][0]) if leads[0] and leads[1] else 0.0
    return round(0.75 * lead, 4) if lead >= _OTHER_LEAD else 0.0


def _category(a: Finding, b: Finding, spread: Mapping[str, int]) -> str:
    """The category that two findings of one problem stand under: that of more years of the body, else the later one's."""
    named = [f.category for f in (b, a) if f.category != "none"] or [b.category]
    return max(named, key=lambda c: spread.get(c, 0))


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
    spread = Counter(c for found in by_year.values() for c in {f.category for f in found})
    out: list[Recurrence] = []
    for place, year in enumerate(years):
        open_now = list(by_year[year])
        for before in reversed(years[:place]):
            scores = [[alike(a, b) for b in open_now] for a in by_year[before]]
            matched = best_pairs(scores)
            for i, j in matched:
                a, b = by_year[before][i], open_now[j]
                category = _category(a, b, spread)
                out.append(Recurrence(department, category, a.finding_id, before, b.finding_id, year, scores[i][j]))
            taken = {j for _, j in matched}
            open_now = [b for j, b in enumerate(open_now) if j not in taken]
    return out
