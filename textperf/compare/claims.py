"""Which facts claim to be a body's figure of a year, and how good each claim is.

Targets and changes claim nothing. A claim's standing orders claims: a report of the whole body before one of a single
project, what is told of results before what is told of problems and plans, whole before part, text before table.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from textperf.compare.figures import digits
from textperf.compare.kin import kin
from textperf.compare.similar import bare
from textperf.compare.units import family
from textperf.model import Fact, Meta, Report
from textperf.text.fold import fold

SCOPE_PLACE = 3  # where the scope stands in a claim's standing
SCOPE = {"whole": 0, "cumulative": 1, "average": 2, "each": 3, "part": 4}
TOTAL = re.compile("^共|合计|共计|总计|总数|总量|总额|总执行|共发放|共支出|累计发放")
# Where figures illustrate what is lacking or to come, and where they may.
_ROLES = {"problems": 2, "measures": 2, "next_year": 2, "targets": 1, "work_plan": 1}
# A named project or fund (困难群众救助项目, 安全专项): what is said there of money or marks is not the body's.
_ENTITY = re.compile(
    r"[\u4e00-\u9fff]{2,}(?<![各等类个的部有些门点体评展施批键大全核入合到及和管理算财政出上述])(?:项目|专项(?!审计|检查|行动|整治|治理|督查|督导|巡察|调研|调查|排查|斗争|检测|监督|询问|工作)|工程|补贴|补助)(?!支出|总|数|个|库|资金|\d)|项目资金|分项目|项目[A-Z一二三四五六]"
)
_NAMED_PROJECT = re.compile(
    r"(?!.*(?:部门|全部|各|预算项目|所有|专项|类))[\u4e00-\u9fff]{4,}(?<!列入)(?:项目|工程)(?:预算|资金)"
)
_OVER_INITIAL = re.compile("(?:追加|调增|调整)[^;。]{0,24}?(?:占|相当于|达到?|是|为)[^,;。]{0,4}年初[^,;。]{0,6}$")
_OF_ALL = re.compile("(?:平均(?:自评)?(?:得分|分)?|总分|总得分|合计|总计)(?:为|是|达)?$")
_OF_THE_BODY = ("bud_project_", "eval_projects_", "eval_problem", "eval_rated_")
_OF_THE_BEGINNING = "bud_initial_budget"
# 全县各行业主管部门共上账隐患6,870处，其中我局直接查出2,148处: whose figure is it?
_OF_OTHERS = re.compile(
    "^各[县市区乡镇街道()、]{1,8}[\u4e00-\u9fff]{2,12}(?:中心|站|所|馆|局|院|宫|校|常委会|工会|妇联)|(?:低于|高于|超过|不及|多于|少于)全[国省市州盟县区旗]|各(?:行业)?(?:主管)?部门|各[县市区旗()、]{1,8}[\u4e00-\u9fff]{2,8}部门|^全[省市州盟][县市区旗()、]{1,6}[\u4e00-\u9fff]{2,8}(?:部门|系统)|全[国省市州盟县区旗]各单位|各[乡镇街道县市区]+(?:共|合计)|全[县市区](?:各(?![级类])|共有)"
)
# The same office of a higher place: 市人大常委会在槐汀开展执法检查2次 in the report of a district's.
_ANOTHER_OFFICE = re.compile(
    "^(?:全国|[省市州盟县区旗])(?:人大常委会|人大|政协|人民法院|法院|人民检察院|检察院|[\u4e00-\u9fff]{1,6}局)(?=在|到|来|对|赴|组织|开展|视察)"
)
# “十四五”以来累计建成6.05万亩, 本届以来累计收集意见1,174条: of more years than one
_SINCE = re.compile(
    r"(?:(?:“?十[一二三四五六]五”?|本届|20\d\d年[^,;。]{0,10}|[两三四五六七八九十]年)以来"
    r"|(?:回首|回顾|过去|这|近)的?[两三四五六七八九十]年|[两三四五六七八九十]年[来间](?!的))[^;。]{0,80}$"
)
_OF_THIS_YEAR = re.compile(
    r"(?:其中,?)?(?:20\d\d年|本年|当年|今年|全年|年末|目前|现有|共有|已有|至今)"
)  # 累计救助1,860人，本年救助412人
# A share of all of them right behind: 相关工单1,346件，占全部工单的14.67%.
_A_SHARE = re.compile("^[,(]?占(?:全部|全[省市州县区])")
# … and of all the places together: 连同各县（市、区），全市合计8,127件次; 全市两级审计机关共完成审计项目219个.
_TOGETHER = re.compile(
    "(?:合起来|连同各[县市区旗乡镇街道()、]+),?全[省市州盟县区旗][^;。]{0,40}$|[省市州盟县区旗]两级[^,;。0-9]{0,8}共[^;。]{0,40}$"
    # 市馆数据不含县（区）馆，后者全年接待读者131.2万人次; 全市公共图书馆（含县区馆）到馆读者合计143.7万人次
    r"|不包?[含括][县市区旗乡镇()、]+[^,;。]{0,8}[,;]后者[^,;。]*$|全[省市州盟县区旗][^,;。0-9()]{2,12}\(均?含(?:所属|下辖|各)?[县市区旗乡镇、]+[^)]{0,8}\)[^,;。]{0,20}$"
)
# 市本级、全市信访事项分别为2,198件次、7,835件次: the second
_FIRST_OWN = re.compile("本级[、和]全[省市州盟县区旗][^,;。0-9]{0,20}分别[为是]?$")
_SECOND_WIDER = re.compile(
    r"本级[、和]全[省市州盟县区旗][^,;。]{0,20}分别[为是]?[^,;。0-9]{0,6}\d[\d,.]*[^,;。、0-9]{0,6}[、和]$"
)
# What was counted by a day within the year is not what the year has; of its first half or quarters, nothing of it.
_NOT_ITS_YEAR = re.compile(r"第四季度|(?<!1[0-2])(?<!\d)[1-9]月(?:底|末)|1[01]月(?:底|末)|序时")
_PART_OF_YEAR = re.compile(
    r"上半年|(?<!第)[一二三]季度|第[一二三]季度|前[三9九]|(?<![\d年])1月?[至到—~-](?:[2-9]|1[01])月(?!以)"
)
# … or right after it: 全市公共图书馆接待读者168.5万人次，其中我馆占27.42%; 全市抽检1.86万批次，分到我区2,000批次. Of the place
# that the body's own place lies in: 全县人均收入达到20,186元，我镇人均收入为21,232元.
_US = "(?:我(?:[局院校馆委办会社区县市镇乡]|街道|中心)|[省市县区州盟旗](?:社|总工会|工会)(?=直接|自办|承办|举办|组织|开展)|本(?:局|院|校|馆|单位|中心)|[省市州盟县区旗]?本级(?=[0-9办登受接处完组]|$)|(?:局|院|校|馆|站|所|中心)(?:机关|本级)?(?=举办|组织|开展|承办|自办))"
_OF_MORE = re.compile(
    f"^[,;(]?(?:其中|这里面|分到|分给|分解到|下达),?由?给?{_US}|^[,;(](?:不|未|均不|都不)(?:计入|列入|含在|纳入)(?!预算|年初)"
    # 全市县区应急管理部门立案294起（不含市局）
    r"|^\(均?不包?[含括](?:我|本|[省市州盟县区旗])(?:[局院校馆委办]|中心|本级|直)\)"
)
_OF_WIDER = re.compile(
    "^(?:[^,;。]{0,6}年)?(?:全[国省市州盟县区旗](?![面部年])|全系统|[省市州盟县区旗]里|[省市州盟县区旗](?=农村|城镇|城乡|居民|人均|平均))"
)
_OURS_NEXT = re.compile(f"^[,;](?:{_US}|[委局院社会市县区]本级(?=[检开举查]))")
_ITSELF = re.compile(f"其中,?由?{_US}")
_BY_ITS_NAME = re.compile(
    "其中,?由?([\u4e00-\u9fff]{1,8}?(?:法院|检察院|医院|政协|人大|局|委|馆|中心|学校|办|妇联|残联|工会))(?=[向给对为发直举办组开承支完检])"
)
_THIS_YEAR = re.compile(r"其中,?(?:(20\d\d)年|本年|当年|今年)")
_PART_MARK = re.compile(
    r"其中|(?<!不)包括|(?<!不)(?<!不包)含|\((?![^()]*\))|占了?$"
)  # 购买服务用工61人，综合窗口占41人
# The same year at an earlier date, or some other year: not the figure of the year before.
_OTHER_TIME = re.compile(r"年初|期初|上半年|季度|上月|前[一二三四五]?年|五年前|[“”]?十[二三]五|\d{1,2}月")
_YEAR = re.compile(r"(20\d\d)年")
_NAMED_YEAR = re.compile(r"(20\d\d)年度?的?$")  # right before a number: 由2021年的11.37万元降至…
# 2023年受理173件，2024年受理328件; (二)2022年吞吐量3,386万吨，2023年达到3,742万吨
_YEAR_FIRST = re.compile(r"(?:^|[,;。)、:])而?(20\d\d)年度?(?!以来|起)[^,;。0-9]{0,14}$")
_SHARED = re.compile("分别[为是]?")
_FIGURE = re.compile(r"\d[\d,.]*")
# A figure that another one gives more exactly: 办件量突破50万件 beside 受理51.28万件.
_ROUNDED = 1.07
_ROUNDING = re.compile("突破|达到?$|稳定|保持|超过|调整")
_CLAUSE_MARK = re.compile("[,;:。]")


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
    before: str = ""  # the sentence up to the number
    itself: bool = False  # whether the words say that the body did it: 其中我镇1,428万元
    # whether it is told of a wider place, of another office, of many years or a part of one, or as a share
    others: bool = False

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
        year = _year_shared(clause) or int(years[-1])  # 2022年、2023年“三公”经费分别为4.80万元和4.50万元: one year each
        return year if year < fiscal_year else None
    if _OTHER_TIME.search(clause):
        return None
    return fiscal_year - 1


def _year_named(before: str) -> int | None:
    """The year that stands right before a number, begins its clause, or is its one of several (2022年、2023年分别受理46,820件和
    52,140件)."""
    found = _NAMED_YEAR.search(before) or _YEAR_FIRST.search(before)
    return int(found[1]) if found else _year_shared(_CLAUSE_MARK.split(before)[-1])


def _year_shared(clause: str) -> int | None:
    """Which of the years of a clause the next number is of, where 分别 gives one to each."""
    years, shared = _YEAR.findall(clause), _SHARED.search(clause)
    place = len(_FIGURE.findall(clause[shared.end() :])) if shared and len(years) > 1 else len(years)
    return int(years[place]) if place < len(years) else None


def of_earlier_year(fact: Fact, text: str, fiscal_year: int | None) -> bool:
    """Whether the clause of a fact begins with a year before that of the report; ``text``: that of the report, folded."""
    named = _year_named(text[fact.sentence_start : fact.evidence.start])
    return named is not None and named < (fiscal_year or 0)


def claims(reports: Sequence[Report]) -> dict[tuple[str, int], list[Claim]]:
    """All claims of one body's reports by indicator and year; changes and targets claim nothing."""
    whole_years = {
        r.meta.fiscal_year for r in reports if r.meta.report_type not in ("project_self_evaluation", "other")
    }
    out: dict[tuple[str, int], list[Claim]] = defaultdict(list)
    adopted = kin(reports)
    for report in reports:
        if report.meta.fiscal_year is None:
            continue
        text = fold(report.text)  # once: there are hundreds of facts in a report, and each looks around itself
        roles = {s.section_id: s.role for s in report.sections}
        titles = _titles(report)
        parts = _parts(report)
        ids = [f.fact_id for f in report.facts]
        totals = dict(zip(ids, report.facts, strict=True))
        project = report.meta.report_type == "project_self_evaluation" and report.meta.fiscal_year in whole_years
        for number, (fact_id, fact) in enumerate(zip(ids, report.facts, strict=True)):
            if fact.indicator is None and fact_id in adopted:
                fact = replace(fact, indicator=adopted[fact_id])
            if fact.indicator is None or fact.status not in ("actual", "prior"):
                continue
            start = fact.evidence.start
            before = text[fact.sentence_start : start]
            named = _year_named(before)
            prior = fact.status == "prior" or (named is not None and named < report.meta.fiscal_year)
            if prior and fact.indicator == _OF_THE_BEGINNING and before.endswith(("年初的", "年初")):
                prior = False  # 部门预算由年初的205.5万元调整为251万元: of this year's beginning
            year = prior_year(fact, before, report.meta.fiscal_year) if prior else report.meta.fiscal_year
            if year is None:
                continue
            clause = _CLAUSE_MARK.split(before)[-1]
            others = _of_others(
                fact, clause, before, text[fact.evidence.end : fact.sentence_end], report.meta.department or ""
            )
            short = _PART_OF_YEAR.search(clause) is not None
            standing = (
                int(project) + bool(_NOT_ITS_YEAR.search(clause) or _OF_OTHERS.search(clause)) + others + short,
                _role(roles.get(fact.section_id or "", ""), report),
                int(_single_project(fact, before, titles)),
                SCOPE[_scope(fact, fact_id in parts, totals, before, report.meta)],
                int(fact.source == "table"),
                int(not (_beside(fact, text) or _after_prior(report.facts, number))),
                -int(bool(TOTAL.search(clause[-12:] + fold(fact.item)))),
                start,
            )
            said = bare(fact.item) in bare(text[fact.sentence_start : fact.sentence_end])
            out[fact.indicator, year].append(
                Claim(
                    fact,
                    fact_id,
                    year,
                    not prior,
                    standing,
                    said,
                    fact_id in parts or (fact.parent or "") in totals,
                    before,
                    _itself(clause, report.meta.department or ""),
                    others or short,
                )
            )
    return out


