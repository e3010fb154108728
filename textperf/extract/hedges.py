"""Words beside a number that bound or blur it (超过, 近, 以上, 左右), from rules/quantities.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from textperf.extract.units import GAP, trie
from textperf.model import Bound
from textperf.rules.loader import RuleError, Shape, packaged, read_rules

SHAPE = Shape(
    "hedge",
    {
        "id": str, "place": str, "gives": str, "words": list, "not_after": list, "not_before": list,
        "examples": list, "counter_examples": list,
    },
    ("id", "place", "gives", "words"),
    min_counter=1,
)  # fmt: skip

_GIVES: dict[str, tuple[bool, Bound | None]] = {
    "approx": (True, None), "approx+lt": (True, "lt"), "gt": (False, "gt"), "ge": (False, "ge"), "le": (False, "le"),
    "lt": (False, "lt"),
}  # fmt: skip
_SPACE = " \r\n"


@dataclass(frozen=True, slots=True)
class Hedge:
    """What a hedge says: ``approx`` and ``bound``; ``id`` is its rule."""

    id: str
    approx: bool
    bound: Bound | None


@dataclass(frozen=True, slots=True)
class Hedges:
    """Hedges before a number, by their last character (longest first), and a pattern of those after it."""

    before: Mapping[str, tuple[tuple[str, Hedge, frozenset[str]], ...]]
    after: re.Pattern[str]
    after_by_word: Mapping[str, Hedge]

    def left(self, text: str, at: int, floor: int = 0) -> tuple[Hedge, int] | None:
        """The hedge that ends at ``at`` (white space aside) and where it begins, or None."""
        while at > floor and text[at - 1] in _SPACE:
            at -= 1
        if at <= floor:
            return None
        for word, hedge, not_after in self.before.get(text[at - 1], ()):
            begin = at - len(word)
            if begin >= floor and text.startswith(word, begin):
                if not_after and (text[begin - 1 : begin] in not_after or text[max(0, begin - 2) : begin] in not_after):
                    return None
                return hedge, begin
        return None

    def right(self, text: str, at: int) -> tuple[Hedge, int] | None:
        """The hedge that begins at ``at`` (white space aside) and where it ends, or None."""
        found = self.after.match(text, at)
        if not found:
            return None
        return self.after_by_word["".join(found[1].split())], found.end()


def build(path: Path) -> Hedges:
    """Hedges from a rule file. Raises :class:`RuleError` on an unknown place or meaning, or a word that stands twice."""
    before: dict[str, list[tuple[str, Hedge, frozenset[str]]]] = {}
    after: dict[str, Hedge] = {}
    veto: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    for entry in read_rules(path, SHAPE):
        name = f"{path.name}（{entry['id']}）"
        if entry["place"] not in ("before", "after") or entry["gives"] not in _GIVES:
            raise RuleError(f"{name}：place 只可是 before、after，gives 只可是 {'、'.join(_GIVES)}")
        hedge = Hedge(entry["id"], *_GIVES[entry["gives"]])
        for word in entry["words"]:
            if (entry["place"], word) in seen:
                raise RuleError(f"{name}：{word} 写了两次")
            seen.add((entry["place"], word))
            if entry["place"] == "before":
                before.setdefault(word[-1], []).append((word, hedge, frozenset(entry.get("not_after", ()))))
            else:
                after[word] = hedge
                if entry.get("not_before"):
                    veto[word] = "|".join(map(re.escape, entry["not_before"]))
    ordered = {ch: tuple(sorted(group, key=lambda g: -len(g[0]))) for ch, group in before.items()}
    return Hedges(ordered, re.compile(f"{GAP}({trie(after, GAP, veto)})"), after)


def hedges() -> Hedges:
    """The packaged hedges, read once per process."""
    return cast(Hedges, packaged("quantities.toml", build))
