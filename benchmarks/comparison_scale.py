"""How long the comparison takes over many bodies and years, part by part, on generated reports.

    python benchmarks/comparison_scale.py [--bodies 200] [--years 5] [--facts 100] [--json]

Generated: each body has the same counts every year under slowly changing wording, a few problems and measures, and a
text that holds them. Nothing is read or written; what is timed is ``textperf.compare`` alone, on one core.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
from collections.abc import Callable, Sequence

from textperf.compare import bodies, compare
from textperf.compare.align import alignments
from textperf.compare.checks_across import across
from textperf.compare.copies import copies
from textperf.compare.followup import followups
from textperf.compare.recurrence import recurrences
from textperf.compare.second import opinion
from textperf.compare.series import series
from textperf.model import Evidence, Fact, Finding, Meta, Quantity, Report
from textperf.rules.catalogue import indicators

NOUNS = [
    "道路",
    "水渠",
    "公园",
    "桥梁",
    "学校",
    "卫生室",
    "图书",
    "电影",
    "苗木",
    "农田",
    "水库",
    "路灯",
    "管网",
    "厕所",
    "村庄",
    "企业",
    "项目",
    "案件",
    "报告",
    "培训",
]
KINDS = [
    "农村",
    "城区",
    "新建",
    "改造",
    "维修",
    "重点",
    "普通",
    "山区",
    "沿河",
    "老旧",
    "智慧",
    "公益",
    "惠民",
    "专项",
    "年度",
]
UNITS = ["个", "处", "座", "次", "场", "件", "条", "亩", "公里", "人次", "户", "家"]
PROBLEMS = ["perf_target", "budget_execution", "staffing", "fund_gap", "mechanism", "service_effect"]
DONE = ("已全部完成", "尚未完成", "正在推进")


def make(body: int, year: int, facts: int, rng: random.Random) -> Report:
    """One generated report. The same seed gives the same report."""
    rid = f"{body:06d}{year:010d}"
    known = sorted(indicators())
    parts: list[str] = []
    made: list[Fact] = []
    at = 0
    for number in range(facts):
        item = KINDS[(body + number) % len(KINDS)] + NOUNS[number % len(NOUNS)] + ("工作" if rng.random() < 0.2 else "")
        unit, value = UNITS[number % len(UNITS)], rng.randrange(1, 5000)
        lead, quote = f"全年完成{item}", f"{value}{unit}"
        start = at + len(lead)
        end = start + len(quote) + 1
        indicator = known[number % len(known)] if number % 2 else None
        made.append(
            Fact(
                rid, Evidence(start, start + len(quote), quote), Quantity(value, unit), "actual", item, "完成",
                indicator=indicator, sentence_start=at, sentence_end=end,
            )
        )  # fmt: skip
        parts.append(lead + quote + "。")
        at = end
    parts.append("\n")
    at += 1
    findings: list[Finding] = []
    for number, category in enumerate(rng.sample(PROBLEMS, 4)):
        noun = NOUNS[(body + number) % len(NOUNS)]
        for kind, text in (("problem", f"{noun}管理还不到位"), ("measure", f"健全{noun}管护制度并新建{noun}示范点")):
            findings.append(Finding(rid, kind, Evidence(at, at + len(text), text), category))  # type: ignore[arg-type]
            parts.append(text + "。")
            at += len(text) + 1
        parts.append(f"上年提出的{noun}管护制度{rng.choice(DONE)}。")
        at += len(parts[-1])
    meta = Meta(None, f"第{body}县", f"第{body}县水利局", year, "overall_self_evaluation")
    return Report(rid, f"{body}/{year}.txt", meta, "".join(parts), None, "made", (), tuple(made), tuple(findings))


def main() -> None:
    """Prints seconds for each part, the rows it gave, and the peak of memory."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--bodies", type=int, default=200)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--facts", type=int, default=100, help="facts in a report")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rng = random.Random(7)
    reports = [make(b, 2019 + y, args.facts, rng) for b in range(args.bodies) for y in range(args.years)]
    out: dict[str, float | int] = {"reports": len(reports), "facts": sum(len(r.facts) for r in reports)}

    def timed(name: str, run: Callable[[], Sequence[object]]) -> None:
        start = time.process_time()
        rows = run()
        out[f"{name}_seconds"] = round(time.process_time() - start, 3)
        out[f"{name}_rows"] = len(rows)

    names = bodies(reports)
    groups: dict[str, list[Report]] = {}
    for report in reports:
        groups.setdefault(names[report.report_id], []).append(report)
    timed("series", lambda: [c for n, g in groups.items() for c in series(n, g, opinion())[0]])
    timed("alignments", lambda: [c for n, g in groups.items() for c in alignments(n, g)])
    timed("recurrences", lambda: [c for n, g in groups.items() for c in recurrences(n, g)])
    timed("followups", lambda: [c for n, g in groups.items() for c in followups(n, g)])
    timed("checks", lambda: [c for g in groups.values() for c in across(g)])
    timed("copies", lambda: copies(reports, names))
    timed("all", lambda: compare(reports).series)
    out["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if args.json:
        print(json.dumps(out, ensure_ascii=False))
    else:
        for key, value in out.items():
            print(f"{key:24}{value}")


if __name__ == "__main__":
    main()
