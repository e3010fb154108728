"""Which verb says what was done with what is counted: candidates and their features."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from textperf.extract.candidates import Candidate
from textperf.extract.features import Feature, Group, Listed, Scene, Sums
from textperf.extract.tokens import earlier_clauses
from textperf.rules.lexicon import verb_classes

_VERBAL = frozenset(("V", "vn", "v", "HAVE", "UP", "DOWN", "LEVEL", "SHARE"))


class Verb(NamedTuple):
    """A verb: where it stands (``B`` before the name, ``M`` between name and number, ``A`` behind, ``I`` in the name,
    ``C`` in an earlier clause, ``P`` inherited, ``0`` none), its token (-1 where inherited or none), its text."""

    where: str
    token: int
    text: str


def verb_candidates(scene: Scene, item: Candidate) -> list[Verb]:
    """The verbs that may go with the chosen item; the first candidate is "none"."""
    tokens, kinds = scene.tokens, scene.kinds
    la, lb = scene.regions.left
    ra, rb = scene.regions.right
    out = [Verb("0", -1, "")]
    inside = range(item.first, item.last) if item.first >= 0 else range(0)
    for i in range(la, lb):
        if kinds[i] in _VERBAL:
            where = "I" if i in inside else "B" if item.first >= 0 and i < item.first else "M"
            out.append(Verb(where, i, tokens[i].text))
    for i in range(ra, min(rb, ra + 10)):
        if kinds[i] in _VERBAL:
            out.append(Verb("J" if i in inside else "A", i, tokens[i].text))
    for first, last in earlier_clauses(tokens, la, 1):
        for i in range(first, last):
            if kinds[i] in _VERBAL:
                out.append(Verb("I" if i in inside else "C", i, tokens[i].text))
    for back, earlier in enumerate(reversed(scene.known[-2:])):
        if earlier.action:
            out.append(Verb(f"P{back}", -1, earlier.action))
    return out


WHERE = Group(
    "verb where",
    0,
    lambda *_: ("w", "wu", "base"),
    lambda where, place, units: (where, (where, units), where[0] + place),
)
AMONG = Group(
    "verb among",
    2,
    lambda k, place, tail, places: (k + "it", k + place + "any"),
    lambda k, place, tail, places: (tail, places),
)
WORD = Group(
    "verb word",
    1,
    lambda k, *_: (k + "w", k + "wu", "word", k + "k"),
    lambda k, word, units: (word, (word, units), word, verb_classes().get(word, ())),
)
AGAIN = Group(
    "verb again", 1,
    lambda where, *_: [where + n for n in ("su", "si", "se", "n", "p")],
    lambda where, same_unit, same_item, same_sentence, edge, length, place, back: (
        same_unit, same_item, (same_sentence, edge), (length, edge), (place, back),
    ),
)  # fmt: skip
AGAIN_WORD = Group("verb again word", 1, lambda where, word: (where + "f",), lambda where, word: (word,))
BESIDE = Group(
    "verb beside",
    2,
    lambda k, place, *_: (k + "c", k + place + "c", k + place + "b", k + "n"),
    lambda k, place, before, kind, behind: (kind, (kind, behind), (before, kind), behind),
)
ORDER = Group("verb order", 1, lambda base, *_: (base + "ij",), lambda base, *order: (order,))
NEXT = Group("verb next", 1, lambda k, *_: (k + "nw",), lambda k, word, behind: ((word, behind),))
GAP = Group(
    "verb gap",
    1,
    lambda base, *_: (base + "d", base + "dk", base + "de"),
    lambda base, gap, kind, attribute: (gap, (gap, kind), attribute),
)
BEHIND = Group("verb behind", 1, lambda base, *_: (base + "d", base + "e", base + "x"), lambda base, *keys: keys)
INSIDE = Group(
    "verb inside",
    0,
    lambda *_: ("If", "Il", "Ifk", "Ide"),
    lambda opens, closes, kind, attribute: (opens, closes, (opens, kind), (attribute, opens)),
)


def verb_sum(
    sums: VerbSums, scene: Scene, item: Candidate, verb: Verb, among: Mapping[str, Sequence[int]], places: str
) -> int:
    """What speaks for one verb; ``among`` are the tokens of all verbs by place, ``places`` those places as one word."""
    where, i, text = verb
    k, place, units = where[0], item.where, scene.units
    total = sums.where[where, place, units] + sums.among[k, place, item.text[-1:], places] + sums.word[k, text, units]
    if i < 0:
        if k == "P":
            earlier, edge = scene.known[-1 - int(where[1:])], scene.regions.left_edge
            total += sums.again[
                where, earlier.unit == scene.unit, earlier.item == item.text, earlier.sentence == scene.sentence,
                edge, min(3, scene.left_length), place, item.back,
            ]  # fmt: skip
            total += sums.again_word[where, scene.first_left]
        return total
    kinds = scene.kinds
    kind, base = kinds[i], k + place
    behind = kinds[i + 1] if i + 1 < len(kinds) else "$"
    alike, index = among[k], 0
    for token in alike:
        index += token < i
    total += sums.beside[k, place, kinds[i - 1] if i else "^", kind, behind]
    total += sums.order[base, min(index, 3), min(len(alike) - index, 3), kind]
    total += sums.next[k, text, behind]
    if k in "BM":
        gap = min((item.first if k == "B" else scene.regions.left[1]) - i - 1, 4)
        total += sums.gap[base, gap, kind, True if behind == "的" else None]
    elif k in "AJ":
        begin, end = scene.regions.right
        total += sums.behind[base, min(i - begin, 5), end - i == 1, i - (item.last if place == "R" else begin)]
    elif k == "I":
        total += sums.inside[i == item.first, i == item.last - 1, kind, "的" in kinds[i : item.last]]
    return total


class VerbSums:
    """The sums of all groups of features of a verb, each made by ``make``."""

    def __init__(self, make: Callable[[Group], Sums]) -> None:
        self.where, self.among, self.word = make(WHERE), make(AMONG), make(WORD)
        self.again, self.again_word = make(AGAIN), make(AGAIN_WORD)
        self.beside, self.order, self.next = make(BESIDE), make(ORDER), make(NEXT)
        self.gap, self.behind, self.inside = make(GAP), make(BEHIND), make(INSIDE)


def verb_features(scene: Scene, item: Candidate, verb: Verb, verbs: Sequence[Verb]) -> list[Feature]:
    """All features of one verb, as the training needs them."""
    out: list[Feature] = []
    verb_sum(VerbSums(lambda group: Listed(group, out)), scene, item, verb, *by_place(verbs))
    return out


def by_place(verbs: Sequence[Verb]) -> tuple[dict[str, list[int]], str]:
    """The tokens of verbs by the place of these, and the places that have a verb, as one word."""
    among: dict[str, list[int]] = {}
    for where, token, _ in verbs:
        among.setdefault(where[0], []).append(token)
    return among, "".join(sorted(among))
