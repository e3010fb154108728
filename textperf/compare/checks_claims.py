"""What a report claims against its own figures: a task said to be fulfilled that was not, a figure in the wrong unit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from textperf.compare.account import cue
from textperf.compare.check_rules import Rule
from textperf.compare.reading import Reading, plain, shown
from textperf.compare.similar import bare, dice
from textperf.model import Check, Fact
from textperf.text.fold import fold

_LIKE = 0.5
_CLOSE = 3  # characters between a figure and the claim that its task was fulfilled
_OF_THE_CLAIM = 20  # characters from the beginning of a claim in which the task that it names stands
_NEXT = 30  # characters behind a task in which what was reached may stand
_CLAIM = re.compile(
    "圆满|全面|全部|如期|按期|顺利|超额|较好|已经?|均|完成了?|实现了?|达到了?|达成了?|年初|年度|全年|既定|预[定期]|确定|的|目标|任务|计划"
)
_TASK = re.compile("(?:年度|全年)?(?:任务|目标|计划)(?:数|值)?")


def fulfilled(reading: Reading, rule: Rule) -> Iterator[Check]:
    """``计划培训12期，实际举办10期，圆满完成年度任务``: a claim of fulfilment beside a task and what was reached.

    Task and result stand in the sentence of the claim or the one before, with one unit and one item; a word of shortfall
    (未完成, 差2期, 完成率83%) explains them and makes no contradiction.
    """
    claims, excuses = (re.compile("|".join(rule.get(k))) for k in ("cues", "excuses"))
    for sentence in reading.sentences:
        claim = claims.search(reading.text, *sentence)
        if claim is None or excuses.search(reading.text, *sentence):
            continue
        around = [f for f in reading.between(reading.window(sentence, 1), sentence[1]) if plain_or_bound(f)]
        told = next((f for f in reversed(around) if 0 <= claim.start() - f.evidence.end <= _CLOSE), None)
        if told is not None and told.scope == "part":  # 建成142公里，其中改建88公里，超额完成任务: the whole fulfils it
            told = reading.by_id.get(told.parent or "", told)
        matter = _CLAIM.sub("", claim[0])
        if told is not None and matter:
            told = next(
                (f for f in _run(reading, around, told) if f.status == "actual" and matter in fold(f.item)), told
            )
        for target in [*around, *([] if told is None else _set_before(reading, told, claim))]:
            if target.status != "target" or not target.quantity.value:
                continue
            reached = [f for f in around if f.status == "actual" and plain(f) and _alike(target, f)]
            if (
                told is not None
                and told.status == "actual"
                and 0 < target.evidence.start - claim.start() <= _OF_THE_CLAIM
            ):
                # 录取新生1,596人，超额完成1,600人招生计划: one is said to fulfil the other, whatever they are called
                reached = [told] if told.quantity.unit == target.quantity.unit and plain(told) else reached
            if told is not None and told.status == "actual" and matter and matter in fold(target.item):
                # 招生计划4,500人，新生实际报到4,368人，超额完成了年度招生计划
                reached = [told] if told.quantity.unit == target.quantity.unit and plain(told) else reached
            if target not in around:
                reached = [told] if told is not None and told.status == "actual" else []
            behind = [f for f in reached if 0 < f.evidence.start - target.evidence.end <= _NEXT]
            reached = [f for f in reached if f is told] or behind[:1] or reached  # 计划选派60人次，实际选派54人次
            if len({f.quantity.value for f in reached}) != 1:
                continue
            fact = reached[0]
            start = max(0, target.evidence.start - 10)
            most = target.quantity.bound in ("le", "lt") or cue("upper").search(
                reading.text[start : target.evidence.end + 4]
            )
            short = fact.quantity.value > target.quantity.value if most else fact.quantity.value < target.quantity.value
            share = fact.quantity.value / target.quantity.value
            if short and rule.limit <= share <= 1 / rule.limit:
                yield rule.check(reading.report, (fact, target), shown(target), shown(fact), claim=claim[0])


def shortfall(reading: Reading, rule: Rule) -> Iterator[Check]:
    """``目标420户……竣工437户，受疫情影响，未能达到年度目标``: a claim of shortfall behind a figure that reaches its task.

    The claim is of the last whole figure before it in its sentence; the task is the one target of that unit and item in
    the report.
    """
    claims, excuses = (re.compile("|".join(rule.get(k))) for k in ("cues", "excuses"))
    targets = [f for f in reading.facts if f.status == "target" and plain_or_bound(f) and f.quantity.value]
    for sentence in reading.sentences if targets else ():
        claim = claims.search(reading.text, *sentence)
        if claim is None or excuses.search(reading.text, *sentence):
            continue
        before = [
            f for f in reading.between(sentence[0], claim.start())
            if f.status == "actual" and plain(f) and f.scope in ("whole", "average") and f.parent is None
        ]  # fmt: skip
        told = before[-1] if before else None
        if told is None or reading.text.count("。", told.evidence.end, claim.start()):
            continue
        tasks = [t for t in targets if _alike(t, told)]
        if len({t.quantity.value for t in tasks}) != 1 or tasks[0].quantity.bound in ("le", "lt"):
            continue
        task = tasks[0]
        words = reading.text[max(0, task.evidence.start - 10) : task.evidence.end + 4]
        if cue("upper").search(words) or told.quantity.value <= task.quantity.value:
            continue  # 已配齐4个，没有完成全部配齐的任务: of more than the figure says
        if told.quantity.value <= task.quantity.value / rule.limit:
            yield rule.check(reading.report, (told, task), shown(task), shown(told), claim=claim[0])


def within(reading: Reading, rule: Rule) -> Iterator[Check]:
    """``接待费预算5.60万元，实际列支6.18万元，未超出预算``: a claim of keeping within a budget behind a pair that does not.

    A pair is a budget and what was spent right behind it. The claim is of the last pair before it; 均, 各项 of all of them.
    """
    claims, budgets, spendings = (re.compile("|".join(rule.get(k))) for k in ("cues", "denominator", "numerator"))
    for sentence in reading.sentences:
        claim = claims.search(reading.text, *sentence)
        if claim is None:
            continue
        found = [
            f for f in reading.between(reading.window(sentence, 2), claim.start()) if plain(f) and f.quantity.value
        ]
        found = [f for f in found if f.status in ("actual", "target") and f.quantity.unit not in ("%", "百分点", "分")]
        pairs = [
            (budget, spent) for budget, spent in pairwise(found)
            if budget.quantity.unit == spent.quantity.unit and spent.status == "actual"
            and budgets.search(reading.about(budget)) and not budgets.search(reading.lead(spent))
            and spendings.search(reading.about(spent)) and not spendings.search(reading.lead(budget))
        ]  # fmt: skip
        for budget, spent in pairs if re.search("均|都|各", claim[0]) else pairs[-1:]:
            share = spent.quantity.value / budget.quantity.value
            if 1 < share <= 1 / rule.limit:
                yield rule.check(reading.report, (spent, budget), shown(budget), shown(spent), claim=claim[0])


def _run(reading: Reading, around: Sequence[Fact], told: Fact) -> Sequence[Fact]:
    """The figures before a claim that only commas part from it: of 举办培训班5期，培训580人次，超额完成年初培训计划 the
    claim may speak of either."""
    at = around.index(told)
    first = at
    while first and not re.search("[;。\n]", reading.text[around[first - 1].evidence.end : told.evidence.start]):
        first -= 1
    return around[first : at + 1]


def _set_before(reading: Reading, told: Fact, claim: re.Match[str]) -> list[Fact]:
    """The task that a report sets itself farther up for what is then said to be fulfilled: one item, one unit, and one
    verb or the item in the words of the claim (圆满完成了年初确定的展览目标任务)."""
    item = _noun(told)
    start = told.sentence_start
    beside = reading.between(start, reading.paragraph(start)[1])
    if sum(f.quantity.unit == told.quantity.unit and _noun(f) == item for f in beside) > 1:
        return []  # 新建公厕9座、改建公厕7座，全面完成任务
    plans = {s.section_id for s in reading.report.sections if s.role in ("measures", "next_year", "problems")}
    said = item in reading.text[claim.start() : claim.end() + 8]
    found = [
        f for f in reading.between(0, start)
        if f.status == "target" and plain_or_bound(f) and f.section_id not in plans
        and (f.quantity.unit, _noun(f)) == (told.quantity.unit, item) and (said or f.action == told.action)
    ]  # fmt: skip
    return found if len(found) == 1 else []


def _noun(fact: Fact) -> str:
    return re.sub("^(?:各[类种项级]|全部)", "", bare(fact.item))


def plain_or_bound(fact: Fact) -> bool:
    """A single number; a task may be given as a bound (不少于12期)."""
    q = fact.quantity
    return q.value_max is None and not q.approx and (q.bound is None or fact.status == "target")


def _alike(target: Fact, fact: Fact) -> bool:
    """Whether two figures are of one thing: one unit, and one item or indicator, or an item taken over; of two rates
    the name must be one (审计建议采纳率, 采纳率)."""
    if target.quantity.unit != fact.quantity.unit or target.quantity.unit in ("百分点", "分", ""):
        return False
    if target.quantity.unit == "%":
        long, short = bare(target.item), bare(fact.item)
        return short.endswith("率") and (long.endswith(short) or short.endswith(long))
    same = target.indicator is not None and target.indicator == fact.indicator
    task = bare(_TASK.sub("", target.item))  # 防治任务 is of the 草原鼠虫害防治
    named = len(task) > 1 and task in bare(fact.item)
    return same or named or dice(bare(target.item), bare(fact.item)) >= _LIKE
