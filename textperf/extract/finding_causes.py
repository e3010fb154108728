"""A sentence that tells a problem: praise before the turn off, the cause behind its lead apart."""

from __future__ import annotations

import re

from textperf.extract.finding_cues import cue_span, cue_spans, is_measure, is_problem
from textperf.extract.finding_items import trim
from textperf.extract.finding_pieces import Manner, Piece, one
from textperf.text.sentences import Span

NAMELY = re.compile(r"[ ]*(?:这些)?(?:问题|不足)?(?:主要|突出|集中)(?:是|有|表现[在为]|体现在|反映在):")

_NAMED_CAUSE = re.compile(r"原因|根源|症结|成因")

_TAIL = re.compile(r"(?:所致|使然|所造成的?)[。.]?$")

# One clause of praise, or a concession; "省补标准仅为造价的35%,剩余由县区承担,但落实不足" tells the problem from its start.
_PRAISE = re.compile(r"(?:虽然?|尽管)[^。;]*|(?:(?!仅|只|却|反而)[^,。;:])*[,;:]?")

_CONCEDED = re.compile(r"虽然?|尽管|固然")


def problem_and_cause(folded: str, start: int, end: int, *, first: bool) -> list[Piece]:
    """One sentence: praise before the turn off, the cause behind its lead apart; ``first``: it opens its item.

    >>> text = "虽然管理规范,但支出偏慢,主要是招标推迟"
    >>> [(p.type, text[p.start:p.end]) for p in problem_and_cause(text, 0, len(text), first=True)]
    [('problem', '支出偏慢'), ('cause', '招标推迟')]
    """
    start, end = trim(folded, start, end)
    if end - start < 4:
        return []
    lead = cue_span("@cause_lead", folded, start, end)
    if lead and lead[0] == start:
        if first and not _NAMED_CAUSE.search(folded, *lead):
            return _told(folded, start, end)  # "主要是预算编制不细" behind "存在的问题"
        return _cause(folded, lead[1], end)
    if lead and (is_problem(folded[start : lead[0]]) or _NAMED_CAUSE.search(folded, *lead)):
        return _told(folded, start, lead[0]) + _cause(folded, lead[1], end)
    soft = None if lead else cue_span("@cause_soft", folded, start, end)
    if soft and soft[0] == start and not first and not re.search(r"\d", folded[soft[1] : end]):
        return one(folded, start, end, "cause")
    if soft and folded[soft[0]] == "受" and soft[0] > start and is_problem(folded[start : soft[0]]):
        return _told(folded, start, soft[0]) + one(folded, soft[0], end, "cause")
    tail = None if lead else cue_span("cause_tail", folded, start, end)
    if tail:
        begin = max(folded.rfind(c, start, tail[0]) for c in ",:") + 1
        if begin > start and is_problem(folded[start:begin]):
            return _told(folded, start, begin) + one(folded, begin, tail[0], "cause")
        if not first:
            return one(folded, start, tail[0], "cause")
    return _told(folded, start, end)


def causes(folded: str, start: int, end: int) -> list[Piece]:
    """A part about reasons: the text behind its lead; a sentence that only says what was missed is no cause."""
    lead = cue_span("@cause_lead", folded, start, end)
    if lead and not folded[start : lead[0]].strip(" ,;。"):
        start = lead[1]
    return one(folded, start, end, "cause")


def _told(folded: str, start: int, end: int) -> list[Piece]:
    namely = NAMELY.match(folded, start, end)
    start = namely.end() if namely else start
    return one(folded, _after_turn(folded, start, end), end, "problem")


def _cause(folded: str, start: int, end: int) -> list[Piece]:
    tail = _TAIL.search(folded[start:end].rstrip())
    return one(folded, start, start + tail.start() if tail else end, "cause")


def _after_turn(folded: str, start: int, end: int) -> int:
    """Behind the last turn word whose front part holds praise only ("虽然管理规范,但支出偏慢")."""
    for a, b in cue_spans("@turn", folded, start, end):
        front = folded[start:a]
        if end - b >= 4 and (a == start or (_PRAISE.fullmatch(front) and not is_problem(_CONCEDED.sub("", front)))):
            return b
    return start


def is_plain_cause(folded: str, i: int, parts: list[Span], manner: Manner, out: list[Piece]) -> bool:
    """A cause without a lead: after the problem has been told with its figures, a last sentence without any.

    ``现有物资只够500人应急。县级财力弱`` is a problem and why; ``编制不细。功能分类未细化到项`` a name and its explanation.
    """
    if i == 0 or out[-1].type != "problem":
        return False
    told = folded[out[-1].start : out[-1].end]
    text = folded[parts[i][0] : parts[i][1]].strip()
    if i + 1 < len(parts) and not manner.mixed and not is_measure(folded[slice(*parts[-1])].strip(), manner.year):
        return False
    detailed = bool(re.search(r"\d|[一二两三四五六七八九十百]+[个名项条处台]", told)) and ("," in told or "。" in told)
    return (
        detailed
        and not re.search(r"\d", text)
        and len(text) <= 40
        and not text.startswith(("影响", "导致", "造成", "难以", "制约", "且", "也"))
    )
