"""The nouns of textperf: frozen values and their invariants. Standard library only.

Offsets are half-open and count Unicode code points of ``Document.text``, which never changes after reading.
Pages count from 1; boxes are ``(x0, y0, x1, y1)`` in PDF points from the top left corner of the page.
Identifiers are computed from content, never random: the same file gives the same ids on every run.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Box = tuple[float, float, float, float]
PageBox = tuple[int, float, float, float, float]
Status = Literal["actual", "target", "prior", "change"]
Scope = Literal["whole", "cumulative", "each", "average", "part"]
Bound = Literal["ge", "gt", "le", "lt"]
Direction = Literal["up", "down", "flat"]
FindingType = Literal["problem", "cause", "measure", "none"]
Severity = Literal["error", "warning", "note"]

STATUSES = ("actual", "target", "prior", "change")
SCOPES = ("whole", "cumulative", "each", "average", "part")
BOUNDS = ("ge", "gt", "le", "lt")
FINDING_TYPES = ("problem", "cause", "measure", "none")
ROLES = (
    "profile", "functions", "work_plan", "targets", "finances", "management", "conclusion", "performance",
    "efficiency", "problems", "measures", "next_year", "table", "appendix", "other",
)  # fmt: skip
REPORT_TYPES = ("overall_self_evaluation", "project_self_evaluation", "final_accounts", "work_report", "other")


class InvariantError(ValueError):
    """A value that breaks a promise of the model (a quote that does not stand where it should, an unknown status)."""


def content_id(*parts: object) -> str:
    """The first 16 hex digits of the sha256 of the parts: ids are the same on every run.

    >>> content_id("财政局", 3, 8) == content_id("财政局", 3, 8)
    True
    """
    return hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Line:
    """A run of text that stands together on one page: a printed line, or what one table cell holds of it.

    ``edges`` holds the left and right x of each character (2 × length floats), or is empty where unknown.
    """

    start: int
    end: int
    page: int | None = None
    box: Box | None = None
    edges: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page: number from 1, size in points, how it was read (``pdfium``, ``pdfminer``, ``ocr``, ``unreadable``)."""

    number: int
    width: float
    height: float
    reader: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; ``start:end`` is where its text stands in the document's text (equal when it is empty)."""

    row: int
    col: int
    rowspan: int
    colspan: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table. Its text stands in ``Document.text[start:end]``: a row a line, cells parted by a tab.

    Merged cells stand once, at their top left corner, with their spans. ``caption`` is the nearest text above that
    names the table or its unit (``单位：万元``), or "".
    """

    start: int
    end: int
    rows: int
    cols: int
    cells: tuple[Cell, ...]
    page: int | None = None
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a reader must be told about a file: a reason code, a Chinese sentence with the remedy, the page."""

    reason: str
    message: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The file behind a document: path as given, sha256 of its bytes, size, format (``pdf docx html txt …``), reader."""

    path: str
    sha256: str
    size: int
    format: str
    reader: str

    @property
    def report_id(self) -> str:
        """The first 16 hex digits of the file's sha256."""
        return self.sha256[:16]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where something stands and what stands there. Made only by :meth:`Document.evidence`."""

    start: int
    end: int
    quote: str
    boxes: tuple[PageBox, ...] = ()

    @property
    def page(self) -> int | None:
        """The page on which the evidence begins, or None where the format has no pages."""
        return self.boxes[0][0] if self.boxes else None


@dataclass(frozen=True)
class Document:
    """An immutable text with its lines, pages and tables. ``lines`` are sorted and do not overlap."""

    text: str
    lines: tuple[Line, ...]
    source: Source
    pages: tuple[Page, ...] = ()
    tables: tuple[Table, ...] = ()
    notices: tuple[Notice, ...] = ()

    def __post_init__(self) -> None:
        last = 0
        for line in self.lines:
            if line.start < last or line.end < line.start or line.end > len(self.text):
                raise InvariantError(f"line {line.start}:{line.end} is out of order or outside the text")
            last = line.end

    @cached_property
    def _starts(self) -> list[int]:
        return [line.start for line in self.lines]

    def evidence(self, start: int, end: int) -> Evidence:
        """The evidence for ``text[start:end]``: its quote and a box for each line that it touches.

        Raises :class:`InvariantError` when the span is empty or outside the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise InvariantError(f"no evidence at {start}:{end} in a text of {len(self.text)} characters")
        boxes: list[PageBox] = []
        at = max(0, bisect_right(self._starts, start) - 1)
        for line in self.lines[at : bisect_left(self._starts, end)]:
            if line.end <= start or line.page is None or line.box is None:
                continue
            lo, hi = max(start, line.start) - line.start, min(end, line.end) - line.start
            x0, y0, x1, y1 = line.box
            if line.edges and hi > lo:
                x0, x1 = min(line.edges[2 * lo : 2 * hi]), max(line.edges[2 * lo : 2 * hi])
            boxes.append((line.page, round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2)))
        return Evidence(start, end, self.text[start:end], tuple(boxes))

    def in_table(self, position: int) -> bool:
        """Whether the character at ``position`` belongs to a table."""
        at = bisect_right(self._table_starts, position) - 1
        return at >= 0 and position < self.tables[at].end

    @cached_property
    def _table_starts(self) -> list[int]:
        return [table.start for table in self.tables]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in base units with its hedges. ``value_max`` only for ranges; ``unit`` is "" only for bare ratios."""

    value: float | int
    unit: str
    value_max: float | int | None = None
    approx: bool = False
    bound: Bound | None = None

    def __post_init__(self) -> None:
        if self.bound is not None and self.bound not in BOUNDS:
            raise InvariantError(f"unknown bound {self.bound!r}")
        if self.value_max is not None and self.value_max < self.value:
            raise InvariantError(f"range upside down: {self.value}–{self.value_max}")


@dataclass(frozen=True, slots=True)
class Fact:
    """A count and all that makes it usable: what was counted, done or planned, whose, and where it stands.

    ``start``, ``end`` and ``quote`` of the contract are those of ``evidence``; ``parent`` is the fact_id of the total.
    """

    report_id: str
    evidence: Evidence
    quantity: Quantity
    status: Status
    item: str
    action: str | None = None
    actor: str | None = None
    scope: Scope = "whole"
    direction: Direction | None = None
    indicator: str | None = None
    period: str | None = None
    of: str | None = None
    parent: str | None = None
    sentence_start: int = 0
    sentence_end: int = 0
    section_id: str | None = None
    source: Literal["text", "table"] = "text"
    rule: str = ""
    confidence: float = 1.0

    def __post_init__(self) -> None:
        if self.status not in STATUSES or self.scope not in SCOPES:
            raise InvariantError(f"unknown status or scope: {self.status!r}, {self.scope!r}")
        if not self.item:
            raise InvariantError(f"a fact without what is counted: {self.evidence.quote!r}")

    @property
    def fact_id(self) -> str:
        """Computed from the report and the place; unique within a database."""
        return content_id(self.report_id, "fact", self.evidence.start, self.evidence.end)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report under one heading. ``start`` is that of its heading, ``end`` that of the next section of its
    level or above; ``parent_id`` is the section it stands in."""

    section_id: str
    role: str
    number: str | None
    title: str
    level: int
    start: int
    end: int
    parent_id: str | None = None

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise InvariantError(f"unknown section role {self.role!r}")


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem, cause, measure or explicit "none". ``answers`` holds finding_ids of the problems a measure answers."""

    report_id: str
    type: FindingType
    evidence: Evidence
    category: str = "none"
    also: tuple[str, ...] = ()
    score: float | None = None
    labelled_by: Literal["model", "rule", "human"] = "rule"
    subject: str | None = None
    answers: tuple[str, ...] = ()
    section_id: str | None = None

    def __post_init__(self) -> None:
        if self.type not in FINDING_TYPES:
            raise InvariantError(f"unknown finding type {self.type!r}")

    @property
    def finding_id(self) -> str:
        """Computed from the report, the type and the place."""
        return content_id(self.report_id, "finding", self.type, self.evidence.start, self.evidence.end)


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """A row of a 自评表: cell texts as printed; weight and score as numbers; ``unit`` in base units."""

    report_id: str
    level1: str | None
    level2: str | None
    level3: str
    target: str | None
    actual: str | None
    weight: float | None
    score: float | None
    reason: str | None
    target_value: float | None = None
    actual_value: float | None = None
    unit: str | None = None
    page: int | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class FundingRow:
    """A row of the funding block of a 自评表: numbers as printed, in ``unit`` (as the table says, such as 万元)."""

    report_id: str
    name: str
    initial: float | None
    budget: float | None
    executed: float | None
    weight: float | None
    rate: float | None
    score: float | None
    unit: str | None = None
    page: int | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What a consistency check found. ``message`` is Chinese and says what was expected and what stands there."""

    report_id: str
    rule: str
    severity: Severity
    message: str
    fact_ids: tuple[str, ...] = ()
    expected: str | None = None
    found: str | None = None

    @property
    def check_id(self) -> str:
        """Computed from the report, the rule and what it is about."""
        return content_id(self.report_id, "check", self.rule, self.message, *self.fact_ids)


@dataclass(frozen=True, slots=True)
class Meta:
    """Whose report of which year this is. Unknown is None, never ""."""

    title: str | None = None
    region: str | None = None
    department: str | None = None
    fiscal_year: int | None = None
    report_type: str = "other"


@dataclass(frozen=True, slots=True)
class Report:
    """All that one file says: the result of read → extract → classify, and the input of compare and store."""

    report_id: str
    file: str
    meta: Meta
    text: str
    pages: int | None
    reader: str
    sections: tuple[Section, ...] = ()
    facts: tuple[Fact, ...] = ()
    findings: tuple[Finding, ...] = ()
    indicator_rows: tuple[IndicatorRow, ...] = ()
    funding_rows: tuple[FundingRow, ...] = ()
    checks: tuple[Check, ...] = ()
    notices: tuple[Notice, ...] = field(default=())
