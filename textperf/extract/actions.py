"""Which verb says what was done with what is counted: candidates and their features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textperf.extract.candidates import Candidate
from textperf.extract.features import Scene
from textperf.extract.tokens import Token, earlier_clauses
from textperf.rules.lexicon import is_nominal, verb_classes

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


def verb_features(scene: Scene, item: Candidate, verb: Verb, verbs: Sequence[Verb]) -> list[str]:
    """The features of one verb."""
    tokens: Sequence[Token] = scene.tokens
    w = verb.where
    k = w[0]
    u = scene.units
    place = item.where
    base = k + place
    f = [
        w,
        base,
        w + "u" + u,
        base + "le" + scene.regions.left_edge,
        base + "g" + scene.reading,
        k + "it" + item.text[-1:],
        base + "sh" + scene.shape[:24],
    ]
    classes = verb_classes().get(verb.text, ())
    f += [k + "w" + verb.text, "w" + verb.text, k + "k" + "+".join(classes), base + "nom" + str(is_nominal(verb.text))]
    others = [v for v in verbs if v.where[0] == k]
    f += [f"{k}of{min(3, len(others))}", f"{base}any" + "".join(sorted({v.where[0] for v in verbs}))]
    if verb.token < 0:
        if k == "P":
            earlier = scene.known[-1 - int(w[1:])]
            f += [
                f"{w}su{earlier.unit == scene.unit:d}",
                f"{w}si{earlier.item == item.text:d}",
                f"{w}se{earlier.sentence == scene.sentence:d}" + scene.regions.left_edge,
                w + "f" + scene.first_left,
                f"{w}n{min(3, scene.left_length)}" + scene.regions.left_edge,
                w + "p" + place + str(item.back),
            ]
        return f
    i = verb.token
    t = tokens[i]
    kind = t.kind
    before = tokens[i - 1].kind if i else "^"
    behind = tokens[i + 1].kind if i + 1 < len(tokens) else "$"
    f += [k + "c" + kind, base + "c" + kind + "|" + behind, base + "b" + before + "|" + kind, k + "n" + behind]
    index = others.index(verb)
    f += [
        f"{k}i{min(index, 3)}",
        f"{k}j{min(len(others) - index, 3)}",
        f"{base}i{min(index, 3)}j{min(len(others) - index, 3)}{kind}",
    ]
    if k in ("B", "M"):
        gap = (item.first if k == "B" else scene.regions.left[1]) - i - 1
        f += [f"{base}d{min(gap, 4)}", f"{base}d{min(gap, 4)}{kind}"]
        if i + 1 < len(tokens) and tokens[i + 1].kind == "的":
            f.append(base + "de")
    elif k in ("A", "J"):
        begin, end = scene.regions.right
        f += [
            f"{base}d{min(i - begin, 5)}",
            f"{base}e{end - i == 1:d}",
            f"{base}x{i - (item.last if item.where == 'R' else begin)}",
        ]
    elif k == "I":
        f += [
            f"If{i == item.first:d}",
            f"Il{i == item.last - 1:d}",
            f"I{i == item.first:d}{kind}",
            f"Ide{any(x.kind == '的' for x in tokens[i : item.last]):d}{i == item.first:d}",
        ]
    return f
