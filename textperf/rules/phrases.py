"""The pattern language of the rule files: lists of phrases that an expert writes without knowing regular expressions.

A pattern is one string; blanks part its phrases, and any of them may match. Inside a phrase

* ``…`` stands for up to fifteen characters of any kind,
* ``{收|受理}`` for one of several words (one of them may be empty: ``常委会{会议|}``),
* ``^`` in front for the beginning and ``$`` behind for the end of the piece of text that is looked at.

Everything else stands for itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from textperf.text.fold import fold

GAP = ".{0,15}?"
_BRACES = re.compile(r"\{([^{}]*)\}")


class PhraseError(ValueError):
    """A pattern that cannot be read; the message is Chinese."""


@dataclass(frozen=True)
class Phrases:
    """A compiled pattern: ``regex`` finds any of the phrases, ``anchors`` holds for each phrase its longest word."""

    source: str
    pattern: str
    anchors: frozenset[str]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """Compiled when it is first asked: of three thousand lists of words a report needs a few hundred."""
        return re.compile(self.pattern)


def spread(phrase: str) -> list[str]:
    """A phrase without braces for each choice of words in them.

    >>> spread("{收|受理}案{件|}")
    ['收案件', '收案', '受理案件', '受理案']
    """
    parts = _BRACES.split(phrase)
    choices = [part.split("|") if i % 2 else [part] for i, part in enumerate(parts)]
    return ["".join(words) for words in product(*choices)]


def compile_phrases(source: str) -> Phrases:
    """Compile a pattern. Raises :class:`PhraseError` for an empty one, a lone brace or a phrase without a word.

    >>> p = compile_phrases("提出…建议 收支总计$")
    >>> bool(p.regex.search("代表提出的各类建议")), bool(p.regex.search("收支总计数"))
    (True, False)
    >>> sorted(p.anchors)
    ['提出', '收支总计']
    """
    found: list[tuple[int, str]] = []
    anchors: set[str] = set()
    for written in fold(source).split():
        for phrase in spread(written):
            if "{" in phrase or "}" in phrase:
                raise PhraseError(f"“{written}”里的花括号不成对")
            front, back = phrase.startswith("^"), phrase.endswith("$")
            words = [w for w in phrase.removeprefix("^").removesuffix("$").split("…") if w]
            if not words:
                raise PhraseError(f"“{written}”里没有词")
            regex = ("^" if front else "") + GAP.join(map(re.escape, words)) + ("$" if back else "")
            found.append((-len(phrase), regex))
            anchors.add(max(words, key=len))
    if not found:
        raise PhraseError("空的词表")
    found.sort()
    return Phrases(source, "|".join(regex for _, regex in found), frozenset(anchors))
