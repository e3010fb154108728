"""PDF → Document. PDFium reads; pdfminer.six stands in where PDFium fails or its text looks broken; pages that are images
go through recognition where it is installed. What was chosen is recorded in the reader of each page and of the source."""

from __future__ import annotations

import hashlib
import re
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2 as pdf
import pypdfium2.raw as pdfium

from textperf.model import Document, Page, Source
from textperf.read.builder import DocumentBuilder
from textperf.read.errors import ReadError, failure
from textperf.read.layout import assemble
from textperf.read.limits import DEFAULT, Limits
from textperf.read.pdf_fonts import stand_in_fonts
from textperf.read.pdf_lines import CharBoxes, Frame
from textperf.read.pdf_page import PageContent, read_page

_STREAM = re.compile(rb"stream\r?\n")
_EXPANDING = re.compile(rb"/(?:FlateDecode|Fl|LZWDecode|LZW|RunLengthDecode|RL)\b")


def read_pdf(path: Path, limits: Limits = DEFAULT) -> Document:
    """Read a PDF file. Errors as :func:`read_pdf_bytes`, and ``permission not_found too_large empty`` of the file itself."""
    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise failure("too_large", f"{size / 1024**2:.0f} MB")
        data = path.read_bytes()
    except FileNotFoundError as e:
        raise ReadError("not_found") from e
    except OSError as e:
        raise failure("permission", e.strerror or "") from e
    return read_pdf_bytes(data, str(path), limits)


def read_pdf_bytes(data: bytes, name: str, limits: Limits = DEFAULT) -> Document:
    """Read a PDF from memory; ``name`` is the path that its source gives.

    Raises :class:`ReadError` with reason ``needs_password not_a_document truncated decompress_limit page_limit text_limit
    empty garbled needs_ocr``. A document of which only some pages could be read comes back with a notice for each of the
    others.
    """
    if not data:
        raise ReadError("empty")
    check_streams(data, limits)
    pages, attachments = _read(data, limits)
    builder = DocumentBuilder(limits)
    for page in pages:
        if page.garbled:  # figures among characters that mean nothing are not to be trusted either
            page.runs, page.grids = [], []
    assemble(pages, builder)
    _report(pages, attachments, builder)
    if builder.length == 0:
        raise _why_empty(pages)
    readers = Counter(page.reader for page in pages if page.characters)
    reader = "+".join(kind for kind, _ in readers.most_common()) or "pdfium"
    return builder.finish(Source(name, hashlib.sha256(data).hexdigest(), len(data), "pdf", reader))


def check_streams(data: bytes, limits: Limits) -> None:
    """Refuse a file with a stream that would unpack beyond the limit, before a parser unpacks it.

    One Flate stream grows at most 1032-fold, so only long streams and those packed more than once need a look.
    Raises ReadError ``decompress_limit``.
    """
    least = limits.stream_bytes // 1032
    for match in _STREAM.finditer(data):
        head = data[max(0, match.start() - 600) : match.start()]
        head = head[head.rfind(b" obj") + 1 :]
        filters = len(_EXPANDING.findall(head))
        if not filters:
            continue
        end = data.find(b"endstream", match.end())
        end = len(data) if end < 0 else end
        if (filters == 1 and end - match.end() < least) or (b"Flate" not in head and b"/Fl" not in head):
            continue
        if any(size > limits.stream_bytes for size in _unpacked(data[match.end() : end], filters)):
            raise failure("decompress_limit", f"单个数据流超过 {limits.stream_bytes // 1024**2} MB")


def _unpacked(packed: bytes, times: int) -> Iterator[int]:
    """Sizes of a stream after each unpacking, counted in small steps and never held; stops where it is no Flate."""
    parts: Iterator[bytes] = iter([packed])
    for _ in range(times):
        parts, sizes = _inflate(parts), [0]
        kept: list[bytes] = []
        for part in parts:
            sizes[0] += len(part)
            yield sizes[0]
            if sum(map(len, kept)) < 4 * 1024**2:
                kept.append(part)
        parts = iter(kept)


def _inflate(parts: Iterator[bytes]) -> Iterator[bytes]:
    engine = zlib.decompressobj()
    for part in parts:
        rest = part
        while rest:
            try:
                out = engine.decompress(rest, 1 << 20)
            except zlib.error:
                return
            if out:
                yield out
            rest = engine.unconsumed_tail
            if engine.eof or (not out and not rest):
                break


def _read(data: bytes, limits: Limits) -> tuple[list[PageContent], list[str]]:
    with stand_in_fonts():
        try:
            document = pdf.PdfDocument(data)
        except pdf.PdfiumError as e:
            if getattr(e, "err_code", None) in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
                raise ReadError("needs_password") from e
            return _without_pdfium(data, limits), []
        try:
            count = len(document)
            if count > limits.pages:
                raise failure("page_limit", f"{count:,} 页")
            if count == 0:
                return _without_pdfium(data, limits), []
            pages, attachments = _pages(document, count, limits), _attachments(document)
        finally:
            document.close()
    _second_opinion(data, pages, limits)
    _recognise(data, pages, limits)
    return pages, attachments


def _pages(document: pdf.PdfDocument, count: int, limits: Limits) -> list[PageContent]:
    boxes = CharBoxes()
    out: list[PageContent] = []
    characters = 0
    for index in range(count):
        try:
            out.append(_page(document, index, boxes))
        except (pdf.PdfiumError, ValueError, OverflowError):  # one bad page costs only itself
            out.append(PageContent(index + 1, Frame(595.0, 842.0), reader="unreadable"))
        characters += out[-1].characters
        if characters > limits.characters:
            raise failure("text_limit", f"上限 {limits.characters:,} 字")
    return out


