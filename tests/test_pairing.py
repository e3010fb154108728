"""Measures paired with problems: by meaning, category and place, jointly."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from textperf.classify.categories import label_findings
from textperf.classify.pairing import pair, pairs
from textperf.model import Evidence, Finding, Meta, Report

P = [
    "部分项目支出进度偏慢，年末结转31万元",
    "绩效指标细化量化不足",
    "执法力量薄弱，持证人员仅5人",
    "图书馆新书入账不及时",
]
M = [
    "加快支出进度，按月通报，减少结转",
    "建立绩效指标库，细化量化指标",
    "充实执法力量，补充持证人员3人",
    "新书到馆后10日内办理入账",
]


def build(*found: tuple[str, str]) -> Report:
    text, findings = "", []
    for kind, quote in found:
        findings.append(Finding("r", kind, Evidence(len(text), len(text) + len(quote), quote)))  # type: ignore[arg-type]
        text += quote + "。\n"
    return label_findings(Report("r", "r.txt", Meta(), text, None, "txt", findings=tuple(findings)))


def answered(report: Report) -> dict[str, list[str]]:
    quotes = {f.finding_id: f.evidence.quote for f in report.findings}
    return {f.evidence.quote: [quotes[a] for a in f.answers] for f in pair(report).findings if f.type == "measure"}


@settings(deadline=None)  # the first run imports scipy
@given(st.permutations(range(4)))
def test_order_of_the_measures_does_not_matter(order: list[int]) -> None:
    r = build(*(("problem", p) for p in P), *(("measure", M[i]) for i in order))
    assert answered(r) == {M[i]: [P[i]] for i in range(4)}


def test_problem_and_measure_in_turn() -> None:
    r = build(*(x for p, m in zip(P, M, strict=True) for x in (("problem", p), ("cause", "人手少"), ("measure", m))))
    assert answered(r) == {m: [p] for p, m in zip(P, M, strict=True)}


def test_two_measures_for_one_problem() -> None:
    r = build(("problem", P[0]), ("measure", "加快支出进度，按月通报"), ("measure", "提前编制用款计划，按节点支付"))
    assert answered(r) == {"加快支出进度，按月通报": [P[0]], "提前编制用款计划，按节点支付": [P[0]]}


def test_a_measure_about_something_else_answers_nothing() -> None:
    r = build(
        ("problem", P[1]), ("problem", P[3]), ("measure", "加大反诈宣传力度"), ("measure", M[1]), ("measure", M[3])
    )
    assert answered(r) == {"加大反诈宣传力度": [], M[1]: [P[1]], M[3]: [P[3]]}


def test_what_a_measure_is_aimed_at_counts() -> None:
    start = "针对停车难题，"
    text = "停车难题突出。\n讲解员不足。\n" + start + "盘点地块，挖掘潜力。"
    spans = [("problem", "停车难题突出"), ("problem", "讲解员不足"), ("measure", "盘点地块，挖掘潜力")]
    findings = tuple(
        Finding("r", k, Evidence(text.index(q), text.index(q) + len(q), q))
        for k, q in spans  # type: ignore[arg-type]
    )
    assert answered(Report("r", "r", Meta(), text, None, "txt", findings=findings)) == {
        "盘点地块，挖掘潜力": ["停车难题突出"]
    }


def test_a_second_measure_of_the_same_sentence_answers_the_same_problem() -> None:
    first, second = "加快支出进度，按月通报", "把排名靠后的请来座谈"
    text = "".join(f"{p}。\n" for p in P[:2]) + f"{first}；{second}。\n{M[1]}。\n"
    spans = [*(("problem", p) for p in P[:2]), ("measure", first), ("measure", second), ("measure", M[1])]
    findings = tuple(
        Finding("r", k, Evidence(text.index(q), text.index(q) + len(q), q))
        for k, q in spans  # type: ignore[arg-type]
    )
    r = label_findings(Report("r", "r", Meta(), text, None, "txt", findings=findings))
    assert answered(r) == {first: [P[0]], second: [P[0]], M[1]: [P[1]]}


def test_a_failing_told_far_above_shifts_no_order() -> None:
    stray, far = "会议室设备陈旧", "全年召开会议。" * 60
    texts = [stray, far, "甲乡事项未办结", "乙乡事项未办结", "逐件办结甲类", "逐件办结乙类"]
    kinds = ["problem", "", "problem", "problem", "measure", "measure"]
    text = "\n".join(texts)
    findings = tuple(
        Finding("r", k, Evidence(text.index(q), text.index(q) + len(q), q))
        for k, q in zip(kinds, texts, strict=True)  # type: ignore[arg-type]
        if k
    )
    r = label_findings(Report("r", "r", Meta(), text, None, "txt", findings=findings))
    assert answered(r) == {texts[4]: [texts[2]], texts[5]: [texts[3]]}


def test_no_pairs_without_both_kinds() -> None:
    assert pairs(build(("problem", P[0]))) == ()
    assert pairs(build(("measure", M[0]))) == ()
    assert pairs(build()) == ()


def test_human_answers_stay() -> None:
    r = build(("problem", P[0]), ("problem", P[1]), ("measure", M[0]))
    p1 = r.findings[1].finding_id
    human = Finding("r", "measure", r.findings[2].evidence, labelled_by="human", answers=(p1,))
    r = Report("r", "r", Meta(), r.text, None, "txt", findings=(*r.findings[:2], human))
    assert pair(r).findings[2].answers == (p1,)
