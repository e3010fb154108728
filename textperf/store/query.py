"""Read-only questions to a database, limited in time and rows: SQL, search words, filters."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textperf.store.database import Store, StoreError
from textperf.store.search import match_query


@dataclass(frozen=True, slots=True)
class Answer:
    """Column names and rows of a query; ``truncated`` says that more rows stood there than were asked for."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool = False


_SAFE = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}


def run_sql(
    store: Store, sql: str, params: Sequence[Any] = (), *, seconds: float = 10.0, limit: int = 100_000
) -> Answer:
    """Runs one SELECT. Anything that would write, attach or load is refused; the clock stops what runs too long.

    Raises :class:`StoreError` with a Chinese message.
    """
    deadline = time.monotonic() + seconds
    con = store.con

    def authorise(action: int, arg1: str | None, arg2: str | None, *_: str | None) -> int:
        if action in _SAFE and not (action == sqlite3.SQLITE_FUNCTION and (arg2 or "").lower() == "load_extension"):
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_PRAGMA and (arg1 or "").lower() in ("table_info", "table_xinfo", "data_version"):
            return sqlite3.SQLITE_OK  # FTS5 asks for data_version itself
        return sqlite3.SQLITE_DENY

    con.set_authorizer(authorise)
    con.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
    try:
        cursor = con.execute(sql, params)
        rows = cursor.fetchmany(limit + 1)
        columns = tuple(d[0] for d in cursor.description or ())
    except (sqlite3.Error, sqlite3.Warning) as e:
        text = str(e)
        if "interrupted" in text:
            raise StoreError(f"查询超过 {seconds:g} 秒，已停止：请加条件或先汇总") from e
        if "not authorized" in text or "prohibited" in text or "one statement" in text:
            raise StoreError("只能查询（单条 SELECT）：这里不允许修改数据库") from e
        raise StoreError(f"查询语句有误：{text}") from e
    finally:
        con.set_progress_handler(None, 0)
        con.set_authorizer(None)
    return Answer(columns, tuple(tuple(r) for r in rows[:limit]), len(rows) > limit)


FACT_SHOWN = (
    "r.department, r.fiscal_year, f.indicator, f.item, f.action, f.value, f.value_max, f.unit, f.approx, f.bound, f.status, f.scope, f.quote, "
    "r.file, f.page, f.fact_id"
)
FINDING_SHOWN = "r.department, r.fiscal_year, f.type, f.category, f.quote, f.subject, f.labelled_by, f.score, r.file, f.page, f.finding_id"


def find(
    store: Store,
    *,
    search: str | None = None,
    department: str | None = None,
    year: int | None = None,
    indicator: str | None = None,
    category: str | None = None,
    kind: str | None = None,
    status: str | None = None,
    limit: int = 1000,
) -> Answer:
    """Facts (default) or findings (``kind`` a finding type, or ``finding``; or a category is asked for) that fit.

    ``department`` fits as a part of the name. Raises :class:`StoreError`.
    """
    findings = kind not in (None, "fact") or category is not None
    table, key = ("findings_now", "finding_id") if findings else ("facts_now", "fact_id")
    where, params = ["1"], list[Any]()
    if search:
        try:
            words = match_query(search)
        except ValueError as e:
            raise StoreError(str(e)) from e
        where.append(
            f"f.{key} IN (SELECT e.id FROM search CROSS JOIN search_entries e ON e.entry = search.rowid WHERE search MATCH ? AND e.target = ?)"
        )
        params += [words, "finding" if findings else "fact"]
    for clause, value in (
        ("instr(r.department, ?) > 0", department),
        ("r.fiscal_year = ?", year),
        ("f.indicator = ?", None if findings else indicator),
        ("f.status = ?", None if findings else status),
        ("f.category = ?", category),
        ("f.type = ?", kind if kind not in ("fact", "finding") else None),
    ):
        if value is not None:
            where.append(clause)
            params.append(value)
    shown = FINDING_SHOWN if findings else FACT_SHOWN
    sql = (
        f"SELECT {shown} FROM {table} f JOIN reports r ON r.report_id = f.report_id WHERE {' AND '.join(where)} "
        "ORDER BY r.department, r.fiscal_year, r.file, f.start LIMIT ?"
    )
    return run_sql(store, sql, [*params, limit + 1], limit=limit)
