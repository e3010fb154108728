"""Stand-in for Chinese fonts that a PDF names and does not hold.

PDFium looks such a font up among those of the machine, and without one it drops the text that is set in it: what a file
says would depend on where it is read. It also draws every glyph to know how large it is, which takes longer than all the
rest. While a file is read it gets a font of two squares instead, half an em wide for Latin and one em for everything else,
which is all that the layout needs. Pages that are to be looked at (recognition) are rendered with the machine's own fonts.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import pypdfium2.raw as pdfium

_HANDLE = 0x7E47  # what PDFium gets for the stand-in; handles of real fonts are addresses
_CHINESE = frozenset(
    (
        pdfium.FXFONT_GB2312_CHARSET,
        pdfium.FXFONT_CHINESEBIG5_CHARSET,
        pdfium.FXFONT_SHIFTJIS_CHARSET,
        pdfium.FXFONT_HANGEUL_CHARSET,
    )
)
_EM, _TOP, _BOTTOM = 1000, 880, -120  # the square of an ideograph, as Chinese fonts have it


def _square(wide: int) -> bytes:
    """A glyph of four corners that leaves a little room on both sides."""
    left, right = 20, wide - 20
    corners = (left, 0, right - left, 0, _BOTTOM, _TOP - _BOTTOM, 0, _BOTTOM - _TOP)
    return struct.pack(">5hHH4B8hxx", 1, left, _BOTTOM, right, _TOP, 3, 0, 1, 1, 1, 1, *corners)


@lru_cache(maxsize=1)
def stand_in() -> bytes:
    """The font (TrueType; a cmap of format 13 maps ranges to one glyph each; .notdef and spaces are empty)."""
    glyphs = (b"", _square(_EM // 2), _square(_EM))
    ranges = ((0x21, 0x7E, 1), (0xA1, 0x10FFFF, 2))
    ends = [sum(map(len, glyphs[:k])) for k in range(len(glyphs) + 1)]
    tables = {
        b"cmap": struct.pack(">4HL", 0, 1, 3, 10, 12)
        + struct.pack(">2H3L", 13, 0, 16 + 12 * len(ranges), 0, len(ranges))
        + b"".join(struct.pack(">3L", *item) for item in ranges),
        b"glyf": b"".join(glyphs),
        b"head": struct.pack(
            ">4L2H2Q4h2H3h", 1 << 16, 1 << 16, 0, 0x5F0F3CF5, 0, _EM, 0, 0, 0, _BOTTOM, _EM, _TOP, 0, 8, 2, 1, 0
        ),
        b"hhea": struct.pack(">L3hH11hH", 1 << 16, _TOP, _BOTTOM, 0, _EM, 0, 0, _EM, 1, *(0,) * 7, len(glyphs)),
        b"hmtx": struct.pack(">HhHhHh", _EM, 0, _EM // 2, 20, _EM, 20),
        b"loca": struct.pack(f">{len(ends)}L", *ends),
        b"maxp": struct.pack(">L14H", 1 << 16, len(glyphs), 4, 1, 0, 0, 1, *(0,) * 8),
    }
    head, body = struct.pack(">L4H", 1 << 16, len(tables), 0, 0, 0), b""
    for tag, table in tables.items():
        head += struct.pack(">4s3L", tag, 0, 12 + 16 * len(tables) + len(body), len(table))
        body += table + b"\0" * (-len(table) % 4)
    return head + body


class _Fonts:
    """PDFium's source of fonts: the stand-in while ``reading``, else what the machine has. One for the process: PDFium
    takes no other after it, and it has to live as long as PDFium does."""

    def __init__(self) -> None:
        self.reading = 0
        self._own = pdfium.FPDF_GetDefaultSystemFontInfo()
        self._mapper: Any = None  # set while PDFium's list of the machine's fonts is still to be made
        self._info = pdfium.FPDF_SYSFONTINFO()
        self._info.version = self._own.contents.version if self._own else 1
        kinds = dict(self._info._fields_)
        for name in ("EnumFonts", "MapFont", "GetFont", "GetFontData", "GetFaceName", "GetFontCharset", "DeleteFont"):
            setattr(self._info, name, kinds[name](getattr(self, "_" + name)))
        pdfium.FPDF_SetSystemFontInfo(ctypes.byref(self._info))

    def _ask(self, name: str, *arguments: Any) -> Any:
        ask = getattr(self._own.contents, name) if self._own else None
        return ask(self._own, *arguments) if ask else None

    def _EnumFonts(self, _: Any, mapper: Any) -> None:
        self._mapper = mapper

    def _list(self) -> None:
        """Let the machine's fonts be listed when the first real one is asked for: that reads every font file."""
        if self._mapper is not None:
            mapper, self._mapper = self._mapper, None
            self._ask("EnumFonts", mapper)

    def _MapFont(self, _: Any, weight: int, italic: int, charset: int, family: int, face: Any, exact: Any) -> Any:
        if self.reading:
            return _HANDLE if charset in _CHINESE else None  # for the rest PDFium has fonts of its own
        self._list()
        return self._ask("MapFont", weight, italic, charset, family, face, exact)

    def _GetFont(self, _: Any, face: Any) -> Any:
        if self.reading:
            return None
        self._list()
        return self._ask("GetFont", face)

    def _GetFontData(self, _: Any, handle: Any, table: int, buffer: Any, size: int) -> int:
        if handle != _HANDLE:
            return self._ask("GetFontData", handle, table, buffer, size) or 0
        if table:
            return 0  # the whole file is asked for as table 0; it is no collection (ttcf)
        if buffer and size >= len(stand_in()):
            ctypes.memmove(buffer, stand_in(), len(stand_in()))
        return len(stand_in())

    def _GetFaceName(self, _: Any, handle: Any, buffer: Any, size: int) -> int:
        return 0 if handle == _HANDLE else self._ask("GetFaceName", handle, buffer, size) or 0

    def _GetFontCharset(self, _: Any, handle: Any) -> int:
        return 0 if handle == _HANDLE else self._ask("GetFontCharset", handle) or 0

    def _DeleteFont(self, _: Any, handle: Any) -> None:
        if handle != _HANDLE:
            self._ask("DeleteFont", handle)


@lru_cache(maxsize=1)
def _fonts() -> _Fonts:
    return _Fonts()


@contextmanager
def stand_in_fonts() -> Iterator[None]:
    """PDFium gets the stand-in for Chinese fonts. Documents opened inside are closed inside: they keep what they got."""
    fonts = _fonts()
    fonts.reading += 1
    try:
        yield
    finally:
        fonts.reading -= 1
