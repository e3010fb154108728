"""Checks that take two reports of one body: last year's figure told anew, one year reported twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from textperf.compare.arithmetic import slack, slip
from textperf.compare.check_rules import Rule, shipped
from textperf.compare.claims import prior_year
from textperf.compare.disagree import judgement
from textperf.compare.figures import agree
from textperf.compare.reading import Reading, plain, shown
from textperf.compare.retold import Pair, doubts, of_before
from textperf.compare.similar import bare, dice, inside
from textperf.compare.units import convert
from textperf.compare.usage import usage
from textperf.model import Check, Fact, Report
from textperf.rules.catalogue import indicators

_ITEM = 0.5
_REST = 3  # characters of a fuller name that must stand before the shorter one
_NAME = 4  # characters that the name of a count without an indicator must have


def across(reports: Sequence[Report], rules: tuple[Rule, ...] | None = None) -> list[Check]:
    """The checks of kind ``across`` over all reports of one body."""
    by_id = {r.id: r for r in (shipped() if rules is None else rules) if r.kind == "across"}
    readings = [Reading(r) for r in reports]
    out: list[Check] = []
    if "prior_value" in by_id:
        out += _prior(readings, by_id["prior_value"])
        out += _retold(readings, by_id["prior_value"], {c.fact_ids[0] for c in out})
    if "same_year_twice" in by_id:
        out += _twice(readings, by_id["same_year_twice"])
    return out


def _own(readings: Sequence[Reading]) -> Mapping[tuple[str, int], list[Fact]]:
    """The exact whole figures that a year's own reports give: of an indicator, or of an item that has none."""
    out: dict[tuple[str, int], list[Fact]] = defaultdict(list)
    lacking: dict[tuple[str, int], list[Fact]] = defaultdict(list)
    for reading in readings:
        report = reading.report
        named = {f.fact_id: f.indicator for f in report.facts}
        for fact in reading.facts:
            # A part of something else, or of a total that is not given, is a whole of its own.
            own_total = fact.parent is not None and named.get(fact.parent) == fact.indicator
            whole = _whole(fact) or (fact.scope == "part" and fact.indicator is not None and not own_total)
            if report.meta.fiscal_year and fact.status == "actual" and plain(fact) and whole:
                told = lacking if reading.role(fact) == "problems" else out
                told[_subject(fact), report.meta.fiscal_year].append(fact)
    return {**lacking, **out}  # what is told of a problem (公示牌只挂出39个) only where nothing else is


def _subject(fact: Fact) -> str:
    return fact.indicator or f"{bare(fact.item)}|{fact.quantity.unit}"


def _whole(fact: Fact) -> bool:
    use = usage(fact.indicator or "")
    if fact.scope in ("average", "each"):
        return use.each or fact.quantity.unit == "分"  # the mark of several projects is their average
    return fact.scope == "whole" or (fact.scope == "part" and use.whole)


def _prior(readings: Sequence[Reading], rule: Rule) -> list[Check]:
    """``上年1,385处`` against what last year's report says; only where nothing of last year's report agrees."""
    own = _own(readings)
    texts = {r.report.report_id: r.report for r in readings}
    out: list[Check] = []
    for reading in readings:
        report = reading.report
        for fact in reading.facts if report.meta.fiscal_year is not None else ():
            if not of_before(reading, fact) or not plain(fact) or (fact.indicator and usage(fact.indicator).many):
                continue
            before = reading.text[fact.sentence_start : fact.evidence.start]
            year = prior_year(fact, before, report.meta.fiscal_year or 0)
            told = own.get((_subject(fact), year or 0), []) or own.get((_beside(reading, fact), year or 0), [])
            told = [f for f in told if _units_agree(f, fact)]
            alike = [f for f in told if dice(f.item, fact.item) >= _ITEM or _named_in(f, fact) or _named_in(fact, f)]
            alike = alike or (told if _one_thing(fact) else [])
            proof: list[Fact] = []
            alike = alike or [f for f in told if slip(shown(f), shown(fact)) and fact.indicator]
            if not alike:
                subject, proof = _by_change(reading, fact)
                alike = [f for f in own.get((subject, year or 0), []) if _units_agree(f, fact)]
            alike = alike or _fuller(own, fact, year or 0, before) or _slipped(own, fact, year or 0)
            if len({f.quantity.value for f in alike}) > 1:  # 新建6个，总数达到64个: what is told is the total
                alike = [f for f in alike if _new(f) == _new(fact)]
            if len({f.quantity.value for f in alike}) > 1:  # 编报141篇，采用45篇: the one with two digits exchanged
                alike = [f for f in alike if slip(shown(f), shown(fact))]
            if year is None or not alike or len({f.quantity.value for f in alike}) > 1:
                continue
            name = max(bare(fact.item), bare(alike[0].item), key=len)
            if not fact.indicator and len(name) < _NAME and not slip(shown(alike[0]), shown(fact)):
                continue  # 水样 may be anybody's, unless two digits have only changed places
            then = alike[0]
            if any(f.status != "target" and _same(f, fact) for f in texts[then.report_id].facts):
                continue
            off = abs(then.quantity.value - fact.quantity.value) / max(then.quantity.value, fact.quantity.value)
            if off <= 0.25 or slip(shown(then), shown(fact)):  # far off: not the same thing
                about = (fact, then, *proof)
                known = indicators().get(then.indicator or "")
                item = known.name if known else then.item  # 决算 alone says nothing to a reader
                out.append(rule.check(report, about, shown(then), shown(fact), year=year, item=item))
    return out


