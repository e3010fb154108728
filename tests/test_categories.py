"""The categories of problems and measures: their rule file, and labelling by rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from textperf.classify.categories import label_findings
from textperf.classify.taxonomy import (
    NONE,
    categories,
    category_ids,
    label_by_rules,
    read_categories,
    rules_of,
)
from textperf.model import Evidence, Finding, Meta, Report
from textperf.rules.loader import RuleError

EXAMPLES = [(c.kind, c.id, text) for c in categories() for text in c.examples]
COUNTER = [(c.kind, c.id, text) for c in categories() for text in c.counter_examples]


def report(*found: tuple[str, str], labelled_by: str = "rule") -> Report:
    text, findings, at = "", [], 0
    for kind, quote in found:
        findings.append(Finding("r", kind, Evidence(at, at + len(quote), quote), labelled_by=labelled_by))  # type: ignore[arg-type]
        text += quote + "。\n"
        at = len(text)
    return Report("r", "r.txt", Meta(), text, None, "txt", findings=tuple(findings))


def test_sixteen_of_each_kind() -> None:
    assert [sum(c.kind == k for c in categories()) for k in ("problem", "measure")] == [16, 16]


@pytest.mark.parametrize(("kind", "want", "text"), EXAMPLES)
def test_examples(kind: str, want: str, text: str) -> None:
    assert label_by_rules(text, kind)[0] == want


@pytest.mark.parametrize(("kind", "other", "text"), COUNTER)
def test_counter_examples(kind: str, other: str, text: str) -> None:
    assert label_by_rules(text, kind)[0] != other


def test_head_decides() -> None:
    assert label_by_rules("预算执行偏慢。主要因为工程未按期完工、验收滞后", "problem")[0] == "budget_execution"
    assert label_by_rules("加强绩效培训，同时细化预算编制", "measure")[0] == "train_awareness"


def test_nothing_known_is_none() -> None:
    assert label_by_rules("月亮升起来了", "problem") == (NONE, 0.0)
    assert rules_of("problem").votes("") == [0.0] * 16


def test_label_findings_keeps_human_labels_and_nones() -> None:
    r = report(("problem", "预算编制不够精细"), ("none", "未发现问题"), ("measure", "加大政策宣传力度"))
    done = label_findings(r).findings
    assert [f.category for f in done] == ["budget_preparation", NONE, "publicity_openness"]
    human = report(("problem", "预算编制不够精细"), labelled_by="human")
    assert label_findings(human) == human


def test_ids_by_type() -> None:
    assert category_ids("none") == (NONE,)
    assert set(category_ids("problem")) == set(category_ids("cause"))
    assert len(set(category_ids("problem")) & set(category_ids("measure"))) == 1


def _rule(**changes: str) -> str:
    entry = {
        "id": '"x"', "name": '"甲"', "kind": '"problem"', "definition": '"乙"', "boundary": '"丙"',
        "phrasings": '["很慢"]', "examples": '["一很慢", "二很慢", "三很慢"]', "counter_examples": '["快", "更快"]',
    } | changes  # fmt: skip
    return "[[category]]\n" + "\n".join(f"{k} = {v}" for k, v in entry.items())


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"kind": '"other"'}, "kind"),
        ({"pairs": '["nowhere"]', "kind": '"measure"'}, "nowhere"),
        ({"examples": "[]"}, "examples"),
        ({"phrasings": "[3]"}, "phrasings"),
        ({"colour": '"red"'}, "colour"),
    ],
)
def test_broken_rule_files_are_refused(tmp_path: Path, changes: dict[str, str], named: str) -> None:
    path = tmp_path / "categories.toml"
    path.write_text(_rule(**changes), encoding="utf-8")
    with pytest.raises(RuleError, match=named):
        read_categories(path)
