"""What became of a promised measure, by what the next report says: done, not done, or honestly unclear.

Three kinds of evidence, in this order: the promised number is named again (原定4个，实设1个), the same thing is
counted (承诺100个、新建106个), or the matter is spoken of in words (已上线, 尚未出台). Evidence must share rare words
with the measure, or with the problem it answers when the sentence refers to last year.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import fsum, log
from operator import add
from pathlib import Path
from types import MappingProxyType

from textperf.compare.model import Followup, Passage, Verdict
from textperf.compare.reading import Reading
from textperf.compare.similar import bare, dice
from textperf.compare.units import convert, family
from textperf.model import Fact, Finding, Report
from textperf.rules.loader import RuleError, Shape, packaged, read_rules
from textperf.text.fold import fold

_SHAPE = Shape("cue", {"id": str, "words": list, "examples": list, "counter_examples": list}, ("id", "words"))
_CLAUSE = re.compile(r"[^,;:。!?\n]+")
_STOP = re.compile(r"[;。!?\n]")
_YEARS = re.compile(r"20\d\d年?|\d{1,2}月底?前?|年底前?|上半年|季度")
# How much of the weight of a promise's words the evidence must have.
# Pairs of characters that the account has nowhere count less: many only straddle two words.
_UNSEEN = 0.4
_NAMED_AGAIN = 0.14
_COUNTED = 0.34
_LEAST = 0.2
_IN_WORDS = 0.42
_BY_PROBLEM = 0.30


def read_cues(path: Path) -> Mapping[str, re.Pattern[str]]:
    """The cues of one file by id. Raises :class:`RuleError` when an example fails."""
    out: dict[str, re.Pattern[str]] = {}
    for entry in read_rules(path, _SHAPE):
        pattern = out[entry["id"]] = re.compile("|".join(entry["words"]))
        for example in entry.get("examples", []):
            if not pattern.search(fold(example)):
                raise RuleError(f"{path.name}（{entry['id']}）：例子 {example} 没有认出")
        for example in entry.get("counter_examples", []):
            if pattern.search(fold(example)):
                raise RuleError(f"{path.name}（{entry['id']}）：反例 {example} 也被认成本条")
    return MappingProxyType(out)


def _cue(name: str) -> re.Pattern[str]:
    cues: Mapping[str, re.Pattern[str]] = packaged("followup.toml", read_cues)
    return cues[name]


_DIGITS = re.compile(r"\d+")


def _clean(text: str) -> str:
    return _DIGITS.sub("", bare(_YEARS.sub("", text)))


def _grams(text: str) -> frozenset[str]:
    clean = _clean(text)
    return frozenset(map(add, clean, clean[1:]))


@dataclass(frozen=True)
class _Account:
    """A later report as an account of promises: its clauses, and how rare each pair of characters is in it."""

    report: Report

    @cached_property
    def reading(self) -> Reading:
        return Reading(self.report)

    @cached_property
    def clauses(self) -> tuple[tuple[int, int], ...]:
        skipped = [(f.evidence.start, f.evidence.end) for f in self.report.findings if f.type == "measure"] + [
            (s.start, s.end) for s in self.report.sections if s.role in ("functions", "next_year")
        ]
        found = [(m.start(), m.end()) for m in _CLAUSE.finditer(self.reading.text) if m[0].strip()]
        return tuple(c for c in found if not any(a <= c[0] < b for a, b in skipped))

    @cached_property
    def _cleaned(self) -> tuple[str, ...]:
        return tuple(_clean(self.reading.text[a:b]) for a, b in self.clauses)

    @cached_property
    def grams(self) -> tuple[frozenset[str], ...]:
        return tuple(frozenset(map(add, clean, clean[1:])) for clean in self._cleaned)

    @cached_property
    def rarity(self) -> Mapping[str, float]:
        seen = Counter(g for grams in self.grams for g in grams)
        total = len(self.grams) + 1
        return {g: log(total / n) for g, n in seen.items()}

    def weight(self, grams: frozenset[str]) -> float:
        unseen = log(len(self.grams) + 1)
        known, other = self.rarity, _UNSEEN * unseen
        return fsum([known.get(g, other) for g in grams])  # exact: the order of a set is not the same on every run

    @cached_property
    def _starts(self) -> list[int]:
        return [a for a, _ in self.clauses]

    def at(self, place: int) -> int | None:
        """The number of the clause that holds a character."""
        number = bisect_right(self._starts, place) - 1
        return number if number >= 0 and place < self.clauses[number][1] else None

    @cached_property
    def _statements(self) -> tuple[tuple[int, int], ...]:
        text, out, start = self.reading.text, [], 0
        for stop in [*(m.start() for m in _STOP.finditer(text)), len(text)]:
            out.append((start, stop))
            start = stop + 1
        return tuple(out)

    @cached_property
    def statements(self) -> tuple[tuple[int, int], ...]:
        """For each clause the span between full stops and semicolons around it."""
        text, out = self.reading.text, []
        starts = [a for a, _ in self._statements]
        for start, _ in self.clauses:
            first, last = self._statements[bisect_right(starts, start) - 1]
            while first < last and text[first].isspace():
                first += 1
            out.append((first, last))
        return tuple(out)

    def statement(self, number: int) -> tuple[int, int]:
        """The span between full stops and semicolons around a clause."""
        return self.statements[number]

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Each clause with the next one of the same statement."""
        out = []
        for number, (start, end) in enumerate(self.clauses):
            following = self.clauses[number + 1] if number + 1 < len(self.clauses) else None
            out.append((start, following[1] if following and following[0] < self.statements[number][1] else end))
        return tuple(out)

    @cached_property
    def words(self) -> tuple[frozenset[str], ...]:
        """The pairs of characters of each of :attr:`spans`."""
        out = []
        for number, (own, (_, end), (_, whole)) in enumerate(zip(self.grams, self.clauses, self.spans, strict=True)):
            if end == whole:
                out.append(own)
                continue
            this, following = self._cleaned[number], self._cleaned[number + 1]
            out.append(own | self.grams[number + 1] | {this[-1:] + following[:1]})
        return tuple(out)

    @cached_property
    def places(self) -> Mapping[str, tuple[int, ...]]:
        """The numbers of :attr:`spans` in which each pair of characters stands."""
        out: dict[str, list[int]] = defaultdict(list)
        for number, words in enumerate(self.words):
            for gram in words:
                out[gram].append(number)
        return {gram: tuple(numbers) for gram, numbers in out.items()}

    @cached_property
    def refers(self) -> tuple[bool, ...]:
        """Whether the statement of each clause speaks of last year's promise."""
        cue, text = _cue("promise"), self.reading.text
        known = {span: bool(cue.search(text[slice(*span)])) for span in set(self.statements)}
        return tuple(known[s] for s in self.statements)

    @cached_property
    def refers_here(self) -> tuple[bool, ...]:
        """Whether each of :attr:`spans` itself speaks of last year's promise."""
        cue, text = _cue("promise"), self.reading.text
        return tuple(r and bool(cue.search(text[a:b])) for r, (a, b) in zip(self.refers, self.spans, strict=True))


