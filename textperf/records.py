"""Values to records: the JSON objects that ``textperf extract`` prints and the columns that the database holds.

The names are a contract with scripts outside this project; fields may be added, never renamed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from textperf.model import Check, Fact, Finding, FundingRow, IndicatorRow, Report, Section

Record = dict[str, Any]


def report_record(report: Report) -> Record:
    """The ``report`` record, text included."""
    m = report.meta
    return {
        "kind": "report",
        "report_id": report.report_id,
        "file": report.file,
        "title": m.title or None,
        "region": m.region or None,
        "department": m.department or None,
        "fiscal_year": m.fiscal_year,
        "report_type": m.report_type,
        "pages": report.pages,
        "reader": report.reader,
        "text": report.text,
        "notices": [{"reason": n.reason, "message": n.message, "page": n.page} for n in report.notices],
    }


def section_record(report_id: str, s: Section) -> Record:
    """A ``section`` record."""
    return {
        "kind": "section",
        "report_id": report_id,
        "section_id": s.section_id,
        "role": s.role,
        "number": s.number or None,
        "title": s.title,
        "level": s.level,
        "start": s.start,
        "end": s.end,
        "parent_id": s.parent_id,
    }


def fact_record(f: Fact) -> Record:
    """A ``fact`` record: place, quantity in base units, and what it counts."""
    e, q = f.evidence, f.quantity
    return {
        "kind": "fact",
        "report_id": f.report_id,
        "fact_id": f.fact_id,
        "start": e.start,
        "end": e.end,
        "quote": e.quote,
        "value": q.value,
        "value_max": q.value_max,
        "unit": q.unit,
        "approx": q.approx,
        "bound": q.bound,
        "status": f.status,
        "scope": f.scope,
        "direction": f.direction,
        "item": f.item,
        "action": f.action or None,
        "actor": f.actor or None,
        "indicator": f.indicator or None,
        "period": f.period or None,
        "of": f.of or None,
        "parent": f.parent,
        "sentence_start": f.sentence_start,
        "sentence_end": f.sentence_end,
        "section_id": f.section_id,
        "page": e.page,
        "boxes": [list(b) for b in e.boxes],
        "source": f.source,
        "rule": f.rule,
        "confidence": f.confidence,
    }


def finding_record(f: Finding) -> Record:
    """A ``finding`` record: problem, cause, measure or none."""
    e = f.evidence
    return {
        "kind": "finding",
        "report_id": f.report_id,
        "finding_id": f.finding_id,
        "type": f.type,
        "start": e.start,
        "end": e.end,
        "quote": e.quote,
        "category": f.category,
        "also": list(f.also),
        "score": f.score,
        "labelled_by": f.labelled_by,
        "subject": f.subject or None,
        "answers": list(f.answers),
        "section_id": f.section_id,
        "page": e.page,
        "boxes": [list(b) for b in e.boxes],
    }


def indicator_row_record(r: IndicatorRow) -> Record:
    """An ``indicator_row`` record: a row of a 自评表, cells as printed."""
    return {
        "kind": "indicator_row",
        "report_id": r.report_id,
        "level1": r.level1 or None,
        "level2": r.level2 or None,
        "level3": r.level3,
        "target": r.target or None,
        "actual": r.actual or None,
        "weight": r.weight,
        "score": r.score,
        "reason": r.reason or None,
        "target_value": r.target_value,
        "actual_value": r.actual_value,
        "unit": r.unit,
        "page": r.page,
        "start": r.start,
        "end": r.end,
    }


def funding_row_record(r: FundingRow) -> Record:
    """A ``funding_row`` record: numbers as printed, in ``unit``."""
    return {
        "kind": "funding_row",
        "report_id": r.report_id,
        "name": r.name,
        "initial": r.initial,
        "budget": r.budget,
        "executed": r.executed,
        "weight": r.weight,
        "rate": r.rate,
        "score": r.score,
        "unit": r.unit or None,
        "page": r.page,
        "start": r.start,
        "end": r.end,
    }


def check_record(c: Check) -> Record:
    """A ``check`` record: what was expected and what stands there."""
    return {
        "kind": "check",
        "report_id": c.report_id,
        "check_id": c.check_id,
        "rule": c.rule,
        "severity": c.severity,
        "message": c.message,
        "fact_ids": list(c.fact_ids),
        "expected": c.expected,
        "found": c.found,
    }


def records(report: Report) -> Iterator[Record]:
    """All records of one report, its ``report`` record first."""
    yield report_record(report)
    for s in report.sections:
        yield section_record(report.report_id, s)
    for f in report.facts:
        yield fact_record(f)
    for g in report.findings:
        yield finding_record(g)
    for i in report.indicator_rows:
        yield indicator_row_record(i)
    for r in report.funding_rows:
        yield funding_row_record(r)
    for c in report.checks:
        yield check_record(c)
