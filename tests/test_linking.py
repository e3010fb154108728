"""What is counted and which verb: sentence shapes, and promises that hold for any text."""

from __future__ import annotations

import json
import sys
import time
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import textperf.segment as segment
from textperf.extract.facts import extract_facts
from textperf.extract.linking import weights
from textperf.model import Document, Fact, Meta, Source
from textperf.text.fold import fold

CASES = [json.loads(x) for x in (Path(__file__).parent / "cases" / "linking.jsonl").read_text("utf-8").splitlines()]


def facts_of(text: str, meta: Meta | None = None) -> tuple[Fact, ...]:
    document = Document(text, (), Source("a.txt", "0" * 64, len(text), "txt", "text"))
    return extract_facts(document, fold(text), (), meta or Meta())


@pytest.mark.parametrize("case", CASES, ids=[c["shows"] for c in CASES])
def test_item_and_action(case: dict[str, object]) -> None:
    got = [[f.evidence.quote, f.item, f.action] for f in facts_of(str(case["text"]))]
    want = case["want"]
    assert [g[:2] for g in got] == [w[:2] for w in want]  # type: ignore[attr-defined]
    for (_, _, verb), (_, _, wanted) in zip(got, want, strict=True):  # type: ignore[call-overload]
        assert wanted is None or verb == wanted


def test_items_are_verbatim() -> None:
    text = "全年立案186件，结案150件，结案率80.65%；培训代表210人次，其中乡镇代表95人次。"
    for fact in facts_of(text):
        assert fact.item in text


def test_parts_have_their_total() -> None:
    facts = facts_of("收到建议110件，其中农业类41件、教育类27件。")
    assert [f.parent for f in facts] == [None, facts[0].fact_id, facts[0].fact_id]
    assert [f.scope for f in facts] == ["whole", "part", "part"]


def test_share_keeps_its_denominator() -> None:
    assert [f.of for f in facts_of("追加预算62万元，占年初预算的26.58%。")] == [None, "年初预算"]


def test_change_has_a_direction() -> None:
    assert [f.direction for f in facts_of("支出比上年减少5万元，下降3%；收入增长2%。")] == ["down", "down", "up"]


def test_prior_year_is_counted_from_the_fiscal_year() -> None:
    facts = facts_of("立案比上年的150件增加6件。", Meta(fiscal_year=2023))
    assert facts[0].period == "2022"


def test_weights_are_plain_numbers() -> None:
    table = weights()
    assert all(isinstance(v, int) for part in (table.item, table.verb) for rows in part.values() for v in rows.values())
    assert sum(map(len, table.item.values())) > 1000


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="立案率12 3.%件人次，。、（）的由从到共“”：；年增长\n比上年", max_size=120))
def test_any_text(text: str) -> None:
    for fact in facts_of(text):
        assert fact.item
        assert text[fact.evidence.start : fact.evidence.end] == fact.evidence.quote


def test_linear_in_length() -> None:
    sentence = "全年立案186件、结案150件，"
    start = time.perf_counter()
    facts_of(sentence * 100)
    once = time.perf_counter() - start
    start = time.perf_counter()
    facts_of(sentence * 400)
    assert time.perf_counter() - start < 16 * max(once, 0.05)


def test_without_rjieba(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "抢通道路126公里，修复供水管线38.5公里；培训代表210人次。"
    usual = segment.words(text)
    monkeypatch.setitem(sys.modules, "rjieba", None)
    tagger = lru_cache(maxsize=1)(segment._tagger.__wrapped__)
    monkeypatch.setattr(segment, "_tagger", tagger)
    found = segment.words(text)
    assert "".join(w.text for w in found) == text
    assert [w.start for w in found][1:] == [w.end for w in found][:-1]
    assert {w.text for w in found} >= {"抢通", "供水管线", "培训", "代表"}
    names = [w.text for w in found if w.text.isalpha()]
    assert names == [w.text for w in usual if w.text.isalpha()]
