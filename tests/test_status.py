"""Done, planned, earlier or a change: the cues of rules/context.toml with their examples, and whole sentences."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from textperf.extract import extract
from textperf.extract.facts import extract_facts
from textperf.extract.status import cue_status, place_of_example
from textperf.model import Document, Meta, Section, Source
from textperf.rules.cues import Cue, cues
from textperf.rules.lexicon import is_nominal, user_words, verb_classes
from textperf.text.fold import fold

CASES = [json.loads(x) for x in (Path(__file__).parent / "cases" / "status.jsonl").read_text("utf-8").splitlines()]


def statuses(text: str, role: str = "performance") -> list[str]:
    document = Document(text, (), Source("a.txt", "0" * 64, len(text), "txt", "text"))
    section = Section("s", role, None, "", 1, 0, len(text))
    return [f.status for f in extract_facts(document, fold(text), (section,), Meta(fiscal_year=2023))]


@pytest.mark.parametrize("case", CASES, ids=[c["text"][:16] for c in CASES])
def test_status(case: dict[str, object]) -> None:
    assert statuses(str(case["text"])) == case["want"]


@pytest.mark.parametrize("cue", cues(), ids=lambda c: c.id)
def test_cue_examples(cue: Cue) -> None:
    for example in cue.examples:
        hit = cue_status(place_of_example(example))
        assert (hit[0] if hit else None) == cue.status, example
    for example in cue.counter_examples:
        hit = cue_status(place_of_example(example))
        assert hit is None or hit[1] != cue.id, example


def test_sections_say_what_is_planned() -> None:
    text = "召开会议8次。"
    assert statuses(text) == ["actual"]
    assert statuses(text, "next_year") == ["target"]
    assert statuses(text, "measures") == ["target"]


def test_lexicon() -> None:
    assert "up" in verb_classes()["增长"]
    assert "level" in verb_classes()["增长到"]
    assert is_nominal("审计")
    assert not is_nominal("召开")
    assert user_words()["抢通"] == "v"


def test_aims_of_a_section_hold_for_changes() -> None:
    text = "地区生产总值增长6%左右，一般性支出压减10%。"
    assert statuses(text) == ["change", "change"]
    assert statuses(text, "next_year") == ["target", "target"]
    assert statuses("全年收缴经费1,264.5万元，同比增长6.8%。", "targets") == ["actual", "change"]
    assert statuses("已上缴财政资金5.61亿元，问责22人。", "measures") == ["actual", "actual"]


def test_hints_hide_no_cue() -> None:
    """Every match of a cue holds one of its hint letters: with all cues tried, the cases come out the same."""
    for cue in cues():
        for example in cue.examples:
            place = place_of_example(example)
            beside = place.folded[place.sentence_start : place.sentence_end]
            assert not cue.hint or cue.where == "opener" or not cue.hint.isdisjoint(beside), (cue.id, example)


def test_numbers_inside_measures_are_promised_whatever_the_section() -> None:
    text = (
        "沙河县民政局2023年度部门整体支出绩效自评报告\n三、存在的问题\n"
        "1.基层力量薄弱，在岗仅12人。改进措施：公开招聘护理员20名，将现有11所敬老院整合为4所。\n"
    )
    document = Document(text, (), Source("a.txt", "0" * 64, len(text), "txt", "text"))
    got = {f.evidence.quote: f.status for f in extract(document).facts}
    assert got["12人"] == "actual"
    assert got["20名"] == got["4所"] == "target"
    assert got["11所"] != "target"


def test_what_stands_under_goals_of_a_chapter_on_results_was_done() -> None:
    text = (
        "沙河县民政局2023年度部门整体支出绩效自评报告\n二、绩效目标完成情况\n（一）总体目标\n全年新增养老床位120张。\n"
    )
    document = Document(text, (), Source("a.txt", "0" * 64, len(text), "txt", "text"))
    assert [f.status for f in extract(document).facts] == ["actual"]
