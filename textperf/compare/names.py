"""Names of bodies taken apart: which office, of which place, valid until when, by ``rules/departments.toml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from textperf.extract.meta_body import place_of, without_level
from textperf.rules.loader import RuleError, Shape, packaged, read_rules
from textperf.text.fold import fold

_SHAPE = Shape(
    "department",
    {
        "id": str,
        "stems": list,
        "former": list,
        "parts": list,
        "names": list,
        "kin": list,
        "examples": list,
        "counter_examples": list,
    },
    ("id", "examples"),
)
HAN = "[\u4e00-\u9fff]"
_PLACE = re.compile(  # 某风景名胜区管理处 is the name of an office, not of one of a place
    rf"{HAN}{{1,12}}?(?:特别行政区|自治区|自治州|自治县|自治旗|地区|林区|新区|街道|省|市|州|盟|县|(?<!名胜)(?<!保护)(?<!风景)区|旗|镇|乡)"
)
OFFICE = "(?:局|厅|委员会|委|办公室|办|部|分局)"
_BRANCH = re.compile(rf"^(?P<core>.+局)(?P<place>{HAN}{{1,8}}?[区县市旗]?)分局$")
_TOWN = re.compile(
    rf"^(?P<place>.*?{HAN}{{1,8}}?(?:镇|乡|街道|苏木))(?:人民政府|政府|办事处|人民政府办事处|党政办公室|党政综合办公室|机关)?$"
)
_AND = re.compile("[和与及、]")
_SHORTEST = 3  # characters of a name behind the word for its level: 市监局 is no 监局 of a 市
JOINED = 40  # how formal such a name is taken to be: less than one of the list, more than one of before a reform
BRACKET = re.compile(r"\([^)]*\)|\[[^\]]*\]|\s")


@dataclass(frozen=True, slots=True)
class Name:
    """A body's name taken apart: ``kind`` is a department id or the name without its place, ``until`` the last year of
    a name of before a reform, ``rank`` how formal the name is (0 the most), ``level`` what a name without a place says
    of it (区住建局: 区), ``also`` the other departments that a joined office is of."""

    kind: str
    place: tuple[str, ...]
    until: int | None = None
    rank: int = 0
    level: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Pattern:
    department: str
    regex: re.Pattern[str]
    until: int | None
    rank: int
    weight: int


class Departments:
    """The knowledge of ``departments.toml``, compiled. Raises :class:`RuleError` when an example fails."""

    def __init__(self, path: Path) -> None:
        patterns: list[_Pattern] = []
        entries = read_rules(path, _SHAPE)
        for entry in entries:
            for rank, stem in enumerate(entry.get("stems", [])):
                patterns.append(_stem(entry["id"], stem, None, rank))
            for written in entry.get("former", []):
                stem, _, year = written.partition(":")
                if not re.fullmatch(r"\d{4}", year):
                    raise RuleError(f"{path.name}（{entry['id']}）：former 要写作「词干:年份」，不是 {written}")
                patterns.append(_stem(entry["id"], stem, int(year), 50))
            for rank, name in enumerate(entry.get("names", [])):
                head, *tail = re.escape(fold(name)).split(re.escape("{r}"))
                body = head + "".join(
                    (f"(?P<r>{HAN}{{0,24}}?)" if not i else f"{HAN}{{0,24}}?") + t for i, t in enumerate(tail)
                )
                patterns.append(_Pattern(entry["id"], re.compile(f"^{body}$"), None, rank, len(name) - 3))
        self.patterns = tuple(sorted(patterns, key=lambda p: -p.weight))
        written = [(s, e["id"]) for e in entries for s in (*e.get("stems", []), *e.get("former", []))]
        self._kin = {name: e["id"] for e in entries for name in e.get("kin", [])}
        self._parts = frozenset(p for e in entries for p in e.get("parts", []))
        self._stems: dict[str, str] = {_AND.sub("", s.partition(":")[0]): i for s, i in reversed(written)}
        for entry in entries:
            for example in entry["examples"]:
                if entry.get("kin"):
                    if self.kin(example) != entry["id"]:
                        raise RuleError(f"{path.name}（{entry['id']}）：例子 {example} 不在 kin 里")
                elif self.parse(example).kind != entry["id"]:
                    raise RuleError(f"{path.name}（{entry['id']}）：例子 {example} 认成了 {self.parse(example).kind}")
            for example in entry.get("counter_examples", []):
                if self.parse(example).kind == entry["id"]:
                    raise RuleError(f"{path.name}（{entry['id']}）：反例 {example} 也被认成本条")

    def parse(self, name: str, region: str | None = None) -> Name:
        """What a printed name says, helped by the region of the report.

        >>> parse_name("沙河县农业局").kind, parse_name("沙河县农业局").until
        ('agriculture', 2018)
        >>> parse_name("江北区人民政府榆树街道办事处", "沙河市江北区").place
        ('沙河市', '江北区', '榆树街道')
        """
        bare = BRACKET.sub("", fold(name))
        bare = re.sub("^(中国共产党|中共)(?=.)|(?<=局)机关$", "", bare)
        bare = re.sub("管委会(?=$|办公室$)", "管理委员会", bare)
        chain = places(region or "")
        town = _TOWN.match(re.sub(rf"^({HAN}{{2,12}}?[区县市旗])人民政府(?={HAN})", r"\1", bare))
        if town:
            return Name("town", _join(chain, places(town["place"])), None, 0 if "人民政府" in bare else 1)
        branch = _BRANCH.match(bare)
        inner: tuple[str, ...] = ()
        if branch:
            bare = branch["core"][:-1] + "分局"
            place = branch["place"]
            inner = places(place) or tuple(p for p in chain if p[:-1] == place)[:1] or (place,)
        for pattern in self.patterns:
            found = pattern.regex.match(bare)
            if found:
                place = found["r"] or ""
                level = place if len(place) == 1 else ""  # 区住建局
                short = (place,) if len(place) == 2 and not places(place) else ()  # 澧昭中院
                chain = _join(_join(chain, places(place) or short), inner)
                return Name(pattern.department, chain, pattern.until, pattern.rank, level)
        chain = _join(chain, inner)
        head = place_of(bare)
        if departments := self._joined(bare[len(head) :]):
            return Name(departments[0], _join(chain, places(head)), None, JOINED, "", departments[1:])
        for token in chain:  # 柳溪县图书馆 and 图书馆 of a report from 柳溪县
            at = bare.find(token)
            if at >= 0:
                head = max(head, bare[: at + len(token)], key=len)
        told = without_level(bare)
        if not head and len(told) < len(bare) and (len(told) >= _SHORTEST or told[-1] in "会中办院委"):
            return Name(told, chain, level=bare[0])  # 县地震局
        return Name(bare[len(head) :] or bare, _join(chain, places(head)))

    def kin(self, office: str) -> str | None:
        """The family of names that an institution's name without its place belongs to (公路管理局, 公路事业发展中心)."""
        return self._kin.get(office)

    def knows(self, stem: str) -> bool:
        """Whether a stem is that of a department."""
        return _AND.sub("", stem) in self._stems

    def _joined(self, name: str) -> tuple[str, ...]:
        """The departments of an office that several were joined into, the first of their names first: 文化广电旅游体育局,
        住房城乡建设和城市管理局."""
        office = re.search(f"{OFFICE}$", name)
        if office is None:
            return ()
        stem = _AND.sub("", name[: office.start()])
        for end in range(len(stem) - 2, 1, -1):
            if stem[:end] in self._stems and (rest := self._made_of(stem[end:])) is not None:
                return (self._stems[stem[:end]], *rest)
        return ()

    def _made_of(self, stem: str) -> tuple[str, ...] | None:
        """The departments that a stem is made of, or None when something in it is no name of one."""
        if not stem:
            return ()
        for end in range(len(stem), 1, -1):
            known = stem[:end] in self._stems or stem[:end] in self._parts
            if known and (rest := self._made_of(stem[end:])) is not None:
                return (*([self._stems[stem[:end]]] if stem[:end] in self._stems else []), *rest)
        return None


