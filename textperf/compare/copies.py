"""Passages taken over from another year or another body, and the numbers left stale inside them.

Clauses that are equal but for their digits are the seeds; seeds that follow each other in both reports are joined and
what stands between them is aligned character by character. Clauses of officialdom, of many bodies, of legal duties and of
glossaries are no seeds.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

from textperf.compare.check_rules import Rule, shipped
from textperf.compare.model import Copy
from textperf.model import Check, Report
from textperf.rules.loader import RuleError, Shape, packaged, read_rules
from textperf.text.fold import fold

SHORTEST = 60  # characters without punctuation: below it, two clerks may well write the same sentence
ALIKE = 0.8
_SEED = 8
_OWN = 45  # of them in clauses that are equal and no phrases of officialdom
_MANY_BODIES = 4
_APART = 120  # characters between two clauses of one passage
_GAP = 4  # how many clauses further the next seed of a chain may be
_SKIP_ROLES = frozenset({"functions", "table"})
_CLAUSE = re.compile(r"[^,;:。!?()\n\t]+")
_LINE = re.compile(r"[^\n]+")
_PROSE = re.compile("[,。;]")
_KEPT = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]")
_SHAPE = Shape("phrase", {"id": str, "words": list, "examples": list, "counter_examples": list}, ("id", "words"))


@dataclass(frozen=True, slots=True)
class _Clause:
    start: int
    end: int
    key: str
    words: str
    seed: bool


def read_stock(path: Path) -> re.Pattern[str]:
    """The pattern of stock phrases of one file. Raises :class:`RuleError` when an example fails."""
    entries = read_rules(path, _SHAPE)
    pattern = re.compile("|".join(re.escape(w) for e in entries for w in e["words"]))
    for entry in entries:
        for example in entry["examples"]:
            if not pattern.search(example):
                raise RuleError(f"{path.name}（{entry['id']}）：例子 {example} 没有认出")
        for example in entry.get("counter_examples", []):
            if pattern.search(example):
                raise RuleError(f"{path.name}（{entry['id']}）：反例 {example} 也被认成套话")
    return pattern


def _clauses(report: Report) -> list[_Clause]:
    stock: re.Pattern[str] = packaged("stock_phrases.toml", read_stock)
    folded = fold(report.text)
    skipped = [(s.start, s.end) for s in report.sections if s.role in _SKIP_ROLES or "名词解释" in s.title]
    # Table rows and lines without a comma or full stop (headings, contents, form labels) are no prose.
    skipped += [m.span() for m in _LINE.finditer(folded) if "\t" in m[0] or not _PROSE.search(m[0])]
    skipped.sort()
    starts = [a for a, _ in skipped]
    out: list[_Clause] = []
    for found in _CLAUSE.finditer(folded):
        key = "".join(_KEPT.findall(found[0]))
        at = bisect_right(starts, found.start()) - 1
        if not key or any(a <= found.start() < b for a, b in skipped[max(0, at - 2) : at + 1]):
            continue
        seed = len(re.sub(r"\d", "", key)) >= _SEED and not stock.search(found[0])
        out.append(_Clause(found.start(), found.end(), re.sub(r"\d+", "0", key), key, seed))
    return out


def copies(reports: Sequence[Report], names: Mapping[str, str]) -> list[Copy]:
    """All passages that stand in two reports, but not in two versions of one body's report of one year."""
    laid = {r.report_id: _clauses(r) for r in reports}
    index: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, report in enumerate(reports):
        for place, clause in enumerate(laid[report.report_id]):
            if clause.seed:
                index[clause.key].append((number, place))
    owner = [names.get(r.report_id, r.report_id) for r in reports]
    seeds: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for held in index.values():
        if len(held) < 2 or len({owner[n] for n, _ in held}) >= _MANY_BODIES:
            continue
        for i, (a, place_a) in enumerate(held):
            for b, place_b in held[i + 1 :]:
                if a != b and not _expected(reports[a], reports[b], owner[a] == owner[b]):
                    seeds[a, b].append((place_a, place_b))
    out: list[Copy] = []
    for (a, b), places in sorted(seeds.items()):
        first, second = reports[a], reports[b]
        if (second.meta.fiscal_year or 0) < (first.meta.fiscal_year or 0):
            first, second, places = second, first, [(y, x) for x, y in places]
        out += _passages(first, laid[first.report_id], second, laid[second.report_id], places)
    return out


def _expected(a: Report, b: Report, one_body: bool) -> bool:
    """Two versions of one report, and the accounts of two bodies: their text is a form that the treasury hands out."""
    if one_body:
        return a.meta.fiscal_year == b.meta.fiscal_year
    return a.meta.report_type == b.meta.report_type == "final_accounts"


