"""The series as a table: a row a department and indicator, a column a year."""

from __future__ import annotations

from typing import Any

from textperf.export.tables import Tables, shown_unit
from textperf.store.database import Store


def series_pivot(
    store: Store, *, department: str | None = None, indicator: str | None = None
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Columns and rows in the units that tables show (money in 万元); conflicts are told as such, missing is None."""
    tables = Tables.load(store, department=department, indicator=indicator)
    columns = ("部门", "指标", "指标编号", "单位", *(f"{y}年" for y in tables.years))
    rows: list[tuple[Any, ...]] = []
    for dep in tables.departments:
        for ind in tables.indicator_order():
            cells = [tables.cells.get((dep, ind, y)) for y in tables.years]
            units = {c.unit for c in cells if c is not None and c.unit is not None}
            if not any(c is not None and c.state != "missing" for c in cells):
                continue
            for unit in sorted(units) or [""]:
                name, by = shown_unit(unit)
                values: list[Any] = []
                for c in cells:
                    if c is None or c.state == "missing" or (c.unit is not None and c.unit != unit):
                        values.append(None)
                    elif c.state == "value" and c.value is not None:
                        values.append(round(c.value / by, 6))
                    else:
                        values.append("冲突" if c.state == "conflict" else "无法读出")
                rows.append((dep, tables.indicator_name(ind), ind, name, *values))
    return columns, rows
