"""Bodies under one name, cells of the series and their reasons, comparable units."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textperf.compare import bodies, compare
from textperf.compare.check_rules import marked
from textperf.compare.figures import agree, step
from textperf.compare.model import Series
from textperf.compare.names import parse_name
from textperf.compare.second import opinion
from textperf.compare.series import series
from textperf.compare.units import convert, family
from textperf.model import Meta, Notice, Report, Section

CASES = [json.loads(row) for row in (Path(__file__).parent / "cases" / "cells.jsonl").read_text("utf-8").splitlines()]


def report(
    text: str, year: int, name: str = "沙河县民政局", *, kind: str = "overall_self_evaluation", key: str = ""
) -> Report:
    """A report of marked sentences (¦ind= ¦status= ¦item= behind a number) under its own id."""
    made = marked(text, year)
    rid = f"{year}{key or name}"
    return replace(
        made, report_id=rid, file=f"{name}/{year}{key}.docx", meta=Meta(None, None, name, year, kind),
        facts=tuple(replace(f, report_id=rid) for f in made.facts),
    )  # fmt: skip


def cells(*reports: Report, second: bool = False) -> dict[tuple[str, int], Series]:
    """The cells as the rules make them, or with the second opinion."""
    names = bodies(reports)
    groups = {n: [r for r in reports if names.get(r.report_id) == n] for n in names.values()}
    ordered = {n: sorted(g, key=lambda r: (r.meta.fiscal_year or 0, r.report_id)) for n, g in groups.items()}
    return {
        (c.indicator, c.fiscal_year): c
        for n, g in ordered.items()
        for c in series(n, g, opinion() if second else None)[0]
    }


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("沙河县农业局", "沙河县农业农村局", True),
        ("沙河市卫计委", "沙河市卫生健康委员会", True),
        ("沙河县文化广电新闻出版局", "沙河县文化和旅游局", True),
        ("政协沙河县委员会办公室", "沙河县政协机关", True),
        ("沙河县人大常委会办公室", "沙河县人民代表大会常务委员会", True),
        ("江北区人民政府榆树街道办事处", "榆树街道", True),
        ("沙河市江北区生态环境分局", "江北区生态环境分局", True),
        ("沙河县文旅集散局", "沙河县文旅集散服务局", True),
        ("沙河县第一水厂管理局", "沙河县第二水厂管理局", False),
        ("沙河县石坝乡人民政府", "沙河县石坝镇人民政府", True),
        ("沙河县石坝乡人民政府", "沙河县石桥乡人民政府", False),
        ("沙河县环境保护局", "云岭市生态环境局沙河分局", True),
        ("沙河县环境保护局", "云岭市生态环境局青禾分局", False),
        ("沙河县经济和信息化局", "沙河县科技工业和信息化局", True),
        ("沙河县财政局", "青禾县财政局", False),
        ("沙河县中医医院", "沙河县人民医院", False),
        ("柳溪镇财政所", "柳溪镇人民政府", False),
    ],
)
def test_one_body(a: str, b: str, same: bool) -> None:
    names = bodies([report("无。", 2021, a), report("无。", 2022, b)])
    assert (names[f"2021{a}"] == names[f"2022{b}"]) is same


def test_the_fullest_name_that_is_still_valid_is_shown() -> None:
    old, new = "沙河县卫生和计划生育局", "沙河县卫生健康局"
    assert set(bodies([report("无。", 2018, old), report("无。", 2020, new)]).values()) == {new}


def test_a_name_without_a_place_joins_its_folder_or_stays_alone() -> None:
    a, b = report("无。", 2021, "沙河县审计局"), report("无。", 2021, "青禾县审计局")
    bare = replace(report("无。", 2022, "审计局"), file="沙河县审计局/2022.docx")
    names = bodies([a, b, bare])
    assert names[bare.report_id] == "沙河县审计局"
    lost = replace(bare, report_id="x", file="别处/2022.docx")
    assert bodies([a, b, lost])["x"] == "审计局"


def test_a_name_that_says_its_level_joins_no_body_of_another_level() -> None:
    county, district = report("无。", 2021, "沙河县审计局"), report("无。", 2021, "江北区审计局")
    bare = report("无。", 2022, "区审计局")
    assert bodies([county, district, bare])[bare.report_id] == "江北区审计局"
    assert bodies([county, bare])[bare.report_id] == "区审计局"


def test_a_name_without_a_place_joins_the_body_whose_figures_it_goes_on_with() -> None:
    a = report("受理投诉⟦1,234件¦ind=adm_complaints_handled⟧、罚没⟦56.78万元¦ind=mkt_fines⟧。", 2021, "沙河市审计局")
    b = report("受理投诉⟦2,345件¦ind=adm_complaints_handled⟧、罚没⟦67.89万元¦ind=mkt_fines⟧。", 2021, "青禾市审计局")
    told = "受理投诉⟦1,300件⟧，上年⟦1,234件¦status=prior⟧，罚没⟦60.1万元⟧，上年⟦56.78万元¦status=prior⟧。"
    bare = report(told, 2022, "市审计局")
    assert bodies([a, b, bare])[bare.report_id] == "沙河市审计局"
    assert bodies([a, b, report("没有说。", 2022, "市审计局")])["2022市审计局"] == "市审计局"


def test_a_body_that_tells_its_new_name_is_one() -> None:
    old = report("无。", 2023, "沙河县农业学校")
    new = report("经批准，沙河县农业学校自2024年4月起更名为沙河县中等专业学校。", 2024, "沙河县中等专业学校")
    assert set(bodies([old, new]).values()) == {"沙河县中等专业学校"}
    other = report("经批准，青禾县农业学校自2024年4月起更名为青禾县中等专业学校。", 2024, "沙河县中等专业学校")
    assert len(set(bodies([old, other]).values())) == 2


@pytest.mark.parametrize(
    "told",
    [
        "2024年2月原县交通和地方海事局更名为县交通运输局。",
        "县交通运输局（2024年3月由原县交通和地方海事局更名）开展了自评。",
        "沙河县交通和地方海事局（以下简称县局）已正式更名为沙河县交通运输局。",
    ],
)
def test_the_ways_in_which_a_change_of_name_is_told(told: str) -> None:
    old, new = report("无。", 2023, "沙河县交通和地方海事局"), report(told, 2024, "沙河县交通运输局")
    assert len(set(bodies([old, new]).values())) == 1
    assert len(set(bodies([old, report("无。", 2024, "沙河县交通运输局")]).values())) == 2


def test_a_long_run_of_digits_before_a_change_of_name_costs_no_time() -> None:
    """The pattern of dates once tried every way to part the digits: forty of them would never have ended."""
    lost = report("沙河县某局" + "1" * 1_000 + "，沙河县某局" + "1" * 60 + "更名为沙河县公园局。", 2024, "沙河县公园局")
    assert bodies([lost]) == {lost.report_id: "沙河县公园局"}


def test_places() -> None:
    assert parse_name("沙河市市场监督管理局").kind == "market"
    assert parse_name("区审计局", "沙河市江北区").place == ("沙河市", "江北区")


def test_missing_is_not_zero() -> None:
    got = cells(
        report("低保对象⟦20人¦ind=civ_dibao_persons⟧。", 2021),
        report("低保对象⟦0人¦ind=civ_dibao_persons⟧。", 2022),
        report("没有说。", 2023),
    )
    assert got["civ_dibao_persons", 2022].value == 0
    assert got["civ_dibao_persons", 2022].state == "value"
    assert got["civ_dibao_persons", 2023].value is None
    assert got["civ_dibao_persons", 2023].state == "missing"


def test_unreadable_is_neither_missing_nor_zero() -> None:
    scan = replace(report("没有说。", 2022), notices=(Notice("unreadable_page", "本页读不出来", 3),))
    got = cells(report("低保对象⟦20人¦ind=civ_dibao_persons⟧。", 2021), scan, report("没有说。", 2023))
    assert got["civ_dibao_persons", 2022].state == "unreadable"
    assert got["civ_dibao_persons", 2022].value is None
    assert got["civ_dibao_persons", 2023].state == "missing"


def test_persons_not_households() -> None:
    both = "在册低保⟦1,240户¦ind=civ_dibao_persons¦item=低保对象⟧⟦2,015人¦ind=civ_dibao_persons¦item=低保对象⟧。"
    made = compare([report(both, 2021)])
    assert [s.value for s in made.series] == [2015]
    assert [s.value for s in made.series_parts] == [1240]


def test_own_report_before_the_later_ones_prior_figure() -> None:
    first = report("办件⟦300件¦ind=adm_service_cases⟧。", 2021)
    second = report("办件⟦350件¦ind=adm_service_cases⟧，上年⟦310件¦ind=adm_service_cases¦status=prior⟧。", 2022)
    got = cells(first, second)
    assert (got["adm_service_cases", 2021].value, got["adm_service_cases", 2021].origin) == (300, "own")


def test_a_later_report_fills_a_missing_year_and_says_so() -> None:
    text = "办件⟦350件¦ind=adm_service_cases⟧，比上年的⟦310件¦ind=adm_service_cases¦status=prior⟧增加⟦40件¦status=change⟧。"
    got = cells(report("没有说。", 2021), report(text, 2022))
    assert (got["adm_service_cases", 2021].value, got["adm_service_cases", 2021].origin) == (310, "later_report")


@pytest.mark.parametrize("when", ["年初的", "一季度的", "前三年的"])
def test_another_time_is_not_the_year_before(when: str) -> None:
    text = f"供餐由{when}⟦310件¦ind=adm_service_cases¦status=prior⟧提升到⟦350件¦ind=adm_service_cases⟧。"
    assert ("adm_service_cases", 2021) not in cells(report(text, 2022))


def test_targets_and_changes_fill_no_cell() -> None:
    text = "举办培训⟦5期¦ind=adm_trainings¦status=target⟧，增加⟦2期¦ind=adm_trainings¦status=change⟧。"
    assert cells(report(text, 2022)) == {}


def test_whole_before_part_even_when_the_part_was_not_seen() -> None:
    text = "年末职工⟦394人¦ind=adm_staff_onboard¦item=职工⟧，其中在编⟦238人¦ind=adm_staff_onboard¦item=在编人员⟧。"
    made = compare([report(text, 2022)])
    assert [s.value for s in made.series] == [394]
    assert [s.value for s in made.series_parts] == [238]


def test_contradiction_is_a_conflict_without_a_value() -> None:
    text = "办理提案⟦64件¦ind=adm_cppcc_proposals_handled¦item=提案⟧。全年办理提案⟦46件¦ind=adm_cppcc_proposals_handled¦item=提案⟧。"
    cell = cells(report(text, 2022))["adm_cppcc_proposals_handled", 2022]
    assert (cell.state, cell.value, len(cell.fact_ids)) == ("conflict", None, 2)


def test_rounding_is_no_conflict() -> None:
    text = "发放⟦3.15万元¦ind=civ_relief_amount¦item=救助金⟧。共发放⟦31,520元¦ind=civ_relief_amount¦item=救助金⟧。"
    assert cells(report(text, 2022))["civ_relief_amount", 2022].state == "value"


def test_a_project_report_does_not_speak_for_the_body() -> None:
    whole = report("支出⟦900万元¦ind=bud_executed⟧。", 2022)
    one = report("支出⟦20万元¦ind=bud_executed⟧。", 2022, kind="project_self_evaluation", key="项目")
    made = compare([one, whole])
    assert [s.value for s in made.series] == [9000000]
    assert [s.value for s in made.series_parts] == [200000]


def test_a_figure_among_problems_stands_only_where_nothing_else_does() -> None:
    problem = replace(
        report("县级养护资金缺口大，到位率⟦85%¦item=到位率¦ind=bud_funds_rate⟧。", 2022),
        sections=(Section("s", "problems", None, "存在的问题", 1, 0, 99),),
    )
    problem = replace(problem, facts=tuple(replace(f, section_id="s") for f in problem.facts))
    assert cells(problem)["bud_funds_rate", 2022].value == 85
    told = report("配套资金到位率⟦92%¦item=到位率¦ind=bud_funds_rate⟧。", 2022, key="二")
    assert cells(problem, told)["bud_funds_rate", 2022].value == 92


def test_the_figure_in_line_with_other_years_before_the_one_far_from_them() -> None:
    first = report("检查经营主体⟦8,640户次¦ind=mkt_inspections¦item=经营主体⟧。", 2021)
    last = report("检查经营主体⟦9,850户次¦ind=mkt_inspections¦item=经营主体⟧。", 2023)
    text = (
        "检查使用单位⟦638户次¦ind=mkt_inspections¦item=使用单位⟧。检查企业⟦9,120户次¦ind=mkt_inspections¦item=企业⟧。"
    )
    got = cells(first, report(text, 2022), last)
    assert got["mkt_inspections", 2022].value == 9120
    alone = cells(report(text, 2022), last)  # one other year proves nothing
    assert alone["mkt_inspections", 2022].value == 638


def test_what_was_not_done_is_not_what_was() -> None:
    got = cells(
        report("收到提案175件，不予立案的⟦17件¦item=提案¦act=不予立案¦ind=cppcc_proposals_filed⟧转作来信。", 2022)
    )
    assert ("cppcc_proposals_filed", 2022) not in got
    got = cells(report("不起诉⟦17件¦item=案件¦act=不起诉¦ind=jus_nonprosecution⟧。", 2022))
    assert all(c.value == 17 for c in got.values())


def test_years_in_one_unit() -> None:
    got = cells(
        report("造林⟦300亩¦ind=agr_afforestation⟧。", 2021),
        report("造林⟦20公顷¦ind=agr_afforestation⟧。", 2022),
        report("造林⟦450亩¦ind=agr_afforestation⟧。", 2023),
    )
    cell = got["agr_afforestation", 2022]
    assert (cell.value, cell.unit) == (300, "亩")


def test_order_of_reports_does_not_matter() -> None:
    made = [report(f"办件⟦{n}件¦ind=adm_service_cases⟧。", 2018 + n) for n in range(1, 5)]
    assert compare(made) == compare(made[::-1])


@given(st.integers(1, 9_999_999), st.integers(0, 4))
def test_a_number_agrees_with_its_own_rounding(value: int, digits: int) -> None:
    rounded = round(value / 10_000, digits)
    text = f"⟦{value}元¦item=甲⟧。⟦{rounded:.{digits}f}万元¦item=甲⟧。"
    a, b = marked(text).facts
    assert agree(a, b)
    assert step(b.evidence.quote, b.quantity.value) >= 1 or b.quantity.value == 0


@pytest.mark.parametrize(("unit", "other"), [("名", "人"), ("场", "次"), ("公顷", "亩")])
def test_families(unit: str, other: str) -> None:
    assert family(unit) == other


@given(st.floats(0.01, 1e6))
def test_conversion_goes_both_ways(value: float) -> None:
    there = convert(value, "公顷", "亩")
    assert there is not None
    back = convert(there, "亩", "公顷")
    assert back == pytest.approx(value, rel=1e-6, abs=1e-8)


def test_a_figure_nearer_to_the_other_years_is_meant() -> None:
    """Of two figures of equal standing; one that is far from all others is shown as a conflict, not as the figure."""
    years = [report(f"全市基本医保参保⟦{n}万人¦ind=hlt_insured⟧。", y) for y, n in ((2021, 72.4), (2022, 72.1))]
    survey = "访问参保群众⟦1,200人¦ind=hlt_insured⟧。"
    both = cells(*years, report(survey + "全市基本医保参保⟦71.9万人¦ind=hlt_insured⟧。", 2023))
    assert both["hlt_insured", 2023].value == 719_000
    alone = cells(*years, report(survey, 2023))["hlt_insured", 2023]
    assert (alone.value, alone.state) == (None, "conflict")


def test_the_more_exact_figure_is_meant() -> None:
    got = cells(
        report(
            "办件量突破⟦50万件¦ind=adm_service_cases¦item=办件⟧。全年办件⟦512,800件¦ind=adm_service_cases¦item=办件⟧。",
            2023,
        )
    )
    assert got["adm_service_cases", 2023].value == 512_800


def test_the_figure_that_arithmetic_tells_is_meant() -> None:
    """Of two rates the one that expenditure over budget gives, where the parts of the expenditure prove it."""
    text = (
        "信息化项目执行率⟦90%¦ind=bud_execution_rate¦item=执行率⟧，执行率⟦95%¦ind=bud_execution_rate¦item=执行率⟧。"
        "全年预算⟦200.00万元¦ind=bud_adjusted_budget⟧，支出⟦190.00万元¦ind=bud_executed¦item=支出⟧，"
        "其中基本支出⟦120.00万元¦ind=bud_basic_expenditure⟧，项目支出⟦70.00万元¦ind=bud_project_expenditure⟧。"
    )
    assert cells(report(text, 2023))["bud_execution_rate", 2023].value == 95


@pytest.mark.parametrize("case", CASES, ids=[c["why"] for c in CASES])
def test_whose_figure_of_which_time(case: dict[str, Any]) -> None:
    cell = cells(report(case["text"], 2023, case["name"])).get((case["indicator"], 2023))
    assert (cell.value if cell else None) == case["value"]
