"""A report laid out for checking: its facts by sentence and paragraph, and the words around each of them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from textperf.compare.figures import step
from textperf.extract.units import units
from textperf.model import Fact, Report
from textperf.text.fold import fold
from textperf.text.sentences import sentences

_CLAUSE_MARK = re.compile(r"[,;:。!?\n()]|——")


@dataclass(frozen=True)
class Reading:
    """One report, folded once. Facts are those of the running text, in order; table facts stand apart."""

    report: Report

    @cached_property
    def text(self) -> str:
        """The folded text; offsets are those of the report's text."""
        return fold(self.report.text)

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """The facts of the running text by place."""
        return tuple(
            sorted(
                (f for f in self.report.facts if f.source == "text"), key=lambda f: (f.evidence.start, f.evidence.end)
            )
        )

    @cached_property
    def _starts(self) -> list[int]:
        return [f.evidence.start for f in self.facts]

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """The sentences of the running text that hold a fact."""
        out: list[tuple[int, int]] = []
        for start, end in sentences(self.text):
            if self.between(start, end):
                out.append((start, end))
        return tuple(out)

    @cached_property
    def _roles(self) -> Mapping[str, str]:
        return {s.section_id: s.role for s in self.report.sections}

    def role(self, fact: Fact) -> str:
        """The role of the section that a fact stands in, or nothing."""
        return self._roles.get(fact.section_id or "", "")

    @cached_property
    def by_id(self) -> Mapping[str, Fact]:
        """The facts by their ids, which are reckoned once."""
        return {f.fact_id: f for f in self.report.facts}

    def gap(self, before: Fact, after: Fact) -> str:
        """What stands between two facts."""
        return self.text[before.evidence.end : after.evidence.start]

    def between(self, start: int, end: int) -> Sequence[Fact]:
        """The facts whose quote begins in ``start:end``."""
        return self.facts[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def paragraph(self, at: int) -> tuple[int, int]:
        """The line that holds ``at``."""
        start = self.text.rfind("\n", 0, at) + 1
        end = self.text.find("\n", at)
        return start, len(self.text) if end < 0 else end

    def window(self, sentence: tuple[int, int], back: int) -> int:
        """The start of the ``back``-th sentence with facts before this one, within its paragraph."""
        first = self.paragraph(sentence[0])[0]
        at = bisect_right(self.sentences, sentence) - 1
        start = sentence[0]
        for i in range(at - 1, max(-1, at - 1 - back), -1):
            if self.sentences[i][0] < first:
                break
            start = self.sentences[i][0]
        return start

    def lead(self, fact: Fact, reach: int = 24) -> str:
        """What stands before the number in its clause, at most ``reach`` characters, with its verb and item."""
        at = fact.evidence.start
        before = self.text[max(0, at - reach) : at]
        return _CLAUSE_MARK.split(before)[-1]

    def about(self, fact: Fact, reach: int = 24) -> str:
        """The clause before the number, its indicator, item and verb as one string, for cue words."""
        return f"{self.lead(fact, reach)}|{fact.indicator or ''}|{fold(fact.item)}|{fold(fact.action or '')}"

    def tail(self, fact: Fact, reach: int = 14) -> str:
        """What stands behind the number in its clause: 其中1,618人|接受了基本康复服务."""
        at = fact.evidence.end
        return _CLAUSE_MARK.split(self.text[at : at + reach])[0]


def half(fact: Fact) -> float:
    """Half a unit of the last printed digit; what plain rounding can hide. A plain 0 (0万元) is nothing at all."""
    if not fact.quantity.value and "." not in fact.evidence.quote:
        return 0.0
    return 0.5 * step(fact.evidence.quote, fact.quantity.value)


def hidden(fact: Fact) -> float:
    """What rounding can hide of a figure: half a unit of its last digit, nothing where whole things are counted."""
    unit = units().by_form.get(fact.quantity.unit)
    counted = unit is not None and unit.kind in ("discrete", "event") and half(fact) == 0.5
    return 0.0 if counted else half(fact)


def plain(fact: Fact) -> bool:
    """Whether a fact is one exact number: no range, no 余/约, no bound."""
    q = fact.quantity
    return q.value_max is None and not q.approx and q.bound is None


def shown(fact: Fact) -> str:
    """The quote on one line."""
    return re.sub(r"\s+", "", fact.evidence.quote)
