"""Counts without a printed unit: 46万群众, 1.08万亿, 600/年, a rate of 0, ratios (2.81缩小至2.46, 1/9), shared units.

A unit is only supplied where the noun says which; otherwise the number is left alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from textperf.extract.hedges import hedges
from textperf.extract.mention import Mention
from textperf.extract.nonfacts import Quoted, cues
from textperf.extract.pattern import SPACED
from textperf.extract.units import GAP, units
from textperf.model import Quantity
from textperf.text.numerals import ARABIC, MAGNITUDES, Number, exact, parse_arabic, parse_share

_ZERO_UNITS = {"率": "%", "事故": "起", "火灾": "起", "案件": "件", "投诉": "件", "死亡": "人", "伤亡": "人"}
# What may stand between a noun and its zero: 率为0, 事故发生数为零
_ZERO_HEAD = re.compile(
    rf"(?P<what>{'|'.join(_ZERO_UNITS)})(?:发生数?|起数|数量|数|人数)?(?:均|仅|已)?(?:为|是|达|保持|保持在|降至|降为)?{GAP}$"
)
_FROM_LEVEL = re.compile(r"\d(?P<unit>%|[件起人个户例家处次])[^,。;\d]{0,3}(?:降|减|压|清)减?(?:为|至|到)$")
_STOP = re.compile(r"[ ]*(?:[,。;、()\n|]|$)")
_RATIO_HEAD = re.compile(
    r"(?:比|比值|比例|系数|指数|倍差|之比)(?:约|仅|已)?(?:为|是|达|达到|降至|降到|缩小至|缩小到|收窄至|收窄到|提高到|提高至|提升至|控制在|保持在|突破)$"
    r"|(?:综合指数|总指数|指数均值|PQI均值|PQI|PCI|MQI)$"
)
# 增长13.95。: the sign was lost with the font; nothing else is written so
_LOST_PERCENT = re.compile(r"(?:增长|下降|上升|同比|占比|占|率|率为|率达|率达到)$")
_RATIO_NOUN = re.compile(r"(?:比|比例|之比)(?:提高|降低|缩小|扩大|达|保持在|为|是)?(?:至|到)?$")
_MONEY_HINT = re.compile(r"(?:标准|补助|补贴|救助|费|工资|元|收入|奖励|津贴)[^。;\n]{0,8}$")
_SHARE_OF = re.compile(
    r"(?:(?:占|比重|份额|稳定在|达到)[^,。;\n]{0,12}|减少|精简|增长|下降|提高|缩短|压减|压缩|增加|降低)$"
)
_LISTED = re.compile(rf"(?<![\d.、第A-Za-z])(?<!\d[.,·])(?P<list>(?:{ARABIC}[、和])+)$")
_DISTRIBUTES = re.compile(r"(?:分别|各|依次)[^。;\n]{0,24}$")
_OF_CLASS = re.compile(r"(?:及)?(?:以上|以下)[\u4e00-\u9fff]")  # 20万以上人口县
_GROWTH = re.compile(r"[,、][^,。;、\n]{0,8}(?:净增|增加|增长|减少|下降|多|少)了?$")
_MORE = re.compile(rf"{ARABIC}(?:万亿|亿|万)(?=[、和])")
_CURRENCY = {"￥": "元", "¥": "元", "$": "美元"}
_PERSONS = (("people-nouns", "人"), ("household-nouns", "户"), ("money-nouns", "元"))
_BY_ENDING = (("人次", "人次"), ("客运量", "人次"), ("客流量", "人次"), ("人数", "人"))


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    g, unit = GAP, units().pattern
    return re.compile(
        rf"""
        (?<![\dA-Za-z_])(?<!\d[.,·/:])
        (?: (?P<mag>(?P<n>(?>{SPACED}|(?!(?<=\d[ ])\d(?!\d)){ARABIC})){g}[余多]?{g}(?P<m>万亿|亿|万)(?:{g}[余多])?)(?!{g}{unit})(?![余多\d]|{g}/)
          | (?P<rate>(?P<rn>{ARABIC})/(?P<per>年|月|人|天|日|户|亩|学期|学年|10万))(?![\d/])
          | (?P<r1>(?:\d+\.\d+(?:[:∶]1)?|1[:∶]\d+(?:\.\d+)?))(?![\d:∶/]){g}[\u4e00-\u9fff]{{1,3}}(?:至|到|为){g}(?P<r2>(?:1[:∶])?\d+(?:\.\d+)?(?:[:∶]1)?)(?![\d.:∶/年月日]|{g}(?:{unit}|[万亿]))
          | (?P<ratio>\d{{1,4}}(?:\.\d+)?(?:[/:∶]\d{{1,4}}(?:\.\d+)?)?)(?![\d.:∶/])
          | (?P<none>零)
        )
        """,
        re.X,
    )


def find_bare(
    text: str, places: Sequence[int], mentions: Sequence[Mention], quotes: Quoted, floor: int = 0
) -> list[Mention]:
    """``mentions`` with those merged in that have no unit of their own, in order.

    ``places`` are where numbers begin that make no mention yet.

    >>> [(m.quantity.value, m.quantity.unit) for m in find_bare("搬迁让46万群众受益,差错率为0,", [3, 15], [], Quoted((), ()))]
    [(460000, '人'), (0, '%')]
    """
    extra: list[Mention] = []
    for place in places:
        hit = _pattern().match(text, place)
        if (
            hit
            and not (extra and extra[-1].end > place)
            and not quotes.around(place)
            and text[place - 1 : place] != "每"
        ):
            extra += _read(text, hit, floor, mentions, extra[-1] if extra else None)
    for mention in mentions:
        if text[mention.start - 1 : mention.start] in ("、", "和"):
            extra += _shared(text, mention, floor)
    return sorted([*mentions, *extra], key=lambda m: m.start) if extra else list(mentions)


def _read(
    text: str, hit: re.Match[str], floor: int, mentions: Sequence[Mention], last: Mention | None
) -> Iterator[Mention]:
    start = hit.start()
    if hit["mag"]:
        value, unit = parse_arabic(hit["n"].replace(" ", "")), _list_unit(text, hit.end("mag"), mentions)
        unit = unit or _noun_unit(text, start, hit.end("mag"), floor) or _change_unit(text, start, last)
        if not unit and last and last.rule == "bare" and text[last.end : start] in ("、", "和"):
            unit = last.quantity.unit  # 粉丝数分别达到21.4万、36.8万和58万
        if value is not None and unit and not _OF_CLASS.match(text, hit.end("mag")):
            blurred = "余" in hit["mag"] or "多" in hit["mag"]
            yield _mention(text, start, hit.end("mag"), exact(value * MAGNITUDES[hit["m"]]), unit, floor, blurred)
    elif hit["rate"] and hit["per"] == "10万":
        value = parse_arabic(hit["rn"])
        if value is not None:  # 孕产妇死亡率6.9/10万
            yield _mention(text, start, hit.end("rate"), exact(value), "/10万", floor)
    elif hit["rate"]:
        value = parse_arabic(hit["rn"])
        money = _MONEY_HINT.search(text, max(floor, start - 16), start) or text.startswith("标准", hit.end())
        if value is not None and money:
            yield _mention(text, start, hit.end("rate"), exact(value), f"元/{hit['per']}", floor)
    elif hit["r1"]:
        first, second = _ratio(hit["r1"], whole=True), _ratio(hit["r2"], whole=True)
        if text[start - 1 : start] in ("由", "从") and first is not None and second is not None:
            yield _mention(text, *hit.span("r1"), first, "", floor)
            yield _mention(text, *hit.span("r2"), second, "", floor)
    else:
        yield from _single(text, hit, floor)


def _single(text: str, hit: re.Match[str], floor: int) -> Iterator[Mention]:
    """A lone number: a zero (差错率为0), a ratio (收入比降至2.35, 企业比为1/9), or a fraction as a share (占1/4)."""
    start, end = hit.span()
    if text[start - 1 : start] in _CURRENCY and parse_arabic(hit[0]) is not None:
        value = parse_arabic(hit[0])
        yield replace(
            _mention(text, start, end, exact(value or Decimal(0)), _CURRENCY[text[start - 1]], floor), start=start - 1
        )
        return
    if hit[0] in ("0", "零"):
        head = _ZERO_HEAD.search(text, max(floor, start - 12), start)
        from_level = _FROM_LEVEL.search(text, max(floor, start - 12), start)
        if head and _STOP.match(text, end):
            yield _mention(text, start, end, 0, _ZERO_UNITS[head["what"]], floor)
        elif from_level and _STOP.match(text, end):  # 由31.6%降为0
            yield _mention(text, start, end, 0, from_level["unit"], floor)
        return
    if hit["none"]:
        return
    if (
        "." in hit[0]
        and ":" not in hit[0]
        and _LOST_PERCENT.search(text, max(floor, start - 8), start)
        and _STOP.match(text, end)
    ):
        yield _mention(text, start, end, exact(parse_arabic(hit[0]) or Decimal(0)), "%", floor, rule="lost-percent")
        return
    left, right = hedges().left(text, start, floor), hedges().right(text, end)
    if (
        (":" in hit[0] or "∶" in hit[0])
        and not left
        and _RATIO_NOUN.search(text, max(floor, start - 4), start)
        and _STOP.match(text, end)
    ):
        yield _mention(text, start, end, _ratio(hit[0]) or 0, "", floor)  # 师生比1:15.2
    elif _RATIO_HEAD.search(text, max(floor, start - 10), left[1] if left else start) and (
        right or _STOP.match(text, end)
    ):
        ratio = _ratio(hit["ratio"])
        if ratio is not None:
            yield _mention(text, start, end, ratio, "", floor)
    elif "/" in hit[0] and "." not in hit[0]:
        share = parse_share(hit[0])
        beside = left or right or text[start - 1 : start] == "占" or text[end : end + 1] == "的"
        if share is not None and 0 < share < 100 and (beside or _SHARE_OF.search(text, max(floor, start - 16), start)):
            yield _mention(text, start, end, share, "%", floor)


def _ratio(printed: str, whole: bool = False) -> Number | None:
    """The value of a ratio: 2.35 as it stands, 1/9 and 24:1 divided, to six decimals. ``whole``: 3 is one too."""
    above, _, below = printed.replace(":", "/").replace("∶", "/").partition("/")
    top, base = parse_arabic(above), parse_arabic(below or "1")
    if top is None or not base or not (below or whole or "." in above):
        return None
    return exact(round(top / base, 6))


def _list_unit(text: str, end: int, mentions: Sequence[Mention]) -> str | None:
    """The unit that a bare magnitude shares with the next member of its list: 1409万、1305万人次."""
    for _ in range(8):
        if text[end : end + 1] not in ("、", "和"):
            return None
        at = bisect_left(mentions, end + 1, key=lambda m: m.start)
        if at < len(mentions) and mentions[at].start == end + 1:
            return mentions[at].quantity.unit
        more = _MORE.match(text, end + 1)
        if not more:
            return None
        end = more.end()
    return None


def _change_unit(text: str, start: int, last: Mention | None) -> str | None:
    """The unit of what a bare magnitude says the growth of: 粉丝数增至3.2万,比上年净增0.8万."""
    if last and start - last.end < 16 and _GROWTH.match(text[last.end : start]):
        return last.quantity.unit
    return None


def _noun_unit(text: str, start: int, end: int, floor: int) -> str | None:
    """The unit that the noun behind or before a bare magnitude asks for: 46万群众 人, 产值1.08万亿 元."""
    words = cues()
    for at in range(end, min(end + 10, len(text))):
        if not (text[at].isdigit() or "\u4e00" <= text[at] <= "\u9fff" or text[at] == "\n"):
            break
        for cue, unit in _PERSONS:
            if words.begins(cue, text, at):
                return unit
    before = start
    while before > max(floor, start - 14) and text[before - 1] not in ",。;:、\n()":
        before -= 1
    clause = text[before:start]
    for ending, unit in _BY_ENDING:
        if ending in clause[-8:]:
            return unit
    if any(word in clause for word in words.words["money-nouns"]):
        return "元"
    return "人" if any(word in clause for word in words.words["people-nouns"]) else None


def _shared(text: str, mention: Mention, floor: int) -> Iterator[Mention]:
    """Numbers of a list that leave their unit to its last member: 分别提高1.2、3.5个百分点."""
    found = _LISTED.search(text, max(floor, mention.start - 60), mention.start)
    if not found or not _DISTRIBUTES.search(text, max(floor, found.start() - 30), found.start()):
        return
    last = re.match(ARABIC, text[mention.start : mention.end])
    own = parse_arabic(last[0]) if last else None
    if not own:
        return
    step = round(mention.quantity.value / float(own))
    if abs(float(own) * step - mention.quantity.value) > 1e-6 * max(1.0, abs(mention.quantity.value)):
        return
    at = found.start("list")
    for part in re.split("[、和]", found["list"][:-1]):
        value = parse_arabic(part)
        if value is not None:
            yield _mention(
                text, at, at + len(part), exact(value * step), mention.quantity.unit, floor, rule="shared-unit"
            )
        at += len(part) + 1


def _mention(
    text: str, start: int, end: int, value: Number, unit: str, floor: int, approx: bool = False, rule: str = "bare"
) -> Mention:
    left, right = hedges().left(text, start, floor), hedges().right(text, end)
    bound = (right[0].bound if right else None) or (left[0].bound if left else None)
    blurred = approx or bool(left and left[0].approx) or bool(right and right[0].approx)
    quantity = Quantity(value, unit, None, blurred, bound)
    return Mention(start, end, quantity, left[1] if left else start, right[1] if right else end, rule)
