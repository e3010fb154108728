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
from textperf.rules.loader import RuleError, Shape, packaged, read_rules

SHAPE = Shape("cue", {"id": str, "words": list, "examples": list}, ("id", "words", "examples"))
CUES = (
    "rank-before", "rank-moves", "rate-nouns", "level-nouns", "money-verbs", "doing-verbs", "structure-nouns",
    "sum-words", "anaphora-before", "day-outcomes", "day-verbs", "grades", "people-nouns", "money-nouns",
    "attribute-nouns", "function-words", "household-nouns", "class-units", "lead-words", "adhering-verbs",
)  # fmt: skip

_QUOTED = re.compile(r"《[^《》]{1,80}》|“[^“”]{1,60}”|‘[^‘’]{1,60}’|\"[^\"\n]*\"")
_SENTENCE_MARK = re.compile(r"[。;!?]")
_LONGEST_NAME = 26
# 以上, 以下 and what stands behind them: a noun makes a threshold (5,000万元以上的重大项目), a stop a bound (2期以上。)
_OVER = re.compile(
    GAP
    + r"(?:\(不?含\))?(?:及|或|或者)?(?:以上|以下|以内|之上|之下|及以上|及以下)(?:\(不?含\))?(?P<de>的)?"
    + GAP
    + r"(?P<next>[\u4e00-\u9fff“《\d]?)"
)
_COMPARED = re.compile(r"(?:低于|高于|少于|多于|优于|未达到|未达|没有达到|没达到|达到|达|(?<![超通经不渡])过)$")
_DE = re.compile(GAP + r"的(?P<noun>[\u4e00-\u9fff])?")
_FUNDS = ("资金", "经费", "补助", "补贴", "贷款")  # 争取专项经费300万元以上补齐短板: the amount, no attribute
_RULING = re.compile(GAP + r"(?:以上|以下)?的,?(?:一律|不予|不得|必须|应当|须|不再|取消|要说明)")
# classes of a distribution: 80—90分的6个, 90至144平方米(含)的占76.9%
_CLASS = re.compile(GAP + r"(?:\(不?含\))?的(?:占|有|仅|只有|达|为|共)?[\d一二三四五六七八九十]")
_WITHIN = re.compile(GAP + r"(?:\(含\))?(?:以内|之内|内|前|后|起|左右内)")
_INSIDE = re.compile(GAP + r"(?:范围)?(?:以内|之内|内|以外|之外|外)(?=[\u4e00-\u9fff])")
_BEFORE_TIME = re.compile(r"(?:不少于|不低于|累计|超过|达到|合计|共|达|满)$")
_SCORING_AFTER = re.compile(
    GAP
    + r"(?:(?:以上|以下|以内)?(?:\(含\))?的?(?:得满分|不得分|不计分|不扣分|得0分)"
    + r"|(?:(?:以上|以下|以内)(?:\(含\))?的?|的),(?:得满分|不得分|不计分|不扣分|得0分)"  # 利用率97.5%，得满分 tells a result
    + r"|(?:以上|以下|以内)?(?:\(含\))?的?(?:(?<=的),?扣\d|(?<!分)扣(?:减|除)?\d))"
)
_SCORING_BEFORE = re.compile(
    r"每(?:超过|超出|超|低于|少|多|增加|减少|降低|提高|下降|延迟|有)?[^,。;\n]{0,16}扣(?:减|除)?$"
)
_LONGER_WORD = re.compile(
    r"个[别人体]|项目|部[门分署]|人[员大民事均]|分[别类析管]|家[庭具]|条[例件]|处[理室置罚]|所[属有在]|支[出持付部]|户[籍均]|场[所地]|班[子次]|"
    r"组织|次[年日月]|位[于置]|面[积向]|类[别型]|名[单称]|本[级年部单]|期[末初间]|张[贴]|台账|套[期]|对[象比照接]|节[约能]|起[草]|元旦|万[事一]"
)
_RANKED = re.compile(r"(?:排名|名次|位次|排序|位居|位列)[^,。;\n]*$")
_AMONG = re.compile(r"\d+个[\u4e00-\u9fff]{1,6}中(?:排名|排在|位列|位居|名列|居)")
_ORDINALS = re.compile(r"第[一二三四五六七八九十\d]{1,3}(?:[、和][一二三四五六七八九十\d]{1,3})*[、和]$")
_DENIED = re.compile(r"(?:未|没有|没)再?(?:发生|出现|发现|产生)过?$")
# Periods that are said of much (每6个月, 3个工作日内): outcomes only where a time is named that they measure
_PERIODS = frozenset(("个月", "个工作日", "工作日"))
_LEAD_TIME = re.compile(
    r"(?:时限|时间|周期|工期|等候|用时|耗时|去化|半径|提前量)(?:均|分别|由|从|平均|普遍|已|大幅|再|进一步|整体|年初的?|上年的?|最快|每[件人户]|预计)*"
    r"(?:由|从|自|为|至|到|达|是|压减|压缩|缩短|缩减|缩|压|减少|减|降|提前|推后|延长|超过|控制在|晚)?(?:到|至|为|了|近|约)?$"
    r"|(?:时限|时间|周期|工期|等候|用时|提前量)[^,。;]{0,10}(?:由|从)[^,。;]{0,24}(?:到|至|为)$"
    r"|(?:提前|推后|推迟)(?:了|近|约)?$|(?:比|较|晚于|早于)[^,。;0-9]{0,12}(?:工期|去年同期|上年同期|计划|预定时间|目标)?(?:少|多|早|晚|快|慢|提前|推后|缩短|延长)?了?$(?<=[少多早晚快慢前后短长期])"
    r"|最[快短长](?:仅|只)?(?:达|为|用)?$|(?:下基层|蹲点调研|驻点调研)(?:均|不少于|超过|累计)*$"
)
_VALUE = re.compile(r"^(?:年度)?(?:目标|指标|设定|实际|完成)(?:值|完成值?|完成)?(?:为|是|:)?[≤≥<>]?$")
_TIMED = re.compile("住院日|时间|时限|时长|周期|工期|天数")
_SCALE_HEAD = r"[“\"]?(?:{})[”\"]?"


