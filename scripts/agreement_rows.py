#!/usr/bin/env python3
"""How far two annotators agree on what marked counts are: item, verb, indicator, status (corpus/second/rows.tsv).

    python scripts/agreement_rows.py

One row a count of the held-back reports: the labels of the one who wrote the report, and those of a second one who saw the
text with the counts marked and no labels. The rules are those of ``textperf evaluate``, the first standing for the truth.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from textperf.batch.scoring import action_right, item_right

ROOT = Path(__file__).resolve().parent.parent
ROWS = ROOT / "corpus" / "second" / "rows.tsv"


def core() -> set[str]:
    """The ids that are scored."""
    rows = (ROOT / "corpus" / "indicators.tsv").read_text(encoding="utf-8").splitlines()
    return {r.split("\t")[2] for r in rows if r.startswith("core\t")}


def counted(rows: list[list[str]]) -> Counter[str]:
    """What agrees, and of how many."""
    ids, n = core(), Counter[str]()
    for _, _, item, aliases, act, ind, status, item2, act2, ind2, status2 in rows:
        n["counts"] += 1
        complete, partial = item_right(item2, item, list(filter(None, aliases.split("/"))))
        n["item"] += complete
        n["partial"] += partial
        n["verbs"] += bool(act)
        n["verb"] += bool(act) and action_right(act2, act)
        n["no verb"] += not act
        n["no verb agreed"] += not act and not act2
        n["status"] += status == status2
        if "change" not in (status, status2):
            a, b = ind if ind in ids else "", ind2 if ind2 in ids else ""
            n["first"] += bool(a)
            n["second"] += bool(b)
            n["indicator"] += bool(a) and a == b
    return n


def main() -> None:
    """Prints the figures."""
    rows = [r.split("\t") for r in ROWS.read_text(encoding="utf-8").splitlines() if not r.startswith("#")]
    n = counted(rows)
    print(f"{n['counts']} 个数，{len({r[0] for r in rows})} 份报告")
    for name, right, of in (
        ("对象完整", "item", "counts"),
        ("对象部分", "partial", "counts"),
        ("动词", "verb", "verbs"),
        ("没有动词", "no verb agreed", "no verb"),
        ("性质", "status", "counts"),
        ("指标召回", "indicator", "first"),
        ("指标精确", "indicator", "second"),
    ):
        print(f"{name} {n[right] / n[of]:.3f}（{n[right]}/{n[of]}）")


if __name__ == "__main__":
    main()
