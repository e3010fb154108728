"""自评表 in their shapes → rows and facts; tables of amounts; what must give nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from textperf.extract.table_values import base_unit, plain_number, read_value
from textperf.extract.table_words import check_file, table_words
from textperf.extract.tables import TableResult, extract_tables
from textperf.model import Document, Source
from textperf.read.html import read_html
from textperf.read.txt import read_txt
from textperf.rules.loader import HERE
from textperf.text.fold import fold

LEAD = "<p>一、概况。本单位严格执行预算管理制度，认真开展绩效自评工作，现将情况报告如下。</p>"
Cell = str | tuple[str, str]


def grid(rows: list[list[Cell]]) -> str:
    def td(cell: Cell) -> str:
        text, span = cell if isinstance(cell, tuple) else (cell, "")
        return f"<td {span}>{text}</td>"

    return "<table>" + "".join("<tr>" + "".join(map(td, row)) + "</tr>" for row in rows) + "</table>"


def document(markup: str) -> Document:
    return read_html(f"<body>{LEAD}{markup}</body>".encode(), Source("a.html", "0" * 64, 1, "html", "html"))


def tables(markup: str) -> TableResult:
    found = document(markup)
    result = extract_tables(found, fold(found.text))
    for fact in result.facts:
        assert fact.source == "table"
        assert found.text[fact.evidence.start : fact.evidence.end] == fact.evidence.quote
    return result


def facts(result: TableResult, status: str) -> list[tuple[str, float, str]]:
    return [
        (f.item, f.quantity.value, f.quantity.unit)
        for f in result.facts
        if f.status == status and f.rule == "table.indicator"
    ]


PROJECT_FORM: list[list[Cell]] = [
    [("项目支出绩效自评表", "colspan=9")],
    [("项目名称", "colspan=2"), ("农村饮水安全巩固提升", "colspan=7")],
    [
        ("项目资金<br>（万元）", "rowspan=4 colspan=2"),
        "",
        "年初预算数",
        "全年预算数",
        "全年执行数",
        "分值",
        "执行率",
        "得分",
    ],
    ["年度资金总额", "120.00", "1,150.00", "1,148.50", "10", "99.87%", "9.9"],
    ["其中：当年财政拨款", "120.00", "150.00", "148.50", "—", "99.00%", "—"],
    ["上年结转资金", "", "", "", "—", "", "—"],
    [("年度总体目标", "rowspan=2"), ("预期目标", "colspan=4"), ("实际完成情况", "colspan=4")],
    [("目标1：新建供水站。", "colspan=4"), ("已建成。", "colspan=4")],
    [
        ("绩效指标", "rowspan=6"),
        "一级指标",
        "二级指标",
        "三级指标",
        "年度指标值",
        "实际完成值",
        "分值",
        "得分",
        "偏差原因分析及改进措施",
    ],
    [("产出指标", "rowspan=3"), ("数量指标", "rowspan=2"), "指标1：新建供水站", "≥12处", "13处", "20", "20", ""],
    ["指标2：……", "", "", "", "", ""],
    ["质量指标", "水质达标率", "≥95%", "96.5%", "20", "20", ""],
    ["效益指标", "社会效益<br>指标", "受益人口", "≥1.1万人", "1.2万人", "30", "30", ""],
    ["满意度指标", "服务对象满意度指标", "群众满意度", "≥90%", "88%", "10", "9.5", "个别村管护不及时"],
    [("总分", "colspan=6"), "100", "99.4", ""],
]


def test_the_prescribed_form() -> None:
    result = tables(grid(PROJECT_FORM))
    rows = [
        (r.level1, r.level2, r.level3, r.target, r.actual, r.weight, r.score, r.reason) for r in result.indicator_rows
    ]
    assert rows == [
        ("产出指标", "数量指标", "指标1：新建供水站", "≥12处", "13处", 20, 20, None),
        ("产出指标", "质量指标", "水质达标率", "≥95%", "96.5%", 20, 20, None),
        ("效益指标", "社会效益指标", "受益人口", "≥1.1万人", "1.2万人", 30, 30, None),
        ("满意度指标", "服务对象满意度指标", "群众满意度", "≥90%", "88%", 10, 9.5, "个别村管护不及时"),
    ]
    assert [(r.target_value, r.actual_value, r.unit) for r in result.indicator_rows][2] == (11000, 12000, "人")
    assert [
        (f.name, f.initial, f.budget, f.executed, f.weight, f.rate, f.score, f.unit) for f in result.funding_rows
    ] == [
        ("年度资金总额", 120, 1150, 1148.5, 10, 99.87, 9.9, "万元"),
        ("其中：当年财政拨款", 120, 150, 148.5, None, 99, None, "万元"),
    ]
    assert facts(result, "target")[0] == ("新建供水站", 12, "处")
    assert facts(result, "actual")[2] == ("受益人口", 12000, "人")
    bounds = [f.quantity.bound for f in result.facts if f.status == "target"]
    assert bounds == ["ge"] * 4
    (total,) = [f for f in result.facts if f.rule == "table.total"]
    assert (total.item, total.quantity.value, total.quantity.unit) == ("自评得分", 99.4, "分")
    executed = {f.item: f for f in result.facts if f.rule == "table.executed"}
    assert executed["年度资金总额全年执行数"].quantity.value == 11_485_000
    assert total.scope == "part"  # of a project, not of the body
    assert executed["当年财政拨款全年执行数"].parent == executed["年度资金总额全年执行数"].fact_id


SPLIT_FORM: list[list[Cell]] = [
    ["一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位", "完成值", "权重", "得分", "未完成原因分析"],
    [("产出指标", "rowspan=2"), "数量指标", "会议培训举办次数（次）", "≥", "2", "次", "3", "20", "20", ""],
    ["质量指标", "培训合格率", "≥", "95", "%", "98", "20", "20", ""],
    ["效益指标", "社会效益指标", "政策知晓率", "＝", "100", "百分比", "97%", "10", "9", "宣传形式单一"],
    ["满意度指标", "满意度指标", "参训人员满意度", "定性", "优", "", "优", "10", "10", ""],
    [("合计", "colspan=7"), "60", "59", ""],
    ["评价结论", ("自评59分，完成全部目标。", "colspan=9")],
    ["存在问题", ("暂无", "colspan=9")],
]


def test_the_score_of_the_body_is_whole_that_of_its_projects_part() -> None:
    body = [
        [("部门整体支出绩效自评表", "colspan=9")],
        [("部门名称", "colspan=2"), ("青禾县水务局", "colspan=7")],
        *PROJECT_FORM[2:-1],
    ]
    body.append([("总分", "colspan=6"), "100", "95.5", ""])
    result = tables(
        grid(body) + "<p>附件：项目自评表如下，共1个项目，已在政府网站公开，请予审核。</p>" + grid(PROJECT_FORM)
    )
    assert [(f.quantity.value, f.scope) for f in result.facts if f.rule == "table.total"] == [
        (95.5, "whole"),
        (99.4, "part"),
    ]


def test_the_split_form_puts_sign_and_unit_back() -> None:
    result = tables(grid(SPLIT_FORM))
    assert [(r.level3, r.target, r.actual, r.reason) for r in result.indicator_rows] == [
        ("会议培训举办次数（次）", "≥2次", "3", None),
        ("培训合格率", "≥95%", "98", None),
        ("政策知晓率", "＝100%", "97%", "宣传形式单一"),
        ("参训人员满意度", "优", "优", None),
    ]
    assert facts(result, "target") == [("会议培训举办次数", 2, "次"), ("培训合格率", 95, "%"), ("政策知晓率", 100, "%")]
    assert facts(result, "actual") == [("会议培训举办次数", 3, "次"), ("培训合格率", 98, "%"), ("政策知晓率", 97, "%")]
    assert [f.quantity.bound for f in result.facts if f.status == "target"] == ["ge", "ge", None]
    assert [f.quantity.value for f in result.facts if f.rule == "table.total"] == [59]


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (["一级指标", "二级指标", "三级指标", "预期指标值", "全年实际值", "分值（权重）", "自评得分", "备注"], True),
        (
            [
                "一级指标",
                "二级指标",
                "指标名称",
                "计划值（A）",
                "实际完成指标值（B）",
                "标准分",
                "评分",
                "扣分原因及整改措施",
            ],
            True,
        ),
        (["指标", "二级", "三级指标", "目标值", "完成情况", "权重%", "得分", "原因"], True),
        (["姓名", "职务", "单位", "电话", "签名", "日期", "备注", "序号"], False),
    ],
)
def test_variants_of_the_head(head: list[str], found: bool) -> None:
    row: list[Cell] = ["产出指标", "数量指标", "编印手册", "≥5000册", "5200册", "10", "10", ""]
    if not found:
        row = ["张某", "组长", "某局", "8328726", "", "3月15日", "", "1"]
    result = tables(grid([list(head), row]))
    assert [(r.level2, r.level3, r.actual_value, r.weight, r.score) for r in result.indicator_rows] == (
        [("数量指标", "编印手册", 5200, 10, 10)] if found else []
    )


def test_a_head_of_two_rows_and_weights_of_each_level() -> None:
    markup = grid([
        [("一级指标", "rowspan=2"), ("二级指标", "rowspan=2"), ("三级指标", "rowspan=2"), ("指标值", "colspan=2"), ("得分情况", "colspan=2"), ("备注", "rowspan=2")],
        ["年初目标值", "实际完成值", "分值", "得分"],
        ["产出", "数量", "巡查次数", "24次", "26次", "10", "9.5", ""],
    ])  # fmt: skip
    (row,) = tables(markup).indicator_rows
    assert (row.target, row.actual, row.weight, row.score) == ("24次", "26次", 10, 9.5)
    markup = grid([
        ["一级指标", "分值", "二级指标", "分值", "三级指标", "分值", "评分标准", "得分"],
        ["过程", "30", "资金管理", "20", "预算执行率", "8", "按比例计分", "7.6"],
    ])  # fmt: skip
    (row,) = tables(markup).indicator_rows
    assert (row.level1, row.level3, row.weight, row.score) == ("过程", "预算执行率", 8, 7.6)


def test_a_form_goes_on_over_pages_and_lost_cells_are_put_right() -> None:
    text = (
        "一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 原因\n"
        "产出指标 | 数量指标 | 巡查次数 | ≥24次 | 26次 | 10 | 10 | 无\n"
        "整改隐患 | ≥30处 | 33处 | 10 | 10\n"
        "质量指标 | 整改率 | 100% | 97.5% | 10 | 9\n"
        "\n以上各项均按要求完成，相关佐证材料已归档备查，请予审核。\n"
        "效益指标 | 社会效益指标 | 事故起数 | 0起 | 0起 | 10 | 10 | 无\n"
    )
    found = read_txt(text.encode(), Source("a.txt", "0" * 64, 1, "txt", "txt"))
    rows = extract_tables(found, fold(found.text)).indicator_rows
    assert [(r.level1, r.level2, r.level3, r.actual, r.score) for r in rows] == [
        ("产出指标", "数量指标", "巡查次数", "26次", 10),
        ("产出指标", "数量指标", "整改隐患", "33处", 10),
        ("产出指标", "质量指标", "整改率", "97.5%", 9),
        ("效益指标", "社会效益指标", "事故起数", "0起", 10),
    ]


def test_rows_without_any_head() -> None:
    text = "年度资金总额 | 318.5 | 318.5 | 326.9 | 10 | 102.64% | |\n指标1:建设示范点数量 | ≤4 | 4 | 10 | 10 |\n指标2:完成时间 | 9月前 | 7月 | 5 | 5 |\n"
    found = read_txt(text.encode(), Source("a.txt", "0" * 64, 1, "txt", "txt"))
    result = extract_tables(found, fold(found.text))
    assert [(f.name, f.executed, f.weight, f.rate, f.score) for f in result.funding_rows] == [
        ("年度资金总额", 326.9, 10, 102.64, None)
    ]
    assert [(r.level3, r.target_value, r.unit) for r in result.indicator_rows] == [
        ("指标1:建设示范点数量", 4, "个"),
        ("指标2:完成时间", None, None),
    ]


def test_the_older_form_with_pairs() -> None:
    markup = grid([
        ["预算执行情况（万元）", "预算数：", "300.00", "执行数：", "290.00"],
        ["", "其中：财政拨款", "280.00", "其中：财政拨款", "275.00"],
        ["", "其他资金", "20", "其他资金", "15"],
    ])  # fmt: skip
    assert [(f.name, f.budget, f.executed, f.unit) for f in tables(markup).funding_rows] == [
        ("年度资金总额", 300, 290, "万元"), ("其中：财政拨款", 280, 275, "万元"), ("其他资金", 20, 15, "万元"),
    ]  # fmt: skip


def test_a_form_of_one_cell_a_line() -> None:
    lines = [
        "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施", "产出指标", "数量指标", "培训人次",
        "≥200人次", "218人次", "10", "10", "走访企业数", "≥60家", "51家", "10", "8.5", "疫情影响，下年提前部署", "质量指标", "合格率", "100%", "100%", "10",
        "10", "效益指标", "社会效益指标", "政策知晓度", "提高", "提高", "20", "18", "宣传形式单一", "总分", "50", "46.5",
    ]  # fmt: skip
    found = read_txt("\n".join(lines).encode(), Source("a.txt", "0" * 64, 1, "txt", "txt"))
    rows = extract_tables(found, fold(found.text)).indicator_rows
    assert [(r.level1, r.level2, r.level3, r.target, r.actual, r.weight, r.score, r.reason) for r in rows] == [
        ("产出指标", "数量指标", "培训人次", "≥200人次", "218人次", 10, 10, None),
        ("产出指标", "数量指标", "走访企业数", "≥60家", "51家", 10, 8.5, "疫情影响，下年提前部署"),
        ("产出指标", "质量指标", "合格率", "100%", "100%", 10, 10, None),
        ("效益指标", "社会效益指标", "政策知晓度", "提高", "提高", 20, 18, "宣传形式单一"),
    ]
    assert [r.actual_value for r in rows] == [218, 51, 100, None]


def test_sentences_in_cells_are_read() -> None:
    markup = grid([
        ["年度总体目标", ("预期目标", "colspan=2"), ("实际完成情况", "colspan=2")],
        ["", ("全年新建供水站12处，培训管护人员300人次。", "colspan=2"), ("全年新建供水站13处，培训管护人员318人次。", "colspan=2")],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值"],
        ["产出指标", "数量指标", "供水站", "≥12处", "13处"],
    ])  # fmt: skip
    cells = [f for f in tables(markup).facts if f.rule.startswith("table.cell")]
    assert [(f.evidence.quote, f.status) for f in cells] == [
        ("12处", "target"),
        ("300人次", "target"),
        ("13处", "actual"),
        ("318人次", "actual"),
    ]


def test_units_of_money_come_from_caption_head_or_cell() -> None:
    rows: list[list[Cell]] = [
        ["资金来源", "年初预算数", "全年预算数", "全年执行数", "执行率"],
        ["年度资金总额", "1200000.00", "1500000.00", "1485000.00", "99%"],
    ]
    (row,) = tables("<p>单位：元</p>" + grid(rows)).funding_rows
    assert (row.unit, row.executed) == ("元", 1485000)
    bare = tables(grid(rows))
    assert bare.funding_rows[0].unit is None
    assert [f for f in bare.facts if f.quantity.unit == "元"] == []
    rows[1][3] = "148.5万元"
    assert tables(grid(rows)).funding_rows[0].unit == "万元"


def test_an_unfilled_template_gives_nothing() -> None:
    blank = [
        [
            re.sub(r"≥|[\d.,]+(?:处|%|万人)?|—", "", c) if isinstance(c, str) and i > 2 and "指标" not in c else c
            for c in row
        ]
        for i, row in enumerate(PROJECT_FORM)
    ]
    blank[-1] = [("总分", "colspan=6"), "100", "", ""]
    result = tables(grid(blank))
    assert (result.indicator_rows, result.funding_rows, result.facts) == ((), (), ())


def test_a_doubtful_percentage_is_left_alone() -> None:
    markup = grid(
        [
            ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
            ["产出", "质量", "合格率", "0.95", "0.97", "10", "10"],
        ]
    )
    result = tables(markup)
    assert [f for f in result.facts if f.rule == "table.indicator"] == []
    assert result.indicator_rows[0].unit is None


ACCOUNTS: list[list[Cell]] = [
    [("收入", "colspan=3"), ("支出", "colspan=3")],
    ["项目", "行次", "决算数", "项目", "行次", "决算数"],
    ["一、一般公共预算财政拨款收入", "1", "2,779.66", "一、一般公共服务支出", "31", "1,906.23"],
    ["二、事业收入", "2", "", "二、卫生健康支出", "32", "0.00"],
    ["本年收入合计", "27", "2,779.66", "本年支出合计", "57", "1,906.23"],
]


def test_tables_of_amounts_need_a_unit_and_give_no_line_numbers() -> None:
    named = tables("<p>收入支出决算总表</p><p>单位：万元</p>" + grid(ACCOUNTS)).facts
    assert [(f.item, f.quantity.value, f.scope) for f in named] == [
        ("一般公共预算财政拨款收入", 27_796_600, "part"), ("一般公共服务支出", 19_062_300, "part"), ("卫生健康支出", 0, "part"),
        ("本年收入合计", 27_796_600, "whole"), ("本年支出合计", 19_062_300, "whole"),
    ]  # fmt: skip
    assert tables("<p>收入支出决算总表</p>" + grid(ACCOUNTS)).facts == ()


def test_a_table_that_is_all_head() -> None:
    markup = "<p>“三公”经费支出决算表 单位：万元</p>" + grid([
        [("合计", "colspan=2"), ("因公出国（境）费", "colspan=2"), ("公务接待费", "colspan=2")],
        ["预算数", "决算数", "预算数", "决算数", "预算数", "决算数"],
        ["2.85", "0.39", "0.00", "0.00", "2.85", "0.39"],
    ])  # fmt: skip
    assert [(f.item, f.quantity.value) for f in tables(markup).facts] == [
        ("因公出国（境）费预算数", 0), ("因公出国（境）费", 0), ("公务接待费预算数", 28500), ("公务接待费", 3900),
    ]  # fmt: skip


def test_a_total_row_of_accounts_is_no_funding_row() -> None:
    markup = "<p>支出决算表 单位：万元</p>" + grid([
        [("项目", "colspan=2"), ("本年支出合计", "rowspan=2"), ("基本支出", "rowspan=2"), ("项目支出", "rowspan=2")],
        ["功能分类科目编码", "科目名称"],
        [("合计", "colspan=2"), "9,759.38", "5,377.64", "4,381.74"],
        ["208", "社会保障和就业支出", "754.75", "754.75", "0.00"],
    ])  # fmt: skip
    result = tables(markup)
    assert result.funding_rows == ()
    assert [(f.item, f.quantity.value) for f in result.facts] == [
        ("基本支出", 53_776_400),
        ("项目支出", 43_817_400),
        ("社会保障和就业支出", 7_547_500),
    ]


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("≥3.2万人次", None, (32000, "人次", "ge")), ("≤8.3天", None, (8.3, "天", "le")), ("95%以上", None, (95, "%", "ge")), ("3.9", "万人", (39000, "人", None)),
        ("=100%", None, (100, "%", None)), ("20-30个", None, (20, "个", None)), ("1420元/人·月", None, (1420, "元/人·月", None)), ("不少于5场", None, (5, "场", "ge")),
        ("4", None, (4, "", None)), ("2,000平方米", None, (2000, "平方米", None)),
    ],
)  # fmt: skip
def test_values_of_cells(text: str, unit: str | None, value: tuple[float, str, str | None]) -> None:
    found = read_value(text, unit)
    assert found is not None
    assert (found.quantity.value, found.quantity.unit, found.quantity.bound) == value
    assert text[found.start : found.end].lstrip("≥≤=") in text


@pytest.mark.parametrize("text", ["基本建成", "9月前", "2023年12月", "12月底", "优", "Ⅲ类", "", "—", "第3季度"])
def test_cells_that_are_no_values(text: str) -> None:
    assert read_value(text) is None


def test_numbers_and_units() -> None:
    assert [plain_number(x) for x in ("1,158.50", "9.9分", "97.4%", "-3", "2,943.1 3", "无", "10/10", "12次")] == [
        1158.5, 9.9, 97.4, -3, 2943.13, None, None, None,
    ]  # fmt: skip
    assert [base_unit(x) for x in ("万元", "亿立方米", "百分比", "台（套）")][:3] == [
        ("元", 10000),
        ("立方米", 10**8),
        ("%", 1),
    ]


def test_the_examples_of_the_rule_file() -> None:
    assert check_file(HERE / "tables.toml") == []
    assert table_words().column("年度指标值（A）") == "target"


GOLD = Path(__file__).parent.parent / "corpus" / "gold"


def gold_forms() -> list[str]:
    """The forms of the bodies that rules may be developed on."""
    split = json.loads((GOLD / "split.json").read_text(encoding="utf-8")) if GOLD.is_dir() else {"dev": []}
    return [p.stem.removeprefix("tables-") for p in sorted(GOLD.glob("tables-*.json")) if p.stem[7:-5] in split["dev"]]


@pytest.mark.parametrize("name", gold_forms())
def test_the_forms_of_the_corpus(name: str) -> None:
    text = re.sub(
        r"^#(?!table|endtable).*\n", "", (GOLD / "src" / f"{name}.txt").read_text(encoding="utf-8"), flags=re.M
    )
    found = read_txt(text.encode(), Source(f"{name}.txt", "0" * 64, 1, "txt", "txt"))
    result = extract_tables(found, fold(found.text))
    want = json.loads((GOLD / f"tables-{name}.json").read_text(encoding="utf-8"))
    keys = ("level1", "level2", "level3", "actual", "weight", "score")
    assert [tuple(getattr(r, k) for k in keys) for r in result.indicator_rows] == [
        tuple(r[k] for k in keys) for r in want["indicator_rows"]
    ]
    assert [(f.name, f.budget, f.executed, f.rate) for f in result.funding_rows] == [
        (f["name"], f["budget"], f["executed"], f["rate"]) for f in want["funding_rows"]
    ]
