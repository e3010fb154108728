"""A part of a report that is about problems or measures: its items, their enumerations, its explicit "none"."""

from __future__ import annotations

import re
from dataclasses import replace

from textperf.extract.finding_causes import causes
from textperf.extract.finding_cues import cue, cue_spans, is_none, is_problem
from textperf.extract.finding_items import Item, enumerated, line_marker, trim
from textperf.extract.finding_measures import AHEAD, against_several
from textperf.extract.finding_pieces import Manner, Piece
from textperf.extract.finding_spans import cut
from textperf.text.sentences import Span, sentences

_REASONS = re.compile(
    r"^[^措改问,。]{0,10}(?:未完成|未达标|未实现|偏离|偏差)[^措改问]{0,12}原因(?:分析|说明)?$"
    r"|^(?:问题|偏差)?的?(?:产生|形成|存在)?的?(?:主要)?(?:原因|成因|根源)(?:分析|剖析)?$"
)
_WITH_REASONS = re.compile(r"原因|成因|归因|根源|症结")
_MERGED = re.compile(r"改进|整改|措施|下一步|建议|对策|怎么|应对|打算|安排|计划")


def problem_part(folded: str, title: str, lines: list[Span], year: int | None) -> list[Piece]:
    """The pieces of a part under a heading about problems; the title tells whether measures stand in it too."""
    mixed = bool(_MERGED.search(title))
    labelled = any(has_label(folded, line) for line in lines)
    bare = re.sub(r"\s", "", title)
    default = "cause" if _REASONS.match(bare) and not re.search("情况[及和与、]", bare) else "problem"
    manner = Manner(default, mixed, labelled, year, _WITH_REASONS.search(bare) is not None)
    found = _part(folded, lines, manner)
    if not found and default == "problem" and re.search(r"问题|不足|短板", title):  # the heading says it, no cue need
        for start, end in lines:
            found += cut(folded, start, end, manner, marked=True)[0]
    return found


def has_label(folded: str, line: Span) -> bool:
    """Whether a paragraph begins with what leads over to measures."""
    text = folded[line[0] : line[1]]
    return bool(cue("measure_label").match(text) or AHEAD.match(text))


def measure_part(folded: str, lines: list[Span], year: int | None) -> list[Piece]:
    """The pieces of a part under a heading about measures."""
    if len(lines) == 1 and cue("none_whole").match(folded[lines[0][0] : lines[0][1]]):
        return []  # 改进措施:无 says nothing about problems
    return _part(folded, lines, Manner("measure", year=year))


def _part(folded: str, lines: list[Span], manner: Manner) -> list[Piece]:
    out: list[Piece] = []
    idle = ("closing", "look_back")
    lines = [x for x in lines if not any(cue(kind).search(folded[slice(*x)].rstrip("。 ")) for kind in idle)]
    default = manner.default
    items = _items(folded, lines)
    own = _each_its_own(folded, items)
    for i, ((start, end), marked) in enumerate(items):
        found = nones(folded, start, end, whole=manner.default != "measure")
        out += found
        if found and _filled(folded, start, end):
            continue
        glued = start > 0 and folded[start - 1] != "\n" and folded[end - 1] != ":"  # "(二)发现问题:…" holds one itself
        if not marked and not glued and i + 1 < len(items) and items[i + 1][1] and not any(m for _, m in items[:i]):
            if then := _introduces(folded, start, end):
                default = then
            if not has_label(folded, (start, end)) or then:
                continue  # what stands above a numbered list only leads up to it
        leads = not marked and default == "problem" and AHEAD.match(folded[start:end])
        here = replace(manner, default="measure" if leads else default)
        alone = own and not leads and (default != "problem" or is_problem(folded[start:end]))
        found, then = paragraph(folded, start, end, here, marked=marked or alone)
        out += found
        if not marked and then:
            default = then  # "整改措施如下:" above a list
    return out


def _each_its_own(folded: str, items: list[tuple[Span, bool]]) -> bool:
    """Whether a part without any markers gives each item a paragraph of its own (two at least, none of them a list)."""
    if len(items) < 2 or any(marked for _, marked in items):
        return False
    texts = [folded[a:b] for (a, b), _ in items]
    return not any(";" in t or t.endswith(":") or cue("measure_label").search(t) for t in texts)


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
            if (
                not inline
                and not has_label(folded, (start, end))
                and len(bare) <= 60
                and not _plain_label(text)
                and not _NEW_MATTER.match(text)
            ):
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


# a paragraph that opens like this goes on to another problem, it does not explain the item above it
_NEW_MATTER = re.compile(r"此外|另外|除此之外|与此同时|同时,|还有,|再者")


def _plain_label(text: str) -> bool:
    """Whether a line opens with a label of its own; "问题描述:" only goes on about the problem named above it."""
    return bool(re.match(r"(?!(?:问题|具体)(?:描述|表现|情况|体现)|表现)[^,。]{2,14}:", text))


def _kind(line: str) -> str:
    mark = line[: line_marker(line)]
    return re.sub(r"[一二三四五六七八九十]+", "一", re.sub(r"\d+", "1", re.sub(r"[\u2460-\u2473]", "①", mark))).strip(
        " 、."
    )


