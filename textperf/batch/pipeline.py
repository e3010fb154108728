"""One file through the whole pipeline: read → extract → classify → check."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from textperf.classify import classify
from textperf.compare import check_report
from textperf.extract import extract
from textperf.model import Document, Line, Report, Source
from textperf.read import read
from textperf.read.limits import DEFAULT, Limits


def analyse(document: Document) -> Report:
    """The finished report of a document: facts with indicators, findings with categories, checks."""
    report = classify(extract(document))
    return replace(report, checks=check_report(report))


def process(path: Path | str, limits: Limits = DEFAULT) -> Report:
    """Reads one file and analyses it. Raises :class:`textperf.read.errors.ReadError` with a reason code."""
    return analyse(read(path, limits))


def analyse_text(text: str, name: str = "") -> Report:
    """The report of a text as it is (one paragraph a line); offsets count in ``text``.

    >>> report = analyse_text("全年召开主任会议14次。")
    >>> [(f.item, f.quantity.value, f.quantity.unit) for f in report.facts]
    [('主任会议', 14, '次')]
    """
    data = text.encode("utf-8", "surrogatepass")
    lines, at = [], 0
    for part in text.split("\n"):
        if part:
            lines.append(Line(at, at + len(part)))
        at += len(part) + 1
    return analyse(
        Document(text, tuple(lines), Source(name, hashlib.sha256(data).hexdigest(), len(data), "txt", "text"))
    )
