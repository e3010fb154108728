"""What the classifier learns from: labelled sentences and the findings of annotated reports, read strictly.

A broken line is an error with file and line number; nothing is skipped in silence.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from textperf.classify.model import Sample
from textperf.classify.taxonomy import NONE, categories, category_ids, kind_of
from textperf.model import FINDING_TYPES, Evidence, Finding, Meta, Report

REPORT_WEIGHT = 1.0
LABEL_FILES = ("problems.jsonl", "measures.jsonl")


class TrainingError(ValueError):
    """Training data that cannot be used; the message is Chinese and names file and line."""


@dataclass(frozen=True, slots=True)
class Annotated:
    """An annotated report: its body, and a Report whose findings carry the right categories and answers."""

    body: str
    report: Report


def read_labels(folder: Path) -> list[Sample]:
    """The labelled sentences of ``corpus/labels``. Raises :class:`TrainingError`."""
    out: list[Sample] = []
    for name in LABEL_FILES:
        path = folder / name
        for number, row in _rows(path):
            out.append(_sample(f"{path.name} 第 {number} 行", row))
    if not out:
        raise TrainingError(f"{folder}：没有一条带类别的句子，无从训练")
    return out


def _sample(where: str, row: dict[str, Any]) -> Sample:
    for key in ("text", "type", "category", "body"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise TrainingError(f"{where}：缺少 {key}")
    if row["type"] not in FINDING_TYPES or row["type"] == NONE:
        raise TrainingError(f"{where}：type 只可是 problem、cause、measure，这里是 {row['type']}")
    also = row.get("also") or []
    if not isinstance(also, list):
        raise TrainingError(f"{where}：also 应是列表")
    for category in (row["category"], *also):
        _known(where, row["type"], category)
    return Sample(row["text"], row["type"], row["category"], row["body"], tuple(also))


def _known(where: str, finding_type: str, category: object) -> None:
    known = category_ids(finding_type)
    if category not in known or category == NONE:
        raise TrainingError(f"{where}：不认识的类别 {category}；可用：{'、'.join(c for c in known if c != NONE)}")


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as e:
        raise TrainingError(f"{path}：读不了（{e}）") from e
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as e:
            raise TrainingError(f"{path.name} 第 {number} 行：不是完整的 JSON（{e}）") from e
        if not isinstance(row, dict):
            raise TrainingError(f"{path.name} 第 {number} 行：应是一个 JSON 对象")
        yield number, row


def agreement(folder: Path) -> dict[str, float]:
    """How far a second, blind labelling (``second.jsonl``: id, category) agrees with the first, by kind.

    ``problem`` and ``measure``: the share of equal categories; ``…_kappa``: Cohen's kappa; ``…_n``: sentences.
    """
    path = folder / "second.jsonl"
    if not path.is_file():
        return {}
    first = {row["id"]: row for name in LABEL_FILES for _, row in _rows(folder / name)}
    pairs: dict[str, list[tuple[str, str]]] = {}
    for number, row in _rows(path):
        known = first.get(row.get("id"))
        if known is None:
            raise TrainingError(f"{path.name} 第 {number} 行：没有编号为 {row.get('id')} 的句子")
        _known(f"{path.name} 第 {number} 行", known["type"], row.get("category"))
        pairs.setdefault(kind_of(known["type"]), []).append((known["category"], row["category"]))
    out: dict[str, float] = {}
    for kind, rows in pairs.items():
        a, b = Counter(x for x, _ in rows), Counter(y for _, y in rows)
        same = sum(x == y for x, y in rows) / len(rows)
        chance = sum(a[c] * b[c] for c in a) / len(rows) ** 2
        out |= {kind: same, f"{kind}_kappa": (same - chance) / (1 - chance), f"{kind}_n": float(len(rows))}
    return out


def read_annotated(folder: Path, group: str = "dev") -> list[Annotated]:
    """The annotated reports of ``corpus/gold`` whose body is in ``group`` of split.json (``all`` for every body)."""
    split = folder / "split.json"
    bodies: set[str] | None = None
    if group != "all":
        try:
            bodies = set(json.loads(split.read_text(encoding="utf-8"))[group])
        except (OSError, ValueError, KeyError) as e:
            raise TrainingError(f"{split}：读不了单位划分 {group}（{e}）") from e
    out = []
    for path in sorted((folder / "gold").glob("*.jsonl")):
        body = path.stem.rsplit("-", 1)[0]
        if bodies is None or body in bodies:
            out.append(Annotated(body, _annotated(path, folder / "plain" / f"{path.stem}.txt")))
    return out


def _annotated(path: Path, plain: Path) -> Report:
    text = plain.read_text(encoding="utf-8")
    findings: list[Finding] = []
    for number, gold in _rows(path):
        keys: dict[str, str] = {}
        answers: dict[str, list[str]] = {}
        for x in gold.get("findings") or []:
            where = f"{path.name} 第 {number} 行 {x.get('key')}"
            start, end = x["start"], x["end"]
            if not 0 <= start < end <= len(text):
                raise TrainingError(f"{where}：位置 {start}:{end} 超出正文")
            category = x.get("category") or NONE
            if x["type"] != NONE:
                _known(where, x["type"], category)
            f = Finding(path.stem, x["type"], Evidence(start, end, text[start:end]), category, labelled_by="human")
            keys[str(x.get("key"))] = f.finding_id
            answers[f.finding_id] = list(x.get("answers") or [])
            findings.append(f)
        for i, f in enumerate(findings):
            known = tuple(keys[a] for a in answers.get(f.finding_id, []) if a in keys)
            findings[i] = Finding(f.report_id, f.type, f.evidence, f.category, labelled_by="human", answers=known)
    return Report(path.stem, plain.name, Meta(), text, None, "txt", findings=tuple(findings))


def typical_samples() -> list[Sample]:
    """The typical wordings of the rule file as samples: always learnt from, never measured on."""
    return [Sample(text, c.kind, c.id, "categories.toml", (), "rule") for c in categories() for text in c.typical]


def samples_of(reports: Iterable[Annotated], weight: float = REPORT_WEIGHT) -> list[Sample]:
    """The findings of annotated reports as samples (explicit nones left out)."""
    return [
        Sample(f.evidence.quote, f.type, f.category, r.body, f.also, "report", weight)
        for r in reports
        for f in r.report.findings
        if f.type != NONE
    ]


def digest(samples: Sequence[Sample]) -> str:
    """The first 16 hex digits of a sha256 over all samples, in any order."""
    rows = sorted(f"{s.type}\t{s.category}\t{s.group}\t{s.source}\t{s.weight:g}\t{s.text}" for s in samples)
    return sha256("\n".join(rows).encode("utf-8")).hexdigest()[:16]
