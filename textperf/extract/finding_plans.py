"""The plan of the next year where it answers the problems told before it, one by one and in their order.

What a work report plans is no measure against anything by itself. But courts, standing committees and bureaus often tell
three to six problems and then plan just as many things, each in the words of one of them: a reader pairs them at sight.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from textperf.extract.finding_items import enumerated, line_marker, listed
from textperf.extract.finding_measures import measures
from textperf.extract.finding_pieces import Piece
from textperf.text.sentences import Span

_MOST = 0.6  # of the problems that must come again, in their order
_LONGEST = 110  # characters of an item on average: a measure with its figures, no chapter of a plan
_WHOLE = 2500  # characters of a plan: a government's programme is longer and answers everything and nothing
_BEYOND = 2  # plans of other things that may stand beside
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_LEADS = re.compile(r"(?:重点|主要|着重|着力|以下|如下|做好|抓好|工作)[^。:;]{0,8}:")
_THEREFORE = re.compile(r"(?<=。)(?:为此|对此|因此),?(?:要|将|我们将)?")
_ASIDE = re.compile(r"同时|此外|另外|各位|让我们|总体")


def answering_plan(folded: str, lines: Sequence[tuple[Span, bool]], told: Sequence[Piece]) -> list[Piece]:
    """The measures of a plan that answers ``told``, else none; ``lines``: its paragraphs, and whether each has a heading.

    >>> text = "监督刚性不足;双语人才断档;办案用房有缺口。重点是:加强监督落实;招录双语人才4名;争取用房补助。"
    >>> told = [Piece("problem", a, b) for a, b in [(0, 6), (7, 13), (14, 21)]]
    >>> [text[p.start:p.end] for p in answering_plan(text, [((22, len(text)), False)], told)]
    ['加强监督落实', '招录双语人才4名', '争取用房补助']
    """
    problems = [folded[p.start : p.end] for p in told if p.type == "problem"]
    items = _items(folded, lines)
    if sum(b - a for (a, b), _ in lines) > _WHOLE:
        return []
    if any(p.type == "measure" for p in told) or sum(b - a for a, b in items) > _LONGEST * len(items):
        return []  # answered already, or a plan of everything
    if not 2 <= len(problems) <= len(items) + 1 or len(items) > len(problems) + _BEYOND:
        return []
    found = _in_order(problems, [folded[a:b] for a, b in items])
    if len(found) < max(2, _MOST * len(problems)):
        return []
    first = 0 if len(items) == len(problems) else found[0]
    out: list[Piece] = []
    for a, b in items[first : max(found[-1] + 1, min(len(problems), len(items)))]:
        out += measures(folded, a, b, marked=False, labelled=False)
    return out


def _items(folded: str, lines: Sequence[tuple[Span, bool]]) -> list[Span]:
    """What a plan consists of: its marked paragraphs; else its enumeration or its list; else its sentences."""
    marked: list[Span] = []
    listed_: list[Span] = []
    plain: list[Span] = []
    for (start, end), headed in lines:
        text = folded[start:end]
        _, inside = enumerated(folded, start, end)
        lead = list(_LEADS.finditer(text)) + list(_THEREFORE.finditer(text))
        if text.endswith(":"):
            plain = []  # what stands above "重点抓好以下工作:" only leads up to it
        elif inside:
            listed_ += [(i.start, i.end) for i in inside]
        elif headed or line_marker(text):
            marked.append((start, end))
        elif lead and (parts := listed(folded, start + lead[-1].end(), end, ";")):
            listed_ += parts
        elif not _ASIDE.match(text):
            plain += [x for x in listed(folded, start, end, "。") if not _ASIDE.match(folded[slice(*x)])]
    return marked or listed_ or plain


def _in_order(problems: Sequence[str], items: Sequence[str]) -> list[int]:
    """The items that take up words which only one problem has, in the order of the problems (longest such run)."""
    grams = [_grams(x) for x in problems]
    common = Counter(g for gs in grams for g in gs)
    own = [{g for g in gs if common[g] == 1} for gs in grams]
    wants = [_grams(x) for x in items]
    best: list[list[list[int]]] = [[[] for _ in range(len(items) + 1)] for _ in range(len(problems) + 1)]
    for p in range(len(problems)):
        for i in range(len(items)):
            options = [best[p][i + 1], best[p + 1][i]]
            if own[p] & wants[i]:
                options.append([*best[p][i], i])
            best[p + 1][i + 1] = max(options, key=len)
    return best[-1][-1]


def _grams(text: str) -> set[str]:
    return {run[i : i + 2] for run in _HAN.findall(text) for i in range(len(run) - 1)}
