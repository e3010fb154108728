"""Evidence pages: a report's text with every count and finding marked, one HTML file a report, no server needed."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from html import escape
from itertools import pairwise
from pathlib import Path

from textperf.export.tables import BOUNDS, SCOPES, STATUSES, TYPES, FactRow, FindingRow, ReportRow, Tables
from textperf.store.database import StoreError

_HEAD = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title><style>
:root{{color-scheme:light dark}}
body{{font:16px/1.9 "Noto Serif CJK SC","Source Han Serif SC",SimSun,serif;max-width:52em;margin:1.5em auto;padding:0 1em}}
header{{border-bottom:2px solid #888;margin-bottom:1em;font-family:"Noto Sans CJK SC","Microsoft YaHei",sans-serif}}
h1{{font-size:1.25em;margin:.3em 0}} header p{{color:#666;font-size:.85em;margin:.2em 0}}
.t{{white-space:pre-wrap;overflow-wrap:anywhere}}
mark{{background:#fff3b0;color:inherit;padding:0 .1em;border-radius:.2em}}
.problem{{border-bottom:2px solid #d9534f}} .cause{{border-bottom:2px dotted #b8860b}} .measure{{border-bottom:2px solid #3a7f3a}} .none{{border-bottom:2px dashed #888}}
:target{{outline:3px solid #1f6feb;outline-offset:2px;background:#cfe3ff;scroll-margin-top:40vh}}
.k span{{margin-right:1.2em}}
@media(prefers-color-scheme:dark){{mark{{background:#5a4d00}}:target{{background:#17365d}}header p{{color:#aaa}}}}
</style></head><body><header><h1>{title}</h1><p>{where}</p>
<p class="k"><span><mark>数字</mark></span><span class="problem">问题</span><span class="cause">原因</span><span class="measure">措施</span><span class="none">明示没有问题</span></p></header>
<div class="t">"""


def write_evidence(tables: Tables, folder: Path) -> None:
    """Writes ``<report_id>.html`` for each report; pages of reports that are gone are removed. Raises :class:`StoreError`."""
    facts: dict[str, list[FactRow]] = defaultdict(list)
    findings: dict[str, list[FindingRow]] = defaultdict(list)
    for f in tables.facts.values():
        facts[f.report_id].append(f)
    for g in tables.findings.values():
        findings[g.report_id].append(g)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.html"):
            if old.stem not in tables.reports:
                old.unlink()
        for key, report in tables.reports.items():
            page = folder / f"{key}.html"
            draft = folder / f"{key}.part"
            draft.write_text("".join(_page(tables, report, facts[key], findings[key])), encoding="utf-8")
            os.replace(draft, page)
    except OSError as e:
        raise StoreError(f"写不进 {folder}：{e.strerror}") from e


def _page(tables: Tables, report: ReportRow, facts: list[FactRow], findings: list[FindingRow]) -> Iterator[str]:
    where = f"{tables.body_of[report.report_id]} · {report.year or '年度不明'} · {report.file.rsplit('/', 1)[-1]}"
    yield _HEAD.format(title=escape(report.title or report.file.rsplit("/", 1)[-1]), where=escape(where))
    yield from marked(tables, report.text, facts, findings)
    yield "</div></body></html>\n"


def marked(tables: Tables, text: str, facts: list[FactRow], findings: list[FindingRow]) -> Iterator[str]:
    """The text in pieces of HTML, cut where a mark begins or ends; an id stands on the first piece of its mark."""
    cuts = sorted(
        {0, len(text), *(x for f in facts for x in (f.start, f.end)), *(x for g in findings for x in (g.start, g.end))}
    )
    facts = sorted(facts, key=lambda f: f.start)
    findings = sorted(findings, key=lambda g: (g.start, -g.end))
    fi = gi = 0
    open_fact: FactRow | None = None
    open_findings: list[FindingRow] = []
    for start, end in pairwise(cuts):
        if open_fact is not None and open_fact.end <= start:
            open_fact = None
        open_findings = [g for g in open_findings if g.end > start]
        ids: list[str] = []
        while gi < len(findings) and findings[gi].start <= start:
            open_findings.append(findings[gi])
            ids.append(findings[gi].finding_id)
            gi += 1
        fresh = False
        while fi < len(facts) and facts[fi].start <= start:
            open_fact, fresh = facts[fi], True
            fi += 1
        piece = escape(text[start:end]).replace("\t", "  ┆  ")
        if open_fact is not None:
            name = f' id="{open_fact.fact_id}"' if fresh else ""
            piece = f'<mark{name} title="{escape(fact_title(tables, open_fact))}">{piece}</mark>'
        for g in open_findings:
            name = f' id="{g.finding_id}"' if g.finding_id in ids else ""
            title = escape(f"{TYPES[g.type]}：{tables.category_name(g.category)}")
            piece = f'<span class="{g.type}"{name} title="{title}">{piece}</span>'
        yield piece


def fact_title(tables: Tables, f: FactRow) -> str:
    """What a reader wants to know of a count at a glance."""
    value = "" if f.value is None else f"{f.value:,.6f}".rstrip("0").rstrip(".")
    upto = "" if f.value_max is None else f"—{f.value_max:,.6f}".rstrip("0").rstrip(".")
    hedge = ("约 " if f.approx else "") + (BOUNDS.get(f.bound or "", "") + " " if f.bound else "")
    name = f"；指标：{tables.indicator_name(f.indicator)}" if f.indicator else ""
    return f"{f.item}{('（' + f.action + '）') if f.action else ''}：{hedge}{value}{upto} {f.unit}；{STATUSES[f.status]}，{SCOPES[f.scope]}{name}"
