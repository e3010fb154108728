"""One page of a PDF through PDFium: its runs, its tables, what is hidden on it, and how much of its text can be used."""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import repeat
from typing import Any

import pypdfium2 as pdf
import pypdfium2.raw as pdfium

from textperf.model import Box
from textperf.read.pdf_drawing import Drawing, drawing, merged, turned
from textperf.read.pdf_lines import CharBoxes, Frame, Run, address, plain, runs, shown
from textperf.read.pdf_tables import Grid, fill, grids
from textperf.read.pdf_unruled import unruled
from textperf.text.fold import fold

_POINTER, _INT = ctypes.c_void_p, ctypes.c_int
_text_object = plain(pdfium.FPDFText_GetTextObject, _POINTER, _POINTER, _INT)
_render_mode = plain(pdfium.FPDFTextObj_GetTextRenderMode, _INT, _POINTER)
_fill_color = plain(pdfium.FPDFText_GetFillColor, _INT, _POINTER, _INT, _POINTER, _POINTER, _POINTER, _POINTER)
_WHITE, _FAINT = 247, 185  # above these a colour is looked at: of all text, and of what may be a watermark
_UNSEEN = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_NO_HAN = re.compile("[^\u3400-\u4dbf\u4e00-\u9fff\u2e80-\u2fdf\uf900-\ufaff\U00020000-\U0003ffff]+")
# What a font without a map to Unicode leaves: private use, replacement and control characters, (cid:12). U+F020–F0FF are
# the bullets of Symbol and Wingdings, which stand in good text.
_BAD = re.compile(
    "[\ue000-\uf01f\uf100-\uf8ff\ufffd\x01\x03-\x08\x0e-\x1f\x80-\x9f\U000f0000-\U0010ffff]|\\(cid:\\d+\\)"
)
# glyph numbers shown as ASCII: signs that reports hardly use stand everywhere
_SIGNS = re.compile(r"[!\"#$&'*@^`{|}\\]")
_LATIN1 = re.compile("[\u00a1-\u00ff]")


@dataclass(slots=True)
class PageContent:
    """A page as read: runs outside tables, tables, both in the reading ``frame``; ``reader`` says by what.

    ``covered`` is the share of the page that images cover; ``hidden`` holds the beginnings of texts left out;
    ``doubts`` what to check in it; ``unread`` is the reason why recognition did not read the page.
    """

    number: int
    frame: Frame
    runs: list[Run] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    reader: str = "pdfium"
    covered: float = 0.0
    hidden: list[str] = field(default_factory=list)
    characters: int = 0
    han: int = 0
    garbage: float = 0.0
    objects: int = 0
    recognised: bool = False
    doubts: list[str] = field(default_factory=list)
    unread: str = ""

    @property
    def garbled(self) -> bool:
        """The text layer is there but says nothing: a page of characters without meaning."""
        return self.characters > 0 and self.garbage > 0.12

    @property
    def scanned(self) -> bool:
        """What stands on the page is in an image, or is drawn as curves: there are hardly any characters."""
        if self.characters == 0:
            return self.covered > 0.05 or self.objects > 60
        return self.characters < 40 and self.covered > 0.35


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """The characters that nearly all Chinese text consists of: the first levels of GB 2312 and of Big5."""
    simplified = (bytes((a, b)) for a in range(0xB0, 0xD8) for b in range(0xA1, 0xFF))
    traditional = (bytes((a, b)) for a in range(0xA4, 0xC7) for b in (*range(0x40, 0x7F), *range(0xA1, 0xFF)))
    return frozenset(
        "".join(c.decode("gb2312", "ignore") for c in simplified)
        + "".join(c.decode("big5", "ignore") for c in traditional)
    )


