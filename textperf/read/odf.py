"""ODS sheets as they are shown. ODT goes through soffice (its automatic numbers are styles on styles)."""

from __future__ import annotations

from lxml import etree

from textperf.read.errors import failure
from textperf.read.limits import Limits
from textperf.read.package import Package, attribute, local
from textperf.read.xlsx import Sheet

_REPEAT = 1000  # longer runs of equal cells are the blank rest of a sheet


def ods_sheets(data: bytes, limits: Limits) -> list[Sheet]:
    """The sheets of an ODS. Raises ReadError ``needs_password``, ``truncated``, ``decompress_limit``."""
    package = Package(data, limits)
    refuse_encrypted(package)
    try:
        root = package.xml("content.xml")
    except KeyError as e:
        raise failure("truncated", "缺少 content.xml") from e
    hidden = {
        attribute(style, "name")
        for style in root.iter()
        if local(style) == "style"
        and any(local(c) == "table-properties" and attribute(c, "display") == "false" for c in style)
    }
    out = []
    for table in root.iter():
        parent = table.getparent()
        if local(table) == "table" and parent is not None and local(parent) == "spreadsheet":
            sheet = Sheet(attribute(table, "name") or "", hidden=attribute(table, "style-name") in hidden)
            _fill(sheet, table)
            sheet.damaged = bool(package.damaged)
            out.append(sheet)
    return out


def refuse_encrypted(package: Package) -> None:
    """Raises ReadError ``needs_password`` for an OpenDocument whose parts are encrypted (its manifest says so)."""
    if "META-INF/manifest.xml" in package.names and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise failure("needs_password")


def _fill(sheet: Sheet, table: etree._Element) -> None:
    row = 0
    for element in table.iter():
        if local(element) == "table-column":
            continue
        if local(element) != "table-row" or _inner(element, table):
            continue
        repeat = _times(attribute(element, "number-rows-repeated"))
        shown = _row(sheet, element, row)
        if attribute(element, "visibility") in ("collapse", "filter"):
            sheet.hidden_rows.update(range(row, row + min(repeat, _REPEAT)))
        for again in range(1, min(repeat, _REPEAT) if shown else 1):
            _row(sheet, element, row + again)
        row += repeat


def _inner(row: etree._Element, table: etree._Element) -> bool:
    """Whether a row belongs to a table inside a cell."""
    parent = row.getparent()
    while parent is not None and parent is not table:
        if local(parent) == "table":
            return True
        parent = parent.getparent()
    return False


def _row(sheet: Sheet, element: etree._Element, row: int) -> bool:
    col, shown = 0, False
    for cell in element:
        name = local(cell)
        if name not in ("table-cell", "covered-table-cell"):
            continue
        repeat = _times(attribute(cell, "number-columns-repeated"))
        text = (
            "\n".join("".join(str(t) for t in p.itertext()) for p in cell if local(p) == "p")
            if name == "table-cell"
            else ""
        )
        if text.strip():
            shown = True
            for i in range(min(repeat, _REPEAT)):
                sheet.cells[row, col + i] = text
        down, right = _times(attribute(cell, "number-rows-spanned")), _times(attribute(cell, "number-columns-spanned"))
        if down > 1 or right > 1:
            sheet.merged.append((row, col, row + down - 1, col + right - 1))
        col += repeat
    return shown


def _times(text: str | None) -> int:
    return max(1, int(text)) if text and text.isdigit() else 1
