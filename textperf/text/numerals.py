"""Numbers as Chinese reports write them, read exactly and written back. Pure functions over folded strings.

Read are Arabic digits with thousands commas (``2,779.66``), Chinese numerals (``三百零五``, ``两千``, 大写 ``壹佰``,
digit by digit ``二〇二三``), both mixed with magnitudes (``1.2万``, ``3千万``, ``4.97万亿``) and shares
(``百分之六``, ``三分之一``, ``八成``). What cannot be read exactly gives None, never a guess.
"""

from __future__ import annotations

import re
from decimal import Decimal

Number = int | float

_DIGITS = {ch: i for i, ch in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "两": 2, "幺": 1, "俩": 2, "兩": 2, "仨": 3}
_DIGITS |= {ch: i for i, ch in enumerate("零壹贰叁肆伍陆柒捌玖")} | {
    "贰": 2,
    "弍": 2,
    "弐": 2,
    "貳": 2,
    "參": 3,
    "陸": 6,
}
_SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
_TENS = {"廿": 20, "卅": 30}

MAGNITUDES: dict[str, int] = {
    "十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8,
    "十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12,
}  # fmt: skip

# Digits in groups of three, or without groups. A broken group (7,00.0,77) matches nothing as a whole.
ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.·]\d+)?)"
# Every character a Chinese numeral may hold (its reading decides whether it is one).
HAN = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬億兩廿卅幺"

_ARABIC = re.compile(ARABIC)
_MIXED = re.compile(rf"({ARABIC})((?:十|百|千)?(?:万亿|万|亿)|[十百千])?")
_PART_OF = re.compile(r"(.+)分之(.+)")


def exact(value: Decimal) -> Number:
    """An int where the value is whole, else the nearest float.

    >>> exact(Decimal("27796600.00")), exact(Decimal("0.5"))
    (27796600, 0.5)
    """
    return int(value) if value == value.to_integral_value() else float(value)


def parse_arabic(text: str) -> Decimal | None:
    """The value of digits with or without thousands commas; ``·`` is read as a decimal point. None for anything else.

    >>> parse_arabic("2,779.66"), parse_arabic("7,00.0,77")
    (Decimal('2779.66'), None)
    """
    if not _ARABIC.fullmatch(text):
        return None
    return Decimal(text.replace(",", "").replace("·", "."))


