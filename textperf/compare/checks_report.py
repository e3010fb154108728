"""Figures of one report that stand apart but belong together: budget identities, limits, units, the year."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from textperf.compare.arithmetic import amount_text
from textperf.compare.check_rules import Rule
from textperf.compare.figures import digits
from textperf.compare.reading import Reading, half, plain, shown
from textperf.compare.similar import bare
from textperf.model import Check, Fact
from textperf.text.fold import fold

_YEAR_TITLE = re.compile(r"(20\d\d)\s*年")


def _only(reading: Reading, indicator: str, beside: Sequence[Fact] = ()) -> Fact | None:
    """The one actual figure of an indicator in the running text, nothing (购置费0万元) beside it aside; of several the
    only one in a sentence, or else a paragraph, with one of ``beside`` (projects further on have 执行数, too); None when there are several."""
    found = [
        f for f in reading.facts
        if f.indicator == indicator and f.status == "actual" and plain(f) and f.scope in ("whole", "part")
    ]  # fmt: skip
    found = [f for f in found if f.quantity.value] or found
    if len({f.quantity.value for f in found}) > 1:
        sentences = {f.sentence_start for f in beside}
        lines = {reading.paragraph(f.evidence.start) for f in beside}
        found = [f for f in found if f.sentence_start in sentences] or [
            f for f in found if reading.paragraph(f.evidence.start) in lines
        ]
    return found[0] if found and len({f.quantity.value for f in found}) == 1 else None


def sums(reading: Reading, rule: Rule) -> Iterator[Check]:
    """``total`` = sum of ``parts`` between indicators that each have one value in the report."""
    totals = [t for t in (_only(reading, name) for name in rule.get("total")) if t]
    members = [_only(reading, p, totals) for p in rule.get("parts")]
    if any(m is None for m in members) or any(f.indicator in rule.get("unless") for f in reading.facts):
        return
    listed: list[Fact] = [m for m in members if m is not None]
    if len({f.quantity.unit for f in listed}) != 1:
        return
    for name in rule.get("optional"):
        given = [f for f in reading.facts if f.indicator == name and f.status == "actual"]
        extra = _only(reading, name)
        if given and extra is None:
            return
        listed += [extra] if extra else []
    value = sum(f.quantity.value for f in listed)
    room = sum(half(f) * 2 for f in listed)
    every = [f for f in reading.facts if f.quantity.unit == listed[0].quantity.unit and f.status == "actual"]
    if any(abs(f.quantity.value - value) <= room + half(f) for f in every if f not in listed):
        return  # some figure of the report is this sum: the total is another one
    if any(
        abs(t.quantity.value - value - f.quantity.value) <= room + half(f) + half(t)
        for t in totals for f in every if f.sentence_start == t.sentence_start and f not in listed and f is not t
    ):  # fmt: skip
        return  # the sentence of the total names one part more: 工资、商品和服务支出 and 对个人和家庭的补助
    for total in totals:
        off = abs(value - total.quantity.value)
        near = _near(listed, total, rule.reach or _PASSAGE)
        if (
            near
            and off <= rule.limit * total.quantity.value
            and total.quantity.value > max(f.quantity.value for f in listed)
        ):
            yield rule.check(
                reading.report, (total, *listed), amount_text(value, listed[0]), shown(total),
                parts="＋".join(shown(f) for f in listed),
            )  # fmt: skip
            return


_PASSAGE = 1_200


def _near(listed: Sequence[Fact], total: Fact, reach: int = _PASSAGE) -> bool:
    """Whether the figures stand in one passage: a summary and a chapter far away may speak of different things."""
    places = [f.evidence.start for f in [*listed, total]]
    return max(places) - min(places) <= reach


def over(reading: Reading, rule: Rule) -> Iterator[Check]:
    """More spent than the year's budget while the printed rate says otherwise."""
    budget, spent = _budget_and_spent(reading)
    rate = _only(reading, "bud_execution_rate")
    if budget and spent and rate and _near([budget, spent], rate) and spent.quantity.unit == budget.quantity.unit:
        above = spent.quantity.value - budget.quantity.value
        if above > half(spent) + half(budget) and above <= 0.5 * budget.quantity.value and rate.quantity.value <= 100:
            yield rule.check(reading.report, (spent, budget, rate), shown(budget), shown(spent), rate=shown(rate))


