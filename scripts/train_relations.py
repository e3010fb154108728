#!/usr/bin/env python3
"""Learn which figures are meant to agree and when a near miss is a slip (textperf/rules/relations.json).

    python scripts/train_relations.py [--passages p1,p2] [--details 40] [--out other.json]      about 9 minutes on two cores

Nothing is annotated for this: in the reports of the dev bodies relations that hold were meant, those that nearly hold were
not, planted contradictions aside. For the second question a figure of a relation that holds is changed as a slip of the
pen would, and the report weighed anew with weights of bodies other than its own (folds of bodies). The seed is fixed:
the same corpus gives the same file.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from multiprocessing import Pool
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from textperf.batch.pipeline import analyse_text
from textperf.compare.disagree import UNSURE, Judgement, Weighed, look
from textperf.compare.meant import Words, features
from textperf.compare.reading import Reading, shown
from textperf.compare.relation import KINDS, Relation
from textperf.compare.relations import relations
from textperf.compare.retold import Pair, earlier, equal, likeness, pairs, seen
from textperf.model import Fact, Report

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "corpus" / "gold"
PASSAGES = ROOT / "corpus" / "contradictions"
OUT = ROOT / "textperf" / "rules" / "relations.json"
FOLDS = 5
STRENGTH = 0.03  # the inverse of the L2 penalty; a larger one is too sure of wordings that it has not seen
TIMES = 3  # how often the texts that were written for contradictions count, since they are few and worded more freely
SEEN = 4  # a feature that fewer relations have is not weighed
LEAST = 0.04  # a smaller weight is nothing
SLIPS = 4  # made on purpose in each report
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")


class Read(NamedTuple):
    body: str
    report: Report
    planted: frozenset[str]


class Row(NamedTuple):
    kind: str
    seen: dict[str, float]
    holds: bool


def texts() -> Iterator[tuple[str, Path, frozenset[str]]]:
    """The reports of the dev bodies with the figures of contradictions that were planted in them."""
    dev = set(json.loads((GOLD / "split.json").read_text(encoding="utf-8"))["dev"])
    planted: dict[str, set[str]] = defaultdict(set)
    for path in GOLD.glob("truth-*.json"):
        truth = json.loads(path.read_text(encoding="utf-8"))
        for error in truth.get("errors", ()):
            for file in truth["files"].values():
                planted[Path(file).stem] |= {re.sub(r"\s", "", q) for q in error["quotes"]}
    for path in sorted((GOLD / "plain").glob("*.txt")):
        body = path.stem.rsplit("-", 1)[0]
        if body in dev:
            yield body, path, frozenset(planted[path.stem])


def passages(sets: Sequence[str]) -> Iterator[Read]:
    """The texts that were written for contradictions, put right; those of a set ``p1`` come from one writer."""
    for name in sets:
        for line in (PASSAGES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            for number, told in enumerate(case["reports"], 1):
                body, planted = told["text"], frozenset[str]()
                if number == len(case["reports"]):
                    if case["right"] is None:
                        planted = frozenset({re.sub(r"\s", "", case["wrong"])})
                    else:
                        body = body.replace(case["before"] + case["wrong"], case["before"] + case["right"])
                text = "\n".join((told["title"], told["department"], body))
                yield Read(case["id"], analyse_text(text, f"{case['id']}-{number}"), planted)


def read(job: tuple[str, Path, frozenset[str]]) -> Read:
    """One report."""
    body, path, planted = job
    return Read(body, analyse_text(path.read_text(encoding="utf-8"), path.stem), planted)


def rows(one: Read) -> list[Row]:
    """The relations of a report that teach what is meant: those that hold, and those near misses that nothing else explains."""
    reading = Reading(one.report)
    words = Words(reading)
    out = []
    for relation in relations(reading):
        if not relation.holds and any(shown(f) in one.planted for f in relation.facts):
            continue
        out.append(Row(relation.kind, features(words, relation), relation.holds))
    return out


def learn(samples: Sequence[tuple[Mapping[str, float], bool]], strength: float, least: int = SEEN) -> dict[str, float]:
    """The weights of a logistic regression by feature."""
    count = Counter(name for names, _ in samples for name in names)
    index = {name: i for i, name in enumerate(sorted(n for n, c in count.items() if c >= least))}
    rows_ = [[(index[n], v) for n, v in names.items() if n in index] for names, _ in samples]
    lengths = np.cumsum([0, *map(len, rows_)])
    columns = np.fromiter((i for row in rows_ for i, _ in row), dtype=np.int64, count=lengths[-1])
    values = np.fromiter((v for row in rows_ for _, v in row), dtype=float, count=lengths[-1])
    matrix = sparse.csr_matrix((values, columns, lengths), shape=(len(rows_), len(index)))
    model = LogisticRegression(C=strength, max_iter=300).fit(matrix, [r for _, r in samples])
    weights = {name: round(float(model.coef_[0][i]), 3) for name, i in index.items()}
    return {"": round(float(model.intercept_[0]), 3), **{n: w for n, w in weights.items() if abs(w) >= LEAST}}


def _writer(body: str) -> str:
    """Who wrote of a body, or a passage: ``wa`` of wa-zidu, ``p1`` of p1-03; the folds part writers."""
    return body.partition("-")[0]


def _times(one: Read, found: Sequence[Row]) -> Sequence[Row]:
    return [*found] * TIMES if re.fullmatch(r"[a-z]\d", _writer(one.body)) else found


def learn_meant(samples: Sequence[Row]) -> dict[str, dict[str, float]]:
    """The weights of each kind of relation."""
    out = {}
    for kind in KINDS:
        mine = [(r.seen, r.holds) for r in samples if r.kind == kind]
        held = sum(h for _, h in mine)
        if len(mine) > 4 * held > 0:  # of many near misses some
            kept = set(random.Random(2).sample([i for i, (_, h) in enumerate(mine) if not h], 3 * held))
            mine = [m for i, m in enumerate(mine) if m[1] or i in kept]
        out[kind] = learn(mine, STRENGTH) if len({h for _, h in mine}) == 2 else {"": -9.0}
    return out


def slipped(quote: str, draw: random.Random) -> str | None:
    """A printed figure with a slip of the pen."""
    number = _DIGITS.match(quote)
    if not number:
        return None
    digits = list(number[0])
    places = [i for i, c in enumerate(digits) if c.isdigit()]
    way = draw.random()
    if way < 0.35 and len(places) > 2:
        pairs = [(a, b) for a, b in pairwise(places) if digits[a] != digits[b] and (a or digits[b] != "0")]
        if pairs:
            a, b = draw.choice(pairs)
            digits[a], digits[b] = digits[b], digits[a]
    elif way < 0.75:
        place = draw.choice(places[1:] or places) if len(places) > 1 else places[0]
        digits[place] = draw.choice([d for d in "123456789" if d != digits[place]])
    else:
        decimals = len(number[0].partition(".")[2])
        value = float(number[0].replace(",", "")) * (1 + draw.choice((-1, 1)) * draw.uniform(0.01, 0.1))
        digits = list(f"{value:,.{decimals}f}" if "," in number[0] else f"{value:.{decimals}f}")
    made = "".join(digits)
    return None if made == number[0] else made + quote[number.end() :]


def changed(report: Report, fact: Fact, draw: random.Random) -> Report | None:
    """The report with one figure misprinted; places are as they were."""
    quote = slipped(fact.evidence.quote, draw)
    if quote is None:
        return None
    old, new = (float(_DIGITS.match(t)[0].replace(",", "")) for t in (fact.evidence.quote, quote))  # type: ignore[index]
    if not old or not new:
        return None
    value = round(fact.quantity.value * new / old, 6)
    wrong = replace(fact, quantity=replace(fact.quantity, value=value), evidence=replace(fact.evidence, quote=quote))
    return replace(report, facts=tuple(wrong if f is fact else f for f in report.facts))


def _weighed(reading: Reading, judgement: Judgement, known: dict[tuple[object, ...], float]) -> Weighed:
    """A report weighed; what is said around figures is as it was when a slip was made in one, so ``known`` is kept."""
    out = Weighed(reading, judgement)
    odds, words = {}, Words(reading)
    sums: dict[tuple[str, object], float] = {}
    for relation in relations(reading):
        key = _key(relation)
        if key not in known:
            known[key] = judgement.of_relation(words, relation, sums)
        if known[key] > UNSURE:
            odds[relation] = known[key]
    out.__dict__["odds"] = odds
    return out


def _key(relation: Relation) -> tuple[object, ...]:
    return (relation.kind, relation.signs, *(f.evidence.start for f in relation.facts))


class Slip(NamedTuple):
    seen: list[str]
    wrong: bool
    body: str
    case: int  # which slip, or -1
    told: str


def slips(job: tuple[Read, Judgement, int]) -> list[Slip]:
    """Near misses of a report as it is, and of the report with slips made on purpose."""
    one, judgement, seed = job
    draw = random.Random(seed)
    known: dict[tuple[object, ...], float] = {}
    as_is = _weighed(Reading(one.report), judgement, known)
    out = []
    for relation in as_is.doubtful():
        if not any(shown(f) in one.planted for f in relation.facts):
            out.append(Slip(look(as_is, relation)[0], False, one.body, -1, _told(as_is, relation)))
    firm = [r for r, o in as_is.odds.items() if r.holds and o > -1.5]
    by_kind = [[r for r in firm if r.kind == k] for k in KINDS]
    firm = [r for some in by_kind for r in draw.sample(some, min(len(some), 2))]
    for number, relation in enumerate(draw.sample(firm, min(SLIPS, len(firm)))):
        fact = relation.result if draw.random() < 0.6 else draw.choice(relation.operands)
        made = changed(one.report, fact, draw)
        if made is None:
            continue
        now = _weighed(Reading(made), judgement, known)
        before = {_key(r) for r in as_is.odds if r.holds}
        for near in now.doubtful():
            if fact.evidence.start in near.places and _key(near) in before:
                out.append(Slip(look(now, near)[0], True, one.body, seed * 100 + number, _told(now, near)))
        out.append(Slip([], True, one.body, seed * 100 + number, f"{relation.kind} {shown(fact)}"))
    return out


def _told(weighed_: Weighed, relation: Relation) -> str:
    fs = relation.facts
    a, b = min(f.evidence.start for f in fs), max(f.evidence.end for f in fs)
    return f"{relation.kind} {[shown(f) for f in fs]} {weighed_.reading.report.meta.title} {weighed_.reading.text[max(0, a - 15) : b + 8]!r}"


def retellings(job: tuple[Sequence[Read], int]) -> list[Slip]:
    """Last year's figures in this year's reports of a body: with a slip made in them, and with the count that they mean
    taken out of last year's report, so that what else is near it must not be told."""
    reads, seed = job
    draw = random.Random(seed)
    out = []
    for one in reads:
        year = one.report.meta.fiscal_year
        for other in reads:
            if year is None or other.report.meta.fiscal_year != year - 1:
                continue
            planted = one.planted | other.planted
            now, then = Reading(one.report), Reading(other.report)
            for fact, when in earlier(now):
                if when != year - 1 or shown(fact) in planted:
                    continue
                found = pairs(now, fact, then)
                same = [p for p in found if equal(p)]
                if same:
                    gone = {p.then.evidence.start for p in same}
                    kept = tuple(f for f in other.report.facts if f.evidence.start not in gone)
                    without = Reading(replace(other.report, facts=kept))
                    out += _near(now, without, fact, one.body, planted)
                    out += _retold(one, now, then, fact, same, draw)
                else:
                    out += _near(now, then, fact, one.body, planted)
    return out


