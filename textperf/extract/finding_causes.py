"""A sentence that tells a problem: praise before the turn off, the cause behind its lead apart."""

from __future__ import annotations

import re

from textperf.extract.finding_cues import cue, cue_span, cue_spans, is_measure, is_none, is_problem
from textperf.extract.finding_items import trim
from textperf.extract.finding_pieces import Manner, Piece, one
from textperf.text.sentences import Span, clauses

NAMELY = re.compile(r"[ ]*(?:这些)?(?:问题|不足)?(?:主要|突出|集中)(?:是|有|表现[在为]|体现在|反映在):")

_NAMED_CAUSE = re.compile(r"原因|根源|症结|成因")

# "…占比只有1.2%,这与师资少、基地不足有关"
_RELATED = re.compile(
    r"[,。;](?:这)?(?:主要)?(?:与|跟|同)([^,。;]{3,40}(?:,[^,。;]{3,20})?)(?:密切|直接)?(?:有关|相关|关系密切|不无关系)$"
)

_MISSED = re.compile(r"(?:未完成|未达标|偏离|偏差)[^:,。]{0,8}原因[^:,。]{0,4}:")

_TAIL = re.compile(r"(?:所致|使然|所造成的?)[。.]?$")

# One clause of praise, or a concession; "省补标准仅为造价的35%,剩余由县区承担,但落实不足" tells the problem from its start.
_PRAISE = re.compile(r"(?:虽然?|尽管)[^。;]*|(?:(?!仅|只|却|反而)[^,。;:])*[,;:]?")

_CONCEDED = re.compile(r"虽然?|尽管|固然")


def problem_and_cause(folded: str, start: int, end: int, *, first: bool, reasons: bool = False) -> list[Piece]:
    """One sentence: praise before the turn off, the cause behind its lead apart; ``first``: it opens its item.

    ``reasons``: the title of the part promises causes, so one without a lead needs no figures before it.

    >>> text = "虽然管理规范,但支出偏慢,主要是招标推迟"
    >>> [(p.type, text[p.start:p.end]) for p in problem_and_cause(text, 0, len(text), first=True)]
    [('problem', '支出偏慢'), ('cause', '招标推迟')]
    """
    start, end = trim(folded, start, end)
    if end - start < 4:
        return []
    lead = cue_span("@cause_lead", folded, start, end)
    if lead and lead[0] == start:
        if first and not _NAMED_CAUSE.search(folded, *lead):
            return _told(folded, start, end)  # "主要是预算编制不细" behind "存在的问题"
        if _MISSED.match(folded, start):  # "未完成原因:" stands above what was missed and why
            return causes(folded, lead[1], end)
        return _cause(folded, lead[1], end)
    if lead and (
        is_problem(folded[start : lead[0]])
        or _NAMED_CAUSE.search(folded, *lead)
        or (not first and (folded[slice(*lead)] != "主要是" or cue("cause_state").search(folded[lead[1] : end])))
    ):
        return _told(folded, start, lead[0]) + _cause(folded, lead[1], end)
    soft = None if lead else cue_span("@cause_soft", folded, start, end)
    apart = folded[start] in "受根病症毛" and _behind_figures(folded, start)  # a sentence of its own
    if soft and soft[0] == start and not first and (apart or not _COUNT.search(_DATES.sub("", folded[soft[1] : end]))):
        return _cause(folded, start, end)
    if (
        soft
        and folded[soft[0]] == "受"
        and soft[0] > start
        and folded[soft[0] - 1] in ",;。 "
        and is_problem(folded[start : soft[0]])
        and not _COUNT.search(_DATES.sub("", folded[soft[0] : end]))  # "受车辆老化影响,超支6.3万元" tells the problem
    ):
        return _told(folded, start, soft[0]) + one(folded, soft[0], end, "cause")
    both = None if lead else _BOTH_KINDS.search(folded[start:end])
    if both and (both.start() or not first):
        a = start + both.start(1)
        return _told(folded, start, start + both.start()) + _cause(folded, a, end)
    related = None if lead else _RELATED.search(folded[start:end])
    if related and is_problem(folded[start : start + related.start()]):
        a, b = related.span(1)
        return _told(folded, start, start + related.start()) + one(folded, start + a, start + b, "cause")
    tail = None if lead else cue_span("cause_tail", folded, start, end)
    if tail:
        begin = max(folded.rfind(c, start, tail[0] - 1) for c in ",:") + 1
        if begin > start and is_problem(folded[start:begin]):
            return _told(folded, start, begin) + one(folded, begin, tail[0], "cause")
        if not first:
            return one(folded, start, tail[0], "cause")
    if (at := _unled(folded, start, end, reasons=reasons)) is not None:
        return _told(folded, start, at) + _cause(folded, at, end)
    return _told(folded, start, end)


