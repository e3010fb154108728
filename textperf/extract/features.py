"""What speaks for or against a candidate: its features, whose weights were learned from annotated reports.

A feature is a template and a key: ``("FH", ("V", "会议", True))`` – the first word is a verb, the head is 会议. The
weights (rules/linker.json) are data made by scripts/train_linker.py. Most features see classes of words and not words,
so that they carry over to bodies and subjects that were never seen.

Features come in groups, by what they depend on: the place (before the number, behind it, inherited …), where a name
starts, where it ends, both, or a word inside. Each group has a tuple of templates and a function that gives the keys in
the same order (None where a template does not apply), so that what many candidates share is weighed once.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from textperf.extract.candidates import Around, Candidate, Known
from textperf.extract.guess import guess, guess_right
from textperf.extract.tokens import Token

Keys = Sequence[Hashable]
Feature = tuple[str, Hashable]

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
        self.first_left = tokens[la].text if lb > la else "0"
        self.has_noun = not _NOUN.isdisjoint(kinds[la:lb])
        start, end, verb = guess(tokens, la, lb)
        self.guessed = (start, end)
        self.guessed_right = guess_right(tokens, *regions.right)
        self.reading = ("n" if end > start else "0") + ("-" if verb < 0 else "e" if verb >= end else "v")
        self.pattern = _pattern(tokens, at, known, sentence)


_PLACE = ("pp", "Rf", "LR", "le", "re", "Lw", "Rw", "rr", "rR")
_DEEP = ("", "u")


def place_keys(scene: Scene) -> Keys:
    """What is around the number: the same keys for all places, weighed for each place by itself."""
    tokens, kinds = scene.tokens, scene.kinds
    la, lb = scene.regions.left
    ra, rb = scene.regions.right
    last_kind, last_word = (kinds[lb - 1], tokens[lb - 1].text) if lb > la else ("0", "0")
    first_kind, first_word = (kinds[ra], tokens[ra].text) if rb > ra else ("0", "0")
    reading = scene.reading
    return (
        scene.pattern, first_kind, (last_kind, first_kind), scene.regions.left_edge, scene.regions.right_edge, last_word,
        first_word, reading, (reading, first_kind), "", scene.units,
    )  # fmt: skip


_TAIL = ("t", "tu", "t2u", "tU")


def name_keys(text: str, scene: Scene) -> tuple[Hashable, ...]:
    """How a name ends, and with which unit; for names that are inherited (templates: ``_TAIL``)."""
    tail, two, u = text[-1:], text[-2:], scene.units
    return (tail, (tail, u), (two, u), (tail, scene.unit))


_START = ("S1", "S2", "S3", "F2", "F3", "PF", "PFc", "Fg", "Fw")
_START_OF = {
    "L": ("L:S1", "L:Se", "Pre", "Pr3", "Pr2", "Prv", "FVw", "RLs"),
    "D": ("D:S1", "D:Se", "Pre", "Pr3", "Pr2", "Prv", "FVw"),
    "R": ("R:S1", "R:Se", "Rs", "RsW"),
    "C": ("C:S1", "C:Se", "Cpre"),
}


def start_keys(scene: Scene, where: str, i: int) -> Keys:
    """The first word of a name and what stands before it."""
    tokens, kinds = scene.tokens, scene.kinds
    fk, fw = kinds[i], tokens[i].text
    p = opening(scene, i)
    edge = p[0] == "E"
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    keys: list[Hashable] = [
        p, (p, fk), None if edge else tokens[i - 1].text,
        (fk, after.text) if after else None, (fw, after.kind) if after else None, (p, fw), (p, fw[0]), fk, fw, p, edge,
    ]  # fmt: skip
    if where in "LD":
        la = scene.regions.left[0]
        left = scene.regions.left_edge
        before = kinds[max(la, i - 4) : i]
        verbal = not _ACTS.isdisjoint(kinds[la:i])
        keys += [(before, left, fk), before[-3:], (before[-2:], fk), (verbal, fk)]
        keys.append(fw if fk in _DOING else None)
        if where == "L":
            keys.append(max(-3, min(3, i - scene.guessed[0])))
    elif where == "R":
        begin = scene.regions.right[0]
        keys += [i - begin, tokens[begin].text if i > begin else None]
    else:
        keys.append((kinds[i - 1] if i else "^", fk))
    return keys


def opening(scene: Scene, i: int) -> str:
    """What stands before index ``i``: a class of words, or ``E`` and the mark."""
    if i == 0:
        return "E^"
    kind = scene.kinds[i - 1]
    return "E" + scene.tokens[i - 1].text[0] if kind == "p" else "E" + kind if kind in "#(" else kind


_END = ("Hg", "Hw", "HwU", "Rbw", *_TAIL)
_END_OF = {
    "L": ("L:Hg", "L:Rb", "L:Rbh", "L:Rbw", "Suf", "RLe", "Ld", "Lk"),
    "D": ("D:Hg", "D:Rb", "D:Rbh", "D:Rbw", "Suf"),
    "R": ("R:Hg", "R:Rb", "R:Rbh", "R:Rbw", "RA", "RA1", "RG", "RGh"),
    "C": ("C:Rb", "Cd", "Ce", "Cl", "CLn"),
}


def end_keys(scene: Scene, where: str, j: int, tail: str) -> Keys:
    """The head of a name that ends before index ``j``, and what stands behind it; ``tail`` is its last two characters."""
    tokens, kinds = scene.tokens, scene.kinds
    hk, hw, u, last = kinds[j - 1], tokens[j - 1].text, scene.units, tail[-1:]
    behind = tokens[j] if j < len(tokens) else None
    edge = behind is None or behind.kind in "#p"
    b = "E$" if behind is None else "E" + behind.text[0] if edge else behind.kind
    word = None if behind is None or edge else behind.text
    keys: list[Hashable] = [hk, hw, (hw, scene.unit), word, last, (last, u), (tail, u), (last, scene.unit)]
    keys += [b] if where == "C" else [hk, b, (b, hk), word]
    if where in "LD":
        lb = scene.regions.left[1]
        rest = kinds[j:lb]
        keys.append((rest, hk))
        if where == "L":
            keys += [max(-3, min(3, j - scene.guessed[1])), min(lb - j, 4), rest[:3]]
    elif where == "R":
        rest = kinds[j : min(scene.regions.right[1], j + 4)]
        gap = max(-3, min(3, j - scene.guessed_right))
        keys += [(rest, hk), (rest[0] if rest else scene.regions.right_edge, hk), gap, (gap, hk)]
    else:
        k = j
        while k < len(tokens) and kinds[k] not in ("p", "#"):
            k += 1
        mark = tokens[k].text[:1] if k < len(tokens) else "$"
        keys += [min(k - j, 4), mark, min(3, scene.left_length), scene.has_noun]
    return keys


_BOTH = ("Sh", "FH", "FHc", "PHc", "n", "c")
_BOTH_OF = {"L": ("q", "qr"), "D": (), "R": ("R:Sh",), "C": ("C:Sh",)}


def both_keys(scene: Scene, where: str, i: int, j: int, text: str) -> Keys:
    """The first word of a name together with its head, and its length."""
    tokens, kinds = scene.tokens, scene.kinds
    fk, hw, tail, p = kinds[i], tokens[j - 1].text, text[-1:], opening(scene, i)
    many = j - i > 1
    shape = kinds[i : min(j, i + 12)]
    keys: list[Hashable] = [shape, (fk, hw, many), (fk, tail, many), (p, tail), min(j - i, 7), min(len(text), 14)]
    if where == "L":
        q = (i == scene.guessed[0], j == scene.guessed[1])
        keys += [q, (q, scene.reading)]
    elif where != "D":
        keys.append(shape)
    return keys


_INNER = ("In", "Inv")


def inner_keys(token: Token) -> Keys:
    """A word inside a name (not its first)."""
    kind = token.kind
    return (None if kind in _PLAIN else kind, token.text if kind in _VERBAL else None)


_INHERITED = (
    "Psu", "Psuc", "Pfw", "Pq", "Pn", "Pno", "same", "le", "near", "nearu", "cmp",
)  # fmt: skip


def inherited_keys(scene: Scene, candidate: Candidate) -> Keys:
    """What speaks for the item of an earlier count."""
    names = name_keys(candidate.text, scene)
    if candidate.where != "P":
        return names
    back, known = candidate.back, scene.known
    earlier = known[-1 - back]
    (la, lb), edge = scene.regions.left, scene.regions.left_edge
    nearest = next((n for n, k in enumerate(reversed(known)) if k.unit == scene.unit), -1)
    near = (back == nearest, min(nearest, 3))
    return (
        *names,
        earlier.unit == scene.unit, (unit_class(earlier.unit), scene.units), scene.first_left,
        any(t.text == "其中" for t in scene.tokens[la:lb]), min(4, scene.left_length), scene.has_noun,
        earlier.sentence == scene.sentence, edge, near, (near, scene.units),
        known[-1].compared and known[-1].sentence == scene.sentence,
    )  # fmt: skip


def templates(group: str, where: str = "", back: int = 0) -> tuple[str, ...]:
    """The templates of a group (``place start end both inner inherited``), in the order of its keys."""
    if group == "place":
        return tuple([f"{where}:{n}" for n in _PLACE] + [f"{where}{back}:{n}" for n in _DEEP])
    if group == "start":
        return _START + _START_OF[where]
    if group == "end":
        return _END + _END_OF[where]
    if group == "both":
        return _BOTH + _BOTH_OF[where]
    if group == "inner":
        return _INNER
    return _TAIL + (tuple([n if n[0] == "P" else f"{back}{n}" for n in _INHERITED]) if where == "P" else ())


def item_features(scene: Scene, candidate: Candidate) -> list[Feature]:
    """All features of one candidate, as the training needs them; the same as :mod:`.scoring` weighs."""
    where, back, i, j, text = candidate
    out = list(zip(templates("place", where, back), place_keys(scene), strict=True))
    if i < 0:
        out += zip(templates("inherited", where, back), inherited_keys(scene, candidate), strict=True)
    else:
        out += zip(templates("start", where), start_keys(scene, where, i), strict=True)
        out += zip(templates("end", where), end_keys(scene, where, j, text[-2:]), strict=True)
        out += zip(templates("both", where), both_keys(scene, where, i, j, text), strict=True)
        for token in scene.tokens[i + 1 : j]:
            out += zip(_INNER, inner_keys(token), strict=True)
    return [f for f in out if f[1] is not None]
