"""Labels on what was extracted: indicators on facts, categories on findings, measures paired with problems."""

from __future__ import annotations

from textperf.classify.categories import label_findings
from textperf.classify.indicators import assign_indicators
from textperf.classify.pairing import pair
from textperf.model import Report


def classify(report: Report) -> Report:
    """The report with indicators, categories and answers set. Rules first, the model where it beats them."""
    return pair(label_findings(assign_indicators(report)))
