"""同样的文件，哪一次、在哪个进程里跑，结果都一样。"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = """
import hashlib, sys
from pathlib import Path
from textperf.batch.pipeline import analyse_text
from textperf.compare import compare

for names in sys.argv[1:]:
    reports = [analyse_text(Path(name).read_text(encoding="utf-8")) for name in names.split(",")]
    for part in (reports, compare(reports)):
        print(hashlib.sha256(repr(part).encode()).hexdigest())
"""


def run(groups: list[list[Path]], seed: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", CODE, *(",".join(map(str, g)) for g in groups)],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed},
    )  # fmt: skip
    return done.stdout.split()


def test_nothing_hangs_on_the_seed_of_hashes() -> None:
    """Sets of strings have another order in each process. Passage y329 had a problem that was a cause in every other one,
    the series of w-lutang an amount of another unit."""
    plain = ROOT / "corpus" / "gold" / "plain"
    bodies = ["w-lutang", "w-chongyu", "rb-yandi", "ua-gaopu"]
    groups = [sorted(plain.glob(f"{body}-*.txt")) for body in bodies]
    groups = [g for g in groups if g] + [[ROOT / "corpus" / "passages" / "plain" / "y329.txt"]]
    assert len(groups) > 2
    first = run(groups, "1")
    assert len(first) == 2 * len(groups)
    assert all(run(groups, seed) == first for seed in ("2", "5"))
