"""Body × indicator × year: one row a cell, with the reasons in the order in which they decide.

The year's own report before a later report's figure of the year before, the body's own figure before a single
project's, whole before part, the usual unit before others. Targets and changes never stand in a cell.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from textperf.compare.claims import SCOPE, SCOPE_PLACE, TOTAL, Claim, claims, rounded_ones
from textperf.compare.figures import agree
from textperf.compare.model import Origin, Series
from textperf.compare.revise import revised
from textperf.compare.second import Opinion
from textperf.compare.settle import relations, settled
from textperf.compare.similar import bare, dice
from textperf.compare.units import convert, family
from textperf.compare.usage import usage, usages
from textperf.model import Fact, Report
from textperf.rules.catalogue import indicators

_NEAR, _FAR = 2.0, 2.5  # how many times a figure may be that of another year, or must not be
# By so much a figure of equal standing must be nearer to the other years to take the place of the one chosen, and so many
# times off is a figure that nothing explains not shown without a warning. Of 34 wrong cells of 48 bodies when they were
# first read 7 and 5 were of these kinds, of 3,848 right ones none.
_NEARER, _DOUBTFUL = 1.15, 8.0
_LITTLE = 0.05  # of what a wider place has: a detail, and not the body's own figure
_UNREAD = frozenset({"unreadable_page", "needs_ocr", "garbled", "page_limit", "text_limit"})
# Where the words for the body's own money are few, any other noun is that of a fund: 就业补助资金支出1,178万元.
_BY_NAME = frozenset(
    ("bud_executed", "bud_expenditure", "bud_adjusted_budget", "bud_initial_budget", "bud_execution_rate")
)
_OWN_MONEY = re.compile(
    "(?:全年|本年|当年|年度|部门|单位|实际|年末|累计|决算|整体|财政|拨款|合计|调整后?|年初|批复|预算|总|本级|安排)*"
    "(?:支出|执行|预算|决算|执行率|支付率|完成率|支出率)(?:数|额|合计|总计|总额)?"
)
# … and so is the rate of what is bought with a part of it: “三公”经费年初预算4.00万元，实际支出3.60万元，为预算的90%
_OF_A_KIND = re.compile("(?:三公|公务接待|公务用车|会议费|培训费)[^;。]*$")
_BEFORE = 40  # characters before a number in which the words may stand that make it the body's
_NOT_DONE = re.compile("不予|不(?![变断])|未|没有?|尚未")
# Words before a noun that leave nothing out (各类案件), or that it was read with from the clause before
# (新收和旧存案件合计受理6,215件；审执结6,024件).
_EVERY = re.compile("(?:各[类种项级])+|所有|全部")
_ALL = re.compile("^(?:(?:各[类种项级])+|所有|全部|(?:上年)?旧存|新收)")


def _usable(claim: Claim) -> bool:
    """A part, an average or a figure for each is not the body's total, unless the quantity is of such a kind; what was
    not done (不予立案) is not what was."""
    fact, use = claim.fact, usage(claim.fact.indicator or "")
    if use.many:
        return False
    if fact.action and _NOT_DONE.match(fact.action):
        known = indicators().get(fact.indicator or "")
        if known and not _NOT_DONE.search(known.name):
            return False
    if fact.scope in ("average", "each") and not use.each:
        return "/" in fact.quantity.unit or fact.quantity.unit in ("%", "‰", "分", "天", "百分点", "倍", "")
    return True


def _keep_one_matter(indicator: str, mine: dict[int, list[Claim]]) -> None:
    """Of an indicator that is told of several matters (追加占年初预算, 第四季度占全年) the claims of the first one that the
    body speaks of at all; those of the others stay in the table, and in no series."""
    if not (about := usage(indicator).about):
        return
    spoken = {p: [c for found in mine.values() for c in found if re.search(p, c.before[-_BEFORE:])] for p in about}
    kept = next((found for found in spoken.values() if any(c.own for c in found)), [])
    chosen = {id(c) for c in kept}
    for year, found in mine.items():
        mine[year] = [c for c in found if id(c) in chosen]


def series(
    department: str, reports: Sequence[Report], second: Opinion | None = None
) -> tuple[list[Series], list[Series]]:
    """The cells of one body and, beside them, all else that its reports say under the same indicators.

    Without a ``second`` opinion the cells are what the rules make of them.
    """
    table = claims(reports)
    years = sorted({r.meta.fiscal_year for r in reports if r.meta.fiscal_year is not None})
    cells: dict[tuple[str, int], Series] = {}
    parts: list[Series] = []
    used_by: dict[tuple[str, int], set[str]] = {}
    by_indicator: dict[str, dict[int, list[Claim]]] = defaultdict(dict)
    mains: dict[str, tuple[str, Counter[str]]] = {}
    for (indicator, year), found in table.items():
        by_indicator[indicator][year] = found
    for indicator, mine in sorted(by_indicator.items()):
        _keep_one_matter(indicator, mine)
        main = _main_items(indicator, mine)
        for year, found in mine.items():
            cell, used = _cell(department, indicator, year, found, main)
            if cell:
                cells[indicator, year] = cell
            used_by[indicator, year] = used
        _one_unit(cells, indicator, sorted(mine))  # before years are held against each other
        for year, claim in _out_of_line(indicator, mine, cells, main):
            cell, used_by[indicator, year] = _cell(department, indicator, year, [claim], main)
            if cell:
                cells[indicator, year] = cell
        mains[indicator] = main
    _settle(department, table, cells, used_by, mains)
    for indicator, mine in by_indicator.items():
        _one_unit(cells, indicator, sorted(mine))
    for indicator, year, fact in list(revised(reports, table, cells, second)) if second else ():
        cells[indicator, year] = (
            _of(department, indicator, year, fact)
            if fact
            else replace(cells[indicator, year], value=None, state="conflict")
        )
        used_by[indicator, year] = set(cells[indicator, year].fact_ids)
    for indicator, mine in sorted(by_indicator.items()):
        _one_unit(cells, indicator, sorted({*mine, *years}))
        for year in mine:
            if (cell := cells.get((indicator, year))) and _doubtful(cell, _others(indicator, year, mine, cells)):
                cells[indicator, year] = replace(cell, value=None, state="conflict")
        for year in mine:
            found = table[indicator, year]
            parts += [_row(department, indicator, c) for c in found if c.fact_id not in used_by[indicator, year]]
    # A page that could not be read may hold the figure: that is not the same as a report that does not give it.
    unread = {r.meta.fiscal_year for r in reports if any(n.reason in _UNREAD for n in r.notices)}
    first = {i: cells[i, y] for i, y in sorted(cells, reverse=True)}
    for indicator, known in first.items():
        for year in years:
            if (indicator, year) not in cells:
                cells[indicator, year] = Series(
                    department,
                    indicator,
                    known.item,
                    known.unit,
                    year,
                    None,
                    "unreadable" if year in unread else "missing",
                    "own",
                )
    return [cells[key] for key in sorted(cells)], parts


def _settle(
    department: str,
    table: Mapping[tuple[str, int], Sequence[Claim]],
    cells: dict[tuple[str, int], Series],
    used_by: dict[tuple[str, int], set[str]],
    mains: Mapping[str, tuple[str, Counter[str]]],
) -> None:
    """Puts the figures in the cells that arithmetic tells are meant (:mod:`.settle`)."""
    known = tuple(relations({name: u.ratio for name, u in usages().items() if u.ratio}))
    for year in {y for _, y in cells}:
        values = {i: c.value for (i, y), c in cells.items() if y == year and c.value is not None}
        claims_of = {i: found for (i, y), found in table.items() if y == year}
        for claim in settled(values, claims_of, known):
            indicator = claim.fact.indicator or ""
            cell, used = _cell(department, indicator, year, [claim], mains[indicator])
            if cell:
                cells[indicator, year], used_by[indicator, year] = cell, used


def _main_items(indicator: str, mine: Mapping[int, Sequence[Claim]]) -> tuple[str, Counter[str]]:
    """The unit family that the body's years share, and for each item in how many years something like it is counted."""
    families: Counter[str] = Counter()
    seen: dict[str, set[int]] = defaultdict(set)
    for year, found in mine.items():
        usable = [c for c in found if _usable(c)]
        for name in dict.fromkeys(c.family for c in usable):  # in their order: of two alike the first counts
            families[name] += 1
        for claim in usable:
            seen[_noun(claim.fact)].add(year)
    spread: Counter[str] = Counter()
    for item in seen:
        spread[item] = len({y for other, ys in seen.items() if dice(item, other) >= 0.67 for y in ys})
    preferred = usage(indicator).units
    most = max(families.values(), default=0)
    first = next((u for u in preferred if most and families[family(u)] == most), None)
    if first is None:
        first = max(families, key=lambda f: families[f], default="")
    return family(first), spread


