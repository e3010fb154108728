"""Totals that stand behind their parts, and shares of a total that other shares prove."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from textperf.compare.arithmetic import amount_text, is_rate, rate_text, slack
from textperf.compare.check_rules import Rule
from textperf.compare.reading import Reading, half, plain, shown
from textperf.model import Check, Fact

NUMERALS = "一二三四五六七八九"
_BEHIND = re.compile(
    f"[,;](?:以上|上述)?(?P<n>[两{NUMERALS[1:]}])大?(?:类|项|者|种|部分|块)[^,;。0-9]{{0,10}}?(?:共计|合计|总计|相加|加起来)(?:,[^,;。0-9]{{0,16}}|[^,;。0-9]{{0,6}})(?=\\d)"
)
# … or is only called the total, behind a list of three and more: A沟3.1公里、B沟2.6公里、C沟2.1公里均完成治理，全年治理共计8.2公里
_SUMMED = re.compile(r"^[^,;。0-9]{0,14}[,;][^,;。0-9累]{0,16}(?:共计|合计|总计|总额|总量)[^,;。0-9]{0,8}$")
# … or 共, behind what 分别 shares: 在生态环境、食品药品、国有财产及其他领域分别立案26件、12件、9件，全年公益诉讼案件共47件
_SUMMED_UP = re.compile(r"^[^,;。0-9]{0,6}[,;][^,;。0-9累]{0,16}共$")
# … where each has a clause of its own: 对矿山检查196家次，对危险化学品、烟花爆竹单位检查402家次
_EACH_CLAUSE = re.compile(r"^(?:[、,][^,;。0-9]{1,28}|、)$")
_SHARE = re.compile(r"^[^,;。]{0,8}占[^,;。]{0,14}$|^[,，]?(?:占比|比重|占)[^,;。]{0,14}$")


def behind(reading: Reading, rule: Rule) -> Iterator[Check]:
    """A total behind its parts: 高血压患者A人、糖尿病患者B人，两类慢病患者共计C人; three and more listed and summed up."""
    for sentence in reading.sentences:
        for total, before in (*_told_behind(reading, sentence), *_summed_behind(reading, sentence)):
            same = all(f.quantity.unit == total.quantity.unit and f.status == "actual" and plain(f) for f in before)
            if not same or total.status != "actual" or not plain(total):
                continue
            value = sum(f.quantity.value for f in before)
            off, room = abs(value - total.quantity.value), half(total) + sum(half(f) for f in before)
            counted = all(half(f) == 0.5 for f in (*before, total))
            if (0 if counted else room) < off - 1e-9 <= rule.limit * total.quantity.value:
                yield rule.check(
                    reading.report, (total, *before), amount_text(value, total), shown(total),
                    parts="＋".join(shown(f) for f in before), difference=amount_text(off, total),
                )  # fmt: skip


def _told_behind(reading: Reading, sentence: tuple[int, int]) -> Iterator[tuple[Fact, Sequence[Fact]]]:
    for told in _BEHIND.finditer(reading.text, *sentence):
        total = next(iter(reading.between(told.end(), min(sentence[1], told.end() + 8))), None)
        number = NUMERALS.index(told["n"].replace("两", "二")) + 1
        before = reading.between(sentence[0], told.start())[-number:]
        if total is not None and len(before) == number:
            yield total, before


def _summed_behind(reading: Reading, sentence: tuple[int, int]) -> Iterator[tuple[Fact, Sequence[Fact]]]:
    found = reading.between(*sentence)
    for place, total in enumerate(found):
        if place < 3:
            continue
        gap = reading.gap(found[place - 1], total)
        shared = (
            reading.gap(found[place - 3], found[place - 2]) == reading.gap(found[place - 2], found[place - 1]) == "、"
        )
        if not _SUMMED.search(gap) and not (shared and _SUMMED_UP.search(gap)):
            continue
        first = place - 1
        while first and _EACH_CLAUSE.search(gap := reading.gap(found[first - 1], found[first])) and "其中" not in gap:
            first -= 1
        if any(reading.text[f.evidence.start - 1] == "各" for f in found[first:place]):
            continue  # 职业学校和特殊教育学校各1所
        if place - first >= 3 and total.scope != "cumulative":
            yield total, found[first:place]


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
            if not bases or any(is_rate(before, base, rate) for base in others):
                continue
            siblings = [f for f in found if f.quantity.unit == "%" and f is not rate and plain(f)]
            amounts = [
                (a, r) for a, r in pairwise(found)
                if r in siblings and _SHARE.match(reading.text[a.evidence.end : r.evidence.start])
            ]  # fmt: skip
            proven = [b for b in bases if any(is_rate(a, b, r) for a, r in amounts)]
            if not proven:
                continue  # no other share shows what the whole is
            base = proven[-1]
            value = 100 * before.quantity.value / base.quantity.value
            if abs(value - rate.quantity.value) <= rule.limit * 100:
                yield rule.check(
                    reading.report, (rate, before, base), rate_text(value, rate), shown(rate),
                    part=shown(before), total=shown(base),
                )  # fmt: skip


_LISTED = re.compile(
    r"^[,，]?(?:各|分别|依次)占?(?:比|比重)?(?:为|达)?$|^[,，]?占比(?:分别|依次|各)?为?$|^[,，]?(?:分别|各)?占[^,;。0-9]{1,8}的$"
)
_NEXT = re.compile("^[、和及与]$")


def shares(reading: Reading, rule: Rule) -> Iterator[Check]:
    """``基本支出846.30万元、项目支出18,083.80万元，各占4.47%、95.53%``: shares listed behind their amounts. The whole is what
    all shares but one are of: a total before them, or their sum."""
    for sentence in reading.sentences:
        found = reading.between(*sentence)
        for place, first in enumerate(found):
            if place < 2 or first.quantity.unit != "%" or not _LISTED.match(reading.gap(found[place - 1], first)):
                continue
            rates = [first]
            for rate in found[place + 1 :]:
                if rate.quantity.unit != "%" or not _NEXT.match(reading.gap(rates[-1], rate)):
                    break
                rates.append(rate)
            parts = found[max(0, place - len(rates)) : place]
            listed = (*parts, *rates)
            if len(rates) < 2 or len(parts) != len(rates) or any(f.status != "actual" or not plain(f) for f in listed):
                continue
            if len({f.quantity.unit for f in parts}) != 1 or parts[0].quantity.unit in ("%", "百分点", ""):
                continue
            yield from _unlike(reading, rule, sentence, parts, rates)


def _unlike(
    reading: Reading, rule: Rule, sentence: tuple[int, int], parts: Sequence[Fact], rates: Sequence[Fact]
) -> Iterator[Check]:
    start = parts[0].evidence.start
    totals = [
        f.quantity.value for f in reading.between(reading.window(sentence, 2), start)
        if f.quantity.unit == parts[0].quantity.unit and f.status == "actual" and plain(f)
        and f.quantity.value >= max(p.quantity.value for p in parts)
    ]  # fmt: skip
    wholes = [w for w in (*reversed(totals), sum(p.quantity.value for p in parts)) if w > 0]
    told = []
    for whole in wholes:
        value = [100 * p.quantity.value / whole for p in parts]
        told.append(
            (
                whole,
                value,
                [i for i, v in enumerate(value) if abs(v - rates[i].quantity.value) > slack(rates[i]) + 1e-9],
            )
        )
    if not all(wrong for *_, wrong in told):
        return  # of one whole all of them are right
    for whole, value, wrong in told:
        if len(wrong) == 1 and abs(value[wrong[0]] - rates[wrong[0]].quantity.value) <= rule.limit * 100:
            part, rate = parts[wrong[0]], rates[wrong[0]]
            yield rule.check(
                reading.report, (rate, part, *(p for p in parts if p is not part)), rate_text(value[wrong[0]], rate),
                shown(rate), part=shown(part), total=amount_text(whole, part),
            )  # fmt: skip
            return
