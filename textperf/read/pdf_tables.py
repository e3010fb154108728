"""Ruled tables of a PDF page: rules (path objects) → grids → cells with the runs whose middle lies in them.

Coordinates are those of the reading frame (see ``pdf_lines``). No knowledge of what a table says.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from textperf.model import Box
from textperf.read.pdf_drawing import SAME, TOUCH, Rule, merged
from textperf.read.pdf_join import cut
from textperf.read.pdf_lines import Run


@dataclass(slots=True)
class GridCell:
    """A cell of a grid with the runs in it."""

    row: int
    col: int
    rowspan: int
    colspan: int
    runs: list[Run] = field(default_factory=list)


@dataclass(slots=True)
class Grid:
    """A ruled table of one page: the coordinates of its columns and rows and its cells in reading order."""

    xs: list[float]
    ys: list[float]
    cells: list[GridCell]

    @property
    def box(self) -> Box:
        """Where the table lies in the reading frame."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]


def grids(across: list[Rule], down: list[Rule]) -> list[Grid]:
    """Tables from rules: each group of rules that touch, with at least two cells."""
    across, down = merged(across), merged(down)
    if not across or not down:
        return []
    groups = _groups(across, down)
    out = [grid for a, d in groups if len(a) + len(d) >= 3 and (grid := _grid(a, d))]
    return sorted(out, key=lambda g: (g.ys[0], g.xs[0]))


