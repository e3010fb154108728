"""Metadata: titles over lines, bodies and their short forms, fiscal year against meeting and publication."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from textperf.extract.meta import find_meta, report_type
from textperf.extract.meta_body import body_name, place_of
from textperf.extract.meta_rules import MetaRule, load_meta, meta_rules
from textperf.extract.meta_year import years_in
from textperf.extract.structure import find_sections
from textperf.model import Document, Meta, Source
from textperf.rules.loader import RuleError
from textperf.text.fold import fold

CASES = [json.loads(line) for line in (Path(__file__).parent / "cases/titles.jsonl").read_text("utf-8").splitlines()]
RULES = [
    r
    for kind in ("report_type", "title_word", "title_stop", "ending", "expansion", "furniture", "province")
    for r in meta_rules(kind)
]


def meta_of(text: str, path: str = "报告.txt") -> Meta:
    document = Document(text, (), Source(path, "0" * 64, len(text), "txt", "text"))
    folded = fold(text)
    return find_meta(document, folded, find_sections(document, folded))


@pytest.mark.parametrize("case", CASES, ids=[c["id"] for c in CASES])
def test_metadata(case: dict) -> None:
    meta = meta_of(case["text"], case["path"])
    got = {
        key: getattr(meta, key)
        for key in ("department", "fiscal_year", "report_type", "region", "title")
        if key in case
    }
    assert got == {key: case[key] for key in got}


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_rule_examples(rule: MetaRule) -> None:
    assert not [x for x in rule.examples if not rule.pattern.search(fold(x))]
    assert not [x for x in rule.counter_examples if rule.pattern.search(fold(x))]


def test_report_types_are_tried_in_order() -> None:
    assert report_type("2023年度部门整体支出及项目支出绩效自评报告") == "overall_self_evaluation"
    assert report_type("工作日志") == "other"


def test_a_placeholder_is_no_body() -> None:
    assert meta_of("青禾市XX局2023年度部门决算\n第一部分 部门概况\n。").department is None


def test_nothing_known_is_none() -> None:
    assert meta_of("会议通知\n请按时参加。") == Meta(None, None, None, None, "other")


def test_empty_text() -> None:
    assert meta_of("") == Meta(None, None, None, None, "other")


def test_title_keeps_the_printed_characters() -> None:
    assert meta_of("青禾县水务局部门决算（２０２２年度）\n一、概况\n。").title == "青禾县水务局部门决算（２０２２年度）"


def test_names_and_places() -> None:
    assert body_name("预算绩效") is None
    assert place_of("云浦区政务服务中心") == "云浦区"
    assert years_in("二○二三年度") == [] or years_in(fold("二○二三年度")) == [2023]


def test_a_rule_with_a_broken_pattern_is_named(tmp_path: Path) -> None:
    path = tmp_path / "meta.toml"
    path.write_text('[[meta]]\nid = "bad"\nkind = "ending"\nmatch = ["(局"]\nexamples = ["局"]\n', "utf-8")
    with pytest.raises(RuleError, match="bad"):
        load_meta(path)
