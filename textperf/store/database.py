"""The SQLite store: one writer, a report whole or not at all, every quote verified at the door."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textperf.model import InvariantError, Report
from textperf.records import (
    Record,
    check_record,
    fact_record,
    finding_record,
    funding_row_record,
    indicator_row_record,
    report_record,
    section_record,
)
from textperf.store.schema import SCHEMA_VERSION, TABLES, VIEWS
from textperf.store.search import spaced


class StoreError(Exception):
    """The database cannot be used or written; the message is Chinese and says what to do."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of ``files``: what became of one file. ``digest`` names the rules and version it was read with."""

    path: str
    sha256: str | None
    size: int | None
    status: str
    reason: str | None = None
    message: str | None = None
    seconds: float | None = None
    report_id: str | None = None
    digest: str | None = None


FILE_FIELDS = ("path", "sha256", "size", "status", "reason", "message", "seconds", "report_id", "digest")


def _dump(value: Any) -> Any:
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False)
    return int(value) if isinstance(value, bool) else value


class Store:
    """A textperf database. Use as a context manager; ``readonly`` opens it without the right to write."""

    def __init__(self, path: Path | str, *, readonly: bool = False) -> None:
        self.path = Path(path)
        if readonly and not self.path.is_file():
            raise StoreError(f"找不到数据库 {self.path}：请先运行 textperf run 生成它")
        try:
            if readonly:
                self.con = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True)
            else:
                self.con = sqlite3.connect(self.path)
            self.con.row_factory = sqlite3.Row
            self.con.execute("PRAGMA foreign_keys = ON")
            if not readonly:
                self.con.execute("PRAGMA journal_mode = WAL")
                self.con.execute("PRAGMA synchronous = NORMAL")
                self.con.executescript(TABLES + VIEWS)
            version = self.con.execute("PRAGMA user_version").fetchone()[0]
            if readonly and version == SCHEMA_VERSION:
                self.con.execute("SELECT rowid FROM search LIMIT 0")  # opens the index before questions are restricted
            if version == 0 and not readonly:
                self.con.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            elif version != SCHEMA_VERSION:
                raise StoreError(
                    f"{self.path} 不是这个版本的 textperf 数据库（表结构 {version}，需要 {SCHEMA_VERSION}）：请换一个输出目录重新运行"
                )
        except sqlite3.Error as e:
            raise StoreError(_explain(self.path, e)) from e

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the database; safe to call twice."""
        self.con.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all or nothing. A full disk or a lock raises :class:`StoreError`; what was stored before stays."""
        try:
            with self.con:
                yield self.con
        except sqlite3.Error as e:
            raise StoreError(_explain(self.path, e)) from e

    def insert(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Adds rows; the keys of the first name the columns."""
        rows = list(rows)
        if not rows:
            return
        names = [k for k in rows[0] if k != "kind" or table == "clusters"]  # the kind of a record is its table
        sql = "INSERT INTO {}({}) VALUES ({})".format(
            table, ", ".join(f'"{n}"' for n in names), ", ".join("?" * len(names))
        )
        self.con.executemany(sql, [[_dump(r[n]) for n in names] for r in rows])

    def add_report(self, report: Report, row: FileRow) -> None:
        """Stores a report and its file's row together. Raises :class:`InvariantError` when a quote is not what stands there."""
        for e in [f.evidence for f in report.facts] + [f.evidence for f in report.findings]:
            if report.text[e.start : e.end] != e.quote:
                raise InvariantError(f"{report.file}：{e.start}–{e.end} 处的原文与引文不符")
        with self.writing():
            self._remove_report(report.report_id)
            old = self.con.execute("SELECT report_id FROM files WHERE path = ?", (row.path,)).fetchone()
            self.put_file(row)
            if old and old["report_id"] and old["report_id"] != report.report_id:
                self._remove_if_orphan(old["report_id"])
            self.insert("reports", [report_record(report)])
            self.insert("sections", [section_record(report.report_id, s) for s in report.sections])
            facts = [fact_record(f) for f in report.facts]
            findings = [finding_record(f) for f in report.findings]
            self.insert("facts", facts)
            self.insert("findings", findings)
            self.insert(
                "answers",
                [
                    {
                        "measure_id": f["finding_id"],
                        "problem_id": a,
                        "score": None,
                        "method": "assignment",
                        "report_id": report.report_id,
                    }
                    for f in findings
                    for a in dict.fromkeys(f["answers"])
                ],
            )
            self.insert("indicator_rows", [indicator_row_record(r) for r in report.indicator_rows])
            self.insert("funding_rows", [funding_row_record(r) for r in report.funding_rows])
            self.insert("checks", [{**check_record(c), "stage": "report"} for c in report.checks])
            self.insert("search_entries", _search_rows(report, facts, findings))

    def put_file(self, row: FileRow) -> None:
        """Writes a file's row in place of the one before. Call inside :meth:`writing` or on its own."""
        marks = ", ".join("?" * len(FILE_FIELDS))
        self.con.execute(
            f"INSERT OR REPLACE INTO files({', '.join(FILE_FIELDS)}) VALUES ({marks})",
            [getattr(row, n) for n in FILE_FIELDS],
        )

    def fail_file(self, row: FileRow) -> None:
        """Records a file that gave no report; a report read from it before goes, unless another path still gives it."""
        with self.writing():
            old = self.con.execute("SELECT report_id FROM files WHERE path = ?", (row.path,)).fetchone()
            self.put_file(row)
            if old and old["report_id"] and old["report_id"] != row.report_id:
                self._remove_if_orphan(old["report_id"])

    def _remove_if_orphan(self, report_id: str) -> None:
        if not self.con.execute(
            "SELECT 1 FROM files WHERE report_id = ? AND status IN ('ok', 'partial')", (report_id,)
        ).fetchone():
            self._remove_report(report_id)

    def _remove_report(self, report_id: str) -> None:
        self.con.execute("DELETE FROM search_entries WHERE report_id = ?", (report_id,))
        self.con.execute("DELETE FROM checks WHERE report_id = ?", (report_id,))
        self.con.execute("DELETE FROM reports WHERE report_id = ?", (report_id,))

    def files(self) -> dict[str, FileRow]:
        """All rows of ``files`` by path."""
        return {
            r["path"]: FileRow(**{n: r[n] for n in FILE_FIELDS})
            for r in self.con.execute("SELECT * FROM files ORDER BY path")
        }

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """The rows of a query of our own."""
        try:
            return self.con.execute(sql, params).fetchall()
        except sqlite3.Error as e:
            raise StoreError(_explain(self.path, e)) from e


def _search_rows(report: Report, facts: list[Record], findings: list[Record]) -> Iterator[Record]:
    for f in facts:
        body = spaced(f["item"] + " " + report.text[f["sentence_start"] : f["sentence_end"]])
        yield {"target": "fact", "id": f["fact_id"], "report_id": report.report_id, "body": body}
    for g in findings:
        yield {"target": "finding", "id": g["finding_id"], "report_id": report.report_id, "body": spaced(g["quote"])}


def _explain(path: Path, error: sqlite3.Error) -> str:
    text = str(error)
    if "not a database" in text or "malformed" in text:
        return f"{path} 不是数据库，或者已经损坏：请检查路径，或换一个输出目录重新运行"
    if "disk is full" in text or "disk I/O" in text:
        return f"写不进 {path}：磁盘已满或出错；已存的内容没有丢，腾出空间后再运行一次即可"
    if "locked" in text:
        return f"{path} 正被另一个程序使用：请关闭它后再试"
    if "unable to open" in text or "readonly" in text:
        return f"打不开或不能写 {path}：请检查目录是否存在、有没有权限"
    return f"数据库 {path} 出错：{text}"
