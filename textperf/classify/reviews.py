"""Human corrections: read strictly, replayed on a report, and turned into training sentences. Pure functions.

A correction names its target by id and keeps the quote it was made for. When the same file is read again by a newer
textperf and that quote no longer stands there, the correction is stale: it is reported, never applied by guess.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from textperf.classify.model import Sample
from textperf.classify.taxonomy import NONE, category_ids
from textperf.model import BOUNDS, FINDING_TYPES, SCOPES, STATUSES, Fact, Finding, FindingType, InvariantError, Report

REJECT = "reject"
# what the views facts_now and findings_now of the store show corrected
FACT_FIELDS = (
    "value", "value_max", "unit", "approx", "bound", "status", "scope", "item", "action", "actor", "indicator", "period",
    "verdict",
)  # fmt: skip
FINDING_FIELDS = ("type", "category", "also", "subject", "verdict")
KEYS = (
    "target",
    "target_id",
    "report_id",
    "start",
    "end",
    "quote",
    "field",
    "old",
    "new",
    "who",
    "reviewed_at",
    "note",
)
REVIEW_WEIGHT = 3.0
_QUANTITY = ("value", "value_max", "unit", "approx", "bound")
_CHOICES = {
    ("fact", "status"): STATUSES,
    ("fact", "scope"): SCOPES,
    ("fact", "bound"): (*BOUNDS, None),
    ("finding", "type"): FINDING_TYPES,
}
_OBLIGATORY = ("item", "unit", "value", "status", "scope", "type")


class ReviewError(ValueError):
    """Corrections that cannot be used; the message is Chinese, one line of the file in each of its lines."""


@dataclass(frozen=True, slots=True)
class Review:
    """One corrected field of one fact or finding. ``new`` is null to empty a field; ``verdict`` may be ``reject``."""

    target: str
    target_id: str
    field: str
    new: Any
    report_id: str | None = None
    start: int | None = None
    end: int | None = None
    quote: str | None = None
    old: Any = None
    who: str | None = None
    reviewed_at: str | None = None
    note: str | None = None

    def record(self) -> dict[str, Any]:
        """As an object for JSON Lines, keys in their order."""
        return {k: getattr(self, k) for k in KEYS}


@dataclass(frozen=True, slots=True)
class Stale:
    """A correction that was not applied, and why (Chinese)."""

    review: Review
    reason: str


def read_reviews(text: str, indicators: Collection[str] = ()) -> tuple[Review, ...]:
    """Corrections from JSON Lines. Raises :class:`ReviewError` that names every bad line; then nothing is taken.

    >>> row = '{"target": "finding", "target_id": "ab12", "field": "category", "new": "fund_gap"}'
    >>> read_reviews(row)[0].new
    'fund_gap'
    """
    rows: list[tuple[str, Mapping[str, Any]]] = []
    wrong: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError("应是一个 JSON 对象")
            rows.append((f"第 {number} 行", row))
        except ValueError as e:
            wrong.append(f"第 {number} 行：不是完整的 JSON（{e}）")
    return check_rows(rows, indicators, wrong)


def check_rows(
    rows: Iterable[tuple[str, Mapping[str, Any]]], indicators: Collection[str] = (), wrong: Sequence[str] = ()
) -> tuple[Review, ...]:
    """Corrections from rows of (place, fields). ``indicators``: the known ids, not checked when empty."""
    out: list[Review] = []
    errors = list(wrong)
    for where, row in rows:
        try:
            out.append(_review(row, indicators))
        except ValueError as e:
            errors.append(f"{where}：{e}")
    if errors:
        more = f"\n……共 {len(errors)} 处" if len(errors) > 20 else ""
        raise ReviewError("\n".join(errors[:20]) + more)
    if not out:
        raise ReviewError("没有一条更正")
    return tuple(out)


def _review(row: Mapping[str, Any], indicators: Collection[str]) -> Review:
    unknown = [k for k in row if k not in KEYS]
    if unknown:
        raise ValueError(f"不认识的列 {'、'.join(map(str, unknown))}；可用：{'、'.join(KEYS)}")
    target, field = row.get("target"), row.get("field")
    if target not in ("fact", "finding"):
        raise ValueError(f"target 只可是 fact 或 finding，这里是 {target}")
    if not isinstance(row.get("target_id"), str) or not row["target_id"]:
        raise ValueError("缺少 target_id")
    allowed = FACT_FIELDS if target == "fact" else FINDING_FIELDS
    if field not in allowed:
        raise ValueError(f"{target} 的 {field} 不能更正；可用：{'、'.join(allowed)}")
    new = _value(target, str(field), row.get("new"), indicators)
    for k in ("start", "end"):
        if row.get(k) is not None and not isinstance(row[k], int):
            raise ValueError(f"{k} 应是整数")
    return Review(**{**{k: row.get(k) for k in KEYS}, "new": new})


def _value(target: str, field: str, new: Any, indicators: Collection[str]) -> Any:
    if isinstance(new, str) and not new.strip():
        new = None
    if new is None and field in _OBLIGATORY:
        raise ValueError(f"{field} 不能空着")
    choices = _CHOICES.get((target, field))
    if choices and new not in choices:
        raise ValueError(f"{field} 只可是 {'、'.join(c for c in choices if c)}，这里是 {new}")
    if field == "verdict" and new not in (REJECT, None):
        raise ValueError(f"verdict 只可是 {REJECT} 或空，这里是 {new}")
    if (
        field in ("value", "value_max")
        and new is not None
        and (isinstance(new, bool) or not isinstance(new, int | float))
    ):
        raise ValueError(f"{field} 应是数（基本单位），这里是 {new}")
    if field == "approx" and not (isinstance(new, bool) or new in (0, 1)):
        raise ValueError(f"approx 只可是 true 或 false，这里是 {new}")
    if field == "category":
        _category(new)
    if field == "also":
        new = [] if new is None else [new] if isinstance(new, str) else new
        if not isinstance(new, list) or not all(isinstance(v, str) for v in new):
            raise ValueError(f"{field} 应是列表")
        for v in new:
            _category(v)
    if field == "indicator" and new is not None and indicators and new not in indicators:
        raise ValueError(f"不认识的指标 {new}")
    return new


def _category(value: Any) -> None:
    if value not in category_ids("problem") and value not in category_ids("measure"):
        raise ValueError(f"不认识的类别 {value}")


def apply_reviews(report: Report, reviews: Iterable[Review]) -> tuple[Report, tuple[Stale, ...]]:
    """The report with the corrections made to it, later ones over earlier ones, and those that do not fit any more.

    Corrections of other reports are passed over. A finding whose category or type a human set is ``labelled_by`` human.
    """
    facts = {f.fact_id: f for f in report.facts}
    findings = {f.finding_id: f for f in report.findings}
    stale: list[Stale] = []
    gone: set[str] = set()
    for r in reviews:
        if r.report_id is not None and r.report_id != report.report_id:
            continue
        here: Mapping[str, Fact | Finding] = facts if r.target == "fact" else findings
        key = r.target_id if r.target_id in here else _moved(r, here)
        if key is None:
            if r.report_id is not None:
                stale.append(Stale(r, "新结果里没有这一条，原文位置或类型变了"))
            continue
        target = here[key]
        if r.quote is not None and target.evidence.quote != r.quote:
            stale.append(Stale(r, f"原文已不同：当时是“{r.quote}”，现在是“{target.evidence.quote}”"))
            continue
        if r.field == "verdict":
            (gone.add if r.new == REJECT else gone.discard)(key)
            continue
        try:
            if isinstance(target, Fact):
                facts[key] = _corrected_fact(target, r)
            else:
                findings[key] = _corrected_finding(target, r)
        except (InvariantError, ValueError) as e:
            stale.append(Stale(r, f"改了以后不成立：{e}"))
    kept = {f.finding_id: old for old, f in findings.items() if old not in gone}
    renamed = {old: new for new, old in kept.items()}
    new_findings = tuple(
        replace(f, answers=tuple(dict.fromkeys(renamed[a] for a in f.answers if a in renamed)))
        for key, f in findings.items()
        if key not in gone
    )
    new_facts = tuple(f for key, f in facts.items() if key not in gone)
    return replace(report, facts=new_facts, findings=new_findings), tuple(stale)


def _moved(review: Review, here: Mapping[str, Fact | Finding]) -> str | None:
    """The one target with the quote of the correction at the place of the correction, if its id alone has changed."""
    fit = [k for k, t in here.items() if review.quote == t.evidence.quote and review.start == t.evidence.start]
    return fit[0] if len(fit) == 1 and review.quote is not None else None


def _corrected_fact(fact: Fact, r: Review) -> Fact:
    if r.field in _QUANTITY:
        value = bool(r.new) if r.field == "approx" else r.new
        change = cast("Callable[..., Any]", replace)
        return replace(fact, quantity=change(fact.quantity, **{r.field: value}))
    return cast("Fact", cast("Callable[..., Any]", replace)(fact, **{r.field: r.new}))


def _corrected_finding(f: Finding, r: Review) -> Finding:
    if r.field == "category":
        if r.new not in category_ids(f.type):
            raise ValueError(f"类别 {r.new} 不属于 {f.type}")
        return replace(f, category=r.new, also=tuple(a for a in f.also if a != r.new), score=None, labelled_by="human")
    if r.field == "type":
        kept = f.category if f.category in category_ids(r.new) else NONE
        return replace(f, type=cast("FindingType", r.new), category=kept, labelled_by="human")
    if r.field == "also":
        if wrong := [a for a in r.new if a not in category_ids(f.type)]:
            raise ValueError(f"类别 {'、'.join(wrong)} 不属于 {f.type}")
        return replace(f, also=tuple(r.new), labelled_by="human")
    return replace(f, subject=r.new)


def training_samples(reviews: Iterable[Review], types: Mapping[str, str], bodies: Mapping[str, str]) -> list[Sample]:
    """Corrected categories as training sentences: the last word on each finding counts.

    ``types`` gives the finding type by finding id, ``bodies`` the body by report id (a body is never split over folds).
    Corrections without a quote, and categories that do not fit the type, teach nothing.
    """
    last: dict[str, Review] = {}
    kinds = dict(types)
    for r in reviews:
        if r.target == "finding" and r.field == "type":
            kinds[r.target_id] = r.new
        if r.target == "finding" and r.field == "category" and r.quote:
            last[r.target_id] = r
    out = []
    for key, r in last.items():
        kind = kinds.get(key)
        if kind and kind != NONE and r.new != NONE and r.new in category_ids(kind):
            body = bodies.get(r.report_id or "", r.report_id or key)
            out.append(Sample(str(r.quote), kind, r.new, body, (), "review", REVIEW_WEIGHT))
    return out
