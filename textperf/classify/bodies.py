"""Which kind of body wrote a report: 人大, 政协, 法院, 民政 … The kind decides what 建议 or 立案 means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from textperf.rules.loader import RuleError, Shape, packaged, read_rules

SHAPE = Shape(
    array="body",
    keys={"id": str, "name": str, "words": list, "signs": list, "examples": list, "counter_examples": list},
    required=("id", "name", "words"),
    min_examples=2,
    min_counter=1,
)


# Every department speaks of these: they do not tell who writes.
_ABOUT_OTHERS = re.compile(
    r"人大代表|人大建议|人大常委会|人大监督|人大及其|政协提案|政协委员|政协民主监督|财政(?!局|厅|所)|审计(?!局|厅)|社区|教育(?!局|厅)"
    r"|(?:承办|主办|协办|会办|办复)[^,，。;；]{0,24}(?:代表建议|提案)"  # whoever answers them is not who collects them
)


@dataclass(frozen=True, slots=True)
class Bodies:
    """The known kinds of bodies: ``words`` maps what a name may hold to the id of its kind, ``signs`` what only a body
    of that kind does or has (审执结, 批捕, 主席会议)."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    words: tuple[tuple[str, str], ...]
    signs: tuple[tuple[str, str], ...] = ()

    def kind(self, name: str | None) -> str | None:
        """The kind of the body called ``name``, or None when no word of it is known.

        The longest word decides, and among equally long ones the last in the name.

        >>> load_bodies().kind("青禾县人民代表大会常务委员会"), load_bodies().kind("青禾县白石镇人民政府")
        ('npc', 'street')
        >>> load_bodies().kind("青禾县某某中心") is None
        True
        """
        best = (
            max(((len(word), name.rfind(word), kind) for word, kind in self.words if word in name), default=None)
            if name
            else None
        )
        return best[2] if best else None

    def kind_of_text(self, text: str) -> str | None:
        """The kind that a text without a known body speaks of most, or None when it is not clear.

        A sign tells twice as much as a name that is only mentioned.

        >>> load_bodies().kind_of_text("县人民法院受理案件312件，法院审结298件，法院干警46人")
        'court'
        >>> load_bodies().kind_of_text("受理审查逮捕案件86件，批捕102人，发出检察建议12份")
        'procuratorate'
        >>> load_bodies().kind_of_text("县政府系统承办县二届人大四次会议代表建议149件，承办政协提案86件") is None
        True
        """
        counts: dict[str, int] = {}
        text = _ABOUT_OTHERS.sub("", text)
        for pairs, worth in ((self.words, 1), (self.signs, 2)):
            for word, kind in pairs:
                if n := text.count(word):
                    counts[kind] = counts.get(kind, 0) + n * worth
        ranked = sorted(counts.items(), key=lambda pair: -pair[1])
        if not ranked or ranked[0][1] < 3 or (len(ranked) > 1 and ranked[1][1] * 2 > ranked[0][1]):
            return None
        return ranked[0][0]


def read_bodies(path: Path) -> Bodies:
    """The rule file of the kinds of bodies. Raises :class:`RuleError`."""
    entries = read_rules(path, SHAPE)
    known: dict[str, dict[str, str]] = {"words": {}, "signs": {}}
    for key, words in known.items():
        for entry in entries:
            for word in entry.get(key, ()):
                if not isinstance(word, str) or not word:
                    raise RuleError(f"{path.name}（{entry['id']}）：{key} 里只可有词")
                if words.setdefault(word, entry["id"]) != entry["id"]:
                    raise RuleError(f"{path.name}（{entry['id']}）：“{word}”已经归 {words[word]}")
    return Bodies(
        tuple(e["id"] for e in entries),
        tuple(e["name"] for e in entries),
        tuple(known["words"].items()),
        tuple(known["signs"].items()),
    )


def load_bodies() -> Bodies:
    """The kinds that ship with textperf."""
    bodies: Bodies = packaged("bodies.toml", read_bodies)
    return bodies


def check_bodies(path: Path) -> list[str]:
    """What is wrong with the examples of a file of kinds, as Chinese sentences."""
    bodies = read_bodies(path)
    problems = []
    for entry in read_rules(path, SHAPE):
        for name in entry["examples"]:
            if bodies.kind(name) != entry["id"]:
                problems.append(f"{path.name}（{entry['id']}）：例子“{name}”被归为 {bodies.kind(name) or '未知'}")
        for name in entry["counter_examples"]:
            if bodies.kind(name) == entry["id"]:
                problems.append(f"{path.name}（{entry['id']}）：反例“{name}”也被归为这一类")
    return problems
