"""The rules of consistency checks: read from ``checks.toml``, and the marked sentences that are their examples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from textperf.model import Check, Evidence, Fact, Meta, Quantity, Report, Severity
from textperf.rules.loader import RuleError, Shape, packaged, read_rules
from textperf.text.fold import fold
from textperf.text.sentences import containing, sentences

KINDS = (
    "parts", "share", "rate", "of", "triple", "change", "scores", "grade", "sum", "over", "cap", "table", "units", "year", "across",
)  # fmt: skip
_WORDS = ("rate", "numerator", "denominator", "total", "parts", "optional", "bands")
_SHAPE = Shape(
    "check",
    {
        "id": str, "kind": str, "severity": str, "message": str, "limit": float, "when": str, "below": (int, float),
        "then": str, "at_most": (int, float), "examples": list, "counter_examples": list, **dict.fromkeys(_WORDS, list),
    },
    ("id", "kind", "severity", "message"),
    min_examples=0,
)  # fmt: skip
_MARK = re.compile(r"⟦([^⟧¦]*)((?:¦[^⟧¦]*)*)⟧")
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
                float(entry.get("at_most", 0)),
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

    >>> report = marked("排查隐患⟦1,642处⟧，比上年的⟦1,385处¦status=prior⟧增加⟦237处¦status=change⟧。")
    >>> [(f.evidence.quote, f.quantity.value, f.status) for f in report.facts]
    [('1,642处', 1642, 'actual'), ('1,385处', 1385, 'prior'), ('237处', 237, 'change')]
    """
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
                given.get("status", "actual"), given.get("item") or _item(bare, start),  # type: ignore[arg-type]
                indicator=given.get("ind"), sentence_start=inside[0], sentence_end=inside[1],
            )
        )  # fmt: skip
    return Report("marked", "marked", Meta(None, None, "某局", year), bare, None, "marked", facts=tuple(facts))


def _amount(quote: str) -> tuple[float | int, str]:
    found = _NUMBER.fullmatch(fold(quote))
    if not found:
        raise RuleError(f"例子里的数量 ⟦{quote}⟧ 读不出来，请写阿拉伯数字")
    value = round(float(found[1].replace(",", "")) * _SCALE[found[2]], 6)
    return (int(value) if value.is_integer() else value), found[3]


def _item(text: str, start: int) -> str:
    before = re.split(r"[，。；：、（\s⟧]", text[:start])[-1]
    return before or "数"


def failures(rules: tuple[Rule, ...]) -> Iterator[str]:
    """A Chinese sentence for each example that is not found and each counter example that is."""
    from textperf.compare.checks import check_report

    for rule in rules:
        for kind, wanted in (("examples", True), ("counter_examples", False)):
            for sentence in getattr(rule, kind):
                hit = any(c.rule == rule.id for c in check_report(marked(sentence), (rule,)))
                if hit is not wanted:
                    yield f"checks.toml（{rule.id}）：{'没有报出' if wanted else '误报'}：{sentence}"
