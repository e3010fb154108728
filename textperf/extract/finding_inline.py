"""Failings told inside an account without any label: the clause speaks for itself, and so does what is to be done about it.

Only plain words of want count here (缺编, 无着落, 迟迟未, 难以兼顾 …; kind ``problem_inline``), and only where nobody solves,
checks or reports them in the same clause.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from textperf.extract.finding_causes import problem_and_cause
from textperf.extract.finding_cues import cue, is_measure, is_none, is_problem
from textperf.extract.finding_items import listed, trim
from textperf.extract.finding_measures import answers
from textperf.extract.finding_pieces import Piece, one
from textperf.text.sentences import Span, clauses

# what is done about a want, or whose it is, is no want of the body
_HANDLED = re.compile(
    r"针对|围绕|聚焦|破解|解决|克服|面对|化解|补齐|补上|缓解|改变|扭转|消除|防止|避免|整改|整治|纠正|查处|查纠|排查|督促|推动|约谈|销号|盘活|更换|更新(?=\d|改造)|改造|修复|清理|清退|治理|帮助|帮扶|资助|救助|已(?:全部|经|整改)|如果|将会|会因|会造成|否则|以免|如不|追回|追讨|追缴|由[^,]{2,14}(?:垫付|弥补|调剂|承担)|偿还|清付|兑付|转移支付|奖励|补贴|扶持|支持|难以想象|对[^,]{2,16}的(?:单位|部门|人员|干部|项目|企业)"
)
# what is being mended, what respondents say, what is denied
_ASIDE = re.compile(r"正在(?:整改|推进|办理|完善)|意见[^,]{0,8}集中|反映较?多的|并(?:不是|非)|这些(?:问题)?我们已")
# scarcity and size: no failing alone, but part of one beside it
_SCARCE = re.compile(r"只有|仅(?:有|占|为|剩)?|只(?:占|剩|配|招|投运)|不足\d|高达|平均年龄|缺|超过|却")
# what was achieved is no part of the failing that follows
_DONE = re.compile(
    r"完成|实现|新[建增]|建成|开展|举办|培训|提[高升]到|增长|达到?\d|办结|推进|保障|发放|落实[^,]{2,12}\d|率(?:达|为)?\d"
)


def inline_failings(folded: str, line: Span, year: int | None, told: Sequence[Piece] = ()) -> list[Piece]:
    """The failings of a paragraph of an account, their causes, and the measures that end it; ``told``: found otherwise.

    >>> text = "全年接警2318起,完好率98%;装备经费缺口430万元,举高车迟迟未配。拟申请专项资金,分两年配齐。"
    >>> [(p.type, text[p.start:p.end]) for p in inline_failings(text, (0, len(text)), None)]
    [('problem', '装备经费缺口430万元,举高车迟迟未配'), ('measure', '申请专项资金,分两年配齐')]
    """
    parts = listed(folded, *line)
    out: list[Piece] = []
    for i, (a, b) in enumerate(parts):
        if out and (tail := _way_out(folded, parts[i:], year)):
            return out + tail
        above = any(p.type == "problem" and parts[i - 1][0] <= p.start < a for p in (*out, *told)) if i else False
        if why := _WHY.match(folded, a, b):
            out += one(folded, why.end(), b, "cause")
        elif above and cue("@cause_lead").match(folded[a:b].strip()):
            out += [p for p in problem_and_cause(folded, a, b, first=False) if p.type == "cause"]
        else:
            out += _failing(folded, a, b, year)
    return out


# "进度未达80%的原因在于雨季无法揭顶"
_WHY = re.compile(
    r"[^。;:,]{0,16}(?:未达标?|未完成|偏离|偏差|滞后|偏[低慢])[^。;:,]{0,10}?(?:的?(?:主要)?原因(?:主要)?(?:在于|是|系|为)|主要系)"
)


def _failing(folded: str, start: int, end: int, year: int | None) -> list[Piece]:
    text = folded[start:end]
    if cue("@measure_lead").match(text.strip()):
        return []
    if not cue("problem_inline").search(text) or _ASIDE.search(text) or is_none(text) or cue("others_say").search(text):
        return []
    spans = clauses(folded, start, end)
    told = [_wants(folded[a:b]) for a, b in spans]
    if True not in told:
        return []
    first = told.index(True)
    last = len(spans) - 1
    after = next((i for i in range(first + 1, last + 1) if _planned(folded[spans[i][0] : end], year)), None)
    while first and (_SCARCE.search(folded[slice(*spans[first - 1])]) or is_problem(folded[slice(*spans[first - 1])])):
        first -= 1
    turned = next((i for i in range(first) if cue("turn").match(folded[slice(*spans[i])])), None)
    if turned is not None:
        first = turned  # "起数下降,但个别企业干看着,责任层层递减"
    elif last <= 3 and not _DONE.search(folded[start : spans[first][0]]):
        first = 0  # its subject: "感统室扩建概算185万元,尚有67万元缺口无着落"
    stop = spans[after][0] if after is not None else end
    turn = cue("@turn").match(folded[spans[first][0] : stop])
    begin = spans[first][0] + (turn.end() if turn else 0)
    out = problem_and_cause(folded, begin, stop, first=True)
    if any(cue("target_missed").search(folded[p.start : p.end]) for p in out):
        return []
    return out + answers(folded, stop, end, year) if out and after is not None else out


def _wants(clause: str) -> bool:
    bare = cue("false_problem").sub("", clause)
    found = cue("problem_inline").search(bare)
    if found is None or _HANDLED.search(bare[: found.end() + 6]) or is_measure(clause):
        return False
    return not re.search(r"(?:情况|条件|形势|背景|压力)(?:之)?下|已(?:经|全部|基本)?(?:偿还|清|解决|整改|补)", clause)


def _planned(text: str, year: int | None) -> bool:
    """Whether the rest of a sentence is what is to be done: a verb of doing and a word of planning, no want."""
    first = text.split(",")[0]
    return (
        is_measure(first, year) and not is_problem(first) and bool(cue("measure_plan").search(text) or _AIM.match(text))
    )


_AIM = re.compile(r"(?:积极|多方|向上|继续)?争取|年内|年底前|明年|下一?步|建立[^,。;]{2,20}(?:制度|机制|闭环|台账)")
# what is still to be done has a date, a rhythm or a threat; what is done already has its counts
_STILL_AHEAD = re.compile(
    r"将|拟|力争|底前|年内|一律|必须|不得|每(?:个)?(?:月|季|半年|年|周)|半年|按[月季]|限期|不[低少]于|不超过|逐[月季笔项]|末位|约谈|建议|季度|年终"
)
_CARRIED_OUT = re.compile(
    r"\d[\d,.]*(?:余|多)?(?:起|件|人次|场|期|家次)(?!以上|以内|左右|的|/)|已(?:经|全部|完成)|全年|累计|(?:下降|增长|提高|提升)(?:了|\d)|了\d"
)


def _way_out(folded: str, parts: list[Span], year: int | None) -> list[Piece]:
    """The measures that end a paragraph behind a failing: every part left is one, and none of them is done already."""
    texts = [folded[a:b].strip() for a, b in parts]
    lead = cue("@measure_lead").match(texts[0])
    if not all(is_measure(t, year) or (i and lead) for i, t in enumerate(texts)):
        return []
    if not lead and (not any(_STILL_AHEAD.search(t) for t in texts) or any(_CARRIED_OUT.search(t) for t in texts)):
        return []
    out: list[Piece] = []
    for a, b in parts:
        found = answers(folded, a, b, year) or one(folded, *trim(folded, a, b), "measure")
        out += found
    return out
