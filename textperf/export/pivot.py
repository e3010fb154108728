"""The series as a table: a row a department, indicator and unit, a column a year."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from textperf.export.tables import shown_unit
from textperf.rules.catalogue import indicators
from textperf.store.database import Store


def series_pivot(
    store: Store, *, department: str | None = None, indicator: str | None = None
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Columns and rows in the units that tables show (money in 万元); conflicts are told as such, missing is None.

    Reads the series alone: a database of a million facts answers at once.
    """
    cells: dict[tuple[str, str], list[tuple[int, str | None, str, Any]]] = defaultdict(list)
    years: set[int] = set()
    for name, ind, year, unit, state, value in store.rows(
        "SELECT department, indicator, fiscal_year, unit, state, value FROM series "
        "WHERE (?1 IS NULL OR instr(department, ?1)) AND (?2 IS NULL OR indicator = ?2)",
        (department or None, indicator or None),
    ):
        cells[name, ind].append((year, unit, state, value))
        years.add(year)
    in_order = sorted(years)
    known = indicators()
    rank = {k: i for i, k in enumerate(known)}
    rows: list[tuple[Any, ...]] = []
    for name, ind in sorted(cells, key=lambda k: (k[0], rank.get(k[1], len(rank)), k[1])):
        given = [c for c in cells[name, ind] if c[2] != "missing"]
        for unit in sorted({c[1] for c in given if c[1] is not None}) or ([""] if given else []):
            shown, by = shown_unit(unit)
            values: dict[int, Any] = {}
            for year, its, state, value in given:
                if its is None or its == unit:
                    values[year] = (
                        round(value / by, 6) if state == "value" and value is not None
                        else "冲突" if state == "conflict" else "无法读出"
                    )  # fmt: skip
            title = known[ind].name if ind in known else ind
            rows.append((name, title, ind, shown, *(values.get(y) for y in in_order)))
    return ("部门", "指标", "指标编号", "单位", *(f"{y}年" for y in in_order)), rows
