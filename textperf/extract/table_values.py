"""Numbers in table cells: bare numbers (weights, scores, amounts) and values with a sign and a unit (≥3.9万人)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from textperf.extract.quantities import find_mentions
from textperf.extract.units import units
from textperf.model import Bound, Quantity
from textperf.text.fold import fold
from textperf.text.numerals import ARABIC, exact, parse_arabic

_PLAIN = re.compile(rf"[^\d.\-]{{0,2}}(?P<n>-?{ARABIC}|\.\d+)\s*(?:%|分|万元|亿元|元)?")
_MAGNITUDES = {"万": 10**4, "亿": 10**8, "千万": 10**7, "百万": 10**6, "万亿": 10**12, "": 1}
BOUNDS: dict[str, Bound] = {
    "≥": "ge", ">=": "ge", "≤": "le", "<=": "le", ">": "gt", "<": "lt", "大于等于": "ge", "小于等于": "le", "大于": "gt", "小于": "lt",
    "不低于": "ge", "不少于": "ge", "不高于": "le", "不超过": "le", "不多于": "le", "至少": "ge", "超过": "gt", "高于": "gt", "低于": "lt",
    "以上": "ge", "及以上": "ge", "以内": "le", "以下": "le", "及以下": "le", "之内": "le",
}  # fmt: skip
# A cell that is one value and nothing else: sign, number or range, magnitude, unit, bound behind it.
_VALUE = re.compile(
    rf"(?P<sign>≥|≤|>=|<=|>|<|=|约|大于等于|小于等于|大于|小于|不低于|不少于|不高于|不超过|不多于|至少|超过|高于|低于|达到|完成)?\s*"
    rf"(?P<quote>(?P<n>{ARABIC})(?:\s*[-—~至]\s*(?P<m>{ARABIC}))?\s*(?P<mag>万亿|千万|百万|万|亿)?\s*"
    r"(?P<unit>%|‰|℃|[㎡㎥]|[\u4e00-\u9fff]{1,8}(?:/[\u4e00-\u9fff\w²³]{1,6})?(?:[·.][\u4e00-\u9fff]{1,3})?|mg/L|km|kg|m[²³23]?|t|kW·?h)?)"
    r"\s*(?P<after>及?以上|以内|及?以下|之内|左右)?[。.;]?"
)
# Words that follow a number and are no unit: ordinals, months, dates, grades.
_NOT_UNIT = re.compile(r"年|月|日|号|级|季度|点|期末|前|底|度")
_NAME_UNIT = re.compile(r"[(（](?:单位[:：])?\s*(?P<unit>[^()（）\d]{1,8}?)\s*[)）]\s*$")


@dataclass(frozen=True, slots=True)
class CellValue:
    """A value read from a cell; ``start:end`` are offsets inside the cell's text (number with its unit)."""

    quantity: Quantity
    start: int
    end: int
    stated: bool  # the unit stands in the cell itself


def plain_number(text: str) -> float | None:
    """The number of a cell that is nothing but one (with %, 分 or 元 behind it at most), as printed.

    >>> plain_number("2,943.13"), plain_number("93.17%"), plain_number("—"), plain_number("10分")
    (2943.13, 93.17, None, 10.0)
    """
    # a number that was wrapped inside its cell is still one number
    found = _PLAIN.fullmatch(re.sub(r"(?<=[\d.,]) (?=[\d.,])", "", fold(text).strip()))
    if not found or not (found[0][0].isdigit() or found[0][0] in ".-"):
        return None
    if found["n"].startswith("."):
        return float(found["n"])
    value = parse_arabic(found["n"].lstrip("-"))
    return None if value is None else float(-value if found["n"].startswith("-") else value)


def amount_unit(text: str) -> tuple[str | None, int]:
    """The unit of money that a head, caption or cell states, with its factor to 元: 万元, 元, 亿元, 千元; (None, 1) where none.

    >>> amount_unit("项目资金（万元）"), amount_unit("单位：元"), amount_unit("预算数")
    (('万元', 10000), ('元', 1), (None, 1))
    """
    folded = re.sub(r"\s", "", fold(text))
    for unit, factor in (("万元", 10**4), ("亿元", 10**8), ("千元", 10**3), ("百万元", 10**6), ("元", 1)):
        if re.search(rf"(?:\(|单位[:：]?|/|^|\d|,|，|金额){unit}(?:\)|$|,|，|\W)", folded):
            return unit, factor
    return None, 1


def name_unit(name: str) -> str | None:
    """The unit in brackets at the end of an indicator's name (会议培训举办次数（次）), or None."""
    found = _NAME_UNIT.search(name)
    return (
        found["unit"].strip()
        if found and (found["unit"] == "%" or found["unit"] in units().by_form or "元" in found["unit"])
        else None
    )


def base_unit(printed: str) -> tuple[str, int]:
    """A printed unit in base units with its factor: 万人次 → (人次, 10000).

    >>> base_unit("万人次"), base_unit("百分比"), base_unit("微克/立方米")
    (('人次', 10000), ('%', 1), ('微克/立方米', 1))
    """
    text = re.sub(r"\s", "", fold(printed))
    if text in ("百分比", "百分点", "%") and text != "百分点":
        return "%", 1
    known = units().by_form
    if text in known:
        return known[text].base, 1
    for magnitude in ("万亿", "千万", "百万", "万", "亿"):
        rest = text.removeprefix(magnitude)
        if rest != text:
            return (known[rest].base if rest in known else rest or "", _MAGNITUDES[magnitude])
    return text, 1


def read_value(text: str, unit: str | None = None) -> CellValue | None:
    """The value of a cell; ``unit`` holds where the cell itself states none. None where it is no single value.

    >>> read_value("≥3.2万人次").quantity
    Quantity(value=32000, unit='人次', value_max=None, approx=False, bound='ge')
    >>> read_value("3.9", "万人").quantity.value, read_value("基本建成"), read_value("9月前")
    (39000, None, None)
    """
    folded = fold(text)
    lead = len(folded) - len(folded.lstrip())
    found = _VALUE.fullmatch(folded.strip())
    if found and not (found["unit"] and _NOT_UNIT.match(found["unit"]) and found["unit"] not in units().by_form):
        return _whole(found, lead, unit)
    mentions = find_mentions(folded)
    if len(mentions) == 1:
        return CellValue(mentions[0].quantity, mentions[0].start, mentions[0].end, True)
    return None


def _whole(found: re.Match[str], lead: int, unit: str | None) -> CellValue | None:
    stated = bool(found["unit"] or found["mag"])
    printed = (found["unit"] or "") if stated else (unit or "")
    base, factor = base_unit(printed)
    factor *= _MAGNITUDES[found["mag"] or ""]
    if stated and found["mag"] and not base and unit:
        base = base_unit(unit)[0]
    low = parse_arabic(found["n"])
    high = parse_arabic(found["m"]) if found["m"] else None
    if low is None or (high is not None and high < low):
        return None
    bound = BOUNDS.get(found["sign"] or "") or BOUNDS.get(found["after"] or "")
    approx = found["sign"] == "约" or found["after"] == "左右"
    quantity = Quantity(_scale(low, factor), base, None if high is None else _scale(high, factor), approx, bound)
    return CellValue(
        quantity, lead + found.start("quote"), lead + len(found["quote"].rstrip()) + found.start("quote"), stated
    )


def _scale(value: Decimal, factor: int) -> int | float:
    return exact(value * factor)
