"""A result and the figures that give it: the arithmetic of figures that belong together.

Kinds: ``sum`` total = parts, ``signed`` end = start + in − out, ``rate`` r % = a ÷ b, ``both`` r % = (a + b)
÷ c, ``rest`` r % = 1 − a ÷ b, ``growth`` r % = (new − old) ÷ old, ``gap`` change = new − old, ``average`` c = a ÷ b of other units, ``same`` one count told twice,
``marks`` score = full marks − what was taken off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from textperf.compare.arithmetic import amount_text, apart, is_rate, rate_text, slack
from textperf.compare.reading import half, hidden
from textperf.model import Fact

SHARES = ("%", "百分点", "‰", "")
KINDS = ("sum", "signed", "rate", "both", "rest", "growth", "gap", "average", "same", "marks")


@dataclass(frozen=True, eq=False)
class Relation:
    """A result and the operands that give it, in the order of their roles; ``signs`` are those of ``signed``."""

    kind: str
    result: Fact
    operands: tuple[Fact, ...]
    signs: tuple[int, ...] = ()

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The result first, then the operands."""
        return (self.result, *self.operands)

    @cached_property
    def places(self) -> frozenset[int]:
        """Where the figures begin, which tells them apart within a report."""
        return frozenset(f.evidence.start for f in self.facts)

    @cached_property
    def expected(self) -> float:
        """What the operands make the result to be, in base units."""
        return _EXPECTED[self.kind](self)

    @cached_property
    def off(self) -> float:
        """How far the printed result is from that, of the larger of the two."""
        return apart(self.expected, self.result.quantity.value)

    @cached_property
    def holds(self) -> bool:
        """Whether the printed figures agree, within what their last digits can hide."""
        found = self.result.quantity.value
        off = abs(self.expected - found)
        if self.kind == "rate":
            return is_rate(self.operands[0], self.operands[1], self.result)
        if self.kind in ("rest", "both"):
            return off <= slack(self.result) + 1e-9
        if self.kind == "growth":
            old, new = self.operands
            hides = sum(0.0 if half(f) == 0.5 else half(f) for f in (old, new))
            room = 100 * hides / max(old.quantity.value, 1e-9) * (1 + abs(found) / 100)
            return off <= (slack(self.result) if room < half(self.result) else room + half(self.result)) + 1e-9
        if self.kind == "average":
            whole, number = self.operands
            room = 2 * half(self.result) + (half(whole) + found * hidden(number)) / max(number.quantity.value, 1e-9)
            return off <= room + 1e-9 * abs(found)
        return off <= sum(map(hidden, self.facts)) + 1e-9 * abs(found)

    def with_fact(self, fact: Fact, by: Fact) -> Relation:
        """The relation with another figure in the place of one."""
        facts = [by if f.evidence.start == fact.evidence.start else f for f in self.facts]
        return Relation(self.kind, facts[0], tuple(facts[1:]), self.signs)

    def corrections(self) -> Iterator[tuple[Fact, float]]:
        """Each figure with the value that would make the relation hold."""
        result, parts = self.result.quantity.value, self.operands
        yield self.result, self.expected
        off = result - self.expected
        if self.kind in ("sum", "signed", "marks", "same"):
            for sign, fact in zip(self.signs or (1,) * len(parts), parts, strict=True):
                yield fact, fact.quantity.value + sign * off
            return
        if self.kind == "both":
            return
        a, b = parts[0].quantity.value, parts[1].quantity.value
        way = 1 if b > a else -1
        if self.kind == "gap":
            yield parts[1], b + way * off
            yield parts[0], a - way * off
        elif self.kind == "growth":
            times = 1 + way * result / 100
            yield parts[1], a * times
            yield parts[0], b / times if times > 0 else 0.0
        else:
            share = {"rate": result / 100, "rest": 1 - result / 100, "average": result}[self.kind]
            yield parts[0], share * b
            yield parts[1], a / share if share > 0 else 0.0


def _linear(relation: Relation) -> float:
    signs = relation.signs or (1,) * len(relation.operands)
    return sum(s * f.quantity.value for s, f in zip(signs, relation.operands, strict=True))


def _quotient(relation: Relation) -> float:
    top, bottom = relation.operands
    value = top.quantity.value / bottom.quantity.value
    return value if relation.kind == "average" else 100 * value if relation.kind == "rate" else 100 * (1 - value)


def _both(relation: Relation) -> float:
    one, other, bottom = relation.operands
    return 100 * (one.quantity.value + other.quantity.value) / bottom.quantity.value


def _change(relation: Relation) -> float:
    old, new = relation.operands
    value = abs(new.quantity.value - old.quantity.value)
    return value if relation.kind == "gap" else 100 * value / old.quantity.value


_EXPECTED: dict[str, Callable[[Relation], float]] = {
    **dict.fromkeys(("sum", "signed", "marks", "same"), _linear),
    **dict.fromkeys(("rate", "rest", "average"), _quotient),
    **dict.fromkeys(("growth", "gap"), _change),
    "both": _both,
}


def text(value: float, like: Fact) -> str:
    """A value as a figure is printed."""
    if like.quantity.unit in SHARES:
        return rate_text(value, like)
    step = 2 * half(like)
    return amount_text(round(value / step) * step if step else value, like)
