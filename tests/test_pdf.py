"""PDF reading on files that the tests draw themselves: text, furniture, tables, hidden text, boxes, limits, broken files."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from textperf.model import Document
from textperf.read.errors import ReadError
from textperf.read.limits import DEFAULT, Limits
from textperf.read.pdf import check_streams, read_pdf
from textperf.read.pdf_page import judge
from textperf.read.pdfminer_fallback import pages_of

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
WIDE, HIGH = A4
LEFT, SIZE, ROW = 90.0, 14.0, 26.0
PER_LINE = 29  # wide characters on a line: (595 - 2 × 90) / 14
NO_OCR = Limits(ocr=False)


def draw(path: Path, work: Callable[[Canvas], None], **options: object) -> Path:
    canvas = Canvas(str(path), pagesize=A4, **options)
    canvas.setFont(FONT, SIZE)
    work(canvas)
    canvas.save()
    return path


def wrapped(text: str, indent: int = 2) -> list[str]:
    """Lines of a paragraph as a typesetter breaks them, numbers included where they come to the edge."""
    text = "\u3000" * indent + text
    return [text[i : i + PER_LINE] for i in range(0, len(text), PER_LINE)]


def write(canvas: Canvas, lines: list[str], top: float = HIGH - 100) -> float:
    for line in lines:
        blank = len(line) - len(line.lstrip("\u3000"))
        canvas.drawString(LEFT + blank * SIZE, top, line.lstrip("\u3000"))
        top -= ROW
    return top


def grid(canvas: Canvas, xs: list[float], ys: list[float]) -> None:
    for y in ys:
        canvas.line(xs[0], y, xs[-1], y)
    for x in xs:
        canvas.line(x, ys[0], x, ys[-1])


def cells(document: Document, number: int = 0) -> dict[tuple[int, int], str]:
    table = document.tables[number]
    return {(c.row, c.col): document.text[c.start : c.end] for c in table.cells}


LONG = "全年共召开各类会议一百三十次，听取和审议专项工作报告四十五项，作出决议决定一十二项，组织代表八百余人次参加视察和调研活动，收集群众意见建议并推动解决问题。"


def test_paragraphs_are_joined_over_lines_and_pages_and_page_numbers_go(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        lines = wrapped(LONG)
        write(canvas, ["一、基本情况", *lines[:2]], 160)
        canvas.drawCentredString(WIDE / 2, 40, "— 1 —")
        canvas.showPage()
        canvas.setFont(FONT, SIZE)
        write(canvas, [*lines[2:], "二、存在的问题", *wrapped("预算执行率偏低。")])
        canvas.drawCentredString(WIDE / 2, 40, "— 2 —")

    document = read_pdf(draw(tmp_path / "a.pdf", work))
    assert document.text.split("\n") == ["一、基本情况", LONG, "二、存在的问题", "预算执行率偏低。"]
    assert [page.reader for page in document.pages] == ["pdfium", "pdfium"]
    assert {line.page for line in document.lines} == {1, 2}


def test_a_number_broken_at_a_line_end_is_whole_again(tmp_path: Path) -> None:
    filler = "甲" * (PER_LINE - 4)

    def work(canvas: Canvas) -> None:
        # 组织代表8 | 00余人次: the break lies inside the number
        write(
            canvas,
            [*wrapped(filler + "经费共8"[:4])[:1], "00余人次参加，收入2,779.66万元，其中财政拨款占了大部分的份额。"],
        )

    text = read_pdf(draw(tmp_path / "a.pdf", work)).text
    assert text.startswith(filler)
    assert "\n" not in text


def test_attachment_mark_and_title_stay_apart(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        canvas.drawString(LEFT, HIGH - 80, "附件 2")
        canvas.drawCentredString(WIDE / 2, HIGH - 120, "2023 年度青禾县财政局部门整体支出绩效自评报告")
        write(canvas, ["一、基本情况", *wrapped(LONG)], HIGH - 170)

    lines = read_pdf(draw(tmp_path / "a.pdf", work)).text.split("\n")
    assert lines[:3] == ["附件2", "2023年度青禾县财政局部门整体支出绩效自评报告", "一、基本情况"]


def test_running_heads_go_and_units_of_tables_stay(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        for number in range(3):
            canvas.setFont(FONT, SIZE)
            canvas.drawString(LEFT, HIGH - 40, "青禾县财政局绩效材料")
            canvas.drawRightString(WIDE - LEFT, HIGH - 60, "单位：万元")
            write(canvas, wrapped(f"第{'一二三'[number]}项工作已经完成，" + LONG))
            canvas.drawString(WIDE / 2, 40, str(number + 5))
            canvas.showPage()

    text = read_pdf(draw(tmp_path / "a.pdf", work)).text
    assert "绩效材料" not in text
    assert text.count("单位：万元") == 3
    assert not any(line.strip().isdigit() for line in text.split("\n"))


def test_ruled_table_with_merged_cells(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        write(canvas, wrapped(LONG), HIGH - 100)
        canvas.drawCentredString(WIDE / 2, 560, "项目支出明细表")
        canvas.drawRightString(500, 540, "单位：万元")
        xs, ys = [90.0, 190.0, 300.0, 400.0, 500.0], [530.0, 505.0, 480.0, 455.0]
        for y in (530, 480, 455):
            canvas.line(90, y, 500, y)
        canvas.line(190, 505, 500, 505)  # the first column is merged over two rows
        for x in (90, 500):
            canvas.line(x, 530, x, 455)
        for x in (190, 400):
            canvas.line(x, 530, x, 455)
        canvas.line(300, 505, 300, 455)  # 项目 is merged over two columns
        for x, y, text in (
            (95, 510, "序号"), (195, 512, "项目"), (405, 512, "执行数"), (195, 487, "名称"), (305, 487, "类别"),
            (405, 487, "金额"), (95, 462, "1"), (195, 462, "培训"), (305, 462, "一般"), (405, 462, "1,234.50"),
        ):  # fmt: skip
            canvas.drawString(x, y, text)
        assert len(xs) == 5
        assert len(ys) == 4
        write(canvas, wrapped("以上数据来自决算。"), 420)

    document = read_pdf(draw(tmp_path / "a.pdf", work))
    table = document.tables[0]
    assert (table.rows, table.cols, table.page) == (3, 4, 1)
    assert table.caption == "项目支出明细表 单位：万元"
    spans = {(c.row, c.col): (c.rowspan, c.colspan) for c in table.cells}
    assert spans[0, 0] == (2, 1)
    assert spans[0, 1] == (1, 2)
    assert document.text[table.start : table.end].split("\n")[2] == "1\t培训\t一般\t1,234.50"
    assert document.text.count("1,234.50") == 1
    assert document.text.endswith("以上数据来自决算。")
    assert document.in_table(table.start)


def test_a_table_goes_on_over_pages_its_head_is_dropped_and_a_cut_row_is_whole(tmp_path: Path) -> None:
    xs = [90.0, 200.0, 300.0, 370.0]

    def row(canvas: Canvas, y: float, texts: tuple[str, ...]) -> None:
        for x, text in zip(xs, texts, strict=False):
            canvas.drawString(x + 4, y + 8, text)

    def work(canvas: Canvas) -> None:
        write(canvas, wrapped(LONG))
        grid(canvas, xs, [200, 175, 150, 125])
        row(canvas, 175, ("指标名称", "目标值", "说明"))
        row(canvas, 150, ("培训人次", "≥200", "无"))
        row(canvas, 125, ("走访企业", "≥60", "工作计划"))
        canvas.showPage()
        canvas.setFont(FONT, SIZE)
        grid(canvas, xs, [760, 735, 710, 685])
        row(canvas, 735, ("指标名称", "目标值", "说明"))
        row(canvas, 710, ("", "", "已调整。"))
        row(canvas, 685, ("满意度", "≥95%", "无"))
        write(canvas, wrapped("表后还有一段文字。"), 640)

    document = read_pdf(draw(tmp_path / "a.pdf", work))
    assert len(document.tables) == 1
    rows = document.text[document.tables[0].start : document.tables[0].end].split("\n")
    assert rows == [
        "指标名称\t目标值\t说明",
        "培训人次\t≥200\t无",
        "走访企业\t≥60\t工作计划已调整。",
        "满意度\t≥95%\t无",
    ]
    cut = next(c for c in document.tables[0].cells if document.text[c.start : c.end].startswith("工作计划"))
    assert {box[0] for box in document.evidence(cut.start, cut.end).boxes} == {1, 2}


@pytest.mark.parametrize(
    ("above", "below", "labels"),
    [
        ("满意度指", "标", ["产出指标", "满意度指标"]),
        ("可持续影", "响指标", ["产出指标", "可持续影", "响指标"]),  # no other label ends so: left alone
        ("效益指标", "群众指标", ["产出指标", "效益指标", "群众指标"]),
        ("效益", "指标", ["产出指标", "效益", "指标"]),  # the line above had room
    ],
)
def test_a_label_cut_by_a_page_break_is_whole(tmp_path: Path, above: str, below: str, labels: list[str]) -> None:
    xs = [90.0, 90 + 4 * SIZE + 10, 300.0, 370.0]

    def row(canvas: Canvas, y: float, texts: tuple[str, ...]) -> None:
        for x, text in zip(xs, texts, strict=False):
            canvas.drawString(x + 4, y + 8, text)

    def work(canvas: Canvas) -> None:
        grid(canvas, xs, [200, 175, 150, 125])
        row(canvas, 175, ("一级指标", "指标名称", "目标值"))
        row(canvas, 150, ("产出指标", "培训人次", "≥200"))
        row(canvas, 125, (above, "走访企业", "≥60"))
        canvas.showPage()
        canvas.setFont(FONT, SIZE)
        grid(canvas, xs, [760, 735, 710])
        row(canvas, 735, (below, "群众认可", "≥95%"))
        row(canvas, 710, ("经济效益", "增收", "≥5%"))

    document = read_pdf(draw(tmp_path / "a.pdf", work))
    (table,) = document.tables
    found = [document.text[c.start : c.end] for c in table.cells if c.col == 0]
    assert [text for text in found if text] == ["一级指标", *labels, "经济效益"]


def test_a_table_without_rules_where_columns_are_clear(tmp_path: Path) -> None:
    rows = [("项目名称", "预算数", "执行数", "执行率"), ("培训经费", "120.00", "118.50", "98.75%"),
            ("设备购置", "88.00", "60.06", "68.25%"), ("信息化运维", "45.20", "45.20", "100%")]  # fmt: skip

    def work(canvas: Canvas) -> None:
        write(canvas, wrapped(LONG))
        for r, row in enumerate(rows):
            for x, text in zip((90, 240, 330, 420), row, strict=True):
                canvas.drawString(x, 560 - 24 * r, text)
        write(canvas, wrapped("各项目执行情况总体良好。"), 440)

    document = read_pdf(draw(tmp_path / "a.pdf", work))
    (table,) = document.tables
    assert document.text[table.start : table.end] == "\n".join("\t".join(row) for row in rows)
    assert document.text.endswith("\n各项目执行情况总体良好。")


def test_a_table_between_three_lines(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        write(canvas, wrapped(LONG))
        for y in (580, 552, 476):
            canvas.line(90, y, 400, y)
        for r, (a, b) in enumerate(
            (("指标", "完成值"), ("培训人次", "218"), ("走访企业数", "51"), ("满意度", "96.5%"))
        ):
            canvas.drawString(95, 560 - 26 * r, a)
            canvas.drawString(300, 560 - 26 * r, b)

    document = read_pdf(draw(tmp_path / "a.pdf", work))
    assert cells(document)[2, 1] == "51"


def test_signatures_and_contents_are_no_tables(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        for i, title in enumerate(("部门概况", "收入支出决算情况", "绩效管理情况", "名词解释")):
            canvas.drawString(90, 700 - 24 * i, f"第{'一二三四'[i]}部分 {title}")
            canvas.drawRightString(500, 700 - 24 * i, str(3 + i))
        for i in range(3):
            canvas.drawString(90, 500 - 24 * i, "联系人：王某某")
            canvas.drawString(250, 500 - 24 * i, "联系电话：0755")
            canvas.drawString(420, 500 - 24 * i, "填表日期")

    assert read_pdf(draw(tmp_path / "a.pdf", work)).tables == ()


def test_figures_above_each_other_in_a_cell_never_become_one(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        grid(canvas, [90, 200, 260], [700, 660, 610])
        canvas.drawString(95, 675, "指标值")
        canvas.drawString(205, 675, "得分")
        for y, a, b in ((640, "培训次数", "10"), (622, "培训人次", "20")):
            canvas.drawString(95, y, a)
            canvas.drawString(205, y, b)
        write(canvas, wrapped(LONG), 560)

    assert cells(read_pdf(draw(tmp_path / "a.pdf", work)))[1, 1] == "10 20"


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = [
        "左栏第一段说明工作开展情况和",
        "取得的成效，共有五个方面内容",
        "需要向大会报告，并提请大会审",
        "议通过，同时听取代表们的意见",
        "建议，进一步改进下一年度的各",
        "项工作安排，确保目标任务完成",
        "不折不扣落实到位，群众满意。",
    ]
    right = [
        "右栏第一段说明存在的主要问题",
        "和下一步的改进措施，共有四个",
        "方面，分别是预算编制不够精细",
        "执行进度偏慢，绩效目标不够量",
        "化，监督检查不够经常，需要在",
        "今后的工作中认真加以解决落实",
        "并且长期坚持下去，形成制度。",
    ]

    def work(canvas: Canvas) -> None:
        canvas.drawCentredString(WIDE / 2, HIGH - 80, "工作报告")
        for i, (a, b) in enumerate(zip(left, right, strict=True)):
            canvas.drawString(80, HIGH - 130 - i * 22, a)
            canvas.drawString(320, HIGH - 130 - i * 22, b)

    text = read_pdf(draw(tmp_path / "a.pdf", work)).text
    assert "".join(left) in text.replace("\n", "")
    assert "".join(right) in text.replace("\n", "")


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_pages_read_and_boxes_lie_on_the_page_as_shown(tmp_path: Path, turn: int) -> None:
    def work(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        write(canvas, ["一、基本情况", *wrapped(LONG)], 480)

    path = draw(tmp_path / "a.pdf", work)
    document = read_pdf(path)
    assert document.text.split("\n") == ["一、基本情况", LONG]
    page = document.pages[0]
    assert (page.width, page.height) == pytest.approx(pdfium.PdfDocument(path)[0].get_size(), abs=0.1)
    assert _covered(path, document) > 0.95


@pytest.mark.parametrize("turn", [90, 270])
def test_text_written_sideways(tmp_path: Path, turn: int) -> None:
    def work(canvas: Canvas) -> None:
        canvas.translate(WIDE / 2, HIGH / 2)
        canvas.rotate(turn)
        canvas.translate(-WIDE / 2, -HIGH / 2)
        write(canvas, ["一、基本情况", *wrapped(LONG)], 600)

    path = draw(tmp_path / "a.pdf", work)
    document = read_pdf(path)
    assert document.text.split("\n") == ["一、基本情况", LONG]
    assert _covered(path, document) > 0.95


def test_text_from_top_to_bottom(tmp_path: Path) -> None:
    columns = [
        "青禾县人民检察院工作报告全文如下",
        "一年来共办理各类案件三百二十五件",
        "其中审查逮捕一百一十件经费有保障",
    ]

    def work(canvas: Canvas) -> None:
        for c, column in enumerate(columns):
            for i, ch in enumerate(column):
                canvas.drawString(450 - c * 40, 700 - i * SIZE * 1.05, ch)

    text = read_pdf(draw(tmp_path / "a.pdf", work)).text
    assert text.replace("\n", "") == "".join(columns)


def test_hidden_white_and_outside_text_is_left_out_and_noted(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        write(canvas, wrapped(LONG))
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(LEFT, 300, "白纸上的白字888万元")
        canvas.setFillColorRGB(0, 0, 0.4)
        canvas.rect(LEFT, 240, 300, 30, stroke=0, fill=1)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(LEFT + 5, 250, "深色底上的白字标题")
        canvas.setFillColorRGB(0, 0, 0)
        canvas.saveState()
        invisible = canvas.beginText(LEFT, 200)
        invisible.setTextRenderMode(3)
        invisible.textOut("看不见的字777万元")
        canvas.drawText(invisible)
        canvas.restoreState()
        canvas.setFont(FONT, SIZE)
        canvas.drawString(LEFT, 180, "正常的字。")
        canvas.drawString(WIDE + 50, 400, "页外的字666")

    document = read_pdf(draw(tmp_path / "a.pdf", work))
    assert "888" not in document.text
    assert "777" not in document.text
    assert "666" not in document.text
    assert "深色底上的白字标题" in document.text
    assert "正常的字。" in document.text
    found = [n for n in document.notices if n.reason == "hidden_text"]
    assert len(found) == 1
    assert found[0].page == 1


def test_glyphs_printed_twice_are_read_once(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        for ch, x in zip("预算执行情况说明全文", range(90, 300, 14), strict=False):
            canvas.drawString(x, 700, ch)
            canvas.drawString(x + 0.5, 700, ch)
        write(canvas, wrapped(LONG), 660)

    assert read_pdf(draw(tmp_path / "a.pdf", work)).text.startswith("预算执行情况说明全文\n")


def test_watermark_across_the_page_is_left_out(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        write(canvas, wrapped(LONG))
        canvas.saveState()
        canvas.translate(200, 300)
        canvas.rotate(45)
        canvas.setFont(FONT, 60)
        canvas.drawString(0, 0, "内部资料")
        canvas.restoreState()

    assert read_pdf(draw(tmp_path / "a.pdf", work)).text == LONG


def _covered(path: Path, document: Document) -> float:
    """The share of dark pixels of the rendered first page that lie in boxes of the document."""
    scale = 2.0
    bitmap = pdfium.PdfDocument(path)[0].render(scale=scale, grayscale=True)
    image = bitmap.to_numpy()[:, :, 0] if bitmap.to_numpy().ndim == 3 else bitmap.to_numpy()
    dark = image < 128
    if dark.sum() < 500:
        pytest.skip("no font to draw Chinese with on this machine")
    inside = dark.copy()
    inside[:] = False
    for _, x0, y0, x1, y1 in document.evidence(0, len(document.text)).boxes:
        inside[int(y0 * scale) : int(y1 * scale) + 1, int(x0 * scale) : int(x1 * scale) + 1] = True
    return float((dark & inside).sum() / dark.sum())


def test_boxes_cover_the_glyphs_and_are_tight(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        write(canvas, ["一、基本情况", *wrapped(LONG), *wrapped("收入2,779.66万元。")])

    path = draw(tmp_path / "a.pdf", work)
    document = read_pdf(path)
    assert _covered(path, document) >= 0.95
    at = document.text.index("2,779.66万元")
    (box,) = document.evidence(at, at + 10).boxes
    assert box[0] == 1
    assert 60 < box[3] - box[1] < 110  # ten characters, not the line
    assert box[1] > LEFT + 3.5 * SIZE
    page = document.pages[0]
    assert 0 <= box[2] < box[4] <= page.height


def test_attachments_are_named(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.pdf", lambda canvas: write(canvas, wrapped(LONG)) and None)
    document = pdfium.PdfDocument(path)
    document.new_attachment("明细.xlsx").set_data(b"1234")
    document.save(tmp_path / "b.pdf")
    notices = read_pdf(tmp_path / "b.pdf").notices
    assert [n.reason for n in notices] == ["attachments"]
    assert "明细.xlsx" in notices[0].message


def _reason(path: Path, limits: Limits = NO_OCR) -> str:
    with pytest.raises(ReadError) as caught:
        read_pdf(path, limits)
    assert "；" in caught.value.message  # what is the matter; what can be done
    return caught.value.reason


def test_files_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    whole = draw(tmp_path / "whole.pdf", lambda canvas: write(canvas, wrapped(LONG)) and None).read_bytes()
    samples = {
        "garbage.pdf": (b"\x00\x01garbage" * 100, "not_a_document"),
        "head.pdf": (b"%PDF-1.4\n1 0 obj\n<<", "truncated"),
        "nothing.pdf": (b"", "empty"),
        "cut.pdf": (whole[: len(whole) // 8], "truncated"),
    }
    for name, (data, reason) in samples.items():
        (tmp_path / name).write_bytes(data)
        assert _reason(tmp_path / name) == reason, name
    assert _reason(tmp_path / "missing.pdf") == "not_found"
    blank = draw(tmp_path / "blank.pdf", lambda canvas: canvas.showPage())
    assert _reason(blank) == "empty"


def test_a_password_is_named(tmp_path: Path) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    path = draw(tmp_path / "a.pdf", lambda canvas: write(canvas, ["甲"]) and None, encrypt=StandardEncryption("secret"))
    assert _reason(path) == "needs_password"
    owner = StandardEncryption("", ownerPassword="owner", canPrint=0, canCopy=0)
    path = draw(tmp_path / "b.pdf", lambda canvas: write(canvas, ["只限制打印的文件可以读。"]) and None, encrypt=owner)
    assert read_pdf(path).text == "只限制打印的文件可以读。"


def test_limits(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        for _ in range(5):
            canvas.setFont(FONT, SIZE)
            write(canvas, wrapped(LONG))
            canvas.showPage()

    path = draw(tmp_path / "a.pdf", work)
    assert _reason(path, Limits(pages=4)) == "page_limit"
    assert _reason(path, Limits(characters=100)) == "text_limit"
    assert _reason(path, Limits(file_bytes=100)) == "too_large"


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    inner = zlib.compress(b"\0" * 3_000_000, 9)
    twice = zlib.compress(inner, 9)
    data = (
        b"%PDF-1.4\n1 0 obj\n<< /Length 1 /Filter [/FlateDecode /FlateDecode] >>\nstream\n" + twice + b"\nendstream\n"
    )
    check_streams(data, DEFAULT)
    with pytest.raises(ReadError) as caught:
        check_streams(data, Limits(stream_bytes=1_000_000))
    assert caught.value.reason == "decompress_limit"
    once = data.replace(b"[/FlateDecode /FlateDecode]", b"/FlateDecode").replace(twice, inner)
    with pytest.raises(ReadError):
        check_streams(once, Limits(stream_bytes=1_000_000))


def _image_page(canvas: Canvas) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    picture = io.BytesIO()
    Image.new("RGB", (300, 400), (240, 240, 240)).save(picture, "PNG")
    canvas.drawImage(ImageReader(picture), 0, 0, WIDE, HIGH)
    canvas.showPage()


def test_pages_that_are_images_need_recognition(tmp_path: Path) -> None:
    assert _reason(draw(tmp_path / "scan.pdf", _image_page)) == "needs_ocr"

    def curves(canvas: Canvas) -> None:  # text turned into outlines
        for i in range(100):
            x, y = 90 + i % 20 * 15, 700 - i // 20 * 20
            canvas.bezier(x, y, x + 4, y + 9, x + 8, y - 3, x + 10, y + 8)

    assert _reason(draw(tmp_path / "curves.pdf", curves)) == "needs_ocr"

    def mixed(canvas: Canvas) -> None:
        write(canvas, wrapped(LONG))
        canvas.showPage()
        _image_page(canvas)

    document = read_pdf(draw(tmp_path / "mixed.pdf", mixed), NO_OCR)
    assert document.text == LONG
    assert [(n.reason, n.page) for n in document.notices] == [("needs_ocr", 2)]
    assert document.pages[1].reader == "unreadable"
    assert "pip install" in document.notices[0].message


def test_garbage_is_told_from_text() -> None:
    assert judge("收入12万元")[2] == 0
    assert judge("\ue012\ue034\ue055\ufffd")[2] == 1
    assert judge("(cid:12)(cid:34)")[2] == 1
    assert judge("ÖÐ¹ú²ÆÕþ²¿ÃÅÔ¤ËãÖ´ÐÐÇé¿ö")[2] > 0.5
    assert judge('!"#$%&!"#$(){}&*"!^`!"#$%&')[2] > 0.5
    assert judge("Annual report of the bureau of finance 2023")[2] == 0


def test_the_second_reader_reads_the_same(tmp_path: Path) -> None:
    def work(canvas: Canvas) -> None:
        write(canvas, ["一、基本情况", *wrapped(LONG)])
        grid(canvas, [90, 200, 300], [400, 370, 340])
        for x, y, text in ((95, 378, "名称"), (205, 378, "金额"), (95, 348, "培训"), (205, 348, "12.50")):
            canvas.drawString(x, y, text)

    path = draw(tmp_path / "a.pdf", work)
    (page,) = pages_of(path.read_bytes(), DEFAULT)
    assert page.reader == "pdfminer"
    assert "".join(run.text for run in page.runs).startswith("一、基本情况全年")
    assert [[run.text for run in cell.runs] for cell in page.grids[0].cells] == [
        ["名称"],
        ["金额"],
        ["培训"],
        ["12.50"],
    ]
    assert pages_of(b"%PDF-1.4 nonsense", DEFAULT) == []
