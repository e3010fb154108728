"""Problems, causes, measures and explicit "none" of a report, each with its span. Categories are set later by classify.

The part of the report decides what a sentence is until a label says otherwise; outside the parts about problems only
labels (``存在的主要问题是…``), the work reports' "清醒认识到…", and plain words of deficiency inside praise count.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import cast

from textperf.extract.finding_causes import causes
from textperf.extract.finding_cells import findings_in_cells
from textperf.extract.finding_cues import cue, cue_span, is_none, is_problem
from textperf.extract.finding_inline import inline_failings
from textperf.extract.finding_items import line_marker, listed, trim
from textperf.extract.finding_lists import leads, list_of_failings
from textperf.extract.finding_measures import AHEAD, answers
from textperf.extract.finding_parts import measure_part, nones, paragraph, problem_part
from textperf.extract.finding_pieces import Manner, Piece, is_name
from textperf.extract.finding_plans import answering_plan
from textperf.extract.finding_spans import announced_list, cut
from textperf.extract.headings import lines_of
from textperf.extract.structure import section_at
from textperf.model import Document, Finding, FindingType, Section
from textperf.text.sentences import Span, clauses, sentences

_QUIET = ("functions", "profile", "work_plan", "targets", "next_year", "table", "appendix")


def extract_findings(document: Document, folded: str, sections: Sequence[Section]) -> tuple[Finding, ...]:
    """The findings of a document in order of their place; ``category`` is "none" and ``answers`` empty as yet.

    >>> from textperf.extract.structure import find_sections
    >>> from textperf.model import Document, Source
    >>> from textperf.text.fold import fold
    >>> text = "一、存在的问题\\n1.执行率偏低，主要原因是招标推迟。\\n二、改进措施\\n1.按月通报进度。\\n三、监控发现的问题\\n无。"
    >>> document = Document(text, (), Source("a.txt", "0" * 64, 1, "txt", "text"))
    >>> found = extract_findings(document, fold(text), find_sections(document, fold(text)))
    >>> [(f.type, f.evidence.quote) for f in found]
    [('problem', '执行率偏低'), ('cause', '招标推迟'), ('measure', '按月通报进度'), ('none', '无')]
    """
    pieces: list[Piece] = []
    planned: list[tuple[Span, bool]] = []
    year = _year(folded)
    runs = _runs(document, folded, sections)
    for section, lines in runs:
        if section and section.role == "problems":
            pieces += problem_part(folded, section.title, lines, year)
    # Who tells his problems in a part of their own tells none between the lines: of 123 such, 9 were (dev group).
    apart = sum(p.type == "problem" for p in pieces) > 1
    for section, lines in runs:
        role = section.role if section else "other"
        if role == "problems":
            continue
        if role == "measures" and section:
            pieces += measure_part(folded, lines, year)
        elif role == "next_year":
            for i, line in enumerate(lines):
                if _AIMED.match(folded, *line):
                    pieces += paragraph(folded, *line, Manner("measure", year=year), marked=False)[0]
                else:
                    planned.append((line, i == 0 and section is not None and section.level > 1))
        else:
            pieces += _account_part(folded, lines, role, year, labelled=apart)
    pieces += answering_plan(folded, planned, pieces)
    cells = findings_in_cells(document, folded, year)
    subjects = {x.piece: x.subject for x in cells}
    return _finish(document, folded, sections, pieces + [x.piece for x in cells], subjects)


_AIMED = re.compile(
    r"(?:针对|围绕|对于?)[^。:;,]{0,14}(?:难事|难题|问题|不足|短板),[^。:;]{0,16}(?:打算|准备|将|拟|要|措施)[^。:;]{0,12}:"
)


def _year(folded: str) -> int | None:
    found = re.search(r"(20\d\d)[ ]*年度?", folded[:300])
    return int(found.group(1)) if found else None


def _runs(document: Document, folded: str, sections: Sequence[Section]) -> list[tuple[Section | None, list[Span]]]:
    """Body lines, headings cut off, grouped by the innermost section they stand in."""
    out: list[tuple[Section | None, list[Span]]] = []
    for start, end in lines_of(document, folded):
        section = section_at(sections, start)
        if section and section.start == start:
            start = _behind_heading(document, folded, section, end)
        if out and out[-1][0] is section:
            out[-1][1].append((start, end))
        else:
            out.append((section, [(start, end)]))
    hint = cue("template_hint")
    return [
        (section, [x for x in lines if x[0] < x[1] and not (x[1] - x[0] < 90 and hint.search(folded[x[0] : x[1]]))])
        for section, lines in out
    ]


def _behind_heading(document: Document, folded: str, section: Section, end: int) -> int:
    at = document.text.find(section.title, section.start, end)
    at = end if at < 0 else at + len(section.title)
    while at < end and folded[at] in " 。:.\t、":
        at += 1
    return at


# ---- outside those parts


def _account_part(folded: str, lines: list[Span], role: str, year: int | None, *, labelled: bool) -> list[Piece]:
    """Findings in a part about something else: labels, the "清醒认识到" of work reports, and, unless only what is
    ``labelled`` counts, deficiencies inside praise."""
    out: list[Piece] = []
    answering = False  # the paragraph above told problems
    then: str | None = None  # what the paragraph above announces at its end ("发现的主要问题是:")
    for line in lines:
        if cue("look_back").match(folded[slice(*line)]):
            continue
        found = nones(folded, *line, whole=False)
        text = folded[line[0] : line[1]]
        label = _first_label(folded, line)
        opens = cue("measure_label").match(text)
        explicit = opens is not None and "情况" not in opens.group() and role not in _QUIET
        items = then if line_marker(text) else None
        then = None
        if items or _failing_name(text):
            manner = Manner(items or "problem", mixed=True, labelled=True, year=year)
            found += paragraph(folded, *line, manner, marked=len(text) <= _ITEM)[0]
            then = items
        elif why := _WHY.match(text):
            found += _reasons(folded, line[0] + why.end(), line[1], year)
        elif label is None and role not in _QUIET and (at := _answered_list(folded, line)) is not None:
            found += announced_list(folded, at, line[1], Manner("problem", labelled=True, year=year))
        elif label is not None:
            more, then = _labelled(folded, label, line[1], year)
            found += more
        elif explicit or (answering and AHEAD.match(text)):
            found += paragraph(folded, *line, Manner("measure", year=year), marked=False)[0]
        elif role not in _QUIET:
            told = _in_praise(folded, line, year)
            if not labelled:
                told = _answered(folded, line, year) or _merged(told, inline_failings(folded, line, year, told))
            if not labelled or any(p.type == "measure" for p in told):  # "…还有提升空间。下一步,将…" answers itself
                found += told
        answering = any(p.type == "problem" for p in found)
        out += found
    return out


_MAYBE_LABEL = re.compile(
    r"问题|不足|短板|困难|挑战|差距|薄弱|弱项|中不足|集中表现|[识看]到|方面|矛盾|[扣失]分|发现|认为|表明|显示"
)  # cheap to ask first


def _first_label(folded: str, line: Span) -> int | None:
    if not _MAYBE_LABEL.search(folded, *line):
        return None
    found = [cue_span(kind, folded, *line) for kind in ("problem_label", "awareness")]
    return min((x[0] for x in (*found, *leads(folded, *line)) if x), default=None)


# "偏离年初绩效目标的原因是:…" in an account without headings
_WHY = re.compile(r"[^。;:]{0,30}(?:偏离|偏差|未完成|未达标|扣分|失分)[^。;:,]{0,14}原因[^。;:,]{0,6}(?:是:?|为:|:)")


def _reasons(folded: str, start: int, end: int, year: int | None) -> list[Piece]:
    """A sentence of causes, one for each part of its list; then whatever the paragraph goes on to tell."""
    told = listed(folded, start, end, "。!?\n")
    out: list[Piece] = []
    if told:
        a, b = told[0]
        out = [p for x, y in listed(folded, a, b, ";") for p in causes(folded, x, y)]
    for a, b in told[1:]:
        label = _first_label(folded, (a, b))
        if label is not None:
            return out + _labelled(folded, label, end, year)[0]
        out += answers(folded, a, b, year) or _in_praise(folded, (a, b), year)
    return out


def _answered_list(folded: str, line: Span) -> int | None:
    """Where a sentence begins that lists failings without a label and that the next one answers ("…;…。下一步,…")."""
    told = listed(folded, *line, "。!?\n")
    for (a, _), (x, y) in pairwise(told):
        ahead = folded[x:y].strip()
        if (AHEAD.match(ahead) or cue("measure_label").match(ahead)) and list_of_failings(folded, a, line[1]):
            return a
    return None


_ITEM = 200  # characters: a longer paragraph of a list tells more than one problem


def _failing_name(text: str) -> bool:
    """Whether a numbered line opens with the name of a failing and then tells it ("2.资产底数不清。9家单位…")."""
    skip = line_marker(text)
    name, stop, rest = text[skip:].partition("。")
    if not (skip and stop and 8 < len(rest) < 160 and is_name(name)):
        return False
    return cue("problem_plain").search(cue("false_problem").sub("", name)) is not None


def _labelled(folded: str, start: int, end: int, year: int | None) -> tuple[list[Piece], str | None]:
    labels = [x for kind in ("awareness", "problem_label") if (x := cue_span(kind, folded, start, end))]
    labels += leads(folded, start, end)
    body = labels[0][1] if labels else start
    text = folded[body:end].strip()
    if cue("none_whole").match(text):
        a, b = trim(folded, body, end)
        return [Piece("none", a, min(b, a + 4))], None
    manner = Manner("problem", mixed=True, labelled=True, year=year)
    return paragraph(folded, start, end, manner, marked=False)


def _answered(folded: str, line: Span, year: int | None) -> list[Piece]:
    """A problem inside an account that a label answers: "自评得分91分。清掏跟不上。改进举措:增设清掏点4个"."""
    label = cue_span("measure_label", folded, *line)
    if label is None or label[0] <= line[0] or "情况" in folded[slice(*label)]:
        return []
    told = max(folded.rfind(c, line[0], label[0] - 1) for c in "。;!?")
    start = line[0] if told < 0 else told + 1
    before = folded[start : label[0]]
    if cue("others_say").search(before) or is_none(before) or not is_problem(before):
        return []
    manner = Manner("problem", mixed=True, labelled=True, year=year)
    return nones(folded, line[0], start, whole=False) + paragraph(folded, start, line[1], manner, marked=True)[0]


def _in_praise(folded: str, line: Span, year: int | None) -> list[Piece]:
    """Problems inside an account of success, and the measures that follow them in the same paragraph."""
    out: list[Piece] = []
    whole = folded[slice(*line)]
    if not (_HEDGE.search(whole) or any(cue(k).search(whole) for k in ("turn", "problem_strong", "problem_plain"))):
        return out
    for a, b in sentences(folded, *line):
        text = folded[a:b]
        if out and AHEAD.match(text):
            out += cut(folded, a, b, Manner("measure", year=year), marked=False)[0]
            continue
        if cue("others_say").search(text):
            continue
        for x, y in listed(folded, a, b):
            part = folded[x:y].strip()
            if is_none(part):
                continue
            found = [p for p in _strong(folded, x, y, year) if not _only_target(folded, p)]
            if not found and len(part) <= 40 and _plain(part):
                found = cut(folded, x, y, Manner("problem", year=year), marked=True)[0]
            out += found
    return out


def _merged(told: list[Piece], inline: list[Piece]) -> list[Piece]:
    """Failings that turn or hedge, and those whose words speak for themselves: of two that overlap, the longer."""
    out: list[Piece] = []
    for p in sorted(dict.fromkeys((*told, *inline)), key=lambda p: (p.start - p.end, p.start)):
        if all(p.end <= q.start or p.start >= q.end for q in out):
            out.append(p)
    return sorted(out, key=lambda p: p.start)


def _only_target(folded: str, piece: Piece) -> bool:
    return cue("target_missed").search(folded[piece.start : piece.end]) is not None


_NO_FAILING = re.compile(
    r"\d|上年|去年|以往|以前|如果|若|凡|认为|提出|指出|初衷|弥补|缓解|既看|相比|旨在|为了|对.{2,12}(?:不|滞后|薄弱)的"
)


def _plain(text: str) -> bool:
    """A short sentence without figures that only tells a failing, and not last year's or somebody else's."""
    if _NO_FAILING.search(text):
        return False
    return bool(cue("problem_plain").search(cue("false_problem").sub("", text)))


_HEDGE = re.compile(
    r"仍(?:然|有|是)?|尚|还(?!款|贷|本|原|林|草|湖|湿|田|清|安排|积极|大力|加强|组织|开展|帮助|解决|推[进动]|建立|出台|实施|认识到)|却|依然|依旧"
)


def _hedged(clause: str) -> bool:
    """A clause that turns from praise ("但…", "…却…", "…仍…") to a word of deficiency."""
    turn = cue("turn").match(clause)
    if not turn and not _HEDGE.search(clause):
        return False
    return is_problem(_HEDGE.sub("", clause[turn.end() if turn else 0 :]))  # "仍有70件" alone is no failing


def _strong(folded: str, start: int, end: int, year: int | None) -> list[Piece]:
    """The clauses from one plain word of deficiency on to the next: "管理不断规范,但A仍不够细化,B还有提升空间" holds two."""
    strong = cue("problem_strong")
    rest = cue("false_problem").sub(lambda m: "\x00" * len(m.group()), folded[start:end])
    spans = clauses(folded, start, end)
    starts = [a for a, b in spans if strong.search(rest, a - start, b - start) or _hedged(rest[a - start : b - start])]
    out: list[Piece] = []
    for i, at in enumerate(starts):
        until = starts[i + 1] if i + 1 < len(starts) else end
        out += cut(folded, at, until, Manner("problem", year=year), marked=True)[0]
    return out


# ---- findings


def _finish(
    document: Document,
    folded: str,
    sections: Sequence[Section],
    pieces: list[Piece],
    subjects: Mapping[Piece, str | None],
) -> tuple[Finding, ...]:
    out: list[Finding] = []
    by_id = {s.section_id: s for s in sections}
    taken = -1
    for p in sorted(dict.fromkeys(pieces), key=lambda p: (p.start, -p.end)):  # of two alike the one found first
        if p.start < taken or p.end <= p.start:
            continue
        taken = p.end
        section = section_at(sections, p.start)
        out.append(
            Finding(
                report_id=document.source.report_id,
                type=cast(FindingType, p.type),
                evidence=document.evidence(p.start, p.end),
                subject=subjects.get(p) or _subject(folded, by_id, section, p),
                section_id=section.section_id if section else None,
            )
        )
    return tuple(out)


_PROJECT = re.compile(
    r"[“《]([^”》]{2,24})[”》][\u4e00-\u9fff]{0,8}?(?:项目|专项|工程|经费|平台)"
    r"|(?:^|(?<=[,:;]))([\u4e00-\u9fff]{2,14}(?:项目|工程|专项资金|补助资金|平台|系统))(?=[\u4e00-\u9fff]{0,6}(?:受|执行|支出|进度|实施|验收|招标|建设|未|仍|结转|滞后|延))"
)
_WHEN = re.compile(r"^(?:截至)?(?:[一二三四前]{1,2}季度末?|年[末底]|全年|当年|去年|上年)")
_VAGUE = re.compile(
    r"^(?:部分|个别|有的|各|该|一些|少数|所有|全部|本|此|重点|民生|建设|建立|完善|加强|跨年|年度|本级|对|将|把|因|由|以|如|受|相关|有关|信息化|数字财政|多个|若干|现有|原有)"
)


def _subject(folded: str, by_id: Mapping[str, Section], section: Section | None, piece: Piece) -> str | None:
    """The project that a finding is about: named by a section above it, else in its own text."""
    at = section
    while at is not None:
        if re.search(r"项目|专项|工程", at.title) and not re.search(
            r"项目(?:支出|情况|实施|绩效|管理|概况|自评|基本|资金|报告|逐项)|^(?:一|二|分)?项目|问题|措施|原因",
            at.title,
        ):
            return at.title
        if at.number and re.match(r"项目", at.number):
            return at.title
        at = by_id.get(at.parent_id) if at.parent_id else None
    own = _PROJECT.search(folded[piece.start : piece.end])
    name = _WHEN.sub("", own.group(1) or own.group(2)) if own else ""
    return name if len(name) >= 4 and not _VAGUE.match(name) else None
