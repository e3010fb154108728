"""Passages taken over, numbers left stale in them, and phrases of officialdom that do not count."""

from __future__ import annotations

from dataclasses import replace

from textperf.compare import compare
from textperf.compare.check_rules import marked
from textperf.compare.copies import SHORTEST, copies
from textperf.model import Meta, Report, Section

PARAGRAPH = (
    "财务内控方面，坚持先有预算后有支出，立项须经专家论证和联审，合同、发票、验收单、付款申请核对一致后方可支付，"
    "每季度开展往来款清理和银行对账，全年抽查项目合同⟦18份¦item=项目合同⟧，付款进度与合同约定一致。"
)


def report(text: str, year: int, name: str = "沙河县政务办", key: str = "") -> Report:
    made = marked(text, year)
    rid = f"{name}{year}{key}"
    return replace(
        made, report_id=rid, meta=Meta(None, None, name, year),
        facts=tuple(replace(f, report_id=rid) for f in made.facts),
    )  # fmt: skip


def found(*reports: Report) -> list[tuple[str, str]]:
    by_id = {r.report_id: r for r in reports}
    return [
        (by_id[c.report_a].text[c.start_a : c.end_a], by_id[c.report_b].text[c.start_b : c.end_b])
        for c in copies(reports, {r.report_id: r.meta.department or "" for r in reports})
    ]


def test_a_paragraph_of_last_year() -> None:
    a, b = report("今年开端良好。\n" + PARAGRAPH, 2021), report("另起一段。\n" + PARAGRAPH + "\n又一段。", 2022)
    ((left, right),) = found(a, b)
    assert left == right
    assert left.startswith("财务内控方面")
    assert left.endswith("合同约定一致")


def test_with_small_changes_and_a_new_number() -> None:
    changed = PARAGRAPH.replace("18份", "21份").replace("每季度", "每个季度")
    assert len(found(report(PARAGRAPH, 2021), report(changed, 2022))) == 1


def test_stale_numbers_are_noted() -> None:
    made = compare([report(PARAGRAPH, 2021), report(PARAGRAPH, 2022)])
    assert [(c.rule, c.severity, c.found) for c in made.checks] == [("stale_number", "note", "18份")]
    fresh = compare([report(PARAGRAPH, 2021), report(PARAGRAPH.replace("18份", "21份"), 2022)])
    assert fresh.checks == ()


def test_between_departments_too() -> None:
    assert len(found(report(PARAGRAPH, 2021), report(PARAGRAPH, 2021, "沙河县水利局"))) == 1


def test_two_versions_of_one_report_are_no_copy() -> None:
    assert found(report(PARAGRAPH, 2021), report(PARAGRAPH, 2021, key="b")) == []


def test_short_passages_and_officialese_do_not_count() -> None:
    short = PARAGRAPH[: SHORTEST - 20] + "。"
    assert found(report(short, 2021), report(short, 2022)) == []
    stock = (
        "以习近平新时代中国特色社会主义思想为指导，深入学习贯彻党的二十大精神，在县委县政府的坚强领导下，"
        "认真贯彻落实决策部署，深刻领悟“两个确立”的决定性意义，增强“四个意识”、坚定“四个自信”、做到“两个维护”。"
    )
    assert found(report(stock, 2021), report(stock, 2022)) == []


def test_what_many_bodies_write_is_a_template() -> None:
    many = [report(PARAGRAPH, 2021, f"沙河县第{n}局") for n in "一二三四五"]
    assert found(*many) == []


def test_legal_duties_are_repeated_by_right() -> None:
    made = [report(PARAGRAPH, y) for y in (2021, 2022)]
    duties = [replace(r, sections=(Section("s", "functions", "一", "主要职能", 1, 0, len(r.text)),)) for r in made]
    assert found(*duties) == []
