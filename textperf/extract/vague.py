"""Chinese numerals that name a size rather than a number: 数十, 上百, 十几, 八九百, 千余."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from textperf.text.numerals import HAN, MAGNITUDES, parse_chinese

_ONES = "一二三四五六七八九"
_STEPS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_HAN = frozenset(HAN)


@dataclass(frozen=True, slots=True)
class Size:
    """A numeral read: its value, the upper end of a range or None, and whether it is approximate."""

    value: Decimal
    high: Decimal | None = None
    approx: bool = False


@lru_cache(maxsize=4096)
def read_numeral(text: str, blurred: bool = False) -> Size | None:
    """The size that a Chinese numeral names, or None. ``blurred``: 余, 多, 几 or a bound word stands beside it.

    数十, 上百, 几百 give the round lower value, approximate; 八九百 gives 800–900, approximate; a bare 百 or 千万 is
    read only beside a hedge (百余件, 近千亿元), since 千条线 and 万人 are figures of speech.

    >>> read_numeral("数十"), read_numeral("八九百"), read_numeral("千"), read_numeral("千", blurred=True)
    (Size(value=Decimal('10'), high=None, approx=True), Size(value=Decimal('800'), high=Decimal('900'), approx=True), None, Size(value=Decimal('1000'), high=None, approx=False))
    """
    if text and text[0] in "数几上":
        rest = text[1:]
        value = _magnitude(rest)
        return None if value is None else Size(value, approx=True)
    value = _magnitude(text)
    if value is not None and text != "十":
        return Size(value) if blurred else None
    pair = _neighbours(text)
    if pair is not None:
        return pair
    if len(text) > 1 and not any(
        ch in _STEPS or ch in "点拾佰仟廿卅萬億" for ch in text
    ):  # 一二三次产业, 二〇二三: digits, no size
        return None
    value = parse_chinese(text)
    return None if value is None or (value == 0 and len(text) == 1) else Size(value)


def _magnitude(text: str) -> Decimal | None:
    """The value of 十, 百, 千万, 百亿: magnitudes without a digit."""
    if not text or any(ch not in _STEPS for ch in text):
        return None
    if text in MAGNITUDES:
        return Decimal(MAGNITUDES[text])
    return parse_chinese("一" + text)


def _neighbours(text: str) -> Size | None:
    """八九百, 三五 (个), 十七八, 二三十万: two neighbouring digits name a range."""
    for i in range(len(text) - 1):
        a, b = text[i], text[i + 1]
        if a in "一二两三四五六七八九" and b in _ONES and set(text) <= _HAN:
            low = 2 if a == "两" else _ONES.index(a) + 1
            high = _ONES.index(b) + 1
            if not (high == low + 1 or (low, high) == (3, 5)):
                return None
            rest = text[i + 2 :]
            head = text[:i]
            if any(ch in _ONES + "两零〇" for ch in rest) or (head and head[-1] not in _STEPS):
                return None
            values = [parse_chinese(head + "一二三四五六七八九"[n - 1] + rest) for n in (low, high)]
            if values[0] is None or values[1] is None:
                return None
            return Size(values[0], values[1], True)
    return None
