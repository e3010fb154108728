"""``report.html``: one self-contained page with tables and charts. Every number shows its quote; nothing is loaded."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textperf.export import charts
from textperf.export.evidence import write_evidence
from textperf.export.plain import number, render
from textperf.export.tables import SEVERITIES, VERDICTS, Cell, Tables, shown_unit
from textperf.store.database import StoreError


@dataclass(frozen=True, slots=True)
class Shown:
    """A table cell of the page: its text, the quote behind it, where that stands, a class for colour."""

    text: str
    quote: str = ""
    link: str = ""
    css: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its data as a table and as a CSV to take away."""

    svg: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    @property
    def csv(self) -> str:
        """The data as a data: link."""
        return (
            "data:text/csv;base64,"
            + b64encode(b"\xef\xbb\xbf" + render(self.columns, self.rows, "csv").encode()).decode()
        )


def write_html(tables: Tables, path: Path) -> None:
    """Writes the page, and the evidence pages into ``evidence/`` beside it. Raises :class:`StoreError`."""
    from jinja2 import Environment, PackageLoader, select_autoescape

    write_evidence(tables, path.parent / "evidence")
    env = Environment(
        loader=PackageLoader("textperf.export"), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
    )
    html = env.get_template("report.html").render(
        t=tables,
        series=_series(tables),
        charts=[c for c in (*_lines(tables), _heat(tables), _slope(tables), *_boxes(tables)) if c.svg],
        recurrences=_recurrences(tables),
        followups=_followups(tables),
        checks=_checks(tables),
        number=number,
        last=tables.runs[-1] if tables.runs else {},
    )
    draft = path.with_name(path.name + ".part")
    try:
        draft.write_text(html, encoding="utf-8")
        os.replace(draft, path)
    except OSError as e:
        draft.unlink(missing_ok=True)
        raise StoreError(f"写不进 {path}：{e.strerror}") from e


def _link(tables: Tables, key: str) -> str:
    row = tables.facts.get(key) or tables.findings.get(key)
    return f"evidence/{row.report_id}.html#{key}" if row else ""


def _shown(tables: Tables, cell: Cell | None, by: float) -> Shown:
    if cell is None or cell.state == "missing":
        return Shown("—", css="no")
    facts = [f for k in cell.fact_ids if (f := tables.facts.get(k)) is not None]
    quote = "；".join(
        f"{f.quote}：{f.sentence}（{f.file.rsplit('/', 1)[-1]}{f'，第 {f.page} 页' if f.page else ''}）"
        for f in facts[:3]
    )
    link = _link(tables, cell.fact_ids[0]) if cell.fact_ids else ""
    if cell.state != "value" or cell.value is None:
        return Shown("冲突" if cell.state == "conflict" else "无法读出", quote, link, "bad")
    return Shown(number(round(cell.value / by, 6)), quote, link, "later" if cell.origin == "later_report" else "")


def _series(tables: Tables) -> list[tuple[str, list[tuple[str, str, str, list[Shown]]]]]:
    """(department, rows of (domain, indicator, unit, cells)) for the main table."""
    out = []
    order = tables.indicator_order()
    for dep in tables.departments:
        rows = []
        for ind in order:
            cells = [tables.cells.get((dep, ind, y)) for y in tables.years]
            known = [c for c in cells if c is not None and c.state != "missing"]
            for unit in dict.fromkeys(c.unit for c in known):
                name, by = shown_unit(unit)
                mine = [c if c is not None and c.unit == unit else None for c in cells]
                rows.append(
                    (tables.domain_of(ind), tables.indicator_name(ind), name, [_shown(tables, c, by) for c in mine])
                )
        if rows:
            out.append((dep, rows))
    return out


_LINES = ("bud_execution_rate", "eval_self_score", "bud_three_public")


def _covered(tables: Tables) -> list[int]:
    """The years that reports are of: a year known only from later reports has no column of its own in a chart."""
    return sorted({r.year for r in tables.reports.values() if r.year is not None}) or list(tables.years)


def _lines(tables: Tables) -> list[Chart]:
    out, years = [], _covered(tables)
    for ind in _LINES:
        series: dict[str, list[float | None]] = {}
        unit = ""
        for dep in tables.departments:
            cells = [tables.cells.get((dep, ind, y)) for y in years]
            unit, by = next((shown_unit(c.unit) for c in cells if c is not None and c.unit is not None), (unit, 1.0))
            points = [
                round(c.value / by, 6) if c is not None and c.state == "value" and c.value is not None else None
                for c in cells
            ]
            if sum(p is not None for p in points) >= 2:
                series[dep] = points
        drawn = dict(list(series.items())[:10])
        title = f"{tables.indicator_name(ind)}（{unit}）{_first(len(drawn), len(series))}"
        svg = charts.lines(title, years, drawn, unit)
        out.append(Chart(svg, ("部门", *map(str, years)), tuple((d, *p) for d, p in series.items())))
    return out


