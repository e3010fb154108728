"""Whose report is it: bodies, with names that are valid for years, aliases, and the place they belong to.

县农业局 of 2018 and 县农业农村局 of 2020 are one body, 政协云沅县委员会办公室 and 云沅县政协机关 too; the finance bureaus of
two counties are not. What ``rules/departments.toml`` does not know is told apart by its name without the place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import PurePath
from types import MappingProxyType

from textperf.compare.figures import digits
from textperf.compare.names import BRACKET, HAN, JOINED, OFFICE, Name, abbreviates, parse_name, same_institution
from textperf.compare.similar import dice
from textperf.extract.meta_body import body_name, place_of, without_level
from textperf.model import Report
from textperf.text.fold import fold

_Group = list[tuple[Report, Name]]


def _same_place(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether two chains can be one place: the narrowest agrees and what is known above it does not contradict."""
    if not a or not b:
        return False
    if not (a[-1].endswith(b[-1]) or b[-1].endswith(a[-1]) or a[-1][:-1] == b[-1] or b[-1][:-1] == a[-1]):
        return False
    above_a, above_b = a[:-1], b[:-1]
    return not above_a or not above_b or any(x.endswith(y) or y.endswith(x) for x in above_a for y in above_b)


def _same_level(placeless: Name, other: Name) -> bool:
    """Whether a name that bears no place can be of the level of another: 区住建局 is no bureau of a 县."""
    level = other.place[-1][-1] if other.place else other.level
    return not placeless.level or not level or level == placeless.level


def bodies(reports: Sequence[Report]) -> Mapping[str, str]:
    """For each report_id the one name its body stands under; reports without a department are left out.

    A name without any place joins the body of its kind in the same folder, or the only one of its kind in the run, or the
    one whose figures it goes on with; one that says its level (区住建局) only a body of that level. Names that a report says were changed
    are one body. The name shown is the fullest of those still valid in the body's latest year.
    """
    parsed = [(r, parse_name(r.meta.department, r.meta.region)) for r in reports if r.meta.department]
    groups: dict[str, list[_Group]] = defaultdict(list)
    for pair in (p for p in parsed if p[1].place):
        home = next((g for g in groups[pair[1].kind] if any(_same_place(pair[1].place, n.place) for _, n in g)), None)
        if home is None:
            home = []
            groups[pair[1].kind].append(home)
        home.append(pair)
    for pair in (p for p in parsed if not p[1].place):
        everyone = groups[pair[1].kind]
        kin = [g for g in everyone if any(_same_level(pair[1], n) for _, n in g)]
        near = [g for g in kin if any(_folder(r) == _folder(pair[0]) for r, _ in g)]
        if not kin:
            kin = _abbreviated(pair, groups)
            near = [g for g in kin if any(_folder(r) == _folder(pair[0]) for r, _ in g)]
        home = near[0] if len(near) == 1 else kin[0] if len(kin) == 1 else _going_on(pair[0], near or kin)
        if home is None:
            home = []
            everyone.append(home)
        home.append(pair)
    _join_renamed(groups)
    out: dict[str, str] = {}
    for kin in groups.values():
        for group in kin:
            name = _shown(group)
            out.update((r.report_id, name) for r, _ in group)
    return MappingProxyType(out)


def _abbreviated(pair: tuple[Report, Name], groups: Mapping[str, Sequence[_Group]]) -> list[_Group]:
    """The bodies without a report of that year whose name one that bears no place can be short for: 县资规局."""
    report, name = pair
    return [
        g
        for kin in groups.values()
        for g in kin
        if all(r.meta.fiscal_year != report.meta.fiscal_year for r, _ in g)
        and any(_same_level(name, n) and abbreviates(name.kind, _office(r)) for r, n in g)
    ]


_TELLING, _AGREEING = 3, 2  # digits that tell a figure; how many such figures


def _going_on(report: Report, kin: Sequence[_Group]) -> _Group | None:
    """The group whose figures a report repeats as those of the year before, or the other way round; None in doubt."""

    def figures(r: Report, status: str) -> set[tuple[float, str]]:
        return {
            (f.quantity.value, f.quantity.unit)
            for f in r.facts
            if f.status == status and len(digits(f.quantity.value)) >= _TELLING
        }

    found = []
    for group in kin:
        agreeing = 0
        for other, _ in group:
            years = (report.meta.fiscal_year or 0) - (other.meta.fiscal_year or 0)
            if abs(years) == 1:
                later, earlier = (report, other) if years > 0 else (other, report)
                agreeing += len(figures(later, "prior") & figures(earlier, "actual"))
        found.append((agreeing, group))
    found.sort(key=lambda x: -x[0])
    if not found or found[0][0] < _AGREEING or (len(found) > 1 and found[1][0] * 2 > found[0][0]):
        return None
    return found[0][1]


