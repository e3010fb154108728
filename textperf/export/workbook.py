"""``comparison.xlsx``: twelve sheets that a finance bureau can file. Every number leads to its quote and page."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from textperf.export.sheets import comparison, findings, reference
from textperf.export.tables import Tables
from textperf.store.database import StoreError

# A sheet of a workbook can hold 65,530 links; beyond that numbers stand without one.
MOST_LINKS = 60_000
_LINE = 13.5  # points that a line of 10-point text takes
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")


class Book:
    """The workbook under construction: formats by name, and helpers that all sheets use."""

    def __init__(self, workbook: Any, tables: Tables, evidence: Mapping[str, str]) -> None:
        self.workbook = workbook
        self.tables = tables
        self.evidence = evidence
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._links: dict[str, int] = {}
        self._columns: dict[str, list[float]] = {}
        self._lines: dict[str, dict[int, int]] = {}

    def format(self, **properties: Any) -> Any:
        """A cell format; the same properties give the same object."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "border": 1, "border_color": "#BFBFBF"}
            self._formats[key] = self.workbook.add_format(base | properties)
        return self._formats[key]

    def sheet(
        self,
        name: str,
        title: str,
        note: str,
        columns: Sequence[tuple[str, float]],
        *,
        landscape: bool = True,
        streamed: bool = False,
    ) -> Any:
        """A sheet with title, a line of explanation and frozen heads; data begin in row 3 (counted from 0).

        A streamed sheet keeps one row in memory: its rows must be written from the first to the last.
        """
        self.workbook.constant_memory = streamed
        ws = self.workbook.add_worksheet(name)
        self.workbook.constant_memory = False
        last = max(0, len(columns) - 1)
        plain = {"border": 0}
        ws.set_row(0, 26)
        ws.write_string(0, 0, title, self.format(font_name="黑体", font_size=16, align="left", **plain))
        ws.write_string(1, 0, note, self.format(font_color="#595959", align="left", **plain))
        ws.set_row(2, 22)
        self._columns[name] = [width for _, width in columns]
        self._lines[name] = {}
        for i, (head, width) in enumerate(columns):
            ws.set_column(i, i, width)
            ws.write_string(2, i, head, self.format(bold=True, align="center", bg_color="#DDEBF7", text_wrap=True))
        ws.freeze_panes(3, 0)
        ws.repeat_rows(2)
        ws.set_paper(9)
        if landscape:
            ws.set_landscape()
        ws.fit_to_pages(1, 0)
        ws.set_margins(0.5, 0.5, 0.6, 0.6)
        ws.set_footer("&C第 &P 页 共 &N 页")
        ws.print_area(0, 0, 3, last)
        return ws

    def finish(self, ws: Any, rows: int, columns: int, empty: str = "没有内容。") -> None:
        """Print area and filter over the rows that were written; ``empty`` says why there are none."""
        self.fit(ws)
        end = max(3, 2 + rows)
        ws.print_area(0, 0, end, columns - 1)
        if rows:
            ws.autofilter(2, 0, end, columns - 1)
        else:
            self.empty(ws, empty)

    def empty(self, ws: Any, why: str) -> None:
        """A line in place of rows: an empty sheet says why it is empty."""
        ws.write_string(3, 0, why, self.format(font_color="#595959", align="left", border=0))

    def fit(self, ws: Any) -> None:
        """Gives each row the height that its longest wrapped text needs: programs do not all do so on opening."""
        for row, lines in self._lines.get(ws.name, {}).items():
            ws.set_row(row, min(405.0, 4 + _LINE * lines))

    def _measure(self, ws: Any, row: int, col: int, text: str) -> None:
        columns = self._columns.get(ws.name, [])
        if col >= len(columns):
            return
        room = max(2.0, columns[col] - 1.5)
        lines = sum(max(1, ceil(display_width(part) / room)) for part in text.split("\n"))
        if lines > self._lines[ws.name].get(row, 1):
            self._lines[ws.name][row] = lines

    def text(self, ws: Any, row: int, col: int, value: str | None, **properties: Any) -> None:
        """Text that stays text, whatever it begins with; — for none."""
        if value:
            self._measure(ws, row, col, value)
        ws.write_string(row, col, clean(value) if value else "—", self.format(text_wrap=True, **properties))

    def number(
        self, ws: Any, row: int, col: int, value: float | int | None, fact: str | None = None, **properties: Any
    ) -> None:
        """A number with thousands separators, linked to its evidence where there is room for links."""
        if value is None:
            ws.write_string(row, col, "—", self.format(align="center", font_color="#7F7F7F", **properties))
            return
        pattern = "#,##0" if float(value).is_integer() else "#,##0.00####"
        target = self.link(ws, fact) if fact else None
        if target:
            fmt = self.format(num_format=pattern, align="right", font_color="#1F4E79", **properties)
            ws.write_url(row, col, _url(target, "x"), fmt)
            ws.write_number(row, col, value, fmt)  # the number takes the text's place, the link stays
        else:
            ws.write_number(row, col, value, self.format(num_format=pattern, align="right", **properties))

    def linked(self, ws: Any, row: int, col: int, text: str, target_id: str | None, **properties: Any) -> None:
        """Text that leads to the evidence of a fact or finding."""
        target = self.link(ws, target_id) if target_id else None
        if target:
            self._measure(ws, row, col, text[:250])
            ws.write_url(
                row,
                col,
                target,
                self.format(font_color="#1F4E79", underline=1, text_wrap=True, **properties),
                clean(text)[:250],
            )
        else:
            self.text(ws, row, col, text, **properties)

    def link(self, ws: Any, target_id: str | None) -> str | None:
        """The relative link to a fact or finding; None beyond what a sheet may hold."""
        page = self.evidence.get(target_id or "")
        used = self._links.get(ws.name, 0)
        if page is None or used >= MOST_LINKS:
            return None
        self._links[ws.name] = used + 1
        return f"external:evidence/{page}.html#{target_id}"

    def merged(self, ws: Any, first: int, last: int, col: int, text: str, **properties: Any) -> None:
        """Text over several rows of one column, merged as levels are in printed tables."""
        fmt = self.format(text_wrap=True, align="left", **properties)
        if last > first:
            ws.merge_range(first, col, last, col, clean(text), fmt)
        else:
            ws.write_string(first, col, clean(text), fmt)


