"""Human corrections: read strictly, replayed, stale ones told, and the Excel sheet there and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from textperf.classify.reviews import Review, ReviewError, apply_reviews, read_reviews, training_samples
from textperf.model import Evidence, Fact, Finding, Meta, Quantity, Report
from textperf.store.reviews_io import load_reviews, read_review_sheet, write_review_sheet, write_reviews

TEXT = "召开会议13次。预算执行偏慢。加快支出进度。"


def span(quote: str) -> Evidence:
    at = TEXT.index(quote)
    return Evidence(at, at + len(quote), quote)


@pytest.fixture
def report() -> Report:
    problem = Finding("r", "problem", span("预算执行偏慢"), "budget_execution")
    measure = Finding("r", "measure", span("加快支出进度"), "speed_execution", answers=(problem.finding_id,))
    fact = Fact("r", span("13次"), Quantity(13, "次"), "actual", "会议")
    return Report("r", "r.txt", Meta(), TEXT, None, "txt", facts=(fact,), findings=(problem, measure))


def review(target: Fact | Finding, field: str, new: Any, **more: Any) -> Review:
    key = target.fact_id if isinstance(target, Fact) else target.finding_id
    kind = "fact" if isinstance(target, Fact) else "finding"
    base = {"report_id": "r", "quote": target.evidence.quote, "start": target.evidence.start}
    return Review(kind, key, field, new, **{**base, **more})


def test_corrections_are_applied_in_order(report: Report) -> None:
    fact, (problem, measure) = report.facts[0], report.findings
    done, stale = apply_reviews(
        report,
        [
            review(fact, "value", 31),
            review(fact, "status", "target"),
            review(problem, "category", "fund_gap"),
            review(problem, "category", "project_mgmt"),
            review(measure, "also", ["train_awareness"]),
        ],
    )
    assert stale == ()
    assert (done.facts[0].quantity.value, done.facts[0].status) == (31, "target")
    assert (done.findings[0].category, done.findings[0].labelled_by) == ("project_mgmt", "human")
    assert done.findings[1].also == ("train_awareness",)
    assert done.text == report.text


def test_a_changed_type_keeps_the_answers_together(report: Report) -> None:
    problem, _ = report.findings
    done, _ = apply_reviews(report, [review(problem, "type", "cause")])
    assert done.findings[0].type == "cause"
    assert done.findings[1].answers == (done.findings[0].finding_id,)
    done, _ = apply_reviews(report, [review(problem, "type", "measure")])
    assert done.findings[0].category == "none"


def test_rejected_ones_go_and_take_their_answers_with_them(report: Report) -> None:
    done, _ = apply_reviews(
        report, [review(report.findings[0], "verdict", "reject"), review(report.facts[0], "verdict", "reject")]
    )
    assert done.facts == ()
    assert [f.answers for f in done.findings] == [()]
    back, _ = apply_reviews(report, [review(report.findings[0], "verdict", v) for v in ("reject", None)])
    assert back == report


def test_stale_corrections_are_told_not_applied(report: Report) -> None:
    problem = report.findings[0]
    other = review(problem, "category", "fund_gap", quote="预算执行很慢")
    lost = Review("finding", "0" * 16, "category", "fund_gap", report_id="r", quote="没有了", start=0)
    wrong = review(problem, "category", "secure_funds")
    foreign = Review("finding", "0" * 16, "category", "fund_gap", report_id="another")
    done, stale = apply_reviews(report, [other, lost, wrong, foreign])
    assert done == report
    assert [s.review for s in stale] == [other, lost, wrong]
    assert "预算执行很慢" in stale[0].reason


def test_an_id_that_changed_alone_is_found_by_quote_and_place(report: Report) -> None:
    problem = report.findings[0]
    r = Review(
        "finding", "f" * 16, "category", "fund_gap", report_id="r", quote="预算执行偏慢", start=problem.evidence.start
    )
    done, stale = apply_reviews(report, [r])
    assert stale == ()
    assert done.findings[0].category == "fund_gap"


GOOD = {"target": "finding", "target_id": "ab", "field": "category", "new": "fund_gap"}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"new": "no_such"}, "no_such"),
        ({"new": None}, "不认识的类别"),
        ({"field": "colour"}, "colour"),
        ({"target": "page"}, "target"),
        ({"target_id": ""}, "target_id"),
        ({"extra": 1}, "extra"),
        ({"start": "x"}, "start"),
        ({"field": "verdict", "new": "maybe"}, "verdict"),
        ({"target": "fact", "field": "value", "new": "十三"}, "value"),
        ({"target": "fact", "field": "status", "new": "done"}, "status"),
        ({"target": "fact", "field": "item", "new": " "}, "item"),
        ({"target": "fact", "field": "indicator", "new": "no_such"}, "no_such"),
    ],
)
def test_bad_rows_are_named_by_line(changes: dict[str, Any], named: str) -> None:
    text = json.dumps(GOOD) + "\n" + json.dumps(GOOD | changes)
    with pytest.raises(ReviewError, match=f"第 2 行：.*{named}"):
        read_reviews(text, indicators={"npc_sc_meetings"})


def test_broken_and_empty_files() -> None:
    with pytest.raises(ReviewError, match="第 1 行"):
        read_reviews('{"target": ')
    with pytest.raises(ReviewError, match="没有一条"):
        read_reviews("\n\n")


def test_jsonl_there_and_back(tmp_path: Path, report: Report) -> None:
    path = tmp_path / "r.jsonl"
    rows = (review(report.findings[0], "category", "fund_gap", who="王"), review(report.facts[0], "value", 31))
    write_reviews(rows, path)
    assert load_reviews(path) == rows
    path.write_text("坏行\n", encoding="utf-8")
    with pytest.raises(ReviewError, match=r"r\.jsonl\n第 1 行"):
        load_reviews(path)


def sheet_rows(report: Report) -> list[dict[str, Any]]:
    return [
        {
            "finding_id": f.finding_id, "report_id": "r", "department": "=县财政局", "fiscal_year": 2023, "type": f.type,
            "quote": f.evidence.quote, "category": f.category, "start": f.evidence.start, "end": f.evidence.end,
        }
        for f in report.findings
    ]  # fmt: skip


def fill(path: Path, cells: dict[str, str]) -> None:
    import openpyxl

    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        book["更正"][place] = value
    book.save(path)


def test_sheet_there_and_back(tmp_path: Path, report: Report) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    path = tmp_path / "r.xlsx"
    write_review_sheet(sheet_rows(report), path)
    sheet = openpyxl.load_workbook(path)["更正"]
    assert sheet["C2"].value == "=县财政局"
    assert sheet["C2"].data_type == "s"
    assert len(sheet.data_validations.dataValidation) >= 3
    with pytest.raises(ReviewError, match="没有一条"):
        read_review_sheet(path)
    fill(path, {"H2": "资金缺口与拨付（fund_gap）", "K2": "王", "J3": "剔除"})
    first, second = load_reviews(path)
    assert (first.field, first.new, first.old, first.who) == ("category", "fund_gap", "budget_execution", "王")
    done, stale = apply_reviews(report, [first, second])
    assert stale == ()
    assert [f.category for f in done.findings] == ["fund_gap"]
    fill(path, {"H3": "随便写的"})
    with pytest.raises(ReviewError, match="第 3 行：新类别“随便写的”"):
        read_review_sheet(path)


def test_another_sheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK")
    with pytest.raises(ReviewError, match="读不出"):
        load_reviews(path)


def test_corrections_teach(report: Report) -> None:
    problem, measure = report.findings
    rows = [
        review(problem, "category", "fund_gap"),
        review(problem, "category", "project_mgmt"),
        review(measure, "category", "fund_gap"),
    ]
    samples = training_samples(rows, {f.finding_id: f.type for f in report.findings}, {"r": "财政局"})
    assert [(s.text, s.category, s.group, s.source) for s in samples] == [
        ("预算执行偏慢", "project_mgmt", "财政局", "review")
    ]
