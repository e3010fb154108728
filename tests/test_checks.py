"""Contradictions that must be reported and consistent figures that must not; each rule's own examples."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from textperf.batch.run import run
from textperf.cli import app
from textperf.compare import check_report, compare
from textperf.compare.check_rules import failures, marked, read_checks, shipped
from textperf.compare.rulecheck import KINDS
from textperf.model import FundingRow, IndicatorRow, Meta, Report
from textperf.rules.check import check_rules
from textperf.rules.loader import HERE, RuleError
from textperf.store.database import Store


def rules_of(report: Report) -> set[str]:
    return {c.rule for c in check_report(report)}


def test_examples_of_all_rules() -> None:
    assert list(failures(shipped())) == []


def test_rule_files_of_compare_hold() -> None:
    assert [p for p in check_rules(HERE, KINDS) if "不认识的规则文件" not in p] == []


def test_at_least_ten_kinds_and_each_sentence_rule_has_both_examples() -> None:
    assert len({r.kind for r in shipped()}) >= 10
    for rule in shipped():
        assert min(len(rule.examples), len(rule.counter_examples)) > 0, rule.id


def test_message_says_what_is_expected_and_what_stands_there() -> None:
    (check,) = check_report(marked("收到提案⟦152件⟧，其中经济⟦48件⟧、农业⟦37件⟧、社会⟦39件⟧、城建⟦31件⟧。"))
    assert (check.expected, check.found, check.severity) == ("155件", "152件", "error")
    assert "155件" in check.message
    assert "152件" in check.message
    assert len(check.fact_ids) == 5


@given(st.lists(st.integers(1, 400), min_size=3, max_size=6))
def test_right_lists_are_never_reported(parts: list[int]) -> None:
    listed = "、".join(f"第{'甲乙丙丁戊己'[n]}类⟦{p}件⟧" for n, p in enumerate(parts))
    assert check_report(marked(f"收到建议⟦{sum(parts)}件⟧，其中{listed}。")) == ()


@given(st.lists(st.integers(20, 400), min_size=3, max_size=6), st.sampled_from([-2, -1, 1, 2]))
def test_lists_that_are_off_by_little_are(parts: list[int], off: int) -> None:
    total = sum(parts) + off
    listed = "、".join(f"第{'甲乙丙丁戊己'[n]}类⟦{p}件⟧" for n, p in enumerate(parts))
    if total in parts or any(sum(parts[:n]) == total for n in range(2, len(parts))):
        return
    if any(sum(parts[:n]) == parts[n] for n in range(2, len(parts))):
        return  # 20、20、40: the last may be the sum of those before it, and nothing is plain
    assert rules_of(marked(f"收到建议⟦{total}件⟧，其中{listed}。")) == {"parts_total"}


@given(st.integers(200, 9000), st.integers(100, 9000))
def test_right_rates_are_never_reported(bottom: int, top: int) -> None:
    top = min(top, bottom)
    text = f"受理案件⟦{bottom}件⟧，审结⟦{top}件⟧，结案率⟦{100 * top / bottom:.2f}%⟧。"
    assert check_report(marked(text)) == ()


def test_table_checks() -> None:
    rows = (
        IndicatorRow("x", "产出", "数量", "培训人次", "≥200人次", "180人次", 50, 50, None),
        IndicatorRow("x", "效益", "社会", "知晓率", "≥90%", "93%", 40, 41, None),
    )
    money = (FundingRow("x", "年度资金总额", 100.0, 180.0, 171.9, 10, 96.5, 9.65, "万元"),)
    report = replace(marked("无数字。"), indicator_rows=rows, funding_rows=money)
    found = {c.rule: c for c in check_report(report)}
    assert set(found) == {"table_rate", "table_score", "score_over_weight"}
    assert (found["table_rate"].expected, found["table_rate"].found) == ("95.50%", "96.5%")


def test_table_total_against_the_text_of_a_project_report() -> None:
    rows = (IndicatorRow("x", "产出", "数量", "培训人次", "200人次", "200人次", 90, 86.0, None),)
    money = (FundingRow("x", "年度资金总额", 100.0, 180.0, 171.9, 10, 95.5, 9.9, "万元"),)
    text = marked("自评得分⟦96.9分¦ind=eval_self_score¦item=自评得分⟧。")
    report = replace(
        text, indicator_rows=rows, funding_rows=money, meta=Meta(None, None, "某局", 2023, "project_self_evaluation")
    )
    assert {c.rule for c in check_report(report)} == {"table_sum"}
    whole = replace(report, meta=Meta(None, None, "某局", 2023, "overall_self_evaluation"))
    assert check_report(whole) == ()  # the body's own mark is another one than its project's


def test_title_year_against_the_body() -> None:
    title = "沙河县民政局2024年度整体支出绩效自评报告"
    body = "2023年度预算。2023年度支出。2023年度收入。2023年度结余。2023年度采购。"
    report = replace(marked(title + "\n" + body), meta=Meta(title, None, "沙河县民政局", 2024))
    assert rules_of(report) == {"title_year"}
    right = replace(marked(title + "\n" + body.replace("2023", "2024")), meta=Meta(title, None, "沙河县民政局", 2024))
    assert check_report(right) == ()


def two(first: str, second: str, years: tuple[int, int] = (2021, 2022)) -> list[Report]:
    out = []
    for number, (text, year) in enumerate(zip((first, second), years, strict=True)):
        made = marked(text, year)
        rid = f"r{number}"
        out.append(
            replace(
                made, report_id=rid, meta=Meta(None, None, "沙河县应急局", year, "overall_self_evaluation"),
                facts=tuple(replace(f, report_id=rid) for f in made.facts),
            )
        )  # fmt: skip
    return out


def test_last_years_figure_told_anew() -> None:
    own = "排查隐患⟦1,385处¦ind=emg_hazards_found¦item=隐患⟧。"
    told = (
        "排查隐患⟦1,642处¦ind=emg_hazards_found¦item=隐患⟧，上年为⟦{}处¦ind=emg_hazards_found¦item=隐患¦status=prior⟧。"
    )
    assert [c.rule for c in compare(two(own, told.format("1,358"))).checks] == ["prior_value"]
    assert compare(two(own, told.format("1,385"))).checks == ()


def test_two_versions_of_one_year() -> None:
    text = "公务用车⟦{}辆¦ind=adm_vehicles¦item=公务用车⟧。"
    assert [c.rule for c in compare(two(text.format(4), text.format(5), (2022, 2022))).checks] == ["same_year_twice"]
    assert compare(two(text.format(4), text.format(4), (2022, 2022))).checks == ()


def test_local_rules_are_read_when_uncommented(tmp_path: Path) -> None:
    example = (HERE / "checks_local.toml.example").read_text("utf-8")
    rules_of_it = example[example.index("# [[check]]") :].split("\n")
    lines = [line.removeprefix("# ").removeprefix("#") for line in rules_of_it]
    path = tmp_path / "checks_local.toml"
    path.write_text("\n".join(lines), "utf-8")
    rules = read_checks(path)
    assert [r.kind for r in rules] == ["cap", "cap"]
    assert list(failures(rules)) == []


def test_dates_of_another_year() -> None:
    (check,) = check_report(marked("截至2024年12月31日，支出⟦171.90万元⟧。", 2023))
    assert (check.rule, check.found, len(check.fact_ids)) == ("other_year", "2024年12月31日", 1)
    assert check_report(marked("截至2024年12月31日，支出⟦171.90万元⟧。", 2024)) == ()
    # Last year's close beside this year's is a comparison or what was carried over.
    assert check_report(marked("截至2022年底，已付清工程款。\n截至2023年底，已拨付运行费。", 2023)) == ()


@given(st.dates(min_value=date(2015, 1, 1), max_value=date(2030, 12, 31)))
def test_no_day_of_the_calendar_is_reported_as_none(day: date) -> None:
    assert check_report(marked(f"{day.year}年{day.month}月{day.day}日召开部门会议。")) == ()


def test_wrong_rows_in_examples_are_told() -> None:
    with pytest.raises(RuleError, match="5 格"):
        marked("⟪指标：知晓率｜≥90%｜93%⟫")
    with pytest.raises(RuleError, match="不是数"):
        marked("⟪指标：知晓率｜≥90%｜93%｜十｜10⟫")


LOCAL = """
[[check]]
id = "cap_low_execution"
kind = "cap"
when = "bud_execution_rate"
below = 80
then = "eval_self_score"
at_most = 90
severity = "warning"
message = "预算执行率{cause}，按本地办法自评得分最高{expected}分，自评写的是{found}"
examples = ["预算执行率⟦75.2%¦ind=bud_execution_rate⟧，自评得分⟦93.5分¦ind=eval_self_score⟧。"]
"""


def test_local_rules_of_a_run(tmp_path: Path) -> None:
    folder, out, rules = tmp_path / "in", tmp_path / "out", tmp_path / "checks_local.toml"
    folder.mkdir()
    (folder / "民政.txt").write_text(
        "沙河县民政局2023年度部门整体支出绩效自评报告\n一、部门概况\n沙河县民政局负责民政工作。\n二、预算执行情况\n"
        "2023年预算执行率75.2%。\n三、自评结论\n经自评，自评得分93.5分，等级为“优”。\n",
        "utf-8",
    )
    rules.write_text(LOCAL, "utf-8")

    def told() -> list[str]:
        with Store(out / "textperf.db", readonly=True) as store:
            return [r["message"] for r in store.rows("SELECT message FROM checks WHERE rule = 'cap_low_execution'")]

    run([folder], out, jobs=1)
    assert told() == []
    again = run([folder], out, jobs=1, local=read_checks(rules))  # other rules: nothing is read anew, all is compared
    assert again.files_read == 0
    assert told() == ["预算执行率75.2%，按本地办法自评得分最高90.0分，自评写的是93.5分"]
    run([folder], out, jobs=1)
    assert told() == []


def test_a_local_rule_whose_example_fails_ends_the_command(tmp_path: Path) -> None:
    rules = tmp_path / "own.toml"
    rules.write_text(LOCAL.replace("75.2%", "85.2%"), "utf-8")
    result = CliRunner().invoke(app, ["run", str(tmp_path), "-o", str(tmp_path / "o"), "--checks", str(rules)])
    assert result.exit_code == 2
    assert "own.toml（cap_low_execution）：没有报出" in result.stderr
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[check]]\nid = "a"\nkind = "parst"\nseverity = "error"\nmessage = "x"\n', "不认识的 kind"),
        ('[[check]]\nid = "a"\nkind = "parts"\nseverity = "bad"\nmessage = "x"\n', "severity"),
        ('[[check]]\nid = "a"\nkind = "parts"\nseverity = "error"\n', "缺少 message"),
    ],
)
def test_wrong_rules_name_file_and_rule(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "checks.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(RuleError, match=says) as error:
        read_checks(path)
    assert "checks.toml" in str(error.value)
    assert "a" in str(error.value)
