"""Counts in text: case tables, the examples inside the rules, properties, and what must not be read."""

from __future__ import annotations

import json
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textperf.extract import hedges, nonfacts, units
from textperf.extract.conditions import find_conditions
from textperf.extract.quantities import Mention, find_mentions
from textperf.extract.vague import read_numeral
from textperf.rules import loader
from textperf.rules.loader import RuleError
from textperf.text.fold import fold

CASES = Path(__file__).parent / "cases"
RULES = loader.HERE
BOUNDS = {"ge", "gt", "le", "lt"}


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CASES / name).read_text(encoding="utf-8").splitlines() if line.strip()]


def rule_examples(name: str, array: str) -> list[tuple[str, Any, dict[str, Any]]]:
    entries = tomllib.loads((RULES / name).read_text(encoding="utf-8"))[array]
    return [(entry["id"], example, entry) for entry in entries for example in entry.get("examples", ())]


def seen(text: str) -> list[Mention]:
    return list(find_mentions(fold(text)))


@pytest.mark.parametrize("row", rows("quantities.jsonl"), ids=lambda row: row["text"][:24])
def test_counts_are_read(row: dict[str, Any]) -> None:
    got = seen(row["text"])
    assert [row["text"][m.start : m.end] for m in got] == [want[0] for want in row["expect"]], row["why"]
    for mention, (_, value, unit, *more) in zip(got, row["expect"], strict=True):
        q = mention.quantity
        high = next((x for x in more if not isinstance(x, str)), None)
        assert (q.value, q.unit, q.value_max) == (value, unit, high), row["why"]
        assert q.approx == ("approx" in more), row["why"]
        assert q.bound == next((x for x in more if x in BOUNDS), None), row["why"]


@pytest.mark.parametrize("row", rows("nonfacts.jsonl"), ids=lambda row: row["text"][:24])
def test_other_numbers_are_not(row: dict[str, Any]) -> None:
    assert [row["text"][m.start : m.end] for m in seen(row["text"])] == [], row["why"]


@pytest.mark.parametrize(("rule", "example", "_entry"), rule_examples("units.toml", "unit"))
def test_unit_examples(rule: str, example: dict[str, Any], _entry: object) -> None:
    got = [(example["text"][m.start : m.end], m.quantity.value, m.quantity.unit) for m in seen(example["text"])]
    assert (example["quote"], example["value"], example["unit"]) in got, rule


@pytest.mark.parametrize(("rule", "example", "_entry"), rule_examples("quantities.toml", "hedge"))
def test_hedge_examples(rule: str, example: dict[str, Any], _entry: object) -> None:
    (mention,) = seen(example["text"])
    approx, bound = mention.quantity.approx, mention.quantity.bound
    assert "+".join((["approx"] if approx else []) + ([bound] if bound else [])) == example["hedge"], rule


def test_hedge_counter_examples() -> None:
    for entry in tomllib.loads((RULES / "quantities.toml").read_text(encoding="utf-8"))["hedge"]:
        for text in entry["counter_examples"]:
            (mention,) = seen(text)
            approx, bound = hedges._GIVES[entry["gives"]]
            wrong = (approx and mention.quantity.approx) or (bound is not None and mention.quantity.bound == bound)
            assert not wrong, (entry["id"], text)


@pytest.mark.parametrize(("rule", "example", "_entry"), rule_examples("nonfacts.toml", "cue"))
def test_cue_examples(rule: str, example: dict[str, Any], _entry: object) -> None:
    assert [example["text"][m.start : m.end] for m in seen(example["text"])] == example["quotes"], rule


def test_outer_span_holds_hedges() -> None:
    (mention,) = find_mentions("满意度不低于95%以上")
    assert (mention.start, mention.end) == (6, 9)
    assert (mention.outer_start, mention.outer_end) == (3, 11)


def test_only_the_asked_part_is_read() -> None:
    text = "召开会议12次,培训3期,走访45户"
    part = find_mentions(text, 8, 13)
    assert [text[m.start : m.end] for m in part] == ["3期"]


