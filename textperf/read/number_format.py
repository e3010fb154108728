"""What a spreadsheet shows for a number: its format code applied, so that 0.9317 under 0.00% is read as 93.17%."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache

# Formats that files name by number only (ECMA-376, 18.8.30), and those of Chinese Excel.
BUILTIN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: "h:mm", 33: "h:mm:ss", 34: "h:mm",
    35: "h:mm:ss", 36: 'yyyy"年"m"月"', 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: "#,##0", 43: "#,##0.00",
    44: "#,##0.00", 45: "mm:ss", 46: "h:mm:ss", 47: "mm:ss", 48: "0.0E+0", 49: "@", 50: 'yyyy"年"m"月"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]')
_DATE = re.compile(r"[ymdh]", re.I)


def shown(value: float | int, code: str, *, epoch_1904: bool = False) -> str:
    """A number as the cell shows it.

    >>> shown(0.9317, "0.00%"), shown(2943.1, "#,##0.00"), shown(12, '0"次"'), shown(0.1 + 0.2, "General")
    ('93.17%', '2,943.10', '12次', '0.3')
    >>> shown(45000, 'yyyy"年"m"月"d"日"')
    '2023年3月15日'
    """
    sections = _sections(code)
    section = sections[0]
    if value < 0 and len(sections) > 1:
        section = sections[1]
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    plain, before, after = _parts(section)
    if plain.strip().lower() in ("general", "@", "g/通用格式", "") and not (before or after):
        return general(value)
    if _DATE.search(plain) and not re.search(r"[0#?]", plain.replace("ss.0", "")):
        return _date(value, section, epoch_1904)
    if "E" in plain or "/" in plain:
        return general(value)
    if not re.search(r"[0#?]", plain):
        return (before + after).strip() if plain.strip() == "" else general(value)
    percent = plain.count("%")
    number = abs(value) * 100**percent
    body = plain.replace("%", "").strip()
    scale = len(body) - len(body.rstrip(","))
    number /= 1000**scale
    whole, _, decimals = body.rstrip(",").partition(".")
    places = len(re.findall(r"[0#?]", decimals))
    text = f"{number:,.{places}f}" if "," in whole else f"{number:.{places}f}"
    optional = len(re.findall(r"[#?]", decimals))
    if optional and places:
        head, _, tail = text.partition(".")
        keep = places - optional
        tail = tail[:keep] + tail[keep:].rstrip("0")
        text = f"{head}.{tail}" if tail else head
    negative = value < 0 and not (len(sections) > 1) and float(text.replace(",", "")) != 0
    minus = "-" if negative or (value < 0 and len(sections) > 1 and "-" in before) else ""
    return f"{before.replace('-', '')}{minus}{text}{'%' * percent}{after}".strip()


def general(value: float | int) -> str:
    """A number without a format: whole numbers without a point, others without the noise of binary fractions.

    >>> general(12.0), general(8712.482611), general(1e-7)
    ('12', '8712.482611', '0.0000001')
    """
    if float(value) == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.11g}"
    return f"{float(text):.15f}".rstrip("0").rstrip(".") if "e" in text else text


@lru_cache(maxsize=4096)
def _sections(code: str) -> tuple[str, ...]:
    out, quoted, at = [""], False, 0
    while at < len(code):
        ch = code[at]
        if ch == '"':
            quoted = not quoted
        if ch == "\\" and not quoted and at + 1 < len(code):
            out[-1] += code[at : at + 2]
            at += 2
            continue
        if ch == ";" and not quoted:
            out.append("")
        else:
            out[-1] += ch
        at += 1
    return tuple(out)


@lru_cache(maxsize=4096)
def _parts(section: str) -> tuple[str, str, str]:
    """The placeholders of a section, and the literal text before and behind them."""
    plain, before, after, begun, at = "", "", "", False, 0
    while at < len(section):
        found = _LITERAL.match(section, at)
        if found:
            literal = found[1] if found[1] is not None else (found[2] or "")
            if found[0].startswith("[$"):
                literal = found[0][2:-1].split("-")[0]
            if begun:
                after += literal
            else:
                before += literal
            at = found.end()
            continue
        ch = section[at]
        if ch in "0#?.,%" or ch.isalpha() or ch in "/@":
            begun = begun or ch in "0#?"
            plain += ch
        elif begun:
            after += ch
        else:
            before += ch
        at += 1
    return plain, before, after


def _date(value: float | int, section: str, epoch_1904: bool) -> str:
    if not 0 <= value < 2_958_466:
        return general(value)
    moment = (datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 30)) + timedelta(seconds=round(value * 86400))
    code = re.sub(r"\[[^\]]*\]|_.|\*.|[\\]|;@$", "", section)
    out, minutes = "", False
    for token in re.findall(r'"[^"]*"|[yY]+|[mM]+|[dD]+|[hH]+|[sS]+|AM/PM|.', code):
        low = token.lower()
        if token.startswith('"'):
            out += token[1:-1]
        elif low[0] == "y":
            out += f"{moment.year:04d}" if len(low) > 2 else f"{moment.year % 100:02d}"
        elif low[0] == "m" and (minutes or out.endswith(":")):
            out += f"{moment.minute:02d}"
        elif low[0] == "m":
            out += f"{moment.month:02d}" if len(low) == 2 else str(moment.month)
        elif low[0] == "d":
            out += f"{moment.day:02d}" if len(low) == 2 else str(moment.day)
        elif low[0] == "h":
            out += str(moment.hour)
            minutes = True
        elif low[0] == "s":
            out += f"{moment.second:02d}"
        elif low != "am/pm":
            out += token
    return out.strip()
