"""Fitting the classifier: the linear model on all sentences, its weighing with the rules on held-out bodies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from textperf.classify.model import (
    KindModel,
    Matrix,
    Sample,
    Spec,
    evidence,
    log_softmax,
    mixed,
    terms_of,
    vectors,
    vocabulary_of,
    votes_of,
)
from textperf.classify.taxonomy import rules_of


def folds(groups: Sequence[str], count: int) -> list[list[int]]:
    """Indices of ``count`` test folds; a group is never split, and large groups are spread evenly."""
    sizes: dict[str, int] = {}
    for g in groups:
        sizes[g] = sizes.get(g, 0) + 1
    load = [0] * count
    where: dict[str, int] = {}
    for g in sorted(sizes, key=lambda g: (-sizes[g], g)):
        at = load.index(min(load))
        where[g] = at
        load[at] += sizes[g]
    out: list[list[int]] = [[] for _ in range(count)]
    for i, g in enumerate(groups):
        out[where[g]].append(i)
    return [f for f in out if f]


def fit_linear(samples: Sequence[Sample], spec: Spec) -> tuple[tuple[str, ...], Matrix, Any]:
    """Terms (those in at least two sentences), their idf, and the linear model."""
    from sklearn.linear_model import LogisticRegression

    frequency: dict[str, int] = {}
    for s in samples:
        for term in terms_of(s.text, spec):
            frequency[term] = frequency.get(term, 0) + 1
    terms = tuple(sorted(t for t, n in frequency.items() if n >= 2))
    idf = np.log((1 + len(samples)) / (1 + np.array([frequency[t] for t in terms]))) + 1.0
    x = vectors([s.text for s in samples], spec, vocabulary_of(terms), idf)
    linear = LogisticRegression(C=20 * spec.cost, solver="saga", tol=2e-3, max_iter=100, random_state=0)
    linear.fit(x, [s.category for s in samples], sample_weight=[s.weight for s in samples])
    return terms, idf, linear


@dataclass(frozen=True)
class HeldOut:
    """What a specification says about each sample while its group is held out, and how it is weighed with the rules.

    The mix has a handful of weights for thousands of sentences, so fitting it on the same held-out margins is harmless.
    """

    logs: Matrix
    mix: tuple[float, ...]
    loss: float


def hold_out(kind: str, samples: Sequence[Sample], spec: Spec, count: int = 4) -> HeldOut:
    """Margins on held-out groups, the mix fitted on them, and the mean loss (without priors)."""
    ids = rules_of(kind).ids
    truth = np.array([ids.index(s.category) for s in samples])
    weights = np.array([s.weight for s in samples])
    margins = np.zeros((len(samples), len(ids)))
    for test in folds([s.group for s in samples], count):
        held = set(test)
        part = KindModel(kind, spec, *fit_linear([s for i, s in enumerate(samples) if i not in held], spec), (), {})
        margins[test] = part.margins([samples[i].text for i in test])
    parts = evidence(margins, votes_of(kind, [s.text for s in samples]), spec.votes)
    mix = _fit_mix(parts, truth, weights)
    logs = log_softmax(mixed(mix, parts))
    loss = float(-(weights * logs[np.arange(len(samples)), truth]).sum() / weights.sum())
    return HeldOut(logs, mix, loss)


def fit_kind(kind: str, samples: Sequence[Sample], spec: Spec, held: HeldOut | None = None) -> KindModel:
    """Fit the model of one kind; ``held`` spares fitting the mix again when the specification was just chosen by it."""
    held = held or hold_out(kind, samples, spec)
    ids = rules_of(kind).ids
    return KindModel(kind, spec, *fit_linear(samples, spec), held.mix, _priors(samples, ids), ids=ids)


def _fit_mix(parts: Sequence[Matrix], truth: Matrix, weights: Matrix) -> tuple[float, ...]:
    from scipy.optimize import minimize

    rows = np.arange(len(truth))

    def loss(mix: Matrix) -> float:
        return float(-(weights * log_softmax(mixed(mix, parts))[rows, truth]).sum() / weights.sum())

    start = np.array([4.0, *[0.3] * (len(parts) - 1)])
    return tuple(round(float(w), 4) for w in minimize(loss, start, method="L-BFGS-B").x)


def _priors(samples: Sequence[Sample], ids: Sequence[str]) -> dict[str, list[float]]:
    """Logarithms of how often each category occurs in real reports, by type, smoothed; ``*`` is flat."""
    out = {"*": [float(-np.log(len(ids)))] * len(ids)}
    for t in {s.type for s in samples}:
        found = [s.category for s in samples if s.type == t and s.source in ("report", "review")]
        counts = np.array([2.0 + found.count(c) for c in ids])
        out[t] = [round(float(v), 4) for v in np.log(counts / counts.sum())]
    return out
