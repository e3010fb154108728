"""What a number is: done (actual), planned (target), of an earlier time (prior), or a difference (change).

The cues are data (rules/context.toml); here is where each kind of cue looks, and what a section says by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from textperf.extract.finding_items import line_marker
from textperf.extract.mention import Mention
from textperf.model import Status
from textperf.rules.cues import Cue, cues
from textperf.text.fold import fold
from textperf.text.sentences import sentences

_REACH = 60  # characters to the left that a cue in the same clause may stand away
_FAR = 1_000  # the same for a cue in the same sentence: so that a sentence without an end costs no more than its length
_BEHIND = 40  # characters behind a number that a cue may stand in
_PARAGRAPH = 1_000  # how far back the opening of a paragraph is looked for
_WRAPPED = 16  # a line shorter than this is a heading, not a part of a wrapped paragraph
_EDGE = re.compile(r".*(?:[;:。!?]|(?<!\d),|,(?!\d{3}))", re.S)
_NEAR = 36  # the same for a cue that stands right before the number
_BELOW = re.compile(r"(?:低于|少于|短于)[^,;:。0-9]{0,14}$")
_PLAIN = re.compile(r"(?P<n>\d[\d,]*(?:\.\d+)?)\s*(?P<step>[万亿])?")
_RATES = frozenset(("%", "‰", "百分点", "分", ""))
_LIMIT = re.compile(r",?\s*(?:被|均)?控制在")
# a year as a whole, not the day on which something was done
_PLAIN_YEAR = re.compile(r"(20\d\d)年(?!度?\s*\d|度)")
_AIMS = frozenset(("next_year", "targets", "measures"))
# what was done, told among aims or measures: 同比增长, 收入合计, 正在整改、已上缴
_DONE_AIMS = re.compile(r"同比|[较比]上年|全年收缴|(?:收入|支出|收支|资金)合计|到位率|(?<!预算)完成率|整改到位|年终")
_DONE_MEASURES = re.compile(
    r"(?<!尚未)(?<!未)已(?:经)?(?:上缴|归还|追缴|追回|整改|完成|拨付|收回|建成|清退|开展|落实|出台|印发)|边审边改"
)
# A sentence among aims that tells what was: 从2003年到2006年年均超收2040亿元, 已建成的主要有…, 其中去年超收2573亿元
_LOOKS_BACK = re.compile(
    r"(?:^|[,;。:])(?:其中)?(?:去年|上年(?!度?(?:的|基础))|过去[一两三四五]年|这[三五]年)|从(?:19|20)\d\d年到(?:19|20)\d\d年"
    r"|已(?:经)?建成的|(?:19|20)\d\d年以来|[一两三四五]年来"
)
_MEMBER = re.compile(
    r"\s*(?:[、和](?:(?![实已仅只完共占])[^,;:。0-9])|,?其中)(?:(?![实已仅只完共占])[^,;:。0-9]){0,8}\s*|\s*[、和及与]\s*"
)
# 与上年的8起、8人相比: the second of a list that is compared with
_COMPARED = re.compile(r"[^,;。0-9]{0,3}(?:相比|比较)")
# 代表满意率97.26%，2016年是95.1%
# … and 受理信访97件，而2022年受理128件
_STATED = re.compile(
    r"(?P<year>20\d\d)年(?:(?:同期|末|底)?(?:是|为|只有|仅为|仅有|则为)|(?<=而20\d\d年)[^,;。0-9]{1,8})$"
)
# a year before the report's that begins a clause: what is told of it, not what is reckoned from it (2019年以来)
_EARLIER = re.compile(
    r"(?:[^,;:。0-9]{0,16}?(?P<as_of>早在|截至|截止|到(?=20\d\d年[底末])))?(?P<year>20\d\d)年(?!度|以来|以前|起|至|前|[-—~]|\d)(?:[底末初](?!前|以来|以前))?[^,;。]*"
)
_BACKGROUND = frozenset(("profile", "other", "efficiency", "finances"))
_AHEAD = frozenset(("problems", "measures", "other", "next_year", "conclusion", "appendix"))


class Place(NamedTuple):
    """A number in its sentence: the folded text, the sentence, the number with and without its hedges."""

    folded: str
    sentence_start: int
    sentence_end: int
    start: int
    end: int
    outer_end: int
    unit: str
    value: float = 0.0


def cue_status(place: Place) -> tuple[Status, str] | None:
    """The status and the id of the first cue that speaks, or None. A change that is aimed at is a target.

    >>> text = "隐患1,642处,比上年增加237处"
    >>> cue_status(Place(text, 0, len(text), 14, 18, 18, "处"))
    ('change', 'change-verb')
    >>> text = "预期目标是:收入增长6%"
    >>> cue_status(Place(text, 0, len(text), 10, 12, 12, "%"))
    ('target', 'target-label')
    """
    view = _view(place)
    change: str | None = None
    for cue in _chosen(view.cues):
        if cue.units and place.unit not in cue.units:
            continue
        if change and (cue.status != "target" or cue.where in ("before", "after")):
            continue
        if _speaks(cue, place, view):
            if cue.status != "change":
                return cue.status, cue.id  # type: ignore[return-value]
            change = cue.id
    return ("change", change) if change else None


def place_of_example(example: str) -> Place:
    """The place of the number that ⟦ ⟧ mark in an example of context.toml.

    >>> place_of_example("整改率由⟦94.3%⟧提高到95.1%").unit
    '%'
    """
    start, end = example.index("⟦"), example.index("⟧") - 1
    folded = fold(example.replace("⟦", "").replace("⟧", ""))
    a, b = next(s for s in sentences(folded) if s[0] <= start < s[1])
    unit = "百分点" if "百分点" in example[start:] else "%" if folded[end - 1] in "%成" else folded[end - 1]
    return Place(folded, a, b, start, end, end, unit)


class _View(NamedTuple):
    """What stands beside a number: its clause, the end of it, its sentence so far, what follows; which cues may speak."""

    clause: str
    near: str
    sentence: str
    behind: str
    opened: int
    cues: int


class _Index(NamedTuple):
    """Which cues the letters of a text hint at, as bits, and the cues without a hint."""

    letters: Mapping[str, int]
    names: frozenset[str]
    always: int

    def hinted(self, text: str) -> int:
        bits = self.always
        for letter in self.names.intersection(text):
            bits |= self.letters[letter]
        return bits


@lru_cache(maxsize=1)
def _indices() -> tuple[_Index, _Index, int]:
    """The cues that look at the clause, those that look farther, and the bits of those that look right before a number."""
    tables: tuple[dict[str, int], dict[str, int]] = ({}, {})
    always, near = [0, 0], 0
    for at, cue in enumerate(cues()):
        if cue.where == "opener":
            continue
        far = cue.where not in ("before", "clause")
        near |= (cue.where == "before") << at
        for letter in cue.hint:
            tables[far][letter] = tables[far].get(letter, 0) | 1 << at
        always[far] |= (not cue.hint) << at
    local, wide = (_Index(t, frozenset(t), n) for t, n in zip(tables, always, strict=True))
    return local, wide, near


def _chosen(bits: int) -> Iterator[Cue]:
    """The cues whose bits are set, in their order."""
    every = cues()
    while bits:
        lowest = bits & -bits
        bits ^= lowest
        yield every[lowest.bit_length() - 1]


def _view(place: Place) -> _View:
    folded, start = place.folded, place.start
    clause = folded[_clause_start(place) : start]
    clause = clause[line_marker(clause) :]  # (一)上年受理…: what is anchored at the clause begins behind its number
    sentence = folded[max(place.sentence_start, start - _FAR) : start]
    bits, opener, opened = _sentence(folded, place.sentence_start, place.sentence_end)
    (local, _, before), near = _indices(), clause[-_NEAR:]
    hints = local.hinted(near)
    bits |= hints if near == clause else (hints & before) | (local.hinted(clause) & ~before)
    if opened <= start:
        bits |= opener
    behind = folded[place.end : min(place.sentence_end, place.end + _BEHIND)]
    return _View(clause, near, sentence, behind, opened, bits)


@lru_cache(maxsize=32)
def _sentence(folded: str, start: int, end: int) -> tuple[int, int, int]:
    """The cues that a sentence hints at, the opener of its paragraph (0 if none), and where that ends."""
    opener, opened = _opener(folded, _paragraph(folded, start))
    return _indices()[1].hinted(folded[start:end]), opener, opened


@lru_cache(maxsize=32)
def _opener(folded: str, opening: int) -> tuple[int, int]:
    for bit, cue in _openers():
        if hit := cue.pattern.match(folded, opening):
            return bit, hit.end()
    return 0, 0


@lru_cache(maxsize=1)
def _openers() -> tuple[tuple[int, Cue], ...]:
    """The cues that open a paragraph, each with its bit."""
    return tuple((1 << at, cue) for at, cue in enumerate(cues()) if cue.where == "opener")


def _paragraph(folded: str, start: int) -> int:
    """Where the paragraph begins that holds ``start``: behind a line break that ends a sentence or a heading."""
    floor = max(0, start - _PARAGRAPH)
    at = start
    while (at := folded.rfind("\n", floor, at)) > 0:
        line = folded.rfind("\n", 0, at) + 1
        if folded[at - 1] in "。!?;:" or at - line < _WRAPPED:
            return at + 1
    return at + 1 if at == 0 or floor == 0 else start


def _speaks(cue: Cue, place: Place, view: _View) -> bool:
    if cue.where == "after":
        hit = cue.pattern.match(view.behind)
        return hit is not None and not (cue.pseudo and cue.pseudo.match(view.behind))
    if cue.where == "opener":  # this sentence tells of nothing done
        own = place.folded[max(view.opened, place.start - len(view.sentence)) : place.start]
        return not (cue.pseudo and cue.pseudo.search(own))
    if cue.follow and not cue.follow.match(place.folded, place.outer_end, place.sentence_end):
        return False
    left = view.near if cue.where == "before" else view.clause if cue.where == "clause" else view.sentence
    hit = cue.pattern.search(left)
    return hit is not None and not (cue.pseudo and _covered(cue, left, hit.start(), hit.end()))


def _covered(cue: Cue, text: str, start: int, end: int) -> bool:
    assert cue.pseudo is not None
    return any(p.start() < end and start < p.end() for p in cue.pseudo.finditer(text))


def _clause_start(place: Place) -> int:
    """Where the clause of a number begins: behind the last mark, commas inside numbers aside."""
    floor = max(place.sentence_start, place.start - _REACH)
    edge = _EDGE.match(place.folded, floor, place.start)
    return edge.end() if edge else floor


def status_of(
    place: Place, role: str, before: Sequence[tuple[Mention, Status]], joined: bool, fiscal_year: int | None = None
) -> tuple[Status, str]:
    """The status of a number and the cue that decided it.

    ``role`` is the section's; ``before`` the numbers of the sentence so far; ``joined`` says that this number goes on
    a list of numbers (增长5%、3%和2%), which shares the status of the number before it. Where problems and measures
    are told, a year after ``fiscal_year`` speaks of plans.
    """
    hit = cue_status(place)
    if hit is None and joined and before and before[-1][1] == "change":
        hit = "change", "list"
    if hit is not None:
        status, cue = hit
        if cue == "change-below-plan" and before and _above(place, before[-1][0]):
            return "actual", "plan-itself"
        if status == "change" and (aim := _aimed(place, role, fiscal_year)):
            return "target", aim
        return status, cue
    if before and _held(place, before[-1][0]):
        return "target", "held"
    if before and _falls_short(place, before[-1][0]):
        return "change", "gap"
    if before and before[-1][1] == "target" and _goes_on(place, before[-1][0]):
        return "target", "list"
    if joined and before and before[-1][1] == "prior" and _COMPARED.match(place.folded, place.outer_end):
        return "prior", "list"
    dated = fiscal_year and place.folded.find("20", place.sentence_start, place.start) >= 0  # cheap to ask first
    if fiscal_year and dated and (stated := _STATED.search(place.folded, _clause_start(place), place.start)):
        return ("prior", "stated-year") if int(stated["year"]) < fiscal_year else ("actual", "stated-year")
    if aim := _aimed(place, role, fiscal_year):
        return "target", aim
    if fiscal_year and dated and _earlier_year(place, role, fiscal_year):
        return "prior", "earlier-year"
    return "actual", "default"


def _above(place: Place, mention: Mention) -> bool:
    """Whether a number is greater than the one before it: 支出7.52万元，低于预算8.60万元 names the plan, not the gap."""
    quantity = mention.quantity
    return quantity.unit == place.unit and place.value > quantity.value


# what a measure speaks of as being there already: 对未整改到位的13个问题, 将现有11所整合为, 截至自评日已完工4个
_THERE = re.compile(
    r"(?:现有|原有|已有|未[^,;。]{1,8}的|遗留的?|截至[^,;。]{2,8}|已(?:经)?[完建整交]\S)[^,;。0-9]{0,6}$"
)


def promised(folded: str, start: int, at: int) -> bool:
    """Whether a number at ``at`` of a measure that begins at ``start`` is promised, and not what is there already.

    >>> text = "公开招聘安全员20名,将现有11所整合为4所"
    >>> promised(text, 0, 7), promised(text, 0, 14)
    (True, False)
    """
    return _THERE.search(folded, max(start, at - 24), at) is None


def _falls_short(place: Place, earlier: Mention) -> bool:
    """人均花费830元,低于全市平均215元: what is more than 215 cannot be below it, so 215 is how much it lacks."""
    if earlier.quantity.unit != place.unit or place.unit in _RATES:
        return False
    below = _BELOW.search(place.folded, max(place.sentence_start, place.start - 20), place.start)
    number = _PLAIN.match(place.folded, place.start, place.end)
    if below is None or number is None:
        return False
    value = float(number["n"].replace(",", "")) * {"万": 1e4, "亿": 1e8}.get(number["step"] or "", 1)
    return value < earlier.quantity.value


def _goes_on(place: Place, earlier: Mention) -> bool:
    """Whether a number goes on a list that begins with a target: 任务412个、剖面样点18个; 任务4.2万亩,其中新建3.35万亩."""
    between = place.folded[earlier.outer_end : place.start]
    return earlier.quantity.unit == place.unit and _MEMBER.fullmatch(between) is not None


def _earlier_year(place: Place, role: str, fiscal_year: int) -> bool:
    """Whether the clause tells of a year before the report's: 截至2019年底普及率只有21.4%, 早在2018年就达到100%."""
    found = _EARLIER.match(place.folded[_clause_start(place) : place.start])
    if found is None or int(found["year"]) >= fiscal_year:
        return False
    return role in _BACKGROUND or found["as_of"] is not None


