"""Which indicator a count belongs to. Rules decide; where they cannot tell, the count keeps its item and no indicator."""

from __future__ import annotations

from dataclasses import fields, replace
from operator import attrgetter

from textperf.classify.bodies import load_bodies
from textperf.classify.clues import clues
from textperf.classify.indicator_reading import load_indicators
from textperf.classify.indicator_rules import IndicatorRules
from textperf.classify.parts import compared, inherit
from textperf.model import Fact, Report
from textperf.text.fold import fold


def assign_indicators(report: Report, rules: IndicatorRules | None = None) -> Report:
    """The report with the indicator of each fact set, or None where nothing speaks clearly for one.

    Facts of the text and of tables are treated alike, and what stood in ``indicator`` before is not looked at. The order
    of the facts is kept.
    """
    rules = load_indicators() if rules is None else rules
    text = fold(report.text)
    decided = [(fact, clue, rules.decide(clue)[0]) for fact, clue in clues(report, load_bodies(), text)]
    chosen = {id(fact): name for fact, _, name in decided}
    parts = inherit(decided, rules, text)
    chosen |= {id(decided[n][0]): name for n, name in parts.items()}
    facts = [fact for fact, _, _ in decided]
    chosen |= {id(facts[n]): name for n, name in compared(facts, [chosen[id(f)] for f in facts]).items()}
    return replace(report, facts=tuple(_with(fact, chosen[id(fact)]) for fact in report.facts))


_NAMES = tuple(f.name for f in fields(Fact))
_VALUES = attrgetter(*_NAMES)
_AT = _NAMES.index("indicator")


def _with(fact: Fact, indicator: str | None) -> Fact:
    """``dataclasses.replace`` for one field, four times as fast: it is a good part of what assigning costs."""
    if fact.indicator == indicator:
        return fact
    values = list(_VALUES(fact))
    values[_AT] = indicator
    return Fact(*values)
