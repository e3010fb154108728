"""Printed figures against each other: what a rate may be off, and how a computed figure is written for a reader."""

from __future__ import annotations

import re

from textperf.compare.figures import printed
from textperf.compare.reading import half, shown
from textperf.model import Fact
from textperf.text.numerals import MAGNITUDES

_STEP = re.compile(r"\s*([十百千]?[万亿]|千(?=元))")  # not the 千 of 千米, which is a unit of its own


def is_rate(top: Fact, bottom: Fact, rate_fact: Fact) -> bool:
    """Whether a printed percentage is that of two printed figures, within what their last digits can hide."""
    a, b = top.quantity.value, bottom.quantity.value
    rounded = 0.0 if bottom.status == "target" else half(bottom)  # a task of 1.2万亩 is 12,000亩
    low_b, high_b = max(b - rounded, 1e-9), b + rounded
    low, high = 100 * (a - half(top)) / high_b, 100 * (a + half(top)) / low_b
    if half(top) >= 0.5 and float(a).is_integer() and float(b).is_integer() and half(bottom) == 0.5 == half(top):
        low = high = 100 * a / b  # things are counted, not rounded
    room = slack(rate_fact) + 1e-9
    return low - room <= rate_fact.quantity.value <= high + room


def slack(rate_fact: Fact) -> float:
    """What a printed rate may be off: a whole unit of its last decimal (some cut instead of rounding), 0.75 of a %."""
    return 1.5 * half(rate_fact) if half(rate_fact) >= 0.5 else 2 * half(rate_fact)


def apart(a: float, b: float) -> float:
    """How far two values are from each other, of the larger.

    >>> apart(132, 142) == apart(142, 132) == 10 / 142
    True
    """
    return abs(a - b) / max(abs(a), abs(b), 1e-9)


def slip(expected: str, found: str) -> bool:
    """Whether two printed numbers differ as a slip of the pen does: one digit wrong, lost or added, or two exchanged.

    Numbers of fewer than three digits are too short to tell.

    >>> slip("68.60%", "78.60%"), slip("19.91%", "9.91%"), slip("96.08%", "98.06%"), slip("87.0%", "93.4%")
    (True, True, True, False)
    """
    a, b = (re.sub(r"[^\d.]", "", text) for text in (expected, found))
    if a == b or len(a.partition(".")[2]) != len(b.partition(".")[2]):
        return False
    a, b = a.replace(".", ""), b.replace(".", "")
    if min(len(a), len(b)) < 3:
        return False
    if len(a) == len(b):
        off = [i for i in range(len(a)) if a[i] != b[i]]
        return len(off) == 1 or (len(off) == 2 and (a[off[0]], a[off[1]]) == (b[off[1]], b[off[0]]))
    long, short = (a, b) if len(a) > len(b) else (b, a)
    return len(long) - len(short) == 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def rate_text(value: float, like: Fact) -> str:
    """A percentage with the decimals that ``like`` is printed with, at least one."""
    decimals = max(1, len(shown(like).partition(".")[2].rstrip("%")))
    return f"{value:.{min(decimals, 4)}f}%"


def amount_text(value: float, like: Fact) -> str:
    """A value in the unit and magnitude in which ``like`` is printed, with as many decimals at least (1,862.40万元); with
    commas between thousands, unless ``like`` has thousands and no commas."""
    quote = shown(like)
    number = re.search(r"[\d,，]+(?:\.\d+)?", quote)
    digits = float(re.sub("[,，]", "", number[0])) if number else 0.0
    unit = quote[number.end() :] if number else like.quantity.unit
    # 0万元 has no ratio of its value to its digits; what its unit begins with says it, too
    step = _STEP.match(unit)
    scale = like.quantity.value / digits if digits and like.quantity.value else MAGNITUDES[step[1]] if step else 1
    whole, _, decimals = printed(round(value / scale, 6)).partition(".")
    if number:
        decimals = decimals.ljust(len(number[0].partition(".")[2]), "0")
        if digits < 1000 or "," in number[0].replace("，", ","):
            whole = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", whole)
    return f"{whole}.{decimals}{unit}" if decimals else f"{whole}{unit}"
