"""Promises and what became of them, with the evidence; silence is unclear, never done."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from textperf.compare.check_rules import marked
from textperf.compare.followup import followups
from textperf.compare.model import Followup
from textperf.model import Evidence, Finding, Meta, Report

_SPAN = re.compile("⟪([PM])([^⟫]*)⟫")


def report(text: str, year: int) -> Report:
    """Marked sentences in which ⟪P…⟫ is a problem and ⟪M…⟫ a measure that answers the problem before it."""
    spans = [(m[1], re.sub("[⟦⟧]|¦[^⟧¦]*", "", m[2])) for m in _SPAN.finditer(text)]
    made = marked(_SPAN.sub(lambda m: m[2], text), year)
    rid = str(year)
    findings: list[Finding] = []
    at, problem = 0, ""
    for kind, quote in spans:
        start = made.text.index(quote, at)
        at = start + len(quote)
        found = Finding(rid, "problem" if kind == "P" else "measure", Evidence(start, at, quote), "staffing")
        if kind == "P":
            problem = found.finding_id
        elif problem:
            found = replace(found, answers=(problem,))
        findings.append(found)
    return replace(
        made, report_id=rid, meta=Meta(None, None, "沙河县民政局", year), findings=tuple(findings),
        facts=tuple(replace(f, report_id=rid) for f in made.facts),
    )  # fmt: skip


def follow(promise: str, account: str) -> Followup:
    reports = [
        report(promise, 2021),
        report("本局概况如下，职能未变。" + account + "其他工作正常开展，不再赘述。", 2022),
    ]
    (row,) = followups("沙河县民政局", reports)
    assert all(reports[1].text[p.start : p.end] == p.quote for p in row.evidence)
    return row


@pytest.mark.parametrize(
    ("promise", "account"),
    [
        ("⟪M新建互助养老点⟦100个¦item=互助养老点¦status=target⟧⟫。", "互助养老点新建⟦106个¦item=互助养老点⟧。"),
        ("⟪M建成分类绩效指标库⟫。", "分类绩效指标库已于5月上线。"),
        ("⟪M招聘护理人员⟦8名¦item=护理人员¦status=target⟧⟫。", "上年承诺的护理人员⟦8名¦item=护理人员⟧全部到岗。"),
        ("⟪M将平均住院日压缩到⟦8.9天¦item=平均住院日¦status=target⟧以内⟫。", "平均住院日为⟦8.8天¦item=平均住院日⟧。"),
        ("⟪P2处河堤没有完工⟫。⟪M挂图作战，汛期前完工⟫。", "上年滞后的河堤修复工程4月完工。"),
        ("⟪M对拖欠的国有房产租金开展专项清收⟫。", "历年拖欠的国有房产房租追缴到位。"),
        ("⟪M为一线执法人员配齐执法记录仪⟫。", "一线执法人员人手一台执法记录仪。"),
        ("⟪M提高护林员补助标准，解决巡护脱岗⟫。", "护林员巡护脱岗问题基本解决。"),
        (
            "⟪M修订采编外包合同，到馆图书入账率达到⟦100%¦item=到馆图书入账率¦status=target⟧⟫。",
            "修订后的采编外包合同把加工时限写入违约条款，到馆图书入账率达到⟦100%¦item=到馆图书入账率⟧。",
        ),
        # the problem says what is to be completed
        (
            "⟪P执法办案管理中心工期拖后，年底只完成主体⟫。⟪M倒排工期，确保6月底前投入使用⟫。",
            "执法办案管理中心5月18日启用。",
        ),
        # the promised number weighs more than words about what is still lacking
        (
            "⟪M配套资金到位率不低于⟦90%¦item=配套资金到位率¦status=target⟧⟫。",
            "养护资金缺口尚未补齐，配套资金到位率虽升至⟦91%¦item=配套资金到位率⟧，但仍短缺⟦420万元¦item=养护资金⟧。",
        ),
    ],
)
def test_kept(promise: str, account: str) -> None:
    assert follow(promise, account).verdict == "done"


@pytest.mark.parametrize(
    ("promise", "account"),
    [
        (
            "⟪M招聘专职仲裁员⟦12名¦item=专职仲裁员¦status=target⟧⟫。",
            "计划补充的⟦12名¦item=专职仲裁员¦status=target⟧专职仲裁员仅到位⟦5名¦item=专职仲裁员⟧。",
        ),
        ("⟪M修订提案办理考核办法⟫。", "提案办理考核办法修订工作滞后，至今尚未出台。"),
        (
            "⟪M争取奖补资金⟦30万元¦item=奖补资金¦status=target⟧⟫。",
            "上年申报的⟦30万元¦item=奖补资金⟧奖补资金没有争取到位。",
        ),
        ("⟪M把流动率降到⟦10%¦item=流动率¦status=target⟧以内⟫。", "网格员流动率⟦15.2%¦item=流动率⟧。"),
        ("⟪M更换收费业务信息系统⟫。", "收费业务信息系统招标两次废标，还在使用旧系统。"),
        (
            "⟪M争取护林经费⟦120万元¦item=护林经费¦status=target⟧⟫。",
            "护林经费⟦120万元¦item=护林经费⟧仍未下达。",
        ),
        (
            "⟪M举办专题培训⟦2期¦item=专题培训¦status=target⟧⟫。",
            "原定⟦2期¦item=专题培训¦status=target⟧专题培训只办成⟦1期¦item=专题培训⟧。",
        ),
        # of a stock that is to be dealt with wholly, another count of the same noun tells nothing
        (
            "⟪P⟦46套¦item=公租房⟧公租房空置⟫。⟪M将⟦46套¦item=公租房¦act=配租¦status=target⟧空置公租房全部配租到户⟫。",
            "筹集公租房⟦160套¦item=公租房¦act=筹集⟧。上年空置的公租房只配租了⟦15套¦item=公租房¦act=配租⟧，无人申请。",
        ),
        (
            "⟪M第四季度支出占比压到⟦35%¦item=第四季度支出¦status=target⟧以内⟫。",
            "第四季度支出⟦1,456万元¦item=第四季度支出⟧，占全年的⟦38.5%¦item=第四季度支出⟧，未能降到"
            "⟦35%¦item=第四季度支出¦status=target⟧以内。",
        ),
    ],
)
def test_broken(promise: str, account: str) -> None:
    assert follow(promise, account).verdict == "not_done"


@pytest.mark.parametrize(
    "account", ["绩效工作会议召开。", "环境整治完成。", "公务用车⟦3辆¦item=公务用车⟧。", "下一步拟建立分类绩效指标库。"]
)
def test_silence_is_unclear(account: str) -> None:
    assert follow("⟪M建成分类绩效指标库⟫。", account).verdict == "unclear"


def test_no_row_without_a_later_report() -> None:
    assert followups("沙河县民政局", [report("⟪M建成指标库⟫。", 2021)]) == []


def test_a_gap_year_uses_the_next_report_there_is() -> None:
    rows = followups("甲", [report("⟪M建成分类指标库⟫。", 2020), report("分类指标库已建成。", 2023)])
    assert [(r.year, r.next_year, r.verdict) for r in rows] == [(2020, 2023, "done")]
