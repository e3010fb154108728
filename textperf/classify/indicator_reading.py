"""Reading the indicator rules and the asides strictly: unknown keys, groups, bodies and gates are told with file and rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from textperf.classify.bodies import Bodies, load_bodies, read_bodies
from textperf.classify.indicator_rules import ANCHORING, WEIGHTS, Aside, Case, IndicatorRules
from textperf.model import REPORT_TYPES, ROLES, STATUSES
from textperf.rules.loader import HERE, RuleError, Shape, read_rules
from textperf.rules.phrases import PhraseError, Phrases, compile_phrases

_TEXTS = tuple(WEIGHTS)
_GATES = ("units", "bodies", "sections", "reports", "status", "scope", "source")
_CASE_KEYS = {
    *_TEXTS,
    *(f"no_{t}" for t in _TEXTS),
    *_GATES,
    "no_bodies",
    "no_sections",
    "no_reports",
    "strict",
    "plus",
}
UNIT_SHAPE = Shape(
    "group", {"id": str, "units": list, "examples": list, "counter_examples": list}, ("id", "units"), 2, 1
)
ASIDE_SHAPE = Shape(
    array="aside",
    keys={"id": str, "name": str, "of": list, "keeps": list, "when": list, "note": str, "examples": list, "counter_examples": list},
    required=("id", "name", "when"),
    min_examples=2,
    min_counter=1,
)  # fmt: skip
SHAPE = Shape(
    array="indicator",
    keys={
        "id": str, "name": str, "domain": str, "level": str, "unit": str, "units": list, "bodies": list, "no_bodies": list, "no_reports": list,
        **{f"no_{text}": str for text in _TEXTS}, "when": list, "priority": (int, float), "parts": (bool, str), "sums": (bool, str), "gives": str, "yields": bool, "averages": bool, "note": str,
        "examples": list, "counter_examples": list,
    },
    required=("id", "name", "domain", "level", "when"),
    min_examples=2,
    min_counter=1,
)  # fmt: skip


def read_indicators(
    files: Iterable[Path], groups: Mapping[str, frozenset[str]], bodies: Bodies, asides: Iterable[Aside] = ()
) -> IndicatorRules:
    """Compile rule files. Raises :class:`RuleError` with file and rule for anything that cannot be used."""
    names: dict[str, str] = {}
    domains: dict[str, str] = {}
    parts: dict[str, Phrases | None] = {}
    sums: dict[str, tuple[str, Phrases | None]] = {}
    yielding: set[str] = set()
    extended: set[str] = set()
    averages: set[str] = set()
    cases: list[Case] = []
    for path in files:
        for entry in read_rules(path, SHAPE):
            if entry["id"] in names:
                raise RuleError(f"{path.name}（{entry['id']}）：id 在别的文件里已经有了")
            names[entry["id"]], domains[entry["id"]] = entry["name"], entry["domain"]
            where = f"{path.name}（{entry['id']}）"
            if entry.get("parts"):
                parts[entry["id"]] = None if entry["parts"] is True else compile_phrases(entry["parts"])
            if entry.get("sums"):
                words = None if entry["sums"] is True else compile_phrases(entry["sums"])
                sums[entry["id"]] = entry.get("gives", entry["id"]), words
            if entry.get("yields"):
                yielding.add(entry["id"])
            if entry.get("averages"):
                averages.add(entry["id"])
            if entry["level"] not in ("core", "ext"):
                raise RuleError(f"{where}：level 只可以是 core 或 ext")
            if entry["level"] == "ext":
                extended.add(entry["id"])
            cases.extend(_case(where, entry, case, groups, bodies) for case in entry["when"])
    return IndicatorRules(names, domains, parts, sums, yielding, extended, averages, cases, asides)


def read_asides(path: Path, groups: Mapping[str, frozenset[str]], bodies: Bodies) -> tuple[Aside, ...]:
    """The constructions of ``asides.toml``. Raises :class:`RuleError`."""
    return tuple(
        Aside(
            entry["id"],
            tuple(
                _case(f"{path.name}（{entry['id']}）", {"id": entry["id"]}, c, groups, bodies) for c in entry["when"]
            ),
            tuple(entry.get("of", ())),
            tuple(entry.get("keeps", ())),
        )
        for entry in read_rules(path, ASIDE_SHAPE)
    )


def _case(
    where: str, entry: Mapping[str, Any], case: Any, groups: Mapping[str, frozenset[str]], bodies: Bodies
) -> Case:
    if not isinstance(case, dict) or set(case) - _CASE_KEYS:
        odd = "、".join(sorted(set(case) - _CASE_KEYS)) if isinstance(case, dict) else case
        raise RuleError(f"{where}：when 里有不认识的键 {odd}；可用的键：{'、'.join(sorted(_CASE_KEYS))}")
    merged = {key: entry[key] for key in ("units", "bodies", "no_bodies", "no_reports") if key in entry} | case
    wants: list[tuple[str, Phrases]] = []
    refuses: list[tuple[str, Phrases]] = []
    try:
        for key in _TEXTS:
            if key in case:
                wants.append((key, compile_phrases(case[key])))
            for source in (entry, case):
                if f"no_{key}" in source:
                    refuses.append((key, compile_phrases(source[f"no_{key}"])))
    except PhraseError as e:
        raise RuleError(f"{where}：{e}") from e
    if not any(w[0] in ANCHORING for w in wants):
        raise RuleError(f"{where}：when 的每一条至少要有 {'、'.join(ANCHORING)} 之一")
    order = {"item": 0, "before": 1, "after": 1, "near": 1, "left": 1, "right": 1, "clause": 2, "action": 3}
    wants.sort(key=lambda w: order.get(w[0], 9))
    units: set[str] = set()
    for unit in merged.get("units", ()):
        if unit.startswith("~"):
            if unit not in groups:
                raise RuleError(f"{where}：没有单位组 {unit}")
            units |= groups[unit]
        else:
            units.add(unit)
    gates: dict[str, frozenset[str]] = {}
    for key, allowed in (
        ("bodies", bodies.ids), ("no_bodies", bodies.ids), ("sections", ROLES), ("no_sections", ROLES), ("reports", REPORT_TYPES), ("no_reports", REPORT_TYPES),
        ("status", STATUSES), ("scope", ("whole", "cumulative", "each", "average", "part")), ("source", ("text", "table")),
    ):  # fmt: skip
        gates[key] = frozenset(merged.get(key, ()))
        if gates[key] - set(allowed):
            raise RuleError(
                f"{where}：{key} 里不认识 {'、'.join(sorted(gates[key] - set(allowed)))}；可用：{'、'.join(allowed)}"
            )
    worth = float(entry.get("priority", 0)) + float(case.get("plus", 0))
    worth += 1.0 * ("units" in case) + 1.5 * ("sections" in case) + 1.0 * ("scope" in case)
    return Case(
        entry["id"], tuple(wants), tuple(refuses), frozenset(units), gates["bodies"], gates["no_bodies"], gates["sections"],
        gates["no_sections"], gates["reports"], gates["no_reports"], gates["status"], gates["scope"], gates["source"], not case.get("strict", False), worth,
    )  # fmt: skip


def read_groups(path: Path) -> dict[str, frozenset[str]]:
    """The groups of units. Raises :class:`RuleError`."""
    return {entry["id"]: frozenset(entry["units"]) for entry in read_rules(path, UNIT_SHAPE)}


@lru_cache(maxsize=8)
def load_indicators(directory: Path = HERE) -> IndicatorRules:
    """The indicator rules of a rules directory, compiled once per process. Raises :class:`RuleError`."""
    bodies = load_bodies() if directory == HERE else read_bodies(directory / "bodies.toml")
    groups = read_groups(directory / "unit_groups.toml")
    beside = directory / "asides.toml"
    asides = read_asides(beside, groups, bodies) if beside.exists() else ()
    return read_indicators(sorted((directory / "indicators").glob("*.toml")), groups, bodies, asides)
