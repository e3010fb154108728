"""The database: quotes verified, a report whole or not at all, corrections on top, questions read-only."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from textperf.model import Evidence, InvariantError, Report
from textperf.store.database import FileRow, Store, StoreError
from textperf.store.load import load_reports
from textperf.store.query import find, run_sql
from textperf.store.search import match_query, spaced


def row(report: Report, status: str = "ok") -> FileRow:
    return FileRow(report.file, report.report_id * 4, 10, status, None, None, 0.1, report.report_id, "d")


@pytest.fixture
def store(tmp_path: Path, report: Report) -> Store:
    made = Store(tmp_path / "t.db")
    made.add_report(report, row(report))
    return made


def test_round_trip(store: Store, report: Report) -> None:
    (back,) = load_reports(store)
    assert back == report


def test_again_replaces(store: Store, report: Report) -> None:
    store.add_report(report, row(report))
    assert store.rows("SELECT count(*) n FROM facts")[0]["n"] == len(report.facts)
    assert store.rows("SELECT count(*) n FROM search_entries")[0]["n"] == len(report.facts) + len(report.findings)


def test_wrong_quote_is_refused_and_nothing_changes(store: Store, report: Report) -> None:
    bad = replace(report.facts[0], evidence=Evidence(0, 2, "不是", ()))
    with pytest.raises(InvariantError, match="不符"):
        store.add_report(replace(report, facts=(bad,)), row(report))
    assert load_reports(store) == (report,)


def test_changed_file_drops_its_old_report(store: Store, report: Report) -> None:
    newer = replace(report, report_id="f" * 16, facts=(), findings=(), sections=())
    store.add_report(newer, replace(row(report), report_id="f" * 16))
    assert [r.report_id for r in load_reports(store)] == ["f" * 16]
    assert not store.rows("SELECT 1 FROM facts")


def test_failed_file_keeps_a_row_and_leaves_the_comparison(store: Store, report: Report) -> None:
    store.fail_file(replace(row(report, "failed"), reason="truncated", report_id=None))
    assert load_reports(store) == ()
    assert store.files()[report.file].reason == "truncated"


def test_corrections_show_in_the_views(store: Store, report: Report) -> None:
    fact, finding = report.facts[0], report.findings[0]
    with store.writing() as con:
        for target, field, new in (
            (fact.fact_id, "value", "4"),
            (fact.fact_id, "item", "业务培训班"),
            (finding.finding_id, "category", "mechanism"),
        ):
            con.execute(
                "INSERT INTO reviews(target, target_id, field, new) VALUES ('x', ?, ?, ?)", (target, field, new)
            )
        con.execute(
            "INSERT INTO reviews(target, target_id, field, new) VALUES ('x', ?, 'verdict', 'reject')",
            (report.facts[1].fact_id,),
        )
    (now,) = load_reports(store)
    assert [(f.quantity.value, f.item) for f in now.facts] == [(4, "业务培训班")]
    assert (now.findings[0].category, now.findings[0].labelled_by) == ("mechanism", "human")
    assert store.rows("SELECT value FROM facts ORDER BY start")[0]["value"] == 3  # what was extracted stays


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM facts",
        "ATTACH 'x.db' AS y",
        "PRAGMA writable_schema = 1",
        "SELECT 1; DROP TABLE facts",
        "UPDATE facts SET value = 0",
    ],
)
def test_questions_cannot_write(store: Store, report: Report, tmp_path: Path, sql: str) -> None:
    store.close()
    with Store(tmp_path / "t.db", readonly=True) as reading, pytest.raises(StoreError, match="只能查询"):
        run_sql(reading, sql)


def test_a_question_that_runs_too_long_is_stopped(store: Store) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(StoreError, match="秒"):
        run_sql(store, endless, seconds=0.2)


def test_rows_beyond_the_limit_are_told(store: Store) -> None:
    assert run_sql(store, "SELECT fact_id FROM facts", limit=1).truncated


def test_search_finds_two_characters_and_numbers(store: Store) -> None:
    assert len(find(store, search="培训").rows) == 2  # both facts stand in that sentence
    assert find(store, search="人员", kind="problem").rows
    assert not find(store, search="培养").rows
    with pytest.raises(StoreError, match="检索词"):
        find(store, search="，。")


def test_search_phrases() -> None:
    assert match_query("预算 编制") == '"预 算" "编 制"'
    assert spaced("２０２３年") == "2023 年"


def test_not_a_database(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_text("这不是数据库" * 100, encoding="utf-8")
    with pytest.raises(StoreError, match="不是数据库"):
        Store(path)


def test_another_version_is_refused(tmp_path: Path) -> None:
    with Store(tmp_path / "v.db") as made:
        made.con.execute("PRAGMA user_version = 99")
        made.con.commit()
    with pytest.raises(StoreError, match="表结构"):
        Store(tmp_path / "v.db")


def test_full_disk_keeps_what_was_stored(store: Store, report: Report) -> None:
    pages = store.con.execute("PRAGMA page_count").fetchone()[0]
    store.con.execute(f"PRAGMA max_page_count = {pages}")
    other = replace(report, report_id="e" * 16, text=report.text * 500, facts=(), findings=())
    with pytest.raises(StoreError, match="磁盘已满"):
        store.add_report(other, replace(row(report), path="另一份.txt", report_id="e" * 16))
    assert load_reports(store) == (report,)
