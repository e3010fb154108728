"""Saved pages (MHT, MHTML) and mails: the HTML part, read as a page."""

from __future__ import annotations

from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from textperf.model import Document, Source
from textperf.read.errors import failure
from textperf.read.html import read_html
from textperf.read.limits import DEFAULT, Limits
from textperf.read.txt import read_txt


def read_mht(data: bytes, source: Source, limits: Limits = DEFAULT) -> Document:
    """The document of a saved page. Raises ReadError ``truncated``, ``not_a_document`` or those of HTML and text."""
    try:
        message = BytesParser(EmailMessage, policy=policy.default).parsebytes(data.lstrip())
        parts = [part for part in message.walk() if not part.is_multipart()]
        page = next((part for part in parts if part.get_content_type() == "text/html"), None)
        plain = next((part for part in parts if part.get_content_type() == "text/plain"), None)
        chosen = page if page is not None else plain
        body = chosen.get_payload(decode=True) if chosen is not None else None
        charset = chosen.get_content_charset() if chosen is not None else None
    except (ValueError, LookupError, IndexError, KeyError, TypeError) as e:
        raise failure("truncated", "保存的网页结构损坏") from e
    if not isinstance(body, bytes):
        raise failure("not_a_document", "保存的网页里没有正文")
    document = read_txt(body, source, limits) if page is None else read_html(body, source, limits, charset)
    return replace(document, source=replace(document.source, format="mht", reader=f"mht+{document.source.reader}"))
