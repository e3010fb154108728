"""Problems, causes, measures and explicit "none" of a report, each with its span. Categories are set later by classify.

The part of the report decides what a sentence is until a label says otherwise; outside the parts about problems only
labels (``存在的主要问题是…``), the work reports' "清醒认识到…", and plain words of deficiency inside praise count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, cast

from textperf.extract.finding_cues import cue, cue_span, cue_spans, is_none
from textperf.extract.finding_items import enumerated, line_marker, listed, trim
from textperf.extract.finding_spans import Manner, Piece, cut
from textperf.extract.structure import lines_of, section_at
from textperf.model import Document, Finding, FindingType, Section
from textperf.text.sentences import Span, clauses, sentences

_QUIET = ("functions", "profile", "work_plan", "targets", "next_year", "table", "appendix")
_REASONS = re.compile(r"^(?:绩效目标|指标|目标)?(?:的)?(?:未完成|未达标|偏离|偏差)[^措改问]{0,12}原因(?:分析)?$")
_MERGED = re.compile(r"改进|整改|措施|下一步|建议|对策|怎么|应对|打算")


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
    year = _year(folded)
    for section, lines in _runs(document, folded, sections):
        role = section.role if section else "other"
        if role == "problems" and section:
            pieces += _problem_part(folded, section, lines, year)
        elif role == "measures" and section:
            pieces += _measure_part(folded, lines, year)
        elif role != "next_year":
            pieces += _account_part(folded, lines, role, year)
    return _finish(document, folded, sections, pieces)


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


# ---- parts about problems or measures


def _problem_part(folded: str, section: Section, lines: list[Span], year: int | None) -> list[Piece]:
    title = section.title
    mixed = bool(_MERGED.search(title))
    labelled = any(_has_label(folded, line) for line in lines)
    default = "cause" if _REASONS.match(re.sub(r"\s", "", title)) else "problem"
    manner = Manner(default, mixed, labelled, year)
    return _part(folded, lines, manner)


_AHEAD = re.compile(r"(?:今后|下一步|接下来|为此|对此|(?:针对|对于?|围绕)(?:上述|以上|这些|存在|此))")


def _has_label(folded: str, line: Span) -> bool:
    """Whether a paragraph begins with what leads over to measures."""
    text = folded[line[0] : line[1]]
    return bool(cue("measure_label").match(text) or _AHEAD.match(text))


def _measure_part(folded: str, lines: list[Span], year: int | None) -> list[Piece]:
    if len(lines) == 1 and cue("none_whole").match(folded[lines[0][0] : lines[0][1]]):
        return []  # 改进措施:无 says nothing about problems
    return _part(folded, lines, Manner("measure", year=year))


def _part(folded: str, lines: list[Span], manner: Manner) -> list[Piece]:
    out: list[Piece] = []
    default = manner.default
    items = _items(folded, lines)
    for i, ((start, end), marked) in enumerate(items):
        out += _nones(folded, start, end, whole=manner.default != "measure")
        if not marked and i + 1 < len(items) and items[i + 1][1] and not any(m for _, m in items[:i]):
            if then := _introduces(folded, start, end):
                default = then
            if not _has_label(folded, (start, end)) or then:
                continue  # what stands above a numbered list only leads up to it
        leads = not marked and default == "problem" and _AHEAD.match(folded[start:end])
        here = Manner("measure" if leads else default, manner.mixed, manner.labelled, manner.year)
        found, then = _paragraph(folded, start, end, here, marked=marked)
        out += found
        if not marked and then:
            default = then  # "整改措施如下:" above a list
    return out


def _introduces(folded: str, start: int, end: int) -> str | None:
    """What a paragraph above a list announces at its end ("…采取以下措施:"), or None."""
    _, then = cut(folded, start, end, Manner("problem"), marked=False)
    return then


def _items(folded: str, lines: list[Span]) -> list[tuple[Span, bool]]:
    """The lines of a part as items: a marked line with the unmarked ones that explain it; a group's title alone is off."""
    out: list[tuple[Span, bool]] = []
    for i, (start, end) in enumerate(lines):
        text = folded[start:end]
        skip = line_marker(text)
        marked = skip > 0
        if out and not marked and out[-1][1]:
            before = out[-1][0]
            _, inline = enumerated(folded, start, end)
            bare = folded[before[0] : before[1]]
            if not inline and not _has_label(folded, (start, end)) and len(bare) <= 60 and not _plain_label(text):
                out[-1] = ((before[0], end), True)
                continue
        if marked and i + 1 < len(lines):
            below = folded[lines[i + 1][0] : lines[i + 1][1]]
            if (
                len(text) <= 30
                and "。" not in text[:-1]
                and line_marker(below)
                and _kind(below) != _kind(text)
                and not text.endswith("。")
            ):
                continue
        out.append(((start, end), marked))
    return out


