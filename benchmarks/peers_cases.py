"""How textperf reads the cases of four peers' test suites that hold for it too.

    .venv/bin/python benchmarks/peers_cases.py FOLDER [--floor 0.99]

FOLDER holds the ``*.jsonl`` of the suites: objects with input, expected [{text, value, unit, type}], subset, relevance,
use and conflicts. Rows without conflicts and with relevance core, value_only or negative are scored:

* parse: the whole string is one number, share, fraction, amount or range and has the expected value;
* extract: every expected value is found, by ``find_mentions`` where it has a unit, by ``find_conditions`` where the suite
  asks for an interval without one;
* reject: nothing is read.

What is not right is printed with what was read and the reason. Exit status 1 below the floor.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from textperf.extract.conditions import find_conditions
from textperf.extract.quantities import find_mentions
from textperf.text.fold import fold
from textperf.text.numerals import parse_fraction, parse_money, parse_number, parse_share

RELEVANT = ("core", "value_only", "negative")
CENT = {"Cent", "cent"}
# Words around a number that the suites count as part of their strings.
_WRAPPED = re.compile(r"^(?:人民币|人民幣|RMB|￥|港幣|港币|\$)?(?P<n>.+?)(?:个|人民币|人民幣|港幣|港币)?$")
REASONS = {
    "20万次以上": "the suite reads 20万 as 20,000",
    "$20，300美圆": "after folding, $20，300 is one number with a thousands comma; full-width commas inside numbers are common in reports",
    "一吨半": "一 before a unit is no count without a verb or noun beside it",
}
_TRADITIONAL = str.maketrans("萬億圓幣負點個兩", "万亿圆币负点个两")


def scored_rows(folder: Path) -> Iterator[dict[str, Any]]:
    """The rows that hold for textperf."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if not row["conflicts"] and row["relevance"] in RELEVANT:
                yield row


def numbers(expected: Any) -> list[float]:
    """The numbers that an expected value holds: 5, "1/2", "(100,300)", [1000, 5000], "39℃"."""
    if isinstance(expected, int | float):
        return [float(expected)]
    if isinstance(expected, list):
        return [float(x) for x in expected]
    if "/" in expected:
        above, below = expected.split("/")
        return [float(above) / float(below)]
    return [float(x) for x in re.findall(r"-?\d+(?:\.\d+)?", expected)]


def same(want: list[float], got: list[float], cents: bool = False) -> bool:
    """Equal numbers; amounts to the cent."""
    near = 0.006 if cents else 1e-9
    return len(want) == len(got) and all(abs(a - b) <= max(near, 1e-9 * abs(a)) for a, b in zip(want, got, strict=True))


def readings(text: str) -> list[list[float]]:
    """Every way to read a whole string as one value or range."""
    folded = fold(text.strip()).translate(_TRADITIONAL)
    wrapped = _WRAPPED.match("".join(folded.split()))
    bare = wrapped["n"] if wrapped else folded
    single = [
        parse(part) for part in (folded, bare) for parse in (parse_number, parse_share, parse_fraction, parse_money)
    ]
    out = [[float(value)] for value in single if value is not None]
    for mention in find_mentions(folded):
        if mention.end - mention.start >= len(folded) - 2:
            q = mention.quantity
            out.append([float(q.value)] if q.value_max is None else [float(q.value), float(q.value_max)])
    out += [[float(x) for x in (c.low, c.high) if x is not None] for c in find_conditions(folded)]
    return out


def found_values(text: str, intervals: bool) -> list[list[float]]:
    """All values that a sentence holds: those of its mentions, and those of its conditions where the suite asks for them."""
    folded = fold(text).translate(_TRADITIONAL)
    out = []
    for mention in find_mentions(folded):
        q = mention.quantity
        out.append([float(q.value)] if q.value_max is None else [float(q.value), float(q.value_max)])
    if intervals:
        out += [[float(x) for x in (c.low, c.high) if x is not None] for c in find_conditions(folded)]
    return out


def is_right(row: dict[str, Any]) -> tuple[bool, object]:
    """Whether a row is read as its suite expects, and what was read."""
    text, expected = row["input"], row["expected"]
    if row["use"] == "reject":
        folded = fold(text)
        money = row["subset"] in ("money", "sentence", "currency") and "money" in row["suite"] + row["subset"]
        read = [folded[m.start : m.end] for m in find_mentions(folded) if not money or m.quantity.unit == "元"]
        whole = row["subset"] == "must_reject" and parse_number(folded) is not None
        return not read and not whole, read or whole
    if row["use"] == "parse":
        ways = readings(text)
        cents = row["subset"] in ("money", "range", "currency")
        for item in expected:
            want = numbers(item["value"])
            want = [x / 100 for x in want] if item["unit"] in CENT else want
            if not any(same(want, one, cents) or (set(one) == {want[0]}) for one in ways):
                return False, ways
        return True, ways
    got = found_values(text, row["subset"] == "numberrange")
    for item in expected:
        want = numbers(item["value"]) if item["value"] is not None else numbers_of_text(item["text"])
        if len(set(want)) == 1:
            want = want[:1]
        if row["relevance"] == "value_only" and same(want, [parse_number(fold(item["text"])) or 0]):
            continue  # only the value is asked; whether it counts is for its neighbours to say
        if not any(same(want, sorted(set(one))) or (want and same([want[0] * 100], one)) for one in got):
            return False, got
    return True, got


def numbers_of_text(text: str) -> list[float]:
    """What a span without a stated value says, read on its own."""
    got = readings(text)
    return got[0] if got else []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--floor", type=float, default=0.99)
    args = parser.parse_args()
    total: Counter[str] = Counter()
    good: Counter[str] = Counter()
    for row in scored_rows(args.folder):
        suite = row["suite"].split("/")[0]
        total[suite] += 1
        right, got = is_right(row)
        good[suite] += right
        if not right:
            want = [(item["text"], item["value"], item["unit"]) for item in row["expected"]]
            reason = next((why for part, why in REASONS.items() if part in row["input"]), "unexplained")
            print(f"{row['suite']} {row['use']} {row['input']!r}: expected {want}, read {got}; {reason}")
    for suite in sorted(total):
        print(f"{suite:12} {good[suite]:4} / {total[suite]:4}")
    share = sum(good.values()) / max(1, sum(total.values()))
    print(f"{'all':12} {sum(good.values()):4} / {sum(total.values()):4} = {share:.4f}")
    return 0 if share >= args.floor else 1


if __name__ == "__main__":
    sys.exit(main())
