"""Sentences and clauses of a folded text, as half-open spans. Pure functions over characters."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

Span = tuple[int, int]

# A stop ends a sentence together with closing quotes and brackets behind it; a new line always ends one.
# ASCII ";" is normal on half of the pages, and parts clauses; points that end a sentence were folded to 。.
_STOP = re.compile(r"[。!?\n](?:(?<=\n)\n*|(?<!\n)[。!?]*[”’)\"]*)")  # one class in front: ``re`` finds that fast
_CLAUSE = re.compile(r"[,;:]|——")


def sentences(folded: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Spans of the sentences of ``folded[start:end]``, without the white space around them.

    >>> text = "召开会议13次。听取报告45项；收入2.5万元"
    >>> [text[a:b] for a, b in sentences(text)]
    ['召开会议13次。', '听取报告45项；收入2.5万元']
    """
    end = len(folded) if end is None else end
    out: list[Span] = []
    at = start
    for stop in _STOP.finditer(folded, start, end):
        _add(folded, at, stop.end(), out)
        at = stop.end()
    _add(folded, at, end, out)
    return out


def _add(text: str, start: int, end: int, out: list[Span]) -> None:
    body = text[start:end].lstrip()
    if body:
        start = end - len(body)
        out.append((start, start + len(body.rstrip())))


def clauses(folded: str, start: int, end: int) -> list[Span]:
    """Spans between commas, semicolons, colons and long dashes (not inside numbers such as 2,779.66).

    >>> text = "立案186件,结案150件"
    >>> [text[a:b] for a, b in clauses(text, 0, len(text))]
    ['立案186件', '结案150件']
    """
    out: list[Span] = []
    at = start
    for mark in _CLAUSE.finditer(folded, start, end):
        i = mark.start()
        if folded[i] == "," and folded[i - 1 : i].isdigit() and re.match(r"\d{3}(?!\d)", folded[i + 1 : i + 5]):
            continue
        _add(folded, at, i, out)
        at = mark.end()
    _add(folded, at, end, out)
    return out


def containing(spans: Sequence[Span], position: int) -> Span | None:
    """The span that holds ``position``, or None. ``spans`` are sorted and do not overlap."""
    at = bisect_right(spans, (position, 1 << 60)) - 1
    return spans[at] if at >= 0 and position < spans[at][1] else None
