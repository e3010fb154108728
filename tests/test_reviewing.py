"""Corrections by people: out as a sheet, in again, replayed over a later run, stale ones told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from conftest import REPORTS
from openpyxl import load_workbook

from textperf.batch.reviewing import export_reviews, import_reviews, samples_from
from textperf.batch.run import run
from textperf.classify.reviews import ReviewError
from textperf.store.corrections import all_reviews, stale_reviews
from textperf.store.database import Store


@pytest.fixture
def out(sample_run: Path, tmp_path: Path) -> Path:
    shutil.copytree(sample_run, tmp_path / "out")
    return tmp_path / "out"


def problem(out: Path) -> dict[str, object]:
    with Store(out / "textperf.db", readonly=True) as store:
        return dict(store.rows("SELECT * FROM findings_now WHERE type = 'problem' ORDER BY finding_id LIMIT 1")[0])


def test_sheet_round_trip(out: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "更正.xlsx"
    with Store(out / "textperf.db", readonly=True) as store:
        count = export_reviews(store, sheet)
    book = load_workbook(sheet)
    ws = book["更正"]
    names = [c.value for c in ws[1]]
    assert ws.max_row == count + 1
    row = next(r for r in ws.iter_rows(min_row=2) if r[names.index("类型")].value == "问题")
    key = row[names.index("finding_id")].value
    row[names.index("新类别")].value = "机制制度与协同（mechanism）"
    row[names.index("更正人")].value = "审计员甲"
    book.save(sheet)
    assert import_reviews(out / "textperf.db", sheet) == (1, ())
    assert import_reviews(out / "textperf.db", sheet) == (0, ())  # the same file again adds nothing
    with Store(out / "textperf.db", readonly=True) as store:
        now = store.rows("SELECT category, labelled_by FROM findings_now WHERE finding_id = ?", (key,))[0]
        assert tuple(now) == ("mechanism", "human")
        assert len(all_reviews(store)) == 1
    (sample,) = samples_from(out)
    assert sample.category == "mechanism"


def test_replayed_over_a_later_run(out: Path, tmp_path: Path) -> None:
    f = problem(out)
    file = tmp_path / "r.jsonl"
    file.write_text(
        json.dumps(
            {
                "target": "finding",
                "target_id": f["finding_id"],
                "quote": f["quote"],
                "field": "category",
                "new": "integrity_style",
            }
        )
    )
    import_reviews(out / "textperf.db", file)
    with Store(out / "textperf.db") as store, store.writing() as con:
        con.execute("UPDATE files SET digest = 'older'")
    assert run([REPORTS / "漳澜县水利局", REPORTS / "澜江县审计局"], out, jobs=2).files_read == 6
    assert problem(out)["category"] == "integrity_style"


def test_stale_ones_are_told_and_not_applied(out: Path, tmp_path: Path) -> None:
    f = problem(out)
    rows = [
        {
            "target": "finding",
            "target_id": f["finding_id"],
            "quote": "另一句话",
            "field": "category",
            "new": "integrity_style",
        },
        {"target": "fact", "target_id": "0" * 16, "field": "value", "new": 5},
    ]
    file = tmp_path / "r.jsonl"
    file.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8")
    applied, stale = import_reviews(out / "textperf.db", file)
    assert applied == 0
    assert {s.review.target for s in stale} == {"fact", "finding"}
    assert problem(out)["category"] == f["category"]
    with Store(out / "textperf.db", readonly=True) as store:
        assert len(stale_reviews(store)) == 2


def test_bad_lines_are_named_and_nothing_is_taken(out: Path, tmp_path: Path) -> None:
    f = problem(out)
    good = json.dumps({"target": "finding", "target_id": f["finding_id"], "field": "category", "new": "mechanism"})
    file = tmp_path / "r.jsonl"
    file.write_text(good + "\n{断行\n" + good.replace("mechanism", "没有这一类"), encoding="utf-8")
    with pytest.raises(ReviewError, match=r"第 2 行(.|\n)*第 3 行"):
        import_reviews(out / "textperf.db", file)
    with Store(out / "textperf.db", readonly=True) as store:
        assert all_reviews(store) == ()
