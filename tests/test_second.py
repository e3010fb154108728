"""The second opinion on the cells: what gives way, what fills a year, what is doubtful, what it leaves alone."""

from __future__ import annotations

from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_series import cells, report

from textperf.compare.reading import Reading
from textperf.compare.second import Opinion, Other, asked, context, dump, look, opinion, read_opinion
from textperf.model import Evidence, Fact, Meta, Quantity, Report
from textperf.rules.loader import RuleError

COURT = "沙河县人民法院"


def case(years: dict[int, str], name: str = "沙河县民政局", second: bool = True) -> dict[tuple[str, int], float | None]:
    made = [report(text, year, name) for year, text in years.items()]
    return {key: cell.value for key, cell in cells(*made, second=second).items()}


@pytest.mark.parametrize(
    ("years", "key", "rules", "settled", "why"),
    [
        (
            {
                2022: "全年受理各类案件⟦3,186件¦ind=jus_cases_accepted¦item=各类案件⟧。",
                2023: "上年受理各类案件⟦3,186件¦ind=jus_cases_accepted¦item=各类案件⟧，今年受理⟦3,402件¦ind=jus_cases_accepted¦item=各类案件⟧。",
                2024: "全年受理各类案件⟦3,518件¦ind=jus_cases_accepted¦item=各类案件⟧。",
            },
            ("jus_cases_accepted", 2023), 3186, 3402, "上年的数读成了当年的",
        ),
        (
            {
                2021: "检查企业⟦412家次¦ind=emg_inspections¦item=企业⟧。",
                2022: "年初计划检查企业⟦400家次¦ind=emg_inspections¦item=企业⟧，实际检查⟦436家次¦ind=emg_inspections¦item=企业⟧。",
            },
            ("emg_inspections", 2022), 400, 436, "计划数读成了实际数",
        ),
        (
            {
                2021: "现有公务用车⟦6辆¦ind=adm_vehicles¦item=公务用车⟧。",
                2022: "车辆编制与实有数一致，为⟦7辆¦item=车辆编制⟧，其中应急指挥车⟦2辆¦ind=adm_vehicles¦item=应急指挥车⟧。",
            },
            ("adm_vehicles", 2022), 2, 7, "总数没有认出指标，只有其中的一部分认出了",
        ),
        (
            {2022: "窗口全年办理投资项目审批⟦412件¦ind=mkt_cases¦item=投资项目审批⟧。立案查处价格违法案件⟦14件¦ind=mkt_cases¦item=价格违法案件⟧。"},
            ("mkt_cases", 2022), 412, 14, "一个指标下的两个数，前一个不是这个指标的；别的年度没有也看得出",
        ),
        (
            {
                2021: "举办培训6期，参训⟦410人次¦ind=adm_trainees¦item=培训¦act=参训⟧。",
                2022: "举办业务培训7期，培训乡镇民政干部、养老护理员⟦480人次¦item=养老护理员¦act=培训⟧。",
                2023: "举办业务培训班5期，参训⟦395人次¦ind=adm_trainees¦item=培训¦act=参训⟧。",
            },
            ("adm_trainees", 2022), None, 480, "没有认出指标的数，读起来是这个指标的",
        ),
    ],
)  # fmt: skip
def test_a_figure_that_does_not_read_like_the_years_own_gives_way(
    years: dict[int, str], key: tuple[str, int], rules: float | None, settled: float, why: str
) -> None:
    name = COURT if key[0].startswith("jus_") else "沙河县民政局"
    assert case(years, name, second=False).get(key) == rules, why
    assert case(years, name)[key] == settled, why


@pytest.mark.parametrize(
    ("years", "key", "value", "why"),
    [
        (
            {
                2021: "核定编制⟦33名¦ind=adm_staff_authorized¦item=编制⟧。",
                2022: "核定编制⟦33名¦ind=adm_staff_authorized¦item=编制⟧，没有变化。",
            },
            ("adm_staff_authorized", 2022), 33, "与上年相同的数也可以是对的",
        ),
        (
            {
                2021: "接待读者⟦10.2万人次¦ind=cul_visitors¦item=读者⟧。",
                2022: "受闭馆影响，全年接待读者⟦2.1万人次¦ind=cul_visitors¦item=读者⟧。",
                2023: "接待读者⟦11.0万人次¦ind=cul_visitors¦item=读者⟧。",
            },
            ("cul_visitors", 2022), 21000, "比别的年度小得多，写法却没有可疑的地方",
        ),
        (
            {
                2021: "举办业务培训⟦6期¦ind=adm_trainings¦item=业务培训⟧。",
                2022: "编印培训教材⟦8期¦item=简报¦act=编印⟧。",
                2023: "举办业务培训⟦5期¦ind=adm_trainings¦item=业务培训⟧。",
            },
            ("adm_trainings", 2022), None, "单位相同的别的数不来填没有数的年度",
        ),
    ],
)  # fmt: skip
def test_what_reads_well_stays(years: dict[int, str], key: tuple[str, int], value: float | None, why: str) -> None:
    assert case(years)[key] == value, why


def test_a_contradiction_stays_a_contradiction() -> None:
    twice = "在职⟦46人¦ind=adm_staff_onboard¦item=在职⟧。年末在职⟦48人¦ind=adm_staff_onboard¦item=在职⟧。"
    made = [report(twice, 2022), report("在职⟦46人¦ind=adm_staff_onboard¦item=在职⟧。", 2021)]
    assert cells(*made, second=True)["adm_staff_onboard", 2022].state == "conflict"


def test_weights_go_to_a_file_and_back(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "cells.json"
    path.write_text(dump(Opinion({"": -1.5, "i案件": 0.5}, {"": 2.0})), encoding="utf-8")
    assert read_opinion(path) == Opinion({"": -1.5, "i案件": 0.5}, {"": 2.0})
    path.write_text('{"year": {}}', encoding="utf-8")
    with pytest.raises(RuleError, match="格子"):
        read_opinion(path)


@given(st.text(max_size=60), st.text(max_size=20), st.floats(0, 1e12), st.lists(st.floats(0, 1e12), max_size=3))
def test_any_text_has_an_opinion(before: str, after: str, value: float, others: list[float]) -> None:
    text = f"{before}1件{after}"
    fact = Fact(
        "r",
        Evidence(len(before), len(before) + 2, "1件"),
        Quantity(value, "件"),
        "actual",
        "案",
        sentence_end=len(text),
    )
    seen = look(
        Reading(Report("r", "r.txt", Meta(None, None, "沙河县民政局", 2023, "other"), text, None, "made", (), (fact,))),
        fact,
    )
    told = [Other(2020 + n, v, "案件") for n, v in enumerate(others)]
    assert all(isinstance(f, str) and f for f in (*context(seen), *asked(seen, "jus_cases_accepted", value, told)))
    for ask in (opinion().of_year, opinion().of_kind):
        assert isfinite(ask(seen, "jus_cases_accepted", value, told))
