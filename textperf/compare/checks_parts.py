"""Parts inside sentences against the total before them.

A sentence is only called wrong when the figures that belong together are plain from the words or from their order,
when they are nearly right (``limit``: far off means that they were never meant to add up), and when no other figures
around would make it right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from textperf.compare.arithmetic import amount_text, apart, slip
from textperf.compare.check_rules import Rule
from textperf.compare.checks_sums import NUMERALS
from textperf.compare.figures import printed
from textperf.compare.reading import Reading, half, plain, shown
from textperf.compare.similar import bare
from textperf.compare.units import family
from textperf.model import Check, Fact
from textperf.text.fold import fold

_TRIGGER = re.compile(
    r"其中|包括|包含|含(?!税)|分别(?!增|减|下|上|提|比|较|同)|依次|构成(?![,;。])|分类|分布|分为|按[^,。;:]{1,14}?(?:分|看|划分)|(?:分|从)[^,。;:0-9]{1,10}看|按[^,。;:]{1,8}(?=:)|按[^,。;:0-9]{0,6}(?:门类|类别|类型|种类|来源|性质|用途|科目|领域|区域|级别|层级|方式|案由|对象|学段)(?=[为是有])|由(?=[^。;]{4,90}(?:组成|构成|相加|合成))|[^其]中(?=,)|[款目金出费]里(?=,)|(?=(?:“优”|优秀?)(?:的|级|等次)?(?:项目)?\d)|用于|来源[为于是]|来自|评[为定出]|结果[为是]|[:(]"
)
_PARTITION = re.compile(
    r"构成|分类|分布|(?:分|从)[^,。;:0-9]{1,10}看|分为|划分|包括|由[^,。;]{2,30}(?:组成|构成|相加|合成)|按[^,。;:]{1,14}?(?:分|看)|两部分"
)
_INSIDE = re.compile("[,，]含|[,，]包含")
_RESULT = re.compile(r"(?:已|共|均|全部|累计)?(?:审执?结|执结|办结|结案|整改|化解|办理完毕)")
_OF_ANOTHER = re.compile(r"的\d")  # 是年度任务7万亩的102.86%: what the total is measured by
_NAMED_TOTAL = re.compile(r"(?:^|[,;])([\u4e00-\u9fff]{3,12})中$")  # 全年预算数中，…
_REST = re.compile(r"其他|其它|其余|及以下|以外")
_OPPOSITES = (
    ("按期", "延期"), ("按时", "逾期"), ("男", "女"), ("城镇", "农村"), ("线上", "线下"), ("成功", "失败"), ("合格", "不合格"),
    ("在编", "编外"), ("新建", "续建"), ("省内", "省外"), ("上级", "本级"), ("上级", "县级"), ("上级", "市级"),
)  # fmt: skip
_GOES_ON = re.compile(r"[、,](?![^,、]*(?:合计|共计|总计|其中))[^,;。、0-9]{1,16}$")
_LISTED = re.compile(r"^(?:[、,][^,;。、0-9]{1,16}|、)$")
_BRACKET = re.compile(r"\([^()]*\)")
# Two parts may be all or not; when they come this near to the total they were meant to be all.
_TWO_PARTS = 0.025
_KINDRED = 0.1  # how far off a list may be whose parts are named alike
_TOLD = 0.2  # and one whose number of parts is told
_TOLD_NUMBER = re.compile(
    f"(?:只有|共有|以下|归入|归为|分为|划为|分成)[^,;。0-9]{{0,4}}(?P<n>[两{NUMERALS[1:]}])[大]?[类种项部块]"
)
# “优”12个、“良”3个，没有评为“中”“差”等次的项目: nothing is left over
_NO_REST = re.compile(r"[^,。;0-9]{0,6},(?:没有|再?无)(?:评[为定]|被评为)?(?:其他|其它|其余|未|“)[^。;0-9]{0,24}")
_FAR = 1_500  # characters that a list of parts may take in a sentence without an end


def parts(reading: Reading, rule: Rule) -> Iterator[Check]:
    """Lists of parts that do not add up to the total before them."""
    done: set[str] = set()
    seen: set[str] = set()
    for sentence in reading.sentences:
        for trigger in _TRIGGER.finditer(reading.text, *sentence):
            for listed in _paired(reading, _listed(reading, trigger, sentence[1])):
                if len(listed) < 2 or listed[0].fact_id in done:
                    continue
                seen.add(listed[0].fact_id)
                if _mixed(listed) or _sums_itself(listed):
                    continue  # 人员经费1,012.60万元、公用经费173.80万元，两项合为基本支出1,186.40万元: the total comes last
                totals = _totals(reading, trigger, sentence, listed)
                if not totals or _adds_up(listed, totals) or _adds_up(_with_kin(reading, listed, sentence[1]), totals):
                    continue
                wording = reading.text[max(sentence[0], trigger.start() - 12) : listed[0].evidence.start]
                here = totals[0].evidence.start >= sentence[0]
                if not here and _named_above(reading, reading.text[sentence[0] : trigger.start()], listed):
                    continue
                if re.search("除(?:了|去)?$", wording):
                    continue  # 156个项目中，除17个已经完工、…，开工22个: some of them are not told of
                for some in (listed, *_ends(reading, listed)):
                    closed = _NO_REST.match(reading.text, some[-1].evidence.end, sentence[1]) is not None
                    strict = closed or len(some) >= 3 or bool(_PARTITION.search(wording)) or _whole(reading, some)
                    told = closed or _told_number(wording) == len(some)
                    wrong = _wrong_total(some, totals, _TOLD if told else rule.limit, strict)
                    if wrong is not None:
                        done.update(f.fact_id for f in listed)
                        yield _unequal(reading, rule, wrong, some)
                        break
        for total, members in _unannounced(reading, sentence, rule.limit):
            if members[0].fact_id not in seen:
                yield _unequal(reading, rule, total, members)


def _named_above(reading: Reading, name: str, listed: Sequence[Fact]) -> bool:
    """Whether a sentence calls its total by a name that the report gives elsewhere with the sum: 本年支出按用途划分，…"""
    value, unit = sum(f.quantity.value for f in listed), listed[0].quantity.unit
    return any(
        f.status == "actual"
        and not listed[0].sentence_start <= f.evidence.start < listed[0].sentence_end
        and f.quantity.unit == unit
        and abs(f.quantity.value - value) < 1e-6 * value
        and len(f.item) > 1
        and fold(f.item) in name
        for f in reading.facts
    )


def _unequal(reading: Reading, rule: Rule, total: Fact, listed: Sequence[Fact]) -> Check:
    value = sum(f.quantity.value for f in listed)
    return rule.check(
        reading.report, (total, *listed), amount_text(value, listed[0]), shown(total),
        parts="＋".join(shown(f) for f in listed[:8]),
        difference=amount_text(abs(value - total.quantity.value), listed[0]),
    )  # fmt: skip


def _paired(reading: Reading, listed: list[Fact]) -> Iterator[list[Fact]]:
    """The list, and what stands in another unit with each of its members: 村寨保护3个、投资690万元，盘绣2个、投资380万元."""
    yield listed
    nexts = [next(iter(reading.between(f.evidence.end, f.evidence.end + 12)), None) for f in listed]
    second = [f for f in nexts if f is not None and f not in listed and f.status == "actual" and plain(f)]
    if any(reading.text.endswith("满分", 0, f.evidence.start) for f in second):
        return  # 预算执行9.5分（满分10分）、产出47.1分（满分50分）: of the marks that could be had
    if len(second) == len(listed) > 2 and len({f.quantity.unit for f in second}) == 1:
        yield second


def _ends(reading: Reading, listed: Sequence[Fact]) -> Iterator[Sequence[Fact]]:
    """Where a list may end before it is taken to: behind what is left over, or where commas follow on 、."""
    for number, (one, other) in enumerate(pairwise(listed), 1):
        between = reading.text[one.evidence.end : other.evidence.start]
        if "," not in between and ";" not in between:
            continue
        if number > 1 and (
            _REST.search(one.item) or (number > 2 and _LISTED.match(reading.gap(*listed[number - 2 : number])))
        ):
            yield listed[:number]
            return


def _whole(reading: Reading, listed: Sequence[Fact]) -> bool:
    """Whether the last of a list is all the rest, or two parts are each other's opposites: 按期完成21个、延期完成2个."""
    names = [f"{reading.lead(f, 12)}{fold(f.item)}" for f in listed]
    if _REST.search(names[-1]):
        return True
    return len(names) == 2 and any(a in x and b in y for x, y in (names, names[::-1]) for a, b in _OPPOSITES)


