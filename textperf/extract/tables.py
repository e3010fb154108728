"""Tables → rows of 自评表 and facts. The one door to everything that is read from tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textperf.extract.account_tables import account_facts
from textperf.extract.cell_facts import cell_facts
from textperf.extract.flat_tables import flat_rows
from textperf.extract.form_tables import FormReader
from textperf.extract.table_facts import funding_facts, indicator_facts, resolved, total_fact
from textperf.extract.table_words import table_words
from textperf.model import Document, Fact, FundingRow, IndicatorRow, Scope

__all__ = ["TableResult", "extract_tables"]


@dataclass(frozen=True, slots=True)
class TableResult:
    """What the tables of a report say. Facts have ``source`` table; those with rule ``table.points`` are weights and scores
    of single rows, which no indicator fits."""

    indicator_rows: tuple[IndicatorRow, ...] = ()
    funding_rows: tuple[FundingRow, ...] = ()
    facts: tuple[Fact, ...] = ()


def extract_tables(document: Document, folded: str) -> TableResult:
    """Rows and facts of all tables of a document, in order; ``folded`` is its folded text.

    A table that is no 自评表 gives nothing unless row, column and unit are clear. Pure; raises nothing.
    """
    reader = FormReader(document, document.source.report_id)
    facts: list[Fact] = []
    for table in document.tables:
        if not reader.read(table):
            facts += account_facts(document, table)
    several = sum(not project for _, project in reader.totals) > 1  # forms of several bodies: none is the whole

    def scope(project: bool) -> Scope:
        return "part" if project or several else "whole"

    parent: str | None = None
    for fund in reader.funds:
        inner = not table_words().is_kind("fund_total", fund.row.name)
        found = list(funding_facts(document, fund, "part" if inner else scope(fund.project), parent if inner else None))
        if not inner:
            parent = next((f.fact_id for f in found if f.rule == "table.executed"), None)
        facts += found
    rows = []
    for indicator in reader.indicators:
        rows.append(resolved(indicator)[0])
        facts += indicator_facts(document, indicator, scope(indicator.project))
    for box, project in reader.totals:
        total = total_fact(document, box)
        if total is not None:
            facts.append(replace(total, scope=scope(project)))
    taken = [fund.span for fund in reader.funds] + [indicator.span for indicator in reader.indicators]
    for table in document.tables:
        facts += cell_facts(document, table, taken)
    rows += flat_rows(document)
    return TableResult(tuple(rows), tuple(fund.row for fund in reader.funds), _once(facts))


def _once(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Facts in the order of the text, one at each place."""
    seen: set[tuple[int, int]] = set()
    out = []
    for fact in sorted(facts, key=lambda f: (f.evidence.start, f.evidence.end)):
        place = (fact.evidence.start, fact.evidence.end)
        if place not in seen:
            seen.add(place)
            out.append(fact)
    return tuple(out)
