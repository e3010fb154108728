"""Sheets of numbers: indicators over years, and the change from year to year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textperf.export.shared import shared_lines
from textperf.export.tables import ORIGINS, SCOPES, Cell, shown_unit

if TYPE_CHECKING:
    from textperf.export.workbook import Book


def indicators(book: Book) -> None:
    """指标对比: domain | indicator | unit | department | a column a year, with a line chart of execution rates."""
    t = book.tables
    columns = [("领域", 12.0), ("指标", 20.0), ("单位", 9.0), ("部门", 38.0), *((f"{y}年", 13.0) for y in t.years)]
    note = "“—”：该年报告没有给出（不是零）；“冲突”：同一指标出现互相矛盾的数，或与其他各年相差八倍以上、读来不像这一年的数，须先看原文；斜体：取自次年报告的上年数；金额统一为万元。点击数字查看原文；图在表后。"
    ws = book.sheet("指标对比", "各部门指标年度对比表", note, columns)
    row = 3
    domain_start, domain = 3, ""
    for ind in t.indicator_order():
        blocks = _blocks(book, ind)
        if not blocks:
            continue
        if t.domain_of(ind) != domain:
            if row > domain_start:
                book.merged(ws, domain_start, row - 1, 0, domain, bold=True)
            domain_start, domain = row, t.domain_of(ind)
        first = row
        for dep, unit, cells in blocks:
            name, by = shown_unit(unit)
            book.text(ws, row, 2, name or "—", align="center")
            book.text(ws, row, 3, dep)
            for i, cell in enumerate(cells):
                _cell(book, ws, row, 4 + i, cell, by)
            row += 1
        book.merged(ws, first, row - 1, 1, t.indicator_name(ind))
    if row > domain_start:
        book.merged(ws, domain_start, row - 1, 0, domain, bold=True)
    if row == 3:
        book.empty(ws, "没有提取到可以对比的指标：见“处理日志”，看报告是否读出。")
    book.fit(ws)
    shown = _rate_chart(book, ws, max(4, row + 1))
    ws.print_area(0, 0, max(3, row - 1, shown), len(columns) - 1)
    ws.freeze_panes(3, 4)


def _blocks(book: Book, ind: str) -> list[tuple[str, str | None, list[Cell | None]]]:
    t = book.tables
    out: list[tuple[str, str | None, list[Cell | None]]] = []
    for dep in t.departments:
        cells = [t.cells.get((dep, ind, y)) for y in t.years]
        if not any(c is not None and c.state != "missing" for c in cells):
            continue
        units = list(dict.fromkeys(c.unit for c in cells if c is not None and c.state != "missing"))
        for unit in units:
            out.append((dep, unit, [c if c is not None and c.unit == unit else None for c in cells]))
    return out


def _cell(book: Book, ws: Any, row: int, col: int, cell: Cell | None, by: float) -> None:
    if cell is None or cell.state == "missing":
        book.number(ws, row, col, None)
    elif cell.state == "value" and cell.value is not None:
        later = {"italic": True} if cell.origin == "later_report" else {}
        book.number(ws, row, col, round(cell.value / by, 6), cell.fact_ids[0] if cell.fact_ids else None, **later)
        fact = book.tables.facts.get(cell.fact_ids[0]) if cell.fact_ids else None
        if cell.origin == "later_report" and fact is not None:
            ws.write_comment(row, col, f"{ORIGINS['later_report']}：{fact.quote}", {"x_scale": 1.4})
    else:
        word = "冲突" if cell.state == "conflict" else "无法读出"
        book.text(ws, row, col, word, align="center", bg_color="#FCE4D6")
        quotes = [
            f"{f.quote}（{f.file.rsplit('/', 1)[-1]}）"
            for k in cell.fact_ids
            if (f := book.tables.facts.get(k)) is not None
        ]
        if quotes:
            ws.write_comment(row, col, "；".join(quotes)[:900], {"x_scale": 2})


def _rate_chart(book: Book, ws: Any, row: int) -> int:
    """A native line chart of the execution rate under the table, for as many bodies as a chart can show.

    Returns the last row it covers, 0 when there is nothing to draw.
    """
    t = book.tables
    ind = "bud_execution_rate"
    lines = [(dep, [t.cells.get((dep, ind, y)) for y in t.years]) for dep in t.departments]
    lines = [(d, c) for d, c in lines if sum(x is not None and x.state == "value" for x in c) >= 2][:10]
    if not lines or len(t.years) < 2:
        return 0
    data = book.workbook.add_worksheet("图表数据")
    data.hide()
    data.write_row(0, 1, [f"{y}年" for y in t.years])
    chart = book.workbook.add_chart({"type": "line"})
    for i, (dep, cells) in enumerate(lines, 1):
        data.write_string(i, 0, dep)
        for j, c in enumerate(cells, 1):
            if c is not None and c.state == "value" and c.value is not None:
                data.write_number(i, j, c.value)
        last = len(t.years)
        chart.add_series(
            {
                "name": ["图表数据", i, 0],
                "categories": ["图表数据", 0, 1, 0, last],
                "values": ["图表数据", i, 1, i, last],
                "marker": {"type": "circle"},
            }
        )
    chart.set_title({"name": "预算执行率（%）", "name_font": {"size": 12}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 620, "height": 320})
    chart.show_blanks_as("gap")
    ws.insert_chart(row, 1, chart)
    return row + 18


def year_on_year(book: Book) -> None:
    """年度同比: both values, the difference and the rate as formulas with stored values."""
    t = book.tables
    columns = [
        ("部门", 38.0), ("指标", 22.0), ("单位", 9.0), ("上年度", 9.0), ("本年度", 9.0), ("上年数", 14.0), ("本年数", 14.0), ("增减", 13.0), ("增减率", 11.0),
    ]  # fmt: skip
    ws = book.sheet(
        "年度同比",
        "各部门指标年度同比表",
        "只列相邻两年都有数的指标；增减与增减率为公式；上年数为零时不计增减率；比率指标的增减单位为百分点。",
        columns,
    )
    row = 3
    for dep, ind, a, x, b, y in t.yearly():
        name, by = shown_unit(x.unit)
        old, new = round((x.value or 0) / by, 6), round((y.value or 0) / by, 6)
        book.text(ws, row, 0, dep)
        book.text(ws, row, 1, t.indicator_name(ind))
        book.text(ws, row, 2, name or "—", align="center")
        year = book.format(num_format="0", align="center")
        ws.write_number(row, 3, a, year)
        ws.write_number(row, 4, b, year)
        book.number(ws, row, 5, old, x.fact_ids[0] if x.fact_ids else None)
        book.number(ws, row, 6, new, y.fact_ids[0] if y.fact_ids else None)
        ws.write_formula(
            row,
            7,
            f"=G{row + 1}-F{row + 1}",
            book.format(num_format="+#,##0.######;-#,##0.######;0", align="right"),
            round(new - old, 6),
        )
        if old and name != "%":
            rate = book.format(num_format="+0.00%;-0.00%;0.00%", align="right")
            ws.write_formula(row, 8, f"=(G{row + 1}-F{row + 1})/F{row + 1}", rate, (new - old) / old)
        else:
            book.number(ws, row, 8, None)
        row += 1
    book.finish(ws, row - 3, len(columns), "没有相邻两年都给出数值的指标。")


def shared(book: Book) -> None:
    """共有计数: counts outside the indicator list that several bodies report, side by side."""
    t = book.tables
    columns = [
        ("事项", 22.0), ("动作", 10.0), ("单位", 8.0), ("口径", 8.0), ("部门数", 8.0), ("部门", 36.0), ("本部门的说法", 26.0),
        *((f"{y}年", 13.0) for y in t.years),
    ]  # fmt: skip
    note = "指标表以外、两个以上部门都报告的计数，按对象、动作、单位对齐；各部门的说法照原文，口径是否可比请点开原文看。“—”：没有给出；“多个”：同一年有几个不同的数。"
    ws = book.sheet("共有计数", "各部门共有计数表（指标表以外）", note, columns)
    row = 3
    for line in shared_lines(t.shared):
        for i, text in enumerate((line.item, line.action, line.unit, SCOPES[line.scope])):
            book.text(ws, row, i, text, **({} if i == 0 else {"align": "center"}))
        book.number(ws, row, 4, line.bodies)
        book.text(ws, row, 5, line.department)
        book.text(ws, row, 6, "、".join(line.wordings))
        for i, year in enumerate(t.years):
            cell = line.cells.get(year)
            if cell is not None and cell.value is None:
                book.linked(ws, row, 7 + i, "多个", cell.fact_ids[0], align="center")
            else:
                book.number(ws, row, 7 + i, cell.value if cell else None, cell.fact_ids[0] if cell else None)
        row += 1
    book.finish(ws, row - 3, len(columns), "没有两个以上部门都报告的计数。")
