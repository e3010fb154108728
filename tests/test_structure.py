"""Section trees: numbering schemes, tables of contents, roles; the examples inside rules/headings.toml."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textperf.extract.headings import HeadingRule, heading_rules, load_headings, title_role
from textperf.extract.structure import find_sections, role_at, section_at
from textperf.model import Document, Section, Source
from textperf.rules.loader import RuleError
from textperf.text.fold import fold

CASES = [json.loads(line) for line in (Path(__file__).parent / "cases/headings.jsonl").read_text("utf-8").splitlines()]


def sections_of(text: str) -> tuple[Section, ...]:
    return find_sections(Document(text, (), Source("a.txt", "0" * 64, len(text), "txt", "text")), fold(text))


@pytest.mark.parametrize("case", CASES, ids=[c["id"] for c in CASES])
def test_tree(case: dict) -> None:
    assert [[s.role, s.level, s.title] for s in sections_of(case["text"])] == case["sections"]


@pytest.mark.parametrize("rule", heading_rules(), ids=lambda r: r.id)
def test_examples_of_rules_get_their_role(rule: HeadingRule) -> None:
    wrong = [title for title in rule.examples if title_role(fold(title)) != rule.role]
    assert not wrong


@pytest.mark.parametrize("rule", heading_rules(), ids=lambda r: r.id)
def test_counter_examples_of_rules_do_not(rule: HeadingRule) -> None:
    wrong = [
        title
        for title in rule.counter_examples
        if rule.pattern.search(fold(title)) and title_role(fold(title)) == rule.role
    ]
    assert not wrong


def test_unknown_role_is_an_error_that_names_the_rule(tmp_path: Path) -> None:
    path = tmp_path / "headings.toml"
    path.write_text('[[heading]]\nid = "x"\nrole = "weather"\nmatch = ["天气"]\nexamples = ["天气"]\n', "utf-8")
    with pytest.raises(RuleError, match=r"headings\.toml（x）.*weather"):
        load_headings(path)


def test_parents_and_ends_nest() -> None:
    text = "一、部门概况\n（一）职能\n负责水务。\n（二）人员\n在职9人。\n二、存在的问题\n进度慢。"
    sections = sections_of(text)
    by_id = {s.section_id: s for s in sections}
    assert [s.title for s in sections] == ["部门概况", "职能", "人员", "存在的问题"]
    assert by_id[sections[1].parent_id or ""].title == "部门概况"
    assert text[sections[0].start : sections[0].end].endswith("在职9人。\n")
    assert text[sections[1].start : sections[1].end] == "（一）职能\n负责水务。\n"


def test_role_at_and_section_at() -> None:
    text = "某局报告\n一、部门概况\n职能若干。\n二、存在的问题\n进度慢。"
    sections = sections_of(text)
    assert role_at(sections, text.index("职能若干")) == "profile"
    assert role_at(sections, text.index("进度慢")) == "problems"
    assert section_at(sections, 0) is None
    assert role_at(sections, 0) == "other"
    assert role_at((), 3) == "other"


def test_year_of_a_heading_decides_between_review_and_aims() -> None:
    text = "某局2022年度自评报告\n一、2022年工作情况\n完成3项。\n二、2023年工作目标\n完成4项。"
    assert [s.role for s in sections_of(text)][1] == "next_year"


def test_same_text_same_ids() -> None:
    text = CASES[0]["text"]
    assert [s.section_id for s in sections_of(text)] == [s.section_id for s in sections_of(text)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "一、部门概况",
                "（一）职能",
                "1.产出",
                "（1）数量",
                "完成3项。",
                "第一部分 概况",
                "附件1",
                "目录",
                "二、问题",
                "①慢",
            ]
        ),
        max_size=14,
    )
)
def test_any_order_of_lines_gives_a_proper_tree(lines: list[str]) -> None:
    text = "\n".join(lines)
    sections = sections_of(text)
    by_id = {s.section_id: s for s in sections}
    for s in sections:
        assert 0 <= s.start < s.end <= len(text)
        if s.parent_id is None:
            assert s.level == 1
        else:
            parent = by_id[s.parent_id]
            assert parent.level == s.level - 1
            assert parent.start < s.start
            assert s.end <= parent.end


def test_long_lines_and_many_headings_take_linear_time() -> None:
    import time

    text = (
        "一、"
        + "9" * 100_000
        + "\n"
        + "（" * 50_000
        + "\n"
        + "\n".join(f"{i % 90 + 1}.产出情况" for i in range(20_000))
    )
    began = time.perf_counter()
    sections_of(text)
    assert time.perf_counter() - began < 5
