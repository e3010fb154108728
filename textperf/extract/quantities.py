"""Every number of a text that is a count: exact quote span, value, base unit, range and hedges.

One compiled pattern over the folded text finds numbers with units; each hit is then judged by what stands beside it.
Dates, ordinals, names, document numbers, thresholds and durations are not returned. Pure; linear in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from textperf.extract import nonfacts
from textperf.extract.bare import find_bare
from textperf.extract.hedges import Hedge, hedges
from textperf.extract.mention import Mention
from textperf.extract.nonfacts import cues
from textperf.extract.pattern import MAGNITUDE, number_runs, quantity_pattern
from textperf.extract.spoken import half_counts, numeral_counts
from textperf.extract.units import GAP, Unit, units
from textperf.extract.vague import read_numeral
from textperf.model import Bound, Quantity
from textperf.text.numerals import ARABIC, HAN, MAGNITUDES, exact, parse_arabic, parse_money, parse_share

__all__ = ["Mention", "find_mentions"]

_PERCENT = Unit("%", "%", "share")
_STOPS = frozenset("。;\n")
# The lower end of a range, read backwards from the upper: 10—12场, 3.5—4亿元, 5%—8%, 800至1,000元
_LOWER = re.compile(
    rf"(?<![\dA-Za-z])(?<!\d[.,·/:-])(?P<n>{ARABIC}){GAP}(?P<mag>{MAGNITUDE})?{GAP}(?P<unit>[^\d\s,。;:、()—–~-]{{0,5}}?)"
    rf"{GAP}(?:\(含\))?(?P<dash>—{{1,2}}|–|-{{1,2}}|~|至|到){GAP}$"
)
_HAN_LOWER = re.compile(rf"(?<![{HAN}第])(?P<n>[一二两三四五六七八九十百千万亿]{{1,8}}){GAP}(?:—{{1,2}}|至|到){GAP}$")
_JOINED = re.compile(rf"(?<![\d.])(?P<n>{ARABIC})(?P<mag>亿|万|千){GAP}$")
_COINS = re.compile(r"(?P<jiao>[\d一二两三四五六七八九])[角毛](?:(?P<fen>[\d一二两三四五六七八九])分)?")
_PER_MONTH = re.compile(r"每[人名][·每、,]?月[\u4e00-\u9fff]{0,4}$")
_LEVEL = re.compile(
    r"(?:提高|提升|上调|增加|调整|提标|增长|提|降低|下调|调增|涨|上涨|增)(?:到|至|为)(?:每[人名]每?月)?$"
)
_PAYING = re.compile(r"(?:收|花|付|补|发|每[人份月天]|价|费|工资|卖|元|钱)[\u4e00-\u9fff]{0,3}$")
_CODE = re.compile(r"[\dA-Za-z]-$")  # 2026-02-11, COVID-19: what follows is no number of things
_HAN_CHAR = re.compile(r"[\u4e00-\u9fff]")
_TIMES = frozenset(["年", "月", "日", "天", "周", "季", "小时", "季度", "学年", "学期"])
_TARGET_SLOGAN = re.compile(r"\d+(?:%|[万亿](?!元))")
_AT_MARKER = re.compile(r"(?:^|[\n。;:(])[ ]*$")
# Bounds before a verb (至少宣讲1次) and before the whole of a share (不足预算8万元的七成, 约为上年的3.1倍)
_FAR = re.compile(r"(至少|(?:最少|最多|至多)(?![的达为有]))[\u4e00-\u9fff“”]{1,8}$")
_FAR_BOUND: dict[str, Bound] = {"至少": "ge", "最少": "ge", "最多": "le", "至多": "le"}
_WHOLE = re.compile(
    r"(?P<word>不足|不到|超过|突破|(?<![节签集预合履公违解])约(?:为|占|是|相当于)?|近|不超过|不低于)(?![\d])[\u4e00-\u9fff“”]{1,10}"
    r"(?:\d[\d,.]*[万亿]?[\u4e00-\u9fff]{1,3})?的$"
)
_WHOLE_GIVES: dict[str, tuple[bool, Bound | None]] = {
    "不足": (False, "lt"), "不到": (False, "lt"), "超过": (False, "gt"), "突破": (False, "gt"), "近": (True, "lt"),
    "不超过": (False, "le"), "不低于": (False, "ge"),
}  # fmt: skip


def find_mentions(folded: str, start: int = 0, end: int | None = None) -> tuple[Mention, ...]:
    """The counts of ``folded[start:end]`` in order. Offsets are code points into ``folded`` (see ``text.fold``).

    >>> [(m.quantity.value, m.quantity.unit) for m in find_mentions("开展5次9天的培训,800余人次参加,支出2.4万元")]
    [(5, '次'), (9, '天'), (800, '人次'), (24000, '元')]
    >>> find_mentions("2023年第3次会议,位居全省前5名")
    ()
    """
    stop = len(folded) if end is None else end
    reader = _Reader(folded, start, stop)
    pattern, loose, done = quantity_pattern(), [], start
    for run in number_runs().finditer(folded, start, stop):
        if run.start() < done:
            continue
        found = pattern.match(folded, run.start(), stop)
        if found:
            reader.take(found)
            done = max(found.end(), reader.out[-1].end) if reader.out else found.end()
        else:
            loose.append(run.start())
    return tuple(find_bare(folded, loose, reader.out, reader.quotes, start))


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as read so far: where its quote begins and ends, value and upper end, and how it was written."""

    start: int
    end: int
    value: Decimal
    high: Decimal | None = None
    approx: bool = False
    rule: str = "number"


