"""A second opinion on the cells: does a count read like the body's own figure of the year, and like its indicator at all?

The rules choose by words that somebody thought of, and the next report finds other ones. This opinion is learned from
the annotated series (scripts/train_cells.py) and knows nothing of the rules' reasons: it sees what stands around the
number, what is counted, and how figure and noun go with those of the body's other years. Two logistic regressions over
one set of features: ``year`` asks whether a count of the indicator is the year's own figure (and not last year's, a
goal, a part, another office's), ``kind`` whether a count is one of the indicator at all.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

from textperf.compare.reading import Reading
from textperf.compare.similar import bare, dice
from textperf.model import Fact
from textperf.rules.loader import RuleError, packaged

BEFORE, AFTER = 40, 20  # characters around a number that are looked at, within its sentence
_TAIL, _HEAD = 14, 8  # … and those of which every pair counts
_NUMBER = re.compile(r"\d[\d,.]*")
_YEAR = re.compile(r"(20\d\d)年")
_CALLED = {0: "今年", -1: "上年", 1: "明年"}
_MARKS = re.compile("[,;:。]")
_TIMES = (1.05, 1.1, 1.2, 1.35, 1.5, 2.0, 2.5, 3.0, 5.0, 8.0)
_FAR, _ALL = [f"far{t}" for t in _TIMES], [f"all{t}" for t in _TIMES]


@dataclass(frozen=True, eq=False)
class Seen:
    """A count with what stands around it in the folded text, the role of its section and the type of its report."""

    fact: Fact
    year: int
    before: str
    after: str
    role: str
    report_type: str
    # What the words around a count weigh does not depend on what is asked for: summed once for each question.
    sums: dict[int, float] = field(default_factory=dict)

    @cached_property
    def around(self) -> tuple[str, ...]:
        """The features that :func:`context` finds, found once."""
        return tuple(context(self))


class Other(NamedTuple):
    """The figure of another year, in the unit of the cell (None where it cannot be converted), and its item."""

    year: int
    value: float | None
    item: str


def look(reading: Reading, fact: Fact) -> Seen:
    """A count as it is seen in its report."""
    start, end, text, meta = fact.evidence.start, fact.evidence.end, reading.text, reading.report.meta
    before = text[max(fact.sentence_start, start - BEFORE) : start]
    after = text[end : min(fact.sentence_end, end + AFTER)]
    return Seen(fact, meta.fiscal_year or 0, before, after, reading.role(fact), meta.report_type)


def _pairs(text: str) -> Iterator[str]:
    return (text[i : i + 2] for i in range(len(text) - 1))


def context(seen: Seen) -> list[str]:
    """What is seen without asking for an indicator: the words around the number, its noun, verb and kind.

    >>> from textperf.model import Evidence, Quantity
    >>> fact = Fact("r", Evidence(9, 12, "18项"), Quantity(18, "项"), "actual", "报告")
    >>> found = context(Seen(fact, 2023, "2023年听取报告", "。", "", "work_report"))
    >>> [f for f in found if f.startswith(("e", "c"))]
    ['e取报告', 'e听取报告', 'e今年听取报告', 'c今年', 'c今年听', 'clauses=0']
    """

    def called(found: re.Match[str]) -> str:
        ago = int(found[1]) - seen.year
        return _CALLED.get(ago, "前年" if ago < 0 else "后年")

    fact, quantity = seen.fact, seen.fact.quantity
    before = _NUMBER.sub("0", _YEAR.sub(called, seen.before))
    after = _NUMBER.sub("0", _YEAR.sub(called, seen.after))
    clauses = _MARKS.split(before)
    out = [f"b{p}" for p in _pairs(before[-_TAIL:])]
    out += [f"e{before[-n:]}" for n in (3, 4, 6)]
    out += [f"c{clauses[-1][:n]}" for n in (2, 3)]
    if len(clauses) > 1:
        out += [f"p{p}" for p in _pairs(clauses[-2])]
    out += [f"a{p}" for p in _pairs(after[:_HEAD])]
    out += [f"s{after[:n]}" for n in (1, 3)]
    out += [f"i{p}" for p in _pairs(bare(fact.item))]
    out += [f"v{fact.action or ''}", f"scope={fact.scope}", f"approx={quantity.approx}", f"bound={quantity.bound}"]
    out += [f"source={fact.source}", f"role={seen.role}", f"type={seen.report_type}"]
    out += [f"clauses={min(4, before.count(',') + before.count(';'))}", f"numbers={min(5, before.count('0'))}"]
    return out


@lru_cache(maxsize=50_000)
def _named(indicator: str, item: str) -> tuple[str, ...]:
    """What an indicator's counts are called, in characters, pairs and whole."""
    pieces = (*item, *_pairs(item))
    return (*(f"I{indicator}|{p}" for p in pieces), f"T{indicator}|{item}")


