"""What stands on a page in odd ways: over other text, twice, on a blank, raised, in columns that are not level."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from textperf.model import Document
from textperf.read.pdf import read_pdf

FONT, SIZE = "STSong-Light", 14.0
pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def page(path: Path, work: Callable[[Canvas], None]) -> Document:
    canvas = Canvas(str(path), pagesize=(595, 842))
    canvas.setFont(FONT, SIZE)
    work(canvas)
    canvas.save()
    return read_pdf(path)


def wide(text: str, size: float = SIZE) -> float:
    return float(pdfmetrics.stringWidth(text, FONT, size))


def test_a_text_box_over_the_text_never_mixes_their_figures(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        canvas.drawString(90, 700, "全年支出合计2,779.66万元，较上年增长5.6%。")
        canvas.drawString(140, 702, "联系电话：6543210")

    lines = page(tmp_path / "a.pdf", work).text.split("\n")
    assert sorted(lines) == ["全年支出合计2,779.66万元，较上年增长5.6%。", "联系电话：6543210"]


@pytest.mark.parametrize("offset", [0.0, 0.3, 0.6])
def test_false_bold_letter_by_letter_and_line_by_line(tmp_path: Path, offset: float) -> None:
    said = "预算支出1122.50万元，会议33次"

    def work(canvas: Canvas) -> None:
        x = 90.0
        for ch in said:
            canvas.drawString(x, 700, ch)
            canvas.drawString(x + offset, 700, ch)
            x += wide(ch)
        for k in range(3):
            canvas.drawString(90 + k * offset, 600, said)

    assert page(tmp_path / "a.pdf", work).text.replace("\n", "") == said * 2


def test_what_is_filled_in_on_a_blank_is_whole(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        canvas.drawString(90, 700, "预算数：____________万元")
        canvas.drawString(90 + wide("预算数：__"), 700.5, "1,234.5")

    text = page(tmp_path / "a.pdf", work).text
    assert text.replace("_", "") == "预算数：1,234.5万元"


def test_text_that_steps_back_a_little_keeps_the_order_of_its_figures(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:  # a font whose widths are wrong: the next piece begins on the last figure
        canvas.drawString(90, 700, "其中甲类25.90元，乙类收费标准为52")
        canvas.drawString(90 + wide("其中甲类25.90元，乙类收费标准为52") - 1.2 * SIZE, 700, "7.90元。")

    assert page(tmp_path / "a.pdf", work).text == "其中甲类25.90元，乙类收费标准为527.90元。"


def test_a_raised_figure_is_no_part_of_the_number_before_it(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        text = canvas.beginText(90, 700)
        text.setFont(FONT, SIZE)
        for part, up in (
            ("召开会议36", 0),
            ("12", 5),
            ("次，造林12.5km", 0),
            ("2", 5),
            ("，支出（3", 0),
            ("万元）。", 0),
        ):
            text.setRise(up)
            text.setFont(FONT, 8 if up else SIZE)
            text.textOut(part)
        canvas.drawText(text)

    assert page(tmp_path / "a.pdf", work).text == "召开会议36次，造林12.5km²，支出（3万元）。"


LEFT = "全年共召开各类会议一百三十次，听取和审议专项工作报告四十五项，作出决议决定一十二项。"
RIGHT = "部分项目前期论证不充分，预算编制不够精细，绩效指标设置不够量化，个别指标难以考核。"


def test_columns_that_are_not_level_with_a_title_and_a_table_between(tmp_path: Path) -> None:
    def column(canvas: Canvas, x: float, top: float, texts: list[str]) -> None:
        for text in texts:
            said = "\u3000\u3000" + text
            for i in range(0, len(said), 14):
                line = said[i : i + 14]
                canvas.drawString(
                    x + wide("\u3000") * (len(line) - len(line.lstrip("\u3000"))), top, line.lstrip("\u3000")
                )
                top -= 20
            top -= 7

    def work(canvas: Canvas) -> None:
        canvas.drawCentredString(297, 800, "青禾县财政局绩效自评报告")
        column(canvas, 80, 760, [LEFT, LEFT, LEFT])
        column(canvas, 310, 753, [RIGHT, RIGHT, RIGHT])
        canvas.drawCentredString(297, 470, "项目支出情况表")
        for y in (455, 430, 405):
            canvas.line(80, y, 510, y)
        for x in (80, 290, 510):
            canvas.line(x, 405, x, 455)
        for x, y, text in ((90, 437, "项目"), (300, 437, "执行数"), (90, 412, "会议费"), (300, 412, "118.50")):
            canvas.drawString(x, y, text)
        column(canvas, 80, 370, [RIGHT, RIGHT, RIGHT])
        column(canvas, 310, 365, [LEFT, LEFT, LEFT])

    document = page(tmp_path / "a.pdf", work)
    (table,) = document.tables
    assert table.caption == "项目支出情况表"
    above, below = document.text[: table.start].split("\n"), document.text[table.end :].split("\n")
    assert [line for line in above if line] == ["青禾县财政局绩效自评报告", *[LEFT] * 3, *[RIGHT] * 3, "项目支出情况表"]
    assert [line for line in below if line] == [*[RIGHT] * 3, *[LEFT] * 3]


def wrapped(text: str) -> list[str]:
    return [text[i : i + 29] for i in range(0, len(text), 29)]


def prose(canvas: Canvas, text: str, top: float = 740, indent: int = 2) -> float:
    """A paragraph of 29 characters a line."""
    for line in wrapped("\u3000" * indent + text):
        canvas.drawString(90 + SIZE * (len(line) - len(line.lstrip("\u3000"))), top, line.lstrip("\u3000"))
        top -= 24
    return top


def test_a_line_spread_over_its_width_is_no_row_of_single_characters(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        x = 90.0
        for ch in "青禾县财政局2023年绩效自评报告":
            canvas.drawString(x, 700, ch)
            x += wide(ch) + 9
        for k, ch in enumerate("1234567"):  # the numbers of columns
            canvas.drawString(90 + 20 * k, 600, ch)

    assert page(tmp_path / "a.pdf", work).text.split("\n") == ["青禾县财政局2023年绩效自评报告", "1 2 3 4 5 6 7"]


def test_rows_of_entries_far_apart_are_no_prose(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        for k in range(4):
            canvas.drawString(90, 700 - 24 * k, f"第{k}项目支出{k}8.5万元")
            canvas.drawString(330, 700 - 24 * k, f"第{k}项目收入{k}7.4万元")

    lines = page(tmp_path / "a.pdf", work).text.split("\n")
    assert lines == [f"第{k}项目支出{k}8.5万元 第{k}项目收入{k}7.4万元" for k in range(4)]


def test_notes_at_the_foot_of_a_page_stand_behind_the_paragraph_that_they_cut(tmp_path: Path) -> None:
    said = (LEFT + RIGHT) * 3
    lines = wrapped("\u3000\u3000" + said)

    def work(canvas: Canvas) -> None:
        for k, line in enumerate(lines[:5]):
            canvas.drawString(90 + (0 if k else 2 * SIZE), 300 - 24 * k, line.lstrip("\u3000"))
        canvas.setFont(FONT, 9)
        canvas.drawString(90, 150, "1 数据来源：青禾县统计局2023年统计公报。")
        canvas.drawString(90, 136, "2 执行率为执行数与预算数之比。")
        canvas.showPage()
        canvas.setFont(FONT, SIZE)
        for k, line in enumerate(lines[5:]):
            canvas.drawString(90, 740 - 24 * k, line)

    assert page(tmp_path / "a.pdf", work).text.split("\n") == [
        said,
        "1数据来源：青禾县统计局2023年统计公报。",
        "2执行率为执行数与预算数之比。",
    ]


def test_pages_that_begin_alike_keep_their_first_line(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        for k in range(3):
            canvas.setFont(FONT, 9)
            canvas.drawString(90, 800, "青禾县财政局绩效材料")
            canvas.setFont(FONT, SIZE)
            prose(canvas, LEFT, 760)
            canvas.drawString(90, 600, f"本页为第{'甲乙丙'[k]}个项目的情况。")
            canvas.showPage()

    text = page(tmp_path / "a.pdf", work).text
    assert text.count(LEFT) == 3
    assert "绩效材料" not in text


def test_a_faint_watermark_under_the_text_is_left_out_and_a_light_title_on_a_dark_field_stays(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        canvas.setFillGray(0.2)
        canvas.rect(80, 770, 440, 50, stroke=0, fill=1)
        canvas.setFillGray(0.85)
        canvas.setFont(FONT, 26)
        canvas.drawString(120, 785, "绩效自评报告")
        canvas.setFont(FONT, 44)
        canvas.drawString(120, 690, "仅供内部使用2023")
        canvas.setFillGray(0)
        canvas.setFont(FONT, SIZE)
        prose(canvas, LEFT + RIGHT)

    document = page(tmp_path / "a.pdf", work)
    assert document.text.split("\n") == ["绩效自评报告", LEFT + RIGHT]
    assert any(n.reason == "hidden_text" and "仅供内部使用" in n.message for n in document.notices)


def test_a_table_goes_on_below_a_line_that_says_so(tmp_path: Path) -> None:
    def table(canvas: Canvas, top: float, rows: list[tuple[str, str]]) -> None:
        for k in range(len(rows) + 1):
            canvas.line(90, top - 25 * k, 500, top - 25 * k)
        for x in (90, 300, 500):
            canvas.line(x, top, x, top - 25 * len(rows))
        for k, row in enumerate(rows):
            canvas.drawString(100, top - 25 * k - 18, row[0])
            canvas.drawString(310, top - 25 * k - 18, row[1])

    def work(canvas: Canvas) -> None:
        canvas.drawCentredString(297, 330, "表3 项目支出情况表")
        table(canvas, 310, [("项目", "执行数"), *((f"第{k}项", f"{k}8.5") for k in range(8))])
        canvas.showPage()
        canvas.setFont(FONT, SIZE)
        canvas.drawCentredString(297, 790, "续表3")
        table(canvas, 770, [("项目", "执行数"), ("第9项", "98.5")])

    document = page(tmp_path / "a.pdf", work)
    (found,) = document.tables
    assert found.rows == 10
    assert "续表" not in document.text


def sheet(canvas: Canvas, top: float, rows: list[list[str]]) -> None:
    for k in range(len(rows) + 1):
        canvas.line(60, top - 25 * k, 60 + 120 * len(rows[0]), top - 25 * k)
    for k in range(len(rows[0]) + 1):
        canvas.line(60 + 120 * k, top, 60 + 120 * k, top - 25 * len(rows))
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            canvas.drawString(66 + 120 * c, top - 25 * r - 18, text)


def test_a_sheet_too_wide_for_its_page_has_its_columns_side_by_side(tmp_path: Path) -> None:
    parts = [
        [["项目", "预算数", "执行数"], *([f"第{k}项", f"{k}0.5", f"{k}0.2"] for k in range(1, 4))],
        [["项目", "预算数", "执行数"], *([f"第{k}项", f"{k}0.5", f"{k}0.2"] for k in range(4, 7))][1:],
        [["执行率", "得分", "备注"], *([f"9{k}%", f"{k}.5", "无"] for k in range(1, 4))],
        [["执行率", "得分", "备注"], *([f"9{k}%", f"{k}.5", "无"] for k in range(4, 7))][1:],
    ]

    def work(canvas: Canvas) -> None:
        for part in parts:
            canvas.setFont(FONT, SIZE)
            sheet(canvas, 780, part)
            canvas.showPage()

    document = page(tmp_path / "a.pdf", work)
    (table,) = document.tables
    assert (table.rows, table.cols) == (7, 6)
    assert document.text.split("\n")[5] == "第5项\t50.5\t50.2\t95%\t5.5\t无"


def test_forms_page_after_page_are_not_put_side_by_side(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        for k in range(2):
            canvas.setFont(FONT, SIZE)
            canvas.drawString(60, 800, f"第{k}张表")
            sheet(
                canvas,
                780,
                [["指标", "目标值", "实际值"], ["培训人次", f"{k}2", f"{k}3"], ["会议次数", f"{k}4", f"{k}5"]],
            )
            canvas.showPage()

    document = page(tmp_path / "a.pdf", work)
    assert [(t.rows, t.cols) for t in document.tables] == [(3, 3), (3, 3)]


def test_what_was_filled_into_the_fields_of_a_form_is_read(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        canvas.drawString(90, 700, "全年预算数（万元）：")
        canvas.acroForm.textfield(name="a", value="1234.5", x=240, y=695, width=100, height=20, fontSize=12)

    assert page(tmp_path / "a.pdf", work).text == "全年预算数（万元）：1234.5"
