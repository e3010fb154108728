"""Categories put on the findings of a report: the trained model where there is one, else the rules.

A measure is promised because of a problem, so the two tell about each other: findings are labelled one by one first,
paired, and then each pair is looked at together (:func:`settle`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from math import exp, log
from typing import Literal

from textperf.classify.model import Classifier, ModelError, model_path
from textperf.classify.pairing import pairs
from textperf.classify.taxonomy import NONE, affinity, kind_of, rules_of
from textperf.model import Finding, Notice, Report

Logs = dict[str, float]
Labeller = Callable[[Sequence[str], Sequence[str]], list[Logs]]
_SURE = 3.0  # what a vote of the rules is worth as a logarithm of odds
# How much the measures that answer a problem say about what it is: half of what its own words say, since 健全机制 and
# 加强培训 answer everything (log-loss on bodies not seen: benchmarks/settling.py).
_TOGETHER = 0.5
_FLOOR = 0.2


@lru_cache(maxsize=1)
def shipped_classifier() -> Classifier | ModelError | None:
    """The trained model that ships with textperf, why it cannot be used, or None where there is none."""
    path = model_path()
    if path is None:
        return None
    try:
        return Classifier.load(path)
    except ModelError as e:
        return e


def rule_logs(texts: Sequence[str], types: Sequence[str]) -> list[Logs]:
    """What the rules alone say, in the form of the model's answer; no entry where no phrasing is known."""
    out: list[Logs] = []
    for text, t in zip(texts, types, strict=True):
        rules = rules_of(kind_of(t))
        votes = rules.votes(text)
        if max(votes) < 0.5:
            out.append({})
            continue
        whole = sum(votes)
        odds = {c: _SURE * (v + v / whole) for c, v in zip(rules.ids, votes, strict=True)}
        out.append(_normal(odds))
    return out


def label_findings(report: Report, classifier: Classifier | None = None) -> Report:
    """The report with category, also, score and labelled_by on each finding.

    Without a ``classifier`` the one that ships with textperf is used; where it cannot be used the rules label and a
    notice says so. A human's label stays; an explicit none has category ``none``; what is known too little is ``none``.
    """
    todo = [f for f in report.findings if f.type != NONE and f.labelled_by != "human"]
    nones = any(f.type == NONE and f.category != NONE for f in report.findings)
    if not todo and not nones:
        return report
    model = classifier or shipped_classifier()
    if isinstance(model, ModelError):
        report = replace(report, notices=(*report.notices, Notice("model_unusable", f"类别按规则判定：{model}")))
    usable = model if isinstance(model, Classifier) else None
    labelled = label(report, usable.log_probabilities if usable else rule_logs, usable)
    return replace(report, findings=labelled)


def label(report: Report, labeller: Labeller, model: Classifier | None) -> tuple[Finding, ...]:
    """The findings with the labels that ``labeller`` gives one by one and :func:`settle` together."""
    todo = [f for f in report.findings if f.type != NONE and f.labelled_by != "human"]
    single = dict(
        zip(
            [f.finding_id for f in todo],
            labeller([f.evidence.quote for f in todo], [f.type for f in todo]),
            strict=True,
        )
    )
    first = tuple(
        replace(f, category=max(single[f.finding_id], key=lambda c: single[f.finding_id][c], default=NONE))
        if single.get(f.finding_id)
        else f
        for f in report.findings
    )
    settled = settle(replace(report, findings=first), single)
    out = []
    for f in report.findings:
        logs = settled.get(f.finding_id)
        if f.type == NONE and f.labelled_by != "human":
            out.append(replace(f, category=NONE, also=(), score=None, labelled_by="rule"))
        elif logs is None:
            out.append(f)
        else:
            out.append(_labelled(f, logs, model))
    return tuple(out)


def _labelled(f: Finding, logs: Logs, model: Classifier | None) -> Finding:
    by: Literal["model", "rule"] = "model" if model else "rule"
    if not logs:
        return replace(f, category=NONE, also=(), score=0.0, labelled_by=by)
    best = max(logs, key=lambda c: logs[c])
    score = round(exp(logs[best]), 3)
    kind = model.kinds[kind_of(f.type)] if model else None
    if score < (kind.floor if kind else _FLOOR):
        return replace(f, category=NONE, also=(), score=score, labelled_by=by)
    also = sorted((c for c in logs if c != best and kind and exp(logs[c]) >= kind.also_floor), key=lambda c: -logs[c])
    return replace(f, category=best, also=tuple(also[:2]), score=score, labelled_by=by)


def settle(report: Report, single: dict[str, Logs], together: float = _TOGETHER) -> dict[str, Logs]:
    """Log-probabilities after problems and the measures that answer them have been looked at together.

    For a problem with measures m: log P(p) + t · Σ max over m's categories of (log P(m) + log affinity(p, m)), where t
    (``together``) weighs what the measures say against what the problem itself says; a measure is then judged given the
    problem's category. Findings without a partner keep what they had.
    """
    out = dict(single)
    near = affinity()
    answers: dict[str, list[str]] = {}
    for p in pairs(report):
        if single.get(p.problem_id) and single.get(p.measure_id):
            answers.setdefault(p.problem_id, []).append(p.measure_id)
    done: set[str] = set()
    for problem, measures in answers.items():
        joint = {
            c: own + together * sum(max(v + log(near[c, m]) for m, v in single[x].items()) for x in measures)
            for c, own in single[problem].items()
        }
        out[problem] = _normal(joint)
        best = max(joint, key=lambda c: joint[c])
        for x in measures:
            if x not in done:  # a measure that answers two problems is judged with the first
                out[x] = _normal({m: v + log(near[best, m]) for m, v in single[x].items()})
                done.add(x)
    return out


def _normal(logs: Logs) -> Logs:
    top = max(logs.values())
    total = log(sum(exp(v - top) for v in logs.values())) + top
    return {c: v - total for c, v in logs.items()}