def _groups(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    parent = list(range(len(across) + len(down)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    ys = [rule[0] for rule in across]  # sorted by merged()
    for j, (x, top, bottom) in enumerate(down):
        for i in range(bisect_right(ys, top - TOUCH), bisect_right(ys, bottom + TOUCH)):
            if across[i][1] - TOUCH <= x <= across[i][2] + TOUCH:
                parent[root(i)] = root(len(across) + j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, rule in enumerate(across):
        groups.setdefault(root(i), ([], []))[0].append(rule)
    for j, rule in enumerate(down):
        groups.setdefault(root(len(across) + j), ([], []))[1].append(rule)
    found = list(groups.values())
    # At a page break some producers leave out the rules across: a side that is as long as its table still belongs to it.
    whole = [g for g in found if g[0] and g[1]]
    for alone in (g for g in found if not g[0]):
        top, bottom = min(r[1] for r in alone[1]), max(r[2] for r in alone[1])
        for group in whole:
            same = (
                abs(min(r[1] for r in group[1]) - top) <= TOUCH and abs(max(r[2] for r in group[1]) - bottom) <= TOUCH
            )
            left, right = min(r[1] for r in group[0]), max(r[2] for r in group[0])
            if same and left - 200 < alone[1][0][0] < right + 200:
                group[1].extend(alone[1])
                break
    return whole


def _clusters(values: Iterable[float]) -> list[float]:
    out: list[list[float]] = []
    for value in sorted(values):
        if out and value - out[-1][-1] <= SAME and value - out[-1][0] <= 2 * SAME:
            out[-1].append(value)
        else:
            out.append([value])
    return [sum(group) / len(group) for group in out]


def _grid(across: list[Rule], down: list[Rule]) -> Grid | None:
    # A table whose outer sides are not ruled ends where its rules across end, and likewise above and below.
    left, right = min(r[1] for r in across), max(r[2] for r in across)
    top, bottom = min(r[1] for r in down), max(r[2] for r in down)
    xs = _clusters([r[0] for r in down] + [x for x in (left, right) if all(abs(x - r[0]) > 8 for r in down)])
    ys = _clusters([r[0] for r in across] + [y for y in (top, bottom) if all(abs(y - r[0]) > 8 for r in across)])
    rows, cols = len(ys) - 1, len(xs) - 1
    if rows < 1 or cols < 1 or rows * cols < 2 or rows > 2000 or cols > 200:
        return None
    beside = _covered(down, xs, ys)  # [line][row]
    below = _covered(across, ys, xs)  # [line][col]
    cells = _cells(rows, cols, beside, below)
    if len(cells) < 2:
        return None
    return _compress(xs, ys, cells)


def _covered(rules: list[Rule], places: list[float], steps: list[float]) -> list[list[bool]]:
    """For each clustered line and each step along it: whether a rule covers most of the step."""
    out = [[0.0] * (len(steps) - 1) for _ in places]
    for where, a, b in rules:
        k = min(range(len(places)), key=lambda i: abs(places[i] - where))
        if abs(places[k] - where) > 2 * SAME:
            continue
        for s in range(max(0, bisect_right(steps, a) - 1), len(steps) - 1):
            if steps[s] >= b:
                break
            out[k][s] += min(b, steps[s + 1]) - max(a, steps[s])
    return [[have >= 0.6 * (steps[s + 1] - steps[s]) for s, have in enumerate(line)] for line in out]


def _cells(rows: int, cols: int, beside: list[list[bool]], below: list[list[bool]]) -> list[GridCell]:
    """Cells from elementary ones: where a rule is missing they are one; a region that is no rectangle is made one."""
    owner = [[-1] * cols for _ in range(rows)]
    cells: list[GridCell] = []
    for r in range(rows):
        for c in range(cols):
            if owner[r][c] >= 0:
                continue
            wide = 1
            while c + wide < cols and owner[r][c + wide] < 0 and not beside[c + wide][r]:
                wide += 1
            high = 1
            while r + high < rows and all(
                owner[r + high][c + k] < 0 and not below[r + high][c + k] for k in range(wide)
            ):
                # a row that is parted where this one is not begins cells of its own
                if any(beside[c + k][r + high] for k in range(1, wide)):
                    break
                high += 1
            for i in range(high):
                for k in range(wide):
                    owner[r + i][c + k] = len(cells)
            cells.append(GridCell(r, c, high, wide))
    return cells


def _compress(xs: list[float], ys: list[float], cells: list[GridCell]) -> Grid:
    """Without lines at which no cell begins or ends."""
    cols = sorted({c.col for c in cells} | {c.col + c.colspan for c in cells})
    rows = sorted({c.row for c in cells} | {c.row + c.rowspan for c in cells})
    col, row = {v: i for i, v in enumerate(cols)}, {v: i for i, v in enumerate(rows)}
    moved = [
        GridCell(row[c.row], col[c.col], row[c.row + c.rowspan] - row[c.row], col[c.col + c.colspan] - col[c.col])
        for c in cells
    ]
    return Grid([xs[i] for i in cols], [ys[i] for i in rows], moved)


def fill(found: Sequence[Grid], runs: Sequence[Run]) -> tuple[list[Grid], list[Run]]:
    """Put runs into cells by their middle. Tables with fewer than two filled cells are none: their runs stay outside."""
    inside: list[list[Run]] = [[] for _ in found]
    outside: list[Run] = []
    for run in runs:
        y = run.middle
        for grid, mine in zip(found, inside, strict=True):
            x0, y0, x1, y1 = grid.box
            if y0 <= y <= y1 and run.x1 > x0 and run.x0 < x1 and x0 <= (run.x0 + run.x1) / 2 <= x1:
                mine.append(run)
                break
        else:
            outside.append(run)
    tables: list[Grid] = []
    for grid, mine in zip(found, inside, strict=True):
        _place(grid, mine)
        outside = _run_over(grid, outside)
        if sum(bool(cell.runs) for cell in grid.cells) >= 2:
            tables.append(grid)
        else:
            outside += mine
    return tables, outside


def _run_over(grid: Grid, outside: list[Run]) -> list[Run]:
    """Lines of the cells of the last row that stand just below the table's end, where a page break cut it short."""
    bottom = grid.ys[-1]
    near = [run for run in outside if bottom < run.middle and run.y0 <= bottom + 0.5 * run.size]
    for run in near:
        for cell in grid.cells:
            if cell.row + cell.rowspan != len(grid.ys) - 1 or not cell.runs:
                continue
            left, right = grid.xs[cell.col] - 1, grid.xs[cell.col + cell.colspan] + 1
            last = max(r.y1 for r in cell.runs)
            if (
                left <= run.x0
                and run.x1 <= right
                and right - left < 0.5 * (grid.xs[-1] - grid.xs[0])
                and run.y0 - last < 1.1 * run.size
            ):
                cell.runs.append(run)
                outside = [r for r in outside if r is not run]
                break
    return outside


def _place(grid: Grid, runs: Sequence[Run]) -> None:
    owner: dict[tuple[int, int], GridCell] = {}
    for cell in grid.cells:
        for r in range(cell.row, cell.row + cell.rowspan):
            for c in range(cell.col, cell.col + cell.colspan):
                owner[r, c] = cell
    last_row, last_col = len(grid.ys) - 2, len(grid.xs) - 2
    for run in runs:
        row = min(max(bisect_right(grid.ys, run.middle) - 1, 0), last_row)

        def column(x0: float, x1: float) -> int:
            return min(max(bisect_right(grid.xs, (x0 + x1) / 2) - 1, 0), last_col)

        def cell_at(x0: float, x1: float, row: int = row) -> int:
            cell = owner[row, column(x0, x1)]
            return cell.row * 1000 + cell.col

        first, last = cell_at(run.edges[0], run.edges[1]), cell_at(run.edges[-2], run.edges[-1])
        if first == last:
            owner[divmod(first, 1000)].runs.append(run)
            continue
        for number, piece in _at_rules(run, cell_at, grid.xs):
            owner[divmod(number, 1000)].runs.append(piece)


def _at_rules(run: Run, cell_at: Any, xs: Sequence[float]) -> list[tuple[int, Run]]:
    """Cut a run at the rules it crosses. A character that lies across a rule shows text that runs over its cell: then the
    words stay whole, each where its first character is, so that no number is torn in two."""
    edges = run.edges
    across = any(
        edges[2 * i] < x - 1.5 and edges[2 * i + 1] > x + 1.5 and run.text[i] != " "
        for i in range(len(run.text))
        for x in xs[max(0, bisect_right(xs, edges[2 * i]) - 1) : bisect_right(xs, edges[2 * i + 1])]
        if cell_at(edges[2 * i], edges[2 * i]) != cell_at(edges[2 * i + 1], edges[2 * i + 1])
    )
    if not across:
        return cut(run, cell_at)
    words: dict[float, float] = {}
    start = 0.0
    for i, ch in enumerate(run.text):
        if i == 0 or run.text[i - 1] == " " or edges[2 * i] - edges[2 * i - 1] > 0.3 * run.size:
            start = edges[2 * i]
        if ch != " ":
            words[edges[2 * i]] = start
    return cut(run, lambda x0, x1: cell_at(words.get(x0, x0), words.get(x0, x0) + 1.0))
