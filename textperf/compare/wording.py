"""What a text says apart from how it says it: one wording for words that say the same, and how telling its words are.

Words are pairs of neighbouring characters. How telling one is depends on how many kinds of bodies use it: 绩效 stands in
every report, 充电桩 in few. ``rules/pairs.json`` holds the counts (scripts/count_pairs.py makes it from the corpus).
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from math import fsum, log
from operator import add
from pathlib import Path
from types import MappingProxyType

from textperf.rules.loader import RuleError, Shape, packaged, read_rules
from textperf.text.fold import fold

_SHAPE = Shape("word", {"id": str, "words": list, "examples": list}, ("id", "words", "examples"))
_DATES = re.compile(r"20\d\d年(?:底|末|初)?前?|\d{1,2}月(?:底|末|初)?前?|年底前?|年内|上半年|下半年|[一二三四]季度")
_COUNT = re.compile(
    r"(?:\d[\d,.]*|[每各某])(?:[余多几万亿]*)(?:公里|平方米|个?百分点|[个名家处座所次场项条件人户亩台套元份期支队位辆吨天年月日%])?"
)
_JOINED = re.compile("[的“”'\"‘’\\s]")
_RUN = re.compile("[\u4e00-\u9fffA-Za-z]+")


class SameWords:
    """The knowledge of ``same_words.toml``: one wording for words that say the same. Raises :class:`RuleError`."""

    def __init__(self, path: Path) -> None:
        entries = read_rules(path, _SHAPE)
        self._to: dict[str, str] = {}
        for entry in entries:
            for word in entry["words"]:
                if word in self._to:
                    raise RuleError(f"{path.name}（{entry['id']}）：{word} 已在 {self._to[word]} 一条里")
                self._to[word] = entry["id"]
        by_first: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._to, key=lambda w: (-len(w), w)):
            by_first[word[0]].append(re.escape(word[1:]))
        # Grouped by the first character: hundreds of words are not tried one by one at every place of a text.
        self._pattern = re.compile("|".join(f"{re.escape(c)}(?:{'|'.join(rest)})" for c, rest in by_first.items()))
        for entry in entries:
            for example in entry["examples"]:
                left, _, right = example.partition("=")
                if self.plain(left) != self.plain(right):
                    raise RuleError(f"{path.name}（{entry['id']}）：例子 {example} 换词后不同")

    def plain(self, text: str) -> str:
        """The text with each known word in its one wording."""
        return self._pattern.sub(lambda m: self._to[m[0]], text)


@lru_cache(maxsize=50_000)  # the same nouns and verbs come back every year
def plain(text: str) -> str:
    """The text with each word that has synonyms in the one wording of ``same_words.toml``.

    >>> plain("参训教师") == plain("培训教师")
    True
    """
    words: SameWords = packaged("same_words.toml", SameWords)
    return words.plain(text)


def read_counts(path: Path) -> tuple[int, Mapping[str, int]]:
    """Of how many bodies reports were counted, and in those of how many each pair of characters stands."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return data["bodies"], MappingProxyType(
        {run[i : i + 2]: int(n) for n, run in data["pairs"].items() for i in range(0, len(run), 2)}
    )


@lru_cache(maxsize=100_000)
def telling(pair: str) -> float:
    """How much a pair of characters tells about what is spoken of: the logarithm of how few kinds of bodies use it.

    >>> telling("问题") < telling("人才") < telling("电桩")
    True
    """
    bodies, counts = packaged("pairs.json", read_counts)
    return log((bodies + 1) / (counts.get(pair, 1) + 0.5))


def weight(pairs: Iterable[str]) -> float:
    """How telling several pairs are together. Exact: the order of a set is not the same on every run."""
    return fsum(map(telling, pairs))


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of a text, as it stands and in one wording: equal words share more than
    words that only say the same. Numbers, dates and marks part what stands beside them; quotes and 的 do not.

    >>> sorted(pairs("2022年6月底前选调“审计”干部2名"))
    ['审计', '干部', '招聘', '聘审', '计干', '调审', '选调']
    """
    return folded_pairs(fold(text))


def folded_pairs(text: str) -> frozenset[str]:
    """:func:`pairs` of a text that has been folded."""
    joined = _JOINED.sub("", _COUNT.sub("1", _DATES.sub("1", text)))
    said = plain(joined)
    found = set(_pairs(joined))
    if said != joined:
        found.update(_pairs(said))
    return frozenset(found)


def _pairs(text: str) -> Iterator[str]:
    for m in _RUN.finditer(text):
        yield from map(add, m[0], m[0][1:])
