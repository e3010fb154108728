"""Which lines of a report are headings, and what role the words of a title tell. Works on the folded text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from textperf.model import ROLES, Document
from textperf.rules.loader import RuleError, Shape, packaged, read_rules

HAN = "一二三四五六七八九十百零〇"

# kind → pattern of its marker; the order is the usual depth, used only where a report gives no other hint
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("part", re.compile(rf"第[ ]*[{HAN}\d]+[ ]*(?:部分|章|篇)[:、.]?[ ]*")),
    ("annex", re.compile(rf"(?=附(?:件|表|录)[ ]*[{HAN}\d\-]*[:.、 ]*)")),
    # 附：单位基本情况。 stands behind the last chapter and is no part of it
    ("han", re.compile(rf"(?:[{HAN}]{{1,3}}[ ]*(?:[、，]|[.,](?!\d))|附:(?=[^,。;:\d]{{2,14}}[。:]))[ ]*")),
    ("lost", re.compile(r"[、][ ]*(?=[\u4e00-\u9fff])")),
    ("bracket_han", re.compile(rf"[(\[][ ]*[{HAN}]{{1,3}}[ ]*[)\]][、.]?[ ]*")),
    ("project", re.compile(rf"(?:\[项目[{HAN}\dA-Z]+\][ ]*|(?=项目[{HAN}\dA-Z]+[: ])|(?=项目[A-Z](?![A-Za-z])))")),
    ("digit", re.compile(r"\d{1,2}[ ]*(?:[.、](?![\d%])|[.、](?=(?:20)?\d\d年|\d{1,2}月))[ ]*")),
    ("dotted", re.compile(r"\d{1,2}(?:\.\d{1,2}){1,3}[.、 ][ ]*(?=[\u4e00-\u9fff])")),
    ("bracket_digit", re.compile(r"\([ ]*\d{1,2}[ ]*\)[、.]?[ ]*")),
    ("circle", re.compile(r"[\u2460-\u2473][ ]*")),
)

_OPENING = frozenset(f"第附项、([{HAN}" + "".join(map(chr, range(0x2460, 0x2474))))  # what a marker begins with

DEPTH = {kind: depth for depth, (kind, _) in enumerate(_KINDS)} | {"plain": 1.5, "lost": 2, "annex": 0}

_DOTS = re.compile(r"(?=[.·…。\-\t P])(?:(?:[.·…。]{3,}|-{4,}|\t+|[ ]{2,})[ ]*\(?\d{1,3}\)?$|PAGEREF)")

_SENTENCE = re.compile(r"[。!?;]")

SHAPE = Shape(
    "heading",
    {"id": str, "role": str, "match": list, "examples": list, "counter_examples": list, "note": str},
    ("id", "role", "match"),
    min_examples=1,
    min_counter=0,
)


@dataclass(frozen=True, slots=True)
class HeadingRule:
    """One entry of rules/headings.toml: titles that match ``pattern`` (and no entry above it) have ``role``."""

    id: str
    role: str
    pattern: re.Pattern[str]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading found in the text: kind of its marker, its printed number, title, where heading and line begin and end."""

    kind: str
    number: str | None
    title: str
    start: int
    title_end: int
    line_end: int
    glued: bool


def load_headings(path: Path) -> tuple[HeadingRule, ...]:
    """The heading rules of a file. Raises :class:`RuleError` for an unknown role or a pattern that does not compile."""
    out = []
    for entry in read_rules(path, SHAPE):
        name = f"{path.name}（{entry['id']}）"
        if entry["role"] not in ROLES:
            raise RuleError(f"{name}：不认识的角色 {entry['role']}；可用：{'、'.join(ROLES)}")
        try:
            pattern = re.compile("|".join(f"(?:{m})" for m in entry["match"]))
        except re.error as e:
            raise RuleError(f"{name}：match 不是合法的正则表达式：{e}") from e
        out.append(
            HeadingRule(
                entry["id"], entry["role"], pattern, tuple(entry["examples"]), tuple(entry.get("counter_examples", ()))
            )
        )
    return tuple(out)


def heading_rules() -> tuple[HeadingRule, ...]:
    """The heading rules that ship with textperf."""
    rules: tuple[HeadingRule, ...] = packaged("headings.toml", load_headings)
    return rules


