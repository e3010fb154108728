"""PDF pages through pdfminer.six, in the same form as ``pdf_page`` gives them. Slower; reads some files PDFium does not."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from textperf.read.errors import ReadError
from textperf.read.limits import Limits
from textperf.read.pdf_drawing import Drawing, turned
from textperf.read.pdf_lines import runs
from textperf.read.pdf_page import PageContent, judge
from textperf.read.pdf_tables import fill, grids

# pdfminer raises almost anything on broken files (bare IndexError, TypeError, RecursionError among them)
_ANY = (Exception,)


def pages_of(data: bytes, limits: Limits, numbers: Sequence[int] | None = None) -> list[PageContent]:
    """The pages of a file (those of ``numbers`` where given) that pdfminer.six can read; an empty list when it cannot.

    Raises ReadError ``needs_password``.
    """
    from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdfparser import PDFParser

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    out: list[PageContent] = []
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
        pages = enumerate(PDFPage.create_pages(document), 1)
    except (PDFPasswordIncorrect, PDFEncryptionError) as e:
        raise ReadError("needs_password") from e
    except _ANY:
        return []
    wanted = set(numbers) if numbers is not None else None
    last = max(wanted, default=0) if wanted is not None else limits.pages
    try:
        for number, page in pages:
            if number > last:
                break
            if wanted is None or number in wanted:
                found = _page(page, number)
                if found is not None:
                    out.append(found)
    except _ANY:
        pass  # a broken page tree: what was read so far stands
    return out


def _page(page: Any, number: int) -> PageContent | None:
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager

    manager = PDFResourceManager()
    device = PDFPageAggregator(manager, laparams=None)
    try:
        PDFPageInterpreter(manager, device).process_page(page)
        layout = device.get_result()
    except _ANY:
        return None
    drawn = Drawing()
    text: list[str] = []
    sides: tuple[list[float], list[float], list[float], list[float]] = ([], [], [], [])
    high = layout.height
    for item in _leaves(layout):
        _take(item, layout.x0, layout.y0 + high, text, sides, drawn)
    frame, found = runs("".join(text), np.array(sides), layout.width, high)
    out = PageContent(number, frame, reader="pdfminer")
    out.characters, out.han, out.garbage = judge("".join(run.text for run in found))
    out.grids, out.runs = fill(grids(*turned(drawn, frame)), found)
    return out


def _leaves(container: Iterable[Any], depth: int = 0) -> Iterator[Any]:
    from pdfminer.layout import LTFigure

    for item in container:
        if isinstance(item, LTFigure):
            if depth < 6:
                yield from _leaves(item, depth + 1)
        else:
            yield item


def _take(
    item: Any,
    left: float,
    top: float,
    text: list[str],
    sides: tuple[list[float], list[float], list[float], list[float]],
    drawn: Drawing,
) -> None:
    from pdfminer.layout import LTChar, LTCurve, LTImage, LTRect

    if isinstance(item, LTChar):
        said = item.get_text()
        x0, x1 = item.x0 - left, item.x1 - left
        y0, y1 = top - item.y1, top - item.y0
        if text and sides[2] and x0 - sides[2][-1] > 0.2 * item.size and abs(y1 - sides[3][-1]) < 0.4 * item.size:
            _add(" ", sides[2][-1], y0, x0, y1, text, sides)
        for i, ch in enumerate(said):  # a ligature shares its width
            step = (x1 - x0) / len(said)
            _add(ch, x0 + i * step, y0, x0 + (i + 1) * step, y1, text, sides)
    elif isinstance(item, LTImage):
        drawn.images.append((item.x0 - left, top - item.y1, item.x1 - left, top - item.y0))
    elif isinstance(item, LTCurve):
        x0, x1, y0, y1 = item.x0 - left, item.x1 - left, top - item.y1, top - item.y0
        if y1 - y0 <= 3.2 and x1 - x0 > y1 - y0:
            drawn.across.append(((y0 + y1) / 2, x0, x1))
        elif x1 - x0 <= 3.2 and y1 - y0 > x1 - x0:
            drawn.down.append(((x0 + x1) / 2, y0, y1))
        elif isinstance(item, LTRect) and item.stroke:
            drawn.across += [(y0, x0, x1), (y1, x0, x1)]
            drawn.down += [(x0, y0, y1), (x1, y0, y1)]


def _add(
    ch: str,
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    text: list[str],
    sides: tuple[list[float], list[float], list[float], list[float]],
) -> None:
    text.append(ch)
    for side, value in zip(sides, (x0, y0, x1, y1), strict=True):
        side.append(value)
