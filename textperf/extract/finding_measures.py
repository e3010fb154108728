"""Measures: lists of them, the words that lead over to one, and sentences that are the way out of a problem."""

from __future__ import annotations

import re

from textperf.extract.finding_cues import BOUNDARY, cue, cue_span, is_measure, is_problem
from textperf.extract.finding_items import listed, trim
from textperf.extract.finding_pieces import Manner, Piece, one
from textperf.text.sentences import Span, clauses

AHEAD = re.compile(
    r"(?:今后|往后|下一步|接下来|为此|对此|鉴于此|新的一年|(?:整改|改进|应对)上|(?:针对|对于?|围绕)(?:上述|以上|这些|存在|此))"
)

_TURN_TO_MEASURE = re.compile(
    BOUNDARY
    + r"(?:下一步|建议(?!书|数|办|率|案|件|[^,。;]{0,8}(?:办理|答复|采纳|落实))|今后|为此|对此|那就|我们将|我[局院委办校镇会]将|(?:拟|将(?![^,。;]{2,24}(?:用于|列作|列为|计入|当作|当成|误|挪|归集|记入|混)))(?=[^,。;]{3}))"
)

_WEAK_TURN = re.compile(
    BOUNDARY
    + r"(?:准备|打算|需(?!要?求)|须|要(?!求|点|素|害|件|么)|应当?(?!急|用|届|收|付|聘|对|变|有|答|试|享|[^,。;]{0,10}\d|[^,。;]{2,30}(?:只有|仅有|才有|尚未|还没)))"
)

LEADS_ON = re.compile(BOUNDARY + r"(?:下一?步(?!工作|的|骤)|(?:今后将?|为此|对此)[,将拟要])")

_STILL_TELLING = re.compile(
    r"主要|原因|仅|只有|^(?:部分|个别|有的|一些|少数|其中|例如|比如|如|截至|目前|全[年市县区镇校院]|导致|造成|影响|难以)|(?:不|未|没|难)[^,。;]{1,8}$"
)


def measures(folded: str, start: int, end: int, *, marked: bool, labelled: bool) -> list[Piece]:
    """The measures of a stretch: one for a marked item, else one for each part of the list or sentence."""
    if marked:
        return measure(folded, start, end)
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
            out += measure(folded, a, b)
        i += 1
    return out


def _intro(text: str) -> bool:
    return text.endswith(":") or bool(
        re.search(
            r"(?:(?:采取|以下|如下|有关|相应)(?:的)?(?:改进|整改)?措施|如下|(?<!\d)(?<!%)(?<!\d[\u4e00-\u9fff])(?<!\d[\u4e00-\u9fff]{2})以下|几[个方点]面?)[:,]?$|^(?:针对|对于|围绕)(?:上述|以上|这些|存在)[^,]{0,16}$",
            text,
        )
    )