def judge(text: str) -> tuple[int, int, float]:
    """Characters that are no white space, how many of them are Han, and the share of garbage: characters without meaning,
    accents where Han should be, rare Han in masses (what text in a wrong encoding looks like).

    >>> judge("收入 12 万元")
    (6, 4, 0.0)
    >>> judge("\ue001\ue002\ue003收")[2]
    0.75
    >>> judge("鍏ㄥ勾鍏卞彫寮€浼氳13娆★紝鍚彇鎶ュ憡45椤")[2] > 0.3
    True
    """
    compact = "".join(text.split())
    if not compact:
        return 0, 0, 0.0
    han = _NO_HAN.sub("", compact)
    bad = sum(len(m) for m in _BAD.findall(compact))
    if not han and len(compact) > 20:
        accents = len(_LATIN1.findall(compact))
        if accents > 0.3 * len(compact):  # UTF-8 or GBK bytes shown as Latin letters
            bad += accents
    elif len(han) >= 8:
        sample = Counter(han[:: 1 + len(han) // 300])
        common = _common()
        known = sum(count for ch, count in sample.items() if ch in common or fold(ch) in common)
        rare = 1 - known / sample.total()
        if rare > 0.35:
            bad += round(rare * len(han))
    if len(compact) > 20:
        signs = len(_SIGNS.findall(compact))
        if signs > 0.1 * len(compact):
            bad += 2 * signs
    return len(compact), len(han), min(1.0, bad / len(compact))


def read_page(page: pdf.PdfPage, number: int, boxes: CharBoxes, tables: bool = True) -> PageContent:
    """Read one page. PDFium's own errors (PdfiumError) pass through."""
    crop, rotation = _crop(page), page.get_rotation()
    wide, high = crop[2] - crop[0], crop[3] - crop[1]
    if rotation in (90, 270):
        wide, high = high, wide
    textpage = page.get_textpage()
    try:
        count = textpage.count_chars()
        text = _text(textpage, count)
        sides = shown(boxes.read(textpage.raw, count), crop, rotation)
        frame, found = runs(text, sides, wide, high)
        out = PageContent(number, frame)
        drawn = drawing(page.raw, crop, rotation) if tables else Drawing()
        out.covered = _covered(drawn, wide, high)
        out.objects = drawn.objects
        _hide(page, textpage, found, out)
    finally:
        textpage.close()
    out.characters, out.han, out.garbage = judge("".join(run.text for run in found))
    if tables and found and drawn.down:
        out.grids, out.runs = fill(grids(*turned(drawn, frame)), found)
    else:
        out.runs = found
    if tables and len(out.runs) > 8:
        more, out.runs = unruled(out.runs, merged(turned(drawn, frame)[0]))
        out.grids += more
    return out


def _crop(page: pdf.PdfPage) -> Box:
    """The part of the page that is shown. Boxes upside down or empty are mended as PDFium does."""
    box = page.get_cropbox()
    x0, y0, x1, y1 = min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])
    m = page.get_mediabox()
    mx0, my0, mx1, my1 = min(m[0], m[2]), min(m[1], m[3]), max(m[0], m[2]), max(m[1], m[3])
    x0, y0, x1, y1 = max(x0, mx0), max(y0, my0), min(x1, mx1), min(y1, my1)
    if x1 <= x0 or y1 <= y0:
        wide, high = page.get_size()
        return 0.0, 0.0, wide, high
    return x0, y0, x1, y1


def _text(textpage: Any, count: int) -> str:
    """The characters of a page, one for each of PDFium's (its own function leaves some out, then they are asked one by one)."""
    if count == 0:
        return ""
    text: str = textpage.get_text_range(0, count)
    if len(text) != count:
        get, raw = pdfium.FPDFText_GetUnicode, textpage.raw
        text = "".join(_characters([get(raw, i) for i in range(count)]))
    return text


def _characters(codes: Sequence[int]) -> Iterator[str]:
    """A character for each code; of a surrogate pair the first becomes the character and the second nothing."""
    for i, code in enumerate(codes):
        if 0xD800 <= code < 0xDC00 and i + 1 < len(codes) and 0xDC00 <= codes[i + 1] < 0xE000:
            yield chr(0x10000 + ((code - 0xD800) << 10) + codes[i + 1] - 0xDC00)
        elif 0xDC00 <= code < 0xE000 and i and 0xD800 <= codes[i - 1] < 0xDC00:
            yield "\u200b"
        else:
            yield chr(code) if 0 < code < 0xD800 or 0xE000 <= code < 0x110000 else "\ufffd" if code else "\u200b"


def _covered(drawn: Drawing, wide: float, high: float) -> float:
    """The share of the page under images (overlaps counted twice; tiles of one scan add up)."""
    area = 0.0
    for x0, y0, x1, y1 in drawn.images:
        area += max(0.0, min(x1, wide) - max(x0, 0.0)) * max(0.0, min(y1, high) - max(y0, 0.0))
    return min(1.0, area / max(1.0, wide * high))