def paragraph(folded: str, start: int, end: int, manner: Manner, *, marked: bool) -> tuple[list[Piece], str | None]:
    """The pieces of one item or paragraph: enumerated inside, a list of semicolons, or plain sentences."""
    head, items = enumerated(folded, start, end)
    if not items:
        return cut(folded, start + line_marker(folded[start:end]) if marked else start, end, manner, marked=marked)
    found, then = cut(folded, head[0], head[1], manner, marked=marked) if head[0] < head[1] else ([], None)
    cause_lead = _trailing_cause(folded, head)
    if cause_lead is None and marked and _two_sides(folded, head, items[0], manner):
        cause_lead = head[1]  # "预算执行不均衡,一方面下达晚,另一方面报账慢"
    out: list[Piece] = []
    if cause_lead is not None:
        found, _ = cut(folded, head[0], cause_lead, manner, marked=marked)
        out += [p for p in found if p.type != "cause"]
        then = "cause"
    elif (ahead := _LEADS_TO_MEASURES.search(folded[slice(*head)].rstrip())) and manner.default == "problem":
        out += cut(folded, head[0], head[0] + ahead.start(), manner, marked=marked)[0]
        then = "measure"
    elif then == "measure" and (marked or manner.default == "problem"):
        out += [p for p in found if marked or p.type != "measure"]  # "1.P。整改措施:一是M1;二是M2"
    default = then or manner.default
    group = items[0].group
    for item in items:
        if item.group != group:
            group = item.group
            default = then or default
        then = None
        if default == "cause":
            out += causes(folded, item.start, item.end)
            continue
        here = replace(manner, default=default)
        stop = item.end
        if default == "problem" and (ahead := _LEADS_TO_MEASURES.search(folded[item.start : stop].rstrip())):
            stop = item.start + ahead.start()  # "二是P。对此,我局将:一是M"
        why = _trailing_cause(folded, (item.start, stop)) if stop == item.end and default == "problem" else None
        if why is not None and why > item.start:  # "二是P。产生问题的原因,一是C"
            found, then = paragraph(folded, item.start, why, here, marked=True)
            out, then = out + found, "cause"
            continue
        found, then = paragraph(folded, item.start, stop, here, marked=True)
        then = "measure" if stop < item.end else then
        if item is items[-1] and default == "problem" and not any(p.type == "measure" for p in out):
            found = [q for p in found for q in _for_all(folded, p)]
        out += found
    return out, then


def _for_all(folded: str, piece: Piece) -> list[Piece]:
    """Measures behind the last of several problems answer all of them: each part of their list is one."""
    parts = against_several(folded, piece.start, piece.end) if piece.type == "measure" else []
    return [Piece("measure", *trim(folded, a, b)) for a, b in parts] if len(parts) > 1 else [piece]


def _two_sides(folded: str, head: Span, first: Item, manner: Manner) -> bool:
    """Whether 一方面…另一方面… give the reasons of the problem told before them."""
    told = folded[slice(*head)].rstrip()
    return (
        manner.default == "problem"
        and re.match(r"一方面", folded[head[1] : first.start]) is not None
        and not told.endswith(":")
        and is_problem(told)
    )


# "…P。今后工作中," before 一是…
_LEADS_TO_MEASURES = re.compile(
    r"(?:^|(?<=[。;]))(?:[^。;:,]{0,6},)?(?:下一?步|今后|接下来|为此|对此)[^。;:]{0,30}[,:]?\Z"
)


def _trailing_cause(folded: str, head: Span) -> int | None:
    """Where a cause lead stands at the very end of the head ("…,主要原因:" before 一是…), or None."""
    leads = cue_spans("@cause_lead", folded, *head)
    if leads and not folded[leads[-1][1] : head[1]].strip(" :,"):
        at = leads[-1][0]
        return None if _NAMELESS.search(folded[head[0] : at]) and folded.startswith("主要", at) else at
    tail = re.search(
        r"(?:(?:造成|产生|出现|导致)(?:上述|以上|这些|此类)?[^。;,:]{0,8}的)?(?<![及和与、])(?:主要)?原因(?:有|如下|是|为)?[^。;]{0,8}[:,]?$",
        folded[head[0] : head[1]].rstrip(),
    )
    return head[0] + tail.start() if tail else None


# "…还有差距。主要是:(1)…": what follows says which gaps, not why there are some
_NAMELESS = re.compile(r"(?:差距|不足|问题|短板|困难)[^。;,]{0,6}。[ ]*$")


def nones(folded: str, start: int, end: int, *, whole: bool) -> list[Piece]:
    """The explicit "none" of a paragraph; with ``whole`` also a bare 无 or 暂无 that fills it."""
    text = folded[start:end]
    if whole and (filled := _filled(folded, start, end)):
        return [Piece("none", *filled)]
    out: list[Piece] = []
    if not cue("none").search(text):
        return out
    for a, b in sentences(folded, start, end):
        m = is_none(folded[a:b])
        if m:
            x, y = trim(folded, a + m.start(), a + m.end())
            if y > x:
                out.append(Piece("none", x, y))
    return out


def _filled(folded: str, start: int, end: int) -> Span | None:
    """Where a problem part says no more than that there is none ("无。", "存在问题:暂无", "未见异常"), or None."""
    label = re.match(r"[^:。,]{2,14}:", folded[start:end])
    start, end = trim(folded, start + (label.end() if label else 0), end)
    text = folded[start:end]
    if cue("none_whole").match(text):
        stop = re.search(r"[,;。]", text)
        return start, start + stop.start() if stop else end
    if len(text) <= 45 and not cue_spans("@turn", text, 0, len(text)) and (m := cue("none_in_part").search(text)):
        return start + m.start(), start + m.end()
    return None
