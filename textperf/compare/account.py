"""A later report as an account of what was promised: its clauses, what each speaks of, and what that says of a promise."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import fsum, log
from pathlib import Path
from types import MappingProxyType

from textperf.compare.model import Verdict
from textperf.compare.reading import Reading
from textperf.compare.wording import folded_pairs, pairs, telling
from textperf.model import Fact, Report
from textperf.rules.loader import RuleError, Shape, packaged, read_rules
from textperf.text.fold import fold

_SHAPE = Shape("cue", {"id": str, "words": list, "examples": list, "counter_examples": list}, ("id", "words"))
_CLAUSE = re.compile(r"[^,;:。!?\n]+")
_STOP = re.compile(r"[;。!?\n]")
_AIMS = re.compile(r"(?:目标|任务|指标)(?:主要|分别)?(?:有|为|是|包括|:)")
_SILENT = frozenset({"functions", "next_year"})  # sections that say nothing of what was done
# All the words of one clause of a promise, or a third of them where they are many and rare, speak of the promise.
_BASE = 0.3
# Words that the account has nowhere count less in a promise: many are pairs that only straddle two words.
_UNSEEN = 0.4
_SINGLE = 0.5  # one word alone, however rare, is a topic and no promise
_FEW = 20  # clauses; a report of fewer tells little about which words are common in it


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


def cue(name: str) -> re.Pattern[str]:
    """One kind of cue of ``followup.toml``."""
    cues: Mapping[str, re.Pattern[str]] = packaged("followup.toml", read_cues)
    return cues[name]


def asked(text: str) -> tuple[frozenset[str], ...]:
    """The telling words of each clause of a promise; of all of it where no clause has three."""
    found = [pairs(m[0]) for m in _CLAUSE.finditer(fold(text))]
    return tuple(c for c in found if len(c) >= 3) or (pairs(text),)


@dataclass(frozen=True)
class Account:
    """A later report, read for what it says of promises."""

    report: Report

    @cached_property
    def reading(self) -> Reading:
        """The report, folded once, and its facts."""
        return Reading(self.report)

    @cached_property
    def clauses(self) -> tuple[tuple[int, int], ...]:
        """The clauses that tell of something done: not new measures, functions, aims, next year's tasks."""
        skipped = sorted(
            [(f.evidence.start, f.evidence.end) for f in self.report.findings if f.type == "measure"]
            + [(s.start, s.end) for s in self.report.sections if s.role in _SILENT]
            + [s for s in self.reading.sentences if self._aims(*s)]
        )
        out, at, end = [], 0, 0
        for m in _CLAUSE.finditer(self.reading.text):
            while at < len(skipped) and skipped[at][0] <= m.start():
                end = max(end, skipped[at][1])
                at += 1
            if m.start() >= end and not m[0].isspace():
                out.append((m.start(), m.end()))
        return tuple(out)

    def _aims(self, start: int, end: int) -> bool:
        """Whether a sentence only lists what is aimed at (年初设定的主要目标有：…), and tells nothing of what was done."""
        found = self.reading.between(start, end)
        listed = len(found) > 1 and all(f.status == "target" for f in found)
        return listed and bool(_AIMS.search(self.reading.text, start, end))

    @cached_property
    def _starts(self) -> list[int]:
        return [a for a, _ in self.clauses]

    def at(self, place: int) -> int | None:
        """The number of the clause that holds a character."""
        number = bisect_right(self._starts, place) - 1
        return number if number >= 0 and place < self.clauses[number][1] else None

    @cached_property
    def statements(self) -> tuple[tuple[int, int], ...]:
        """For each clause the span between full stops and semicolons around it."""
        text, out = self.reading.text, []
        stops = [-1, *(m.start() for m in _STOP.finditer(text)), len(text)]
        for start, _ in self.clauses:
            place = bisect_right(stops, start)
            first, last = stops[place - 1] + 1, stops[place]
            while first < last and text[first].isspace():
                first += 1
            out.append((first, last))
        return tuple(out)

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Each clause with the next one of the same statement."""
        out = []
        for number, (start, end) in enumerate(self.clauses):
            following = self.clauses[number + 1] if number + 1 < len(self.clauses) else None
            out.append((start, following[1] if following and following[0] < self.statements[number][1] else end))
        return tuple(out)

    @cached_property
    def _own(self) -> tuple[frozenset[str], ...]:
        return tuple(folded_pairs(self.reading.text[a:b]) for a, b in self.clauses)

    @cached_property
    def words(self) -> tuple[frozenset[str], ...]:
        """The words of each of :attr:`spans`."""
        whole = zip(self._own, (*self._own[1:], frozenset()), self.clauses, self.spans, strict=True)
        return tuple(own if end == last else own | after for own, after, (_, end), (_, last) in whole)

    @cached_property
    def _places(self) -> Mapping[str, list[int]]:
        out: dict[str, list[int]] = defaultdict(list)
        for number, words in enumerate(self.words):
            for word in words:
                out[word].append(number)
        return out

    @cached_property
    def _common(self) -> Mapping[str, int]:
        return Counter(word for words in self._own for word in words)

    def around(self, fact: Fact) -> str:
        """What stands around a number in its clause, up to the numbers beside it: 当年遴选2人、退休1人."""
        number = self.at(fact.evidence.start)
        if number is None:
            return ""
        start, end = self.clauses[number]
        if number and start - self.clauses[number - 1][1] <= 1 and fact.evidence.start - start < 6:
            start = self.clauses[number - 1][0]  # the noun stands before the comma
        beside = self.reading.between(start, end)
        start = max([start, *(f.evidence.end for f in beside if f.evidence.end <= fact.evidence.start)])
        end = min([end, *(f.evidence.start for f in beside if f.evidence.start >= fact.evidence.end)])
        return self.reading.text[start:end]

    def tells(self, word: str) -> float:
        """How telling a word is here: 审计 tells little in the report of an audit office, whatever others use it for."""
        here = self._common.get(word)
        return min(telling(word), log((len(self._own) + _FEW) / here)) if here else _UNSEEN * telling(word)

    def weight(self, words: frozenset[str]) -> float:
        """How telling several words are together."""
        return fsum(map(self.tells, words))  # exact: the order of a set is not the same on every run

    def score(self, words: frozenset[str], wanted: frozenset[str]) -> float:
        """How surely words speak of what a promise asks for: :meth:`bearing` of a single place."""
        common = words & wanted
        shared = self.weight(common) * (1.0 if len(common) > 1 else _SINGLE)
        return shared * (_BASE + shared / (self.weight(wanted) or 1.0))

    def bearing(self, wanted: Sequence[frozenset[str]]) -> Mapping[int, float]:
        """For each of :attr:`spans` that shares words with a promise: how surely it speaks of it, from 0 upwards.

        What is shared counts by how telling it is, and by how much of one clause of the promise it makes up.
        """
        everything = frozenset().union(*wanted)
        shared: dict[int, list[str]] = defaultdict(list)
        for word in sorted(everything):
            for number in self._places.get(word, ()):
                shared[number].append(word)
        totals = [self.weight(w) or 1.0 for w in wanted]
        out: dict[int, float] = {}
        for number, words in shared.items():
            value = {w: self.tells(w) for w in words}
            parts = [fsum(v for w, v in value.items() if w in c) for c in wanted]
            best = max(p * (_BASE + p / t) for p, t in zip(parts, totals, strict=True))
            rest = fsum(value.values()) - max(parts)
            out[number] = (best + _BASE * rest) * (1.0 if len(words) > 1 else _SINGLE)
        return out

    @cached_property
    def counted(self) -> Mapping[str | None, int]:
        """How many actual figures the account gives of each indicator."""
        return Counter(f.indicator for f in self.reading.facts if f.status == "actual")

    @cached_property
    def refers(self) -> tuple[bool, ...]:
        """Whether the statement of each clause speaks of last year's promise."""
        known = {s: bool(cue("promise").search(self.reading.text[slice(*s)])) for s in set(self.statements)}
        return tuple(known[s] for s in self.statements)

    @cached_property
    def refers_here(self) -> tuple[bool, ...]:
        """Whether each of :attr:`spans` itself speaks of last year's promise."""
        text = self.reading.text
        return tuple(
            r and bool(cue("promise").search(text[a:b])) for r, (a, b) in zip(self.refers, self.spans, strict=True)
        )

    def polarity(self, span: tuple[int, int], *, mention: bool = True) -> Verdict:
        """What the words of a span say: a failure before anything else; a plan says nothing. A ``mention`` of last
        year's promise without a word of what became of it is a success unless told otherwise."""
        text = self.reading.text[slice(*span)]
        # 上年滞后的工程已完工 is no failure, and 逾期项目全部销号 is none
        said = cue("promise").sub("", cue("whose").sub("", cue("solved").sub("已解决", text)))
        if cue("failed").search(said):
            return "not_done"
        if cue("plan").search(said):
            return "unclear"
        return "done" if cue("done").search(said) or (mention and said != text) else "unclear"
