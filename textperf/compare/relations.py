"""Figures of one report that may belong together by arithmetic: every set of them that does, or nearly does.

What is found here is only arithmetic; whether the figures were *meant* to belong together, their words must say
(:mod:`textperf.compare.meant`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise, product

from textperf.compare.arithmetic import slip
from textperf.compare.meant import alike
from textperf.compare.reading import Reading, plain, shown
from textperf.compare.relation import SHARES, Relation
from textperf.compare.units import family
from textperf.model import Fact
from textperf.text.fold import fold

NEAR = 0.12  # how far off, of the larger, figures may be that were meant to agree
_LIST = 12  # parts that a total may have
_AHEAD, _BEHIND = 1_200, 600  # characters between a total and its list
_TIGHT = 0.04  # how far off, of the largest, figures may be that are added and taken away
_LEDGER = 1_000  # characters from what was there to what is left
_PART = re.compile("其中|包括|包含|列入了?|内含|[,;(]含")
_GOT = re.compile(r"得分?(?:为|是)?$|计$")
_SECTION = re.compile("[本该此]项|部分|小计|合计|四项|共得|指标(?:共|合计)?得")
_OFF = re.compile(r"扣(?:减|除)?(?:去|了)?$")
_ALL = re.compile("总分|综合得分|总得分|自评得分|评价得分|合计|综合评分|自评分|总评")
_TASK = re.compile("任务|目标|计划")
_BREAK = re.compile("[;。\n]")
_DIGITS = re.compile(r"\d")


def relations(reading: Reading) -> Iterator[Relation]:
    """Every relation of a report that holds or nearly holds."""
    counts = [f for f in reading.facts if plain(f) and f.quantity.value > 0]
    by_unit: dict[str, list[Fact]] = defaultdict(list)
    for fact in counts:
        if fact.quantity.unit not in SHARES:
            by_unit[fact.quantity.unit].append(fact)
    for found in by_unit.values():
        yield from _sums(reading, [f for f in found if f.status in ("actual", "target")])
        yield from _ledgers(reading, [f for f in found if f.status in ("actual", "prior")])
        yield from _told_twice(reading, found)
    for fact in counts:
        if fact.quantity.unit == "%" and fact.status == "actual":
            yield from _rates(reading, fact)
        elif fact.status == "change":
            yield from _changes(reading, fact)
    money = [f for f in by_unit.get("元", ()) if f.status == "actual"]
    yield from budget(money)
    yield from _averages(reading, counts)
    yield from _scores(reading, by_unit.get("分", []))


def _nested(reading: Reading, fact: Fact, run: Sequence[Fact]) -> bool:
    """Whether a figure is a part of one of a run: by its parent, in brackets, or behind 其中 in the clause of the last."""
    if fact.parent and any(fact.parent == f.fact_id for f in run):
        return True
    start = reading.paragraph(fact.evidence.start)[0]
    before = reading.text[start : fact.evidence.start]
    if before.count("(") > before.count(")"):
        return True
    gap = reading.text[run[-1].evidence.end : fact.evidence.start] if run else ""
    found = list(_PART.finditer(gap))
    return bool(found) and not re.search("[;。\n]", gap[found[-1].end() :])


def _sums(reading: Reading, found: Sequence[Fact]) -> Iterator[Relation]:
    """A total before or behind a list of figures of its unit, two of them skipped at most."""
    seen = set[tuple[int, ...]]()
    for place, total in enumerate(found):
        if total.quantity.value < 5:
            continue
        for which in ("all", "top", "first"):
            for step in (1, -1):
                skips = [0, 1, 2]
                for skipped in skips:
                    for run in _runs(reading, found, place, step, skipped, which):
                        key = (total.evidence.start, *(f.evidence.start for f in run))
                        if key in seen:
                            continue
                        seen.add(key)
                        relation = Relation("sum", total, tuple(run))
                        yield relation
                        behind = found.index(run[-1]) - place
                        if step > 0 and relation.holds and behind > 2 and behind not in skips:
                            skips += (behind, behind + 1, behind + 2)  # parted once more: 按性质…；按受援人身份…


def _runs(
    reading: Reading, found: Sequence[Fact], place: int, step: int, skipped: int, which: str
) -> Iterator[list[Fact]]:
    """The runs of figures from a place on whose sum is about that of the total: of ``all``, without parts of parts
    (``top``), or of the ``first`` between semicolons (民生支出28.64亿元。其中教育9.83亿元，…；社会保障7.46亿元，…)."""
    total, value, run = found[place], 0.0, list[Fact]()
    whole = total.quantity.value
    start = reading.paragraph(total.evidence.start)[0]
    at = place + step * (1 + skipped)
    while 0 <= at < len(found) and len(run) < _LIST:
        fact = found[at]
        at += step
        far = (
            fact.evidence.start - total.evidence.end > _AHEAD
            if step > 0
            else fact.evidence.start < start or total.evidence.start - fact.evidence.end > _BEHIND
        )
        if far:
            return
        if fact.status != "actual" or (which == "top" and run and _nested(reading, fact, run if step > 0 else ())):
            continue
        if which == "first" and run and not _BREAK.search(reading.text, run[-1].evidence.end, fact.evidence.start):
            continue
        if fact.quantity.value >= whole * (1 + NEAR):
            return
        run.append(fact)
        value += fact.quantity.value
        if value > whole * (1 + NEAR):
            return
        if len(run) > 1 and abs(value - whole) <= NEAR * whole:
            yield run[:] if step > 0 else run[::-1]


def _ledgers(reading: Reading, found: Sequence[Fact]) -> Iterator[Relation]:
    """What was there, what came and what went make what is left: three to seven figures of one unit, parts aside."""
    seen = set[tuple[int, ...]]()
    for place in range(len(found)):
        for inner in (False, True):
            run: list[Fact] = []
            for fact in found[place : place + 16]:
                if run and fact.evidence.start - run[0].evidence.end > _LEDGER:
                    break
                if inner and run and _nested(reading, fact, run):
                    continue
                run.append(fact)
                for relation in _balances(run) if len(run) > 2 else ():
                    key = (
                        relation.result.evidence.start,
                        *(s * f.evidence.start for s, f in zip(relation.signs, relation.operands, strict=True)),
                    )
                    if key not in seen:
                        seen.add(key)
                        yield relation
                if len(run) == 7:
                    break


_LEDGER_OF = (
    ("bud_carryover", ("bud_carryover_prior", "bud_revenue"), ("bud_expenditure",)),
    ("bud_carryover", ("bud_carryover_prior", "bud_revenue"), ("bud_executed",)),
    ("bud_carryover", ("bud_revenue",), ("bud_expenditure",)),
)


def budget(found: Sequence[Fact]) -> Iterator[Relation]:
    """What was carried over, came in, was spent and is carried over by the names of the figures, wherever they stand."""
    named: dict[str, list[Fact]] = defaultdict(list)
    for fact in found:
        if fact.indicator and fact.quantity.value not in {f.quantity.value for f in named[fact.indicator]}:
            named[fact.indicator].append(fact)
    for left, plus, minus in _LEDGER_OF:
        for operands in product(*(named[name][:4] for name in (*plus, *minus))):
            signs = (1,) * len(plus) + (-1,) * len(minus)
            value = sum(s * f.quantity.value for s, f in zip(signs, operands, strict=True))
            for result in named[left][:4]:
                if value > 0 and abs(value - result.quantity.value) <= _TIGHT * max(f.quantity.value for f in operands):
                    relation = Relation("signed", result, operands, signs)
                    if relation.holds or relation.off <= 2 * NEAR:
                        yield relation


def _balances(run: list[Fact]) -> Iterator[Relation]:
    """The last or the first of a run as the result of the others; the first of these counts for it, and those taken off
    come last. One between them may be another matter: 新增462户，涉及小区207个."""
    for result, every in ((run[-1], run[:-1]), (run[0], run[1:])):
        found = result.quantity.value
        choices = [every, *(every[:i] + every[i + 1 :] for i in range(1, len(every) - 1))] if len(run) > 3 else [every]
        for others in choices:
            values = [f.quantity.value for f in others]
            room, whole, kept = _TIGHT * max(found, *values), sum(values), values[0]
            for number in range(1, len(values)):
                value = 2 * kept - whole  # the first of them less the others
                kept += values[number]
                if value > 0 and abs(value - found) <= min(room, 2 * NEAR * max(value, found)):
                    yield Relation("signed", result, tuple(others), (1,) * number + (-1,) * (len(values) - number))
    if len(run) == 3:  # 应收、实收、未收 in any order
        for total in run:
            parts = tuple(f for f in run if f is not total)
            relation = Relation("signed", total, parts, (1, 1))
            if relation.off <= _TIGHT:
                yield relation


def _around(reading: Reading, fact: Fact, back: int, before: int, after: int) -> list[Fact]:
    """The plain figures around one: of its sentence and ``back`` sentences before, so many before and after it."""
    start = reading.window((fact.sentence_start, fact.sentence_end), back)
    found = [
        f for f in reading.between(start, fact.sentence_end) if f is not fact and plain(f) and f.quantity.value > 0
    ]
    at = fact.evidence.start
    return [f for f in found if f.evidence.start < at][-before:] + [f for f in found if f.evidence.start > at][:after]


def _rates(reading: Reading, rate: Fact) -> Iterator[Relation]:
    near = [f for f in _around(reading, rate, 5, 16, 4) if f.quantity.unit not in SHARES and f.status != "change"]
    for top in near:
        for bottom in near:
            if top is bottom or family(top.quantity.unit) != family(bottom.quantity.unit):
                continue
            if top.quantity.value == bottom.quantity.value and rate.quantity.value != 100:
                continue
            relation = Relation("rate", rate, (top, bottom))
            if relation.off <= NEAR:
                yield relation
            elif top.quantity.value < bottom.quantity.value:
                rest = Relation("rest", rate, (top, bottom))
                if rest.off <= NEAR / 4:
                    yield rest

    for one, other in pairwise(near):  # 优秀412人、良好908人，优良率46.38%: of the two together
        for bottom in near:
            if (
                bottom is one
                or bottom is other
                or len({one.quantity.unit, other.quantity.unit, bottom.quantity.unit}) > 1
            ):
                continue
            relation = Relation("both", rate, (one, other, bottom))
            if relation.off <= NEAR / 2:
                yield relation
    if _TASK.search(reading.lead(rate)):  # 相当于市下达任务的103.26%: the task stands in an earlier chapter
        for top in near:
            for bottom in reading.facts:
                if (
                    bottom.quantity.unit == top.quantity.unit and bottom not in near and plain(bottom) and bottom.quantity.value
                    and bottom.evidence.start < top.evidence.start and alike(fold(bottom.item), fold(top.item)) >= 0.4
                ):  # fmt: skip
                    relation = Relation("rate", rate, (top, bottom))
                    if relation.off <= NEAR:
                        yield relation


def _changes(reading: Reading, change: Fact) -> Iterator[Relation]:
    near = [f for f in _around(reading, change, 4, 10, 4) if f.status in ("actual", "prior", "target")]
    near = [*_line_before(reading, change, near), *near]
    unit = change.quantity.unit
    for old in near:
        for new in near:
            if old is new or old.quantity.unit != new.quantity.unit or old.quantity.value == new.quantity.value:
                continue
            if unit == "%" and old.quantity.unit not in SHARES:
                relation = Relation("growth", change, (old, new))
            elif unit == old.quantity.unit or (unit, old.quantity.unit) == ("百分点", "%"):
                relation = Relation("gap", change, (old, new))
            else:
                continue
            if relation.holds or relation.off <= 2 * NEAR:
                yield relation
    if unit == "%":  # 增加70.70万元，增长5.82%: the change over what it is a change of
        moved = [f for f in _around(reading, change, 0, 4, 2) if f.status == "change" and f.quantity.unit not in SHARES]
        for top in moved:
            for old in near:
                if old.quantity.unit == top.quantity.unit:
                    relation = Relation("rate", change, (top, old))
                    if relation.off <= NEAR:
                        yield relation


def _line_before(reading: Reading, change: Fact, near: Sequence[Fact]) -> list[Fact]:
    """The figures of the paragraph before, in the units of those beside a change: 实际支出5,914.63万元。¶本年支出与上一年度的
    5,327.18万元相比，多支出587.45万元."""
    start = reading.paragraph(change.evidence.start)[0]
    if start == 0:
        return []
    units_ = {f.quantity.unit for f in near if f.evidence.start < change.evidence.start} | {change.quantity.unit}
    found = reading.between(reading.paragraph(start - 1)[0], start)
    return [
        f for f in found if f.quantity.unit in units_ and f.status == "actual" and plain(f) and f.quantity.value > 0
    ][-6:]


def _averages(reading: Reading, counts: Sequence[Fact]) -> Iterator[Relation]:
    """What each got, times how many they were, is all: 273.92万元, 214户, 户均12,800元."""
    for each in counts:
        if each.quantity.unit in SHARES or each.status == "change":
            continue
        base = each.quantity.unit.partition("/")[0]
        near = [f for f in _around(reading, each, 4, 12, 5) if f.quantity.unit not in SHARES and f.status != "change"]
        for whole in near:
            if whole.quantity.unit != base or whole.quantity.value <= 2 * each.quantity.value:
                continue
            for number in near:
                if number.quantity.unit != base and number.quantity.value > 1:
                    relation = Relation("average", each, (whole, number))
                    if relation.off <= NEAR:
                        yield relation


def _told_twice(reading: Reading, found: Sequence[Fact]) -> Iterator[Relation]:
    """One count in two sentences, the same or but for a slip of the pen."""
    long = [f for f in found if len(_DIGITS.findall(f.evidence.quote)) > 2 and f.status == "actual"]
    for one, other in combinations(long, 2):
        if one.sentence_start == other.sentence_start:
            continue
        equal = one.quantity.value == other.quantity.value
        if not equal and not slip(shown(one), shown(other)):
            continue
        if (one.indicator and one.indicator == other.indicator) or alike(fold(one.item), fold(other.item)) > 0.3:
            yield Relation("same", other, (one,))


def _scores(reading: Reading, found: Sequence[Fact]) -> Iterator[Relation]:
    """Scores of parts that stand apart against the score of all, and what was taken off against what was got."""
    totals = [f for f in found if f.quantity.value > 60 and _ALL.search(reading.about(f))]
    got = [f for f in found if f.quantity.value <= 60 and f.status == "actual" and _GOT.search(reading.lead(f))]
    closing = [f for f in got if _SECTION.search(reading.lead(f))]
    for some in (got, closing) if len(closing) < len(got) else (got,):
        for size in (3, 4, 5, 6):
            for start in range(len(some) - size + 1):
                run = some[start : start + size]
                for total in totals:
                    relation = Relation("sum", total, tuple(run))
                    if total not in run and relation.off <= NEAR / 2 and len({f.sentence_start for f in run}) > 1:
                        yield relation
    for score in got:
        start, end = reading.paragraph(score.evidence.start)
        off = [f for f in found if start <= f.evidence.start < end and _OFF.search(reading.lead(f))]
        if not 0 < len(off) <= 5:
            continue
        taken = sum(f.quantity.value for f in off)
        for full in found:
            if full is score or full in off or full.quantity.value % 1 or full.quantity.value < score.quantity.value:
                continue
            relation = Relation("marks", score, (full, *off), (1, *(-1 for _ in off)))
            if abs(full.quantity.value - taken - score.quantity.value) <= 2:
                yield relation
