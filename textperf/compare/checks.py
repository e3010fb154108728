"""Runs the checks of one report: each rule of ``checks.toml`` by the function of its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from textperf.compare import (
    checks_amounts,
    checks_change,
    checks_claims,
    checks_dates,
    checks_meant,
    checks_parts,
    checks_rate,
    checks_ratio,
    checks_report,
    checks_scores,
    checks_sums,
    checks_table,
    checks_units,
)
from textperf.compare.check_rules import Rule, shipped
from textperf.compare.disagree import Weighed, explained, judgement
from textperf.compare.reading import Reading
from textperf.model import Check, Report

_RUN: Mapping[str, Callable[[Reading, Rule], Iterator[Check]]] = MappingProxyType(
    {
        "parts": checks_parts.parts,
        "behind": checks_sums.behind,
        "share": checks_sums.share,
        "shares": checks_sums.shares,
        "change": checks_change.change,
        "rate": checks_rate.rate,
        "of": checks_rate.share_of,
        "triple": checks_rate.triple,
        "balance": checks_amounts.balance,
        "ledger": checks_amounts.ledger,
        "average": checks_amounts.average,
        "ratio": checks_ratio.ratio,
        "scores": checks_scores.scores,
        "grade": checks_scores.grade,
        "sum": checks_report.sums,
        "over": checks_report.over,
        "over_untold": checks_report.over_untold,
        "cap": checks_report.cap,
        "units": checks_report.units,
        "slips": checks_units.slips,
        "claim": checks_claims.fulfilled,
        "shortfall": checks_claims.shortfall,
        "within": checks_claims.within,
        "year": checks_report.title_year,
        "dates": checks_dates.dates,
        "table": checks_table.table,
    }
)

# Kinds that take figures together by the words around them; other figures may explain what these do not.
_BY_WORDS = ("parts", "behind", "rate", "of", "triple", "balance", "ledger", "average", "ratio", "change", "sum")


def check_report(report: Report, rules: tuple[Rule, ...] | None = None) -> tuple[Check, ...]:
    """What one report says that cannot be right by its own figures, in the order of the rules.

    A contradiction that two rules see (a list and the budget identity behind it) is reported once.

    >>> from textperf.compare.check_rules import marked
    >>> [c.message for c in check_report(marked("发放问卷⟦400份⟧，回收⟦392份⟧，回收率⟦96%⟧。"))]
    ['392份÷400份=98.0%，文中写的是96%']
    """
    reading = Reading(report)
    weighed = Weighed(reading, judgement())
    out: list[Check] = []
    seen: list[frozenset[str]] = []
    for rule in shipped() if rules is None else rules:
        for check in _run(weighed, rule):
            about = frozenset(check.fact_ids)
            if about and any(len(about & other) >= 2 for other in seen):
                continue
            if rule.kind in _BY_WORDS and explained(weighed, [reading.by_id[i] for i in check.fact_ids]):
                continue
            seen.append(about)
            out.append(check)
    return tuple(out)


def _run(weighed: Weighed, rule: Rule) -> Iterator[Check]:
    if rule.kind == "meant":
        return checks_meant.meant(weighed, rule)
    run = _RUN.get(rule.kind)
    return run(weighed.reading, rule) if run else iter(())
