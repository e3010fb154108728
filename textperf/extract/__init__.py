"""Extraction: from a document to its sections, metadata, facts and findings. Pure: the same document, the same result."""

from __future__ import annotations

from textperf.extract.facts import as_promised, extract_facts
from textperf.extract.findings import extract_findings
from textperf.extract.meta import find_meta
from textperf.extract.structure import find_sections
from textperf.extract.tables import extract_tables
from textperf.model import Document, Report
from textperf.text.fold import fold


def extract(document: Document) -> Report:
    """All that can be read off one document; indicators and categories are set later by ``classify``."""
    folded = fold(document.text)
    sections = find_sections(document, folded)
    meta = find_meta(document, folded, sections)
    tables = extract_tables(document, folded)
    findings = extract_findings(document, folded, sections)
    facts = sorted(
        (*as_promised(extract_facts(document, folded, sections, meta), findings, folded), *tables.facts),
        key=lambda f: (f.evidence.start, f.evidence.end),
    )
    return Report(
        report_id=document.source.report_id,
        file=document.source.path,
        meta=meta,
        text=document.text,
        pages=len(document.pages) or None,
        reader=document.source.reader,
        sections=sections,
        facts=tuple(facts),
        findings=findings,
        indicator_rows=tables.indicator_rows,
        funding_rows=tables.funding_rows,
        notices=document.notices,
    )
