"""The units of rules/units.toml as one compiled pattern, and what a printed unit means in base units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from textperf.rules.loader import RuleError, Shape, packaged, read_rules

Kind = Literal["discrete", "event", "money", "share", "measure", "time", "place", "per"]
KINDS = ("discrete", "event", "money", "share", "measure", "time", "place", "per")

SHAPE = Shape(
    "unit",
    {"id": str, "kind": str, "forms": list, "base": str, "not_before": dict, "examples": list},
    ("id", "kind", "forms"),
)

# White space that may stand inside a quantity: spaces and hard line breaks, never a tab (it parts table cells).
GAP = r"[ \r\n]{0,4}"


@dataclass(frozen=True, slots=True)
class Unit:
    """A printed unit (``万元`` without 万), its base unit and the kind that decides when it makes a count."""

    form: str
    base: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Units:
    """All units: ``pattern`` matches the longest printed unit, ``per`` what may stand behind a slash."""

    by_form: Mapping[str, Unit]
    pattern: str
    per: str


def trie(words: Iterable[str], gap: str = "", veto: Mapping[str, str] | None = None) -> str:
    """A pattern that matches the longest of ``words``, letter by letter, with ``gap`` allowed between letters.

    ``veto`` holds for a word a pattern that must not follow it.

    >>> import re
    >>> re.match(trie(["人", "人次", "件"]), "人次数")[0]
    '人次'
    """
    root: dict[str, Any] = {}
    for word in words:
        node = root
        for ch in word:
            node = node.setdefault(ch, {})
        node[""] = word

    def write(node: dict[str, Any], depth: int) -> str:
        options = [re.escape(ch) + write(child, depth + 1) for ch, child in node.items() if ch]
        space = gap if depth else ""
        end = None
        if "" in node:
            stop = (veto or {}).get(node[""])
            end = f"(?!{gap}(?:{stop}))" if stop else ""
        if not options:
            return end or ""
        body = "|".join(space + option for option in options)
        return f"(?:{body}|{end})" if end is not None else f"(?:{body})"

    return write(root, 0)


def build(path: Path) -> Units:
    """Units from a rule file. Raises :class:`RuleError` on an unknown kind, a form that stands twice, a veto of no form."""
    by_form: dict[str, Unit] = {}
    veto: dict[str, str] = {}
    per: list[str] = []
    for entry in read_rules(path, SHAPE):
        name = f"{path.name}（{entry['id']}）"
        if entry["kind"] not in KINDS:
            raise RuleError(f"{name}：不认识的 kind {entry['kind']}；可用：{'、'.join(KINDS)}")
        if entry["kind"] == "per":
            per += entry["forms"]
            continue
        for form in entry["forms"]:
            if form in by_form:
                raise RuleError(f"{name}：单位 {form} 写了两次")
            by_form[form] = Unit(form, entry.get("base", form), cast(Kind, entry["kind"]))
        for form, words in entry.get("not_before", {}).items():
            if form not in entry["forms"]:
                raise RuleError(f"{name}：not_before 里的 {form} 不在 forms 里")
            if words:
                veto[form] = "|".join(map(re.escape, words))
    for form in by_form:
        if form[-1].isascii() and form[-1].isalpha():
            veto[form] = "[A-Za-z]" + ("|" + veto[form] if form in veto else "")
    return Units(by_form, trie(by_form, GAP, veto), trie(per, GAP))


def units() -> Units:
    """The packaged units, read once per process."""
    return cast(Units, packaged("units.toml", build))
