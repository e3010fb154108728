"""Spreadsheets → Document: each visible sheet as tables, its title lines as paragraphs; hidden things left out and noted."""

from __future__ import annotations

import csv
import io
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import product
from typing import Any

from textperf.model import Document, Source
from textperf.read.blocks import Block, BlockCell, Paragraph, TableBlock, emit
from textperf.read.builder import DocumentBuilder
from textperf.read.decode import decode
from textperf.read.errors import ReadError, failure
from textperf.read.limits import DEFAULT, Limits
from textperf.read.number_format import general, shown
from textperf.read.xlsx import Room, Sheet, too_many, xlsx_sheets

_MOST_PLACES = 2_000_000  # of a grid that is laid out with its empty cells
_FILTERS = {"xls": "MS Excel 97", "xlsb": "Calc MS Excel 2007 Binary", "xml": "MS Excel 2003 XML"}
_PLAIN_NAME = ("sheet", "工作表", "表")


def read_sheet(data: bytes, source: Source, limits: Limits = DEFAULT) -> Document:
    """The document of a workbook (XLSX, XLS, XLSB, ODS, Excel XML) or of separated values.

    Raises ReadError ``needs_password``, ``truncated``, ``decompress_limit``, ``cell_limit``, ``text_limit``,
    ``parser_crash``, ``needs_converter`` or ``empty``.
    """
    if source.format == "xlsx":
        sheets, reader = xlsx_sheets(data, limits), "xlsx"
    elif source.format == "ods":
        from textperf.read.odf import ods_sheets

        sheets, reader = ods_sheets(data, limits), "ods"
    elif source.format == "sheetml":
        sheets, reader = _converted(data, "xml", limits), "soffice+xlsx"
    elif source.format == "csv":
        sheets, reader = [_csv(data, limits)], "csv"
    else:
        sheets, reader = _calamine(data, source.format, limits)
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


def _csv(data: bytes, limits: Limits) -> Sheet:
    """Comma or tab separated values as a sheet."""
    text = decode(data).text.replace("\x00", "")
    try:
        dialect = csv.Sniffer().sniff(text[:8192], ",\t;")
    except csv.Error:
        dialect = csv.excel
    sheet, room = Sheet(""), Room(limits)
    csv.field_size_limit(limits.characters)
    try:
        for r, row in enumerate(csv.reader(io.StringIO(text), dialect)):
            for c, value in enumerate(row):
                if value.strip():
                    room.put(sheet, (r, c), value)
    except csv.Error as e:
        raise failure("truncated", "表格文本损坏") from e
    return sheet


def _converted(data: bytes, suffix: str, limits: Limits) -> list[Sheet]:
    """The sheets of what soffice makes of a workbook."""
    from textperf.read.doc import convert

    made = convert({f"book.{suffix}": data}, "xlsx", limits.seconds(), _FILTERS[suffix])
    if "book.xlsx" not in made:
        raise failure("parser_crash", "转换程序没有给出结果")
    return xlsx_sheets(made["book.xlsx"], limits)


def _calamine(data: bytes, kind: str, limits: Limits) -> tuple[list[Sheet], str]:
    """The sheets of an XLS or XLSB and by what they were read. soffice reads what would make calamine lay out a huge grid
    for a few cells, and what it stumbles over; needs_converter says so where there is none."""
    from textperf.read.doc import soffice
    from textperf.read.xls_formats import layouts

    found = layouts(data, kind, limits)
    if sum(sheet.cells for sheet in found) > limits.cells:
        raise too_many(limits)
    if sum(sheet.places for sheet in found) > _MOST_PLACES:
        return _converted(data, kind, limits), "soffice+xlsx"
    try:
        return calamine_sheets(data, [sheet.codes for sheet in found]), "calamine"
    except ReadError as e:
        if e.reason != "parser_crash" or soffice() is None:
            raise
        sheets = _converted(data, kind, limits)
        if not any(sheet.cells for sheet in sheets):
            raise
        return sheets, "soffice+xlsx"


def calamine_sheets(data: bytes, formats: Sequence[Mapping[tuple[int, int], str]] = ()) -> list[Sheet]:
    """The sheets of an XLS or XLSB; ``formats`` are the number formats of each, which calamine does not tell."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
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


def _covered(sheet: Sheet, rows: Sequence[int]) -> set[int]:
    """Rows that a merged range reaches into from above, and the one behind its last filled row."""
    out: set[int] = set()
    for top, left, bottom, _ in sheet.merged:
        if bottom > top and bottom - top < 5000 and (top, left) in sheet.cells and len(out) < _MOST_PLACES:
            inside = rows[bisect_right(rows, top) : bisect_right(rows, bottom)]
            out.update(inside)
            out.update(r + 1 for r in (top, *inside) if r < bottom)
    return out


def _table(sheet: Sheet, rows: Sequence[int], cols: Sequence[int]) -> TableBlock:
    """Some rows of a sheet as a table: empty cells stand in it too, unless nearly all are empty."""
    at_row = {r: i for i, r in enumerate(rows)}
    at_col = {c: i for i, c in enumerate(cols)}
    inside: set[tuple[int, int]] = set()
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for top, left, bottom, right in sheet.merged:
        rs = rows[bisect_left(rows, top) : bisect_right(rows, bottom)]
        cs = cols[bisect_left(cols, left) : bisect_right(cols, right)]
        if len(rs) * len(cs) > 1 and len(inside) + len(rs) * len(cs) <= _MOST_PLACES:
            spans[rs[0], cs[0]] = (len(rs), len(cs))
            inside.update(product(rs, cs))
            inside.discard((rs[0], cs[0]))
            if (top, left) in sheet.cells and (rs[0], cs[0]) not in sheet.cells:
                sheet.cells[rs[0], cs[0]] = sheet.cells[top, left]
    known = set(rows)
    sparse = len(rows) * len(cols) > _MOST_PLACES
    places = sorted(at for at in sheet.cells if at[0] in known) if sparse else product(rows, cols)
    cells = []
    for r, c in places:
        if (r, c) in inside:
            continue
        text = sheet.cells.get((r, c), "")
        height, width = spans.get((r, c), (1, 1))
        blocks = (Paragraph(text.replace("\n", "\v")),) if text.strip() else ()
        cells.append(BlockCell(at_row[r], at_col[c], blocks, height, width))
    return TableBlock(len(rows), len(cols), tuple(cells))
