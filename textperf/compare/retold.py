"""Last year's figure told anew: which count of last year's report does it mean, and does it differ from that by a slip?

Learned like :mod:`textperf.compare.disagree`: figures that are the same in both reports were meant, figures that were
changed on purpose are what must be told, and other figures of both reports that are near each other must not be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textperf.compare.arithmetic import apart, slip
from textperf.compare.claims import of_earlier_year, prior_year
from textperf.compare.disagree import Judgement
from textperf.compare.reading import Reading, plain, shown
from textperf.compare.similar import bare, dice, inside
from textperf.compare.units import convert
from textperf.model import Fact

NEAR = 0.25  # how far off figures may be that were meant to be the same
_DIGITS = re.compile(r"\d")
_NUMBER = re.compile(r"\d[\d,.]*")
_YEAR = re.compile(r"20\d\d年度?|上年度?|去年|上一年度?|同期|本年度?|全年|较|比|与|相比|由|从")
_OPENING, _CLOSING = "bud_carryover_prior", "bud_carryover"  # what the year began with is what last year left


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure that a report gives of the year before, and one of that year's report."""

    fact: Fact
    then: Fact


def of_before(reading: Reading, fact: Fact) -> bool:
    """Whether a figure is of an earlier year: 2022年受理诉求41,056件，2023年受理45,270件 in the report of 2023."""
    return fact.status == "prior" or (
        fact.status == "actual" and of_earlier_year(fact, reading.text, reading.report.meta.fiscal_year)
    )


def earlier(reading: Reading) -> Iterator[tuple[Fact, int]]:
    """The exact figures of a report that are of an earlier year, with the year."""
    year = reading.report.meta.fiscal_year
    for fact in reading.facts if year is not None else ():
        if not plain(fact) or not fact.quantity.value:
            continue
        opening = fact.indicator == _OPENING and fact.status == "actual"
        if opening or of_before(reading, fact):
            before = reading.text[fact.sentence_start : fact.evidence.start]
            when = (year or 0) - 1 if opening else prior_year(fact, before, year or 0)
            if when is not None:
                yield fact, when


def pairs(now: Reading, fact: Fact, then: Reading) -> list[Pair]:
    """The counts of last year's report that a figure may mean: those that are equal or near it, or differ by a slip."""
    near = []
    for other in then.facts:
        if other.status in ("target", "change") or not plain(other) or not other.quantity.value:
            continue
        value = convert(other.quantity.value, other.quantity.unit, fact.quantity.unit)
        if value is None:
            continue
        if apart(value, fact.quantity.value) <= NEAR or slip(shown(other), shown(fact)):
            near.append(Pair(fact, other))
    return near


def equal(pair: Pair) -> bool:
    """Whether both figures are the same."""
    value = convert(pair.then.quantity.value, pair.then.quantity.unit, pair.fact.quantity.unit)
    return value is not None and abs(value - pair.fact.quantity.value) <= 1e-6 * abs(value)


def _context(reading: Reading, fact: Fact) -> str:
    start = max(fact.sentence_start, fact.evidence.start - 24)
    return _YEAR.sub("", _NUMBER.sub("", reading.text[start : fact.evidence.start]))


def likeness(now: Reading, then: Reading, pair: Pair) -> float:
    """How alike the two counts of a pair are called and told."""
    around = dice(_context(now, pair.fact), _context(then, pair.then))
    return dice(pair.fact.item, pair.then.item) + around


def seen(now: Reading, then: Reading, pair: Pair, rivals: Sequence[Pair]) -> list[str]:
    """What is seen of a pair; ``rivals``: all that the figure may mean."""
    fact, other = pair.fact, pair.then
    like = dice(fact.item, other.item)
    around = dice(_context(now, fact), _context(then, other))
    named = inside(fact.item, f"{other.action or ''}{other.item}")
    same = "none" if fact.indicator is None and other.indicator is None else str(_one_kind(fact, other))
    out = [
        f"item{int(5 * like)}", f"around{int(6 * around)}", f"inside{int(4 * named)}", f"indicator{same}",
        f"verb{fact.action == other.action}", f"then={other.status}", f"then:{other.scope}", f"now={fact.status}",
        f"now:{fact.scope}", f"parent{(fact.parent is None) == (other.parent is None)}",
        f"role{now.role(fact) == then.role(other)}", f"problems{then.role(other) in ('problems', 'measures')}",
        f"unit{fact.quantity.unit if fact.quantity.unit in ('元', '%', '人', '件', '分', '次') else '.'}",
        f"both{same}{int(3 * like)}{int(3 * around)}",
    ]  # fmt: skip
    score = like + around
    scores = [likeness(now, then, p) for p in rivals]
    out.append(f"best{score >= max(scores)}")
    out.append(f"rivals{min(4, sum(s > score - 0.3 for s in scores) - 1)}")
    alike = [p for p in rivals if p.then.indicator and p.then.indicator == fact.indicator]
    out.append(f"of{min(3, len(alike))}")
    digits = min(6, len(_DIGITS.findall(shown(fact))))
    slipped = slip(shown(other), shown(fact))
    value = convert(other.quantity.value, other.quantity.unit, fact.quantity.unit) or 0.0
    off = apart(value, fact.quantity.value)
    level = sum(off > s for s in (0.005, 0.02, 0.05, 0.1, 0.2))
    out += [f"slip{digits if slipped else 0}", f"digits{digits}", f"off{level}", f"slip{slipped}{level}"]
    out.append(f"slip{slipped}{same}{int(3 * like)}")
    bare_now, bare_then = bare(fact.item), bare(other.item)
    out.append(f"end{bare_now[-2:] == bare_then[-2:]}")
    return out


def _one_kind(fact: Fact, other: Fact) -> bool:
    return fact.indicator == other.indicator or (fact.indicator, other.indicator) == (_OPENING, _CLOSING)


def doubts(now: Reading, then: Reading, judgement: Judgement, year: int) -> Iterator[tuple[Pair, float]]:
    """For each figure of an earlier year that no count of that year's report equals: what it most likely means, and how
    surely it differs by mistake, in log-odds."""
    for fact, when in earlier(now):
        if when != year:
            continue
        found = pairs(now, fact, then)
        if not found or any(equal(p) for p in found):
            continue
        yield max(((p, judgement.of_last(seen(now, then, p, found))) for p in found), key=lambda f: f[1])
