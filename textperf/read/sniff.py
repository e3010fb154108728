"""What a file is, by its bytes; the suffix only decides where bytes cannot (plain text, Markdown, WPS)."""

from __future__ import annotations

import re
from pathlib import PurePath

OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Formats that are known and not read, by their first bytes.
_FOREIGN = (
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "gif"),
    (b"II*\x00", "tif"),
    (b"MM\x00*", "tif"),
    (b"BM", "bmp"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gz"),
    (b"MZ", "exe"),
    (b"\x7fELF", "elf"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"ID3", "mp3"),
    (b"RIFF", "riff"),
    (b"%!PS", "ps"),
    (b"\x00\x00\x01\x00", "ico"),
    (b"HN", "caj"),
    (b"CAJ", "caj"),
)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|div|p|meta|title|h[1-6]|span|font|center)[\s>/]", re.I)
_MHT = re.compile(rb"^(?:MIME-Version|From|Subject|Date|Content-Type|X-[\w-]+|Snapshot-[\w-]+)\s*:", re.I | re.M)


def sniff(data: bytes, name: str = "", names: frozenset[str] | None = None) -> str:
    """The format of a file: ``pdf docx xlsx pptx ods odt ofd zip ole rtf mht html wordml
    sheetml md csv txt empty``, a foreign one, or ``binary``.

    ``data`` are its first 64 kB or more; ``names`` the members of a zip where they are known.

    >>> sniff(b"%PDF-1.7"), sniff(b"<html><body>"), sniff("一、概况".encode(), "a.md")
    ('pdf', 'html', 'md')
    """
    suffix = PurePath(name).suffix.lower().lstrip(".")
    head = data[:65536]
    if not head.strip(b"\x00 \t\r\n"):
        return "empty"
    lead = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:4096]
    if head[:1024].find(b"%PDF-") >= 0:
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _package(names, suffix)
    if head.startswith(OLE_MARK):
        return "ole"
    if lead.startswith(b"{\\rtf"):
        return "rtf"
    for magic, kind in _FOREIGN:
        if head.startswith(magic) and (len(magic) > 2 or b"\x00" in head[:64]):
            return kind
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if (suffix in ("mht", "mhtml", "eml", "") or b"multipart/related" in lead.lower()) and (
        _MHT.match(lead) and b"mime-version" in head[:8192].lower()
    ):
        return "mht"
    if wide:
        lead = lead.replace(b"\x00", b"")
    if (
        lead.startswith(b"<?xml")
        and b"<html" not in lead
        and re.search(rb"Word\.Document|wordDocument|/wordml|package/2006", lead)
    ):
        return "wordml"
    if lead.startswith(b"<?xml") and b"<html" not in lead and re.search(rb"Excel\.Sheet|office:spreadsheet", lead):
        return "sheetml"
    plain = suffix in ("txt", "md", "markdown", "csv") and not lead.startswith(b"<")  # text that mentions a tag
    pages = ("html", "htm", "shtml", "xhtml", "jsp", "asp", "aspx")
    if (_HTML.search(lead[:2048]) and not plain) or (suffix in pages and b"<" in lead):
        return "html"
    if lead.startswith(b"<?xml"):
        return "html" if b"<html" in lead else "xml"
    if not wide and head.count(b"\x00") * 20 > len(head) and not _looks_wide(head):
        return "binary"
    return {"md": "md", "markdown": "md", "csv": "csv", "tsv": "csv"}.get(suffix, "txt")


def _looks_wide(head: bytes) -> bool:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    return min(even, odd) * 4 <= max(even, odd)


def _package(names: frozenset[str] | None, suffix: str) -> str:
    """A zip by its members; where the directory is not known, by its suffix."""
    if names is None:
        return suffix if suffix in ("docx", "xlsx", "pptx", "ods", "odt", "ofd") else "zip"
    lowered = {name.lower() for name in names}
    if "[content_types].xml" in lowered:
        for folder, kind in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx")):
            if any(name.startswith(folder) for name in lowered):
                return "xlsb" if kind == "xlsx" and "xl/workbook.bin" in lowered else kind
        return "docx" if suffix in ("docx", "docm", "wps") else "zip"
    if "ofd.xml" in lowered:
        return "ofd"
    if "content.xml" in lowered and "mimetype" in lowered:
        return suffix if suffix in ("ods", "odt", "odp") else "odt"
    return "zip"
