"""Sheets to check by: the cover with versions, every fact with quote, file and page, the codebook, the log of files."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from textperf.export.tables import BOUNDS, REPORT_TYPES, SCOPES, STATUSES, shown_unit

if TYPE_CHECKING:
    from textperf.export.workbook import Book

FILE_STATUS = {"ok": "读全", "partial": "部分读出", "failed": "失败", "skipped": "跳过"}


def cover(book: Book) -> None:
    """说明与版本: what the book holds, how to read it, what it was made from."""
    t = book.tables
    ws = book.workbook.add_worksheet("说明与版本")
    ws.hide_gridlines(2)
    ws.set_column(0, 0, 18)
    ws.set_column(1, 1, 100)
    ws.set_row(0, 34)
    ws.write_string(0, 0, "政府绩效报告对比表", book.format(font_name="黑体", font_size=20, border=0))
    states = Counter(str(f["status"]) for f in t.files)
    last = t.runs[-1] if t.runs else {}
    lines = [
        ("部门", f"{len(t.departments)} 个"),
        ("年度", "、".join(map(str, t.years)) or "—"),
        (
            "报告",
            f"{len(t.reports)} 份；文件："
            + "，".join(f"{FILE_STATUS.get(k, k)} {v}" for k, v in sorted(states.items())),
        ),
        ("数字与问题", f"数字 {len(t.facts)} 个，问题、原因和措施 {len(t.findings)} 条"),
        ("生成", f"textperf {t.version}，{last.get('started') or ''}"),
        ("快照", f"{t.snapshot}（由全部数字与问题的编号算出，引用时请注明）"),
        (
            "怎样读",
            "每个数字都能点开原文（同目录 evidence 文件夹，不需要网络）。“—”表示报告没有给出，不是零；“冲突”表示同一指标有互相矛盾的数，或与其他各年相差八倍以上、读来不像这一年的数，须先看原文。",
        ),
        ("单位", "金额统一折算为万元；其余按报告的单位。“约”“超过”等限定语见“明细”表。"),
        ("取数规则", "本年报告先于次年报告的上年数；总计先于其中；实际先于目标；本部门先于单个项目。"),
        ("注意", "本表由程序提取，供核对使用；下结论前请点开原文确认。"),
    ]
    for i, (name, text) in enumerate(lines, 2):
        ws.write_string(i, 0, name, book.format(bold=True, bg_color="#DDEBF7"))
        ws.write_string(i, 1, text, book.format(text_wrap=True, align="left"))
    row = len(lines) + 3
    ws.write_string(row, 0, "工作表", book.format(bold=True, bg_color="#DDEBF7"))
    ws.write_string(row, 1, "内容", book.format(bold=True, bg_color="#DDEBF7"))
    for name, what in (
        ("指标对比", "部门 × 指标 × 年度"),
        ("年度同比", "相邻两年的增减与增减率"),
        ("问题类别×年度", "各类问题在各年度的数目"),
        ("问题持续性", "重复出现的问题，前后两次的表述"),
        ("措施跟踪", "提出的措施在次年报告中是否落实"),
        ("一致性核对", "互相矛盾或算不拢的数"),
        ("雷同段落", "从别的年度或部门照搬的段落"),
        ("明细", "全部数字：原文、限定语、所在章节、文件与页码"),
        ("编码簿", "指标与类别的编号、名称和定义"),
        ("处理日志", "遇到的每个文件：是否读出、为什么"),
        ("共有计数", "指标表以外、几个部门都报告的计数"),
    ):
        row += 1
        ws.write_url(row, 0, f"internal:'{name}'!A1", book.format(font_color="#1F4E79", underline=1), name)
        ws.write_string(row, 1, what, book.format(align="left"))
    ws.set_paper(9)
    ws.set_landscape()
    ws.fit_to_pages(1, 0)
    ws.print_area(0, 0, row, 1)


def details(book: Book) -> None:
    """明细: every fact with its hedge, status, quote, sentence, section, file and page."""
    t = book.tables
    columns = [
        ("部门", 26.0), ("年度", 7.0), ("指标", 18.0), ("对象", 24.0), ("动作", 10.0), ("数值", 14.0), ("至", 10.0), ("单位", 8.0), ("限定", 9.0), ("性质", 7.0),
        ("口径", 7.0), ("原文", 16.0), ("所在句", 60.0), ("章节", 20.0), ("来源", 8.0), ("文件", 30.0), ("页", 6.0),
    ]  # fmt: skip
    ws = book.sheet(
        "明细",
        "全部数字明细",
        "“约”“超过”等限定语不改变数值；性质：实际、目标、上期、增减。点击原文查看出处。",
        columns,
        streamed=True,
    )
    row = 3
    wrapped, centred = book.format(text_wrap=False), book.format(align="center")
    for f in t.facts.values():
        unit, by = shown_unit(f.unit)
        if row > 1_000_000:
            break
        hedge = ("约" if f.approx else "") + BOUNDS.get(f.bound or "", "")
        ws.write_string(row, 0, f.department, wrapped)
        ws.write_string(row, 1, str(f.year or "—"), centred)
        ws.write_string(row, 2, t.indicator_name(f.indicator) if f.indicator else "—", wrapped)
        ws.write_string(row, 3, f.item[:200], wrapped)
        ws.write_string(row, 4, f.action or "—", wrapped)
        book.number(ws, row, 5, None if f.value is None else round(f.value / by, 6))
        book.number(ws, row, 6, None if f.value_max is None else round(f.value_max / by, 6))
        ws.write_string(row, 7, unit or "—", centred)
        ws.write_string(row, 8, hedge or "—", centred)
        ws.write_string(row, 9, STATUSES.get(f.status, f.status), centred)
        ws.write_string(row, 10, SCOPES.get(f.scope, f.scope), centred)
        book.linked(ws, row, 11, f.quote.replace("\n", ""), f.fact_id)
        ws.write_string(row, 12, f.sentence.replace("\n", " ").replace("\t", " "), wrapped)
        ws.write_string(row, 13, f.section[:60] or "—", wrapped)
        ws.write_string(row, 14, "表格" if f.source == "table" else "正文", centred)
        ws.write_string(row, 15, f.file.rsplit("/", 1)[-1], wrapped)
        ws.write_string(row, 16, str(f.page) if f.page else "—", centred)
        row += 1
    book.finish(ws, row - 3, len(columns), "没有提取到数字：见“处理日志”。")


def codebook(book: Book) -> None:
    """编码簿: what each id means, and how often it stands in this book."""
    t = book.tables
    columns = [
        ("编号", 30.0),
        ("名称", 26.0),
        ("类型", 12.0),
        ("单位或领域", 16.0),
        ("定义与界限", 90.0),
        ("出现次数", 10.0),
    ]
    ws = book.sheet("编码簿", "指标与类别编码簿", "只列本表出现的指标；类别全部列出。", columns)
    facts = Counter(f.indicator for f in t.facts.values() if f.indicator)
    found = Counter(f.category for f in t.findings.values())
    row = 3
    for ind in t.indicators.values():
        if not facts[ind.id]:
            continue
        for i, text in enumerate((ind.id, ind.name, "指标", f"{ind.unit}（{t.domain_of(ind.id)}）", "")):
            book.text(ws, row, i, text)
        book.number(ws, row, 5, facts[ind.id])
        row += 1
    for cat in t.categories.values():
        kind = "问题类别" if cat.kind == "problem" else "措施类别"
        definition = cat.definition + (f"。界限：{cat.boundary}" if cat.boundary else "")
        for i, text in enumerate((cat.id, cat.name, kind, "—", definition)):
            book.text(ws, row, i, text)
        book.number(ws, row, 5, found[cat.id])
        row += 1
    book.finish(ws, row - 3, len(columns))


def log(book: Book) -> None:
    """处理日志: a row for each file met, with the reason and the remedy."""
    t = book.tables
    columns = [
        ("文件", 60.0),
        ("状态", 10.0),
        ("原因代码", 16.0),
        ("说明与处理办法", 70.0),
        ("字节", 12.0),
        ("秒", 8.0),
        ("报告类型", 18.0),
        ("读取方式", 12.0),
    ]
    ws = book.sheet("处理日志", "文件处理日志", "每个遇到的文件一行；失败的文件下次运行会再试。", columns)
    row = 3
    for f in t.files:
        r = t.reports.get(f["report_id"] or "")
        book.text(ws, row, 0, f["path"])
        book.text(
            ws,
            row,
            1,
            FILE_STATUS.get(f["status"], f["status"]),
            align="center",
            bg_color="#FCE4D6" if f["status"] == "failed" else "#FFFFFF",
        )
        book.text(ws, row, 2, f["reason"])
        book.text(ws, row, 3, f["message"])
        book.number(ws, row, 4, f["size"])
        book.number(ws, row, 5, f["seconds"])
        book.text(ws, row, 6, REPORT_TYPES.get(r.report_type, r.report_type) if r else None)
        book.text(ws, row, 7, None if r is None else (f"{r.pages} 页" if r.pages else "无页码"))
        row += 1
    book.finish(ws, row - 3, len(columns))
