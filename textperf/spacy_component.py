"""``nlp.add_pipe("textperf")``: the same counts and findings as spans of a spaCy ``Doc``, for people who live in spaCy.

Results stand in ``doc.spans["textperf_facts"]`` (label: the indicator, or ``fact``) and ``doc.spans["textperf_findings"]``
(label: the type); ``span._.textperf`` is the record of the contract, as ``textperf extract`` prints it. Offsets count
characters of ``doc.text``; a span that begins inside a token is widened to the token, the record keeps the exact place.
"""

from __future__ import annotations

from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from textperf.batch.pipeline import analyse_text
from textperf.records import fact_record, finding_record

FACTS = "textperf_facts"
FINDINGS = "textperf_findings"


@Language.factory("textperf", assigns=["doc.spans"])
def create(nlp: Language, name: str) -> Component:
    """The factory that spaCy calls; found through the entry point ``spacy_factories``."""
    if not Span.has_extension("textperf"):
        Span.set_extension("textperf", default=None)
    return Component()


class Component:
    """Sets the span groups of a Doc; keeps no state between documents."""

    def __call__(self, doc: Doc) -> Doc:
        """The same Doc with its spans.

        >>> import spacy
        >>> nlp = spacy.blank("zh")
        >>> component = nlp.add_pipe("textperf")
        >>> doc = nlp("全年召开主任会议14次，立案186件。")
        >>> [(s._.textperf["item"], s._.textperf["value"]) for s in doc.spans["textperf_facts"]][:1]
        [('主任会议', 14)]
        """
        report = analyse_text(doc.text)
        doc.spans[FACTS] = [self._span(doc, fact_record(f), f.indicator or "fact") for f in report.facts]
        doc.spans[FINDINGS] = [self._span(doc, finding_record(f), f.type) for f in report.findings]
        return doc

    def _span(self, doc: Doc, record: dict[str, Any], label: str) -> Span:
        span = doc.char_span(record["start"], record["end"], label=label, alignment_mode="expand")
        if span is None:  # only where a Doc's text does not cover the offsets, which would be a defect
            raise ValueError(f"no tokens at {record['start']}–{record['end']}")
        span._.textperf = record
        return span
