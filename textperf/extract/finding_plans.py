"""The plan of the next year where it answers the problems told before it, one by one and in their order.

What a work report plans is no measure against anything by itself. But courts, standing committees and bureaus often tell
three to six problems and then plan just as many things, each in the words of one of them: a reader pairs them at sight.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from textperf.extract.finding_items import enumerated, line_marker, listed
from textperf.extract.finding_measures import measures
from textperf.extract.finding_pieces import Piece
from textperf.text.sentences import Span

_HALF = 0.5  # of as many problems as items must come again, in their order
_MOST = 0.6  # where there are more or fewer items
_LONGEST = 110  # characters of an item on average: a measure with its figures, no chapter of a plan
_WHOLE = 2500  # characters of a plan: a government's programme is longer and answers everything and nothing
_APART = 250  # characters between two problems of one list at most
_BEYOND = 2  # plans of other things that may stand beside
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_LEADS = re.compile(r"(?:重点|主要|着重|着力|以下|如下|做好|抓好|工作)[^。:;]{0,8}:")
_THEREFORE = re.compile(r"(?:为此|对此|因此),?(?:要|将|我们将)?")
_ASIDE = re.compile(r"同时|此外|另外|各位|让我们|总体")


def answering_plan(folded: str, lines: Sequence[tuple[Span, bool]], told: Sequence[Piece]) -> list[Piece]:
    """The measures of a plan that answers ``told``, else none; ``lines``: its paragraphs, and whether each has a heading.

    >>> text = "监督刚性不足;双语人才断档;办案用房有缺口。重点是:加强监督落实;招录双语人才4名;争取用房补助。"
    >>> told = [Piece("problem", a, b) for a, b in [(0, 6), (7, 13), (14, 21)]]
    >>> [text[p.start:p.end] for p in answering_plan(text, [((22, len(text)), False)], told)]
    ['加强监督落实', '招录双语人才4名', '争取用房补助']
    """
    last = _last_list(told)
    if not last or sum(b - a for (a, b), _ in lines) > _WHOLE:
        return []
    if 2 * sum(p.type == "measure" and p.start > last[0].start for p in told) >= len(last):
        return []  # answered already, and not by a pledge or two
    problems = [folded[p.start : p.end] for p in last]
    if told_so := _against_them(folded, [x for x, _ in lines]):
        starts = [a + line_marker(folded[a:b]) for a, b in told_so]
        return [
            p
            for a, (_, b) in zip(starts, told_so, strict=True)
            for p in measures(folded, a, b, marked=True, labelled=True)
        ]
    for items in _lists(folded, lines):
        if taken := _taken(problems, [folded[a:b] for a, b in items]):
            return [p for i in taken for p in measures(folded, *items[i], marked=False, labelled=False)]
    return []


def _last_list(told: Sequence[Piece]) -> list[Piece]:
    """The problems told last, one close behind the other; a failing let slip in the account above is none of them."""
    out: list[Piece] = []
    for piece in sorted(told, key=lambda p: p.start, reverse=True):
        if out and out[-1].start - piece.end > _APART:
            break
        out += [piece] if piece.type in ("problem", "cause") else []
    return [p for p in reversed(out) if p.type == "problem"]


def _taken(problems: Sequence[str], items: Sequence[str]) -> range:
    """Which of the items answer the problems: an empty range unless most do, in their order, and little else is there."""
    if not 2 <= len(problems) <= len(items) + 1 or len(items) > len(problems) + _BEYOND:
        return range(0)
    found = _in_order(problems, items)
    most = _HALF if len(items) == len(problems) else _MOST
    if len(found) < max(2, most * len(problems)) or sum(map(len, items)) > _LONGEST * len(items):
        return range(0)
    first = 0 if len(items) == len(problems) else found[0]
    return range(first, max(found[-1] + 1, min(len(problems), len(items))))


def _lists(folded: str, lines: Sequence[tuple[Span, bool]]) -> Iterator[list[Span]]:
    """What a plan may list: its marked paragraphs, an enumeration, the parts of a sentence, the sentences of a paragraph."""
    marked = [x for x, headed in lines if headed or line_marker(folded[slice(*x)])]
    if marked:
        yield marked
    for (start, end), _ in lines:
        _, inside = enumerated(folded, start, end)
        if inside:
            yield [(i.start, i.end) for i in inside]
    spans = [x for x, _ in lines]
    for n, (_, end) in enumerate(spans):
        if folded[end - 1] == ":" and len(below := _below(folded, spans[n + 1 :])) > 1:
            yield below
    for start, end in spans:
        for a, b in listed(folded, start, end, "。"):
            lead = max((m.end() for m in _LEADS.finditer(folded, a, b)), default=a)
            therefore = _THEREFORE.match(folded, lead, b)
            parts = listed(folded, therefore.end() if therefore else lead, b, ";")
            if len(parts) > 1:
                yield parts
    for start, end in spans:
        if folded[end - 1] == ":":
            continue  # "重点抓好以下工作:" leads up to what stands below
        yield [x for x in listed(folded, start, end, "。") if not _ASIDE.match(folded[slice(*x)])]


_COUNTED_OFF = re.compile(r"[一二三四五六七八九十]是|其[一二三四五六七八九十],")


def _below(folded: str, spans: Sequence[Span]) -> list[Span]:
    """What a line that ends with a colon opens: the marked lines below it, else those up to the first that does not end
    with a semicolon."""
    marked = [bool(line_marker(folded[a:b]) or _COUNTED_OFF.match(folded, a, b)) for a, b in spans]
    if marked and marked[0]:
        return list(spans[: marked.index(False) if False in marked else len(spans)])
    stop = next((i for i, (_, b) in enumerate(spans) if folded[b - 1] != ";"), len(spans) - 1)
    return list(spans[: stop + 1])


_AGAINST = re.compile(
    r"(?:补(?:齐|上)?(?:[^,。;:]{0,4})短板|(?:针对|解决|对着|围绕)[^,。;:]{0,10}(?:问题|不足|短板))[^。;]{0,12}:$"
)


def _against_them(folded: str, spans: Sequence[Span]) -> list[Span]:
    """The lines of a plan that say of themselves that they are against what was told ("抓好以下几件补短板的事:")."""
    for n, (start, end) in enumerate(spans):
        if _AGAINST.search(folded, start, end):
            return _below(folded, spans[n + 1 :])
    return []


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
