"""A department's brief as a Word file in the style of official documents: figures, problems, promises, doubts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from textperf.export.plain import number
from textperf.export.tables import VERDICTS, Tables, shown_unit
from textperf.store.database import StoreError


def write_briefs(tables: Tables, path: Path) -> tuple[Path, ...]:
    """A brief a department: into ``path`` itself when it ends in .docx and there is one department, else into the folder.

    Raises :class:`StoreError`.
    """
    if not tables.departments:
        raise StoreError("数据库里没有可以写简报的部门")
    single = path.suffix.lower() == ".docx"
    if single and len(tables.departments) > 1:
        raise StoreError(f"有 {len(tables.departments)} 个部门：请用 --department 选一个，或给出一个文件夹")
    out = []
    try:
        (path.parent if single else path).mkdir(parents=True, exist_ok=True)
        for dep in tables.departments:
            target = path if single else path / f"{_file_name(dep)}.docx"
            _write(tables, dep, target)
            out.append(target)
    except OSError as e:
        raise StoreError(f"写不进 {path}：{e.strerror or e}") from e
    return tuple(out)


def _file_name(name: str) -> str:
    return "".join("_" if ch in '\\/:*?"<>|\n\r\t' else ch for ch in name)[:80] or "部门"


def _write(tables: Tables, dep: str, path: Path) -> None:
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    doc = Document()
    page = doc.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Cm(3.7), Cm(3.5), Cm(2.8), Cm(2.6)

    def run(paragraph: Any, text: str, font: str, size: float, *, bold: bool = False) -> None:
        r = paragraph.add_run(text)
        r.font.name, r.font.size, r.bold = font, Pt(size), bold
        r._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)

    def para(text: str, font: str = "仿宋_GB2312", size: float = 16, *, indent: bool = True) -> None:
        p = doc.add_paragraph()
        p.paragraph_format.line_spacing = Pt(28)
        p.paragraph_format.space_after = Pt(0)
        if indent:
            p.paragraph_format.first_line_indent = Pt(2 * size)
        run(p, text, font, size)

    title = doc.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    years = sorted({r.year for k, r in tables.reports.items() if tables.body_of[k] == dep and r.year})
    span = f"{years[0]}—{years[-1]}年" if len(years) > 1 else f"{years[0]}年" if years else ""
    run(title, f"{dep}{span}绩效情况简报", "方正小标宋简体", 22)
    files = [r for k, r in tables.reports.items() if tables.body_of[k] == dep]
    para(
        f"本简报由程序从 {len(files)} 份报告中提取，供核对使用；数字均可在同批结果的“明细”表中查到原文与页码。金额单位为万元，“—”表示报告没有给出。"
    )
    para("一、主要数据", "黑体")
    shown, rows = _figures(tables, dep)
    if rows:
        table = doc.add_table(1 + len(rows), 2 + len(shown), style="Table Grid")
        table.autofit = False
        widths = [Cm(4.8), Cm(1.8), *(Cm(9.0 / len(shown)) for _ in shown)]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
            for cell in column.cells:
                cell.width = width
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # heads again on every page
        for line in table.rows:
            line._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for j, head in enumerate(("指标", "单位", *(f"{y}年" for y in shown))):
            above = table.cell(0, j).paragraphs[0]
            above.alignment = WD_ALIGN_PARAGRAPH.CENTER
            run(above, head, "黑体", 10.5)
        for i, row in enumerate(rows, 1):
            for j, text in enumerate(row):
                cell = table.cell(i, j).paragraphs[0]
                if j >= 2:
                    cell.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                run(cell, text, "宋体", 10.5)
    else:
        para("没有提取到可以对比的指标。")
    para("二、存在问题", "黑体")
    problems = [f for f in tables.findings.values() if f.department == dep and f.type == "problem"]
    for y in years:
        mine = [f for f in problems if f.year == y]
        if mine:
            listed = "；".join(
                f"{i}. {f.quote.rstrip('。；')}（{tables.category_name(f.category)}）" for i, f in enumerate(mine, 1)
            )
            para(f"{y}年报告提出问题 {len(mine)} 个：{listed}。")
    if not problems:
        para("报告没有提出问题。")
    back = [r for r in tables.recurrences if r["department"] == dep]
    if back:
        names = sorted({tables.category_name(r["category"]) for r in back})
        para(f"其中反复出现的有：{'、'.join(names)}。")
    para("三、措施落实", "黑体")
    follow = [r for r in tables.followups if r["department"] == dep]
    for verdict in ("done", "not_done", "unclear"):
        mine_f = [r for r in follow if r["verdict"] == verdict]
        if not mine_f:
            continue
        para(f"{VERDICTS[verdict]} {len(mine_f)} 项。")
        for r in mine_f if verdict != "unclear" else ():
            m = tables.findings.get(r["measure_id"])
            evidence = "；".join(str(e.get("quote", "")) for e in json.loads(r["evidence"] or "[]"))
            para(f"{r['year']}年提出“{m.quote if m else ''}”；{r['next_year']}年报告：“{evidence}”。")
    if not follow:
        para("没有可以跟踪的措施（需要相邻两年的报告）。")
    para("四、需要核对的数字", "黑体")
    doubts = [c for c in tables.checks if tables.body_of.get(c["report_id"]) == dep and c["severity"] != "note"]
    for i, c in enumerate(doubts, 1):
        report = tables.reports.get(c["report_id"])
        para(f"{i}. {str(report.year) + '年报告：' if report and report.year else ''}{c['message']}")
    if not doubts:
        para("没有发现互相矛盾的数字。")
    foot = page.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run(foot, "— ", "宋体", 14)
    for kind in ("begin", "", "end"):
        number_run = foot.add_run()
        number_run.font.name, number_run.font.size = "宋体", Pt(14)
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = "PAGE"
        number_run._element.append(part)
    run(foot, " —", "宋体", 14)
    source = page.footer.add_paragraph()
    source.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run(source, f"快照 {tables.snapshot}，textperf {tables.version}", "宋体", 9)
    doc.save(str(path))


def _figures(tables: Tables, dep: str) -> tuple[list[int], list[tuple[str, ...]]]:
    """The years of which the body's reports give anything, and a row an indicator and unit."""
    known_years = {y for (d, _, y), c in tables.cells.items() if d == dep and c.state != "missing"}
    years = [y for y in tables.years if y in known_years]
    out: list[tuple[str, ...]] = []
    for ind in tables.indicator_order():
        cells = [tables.cells.get((dep, ind, y)) for y in years]
        known = [c for c in cells if c is not None and c.state != "missing"]
        for unit in dict.fromkeys(c.unit for c in known):
            name, by = shown_unit(unit)
            row = []
            for c in cells:
                if c is None or c.state == "missing" or c.unit != unit:
                    row.append("—")
                elif c.state == "value" and c.value is not None:
                    row.append(number(round(c.value / by, 6)))
                else:
                    row.append("冲突")
            out.append((tables.indicator_name(ind), name or "—", *row))
    return years, out
