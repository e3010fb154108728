"""The section tree of a report: which line is a heading, how deep it stands, and what its part is about.

Works on the folded text (same offsets as the document). A heading is a numbered short line, a numbered line whose title
ends at the first full stop or colon (``（一）自评结论。根据…``), or an unnumbered line that the heading rules know whole.
Tables of contents and outlines repeated at the end are told by this: a run of headings without text between them whose
titles stand elsewhere too.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from textperf.extract.headings import DEPTH, Heading, find_headings, title_role, without_outlines
from textperf.model import Document, Section, content_id

_ENOUGH_BODY = 3

_ANNOUNCES = re.compile(
    r"(?:^|[。;\n])(?![^。;\n]*(?:针对|措施|整改|解决|建议))[^。;\n]*(?:问题|不足|短板|差距|困难)[^。;:\n]{0,14}:\s*\Z"
)

_FAILING = re.compile(
    r"(?:不(?:到位|清|严|规范|及时|足|准|细|高|强|健全|完善|充分|合理|科学|实|畅|紧)|不够[\u4e00-\u9fff]{0,3}|薄弱|滞后|缺失|脱节|偏[低慢少粗弱])$"
)

_SPOKEN = re.compile(r"各位(?:代表|委员)[^。]{0,80}?(?:[^。]*。){0,6}?[^。]*(?:报告|审议)")

_AHEAD = re.compile("下一?步|改进|措施|对策|打算|今后|后续|计划|思路|方向")
_YEAR_FIRST = re.compile(r"(20\d\d)年")
_PLANNED = re.compile("安排|计划|打算|思路|目标|任务|部署|建议|要求|展望|谋划")
# A chapter on money spent and its evaluation that a work report has beside its review and its aims.
_ACCOUNT = re.compile(
    "自评|绩效(?:情况|管理|评价)|预算(?:执行|绩效|安排和执行)|决算|支出(?:情况|绩效)|经费(?:使用|收支)|资金使用"
)
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
    headings = without_outlines(find_headings(document, folded), folded)
    while headings and headings[0].kind == "annex" and len(headings) > 1:
        headings.pop(0)  # "附件2" over the title says whose annex the report is
    years = _report_years(folded, headings)
    report = document.source.report_id
    spoken, looked_back = bool(_SPOKEN.search(folded[:1500])), False
    open_: list[tuple[str, int, str, str]] = []  # kind, level, id, role of the sections that are still open
    rows: list[tuple[Heading, int, str, str, str | None]] = []
    body_start = 0
    announced: Heading | None = None  # the first item of a list that a colon opens ("审计发现的主要问题是:")
    for h in headings:
        if announced and DEPTH[h.kind] >= DEPTH[announced.kind]:
            continue
        announced = None
        below = bool(rows) and rows[-1][0].line_end >= h.start - 1  # a heading above, not a sentence
        if not below and h.kind not in ("part", "annex", "han") and _announces(folded, h.start):
            announced = h
            continue
        if h.glued and h.kind in ("digit", "bracket_digit") and _FAILING.search(h.title):
            continue  # "2.资产管理底数不清。9家单位…" is an item, not a part
        bare_gap = h.start - body_start <= _ENOUGH_BODY and bool(rows)
        _close(open_, h, bare_gap)
        parent = open_[-1] if open_ else None
        role = _role(h, parent[3] if parent else None, years)
        if spoken and not parent:  # what follows the review of a work report is aims, whatever its slogan says
            told = _LOOK_BACK.search(h.title) or _ACCOUNT.search(h.title) or _of_a_year_told(h, folded, years)
            if looked_back and role not in ("appendix", "problems", "next_year") and not told:
                role = "next_year"
            looked_back = looked_back or bool(_LOOK_BACK.search(h.title))
        if parent and parent[3] in ("problems", "measures") and not _part_of_findings(h, folded):
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


def _of_a_year_told(h: Heading, folded: str, years: frozenset[int]) -> bool:
    """Whether a heading names a year that the report looks back on: 2021年主要工作 behind 五年来的简要回顾, read in 2022."""
    named = _YEAR_FIRST.match(h.title)
    if named is None or _PLANNED.search(h.title):
        return False
    return int(named[1]) < max(years, default=0) or f"报告{named[1]}年" in folded[:1500].replace(" ", "")


def _announces(folded: str, at: int) -> bool:
    """Whether the text above a heading ends with a colon that opens a list of problems."""
    return _ANNOUNCES.search(folded[max(0, at - 120) : at]) is not None


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


def _close(open_: list[tuple[str, int, str, str]], h: Heading, bare_gap: bool) -> None:
    """Take off the open sections that ``h`` ends: all of its kind or deeper, in the order this report uses them."""
    kinds = [k for k, *_ in open_]
    same = {"lost": "han"}.get(h.kind, h.kind)
    kinds = ["han" if k == "lost" else k for k in kinds]
    if same in kinds:
        del open_[kinds.index(same) :]
        return
    first = h.number is not None and re.fullmatch(r"[(\[（]?(?:一|1|①)[)\]）]?", h.number) is not None
    if bare_gap and first and open_ and DEPTH[h.kind] > 1.5:
        return  # "1.总体情况" and right below it "（一）…" for the first time: deeper, whatever is usual
    while open_ and DEPTH[open_[-1][0]] >= DEPTH[h.kind]:
        open_.pop()


_LESSONS = re.compile(r"(?:主要|工作)*(?:经验|做法|成绩|成效|亮点)(?:[和及与]?(?:经验|做法))?")

_VERDICT = re.compile(r"(?:自评|评价|综合评价|总体)?(?:结论|得分|结果|评价)(?:情况)?")


# "1.问题:…。原因:…。对策:…": the title is the label of one item that holds its cause and answer too.
_LABELS_ON = re.compile(
    r"[。;](?:(?:主要|产生)?原因(?:分析)?|(?:整改|改进)?措施|对策|建议|整改|改进|打算|下一?步[^,。:]{0,4}):"
)


def _part_of_findings(h: Heading, folded: str) -> bool:
    """Whether a heading inside a part about problems or measures opens a part of its own, or is an item of the list."""
    role = title_role(h.title)
    if h.kind in ("part", "annex", "han", "lost", "plain"):
        return True
    if role in ("problems", "measures"):
        return not h.glued or (len(h.title) <= 12 and not _LABELS_ON.search(folded, h.title_end, h.line_end))
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
    year = re.match(r"(?:关于)?(20\d\d)年(?!度?(?:部门|单位|决算|预算|项目|整体))", h.title)
    if (
        year
        and int(year.group(1)) - 1 in years
        and int(year.group(1)) == max(years)
        and re.search(rf"{_PLANNED.pattern}|重点|要点|举措|怎么[干做办]", h.title)
    ):
        return "next_year"
    own = title_role(h.title)
    if own == "next_year" and re.search(r"成就|回顾|成绩", h.title):
        own = "other"  # “十三五”时期发展成就和“十四五”时期主要目标任务: both are told
    if inherited == "next_year" and own not in ("problems", "measures", "table", "appendix"):
        return "next_year"  # "(二)千方百计筹措资金" of a plan is planned too
    if inherited == "performance" and own == "measures" and not _AHEAD.search(h.title):
        own = "performance"  # 整改和建议 of an audit office: what it had rectified and what it suggested
    if inherited in ("performance", "conclusion") and (
        own is None or (len(h.title) > 6 and not _PLAIN_NAME.search(h.title))
    ):
        return "performance" if own not in ("problems", "measures", "next_year", "table", "appendix", "other") else own
    return own or inherited or "other"


def _report_years(folded: str, headings: Sequence[Heading]) -> frozenset[int]:
    """Years that the head of the report and its headings name: a heading of the latest one may be about next year."""
    head = folded[:400] + "\n".join(h.title for h in headings)
    return frozenset(int(y) for y in re.findall(r"(20\d\d)[ ]*年", head))
