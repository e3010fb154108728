"""Which of several figures is the body's where arithmetic tells: parts and their total, a rate and its two figures.

Where the cells of one year do not fit a relation that they should (``sum`` rules of ``checks.toml``, ``ratio`` of
``comparison.toml``) and putting another figure of the same report in one cell, and only there, makes them fit exactly,
that figure was meant. A report that contradicts itself has no such figure, and its cells stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from textperf.compare.check_rules import shipped
from textperf.compare.claims import Claim
from textperf.compare.figures import digits

_EXACT = 1e-6
_ROOM = 0.006  # of a printed percentage with two decimals; of one with fewer, half its last digit
_LEAST = 2  # digits that a figure must have to be found by arithmetic: 2个 and 3个 add up by chance


@dataclass(frozen=True, slots=True)
class Relation:
    """``total`` is the sum of ``parts`` (those in ``optional`` may be missing), or 100 × the first over the second."""

    total: str
    parts: tuple[str, ...]
    optional: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    rate: bool = False

    def holds(self, values: Mapping[str, float]) -> bool | None:
        """Whether the values fit; None when one of them is missing."""
        if any(u in values for u in self.unless) or not all(i in values for i in (self.total, *self.parts)):
            return None
        given = values[self.total]
        if self.rate:
            top, bottom = (values[i] for i in self.parts)
            return bool(bottom) and abs(100 * top / bottom - given) <= _room(given)
        value = sum(values[i] for i in self.parts) + sum(values.get(i, 0.0) for i in self.optional)
        return abs(value - given) <= _EXACT * max(abs(given), 1.0)

    @property
    def members(self) -> tuple[str, ...]:
        return (self.total, *self.parts, *self.optional)


def _room(rate: float) -> float:
    decimals = len(f"{rate:.6f}".rstrip("0").partition(".")[2])
    return _ROOM if decimals >= 2 else 0.5 * 10**-decimals + 1e-9


def relations(ratios: Mapping[str, Sequence[str]]) -> Iterator[Relation]:
    """Those of ``checks.toml`` and the given ratios (rate → numerator, denominator)."""
    for rule in shipped():
        if rule.kind == "sum" and not rule.reach:
            for total in rule.get("total"):
                yield Relation(total, rule.get("parts"), rule.get("optional"), rule.get("unless"))
    for rate, (top, bottom) in ratios.items():
        yield Relation(rate, (top, bottom), rate=True)


def settled(
    values: Mapping[str, float], claims: Mapping[str, Sequence[Claim]], known: Sequence[Relation]
) -> Iterator[Claim]:
    """The claims that are to take the place of what stands in ``values``, those of one year by indicator.

    ``claims`` holds all that the reports of the year say of each indicator.
    """
    told = {r: r.holds(values) for r in known}
    proven = {i for r, fits in told.items() if fits for i in r.members}
    for relation in (r for r, fits in told.items() if fits is False):
        if relation.rate and relation.parts[0] not in proven:
            continue  # the money may be that of one project, and the rate too
        open_to = (relation.total,) if relation.rate else relation.members
        found = {
            (indicator, claim.fact.quantity.value): claim
            for indicator in open_to
            if indicator in values and indicator not in proven
            for claim in claims.get(indicator, ())
            if claim.own and claim.fact.status == "actual" and claim.fact.quantity.value != values[indicator]
            and len(digits(claim.fact.quantity.value)) >= _LEAST
            and relation.holds({**values, indicator: claim.fact.quantity.value})
        }  # fmt: skip
        if len(found) == 1:
            yield next(iter(found.values()))
