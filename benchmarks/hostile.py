#!/usr/bin/env python3
"""Files that break parsers, read by textperf's own workers: each must end with a status and a reason, within its limits.

    python benchmarks/hostile.py [--keep DIR] [--folder DIR …] [--jobs N] [--list] [--out FILE.tsv]

Without --folder the script makes its own set (bombs, truncated and encrypted files, wrong suffixes, strange names, loops,
garbage text layers …). With --folder every PDF and Office file below the folders is read. Exit 1 when the parent failed, a
file ended without a reason, a readable file came back empty, or one took longer than its limit. --out notes one line a file:
path, reader, reason, seconds, characters, notices, message.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import random
import struct
import sys
import tempfile
import threading
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TextIO

from textperf.batch.discover import printable, walk
from textperf.batch.workers import Outcome, run_all, time_limit
from textperf.read import expand
from textperf.read.errors import REASONS
from textperf.read.limits import Limits

TEXT = "一、基本情况\n全年召开会议13次，听取报告45项，收入2,779.66万元。\n二、存在的问题\n预算执行率偏低。\n"
LIMITS = Limits(seconds_base=20.0, seconds_a_page=1.0)
DOCUMENTS = frozenset(
    [
        ".pdf",
        ".doc",
        ".docx",
        ".xls",
        ".xlsx",
        ".xlsb",
        ".rtf",
        ".htm",
        ".html",
        ".mht",
        ".odt",
        ".ods",
        ".txt",
        ".csv",
        ".wps",
        ".ofd",
        ".zip",
    ]
)


def pdf_of(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of numbered objects with a right cross-reference table."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    table = b"".join(b"%010d 00000 n \n" % at for at in places)
    size = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (
        size, table, size, trailer, start,
    )  # fmt: skip


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(data), extra, data)


def one_page(content: bytes, extra: bytes = b"", resources: bytes = b"", box: bytes = b"0 0 595 842") -> bytes:
    font = b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[5 0 R]>>"
    child = b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/DW 1000>>"
    return pdf_of(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<</Font<</F 6 0 R>>%s>>>>"
            % (box, resources),
            stream(content, extra),
            child,
            font,
        ]
    )


def shown(text: str, at: str = "90 700") -> bytes:
    return f"BT /F 14 Tf {at} Td <{text.encode('utf-16-be').hex()}> Tj ET\n".encode()


GOOD = one_page(shown("全年召开会议13次。"))


def pdfs() -> Iterator[tuple[str, bytes]]:
    """Kind → bytes of PDFs."""
    rng = random.Random(7)
    yield "pdf-good", GOOD
    for share in (1, 4, 7):
        yield f"pdf-truncated-{share}", GOOD[: len(GOOD) * share // 8]
    yield "pdf-garbage-behind-head", b"%PDF-1.4\n" + rng.randbytes(5000)
    yield "pdf-only-head", b"%PDF-1.7\n"
    yield "pdf-junk-before-head", b"\r\n" * 200 + GOOD
    for seed in range(6):
        data = bytearray(GOOD)
        for _ in range(40):
            data[rng.randrange(len(data))] = rng.randrange(256)
        yield f"pdf-flipped-bytes-{seed}", bytes(data)
    yield "pdf-wrong-xref", GOOD.replace(b"startxref\n", b"startxref\n9")
    yield "pdf-no-xref", GOOD[: GOOD.index(b"xref\n0")]
    yield "pdf-page-loop", pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"])
    yield (
        "pdf-parent-loop",
        pdf_of(
            [
                b"<</Type/Catalog/Pages 2 0 R>>",
                b"<</Type/Pages/Kids[3 0 R]/Count 1/Parent 3 0 R>>",
                b"<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>",
            ]
        ),
    )
    form = stream(b"/X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>")
    loop = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>",
        stream(b"/X Do"),
        form,
    ]
    yield "pdf-form-loop", pdf_of(loop)
    yield "pdf-no-pages", pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"])
    yield "pdf-blank-page", one_page(b"")
    yield "pdf-count-lies", GOOD.replace(b"/Count 1", b"/Count 99999999")
    many = b" ".join(b"3 0 R" for _ in range(3000))
    yield "pdf-3000-pages", GOOD.replace(b"/Kids[3 0 R]/Count 1", b"/Kids[" + many + b"]/Count 3000")
    yield "pdf-deep-arrays", one_page(b"[" * 200_000)
    yield "pdf-deep-q", one_page(b"q " * 300_000 + shown("文字"))
    yield "pdf-huge-box", one_page(shown("全年召开会议13次。"), box=b"0 0 9999999 9999999")
    yield "pdf-empty-box", one_page(shown("全年召开会议13次。"), box=b"0 0 0 0")
    yield "pdf-box-upside-down", one_page(shown("全年召开会议13次。"), box=b"595 842 0 0")
    yield "pdf-text-far-outside", one_page(shown("全年召开会议13次。", "1e9 1e9"))
    yield "pdf-private-use", one_page(shown("".join(chr(0xE000 + i) for i in range(200))))
    yield "pdf-wrong-encoding", one_page(shown("".join(chr(0xC0 + i % 60) for i in range(300))))
    yield "pdf-doubled-glyphs", one_page(shown("全年召开会议13次。") + shown("全年召开会议13次。", "90.3 700"))
    yield "pdf-invisible-text", one_page(b"3 Tr " + shown("全年召开会议13次。"))
    yield "pdf-white-text", one_page(b"1 g " + shown("全年召开会议13次。"))
    yield "pdf-attachment", _with_attachment()
    yield "pdf-encrypted", _encrypted()
    yield "pdf-fake-encrypt", GOOD.replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt<</Filter/Nonsense/V 9>>")
    image = zlib.compress(bytes(100_000))
    head = b"/Type/XObject/Subtype/Image/Width 60000/Height 60000/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode"
    yield (
        "pdf-image-of-3600-megapixels",
        pdf_of([*loop[:3], stream(b"q 595 0 0 842 0 0 cm /X Do Q"), stream(image, head)]),
    )
    yield "pdf-named-docx", GOOD


def _encrypted() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("geheim"))
    canvas.drawString(90, 700, "secret")
    canvas.save()
    return out.getvalue()


def _with_attachment() -> bytes:
    names = b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(a.pdf) 8 0 R]>>>>>>"
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
    return pdf_of(
        [
            names,
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            page,
            stream(b"BT /F 14 Tf 90 700 Td (Report 2023, 12 items) Tj ET"),
            font,
            b"<<>>",
            stream(GOOD, b"/Type/EmbeddedFile"),
            b"<</Type/Filespec/F(a.pdf)/EF<</F 7 0 R>>>>",
        ]
    )


CONTENT_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(body: str, prolog: str = "", **more: bytes) -> bytes:
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    )
    return zipped({"[Content_Types].xml": CONTENT_TYPES.encode(), "word/document.xml": text.encode(), **more})


def zipped(members: dict[str, bytes], **options: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=options.get("level", 6)) as z:
        for name, data in members.items():
            z.writestr(name, data)
    return out.getvalue()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def others() -> Iterator[tuple[str, bytes]]:
    """Kind → bytes of everything that is no PDF; the kind's end is the suffix."""
    good = docx("".join(paragraph(line) for line in TEXT.split()))
    yield "docx-good.docx", good
    yield "docx-truncated.docx", good[: len(good) // 2]
    laughs = (
        "<!DOCTYPE b [<!ENTITY a0 '哈哈哈哈'>"
        + "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 20}'>" for i in range(1, 9))
        + "]>"
    )
    yield "docx-entities.docx", docx(paragraph("&a8;"), laughs)
    yield "docx-foreign-entity.docx", docx(paragraph("&x;"), "<!DOCTYPE b [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>")
    yield "docx-deep.docx", docx("<w:tbl><w:tr><w:tc>" * 3000 + paragraph("深") + "</w:tc></w:tr></w:tbl>" * 3000)
    yield "docx-broken-xml.docx", docx("<w:p><w:r><w:t>文字")
    yield (
        "docx-wide-span.docx",
        docx(
            '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>'
            + paragraph("宽")
            + "</w:tc></w:tr></w:tbl>"
        ),
    )
    yield "docx-no-document.docx", zipped({"[Content_Types].xml": CONTENT_TYPES.encode()})
    yield "zip-of-reports.zip", zipped({"甲.txt": TEXT.encode(), "乙.docx": good})
    nested = zipped({"a.txt": TEXT.encode()})
    for depth in range(6):
        nested = zipped({f"{depth}.zip": nested})
    yield "zip-nested.zip", nested
    yield "zip-gbk-names.zip", _gbk_names()
    yield "zip-named.pdf", zipped({"甲.txt": TEXT.encode()})
    locked = bytearray(zipped({"a.txt": TEXT.encode()}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flag of a password
        locked[locked.index(mark) + at] |= 1
    yield "zip-password.zip", bytes(locked)
    yield "zip-climbing.zip", zipped({"../../../tmp/a.txt": TEXT.encode(), "/etc/b.txt": TEXT.encode()})
    yield "zip-truncated.zip", zipped({"a.txt": TEXT.encode() * 100})[:120]
    overlap = zipped({"a.txt": TEXT.encode()})
    yield "zip-lying-size.zip", overlap.replace(len(TEXT.encode()).to_bytes(4, "little"), (2**31).to_bytes(4, "little"))
    yield "txt-nul.txt", b"\0" * 100_000
    yield "txt-gb18030.txt", TEXT.encode("gb18030")
    yield "txt-utf16.txt", TEXT.encode("utf-16")
    yield "txt-half-character.txt", TEXT.encode()[:-2]
    yield "txt-controls.txt", TEXT.replace("，", "\x00\x08\x1b[31m").encode()
    yield "html-wide-span.html", f"<table><tr><td colspan=99999999 rowspan=99999999>{TEXT}</td></tr></table>".encode()
    yield "html-unclosed.html", ("<table><tr><td>" * 2000 + TEXT).encode()
    yield "html-wrong-charset.html", f"<meta charset='iso-8859-1'><p>{TEXT * 5}</p>".encode("gb18030")
    yield "html-entities.html", (laughs.replace("b [", "html [") + f"<body><p>&a8;{TEXT}</p>").encode()
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>远</t></is></c></row>'
    yield "xlsx-far-cell.xlsx", workbook(far)
    yield "xlsx-wide-merge.xlsx", workbook(CELL, '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')
    diagonal = "".join(f'<row><c/><c r="{column(i)}{i + 1}"><v>{i}</v></c></row>' for i in range(3000))
    yield "xlsx-diagonal.xlsx", workbook(diagonal)
    yield "xlsx-lying-dimension.xlsx", workbook(CELL, '<dimension ref="A1:XFD1048576"/>')
    yield (
        "xlsx-many-merges.xlsx",
        workbook(CELL, "<mergeCells>" + '<mergeCell ref="A1:D9999"/>' * 20_000 + "</mergeCells>"),
    )
    yield "xlsb-far-cell.xlsb", xlsb([(0, 0, "近"), (1_048_575, 16_383, "远")])
    yield "xlsx-breaks-off.xlsx", workbook(CELL + "<row><c")
    yield (
        "ods-repeats.ods",
        ods('<t:table-row t:number-rows-repeated="999999999"><t:table-cell><x:p>字</x:p></t:table-cell></t:table-row>'),
    )
    yield "csv-wide.csv", ("a," * 20_000 + "\n" + "1," * 20_000).encode()
    yield "xlsx-of-nothing.xlsx", zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})
    yield "doc-garbage.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.Random(3).randbytes(6000)
    yield "doc-head-only.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    yield "rtf-deep.rtf", b"{\\rtf1" + b"{" * 200_000 + b"}" * 200_000 + b"}"
    yield "rtf-open.rtf", b"{\\rtf1\\ansi\\bin999999999 abc"
    yield "ofd-empty.ofd", zipped({"OFD.xml": b"<ofd/>"})
    yield (
        "mht-broken.mht",
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n<p>",
    )
    yield "picture.png", b"\x89PNG\r\n\x1a\n" + bytes(200)
    yield "program.exe", b"MZ" + bytes(500)
    yield "empty.pdf", b""


