"""Rates against the two figures they are made of, and three figures that one sentence adds up.

A sentence is only called wrong when the figures that belong together are plain from the words or from their order,
when they are nearly right (``limit``: far off means that they were never meant to add up), and when no other figures
around would make it right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from textperf.compare.arithmetic import amount_text, is_rate, rate_text, slack, slip
from textperf.compare.check_rules import Rule
from textperf.compare.reading import Reading, half, plain, shown
from textperf.compare.similar import bare
from textperf.model import Check, Fact
from textperf.rules.catalogue import indicators

_FAR = 500  # characters back in which the base of a rate is looked for
_FROM = re.compile(r"由上年的?\d[\d.]*%")  # 由上年的13.78%降到11.41%: the second is of this year
_AROUND = 800  # characters around in which other figures may explain a rate; farther away they agree by chance


def rate(reading: Reading, rule: Rule) -> Iterator[Check]:
    """A named rate against the numerator and denominator that its words call for."""
    cue, tops, bottoms = (re.compile("|".join(rule.get(k))) for k in ("rate", "numerator", "denominator"))
    for sentence in reading.sentences:
        found = reading.between(*sentence)
        for place, fact in enumerate(found):
            if fact.quantity.unit != "%" or fact.status != "actual" or not plain(fact):
                continue
            lead = _FROM.sub("", reading.lead(fact))
            if not cue.search(reading.about(fact)) or re.search("上年|上月|提高|增长|同比|其余|其他|其它", lead):
                continue
            if in_list(reading, found, place) or ("占" in lead and not cue.search(lead)):
                continue  # 分别占118.33%、127.50%; a share that only stands behind a rate
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
            if not _meant(value, fact, rule.limit):
                continue
            if any(f is not fact and f.quantity.unit == "%" and is_rate(top, bottom, f) for f in found):
                continue  # the two make another rate of the sentence: 结案率90.4%，法定审限内结案率99.91%
            yield rule.check(
                reading.report, (fact, top, bottom), rate_text(value, fact), shown(fact),
                numerator=shown(top), denominator=shown(bottom),
            )  # fmt: skip


def _meant(value: float, rate_fact: Fact, limit: float) -> bool:
    """Whether a rate was meant to be ``value``: near it, or but for a slip of the pen."""
    given = rate_fact.quantity.value
    return abs(value - given) <= limit * max(value, given, 1.0) or slip(rate_text(value, rate_fact), shown(rate_fact))


def in_list(reading: Reading, found: Sequence[Fact], place: int) -> bool:
    """Whether a rate stands in a list of rates (分别为24.19%和75.81%): which figures each is of, the order must tell."""
    rate = found[place]
    sides = [
        (found[place - 1].evidence.end, rate.evidence.start) if found[place - 1].quantity.unit == "%" else None,
        (rate.evidence.end, found[place + 1].evidence.start)
        if place + 1 < len(found) and found[place + 1].quantity.unit == "%"
        else None,
    ]
    return any(s is not None and reading.text[slice(*s)] in ("、", "和", "与", "及") for s in sides)


def _explained(
    reading: Reading, window: Sequence[Fact], rate_fact: Fact, tops: re.Pattern[str], bottoms: re.Pattern[str]
) -> bool:
    """Whether two figures around give the rate and at least one of them is worded for its place; or one over two, two
    over one, or one worded for its place over any figure of the report."""
    start = rate_fact.evidence.start
    every = [f for f in reading.between(start - _AROUND, start + _AROUND) if f.quantity.value]
    for a in window:
        if tops.search(reading.about(a)) and any(
            f is not a and f.quantity.unit == a.quantity.unit and is_rate(a, f, rate_fact) for f in every
        ):
            return True
        for b in window:
            if a is b or a.quantity.unit != b.quantity.unit or not b.quantity.value:
                continue
            fits = tops.search(reading.about(a)) or bottoms.search(reading.about(b))
            if fits and is_rate(a, b, rate_fact):
                return True
            if not (tops.search(reading.about(a)) and bottoms.search(reading.about(b))):
                continue
            for c in window:
                if c is not a and c is not b and c.quantity.unit == b.quantity.unit:
                    over = 100 * a.quantity.value / (b.quantity.value + c.quantity.value or 1)
                    two = 100 * (a.quantity.value + c.quantity.value) / b.quantity.value
                    if any(abs(v - rate_fact.quantity.value) <= slack(rate_fact) for v in (over, two)):
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
    if not here and reading.text.startswith("其中", start):
        return None  # a part has a rate of its own
    pool: Sequence[Fact] = here or before[-1:]
    if (
        here
        and not any(tops.search(reading.about(f)) for f in here)
        and any(bottoms.search(reading.about(f)) for f in here)
    ):
        # 本年支出884.60万元。…全年预算数908.00万元，执行率97.42%: what was spent stands in the sentence before
        pool = [f for f in before if f not in here and tops.search(reading.about(f))][-1:]
    for top in reversed(pool):
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
        at = rate_fact.evidence.start
        every = [
            f for f in reading.between(at - _AROUND, at + _AROUND)
            if f.quantity.unit == top.quantity.unit and f.quantity.value
        ]  # fmt: skip
        if any(is_rate(top, f, rate_fact) for f in every if f is not top):
            return None
        given = rate_fact.quantity.value
        base = min(bases, key=lambda f: abs(100 * top.quantity.value / f.quantity.value - given))
        if _meant(100 * top.quantity.value / base.quantity.value, rate_fact, limit):
            return top, base
    return None


_BASE = re.compile(
    r"(?:占|相当于|为|完成)(?P<of>[^,;。:()占]{0,14})的(?:比例为|比重为)?$|占(?P<short>[^,;。:()占0-9]{2,10})$"
)
_BRACKETED = re.compile(r"\([^()]*\)")
_LESS = re.compile("扣除|剔除|不含|不包括|可比")  # the base that is printed is not the one that was divided by


def _names(core: str, about: str) -> bool:
    """Whether words speak of a base: 年初预算 of the 年初批复预算, too."""
    return core in about or (len(core) >= 4 and re.search(".{0,2}".join(map(re.escape, core)), about) is not None)


_PLANNED = re.compile("计划|任务|目标")


def _called(fact: Fact) -> str:
    """The name of a fact's indicator: 年初预算 of 2023年初，财政安排我院预算2,795万元."""
    known = indicators().get(fact.indicator or "")
    return known.name if known else ""


