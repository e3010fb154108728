"""Series and shared counts as tables: a row a department and what it reports, a column a year."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from textperf.export.shared import shared_lines
from textperf.export.tables import SCOPES, shown_unit
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


def shared_pivot(store: Store, *, department: str | None = None) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """The counts outside the indicator list that several bodies report: a row for each body that does, a column a year.

    A year in which a body gives several different numbers says so; missing is None.
    """
    known = store.rows("SELECT 1 FROM sqlite_master WHERE name = 'shared_items'")
    found = store.rows("SELECT * FROM shared_items ORDER BY id") if known else []
    found = [r for r in found if not department or department in r["department"]]
    years = sorted({r["fiscal_year"] for r in found})
    columns = ("事项", "动作", "单位", "口径", "部门数", "部门", "本部门的说法", *(f"{y}年" for y in years))
    rows: list[tuple[Any, ...]] = []
    for line in shared_lines([dict(r) for r in found]):
        cells = [line.cells.get(y) for y in years]
        values = [None if c is None else "多个" if c.value is None else c.value for c in cells]
        rows.append(
            (
                line.item, line.action, line.unit, SCOPES[line.scope], line.bodies, line.department, "、".join(line.wordings),
                *values,
            )
        )  # fmt: skip
    return columns, rows
