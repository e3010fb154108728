"""Whose report of which year a document is: title, region, department, fiscal year, report type.

The title decides first; where it is silent or contradicts the account (a title of 2024 over figures of 2023) the body
does; the folder and name of the file speak last.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from textperf.extract.structure import lines_of
from textperf.model import REPORT_TYPES, Document, Meta, Section
from textperf.rules.loader import RuleError, Shape, packaged, read_rules
from textperf.text.fold import fold

KINDS = ("report_type", "title_word", "title_stop", "ending", "expansion", "furniture", "province")
SHAPE = Shape(
    "meta",
    {"id": str, "kind": str, "value": str, "match": list, "examples": list, "counter_examples": list, "note": str},
    ("id", "kind", "match"),
)


@dataclass(frozen=True, slots=True)
class MetaRule:
    """One entry of rules/meta.toml; ``value`` is the report type or the full form with ``{0}`` for the place."""

    id: str
    kind: str
    value: str | None
    pattern: re.Pattern[str]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


def load_meta(path: Path) -> tuple[MetaRule, ...]:
    """The metadata rules of a file. Raises :class:`RuleError` for an unknown kind, type or a broken pattern."""
    out = []
    for entry in read_rules(path, SHAPE):
        name = f"{path.name}（{entry['id']}）"
        if entry["kind"] not in KINDS:
            raise RuleError(f"{name}：不认识的 kind {entry['kind']}；可用：{'、'.join(KINDS)}")
        if entry["kind"] == "report_type" and entry.get("value") not in REPORT_TYPES:
            raise RuleError(f"{name}：不认识的报告类型 {entry.get('value')}；可用：{'、'.join(REPORT_TYPES)}")
        try:
            pattern = re.compile("|".join(f"(?:{m})" for m in entry["match"]))
        except re.error as e:
            raise RuleError(f"{name}：match 不是合法的正则表达式：{e}") from e
        examples, counter = tuple(entry["examples"]), tuple(entry.get("counter_examples", ()))
        out.append(MetaRule(entry["id"], entry["kind"], entry.get("value"), pattern, examples, counter))
    return tuple(out)


def meta_rules(kind: str) -> tuple[MetaRule, ...]:
    """The packaged rules of one kind, in order."""
    rules: tuple[MetaRule, ...] = packaged("meta.toml", load_meta)
    return tuple(r for r in rules if r.kind == kind)


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
    department = _department(document, folded, head, title, kind)
    year = _fiscal_year(document, folded, head, title, kind)
    return Meta(
        "".join(printed[line] for line in block) or None, _region(folded, department, head), department, year, kind
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


_ADDRESSEE = re.compile(r"(?:[:]|各位(?:代表|委员)[:!,]?)$")
_MEETING = re.compile(r"^[-—]{1,4}.{0,40}(?:会议|大会)")
_LABEL = re.compile(
    r"^(?:单位|编报单位|填报单位|填报部门|部门名称|单位名称|报送|实施单位|主管部门|编制单位|评价机构)(?:名称)?(?:\(盖章\)|\(公章\))?:"
)
_BRACKET = re.compile(r"^\([^()]{2,30}\)$")


def _title(head: Sequence[str]) -> list[str]:
    """The lines of the title, at most four: the body's name, the report's name, a bracket with year or project."""
    words = meta_rules("title_word")
    lines = [x for x in head if not _LABEL.match(x)]
    for i, line in enumerate(lines[:8]):
        if _ADDRESSEE.search(line) or _MEETING.match(line) or "。" in line or len(line) > 70:
            if "。" in line and len(line) > 40:
                break
            continue
        for width in (1, 2, 3):
            block = lines[i : i + width]
            if len(block) < width or any(
                "。" in b or len(b) > 60 or _ADDRESSEE.search(b) or _MEETING.match(b) for b in block
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


# ---- department


def body_name(text: str) -> str | None:
    """The name of a body at the end of which a list ending stands, from the start of ``text``; None without one.

    >>> body_name("澜江县审计局审计业务专项经费"), body_name("邕澜市江岭区生态环境分局"), body_name("2023年度")
    ('澜江县审计局', '邕澜市江岭区生态环境分局', None)
    """
    best = 0
    for rule in meta_rules("ending"):
        for m in rule.pattern.finditer(text):
            if m.end() >= 3 and (best == 0 or m.end() < best or m.start() < best < m.end()):
                best = m.end()
            if best and m.start() > best:
                break
    if not best:
        return None
    # 县人大常委会 + 办公室, 某局 + 机关服务中心: an ending right behind the first belongs to the name
    more = re.match(
        r"(?:机关)?(?:办公室|办公厅|机关服务中心|办事处|[\u4e00-\u9fff]{1,4}(?:分局|支队|大队|总队|派出所))|机关$",
        text[best:],
    )
    if more:
        best += more.end()
    return text[:best]


_YEARS = re.compile(
    r"\(?(?:(?:19|20)[ ]?\d[ ]?\d|[〇零一二三四五六七八九]{4})(?:[-~至](?:20)?\d\d)?[ ]*年度?(?:上半年|下半年|第?[一二三四]季度|\d{1,2}(?:至|-)\d{1,2}月)?\)?"
)


def _department(document: Document, folded: str, head: Sequence[str], title: str | None, kind: str) -> str | None:
    candidates = []
    if title:
        candidates += _names_in_title(title)
    if kind == "work_report":
        candidates = _speaker(head, title) + candidates
    for line in head:
        label = _LABEL.match(line)
        if label and not line.startswith("报送"):
            name = body_name(re.split(r"  |[,;]", line[label.end() :])[0])
            if name:
                candidates.append(name)
    for line in head[:4]:
        if not _ADDRESSEE.search(line) and len(line) <= 36 and not _LABEL.match(line):
            name = body_name(_YEARS.sub("", line))
            if name and name not in candidates:
                candidates.append(name)
    publisher = re.search(r"发布机构[:| ]+([^ |\n]{4,24})", folded[:600])
    if publisher and (name := body_name(publisher.group(1))):
        candidates.append(name)
    short = re.search(r"([\u4e00-\u9fff]{4,30})\(以下简称[:“\"]*[\u4e00-\u9fff]{2,14}[”\"]*\)", folded[:6000])
    if short and (name := body_name(short.group(1))):
        candidates.append(re.sub(r"^.*?(?:对|由|按照|根据|受)", "", name))
    candidates += [
        n
        for part in reversed(PurePath(document.source.path).parts)
        if (n := body_name(_YEARS.sub("", fold(part)).lstrip("_-年度 ")))
    ]
    if not candidates:
        return None
    return _full_name(folded, candidates[0])


def _names_in_title(title: str) -> list[str]:
    bare = re.sub(r"\s", "", title)
    bare = re.sub(r"\([^()]*\)", lambda m: "" if _YEARS.search(m.group()) else "\x00", bare)
    bare = _YEARS.sub("\x00", bare)
    out = []
    for piece in bare.split("\x00"):
        piece = piece.lstrip("、—-的")
        stop = min((m.start() for r in meta_rules("title_stop") if (m := r.pattern.search(piece))), default=len(piece))
        name = body_name(piece[:stop])
        if name and len(name) >= 3:
            out.append(name)
    return out


def _speaker(head: Sequence[str], title: str | None) -> list[str]:
    """Bodies that the head of a work report names: in the title, the speaker's office, the meeting it was read at."""
    text = "\n".join(head[:8])
    out = _names_in_title(title) if title else []
    for m in re.finditer(r"([\u4e00-\u9fff]{2,16}?(?:人民法院|人民检察院))(?:代理)?(?:院长|检察长)", text):
        out.append(m.group(1))
    if not out:
        place = re.search(r"在(?:政协)?([\u4e00-\u9fff]{2,14}?[省市县区旗州盟镇乡])(?:第|委员会)", text)
        if place and re.search(r"政府", text + (title or "")):
            out.append(place.group(1) + "人民政府")
        elif place and re.search(r"政协", text):
            out.append(f"中国人民政治协商会议{place.group(1)}委员会")
        elif spoken := re.search(
            r"我(?:受|代表)([\u4e00-\u9fff]{2,16}?(?:人民政府|常务委员会|人大常委会)|国务院)", "".join(head)
        ):
            out.append(spoken.group(1))
        elif re.search(r"全国人民代表大会", text) and re.search(r"政府|总理", text + (title or "")):
            out.append("国务院")
    return out