def _role(role: str, report: Report) -> int:
    """How far a section stands from results; 主要工作 of a work report are those that were done."""
    return 0 if role == "work_plan" and report.meta.report_type == "work_report" else _ROLES.get(role, 0)


def _of_others(fact: Fact, clause: str, before: str, after: str, department: str) -> bool:
    """Whether the words around a number say that it is of more than the body, of another office, or of many years."""
    if _OF_MORE.match(after) or _SECOND_WIDER.search(before):
        return True
    if _TOGETHER.search(before) and not _itself(clause, department):
        return True
    if (since := _SINCE.search(before)) and (fact.scope == "cumulative" or "累计" in before):
        told = _CLAUSE_MARK.split(before[since.start() :])[1:]
        if not any(_OF_THIS_YEAR.match(c) for c in told):  # 近三年累计收集4,692条，2024年收集1,574条
            return True
    if _A_SHARE.match(after) and fact.quantity.unit != "元":
        return True
    if _OF_WIDER.match(clause) and _OURS_NEXT.match(after):
        return True
    office = _ANOTHER_OFFICE.match(clause)
    return office is not None and office[0][0] not in department and not _ITSELF.search(clause)


def _parts(report: Report) -> frozenset[str]:
    """The facts that are parts of a figure of their own indicator, whatever was read: those behind 其中 or in a bracket
    that are smaller, those that 分别 shares a figure among, and those of a paragraph that add up to another one beside them (工程类16、货物类8、服务类21：45)."""
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
                marked = marked or (fact.sentence_start == whole.sentence_start and "分别" in between)
                if marked and fact.quantity.value < whole.quantity.value:
                    out.add(fact.fact_id)
            many_years = _SINCE.search(fold(report.text[whole.sentence_start : whole.evidence.start])) is not None
            for run in (facts[place + 1 :], facts[:place][::-1]):
                total = 0.0
                for number, fact in enumerate(run, 1):
                    total += fact.quantity.value
                    if (
                        number > 1
                        and not many_years
                        and whole.quantity.value > 0
                        and abs(total - whole.quantity.value) < 1e-6 * total
                    ):
                        out.update(f.fact_id for f in run[:number])
    return frozenset(out)


