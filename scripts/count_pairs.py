#!/usr/bin/env python3
"""Counts in the reports of how many bodies each pair of characters stands, for textperf/rules/pairs.json.

    python scripts/count_pairs.py

Bodies of the dev group only: what is measured on the test group must not know its words. Pairs of one or two bodies are
left out, they count as rare anyway. To be run again when ``same_words.toml`` changes: words are counted in one wording.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

from textperf.compare.wording import pairs

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "corpus" / "gold"
LEAST = 3


def main() -> None:
    """Writes the counts, one line for each number of bodies."""
    bodies = json.loads((GOLD / "split.json").read_text(encoding="utf-8"))["dev"]
    counts: Counter[str] = Counter()
    for body in bodies:
        texts = [p.read_text(encoding="utf-8") for p in sorted((GOLD / "plain").glob(f"{body}-*.txt"))]
        counts.update({pair for text in texts for pair in pairs(text)})
    runs: dict[int, list[str]] = defaultdict(list)
    for pair, number in counts.items():
        if number >= LEAST:
            runs[number].append(pair)
    written = {str(n): "".join(sorted(runs[n])) for n in sorted(runs)}
    path = ROOT / "textperf" / "rules" / "pairs.json"
    path.write_text(
        json.dumps({"bodies": len(bodies), "pairs": written}, ensure_ascii=False, indent=0) + "\n", encoding="utf-8"
    )
    print(sum(map(len, runs.values())), "pairs of", len(bodies), "bodies")


if __name__ == "__main__":
    main()
