"""Folding that keeps offsets: every character maps to exactly one character, so spans hold in both texts."""

from __future__ import annotations

import re
import unicodedata


def _table() -> dict[int, str]:
    out: dict[int, str] = {}
    for code in range(0xFF01, 0xFF5F):  # full-width ASCII, the Chinese comma, brackets, colon and semicolon among them
        out[code] = chr(code - 0xFEE0)
    for ch in "\u00a0\u3000\u2002\u2003\u2009\u200a\u202f\ufeff\u200b\u200c\u200d\u00ad\u2060":
        out[ord(ch)] = " "
    for ch in "－–−‐‑﹣":
        out[ord(ch)] = "-"
    for ch in "～〜∼˜":
        out[ord(ch)] = "~"
    for ch in "「『〝":
        out[ord(ch)] = "“"
    for ch in "」』〞":
        out[ord(ch)] = "”"
    out.update({ord("﹪"): "%", ord("｡"): "。", ord("､"): "、", ord("〇"): "〇", ord("○"): "〇", ord("﹒"): "."})
    out.update({ord("〔"): "[", ord("〕"): "]", ord("﹝"): "[", ord("﹞"): "]", ord("【"): "[", ord("】"): "]"})
    out.update({ord("∶"): ":", ord("︰"): ":", ord("﹕"): ":", ord("﹐"): ",", ord("﹔"): ";"})
    out.update({ord("≧"): "≥", ord("≦"): "≤", ord("＞"): ">", ord("＜"): "<"})
    for code in [*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00)]:  # CJK radicals and compatibility ideographs
        folded = unicodedata.normalize("NFKC", chr(code))
        if len(folded) == 1 and folded != chr(code):
            out[code] = folded
    # NFKC leaves U+2E80–2EFF alone; Chromium's PDFs use them for whole characters.
    pairs = "⺁厂⺃乚⺄乙⺅亻⺆冂⺇几⺈刀⺉刂⺊卜⺋卩⺌小⺍小⺎尢⺏尣⺐尢⺑尣⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歹⺟母⺠民⺡氵⺢氺⺣灬⺤爪⺥爫⺦丬⺧牛⺨犭⺩王⺪疋⺫目⺬示⺭礻⺮竹⺯糸⺰纟⺱罓⺲罒⺳网⺴罓⺵网⺶羊⺷羊⺸羊⺹耂⺺聿⺻聿⺼肉⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑长⻒长⻓长⻔门⻕阜⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟食⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫齐⻬齐⻭齿⻮齿⻯龙⻰龙⻱龟⻲龟⻳龟"
    for i in range(0, len(pairs) - 1, 2):
        out[ord(pairs[i])] = pairs[i + 1]
    return out


_FOLD = {chr(code): to for code, to in _table().items()}
_FOLDED = re.compile("[" + "".join(map(re.escape, _FOLD)) + "]")


def fold(text: str) -> str:
    """A text of the same length in one width: digits, Latin letters, brackets, commas and colons in ASCII.

    The full stop 。, the enumeration comma 、 and directed quotes “” stay; 「」 become “”; document-number brackets
    〔〕【】 become []; dashes – － become -, the long dash — stays; CJK radicals become the characters they stand for.
    A point that ends a sentence (结束.自评时查了账册) becomes 。, that of a number, a name or a list mark stays.

    >>> fold("２０２３年度：收入２，７７９．６６万元（不含转移支付）。")
    '2023年度:收入2,779.66万元(不含转移支付)。'
    >>> fold("一．自评结论．得96.5分"), fold("占42%.整改:"), fold("财政局.pdf")
    ('一.自评结论。得96.5分', '占42%。整改:', '财政局.pdf')
    >>> len(fold("㈠、３５％")) == len("㈠、３５％")
    True
    """
    folded = text
    for ch in set(_FOLDED.findall(text)):  # a dozen replacements: a quarter of the time of str.translate
        folded = folded.replace(ch, _FOLD[ch])
    return _POINT.sub(_stop, folded) if "." in folded else folded


# Behind Han, a bracket or a percent sign, not before a Latin letter (file names) or another point.
_POINT = re.compile(r"\.(?<=[\u4e00-\u9fff)”\"%]\.)(?![.A-Za-z])")  # the point first: that ``re`` finds fast
_MARK = re.compile(r"(?:^|\n)[ ]*\(?[一二三四五六七八九十]{1,3}[ ]*\)?\Z")  # 一. and (一). are list marks


def _stop(point: re.Match[str]) -> str:
    at = point.start()
    return "." if _MARK.search(point.string, max(0, point.string.rfind("\n", 0, at)), at) else "。"
