"""Pages as read → one document: columns, page furniture, tables continued over pages, captions, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from textperf.read.builder import CellText, DocumentBuilder, Piece
from textperf.read.furniture import furniture
from textperf.read.html_furniture import furniture as web_furniture
from textperf.read.pdf_lines import Frame, Run, printed_lines
from textperf.read.pdf_page import PageContent
from textperf.read.pdf_tables import Grid, GridCell
from textperf.read.repair import Measure, Printed, cell_pieces, measures, paragraphs, piece_width, pieces

_UNIT = re.compile(r"单位[:：]")


@dataclass(slots=True)
class BlockCell:
    """A cell of a table in the making: its printed lines and how wide it is."""

    row: int
    col: int
    rowspan: int
    colspan: int
    width: float
    lines: list[Printed] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What stands in it, white space aside."""
        return "".join("".join(line.text for line in self.lines).split())


@dataclass(slots=True)
class Block:
    """A table in the making; ``page`` is its first one, ``last`` its last one so far."""

    page: int
    last: int
    xs: list[float]
    rows: int
    cells: list[BlockCell]
    above: list[Printed] = field(default_factory=list)

    @property
    def cols(self) -> int:
        """Number of columns."""
        return len(self.xs) - 1

    def row(self, number: int) -> list[BlockCell]:
        """The cells that begin in a row."""
        return [cell for cell in self.cells if cell.row == number]


Item = Printed | Block


def assemble(pages: Sequence[PageContent], builder: DocumentBuilder) -> None:
    """Put the content of the pages into the builder, in reading order."""
    arranged = [(page, _arrange(page)) for page in pages]
    lines = [(p.number, _height(p.frame), [i for i in items if isinstance(i, Printed)]) for p, items in arranged]
    gone = furniture(lines, {p.number for p in pages if p.grids})
    flow: list[Item] = []
    for page, items in arranged:
        count = 0
        body: list[Item] = []
        for item in items:
            if isinstance(item, Printed):
                if (page.number, count) not in gone:
                    body.append(item)
                count += 1
            else:
                body.append(item)
        _continue(flow, body)
        flow += body
    _write(_without_site(flow), builder)


def _without_site(flow: list[Item]) -> list[Item]:
    """Without the lines of the web site before and behind a report that was printed from a browser."""
    rules = web_furniture()
    first, last = 0, len(flow)
    while first < last and isinstance(item := flow[first], Printed) and rules.is_frame(item.text):
        first += 1
    while (
        last > first
        and isinstance(item := flow[last - 1], Printed)
        and (rules.is_frame(item.text) or rules.is_cut(item.text))
    ):
        last -= 1
    return flow[first:last]


def _height(frame: Frame) -> float:
    return frame.width if frame.turn % 2 else frame.height


def _arrange(page: PageContent) -> list[Item]:
    """Lines and tables of a page in reading order; two columns of prose one after the other."""
    tables: list[tuple[float, Item]] = [(grid.ys[0], _block(grid, page)) for grid in page.grids]
    lines = printed_lines(page.runs)
    # only where lines were made of several runs can there be columns
    gutter = _gutter(page) if len(lines) < 0.75 * len(page.runs) else None
    if gutter is None:
        items = [(run.middle, _printed(run, page)) for run in lines]
        return [item for _, item in sorted([*items, *tables], key=lambda pair: pair[0])]
    sides: tuple[list[Run], list[Run]] = ([], [])
    whole: list[Run] = []
    for run in page.runs:
        if run.x1 <= gutter:
            sides[0].append(run)
        elif run.x0 >= gutter:
            sides[1].append(run)
        else:
            whole.append(run)
    breaks = sorted([*((run.middle, _printed(run, page)) for run in printed_lines(whole)), *tables], key=lambda p: p[0])
    columns = [[_printed(run, page, k, 2) for run in printed_lines(side)] for k, side in enumerate(sides)]
    out: list[Item] = []
    top = float("-inf")
    for y, item in [*breaks, (float("inf"), None)]:
        for column in columns:
            out += [line for line in column if top <= (line.box[1] + line.box[3]) / 2 < y]
        if item is not None:
            out.append(item)
        top = y
    return out


