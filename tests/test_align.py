"""The same count in two years, the optimal assignment behind it, and what may not be joined."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textperf.compare import compare
from textperf.compare.align import alignments
from textperf.compare.assignment import best_pairs
from textperf.compare.check_rules import marked
from textperf.compare.similar import dice, inside
from textperf.model import Meta, Report


def report(text: str, year: int) -> Report:
    made = marked(text, year)
    rid = str(year)
    return replace(
        made, report_id=rid, meta=Meta(None, None, "沙河县图书馆", year),
        facts=tuple(replace(f, report_id=rid) for f in made.facts),
    )  # fmt: skip


def pairs(*texts: str) -> set[tuple[str, str]]:
    reports = [report(t, 2021 + n) for n, t in enumerate(texts)]
    quotes = {f.fact_id: f.evidence.quote for r in reports for f in r.facts}
    return {(quotes[a.fact_a], quotes[a.fact_b]) for a in alignments("沙河县图书馆", reports)}


def test_wording_may_change() -> None:
    a = "培训教师⟦420人次¦item=教师⟧，放映公益电影⟦36场¦item=公益电影⟧。"
    b = "全年参训教师⟦480人次¦item=教师⟧，公益电影放映⟦31场¦item=公益电影⟧。"
    assert pairs(a, b) == {("420人次", "480人次"), ("36场", "31场")}


def test_unit_and_noun_decide() -> None:
    assert pairs("流动图书车⟦3辆¦item=流动图书车⟧。", "流动图书车服务⟦3次¦item=流动图书车服务⟧。") == set()
    assert pairs("修建水渠⟦12公里¦item=水渠⟧。", "新购图书⟦12公里¦item=图书⟧。") == set()


def test_another_unit_of_the_same_kind() -> None:
    assert pairs("治理水土流失⟦32平方公里¦item=水土流失面积⟧。", "治理水土流失⟦2,850公顷¦item=水土流失面积⟧。") == {
        ("32平方公里", "2,850公顷")
    }


def test_over_a_gap_only_where_the_year_between_is_silent() -> None:
    said = "举办读书会⟦{}场¦item=读书会⟧。"
    silent = "闭馆⟦57天¦item=闭馆⟧。"
    assert pairs(said.format(9), silent, said.format(11)) == {("9场", "11场")}
    assert pairs(said.format(9), said.format(10), said.format(11)) == {("9场", "10场"), ("10场", "11场")}


def test_targets_are_not_counts() -> None:
    assert pairs("读书会⟦9场¦item=读书会⟧。", "计划举办读书会⟦9场¦item=读书会¦status=target⟧。") == set()


def test_two_counts_of_one_item_keep_their_verbs() -> None:
    a = "受理举报⟦37件¦item=举报⟧，办结举报⟦36件¦item=举报⟧。"
    b = "受理举报⟦52件¦item=举报⟧，办结举报⟦51件¦item=举报⟧。"
    assert pairs(a, b) == {("37件", "52件"), ("36件", "51件")}


def test_cells_of_one_indicator_are_joined() -> None:
    a = report("分馆⟦14个¦ind=adm_subordinate_units¦item=分馆⟧。", 2021)
    b = report("下属单位⟦15个¦ind=adm_subordinate_units¦item=下属单位⟧。", 2022)
    made = compare([a, b])
    assert [(x.year_a, x.year_b, x.score) for x in made.alignments] == [(2021, 2022, 1.0)]


@given(st.lists(st.lists(st.sampled_from([0.0, 0.1, 0.4, 0.7, 0.9]), min_size=3, max_size=3), min_size=1, max_size=4))
def test_assignment_is_the_best(scores: list[list[float]]) -> None:
    rows = range(len(scores))
    got = best_pairs(scores)
    assert len({i for i, _ in got}) == len({j for _, j in got}) == len(got)
    assert all(scores[i][j] > 0 for i, j in got)
    places = [*range(3), *[None] * len(scores)]
    best = max(
        sum(scores[i][j] for i, j in zip(rows, order, strict=False) if j is not None)
        for order in permutations(places, len(scores))
    )
    assert sum(scores[i][j] for i, j in got) == pytest.approx(best)


@given(st.text("培训教师人次低保对象", max_size=8), st.text("培训教师人次低保对象", max_size=8))
def test_likeness_is_symmetric_and_bounded(a: str, b: str) -> None:
    assert dice(a, b) == dice(b, a)
    assert 0 <= dice(a, b) <= inside(a, b) <= 1
