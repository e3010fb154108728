"""Problems that came back: by category, by what they say, and by what became of the measures that answered them.

One category is most of the evidence: wording changes from year to year (车位缺口 / 停车还是难). Across categories, since
one of the two may be wrong, a pair is believed when both speak of the same matter in telling words, or when the later
one tells what became of a measure against the earlier (争取200万元 / 申请的200万元未获批复).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from textperf.compare.account import read_cues
from textperf.compare.assignment import best_pairs
from textperf.compare.model import Followup, Recurrence
from textperf.compare.similar import dice
from textperf.compare.wording import folded_pairs, weight
from textperf.model import Finding, Report
from textperf.rules.loader import packaged
from textperf.text.fold import fold

_BASE = 0.4  # of one category, whatever the words
_LINKED = 0.9  # a measure joins them
_SURE = 0.5  # of one category and alike in words, or joined
# What words must share across categories, set where of 36,000 pairs of different problems, of one body or of two, one is
# joined (benchmarks/recurrence.py).
_MATTER = 5.0
_MATTER_AGAIN = 2.5  # where the later one says that it is an old problem
_LEAD = 2.0  # each must touch what leads the other: what leads names the problem
_LEADS = re.compile(r"[^,;:。]{4,}")


@dataclass(frozen=True)
class Problem:
    """A problem with what it is compared by."""

    finding: Finding

    @cached_property
    def _said(self) -> str:
        return fold(self.finding.evidence.quote)

    @cached_property
    def words(self) -> frozenset[str]:
        """What it speaks of, without how it says so."""
        return _content(self._said)

    @cached_property
    def lead(self) -> frozenset[str]:
        """What its first clause speaks of."""
        found = _LEADS.search(self._said)
        return _content(found[0]) if found else self.words

    @cached_property
    def again(self) -> bool:
        """Whether it says that it is an old one."""
        return bool(packaged("recurrence.toml", read_cues)["again"].search(self._said))


def _content(text: str) -> frozenset[str]:
    manner: re.Pattern[str] = packaged("recurrence.toml", read_cues)["manner"]
    return frozenset(p for part in manner.split(text) for p in folded_pairs(part))


def _matter(a: Problem, b: Problem) -> float:
    """How surely two problems speak of one matter, from 0 upwards."""
    shared = weight(a.words & b.words)
    if not shared or min(weight(a.lead & b.words), weight(a.words & b.lead)) < _LEAD:
        return 0.0
    return shared * (0.3 + shared / min(weight(a.words), weight(b.words)))


def alike(a: Problem, b: Problem, linked: bool = False) -> float:
    """How surely two problems are one, in 0–1; 0 when nothing but chance speaks for it."""
    x, y = a.finding, b.finding
    words = dice(x.evidence.quote, y.evidence.quote)
    if linked:
        return round(_LINKED + (1 - _LINKED) * words, 4)
    if x.category == y.category and x.category != "none":
        return round(_BASE + (1 - _BASE) * words, 4)
    if x.category in y.also or y.category in x.also:
        return round(words + 0.1, 4) if words >= 0.25 else 0.0
    matter = _matter(a, b)
    if matter < (_MATTER_AGAIN if b.again else _MATTER):
        return 0.0
    return round(max(words, 0.35), 4)


def _category(a: Finding, b: Finding, spread: Mapping[str, float]) -> str:
    """The category that two findings of one problem stand under: what one is and the other is as well, else that of
    more years of the body, each year counted as surely as it is labelled, else the later one's."""
    if (a.category in b.also) is not (b.category in a.also):
        return a.category if a.category in b.also else b.category
    named = [f.category for f in (b, a) if f.category != "none"] or [b.category]
    return max(named, key=lambda c: spread.get(c, 0.0))


def _spread(by_year: Mapping[int, Sequence[Problem]]) -> dict[str, float]:
    """For each category the years in which the body has a problem of it, each counted as its surest label."""
    best: dict[tuple[str, int], float] = {}
    for year, found in by_year.items():
        for f in (p.finding for p in found):
            sure = 1.0 if f.score is None else f.score
            best[f.category, year] = max(sure, best.get((f.category, year), 0.0))
    out: dict[str, float] = defaultdict(float)
    for (category, _), sure in best.items():
        out[category] += sure
    return out


