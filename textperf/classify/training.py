"""Training the classifier and measuring it honestly: bodies are never split, choices are made inside the folds.

Every figure comes from sentences of bodies that neither the linear model, nor its weighing with the rules, nor the
choice among the specifications has seen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from textperf.classify.categories import label, rule_logs
from textperf.classify.fitting import HeldOut, fit_kind, fit_linear, folds, hold_out
from textperf.classify.model import FILE, Classifier, KindModel, Sample, Spec
from textperf.classify.pairing import pair
from textperf.classify.samples import Annotated, digest, read_annotated, read_labels, samples_of
from textperf.classify.taxonomy import KINDS, NONE, kind_of, rules_of
from textperf.model import Finding

SPECS = (
    Spec(grams=4, votes=False),
    Spec(grams=2, votes=False),
    Spec(grams=2, words=True, votes=False),
    Spec(grams=4),
    Spec(grams=2),
    Spec(grams=2, words=True),
    Spec(grams=2, fade=0.8),
)
OUTER = 5
MARGIN = 0.005  # a new model may be this much worse in macro-F1 before it is refused
Log = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """A sample with what a model said about it while its body was held out."""

    sample: Sample
    category: str
    probability: float
    rules: str
    also: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether the first category is the annotated one."""
        return self.category == self.sample.category


@dataclass(frozen=True)
class Choice:
    """The chosen specification, its held-out margins, and the table (kind, name, accuracy, on reports, loss) of all."""

    spec: Spec
    held: HeldOut
    table: tuple[tuple[str, str, float, float, float], ...]


@dataclass(frozen=True)
class TrainingResult:
    """What training found. ``replaced`` says whether ``path`` was written; ``message`` (Chinese) says why not."""

    figures: dict[str, float]
    judged: tuple[Judged, ...]
    variants: tuple[tuple[str, str, float, float, float], ...]
    interval: dict[str, tuple[float, float, float]]
    classifier: Classifier
    replaced: bool
    message: str
    path: Path | None = None
    before: dict[str, float] = field(default_factory=dict)
    curve: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    by_category: dict[str, dict[str, float]] = field(default_factory=dict)


def train(
    corpus: Path,
    out: Path,
    reviews: Sequence[Sample] = (),
    specs: Sequence[Spec] = SPECS,
    force: bool = False,
    group: str = "dev",
    log: Log = lambda _: None,
) -> TrainingResult:
    """Measure, fit on everything, and write the model with its card to ``out``.

    ``reviews`` are human corrections as samples: they join the training folds, and the model is refused when the
    macro-F1 on all other sentences sinks by more than ``MARGIN`` (``force`` overrules). Nothing is written when
    refused. Raises :class:`~textperf.classify.samples.TrainingError` for bad data before anything is fitted.
    """
    from textperf.classify.card import write_card

    annotated = read_annotated(corpus / "gold", group)
    samples = [*read_labels(corpus / "labels"), *samples_of(annotated)]
    log(
        f"句子 {len(samples)} 条，其中报告里的 {sum(s.source == 'report' for s in samples)} 条；人工更正 {len(reviews)} 条"
    )
    chosen = {k: choose(k, [s for s in samples if kind_of(s.type) == k], specs, log) for k in KINDS}
    judged, on_reports = cross_validate(samples, annotated, reviews, specs, log)
    figures = {**summary(judged), **on_reports}
    before: dict[str, float] = {}
    per_before: dict[str, dict[str, float]] = {}
    if reviews:
        old, old_reports = cross_validate(samples, annotated, (), specs, log)
        before, per_before = {**summary(old), **old_reports}, per_category(old)
    kinds = {}
    for kind in KINDS:
        rows = [s for s in (*samples, *reviews) if kind_of(s.type) == kind]
        kinds[kind] = with_floors(
            fit_kind(kind, rows, chosen[kind].spec), [j for j in judged if kind_of(j.sample.type) == kind]
        )
    stamp = {"corpus": digest([*samples, *reviews]), "figures": {k: round(v, 4) for k, v in figures.items()}}
    classifier = Classifier(kinds, stamp)
    sunk = [k for k in ("problem_macro_f1", "measure_macro_f1") if before and figures[k] < before[k] - MARGIN]
    by_category = per_category(judged)
    for name, row in by_category.items():
        if name in per_before:
            row["before"] = per_before[name]["f1"]
    result = TrainingResult(
        figures,
        tuple(judged),
        tuple(v for k in KINDS for v in chosen[k].table),
        {k: bootstrap([j for j in judged if kind_of(j.sample.type) == k]) for k in KINDS},
        classifier,
        not sunk or force,
        "" if not sunk else "加入人工更正后分组交叉验证变差（" + "、".join(sunk) + "），没有替换原模型",
        out / FILE if not sunk or force else None,
        before,
        learning_curve(samples, {k: chosen[k].spec for k in KINDS}),
        by_category,
    )
    if result.replaced:
        out.mkdir(parents=True, exist_ok=True)
        classifier.save(out / FILE)
        write_card(out, result, samples, reviews)
    return result


