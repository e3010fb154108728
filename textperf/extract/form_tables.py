"""自评表 → rows: the indicator part and the funding part of the forms that finance bureaus prescribe.

A form is read by its heads, whatever their order and whatever lies beside them; levels are filled down; a table that
goes on without a head (over a page) keeps the head of the one before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from textperf.extract.form_columns import AMOUNTS, Columns, bare_columns, find_columns, shifted
from textperf.extract.table_grid import Box, TableGrid, grid_of
from textperf.extract.table_values import amount_unit, name_unit, plain_number
from textperf.extract.table_words import bare, table_words
from textperf.model import Document, FundingRow, IndicatorRow, Table
from textperf.text.fold import fold

_PROJECT = frozenset(("项目名称", "项目支出名称", "专项名称", "专项资金名称", "转移支付名称"))
_BODY = frozenset(("部门名称", "单位名称", "部门", "预算部门", "部门单位名称", "预算单位", "预算部门名称"))
_PLACEHOLDER = re.compile(r"[\s…—.]*(?:(?:指标|目标)\s*[\dX一二三]*\s*[:：]?)?[\s…—.]*|\(\d+字以内\)")
_SIGNED = re.compile(r"(?:≥|≤|>=|<=|>|<|=)\s*[\d,.]+")


@dataclass(frozen=True, slots=True)
class FoundIndicator:
    """An indicator row with the places of what stands in it."""

    row: IndicatorRow
    target: Box
    actual: Box
    weight: Box
    score: Box
    sign: Box
    unit: str | None  # as printed, where it does not stand in the cells
    project: bool  # of a single project, not of the body

    @property
    def span(self) -> tuple[int, int]:
        """Where the row stands in the document."""
        return self.row.start or 0, self.row.end or 0


@dataclass(frozen=True, slots=True)
class FoundFunding:
    """A funding row with the places of its numbers by column, and the factor of its unit to 元."""

    row: FundingRow
    boxes: Mapping[str, Box]
    heads: Mapping[str, Box]
    factor: int
    sure: bool  # the unit is stated
    project: bool

    @property
    def span(self) -> tuple[int, int]:
        """Where the row stands in the document."""
        return self.row.start or 0, self.row.end or 0


@dataclass
class FormReader:
    """Reads the tables of one document in order."""

    document: Document
    report_id: str
    indicators: list[FoundIndicator] = field(default_factory=list)
    funds: list[FoundFunding] = field(default_factory=list)
    totals: list[tuple[Box, bool]] = field(default_factory=list)  # the score, and whether it is a single project's
    _columns: Columns | None = None
    _cols: int = 0
    _levels: tuple[str | None, str | None] = (None, None)
    _project: bool = False  # the form at hand is that of a project

    def read(self, table: Table) -> bool:
        """Take the rows of a table; whether it is (a part of) a form."""
        grid = grid_of(self.document, table)
        if table.cols != self._cols:
            self._columns = None
        columns, self._cols = self._columns, table.cols
        before = len(self.indicators) + len(self.funds)
        named = False
        row = 0
        self._titled(table.caption)
        while row < table.rows:
            own = [box for box in grid.own(row) if box.filled]
            if len(own) == 1:
                self._titled(own[0].text)
            elif len(own) > 1 and bare(own[0].text) in _PROJECT | _BODY:
                self._project = bare(own[0].text) in _PROJECT
            head, used = find_columns(grid, row, table.caption)
            if head is not None:
                if not head.fund or columns is None or not columns.fund:
                    self._levels = (None, None)
                columns, named = head, True
                row += used
                continue
            if columns is None:
                columns_here = bare_columns(grid, row)
                if columns_here is not None:
                    self._take(grid, row, columns_here)
            elif not self._take(grid, row, columns) and columns.fund:
                self._pair(grid, row)
            if columns is None:
                self._pair(grid, row)
            row += 1
        self._columns = columns
        return named or len(self.indicators) + len(self.funds) > before

    def _titled(self, title: str) -> None:
        """Note from a title whose form this is: that of a project or of the body itself."""
        if len(title) <= 60 and re.search(r"部门整体|单位整体|整体支出", title):
            self._project = False
        elif len(title) <= 60 and re.search(r"项目(?:支出)?(?:预算)?(?:绩效|明细|自评)|专项资金|转移支付", title):
            self._project = True

    def _take(self, grid: TableGrid, row: int, columns: Columns) -> bool:
        if columns.fund:
            return self._funding(grid, row, columns)
        return self._indicator(grid, row, columns)

    # ---- the indicator part

    def _indicator(self, grid: TableGrid, row: int, columns: Columns) -> bool:
        columns = shifted(grid, row, columns)
        words = table_words()
        get = {name: columns.box(grid, row, name) for name in columns.at}
        nothing = grid.at(row, None)
        first = next((box for box in grid.cells(row) if box.filled), nothing)
        weight, score = get.get("weight", nothing), get.get("score", nothing)
        if words.is_kind("total", first.text) or words.is_kind("part_total", first.text):
            if (
                words.is_kind("total", first.text)
                and plain_number(score.text) is not None
                and score.cell is not first.cell
            ):
                self.totals.append((score, self._project))
            self._levels = (self._levels[0], self._levels[1])
            return True
        one, two, three = get.get("level1", nothing), get.get("level2", nothing), get.get("level3", nothing)
        target, actual = get.get("target", nothing), get.get("actual", nothing)
        if one.filled:
            level = self._whole("level1", _level(one.text), self._levels[0])
            if level != self._levels[0]:
                self._levels = (level, None)
        if two.filled and two.cell is not one.cell:
            self._levels = (self._levels[0], self._whole("level2", _level(two.text), self._levels[1]))
        name = three
        if not three.filled and two.filled and two.row == row:
            name = two  # a form of two levels, or a row without a third
        values = [b for b in (target, actual) if b.filled and b.cell is not name.cell]
        points = [b for b in (weight, score) if plain_number(b.text) is not None and b.cell is not name.cell]
        if not name.filled or name.row != row or not (values or points):
            return False
        if one.cell is not None and name.cell is one.cell and not points:
            return False  # a remark across the table
        if _PLACEHOLDER.fullmatch(fold(name.text)) or (not points and len(values) < 2 and len(name.text) > 60):
            return False
        if not values and not (score.filled and plain_number(score.text) is not None):
            return False  # an unfilled template
        own = get.get("unit", nothing)
        unit = own.text.strip() if own.filled else name_unit(name.text)
        level1, level2 = self._levels
        if name.cell is one.cell:
            level1 = level2 = None
        elif name.cell is two.cell and columns.at.get("level3") is not None:
            level2 = _level(two.text)
        reason = get.get("reason", nothing)
        shown = _target_text(get.get("sign", nothing), target, own)
        start, end = grid.span(row)
        found = IndicatorRow(
            self.report_id,
            level1,
            level2,
            name.text.strip(),
            shown,
            actual.text.strip() if actual.filled and actual.cell is not name.cell else None,
            plain_number(weight.text),
            plain_number(score.text),
            reason.text.strip() if reason.filled else None,
            page=self.document.evidence(start, end).page if end > start else None,
            start=start,
            end=end,
        )
        self.indicators.append(
            FoundIndicator(found, target, actual, weight, score, get.get("sign", nothing), unit, self._project)
        )
        return True

    def _whole(self, level: str, text: str, last: str | None) -> str:
        """A level's name; one that a page break cut in two (满意度指 | 标) is put together, also in the rows above."""
        words = table_words()
        if last is None or words.is_kind(level, text):
            return text
        if words.is_kind(level, last):
            return last if last.endswith(text) else text
        if not words.is_kind(level, last + text):
            return text
        for i in range(len(self.indicators) - 1, -1, -1):
            found = self.indicators[i]
            if (found.row.level1 if level == "level1" else found.row.level2) != last:
                break
            row = (
                replace(found.row, level1=last + text) if level == "level1" else replace(found.row, level2=last + text)
            )
            self.indicators[i] = replace(found, row=row)
        return last + text

    # ---- the funding part

    def _funding(self, grid: TableGrid, row: int, columns: Columns) -> bool:
        boxes = {name: columns.box(grid, row, name) for name in (*AMOUNTS, "weight", "rate", "score")}
        first_amount = min(columns.at[name] for name in AMOUNTS if name in columns.at)
        names = [box for box in grid.cells(row) if box.col < first_amount and box.row == row and box.filled]
        names = [box for box in names if plain_number(box.text) is None]
        amounts = {name: plain_number(boxes[name].text) for name in AMOUNTS}
        if not names or all(value is None for value in amounts.values()):
            return False
        name = names[-1]
        unit, factor, sure = columns.unit, columns.factor, columns.unit is not None
        stated = next(
            (u for b in boxes.values() if (u := amount_unit(b.text))[0] and b.text.strip()[0].isdigit()), None
        )
        if stated is not None:
            unit, factor, sure = stated[0], stated[1], True
        elif unit is None and all(v is None or v < 10**6 for v in amounts.values()):
            unit, factor = "万元", 10**4  # the prescribed form is in 万元
        start, end = grid.span(row)
        self.funds.append(
            FoundFunding(
                FundingRow(
                    self.report_id,
                    name.text.strip(),
                    amounts["initial"],
                    amounts["budget"],
                    amounts["executed"],
                    plain_number(boxes["weight"].text),
                    plain_number(boxes["rate"].text),
                    plain_number(boxes["score"].text),
                    unit,
                    self.document.evidence(start, end).page if end > start else None,
                    start,
                    end,
                ),
                boxes,
                columns.head,
                factor,
                sure,
                self._project or "项目名称" in {bare(box.text) for box in columns.head.values()},
            )
        )
        return True

    def _pair(self, grid: TableGrid, row: int) -> None:
        """The older form: 预算数： | 300 | 执行数： | 290, below it 其中：财政拨款 twice."""
        cells = [box for box in grid.own(row) if box.filled]
        numbers = [i for i, box in enumerate(cells) if i and plain_number(box.text) is not None]
        if len(numbers) != 2 or numbers[1] != numbers[0] + 2 or len(cells) > 6:
            return
        left, right = cells[numbers[0] - 1], cells[numbers[1] - 1]
        kinds = (table_words().column(left.text), table_words().column(right.text))
        last = self.funds[-1] if self.funds else None
        if kinds == ("budget", "executed") or kinds == ("initial", "executed"):
            head = " ".join(box.text for box in grid.cells(row)[:2])
            unit, factor = amount_unit(head)
            name, heads = "年度资金总额", {"budget": left, "executed": right}
            sure = unit is not None
        elif bare(left.text) == bare(right.text) and last is not None and last.row.end and not last.row.rate:
            name, heads, unit, factor, sure = left.text.strip(), dict(last.heads), last.row.unit, last.factor, last.sure
        else:
            return
        budget, executed = cells[numbers[0]], cells[numbers[1]]
        start, end = grid.span(row)
        self.funds.append(
            FoundFunding(
                FundingRow(
                    self.report_id, name, None, plain_number(budget.text), plain_number(executed.text), None, None, None,
                    unit or "万元", self.document.evidence(start, end).page, start, end,
                ),
                {"budget": budget, "executed": executed},
                heads,
                factor if unit else 10**4,
                sure,
                self._project,
            )
        )  # fmt: skip


def _level(text: str) -> str:
    return re.sub(r"\s", "", text)


def _target_text(sign: Box, target: Box, unit: Box) -> str | None:
    """The target as one text: sign and unit that stand in columns of their own come back to the number."""
    if not target.filled:
        return None
    text = target.text.strip()
    if plain_number(text) is None and not _SIGNED.fullmatch(fold(text)):
        return text
    mark = sign.text.strip() if sign.filled or sign.text.strip() in ("=", "＝") else ""
    if len(mark) > 1 and mark not in (">=", "<="):
        mark = {
            "大于": ">",
            "小于": "<",
            "等于": "=",
            "大于等于": "≥",
            "小于等于": "≤",
            "不低于": "≥",
            "不超过": "≤",
        }.get(mark, "")
    tail = unit.text.strip() if unit.filled else ""
    if tail in ("百分比", "百分数"):
        tail = "%"
    if _SIGNED.fullmatch(fold(text)):
        mark = ""
    return f"{mark}{text}{'' if text.endswith(tail) else tail}"
