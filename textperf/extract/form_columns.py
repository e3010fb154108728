"""The heads of 自评表: which column of a table is which, named by a head or, without one, by the order of the prescribed forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from textperf.extract.table_grid import Box, TableGrid
from textperf.extract.table_values import amount_unit, plain_number
from textperf.extract.table_words import bare, table_words
from textperf.text.fold import fold

AMOUNTS = ("initial", "budget", "executed")
_NUMBERED = re.compile(r"\s*(?:指标|目标)\s*\d{1,2}\s*[:：.、]\s*")
_INNER = re.compile(r"其中[:：]?")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a table is which, from its head; ``fund`` for the funding part; ``unit`` and ``factor`` of its amounts."""

    at: Mapping[str, int]
    head: Mapping[str, Box]
    fund: bool
    unit: str | None = None
    factor: int = 1

    def box(self, grid: TableGrid, row: int, name: str) -> Box:
        """The place of a column in a row."""
        return grid.at(row, self.at.get(name))


def find_columns(grid: TableGrid, row: int, caption: str = "") -> tuple[Columns | None, int]:
    """The columns that a row names as a head (together with a second row of heads below it), and how many rows it takes."""
    words = table_words()
    kinds: dict[str, int] = {}
    boxes: dict[str, Box] = {}

    weights: list[Box] = []

    def collect(r: int) -> int:
        found = 0
        for box in grid.cells(r):
            kind = words.column(box.text)
            if kind == "weight":
                weights.append(box)
            if kind is None or (box.row < r and kind in kinds):
                continue
            found += box.row == r
            # 绩效指标 beside 三级指标 is the head of the block, not of a column; below 得分情况 stands what it is made of
            above = boxes.get(kind)
            finer = above is not None and above.cell is not None and above.row < box.row and above.cell.colspan > 1
            if above is None or finer or (kind == "level3" and bare(box.text).startswith(("三级", "四级"))):
                kinds[kind], boxes[kind] = box.col, box
        return found

    if collect(row) < 2:
        return None, 0
    used = 1
    depth = max((box.cell.rowspan for box in grid.own(row) if box.cell is not None and box.filled), default=1)
    if row + 1 < len(grid.rows) and depth > 1:
        below = [box for box in grid.own(row + 1) if box.filled]
        named = [box for box in below if words.column(box.text)]
        if below and len(named) >= max(1, 0.7 * len(below)):
            collect(row + 1)
            used = 2
    if any(plain_number(box.text) is not None for box in grid.own(row)):
        return None, 0
    is_indicator = bool({"level3", "level2"} & kinds.keys()) and (
        bool({"target", "actual"} & kinds.keys()) or {"weight", "score"} <= kinds.keys()
    )
    amounts = [name for name in AMOUNTS if name in kinds]
    if is_indicator:
        if "level3" not in kinds:
            kinds["level3"] = kinds["level2"]
            boxes["level3"] = boxes["level2"]
            del kinds["level2"]
        behind = [box for box in weights if box.col > kinds["level3"]]
        if behind:  # each level may have weights of its own
            kinds["weight"], boxes["weight"] = behind[0].col, behind[0]
        return Columns(kinds, boxes, False), used
    if len(amounts) >= 2 and {"rate", "score", "weight"} & kinds.keys() and min(kinds[a] for a in amounts) > 0:
        unit, factor = None, 1
        for box in [*grid.cells(row), *(grid.cells(row - 1) if row else ())]:
            unit, factor = amount_unit(box.text)
            if unit:
                break
        if unit is None:
            unit, factor = amount_unit(caption)
        return Columns(kinds, boxes, True, unit, factor), used
    return None, 0


def bare_columns(grid: TableGrid, row: int) -> Columns | None:
    """The columns of a row without any head, by the order that the prescribed forms have."""
    words = table_words()
    cells = grid.cells(row)
    texts = [box.text for box in cells]
    if len(cells) < 4:
        return None
    numbers = [plain_number(text) is not None for text in texts]
    named = words.is_kind("fund_total", texts[0]) and not words.is_kind("total", texts[0])
    rated = any(text.strip().endswith(("%", "％")) for text in texts[4:7])
    if (named or _INNER.match(fold(texts[0]))) and all(numbers[1:4]) and rated:
        at = {"initial": cells[1].col, "budget": cells[2].col, "executed": cells[3].col}
        for box in cells[4:7]:
            if box.text.strip().endswith(("%", "％")):
                at.setdefault("rate", box.col)
            elif "weight" not in at:
                at["weight"] = box.col
            else:
                at.setdefault("score", box.col)
        return Columns(at, {}, True)
    lead = 0
    at = {}
    if words.is_kind("level1", texts[0]):
        at["level1"], lead = cells[0].col, 1
    if lead < len(texts) and words.is_kind("level2", texts[lead]):
        at["level2"], lead = cells[lead].col, lead + 1
    if not (lead == 2 or _NUMBERED.match(texts[lead])) or len(cells) < lead + 4:
        return None
    names = ["level3", "target", "actual", "weight", "score", "reason"]
    if lead + 1 < len(texts) and words.is_kind("sign", texts[lead + 1]):
        names = ["level3", "sign", "target", "unit", "actual", "weight", "score", "reason"]
    at.update({name: box.col for name, box in zip(names, cells[lead:], strict=False)})
    return Columns(at, {}, False)


def shifted(grid: TableGrid, row: int, columns: Columns) -> Columns:
    """The columns of a row that lost its leading cells (a merged level flattened away)."""
    cells = grid.cells(row)
    three = columns.at.get("level3", 0)
    if not cells or three == 0 or len(grid.rows[row]) <= three or any(c.cell and c.cell.colspan > 1 for c in cells):
        return columns
    present = len(cells)
    first = cells[0].text
    if present >= len(grid.rows[row]) or cells[0].col != 0 or not cells[0].filled:
        return columns
    words = table_words()
    if words.is_kind("level1", first) or words.is_kind("total", first):
        return columns
    by = three
    if words.is_kind("level2", first) and "level2" in columns.at:
        by = columns.at["level2"]
    if by == 0 or present + by > len(grid.rows[row]):
        return columns
    return Columns({k: v - by for k, v in columns.at.items() if v >= by}, columns.head, columns.fund)
