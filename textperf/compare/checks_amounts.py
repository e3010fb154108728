"""Sums of money inside one sentence against each other: what was left, came in and went out; amounts for each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from textperf.compare.arithmetic import amount_text, slip
from textperf.compare.check_rules import Rule
from textperf.compare.reading import Reading, half, plain, shown
from textperf.compare.relation import text
from textperf.compare.relations import budget
from textperf.compare.similar import inside
from textperf.model import Check, Fact
from textperf.text.fold import fold

_EACH = re.compile("(?:人均|户均|平均|每[人户件次名]次?)[^,;。0-9]{0,8}$")
_ONE_SUM = 0.6  # how much the names of two sums of one kind must share to be one
_COUNTED = frozenset({"人", "人次", "名", "户", "户次", "件", "次"})


def balance(reading: Reading, rule: Rule) -> Iterator[Check]:
    """What was left, came in and was spent, against what is left, in one sentence: 上年结转46万元，本年安排520万元，…"""
    roles = [re.compile("|".join(rule.get(k))) for k in ("total", "numerator", "denominator", "parts")]
    for sentence in reading.sentences:
        found = [f for f in reading.between(*sentence) if f.quantity.unit == "元" and plain(f) and f.status != "change"]
        named: list[Fact] = []
        for role in roles:
            fits = [f for f in found if role.search(reading.lead(f, 12)) and f not in named]
            fits = fits or [f for f in found if role.search(fold(f.item)) and f not in named]
            if len(fits) != 1:
                break
            named.append(fits[0])
        if len(named) != len(roles):
            continue
        before, came, spent, left = (f.quantity.value for f in named)
        value = before + came - spent
        room = sum(2 * half(f) for f in named) + 1e-9 * came
        if value > 0 and room < abs(value - left) <= max(rule.limit * max(value, left), room):
            yield rule.check(
                reading.report, (named[3], *named[:3]), amount_text(value, named[3]), shown(named[3]),
                parts=f"{shown(named[0])}＋{shown(named[1])}－{shown(named[2])}",
            )  # fmt: skip


_MAIN = re.compile(
    "^(?:[本当全]年)?(?:取得|实现)?总?(?:收入|支出)(?:合计|总计|决算数?)?$|(?:年末|年底|下年).*(?:结转|结余)|(?:结转|结余).*下年|^结转和结余$|(?:年初|上年).*(?:结转|结余)"
)


def ledger(reading: Reading, rule: Rule) -> Iterator[Check]:
    """What the year began with, came in, was spent and is left, by the indicators of the figures wherever they stand: told
    where one of the four is off by a slip of the pen and no four of the report agree."""
    money = [
        f for f in reading.facts if f.quantity.unit == "元" and f.status == "actual" and plain(f) and f.quantity.value
    ]
    found = list(budget(money))
    if any(r.holds for r in found):
        return
    for relation in found:
        if len(relation.operands) < 3 or not all(
            f.scope == "whole" and _MAIN.search(fold(f.item)) for f in relation.facts
        ):
            continue
        slips = [f for f, v in relation.corrections() if v > 0 and slip(text(v, f), shown(f))]
        if slips or relation.off <= rule.limit:
            before, came, spent = (shown(f) for f in relation.operands)
            yield rule.check(
                reading.report, relation.facts, text(relation.expected, relation.result), shown(relation.result),
                parts=f"{before}＋{came}－{spent}",
            )  # fmt: skip
            return


def average(reading: Reading, rule: Rule) -> Iterator[Check]:
    """``临时救助2,415人次，发放386.40万元，平均每人次1,060元``: an amount for each against the sum and the number before it."""
    for sentence in reading.sentences:
        found = reading.between(*sentence)
        for place, fact in enumerate(found):
            if fact.quantity.unit != "元" or fact.status != "actual" or not plain(fact) or place < 2:
                continue
            if not fact.quantity.value or not _EACH.search(reading.lead(fact)):
                continue
            before = [f for f in found[:place] if plain(f) and f.status == "actual" and f.quantity.value]
            sums = [f for f in before if f.quantity.unit == "元" and f.quantity.value > fact.quantity.value]
            numbers = [f for f in before if f.quantity.unit in _COUNTED]
            pairs = [(s, n, s.quantity.value / n.quantity.value) for s in sums for n in numbers]
            room = half(fact) + 0.005 * fact.quantity.value
            if not pairs or any(abs(v - fact.quantity.value) <= room for *_, v in pairs):
                continue
            total, number, value = pairs[-1]
            if len(fact.item) > 3 and fact.item[-2:] == total.item[-2:] and inside(fact.item, total.item) < _ONE_SUM:
                continue  # 发放各类奖助学金2,184.60万元…国家助学金平均3,300元: of another sum
            start = min(total.evidence.start, number.evidence.start)
            if found[place - 1] not in (total, number) or ";" in reading.text[start : fact.evidence.start]:
                continue
            expected = amount_text(round(value, 2), fact)
            near = abs(value - fact.quantity.value) <= rule.limit * max(value, fact.quantity.value)
            if near and (slip(expected, shown(fact)) or abs(value - round(value)) < 0.5 * room):
                yield rule.check(
                    reading.report, (fact, total, number), expected, shown(fact),
                    numerator=shown(total), denominator=shown(number),
                )  # fmt: skip