def _plain_label(text: str) -> bool:
    return bool(re.match(r"[^,。]{2,14}:", text))


def _kind(line: str) -> str:
    mark = line[: line_marker(line)]
    return re.sub(r"[一二三四五六七八九十]+", "一", re.sub(r"\d+", "1", re.sub(r"[\u2460-\u2473]", "①", mark))).strip(
        " 、."
    )


def _paragraph(folded: str, start: int, end: int, manner: Manner, *, marked: bool) -> tuple[list[Piece], str | None]:
    """The pieces of one item or paragraph: enumerated inside, a list of semicolons, or plain sentences."""
    head, items = enumerated(folded, start, end)
    if not items:
        return cut(folded, start + line_marker(folded[start:end]) if marked else start, end, manner, marked=marked)
    found, then = cut(folded, head[0], head[1], manner, marked=marked) if head[0] < head[1] else ([], None)
    cause_lead = _trailing_cause(folded, head)
    out: list[Piece] = []
    if cause_lead is not None:
        found, _ = cut(folded, head[0], cause_lead, manner, marked=marked)
        out += [p for p in found if p.type != "cause"]
        then = "cause"
    elif marked and then == "measure":
        out += found  # "1.P。整改措施:一是M1;二是M2"
    default = then or manner.default
    group = items[0].group
    for item in items:
        if item.group != group:
            group = item.group
            default = then or default
        then = None
        if default == "cause":
            a, b = trim(folded, item.start, item.end)
            stop = re.search(r"[,;]?如[“\"]|例如|比如", folded[a:b])
            out.append(Piece("cause", a, a + stop.start() if stop and stop.start() > 6 else b))
            continue
        here = Manner(default, manner.mixed, manner.labelled, manner.year)
        found, then = _paragraph(folded, item.start, item.end, here, marked=True)
        out += found
    return out, then


def _trailing_cause(folded: str, head: Span) -> int | None:
    """Where a cause lead stands at the very end of the head ("…,主要原因:" before 一是…), or None."""
    leads = cue_spans("@cause_lead", folded, *head)
    if leads and not folded[leads[-1][1] : head[1]].strip(" :,"):
        return leads[-1][0]
    tail = re.search(r"(?:主要)?原因(?:有|如下|是|为)?[^。;]{0,8}[:,]?$", folded[head[0] : head[1]].rstrip())
    return head[0] + tail.start() if tail else None


# ---- outside those parts


def _account_part(folded: str, lines: list[Span], role: str, year: int | None) -> list[Piece]:
    """Findings in a part about something else: labels, the "清醒认识到" of work reports, deficiencies inside praise."""
    out: list[Piece] = []
    answering = False  # the paragraph above told problems
    for line in lines:
        found = _nones(folded, *line, whole=False)
        text = folded[line[0] : line[1]]
        label = _first_label(folded, line)
        explicit = cue("measure_label").match(text) is not None and role not in _QUIET
        if label is not None:
            found += _labelled(folded, label, line[1], year)
        elif explicit or (answering and _AHEAD.match(text)):
            found += _paragraph(folded, *line, Manner("measure", year=year), marked=False)[0]
        elif role not in _QUIET:
            found += _in_praise(folded, line, year)
        answering = any(p.type == "problem" for p in found)
        out += found
    return out


def _first_label(folded: str, line: Span) -> int | None:
    found = [cue_span(kind, folded, *line) for kind in ("problem_label", "awareness")]
    return min((x[0] for x in found if x), default=None)


