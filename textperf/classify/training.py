"""Training the classifier and measuring it honestly: bodies are never split, choices are made inside the folds.

Every figure comes from sentences of bodies that neither the linear model, nor its weighing with the rules, nor the
choice among the specifications has seen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from textperf.classify.card import write_card
from textperf.classify.categories import label, rule_logs
from textperf.classify.figures import Judged, Told, also_f1, bootstrap, per_category, report_figures, summary
from textperf.classify.fitting import HeldOut, fit_kind, fit_linear, folds, hold_out
from textperf.classify.model import FILE, Classifier, KindModel, Sample, Spec
from textperf.classify.pairing import pair
from textperf.classify.samples import (
    Annotated,
    agreement,
    digest,
    read_annotated,
    read_labels,
    samples_of,
    typical_samples,
)
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
EQUAL = 0.005  # mean losses nearer than this are equal
MARGIN = 0.005  # a new model may be this much worse in macro-F1 before it is refused
Log = Callable[[str], None]


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
    annotated = read_annotated(corpus / "gold", group)
    if (corpus / "passages").is_dir():
        annotated += read_annotated(corpus / "passages", group)
    samples = [*read_labels(corpus / "labels"), *samples_of(annotated)]
    taught = typical_samples()
    log(
        f"句子 {len(samples)} 条，其中报告里的 {sum(s.source == 'report' for s in samples)} 条；人工更正 {len(reviews)} 条"
    )
    chosen = {k: choose(k, [s for s in (*samples, *taught) if kind_of(s.type) == k], specs, log) for k in KINDS}
    validated = cross_validate(samples, annotated, (*taught, *reviews), specs, log)
    judged = validated.judged
    figures = validated.figures()
    before: dict[str, float] = {}
    per_before: dict[str, dict[str, float]] = {}
    if reviews:
        old = cross_validate(samples, annotated, taught, specs, log)
        before, per_before = old.figures(), per_category(old.judged)
    kinds = {}
    for kind in KINDS:
        rows = [s for s in (*samples, *taught, *reviews) if kind_of(s.type) == kind]
        fitted = fit_kind(kind, rows, chosen[kind].spec, None if reviews else chosen[kind].held)
        kinds[kind] = with_floors(fitted, [j for j in judged if kind_of(j.sample.type) == kind])
    figures |= {f"agreement_{k}": v for k, v in agreement(corpus / "labels").items()}
    stamp = {"corpus": digest([*samples, *taught, *reviews]), "figures": {k: round(v, 4) for k, v in figures.items()}}
    for kind, model in kinds.items():
        mine = [j for j in judged if kind_of(j.sample.type) == kind]
        sure = [j for j in mine if j.probability >= model.floor]
        figures[f"{kind}_also_f1"] = also_f1(mine, model.also_floor)
        figures[f"{kind}_coverage"] = len(sure) / len(mine)
        figures[f"{kind}_acc_covered"] = float(np.mean([j.right for j in sure]))
        in_reports = [x.score >= model.floor for x in validated.told if x.type == kind]
        if in_reports:
            figures[f"report_{kind}_coverage"] = float(np.mean(in_reports))
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
        write_card(out, result, [*samples, *taught], reviews)
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
    least = min(h.loss for h in tried)
    near = [i for i, h in enumerate(tried) if h.loss <= least + EQUAL]  # the simplest of those that are as good
    best = min(near, key=lambda i: (specs[i].words, specs[i].grams, tried[i].loss))
    return Choice(specs[best], tried[best], tuple(table))


@dataclass(frozen=True)
class CrossValidation:
    """What was said about single sentences and about findings in whole reports, and the pairs that were found."""

    judged: list[Judged]
    told: list[Told]
    pairs: Counter[str]

    def figures(self) -> dict[str, float]:
        """All figures by name."""
        return {**summary(self.judged), **report_figures(self.told), **_pair_figures(self.pairs)}


def cross_validate(
    samples: Sequence[Sample],
    annotated: Sequence[Annotated],
    extra: Sequence[Sample],
    specs: Sequence[Spec],
    log: Log,
) -> CrossValidation:
    """Nested grouped cross-validation: the judgement on each sample, and on the findings of whole held-out reports.

    ``extra`` samples are learnt from and not measured on.
    """
    judged: list[Judged] = []
    counts: Counter[str] = Counter()
    told: list[Told] = []
    for n, test in enumerate(folds([s.group for s in samples], OUTER), 1):
        held = {samples[i].group for i in test}
        kinds = {}
        for kind in KINDS:
            rows = [s for s in (*samples, *extra) if s.group not in held and kind_of(s.type) == kind]
            choice = choose(kind, rows, specs, lambda _: None)
            kinds[kind] = fit_kind(kind, rows, choice.spec, choice.held)
        model = Classifier(kinds)
        part = [samples[i] for i in test]
        logs = model.log_probabilities([s.text for s in part], [s.type for s in part])
        for s, row in zip(part, logs, strict=True):
            order = sorted(row, key=lambda c: -row[c])
            rules = rules_of(kind_of(s.type)).label(s.text)[0]
            second = tuple((c, float(np.exp(row[c]))) for c in order[1:3])
            judged.append(Judged(s, order[0], float(np.exp(row[order[0]])), rules, second))
        for a in annotated:
            if a.body in held:
                _whole_report(a, model, told, counts)
        log(f"第 {n} 折：{len(part)} 句，准确率 {np.mean([j.right for j in judged[-len(part) :]]):.3f}")
    return CrossValidation(judged, told, counts)


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


def with_floors(model: KindModel, judged: Sequence[Judged]) -> KindModel:
    """The model with its thresholds: it abstains, on one in twenty at most, where more than three in five of its
    held-out judgements were wrong; further categories are given where that agrees best with the annotated ones."""
    rows = sorted(judged, key=lambda j: j.probability)
    floor = 0.0
    right = 0
    for n, j in enumerate(rows[: len(rows) // 20], 1):
        right += j.right
        if right / n <= 0.4:
            floor = j.probability
    candidates = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4)
    return replace(model, floor=round(floor, 3), also_floor=max(candidates, key=lambda c: also_f1(judged, c)))


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
