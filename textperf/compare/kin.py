"""Counts that no rule gave an indicator, but that the same body counts under one in another year.

An office words its reports much the same each year: where 检查个体诊所62家 stands under an indicator in one year and a rule
does not see it in the next, the next is the same series. What belongs together is told by the alignment of counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from textperf.compare.align import alignments
from textperf.compare.similar import bare
from textperf.model import Report

# How surely two counts must be one, set where taking indicators away at random from whole bodies (8 and 15 %) brings
# most of them back and no wrong cell.
_SURE = 0.6
_SAYS_NOTHING = frozenset(("项目", "问题", "指标", "单位"))  # 评审项目231个 is not what 评为“优”的项目10个 was


def kin(reports: Sequence[Report]) -> Mapping[str, str]:
    """For facts without an indicator the one under which another year of the body counts the same: fact id → indicator.

    Only whole, actual counts of a year that has no figure of that indicator yet.
    """
    facts = {f.fact_id: (r.meta.fiscal_year, f) for r in reports for f in r.facts if f.status == "actual"}
    given = {(year, f.indicator) for year, f in facts.values()}
    years = {year for year, _ in given}
    # Most indicators stand in every year: they have nothing to give, and aligning them is most of the work.
    gaps = {name for _, name in given if name and any((year, name) not in given for year in years)}
    if not gaps:
        return {}
    reports = [
        replace(r, facts=tuple(f for f in r.facts if f.indicator is None or f.indicator in gaps)) for r in reports
    ]
    told: dict[str, set[str]] = defaultdict(set)
    for link in alignments("", reports):
        if link.score < _SURE:
            continue
        for here, there in ((link.fact_a, link.fact_b), (link.fact_b, link.fact_a)):
            (year, fact), (_, other) = facts[here], facts[there]
            if (
                fact.indicator is None
                and other.indicator
                and fact.scope == "whole"
                and (bare(fact.item) not in _SAYS_NOTHING or fact.action in (None, other.action))
                and (year, other.indicator) not in given
            ):
                told[here].add(other.indicator)
    return {fact_id: names.pop() for fact_id, names in told.items() if len(names) == 1}