def _stem(department: str, stem: str, until: int | None, rank: int) -> _Pattern:
    body = rf"^(?P<r>{HAN}*?(?:省|市|州|盟|县|区|旗|镇|乡))?{re.escape(stem)}{OFFICE}$"
    return _Pattern(department, re.compile(body), until, rank, len(stem))


def places(chain: str) -> tuple[str, ...]:
    """The places of a chain, from the widest to the narrowest.

    >>> places("云南省普临市澜江县")
    ('云南省', '普临市', '澜江县')
    """
    return tuple(m[0] for m in _PLACE.finditer(BRACKET.sub("", fold(chain))))


def _join(wide: tuple[str, ...], narrow: tuple[str, ...]) -> tuple[str, ...]:
    return wide + tuple(p for p in narrow if not any(w.endswith(p) for w in wide))


def same_institution(one: str, other: str) -> bool:
    """Whether two names without place can follow each other: of one family, or one stem under other words for an office.

    >>> same_institution("社会保险事业管理局", "社会保险事业中心"), same_institution("园林管理处", "园林绿化中心")
    (True, True)
    >>> same_institution("粮食储备中心", "粮食和物资储备服务中心")
    True
    >>> same_institution("人民医院", "中医院"), same_institution("第一中学", "第二中学")
    (False, False)
    """
    departments: Departments = packaged("departments.toml", Departments)
    family = departments.kin(one)
    if family is not None and family == departments.kin(other):
        return True
    stems = [_GENERIC.sub("", _ENDING.sub("", name)) for name in (one, other)]
    short, long = sorted(stems, key=len)
    if short == long:
        return len(short) > 1
    letters = iter(long)
    # 粮食储备中心, 粮食和物资储备服务中心: what the new one does besides stands inside
    return len(short) >= 4 and (short[:2], short[-2:]) == (long[:2], long[-2:]) and all(c in letters for c in short)