@dataclass(frozen=True, slots=True)
class _Evidence:
    verdict: Verdict
    strength: float
    span: tuple[int, int]


def followups(department: str, reports: Sequence[Report]) -> list[Followup]:
    """A row for each measure that has a later report to be judged by: that of the next year given."""
    years = sorted({r.meta.fiscal_year for r in reports if r.meta.fiscal_year is not None})
    accounts = {r.report_id: _Account(r) for r in reports}
    out: list[Followup] = []
    for report in reports:
        later = [y for y in years if y > (report.meta.fiscal_year or 0)]
        if report.meta.fiscal_year is None or not later:
            continue
        following = [accounts[r.report_id] for r in reports if r.meta.fiscal_year == later[0]]
        problems = {f.finding_id: f for f in report.findings if f.type == "problem"}
        for measure in (f for f in report.findings if f.type == "measure"):
            found = [(e, a) for a in following for e in _judge(report, measure, problems, a)]
            verdict, proofs = _verdict(found)
            out.append(
                Followup(
                    department, measure.finding_id, report.meta.fiscal_year, later[0], verdict,
                    tuple(
                        Passage(a.report.report_id, *e.span, a.report.text[slice(*e.span)]) for e, a in proofs
                    ),
                )
            )  # fmt: skip
    return out


def _verdict(found: list[tuple[_Evidence, _Account]]) -> tuple[Verdict, list[tuple[_Evidence, _Account]]]:
    """The strongest evidence decides; a failure nearly as strong as the strongest success weighs more."""
    decided = sorted((p for p in found if p[0].verdict != "unclear"), key=lambda p: -p[0].strength)
    if not decided:
        return "unclear", sorted(found, key=lambda p: -p[0].strength)[:1]
    best = decided[0]
    failure = next((p for p in decided if p[0].verdict == "not_done"), None)
    if failure and failure[0].strength >= best[0].strength - 0.15:
        best = failure
    agreeing = [p for p in decided if p[0].verdict == best[0].verdict and p[0].span != best[0].span]
    return best[0].verdict, [best, *agreeing[:1]]