# What goes on about the same thing, or tells what came of it, is no new subject and no cause.
_GOES_ON = re.compile(
    r"抵御|抗风险|集中|突出|具体|主要(?:表现|体现|反映)|表现[为在]|体现[为在]|即|因|由于|缺|没有|未|无|难|不|仍|尚|还|也|且|又|却|但|其中|暴露|反映|说明|体现|影响|导致|造成|致使|使得?|制约|截至|至今|仅|只|(?:部分|个别|有的|一些|少数)(?![^,。;]{0,12}(?:单位|部门|科室|股室|[乡村城]镇|街道|[县市区院所站](?![域级外])|学校|教师|干部|人员|干警|企业|农户|群众|居民|职工))"
)
_EFFECT = re.compile(r",(?:直接|严重|一定程度)?(?:影响|导致|造成|致使|使得|制约)")

_FIGURE = re.compile(r"\d|[一二两三四五六七八九十几百]+(?:[个名项条处台家次]|成|分之|倍)|一半|半数|过半")


# dates and ages are no figures of what was missed
_DATES = re.compile(
    r"(?:20\d\d年|[次翌]年)(?:\d+月)?|(?<!\d)\d+(?:[至到-]\d+)?[年月](?=以来|以上|[前底末初份]|$|,)|(?<!\d)\d+[至到-]\d+月"
)


_COUNT = re.compile(r"\d|[一二两三四五六七八九]成|分之")


# Without any figures before it, only a rule or an office that was never made is surely why.
_UNMADE = re.compile(
    r"(?:机制|制度|办法|标准|细则|机构|专班|平台)[^,。;]{0,6}(?:没有|尚未|未|还未|未能)(?:建立|出台|形成|理顺|设立|落地|统一|明确)"
)


def _plainly(text: str) -> str:
    """A clause without its dates and the count of its subject ("3个工作站选址…")."""
    return re.sub(
        r"^(?:年内|全年|当年|近[一二两三]年)?(?:有)?(?:\d+|[一二两三四五六七八九十]+)(?:[个处家座名所人]|(?=[乡镇村县]))",
        "",
        _DATES.sub("", text),
    )


def _tells_figure(clause: str) -> bool:
    """Whether a clause gives a figure of what was missed; the counted subject of a cause ("2名骨干被借调") is none."""
    plain = _plainly(clause) if cue("cause_state").search(clause) else _DATES.sub("", clause)
    return _FIGURE.search(plain) is not None


def _unled(folded: str, start: int, end: int, *, reasons: bool) -> int | None:
    """Where the cause without a lead begins that ends a sentence, or None.

    ``兑现滞后,资金结余8.7万元,卷宗评查、审批环节多``: the problem is told to its figures; the clause behind the last of
    them has a subject of its own and speaks of money, people, powers, procedure or of what came from outside.
    """
    spans = clauses(folded, start, end)
    told = [i for i, (a, b) in enumerate(spans) if _tells_figure(folded[a:b].strip(" ,"))]
    for i in range(told[-1] + 1, min(told[-1] + 3, len(spans))) if told else range(2, len(spans)):
        a, b = spans[i][0], spans[-1][1]
        text = folded[a:b].strip(" ,;。")
        if (
            is_problem(folded[start:a])
            and not _GOES_ON.match(text)
            and not _EFFECT.search(text)
            and not _COUNT.search(_plainly(text))
            and cue("cause_state").search(text.split(",")[0])
            and (told or (len(text.split(",")[0]) >= 8 and (reasons or _UNMADE.search(text))))
        ):
            return a
    return None


def causes(folded: str, start: int, end: int) -> list[Piece]:
    """A part about reasons: the text behind its lead; where something missed is told before the lead, that is the problem.

    >>> text = "结余资金63万元未支出,系考核结果认定滞后"
    >>> [(p.type, text[p.start:p.end]) for p in causes(text, 0, len(text))]
    [('problem', '结余资金63万元未支出'), ('cause', '考核结果认定滞后')]
    """
    lead = cue_span("@cause_lead", folded, start, end)
    if lead and not folded[start : lead[0]].strip(" ,;。"):
        return _cause(folded, lead[1], end)
    if is_none(folded[start:end]):
        return []
    soft = lead or next((x for x in cue_spans("@cause_soft", folded, start, end) if folded[x[0]] == "受"), None)
    if soft and (is_problem(folded[start : soft[0]]) or (lead and _FIGURE.search(folded, start, soft[0]))):
        return problem_and_cause(folded, start, end, first=True)
    return _cause(folded, start, end)


def _behind_figures(folded: str, at: int) -> bool:
    """Whether a sentence begins at ``at`` and the one before it told its problem with figures."""
    before = folded[max(0, at - 200) : at].rstrip()
    if not before.endswith("。"):
        return False
    told = re.split(r"[。\n]", before[:-1])[-1]
    return "," in told and _COUNT.search(_DATES.sub("", told)) is not None


# what has been done about it, or ought to be, is no part of the problem
_DONE_ABOUT_IT = re.compile(
    r"[,;](?:(?:目前|现)?(?:相关|有关|上述|以上)?(?:问题|线索)?(?:已|均已)(?:另行|移送|责成|督促|追缴|整改|反馈)|相关问题已"
    r"|(?:需要?|亟需|亟待|有待|值得)[^,。;]{2,30}(?:用力|发力|加强|努力|攻坚|改进|破解|重视|关注)$).*$"
)


