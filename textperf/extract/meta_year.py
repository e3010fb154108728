"""The fiscal year of a report, as against the year of its publication or of the meeting it was read at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from textperf.model import Document

# Zero in Chinese years is typed in many ways: 二〇二三, 二○二三 (folded to 〇), 二O二三, 二Ο二三 (Greek), 二0二三.
ZEROS = "〇零OoΟο0"
HAN_DIGITS = ZEROS + "一二三四五六七八九"
YEARS = re.compile(
    rf"\(?(?:(?:19|20)[ ]?\d[ ]?\d|[{HAN_DIGITS}]{{4}})(?:[-~至](?:20)?\d\d)?[ ]*年度?(?:上半年|下半年|第?[一二三四]季度|\d{{1,2}}(?:至|-)\d{{1,2}}月)?\)?"
)

_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | dict.fromkeys(ZEROS, "0")
_YEAR = re.compile(rf"(?<![\d.])((?:19|20)[ ]?\d[ ]?\d)[ ]*(?:-(?:20)?\d\d)?[ ]*年|([一二][{HAN_DIGITS}]{{3}})[ ]*年")


def years_in(text: str) -> list[int]:
    """Years that a folded text names, Chinese digits and inner blanks read.

    >>> years_in("二〇二三年度"), years_in("二O二三年度"), years_in("20 21 年度"), years_in("2,023年前")
    ([2023], [2023], [2021], [])
    """
    out = []
    for m in _YEAR.finditer(text):
        digits = m.group(1) or "".join(_DIGITS[c] for c in m.group(2))
        out.append(int(digits.replace(" ", "")))
    return [y for y in out if 1949 <= y <= 2100]


def find_year(
    document: Document, folded: str, head: Sequence[str], title: str | None, kind: str, body: int
) -> int | None:
    """The year that the report accounts for; ``body`` is where the text behind its title begins."""
    if kind == "work_report":
        return _work_report_year(folded, head, title)
    evidence = _year_evidence(folded[body:])
    named = years_in(title) if title else []
    if not named:
        named = [
            y
            for line in head[:6]
            if len(line) <= 40 and not re.search(r"日期|发布|[〔\[]", line)
            for y in years_in(line)
        ][:1]
    if plan := _AND_PLANS.search((title or "").replace(" ", "")):
        return int(plan["told"])
    if named:
        year = named[0] if len(set(named)) == 1 or not evidence else max(set(named), key=lambda y: evidence[y])
        # a title that is a year ahead of the whole account ("2024年度…报告" over figures of 2023)
        if (
            evidence[year - 1] >= 4
            and evidence[year - 1] >= 4 * evidence[year]
            and _closes(folded[body:], year - 1)
            and not _closes(folded[body:], year)
        ):
            return year - 1
        return year
    if evidence:
        top = max(evidence.values())
        return max(y for y, n in evidence.items() if n == top)
    named = [
        y
        for part in reversed(PurePath(document.source.path).parts)
        for y in years_in(part) or [int(m) for m in re.findall(r"(?<!\d)(20\d\d)(?!\d)", part)]
    ]
    return named[0] if named else None


# 关于2023年商务工作情况和2024年工作安排的报告: the first year is told of, the second is planned
_AND_PLANS = re.compile(
    r"(?P<told>20\d\d)年[^,。]{2,24}?(?:情况|总结|回顾|执行|决算)[^,。]{0,4}?[和及与暨、](?:20\d\d)年[^,。]{0,12}?(?:安排|打算|计划|思路|预算|要点|谋划)"
)


def _year_evidence(folded: str) -> Counter[int]:
    """How often the body speaks of a year as the one that it accounts for."""
    counts: Counter[int] = Counter()
    for m in re.finditer(r"(20\d\d)[ ]*年(?:度|末|底|12月31日|全年|年初|,|本?部门|我)", folded):
        if re.search(
            r"(?:比|较|与|同|于|和|至|到|上年|力争|计划|预计)[ ]*$", folded[max(0, m.start() - 3) : m.start()]
        ):
            continue
        counts[int(m.group(1))] += 1
    return counts


def _closes(folded: str, year: int) -> bool:
    return bool(
        re.search(
            rf"(?:截至|截止|至|到)?[ ]*{year}[ ]*年(?:12月31日|末|底|度(?:部门|单位|整体|预算|决算|年初|全年|收入|支出))",
            folded,
        )
    )


def _work_report_year(folded: str, head: Sequence[str], title: str | None) -> int | None:
    """The year that a work report looks back on; the meeting is held early in the next one."""
    named = years_in(title) if title else []
    if named:
        review = re.search(r"总结|情况|年度", title or "")
        if review:
            return named[0]
    back = re.search(r"((?:19|20)\d\d)[ ]*年(?:的)?(?:主要|国内)?工作(?:的)?(?:回顾|情况)", folded) or re.search(
        r"((?:19|20)\d\d)[ ]*年(?:以来|,(?:面对|在|我们)|,?是[^。]{0,14}(?:不平凡|不寻常|不容易|艰难|成就|召开之年|第一年))",
        folded[:3000],
    )
    meeting = next((date for line in head[:6] if _GATHERING.search(line) and (date := _date(line))), None)
    if meeting:
        held, month = meeting
        if back and held - 1 <= int(back.group(1)) <= held and re.search("回顾|情况", back.group()):
            return int(back.group(1))
        return held - 1 if month <= 6 else held
    if back:
        return int(back.group(1))
    ahead = _AHEAD.search(folded)
    if ahead:
        return int(ahead.group(1)) - 1
    likely = _year_evidence(folded).most_common(2)
    if named:  # "2026年某省政府工作报告" is named after the year it was read in
        return named[0] - 1 if re.search(r"政府工作报告", title or "") else named[0]
    # without a word about which year is looked back on, only a clear majority of mentions counts
    return (
        likely[0][0] if likely and likely[0][1] >= 3 and (len(likely) == 1 or likely[0][1] > 2 * likely[1][1]) else None
    )


_GATHERING = re.compile(r"会议|大会|^[-—(]")
_AHEAD = re.compile(
    r"^[ ]*[一二三四五]、[^\n]{0,6}((?:19|20)\d\d)[ ]*年(?:的)?(?:政府|主要|重点)?(?:工作|任务)(?!回顾|情况|总结)", re.M
)
_MONTHS = "一二三四五六七八九十"


def _date(line: str) -> tuple[int, int] | None:
    """Year and month of a date in Arabic or Chinese digits.

    >>> _date("——2026年1月27日在某省"), _date("——二〇二六年一月二十七日在某省")
    ((2026, 1), (2026, 1))
    """
    years = years_in(line)
    month = re.search(r"年[ ]*(\d{1,2}|[一二三四五六七八九十]{1,2})[ ]*月", line)
    if not years or not month:
        return None
    text = month.group(1)
    number = (
        int(text)
        if text.isascii()
        else (10 + _MONTHS.index(text[1]) + 1 if len(text) == 2 else _MONTHS.index(text) + 1)
    )
    return years[0], number