def _page(document: pdf.PdfDocument, index: int, boxes: CharBoxes) -> PageContent:
    """A page with what was filled into its form, and typed on it: PDFium's text leaves both out until they are made part of
    the page. Where that spoils the text (it can lose the fonts of a page), the page is read without."""
    page = document[index]
    try:
        found = read_page(page, index + 1, boxes)
        if not _flatten(page):
            return found
    finally:
        page.close()
    page = document[index]
    try:
        filled = read_page(page, index + 1, boxes)
    finally:
        page.close()
    return filled if filled.characters > found.characters and filled.garbage < found.garbage + 0.05 else found


def _flatten(page: pdf.PdfPage) -> bool:
    """Make form fields and typed text part of a page's content; whether there were any."""
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), 1000)):
        note = pdfium.FPDFPage_GetAnnot(page.raw, number)
        kind = pdfium.FPDFAnnot_GetSubtype(note) if note else None
        pdfium.FPDFPage_CloseAnnot(note)
        if kind in (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT):
            return bool(pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS)
    return False


def _without_pdfium(data: bytes, limits: Limits) -> list[PageContent]:
    """The pages of a file that PDFium does not open, read by pdfminer.six, or the reason why there are none."""
    from textperf.read.pdfminer_fallback import pages_of

    pages = pages_of(data, limits)
    if any(page.characters for page in pages):
        return pages
    raise ReadError("truncated" if b"%PDF-" in data[:1024] else "not_a_document")


def _second_opinion(data: bytes, pages: list[PageContent], limits: Limits) -> None:
    """Read pages again with pdfminer.six where PDFium's text is garbage, or has no Han at all in the whole file; keep
    what says more."""
    # pdfminer.six takes minutes for pages of a hundred thousand strokes (maps, plans): those are not asked about
    simple = [page for page in pages if page.objects < 5_000]
    bad = [page.number for page in simple if page.garbled or page.reader == "unreadable"]
    if not bad and not any(page.han for page in pages):
        suspects = sorted((page for page in simple if page.characters >= 50), key=lambda page: page.objects)
        bad = sorted(page.number for page in suspects[:2])
    if not bad:
        return
    from textperf.read.pdfminer_fallback import pages_of

    better = {page.number: page for page in pages_of(data, limits, bad)}
    for number, other in better.items():
        mine = pages[number - 1]
        if other.han * (1 - other.garbage) > 1.2 * mine.han * (1 - mine.garbage) + 5 and not other.garbled:
            other.doubts.append("other_reader")
            other.covered, other.objects = mine.covered, mine.objects
            pages[number - 1] = other


def _recognise(data: bytes, pages: list[PageContent], limits: Limits) -> None:
    """Recognise the pages without usable text, where the extra is installed. The file is opened anew: it is to be looked at
    with real fonts."""
    wanted = [page for page in pages if page.scanned or page.garbled]
    if not wanted or not limits.ocr:
        return
    from textperf.read import ocr

    if not ocr.available():
        return
    # Better some pages than a file killed at its time limit; the others say that time ran out.
    end = time.monotonic() + 0.8 * limits.seconds(len(pages), len(wanted))
    document = pdf.PdfDocument(data)
    try:
        for page in wanted:
            if time.monotonic() > end:
                page.unread = "timeout"
                continue
            found = ocr.recognise(document, page, limits)
            if found is not None:
                pages[page.number - 1] = found
            else:
                page.unread = "unreadable_page"
    finally:
        document.close()


def _attachments(document: pdf.PdfDocument) -> list[str]:
    names: list[str] = []
    for i in range(min(document.count_attachments(), 100)):
        try:
            names.append(document.get_attachment(i).get_name())
        except (pdf.PdfiumError, ValueError, UnicodeError):
            names.append("?")
    return names


def _report(pages: Sequence[PageContent], attachments: Sequence[str], builder: DocumentBuilder) -> None:
    """Pages and notices of the document."""
    for page in pages:
        unread = page.garbled or (page.scanned and page.reader != "ocr")
        broken = page.reader == "unreadable" or unread
        builder.page(Page(page.number, page.frame.width, page.frame.height, "unreadable" if broken else page.reader))
        if page.reader == "unreadable":
            builder.notice("unreadable_page", page=page.number)
        elif unread:
            builder.notice(page.unread or ("garbled" if page.garbled else "needs_ocr"), page=page.number)
        if page.hidden:
            sample = "".join(page.hidden)
            builder.notice("hidden_text", f"“{sample[:30]}”共 {len(sample)} 字", page.number)
        if page.reader == "ocr" or page.recognised:
            builder.notice("ocr", page=page.number)
        for doubt in page.doubts:
            builder.notice(
                "other_reader" if doubt == "other_reader" else "low_confidence",
                "" if doubt == "other_reader" else doubt,
                page.number,
            )
    if attachments:
        builder.notice("attachments", "、".join(attachments[:20]))


def _why_empty(pages: Sequence[PageContent]) -> ReadError:
    for page in pages:
        if page.unread == "timeout":
            return ReadError("timeout")
    if any(page.scanned and page.reader != "ocr" for page in pages):
        return ReadError("needs_ocr")
    if any(page.garbled for page in pages):
        return ReadError("garbled")
    if any(page.reader == "unreadable" for page in pages):
        return ReadError("truncated")
    hidden = sum(len(text) for page in pages for text in page.hidden)
    if hidden:
        return failure("empty", f"只有 {hidden:,} 字隐藏的、与底色相同的或斜排的文字")
    if any(page.characters for page in pages):
        return failure("empty", "只有页眉、页脚或页码")
    return ReadError("empty")