def _gbk_names() -> bytes:
    """What archivers of Chinese Windows write: names in GBK, without the flag of UTF-8."""
    name = "财政局/二〇二三年报告.txt".encode("gbk")
    return zipped({"x" * len(name): TEXT.encode()}).replace(b"x" * len(name), name)


CELL = '<row r="1"><c r="A1" t="inlineStr"><is><t>字</t></is></c></row>'
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(rows: str, more: str = "") -> bytes:
    sheet = f'<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData>{more}</worksheet>'
    return zipped(
        {
            "[Content_Types].xml": b"<Types/>",
            "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{RELS}"><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>'.encode(),
            "xl/_rels/workbook.xml.rels": b'<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": sheet.encode(),
        }
    )


def column(number: int) -> str:
    """The letters of a column counted from 0."""
    letters = ""
    while number >= 0:
        letters, number = chr(65 + number % 26) + letters, number // 26 - 1
    return letters


def record(kind: int, body: bytes = b"") -> bytes:
    """A record of a binary workbook: type and size in 7 bits a byte."""
    head, size = bytes([kind] if kind < 128 else [kind & 0x7F | 0x80, kind >> 7]), len(body)
    while size >= 128:
        head, size = head + bytes([size & 0x7F | 0x80]), size >> 7
    return head + bytes([size]) + body