@lru_cache(maxsize=4096)
def title_role(title: str) -> str | None:
    """The role that the words of a folded title tell, or None.

    >>> title_role("存在的主要问题及改进措施"), title_role("下一步改进措施"), title_role("巩固脱贫成果")
    ('problems', 'measures', None)
    """
    bare = re.sub(r"\s", "", title)
    for rule in heading_rules():
        if rule.pattern.search(bare):
            return rule.role
    return None


def lines_of(document: Document, folded: str) -> Iterator[tuple[int, int]]:
    """Spans of the non-empty body lines (paragraphs) outside tables, without the white space around them."""
    at = 0
    for raw in folded.split("\n"):
        body = raw.lstrip()
        start = at + len(raw) - len(body)
        at += len(raw) + 1
        if body and not document.in_table(start):
            yield start, start + len(body.rstrip())


def marker(line: str) -> tuple[str, int] | None:
    """The kind of the list or heading marker at the start of a folded line, and its length; None without one.

    >>> marker("(一)自评结论"), marker("3.85万元")
    (('bracket_han', 3), None)
    """
    if line[:1] not in _OPENING and not line[:1].isdigit():
        return None
    for kind, pattern in _KINDS:
        m = pattern.match(line)
        if m:
            return kind, m.end()
    return None


def find_headings(document: Document, folded: str) -> list[Heading]:
    out = []
    for start, end in lines_of(document, folded):
        line = folded[start:end]
        if _DOTS.search(line[-60:]):
            continue
        found = marker(line)
        if found is None:
            if len(line) <= 32 and _plain_heading(line):
                out.append(
                    Heading("plain", None, line.rstrip(":。"), start, start + len(line.rstrip(":。")), end, False)
                )
            continue
        kind, skip = found
        cut = _title_length(line[skip:], kind)
        if cut is None:
            continue
        title = line[skip : skip + cut]
        rest = line[skip + cut :].strip(" :。.")
        if kind == "lost" and rest and folded[max(0, start - 8) : start].rstrip()[-1:] not in "。;:!?":
            continue  # "城市轨道交通⏎、地下综合管廊建设加快。新开工…": a list that goes on, not a heading without its number
        out.append(
            Heading(
                kind, _number(document.text[start : start + skip]), title, start, start + skip + cut, end, bool(rest)
            )
        )
    return _without_sentences(out, folded)


def _without_sentences(headings: list[Heading], folded: str) -> list[Heading]:
    """Headings without the items of a list that are whole sentences: a full stop behind, and no text before what follows."""
    out = []
    for h in headings:
        below = folded[h.line_end : h.line_end + 400].lstrip().partition("\n")[0]
        found = marker(below)
        ends = folded[h.line_end - 1] in "。;" and not h.glued and len(h.title) > _SHORT
        if not (
            ends and h.kind not in ("part", "annex", "han", "plain") and (not below or (found and found[0] == h.kind))
        ):
            out.append(h)
    return out


_SHORT = 14  # characters of a name; what is longer and ends in a full stop tells something


def _number(printed: str) -> str | None:
    text = printed.strip().rstrip("、.．:：, ，").strip().strip("【】")
    return text or None


# What the report is about may stand alone on a line without a number (work reports, notices).
_PLAIN = re.compile(
    r"(?:过去[一五]年(?:的|来的)?(?:主要)?工作(?:回顾|情况)?|(?:20\d\d年|[今明来]年|今后五年|未来五年)(?:的)?(?:主要|重点|总体)?(?:工作|目标|任务)(?:回顾|任务|安排|建议|打算|要求|重点|总体要求)?"
    r"|(?:存在的?|发现的?)(?:主要)?(?:问题|不足)(?:[及和与]原因分析)?|(?:下一步)?(?:拟)?(?:改进|整改)措施(?:及建议)?|下一步工作(?:计划|打算|安排)|自评结论|评价结论(?:及建议)?|(?:部门|单位|项目)(?:概况|基本情况)"
    r"|名词解释|主要经验(?:及|和)?做法|绩效目标|自评得分)[:。]?"
)

_LOOK = re.compile(
    r"[^,。:;!?]{2,24}(?:工作回顾|发展回顾|成就|的回顾|目标任务|工作安排|重点工作|总体要求|主要任务|工作部署)"
)


def _plain_heading(line: str) -> bool:
    bare = re.sub(r"\s", "", line)
    if re.search(r"总结[和及与暨、]", bare):
        return False  # "2023年工作总结与2024年工作安排" is what a whole report is called
    return bool(_PLAIN.fullmatch(bare)) or (
        bool(re.search(r"20\d\d年|时期|一年|五年", bare)) and bool(_LOOK.fullmatch(bare))
    )


