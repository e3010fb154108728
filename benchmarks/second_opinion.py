"""What the second opinion (textperf/compare/second.py) does to cells of bodies that it has not seen.

    python benchmarks/second_opinion.py [--folds 5] [--share 0.1] [--folder DIR]

The dev bodies are split into folds; the opinion is learned without those of one fold (scripts/train_cells.py) and asked
about them. As they are, nearly all cells are right: what is then changed is counted. Then one cell in ten loses its count,
as when no rule knows an indicator: the count keeps its words and its number and has no indicator. The cell is then missing,
or another figure stands in it; told is what becomes of these cells with the rules alone and with the second opinion.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from multiprocessing import Pool
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from comparison_truth import Truth, group_truths, read_reports
from train_cells import Sample, learn, samples

from textperf.batch.scoring import same_number
from textperf.compare import bodies
from textperf.compare.model import Series
from textperf.compare.second import Opinion
from textperf.compare.series import series
from textperf.model import Report

Cells = Mapping[tuple[str, int], Series]


def cells_of(reports: Sequence[Report], second: Opinion | None) -> Cells:
    """The cells of one body, as the rules make them or with a second opinion."""
    names = bodies(reports)
    called = Counter(names.values()).most_common(1)[0][0]
    mine = [r for r in reports if names.get(r.report_id) == called]
    return {(c.indicator, c.fiscal_year): c for c in series(called, mine, second)[0]}


def state(truth: Truth, cells: Cells, key: tuple[str, int]) -> str:
    """Right, wrong, doubtful or missing."""
    cell, year = cells.get(key), str(key[1])
    if cell is None or cell.state in ("missing", "unreadable"):
        return "缺"
    true = [truth["series"][key[0]][year], truth.get("series_alt", {}).get(key[0], {}).get(year)]
    if cell.value is None:
        return "冲突"
    return "对" if any(same_number(cell.value, v) for v in true if v is not None) else "错"


def told(truth: Truth) -> list[tuple[str, int]]:
    """The cells for which the truth has a figure."""
    return [(i, int(y)) for i, found in truth["series"].items() for y, v in found.items() if v is not None]


def bereft(
    truth: Truth, reports: Sequence[Report], share: float, draw: random.Random
) -> tuple[list[Report], set[tuple[str, int]]]:
    """The reports with the counts of some right cells without their indicators, and these cells."""
    cells = cells_of(reports, None)
    right = [k for k in told(truth) if state(truth, cells, k) == "对"]
    chosen = set(draw.sample(right, round(share * len(right))))
    gone = {i for k in chosen for i in cells[k].fact_ids}
    bare = [
        replace(r, facts=tuple(replace(f, indicator=None) if f.fact_id in gone else f for f in r.facts))
        for r in reports
    ]  # fmt: skip
    return bare, chosen


def _read(job: tuple[Truth, Path]) -> tuple[Truth, list[Report]]:
    truth, folder = job
    return truth, list(read_reports(truth, folder).values())


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--share", type=float, default=0.1)
    parser.add_argument("--folder", type=Path, help="rendered files are kept and looked for here")
    args = parser.parse_args()
    draw = random.Random(2)
    found: list[tuple[Truth, list[Report], list[Sample]]] = []
    with tempfile.TemporaryDirectory() as made, Pool(2) as pool:
        jobs = [(t, args.folder or Path(made)) for t in group_truths("dev").values()]
        for truth, reports in pool.imap(_read, jobs, 4):
            found.append((truth, reports, list(samples(truth, reports, draw))))
    intact: Counter[tuple[str, str]] = Counter()
    lost: Counter[tuple[str, str]] = Counter()
    for fold in range(args.folds):
        opinion = Opinion(*learn([s for n, (*_, rows) in enumerate(found) if n % args.folds != fold for s in rows]))
        for truth, reports, _ in found[fold :: args.folds]:
            before, after = (cells_of(reports, second) for second in (None, opinion))
            intact.update((state(truth, before, k), state(truth, after, k)) for k in told(truth))
            bare, chosen = bereft(truth, reports, args.share, draw)
            before, after = (cells_of(bare, second) for second in (None, opinion))
            lost.update((state(truth, before, k), state(truth, after, k)) for k in chosen)
    for title, counts in (("照原样", intact), ("抽去指标的", lost)):
        print(f"{title}：{sum(counts.values())} 格")
        for (a, b), n in sorted(counts.items()):
            print(f"  {a} → {b}  {n}")


if __name__ == "__main__":
    main()