def xlsb(cells: list[tuple[int, int, str]]) -> bytes:
    """A binary workbook of one sheet with inline strings at (row, column)."""

    def wide(text: str) -> bytes:
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    rows = b"".join(
        record(0, struct.pack("<II9x", row, 0)) + record(6, struct.pack("<II", col, 0) + wide(text))
        for row, col, text in cells
    )
    sheet = record(129) + record(148, bytes(16)) + record(145) + rows + record(146) + record(130)
    named = record(156, struct.pack("<II", 0, 1) + wide("r1") + wide("表"))
    return zipped(
        {
            "[Content_Types].xml": b"<Types/>",
            "xl/workbook.bin": record(131) + record(143) + named + record(144) + record(132),
            "xl/_rels/workbook.bin.rels": b'<Relationships><Relationship Id="r1" Target="worksheets/sheet1.bin"/></Relationships>',
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def ods(rows: str) -> bytes:
    body = f'<o:body><o:spreadsheet><t:table t:name="表">{rows}</t:table></o:spreadsheet></o:body>'
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f'<o:document-content xmlns:o="o" xmlns:t="t" xmlns:x="x">{body}</o:document-content>'.encode(),
        }
    )


def heavy() -> Iterator[tuple[str, bytes]]:
    """What takes seconds to make or to read."""
    bomb = zlib.compress(bytes(1024) * 1024 * 300, 9)
    yield "pdf-bomb-one-flate.pdf", one_page(bomb, b"/Filter/FlateDecode")
    twice = zlib.compress(zlib.compress(bytes(1024) * 1024 * 300, 9), 9)
    yield "pdf-bomb-two-flates.pdf", one_page(twice, b"/Filter[/FlateDecode/FlateDecode]")
    yield "pdf-million-operators.pdf", one_page(b"0 0 m 1 1 l S\n" * 400_000)
    yield "pdf-many-characters.pdf", one_page(shown("字" * 2000) * 400)
    yield "docx-bomb.docx", docx(paragraph("甲" * 120_000_000))
    yield "zip-many-members.zip", zipped({f"{i}.txt": b"" for i in range(12_000)})
    yield "zip-ratio.zip", zipped({"a.txt": bytes(300_000_000)}, level=9)
    yield "txt-one-line.txt", ("字" * 3_000_000).encode()
    yield "html-deep.html", ("<div>" * 100_000 + TEXT + "</div>" * 100_000).encode()
    many = "".join(
        f"第{i}项工作按计划推进，召开会议{i % 97 + 2}次，制度建设有序开展，相关单位配合到位。\n" for i in range(17_000)
    )
    yield "txt-2-megabytes.txt", many.encode()