def _gutter(page: PageContent) -> float | None:
    """Where two columns of prose are parted, or None. Columns of short entries are a list or a table, not prose."""
    left, right = min(r.x0 for r in page.runs), max(r.x1 for r in page.runs)
    width = right - left
    best, crossings = 0.0, len(page.runs)
    for edge in sorted({round(r.x1 + 0.3 * r.size, 1) for r in page.runs}):
        if left + 0.3 * width < edge < left + 0.7 * width:
            count = sum(r.x0 < edge < r.x1 for r in page.runs)
            if count < crossings:
                best, crossings = edge, count
    for side, room in (
        ([r for r in page.runs if r.x1 <= best], best - left),
        ([r for r in page.runs if r.x0 >= best], right - best),
    ):
        if len(side) < max(6, 2 * crossings):
            return None
        if median(sorted(r.x1 - r.x0 for r in side)[len(side) // 3 :]) < 0.72 * room:
            return None
    return best


def _printed(run: Run, page: PageContent, column: int = 0, columns: int = 1) -> Printed:
    frame = (run.x0, run.y0, run.x1, run.y1)
    x0, y0, x1, y1 = page.frame.back(frame)
    edges = tuple(run.edges) if page.frame.turn == 0 else ()
    piece = Piece(run.text, page.number, (round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2)), edges)
    room = page.frame.height if page.frame.turn % 2 else page.frame.width
    return Printed(run.text, page.number, frame, run.size, piece, column, columns, room)


def _block(grid: Grid, page: PageContent) -> Block:
    cells = [_cell(cell, grid, page) for cell in grid.cells]
    return Block(page.number, page.number, list(grid.xs), len(grid.ys) - 1, cells)


def _cell(cell: GridCell, grid: Grid, page: PageContent) -> BlockCell:
    lines = [_printed(run, page) for run in printed_lines(cell.runs)]
    width = grid.xs[cell.col + cell.colspan] - grid.xs[cell.col]
    return BlockCell(cell.row, cell.col, cell.rowspan, cell.colspan, width, lines)


def _continue(flow: list[Item], body: list[Item]) -> None:
    """Join the first table of a page to the last one of the page before, where it goes on; ``body`` loses it then."""
    if not flow or not isinstance(flow[-1], Block):
        return
    block = flow[-1]
    at = next((i for i, item in enumerate(body) if isinstance(item, Block)), None)
    if at is None:
        return
    more = body[at]
    assert isinstance(more, Block)
    lead = [item.text for item in body[:at] if isinstance(item, Printed)]
    head = [line.text for line in _above(flow[:-1])]
    repeated = bool(lead) and all(any(_same(text, known) for known in head) for text in lead)
    if (lead and not repeated) or more.page != block.last + 1 or not _fit(block, more):
        return
    _join(block, more)
    del body[: at + 1]


def _same(a: str, b: str) -> bool:
    clean = [re.sub(r"[(（]?续[表)）]*", "", "".join(text.split())) for text in (a, b)]
    return clean[0] == clean[1]


def _above(flow: Sequence[Item]) -> list[Printed]:
    """The last lines before a table, nearest last: those that may name it."""
    out: list[Printed] = []
    for item in reversed(flow):
        if not isinstance(item, Printed) or len(out) == 3:
            break
        out.append(item)
    return out[::-1]


def _fit(block: Block, more: Block) -> bool:
    """Whether both have the same outer sides and the columns of one are all columns of the other."""
    shift = more.xs[0] - block.xs[0]
    if abs(shift) > 12 or abs((more.xs[-1] - more.xs[0]) - (block.xs[-1] - block.xs[0])) > 6:
        return False
    few, many = sorted(([x - block.xs[0] for x in block.xs], [x - more.xs[0] for x in more.xs]), key=len)
    return all(any(abs(x - y) <= 4 for y in many) for x in few)


def _join(block: Block, more: Block) -> None:
    base, other = [x - block.xs[0] for x in block.xs], [x - more.xs[0] for x in more.xs]
    if len(other) > len(base):
        _spread(block, base, other)
        block.xs = [x + block.xs[0] for x in other]
    else:
        _spread(more, other, base)
    skip = _repeated_head(block, more)
    offset = block.rows - skip
    cells = [cell for cell in more.cells if cell.row >= skip]
    for cell in cells:
        cell.row += offset
    first = [cell for cell in cells if cell.row == block.rows]
    if _cut_row(block, first):
        owner = {cell.col: cell for cell in block.cells if cell.row + cell.rowspan == block.rows}
        for cell in first:
            if cell.col in owner:
                owner[cell.col].lines += cell.lines
        cells = [cell for cell in cells if cell not in first]
        for cell in cells:
            cell.row -= 1
        for cell in first:
            if cell.rowspan > 1 and cell.col in owner:  # a merged cell that was cut goes on
                owner[cell.col].rowspan += cell.rowspan - 1
        offset -= 1
    else:
        cells = _grow(block, first, cells)
    block.cells += cells
    block.rows = more.rows + offset
    block.last = more.last


def _spread(block: Block, old: Sequence[float], new: Sequence[float]) -> None:
    """Renumber columns for a table that has more of them."""
    place = [min(range(len(new)), key=lambda k: abs(new[k] - x)) for x in old]
    for cell in block.cells:
        first, last = place[cell.col], place[cell.col + cell.colspan]
        cell.col, cell.colspan = first, last - first


def _repeated_head(block: Block, more: Block) -> int:
    """How many rows at the top of the continuation repeat the head of the table."""
    count = 0
    while count < min(block.rows, more.rows - 1, 6):
        mine = [(cell.col, cell.text) for cell in block.row(count)]
        theirs = [(cell.col, cell.text) for cell in more.row(count)]
        words = "".join(text for _, text in theirs)
        if (
            [m for m in mine if m[1]] != [t for t in theirs if t[1]]
            or not words
            or sum(c.isdigit() for c in words) > len(words) / 4
        ):
            break
        count += 1
    # a head of two rows with cells over both is only one when all of it is there
    while count and any(cell.row < count < cell.row + cell.rowspan for cell in more.cells):
        count -= 1
    return count


def _cut_row(block: Block, first: Sequence[BlockCell]) -> bool:
    """Whether the first row of a continuation is the rest of the row before: some of its cells are empty where that row
    has text, and each text in it goes on from a line that was full."""
    owner = {cell.col: cell for cell in block.cells if cell.row + cell.rowspan == block.rows}
    filled = [cell for cell in first if cell.lines]
    if not filled or not any(cell.text and not any(f.col == col for f in filled) for col, cell in owner.items()):
        return False
    for cell in filled:
        before = owner.get(cell.col)
        if before is None or before.colspan != cell.colspan or not before.lines:
            return False
        last, next_line = before.lines[-1], cell.lines[0]
        if last.width + piece_width(next_line.text, last.size) <= _room(block, cell) - 0.2 * last.size:
            return False
    return True


def _room(block: Block, cell: BlockCell) -> float:
    """How wide a line can be in this column: as wide as its widest one where lines were wrapped, else the cell within
    its padding."""
    alike = [c for c in block.cells if c.col == cell.col and c.colspan == cell.colspan and len(c.lines) > 1]
    widest = max((line.width for c in alike for line in c.lines), default=0.0)
    return widest or cell.width - max(2.0, 0.3 * cell.lines[0].size)


def _grow(block: Block, first: Sequence[BlockCell], cells: list[BlockCell]) -> list[BlockCell]:
    """Merged cells that go on over the page: an empty cell at the top of the continuation belongs to the cell above it."""
    owner = {cell.col: cell for cell in block.cells if cell.row + cell.rowspan == block.rows}
    gone: list[BlockCell] = []
    for cell in sorted(first, key=lambda c: c.col):
        above = owner.get(cell.col)
        if above is None or above.colspan != cell.colspan:
            break
        if cell.lines and not above.lines and _label_column(block, above):
            # the name of a merged cell, printed in its part on the next page
            above.lines, above.rowspan = cell.lines, above.rowspan + cell.rowspan
            gone.append(cell)
            continue
        if cell.lines or not above.lines:
            break
        if above.rowspan < 2 and cell.rowspan < 2:
            break
        above.rowspan += cell.rowspan
        gone.append(cell)
    return [cell for cell in cells if cell not in gone]


def _label_column(block: Block, but: BlockCell) -> bool:
    """Whether all cells of a column but this one have text, and this one follows a filled cell on its left."""
    cells = [c for c in block.cells if c.col == but.col and c is not but]
    return len(cells) >= 2 and but.col <= 2 and all(c.lines for c in cells)


def _write(flow: Sequence[Item], builder: DocumentBuilder) -> None:
    sides = measures([item for item in flow if isinstance(item, Printed)])
    text: list[Printed] = []
    for item in flow:
        if isinstance(item, Printed):
            text.append(item)
            continue
        above = _prose(text, sides, builder)
        text = []
        _table(item, _caption(above), builder)
    _prose(text, sides, builder)


def _prose(lines: Sequence[Printed], sides: Mapping[tuple[int, int], Measure], builder: DocumentBuilder) -> list[str]:
    """Add the paragraphs of some lines; the texts of the last of them."""
    found = paragraphs(lines, sides)
    for paragraph in found:
        builder.paragraph(pieces(paragraph))
    return ["".join(line.text for line in paragraph) for paragraph in found[-3:]]


def _caption(above: Sequence[str]) -> str:
    """Title and unit of a table from the short paragraphs right above it: 支出明细表 单位：万元."""
    out: list[str] = []
    for text in reversed(above):
        if len(text) > 40 or text[-1] in "。；，":
            break
        out.append(text.strip())
        if not _UNIT.search(text):
            break
    return " ".join(reversed(out))


def _table(block: Block, caption: str, builder: DocumentBuilder) -> None:
    cells: list[CellText] = []
    for cell in block.cells:
        content: Iterable[Piece] = cell_pieces(cell.lines, cell.width)
        cells.append(CellText(cell.row, cell.col, tuple(content), cell.rowspan, cell.colspan))
    cells.sort(key=lambda c: (c.row, c.col))
    builder.table(_inside(cells, block), block.rows, block.cols, block.page, caption)


def _inside(cells: Sequence[CellText], block: Block) -> list[CellText]:
    """Spans cut back to the table, should a join have left one too long."""
    if all(c.row + c.rowspan <= block.rows and c.col + c.colspan <= block.cols for c in cells):
        return list(cells)
    return [
        replace(c, rowspan=min(c.rowspan, block.rows - c.row), colspan=min(c.colspan, block.cols - c.col))
        for c in cells
        if c.row < block.rows and c.col < block.cols
    ]
