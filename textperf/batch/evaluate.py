"""Accuracy on annotated reports: facts, findings and pairs against gold, by body and over all.

A set is a folder with ``plain/ID.txt`` and ``gold/ID.jsonl`` (see corpus/build.py). Positions are compared without white
space, so that a repaired line break counts neither for nor against a reader. Intervals are bootstrapped over bodies,
since reports of one body share their wording.
"""

from __future__ import annotations

import json
import random
import sys
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from textperf.batch.scoring import (
    Place,
    action_right,
    bare,
    best_overlap,
    item_right,
    same_number,
    same_unit,
    union_share,
)

Gold = Mapping[str, Any]


class EvaluationError(Exception):
    """The set can't be measured; the message is Chinese."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Counts by body; figures are made from them by :func:`figures`."""

    counts: Mapping[str, Counter[str]]
    errors: tuple[tuple[str, ...], ...] = field(default=())


def evaluate_set(folder: Path, *, group: str | None = None) -> Evaluation:
    """Runs the pipeline on every plain text of a set and counts. Raises :class:`EvaluationError`."""
    texts = sorted((folder / "plain").glob("*.txt"))
    if not texts:
        raise EvaluationError(f"{folder} 里没有 plain/*.txt：请先运行 corpus/build.py {folder}")
    if group is not None:
        split = folder / "split.json"
        groups = json.loads(split.read_text(encoding="utf-8")) if split.is_file() else {}
        if group not in groups:
            raise EvaluationError(f"{split} 里没有 {group} 这一组")
        texts = [t for t in texts if body_of(t.stem) in groups[group]]
    from textperf.batch.pipeline import process

    counts: dict[str, Counter[str]] = defaultdict(Counter)
    errors: list[tuple[str, ...]] = []
    for path in texts:
        gold_path = folder / "gold" / f"{path.stem}.jsonl"
        if not gold_path.is_file():
            raise EvaluationError(f"没有 {gold_path}")
        gold = json.loads(gold_path.read_text(encoding="utf-8").splitlines()[0])
        score_report(process(path), gold, path.read_text(encoding="utf-8"), counts[body_of(path.stem)], errors)
    return Evaluation(dict(counts), tuple(errors))


def body_of(stem: str) -> str:
    """The body behind a report's name: ``g-npc-2022`` → ``g-npc``."""
    return stem.rsplit("-", 1)[0]


class _Squeezed:
    """A text without white space, and where offsets fall in it; with ``onto``, where they fall in that other text."""

    def __init__(self, text: str, onto: _Squeezed | None = None) -> None:
        self.where = [i for i, ch in enumerate(text) if not ch.isspace()]
        self.text = "".join(text[i] for i in self.where)
        self.carried: list[int] | None = None
        if onto is not None and onto.text != self.text:
            self.carried = _carried(self.text, onto.text)

    def place(self, start: int, end: int) -> Place:
        a, b = bisect_left(self.where, start), bisect_left(self.where, end)
        if self.carried is None:
            return a, b
        return self.carried[a], self.carried[b - 1] + 1 if b > a else self.carried[a]


def _carried(text: str, onto: str) -> list[int]:
    """For each offset of ``text`` its offset in ``onto``, from which a reader may have left out page furniture.

    Raises :class:`EvaluationError` when the texts are not the same but for that.
    """
    blocks = SequenceMatcher(None, text, onto, autojunk=False).get_matching_blocks()
    if sum(b.size for b in blocks) < 0.95 * max(len(text), len(onto)):
        raise EvaluationError("读出的文字与标注的文字不同，无法对照")
    out = [0] * (len(text) + 1)
    last = 0
    for b in blocks:
        for k in range(b.size):
            out[b.a + k] = last = b.b + k
    out[len(text)] = last + 1
    for k in range(1, len(out)):
        out[k] = max(out[k], out[k - 1])
    return out


def score_report(report: Any, gold: Gold, text: str, n: Counter[str], errors: list[tuple[str, ...]]) -> None:
    """Adds the counts of one report to ``n``, and what was wrong to ``errors``."""
    name = str(gold.get("id"))
    want = _Squeezed(text)
    try:
        got = _Squeezed(report.text, want)
    except EvaluationError as e:
        raise EvaluationError(f"{name}：{e}") from e
    n["reports"] += 1
    meta = gold.get("meta", {})
    names = [bare(x) for x in (meta.get("department"), *meta.get("department_aliases", ())) if x]
    for key, right in (
        (
            "department",
            any(
                x in bare(report.meta.department) or bare(report.meta.department) in x
                for x in names
                if report.meta.department
            ),
        ),
        ("fiscal_year", report.meta.fiscal_year == meta.get("fiscal_year")),
        ("report_type", report.meta.report_type == meta.get("doc_type")),
    ):
        n["meta_gold"] += 1
        n["meta_ok"] += right
        if not right:
            errors.append((name, "meta", key, str(getattr(report.meta, key))))
    _score_facts(report, gold, got, want, n, errors, name)
    _score_findings(report, gold, got, want, n, errors, name)


