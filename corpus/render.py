#!/usr/bin/env python3
"""把标注语料排成真实的文件：PDF（两种制作程序）、DOCX、HTML、TXT。

    python corpus/render.py                  五个单位三年的示例报告 → corpus/reports
    python corpus/render.py --all DIR        全部 60 份，每份按自己的格式 → DIR
    python corpus/render.py --format docx DIR   全部 60 份排成一种格式（docx html txt pdf pdf_rl）

PDF 由 LibreOffice（pdf）或 reportlab（pdf_rl，不嵌入字体）制作。正文与 corpus/gold/plain 一字不差，
表格来自标注文件的 #table 块；网页带上常见的网页部件，PDF 带页眉页码，以便检验读取。
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

HERE = Path(__file__).parent
SRC = HERE / "gold" / "src"
DEMO = ("g-npc", "c-civil", "e-water", "d-audit", "f-library")
FACT = re.compile(r"⟦([^¦⟧]*)(?:¦[^⟧]*)?⟧")
FINDING = re.compile(r"⟪[PCMN]\d*(?::[a-z_]+)?(?:>[\d,]+)?¦")
HEADING = re.compile(r"^(第[一二三四五六七八九十]+部分|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)")

Block = str | list[list[str]]


def blocks(path: Path) -> tuple[dict[str, str], list[Block]]:
    """报告的头信息，以及依次排列的段落（文字）和表格（行的列表）。"""
    meta: dict[str, str] = {}
    out: list[Block] = []
    table: list[list[str]] | None = None
    for line in path.read_text(encoding="utf-8").rstrip("\n").split("\n"):
        if table is None and not out and (m := re.match(r"#(\w+): *(.*)$", line)):
            meta[m[1]] = m[2].strip()
        elif line.strip() == "#table":
            table = []
        elif line.strip() == "#endtable":
            out.append(table or [])
            table = None
        elif table is not None:
            table.append([c.strip() for c in plain(line).split("|")])
        else:
            out.append(plain(line))
    return meta, out


def plain(line: str) -> str:
    """一行去掉标注。"""
    return FINDING.sub("", FACT.sub(r"\1", line)).replace("⟫", "")


def grid(rows: list[list[str]]) -> list[list[str]]:
    """补齐列数。"""
    width = max(map(len, rows))
    return [r + [""] * (width - len(r)) for r in rows]


def spans(rows: list[list[str]]) -> dict[tuple[int, int], int]:
    """一级、二级指标列里空格并入上面一格：（行，列）→ 跨几行。"""
    head = next((i for i, r in enumerate(rows) if r and r[0] == "一级指标"), None)
    out: dict[tuple[int, int], int] = {}
    if head is None:
        return out
    for col in (0, 1):
        start = None
        for i in range(head + 1, len(rows) + 1):
            row = rows[i] if i < len(rows) else None
            new_parent = row is not None and col == 1 and row[0] != ""
            if row is None or row[0].startswith(("总分", "合计")) or row[col] != "" or new_parent:
                if start is not None and i - start > 1:
                    out[start, col] = i - start
                start = i if row is not None and row[col] != "" else None
                if row is not None and row[0].startswith(("总分", "合计")):
                    break
    return out


def to_docx(meta: dict[str, str], body: list[Block], path: Path, *, furniture: bool = True) -> None:
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    doc = Document()
    style = doc.styles["Normal"]
    style.font.name, style.font.size = "仿宋", Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    if furniture:
        doc.sections[0].header.paragraphs[0].text = meta["department"]
        _page_number(doc.sections[0].footer.paragraphs[0])
    first = True
    for block in body:
        if isinstance(block, str):
            p = doc.add_paragraph(block)
            if first and not HEADING.match(block):
                p.alignment = WD_ALIGN_PARAGRAPH.CENTER
            else:
                p.paragraph_format.first_line_indent = Pt(28)
                first = False
            if HEADING.match(block) and len(block) < 30:
                p.runs[0].bold = True
            continue
        rows = grid(block)
        table = doc.add_table(len(rows), len(rows[0]), style="Table Grid")
        for i, row in enumerate(rows):
            for j, text in enumerate(row):
                table.cell(i, j).text = text
        for (i, j), n in spans(rows).items():
            text = rows[i][j]
            table.cell(i, j).merge(table.cell(i + n - 1, j)).text = text
    doc.save(str(path))


def _page_number(paragraph: object) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run = paragraph.add_run("— ")  # type: ignore[attr-defined]
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run._r.addnext(field)
    paragraph.add_run(" —")  # type: ignore[attr-defined]


def to_html(meta: dict[str, str], body: list[Block], path: Path) -> None:
    title = next(b for b in body if isinstance(b, str))
    out = [
        '<!DOCTYPE html><html><head><meta charset="utf-8">',
        f"<title>{escape(title)}</title><style>body{{font-family:SimSun}}td{{border:1px solid #000}}</style></head><body>",
        '<div class="nav">您当前的位置：<a href="#">首页</a> &gt; <a href="#">信息公开</a> &gt; 预决算公开</div>',
        f'<table class="info"><tr><td>索引号</td><td>01520011-X/2024-00031</td><td>发布机构</td><td>{escape(meta["department"])}</td></tr>'
        f"<tr><td>发布日期</td><td>{int(meta['fiscal_year']) + 1}-05-16</td><td>浏览次数</td><td>326</td></tr></table>",
        '<div class="tools">【字体：大 中 小】 打印 分享</div><div class="content">',
    ]
    for block in body:
        if isinstance(block, str):
            out.append(f"<p>&emsp;&emsp;{escape(block)}</p>")
            continue
        rows, merged = grid(block), spans(block)
        covered = {(i + k, j) for (i, j), n in merged.items() for k in range(1, n)}
        out.append("<table>")
        for i, row in enumerate(rows):
            cells = []
            for j, text in enumerate(row):
                if (i, j) not in covered:
                    span = f' rowspan="{merged[i, j]}"' if (i, j) in merged else ""
                    cells.append(f"<td{span}>{escape(text)}</td>")
            out.append("<tr>" + "".join(cells) + "</tr>")
        out.append("</table>")
    out.append(
        '</div><div class="foot">【关闭窗口】 上一篇：没有了 下一篇：没有了<br>版权所有 · 网站标识码 1234567890</div></body></html>'
    )
    path.write_text("\n".join(out), encoding="utf-8")


def to_txt(meta: dict[str, str], body: list[Block], path: Path) -> None:
    lines = []
    for block in body:
        lines += [block] if isinstance(block, str) else ["#table", *(" | ".join(r) for r in block), "#endtable"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def to_pdf(meta: dict[str, str], body: list[Block], path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        sys.exit("没有 soffice：先安装 LibreOffice（make test-deps）")
    with tempfile.TemporaryDirectory() as tmp:
        source = Path(tmp) / (path.stem + ".docx")
        to_docx(meta, body, source)
        subprocess.run(
            [soffice, f"-env:UserInstallation=file://{tmp}/profile", "--headless", "--convert-to", "pdf", "--outdir", tmp, str(source)],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        shutil.move(str(source.with_suffix(".pdf")), path)


def to_pdf_rl(meta: dict[str, str], body: list[Block], path: Path) -> None:
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    text = ParagraphStyle("t", fontName="STSong-Light", fontSize=14, leading=26, firstLineIndent=28, wordWrap="CJK")
    head = ParagraphStyle("h", parent=text, fontSize=18, leading=30, firstLineIndent=0, alignment=1)
    cell = ParagraphStyle("c", parent=text, fontSize=9, leading=12, firstLineIndent=0)
    story: list[object] = []
    first = True
    for block in body:
        if isinstance(block, str):
            first = first and not HEADING.match(block)
            story.append(Paragraph(escape(block), head if first else text))
            continue
        rows = grid(block)
        style = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
        style += [("SPAN", (j, i), (j, i + n - 1)) for (i, j), n in spans(rows).items()]
        story += [
            Table([[Paragraph(escape(c), cell) for c in r] for r in rows], style=TableStyle(style), repeatRows=0),
            Spacer(1, 12),
        ]

    def page(canvas: object, doc: object) -> None:
        canvas.setFont("STSong-Light", 10)  # type: ignore[attr-defined]
        canvas.drawString(72, A4[1] - 40, meta["department"])  # type: ignore[attr-defined]
        canvas.drawCentredString(A4[0] / 2, 36, f"— {doc.page} —")  # type: ignore[attr-defined]

    SimpleDocTemplate(str(path), pagesize=A4, title=meta["id"], invariant=1).build(
        story, onFirstPage=page, onLaterPages=page
    )


WRITERS = {
    "docx": (to_docx, ".docx"),
    "html": (to_html, ".html"),
    "txt": (to_txt, ".txt"),
    "pdf": (to_pdf, ".pdf"),
    "pdf_rl": (to_pdf_rl, ".pdf"),
}


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--all", type=Path, metavar="DIR")
    ap.add_argument("--format", nargs=2, metavar=("FORMAT", "DIR"))
    a = ap.parse_args()
    out = a.all or (Path(a.format[1]) if a.format else HERE / "reports")
    for path in sorted(SRC.glob("*.txt")):
        meta, body = blocks(path)
        name = meta["id"].rsplit("-", 1)[0]
        if not a.all and not a.format and name not in DEMO:
            continue
        kind = a.format[0] if a.format else meta["format"]
        if name == "f-library" and not a.format:
            kind = "pdf_rl"
        write, suffix = WRITERS[kind]
        folder = out / meta["department"]
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{meta['department']}{meta['fiscal_year']}年度报告{suffix}"
        write(meta, body, target)
        print(target)


if __name__ == "__main__":
    main()
