"""Printed lines → paragraphs: which line ends are the typesetter's and which the writer's. Pure; used for PDF and OCR.

A typesetter breaks a line where the next unbreakable piece (a character with its closing punctuation, a whole number)
does not fit any more. So a line end is his when line and next piece together are wider than the column; all other line
ends are the writer's. Indents, gaps, sizes, centred lines and list markers say the rest.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from textperf.model import Box
from textperf.read.builder import Piece
from textperf.read.wrapped import OPENING

Key = tuple[int, int]
_TERMINAL = "。！？；：!?;:”）)》"
_OPEN = "（(“‘《〈【〔[「『"
_CLOSE = "，。、；：！？）)”’》〉】〕]」』%％,.;:!?…—"
_TOKEN = re.compile(r"[0-9A-Za-z.,%+/\-]+")
_LEADER = re.compile(r"(?:[.．·•]{3,}|…+|-{4,}|\s)\s*\d{1,4}$")
_BULLETS = frozenset("·•●○■□◆◇★☆▲△►▶➢➤✓√\uf06c\uf0a7\uf0d8\uf0b7\uf06e\uf075")
_LATIN = re.compile(r"[A-Za-z]$")


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed line. ``box`` lies in the reading frame of its page; ``piece`` holds text and places for the document.

    ``column`` and ``columns`` say in which of how many columns of its page the line stands (0 of 1: it is not in columns, or
    goes over all of them); ``room`` is the width of the
    page (0 where unknown). ``loose`` when it holds entries far apart, which is no prose; ``note`` when it belongs to a note at
    the foot of its page.
    """

    text: str
    page: int
    box: Box
    size: float
    piece: Piece
    column: int = 0
    columns: int = 1
    room: float = 0.0
    loose: bool = False
    note: bool = False

    @property
    def width(self) -> float:
        """How wide the line is."""
        return self.box[2] - self.box[0]


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of text: its left and right side, the usual gap between lines, whether paragraphs begin indented."""

    left: float
    right: float
    gap: float
    indents: bool


def piece_width(text: str, size: float) -> float:
    """The width of what cannot be parted from the beginning of a line: a number or word with its punctuation.

    >>> piece_width("2,779.66万元", 10), piece_width("表，并", 10)
    (40.0, 20.0)
    """
    at = 0
    while at < len(text) and text[at] in _OPEN:
        at += 1
    start = at
    token = _TOKEN.match(text, at)
    at = token.end() if token else at + 1
    wide = start + (0 if token else 1)
    narrow = at - start if token else 0
    while at < len(text) and text[at] in _CLOSE:
        at += 1
        wide += 1
    return size * (wide + narrow * 0.5)


def measures(lines: Sequence[Printed]) -> dict[tuple[int, int], Measure]:
    """The measure of every (page, column): its own where it has enough long lines, else that of all such columns."""
    groups: dict[tuple[int, int], list[Printed]] = {}
    alike: dict[tuple[int, int, int], list[Printed]] = {}
    for line in lines:
        groups.setdefault((line.page, line.column), []).append(line)
        alike.setdefault((line.column, line.columns, round(line.room / 10)), []).append(line)
    common = {key: _measure(group, 2) for key, group in alike.items()}
    out: dict[tuple[int, int], Measure] = {}
    for key, group in groups.items():
        first = group[0]
        general = common[first.column, first.columns, round(first.room / 10)]
        own = _measure(group, 3) if len(group) >= 6 else None
        close = own is not None and abs((own.right - own.left) - (general.right - general.left)) < 0.8 * first.size
        out[key] = replace(own, indents=general.indents) if own is not None and close else general
    return out


def _measure(lines: Sequence[Printed], least: int) -> Measure:
    widest = max(line.width for line in lines)
    long = [line for line in lines if line.width >= 0.6 * widest]
    lefts = Counter(round(line.box[0] / 2) for line in long)
    # punctuation may hang over the right side: the lines that end in a character tell where it is
    ending = [line for line in long if line.text[-1] not in _CLOSE] or long
    rights = Counter(round(line.box[2] / 2) for line in ending)
    need = max(min(least, len(long)), round(0.05 * len(long)))
    left = min((x for line in long if _near(lefts, x := line.box[0]) >= need), default=min(x.box[0] for x in long))
    right = max(
        (x for line in ending if _near(rights, x := line.box[2]) >= need), default=max(x.box[2] for x in ending)
    )
    room = max(line.room for line in lines)
    if room and lines[0].columns == 1 and right - left < 0.55 * room and not _full_lines(long, right):
        # nothing but captions, notes and other short lines: the margins are those of the page, alike on both sides
        right = max(right, room - left)
    gaps = [
        b.box[1] - a.box[3]
        for a, b in itertools.pairwise(lines)
        if a.page == b.page and b.box[1] > a.box[1] and abs(a.size - b.size) < 1 and a.width > 0.6 * widest
    ]
    size = median(line.size for line in lines)
    begins = sum(1.4 * size < line.box[0] - left < 2.7 * size for line in lines)
    return Measure(
        left, right, min(median(gaps), 1.6 * size) if gaps else size, begins >= 2 and begins >= 0.08 * len(lines)
    )


def _full_lines(lines: Sequence[Printed], right: float) -> bool:
    """Whether two lines of one page end at the right side, as those of wrapped prose do."""
    pages = Counter(line.page for line in lines if abs(line.box[2] - right) <= 3)
    return any(count > 1 for count in pages.values())


def _near(counts: Counter[int], value: float) -> int:
    k = round(value / 2)
    return counts[k - 1] + counts[k] + counts[k + 1]


# A whole title in one line, and what may still belong to it: …绩效自评报告 | 为全面实施… but …自评报告 | 的通知, （公开稿）
_TITLE = re.compile(
    r"[^，,。；;：:、《》“”]{0,24}(?:20\d\d|二[〇○零]..)年度?[^，,。；;：:、《》“”]{2,30}(?:报告|报告书|决算|决算公开)"
)
_OF_TITLE = re.compile(r"[，,。；;：:、》”）(（的和及与等书公]")


def _whole_title(a: Printed, b: Printed) -> bool:
    return a.page <= 1 and bool(_TITLE.fullmatch(a.text)) and not _OF_TITLE.match(b.text)


def begins(text: str) -> bool:
    """Whether a line begins as items, headings and list entries do.

    >>> begins("（一）自评得分"), begins("·得分90.3分"), begins("亿条，开放接口")
    (True, True, False)
    """
    return bool(OPENING.match(text)) or text[:1] in _BULLETS


def goes_on(a: Printed, b: Printed, here: Measure, there: Measure) -> bool:
    """Whether line ``b`` goes on with the paragraph that ``a`` stands in. Each has the measure of its own column."""
    size = max(a.size, b.size)
    if a.columns != b.columns or a.loose or b.loose or _whole_title(a, b):
        return False
    if size > 1.22 * min(a.size, b.size) or (_LEADER.search(a.text) and begins(b.text)):
        return False
    same = a.page == b.page and a.column == b.column
    if same and b.box[1] - a.box[3] > here.gap + 0.9 * size:
        return False
    stopped = a.text[-1] in _TERMINAL
    room = here.right - here.left
    indent_a, indent_b = a.box[0] - here.left, b.box[0] - there.left
    if _centred(a, here) and _centred(b, there):
        return same and not stopped and a.width + piece_width(b.text, size) > 0.94 * room
    if indent_a > 0.4 * room and indent_a > 8 * size:
        return False
    if _centred(a, here) and indent_a > 2.6 * size and not _full_title(a, b, here, there):
        return False  # a title in the middle, deeper than any indent, before a text that is not
    left_over = here.right - a.box[2] - piece_width(b.text, size)
    if left_over >= (-0.2 if stopped else 0.2) * size:
        # The next piece would have fitted: the writer ended the line. In the middle of a sentence a typesetter may have
        # kept more together than we know (99%→年末, 2.60亿), so there a little room says nothing.
        kept = left_over < 3 * size and a.width > 0.7 * room
        mid_sentence = (not stopped and kept) or (_torn(a.text, b.text) and a.width > 0.5 * room)
        if not mid_sentence or begins(b.text) or (here.indents and indent_b > size):
            return False
    if indent_b > 1.3 * size:
        if _full_title(a, b, here, there):
            return True
        hanging = abs(indent_a - indent_b) < 0.4 * size and indent_b < 7 * size
        return hanging and not stopped and not begins(b.text)
    if stopped and begins(b.text):
        return here.indents and not (indent_a <= 0.8 * size and _begins_alike(a, b))
    return True


# A number at the end of a line whose unit begins the next one: no writer ends a paragraph there, however short the line.
_UNIT = re.compile(r"[万亿元人个件次名户家亩项处所％%‰套台公平吨天]")


def _torn(above: str, below: str) -> bool:
    """Whether a number and its unit are parted by the end of a line: 分别为2,540.00万 | 元、18,800.00万元."""
    return bool(re.search(r"[\d][万亿]?$", above)) and _UNIT.match(below) is not None


def _begins_alike(a: Printed, b: Printed) -> bool:
    """Both lines begin with a marker: items of a list that are not indented."""
    return begins(a.text) and begins(b.text)


def _centred(line: Printed, measure: Measure) -> bool:
    left, right = line.box[0] - measure.left, measure.right - line.box[2]
    return abs(left - right) < 1.2 * line.size and left > 2.6 * line.size and right > 2.6 * line.size


def _full_title(a: Printed, b: Printed, here: Measure, there: Measure) -> bool:
    """A title that fills its line and goes on in the middle of the next one."""
    whole = abs((a.box[0] - here.left) - (here.right - a.box[2])) < 1.2 * a.size
    return (
        whole
        and _centred(b, there)
        and a.page == b.page
        and a.text[-1] not in "。；！？："
        and not OPENING.match(b.text)
    )


def paragraphs(lines: Sequence[Printed], sides: Mapping[tuple[int, int], Measure] | None = None) -> list[list[Printed]]:
    """Paragraphs as lists of their printed lines, in order. ``sides``: the measures of the whole document, where the lines
    are only a part of it."""
    if not lines:
        return []
    sides = sides or measures(lines)
    out = [[lines[0]]]
    for a, b in itertools.pairwise(lines):
        if goes_on(a, b, sides[a.page, a.column], sides[b.page, b.column]):
            out[-1].append(b)
        else:
            out.append([b])
    return out


def pieces(lines: Iterable[Printed]) -> list[Piece]:
    """The pieces of one paragraph. Words of Latin letters are parted by a space at a line end, nothing else is."""
    out: list[Piece] = []
    for line in lines:
        if out and _LATIN.search(out[-1].text) and re.match(r"[A-Za-z0-9]", line.text):
            out[-1] = spaced(out[-1])
        out.append(line.piece)
    return out


def spaced(piece: Piece) -> Piece:
    """The piece with a space behind it (which has no width)."""
    edges = (*piece.edges, piece.edges[-1], piece.edges[-1]) if piece.edges else ()
    return Piece(piece.text + " ", piece.page, piece.box, edges)


def cell_pieces(lines: Sequence[Printed], width: float) -> tuple[Piece, ...]:
    """The pieces of a table cell ``width`` wide. Where the writer ended a line beside a figure or before a list marker, a
    space keeps the two apart, so that 10 above 10 never becomes 1010."""
    out: list[Piece] = []
    inner = max([width - 0.4 * lines[0].size, *(line.width for line in lines)]) if lines else 0.0
    for i, line in enumerate(lines):
        if i:
            before = lines[i - 1]
            last, first = before.text[-1], line.text[0]
            fits = before.width + piece_width(line.text, line.size) <= inner
            figures = (last.isdigit() or last in "%％‰.") and (first.isdigit() or first in "≥≤><=+-－＞＜")
            broken = last.isdigit() and before.width + 0.5 * line.size > inner  # not one more figure fits
            if (
                (figures and not broken)
                or (fits and _parted(last, line.text))
                or (_LATIN.search(last) and first.isalpha() and first.isascii())
            ):
                out[-1] = spaced(out[-1])
        out.append(line.piece)
    return tuple(out)


def _parted(last: str, text: str) -> bool:
    return bool(OPENING.match(text)) or (
        (last.isalnum() and last.isascii()) != (text[0].isalnum() and text[0].isascii()) and last in "%％"
    )
