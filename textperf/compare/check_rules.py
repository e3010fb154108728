"""The rules of consistency checks: read from ``checks.toml``, and the marked sentences that are their examples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from textperf.model import Check, Evidence, Fact, FundingRow, IndicatorRow, Meta, Quantity, Report, Severity
from textperf.rules.loader import RuleError, Shape, packaged, read_rules
from textperf.text.fold import fold
from textperf.text.sentences import containing, sentences

KINDS = (
    "parts", "behind", "share", "shares", "rate", "of", "triple", "balance", "ledger", "average", "ratio", "change", "scores", "grade", "sum", "over", "over_untold", "cap", "table", "units", "year", "dates",
    "across", "slips", "claim", "shortfall", "within", "meant",
)  # fmt: skip
_WORDS = ("rate", "numerator", "denominator", "total", "parts", "optional", "bands", "cues", "excuses", "unless")
_SHAPE = Shape(
    "check",
    {
        "id": str, "kind": str, "severity": str, "message": str, "limit": float, "reach": int, "when": str, "below": (int, float),
        "then": str, "at_most": (int, float), "examples": list, "counter_examples": list, **dict.fromkeys(_WORDS, list),
    },
    ("id", "kind", "severity", "message"),
    min_examples=0,
)  # fmt: skip
_MARK = re.compile(r"⟦([^⟧¦]*)((?:¦[^⟧¦]*)*)⟧")
_BLOCK = re.compile(r"⟪(标题|指标|资金|\d{4}年)：([^⟫]*)⟫\n?")
_SCALE = {"": 1, "万": 10**4, "亿": 10**8}
_NUMBER = re.compile(r"([\d,]+(?:\.\d+)?)(万|亿|)(.*)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One check: its kind says which function runs it, the rest is what that function needs."""

    id: str
    kind: str
    severity: Severity
    message: str
    limit: float = 0.0
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    when: str = ""
    below: float = 0.0
    then: str = ""
    at_most: float = 0.0
    reach: int = 0
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()

    def get(self, name: str) -> tuple[str, ...]:
        """A list of words of the rule, or nothing."""
        return self.words.get(name, ())

    def check(
        self, report: Report, facts: tuple[Fact, ...], expected: str | None, found: str | None, **filled: object
    ) -> Check:
        """The finding in words; ``expected`` and ``found`` may stand in the message too."""
        message = self.message.format(expected=expected, found=found, **filled)
        return Check(
            report.report_id, self.id, self.severity, message, tuple(f.fact_id for f in facts), expected, found
        )


def read_checks(path: Path) -> tuple[Rule, ...]:
    """The rules of one file. Raises :class:`RuleError` naming file and rule."""
    out: list[Rule] = []
    for entry in read_rules(path, _SHAPE):
        name = f"{path.name}（{entry['id']}）"
        if entry["kind"] not in KINDS:
            raise RuleError(f"{name}：不认识的 kind {entry['kind']}；可用的：{'、'.join(KINDS)}")
        if entry["severity"] not in ("error", "warning", "note"):
            raise RuleError(f"{name}：severity 只能是 error、warning、note")
        out.append(
            Rule(
                entry["id"], entry["kind"], entry["severity"], entry["message"], float(entry.get("limit", 0.0)),
                {key: tuple(entry[key]) for key in _WORDS if key in entry},
                entry.get("when", ""), float(entry.get("below", 0)), entry.get("then", ""),
                float(entry.get("at_most", 0)), int(entry.get("reach", 0)),
                tuple(entry.get("examples", ())), tuple(entry.get("counter_examples", ())),
            )
        )  # fmt: skip
    return tuple(out)


def shipped() -> tuple[Rule, ...]:
    """The rules that ship with textperf."""
    rules: tuple[Rule, ...] = packaged("checks.toml", read_checks)
    return rules


