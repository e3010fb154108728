"""Body × indicator × year: one row a cell, with the reasons in the order in which they decide.

The year's own report before a later report's figure of the year before, the body's own figure before a single
project's, whole before part, the usual unit before others. Targets and changes never stand in a cell.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from textperf.compare.figures import agree
from textperf.compare.model import Origin, Series
from textperf.compare.similar import bare, dice
from textperf.compare.units import convert, family
from textperf.model import Fact, Report
from textperf.rules.catalogue import indicators
from textperf.rules.loader import Shape, packaged, read_rules
from textperf.text.fold import fold

_SHAPE = Shape(
    "indicator",
    {"id": str, "units": list, "whole": bool, "many": bool, "single": bool, "examples": list},
    ("id", "examples"),
)
_SCOPE_PLACE = 3  # where the scope stands in a claim's standing
_SCOPE = {"whole": 0, "cumulative": 1, "average": 2, "each": 3, "part": 4}
# Where figures illustrate what is lacking or to come, and where they may.
_ROLES = {"problems": 2, "measures": 2, "next_year": 2, "targets": 1, "work_plan": 1}
# A named project or fund (困难群众救助项目, 安全专项): what is said there of money or marks is not the body's.
_ENTITY = re.compile(
    r"[\u4e00-\u9fff]{2,}(?<![各等类个的部有些门点体评展施批键大全核入合到及和管理算财政出])(?:项目|专项|工程|补贴|补助)(?!支出|总|数|个|库|资金|\d)|项目资金|分项目|项目[A-Z一二三四五六]"
)
_UNREAD = frozenset({"unreadable_page", "needs_ocr", "garbled", "page_limit", "text_limit"})
_OF_THE_BODY = ("bud_project_", "eval_projects_", "eval_problem", "eval_rated_")
_PART_MARK = re.compile(r"其中|包括|含|\(")
# The same year at an earlier date, or some other year: not the figure of the year before.
_OTHER_TIME = re.compile(r"年初|期初|上半年|季度|上月|前[一二三四五]?年|五年前|[“”]?十[二三]五|\d{1,2}月")
_YEAR = re.compile(r"(20\d\d)年")
_NAMED_YEAR = re.compile(r"(20\d\d)年度?的?$")  # right before a number: 由2021年的11.37万元降至…
_NOT_DONE = re.compile("不予|不|未|没有?|尚未")
_CLAUSE_MARK = re.compile("[,;:。]")
_TOTAL = re.compile("合计|共计|总计|总数|总量|总额|总执行")


@dataclass(frozen=True, slots=True)
class Usage:
    """How an indicator is used in comparison; see ``comparison.toml``."""

    units: tuple[str, ...] = ()
    whole: bool = False
    many: bool = False
    single: bool = False


_PLAIN = Usage()


def read_usage(path: Path) -> Mapping[str, Usage]:
    """How the indicators of one file are used in comparison. Raises :class:`RuleError`."""
    return {
        e["id"]: Usage(tuple(e.get("units", ())), *(bool(e.get(key)) for key in ("whole", "many", "single")))
        for e in read_rules(path, _SHAPE)
    }


def usage(indicator: str) -> Usage:
    """What ``comparison.toml`` says about an indicator, or the general rule."""
    table: Mapping[str, Usage] = packaged("comparison.toml", read_usage)
    return table.get(indicator, _PLAIN)


@dataclass(frozen=True, slots=True)
class Claim:
    """A fact that claims to be the figure of a year. ``standing`` orders claims: the smaller the better."""

    fact: Fact
    fact_id: str
    year: int
    own: bool
    standing: tuple[int, ...]
    named: bool = True  # whether the item stands in the sentence of the number
    part_of_own: bool = False  # whether the total that it is a part of is of the same indicator

    @property
    def family(self) -> str:
        return family(self.fact.quantity.unit)


def prior_year(fact: Fact, before: str, fiscal_year: int) -> int | None:
    """The fiscal year that an earlier period's value in a report of ``fiscal_year`` is of, or None when it cannot be told.

    A year named in the sentence ``before`` the number decides; 年初的, 上半年的 are no year's figure.
    """
    named = _YEAR.search(fact.period or "")
    if named:
        return int(named[1])
    clause = _CLAUSE_MARK.split(before)[-1]
    years = _YEAR.findall(clause)
    if years:
        year = int(years[-1])
        return year if year < fiscal_year else None
    if _OTHER_TIME.search(clause):
        return None
    return fiscal_year - 1


def claims(reports: Sequence[Report]) -> dict[tuple[str, int], list[Claim]]:
    """All claims of one body's reports by indicator and year; changes and targets claim nothing."""
    whole_years = {
        r.meta.fiscal_year for r in reports if r.meta.report_type not in ("project_self_evaluation", "other")
    }
    out: dict[tuple[str, int], list[Claim]] = defaultdict(list)
    for report in reports:
        if report.meta.fiscal_year is None:
            continue
        text = fold(report.text)  # once: there are hundreds of facts in a report, and each looks around itself
        roles = {s.section_id: s.role for s in report.sections}
        titles = _titles(report)
        parts = _parts(report)
        ids = [f.fact_id for f in report.facts]
        totals = {i: f.indicator for i, f in zip(ids, report.facts, strict=True)}
        project = report.meta.report_type == "project_self_evaluation" and report.meta.fiscal_year in whole_years
        for fact_id, fact in zip(ids, report.facts, strict=True):
            if fact.indicator is None or fact.status not in ("actual", "prior"):
                continue
            start = fact.evidence.start
            before = text[fact.sentence_start : start]
            named = _NAMED_YEAR.search(before)
            prior = fact.status == "prior" or (named is not None and int(named[1]) < report.meta.fiscal_year)
            year = prior_year(fact, before, report.meta.fiscal_year) if prior else report.meta.fiscal_year
            if year is None:
                continue
            standing = (
                int(project),
                _ROLES.get(roles.get(fact.section_id or "", ""), 0),
                int(_single_project(fact, before, titles)),
                _SCOPE[_scope(fact, fact_id in parts, totals)],
                int(fact.source == "table"),
                int(not _beside(fact, text)),
                -int(bool(_TOTAL.search(text[max(0, start - 6) : start] + fold(fact.item)))),
                start,
            )
            said = bare(fact.item) in bare(text[fact.sentence_start : fact.sentence_end])
            out[fact.indicator, year].append(
                Claim(fact, fact_id, year, not prior, standing, said, fact_id in parts or (fact.parent or "") in totals)
            )
    return out


