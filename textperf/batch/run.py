"""The main job: folders in; database, workbook, page and list of files out. A second run reads only what changed."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import textperf
from textperf.batch.discover import Met, look, members, printable, walk
from textperf.batch.workers import Outcome, run_all, time_limit
from textperf.classify.clusters import cluster_reports
from textperf.classify.model import model_path
from textperf.compare import check_report, compare
from textperf.compare.check_rules import Rule
from textperf.export.plain import safe_cell
from textperf.read.errors import describe
from textperf.read.limits import DEFAULT, Limits
from textperf.store.comparison import put_comparison, put_local_checks
from textperf.store.database import FILE_FIELDS, FileRow, Store, StoreError
from textperf.store.load import load_reports

# A report was read, but not all of it: these notices make a file ``partial``.
PARTIAL = frozenset(
    {
        "needs_ocr",
        "garbled",
        "unreadable_page",
        "page_limit",
        "text_limit",
        "truncated",
        "unsupported",
        "needs_converter",
    }
)
# Files that are no reports at all are passed over; everything else that gives no report has failed.
SKIPPED = frozenset({"unsupported", "not_a_document", "duplicate"})

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did: files met, read in this run, and how they stand now, by status."""

    out: Path
    files_seen: int
    files_read: int
    by_status: dict[str, int]
    failures: tuple[FileRow, ...]


@cache
def digest() -> str:
    """Names version, rules and model: when it changes, files are read anew."""
    h = hashlib.sha256(textperf.__version__.encode())
    root = Path(textperf.__file__).parent
    for path in sorted(p for p in root.rglob("*") if p.suffix in (".py", ".toml", ".skops", ".json") and p.is_file()):
        h.update(path.relative_to(root).as_posix().encode())
        h.update(path.read_bytes())
    model = model_path()
    if model is not None and not model.is_relative_to(root):
        h.update(model.read_bytes())
    return h.hexdigest()[:16]


def run(
    folders: Sequence[Path],
    out: Path,
    *,
    jobs: int | None = None,
    limits: Limits = DEFAULT,
    progress: Progress | None = None,
    local: tuple[Rule, ...] = (),
) -> RunResult:
    """Reads, extracts, classifies, compares and writes into ``out``; ``local`` are checks of the place. Raises :class:`StoreError` when it can't write."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise StoreError(f"不能建立输出目录 {out}：{e.strerror}；请换一个有写权限的位置") from e
    jobs = jobs or max(1, os.cpu_count() or 1)
    with Store(out / "textperf.db") as store:
        with store.writing() as con:
            started = datetime.now().astimezone().isoformat(timespec="seconds")
            params = json.dumps(
                {
                    "folders": [printable(str(f)) for f in folders],
                    "jobs": jobs,
                    "limits": asdict(limits),
                    "checks": _digest_of(local),
                },
                ensure_ascii=False,
            )
            run_id = con.execute(
                "INSERT INTO runs(started, version, params) VALUES (?, ?, ?)", (started, textperf.__version__, params)
            ).lastrowid
        met = [m for path in walk(folders, out.resolve()) for m in members(path, look(path, limits.file_bytes), limits)]
        todo = _settle(store, met, limits)
        read = 0
        sizes = {m.path: m for m in met}
        tasks = ((m.path, time_limit(Path(m.path), m.size or 0, limits)) for m in todo)
        for outcome in run_all(tasks, limits, min(jobs, max(1, len(todo)))) if todo else ():
            _put(store, sizes[outcome.path], outcome)
            read += 1
            if progress is not None:
                progress(read, len(todo), printable(outcome.path))
        changed = _forget_gone(store, {printable(m.path) for m in met}) or bool(todo)
        before = store.rows(
            "SELECT finished, params FROM runs WHERE run_id < ? ORDER BY run_id DESC LIMIT 1", (run_id,)
        )
        # A run that was cut short may have left no comparison; one with other local rules has left other checks.
        stale = not before or before[0]["finished"] is None or _checks_of(before[0]["params"]) != _digest_of(local)
        if changed or stale:
            refresh(store, out, local)
        elif not (out / "comparison.xlsx").exists() or not (out / "report.html").exists():
            write_outputs(store, out)
        with store.writing() as con:
            con.execute(
                "UPDATE runs SET finished = ?, files_seen = ?, files_read = ? WHERE run_id = ?",
                (datetime.now().astimezone().isoformat(timespec="seconds"), len(met), read, run_id),
            )
        rows = store.files()
        write_files_csv(store, out / "files.csv")
    by_status: dict[str, int] = {}
    for row in rows.values():
        by_status[row.status] = by_status.get(row.status, 0) + 1
    return RunResult(out, len(met), read, by_status, tuple(r for r in rows.values() if r.status == "failed"))


def refresh(store: Store, out: Path, local: tuple[Rule, ...] | None = None) -> None:
    """Compares what the database holds (after corrections) and writes all outputs anew.

    ``local`` replaces what checks of the place have found; None leaves that as it is.
    """
    reports = load_reports(store)
    put_comparison(store, compare(reports), cluster_reports(reports))
    if local is not None:
        put_local_checks(store, [c for r in reports for c in check_report(r, local)])
    write_outputs(store, out)


def _digest_of(local: tuple[Rule, ...]) -> str:
    return hashlib.sha256(repr(local).encode()).hexdigest()[:16] if local else ""


def _checks_of(params: str) -> str:
    return str(json.loads(params or "{}").get("checks", ""))


def write_outputs(store: Store, out: Path) -> None:
    """Writes ``comparison.xlsx`` and ``report.html`` with the evidence pages beside them."""
    from textperf.export.html import write_html
    from textperf.export.tables import Tables
    from textperf.export.workbook import write_workbook

    tables = Tables.load(store)
    write_workbook(tables, out / "comparison.xlsx")
    write_html(tables, out / "report.html")


def write_files_csv(store: Store, path: Path) -> None:
    """The table ``files`` as CSV with a BOM, so that Excel reads the Chinese."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(FILE_FIELDS)
    for row in store.files().values():
        writer.writerow(["" if (v := getattr(row, n)) is None else safe_cell(v) for n in FILE_FIELDS])
    try:
        path.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    except OSError as e:
        raise StoreError(f"写不进 {path}：{e.strerror}") from e


