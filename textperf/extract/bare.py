"""Counts without a printed unit: 46万群众, 1.08万亿, 600/年, a rate of 0, ratios (2.81缩小至2.46, 1/9), shared units.

A unit is only supplied where the noun says which; otherwise the number is left alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache

from textperf.extract.hedges import hedges
from textperf.extract.mention import Mention
from textperf.extract.nonfacts import Quoted, cues
from textperf.extract.units import GAP, units
from textperf.model import Quantity
from textperf.text.numerals import ARABIC, MAGNITUDES, Number, exact, parse_arabic, parse_share

_STOP = r"(?=[ ]*(?:[,。;、()\n|]|$))"
_RATIO_STOP = r"(?=[ ]*(?:[,。;、()\n|]|左右|以内|以上|以下|$))"
_ZERO_UNITS = {"事故": "起", "火灾": "起", "案件": "件", "投诉": "件", "死亡": "人", "伤亡": "人"}
_MONEY_HINT = re.compile(r"(?:标准|补助|补贴|救助|费|工资|元|收入|奖励|津贴)[^。;\n]{0,8}$")
_RATIO_NAME = r"(?:比|比值|比例|系数|指数|倍差|之比)"
_LISTED = re.compile(rf"(?<![\d.、第])(?<!\d[.,·])(?P<list>(?:{ARABIC}、)+)$")
_SHARE_OF = re.compile(r"(?:占|比重|份额|稳定在|达到)[^,。;\n]{0,12}$")
_MORE = re.compile(rf"{ARABIC}(?:万亿|亿|万)(?=[、和])")
_DISTRIBUTES = re.compile(r"(?:分别|各|依次)[^。;\n]{0,24}$")


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    g = GAP
    return re.compile(
        rf"""
        (?<![\dA-Za-z_])(?<!\d[.,·/:])(?P<mag>(?P<n>(?>{ARABIC})){g}[余多]?{g}(?P<m>万亿|亿|万){g}[余多]?)(?!{g}{units().pattern})(?![余多\d]|{g}/)
      | (?<![\dA-Za-z_/])(?<!\d[.,·:])(?P<rate>(?P<rn>{ARABIC})/(?P<per>年|月|人|天|日|户|亩|学期|学年))(?![\d/])
      | 率(?:均|仅|已)?(?:为|是|达|保持|保持在|降至|降为)?{g}(?P<zero>0|零){_STOP}
      | (?P<what>事故|火灾|案件|投诉|死亡|伤亡)(?:发生|发生数|起数|数量|数|人数)?(?:均)?(?:为|是|保持)?{g}(?P<none>0|零){_STOP}
      | [由从]{g}(?P<r1>\d+\.\d+(?::1)?)(?![\d:/]){g}[\u4e00-\u9fff]{{1,3}}(?:至|到|为){g}(?P<r2>\d+(?:\.\d+)?(?::1)?)(?![\d.:/年月日]|{g}(?:{units().pattern}|[万亿]))
      | {_RATIO_NAME}(?:约|仅|已)?(?:为|是|达|达到|降至|缩小至|缩小到|收窄至|收窄到|提高到|提高至|控制在|保持在|突破|降到|提升至){g}(?P<ratio>\d{{1,4}}(?:\.\d+)?(?:[/:]\d{{1,4}}(?:\.\d+)?)?){_RATIO_STOP}
      | (?<![\d/年月.])(?P<part>[1-9]/[1-9]\d?)(?![\d/]|[日号])
        """,
        re.X,
    )


def find_bare(text: str, start: int, stop: int, mentions: Sequence[Mention], quotes: Quoted) -> list[Mention]:
    """``mentions`` with those merged in that have no unit of their own, in order.

    >>> [(m.quantity.value, m.quantity.unit) for m in find_bare("搬迁让46万群众受益,登记差错率为0,", 0, 19, [], Quoted((), ()))]
    [(460000, '人'), (0, '%')]
    """
    found = [m for hit in _pattern().finditer(text, start, stop) for m in _read(text, hit, start, mentions)]
    shared = [
        m
        for mention in mentions
        if text[mention.start - 1 : mention.start] == "、"
        for m in _shared(text, mention, start)
    ]
    taken = {at for mention in mentions for at in (mention.start, mention.end - 1)}
    extra = [m for m in found if m.start not in taken and m.end - 1 not in taken and not quotes.around(m.start)]
    if not extra and not shared:
        return list(mentions)
    return sorted([*mentions, *extra, *shared], key=lambda m: m.start)


def _list_unit(text: str, end: int, mentions: Sequence[Mention]) -> str | None:
    """The unit that a bare magnitude shares with the next member of its list: 1409万、1305万人次."""
    if text[end : end + 1] not in ("、", "和"):
        return None
    at = bisect_left(mentions, end + 1, key=lambda m: m.start)
    if at < len(mentions) and mentions[at].start == end + 1:
        return mentions[at].quantity.unit
    more = _MORE.match(text, end + 1)
    return _list_unit(text, more.end(), mentions) if more else None


def _read(text: str, hit: re.Match[str], floor: int, mentions: Sequence[Mention]) -> Iterator[Mention]:
    if hit["mag"]:
        value, unit = parse_arabic(hit["n"]), _list_unit(text, hit.end("mag"), mentions)
        unit = unit or _noun_unit(text, hit.start("mag"), hit.end("mag"), floor)
        if value is not None and unit:
            blurred = "余" in hit["mag"] or "多" in hit["mag"]
            end = hit.start("mag") + len(hit["mag"].rstrip())
            yield _mention(text, hit.start("mag"), end, exact(value * MAGNITUDES[hit["m"]]), unit, floor, blurred)
    elif hit["rate"]:
        value = parse_arabic(hit["rn"])
        money = _MONEY_HINT.search(text, max(floor, hit.start() - 16), hit.start()) or text.startswith(
            "标准", hit.end()
        )
        if value is not None and money:
            yield _mention(text, hit.start("rate"), hit.end("rate"), exact(value), f"元/{hit['per']}", floor)
    elif hit["zero"]:
        yield _mention(text, hit.start("zero"), hit.end("zero"), 0, "%", floor)
    elif hit["none"]:
        yield _mention(text, hit.start("none"), hit.end("none"), 0, _ZERO_UNITS[hit["what"]], floor)
    elif hit["r1"]:
        for group in ("r1", "r2"):
            ratio = _ratio(hit[group]) if "." in hit[group] or ":" in hit[group] else float(hit[group])
            if ratio is not None:
                yield _mention(text, hit.start(group), hit.end(group), ratio, "", floor)
    elif hit["ratio"]:
        ratio = _ratio(hit["ratio"])
        if ratio is not None:
            yield _mention(text, hit.start("ratio"), hit.end("ratio"), ratio, "", floor)
    else:
        yield from _part(text, hit, floor)


def _part(text: str, hit: re.Match[str], floor: int) -> Iterator[Mention]:
    """1/3 as a share: only beside words that make it one (占1/4, 1/3以上的)."""
    start, end = hit.span("part")
    left, right = hedges().left(text, start, floor), hedges().right(text, end)
    if (
        left
        or right
        or text[start - 1 : start] == "占"
        or text[end : end + 1] == "的"
        or _SHARE_OF.search(text, max(floor, start - 16), start)
    ):
        share = parse_share(hit["part"])
        if share is not None and share < 100:
            yield _mention(text, start, end, share, "%", floor)


def _ratio(printed: str) -> Number | None:
    """The value of a ratio: 2.35 as it stands, 1/9 and 24:1 divided, to six decimals."""
    above, _, below = printed.replace(":", "/").partition("/")
    top, base = parse_arabic(above), parse_arabic(below or "1")
    if top is None or not base or (not below and "." not in above):
        return None
    return exact(round(top / base, 6))


def _noun_unit(text: str, start: int, end: int, floor: int) -> str | None:
    """The unit that the noun behind or before a bare magnitude asks for: 46万群众 人, 产值1.08万亿 元."""
    words = cues()
    for at in range(end, min(end + 10, len(text))):
        if text[at] in ",。;:、\n()" or not (text[at].isdigit() or "\u4e00" <= text[at] <= "\u9fff"):
            break
        for cue, unit in (("people-nouns", "人"), ("household-nouns", "户"), ("money-nouns", "元")):
            if words.begins(cue, text, at):
                return unit
    before = start
    while before > max(floor, start - 14) and text[before - 1] not in ",。;:、\n()":
        before -= 1
    clause = text[before:start]
    for ending, unit in (("人次", "人次"), ("客运量", "人次"), ("客流量", "人次"), ("人数", "人")):
        if ending in clause[-8:]:
            return unit
    if any(word in clause for word in words.words["money-nouns"]):
        return "元"
    if any(word in clause for word in words.words["people-nouns"]) or clause.endswith("人数"):
        return "人"
    return None


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
    for part in found["list"].rstrip("、").split("、"):
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
