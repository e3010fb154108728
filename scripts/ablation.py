#!/usr/bin/env python3
"""逐层去掉，看每层添了多少：性质线索、学得的连接、承接、机构种类，写进 docs/accuracy.md 的生成段落。

python scripts/ablation.py                       dev 组里第一版之后加入的单位（连接权重由其余单位学得，不看它们）
python scripts/ablation.py --group test --write  test 组（只在发布前用），并写进页面

每层都从完整的程序里单独去掉，最后一列一起去掉。权重在内存里用 dev 组学得，不用随包发布的那份。
"""

from __future__ import annotations

import argparse
import contextlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import train_linker
from accuracy import NAMES, PAGE, replace_block

from textperf.batch import pipeline
from textperf.batch.evaluate import figures, score_report
from textperf.classify.bodies import Bodies
from textperf.extract import facts, linking
from textperf.extract.actions import Verb, verb_candidates
from textperf.extract.candidates import Candidate, candidates
from textperf.extract.features import Scene
from textperf.extract.scoring import Weights

ROOT = Path(__file__).resolve().parent.parent
SHOWN = ("item_partial_f1", "item_complete_f1", "action_acc", "status_acc", "indicator_r", "indicator_p")
GOLD = ROOT / "corpus" / "gold"


def nearest(text: str, scene: Scene, table: Weights) -> tuple[Candidate, float]:
    """没有权重时的对象：数前名词短语，没有则数后，再没有则前一个数的。"""
    found = candidates(text, scene.tokens, scene.at, scene.regions, scene.known)
    if not found:
        return Candidate("N", 0, -1, -1, ""), 0.0
    start, end = scene.guessed
    for want in (("L", start, end), ("R", scene.regions.right[0], scene.guessed_right)):
        for c in found:
            if (c.where, c.first, c.last) == want:
                return c, 0.0
    order = {w: n for n, w in enumerate("LRPCHDN")}
    return min(found, key=lambda c: (order[c.where], c.back, -c.last, c.first)), 0.0


def nearest_verb(scene: Scene, item: Candidate, table: Weights) -> Verb:
    """没有权重时的动作：对象前最近的动词。"""
    verbs = [v for v in verb_candidates(scene, item) if v.where in "BM"]
    return max(verbs, key=lambda v: v.token) if verbs else Verb("0", -1, "")


@contextlib.contextmanager
def without(layers: Sequence[str], table: Weights) -> Iterator[None]:
    """完整的程序去掉 layers。"""
    with contextlib.ExitStack() as stack:
        stack.enter_context(patch.object(linking, "weights", lambda: table))
        stack.enter_context(patch.object(linking, "compiled", lambda: None))  # its weights are those that ship
        if "性质线索" in layers:
            stack.enter_context(patch.object(facts, "status_of", lambda *a, **k: ("actual", "none")))
        if "学得的连接" in layers:
            stack.enter_context(patch.object(linking, "best_item", nearest))
            stack.enter_context(patch.object(linking, "best_verb", nearest_verb))
        if "承接" in layers:
            beside = linking.beside

            def own(*a: Any) -> list[Candidate]:
                return [c for c in beside(*a) if c.where in "LRD"]

            stack.enter_context(patch.object(linking, "beside", own))
            stack.enter_context(patch.object(linking, "in_clauses", lambda *a: []))
            stack.enter_context(patch.object(linking, "inherited", lambda *a: []))
        if "机构种类" in layers:
            stack.enter_context(patch.object(Bodies, "kind", lambda *a: None))
            stack.enter_context(patch.object(Bodies, "kind_of_text", lambda *a: None))
        yield


def measure(bodies: set[str], layers: Sequence[str], table: Weights) -> dict[str, float]:
    n: Counter[str] = Counter()
    with without(layers, table):
        for path in sorted((GOLD / "plain").glob("*.txt")):
            if path.stem.rsplit("-", 1)[0] in bodies:
                gold = json.loads((GOLD / "gold" / f"{path.stem}.jsonl").read_text(encoding="utf-8").splitlines()[0])
                score_report(pipeline.process(path), gold, path.read_text(encoding="utf-8"), n, [])
    return figures([n])


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--group", choices=("dev", "test"), default="dev")
    ap.add_argument("--write", action="store_true")
    a = ap.parse_args()
    split = json.loads((GOLD / "split.json").read_text(encoding="utf-8"))
    held = set(split["test"]) if a.group == "test" else set(split["dev"]) - set(split["first"])
    table = train_linker.train([r for r in train_linker.corpus() if r.body not in held])
    single = ("性质线索", "学得的连接", "承接", "机构种类")
    columns = [("完整", ()), *[(f"去掉{x}", (x,)) for x in single], ("四层都去掉", single)]
    rows = [(name, measure(held, layers, table)) for name, layers in columns]
    out = ["| |" + "|".join(name for name, _ in rows) + "|", "|---|" + "---|" * len(rows)]
    out += [f"| {NAMES[key]} | " + " | ".join(f"{v[key]:.3f}" for _, v in rows) + " |" for key in SHOWN]
    print("\n".join(out))
    if a.write:
        PAGE.write_text(replace_block(PAGE.read_text(encoding="utf-8"), "ablation", "\n".join(out)), encoding="utf-8")


if __name__ == "__main__":
    main()
