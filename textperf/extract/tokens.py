"""The words of a sentence with its counts among them, and the stretches of text that belong to one count.

A :class:`Token` is a word, a mark or a count. The *left region* of a count reaches back to the last comma, colon, count
or open bracket; the *right region* forward to the next one. Both are half-open ranges of token indices. What is counted
stands in one of them, in an earlier clause, or is inherited.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from textperf.extract.mention import Mention
from textperf.extract.native import native
from textperf.rules.lexicon import is_nominal, verb_classes
from textperf.segment import pieces, words

_STOPS = frozenset(",;:。!?…→|\t·•●■◆—")
# Marks in front of a list item are no part of what is counted: （一）, 3., ——, 一是, 问题1：
_MARKER = re.compile(
    r"(?:第?[一二三四五六七八九十]+[、.]|\((?:[一二三四五六七八九十]+|\d{1,2})\)|\d{1,2}[.、)](?!\d)|[①-⑳]|——|[-·•●■◆*]"
    r"|其[一二三四五六七],|[一二三四五六七八九][是要]|第[一二三四五六七八九],|(?:问题|措施|原因|指标)\d?:)\s*"
)
_DATE = re.compile(
    r"(?=[\d截自从至于到上下前一二三四])(?<![A-Za-z])(?:截至|截止|自|从|至|于|到)?(?:(?:20)?\d\d年(?!均)(?:度)?(?:\d{1,2}月份?)?(?:\d{1,2}日)?"
    r"(?:[—~-](?:\d{4}年)?(?:\d{1,2}月)?(?:\d{1,2}日)?)?(?:上半年|下半年|前?[一二三四1-4]季度)?|\d{1,2}月(?:份|\d{1,2}日)?"
    r"|(?:上|下|前)?[一二三四]季度)(?:末|底|初|前|以来|内|起|止|间)?"
)
# Words between what is counted and its number, cut off before the segmenter sees the text: 年离职率为, 预算执行率仅
_TAIL = re.compile(
    r"(?:分别|依次|均|约|仅|共)?(?:达到|达|为|是)$"
    r"|(?:超过|突破|不少于|不低于|不超过|至少|约|近|仅|共|各|占|超|的|共计|合计|累计)$"
)
_LONGEST_TAIL = 4  # characters; NO_TAIL has two
_REMEMBERED = 65536  # words of which it is remembered what they are
# Words that end like a tail: 违法行为17起, 家庭医生签约由12.4万人, 联合治超46次
NO_TAIL = re.compile("(?:行为|[签预节违合条公制]约|治超|[附就邻]近|[侵抢强]占|[下送传到抵]达|目的)$")
_TIME = re.compile(
    r"(?:全年|当年|本年度?|年[末初内底度]|上年度?|去年|今年|截至|截止|期间|期末|月末|日前|[上下]半年|.季度|同期|当期"
    r"|往年|历年|年来|目前|累计|其中|同比|环比|[年月日]|月底|季度|每[年月天]|每季度|此外|另外|另)"
)
_TIMES = frozenset(
    "0123456789全当本年上下去今截期月日前往历目累其同环季每此另自从至于到一二三四"
)  # what those two begin with
_SCOPES = frozenset("全我本市机辖各县区镇乡局院馆街")
_SCOPE = re.compile(
    r"(?:全[市县区镇乡省州局院馆校街道旗系统]+|我[市县区镇乡局院馆校办委街道]*|本[市县区镇乡局院馆校级部门单位]*|市本级"
    r"|机关|辖区|各[市县区镇乡]*|市县?区?|县|区|镇|乡|局|院|馆|街道|局本级)"
)
_BODY = re.compile(r"(?:局|委|办|中心|站|大队|支队|法院|检察院|医院|学校|部门|单位|乡镇|街道|公司|机构|小组|办公室)$")
_AVERAGE = re.compile(r"(?:人次?|户|日|月|年|村|场|件|次|镇|校)均|平均")
_COPULAS = frozenset(("为", "是", "系", "分别为", "分别是", "依次为", "均为", "仅为", "约为", "各为"))
_COMPARING = frozenset(
    ("低于", "高于", "优于", "少于", "多于", "大于", "小于", "好于", "超过", "超", "不到", "不及", "不足", "未达")
)
_HEDGING = frozenset(
    ("不少于", "不低于", "不高于", "不超过", "不多于", "至少", "最多", "预计", "例如", "比如", "确保", "拟")
)
_WHOLLY = frozenset(("全部", "悉数", "均已", "已全部", "全数", "如期", "按期"))
_EACH = re.compile(r"每\w{1,3}|各自")
_NUMBER = re.compile(r"[0-9.]+")
_CHANGES = frozenset(("level", "up", "down"))
_new = tuple.__new__  # quicker than the constructor of a NamedTuple; three in four tokens are made by it
_FIRST = ("level", "up", "down", "share", "have")

Range = tuple[int, int]


class Token(NamedTuple):
    """A word, mark or count: ``start:end`` in the folded text, its text (# for a count), its class, the count."""

    start: int
    end: int
    text: str
    kind: str
    mention: Mention | None = None


@lru_cache(maxsize=65536)
def word_kind(text: str, tag: str) -> str:
    """The class of a word: a verb class (``LEVEL UP DOWN SHARE HAVE V``), ``vn`` (a verb that is also a noun), ``v``
    (another verb), ``N BODY PROP`` (nouns), ``PR`` (a preposition), ``TIME SCOPE COP CMP 的 0``, or jieba's letter.

    >>> word_kind("召开", "v"), word_kind("审计", "vn"), word_kind("全年", "m"), word_kind("提高到", "v")
    ('V', 'vn', 'TIME', 'LEVEL')
    """
    if _NUMBER.fullmatch(text):
        return "0"
    if text in _COPULAS:
        return "COP"
    if text in _COMPARING:
        return "CMP"
    if text in _HEDGING or text in _WHOLLY:
        return "d"
    if text in ("的", "之"):
        return "的"
    if text[-1:] == "均" and _AVERAGE.fullmatch(text):
        return "AVG"
    if text[:1] in "每各" and _EACH.fullmatch(text):
        return "EACH"
    if (text[:1] in _TIMES or text[-2:] == "季度") and (_TIME.fullmatch(text) or _DATE.fullmatch(text)):
        return "TIME"
    if text[:1] in _SCOPES and _SCOPE.fullmatch(text):
        return "SCOPE"
    classes = verb_classes().get(text)
    if classes:
        for name in _FIRST:
            if name in classes:
                return name.upper()
        return "vn" if is_nominal(text) else "V"
    if is_nominal(text) or tag in ("vn", "an"):
        return "vn"
    if tag[0] == "v":
        return "v"
    if tag[0] in "nijls" or tag == "eng":
        return "BODY" if _BODY.search(text) else "PROP" if tag in ("nr", "ns", "nrt", "nt") else "N"
    return "PR" if tag[0] == "p" else tag[0]


class _Kinds(dict[tuple[str, str], str]):
    """The class of a word or mark by its text and tag; " " for blanks, which make no token."""

    def __missing__(self, pair: tuple[str, str]) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        text, tag = pair
        kind = self[pair] = " " if text.isspace() else _mark_kind(text) or word_kind(text, tag)
        return kind


_KINDS = _Kinds()


def _mark_kind(text: str) -> str:
    if text in _STOPS or text.startswith("——"):
        return "p"
    if text in "([":
        return "("
    if text in ")]":
        return ")"
    return text if text in "、“”《》" else ""


def tokenize(folded: str, start: int, end: int, mentions: Sequence[Mention]) -> list[Token]:
    """The tokens of ``folded[start:end]``; ``mentions`` are those inside, in order."""
    out: list[Token] = []
    at = start
    while hit := _MARKER.match(folded, at, end):
        if mentions and hit.end() > mentions[0].start:
            break
        out.append(Token(at, hit.end(), folded[at : hit.end()].strip(), "p"))
        at = hit.end()
    for mention in mentions:
        cut = mention.start
        tail: list[Token] = []
        while True:
            while cut > at and folded[cut - 1].isspace():
                cut -= 1
            if verb := _change_verb(folded, at, cut):
                tail.append(Token(cut - len(verb), cut, verb, word_kind(verb, "v")))
                cut -= len(verb)
                continue
            hit = _TAIL.search(folded, max(at, cut - _LONGEST_TAIL), cut)
            if not hit or NO_TAIL.search(folded, max(at, hit.end() - 2), hit.end()):
                break
            if _level_verb(folded, at, hit):
                break
            cut = hit.start()
            tail.append(Token(cut, hit.end(), hit.group(), _tail_kind(hit.group())))
        _gap(folded, at, cut, out)
        out.extend(reversed(tail))
        out.append(Token(mention.start, mention.end, "#", "#", mention))
        at = mention.end
    _gap(folded, at, end, out)
    return out


def _change_verb(folded: str, floor: int, end: int) -> str | None:
    """The verb of level or change that ends at ``end`` (败诉率|降至, 收入|增长): segmenters draw it into the noun."""
    if folded[end - 1 : end] not in _change_endings():
        return None
    classes = verb_classes()
    for n in (5, 4, 3, 2):
        word = folded[max(floor, end - n) : end]
        if len(word) == n and not _CHANGES.isdisjoint(classes.get(word, ())):
            return word
    return None


@lru_cache(maxsize=1)
def _change_endings() -> frozenset[str]:
    return frozenset(word[-1] for word, classes in verb_classes().items() if not _CHANGES.isdisjoint(classes))


def _level_verb(folded: str, floor: int, hit: re.Match[str]) -> bool:
    """Whether 为 or 达 ends a verb of its own: 细分为, 减为."""
    return any("level" in verb_classes().get(folded[max(floor, hit.start() - n) : hit.end()], ()) for n in (2, 1))


def _tail_kind(text: str) -> str:
    kind = word_kind(text, "v")
    return "d" if text in ("仅", "约", "共", "近", "各") else kind


def _gap(folded: str, start: int, end: int, out: list[Token]) -> None:
    at = start
    for hit in _DATE.finditer(folded, start, end):
        if hit.end() - hit.start() < 3:
            continue
        _words(folded, at, hit.start(), out)
        out.append(Token(hit.start(), hit.end(), hit.group(), "TIME"))
        at = hit.end()
    _words(folded, at, end, out)


def _words(folded: str, start: int, end: int, out: list[Token]) -> None:
    if start >= end:
        return
    compiled = native()
    if compiled is not None:
        compiled.add_words(out, start, *pieces(folded, start, end), _KINDS, Token)
        return
    for a, b, text, tag in words(folded, start, end):
        kind = _KINDS[text, tag]
        if kind != " ":
            out.append(_new(Token, (a, b, text, kind, None)))


def left_region(tokens: Sequence[Token], at: int) -> tuple[int, int, str]:
    """``(first, at, edge)``: where the left region of the count at index ``at`` begins, and what stands before it
    (``^`` beginning of the sentence, ``#`` a count, ``(``, or the mark)."""
    i = at - 1
    depth = 0
    while i >= 0:
        kind = tokens[i].kind
        if kind in ("p", "#"):
            break
        if kind == ")":
            depth += 1
        elif kind == "(":
            if depth == 0:
                break
            depth -= 1
        i -= 1
    edge = "^" if i < 0 else tokens[i].text[:1] if tokens[i].kind == "p" else tokens[i].kind
    return i + 1, at, edge


def right_region(tokens: Sequence[Token], at: int) -> tuple[int, int, str]:
    """``(at + 1, last, edge)``: where the right region of the count at index ``at`` ends, and what stands behind it."""
    i = at + 1
    depth = 0
    while i < len(tokens):
        kind = tokens[i].kind
        if kind in ("p", "#"):
            break
        if kind == "(":
            depth += 1
        elif kind == ")":
            if depth == 0:
                break
            depth -= 1
        i += 1
    edge = "$" if i >= len(tokens) else tokens[i].text[:1] if tokens[i].kind == "p" else tokens[i].kind
    return at + 1, i, edge


def earlier_clauses(tokens: Sequence[Token], before: int, limit: int = 3) -> list[Range]:
    """Up to ``limit`` ranges without counts and stops that end before index ``before``, the nearest first."""
    out: list[Range] = []
    while before > 0 and len(out) < limit:
        last = before - 1
        while last >= 0 and tokens[last].kind in ("p", "#", "(", "、"):
            last -= 1
        if last < 0:
            break
        first = last
        while first >= 0 and tokens[first].kind not in ("p", "#"):
            first -= 1
        out.append((first + 1, last + 1))
        before = first + 1
    return out


def conjuncts(tokens: Sequence[Token], first: int, last: int) -> list[Range]:
    """The parts of a list such as 常委会会议、主席会议和主任会议."""
    parts: list[Range] = []
    at = first
    depth = 0
    for i in range(first, last):
        kind = tokens[i].kind
        depth += (kind == "(") - (kind == ")")
        if depth == 0 and (kind == "、" or tokens[i].text in ("和", "及", "与", "以及")):
            parts.append((at, i))
            at = i + 1
    parts.append((at, last))
    return parts


def parallel(tokens: Sequence[Token], at: int) -> tuple[list[int], int]:
    """The counts that are listed together with the one at ``at`` (5次、15次和3次) and its place among them."""
    run = [at]
    for step in (-1, 1):
        i = at
        while True:
            j = i + step
            while 0 <= j < len(tokens) and (tokens[j].kind == "、" or tokens[j].text in ("和", "及", "与")):
                j += step
            if j == i + step or not 0 <= j < len(tokens) or tokens[j].kind != "#":
                break
            run.insert(0 if step < 0 else len(run), j)
            i = j
    return run, run.index(at)
