"""From a report to the evidence of each of its facts: clause, sentence, headings, kind of body."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from textperf.classify.bodies import Bodies
from textperf.classify.indicator_rules import Clue
from textperf.model import Fact, Report, Section
from textperf.text.fold import fold
from textperf.text.sentences import clauses

# A sentence longer than this is a table run together or a damaged page: look only at what stands close to the number.
_REACH = 300
_OTHER = "other"
_DELIVERED = re.compile(
    r"[(（—-]+\d{4}年\d+月[^)）]*(?:会议上|[)）]|$)[)）]?"
)  # where a report was delivered is not who wrote it
_NAMED = re.compile(r"(?:局|委员会|办公室|中心|厅|集团|公司|协会|学会|站|处|院|馆|部)$")
_OPENING = 1500  # a body names itself in the opening
# Behind one of these begins the next count: 优6个、良3个.
_NEXT = ("、", "(", "和", "及", "→")
# 评为优、良、中的分别有4个、2个和1个: the first count belongs to the first grade, and so on.
_GRADES = re.compile(
    r"([“”优良中差合格不好秀等、和及]{3,24})(?:等次|等级|级|等)?(?:的|的项目|项目)?(?:个数)?(?:分别|依次|各)(?:为|有|是|达)?$"
)
_GRADE = re.compile(r"不合格|合格|优秀|良好|优|良|中|差")
# 审计项目数:年度指标值52个,完成值55个 — what the label names was counted. 指标2:公路养护。指标值1,430公里: a heading names it.
_VALUE_WORD = re.compile(r"(?:年度|年初|全年|实际)?(?:绩效)?(?:指标|目标|完成|控制|实际|计划|均)值")
_VALUE = re.compile(_VALUE_WORD.pattern + r"(?:为|是|[≥≤><=])*$")
_LABEL = re.compile(r"^[(]?[\d一二三四五六七八九十]*[).、]?(?:指标[\d一二三四五六七八九十]+:)?|[:,、。]$")
_NUMBERED = re.compile(
    r"[(]?[\d一二三四五六七八九十]+[).、]|(?:指标|项目)[\d一二三四五六七八九十]+:|[一二三四五六七八九十]是|第[一二三四五六七八九十],"
)
_COUNTS = re.compile(r"\d[\d.,]*[万亿]?[\u4e00-\u9fff%]|[;?]")  # a heading counts nothing
_RUN_IN = 20  # a run-in heading is no longer
_PROSE = re.compile(r"[。;,、:](?!\Z)|\d[件个次人]")  # a line with these speaks of something, it is no title


_folded = lru_cache(maxsize=8192)(fold)  # items and verbs recur


def body_of(report: Report, bodies: Bodies) -> str | None:
    """The kind of the body that wrote the report, from its name, the title, or the opening of the text; else None.

    A body whose name is known but of no kind is ``_OTHER``: no rule for a kind of body is for it.
    """
    for name in (report.meta.department, report.meta.title, report.file):
        kind = bodies.kind(_DELIVERED.sub("", name) if name else name)
        if kind is not None:
            return kind
    opening = fold(report.text[:_OPENING])
    for line in opening.splitlines()[:6]:
        if len(line) <= 60 and not _PROSE.search(line) and (kind := bodies.kind(line)) is not None:
            return kind
    kind = bodies.kind_of_text(opening)
    return _OTHER if kind is None and _NAMED.search(report.meta.department or "") else kind


# The name stands at the number, its verb is that of an earlier count: 编外聘用125人，在岗职工总数426人 (see linking).
_BORROWED = re.compile("[^/]*/[LR]P")


def _borrows(fact: Fact, between: str) -> bool:
    """Whether the verb of a whole count in a clause of its own is that of the count before."""
    own = fact.scope == "whole" and re.search("[,;]", between) and "其中" not in between
    return bool(own and _BORROWED.match(fact.rule))


# 全年预算数（含年初结转）: what a bracket counts in does not name the figure
_INCLUSIVE = re.compile(r"\(含[^()]{2,12}\)$")


def clues(report: Report, bodies: Bodies, text: str | None = None) -> Iterator[tuple[Fact, Clue]]:
    """The facts of a report, each with its evidence; ``text``: that of the report, when it is folded already."""
    text = fold(report.text) if text is None else text
    body = body_of(report, bodies)
    headings = _Headings(report.sections)
    facts = sorted(report.facts, key=lambda f: f.evidence.start)
    grades: list[str] = []
    spans: dict[tuple[int, int], tuple[list[tuple[int, int]], str]] = {}
    for n, fact in enumerate(facts):
        start, end = fact.evidence.start, fact.evidence.end
        first, last = _sentence(text, fact)
        known = spans.get((first, last))
        if known is None:
            known = spans[first, last] = clauses(text, first, last), _run_in(text, first)
        parted, heading = known
        lo, hi = first, last
        for a, b in parted:
            if a <= start < b:
                lo, hi = a, max(b, end)
                break
        left = max(lo, facts[n - 1].evidence.end) if n and facts[n - 1].evidence.end <= start else lo
        right = hi
        if n + 1 < len(facts) and end <= facts[n + 1].evidence.start < hi:
            right = facts[n + 1].evidence.start
        grades = _grades(text[left:start], grades)
        role, title = headings.at(start)
        item = _INCLUSIVE.sub("", _folded(fact.item))
        if item.endswith("值"):
            item = _label(text, first, start, text[lo:start]) or item
        if heading and heading not in title:
            title = f"{title}/{heading}"
        yield (
            fact,
            Clue(
                item=item,
                action=_folded(fact.action) if fact.action else "",
                before=text[lo:start],
                after=text[end:hi],
                left=f"其中{grades[0]}" if grades else text[left:start],
                right="" if text[end : end + 1] in _NEXT else text[end:right],
                lead=text[first:start],
                sentence=text[first:last],
                title=title,
                unit=fact.quantity.unit,
                status=fact.status,
                scope=fact.scope,
                body=body,
                role=role,
                report_type=report.meta.report_type,
                distant=item not in text[lo:hi],
                source=fact.source,
                borrowed=bool(n) and _borrows(fact, text[facts[n - 1].evidence.end : start]),
            ),
        )


def _run_in(text: str, first: int) -> str:
    """The heading that opens the paragraph of a sentence, run in with it: (三)“三公”经费。预算数14万元. Empty without one."""
    line = text.rfind("\n", 0, first) + 1
    end = text.find("。", line, line + _RUN_IN)
    if line <= end < first and _NUMBERED.match(text, line, end) and not _COUNTS.search(text, line, end):
        return text[line:end]
    return ""


def _label(text: str, first: int, start: int, clause: str) -> str:
    """What 指标值, 完成值 stand for: the label at the start of the sentence or the run-in heading. Empty when none."""
    if not _VALUE.search(clause):
        return ""
    lead = re.split(r"[;。]", text[first:start])[-1]
    value = _VALUE_WORD.search(lead)
    label = re.split(r"[,]", _LABEL.sub("", lead[: value.start()].strip()))[-1] if value else ""
    label = label or _LABEL.sub("", _run_in(text, first))
    return label if 1 < len(label) <= _RUN_IN and not any(ch.isdigit() for ch in label) else ""


def _grades(left: str, before: list[str]) -> list[str]:
    """The grades still to be counted from here on: ``left`` opens a list of them or goes on with that of ``before``."""
    if (opened := _GRADES.search(left)) and len(found := _GRADE.findall(opened[1])) > 1:
        return found
    return before[1:] if left in _NEXT else []


def _sentence(text: str, fact: Fact) -> tuple[int, int]:
    start, end = fact.evidence.start, fact.evidence.end
    first, last = fact.sentence_start, fact.sentence_end
    if not first <= start < end <= last:
        first = max(text.rfind(mark, 0, start) for mark in "。\n") + 1
        last = min((at for mark in "。\n" if (at := text.find(mark, end)) >= 0), default=len(text))
    return max(first, start - _REACH), min(last, end + _REACH)


class _Headings:
    """Role and headings at a place of the text."""

    def __init__(self, sections: tuple[Section, ...]) -> None:
        self._sections = sorted(sections, key=lambda s: (s.start, s.level))
        self._starts = [s.start for s in self._sections]
        self._by_id = {s.section_id: s for s in self._sections}
        self._known: dict[int, tuple[str, str]] = {}

    def at(self, place: int) -> tuple[str, str]:
        n = bisect_right(self._starts, place) - 1
        if n < 0 or place >= self._sections[n].end:
            return "other", ""
        if n not in self._known:
            self._known[n] = self._trail(n)
        return self._known[n]

    def _trail(self, n: int) -> tuple[str, str]:
        section: Section | None = self._sections[n]
        titles: list[str] = []
        role = "other"
        while section is not None and len(titles) < 8:
            titles.append(fold(section.title))
            if role == "other":
                role = section.role
            section = self._by_id.get(section.parent_id or "")
        return role, "/".join(reversed(titles))
