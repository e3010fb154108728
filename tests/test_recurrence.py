"""Problems that come back: next year, after a gap, one for one."""

from __future__ import annotations

from dataclasses import replace

from textperf.compare.model import Followup, Passage
from textperf.compare.recurrence import recurrences
from textperf.model import Evidence, Finding, Meta, Report


def report(year: int, *problems: tuple[str, str]) -> Report:
    text, findings = "", []
    for category, quote in problems:
        findings.append(Finding(str(year), "problem", Evidence(len(text), len(text) + len(quote), quote), category))
        text += quote + "。"
    return Report(
        str(year), str(year), Meta(None, None, "沙河县审计局", year), text, None, "hand", findings=tuple(findings)
    )


def back(*reports: Report) -> list[tuple[str, int, int]]:
    return [(r.category, r.year_a, r.year_b) for r in recurrences("沙河县审计局", reports)]


def test_the_same_category_in_other_words() -> None:
    assert back(report(2021, ("staffing", "力量不足，一人多岗")), report(2022, ("staffing", "专业人员偏少"))) == [
        ("staffing", 2021, 2022)
    ]


def test_after_a_gap_and_not_over_the_year_between() -> None:
    gap = [
        report(2021, ("fund_gap", "经费缺口")),
        report(2022, ("staffing", "人手少")),
        report(2023, ("fund_gap", "缺钱")),
    ]
    assert back(*gap) == [("fund_gap", 2021, 2023)]
    chain = [report(y, ("fund_gap", "管护经费缺口")) for y in (2021, 2022, 2023)]
    assert back(*chain) == [("fund_gap", 2021, 2022), ("fund_gap", 2022, 2023)]


def test_other_categories_are_other_problems() -> None:
    assert back(report(2021, ("staffing", "力量不足")), report(2022, ("fund_gap", "经费不足"))) == []


def test_nearly_equal_words_outweigh_the_label() -> None:
    words = "小型水利工程管护经费没有稳定来源"
    assert back(report(2021, ("fund_gap", words)), report(2022, ("budget_preparation", words + "问题仍在"))) == [
        ("budget_preparation", 2021, 2022)
    ]


def test_one_for_one_by_meaning() -> None:
    first = report(2021, ("service_effect", "停车难，车位缺口大"), ("service_effect", "村级阅读点覆盖不够"))
    second = report(2022, ("service_effect", "村级阅读点覆盖仍不够"), ("service_effect", "夜里停车还是难"))
    quotes = {f.finding_id: f.evidence.quote for r in (first, second) for f in r.findings}
    got = {(quotes[r.finding_a][:2], quotes[r.finding_b][:2]) for r in recurrences("沙河县审计局", [first, second])}
    assert got == {("停车", "夜里"), ("村级", "村级")}


def test_scores_order_by_likeness() -> None:
    near = recurrences("甲", [report(2021, ("staffing", "网格员流动快")), report(2022, ("staffing", "网格员流动仍快"))])
    far = recurrences(
        "甲", [report(2021, ("staffing", "网格员流动快")), report(2022, ("staffing", "专业技术岗位空缺"))]
    )
    assert near[0].score > far[0].score > 0


def test_two_versions_of_a_year_count_once() -> None:
    twice = [
        report(2021, ("staffing", "人手少")),
        report(2021, ("staffing", "人手少")),
        report(2022, ("staffing", "人手少")),
    ]
    assert len(back(*twice)) == 1


def test_the_same_words_carry_a_problem_over_a_wrong_category() -> None:
    first = report(2021, ("staffing", "网格员队伍不稳定，全年离职31人"), ("fund_gap", "管护经费缺口较大"))
    second = report(2022, ("mechanism", "网格员队伍仍不稳定，全年离职26人"))
    third = report(2023, ("staffing", "网格员队伍还是不稳定"))
    # Under the category that the body's other years give it, not the one year's.
    assert back(first, second, third) == [("staffing", 2021, 2022), ("staffing", 2022, 2023)]
    # One year against one: the later report's word.
    assert back(first, second) == [("mechanism", 2021, 2022)]


def test_a_few_shared_words_do_not() -> None:
    first = report(2021, ("perf_awareness", "绩效管理意识较为薄弱，自评材料由一人包办"))
    second = report(2022, ("asset_procurement", "资产管理存在薄弱环节，15件家具未登记"))
    assert back(first, second) == []


def test_a_finding_without_category_takes_that_of_its_pair() -> None:
    first = report(2021, ("fund_gap", "村级管护经费缺口较大"))
    assert back(first, report(2022, ("none", "村级管护经费缺口仍较大"))) == [("fund_gap", 2021, 2022)]


def test_the_same_matter_in_other_words_and_under_another_category() -> None:
    first = report(2021, ("staffing", "森林防火队伍不稳定，护林员流动频繁，全年离职31人"))
    second = report(2022, ("mechanism", "护林员还是留不住，森林防火岗位离职26人"))
    assert back(first, second) == [("mechanism", 2021, 2022)]


def test_one_subject_with_two_troubles_is_two_problems() -> None:
    first = report(2021, ("staffing", "护林员流动太快，全年流动率达18.5%"))
    second = report(2022, ("integrity_style", "护林员手机里要填的表格有11张，来回重复"))
    assert back(first, second) == []


def test_set_phrases_join_nothing() -> None:
    first = report(2021, ("asset_procurement", "健身器材重建设轻管护，部分器材没有登记"))
    second = report(2022, ("mechanism", "“重建轻管”现象仍然突出，机电井无人管护"))
    assert back(first, second) == []


def test_what_became_of_a_measure_joins_the_problems() -> None:
    first, second = report(2021, ("perf_target", "效果指标太少")), report(2022, ("staffing", "原定的库只入了74条"))
    problem, later = first.findings[0], second.findings[0]
    measure = Finding(
        "2021", "measure", Evidence(0, 2, first.text[:2]), "refine_targets", answers=(problem.finding_id,)
    )
    reports = [replace(first, findings=(problem, measure)), second]
    passage = Passage("2022", later.evidence.start, later.evidence.end, later.evidence.quote)
    row = Followup("沙河县审计局", measure.finding_id, 2021, 2022, "not_done", (passage,))
    assert recurrences("沙河县审计局", reports) == []
    (found,) = recurrences("沙河县审计局", reports, [row])
    assert (found.finding_a, found.finding_b) == (problem.finding_id, later.finding_id)
    assert recurrences("沙河县审计局", reports, [replace(row, verdict="unclear")]) == []