def display_width(text: str) -> int:
    """The width of a text in columns: 2 for a Chinese character.

    >>> display_width("3个月")
    5
    """
    return sum(1 if ch < "\u1100" else 2 for ch in text)


def _url(target: str, text: str) -> Any:
    """A relative link with the slashes that every program understands (the library writes Windows' own)."""
    from xlsxwriter.url import Url

    url = Url(target)
    url._link = url._link.replace("\\", "/")
    url._relationship_link = url._relationship_link.replace("\\", "/")
    url._text, url._tip = text, "点击查看原文"
    return url


def clean(text: str) -> str:
    """Text without the control characters that XML forbids, cut to what a cell holds."""
    return _CONTROL.sub("", text[:32_000])


@dataclass(frozen=True, slots=True)
class _Part:
    write: Callable[[Book], None]


PARTS = (
    _Part(reference.cover),
    _Part(comparison.indicators),
    _Part(comparison.year_on_year),
    _Part(findings.categories_by_year),
    _Part(findings.persistence),
    _Part(findings.followups),
    _Part(findings.checks),
    _Part(findings.copies),
    _Part(reference.details),
    _Part(reference.codebook),
    _Part(reference.log),
    _Part(comparison.shared),
)


def write_workbook(tables: Tables, path: Path) -> None:
    """Writes the workbook; the old one stays until the new one is whole. Raises :class:`StoreError` when it can't."""
    import xlsxwriter

    evidence = {k: f.report_id for k, f in tables.facts.items()} | {k: f.report_id for k, f in tables.findings.items()}
    draft = path.with_name(path.name + ".part")
    try:
        workbook = xlsxwriter.Workbook(
            str(draft),
            {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": False},
        )
        workbook.set_properties(
            {"title": "政府绩效报告对比表", "comments": f"textperf {tables.version} 快照 {tables.snapshot}"}
        )
        book = Book(workbook, tables, evidence)
        for part in PARTS:
            part.write(book)
        workbook.close()
        os.replace(draft, path)
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as e:
        draft.unlink(missing_ok=True)
        raise StoreError(
            f"写不进 {path}：{getattr(e, 'strerror', None) or e}；如果它正在 Excel/WPS 里打开，请先关闭"
        ) from e
