"""The word lists of metadata (rules/meta.toml): report types, ends of titles and of bodies' names, short forms, furniture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from textperf.model import REPORT_TYPES
from textperf.rules.loader import RuleError, Shape, packaged, read_rules

KINDS = ("report_type", "title_word", "title_stop", "ending", "expansion", "furniture", "province")
SHAPE = Shape(
    "meta",
    {"id": str, "kind": str, "value": str, "match": list, "examples": list, "counter_examples": list, "note": str},
    ("id", "kind", "match"),
)


@dataclass(frozen=True, slots=True)
class MetaRule:
    """One entry of rules/meta.toml; ``value`` is the report type or the full form with ``{0}`` for the place."""

    id: str
    kind: str
    value: str | None
    pattern: re.Pattern[str]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


def load_meta(path: Path) -> tuple[MetaRule, ...]:
    """The metadata rules of a file. Raises :class:`RuleError` for an unknown kind, type or a broken pattern."""
    out = []
    for entry in read_rules(path, SHAPE):
        name = f"{path.name}（{entry['id']}）"
        if entry["kind"] not in KINDS:
            raise RuleError(f"{name}：不认识的 kind {entry['kind']}；可用：{'、'.join(KINDS)}")
        if entry["kind"] == "report_type" and entry.get("value") not in REPORT_TYPES:
            raise RuleError(f"{name}：不认识的报告类型 {entry.get('value')}；可用：{'、'.join(REPORT_TYPES)}")
        try:
            pattern = re.compile("|".join(f"(?:{m})" for m in entry["match"]))
        except re.error as e:
            raise RuleError(f"{name}：match 不是合法的正则表达式：{e}") from e
        examples, counter = tuple(entry["examples"]), tuple(entry.get("counter_examples", ()))
        out.append(MetaRule(entry["id"], entry["kind"], entry.get("value"), pattern, examples, counter))
    return tuple(out)


def meta_rules(kind: str) -> tuple[MetaRule, ...]:
    """The packaged rules of one kind, in order."""
    rules: tuple[MetaRule, ...] = packaged("meta.toml", load_meta)
    return tuple(r for r in rules if r.kind == kind)
