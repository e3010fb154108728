"""Page furniture: page numbers, running heads and feet. They are known by where they stand and by coming back. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from textperf.read.repair import Printed

_DASH = r"[-—–－―·•~_]"
# — 6 —, - 6 -, ·6·, 第 6 页, 第6页 共23页, 6 / 23, Page 6 of 23
_SURE = re.compile(
    rf"\s*(?:{_DASH}+\s*\d{{1,4}}\s*{_DASH}+|第\s*[\d一二三四五六七八九十百]{{1,4}}\s*页(?:\s*[,，/]?\s*[（(]?共\s*[\d一二三四五六七八九十百]{{1,4}}\s*页[）)]?)?"
    rf"|\d{{1,4}}\s*/\s*\d{{1,4}}|(?i:page)\s*\d{{1,4}}(?:\s*(?:of|/)\s*\d{{1,4}})?)\s*"
)
_LONE = re.compile(r"\s*(\d{1,4}|[ivxlIVXL]{1,6})\s*")
_DIGITS = re.compile(r"\d+")
# A table's unit is never furniture, however often it stands at one place.
_KEPT = re.compile(r"单位[:：]|[公续附]\s*[开表]\s*\d")
# 附件1 … 附件2, 表3, 第2张表: titles that differ in their number are not one running head
_NUMBERED = re.compile(r"(?:附[件表录]|续?表|第)[\d一二三四五六七八九十]")
ZONE = 0.13  # the part of a page's height in which running heads and feet stand


def is_page_number(text: str) -> bool:
    """A page number that cannot be anything else.

    >>> [is_page_number(t) for t in ("— 6 —", "第 6 页 共 23 页", "-6-", "6", "2024年")]
    [True, True, True, False, False]
    """
    return bool(_SURE.fullmatch(text))


def _counts_pages(spots: Sequence[tuple[int, int]], texts: Mapping[tuple[int, int], str]) -> bool:
    """Whether the figures of a line that comes back stay the same or go up with the pages: 2022年收支情况 and 2023年收支情况
    at the top of two pages are no running head."""
    ordered = sorted(spots)
    figures = [[int(n) for n in _DIGITS.findall(texts[spot])] for spot in ordered]
    steps = [
        all(y - x in (0, q[0] - p[0]) for x, y in zip(a, b, strict=True))
        for p, q, a, b in zip(ordered, ordered[1:], figures, figures[1:], strict=False)
        if len(a) == len(b)
    ]
    return sum(steps) >= 0.7 * len(steps)


def _of_text(lines: Sequence[Printed]) -> set[int]:
    """The lines that stand in a block of text: two or more of one size close to each other, one of them as wide as the lines
    of the page are. Pages that begin alike (a form filled in for each project) have no running heads for that."""
    out: set[int] = set()
    block: list[int] = []
    widest = max((line.width for line in lines), default=0.0)
    for i, line in enumerate(lines):
        last = lines[block[-1]] if block else line
        close = -0.5 * line.size < line.box[1] - last.box[3] < 1.1 * line.size
        if block and not (close and abs(line.size - last.size) < 0.05 * line.size):
            block = []
        block.append(i)
        if len(block) > 1 and any(lines[k].width > 0.8 * widest and len(lines[k].text) > 20 for k in block[-2:]):
            out.update(block)
        elif len(block) > 1 and block[-2] in out:
            out.add(i)
    return out


def furniture(
    pages: Sequence[tuple[int, float, Sequence[Printed]]], full: Collection[int] = ()
) -> set[tuple[int, int]]:
    """(page, index of the line) of what is furniture. Each page is (number, height of the frame, lines from top to bottom);
    ``full`` are pages that hold something beside these lines (a table).

    Running heads: the same words but for figures at the same height on at least three pages (on both of two). A lone
    figure at the edge of a page counts as its number where it stands alone, or goes up with the pages.
    """
    out: set[tuple[int, int]] = set()
    seen: Counter[tuple[str, int]] = Counter()
    places: dict[tuple[str, int], list[tuple[int, int]]] = {}
    lone: dict[int, list[tuple[int, int]]] = {}  # number minus page → places
    for number, height, lines in pages:
        text = _of_text(lines)
        for i, line in enumerate(lines):
            top, bottom = line.box[1], line.box[3]
            middle = (top + bottom) / 2
            edge = middle < ZONE * height or middle > (1 - ZONE) * height
            if is_page_number(line.text) and (edge or i in (0, len(lines) - 1)):
                out.add((number, i))
                continue
            if not edge:
                continue
            figure = _LONE.fullmatch(line.text)
            if figure:
                if figure[1].isdigit():
                    lone.setdefault(int(figure[1]) - number, []).append((number, i))
                if middle < 0.08 * height or middle > 0.92 * height:
                    out.add((number, i))
                continue
            said = "".join(line.text.split())
            key = (said if _NUMBERED.match(said) else _DIGITS.sub("#", said), round(middle / 8))
            if len(line.text) > 60 or _KEPT.search(line.text) or i in text:
                continue
            seen[key] += 1
            places.setdefault(key, []).append((number, i))
    texts = {(n, i): line.text for n, _, lines in pages for i, line in enumerate(lines)}
    for spots in lone.values():
        if len(spots) >= 2:
            out.update(spots)
    for key, _count in seen.items():
        spots = [spot for near in (-1, 0, 1) for spot in places.get((key[0], key[1] + near), [])]
        different = {page for page, _ in spots}
        if (len(different) >= 3 or (len(different) == 2 == len(pages))) and _counts_pages(spots, texts):
            out.update(spots)
    bare = [n for n, _, lines in pages if lines and n not in full and all((n, i) in out for i in range(len(lines)))]
    if 2 * len(bare) >= len(pages):
        # where nothing else stands on most pages, what comes back is the content
        out = {spot for spot in out if spot[0] not in bare or is_page_number(texts[spot])}
    return out
