"""Every number of a text that is a count: exact quote span, value, base unit, range and hedges.

One compiled pattern over the folded text finds numbers with units; each hit is then judged by what stands beside it.
Dates, ordinals, names, document numbers, thresholds and durations are not returned. Pure; linear in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from textperf.extract import nonfacts
from textperf.extract.bare import find_bare
from textperf.extract.hedges import hedges
from textperf.extract.mention import Mention
from textperf.extract.nonfacts import cues
from textperf.extract.pattern import MAGNITUDE, quantity_pattern
from textperf.extract.units import GAP, Unit, units
from textperf.extract.vague import read_numeral
from textperf.model import Quantity
from textperf.text.numerals import ARABIC, MAGNITUDES, exact, parse_arabic, parse_share

__all__ = ["Mention", "find_mentions"]

_SPACE = " \r\n"
_PERCENT = Unit("%", "%", "share")
# 10—12场, 3.5—4亿元, 5%—8%, 800至1,000元: the lower end, read backwards from the upper one
_LOWER = re.compile(
    rf"(?<![\dA-Za-z])(?<!\d[.,·])(?P<n>{ARABIC}){GAP}(?P<mag>{MAGNITUDE})?{GAP}(?P<unit>[^\d\s,。;:、()—–~-]{{0,4}}?){GAP}(?:—{{1,2}}|–|-|~|至|到){GAP}$"
)
_JOINED = re.compile(rf"(?<![\d.])(?P<n>{ARABIC})(?P<mag>亿|万|千){GAP}$")
_PER_HEAD = re.compile(r"每[人名][·每、,]?月[\u4e00-\u9fff]{0,4}$")
_MARKER_BEFORE = re.compile(r"(?:^|[\n。;:(])[ ]*$")
_HAN_FIRST = re.compile(r"[\u4e00-\u9fff]")


def find_mentions(folded: str, start: int = 0, end: int | None = None) -> tuple[Mention, ...]:
    """The counts of ``folded[start:end]`` in order. Offsets are code points into ``folded`` (see ``text.fold``).

    >>> [(m.quantity.value, m.quantity.unit) for m in find_mentions("开展5次9天的培训,800余人次参加,支出2.4万元")]
    [(5, '次'), (9, '天'), (800, '人次'), (24000, '元')]
    >>> find_mentions("2023年第3次会议,位居全省前5名")
    ()
    """
    stop = len(folded) if end is None else end
    reader = _Reader(folded, start, stop)
    for found in quantity_pattern().finditer(folded, start, stop):
        reader.take(found)
    return tuple(find_bare(folded, start, stop, reader.out, reader.quotes))


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as far as it is read: value and upper end in units, whether approximate, and how it was written."""

    value: Decimal
    high: Decimal | None
    approx: bool
    han: bool


