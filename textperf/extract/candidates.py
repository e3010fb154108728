"""The phrases that may say what a count counts: before it, behind it, in earlier clauses, or those of earlier counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from textperf.extract.tokens import (
    Range,
    Token,
    conjuncts,
    earlier_clauses,
    is_phrase,
    left_region,
    parallel,
    right_region,
)

_BEFORE_LENGTH, _BEFORE_ENDS = 14, 6
_BEHIND_STARTS, _BEHIND_LENGTH = 2, 14
_CLAUSE_LENGTH, _CLAUSE_ENDS = 9, 4
_BACK = 5
# Words that a name neither begins with nor holds: 低于目标值, 已整改, 其中危化品. The second list may stand inside one.
_NEVER_INSIDE = frozenset(
    [
        "较",
        "比",
        "低于",
        "高于",
        "优于",
        "好于",
        "少于",
        "多于",
        "已",
        "已经",
        "均",
        "仅",
        "只",
        "约",
        "为",
        "占",
        "至少",
        "不少于",
        "不低于",
        "不超过",
        "力争",
        "把",
        "但",
        "并",
        "而",
        "且",
        "其中",
        "另有",
        "另",
        "即",
        "共",
        "分别",
        "依次",
        "超过",
        "不足",
        "开了",
        "了",
        "着",
        "给",
        "都",
        "也",
        "还",
        "仍",
        "又",
        "才",
        "却",
        "略",
        "高达",
        "尚",
        "于",
        "因由",
        "由于",
        "确保",
    ]
)
_NEVER_FIRST = _NEVER_INSIDE | frozenset(
    [
        "将",
        "对",
        "向",
        "由",
        "从",
        "按",
        "按照",
        "因",
        "达到",
        "达",
        "没有",
        "没",
        "至",
        "到",
        "自",
        "经",
        "以",
        "过",
        "再",
        "情况",
        "方面",
        "主要",
        "达",
        "为了",
    ]
)
_NEVER_LAST = frozenset(("UP", "DOWN", "LEVEL", "COP", "CMP", "EACH", "AVG", "p", "c", "0"))
# … nor do these end one: 小作坊、小门店|等, 综合救援队|实际
_NEVER_CLOSING = frozenset(("等", "实际", "累计", "近", "约", "全面", "连", "到"))
_OFFICE = re.compile(r".+(?:局|委员会|残联|妇联|法院|检察院|政府|办公室)")
_NEVER_OPENING = frozenset(("的", "COP", "CMP", "p", "PR", "c", "u", "uz", "ul", "y"))
# 年初预算数 and 年末结转 are names, 2023年项目 and 全年立案 are not
_YEAR_PARTS = frozenset(
    ["年初", "年末", "全年", "上年", "年中", "年度", "累计", "日", "月", "年", "次年", "本年", "上年度", "本年度"]
)
_WHOSE = re.compile(
    r"全[市县区镇乡省州局院馆校街道旗系统村]+|我[市县区镇乡局院馆校办委街道]*|本[市县区镇乡局院馆校部门单位]+"
)
_NEVER_ALONE = frozenset(
    ("UP", "DOWN", "LEVEL", "SHARE", "HAVE", "AVG", "EACH", "TIME", "d", "PR", "c", "r", "COP", "CMP", "的", "f")
)
_EMPTY = frozenset(
    ("V", "HAVE", "UP", "DOWN", "LEVEL", "SHARE", "d", "AVG", "EACH", "PR", "c", "m", "q", "u", "ul", "uz", "0")
)
_NOMINAL = frozenset(("N", "PROP", "BODY", "b", "SCOPE"))
_BREAKS = frozenset(("V", "HAVE", "UP", "DOWN", "LEVEL", "SHARE", "PR", "d", "COP", "CMP"))


class Candidate(NamedTuple):
    """A phrase ``tokens[first:last]``, or (``first`` is -1) the item of the ``back``-th count before.

    ``where``: ``L`` before, ``R`` behind, ``C`` in the ``back``-th clause before, ``D`` one of a parallel list (分别),
    ``P`` inherited, ``H`` inherited in parallel.
    """

    where: str
    back: int
    first: int
    last: int
    text: str


class Known(NamedTuple):
    """What is known of an earlier count: item, unit, number of its sentence and of its paragraph."""

    item: str
    unit: str
    sentence: int
    paragraph: int
    start: int
    end: int
    action: str | None
    compared: bool = False  # it is what another count is compared with: 比上年的1,385处


class Around(NamedTuple):
    """The regions of a count: ``left`` and ``right`` as token ranges, and what stands at their outer ends."""

    left: Range
    left_edge: str
    right: Range
    right_edge: str


def around(tokens: Sequence[Token], at: int) -> Around:
    """The regions of the count at index ``at``."""
    first, last, left_edge = left_region(tokens, at)
    begin, end, right_edge = right_region(tokens, at)
    return Around((first, last), left_edge, (begin, end), right_edge)


def is_compared(tokens: Sequence[Token], regions: Around) -> bool:
    """Whether the left region begins like 比上年的…, 较年初预算…, 与2020年度的…."""
    first, last = regions.left
    return first < last and tokens[first].text in ("比", "较", "与", "同", "和", "而")


def candidates(text: str, tokens: Sequence[Token], at: int, regions: Around, known: Sequence[Known]) -> list[Candidate]:
    """All candidates of the count at index ``at``; ``known`` are the counts before it, the last one last."""
    out: list[Candidate] = []
    _parallel(text, tokens, at, known, out)
    left = regions.left
    if regions.left_edge == "#" and known and known[-1].start > tokens[left[0] - 1].start:
        while left[0] < left[1] and tokens[left[0]].start < known[-1].end:  # 36个项目|委托14家第三方机构
            left = (left[0] + 1, left[1])
    _spans(text, tokens, "L", 0, left, _BEFORE_LENGTH, _BEFORE_ENDS, out)
    begin, end = regions.right
    end = _before_verb(tokens, begin, end)
    for first in range(begin, min(end, begin + _BEHIND_STARTS + 1)):
        for last in range(first + 1, min(end, first + _BEHIND_LENGTH) + 1):
            _add(text, tokens, "R", 0, first, last, out)
    named = any(c.where in "LR" for c in out)  # then what stands far away is not asked
    for back, clause in enumerate(earlier_clauses(tokens, regions.left[0], 1 if named else 3)):
        _spans(text, tokens, "C", back, clause, _CLAUSE_LENGTH, _CLAUSE_ENDS - back, out)
    if (
        regions.left[0] == regions.left[1]
        and regions.left_edge == ":"
        and any(c.where == "C" and c.back == 0 for c in out)
    ):
        return out  # 总藏量:38万册
    seen = set()
    unit = tokens[at].mention.quantity.unit if tokens[at].mention is not None else ""  # type: ignore[union-attr]
    for back, earlier in enumerate(reversed(known[-_BACK:])):
        if earlier.item not in seen and (not named or back < 2 or earlier.unit == unit):
            seen.add(earlier.item)
            out.append(Candidate("P", back, -1, -1, earlier.item))
    return out


def _before_verb(tokens: Sequence[Token], begin: int, end: int) -> int:
    """Where names behind a number must end: at its second verb, unless 的 makes an attribute of it (30个基础较好的书屋)."""
    for i in range(begin + 1, end):
        if tokens[i].kind in _BREAKS and all(t.kind != "的" for t in tokens[i:end]):
            return i
    return end


def _spans(
    text: str,
    tokens: Sequence[Token],
    where: str,
    back: int,
    region: Range,
    length: int,
    ends: int,
    out: list[Candidate],
) -> None:
    begin, end = region
    for last in range(end, max(begin, end - ends), -1):
        for first in range(max(begin, last - length), last):
            _add(text, tokens, where, back, first, last, out)


def _add(
    text: str, tokens: Sequence[Token], where: str, back: int, first: int, last: int, out: list[Candidate]
) -> None:
    if tokens[first].text in _NEVER_FIRST or not is_phrase(tokens, first, last):
        return
    opening, closing = tokens[first].kind, tokens[last - 1].kind
    if opening in _NEVER_OPENING or (opening == "TIME" and tokens[first].text not in _YEAR_PARTS):
        return
    if last - first > 1 and (_WHOSE.fullmatch(tokens[first].text) or _OFFICE.fullmatch(tokens[first].text)):
        return
    if tokens[last - 1].text in _NEVER_CLOSING:
        return
    if first > 1 and tokens[first - 1].text == "对" and tokens[last - 1].text.startswith("满意"):
        return  # 群众对人大工作满意度 is one name
    if last - first == 1 and opening == "V" and where == "L" and last < len(tokens) and tokens[last].kind == "#":
        out.append(Candidate(where, back, first, last, text[tokens[first].start : tokens[first].end]))
        return  # 培训|18期, 接待|8批次: the doing itself is counted
    if closing in _NEVER_LAST or (last - first == 1 and opening in _NEVER_ALONE):
        return
    if where in "LR" and last < len(tokens) and closing in _NOMINAL:
        behind = tokens[last].kind
        if behind in ("N", "PROP") or (
            where == "R" and behind == "、" and last + 1 < len(tokens) and tokens[last + 1].kind != "#"
        ):
            return  # 中小学校|训练室, 国控|、区控断面: no name ends there
    if where != "R" and all(t.kind in _EMPTY for t in tokens[first:last]):
        return  # 实际安排, 直接答复: nothing that could be counted
    for i in range(first + 1, last):
        if tokens[i].text in _NEVER_INSIDE:
            return
    begin, end = tokens[first].start, tokens[last - 1].end
    out.append(Candidate(where, back, first, last, text[begin:end]))


def _parallel(text: str, tokens: Sequence[Token], at: int, known: Sequence[Known], out: list[Candidate]) -> None:
    """常委会会议、主席会议分别召开5次、15次: the second name for the second count."""
    run, place = parallel(tokens, at)
    if len(run) < 2:
        return
    begin, end, _ = left_region(tokens, run[0])
    shares = [i for i in range(begin, end) if tokens[i].text.startswith(("分别", "依次"))]
    source: Range | None = None
    if shares and shares[-1] > begin:
        source = (begin, shares[-1])
    elif shares:
        clauses = earlier_clauses(tokens, begin, 1)
        if clauses and all(t.kind != "#" for t in tokens[clauses[0][1] : begin]):
            source = clauses[0]
    if source is not None:
        parts = conjuncts(tokens, *source)
        if len(parts) >= len(run):
            first, last = parts[len(parts) - len(run) + place]
            for i in range(first, last):
                _add(text, tokens, "D", 0, i, last, out)
    # 件数、人数同比分别下降5%、3%: known holds the `place` counts of this list already linked, and before them the other list
    if shares and not any(c.where == "D" for c in out) and len(known) >= len(run) + place:
        out.append(Candidate("H", len(run) - 1, -1, -1, known[-len(run)].item))
