"""Sheets of words: problems by category and year, what came back, what was promised, what contradicts, what was copied."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from textperf.export.persistence import persistence_rows
from textperf.export.tables import SEVERITIES, VERDICTS

if TYPE_CHECKING:
    from textperf.export.workbook import Book


def categories_by_year(book: Book) -> None:
    """问题类别×年度: a block over all bodies first, then one a body; a native stacked chart under it."""
    t = book.tables
    counts = t.problem_counts()
    columns = [("部门", 38.0), ("问题类别", 22.0), *((f"{y}年", 9.0) for y in t.years), ("合计", 9.0)]
    ws = book.sheet(
        "问题类别×年度",
        "问题类别年度分布表",
        "单位：个。一条问题计入一个主要类别；空白报告年度显示“—”，有报告而无此类问题显示 0。",
        columns,
    )
    reported = {(r, y) for r, y in ((t.body_of[k], v.year) for k, v in t.reports.items())}
    covered = {y for _, y in reported}
    row = 3
    order = [c.id for c in t.categories.values() if c.kind == "problem"]
    groups = sorted({k[1] for k in counts} - {*order, "none"})  # 其他：…
    used = [c for c in [*order, *groups, "none"] if any(k[1] == c for k in counts)]
    first_all = row
    for cat in used:
        book.text(ws, row, 1, t.category_name(cat))
        total = 0
        for i, y in enumerate(t.years):
            n = sum(v for k, v in counts.items() if k[1] == cat and k[2] == y)
            total += n
            book.number(ws, row, 2 + i, n if y in covered else None)  # no report that year is not: no problem
        book.number(ws, row, 2 + len(t.years), total, bold=True)
        row += 1
    if used:
        book.merged(ws, first_all, row - 1, 0, "全部部门", bold=True)
        ws.conditional_format(
            first_all,
            2,
            row - 1,
            1 + len(t.years),
            {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#F8CBAD"},
        )
    for dep in t.departments:
        mine = [c for c in used if any(k[0] == dep and k[1] == c for k in counts)]
        first = row
        for cat in mine:
            book.text(ws, row, 1, t.category_name(cat))
            total = 0
            for i, y in enumerate(t.years):
                n = counts.get((dep, cat, y), 0)
                total += n
                book.number(ws, row, 2 + i, n if (dep, y) in reported else None)
            book.number(ws, row, 2 + len(t.years), total, bold=True)
            row += 1
        if mine:
            book.merged(ws, first, row - 1, 0, dep)
    if used:
        _stacked(book, ws, used, first_all, row + 1)
        row += 22
    else:
        book.empty(ws, "报告没有提出问题，或者没有读出问题部分。")
    book.fit(ws)
    ws.print_area(0, 0, max(3, row - 1), len(columns) - 1)
    ws.freeze_panes(3, 2)


def _stacked(book: Book, ws: Any, used: list[str], first: int, row: int) -> None:
    years = len(book.tables.years)
    chart = book.workbook.add_chart({"type": "column", "subtype": "stacked"})
    for i, _ in enumerate(used):
        r = first + i
        chart.add_series(
            {
                "name": ["问题类别×年度", r, 1],
                "categories": ["问题类别×年度", 2, 2, 2, 1 + years],
                "values": ["问题类别×年度", r, 2, r, 1 + years],
            }
        )
    chart.set_title({"name": "各年度问题类别构成（个）", "name_font": {"size": 12}})
    chart.set_legend({"position": "right"})
    chart.set_size({"width": 640, "height": 380})
    ws.insert_chart(row, 0, chart)


def persistence(book: Book) -> None:
    """问题持续性: a row a body and category over the years: new, persisting, gone or back, with the quotes that recur."""
    t = book.tables
    columns = [
        ("部门", 34.0), ("问题类别", 22.0), *((f"{y}年", 8.0) for y in t.years), ("现状", 10.0), ("最长连续", 9.0), ("接近程度", 9.0),
        ("前一次的表述", 46.0), ("原文", 7.0), ("再次出现的表述", 46.0), ("原文", 7.0),
    ]  # fmt: skip
    note = (
        "年度列为该类问题个数，“—”为该年没有报告。现状：持续（上一份报告也有）、再现（隔年又有）、新出现、消失。"
        "接近程度（0—1）为前后两次表述的相似度；只有同类而表述不同的不给出。点击“查看”打开原文。"
    )
    ws = book.sheet("问题持续性", "问题持续与反复情况", note, columns)
    colours = {"持续": "#FCE4D6", "再现": "#FCE4D6", "新出现": "#FFF2CC", "消失": "#E2EFDA"}
    first = 2 + len(t.years)
    row = 3
    for r in persistence_rows(t):
        book.text(ws, row, 0, r.department)
        book.text(ws, row, 1, t.category_name(r.category))
        for i, n in enumerate(r.counts):
            book.number(ws, row, 2 + i, n)
        book.text(ws, row, first, r.state, align="center", bg_color=colours[r.state])
        book.number(ws, row, first + 1, r.longest)
        book.number(ws, row, first + 2, r.score)
        for k, key in enumerate(r.pair):
            f = t.findings.get(key)
            book.text(ws, row, first + 3 + 2 * k, f.quote if f is not None else None)
            book.linked(ws, row, first + 4 + 2 * k, "查看" if f is not None else "—", key or None, align="center")
        row += 1
    book.finish(ws, row - 3, len(columns), "报告没有提出问题，或者没有读出问题部分。")


def followups(book: Book) -> None:
    """措施跟踪: the promise, the problem it answers, and what the next year's report says of it."""
    t = book.tables
    columns = [
        ("部门", 34.0),
        ("提出年度", 10.0),
        ("措施", 46.0),
        ("原文", 7.0),
        ("针对的问题", 40.0),
        ("核对年度", 10.0),
        ("结果", 12.0),
        ("依据", 50.0),
    ]
    note = "结果依据次年报告的原文判断；次年报告没有提到的写“报告未说明”，不作推断。"
    ws = book.sheet("措施跟踪", "改进措施落实情况跟踪表", note, columns)
    colours = {"done": "#E2EFDA", "not_done": "#FCE4D6", "unclear": "#FFFFFF"}
    row = 3
    for r in sorted(t.followups, key=lambda r: (r["department"], r["year"], r["measure_id"])):
        m = t.findings.get(r["measure_id"])
        evidence = json.loads(r["evidence"] or "[]")
        problems = [p.quote for k in (m.answers if m else ()) if (p := t.findings.get(k)) is not None]
        book.text(ws, row, 0, r["department"])
        ws.write_number(row, 1, r["year"], book.format(num_format="0", align="center"))
        book.text(ws, row, 2, m.quote if m else None)
        book.linked(ws, row, 3, "查看" if m else "—", r["measure_id"], align="center")
        book.text(ws, row, 4, "；".join(problems))
        ws.write_number(row, 5, r["next_year"], book.format(num_format="0", align="center"))
        book.text(
            ws,
            row,
            6,
            VERDICTS.get(r["verdict"], r["verdict"]),
            align="center",
            bg_color=colours.get(r["verdict"], "#FFFFFF"),
        )
        book.text(ws, row, 7, "；".join(str(e.get("quote", "")) for e in evidence if isinstance(e, dict)))
        row += 1
    book.finish(ws, row - 3, len(columns), "没有可以跟踪的措施：需要同一单位相邻两年的报告。")


