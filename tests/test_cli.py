"""The command line: exit codes, Chinese messages, data on standard output only, quick help."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import REPORTS


def textperf(*args: str | Path, check: int | None = None) -> subprocess.CompletedProcess[str]:
    run = subprocess.run(
        [sys.executable, "-m", "textperf", *map(str, args)],
        capture_output=True,
        text=True,
        timeout=300,
        encoding="utf-8",
    )
    if check is not None:
        assert run.returncode == check, run.stderr
    return run


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, textperf.cli; print([m for m in ('spacy', 'sklearn', 'numpy', 'lxml', 'jieba', 'pyarrow') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
    help_ = textperf("--help", check=0).stdout
    for command in ("run", "extract", "compare", "query", "export", "evaluate", "demo", "doctor", "rules"):
        assert command in help_


def test_extract_prints_records_only() -> None:
    path = next((REPORTS / "澜江县审计局").glob("*2022*.docx"))
    lines = [json.loads(x) for x in textperf("extract", path, "--format", "jsonl", check=0).stdout.splitlines()]
    assert lines[0]["kind"] == "report"
    text = lines[0]["text"]
    assert {x["kind"] for x in lines} >= {"report", "section", "fact", "finding"}
    for x in lines:
        assert x["report_id"] == lines[0]["report_id"]
        if x["kind"] in ("fact", "finding"):
            assert text[x["start"] : x["end"]] == x["quote"]
        assert "" not in [v for k, v in x.items() if k not in ("unit", "text")]


def test_query_and_compare(sample_run: Path) -> None:
    db = sample_run / "textperf.db"
    rows = [
        json.loads(x)
        for x in textperf("query", db, "SELECT count(*) n FROM facts", "--format", "jsonl", check=0).stdout.splitlines()
    ]
    assert rows[0]["n"] > 100
    found = textperf("query", db, "--search", "审计", "--kind", "problem", "--format", "csv", check=0).stdout
    assert found.splitlines()[0].startswith("department,")
    table = textperf("compare", db, "--department", "审计", check=0).stdout
    assert "澜江县审计局" in table
    assert "漳澜县水利局" not in table
    assert textperf("compare", db, "--format", "csv", check=0).stdout.startswith("部门,指标")


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["run", "没有这个文件夹"], 2, "找不到"),
        (["query", "没有.db", "SELECT 1"], 2, "找不到数据库"),
        (["query", "{db}", "DROP TABLE facts"], 2, "只能查询"),
        (["query", "{db}", "--format", "yaml", "--search", "x"], 2, "只能是"),
        (["query", "{text}", "SELECT 1"], 2, "不是数据库"),
        (["compare", "{db}", "--format", "xlsx"], 2, "-o"),
        (["extract", "没有.pdf"], 2, "找不到文件"),
        (["run", "{reports}", "-o", "{text}"], 2, "是一个文件"),
    ],
)  # fmt: skip
def test_bad_usage(args: list[str], code: int, message: str, sample_run: Path, tmp_path: Path) -> None:
    text = tmp_path / "说明.txt"
    text.write_text("这不是数据库\n" * 100, encoding="utf-8")
    names = {"{db}": str(sample_run / "textperf.db"), "{text}": str(text), "{reports}": str(REPORTS)}
    run = textperf(*[names.get(a, a) for a in args], check=code)
    assert message in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1, run.stderr
    assert run.stdout == ""


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root 可以写任何目录")
def test_no_permission(tmp_path: Path) -> None:
    locked = tmp_path / "锁"
    locked.mkdir(mode=0o500)
    assert "权限" in textperf("run", REPORTS / "漳澜县水利局", "-o", locked / "out", check=1).stderr


@pytest.mark.parametrize("to", ["csv", "jsonl", "parquet", "datapackage", "docx", "xlsx", "html"])
def test_export(to: str, sample_run: Path, tmp_path: Path) -> None:
    if to == "parquet":
        pytest.importorskip("pyarrow", reason="没有装 pyarrow")
    out = tmp_path / {"xlsx": "对比.xlsx", "html": "网页.html"}.get(to, "出")
    printed = textperf("export", sample_run / "textperf.db", "--to", to, "-o", out, check=0).stdout.split("\n")
    empty = [Path(p).name for p in printed if p and Path(p).stat().st_size == 0]
    assert empty in ([], ["shared_items.jsonl"])  # the few bodies of the sample share no count; JSON Lines have no head
    if to == "datapackage":
        described = json.loads((out / "datapackage.json").read_text(encoding="utf-8"))
        for r in described["resources"]:
            head = (out / r["path"]).read_text(encoding="utf-8-sig").splitlines()[0]
            assert head.split(",") == [f["name"] for f in r["schema"]["fields"]]
