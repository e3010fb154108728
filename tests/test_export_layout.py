"""What makes the outputs presentable: one row for units of one kind, rows as high as their texts, empty sheets that say why."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from textperf.compare import compare
from textperf.compare.check_rules import marked
from textperf.export.brief import write_briefs
from textperf.export.pivot import series_pivot
from textperf.export.tables import Cell, Tables, one_name
from textperf.export.workbook import write_workbook
from textperf.model import Evidence, Finding, Meta, Report
from textperf.store.comparison import put_comparison
from textperf.store.database import FileRow, Store

LONG = "村级公益设施管护经费缺口较大，部分村的灌渠、路灯和文化广场多年没有维修，群众多次反映，主管部门答复后一直没有安排资金"


def filled(path: Path, *, problems: bool = True) -> Store:
    store, reports = Store(path), []
    with store.writing() as con:
        con.execute("INSERT INTO runs(started, version, params) VALUES ('2026-01-01', 'made', '{}')")
    for year, unit in ((2022, "名"), (2023, "人")):
        made = marked(f"在职⟦{year - 2000}{unit}¦ind=adm_staff_onboard¦item=在职人员⟧。{LONG}。", year)
        at = made.text.index(LONG)
        found = (Finding(str(year), "problem", Evidence(at, at + len(LONG), LONG), "fund_gap"),) if problems else ()
        report: Report = replace(
            made, report_id=str(year), file=f"{year}.txt", meta=Meta(None, "沙河县", "沙河县民政局", year, "overall_self_evaluation"),
            facts=tuple(replace(f, report_id=str(year)) for f in made.facts), findings=found,
        )  # fmt: skip
        reports.append(report)
        store.add_report(report, FileRow(report.file, report.report_id, 1, "ok", report_id=report.report_id))
    put_comparison(store, compare(reports))
    return store


def sheets(path: Path) -> dict[str, Any]:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(path)
    return {ws.title: ws for ws in book.worksheets}


def test_units_of_one_kind_stand_in_one_row(tmp_path: Path) -> None:
    with filled(tmp_path / "t.db") as store:
        tables = Tables.load(store)
        assert {c.unit for k, c in tables.cells.items() if k[1] == "adm_staff_onboard"} in ({"人"}, {"名"})
        assert [(a, b) for _, _, a, _, b, _ in tables.yearly()] == [(2022, 2023)]
        assert [r[:3] for r in series_pivot(store)[1]].count(
            ("沙河县民政局", "在职（实有）人员", "adm_staff_onboard")
        ) >= 1
        assert series_pivot(store, department="交通局")[1] == []


def test_other_units_keep_their_rows() -> None:
    cells = {
        ("a", "x", 2021): Cell(1.0, "value", "own", "户", None, ()),
        ("a", "x", 2022): Cell(1.0, "value", "own", "人", None, ()),
        ("a", "x", 2023): Cell(3.0, "value", "own", "公顷", None, ()),
    }
    assert one_name(cells) == cells


def test_rows_are_as_high_as_their_texts_and_empty_sheets_say_why(tmp_path: Path) -> None:
    with filled(tmp_path / "t.db") as store:
        write_workbook(Tables.load(store), tmp_path / "a.xlsx")
    ws = sheets(tmp_path / "a.xlsx")["问题持续性"]
    texts = [c.row for row in ws.iter_rows(min_row=4) for c in row if c.value == LONG]
    assert texts
    assert all(ws.row_dimensions[r].height >= 2 * 13.5 for r in texts)
    with filled(tmp_path / "u.db", problems=False) as store:
        write_workbook(Tables.load(store), tmp_path / "b.xlsx")
    empty = sheets(tmp_path / "b.xlsx")
    assert "没有" in str(empty["问题持续性"].cell(4, 1).value)
    assert "没有" in str(empty["一致性核对"].cell(4, 1).value)


def test_bodies_are_kept_and_the_brief_has_page_numbers(tmp_path: Path) -> None:
    with filled(tmp_path / "t.db") as store:
        assert [tuple(r) for r in store.rows("SELECT * FROM bodies ORDER BY 1")] == [
            ("2022", "沙河县民政局"),
            ("2023", "沙河县民政局"),
        ]
        (path,) = write_briefs(Tables.load(store), tmp_path / "b.docx")
    with zipfile.ZipFile(path) as archive:
        foot = "".join(archive.read(n).decode() for n in archive.namelist() if "footer" in n)
        body = archive.read("word/document.xml").decode()
    assert "PAGE" in foot
    assert "tblHeader" in body
