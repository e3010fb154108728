"""What the second opinion (:mod:`.second`) changes in the cells of a body.

A cell whose figure does not read like the year's own gives way to another count of the same report that does. A year
without a figure takes a count that no rule gave an indicator, where it reads like those of the other years. A figure
that reads like nothing of the kind, and for which nothing else stands, is shown as doubtful. Where two counts of one
report stand under an indicator, the one that is hardly of its kind gives way to the one that is, whatever the other years
have: those may be wrong, too. Conflicts stay what they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from textperf.compare.claims import Claim, of_earlier_year
from textperf.compare.model import Series
from textperf.compare.second import Other, Seen, look, opinion
from textperf.compare.units import convert, family
from textperf.compare.usage import usage
from textperf.model import Fact, Report
from textperf.text.fold import fold

# In log-odds, chosen on 156 bodies read by programs that had not seen them, with an opinion that had not seen them either:
# of 15,470 cells 53 were wrong. See docs/design.md.
_UNLIKELY = 0.0  # a figure less sure than this gives way …
_INSTEAD = 0.85  # … to a count under the same indicator that is as sure as this,
_UNNAMED = -0.4  # or to one without any that is of the kind as surely as this
_FILLS = 0.85  # a count without an indicator stands in a year that has none
_STRANGE = -2.2  # a figure less sure than this is not shown without a warning
_NOT_OF_IT, _OF_IT = -2.95, 0.85  # of two counts under one indicator: the first hardly of the kind, the second surely
_BETTER, _LESS = 1.5, 0.6  # or the second so much more surely, and hardly less surely the year's own
_FAR_BETTER = 2.5  # so much more surely of the kind is a count without an indicator that takes a figure's place


@dataclass(frozen=True)
class _Page:
    """A report, folded when a count in it is first looked at."""

    report: Report

    @cached_property
    def text(self) -> str:
        """The folded text."""
        return fold(self.report.text)

    @cached_property
    def _roles(self) -> Mapping[str, str]:
        return {s.section_id: s.role for s in self.report.sections}

    def seen(self, fact: Fact) -> Seen:
        """A count of the report with what stands around it."""
        meta = self.report.meta
        return look(
            fact, self.text, meta.fiscal_year or 0, self._roles.get(fact.section_id or "", ""), meta.report_type
        )


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
) -> Iterator[tuple[str, int, Fact | None]]:
    """Cells that change: indicator, year, and the count that is to stand there, or None where a figure is doubtful.

    ``table`` holds the claims of the body's reports, ``cells`` what the rules made of them.
    """
    by_year: dict[int, list[_Page]] = defaultdict(list)
    for report in reports:
        if report.meta.fiscal_year is not None and report.meta.report_type != "project_self_evaluation":
            by_year[report.meta.fiscal_year].append(_Page(report))
    taken = {i for c in cells.values() for i in c.fact_ids} | {c.fact_id for found in table.values() for c in found}
    told: dict[str, dict[tuple[str, int], Series]] = defaultdict(dict)
    for key, cell in cells.items():
        told[key[0]][key] = cell
    for year, pages in sorted(by_year.items()):
        free: dict[str, list[tuple[Seen, Fact]]] = defaultdict(list)
        for page in pages:
            for fact in page.report.facts:
                known = fact.indicator is not None or fact.fact_id in taken
                if fact.status == "actual" and not known and not of_earlier_year(fact, page.text, year):
                    free[family(fact.quantity.unit)].append((page.seen(fact), fact))
        home = {p.report.report_id: p for p in pages}
        for indicator, mine in sorted(told.items()):
            unit, others = others_of(indicator, year, mine)
            if unit is None or usage(indicator).many or usage(indicator).single:
                continue
            here = mine.get((indicator, year))
            if here is None:
                missing = _filling(free[family(unit)], indicator, unit, others)
                if missing:
                    yield indicator, year, missing
            elif here.value is not None and here.origin != "later_report":
                claims = [c for c in table.get((indicator, year), ()) if c.own and c.fact.report_id in home]
                own = [(home[c.fact.report_id].seen(c.fact), c.fact, c.fact_id in here.fact_ids) for c in claims]
                change = _instead(here, own, free[family(unit)], indicator, unit, others)
                if not isinstance(change, Series):
                    yield indicator, year, change


def value_in(fact: Fact, unit: str) -> float:
    """The value of a count in a unit, or as it stands where it cannot be converted."""
    value = convert(fact.quantity.value, fact.quantity.unit, unit)
    return fact.quantity.value if value is None else value


def _filling(free: Sequence[tuple[Seen, Fact]], indicator: str, unit: str, others: Sequence[Other]) -> Fact | None:
    """The one count without an indicator that reads like the figure of a year that has none."""
    asked = opinion()
    fits = [f for seen, f in free if asked.of_kind(seen, indicator, value_in(f, unit), others) >= _FILLS]
    return fits[0] if len({value_in(f, unit) for f in fits}) == 1 else None


def _instead(
    cell: Series,
    own: Sequence[tuple[Seen, Fact, bool]],
    free: Sequence[tuple[Seen, Fact]],
    indicator: str,
    unit: str,
    others: Sequence[Other],
) -> Series | Fact | None:
    """The count that is to take the place of a figure, None where the figure is doubtful, or the cell as it is."""
    asked = opinion()

    def kind(seen: Seen, fact: Fact) -> float:
        return asked.of_kind(seen, indicator, value_in(fact, unit), others)

    def alone(seen: Seen, fact: Fact) -> float:
        return asked.of_kind(seen, indicator, value_in(fact, unit), ())

    def year(seen: Seen, fact: Fact) -> float:
        return asked.of_year(seen, indicator, value_in(fact, unit), others)

    here = [(seen, f) for seen, f, chosen in own if chosen]
    rest = [(seen, f) for seen, f, chosen in own if not chosen and f.status == "actual"]
    rest = [(seen, f) for seen, f in rest if value_in(f, unit) != cell.value]
    if not here:
        return cell
    if rest and max(alone(*c) for c in here) < _NOT_OF_IT and (best := _likeliest(rest, alone, _OF_IT)):
        return best
    if not others:
        return cell
    sure = max(year(*c) for c in here)
    of_it = max(kind(*c) for c in here)
    if rest and (best := _likeliest(rest, kind, max(0.0, of_it + _BETTER))):
        seen = next(s for s, f in rest if f is best)
        if year(seen, best) >= sure - _LESS:
            return best
    unnamed = [(seen, f) for seen, f in free if value_in(f, unit) != cell.value]
    if of_it < _UNNAMED and (best := _likeliest(unnamed, kind, max(_UNNAMED, of_it + _FAR_BETTER))):
        return best
    if sure >= _UNLIKELY:
        return cell
    return (
        _likeliest(rest, year, _INSTEAD) or _likeliest(unnamed, kind, _UNNAMED) or (None if sure < _STRANGE else cell)
    )


def _likeliest(counts: Sequence[tuple[Seen, Fact]], asked: Callable[[Seen, Fact], float], least: float) -> Fact | None:
    """The count that is the surest, the first of equals, where it is as sure as that."""
    found = max(((asked(seen, f), -f.evidence.start, f) for seen, f in counts), key=lambda row: row[:2], default=None)
    return found[2] if found and found[0] >= least else None
