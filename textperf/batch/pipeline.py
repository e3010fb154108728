"""One file through the whole pipeline: read → extract → classify → check."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from textperf.classify import classify
from textperf.compare import check_report
from textperf.extract import extract
from textperf.model import Document, Report
from textperf.read import read
from textperf.read.limits import DEFAULT, Limits


def analyse(document: Document) -> Report:
    """The finished report of a document: facts with indicators, findings with categories, checks."""
    report = classify(extract(document))
    return replace(report, checks=check_report(report))


def process(path: Path | str, limits: Limits = DEFAULT) -> Report:
    """Reads one file and analyses it. Raises :class:`textperf.read.errors.ReadError` with a reason code."""
    return analyse(read(path, limits))
