"""What the workbook, the page and the briefs show, read once from the database: corrected facts, findings, comparison."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from textperf.compare.units import convert
from textperf.rules.catalogue import Category, Indicator, categories, domain_name, indicators
from textperf.store.database import Store


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the comparison in base units; ``state`` is ``value conflict missing unreadable``."""

    value: float | int | None
    state: str
    origin: str | None
    unit: str | None
    item: str | None
    fact_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact as people read it, with the report it stands in."""

    fact_id: str
    report_id: str
    department: str
    year: int | None
    indicator: str | None
    item: str
    action: str | None
    value: float | int | None
    value_max: float | int | None
    unit: str
    approx: bool
    bound: str | None
    status: str
    scope: str
    quote: str
    sentence: str
    start: int
    end: int
    source: str
    section: str
    file: str
    page: int | None


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding as people read it, with the report it stands in."""

    finding_id: str
    report_id: str
    department: str
    year: int | None
    type: str
    category: str
    also: tuple[str, ...]
    quote: str
    subject: str | None
    labelled_by: str
    score: float | None
    answers: tuple[str, ...]
    start: int
    end: int
    file: str
    page: int | None


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report without its facts."""

    report_id: str
    file: str
    title: str | None
    department: str
    year: int | None
    report_type: str
    pages: int | None
    text: str
    sections: tuple[tuple[int, int, str], ...]


UNKNOWN = "（未识别部门）"
BOUNDS: Mapping[str, str] = {"ge": "不少于", "gt": "超过", "le": "不超过", "lt": "不到"}
STATUSES: Mapping[str, str] = {"actual": "实际", "target": "目标", "prior": "上期", "change": "增减"}
SCOPES: Mapping[str, str] = {"whole": "总计", "cumulative": "累计", "each": "每个", "average": "平均", "part": "其中"}
TYPES: Mapping[str, str] = {"problem": "问题", "cause": "原因", "measure": "措施", "none": "明示没有问题"}
VERDICTS: Mapping[str, str] = {"done": "已落实", "not_done": "未落实", "unclear": "报告未说明"}
SEVERITIES: Mapping[str, str] = {"error": "错误", "warning": "疑点", "note": "提示"}
ORIGINS: Mapping[str, str] = {"own": "本年报告", "later_report": "次年报告的上年数", "table": "自评表"}
REPORT_TYPES: Mapping[str, str] = {
    "overall_self_evaluation": "整体支出绩效自评",
    "project_self_evaluation": "项目支出绩效自评",
    "final_accounts": "部门决算",
    "work_report": "工作报告",
    "other": "其他",
}


def shown_unit(unit: str | None) -> tuple[str, float]:
    """The unit a table shows and what a base value is divided by: money is shown in 万元.

    >>> shown_unit("元")
    ('万元', 10000.0)
    """
    return ("万元", 10000.0) if unit == "元" else (unit or "", 1.0)


@dataclass(frozen=True, slots=True)
class Tables:
    """All rows of one database; ``snapshot`` names its state for citation."""

    snapshot: str
    version: str
    reports: Mapping[str, ReportRow]
    departments: tuple[str, ...]
    years: tuple[int, ...]
    cells: Mapping[tuple[str, str, int], Cell]
    facts: Mapping[str, FactRow]
    findings: Mapping[str, FindingRow]
    recurrences: tuple[Mapping[str, Any], ...]
    followups: tuple[Mapping[str, Any], ...]
    checks: tuple[Mapping[str, Any], ...]
    copies: tuple[Mapping[str, Any], ...]
    parts: tuple[Mapping[str, Any], ...]
    shared: tuple[Mapping[str, Any], ...]  # counts outside the indicator list that several bodies report
    files: tuple[Mapping[str, Any], ...]
    runs: tuple[Mapping[str, Any], ...]
    indicators: Mapping[str, Indicator]
    categories: Mapping[str, Category]
    body_of: Mapping[str, str]
    groups: Mapping[str, str]  # finding_id → label of its group, for findings that no category fits

    @classmethod
    def load(
        cls, store: Store, *, department: str | None = None, indicator: str | None = None, with_facts: bool = True
    ) -> Tables:
        """Reads everything; ``department`` (a part of the name) and ``indicator`` narrow the comparison.

        Without facts the tables of a large database are there at once; they lack quotes and links then.

        Raises :class:`textperf.store.database.StoreError`.
        """
        import hashlib

        reports = _reports(store)
        body = _bodies(store, reports)
        facts = _facts(store, reports, body) if with_facts else {}
        findings = _findings(store, reports, body)
        cells: dict[tuple[str, str, int], Cell] = {}
        for r in store.rows("SELECT * FROM series ORDER BY department, indicator, fiscal_year"):
            if (department and department not in r["department"]) or (indicator and indicator != r["indicator"]):
                continue
            ids = tuple(json.loads(r["fact_ids"]))
            cells[r["department"], r["indicator"], r["fiscal_year"]] = Cell(
                r["value"], r["state"], r["origin"], r["unit"], r["item"], ids
            )
        cells = one_name(cells)
        departments = sorted(
            {k[0] for k in cells}
            | (set() if indicator else {b for b in body.values() if not department or department in b})
        )
        years = sorted({k[2] for k in cells} | {r.year for r in reports.values() if r.year})

        def mine(name: str | None) -> bool:
            return not department or department in (name or "")

        version = store.rows("SELECT version FROM runs ORDER BY run_id DESC LIMIT 1")
        digest = hashlib.sha256("\n".join(sorted([*facts, *findings])).encode()).hexdigest()[:12]
        return cls(
            snapshot=digest,
            version=version[0]["version"] if version else "",
            reports=reports,
            departments=tuple(departments),
            years=tuple(years),
            cells=cells,
            facts={
                k: f for k, f in facts.items() if mine(f.department) and (not indicator or f.indicator == indicator)
            },
            findings={k: f for k, f in findings.items() if mine(f.department)},
            recurrences=_plain(store, "recurrences", mine, "department"),
            followups=_plain(store, "followups", mine, "department"),
            checks=_checks(store, reports, body, mine),
            copies=tuple(
                c for c in _plain(store, "copies", lambda _: True, "report_a") if mine(body.get(c["report_a"]))
            ),
            parts=_plain(store, "series_parts", mine, "department"),
            shared=_shared(store, mine) if not indicator else (),
            files=tuple(sorted(_plain(store, "files", lambda _: True, "path"), key=lambda f: str(f["path"]))),
            runs=_plain(store, "runs", lambda _: True, "run_id"),
            indicators=indicators(),
            categories=categories(),
            body_of=body,
            groups={
                k: r["label"]
                for r in store.rows("SELECT label, finding_ids FROM clusters ORDER BY id DESC")
                if len(ids := json.loads(r["finding_ids"])) > 1
                for k in ids
            },
        )

    def indicator_name(self, key: str) -> str:
        """The Chinese name of an indicator, or its id."""
        found = self.indicators.get(key)
        return found.name if found else key

    def category_name(self, key: str) -> str:
        """The Chinese name of a category; the label of a group stands for itself."""
        found = self.categories.get(key)
        return found.name if found else ("其他（未归类）" if key in ("none", "", None) else key)

    def category_of(self, finding: FindingRow) -> str:
        """The category of a finding, or the label of the group it stands in (``其他：…``) where no category fits."""
        return self.groups.get(finding.finding_id, finding.category) if finding.category == "none" else finding.category

    def domain_of(self, key: str) -> str:
        """The Chinese name of an indicator's domain."""
        found = self.indicators.get(key)
        return domain_name(found.domain) if found else "其他"

    def indicator_order(self) -> list[str]:
        """The indicators that have cells, in the order of the list, by domain."""
        rank = {k: i for i, k in enumerate(self.indicators)}
        ids = {k[1] for k in self.cells}
        first: dict[str, int] = {}
        for k in sorted(ids, key=lambda k: rank.get(k, 10**6)):
            first.setdefault(self.domain_of(k), rank.get(k, 10**6))
        return sorted(ids, key=lambda k: (first[self.domain_of(k)], rank.get(k, 10**6), k))

    def yearly(self) -> Iterator[tuple[str, str, int, Cell, int, Cell]]:
        """(department, indicator, year, cell, next year, its cell) for neighbouring years that both have a value."""
        order = self.indicator_order()
        for dep in self.departments:
            for ind in order:
                for a, b in zip(self.years, self.years[1:], strict=False):
                    x, y = self.cells.get((dep, ind, a)), self.cells.get((dep, ind, b))
                    if (
                        x
                        and y
                        and x.state == y.state == "value"
                        and x.value is not None
                        and y.value is not None
                        and x.unit == y.unit
                    ):
                        yield dep, ind, a, x, b, y

    def problem_counts(self) -> dict[tuple[str, str, int], int]:
        """How many problems of a category each (department, category, year) reports."""
        out: dict[tuple[str, str, int], int] = defaultdict(int)
        for f in self.findings.values():
            if f.type == "problem" and f.year is not None:
                out[f.department, self.category_of(f), f.year] += 1
        return dict(out)


