"""The words of 自评表 (rules/tables.toml): which column a head names, which cells are levels, totals, signs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from textperf.rules.loader import RuleError, Shape, packaged, read_rules
from textperf.text.fold import fold

SHAPE = Shape(
    "entry",
    {
        "id": str,
        "kind": str,
        "words": list,
        "contains": list,
        "not_with": list,
        "value": str,
        "examples": list,
        "counter_examples": list,
    },
    ("id", "kind", "words"),
    min_examples=1,
    min_counter=1,
)
KINDS = ("column", "level1", "level2", "total", "part_total", "fund_total", "sign", "unit_of")
_BRACKET = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the file, its words bare."""

    id: str
    kind: str
    words: frozenset[str]
    contains: tuple[str, ...]
    not_with: tuple[str, ...]
    value: str
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


def bare(text: str) -> str:
    """A cell's words for comparison: folded, without white space, brackets with their content, and a colon at the end.

    >>> bare("年度指标值（A）："), bare("产 出\\n指 标")
    ('年度指标值', '产出指标')
    """
    text = re.sub(r"\s", "", fold(text))
    while (shorter := _BRACKET.sub("", text)) != text:
        text = shorter
    return text.strip(":").replace("“", "").replace("”", "")


@dataclass(frozen=True)
class Words:
    """All entries, ready for questions about cells."""

    entries: tuple[Entry, ...]
    exact: Mapping[str, str]

    def column(self, text: str) -> str | None:
        """The id of the column that a head cell names.

        >>> table_words().column("偏差原因分析及改进措施"), table_words().column("培训人次")
        ('reason', None)
        """
        word = bare(text)
        if not word or len(word) > 24:
            return None
        if word in self.exact:
            return self.exact[word]
        for entry in self.entries:
            if (
                entry.kind == "column"
                and len(word) <= 20
                and any(c in word for c in entry.contains)
                and not any(n in word for n in entry.not_with)
            ):
                return entry.id
        return None

    def is_kind(self, kind: str, text: str) -> bool:
        """Whether a cell is a total, a sign, a level of this kind."""
        word = bare(text)
        if kind in ("level1", "level2"):
            word = word.removesuffix("指标")
        return any(word in entry.words for entry in self.entries if entry.kind == kind)

    def unit_of(self, name: str) -> str | None:
        """The unit that the end of an indicator's name implies, or None.

        >>> table_words().unit_of("培训人次"), table_words().unit_of("验收合格率"), table_words().unit_of("政策落实")
        ('人次', '%', None)
        """
        word = bare(name)
        found = [
            (len(w), entry.value)
            for entry in self.entries
            if entry.kind == "unit_of"
            for w in entry.words
            if word.endswith(w)
        ]
        return max(found)[1] if found else None


def build(path: Path) -> Words:
    """The words of a file. Raises :class:`RuleError` for an unknown kind or a word that names two columns."""
    entries = []
    exact: dict[str, str] = {}
    for raw in read_rules(path, SHAPE):
        name = f"{path.name}（{raw['id']}）"
        if raw["kind"] not in KINDS:
            raise RuleError(f"{name}：不认识的 kind {raw['kind']}；可用：{'、'.join(KINDS)}")
        if raw["kind"] == "unit_of" and not raw.get("value"):
            raise RuleError(f"{name}：缺少 value")
        words = frozenset(bare(w) for w in raw["words"])
        entry = Entry(
            raw["id"],
            raw["kind"],
            words,
            tuple(raw.get("contains", ())),
            tuple(raw.get("not_with", ())),
            raw.get("value", ""),
            tuple(raw["examples"]),
            tuple(raw["counter_examples"]),
        )
        entries.append(entry)
        if entry.kind == "column":
            for word in words:
                if exact.setdefault(word, entry.id) != entry.id:
                    raise RuleError(f"{name}：{word} 已是 {exact[word]} 的表头")
    return Words(tuple(entries), exact)


def table_words() -> Words:
    """The packaged words."""
    return cast(Words, packaged("tables.toml", build))


def check_file(path: Path) -> list[str]:
    """What the examples of a rule file show to be wrong with it, as Chinese sentences."""
    words = build(path)

    def matches(entry: Entry, text: str) -> bool:
        if entry.kind == "column":
            return words.column(text) == entry.id
        if entry.kind == "unit_of":
            return words.unit_of(text) == entry.value
        stem = bare(text).removesuffix("指标") if entry.kind in ("level1", "level2") else bare(text)
        return stem in entry.words

    out = []
    for entry in words.entries:
        name = f"{path.name}（{entry.id}）"
        out += [f"{name}：例子没有被认出：{text}" for text in entry.examples if not matches(entry, text)]
        out += [f"{name}：反例被认出了：{text}" for text in entry.counter_examples if matches(entry, text)]
    return out
