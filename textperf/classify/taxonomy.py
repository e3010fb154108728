"""The categories of problems and measures, and the rules that put them on sentences.

``rules/categories.toml`` names the categories and says how each is phrased; here is only how phrasings are weighed:
the head of a sentence counts more than its tail, a long phrasing more than a short one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ahocorasick_rs import AhoCorasick

from textperf.rules.check import RuleKind
from textperf.rules.loader import RuleError, Shape, packaged, read_rules
from textperf.rules.phrases import spread
from textperf.text.fold import fold

KINDS = ("problem", "measure")
NONE = "none"
_GAP = 15
_SHAPE = Shape(
    "category",
    {
        "id": str,
        "name": str,
        "kind": str,
        "definition": str,
        "boundary": str,
        "pairs": list,
        "phrasings": list,
        "hints": list,
        "typical": list,
        "examples": list,
        "counter_examples": list,
    },
    ("id", "name", "kind", "definition", "boundary", "phrasings"),
    min_examples=3,
    min_counter=2,
)


@dataclass(frozen=True, slots=True)
class Category:
    """A category as its rule file gives it. ``pairs`` (measures only) are the problems it answers, nearest first;
    ``typical`` wordings teach the model only."""

    id: str
    name: str
    kind: str
    definition: str
    boundary: str
    phrasings: tuple[str, ...]
    hints: tuple[str, ...]
    pairs: tuple[str, ...]
    typical: tuple[str, ...]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Phrase:
    category: int
    written: int
    words: tuple[str, ...]
    weight: float


def kind_of(finding_type: str) -> str:
    """Problems and causes share their categories; measures have their own.

    >>> kind_of("cause")
    'problem'
    """
    return "measure" if finding_type == "measure" else "problem"


def lead_end(text: str) -> int:
    """Where the head of a finding ends: behind its first sentence, or at its end.

    >>> lead_end("支出偏慢。截至9月底仅支出三成") == len("支出偏慢")
    True
    """
    at = text.find("。")
    return at if 0 < at < len(text) - 1 else len(text)


_TURN = re.compile(
    r"[,;](?:但|然而|不过|惟|只是|可(?![以能比持供用])|美中不足|略显不足|不足之处|不足的是|差距在于|而(?!且))|却"
)
BEFORE_TURN = 0.3  # what stands before the turn of a sentence counts this much


def head_start(folded: str) -> int:
    """Where the head of a finding begins: behind the last turn (但, 却 …) of its first sentence, else at 0.

    Problems hide behind praise; what is praised must not decide their category.

    >>> text = "支出进度加快,但绩效指标仍不够量化"
    >>> text[head_start(text):]
    '但绩效指标仍不够量化'
    """
    start = 0
    for m in _TURN.finditer(folded, 0, lead_end(folded)):
        at = m.start()
        start = at + 1 if folded[at] in ",;" else max(folded.rfind(c, 0, at) for c in ",;:") + 1
    return start


class Rules:
    """The phrasings of one kind of category, ready to vote on sentences."""

    def __init__(self, categories: Sequence[Category]) -> None:
        self.ids = tuple(c.id for c in categories)
        phrases: list[_Phrase] = []
        written = 0
        for at, category in enumerate(categories):
            for patterns, base in ((category.phrasings, 1.0), (category.hints, 0.25)):
                for pattern in patterns:
                    for phrase in pattern.split():
                        for words in {tuple(w for w in p.split("…") if w) for p in spread(phrase)}:
                            size = sum(map(len, words))
                            if not words or size < 2 or any("{" in w or "}" in w for w in words):
                                if words and size < 2 and "{" not in phrase and base == 1.0:
                                    raise RuleError(f"categories.toml（{category.id}）：说法“{pattern}”太短")
                                continue
                            weight = base * (1.0 + 0.12 * min(size, 7) if base == 1.0 else 1.0)
                            phrases.append(_Phrase(at, written, words, weight))
                        written += 1
        self._phrases = phrases
        by_anchor: dict[str, list[int]] = defaultdict(list)
        for i, p in enumerate(phrases):
            by_anchor[max(p.words, key=len)].append(i)
        self._anchors = list(by_anchor)
        self._by_anchor = [by_anchor[a] for a in self._anchors]
        self._automaton = AhoCorasick(self._anchors)
        # The first verb phrase decides a measure; a problem may be stated behind an introduction.
        self._fade = 0.72 if categories and categories[0].kind == "measure" else 0.85

    def votes(self, text: str) -> list[float]:
        """A score for each category of ``ids``; 0 where no phrasing stands in the text."""
        text = fold(text)
        lead, head = lead_end(text), head_start(text)
        first: dict[int, int] = {}
        for anchor, start, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if start >= head or anchor not in first:
                first[anchor] = start if first.get(anchor, -1) < head else first[anchor]
        best: dict[tuple[int, int], float] = {}
        for anchor, start in first.items():
            for i in self._by_anchor[anchor]:
                phrase = self._phrases[i]
                at = start if len(phrase.words) == 1 else _find(text, phrase.words)
                if at < 0:
                    continue
                value = phrase.weight * self._worth(text, at, lead, head)
                key = (phrase.category, phrase.written)
                if value > best.get(key, 0.0):
                    best[key] = value
        hits: dict[int, list[float]] = defaultdict(list)
        for (category, _), value in best.items():
            hits[category].append(value)
        out = [0.0] * len(self.ids)
        for category, values in hits.items():
            values.sort(reverse=True)
            out[category] = sum(v * 0.5**n for n, v in enumerate(values))
        return out

    def _worth(self, text: str, at: int, lead: int, head: int) -> float:
        if at > lead:
            return 0.35
        if at < head:
            return BEFORE_TURN
        return float(self._fade ** _clauses_before(text, head, at))

    def label(self, text: str) -> tuple[str, float]:
        """The category with the most votes and its share of the best two; ``("none", 0.0)`` without any vote."""
        votes = self.votes(text)
        order = sorted(range(len(votes)), key=lambda i: -votes[i])
        top, second = votes[order[0]], votes[order[1]]
        if top < 0.5:
            return NONE, 0.0
        return self.ids[order[0]], round(top / (top + second), 3)


def _clauses_before(text: str, start: int, at: int) -> int:
    return sum(text.count(mark, start, at) for mark in ",;:。")


def _find(text: str, words: tuple[str, ...]) -> int:
    """Where the words stand in this order with at most ``_GAP`` characters between two of them, or -1."""
    at = text.find(words[0])
    while at >= 0:
        end = at + len(words[0])
        for word in words[1:]:
            next_at = text.find(word, end, end + _GAP + len(word))
            if next_at < 0:
                break
            end = next_at + len(word)
        else:
            return at
        at = text.find(words[0], at + 1)
    return -1


def read_categories(path: Path) -> tuple[Category, ...]:
    """The categories of a rule file. Raises :class:`RuleError`, also where ``pairs`` names no problem category."""
    entries = read_rules(path, _SHAPE)
    out = tuple(_category(path, entry) for entry in entries)
    problems = {c.id for c in out if c.kind == "problem"}
    for c in out:
        wrong = [p for p in c.pairs if p not in problems]
        if wrong or (c.pairs and c.kind != "measure"):
            raise RuleError(
                f"{path.name}（{c.id}）：pairs 只可写在措施类上，且须是问题类：{'、'.join(wrong) or c.kind}"
            )
    return out


def _category(path: Path, entry: dict[str, Any]) -> Category:
    if entry["kind"] not in KINDS:
        raise RuleError(f"{path.name}（{entry['id']}）：kind 只可是 problem 或 measure")
    lists = {
        k: tuple(entry.get(k, ())) for k in ("phrasings", "hints", "pairs", "typical", "examples", "counter_examples")
    }
    for key, values in lists.items():
        if not all(isinstance(v, str) and v for v in values):
            raise RuleError(f"{path.name}（{entry['id']}）：{key} 里只可有文字")
    return Category(
        id=entry["id"],
        name=entry["name"],
        kind=entry["kind"],
        definition=entry["definition"],
        boundary=entry["boundary"],
        **lists,
    )


def categories() -> tuple[Category, ...]:
    """The categories that ship with textperf."""
    return packaged("categories.toml", read_categories)  # type: ignore[no-any-return]


def category_ids(finding_type: str) -> tuple[str, ...]:
    """The ids that a finding of this type may carry; ``none`` always among them.

    >>> "fund_gap" in category_ids("cause"), "secure_funds" in category_ids("cause")
    (True, False)
    """
    if finding_type == NONE:
        return (NONE,)
    kind = kind_of(finding_type)
    return (*(c.id for c in categories() if c.kind == kind), NONE)


def affinity() -> dict[tuple[str, str], float]:
    """How likely a measure of a category answers a problem of a category: P(measure category | problem category).

    From ``pairs`` of the rule file: the first named problem is what the measure is for, the others are near it.
    """
    weights = (0.8, 0.05, 0.03)
    measures = [c for c in categories() if c.kind == "measure"]
    out: dict[tuple[str, str], float] = {}
    for p in (c.id for c in categories() if c.kind == "problem"):
        row = {m.id: 0.01 + (weights[min(m.pairs.index(p), 2)] if p in m.pairs else 0.0) for m in measures}
        total = sum(row.values())
        out.update({(p, m): value / total for m, value in row.items()})
    return out


@lru_cache(maxsize=2)
def rules_of(kind: str) -> Rules:
    """The voting rules of ``problem`` or ``measure``."""
    return Rules([c for c in categories() if c.kind == kind])


def label_by_rules(text: str, finding_type: str) -> tuple[str, float]:
    """The category by rules alone and a score between 0 and 1.

    >>> label_by_rules("项目支出进度前松后紧，年底集中支付", "problem")[0]
    'budget_execution'
    >>> label_by_rules("加大政策宣传力度，提高群众知晓率", "measure")[0]
    'publicity_openness'
    """
    return rules_of(kind_of(finding_type)).label(text)


def _check(directory: Path, files: Sequence[Path]) -> Iterator[str]:
    """Reads the category file and runs its examples: each example in its category, each counter-example outside."""
    for path in files:
        read = read_categories(path)
        for kind in KINDS:
            of_kind = [c for c in read if c.kind == kind]
            rules = Rules(of_kind)
            for c in of_kind:
                for text in c.examples:
                    got = rules.label(text)[0]
                    if got != c.id:
                        yield f"{path.name}（{c.id}）：例句“{text}”判成了 {got}"
                for text in c.counter_examples:
                    if rules.label(text)[0] == c.id:
                        yield f"{path.name}（{c.id}）：反例“{text}”也判成了本类"


CATEGORY_RULES = RuleKind("categories.toml", "问题与措施类别", _check)
