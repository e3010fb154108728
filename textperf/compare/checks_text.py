"""Arithmetic inside sentences: parts against their total, shares, differences, percentages, rates.

A sentence is only called wrong when the figures that belong together are plain from the words or from their order,
when they are nearly right (``limit``: far off means that they were never meant to add up), and when no other figures
around would make it right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from textperf.compare.check_rules import Rule
from textperf.compare.figures import printed
from textperf.compare.reading import Reading, half, plain, shown
from textperf.compare.similar import bare, inside
from textperf.compare.units import family
from textperf.model import Check, Fact

_TRIGGER = re.compile(
    r"其中|包括|包含|含(?!税)|分别[为是]|依次[为是]|构成|分类|分布|分为|按[^,。;:]{1,14}?(?:分|看|划分)|[:(]"
)
_PARTITION = re.compile(r"构成|分类|分布|分为|划分|包括|由[^,。;]{2,30}(?:组成|构成)|按[^,。;:]{1,14}?(?:分|看)|两部分")
_REST = re.compile(r"其他|其它|其余|及以下|以外")
# Two parts may be all or not; when they come this near to the total they were meant to be all.
_TWO_PARTS = 0.025
_FAR = 500  # characters back in which the base of a rate is looked for
_CHANGE_WORDS = re.compile(
    r"同期|同比|环比|上年度?|去年|上一年|\d+年度?|比|较|与|和|相比|相较|增长|下降|减少|增加|降低|提高|上升|压减|下滑|回落|提升|攀升|增幅|降幅|幅度|"
    r"增速|净增|增收|扩大|缩小|上涨|分别|实际|年均|平均|首次|大幅|小幅|略有?|有所|又|再|也|各|均|约|仅|共|达到?|了|为|的|率|以上|左右|近|超过?|数"
)
_SHARE = re.compile(r"^[^,;。]{0,8}占[^,;。]{0,14}$|^[,，]?(?:占比|比重|占)[^,;。]{0,14}$")


def parts(reading: Reading, rule: Rule) -> Iterator[Check]:
    """Lists of parts that do not add up to the total before them."""
    done: set[str] = set()
    for sentence in reading.sentences:
        for trigger in _TRIGGER.finditer(reading.text, *sentence):
            listed = _listed(reading, trigger, sentence[1])
            if len(listed) < 2 or listed[0].fact_id in done:
                continue
            totals = _totals(reading, trigger, sentence, listed)
            if not totals or _adds_up(listed, totals):
                continue
            wording = reading.text[max(sentence[0], trigger.start() - 12) : listed[0].evidence.start]
            strict = len(listed) >= 3 or bool(_PARTITION.search(wording)) or bool(_REST.search(listed[-1].item))
            wrong = _wrong_total(listed, totals, rule.limit, strict)
            if wrong is None:
                continue
            done.update(f.fact_id for f in listed)
            total = sum(f.quantity.value for f in listed)
            yield rule.check(
                reading.report, (wrong, *listed), _amount(total, listed[0]), shown(wrong),
                parts="＋".join(shown(f) for f in listed[:8]),
                difference=_amount(abs(total - wrong.quantity.value), listed[0]),
            )  # fmt: skip


def _listed(reading: Reading, trigger: re.Match[str], end: int) -> list[Fact]:
    """The parts behind a trigger: one unit, one bracket depth, up to the end of the list."""
    text = reading.text
    if trigger[0] == "(":
        close = text.find(")", trigger.end(), end)
        end = close if close > 0 else end
    found = [f for f in reading.between(trigger.end(), end) if f.status == "actual"]
    if not found or not plain(found[0]):
        return []
    unit, depth, at, out = found[0].quantity.unit, 0, trigger.end(), list[Fact]()
    if unit in ("%", "‰", "百分点", ""):
        return []
    for fact in found:
        between = text[at : fact.evidence.start]
        depth += between.count("(") - between.count(")")
        at = fact.evidence.start
        if depth > 0 or fact.quantity.unit != unit:
            continue
        if out and re.search(
            r"其中|包括|比上年|同比|再|从中|据此|结果|为此|另外|另有|此外|[。!?]",
            text[out[-1].evidence.end : fact.evidence.start],
        ):
            break  # a list inside the list, or another statement
        if not plain(fact):
            return []
        out.append(fact)
    semicolon = text.find(";", trigger.end(), end)
    within = [f for f in out if semicolon < 0 or f.evidence.start < semicolon]
    return (
        within
        if 2 <= len(within) < len(out) and "、" in text[within[0].evidence.end : within[1].evidence.start]
        else out
    )


def _totals(reading: Reading, trigger: re.Match[str], sentence: tuple[int, int], listed: Sequence[Fact]) -> list[Fact]:
    """What can be the total: figures of the unit before the trigger, the nearest first."""
    back = 0 if trigger[0] in ("(", ":") and trigger.start() - sentence[0] > 8 else 2
    found = reading.between(reading.window(sentence, back), trigger.start())
    unit = listed[0].quantity.unit
    return [
        f for f in reversed(found)
        if f.status in ("actual", "target") and family(f.quantity.unit) == family(unit) and plain(f)
    ]  # fmt: skip


def _adds_up(listed: Sequence[Fact], totals: Sequence[Fact]) -> bool:
    """Whether the list, or its first members, or it less a repeated total, gives any of the totals."""
    for total in totals:
        running, room = 0.0, half(total) + 1e-6 * abs(total.quantity.value)
        for number, fact in enumerate(listed, 1):
            running += fact.quantity.value
            room += 0.0 if half(fact) == 0.5 else 2 * half(fact)  # things are counted, amounts are rounded
            if number > 1 and abs(running - total.quantity.value) <= room:
                return True
        if any(f.quantity.value == total.quantity.value for f in listed):
            return True
    return False


def _wrong_total(listed: Sequence[Fact], totals: Sequence[Fact], limit: float, strict: bool) -> Fact | None:
    """The total that the list was meant to give, when that is plain."""
    total = sum(f.quantity.value for f in listed)
    largest = max(f.quantity.value for f in listed)
    for place, candidate in enumerate(totals):
        value = candidate.quantity.value
        if value < largest or value <= 0:
            if place == 0 and not strict:
                return None
            continue
        off = abs(total - value)
        if place == 0 and not strict and len(listed) == 2 and off <= _TWO_PARTS * value:
            return candidate
        near = off <= limit * value or (len(listed) >= 3 and off <= 1 and value >= 5)
        if near and strict:
            return candidate
        if place == 0 and not near:
            return None if not strict else next(
                (t for t in totals[1:4] if largest < t.quantity.value and abs(total - t.quantity.value) <= limit / 2 * t.quantity.value),
                None,
            )  # fmt: skip
    return None


def share(reading: Reading, rule: Rule) -> Iterator[Check]:
    """``A 4,120万元，占49.11%`` behind a total: the share against the two amounts."""
    for sentence in reading.sentences:
        found = reading.between(*sentence)
        for before, rate in pairwise(found):
            if rate.quantity.unit != "%" or rate.status != "actual" or not plain(rate) or not plain(before):
                continue
            if before.status != "actual" or before.quantity.unit in ("%", "百分点", ""):
                continue
            if not _SHARE.match(reading.text[before.evidence.end : rate.evidence.start]):
                continue
            window = reading.between(reading.window(sentence, 2), sentence[1])
            bases = [
                f for f in window
                if f.quantity.unit == before.quantity.unit and f.evidence.start < before.evidence.start
                and f.quantity.value > before.quantity.value and f.status == "actual"
            ]  # fmt: skip
            others = [f for f in reading.facts if f.quantity.unit == before.quantity.unit and f.quantity.value]
            if not bases or any(_is_rate(before, base, rate) for base in others):
                continue
            siblings = [f for f in found if f.quantity.unit == "%" and f is not rate and plain(f)]
            amounts = [
                (a, r) for a, r in pairwise(found)
                if r in siblings and _SHARE.match(reading.text[a.evidence.end : r.evidence.start])
            ]  # fmt: skip
            proven = [b for b in bases if any(_is_rate(a, b, r) for a, r in amounts)]
            if not proven:
                continue  # no other share shows what the whole is
            base = proven[-1]
            value = 100 * before.quantity.value / base.quantity.value
            if abs(value - rate.quantity.value) <= rule.limit * 100:
                yield rule.check(
                    reading.report, (rate, before, base), _rate_text(value, rate), shown(rate),
                    part=shown(before), total=shown(base),
                )  # fmt: skip


def change(reading: Reading, rule: Rule) -> Iterator[Check]:
    """Differences and percentages of change against the values before and after."""
    percent = rule.id == "percent_change"
    for sentence in reading.sentences:
        found = [f for f in reading.between(*sentence) if plain(f)]
        for place, fact in enumerate(found):
            if fact.status != "change" or (fact.quantity.unit == "%") is not percent or fact.quantity.unit == "百分点":
                continue
            pair = _before_after(reading, found, place)
            if pair is None:
                continue
            old, new, spare = pair
            if _other_subject(reading, found[place - 1], fact, new):
                continue
            rivals = [f for f in found if f.quantity.unit == new.quantity.unit and f.status != "change"]
            if _changed(old, new, fact, percent, spare) or any(
                _changed((a.quantity.value, half(a)), b, fact, percent, 0.0)
                for a in rivals
                for b in rivals
                if a is not b
            ):
                continue
            value = abs(new.quantity.value - old[0])
            if percent:
                value = 100 * value / old[0] if old[0] else 0.0
            if not value or abs(value - fact.quantity.value) > rule.limit * max(value, fact.quantity.value):
                continue
            named = next((f for f in found if f.quantity.value == old[0] and f.status == "prior"), None)
            expected = _rate_text(value, fact) if percent else _amount(value, fact)
            yield rule.check(
                reading.report, (fact, new, *([named] if named else [])), expected, shown(fact),
                before=shown(named) if named else _amount(old[0], new), after=shown(new),
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
    old = new = None
    gap: Fact | None = None
    for other in reversed(found[:place]):
        if other.quantity.unit in ("%", "百分点"):
            if other.status != "change" or not percent:
                break
            continue
        if unit is not None and other.quantity.unit != unit:
            break
        unit = other.quantity.unit
        if other.status == "change":
            if gap or old or not percent:
                break
            gap = other
        elif other.status == "prior" and old is None:
            old = other
        elif other.status == "actual" and new is None:
            new = other
        else:
            break
        if old and new:
            return (old.quantity.value, half(old)), new, 0.0
    if new and gap and percent and old is None:
        sign = -1 if re.search("减少|下降|降低|减|降|少", reading.lead(gap) + (gap.action or "")) else 1
        before = new.quantity.value - sign * gap.quantity.value
        if before > 0 and reading.text.count("\n", new.evidence.end, gap.evidence.start) == 0:
            return (before, half(new) + half(gap)), new, 0.0
    return None


def _changed(old: tuple[float, float], new: Fact, fact: Fact, percent: bool, spare: float) -> bool:
    value, room = old
    room = min(room, half(new))  # 29降至26.5: 29 is read as 29.0
    lows = [v for v in (value - room, value + room) if v > 0] or [value]
    ends = (new.quantity.value - room, new.quantity.value + room)
    results = [abs(e - v) / v * 100 if percent else abs(e - v) for e in ends for v in lows if v or not percent]
    if not results:
        return True
    slack = _slack(fact) if percent else half(fact)
    return min(results) - slack - spare - 1e-9 <= fact.quantity.value <= max(results) + slack + spare + 1e-9


def rate(reading: Reading, rule: Rule) -> Iterator[Check]:
    """A named rate against the numerator and denominator that its words call for."""
    cue, tops, bottoms = (re.compile("|".join(rule.get(k))) for k in ("rate", "numerator", "denominator"))
    for sentence in reading.sentences:
        for fact in reading.between(*sentence):
            if fact.quantity.unit != "%" or fact.status != "actual" or not plain(fact):
                continue
            named = cue.search(reading.about(fact))
            if not named or re.search("上年|上月|提高|增长|同比", reading.lead(fact)):
                continue
            window = [
                f for f in reading.between(reading.window(sentence, 2), sentence[1])
                if plain(f) and f.quantity.unit not in ("%", "百分点", "分", "") and f.status != "change"
            ]  # fmt: skip
            pair = (
                None
                if _explained(reading, window, fact, tops, bottoms)
                else _pair(reading, window, fact, tops, bottoms, sentence[0], rule.limit)
            )
            if pair is None:
                continue
            top, bottom = pair
            value = 100 * top.quantity.value / bottom.quantity.value
            if abs(value - fact.quantity.value) > rule.limit * max(value, fact.quantity.value):
                continue
            yield rule.check(
                reading.report, (fact, top, bottom), _rate_text(value, fact), shown(fact),
                numerator=shown(top), denominator=shown(bottom),
            )  # fmt: skip


def _explained(
    reading: Reading, window: Sequence[Fact], rate_fact: Fact, tops: re.Pattern[str], bottoms: re.Pattern[str]
) -> bool:
    """Whether two figures around give the rate and at least one of them is worded for its place; or one over two."""
    for a in window:
        for b in window:
            if a is b or a.quantity.unit != b.quantity.unit or not b.quantity.value:
                continue
            fits = tops.search(reading.about(a)) or bottoms.search(reading.about(b))
            if fits and _is_rate(a, b, rate_fact):
                return True
            if not (tops.search(reading.about(a)) and bottoms.search(reading.about(b))):
                continue
            for c in window:
                if c is not a and c is not b and c.quantity.unit == b.quantity.unit:
                    both = b.quantity.value + c.quantity.value
                    if both and abs(100 * a.quantity.value / both - rate_fact.quantity.value) <= _slack(rate_fact):
                        return True
    return False


def _pair(
    reading: Reading,
    window: Sequence[Fact],
    rate_fact: Fact,
    tops: re.Pattern[str],
    bottoms: re.Pattern[str],
    start: int,
    limit: float,
) -> tuple[Fact, Fact] | None:
    """Numerator: the last figure before the rate, or beside its base, whose words fit; denominator: of the figures
    whose words fit the one that comes nearest to the rate.

    ``start`` is that of the rate's sentence: a numerator of an earlier one must be the last figure there.
    None when some figure of the report is the right base: then the words misled.
    """
    before = [f for f in window if f.evidence.start < rate_fact.evidence.start and f.status in ("actual", "target")]
    here = [f for f in before if f.evidence.start >= start]
    for top in reversed(here or before[-1:]):
        if not tops.search(reading.about(top)) or top.status != "actual":
            continue
        bases = [
            f for f in before
            if f is not top and f.quantity.unit == top.quantity.unit and f.quantity.value
            and bottoms.search(reading.about(f))
        ]  # fmt: skip
        if not bases:  # the paragraphs before, when they agree on what the base is
            bases = [
                f for f in reading.between(max(0, start - _FAR), start)
                if f.quantity.unit == top.quantity.unit and f.quantity.value >= top.quantity.value and plain(f)
                and f.status == "actual" and bottoms.search(reading.about(f))
            ]  # fmt: skip
            if len({f.quantity.value for f in bases}) != 1:
                continue
        every = [f for f in reading.facts if f.quantity.unit == top.quantity.unit and f.quantity.value]
        if any(_is_rate(top, f, rate_fact) for f in every if f is not top):
            return None
        given = rate_fact.quantity.value
        base = min(bases, key=lambda f: abs(100 * top.quantity.value / f.quantity.value - given))
        if abs(100 * top.quantity.value / base.quantity.value - given) <= limit * max(given, 1.0):
            return top, base
    return None


_BASE = re.compile(r"(?:占|相当于|为|完成)([^,;。:()占]{0,14})的(?:比例为|比重为)?$")
_BASE_NOISE = re.compile("总数|总量|总额|总和|年度|全年|当年|本年|的|数$|规模|全部")


def share_of(reading: Reading, rule: Rule) -> Iterator[Check]:
    """``占计划30平方公里的106.67%`` and ``占结案数的73.35%``: a rate whose base is named in front of it."""
    for sentence in reading.sentences:
        found = reading.between(*sentence)
        for place, fact in enumerate(found):
            if fact.quantity.unit != "%" or fact.status != "actual" or not plain(fact):
                continue
            if place and reading.text[found[place - 1].evidence.end : fact.evidence.start] in ("的", "的比例为"):
                bases = [found[place - 1]]
                before = found[: place - 1]
            else:
                named = _BASE.search(reading.text[sentence[0] : fact.evidence.start])
                core = bare(_BASE_NOISE.sub("", named[1])) if named else ""
                if len(core) < 2:
                    continue
                before = found[:place]
                bases = [
                    f for f in reading.between(reading.window(sentence, 2), fact.evidence.start)
                    if f.status == "actual" and core in bare(reading.about(f))
                ]  # fmt: skip
            tops = [
                f for f in before if f.status == "actual" and plain(f) and f.quantity.unit not in ("%", "百分点", "")
            ]
            bases = [
                b for b in bases if plain(b) and tops and b.quantity.unit == tops[-1].quantity.unit and b.quantity.value
            ]
            bases = [b for b in bases if b is not tops[-1]]
            if not bases:
                continue
            top = tops[-1]
            every = [f for f in reading.facts if f.quantity.unit == top.quantity.unit and f.quantity.value]
            if any(_is_rate(f, b, fact) for f in every for b in bases if f is not b) or any(
                _is_rate(top, f, fact) for f in every if f is not top
            ):
                continue
            base = min(bases, key=lambda f: abs(100 * top.quantity.value / f.quantity.value - fact.quantity.value))
            value = 100 * top.quantity.value / base.quantity.value
            if abs(value - fact.quantity.value) <= rule.limit * max(value, fact.quantity.value):
                yield rule.check(
                    reading.report, (fact, top, base), _rate_text(value, fact), shown(fact),
                    numerator=shown(top), denominator=shown(base),
                )  # fmt: skip


def triple(reading: Reading, rule: Rule) -> Iterator[Check]:
    """Three figures of one sentence that belong together by their words: 年初预算, 追加, 全年预算."""
    roles = [re.compile("|".join(rule.get(k))) for k in ("total", "numerator", "denominator")]
    for sentence in reading.sentences:
        found = [f for f in reading.between(*sentence) if f.status == "actual" and plain(f)]
        named: list[Fact] = []
        for role in roles:
            fits = [f for f in found if role.search(reading.about(f, 12)) and f not in named]
            if len(fits) != 1:
                break
            named.append(fits[0])
        if (
            len(named) != 3
            or len({f.quantity.unit for f in named}) != 1
            or named[0].quantity.unit in ("%", "百分点", "")
        ):
            continue
        total, one, two = named
        value = one.quantity.value + two.quantity.value
        room = sum(0.0 if half(f) == 0.5 else 2 * half(f) for f in named) + 1e-9 * value
        same = [f for f in reading.facts if f.quantity.unit == total.quantity.unit]
        if abs(value - total.quantity.value) <= room or any(
            abs(f.quantity.value - value) <= room or abs(total.quantity.value - one.quantity.value - f.quantity.value) <= room
            or abs(total.quantity.value - two.quantity.value - f.quantity.value) <= room
            for f in same if f not in named
        ):  # fmt: skip
            continue
        if abs(value - total.quantity.value) <= rule.limit * total.quantity.value:
            yield rule.check(
                reading.report, (total, one, two), _amount(value, one), shown(total),
                parts=f"{shown(one)}＋{shown(two)}",
            )  # fmt: skip


def _is_rate(top: Fact, bottom: Fact, rate_fact: Fact) -> bool:
    a, b = top.quantity.value, bottom.quantity.value
    low_b, high_b = max(b - half(bottom), 1e-9), b + half(bottom)
    low, high = 100 * (a - half(top)) / high_b, 100 * (a + half(top)) / low_b
    if half(top) >= 0.5 and float(a).is_integer() and float(b).is_integer() and half(bottom) == 0.5 == half(top):
        low = high = 100 * a / b  # things are counted, not rounded
    slack = _slack(rate_fact) + 1e-9
    return low - slack <= rate_fact.quantity.value <= high + slack


def _slack(rate_fact: Fact) -> float:
    """What a printed rate may be off: a whole unit of its last decimal (some cut instead of rounding), 0.75 of a %."""
    return 1.5 * half(rate_fact) if half(rate_fact) >= 0.5 else 2 * half(rate_fact)


def _rate_text(value: float, like: Fact) -> str:
    decimals = max(1, len(shown(like).partition(".")[2].rstrip("%")))
    return f"{value:.{min(decimals, 4)}f}%"


def _amount(value: float, like: Fact) -> str:
    """A value in the unit and magnitude in which ``like`` is printed."""
    quote = shown(like)
    number = re.search(r"[\d,，]+(?:\.\d+)?", quote)
    digits = float(re.sub("[,，]", "", number[0])) if number else 0.0
    scale = like.quantity.value / digits if digits and like.quantity.value else 1.0
    unit = quote[number.end() :] if number else like.quantity.unit
    return f"{printed(round(value / scale, 6))}{unit}"
