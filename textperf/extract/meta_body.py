"""The body a report is about, its full name, and the region it belongs to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import PurePath

from textperf.extract.meta_rules import meta_rules
from textperf.extract.meta_year import HAN_DIGITS, YEARS
from textperf.model import Document
from textperf.text.fold import fold

ADDRESSEE = re.compile(r"(?:[:]|各位(?:代表|委员)[:!,]?)$")
LABEL = re.compile(
    r"^(?:单位|编报单位|填报单位|填报部门|部门名称|单位名称|报送|实施单位|主管部门|编制单位|评价机构|委托单位|委托方)(?:名称)?(?:\(盖章\)|\(公章\))?:"
)


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
        r"(?:机关)?(?:办公室|办公厅|办(?=$|20|\(|关于|部门|整体)|机关服务中心|办事处|[\u4e00-\u9fff]{1,4}(?:分局|支队|大队|总队|派出所))|机关$",
        text[best:],
    )
    if more:
        best += more.end()
    return text[:best]


# In a place that only a body can take, any name that begins with a place, or with the word for its level, and ends like
# an office, a house or a post is one.
_HOUSE = re.compile(r"(?:中心|(?<=委)机关|[一二三四五六七八九十]中|[局厅委办部所站处院馆队社会场园校台团室店狱])$")


def is_body(text: str) -> bool:
    """Whether the whole of ``text`` is the name of a body, where what stands around it says that one must stand there.

    >>> is_body("榆塞县水旱灾害防御中心"), is_body("县疾控中心"), is_body("榆塞县"), is_body("澜江县审计局审计业务")
    (True, True, False, False)
    """
    if body_name(text) == text:
        return True
    place = place_of(text)
    placed = len(place) >= 3 and len(text) - len(place) >= 2
    level = text[:1] in "市县区州旗" and len(text) >= 3 and (text[1:2] == "委" or without_level(text) != text)
    named = (placed or level) and bool(_HOUSE.search(text))
    return named and len(text) <= 30 and not _SENTENCE.search(text)


def without_level(name: str) -> str:
    """A name without the word for the level of its place in front.

    >>> without_level("县住房和城乡建设局"), without_level("市场监督管理局"), without_level("区委办公室")
    ('住房和城乡建设局', '市场监督管理局', '区委办公室')
    """
    return _LEVEL.sub("", name)


_LEVEL = re.compile("^[省市州盟县区旗](?![场容民域块委]|政(?!法))")


def _named(text: str) -> str | None:
    """The body that a place names where nothing else can stand: all of the text if it is one, else its start."""
    text = text.strip("()_- ")
    return text if is_body(text) else body_name(text)


def find_department(document: Document, folded: str, head: Sequence[str], title: str | None, kind: str) -> str | None:
    candidates: list[str] = []
    late: list[str] = []
    if title:
        candidates += _names_in_title(title, whole=kind in ("overall_self_evaluation", "final_accounts"))
    if kind == "work_report":
        candidates = _speaker(head, title) + candidates
    for line in head:
        for part in re.split(r"  |[()]", line):  # (评价机构:…公司  委托单位:某区财政局)
            label = LABEL.match(part)
            if not label or line.startswith("报送"):
                continue
            name = _named(re.sub(r"\(.{0,6}$", "", re.split(r"[,;]", part[label.end() :])[0]))
            if name:
                (late if part.startswith("评价机构") else candidates).append(name)
    for line in head[:4]:
        if not ADDRESSEE.search(line) and len(line) <= 36 and not LABEL.match(line.lstrip("(")):
            name = _named(YEARS.sub("", line))
            if name and name not in candidates and not _SENTENCE.search(name):
                candidates.append(name)
    publisher = re.search(r"发布机构[:| ]+([^ |\n]{4,24})", folded[:600])
    if publisher and (name := body_name(publisher.group(1))):
        candidates.append(name)
    opening = folded[:6000]
    short = "(以下简称" in opening and re.search(
        r"([\u4e00-\u9fff]{4,30})\(以下简称[:“\"]*[\u4e00-\u9fff]{2,14}[”\"]*\)", opening
    )
    if short and (name := _named(re.sub(r"^.*?(?:对|由|按照|根据|受)", "", short.group(1)))):
        candidates.append(name)
    candidates += _introduced(folded) + _signed(folded) + late
    candidates += [
        n
        for part in reversed(PurePath(document.source.path).parts)
        if (n := body_name(YEARS.sub("", fold(part)).lstrip("_-年度 ")))
    ]
    candidates = [re.sub("^.*?会议上", "", c) for c in candidates]
    if not candidates and title:
        candidates = _acting(folded, title)
    candidates = [c for c in candidates if not _PLACEHOLDER.search(c)]
    if not candidates:
        return None
    return _full_name(folded, candidates[0])


_SENTENCE = re.compile("[,。:;由]|根据|按照|为了?")  # a line of text, no name
_PLACEHOLDER = re.compile(r"[xX×*＊〇○_]{2,}|某某|\.\.")  # 上海市XX局: a template nobody filled in


def _introduced(folded: str) -> list[str]:
    """The body that the text introduces: "青禾县民政局是县政府工作部门"."""
    out = []
    for m in re.finditer(
        r"(?:^|(?<=[。)]))[ ]*([\u4e00-\u9fff]{4,30}?)(?:是(?!否)|为(?!了|例)|成立于|内设|隶属|系)", folded[:4000], re.M
    ):
        if is_body(m.group(1)) and place_of(m.group(1)):
            out.append(m.group(1))
    return out[:1]


def _acting(folded: str, title: str) -> list[str]:
    """The body that runs the self-evaluation of funds that bear a place only: "通源县2018年…绩效自评报告 … 县民政局会同县财政局".

    The bracket of a title that is a body (…自评报告(某区疾控中心)) comes first. Only one body may act so, and only before the
    first chapter's figures: the first 700 characters.
    """
    bracket = re.search(r"\(([\u4e00-\u9fff]{4,24})\)$", fold(title))
    if bracket and body_name(bracket.group(1)) == bracket.group(1) and place_of(bracket.group(1)):
        return [bracket.group(1)]
    place = place_of(YEARS.sub("", fold(title)).lstrip("年度 "))
    if not place or len(place) > 12:
        return []
    at = max(0, folded.find(title[-6:]))
    acting = dict.fromkeys(
        m.group(1)
        for m in re.finditer(
            rf"(?:^|[,。;、由]){place[-1]}([\u4e00-\u9fff]{{2,16}}?[局委办])(?=会同|牵头|统筹|组织|主管|负责|作为|对|通过|成立)",
            folded[at : at + 700],
            re.M,
        )
        if body_name(m.group(1)) == m.group(1)
    )
    return [place + next(iter(acting))] if len(acting) == 1 else []


def _signed(folded: str) -> list[str]:
    """The body that signs at the end, above the date."""
    lines = [x.strip() for x in folded[-400:].split("\n") if x.strip()]
    for above, below in pairwise(lines):
        if _DATE.fullmatch(below.replace(" ", "")) and is_body(above):
            return [above]
    return []


_DATE = re.compile(
    rf"(?:20\d\d|[{HAN_DIGITS}]{{4}})年[\d一二三四五六七八九十]{{1,3}}月[\d一二三四五六七八九十]{{1,3}}日"
)


_PROJECT = re.compile(r"项目|资金|专项|经费|补助|补贴|工程|建设(?!局|厅|委)")


def _names_in_title(title: str, *, whole: bool = False) -> list[str]:
    """Bodies in a title; with ``whole`` all that stands before the words of the report is one (no project stands there)."""
    bare = re.sub(r"\s", "", title)
    bare = re.sub(r"\([^()]*\)", lambda m: "" if YEARS.search(m.group()) else "\x00", bare)
    bare = YEARS.sub("\x00", bare)
    out = []
    pieces = bare.split("\x00")
    for n, piece in enumerate(pieces):
        following = "".join(pieces[n + 1 :])
        piece = re.sub(r"^(?:[、—(-]|的|关于)+|第[一二三四五六七八九十]{1,3}届", "", piece)
        stop = min((m.start() for r in meta_rules("title_stop") if (m := r.pattern.search(piece))), default=len(piece))
        front = piece[:stop]
        # the words of the report follow at once, or behind the year: 某县防御中心[2020年]度部门整体支出…
        closed = stop < len(piece) or any(r.pattern.match(following.lstrip("年度")) for r in meta_rules("title_stop"))
        alone = (
            whole and closed and 3 <= len(front) <= 30 and (place_of(front) if stop < len(piece) else is_body(front))
        )
        name = front if alone else body_name(front)
        if name and len(name) >= 3:
            out.append(name)
    return out


def _speaker(head: Sequence[str], title: str | None) -> list[str]:
    """Bodies that the head of a work report names: in the title, the speaker's office, the meeting it was read at."""
    text = "\n".join(head[:8])
    out = _names_in_title(title) if title else []
    # an office that reports to a congress signs below the title: 关于…预算执行情况的报告 / 弘台县财政局
    out += [
        line for line in head[1:8]
        if body_name(line) == line and line not in (title or "") and re.fullmatch(r"[\u4e00-\u9fff、]+[县市区省州旗盟镇乡][\u4e00-\u9fff、]+", line) and line[0] not in "为把让"
    ]  # fmt: skip
    for m in re.finditer(r"([\u4e00-\u9fff]{2,16}?(?:法院|检察院))(?:代理)?(?:院长|检察长)", text):
        out.append(m.group(1))
    held = re.search(r"在(?:政协|中国共产党)?([\u4e00-\u9fff]{2,14}?[省市县区旗州盟镇乡])(?:第|委员会)", text)
    if held and (chief := re.search(r"(?:^|\n)[省市县区旗州]([\u4e00-\u9fff]{2,12}?局)局长", text)):
        out.insert(0, held.group(1) + chief.group(1))  # 在洛沙市…会议上 / 市审计局局长　邹某某
    if party := re.search(r"在中国共产党([\u4e00-\u9fff]{2,14}?[省市县区旗州盟])第[^\n]{0,8}届(纪律检查委员会)", text):
        out.insert(0, f"中共{party.group(1)}{party.group(2)}")
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
    renamed = "更名为" in folded and re.search(
        r"(?:我局|我单位|我委|本部门|本单位|我院|我中心|本局)[^。]{0,24}?更名为“?([\u4e00-\u9fff]{4,24})", folded
    )
    if renamed and (new := body_name(renamed.group(1))):
        bare = new if place_of(new) else without_level(new)  # 机构更名为县住房和城乡建设局
        return name if name.endswith(bare) else new if place_of(new) else place_of(name) + bare
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
    place = place_of(name)
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

