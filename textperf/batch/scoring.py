"""When two annotations agree: numbers, units, noun phrases, verbs, spans. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence

Place = tuple[int, int]

_UNITS = {"％": "%", "百分比": "%", "个百分点": "百分点", "㎡": "平方米"}
_DROPPED = re.compile(r"[\s“”\"'‘’（）()《》「」,，、的]")


def bare(text: str | None) -> str:
    """A phrase without white space, quotes, brackets and 的, which careful readers set differently.

    >>> bare("“优”级 项目（总数）")
    '优级项目总数'
    """
    return _DROPPED.sub("", text or "")


def same_number(a: object, b: object) -> bool:
    """Equal to six digits; None only equals None."""
    if not isinstance(a, int | float) or not isinstance(b, int | float):
        return a is None and b is None
    return abs(a - b) <= max(1e-6, 1e-6 * abs(b))


def same_unit(a: str | None, b: str | None) -> bool:
    """Equal units, spelling variants aside."""
    x, y = (a or "").strip(), (b or "").strip()
    return _UNITS.get(x, x) == _UNITS.get(y, y)


def item_right(got: str | None, want: str, aliases: Sequence[str]) -> tuple[bool, bool]:
    """(complete, partial): the same phrase or an alias; one holding the other without too little or too much of it.

    >>> item_right("全年专项工作报告", "专项工作报告", [])
    (False, True)
    """
    names = [bare(want), *(bare(a) for a in aliases)]
    g = bare(got)
    complete = bool(g) and g in names
    partial = complete or any(
        len(n) >= 2 and ((g in n and len(g) >= max(2, 0.4 * len(n))) or (n in g and len(g) <= len(n) + 8))
        for n in names
        if g
    )
    return complete, partial


def action_right(got: str | None, want: str) -> bool:
    """The same verb, or one within the other (听取 in 听取和审议)."""
    g, w = bare(got), bare(want)
    return bool(g) and (g == w or (g in w and len(g) >= 2) or (w in g and len(g) <= len(w) + 4))


def overlap(a: Place, b: Place) -> int:
    """How many characters two spans share."""
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def union_share(a: Place, b: Place) -> float:
    """Shared characters over all that the two spans cover."""
    return overlap(a, b) / max(1, max(a[1], b[1]) - min(a[0], b[0]))


def best_overlap(place: Place, places: Sequence[Place], used: set[int], agrees: Sequence[bool]) -> int | None:
    """The unused span that overlaps most; one whose value agrees comes before any that doesn't."""
    best, top = None, 0.0
    for i, p in enumerate(places):
        shared = 0 if i in used else overlap(place, p)
        if shared:
            score = shared / max(place[1] - place[0], p[1] - p[0]) + agrees[i]
            if score > top:
                best, top = i, score
    return best
