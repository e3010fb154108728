"""Spreadsheets → Document: each visible sheet as tables, its title lines as paragraphs; hidden things left out and noted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from textperf.model import Document, Source
from textperf.read.blocks import Block, BlockCell, Paragraph, TableBlock, emit
from textperf.read.builder import DocumentBuilder
from textperf.read.decode import decode
from textperf.read.errors import failure
from textperf.read.limits import DEFAULT, Limits
from textperf.read.number_format import general, shown
from textperf.read.xlsx import Sheet, xlsx_sheets

_PLAIN_NAME = ("sheet", "工作表", "表")


def read_sheet(data: bytes, source: Source, limits: Limits = DEFAULT) -> Document:
    """The document of a workbook (XLSX, XLS, XLSB, ODS, Excel XML) or of separated values.

    Raises ReadError ``needs_password``, ``truncated``, ``decompress_limit``, ``text_limit`` or ``empty``.
    """
    if source.format == "xlsx":
        sheets, reader = xlsx_sheets(data, limits), "xlsx"
    elif source.format == "ods":
        from textperf.read.odf import ods_sheets

        sheets, reader = ods_sheets(data, limits), "ods"
    elif source.format == "sheetml":
        from textperf.read.doc import convert

        made = convert({"book.xml": data}, "xlsx", limits.seconds())
        if "book.xlsx" not in made:
            raise failure("parser_crash", "转换程序没有给出结果")
        sheets, reader = xlsx_sheets(made["book.xlsx"], limits), "soffice+xlsx"
    elif source.format == "csv":
        sheets, reader = [_csv(data)], "csv"
    else:
        sheets, reader = calamine_sheets(data, source.format), "calamine"
    builder = DocumentBuilder(limits)
    for sheet in sheets:
        if sheet.hidden:
            if sheet.cells:
                builder.notice("hidden_rows", f"工作表“{sheet.name}”没有计入")
            continue
        if sheet.damaged:
            builder.notice("truncated", f"工作表“{sheet.name}”的 XML 不完整，只读到损坏处")
        left_out = _without_hidden(sheet)
        if left_out:
            builder.notice("hidden_rows", f"工作表“{sheet.name}”{left_out}没有计入")
        emit(builder, sheet_blocks(sheet))
    document = builder.finish(replace(source, reader=reader))
    if not document.text.strip():
        raise failure("empty")
    return document


def _csv(data: bytes) -> Sheet:
    """Comma or tab separated values as a sheet."""
    text = decode(data).text.replace("\x00", "")
    try:
        dialect = csv.Sniffer().sniff(text[:8192], ",\t;")
    except csv.Error:
        dialect = csv.excel
    sheet = Sheet("")
    try:
        for r, row in enumerate(csv.reader(io.StringIO(text), dialect)):
            sheet.cells.update({(r, c): value for c, value in enumerate(row) if value.strip()})
    except csv.Error as e:
        raise failure("truncated", "表格文本损坏") from e
    return sheet


def calamine_sheets(data: bytes, kind: str) -> list[Sheet]:
    """The sheets of an XLS or XLSB; number formats of an XLS are looked up in its records."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        formats: list[dict[tuple[int, int], str]] = []
        if kind == "xls":
            from textperf.read.xls_formats import xls_formats

            formats = xls_formats(data)
        out = []
        for i, meta in enumerate(book.sheets_metadata):
            sheet = Sheet(meta.name, hidden=meta.visible != SheetVisibleEnum.Visible)
            if str(meta.typ).endswith("WorkSheet"):
                found = book.get_sheet_by_index(i)
                codes = formats[i] if i < len(formats) else {}
                top, left = found.start or (0, 0)
                for r, row in enumerate(found.to_python(skip_empty_area=True)):
                    for c, value in enumerate(row):
                        text = _text(value, codes.get((r + top, c + left)))
                        if text.strip():
                            sheet.cells[r + top, c + left] = text
                sheet.merged = [(a[0], a[1], b[0], b[1]) for a, b in found.merged_cell_ranges or ()]
            out.append(sheet)
    except PasswordError as e:
        raise failure("needs_password") from e
    except (CalamineError, OSError, ValueError) as e:
        raise failure("truncated", "工作簿损坏") from e
    except BaseException as e:
        if type(e).__name__ != "PanicException":  # what a crash in calamine arrives as; it is no Exception
            raise
        raise failure("parser_crash", "工作簿损坏") from e
    return out


