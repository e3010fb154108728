"""Puts a Document together: paragraphs, lines and tables in reading order. The only maker of documents in ``read``.

The text is one paragraph a line; a table is one row a line with its cells parted by tabs. Lines of the document cover all
characters but these separators, so every character of content knows the printed line that it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textperf.model import Box, Cell, Document, InvariantError, Line, Notice, Page, Source, Table
from textperf.read.errors import failure, notice
from textperf.read.limits import DEFAULT, Limits
from textperf.text.fold import fold

Span = tuple[int, int]

# Radicals and compatibility ideographs are wrong characters wherever a parser returns them; a tab, a new line or a
# control character inside a piece would break the layout of the text. All of it is one character for one, so that
# the edges of a piece stay true.
_CLEAN = {
    **{
        code: fold(chr(code))
        for code in (*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00))
        if fold(chr(code)) != chr(code)
    },
    **dict.fromkeys((*range(0x20), 0x7F, *range(0x80, 0xA0), 0x2028, 0x2029, 0xFFFE, 0xFFFF), " "),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}


def clean(text: str) -> str:
    """The text without radicals, control characters, tabs and new lines, at the same length.

    >>> clean("⼯作⼈员\\t５⼈")
    '工作人员 ５人'
    """
    return text.translate(_CLEAN)


# The mark of a note (36¹次, 95.3%², “三公”经费³) is no text; a power is (km², 10⁴).
NOTE_MARK = re.compile("(?<=[\\d%％‰℃\u3400-\u9fff，。、；：！？”’）》)\\]])(?<!(?<!\\d)10)[⁰¹²³⁴-⁹]{1,3}")
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def raised(text: str) -> str:
    """Superscript figures as characters of their own: the mark of a note, or a power, must not become part of the number
    before it. What is longer than a mark is no mark. See :data:`NOTE_MARK` for those that go.

    >>> "36" + raised("1") + "次", raised("1234")
    ('36¹次', '1234')
    """
    return text.translate(RAISED) if text.isdecimal() and text.isascii() and len(text) <= 3 else text


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that stand together on one printed line; ``edges`` as in :class:`Line` (2 × length floats or empty)."""

    text: str
    page: int | None = None
    box: Box | None = None
    edges: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.edges and len(self.edges) != 2 * len(self.text):
            raise InvariantError(f"{len(self.edges)} edges for {len(self.text)} characters")


@dataclass(frozen=True, slots=True)
class CellText:
    """A table cell before it stands in a text: its top left corner, its spans and the printed lines in it.

    The pieces are put together as they are: a space between two paragraphs of a cell must be in the pieces.
    """

    row: int
    col: int
    pieces: tuple[Piece, ...] = ()
    rowspan: int = 1
    colspan: int = 1

    @property
    def text(self) -> str:
        """What stands in the cell."""
        return "".join(piece.text for piece in self.pieces)


class DocumentBuilder:
    """Collects a document's content in reading order. Raises ReadError ``text_limit`` when it grows beyond the limits.

    >>> b = DocumentBuilder()
    >>> b.paragraph("一、基本情况")
    (0, 6)
    >>> b.table([CellText(0, 0, (Piece("名称"),)), CellText(0, 1, (Piece("金额"),))], rows=1, cols=2).cells[1].start
    10
    >>> b.finish(Source("a.txt", "0" * 64, 9, "txt", "txt")).text
    '一、基本情况\\n名称\\t金额'
    """

    def __init__(self, limits: Limits = DEFAULT) -> None:
        self._limits = limits
        self._parts: list[str] = []
        self._at = 0
        self._lines: list[Line] = []
        self._pages: list[Page] = []
        self._tables: list[Table] = []
        self._notices: list[Notice] = []

    @property
    def length(self) -> int:
        """Characters so far."""
        return self._at

    def paragraph(self, content: str | Iterable[Piece]) -> Span:
        """Append a paragraph (a string, or its printed lines) on a line of its own; its span, empty when it has no text."""
        pieces = [Piece(content)] if isinstance(content, str) else list(content)
        if not any(piece.text.strip() for piece in pieces):
            return self._at, self._at
        self._break()
        start = self._at
        for piece in pieces:
            self._piece(piece)
        return start, self._at

    def table(
        self, cells: Sequence[CellText], rows: int, cols: int, page: int | None = None, caption: str = ""
    ) -> Table:
        """Append a table. Cells lie inside rows × cols; a merged cell stands once, at its top left corner."""
        by_row: dict[int, list[CellText]] = {}
        for cell in cells:
            if cell.row < 0 or cell.col < 0 or cell.row + cell.rowspan > rows or cell.col + cell.colspan > cols:
                raise InvariantError(f"cell {cell.row},{cell.col} is outside a table of {rows} × {cols}")
            by_row.setdefault(cell.row, []).append(cell)
        self._break()
        start = self._at
        out: list[Cell] = []
        for row in range(rows):
            if row:
                self._add("\n")
            for i, cell in enumerate(sorted(by_row.get(row, ()), key=lambda c: c.col)):
                if i:
                    self._add("\t")
                at = self._at
                for piece in cell.pieces:
                    self._piece(piece)
                out.append(Cell(row, cell.col, cell.rowspan, cell.colspan, at, self._at))
        table = Table(start, self._at, rows, cols, tuple(out), page, clean(caption).strip())
        self._tables.append(table)
        return table

    def page(self, page: Page) -> None:
        """Note a page of the file, read or not."""
        self._pages.append(page)

    def notice(self, reason: str, detail: str = "", page: int | None = None) -> None:
        """Note something that a reader must be told; the same thing only once."""
        found = notice(reason, detail, page)
        if found not in self._notices:
            self._notices.append(found)

    def finish(self, source: Source) -> Document:
        """The document. Content is complete then; the builder is not used again."""
        return Document(
            "".join(self._parts),
            tuple(self._lines),
            source,
            tuple(self._pages),
            tuple(self._tables),
            tuple(self._notices),
        )

    def _break(self) -> None:
        if self._at:
            self._add("\n")

    def _piece(self, piece: Piece) -> None:
        if not piece.text:
            return
        start = self._at
        self._add(clean(piece.text))
        self._lines.append(Line(start, self._at, piece.page, piece.box, piece.edges))

    def _add(self, text: str) -> None:
        self._at += len(text)
        if self._at > self._limits.characters:
            raise failure("text_limit", f"上限 {self._limits.characters:,} 字")
        self._parts.append(text)
