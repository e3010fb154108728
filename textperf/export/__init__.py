"""Exports: workbook, page, briefs, tidy tables, data package. They only show what the store holds."""

from __future__ import annotations

from pathlib import Path

from textperf.store.database import Store


def write_export(store: Store, to: str, out: Path, *, department: str | None = None) -> tuple[Path, ...]:
    """Writes one kind of export and returns the paths. Raises :class:`textperf.store.database.StoreError`."""
    from textperf.export.tables import Tables

    if to in ("csv", "jsonl", "parquet"):
        from textperf.export.tidy import write_folder

        return write_folder(store, out, to)
    tables = Tables.load(store, department=department)
    if to == "datapackage":
        from textperf.export.tidy import package

        return (package(store, out, tables.snapshot, tables.version),)
    if to == "docx":
        from textperf.export.brief import write_briefs

        return write_briefs(tables, out)
    if to == "html":
        from textperf.export.html import write_html

        write_html(tables, out)
    else:
        from textperf.export.workbook import write_workbook

        write_workbook(tables, out)
    return (out,)
