"""From the counts of a text to facts: what was counted, done or planned, whose, and where it stands."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from textperf.extract.candidates import Known
from textperf.extract.linking import Linked, link
from textperf.extract.mention import Mention
from textperf.extract.quantities import find_mentions
from textperf.extract.status import Place, status_of
from textperf.extract.structure import section_at
from textperf.extract.tokens import tokenize
from textperf.model import Document, Fact, Meta, Section, Status
from textperf.text.sentences import sentences

_JOINED = re.compile(r"\s*[、和及与]?\s*")


def extract_facts(document: Document, folded: str, sections: Sequence[Section], meta: Meta) -> tuple[Fact, ...]:
    """The facts of the running text, in its order; what stands in tables is left to ``extract_tables``."""
    mentions = [m for m in find_mentions(folded) if not document.in_table(m.start)]
    starts = [m.start for m in mentions]
    out: list[Fact] = []
    known: list[Known] = []
    at = 0
    for number, (start, end) in enumerate(sentences(folded)):
        upto = bisect_left(starts, end, at)
        if upto == at:
            continue
        inside = mentions[at:upto]
        at = upto
        tokens = tokenize(folded, start, end, inside)
        paragraph = folded.rfind("\n", 0, start)
        links = link(document.text, tokens, known, number, paragraph)
        del known[:-8]
        section = section_at(sections, inside[0].start)
        statuses = _statuses(folded, start, end, inside, section.role if section else "other")
        for mention, linked, (status, cue) in zip(inside, links, statuses, strict=True):
            out.append(_fact(document, mention, linked, status, cue, (start, end), section))
    return tuple(out)


def _statuses(folded: str, start: int, end: int, mentions: Sequence[Mention], role: str) -> list[tuple[Status, str]]:
    out: list[tuple[Status, str]] = []
    seen: list[tuple[Mention, Status]] = []
    for m in mentions:
        joined = bool(seen) and _JOINED.fullmatch(folded, seen[-1][0].end, m.start) is not None
        place = Place(folded, start, end, m.start, m.end, m.outer_end, m.quantity.unit)
        status, cue = status_of(place, role, seen, joined)
        seen.append((m, status))
        out.append((status, cue))
    return out


def _fact(
    document: Document,
    mention: Mention,
    linked: Linked,
    status: Status,
    cue: str,
    sentence: tuple[int, int],
    section: Section | None,
) -> Fact:
    return Fact(
        report_id=document.source.report_id,
        evidence=document.evidence(mention.start, mention.end),
        quantity=mention.quantity,
        status=status,
        item=linked.item or mention.quantity.unit or "数量",
        action=linked.action,
        sentence_start=sentence[0],
        sentence_end=sentence[1],
        section_id=section.section_id if section else None,
        rule=f"{mention.rule}/{linked.rule}/{cue}",
    )
