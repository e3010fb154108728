#!/usr/bin/env python3
"""How far two annotated sets agree, report by report: one line a figure, the sum first, then every report.

    python scripts/agreement.py corpus/gold corpus/second           figures of the reports that both sets hold
    python scripts/agreement.py corpus/gold corpus/second --differences   and every single difference

A set is a folder with plain/ID.txt and gold/ID.jsonl (see corpus/build.py). The rules are those by which
``textperf evaluate`` measures an extraction, the first set standing for the truth and the second for the reader, so that
the figures can be read as what a careful reader reaches. Two facts are mates when their spans overlap. Items, values and
units count over all facts of both sets; verbs, status and hedges over mates; an indicator counts where it is no
``other`` and the fact no change. Two findings are mates when they share half of the characters they cover together.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from textperf.batch.scoring import (
    action_right,
    best_overlap,
    item_right,
    same_number,
    same_unit,
    union_share,
)

KINDS = {"problem": "问题", "cause": "原因", "measure": "措施", "none": "明示没有"}
Report = dict[str, Any]
Differences = list[tuple[str, str, str]]


def place(entry: Report) -> tuple[int, int]:
    """Where a fact or a finding stands."""
    return entry["start"], entry["end"]


def core(fact: Report) -> bool:
    """Whether the indicator of a fact counts: one of the list, and no change."""
    return fact["indicator"] not in (None, "other") and fact["status"] != "change"


def compare_facts(a: list[Report], b: list[Report], n: Counter[str], out: Differences) -> None:
    """Adds to ``n`` what two readers of one report agree on in its facts."""
    n["facts_a"] += len(a)
    n["facts_b"] += len(b)
    n["indicator_a"] += sum(core(f) for f in a)
    n["indicator_b"] += sum(core(f) for f in b)
    used: set[int] = set()
    for f in a:
        at = best_overlap(place(f), [place(g) for g in b], used, [same_number(g["value"], f["value"]) for g in b])
        if at is None:
            out.append(("只在前者", f["quote"], f["item"]))
            continue
        used.add(at)
        g = b[at]
        numbers = same_number(g["value"], f["value"]) and same_number(g["value_max"], f["value_max"])
        value = numbers and same_unit(g["unit"], f["unit"])
        complete, partial = item_right(g["item"], f["item"], f["aliases"])
        status = f["status"] == g["status"]
        hedge = f["approx"] == g["approx"] and f["bound"] == g["bound"]
        n["mates"] += 1
        n["exact"] += place(f) == place(g)
        n["value_unit"] += value
        n["item_complete"] += value and complete
        n["item_partial"] += value and partial
        n["status"] += status
        n["hedge"] += hedge
        n["verb_or_none"] += bool(f["action"]) == bool(g["action"])
        n["action_a"] += bool(f["action"])
        n["action"] += bool(f["action"]) and action_right(g["action"], f["action"])
        n["indicator"] += core(f) and core(g) and f["indicator"] == g["indicator"]
        for label, right, x, y in (
            ("位置", place(f) == place(g), f["quote"], g["quote"]),
            ("值或单位", value, f"{f['value']} {f['unit']}", f"{g['value']} {g['unit']}"),
            ("对象", complete, "/".join([f["item"], *f["aliases"]]), g["item"]),
            (
                "动词",
                (not f["action"] and not g["action"]) or action_right(g["action"], f["action"] or ""),
                f["action"] or "—",
                g["action"] or "—",
            ),
            ("状态", status, f["status"], g["status"]),
            ("约数与界限", hedge, f"{f['approx']} {f['bound']}", f"{g['approx']} {g['bound']}"),
            ("指标", not (core(f) or core(g)) or f["indicator"] == g["indicator"], f["indicator"], g["indicator"]),
        ):
            if not right:
                out.append((label, f["quote"], f"{x} ｜ {y}"))
    out.extend(("只在后者", g["quote"], g["item"]) for i, g in enumerate(b) if i not in used)


def compare_findings(a: list[Report], b: list[Report], n: Counter[str], out: Differences) -> None:
    """Adds to ``n`` what two readers of one report agree on in its findings."""
    mates: dict[str, str] = {}
    for kind, name in KINDS.items():
        ours, theirs = ([f for f in side if f["type"] == kind] for side in (a, b))
        n[f"{kind}_a"] += len(ours)
        n[f"{kind}_b"] += len(theirs)
        used: set[int] = set()
        for f in ours:
            shares = [(union_share(place(f), place(g)), i) for i, g in enumerate(theirs) if i not in used]
            share, at = max(shares, default=(0.0, -1))
            if share < (0.2 if kind == "none" else 0.5):
                out.append((f"{name}只在前者", f["text"], ""))
                continue
            used.add(at)
            g = theirs[at]
            mates[g["key"]] = f["key"]
            n[kind] += 1
            n[f"{kind}_exact"] += place(f) == place(g)
            n[f"{kind}_category"] += f["category"] == g["category"]
            if place(f) != place(g):
                out.append((f"{name}起止", f["text"], g["text"]))
            if f["category"] != g["category"]:
                out.append((f"{name}类别", f["text"], f"{f['category']} ｜ {g['category']}"))
        out.extend((f"{name}只在后者", g["text"], "") for i, g in enumerate(theirs) if i not in used)
    pairs_a = {(f["key"], x) for f in a if f["type"] == "measure" for x in f["answers"]}
    pairs_b = {(mates.get(f["key"]), mates.get(x)) for f in b if f["type"] == "measure" for x in f["answers"]}
    n["pairs_a"] += len(pairs_a)
    n["pairs_b"] += len(pairs_b)
    n["pairs"] += len(pairs_a & pairs_b)


def figures(n: Counter[str]) -> dict[str, float | None]:
    """The figures of the counts of one report, or of their sum; None where there is nothing to count."""

    def share(right: str, of: str) -> float | None:
        return n[right] / n[of] if n[of] else None

    def f1(right: str, what: str) -> float | None:
        both = n[f"{what}_a"] + n[f"{what}_b"]
        return 2 * n[right] / both if both else None

    out = {
        "数字数（前者）": float(n["facts_a"]),
        "数字数（后者）": float(n["facts_b"]),
        "位置 F1（重叠）": f1("mates", "facts"),
        "位置 F1（起止全同）": f1("exact", "facts"),
        "值与单位 F1": f1("value_unit", "facts"),
        "对象完整 F1": f1("item_complete", "facts"),
        "对象部分 F1": f1("item_partial", "facts"),
        "动词": share("action", "action_a"),
        "有无动词": share("verb_or_none", "mates"),
        "状态": share("status", "mates"),
        "约数与界限": share("hedge", "mates"),
        "指标召回": share("indicator", "indicator_a"),
        "指标精确": share("indicator", "indicator_b"),
    }
    for kind, name in KINDS.items():
        out[f"{name} F1"] = f1(kind, kind)
        out[f"{name}起止全同 F1"] = f1(f"{kind}_exact", kind)
        if kind != "none":
            out[f"{name}类别"] = share(f"{kind}_category", kind)
    out["措施与问题配对 F1"] = f1("pairs", "pairs")
    return out


def read(folder: Path, name: str) -> tuple[str, Report]:
    """Plain text and annotation of one report."""
    text = (folder / "plain" / f"{name}.txt").read_text(encoding="utf-8")
    return text, json.loads((folder / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()[0])


def main() -> int:
    parser = argparse.ArgumentParser(description="比较两份标注：逐份报告的一致程度")
    parser.add_argument("first", type=Path, help="作为标准的一份，如 corpus/gold")
    parser.add_argument("second", type=Path, help="另一份，如 corpus/second")
    parser.add_argument("--differences", action="store_true", help="列出每一处不同")
    args = parser.parse_args()
    names = sorted(
        p.stem
        for p in (args.second / "gold").glob("*.jsonl")
        if (args.first / "gold" / p.name).is_file() and p.is_file()
    )
    if not names:
        print(f"{args.first} 与 {args.second} 没有共同的报告：请先运行 corpus/build.py", file=sys.stderr)
        return 1
    counts: dict[str, Counter[str]] = {"合计": Counter()}
    differences: list[tuple[str, ...]] = []
    for name in names:
        (text_a, a), (text_b, b) = read(args.first, name), read(args.second, name)
        if text_a != text_b:
            print(f"{name}：两份的文字不同，无法对照", file=sys.stderr)
            return 1
        n, found = Counter[str](), Differences()
        compare_facts(a["facts"], b["facts"], n, found)
        compare_findings(a["findings"], b["findings"], n, found)
        counts[name] = n
        counts["合计"].update(n)
        differences += [(name, *d) for d in found]
    columns = {name: figures(n) for name, n in counts.items()}
    print("\t".join(["", *columns]))
    for figure in columns["合计"]:
        values = [c[figure] for c in columns.values()]
        shown = ["—" if v is None else f"{v:.0f}" if "数（" in figure else f"{v:.3f}" for v in values]
        print("\t".join([figure, *shown]))
    if args.differences:
        for difference in differences:
            print(" · ".join(x for x in difference if x))
    return 0


if __name__ == "__main__":
    sys.exit(main())
