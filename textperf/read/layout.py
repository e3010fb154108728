"""Pages as read → one document: columns, page furniture, tables continued over pages, captions, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from statistics import median

from textperf.read.builder import CellText, DocumentBuilder, Piece
from textperf.read.continued import Block, BlockCell, Item, continue_table, put_beside
from textperf.read.furniture import furniture
from textperf.read.html_furniture import furniture as web_furniture
from textperf.read.pdf_join import printed_lines
from textperf.read.pdf_lines import Frame, Run
from textperf.read.pdf_page import PageContent
from textperf.read.pdf_tables import Grid, GridCell
from textperf.read.repair import Measure, Printed, cell_pieces, measures, paragraphs, pieces

_UNIT = re.compile(r"单位[:：]")
# ①, [1], 1 数据来源, 注：, *
_NOTE = re.compile(r"[①-⑳⁰-⁹¹²³*＊※]|[\[［(（]\d{1,2}[\])）］]|\d{1,2}\s?[^\d.．、,，)）:：%年月]|注\s*\d*\s*[:：]")
_Placed = tuple[float, Item]


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
        _mark_notes(body)
        foot = len(flow)
        while foot and isinstance(item := flow[foot - 1], Printed) and item.note:
            foot -= 1
        notes = flow[foot:]
        del flow[foot:]
        continue_table(flow, body)
        flow += [*notes, *body]
    _write(put_beside(_without_site(flow)), builder)


def _mark_notes(body: list[Item]) -> None:
    """Mark the notes at the foot of a page: its last lines, clearly smaller than those above, from one with a mark on."""
    at = len(body)
    while at and isinstance(item := body[at - 1], Printed):
        above = next((i for i in reversed(body[: at - 1]) if isinstance(i, Printed)), None)
        if above is None or item.columns > 1:
            return
        at -= 1
        if item.size < 0.9 * above.size:  # the first of the smaller lines
            if _NOTE.match(item.text):
                body[at:] = [replace(line, note=True) for line in body[at:] if isinstance(line, Printed)]
            return
        if item.size > 1.1 * above.size:
            return


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
    tables: list[_Placed] = [(grid.ys[0], _block(grid, page)) for grid in page.grids]
    lines = printed_lines(page.runs)
    # only where lines were made of several runs, or runs stand on both sides of the page, can there be columns
    gutter = _gutter(page) if len(lines) < 0.75 * len(page.runs) or _two_sides(page.runs) else None
    if gutter is None:
        return _in_order([*((run.middle, _printed(run, page)) for run in lines), *tables])
    sides: tuple[list[Run], list[Run], list[Run]] = ([], [], [])  # over both columns, in the left one, in the right one
    for run in page.runs:
        sides[1 if run.x1 <= gutter else 2 if run.x0 >= gutter else 0].append(run)
    found: list[list[_Placed]] = [
        [(run.middle, _printed(run, page, k, 1 if k == 0 else 2)) for run in printed_lines(side)]
        for k, side in enumerate(sides)
    ]
    for (x0, _, x1, _), table in zip((grid.box for grid in page.grids), tables, strict=True):
        found[1 if x1 <= gutter else 2 if x0 >= gutter else 0].append(table)
    out: list[Item] = []
    top = float("-inf")
    for y, item in [*sorted(found[0], key=_height_of), (float("inf"), None)]:
        for column in found[1:]:
            out += _in_order([placed for placed in column if top <= placed[0] < y])
        if item is not None:
            out.append(item)
        top = y
    return out


def _height_of(placed: tuple[float, object]) -> float:
    return placed[0]


def _in_order(placed: Sequence[_Placed]) -> list[Item]:
    return [item for _, item in sorted(placed, key=_height_of)]


def _two_sides(runs: Sequence[Run]) -> bool:
    """Whether many runs keep to one half of the text, left as well as right: columns whose lines do not stand level."""
    if len(runs) < 12:
        return False
    middle = (min(r.x0 for r in runs) + max(r.x1 for r in runs)) / 2
    return sum(r.x0 > middle for r in runs) >= 6 and sum(r.x1 < middle for r in runs) >= 6


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
    return Printed(run.text, page.number, frame, run.size, piece, column, columns, room, run.loose)


def _block(grid: Grid, page: PageContent) -> Block:
    cells = [_cell(cell, grid, page) for cell in grid.cells]
    return Block(page.number, page.number, list(grid.xs), len(grid.ys) - 1, cells, [list(grid.ys)])


def _cell(cell: GridCell, grid: Grid, page: PageContent) -> BlockCell:
    lines = [_printed(run, page) for run in printed_lines(cell.runs)]
    width = grid.xs[cell.col + cell.colspan] - grid.xs[cell.col]
    return BlockCell(cell.row, cell.col, cell.rowspan, cell.colspan, width, lines)


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
    """Add the paragraphs of some lines; the texts of the last of them. Notes that cut a paragraph stand behind it."""
    notes = _cutting(lines, sides) if any(line.note for line in lines) else {}
    moved = {id(note) for group in notes.values() for note in group}
    found = paragraphs([line for line in lines if id(line) not in moved], sides)
    for paragraph in found:
        builder.paragraph(pieces(paragraph))
        for note in paragraphs([note for line in paragraph for note in notes.get(id(line), ())], sides):
            builder.paragraph(pieces(note))
    return ["".join(line.text for line in paragraph) for paragraph in found[-3:]]


def _cutting(lines: Sequence[Printed], sides: Mapping[tuple[int, int], Measure]) -> dict[int, list[Printed]]:
    """The notes that stand inside a paragraph, by the line (its id) that they follow."""
    text = [line for line in lines if not line.note]
    ends = {id(paragraph[-1]) for paragraph in paragraphs(text, sides)}
    out: dict[int, list[Printed]] = {}
    above = None
    for line in lines:
        if not line.note:
            above = id(line)
        elif above is not None and above not in ends:
            out.setdefault(above, []).append(line)
    return out


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