def measures_join(reports: Sequence[Report], promised: Sequence[Followup]) -> frozenset[tuple[str, str]]:
    """Pairs (earlier problem, later problem) where the later one tells what became of a measure against the earlier."""
    answers = {f.finding_id: f.answers for r in reports for f in r.findings if f.type == "measure"}
    problems: dict[str, list[Finding]] = defaultdict(list)
    for report in reports:
        problems[report.report_id] = [f for f in report.findings if f.type == "problem"]
    return frozenset(
        (earlier, later.finding_id)
        for row in promised
        if row.verdict != "unclear"
        for passage in row.evidence
        for later in problems.get(passage.report_id, ())
        if later.evidence.start < passage.end and passage.start < later.evidence.end
        for earlier in answers.get(row.measure_id, ())
    )


def recurrences(department: str, reports: Sequence[Report], promised: Sequence[Followup] = ()) -> list[Recurrence]:
    """For each problem the latest earlier year in which it stood: also after a gap, each problem at most once a year.

    Two versions of one year's report count as that year once. ``promised`` is what became of the measures.
    """
    by_year: dict[int, list[Problem]] = defaultdict(list)
    for report in reports:
        if report.meta.fiscal_year is not None:
            seen = {(p.finding.category, p.finding.evidence.quote) for p in by_year[report.meta.fiscal_year]}
            by_year[report.meta.fiscal_year] += [
                Problem(f)
                for f in report.findings
                if f.type == "problem" and (f.category, f.evidence.quote) not in seen
            ]
    years = sorted(by_year)
    spread = _spread(by_year)
    links = measures_join(reports, promised)
    scores = {
        (before, year): [
            [alike(a, b, (a.finding.finding_id, b.finding.finding_id) in links) for b in by_year[year]]
            for a in by_year[before]
        ]
        for place, year in enumerate(years)
        for before in years[:place]
    }
    # What speaks of one matter in so many words comes first, also over a gap: a problem that only shares the category
    # of both is another one.
    sure = _links(years, by_year, scores, _SURE, (), ())
    sure = _along(sure)
    came, went = {(y, j) for y, j, *_ in sure}, {(b, i) for _, _, b, i in sure}
    rest = _links(years, by_year, scores, 0.0, came, went)
    out = []
    for year, j, before, i in sorted(sure + rest):
        a, b = by_year[before][i].finding, by_year[year][j].finding
        category = _category(a, b, spread)
        score = scores[before, year][i][j] or _BASE
        out.append(Recurrence(department, category, a.finding_id, before, b.finding_id, year, score))
    return out


_Link = tuple[int, int, int, int]


def _along(links: Sequence[_Link]) -> list[_Link]:
    """Links to the last year before in which the problem is known to have stood: of 2021–2022 and 2021–2023 the second
    is 2022–2023."""
    later: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for year, j, before, i in links:
        later[before, i].append((year, j))
    out = []
    for year, j, before, i in links:
        at = (before, i)
        while between := [k for k in later[at] if k[0] < year]:
            at = max(between)
        out.append((year, j, *at))
    return out


def _links(
    years: Sequence[int],
    by_year: Mapping[int, Sequence[Problem]],
    scores: Mapping[tuple[int, int], Sequence[Sequence[float]]],
    least: float,
    came: Collection[tuple[int, int]],
    went: Collection[tuple[int, int]],
) -> list[_Link]:
    """For each problem without an earlier one (``came``) its earlier one in the latest year that has any, of those that
    have no later one (``went``): (year, number, earlier year, number)."""
    out = []
    for place, year in enumerate(years):
        open_now = [j for j in range(len(by_year[year])) if (year, j) not in came]
        for before in reversed(years[:place]):
            kept = [i for i in range(len(by_year[before])) if (before, i) not in went]
            table = scores[before, year]
            matched = best_pairs([[s if (s := table[i][j]) >= least else 0.0 for j in open_now] for i in kept])
            out += [(year, open_now[j], before, kept[i]) for i, j in matched]
            taken = {open_now[j] for _, j in matched}
            open_now = [j for j in open_now if j not in taken]
    return out