@dataclass(frozen=True, slots=True)
class Cues:
    """The word lists by their id. ``starts`` holds a pattern for each that matches a word where a text begins."""

    words: Mapping[str, frozenset[str]]
    starts: Mapping[str, re.Pattern[str]]
    longest: Mapping[str, int]
    scale_after: re.Pattern[str]
    scale_before: re.Pattern[str]

    def ends(self, cue: str, text: str, at: int) -> bool:
        """Whether a word of ``cue`` ends at ``at`` (white space aside)."""
        while at > 0 and text[at - 1] in " \r\n":
            at -= 1
        words = self.words[cue]
        return any(text[max(0, at - n) : at] in words for n in range(1, self.longest[cue] + 1))

    def begins(self, cue: str, text: str, at: int) -> bool:
        """Whether a word of ``cue`` begins at ``at`` (white space aside)."""
        while at < len(text) and text[at] in " \r\n":
            at += 1
        return self.starts[cue].match(text, at) is not None


def build(path: Path) -> Cues:
    """Cues from a rule file. Raises :class:`RuleError` where a list is missing or unknown."""
    words = {entry["id"]: frozenset(entry["words"]) for entry in read_rules(path, SHAPE)}
    if set(words) != set(CUES):
        odd = "、".join(sorted(set(words) ^ set(CUES)))
        raise RuleError(f"{path.name}：缺少或多出 {odd}")
    ordered = {key: sorted(group, key=len, reverse=True) for key, group in words.items()}
    starts = {key: re.compile("|".join(map(re.escape, group))) for key, group in ordered.items()}
    head = _SCALE_HEAD.format("|".join(ordered["grades"]))
    after = rf"(?:\(不?含\))?(?:以上|以下|以内|之间)?(?:\(不?含\))?的?\)?(?:为|评为|定为|属于?|的为|是|等级为|划为|视为|即为|确定为){head}"
    return Cues(
        words,
        starts,
        {key: len(group[0]) for key, group in ordered.items()},
        re.compile(GAP + after),
        re.compile(rf"{head}(?:等级|等次|档|级)?(?:\(|:|为|\(得分)$"),
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
    """The quoted strings of ``text[start:end]`` that are names or titles, not quoted sentences.

    >>> quoted("落实“20条”和《2023年规划》,", 0, 18).spans
    ((2, 7, False), (8, 17, True))
    """
    spans = []
    for found in _QUOTED.finditer(text, start, end):
        title = found[0][0] == "《"
        if title or (len(found[0]) <= _LONGEST_NAME and not _SENTENCE_MARK.search(found[0])):
            spans.append((found.start(), found.end(), title))
    return Quoted(tuple(span[0] for span in spans), tuple(spans))


def is_rank(text: str, start: int, unit: Unit, cues: Cues) -> bool:
    """第3个, 前5名, 位居全省3位, 上升2位: a place in an order, not a number of things."""
    at = start
    while at > 0 and text[at - 1] in " \r\n":
        at -= 1
    previous = text[at - 1 : at]
    if previous == "第" or (previous == "前" and unit.kind == "share"):  # 前1%
        return True
    if previous in "、和" and _ORDINALS.search(text, max(0, at - 16), at):  # 第八、九、十轮
        return True
    if _AMONG.match(text, start):  # 在全省14个市州中排名第4位
        return True
    if unit.form == "位" and _RANKED.search(text, max(0, start - 20), start):  # 排名由369位上升到235位
        return True
    if unit.form == "位":
        return cues.ends("rank-before", text, at) or cues.ends("rank-moves", text, at)
    if unit.form == "名":
        return previous == "前" or text[max(0, at - 2) : at] in ("排名", "名列", "位列", "位居")
    return False


def is_compared(text: str, start: int) -> bool:
    """Whether 低于, 高于, 达到 stand before a number."""
    return _COMPARED.search(text, max(0, start - 4), start) is not None


def is_threshold(text: str, start: int, end: int, unit: Unit, bound_at: int | None, exceeds: bool, cues: Cues) -> bool:
    """A number inside an attribute: 单价100万元以上设备, 执行率低于80%的项目, 追加5次以上的镇.

    ``bound_at`` is where a bound word before the number begins, or None; ``exceeds`` says that it is 超过 or 不足, which
    describe (投资超亿元的项目), not 不少于 or 不超过, which demand. Numbers of the thing itself are no thresholds:
    培训2期以上, 提高到65%以上, 开展3次以上宣传活动, 低于5,000张的目标.
    """
    if text[end : end + 1] == "级" or _RULING.match(text, end):  # 30万吨级航道, 超过合同价5%的一律重新论证
        return True
    left = start if bound_at is None else bound_at
    if unit.form in ("米", "公里", "里", "千米") and _INSIDE.match(text, end):  # 50米内换乘
        return True
    if bound_at is not None and exceeds and unit.kind == "money" and text[end : end + 1].isdigit():  # 超十亿元57家
        return True
    over = _OVER.match(text, end)
    if over and over["next"]:
        return _over_noun(text, left, over, unit, cues)
    compared = _COMPARED.search(text, max(0, start - 4), start)
    if bound_at is None and not compared:
        return False
    if compared:
        left = min(left, compared.start())
    sized = unit.kind in ("money", "measure")
    de = _DE.match(text, end)
    if not de:
        return sized and compared is None and cues.begins("attribute-nouns", text, end)
    noun = de.end() - len(de["noun"] or "")
    if cues.begins("level-nouns", text, noun):
        return False
    if cues.ends("rate-nouns", text, left):
        return True
    if unit.kind == "share" or any(cues.ends(cue, text, left) for cue in ("money-verbs", "doing-verbs", "lead-words")):
        return False
    return exceeds or cues.begins("attribute-nouns", text, noun)


def _over_noun(text: str, left: int, over: re.Match[str], unit: Unit, cues: Cues) -> bool:
    """Whether 以上/以下 and a noun behind it make an attribute of that noun (see :func:`is_threshold`)."""
    sized = unit.kind in ("money", "measure")
    if over["next"].isdigit():  # 90分以上12个, 100万元以下3件: classes of a distribution
        return sized
    at = over.end() - 1
    if cues.begins("level-nouns", text, at):
        return False
    if unit.kind == "share":
        return cues.ends("rate-nouns", text, left)
    if cues.begins("function-words", text, at) and not over["de"]:
        return sized and cues.ends("rate-nouns", text, left)
    if unit.kind in ("discrete", "event"):
        done = cues.ends("doing-verbs", text, left) or cues.ends("lead-words", text, left)
        return (bool(over["de"]) or unit.form in cues.words["class-units"]) and not done
    return bool(over["de"]) or not (cues.ends("money-verbs", text, left) or text.endswith(_FUNDS, 0, left))


def is_class(text: str, end: int, unit: Unit) -> bool:
    """80—90分的6个, 低于60分的3名: a range that names a class of a distribution, not a result."""
    return unit.kind in ("share", "measure", "money", "time") and _CLASS.match(text, end) is not None


def is_scoring_rule(text: str, start: int, end: int) -> bool:
    """每超过1个百分点扣0.5分, ≤5%得满分, 低于60%不得分: how marks are given, not what was achieved."""
    return bool(_SCORING_AFTER.match(text, end) or _SCORING_BEFORE.search(text, max(0, start - 24), start))


def breaks_line(text: str, start: int, unit_at: int) -> bool:
    """Whether a number at ``start`` and the unit behind a line break are not one (a table row, the next paragraph).

    A wrapped line is long, holds no tab, and what follows is no longer word that begins like a unit (个别, 项目, 人员).
    """
    line = text.rfind("\n", max(0, start - 4), start)
    if line >= 0 or start < 4:
        return True
    return "\t" in text[max(0, start - 60) : start] or bool(_LONGER_WORD.match(text, unit_at))


def is_denominator(text: str, start: int) -> bool:
    """每10万人口, 每7天: what something is counted per."""
    return text[start - 1 : start] == "每"


def is_denied(text: str, start: int) -> bool:
    """未发生一起事故, 没有出现1例: a way to say none, not a number of things."""
    return bool(_DENIED.search(text, max(0, start - 6), start))


def is_grade_scale(text: str, start: int, end: int, cues: Cues) -> bool:
    """90分以上为“优”, “良”(80分至90分): the scale of marks, not a mark."""
    return bool(cues.scale_after.match(text, end) or cues.scale_before.search(text, max(0, start - 8), start))


def is_outcome_time(text: str, start: int, end: int, floor: int, form: str, cues: Cues) -> bool:
    """Whether days or hours are themselves what was achieved: 优良天数341天, 平均住院日9.2天, 开放不少于10天."""
    begin = start
    while begin > max(floor, start - 40) and text[begin - 1] not in ",。;":
        begin -= 1
    clause = "".join(text[begin:start].split())
    if form in _PERIODS:
        return _LEAD_TIME.search(clause) is not None or "月数" in clause
    if any(word in clause for word in cues.words["day-outcomes"]) or _LEAD_TIME.search(clause):
        return True
    if _VALUE.search(clause) and _TIMED.search(text, max(floor, start - 60), start):
        return True  # 平均住院日，目标≤8.5天，实际7.9天
    if _WITHIN.match(text, end):
        return False
    between = _BEFORE_TIME.search(text, max(floor, start - 4), start)
    return cues.ends("day-verbs", text, between.start() if between else start)