# Words of what an office does that look like places: 市场监管, 城乡建设, 城市管理, 乡村振兴, 住房和城乡
_WORK = r"(?!市场|市容|市政(?!府|协)|城市[管综更运]|城乡|乡村|住房|社区)[\u4e00-\u9fff]"
_INNER = rf"(?!城市[建规]){_WORK}"  # behind a place; 盐城市规划局 begins with one
_CITY = "市(?!场|容|级|政(?!府|协|务|法))"
_PLACE = re.compile(
    rf"^((?:(?:{_WORK}){{2,8}}?(?:自治区|特别行政区|省(?!级)))?(?:(?:{_WORK}){{2,11}}?(?:自治州|地区|盟|{_CITY}|州))?"
    rf"(?:(?:{_INNER}){{1,10}}?(?:自治县|自治旗|县(?!级)|(?<!名胜)(?<!保护)(?<!风景)区(?!级)|旗|{_CITY}))?(?:(?:{_INNER}){{1,5}}?(?:镇|乡|街道|苏木))?)"
)


def place_of(name: str) -> str:
    """The place at the start of a body's name: 云浦区 of 云浦区民政局.

    >>> place_of("瓯澜市云浦区政务服务和数据管理局"), place_of("柳溪镇人民政府"), place_of("红河哈尼族彝族自治州财政局")
    ('瓯澜市云浦区', '柳溪镇', '红河哈尼族彝族自治州')
    >>> place_of("栗源县岚岫山风景名胜区管理处"), place_of("岚岫山风景名胜区管理处")
    ('栗源县', '')
    """
    name = re.sub(r"^(?:中国人民政治协商会议|政协|中国?共产?党?|中共|共青团)", "", name)
    m = _PLACE.match(name)
    return m.group(1) if m and len(m.group(1).strip("省市县区州旗")) else ""  # 县市监局