def one_name(cells: Mapping[tuple[str, str, int], Cell]) -> dict[tuple[str, str, int], Cell]:
    """The cells with one name for a unit of several (25人, 26名), that of most years, so that they stand in one row."""
    used: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for (dep, ind, _), cell in cells.items():
        if cell.unit and cell.state != "missing":
            used[dep, ind][cell.unit] += 1
    out = dict(cells)
    for key, cell in cells.items():
        names = used[key[0], key[1]]
        if cell.unit and len(names) > 1:
            alike = [u for u in names if convert(1.0, u, cell.unit) == 1.0]
            best = max(alike, key=lambda u: (names[u], u), default=cell.unit)
            if best != cell.unit:
                out[key] = replace(cell, unit=best)
    return out


def _reports(store: Store) -> dict[str, ReportRow]:
    sections: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for s in store.rows('SELECT report_id, start, "end", title FROM sections ORDER BY id'):
        sections[s["report_id"]].append((s["start"], s["end"], s["title"] or ""))
    out = {}
    for r in store.rows(
        "SELECT * FROM reports WHERE report_id IN (SELECT report_id FROM files WHERE status IN ('ok', 'partial')) ORDER BY department, fiscal_year, file"
    ):
        out[r["report_id"]] = ReportRow(
            r["report_id"], r["file"], r["title"], r["department"] or UNKNOWN, r["fiscal_year"], r["report_type"], r["pages"], r["text"],
            tuple(sections[r["report_id"]]),
        )  # fmt: skip
    return out


