"""Conditions on a number, with or without unit: ≥22, 不少于60家, 大于100并且小于300, 10000与20000之间.

For target cells of tables and for thresholds, which are no counts and which ``find_mentions`` leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from textperf.extract.units import GAP, units
from textperf.text.numerals import ARABIC, HAN, Number, parse_number, parse_share

_NUMBER = rf"(?:第?-?(?:\d{{1,4}}/\d{{1,4}}|百分之(?:[{HAN}点]+|{ARABIC})|{ARABIC}{GAP}(?:万亿|[百千万亿])?|[{HAN}]+(?:点[{HAN}]+)?)%?)"
_LEAST = r"大于等于|大于或等于|不小于|不少于|不低于|至少是|至少有|至少|最少|≥|>="
_ABOVE = r"大于|超过了|超过|高于|多于|突破|>"
_MOST = r"小于等于|小于或等于|不大于|不超过|不高于|至多|最多|≤|<="
_BELOW = r"小于|低于|少于|不到|不足|<"
_LINK = re.compile(r"[ ]*(?:并且|而且|同时|且|并|,)?[ ]*$")


@dataclass(frozen=True, slots=True)
class Condition:
    """An interval that a text names. ``low`` or ``high`` is None where it is open-ended; ``closed`` says whether the ends
    belong to it (以上 and 以下 include their number). ``unit`` as printed, None where there is none."""

    start: int
    end: int
    low: Number | None
    high: Number | None
    closed: bool
    unit: str | None = None


def find_conditions(folded: str) -> tuple[Condition, ...]:
    """The conditions of a folded text, in order; two that bound one interval from both sides are one.

    >>> [(c.low, c.high, c.unit) for c in find_conditions("≥22个")], [(c.low, c.high) for c in find_conditions("大于100并且小于300的数")]
    ([(22, None, '个')], [(100, 300)])
    """
    out: list[Condition] = []
    for condition in _single(folded):
        last = out[-1] if out else None
        if last and _joins(last, condition) and _LINK.match(folded[last.end : condition.start]):
            low = last.low if last.low is not None else condition.low
            high = last.high if last.high is not None else condition.high
            closed = last.closed and condition.closed
            out[-1] = Condition(last.start, condition.end, low, high, closed, last.unit or condition.unit)
        else:
            out.append(condition)
    return tuple(out)


def _joins(a: Condition, b: Condition) -> bool:
    """Whether one bounds from below and the other from above, and something lies between."""
    low = a.low if a.high is None else b.low
    high = a.high if a.low is None else b.high
    one_sided = (a.low is None) != (a.high is None) and (b.low is None) != (b.high is None)
    return one_sided and low is not None and high is not None and low < high


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    g, n = GAP, _NUMBER

    def unit(name: str) -> str:
        return rf"(?:{g}(?P<{name}>{units().pattern}))?"

    return re.compile(
        rf"""
        (?:在|介于)?{g}(?P<a>{n}){unit("ua")}{g}(?:和|与|到|至|-|~|—){g}(?P<b>{n}){unit("ub")}{g}(?:之间|间)
      | (?:(?P<least>{_LEAST})|(?P<above>{_ABOVE})|(?P<most>{_MOST})|(?P<below>{_BELOW})|(?P<equal>等于)){g}(?P<c>{n}){unit("uc")}
      | 比{g}(?P<d>{n}){unit("ud")}{g}(?:(?P<more>[大高多长])|(?P<less>[小低少矮短]))
      | (?P<e>{n}){unit("ue")}{g}(?:\(含\))?(?:或者|或|及)?(?:(?P<up>以上|之上)|(?P<down>以下|之下|以内|之内))
      | (?P<f>{n}){unit("uf")}{g}(?:-|~|—|到|至){g}(?P<h>{n}){unit("uh")}
        """,
        re.X,
    )


def _single(text: str) -> Iterator[Condition]:
    for found in _pattern().finditer(text):
        a, b = found["a"] or found["f"], found["b"] or found["h"]
        if a:
            low, high = _value(a), _value(b)
            if low is not None and high is not None and low < high:
                yield Condition(
                    found.start(),
                    found.end(),
                    low,
                    high,
                    True,
                    found["ub"] or found["uh"] or found["ua"] or found["uf"],
                )
            continue
        value = _value(found["c"] or found["d"] or found["e"])
        if value is None:
            continue
        unit = found["uc"] or found["ud"] or found["ue"]
        upper = bool(found["most"] or found["below"] or found["less"] or found["down"])
        lower = not upper or bool(found["equal"])
        closed = not (found["above"] or found["below"] or found["more"] or found["less"])
        yield Condition(
            found.start(),
            found.end(),
            value if lower else None,
            value if upper or found["equal"] else None,
            closed,
            unit,
        )


def _value(printed: str) -> Number | None:
    text = "".join(printed.split()).removeprefix("第")
    if "百分之" in text or text.endswith("%"):
        return parse_share(text)
    if "/" in text:
        share = parse_share(text)
        return None if share is None else share / 100
    return parse_number(text)