def _of_its_own(fact: Fact, is_part: bool, totals: Mapping[str, Fact]) -> bool:
    """Whether a fact is a part of a total of its own indicator."""
    total = totals.get(fact.parent or "")
    return is_part or (total is not None and total.indicator == fact.indicator)


def _itself(clause: str, department: str) -> bool:
    """Whether a part is what the body did: 其中我局…, 其中县法院向33名当事人发放51.2万元 in the report of a 县人民法院."""
    if _ITSELF.search(clause) or _FIRST_OWN.search(clause):
        return True
    named = _BY_ITS_NAME.search(clause)
    letters = iter(department)
    return named is not None and named[1][-1:] == department[-1:] and all(c in letters for c in named[1])


def _scope(fact: Fact, is_part: bool, totals: Mapping[str, Fact], before: str, meta: Meta) -> str:
    """The scope that counts for the series: part of a total of another indicator is the whole of its own; of a total
    without an indicator, or of the same noun, nothing is known. What the body did itself is its whole."""
    clause = _CLAUSE_MARK.split(before)[-1]
    if _itself(clause, meta.department or ""):
        return "whole"
    this = _THIS_YEAR.search(clause)
    if this and this[1] in (None, str(meta.fiscal_year)) and "累计" in before:
        return "whole"  # 三年来累计改造老旧小区12个，其中2023年改造5个
    if is_part:
        return "part"
    total = totals.get(fact.parent or "")
    if fact.scope == "part" and total is not None and total.indicator is None and _conjunct(fact.item, total.item):
        return "whole"  # 办理市人大代表建议和市政协提案37件，其中市人大代表建议21件
    if (
        fact.scope == "part"
        and total is not None
        and total.indicator is None
        and fact.action not in (None, total.action)
    ):
        return "whole"  # 排查纠纷268起，其中成功调处264起: all that were settled
    if fact.scope == "part" and total is not None and total.indicator not in (None, fact.indicator):
        return "part" if bare(total.item) == bare(fact.item) and fact.action in (None, total.action) else "whole"
    if fact.scope == "average" and fact.quantity.unit == "分":
        return "whole"  # the mark of a body with several projects is their average
    return fact.scope


