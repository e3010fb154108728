"""Tables without rules down: rows of short entries that stand in clear columns, at least one of them figures.

Cautious on purpose: what is not clearly a table stays text. Rules across (a three-line table) are a hint that two columns
are enough.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from statistics import median

from textperf.read.pdf_drawing import Rule
from textperf.read.pdf_lines import Run
from textperf.read.pdf_tables import Grid, GridCell

Row = list[Run]
Interval = tuple[float, float]
# 1,234.50 · 95.6% · ≥60家 · — (nothing to report)
_FIGURE = re.compile(r"[≥≤><=＞＜]?\s*-?[\d,]+(?:\.\d+)?\s*[%％‰]?[\u4e00-\u9fff]{0,2}|[-—－/]{1,2}")


def unruled(runs: Sequence[Run], across: Sequence[Rule]) -> tuple[list[Grid], list[Run]]:
    """Tables made of ``runs``, and the runs that belong to none."""
    rows = _rows(runs)
    if sum(len(row) >= 2 for row in rows) < 3:
        return [], list(runs)
    wide = max(r.x1 for r in runs) - min(r.x0 for r in runs)
    out: list[Grid] = []
    used: set[int] = set()
    at = 0
    while at < len(rows):
        block = _block(rows, at, wide)
        grid = _grid(block, _least(block, across)) if len(block) >= 3 else None
        if grid is None:
            at += 1
            continue
        out.append(grid)
        used.update(id(run) for row in block for run in row)
        at += len(block)
    return out, [run for run in runs if id(run) not in used]


def _rows(runs: Sequence[Run]) -> list[Row]:
    rows: list[Row] = []
    for run in sorted(runs, key=lambda r: r.middle):
        if rows and abs(run.middle - rows[-1][0].middle) < 0.45 * (run.y1 - run.y0):
            rows[-1].append(run)
        else:
            rows.append([run])
    for row in rows:
        row.sort(key=lambda r: r.x0)
    return rows


def _block(rows: Sequence[Row], at: int, wide: float) -> list[Row]:
    """Rows from ``at`` on that can be rows of one table: two entries or more, none of them a line of prose."""
    out: list[Row] = []
    for row in rows[at:]:
        prose = any(run.x1 - run.x0 > 0.5 * wide for run in row)
        if prose or (out and row[0].y0 - out[-1][0].y1 > 2.2 * row[0].size) or (not out and len(row) < 2):
            break
        out.append(row)
    while out and len(out[-1]) < 2:
        out.pop()
    return out


def _least(block: Sequence[Row], across: Sequence[Rule]) -> int:
    """How many columns make a table: two between rules across that frame the rows, otherwise three."""
    if not block:
        return 3
    top, bottom = block[0][0].y0, block[-1][0].y1
    left, right = min(r.x0 for row in block for r in row), max(r.x1 for row in block for r in row)
    framing = [y for y, a, b in across if b - a > 0.8 * (right - left) and top - 30 < y < bottom + 30]
    return 2 if any(y <= top + 3 for y in framing) and any(y >= bottom - 3 for y in framing) else 3


def _columns(block: Sequence[Row]) -> list[Interval]:
    """The columns: what the entries of all full rows cover, parted where nothing stands."""
    most = max(len(row) for row in block)
    spans = sorted((run.x0, run.x1) for row in block if len(row) > most / 2 for run in row)
    out: list[list[float]] = []
    for a, b in spans:
        if out and a <= out[-1][1] + 1:
            out[-1][1] = max(out[-1][1], b)
        else:
            out.append([a, b])
    return [(a, b) for a, b in out]


def _grid(block: list[Row], least: int) -> Grid | None:
    columns = _columns(block)
    if len(columns) < least:
        return None
    bounds = [columns[0][0] - 4, *((a[1] + b[0]) / 2 for a, b in itertools.pairwise(columns)), columns[-1][1] + 4]
    table: list[list[list[Run]]] = []
    bottoms: list[float] = []
    for row in block:
        entries: list[list[Run]] = [[] for _ in columns]
        for run in row:
            place = max(k for k in range(len(columns)) if bounds[k] <= (run.x0 + run.x1) / 2 or k == 0)
            if run.x1 > bounds[place + 1] + 2 or run.x0 < bounds[place] - 2:
                return None  # an entry over two columns: not clear enough
            entries[place].append(run)
        filled = sum(bool(e) for e in entries)
        tight = bool(bottoms) and row[0].y0 - bottoms[-1] < 0.6 * row[0].size
        if table and filled <= len(columns) / 2 and tight and not any(_is_figure(e) for e in entries):
            for mine, more in zip(table[-1], entries, strict=True):  # the second line of wrapped entries
                mine += more
            bottoms[-1] = max(r.y1 for r in row)
            continue
        table.append(entries)
        bottoms.append(max(r.y1 for r in row))
    if not _clear(table):
        return None
    tops = [min(r.y0 for e in entries for r in e) for entries in table]
    ys = [tops[0] - 2, *((bottoms[k] + tops[k + 1]) / 2 for k in range(len(table) - 1)), bottoms[-1] + 2]
    cells = [GridCell(r, c, 1, 1, entry) for r, entries in enumerate(table) for c, entry in enumerate(entries)]
    return Grid(bounds, ys, cells)


def _is_figure(entry: Sequence[Run]) -> bool:
    return len(entry) == 1 and bool(_FIGURE.fullmatch(entry[0].text.strip()))


def _clear(table: Sequence[Sequence[Sequence[Run]]]) -> bool:
    """At least three rows, mostly filled, with a column of words and one of figures below the head, entries short."""
    if len(table) < 3:
        return False
    columns = list(zip(*table, strict=True))
    filled = sum(bool(entry) for row in table for entry in row)
    if filled < 0.6 * len(table) * len(columns):
        return False
    figures = [sum(map(_is_figure, column[1:])) for column in columns]
    full = [sum(bool(entry) for entry in column[1:]) for column in columns]
    with_figures = [k for k in range(len(columns)) if full[k] and figures[k] >= 0.75 * full[k]]
    words = [k for k in range(len(columns)) if full[k] and figures[k] <= 0.25 * full[k]]
    lengths = [len(run.text) for row in table for entry in row for run in entry]
    return bool(with_figures and words) and median(lengths) <= 16
