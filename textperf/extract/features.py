"""What speaks for or against a candidate: names of features, whose weights were learned from annotated reports.

A feature is a short string; the weights (rules/linker.json) are data made by scripts/train_linker.py. The features see
classes of words first and words second, so that they carry over to bodies and subjects that were never seen.
"""

from __future__ import annotations

from collections.abc import Sequence

from textperf.extract.candidates import Around, Candidate, Known
from textperf.extract.tokens import Token

_UNITS = {
    "%": "%", "百分点": "pp", "元": "元", "分": "分", "人": "人", "名": "人", "人次": "人次", "次": "次", "场": "次",
    "期": "次", "场次": "次", "轮": "次", "公里": "米", "米": "米", "平方米": "米", "亩": "米", "公顷": "米", "吨": "米",
    "立方米": "米", "平方公里": "米",
}  # fmt: skip
_THIN = frozenset(("TIME", "d", "SCOPE", "c", "r", "、", "PR", "COP", "CMP", "的"))
_SKIPPED = frozenset(("COP", "CMP", "LEVEL", "UP", "DOWN", "SHARE", "d", "PR", "TIME", "的", "0", "f", "HAVE"))
_LEADING = frozenset(("TIME", "d", "、", "c", "PR", "HAVE", "r", "UP", "DOWN", "SHARE", "LEVEL"))
_DOING = frozenset(("V", "HAVE", "v", "SHARE", "LEVEL"))
_VERBAL = frozenset(("V", "vn", "v", "HAVE", "UP", "DOWN", "LEVEL", "SHARE"))
_PLAIN = frozenset(("N", "PROP", "BODY", "vn", "n", "b", "a"))
_NOUN = frozenset(("N", "vn", "BODY"))


def unit_class(unit: str) -> str:
    """The class of a unit: ``% pp 元 分 人 人次 次 米 /`` or ``个``.

    >>> unit_class("名"), unit_class("元/人·月"), unit_class("件")
    ('人', '/', '个')
    """
    return _UNITS.get(unit) or ("/" if "/" in unit else "个")


def guess(tokens: Sequence[Token], first: int, last: int) -> tuple[int, int, int]:
    """The phrase of a left region by rule alone: ``(start, end, verb)``, verb -1 where there is none.

    What follows the last verb is the name (听取审议|专项工作报告); with nothing behind the verb, what stands before it
    (审计建议|采纳).
    """
    b = last
    while b > first and tokens[b - 1].kind in _SKIPPED:
        b -= 1
    a = first
    while a < b and (tokens[a].kind in _LEADING or tokens[a].text in ("和", "及", "与")):
        a += 1
    verb = -1
    for i in range(b - 1, a - 1, -1):
        kind = tokens[i].kind
        if kind == "的":
            break
        if kind in _DOING:
            verb = i
            break
    if verb < 0:
        while b - a > 1 and tokens[a].kind in ("SCOPE", "TIME", "d"):
            a += 1
        return a, b, verb
    if verb + 1 < b:
        s = verb + 1
        while s < b and tokens[s].kind in ("d", "TIME", "SCOPE", "r", "u"):
            s += 1
        return s, b, verb
    end = verb
    while end > a and tokens[end - 1].kind in ("d", "PR", "V", "v", "TIME"):
        end -= 1
    while end - a > 1 and tokens[a].kind in ("SCOPE", "TIME", "V", "v"):
        a += 1
    return a, end, verb


_ENDS = frozenset(
    ("V", "v", "d", "PR", "COP", "CMP", "LEVEL", "UP", "DOWN", "SHARE", "HAVE", "TIME", "r", "AVG", "EACH")
)


