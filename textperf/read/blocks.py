"""Paragraphs and tables of a flowing format (DOCX, HTML, RTF, ODT) before they become a text.

What a table is for is decided here, once for all formats: a grid of data stays a table; a table that only lays a page
out (one cell, one column, the report inside a cell) is resolved into its paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from textperf.read.builder import NOTE_MARK, CellText, DocumentBuilder, Piece
from textperf.read.wrapped import OPENING, join

_SPACES = re.compile(r"[ \t\n\r\f\u00a0\u3000\u2002-\u200a\u202f]+")
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\u00ad\ufeff]")
_UNTIDY = re.compile(r"[\s\u200b-\u200d\u2060\u00ad\ufeff⁰¹²³⁴-⁹]")  # without any of these there is nothing to tidy
_HAN = "\u3400-\u9fff\uf900-\ufaff〇"
# A single space beside a digit or a full-width sign is the typesetter's, and so are those in a row of spaced letters
# (年 度 总 体 目 标). Any other may part a title from its text or a name from its office, and stays.
_NARROW = re.compile(
    rf"(?<=[{_HAN}，。；：、）》”])(?<!部分) (?=[\d（《“])|(?<=[\d%％）]) (?=[{_HAN}，。；：、（])|(?<=[，。；：、]) (?=[{_HAN}])"
)
_SPACED = re.compile(rf"(?<![{_HAN}])(?:[{_HAN}] ){{2,}}[{_HAN}](?![{_HAN}])")
# Inside a long paragraph a space between characters is a line end that was kept, unless a title or office ends there.
_BROKEN = re.compile(rf"(?<=[{_HAN}])(?<!报告|总结|决算|说明|情况|概况|部分|主任|局长|院长|代表) (?=[{_HAN}])")
_LONG = 60
_CAPTION = re.compile(r"单位[:：]|(?:表|情况)\s*$|表\s*[(（]|^[(（]\s*\d{4}")
_SENTENCE = re.compile(r"[。！？!?；;：:]$")
# Two wide spaces behind a stop are the indent of the next paragraph where a page has no elements for paragraphs.
_INDENT = re.compile(r"(?<=[。！？；])(?:[\u3000\u00a0 ]{4,}|\u3000{2,})(?=\S)")
_MOST_PLACES = 1_000_000
PROSE = 200  # characters in a cell that are a text of their own


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as it stands; ``\\v`` marks a line break inside; ``heading`` when it is centred or a heading.

    ``linked`` when it is all link, ``inside`` when it stands in the main part of a page.
    """

    text: str
    heading: bool = False
    linked: bool = False
    inside: bool = True