def _joined(reading: Reading, found: Sequence[Fact]) -> list[Fact]:
    """The first of some figures with those of its unit that follow it by 、 or a comma; what stands in brackets aside."""
    run = [found[0]]
    for fact in found[1:]:
        between = reading.text[run[-1].evidence.end : fact.evidence.start]
        same = fact.quantity.unit == run[0].quantity.unit
        if not same and "(" in between:
            continue
        if not same or not _GOES_ON.match(_BRACKET.sub("", between)):
            break
        run.append(fact)
    return run


def _unannounced(reading: Reading, sentence: tuple[int, int], limit: float) -> Iterator[tuple[Fact, Sequence[Fact]]]:
    """Lists right behind their total without any word between (在校生A人，一年级B人、二年级C人、三年级D人), or, where the
    names are alike, in the next sentence."""
    found = reading.between(*sentence)
    start = 0
    while start < len(found):
        first, unit = found[start], found[start].quantity.unit
        run = _joined(reading, found[start:])
        start += max(1, len(run) - 1)
        if (
            len(run) < 3
            or unit in ("%", "‰", "百分点", "分", "")
            or any(f.status != "actual" or not plain(f) for f in run)
        ):
            continue
        if any(reading.text[f.evidence.start - 1] == "各" for f in run):
            continue  # 职业学校和特殊教育学校各1所
        alike = _kindred(run)
        opened = (
            reading.between(reading.window(sentence, 1), first.evidence.start) if alike else found[: found.index(first)]
        )
        total = next(
            (f for f in reversed(opened) if f.quantity.unit == unit and f.status == "actual" and plain(f)), None
        )
        members = [(total, run)] if total is not None else []
        if len(run) > 3:
            members.append((run[0], run[1:]))
        for whole, listed in members:
            gap = reading.text[whole.evidence.end : listed[0].evidence.start]
            joined = all(reading.gap(a, b).startswith("、") for a, b in pairwise(listed))
            if not (alike or joined) or "除" in gap or not re.search("[,:。]", gap):
                continue
            value, after = sum(f.quantity.value for f in listed), reading.between(listed[-1].evidence.end, sentence[1])
            near = [whole, *[f for f in (*opened, *after) if f.quantity.unit == unit]]
            if whole.quantity.value <= max(f.quantity.value for f in listed) or any(
                _adds_up(some, near) for some in (listed, _with_kin(reading, listed, sentence[1]))
            ):
                continue
            if _close(value, whole.quantity.value, limit, len(listed)):
                yield whole, listed


