"""Findings in the cells of a 自评表: the column of deviations, and the rows 存在问题 / 改进措施 / 评价结论."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from textperf.extract.finding_cues import cue, is_measure
from textperf.extract.finding_items import listed, trim
from textperf.extract.finding_parts import measure_part, problem_part
from textperf.extract.finding_pieces import Piece
from textperf.extract.headings import title_role
from textperf.model import Cell, Document, Table

_REASON_HEAD = re.compile(
    r"(?:偏差|偏离|未完成|未达标|扣分|差异).{0,6}(?:原因|说明)|原因(?:分析)?(?:及|和|与)?(?:改进|整改)?(?:措施)?$|^(?:改进|整改)措施$"
)
_REASON_COLUMN = re.compile(r"(?:偏差|偏离|未完成|未达标|扣分|差异).{0,6}(?:原因|说明)|^原因")
_NOTHING = re.compile(r"^[无/\-—、。 ]*$|^(?:无偏差|不涉及|已完成|完成|正常|全部完成|均已完成)[。]?$")
_LABEL = re.compile(
    r"^(?:\d[.、]|[(]?[一二三四五六七八九十][)、])?(?:主要|项目)?(?:存在|发现)?的?(?:主要)?(?:问题|不足)|(?:改进|整改)(?:措施|意见|建议)|(?:相关|有关)?建议|下一步"
)


@dataclass(frozen=True, slots=True)
class CellPiece:
    """A finding in a cell and what it is about: the indicator of its row."""

    piece: Piece
    subject: str | None


def findings_in_cells(document: Document, folded: str, year: int | None = None) -> list[CellPiece]:
    """The findings that stand in the tables of a document, in order of their place.

    >>> from textperf.model import Cell, Document, Source, Table
    >>> text = "三级指标\\t得分\\t偏差原因分析及改进措施\\n培训人次\\t8\\t讲师行程变动，下年提前约定"
    >>> cells, at = [], 0
    >>> for r, row in enumerate(text.split("\\n")):
    ...     for c, value in enumerate(row.split("\\t")):
    ...         cells.append(Cell(r, c, 1, 1, at, at + len(value)))
    ...         at += len(value) + 1
    >>> document = Document(text, (), Source("a.docx", "0" * 64, 1, "docx", "docx"), (), (Table(0, len(text), 2, 3, tuple(cells)),))
    >>> [(x.piece.type, text[x.piece.start:x.piece.end], x.subject) for x in findings_in_cells(document, text.replace("，", ","))]
    [('cause', '讲师行程变动', '培训人次'), ('measure', '下年提前约定', '培训人次')]
    """
    out: list[CellPiece] = []
    for table in document.tables:
        out += _reasons(folded, table, _by_row(table), year)
        out += _rows(folded, table, year)
    return sorted(out, key=lambda x: x.piece.start)


def _by_row(table: Table) -> dict[int, list[Cell]]:
    """The cells that stand in each row, merged ones in all rows that they cover."""
    out: dict[int, list[Cell]] = {}
    for cell in table.cells:
        for row in range(cell.row, cell.row + cell.rowspan):
            out.setdefault(row, []).append(cell)
    return out


def _text(folded: str, cell: Cell) -> str:
    return re.sub(r"\s", "", folded[cell.start : cell.end])


def _reasons(folded: str, table: Table, rows: Mapping[int, list[Cell]], year: int | None) -> list[CellPiece]:
    """The cells below a head such as 偏差原因分析及改进措施: the deviation's cause, and what is to be done."""
    heads = [
        c for c in table.cells if len(t := _text(folded, c)) <= 24 and _REASON_HEAD.search(t) and c.row < table.rows - 1
    ]
    out: list[CellPiece] = []
    for head in heads:
        if not _is_column_head(rows[head.row], folded):
            continue
        default = "measure" if re.search(r"^(?:改进|整改)措施$", _text(folded, head)) else "cause"
        for cell in table.cells:
            if cell.row <= head.row or not head.col <= cell.col < head.col + head.colspan or cell in heads:
                continue
            text = folded[cell.start : cell.end].strip()
            if (
                len(text) < 4
                or _NOTHING.match(text)
                or cue("template_hint").search(text)
                or not re.search(r"[\u4e00-\u9fff]{2}", text)
            ):
                continue
            subject = _indicator(folded, rows.get(cell.row, []), cell)
            out += [CellPiece(p, subject) for p in _reason(folded, cell, default, year)]
    return out


def _is_column_head(cells: list[Cell], folded: str) -> bool:
    """Whether cells of the same row look like heads too (指标, 分值, 得分)."""
    row = "".join(_text(folded, c) for c in cells)
    return bool(re.search(r"指标|分值|得分|完成值|执行率", row))


def _reason(folded: str, cell: Cell, default: str, year: int | None) -> list[Piece]:
    parts = listed(folded, cell.start, cell.end, "。;\n,")
    out: list[Piece] = []
    for a, b in parts:
        a, b = trim(folded, a, b)
        label = re.match(
            r"(?:(?:偏差|未完成|主要)?原因(?:分析)?|(?:改进|整改)?措施|下一步(?:措施)?)(?:是|:)", folded[a:b]
        )
        kind = default
        if label:
            kind = "measure" if "措施" in label.group() or "下一步" in label.group() else "cause"
            a += label.end()
        elif default == "cause" and (
            is_measure(folded[a:b], year) or re.match(r"(?:下|明|来)(?:一)?年|今后|下一步", folded[a:b])
        ):
            kind = "measure"
        elif out:
            kind = out[-1].type
        if b - a < 2:
            continue
        if out and out[-1].type == kind and not label:
            out[-1] = Piece(kind, out[-1].start, b)
        else:
            out.append(Piece(kind, a, b))
    return [p for p in out if p.end - p.start >= 4]


def _indicator(folded: str, cells: list[Cell], cell: Cell) -> str | None:
    """The third-level indicator of a row: its last text cell before the first cell that holds a value."""
    row = sorted((c for c in cells if c.col < cell.col and c.end > c.start), key=lambda c: c.col)
    name = None
    for c in row:
        text = _text(folded, c)
        if re.match(r"[≥≤=<>\d]", text) or text in ("≥", "≤", "=", "定性"):
            break
        if c.col <= 3 and not (name and c.col == 3):
            name = text
    return re.sub(r"^指标\d+[:.、]?", "", name) if name else None


def _rows(folded: str, table: Table, year: int | None) -> list[CellPiece]:
    """Rows of a form: a label on the left, the text of the report in the cell beside it."""
    out: list[CellPiece] = []
    for cell in table.cells:
        label = _text(folded, cell)
        if not 2 <= len(label) <= 20 or not _LABEL.search(label):
            continue
        role = title_role(label)
        beside = next((c for c in table.cells if c.row == cell.row and c.col == cell.col + cell.colspan), None)
        if beside is None or role not in ("problems", "measures") or beside.end <= beside.start:
            continue
        text = folded[beside.start : beside.end].strip()
        if cue("template_hint").search(text) or _REASON_COLUMN.search(label):
            continue
        lines = [(a, b) for a, b in listed(folded, beside.start, beside.end, "\n")]
        pieces = problem_part(folded, label, lines, year) if role == "problems" else measure_part(folded, lines, year)
        out += [CellPiece(p, None) for p in pieces]
    return out