def _below_large(text: str) -> int | None:
    """The value of a numeral without 万 and 亿: 十二, 三百零五, 一百一 (110), 两千三 (2300), 二〇二三."""
    if not any(ch in _SMALL or ch in _TENS for ch in text):
        if not text or any(ch not in _DIGITS for ch in text):
            return None
        return int("".join(str(_DIGITS[ch]) for ch in text))
    total, digit, last, zero = 0, None, 10**4, False
    for i, ch in enumerate(text):
        if ch in _DIGITS:
            if digit is not None or (_DIGITS[ch] == 0 and zero):
                return None
            if _DIGITS[ch] == 0:
                zero = True
            else:
                digit = _DIGITS[ch]
        elif ch in _TENS:
            if digit is not None or last <= 10:
                return None
            total, last, zero = total + _TENS[ch], 10, False
        elif ch in _SMALL:
            step = _SMALL[ch]
            if step >= last or (digit is None and not (step == 10 and (i == 0 or zero))):
                return None
            total, digit, last, zero = total + (digit or 1) * step, None, step, False
        else:
            return None
    if digit is not None:  # 一百一 is 110, 一百零一 is 101, 十一 is 11
        total += digit if zero or last == 10 else digit * (last // 10)
    elif zero:
        return None
    return total


def parse_chinese(text: str) -> Decimal | None:
    """The value of a Chinese numeral, or None: 三百零五, 两千三, 一万二, 五十六万, 一千二百亿, 三点一四, 壹佰元 without 元.

    >>> [int(parse_chinese(x)) for x in ("三百零五", "两千三", "五十六万", "壹仟玖佰", "二〇二三", "一万二")]
    [305, 2300, 560000, 1900, 2023, 12000]
    >>> parse_chinese("百十一") is None and parse_chinese("十一十二") is None
    True
    """
    if text.startswith("负"):
        inner = parse_chinese(text[1:])
        return None if inner is None else -inner
    whole, point, fraction = text.partition("点")
    if point:
        magnitude = 1
        while fraction and fraction[-1] in _LARGE:  # 三点五亿
            magnitude *= _LARGE[fraction[-1]]
            fraction = fraction[:-1]
        head = parse_chinese(whole)
        if head is None or not fraction or any(ch not in _DIGITS for ch in fraction):
            return None
        return (head + Decimal("0." + "".join(str(_DIGITS[ch]) for ch in fraction))) * magnitude
    value = _whole(text)
    return None if value is None else Decimal(value)


def _whole(text: str) -> int | None:
    at = max((i for i, ch in enumerate(text) if ch in _LARGE), key=lambda i: (_LARGE[text[i]], i), default=-1)
    if at < 0:
        return _below_large(text)
    step = _LARGE[text[at]]
    head = _whole(text[:at]) if at else None
    if head is None or head == 0:
        return None
    tail = text[at + 1 :]
    if not tail:
        return head * step
    rest = _whole(tail.lstrip("零〇") if len(tail) > 1 else tail)
    if rest is None or rest >= step:
        return None
    if len(tail) == 1:  # 一万二 is 12,000
        rest *= step // 10
    return head * step + rest


def parse_number(text: str) -> Number | None:
    """The value of digits, numeral or a mixture, without unit: ``1.2万``, ``3千万``, ``三百``, ``4.97万亿``. None if unreadable.

    >>> parse_number("2,779.66万"), parse_number("3千万"), parse_number("两千三百"), parse_number("4.97万亿")
    (27796600, 30000000, 2300, 4970000000000)
    >>> parse_number("10..1万") is None
    True
    """
    value = parse_decimal("".join(text.split()))
    return None if value is None else exact(value)


def parse_decimal(text: str) -> Decimal | None:
    """As :func:`parse_number`, as a Decimal. A sequence such as 3万5千 or 2亿3000万 adds up."""
    sign = -1 if text[:1] in ("-", "负") else 1
    body = text[1:] if sign < 0 else text
    if not body:
        return None
    if not body[0].isdigit():
        value = parse_chinese(body)
        return None if value is None else sign * value
    total, at, last = Decimal(0), 0, None
    while at < len(body):
        part = _MIXED.match(body, at)
        if not part:
            return None
        value = parse_arabic(part[1])
        step = MAGNITUDES[part[2]] if part[2] else 1
        if value is None or (last is not None and value * step >= last):
            return None
        total, last, at = total + value * step, step, part.end()
    return sign * total


def parse_share(text: str) -> Number | None:
    """The value in per cent of a share: 百分之六, 三分之一 (33.333333), 八成, 一半, 1/3, 35%. None if it is none.

    >>> parse_share("百分之六"), parse_share("三分之一"), parse_share("八成"), parse_share("六成五"), parse_share("一半")
    (6, 33.333333, 80, 65, 50)
    """
    text = "".join(text.split())
    if text in ("一半", "半数", "对半"):
        return 50
    if text.endswith("%"):
        value = parse_decimal(text[:-1])
        return None if value is None else exact(value)
    if "成" in text:
        head, _, tail = text.partition("成")
        whole = parse_decimal(head)
        if whole is None or not 0 <= whole <= 10:
            return None
        if tail == "半":
            return exact(whole * 10 + 5)
        more = parse_chinese(tail) if tail else Decimal(0)
        return None if more is None or more > 9 else exact(whole * 10 + more)
    part = _PART_OF.fullmatch(text)
    if part:
        base, top = part[1], part[2]
        if base in ("百", "千", "万"):
            value = parse_decimal(top)
            return None if value is None else exact(value * 100 / {"百": 100, "千": 1000, "万": 10000}[base])
        below, above = parse_decimal(base), parse_decimal(top)
    elif "/" in text:
        head, _, tail = text.partition("/")
        above, below = parse_decimal(head), parse_decimal(tail)
    else:
        return None
    if not below or above is None:
        return None
    return exact(round(above * 100 / below, 6))


def render(number: int) -> str:
    """A whole number as a Chinese numeral: the reverse of :func:`parse_number`. Raises ValueError below 0 and from 10^16.

    >>> render(305), render(10), render(110000), render(100_000_305)
    ('三百零五', '十', '十一万', '一亿零三百零五')
    """
    if not 0 <= number < 10**16:
        raise ValueError(f"只能写 0 到 10^16 之间的整数，不能写 {number}")
    if number == 0:
        return "零"
    text = _render(number)
    return text[1:] if text.startswith("一十") else text


def _render(number: int) -> str:
    for step, name in ((10**8, "亿"), (10**4, "万")):
        if number >= step:
            head, rest = divmod(number, step)
            gap = "零" if rest and rest < step // 10 else ""
            return _render(head) + name + gap + (_render(rest) if rest else "")
    out, zero = "", False
    for step, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, step)
        if digit:
            out += ("零" if zero and out else "") + "零一二三四五六七八九"[digit] + name
            zero = False
        else:
            zero = True
    return out
