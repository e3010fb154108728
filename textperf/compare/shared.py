"""Counts that several bodies report though the indicator list does not know them: one row for each, to lay side by side.

发放调查问卷300份 of one body and 发放问卷1,200份 of another are one item: unit and verb say the same, and the noun shares
most of its telling words. A body's own counts come in lines over its years (:mod:`textperf.compare.align`); lines of
several bodies are grouped by the most alike first (complete linkage), each body at most once in a group.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from textperf.compare.model import Alignment, SharedItem
from textperf.compare.similar import bare, grams
from textperf.compare.units import convert, family
from textperf.compare.wording import pairs, plain, telling, weight
from textperf.model import Fact, Report, Scope

# Set on the first half of the pairs of benchmarks/shared_pairs.tsv.
_ALIKE = 0.6  # of the weight of the telling words of both nouns
_TELLING = 1.0  # what noun and verb must tell together: 项目22个 alone is no item
_TELLING_ALONE = 4.0  # where there is no verb
_RARE = 1.0  # words that make two nouns worth comparing
# Verbs that only say that there is something.
_LIGHT = frozenset({"", "有", "达", "达到", "为", "共", "共有", "拥有", "实有", "现有", "累计", "完成", "开展", "实现"})
_NO_COUNT = frozenset({"%", "‰", "百分点", "倍", "分", "元", ""})
_CODE = re.compile("[0-9A-Za-z]+")
_SCOPE: Mapping[Scope, Scope] = {
    "whole": "whole",
    "part": "part",
    "cumulative": "cumulative",
    "average": "average",
    "each": "average",
}


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is counted, in one wording: noun, verb, kind of unit, scope."""

    family: str
    scope: Scope
    noun: str
    verb: str


@dataclass(frozen=True, slots=True)
class _Line:
    """One open count of a body over its years."""

    department: str
    kind: _Kind
    facts: tuple[tuple[int, Fact], ...]


@lru_cache(maxsize=100_000)
def _words(noun: str) -> frozenset[str]:
    return pairs(noun)


@lru_cache(maxsize=100_000)
def _tells(noun: str) -> float:
    return weight(_words(noun))


def _codes(noun: str) -> frozenset[str]:
    return frozenset(_CODE.findall(noun))


def _kind(fact: Fact) -> _Kind:
    verb = plain(fact.action or "")
    return _Kind(family(fact.quantity.unit), _SCOPE[fact.scope], bare(fact.item), "" if verb in _LIGHT else verb)


def _same_verb(a: str, b: str) -> bool:
    """整改 and 改, 新引进 and 引进 are one verb; a verb and none are not."""
    x, y = grams(a), grams(b)
    return bool(x and y and (x <= y or y <= x or 2 * len(x & y) >= 0.5 * (len(x) + len(y)))) or (not x and not y)


def specific(kind: _Kind) -> bool:
    """Whether noun and verb tell enough to be compared across bodies."""
    told = _tells(kind.noun)
    return told >= _TELLING_ALONE if not kind.verb else told + weight(pairs(kind.verb)) >= _TELLING


def likeness(a: _Kind, b: _Kind) -> float:
    """How surely two kinds of counts of different bodies are one, in 0–1; 0 where unit, scope or verb forbid it."""
    if (a.family, a.scope) != (b.family, b.scope) or not _same_verb(a.verb, b.verb):
        return 0.0
    if plain(a.noun) == plain(b.noun):
        return 1.0
    x, y = _codes(a.noun), _codes(b.noun)
    if x and y and x != y:
        return 0.0  # 4G基站 and 5G基站
    shared = weight(_words(a.noun) & _words(b.noun))
    told = shared + weight(pairs(a.verb) & pairs(b.verb))
    if told < (_TELLING if a.verb else _TELLING_ALONE):
        return 0.0
    score = 2 * shared / (_tells(a.noun) + _tells(b.noun))
    return score if score >= _ALIKE else 0.0


def _lines(department: str, reports: Sequence[Report], aligned: Sequence[Alignment]) -> list[_Line]:
    """The open counts of a body, those of one line over the years together."""
    facts: dict[str, tuple[int, Fact]] = {}
    for report in reports:
        year = report.meta.fiscal_year
        for fact in report.facts if year is not None else ():
            if not fact.indicator and fact.status == "actual" and fact.quantity.unit not in _NO_COUNT:
                facts[fact.fact_id] = (year or 0, fact)
    root = {i: i for i in facts}

    def find(i: str) -> str:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for row in aligned:
        if row.fact_a in root and row.fact_b in root:
            root[find(row.fact_b)] = find(row.fact_a)
    groups: dict[str, list[tuple[int, Fact]]] = defaultdict(list)
    for fact_id, found in facts.items():
        groups[find(fact_id)].append(found)
    out = []
    for members in groups.values():
        kinds = Counter(_kind(f) for _, f in members)
        kind = max(kinds, key=lambda k: (kinds[k], -len(k.noun), k.noun, k.verb))
        if specific(kind):
            out.append(_Line(department, kind, tuple(sorted(members, key=lambda m: (m[0], m[1].evidence.start)))))
    return out


