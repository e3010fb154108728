"""The cue words of problems, causes, measures and "none", compiled from rules/findings.toml, and what they say together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from textperf.rules.loader import RuleError, Shape, packaged, read_rules
from textperf.rules.openings import quickened
from textperf.text.sentences import Span

KINDS = (
    "problem_label", "awareness", "problem_lead", "problem_cue", "problem_strong", "problem_plain", "problem_inline", "generic", "others_say", "turn", "cause_lead", "cause_soft", "cause_tail", "cause_state", "example_lead",
    "measure_label", "measure_lead", "measure_verb", "measure_plan", "empty_promise", "none", "none_in_part", "none_whole", "none_not",
    "template_hint", "false_problem", "closing", "look_back", "target_missed",
)  # fmt: skip
SHAPE = Shape(
    "cue",
    {"id": str, "kind": str, "match": list, "examples": list, "counter_examples": list, "note": str},
    ("id", "kind", "match"),
)
BOUNDARY = r"(?:^|(?<=[。;,:!?\s→”)]))"  # a clause begins here


@dataclass(frozen=True, slots=True)
class Cue:
    """One entry of rules/findings.toml."""

    id: str
    kind: str
    pattern: re.Pattern[str]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


def load_cues(path: Path) -> tuple[Cue, ...]:
    """The cues of a file. Raises :class:`RuleError` for an unknown kind or a pattern that does not compile."""
    out = []
    for entry in read_rules(path, SHAPE):
        name = f"{path.name}（{entry['id']}）"
        if entry["kind"] not in KINDS:
            raise RuleError(f"{name}：不认识的 kind {entry['kind']}；可用：{'、'.join(KINDS)}")
        try:
            pattern = re.compile("|".join(entry["match"]), re.M)
        except re.error as e:
            raise RuleError(f"{name}：match 不是合法的正则表达式：{e}") from e
        examples, counter = tuple(entry["examples"]), tuple(entry.get("counter_examples", ()))
        out.append(Cue(entry["id"], entry["kind"], pattern, examples, counter))
    return tuple(out)


def finding_cues() -> tuple[Cue, ...]:
    """The cues that ship with textperf."""
    cues: tuple[Cue, ...] = packaged("findings.toml", load_cues)
    return cues


@cache
def cue(kind: str) -> re.Pattern[str]:
    """All patterns of a kind as one; ``kind`` with ``@`` in front: only at the start of a clause."""
    at_clause = kind.startswith("@")
    parts = [c.pattern.pattern for c in finding_cues() if c.kind == kind.lstrip("@")]
    return re.compile((BOUNDARY if at_clause else "") + f"(?:{quickened(parts)})", re.M)


def cue_spans(kind: str, folded: str, start: int, end: int) -> list[Span]:
    """Where a cue stands in ``folded[start:end]``, read as a text of its own (``^`` is its start).

    >>> cue_spans("@cause_lead", "1.进度慢,主要原因是招标推迟", 2, 15)
    [(6, 11)]
    """
    return [(start + m.start(), start + m.end()) for m in cue(kind).finditer(folded[start:end])]


def cue_span(kind: str, folded: str, start: int, end: int) -> Span | None:
    """The first place of a cue in ``folded[start:end]``, or None."""
    m = cue(kind).search(folded[start:end])
    return (start + m.start(), start + m.end()) if m else None


@lru_cache(maxsize=8192)
def is_problem(sentence: str) -> bool:
    """Whether a folded sentence has a word of deficiency that is not somebody else's or a thing done.

    >>> is_problem("预算编制不够精细"), is_problem("推动解决问题1620件"), is_problem("开展培训2期")
    (True, False, False)
    """
    rest = cue("false_problem").sub("", sentence)
    return bool(cue("problem_cue").search(rest))


def _negative(clause: str) -> bool:
    """Whether what begins like a measure tells a failing ("落实不到位"); its object may well be one (盘活闲置资产)."""
    return bool(
        re.search(
            r"不(?!少于|低于|超过|断|同|动产|良|定期|合格)|未|没|难以?|仍|尚|还[要需有]|有待|偏[低慢高少弱]|滞后|缺[乏少]|薄弱",
            clause,
        )
    )


@lru_cache(maxsize=8192)
def is_measure(sentence: str, year: int | None = None) -> bool:
    """Whether a folded sentence says what is going to be done: it begins with a verb of doing, a lead, or names a plan.

    >>> is_measure("建立整改台账,逐个对账销号"), is_measure("将于2023年上半年出台办法"), is_measure("台账不全")
    (True, True, False)
    """
    if cue("@measure_lead").match(sentence):
        return True
    verb = cue("measure_verb").match(sentence)
    begins = verb is not None and sentence[verb.end() : verb.end() + 1] not in tuple("费局班率数者员金款期型房票")
    plan = bool(cue("measure_plan").search(sentence))
    future = re.match(r"(20\d\d)年", sentence)
    if future and year and int(future.group(1)) > year:
        return True
    turned = cue_spans("@turn", sentence, 1, len(sentence)) if "," in sentence else []
    if turned and is_problem(sentence[turned[0][1] :]):
        return False  # "实行了集中管理,但报账拖沓"
    if begins:
        return plan or not _negative(sentence.split(",")[0])
    return plan and not is_problem(sentence)


_MAYBE_NONE = re.compile(r"[未没无]|不存在|发现")  # cheap to ask first


def is_none(text: str) -> re.Match[str] | None:
    """The match of an explicit "none" in a folded sentence, or None.

    >>> bool(is_none("项目资金使用方面未发现问题")), bool(is_none("虽然未发现问题,但进度偏慢"))
    (True, False)
    """
    if not _MAYBE_NONE.search(text) or cue("none_not").search(text):
        return None
    found = list(cue("none").finditer(text))
    return found[-1] if found else None
