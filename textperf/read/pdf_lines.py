"""Characters of a PDF page → runs: characters that stand side by side, with the place of each.

Coordinates are PDF points from the top left corner of the page as it is shown (crop box and /Rotate applied). Where most
of a page is written sideways or from top to bottom, runs are made in a turned *reading frame*, and ``Frame.back`` gives
their boxes on the page again.
"""

from __future__ import annotations

import ctypes
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import repeat
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

from textperf.model import Box
from textperf.read.builder import NOTE_MARK, RAISED

Numbers = npt.NDArray[np.float64]
Flags = np.ndarray[tuple[Any, ...], np.dtype[np.bool_]]
_SPACES = frozenset(" \u00a0\u3000\u2002\u2003\u2009\u200a\u202f\t")
_NOTHING = frozenset("\u200b\u200c\u200d\u00ad\ufeff\u2060\x00")
_BREAKS = frozenset("\r\n\x0b\x0c\x85\u2028\u2029")


@dataclass(slots=True)
class Run:
    """Characters side by side. ``edges`` holds left and right of each; ``size`` is about the font size; ``char`` is the
    number of the first one within the page; ``loose`` when entries stand in it that are far apart. All in the reading frame.
    """

    text: str
    edges: list[float]
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    char: int = 0
    last: int = 0
    loose: bool = False

    @property
    def middle(self) -> float:
        """The height of the middle of the line."""
        return (self.y0 + self.y1) / 2


@dataclass(frozen=True, slots=True)
class Frame:
    """How reading order lies on the page: ``turn`` quarter turns anti-clockwise make the text upright.

    ``width`` and ``height`` are those of the page as shown. ``lean`` is the angle in degrees by which a scan was turned
    about its middle to set it straight.
    """

    width: float
    height: float
    turn: int = 0
    lean: float = 0.0

    def forth(self, box: Box) -> Box:
        """A box of the page in the reading frame."""
        x0, y0, x1, y1 = box
        if self.turn == 1:
            return y0, self.width - x1, y1, self.width - x0
        if self.turn == 2:
            return self.width - x1, self.height - y1, self.width - x0, self.height - y0
        if self.turn == 3:
            return self.height - y1, x0, self.height - y0, x1
        return box

    def back(self, box: Box) -> Box:
        """A box of the reading frame on the page.

        >>> frame = Frame(600, 800, 1)
        >>> frame.back(frame.forth((10, 20, 30, 40)))
        (10, 20, 30, 40)
        """
        x0, y0, x1, y1 = box
        if self.turn == 1:
            x0, y0, x1, y1 = self.width - y1, x0, self.width - y0, x1
        elif self.turn == 2:
            x0, y0, x1, y1 = self.width - x1, self.height - y1, self.width - x0, self.height - y0
        elif self.turn == 3:
            x0, y0, x1, y1 = y0, self.height - x1, y1, self.height - x0
        return self._leaning((x0, y0, x1, y1)) if self.lean else (x0, y0, x1, y1)

    def _leaning(self, box: Box) -> Box:
        """The upright box around a box of the straightened scan as it lies on the page."""
        cos, sin = math.cos(math.radians(self.lean)), math.sin(math.radians(self.lean))
        mx, my = self.width / 2, self.height / 2
        corners = [(x - mx, y - my) for x in (box[0], box[2]) for y in (box[1], box[3])]
        xs, ys = [cos * x - sin * y + mx for x, y in corners], [sin * x + cos * y + my for x, y in corners]
        return min(xs), min(ys), max(xs), max(ys)


def plain(function: Any, result: Any, *arguments: Any) -> Any:
    """A PDFium function that takes addresses as numbers. Its wrapped twin spends half of its time on checking pointers,
    which counts where it is called for every character or object of a page."""
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    return ctypes.CFUNCTYPE(result, *arguments)(address)


