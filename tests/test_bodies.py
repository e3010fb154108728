"""Whose report it is: any body in any form of title, and bodies whose name changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from textperf.batch.pipeline import analyse_text
from textperf.compare.identity import bodies
from textperf.extract.meta import find_meta
from textperf.extract.structure import find_sections
from textperf.model import Document, Report, Source
from textperf.text.fold import fold

HERE = Path(__file__).parent / "cases"
BODIES = (HERE / "bodies.txt").read_text("utf-8").split()
RENAMES = [json.loads(line) for line in (HERE / "renames.jsonl").read_text("utf-8").splitlines()]
ABBREVIATIONS = (HERE / "abbreviations.txt").read_text("utf-8").splitlines()
TITLES = [
    "{}2022年度部门整体支出绩效自评报告",
    "2022年度{}部门整体支出绩效自评报告",
    "{}关于2022年度部门整体支出绩效自评情况的报告",
    "{}\n2022年度部门整体支出绩效自评报告",
    "2022年度部门整体支出绩效自评报告\n（{}）",
    "2022年部门整体支出绩效自评报告\n填报单位：{}",
    "{}2022年度部门决算公开情况说明",
    "{}2022年度整体支出绩效自评报告",
    "关于{}2022年度部门整体绩效评价情况的报告",
    "2022年度部门整体支出绩效自评报告\n{}\n2023年3月15日",
    "{}2022年度单位整体支出绩效自评报告",
    "附件3\n{}2022年部门（单位）整体支出绩效自评报告",
]


@pytest.mark.parametrize("title", TITLES)
def test_any_body_in_any_title(title: str) -> None:
    """Every kind of body is known by its place and its ending where the title says that a body stands there."""
    lost = []
    for body in BODIES:
        text = title.format(body) + "\n一、基本情况\n我单位2022年全年预算320万元，支出310万元。\n"
        document = Document(text, (), Source("a.txt", "0" * 64, len(text), "txt", "text"))
        folded = fold(text)
        got = find_meta(document, folded, find_sections(document, folded)).department
        if got != body:
            lost.append((body, got))
    assert lost == []


def _report(body: str, year: int, told: str = "") -> Report:
    head = f"{body}{year}年度部门整体支出绩效自评报告\n一、基本情况\n"
    return analyse_text(f"{head}{told}{year}年全年预算{300 + year % 10}.5万元，支出{290 + year % 10}.5万元。\n")


@pytest.mark.parametrize("case", RENAMES, ids=[f"{c['old']}-{c['new']}" for c in RENAMES])
def test_a_body_under_another_name(case: dict) -> None:
    """One body before and after (or two, where duties went to another one), and never the same office elsewhere."""
    mine = [_report(case["old"], 2021), _report(case["old"], 2022), _report(case["new"], 2023, case["told"])]
    elsewhere = [_report(f"沅平县{case['old'].removeprefix('岑渡县')}", year) for year in (2021, 2022, 2023)]
    other = [_report("岑渡县财政局", year) for year in (2021, 2022, 2023)]
    names = bodies(mine + elsewhere + other)
    own = {names[r.report_id] for r in mine}
    assert (len(own) == 1) is case["one"], case["why"]
    assert not own & {names[r.report_id] for r in elsewhere + other}


@pytest.mark.parametrize("line", ABBREVIATIONS)
def test_a_body_under_its_short_name(line: str) -> None:
    """A report under a name cut short, with the place or only its level, is of the body of the other years."""
    full, short = line.split()
    for head in (f"岑渡县{short}", f"县{short}"):
        mine = [_report(full.format("岑渡县"), 2021), _report(head, 2022), _report(full.format("岑渡县"), 2023)]
        other = [_report("岑渡县财政局", year) for year in (2021, 2022, 2023)]
        names = bodies(mine + other)
        assert len({names[r.report_id] for r in mine}) == 1, head
        assert not {names[r.report_id] for r in mine} & {names[r.report_id] for r in other}


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("中学", "第一中学"),
        ("水利局", "水利水电工程移民局"),
        ("人民医院", "中医院"),
        ("司法局", "执法局"),
        ("农业农村局", "农机中心"),
        ("二中", "第一中学"),
    ],
)
def test_another_body_is_no_short_name(short: str, long: str) -> None:
    """Another office of the same place stays another one, even where no year is shared."""
    names = bodies([_report(f"岑渡县{short}", 2021), _report(f"岑渡县{long}", 2022), _report(f"岑渡县{long}", 2023)])
    assert len(set(names.values())) == 2
