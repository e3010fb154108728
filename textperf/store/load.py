"""Reports back from the database, in the state after human corrections: the input of the comparison."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from typing import Any

from textperf.model import Evidence, Fact, Finding, FundingRow, IndicatorRow, Meta, Notice, Quantity, Report, Section
from textperf.store.database import Store


def load_reports(store: Store) -> tuple[Report, ...]:
    """All reports that a file met in the last run still gives, facts and findings as corrected by people.

    Sorted by department, year and file, so that the comparison does not depend on the order of reading.
    """
    wanted = "SELECT report_id FROM files WHERE status IN ('ok', 'partial')"
    sections = _grouped(store.rows(f"SELECT * FROM sections WHERE report_id IN ({wanted}) ORDER BY id"))
    facts = _grouped(
        store.rows(f'SELECT * FROM facts_now WHERE report_id IN ({wanted}) ORDER BY report_id, start, "end"')
    )
    findings = _grouped(
        store.rows(f'SELECT * FROM findings_now WHERE report_id IN ({wanted}) ORDER BY report_id, start, "end"')
    )
    indicator_rows = _grouped(store.rows(f"SELECT * FROM indicator_rows WHERE report_id IN ({wanted}) ORDER BY id"))
    funding_rows = _grouped(store.rows(f"SELECT * FROM funding_rows WHERE report_id IN ({wanted}) ORDER BY id"))
    out = []
    for r in store.rows(
        f"SELECT * FROM reports WHERE report_id IN ({wanted}) ORDER BY department, fiscal_year, file, report_id"
    ):
        rid = r["report_id"]
        out.append(
            Report(
                report_id=rid,
                file=r["file"],
                meta=Meta(r["title"], r["region"], r["department"], r["fiscal_year"], r["report_type"]),
                text=r["text"],
                pages=r["pages"],
                reader=r["reader"],
                sections=tuple(_section(x) for x in sections[rid]),
                facts=tuple(_fact(x) for x in facts[rid]),
                findings=tuple(_finding(x) for x in findings[rid]),
                indicator_rows=tuple(_indicator_row(x) for x in indicator_rows[rid]),
                funding_rows=tuple(_funding_row(x) for x in funding_rows[rid]),
                notices=tuple(Notice(n["reason"], n["message"], n["page"]) for n in json.loads(r["notices"])),
            )
        )
    return tuple(out)


def _grouped(rows: list[sqlite3.Row]) -> dict[str, list[sqlite3.Row]]:
    out: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in rows:
        out[row["report_id"]].append(row)
    return out


def _evidence(x: sqlite3.Row) -> Evidence:
    boxes = tuple((int(b[0]), float(b[1]), float(b[2]), float(b[3]), float(b[4])) for b in json.loads(x["boxes"]))
    return Evidence(x["start"], x["end"], x["quote"], boxes)


def _section(x: sqlite3.Row) -> Section:
    return Section(
        x["section_id"], x["role"], x["number"], x["title"] or "", x["level"], x["start"], x["end"], x["parent_id"]
    )


def _fact(x: sqlite3.Row) -> Fact:
    values: dict[str, Any] = {
        k: x[k]
        for k in (
            "report_id", "status", "item", "action", "actor", "scope", "direction", "indicator", "period", "of", "parent",
            "sentence_start", "sentence_end", "section_id", "source", "rule", "confidence",
        )
    }  # fmt: skip
    quantity = Quantity(x["value"], x["unit"], x["value_max"], bool(x["approx"]), x["bound"])
    return Fact(evidence=_evidence(x), quantity=quantity, **values)


def _finding(x: sqlite3.Row) -> Finding:
    return Finding(
        report_id=x["report_id"],
        type=x["type"],
        evidence=_evidence(x),
        category=x["category"],
        also=tuple(json.loads(x["also"] or "[]")),
        score=x["score"],
        labelled_by=x["labelled_by"],
        subject=x["subject"],
        answers=tuple(json.loads(x["answers"] or "[]")),
        section_id=x["section_id"],
    )


def _indicator_row(x: sqlite3.Row) -> IndicatorRow:
    names = (
        "report_id", "level1", "level2", "level3", "target", "actual", "weight", "score", "reason", "target_value", "actual_value", "unit", "page",
        "start", "end",
    )  # fmt: skip
    return IndicatorRow(*(x[n] for n in names))


def _funding_row(x: sqlite3.Row) -> FundingRow:
    names = (
        "report_id",
        "name",
        "initial",
        "budget",
        "executed",
        "weight",
        "rate",
        "score",
        "unit",
        "page",
        "start",
        "end",
    )
    return FundingRow(*(x[n] for n in names))