# An office of the list of departments is known by all its names; of what is not in it, names nearly alike are one.
_RENAMED = 0.6
_OFFICE_END = re.compile(f"{OFFICE}$")
_SUFFIX = re.compile("(?:街道|[省市州盟县区旗镇乡])$|苏木$")
_TOWN_KIND = re.compile("(?:乡|镇|街道|苏木)$")
_ORDINAL = re.compile("[一二三四五六七八九十0-9]")


# Anchored at the verb, so that a text costs no more than its length: in front of it an old name and when it was changed.
_CHANGED = re.compile(
    rf"(?:(?:更名|改名|改称|改组|重组|整合|组建|改设|升格|转隶)为|(?:整合|合并|划入|基础上)[^。;,0-9]{{0,8}},?(?:重新)?组建(?:成立|了)?)[“]?(?P<new>{HAN}{{4,24}})"
)
_SINCE = re.compile(r"(?:,|已|正式|整体|[于自从起]|20\d\d年|\d{1,2}[月日]|[(\"“][^(\"“)”]{0,20}[)\"”])+$")
_OLD = re.compile(rf"{HAN}{{4,24}}$")
_DECIDED = re.compile(
    rf"^{HAN}*?(?:批复同意|批复|批准|同意|决定将|决定)(?={HAN}{{4}})"
)  # 市委编办批复某市群众艺术馆更名为…
# 原某县质检所与县检测站整合，更名为…: the first goes on under the new name
_WITH = re.compile("[与和同及][^,;。]{2,24}(?:整合|合并|重组|归并)(?:后|以后)?,?$")
_LEAD = 70  # characters in front of the verb
# 县交通运输局（2022年3月由原县交通和海事局更名）, and in a line of its own under the title: （原某市群众艺术馆）
_WAS = re.compile(
    rf"由原?(?P<old>{HAN}{{4,24}}?)(?:更名|改名|改称|更改而)(?!为)|前身[为是]原?(?P<was>{HAN}{{4,24}})"
    rf"|^\(原(?P<once>{HAN}{{4,24}})\)$",
    re.M,
)
_EARLY = 1_500  # characters in which a report says that its body was renamed


def _told(report: Report) -> tuple[Name, Name] | None:
    """The old and the new name that a report tells: 某县职业技术教育中心自2024年4月起更名为某县中等专业学校."""
    start = fold(report.text[:_EARLY])
    found = next((pair for m in _CHANGED.finditer(start) if (pair := (_before(start, m.start()), m["new"]))[0]), None)
    if found:
        told, new = found[0], body_name(found[1]) or found[1]
        new = without_level(new) if parse_name(new).kind == new else new  # 县史志办更名为县地方志编纂中心
    elif (was := _WAS.search(start)) and report.meta.department:  # 县交通运输局（2022年3月由原县交通和海事局更名）
        told, new = was["old"] or was["was"] or was["once"], report.meta.department
    else:
        return None
    old = body_name(told) or told
    old = re.sub("^(?:[年月日])?(?:原|将|把)", "", old)  # 2019年2月原区园林管理局更名为区公园管理局
    if parse_name(old).kind == old:
        old = without_level(old)
    region = report.meta.region or place_of(report.meta.department or "")  # 县交通运输局 is of the place of the report
    return parse_name(old, region), parse_name(new, region)


def _before(text: str, verb: int) -> str:
    """The name that stands in front of the verb of renaming, or nothing."""
    old = _OLD.search(_SINCE.sub("", _WITH.sub("", text[max(0, verb - _LEAD) : verb])))
    return _DECIDED.sub("", old[0]) if old else ""


