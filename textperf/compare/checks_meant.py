"""Figures whose words and neighbours say that they belong together and that do not agree, whatever they are called."""

from __future__ import annotations

from collections.abc import Iterator

from textperf.compare.check_rules import Rule
from textperf.compare.disagree import Disagreement, Weighed, disagreements
from textperf.compare.reading import Reading, shown
from textperf.compare.relation import Relation, text
from textperf.model import Check


def meant(weighed: Weighed, rule: Rule) -> Iterator[Check]:
    """Relations that do not hold, the surest first; each figure that is likely wrong is told once."""
    known = set[int]()
    for found in disagreements(weighed):
        if found.surely < rule.limit:
            return
        if found.wrong.evidence.start in known or len(found.relation.places & known) > 1:
            continue
        known |= found.relation.places
        yield _check(weighed.reading, rule, found)


def _check(reading: Reading, rule: Rule, found: Disagreement) -> Check:
    relation = found.relation
    expected = text(relation.expected, relation.result)
    return rule.check(
        reading.report, relation.facts, expected, shown(relation.result), told=told(relation, expected),
        wrong=shown(found.wrong), right=found.right,
    )  # fmt: skip


def told(relation: Relation, expected: str) -> str:
    """What the other figures say, in words of a reader: 1－9件÷386件=97.67%; of one count told twice, the other one."""
    if relation.kind == "same":
        return f"另一处写的是{shown(relation.operands[0])}"
    return f"{equation(relation)}={expected}"


def equation(relation: Relation) -> str:
    """What the result is reckoned from, as a reader would write it."""
    quotes = [shown(f) for f in relation.operands]
    if relation.kind in ("sum", "signed", "marks"):
        signs = relation.signs or (1,) * len(quotes)
        return "".join(("＋" if s > 0 else "－") + q for s, q in zip(signs, quotes, strict=True)).removeprefix("＋")
    if relation.kind in ("rate", "average"):
        return "÷".join(quotes)
    if relation.kind == "both":
        return f"（{quotes[0]}＋{quotes[1]}）÷{quotes[2]}"
    if relation.kind == "rest":
        return f"1－{quotes[0]}÷{quotes[1]}"
    old, new = relation.operands
    high, low = (shown(f) for f in sorted((new, old), key=lambda f: -f.quantity.value))
    return f"{high}－{low}" if relation.kind == "gap" else f"（{high}－{low}）÷{shown(old)}"