def find_region(folded: str, department: str | None, head: Sequence[str]) -> str | None:
    place = place_of(department) if department else ""
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
        above_it = _MADE.sub("", above.group()) if above else ""
        if above_it and _clean_chain(above_it):
            chains[above_it] += 1
    chain = chains.most_common(1)[0][0] if chains else ""
    if chain and provinces.match(chain):
        return chain + place
    if not chain and (
        seat := re.search(
            rf"{re.escape(place)}(?:地处|位于|隶属于?|属)([\u4e00-\u9fff]{{1,7}}?(?:县|(?<![城市郊山片新心发湖库园辖矿灾])区|旗))",
            folded,
        )
    ):
        chain = seat.group(1)  # 柳溪镇位于桐湾县西南部
    # the province whose laws the report cites, where it cites those of one province only
    cited = Counter(at.group() for law in re.findall(r"《([^《》]{4,40})》", folded) if (at := provinces.match(law)))
    province = next(iter(cited)) if len(cited) == 1 else ""
    return province + chain + place


_MADE = re.compile("^.*(?:设立|改设|撤销|划归)")  # 撤销横坡县，设立饶岭市横坡区
_ABOVE = re.compile(r"(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区))?(?:[\u4e00-\u9fff]{2,8}?(?:市|自治州|地区|盟))?\Z")


def _clean_chain(chain: str) -> bool:
    return not re.search(r"[的在对向由据按照和与及为是《》,到至从全各]|财政|我|本|市级|关于|根据", chain)