def _cell(
    department: str, indicator: str, year: int, found: Sequence[Claim], main: tuple[str, Counter[str]]
) -> tuple[Series | None, set[str]]:
    unit, spread = main
    usable = [c for c in found if _usable(c) and _total(c, spread) and not c.others]
    usable = [c for c in usable if c.standing[1] < 2] or [c for c in usable if _plain(c)]
    candidates = [c for c in usable if c.own] or usable
    different = {c.fact.quantity.value for c in candidates}
    if not candidates or (len(different) > 1 and usage(indicator).single):
        return None, set()

    def worth(claim: Claim) -> tuple[int, ...]:
        *reasons, beside, total, place = claim.standing
        noun = _noun(claim.fact)
        special = claim.fact.indicator in _BY_NAME and (
            not _OWN_MONEY.fullmatch(noun) or _OF_A_KIND.search(claim.before) is not None
        )
        item = (
            claim.fact.quantity.bound is not None,  # 整改率95%以上 beside 整改率95.45%
            special,
            not any(re.search(f"(?:{p})$", claim.before) for p in first),
            claim.fact_id not in general,
            total,
            not _EVERY.match(bare(claim.fact.item)),
            -(_affinity(claim.fact) // 3),
            -spread[noun],
            claim.fact.quantity.approx,
            beside,
        )
        return (claim.family != unit, claim.fact_id in rounded, *reasons, *item, place)

    kinds, first = usage(indicator).kinds, usage(indicator).first
    candidates = [
        c for c in candidates if not any(re.search(k, f"{c.fact.item}|{c.fact.action}") for k in kinds)
    ] or candidates
    general, rounded = _general(candidates), rounded_ones(candidates)
    best = min(candidates, key=worth)
    places = [c for c in found if c.others and c.family == best.family and "累计" not in c.before]
    wider = max((c.fact.quantity.value for c in places), default=0.0)
    money = indicator.startswith("bud_")  # 一般公共预算支出38.6亿元 of the county is not what the office is a part of
    if best.fact.quantity.value < _LITTLE * wider and not best.itself and not money:
        return None, set()  # 信访事项全市合计8,127件次 and 重复信访70件次: the body's own figure is not among them
    part = SCOPE["part"]
    if (
        best.standing[SCOPE_PLACE] == part
        and len({c.fact.quantity.value for c in candidates if c.standing[SCOPE_PLACE] == part}) > 1
    ):
        return None, set()
    same = [c for c in candidates if c is best or (c.fact_id not in rounded and _same_claim(best, c))]
    alike = [c for c in candidates if bare(c.fact.item) == bare(best.fact.item) and c.fact.action == best.fact.action]
    if len({c.fact.quantity.value for c in alike}) > 2:  # one for each project or unit: no contradiction
        same = [c for c in same if agree(best.fact, c.fact)]
    agreeing = [c for c in same if agree(best.fact, c.fact)]
    against = [c for c in same if c not in agreeing]
    origin: Origin = "later_report" if not best.own else "table" if best.fact.source == "table" else "own"
    named = agreeing + against
    ids = tuple(dict.fromkeys(c.fact_id for c in [best, *named]))
    quantity = best.fact.quantity
    cell = Series(
        department, indicator, best.fact.item, quantity.unit, year,
        None if against else quantity.value, "conflict" if against else "value", origin, ids,
    )  # fmt: skip
    return cell, set(ids)


def _noun(fact: Fact) -> str:
    """What was counted, as it is compared over the years."""
    return _ALL.sub("", bare(fact.item))


def _general(candidates: Sequence[Claim]) -> frozenset[str]:
    """The greatest, where its noun is the head of others: 案件10,254件 beside 涉企案件1,372件."""
    counts = [(c, _noun(c.fact)) for c in candidates if c.fact.quantity.unit not in ("元", "%", "分")]
    most = max((c.fact.quantity.value for c, _ in counts), default=0.0)
    return frozenset(
        a.fact_id
        for a, head in counts
        if a.fact.quantity.value == most
        and any(
            len(noun) > len(head) > 1 and noun.endswith(head)
            and b.family == a.family and b.fact.quantity.value < most
            for b, noun in counts
        )
    )  # fmt: skip


def _out_of_line(
    indicator: str,
    mine: Mapping[int, Sequence[Claim]],
    cells: Mapping[tuple[str, int], Series],
    main: tuple[str, Counter[str]],
) -> list[tuple[int, Claim]]:
    """Years whose figure is far from that of at least two others while the same report has one that is near them: what
    was read first is a part or another thing (检查使用单位638家次 beside 检查经营主体9,120户次). Of figures of equal standing
    the one nearer to the other years."""
    out = []
    for year, found in mine.items():
        cell = cells.get((indicator, year))
        others = _others(indicator, year, mine, cells)
        if cell is None or not cell.value or not others:
            continue
        off = _off(cell.value, others)
        chosen = next((c for c in found if c.fact_id in cell.fact_ids), None)
        usable = [
            (c, value)
            for c in found
            if c.own and c.family == main[0] and _usable(c) and not c.others
            and (value := convert(c.fact.quantity.value, c.fact.quantity.unit, cell.unit or ""))
        ]  # fmt: skip
        rounded = rounded_ones([c for c, _ in usable])
        fits = [
            c for c, value in usable if c.fact_id not in rounded
            if (min(_times(cell.value, o) for o in others) > _FAR and _off(value, others) <= _NEAR)
            or (
                chosen is not None and c.fact.scope == "whole" and c.standing[:4] == chosen.standing[:4]
                and _off(value, others) * _NEARER < off
            )
        ]  # fmt: skip
        if len({c.fact.quantity.value for c in fits}) == 1:
            out.append((year, fits[0]))
    return out


def _others(
    indicator: str, year: int, mine: Mapping[int, Sequence[Claim]], cells: Mapping[tuple[str, int], Series]
) -> list[float]:
    """The figures of the other years in the unit of this one, when there are two and more, and they are near each other."""
    unit = here.unit or "" if (here := cells.get((indicator, year))) else ""
    told = [c for y in mine if y != year and (c := cells.get((indicator, y))) and c.value]
    found = [value for c in told if (value := convert(c.value or 0.0, c.unit or "", unit))]
    return found if len(found) > 1 and max(found) <= _NEAR * min(found) else []


def _doubtful(cell: Series, others: Sequence[float]) -> bool:
    """Whether a figure is so far from those of the other years that a reader must look at it first (参保1,200人 between
    72.5万人 and 72.2万人)."""
    return bool(cell.value and others) and min(_times(cell.value or 0.0, o) for o in others) > _DOUBTFUL


def _off(value: float, others: Sequence[float]) -> float:
    return max(_times(value, o) for o in others)


def _times(a: float, b: float) -> float:
    return max(a / b, b / a)


def _affinity(fact: Fact) -> int:
    """How much of the indicator's own name the item has, in tenths."""
    known = indicators().get(fact.indicator or "")
    return round(10 * dice(TOTAL.sub("", fact.item), known.name)) if known else 0


def _same_claim(a: Claim, b: Claim) -> bool:
    """Whether two facts claim the same thing: one item, one action, one scope, not two counts of one sentence.

    Two reports of the same body and year always speak of the same thing when item and action agree.
    """
    x, y = a.fact, b.fact
    if a.family != b.family or a.standing[:4] != b.standing[:4]:
        return False
    if x.report_id == y.report_id and x.sentence_start == y.sentence_start and x.quantity.value != y.quantity.value:
        return False
    if x.action and y.action and x.action != y.action:
        return False
    if agree(x, y):
        return True
    if bare(x.item) != bare(y.item) or x.quantity.unit != y.quantity.unit or x.action != y.action:
        return False
    # A rate's name (办结率) is shared by many things; a noun taken over from elsewhere is no claim of its own.
    return x.quantity.unit != "%" and a.named and b.named


def _plain(claim: Claim) -> bool:
    """Whether a figure among problems may stand for the body where nothing else does: 应到位3,800万元，实到3,230万元，到位率85%."""
    return claim.fact.scope == "whole" and claim.named and claim.standing[2] == 0


def _total(claim: Claim, spread: Counter[str]) -> bool:
    """Whether a figure read as a part can be the body's: its indicator is such, or its noun is that of other years or
    of the indicator. 财政所人员4人 is not the staff of a town."""
    if claim.standing[SCOPE_PLACE] != SCOPE["part"] or usage(claim.fact.indicator or "").whole:
        return True
    if claim.part_of_own:
        return False
    return spread[_noun(claim.fact)] > 1 or _affinity(claim.fact) >= 4


def _row(department: str, indicator: str, claim: Claim) -> Series:
    row = _of(department, indicator, claim.year, claim.fact)
    return row if claim.own else replace(row, origin="later_report")


def _of(department: str, indicator: str, year: int, fact: Fact) -> Series:
    origin: Origin = "table" if fact.source == "table" else "own"
    quantity = fact.quantity
    return Series(
        department, indicator, fact.item, quantity.unit, year, quantity.value, "value", origin, (fact.fact_id,)
    )


def _one_unit(cells: dict[tuple[str, int], Series], indicator: str, years: Sequence[int]) -> None:
    """Brings a body's years of one indicator to the unit most of them use (公顷 to 亩), where one can be converted."""
    mine = [cells[indicator, y] for y in years if (indicator, y) in cells]
    units = Counter(c.unit for c in mine if c.unit)
    if len(units) < 2:
        return
    usual = max(units, key=lambda u: (units[u], u))
    for cell in mine:
        if cell.unit and cell.unit != usual and cell.value is not None:
            value = convert(cell.value, cell.unit, usual)
            if value is not None and value != cell.value:
                cells[indicator, cell.fiscal_year] = Series(
                    cell.department, indicator, cell.item, usual, cell.fiscal_year, value, cell.state, cell.origin,
                    cell.fact_ids,
                )  # fmt: skip
