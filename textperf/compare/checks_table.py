"""Inside the 自评表: rates, sums, scores against weights and against what was reached."""

from __future__ import annotations

import re
from collections.abc import Iterator

from textperf.compare.check_rules import Rule
from textperf.compare.figures import printed
from textperf.compare.reading import Reading
from textperf.model import Check, FundingRow, IndicatorRow
from textperf.text.fold import fold

_SIGN = re.compile(r"^\s*(≥|>=|>|≤|<=|<|=|不低于|不少于|不超过|大于|小于)?\s*(\d[\d,]*(?:\.\d+)?)\s*([^\d]*)$")
_TOTAL_ROW = re.compile("总分|合计|总计")
_ALL = re.compile("资金总额|总额|合计")
_SOURCE = re.compile("财政拨款|上年结转|其他资金|其他")


def table(reading: Reading, rule: Rule) -> Iterator[Check]:
    """Runs the table check that the rule's id names."""
    run = {
        "table_rate": _rates,
        "table_sum": _sum,
        "table_funding": _funding,
        "table_score": _unreached,
        "score_over_weight": _over_weight,
    }.get(rule.id)
    if run:
        yield from run(reading, rule)


def _decimals(value: float) -> int:
    return len(printed(value).partition(".")[2])


def _rates(reading: Reading, rule: Rule) -> Iterator[Check]:
    for row in reading.report.funding_rows:
        if not row.budget or row.executed is None or row.rate is None:
            continue
        share = row.executed / row.budget
        given = row.rate if row.rate > 1.5 or share > 1.5 else row.rate * 100
        value = 100 * share
        if abs(value - given) > 1.01 * 10.0 ** -_decimals(given) and abs(value - given) <= 15:
            yield rule.check(
                reading.report, (), f"{value:.2f}%", f"{printed(given)}%", name=row.name, executed=printed(row.executed),
                budget=printed(row.budget),
            )  # fmt: skip


def _funding(reading: Reading, rule: Rule) -> Iterator[Check]:
    """当年财政拨款 + 上年结转资金 + 其他资金 = 年度资金总额, column by column, where at least two sources are given."""
    rows = reading.report.funding_rows
    heads = [i for i, r in enumerate(rows) if _ALL.search(r.name)]
    for number, at in enumerate(heads):
        members = [
            r for r in rows[at + 1 : heads[number + 1] if number + 1 < len(heads) else None] if _SOURCE.search(r.name)
        ]
        for column, zh in (("budget", "预算数"), ("executed", "执行数")):
            total = getattr(rows[at], column)
            values = [v for v in (getattr(r, column) for r in members) if v is not None]
            if total and len(values) >= 2 and len(values) == len(members):
                value = round(sum(values), 6)
                if 0.02 < abs(value - total) <= 0.06 * total:
                    yield rule.check(reading.report, (), printed(value), printed(total), name=rows[at].name, column=zh)


def _rows(reading: Reading) -> list[IndicatorRow]:
    return [r for r in reading.report.indicator_rows if not _TOTAL_ROW.search(r.level3)]


def _sum(reading: Reading, rule: Rule) -> Iterator[Check]:
    """The scores of a table whose weights add up to 100 against its total and, for a project's own report, the text."""
    rows = _rows(reading)
    money: FundingRow | None = next((r for r in reading.report.funding_rows if r.score is not None), None)
    weights = [r.weight for r in rows] + ([money.weight] if money and money.weight else [])
    points = [r.score for r in rows] + ([money.score] if money and money.weight else [])
    if not rows or any(w is None for w in weights) or any(p is None for p in points):
        return
    if abs(sum(w for w in weights if w is not None) - 100) > 1e-6:
        return
    value = round(sum(p for p in points if p is not None), 4)
    stated = [(r.score, "总分一行") for r in reading.report.indicator_rows if _TOTAL_ROW.search(r.level3) and r.score]
    if reading.report.meta.report_type == "project_self_evaluation":
        own = [f for f in reading.facts if f.indicator == "eval_self_score" and f.status == "actual"]
        if own and len({f.quantity.value for f in own}) == 1:
            stated.append((float(own[0].quantity.value), "正文"))
    for total, where in stated:
        if total is not None and 0.011 < abs(total - value) <= 5:
            yield rule.check(reading.report, (), f"{printed(value)}分", f"{printed(total)}分", where=where)


def _unreached(reading: Reading, rule: Rule) -> Iterator[Check]:
    for row in _rows(reading):
        if row.weight is None or row.score is None or row.score < row.weight or not row.target or not row.actual:
            continue
        target, actual = _SIGN.match(fold(row.target)), _SIGN.match(fold(row.actual))
        if not target or not actual or target[3].strip() != actual[3].strip():
            continue
        goal, got = (float(m[2].replace(",", "")) for m in (target, actual))
        sign = target[1] or "≥"
        missed = got > goal if sign in ("≤", "<=", "<", "不超过", "小于") else got < goal
        if missed and sign != "=":
            yield rule.check(
                reading.report, (), row.target, f"{printed(row.score)}分", name=row.level3, target=row.target,
                actual=row.actual,
            )  # fmt: skip


def _over_weight(reading: Reading, rule: Rule) -> Iterator[Check]:
    for row in _rows(reading):
        if row.weight is not None and row.score is not None and row.weight > 0 and row.score > row.weight + 1e-9:
            yield rule.check(reading.report, (), f"{printed(row.weight)}分", f"{printed(row.score)}分", name=row.level3)
