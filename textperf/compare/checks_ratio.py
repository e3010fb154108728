"""Rates whose name no rule knows (量化率, 报到率, 败诉率) and shares of a part (其中…，占…%) against the figures beside them.

What belongs together is taken from the order of the figures and from the words that the name of a rate shares with its
numerator (合格109个 … 合格率). Nearly right and not explained by any other figures of the report: only then is it called
wrong (``limit``: how far off it may be to be meant so).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from textperf.compare.arithmetic import is_rate, rate_text, slack, slip
from textperf.compare.check_rules import Rule
from textperf.compare.checks_rate import in_list
from textperf.compare.reading import Reading, plain, shown
from textperf.model import Check, Fact

_NAME = re.compile(
    r"([\u4e00-\u9fff]{2,12})(?:率|(?<=[办完化及到盖])比例)(?:分?别?[为是]|达到?|仅|只有|约|仅为|高达|(?:提高|上升|提升|下降|升|降)[到至])?$"
)
_OTHER_RATE = re.compile(
    "增长率|增速|利率|汇率|税率|费率|变动率|调整率|偏差率|结余率|全[国省市州盟县区旗]平均|(?:提高|下降|上升|提升)(?![到至])|增长|同比|环比|比上年|较上年"
)
_SHARE = re.compile(
    r"^[^,;。:]{0,8}[,，]?(?:[\u4e00-\u9fff]{0,6}(?=占比))?(?<!合)占(?:比|比重)?(?:为|达到?|到|[升降提][高至到]+)?$"
)
_SHARE_LIMIT = 0.06
_DIGIT = re.compile(r"\d")  # 42项三级指标有35项实现量化: only the second is 量化
_AROUND = 800  # characters: figures farther away agree by chance in a long report
_NO_COUNT = frozenset({"%", "‰", "百分点", "分", ""})


def ratio(reading: Reading, rule: Rule) -> Iterator[Check]:
    """``设指标187条，能够量化的141条，量化率75.4%`` and ``会员31.6万人，其中农民工12.9万人，占40.82%``."""
    for sentence in reading.sentences:
        found = reading.between(*sentence)
        for place, rate in enumerate(found):
            if rate.quantity.unit != "%" or rate.status != "actual" or not plain(rate) or not place:
                continue
            if rate.quantity.value <= 0 or in_list(reading, found, place):
                continue
            window = [f for f in reading.between(reading.window(sentence, 1), rate.evidence.start) if _counts(f)]
            pair = (
                _share(reading, found[place - 1], rate, window)
                or _named(reading, rate, window, sentence[0], rule)
                or _beside(reading, found, place)
            )
            if pair is None or _explained(reading, rate, window):
                continue
            top, base = pair
            value = 100 * top.quantity.value / base.quantity.value
            if abs(100 - value - rate.quantity.value) <= slack(rate):
                continue  # 审查逮捕298人，批准逮捕152人，不捕率48.99%: of all the others
            yield rule.check(
                reading.report, (rate, top, base), rate_text(value, rate), shown(rate),
                numerator=shown(top), denominator=shown(base),
            )  # fmt: skip


def _counts(fact: Fact) -> bool:
    return plain(fact) and fact.quantity.unit not in _NO_COUNT and fact.status in ("actual", "target")


def _explained(reading: Reading, rate: Fact, window: Sequence[Fact]) -> bool:
    """Whether figures around give the rate: one over another, two over a third, one over itself and another."""
    start = rate.evidence.start
    every = [
        f for f in reading.between(start - _AROUND, start + _AROUND) if f.quantity.unit not in _NO_COUNT and f.quantity.value
    ]  # fmt: skip
    for a in window:
        alike = [f for f in every if f.quantity.unit == a.quantity.unit and f is not a]
        if any(is_rate(a, b, rate) for b in alike):
            return True
        for c in window:
            if c is not a and c.quantity.unit == a.quantity.unit:
                both = a.quantity.value + c.quantity.value
                over = [100 * both / b.quantity.value for b in alike if b is not c]
                if both:  # 节约28.6万元，采购612.35万元: what was saved over what would have been spent
                    over.append(100 * a.quantity.value / both)
                if any(abs(v - rate.quantity.value) <= slack(rate) for v in over):
                    return True
    return False


def _near(top: Fact, base: Fact, rate: Fact, limit: float) -> bool:
    if top is base or top.quantity.unit != base.quantity.unit or not base.quantity.value:
        return False
    value = 100 * top.quantity.value / base.quantity.value
    near = abs(value - rate.quantity.value) <= limit * rate.quantity.value
    return near or slip(rate_text(value, rate), shown(rate))


def _share(reading: Reading, top: Fact, rate: Fact, window: Sequence[Fact]) -> tuple[Fact, Fact] | None:
    """A part that stands right before its share, and the total before it."""
    if not _counts(top) or not _SHARE.match(reading.text[top.evidence.end : rate.evidence.start]):
        return None
    before = [f for f in window if f.evidence.start < top.evidence.start and f.quantity.unit == top.quantity.unit]
    base = next((f for f in reversed(before) if f.quantity.value > top.quantity.value), None)
    return (top, base) if base and _near(top, base, rate, _SHARE_LIMIT) else None


_STEP = 24  # characters between two of three figures that stand in a row


def _beside(reading: Reading, found: Sequence[Fact], place: int) -> tuple[Fact, Fact] | None:
    """Whole, part and rate in a row, a clause each: 登记选民38.62万人，参加投票35.96万人，参选率93.11%."""
    if place < 2:
        return None
    base, top, rate = found[place - 2 : place + 1]
    lead = reading.lead(rate, 16)
    gaps = [reading.text[a.evidence.end : b.evidence.start] for a, b in ((base, top), (top, rate))]
    name = _NAME.search(lead)
    if name is None or _OTHER_RATE.search(lead) or any(len(g) > _STEP for g in gaps):
        return None
    # the part may be told of behind its number: 其中1,164项可在网上全程办理，全程网办比例为78%
    if gaps[0][:1] not in ",;、" or gaps[1][:1] not in ",;、可能已" or "," not in gaps[1][1:-1] + gaps[1][:1]:
        return None
    if not set(name[1][-2:]) & set(f"{reading.about(top)}{reading.tail(top)}"):
        return None  # 收回56份，满意率96.4%
    if _of_a_kind(name[1], reading.text[max(0, base.evidence.start - _STEP) : rate.evidence.start - len(lead)]):
        return None
    if not all(_counts(f) for f in (base, top)) or base.quantity.value < top.quantity.value:
        return None
    return (top, base) if _near(top, base, rate, _SHARE_LIMIT) else None


def _of_a_kind(name: str, words: str) -> bool:
    """Whether a rate is of a kind that the figures before it do not speak of: 发生面积48.5万亩，防治面积42.3万亩，无公害防治率."""
    kind = name[:-2]
    return len(kind) > 1 and not any(kind[i : i + 2] in words for i in range(len(kind) - 1))


def _speaks(verb: str, words: str) -> bool:
    """Whether words speak of what a rate is named after, in full or cut short: 取证 for 取得职业资格证书."""
    return verb in words or re.search(f"{verb[0]}得[^|]{{0,8}}{verb[1:]}", words) is not None


def _named(reading: Reading, rate: Fact, window: Sequence[Fact], start: int, rule: Rule) -> tuple[Fact, Fact] | None:
    """The numerator that shares words with the name of the rate, and what comes before it."""
    lead = reading.lead(rate, 16)
    name = _NAME.search(lead)
    if not name or _OTHER_RATE.search(lead):
        return None
    verb = name[1][-2:]  # 一次验收合格率, 集中供养率
    first = max(0, min([start, *(f.evidence.start - _STEP for f in window[:1])]))
    if _of_a_kind(name[1], reading.text[first : rate.evidence.start - len(lead)]):
        return None
    worded = [f for f in window if _speaks(verb, f"{reading.about(f)}|{_DIGIT.split(reading.tail(f))[0]}")]
    whole = [f for f in worded if len(name[1]) > 2 and name[1] in reading.about(f)]
    if len(whole) == 1 and len(worded) > 1:  # 集中供养812人、分散供养1,802人，集中供养率31.06%
        bases = [f for f in window if f not in worded and f.evidence.start < whole[0].evidence.start]
        base = next((b for b in reversed(bases) if _near(whole[0], b, rate, rule.limit)), None)
        return (whole[0], base) if base else None
    for top in reversed([f for f in worded if f.evidence.start >= start]):
        alike = [f for f in window if f.quantity.unit == top.quantity.unit and f.evidence.start < top.evidence.start]
        if alike and alike[-1].quantity.value < top.quantity.value and alike[-1] not in worded:
            continue  # something else was counted in between: 院庭长办案1,046件 … 诉前化解692件 … 陪审员参审978件
        later = [f for f in window if f.evidence.start > top.evidence.start and f.status != "target"]
        if any(f.quantity.unit == top.quantity.unit for f in later):
            continue  # the rate is of what stands nearer: 参加考试的702人…直接就业219人…就业对口率
        bases = [f for f in window if f not in worded and f.quantity.value >= top.quantity.value]
        near = next((b for b in reversed(bases) if _near(top, b, rate, rule.limit)), None)
        if near:
            return top, near
    return None
