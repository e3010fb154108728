"""What a later report says of one promised measure: kinds of evidence, each with a verdict and how strong it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from textperf.compare.account import Account, asked, cue
from textperf.compare.model import Verdict
from textperf.compare.reading import Reading
from textperf.compare.similar import bare, dice
from textperf.compare.units import convert, family
from textperf.compare.usage import usage
from textperf.compare.wording import folded_pairs, pairs
from textperf.model import Fact, Finding

# How surely words must speak of the promise (Account.bearing), set where promises held against reports of other bodies
# are hardly ever answered (benchmarks/followup.py).
_IN_WORDS = 3.0
_COUNTED = 2.5
_NAMED_AGAIN = 1.5
_LEAST = 0.4
_DISTINCT = 30
_TELLING, _ALIKE = 5, 0.8  # characters of a noun that says as much as an indicator, and how alike two such must be
_BY_PROBLEM = 3.0
_ONE_MATTER = 2.0
_SAME, _ONLY = 1.0, 0.6  # what one indicator adds, and that the report counts it once only
_REFERS = 1.2  # what it adds that a statement speaks of last year's promise

_PLANNED = re.compile("(?:原定|原计划|计划|目标|任务|要求|应)[^,;。]{0,10}$")
_PERIOD = re.compile(r"[1-9]月底|[1-9]月末|1[01]月|季度|上半年|前\S月|汛期")
_CLAUSE_END = re.compile("[,;:。]")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A statement of a later report, what it says of the promise, and how strong that is, in 0–1."""

    verdict: Verdict
    strength: float
    span: tuple[int, int]
    counted: bool = False  # a number that was promised decides, not words
    told: bool = False  # it speaks of last year's promise and says what became of it


@dataclass(frozen=True)
class Promise:
    """A measure with its report and the problems that it answers."""

    reading: Reading
    measure: Finding
    problems: tuple[Finding, ...]

    @property
    def targets(self) -> list[Fact]:
        """The numbers that are promised."""
        span = self.measure.evidence
        return [f for f in self.reading.between(span.start, span.end) if f.quantity.unit]


def evidence(promise: Promise, account: Account) -> list[Evidence]:
    """All that an account says of a promise."""
    bearing = account.bearing(asked(promise.measure.evidence.quote))
    out: list[Evidence] = []
    for target in promise.targets:
        if _EACH.search(promise.reading.text, target.sentence_start, target.evidence.start):
            continue  # 向7个县各选派1名: no count of all of them is to be held against it
        again = _named_again(promise, target, account, bearing)
        counted = [] if _left_over(promise, target) else _counted(promise, target, account)
        # What is said of the promised number itself says more than what else is counted there or elsewhere:
        # 上年计划招聘的3名已于9月到岗，同期退休2人; 分配168套，剩余未入账的420套已全部入账
        firm = [
            a for a in again
            if a.told or a.verdict == "not_done" or _WHOLLY.search(account.reading.text, *a.span)
        ]  # fmt: skip
        out += again
        out += [
            c for c in counted
            if not any(a.verdict not in (c.verdict, "unclear") and (a.told or a.span == c.span) for a in firm)
        ]  # fmt: skip
    out += [_by_rate(promise, account, e) for e in _in_words(account, bearing)]
    for problem in promise.problems:
        out += _by_problem(promise, problem, account)
    return [replace(e, verdict="not_done") if e.verdict == "done" and _late(promise, account, e) else e for e in out]


def _left_over(promise: Promise, target: Fact) -> bool:
    """Whether what is promised is the rest of something (完成余下3个项目的验收): all that is counted later is no answer."""
    start = max(promise.measure.evidence.start, target.evidence.start - 6)
    return bool(re.search("余下|剩余|剩下|其余", promise.reading.text[start : target.evidence.start]))