def _judge(report: Report, measure: Finding, problems: Mapping[str, Finding], account: _Account) -> list[_Evidence]:
    promise = Reading(report)
    start, end = measure.evidence.start, measure.evidence.end
    targets = [f for f in promise.between(start, end) if f.quantity.unit]
    out: list[_Evidence] = []
    for target in targets:
        out += _named_again(promise, target, measure, account)
        out += _counted(promise, target, measure, account)
    out += _in_words(measure, account, bool(targets))
    for problem in (problems[p] for p in measure.answers if p in problems):
        out += _by_problem(promise, problem, measure, account)
    return out


def _polarity(account: _Account, span: tuple[int, int]) -> Verdict:
    """What the words of a span say: a failure before anything else; a plan says nothing."""
    text = account.reading.text[slice(*span)]
    said = _cue("promise").sub("", text)  # 上年滞后的工程已完工 is no failure
    if _cue("failed").search(said):
        return "not_done"
    if _cue("plan").search(said):
        return "unclear"
    return "done" if _cue("done").search(said) or said != text else "unclear"


def _share(account: _Account, wanted: frozenset[str], given: frozenset[str]) -> float:
    total = account.weight(wanted)
    return account.weight(wanted & given) / total if total else 0.0


def _words(account: _Account, span: tuple[int, int]) -> frozenset[str]:
    return _grams(account.reading.text[slice(*span)])


def _clause_words(promise: Reading, target: Fact, measure: Finding) -> frozenset[str]:
    """The words of the clause in which a number is promised, and of the noun it counts."""
    text = promise.text
    start = max(
        [
            measure.evidence.start,
            *(m.end() for m in _CLAUSE_END.finditer(text, measure.evidence.start, target.evidence.start)),
        ]
    )
    ends = [m.start() for m in _CLAUSE_END.finditer(text, target.evidence.end, measure.evidence.end)]
    return _grams(text[start : ends[0] if ends else measure.evidence.end]) | _grams(fold(target.item))


# A rate promised for a date within the year is not answered by the rate of the whole year.
_PERIOD = re.compile(r"[1-9]月底|[1-9]月末|1[01]月|季度|上半年|前\S月|汛期")
_CLAUSE_END = re.compile("[,;:。]")


def _named_again(promise: Reading, target: Fact, measure: Finding, account: _Account) -> list[_Evidence]:
    """Places where the promised number stands again, with words of the promise around it."""
    out: list[_Evidence] = []
    words = _grams(fold(measure.evidence.quote))
    own = _clause_words(promise, target, measure)
    for fact in account.reading.facts:
        if fact.quantity.value != target.quantity.value or family(fact.quantity.unit) != family(target.quantity.unit):
            continue
        number = account.at(fact.evidence.start)
        if number is None:
            continue
        span, statement = account.spans[number], account.statement(number)
        share = max(
            _share(account, own, _words(account, span)), 0.8 * _share(account, words, _words(account, statement))
        )
        behind = account.reading.text[fact.evidence.end : fact.evidence.end + 8]
        refers = bool(
            _cue("promise").search(account.reading.text[slice(*statement)])
            or re.match("(?:以上|以内|左右)?”?的?(?:计划|目标|任务|要求|承诺|指标)", behind)
        )
        if share < (_NAMED_AGAIN if refers else 0.3):
            continue
        wide = (max(statement[0], span[0] - 16), span[1])
        verdict = _polarity(account, wide)
        rival = _rival(account, fact, target, span)
        if rival is not None:
            verdict = "done" if _reached(promise, target, measure, rival) else "not_done"
        elif verdict == "unclear" and fact.status == "actual":
            verdict = "done"
        out.append(_Evidence(verdict, 0.55 + 0.3 * share + 0.15 * refers, statement))
    return out


def _rival(account: _Account, fact: Fact, target: Fact, span: tuple[int, int]) -> Fact | None:
    """The number beside a promised one that says what was reached: 原定4个，实设1个."""
    start, end = account.statement(account.at(fact.evidence.start) or 0)
    near = [
        f for f in account.reading.between(max(start, span[0] - 30), min(end, span[1] + 30))
        if f is not fact and f.status in ("actual", "prior") and f.quantity.unit == fact.quantity.unit
    ]  # fmt: skip
    after = [f for f in near if f.evidence.start > fact.evidence.start]
    lead = account.reading.lead(after[0]) if after else ""
    if after and re.search("仅|只|实际|实设|到位|到岗|办成|完成|落实|增至|达", lead):
        return after[0]
    before = [f for f in near if f.evidence.start < fact.evidence.start]
    between = account.reading.text[before[-1].evidence.end : fact.evidence.start] if before else ""
    if before and re.search("超过|少于|达到|没有|没|未能|低于|高于|超额|不少于|与|计划|目标|任务|差", between):
        return before[-1]
    return None


