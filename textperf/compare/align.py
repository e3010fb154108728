"""The same count in the reports of two years, whether or not the indicator list knows it.

培训教师420人次 and 全年参训教师480余人次 are one count: the unit measures the same, the noun and the verb share most of
their characters, the numbers are of one magnitude, and the counts beside them belong together too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log10

from textperf.compare.assignment import best_pairs
from textperf.compare.model import Alignment, Series
from textperf.compare.reading import Reading
from textperf.compare.similar import bare, grams
from textperf.compare.units import convert, family
from textperf.compare.wording import plain
from textperf.model import Fact, Report

# Set on the annotated pairs of the corpus (benchmarks/alignment.py): below it more pairs are wrong than right.
THRESHOLD = 0.52
_HELP = 0.12  # a little more than what neighbours can add
_SAME_INDICATOR = 0.3
_DIGITS = re.compile(r"\d+")
_KIND = {"whole": 0, "part": 1, "cumulative": 1, "average": 2, "each": 2}
_NEAR_FAMILIES = frozenset(
    frozenset(p)
    for p in (("个", "件"), ("个", "家"), ("家", "户"), ("个", "户"), ("次", "件"), ("辆", "个"), ("例", "次"))
)
_NEAR = {k: tuple(o for p in _NEAR_FAMILIES if k in p for o in sorted(p - {k})) for p in _NEAR_FAMILIES for k in p}


@dataclass(frozen=True, slots=True)
class _Count:
    """A fact with what it is compared by."""

    fact: Fact
    id: str  # of the fact; computed once, a database has a million of them
    twins: list[tuple[str, Fact]]
    family: str
    value: float | None
    item: frozenset[str]
    words: frozenset[str]
    clause: frozenset[str]
    verb: frozenset[str]
    role: str
    place: float


def _counts(report: Report) -> list[_Count]:
    reading = Reading(report)
    length = max(1, len(report.text))
    out: list[_Count] = []
    seen: dict[tuple[object, ...], _Count] = {}
    for fact in reading.facts:
        kind = family(fact.quantity.unit)
        value = convert(fact.quantity.value, fact.quantity.unit, kind)
        if fact.status != "actual":
            continue
        item, verb = plain(fact.item), plain(fact.action or "")
        known = seen.get((bare(item), value, kind))
        same_verb = known is not None and grams(verb) == known.verb
        if known and (same_verb or fact.quantity.unit != known.fact.quantity.unit):
            # A figure that a report repeats, maybe in another unit, is one count; 受理37件、办结37件 are two.
            known.twins.append((fact.fact_id, fact))
            continue
        lead = plain(_DIGITS.sub("", reading.lead(fact, 20)))
        count = _Count(
            fact, fact.fact_id, [], kind, value, grams(item), grams(item + verb), grams(lead + item + verb), grams(verb),
            reading.role(fact), fact.evidence.start / length,
        )  # fmt: skip
        seen[bare(item), value, kind] = count
        out.append(count)
    return out


def _dice(a: frozenset[str], b: frozenset[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def likeness(a: _Count, b: _Count) -> float:
    """How surely two counts of different years are one, in 0–1; 0 where unit or indicator forbid it, or below what can
    still become a pair with the help of its neighbours."""
    x, y = a.fact, b.fact
    if a.family != b.family and frozenset((a.family, b.family)) not in _NEAR_FAMILIES:
        return 0.0
    if x.indicator and y.indicator and x.indicator != y.indicator:
        return 0.0
    same = bool(x.indicator) and x.indicator == y.indicator
    shared = len(a.item & b.item)
    if not shared and not same:
        return 0.0
    score = _SAME_INDICATOR if same else -0.08 if x.indicator or y.indicator else 0.0
    if shared:
        n, m = len(a.item), len(b.item)
        score += 0.46 * (1.2 * shared / (n + m) + 0.4 * shared / min(n, m))
    if a.value and b.value and a.family == b.family:
        score += 0.12 * max(0.0, 1 - abs(log10(a.value / b.value)))
    elif a.value == b.value:
        score += 0.12
    score += 0.04 * (a.role == b.role != "")
    score += 0.04 * (1 - abs(a.place - b.place))
    score -= 0.05 * abs(_KIND[x.scope] - _KIND[y.scope])
    if a.family != b.family:
        score -= 0.1
    if a.verb and b.verb:
        verbs = _dice(a.verb, b.verb)
        score += 0.06 if verbs >= 0.5 else -0.04 if verbs == 0 else 0.0
    # The widest words last: what they can still add decides whether they are looked at.
    least = THRESHOLD - _HELP
    if score + 0.34 < least:
        return 0.0
    score += 0.22 * _dice(a.words, b.words)
    if score + 0.12 < least:
        return 0.0
    score += 0.12 * _dice(a.clause, b.clause)
    return max(0.0, min(1.0, score)) if score >= least else 0.0


def _words(count: _Count) -> list[str]:
    """The characters of the noun, and the indicator: what two counts must share one of to be compared at all."""
    return [w for w in count.item if len(w) == 1] + ([count.fact.indicator] if count.fact.indicator else [])


def _comparable(left: Sequence[_Count], right: Sequence[_Count]) -> Iterator[tuple[int, int]]:
    """The pairs of counts that share a word, and the kind of unit or a near one."""
    near: dict[tuple[str, str], list[int]] = defaultdict(list)
    for j, count in enumerate(right):
        for word in _words(count):
            near[count.family, word].append(j)
    for i, count in enumerate(left):
        kinds = (count.family, *_NEAR.get(count.family, ()))
        words = _words(count)
        for j in sorted({j for kind in kinds for word in words for j in near.get((kind, word), ())}):
            yield i, j


def align(left: Sequence[_Count], right: Sequence[_Count]) -> list[tuple[int, int, float]]:
    """The best pairing of two years' counts above the threshold; neighbours that belong together count for a pair."""
    scores: dict[tuple[int, int], float] = {}
    for i, j in _comparable(left, right):
        score = likeness(left[i], right[j])
        if score:
            scores[i, j] = score
    helped = {
        (i, j): min(
            1.0,
            score
            + 0.05 * any(scores.get((i - 1, j - k), 0.0) >= THRESHOLD for k in (1, 2))
            + 0.05 * any(scores.get((i + 1, j + k), 0.0) >= THRESHOLD for k in (1, 2)),
        )
        for (i, j), score in scores.items()
    }
    return _assigned({pair: score for pair, score in helped.items() if score >= THRESHOLD})


