"""Which problem a measure answers: by meaning, by category, and by where both stand; assigned jointly, not one by one.

Lists of problems and of measures often run in different orders, so the same ordinal is only one clue among several.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import fsum, log, sqrt

from textperf.classify.taxonomy import categories
from textperf.model import Finding, Report
from textperf.text.fold import fold

AFFINITY = (1.0, 0.35, 0.25)  # how near the first, second and third problem category of a measure category are
W_AFFINITY, W_MEANING, W_NEXT, W_BLOCK, W_RANK = 0.35, 1.1, 0.5, 0.15, 0.3
W_OWN = 0.3  # for words that only one of the problems has
APART = 250  # characters between two problems of one list at most
FLOOR = 0.35  # below this a measure answers nothing
PORTION = 150
SECOND = 0.95  # a measure beyond the one-to-one assignment, or a second problem, needs this much
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_ADDRESSED = re.compile(r"(?:针对|对于|围绕|对照|就)[^。；;\n]{2,60}$")
_NUMBERS = re.compile(r"\d[\d,.]*[\u4e00-\u9fff%]")


@dataclass(frozen=True, slots=True)
class Pair:
    """A measure that answers a problem, how surely, and by which clue mostly (``meaning category position``)."""

    measure_id: str
    problem_id: str
    score: float
    method: str


@dataclass(frozen=True, slots=True)
class _Place:
    block: int
    rank: int
    size: int


def pair(report: Report) -> Report:
    """The report with ``answers`` set on its measures. Answers of a measure that a human labelled stay."""
    found = pairs(report)
    if not found:
        return report
    answers: dict[str, list[str]] = {}
    for p in found:
        answers.setdefault(p.measure_id, []).append(p.problem_id)
    findings = tuple(
        replace(f, answers=tuple(answers[f.finding_id]))
        if f.type == "measure" and f.finding_id in answers and not (f.labelled_by == "human" and f.answers)
        else f
        for f in report.findings
    )
    return replace(report, findings=findings)


def pairs(report: Report) -> tuple[Pair, ...]:
    """All pairs of measures and problems of a report, in the order of the measures."""
    ordered = sorted((f for f in report.findings if f.type in ("problem", "measure")), key=lambda f: f.evidence.start)
    return tuple(pair for portion in _portions(ordered) for pair in _pairs_of(report, portion))


def _portions(ordered: Sequence[Finding]) -> Iterator[Sequence[Finding]]:
    """The findings, cut where a new run of problems begins once there are ``PORTION`` (anywhere at twice as many): every
    problem is weighed against every measure, which only a bounded number of them can afford. Reports have a few dozen."""
    start = 0
    for at in range(1, len(ordered)):
        size = at - start
        begins = ordered[at].type == "problem" and ordered[at - 1].type == "measure"
        if (size >= PORTION and begins) or size >= 2 * PORTION:
            yield ordered[start:at]
            start = at
    yield ordered[start:]


def _pairs_of(report: Report, ordered: Sequence[Finding]) -> Iterator[Pair]:
    problems = [f for f in ordered if f.type == "problem"]
    measures = [f for f in ordered if f.type == "measure"]
    if not problems or not measures:
        return
    scores = _scores(report, ordered)
    found: list[tuple[int, int, float, str]] = []
    taken: dict[int, int] = {}
    for m, p in _assign([[sum(cell) for cell in row] for row in scores]):
        meaning, category, position = scores[m][p]
        method = max((meaning, "meaning"), (category, "category"), (position, "position"))[1]
        found.append((m, p, round(min(1.0, meaning + category + position), 3), method))
        taken[m] = p
    for m in range(1, len(measures)) if len(measures) > len(problems) else ():
        if m not in taken and m - 1 in taken and _goes_on(report, measures[m - 1], measures[m]):
            taken[m] = taken[m - 1]
            found.append((m, taken[m], FLOOR, "position"))
    for m, p, score, method in sorted(found, key=lambda x: x[0]):
        yield Pair(measures[m].finding_id, problems[p].finding_id, score, method)


def _goes_on(report: Report, before: Finding, after: Finding) -> bool:
    """Whether a measure stands in the same sentence as the one before it ("…;…", "…,同时…")."""
    between = fold(report.text[before.evidence.end : after.evidence.start])
    return re.fullmatch(r"[;,](?:同时|并)?,?", between.strip(" ")) is not None


def _assign(totals: list[list[float]]) -> Iterator[tuple[int, int]]:
    """One problem for each measure where the sum is best; then what is left over, if it is sure enough by itself."""
    from scipy.optimize import linear_sum_assignment  # late: reports without both kinds never need it

    rows, cols = linear_sum_assignment(totals, maximize=True)
    own = {int(r): int(c) for r, c in zip(rows, cols, strict=True) if totals[r][c] >= FLOOR}
    for m, row in enumerate(totals):
        if m in own:
            yield m, own[m]
        for p, value in enumerate(row):
            if own.get(m) != p and value >= SECOND and (m not in own or value >= 0.8 * row[own[m]]):
                yield m, p


def _scores(report: Report, ordered: Sequence[Finding]) -> list[list[tuple[float, float, float]]]:
    """Meaning, category and position for each measure (rows) and problem (columns)."""
    near = {c.id: dict(zip(c.pairs, AFFINITY, strict=False)) for c in categories() if c.pairs}
    places = _places(ordered)
    grams = [_grams(_wording(report, f)) for f in ordered]
    spread = Counter(g for gs in grams for g in gs)
    weight = {g: log((len(ordered) + 1) / (n + 0.5)) ** 2 for g, n in spread.items()}
    norms = [sqrt(fsum(weight[g] for g in gs)) or 1.0 for gs in grams]
    known = list(zip(ordered, grams, norms, places, strict=True))
    problems = [entry for entry in known if entry[0].type == "problem"]
    told = Counter(g for _, p_grams, _, _ in problems for g in p_grams)
    out = []
    for m, m_grams, m_norm, m_place in known:
        if m.type != "measure":
            continue
        row = []
        for p, p_grams, p_norm, p_place in problems:
            meaning = fsum(weight[g] for g in m_grams & p_grams) / (m_norm * p_norm)
            category = max((near.get(c, {}).get(p.category, 0.0) for c in (m.category, *m.also)), default=0.0)
            own = sum(told[g] == 1 for g in m_grams & p_grams)
            meaning = W_MEANING * meaning + W_OWN * (1 - 0.5**own)
            row.append((meaning, W_AFFINITY * category, _position(m_place, p_place)))
        out.append(row)
    return out


def _wording(report: Report, f: Finding) -> str:
    """The words of a finding, with what is said in front of a measure about what it is aimed at (针对…问题，)."""
    text = fold(f.evidence.quote)
    if f.type == "measure":
        before = fold(report.text[max(0, f.evidence.start - 70) : f.evidence.start])
        aimed = _ADDRESSED.search(before)
        if aimed:
            text = aimed.group() + text
    return text


def _grams(text: str) -> frozenset[str]:
    runs = _HAN.findall(text)
    two = {run[i : i + 2] for run in runs for i in range(len(run) - 1)}
    return frozenset(two | set(_NUMBERS.findall(text)))


def _places(ordered: Sequence[Finding]) -> list[_Place]:
    """Blocks of problems with the measures behind them, and each finding's rank in its own run."""
    out: list[_Place] = []
    block = -1
    for kind, run in groupby(ordered, key=lambda f: f.type):
        for members in _lists(list(run)) if kind == "problem" else [list(run)]:
            if kind == "problem" or block < 0:
                block += 1
            out += [_Place(block, rank, len(members)) for rank in range(len(members))]
    return out


def _lists(run: Sequence[Finding]) -> Iterator[Sequence[Finding]]:
    """A run of problems, parted where the account goes on between them: what it lets slip stands in no list."""
    start = 0
    for at in range(1, len(run)):
        if run[at].evidence.start - run[at - 1].evidence.end > APART:
            yield run[start:at]
            start = at
    yield run[start:]


def _position(m: _Place, p: _Place) -> float:
    if m.block != p.block:
        return 0.0
    if p.size == 1:
        return W_BLOCK + W_NEXT
    same = m.rank / m.size - p.rank / p.size if m.size != p.size else float(m.rank - p.rank)
    closeness = max(0.0, 1.0 - abs(same)) if m.size == p.size else 0.5 * max(0.0, 1.0 - 2 * abs(same))
    return W_BLOCK + W_RANK * closeness