def _conjunct(item: str, joined: str) -> bool:
    return bare(item) in [bare(part) for part in re.split("[和与及、]", joined)]


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


def _after_prior(facts: Sequence[Fact], number: int) -> bool:
    """Whether the fact before is last year's of the same item: 上年破获刑事案件347起，今年破获371起."""
    fact, before = facts[number], facts[number - 1]
    return (
        number > 0
        and before.status == "prior"
        and (before.item, before.indicator, before.sentence_start) == (fact.item, fact.indicator, fact.sentence_start)
    )


def _single_project(fact: Fact, before: str, titles: Mapping[str, str]) -> bool:
    """Whether money or a rate or a score is said of one project rather than of the body."""
    name = fact.indicator or ""
    if not name.startswith(("bud_", "eval_")):
        return False
    if _OF_ALL.search(before):
        return False
    if _OVER_INITIAL.search(before):
        return False  # 省级专项仍未编入预算，追加额达到年初预算的299.12%
    if name == "bud_project_budget" and _NAMED_PROJECT.match(fact.item):
        return True
    if _ENTITY.search(titles.get(fact.section_id or "", "")):
        return True
    return not name.startswith(_OF_THE_BODY) and bool(_ENTITY.search(before + fold(fact.item)))


def rounded_ones(candidates: Sequence[Claim]) -> frozenset[str]:
    """The figures that a candidate no worse gives more exactly: a little more, in more digits."""
    exact = [c for c in candidates if c.fact.quantity.unit not in ("%", "分")]
    return frozenset(
        a.fact_id
        for a in exact
        if not a.fact.action or _ROUNDING.search(a.fact.action)
        if any(
            a.family == b.family and b.fact.scope == "whole"
            and a.fact.quantity.value < b.fact.quantity.value <= _ROUNDED * a.fact.quantity.value
            and len(digits(b.fact.quantity.value)) > len(digits(a.fact.quantity.value))
            and (b.standing[0], b.standing[2]) <= (a.standing[0], a.standing[2])
            for b in exact
        )
    )  # fmt: skip
