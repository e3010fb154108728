"""Parts of a total: 代表建议149件，其中农业类41件、交通类32件. A part that says nothing by itself counts what its total counts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from textperf.classify.indicator_rules import Clue
from textperf.model import Fact

# What opens a list of parts, and how far a part may stand from its total or from the part before it.
_OPENS = re.compile(r"其中|包括|分别|[(:]|含|按\S{1,4}分|分\S{1,4}看")
_CLOSES = re.compile(r"[)。]|另|此外|同时|并|均|节约|整改|完成|采纳|延期|按期|委托|复核|抽")
_NEW_SENTENCE = re.compile(r"\s*(?:其中|按\S{1,4}分|分\S{1,4}看|包括)")  # its total stands in the sentence before
_DONE_OR_PLANNED = {"actual", "target"}
_FAR, _NEAR, _NEXT = 80, 32, 16


def inherit(decided: Sequence[tuple[Fact, Clue, str | None]], inheritable: frozenset[str], text: str) -> dict[int, str]:
    """For the facts without an indicator that are parts of a total: position in ``decided`` → indicator of the total.

    ``decided`` is in the order of ``text``, which is folded. Only the indicators in ``inheritable`` are handed down, and
    only to counts of the same unit and status in the same sentence (or the one before, where the part's begins with
    其中), or to facts whose ``parent`` says so.
    """
    by_id = {fact.fact_id: (fact, name) for fact, _, name in decided} if any(f.parent for f, _, _ in decided) else {}
    out: dict[int, str] = {}
    for n, (fact, _, name) in enumerate(decided):
        if name is not None or fact.status == "change":
            continue
        found: str | None = None
        if fact.parent in by_id:
            total, found = by_id[fact.parent]
            if total.quantity.unit != fact.quantity.unit:
                found = None
        if found is None:
            found = _total(decided, n, out, text)
        if found is not None and found in inheritable:
            out[n] = found
    return out


def _total(decided: Sequence[tuple[Fact, Clue, str | None]], n: int, parts: dict[int, str], text: str) -> str | None:
    fact, clue, _ = decided[n]
    start = fact.evidence.start
    begin = start - len(clue.lead)
    if _NEW_SENTENCE.match(clue.lead):
        begin = max(0, start - len(clue.lead) - _FAR, text.rfind("\n", 0, begin) + 1)
    for m in range(n - 1, -1, -1):
        other, _, name = decided[m]
        if other.evidence.start < begin:
            return None
        if other.quantity.unit != fact.quantity.unit or (
            other.status != fact.status and not {other.status, fact.status} <= _DONE_OR_PLANNED
        ):
            continue
        if (
            fact.action and fact.action != other.action and fact.action not in fact.item
        ):  # something else was done with it
            return None
        between = text[other.evidence.end : start]
        if m in parts:  # the part before it in the same list
            return parts[m] if len(between) <= _NEXT and not _CLOSES.search(between) else None
        if name is None or len(between) > _FAR or len(clue.left) > _NEAR or not (opened := _OPENS.search(between)):
            return None
        return None if _CLOSES.search(between, opened.end()) else name
    return None