@dataclass(frozen=True, slots=True)
class BlockCell:
    """A cell of a grid with its content."""

    row: int
    col: int
    blocks: tuple[Paragraph | TableBlock, ...] = ()
    rowspan: int = 1
    colspan: int = 1

    def text(self) -> str:
        """The cell's own paragraphs in one line."""
        return " ".join(t for b in self.blocks if isinstance(b, Paragraph) for t in [tidy(b.text)] if t)


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A grid of cells; merged ones stand once. ``layout`` when the format says that it only lays out."""

    rows: int
    cols: int
    cells: tuple[BlockCell, ...]
    caption: str = ""
    layout: bool = False


Block = Paragraph | TableBlock


def tidy(text: str) -> str:
    """One line without invisible characters, layout spaces and the spaces that typesetters put beside digits.

    Two or more spaces stay as one: they part fields (填报单位： 某局  填报日期：…).

    >>> tidy("　　设 7 个工作委员会，\\v共 1,158 人")
    '设7个工作委员会，共1,158人'
    >>> tidy("年 度 总 体 目 标"), tidy("某局2023年度自评报告 根据通知要求")
    ('年度总体目标', '某局2023年度自评报告 根据通知要求')
    >>> tidy("培训36¹次，造林12.5km²，约3×10⁴吨")
    '培训36次，造林12.5km²，约3×10⁴吨'
    >>> tidy("联系人：王某  电话：8328726")
    '联系人：王某 电话：8328726'
    """
    if not _UNTIDY.search(text):
        return text
    text = NOTE_MARK.sub("", text)
    text = _INVISIBLE.sub("", text).replace("\v", "")
    text = _SPACES.sub(lambda m: " " if len(m[0]) == 1 and m[0] != "\u3000" else "  ", text).strip()
    if len(text) >= _LONG:
        text = _BROKEN.sub("", text)
    text = _SPACED.sub(lambda m: m[0].replace(" ", ""), text)
    return _NARROW.sub("", text).replace("  ", " ")


def lines_of(paragraph: Paragraph) -> list[str]:
    """The paragraphs that a paragraph with line breaks amounts to.

    A break in a heading or inside a sentence only lays out; one behind a stop or before a list mark begins anew.

    >>> lines_of(Paragraph("某镇2023年度\\v部门整体支出绩效自评报告", heading=True))
    ['某镇2023年度部门整体支出绩效自评报告']
    >>> lines_of(Paragraph("一是培训不足。\\v二是预算不细。"))
    ['一是培训不足。', '二是预算不细。']
    """
    parts = [part for raw in _INDENT.sub("\v", paragraph.text).split("\v") for part in [tidy(raw)] if part]
    out: list[str] = []
    for part in parts:
        if (
            out
            and not OPENING.match(part)
            and not _SENTENCE.search(out[-1])
            and (paragraph.heading or len(out[-1]) >= 25)
        ):
            out[-1] = join(out[-1], part)
        else:
            out.append(part)
    return out


def emit(builder: DocumentBuilder, blocks: Iterable[Block]) -> None:
    """Append blocks to a document in reading order."""
    above: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            for line in lines_of(block):
                builder.paragraph(line)
                above.append(line)
        elif is_layout(block):
            emit(builder, (b for cell in sorted(block.cells, key=lambda c: (c.row, c.col)) for b in cell.blocks))
            above.clear()
        else:
            _emit_table(builder, block, block.caption or _caption(above))
            above.clear()


def _caption(above: Sequence[str]) -> str:
    """The one or two short lines above a table that name it or its unit."""
    found = [line for line in above[-2:] if len(line) <= 60 and not line.endswith("。") and _CAPTION.search(line)]
    return " ".join(found)


def is_layout(table: TableBlock) -> bool:
    """Whether a table only lays a page out."""
    filled = [cell for cell in table.cells if any(_weight(block) for block in cell.blocks)]
    if table.layout or len(filled) <= 1 or table.cols == 1:
        return True
    if len(filled) <= 3 and any(all(isinstance(b, TableBlock) for b in cell.blocks if _weight(b)) for cell in filled):
        return True  # columns of a page: a cell that holds nothing but another table
    whole = sum(_weight(block) for cell in filled for block in cell.blocks)
    for cell in filled:
        own = sum(_weight(block) for block in cell.blocks)
        inner = any(isinstance(block, TableBlock) and not is_layout(block) for block in cell.blocks)
        if (inner or len(cell.blocks) >= 3) and own > max(PROSE * 2, 0.6 * whole):
            return True
    return False


def _weight(block: Block) -> int:
    if isinstance(block, Paragraph):
        return len(block.text.strip())
    return sum(_weight(inner) for cell in block.cells for inner in cell.blocks)


def _emit_table(builder: DocumentBuilder, table: TableBlock, caption: str) -> None:
    """A data table; rows of a label with a long text are paragraphs, tables inside cells follow their table."""
    texts = {id(cell): cell.text() for cell in table.cells}
    prose = _prose_rows(table, texts)
    for is_prose, rows in _runs(table.rows, prose):
        if is_prose:
            for cell in sorted((c for c in table.cells if c.row in rows), key=lambda c: (c.row, c.col)):
                emit(builder, cell.blocks)
            continue
        first, last = rows[0], rows[-1]
        cells = []
        for cell in table.cells:
            if first <= cell.row <= last:
                text = texts[id(cell)]
                span = min(cell.rowspan, last + 1 - cell.row)
                cells.append(CellText(cell.row - first, cell.col, (Piece(text),) if text else (), span, cell.colspan))
        if any(cell.pieces for cell in cells):
            builder.table(cells, last + 1 - first, table.cols, caption=caption)
        for cell in table.cells:
            if first <= cell.row <= last:
                emit(builder, (block for block in cell.blocks if isinstance(block, TableBlock)))


def _runs(rows: int, prose: set[int]) -> Iterator[tuple[bool, list[int]]]:
    run: list[int] = []
    for row in range(rows):
        if run and (row in prose) != (run[-1] in prose):
            yield run[-1] in prose, run
            run = []
        run.append(row)
    if run:
        yield run[-1] in prose, run


def _prose_rows(table: TableBlock, texts: Mapping[int, str]) -> set[int]:
    """Rows of at most a label and one cell that holds a text of its own (存在问题 | 一是……)."""
    by_row: dict[int, list[tuple[BlockCell, str]]] = {}
    covered: set[int] = set()
    for cell in table.cells:
        if cell.rowspan > 1:
            covered.update(range(cell.row, cell.row + cell.rowspan))
        if text := texts[id(cell)]:
            by_row.setdefault(cell.row, []).append((cell, text))
    out: set[int] = set()
    for row, here in by_row.items():
        long = [text for _, text in here if len(text) >= PROSE and "。" in text]
        if (
            row not in covered
            and len(here) <= 2
            and len(long) == 1
            and all(t is long[0] or len(t) <= 30 for _, t in here)
        ):
            out.add(row)
    return out


@dataclass
class Grid:
    """Lays cells with row and column spans out on a grid, as HTML and office formats define it."""

    _taken: dict[int, set[int]] = field(default_factory=dict)
    _cells: list[BlockCell] = field(default_factory=list)
    _row: int = -1
    _cols: int = 0
    _area: int = 0

    def next_row(self) -> None:
        """Begin a row."""
        self._row += 1

    def skip(self, columns: int) -> None:
        """Leave columns of the row out."""
        taken = self._taken.setdefault(self._row, set())
        at = self._free()
        taken.update(range(at, at + columns))

    def add(self, blocks: Sequence[Block], rowspan: int = 1, colspan: int = 1) -> None:
        """Put a cell at the next free place of the row."""
        if self._row < 0:
            self.next_row()
        at = self._free()
        colspan = max(1, min(colspan, 1000))
        rowspan = max(1, min(rowspan, 65534))
        while colspan > 1 and any(c in self._taken.get(self._row, ()) for c in range(at, at + colspan)):
            colspan -= 1
        if self._area + min(rowspan, 5000) * colspan > _MOST_PLACES:  # spans that no form has: the cell stands alone
            rowspan = colspan = 1
        self._area += min(rowspan, 5000) * colspan
        for row in range(self._row, self._row + min(rowspan, 5000)):
            self._taken.setdefault(row, set()).update(range(at, at + colspan))
        self._cells.append(BlockCell(self._row, at, tuple(blocks), rowspan, colspan))
        self._cols = max(self._cols, at + colspan)

    def put(self, row: int, col: int, blocks: Sequence[Block], rowspan: int = 1, colspan: int = 1) -> None:
        """Put a cell where the format itself says that it stands."""
        self._row = max(self._row, row)
        self._cells.append(BlockCell(row, col, tuple(blocks), rowspan, colspan))
        self._cols = max(self._cols, col + colspan)

    def _free(self) -> int:
        taken = self._taken.setdefault(self._row, set())
        at = 0
        while at in taken:
            at += 1
        return at

    def finish(self, caption: str = "", *, layout: bool = False) -> TableBlock | None:
        """The table, spans cut to its size; None when it has no cells."""
        rows = self._row + 1
        if not self._cells:
            return None
        cells = tuple(
            BlockCell(c.row, c.col, c.blocks, min(c.rowspan, rows - c.row), min(c.colspan, self._cols - c.col))
            for c in self._cells
        )
        return TableBlock(rows, self._cols, cells, caption, layout)
