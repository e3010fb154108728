"""The phrases that may say what a count counts: before it, behind it, in earlier clauses, or those of earlier counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from textperf.extract.tokens import (
    Range,
    Token,
    conjuncts,
    earlier_clauses,
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
_NEVER_OPENING = frozenset(("的", "COP", "CMP", "p", "PR", "c", "u", "uz", "ul", "y", "、", ")", "”", "》"))
_UNFINISHED = frozenset(("(", "、", "“", "《", "p"))
_PAIRED = frozenset(("(", ")", "“", "”", "《", "》"))
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
_DONE = frozenset(("V", "v", "HAVE", "AVG"))
_BREAKS = frozenset(("V", "HAVE", "UP", "DOWN", "LEVEL", "SHARE", "PR", "d", "COP", "CMP"))


_new = tuple.__new__  # quicker than the constructor of a NamedTuple; candidates are many


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
    """What is known of an earlier count: item, unit, number of its sentence, place and verb."""

    item: str
    unit: str
    sentence: int
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


def is_compared(tokens: Sequence[Token], left: Range) -> bool:
    """Whether a left region begins like 比上年的…, 较年初预算…, 与2020年度的…."""
    first, last = left
    return first < last and tokens[first].text in ("比", "较", "与", "同", "和", "而")


def candidates(text: str, tokens: Sequence[Token], at: int, regions: Around, known: Sequence[Known]) -> list[Candidate]:
    """All candidates of the count at index ``at``; ``known`` are the counts before it, the last one last."""
    out = beside(text, tokens, at, regions, known)
    named = any(c.where in "LR" for c in out)
    far = in_clauses(text, tokens, regions, named)
    out += far
    if not titled(regions, far):
        out += inherited(tokens, at, known, named)
    return out


def beside(text: str, tokens: Sequence[Token], at: int, regions: Around, known: Sequence[Known]) -> list[Candidate]:
    """The names right before and behind the count at index ``at``, and what a parallel list gives it."""
    out: list[Candidate] = []
    if _parallel(text, tokens, at, known, out):
        return out
    left = regions.left
    if regions.left_edge == "#" and known and known[-1].start > tokens[left[0] - 1].start:
        while left[0] < left[1] and tokens[left[0]].start < known[-1].end:  # 36个项目|委托14家第三方机构
            left = (left[0] + 1, left[1])
    begin, end = left
    _spans(text, tokens, "L", 0, (begin, end), end - _BEFORE_ENDS, end, _BEFORE_LENGTH, out)
    begin, end = regions.right
    end = _before_verb(tokens, begin, end)
    _spans(text, tokens, "R", 0, (begin, end), begin, begin + _BEHIND_STARTS + 1, _BEHIND_LENGTH, out)
    return out


def in_clauses(text: str, tokens: Sequence[Token], regions: Around, named: bool) -> list[Candidate]:
    """The names in earlier clauses; where something stands beside the count (``named``), only the nearest is asked."""
    out: list[Candidate] = []
    for back, clause in enumerate(earlier_clauses(tokens, regions.left[0], 1 if named else 3)):
        end = clause[1]
        _spans(text, tokens, "C", back, clause, end - _CLAUSE_ENDS + back, end, _CLAUSE_LENGTH, out)
    return out


def titled(regions: Around, far: Sequence[Candidate]) -> bool:
    """Whether a count has its name before a colon (总藏量:38万册); then it inherits nothing."""
    return (
        regions.left[0] == regions.left[1]
        and regions.left_edge == ":"
        and any(c.where == "C" and c.back == 0 for c in far)
    )


def inherited(tokens: Sequence[Token], at: int, known: Sequence[Known], named: bool) -> list[Candidate]:
    """The items of the counts before."""
    out: list[Candidate] = []
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
    last_floor: int,
    first_limit: int,
    length: int,
    out: list[Candidate],
) -> None:
    """The names in a region that end behind ``last_floor``, begin before ``first_limit`` and have ``length`` words at most."""
    begin, end = region
    for last in range(end, max(begin, last_floor), -1):
        _ending(text, tokens, where, back, last, range(max(begin, last - length), min(first_limit, last)), out)


def _ending(
    text: str, tokens: Sequence[Token], where: str, back: int, last: int, firsts: range, out: list[Candidate]
) -> None:
    """The names ``tokens[first:last]``; what is true of their end is looked at once."""
    head = tokens[last - 1]
    if head.text in _NEVER_CLOSING or head.kind in _UNFINISHED:
        return
    closed = head.kind in _NEVER_LAST
    counted = where == "L" and head.kind in _DONE and last < len(tokens) and tokens[last].kind == "#"
    satisfied = head.text.startswith("满意")
    depth = quotes = 0
    empty = where != "R"
    for first in range(last - 1, firsts.start - 1, -1):
        token = tokens[first]
        kind = token.kind
        if kind in _PAIRED:
            if kind == ")":
                depth += 1
            elif kind == "(":
                depth -= 1
            elif kind in ("”", "》"):
                quotes += 1
            else:
                quotes -= 1
            if depth < 0 or quotes < 0:
                return  # a bracket that is not closed before the end stands in all longer ones, too
        empty = empty and kind in _EMPTY
        if token.text in _NEVER_INSIDE and where != "R":
            return
        if first >= firsts.stop or depth or quotes or kind in _NEVER_OPENING or token.text in _NEVER_FIRST:
            continue
        single = last - first == 1
        if kind == "TIME" and last - first == 2 and head.kind == "的":
            continue  # 由上年的|1,536项
        if (kind == "TIME" and token.text not in _YEAR_PARTS) or (not single and _is_whose(token.text)):
            continue
        if satisfied and first > 1 and tokens[first - 1].text == "对":
            continue  # 群众对人大工作满意度 is one name
        if counted and kind in _DONE:
            pass  # 培训|18期, 抢救疏散|476人, 户均增收|4,100元: the doing itself is counted
        elif closed or empty or (single and kind in _NEVER_ALONE):
            continue
        out.append(_new(Candidate, (where, back, first, last, text[token.start : head.end])))


@lru_cache(maxsize=8192)
def _is_whose(text: str) -> bool:
    return _WHOSE.fullmatch(text) is not None or _OFFICE.fullmatch(text) is not None


_UNCHANGED = frozenset(("没有", "保持", "无", "未", "均", "都", "较", "比", "同比", "不变"))


def _without_predicate(tokens: Sequence[Token], clause: Range) -> Range:
    """A clause of names up to what is said of them: 内设科室和下属单位|没有变化,分别为6个和2个."""
    first, last = clause
    for i in range(first + 1, last):
        if tokens[i].text in _UNCHANGED:
            return first, i - (i - first > 2 and tokens[i - 1].kind == "V")  # 下属单位|设置没有变化
    return clause


_OPENS_LIST = frozenset(("其中", "从", "按", "由", "对照", "我", "局", "我局"))


def _of_one_unit(tokens: Sequence[Token], run: Sequence[int]) -> bool:
    """Whether all count things of one kind; of rates and amounts it is not plain what is shared."""
    units = {m.quantity.unit for i in run if (m := tokens[i].mention) is not None}
    return len(units) == 1 and not units & {"%", "元", "分"}


def _parallel(text: str, tokens: Sequence[Token], at: int, known: Sequence[Known], out: list[Candidate]) -> bool:
    """常委会会议、主席会议分别召开5次、15次: the second name for the second count. Whether it can be no other, where 分别 is
    left out (市人大代表建议、市政协提案19件和21件)."""
    run, place = parallel(tokens, at)
    if len(run) < 2:
        return False
    begin, end, _ = left_region(tokens, run[0])
    shares = [i for i in range(begin, end) if tokens[i].text.startswith(("分别", "依次"))]
    source: Range | None = None
    mention = tokens[at].mention
    marks = mention is not None and mention.quantity.unit == "分"  # 投入、过程、产出、效果分别得14分、27分、32分、19分
    if shares and shares[-1] > begin:
        source = (begin, shares[-1])
    elif shares:
        clauses = earlier_clauses(tokens, begin, 1)
        if clauses and all(t.kind != "#" for t in tokens[clauses[0][1] : begin]):
            source = _without_predicate(tokens, clauses[0])
    elif len(run) == 2 and tokens[run[-1] - 1].text in ("和", "及") and _of_one_unit(tokens, run):
        source = (begin, end)  # 办理市人大代表建议、市政协提案19件和21件
    if source is not None:
        parts = conjuncts(tokens, *source)
        if len(parts) == len(run) or (shares and len(parts) > len(run)):
            first, last = parts[len(parts) - len(run) + place]
            _ending(text, tokens, "D", 0, last, range(first, last), out)
            if marks and not out:  # 投入 is a verb elsewhere
                while first < last - 1 and (
                    tokens[first].kind in ("PR", "TIME", "BODY") or tokens[first].text in _OPENS_LIST
                ):
                    first += 1
                out.append(Candidate("D", 0, first, last, text[tokens[first].start : tokens[last - 1].end]))
    # 件数、人数同比分别下降5%、3%: known holds the `place` counts of this list already linked, and before them the other list
    if shares and not any(c.where == "D" for c in out) and len(known) >= len(run) + place:
        out.append(Candidate("H", len(run) - 1, -1, -1, known[-len(run)].item))
    return bool(out) and (not shares or (marks and out[0].where == "D"))