def checks(book: Book) -> None:
    """一致性核对: figures that contradict each other, with what was expected and what stands there."""
    t = book.tables
    columns = [
        ("程度", 8.0),
        ("部门", 34.0),
        ("年度", 8.0),
        ("说明", 70.0),
        ("应为", 16.0),
        ("报告中为", 16.0),
        ("原文一", 18.0),
        ("原文二", 18.0),
        ("规则", 18.0),
    ]
    ws = book.sheet(
        "一致性核对",
        "数据一致性核对表",
        "按报告印出的位数容许四舍五入；本表只提示，是否有误请对照原文判断。点击原文查看出处。",
        columns,
    )
    rank = {"error": 0, "warning": 1, "note": 2}
    colours = {"error": "#F8CBAD", "warning": "#FFF2CC", "note": "#FFFFFF"}
    row = 3
    for c in sorted(t.checks, key=lambda c: (rank.get(c["severity"], 3), t.body_of.get(c["report_id"], ""))):
        r = t.reports.get(c["report_id"])
        ids = json.loads(c["fact_ids"] or "[]")
        book.text(
            ws,
            row,
            0,
            SEVERITIES.get(c["severity"], c["severity"]),
            align="center",
            bg_color=colours.get(c["severity"], "#FFFFFF"),
        )
        book.text(ws, row, 1, t.body_of.get(c["report_id"], ""))
        book.text(ws, row, 2, str(r.year) if r and r.year else None, align="center")
        book.text(ws, row, 3, c["message"])
        book.text(ws, row, 4, c["expected"], align="right")
        book.text(ws, row, 5, c["found"], align="right")
        for i in range(2):
            f = t.facts.get(ids[i]) if i < len(ids) else None
            if f is not None:
                book.linked(ws, row, 6 + i, f.quote, f.fact_id)
            else:
                book.text(ws, row, 6 + i, None)
        book.text(ws, row, 8, c["rule"])
        row += 1
    book.finish(ws, row - 3, len(columns), "没有发现互相矛盾的数字。")


def copies(book: Book) -> None:
    """雷同段落: passages taken over from another year or body."""
    t = book.tables
    columns = [
        ("部门（甲）", 26.0),
        ("年度", 8.0),
        ("部门（乙）", 26.0),
        ("年度", 8.0),
        ("相似度", 9.0),
        ("甲文", 60.0),
        ("乙文", 60.0),
    ]
    ws = book.sheet("雷同段落", "跨年度、跨部门雷同段落", "公文套话不计入。", columns)
    row = 3
    for c in t.copies:
        a, b = t.reports.get(c["report_a"]), t.reports.get(c["report_b"])
        if a is None or b is None:
            continue
        book.text(ws, row, 0, t.body_of[a.report_id])
        book.text(ws, row, 1, str(a.year or "—"), align="center")
        book.text(ws, row, 2, t.body_of[b.report_id])
        book.text(ws, row, 3, str(b.year or "—"), align="center")
        book.number(ws, row, 4, round(c["similarity"], 2) if c["similarity"] is not None else None)
        book.text(ws, row, 5, a.text[c["start_a"] : c["end_a"]])
        book.text(ws, row, 6, b.text[c["start_b"] : c["end_b"]])
        row += 1
    book.finish(ws, row - 3, len(columns), "没有发现雷同段落。")