def make(folder: Path, small: bool = False) -> None:
    """The whole set as files, names and links included; ``small`` leaves out what is heavy."""
    for kind, data in pdfs():
        suffix = ".docx" if kind.endswith("docx") else ".pdf"
        (folder / f"{kind}{suffix}").write_bytes(data)
    for name, data in chain(others(), () if small else heavy()):
        (folder / name).write_bytes(data)
    odd: list[tuple[str, Callable[[Path], object]]] = [
        ("=cmd|' C'!A0.txt", lambda p: p.write_text(TEXT, encoding="utf-8")),
        ("换\n行.txt", lambda p: p.write_text(TEXT + "甲", encoding="utf-8")),
        ("长" * 83 + ".txt", lambda p: p.write_text(TEXT + "乙", encoding="utf-8")),
        ("loop", lambda p: p.symlink_to(folder, target_is_directory=True)),
        ("self.pdf", lambda p: p.symlink_to(p)),
        ("nowhere.pdf", lambda p: p.symlink_to(folder / "missing.pdf")),
        ("pipe.txt", lambda p: os.mkfifo(p)),
    ]
    for name, work in odd:
        with contextlib.suppress(OSError, AttributeError):
            work(folder / name)
    with contextlib.suppress(OSError):
        os.fsencode(name := "坏\udcff名.txt")
        (folder / name).write_text(TEXT + "丙", encoding="utf-8")
    sealed = folder / "no-permission.txt"
    sealed.write_text(TEXT, encoding="utf-8")
    sealed.chmod(0)
    with (folder / "too-large.pdf").open("wb") as f:  # sparse: takes no room
        f.write(b"%PDF-1.4\n")
        f.truncate(300 * 1024**2)


