"""How a paragraph about problems or measures is arranged: its marker, its inline enumeration, its list of semicolons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from textperf.text.sentences import Span

HAN = "一二三四五六七八九十"
_INDEX = {c: i for i, c in enumerate(HAN, 1)}
_WORDS = {"首先": 1, "其次": 2, "再次": 3, "再者": 3, "此外": 4, "最后": 9, "一方面": 1, "另一方面": 2}

# markers at the start of a line that make it an item of a list
_LINE_MARK = re.compile(
    rf"(?:[(\[][ ]*[{HAN}\d]{{1,3}}[ ]*[)\]][、.]?|[{HAN}]{{1,3}}、|\d{{1,2}}(?:\.\d{{1,2}}){{0,2}}[ ]*[.、](?:(?!\d)|(?=(?:20)?\d\d年|\d{{1,2}}月))|[\u2460-\u2473]|[{HAN}]{{1,2}}(?:是|要(?!求))|其[{HAN}][,:、是]|第[{HAN}][,、是:]"
    rf"|(?:主要)?问题[ ]*(?:之)?[{HAN}\d]+[.:、]|问题之[{HAN}\d]+[,是]|(?:首先|其次|再次|最后)[,是]|(?:改进|整改)?措施[{HAN}\d]+[.:、]|-{{1,2}}(?!\d)|——|[·•●◆■○]|、(?=[\u4e00-\u9fff]))[ ]*"
)
# inline enumerations, by scheme; group 1 is the index
_SCHEMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("是", re.compile(rf"(?:^|(?<=[。;:,\s)”、→]))([{HAN}]{{1,2}})(?:是|要(?!求)|则)(?![一二][二三是])")),
    ("其", re.compile(rf"(?:^|(?<=[。;:,\s)]))其([{HAN}])[,:、是]?")),
    ("第", re.compile(rf"(?:^|(?<=[。;:,\s)]))第([{HAN}])[,:、是]")),
    ("首先", re.compile(r"(?:^|(?<=[。;:,\s)]))(首先|其次|再次|再者|最后)[,是:]")),
    ("方面", re.compile(r"(?:^|(?<=[。;:,\s)]))(一方面|另一方面)[,是:]?")),
    ("括号", re.compile(rf"(?:^|(?<=[。;:\s]))[(\[]([{HAN}]{{1,3}}|\d{{1,2}})[)\]][、.]?")),
    ("数字", re.compile(r"(?:^|(?<=[。;:\s]))(\d{1,2})[.、](?:(?!\d)|(?=20\d\d年))")),
    ("圈", re.compile(r"(?:^|(?<=[。;:,\s\u4e00-\u9fff]))([\u2460-\u2473])")),
)


@dataclass(frozen=True, slots=True)
class Item:
    """A stretch of text that holds one problem or measure with what belongs to it.

    ``marked``: a marker or enumeration word set it apart, so all of it is about one thing.
    """

    start: int
    end: int
    marked: bool
    group: int = 0  # counts up at each restart of an enumeration (一是…二是… 整改措施:一是…)


def line_marker(line: str) -> int:
    """The length of the list marker at the start of a folded line, 0 without one.

    >>> line_marker("(一)预算编制不细"), line_marker("问题1:进度慢"), line_marker("3.5万元"), line_marker("一是进度慢")
    (3, 4, 0, 2)
    >>> line_marker("2、2022年招录8名"), line_marker("3.5月底前")
    (2, 2)
    """
    m = _LINE_MARK.match(line)
    return m.end() if m else 0


def index_of(mark: str) -> int:
    """The number that an enumeration mark stands for (一 → 1, 十二 → 12, ③ → 3, 其次 → 2)."""
    if mark in _WORDS:
        return _WORDS[mark]
    if mark.isdigit() and mark.isascii():
        return int(mark)
    if len(mark) == 1 and "\u2460" <= mark <= "\u2473":
        return ord(mark) - 0x245F
    if len(mark) == 2 and mark[0] == "十":
        return 10 + _INDEX.get(mark[1], 0)
    return _INDEX.get(mark[-1], 0) + (10 * _INDEX.get(mark[0], 0) if len(mark) == 3 else 0)


def enumerated(folded: str, start: int, end: int) -> tuple[Span, list[Item]]:
    """The head before an inline enumeration and its items; without one the head is everything and the list is empty.

    >>> text = "主要问题:一是编制不细。二是进度偏慢;下一步:一是细化编制。"
    >>> head, items = enumerated(text, 0, len(text))
    >>> text[slice(*head)], [(text[i.start:i.end], i.group) for i in items]
    ('主要问题:', [('编制不细。', 1), ('进度偏慢;下一步:', 1), ('细化编制。', 2)])
    """
    best: list[tuple[int, int, int, int]] = []
    for _, pattern in _SCHEMES:
        marks: list[tuple[int, int, int, int]] = []
        expected, group = 1, 0
        for m in pattern.finditer(folded, start, end):
            number = index_of(m.group(1))
            if number == 1:
                group += 1
                expected = 1
            elif not (group and (number == expected or number == 9)):
                continue
            marks.append((m.start(), m.end(), number, group))
            expected = number + 1
        groups = {g for *_, n, g in marks if n > 1}
        # a lone 一是 counts where a label stands before it or the stretch begins with it
        marks = [x for x in marks if x[3] in groups or x[0] == start or folded[x[0] - 1] in ":→"]
        if len(marks) >= 2 and (not best or marks[0][0] < best[0][0]):
            best = marks
    if not best:
        return (start, end), []
    items = [
        Item(mark_end, best[i + 1][0] if i + 1 < len(best) else end, True, group)
        for i, (_, mark_end, _, group) in enumerate(best)
    ]
    return (start, best[0][0]), items


def listed(folded: str, start: int, end: int, stops: str = "。;!?\n") -> list[Span]:
    """The parts of a stretch between full stops and semicolons (not those inside brackets or quotes).

    >>> text = "a(b;c);d。“e;f”,g"
    >>> [text[x:y] for x, y in listed(text, 0, len(text))]
    ['a(b;c)', 'd', '“e;f”,g']
    """
    out: list[Span] = []
    depth, at = 0, start
    nested = _OPENED.search(folded, start, end)  # else only the stops count
    for m in (_POINTS if nested else _stops(stops)).finditer(folded, start, end):
        i, ch = m.start(), m.group()
        if ch in "(“《[":
            depth += 1
            continue
        if ch in ")”》]":
            depth = max(0, depth - 1)
            continue
        if ch == "\n":
            depth = 0
        if ch in stops and depth == 0:
            if folded[at:i].strip():
                out.append((at, i))
            at = i + 1
    if folded[at:end].strip():
        out.append((at, end))
    return out


@lru_cache(maxsize=16)
def _stops(stops: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(stops)}]")


_OPENED = re.compile(r"[(“《\[]")
_POINTS = re.compile(r"[()“”《》\[\]。;!?,\n]")
_EDGE = " \t\n,;:。、.!?→"
_CONNECTIVE = re.compile(r"(?:同时|此外|另外|还有|以及|而且|并且|其中|三是)[,:]?")


def trim(folded: str, start: int, end: int) -> Span:
    """A span without the markers, connectives and punctuation at its edges.

    >>> text = "1.同时,预算编制不细。"
    >>> text[slice(*trim(text, 0, len(text)))]
    '预算编制不细'
    """
    while True:
        before = (start, end)
        while start < end and folded[start] in _EDGE:
            start += 1
        while start < end and folded[end - 1] in _EDGE:
            end -= 1
        skip = line_marker(folded[start : min(end, start + 12)])
        if skip and start + skip < end:
            start += skip
        m = _CONNECTIVE.match(folded, start, end)
        if m and m.end() < end:
            start = m.end()
        if (start, end) == before:
            return start, end