def _listed(reading: Reading, trigger: re.Match[str], end: int) -> list[Fact]:
    """The parts behind a trigger: one unit, one bracket depth, up to the end of the list."""
    text = reading.text
    end = min(end, trigger.end() + _FAR)
    close = text.find(")", trigger.end(), end)
    opened = text.find("(", trigger.end(), end)
    if close > 0 and (trigger[0] == "(" or not 0 <= opened < close):  # 受理4,862件（含旧存517件），审执结4,395件
        end = close
    found = [f for f in reading.between(trigger.end(), end) if f.status == "actual"]
    counted = [f for f in found if f.quantity.unit not in ("%", "‰", "百分点", "")]
    if not counted or not plain(counted[0]):
        return []
    units = list(dict.fromkeys(f.quantity.unit for f in counted[:3]))
    lists = (_run(reading, trigger.end(), [f for f in found if f.quantity.unit == unit]) for unit in units)
    out = next((run for run in lists if len(run) > 1), [])  # 172件建议分别交由37家单位办理，已解决109件、…
    semicolon = text.find(";", trigger.end(), end)
    within = [f for f in out if semicolon < 0 or f.evidence.start < semicolon]
    if trigger[0] == "含" and semicolon > 0:
        return within  # 受理7,264件，含旧存412件；审执结7,018件
    if trigger[0] == "其中" and len(within) == 1 < len(out) and text[trigger.end()] != ":" and not _alike(out):
        return within  # 在职31人，其中高级职称6人；退休18人
    return (
        within
        if 2 <= len(within) < len(out) and "、" in text[within[0].evidence.end : within[1].evidence.start]
        else out
    )


