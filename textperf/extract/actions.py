"""Which verb says what was done with what is counted: candidates and their features."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from textperf.extract.candidates import Candidate
from textperf.extract.features import Feature, Scene
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
    tokens = scene.tokens
    la, lb = scene.regions.left
    ra, rb = scene.regions.right
    out = [Verb("0", -1, "")]
    inside = range(item.first, item.last) if item.first >= 0 else range(0)
    for i in range(la, lb):
        if tokens[i].kind in _VERBAL:
            where = "I" if i in inside else "B" if item.first >= 0 and i < item.first else "M"
            out.append(Verb(where, i, tokens[i].text))
    for i in range(ra, min(rb, ra + 10)):
        if tokens[i].kind in _VERBAL:
            out.append(Verb("J" if i in inside else "A", i, tokens[i].text))
    for first, last in earlier_clauses(tokens, la, 1):
        for i in range(first, last):
            if tokens[i].kind in _VERBAL:
                out.append(Verb("I" if i in inside else "C", i, tokens[i].text))
    for back, earlier in enumerate(reversed(scene.known[-2:])):
        if earlier.action:
            out.append(Verb(f"P{back}", -1, earlier.action))
    return out


_EARLIER = ("su", "si", "se", "f", "n", "p")
_INSIDE = ("f", "l", "fk", "de")


def verb_templates(verb: Verb, place: str) -> list[str]:
    """The templates of :func:`verb_keys` for a verb and the place of its item."""
    w = verb.where
    k = w[0]
    base = k + place
    out = ["w", "wu", "base", k + "it", k + "w", k + "wu", "word", k + "k", base + "any"]
    if verb.token < 0:
        return out + ([w + n for n in _EARLIER] if k == "P" else [])
    out += [k + "c", base + "c", base + "b", k + "n", base + "ij", k + "nw"]
    if k in ("B", "M"):
        out += [base + "d", base + "dk", base + "de"]
    elif k in ("A", "J"):
        out += [base + "d", base + "e", base + "x"]
    elif k == "I":
        out += ["I" + n for n in _INSIDE]
    return out


def verb_keys(scene: Scene, item: Candidate, verb: Verb, verbs: Sequence[Verb], places: str) -> list[Hashable]:
    """The features of one verb; ``places`` are those of all ``verbs``, sorted."""
    kinds = scene.kinds
    w, u = verb.where, scene.units
    k = w[0]
    text = verb.text
    keys: list[Hashable] = [
        w, (w, u), k + item.where, item.text[-1:], text, (text, u), text, verb_classes().get(text, ()), places,
    ]  # fmt: skip
    if verb.token < 0:
        if k == "P":
            earlier, edge = scene.known[-1 - int(w[1:])], scene.regions.left_edge
            keys += [
                earlier.unit == scene.unit, earlier.item == item.text, (earlier.sentence == scene.sentence, edge),
                scene.first_left, (min(3, scene.left_length), edge), (item.where, item.back),
            ]  # fmt: skip
        return keys
    i = verb.token
    kind = kinds[i]
    behind = kinds[i + 1] if i + 1 < len(kinds) else "$"
    others = [v.token for v in verbs if v.where[0] == k]
    index = others.index(i)
    order = (min(index, 3), min(len(others) - index, 3), kind)
    keys += [kind, (kind, behind), (kinds[i - 1] if i else "^", kind), behind, order, (text, behind)]
    if k in ("B", "M"):
        gap = min((item.first if k == "B" else scene.regions.left[1]) - i - 1, 4)
        keys += [gap, (gap, kind), True if behind == "的" else None]
    elif k in ("A", "J"):
        begin, end = scene.regions.right
        keys += [min(i - begin, 5), end - i == 1, i - (item.last if item.where == "R" else begin)]
    elif k == "I":
        opens = i == item.first
        keys += [opens, i == item.last - 1, (opens, kind), ("的" in kinds[i : item.last], opens)]
    return keys


def verb_features(scene: Scene, item: Candidate, verb: Verb, verbs: Sequence[Verb]) -> list[Feature]:
    """All features of one verb, as the training needs them."""
    keys = verb_keys(scene, item, verb, verbs, places_of(verbs))
    return [f for f in zip(verb_templates(verb, item.where), keys, strict=True) if f[1] is not None]


def places_of(verbs: Sequence[Verb]) -> str:
    """The places that have a verb, as one word."""
    return "".join(sorted({v.where[0] for v in verbs}))
