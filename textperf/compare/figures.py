"""How exactly a number is printed, and whether two printed numbers can be the same. Pure functions over quantities."""

from __future__ import annotations

import re
from functools import lru_cache

from textperf.model import Fact
from textperf.text.fold import fold

_NUMBER = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(万亿|亿|万|千)?")
_SCALE = {"万亿": 1e12, "亿": 1e8, "万": 1e4, "千": 1e3}


@lru_cache(maxsize=100_000)
def step(quote: str, value: float | int) -> float:
    """What one unit of the last printed digit is worth, in the base unit of ``value``.

    3.15万人次 is known to 100, 86,420.35万元 to 100 元, numbers in words to 1.

    >>> step("3.15万人次", 31500), step("86,420.35万元", 864203500), step("十二次", 12)
    (100.0, 100.0, 1.0)
    """
    found = _NUMBER.search(fold(quote))
    if not found:
        return 1.0
    digits = found[1].replace(",", "")
    number = float(digits)
    scale = abs(value) / number if number and value else _SCALE.get(found[2], 1.0)
    return round(scale * 10.0 ** -len(digits.partition(".")[2]), 9)


def digits(value: float | int) -> str:
    """The significant digits of a value.

    >>> digits(117312000.0), digits(0.5)
    ('117312', '5')
    """
    return f"{value:.10e}".partition("e")[0].replace(".", "").rstrip("0")


def agree(a: Fact, b: Fact) -> bool:
    """Whether two facts can be the same number, each read with the tolerance of its printed digits.

    3.15万人次 and 31,520人次 agree, 31,480件 and 31,520件 do not. An approximate number (800余人) agrees with what
    lies within its last two digits.
    """
    x, y = a.quantity, b.quantity
    if x.unit != y.unit or x.value_max != y.value_max:
        return False
    if x.value == y.value:
        return True
    room = 0.5 * max(step(a.evidence.quote, x.value), step(b.evidence.quote, y.value))
    if x.approx or y.approx:
        room = max(room, 0.1 * max(abs(x.value), abs(y.value)))
    return abs(x.value - y.value) <= room + 1e-9 * max(abs(x.value), abs(y.value))


def printed(value: float) -> str:
    """A number as a reader would write it, without trailing zeros.

    >>> printed(12430800), printed(95.5), printed(26)
    ('12430800', '95.5', '26')
    """
    if float(value).is_integer():
        return str(int(value))
    return f"{value:.6f}".rstrip("0").rstrip(".")
