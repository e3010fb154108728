"""Whose report of which year a document is: title, region, department, fiscal year, report type.

The title decides first; where it is silent or contradicts the account (a title of 2024 over figures of 2023) the body
does; the folder and name of the file speak last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from textperf.extract.headings import lines_of
from textperf.extract.meta_body import ADDRESSEE, LABEL, find_department, find_region
from textperf.extract.meta_rules import meta_rules
from textperf.extract.meta_year import find_year
from textperf.model import Document, Meta, Section


def find_meta(document: Document, folded: str, sections: Sequence[Section]) -> Meta:
    """The metadata of a report; what cannot be told is None.

    >>> from textperf.model import Document, Source
    >>> text = "附件 2\\n云浦区民政局\\n2022年度部门整体支出绩效自评报告\\n一、基本情况\\n我局…"
    >>> meta = find_meta(Document(text, (), Source("a.txt", "0" * 64, 1, "txt", "text")), text, ())
    >>> meta.department, meta.fiscal_year, meta.report_type, meta.region
    ('云浦区民政局', 2022, 'overall_self_evaluation', '云浦区')
    """
    printed = _head(document, folded, sections)
    head = list(printed)
    block = _title(head)
    title = "".join(block) or None
    kind = report_type(title or "", head)
    if kind == "other" and _SPEECH.search(folded[:1500]):
        kind = "work_report"
    department = find_department(document, folded, head, title, kind)
    year = find_year(document, folded, head, title, kind, sections[0].start if sections else 0)
    return Meta(
        "".join(printed[line] for line in block) or None, find_region(folded, department, head), department, year, kind
    )


_SPEECH = re.compile(
    r"各位(?:代表|委员)[^。]{0,80}?(?:[^。]*。){0,6}?[^。]*(?:报告(?:政府)?工作|工作报告|(?:作|的)报告|请予审议|工作)"
)

# ---- head and title


def _head(document: Document, folded: str, sections: Sequence[Section]) -> dict[str, str]:
    """The lines before the first heading (at most 14), without layout blanks: folded → as printed, in order."""
    limit = sections[0].start if sections else len(folded)
    out: dict[str, str] = {}
    furniture = meta_rules("furniture")
    for start, end in lines_of(document, folded):
        if start >= limit or len(out) >= 14:
            break
        kept = _without_blanks(folded[start:end])
        if any(r.pattern.search("".join(folded[start + i] for i in kept)) for r in furniture):
            continue
        out.setdefault("".join(folded[start + i] for i in kept), "".join(document.text[start + i] for i in kept))
    if not out:  # the first heading is taken for the title line, or everything stands in tables
        out = {
            "".join(x[i] for i in _without_blanks(x)): x.strip() for x in folded[:1500].split("\n")[:14] if x.strip()
        }
    return out


_BLANK = re.compile(
    r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])|(?<=\d) (?=[年\d])|(?<=年) (?=度)|(?<=[\u4e00-\u9fff]) (?=\d)|(?<=\d) (?=[\u4e00-\u9fff])|(?<=  ) +"
)


def _without_blanks(line: str) -> list[int]:
    """Offsets of the characters to keep: blanks between Han characters or inside a year are layout; two part fields."""
    line = line.replace("\t", "  "[:1])
    drop = {i for m in _BLANK.finditer(line) for i in range(m.start(), m.end())}
    return [i for i in range(len(line)) if i not in drop]


_MEETING = re.compile(r"^[-—]{1,4}.{0,40}(?:会议|大会)")
_BRACKET = re.compile(r"^\([^()]{2,30}\)$")


def _title(head: Sequence[str]) -> list[str]:
    """The lines of the title, at most four: the body's name, the report's name, a bracket with year or project."""
    words = meta_rules("title_word")
    lines = [x for x in head if not LABEL.match(x)]
    for i, line in enumerate(lines[:8]):
        if ADDRESSEE.search(line) or _MEETING.match(line) or "。" in line or len(line) > 70:
            if "。" in line and len(line) > 40:
                break
            continue
        for width in (1, 2, 3):
            block = lines[i : i + width]
            if len(block) < width or any(
                "。" in b or len(b) > 60 or ADDRESSEE.search(b) or _MEETING.match(b) for b in block
            ):
                break
            bare = re.sub(r"\([^()]*\)$", "", "".join(block))
            if any(r.pattern.search(bare) for r in words):
                end = i + width
                # the words may end a line that goes on: "部门整体支出" / "绩效自评报告", "部门决算" / "公开情况说明"
                while (
                    end < len(lines)
                    and end < i + 4
                    and (
                        _BRACKET.match(lines[end])
                        or (
                            len(lines[end]) <= 16
                            and re.search(r"(?:报告|说明|总结|公开)$", lines[end])
                            and not _MEETING.match(lines[end])
                            and lines[end] not in "".join(lines[i:end])
                        )
                    )
                ):
                    block.append(lines[end])
                    end += 1
                return block
    return []


def report_type(title: str, head: Sequence[str] = ()) -> str:
    """The report type that the words of a folded title tell.

    >>> report_type("2021年度项目支出绩效自评报告"), report_type("浦津市民政局2021年度部门决算")
    ('project_self_evaluation', 'final_accounts')
    """
    for text in (title, *head[:6]):
        bare = re.sub(r"\s|[“”]", "", text)
        if len(bare) > 70:
            continue
        for rule in meta_rules("report_type"):
            if rule.pattern.search(bare):
                return str(rule.value)
    return "other"
