"""A table as rows and columns of texts, with each text's place in the document."""

from __future__ import annotations

import re
from dataclasses import dataclass

from textperf.model import Cell, Document, Table

_EMPTY = re.compile(r"[\s—\-–－/\\·.…]*")


@dataclass(frozen=True, slots=True)
class Box:
    """What stands at one place of a grid: the cell that covers it and its text; ``own`` when the cell begins in this row."""

    text: str
    start: int
    end: int
    row: int
    col: int
    cell: Cell | None = None

    @property
    def filled(self) -> bool:
        """Whether anything but dashes stands here."""
        return not _EMPTY.fullmatch(self.text)


_NOTHING = Box("", 0, 0, -1, -1)


@dataclass(frozen=True)
class TableGrid:
    """All places of a table: ``rows[r][c]``; a merged cell stands at each place that it covers."""

    table: Table
    rows: tuple[tuple[Box, ...], ...]

    def at(self, row: int, col: int | None) -> Box:
        """The place, or an empty one outside the table or for no column."""
        if col is None or not 0 <= row < len(self.rows) or not 0 <= col < len(self.rows[row]):
            return _NOTHING
        return self.rows[row][col]

    def cells(self, row: int) -> list[Box]:
        """The different cells of a row from left to right, those that reach into it from above included."""
        out: list[Box] = []
        for box in self.rows[row]:
            if box.cell is not None and not (out and out[-1].cell is box.cell):
                out.append(box)
        return out

    def own(self, row: int) -> list[Box]:
        """The cells that begin in a row."""
        return [box for box in self.cells(row) if box.row == row]

    def span(self, row: int) -> tuple[int, int]:
        """Where the texts of a row's own cells stand in the document (empty when it has none)."""
        filled = [box for box in self.own(row) if box.end > box.start]
        return (filled[0].start, filled[-1].end) if filled else (self.table.start, self.table.start)


def grid_of(document: Document, table: Table) -> TableGrid:
    """The grid of a table."""
    rows: list[list[Box]] = [[_NOTHING] * table.cols for _ in range(table.rows)]
    for cell in table.cells:
        box = Box(document.text[cell.start : cell.end], cell.start, cell.end, cell.row, cell.col, cell)
        for r in range(cell.row, min(table.rows, cell.row + cell.rowspan)):
            for c in range(cell.col, min(table.cols, cell.col + cell.colspan)):
                rows[r][c] = box
    return TableGrid(table, tuple(tuple(row) for row in rows))
