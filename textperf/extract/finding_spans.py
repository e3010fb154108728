"""Cutting one item into the problem, its cause and the measure against it. Pure functions over the folded text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from textperf.extract.finding_cues import BOUNDARY, cue, cue_span, cue_spans, is_measure, is_none, is_problem
from textperf.extract.finding_items import listed, trim
from textperf.text.sentences import Span

_SHORT_LEAD = 18  # a problem's name before its explanation ("支出进度偏慢。…") is rarely longer


@dataclass(frozen=True, slots=True)
class Piece:
    """A span with the type of finding that it is."""

    type: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Manner:
    """How the part of the report arranges its findings.

    ``default``: what text without a cue is · ``mixed``: measures stand among the problems without a lead ·
    ``labelled``: measures have a lead or a label somewhere in the part · ``year``: the year reported on.
    """

    default: str
    mixed: bool = False
    labelled: bool = False
    year: int | None = None


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
    parts = _by_labels(folded, start, end)
    if any(kind == "measure" for kind, *_ in parts) or (marked and _PLAIN_TURN.search(folded, start, end)):
        manner = replace(manner, labelled=True)
    for kind, a, b in parts:
        fresh = kind is not None
        mode = kind or mode
        announced = kind if fresh and not folded[a:b].strip(" \n:;,。") else None
        if announced:
            continue
        if mode == "measure":
            listing = fresh and _LISTING.search(folded, max(start, a - 16), a) is not None
            out += _measures(folded, a, b, marked=marked and not listing, labelled=fresh)
        elif mode == "cause":
            out += _causes(folded, a, b)
        elif fresh:
            out += _announced(folded, a, b, manner)
        else:
            out += _problems(folded, a, b, manner, marked=marked)
    return out, announced


_LISTING = re.compile(r"以下|如下|采取|方面|针对")  # "采取以下措施:" opens a list even in the last item of another


def _announced(folded: str, start: int, end: int, manner: Manner) -> list[Piece]:
    """Behind "存在以下不足:" every part of the first sentence is a problem; later sentences must say so themselves."""
    namely = _NAMELY.match(folded, start, end)
    start = namely.end() if namely else start
    stop = (start, _list_end(folded, start, end))
    here = replace(manner, mixed=False)  # "支持企业还有很多工作要做" is no measure in such a list
    out: list[Piece] = []
    for a, b in _parts_of_list(folded, *stop):
        if out and folded[a - 1] == ";" and cue("cause_lead").match(folded[a:b].strip()):
            out += _problem_and_cause(folded, a, b, first=False)
        else:
            out += _problems(folded, a, b, here, marked=True)
    rest = stop[1] + 1
    namely = _NAMELY.match(folded, rest, end)
    if namely:
        out += _announced(folded, namely.end(), end, manner)
    elif folded[rest:end].strip("。 \n"):
        out += _problems(folded, rest, end, manner, marked=False, told=bool(out))
    return out


def _list_end(folded: str, start: int, end: int) -> int:
    """Where the list behind a label ends: at its first full stop, unless that only parts a name from its explanation.

    ``编制不细;信息不通。三个系统各自取数;队伍不稳。对此…`` ends behind 队伍不稳.
    """
    told = listed(folded, start, end, "。!?\n")
    for i, (a, b) in enumerate(told):
        name = folded[max(folded.rfind(";", a, b) + 1, a) : b].strip()
        if i + 1 == len(told) or not _is_name(name) or _LEAVES_LIST.match(folded[slice(*told[i + 1])].strip()):
            return b
    return end


_LEAVES_LIST = re.compile(
    r"对|针对|围绕|下一步|今后|为此|这些|以上|上述|我们|我[局院委办]|主要|原因|究其|改进|整改|措施|同时|此外|另外|面对"
)
_NAMELY = re.compile(r"[ ]*(?:这些)?(?:问题|不足)?(?:主要|突出|集中)(?:是|有|表现[在为]|体现在|反映在):")


def _parts_of_list(folded: str, start: int, end: int) -> list[Span]:
    """A list by semicolons; one that has only commas, when nearly all of four clauses or more tell failings of their own."""
    parts = listed(folded, start, end, ";\n")
    if len(parts) > 1:
        return parts
    commas = []
    for a, b in listed(folded, start, end, ","):
        if cue("empty_promise").search(folded[a:b]):
            break
        if not _ETC.match(folded, a, b):
            commas.append((a, b))
    telling = [is_problem(folded[a:b]) for a, b in commas]
    if len(commas) < 4 or sum(telling) < 0.75 * len(commas):
        return parts
    out: list[Span] = []
    for (a, b), tells in zip(commas, telling, strict=True):
        if out and not tells:
            out[-1] = (out[-1][0], b)
        else:
            out.append((a, b))
    return out


_ETC = re.compile(r"等等?\Z|等(?=[。,])")


def _by_labels(folded: str, start: int, end: int) -> list[tuple[str | None, int, int]]:
    """The stretch parted at labels (改进措施:, 主要原因是 at the end …): (type that the label opens or None, start, end)."""
    cuts: list[tuple[int, int, str]] = []
    cuts += [(a, b, "measure") for a, b in cue_spans("measure_label", folded, start, end)]
    for a, b in cue_spans("problem_label", folded, start, end):
        if folded[b - 1] in ":," or a == start or folded[a - 1] in "。;\n":
            cuts.append((a, b, "problem"))
    cuts += [(a, b, "problem") for a, b in cue_spans("awareness", folded, start, end)]
    cuts.sort()
    out: list[tuple[str | None, int, int]] = []
    at, kind = start, None
    for a, b, new in cuts:
        if a < at:
            continue
        before = a
        if new == "problem":  # "虽然自评未见偏差,但仍有不足:" leads up to the problems and is none itself
            before = _sentence_start(folded, at, a)
        if folded[at:before].strip():
            out.append((kind, at, before))
        at, kind = b, new
    out.append((kind, at, end))
    return [x for x in out if x[0] is not None or folded[x[1] : x[2]].strip()]


def _sentence_start(folded: str, start: int, at: int) -> int:
    return max(start, *(folded.rfind(c, start, at) + 1 for c in "。;!?\n"))


def _one(folded: str, start: int, end: int, kind: str) -> list[Piece]:
    start, end = trim(folded, start, end)
    if folded.endswith(",等等", start, end):
        end -= 3
    if kind == "problem" and cue("generic").fullmatch(folded[start:end]):
        return []
    return [Piece(kind, start, end)] if end - start >= 4 and re.search(r"[\u4e00-\u9fff]{3}", folded[start:end]) else []


# ---- measures


def _measures(folded: str, start: int, end: int, *, marked: bool, labelled: bool) -> list[Piece]:
    """The measures of a stretch: one for a marked item, else one for each part of the list or sentence."""
    if marked:
        return _measure(folded, start, end)
    out: list[Piece] = []
    parts = listed(folded, start, end)
    i = 0
    while i < len(parts):
        a, b = parts[i]
        # a short name before its explanation: "加强绩效培训。2022年组织培训2次"
        while (
            i + 1 < len(parts)
            and len(folded[a:b].strip()) <= 12
            and folded[b : b + 1] == "。"
            and "," not in folded[a:b]
        ):
            i += 1
            b = parts[i][1]
        text = folded[a:b].strip()
        if labelled or len(parts) == 1 or is_measure(text) or not _intro(text):
            out += _measure(folded, a, b)
        i += 1
    return out


def _intro(text: str) -> bool:
    return text.endswith(":") or bool(
        re.search(r"(?:(?:采取|以下|如下|有关|相应)(?:的)?(?:改进|整改)?措施|如下|以下|几[个方点]面?)[:,]?$|^(?:针对|对于|围绕)(?:上述|以上|这些|存在)[^,]{0,16}$", text)
    )


def _measure(folded: str, start: int, end: int) -> list[Piece]:
    start, end = trim(folded, start, end)
    text = folded[start:end]
    if (
        cue("empty_promise").search(text)
        or cue("generic").fullmatch(text)
        or (len(text) < 30 and _intro(text) and not re.search(r"[\u4e00-\u9fff]{3,},", text))
    ):
        return []
    lead = cue("measure_lead").match(folded, start, end)
    while lead and end - lead.end() >= 4:
        start, end = trim(folded, lead.end(), end)
        lead = cue("measure_lead").match(folded, start, end) if folded[start - 1] in ",:" else None
    if cue("empty_promise").search(folded[start:end]):
        return []
    return _one(folded, start, end, "measure")


# ---- problems and causes


def _causes(folded: str, start: int, end: int) -> list[Piece]:
    """A part about reasons: the text behind its lead; a sentence that only says what was missed is no cause."""
    lead = cue_span("@cause_lead", folded, start, end)
    if lead and not folded[start : lead[0]].strip(" ,;。"):
        start = lead[1]
    return _one(folded, start, end, "cause")


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
        head, rest = _split_measure(folded, a, b, manner)
        if rest is None and _is_measure_sentence(text, i, parts, manner, out, told):
            out += _measure(folded, a, b)
            continue
        pieces = _problem_and_cause(folded, head[0], head[1], first=not out)
        if last and pieces and pieces[0].type == "problem":
            if marked and _plain_cause(folded, i, parts, manner, out):
                pieces[0] = Piece("cause", pieces[0].start, pieces[0].end)
            elif whole or not _own_problem(folded, texts, i):
                if last.type in ("problem", "cause") and (whole or not is_problem(text) or _is_name(texts[i - 1])):
                    out[-1] = Piece(last.type, last.start, pieces[0].end)
                pieces = pieces[1:]
        elif not last and pieces and pieces[0].type == "problem" and not whole and not is_problem(text):
            pieces = []
        out += pieces
        if rest:
            out += _measure(folded, rest[0], rest[1])
    return out


def _is_name(text: str) -> bool:
    return len(text) <= _SHORT_LEAD and "," not in text


def _own_problem(folded: str, texts: list[str], i: int) -> bool:
    """Whether the sentence is a problem of its own and does not explain the name of one before it."""
    explains = i > 0 and _is_name(texts[i - 1]) and not _is_name(texts[i]) and is_problem(texts[i - 1])
    return is_problem(texts[i]) and not explains


def _is_measure_sentence(text: str, i: int, parts: list[Span], manner: Manner, out: list[Piece], told: bool) -> bool:
    if manner.default != "problem" or not (out or told):
        return False
    if cue("@measure_lead").match(text) and not re.match(r"(?:要|需|应)[^,。]{0,6}(?:是|求)", text):
        return True
    if not manner.mixed or manner.labelled:
        return False
    if is_measure(text, manner.year):
        return True
    # a merged item without any label: its last sentence that names no deficiency is the way out
    if any(p.type == "measure" for p in out):
        return False
    if i < len(parts) - 1 or i == 0 or _STILL_TELLING.search(text):
        return False
    return not is_problem(text.split(",")[0])


_STILL_TELLING = re.compile(
    r"主要|原因|仅|只有|^(?:部分|个别|有的|一些|少数|其中|例如|比如|如|截至|目前|全[年市县区镇校院]|导致|造成|影响|难以)|(?:不|未|没|难)[^,。;]{1,8}$"
)


_TURN_TO_MEASURE = re.compile(
    BOUNDARY
    + r"(?:下一步|今后|为此|对此|那就|我们将|我[局院委办校镇会]将|(?:拟|将(?![^,。;]{2,24}(?:用于|列作|列为|计入|当作|当成|误|挪|归集|记入|混)))(?=[^,。;]{3}))"
)
_WEAK_TURN = re.compile(
    BOUNDARY + r"(?:准备|打算|需(?!要?求)|须|要(?!求|点|素|害|件|么)|应当?(?!急|用|届|收|付|聘|对|变|有|答|试|享))"
)
_PLAIN_TURN = re.compile(BOUNDARY + r"(?:下一步|今后将?|为此|对此)[,将拟要]")


def _split_measure(folded: str, start: int, end: int, manner: Manner) -> tuple[Span, Span | None]:
    """Inside one sentence: "P,下一步将M", "P,拟M". Without a lead everything is the problem."""
    for pattern in (_TURN_TO_MEASURE, _WEAK_TURN) if manner.mixed else (_PLAIN_TURN,):
        for m in pattern.finditer(folded, start, end):
            before = folded[start : m.start()]
            if before.strip(" ,:") and (pattern is not _WEAK_TURN or is_problem(before)):
                return (start, m.start()), (m.start(), end)
    return (start, end), None


def _problem_and_cause(folded: str, start: int, end: int, *, first: bool) -> list[Piece]:
    """One sentence: praise before the turn off, the cause behind its lead apart."""
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
        return _one(folded, start, end, "cause")
    if soft and folded[soft[0]] == "受" and soft[0] > start and is_problem(folded[start : soft[0]]):
        return _told(folded, start, soft[0]) + _one(folded, soft[0], end, "cause")
    tail = None if lead else cue_span("cause_tail", folded, start, end)
    if tail:
        begin = max(folded.rfind(c, start, tail[0]) for c in ",:") + 1
        if begin > start and is_problem(folded[start:begin]):
            return _told(folded, start, begin) + _one(folded, begin, tail[0], "cause")
        if not first:
            return _one(folded, start, tail[0], "cause")
    return _told(folded, start, end)


_NAMED_CAUSE = re.compile(r"原因|根源|症结|成因")
_TAIL = re.compile(r"(?:所致|使然|所造成的?)[。.]?$")


def _told(folded: str, start: int, end: int) -> list[Piece]:
    namely = _NAMELY.match(folded, start, end)
    start = namely.end() if namely else start
    return _one(folded, _after_turn(folded, start, end), end, "problem")


def _cause(folded: str, start: int, end: int) -> list[Piece]:
    tail = _TAIL.search(folded[start:end].rstrip())
    return _one(folded, start, start + tail.start() if tail else end, "cause")


def _after_turn(folded: str, start: int, end: int) -> int:
    """Behind the last turn word whose front part holds praise only ("虽然管理规范,但支出偏慢")."""
    for a, b in cue_spans("@turn", folded, start, end):
        front = folded[start:a]
        if end - b >= 6 and (a == start or (_PRAISE.fullmatch(front) and not is_problem(_CONCEDED.sub("", front)))):
            return b
    return start


# One clause of praise, or a concession; "省补标准仅为造价的35%,剩余由县区承担,但落实不足" tells the problem from its start.
_PRAISE = re.compile(r"(?:虽然?|尽管)[^。;]*|(?:(?!仅|只|却|反而)[^,。;:])*[,;:]?")
_CONCEDED = re.compile(r"虽然?|尽管|固然")


def _plain_cause(folded: str, i: int, parts: list[Span], manner: Manner, out: list[Piece]) -> bool:
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
