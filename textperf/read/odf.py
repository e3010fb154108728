"""ODS sheets as they are shown. ODT goes through soffice (its automatic numbers are styles on styles)."""

from __future__ import annotations

from lxml import etree

from textperf.read.errors import failure
from textperf.read.limits import Limits
from textperf.read.package import Package, attribute, local
from textperf.read.xlsx import Room, Sheet

_REPEAT = 1000  # longer runs of equal cells are the blank rest of a sheet


def ods_sheets(data: bytes, limits: Limits) -> list[Sheet]:
    """The sheets of an ODS. Raises ReadError ``needs_password``, ``truncated``, ``decompress_limit``, ``cell_limit`` or
    ``text_limit``."""
    package = Package(data, limits)
    refuse_encrypted(package)
    if "content.xml" not in package.names:
        raise failure("truncated", "缺少 content.xml")
    room, hidden, out = Room(limits), set[str | None](), list[Sheet]()
    row = depth = 0  # tables inside cells are not looked at
    for ended, element in package.elements("content.xml", "style", "table", "table-row"):
        name = local(element)
        if name == "table":
            depth += -1 if ended else 1
            parent = element.getparent()
            if not ended and depth == 1 and parent is not None and local(parent) == "spreadsheet":
                out.append(Sheet(attribute(element, "name") or "", hidden=attribute(element, "style-name") in hidden))
                row = 0
        elif not ended:
            continue
        elif name == "style":
            if any(local(c) == "table-properties" and attribute(c, "display") == "false" for c in element):
                hidden.add(attribute(element, "name"))
        elif depth == 1 and out:
            row = _rows(out[-1], element, row, room)
    for sheet in out:
        sheet.damaged = bool(package.damaged)
    return out


def refuse_encrypted(package: Package) -> None:
    """Raises ReadError ``needs_password`` for an OpenDocument whose parts are encrypted (its manifest says so)."""
    if "META-INF/manifest.xml" in package.names and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise failure("needs_password")


def _rows(sheet: Sheet, element: etree._Element, row: int, room: Room) -> int:
    """Put a row of the file in, as often as it says that it stands; the number of the next one."""
    repeat = _times(attribute(element, "number-rows-repeated"))
    shown = _row(sheet, element, row, room)
    if attribute(element, "visibility") in ("collapse", "filter"):
        sheet.hidden_rows.update(range(row, row + min(repeat, _REPEAT)))
    for again in range(1, min(repeat, _REPEAT) if shown else 1):
        _row(sheet, element, row + again, room)
    return row + repeat


def _row(sheet: Sheet, element: etree._Element, row: int, room: Room) -> bool:
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
                room.put(sheet, (row, col + i), text)
        down, right = _times(attribute(cell, "number-rows-spanned")), _times(attribute(cell, "number-columns-spanned"))
        if down > 1 or right > 1:
            sheet.merged.append((row, col, row + down - 1, col + right - 1))
        col += repeat
    return shown


def _times(text: str | None) -> int:
    return max(1, int(text)) if text and text.isdecimal() else 1
