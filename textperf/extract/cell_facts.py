"""Sentences inside table cells → facts: 年度总体目标, 实际完成情况, 评价结论 and whole reports that stand in a form.

A cell is read like a text of its own, with the role that its head gives it (目标 | 完成情况 | 存在问题).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from textperf.extract.facts import extract_facts
from textperf.extract.table_grid import Box, TableGrid, grid_of
from textperf.model import Document, Fact, Meta, Section, Source, Table
from textperf.text.fold import fold

Span = tuple[int, int]
_SENTENCE = re.compile(r"[\u4e00-\u9fff].*[\u4e00-\u9fff]")
_HINT = re.compile(r"\d+字(?:以内|左右)|请?(?:填写|简要说明|简述)|^注[:：]|^填表|^备注")
# What the head above or beside a cell makes of it, the first that fits; 未完成 and 偏差 say why, not what.
_ROLES = (
    (re.compile(r"问题|不足"), "problems"),
    (re.compile(r"措施|打算|下一步|计划安排"), "measures"),
    (re.compile(r"原因|说明|依据|标准|解释|公式"), ""),
    (re.compile(r"完成情况|实际|成效|结论|执行情况|实现|产出情况|效益情况"), "performance"),
    (re.compile(r"目标|预期|任务"), "targets"),
)
_LEAST = 12  # characters of a cell that can be a sentence


def cell_facts(document: Document, table: Table, taken: Sequence[Span]) -> Iterator[Fact]:
    """The facts of the sentences in a table's cells, outside the rows ``taken`` by the form's indicators and funds."""
    grid = grid_of(document, table)
    for row in range(table.rows):
        for box in grid.own(row):
            text = box.text
            if (
                len(text) < _LEAST
                or not _SENTENCE.search(text)
                or not re.search(r"\d|[一二两三四五六七八九十百]", text)
                or _HINT.search(text)
            ):
                continue
            if any(start <= box.start < end for start, end in taken):
                continue
            role = role_of(grid, box)
            if role is not None:
                yield from _read(document, box, role)


def role_of(grid: TableGrid, box: Box) -> str | None:
    """The role of a cell from the heads above it and the labels left of it; None where they say that it only explains.

    A cell without any known head is plain text (``other``).
    """
    heads = [grid.at(row, box.col).text for row in range(box.row - 1, max(-1, box.row - 3), -1)]
    labels = [b.text for b in reversed(grid.cells(box.row)) if b.col < box.col]
    for head in (*heads[:1], *labels, *heads[1:]):
        short = re.sub(r"\s", "", head)
        if not short or len(short) > 20:
            continue
        for pattern, role in _ROLES:
            if pattern.search(short):
                return role or None
    return "other"


def _read(document: Document, box: Box, role: str) -> Iterator[Fact]:
    """The facts of a cell's text, set back to where they stand in the document."""
    cell = Document(box.text, (), Source(document.source.path, document.source.sha256, 0, "cell", "cell"))
    section = Section("cell", role, None, "", 1, 0, len(box.text))
    for fact in extract_facts(cell, fold(box.text), (section,), Meta()):
        start, end = fact.evidence.start + box.start, fact.evidence.end + box.start
        yield replace(
            fact,
            evidence=document.evidence(start, end),
            sentence_start=fact.sentence_start + box.start,
            sentence_end=fact.sentence_end + box.start,
            section_id=None,
            parent=None,
            source="table",
            rule=f"table.cell/{fact.rule}",
        )
