"""Words with their places. The only module of the pipeline that knows jieba, rjieba and spaCy; offsets go out.

Quantities are found on characters, never on words: a segmenter cuts ``300余人次`` differently each time. Words serve
where the question is where a noun phrase begins and ends, and which of its words is a verb.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from textperf.rules.lexicon import is_nominal, user_words, verb_classes

# Verbs of three and more characters (提高到, 立案查处) are cut as one word; shorter ones jieba knows.
_LONG = 3
# How frequent a word is taken to be: without a number rjieba may still cut it in two (抢|通道|路).
_OFTEN, _SELDOM = 2000, 100
# jieba's dictionary holds a few strings that are no words but the seam between two: 满意率达 must end in 满意率.
_SEAMS = frozenset(("率达", "率为", "数为", "额为", "额达", "量达", "分为", "仅为", "均为", "约为"))
_BEFORE_VERBS = frozenset("共均仅已约各再又")
_SUFFIXES = frozenset("率度数额量费款金类级性")
_REMEMBERED = 65536  # words of which it is remembered how they are cut


class Word(NamedTuple):
    """A word: ``start:end`` in the text it was cut from, its text and jieba's part of speech (``n v m x …``)."""

    start: int
    end: int
    text: str
    tag: str


class _Jieba:
    """jieba with the interface of rjieba, for machines for which there is no rjieba; its dictionary is its own."""

    def __init__(self) -> None:
        import logging
        import tempfile

        import jieba
        import jieba.posseg

        jieba.setLogLevel(logging.WARNING)
        self._tokens = jieba.Tokenizer()
        self._tokens.tmp_dir = tempfile.gettempdir()
        self._tags = jieba.posseg.POSTokenizer(self._tokens)

    def add_word(self, word: str, often: int, tag: str) -> None:
        self._tokens.add_word(word, often, tag)
        self._tags.word_tag_tab[word] = tag

    def cut(self, text: str, hmm: bool) -> list[str]:
        return list(self._tokens.cut(text, HMM=hmm))

    def tag(self, text: str) -> list[tuple[str, str]]:
        return [(pair.word, pair.flag) for pair in self._tags.cut(text)]


def _segmenter() -> Any:
    try:
        import rjieba
    except ImportError:
        return _Jieba()
    return rjieba.Jieba()


@lru_cache(maxsize=1)
def _tagger() -> Any:
    jieba = _segmenter()
    for verb in verb_classes():
        if len(verb) >= _LONG:
            jieba.add_word(verb, _OFTEN, "v")
        elif len(verb) == 2 and jieba.cut(verb, False) != [verb]:
            jieba.add_word(verb, _SELDOM, "v")
    for word, kind in user_words().items():
        jieba.add_word(word, _OFTEN, kind)
    return jieba


def words(folded: str, start: int = 0, end: int | None = None) -> list[Word]:
    """The words of ``folded[start:end]``, which they cover without gaps; offsets count in ``folded``.

    >>> [w.text for w in words("举办代表培训班2期")]
    ['举办', '代表', '培训班', '2', '期']
    >>> [(w.start, w.end) for w in words("全年立案186件", 2, 4)]
    [(2, 4)]
    """
    out: list[Word] = []
    at = start
    pairs, cuts = pieces(folded, start, len(folded) if end is None else end)
    for pair in pairs:
        for length, text, tag, joins in cuts[pair]:
            stop = at + length
            if joins and out and out[-1].tag[0] not in "xmucpd" and len(out[-1].text) > 1:  # 执行+率
                last = out.pop()
                out.append(Word(last.start, stop, last.text + text, "n"))
            else:
                out.append(_new(Word, (at, stop, text, tag)))
            at = stop
    return out


def pieces(
    folded: str, start: int, end: int
) -> tuple[list[tuple[str, str]], Mapping[tuple[str, str], tuple[_Cut, ...]]]:
    """What :func:`words` makes its words of: the segmenter's words with their parts of speech, and how each is cut."""
    return _tagger().tag(folded[start:end]), _CUTS


# A word as it is to be cut: how long each part is, its text and part of speech, and whether it is a suffix that makes a
# noun of the word before.
_Cut = tuple[int, str, str, bool]
_new = tuple.__new__  # a NamedTuple's own constructor is a Python function: a third of the time of the loop above


class _Cuts(dict[tuple[str, str], tuple[_Cut, ...]]):
    """How each word of the segmenter is cut further; what was looked up before is remembered, within limits."""

    def __missing__(self, pair: tuple[str, str]) -> tuple[_Cut, ...]:
        if len(self) >= _REMEMBERED:
            self.clear()
        cut = self[pair] = _cut(*pair)
        return cut


_CUTS = _Cuts()


def _cut(text: str, tag: str) -> tuple[_Cut, ...]:
    """
    >>> _cut("资金投入", "n")
    ((2, '资金', 'n', False), (2, '投入', 'v', False))
    """
    parts: tuple[tuple[str, str], ...]
    if text in _SEAMS:
        parts = (text[:-1], "d"), (text[-1], "v")
    elif len(text) == 3 and text[0] in _BEFORE_VERBS and text[1:] in verb_classes():  # 共|收录, 均|完成
        parts = (text[0], "d"), (text[1:], "v")
    elif len(text) == 4 and _verb_and_object(text):
        parts = (text[:2], "v"), (text[2:], "n")
    elif len(text) == 4 and tag[0] in "nlvi" and (halves := _halves(text)):
        parts = (text[:2], halves[0]), (text[2:], halves[1])
    else:
        parts = ((text, tag),)
    return tuple((len(word), word, kind, word in _SUFFIXES) for word, kind in parts)


def _verb_and_object(text: str) -> bool:
    """Whether a word of the dictionary is a verb with its object: 解决问题, 消除隐患, 列席会议 (not 提高认识到)."""
    verbs = verb_classes()
    return (
        text not in verbs
        and text not in user_words()
        and text[:2] in verbs
        and not is_nominal(text[:2])
        and text[2:] not in verbs
    )


def _halves(text: str) -> tuple[str, str] | None:
    """The parts of speech of the two words that a long word of the dictionary is made of (资金|投入, 领导|批示), if it is.

    A name may span several words, but cannot end inside one.
    """
    if text in user_words() or text in verb_classes():
        return None
    tagger = _tagger()
    tags = []
    for half in (text[:2], text[2:]):
        if tagger.cut(half, False) != [half]:
            return None
        tags.append(tagger.tag(half)[0][1])
    return tags[0], tags[1]