SENTENCES = [row["text"] for row in rows("quantities.jsonl")]


@settings(deadline=None)
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4))
def test_mentions_are_ordered_and_do_not_overlap(parts: list[str]) -> None:
    text = fold("。".join(parts))
    last = 0
    for mention in find_mentions(text):
        assert last <= mention.start < mention.end <= len(text)
        assert mention.outer_start <= mention.start
        assert mention.end <= mention.outer_end
        last = mention.end


@settings(deadline=None)
@given(st.sampled_from(SENTENCES), st.integers(1, 3))
def test_paragraphs_do_not_touch_each_other(text: str, copies: int) -> None:
    once = [(m.quantity, m.end - m.start) for m in find_mentions(fold(text))]
    many = [(m.quantity, m.end - m.start) for m in find_mentions(fold("。\n\n".join([text] * copies)))]
    assert many == once * copies


@settings(deadline=None)
@given(
    st.text(
        alphabet="0123456789.,，、万亿千百十一二两三零余多约近不超过以上下个件元%/（()）“”《》第年 \n-—至率为的A分之成",
        max_size=60,
    )
)
def test_any_text_is_read_without_raising(text: str) -> None:
    folded = fold(text)
    for mention in find_mentions(folded):
        assert folded[mention.start : mention.end].strip()
    find_conditions(folded)


@pytest.mark.parametrize("unit", ["7", "（）", "十", "“", "1万、", "5   ", "“3个", "每人每月3元", "百分之", "1-"])
def test_time_is_linear(unit: str) -> None:
    """Twice the length takes about twice the time, never four times (generous: the machine is shared)."""

    def spent(times: int) -> float:
        text = fold(unit * times)
        best = 9.0
        for _ in range(3):
            before = time.process_time()
            find_mentions(text)
            best = min(best, time.process_time() - before)
        return best

    short, long = spent(2000), spent(8000)
    assert long < 0.05 or long / max(short, 1e-4) < 9


def test_vague_sizes() -> None:
    assert read_numeral("三五") is not None
    assert read_numeral("二〇二三") is None
    assert read_numeral("一二三") is None
    assert read_numeral("四川") is None


def test_conditions() -> None:
    def intervals(text: str) -> list[tuple[object, object]]:
        return [(c.low, c.high) for c in find_conditions(fold(text))]

    assert intervals("≥22") == [(22, None)]
    assert intervals("大于100 并且小于300 的数") == [(100, 300)]
    assert intervals("不超过5%") == [(None, 5)]
    assert intervals("大于50小于12") == [(50, None), (None, 12)]
    assert intervals("10000与20000之间") == [(10000, 20000)]


def test_rule_files_are_strict(tmp_path: Path) -> None:
    path = tmp_path / "units.toml"
    unit = '[[unit]]\nid = "a"\nkind = "discrete"\nforms = ["个"]\nexamples = [{ text = "3个", quote = "3个", value = 3, unit = "个" }]\n'
    path.write_text(unit + unit.replace('"a"', '"b"'), encoding="utf-8")
    with pytest.raises(RuleError, match="写了两次"):
        units.build(path)
    path.write_text(unit.replace("discrete", "thing"), encoding="utf-8")
    with pytest.raises(RuleError, match="kind"):
        units.build(path)
    path.write_text(
        '[[cue]]\nid = "grades"\nwords = ["优"]\nexamples = [{ text = "", quotes = [] }]\n', encoding="utf-8"
    )
    with pytest.raises(RuleError, match="缺少或多出"):
        nonfacts.build(path)
    hedge = '[[hedge]]\nid = "x"\nplace = "inside"\ngives = "gt"\nwords = ["超"]\nexamples = [1]\ncounter_examples = ["a"]\n'
    path.write_text(hedge, encoding="utf-8")
    with pytest.raises(RuleError, match="before"):
        hedges.build(path)
