"""Counts outside the indicator list that several bodies report: grouped by noun, verb, unit and scope, each body's own words kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textperf.compare.align import alignments
from textperf.compare.check_rules import marked
from textperf.compare.model import SharedItem
from textperf.compare.shared import shared_items
from textperf.model import Report


def report(body: str, year: int, text: str) -> Report:
    made = marked(text, year)
    from dataclasses import replace

    rid = f"{body}{year}"
    return replace(made, report_id=rid, facts=tuple(replace(f, report_id=rid) for f in made.facts))


def rows(bodies: Mapping[str, Sequence[str]]) -> list[SharedItem]:
    groups = {b: [report(b, 2021 + n, t) for n, t in enumerate(texts)] for b, texts in bodies.items()}
    aligned = [a for b, reports in groups.items() for a in alignments(b, reports)]
    return shared_items(groups, aligned)


def joined(*texts: str) -> bool:
    return bool(rows({f"第{n}局": [t] for n, t in enumerate(texts)}))


def test_a_row_for_each_body_and_year_in_its_own_words() -> None:
    found = rows(
        {
            "甲局": ["发放⟦300份¦item=调查问卷¦act=发放⟧。", "发放⟦260份¦item=调查问卷¦act=发放⟧。"],
            "乙局": ["发放⟦1,200份¦item=问卷¦act=发放⟧。"],
            "丙局": ["开设⟦22公里¦item=防火隔离带¦act=开设⟧。"],
        }
    )
    assert [(r.department, r.fiscal_year, r.value, r.wording) for r in found] == [
        ("乙局", 2021, 1200, "问卷"),
        ("甲局", 2021, 300, "调查问卷"),
        ("甲局", 2022, 260, "调查问卷"),
    ]
    assert {(r.item, r.action, r.unit, r.scope, r.bodies) for r in found} == {("问卷", "发放", "份", "whole", 2)}


def test_verbs_units_scopes_and_codes_part_items() -> None:
    assert joined("加装⟦3部¦item=电梯¦act=加装⟧。", "装了⟦15部¦item=电梯¦act=装⟧。")
    assert not joined("发放⟦60份¦item=问卷¦act=发放⟧。", "收回⟦58份¦item=问卷¦act=收回⟧。")
    assert not joined("改造⟦3座¦item=危桥¦act=改造⟧。", "改造⟦86米¦item=危桥¦act=改造⟧。")
    assert not joined("加装⟦3部¦item=电梯¦act=加装⟧。", "加装累计⟦44部¦item=电梯¦act=加装¦scope=cumulative⟧。")
    assert not joined("新建⟦3座¦item=4G基站¦act=新建⟧。", "新建⟦9座¦item=5G基站¦act=新建⟧。")


def test_a_noun_that_tells_nothing_is_no_item() -> None:
    assert not joined("有⟦22个¦item=项目⟧。", "有⟦16个¦item=项目⟧。")
    assert joined("签约⟦22个¦item=项目¦act=签约⟧。", "签约⟦16个¦item=项目¦act=签约⟧。")


def test_known_indicators_and_rates_stay_out() -> None:
    assert not joined("问卷⟦95%¦item=问卷回收率⟧。", "问卷⟦98%¦item=问卷回收率⟧。")
    assert not joined(
        "培训⟦95人次¦item=护林员¦act=培训¦ind=adm_trainees⟧。", "培训⟦40人次¦item=护林员¦act=培训¦ind=adm_trainees⟧。"
    )


def test_several_numbers_of_one_year_give_no_value() -> None:
    twice = "拆除⟦30处¦item=违法建筑¦act=拆除⟧。镇里又拆除⟦12处¦item=违法建筑¦act=拆除⟧。"
    found = {r.department: r for r in rows({"甲局": [twice], "乙局": ["拆除⟦7处¦item=违法建筑¦act=拆除⟧。"]})}
    assert (found["甲局"].state, found["甲局"].value, len(found["甲局"].fact_ids)) == ("several", None, 2)
    assert (found["乙局"].state, found["乙局"].value) == ("value", 7)


def test_one_body_alone_shares_nothing() -> None:
    assert rows({"甲局": ["拆除⟦30处¦item=违法建筑¦act=拆除⟧。", "拆除⟦12处¦item=违法建筑¦act=拆除⟧。"]}) == []
