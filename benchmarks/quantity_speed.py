"""Speed of quantity extraction, and whether it is linear in the length of the text.

    .venv/bin/python benchmarks/quantity_speed.py [FILE…]

Prints milliseconds per 8,000 characters on the texts given (or on a made-up report), beside the bare pattern, and the
ratio of the times for a text and for the same text twice as long on inputs made to hurt.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from textperf.extract.pattern import quantity_pattern
from textperf.extract.quantities import find_mentions
from textperf.text.fold import fold

SAMPLE = (
    "2023年，县水务局召开会议12次，开展5次9天的培训，800余人次参加，支出2,779.66万元，同比增长5.6%，"
    "完成年初预算的98.3%。按照《水利工程管理办法》（河财绩〔2024〕7号）要求，第3次局务会议审议通过自评报告，"
    "维修渠道18.5公里，受益群众3.6万余人，满意度不低于95%，位居全市前5名。\n"
)
HURTING: dict[str, Callable[[int], str]] = {
    "one line of digits": lambda n: "7" * n,
    "nested brackets": lambda n: "（" * n + "）" * n,
    "numerals": lambda n: "十" * n,
    "open quotes": lambda n: "“" * n,
    "list of magnitudes": lambda n: "1万、" * n,
    "grouped digits": lambda n: "1" + ",123" * n,
    "spaces": lambda n: ("5" + " " * 50) * (n // 50),
    "a report": lambda n: SAMPLE * (n // len(SAMPLE) + 1),
}


def seconds(work: Callable[[], object], rounds: int = 3) -> float:
    best = float("inf")
    for _ in range(rounds):
        before = time.process_time()
        work()
        best = min(best, time.process_time() - before)
    return best


def main() -> int:
    texts = [fold(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:]] or [fold(SAMPLE * 60)]
    size = sum(map(len, texts))
    find_mentions(texts[0])
    count = sum(len(find_mentions(text)) for text in texts)
    whole = seconds(lambda: [find_mentions(text) for text in texts])
    bare = seconds(lambda: [sum(1 for _ in quantity_pattern().finditer(text)) for text in texts])
    print(f"{size} characters, {count} counts ({8000 * count / size:.0f} per 8,000 characters)")
    print(f"find_mentions   {whole / size * 8e6:6.2f} ms per 8,000 characters")
    print(f"pattern alone   {bare / size * 8e6:6.2f} ms per 8,000 characters")
    for name, make in HURTING.items():
        short, long = fold(make(50_000)), fold(make(100_000))
        one, two = seconds(lambda text=short: find_mentions(text)), seconds(lambda text=long: find_mentions(text))  # type: ignore[misc]
        print(
            f"{name:20} {len(long):>8} characters {two * 1000:8.1f} ms, twice the length takes {two / max(one, 1e-4):.2f}×"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