def _alike(listed: Sequence[Fact]) -> bool:
    ends = {fold(f.item)[-2:] for f in listed}
    return len(ends) == 1 and "人员" not in ends  # 在职28人，其中行政人员12人；退休人员12人；派遣人员6人


def _mixed(listed: Sequence[Fact]) -> bool:
    """Budgets and what was spent of them are no parts of one total (A项目预算3,120万元、支出2,964万元；B项目预算…), nor is
    what came in with what went out (年初结转772.20万元；支出方面，本年支出20,971.40万元)."""
    kinds = {f.indicator for f in listed}
    if kinds & {"bud_carryover_prior", "bud_revenue"} and kinds & {"bud_expenditure", "bud_carryover"}:
        return True
    return "bud_executed" in kinds and bool(kinds & {"bud_project_budget", "bud_initial_budget", "bud_adjusted_budget"})


def _told_number(wording: str) -> int:
    """How many parts the words promise: 按案由只有以下三类, 全部归入四类; 0 when they do not say."""
    found = _TOLD_NUMBER.search(wording)
    return NUMERALS.index(found["n"].replace("两", "二")) + 1 if found else 0


def _sums_itself(listed: Sequence[Fact]) -> bool:
    running = 0.0
    for number, fact in enumerate(listed):
        if number > 1 and abs(running - fact.quantity.value) <= half(fact) + 1e-6 * running:
            return True
        running += fact.quantity.value
    return False


def _run(reading: Reading, at: int, found: Sequence[Fact]) -> list[Fact]:
    """The figures of one unit behind ``at`` as far as the list goes."""
    text, depth, out = reading.text, 0, list[Fact]()
    nested = False
    for fact in found:
        between = text[at : fact.evidence.start]
        depth += between.count("(") - between.count(")")
        at = fact.evidence.start
        nested = ";" not in between and (nested or bool(out and _INSIDE.search(between)))
        if depth > 0 or nested:  # 基本支出812万元，含人员经费736万元、公用经费76万元；项目支出…
            continue
        if out:
            between = text[out[-1].evidence.end : fact.evidence.start]
            if re.search(
                r"其中|包括|比上年|同比|再|从中|据此|结果|为此|另外|另有|此外|加上|连同|[。!?]|;(?:上年|去年|往年|历年)",
                between,
            ):
                break  # a list inside the list, or another statement
            piece = re.split("[,;]", between)[-1]
            if re.search(r"[,;].*\d", between) and _REST.search(out[-1].item) and len(out) > 1:
                break  # what is left over is the last of a list: 其他档案340卷，馆藏由…
            if len(piece) < len(between) and _RESULT.match(piece) and not _RESULT.search(reading.lead(out[-1])):
                break  # 受理案件10,254件，其中旧存556件；审执结9,716件: what became of the total is no part of it
        apart = text[fact.evidence.start - 1] == "各" and not re.match("、[0-9]", text[fact.evidence.end :][:2])
        if not plain(fact) or apart:  # 职业学校和特殊教育学校各1所, but not 脑瘫、智力、听力残疾儿童各23名、16名、8名
            return out if len(out) > 1 and ";" in between else []
        out.append(fact)
    return out


def _totals(reading: Reading, trigger: re.Match[str], sentence: tuple[int, int], listed: Sequence[Fact]) -> list[Fact]:
    """What can be the total: figures of the unit before the trigger, the nearest first."""
    back = 0 if trigger[0] in ("(", ":") and trigger.start() - sentence[0] > 8 else 2
    found = reading.between(reading.window(sentence, back), trigger.start())
    if trigger[0] in ("分别", "依次") and (opened := _PARTITION.search(reading.text, sentence[0], trigger.start())):
        found = [f for f in found if f.evidence.end <= opened.start()]  # 按类型看，A类5个、B类9个，C、D、E类分别为…
    unit = listed[0].quantity.unit
    alike = [
        f for f in reversed(found)
        if f.status in ("actual", "target") and family(f.quantity.unit) == family(unit) and plain(f)
    ]  # fmt: skip
    core = _NAMED_TOTAL.search(reading.text[sentence[0] : trigger.end()]) if trigger[0].endswith("中") else None
    if core and (named := [f for f in alike if core[1] in bare(reading.about(f))]):
        return named  # 全年预算数中，年初批复…: the words say which of the figures before it is parted
    fits = [f for f in alike if not _OF_ANOTHER.match(reading.text, f.evidence.end)]
    return [f for f in fits if f.status == "actual"] or fits