def _counted(promise: Reading, target: Fact, measure: Finding, account: _Account) -> list[_Evidence]:
    """The same thing counted in the next report, against the promised number."""
    own = _clause_words(promise, target, measure)
    part_of_year = target.quantity.unit == "%" and _PERIOD.search(
        promise.text[max(measure.evidence.start, target.evidence.start - 24) : target.evidence.start]
    )
    best: tuple[float, Fact, int] | None = None
    for fact in account.reading.facts:
        if fact.status != "actual" or family(fact.quantity.unit) != family(target.quantity.unit):
            continue
        number = account.at(fact.evidence.start)
        if number is None:
            continue
        start, end = account.clauses[number]
        if number and start - account.clauses[number - 1][1] <= 1 and fact.evidence.start - start < 6:
            start = account.clauses[number - 1][0]
        share = _share(account, own, _words(account, (start, end)) | _grams(fold(fact.item)))
        item = dice(fact.item, target.item)
        if share < _LEAST or (part_of_year and not _PERIOD.search(account.reading.text[start:end])):
            continue
        if fact.indicator and fact.indicator == target.indicator:
            share += 0.12
        score = 0.75 * share + 0.25 * item
        score += 0.1 * account.refers[number]
        if best is None or score > best[0]:
            best = (score, fact, number)
    if best is None or best[0] < _COUNTED:
        return []
    verdict: Verdict = "done" if _reached(promise, target, measure, best[1]) else "not_done"
    return [_Evidence(verdict, min(1.0, 0.35 + 0.6 * best[0]), account.statement(best[2]))]


def _reached(promise: Reading, target: Fact, measure: Finding, fact: Fact) -> bool:
    goal = target.quantity
    value = convert(fact.quantity.value, fact.quantity.unit, goal.unit)
    value = fact.quantity.value if value is None else value
    around = promise.text[max(measure.evidence.start, target.evidence.start - 10) : target.evidence.end + 4]
    if goal.bound in ("le", "lt") or _cue("upper").search(around):
        return value <= goal.value
    return value >= goal.value


def _in_words(measure: Finding, account: _Account, counted: bool) -> list[_Evidence]:
    """Statements that share the rare words of one clause of the measure."""
    text = fold(measure.evidence.quote)
    wanted = [_grams(m[0]) for m in _CLAUSE.finditer(text)]
    wanted = [w for w in wanted if len(w) >= 3]
    totals = [account.weight(w) or 1.0 for w in wanted]
    out: list[_Evidence] = []
    shares: dict[int, float] = defaultdict(float)
    for words, total in zip(wanted, totals, strict=True):
        held: dict[int, float] = defaultdict(float)
        for gram in sorted(words):
            for number in account.places.get(gram, ()):
                held[number] += account.rarity.get(gram, _UNSEEN * log(len(account.grams) + 1))
        for number, weight in held.items():
            shares[number] = max(shares[number], weight / total)
    best: tuple[float, int] | None = None
    for number, share in sorted(shares.items()):
        share += 0.12 * account.refers[number]
        if best is None or share > best[0] + 1e-12:
            best = (share, number)
    if best and best[0] >= _IN_WORDS:
        span = account.spans[best[1]]
        verdict = _polarity(account, span)
        out.append(_Evidence(verdict, min(0.9, 0.25 + 0.6 * best[0]), account.statement(best[1])))
    return out


def _by_problem(promise: Reading, problem: Finding, measure: Finding, account: _Account) -> list[_Evidence]:
    """A statement about last year's problem: 上年滞后的2处河堤修复工程4月完工.

    It must refer to last year, and share rare words with problem and measure, or a number of the problem.
    """
    wanted = _grams(fold(problem.evidence.quote)) | _grams(fold(measure.evidence.quote))
    numbers = {
        (f.quantity.value, family(f.quantity.unit))
        for f in promise.between(problem.evidence.start, problem.evidence.end)
        if f.quantity.unit not in ("%", "")
    }
    best: tuple[float, int] | None = None
    for number in range(len(account.clauses)):
        if not account.refers_here[number]:
            continue
        span = account.spans[number]
        share = _share(account, wanted, account.words[number])
        if any((f.quantity.value, family(f.quantity.unit)) in numbers for f in account.reading.between(*span)):
            share += 0.2
        if best is None or share > best[0]:
            best = (share, number)
    if best is None or best[0] < _BY_PROBLEM:
        return []
    return [_Evidence(_polarity(account, account.spans[best[1]]), 0.3 + 0.6 * best[0], account.statement(best[1]))]
