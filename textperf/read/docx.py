"""DOCX → Document over the parts themselves: automatic numbers, text boxes, merged and nested tables.

Left out: headers and footers, footnotes, comments, tracked deletions, hidden text (noted), tables of contents, page
number fields. python-docx is not used: it loses the automatic numbers, and they are the headings' 一、 and （一）.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from textperf.model import Document, Source
from textperf.read.blocks import Block, Grid, Paragraph, TableBlock, emit
from textperf.read.builder import DocumentBuilder, raised
from textperf.read.docx_numbering import Numbering, load
from textperf.read.docx_parts import cell_spans, grid_skip, has_mark, is_raised, row_cells, table_rows
from textperf.read.errors import failure
from textperf.read.limits import DEFAULT, Limits
from textperf.read.package import Package, attribute, local

_SKIP = frozenset(
    [
        "del",
        "moveFrom",
        "delText",
        "instrText",
        "footnoteReference",
        "endnoteReference",
        "commentReference",
        "annotationRef",
        "rPr",
        "pPr",
        "sectPr",
        "tblPr",
        "tblGrid",
        "tcPr",
        "trPr",
        "sdtPr",
        "sdtEndPr",
        "rt",
        "proofErr",
        "bookmarkStart",
        "bookmarkEnd",
        "permStart",
        "permEnd",
    ]
)
_OFF = ("0", "false", "off", "none")
_PAGE_FIELDS = ("PAGE", "NUMPAGES", "SECTIONPAGES", "PAGEREF")
_CHECKS = {
    "F0A8": "□",
    "F06F": "□",
    "F071": "□",
    "F0FE": "☑",
    "F052": "☑",
    "F0FC": "√",
    "F0D8": "",
    "F06C": "",
    "F0B7": "",
}
_DEPTH = 60  # nested tables and boxes: deeper is a hostile file


def read_docx(data: bytes, source: Source, limits: Limits = DEFAULT) -> Document:
    """The document of a DOCX. Raises ReadError ``truncated``, ``decompress_limit``, ``not_a_document`` or ``empty``."""
    package = Package(data, limits)
    main = main_part(package)
    try:
        root = package.xml(main)
    except KeyError as e:
        raise failure("truncated", f"缺少 {main}") from e
    folder = posixpath.dirname(main)
    styles = _optional(package, posixpath.join(folder, "styles.xml"))
    numbering = load(_optional(package, posixpath.join(folder, "numbering.xml")), styles)
    body = next((child for child in root if local(child) == "body"), None)
    if body is None:
        raise failure("not_a_document", "没有正文部分")
    walker = _Walker(numbering, _Styles.load(styles), _contents(body))
    builder = DocumentBuilder(limits)
    emit(builder, walker.blocks(body))
    if walker.hidden:
        builder.notice("hidden_text", f"{walker.hidden} 处")
    if walker.cut:
        builder.notice("truncated", f"嵌套超过 {_DEPTH} 层的 {walker.cut} 处没有读取")
    if main in package.damaged:
        builder.notice("truncated", "正文部分的 XML 不完整，只读到损坏处")
    if any(name.startswith(posixpath.join(folder, "embeddings/")) for name in package.names):
        builder.notice("attachments")
    document = builder.finish(replace(source, format="docx", reader="docx"))
    if not document.text.strip():
        if walker.cut:
            raise failure("empty", f"文字都在 {_DEPTH} 层以上的嵌套里")
        raise failure("needs_ocr" if any("/media/" in name for name in package.names) else "empty")
    return document


def main_part(package: Package) -> str:
    """The name of the part that holds the text."""
    rels = _optional(package, "_rels/.rels")
    for rel in rels if rels is not None else ():
        if (attribute(rel, "Type") or "").endswith("/officeDocument"):
            return (attribute(rel, "Target") or "word/document.xml").lstrip("/")
    return "word/document.xml"


def _optional(package: Package, name: str) -> etree._Element | None:
    return package.xml(name) if name in package.names else None


@dataclass(frozen=True, slots=True)
class _Styles:
    """What a paragraph or character style says that matters for reading."""

    headings: frozenset[str]
    contents: frozenset[str]
    hidden: frozenset[str]

    @staticmethod
    def load(root: etree._Element | None) -> _Styles:
        headings, contents, hidden = set(), set(), set()
        for style in root if root is not None else ():
            if local(style) != "style":
                continue
            key = attribute(style, "styleId") or ""
            name = next((attribute(c, "val") or "" for c in style if local(c) == "name"), "").lower()
            if name.startswith(("heading", "标题", "title")):
                headings.add(key)
            if name.startswith("toc"):
                contents.add(key)
            if any(local(c) == "vanish" and attribute(c, "val") not in _OFF for c in style.iter()):
                hidden.add(key)
        return _Styles(frozenset(headings), frozenset(contents), frozenset(hidden))


def _contents(body: etree._Element) -> frozenset[etree._Element]:
    """Paragraphs inside a table of contents field (a field that never ends covers nothing)."""
    inside: set[etree._Element] = set()
    pending: list[etree._Element] = []
    depth, at, total = 0, 0, 0
    for element in body.iter():
        name = local(element)
        if name == "p":
            total += 1
            if at:
                pending.append(element)
        elif name == "fldChar":
            kind = attribute(element, "fldCharType")
            if kind == "begin":
                depth += 1
            elif kind == "end" and depth:
                if depth == at:
                    inside.update(pending)
                    at, pending = 0, []
                depth -= 1
        elif name == "instrText" and not at and depth and (element.text or "").strip().upper().startswith("TOC "):
            at = depth
            parent = next((a for a in element.iterancestors() if local(a) == "p"), None)
            pending = [parent] if parent is not None else []
    return frozenset(inside) if len(inside) <= 0.5 * total else frozenset()


@dataclass
class _Walker:
    """Walks a part in reading order."""

    numbering: Numbering
    styles: _Styles
    contents: frozenset[etree._Element]
    hidden: int = 0
    cut: int = 0  # elements nested too deep to be read
    _fields: list[str] = field(default_factory=list)  # instructions of the open fields; "=" once the result began
    _carry: str = ""  # text of a paragraph whose end mark was deleted: it goes on in the next

    def blocks(self, parent: etree._Element, depth: int = 0) -> Iterator[Block]:
        """Paragraphs and tables below an element."""
        if depth > _DEPTH:
            self.cut += 1
            return
        for child in parent:
            name = local(child)
            if name == "p":
                yield from self._paragraph(child, depth)
            elif name == "tbl":
                table = self._table(child, depth + 1)
                if table is not None:
                    yield table
            elif name == "sdt":
                if not _is_contents(child):
                    yield from self.blocks(child, depth + 1)
            elif name == "AlternateContent":
                chosen = _alternative(child)
                if chosen is not None:
                    yield from self.blocks(chosen, depth + 1)
            elif name not in _SKIP:
                yield from self.blocks(child, depth + 1)

    def _paragraph(self, p: etree._Element, depth: int) -> Iterator[Block]:
        style = number = level = None
        heading = merged = False
        properties = next((c for c in p if local(c) == "pPr"), None)
        for child in properties if properties is not None else ():
            name = local(child)
            if name == "pStyle":
                style = attribute(child, "val")
            elif name == "numPr":
                for c in child:
                    if local(c) == "numId":
                        number = attribute(c, "val")
                    elif local(c) == "ilvl":
                        level = int(v) if (v := attribute(c, "val") or "").isdigit() else None
            elif name == "jc":
                heading = heading or attribute(child, "val") == "center"
            elif name == "outlineLvl":
                heading = heading or attribute(child, "val") in tuple("012345678")
            elif name == "rPr":
                merged = any(local(c) in ("del", "moveFrom") for c in child)
        boxes: list[Block] = []
        text = "".join(self._inline(p, boxes, depth))
        if p in self.contents or (style in self.styles.contents):
            yield from boxes
            return
        label = self.numbering.label(number, level, style)
        if text.strip("\v \u3000"):
            if label:
                text = label + (" " if label[-1].isascii() and label[-1] not in "()" else "") + text.lstrip()
            if merged:
                self._carry += text
            else:
                yield Paragraph(self._carry + text, heading or style in self.styles.headings)
                self._carry = ""
        yield from boxes

    def _inline(self, parent: etree._Element, boxes: list[Block], depth: int) -> Iterator[str]:
        if depth > _DEPTH:
            self.cut += 1
            return
        for child in parent:
            name = local(child)
            if name == "t":
                if self._shown():
                    yield child.text or ""
            elif name == "r":
                if self._is_hidden(child):
                    self.hidden += 1
                elif is_raised(child):
                    yield from map(raised, self._inline(child, boxes, depth))
                else:
                    yield from self._inline(child, boxes, depth)
            elif name in ("tab", "ptab"):
                yield "  "
            elif name in ("br", "cr"):
                yield "\v"
            elif name == "noBreakHyphen":
                yield "-"
            elif name == "sym":
                code = (attribute(child, "char") or "").upper()
                yield _CHECKS.get(code, "" if code.startswith("F0") else _character(code))
            elif name == "fldChar":
                self._field(attribute(child, "fldCharType"))
            elif name == "instrText":
                if self._fields and not self._fields[-1].startswith("="):
                    self._fields[-1] += child.text or ""
            elif name == "fldSimple":
                if (attribute(child, "instr") or "").strip().split(" ")[0].upper() not in _PAGE_FIELDS:
                    yield from self._inline(child, boxes, depth)
            elif name in ("txbxContent", "textbox"):
                boxes.extend(self.blocks(child, depth + 1))
            elif name == "AlternateContent":
                chosen = _alternative(child)
                if chosen is not None:
                    yield from self._inline(chosen, boxes, depth + 1)
            elif name == "f":  # a fraction of a formula
                parts = ["".join(self._inline(c, boxes, depth + 1)) for c in child if local(c) in ("num", "den")]
                yield "/".join(parts)
            elif name == "sup":  # an exponent of a formula
                yield raised("".join(self._inline(child, boxes, depth + 1)))
            elif name not in _SKIP:
                yield from self._inline(child, boxes, depth + 1)

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append("")
        elif kind == "separate" and self._fields:
            self._fields[-1] = "=" + self._fields[-1].strip()
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _shown(self) -> bool:
        """Whether text here is shown: not the instruction of a field and not a page number."""
        return all(f.startswith("=") and f[1:].split(" ")[0].upper() not in _PAGE_FIELDS for f in self._fields)

    def _is_hidden(self, run: etree._Element) -> bool:
        properties = next((c for c in run if local(c) == "rPr"), None)
        if properties is None or not any(local(c) == "t" and (c.text or "").strip() for c in run):
            return False
        for child in properties:
            name = local(child)
            if name == "vanish" and attribute(child, "val") not in _OFF:
                return True
            if name == "rStyle" and attribute(child, "val") in self.styles.hidden:
                return True
        return False

    def _table(self, tbl: etree._Element, depth: int) -> TableBlock | None:
        if depth > _DEPTH:
            self.cut += 1
            return None
        rows = [row for row in table_rows(tbl) if not has_mark(row, "trPr", ("del",))]
        grid: dict[tuple[int, int], int] = {}  # where a vertical merge began → its length
        begun: dict[int, int] = {}
        layout: list[list[tuple[etree._Element, int, int]]] = []
        for r, row in enumerate(rows):
            at = grid_skip(row, "gridBefore")
            here = []
            for cell in row_cells(row):
                span, merge = cell_spans(cell)
                if merge == "continue" and at in begun:
                    grid[begun[at], at] += 1
                else:
                    here.append((cell, at, span))
                    grid[r, at] = 1
                    if merge is not None:
                        begun[at] = r
                    else:
                        begun.pop(at, None)
                at += span
            layout.append(here)
        out = Grid()
        for r, here in enumerate(layout):
            out.next_row()
            for cell, at, span in here:
                out.put(r, at, list(self.blocks(cell, depth + 1)), grid[r, at], span)
        return out.finish()


def _is_contents(sdt: etree._Element) -> bool:
    """A content control that holds a table of contents."""
    return any(
        local(e) == "docPartGallery" and "contents" in (attribute(e, "val") or "").lower()
        for c in sdt if local(c) == "sdtPr" for e in c.iter()
    )  # fmt: skip


def _alternative(element: etree._Element) -> etree._Element | None:
    """Of several renderings of one thing the first."""
    by_name = {local(child): child for child in reversed(element)}
    return by_name.get("Choice", by_name.get("Fallback"))


def _character(code: str) -> str:
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""