def _score_facts(
    report: Any, gold: Gold, got: _Squeezed, want: _Squeezed, n: Counter[str], errors: list[tuple[str, ...]], name: str
) -> None:
    facts = [f for f in report.facts if f.source == "text"]
    places = [got.place(f.evidence.start, f.evidence.end) for f in facts]
    n["fact_pred"] += len(facts)
    used: set[int] = set()
    for g in gold["facts"]:
        n["fact_gold"] += 1
        at = best_overlap(
            want.place(g["start"], g["end"]),
            places,
            used,
            [same_number(f.quantity.value, g["value"]) for f in facts],
        )
        core = g["indicator"] not in (None, "other") and g["status"] != "change"
        n["indicator_gold"] += core
        if at is None:
            errors.append((name, "漏", g["quote"], g["item"]))
            continue
        used.add(at)
        f = facts[at]
        n["span"] += 1
        right = (
            same_number(f.quantity.value, g["value"])
            and same_number(f.quantity.value_max, g.get("value_max"))
            and same_unit(f.quantity.unit, g["unit"])
        )
        n["value_unit"] += right
        complete, partial = item_right(f.item, g["item"], g.get("aliases", ()))
        n["item_complete"] += right and complete
        n["item_partial"] += right and partial
        n["status_ok"] += f.status == g["status"]
        n["hedge_ok"] += f.quantity.approx == g["approx"] and f.quantity.bound == g["bound"]
        if g["action"]:
            n["action_gold"] += 1
            n["action_ok"] += action_right(f.action, g["action"])
        if f.indicator and g["status"] != "change":
            n["indicator_pred"] += g["indicator"] != "other" or f.indicator in _core(gold)
            n["indicator_pred_ok"] += f.indicator == g["indicator"]
        n["indicator_ok"] += core and f.indicator == g["indicator"]
        for label, wrong, detail in (
            ("值或单位", not right, f"应为 {g['value']} {g['unit']}，得 {f.quantity.value} {f.quantity.unit}"),
            ("对象", right and not complete, f"应为 {g['item']}，得 {f.item}"),
            ("状态", f.status != g["status"], f"应为 {g['status']}，得 {f.status}"),
            ("指标", core and f.indicator != g["indicator"], f"应为 {g['indicator']}，得 {f.indicator}（{g['item']}）"),
        ):
            if wrong:
                errors.append((name, label, g["quote"], detail))
    errors.extend((name, "多", f.evidence.quote, f.item) for i, f in enumerate(facts) if i not in used)


def _core(gold: Gold) -> frozenset[str]:
    from textperf.rules.catalogue import core_indicators

    return core_indicators()


def _score_findings(
    report: Any, gold: Gold, got: _Squeezed, want: _Squeezed, n: Counter[str], errors: list[tuple[str, ...]], name: str
) -> None:
    mates: dict[str, str] = {}  # predicted finding_id → gold key
    for kind in ("problem", "cause", "measure", "none"):
        golds = [g for g in gold["findings"] if g["type"] == kind]
        preds = [f for f in report.findings if f.type == kind]
        places = [got.place(f.evidence.start, f.evidence.end) for f in preds]
        n[f"{kind}_gold"] += len(golds)
        n[f"{kind}_pred"] += len(preds)
        used: set[int] = set()
        for g in golds:
            place = want.place(g["start"], g["end"])
            shares = [(union_share(place, p), i) for i, p in enumerate(places) if i not in used]
            share, at = max(shares, default=(0.0, -1))
            if share < (0.2 if kind == "none" else 0.5):
                errors.append((name, f"漏 {kind}", g["text"][:50], ""))
                continue
            used.add(at)
            mates[preds[at].finding_id] = g["key"]
            n[f"{kind}_ok"] += 1
            if kind in ("problem", "measure"):
                right = preds[at].category == g["category"]
                n[f"{kind}_category_gold"] += 1
                n[f"{kind}_category_ok"] += right
                if not right:
                    errors.append(
                        (name, f"{kind} 类别", g["text"][:40], f"应为 {g['category']}，得 {preds[at].category}")
                    )
        errors.extend((name, f"多 {kind}", f.evidence.quote[:50], "") for i, f in enumerate(preds) if i not in used)
    want_pairs = {(g["key"], a) for g in gold["findings"] if g["type"] == "measure" for a in g.get("answers") or ()}
    got_pairs = {
        (mates.get(f.finding_id), mates.get(a)) for f in report.findings if f.type == "measure" for a in f.answers
    }
    n["pair_gold"] += len(want_pairs)
    n["pair_pred"] += sum(len(f.answers) for f in report.findings if f.type == "measure")
    n["pair_ok"] += len(want_pairs & got_pairs)