_BASE_NOISE = re.compile("总(?=支出|收入|预算)|总数|总量|总额|总和|年度|全年|当年|本年|的|数$|规模|全部")


def _told_above(reading: Reading, core: str, rate_fact: Fact) -> list[Fact]:
    """The base in an earlier chapter, where the report names only one figure exactly so: 本年支出6,400.20万元."""
    found = [
        f for f in reading.between(0, rate_fact.evidence.start)
        if f.status == "actual" and f.scope == "whole" and bare(f.item) == core
    ]  # fmt: skip
    return found[-1:] if len(core) >= 4 and len({f.quantity.value for f in found}) == 1 else []


def share_of(reading: Reading, rule: Rule) -> Iterator[Check]:
    """``占计划30平方公里的106.67%`` and ``占结案数的73.35%``: a rate whose base is named in front of it."""
    for sentence in reading.sentences:
        found = reading.between(*sentence)
        for place, fact in enumerate(found):
            if fact.quantity.unit != "%" or fact.status != "actual" or not plain(fact):
                continue
            if in_list(reading, found, place) and re.search(
                "分别|依次", reading.text[sentence[0] : fact.evidence.start]
            ):
                continue  # 分别完成任务24.5万吨、63万亩的100.41%、100.79%: which is of which, the order must tell
            if place and reading.text[found[place - 1].evidence.end : fact.evidence.start] in ("的", "的比例为"):
                bases = [found[place - 1]]
                before = found[: place - 1]
            elif re.search("分别|依次", reading.lead(fact)):
                continue  # which of the figures before each share is of, the order must tell
            else:
                named = _BASE.search(reading.text[sentence[0] : fact.evidence.start])
                words = (named["of"] or named["short"] or "") if named else ""
                core = bare(_BASE_NOISE.sub("", words))
                if len(core) < 2:
                    continue
                before = found[:place]
                planned = _PLANNED.search(core) is not None  # 年度计划9,500吨，完成计划的101.05%
                around = [
                    f for f in reading.between(reading.window(sentence, 2), fact.evidence.start)
                    if f.status == "actual" or (planned and f.status == "target")
                ]  # fmt: skip
                exact = bare(words)
                bases = (
                    [f for f in around if bare(f.item) == exact]
                    or _told_above(reading, exact, fact)
                    or [f for f in around if _names(core, bare(reading.about(f) + _called(f)))]
                )
            inside = [m.span() for m in _BRACKETED.finditer(reading.text, sentence[0], fact.evidence.start)]
            tops = [
                f for f in before
                if f.status == "actual" and plain(f) and f.quantity.unit not in ("%", "百分点", "")
                and not any(a < f.evidence.start < b for a, b in inside)
            ]  # fmt: skip
            bases = [
                b for b in bases if plain(b) and tops and b.quantity.unit == tops[-1].quantity.unit and b.quantity.value
            ]
            bases = [b for b in bases if b is not tops[-1] and not _LESS.search(reading.text[: b.evidence.start][-24:])]
            if not bases:
                continue
            top = tops[-1]
            at = fact.evidence.start
            every = [
                f for f in reading.between(at - _AROUND, at + _AROUND)
                if f.quantity.unit == top.quantity.unit and f.quantity.value
            ]  # fmt: skip
            if any(is_rate(f, b, fact) for f in every for b in bases if f is not b) or any(
                is_rate(top, f, fact) for f in every if f is not top
            ):
                continue
            base = min(bases, key=lambda f: abs(100 * top.quantity.value / f.quantity.value - fact.quantity.value))
            value = 100 * top.quantity.value / base.quantity.value
            if abs(value - 100 - fact.quantity.value) <= slack(fact):
                continue  # 年初预算5,260万元，调整后6,845万元，追加额占年初预算的30.13%: what was added over the base
            if _meant(value, fact, rule.limit):
                yield rule.check(
                    reading.report, (fact, top, base), rate_text(value, fact), shown(fact),
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
            or abs(abs(total.quantity.value - value) - f.quantity.value) <= room  # a third that belongs to them
            for f in same if f not in named
        ):  # fmt: skip
            continue
        if abs(value - total.quantity.value) <= rule.limit * total.quantity.value:
            yield rule.check(
                reading.report, (total, one, two), amount_text(value, one), shown(total),
                parts=f"{shown(one)}＋{shown(two)}",
            )  # fmt: skip
