"""The one compiled pattern of quantities: what a number with its unit may look like in a folded text."""

from __future__ import annotations

import re
from functools import lru_cache

from textperf.extract.units import GAP, units
from textperf.text.numerals import ARABIC, HAN

# Magnitudes between number and unit; 百 of 百分之, 千 of 千米 and 千瓦 are none.
MAGNITUDE = r"(?:万亿|十万|百万|千万|十亿|百亿|千亿|万|亿|百(?!分)|千(?![米克瓦伏升卡]))"
# 成 after a digit is a tenth, unless it opens another word (三成立…).
_NOT_TENTH = "立员果为功本绩效就长都熟品交年套型分组批像语婚渝行因片色群渠器"
# Letter-spaced digits of old typesetting (4 9 2 5 0 万吨, 1 5 .3 %)
SPACED = r"(?<!\d[ ])\d(?:(?:[ ]\d)+(?:[ ]?\.[ ]?\d(?:[ ]?\d)*)?|[ ]\.[ ]?\d(?:[ ]?\d)*)(?![\d,.])"
# A number torn by one blank, right behind a word that takes no index (not 表3 15项): 2 71.50万元, 1,4 80台, 98 .5%
_TORN = (
    r"(?<=[\u4e00-\u9fff”\")])(?<![第表图件标目段题骤型务案施期组号楼线路栋元级班月年度类章节条款项注例])"
    r"(?:\d{1,3},(?:\d[ ]\d\d|\d\d[ ]\d)(?:\.\d+)?|\d{1,3}[ ]\.\d+|\d[ ]\d{1,2}(?:\.\d+)?)(?![\d,.]|[ ]?\d)"
)
_ALTERNATIVE = (
    "个|家|户|件|项|条|份|处|座|台|辆|套|张|篇|册|本|部|支|种|类|所|间|栋|次|段|场|批|人|株|口|组|只|头|枚|市|区|县|乡|"
    "镇|街道|街|村|社区|幢|盏|架|宗|起|名|期|艘"
)


@lru_cache(maxsize=1)
def quantity_pattern() -> re.Pattern[str]:
    """Groups: ``fr`` a share in words, or a number ``ar``/``hn`` with what blurs and multiplies it, then ``unit``, ``alt``, ``per``."""
    u, g = units(), GAP
    return re.compile(
        rf"""
        (?P<fr>
            (?<![{HAN}\d])[百千万]分之{g}(?:{ARABIC}|(?:一?百[零一二三四五六七八九十]*|[一二三四五六七八九]?十[一二三四五六七八九]?|[零〇一二两三四五六七八九]{{1,3}})(?:点[零〇一二三四五六七八九]+)?)
          | (?<![{HAN}第\d.])[{HAN}]{{1,4}}分之[{HAN}]{{1,4}}
          | (?<![{HAN}第\d.完])[一二两三四五六七八九十]{{1,2}}成(?:半|[一二三四五六七八九](?![{HAN}个次项件名]))?(?![{_NOT_TENTH}])
          | (?<![\d.,第])[1-9]成(?:半|[1-9](?!\d))?(?![{_NOT_TENTH}])
          | (?:一半|半数)(?![径])
        )
        | (?:
            (?:(?<![\dA-Za-z_])|(?<=[A-Z]{{3}}))(?<!\d[.,·/:])
            (?P<ar>(?>{SPACED}|{_TORN}|(?<![\u4e00-\u9fff\d][ ])\d{{1,3}}(?:[ ]\d{{3}})+(?![\d,])(?:\.\d+)?|{ARABIC}))
            (?:{g}(?P<h1>[余多来几]))?(?:{g}(?P<mag>{MAGNITUDE}))?(?:{g}(?P<h2>[余多])(?P<mag2>[万亿])?)?
          | (?<![{HAN}第\d])
            (?P<hn>(?:[数几]|(?<![以迈登跨踏突跃])上)?(?>[{HAN}]+)(?:点[零一二三四五六七八九]+[万亿]?)?)
            (?P<h3>[余多来几])?(?P<hmag>万亿|[万亿])?(?P<h4>[余多])?
        )
        {g}(?P<unit>{u.pattern})(?P<alt>{g}\((?:(?:{_ALTERNATIVE})[、,/]?){{1,3}}\))?
        (?P<per>{g}(?:/|(?<=[元克])每){g}{u.per}(?:{g}(?:[·*.•×/]|每|[·*.•×/]每){g}{u.per})?)?
        """,
        re.X,
    )


@lru_cache(maxsize=1)
def number_runs() -> re.Pattern[str]:
    """Where a quantity may begin: runs of digits that are no date, Chinese numerals before something that can be a unit.

    A cheap pattern that begins with plain characters, so that the expensive one is tried at few places only.
    """
    first = "".join(sorted({form[0] for form in units().by_form}))
    return re.compile(
        rf"(?=[\d{HAN}数几上半])(?:\d+(?>(?:[.,·]\d+)*)(?![年月号\d])|[{HAN}数几上](?>[{HAN}]{{0,24}})(?=[{re.escape(first)}余多来几分成点半\s])|半数|零(?=[,。;、)\n]|$))"
    )