_loose_box = plain(pdfium.FPDFText_GetLooseCharBox, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


def address(handle: Any) -> int:
    """The address behind a PDFium handle, for functions made by :func:`plain`."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


@dataclass(slots=True)
class CharBoxes:
    """Reads the boxes of all characters of a page with one buffer for the whole file (a call a character is the cost)."""

    _size: int = 0
    _buffer: Any = None
    _places: list[int] = field(default_factory=list)

    def read(self, textpage: Any, count: int) -> Numbers:
        """left, top, right, bottom of each character (a row each) in the page's own coordinates (y upwards)."""
        if not count:
            return np.empty((0, 4))
        if count > self._size:
            self._size = max(count, 2 * self._size, 4096)
            self._buffer = (pdfium.FS_RECTF * self._size)()
            start = ctypes.addressof(self._buffer)
            self._places = list(range(start, start + 16 * self._size, 16))
        deque(map(_loose_box, repeat(address(textpage)), range(count), self._places), maxlen=0)
        return np.frombuffer(self._buffer, dtype=np.float32, count=4 * count).reshape(count, 4).astype(np.float64)


def shown(boxes: Numbers, crop: Box, rotation: int) -> Numbers:
    """Boxes as :meth:`CharBoxes.read` gives them → rows x0, y0, x1, y1 on the page as shown."""
    left, top, right, bottom = boxes.T
    cx0, cy0, cx1, cy1 = crop
    if rotation == 90:
        sides = (bottom - cy0, left - cx0, top - cy0, right - cx0)
    elif rotation == 180:
        sides = (cx1 - right, bottom - cy0, cx1 - left, top - cy0)
    elif rotation == 270:
        sides = (cy1 - top, cx1 - right, cy1 - bottom, cx1 - left)
    else:
        sides = (left - cx0, cy1 - top, right - cx0, cy1 - bottom)
    return np.stack(sides)


_OPENING = np.array([ord(ch) for ch in "([{（［｛【〔“‘《√∫∑"], dtype=np.uint32)
# what a character is for the layout: 0 printed, 1 ends a line, 2 white space, 3 nothing
_KIND = np.zeros(0x10000, dtype=np.uint8)
_KIND[[ord(ch) for ch in _BREAKS]] = 1
_KIND[[ord(ch) for ch in _SPACES]] = 2
_KIND[[ord(ch) for ch in _NOTHING]] = 3


def runs(text: str, sides: Numbers, wide: float, high: float) -> tuple[Frame, list[Run]]:
    """The reading frame of a page and its runs in the order of its content.

    ``sides`` are rows of x0, y0, x1, y1 for each character of ``text``; ``wide`` and ``high`` the size of the page as
    shown. A run ends at a line end, a wide gap or a jump.
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds = _KIND[np.minimum(codes, 0xFFFF)]
    seen = np.flatnonzero(kinds == 0)
    if not len(seen):
        return Frame(wide, high), []
    ends, blanks = np.cumsum(kinds == 1)[seen], np.cumsum(kinds == 2)[seen]
    x0, y0, x1, y1 = sides[:, seen]
    broken, spaced = np.diff(ends) > 0, np.diff(blanks) > 0
    twins = np.flatnonzero(
        ~broken & (np.abs(np.diff(x0)) < 0.01) & (np.abs(np.diff(x1)) < 0.01) & (np.abs(np.diff(y0)) < 0.01)
    )
    if len(twins):
        _share(twins.tolist(), codes[seen], x0, x1)
    turn = _turn(x0, y0, x1, y1, ~(broken | spaced))
    if turn == 1:
        x0, y0, x1, y1 = y0, wide - x1, y1, wide - x0
    elif turn == 2:
        x0, y0, x1, y1 = wide - x1, high - y1, wide - x0, high - y0
    elif turn == 3:
        x0, y0, x1, y1 = high - y1, x0, high - y0, x1
    tall, middle = y1 - y0, (y0 + y1) / 2
    reach = np.maximum(tall[1:], tall[:-1])
    gap = x0[1:] - x1[:-1]
    new = broken | (gap > 1.2 * reach) | (gap < -0.6 * reach) | (np.abs(np.diff(middle)) > 0.45 * reach)
    starts = np.concatenate(([0], np.flatnonzero(new) + 1))
    tops, bottoms = np.minimum.reduceat(y0, starts).tolist(), np.maximum.reduceat(y1, starts).tolist()
    lefts, rights = np.minimum.reduceat(x0, starts).tolist(), np.maximum.reduceat(x1, starts).tolist()
    widest = np.maximum.reduceat(x1 - x0, starts).tolist()
    edges = np.stack((x0, x1), axis=1).ravel().tolist()
    said = codes[seen]
    _raise(said, gap, y0, y1)
    printed = said.tobytes().decode("utf-32-le", "replace").replace("\x02", "-").replace("\ufffe", "-")
    numbers = seen.tolist()
    places = (np.flatnonzero(spaced & ~new) + 1).tolist()
    gaps = gap.tolist()
    marked = any(mark in printed for mark in "¹²³⁴⁵⁶⁷⁸⁹⁰")
    out: list[Run] = []
    at = 0
    bounds = [*starts.tolist(), len(numbers)]
    for k in range(len(bounds) - 1):
        a, b = bounds[k], bounds[k + 1]
        high_k = bottoms[k] - tops[k]
        size = widest[k] if widest[k] > 0.6 * high_k else 0.9 * high_k
        line, mine = printed[a:b], edges[2 * a : 2 * b]
        first = at
        while at < len(places) and places[at] < b:
            at += 1
        wider = tracking(line, gaps[a : b - 1]) if 2 * (at - first) > b - a - 1 > 3 else 0.0
        inside = [
            i - a
            for i in places[first:at]
            if not 0 < gaps[i - 1] < 1.6 * wider and spacing(printed[i - 1], printed[i], gaps[i - 1] - wider, size)
        ]
        for i in reversed(inside):
            line = line[:i] + " " + line[i:]
            mine[2 * i : 2 * i] = (mine[2 * i - 1], max(mine[2 * i - 1], mine[2 * i]))
        if marked:
            line, mine = _without_marks(printed[max(0, a - 3) : a], line, mine)
        if line:
            out.append(Run(line, mine, lefts[k], tops[k], rights[k], bottoms[k], size, numbers[a], numbers[b - 1]))
    return Frame(wide, high, turn), out


def _without_marks(before: str, text: str, edges: list[float]) -> tuple[str, list[float]]:
    """The text of a run and its edges without the marks of notes; ``before`` is what stands right before it."""
    for found in reversed(list(NOTE_MARK.finditer(before + text))):
        a, b = max(0, found.start() - len(before)), found.end() - len(before)
        if b > 0:
            text, edges = text[:a] + text[b:], edges[: 2 * a] + edges[2 * b :]
    return text, edges


def _share(twins: list[int], codes: Any, x0: Numbers, x1: Numbers) -> None:
    """Characters of one ligature have one box: each gets its share. Equal letters at one place are a letter printed twice,
    but for those that fonts join: dashes, dots, ff and tt."""
    at = 0
    while at < len(twins):
        first = twins[at]
        last = first + 1
        while at + 1 < len(twins) and twins[at + 1] == last:
            at += 1
            last += 1
        at += 1
        group = codes[first : last + 1].tolist()
        if len(set(group)) == 1 and group[0] not in (0x2014, 0x2026, 0x2500, 0x2015, 0x66, 0x74):
            continue
        step = (x1[first] - x0[first]) / len(group)
        for k in range(len(group)):
            x0[first + k], x1[first + k] = x0[first] + k * step, x0[first] + (k + 1) * step


def _raise(codes: Any, gap: Numbers, y0: Numbers, y1: Numbers) -> None:
    """Superscript figures become characters of their own (36 with the mark of a note: 36¹, never 361): smaller than what
    they follow, and higher by a quarter (nothing is raised behind an opening bracket). At most three in a row."""
    tall, figure = y1 - y0, (codes >= 0x30) & (codes <= 0x39)
    before = tall[:-1]
    close = (np.abs(gap) < 0.4 * before) & (y1[1:] > y0[:-1])
    small = figure[1:] & close & (tall[1:] < 0.78 * before) & (y1[1:] < y1[:-1] - 0.25 * before)
    small &= ~np.isin(codes[:-1], _OPENING)
    for i in (np.flatnonzero(small) + 1).tolist():
        end = i + 1
        while end < len(codes) and figure[end] and close[end - 1] and abs(y1[end] - y1[i]) + abs(y0[end] - y0[i]) < 1:
            end += 1
        if end - i <= 3:
            codes[i:end] = [RAISED[code] for code in codes[i:end].tolist()]


def _turn(x0: Numbers, y0: Numbers, x1: Numbers, y1: Numbers, together: Flags) -> int:
    """Quarter turns that make most of a page's text upright, from where the next character stands.

    Text from top to bottom counts as 1: its lines go from right to left, as those of text turned clockwise do.
    """
    dx, dy = np.diff(x0 + x1) / 2, np.diff(y0 + y1) / 2
    reach = 2 * np.maximum(y1 - y0, x1 - x0)[:-1] + 1
    near = together & (np.abs(dx) < reach) & (np.abs(dy) < reach)
    across, along = near & (np.abs(dx) > 2 * np.abs(dy)), near & (np.abs(dy) > 2 * np.abs(dx))
    votes = [
        int(np.count_nonzero(across & (dx > 0))),
        int(np.count_nonzero(along & (dy > 0))),
        int(np.count_nonzero(across & (dx < 0))),
        int(np.count_nonzero(along & (dy < 0))),
    ]
    best = max(range(4), key=lambda k: votes[k])
    return best if votes[best] > 2 * votes[0] + 3 else 0


def tracking(text: str, gaps: Sequence[float]) -> float:
    """By how much all characters of a line are set apart (as in a title spread over its line), 0 where they are not: such
    gaps are no spaces of the text, and 2 0 2 3 年 is one number. A row of figures is none: 1 2 3 4 heads columns.

    >>> tracking("2023年度报", [5.0, 5.1, 5.0, 4.9, 5.0, 12.0]), tracking("支出20", [0.0, 0.0, 4.0]), tracking("1234", [9.0] * 3)
    (5.0, 0.0, 0.0)
    """
    usual = median(gaps)
    alike = sum(abs(gap - usual) < 0.25 * usual for gap in gaps)
    return usual if usual > 0 and alike > 0.7 * len(gaps) and 3 * sum(map(is_wide, text)) >= len(text) else 0.0


def is_wide(ch: str) -> bool:
    """Whether a character is Han, kana, or a full-width sign."""
    return "\u2e80" <= ch <= "\u9fff" or "\uff00" <= ch <= "\uffef" or ch in "“”‘’—…〇①②③④⑤⑥⑦⑧⑨⑩" or ch > "\U00020000"


def spacing(before: str, after: str, gap: float, size: float) -> bool:
    """Whether the white space between two characters of a line is a space of the text and not of the typesetter.

    Between Han characters and figures typesetters put a quarter of an em; a writer's space is wider.

    >>> spacing("4", "年", 3, 12), spacing("分", "上", 24, 12), spacing("P", "D", 3, 12), spacing("8", "%", 3, 12)
    (False, True, True, False)
    """
    if is_wide(before) or is_wide(after):
        return gap >= (0.45 if is_wide(before) and is_wide(after) else 1.2) * size
    return not (before.isdigit() and after in "%‰℃")
