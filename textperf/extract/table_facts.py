"""Rows of 自评表 → facts: target and actual of each indicator, weights and scores, amounts and rates of the funding part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from textperf.extract.form_tables import FoundFunding, FoundIndicator
from textperf.extract.quantities import find_mentions
from textperf.extract.table_grid import Box
from textperf.extract.table_values import BOUNDS, CellValue, plain_number, read_value
from textperf.extract.table_words import bare, table_words
from textperf.model import Document, Fact, IndicatorRow, Quantity, Scope, Status
from textperf.text.fold import fold
from textperf.text.numerals import exact, parse_decimal

_NUMBERED = re.compile(r"\s*(?:三级)?(?:指标|目标)\s*\d{0,2}\s*[:：.、]\s*")
_TAIL = re.compile(r"\s*[(（](?:单位[:：])?[^()（）]{1,10}[)）]\s*$")
_NUMBER = re.compile(r"-?\d[\d,. ]*(?<=\d)|-?\.?\d+")
_HEADS = {"initial": "年初预算数", "budget": "全年预算数", "executed": "全年执行数", "rate": "执行率"}


def item_of(name: str) -> str:
    """What an indicator counts: its name without 指标1： and without the unit in brackets behind it.

    >>> item_of("指标1：开展精品示范村建设数量"), item_of("会议培训举办次数（次）")
    ('开展精品示范村建设数量', '会议培训举办次数')
    """
    text = _NUMBERED.sub("", name, count=1).strip()
    shorter = _TAIL.sub("", text)
    return (shorter or text or name).strip()


def resolved(found: FoundIndicator) -> tuple[IndicatorRow, CellValue | None, CellValue | None]:
    """The row with its values, and the values of its two cells; a cell without a unit takes that of its column, of the
    name, of the other cell, or the one that the name implies (…次数 is counted in 次)."""
    target = read_value(found.target.text, found.unit) if found.target.filled else None
    actual = read_value(found.actual.text, found.unit) if found.actual.filled and found.row.actual else None
    unit = found.unit or next((v.quantity.unit for v in (target, actual) if v is not None and v.stated), None)
    if unit is None:
        unit = table_words().unit_of(item_of(found.row.level3))
    if unit is not None and unit != found.unit:
        if target is not None and not target.quantity.unit and _fits(target, unit):
            target = read_value(found.target.text, unit)
        if actual is not None and not actual.quantity.unit and _fits(actual, unit):
            actual = read_value(found.actual.text, unit)
    shown = next((v.quantity.unit for v in (target, actual) if v is not None and v.quantity.unit), None)
    row = replace(
        found.row,
        target_value=None if target is None else target.quantity.value,
        actual_value=None if actual is None else actual.quantity.value,
        unit=shown,
    )
    return row, target, actual


def _fits(value: CellValue, unit: str) -> bool:
    """A bare 0.97 may be 97 % or 0.97 %: nobody can tell, so it gets no unit."""
    return unit != "%" or value.quantity.value > 1


def indicator_facts(document: Document, found: FoundIndicator, scope: Scope) -> Iterator[Fact]:
    """The facts of an indicator row."""
    row, target, actual = resolved(found)
    item = item_of(row.level3)
    if re.match(r"(?:人均|户均|平均|年均|日均|单位)", item) or re.search(
        r"(?:人均|户均|平均)[\u4e00-\u9fff]{1,8}$", item
    ):
        scope = "average"
    status: Status
    for status, box, value in (("target", found.target, target), ("actual", found.actual, actual)):
        if not box.filled or (status == "actual" and row.actual is None):
            continue
        if value is not None:
            if value.quantity.unit:
                quantity = value.quantity
                if (
                    status == "target"
                    and quantity.bound is None
                    and (sign := BOUNDS.get(fold(found.sign.text).strip()))
                ):
                    quantity = replace(quantity, bound=sign)
                start, end = box.start + value.start, box.start + value.end
                yield _fact(document, found.row, start, end, quantity, status, item, scope, "table.indicator")
            continue
        for mention in find_mentions(fold(box.text)):
            start, end = box.start + mention.start, box.start + mention.end
            yield _fact(document, found.row, start, end, mention.quantity, status, item, scope, "table.indicator")
    for box, name in ((found.weight, "分值"), (found.score, "得分")):
        points = number_at(box)
        if points is not None and box.filled:
            start, end, value_of = points
            yield _fact(
                document, found.row, start, end, Quantity(value_of, "分"), "actual", name, "part", "table.points"
            )


def funding_facts(document: Document, found: FoundFunding, scope: Scope, parent: str | None) -> Iterator[Fact]:
    """The facts of a funding row: amounts in 元 (none where no unit is known), rate, weight and score."""
    row = found.row
    name = _inner(row.name)
    for column in ("initial", "budget", "executed"):
        box = found.boxes.get(column)
        place = number_at(box) if box is not None else None
        if box is None or place is None or row.unit is None:
            continue
        start, end, _ = place
        amount = parse_decimal(re.sub(r"[,\s]", "", document.text[start:end]))
        if amount is None:
            continue
        head = bare(found.heads[column].text) if column in found.heads else _HEADS[column]
        yield replace(
            _fact(
                document,
                row,
                start,
                end,
                Quantity(exact(amount * found.factor), "元"),
                "actual",
                name + head,
                scope,
                f"table.{column}",
            ),
            parent=parent,
            confidence=0.95 if found.sure else 0.7,
        )
    rate = found.boxes.get("rate")
    if rate is not None and row.rate is not None and (place := number_at(rate)) is not None:
        percent = rate.text.strip().endswith(("%", "％"))
        if percent or row.rate > 1:
            end = place[1] + (len(rate.text.rstrip()) - (place[1] - rate.start) if percent else 0)
            head = bare(found.heads["rate"].text) if "rate" in found.heads else _HEADS["rate"]
            yield _fact(
                document, row, place[0], end, Quantity(place[2], "%"), "actual", name + head, scope, "table.rate"
            )
    for column, head in (("weight", "分值"), ("score", "得分")):
        box = found.boxes.get(column)
        points = number_at(box) if box is not None else None
        if points is not None:
            yield _fact(
                document, row, points[0], points[1], Quantity(points[2], "分"), "actual", head, "part", "table.points"
            )


def total_fact(document: Document, box: Box) -> Fact | None:
    """The report's own score, from the total row of its form."""
    place = number_at(box)
    if place is None:
        return None
    start, end, value = place
    return Fact(
        document.source.report_id, document.evidence(start, end), Quantity(value, "分"), "actual", "自评得分",
        sentence_start=start, sentence_end=end, source="table", rule="table.total",
    )  # fmt: skip


def number_at(box: Box) -> tuple[int, int, int | float] | None:
    """Where the number of a cell stands, and its value as printed; None where the cell is not one number."""
    value = plain_number(box.text)
    found = _NUMBER.search(fold(box.text))
    if value is None or found is None:
        return None
    return box.start + found.start(), box.start + found.end(), int(value) if value == int(value) else value


def _inner(name: str) -> str:
    """The name of a funding row without 其中： and colons.

    >>> _inner("其中：当年财政拨款"), _inner("年度资金总额：")
    ('当年财政拨款', '年度资金总额')
    """
    return re.sub(r"^其中\s*[:：]?\s*", "", name).strip().rstrip(":：").strip() or name


def _fact(
    document: Document,
    row: object,
    start: int,
    end: int,
    quantity: Quantity,
    status: Status,
    item: str,
    scope: Scope,
    rule: str,
) -> Fact:
    first, last = getattr(row, "start", None), getattr(row, "end", None)
    return Fact(
        document.source.report_id, document.evidence(start, end), quantity, status, item, scope=scope,
        sentence_start=start if first is None else first, sentence_end=end if last is None else last, source="table", rule=rule,
        confidence=0.95,
    )  # fmt: skip