class _Reader:
    """Judges the hits of one text from left to right; ``out`` holds the mentions so far."""

    def __init__(self, text: str, start: int, stop: int) -> None:
        self.text, self.floor, self.stop = text, start, stop
        self.out: list[Mention] = []
        self.quotes = nonfacts.quoted(text, start, stop)
        self.cues, self.hedges, self.units = cues(), hedges(), units()

    def take(self, found: re.Match[str]) -> None:
        """Append the mention that a hit makes, if it makes one."""
        if found["fr"]:
            self._take_share(found)
            return
        text, start, end = self.text, found.start(), found.end()
        unit = self.units.by_form["".join(found["unit"].split())]
        number = self._number(found, unit)
        if number is None:
            return
        if not number.han:
            start, number = self._split_marker(found, start, number, unit)
            before = text[start - 1 : start]
            if before and before in "+×xX*第":
                return
        left = self.hedges.left(text, start, self.floor)
        right = self.hedges.right(text, end)
        bound_at = left[1] if left and left[0].bound else None
        if self._is_nonfact(start, end, unit, unit.kind == "share", bound_at, bool(left or right)):
            return
        if number.han and not self._han_counts(found, start, end, unit, number, bool(left or right)):
            return
        name = unit.base + self._per(found, start, unit)
        self._emit(start, end, number, name, left, right, "han" if number.han else "number")

    # -- reading ---------------------------------------------------------------------------------------------------

    def _number(self, found: re.Match[str], unit: Unit) -> _Number | None:
        if found["ar"] is not None:
            value = parse_arabic(found["ar"].replace(" ", ""))
            if value is None:
                return None
            step = MAGNITUDES[found["mag"]] if found["mag"] else 1
            return _Number(value * step, None, bool(found["h1"] or found["h2"]), False)
        blur = found["h3"] or found["h4"]
        size = read_numeral(
            found["hn"], bool(blur) or self.hedges.left(self.text, found.start(), self.floor) is not None
        )
        if size is None:
            return None
        step = MAGNITUDES[found["hmag"]] if found["hmag"] else 1
        if found["h3"] == "几" and found["hn"][-1] not in "十百千万":
            return None
        high = None if size.high is None else size.high * step
        return _Number(size.value * step, high, size.approx or bool(blur), True)

    def _split_marker(self, found: re.Match[str], start: int, number: _Number, unit: Unit) -> tuple[int, _Number]:
        """A list marker glued to a count (``1.5个村`` at the start of a line is marker 1. and 5个)."""
        digits = found["ar"]
        if unit.kind in ("discrete", "event") and "." in digits and not found["mag"] and unit.form != "分":
            head, _, tail = digits.partition(".")
            if (
                len(head) <= 2
                and _MARKER_BEFORE.search(self.text, max(0, start - 3), start)
                and not tail.startswith("0")
            ):
                return start + len(head) + 1, _Number(Decimal(tail), None, number.approx, False)
        return start, number

    def _per(self, found: re.Match[str], start: int, unit: Unit) -> str:
        if found["per"]:
            return re.sub(r"\s|每", "", found["per"]).replace("*", "·").replace(".", "·").replace("•", "·")
        if unit.base == "元" and _PER_HEAD.search(self.text, max(self.floor, start - 10), start):
            sentence = max(self.text.rfind(mark, max(self.floor, start - 60), start) for mark in "。;\n")
            if "标准" in self.text[max(sentence, start - 60, 0) : start]:
                return "/人·月"
        return ""

    # -- judging ---------------------------------------------------------------------------------------------------

    def _is_nonfact(self, start: int, end: int, unit: Unit, share: bool, bound_at: int | None, hedged: bool) -> bool:
        text, cue = self.text, self.cues
        place = self.quotes.around(start)
        if place and self._is_name(place, start, end, share, hedged):
            return True
        if nonfacts.is_rank(text, start, unit, cue):
            return True
        if unit.form == "分" and nonfacts.is_grade_scale(text, start, end, cue):
            return True
        if unit.kind == "time":
            previous = self.out[-1].end if self.out else -1
            if not nonfacts.is_outcome_time(text, start, previous, cue):
                return True
        return nonfacts.is_threshold(text, start, end, unit, share, bound_at, cue)

    def _is_name(self, place: tuple[int, int, bool], start: int, end: int, share: bool, hedged: bool) -> bool:
        """Whether a number in quotes belongs to a name: “20条”, “1个中心”; a quoted “不低于95%” is a count."""
        begin, close, title = place
        if title or not hedged:
            return True
        inside = self.text[begin + 1 : close - 1]
        return len(inside) - (end - start) > 5 or not share

    def _han_counts(
        self, found: re.Match[str], start: int, end: int, unit: Unit, number: _Number, hedged: bool
    ) -> bool:
        return nonfacts.han_counts(self.text, start, end, unit, found, number.approx or hedged, self.cues)

    def _take_share(self, found: re.Match[str]) -> None:
        text, start, end = self.text, found.start("fr"), found.end("fr")
        value = parse_share(found["fr"])
        if value is None:
            return
        left, right = self.hedges.left(text, start, self.floor), self.hedges.right(text, end)
        bound_at = left[1] if left and left[0].bound else None
        if self._is_nonfact(start, end, _PERCENT, True, bound_at, bool(left or right)):
            return
        if found["fr"] in ("一半", "半数") and not nonfacts.half_counts(text, start, end, bool(left or right)):
            return
        number = _Number(Decimal(str(value)), None, False, True)
        self._emit(start, end, number, "%", left, right, "share")

    # -- writing ---------------------------------------------------------------------------------------------------

    def _emit(self, start, end, number, unit, left, right, rule) -> None:  # type: ignore[no-untyped-def]
        text = self.text
        low, high, rule_start = number.value, number.high, start
        if not number.han or rule == "share":
            ranged = self._lower(start, end, number, unit)
            if ranged is not None:
                rule_start, low = ranged
                if rule_start < 0:
                    return
                high, rule = number.value, "range"
                if self.out and self.out[-1].end > rule_start:
                    self.out.pop()
                left = self.hedges.left(text, rule_start, self.floor)
            else:
                joined = _JOINED.search(text, max(self.floor, start - 20), start)
                if joined:
                    more = parse_arabic(joined["n"])
                    if more is not None:
                        rule_start, low = joined.start(), low + more * MAGNITUDES[joined["mag"]]
                        left = self.hedges.left(text, rule_start, self.floor)
        approx, bound = number.approx, None
        outer_start, outer_end = rule_start, end
        if left:
            approx, bound, outer_start = approx or left[0].approx, left[0].bound, left[1]
        if right:
            approx, outer_end = approx or right[0].approx, right[1]
            bound = right[0].bound or bound
        if bound is None:
            bound = nonfacts.distant_bound(text, rule_start, self.floor)
        value = exact(low)
        top = None if high is None else exact(high)
        self.out.append(
            Mention(rule_start, end, Quantity(value, unit, top, approx, bound), outer_start, outer_end, rule)
        )

    def _lower(self, start: int, end: int, number: _Number, unit: str) -> tuple[int, Decimal] | None:
        """The start and value of the lower end of a range that ends here; (-1, 0) where it is a name such as A-5个."""
        text, at = self.text, start
        while at > self.floor and text[at - 1] in _SPACE:
            at -= 1
        if at <= self.floor or text[at - 1] not in "—–-~至到":
            return None
        found = _LOWER.search(text, max(self.floor, start - 30), start)
        if not found:
            return None
        value = parse_arabic(found["n"])
        if value is None:
            return None
        raw = text[start:end]
        step = MAGNITUDES[found["mag"]] if found["mag"] else 1
        if found["unit"] and not raw.endswith(found["unit"]):
            return None
        word = text[at - 1] in "至到"
        if word and (found["unit"] or text[max(0, found.start() - 1) : found.start()] in ("由", "从")):
            if text[max(0, found.start() - 1) : found.start()] in ("由", "从"):
                return None
        if not found["mag"] and not found["unit"] and not number.han:
            own = parse_arabic(re.match(ARABIC, raw)[0])  # type: ignore[index]
            if own and number.value / own != 1:
                step = int(number.value / own)
        if text[max(0, found.start() - 1) : found.start()] == "第":
            return -1, Decimal(0)
        low = value * step
        if low >= number.value:
            return (-1, Decimal(0)) if text[at - 1] in "-–—" and not found["unit"] else None
        return found.start(), low