def marked(text: str, year: int = 2023) -> Report:
    """A report made of marked sentences, as the examples of rules are written. Offsets are those of the bare text.

    ``⟪标题：…⟫`` gives the title (it stands in the text too), ``⟪指标：名称｜目标｜完成｜分值｜得分⟫`` and
    ``⟪资金：名称｜年初｜预算｜执行｜分值｜执行率｜得分⟫`` a row of the table each; an empty place is a figure not given.

    >>> report = marked("排查隐患⟦1,642处⟧，比上年的⟦1,385处¦status=prior⟧增加⟦237处¦status=change⟧。")
    >>> [(f.evidence.quote, f.quantity.value, f.status) for f in report.facts]
    [('1,642处', 1642, 'actual'), ('1,385处', 1385, 'prior'), ('237处', 237, 'change')]
    """
    title, rows, money = None, [], []
    for block in _BLOCK.finditer(text):
        if block[1] == "标题":
            title = block[2]
        elif block[1] == "指标":
            name, target, actual, weight, score = _places(block[2], 5)
            rows.append(IndicatorRow("marked", "产出", "", name, target, actual, _given(weight), _given(score), None))
        elif block[1] == "资金":
            name, *written = _places(block[2], 7)
            initial, budget, executed, worth, rate, points = (_given(w) for w in written)
            money.append(FundingRow("marked", name, initial, budget, executed, worth, rate, points, "万元"))
    text = (f"{title}\n" if title else "") + _BLOCK.sub("", text)
    bare, at, spans = "", 0, []
    for mark in _MARK.finditer(text):
        bare += text[at : mark.start()]
        spans.append((len(bare), mark[1], dict(p.split("=", 1) for p in mark[2].split("¦") if p)))
        bare += mark[1]
        at = mark.end()
    bare += text[at:]
    whole = sentences(fold(bare))
    facts: list[Fact] = []
    for start, quote, given in spans:
        inside = containing(whole, start) or (start, start + len(quote))
        value, unit = _amount(quote)
        facts.append(
            Fact(
                "marked", Evidence(start, start + len(quote), quote), Quantity(value, unit),
                given.get("status", "actual"), given.get("item") or _item(bare, start), given.get("act"),  # type: ignore[arg-type]
                scope=given.get("scope", "whole"), indicator=given.get("ind"),  # type: ignore[arg-type]
                sentence_start=inside[0], sentence_end=inside[1],
            )
        )  # fmt: skip
    meta = Meta(title, None, "某局", year)
    return Report(
        "marked", "marked", meta, bare, None, "marked", facts=tuple(facts), indicator_rows=tuple(rows), funding_rows=tuple(money)
    )  # fmt: skip


def marked_body(text: str, year: int = 2023) -> tuple[Report, ...]:
    """The reports of one body: those in ``⟪2022年：…⟫`` of the years they name, and what stands outside of ``year``.

    >>> [(r.meta.fiscal_year, r.text) for r in marked_body("⟪2022年：去年的话。⟫今年的话。")]
    [(2022, '去年的话。'), (2023, '今年的话。')]
    """
    told = [(b[2], int(b[1][:4])) for b in _BLOCK.finditer(text) if b[1].endswith("年")]
    rest = _BLOCK.sub(lambda b: "" if b[1].endswith("年") else b[0], text)
    out = []
    for number, (part, when) in enumerate([*told, (rest, year)]):
        made, rid = marked(part, when), f"marked{number}"
        facts = tuple(replace(f, report_id=rid) for f in made.facts)
        out.append(
            replace(made, report_id=rid, facts=facts, meta=replace(made.meta, report_type="overall_self_evaluation"))
        )
    return tuple(out)


def _places(text: str, count: int) -> list[str]:
    places = text.split("｜")
    if len(places) != count:
        raise RuleError(f"例子里的一行要有 {count} 格，用｜隔开：{text}")
    return places


def _given(text: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError as e:
        raise RuleError(f"例子里的 {text} 不是数") from e


def _amount(quote: str) -> tuple[float | int, str]:
    found = _NUMBER.fullmatch(fold(quote))
    if not found:
        raise RuleError(f"例子里的数量 ⟦{quote}⟧ 读不出来，请写阿拉伯数字")
    value = round(float(found[1].replace(",", "")) * _SCALE[found[2]], 6)
    return (int(value) if value.is_integer() else value), found[3]


def _item(text: str, start: int) -> str:
    before = re.split(r"[，。；：、（\s⟧]", text[:start])[-1]
    return before or "数"


def failures(rules: tuple[Rule, ...], name: str = "checks.toml") -> Iterator[str]:
    """A Chinese sentence for each example of file ``name`` that is not found and each counter example that is."""
    from textperf.compare import check_report, compare

    for rule in rules:
        for kind, wanted in (("examples", True), ("counter_examples", False)):
            for sentence in getattr(rule, kind):
                if rule.kind == "across":
                    checks = compare(marked_body(sentence)).checks
                else:
                    checks = check_report(marked(sentence), (rule,))
                hit = any(c.rule == rule.id for c in checks)
                if hit is not wanted:
                    yield f"{name}（{rule.id}）：{'没有报出' if wanted else '误报'}：{sentence}"
