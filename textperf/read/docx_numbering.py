"""Automatic numbering of DOCX: 一、 （一） 1. that stand in no text but are counted from numbering.xml and styles.xml."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from textperf.read.package import attribute, local

_DIGITS = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: how it counts and how its number is written (``%1、``)."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    style: str | None = None
    legal: bool = False
    restart: int | None = None


@dataclass(frozen=True, slots=True)
class _List:
    abstract: str
    levels: dict[int, Level]
    overrides: dict[int, int]


@dataclass
class Numbering:
    """Counts through a document in reading order. ``label`` gives the number that Word prints before a paragraph."""

    lists: dict[str, _List] = field(default_factory=dict)
    styles: dict[str, tuple[str | None, int | None]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def label(self, num_id: str | None, level: int | None, style: str | None) -> str:
        """The number of the next paragraph with these properties, or "" when it has none."""
        style_num, style_level = self.styles.get(style or "", (None, None))
        number = num_id if num_id is not None else style_num
        found = self.lists.get(number or "0")
        if number is None or found is None:
            return ""
        if level is None:
            level = style_level
            if level is None:
                level = next((i for i, lv in found.levels.items() if style and lv.style == style), 0)
        here = found.levels.get(level)
        if here is None:
            return ""
        return self._count(number, found, level, here)

    def _count(self, number: str, found: _List, level: int, here: Level) -> str:
        counts = self._counts.setdefault(found.abstract, {})
        for i in range(level):
            counts.setdefault(i, found.levels.get(i, Level()).start)
        first = (number, level) not in self._begun
        self._begun.add((number, level))
        if first and level in found.overrides:
            counts[level] = found.overrides[level]
        elif level in counts:
            counts[level] += 1
        else:
            counts[level] = here.start
        for i in [i for i in counts if i > level]:
            restart = found.levels.get(i, Level()).restart
            if restart != 0 and (restart is None or level < restart):
                del counts[i]
        if here.format in ("bullet", "none"):
            return "" if here.format == "bullet" else re.sub(r"%\d", "", here.text)

        def one(m: re.Match[str]) -> str:
            i = int(m[1]) - 1
            lv = found.levels.get(i, Level())
            return write_number(counts.get(i, lv.start), "decimal" if here.legal and i != level else lv.format)

        return re.sub(r"%(\d)", one, here.text)


def write_number(n: int, how: str) -> str:
    """A count in one of Word's number formats.

    >>> [write_number(12, how) for how in ("chineseCounting", "decimalEnclosedCircle", "lowerRoman", "upperLetter")]
    ['十二', '⑫', 'xii', 'L']
    """
    if how in ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
               "taiwaneseCountingThousand", "ideographDigital", "japaneseDigitalTenThousand", "koreanCounting"):  # fmt: skip
        if how in ("ideographDigital", "japaneseDigitalTenThousand"):
            return "".join(_DIGITS[int(d)] for d in str(n))
        return _chinese(n, _DIGITS, "十百千")
    if how in ("chineseLegalSimplified", "ideographLegalTraditional"):
        return _chinese(n, _FORMAL, "拾佰仟").replace("壹拾", "壹拾")
    if how in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= n <= 20:
        return chr(0x2460 + n - 1)
    if how == "decimalEnclosedParen" and 1 <= n <= 20:
        return chr(0x2474 + n - 1)
    if how == "decimalEnclosedFullstop" and 1 <= n <= 20:
        return chr(0x2488 + n - 1)
    if how == "ideographEnclosedCircle" and 1 <= n <= 10:
        return chr(0x3280 + n - 1)
    if how in ("decimalFullWidth", "decimalFullWidth2"):
        return "".join(chr(0xFF10 + int(d)) for d in str(n))
    if how == "decimalZero":
        return f"{n:02d}"
    if how == "ideographTraditional":
        return _STEMS[(n - 1) % 10]
    if how == "ideographZodiac":
        return _BRANCHES[(n - 1) % 12]
    if how in ("upperLetter", "lowerLetter") and n >= 1:
        letters = chr(65 + (n - 1) % 26) * ((n - 1) // 26 + 1)
        return letters if how == "upperLetter" else letters.lower()
    if how in ("upperRoman", "lowerRoman") and 0 < n < 4000:
        out, rest = "", n
        for value, sign in ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
                            (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):  # fmt: skip
            out += sign * (rest // value)
            rest %= value
        return out if how == "upperRoman" else out.lower()
    return str(n)


def _chinese(n: int, digits: str, steps: str) -> str:
    """A count below 10,000 in Chinese numerals; 10–19 without a leading 一 in everyday figures."""
    if not 0 < n < 10_000:
        return str(n)
    out, gap = "", False
    for power in range(3, -1, -1):
        d = n // 10**power % 10
        if d:
            out += ("零" if gap and out else "") + digits[d] + (steps[power - 1] if power else "")
            gap = False
        else:
            gap = True
    return out[1:] if digits is _DIGITS and 10 <= n < 20 else out


def load(numbering: etree._Element | None, styles: etree._Element | None) -> Numbering:
    """The numbering of a document from its two parts (either may be missing)."""
    abstracts: dict[str, dict[int, Level]] = {}
    links: dict[str, str] = {}
    by_style: dict[str, str] = {}
    lists: dict[str, _List] = {}
    for element in numbering if numbering is not None else ():
        if local(element) == "abstractNum":
            key = attribute(element, "abstractNumId") or ""
            levels: dict[int, Level] = {}
            for child in element:
                if local(child) == "lvl":
                    levels[_int(attribute(child, "ilvl"), 0)] = _level(child)
                elif local(child) == "numStyleLink":
                    links[key] = attribute(child, "val") or ""
                elif local(child) == "styleLink":
                    by_style[attribute(child, "val") or ""] = key
            abstracts[key] = levels
    for key, style in links.items():
        if not abstracts.get(key):
            abstracts[key] = abstracts.get(by_style.get(style, ""), {})
    for element in numbering if numbering is not None else ():
        if local(element) != "num":
            continue
        key = _value(element, "abstractNumId") or ""
        levels, starts = dict(abstracts.get(key, {})), {}
        for child in element:
            if local(child) == "lvlOverride":
                i = _int(attribute(child, "ilvl"), 0)
                own = next((c for c in child if local(c) == "lvl"), None)
                if own is not None:
                    levels[i] = _level(own)
                start = _value(child, "startOverride")
                if start is not None:
                    starts[i] = _int(start, 1)
        lists[attribute(element, "numId") or ""] = _List(key, levels, starts)
    return Numbering(lists, _styles(styles))


def _level(element: etree._Element) -> Level:
    form, text, legal = "decimal", "", False
    for child in element.iter():
        name = local(child)
        if name == "numFmt":
            form = attribute(child, "val") or form
            if form == "custom":
                form = "decimalZero" if (attribute(child, "format") or "").startswith("0") else "decimal"
        elif name == "lvlText":
            text = attribute(child, "val") or ""
        elif name == "isLgl":
            legal = attribute(child, "val") not in ("0", "false")
    restart = _value(element, "lvlRestart")
    return Level(
        _int(_value(element, "start"), 1), form, text, _value(element, "pStyle"), legal,
        None if restart is None else _int(restart, 0),
    )  # fmt: skip


def _styles(styles: etree._Element | None) -> dict[str, tuple[str | None, int | None]]:
    """Numbering that a paragraph style brings, its own or that of the style it is based on."""
    own: dict[str, tuple[str | None, int | None]] = {}
    base: dict[str, str] = {}
    for style in styles if styles is not None else ():
        if local(style) != "style":
            continue
        key = attribute(style, "styleId") or ""
        number = level = None
        for child in style.iter():
            if local(child) == "numId":
                number = attribute(child, "val")
            elif local(child) == "ilvl":
                level = _int(attribute(child, "val"), 0)
            elif local(child) == "basedOn" and child.getparent() is style:
                base[key] = attribute(child, "val") or ""
        own[key] = (number, level)
    out: dict[str, tuple[str | None, int | None]] = {}
    for key in own:
        at: str | None = key
        number = level = None
        for _ in range(20):  # a chain of styles that runs in a circle ends here
            if at is None or at not in own:
                break
            number = number if number is not None else own[at][0]
            level = level if level is not None else own[at][1]
            at = base.get(at)
        out[key] = (number, level)
    return out


def _value(element: etree._Element, name: str) -> str | None:
    child = next((c for c in element if local(c) == name), None)
    return None if child is None else attribute(child, "val")


def _int(text: str | None, default: int) -> int:
    try:
        return int(text) if text is not None else default
    except ValueError:
        return default
