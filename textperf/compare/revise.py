"""What the second opinion (:mod:`.second`) changes in the cells of a body.

A figure gives way to another count of the same report under its indicator that is likelier of the kind, and to one without
any indicator that is far likelier. One that does not read like the year's own gives way to a count that does; where none
does, and it reads like nothing of the kind, it is shown as doubtful. A year without a figure takes a count that no rule
gave an indicator and that reads like it. What two counts of one report are is asked without the other years, too: those
may be wrong together. Conflicts stay what they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import inf
from typing import NamedTuple

from textperf.compare.claims import Claim, of_earlier_year
from textperf.compare.model import Series
from textperf.compare.reading import Reading
from textperf.compare.second import Opinion, Other, Seen, look
from textperf.compare.units import convert, family
from textperf.compare.usage import usage
from textperf.model import Fact, Report

# In log-odds, chosen on bodies read by programs that had not seen them, with an opinion that had not seen them either
# (docs/accuracy.md).
_UNLIKELY = 0.0  # a figure less sure than this gives way …
_INSTEAD = 0.85  # … to a count under the same indicator that is as sure as this,
_UNNAMED = -0.4  # or to one without any that is of the kind as surely as this
_FILLS = 0.85  # a count without an indicator stands in a year that has none
_STRANGE = -2.2  # a figure less sure than this is not shown without a warning
_NOT_OF_IT, _OF_IT = -2.95, 0.85  # of two counts under one indicator: the first hardly of the kind, the second surely
_BETTER, _LESS = 1.5, 0.6  # or the second so much more surely, and hardly less surely the year's own
_FAR_BETTER = 2.5  # so much more surely of the kind is a count without an indicator that takes a figure's place


def others_of(
    indicator: str, year: int, cells: Mapping[tuple[str, int], Series]
) -> tuple[str | None, tuple[Other, ...]]:
    """The unit in which a year is held against the others, and their figures; the unit is None where there is nothing."""
    here = cells.get((indicator, year))
    told = [c for (i, y), c in cells.items() if i == indicator and y != year and c.value is not None]
    unit = (here.unit if here else None) or (told[0].unit if told else None)
    if unit is None:
        return None, ()
    return unit, tuple(Other(c.fiscal_year, c.value if c.unit == unit else None, c.item or "") for c in told if c.value)


def revised(
    reports: Sequence[Report],
    table: Mapping[tuple[str, int], Sequence[Claim]],
    cells: Mapping[tuple[str, int], Series],
    opinion: Opinion,
) -> Iterator[tuple[str, int, Fact | None]]:
    """Cells that change: indicator, year, and the count that is to stand there, or None where a figure is doubtful.

    ``table`` holds the claims of the body's reports, ``cells`` what the rules made of them.
    """
    by_year: dict[int, list[Reading]] = defaultdict(list)
    for report in reports:
        if report.meta.fiscal_year is not None and report.meta.report_type != "project_self_evaluation":
            by_year[report.meta.fiscal_year].append(Reading(report))
    taken = {i for c in cells.values() for i in c.fact_ids} | {c.fact_id for found in table.values() for c in found}
    told: dict[str, dict[tuple[str, int], Series]] = defaultdict(dict)
    for key, cell in cells.items():
        told[key[0]][key] = cell
    for year, readings in sorted(by_year.items()):
        free: dict[str, list[Seen]] = defaultdict(list)
        for reading in readings:
            for fact in reading.report.facts:
                known = fact.indicator is not None or fact.fact_id in taken
                if fact.status == "actual" and not known and not of_earlier_year(fact, reading.text, year):
                    free[family(fact.quantity.unit)].append(look(reading, fact))
        home = {r.report.report_id: r for r in readings}
        for indicator, mine in sorted(told.items()):
            unit, others = others_of(indicator, year, mine)
            if unit is None or usage(indicator).many or usage(indicator).single:
                continue
            asked = _Asked(opinion, indicator, unit, others)
            here = mine.get((indicator, year))
            if here is None:
                if missing := _filling(free[family(unit)], asked):
                    yield indicator, year, missing
            elif here.value is not None and here.origin != "later_report":
                told_here = [c for c in table.get((indicator, year), ()) if c.own and c.fact.report_id in home]
                own = [(look(home[c.fact.report_id], c.fact), c.fact_id in here.fact_ids) for c in told_here]
                change = _instead(here, own, free[family(unit)], asked)
                if not isinstance(change, Series):
                    yield indicator, year, change


def value_in(fact: Fact, unit: str) -> float:
    """The value of a count in a unit, or as it stands where it cannot be converted."""
    value = convert(fact.quantity.value, fact.quantity.unit, unit)
    return fact.quantity.value if value is None else value


class _Asked(NamedTuple):
    """The opinion asked for one indicator of one year."""

    opinion: Opinion
    indicator: str
    unit: str
    others: Sequence[Other]

    def value(self, seen: Seen) -> float:
        """The value of a count in the unit of the cell."""
        return value_in(seen.fact, self.unit)

    def kind(self, seen: Seen) -> float:
        """How surely it is a count of the indicator."""
        return self.opinion.of_kind(seen, self.indicator, self.value(seen), self.others)

    def kind_alone(self, seen: Seen) -> float:
        """The same, without asking the other years."""
        return self.opinion.of_kind(seen, self.indicator, self.value(seen), ())

    def year(self, seen: Seen) -> float:
        """How surely it is the year's own."""
        return self.opinion.of_year(seen, self.indicator, self.value(seen), self.others)