def _parts(report: Report) -> frozenset[str]:
    """The facts that are parts of a figure of their own indicator, whatever was read: those behind 其中 or in a bracket
    that are smaller, and those of a paragraph that add up to another one beside them (工程类16、货物类8、服务类21：45)."""
    groups: dict[tuple[str, str, int], list[Fact]] = defaultdict(list)
    for fact in sorted(report.facts, key=lambda f: f.evidence.start):
        if fact.indicator and fact.status == "actual" and fact.source == "text":
            line = report.text.count("\n", 0, fact.evidence.start)
            groups[fact.indicator, fact.quantity.unit, line].append(fact)
    out: set[str] = set()
    for facts in groups.values():
        for place, whole in enumerate(facts):
            for fact in facts[place + 1 :]:
                between = fold(report.text[whole.evidence.end : fact.evidence.start])
                marked = (
                    _PART_MARK.search(between) if fact.sentence_start == whole.sentence_start else "。其中" in between
                )
                if marked and fact.quantity.value < whole.quantity.value:
                    out.add(fact.fact_id)
            for run in (facts[place + 1 :], facts[:place][::-1]):
                total = 0.0
                for number, fact in enumerate(run, 1):
                    total += fact.quantity.value
                    if number > 1 and whole.quantity.value > 0 and abs(total - whole.quantity.value) < 1e-6 * total:
                        out.update(f.fact_id for f in run[:number])
    return frozenset(out)


def _scope(fact: Fact, is_part: bool, totals: Mapping[str, str | None]) -> str:
    """The scope that counts for the series: part of a total of another indicator is the whole of its own."""
    if is_part:
        return "part"
    if fact.scope == "part" and fact.parent and totals.get(fact.parent, fact.indicator) != fact.indicator:
        return "whole"
    if fact.scope == "average" and fact.quantity.unit == "分":
        return "whole"  # the mark of a body with several projects is their average
    return fact.scope


def _titles(report: Report) -> Mapping[str, str]:
    """The title of each section with those of the sections that it stands in."""
    out: dict[str, str] = {}
    for section in report.sections:
        out[section.section_id] = f"{out.get(section.parent_id or '', '')}\n{section.title}"
    return out


def _beside(fact: Fact, text: str) -> bool:
    """Whether the item stands beside its number in the folded text, not taken over from an earlier clause."""
    first, end = max(fact.sentence_start, fact.evidence.start - 30), min(len(text), fact.evidence.end + 16)
    clause = _CLAUSE_MARK.split(text[first : fact.evidence.start])[-1]
    near = clause + text[max(first, end - 16) : end]
    return fact.item in near or bare(fact.item) in bare(near)


