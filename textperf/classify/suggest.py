"""Which findings a person should label next: those the model is unsure of, and unlike each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

from textperf.classify.model import Classifier, Spec, terms_of
from textperf.classify.taxonomy import NONE, kind_of
from textperf.model import Report

COUNT = 50
_SPEC = Spec(grams=2, votes=False)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A finding worth a label, how unsure the model is (0 sure – 1 undecided), and its two likeliest categories."""

    finding_id: str
    report_id: str
    type: str
    text: str
    uncertainty: float
    candidates: tuple[str, ...]


def suggest(reports: Sequence[Report], classifier: Classifier, count: int = COUNT) -> tuple[Suggestion, ...]:
    """The most useful findings to label next, best first. What a human has labelled is left out.

    One after the other the finding is taken whose uncertainty times its distance from all taken before is greatest;
    so a wording that recurs in every year's report is asked for once.
    """
    rows = [
        (f.finding_id, r.report_id, f.type, f.evidence.quote)
        for r in reports
        for f in r.findings
        if f.type != NONE and f.labelled_by != "human"
    ]
    if not rows or count < 1:
        return ()
    logs = classifier.log_probabilities([r[3] for r in rows], [r[2] for r in rows])
    pool = [_suggestion(row, answer) for row, answer in zip(rows, logs, strict=True)]
    pool.sort(key=lambda s: (-s.uncertainty, s.finding_id))
    pool = pool[: max(20 * count, 1000)]
    grams = [frozenset(terms_of(s.text, _SPEC)) for s in pool]
    distance = [1.0] * len(pool)
    left = set(range(len(pool)))
    taken: list[Suggestion] = []
    while left and len(taken) < count:
        best = max(left, key=lambda i: (pool[i].uncertainty * distance[i], -i))
        left.discard(best)
        taken.append(pool[best])
        for i in left:
            if kind_of(pool[i].type) == kind_of(pool[best].type):
                distance[i] = min(distance[i], 1.0 - _alike(grams[i], grams[best]))
    return tuple(taken)


def _suggestion(row: tuple[str, str, str, str], logs: Mapping[str, float]) -> Suggestion:
    order = sorted(logs, key=lambda c: -logs[c])
    lead = exp(logs[order[0]]) - exp(logs[order[1]])
    return Suggestion(row[0], row[1], row[2], row[3], round(1.0 - lead, 4), tuple(order[:2]))


def _alike(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / max(1, min(len(a), len(b)))