def _bodies(store: Store, reports: Mapping[str, ReportRow]) -> dict[str, str]:
    """report_id → the one name under which the comparison holds the body."""
    out = {k: r.department for k, r in reports.items()}
    if not store.rows("SELECT 1 FROM sqlite_master WHERE name = 'bodies'"):
        return out  # of a database that was written before bodies were kept, and is opened for reading only
    for r in store.rows("SELECT report_id, department FROM bodies"):
        if r["report_id"] in out:
            out[r["report_id"]] = r["department"]
    return out


def _shared(store: Store, keep: Any) -> tuple[Mapping[str, Any], ...]:
    if not store.rows("SELECT 1 FROM sqlite_master WHERE name = 'shared_items'"):
        return ()  # of a database that was written before there were any
    return _plain(store, "shared_items", keep, "department")


def _section(sections: tuple[tuple[int, int, str], ...], at: int) -> str:
    title = ""
    for start, end, name in sections:
        if start <= at < end:
            title = name
    return title


def _facts(store: Store, reports: Mapping[str, ReportRow], body: Mapping[str, str]) -> dict[str, FactRow]:
    out: dict[str, FactRow] = {}
    for f in store.rows("SELECT * FROM facts_now ORDER BY report_id, start"):
        r = reports.get(f["report_id"])
        if r is None:
            continue
        sentence = r.text[f["sentence_start"] : f["sentence_end"]] or f["quote"]
        out[f["fact_id"]] = FactRow(
            f["fact_id"], r.report_id, body[r.report_id], r.year, f["indicator"], f["item"], f["action"], f["value"], f["value_max"], f["unit"],
            bool(f["approx"]), f["bound"], f["status"], f["scope"], f["quote"], sentence[:400], f["start"], f["end"], f["source"],
            _section(r.sections, f["start"]), r.file, f["page"],
        )  # fmt: skip
    return out


def _findings(store: Store, reports: Mapping[str, ReportRow], body: Mapping[str, str]) -> dict[str, FindingRow]:
    out: dict[str, FindingRow] = {}
    for f in store.rows("SELECT * FROM findings_now ORDER BY report_id, start"):
        r = reports.get(f["report_id"])
        if r is None:
            continue
        out[f["finding_id"]] = FindingRow(
            f["finding_id"], r.report_id, body[r.report_id], r.year, f["type"], f["category"], tuple(json.loads(f["also"] or "[]")), f["quote"],
            f["subject"], f["labelled_by"], f["score"], tuple(json.loads(f["answers"] or "[]")), f["start"], f["end"], r.file, f["page"],
        )  # fmt: skip
    return out


def _checks(
    store: Store, reports: Mapping[str, ReportRow], body: Mapping[str, str], keep: Any
) -> tuple[Mapping[str, Any], ...]:
    """The checks by body and year: in the database they stand as the files came in, which differs from run to run."""

    def place(check: Mapping[str, Any]) -> tuple[str, int, str, int]:
        report = reports.get(check["report_id"])
        year = report.year if report and report.year is not None else 0
        return body.get(check["report_id"], ""), year, check["report_id"], check["id"]

    rows = _plain(store, "checks", lambda _: True, "rule")
    return tuple(sorted((c for c in rows if keep(body.get(c["report_id"]))), key=place))


def _plain(store: Store, table: str, keep: Any, column: str) -> tuple[Mapping[str, Any], ...]:
    rows: list[sqlite3.Row] = store.rows(f"SELECT * FROM {table} ORDER BY rowid")
    return tuple(dict(r) for r in rows if keep(r[column]))