# What the words for an office are cut to, the longest first.
_CUT_TO = (
    ("管理委员会", "管委会"), ("委员会", "委"), ("办公室", "办"), ("联合会", "联"), ("联合社", "社"), ("联合社", "联社"), ("协会", "协"),
    ("中学", "中"), ("十字会", "会"),
)  # fmt: skip
_NUMBERED = re.compile("第([一二三四五六七八九十0-9]+)")


def abbreviates(short: str, long: str) -> bool:
    """Whether a name without place is another one cut short: characters of it in their order, and the same kind of office.

    >>> abbreviates("城管执法局", "城市管理综合行政执法局"), abbreviates("疾控中心", "疾病预防控制中心"), abbreviates("经开区管委会", "经济技术开发区管理委员会")
    (True, True, True)
    >>> abbreviates("中学", "第一中学"), abbreviates("水利局", "林业局"), abbreviates("法院", "检察院")
    (False, False, False)
    """
    if len(short) >= len(long) or any(n not in short for n in _NUMBERED.findall(long)):
        return False
    for whole, cut in (*_CUT_TO, (short[-1], short[-1])):
        if short.endswith(cut) and long.endswith(whole):
            core, rest = short.removesuffix(cut), long.removesuffix(whole)
            letters = iter(rest)
            joined = rest.endswith(core) and packaged("departments.toml", Departments).knows(rest.removesuffix(core))
            named = len(core) > 1 or core == rest.removeprefix("第")[:1]
            return all(c in letters for c in core) and named and not joined  # 体育局 became a part of 教育体育局
    return False


# What an institution is called besides what it does: 农业机械|管理局, 农业机械化|服务中心.
_ENDING = re.compile("(?:管理|事务|服务|事业|发展|工作)*(?:总?局|中心|处|所|总?站|办公室|委员会|办|队)$")
_GENERIC = re.compile("管理|事务|服务|事业|发展|工作|公共|化$")


def parse_name(name: str, region: str | None = None) -> Name:
    """:meth:`Departments.parse` with the rules that ship with textperf."""
    departments: Departments = packaged("departments.toml", Departments)
    return departments.parse(name, region)
