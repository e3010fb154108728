"""Tables that go on over pages: repeated heads dropped, rows and labels that a page break cut made whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from textperf.read.repair import Printed, piece_width

_FIGURE = re.compile(r"\d")
_CONTINUED = re.compile(r"[(（]?(?:接上[页表]|续)表?[)）]?([\d一二三四五六七八九十.\-]*)[:：]?")


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
    parts: list[list[float]] = field(default_factory=list)  # heights of the rows, page by page

    @property
    def cols(self) -> int:
        """Number of columns."""
        return len(self.xs) - 1

    def row(self, number: int) -> list[BlockCell]:
        """The cells that begin in a row."""
        return [cell for cell in self.cells if cell.row == number]


Item = Printed | Block


def continue_table(flow: list[Item], body: list[Item]) -> None:
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
    if (lead and not repeated) or more.page != block.last + 1 or not _fit(block, more) or _other_head(block, more):
        return
    _join(block, more)
    del body[: at + 1]


def _same(a: str, b: str) -> bool:
    """Whether a line above a continuation repeats one above the table: 表3 收支表（续）, 续表3, 续表 for 表3 收支表."""
    found = _CONTINUED.fullmatch(a.replace(" ", ""))
    if found and "".join(b.split()).startswith("表" + found[1]):
        return True
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
    block.parts += more.parts


def _other_head(block: Block, more: Block) -> bool:
    """Whether the second table begins with a head of its own: words in all cells, above columns that hold figures in the
    first one. A sheet too wide for its page goes on with other columns, not with more rows."""
    if len(block.xs) != len(more.xs) or not (words := _head(more)) or words == _head(block):
        return False
    figures = 0
    for col in range(block.cols):
        texts = [cell.text for cell in block.cells if cell.col == col and cell.row and cell.text]
        figures += len(texts) > 1 and sum(bool(_FIGURE.search(text)) for text in texts) > 0.7 * len(texts)
    return figures >= 2


def _head(block: Block) -> set[str]:
    """The words of a first row that heads columns: a cell for each, all filled, none with figures; else nothing."""
    texts = [cell.text for cell in block.row(0)]
    plain = block.rows > 1 and len(texts) == block.cols and all(t and not _FIGURE.search(t) for t in texts)
    return set(texts) if plain else set()


def _beside(block: Block, more: Block) -> bool:
    """Whether the second table holds further columns of the first: under other words, as many rows on as many pages, at the
    same heights."""
    mine, theirs = _head(block), _head(more)
    if not mine or not theirs or mine & theirs or block.rows != more.rows or len(block.parts) != len(more.parts):
        return False
    return all(
        len(a) == len(b) and all(abs(x - y) < 2 for x, y in zip(a, b, strict=True))
        for a, b in zip(block.parts, more.parts, strict=True)
    )


def put_beside(flow: list[Item]) -> list[Item]:
    """Tables of a sheet that was cut into pages side by side are one table again, with the columns of all of them."""
    out: list[Item] = []
    for item in flow:
        last = out[-1] if out else None
        if isinstance(item, Block) and isinstance(last, Block) and item.page > last.last and _beside(last, item):
            for cell in item.cells:
                cell.col += last.cols
            last.cells += item.cells
            last.xs += [x - item.xs[0] + last.xs[-1] for x in item.xs[1:]]
            last.last = item.last
        else:
            out.append(item)
    return out


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
        if not _full(block, before, cell):
            return False
    return True


def _full(block: Block, before: BlockCell, cell: BlockCell) -> bool:
    """Whether what ``cell`` begins with had no room in the last line of the cell before it."""
    last, more = before.lines[-1], cell.lines[0]
    return last.width + piece_width(more.text, last.size) > _room(block, cell) - 0.2 * last.size


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
        if cell.lines and above.lines and _rest_of_label(block, above, cell):
            above.lines, above.rowspan = [*above.lines, *cell.lines], above.rowspan + cell.rowspan
            gone.append(cell)
            continue
        if cell.lines or not above.lines:
            break
        if above.rowspan < 2 and cell.rowspan < 2:
            break
        above.rowspan += cell.rowspan
        gone.append(cell)
    return [cell for cell in cells if cell not in gone]


def _rest_of_label(block: Block, above: BlockCell, cell: BlockCell) -> bool:
    """Whether a cell of words holds the rest of the label above it, which the page break cut (满意度指 | 标, 产出 | 指标): the
    line above is full, and what follows is the end of other labels of the column, or one character where all others have
    more; a label of its own is neither."""
    rest = cell.text
    if cell.col > 2 or not rest.isalpha() or not _full(block, above, cell):
        return False
    others = {c.text for c in block.cells if c.col == cell.col and c is not above and c.lines}
    if rest in others:
        return False
    return any(other.endswith(rest) for other in others) or (
        len(rest) == 1 and len(above.text) > 1 and all(len(other) > 1 for other in others)
    )


def _label_column(block: Block, but: BlockCell) -> bool:
    """Whether all cells of a column but this one have text, and this one follows a filled cell on its left."""
    cells = [c for c in block.cells if c.col == but.col and c is not but]
    return len(cells) >= 2 and but.col <= 2 and all(c.lines for c in cells)
