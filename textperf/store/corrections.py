"""Human corrections in the database: appended, never changed; replayed by the views over whatever was extracted."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from textperf.classify.reviews import KEYS, Review, Stale
from textperf.store.database import Store


def add_reviews(store: Store, reviews: Iterable[Review]) -> tuple[int, tuple[Stale, ...]]:
    """Appends corrections; returns how many fit what is stored now, and those that do not (kept, and reported).

    What is already the last word on a field is not appended again, so the same file may be imported twice.
    """
    last = {(r.target_id, r.field): r.new for r in all_reviews(store)}
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    fresh: list[Review] = []
    for r in reviews:
        at = (r.target_id, r.field)
        if at not in last or last[at] != r.new:
            last[at] = r.new
            fresh.append(r)
    rows = []
    for r in fresh:
        row = r.record() | {"reviewed_at": r.reviewed_at or now}
        rows.append({k: _stored(row[k]) for k in KEYS})
    with store.writing():
        store.insert("reviews", rows)
    stale = [
        s
        for s in stale_reviews(store)
        if any(s.review.target_id == r.target_id and s.review.field == r.field for r in fresh)
    ]
    return len(fresh) - len(stale), tuple(stale)


def all_reviews(store: Store) -> tuple[Review, ...]:
    """Every correction, oldest first."""
    out = []
    for r in store.rows("SELECT * FROM reviews ORDER BY review_id"):
        values: dict[str, Any] = {k: r[k] for k in KEYS}
        values["new"] = _read(r["field"], r["new"])
        values["old"] = _read(r["field"], r["old"])
        out.append(Review(**values))
    return tuple(out)


def stale_reviews(store: Store) -> tuple[Stale, ...]:
    """Corrections that fit nothing that is stored now: their file was read anew and says something else there."""
    out = []
    for review in all_reviews(store):
        table, key = ("facts", "fact_id") if review.target == "fact" else ("findings", "finding_id")
        found = store.rows(f"SELECT quote FROM {table} WHERE {key} = ?", (review.target_id,))
        if not found:
            out.append(Stale(review, "现在的结果里没有这一条：文件改过，或提取的位置、类型变了"))
        elif review.quote is not None and found[0]["quote"] != review.quote:
            out.append(Stale(review, f"原文已不同：当时是“{review.quote}”，现在是“{found[0]['quote']}”"))
    return tuple(out)


def finding_rows(store: Store, ids: Iterable[str] | None = None, department: str | None = None) -> list[dict[str, Any]]:
    """Findings (as corrected) for a sheet to correct, explicit nones left out; ``ids`` picks some, in their order."""
    rows = [
        dict(r)
        for r in store.rows(
            'SELECT f.finding_id, f.report_id, f.type, f.quote, f.category, f.start, f."end", r.department, r.fiscal_year FROM findings_now f '
            "JOIN reports r USING (report_id) WHERE f.type <> 'none' AND (? IS NULL OR instr(r.department, ?) > 0) "
            "ORDER BY r.department, r.fiscal_year, f.start",
            (department, department),
        )
    ]
    if ids is None:
        return rows
    by_id = {r["finding_id"]: r for r in rows}
    return [by_id[i] for i in ids if i in by_id]


def _stored(value: Any) -> Any:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return value


def _read(field: str, value: Any) -> Any:
    if value is None:
        return None
    if field in ("value", "value_max"):
        number = float(value)
        return int(number) if number.is_integer() else number
    if field == "approx":
        return str(value) in ("1", "True")
    if field == "also":
        return json.loads(value)
    return value
