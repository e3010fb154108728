"""Paragraphs of plain text that was broken at a fixed width: which line ends are the typesetter's and which the writer's.

A typesetter breaks a line where the next unbreakable piece (a character with its closing punctuation, a whole number)
does not fit any more. So a line end is his when line and next piece together are wider than the measure of the text;
all other line ends are the writer's. Texts with one paragraph a line are left exactly as they are.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from statistics import median

_TERMINAL = "。！？：；.!?:;”）)》"
_STOPS = "。！？!?"
_OPEN = "（(“‘《〈【〔[「『"
_CLOSE = "，。、；：！？）)”’》〉】〕]」』%％,.;:!?"
# What begins a paragraph of its own: 一、 （一） 1. 1、 （1） ① 第一部分 一是 附件 —— ; not the decimals of a broken number.
OPENING = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}(?:、|是(?!否)|要(?!求))|[（(][一二三四五六七八九十]{1,3}[）)]"
    r"|\d{1,2}(?:、|[.．](?![\d%％万亿元]))|[（(]\d{1,2}[）)](?!个)|[①-⑳]|第[一二三四五六七八九十]{1,3}(?:部分|章|节)"
    r"|附[件表](?:\s*\d|[一二三四五：:])|——)"
)
# Full lines differ in the width we count by two characters: hanging punctuation, quotes and spaces of half width.
_SLACK = 4
_PAGE_NUMBER = re.compile(
    r"[-—–－·\s]*(?:[-—–－·]\s*\d{1,4}\s*[-—–－·]|第\s*\d{1,4}\s*页(?:[\s,，/]*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4})[-—–－·\s]*"
)
_LONE = re.compile(r"\d{1,3}")


def width(text: str) -> int:
    """The printed width in half characters: 2 for Han and full-width signs, 1 for ASCII; white space at the ends is not counted.

    >>> width("执行数2,779.66万元 ")
    18
    """
    return sum(2 if unicodedata.east_asian_width(ch) in "WFA" else 1 for ch in text.strip())


def _first_piece(line: str) -> int:
    """The width of what a typesetter would have had to put on the line before: it is not broken inside.

    >>> _first_piece("2,779.66万元"), _first_piece("代表，")
    (8, 2)
    """
    at = 0
    while at < len(line) and line[at] in _OPEN:
        at += 1
    if at < len(line):
        run = re.match(r"[0-9A-Za-z.,%+/-]+", line[at:])
        at += len(run[0]) if run else 1
    while at < len(line) and line[at] in _CLOSE:
        at += 1
    return width(line[:at])


def measure(lines: Sequence[str]) -> int | None:
    """The usual width of a full line in a text that was broken, or None for a text with a paragraph a line.

    Broken text shows itself by long lines that stop in the middle of a sentence, all of about the same width.
    """
    long = [line for line in lines if width(line) >= 36 and not _is_heading(line)]
    open_ended = [width(line) for line in long if line.strip()[-1] not in _TERMINAL]
    if len(open_ended) < 2 or len(open_ended) < 0.4 * len(long):
        return None
    middle = int(median(open_ended))
    if middle > 160 or sum(width(line) > middle + 16 for line in long) > 0.1 * len(long):
        return None
    return middle if sum(abs(w - middle) <= 8 for w in open_ended) >= 0.7 * len(open_ended) else None


def _is_heading(line: str) -> bool:
    """A numbered line without a comma or stop inside: it may be long and is still no broken sentence."""
    return bool(OPENING.match(line.strip())) and not re.search(r"[，,。；;：:]", line)


def is_page_number(line: str) -> bool:
    """A page number that cannot be anything else: — 6 —, - 6 -, 第6页 共23页, 6/23.

    >>> [is_page_number(x) for x in ("— 6 —", "第 6 页 共 23 页", "6", "6%")]
    [True, True, False, False]
    """
    return bool(_PAGE_NUMBER.fullmatch(line.strip()))


def unwrap(lines: Sequence[str]) -> list[str]:
    """Paragraphs of the lines of a text file (without line ends), stripped; blank lines and page numbers go.

    >>> unwrap(["　　全年召开会议13次。", "", "　　听取报告45项。"])
    ['全年召开会议13次。', '听取报告45项。']
    """
    kept = _without_page_numbers(lines)
    texts = [i for i, line in enumerate(kept) if line.strip()]
    content = [kept[i] for i in texts]
    limit = measure(content)
    if limit is None:
        return [line.strip() for line in content]
    gaps = [b - a > 1 for a, b in itertools.pairwise(texts)]
    spaced = sum(gaps) >= 0.6 * len(gaps) if gaps else False  # a blank line after every line says nothing
    indents = [_indent(line) >= 4 for line in content]
    indented = 0.05 * len(content) <= sum(indents) <= 0.6 * len(content)
    out = [content[0].strip()]
    first = True  # the line above begins a paragraph
    for i, line in enumerate(content[1:]):
        lost = 4 if first and not _is_heading(content[i]) else 0  # the indent of two characters, where none is kept
        lead = _indent(content[i]) if indented else lost
        first = not _goes_on(content[i], line, limit - lead, gaps[i], spaced, indented and indents[i + 1])
        if first:
            out.append(line.strip())
        else:
            out[-1] = join(out[-1], line)
    return out


def _indent(line: str) -> int:
    return sum(2 if ch == "\u3000" else 1 for ch in line[: len(line) - len(line.lstrip())])


def _goes_on(last: str, line: str, usual: int, gap: bool, spaced: bool, indented: bool) -> bool:
    """Whether ``line`` goes on with the paragraph of ``last``; ``usual`` is what a full line has there."""
    before, after = last.strip(), line.strip()
    needed = width(before) + _first_piece(after)
    stopped = before[-1] in _STOPS
    if indented or (gap and not spaced and stopped):
        return False
    if stopped:  # most paragraphs end with a stop, few lines do
        return needed > usual + 2 and not OPENING.match(after)
    if OPENING.match(after) and (before[-1] in "；;：:" or needed <= usual):
        return False
    if needed > usual - (0 if before[-1] in "：:" else _SLACK):
        return True
    if spaced and not gap:  # in double-spaced text, lines without a blank line between them belong together
        return before[-1] not in _TERMINAL and not OPENING.match(before)
    return before[-1] in "，、（(“《" and width(before) >= 0.6 * usual


def join(before: str, after: str) -> str:
    """Two parts of a paragraph: a space only between Latin words.

    >>> join("组织代表800余人", "次参与"), join("Health", "Care")
    ('组织代表800余人次参与', 'Health Care')
    """
    before, after = before.rstrip(), after.strip()
    if before and after and before[-1].isascii() and before[-1].isalpha() and after[0].isascii() and after[0].isalpha():
        return f"{before} {after}"
    return before + after


def _without_page_numbers(lines: Sequence[str]) -> list[str]:
    """Page numbers become blank lines: marked ones always, lone numbers when they count pages through the text."""
    lone = [(i, int(line)) for i, line in enumerate(lines) if _LONE.fullmatch(line.strip())]
    paging: set[int] = set()
    if len(lone) >= 3 and all(b[1] - a[1] in (1, 2) and b[0] - a[0] >= 8 for a, b in itertools.pairwise(lone)):
        paging = {i for i, _ in lone}
    return ["" if i in paging or is_page_number(line) else line for i, line in enumerate(lines)]
