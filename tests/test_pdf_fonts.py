"""Text in fonts that a PDF only names: read alike with and without such a font on the machine, drawn with the real one."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pypdfium2 as pdfium
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from textperf.read.pdf import read_pdf
from textperf.read.pdf_fonts import stand_in, stand_in_fonts

TEXT = "青禾县财政局支出12.5万元"


def _file(path: Path) -> Path:
    """Every character is a text object of its own, as some office programs write them."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path), pagesize=(400, 200))
    canvas.setFont("STSong-Light", 20)
    x = 50.0
    for ch in TEXT:
        canvas.drawString(x, 100, ch)
        x += canvas.stringWidth(ch, "STSong-Light", 20)
    canvas.save()
    return path


def _dark(path: Path) -> int:
    document = pdfium.PdfDocument(path)
    bitmap = document[0].render(scale=1, grayscale=True)
    dark = int((bitmap.to_numpy() < 128).sum())
    bitmap.close()
    document.close()
    return dark


def _read_without_fonts(path: str, answers: multiprocessing.Queue[object]) -> None:
    """As on a machine without any font: PDFium's source of system fonts is empty."""
    import pypdfium2.raw as raw

    raw.FPDF_GetDefaultSystemFontInfo = lambda: None
    document = read_pdf(Path(path))
    answers.put((document.text, document.lines))


def test_text_in_a_font_that_is_not_in_the_file_does_not_depend_on_the_machine(tmp_path: Path) -> None:
    path = _file(tmp_path / "a.pdf")
    here = read_pdf(path)
    assert here.text == TEXT
    (line,) = here.lines
    assert line.box is not None
    assert abs(line.box[0] - 50) < 1
    assert abs(line.box[2] - 50 - pdfmetrics.stringWidth(TEXT, "STSong-Light", 20)) < 1
    assert line.box[1] < 86 < 101 < line.box[3]
    assert 20 <= line.box[3] - line.box[1] <= 25
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[object] = context.Queue()
    process = context.Process(target=_read_without_fonts, args=(str(path), answers))
    process.start()
    assert answers.get(timeout=60) == (here.text, here.lines)
    process.join()


def test_the_stand_in_is_gone_when_a_page_is_to_be_looked_at(tmp_path: Path) -> None:
    path = _file(tmp_path / "a.pdf")
    with stand_in_fonts():
        squares = _dark(path)
    before = _dark(path)
    read_pdf(path)
    assert before == _dark(path)
    assert before < 0.6 * squares  # glyphs are not solid (and nothing at all without fonts)
    assert len(stand_in()) < 500
