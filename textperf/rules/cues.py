"""The reader of rules/context.toml: cues that tell what a number is (done, planned, earlier, a change).

The idea is ConText's: a cue has a direction and pseudo cues that look like it and must not act. Each entry's examples
mark the number with ⟦ ⟧; they are run as tests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from textperf.model import STATUSES
from textperf.rules.loader import RuleError, Shape, packaged, read_rules

WHERE = ("before", "after", "clause", "sentence", "opener")
_SHAPE = Shape(
    array="cue",
    keys={
        "id": str, "status": str, "where": str, "meaning": str, "pattern": str, "follow": str, "unit": list,
        "hint": str, "pseudo": list, "examples": list, "counter_examples": list,
    },
    required=("id", "status", "where", "meaning", "pattern"),
    min_examples=1,
    min_counter=1,
)  # fmt: skip
# what may stand between a cue and its number
_BETWEEN = r"(?:[的约近仅只共]|至少|超过|超|不足|不到|大约|以上|不低于|不少于|不超过|不高于|左右|\s|“)*"


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue: which status, where it looks, the pattern, what must follow the number, units, what it is not.

    ``hint``: characters of which every match holds one, so that most cues need not be tried; empty where there are none.
    """

    id: str
    status: str
    where: str
    pattern: re.Pattern[str]
    follow: re.Pattern[str] | None
    units: frozenset[str]
    hint: frozenset[str]
    pseudo: re.Pattern[str] | None
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


def read_cues(path: Path) -> tuple[Cue, ...]:
    """The cues of one file. Raises :class:`RuleError`."""
    out = []
    for entry in read_rules(path, _SHAPE):
        name = f"{path.name}（{entry['id']}）"
        if entry["status"] not in STATUSES:
            raise RuleError(f"{name}：不认识的 status {entry['status']}")
        if entry["where"] not in WHERE:
            raise RuleError(f"{name}：where 只可为 {'、'.join(WHERE)}")
        for example in (*entry["examples"], *entry["counter_examples"]):
            if example.count("⟦") != 1 or example.count("⟧") != 1:
                raise RuleError(f"{name}：例句要用 ⟦ ⟧ 标出一个数字：{example}")
        tail = f"(?:{entry['pattern']}){_BETWEEN}$" if entry["where"] == "before" else entry["pattern"]
        try:
            out.append(
                Cue(
                    entry["id"],
                    entry["status"],
                    entry["where"],
                    re.compile(tail, re.S),
                    re.compile(entry["follow"]) if entry.get("follow") else None,
                    frozenset(entry.get("unit", ())),
                    frozenset(entry.get("hint", "")),
                    re.compile("|".join(entry["pseudo"])) if entry.get("pseudo") else None,
                    tuple(entry["examples"]),
                    tuple(entry["counter_examples"]),
                )
            )
        except re.error as e:
            raise RuleError(f"{name}：正则写错了：{e}") from e
    return tuple(out)


def cues() -> tuple[Cue, ...]:
    """The cues of rules/context.toml, in the order in which they are asked."""
    return packaged("context.toml", read_cues)  # type: ignore[no-any-return]