def measure(folded: str, start: int, end: int) -> list[Piece]:
    """One measure without the words that lead over to it (下一步将, 拟, 我们将); none for a promise without content.

    >>> text = "下一步,我局将建立台账,按季通报。"
    >>> [text[p.start:p.end] for p in measure(text, 0, len(text))]
    ['建立台账,按季通报']
    """
    start, end = trim(folded, start, end)
    text = folded[start:end]
    if (
        cue("empty_promise").search(text)
        or cue("closing").search(text)
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
    return one(folded, start, end, "measure")


_CARRIES_ON = re.compile(
    r"(?:以(?!.{2,20}为|龙头)|让|使|为(?!.{2,16}(?:配备|提供|建立|安排))|并(?!轨)|不(?!断)|[“\"(]|确保|力争|做到|实现|达到|形成|避免|防止|逐步|拟|年[度内]|20\d\d年|\d|其中)"
)
_COUNTED = re.compile(r"\d|[一二两三四五六七八九十百]+(?:[个名项条处台家次座场期批]|成)")


def against_several(folded: str, start: int, end: int) -> list[Span]:
    """The parts of a sentence that answers several problems at once: by semicolons, else by commas.

    Without semicolons a measure runs to its figure or over two clauses; what then begins with a verb is the next one.

    >>> text = "建立包保制度,完成前期工作60个,加大争资力度,争取资金26亿元,持续纠治四风,让躺平者没有市场"
    >>> [text[a:b] for a, b in against_several(text, 0, len(text))]
    ['建立包保制度,完成前期工作60个', '加大争资力度,争取资金26亿元', '持续纠治四风,让躺平者没有市场']
    """
    parts = listed(folded, start, end, ";")
    if len(parts) > 1:
        return parts
    out: list[Span] = []
    done, size = False, 0
    for a, b in listed(folded, start, end, ","):
        text = folded[a:b].strip()
        starts = bool(out) and (done or size >= 2) and not _CARRIES_ON.match(text) and _begins(text)
        if not out or starts:
            out.append((a, b))
            size = 1
        else:
            out[-1] = (out[-1][0], b)
            size += 1
        done = _COUNTED.search(text) is not None
    return out


def _begins(text: str) -> bool:
    """Whether a clause can begin a measure: by a verb of doing, or by four characters of how it is done (驰而不息…)."""
    return is_measure(text) or re.match(r"[\u4e00-\u9fff]{4}(?:纠治|推进|抓|整治|推动|落实|开展)", text) is not None


def answers(folded: str, start: int, end: int, year: int | None, *, promised: bool = False) -> list[Piece]:
    """The measures of a sentence behind a list of several problems, or none where it is not about what is to be done.

    ``promised``: the sentence before it promised to solve them without saying how.

    >>> text = "对此,我们将健全保障机制,转移支付增加2亿元,深化作风整治,为基层减负"
    >>> [text[p.start:p.end] for p in answers(text, 0, len(text), None)]
    ['健全保障机制,转移支付增加2亿元', '深化作风整治,为基层减负']
    """
    start, end = trim(folded, start, end)
    above = re.match(r"(?:特别|尤其|重点)是,?", folded[start:end]) if promised else None
    if above:  # behind "我们将采取有力措施加以解决。"
        start += above.end()
    promise = re.match(r"[^,;]{4,24},", folded[start:end])
    if promise and cue("empty_promise").search(promise.group().rstrip(",")):
        promised = True  # "我们一定直面问题,对山区县实行一县一策;…"
        start, end = trim(folded, start + promise.end(), end)
    lead = cue_span("@measure_lead", folded, start, end)
    if not promised and not AHEAD.match(folded[start:end]) and not is_measure(folded[start:end], year):
        if lead is None or is_problem(folded[start : lead[0]]):
            return []
        start = lead[0]
    while lead and lead[0] == start and end - lead[1] >= 4:
        start, end = trim(folded, lead[1], end)
        lead = cue_span("@measure_lead", folded, start, end)
    if _TELLS_OF_THEM.match(folded, start, end):
        return []
    return [p for a, b in against_several(folded, start, end) for p in measure(folded, a, b)]


# "这些问题有的是长期积累的" goes on about the problems
_TELLS_OF_THEM = re.compile(
    r"有的|有些|不少|都[是有]|既[有是]|也[有是]|是|没有|可能|已|主要|其中|必须看到|要(?:看到|认识)"
)


def is_way_out(text: str, i: int, parts: list[Span], manner: Manner, out: list[Piece], told: bool) -> bool:
    """Whether a sentence behind told problems is the way out of them: by its lead, or in a merged part by its verb."""
    if manner.default != "problem" or not (out or told):
        return False
    if cue("@measure_lead").match(text) and not re.match(r"(?:要|需|应)[^,。]{0,6}(?:是|求)", text):
        return True
    if not manner.mixed or manner.labelled:
        return False
    if is_measure(text, manner.year):
        return True
    # a merged item without any label: its last sentence that names no deficiency is the way out
    if any(p.type == "measure" for p in out[-3:]):
        return False
    if i < len(parts) - 1 or i == 0 or _STILL_TELLING.search(text):
        return False
    return not is_problem(text.split(",")[0])


_ABOUT = re.compile(
    r"(?:针对|对于?|围绕|面对)(?:上述|以上|这些|该|此|存在的?)*[^,。:;]{0,8}(?:问题|不足|情况|短板|困难)"
)


def split_measure(folded: str, start: int, end: int, manner: Manner) -> tuple[Span, Span | None]:
    """Inside one sentence: "P,下一步将M", "P,拟M". Without a lead everything is the problem."""
    for pattern in (_TURN_TO_MEASURE, _WEAK_TURN) if manner.mixed else (LEADS_ON,):
        for m in pattern.finditer(folded, start, end):
            before = folded[start : m.start()]
            if _ABOUT.fullmatch(before.strip(" ,:")):
                return (start, start), (start, end)  # "针对这些问题,我们将…" holds no problem
            if before.strip(" ,:") and (pattern is not _WEAK_TURN or is_problem(before)):
                return (start, m.start()), (m.start(), end)
    if manner.mixed and not manner.labelled and (at := _by_verb(folded, start, end, manner.year)) is not None:
        return (start, at), (at, end)
    return (start, end), None


def _by_verb(folded: str, start: int, end: int, year: int | None) -> int | None:
    """Where the measure begins that a comma alone parts from its problem, in a part whose title promises both.

    ``校舍维修欠账较多,资金缺口640万元,|主动向县政府汇报,力争年底前落实``: the problem is told, and from one clause on every
    clause says what is to be done.
    """
    spans = clauses(folded, start, end)
    if cue_span("@cause_lead", folded, start, end) or is_measure(folded[start:end].strip(), year):
        return None  # what follows a lead to causes tells why; a measure may name what it is against
    for i in range(1, len(spans)):
        rest = [folded[a:b].strip(" ,") for a, b in spans[i:]]
        first = rest[0]
        if is_measure(first, year) and not is_problem(first) and is_problem(folded[start : spans[i][0]]):
            follows = all(is_measure(t, year) or not is_problem(t) for t in rest[1:])
            return spans[i][0] if follows else None
    return None
