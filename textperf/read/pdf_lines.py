"""Characters of a PDF page → runs: characters that stand side by side, with the place of each.

Coordinates are PDF points from the top left corner of the page as it is shown (crop box and /Rotate applied). Where most
of a page is written sideways or from top to bottom, runs are made in a turned *reading frame*, and ``Frame.back`` gives
their boxes on the page again.
"""

from __future__ import annotations

import ctypes
import math
from array import array
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, repeat
from typing import Any

import pypdfium2.raw as pdfium

from textperf.model import Box

_SPACES = frozenset(" \u00a0\u3000\u2002\u2003\u2009\u200a\u202f\t")
_NOTHING = frozenset("\u200b\u200c\u200d\u00ad\ufeff\u2060\x00")
_BREAKS = frozenset("\r\n\x0b\x0c\x85\u2028\u2029")


@dataclass(slots=True)
class Run:
    """Characters side by side. ``edges`` holds left and right of each; ``size`` is about the font size; ``char`` is the
    number of the first one within the page. All in the reading frame."""

    text: str
    edges: list[float]
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    char: int = 0
    last: int = 0

    @property
    def middle(self) -> float:
        """The height of the middle of the line."""
        return (self.y0 + self.y1) / 2


@dataclass(frozen=True, slots=True)
class Frame:
    """How reading order lies on the page: ``turn`` quarter turns anti-clockwise make the text upright.

    ``width`` and ``height`` are those of the page as shown.
    """

    width: float
    height: float
    turn: int = 0

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
            return self.width - y1, x0, self.width - y0, x1
        if self.turn == 2:
            return self.width - x1, self.height - y1, self.width - x0, self.height - y0
        if self.turn == 3:
            return y0, self.height - x1, y1, self.height - x0
        return box


@dataclass(slots=True)
class CharBoxes:
    """Reads the boxes of all characters of a page with one buffer for the whole file (a call a character is the cost)."""

    _size: int = 0
    _buffer: Any = None
    _refs: list[Any] = field(default_factory=list)

    def read(self, textpage: Any, count: int) -> Sequence[float]:
        """left, top, right, bottom of each character in the page's own coordinates (y upwards), one after another."""
        if not count:
            return array("f")
        if count > self._size:
            self._size = max(count, 2 * self._size, 4096)
            self._buffer = (pdfium.FS_RECTF * self._size)()
            self._refs = [ctypes.byref(self._buffer[i]) for i in range(self._size)]
        deque(map(pdfium.FPDFText_GetLooseCharBox, repeat(textpage), range(count), self._refs), maxlen=0)
        out = array("f")
        out.frombytes(memoryview(self._buffer).cast("B")[: 16 * count])
        return out


def shown(flat: Sequence[float], crop: Box, rotation: int) -> tuple[list[float], list[float], list[float], list[float]]:
    """Boxes as :meth:`CharBoxes.read` gives them → lists of x0, y0, x1, y1 on the page as shown."""
    left, top, right, bottom = flat[0::4], flat[1::4], flat[2::4], flat[3::4]
    cx0, cy0, cx1, cy1 = crop
    if rotation == 90:
        return [v - cy0 for v in bottom], [v - cx0 for v in left], [v - cy0 for v in top], [v - cx0 for v in right]
    if rotation == 180:
        return [cx1 - v for v in right], [v - cy0 for v in bottom], [cx1 - v for v in left], [v - cy0 for v in top]
    if rotation == 270:
        return [cy1 - v for v in top], [cx1 - v for v in right], [cy1 - v for v in bottom], [cx1 - v for v in left]
    if cx0:
        return [v - cx0 for v in left], [cy1 - v for v in top], [v - cx0 for v in right], [cy1 - v for v in bottom]
    return list(left), [cy1 - v for v in top], list(right), [cy1 - v for v in bottom]


