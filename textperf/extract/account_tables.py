"""决算表 and other tables of amounts → facts, only where row, column and unit leave no doubt.

A fact is made of the total of a row (项目 | 决算数), of the total row of a column (合计 | 基本支出), and of tables that
are all head (“三公”经费). Crossings of a subject with a kind of expenditure are left in the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from textperf.extract.table_facts import number_at
from textperf.extract.table_grid import Box, TableGrid, grid_of
from textperf.extract.table_values import amount_unit, plain_number
from textperf.extract.table_words import bare
from textperf.model import Document, Fact, Quantity, Scope, Table
from textperf.text.numerals import exact, parse_decimal

_LABEL = re.compile(r"(?:项目|科目名称|单位名称|名称|支出内容|收入内容|经费类别|类别|内容)$")
_CODE = re.compile(r"编码|行次|序号|栏次|代码")
_GENERIC = re.compile(
    r"(?:决算数|金额|合计|小计|总计|本年决算数|数额|决算|本年数|本年(?:收入|支出)(?:合计)?)(?:\(.*\))?$"
)
_OTHER = re.compile(r"上年|去年|比|增减|率|占|预算数差|人数|数量|辆|个数|备注")
_UNIT = re.compile(r"[(（](?:单位[:：])?(?:万元|亿元|千元|元|类款项|类、款、项)[)）]")
_FUND = re.compile(
    r"(?:一般公共预算|政府性基金预算|国有资本经营预算)?财政拨款(?:基本支出|项目支出)?|政府性基金(?:预算)?|国有资本经营预算"
)
_KIND = re.compile(r"支出|收入|经费")
_MARK = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[.、．]|其中[:：]?)\s*"
)
_TOTAL = re.compile(r"(?:总计|合计|总\s*计|合\s*计)$")
_SKIP = re.compile(r"[.…。XxＸ×*]{2,}")


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the head of a table says: rows of the head, label columns, code columns, and what each column holds."""

    head: int
    labels: frozenset[int]
    codes: frozenset[int]
    names: Mapping[int, tuple[str, ...]]


def account_facts(document: Document, table: Table) -> Iterator[Fact]:
    """The facts of a table of amounts; none where its unit is not stated."""
    grid = grid_of(document, table)
    layout = _layout(grid)
    if layout is None:
        return
    unit, factor = amount_unit(table.caption)
    if unit is None:
        unit, factor = next(
            (u for r in range(layout.head) for b in grid.own(r) if (u := amount_unit(b.text))[0]), (None, 1)
        )
    if unit is None:
        return
    fund = _FUND.search(re.sub(r"\s", "", table.caption))
    for row in range(layout.head, table.rows):
        for box in grid.own(row):
            if box.col in layout.labels | layout.codes or box.col not in layout.names:
                continue
            place = number_at(box)
            named = _item(grid, row, box, layout)
            if place is None or named is None or place[2] < 0:
                continue
            item, scope = named
            if layout.labels and fund and not item.startswith(fund[0]):
                item = fund[0] + item  # the same row stands in several tables, each of other money
            start, end, _ = place
            amount = parse_decimal(re.sub(r"[,\s]", "", document.text[start:end]))
            if amount is None:
                continue
            first, last = grid.span(row)
            yield Fact(
                document.source.report_id, document.evidence(start, end), Quantity(exact(amount * factor), "元"), "actual", item,
                scope=scope, sentence_start=first, sentence_end=last, source="table", rule="table.account", confidence=0.9,
            )  # fmt: skip


def _layout(grid: TableGrid) -> _Layout | None:
    """The head of a table of amounts, or None when it is of another kind."""
    head = 0
    while head < len(grid.rows) and head < 5:
        own = [box for box in grid.own(head) if box.filled]
        numbers = [box for box in own if plain_number(box.text) is not None]
        if (
            numbers
            and len(own) > 1
            and not all(_CODE.search(name) for box in numbers for name in _chain(grid, head, box.col)[:1])
        ):
            break
        if own and _TOTAL.search(bare(own[0].text)) and head and not own[0].text.strip().startswith("项目"):
            above = _chain(grid, head, own[0].col)
            if above and any(_LABEL.search(name) or _CODE.search(name) for name in above):
                break
        head += 1
    if head == 0 or head >= len(grid.rows):
        return None
    names = {col: _chain(grid, head, col) for col in range(grid.table.cols)}
    labels = frozenset(col for col, chain in names.items() if chain and _LABEL.search(chain[-1]))
    codes = frozenset(col for col, chain in names.items() if any(_CODE.search(name) for name in chain))
    if not labels and head < 2:
        return None
    return _Layout(head, labels - codes, codes, names)


def _chain(grid: TableGrid, head: int, col: int) -> tuple[str, ...]:
    """The texts of the head above a column, from the outermost on, each once."""
    out: list[str] = []
    for row in range(head):
        text = _UNIT.sub("", re.sub(r"\s", "", grid.at(row, col).text))
        if text and (not out or out[-1] != text):
            out.append(text)
    return tuple(out)


def _item(grid: TableGrid, row: int, box: Box, layout: _Layout) -> tuple[str, Scope] | None:
    """What a number counts and whether it is the whole of it, or None where that is not clear."""
    chain = layout.names[box.col]
    if not chain or any(_OTHER.search(name) for name in chain):
        return None
    generic = bool(_GENERIC.match(chain[-1]))
    if not layout.labels:
        specific = [name for name in chain if not _GENERIC.match(name) and name != "预算数"]
        if len(chain) < 2 or not specific:
            return None
        budget = "预算数" if chain[-1] == "预算数" else ""
        if chain[-1] not in ("预算数", "决算数") and not generic:
            return specific[-1], "whole"
        return specific[-1] + budget, "whole" if len(specific) == 1 else "part"
    lefts = [col for col in layout.labels if col < box.col]
    if not lefts:
        return None
    label = _MARK.sub("", grid.at(row, max(lefts)).text.strip())
    label = re.sub(r"\s+", "", label)
    if not label:  # the total row of a table whose labels stand beside their codes
        label = next((b.text.strip() for b in grid.own(row) if b.col < box.col and b.filled), "")
    if not label or _SKIP.search(label) or plain_number(label) is not None or len(label) > 40:
        return None
    if _TOTAL.fullmatch(label):
        return (chain[-1], "whole") if not generic and _KIND.search(chain[-1]) else None
    if generic and not ("收入" in chain[-1] and "收入" not in label):  # income for a purpose is no expenditure on it
        return label, "whole" if _TOTAL.search(label) else "part"
    return None
