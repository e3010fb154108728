"""What a comparison says: frozen rows with the fields of CONTRACT §3. Standard library only.

Offsets are half-open code points into the text of the report they name. ``dataclasses.asdict`` of a row is plain data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from textperf.model import Check, Scope

State = Literal["value", "conflict", "missing", "unreadable"]
Origin = Literal["own", "later_report", "table"]
Verdict = Literal["done", "not_done", "unclear"]


@dataclass(frozen=True, slots=True)
class Series:
    """A cell of body × indicator × fiscal year, in base units. ``value`` is None unless ``state`` is ``value``;
    a conflict names the facts that contradict each other, a missing cell names none."""

    department: str
    indicator: str
    item: str | None
    unit: str | None
    fiscal_year: int
    value: float | int | None
    state: State
    origin: Origin
    fact_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alignment:
    """The same count in the reports of two years. ``year_a < year_b``; ``score`` in 0–1."""

    department: str
    fact_a: str
    year_a: int
    fact_b: str
    year_b: int
    score: float


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A problem that came back: ``finding_a`` of the earlier year, ``finding_b`` of the later."""

    department: str
    category: str
    finding_a: str
    year_a: int
    finding_b: str
    year_b: int
    score: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A place in a report and what stands there."""

    report_id: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Followup:
    """What became of a measure promised in ``year`` according to the report of ``next_year``."""

    department: str
    measure_id: str
    year: int
    next_year: int
    verdict: Verdict
    evidence: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Copy:
    """A passage of ``report_a`` that stands, but for small changes, in ``report_b``; ``similarity`` is the share of
    characters of both that agree. ``report_a`` is the earlier one where years differ."""

    report_a: str
    start_a: int
    end_a: int
    report_b: str
    start_b: int
    end_b: int
    similarity: float


@dataclass(frozen=True, slots=True)
class SharedItem:
    """A count without an indicator that several bodies report, of one body and year; ``item``, ``action``, ``unit``,
    ``scope`` and ``bodies`` (how many report it) are the same in all rows of one count. ``wording`` is the body's own noun, ``score``
    how alike it is to ``item``. ``state`` is ``several``, without a value, where the body gives different numbers."""

    item: str
    action: str | None
    unit: str
    scope: Scope
    bodies: int
    department: str
    fiscal_year: int
    value: float | int | None
    state: Literal["value", "several"]
    wording: str
    score: float
    fact_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """The one name under which a report's body stands in all tables, whatever it was called that year."""

    report_id: str
    department: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """All tables of a comparison. ``checks`` are those that take more than one report to see."""

    series: tuple[Series, ...] = ()
    series_parts: tuple[Series, ...] = ()
    alignments: tuple[Alignment, ...] = ()
    shared_items: tuple[SharedItem, ...] = ()
    recurrences: tuple[Recurrence, ...] = ()
    followups: tuple[Followup, ...] = ()
    copies: tuple[Copy, ...] = ()
    checks: tuple[Check, ...] = ()
    bodies: tuple[Body, ...] = ()