def _full_name(folded: str, name: str) -> str:
    """The full legal name: by the rules for short forms, else the longer form that the text itself gives."""
    renamed = re.search(
        r"(?:我局|我单位|我委|本部门|本单位|我院|我中心|本局)[^。]{0,24}?更名为“?([\u4e00-\u9fff]{4,24})", folded
    )
    if renamed and (new := body_name(renamed.group(1))):
        return new
    full = next(
        (
            str(r.value).format(next(g for g in m.groups() if g))
            for r in meta_rules("expansion")
            if (m := r.pattern.search(name))
        ),
        name,
    )
    if full != name:
        return full
    place = _place(name)
    if place and place != name:
        own = re.escape(place)
        counts = Counter(
            n
            for m in re.finditer(own + r"[\u4e00-\u9fff]{2,20}", folded)
            if (n := body_name(m.group())) and len(n) > len(name) and _abbreviates(name, n)
        )
        counts.pop(name, None)
        if counts:
            return counts.most_common(1)[0][0]
    return name


def _abbreviates(short: str, full: str) -> bool:
    letters = iter(full)
    return short[-1] == full[-1] and all(c in letters for c in short)


# ---- region

_PLACE = re.compile(
    r"^((?:[\u4e00-\u9fff]{2,8}?(?:自治区|特别行政区|省))?(?:[\u4e00-\u9fff]{2,11}?(?:自治州|地区|盟|市|州))?(?:[\u4e00-\u9fff]{1,10}?(?:自治县|自治旗|县|区|旗|市))?(?:[\u4e00-\u9fff]{1,5}?(?:镇|乡|街道|苏木))?)"
)