def _aimed(place: Place, role: str, fiscal_year: int | None) -> str | None:
    """What makes a number an aim where no cue speaks: its section, or a year to come where problems are told.

    A section of aims may tell what was done (年初目标……全年收缴1,264.5万元,同比增长6.8%), and measures what is done already.
    """
    if fiscal_year and role in _AHEAD and _later_year(place, fiscal_year):
        return "later-year"
    if role not in _AIMS or _told(place, role):
        return None
    return f"section-{role}"


def _told(place: Place, role: str) -> bool:
    if role == "next_year":
        return _LOOKS_BACK.search(place.folded, place.sentence_start, place.start) is not None
    pattern = _DONE_AIMS if role == "targets" else _DONE_MEASURES
    return (
        pattern.search(place.folded, place.sentence_start, min(place.sentence_end, place.outer_end + _BEHIND))
        is not None
    )


def _held(place: Place, earlier: Mention) -> bool:
    """失业率3.12%,控制在4.5%以内: behind the value reached stands the limit."""
    if earlier.quantity.unit != place.unit:
        return False
    return _LIMIT.fullmatch(place.folded, earlier.end, place.start) is not None


def _later_year(place: Place, fiscal_year: int) -> bool:
    years = _PLAIN_YEAR.findall(place.folded, place.sentence_start, place.start)
    return bool(years) and int(years[-1]) > fiscal_year