def _title_length(text: str, kind: str) -> int | None:
    """How many characters of the text behind a marker are the title, or None when the line is no heading."""
    if not text or not re.search(r"[\u4e00-\u9fff]", text):
        return 0 if kind == "part" else None
    first = _SENTENCE.search(text)
    bare = text.rstrip("。.:; ")
    if re.search(r"未(?:发现|出现)|没有发现|不存在", bare[:40]) and not re.search(r"情况|分析", bare[:40]):
        return None  # "(一)未发现虚列支出等现象" is what there is to say, not a title
    if kind in ("part", "annex"):
        return len(bare) if len(bare) <= 60 and not _SENTENCE.search(bare) else None
    top = kind in ("han", "lost", "bracket_han", "project")
    whole = len(bare) <= (40 if top else 25) and not _SENTENCE.search(bare)
    if whole and top and not (_COUNT.search(_yearless(bare)) or (kind == "bracket_han" and "," in bare)):
        colon = bare.find(":")
        lead = _known_prefix(text, len(bare)) if kind == "han" and "," in bare else None
        return lead or (colon if 0 < colon <= 20 else len(bare))
    if whole and (title_role(bare) or len(bare) <= 14) and not _statement(bare):
        return len(bare)
    # glued: the title ends at the first stop or colon
    stop = re.search(r"[。:]|\.(?!\d)", text)
    if stop and 2 <= stop.start() <= (24 if top else 14):
        title = text[: stop.start()]
        named = len(title) <= 14 and "," not in title and title_role(title) in ("problems", "measures")
        if ";" not in title and (named or not _statement(title)):
            return stop.start()
    if kind == "han":
        return _known_prefix(text, first.start() if first else len(text))
    return None


# Numbers, commas and verbs of doing make a line a statement: "排查隐患1,642处", "设科室16个,下属单位9个".
_COUNT = re.compile(r"\d+[,.]?\d*[ ]*(?!年|月|[\d.])[\u4e00-\u9fff%‰]")


def _yearless(title: str) -> str:
    return re.sub(r"20\d\d[ ]*年(度)?", "", title)


def _statement(title: str) -> bool:
    return "," in title or bool(_COUNT.search(_yearless(title)))


_PREFIX = re.compile(
    r"(?:[^,。;:\d]{2,18}?)(?:情况说明|情况|说明|事项|职责|职能|概况|设置|构成|结构|结论|评价|问题|措施|分析|建议)(?:情况)?(?:说明)?"
)
_SLOGAN = re.compile(
    r"围绕|聚焦|坚持|强化|加强|认真|切实|深入|全面|着力|全力|持续|扎实|积极|紧扣|立足|突出|狠抓|严格|加快|推动|不断"
)


def _known_prefix(text: str, limit: int) -> int | None:
    m = _PREFIX.match(text[:limit])
    if m and title_role(m.group()) and m.end() < len(text) and not _SLOGAN.match(text):
        return m.end()
    return None


def without_outlines(headings: list[Heading], folded: str) -> list[Heading]:
    """Headings without the runs that only list what stands elsewhere (a table of contents, bookmarks at the end)."""
    seen = Counter(_key(h) for h in headings)
    runs: list[list[Heading]] = []
    for h in headings:
        if runs and not h.glued and not runs[-1][-1].glued and not folded[runs[-1][-1].line_end : h.start].strip():
            runs[-1].append(h)
        else:
            runs.append([h])
    contents = re.search(r"^[ ]*目[ ]*录[ ]*$", folded, re.M)
    drop: set[int] = set()
    for run in runs:
        listed = contents is not None and 0 <= run[0].start - contents.end() <= 60
        if len(run) < (3 if listed else 5):
            continue
        own = Counter(_key(h) for h in run)
        # the last headings of a contents run may be the first of the body: stop at the first title that comes again in it
        block: list[Heading] = []
        met: set[str] = set()
        for h in run:
            if _key(h) in met and len(block) >= 3 and listed:
                break
            met.add(_key(h))
            block.append(h)
        again = sum(1 for h in block if seen[_key(h)] > 1 or own[_key(h)] > 1)
        if again >= 0.6 * len(block):
            drop.update(h.start for h in block)
    return [h for h in headings if h.start not in drop]


def _key(h: Heading) -> str:
    return re.sub(r"[\s\d.…·()]+$|\s", "", h.title)
