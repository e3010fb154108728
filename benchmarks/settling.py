"""How much a problem's measures should say about what the problem is (``_TOGETHER`` of textperf/classify/categories.py).

    python benchmarks/settling.py

On the annotated reports of the dev group, in five folds by body: single judgements by a model that has not seen the
body, then settled together with each weight. The weight is chosen by log-loss, since the scores are shown and what is
doubtful is told by them; accuracy hardly tells the weights apart.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import log
from pathlib import Path

from textperf.classify.categories import Logs, settle, shipped_classifier
from textperf.classify.fitting import fit_kind, folds
from textperf.classify.model import Classifier
from textperf.classify.samples import read_annotated, read_labels, samples_of, typical_samples
from textperf.classify.taxonomy import KINDS, NONE, kind_of
from textperf.model import Report

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
WEIGHTS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9, 1.0)


def held_out() -> list[tuple[Report, dict[str, Logs]]]:
    """Each annotated report with the logarithms that a model without its body gives to its findings."""
    annotated = read_annotated(CORPUS / "gold", "dev")
    samples = [
        *read_labels(CORPUS / "labels"),
        *samples_of(annotated),
        *samples_of(read_annotated(CORPUS / "passages", "dev")),
    ]
    shipped = shipped_classifier()
    if not isinstance(shipped, Classifier):
        raise SystemExit(f"没有可用的类别模型（{shipped}）；请先运行 textperf train")
    out = []
    for test in folds([s.group for s in samples], 5):
        held = {samples[i].group for i in test}
        rows = [s for s in (*samples, *typical_samples()) if s.group not in held]
        model = Classifier(
            {k: fit_kind(k, [s for s in rows if kind_of(s.type) == k], shipped.kinds[k].spec) for k in KINDS}
        )
        for a in annotated:
            if a.body in held:
                found = [f for f in a.report.findings if f.type != NONE]
                logs = model.log_probabilities([f.evidence.quote for f in found], [f.type for f in found])
                out.append((a.report, {f.finding_id: row for f, row in zip(found, logs, strict=True)}))
    return out


def bare(report: Report, single: dict[str, Logs]) -> Report:
    """The report as it stands before anything is settled: no annotated category, no annotated answers."""
    said = {key: max(row, key=lambda c: row[c]) for key, row in single.items()}
    found = (replace(f, category=said.get(f.finding_id, NONE), labelled_by="rule", answers=()) for f in report.findings)
    return replace(report, findings=tuple(found))


def main() -> None:
    """Print the table."""
    read = [(report, bare(report, single), single) for report, single in held_out()]
    print(f"{len(read)} 份报告\n权重\t问题 准确率\t对数损失\t措施 准确率\t对数损失")
    for weight in WEIGHTS:
        right: Counter[str] = Counter()
        seen: Counter[str] = Counter()
        loss: Counter[str] = Counter()
        for gold, report, single in read:
            settled = settle(report, single, weight)
            for f in gold.findings:
                row = settled.get(f.finding_id)
                if row and f.type in ("problem", "measure"):
                    seen[f.type] += 1
                    right[f.type] += max(row, key=lambda c: row[c]) == f.category
                    loss[f.type] -= row.get(f.category, log(1e-9))
        cells = "\t".join(f"{right[t] / seen[t]:.4f}\t{loss[t] / seen[t]:.4f}" for t in ("problem", "measure"))
        print(f"{weight:g}\t{cells}")


if __name__ == "__main__":
    main()
