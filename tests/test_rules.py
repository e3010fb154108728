"""The check of rule directories, the pattern language, and that all packaged rules hold what their examples say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textperf.classify.rulecheck import KINDS
from textperf.rules.check import RuleKind, check_rules, check_shape, count_examples
from textperf.rules.loader import HERE, RuleError
from textperf.rules.phrases import PhraseError, compile_phrases, spread
from textperf.text.fold import fold

MINE = ("indicators/*.toml", "bodies.toml", "unit_groups.toml")


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.pattern)
def test_packaged_rules_hold(kind: RuleKind) -> None:
    problems = [p for p in check_rules(HERE, [kind]) if "不认识的规则文件" not in p]
    assert problems == []


def test_examples_are_counted() -> None:
    assert count_examples(HERE / "indicators") > 900


def test_unknown_missing_and_broken_files(tmp_path: Path) -> None:
    (tmp_path / "strange.toml").write_text("", "utf-8")
    (tmp_path / "bodies.toml").write_text("[[body]\n", "utf-8")
    problems = check_rules(tmp_path, [k for k in KINDS if k.pattern in MINE])
    assert len(problems) == 4
    assert any(p.startswith("strange.toml：不认识的规则文件") for p in problems)
    assert any(p.startswith("bodies.toml：不是合法的 TOML") for p in problems)
    assert sum("没有这个文件" in p for p in problems) == 2


def test_no_directory(tmp_path: Path) -> None:
    assert "不是目录" in check_rules(tmp_path / "none", KINDS)[0]


def test_a_check_that_raises_is_a_problem(tmp_path: Path) -> None:
    def check(directory: Path, files: object) -> list[str]:
        raise RuleError("a.toml（x）：坏了")

    (tmp_path / "a.toml").write_text("", "utf-8")
    assert check_rules(tmp_path, [RuleKind("a.toml", "甲", check)]) == ["a.toml（x）：坏了"]


def test_shape(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text('[[x]]\nid = "a"\nexamples = ["e"]\n[[x]]\nid = "a"\n', "utf-8")
    assert list(check_shape(tmp_path, [path])) == [
        "a.toml 第 2 条（a）：id 重复", "a.toml（a）：examples 至少要有 1 条",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "text", "hit"),
    [
        ("常委会会议 主任会议", "召开主任会议", True),
        ("提出…建议", "提出各类建议", True),
        ("提出…建议", "提出" + "很" * 20 + "建议", False),
        ("收支总计$", "收支总计数", False),
        ("^建议$", "代表建议", False),
        ("{收|受理}案{件|}", "受理案", True),
        ("（类）", "教育支出(类)", True),
        ("A.C", "ABC", False),
    ],
)
def test_phrases(pattern: str, text: str, hit: bool) -> None:
    assert bool(compile_phrases(pattern).regex.search(text)) is hit


@pytest.mark.parametrize("pattern", ["", "  ", "{甲|乙", "$", "…"])
def test_phrases_that_cannot_be_read(pattern: str) -> None:
    with pytest.raises(PhraseError):
        compile_phrases(pattern)


@given(
    st.lists(
        st.text("甲乙丙丁.*+?()[]|", min_size=1, max_size=4).filter(lambda w: "|" not in w), min_size=1, max_size=4
    )
)
def test_words_stand_for_themselves(words: list[str]) -> None:
    phrases = compile_phrases(" ".join(words))
    for word in words:
        assert phrases.regex.search(fold(word))  # rules see folded texts
        assert any(a in fold(word) for a in phrases.anchors)
    assert spread("{" + "|".join(words) + "}") == words


def test_longer_phrases_are_tried_first() -> None:
    found = compile_phrases("会议 常委会会议").regex.match("常委会会议")
    assert found is not None
    assert re.fullmatch("常委会会议", found[0])