_WHOLLY = re.compile("全部|悉数|全数|均已")
_DUE = re.compile(r"(?P<month>\d{1,2})月(?:底|末|初|中旬|上旬|下旬|\d{1,2}日)?(?:之?前|以前)")
_WHEN = re.compile(
    r"(?P<month>\d{1,2})月(?:底|末|初|中旬|上旬|下旬|\d{1,2}日)?(?:才|方|终于)?(?:建成|完工|竣工|投用|启用|投入使用|交付|通过验收|竣工验收|上线|印发|出台)"
)


def _late(promise: Promise, account: Account, found: Evidence) -> bool:
    """Whether what was to be done by a month was done in a later one: 2022年3月底前全部建成, 8月建成."""
    due = {int(m["month"]) for m in _DUE.finditer(promise.reading.text[slice(*_span(promise))])}
    when = {int(m["month"]) for m in _WHEN.finditer(account.reading.text[slice(*found.span)])}
    return len(due) == 1 and len(when) == 1 and min(when) > min(due)


def _span(promise: Promise) -> tuple[int, int]:
    return promise.measure.evidence.start, promise.measure.evidence.end


def _strength(least: float, most: float, bearing: float) -> float:
    return least + (most - least) * bearing / (bearing + 4)


def _near(bearing: Mapping[int, float], number: int, account: Account, *, whole: bool) -> float:
    """How surely a clause speaks of the promise, read with the one before it, or with all before it in its statement
    where it refers to a promise: 采纳率94.87%，虽较上年提高1.91个百分点，但没有达到上年定下的95%的目标."""
    first = number
    while first and account.statements[first - 1] == account.statements[number] and (whole or first == number):
        first -= 1
    return max(bearing.get(n, 0.0) for n in range(first, number + 1))


def _clause_of(promise: Promise, target: Fact) -> frozenset[str]:
    """The words of the clause in which a number is promised, and of the noun it counts."""
    text, span = promise.reading.text, promise.measure.evidence
    start = max(
        [span.start, *(m.end() for m in _CLAUSE_END.finditer(text, span.start, target.evidence.start))],
    )
    end = next((m.start() for m in _CLAUSE_END.finditer(text, target.evidence.end, span.end)), span.end)
    return pairs(text[start:end]) | pairs(target.item)


def _named_again(promise: Promise, target: Fact, account: Account, bearing: Mapping[int, float]) -> list[Evidence]:
    """Places where the promised number stands again, with words of the promise around it: 原定4个，实设1个."""
    out: list[Evidence] = []
    same = [f for f in account.reading.facts if f.quantity.value == target.quantity.value]
    # A number such as 126,000元 that stands once in a report says more than one of many 2次.
    only = {same[0].fact_id} if len(same) == 1 and target.quantity.value >= _DISTINCT else set()
    for fact in same:
        if family(fact.quantity.unit) != family(target.quantity.unit):
            continue
        number = account.at(fact.evidence.start)
        if number is None:
            continue
        span, statement = account.spans[number], account.statements[number]
        behind = account.reading.text[fact.evidence.end : fact.evidence.end + 10]
        refers = account.refers[number] or bool(
            re.match("(?:以上|以内|左右)?”?的?(?:计划|目标|任务|要求|承诺|指标)", behind)
        )
        # 占执行数的38.5%，未能降到35%以内: what was not reached was promised
        refers = refers or bool(_FELL_SHORT.search(account.reading.text, fact.sentence_start, fact.evidence.start))
        near = _near(bearing, number, account, whole=refers)
        near += _SAME * (
            (target.indicator is not None and fact.indicator == target.indicator)
            or (len(bare(fact.item)) >= _TELLING and dice(bare(fact.item), bare(target.item)) >= _ALIKE)
        )
        if near < _LEAST or near + _REFERS * refers + (fact.fact_id in only) < _NAMED_AGAIN:
            continue
        verdict = account.polarity((max(statement[0], span[0] - 16), span[1]))
        lead = account.reading.text[max(statement[0], fact.evidence.start - 12) : fact.evidence.start]
        missed = _MISSED.search(lead) or _TOO_FEW.match(behind)
        rival = None if missed or _FULFILLED.search(lead) else _rival(account, fact, target, span)
        if missed:
            verdict = "not_done"  # 争取经费210万元，与原定的300万元相比少90万元
        if rival is not None:
            verdict = "done" if _reached(promise, target, rival, account.reading.text) else "not_done"
        elif verdict == "unclear" and fact.status == "actual":
            verdict = "done"
        out.append(Evidence(verdict, _strength(0.55, 0.9, near) + 0.1 * refers, statement, rival is not None, refers))
    return out


