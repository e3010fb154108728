"""Findings: the arrangements of all provincial templates, look-alikes, table cells; the examples in rules/findings.toml."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textperf.extract.finding_cues import Cue, finding_cues, is_measure, is_none, is_problem, load_cues
from textperf.extract.findings import extract_findings
from textperf.extract.structure import find_sections
from textperf.model import Cell, Document, Finding, Source, Table
from textperf.rules.loader import RuleError
from textperf.text.fold import fold

HERE = Path(__file__).parent
CASES = [json.loads(line) for line in (HERE / "cases/findings.jsonl").read_text("utf-8").splitlines()]


def findings_of(text: str, tables: tuple[Table, ...] = ()) -> tuple[Finding, ...]:
    document = Document(text, (), Source("a.txt", "0" * 64, len(text), "txt", "text"), (), tables)
    folded = fold(text)
    return extract_findings(document, folded, find_sections(document, folded))


def pairs(text: str, tables: tuple[Table, ...] = ()) -> list[tuple[str, str]]:
    return [(f.type, f.evidence.quote) for f in findings_of(text, tables)]


def table_of(text: str, start: int = 0) -> Table:
    """A table from lines of cells parted by tabs; the whole of ``text[start:]`` belongs to it."""
    cells, at, rows = [], start, text[start:].split("\n")
    for r, row in enumerate(rows):
        for c, value in enumerate(row.split("\t")):
            cells.append(Cell(r, c, 1, 1, at, at + len(value)))
            at += len(value) + 1
    return Table(start, len(text), len(rows), max(len(r.split("\t")) for r in rows), tuple(cells))


@pytest.mark.parametrize("case", CASES, ids=[c["id"] for c in CASES])
def test_arrangements(case: dict) -> None:
    assert pairs(case["text"]) == [tuple(x) for x in case["findings"]]


@pytest.mark.parametrize("cue", finding_cues(), ids=lambda c: c.id)
def test_cue_examples(cue: Cue) -> None:
    assert not [x for x in cue.examples if not cue.pattern.search(fold(x))]
    assert not [x for x in cue.counter_examples if cue.pattern.search(fold(x))]


def test_the_cheap_questions_let_every_cue_through() -> None:
    from textperf.extract.finding_cues import _MAYBE_NONE
    from textperf.extract.findings import _MAYBE_LABEL

    for cue in finding_cues():
        for example in cue.examples if cue.kind in ("none", "problem_label", "awareness") else ():
            assert (_MAYBE_NONE if cue.kind == "none" else _MAYBE_LABEL).search(fold(example)), example


@pytest.mark.parametrize(
    "text",
    [
        "其他需要说明的情况：无。",
        "相关建议：无",
        "附件：无",
        "审计查出问题302项，涉及金额1.2亿元。",
        "推动解决群众反映问题1853件。",
        "负责查处市场违法问题。",
        "无政府性基金预算支出。",
    ],
)
def test_look_alikes_are_no_findings(text: str) -> None:
    assert pairs("某局自评报告\n一、履职情况\n" + text) == []


@pytest.mark.parametrize(
    "text", ["未发现问题", "没有发现问题", "经自查不存在违规使用资金的问题", "发现问题0个", "经自评，未发现明显问题"]
)
def test_none_forms(text: str) -> None:
    assert is_none(fold(text))


def test_kinds_of_sentences() -> None:
    assert is_problem("项目库建设滞后")
    assert not is_problem("问题整改率100%")
    assert is_measure("盘活闲置设备,调剂给基层使用")
    assert not is_measure("落实不到位")


def test_cells_of_the_reason_column_are_cause_and_measure() -> None:
    text = "三级指标\t年度指标值\t实际完成值\t得分\t偏差原因分析及改进措施\n培训人次\t≥200\t180\t9\t讲师行程变动，下年提前约定\n满意度\t≥90%\t95%\t10\t无"
    found = findings_of(text, (table_of(text),))
    assert [(f.type, f.evidence.quote, f.subject) for f in found] == [
        ("cause", "讲师行程变动", "培训人次"),
        ("measure", "下年提前约定", "培训人次"),
    ]


def test_rows_of_a_form() -> None:
    text = "评价结论\t自评得分97分\n存在问题\t1.专项经费支付偏慢。2.档案归集不全。\n改进措施\t按季度通报支付进度。"
    assert pairs(text, (table_of(text),)) == [
        ("problem", "专项经费支付偏慢"),
        ("problem", "档案归集不全"),
        ("measure", "按季度通报支付进度"),
    ]


def test_a_form_without_problems() -> None:
    text = "评价结论\t自评得分100分\n存在问题\t暂无\n改进措施\t暂无"
    assert pairs(text, (table_of(text),)) == [("none", "暂无")]


def test_the_project_is_the_subject() -> None:
    text = "某局自评报告\n一、项目自评\n（一）社区食堂补助项目\n存在问题：就餐人数偏少。\n改进措施：开通送餐服务。"
    assert [(f.type, f.subject) for f in findings_of(text)] == [
        ("problem", "社区食堂补助项目"),
        ("measure", "社区食堂补助项目"),
    ]


def test_findings_carry_their_section_and_no_category_yet() -> None:
    found = findings_of("一、存在的问题\n1.预算编制不细。")
    assert found[0].section_id
    assert (found[0].category, found[0].answers) == ("none", ())


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "一是",
                "二是",
                "；",
                "。",
                "，",
                "主要原因是",
                "改进措施：",
                "下一步将",
                "预算编制不细",
                "完善制度",
                "但",
                "未发现问题",
                "无",
                "\n",
                "三、存在的问题及改进措施\n",
                "1.",
                "（一）",
            ]
        ),
        max_size=24,
    )
)
def test_spans_are_sorted_apart_and_in_the_text(tokens: list[str]) -> None:
    text = "".join(tokens)
    last = 0
    for f in findings_of(text):
        assert last <= f.evidence.start < f.evidence.end <= len(text)
        assert f.evidence.quote == text[f.evidence.start : f.evidence.end]
        assert not f.evidence.quote.endswith(("。", "；"))
        last = f.evidence.end


def test_unknown_kind_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "findings.toml"
    path.write_text('[[cue]]\nid = "x"\nkind = "mood"\nmatch = ["好"]\nexamples = ["好"]\n', "utf-8")
    with pytest.raises(RuleError, match="mood"):
        load_cues(path)


def test_long_enumerations_take_linear_time() -> None:
    import time

    text = (
        "一、存在的问题\n"
        + "；".join("项目进度滞后" for _ in range(20_000))
        + "\n"
        + "（" * 50_000
        + "\n"
        + "9" * 100_000
    )
    began = time.perf_counter()
    findings_of(text)
    assert time.perf_counter() - began < 10