class _Reader:
    """Judges the hits of one text from left to right; ``out`` holds the mentions so far."""

    def __init__(self, text: str, start: int, stop: int) -> None:
        self.text, self.floor = text, start
        self.out: list[Mention] = []
        self.quotes = nonfacts.quoted(text, start, stop)
        self.cues, self.hedges, self.units = cues(), hedges(), units()

    def take(self, found: re.Match[str]) -> None:
        """Append the mention that a hit makes, if it makes one."""
        if found["fr"]:
            unit, number = _PERCENT, self._share(found)
        else:
            unit = self.units.by_form["".join(found["unit"].split())]
            if "\n" in found[0] and nonfacts.breaks_line(self.text, found.start(), found.start("unit")):
                return
            number = self._arabic(found, unit) if found["ar"] else self._numeral(found)
        if number is None:
            return
        if unit.form == "块" and _PAYING.search(self.text, max(self.floor, number.start - 12), number.start):
            unit = self.units.by_form["块钱"]
        number = self._finish(number, unit)
        left = self.hedges.left(self.text, number.start, self.floor)
        right = self.hedges.right(self.text, number.end)
        hedged = bool(left or right or number.approx)
        if self._is_nonfact(number, unit, left, hedged):
            return
        if number.rule == "numeral" and not numeral_counts(
            self.text,
            number.start,
            number.end,
            found["hn"],
            unit,
            bool(found["alt"]),
            hedged,
            self.cues,
            left[1] if left else number.start,
        ):
            return
        if found["fr"] in ("一半", "半数") and not half_counts(self.text, number.start, number.end, hedged):
            return
        approx, bound = number.approx, None
        outer_start, outer_end = number.start, number.end
        if left:
            approx, bound, outer_start = approx or left[0].approx, left[0].bound, left[1]
        if right:
            approx, bound, outer_end = approx or right[0].approx, right[0].bound or bound, right[1]
        if bound is None and not approx:
            approx, bound = self._far_hedge(number.start, unit)
        while self.out and self.out[-1].end > number.start:  # the lower end of a range was read as a mention of its own
            self.out.pop()
        high = None if number.high is None else exact(number.high)
        quantity = Quantity(exact(number.value), unit.base + self._per(found, number.start, unit), high, approx, bound)
        if unit.base == "百分点":
            self._name_points(number.start)
        self.out.append(Mention(number.start, number.end, quantity, outer_start, outer_end, number.rule))

    def _name_points(self, at: int) -> None:
        """快2.6个、4.1个和0.5个百分点: the members of the list before are percentage points too."""
        for i in range(len(self.out) - 1, max(-1, len(self.out) - 9), -1):
            m = self.out[i]
            if m.quantity.unit != "个" or self.text[m.end : at].strip(" \r\n") not in ("、", "和", ",", "及"):
                return
            self.out[i] = replace(m, quantity=replace(m.quantity, unit="百分点"))
            at = m.start

    # -- reading ---------------------------------------------------------------------------------------------------

    def _share(self, found: re.Match[str]) -> _Number | None:
        value = parse_share(found["fr"])
        if value is None:
            return None
        return _Number(found.start(), found.end(), Decimal(str(value)), rule="share")

    def _numeral(self, found: re.Match[str]) -> _Number | None:
        start, digits, blur = found.start(), found["hn"], found["h3"] or found["h4"]
        size = read_numeral(digits, bool(blur) or self.hedges.left(self.text, start, self.floor) is not None)
        if size is None or (found["h3"] == "几" and digits[-1] not in "十百千万"):
            return None
        step = MAGNITUDES[found["hmag"]] if found["hmag"] else 1
        high = None if size.high is None else size.high * step
        if high is None and self.text[start - 1 : start] in ("—", "至", "到") and not blur:
            lower = _HAN_LOWER.search(self.text, max(self.floor, start - 12), start)
            low = read_numeral(lower["n"]) if lower else None
            if lower and low and low.high is None:
                shared = MAGNITUDES[digits[-1]] if digits[-1] in "万亿" and lower["n"][-1] not in "万亿" else 1
                if low.value * shared < size.value:
                    return _Number(
                        lower.start(), found.end(), low.value * shared * step, size.value * step, rule="numeral"
                    )
        return _Number(start, found.end(), size.value * step, high, size.approx or bool(blur), "numeral")

    def _arabic(self, found: re.Match[str], unit: Unit) -> _Number | None:
        text, start, end = self.text, found.start(), found.end()
        own = parse_arabic("".join(found["ar"].split()))
        before = text[start - 1 : start]
        if own is None or (before and before in "+×*xX"):
            return None
        if (unit.form == "度" and not found["mag"]) or (
            unit.form == "届" and not self.cues.ends("doing-verbs", text, start)
        ):
            return None
        step = MAGNITUDES[found["mag"]] if found["mag"] else 1
        if found["mag2"]:  # 3万多亿元
            step *= MAGNITUDES[found["mag2"]]
        number = _Number(start, end, own * step, None, bool(found["h1"] or found["h2"]))
        if before and before in " \r\n—–-~至到":
            ranged = self._range(number, step, unit)
            if ranged is not number:
                return ranged
            if before == "-" and unit.kind in ("share", "money") and self._signed(start):
                return replace(number, start=start - 1, value=-number.value)
        elif before and before in "亿万千":
            joined = _JOINED.search(text, max(self.floor, start - 20), start)
            more = parse_arabic(joined["n"]) if joined else None
            if joined and more is not None:
                return replace(number, start=joined.start(), value=number.value + more * MAGNITUDES[joined["mag"]])
        if unit.kind in ("discrete", "event") and "." in found["ar"] and not found["mag"]:
            return self._split_marker(number, found["ar"])
        return number

    def _range(self, number: _Number, step: int, unit: Unit) -> _Number | None:
        """The range that ``number`` ends, ``number`` itself where it ends none, or None where it is a name (A-12-3个)."""
        text = self.text
        lower = _LOWER.search(text, max(self.floor, number.start - 30), number.start)
        if not lower:
            return None if _CODE.search(text, max(self.floor, number.start - 6), number.start) else number
        before = text[max(0, lower.start() - 1) : lower.start()]
        own_unit = lower["unit"]
        if own_unit and not "".join(text[number.start : number.end].split()).endswith(own_unit):
            return number
        if lower["dash"] in ("至", "到") and before in ("由", "从"):  # 从5个到8个: two states, not a range
            return number
        if before == "第":
            return None
        value = parse_arabic(lower["n"])
        if value is None:
            return number
        low_step = MAGNITUDES[lower["mag"]] if lower["mag"] else (1 if own_unit else step)
        if value * low_step >= number.value:
            return number if lower["dash"] in ("至", "到") or own_unit else None
        return replace(number, start=lower.start(), value=value * low_step, high=number.value, rule="range")

    def _signed(self, start: int) -> bool:
        return bool(re.match(r"[\u4e00-\u9fff:( ]", self.text[max(0, start - 2) : start - 1]))

    def _split_marker(self, number: _Number, digits: str) -> _Number:
        """A list marker glued to a count: ``1.5个村`` at the start of a line is the marker 1. and 5个."""
        head, _, tail = digits.partition(".")
        if len(head) <= 2 and tail[0] != "0" and _AT_MARKER.search(self.text, max(0, number.start - 3), number.start):
            return replace(number, start=number.start + len(head) + 1, value=Decimal(tail))
        return number

    def _finish(self, number: _Number, unit: Unit) -> _Number:
        """A sign before the number and what still belongs to it behind its unit: 负0.2千米, 五元三毛, 一吨半."""
        text, start, end = self.text, number.start, number.end
        following = text[end : end + 1]
        if unit.base == "元" and following and (following.isdigit() or following in HAN):
            coins = _COINS.match(text, end)
            if coins:
                cents = parse_money(coins[0])
                number = replace(number, end=coins.end(), value=number.value + Decimal(str(cents)))
        elif (
            following == "半"
            and number.rule == "numeral"
            and unit.kind == "measure"
            and not _HAN_CHAR.match(text, end + 1)
        ):
            number = replace(number, end=end + 1, value=number.value + Decimal("0.5"))
        before = text[start - 1 : start]
        if (
            before == "负"
            and unit.kind in ("share", "money", "measure")
            and not _HAN_CHAR.match(text[max(0, start - 2) : start - 1])
        ):
            return replace(number, start=start - 1, value=-number.value)  # 减负237亿元 and 税负5% are no signs
        if before == "下" and unit.form in ("℃", "摄氏度") and text.endswith("零下", self.floor, start):
            return replace(number, start=start - 2, value=-number.value)
        return number

    def _per(self, found: re.Match[str], start: int, unit: Unit) -> str:
        """What the unit is per: printed (/人·月), said before a standard (每人每月1,330元), or kept (…提高到1,420元)."""
        if found["per"]:
            parts = re.split(r"[/·*.•×每\s]+", found["per"].strip(" \r\n/每"))
            return "/" + "·".join(sorted(parts, key=lambda part: part in _TIMES))  # 元/月/人 is 元/人·月
        if unit.form in ("微克", "毫克"):
            each = re.search(r"每(立方米|升|千克)$", self.text[max(self.floor, start - 4) : start])
            return f"/{each[1]}" if each else ""
        if unit.base != "元":
            return ""
        head = self.text[max(self.floor, start - 14) : start]
        last = self.out[-1] if self.out else None
        if last and last.quantity.unit.startswith("元/") and last.end >= start - 10:
            between = self.text[last.end : start].strip(" \r\n")
            if between in ("、", "和", "及") or _LEVEL.search(head):
                return last.quantity.unit[1:]
        if _PER_MONTH.search(head):
            begin = max(self.floor, start - 60)
            if "标准" in re.split(r"[。;\n]", self.text[begin:start])[-1]:
                return "/人·月"
        return ""

    def _far_hedge(self, start: int, unit: Unit) -> tuple[bool, Bound | None]:
        far = _FAR.search(self.text, max(self.floor, start - 10), start)
        if far:
            return False, _FAR_BOUND[far[1]]
        if unit.kind == "share" and self.text[start - 1 : start] == "的":
            whole = _WHOLE.search(self.text, max(self.floor, start - 24), start)
            if whole:
                return _WHOLE_GIVES.get(whole["word"], (True, None))
        return False, None

    # -- judging ---------------------------------------------------------------------------------------------------

    def _is_nonfact(self, number: _Number, unit: Unit, left: tuple[Hedge, int] | None, hedged: bool) -> bool:
        text, start, end, cue = self.text, number.start, number.end, self.cues
        place = self.quotes.around(start)
        if place and self._is_name(place, number, unit, hedged):
            return True
        if (
            nonfacts.is_denominator(text, start)
            or nonfacts.is_rank(text, start, unit, cue)
            or self._is_year(number, unit)
        ):
            return True
        if unit.kind in ("share", "measure") and nonfacts.is_scoring_rule(text, start, end):
            return True
        if nonfacts.is_class(text, end, unit) and (number.high is not None or nonfacts.is_compared(text, start)):
            return True
        if text.startswith(("位次", "名次"), end) or (
            unit.base == "%" and text[end : end + 1].isdigit()
        ):  # 9%0: damaged
            return True
        if (unit.form == "个" and _TARGET_SLOGAN.match(text, end)) or (
            unit.base == "%" and text[start - 1 : start] == "个"
        ):
            return True  # 3个100万, 两个100%
        if number.value == 1 and nonfacts.is_denied(text, start):
            return True
        if unit.form == "分" and nonfacts.is_grade_scale(text, start, end, cue):
            return True
        if unit.form == "字" and text[start - 1 : start] == "(":
            return True
        if unit.kind == "time" and not self._is_outcome(number, unit):
            return True
        bound = left[0].bound if left else None
        bound_at = left[1] if left and bound else None
        return nonfacts.is_threshold(text, start, end, unit, bound_at, bound in ("gt", "lt"), cue)

    def _is_name(self, place: tuple[int, int, bool], number: _Number, unit: Unit, hedged: bool) -> bool:
        """Whether a number in quotes belongs to a name: “20条”, “1个中心”; a quoted “不低于95%” is a count."""
        begin, close, title = place
        if self.text[begin + 1] in "≥≤" and begin + 3 >= number.start:  # 目标值“≥18,000人”
            return False
        if title or not hedged or unit.kind != "share":
            return True
        return close - begin - 2 - (number.end - number.start) > 5

    def _is_year(self, number: _Number, unit: Unit) -> bool:
        """A year that ran into the next word (2023部, 2024区, 2025回望), or a time of day (7时41分)."""
        if number.rule != "number" or number.approx:
            return False
        if unit.form == "分" and self.text[number.start - 1 : number.start] == "时":
            return True
        weak = unit.kind == "place" or unit.form in "回部支本所列起组对首集层班队节"
        return weak and number.end - number.start == 4 + len(unit.form) and 1949 <= number.value <= 2050

    def _is_outcome(self, number: _Number, unit: Unit) -> bool:
        """Whether a time is a result: by its own words, as a pair (5次9天), or as a change of one just named."""
        if self.out:
            last = self.out[-1]
            between = self.text[last.end : number.start]
            if not between.strip(" \r\n、") and last.quantity.unit in ("次", "期", "场", "批"):
                return True
            for earlier in self.out[-2:]:
                if earlier.quantity.unit == unit.base and not _STOPS & set(self.text[earlier.end : number.start]):
                    return True
        return nonfacts.is_outcome_time(self.text, number.start, number.end, self.floor, unit.form, self.cues)
