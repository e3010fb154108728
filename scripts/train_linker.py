"""Learn the weights of the linker (textperf/rules/linker.json) from annotated reports, grouped by body.

    python scripts/train_linker.py corpus/gold            # trains on the dev bodies of split.json and writes the file
    python scripts/train_linker.py corpus/gold --folds 4  # only measures: grouped cross-validation, no body in both

A conditional log-linear model: for each count one of its candidates is right; the likelihood of the right ones is
maximised with an L2 penalty (scipy's L-BFGS). Nothing is random: the same corpus gives the same file.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from textperf.extract.actions import verb_candidates, verb_features
from textperf.extract.candidates import Candidate, Known, around, candidates, is_compared
from textperf.extract.features import Feature, Scene, item_features
from textperf.extract.linking import best_item, best_verb
from textperf.extract.mention import Mention
from textperf.extract.scoring import Weights, dump
from textperf.extract.tokens import tokenize
from textperf.model import Quantity
from textperf.text.fold import fold
from textperf.text.sentences import sentences

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "textperf" / "rules" / "linker.json"
_BARE = re.compile(r"[\s“”\"'‘’（）()《》「」,，、的]")
_AFTER = re.compile(r"(?:及)?以上|以下|左右|以内|上下")


class Report(NamedTuple):
    name: str
    body: str
    text: str
    facts: list[dict[str, Any]]


def bare(text: str | None) -> str:
    """A name without blanks, quotes, brackets, 、 and 的: as the scoreboard compares names."""
    return _BARE.sub("", text or "")


def load(folder: Path, bodies: set[str] | None = None) -> list[Report]:
    out = []
    for path in sorted((folder / "plain").glob("*.txt")):
        gold = next(p for p in (folder / "gold" / (path.stem + e) for e in (".jsonl", ".json")) if p.exists())
        data = json.loads(
            gold.read_text(encoding="utf-8").split("\n")[0]
            if gold.suffix == ".jsonl"
            else gold.read_text(encoding="utf-8")
        )
        body = path.stem.rsplit("-", 1)[0]
        if bodies is None or body in bodies:
            facts = [f for f in data["facts"] if (f.get("source") or "text") == "text"]
            out.append(
                Report(path.stem, body, path.read_text(encoding="utf-8"), sorted(facts, key=lambda f: f["start"]))
            )
    return out


def corpus(all_bodies: bool = False) -> list[Report]:
    """The annotated reports and passages of the project: those of dev bodies, or all."""
    folders = [ROOT / "corpus" / name for name in ("gold", "passages")]
    return [r for folder in folders for r in load(folder, None if all_bodies else dev_bodies(folder))]


def dev_bodies(folder: Path) -> set[str] | None:
    split = folder / "split.json"
    return set(json.loads(split.read_text(encoding="utf-8"))["dev"]) if split.exists() else None


def mention_of(fact: dict[str, Any], folded: str) -> Mention:
    after = _AFTER.match(folded, fact["end"])
    quantity = Quantity(
        fact["value"], fact["unit"] or "", fact.get("value_max"), bool(fact.get("approx")), fact.get("bound")
    )
    return Mention(fact["start"], fact["end"], quantity, fact["start"], after.end() if after else fact["end"], "gold")


def repaired(folded: str) -> str:
    """Line ends inside sentences made blanks (for passages that are printed with hard line breaks)."""

    def join(hit: re.Match[str]) -> str:
        line = folded[folded.rfind("\n", 0, hit.start()) + 1 : hit.start()].strip()
        return " " * len(hit.group()) if len(line) >= 22 and line[-1] not in "。;:!?" else hit.group()

    return re.sub(r"\s*\n\s*", join, folded)


Visit = Callable[[Report, dict[str, Any], Scene, list[Candidate]], tuple[Candidate | str, str | None]]


def walk(reports: Sequence[Report], visit: Visit, *, repair: bool = False) -> None:
    """Call ``visit`` for every count; what it returns (item, verb) is what later counts inherit from."""
    for report in reports:
        folded = fold(report.text)
        if repair:
            folded = repaired(folded)
        known: list[Known] = []
        for number, (start, end) in enumerate(sentences(folded)):
            facts = [f for f in report.facts if start <= f["start"] < end]
            if not facts:
                continue
            tokens = tokenize(folded, start, end, [mention_of(f, folded) for f in facts])
            kinds = tuple([t.kind for t in tokens])
            rest = iter(facts)
            for at, token in enumerate(tokens):
                if token.mention is None:
                    continue
                fact = next(rest)
                regions = around(tokens, at)
                scene = Scene(tokens, kinds, at, regions, known, number)
                found = candidates(report.text, tokens, at, regions, known)
                item, verb = visit(report, fact, scene, found)
                begin = stop = 0
                if isinstance(item, Candidate) and item.first >= 0:
                    begin, stop = tokens[item.first].start, tokens[item.last - 1].end
                name = item if isinstance(item, str) else item.text
                known.append(Known(name, scene.unit, number, begin, stop, verb, is_compared(tokens, regions.left)))
            del known[:-8]


def right_item(fact: dict[str, Any], text: str, *, main: bool = False) -> bool:
    names = [bare(fact["item"])] + ([] if main else [bare(a) for a in fact.get("aliases") or []])
    return bare(text) in names


def partly(fact: dict[str, Any], text: str) -> bool:
    p = bare(text)
    names = [bare(fact["item"])] + [bare(a) for a in fact.get("aliases") or []]
    return p in names or any(
        len(n) >= 2 and ((p in n and len(p) >= max(2, 0.4 * len(n))) or (n in p and len(p) <= len(n) + 8))
        for n in names
    )


def right_verb(want: str, text: str | None) -> bool:
    p, w = bare(text), bare(want)
    return bool(p) and (p == w or (p in w and len(p) >= 2) or (w in p and len(p) <= len(w) + 4))


class Examples:
    """Candidates as sparse rows, grouped by count."""

    def __init__(self) -> None:
        self.index: dict[Feature, int] = {}
        self.columns: list[int] = []
        self.ends = [0]
        self.right: list[float] = []
        self.groups = [0]
        self.owners: list[str] = []

    def add(self, rows: Iterator[tuple[list[Feature], bool]], owner: str) -> None:
        rows_ = list(rows)
        if not any(ok for _, ok in rows_) or len(rows_) < 2:
            return
        for names, ok in rows_:
            self.columns += [self.index.setdefault(n, len(self.index)) for n in names]
            self.ends.append(len(self.columns))
            self.right.append(float(ok))
            self.owners.append(owner)
        self.groups.append(len(self.right))

    def fit(self, penalty: float, least: int, steps: int) -> dict[str, dict[Hashable, int]]:
        """The weights in thousandths; features that fewer than ``least`` bodies have are left out."""
        x = sparse.csr_matrix(
            (np.ones(len(self.columns), np.float32), np.array(self.columns, np.int32), np.array(self.ends)),
            shape=(len(self.right), len(self.index)),
        )
        bodies = {b: n for n, b in enumerate(sorted(set(self.owners)))}
        owner = np.repeat(np.array([bodies[b] for b in self.owners]), np.diff(x.indptr))
        seen = np.unique(x.indices.astype(np.int64) * len(bodies) + owner) // len(bodies)
        keep = np.flatnonzero(np.bincount(seen, minlength=x.shape[1]) >= least)
        names = list(self.index)
        x = x[:, keep]
        xt = x.T.tocsr()
        right, groups = np.array(self.right), np.array(self.groups)
        of = np.repeat(np.arange(len(groups) - 1), np.diff(groups))

        def loss(w: Any) -> tuple[float, Any]:
            s = x @ w
            e = np.exp(s - np.maximum.reduceat(s, groups[:-1])[of])
            z, g = np.add.reduceat(e, groups[:-1]), np.add.reduceat(e * right, groups[:-1]) + 1e-30
            value = float(np.log(z).sum() - np.log(g).sum() + 0.5 * penalty * (w @ w))
            return value, xt @ (e / z[of] - e * right / g[of]) + penalty * w

        w = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": steps}).x
        out: dict[str, dict[Hashable, int]] = {}
        for k, v in zip(keep, w, strict=True):
            if abs(v) >= 0.01:
                name, key = names[k]
                out.setdefault(name, {})[key] = round(1000 * float(v))
        return out


PENALTY, LEAST, STEPS = 1.0, 2, 80


def train(reports: Sequence[Report], penalty: float = PENALTY, least: int = LEAST, steps: int = STEPS) -> Weights:
    items, verbs = Examples(), Examples()

    def visit(
        report: Report, fact: dict[str, Any], scene: Scene, found: list[Candidate]
    ) -> tuple[Candidate | str, str | None]:
        main = [right_item(fact, c.text, main=True) for c in found]
        good = main if any(main) else [right_item(fact, c.text) for c in found]
        items.add(((item_features(scene, c), ok) for c, ok in zip(found, good, strict=True)), report.body)
        chosen = next((c for c, ok in zip(found, good, strict=True) if ok), None)
        want = fact.get("action")
        choices = [] if chosen is None else verb_candidates(scene, chosen)
        # The annotators of the later reports were told to leave out a verb that is part of the name, those of the first
        # ones gave it (追加预算 → 追加): what they left out is no evidence against it.
        silent = chosen is not None and not want and report.body not in first and any(v.where == "I" for v in choices)
        if choices and not silent:
            exact = [v.text == want for v in choices] if want else [v.where == "0" for v in choices]
            if want and not any(exact):
                exact = [right_verb(want, v.text) for v in choices]
            verbs.add(
                ((verb_features(scene, chosen, v, choices), ok) for v, ok in zip(choices, exact, strict=True)),
                report.body,
            )
        return (fact["item"] if chosen is None else chosen), fact.get("action")

    first = set(json.loads((ROOT / "corpus" / "gold" / "split.json").read_text(encoding="utf-8"))["first"])
    walk(reports, visit)
    return Weights(items.fit(penalty, least, steps), verbs.fit(penalty, least, steps))


def measure(reports: Sequence[Report], table: Weights, errors: list[str], *, repair: bool = False) -> Counter[str]:
    n: Counter[str] = Counter()

    def visit(
        report: Report, fact: dict[str, Any], scene: Scene, found: list[Candidate]
    ) -> tuple[Candidate | str, str | None]:
        item, lead = best_item(report.text, scene, table)
        verb = best_verb(scene, item, table)
        n["facts"] += 1
        ok = right_item(fact, item.text)
        n["complete"] += ok
        n["partial"] += partly(fact, item.text)
        at = fact["start"]
        near = f"{report.text[max(0, at - 48) : at]}⟦{fact['quote']}⟧{report.text[fact['end'] : fact['end'] + 22]}".replace(
            "\n", "⏎"
        )
        if not ok:
            part = "~" if partly(fact, item.text) else "X"
            errors.append(
                f"item{part} {report.name} {near} want {fact['item']} got {item.where}{item.back} {item.text} ({lead:.1f})"
            )
        if fact.get("action"):
            n["verbs"] += 1
            good = right_verb(fact["action"], verb.text)
            n["verb"] += good
            if not good:
                errors.append(
                    f"verb {report.name} {near} [{item.text}] want {fact['action']} got {verb.where} {verb.text}"
                )
        else:
            n["none"] += 1
            n["no verb"] += not verb.text
        return item, verb.text or None

    walk(reports, visit, repair=repair)
    return n


def line(n: Counter[str]) -> str:
    return (
        f"complete {n['complete'] / n['facts']:.4f} partial {n['partial'] / n['facts']:.4f} "
        f"action {n['verb'] / max(1, n['verbs']):.4f} none {n['no verb'] / max(1, n['none']):.3f} of {n['facts']}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("gold", type=Path, nargs="+", help="annotated sets (each with plain/, gold/ and split.json)")
    parser.add_argument("--folds", type=int, default=0, help="grouped cross-validation instead of writing the file")
    parser.add_argument(
        "--also", type=Path, action="append", default=[], help="measure on this set, too (never trained on)"
    )
    parser.add_argument(
        "--all", action="store_true", help="train on the test bodies, too (only after they were looked at)"
    )
    parser.add_argument("--penalty", type=float, default=PENALTY)
    parser.add_argument("--least", type=int, default=LEAST)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--errors", type=Path)
    args = parser.parse_args()
    reports = [r for folder in args.gold for r in load(folder, None if args.all else dev_bodies(folder))]
    numbers = (args.penalty, args.least, args.steps)
    errors: list[str] = []
    if args.folds:
        names = sorted({r.body for r in reports})
        total: Counter[str] = Counter()
        for k in range(args.folds):
            held = set(names[k :: args.folds])
            table = train([r for r in reports if r.body not in held], *numbers)
            n = measure([r for r in reports if r.body in held], table, errors)
            total += n
            print("fold", k + 1, line(n), flush=True)
        print("grouped", line(total))
    table = train(reports, *numbers)
    print(*(sum(map(len, t.values())) for t in (table.item, table.verb)), "weights")
    for folder in args.also:
        print(folder.name, line(measure(load(folder), table, errors, repair=True)))
    if not args.folds:
        OUT.write_text(dump(table), encoding="utf-8")
    if args.errors:
        args.errors.write_text("\n".join(errors) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