def _hide(page: pdf.PdfPage, textpage: Any, found: list[Run], out: PageContent) -> None:
    """Take out of ``found`` what no reader of the page reads: invisible, white on white, outside, and watermarks: oblique, or
    large and faint under other text."""
    if not found:
        return
    raw, firsts = address(textpage.raw), [run.char for run in found]
    modes = list(map(_render_mode, map(_text_object, repeat(raw), firsts)))
    colours = (ctypes.c_uint * (4 * len(found)))()
    start = ctypes.addressof(colours)
    places = [range(start + 4 * k, start + 4 * k + 16 * len(found), 16) for k in range(4)]
    deque(map(_fill_color, repeat(raw), firsts, *places), maxlen=0)
    wide, high = (out.frame.height, out.frame.width) if out.frame.turn % 2 else (out.frame.width, out.frame.height)
    kept: list[Run] = []
    pale: list[tuple[Run, int]] = []
    for run, mode, red, green, blue, alpha in zip(found, modes, *(colours[k::4] for k in range(4)), strict=True):
        if run.x1 < 0 or run.y1 < 0 or run.x0 > wide or run.y0 > high or run.y1 - run.y0 < 1.0 or alpha < 12:
            out.hidden.append(run.text)
        elif mode in _UNSEEN:
            if out.covered > 0.35:  # the text layer that a recognition program put behind a scan
                out.recognised = True
                kept.append(run)
            else:
                out.hidden.append(run.text)
        elif len(run.text) <= 2 and _oblique(pdfium.FPDFText_GetCharAngle(textpage.raw, run.char)):
            out.hidden.append(run.text)
        elif (shade := _pale(min(red, green, blue), alpha)) > _WHITE or (shade > _FAINT and _written_over(run, found)):
            pale.append((run, shade))
        else:
            kept.append(run)
    if pale:
        visible = _stands_out(page, pale, out.frame)
        for (run, _), seen in zip(pale, visible, strict=True):
            if seen:
                kept.append(run)
            else:
                out.hidden.append(run.text)
        kept.sort(key=lambda r: r.char)
    found[:] = kept


def _pale(shade: int, alpha: int) -> int:
    """How light a colour looks on paper: 255 is white."""
    return 255 - (255 - shade) * alpha // 255


def _written_over(run: Run, found: Sequence[Run]) -> bool:
    """Whether smaller text lies on large letters, as on those of a watermark."""
    return run.size >= 20 and any(
        r.size < 0.8 * run.size and r.x0 < run.x1 and run.x0 < r.x1 and r.y0 < run.y1 and run.y0 < r.y1 for r in found
    )


def _oblique(angle: float) -> bool:
    """Neither level nor upright: how watermarks are written across a page."""
    quarter = angle % (math.pi / 2)
    return 0.17 < quarter < math.pi / 2 - 0.17


def _stands_out(page: pdf.PdfPage, texts: Sequence[tuple[Run, int]], frame: Frame) -> list[bool]:
    """Whether pale texts (with their shade) are to be seen: white ones where there is any contrast at their place, so that
    they are drawn on a dark field; faint ones against what is around them, as dark text may lie over a watermark."""
    scale = min(1.5, (4_000_000 / max(1.0, frame.width * frame.height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    data, stride = memoryview(bitmap.buffer).cast("B"), bitmap.stride
    out: list[bool] = []
    for run, shade in texts:
        x0, y0, x1, y1 = (v * scale for v in frame.back((run.x0, run.y0, run.x1, run.y1)))
        left, right = max(0, int(x0)), min(bitmap.width, int(x1) + 1)
        top, bottom = max(0, int(y0)), min(bitmap.height, int(y1) + 1)
        if shade > _WHITE:
            rows = [data[y * stride + left : y * stride + right] for y in range(top, bottom)]
            values = [v for row in rows if len(row) for v in (min(row), max(row))]
            out.append(bool(values) and max(values) - min(values) > 60)
        else:
            edge = [y for y in (top - 2, top - 1, bottom, bottom + 1) if 0 <= y < bitmap.height]
            around = sorted(v for y in edge for v in data[y * stride + left : y * stride + right])
            out.append(not around or abs(around[len(around) // 2] - shade) > 60)
    bitmap.close()
    return out
