"""The section tree of a report: which line is a heading, how deep it stands, and what its part is about.

Works on the folded text (same offsets as the document). A heading is a numbered short line, a numbered line whose title
ends at the first full stop or colon (``（一）自评结论。根据…``), or an unnumbered line that the heading rules know whole.
Tables of contents and outlines repeated at the end are told by this: a run of headings without text between them whose
titles stand elsewhere too.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from textperf.model import ROLES, Document, Section, content_id
from textperf.rules.loader import RuleError, Shape, packaged, read_rules

HAN = "一二三四五六七八九十百零〇"

# kind → pattern of its marker; the order is the usual depth, used only where a report gives no other hint
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("part", re.compile(rf"第[ ]*[{HAN}\d]+[ ]*(?:部分|章|篇)[:、.]?[ ]*")),
    ("annex", re.compile(rf"(?=附(?:件|表|录)[ ]*[{HAN}\d\-]*[:.、 ]*)")),
    ("han", re.compile(rf"[{HAN}]{{1,3}}[ ]*(?:[、，]|[.,](?!\d))[ ]*")),
    ("lost", re.compile(r"[、][ ]*(?=[\u4e00-\u9fff])")),
    ("bracket_han", re.compile(rf"[(\[][ ]*[{HAN}]{{1,3}}[ ]*[)\]][、.]?[ ]*")),
    ("project", re.compile(rf"(?:\[项目[{HAN}\dA-Z]+\][ ]*|(?=项目[{HAN}\dA-Z]+[: ]))")),
    ("digit", re.compile(r"\d{1,2}[ ]*(?:[.、](?![\d%])|\.(?=20\d\d年))[ ]*")),
    ("dotted", re.compile(r"\d{1,2}(?:\.\d{1,2}){1,3}[.、 ][ ]*(?=[\u4e00-\u9fff])")),
    ("bracket_digit", re.compile(r"\([ ]*\d{1,2}[ ]*\)[、.]?[ ]*")),
    ("circle", re.compile(r"[\u2460-\u2473][ ]*")),
)
_DEPTH = {kind: depth for depth, (kind, _) in enumerate(_KINDS)} | {"plain": 1.5, "lost": 2, "annex": 0}
_DOTS = re.compile(r"(?:[.·…。]{3,}|-{4,}|\t+|[ ]{2,})[ ]*\(?\d{1,3}\)?$|PAGEREF")
_SENTENCE = re.compile(r"[。!?;]")
_ENOUGH_BODY = 3

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


_SPOKEN = re.compile(r"各位(?:代表|委员)[^。]{0,80}?(?:[^。]*。){0,6}?[^。]*(?:报告|审议)")
_LOOK_BACK = re.compile(r"回顾|过去|成就|体会|经验|总结|主要成绩|年来|(?:今年|去年)(?:以来)?的?工作(?:情况)?$")


def find_sections(document: Document, folded: str) -> tuple[Section, ...]:
    """The sections of a document, in order of their start; a part ends where the next of its level or above begins.

    >>> from textperf.model import Document, Source
    >>> from textperf.text.fold import fold
    >>> text = "某局自评报告\\n一、基本情况\\n（一）职能。负责全县水务。\\n二、存在的问题\\n1.预算编制不细。"
    >>> document = Document(text, (), Source("a.txt", "0" * 64, 1, "txt", "text"))
    >>> [(s.number, s.title, s.role, s.level) for s in find_sections(document, fold(text))]
    [('一', '基本情况', 'profile', 1), ('（一）', '职能', 'functions', 2), ('二', '存在的问题', 'problems', 1)]
    """
    headings = _without_outlines(_headings(document, folded), folded)
    while headings and headings[0].kind == "annex" and len(headings) > 1:
        headings.pop(0)  # "附件2" over the title says whose annex the report is
    years = _report_years(folded, headings)
    report = document.source.report_id
    spoken, looked_back = bool(_SPOKEN.search(folded[:1500])), False
    open_: list[tuple[str, int, str, str]] = []  # kind, level, id, role of the sections that are still open
    rows: list[tuple[Heading, int, str, str, str | None]] = []
    body_start = 0
    for h in headings:
        bare_gap = h.start - body_start <= _ENOUGH_BODY and bool(rows)
        _close(open_, h, bare_gap)
        parent = open_[-1] if open_ else None
        role = _role(h, parent[3] if parent else None, years)
        if spoken and not parent:  # what follows the review of a work report is aims, whatever its slogan says
            if looked_back and role not in ("appendix", "problems", "next_year") and not _LOOK_BACK.search(h.title):
                role = "next_year"
            looked_back = looked_back or bool(_LOOK_BACK.search(h.title))
        if parent and parent[3] in ("problems", "measures") and not _part_of_findings(h):
            continue  # an item of the list of problems, not a part
        level = parent[1] + 1 if parent else 1
        ident = content_id(report, "section", h.start)
        open_.append((h.kind, level, ident, role))
        rows.append((h, level, ident, role, parent[2] if parent else None))
        body_start = h.line_end if not h.glued else -1
    out = []
    ends = _ends([(h.start, level) for h, level, *_ in rows], len(folded))
    for (h, level, ident, role, parent_id), end in zip(rows, ends, strict=True):
        title = document.text[h.title_end - len(h.title) : h.title_end].strip()
        out.append(Section(ident, role, h.number, title, level, h.start, end, parent_id))
    return tuple(out)


def _ends(starts: Sequence[tuple[int, int]], length: int) -> list[int]:
    """Where each (start, level) ends: at the next of its level or above."""
    out = [length] * len(starts)
    open_: list[int] = []
    for i, (start, level) in enumerate(starts):
        while open_ and starts[open_[-1]][1] >= level:
            out[open_.pop()] = start
        open_.append(i)
    return out


def section_at(sections: Sequence[Section], position: int) -> Section | None:
    """The innermost section that holds ``position``, or None before the first heading."""
    at = bisect_right(sections, position, key=lambda s: s.start) - 1
    return sections[at] if at >= 0 and position < sections[at].end else None


def role_at(sections: Sequence[Section], position: int) -> str:
    """The role of the innermost section at ``position``; ``other`` before the first heading."""
    section = section_at(sections, position)
    return section.role if section else "other"


def lines_of(document: Document, folded: str) -> list[tuple[int, int]]:
    """Spans of the non-empty body lines (paragraphs) outside tables, without the white space around them."""
    out, at = [], 0
    for raw in folded.split("\n"):
        start, end = at, at + len(raw)
        at = end + 1
        while start < end and folded[start].isspace():
            start += 1
        while start < end and folded[end - 1].isspace():
            end -= 1
        if start < end and not document.in_table(start):
            out.append((start, end))
    return out


def marker(line: str) -> tuple[str, int] | None:
    """The kind of the list or heading marker at the start of a folded line, and its length; None without one.

    >>> marker("(一)自评结论"), marker("3.85万元")
    (('bracket_han', 3), None)
    """
    for kind, pattern in _KINDS:
        m = pattern.match(line)
        if m:
            return kind, m.end()
    return None


def _headings(document: Document, folded: str) -> list[Heading]:
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
        out.append(
            Heading(
                kind, _number(document.text[start : start + skip]), title, start, start + skip + cut, end, bool(rest)
            )
        )
    return out


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
    return bool(_PLAIN.fullmatch(bare)) or (
        bool(re.search(r"20\d\d年|时期|一年|五年", bare)) and bool(_LOOK.fullmatch(bare))
    )


def _title_length(text: str, kind: str) -> int | None:
    """How many characters of the text behind a marker are the title, or None when the line is no heading."""
    if not text or not re.search(r"[\u4e00-\u9fff]", text):
        return 0 if kind == "part" else None
    first = _SENTENCE.search(text)
    bare = text.rstrip("。.:; ")
    if kind in ("part", "annex"):
        return len(bare) if len(bare) <= 60 and not _SENTENCE.search(bare) else None
    top = kind in ("han", "lost", "bracket_han", "project")
    whole = len(bare) <= (40 if top else 25) and not _SENTENCE.search(bare)
    if whole and top and not (_COUNT.search(_yearless(bare)) or (kind == "bracket_han" and "," in bare)):
        colon = bare.find(":")
        return colon if 0 < colon <= 20 else len(bare)
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
    r"(?:[^,。;:\d]{2,18}?)(?:情况说明|情况|说明|事项|职责|职能|概况|设置|构成|结构|结论|评价|问题|措施|分析|建议)"
)


def _known_prefix(text: str, limit: int) -> int | None:
    m = _PREFIX.match(text[:limit])
    if m and title_role(m.group()) and m.end() < len(text):
        return m.end()
    return None


def _close(open_: list[tuple[str, int, str, str]], h: Heading, bare_gap: bool) -> None:
    """Take off the open sections that ``h`` ends: all of its kind or deeper, in the order this report uses them."""
    kinds = [k for k, *_ in open_]
    same = {"lost": "han"}.get(h.kind, h.kind)
    kinds = ["han" if k == "lost" else k for k in kinds]
    if same in kinds:
        del open_[kinds.index(same) :]
        return
    first = h.number is not None and re.fullmatch(r"[(\[（]?(?:一|1|①)[)\]）]?", h.number) is not None
    if bare_gap and first and open_ and _DEPTH[h.kind] > 1.5:
        return  # "1.总体情况" and right below it "（一）…" for the first time: deeper, whatever is usual
    while open_ and _DEPTH[open_[-1][0]] >= _DEPTH[h.kind]:
        open_.pop()


_LESSONS = re.compile(r"(?:主要|工作)*(?:经验|做法|成绩|成效|亮点)(?:[和及与]?(?:经验|做法))?")


_VERDICT = re.compile(r"(?:自评|评价|综合评价|总体)?(?:结论|得分|结果|评价)(?:情况)?")


def _part_of_findings(h: Heading) -> bool:
    """Whether a heading inside a part about problems or measures opens a part of its own, or is an item of the list."""
    role = title_role(h.title)
    if h.kind in ("part", "annex", "han", "lost", "plain"):
        return True
    if role in ("problems", "measures"):
        return not h.glued or len(h.title) <= 12
    return (
        bool(_LESSONS.fullmatch(h.title))
        or bool(_VERDICT.fullmatch(h.title))
        or (role == "other" and len(h.title) <= 12)
    )


# A slogan over a part of the account ("迎难而上抓收支") says nothing about its role; a plain name ("收支情况") does.
_PLAIN_NAME = re.compile(
    r"(?:情况|分析|概况|说明|管理|结论|得分|目标|措施|问题|建议|投入|使用|执行|效率|率|指标|职能|职责|结果|资金|总况)$"
)


def _role(h: Heading, inherited: str | None, years: frozenset[int]) -> str:
    year = re.match(r"(20\d\d)年(?!度?(?:部门|单位|决算|预算|项目|整体))", h.title)
    if (
        year
        and int(year.group(1)) - 1 in years
        and int(year.group(1)) == max(years)
        and re.search(r"目标|任务|安排|计划|思路|打算|重点|要求|建议", h.title)
    ):
        return "next_year"
    own = title_role(h.title)
    if inherited in ("performance", "conclusion") and (
        own is None or (len(h.title) > 6 and not _PLAIN_NAME.search(h.title))
    ):
        return "performance" if own not in ("problems", "measures", "next_year", "table", "appendix", "other") else own
    return own or inherited or "other"


def _report_years(folded: str, headings: Sequence[Heading]) -> frozenset[int]:
    """Years that the head of the report and its headings name: a heading of the latest one may be about next year."""
    head = folded[:400] + "\n".join(h.title for h in headings)
    return frozenset(int(y) for y in re.findall(r"(20\d\d)[ ]*年", head))


def _without_outlines(headings: list[Heading], folded: str) -> list[Heading]:
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