def _rival(account: Account, fact: Fact, target: Fact, span: tuple[int, int]) -> Fact | None:
    """The number beside a promised one that says what was reached: 原定4个，实设1个."""
    start, end = account.statements[account.at(fact.evidence.start) or 0]
    near = [
        f for f in account.reading.between(max(start, span[0] - 30), min(end, span[1] + 30))
        if f is not fact and f.status in ("actual", "prior", "change") and f.quantity.unit == fact.quantity.unit
    ]  # fmt: skip
    after = [f for f in near if f.evidence.start > fact.evidence.start]
    between = account.reading.text[fact.evidence.end : after[0].evidence.start] if after else ""
    if re.search("同时|另外|此外|另有", between) or (
        after and after[0].status == "change" and not re.search("仅|只", between)
    ):
        after = []  # 补充检察人员3名，完成了计划，同时有两名同志退休
    if re.search("全部|均已|悉数", between) and "其中" in between:
        after = []  # 承诺引进的4名已全部到岗，其中3名分到水库管理所
    at = fact.evidence.start
    planned = _PLANNED.search(account.reading.text, max(0, at - 16), at)
    if after and (planned or re.match("[^,;。]{0,6}中有?$", between)):
        return after[0]  # 原定上半年签满12个，到年底签了7个; 14家单位中有11家移交
    if after and re.search(
        "仅|只|实际|实设|到位|到岗|办成|完成|落实|增至|达|结题|销号|化解|办结|解决|整改|收回|清理|竣工", between
    ):
        return after[0]
    before = [f for f in near if f.evidence.start < fact.evidence.start and f.status not in ("change", "prior")]
    between = account.reading.text[before[-1].evidence.end : fact.evidence.start] if before else ""
    if before and re.search(
        "而(?:上年|去年|年初|原)|超过|少于|达到|没有|没|未能|比|低于|高于|超额|不少于|与|计划|目标|任务|差|距|控制在|[压降](?:减|缩)?[到至]",
        between,
    ):
        return before[-1]
    return None


_FULFILLED = re.compile("(?:超额|圆满|全面|如期)完成了?(?:上年|去年|年初)?[^,;。0-9]{0,6}$")
_MISSED = re.compile("(?<!并)(?:没有|没能|未能?)(?:完成|达到|实现|兑现|落实)[^,;。0-9]{0,8}$")
_TOO_FEW = re.compile(r"的?[^,;。0-9]{0,4}(?:相比)?,?[^,;。0-9]{0,2}(?:少|减少|还差|尚差|尚缺)了?\d")
_EACH = re.compile("各[^,;。0-9每]{0,12}$")
_PAID_OFF = re.compile(r"(?P<done>补齐|付清|结清|还清|拨清|清偿|消化)[^,;。0-9]{0,20}$")
_FELL_SHORT = re.compile(r"(?:未能?|没有?能?|未有效)(?:[压降][减缩低]?[到至]|控制在|达到|提高到|增加到|完成)$")
_VERB = 10  # characters around a number in which its verb may stand
_ALL_OF_THEM = re.compile("[^,;。0-9]{0,16}?(?:全部|悉数|全数|逐一)(?P<done>[\u4e00-\u9fff]{0,3})")


