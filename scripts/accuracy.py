#!/usr/bin/env python3
"""重新测量准确度，写进 docs/accuracy.md 的生成段落。

python scripts/accuracy.py                      dev 组
python scripts/accuracy.py --test               连同 test 组（只在发布前用）
python scripts/accuracy.py --set 名称=目录 …     再加别的标注集
python scripts/accuracy.py --floors             把 first、second 与 dev 组的数（减去余量）写成 corpus/floors*.json；只许升不许降

随包发布的连接权重是用全部标注学的；test 组在这里用只由 dev 组学得的权重量（在内存里重学，约一分钟）。
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

import train_linker

from textperf.batch.evaluate import Evaluation, evaluate_set, figures, intervals
from textperf.extract import linking

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "accuracy.md"
GOLD, PASSAGES = ROOT / "corpus" / "gold", ROOT / "corpus" / "passages"
# The bodies of the first two versions keep the floors they had; the whole dev group has its own.
FLOORS = {
    "first": ROOT / "corpus" / "floors.json",
    "second": ROOT / "corpus" / "floors_second.json",
    "dev": ROOT / "corpus" / "floors_dev.json",
}
SLACK = 0.01  # 一处差错大约移动 0.001；余量留给不同机器上分词、数值库的小差别
NAMES = {
    "span_f1": "数字的位置 F1",
    "value_unit_f1": "位置＋值＋单位 F1",
    "item_partial_f1": "＋对象（部分相符）F1",
    "item_complete_f1": "＋对象（完全相符）F1",
    "action_acc": "动作",
    "status_acc": "性质（实际、目标、上期、增减）",
    "hedge_acc": "限定语",
    "indicator_r": "指标召回",
    "indicator_p": "指标精确",
    "problem_f1": "问题 F1",
    "cause_f1": "原因 F1",
    "measure_f1": "措施 F1",
    "none_f1": "明示没有问题 F1",
    "problem_category_acc": "问题类别",
    "measure_category_acc": "措施类别",
    "pair_r": "措施配对召回",
    "pair_p": "措施配对精确",
    "meta_acc": "部门、年度、类型",
}


def table(columns: list[tuple[str, Evaluation]]) -> str:
    """Markdown：一行一个指标，一列一个集，附按单位自助法的 95 % 区间。"""
    heads = []
    for name, e in columns:
        total = figures(e.counts.values())
        heads.append(f"{name}（{len(e.counts)} 个单位，{total['reports']:.0f} 份，{total['facts']:,.0f} 个数）")
    out = ["| |" + "|".join(heads) + "|", "|---|" + "---|" * len(columns)]
    values = [figures(e.counts.values()) for _, e in columns]
    around = [intervals(e.counts) for _, e in columns]
    for key, title in NAMES.items():
        cells = []
        for v, a in zip(values, around, strict=True):
            low, high = a.get(key, (v[key], v[key]))
            cells.append(f"{v[key]:.3f}（{low:.3f}–{high:.3f}）" if key in a else f"{v[key]:.3f}")
        out.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(out)


def replace_block(text: str, name: str, content: str) -> str:
    """把页面里名为 name 的生成段落换成 content。"""
    begin, end = f"<!-- 生成：{name} -->", f"<!-- 完：{name} -->"
    if begin not in text:
        sys.exit(f"{PAGE.name} 里没有 {begin}")
    return re.sub(re.escape(begin) + ".*?" + re.escape(end), lambda _: f"{begin}\n{content}\n{end}", text, flags=re.S)


def write_floors(group: str, measured: Evaluation) -> None:
    """新的下限；任何一项低于旧下限就不写。"""
    path = FLOORS[group]
    total = figures(measured.counts.values())
    new = {k: round(max(0.0, total[k] - SLACK), 3) for k in NAMES}
    old = json.loads(path.read_text(encoding="utf-8"))["floors"] if path.exists() else {}
    sunk = [k for k, v in old.items() if new.get(k, 0.0) < v - 1e-9 and total.get(k, 0.0) < v]
    if sunk:
        sys.exit(f"低于旧下限，没有改动：{'、'.join(sunk)}")
    merged = {k: max(v, old.get(k, 0.0)) if total[k] >= old.get(k, 0.0) else v for k, v in new.items()}
    path.write_text(
        json.dumps(
            {
                "说明": f"{group} 组的下限，make evaluate 把守；由 scripts/accuracy.py --floors 写，只升不降",
                "floors": merged,
            },
            ensure_ascii=False,
            indent=1,
        )
        + "\n",
        encoding="utf-8",
    )


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--test", action="store_true")
    ap.add_argument("--floors", action="store_true")
    ap.add_argument("--set", action="append", default=[], metavar="名称=目录")
    a = ap.parse_args()
    dev = evaluate_set(GOLD, group="dev")
    if a.floors:
        write_floors("dev", dev)
        write_floors("second", evaluate_set(GOLD, group="second"))
        write_floors("first", evaluate_set(GOLD, group="first"))
    text = PAGE.read_text(encoding="utf-8")
    text = replace_block(text, "dev", table([("dev 组", dev)]))
    if a.test:
        table_of_dev = train_linker.train(train_linker.corpus())
        linking.weights = lambda: table_of_dev
        linking.compiled = lambda: None  # its weights are those that ship
        columns = [
            ("test 组", evaluate_set(GOLD, group="test")),
            ("test 组的摘录", evaluate_set(PASSAGES, group="test")),
        ]
        columns += [(name, evaluate_set(Path(folder))) for name, _, folder in (s.partition("=") for s in a.set)]
        text = replace_block(text, "test", table(columns))
    PAGE.write_text(text, encoding="utf-8")
    print(f"已写 {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
