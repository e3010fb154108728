"""RTF → Document: text in its code pages, the numbers that Word wrote out before list paragraphs, tables with merged cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from textperf.model import Document, Source
from textperf.read.blocks import Block, BlockCell, Paragraph, TableBlock, emit
from textperf.read.builder import DocumentBuilder
from textperf.read.errors import failure
from textperf.read.limits import DEFAULT, Limits

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z0-9'])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\"
)
# Groups whose text is no text of the document. \listtext is: Word writes the automatic number there.
_SKIP = frozenset(
    b"fonttbl colortbl stylesheet info pict header headerl headerr headerf footer footerl footerr footerf footnote annotation "
    b"listtable listoverridetable rsidtbl generator themedata colorschememapping latentstyles datastore xmlnstbl object objdata "
    b"fldinst bkmkstart bkmkend nonshppict private template filetbl revtbl pgdsctbl mmathPr upr wgrffmtfilter pnseclvl pntext "
    b"atnid atnauthor atndate atnref".split()
)
_CHARSETS = {
    0: "cp1252",
    128: "cp932",
    129: "cp949",
    134: "gb18030",
    136: "big5",
    161: "cp1253",
    204: "cp1251",
    238: "cp1250",
}
_SIGNS = {
    b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"emdash": "—", b"endash": "–", b"bullet": "",
    b"emspace": " ", b"enspace": " ", b"qmspace": " ",
}  # fmt: skip
_DEPTH = 1000


@dataclass
class _State:
    """What braces save and restore."""

    skip: bool = False
    hidden: bool = False
    deleted: bool = False
    font: int | None = None
    unicode_skip: int = 1

    def copy(self) -> _State:
        return _State(self.skip, self.hidden, self.deleted, self.font, self.unicode_skip)


@dataclass
class _Row:
    """A table row on its way: right edges of its cells, their merge marks, and the content so far."""

    edges: list[int] = field(default_factory=list)
    merges: list[tuple[bool, bool, bool, bool]] = field(
        default_factory=list
    )  # begins/goes on across, begins/goes on down
    marks: list[bool] = field(default_factory=lambda: [False] * 4)
    cells: list[list[Paragraph]] = field(default_factory=list)


def read_rtf(data: bytes, source: Source, limits: Limits = DEFAULT) -> Document:
    """The document of an RTF. Raises ReadError ``truncated``, ``empty`` or ``text_limit``.

    >>> src = Source("a.rtf", "0" * 64, 9, "rtf", "rtf")
    >>> read_rtf(rb"{\\rtf1\\ansi\\ansicpg936 \\'bb\\'e1\\'d2\\'e913\\u27425?\\par}", src).text
    '会议13次'
    """
    builder = DocumentBuilder(limits)
    reader = _Reader(limits)
    emit(builder, reader.blocks(data))
    if reader.hidden:
        builder.notice("hidden_text", f"{reader.hidden} 处")
    document = builder.finish(replace(source, format="rtf", reader="rtf"))
    if not document.text.strip():
        raise failure("needs_ocr" if b"\\pict" in data else "empty")
    return document


class _Reader:
    def __init__(self, limits: Limits) -> None:
        self.hidden = 0
        self._limits = limits
        self._state = _State()
        self._stack: list[_State] = []
        self._page = "cp1252"
        self._fonts: dict[int, str] = {}
        self._bytes = bytearray()
        self._text: list[str] = []
        self._centred = False
        self._in_table = False
        self._row = _Row()
        self._rows: list[_Row] = []
        self._swallow = 0
        self._font_table = False
        self._high = 0
        self._font_at: int | None = None

    def blocks(self, data: bytes) -> Iterator[Block]:
        """The paragraphs and tables in order."""
        star = False
        total = 0
        for found in _TOKEN.finditer(data):
            word, number, hexed, sign, brace, text = found.groups()
            if hexed is not None:
                if self._swallow:
                    self._swallow -= 1
                elif self._visible():
                    self._bytes.append(int(hexed, 16))
                continue
            if text is not None:
                if self._swallow:
                    cut = min(self._swallow, len(text))
                    text, self._swallow = text[cut:], self._swallow - cut
                if self._visible():
                    self._bytes += text
                    total += len(text)
                    if total > 4 * self._limits.characters:
                        raise failure("text_limit", f"上限 {self._limits.characters:,} 字")
                continue
            if brace or word or sign:
                self._decode()
            if brace == b"{":
                if len(self._stack) > _DEPTH:
                    raise failure("parser_crash", "RTF 嵌套过深")
                self._stack.append(self._state.copy())
            elif brace == b"}":
                if self._stack:
                    self._state = self._stack.pop()
                if len(self._stack) <= 1:
                    self._font_table = False
            elif sign is not None:
                star = sign == b"*"
                if sign == b"~":
                    self._add(" ")
                elif sign == b"_":
                    self._add("-")
                elif sign in b"{}\\":
                    self._add(sign.decode())
                continue
            elif word is not None:
                yield from self._word(word, int(number) if number else None, star)
            star = False
        self._decode()
        yield from self._paragraph()
        yield from self._table()

    def _visible(self) -> bool:
        if self._state.hidden and not self._state.skip:
            self.hidden += 1
        return not (self._state.skip or self._state.hidden or self._state.deleted)

    def _decode(self) -> None:
        if self._bytes:
            page = self._fonts.get(self._state.font if self._state.font is not None else -1, self._page)
            raw = bytes(self._bytes)
            self._bytes.clear()
            if raw.isascii():
                self._text.append(raw.decode("ascii"))
                return
            text = raw.decode(page, "replace")
            if "\ufffd" in text and page != self._page:
                text = raw.decode(self._page, "replace")
            self._text.append(text)

    def _unit(self, code: int) -> None:
        """A UTF-16 unit; two of them make a character beyond U+FFFF."""
        if 0xD800 <= code < 0xDC00:
            self._high = code
        elif 0xDC00 <= code < 0xE000:
            if self._high:
                self._add(chr(0x10000 + ((self._high - 0xD800) << 10) + code - 0xDC00))
            self._high = 0
        else:
            self._add(chr(code))

    def _add(self, text: str) -> None:
        if self._visible():
            self._text.append(text)

    def _word(self, word: bytes, number: int | None, star: bool) -> Iterator[Block]:
        state = self._state
        if word == b"fonttbl":
            self._font_table = True
        if word in _SKIP or (star and word not in (b"listtext", b"shpinst", b"shptxt", b"shppict")):
            state.skip = True
            return
        if self._font_table:
            if word == b"f":
                self._font_at = number
            elif word == b"fcharset" and self._font_at is not None and number in _CHARSETS and number != 0:
                self._fonts[self._font_at] = _CHARSETS[number]
            return
        if word == b"u" and number is not None:
            self._unit(number % 65536)
            self._swallow = state.unicode_skip
        elif word == b"uc" and number is not None:
            state.unicode_skip = max(0, min(number, 10))
        elif word == b"ansicpg" and number:
            self._page = {936: "gb18030", 950: "big5", 65001: "utf-8"}.get(number, f"cp{number}")
            try:
                b"".decode(self._page)
            except LookupError:
                self._page = "cp1252"
        elif word == b"f":
            state.font = number
        elif word == b"v":
            state.hidden = number != 0
        elif word == b"deleted":
            state.deleted = number != 0
        elif word == b"plain":
            state.hidden = False
        elif word in _SIGNS:
            self._add(_SIGNS[word])
        elif word == b"tab":
            self._add("  ")
        elif word == b"line":
            self._add("\v")
        elif word in (b"par", b"sect", b"page"):
            if not state.skip:
                yield from self._paragraph()
        elif word == b"pard":
            self._centred = self._in_table = False
        elif word == b"qc":
            self._centred = True
        elif word == b"intbl":
            self._in_table = True
        else:
            yield from self._table_word(word, number)

    def _table_word(self, word: bytes, number: int | None) -> Iterator[Block]:
        row = self._row
        if word == b"trowd":
            self._row = _Row(cells=row.cells)
        elif word == b"clmgf":
            row.marks[0] = True
        elif word == b"clmrg":
            row.marks[1] = True
        elif word == b"clvmgf":
            row.marks[2] = True
        elif word == b"clvmrg":
            row.marks[3] = True
        elif word == b"cellx" and number is not None:
            row.edges.append(number)
            row.merges.append((row.marks[0], row.marks[1], row.marks[2], row.marks[3]))
            row.marks = [False] * 4
        elif word in (b"cell", b"nestcell") and not self._state.skip:
            if word == b"cell":
                self._close_cell()
            else:
                self._text.append("\v")
        elif word == b"row" and not self._state.skip:
            self._rows.append(row)
            self._row = _Row(list(row.edges), list(row.merges))
        return
        yield

    def _close_cell(self) -> None:
        text = "".join(self._text)
        self._text.clear()
        self._row.cells.append([Paragraph(text, self._centred)] if text.strip() else [])

    def _paragraph(self) -> Iterator[Block]:
        if self._in_table:
            self._text.append("\v")
            return
        text = "".join(self._text)
        self._text.clear()
        yield from self._table()
        if text.strip():
            yield Paragraph(text, self._centred)

    def _table(self) -> Iterator[Block]:
        if self._rows:
            table = _grid(self._rows)
            self._rows = []
            self._row = _Row()
            if table is not None:
                yield table


def _grid(rows: list[_Row]) -> TableBlock | None:
    """A table of rows that state where their cells end."""
    edges = sorted({edge for row in rows for edge in row.edges})
    merged: list[int] = []
    for edge in edges:  # edges that differ by a hair are one
        if not merged or edge - merged[-1] > 30:
            merged.append(edge)
    if not merged:
        return None

    def column(edge: int) -> int:
        return min(range(len(merged)), key=lambda i: abs(merged[i] - edge))

    open_down: dict[int, int] = {}
    cells: list[BlockCell] = []
    for r, row in enumerate(rows):
        left = 0
        for i, content in enumerate(row.cells[: len(row.edges)] if row.edges else row.cells):
            right = column(row.edges[i]) + 1 if row.edges else i + 1
            _, on_across, down, on_down = row.merges[i] if i < len(row.merges) else (False,) * 4
            span = max(1, right - left)
            if on_across and cells and cells[-1].row == r:
                last = cells[-1]
                cells[-1] = replace(last, colspan=last.colspan + span)
            elif on_down and left in open_down:
                at = open_down[left]
                cells[at] = replace(cells[at], rowspan=r - cells[at].row + 1)
            else:
                cells.append(BlockCell(r, left, tuple(content), 1, span))
                if down:
                    open_down[left] = len(cells) - 1
                else:
                    open_down.pop(left, None)
            left = max(left + 1, right)
    cols = max((c.col + c.colspan for c in cells), default=0)
    return TableBlock(len(rows), cols, tuple(cells)) if cells else None