def _labelled(folded: str, start: int, end: int, year: int | None) -> list[Piece]:
    labels = [x for kind in ("awareness", "problem_label") if (x := cue_span(kind, folded, start, end))]
    body = labels[0][1] if labels else start
    text = folded[body:end].strip()
    if cue("none_whole").match(text):
        a, b = trim(folded, body, end)
        return [Piece("none", a, min(b, a + 4))]
    manner = Manner("problem", mixed=True, labelled=True, year=year)
    found, _ = _paragraph(folded, start, end, manner, marked=False)
    return found


def _in_praise(folded: str, line: Span, year: int | None) -> list[Piece]:
    """Problems inside an account of success, and the measures that follow them in the same paragraph."""
    out: list[Piece] = []
    for a, b in sentences(folded, *line):
        text = folded[a:b]
        if out and _AHEAD.match(text):
            out += cut(folded, a, b, Manner("measure", year=year), marked=False)[0]
            continue
        for x, y in listed(folded, a, b):
            part = folded[x:y].strip()
            if is_none(part):
                continue
            found = _strong(folded, x, y, year)
            if not found and len(part) <= 40 and _plain(part):
                found = cut(folded, x, y, Manner("problem", year=year), marked=True)[0]
            out += found
    return out


def _plain(text: str) -> bool:
    """A short sentence without figures that only tells a failing, and not last year's or somebody else's."""
    if re.search(r"\d|上年|去年|以往|以前|如果|若|凡|对.{2,12}(?:不|滞后|薄弱)的", text):
        return False
    return bool(cue("problem_plain").search(cue("false_problem").sub("", text)))


def _strong(folded: str, start: int, end: int, year: int | None) -> list[Piece]:
    """The clauses from one plain word of deficiency on to the next: "管理不断规范,但A仍不够细化,B还有提升空间" holds two."""
    strong = cue("problem_strong")
    rest = cue("false_problem").sub(lambda m: "\x00" * len(m.group()), folded[start:end])
    spans = clauses(folded, start, end)
    starts = [a for a, b in spans if strong.search(rest, a - start, b - start)]
    out: list[Piece] = []
    for i, at in enumerate(starts):
        until = starts[i + 1] if i + 1 < len(starts) else end
        out += cut(folded, at, until, Manner("problem", year=year), marked=True)[0]
    return out


def _nones(folded: str, start: int, end: int, *, whole: bool) -> list[Piece]:
    text = folded[start:end]
    if whole and cue("none_whole").match(text.strip()):
        a, b = trim(folded, start, end)
        stop = re.search(r"[,;。]", folded[a:b])
        return [Piece("none", a, a + stop.start() if stop else b)] if b > a else []
    out = []
    for a, b in sentences(folded, start, end):
        m = is_none(folded[a:b])
        if m:
            x, y = trim(folded, a + m.start(), a + m.end())
            if y > x:
                out.append(Piece("none", x, y))
    return out


# ---- findings


def _finish(document: Document, folded: str, sections: Sequence[Section], pieces: list[Piece]) -> tuple[Finding, ...]:
    out: list[Finding] = []
    taken = -1
    for p in sorted(set(pieces), key=lambda p: (p.start, -p.end)):
        if p.start < taken or p.end <= p.start:
            continue
        taken = p.end
        section = section_at(sections, p.start)
        out.append(
            Finding(
                report_id=document.source.report_id,
                type=cast(FindingType, p.type),
                evidence=document.evidence(p.start, p.end),
                subject=_subject(folded, sections, section, p),
                section_id=section.section_id if section else None,
            )
        )
    return tuple(out)


_PROJECT = re.compile(
    r"[“《]([^”》]{2,24})[”》][\u4e00-\u9fff]{0,8}?(?:项目|专项|工程|经费)|([\u4e00-\u9fffA-Z]{2,20}(?:项目|专项资金|工程))"
)


def _subject(folded: str, sections: Sequence[Section], section: Section | None, piece: Piece) -> str | None:
    """The project that a finding is about: named by a section above it, else in its own text."""
    by_id = {s.section_id: s for s in sections}
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
    own = _PROJECT.search(folded, piece.start, piece.end)
    if own and not re.search(r"^(?:部分|个别|有的|各|该|一些|少数|所有|全部|本|此|重点|民生|建设)", own.group()):
        return own.group(1) or own.group(2)
    return None


Kind = Literal["problem", "cause", "measure", "none"]