def guess_right(tokens: Sequence[Token], first: int, last: int) -> int:
    """Where the name behind a number ends by rule alone: before the next verb, adverb or preposition."""
    i = first
    while i < last and (tokens[i].kind not in _ENDS or i == first):
        i += 1
    return i


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
    """What all candidates of one count share; made once a count."""

    def __init__(
        self, tokens: Sequence[Token], at: int, regions: Around, known: Sequence[Known], sentence: int, paragraph: int
    ) -> None:
        mention = tokens[at].mention
        self.tokens = tokens
        self.regions = regions
        self.known = known
        self.sentence = sentence
        self.paragraph = paragraph
        self.unit = mention.quantity.unit if mention is not None else ""
        self.units = u = unit_class(self.unit)
        la, lb = regions.left
        ra, rb = regions.right
        kinds = [t.kind for t in tokens[la:lb]]
        last_kind, first_kind = (kinds[-1] if kinds else "0"), (tokens[ra].kind if rb > ra else "0")
        last_word, first_word = (tokens[lb - 1].text if kinds else "0"), (tokens[ra].text if rb > ra else "0")
        edge = regions.left_edge
        core = [t for t in tokens[la:lb] if t.kind not in _THIN]
        only = core[0].text if len(core) == 1 else str(min(3, len(core)))
        core_kinds = ".".join(t.kind for t in core[:4])
        start, end, verb = guess(tokens, la, lb)
        self.guessed = (start, end)
        self.guessed_right = guess_right(tokens, ra, rb)
        self.reading = ("n" if end > start else "0") + ("-" if verb < 0 else "e" if verb >= end else "v")
        self.shape = ".".join(kinds[-3:])
        self.head_shape = ".".join(kinds[:5])
        self.has_noun = any(k in _NOUN for k in kinds)
        self.of_which = any(t.text == "其中" for t in tokens[la:lb])
        self.left_length = lb - la
        self.first_left = tokens[la].text if kinds else "0"
        self.nearest = next((n for n, k in enumerate(reversed(known)) if k.unit == self.unit), -1)
        self.compared = bool(known) and known[-1].compared and known[-1].sentence == sentence
        self.pattern = pattern = _pattern(tokens, at, known, sentence)
        shared = [
            "pp" + pattern, "pp" + pattern + "|" + edge + "|" + last_kind + "|" + first_kind, "pL" + pattern + only,
            "u" + u, "Ll" + last_kind, "Rf" + first_kind, "LR" + last_kind + "|" + first_kind, "le" + edge,
            "re" + regions.right_edge, "Lw" + last_word, "Rw" + first_word, "sh" + self.shape + "|" + edge, "U" + self.unit,
            "L1" + only, "L1" + only + "|" + u, "L1g" + core_kinds, "L1g" + core_kinds + "|" + u,
            "L1r" + core_kinds + "|" + first_kind, "rr" + self.reading, "rR" + self.reading + "|" + first_kind,
        ]  # fmt: skip
        if known:
            other = unit_class(known[-1].unit)
            same = f"{known[-1].unit == self.unit:d}{other == u:d}"
            shared += ["hs" + same + core_kinds, "hs" + same + only, "hu" + other + "|" + u]
        self.shared = shared
        self.deep = ["rr" + self.reading + edge, "L1g" + core_kinds + edge]


def shared_features(scene: Scene, where: str, back: int) -> list[str]:
    """The features that all candidates of one place share."""
    k = f"{where}{back}"
    return [k, k + "u" + scene.units, *[where + x for x in scene.shared], *[k + x for x in scene.deep]]


def name_features(text: str, units: str) -> list[str]:
    """How a name ends, and with which unit."""
    tail, two = text[-1:], text[-2:]
    return ["t" + tail, "t" + tail + "|" + units, "t2" + two, "t2" + two + "|" + units]


def own_features(scene: Scene, candidate: Candidate) -> list[str]:
    """What is particular to one candidate."""
    where, back, i, j, text = candidate
    if i >= 0:
        return _inside(scene, where, back, i, j, text)
    return _inherited(scene, candidate) if where == "P" else []


def item_features(scene: Scene, candidate: Candidate) -> list[str]:
    """The features of one candidate for what is counted."""
    return [
        *shared_features(scene, candidate.where, candidate.back),
        *name_features(candidate.text, scene.units),
        *own_features(scene, candidate),
    ]


def _inherited(scene: Scene, candidate: Candidate) -> list[str]:
    where, back = candidate.where, candidate.back
    earlier = scene.known[-1 - back]
    k = f"P{back}"
    f = [
        f"Psu{earlier.unit == scene.unit:d}",
        "Psuc" + unit_class(earlier.unit) + "|" + scene.units,
        f"{k}same{earlier.sentence == scene.sentence:d}",
        f"{k}para{earlier.paragraph == scene.paragraph:d}",
        k + "sh" + scene.shape,
        k + "le" + scene.regions.left_edge,
        "Pfw" + scene.first_left,
        f"Pq{scene.of_which:d}",
        f"Pn{min(4, scene.left_length)}",
        f"{k}n{min(3, scene.left_length)}",
        "Pst" + candidate.text[-1:],
        "Ps4" + scene.head_shape + "|" + scene.regions.left_edge,
        k + "s4" + scene.head_shape,
    ]
    f += [
        f"{k}near{back == scene.nearest:d}{min(scene.nearest, 3)}",
        f"{k}near{back == scene.nearest:d}{min(scene.nearest, 3)}" + scene.units,
        f"{k}cmp{scene.compared:d}",
    ]
    if scene.has_noun:
        f.append(where + "noun")
    return f


