"""What else qualifies a count: its scope, the direction of a change, the denominator of a share, its period, its total."""

from __future__ import annotations

import re
from collections.abc import Sequence

from textperf.extract.features import unit_class
from textperf.extract.mention import Mention
from textperf.extract.tokens import Token
from textperf.model import Direction, Scope, Status
from textperf.rules.lexicon import verb_classes

_EACH = re.compile(r"(?:每[人户月年天日季半个名位座点校镇村份场次件册]|按每|各(?:补|配|得|有)?$)")
_AVERAGE = re.compile(r"(?:[人户日月年村场件次镇校]均|平均)")
_CUMULATIVE = re.compile(r"累计|以来|总计达")
_PART = re.compile(r"其中|包括|分别为|构成")
_SHARE = re.compile(
    r"(?:占|占到|完成|为|相当于|达到|是)(?P<of>[^,;:。、]{2,24}?)的(?:比[例重]|份额)?(?:仅|约|近|超过|不足|不到|达|为)*$"
)
_UP = re.compile(r"增|升|提|扩|多|高|涨|长|加")
_DOWN = re.compile(r"减|降|缩|少|低|落|滑|压|窄|节")
_YEAR = re.compile(r"(20\d\d)年")
_LAST_YEAR = re.compile(r"上一?年|去年|上年度")
# How far back is looked in a sentence without an end: characters, and counts.
_FAR, _MANY = 1_000, 200


def scope_of(folded: str, clause_start: int, start: int, bracketed: bool) -> Scope:
    """The scope that the words before a number give it.

    >>> scope_of("人均办案80件", 0, 4, False), scope_of("累计上线42项", 0, 4, False), scope_of("立案8件", 0, 2, False)
    ('average', 'cumulative', 'whole')
    """
    left = folded[clause_start:start]
    if _AVERAGE.search(left):
        return "average"
    if _EACH.search(left):
        return "each"
    if _CUMULATIVE.search(left):
        return "cumulative"
    if bracketed or _PART.search(left):
        return "part"
    return "whole"


def direction_of(status: Status, action: str | None, folded: str, clause_start: int, start: int) -> Direction | None:
    """Up or down, for changes: from the verb, else from the words before the number.

    >>> direction_of("change", "下降", "同比下降5%", 0, 4), direction_of("actual", "增至", "增至6项", 0, 2)
    ('down', None)
    """
    if status != "change":
        return None
    classes = verb_classes().get(action or "", ())
    up, down = "up" in classes, "down" in classes
    if up != down:
        return "up" if up else "down"
    left = folded[clause_start:start]
    ups, downs = [m.start() for m in _UP.finditer(left)], [m.start() for m in _DOWN.finditer(left)]
    if not ups and not downs:
        return None
    return "up" if max(ups, default=-1) > max(downs, default=-1) else "down"


def denominator(folded: str, clause_start: int, start: int, unit: str) -> str | None:
    """What a share is a share of: 占年初预算的26%, 完成年度目标的104%.

    >>> denominator("占建议总数的62.71%", 0, 6, "%")
    '建议总数'
    """
    if unit not in ("%", ""):
        return None
    hit = _SHARE.search(folded, clause_start, start)
    return hit["of"].strip() if hit else None


def period_of(folded: str, sentence_start: int, start: int, status: Status, fiscal_year: int | None) -> str | None:
    """The year that is named last before a number in its sentence; for a prior value, 上年 counts from the fiscal year.

    >>> period_of("与2020年度的8件相比", 0, 7, "prior", 2021), period_of("比上年的8件", 0, 4, "prior", 2021)
    ('2020', '2020')
    """
    left = folded[max(sentence_start, start - _FAR) : start]
    years = _YEAR.findall(left)
    if status == "prior" and _LAST_YEAR.search(left[-12:]):
        return str(fiscal_year - 1) if fiscal_year else None
    if years and (status == "prior" or "年底前" not in left):
        return str(years[-1])
    return None


def total_of(
    tokens: Sequence[Token],
    region: tuple[int, int, str],
    mentions: Sequence[Mention],
    index: int,
    totals: dict[int, int],
) -> int | None:
    """The index (among ``mentions``) of the total that the count with the left ``region`` is a part of, or None.

    A part stands behind 其中 or in brackets behind its total; the parts that follow it have the same total. ``totals``
    maps the indices of the parts found so far to those of their totals.
    """
    first, last, edge = region
    unit = unit_class(mentions[index].quantity.unit)
    opens = (
        "其中" in [t.text for t in tokens[first:last]]
        or edge == "("
        or (edge == ":" and first >= 2 and tokens[first - 2].text == "其中")
    )
    if opens:
        for earlier in range(index - 1, max(-1, index - 1 - _MANY), -1):
            if earlier not in totals and unit_class(mentions[earlier].quantity.unit) == unit:
                return earlier
        return None
    if index - 1 in totals and edge in ("、", "#", ",", ";"):
        before = totals[index - 1]
        between = tokens[first - 1].kind if first else ""
        if unit_class(mentions[index - 1].quantity.unit) == unit and (between == "#" or edge != ";"):
            same_list = edge == "#" and tokens[first].kind == "、" if first < last else edge == "#"
            return before if same_list else None
    return None
