"""Cutting one item into the problem, its cause and the measure against it. Pure functions over the folded text."""

from __future__ import annotations

import re
from dataclasses import replace

from textperf.extract.finding_causes import NAMELY, causes, is_example, is_plain_cause, plain_cause, problem_and_cause
from textperf.extract.finding_cues import cue, cue_span, is_measure, is_none, is_problem
from textperf.extract.finding_items import listed, trim
from textperf.extract.finding_lists import by_labels, list_end, parts_of_list
from textperf.extract.finding_measures import AHEAD, LEADS_ON, answers, is_way_out, measure, measures, split_measure
from textperf.extract.finding_pieces import Manner, Piece, is_name

_LISTING = re.compile(r"以下|如下|采取|方面|针对")  # "采取以下措施:" opens a list even in the last item of another


def cut(folded: str, start: int, end: int, manner: Manner, *, marked: bool) -> tuple[list[Piece], str | None]:
    """The pieces of a stretch of text, and the type that a label at its end announces for what follows, or None.

    >>> text = "支出进度偏慢,执行率61%,主要原因是招标推迟。措施:专人跟踪"
    >>> pieces, then = cut(text, 0, len(text), Manner("problem"), marked=True)
    >>> [(p.type, text[p.start:p.end]) for p in pieces], then
    ([('problem', '支出进度偏慢,执行率61%'), ('cause', '招标推迟'), ('measure', '专人跟踪')], None)
    """
    out: list[Piece] = []
    announced: str | None = None
    mode = manner.default
    parts = by_labels(folded, start, end)
    if any(kind == "measure" for kind, *_ in parts) or (marked and LEADS_ON.search(folded, start, end)):
        manner = replace(manner, labelled=True)
    for kind, a, b in parts:
        fresh = kind is not None
        mode = kind or mode
        announced = kind if fresh and not folded[a:b].strip(" \n:;,。") else None
        if announced:
            continue
        if mode == "measure":
            listing = fresh and _LISTING.search(folded, max(start, a - 16), a) is not None
            out += measures(folded, a, b, marked=marked and not listing, labelled=fresh)
        elif mode == "cause":
            out += causes(folded, a, b)
        elif fresh:
            out += announced_list(folded, a, b, manner)
        else:
            out += _problems(folded, a, b, manner, marked=marked)
    return out, announced


def announced_list(folded: str, start: int, end: int, manner: Manner) -> list[Piece]:
    """Behind "存在以下不足:" every part of the first sentence is a problem; later sentences must say so themselves."""
    namely = NAMELY.match(folded, start, end)
    start = namely.end() if namely else start
    stop = (start, list_end(folded, start, end))
    here = replace(manner, mixed=False)  # "支持企业还有很多工作要做" is no measure in such a list
    out: list[Piece] = []
    for a, b in parts_of_list(folded, *stop):
        if out and folded[a - 1] == ";" and cue("cause_lead").match(folded[a:b].strip()):
            out += problem_and_cause(folded, a, b, first=False)
        elif out and AHEAD.match(folded[a:b].strip()):
            out += answers(folded, a, b, manner.year)
        else:
            out += _problems(folded, a, b, here, marked=True)
    rest = stop[1] + 1
    namely = NAMELY.match(folded, rest, end)
    if namely:
        out += announced_list(folded, namely.end(), end, manner)
    elif folded[rest:end].strip("。 \n"):
        out += _behind_list(folded, rest, end, manner, out)
    return out


def _behind_list(folded: str, start: int, end: int, manner: Manner, told: list[Piece]) -> list[Piece]:
    """What follows a list of problems: more of them or causes; behind several, each sentence of measures is a list too."""
    told = list(told)
    if sum(p.type == "problem" for p in told) < 2:
        return _problems(folded, start, end, manner, marked=False, told=bool(told))
    out: list[Piece] = []
    promised = False
    for a, b in listed(folded, start, end, "。!?\n"):
        if cue("look_back").match(folded[a:b].strip()):
            out += _problems(folded, start, a, manner, marked=False, told=True)
            start = b
            continue
        found = answers(folded, a, b, manner.year, promised=promised)
        promised = cue("empty_promise").search(re.sub(r"^(?:对此,?)?我们[将会要]", "", folded[a:b].strip())) is not None
        if found:
            out += _problems(folded, start, a, manner, marked=False, told=True) + found
            start = b
        elif any(p.type == "measure" for p in out):
            start = b  # how the measures are seen through
    return out if start >= end else out + _problems(folded, start, end, manner, marked=False, told=True)


def _problems(folded: str, start: int, end: int, manner: Manner, *, marked: bool, told: bool = False) -> list[Piece]:
    """The problems, causes and unlabelled measures of a stretch, sentence by sentence."""
    parts = listed(folded, start, end)
    texts = [folded[a:b].strip() for a, b in parts]
    has_none = any(is_none(t) for t in texts)
    whole = marked and not has_none
    told = told or has_none
    out: list[Piece] = []
    for i, (a, b) in enumerate(parts):
        text = texts[i]
        if is_none(text):
            continue
        if promise := cue_span("empty_promise", folded, a, b):  # "…时有发生,必须直面问题" ends before its last clause
            b = max(folded.rfind(c, a, promise[0]) for c in ",:")
            text = folded[a : max(a, b)].strip()
            if len(text) < 4:
                continue
        last = out[-1] if out else None
        if last and last.type == "measure" and manner.default == "problem" and (marked or not is_problem(text)):
            if whole or is_measure(text, manner.year):  # one item, one measure, however many sentences
                out[-1] = Piece("measure", last.start, trim(folded, a, b)[1])
            continue
        if last and last.type == "cause" and is_example(text):
            continue
        head, rest = split_measure(folded, a, b, manner)
        if rest is None and is_way_out(text, i, parts, manner, out, told):
            out += measure(folded, a, b)
            continue
        if marked and last and is_plain_cause(folded, i, parts, manner, out):
            pieces = plain_cause(folded, *head)
        else:
            pieces = problem_and_cause(folded, head[0], head[1], first=not out and not told, reasons=manner.reasons)
        if last and pieces and pieces[0].type == "problem":
            if whole or not _own_problem(folded, texts, i):
                if last.type in ("problem", "cause") and (whole or not is_problem(text) or is_name(texts[i - 1])):
                    out[-1] = Piece(last.type, last.start, pieces[0].end)
                pieces = pieces[1:]
        elif not last and pieces and pieces[0].type == "problem" and not whole and not is_problem(text):
            pieces = []
        out += pieces
        if rest:
            out += measure(folded, rest[0], rest[1])
    return out


def _own_problem(folded: str, texts: list[str], i: int) -> bool:
    """Whether the sentence is a problem of its own and does not explain the name of one before it."""
    explains = i > 0 and is_name(texts[i - 1]) and not is_name(texts[i]) and is_problem(texts[i - 1])
    return is_problem(texts[i]) and not explains