def _assigned(scores: Mapping[tuple[int, int], float]) -> list[tuple[int, int, float]]:
    """Optimal assignment within each connected group of candidates: groups are small where reports are long."""
    home: dict[tuple[str, int], int] = {}
    groups: dict[int, set[tuple[int, int]]] = {}
    for number, (i, j) in enumerate(sorted(scores)):
        merged = {home[k] for k in (("a", i), ("b", j)) if k in home}
        members = {(i, j)}.union(*(groups.pop(g) for g in merged))
        groups[number] = members
        for a, b in members:
            home["a", a] = home["b", b] = number
    out: list[tuple[int, int, float]] = []
    for members in groups.values():
        rows, columns = sorted({i for i, _ in members}), sorted({j for _, j in members})
        # A pair must beat the threshold, not only 0: what it exceeds it by is what is assigned.
        table = [[scores[i, j] - THRESHOLD + 0.2 if (i, j) in scores else 0.0 for j in columns] for i in rows]
        out += [(rows[r], columns[c], scores[rows[r], columns[c]]) for r, c in best_pairs(table)]
    return sorted(out)


def alignments(department: str, reports: Sequence[Report], cells: Sequence[Series] = ()) -> list[Alignment]:
    """Pairs of one count in consecutive years, and over a gap where the year between does not have it.

    Figures that stand in the cells of one indicator are one count without further question.
    """
    by_year: dict[int, list[_Count]] = defaultdict(list)
    for report in reports:
        if report.meta.fiscal_year is not None:
            by_year[report.meta.fiscal_year] += _counts(report)
    stands_for = {
        fact_id: cell.indicator
        for cell in cells
        if cell.state == "value" and cell.origin != "later_report" and cell.department == department
        for fact_id in cell.fact_ids
    }
    years = sorted(by_year)
    followed: set[str] = set()  # counts that have one in a later year, and those that have one in an earlier year
    continuing: set[str] = set()
    out: list[Alignment] = []
    for gap in range(1, len(years)):
        for year, later in zip(years, years[gap:], strict=False):
            left = [c for c in by_year[year] if c.id not in followed]
            right = [c for c in by_year[later] if c.id not in continuing]
            found = _known(left, right, stands_for)
            known_a, known_b = {i for i, _, _ in found}, {j for _, j, _ in found}
            rest_a = [i for i in range(len(left)) if i not in known_a]
            rest_b = [j for j in range(len(right)) if j not in known_b]
            found += [
                (rest_a[i], rest_b[j], score)
                for i, j, score in align([left[i] for i in rest_a], [right[j] for j in rest_b])
            ]
            for i, j, score in sorted(found):
                a, b = _printed_alike(left[i], right[j])
                out.append(Alignment(department, a, year, b, later, round(score, 4)))
                followed.add(left[i].id)
                continuing.add(right[j].id)
    return sorted(out, key=lambda r: (r.year_a, r.year_b, -r.score, r.fact_a, r.fact_b))


def _known(
    left: Sequence[_Count], right: Sequence[_Count], stands_for: Mapping[str, str]
) -> list[tuple[int, int, float]]:
    """Pairs that the series has joined already, unless the later year counts what is called exactly the same beside it:
    指导内部审计单位18家 is no 被审计单位24家 where that report has 内部审计单位23家, too."""

    def cell(count: _Count) -> str | None:
        ids = (count.id, *(i for i, _ in count.twins))
        return next((stands_for[i] for i in ids if i in stands_for), None)

    at: dict[str, int] = {}
    for j, count in enumerate(right):
        indicator = cell(count)
        if indicator:
            at.setdefault(indicator, j)
    names = {(c.item, c.family) for c in right}
    out: list[tuple[int, int, float]] = []
    for i, count in enumerate(left):
        indicator = cell(count)
        then = right[at[indicator]] if indicator in at else None
        if then is None or then.family != count.family:
            continue
        if then.item == count.item or (count.item, count.family) not in names:
            out.append((i, at.pop(indicator or ""), 1.0))
    return out


def _printed_alike(a: _Count, b: _Count) -> tuple[str, str]:
    """Of repeated figures those that both years print in the same unit, by their ids."""
    if not a.twins and not b.twins:
        return a.id, b.id
    pairs = [(x, y) for x in ((a.id, a.fact), *a.twins) for y in ((b.id, b.fact), *b.twins)]
    x, y = next(((x, y) for x, y in pairs if x[1].quantity.unit == y[1].quantity.unit), pairs[0])
    return x[0], y[0]