def _passages(
    first: Report, left: Sequence[_Clause], second: Report, right: Sequence[_Clause], seeds: Iterable[tuple[int, int]]
) -> list[Copy]:
    """Chains of seeds that run in step (at most three clauses missed on either side), long and alike enough."""
    out: list[Copy] = []
    for chain in _chains(sorted(set(seeds)), left, right):
        (i, j), (k, m) = chain[0], chain[-1]
        while i and j and left[i - 1].key == right[j - 1].key and left[i].start - left[i - 1].end < _APART:
            i, j = i - 1, j - 1
            chain.insert(0, (i, j))
        while k + 1 < len(left) and m + 1 < len(right) and left[k + 1].key == right[m + 1].key:
            if left[k + 1].start - left[k].end > _APART:
                break
            k, m = k + 1, m + 1
            chain.append((k, m))
        while chain and left[chain[0][0]].words != right[chain[0][1]].words:  # a figure brought up to date is no copy
            chain.pop(0)
        while chain and left[chain[-1][0]].words != right[chain[-1][1]].words:
            chain.pop()
        if not chain:
            continue
        (i, j), (k, m) = chain[0], chain[-1]
        a, b = (left[i].start, left[k].end), (right[j].start, right[m].end)
        lengths = [sum(len(c.key) for c in side) for side in (left[i : k + 1], right[j : m + 1])]
        own = sum(len(left[x].key) for x, y in chain if left[x].seed and left[x].words == right[y].words)
        if (
            min(lengths) < SHORTEST
            or own < _OWN
            or any(c.start_a <= a[0] and a[1] <= c.end_a and c.start_b <= b[0] for c in out)
        ):
            continue
        similarity = round(2 * _shared(left, right, chain) / sum(lengths), 4)
        if similarity >= ALIKE:
            out.append(Copy(first.report_id, *a, second.report_id, *b, similarity))
    return out


def _chains(
    seeds: Sequence[tuple[int, int]], left: Sequence[_Clause], right: Sequence[_Clause]
) -> list[list[tuple[int, int]]]:
    """Seeds joined into chains, not over a table or a skipped section; a chain is found by where it ends."""
    chains: list[list[tuple[int, int]]] = []
    ends: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for i, j in seeds:
        steps = ((i - di, j - dj) for di in range(1, _GAP + 1) for dj in range(1, _GAP + 1))
        end = next((e for e in steps if e in ends), None)
        if end and (left[i].start - left[end[0]].end > _APART or right[j].start - right[end[1]].end > _APART):
            end = None
        chain = ends.pop(end) if end else []
        if end is None:
            chains.append(chain)
        chain.append((i, j))
        ends[i, j] = chain
    return chains


def _shared(left: Sequence[_Clause], right: Sequence[_Clause], chain: Sequence[tuple[int, int]]) -> int:
    """The characters that both passages have: those of the equal clauses and, between them, those that align.

    A clause whose number was brought up to date counts for nothing: forms are filled in anew every year.
    """
    total = sum(len(left[i].key) for i, j in chain if left[i].words == right[j].words)
    for (i, j), (k, m) in pairwise(chain):
        gap_a = "".join(c.key for c in left[i + 1 : k])
        gap_b = "".join(c.key for c in right[j + 1 : m])
        if gap_a and gap_b:
            blocks = SequenceMatcher(None, gap_a, gap_b, autojunk=False).get_matching_blocks()
            total += sum(b.size for b in blocks if b.size >= 3)
    return total


def stale_numbers(reports: Sequence[Report], names: Mapping[str, str], found: Sequence[Copy]) -> list[Check]:
    """A note for each copied passage of one body whose numbers came over unchanged into another year."""
    rule: Rule | None = next((r for r in shipped() if r.id == "stale_number"), None)
    by_id = {r.report_id: r for r in reports}
    out: list[Check] = []
    for copy in found:
        old, new = by_id[copy.report_a], by_id[copy.report_b]
        if rule is None or names.get(old.report_id) != names.get(new.report_id):
            continue
        before = Counter(
            (f.quantity.value, f.quantity.unit) for f in old.facts if copy.start_a <= f.evidence.start < copy.end_a
        )
        stale = tuple(
            f for f in new.facts
            if copy.start_b <= f.evidence.start < copy.end_b and before[f.quantity.value, f.quantity.unit]
        )  # fmt: skip
        if stale:
            quotes = "、".join(f.evidence.quote for f in stale[:6])
            out.append(rule.check(new, stale, None, quotes, year=old.meta.fiscal_year))
    return out