def _with_kin(reading: Reading, listed: Sequence[Fact], end: int) -> list[Fact]:
    """The list with what is counted in another unit of the same kind between its members or right behind it: 小学96所、教学点6个."""
    kind, unit = family(listed[0].quantity.unit), listed[0].quantity.unit
    behind = reading.between(listed[-1].evidence.end, end)[:1]
    found = [*reading.between(listed[0].evidence.start, listed[-1].evidence.end), *behind]
    return [
        f for f in found if f in listed or (f.quantity.unit != unit and family(f.quantity.unit) == kind and plain(f))
    ]


def _adds_up(listed: Sequence[Fact], totals: Sequence[Fact]) -> bool:
    """Whether the list, or its first members, or it less a repeated total, gives any of the totals."""
    for total in totals:
        # Things are counted, amounts rounded, or cut: then the sum is too small, never too large by a digit of each.
        running, short = 0.0, half(total) + 1e-6 * abs(total.quantity.value)
        large = short + (0.0 if half(total) == 0.5 else half(total))
        for number, fact in enumerate(listed, 1):
            running += fact.quantity.value
            hidden = 0.0 if half(fact) == 0.5 else half(fact)
            short, large = short + 2 * hidden, large + hidden
            if number > 1 and -short <= running - total.quantity.value <= large:
                return True
        if any(f.quantity.value == total.quantity.value for f in listed):
            return True
    return False


def _wrong_total(listed: Sequence[Fact], totals: Sequence[Fact], limit: float, strict: bool) -> Fact | None:
    """The total that the list was meant to give, when that is plain."""
    total = sum(f.quantity.value for f in listed)
    largest = max(f.quantity.value for f in listed)
    limit = max(limit, _KINDRED) if strict and _kindred(listed) else limit
    verbs = {f.action or "" for f in listed}
    for place, candidate in enumerate(totals):
        value = candidate.quantity.value
        if len(verbs) == 1 and candidate.action and candidate.action in {f"不{v}" for v in verbs}:
            continue  # 74人依法不起诉 is no total of 起诉71人、起诉5人
        if value < largest or value <= 0:
            if place == 0 and not strict:
                return None
            continue
        off = abs(total - value)
        if place == 0 and not strict and len(listed) == 2 and off <= _TWO_PARTS * value:
            return candidate
        near = _close(total, value, limit, len(listed)) or (strict and _digit(listed, total, value))
        if near and strict:
            return candidate
        if not near:  # the nearest that could be it is not: one farther off must fit better
            return None if not strict or place > 2 else next(
                (t for t in totals[place + 1 : place + 4] if largest < t.quantity.value and _close(total, t.quantity.value, limit / 2, len(listed))),
                None,
            )  # fmt: skip
    return None


def _kindred(listed: Sequence[Fact]) -> bool:
    """Whether the names of at least three parts end alike, as those of a whole that is parted do: 农业领域、工业领域、社会领域."""
    ends = {fold(f.item)[-2:] for f in listed}
    if listed[0].quantity.unit == "元":
        return False  # all of them are called …支出
    if all(len(f.item) <= 3 or f.item[-1] in "类型" for f in listed):
        ends = {e[-1:] for e in ends}  # 金牌、银牌、铜牌
    return len(listed) >= 3 and len(ends) == 1 and len({f.item for f in listed}) == len(listed)


def _digit(listed: Sequence[Fact], total: float, value: float) -> bool:
    """Whether a list of three or more gives a total but for one digit, or two exchanged: 41＋36＋33＋22件 of 142件."""
    return len(listed) > 2 and apart(total, value) <= _TOLD and slip(printed(total), printed(value))


def _close(total: float, value: float, limit: float, parts: int) -> bool:
    """Whether a sum is so near to a figure that it was meant to be it; one off is near where things are counted."""
    off = abs(total - value)
    return off <= limit * value or (parts >= 3 and off <= 1 and value >= 5)