def figures(counts: Iterable[Counter[str]]) -> dict[str, float]:
    """The figures of a sum of counts."""
    n: Counter[str] = Counter()
    for c in counts:
        n.update(c)

    def f1(ok: str, pred: str, gold: str) -> float:
        return 2 * n[ok] / (n[pred] + n[gold]) if n[pred] + n[gold] else 1.0

    def share(ok: str, of: str) -> float:
        return n[ok] / n[of] if n[of] else 1.0

    out = {"reports": float(n["reports"]), "facts": float(n["fact_gold"]), "meta_acc": share("meta_ok", "meta_gold")}
    for name, ok in (
        ("span_f1", "span"),
        ("value_unit_f1", "value_unit"),
        ("item_complete_f1", "item_complete"),
        ("item_partial_f1", "item_partial"),
    ):
        out[name] = f1(ok, "fact_pred", "fact_gold")
    out["action_acc"] = share("action_ok", "action_gold")
    out["status_acc"] = share("status_ok", "span")
    out["hedge_acc"] = share("hedge_ok", "span")
    out["indicator_r"] = share("indicator_ok", "indicator_gold")
    out["indicator_p"] = share("indicator_pred_ok", "indicator_pred")
    for kind in ("problem", "cause", "measure", "none"):
        out[f"{kind}_f1"] = f1(f"{kind}_ok", f"{kind}_pred", f"{kind}_gold")
    for kind in ("problem", "measure"):
        out[f"{kind}_category_acc"] = share(f"{kind}_category_ok", f"{kind}_category_gold")
    out["pair_r"], out["pair_p"] = share("pair_ok", "pair_gold"), share("pair_ok", "pair_pred")
    return out


def intervals(counts: Mapping[str, Counter[str]], rounds: int = 1000) -> dict[str, tuple[float, float]]:
    """95 % intervals of the figures, bootstrapped over bodies with a fixed seed."""
    bodies = sorted(counts)
    if len(bodies) < 3:
        return {}
    rng = random.Random(20260101)
    drawn: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for name, value in figures([counts[b] for b in rng.choices(bodies, k=len(bodies))]).items():
            drawn[name].append(value)
    return {name: (sorted(v)[int(0.025 * rounds)], sorted(v)[int(0.975 * rounds) - 1]) for name, v in drawn.items()}


def print_figures(result: Evaluation, *, errors: int = 0, as_json: bool = False, floors: Path | None = None) -> bool:
    """Prints the figures over all with intervals, and by body. True when one is below its floor."""
    total = figures(result.counts.values())
    by_body = {b: figures([c]) for b, c in sorted(result.counts.items())}
    if as_json:
        print(json.dumps({"all": total, "bodies": by_body}, ensure_ascii=False, indent=1))
    else:
        around = intervals(result.counts)
        for name, value in total.items():
            low, high = around.get(name, (value, value))
            print(
                f"{name:22} {value:7.0f}"
                if name in ("reports", "facts")
                else f"{name:22} {value:7.3f}   [{low:.3f}, {high:.3f}]"
            )
        shown = (
            "span_f1",
            "item_partial_f1",
            "item_complete_f1",
            "status_acc",
            "indicator_r",
            "problem_f1",
            "measure_f1",
        )
        print("\n" + f"{'单位':16}" + "".join(f"{s:>18}" for s in shown))
        for body, figs in by_body.items():
            print(f"{body:18}" + "".join(f"{figs[s]:18.3f}" for s in shown))
    for error in result.errors[:errors]:
        print(" · ".join(x.replace("\n", "⏎") for x in error if x))
    return _below(total, floors)


def _below(total: Mapping[str, float], floors: Path | None) -> bool:
    if floors is None:
        return False
    low = [
        (k, total.get(k, 0.0), v)
        for k, v in json.loads(floors.read_text(encoding="utf-8"))["floors"].items()
        if total.get(k, 0.0) < v
    ]
    for name, value, floor in low:
        print(f"低于下限：{name} {value:.3f} < {floor:.3f}", file=sys.stderr)
    return bool(low)