def shared_items(
    groups: Mapping[str, Sequence[Report]], alignments: Sequence[Alignment], least: int = 2
) -> list[SharedItem]:
    """A row for each body and year of every count without an indicator that ``least`` bodies or more report.

    A body that reports several different numbers of one kind in one year has no value there, only the facts.
    """
    aligned: dict[str, list[Alignment]] = defaultdict(list)
    for row in alignments:
        aligned[row.department].append(row)
    lines: dict[_Kind, list[_Line]] = defaultdict(list)
    for department in sorted(groups):
        for line in _lines(department, groups[department], aligned[department]):
            lines[line.kind].append(line)
    out: list[SharedItem] = []
    for kinds in _clusters({k: frozenset(m.department for m in v) for k, v in lines.items()}):
        members = [line for kind in kinds for line in lines[kind]]
        if len({m.department for m in members}) >= least:
            out += _rows(kinds, members, least)
    return sorted(out, key=lambda r: (-r.bodies, r.item, r.unit, r.action or "", r.scope, r.department, r.fiscal_year))


def _rows(kinds: Sequence[_Kind], members: Sequence[_Line], least: int) -> list[SharedItem]:
    name = max(kinds, key=lambda k: (sum(m.kind == k for m in members), -len(k.noun), k.noun, k.verb))
    cells: dict[tuple[str, int], list[tuple[Fact, float]]] = defaultdict(list)
    for member in members:
        for year, fact in member.facts:
            score = likeness(name, _kind(fact))
            if score > 0:  # a line over the years may stray from what the bodies share
                cells[member.department, year].append((fact, score))
    bodies = len({department for department, _ in cells})
    if bodies < least:
        return []
    facts = [f for found in cells.values() for f, _ in found]
    own = [f for f in facts if _kind(f) == name]
    item, action = Counter((f.item, f.action) for f in own).most_common(1)[0][0]
    unit = Counter(f.quantity.unit for f in facts).most_common(1)[0][0]
    out = []
    for (department, year), found in cells.items():
        values = {_value(f, unit) for f, _ in found}
        value = values.pop() if len(values) == 1 else None
        out.append(
            SharedItem(
                item, action, unit, name.scope, bodies, department, year, value, "several" if value is None else "value",
                found[0][0].item, round(min(s for _, s in found), 4), tuple(f.fact_id for f, _ in found),
            )
        )  # fmt: skip
    return out


def _value(fact: Fact, unit: str) -> float | int | None:
    value = convert(fact.quantity.value, fact.quantity.unit, unit)
    return fact.quantity.value if value is None and family(fact.quantity.unit) == family(unit) else value


def _clusters(kinds: Mapping[_Kind, frozenset[str]]) -> list[list[_Kind]]:
    """Groups of kinds that are one item, by complete linkage: the most alike first, every two of a group alike.

    Two kinds that one body reports both are two items to that body, and stay apart.
    """
    ordered = sorted(kinds, key=lambda k: (k.family, k.scope, k.noun, k.verb))
    near: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for i, kind in enumerate(ordered):
        for word in _words(kind.noun):
            if telling(word) >= _RARE:
                near[kind.family, kind.scope, word].append(i)
    edges: dict[tuple[int, int], float] = {}
    for places in near.values():
        for n, i in enumerate(places):
            for j in places[n + 1 :]:
                if (i, j) not in edges:
                    edges[i, j] = likeness(ordered[i], ordered[j])
    home = list(range(len(ordered)))
    members = {i: [i] for i in home}
    bodies = {i: kinds[k] for i, k in enumerate(ordered)}
    for (i, j), score in sorted(edges.items(), key=lambda e: (-e[1], e[0])):
        a, b = home[i], home[j]
        if score <= 0 or a == b or bodies[a] & bodies[b]:
            continue
        if any(likeness(ordered[x], ordered[y]) <= 0 for x in members[a] for y in members[b]):
            continue
        members[a] += members.pop(b)
        bodies[a] |= bodies.pop(b)
        for x in members[a]:
            home[x] = a
    return [[ordered[i] for i in group] for group in members.values()]
