"""Counts outside the indicator list that several bodies report, laid out for tables: a line a body, a cell a year. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class SharedCell:
    """What a body reports for one year; no value where it gives several different numbers."""

    value: float | int | None
    fact_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SharedLine:
    """One body's line under an item that ``bodies`` bodies report."""

    item: str
    action: str | None
    unit: str
    scope: str
    bodies: int
    department: str
    wordings: list[str] = field(default_factory=list)
    cells: dict[int, SharedCell] = field(default_factory=dict)


def shared_lines(rows: Iterable[Mapping[str, Any]]) -> list[SharedLine]:
    """The rows of ``shared_items`` as lines, in their order."""
    out: dict[tuple[Any, ...], SharedLine] = {}
    for r in rows:
        key = (r["item"], r["action"], r["unit"], r["scope"], r["bodies"], r["department"])
        line = out.setdefault(key, SharedLine(*key))
        if r["wording"] not in line.wordings:
            line.wordings.append(r["wording"])
        line.cells[r["fiscal_year"]] = SharedCell(r["value"], tuple(json.loads(r["fact_ids"])))
    return list(out.values())
