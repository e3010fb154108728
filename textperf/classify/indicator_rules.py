"""The indicator rules, compiled into one matcher (``indicator_reading.py`` reads them).

An indicator has gates (units, kinds of bodies, words that must not stand there) and ``when``, a list of cases of which
one must hold. A case is a conjunction: words in the item, the verb, the clause and so on. The case with the most
specific evidence wins. Asides (``asides.toml``) are constructions that make a count none of several indicators at once,
whatever it counts: the rest of a total, those who left in the year, a vacancy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from textperf.rules.phrases import Phrases


class Clue(NamedTuple):
    """The evidence for one fact, folded. ``before``/``after`` reach to the ends of the clause, ``left`` and
    ``right`` only to the neighbouring counts, ``distant`` says that the item stands in another clause, ``lead`` reaches from the start of the sentence to the count, ``title`` holds
    the headings above it, outermost first."""

    item: str
    action: str
    before: str
    after: str
    left: str
    right: str
    lead: str
    sentence: str
    title: str
    unit: str
    status: str
    scope: str
    body: str | None
    role: str
    report_type: str
    distant: bool
    source: str = "text"
    borrowed: bool = False  # the verb is that of an earlier count and says nothing against this one


_ACTION = Clue._fields.index("action")

# What a piece of evidence is worth, and each of its characters up to eight: the item is what was counted, the rest is
# only where it stands.
WEIGHTS = {
    "item": (10.0, 1.0),
    "action": (4.0, 0.3),
    "before": (5.0, 0.4),
    "after": (5.0, 0.4),
    "clause": (4.5, 0.4),
    "near": (6.0, 0.4),
    "left": (6.0, 0.4),
    "right": (5.0, 0.4),
    "lead": (3.0, 0.2),
    "sentence": (2.5, 0.2),
    "title": (2.0, 0.2),
}
_AVERAGE = re.compile(
    r"(?:[人户日亩村次校院点案件项生师床]均[\u4e00-\u9fff]{0,4}|平均每\S{0,4}|每[人户亩头座件只台辆棵生位名](?:每[年月天日次])?[补助贴发给]{0,2}"
    r"|每[百千万]名?[人口户][\u4e00-\u9fff]{0,4})(?:约|为|达|近|超|不足)?$"
)
_AVERAGE_ITEM = re.compile(r"[人户生亩次师院村校点案件项床]均|每[百千万][人口户]")
_FALLBACK = 6.0  # the item does not name it, the words right before or after the number do
_TOUCHING = -1.0  # 基本支出958万元(人员支出846万元): the label of the sum, and the item is that of another sum
_DISTANT = 5.0  # the item was taken over from another clause: what stands at the number itself may know better
_REACH_BEFORE, _GAP_BEFORE, _REACH_AFTER = 14, 5, 3  # how many characters away from the number such words may stand
ANCHORING = ("item", "action", "before", "after", "clause", "near", "left", "right")  # what a case must have one of


class _Asked(NamedTuple):
    """Words that a case looks for: the search, the one or two texts of the clue it looks at, and what finding is worth."""

    search: Callable[[Any], re.Match[str] | None]
    first: int
    second: int
    fix: float
    each: float
    item: bool

    @staticmethod
    def of(where: str, phrases: Phrases) -> _Asked:
        one, *other = {"clause": ("before", "after"), "near": ("left", "right")}.get(where, (where,))
        fields = Clue._fields
        second = fields.index(other[0]) if other else 0
        return _Asked(phrases.regex.search, fields.index(one), second, *WEIGHTS[where], where == "item")


@dataclass(frozen=True)
class Case:
    """One conjunction of evidence for an indicator."""

    indicator: str
    wants: tuple[tuple[str, Phrases], ...]
    refuses: tuple[tuple[str, Phrases], ...]
    units: frozenset[str]
    bodies: frozenset[str]
    no_bodies: frozenset[str]
    sections: frozenset[str]
    no_sections: frozenset[str]
    reports: frozenset[str]
    no_reports: frozenset[str]
    status: frozenset[str]
    scope: frozenset[str]
    source: frozenset[str]
    near: bool
    worth: float

    @cached_property
    def _asked(self) -> tuple[_Asked, ...]:
        """What is looked for in the form in which :meth:`score` reads it, as it is asked most of all."""
        return tuple(_Asked.of(where, phrases) for where, phrases in self.wants)

    @cached_property
    def _barred(self) -> tuple[_Asked, ...]:
        return tuple(_Asked.of(where, phrases) for where, phrases in self.refuses)

    def passes(self, clue: Clue) -> bool:
        """Whether the gates let the clue pass: what :meth:`IndicatorRules.ranked` reads off its bit masks."""
        return (
            (not self.units or clue.unit in self.units)
            and (
                clue.body is None or ((not self.bodies or clue.body in self.bodies) and clue.body not in self.no_bodies)
            )
            and (not self.sections or clue.role in self.sections)
            and clue.role not in self.no_sections
            and (not self.reports or clue.report_type in self.reports)
            and clue.report_type not in self.no_reports
            and (not self.status or clue.status in self.status)
            and (not self.scope or clue.scope in self.scope)
            and (not self.source or clue.source in self.source)
        )

    def score(self, clue: Clue) -> float:
        """How much speaks for this case, or 0 when words it needs are missing or words it refuses are there.

        The gates (unit, body, section, …) have been looked at before: see :meth:`IndicatorRules.ranked`.
        """
        score = self.worth
        fallback = False
        for search, first, second, fix, each, item in self._asked:
            hit = search(clue[first]) or (search(clue[second]) if second else None)
            if hit is None and item and self.near:
                hit = _beside(search, clue)
                fallback = True
                score -= _TOUCHING if hit is not None and _touches(hit, clue) else _FALLBACK
            if hit is None:
                return 0.0
            if item and clue.distant:
                score -= _DISTANT
            length = hit.end() - hit.start()
            score += fix + each * (length if length < 8 else 8)
        for search, first, second, _, _, item in self._barred:
            if fallback and item:  # what stands at the number is the item; one from afar says nothing
                if search(clue.left) or search(clue.right) or (not clue.distant and search(clue.item)):
                    return 0.0
            elif (first != _ACTION or not clue.borrowed) and (search(clue[first]) or (second and search(clue[second]))):
                return 0.0
        return score


@dataclass(frozen=True, slots=True)
class Aside:
    """A construction that makes a count none of the indicators that ``of`` names (all, when empty) but for ``keeps``."""

    id: str
    cases: tuple[Case, ...]
    of: tuple[str, ...]
    keeps: tuple[str, ...]

    def drops(self, indicator: str) -> bool:
        return (not self.of or any(fnmatchcase(indicator, of) for of in self.of)) and not any(
            fnmatchcase(indicator, kept) for kept in self.keeps
        )

    def holds(self, clue: Clue) -> bool:
        return any(case.passes(clue) and case.score(clue) > 0.0 for case in self.cases)


def _touches(hit: re.Match[str], clue: Clue) -> bool:
    """Whether the words stand right before a sum of money, and what was taken for its item behind another number."""
    return clue.unit == "元" and hit.string is clue.left and hit.end() == len(clue.left) and clue.item not in clue.left


def _anchoring(wants: tuple[tuple[str, Phrases], ...]) -> tuple[Phrases | None, Phrases | None, Phrases | None]:
    """The words one of which must stand in the item, or else around the number; and further ones around the number."""
    (where, first), *more = wants
    second = next((phrases for other, phrases in more if other in ANCHORING and other != "item"), None)
    return (first, None, second) if where == "item" else (None, first, second)


def _beside(search: Callable[..., re.Match[str] | None], clue: Clue) -> re.Match[str] | None:
    """The words right at the number: the end of what stands before it or the beginning of what stands behind."""
    hit = None
    if not clue.right.startswith(clue.item):  # 财务审计科等5个科室: the noun behind the number is the head
        hit = search(clue.left, max(0, len(clue.left) - _REACH_BEFORE))
        if hit is not None and len(clue.left) - hit.end() > _GAP_BEFORE:
            hit = None
    if hit is None and (hit := search(clue.right)) is not None and hit.start() > _REACH_AFTER:
        return None
    return hit


class IndicatorRules:
    """All indicators, compiled once: an Aho-Corasick automaton and bit masks pick the few cases worth a closer look."""

    def __init__(
        self,
        names: Mapping[str, str],
        domains: Mapping[str, str],
        parts: Mapping[str, Phrases | None],
        sums: Mapping[str, tuple[str, Phrases | None]],
        yielding: Iterable[str],
        extended: Iterable[str],
        averages: Iterable[str],
        cases: Iterable[Case],
        asides: Iterable[Aside] = (),
    ) -> None:
        self.names = dict(names)
        self.domains = dict(domains)
        self.inheritable = dict(parts)  # words, if any, that the parts must have
        self.sums = dict(sums)  # what the parts of a list that adds up to it count, and words that each must have
        self.yielding = frozenset(yielding)
        self.extended = frozenset(extended)
        self._averages = frozenset(averages)
        self._cases = tuple(cases)
        self._asides = tuple(
            (case, frozenset(filter(aside.drops, self.names))) for aside in asides for case in aside.cases
        )
        beside: dict[str, int] = {}
        for n, (case, _) in enumerate(self._asides):
            for anchor in case.wants[0][1].anchors:
                beside[anchor] = beside.get(anchor, 0) | 1 << n
        self._by_aside = tuple(beside.values())
        self._aside_anchors = AhoCorasick(list(beside), matchkind=MatchKind.Standard) if beside else None
        anchors: dict[str, list[int]] = {}
        self._alone = 0  # the cases that look at one such text only
        for n, case in enumerate(self._cases):
            for k, phrases in enumerate(_anchoring(case.wants)):
                for anchor in phrases.anchors if phrases is not None else ():
                    anchors.setdefault(anchor, [0, 0, 0])[k] |= 1 << n
            if _anchoring(case.wants)[2] is None:
                self._alone |= 1 << n
        self._by_item, self._by_text, self._by_second = zip(*anchors.values(), strict=True)
        self._anchors = AhoCorasick(list(anchors), matchkind=MatchKind.Standard)
        self._units = self._gate(lambda case: case.units)
        self._bodies = self._gate(lambda case: case.bodies, lambda case: case.no_bodies)
        self._sections = self._gate(lambda case: case.sections, lambda case: case.no_sections)
        self._reports = self._gate(lambda case: case.reports, lambda case: case.no_reports)
        self._status = self._gate(lambda case: case.status)
        self._scope = self._gate(lambda case: case.scope)
        self._source = self._gate(lambda case: case.source)
        self._open = lru_cache(maxsize=4096)(self._gates)

    def _gate(
        self,
        wants: Callable[[Case], frozenset[str]],
        refuses: Callable[[Case], frozenset[str]] = lambda case: frozenset(),
    ) -> Callable[[str], int]:
        """A function from a value (a unit, a kind of body …) to the bits of the cases that let it pass."""
        free = sum(1 << n for n, case in enumerate(self._cases) if not wants(case))
        bits: dict[str, int] = {}
        for value in {v for case in self._cases for v in wants(case) | refuses(case)}:
            bits[value] = sum(
                1 << n
                for n, case in enumerate(self._cases)
                if (not wants(case) or value in wants(case)) and value not in refuses(case)
            )
        return lambda value: bits.get(value, free)

    def _gates(
        self, unit: str, body: str | None, role: str, report_type: str, status: str, scope: str, source: str
    ) -> int:
        """The bits of the cases whose gates are open."""
        bits = self._units(unit) & self._sections(role) & self._reports(report_type)
        bits &= self._status(status) & self._scope(scope) & self._source(source)
        return bits if body is None else bits & self._bodies(body)  # an unknown body passes all gates

    def decide(self, clue: Clue, *, least: float = 6.0) -> tuple[str | None, float]:
        """The indicator for a clue and the score of the winning case; None when nothing speaks clearly for one.

        Two indicators with equal scores mean that the rules cannot tell: None.
        """
        ranked = self.ranked(clue)
        if not ranked or ranked[0][0] < least:
            return None, 0.0
        if len(ranked) > 1 and ranked[1][0] == ranked[0][0]:
            return None, 0.0
        return ranked[0][1], ranked[0][0]

    def refused(self, clue: Clue, names: Iterable[str]) -> frozenset[str]:
        """Those of the indicators that the construction speaks against whatever was counted: averages, counts set aside."""
        out: set[str] = set()
        if _AVERAGE.search(clue.left) or (not clue.distant and _AVERAGE_ITEM.search(clue.item)):
            out.update(name for name in names if name not in self._averages)  # 人均1,310元, 每头500元 is not the sum
        if self._aside_anchors is not None:
            bits = 0
            for anchor, _, _ in self._aside_anchors.find_matches_as_indexes(
                f"{clue.before}\x1f{clue.right}", overlapping=True
            ):
                bits |= self._by_aside[anchor]
            while bits:
                low = bits & -bits
                bits ^= low
                case, dropped = self._asides[low.bit_length() - 1]
                if not dropped.isdisjoint(names) and case.passes(clue) and case.score(clue) > 0.0:
                    out |= dropped
        return frozenset(out)

    def ranked(self, clue: Clue, *, aside: bool = True) -> list[tuple[float, str]]:
        """The indicators that something speaks for, best first, each with its score; ``aside``: but for those set aside."""
        bits = self._open(clue.unit, clue.body, clue.role, clue.report_type, clue.status, clue.scope, clue.source)
        by_item, by_text, by_second = self._by_item, self._by_text, self._by_second
        find = self._anchors.find_matches_as_indexes
        found, second = 0, self._alone
        beside = f"{clue.item}\x1f{clue.left[-_REACH_BEFORE:]}\x1f{clue.right}"
        for anchor, _, _ in find(beside, overlapping=True):
            found |= by_item[anchor]
        around = f"{clue.action}\x1f{clue.before}\x1f{clue.after}"
        if not clue.before.endswith(clue.left):  # the grade that a count belongs to stands elsewhere
            around = f"{around}\x1f{clue.left}"
        for anchor, _, _ in find(around, overlapping=True):
            found |= by_text[anchor]
            second |= by_second[anchor]
        bits &= found & second
        best: dict[str, float] = {}
        cases = self._cases
        while bits:
            low = bits & -bits
            bits ^= low
            case = cases[low.bit_length() - 1]
            score = case.score(clue)
            if score > 0.0 and case.bodies:  # the right body speaks for the case, an unknown one a little against it
                score += 2.0 if clue.body is not None else -8.0
            if score > best.get(case.indicator, 0.0):
                best[case.indicator] = score
        if best and aside:
            refused = self.refused(clue, best)
            best = {name: score for name, score in best.items() if name not in refused}
        return sorted(((score, name) for name, score in best.items()), reverse=True)
