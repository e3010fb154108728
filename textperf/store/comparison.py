"""The comparison into the database: the tables are laid anew as a whole, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields, is_dataclass
from typing import Any

from textperf.classify.clusters import Cluster
from textperf.compare import Comparison
from textperf.model import Check
from textperf.records import Record, check_record
from textperf.store.database import Store

TABLES = ("series", "series_parts", "alignments", "shared_items", "recurrences", "followups", "copies", "bodies")


def put_comparison(store: Store, comparison: Comparison, clusters: Sequence[Cluster] = ()) -> None:
    """Replaces the comparison tables, the checks across reports and the groups of findings that no category fits."""
    with store.writing() as con:
        for table in TABLES:
            con.execute(f"DELETE FROM {table}")
            store.insert(table, [_row(value) for value in getattr(comparison, table)])
        con.execute("DELETE FROM clusters")
        store.insert("clusters", [_row(c) for c in clusters])
        con.execute("DELETE FROM checks WHERE stage = 'across'")
        store.insert("checks", [{**check_record(c), "stage": "across"} for c in comparison.checks])


def put_local_checks(store: Store, checks: Sequence[Check]) -> None:
    """Replaces what the rules of a local file have found in single reports."""
    with store.writing() as con:
        con.execute("DELETE FROM checks WHERE stage = 'local'")
        store.insert("checks", [{**check_record(c), "stage": "local"} for c in checks])


def _row(value: object) -> Record:
    return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}  # type: ignore[arg-type]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [asdict(v) if is_dataclass(v) and not isinstance(v, type) else v for v in value]
    return value
