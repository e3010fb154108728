"""Dates that cannot be what the report says they are: of another year, or of no calendar."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator

from textperf.compare.check_rules import Rule
from textperf.compare.reading import Reading
from textperf.model import Check

# The end of a year, or the whole of it: what a yearly report's own figures are as of.
_YEAR_END = re.compile(
    r"(20\d\d)\s*年\s*(?:12\s*月\s*(?:31\s*日|底|末)|年?[底末](?!前|之前)|1\s*(?:月\s*)?[-—–~至到]+\s*12\s*月|"
    r"1\s*月\s*1\s*日\s*[-—–~至到]+\s*(?:20\d\d\s*年\s*)?12\s*月\s*31\s*日)"
)
_DAY = re.compile(r"((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日")
_BREAK = re.compile(r"[。;!?\n\t]")
_BEFORE = 14  # characters before a date in which its cue stands


def dates(reading: Reading, rule: Rule) -> Iterator[Check]:
    """Runs the check of dates that the rule's id names."""
    yield from (_no_such_day if rule.id == "no_such_day" else _other_year)(reading, rule)


def _other_year(reading: Reading, rule: Rule) -> Iterator[Check]:
    """The close of another year given as the date of the report's own figures.

    Next year's close cannot have come when the report was written, unless it is a plan. Last year's close is often
    right (what was carried over, what things were compared with): it counts only where the report names its own
    year's close nowhere, so that a date left over from last year's report is what remains.
    """
    year = reading.report.meta.fiscal_year
    if year is None or reading.report.meta.report_type == "work_report":
        return
    text = reading.text
    found = list(_YEAR_END.finditer(text))
    own = any(int(m[1]) == year for m in found)
    cues, excuses = (re.compile("|".join(rule.get(name))) for name in ("cues", "excuses"))
    for date in found:
        off = int(date[1]) - year
        start = max((m.end() for m in _BREAK.finditer(text, 0, date.start())), default=0)
        close = _BREAK.search(text, date.end())
        sentence = text[start : close.start() if close else len(text)]
        before = text[max(start, date.start() - _BEFORE) : date.start()]
        if off not in (1, -1) or (off == -1 and own) or not cues.search(before) or excuses.search(sentence):
            continue
        if re.search(rf"{year}\s*年", sentence):  # both years in one sentence: a span or a comparison
            continue
        facts = tuple(f for f in reading.facts if start <= f.evidence.start < start + len(sentence))
        shown = re.sub(r"\s+", "", date[0])
        yield rule.check(reading.report, facts[:6], f"{year}年", shown, sentence=sentence.strip()[:60])
        return


def _no_such_day(reading: Reading, rule: Rule) -> Iterator[Check]:
    """A day that no calendar has: 2月30日, 13月5日."""
    for date in _DAY.finditer(reading.text):
        year, month, day = (int(date[n]) for n in (1, 2, 3))
        last = monthrange(year, month)[1] if 1 <= month <= 12 else 0
        if not 1 <= day <= last:
            expected = f"{month}月最多{last}日" if last else "1—12月"
            yield rule.check(reading.report, (), expected, date[0])