def _first(drawn: int, of: int) -> str:
    """What a title says when a chart shows fewer than there are; the table below it has all."""
    return f"（图中为前 {drawn} 个，共 {of} 个）" if drawn < of else ""


def _heat(tables: Tables) -> Chart:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for (dep, cat, _), n in tables.problem_counts().items():
        counts[dep, tables.category_name(cat)] += n
    columns = [
        c.name for c in tables.categories.values() if c.kind == "problem" and any(k[1] == c.name for k in counts)
    ]
    rows = [d for d in tables.departments if any(k[0] == d for k in counts)]
    title = "部门 × 问题类别（各年合计，个）" + _first(min(60, len(rows)), len(rows))
    svg = charts.heat(title, rows[:60], columns, counts)
    return Chart(svg, ("部门", *columns), tuple((d, *(counts.get((d, c), 0) for c in columns)) for d in rows))


def _slope(tables: Tables) -> Chart:
    rows = []
    counts, years = tables.problem_counts(), _covered(tables)
    for dep, cat in sorted({(r["department"], r["category"]) for r in tables.recurrences}):
        rows.append((f"{dep}·{tables.category_name(cat)}", [bool(counts.get((dep, cat, y))) for y in years]))
    svg = charts.slope("反复出现的问题" + _first(min(40, len(rows)), len(rows)), years, rows[:40])
    return Chart(
        svg, ("部门·类别", *map(str, years)), tuple((n, *("有" if s else "" for s in seen)) for n, seen in rows)
    )


def _boxes(tables: Tables) -> list[Chart]:
    out = []
    for ind in ("bud_execution_rate", "eval_self_score"):
        groups: dict[str, list[float]] = {}
        unit = ""
        for y in tables.years:
            cells = [tables.cells.get((d, ind, y)) for d in tables.departments]
            groups[f"{y}年"] = [
                float(c.value) for c in cells if c is not None and c.state == "value" and c.value is not None
            ]
            unit = next((c.unit for c in cells if c is not None and c.unit), unit)
        svg = charts.boxes(f"{tables.indicator_name(ind)}在各部门间的分布", groups, unit)
        out.append(
            Chart(svg, ("年度", "各部门数值"), tuple((k, "、".join(f"{x:g}" for x in v)) for k, v in groups.items()))
        )
    return out


def _finding(tables: Tables, key: str) -> Shown:
    f = tables.findings.get(key)
    return Shown(f.quote, "", _link(tables, key)) if f else Shown("—")


def _recurrences(tables: Tables) -> list[tuple[str, str, str, Shown, Shown]]:
    return [
        (
            r["department"],
            tables.category_name(r["category"]),
            f"{r['year_a']}→{r['year_b']}",
            _finding(tables, r["finding_a"]),
            _finding(tables, r["finding_b"]),
        )
        for r in sorted(tables.recurrences, key=lambda r: (r["department"], r["category"], r["year_a"]))
    ]


def _followups(tables: Tables) -> list[tuple[str, str, Shown, str, str]]:
    out = []
    for r in sorted(tables.followups, key=lambda r: (r["department"], r["year"], r["measure_id"])):
        evidence = "；".join(str(e.get("quote", "")) for e in json.loads(r["evidence"] or "[]") if isinstance(e, dict))
        verdict = VERDICTS.get(r["verdict"], r["verdict"])
        out.append(
            (r["department"], f"{r['year']}→{r['next_year']}", _finding(tables, r["measure_id"]), verdict, evidence)
        )
    return out


def _checks(tables: Tables) -> list[tuple[str, str, str, str, list[Shown]]]:
    rank = {"error": 0, "warning": 1, "note": 2}
    out = []
    for c in sorted(tables.checks, key=lambda c: (rank.get(c["severity"], 3), tables.body_of.get(c["report_id"], ""))):
        facts = [
            Shown(tables.facts[k].quote, "", _link(tables, k))
            for k in json.loads(c["fact_ids"] or "[]")
            if k in tables.facts
        ]
        r = tables.reports.get(c["report_id"])
        year = str(r.year or "") if r else ""
        out.append(
            (
                SEVERITIES.get(c["severity"], c["severity"]),
                tables.body_of.get(c["report_id"], ""),
                year,
                c["message"],
                facts[:6],
            )
        )
    return out
