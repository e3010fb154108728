"""Measures: lists of them, the words that lead over to one, and sentences that are the way out of a problem."""

from __future__ import annotations

import re

from textperf.extract.finding_cues import BOUNDARY, cue, is_measure, is_problem
from textperf.extract.finding_items import listed, trim
from textperf.extract.finding_pieces import Manner, Piece, one
from textperf.text.sentences import Span

_TURN_TO_MEASURE = re.compile(
    BOUNDARY
    + r"(?:下一步|建议(?!书|数|办|率|案|件|[^,。;]{0,8}(?:办理|答复|采纳|落实))|今后|为此|对此|那就|我们将|我[局院委办校镇会]将|(?:拟|将(?![^,。;]{2,24}(?:用于|列作|列为|计入|当作|当成|误|挪|归集|记入|混)))(?=[^,。;]{3}))"
)

_WEAK_TURN = re.compile(
    BOUNDARY + r"(?:准备|打算|需(?!要?求)|须|要(?!求|点|素|害|件|么)|应当?(?!急|用|届|收|付|聘|对|变|有|答|试|享))"
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
            r"(?:(?:采取|以下|如下|有关|相应)(?:的)?(?:改进|整改)?措施|如下|以下|几[个方点]面?)[:,]?$|^(?:针对|对于|围绕)(?:上述|以上|这些|存在)[^,]{0,16}$",
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
    return (start, end), None
