"""How an indicator is used in comparison: what ``rules/comparison.toml`` says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from textperf.rules.loader import Shape, packaged, read_rules

_SHAPE = Shape(
    "indicator",
    {
        "id": str,
        "units": list,
        "whole": bool,
        "many": bool,
        "single": bool,
        "each": bool,
        "about": list,
        "kinds": list,
        "first": list,
        "ratio": list,
        "examples": list,
    },
    ("id", "examples"),
)


@dataclass(frozen=True, slots=True)
class Usage:
    """How an indicator is used in comparison; see ``comparison.toml``."""

    units: tuple[str, ...] = ()
    whole: bool = False
    many: bool = False
    single: bool = False
    each: bool = False
    about: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    ratio: tuple[str, ...] = ()


_PLAIN = Usage()


def read_usage(path: Path) -> Mapping[str, Usage]:
    """How the indicators of one file are used in comparison. Raises :class:`RuleError`."""
    return {
        e["id"]: Usage(
            units=tuple(e.get("units", ())),
            whole=bool(e.get("whole")),
            many=bool(e.get("many")),
            single=bool(e.get("single")),
            each=bool(e.get("each")),
            about=tuple(e.get("about", ())),
            kinds=tuple(e.get("kinds", ())),
            first=tuple(e.get("first", ())),
            ratio=tuple(e.get("ratio", ())),
        )
        for e in read_rules(path, _SHAPE)
    }


def usage(indicator: str) -> Usage:
    """What ``comparison.toml`` says about an indicator, or the general rule."""
    return usages().get(indicator, _PLAIN)


def usages() -> Mapping[str, Usage]:
    """All entries by indicator."""
    table: Mapping[str, Usage] = packaged("comparison.toml", read_usage)
    return table
