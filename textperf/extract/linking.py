"""What is counted and which verb stands with it, for each count of a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textperf.extract.tokens import Token, is_phrase, left_region, right_region

_NOUNS = frozenset(("N", "vn", "BODY", "PROP", "b", "a", "SCOPE", "“", "”", "、", "(", ")", "o", "c", "l", "j"))
_BEHIND = frozenset(("COP", "LEVEL", "UP", "DOWN", "SHARE", "d", "p", "TIME", "的", "0", "f", "HAVE"))
_BEFORE = frozenset(("TIME", "d", "、", "c", "p", "HAVE", "r", "UP", "DOWN", "SHARE", "LEVEL"))
_VERBS = frozenset(("V", "v", "HAVE", "LEVEL", "UP", "DOWN", "SHARE"))
_RATES = frozenset(("%", "百分点", "元"))


class Linked(NamedTuple):
    """What is counted (``item``), its place (equal where inherited), the verb, and the rule that found it."""

    item: str
    item_start: int
    item_end: int
    action: str | None
    rule: str


def link(folded: str, text: str, tokens: Sequence[Token], inherited: Linked | None) -> list[Linked]:
    """The links of the counts among ``tokens``, in order; ``inherited`` is that of the count before the sentence."""
    out: list[Linked] = []
    for at, token in enumerate(tokens):
        if token.kind == "#":
            inherited = _one(text, tokens, at, inherited)
            out.append(inherited)
    return out


def _one(text: str, tokens: Sequence[Token], at: int, inherited: Linked | None) -> Linked:
    first, last, _ = left_region(tokens, at)
    start, end, verb = _left_phrase(tokens, first, last)
    action = tokens[verb].text if verb is not None else None
    for i in range(at - 1, first - 1, -1):
        if action is None and tokens[i].kind in _VERBS:
            action = tokens[i].text
    if start < end:
        return _linked(text, tokens, start, end, action, "before")
    mention = tokens[at].mention
    begin, stop, _ = right_region(tokens, at)
    if mention is not None and mention.quantity.unit not in _RATES and begin < stop and tokens[begin].kind in _NOUNS:
        j = begin
        while j < stop and tokens[j].kind in _NOUNS:
            j += 1
        if is_phrase(tokens, begin, j):
            return _linked(text, tokens, begin, j, action, "after")
    if inherited is not None:
        return Linked(inherited.item, inherited.item_start, inherited.item_end, action, "inherited")
    return Linked(tokens[at].text, tokens[at].start, tokens[at].start, action, "none")


def _linked(text: str, tokens: Sequence[Token], first: int, last: int, action: str | None, rule: str) -> Linked:
    start, end = tokens[first].start, tokens[last - 1].end
    return Linked(text[start:end], start, end, action, rule)


def _left_phrase(tokens: Sequence[Token], first: int, last: int) -> tuple[int, int, int | None]:
    b = last
    while b > first and tokens[b - 1].kind in _BEHIND:
        b -= 1
    a = first
    while a < b and (tokens[a].kind in _BEFORE or tokens[a].text in ("和", "及", "与")):
        a += 1
    verb = None
    for i in range(b - 1, a - 1, -1):
        if tokens[i].kind in ("V", "HAVE", "v", "SHARE", "LEVEL") and all(t.kind != "的" for t in tokens[i:b]):
            verb = i
            break
    if verb is None:
        while b - a > 1 and tokens[a].kind in ("SCOPE", "TIME", "d"):
            a += 1
        return a, b, None
    if verb + 1 < b:
        s = verb + 1
        while s < b and tokens[s].kind in ("d", "TIME", "SCOPE", "r", "u"):
            s += 1
        return s, b, verb
    end = verb
    while end > a and tokens[end - 1].kind in ("d", "p", "V", "v", "TIME"):
        end -= 1
    while end - a > 1 and tokens[a].kind in ("SCOPE", "TIME", "V", "v"):
        a += 1
    return a, end, verb
