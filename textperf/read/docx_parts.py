"""Small questions about elements of WordprocessingML: rows, cells and spans of tables, properties of runs. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from textperf.read.package import attribute, local


def table_rows(tbl: etree._Element) -> Iterator[etree._Element]:
    """The rows of a table, those in content controls too."""
    for child in tbl:
        if local(child) == "tr":
            yield child
        elif local(child) in ("sdt", "sdtContent", "customXml", "ins"):
            yield from table_rows(child)


def row_cells(row: etree._Element) -> Iterator[etree._Element]:
    """The cells of a row, those in content controls too."""
    for child in row:
        if local(child) == "tc":
            yield child
        elif local(child) in ("sdt", "sdtContent", "customXml"):
            yield from row_cells(child)


def has_mark(element: etree._Element, container: str, names: tuple[str, ...]) -> bool:
    """Whether the properties of an element (in ``container``) hold one of these marks."""
    return any(local(c) in names for p in element if local(p) == container for c in p)


def grid_skip(row: etree._Element, name: str) -> int:
    """How many columns a row leaves out (``gridBefore``, ``gridAfter``)."""
    for properties in row:
        if local(properties) == "trPr":
            for child in properties:
                if local(child) == name:
                    return number(attribute(child, "val"), 0)
    return 0


def cell_spans(cell: etree._Element) -> tuple[int, str | None]:
    """Columns that a cell covers, and its part in a vertical merge (``restart``, ``continue`` or None)."""
    span, merge = 1, None
    for properties in cell:
        if local(properties) == "tcPr":
            for child in properties:
                if local(child) == "gridSpan":
                    span = max(1, min(1000, number(attribute(child, "val"), 1)))
                elif local(child) == "vMerge":
                    merge = attribute(child, "val") or "continue"
    return span, merge


def number(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.lstrip("-").isdecimal() else default


def is_raised(run: etree._Element) -> bool:
    """Whether a run (of WordprocessingML, or of a string of SpreadsheetML, which says it alike) is superscript."""
    return any(
        local(c) == "vertAlign" and attribute(c, "val") == "superscript"
        for properties in run if local(properties) == "rPr" for c in properties
    )  # fmt: skip
