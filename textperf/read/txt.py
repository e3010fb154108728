"""Plain text and Markdown → Document: encoding, hard-wrapped lines, tables drawn with ``|``, outlines repeated at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from textperf.model import Document, Source
from textperf.read.blocks import Block, BlockCell, Paragraph, TableBlock, emit
from textperf.read.builder import DocumentBuilder
from textperf.read.decode import decode
from textperf.read.errors import failure
from textperf.read.html_furniture import strip_page
from textperf.read.limits import DEFAULT, Limits
from textperf.read.wrapped import unwrap

_LINE_END = re.compile(r"\r\n|[\n\r\v\x85\u2028\u2029]")
_RULER = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?")
_MARKDOWN = ((re.compile(r"^ {0,3}#{1,6}\s+"), ""), (re.compile(r"\*\*(.+?)\*\*"), r"\1"), (re.compile(r"^>\s?"), ""))


def read_txt(data: bytes, source: Source, limits: Limits = DEFAULT) -> Document:
    """The document of a text file. Raises ReadError ``empty``, ``garbled``, ``not_a_document`` or ``text_limit``.

    >>> src = Source("a.txt", "0" * 64, 9, "txt", "txt")
    >>> read_txt("全年召开会议13次。\\n支出20万元。".encode("gb18030"), src).text
    '全年召开会议13次。\\n支出20万元。'
    """
    decoded = decode(data)
    text = decoded.text
    if not text.strip("\ufeff \t\r\n\f\u3000"):
        raise failure("empty")
    if len(text) > limits.characters:
        raise failure("text_limit", f"上限 {limits.characters:,} 字")
    builder = DocumentBuilder(limits)
    if decoded.note:
        builder.notice("encoding", decoded.note)
    emit(builder, strip_page(plain_blocks(text, markdown=source.format == "md")))
    return builder.finish(replace(source, reader=f"txt:{decoded.encoding}"))


def plain_blocks(text: str, *, markdown: bool = False) -> list[Block]:
    """Paragraphs and tables of plain text: lines unwrapped, ``|`` rows as tables."""
    lines = [_flat(line) for line in _LINE_END.split(text.replace("\ufeff", "").replace("\f", "\n"))]
    if markdown:
        lines = [_unmark(line) for line in lines]
    out: list[Block] = []
    for rows, block in _blocks(without_outline(lines)):
        out += _rows(block) if rows else [Paragraph(paragraph) for paragraph in unwrap(block)]
    return out


def _flat(line: str) -> str:
    """A line without zero-width characters; tabs stay, because they may mark an outline."""
    return re.sub("[\u200b\u200c\u200d\u2060\u00ad]", "", line)


def _unmark(line: str) -> str:
    for pattern, by in _MARKDOWN:
        line = pattern.sub(by, line)
    return line


def without_outline(lines: Sequence[str]) -> list[str]:
    """The lines without bookmarks repeated at the end: indented by tabs, and each said before.

    >>> without_outline(["附件 2", "某局2023年度报告", "正文。", "\\t附件2", "\\t某局2023年度报告"])
    ['附件 2', '某局2023年度报告', '正文。']
    """
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].startswith("\t")):
        end -= 1
    tail = [re.sub(r"\s", "", line) for line in lines[end:] if line.strip()]
    body = re.sub(r"\s", "", "".join(lines[:end]))
    if end and tail and all(line in body for line in tail):
        return list(lines[:end])
    return list(lines)


def _blocks(lines: Sequence[str]) -> Iterator[tuple[bool, list[str]]]:
    """Runs of lines: (True, rows of a table) or (False, lines of text)."""
    i = 0
    while i < len(lines):
        if lines[i].strip() == "#table":
            stop = next((k for k in range(i, len(lines)) if lines[k].strip() == "#endtable"), len(lines))
            yield True, [line + "\v" for line in lines[i + 1 : stop]]
            i = stop + 1
            continue
        rows = _is_row(lines[i])
        stop = i + 1
        while stop < len(lines) and _is_row(lines[stop]) == rows and lines[stop].strip() != "#table":
            stop += 1
        yield rows, list(lines[i:stop])
        i = stop


def _is_row(line: str) -> bool:
    text = line.strip()
    return text.count("|") >= 2 or (text.endswith("|") and len(text) > 1) or " | " in text


def cells_of(row: str) -> list[str]:
    """The cells of a row drawn with ``|``; a bar at either end is the frame, not a cell.

    >>> cells_of("| 总额 | 226.4 | |"), cells_of("总分 |  | 97.9")
    (['总额', '226.4', ''], ['总分', '', '97.9'])
    """
    if row.endswith("\v"):  # inside #table … #endtable nothing is a frame
        return [cell.strip() for cell in row[:-1].split("|")]
    text = row.strip()
    text = text[1:] if text.startswith("|") else text
    text = text[:-1] if text.endswith("|") else text
    return [cell.strip() for cell in text.split("|")]


def _rows(block: Sequence[str]) -> Iterator[Block]:
    """Rows as tables; a row of one cell is a paragraph of its own."""
    rows: list[list[str]] = []
    for line in block:
        if _RULER.fullmatch(line.strip("\v ")):
            continue
        cells = cells_of(line)
        if len(cells) > 1:
            rows.append(cells)
            continue
        if rows:
            yield _table(rows)
            rows = []
        yield Paragraph(cells[0])
    if rows:
        yield _table(rows)


def _table(rows: Sequence[Sequence[str]]) -> TableBlock:
    cells = tuple(
        BlockCell(r, c, (Paragraph(text),) if text else ()) for r, row in enumerate(rows) for c, text in enumerate(row)
    )
    return TableBlock(len(rows), max(len(row) for row in rows), cells)
