"""Chinese numerals with a classifier: which of them count (两个部门, 会议一次) and which are manners of speaking."""

from __future__ import annotations

import re
from functools import lru_cache

from textperf.extract.nonfacts import Cues
from textperf.extract.units import GAP, Unit, units
from textperf.text.numerals import HAN

# Classifiers that a single-digit numeral counts with by default; others (方, 面, 条线, 类 …) are mostly names and idioms.
_COUNTING = frozenset(
    [
        "个",
        "名",
        "家",
        "件",
        "项",
        "次",
        "场",
        "期",
        "批",
        "座",
        "处",
        "户",
        "条",
        "台",
        "辆",
        "份",
        "所",
        "篇",
        "册",
        "部",
        "起",
        "宗",
        "例",
        "张",
        "套",
        "间",
        "栋",
        "幢",
        "亩",
        "元",
        "吨",
        "人",
        "位",
        "支",
        "轮",
        "只",
        "盏",
        "幅",
        "艘",
        "架",
        "株",
        "眼",
        "倍",
        "斤",
        "米",
        "头",
        "枚",
        "颗",
        "遍",
        "首",
        "尊",
        "组",
        "对",
        "双",
        "届次",
    ]
)
_ONE_AT_STOP = frozenset("次名个场座家件项处部台辆所篇册份支条")
_ONE_BEFORE_NOUN = frozenset(["次", "场", "期", "座", "家", "项", "起", "处", "台", "辆", "所", "名", "部"])
_STOP = re.compile(GAP + r"(?:[,。;、):!?]|\d|$)")
_STOP_HALF = re.compile(GAP + r"(?:[,。;、):!?]|还多|左右|以上|$)")
_HAN = re.compile(r"[\u4e00-\u9fff]")
# Before a clause-final 一次, 一个: words after which it is no count (最多跑一次, 每年一次, 这一项)
_NOT_BEFORE_ONE = frozenset(
    "这那某每第同唯统之另下进逐任又再前首不了到以为的于在与和及或有把被将给对向从由让使令叫是做当成手跑年月度周日天季说干成定办抓选"
)
_INCIDENT = re.compile(r"(?:事故|案件|火灾|纠纷|案)$")

# 整改一项、销号一项: one by one, no count
_PAIRED = re.compile(r"[、,][\u4e00-\u9fff]{2}一[\u4e00-\u9fff]")
_PAIR = re.compile(r"一[\u4e00-\u9fff][、,][\u4e00-\u9fff]{2}$")
_MATTER = re.compile(GAP + r"(?:大)?事(?![项故务实])")
_SESSION = re.compile(r"(?:届[^,。\d]{0,4}|人大|政协|常委会|大会|党代会|全会)$")


def numeral_counts(
    text: str,
    start: int,
    end: int,
    numeral: str,
    unit: Unit,
    alternative: bool,
    hedged: bool,
    cues: Cues,
    outer_start: int,
) -> bool:
    """Whether a Chinese numeral with its classifier counts something.

    ``alternative``: a second unit in brackets follows (五县(市、区)). ``hedged``: a hedge stands beside or inside it,
    before it from ``outer_start`` (不下九万条: 下 is no 下一条).
    """
    form = unit.form
    if unit.kind == "place" or (len(form) == 1 and form not in _COUNTING):
        return alternative or (hedged and unit.kind != "place")
    if numeral in ("二", "一一") or (
        form == "分" and len(numeral) == 1
    ):  # 二 before a classifier is an ordinal: 二期, 二类
        return False
    if cues.ends("anaphora-before", text, outer_start) and not text.endswith("先后", 0, outer_start):
        return False
    if numeral == "一" and form in ("批", "起") and not _INCIDENT.search(text, max(0, start - 4), start):
        return False
    if hedged:
        return True
    if _named().match(text, end) and not cues.ends(
        "doing-verbs", text, start
    ):  # 两个千亿台阶, 三个“一号工程”, 三支一扶
        return False
    if form in ("个", "项", "条") and _adheres(text, start, cues):  # 落实行政执法三项制度, 围绕三个重点
        return False
    if form == "家" and len(numeral) == 1 and text[end : end + 1] in tuple("在的各均都共联互"):  # 网信、公安两家在…
        return False
    if numeral == "一":
        return _one(text, start, end, form, cues)
    if form == "件" and _MATTER.match(text, end):  # 抓好三件事
        return False
    if cues.begins("structure-nouns", text, end) or cues.begins("sum-words", text, end):
        return False
    if numeral == "四" and form == "处" and not _STOP.match(text, end):  # 四处奔走
        return False
    if unit.kind == "event" and _SESSION.search(text, max(0, start - 8), start):
        return False
    if form == "期" and not cues.ends("doing-verbs", text, start):  # 机场三期: a phase; 全年开班五期: a count
        return False
    if (
        form in ("项", "条") and len(numeral) == 1 and not _STOP.match(text, end)
    ):  # 三项制度: a set with a name, unless listed or done before
        return bool(_HAN.match(text[start - 1 : start])) if start else False
    return True


@lru_cache(maxsize=1)
def _named() -> re.Pattern[str]:
    """What makes a number and classifier part of a name: a magnitude, a quotation, or another numeral that counts nothing."""
    return re.compile(rf"{GAP}(?:[百千万亿“]|[一二两三四五六七八九十](?![{HAN}]|{GAP}{units().pattern}))")


def _adheres(text: str, start: int, cues: Cues) -> bool:
    """Whether the clause before follows or stresses something: what is numbered then is a fixed set, not a result."""
    begin = start
    while begin > max(0, start - 14) and text[begin - 1] not in ",。;:、\n":
        begin -= 1
    return any(word in text[begin:start] for word in cues.words["adhering-verbs"])


def _one(text: str, start: int, end: int, form: str, cues: Cues) -> bool:
    """一次 at the end of a clause behind its noun, 一名干警 at its beginning, 举办一期 behind a verb of doing."""
    previous = text[start - 1 : start]
    if form == "倍":
        return bool(_STOP.match(text, end) or text.startswith(("多", "以上", "左右", "还多"), end))
    if _PAIRED.match(text, end) or _PAIR.search(text, max(0, start - 8), start):
        return False
    if _STOP.match(text, end):
        return form in _ONE_AT_STOP and bool(_HAN.match(previous)) and previous not in _NOT_BEFORE_ONE
    if form not in _ONE_BEFORE_NOUN or text.startswith("一", end):
        return False
    if form == "名" and (not previous or previous in ",。;、:\n"):
        return True
    if form == "起" or previous in "为是成" or "每" in text[max(0, start - 8) : start]:  # 每半个月召开一次
        return False
    return cues.ends("doing-verbs", text, start)


_HALF_HEAD = re.compile(
    r"(?:下降|减少|减收|增长|压缩|压减|缩短|降低|提高)了?$|(?:不足|不到|接近|将近|超过|低于|高于|约为?|占|过|只有|仅有|相当于)[^,。;\n]{1,14}的$"
)


def half_counts(text: str, start: int, end: int, hedged: bool) -> bool:
    """一半 and 半数 as shares: 不足一半, 占一半, 一半以上, 下降一半, 接近总量的一半; not 一半是山一半是水."""
    if hedged or text[start - 1 : start] in ("占", "达", "有"):
        return True
    return _HALF_HEAD.search(text, max(0, start - 20), start) is not None and bool(_STOP_HALF.match(text, end))