def choose(kind: str, samples: Sequence[Sample], specs: Sequence[Spec], log: Log) -> Choice:
    """The specification with the best likelihood on held-out bodies."""
    table = []
    tried = []
    for spec in specs:
        held = hold_out(kind, samples, spec)
        tried.append(held)
        said = [rules_of(kind).ids[i] for i in held.logs.argmax(axis=1)]
        right = [c == s.category for c, s in zip(said, samples, strict=True)]
        of_reports = [r for r, s in zip(right, samples, strict=True) if s.source == "report"]
        on_reports = float(np.mean(of_reports)) if of_reports else float("nan")
        table.append((kind, spec.name, float(np.mean(right)), on_reports, held.loss))
        log(f"{kind} {spec.name}：准确率 {table[-1][2]:.3f}，报告 {on_reports:.3f}，对数损失 {held.loss:.3f}")
    best = min(range(len(specs)), key=lambda i: tried[i].loss)
    return Choice(specs[best], tried[best], tuple(table))


def cross_validate(
    samples: Sequence[Sample],
    annotated: Sequence[Annotated],
    reviews: Sequence[Sample],
    specs: Sequence[Spec],
    log: Log,
) -> tuple[list[Judged], dict[str, float]]:
    """Nested grouped cross-validation: the judgement on each sample, and the figures on whole held-out reports."""
    judged: list[Judged] = []
    counts: Counter[str] = Counter()
    told: list[Told] = []
    for n, test in enumerate(folds([s.group for s in samples], OUTER), 1):
        held = {samples[i].group for i in test}
        kinds = {}
        for kind in KINDS:
            rows = [s for s in (*samples, *reviews) if s.group not in held and kind_of(s.type) == kind]
            choice = choose(kind, rows, specs, lambda _: None)
            kinds[kind] = fit_kind(kind, rows, choice.spec, choice.held)
        model = Classifier(kinds)
        part = [samples[i] for i in test]
        logs = model.log_probabilities([s.text for s in part], [s.type for s in part])
        for s, row in zip(part, logs, strict=True):
            order = sorted(row, key=lambda c: -row[c])
            rules = rules_of(kind_of(s.type)).label(s.text)[0]
            second = tuple(c for c in order[1:3])
            judged.append(Judged(s, order[0], float(np.exp(row[order[0]])), rules, second))
        for a in annotated:
            if a.body in held:
                _whole_report(a, model, told, counts)
        log(f"第 {n} 折：{len(part)} 句，准确率 {np.mean([j.right for j in judged[-len(part) :]]):.3f}")
    return judged, {**report_figures(told), **_pair_figures(counts)}


@dataclass(frozen=True, slots=True)
class Told:
    """A finding of a held-out report: its category, what the model and the rules said, and how sure the model was."""

    type: str
    truth: str
    model: str
    score: float
    rules: str


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


def _pair_figures(counts: Counter[str]) -> dict[str, float]:
    if not counts["gold"]:
        return {}
    return {
        "report_pair_r": counts["right"] / counts["gold"],
        "report_pair_p": counts["right"] / max(1, counts["found"]),
    }


def _whole_report(a: Annotated, model: Classifier, told: list[Told], counts: Counter[str]) -> None:
    """Adds what model and rules say about one held-out report, both with pairs settled, and the pairs found."""
    bare = replace(
        a.report, findings=tuple(replace(f, category=NONE, labelled_by="rule", answers=()) for f in a.report.findings)
    )
    by_model = label(bare, model.log_probabilities, None)
    by_rules = label(bare, rule_logs, None)
    for gold, m, r in zip(a.report.findings, by_model, by_rules, strict=True):
        if gold.type != NONE:
            told.append(Told(gold.type, gold.category, m.category, m.score or 0.0, r.category))
    found = pair(replace(bare, findings=by_model)).findings
    want, got = _pairs(a.report.findings), _pairs(found)
    if want:
        counts.update(gold=len(want), found=len(got), right=len(want & got))


def _pairs(findings: Sequence[Finding]) -> set[tuple[str, str]]:
    return {(f.finding_id, a) for f in findings for a in f.answers}


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


def with_floors(model: KindModel, judged: Sequence[Judged]) -> KindModel:
    """The model with its thresholds: it abstains, on one in ten at most, where more than three in five of its
    held-out judgements were wrong; further categories need a quarter of the probability."""
    rows = sorted(judged, key=lambda j: j.probability)
    floor = 0.0
    right = 0
    for n, j in enumerate(rows[: len(rows) // 10], 1):
        right += j.right
        if right / n <= 0.4:
            floor = j.probability
    return replace(model, floor=round(floor, 3), also_floor=0.25)


def learning_curve(samples: Sequence[Sample], specs: dict[str, Spec]) -> dict[str, list[tuple[int, float]]]:
    """For each category: (sentences of the kind learnt from, recall on held-out bodies), the linear model alone."""
    out: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for kind in KINDS:
        rows = [s for s in samples if kind_of(s.type) == kind]
        parts = folds([s.group for s in rows], 3)
        for share in (0.1, 0.25, 0.5, 0.75, 1.0):
            hits: Counter[str] = Counter()
            seen: Counter[str] = Counter()
            sizes = []
            for test in parts:
                held = set(test)
                learn = [s for i, s in enumerate(rows) if i not in held]
                learn = [s for i, s in enumerate(learn) if int((i + 1) * share) > int(i * share)]
                sizes.append(len(learn))
                model = KindModel(kind, specs[kind], *fit_linear(learn, specs[kind]), (), {})
                said = model.margins([rows[i].text for i in test]).argmax(axis=1)
                for i, at in zip(test, said, strict=True):
                    seen[rows[i].category] += 1
                    hits[rows[i].category] += model.categories[at] == rows[i].category
            for c in seen:
                out[c].append((round(float(np.mean(sizes))), hits[c] / seen[c]))
    return dict(out)


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
