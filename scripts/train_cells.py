#!/usr/bin/env python3
"""Learn the second opinion on the cells (textperf/rules/cells.json) from the written series of the dev bodies.

    python scripts/train_cells.py                      # reads the reports of the dev bodies, trains, writes the file
    python scripts/train_cells.py --without n,o,p      # leaves out the bodies whose stems begin so
    python scripts/train_cells.py --out other.json

The reports are rendered and read as a user's would be. A count under the indicator of a cell is right where it is the
cell's figure, whatever its status was read as; counts of the same report and kind of unit under other indicators or none,
those with the nouns most like the series' own and some at random, teach what is no count of it. Nothing else is random
than which of these are drawn, and that has a fixed seed: the same corpus gives the same file.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing import Pool
from pathlib import Path
from typing import NamedTuple

import numpy as np
from comparison_truth import Truth, group_truths, read_reports
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from textperf.batch.scoring import same_number
from textperf.compare import bodies
from textperf.compare.model import Series
from textperf.compare.reading import Reading
from textperf.compare.revise import others_of, value_in
from textperf.compare.second import Opinion, Other, Seen, asked, context, dump, look
from textperf.compare.series import series
from textperf.compare.similar import dice
from textperf.compare.units import family
from textperf.model import Report

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "textperf" / "rules" / "cells.json"
STRENGTH = 0.3  # of the L2 penalty's inverse
SEEN = 3  # a feature that fewer samples have is not weighed
LEAST = 0.05  # a smaller weight is nothing
ALIKE, ANY = 3, 2  # counts of something else for each cell: those most like it, and others


class Sample(NamedTuple):
    features: list[str]
    alone: list[str]  # what is seen when nothing is known of other years
    right: bool
    other: bool  # a count of something else, for the question of the kind only


def samples(truth: Truth, reports: Sequence[Report], draw: random.Random) -> Iterator[Sample]:
    """What the cells of one body teach."""
    names = bodies(reports)
    called = Counter(names.values()).most_common(1)[0][0]
    mine = [r for r in reports if names.get(r.report_id) == called]
    cells = {(c.indicator, c.fiscal_year): c for c in series(called, mine)[0]}
    for report in mine:
        yield from _of_report(truth["series"], truth.get("series_alt", {}), report, cells, draw)


def _of_report(
    wanted: Mapping[str, Mapping[str, float]],
    alternatives: Mapping[str, Mapping[str, float]],
    report: Report,
    cells: Mapping[tuple[str, int], Series],
    draw: random.Random,
) -> Iterator[Sample]:
    year = report.meta.fiscal_year or 0
    reading = Reading(report)
    seen = {f.fact_id: look(reading, f) for f in report.facts}
    stands = {i: c.indicator for c in cells.values() if c.value is not None for i in c.fact_ids}
    for indicator, values in wanted.items():
        true = [v for v in (values.get(str(year)), alternatives.get(indicator, {}).get(str(year))) if v is not None]
        unit, others = others_of(indicator, year, cells)
        something_else = []
        for fact_id, count in seen.items() if unit else ():
            fact = count.fact
            if family(fact.quantity.unit) != family(unit or ""):
                continue
            value = value_in(fact, unit or "")
            same = any(same_number(v, w) for v in (value, fact.quantity.value) for w in true)
            if stands.get(fact_id, fact.indicator) == indicator:
                if true and fact.status != "change" and (fact.status == "actual" or not same):
                    yield _sample(count, indicator, value, others, right=same)
            elif fact.status == "actual" and not same:
                something_else.append((count, value))
        alike = sorted(something_else, key=lambda c: -max((dice(c[0].fact.item, o.item) for o in others), default=0.0))
        for count, value in (*alike[:ALIKE], *draw.sample(something_else, min(ANY, len(something_else)))):
            yield _sample(count, indicator, value, others, other=True)


def _sample(
    seen: Seen, indicator: str, value: float, others: Sequence[Other], right: bool = False, other: bool = False
) -> Sample:
    around = context(seen)
    told, alone = (asked(seen, indicator, value, o) for o in (others, ()))
    return Sample([*around, *told], [*around, *alone], right, other)


def fit(rows: Sequence[tuple[list[str], bool]]) -> dict[str, float]:
    """Weights by feature, those of the intercept under the empty name."""
    counts = Counter(f for found, _ in rows for f in set(found))
    names = {f: n for n, f in enumerate(sorted(f for f, seen in counts.items() if seen >= SEEN))}
    columns = [[names[f] for f in set(found) if f in names] for found, _ in rows]
    ends = np.cumsum([0] + [len(c) for c in columns])
    matrix = sparse.csr_matrix(
        (np.ones(ends[-1]), np.concatenate([np.array(sorted(c)) for c in columns]), ends), shape=(len(rows), len(names))
    )
    model = LogisticRegression(C=STRENGTH, max_iter=500).fit(matrix, [right for _, right in rows])
    weights = {f: round(float(model.coef_[0][n]), 2) for f, n in names.items()}
    return {"": round(float(model.intercept_[0]), 3), **{f: w for f, w in weights.items() if abs(w) >= LEAST}}


def learn(rows: Sequence[Sample]) -> tuple[dict[str, float], dict[str, float]]:
    """The weights of both questions. The kind is learned with and without the other years: it is asked both ways."""
    year = fit([(r.features, r.right) for r in rows if not r.other])
    return year, fit([(f, r.right) for r in rows for f in (r.features, r.alone)])


def _read(job: tuple[Truth, Path]) -> tuple[Truth, list[Report]]:
    truth, folder = job
    return truth, list(read_reports(truth, folder).values())


def main() -> int:
    """Read, train, write; says what was learned from."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--without", default="", help="stems that begin so are left out, with commas")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--folder", type=Path, help="rendered files are kept and looked for here")
    args = parser.parse_args()
    without = tuple(p for p in args.without.split(",") if p)
    truths = {s: t for s, t in group_truths("dev").items() if not (without and s.startswith(without))}
    rows: list[Sample] = []
    draw = random.Random(1)
    with tempfile.TemporaryDirectory() as made, Pool(2) as pool:
        folder = args.folder or Path(made)
        for truth, reports in pool.imap(_read, [(t, folder) for t in truths.values()], 4):
            rows += samples(truth, reports, draw)
    year, kind = learn(rows)
    args.out.write_text(dump(Opinion(year, kind)), encoding="utf-8")
    own = sum(not r.other for r in rows)
    print(f"{len(truths)} 个单位，{own} 个同指标的数、{len(rows) - own} 个别的数；权重 {len(year)}、{len(kind)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
