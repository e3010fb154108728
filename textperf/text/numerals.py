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
_SMALL_PART = re.compile(rf"[零〇]*({ARABIC}|[一二两三四五六七八九])([千百十])?")
_FRACTION = re.compile(r"(?:(.+)又)?(.+?)[分份]之?(.+)")
_MONEY = re.compile(r"(?:(.+?)(?:元|块|圆)钱?整?)?(?:([^角毛]{1,2})[角毛])?(?:([^角毛分]{1,2})分?)?钱?整?")
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
    if len(text) == 2 and text[0] in "百千" and _DIGITS.get(text[1]):  # 百三 is 130
        return _SMALL[text[0]] + _DIGITS[text[1]] * _SMALL[text[0]] // 10
    total, digit, last, zero = 0, None, 10**4, False
    for i, ch in enumerate(text):
        if ch in _DIGITS:
            if digit is not None or (_DIGITS[ch] == 0 and zero):
                return None
            if _DIGITS[ch] == 0:
                zero = True
            else:
                digit = _DIGITS[ch]
        elif ch in _TENS or ch in _SMALL:
            step = 10 if ch in _TENS else _SMALL[ch]
            # 十 may go without a digit (十二, 一百十一), 百 and 千 only behind a zero (一万零百一十一)
            if step >= last or (digit is None and not zero and not (step == 10 and (i == 0 or last > 10))):
                return None
            total += _TENS.get(ch, (digit or 1) * step)
            digit, last, zero = None, step, False
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
    low = tail.lstrip("零〇") if len(tail) > 1 else tail
    rest = _whole("一" + low if low != tail and low[:1] in ("百", "千") else low)  # 一万零百一十一
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
    """As :func:`parse_number`, as a Decimal. Digits and numerals may mix: 3千万, 2亿3000万, 200亿零四千230."""
    sign = -1 if text[:1] in ("-", "负") else 1
    body = text[1:] if sign < 0 else text
    if not body:
        return None
    if body == "半百":
        return sign * Decimal(50)
    if body[-1] in "kK":
        value = parse_arabic(body[:-1])
        return None if value is None else sign * value * 1000
    value = _mixed("0" + body if body[0] == "." else body)
    return None if value is None else sign * value


def _mixed(text: str) -> Decimal | None:
    whole, point, fraction = text.partition("点")
    if point and fraction.isdigit():  # 一百点123
        head = _mixed(whole)
        return None if head is None else head + Decimal("0." + fraction)
    if not any(ch.isdigit() for ch in text):
        return parse_chinese(text)
    at = max((i for i, ch in enumerate(text) if ch in _LARGE), key=lambda i: (_LARGE[text[i]], i), default=-1)
    if at < 0:
        return _mixed_small(text)
    head, tail = _mixed(text[:at]), text[at + 1 :]
    if not head:
        return None
    value = head * _LARGE[text[at]]
    if not tail:
        return value
    rest = _mixed(tail.lstrip("零〇"))
    if rest is None or rest >= _LARGE[text[at]] or head != head.to_integral_value():
        return None
    return value + rest


def _mixed_small(text: str) -> Decimal | None:
    """Digits with 千, 百, 十 and numerals between them, in falling order: 3千, 1千零20, 四千230."""
    total, last, at = Decimal(0), Decimal("Infinity"), 0
    while at < len(text):
        part = _SMALL_PART.match(text, at)
        if not part or part.end() == at:
            return None
        step = _SMALL[part[2]] if part[2] else 1
        value = parse_arabic(part[1]) if part[1][0].isdigit() else Decimal(_DIGITS[part[1]])
        if value is None or step >= last or value * step >= last or (at and value != value.to_integral_value()):
            return None
        total, last, at = total + value * step, Decimal(step), part.end()
    return total


def parse_fraction(text: str) -> Number | None:
    """The value of a fraction in words: 二分之一 (0.5), 一又二分之一 (1.5). None if it is none.

    >>> parse_fraction("二分之一"), parse_fraction("一又十分之一"), parse_fraction("三成")
    (0.5, 1.1, None)
    """
    part = _FRACTION.fullmatch("".join(text.split()))
    if not part:
        return None
    whole = parse_decimal(part[1]) if part[1] else Decimal(0)
    below, above = parse_decimal(part[2]), parse_decimal(part[3])
    if whole is None or not below or above is None:
        return None
    return exact(whole + above / below)


def parse_money(text: str) -> Number | None:
    """An amount in 元 with its small change: 五元三毛 (5.3), 十块三毛, 123元1角1分, 两毛五 (0.25). None if it is none.

    >>> parse_money("五元三毛"), parse_money("一百三十五块六角七分钱"), parse_money("两毛五"), parse_money("三人")
    (5.3, 135.67, 0.25, None)
    """
    part = _MONEY.fullmatch("".join(text.split()))
    if not part or not (part[1] or part[2] or part[3]):
        return None
    total = Decimal(0)
    for group, step in ((1, "1"), (2, "0.1"), (3, "0.01")):
        value = parse_decimal(part[group]) if part[group] else Decimal(0)
        if value is None:
            return None
        total += value * Decimal(step)
    return exact(total)


def parse_share(text: str) -> Number | None:
    """The value in per cent of a share: 百分之六, 三分之一 (33.333333), 八成, 一半, 1/3, 35%. None if it is none.

    >>> parse_share("百分之六"), parse_share("三分之一"), parse_share("八成"), parse_share("六成五"), parse_share("一半")
    (6, 33.333333, 80, 65, 50)
    """
    text = "".join(text.split())
    if text == "百分之百":
        return 100
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
        if all(ch in "百千万" for ch in base):
            value, size = parse_decimal(top), parse_decimal("1" + base)
            return None if value is None or not size else exact(value * 100 / size)
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
