"""Which numbers with a unit are no counts: ranks, thresholds in attributes, grading scales, names, durations.

The words stand in rules/nonfacts.toml, the constructions here. Each function looks a few characters to either side.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from textperf.extract.units import GAP, Unit
from textperf.model import Bound
from textperf.rules.loader import RuleError, Shape, packaged, read_rules

SHAPE = Shape("cue", {"id": str, "words": list, "examples": list}, ("id", "words", "examples"))
CUES = (
    "rank-before", "rank-moves", "rate-nouns", "level-nouns", "money-verbs", "doing-verbs", "structure-nouns",
    "sum-words", "anaphora-before", "day-outcomes", "grades", "people-nouns", "money-nouns",
)  # fmt: skip

_HAN = re.compile(r"[\u4e00-\u9fff]")
_QUOTED = re.compile(r"《[^《》\n]{1,80}》|“[^“”\n]{1,60}”|‘[^‘’\n]{1,60}’|\"[^\"\n]*\"")
_SENTENCE_MARK = re.compile(r"[。;!?]")
# 以上/以下 directly on a noun make a threshold: 5,000万元以上的重大项目, 90分以上项目
_OVER_NOUN = re.compile(
    GAP
    + r"(?:\((?:含|不含)\))?(?:及|或|或者)?(?:以上|以下|以内|之上|之下)(?:\((?:含|不含)\))?(?P<de>的)?(?P<next>[\u4e00-\u9fff“《]?)"
)
_DE_NOUN = re.compile(GAP + r"(?:以上|以下)?的(?P<noun>[\u4e00-\u9fff]{1,6})?")
_GRADE = r"[“\"]?(?:{})[”\"]?"


@dataclass(frozen=True, slots=True)
class Cues:
    """The word lists by their id, as patterns: ``ends`` matches a text that ends in a word, ``starts`` one that begins so."""

    words: Mapping[str, frozenset[str]]
    starts: Mapping[str, re.Pattern[str]]
    grade_after: re.Pattern[str]
    grade_before: re.Pattern[str]
    longest: Mapping[str, int]

    def ends(self, cue: str, text: str, at: int) -> bool:
        """Whether a word of ``cue`` ends at ``at`` (white space aside)."""
        while at > 0 and text[at - 1] in " \r\n":
            at -= 1
        words = self.words[cue]
        return any(text[max(0, at - n) : at] in words for n in range(1, self.longest[cue] + 1))


def build(path: Path) -> Cues:
    """Cues from a rule file. Raises :class:`RuleError` where a list is missing or unknown."""
    words = {entry["id"]: frozenset(entry["words"]) for entry in read_rules(path, SHAPE)}
    if set(words) != set(CUES):
        odd = "、".join(sorted(set(words) ^ set(CUES)))
        raise RuleError(f"{path.name}：缺少或多出 {odd}")
    starts = {
        key: re.compile("|".join(map(re.escape, sorted(group, key=len, reverse=True)))) for key, group in words.items()
    }
    grade = _GRADE.format("|".join(sorted(words["grades"], key=len, reverse=True)))
    return Cues(
        words,
        starts,
        re.compile(
            GAP
            + rf"(?:\((?:不)?含\))?(?:以上|以下|以内)?(?:\((?:不)?含\))?(?:的)?(?:\))?(?:为|评为|定为|属于?|的为|是|等级为|划为|视为){grade}"
        ),
        re.compile(rf"{grade}(?:等级|等次|档)?[（(:]$"),
        {key: max(map(len, group)) for key, group in words.items()},
    )


def cues() -> Cues:
    """The packaged cue words, read once per process."""
    return cast(Cues, packaged("nonfacts.toml", build))


@dataclass(frozen=True, slots=True)
class Quoted:
    """Spans in quotes or book-title marks: short quoted strings are names, what stands in 《》 is a title."""

    starts: tuple[int, ...]
    spans: tuple[tuple[int, int, bool], ...]

    def around(self, position: int) -> tuple[int, int, bool] | None:
        """(start, end, is_title) of the quoted string that holds ``position``, or None."""
        at = bisect_right(self.starts, position) - 1
        if at >= 0 and position < self.spans[at][1]:
            return self.spans[at]
        return None


def quoted(text: str, start: int, end: int) -> Quoted:
    """The quoted strings of ``text[start:end]`` that are names or titles, not quoted sentences."""
    spans = []
    for found in _QUOTED.finditer(text, start, end):
        title = found[0][0] == "《"
        if title or (len(found[0]) <= 26 and not _SENTENCE_MARK.search(found[0])):
            spans.append((found.start(), found.end(), title))
    return Quoted(tuple(span[0] for span in spans), tuple(spans))


def is_rank(text: str, start: int, unit: Unit, cues: Cues) -> bool:
    """前5名, 位居全省3位, 上升2位: a place in an order, not persons."""
    if unit.form not in ("位", "名", "家", "个", "强", "项", "件", "次"):
        return False
    if text[start - 1 : start] in ("第", "前"):
        return text[start - 1 : start] == "第" or unit.form in ("位", "名")
    if unit.form == "位":
        return cues.ends("rank-before", text, start) or cues.ends("rank-moves", text, start)
    return unit.form == "名" and text[max(0, start - 2) : start] in ("排名", "名列", "位列", "位居")


def is_threshold(text: str, start: int, end: int, unit: Unit, share: bool, bound_at: int | None, cues: Cues) -> bool:
    """A number inside an attribute: 单价100万元以上设备, 执行率低于80%的项目, 追加5次以上的镇.

    ``bound_at`` is where a bound word before the number begins, or None. Numbers of the thing itself are none:
    培训2期以上, 提高到65%以上, 开展3次以上宣传活动, 低于5,000张的目标.
    """
    over = _OVER_NOUN.match(text, end)
    left = start if bound_at is None else bound_at
    if over and over["next"]:
        after = over.end() - len(over["next"])
        if cues.starts["level-nouns"].match(text, after):
            return False
        if share:
            return cues.ends("rate-nouns", text, left)
        if unit.kind in ("discrete", "event") and unit.form != "分":
            return bool(over["de"]) or not cues.ends("doing-verbs", text, left)
        if unit.kind == "money" and not over["de"] and cues.ends("money-verbs", text, left):
            return False
        return True
    if bound_at is None and not _short_of(text, start):
        return False
    de = _DE_NOUN.match(text, end)
    if de and de["noun"] and not cues.starts["level-nouns"].match(text, de.start("noun")):
        at = left if bound_at is not None else left - 3
        return any(cues.ends("rate-nouns", text, k) for k in ((at, at - 1) if bound_at is None else (at,)))
    if de and not de["noun"]:
        return False
    return False


def _short_of(text: str, start: int) -> bool:
    """低于, 高于, 未达到 and the like: comparisons that are no bound of the number itself."""
    return text[max(0, start - 2) : start] in ("低于", "高于", "少于", "多于", "不到", "达到", "达不到"[1:])


def is_grade_scale(text: str, start: int, end: int, cues: Cues) -> bool:
    """90分以上为“优”, “良”（80分至90分）: the scale of marks, not a mark."""
    if cues.grade_after.match(text, end):
        return True
    return bool(cues.grade_before.search(text, max(0, start - 8), start))


def is_outcome_time(text: str, start: int, previous_end: int, cues: Cues) -> bool:
    """Whether days or hours are themselves what was achieved: 优良天数341天, 5次9天的培训, 平均住院日9.2天."""
    if previous_end >= 0 and not text[previous_end:start].strip():
        return True
    begin = max(text.rfind(mark, max(0, start - 40), start) for mark in "。;\n")
    window = text[max(begin + 1, start - 40) : start]
    return bool(cues.starts["day-outcomes"].search(window))


def next_is_han(text: str, at: int) -> bool:
    """Whether a Han character stands at ``at`` (spaces and line breaks aside)."""
    while at < len(text) and text[at] in " \r\n":
        at += 1
    return bool(_HAN.match(text, at))


_DISTANT = re.compile(r"(至少|最少|最多|至多|不少于|不低于|不超过|控制在)[\u4e00-\u9fff“”]{1,8}$")
_DISTANT_BOUND: Mapping[str, Bound] = {
    "至少": "ge",
    "最少": "ge",
    "不少于": "ge",
    "不低于": "ge",
    "最多": "le",
    "至多": "le",
    "不超过": "le",
    "控制在": "le",
}


def distant_bound(text: str, start: int, floor: int) -> Bound | None:
    """A bound that stands before the verb: 至少宣讲1次, 每个镇至少辅导2次."""
    found = _DISTANT.search(text, max(floor, start - 10), start)
    return _DISTANT_BOUND[found[1]] if found else None


_HAN_STRONG = frozenset(
    ["个", "名", "家", "件", "项", "次", "场", "期", "批", "座", "处", "户", "条", "台", "辆", "份", "所", "篇", "册", "部", "起", "宗", "例", "张", "套", "间", "栋", "幢", "亩", "公里", "元", "吨", "人", "位", "支", "轮", "只", "盏", "幅", "艘", "架", "株", "眼", "倍", "天", "块钱", "万元", "平方米", "公顷", "斤", "公斤", "米", "千米", "平方公里", "立方米", "美元", "艘", "列", "小时", "百分点", "颗", "枚", "头"]
)
_ONE_AFTER = frozenset(["次名个场期座家件项处部台辆所篇册份"] + list("次名场期座家件项处部台辆所篇册份"))
_ONE_NOUN = frozenset("次场期座家件项起处台辆所部名")
_PUNCT = re.compile(GAP + r"(?:[,。;、):!?]|$)")
_FUNCTION = frozenset(
    "这那某每第同唯统之另下进逐任又再前首不了到以为的于在与和及或有把被将给对向从由让使令叫是做当成跑年月度周日天"
)


def han_counts(text: str, start: int, end: int, unit: Unit, found: re.Match[str], hedged: bool, cues: Cues) -> bool:
    """Whether a Chinese numeral with a classifier counts something; most are names, slogans and manners of speaking."""
    numeral = found["hn"]
    form = unit.form
    if len(form) == 1 and form not in _HAN_STRONG:
        return bool(found["alt"])
    if unit.kind == "place":
        return bool(found["alt"])
    after = end
    while after < len(text) and text[after] in " \r\n":
        after += 1
    if hedged or len(numeral) > 2 or (len(numeral) == 2 and numeral[0] != "十" and numeral not in ("一一",)):
        return not (cues.starts["structure-nouns"].match(text, after) and len(numeral) < 2)
    if cues.ends("anaphora-before", text, start):
        return False
    if numeral in ("一", "幺"):
        return _one_counts(text, start, end, form, cues)
    if cues.starts["structure-nouns"].match(text, after) or cues.starts["sum-words"].match(text, after):
        return False
    if form == "次" and re.search(r"(?:届[^,。]{0,4}|人大|政协|常委会|大会|党代会)$", text[max(0, start - 8) : start]):
        return False
    if form == "项" and not _PUNCT.match(text, end):
        return bool(_HAN.match(text, start - 1)) if start else False
    return True


def _one_counts(text: str, start: int, end: int, form: str, cues: Cues) -> bool:
    previous = text[start - 1 : start]
    if _PUNCT.match(text, end):
        return form in _ONE_AFTER and bool(_HAN.match(previous)) and previous not in _FUNCTION
    if form not in _ONE_NOUN or not next_is_han(text, end):
        return False
    if form == "名" and (not previous or previous in ",。;、:\n"):
        return True
    return cues.ends("doing-verbs", text, start) and form != "件"


def half_counts(text: str, start: int, end: int, hedged: bool) -> bool:
    """一半 and 半数 as shares: 不足一半, 占一半, 一半以上; not 一半是…一半是…."""
    return hedged or text[start - 1 : start] in ("占", "达", "有", "的")