def _near(now: Reading, then: Reading, fact: Fact, body: str, planted: frozenset[str]) -> Iterator[Slip]:
    found = pairs(now, fact, then)
    for pair in found:
        if shown(pair.then) not in planted:
            told = f"{now.report.meta.title} {shown(fact)}|{fact.item} ~ {shown(pair.then)}|{pair.then.item}"
            yield Slip(seen(now, then, pair, found), False, body, -1, told)


def _retold(
    one: Read, now: Reading, then: Reading, fact: Fact, same: Sequence[Pair], draw: random.Random
) -> Iterator[Slip]:
    made = changed(one.report, fact, draw) if len(re.findall(r"\d", shown(fact))) > 1 else None
    if made is None:
        return
    again = Reading(made)
    wrong = next(f for f in again.facts if f.evidence.start == fact.evidence.start)
    found = pairs(again, wrong, then)
    if any(equal(p) for p in found):
        return
    meant = max(same, key=lambda p: likeness(now, then, p))
    case = draw.getrandbits(60)
    for pair in found:
        if pair.then.evidence.start == meant.then.evidence.start:
            yield Slip(seen(again, then, pair, found), True, one.body, case, "")
    yield Slip([], True, one.body, case, "last")


def _row(weights: Mapping[str, float]) -> str:
    return json.dumps(weights, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def folded(made: Sequence[Slip], fold: Mapping[str, int], least: int, details: int) -> dict[str, float]:
    """The weights by which slips are told, and, printed, what they find in bodies that they were not learned from."""
    samples = [s for s in made if s.seen]
    surely: dict[int, float] = {}
    for k in range(FOLDS):
        weights = learn([(dict.fromkeys(s.seen, 1.0), s.wrong) for s in samples if fold[s.body] != k], 1.0, least)
        for s in samples:
            if fold[s.body] == k:
                surely[id(s)] = weights[""] + sum(weights.get(n, 0.0) for n in set(s.seen))
    kinds = {s.case: s.told.split()[0] for s in made if s.case >= 0 and not s.seen}
    best: dict[int, float] = defaultdict(lambda: -99.0)
    for s in samples:
        if s.wrong:
            best[s.case] = max(best[s.case], surely[id(s)])
    false = sorted((s for s in samples if not s.wrong), key=lambda s: -surely[id(s)])
    number = Counter(kinds.values())
    for threshold in (-90, 0, 1, 2, 3, 4, 5, 6):
        by = Counter(k for c, k in kinds.items() if best[c] > threshold)
        found = " ".join(f"{k} {by[k]}/{n}" for k, n in number.items())
        print(
            f"{threshold}: {sum(by.values()) / len(kinds):.3f}, false {sum(surely[id(s)] > threshold for s in false)}; {found}"
        )
    for s in false[:details]:
        print(f"{surely[id(s)]:.2f}", s.told, s.seen)
    return learn([(dict.fromkeys(s.seen, 1.0), s.wrong) for s in samples], 1.0, least)


def main() -> None:
    """Trains, prints what the folds give, and writes the file."""
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    ap.add_argument("--out", type=Path, default=OUT)
    ap.add_argument(
        "--passages",
        default=",".join(sorted(p.stem for p in PASSAGES.glob("*.jsonl"))),
        help="the sets of texts that are learned from",
    )
    ap.add_argument("--details", type=int, default=0)
    a = ap.parse_args()
    with Pool() as pool:
        every = list(pool.imap(read, texts(), 8))
        names = {c for c in a.passages.split(",") if c}
        every += passages(sorted(names))
        found = list(pool.imap(rows, every, 8))
        writers = sorted({_writer(e.body) for e in every})
        random.Random(1).shuffle(writers)
        place = {w: i % FOLDS for i, w in enumerate(writers)}
        fold = {e.body: place[_writer(e.body)] for e in every}
        jobs = []
        for k in range(FOLDS):
            weights = learn_meant(
                [r for e, rs in zip(every, found, strict=True) if fold[e.body] != k for r in _times(e, rs)]
            )
            judge = Judgement(weights, {"": 0.0}, {"": 0.0})
            jobs += [(e, judge, i) for i, e in enumerate(every) if fold[e.body] == k]
        made = [s for out in pool.imap(slips, jobs, 4) for s in out]
        of_body: dict[str, list[Read]] = defaultdict(list)
        for e in every:
            of_body[e.body].append(e)
        retold = [s for out in pool.imap(retellings, [(r, i) for i, r in enumerate(of_body.values())], 4) for s in out]
    meant = learn_meant([r for e, rs in zip(every, found, strict=True) for r in _times(e, rs)])
    wrong = folded(made, fold, 10, a.details)
    last = folded(retold, fold, 8, a.details // 2)
    lines = ",\n".join(f"{json.dumps(k)}:{_row(w)}" for k, w in meant.items())
    a.out.write_text(f'{{"meant":{{\n{lines}}},\n"wrong":{_row(wrong)},\n"last":{_row(last)}}}\n', encoding="utf-8")
    print(a.out.name, sum(map(len, meant.values())), "weights", len(wrong))


if __name__ == "__main__":
    main()
