"""Contradictions that were written into passages by people who do not know the checks: how many are found, what is told beside.

    python benchmarks/written_contradictions.py [SET …] [--details]

``corpus/contradictions/SET.jsonl``: each case one or two short reports with one contradiction that can be proved from the
printed figures, worded as freely as offices word them. Found: a check names the wrong figure, and one that it contradicts.
False alarms are counted twice: in the passage as it is, beside the contradiction, and in the passage put right, where
nothing may be told. Each set comes from one writer; ``textperf/rules/relations.json`` was learned from the passages put
right (scripts/train_relations.py), so that what the sets say of it is told by ``--passages`` there, without those asked for.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textperf.batch.pipeline import analyse_text
from textperf.compare import compare

FOLDER = Path(__file__).resolve().parent.parent / "corpus" / "contradictions"
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def numbers(text: str) -> set[float]:
    """The numbers of a text by value."""
    return {round(float(m.replace(",", "")), 6) for m in _NUMBER.findall(text)}


def alarms(case: Mapping[str, Any], right: bool) -> list[tuple[str, set[float]]]:
    """What is told of a case, as written or put right: each message with the numbers that it names."""
    reports = []
    for number, told in enumerate(case["reports"], 1):
        body = told["text"]
        if right and number == len(case["reports"]):
            body = body.replace(case["before"] + case["wrong"], case["before"] + case["right"])
        text = "\n".join((told["title"], told["department"], body))
        reports.append(analyse_text(text, f"{case['id']}-{number}.txt"))
    found = compare(reports)
    quotes = {f.fact_id: f.evidence.quote for r in reports for f in r.facts}
    out = []
    for check in (*(c for r in reports for c in r.checks), *found.checks):
        if check.severity != "note":
            named = (
                check.message,
                check.expected or "",
                check.found or "",
                *(quotes.get(i, "") for i in check.fact_ids),
            )
            out.append((f"{check.rule} {check.message}", {n for part in named for n in numbers(str(part))}))
    return out


def main() -> None:
    """Prints for each set and each kind how many were found, and the false alarms."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("sets", nargs="*", metavar="SET")
    parser.add_argument("--details", action="store_true")
    args = parser.parse_args()
    kinds, hits, sums = Counter[str](), Counter[str](), Counter[str]()
    for path in sorted(FOLDER.glob("*.jsonl")):
        if args.sets and path.stem not in args.sets:
            continue
        of_set = Counter[str]()
        for line in path.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            wrong = numbers(case["wrong"])
            others = [numbers(q) for q in case["quotes"] if numbers(q) != wrong]
            told = alarms(case, right=False)
            hit = [wrong and wrong <= named and (not others or any(o & named for o in others)) for _, named in told]
            beside = [message for message, named in told if not (wrong and wrong <= named)]
            kinds[case["kind"]] += 1
            hits[case["kind"]] += any(hit)
            of_set.update({"cases": 1, "found": any(hit), "beside": len(beside)})
            after = [m for m, _ in alarms(case, right=True)] if case["right"] else []
            of_set.update({"put right": case["right"] is not None, "told then": len(after)})
            if args.details:
                if not any(hit):
                    print("missed", case["id"], case["kind"], case["before"], case["wrong"], case["why"])
                for message in dict.fromkeys([*beside, *after]):
                    print("told", case["id"], message)
        print(path.stem, dict(of_set))
        sums.update(of_set)
    print("all", dict(sums))
    print(", ".join(f"{k} {hits[k]}/{n}" for k, n in kinds.items()))


if __name__ == "__main__":
    main()