def _text(value: Any, code: str | None) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return shown(value, code) if code else general(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == time() else "%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta | time):
        return str(value)
    return str(value)


def _without_hidden(sheet: Sheet) -> str:
    """Take hidden rows and columns out of a sheet; what was taken, in words."""
    rows = {r for r, _ in sheet.cells} & sheet.hidden_rows
    cols = {c for _, c in sheet.cells} & sheet.hidden_cols
    if not rows and not cols:
        return ""
    sheet.cells = {(r, c): text for (r, c), text in sheet.cells.items() if r not in rows and c not in cols}
    return "、".join(([f"隐藏的 {len(rows)} 行"] if rows else []) + ([f"隐藏的 {len(cols)} 列"] if cols else []))


def sheet_blocks(sheet: Sheet) -> Iterator[Block]:
    """Title lines, tables and remarks of a sheet; a blank row parts tables, lines of one cell are paragraphs."""
    if not sheet.cells:
        return
    rows = sorted({r for r, _ in sheet.cells})
    cols = sorted({c for _, c in sheet.cells})
    by_row: dict[int, list[int]] = {}
    for r, c in sheet.cells:
        by_row.setdefault(r, []).append(c)
    covered = _covered(sheet, rows)
    runs: list[list[int]] = []
    for r in rows:
        if runs and (r == runs[-1][-1] + 1 or (runs[-1][-1] + 1 in covered)):
            runs[-1].append(r)
        else:
            runs.append([r])
    titled = False
    for run in runs:
        first, last = _grid_rows(run, by_row, covered)
        for r in run:
            if r < first:
                yield Paragraph(_line(sheet, r, by_row[r]), heading=len(by_row[r]) == 1)
                titled = True
        if not titled and _names(sheet.name):
            yield Paragraph(sheet.name, heading=True)
        titled = True
        if first < last:
            yield _table(sheet, [r for r in run if first <= r < last], cols)
        for r in run:
            if r >= max(first, last):
                yield Paragraph(_line(sheet, r, by_row[r]))


def _grid_rows(run: list[int], by_row: dict[int, list[int]], covered: set[int]) -> tuple[int, int]:
    """The first row of the table in a run of rows and the one behind its last; before and behind stand single lines."""
    wide = [r for r in run if len(by_row[r]) >= 3 or r in covered]
    if not wide:
        pairs = len(run) > 1 and all(len(by_row[r]) == 2 for r in run)
        return (run[0], run[-1] + 1) if pairs else (run[-1] + 1, run[-1] + 1)
    last = wide[-1] + 1
    while last in by_row and last <= run[-1] and len(by_row[last]) == 2:  # 评价结论 | ……
        last += 1
    return wide[0], last


def _line(sheet: Sheet, row: int, cols: list[int]) -> str:
    return "  ".join(sheet.cells[row, c].strip() for c in sorted(cols))


def _names(name: str) -> bool:
    """Whether a sheet's name says more than Sheet1."""
    return name.lower().rstrip("0123456789()（） ").strip() not in ("", *_PLAIN_NAME)


def _covered(sheet: Sheet, rows: Iterable[int]) -> set[int]:
    """Rows that a merged range reaches into from above."""
    out: set[int] = set()
    known = set(rows)
    for top, left, bottom, _ in sheet.merged:
        if bottom > top and bottom - top < 5000 and (top, left) in sheet.cells:
            out.update(r for r in range(top + 1, bottom + 1) if r in known or r - 1 in known)
    return out


def _table(sheet: Sheet, rows: list[int], cols: list[int]) -> TableBlock:
    at_row = {r: i for i, r in enumerate(rows)}
    at_col = {c: i for i, c in enumerate(cols)}
    inside: set[tuple[int, int]] = set()
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for top, left, bottom, right in sheet.merged:
        rs = [r for r in rows if top <= r <= bottom]
        cs = [c for c in cols if left <= c <= right]
        if rs and cs and len(rs) * len(cs) > 1:
            spans[rs[0], cs[0]] = (len(rs), len(cs))
            inside.update((r, c) for r in rs for c in cs)
            inside.discard((rs[0], cs[0]))
            if (top, left) in sheet.cells and (rs[0], cs[0]) not in sheet.cells:
                sheet.cells[rs[0], cs[0]] = sheet.cells[top, left]
    cells = []
    for r in rows:
        for c in cols:
            if (r, c) in inside:
                continue
            text = sheet.cells.get((r, c), "")
            height, width = spans.get((r, c), (1, 1))
            blocks = (Paragraph(text.replace("\n", "\v")),) if text.strip() else ()
            cells.append(BlockCell(at_row[r], at_col[c], blocks, height, width))
    return TableBlock(len(rows), len(cols), tuple(cells))