def _filling(free: Sequence[Seen], asked: _Asked) -> Fact | None:
    """The one count without an indicator that reads like the figure of a year that has none."""
    fits = [seen for seen in free if asked.kind(seen) >= _FILLS]
    return fits[0].fact if len({asked.value(seen) for seen in fits}) == 1 else None


def _instead(
    cell: Series, own: Sequence[tuple[Seen, bool]], free: Sequence[Seen], asked: _Asked
) -> Series | Fact | None:
    """The count that is to take the place of a figure, None where the figure is doubtful, or the cell as it is.

    ``own`` are the counts under the indicator, and whether the figure is theirs; ``free`` those without an indicator.
    """
    here = [seen for seen, chosen in own if chosen]
    others = [s for s, chosen in own if not chosen and s.fact.status == "actual" and asked.value(s) != cell.value]
    if not here:
        return cell
    if others and max(map(asked.kind_alone, here)) < _NOT_OF_IT:
        best, sure = _likeliest(others, asked.kind_alone)
        if best and sure >= _OF_IT:
            return best.fact
    if not asked.others:
        return cell
    of_year, of_kind = max(map(asked.year, here)), max(map(asked.kind, here))
    best, sure = _likeliest(others, asked.kind)
    if best and sure >= max(0.0, of_kind + _BETTER) and asked.year(best) >= of_year - _LESS:
        return best.fact
    if of_year >= _UNLIKELY and of_kind >= _UNNAMED:
        return cell
    unnamed, likely = _likeliest([s for s in free if asked.value(s) != cell.value], asked.kind)
    if unnamed and of_kind < _UNNAMED and likely >= max(_UNNAMED, of_kind + _FAR_BETTER):
        return unnamed.fact
    if of_year >= _UNLIKELY:
        return cell
    best, sure = _likeliest(others, asked.year)
    if best and sure >= _INSTEAD:
        return best.fact
    if unnamed and likely >= _UNNAMED:
        return unnamed.fact
    return None if of_year < _STRANGE else cell


def _likeliest(counts: Sequence[Seen], asked: Callable[[Seen], float]) -> tuple[Seen | None, float]:
    """The count that is the surest, the first of equals, and how sure it is; None where there is none."""
    found = max(((asked(s), -s.fact.evidence.start, s) for s in counts), key=lambda row: row[:2], default=None)
    return (found[2], found[0]) if found else (None, -inf)
