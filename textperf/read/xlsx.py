"""XLSX parts → sheets of shown texts: shared strings, number formats, merged ranges, hidden rows, columns and sheets."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from textperf.read.builder import raised
from textperf.read.docx_parts import is_raised
from textperf.read.errors import ReadError, failure
from textperf.read.limits import Limits
from textperf.read.number_format import BUILTIN, shown
from textperf.read.package import Package, attribute, local

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


@dataclass
class Sheet:
    """A sheet: shown texts by (row, column) from 0, merged ranges (top, left, bottom, right), and what is hidden in it."""

    name: str
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_cols: set[int] = field(default_factory=set)
    hidden: bool = False
    damaged: bool = False  # its XML breaks off or is not well-formed


@dataclass
class Room:
    """What a workbook may still hold: cells with text, and characters in them, all sheets together."""

    limits: Limits
    cells: int = 0
    characters: int = 0

    def put(self, sheet: Sheet, at: tuple[int, int], text: str) -> None:
        """Put a text in a cell. Raises ReadError ``cell_limit`` or ``text_limit``."""
        self.cells += 1
        self.characters += len(text)
        if self.cells > self.limits.cells:
            raise too_many(self.limits)
        if self.characters > self.limits.characters:
            raise failure("text_limit", f"上限 {self.limits.characters:,} 字")
        sheet.cells[at] = text


def too_many(limits: Limits) -> ReadError:
    """The error of a workbook with too many cells."""
    return failure("cell_limit", f"上限 {limits.cells:,} 个")


def xlsx_sheets(data: bytes, limits: Limits) -> list[Sheet]:
    """The sheets of a workbook in order.

    Raises ReadError ``truncated``, ``decompress_limit``, ``cell_limit`` or ``text_limit``.
    """
    package = Package(data, limits)
    if "xl/workbook.xml" not in package.names:
        raise failure("truncated", "缺少 xl/workbook.xml")
    workbook = package.xml("xl/workbook.xml")
    parts = _relations(package, "xl/_rels/workbook.xml.rels", "xl")
    strings = _strings(package, limits)
    formats = _formats(package)
    room = Room(limits)
    epoch = any(local(e) == "workbookPr" and attribute(e, "date1904") in ("1", "true") for e in workbook.iter())
    out = []
    for element in workbook.iter():
        if local(element) != "sheet":
            continue
        sheet = Sheet(attribute(element, "name") or "", hidden=attribute(element, "state") in ("hidden", "veryHidden"))
        target = parts.get(attribute(element, "id") or "")
        if target and target in package.names and "worksheet" in target:
            book = _Book(strings, formats, epoch)
            _fill(sheet, package.elements(target, "row", "c", "col", "mergeCell"), book, room)
            sheet.damaged = target in package.damaged
        out.append(sheet)
    return out


def _relations(package: Package, name: str, folder: str) -> dict[str, str]:
    if name not in package.names:
        return {}
    out = {}
    for rel in package.xml(name):
        target = attribute(rel, "Target") or ""
        out[attribute(rel, "Id") or ""] = (
            target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        )
    return out


def _strings(package: Package, limits: Limits) -> list[str]:
    if "xl/sharedStrings.xml" not in package.names:
        return []
    out, length = [], 0
    for ended, item in package.elements("xl/sharedStrings.xml", "si"):
        if ended:
            out.append(_text(item))
            length += len(out[-1])
            if length > limits.characters:
                raise failure("text_limit", f"上限 {limits.characters:,} 字")
    return out


def _text(item: etree._Element) -> str:
    """The text of a string item, without its phonetic guide."""
    out = []
    for child in item:
        if local(child) == "t":
            out.append(child.text or "")
        elif local(child) == "r":
            said = "".join(t.text or "" for t in child if local(t) == "t")
            out.append(raised(said) if is_raised(child) else said)
    return "".join(out)


def _formats(package: Package) -> list[str]:
    """The format code of each cell style."""
    if "xl/styles.xml" not in package.names:
        return []
    root = package.xml("xl/styles.xml")
    codes = dict(BUILTIN)
    for element in root.iter():
        if local(element) == "numFmt" and (number := attribute(element, "numFmtId") or "").isdigit():
            codes[int(number)] = attribute(element, "formatCode") or "General"
    styles = next((e for e in root if local(e) == "cellXfs"), None)
    out = []
    for xf in styles if styles is not None else ():
        number = attribute(xf, "numFmtId") or "0"
        out.append(codes.get(int(number) if number.isdigit() else 0, "General"))
    return out


@dataclass(frozen=True, slots=True)
class _Book:
    """What cells refer to: shared strings, the number format of each style, whether days count from 1904."""

    strings: list[str]
    formats: list[str]
    epoch_1904: bool


def _fill(sheet: Sheet, elements: Iterable[tuple[bool, etree._Element]], book: _Book, room: Room) -> None:
    """Cells, merged ranges and what is hidden. Rows and cells may leave out where they stand: it is behind the last one. The
    size that a sheet says it has (``dimension``) is often wrong and is not looked at."""
    row = col = -1
    for ended, element in elements:
        name = local(element)
        if name == "c":
            if not ended:
                continue
            row, col = place(attribute(element, "r") or "") or (max(row, 0), col + 1)
            text = _cell(element, book)
            if text.strip():
                room.put(sheet, (row, col), text)
        elif ended:
            continue
        elif name == "row":
            number = attribute(element, "r") or ""
            row, col = int(number) - 1 if number.isdecimal() else row + 1, -1
            if attribute(element, "hidden") in ("1", "true"):
                sheet.hidden_rows.add(row)
        elif name == "col" and attribute(element, "hidden") in ("1", "true"):
            first, last = (int(n) if (n := attribute(element, k) or "").isdecimal() else 1 for k in ("min", "max"))
            sheet.hidden_cols.update(range(first - 1, min(last, 16_384)))
        elif name == "mergeCell":
            ends = [place(part) for part in (attribute(element, "ref") or "").split(":")]
            if len(ends) == 2 and ends[0] and ends[1]:
                sheet.merged.append((*ends[0], *ends[1]))


def _cell(element: etree._Element, book: _Book) -> str:
    kind = attribute(element, "t") or "n"
    if kind == "inlineStr":
        return "".join(_text(child) for child in element if local(child) == "is")
    value = next((child.text or "" for child in element if local(child) == "v"), "")
    if not value:
        return ""
    if kind == "s":
        return book.strings[int(value)] if value.isdecimal() and int(value) < len(book.strings) else ""
    if kind == "b":
        return "是" if value == "1" else "否"
    if kind in ("str", "e", "d"):
        return value
    style = attribute(element, "s") or "0"
    code = book.formats[int(style)] if style.isdecimal() and int(style) < len(book.formats) else "General"
    try:
        return shown(float(value), code, epoch_1904=book.epoch_1904)
    except (ValueError, OverflowError):
        return value


def place(reference: str) -> tuple[int, int] | None:
    """Row and column from 0 of a cell's name.

    >>> place("B3"), place("AA10")
    ((2, 1), (9, 26))
    """
    found = _CELL.fullmatch(reference)
    if not found:
        return None
    column = 0
    for ch in found[1]:
        column = column * 26 + ord(ch) - 64
    return int(found[2]) - 1, column - 1
