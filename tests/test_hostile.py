"""Hostile files, made on the spot and read by the workers: each ends with a report or with a reason and its remedy."""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest

from textperf.batch.pipeline import analyse_text
from textperf.batch.workers import run_all
from textperf.read.errors import NOTICES, REASONS
from textperf.read.limits import Limits

SCRIPT = Path(__file__).resolve().parent.parent / "benchmarks" / "hostile.py"


@pytest.fixture(scope="module")
def hostile() -> ModuleType:
    if not SCRIPT.exists():
        pytest.skip("benchmarks/hostile.py 不在")
    spec = importlib.util.spec_from_file_location("hostile", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["hostile"] = module
    spec.loader.exec_module(module)
    return module


def test_every_file_ends_with_a_report_or_a_reason(hostile: ModuleType, tmp_path: Path) -> None:
    hostile.make(tmp_path, small=True)
    for name in list(tmp_path.iterdir()):  # soffice takes seconds a file; its own tests are in test_formats
        if name.suffix in (".doc", ".odt") and name.is_file() and name.stat().st_size > 100_000:
            name.unlink()
    limits = Limits(seconds_base=20.0, seconds_a_page=0.2, ocr=False)
    tasks = dict(hostile.tasks([tmp_path], None, limits))
    assert len(tasks) >= 60
    ends = {}
    for outcome in run_all(tasks.items(), limits, 1):
        assert hostile.verdict(outcome, tasks[outcome.path]) is None, (outcome.path, outcome.message)
        ends[outcome.path.removeprefix(f"{tmp_path}/")] = outcome.reason or "ok"
    assert len(ends) == len(tasks)
    assert set(ends.values()) <= {"ok", *REASONS}
    wanted = {
        "pdf-good.pdf": "ok",
        "pdf-named-docx.docx": "ok",
        "pdf-encrypted.pdf": "needs_password",
        "pdf-truncated-1.pdf": "truncated",
        "pdf-private-use.pdf": "garbled",
        "pdf-wrong-encoding.pdf": "garbled",
        "pdf-3000-pages.pdf": "page_limit",
        "pdf-blank-page.pdf": "empty",
        "pdf-invisible-text.pdf": "empty",
        "docx-entities.docx": "not_a_document",
        "docx-truncated.docx": "truncated",
        "zip-gbk-names.zip!/财政局/二〇二三年报告.txt": "ok",
        "zip-named.pdf!/甲.txt": "ok",
        "zip-password.zip!/a.txt": "needs_password",
        "zip-lying-size.zip": "decompress_limit",
        "zip-nested.zip!/5.zip!/4.zip!/3.zip": "nesting_limit",
        "self.pdf": "not_found",
        "pipe.txt": "not_a_document",
        "program.exe": "unsupported",
        "empty.pdf": "empty",
        "xlsx-diagonal.xlsx": "ok",
        "xlsx-many-merges.xlsx": "ok",
        "too-large.pdf": "too_large",
    }
    assert {name: ends.get(name) for name in wanted} == wanted
    if os.geteuid() != 0:  # root may read everything
        assert ends["no-permission.txt"] == "permission"


@pytest.mark.parametrize(
    "text",
    [
        lambda n: "全年" + "，".join(f"召开会议{i % 97 + 2}次" for i in range(n)) + "。",
        lambda n: "其中：会议3次（其中：主任会议2次" * n,
        lambda n: (
            "一、问题和措施\n" + "\n".join(f"（{i}）预算执行率不高。下一步，完善制度{i % 5 + 1}项。" for i in range(n))
        ),
    ],
    ids=["one-sentence", "open-brackets", "problems-and-measures"],
)
def test_work_grows_with_the_text_not_with_its_square(text: object) -> None:
    def seconds(n: int) -> float:
        began = time.process_time()
        analyse_text(text(n))  # type: ignore[operator]
        return time.process_time() - began

    seconds(20)
    small = seconds(250)
    assert seconds(1000) < 9 * max(small, 0.05), "four times the text: sixteen times the work would be its square"


def test_the_page_on_reliability_lists_reasons_and_limits() -> None:
    page = SCRIPT.parent.parent / "docs" / "reliability.md"
    if not page.exists():
        pytest.skip("docs/reliability.md 不在")
    rows = set(page.read_text(encoding="utf-8").splitlines())
    for code, (matter, remedy) in {**REASONS, **NOTICES}.items():
        assert f"| `{code}` | {matter} | {remedy} |" in rows
    for limit in fields(Limits):
        assert any(r.startswith(f"| `{limit.name}` |") and r.endswith(f"| {limit.default!r} |") for r in rows), (
            limit.name
        )