def _retold(readings: Sequence[Reading], rule: Rule, told: set[str]) -> list[Check]:
    """Figures of the year before whose words say which count of that year's report they mean, however it is called."""
    readings = [r for r in readings if r.report.meta.fiscal_year is not None]
    out: list[Check] = []
    for now in readings:
        year = (now.report.meta.fiscal_year or 0) - 1
        found: dict[Fact, list[tuple[Pair, float]]] = defaultdict(list)
        before = [r for r in readings if r.report.meta.fiscal_year == year]
        for then in before:
            for pair, surely in doubts(now, then, judgement(), year):
                found[pair.fact].append((pair, surely))
        for fact, several in found.items():
            pair, surely = max(several, key=lambda s: s[1])
            if len(several) < len(before) or surely < rule.limit or fact.fact_id in told:
                continue  # one of several reports of that year agrees, or has no such count
            known = indicators().get(pair.then.indicator or "")
            about = (fact, pair.then)
            name = known.name if known else pair.then.item
            out.append(rule.check(now.report, about, shown(pair.then), shown(fact), year=year, item=name))
    return out


def _fuller(own: Mapping[tuple[str, int], list[Fact]], fact: Fact, year: int, before: str) -> list[Fact]:
    """Last year's figures under a fuller name whose rest stands before this year's: 登记技术合同176项，成交额由上年的7.16亿元
    and 技术合同成交额7.60亿元."""
    name, text = bare(fact.item), bare(before)
    return [
        f
        for (_, when), found in own.items()
        if when == year
        for f in found
        if _units_agree(f, fact)
        and len(bare(f.item)) - len(name) >= _REST
        and bare(f.item).endswith(name)
        and bare(f.item).removesuffix(name) in text
    ]


def _slipped(own: Mapping[tuple[str, int], list[Fact]], fact: Fact, year: int) -> list[Fact]:
    """Last year's figures that differ as a slip of the pen does, by what they count: 群众诉求53,140件 and 52,140件, whichever
    indicator either was read under."""
    return [
        f
        for (_, when), found in own.items()
        if when == year
        for f in found
        if _units_agree(f, fact)
        and slip(shown(f), shown(fact))
        and (dice(f.item, fact.item) >= _ITEM or (_named_in(f, fact) and _named_in(fact, f)))
    ]


def _beside(reading: Reading, fact: Fact) -> str:
    """The subject of this year's figure right behind last year's: 转办工单由上年的24,812件降到23,215件."""
    for other in reading.between(fact.evidence.end, fact.evidence.end + 24):
        if other.status == "actual" and other.quantity.unit == fact.quantity.unit and other.item == fact.item:
            return _subject(other)
    return ""


def _by_change(reading: Reading, fact: Fact) -> tuple[str, list[Fact]]:
    """The subject of the figure that the printed percentage sets against last year's: 支出6.30万元，控制在7.50万元的预算
    之内，较上年的6.50万元下降3.08%."""
    beside = reading.between(fact.sentence_start, fact.sentence_end)
    rates = [
        f for f in beside if f.status == "change" and f.quantity.unit == "%" and f.evidence.start > fact.evidence.end
    ]
    for now in beside if rates and fact.quantity.value else ():
        if now.status == "actual" and _units_agree(now, fact) and now.evidence.end < fact.evidence.start:
            value = 100 * abs(now.quantity.value - fact.quantity.value) / fact.quantity.value
            if abs(value - rates[0].quantity.value) <= slack(rates[0]):
                return _subject(now), rates[:1]
    return "", []


def _named_in(a: Fact, b: Fact) -> bool:
    """Whether all that one count is called stands in the verb and noun of the other (批准逮捕, 批准逮捕犯罪嫌疑人), or
    both have one telling verb."""
    if a.action and a.action == b.action and len(a.action) > 2:
        return True
    return inside(a.item, f"{b.action or ''}{b.item}") == 1.0 and len(a.item) <= len(f"{b.action or ''}{b.item}")


def _one_thing(fact: Fact) -> bool:
    """Whether the indicator is of the body as such, so that its names need not be alike (收入总计, 收入、支出决算总额)."""
    return (fact.indicator or "").startswith(
        ("bud_total", "bud_revenue", "bud_three_public", "bud_adjusted", "eval_self")
    )


def _units_agree(a: Fact, b: Fact) -> bool:
    return convert(1.0, a.quantity.unit, b.quantity.unit) == 1.0


def _new(fact: Fact) -> bool:
    return (fact.action or "").startswith("新")


def _same(a: Fact, b: Fact) -> bool:
    value = convert(a.quantity.value, a.quantity.unit, b.quantity.unit)
    return agree(a, b) or (value is not None and value == b.quantity.value)


def _twice(readings: Sequence[Reading], rule: Rule) -> list[Check]:
    """Two reports of one year that give the same count differently (a corrected version, a PDF and its DOCX)."""
    years: dict[int, list[Reading]] = defaultdict(list)
    for reading in readings:
        meta = reading.report.meta
        if meta.fiscal_year is not None and meta.report_type != "project_self_evaluation":
            years[meta.fiscal_year].append(reading)
    out: list[Check] = []
    for year, versions in years.items():
        for i, left in enumerate(versions):
            for right in versions[i + 1 :]:
                mine, theirs = _own([left]), _own([right])
                for key in sorted(mine.keys() & theirs.keys()):
                    a, b = mine[key], theirs[key]
                    if (
                        usage(key[0]).many
                        or len({f.quantity.value for f in a}) > 1
                        or len({f.quantity.value for f in b}) > 1
                    ):
                        continue
                    if bare(a[0].item) == bare(b[0].item) and _units_agree(a[0], b[0]) and not agree(a[0], b[0]):
                        out.append(
                            rule.check(right.report, (b[0], a[0]), shown(a[0]), shown(b[0]), year=year, item=b[0].item)
                        )
    return out
