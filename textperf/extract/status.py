"""What a number is: done (actual), planned (target), of an earlier time (prior), or a difference (change).

The cues are data (rules/context.toml); here is where each kind of cue looks, and what a section says by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from textperf.extract.mention import Mention
from textperf.model import Status
from textperf.rules.cues import Cue, cues

_REACH = 60  # characters to the left that a cue in the same clause may stand away
_FAR = 1_000  # the same for a cue in the same sentence: so that a sentence without an end costs no more than its length
_STOPS = ",;:。!?\n"
_LIMIT = re.compile(r",?\s*(?:被|均)?控制在")
# a year as a whole, not the day on which something was done
_PLAIN_YEAR = re.compile(r"(20\d\d)年(?!度?\s*\d|度)")
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


def cue_status(place: Place) -> tuple[Status, str] | None:
    """The status and the id of the first cue that speaks, or None.

    >>> text = "隐患1,642处,比上年增加237处"
    >>> cue_status(Place(text, 0, len(text), 14, 18, 18, "处"))
    ('change', 'change-verb')
    """
    for cue in cues():
        if _speaks(cue, place):
            return cue.status, cue.id  # type: ignore[return-value]
    return None


def _speaks(cue: Cue, place: Place) -> bool:
    if cue.units and place.unit not in cue.units:
        return False
    folded = place.folded
    if cue.where == "after":
        head = folded[place.end : min(place.sentence_end, place.end + 24)]
        hit = cue.pattern.match(head)
        return hit is not None and not (cue.pseudo and cue.pseudo.match(head))
    if cue.where == "sentence":
        left = folded[max(place.sentence_start, place.start - _FAR) : place.start]
    else:
        left = folded[_clause_start(place) : place.start]
    hit = cue.pattern.search(left)
    if hit is None or (cue.pseudo and _covered(cue, left, hit.start(), hit.end())):
        return False
    return cue.follow is None or cue.follow.match(folded, place.outer_end, place.sentence_end) is not None


def _covered(cue: Cue, text: str, start: int, end: int) -> bool:
    assert cue.pseudo is not None
    return any(p.start() < end and start < p.end() for p in cue.pseudo.finditer(text))


def _clause_start(place: Place) -> int:
    at = place.start
    floor = max(place.sentence_start, place.start - _REACH)
    while at > floor:
        ch = place.folded[at - 1]
        if ch in _STOPS and not (ch == "," and place.folded[at : at + 3].isdigit() and place.folded[at - 2].isdigit()):
            break
        at -= 1
    return at


def status_of(
    place: Place, role: str, before: Sequence[tuple[Mention, Status]], joined: bool, fiscal_year: int | None = None
) -> tuple[Status, str]:
    """The status of a number and the cue that decided it.

    ``role`` is the section's; ``before`` the numbers of the sentence so far; ``joined`` says that this number goes on
    a list of numbers (增长5%、3%和2%), which shares the status of the number before it. Where problems and measures
    are told, a year after ``fiscal_year`` speaks of plans.
    """
    hit = cue_status(place)
    if hit is not None:
        return hit
    if joined and before and before[-1][1] == "change":
        return "change", "list"
    if before and _held(place, before[-1][0]):
        return "target", "held"
    if fiscal_year and role in _AHEAD and _later_year(place, fiscal_year):
        return "target", "later-year"
    if role in ("next_year", "targets"):
        return "target", f"section-{role}"
    if role == "measures":
        return "target", "section-measures"
    return "actual", "default"


def _held(place: Place, earlier: Mention) -> bool:
    """失业率3.12%,控制在4.5%以内: behind the value reached stands the limit."""
    between = place.folded[earlier.end : place.start]
    return earlier.quantity.unit == place.unit and _LIMIT.fullmatch(between) is not None


def _later_year(place: Place, fiscal_year: int) -> bool:
    years = _PLAIN_YEAR.findall(place.folded, place.sentence_start, place.start)
    return bool(years) and int(years[-1]) > fiscal_year
