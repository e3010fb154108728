"""Shared makers: a small report built by hand, and a run over a few sample reports made once a session."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from textperf.model import Document, Fact, Finding, Line, Meta, Quantity, Report, Section, Source

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "corpus" / "reports"


def make_document(text: str, name: str = "报告.txt", sha: str = "ab" * 32) -> Document:
    """A document of plain text, a line a paragraph."""
    lines, at = [], 0
    for part in text.split("\n"):
        if part:
            lines.append(Line(at, at + len(part)))
        at += len(part) + 1
    return Document(text, tuple(lines), Source(name, sha, len(text.encode()), "txt", "text"))


def make_report(
    text: str,
    counts: list[tuple[str, float, str, str, str | None]],
    *,
    department: str = "青禾县审计局",
    year: int = 2023,
) -> Report:
    """A report with facts ``(quote, value, unit, item, indicator)`` found in its text in order, and one problem section."""
    document = make_document(text, sha=f"{year:064x}"[-64:])
    rid = document.source.report_id
    facts, at = [], 0
    for quote, value, unit, item, indicator in counts:
        at = text.index(quote, at)
        evidence = document.evidence(at, at + len(quote))
        facts.append(
            Fact(
                rid,
                evidence,
                Quantity(value, unit),
                "actual",
                item,
                indicator=indicator,
                sentence_start=0,
                sentence_end=len(text),
            )
        )
        at += len(quote)
    findings: tuple[Finding, ...] = ()
    if "问题：" in text:
        start = text.index("问题：") + 3
        findings = (Finding(rid, "problem", document.evidence(start, len(text)), category="staffing"),)
    meta = Meta(f"{department}{year}年度报告", "青禾县", department, year, "overall_self_evaluation")
    section = Section("s1", "other", None, "全文", 1, 0, len(text))
    return Report(rid, f"{department}{year}.txt", meta, text, None, "text", (section,), tuple(facts), findings)


@pytest.fixture
def report() -> Report:
    return make_report(
        "举办培训班3期，审计项目21个。存在的问题：专业人员偏少",
        [("3期", 3, "期", "培训班", "adm_trainings"), ("21个", 21, "个", "审计项目", "aud_projects")],
    )


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a run over two bodies of the sample reports (DOCX and HTML)."""
    from textperf.batch.run import run

    out = tmp_path_factory.mktemp("run") / "out"
    run([REPORTS / "漳澜县水利局", REPORTS / "澜江县审计局"], out, jobs=2)
    return out


def shared() -> Path | None:
    """The folder of outside material, where it is at hand."""
    folder = Path(os.environ.get("TEXTPERF_SHARED", ROOT.parent / "shared"))
    return folder if (folder / "eval").is_dir() else None