def _settle(store: Store, met: Sequence[Met], limits: Limits) -> list[Met]:
    """Rows for the files that need no reading (broken, twice the same, unchanged); returns those that do."""
    before = store.files()
    todo: list[Met] = []
    first_with: dict[str, str] = {}
    for m in met:
        path = printable(m.path)
        old = before.get(path)
        if m.error is not None:
            status = "skipped" if m.error in SKIPPED else "failed"
            row = FileRow(path, m.sha256, m.size, status, m.error, m.message or describe(m.error), None, None, digest())
            if old != row:
                store.fail_file(row)
            continue
        sha = m.sha256 or ""
        if sha in first_with:
            row = FileRow(
                path,
                sha,
                m.size,
                "skipped",
                "duplicate",
                describe("duplicate", Path(first_with[sha]).name),
                None,
                None,
                digest(),
            )
            if old != row:
                store.fail_file(row)
            continue
        first_with[sha] = path
        same = old is not None and old.sha256 == sha and old.digest == digest()
        if (
            same
            and old is not None
            and (old.status in ("ok", "partial") or (old.status == "skipped" and old.reason != "duplicate"))
        ):
            continue
        todo.append(m)
    return todo


def _put(store: Store, met: Met, outcome: Outcome) -> None:
    path = printable(met.path)
    seconds = round(outcome.seconds, 3)
    report = outcome.report
    if report is None:
        why = outcome.reason or "parser_crash"
        status = "skipped" if why in SKIPPED else "failed"
        store.fail_file(FileRow(path, met.sha256, met.size, status, why, outcome.message, seconds, None, digest()))
        return
    lacks = [n for n in report.notices if n.reason in PARTIAL]
    message = "；".join(dict.fromkeys(_told(n.page, n.message) for n in report.notices)) or None
    reason = (lacks or list(report.notices))[0].reason if report.notices else None
    status = "partial" if lacks else "ok"
    store.add_report(
        report, FileRow(path, met.sha256, met.size, status, reason, message, seconds, report.report_id, digest())
    )


def _told(page: int | None, message: str) -> str:
    return f"第 {page} 页：{message}" if page else message


def _forget_gone(store: Store, paths: set[str]) -> bool:
    """Files that the run no longer meets keep their row but leave the comparison; True when there were any."""
    gone = [r for p, r in store.files().items() if p not in paths and r.reason != "not_found"]
    for row in gone:
        store.fail_file(
            FileRow(
                row.path,
                row.sha256,
                row.size,
                "skipped",
                "not_found",
                describe("not_found"),
                row.seconds,
                None,
                row.digest,
            )
        )
    return bool(gone)