def _inside(scene: Scene, where: str, back: int, i: int, j: int, text: str) -> list[str]:
    tokens = scene.tokens
    la, lb = scene.regions.left
    edge = scene.regions.left_edge
    first, head = tokens[i], tokens[j - 1]
    kinds = [t.kind for t in tokens[i:j]]
    shape = ".".join(kinds)
    many = "1" if j - i > 1 else "0"
    f: list[str] = []
    if where in "LD":
        if where == "L":
            a, b = scene.guessed
            q = f"{i == a:d}{j == b:d}"
            f += ["RL" + q, "RL" + q + scene.reading, f"RLs{max(-3, min(3, i - a))}", f"RLe{max(-3, min(3, j - b))}"]
            f += [f"Ld{min(lb - j, 4)}", "Lk" + ".".join(t.kind for t in tokens[j:lb])[:8]]
        before = [t.kind for t in tokens[la:i]]
        fk = first.kind
        verbal = "1" if any(k in ("V", "vn", "HAVE") for k in before) else "0"
        f += [
            "Pre" + ".".join(before[-4:]) + "|" + edge + "|" + fk,
            "Pr3" + ".".join(before[-3:]),
            "Pr2" + ".".join(before[-2:]) + "|" + fk,
            "Prv" + verbal + fk,
        ]
        if fk in ("V", "vn", "v", "HAVE"):
            f += [
                "FV" + shape[:24],
                "FVw" + first.text,
                "FVn" + many + verbal,
                "FV" + fk + many + verbal + "|" + (before[-1] if before else edge),
            ]
        f.append("Suf" + ".".join(t.kind for t in tokens[j:lb]) + "|" + head.kind)
    else:
        f.append(where + "S" + shape[:30])
        if where == "R":
            begin, end = scene.regions.right
            rest = [t.kind for t in tokens[j:end]]
            f += [
                "RA" + ".".join(rest)[:12] + "|" + head.kind,
                "RA1" + (rest[0] if rest else scene.regions.right_edge) + "|" + head.kind,
                f"Rs{i - begin}",
                f"RG{max(-3, min(3, j - scene.guessed_right))}",
                f"RG{max(-3, min(3, j - scene.guessed_right))}" + head.kind,
            ]
            if i > begin:
                f.append("Rs" + tokens[begin].text)
        else:
            f.append("Cpre" + (tokens[i - 1].kind if i else "^") + first.kind)
            k = j
            while k < len(tokens) and tokens[k].kind not in ("p", "#"):
                k += 1
            mark = tokens[k].text[:1] if k < len(tokens) else "$"
            f += [
                f"Cd{min(k - j, 4)}",
                "Ce" + mark,
                f"C{back}e{mark}",
                f"Cl{min(3, scene.left_length)}",
                "Csh" + scene.shape + "|" + mark,
            ]
            if scene.has_noun:
                f.append("CLnoun")
    f.append("Sh" + shape[:36])
    f += _edges(tokens, where, i, j, text, many)
    f += [f"n{min(j - i, 7)}", f"c{min(len(text), 14)}"]
    for t in tokens[i:j]:
        if t.kind == "、":
            f.append("In、")
        elif t.kind == "(":
            f.append("In(")
    for k in range(i + 1, j):
        t = tokens[k]
        if t.kind not in _PLAIN:
            f.append("In" + t.kind)
        if t.kind in _VERBAL:
            f.append("Inv" + t.text)
    return f


def _edges(tokens: Sequence[Token], where: str, i: int, j: int, text: str, many: str) -> list[str]:
    first, head = tokens[i], tokens[j - 1]
    fk, hk, hw, tail = first.kind, head.kind, head.text, text[-1:]
    before = tokens[i - 1] if i else None
    if before is None or before.kind in ("p", "#", "("):
        mark = "^" if before is None else before.text[0] if before.kind == "p" else before.kind
        p = "E" + mark
        f = ["Lbe" + mark, "Lbe" + mark + fk, where + "Lbe"]
    else:
        p = before.kind
        f = ["Lbg" + p, "Lbg" + p + "|" + fk, "Lbw" + before.text, where + "Lbg" + p]
        if i > 1:
            f.append("Lbgg" + tokens[i - 2].kind + p + "|" + fk)
    if i + 1 < len(tokens):
        f += ["F2" + fk + "|" + tokens[i + 1].text, "F3" + first.text + "|" + tokens[i + 1].kind]
    f += [
        "PF" + p + "|" + first.text, "PH" + p + "|" + hw, "FH" + fk + "|" + hw + many, "PFg" + p + "|" + fk + "|" + hk + str(min(3, j - i)),
        "FHc" + fk + "|" + tail + many, "PHc" + p + "|" + tail, "Fg" + fk, "Fw" + first.text, "Hg" + hk, "Hw" + hw, where + "Hg" + hk,
    ]  # fmt: skip
    behind = tokens[j] if j < len(tokens) else None
    if behind is None or behind.kind in ("#", "p"):
        mark = "$" if behind is None else behind.text[0]
        f += [where + "Rbe" + mark, where + "Rbe" + mark + hk]
    else:
        f += [
            where + "Rbg" + behind.kind,
            where + "Rbg" + hk + "|" + behind.kind,
            where + "Rbw" + behind.text,
            "Rbw" + behind.text,
        ]
    return f
