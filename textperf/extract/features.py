"""What speaks for or against a candidate: its features, whose weights were learned from annotated reports.

A feature is a template and a key: ``("FH", ("V", "会议", True))`` – the first word is a verb, the head is 会议. The
weights (rules/linker.json) are data made by scripts/train_linker.py. Most features see classes of words and not words,
so that they carry over to bodies and subjects that were never seen.

Features come in groups, by what they depend on: the place (before the number, behind it, inherited …), where a name
starts, where it ends, both, or a word inside. A group (:class:`Group`) gives templates and keys from a few plain values,
so that what many candidates share is weighed once, and the sum for values seen before is looked up (:mod:`.scoring`).
What gives the sum of a group for its values is :class:`ItemSums`; training lists the features in its stead.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from textperf.extract.candidates import Around, Candidate, Known
from textperf.extract.guess import guess, guess_right
from textperf.extract.tokens import Token

Keys = Sequence[Hashable]
Feature = tuple[str, Hashable]


class Group(NamedTuple):
    """Features that depend on the same values: ``templates(values)`` and, in the same order, ``keys(*values)`` (None where
    a template does not apply). The values say all that the keys say, so equal values have equal sums of weights; the
    templates depend on the first ``leading`` values only."""

    name: str
    leading: int
    templates: Callable[..., Sequence[str]]
    keys: Callable[..., Keys]


class Sums(Protocol):
    """The sums of the weights of one group, in thousandths: ``sums[values]``."""

    def __getitem__(self, values: tuple[Any, ...], /) -> int: ...


class Listed:
    """Stands for the sums of one group where its features are wanted: these are appended to ``out``."""

    def __init__(self, group: Group, out: list[Feature]) -> None:
        self._group, self._out = group, out

    def __getitem__(self, values: tuple[Any, ...]) -> int:
        names, keys = self._group.templates(*values), self._group.keys(*values)
        self._out += [feature for feature in zip(names, keys, strict=True) if feature[1] is not None]
        return 0


_UNITS = {
    "%": "%", "百分点": "pp", "元": "元", "分": "分", "人": "人", "名": "人", "人次": "人次", "次": "次", "场": "次",
    "期": "次", "场次": "次", "轮": "次", "公里": "米", "米": "米", "平方米": "米", "亩": "米", "公顷": "米", "吨": "米",
    "立方米": "米", "平方公里": "米",
}  # fmt: skip
_THIN = frozenset(("TIME", "d", "SCOPE", "c", "r", "、", "PR", "COP", "CMP", "的"))
_DOING = frozenset(("V", "vn", "v", "HAVE"))
_ACTS = frozenset(("V", "vn", "HAVE"))
_VERBAL = frozenset(("V", "vn", "v", "HAVE", "UP", "DOWN", "LEVEL", "SHARE"))
_PLAIN = frozenset(("N", "PROP", "BODY", "vn", "n", "b", "a"))
_NOUN = frozenset(("N", "vn", "BODY"))


def unit_class(unit: str) -> str:
    """The class of a unit: ``% pp 元 分 人 人次 次 米 /`` or ``个``.

    >>> unit_class("名"), unit_class("元/人·月"), unit_class("件")
    ('人', '/', '个')
    """
    return _UNITS.get(unit) or ("/" if "/" in unit else "个")


def _pattern(tokens: Sequence[Token], at: int, known: Sequence[Known], sentence: int) -> str:
    """Where the count before, in the same sentence, has its name: ``R`` behind it, ``L`` between it and the count
    before, ``P`` farther away; ``-`` for the first count."""
    if not known or known[-1].sentence != sentence:
        return "-"
    i = at - 1
    while i >= 0 and tokens[i].kind != "#":
        i -= 1
    if i < 0:
        return "-"
    if known[-1].start > tokens[i].start:
        return "R"
    j = i - 1
    while j >= 0 and tokens[j].kind not in ("#", "p"):
        j -= 1
    return "L" if j < 0 or known[-1].start >= tokens[j].start else "P"


class Scene:
    """What all candidates of one count share; made once a count. ``kinds`` are those of ``tokens``."""

    def __init__(
        self,
        tokens: Sequence[Token],
        kinds: tuple[str, ...],
        at: int,
        regions: Around,
        known: Sequence[Known],
        sentence: int,
    ) -> None:
        mention = tokens[at].mention
        self.tokens = tokens
        self.kinds = kinds
        self.regions = regions
        self.known = known
        self.sentence = sentence
        self.unit = mention.quantity.unit if mention is not None else ""
        self.units = unit_class(self.unit)
        la, lb = regions.left
        self.left_length = lb - la
        ra, rb = regions.right
        self.first_left = tokens[la].text if lb > la else "0"
        before = (kinds[lb - 1], tokens[lb - 1].text) if lb > la else ("0", "0")
        self.beside = before + ((kinds[ra], tokens[ra].text) if rb > ra else ("0", "0"))
        self.has_noun = not _NOUN.isdisjoint(kinds[la:lb])
        start, end, verb = guess(tokens, la, lb)
        self.guessed = (start, end)
        self.guessed_right = guess_right(tokens, *regions.right)
        self.reading = ("n" if end > start else "0") + ("-" if verb < 0 else "e" if verb >= end else "v")
        self.pattern = _pattern(tokens, at, known, sentence)
        self.at = at

    @cached_property
    def behind(self) -> tuple[int, bool]:
        """How many counts back the last one with the same unit is, -1 where there is none; whether 其中 stands in the left
        region."""
        la, lb = self.regions.left
        nearest = next((n for n, k in enumerate(reversed(self.known)) if k.unit == self.unit), -1)
        return nearest, "其中" in [t.text for t in self.tokens[la:lb]]


def _fixed(*names: str) -> Callable[..., Sequence[str]]:
    return lambda *_: names


def _by_place(shared: Sequence[str], own: dict[str, tuple[str, ...]]) -> Callable[..., Sequence[str]]:
    """Templates of a group whose first value is the place: the shared ones and those of the place."""
    return lambda where, *_: (*shared, *own.get(where, ()))


PLACE = Group(
    "place", 2,
    lambda where, back, *_: (
        *[f"{where}:{n}" for n in ("pp", "Rf", "LR", "le", "re", "rr", "rR")], f"{where}{back}:", f"{where}{back}:u",
    ),
    lambda where, back, pattern, last, first, left_edge, right_edge, reading, units: (
        pattern, first, (last, first), left_edge, right_edge, reading, (reading, first), "", units,
    ),
)  # fmt: skip
PLACE_WORDS = Group(
    "place words", 1, lambda where, *_: (f"{where}:Lw", f"{where}:Rw"), lambda where, last, first: (last, first)
)


def place_sum(sums: ItemSums, scene: Scene, where: str, back: int) -> int:
    """What is around the number."""
    last_kind, last_word, first_kind, first_word = scene.beside
    regions = scene.regions
    return (
        sums.place[where, back, scene.pattern, last_kind, first_kind, regions.left_edge, regions.right_edge,
                   scene.reading, scene.units]
        + sums.place_words[where, last_word, first_word]
    )  # fmt: skip


START = Group(
    "start", 1,
    _by_place(
        ("S1", "S2", "PF", "PFc", "Fg", "Fw", "FVw"),
        {w: (f"{w}:S1", f"{w}:Se") for w in "LDRC"},
    ),
    lambda where, p, fk, fw: (
        p, (p, fk), (p, fw), (p, fw[0]), fk, fw, fw if where in "LD" and fk in _DOING else None, p, p[0] == "E",
    ),
)  # fmt: skip
START_BEFORE = Group("start before", 0, _fixed("S3"), lambda word: (word,))
START_NEXT = Group(
    "start next", 0, _fixed("F2", "F3"), lambda fk, fw, next_kind, next_word: ((fk, next_word), (fw, next_kind))
)
START_LEFT = Group(
    "start left", 0,
    _fixed("Pre", "Pr3", "Pr2", "Prv", "RLs"),
    lambda before, left_edge, verbal, fk, gap: (
        (before, left_edge, fk), before[-3:], (before[-2:], fk), (verbal, fk), gap,
    ),
)  # fmt: skip
START_RIGHT = Group("start right", 0, _fixed("Rs", "RsW"), lambda skipped, word: (skipped, word))
START_CLAUSE = Group("start clause", 0, _fixed("Cpre"), lambda before, fk: ((before, fk),))


def start_sum(sums: ItemSums, scene: Scene, where: str, i: int) -> int:
    """The first word of a name and what stands before it."""
    tokens, kinds = scene.tokens, scene.kinds
    fk, fw = kinds[i], tokens[i].text
    p = opening(scene, i)
    total = sums.start[where, p, fk, fw]
    if p[0] != "E":
        total += sums.start_before[tokens[i - 1].text,]
    if i + 1 < len(tokens):
        total += sums.start_next[fk, fw, kinds[i + 1], tokens[i + 1].text]
    if where in "LD":
        la = scene.regions.left[0]
        verbal = not _ACTS.isdisjoint(kinds[la:i])
        gap = max(-3, min(3, i - scene.guessed[0])) if where == "L" else None
        total += sums.start_left[kinds[max(la, i - 4) : i], scene.regions.left_edge, verbal, fk, gap]
    elif where == "R":
        begin = scene.regions.right[0]
        total += sums.start_right[i - begin, tokens[begin].text if i > begin else None]
    else:
        total += sums.start_clause[kinds[i - 1] if i else "^", fk]
    return total


def opening(scene: Scene, i: int) -> str:
    """What stands before index ``i``: a class of words, or ``E`` and the mark."""
    if i == 0:
        return "E^"
    kind = scene.kinds[i - 1]
    return "E" + scene.tokens[i - 1].text[0] if kind == "p" else "E" + kind if kind in "#(" else kind


_TAIL = ("t", "tu", "t2u", "tU")


def _tail_keys(tail: str, unit: str) -> tuple[Hashable, ...]:
    last, u = tail[-1:], unit_class(unit)
    return (last, (last, u), (tail, u), (last, unit))


END = Group(
    "end",
    1,
    _by_place(("Hg", "Hw", "HwU", *_TAIL), {w: (f"{w}:Hg",) for w in "LDR"}),
    lambda where, hk, hw, tail, unit: (hk, hw, (hw, unit), *_tail_keys(tail, unit), *([hk] if where != "C" else ())),
)
END_BEHIND = Group(
    "end behind",
    1,
    _by_place(("Rbw",), {"C": ("C:Rb",)} | {w: (f"{w}:Rb", f"{w}:Rbh", f"{w}:Rbw") for w in "LDR"}),
    lambda where, b, hk, word: (word, b) if where == "C" else (word, b, (b, hk), word),
)
END_LEFT = Group(
    "end left",
    1,
    lambda where, *_: ("Suf", "RLe", "Ld", "Lk") if where == "L" else ("Suf",),
    lambda where, rest, hk, gap, left: ((rest, hk), gap, left, rest[:3]) if where == "L" else ((rest, hk),),
)
END_RIGHT = Group(
    "end right",
    0,
    _fixed("RA", "RA1", "RG", "RGh"),
    lambda rest, hk, right_edge, gap: ((rest, hk), (rest[0] if rest else right_edge, hk), gap, (gap, hk)),
)
END_CLAUSE = Group("end clause", 0, _fixed("Cd", "Ce", "Cl", "CLn"), lambda *values: values)


def end_sum(sums: ItemSums, scene: Scene, where: str, j: int, tail: str) -> int:
    """The head of a name that ends before index ``j``, and what stands behind it; ``tail`` is its last two characters."""
    tokens, kinds = scene.tokens, scene.kinds
    hk = kinds[j - 1]
    if j == len(tokens):
        b, word = "E$", None
    elif kinds[j] in "#p":
        b, word = "E" + tokens[j].text[0], None
    else:
        b, word = kinds[j], tokens[j].text
    total = sums.end[where, hk, tokens[j - 1].text, tail, scene.unit] + sums.end_behind[where, b, hk, word]
    if where in "LD":
        lb = scene.regions.left[1]
        gap = max(-3, min(3, j - scene.guessed[1]))
        total += sums.end_left[where, kinds[j:lb], hk, gap, min(lb - j, 4)]
    elif where == "R":
        gap = max(-3, min(3, j - scene.guessed_right))
        rest = kinds[j : min(scene.regions.right[1], j + 4)]
        total += sums.end_right[rest, hk, scene.regions.right_edge, gap]
    else:
        k = j
        while k < len(tokens) and kinds[k] not in ("p", "#"):
            k += 1
        mark = tokens[k].text[:1] if k < len(tokens) else "$"
        total += sums.end_clause[min(k - j, 4), mark, min(3, scene.left_length), scene.has_noun]
    return total


SHAPE = Group("shape", 1, _by_place(("Sh",), {"R": ("R:Sh",), "C": ("C:Sh",)}), lambda where, shape: (
    (shape, shape) if where in "RC" else (shape,)
))  # fmt: skip
BOTH = Group(
    "both", 1,
    _by_place(("FH", "FHc", "PHc", "n", "c"), {"L": ("q", "qr")}),
    lambda where, p, fk, hw, tail, words, length, q, reading: (
        (fk, hw, words > 1), (fk, tail, words > 1), (p, tail), words, length,
        *([q, (q, reading)] if where == "L" else ()),
    ),
)  # fmt: skip


def both_sum(sums: ItemSums, scene: Scene, where: str, i: int, j: int, text: str) -> int:
    """The first word of a name together with its head, and its length."""
    tokens, kinds = scene.tokens, scene.kinds
    q = (i == scene.guessed[0], j == scene.guessed[1]) if where == "L" else None
    return (
        sums.shape[where, kinds[i : min(j, i + 12)]]
        + sums.both[where, opening(scene, i), kinds[i], tokens[j - 1].text, text[-1:], min(j - i, 7), min(len(text), 14),
                    q, scene.reading if q else None]
    )  # fmt: skip


INNER = Group(
    "inner",
    0,
    _fixed("In", "Inv"),
    lambda kind, word: (None if kind in _PLAIN else kind, word if kind in _VERBAL else None),
)
INHERITED = Group("inherited", 0, _fixed(*_TAIL), _tail_keys)
EARLIER = Group(
    "earlier", 1,
    lambda back, *_: (
        "Psu", "Psuc", "Pq", "Pn", "Pno", *[f"{back}{n}" for n in ("same", "le", "near", "nearu", "cmp")],
    ),
    lambda back, same_unit, earlier_units, units, partly, length, has_noun, same_sentence, edge, near, compared: (
        same_unit, (earlier_units, units), partly, length, has_noun, same_sentence, edge, near, (near, units), compared,
    ),
)  # fmt: skip
EARLIER_WORD = Group("earlier word", 0, _fixed("Pfw"), lambda word: (word,))


def inherited_sum(sums: ItemSums, scene: Scene, candidate: Candidate) -> int:
    """What speaks for the item of an earlier count."""
    total = sums.inherited[candidate.text[-2:], scene.unit]
    if candidate.where != "P":
        return total
    back, known = candidate.back, scene.known
    earlier, latest = known[-1 - back], known[-1]
    nearest, partly = scene.behind
    total += sums.earlier[
        back, earlier.unit == scene.unit, unit_class(earlier.unit), scene.units, partly,
        min(4, scene.left_length), scene.has_noun, earlier.sentence == scene.sentence, scene.regions.left_edge,
        (back == nearest, min(nearest, 3)), latest.compared and latest.sentence == scene.sentence,
    ]  # fmt: skip
    return total + sums.earlier_word[scene.first_left,]


class ItemSums:
    """The sums of all groups of features of an item, each made by ``make``."""

    def __init__(self, make: Callable[[Group], Sums]) -> None:
        self.place, self.place_words = make(PLACE), make(PLACE_WORDS)
        self.start, self.start_before, self.start_next = make(START), make(START_BEFORE), make(START_NEXT)
        self.start_left, self.start_right = make(START_LEFT), make(START_RIGHT)
        self.start_clause = make(START_CLAUSE)
        self.end, self.end_behind = make(END), make(END_BEHIND)
        self.end_left, self.end_right, self.end_clause = make(END_LEFT), make(END_RIGHT), make(END_CLAUSE)
        self.shape, self.both, self.inner = make(SHAPE), make(BOTH), make(INNER)
        self.inherited, self.earlier, self.earlier_word = make(INHERITED), make(EARLIER), make(EARLIER_WORD)


def item_features(scene: Scene, candidate: Candidate) -> list[Feature]:
    """All features of one candidate, as the training needs them."""
    out: list[Feature] = []
    sums = ItemSums(lambda group: Listed(group, out))
    where, back, i, j, text = candidate
    place_sum(sums, scene, where, back)
    if i < 0:
        inherited_sum(sums, scene, candidate)
        return out
    start_sum(sums, scene, where, i)
    end_sum(sums, scene, where, j, text[-2:])
    both_sum(sums, scene, where, i, j, text)
    for k in range(i + 1, j):
        sums.inner[scene.kinds[k], scene.tokens[k].text]
    return out
