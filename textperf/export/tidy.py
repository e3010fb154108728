"""Tidy tables: one row an observation, the same columns in CSV, JSON Lines, Parquet and the data package."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from textperf.export.plain import render
from textperf.store.database import Store, StoreError


@dataclass(frozen=True, slots=True)
class Field:
    """A column: name, type (``string integer number boolean``), what it holds (Chinese)."""

    name: str
    type: str
    title: str


@dataclass(frozen=True, slots=True)
class TidyTable:
    """A table with its columns and the query that fills it."""

    name: str
    title: str
    fields: tuple[Field, ...]
    sql: str


def _fields(text: str) -> tuple[Field, ...]:
    out = []
    for line in text.strip().splitlines():
        name, kind, title = line.split(None, 2)
        out.append(Field(name, kind, title))
    return tuple(out)


_OF = "JOIN reports r ON r.report_id = t.report_id WHERE r.report_id IN (SELECT report_id FROM files WHERE status IN ('ok', 'partial'))"

TABLES: Mapping[str, TidyTable] = MappingProxyType(
    {
        t.name: t
        for t in (
            TidyTable(
                "reports",
                "报告",
                _fields("""
report_id string 报告编号（文件 sha256 的前 16 位）
file string 文件
title string 标题
region string 地区
department string 部门
fiscal_year integer 年度
report_type string 报告类型
pages integer 页数（无页码的格式为空）
reader string 读取方式"""),
                "SELECT report_id, file, title, region, department, fiscal_year, report_type, pages, reader FROM reports r "
                "WHERE report_id IN (SELECT report_id FROM files WHERE status IN ('ok', 'partial')) ORDER BY department, fiscal_year, file",
            ),
            TidyTable(
                "facts",
                "数字",
                _fields("""
fact_id string 数字编号
report_id string 报告编号
department string 部门
fiscal_year integer 年度
indicator string 指标编号（见 codebook）
item string 数的是什么
action string 动作
actor string 谁做的
value number 数值（基本单位）
value_max number 区间上限
unit string 单位（万元已折为元）
approx boolean 约数
bound string 界限：ge 不少于，gt 超过，le 不超过，lt 不到
status string 性质：actual 实际，target 目标，prior 上期，change 增减
scope string 口径：whole、cumulative、each、average、part
direction string 增减方向
period string 时期
of string 占谁的
parent string 所属总数的编号
quote string 原文
start integer 原文起点（字符）
end integer 原文终点
page integer 页
source string 来源：text 正文，table 表格
confidence number 把握"""),
                "SELECT t.fact_id, t.report_id, r.department, r.fiscal_year, t.indicator, t.item, t.action, t.actor, t.value, t.value_max, t.unit, t.approx, t.bound, "
                't.status, t.scope, t.direction, t.period, t.of, t.parent, t.quote, t.start, t."end", t.page, t.source, t.confidence '
                f"FROM facts_now t {_OF} ORDER BY r.department, r.fiscal_year, t.report_id, t.start",
            ),
            TidyTable(
                "findings",
                "问题、原因与措施",
                _fields("""
finding_id string 编号
report_id string 报告编号
department string 部门
fiscal_year integer 年度
type string 类型：problem、cause、measure、none
category string 类别（见 codebook）
also string 兼属类别（JSON）
subject string 所指项目或事项
quote string 原文
answers string 措施所针对问题的编号（JSON）
labelled_by string 由谁归类：rule、model、human
score number 把握
start integer 起点
end integer 终点
page integer 页"""),
                "SELECT t.finding_id, t.report_id, r.department, r.fiscal_year, t.type, t.category, t.also, t.subject, t.quote, t.answers, t.labelled_by, t.score, "
                f't.start, t."end", t.page FROM findings_now t {_OF} ORDER BY r.department, r.fiscal_year, t.report_id, t.start',
            ),
            TidyTable(
                "series",
                "指标序列",
                _fields("""
department string 部门
indicator string 指标编号
item string 数的是什么
unit string 单位
fiscal_year integer 年度
value number 数值
state string 状态：value、conflict（互相矛盾的数，或须先看原文的数）、missing、unreadable
origin string 来源：own 本年报告，later_report 次年报告，table 自评表
fact_ids string 依据（JSON）"""),
                "SELECT department, indicator, item, unit, fiscal_year, value, state, origin, fact_ids FROM series ORDER BY department, indicator, fiscal_year",
            ),
            TidyTable(
                "shared_items",
                "各部门共有的计数（指标表以外）",
                _fields("""
item string 数的是什么（各部门最常用的说法）
action string 动作
unit string 单位
scope string 口径：whole、part、cumulative、average
bodies integer 有几个部门报告
department string 部门
fiscal_year integer 年度
value number 数值；同一年有几个不同的数时为空
state string 状态：value、several
wording string 本部门的说法
score number 与 item 的接近程度
fact_ids string 依据（JSON）"""),
                "SELECT item, action, unit, scope, bodies, department, fiscal_year, value, state, wording, score, fact_ids FROM shared_items ORDER BY id",
            ),
            TidyTable(
                "recurrences",
                "重复出现的问题",
                _fields("""
department string 部门
category string 类别
finding_a string 前一次
year_a integer 前一次年度
finding_b string 再次
year_b integer 再次年度
score number 接近程度"""),
                "SELECT department, category, finding_a, year_a, finding_b, year_b, score FROM recurrences ORDER BY department, category, year_a",
            ),
            TidyTable(
                "followups",
                "措施落实",
                _fields("""
department string 部门
measure_id string 措施编号
year integer 提出年度
next_year integer 核对年度
verdict string 结果：done、not_done、unclear
evidence string 依据（JSON）"""),
                "SELECT department, measure_id, year, next_year, verdict, evidence FROM followups ORDER BY department, year, measure_id",
            ),
            TidyTable(
                "checks",
                "一致性核对",
                _fields("""
