"""Figures that belong together: arithmetic that can be undone, and contradictions in words that no rule names."""

from __future__ import annotations

import json
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from textperf.batch.pipeline import analyse_text
from textperf.compare.arithmetic import amount_text
from textperf.compare.disagree import Weighed, explained, judgement
from textperf.compare.reading import Reading
from textperf.compare.relation import Relation, text
from textperf.compare.relations import relations
from textperf.model import Evidence, Fact, Quantity

FOLDER = Path(__file__).parent.parent / "corpus" / "contradictions"


def fact(value: float, unit: str = "件", at: int = 0) -> Fact:
    quote = f"{value}{unit}"
    return Fact("r", Evidence(at, at + len(quote), quote), Quantity(value, unit), "actual", "案件")


@given(st.lists(st.integers(1, 10**5), min_size=2, max_size=6), st.integers(1, 500))
def test_each_correction_makes_a_sum_hold(values: list[int], off: int) -> None:
    parts = tuple(fact(v, at=20 * i + 20) for i, v in enumerate(values))
    wrong = Relation("sum", fact(sum(values) + off), parts)
    assert not wrong.holds
    for one, value in wrong.corrections():
        put_right = Fact("r", one.evidence, Quantity(value, one.quantity.unit), "actual", "案件")
        assert wrong.with_fact(one, put_right).holds


@given(st.integers(100, 10**6), st.integers(100, 10**6))
def test_a_rate_and_a_growth_hold_as_they_are_printed(a: int, b: int) -> None:
    rate = fact(round(100 * a / b, 2), "%", 60)
    assert Relation("rate", rate, (fact(a), fact(b, at=20))).holds
    growth = fact(round(100 * abs(b - a) / a, 2), "%", 60)
    assert Relation("growth", growth, (fact(a), fact(b, at=20))).holds
    if abs(b - a) > 1:
        assert not Relation("gap", fact(abs(b - a) + 1, at=60), (fact(a), fact(b, at=20))).holds


def test_values_are_written_as_they_are_printed() -> None:
    money = Fact("r", Evidence(0, 10, "1,826.40万元"), Quantity(18264000, "元"), "actual", "支出")
    assert text(18624000, money) == "1,862.40万元"
    nothing = Fact("r", Evidence(0, 3, "0万元"), Quantity(0, "元"), "actual", "支出")
    assert amount_text(65500, nothing) == "6.55万元"
    assert amount_text(3000, nothing) == "0.3万元"
    assert text(95.018, fact(95.02, "%")) == "95.02%"


def test_relations_are_found_however_the_figures_are_named() -> None:
    report = analyse_text(
        "年初在保家庭3,218户，本年新增462户，其中低保家庭207户；腾退168户，取消资格96户，购房退出31户，年末在保家庭3,385户。"
    )
    found = [r for r in relations(Reading(report)) if r.holds and r.kind == "signed"]
    ledgers = [[f.evidence.quote for f in r.facts] for r in found]
    assert ["3,385户", "3,218户", "462户", "168户", "96户", "31户"] in ledgers


def test_what_other_figures_explain_is_not_told() -> None:
    report = analyse_text(
        "收入总计10,538.91万元，其中医疗收入8,764.33万元，较上年8,127.40万元增加636.93万元；"
        "财政拨款收入1,602.75万元，同比增长2.53%；其他收入171.83万元。"
    )
    facts = {f.evidence.quote: f for f in report.facts}
    pair = [facts["10,538.91万元"], facts["8,764.33万元"], facts["1,602.75万元"]]
    assert explained(Weighed(Reading(report), judgement()), pair)
    assert report.checks == ()


def cases() -> list[dict[str, object]]:
    lines = [line for path in sorted(FOLDER.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    return [json.loads(line) for line in lines]


def test_every_written_contradiction_can_be_put_right() -> None:
    every = cases()
    assert len({c["id"] for c in every}) == len(every) >= 240
    for case in every:
        reports = case["reports"]
        assert isinstance(reports, list)
        assert reports[-1]["text"].count(f"{case['before']}{case['wrong']}") == 1, case["id"]
        written = re.sub(r"\s", "", "".join(r["text"] for r in reports))
        assert all(re.sub(r"\s", "", q) in written for q in case["quotes"]), case["id"]
