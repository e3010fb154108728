"""Where the name before or behind a number starts and ends by rule alone; the learned weights take it as one more hint."""

from __future__ import annotations

from collections.abc import Sequence

from textperf.extract.tokens import Token

_SKIPPED = frozenset(("COP", "CMP", "LEVEL", "UP", "DOWN", "SHARE", "d", "PR", "TIME", "的", "0", "f", "HAVE"))
_LEADING = frozenset(("TIME", "d", "、", "c", "PR", "HAVE", "r", "UP", "DOWN", "SHARE", "LEVEL"))
_DOING = frozenset(("V", "HAVE", "v", "SHARE", "LEVEL"))
_WIDE = frozenset(("SCOPE", "TIME", "d"))  # what a name without a verb does not begin with
_THIN = _WIDE | {"r", "u"}  # … nor one behind its verb
_TRAILING = frozenset(("d", "PR", "V", "v", "TIME"))  # what a name before its verb does not end with
_BEFORE = frozenset(("SCOPE", "TIME", "V", "v"))  # … nor begin with


def guess(tokens: Sequence[Token], first: int, last: int) -> tuple[int, int, int]:
    """The phrase of a left region by rule alone: ``(start, end, verb)``, verb -1 where there is none.

    What follows the last verb is the name (听取审议|专项工作报告); with nothing behind the verb, what stands before it
    (审计建议|采纳).
    """
    b = last
    while b > first and tokens[b - 1].kind in _SKIPPED:
        b -= 1
    a = first
    while a < b and (tokens[a].kind in _LEADING or tokens[a].text in ("和", "及", "与")):
        a += 1
    verb = -1
    for i in range(b - 1, a - 1, -1):
        kind = tokens[i].kind
        if kind == "的":
            break
        if kind in _DOING:
            verb = i
            break
    if verb < 0:
        while b - a > 1 and tokens[a].kind in _WIDE:
            a += 1
        return a, b, verb
    if verb + 1 < b:
        s = verb + 1
        while s < b and tokens[s].kind in _THIN:
            s += 1
        return s, b, verb
    end = verb
    while end > a and tokens[end - 1].kind in _TRAILING:
        end -= 1
    while end - a > 1 and tokens[a].kind in _BEFORE:
        a += 1
    return a, end, verb


_ENDS = frozenset(
    ("V", "v", "d", "PR", "COP", "CMP", "LEVEL", "UP", "DOWN", "SHARE", "HAVE", "TIME", "r", "AVG", "EACH")
)


def guess_right(tokens: Sequence[Token], first: int, last: int) -> int:
    """Where the name behind a number ends by rule alone: before the next verb, adverb or preposition."""
    i = first
    while i < last and (tokens[i].kind not in _ENDS or i == first):
        i += 1
    return i