def over_untold(reading: Reading, rule: Rule) -> Iterator[Check]:
    """More spent than there was, and no word of why around: by the body in its year, or by one project where budget and
    spending stand side by side (``“能力提升”项目预算420.00万元,支出436.80万元``)."""
    excuses = re.compile("|".join(rule.get("excuses")))
    found: list[tuple[Fact, Fact, str]] = []
    budget, spent = _budget_and_spent(reading)
    if budget and spent and spent.quantity.unit == budget.quantity.unit and _near([budget], spent):
        first, last = sorted((budget, spent), key=lambda f: f.evidence.start)
        found.append((budget, spent, reading.text[max(0, first.evidence.start - 60) : last.evidence.end + 120]))
    for start, end in reading.sentences:
        found += [
            (a, b, reading.text[start : end + _NEXT])
            for a, b in pairwise(reading.between(start, end))
            if a.indicator != "bud_adjusted_budget" and _side_by_side(reading, a, b)
        ]
    for budget, spent, around in found:
        above = spent.quantity.value - budget.quantity.value
        if half(spent) + half(budget) < above <= 0.2 * budget.quantity.value and not excuses.search(around):
            yield rule.check(reading.report, (spent, budget), shown(budget), shown(spent))


_BUDGET = re.compile("预算(?:数|安排|金额|资金|总额)?(?:为|是)?$")
_SPENT = re.compile(
    r"^(?:\([^)]*\))?,(?:实际|全年|年内|当年|本年)?(?:支出|执行|使用|支付|列支|花费)(?:数)?(?:为|是|了|达到?)?$"
)
_NEXT = 16  # characters of the next sentence, where it may begin with the reason


def _budget_and_spent(reading: Reading) -> tuple[Fact | None, Fact | None]:
    return (
        _only(reading, "bud_adjusted_budget"),
        _only(reading, "bud_executed") or _only(reading, "bud_expenditure"),
    )


def _side_by_side(reading: Reading, budget: Fact, spent: Fact) -> bool:
    return (
        {budget.quantity.unit, spent.quantity.unit} == {"元"}
        and plain(budget)
        and plain(spent)
        and bool(_BUDGET.search(reading.lead(budget, 10)))
        and bool(_SPENT.match(reading.text[budget.evidence.end : spent.evidence.start]))
    )


def cap(reading: Reading, rule: Rule) -> Iterator[Check]:
    """A local rule: when one indicator is below a line, another may be at most so much."""
    cause, effect = _only(reading, rule.when), _only(reading, rule.then)
    if cause and effect and cause.quantity.value < rule.below and effect.quantity.value > rule.at_most:
        yield rule.check(reading.report, (effect, cause), str(rule.at_most), shown(effect), cause=shown(cause))


def units(reading: Reading, rule: Rule) -> Iterator[Check]:
    """The same item with the same digits in 元 and in 万元, or in 万 and in 亿; where the digits are many enough to be no
    chance (全年执行11,731.20万元 and 全年支出11,731.20元), of any two sums of the budget."""
    groups: dict[str, list[Fact]] = defaultdict(list)
    for fact in reading.facts:
        if fact.status == "actual" and fact.quantity.value and fact.quantity.unit == "元":
            groups[digits(fact.quantity.value)].append(fact)
    for printed, facts in groups.items():
        for a, b in combinations(facts, 2):
            low, high = sorted((a.quantity.value, b.quantity.value))
            if not any(abs(high / low / power - 1) < 1e-9 for power in (1e4, 1e8)):
                continue
            named = (a.indicator, bare(a.item)) == (b.indicator, bare(b.item))
            if named or (_of_budget(a) and _of_budget(b) and len(printed) >= _MANY):
                yield rule.check(reading.report, (b, a), shown(a), shown(b), item=a.item)


_MANY = 5  # significant digits that two different sums do not share by chance


def _of_budget(fact: Fact) -> bool:
    return (fact.indicator or "").startswith("bud_")


def title_year(reading: Reading, rule: Rule) -> Iterator[Check]:
    """The year of the title against the year that the body speaks of most."""
    title = reading.report.meta.title or ""
    years = {int(y) for y in _YEAR_TITLE.findall(title)}
    if len(years) != 1 or reading.report.meta.report_type == "work_report":
        return
    year = years.pop()
    at = reading.text.find(fold(title))
    body = reading.text[at + len(title) :] if at >= 0 else reading.text
    counted = Counter(int(y) for y in re.findall(r"(20\d\d)\s*年(?:度|全年)", body))
    if not counted:
        return
    most, count = counted.most_common(1)[0]
    if most != year and count >= 4 and count >= 4 * max(1, counted[year]) and abs(most - year) <= 3:
        yield rule.check(reading.report, (), str(year), str(most), count=count)
