"""Figures that only fit when they are read in another unit: 元 for 万元, 万元 for 亿元, 亩 for 万亩."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise, permutations

from textperf.compare.arithmetic import amount_text, is_rate, slack
from textperf.compare.check_rules import Rule
from textperf.compare.reading import Reading, half, plain, shown
from textperf.compare.similar import bare, dice
from textperf.model import Check, Fact

_SLIPS = (1e4, 1e8)
_AMOUNT = "元"
_IN_TENS_OF_THOUSANDS = frozenset({"元", "亩", "吨", "立方米", "平方米", "千瓦时"})
_HEADS = frozenset({"人", "名", "户", "人次", "户次", "亩", "名次"})
_BEFORE = 4  # figures before a rate that it may be of
_LIKE = 0.5
_DIGITS = re.compile(r"\d")
_PRINTED = re.compile(r"\d[\d,]*(?:\.\d+)?")


def slips(reading: Reading, rule: Rule) -> Iterator[Check]:
    """A sum of money whose parts or whose rate only fit when it is read in 万元 for 亿元 or 元 for 万元."""
    for sentence in reading.sentences:
        found = [
            f for f in reading.between(reading.window(sentence, 1), sentence[1])
            if f.status == "actual" and plain(f) and f.quantity.value
        ]  # fmt: skip
        money = [f for f in found if f.quantity.unit == _AMOUNT]
        yield from _by_parts(reading, rule, money)
        here = [f for f in found if f.evidence.start >= sentence[0]]
        yield from _by_rate(reading, rule, here)
        yield from _by_each(reading, rule, here)
    yield from _told_twice(reading, rule)


def _by_parts(reading: Reading, rule: Rule, money: Sequence[Fact]) -> Iterator[Check]:
    for place, total in enumerate(money):
        running = 0.0
        for number, part in enumerate(money[place + 1 :], 1):
            running += part.quantity.value
            listed = money[place + 1 : place + 1 + number]
            if number > 1 and (misread := _one_part(total, listed, running)):
                wrong, times, right = misread
                yield rule.check(
                    reading.report, (wrong, total, *(f for f in listed if f is not wrong)), amount_text(right, total),
                    shown(wrong), power=f"{times:,.0f}", item=wrong.item,
                )  # fmt: skip
                return
            if number > 1 and (power := _power(total.quantity.value, running)):
                yield rule.check(
                    reading.report, (total, *listed), amount_text(running, listed[0]), shown(total),
                    power=f"{power:,.0f}", item=total.item,
                )  # fmt: skip
                return


def _one_part(total: Fact, listed: Sequence[Fact], running: float) -> tuple[Fact, float, float] | None:
    """The part that alone is off by a unit: 采购支出46.80万元，其中货物18.60万元、服务28.20元; with the power and its right value."""
    for part in listed:
        missing = total.quantity.value - (running - part.quantity.value)
        if missing > 0 and (power := _power(missing, part.quantity.value)):
            return part, power, missing
    return None


def _by_rate(reading: Reading, rule: Rule, found: Sequence[Fact]) -> Iterator[Check]:
    """A rate that two amounts before it only give when one is read in the other unit, no others giving it: 挽回损失1,640万元，
    其中讨回工资1,286.4元，占78.44%."""
    for place, rate in enumerate(found):
        if rate.quantity.unit != "%" or len(_DIGITS.findall(rate.evidence.quote)) < 2:
            continue
        before = [f for f in found[max(0, place - _BEFORE) : place] if f.quantity.unit not in ("%", "分", "")]
        if any(is_rate(a, b, rate) for a, b in permutations(before, 2) if a.quantity.unit == b.quantity.unit):
            continue
        for bottom, top in permutations(before, 2):
            if bottom.quantity.unit != top.quantity.unit or not _scaled(top) or not _scaled(bottom):
                continue
            value = 100 * top.quantity.value / bottom.quantity.value
            for power in _SLIPS:
                # too high a rate: the base is too small by the power, or the part too large; too low: the other way
                fits = [s for s in (value / power, value * power) if abs(s - rate.quantity.value) <= slack(rate) + 1e-9]
                if not fits or len(_DIGITS.findall(rate.evidence.quote)) < (2 if _executed(rate) else 3):
                    continue
                wrong = bottom if (fits[0] < value) == (bottom.quantity.value < top.quantity.value) else top
                yield rule.check(
                    reading.report, (wrong, top if wrong is bottom else bottom, rate), None, shown(wrong),
                    power=f"{power:,.0f}", item=wrong.item,
                )  # fmt: skip
                return


def _executed(rate: Fact) -> bool:
    return rate.indicator == "bud_execution_rate"


def _scaled(fact: Fact) -> bool:
    """Whether a figure is of a unit that is told in 万 or 亿 as well."""
    return fact.quantity.unit in _IN_TENS_OF_THOUSANDS


def _told_twice(reading: Reading, rule: Rule) -> Iterator[Check]:
    """One amount told twice with the same digits in different units: 项目预算680.00元, and 该项目预算680.00万元 farther on."""
    by_digits: dict[str, list[Fact]] = defaultdict(list)
    for fact in reading.facts:
        number = _PRINTED.match(shown(fact))
        if number and fact.quantity.value and _scaled(fact) and plain(fact) and fact.status in ("actual", "target"):
            by_digits[number[0].replace(",", "")].append(fact)
    for digits, found in by_digits.items():
        if len(_DIGITS.findall(digits)) < 3:
            continue
        for one, other in combinations(found, 2):
            power = _power(one.quantity.value, other.quantity.value)
            if one.quantity.unit != other.quantity.unit or power is None:
                continue
            a, b = bare(one.item), bare(other.item)
            if (
                a.endswith(b)
                or b.endswith(a)
                or dice(a, b) >= _LIKE
                or (one.indicator and one.indicator == other.indicator)
            ):
                wrong, right = (one, other) if _lone(found, one) else (other, one)
                yield rule.check(
                    reading.report, (wrong, right), shown(right), shown(wrong), power=f"{power:,.0f}", item=wrong.item
                )
                return


def _lone(found: Sequence[Fact], fact: Fact) -> bool:
    """Whether a figure is told once and the other way more often, or else in 元, which is rarer."""
    mine = sum(f.quantity.value == fact.quantity.value for f in found)
    return mine * 2 < len(found) or (mine * 2 == len(found) and shown(fact)[-2:-1] not in "万亿")


_AVERAGE = re.compile("[亩人户头家个次笔件台辆套所村项]均|平均")
_PER = re.compile("[亩人户头]均")  # 1.3万亩，亩均产值3,200元，总产值4,160元; 193户，户均降低用电成本20万元


def _per_head(reading: Reading, fact: Fact) -> bool:
    told = f"{reading.lead(fact, 16)}{fact.item}"
    return bool(_PER.match(fact.item) or (fact.scope == "average" and _AVERAGE.search(told)))


def _by_each(reading: Reading, rule: Rule, found: Sequence[Fact]) -> Iterator[Check]:
    """An amount for each and how many there are: 每人600元，2,490人，发放1,494,000.00万元; a price and what was bought for it:
    48辆，单价3,600元，花费172,800万元."""
    money = [f for f in found if f.quantity.unit == _AMOUNT]
    priced = [(n, f) for n, f in pairwise(found) if f in money and f.item.endswith(("单价", "均价")) and n not in money]
    counted = [f for f in found if f.quantity.unit not in (_AMOUNT, "%", "百分点", "分", "")]
    for each in (f for f in money if f.scope == "each" or _per_head(reading, f) or any(f is p for _, p in priced)):
        averaged = each.scope == "average"
        for number in (f for f in counted if averaged or f.quantity.unit in _HEADS or (f, each) in priced):
            for total in (f for f in money if f.scope in ("whole", "part") and f is not each):
                value = each.quantity.value * number.quantity.value
                power = _power(total.quantity.value, value, half(total) / total.quantity.value if averaged else 0.0)
                if power:
                    yield rule.check(
                        reading.report, (total, each, number), amount_text(value, total), shown(total),
                        power=f"{power:,.0f}", item=total.item,
                    )  # fmt: skip
                    return


def _power(a: float, b: float, room: float = 0.0) -> float | None:
    ratio = max(a / b, b / a)
    return next((p for p in _SLIPS if abs(ratio / p - 1) < max(room, 1e-9)), None)
