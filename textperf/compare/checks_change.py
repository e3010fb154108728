"""Differences and percentages of change inside sentences against the values before and after."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from textperf.compare.arithmetic import amount_text, rate_text, slack, slip
from textperf.compare.check_rules import Rule
from textperf.compare.claims import of_earlier_year
from textperf.compare.reading import Reading, half, hidden, plain, shown
from textperf.compare.similar import bare, inside
from textperf.model import Check, Fact

_CHANGE_WORDS = re.compile(
    r"同期|同比|环比|上年度?|去年|上一年|\d+年度?|比|较|与|和|相比|相较|增长|下降|减少|增加|降低|提高|上升|压减|下滑|回落|提升|攀升|增幅|降幅|幅度|"
    r"增速|净增|增收|扩大|缩小|上涨|分别|实际|年均|平均|首次|大幅|小幅|略有?|有所|又|再|也|各|均|约|仅|共|达到?|了|为|的|率|以上|左右|近|超过?|基数|基础|水平|上|数"
)

_DOWN = re.compile("[减降少]|压缩|压降|缩短|缩小|收窄|回落|下滑|节约|下浮|下跌")
_COMPARED = re.compile("平均|均值|高出|高于|低于|多于|少于|全[省市县国区]|预算|计划|目标")

# A sentence that compares what the one before gave (收支总计1,935.56万元。与上年的1,768.30万元相比，各增加167.26万元).
_GOES_ON = re.compile(r"\s*(?:与|同|较|比|和|相比|相较)")


def change(reading: Reading, rule: Rule) -> Iterator[Check]:
    """Differences and percentages of change against the values before and after."""
    percent = rule.id == "percent_change"
    for start, end in reading.sentences:
        first = reading.window((start, end), 1) if _GOES_ON.match(reading.text, start) else start
        found = [f for f in reading.between(first, end) if plain(f)]
        for place, fact in enumerate(found):
            if fact.evidence.start < start:
                continue
            if fact.status != "change" or (fact.quantity.unit == "%") is not percent or fact.quantity.unit == "百分点":
                continue
            pair = _before_after(reading, found, place)
            if pair is None:
                continue
            old, new, spare = pair
            if _other_subject(reading, found[place - 1], fact, new):
                continue
            alike = [f for f in found if f.quantity.unit == new.quantity.unit and f.status != "change"]
            down = _DOWN.search(reading.lead(fact) + (fact.action or "")) is not None
            plain_way = down == (new.quantity.value < old[0])  # then 27 of 131 is no answer for 158 to 131
            if percent and _by_gap(found[:place], alike, fact, (down,) if plain_way else (True, False)):
                continue  # 决算14.20万元，预算16.00万元，比上年决算数减少1.40万元，下降8.97%: of the first, not of the nearer one
            if _printed_in_full(found, place, old, new):
                old = (old[0], 0.0)
            if _changed(old, new, fact, percent, spare) or any(
                _changed((a.quantity.value, hidden(a)), b, fact, percent, 0.0)
                for a in alike
                for b in alike
                if a is not b
                and not (a.quantity.value == old[0] and b is new)
                and _one_side(a, b, fact)
                and not (plain_way and down != (b.quantity.value < a.quantity.value))
            ):
                continue
            value = abs(new.quantity.value - old[0])
            if percent:
                value = 100 * value / old[0] if old[0] else 0.0
            expected = rate_text(value, fact) if percent else amount_text(value, fact)
            near = abs(value - fact.quantity.value) <= rule.limit * max(value, fact.quantity.value)
            if not value or not (near or slip(expected, shown(fact))):
                continue
            named = next(
                (f for f in found if f.quantity.value == old[0] and f is not new and f.status != "change"), None
            )
            yield rule.check(
                reading.report, (fact, new, *([named] if named else [])), expected, shown(fact),
                before=shown(named) if named else amount_text(old[0], new), after=shown(new),
            )  # fmt: skip


def _other_subject(reading: Reading, before: Fact, fact: Fact, new: Fact) -> bool:
    """Whether the words before a change name something else than what the value after is of (万元GDP用水量较上年下降)."""
    words = bare(_CHANGE_WORDS.sub("", reading.text[before.evidence.end : fact.evidence.start]))
    return len(words) >= 3 and inside(words, bare(new.item) + bare(reading.lead(new))) < 0.6


def _before_after(
    reading: Reading, found: Sequence[Fact], place: int
) -> tuple[tuple[float, float], Fact, float] | None:
    """The value before (with its rounding) and the fact after that a change speaks of; both stand before it."""
    fact = found[place]
    percent = fact.quantity.unit == "%"
    unit = None if percent else fact.quantity.unit
    ended = {f.evidence.end: f.quantity.unit for f in found[:place]}  # what a figure is run together with
    old = new = None
    gap: Fact | None = None
    for other in reversed(found[:place]):
        if other.quantity.unit in ("%", "百分点"):
            if old and not new and other.status == "actual":
                continue  # 决算41.76万元，完成预算的72%，同上年的46.40万元相比压缩4.64万元
            if other.status != "change" or not percent:
                break
            continue
        if unit is not None and other.quantity.unit != unit:
            if ended.get(other.evidence.start) == unit:
                continue  # 92批161人次，批次比上年的117批减少25批
            break
        unit = other.quantity.unit
        if other.status == "change":
            if gap or old or new or not percent or _COMPARED.search(reading.lead(other) + (other.action or "")):
                break  # the difference stands behind the value that it changes, and is none to an average
            gap = other
        elif (
            other.status == "prior" or of_earlier_year(other, reading.text, reading.report.meta.fiscal_year)
        ) and old is None:
            old = other
        elif other.status == "actual" and new is None:
            new = other
        else:
            break
        if old and new:
            return (old.quantity.value, hidden(old)), new, 0.0
    if new and gap and percent and old is None:
        sign = -1 if _DOWN.search(reading.lead(gap) + (gap.action or "")) else 1
        before = new.quantity.value - sign * gap.quantity.value
        if before > 0 and reading.text.count("\n", new.evidence.end, gap.evidence.start) == 0:
            return (before, hidden(new) + hidden(gap)), new, 0.0
    return None


def _by_gap(before: Sequence[Fact], rivals: Sequence[Fact], fact: Fact, ways: Sequence[bool]) -> bool:
    """Whether a printed difference over any figure of the sentence plus (``ways``: went down) or less that difference
    gives the percentage."""
    for gap in before:
        for new in rivals if gap.status == "change" and gap.quantity.unit != "%" else ():
            for down in ways:
                base = new.quantity.value + (gap.quantity.value if down else -gap.quantity.value)
                near = base > 0 and abs(100 * gap.quantity.value / base - fact.quantity.value) <= slack(fact)
                if new.quantity.unit == gap.quantity.unit and near:
                    return True
    return False


def _one_side(a: Fact, b: Fact, fact: Fact) -> bool:
    """Whether both figures stand before a change, or both behind it (比上年的3.92万元减少0.67万元，未超过预算4.60万元)."""
    at = fact.evidence.start
    return (a.evidence.start < at) == (b.evidence.start < at)


def _printed_in_full(found: Sequence[Fact], place: int, old: tuple[float, float], new: Fact) -> bool:
    """Whether nothing of the values is rounded off that a difference could show: scores are told as they were given, and
    a percentage behind (42平方公里, 36平方公里, 下降14.29%) may be that of the printed values."""
    if found[place].quantity.unit == "%":
        return False
    if new.quantity.unit == "分" and old[1] == half(new) == half(found[place]):
        return True
    behind = found[place + 1] if place + 1 < len(found) else None
    if behind is None or behind.status != "change" or behind.quantity.unit != "%" or half(behind) > 0.01 or not old[0]:
        return False
    return abs(100 * abs(new.quantity.value - old[0]) / old[0] - behind.quantity.value) <= half(behind) + 1e-9


def _changed(old: tuple[float, float], new: Fact, fact: Fact, percent: bool, spare: float) -> bool:
    value, room = old
    room = min(room, hidden(new))  # 29降至26.5: 29 is read as 29.0
    lows = [v for v in (value - room, value + room) if v > 0] or [value]
    ends = (new.quantity.value - room, new.quantity.value + room)
    results = [abs(e - v) / v * 100 if percent else abs(e - v) for e in ends for v in lows if v or not percent]
    if not results:
        return True
    most = slack(fact) if percent else min(hidden(fact), room)
    return min(results) - most - spare - 1e-9 <= fact.quantity.value <= max(results) + most + spare + 1e-9
