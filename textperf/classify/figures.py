"""What held-out judgements amount to: accuracy, F1, intervals, confusions, calibration. Pure functions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from textperf.classify.model import Sample
from textperf.classify.taxonomy import KINDS, kind_of, rules_of


@dataclass(frozen=True, slots=True)
class Judged:
    """A sample with what a model said about it while its body was held out."""

    sample: Sample
    category: str
    probability: float
    rules: str
    next: tuple[tuple[str, float], ...] = ()

    @property
    def right(self) -> bool:
        """Whether the first category is the annotated one."""
        return self.category == self.sample.category


@dataclass(frozen=True, slots=True)
class Told:
    """A finding of a held-out report: its category, what the model and the rules said, and how sure the model was."""

    type: str
    truth: str
    model: str
    score: float
    rules: str


def macro_f1(truth: Sequence[str], said: Sequence[str]) -> float:
    """The mean F1 over the categories that occur in the truth; ``none`` said is a miss, not a category."""
    scores = []
    for c in sorted(set(truth)):
        hit = sum(t == s == c for t, s in zip(truth, said, strict=True))
        scores.append(2 * hit / max(1, sum(t == c for t in truth) + sum(s == c for s in said)))
    return float(np.mean(scores)) if scores else 0.0


def summary(judged: Sequence[Judged]) -> dict[str, float]:
    """Accuracy and macro-F1 of model and rules by kind; on report findings apart; and at nine tenths coverage."""
    out: dict[str, float] = {}
    for kind in KINDS:
        rows = [j for j in judged if kind_of(j.sample.type) == kind]
        if not rows:
            continue
        truth = [j.sample.category for j in rows]
        out[f"{kind}_acc"] = float(np.mean([j.right for j in rows]))
        out[f"{kind}_acc_rules"] = float(np.mean([j.rules == j.sample.category for j in rows]))
        out[f"{kind}_macro_f1"] = macro_f1(truth, [j.category for j in rows])
        out[f"{kind}_macro_f1_rules"] = macro_f1(truth, [j.rules for j in rows])
        sure = sorted(rows, key=lambda j: -j.probability)[: round(0.9 * len(rows))]
        out[f"{kind}_macro_f1_at_90"] = macro_f1([j.sample.category for j in sure], [j.category for j in sure])
        if kind == "measure":
            out["measure_acc_or_also"] = float(np.mean([j.right or j.category in j.sample.also for j in rows]))
    return out


def report_figures(told: Sequence[Told]) -> dict[str, float]:
    """Accuracy by type, and macro-F1 on the nine tenths of findings that the model is surest of."""
    out: dict[str, float] = {}
    for t in ("problem", "cause", "measure"):
        rows = [x for x in told if x.type == t]
        if rows:
            out[f"report_{t}_acc_model"] = float(np.mean([x.model == x.truth for x in rows]))
            out[f"report_{t}_acc_rules"] = float(np.mean([x.rules == x.truth for x in rows]))
    for kind in KINDS:
        rows = [x for x in told if x.type == kind]
        sure = sorted(rows, key=lambda x: -x.score)[: -(-9 * len(rows) // 10)]
        if sure:
            out[f"report_{kind}_macro_f1_at_90"] = macro_f1([x.truth for x in sure], [x.model for x in sure])
    return out


def also_f1(judged: Sequence[Judged], floor: float) -> float:
    """F1 of the further categories of labelled sentences, where the first one was right, at a probability floor."""
    hit = said = true = 0
    for j in judged:
        if j.right and j.sample.source == "label":
            given = {c for c, p in j.next if p >= floor}
            hit += len(given & set(j.sample.also))
            said += len(given)
            true += len(j.sample.also)
    return 2 * hit / max(1, said + true)


def bootstrap(judged: Sequence[Judged], rounds: int = 1000) -> tuple[float, float, float]:
    """Accuracy of the model minus that of the rules: the difference and its 95 % interval, bodies drawn with replacement."""
    groups: dict[str, list[int]] = defaultdict(list)
    for j in judged:
        groups[j.sample.group].append(int(j.right) - int(j.rules == j.sample.category))
    sums = np.array([sum(v) for v in groups.values()])
    sizes = np.array([len(v) for v in groups.values()])
    draws = np.random.default_rng(0).integers(0, len(sums), (rounds, len(sums)))
    means = sums[draws].sum(axis=1) / sizes[draws].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(sums.sum() / sizes.sum()), float(low), float(high)


def per_category(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """Precision, recall, F1 of each category, and the recall of the rules."""
    out: dict[str, dict[str, float]] = {}
    for c in (c for k in KINDS for c in rules_of(k).ids):
        true = [j for j in judged if j.sample.category == c]
        said = [j for j in judged if j.category == c]
        hit = sum(j.right for j in true)
        if true:
            p, r = hit / max(1, len(said)), hit / len(true)
            rules = sum(j.rules == c for j in true) / len(true)
            out[c] = {"n": len(true), "p": p, "r": r, "f1": 2 * hit / (len(true) + len(said)), "rules_r": rules}
    return out


def confusions(judged: Sequence[Judged]) -> list[tuple[str, str, int]]:
    """How often a category (first) was taken for another (second), most frequent first."""
    table: Counter[tuple[str, str]] = Counter((j.sample.category, j.category) for j in judged if not j.right)
    return [(a, b, n) for (a, b), n in table.most_common()]


def worst(judged: Sequence[Judged], count: int = 10) -> list[Judged]:
    """The most confident errors, report findings first."""
    wrong = [j for j in judged if not j.right and j.category not in j.sample.also]
    return sorted(wrong, key=lambda j: (j.sample.source != "report", -j.probability))[:count]


def calibration(judged: Sequence[Judged], bins: int = 10) -> list[tuple[float, float, int]]:
    """Mean probability, share of right judgements and number of sentences in bins of equal width."""
    out: list[tuple[float, float, int]] = []
    for b in range(bins):
        rows = [j for j in judged if b / bins <= min(j.probability, 0.999999) < (b + 1) / bins]
        if rows:
            mean: Any = np.mean([j.probability for j in rows])
            out.append((float(mean), float(np.mean([j.right for j in rows])), len(rows)))
    return out