def _told(folded: str, start: int, end: int) -> list[Piece]:
    done = _DONE_ABOUT_IT.search(folded[start:end].rstrip("。; \n"))
    if done and is_problem(folded[start : start + done.start()]):
        end = start + done.start()
    namely = NAMELY.match(folded, start, end)
    start = namely.end() if namely else start
    return one(folded, _after_turn(folded, start, end), end, "problem")


# two kinds of causes weighed against each other need no lead
_BOTH_KINDS = re.compile(
    r"(?:^|[,。;])((?:既有[^;。]{4,60}?(?:因素|原因|影响|问题)[,、]也有[^;。]{4,60}?(?:因素|原因|影响|问题))$"
    r"|[^,;。]{4,60}固然是[^,;。]{0,4}(?:因素|原因),但更多.+)"
)

# "C1固然是客观因素,但更多还是C2" · "C1,加之C2" · "既有C1,也有C2" · "C1;另一层是C2"
_BOTH = re.compile(
    r"既有(?P<a1>[^;。]{4,60}?)[,、](?:也|又|更|还)有(?P<a2>.+)"
    r"|(?P<b1>[^;。]{4,80}?)[,;](?:加之|另一(?:层|个|条|重)(?:原因)?是)(?P<b2>.{4,})"
    r"|(?P<c1>[^;。]{4,60}?)固然是[^,;。]{2,10},但(?:更多|主要|根本|关键)(?:的)?(?:还)?(?:是|在于)(?P<c2>.+)",
    re.S,
)


def _cause(folded: str, start: int, end: int) -> list[Piece]:
    end = before_example(folded, start, end)
    tail = _TAIL.search(folded[start:end].rstrip())
    end = start + tail.start() if tail else end
    both = _BOTH.fullmatch(folded[start:end].rstrip("。 \n"))
    if both:
        spans = [both.span(k) for k in both.groupdict() if both.group(k)]
        return [p for a, b in spans for p in one(folded, start + a, start + b, "cause")]
    return one(folded, start, end, "cause")


def before_example(folded: str, start: int, end: int) -> int:
    """Where the example begins that stands behind a cause ("…环节多,如某平台年底只付了首付款"), else ``end``."""
    m = cue("@example_lead").search(folded, start + 4, end)
    return m.start() if m else end


def is_example(text: str) -> bool:
    """Whether a sentence only gives an example of what stands before it."""
    return cue("example_lead").match(text) is not None


def _after_turn(folded: str, start: int, end: int) -> int:
    """Behind the last turn word whose front part holds praise only ("虽然管理规范,但支出偏慢")."""
    for a, b in cue_spans("@turn", folded, start, end):
        front = folded[start:a]
        if end - b >= 4 and (a == start or (_PRAISE.fullmatch(front) and not is_problem(_CONCEDED.sub("", front)))):
            return b
    return start


def is_plain_cause(folded: str, i: int, parts: list[Span], manner: Manner, out: list[Piece]) -> bool:
    """A cause without a lead: after the problem has been told with its figures, a last sentence without any.

    ``现有物资只够500人应急。县级财力弱`` is a problem and why; ``编制不细。功能分类未细化到项`` a name and its explanation.
    """
    if i == 0 or out[-1].type != "problem":
        return False
    told = folded[out[-1].start : out[-1].end]
    whole = folded[parts[i][0] : parts[i][1]].strip()
    if any(cue_span(kind, folded, *parts[i]) for kind in ("@cause_lead", "cause_tail")):
        return False
    text = whole[: before_example(whole, 0, len(whole))]
    figures = _FIGURE.search(told) is not None
    exampled = len(text) < len(whole) or (i + 1 < len(parts) and is_example(folded[slice(*parts[i + 1])].strip()))
    last = i + 1 == len(parts) or exampled
    if not last and not manner.mixed and not is_measure(folded[slice(*parts[-1])].strip(), manner.year):
        return False
    head = text.split(",")[0]
    if cue("cause_state").search(head) and figures and "," in told and not _GOES_ON.match(text):
        text = head  # "人手紧,人均核实3万亩": the figures only show how much
    if _COUNT.search(_plainly(text)) or len(text) > 40 or _NO_CAUSE.match(text):
        return False
    stated = cue("cause_state").search(text) is not None and not _GOES_ON.match(text)
    return (
        (figures and ("," in told or "。" in told))
        or (manner.reasons and (stated or (exampled and not _GOES_ON.match(text))))
        or (stated and (figures or exampled))
    )


def plain_cause(folded: str, start: int, end: int) -> list[Piece]:
    """The cause that a sentence without a lead tells, without the example behind it."""
    return _cause(folded, start, end)


_NO_CAUSE = re.compile(
    r"集中|突出|具体|主要(?:表现|体现|反映)|表现[为在]|即|针对|围绕|对此|为此|下一?步|今后|我们|我[局院委办校镇会]将|影响|导致|造成|致使|使得|难以|制约|且|也|例如|比如|譬如|如"
)