def direction(text: str, xs: Sequence[float], ys: Sequence[float], sizes: Sequence[float]) -> int:
    """Quarter turns that make most of a page's text upright, from where the next character stands.

    ``xs`` and ``ys`` are middles of the characters, ``sizes`` their heights. Text from top to bottom counts as 1: its
    lines go from right to left, as those of text turned clockwise do.
    """
    votes = [0, 0, 0, 0]
    step = max(1, len(text) // 240)
    for i in range(0, len(text) - 1, step):
        if text[i] in _BREAKS or text[i + 1] in _BREAKS or text[i] in _SPACES or text[i + 1] in _SPACES:
            continue
        dx, dy, reach = xs[i + 1] - xs[i], ys[i + 1] - ys[i], 2 * sizes[i] + 1
        if abs(dx) > reach or abs(dy) > reach:
            continue
        if abs(dx) > 2 * abs(dy):
            votes[0 if dx > 0 else 2] += 1
        elif abs(dy) > 2 * abs(dx):
            votes[1 if dy > 0 else 3] += 1
    best = max(range(4), key=lambda k: votes[k])
    return best if votes[best] > 2 * votes[0] + 3 else 0


def runs(text: str, x0s: list[float], y0s: list[float], x1s: list[float], y1s: list[float], frame: Frame) -> list[Run]:
    """The runs of a page in the order of its content. A run ends at a line end, a wide gap or a jump."""
    if frame.turn:
        boxes = [frame.forth(b) for b in zip(x0s, y0s, x1s, y1s, strict=True)]
        x0s, y0s, x1s, y1s = ([b[k] for b in boxes] for k in range(4))
    out: list[Run] = []
    chars: list[str] = []
    edges: list[float] = []
    top = bottom = right = middle = height = widest = 0.0
    first = last = 0
    space = False

    def flush() -> None:
        nonlocal chars, edges, space
        if chars:
            size = widest if widest > 0.6 * (bottom - top) else 0.9 * (bottom - top)
            out.append(Run("".join(chars), edges, min(edges[0], edges[-2]), top, right, bottom, size, first, last))
            chars, edges = [], []
        space = False

    for i, ch in enumerate(text):
        if ch in _BREAKS:
            flush()
            continue
        if ch in _SPACES:
            space = True
            continue
        if ch in _NOTHING:
            continue
        a, b, c, d = x0s[i], y0s[i], x1s[i], y1s[i]
        high, wide = d - b, c - a
        if chars:
            gap = a - right
            reach = height if height > high else high
            if gap > 1.2 * reach or gap < -0.6 * reach or not -0.45 * reach < (b + d) / 2 - middle < 0.45 * reach:
                flush()
            elif space:
                kept = spacing(chars[-1], ch, gap, widest if widest > 0.5 * height else 0.9 * height)
                if kept:
                    chars.append(" ")
                    edges += (right, max(right, a))
                space = False
        if not chars:
            first, top, bottom, right, widest = i, b, d, c, 0.0
            middle, height, space = (b + d) / 2, high, False
        chars.append("-" if ch in "\x02\ufffe" else ch)
        edges += (a, c)
        last = i
        if b < top:
            top = b
        if d > bottom:
            bottom = d
        if c > right:
            right = c
        if wide > widest:
            widest = wide
    flush()
    return out


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


def join(parts: Sequence[Run]) -> Run:
    """One run from runs of one line; glyphs printed twice at one place (false bold) are kept once."""
    ordered = sorted(parts, key=lambda r: r.x0)
    if len(ordered) == 1:
        return ordered[0]
    size = max(r.size for r in ordered)
    overlap = any(b.x0 < a.x1 - 0.3 * min(a.size, b.size) for a, b in pairwise(ordered))
    if overlap:
        ordered = [_interleave(ordered)]
    chars: list[str] = []
    edges: list[float] = []
    for run in ordered:
        if chars and spacing(chars[-1], run.text[0], run.x0 - edges[-1], size) and run.x0 - edges[-1] > 0.2 * size:
            chars.append(" ")
            edges += (edges[-1], max(edges[-1], run.x0))
        chars += run.text
        edges += run.edges
    return Run(
        "".join(chars),
        edges,
        min(r.x0 for r in ordered),
        min(r.y0 for r in ordered),
        max(r.x1 for r in ordered),
        max(r.y1 for r in ordered),
        size,
        ordered[0].char,
        ordered[-1].last,
    )


def _interleave(parts: Sequence[Run]) -> Run:
    """Overlapping runs as one: characters by their place, each glyph once."""
    glyphs = sorted(
        (run.edges[2 * i], run.edges[2 * i + 1], ch, k)
        for k, run in enumerate(parts)
        for i, ch in enumerate(run.text)
        if ch != " "
    )
    size = max(r.size for r in parts)
    chars: list[str] = []
    edges: list[float] = []
    for x0, x1, ch, _ in glyphs:
        close = [j for j in range(max(0, len(chars) - 3), len(chars)) if abs(edges[2 * j] - x0) < 0.3 * (x1 - x0)]
        if any(chars[j] == ch for j in close):
            continue
        if chars and x0 - edges[-1] > 0.2 * size and spacing(chars[-1], ch, x0 - edges[-1], size):
            chars.append(" ")
            edges += (edges[-1], x0)
        chars.append(ch)
        edges += (x0, x1)
    return Run(
        "".join(chars),
        edges,
        parts[0].x0,
        min(r.y0 for r in parts),
        max(r.x1 for r in parts),
        max(r.y1 for r in parts),
        size,
        parts[0].char,
        parts[-1].last,
    )


def printed_lines(parts: Sequence[Run], gap: float = math.inf) -> list[Run]:
    """Runs → lines from top to bottom: runs at one height become one line, unless more than ``gap`` ems apart."""
    lines: list[list[Run]] = []
    for run in sorted(parts, key=lambda r: r.middle):
        for line in reversed(lines[-3:]):
            low, high = max(run.y0, line[0].y0), min(run.y1, line[0].y1)
            if high - low > 0.55 * min(run.y1 - run.y0, line[0].y1 - line[0].y0):
                line.append(run)
                break
        else:
            lines.append([run])
    out: list[Run] = []
    for line in lines:
        if len(line) == 1 or gap == math.inf:
            out.append(join(line))
            continue
        line.sort(key=lambda r: r.x0)
        group = [line[0]]
        for run in line[1:]:
            if run.x0 - max(r.x1 for r in group) > gap * max(run.size, group[-1].size):
                out.append(join(group))
                group = []
            group.append(run)
        out.append(join(group))
    return out


def cut(run: Run, at: Callable[[float, float], int]) -> list[tuple[int, Run]]:
    """A run in pieces: ``at`` maps left and right of a character to the number of its piece; spaces at cuts go."""
    out: list[tuple[int, Run]] = []
    start, number = 0, -1
    for i in range(len(run.text) + 1):
        if i < len(run.text) and run.text[i] == " ":
            continue
        here = at(run.edges[2 * i], run.edges[2 * i + 1]) if i < len(run.text) else -2
        if here != number:
            if number != -1:
                text = run.text[start:i].rstrip()
                edges = run.edges[2 * start : 2 * (start + len(text))]
                piece = Run(text, edges, edges[0], run.y0, edges[-1], run.y1, run.size, run.char + start, run.last)
                out.append((number, piece))
            start, number = i, here
    return out
