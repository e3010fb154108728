"""Looks ahead in front of alternations change no match."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textperf.extract.finding_cues import KINDS, cue, finding_cues
from textperf.rules import openings
from textperf.rules.openings import quickened
from textperf.text.fold import fold

TEXTS = [
    fold(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent.parent / "corpus" / "gold" / "plain").glob("*.txt"))[::60]
]
PIECES = [
    "缺编",
    "[^,]难",
    "一?二",
    "(?:一|二)+三",
    "(?<!一)二",
    "[一二三]四",
    r"\d+年",
    "一|二三",
    "三{0,2}",
    "^四",
    "四$",
]


def spans(pattern: str, text: str) -> list[tuple[int, int]]:
    return [m.span() for m in re.compile(pattern, re.M).finditer(text)]


@pytest.mark.parametrize("kind", KINDS)
def test_cues_find_what_they_would_as_written(kind: str) -> None:
    written = "|".join(c.pattern.pattern for c in finding_cues() if c.kind == kind)
    for text in TEXTS:
        assert [m.span() for m in cue(kind).finditer(text)] == spans(written, text)


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6), st.text(alphabet="一二三四缺编难年1,\n", max_size=24))
def test_any_alternation_matches_the_same(patterns: list[str], text: str) -> None:
    assert spans(quickened(patterns), text) == spans("|".join(patterns), text)


def test_without_the_parser_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openings, "_parser", None)
    assert openings.openings("(?:一|二)三") is None
    assert spans(quickened(["(?:一|二)三", "四"]), "一三四") == [(0, 2), (2, 3)]