def _join_renamed(groups: dict[str, list[_Group]]) -> None:
    """Joins the bodies that a report says are one, then offices of one place that no rule knows, with nearly one name
    and no year in common: 科技工贸和信息化局 until 2018, 科技和工业信息化局 from 2019."""
    for told in [t for kin in list(groups.values()) for g in kin for r, _ in g if (t := _told(r))]:
        sides = [
            next((g for g in groups.get(name.kind, ()) if any(_same_place(name.place, n.place) for _, n in g)), None)
            for name in told
        ]
        if sides[0] is not None and sides[1] is not None and sides[0] is not sides[1]:
            sides[1] += sides[0]
            sides[0].clear()
            groups[told[0].kind] = [g for g in groups[told[0].kind] if g]
    near: dict[str, list[_Group]] = defaultdict(list)
    for kin in groups.values():
        for group in kin:
            if group and group[0][1].place:
                near[_SUFFIX.sub("", group[0][1].place[-1])].append(group)
    for group, rest in (pair for found in near.values() for pair in combinations(found, 2)):
        years = [{r.meta.fiscal_year for r, _ in g} for g in (group, rest)]
        if group and rest and not years[0] & years[1] and _renamed(group[0], rest[0]):
            rest += group
            group.clear()
    for kin in groups.values():
        kin[:] = [g for g in kin if g]


def _renamed(a: tuple[Report, Name], b: tuple[Report, Name]) -> bool:
    """Whether two bodies without a year in common can be one: a 乡 that became a 镇 or a 街道, an office that became a
    part of the name of a joined one, two offices that no rule knows with nearly one name."""
    one, other = a[1], b[1]
    if one.kind == other.kind == "town":
        (*above, last), (*over, end) = one.place, other.place
        same = _TOWN_KIND.sub("", last) == _TOWN_KIND.sub("", end) and last != end
        return same and (not above or not over or _same_place(tuple(above), tuple(over)))
    if not _same_place(one.place, other.place):
        return one.kind == other.kind and _raised(a, b)
    if other.kind in one.also or one.kind in other.also:
        return True
    names = [_office(r) for r, _ in (a, b)]
    if _widened(*names):
        return True
    if same_institution(*names) or _short_for(one, other, *names) or _short_for(other, one, *names[::-1]):
        return True
    loose = all(_OFFICE_END.search(n.kind) or n.rank == JOINED for n in (one, other))
    return loose and not any(map(_ORDINAL.search, names)) and dice(*names) >= _RENAMED


def _widened(*names: str) -> bool:
    """Whether one office is the other with more to do: 交通运输局, 交通运输和港航管理局."""
    short, long = sorted((_OFFICE_END.sub("", n) for n in names), key=len)
    return len(short) > 1 and long.startswith(short) and long[len(short) : len(short) + 1] in set("和与及、")


def _short_for(one: Name, other: Name, short: str, long: str) -> bool:
    """Whether a name is another one cut short, and not the known name of another office (水利局 and 水利水电移民局)."""
    return abbreviates(short, long) and (one.kind == other.kind or one.kind == short)


_RAISED = {"县": "市区", "市": "区", "旗": "市区", "乡": "镇"}


def _raised(a: tuple[Report, Name], b: tuple[Report, Name]) -> bool:
    """Whether the place of one is that of the other raised in the years after: 岑渡县 until 2022, 岑渡市 or 岑渡区 from 2023."""
    (old, before), (new, after) = sorted((a, b), key=lambda x: x[0].meta.fiscal_year or 0)
    if not before.place or not after.place or (old.meta.fiscal_year or 0) >= (new.meta.fiscal_year or 0):
        return False
    was, now = before.place[-1], after.place[-1]
    return len(was) > 2 and was[:-1] == now[:-1] and now[-1] in _RAISED.get(was[-1], "")


def _office(report: Report) -> str:
    """The name of a report's office without its place."""
    bare = BRACKET.sub("", fold(report.meta.department or ""))
    return bare[len(place_of(bare)) :]


def _folder(report: Report) -> str:
    return str(PurePath(report.file.replace("\\", "/")).parent)


def _shown(group: Iterable[tuple[Report, Name]]) -> str:
    members = list(group)
    latest = max((r.meta.fiscal_year or 0 for r, _ in members), default=0)
    newest = {n.kind for r, n in members if (r.meta.fiscal_year or 0) == latest}
    valid = [m for m in members if m[1].kind in newest and (m[1].until is None or m[1].until >= latest)] or members

    def worth(member: tuple[Report, Name]) -> tuple[int, int, int, str]:
        report, name = member
        written = BRACKET.sub("", fold(report.meta.department or ""))
        return (-name.rank, len(written), report.meta.fiscal_year or 0, written)

    return max(valid, key=worth)[0].meta.department or ""