def asked(seen: Seen, indicator: str, value: float, others: Sequence[Other]) -> list[str]:
    """What is seen when asking for an indicator: its noun and verb there, and the body's other years.

    ``value`` is that of the count in the unit of the cell.
    """
    out = [
        *_named(indicator, bare(seen.fact.item)),
        f"V{indicator}|{seen.fact.action or ''}",
        f"U{indicator}|{seen.fact.quantity.unit}",
    ]
    told = [o for o in others if o.value]
    if told and value:
        times = [max(value / o.value, o.value / value) for o in told if o.value]
        most, least = max(times), min(times)
        out += _FAR[: bisect_left(_TIMES, most)]
        out += _ALL[: bisect_left(_TIMES, least)]
        out.append("same" if least == 1 else "different")
        if any(o.value == value and o.year == seen.year - 1 for o in told):
            out.append("last year's")
    else:
        out.append("alone")
    if others:
        alike = [dice(seen.fact.item, o.item) for o in others]
        out += [f"like{int(5 * max(alike))}", f"unlike{int(5 * min(alike))}"]
    return out


@dataclass(frozen=True, slots=True)
class Opinion:
    """The weights of the two questions, by feature; that of the empty name is always added. They have few decimals: sums
    are rounded, so that what stands just at a threshold does so in each version of Python."""

    year: Mapping[str, float]
    kind: Mapping[str, float]

    def of_year(self, seen: Seen, indicator: str, value: float, others: Sequence[Other]) -> float:
        """How surely a count of the indicator is the year's own figure, in log-odds (0: as likely as not)."""
        return round(_around(self.year, seen) + _sum(self.year, asked(seen, indicator, value, others)), 6)

    def of_kind(self, seen: Seen, indicator: str, value: float, others: Sequence[Other]) -> float:
        """How surely a count is the year's own figure of the indicator, whatever the rules say that it is, in log-odds."""
        return round(_around(self.kind, seen) + _sum(self.kind, asked(seen, indicator, value, others)), 6)


def _around(weights: Mapping[str, float], seen: Seen) -> float:
    known = seen.sums.get(id(weights))
    if known is None:
        known = seen.sums[id(weights)] = weights[""] + _sum(weights, seen.around)
    return known


def _sum(weights: Mapping[str, float], features: Sequence[str]) -> float:
    return sum(map(weights.get, features, repeat(0.0)))


def read_opinion(path: Path) -> Opinion:
    """The weights of a file as :func:`dump` writes it. Raises :class:`RuleError`."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Opinion(dict(data["year"]), dict(data["kind"]))
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise RuleError(f"{path.name}：读不了格子的权重：{e}") from e


def dump(opinion: Opinion) -> str:
    """The weights as JSON, the features of one letter a line."""

    def rows(weights: Mapping[str, float]) -> str:
        lines: dict[str, list[str]] = {}
        for name in sorted(weights):
            lines.setdefault(name[:1], []).append(f"{json.dumps(name, ensure_ascii=False)}:{weights[name]:g}")
        return "{\n" + ",\n".join(",".join(line) for line in lines.values()) + "\n}"

    return f'{{"year":{rows(opinion.year)},\n"kind":{rows(opinion.kind)}}}\n'


def opinion() -> Opinion:
    """The weights that ship with textperf."""
    return packaged("cells.json", read_opinion)  # type: ignore[no-any-return]