def _place(name: str) -> str:
    """The place at the start of a body's name: 云浦区 of 云浦区民政局.

    >>> _place("瓯澜市云浦区政务服务和数据管理局"), _place("柳溪镇人民政府"), _place("红河哈尼族彝族自治州财政局")
    ('瓯澜市云浦区', '柳溪镇', '红河哈尼族彝族自治州')
    """
    name = re.sub(r"^(?:中国人民政治协商会议|政协|中国?共产?党?|中共|共青团)", "", name)
    m = _PLACE.match(name)
    return m.group(1) if m else ""


def _region(folded: str, department: str | None, head: Sequence[str]) -> str | None:
    place = _place(department) if department else ""
    if not place:
        meeting = re.search(
            r"在(?:政协)?([\u4e00-\u9fff]{2,14}?[省市县区旗州盟镇乡])(?:第|委员会)", "\n".join(head[:8])
        )
        place = meeting.group(1) if meeting else ""
    if not place:
        return None
    provinces = meta_rules("province")[0].pattern
    if provinces.match(place):
        return place
    # a longer chain that the text spells out: 云南省滇宁市禾丰县
    chains: Counter[str] = Counter()
    for m in re.finditer(re.escape(place), folded):
        above = _ABOVE.search(folded, max(0, m.start() - 20), m.start())
        if above and above.group() and _clean_chain(above.group()):
            chains[above.group()] += 1
    chain = chains.most_common(1)[0][0] if chains else ""
    if chain and provinces.match(chain):
        return chain + place
    # the province whose laws the report cites, where it cites those of one province only
    cited = Counter(m.group() for law in re.findall(r"《([^《》]{4,40})》", folded) if (m := provinces.match(law)))
    province = next(iter(cited)) if len(cited) == 1 else ""
    return province + chain + place


_ABOVE = re.compile(r"(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区))?(?:[\u4e00-\u9fff]{2,8}?(?:市|自治州|地区|盟))?\Z")


def _clean_chain(chain: str) -> bool:
    return not re.search(r"[的在对向由据按照和与及为是《》,到至从全各]|财政|我|本|市级|关于|根据", chain)


# ---- fiscal year

_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "O": "0", "o": "0"}
_YEAR = re.compile(
    r"(?<![\d.])((?:19|20)[ ]?\d[ ]?\d)[ ]*(?:-(?:20)?\d\d)?[ ]*年|([一二][〇零O一二三四五六七八九]{3})[ ]*年"
)


def years_in(text: str) -> list[int]:
    """Years that a folded text names, Chinese digits and inner blanks read.

    >>> years_in("二〇二三年度"), years_in("20 21 年度"), years_in("2,023年前")
    ([2023], [2021], [])
    """
    out = []
    for m in _YEAR.finditer(text):
        digits = m.group(1) or "".join(_DIGITS[c] for c in m.group(2))
        out.append(int(digits.replace(" ", "")))
    return [y for y in out if 1949 <= y <= 2100]


def _fiscal_year(document: Document, folded: str, head: Sequence[str], title: str | None, kind: str) -> int | None:
    if kind == "work_report":
        return _work_report_year(folded, head, title)
    evidence = _year_evidence(folded)
    named = years_in(title) if title else []
    if not named:
        named = [
            y
            for line in head[:6]
            if len(line) <= 40 and not re.search(r"日期|发布|[〔\[]", line)
            for y in years_in(line)
        ][:1]
    if named:
        year = named[0] if len(set(named)) == 1 or not evidence else max(set(named), key=lambda y: evidence[y])
        # a title that is a year ahead of the whole account ("2024年度…报告" over figures of 2023)
        if (
            evidence[year - 1] >= 4
            and evidence[year - 1] >= 4 * evidence[year]
            and _closes(folded, year - 1)
            and not _closes(folded, year)
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
        r"((?:19|20)\d\d)[ ]*年(?:以来|,(?:是|面对|在|我们)|是)", folded[:3000]
    )
    meeting = next(
        (
            m
            for line in head[:6]
            for m in [re.search(r"(20\d\d)[ ]*年[ ]*(\d{1,2})[ ]*月", line)]
            if m and re.search(r"会议|大会|^[-—(]", line)
        ),
        None,
    )
    if meeting:
        held, month = int(meeting.group(1)), int(meeting.group(2))
        if back and held - 1 <= int(back.group(1)) <= held and re.search("回顾|情况", back.group()):
            return int(back.group(1))
        return held - 1 if month <= 6 else held
    if back:
        return int(back.group(1))
    evidence = _year_evidence(folded)
    return named[0] if named else (evidence.most_common(1)[0][0] if evidence else None)
