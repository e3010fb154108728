"""From the counts of a text to facts: what was counted, done or planned, whose, and where it stands."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from textperf.extract.candidates import Known
from textperf.extract.linking import link
from textperf.extract.mention import Mention
from textperf.extract.qualify import denominator, direction_of, period_of, scope_of, total_of
from textperf.extract.quantities import find_mentions
from textperf.extract.status import Place, promised, status_of
from textperf.extract.structure import section_at
from textperf.extract.tokens import left_region, tokenize
from textperf.model import Document, Fact, Finding, Meta, Section, Status
from textperf.text.fold import fold
from textperf.text.sentences import sentences

_PASSED_ON = re.compile(r"下达|分解|拨付|到位|设置|管理|申报")
_REACHED = re.compile(r"(?:完成|实现|达成|执行)(?:情况|结果|分析)")
_JOINED = re.compile(r"\s*[、和及与]?\s*")


def extract_facts(document: Document, folded: str, sections: Sequence[Section], meta: Meta) -> tuple[Fact, ...]:
    """The facts of the running text, in its order; what stands in tables is left to ``extract_tables``.

    >>> from textperf.model import Source
    >>> text = "全年立案186件,比上年的150件增加36件。"
    >>> document = Document(text, (), Source("a.txt", "0" * 64, 1, "txt", "text"))
    >>> [(f.evidence.quote, f.status, f.direction) for f in extract_facts(document, text, (), Meta())]
    [('186件', 'actual', None), ('150件', 'prior', None), ('36件', 'change', 'up')]
    """
    mentions = [m for m in find_mentions(folded) if not document.in_table(m.start)]
    starts = [m.start for m in mentions]
    out: list[Fact] = []
    known: list[Known] = []
    at = 0
    above = (0, 0)
    for number, (start, end) in enumerate(sentences(folded)):
        before, above = above, (start, end)
        upto = bisect_left(starts, end, at)
        if upto == at:
            continue
        inside = mentions[at:upto]
        at = upto
        section = section_at(sections, inside[0].start)
        role = _role(section, sections)
        if section and (topic := _topic(folded, section, start, inside[0])):
            known.append(Known(topic, inside[0].quantity.unit, number, section.start, start, None))
        elif inside[0].start - start <= _SOON and (named := _NAMED_ITEM.fullmatch(folded, *before)):
            known.append(Known(named[1], inside[0].quantity.unit, number, named.start(1), named.end(1), None))
        out += _sentence(document, folded, (start, end), inside, section, role, meta, known, number)
        del known[:-8]
    return tuple(out)


# A heading in front of its text on one line, that names something: （三）“三公”经费。全年29.40万元; 2.隐患。由上年的2,148处增加到…
_NAMES = re.compile(
    r"[“”\u4e00-\u9fff、（）()]{0,10}?(?:经费|支出|收入|资金|隐患|投诉|案件|工单|事故|建议|提案|人员|车辆|问题|面积|项目|企业|活动|培训|床位|学生|教师)"
)
_ABOUT = re.compile("情况|管理|分析|说明|建设|工作|使用|绩效|预算|保障|措施|原因|方面")


def _topic(folded: str, section: Section, start: int, first: Mention) -> str | None:
    """What a heading names that stands right before the first sentence of its text on the same line, or None."""
    if section.start >= start or first.start - start > _SOON:
        return None
    title = fold(section.title).strip("。:")
    above = folded[section.start : start]
    if "\n" in above or not above.rstrip(" 。:").endswith(title) or _ABOUT.search(title):
        return None
    return section.title if _NAMES.fullmatch(title) else None


# The name of an item of a list as a sentence of its own: ——老旧小区改造。年初目标18个，改造完成18个
_NAMED_ITEM = re.compile(r"\s*(?:——|[•●▪◆■-])\s*([\u4e00-\u9fff“”、]{2,12})。?\s*")
_SOON = 16  # characters of the sentence before its first number


def _sentence(
    document: Document,
    folded: str,
    span: tuple[int, int],
    mentions: Sequence[Mention],
    section: Section | None,
    role: str,
    meta: Meta,
    known: list[Known],
    number: int,
) -> list[Fact]:
    start, end = span
    tokens = tokenize(folded, start, end, mentions)
    places = [i for i, t in enumerate(tokens) if t.mention is not None]
    links = link(document.text, tokens, known, number)
    statuses = _statuses(folded, start, end, mentions, role, meta.fiscal_year)
    totals: dict[int, int] = {}
    out: list[Fact] = []
    for index, (mention, linked, (status, cue)) in enumerate(zip(mentions, links, statuses, strict=True)):
        region = first, _, edge = left_region(tokens, places[index])
        clause = tokens[first].start
        bracketed = edge == "(" and tokens[first - 1].kind == "("  # not the marker of a list: (2)接待群众3,815人次
        parent = total_of(tokens, region, mentions, index, totals)
        if parent is not None:
            totals[index] = parent
        unit = mention.quantity.unit
        out.append(
            Fact(
                report_id=document.source.report_id,
                evidence=document.evidence(mention.start, mention.end),
                quantity=mention.quantity,
                status=status,
                item=linked.item.strip() or unit or "数量",
                action=linked.action,
                actor=linked.actor,
                scope=scope_of(folded, clause, mention.start, parent is not None or bracketed),
                direction=direction_of(status, linked.action, folded, clause, mention.start),
                period=period_of(folded, start, mention.start, status, meta.fiscal_year),
                of=denominator(folded, clause, mention.start, unit),
                parent=out[parent].fact_id if parent is not None else None,
                sentence_start=start,
                sentence_end=end,
                section_id=section.section_id if section else None,
                rule=f"{mention.rule}/{linked.rule}/{cue}",
                confidence=linked.sure,
            )
        )
    return out


def as_promised(facts: Sequence[Fact], findings: Sequence[Finding], folded: str) -> list[Fact]:
    """The facts with those inside measures made targets, whatever section the measures stand in.

    In 5,600 annotated findings 917 of 924 numbers inside measures are promised.
    """
    spans = sorted((m.evidence.start, m.evidence.end) for m in findings if m.type == "measure")
    starts = [a for a, _ in spans]
    out = []
    for fact in facts:
        at = fact.evidence.start
        number = bisect_left(starts, at + 1) - 1
        if (
            number >= 0
            and at < spans[number][1]
            and fact.status in ("actual", "change")
            and fact.source == "text"
            and promised(folded, spans[number][0], at)
        ):
            fact = replace(fact, status="target", direction=None, rule=f"{fact.rule.rpartition('/')[0]}/in-measure")
        out.append(fact)
    return out


def _role(section: Section | None, sections: Sequence[Section]) -> str:
    """The section's role for the status of its numbers: money that was passed on is no target (绩效目标分解下达情况), nor
    is what stands under 总体目标 of a chapter on what was reached (绩效目标完成情况)."""
    if section is None or (section.role == "targets" and _PASSED_ON.search(section.title)):
        return "other"
    if section.role == "targets" and section.parent_id:
        above = next((s for s in sections if s.section_id == section.parent_id), None)
        if above is not None and _REACHED.search(above.title):
            return above.role
    return section.role


def _statuses(
    folded: str, start: int, end: int, mentions: Sequence[Mention], role: str, fiscal_year: int | None
) -> list[tuple[Status, str]]:
    out: list[tuple[Status, str]] = []
    seen: list[tuple[Mention, Status]] = []
    for m in mentions:
        joined = bool(seen) and _JOINED.fullmatch(folded, seen[-1][0].end, m.start) is not None
        place = Place(folded, start, end, m.start, m.end, m.outer_end, m.quantity.unit, m.quantity.value)
        status, cue = status_of(place, role, seen, joined, fiscal_year)
        seen.append((m, status))
        out.append((status, cue))
    return out
