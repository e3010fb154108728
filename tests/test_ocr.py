"""Recognition of scans drawn by the tests. Skipped without the extra ``[ocr]`` or without a font to draw Chinese with."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

pytest.importorskip("rapidocr")
cv2 = pytest.importorskip("cv2")
np = pytest.importorskip("numpy")

from PIL import Image, ImageDraw, ImageFont  # noqa: E402
from reportlab.lib.utils import ImageReader  # noqa: E402
from reportlab.pdfgen.canvas import Canvas  # noqa: E402

from textperf.model import Document  # noqa: E402
from textperf.read import ocr  # noqa: E402
from textperf.read.limits import Limits  # noqa: E402
from textperf.read.pdf import read_pdf  # noqa: E402

FONTS = [
    Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
    Path("/System/Library/Fonts/PingFang.ttc"),
    Path("C:/Windows/Fonts/simsun.ttc"),
]
FONT = next((path for path in FONTS if path.exists()), None)
pytestmark = pytest.mark.skipif(FONT is None, reason="本机没有中文字体，画不出扫描件")

LINES = ["全年召开会议13次，听取报告45项，收入2,779.66万元，", "完成预算的95.6%，组织代表800余人次参加视察。"]


def page(scale: float = 1.0) -> tuple[Image.Image, ImageDraw.ImageDraw, ImageFont.FreeTypeFont]:
    image = Image.new("RGB", (int(900 * scale), int(560 * scale)), (246, 246, 244))
    assert FONT is not None
    return image, ImageDraw.Draw(image), ImageFont.truetype(str(FONT), int(30 * scale))


def as_pdf(path: Path, image: Image.Image) -> Path:
    data = io.BytesIO()
    image.save(data, "PNG")
    wide, high = image.width * 0.36, image.height * 0.36  # 200 dpi
    canvas = Canvas(str(path), pagesize=(wide, high))
    canvas.drawImage(ImageReader(data), 0, 0, wide, high)
    canvas.save()
    return path


def squeezed(document: Document) -> str:
    return "".join(document.text.split()).replace(":", "：").replace("(", "（").replace(")", "）")


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Document:
    """A page that leans by a degree, with a red seal over its text and a ruled table."""
    image, pen, font = page()
    for i, text in enumerate(LINES):
        pen.text((60, 40 + 60 * i), text, fill=(20, 20, 20), font=font)
    for y in (200, 260, 320, 380):
        pen.line((60, y, 700, y), fill=(30, 30, 30), width=2)
    for x in (60, 360, 700):
        pen.line((x, 200, x, 380), fill=(30, 30, 30), width=2)
    for y, a, b in ((210, "项目名称", "执行数"), (270, "培训经费", "1,234.50"), (330, "设备购置", "88.06")):
        pen.text((75, y), a, fill=(20, 20, 20), font=font)
        pen.text((380, y), b, fill=(20, 20, 20), font=font)
    seal = ImageDraw.Draw(image, "RGBA")
    seal.ellipse((420, 20, 580, 180), outline=(205, 40, 45, 190), width=7)
    leaning = image.rotate(1.0, fillcolor=(246, 246, 244), resample=Image.Resampling.BICUBIC)
    return read_pdf(as_pdf(tmp_path_factory.mktemp("ocr") / "scan.pdf", leaning))


def test_text_under_a_seal_and_figures_are_read(sealed: Document) -> None:
    assert "".join(LINES) in squeezed(sealed)
    assert sealed.pages[0].reader == "ocr"
    assert sealed.source.reader == "ocr"


def test_table_of_a_scan(sealed: Document) -> None:
    (table,) = sealed.tables
    assert (table.rows, table.cols) == (3, 2)
    assert [sealed.text[c.start : c.end] for c in table.cells][3:] == ["1,234.50", "设备购置", "88.06"]


def test_figures_under_a_seal_and_the_page_are_noted(sealed: Document) -> None:
    assert "ocr" in {n.reason for n in sealed.notices}
    assert any("印章" in n.message for n in sealed.notices if n.reason == "low_confidence")


def test_boxes_of_a_leaning_page_lie_on_the_page(sealed: Document) -> None:
    at = sealed.text.index("2,779.66")
    (box,) = sealed.evidence(at, at + 8).boxes
    # drawn at x 60 + 22 characters of about 30 px; the page leans by a degree around its middle
    assert 0.36 * 60 < box[1] < box[3] < 0.36 * 900
    assert 0.36 * 20 < box[2] < 0.36 * 100
    assert box[3] - box[1] < 0.36 * 260


def test_seal_leaves_red_headings() -> None:
    image, pen, font = page()
    pen.text((60, 20), "青禾县财政局文件", fill=(200, 20, 30), font=font)
    pen.ellipse((400, 200, 600, 400), outline=(205, 40, 45), width=8)
    grey, seals = ocr.without_seal(np.asarray(image))
    assert len(seals) == 1
    assert grey[20:60, 60:300].min() < 140  # the heading is still there
    assert grey[195:405, 395:605].min() > 200  # the seal is not


def test_skew_is_measured() -> None:
    image, pen, font = page()
    for i in range(6):
        pen.text((60, 40 + 70 * i), LINES[i % 2], fill=(20, 20, 20), font=font)
    for angle in (-2.0, 0.0, 1.5):
        turned = np.asarray(image.rotate(angle, fillcolor=(246, 246, 244)).convert("L"))
        assert abs(ocr.skew(turned) + angle) < 0.35


def test_pages_for_which_time_ran_out_say_so(tmp_path: Path) -> None:
    image, pen, font = page()
    pen.text((60, 40), LINES[0], fill=(20, 20, 20), font=font)
    from textperf.read.errors import ReadError

    with pytest.raises(ReadError) as caught:
        read_pdf(as_pdf(tmp_path / "a.pdf", image), Limits(seconds_base=-1.0, seconds_a_page=0.0, seconds_an_image=0.0))
    assert caught.value.reason == "timeout"


def test_images_beyond_the_limit_are_not_rendered(tmp_path: Path) -> None:
    image, pen, font = page()
    pen.text((60, 40), LINES[0], fill=(20, 20, 20), font=font)
    from textperf.read.errors import ReadError

    with pytest.raises(ReadError) as caught:
        read_pdf(as_pdf(tmp_path / "a.pdf", image), Limits(image_pixels=1000))
    assert caught.value.reason == "needs_ocr"
