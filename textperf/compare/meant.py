"""Were figures that nearly agree meant to agree? What their words say, learned from the figures that do.

In a report most figures that belong together add up, so that arithmetic labels its own examples: relations that hold
exactly are ones that were meant, relations that nearly hold in a report without a slip were not. What is seen of a
relation is how its figures stand to each other and what is said around them, never the figures themselves.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from textperf.compare.reading import Reading
from textperf.compare.relation import SHARES, Relation
from textperf.model import Fact
from textperf.text.fold import fold

_NUMBER = re.compile(r"\d[\d,.]*")
_ROLES = {"rate": "ab", "both": "aab", "rest": "xb", "growth": "on", "gap": "on", "average": "wn", "same": "s"}
_REST = re.compile("其他|其它|其余")
_MARKS = re.compile("[,;、:。!?\n(]")
_NAME = re.compile(r"(?:为|达到?了?|是|高达|仅为?|只有|约)$")
_COMMON = ("元", "人", "件", "户", "分", "个", "次")


@dataclass(frozen=True, eq=False)
class Words:
    """The words around the figures of one report; what is said of a figure or between two is looked up once."""

    reading: Reading
    _seen: dict[tuple[object, ...], tuple[str, ...]] = field(default_factory=dict)

    def seen(self, relation: Relation) -> Iterator[tuple[Hashable, tuple[str, ...], float]]:
        """What is seen of a relation in groups: a key of the group or None, its features, and how much they count (those
        of the members of a list count for one together)."""
        roles = sorted(_roles(relation), key=lambda r: r[0].evidence.start)
        members = sum(name == "m" for _, name in roles) or 1
        for (one, x), (other, y) in pairwise(roles):
            between = (x + y, one.evidence.start, other.evidence.start)
            if between not in self._seen:
                gap = self.reading.text[one.evidence.end : other.evidence.start]
                self._seen[between] = tuple(_gap(_bare(gap), x + y))
            yield between, self._seen[between], 1.0 if x + y != "mm" else 1 / (members - 1)
        for fact, name in roles:
            key = (name, fact.evidence.start)
            if key not in self._seen:
                self._seen[key] = tuple(_alone(self.reading, fact, name))
            yield key, self._seen[key], 1 / members if name == "m" else 1.0
        yield None, tuple(self._whole(relation, roles)), 1.0

    def _whole(self, relation: Relation, roles: Sequence[tuple[Fact, str]]) -> Iterator[str]:
        yield "order" + re.sub("m+", "m", "".join(name for _, name in roles))
        yield from _together(relation)
        if len(relation.operands) > 1 and relation.kind in ("sum", "signed", "marks"):
            yield from _list(self.reading, relation, roles)
        if relation.kind in ("rate", "rest", "both"):
            yield from _named(self.reading, relation)


def features(words: Words, relation: Relation) -> dict[str, float]:
    """What is seen of a relation, with how much each counts."""
    out: dict[str, float] = {}
    for _, names, share in words.seen(relation):
        for name in names:
            out[name] = out.get(name, 0.0) + share
    return out


def _roles(relation: Relation) -> list[tuple[Fact, str]]:
    if relation.kind == "sum":
        names = "m" * len(relation.operands)
    elif relation.signs:
        names = "".join("+" if s > 0 else "-" for s in relation.signs)
    else:
        names = _ROLES[relation.kind]
    return [(relation.result, "T"), *zip(relation.operands, names, strict=True)]


def _bare(text: str) -> str:
    return _NUMBER.sub("0", text)


def _grams(text: str, name: str) -> Iterator[str]:
    for i in range(len(text)):
        yield name + text[i]
        yield name + text[i : i + 2]


def level(value: float, *steps: float) -> int:
    """How many of some steps a value is above."""
    return sum(value > s for s in steps)


def _gap(text: str, name: str) -> Iterator[str]:
    """What stands between two figures that follow each other in a relation."""
    yield f"{name}l{level(len(text), 0, 3, 6, 10, 16, 30, 60, 120)}"
    yield f"{name}0{min(4, text.count('0'))}"
    yield f"{name}.{min(2, text.count('。'))}"
    yield f"{name}¶{min(2, text.count(chr(10)))}"
    yield f"{name},{min(3, len(_MARKS.findall(text)))}"
    yield from _grams(text[-8:], f"{name}<")
    yield from _grams(text[:6], f"{name}>")


def _alone(reading: Reading, fact: Fact, name: str) -> Iterator[str]:
    """What is said of one figure."""
    lead, item = _bare(reading.lead(fact, 12)), fold(fact.item)
    yield from _grams(lead, f"{name}L")
    yield f"{name}e{lead[-2:]}"
    yield f"{name}e{lead[-3:]}"
    yield from _grams(_bare(reading.text[fact.evidence.end : fact.evidence.end + 5]), f"{name}A")
    yield from _grams(item[-5:], f"{name}I")
    yield f"{name}v{fact.action or ''}"
    yield f"{name}={fact.status}"
    yield f"{name}:{fact.scope}"
    yield f"{name}i{fact.indicator or ''}"
    unit = fact.quantity.unit
    yield f"{name}u{unit if unit in _COMMON or unit in SHARES else '.'}"


def alike(one: str, other: str) -> float:
    """The share of the pairs of characters of the shorter of two names that the other has."""
    a, b = ({t[i : i + 2] for i in range(len(t) - 1)} for t in (one, other))
    return len(a & b) / max(1, min(len(a), len(b)))


def _together(relation: Relation) -> Iterator[str]:
    """How the figures go with each other."""
    total, parts = relation.result, relation.operands
    items = [fold(f.item) for f in parts]
    yield f"like{level(sum(alike(fold(total.item), i) for i in items) / len(items), 0.01, 0.2, 0.4, 0.6, 0.8)}"
    yield f"among{level(sum(alike(items[0], i) for i in items[1:]) / max(1, len(items) - 1), 0.01, 0.3, 0.6, 0.9)}"
    yield f"sentences{min(4, len({f.sentence_start for f in relation.facts}))}"
    yield f"clause{total.sentence_start == parts[0].sentence_start}"
    parents = [f.parent for f in parts]
    own = total.fact_id if any(parents) else ""
    yield f"parent{level(sum(p == own for p in parents if p) / len(parts), 0.01, 0.4, 0.7, 0.99)}"
    yield f"other{level(sum(p is not None and p != own for p in parents) / len(parts), 0.01, 0.4, 0.99)}"
    yield f"verb{level(sum(f.action == total.action for f in parts) / len(parts), 0.01, 0.4, 0.99)}"
    known = {f.indicator for f in parts}
    yield f"indicator{total.indicator is not None and total.indicator in known}"
    for name in known:
        yield f"i{total.indicator or ''}|{name or ''}"
    least = min(f.quantity.value for f in parts)
    yield f"least{level(least, 2, 5, 10, 30, 100)}"


def _list(reading: Reading, relation: Relation, roles: Sequence[tuple[Fact, str]]) -> Iterator[str]:
    """How a list of parts is built, and what comes before and behind it."""
    parts = relation.operands
    ahead = relation.result.evidence.start < parts[0].evidence.start
    way = ">" if ahead else "<"
    gaps = [_bare(reading.text[a.evidence.end : b.evidence.start]) for a, b in pairwise(parts)]
    marks = [_mark(g) for g in gaps]
    yield f"{way}n{min(7, len(parts))}"
    yield f"{way}marks{len(set(marks))}{''.join(sorted(set(marks)))}"
    yield f"{way}first{marks[0] if marks else ''}"
    yield f"{way}last{marks[-1] if marks else ''}"
    yield f"{way}long{level(max(map(len, gaps), default=0), 2, 6, 10, 16, 30, 60)}"
    heads = {fold(f.item)[-2:] for f in parts}
    yield f"{way}heads{min(3, len(heads))}"
    yield f"{way}own{fold(relation.result.item)[-2:] in heads}"
    yield f"{way}different{len({f.item for f in parts}) == len(parts)}"
    yield f"{way}rest{_REST.search(reading.lead(parts[-1], 10) + parts[-1].item) is not None}"
    last = roles[-1][0]
    behind = next((f for f in reading.between(last.evidence.end, last.evidence.end + 80)), None)
    unit = relation.result.quantity.unit
    if behind is None:
        yield f"{way}next"
    else:
        kind = "same" if behind.quantity.unit == unit else "%" if behind.quantity.unit in SHARES else "other"
        yield f"{way}next{kind}{_mark(_bare(reading.gap(last, behind)))}"
    first = roles[0][0]
    before = reading.between(max(0, first.evidence.start - 80), first.evidence.start)
    yield f"{way}before{before[-1].quantity.unit == unit if before else None}"
    small = min(f.quantity.value for f in parts) / relation.result.quantity.value
    yield f"{way}small{level(small, 0.001, 0.01, 0.05, 0.2)}"


def _mark(gap: str) -> str:
    """The strongest mark between two figures; 0 where another figure is."""
    if "0" in gap:
        return "0"
    return next((m for m in "\n。;、," if m in gap), "-")


def _named(reading: Reading, relation: Relation) -> Iterator[str]:
    """Whether the name of a rate is that of its figures: 收缴率 of 已收缴, 占受理案件."""
    rate, top, bottom = relation.result, relation.operands[0], relation.operands[-1]
    lead = reading.lead(rate, 14)
    name = _NAME.sub("", lead)[-5:].removesuffix("率")
    for fact, role in ((top, "a"), (bottom, "b")):
        about = reading.about(fact) + reading.tail(fact)
        yield f"{role}name{level(alike(name, about), 0.01, 0.3, 0.6, 0.99)}"
        yield f"{role}char{level(len(set(name[-2:]) & set(about)), 0, 1)}"
        of = fold(rate.of or "")
        yield f"{role}of{bool(of) and (of in about or (len(fold(fact.item)) > 1 and fold(fact.item) in of))}"
        yield f"{role}ri{rate.indicator or ''}|{fact.indicator or ''}"
        yield f"{role}rl{level(alike(fold(rate.item), fold(fact.item)), 0.01, 0.3, 0.6, 0.99)}"
    yield f"of{rate.of is not None}"
    yield f"over{rate.quantity.value > 100}"
    yield f"unit{top.quantity.unit == bottom.quantity.unit}"
    yield f"all{rate.quantity.value == 100}"