check_id string 编号
report_id string 报告编号
rule string 规则
severity string 程度：error、warning、note
message string 说明
fact_ids string 相关数字（JSON）
expected string 应为
found string 报告中为"""),
                "SELECT check_id, report_id, rule, severity, message, fact_ids, expected, found FROM checks ORDER BY report_id, rule, check_id",
            ),
            TidyTable(
                "copies",
                "雷同段落",
                _fields("""
report_a string 甲报告
start_a integer 甲起点
end_a integer 甲终点
report_b string 乙报告
start_b integer 乙起点
end_b integer 乙终点
similarity number 相似度"""),
                "SELECT report_a, start_a, end_a, report_b, start_b, end_b, similarity FROM copies ORDER BY report_a, start_a",
            ),
            TidyTable(
                "files",
                "文件",
                _fields("""
path string 文件
status string 状态：ok、partial、failed、skipped
reason string 原因代码
message string 说明与处理办法
size integer 字节
sha256 string 校验和
report_id string 报告编号"""),
                "SELECT path, status, reason, message, size, sha256, report_id FROM files ORDER BY path",
            ),
        )
    }
)


def rows_of(store: Store, table: TidyTable) -> list[tuple[Any, ...]]:
    """The rows of a tidy table; booleans are booleans. Raises :class:`StoreError`."""
    flags = [i for i, f in enumerate(table.fields) if f.type == "boolean"]
    out = []
    for r in store.rows(table.sql):
        values = list(r)
        for i in flags:
            values[i] = bool(values[i])
        out.append(tuple(values))
    return out


def write_folder(store: Store, folder: Path, format_: str) -> tuple[Path, ...]:
    """Writes every tidy table as ``NAME.csv``, ``.jsonl`` or ``.parquet``. Raises :class:`StoreError`."""
    out = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for table in TABLES.values():
            path = folder / f"{table.name}.{format_}"
            rows = rows_of(store, table)
            names = tuple(f.name for f in table.fields)
            if format_ == "parquet":
                _parquet(table, rows, path)
            else:
                path.write_text(
                    render(names, rows, format_), encoding="utf-8-sig" if format_ == "csv" else "utf-8", newline=""
                )
            out.append(path)
    except OSError as e:
        raise StoreError(f"写不进 {folder}：{e.strerror or e}") from e
    return tuple(out)


def _parquet(table: TidyTable, rows: list[tuple[Any, ...]], path: Path) -> None:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as e:
        raise StoreError("写 Parquet 需要 pyarrow：pip install 'textperf[parquet]'") from e
    types = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
    schema = pa.schema([pa.field(f.name, types[f.type], metadata={"title": f.title}) for f in table.fields])
    columns = [
        [None if r[i] is None else float(r[i]) if f.type == "number" else r[i] for r in rows]
        for i, f in enumerate(table.fields)
    ]
    pq.write_table(
        pa.Table.from_arrays([pa.array(c, t.type) for c, t in zip(columns, schema, strict=True)], schema=schema),
        path,
        compression="zstd",
    )


def codebook_rows() -> list[tuple[str, str, str, str, str]]:
    """(id, name, kind, unit, definition) of every indicator and category."""
    from textperf.rules.catalogue import categories, domain_name, indicators

    out = [(i.id, i.name, "indicator", i.unit, domain_name(i.domain)) for i in indicators().values()]
    out += [
        (c.id, c.name, f"{c.kind}_category", "", c.definition + (f"；界限：{c.boundary}" if c.boundary else ""))
        for c in categories().values()
    ]
    return out


CODEBOOK_FIELDS = _fields("""
id string 编号
name string 名称
kind string 类型
unit string 通常单位
definition string 定义或领域""")


def package(store: Store, folder: Path, snapshot: str, version: str) -> Path:
    """A Frictionless data package: CSV tables, codebook, ``datapackage.json``, CITATION with the snapshot's hash."""
    import hashlib

    write_folder(store, folder, "csv")
    (folder / "codebook.csv").write_text(
        render(tuple(f.name for f in CODEBOOK_FIELDS), codebook_rows(), "csv"), encoding="utf-8-sig", newline=""
    )
    described = [*TABLES.values(), TidyTable("codebook", "编码簿", CODEBOOK_FIELDS, "")]
    resources = []
    for table in described:
        path = folder / f"{table.name}.csv"
        data = path.read_bytes()
        resources.append(
            {
                "name": table.name,
                "title": table.title,
                "path": path.name,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8-sig",
                "bytes": len(data),
                "hash": "sha256:" + hashlib.sha256(data).hexdigest(),
                "profile": "tabular-data-resource",
                "schema": {
                    "fields": [{"name": f.name, "type": f.type, "title": f.title} for f in table.fields],
                    "missingValues": [""],
                },
            }
        )
    described_as = {
        "name": "textperf-snapshot",
        "title": "政府绩效报告提取数据",
        "profile": "tabular-data-package",
        "version": snapshot,
        "resources": resources,
    }
    (folder / "datapackage.json").write_text(json.dumps(described_as, ensure_ascii=False, indent=1), encoding="utf-8")
    citation = (
        'cff-version: 1.2.0\ntitle: "政府绩效报告提取数据"\ntype: dataset\nmessage: "引用时请注明快照编号。"\n'
        f'version: "{snapshot}"\nauthors:\n  - name: "由 textperf {version} 生成"\nidentifiers:\n  - type: other\n    value: "textperf-snapshot:{snapshot}"\n'
    )
    (folder / "CITATION.cff").write_text(citation, encoding="utf-8")
    return folder / "datapackage.json"
