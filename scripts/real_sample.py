#!/usr/bin/env python3
"""真实报告上的抽样核对：抽样、读、计算。判断（位置与结论，不含原文）存 benchmarks/real_sample/。

    python scripts/real_sample.py draw 报告文件夹 工作文件夹     抽 200 个数、100 个句子，写成供人读的 facts.tsv、sentences.tsv
    python scripts/real_sample.py score benchmarks/real_sample   由两位读者的判断算精确、召回和一致程度

读者在 facts.tsv 每行填 ok 或差错所在（span value unit item action status），可填几个；在 sentences.tsv 每行填
句子里应当算数的数有几个、其中提取出了几个（count、found）。抽样以固定种子进行，与报告内容和程序版本有关。
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import math
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from textperf.batch.pipeline import process
from textperf.text.fold import fold
from textperf.text.sentences import sentences

FACTS, SENTENCES = 200, 100
FIELDS = ("span", "value", "unit", "item", "action", "status")


def draw(folder: Path, out: Path) -> None:
    """抽样并写两个工作文件（含原文，只供当场读，不入库）。"""
    rng = random.Random(20261124)
    facts, spots = [], []
    for path in sorted(p for p in folder.iterdir() if p.suffix == ".txt"):
        report = process(path)
        name = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        text = report.text
        for f in report.facts:
            e, q = f.evidence, f.quantity
            around = text[max(0, f.sentence_start) : f.sentence_end].replace("\n", "⏎")
            facts.append(
                (
                    name, e.start, e.end, e.quote.replace("\n", "⏎"), q.value, q.value_max, q.unit, q.approx, q.bound, f.status, f.item, f.action,
                    around,
                )
            )  # fmt: skip
        found = [(f.evidence.start, f.evidence.end) for f in report.facts]
        for start, end in sentences(fold(text)):
            if any(ch.isdigit() or ch in "一二三四五六七八九十百千万亿两" for ch in text[start:end]):
                quotes = "、".join(text[a:b].replace("\n", "⏎") for a, b in found if start <= a < end)
                spots.append((name, start, end, quotes, text[start:end].replace("\n", "⏎")))
    out.mkdir(parents=True, exist_ok=True)
    heads = (
        "report",
        "start",
        "end",
        "quote",
        "value",
        "value_max",
        "unit",
        "approx",
        "bound",
        "status",
        "item",
        "action",
        "sentence",
        "verdict",
    )
    _write(out / "facts.tsv", heads, [(*f, "") for f in rng.sample(facts, min(FACTS, len(facts)))])
    _write(
        out / "sentences.tsv",
        ("report", "start", "end", "extracted", "sentence", "count", "found"),
        [(*s, "", "") for s in rng.sample(spots, min(SENTENCES, len(spots)))],
    )
    print(
        f"{out}：{len(facts)} 个数里抽 {min(FACTS, len(facts))} 个，{len(spots)} 句里抽 {min(SENTENCES, len(spots))} 句"
    )


def _write(path: Path, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f, delimiter="\t")
        writer.writerow(heads)
        writer.writerows(rows)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f, delimiter="\t"))


def wilson(ok: int, n: int) -> tuple[float, float]:
    """比例的 95 % Wilson 区间。

    >>> tuple(round(x, 3) for x in wilson(190, 200))
    (0.91, 0.973)
    """
    if not n:
        return 0.0, 1.0
    z, p = 1.96, ok / n
    mid, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (mid - half) / (1 + z * z / n), (mid + half) / (1 + z * z / n)


def score(folder: Path) -> None:
    """每位读者的精确（各项）与召回，两人结论相同的比例。"""
    readers = sorted(folder.glob("facts-*.tsv"))
    if not readers:
        sys.exit(f"{folder} 里没有 facts-*.tsv")
    verdicts = []
    for path in readers:
        rows = _rows(path)
        said = {(r["report"], r["start"], r["end"]): set(r["verdict"].split()) for r in rows}
        verdicts.append(said)
        parts = []
        for field in (*FIELDS, "全对"):
            right = sum((v == {"ok"}) if field == "全对" else field not in v for v in said.values())
            low, high = wilson(right, len(said))
            parts.append(f"{field} {right / len(said):.3f}（{low:.3f}–{high:.3f}）")
        print(f"{path.stem.removeprefix('facts-')}：{len(said)} 个数，" + "，".join(parts))
        spots = _rows(folder / path.name.replace("facts-", "sentences-"))
        count, found = sum(int(r["count"]) for r in spots), sum(int(r["found"]) for r in spots)
        low, high = wilson(found, count)
        print(
            f"    {len(spots)} 句里应有 {count} 个数，提取出 {found} 个：召回 {found / max(1, count):.3f}（{low:.3f}–{high:.3f}）"
        )
    if len(verdicts) == 2:
        both = verdicts[0].keys() & verdicts[1].keys()
        same = sum((verdicts[0][k] == {"ok"}) == (verdicts[1][k] == {"ok"}) for k in both)
        print(f"两人对“全对与否”相同：{same}/{len(both)}")


def main() -> None:
    ap = argparse.ArgumentParser()
    sub = ap.add_subparsers(dest="what", required=True)
    d = sub.add_parser("draw")
    d.add_argument("folder", type=Path)
    d.add_argument("out", type=Path)
    s = sub.add_parser("score")
    s.add_argument("folder", type=Path)
    a = ap.parse_args()
    draw(a.folder, a.out) if a.what == "draw" else score(a.folder)


if __name__ == "__main__":
    main()