def _single_project(fact: Fact, before: str, titles: Mapping[str, str]) -> bool:
    """Whether money or a rate or a score is said of one project rather than of the body."""
    name = fact.indicator or ""
    if not name.startswith(("bud_", "eval_")):
        return False
    if _ENTITY.search(titles.get(fact.section_id or "", "")):
        return True
    return not name.startswith(_OF_THE_BODY) and bool(_ENTITY.search(before + fold(fact.item)))


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
    if fact.scope in ("average", "each"):
        return "/" in fact.quantity.unit or fact.quantity.unit in ("%", "‰", "分", "天", "百分点", "倍", "")
    return True


def series(department: str, reports: Sequence[Report]) -> tuple[list[Series], list[Series]]:
    """The cells of one body and, beside them, all else that its reports say under the same indicators."""
    table = claims(reports)
    years = sorted({r.meta.fiscal_year for r in reports if r.meta.fiscal_year is not None})
    cells: dict[tuple[str, int], Series] = {}
    parts: list[Series] = []
    by_indicator: dict[str, dict[int, list[Claim]]] = defaultdict(dict)
    for (indicator, year), found in table.items():
        by_indicator[indicator][year] = found
    for indicator, mine in sorted(by_indicator.items()):
        main = _main_items(indicator, mine)
        for year, found in mine.items():
            cell, used = _cell(department, indicator, year, found, main)
            if cell:
                cells[indicator, year] = cell
            parts += [_row(department, indicator, c) for c in found if c.fact_id not in used]
        _one_unit(cells, indicator, sorted(mine))
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


def _main_items(indicator: str, mine: Mapping[int, Sequence[Claim]]) -> tuple[str, Counter[str]]:
    """The unit family that the body's years share, and for each item in how many years something like it is counted."""
    families: Counter[str] = Counter()
    seen: dict[str, set[int]] = defaultdict(set)
    for year, found in mine.items():
        usable = [c for c in found if _usable(c)]
        for name in {c.family for c in usable}:
            families[name] += 1
        for claim in usable:
            seen[bare(claim.fact.item)].add(year)
    spread: Counter[str] = Counter()
    for item in seen:
        spread[item] = len({y for other, ys in seen.items() if dice(item, other) >= 0.67 for y in ys})
    preferred = usage(indicator).units
    first = next((u for u in preferred if families[family(u)]), None)
    if first is None:
        first = max(families, key=lambda f: families[f], default="")
    return family(first), spread


def _cell(
    department: str, indicator: str, year: int, found: Sequence[Claim], main: tuple[str, Counter[str]]
) -> tuple[Series | None, set[str]]:
    unit, spread = main
    usable = [c for c in found if _usable(c) and _total(c, spread)]
    usable = [c for c in usable if c.standing[1] < 2] or [c for c in usable if _plain(c)]
    candidates = [c for c in usable if c.own] or usable
    different = {c.fact.quantity.value for c in candidates}
    if not candidates or (len(different) > 1 and usage(indicator).single):
        return None, set()

    def worth(claim: Claim) -> tuple[int, ...]:
        *reasons, beside, total, place = claim.standing
        item = (-(_affinity(claim.fact) // 3), -spread[bare(claim.fact.item)], beside, total)
        return (claim.family != unit, *reasons, *item, place)

    best = min(candidates, key=worth)
    part = _SCOPE["part"]
    if (
        best.standing[_SCOPE_PLACE] == part
        and len({c.fact.quantity.value for c in candidates if c.standing[_SCOPE_PLACE] == part}) > 1
    ):
        return None, set()
    same = [c for c in candidates if c is best or _same_claim(best, c)]
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


def _affinity(fact: Fact) -> int:
    """How much of the indicator's own name the item has, in tenths."""
    known = indicators().get(fact.indicator or "")
    return round(10 * dice(_TOTAL.sub("", fact.item), known.name)) if known else 0


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
    if claim.standing[_SCOPE_PLACE] != _SCOPE["part"] or usage(claim.fact.indicator or "").whole:
        return True
    if claim.part_of_own:
        return False
    return spread[bare(claim.fact.item)] > 1 or _affinity(claim.fact) >= 4


def _row(department: str, indicator: str, claim: Claim) -> Series:
    fact = claim.fact
    origin: Origin = "later_report" if not claim.own else "table" if fact.source == "table" else "own"
    return Series(
        department, indicator, fact.item, fact.quantity.unit, claim.year, fact.quantity.value, "value", origin,
        (claim.fact_id,),
    )  # fmt: skip


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