def tasks(roots: list[Path], suffixes: set[str] | None, limits: Limits = LIMITS) -> Iterator[tuple[str, float]]:
    for path in walk(roots):
        if suffixes is not None and path.suffix.lower() not in suffixes:
            continue
        size = 0
        with contextlib.suppress(OSError):
            size = path.stat().st_size
        if path.is_fifo():
            yield str(path), 20.0
            continue
        for name in expand(path, limits):
            yield name, time_limit(path, size, limits)


def verdict(outcome: Outcome, limit: float) -> str | None:
    """What is wrong with how a file ended, or None."""
    if outcome.report is None:
        if outcome.reason not in REASONS:
            return f"没有合规的原因代码：{outcome.reason}"
        if not outcome.message:
            return "没有说明"
        if outcome.reason == "parser_crash" and ".py:" in outcome.message:
            return "程序自身的缺陷"
    elif not outcome.report.text.strip() and not outcome.report.notices:
        return "读成功了却是空的"
    if outcome.seconds > limit + 5:
        return f"超过时限：{outcome.seconds:.0f} 秒"
    return None


class Peak:
    """The largest memory that any process of this run ever held, in MB, sampled from /proc (0 elsewhere)."""

    def __init__(self) -> None:
        self.megabytes = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        group = os.getpgrp()
        while not self._stop.wait(0.2):
            for entry in Path("/proc").glob("[0-9]*"):
                with contextlib.suppress(OSError, ValueError, IndexError):
                    fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                    if int(fields[2]) != group:
                        continue
                    for line in (entry / "status").read_text().splitlines():
                        if line.startswith("VmHWM:"):
                            self.megabytes = max(self.megabytes, int(line.split()[1]) // 1024)


def run(
    roots: list[Path],
    suffixes: set[str] | None,
    jobs: int,
    details: bool,
    ocr: bool = True,
    limits: Limits = LIMITS,
    notes: TextIO | None = None,
) -> int:
    asked = replace(limits, ocr=ocr)
    seconds_of = dict(tasks(roots, suffixes, asked))
    began = time.monotonic()
    reasons: Counter[str] = Counter()
    crashes: list[str] = []
    bad: list[str] = []
    slow: list[tuple[float, str]] = []
    with Peak() as peak:
        for outcome in run_all(seconds_of.items(), asked, jobs):
            reason = "ok" if outcome.report is not None else str(outcome.reason)
            reasons[reason] += 1
            slow.append((outcome.seconds, outcome.path))
            name = printable(os.path.basename(outcome.path))
            if details:
                print(f"{reason:18s} {outcome.seconds:6.2f}s  {name[:60]:60s} {outcome.message or ''}"[:200])
            if notes is not None:
                print(*noted(outcome, reason), sep="\t", file=notes)
            if reason == "parser_crash":
                crashes.append(f"{name}：{outcome.message}")
            wrong = verdict(outcome, seconds_of[outcome.path])
            if wrong:
                bad.append(f"{name}：{wrong}")
    seconds = time.monotonic() - began
    print(
        f"{sum(reasons.values())} 个文件，{seconds:.0f} 秒；" + "，".join(f"{k} {v}" for k, v in reasons.most_common())
    )
    print("最慢：" + "，".join(f"{os.path.basename(p)[:40]} {s:.1f}s" for s, p in sorted(slow, reverse=True)[:5]))
    print(f"单个进程内存峰值 {peak.megabytes} MB")
    for line in [*crashes, *bad][:40]:
        print("  ✗", line)
    if sum(reasons.values()) != len(seconds_of):
        print(f"  ✗ {len(seconds_of)} 个任务只有 {sum(reasons.values())} 个结果")
        return 1
    return 1 if bad else 0


def noted(outcome: Outcome, reason: str) -> list[str]:
    """One line of --out: path, reader, reason, seconds, characters, reasons of notices, message."""
    report = outcome.report
    return [
        printable(outcome.path),
        report.reader if report else "",
        reason,
        f"{outcome.seconds:.2f}",
        str(len(report.text)) if report else "0",
        ",".join(dict.fromkeys(n.reason for n in report.notices)) if report else "",
        outcome.message or "",
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--keep", type=Path, help="folder to make the files in and leave them")
    parser.add_argument("--folder", type=Path, nargs="*", default=[])
    parser.add_argument("--no-ocr", action="store_true", help="leave pages that are images alone")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="one line a file")
    parser.add_argument("--out", type=Path, help="a table of all files, parted by tabs")
    args = parser.parse_args()
    with contextlib.ExitStack() as stack:
        notes = stack.enter_context(args.out.open("w", encoding="utf-8")) if args.out else None
        return _run(args, notes)


def _run(args: argparse.Namespace, notes: TextIO | None) -> int:
    if args.folder:
        return run(args.folder, set(DOCUMENTS), args.jobs, args.list, not args.no_ocr, notes=notes)
    with tempfile.TemporaryDirectory(prefix="hostile-") as temporary:
        folder = args.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        make(folder)
        return run([folder], None, args.jobs, args.list, not args.no_ocr, notes=notes)


if __name__ == "__main__":
    sys.exit(main())
