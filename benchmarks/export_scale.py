"""How long the tables of a large database take, and the workbook of many bodies and years. Generated data only.

    python benchmarks/export_scale.py [--bodies 200] [--years 5] [--facts 1000] [--details 80] [--dir DIR] [--json]

First a database of bodies × years × facts facts, filled below the level of reports (the text index is left out, no table
needs it): what is timed is each comparison table from the open database to its rows, and recurrence over all findings.
Then reports with ``--details`` facts each through the store, the comparison and the workbook: seconds and peak memory,
each in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable, Sized
from pathlib import Path

from comparison_scale import make

from textperf.compare import compare
from textperf.compare.recurrence import recurrences
from textperf.export.persistence import persistence_rows
from textperf.export.pivot import series_pivot
from textperf.export.tables import Tables
from textperf.export.workbook import write_workbook
from textperf.records import fact_record, finding_record, report_record
from textperf.store.comparison import put_comparison
from textperf.store.database import FileRow, Store
from textperf.store.load import load_reports

COMPARED = 80  # facts of a report that take part in the comparison: what an indicator list knows of a thousand


def tables(path: Path, bodies: int, years: int, facts: int) -> dict[str, float]:
    """Fills a database and times every comparison table."""
    rng, out = random.Random(7), {}
    with Store(path) as store:
        reports = []
        for body in range(bodies):
            with store.writing():
                for year in range(years):
                    report = make(body, 2019 + year, facts, rng)
                    store.put_file(FileRow(report.file, report.report_id, 1, "ok", report_id=report.report_id))
                    store.insert("reports", [report_record(report)])
                    store.insert("facts", [fact_record(f) for f in report.facts])
                    store.insert("findings", [finding_record(f) for f in report.findings])
                    kept = [f for i, f in enumerate(report.facts) if i < COMPARED]
                    reports.append(type(report)(**{**_fields(report), "facts": tuple(kept)}))
        put_comparison(store, compare(reports))
        out["facts"] = store.rows("SELECT count(*) n FROM facts")[0]["n"]
        out["database_mb"] = round(path.stat().st_size / 2**20)

    def timed(name: str, run: Callable[[], Sized]) -> None:
        start = time.perf_counter()
        rows = run()
        out[f"{name}_seconds"] = round(time.perf_counter() - start, 3)
        out[f"{name}_rows"] = len(rows)

    del reports
    with Store(path, readonly=True) as store:
        timed("series_pivot", lambda: series_pivot(store)[1])
        timed("one_indicator", lambda: series_pivot(store, indicator="bud_execution_rate")[1])
        held: list[Tables] = []

        def load() -> Tables:
            held.append(Tables.load(store, with_facts=False))
            return held[0].cells  # type: ignore[return-value]

        timed("load", load)
        timed("year_on_year", lambda: list(held[0].yearly()))
        timed("categories_by_year", held[0].problem_counts)
        timed("persistence", lambda: persistence_rows(held[0]))
        timed("followups", lambda: store.rows("SELECT * FROM followups ORDER BY department, year, measure_id"))
        timed("recurrences", lambda: store.rows("SELECT * FROM recurrences ORDER BY department, category, year_a"))
        timed("checks", lambda: store.rows("SELECT * FROM checks ORDER BY severity, report_id"))
    groups: dict[str, list[object]] = {}
    for body in range(bodies):
        groups[str(body)] = [make(body, 2019 + year, 1, rng) for year in range(years)]
    timed("recurrence", lambda: [r for name, group in groups.items() for r in recurrences(name, group)])  # type: ignore[arg-type]
    out["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return out


def _fields(value: object) -> dict[str, object]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}  # type: ignore[attr-defined]


def fill(path: Path, bodies: int, years: int, facts: int) -> dict[str, float]:
    """Reports through the door of the store, and their comparison."""
    rng = random.Random(7)
    with Store(path) as store:
        with store.writing() as con:
            con.execute("INSERT INTO runs(started, version, params) VALUES ('2026-01-01', 'generated', '{}')")
        for body in range(bodies):
            for year in range(years):
                report = make(body, 2019 + year, facts, rng)
                store.add_report(report, FileRow(report.file, report.report_id, 1, "ok", report_id=report.report_id))
        start = time.perf_counter()
        reports = load_reports(store)
        loaded = time.perf_counter()
        comparison = compare(reports)
        compared = time.perf_counter()
        put_comparison(store, comparison)
        stored = time.perf_counter()
    return {
        "load_reports_seconds": round(loaded - start, 2),
        "compare_seconds": round(compared - loaded, 2),
        "put_comparison_seconds": round(stored - compared, 2),
    }


def workbook(path: Path) -> dict[str, float]:
    """The workbook of a database, from the file to the file."""
    start = time.perf_counter()
    with Store(path, readonly=True) as store:
        held = Tables.load(store)
    loaded = time.perf_counter()
    book = path.with_suffix(".xlsx")
    write_workbook(held, book)
    return {
        "workbook_facts": len(held.facts),
        "workbook_cells_of_series": len(held.cells),
        "workbook_load_seconds": round(loaded - start, 2),
        "workbook_seconds": round(time.perf_counter() - start, 2),
        "workbook_cpu_seconds": round(time.process_time(), 2),
        "workbook_mb": round(book.stat().st_size / 2**20, 1),
        "workbook_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    """Prints seconds, rows and memory."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--bodies", type=int, default=200)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--facts", type=int, default=1000, help="facts a report in the large database")
    parser.add_argument("--details", type=int, default=80, help="facts a report in the workbook; 0: no workbook")
    parser.add_argument("--dir", type=Path, help="where to put the files (default: a temporary directory)")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=args.dir) as folder:
        out: dict[str, float] = {}
        here = multiprocessing.get_context("spawn")

        def alone(run: Callable[..., dict[str, float]], *arguments: object) -> None:
            with here.Pool(1) as pool:
                out.update(pool.apply(run, arguments))

        if args.facts:
            alone(tables, Path(folder) / "large.db", args.bodies, args.years, args.facts)
        if args.details:
            book = Path(folder) / "book.db"
            alone(fill, book, args.bodies, args.years, args.details)
            alone(workbook, book)
    if args.json:
        print(json.dumps(out, ensure_ascii=False))
    else:
        print(f"{'cpus':28}{os.cpu_count()}")
        for key, value in out.items():
            print(f"{key:28}{value}")


if __name__ == "__main__":
    main()
