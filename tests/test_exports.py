"""The workbook and the page as people open them: text stays text, missing is —, links lead to the quote."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from textperf.export.tables import Tables
from textperf.export.workbook import write_workbook
from textperf.store.database import FileRow, Store

SHEETS = [
    "说明与版本",
    "指标对比",
    "年度同比",
    "问题类别×年度",
    "问题持续性",
    "措施跟踪",
    "一致性核对",
    "雷同段落",
    "明细",
    "编码簿",
    "处理日志",
    "共有计数",
]


def test_sheets_and_frozen_heads(sample_run: Path) -> None:
    book = load_workbook(sample_run / "comparison.xlsx")
    assert [s for s in book.sheetnames if s != "图表数据"] == SHEETS
    for name in SHEETS[1:]:
        assert book[name].freeze_panes, name
        assert book[name].print_area, name
    assert book["指标对比"].merged_cells.ranges


def test_numbers_are_numbers_and_missing_is_a_dash(sample_run: Path) -> None:
    ws = load_workbook(sample_run / "comparison.xlsx")["指标对比"]
    cells = [c for row in ws.iter_rows(min_row=4, min_col=5) for c in row if c.value is not None]
    assert cells
    assert {type(c.value) for c in cells} <= {int, float, str}
    assert {c.value for c in cells if isinstance(c.value, str)} <= {"—", "冲突", "无法读出"}
    linked = [c for c in cells if c.hyperlink]
    assert linked
    target = linked[0].hyperlink.target or ""
    page, _, anchor = (target + ("#" + linked[0].hyperlink.location if linked[0].hyperlink.location else "")).partition(
        "#"
    )
    assert f'id="{anchor}"' in (sample_run / page).read_text(encoding="utf-8")


def test_formulas_carry_their_values(sample_run: Path) -> None:
    ws = load_workbook(sample_run / "comparison.xlsx")["年度同比"]
    values = load_workbook(sample_run / "comparison.xlsx", data_only=True)["年度同比"]
    assert str(ws["H4"].value).startswith("=")
    assert values["H4"].value == pytest.approx(values["G4"].value - values["F4"].value, abs=1e-6)


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    from conftest import make_report

    report = make_report(
        "=1+1 支出12万元。问题：=HYPERLINK(1)",
        [("12万元", 120000, "元", "=cmd|' /C calc'!A0", "bud_expenditure")],
        department="@青禾县=局",
    )
    with Store(tmp_path / "t.db") as store:
        store.add_report(report, FileRow("=x.txt", "0" * 64, 1, "ok", None, "+说明", 0.1, report.report_id, "d"))
        write_workbook(Tables.load(store), tmp_path / "t.xlsx")
    book = load_workbook(tmp_path / "t.xlsx")
    formulas = [c for s in book if s.title != "年度同比" for row in s.iter_rows() for c in row if c.data_type == "f"]
    assert formulas == []
    assert any(c.value == "=cmd|' /C calc'!A0" for row in book["明细"].iter_rows() for c in row)


def test_page_is_self_contained(sample_run: Path) -> None:
    html = (sample_run / "report.html").read_text(encoding="utf-8")
    assert "<script" not in html
    assert not re.findall(r'(?:src|href)="https?:', html)
    assert html.count("<svg") >= 2
    links = set(re.findall(r'href="(evidence/[^"#]+)#([^"]+)"', html))
    assert links
    for page, anchor in list(links)[:50]:
        assert f'id="{anchor}"' in (sample_run / page).read_text(encoding="utf-8")


def test_evidence_page_keeps_the_text(sample_run: Path) -> None:
    with Store(sample_run / "textperf.db", readonly=True) as store:
        row = store.rows("SELECT report_id, text FROM reports LIMIT 1")[0]
    html = (sample_run / "evidence" / f"{row['report_id']}.html").read_text(encoding="utf-8")
    body = re.sub(r"<[^>]+>", "", html.split('<div class="t">')[1])
    from html import unescape

    squeeze = re.compile(r"[\s┆]")
    assert squeeze.sub("", unescape(body)) == squeeze.sub("", row["text"])


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="没有 Chromium：make test-deps 可以装上")
def test_page_in_a_real_browser(sample_run: Path, tmp_path: Path) -> None:
    """Chromium lays the page out: tables and charts are in the tree, nothing is blocked."""
    args = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    run = subprocess.run(
        [str(CHROMIUM), *args, f"--user-data-dir={tmp_path}", "--dump-dom", (sample_run / "report.html").as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.stdout.count("<tbody>") >= 4
    assert run.stdout.count("<svg") >= 2
    assert "Content Security Policy" not in run.stderr


SOFFICE = shutil.which("soffice")


@pytest.mark.skipif(SOFFICE is None, reason="没有 LibreOffice：make test-deps 可以装上")
def test_workbook_opens_in_libreoffice(sample_run: Path, tmp_path: Path) -> None:
    subprocess.run(
        [str(SOFFICE), f"-env:UserInstallation=file://{tmp_path}/p", "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(sample_run / "comparison.xlsx")],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    import pypdfium2

    pdf = pypdfium2.PdfDocument(tmp_path / "comparison.pdf")
    text = "".join(page.get_textpage().get_text_bounded() for page in pdf)
    assert "各部门指标年度对比表" in text
    assert "#NAME?" not in text
    assert "Err:" not in text