def _counted(promise: Promise, target: Fact, account: Account) -> list[Evidence]:
    """The same thing counted in the next report, against the promised number."""
    own = _clause_of(promise, target)
    span = promise.measure.evidence
    part_of_year = target.quantity.unit == "%" and _PERIOD.search(
        _CLAUSE_END.split(promise.reading.text[max(span.start, target.evidence.start - 24) : target.evidence.start])[-1]
    )
    all_of_them = _ALL_OF_THEM.match(promise.reading.text, target.evidence.end, span.end) or _PAID_OFF.search(
        promise.reading.text, span.start, target.evidence.start
    )
    best: tuple[float, Fact, int] | None = None
    for fact in account.reading.facts:
        near = account.reading.text[max(0, fact.evidence.start - _VERB) : fact.evidence.end + _VERB]
        if (
            all_of_them
            and fact.action != target.action
            and not (pairs(all_of_them["done"]) & pairs(near) or cue("failed").search(near))
        ):
            continue  # 将46套空置公租房全部配租到户 is not answered by 筹集公租房160套
        if fact.status != "actual" or family(fact.quantity.unit) != family(target.quantity.unit):
            continue
        if fact.scope == "part" and _whole_matches(account, fact, target):
            continue  # 141件，其中民事85件: the whole is what was promised
        number = account.at(fact.evidence.start)
        if number is None:
            continue
        start, end = account.clauses[number]
        if cue("failed").search(account.reading.text[max(start, fact.evidence.start - 4) : end]) and (
            fact.quantity.value == target.quantity.value
        ):
            continue  # 120万元仍未下达 counts what was not reached
        if part_of_year and not _PERIOD.search(account.reading.text[start:end]):
            continue  # a rate promised for a date within the year is not answered by that of the whole year
        item = pairs(fact.item)
        score = account.score(folded_pairs(account.around(fact)) | item, own) + account.score(item, own)
        if fact.indicator and fact.indicator == target.indicator:
            score += _SAME + _ONLY * (account.counted[fact.indicator] == 1)
            score += _ONE_MATTER * _one_matter(promise, target, account, fact)
        if score < _COUNTED:
            continue
        score += _REFERS * account.refers[number]
        if best is None or score > best[0]:
            best = (score, fact, number)
    if best is None:
        return []
    verdict: Verdict = "done" if _reached(promise, target, best[1], account.reading.text) else "not_done"
    return [Evidence(verdict, _strength(0.35, 0.95, best[0]), account.statements[best[2]], True)]


def _whole_matches(account: Account, fact: Fact, target: Fact) -> bool:
    """Whether the total that a figure is a part of is called more like what was promised."""
    total = account.reading.by_id.get(fact.parent or "")
    like = dice(bare(fact.item), bare(target.item))
    return total is not None and target.scope == "whole" and dice(bare(total.item), bare(target.item)) > like


def _one_matter(promise: Promise, target: Fact, account: Account, fact: Fact) -> bool:
    """Whether two figures of an indicator that is told of several matters are of the same one: 追加比例压到50%以内, and
    追加额还占到年初部门预算的48.03%."""
    start = promise.measure.evidence.start
    said = (
        promise.reading.text[start : target.evidence.end],
        account.reading.text[fact.sentence_start : fact.evidence.end],
    )
    return any(all(re.search(p, text) for text in said) for p in usage(target.indicator or "").about)


def _reached(promise: Promise, target: Fact, fact: Fact, account_text: str) -> bool:
    goal = target.quantity
    value = convert(fact.quantity.value, fact.quantity.unit, goal.unit)
    value = fact.quantity.value if value is None else value
    start = promise.measure.evidence.start
    around = promise.reading.text[max(start, target.evidence.start - 10) : target.evidence.end + 4]
    if goal.bound in ("le", "lt") or cue("upper").search(around):
        return value <= goal.value
    often = _OFTEN.search(promise.reading.text[max(start, target.evidence.start - 24) : target.evidence.start])
    said = account_text[max(0, fact.evidence.start - 24) : fact.evidence.start]
    again = often is not None and _OFTEN.search(said)  # 每季度1次以上 is what was promised for each quarter
    return value >= goal.value * (_TIMES[often["each"]] if often and not again else 1)


_OFTEN = re.compile(r"每(?P<each>季度|季|月|半年)[^,;:。0-9]{0,16}$")
_TIMES = {"季度": 4, "季": 4, "月": 12, "半年": 2}  # a promise for each quarter against a count of the year


def _in_words(account: Account, bearing: Mapping[int, float]) -> list[Evidence]:
    """The statements that most surely speak of the promise, and what their words say."""
    scores = {n: b + _REFERS * account.refers[n] for n, b in bearing.items() if b >= _IN_WORDS - _REFERS}
    best = sorted(scores, key=lambda n: (-scores[n], n))[:3]
    return [
        Evidence(_said(account, n), _strength(0.25, 0.9, scores[n]), account.statements[n])
        for n in best
        if scores[n] >= max(_IN_WORDS, 0.6 * scores[best[0]])
    ]


def _by_rate(promise: Promise, account: Account, found: Evidence) -> Evidence:
    """What a statement without a word of success says by its one rate, where one rate was promised: 可量化指标的比重不低于80%,
    and 25项三级指标中可量化的有21项，比重为84%. Of a rate of the promised name the words that bewail it say nothing."""
    rates = [f for f in promise.targets if f.quantity.unit == "%"]
    told = [f for f in account.reading.between(*found.span) if f.quantity.unit == "%" and f.status == "actual"]
    if found.verdict == "done" or len(rates) != 1 or len(told) != 1:
        return found
    if found.verdict == "not_done" and not (told[0].item.endswith("率") and rates[0].item.endswith(told[0].item[-3:])):
        return found
    return replace(found, verdict="done" if _reached(promise, rates[0], told[0], account.reading.text) else "not_done")


_CONCEDED = re.compile("虽然?(?:均|都|全部)?已")


def _said(account: Account, number: int) -> Verdict:
    """What a clause and the next one say; where they say nothing, the rest of a statement about last year's promise:
    执行率94%，比上年提高很多，完成了上年定的90%的目标."""
    clause = account.clauses[number]
    if _CONCEDED.search(account.reading.text, *clause) and (alone := account.polarity(clause)) == "done":
        return alone  # 主体虽已封顶，但装修招标流标: what is conceded was done
    if account.refers_here[number]:
        # 上年计划招聘的人员，因报考人数不足，最终只到岗1名: what became of it is told at the end
        rest = account.polarity((account.spans[number][0], account.statements[number][1]), mention=False)
        if rest == "not_done":
            return rest
    verdict = account.polarity(account.spans[number], mention=not account.refers[number])
    if verdict == "unclear" and account.refers[number]:
        verdict = account.polarity((account.spans[number][0], account.statements[number][1]))
    return verdict


def _by_problem(promise: Promise, problem: Finding, account: Account) -> list[Evidence]:
    """A statement about last year's problem: 上年滞后的2处河堤修复工程4月完工.

    It must refer to last year, or tell of the completion of what was to be completed (倒排工期，确保6月底前投入使用:
    办案中心5月18日启用), and share telling words with problem and measure, or a number of the problem.
    """
    finished = cue("finished")
    to_finish = finished.search(promise.measure.evidence.quote)
    wanted = asked(problem.evidence.quote) + asked(promise.measure.evidence.quote)
    bearing = account.bearing(wanted)
    numbers = {
        (f.quantity.value, family(f.quantity.unit))
        for f in promise.reading.between(problem.evidence.start, problem.evidence.end)
        if f.quantity.unit not in ("%", "")
    }
    scores: dict[int, float] = {}
    for number, span in enumerate(account.spans):
        if account.refers_here[number] or (
            to_finish and finished.search(account.reading.text, *account.clauses[number])
        ):
            again = {(f.quantity.value, family(f.quantity.unit)) for f in account.reading.between(*span)} & numbers
            scores[number] = bearing.get(number, 0.0) + 2.0 * bool(again)
    best = max(scores, key=lambda n: (scores[n], -n), default=None)
    if best is None or scores[best] < _BY_PROBLEM:
        return []
    return [Evidence(_said(account, best), _strength(0.3, 0.9, scores[best]), account.statements[best])]
