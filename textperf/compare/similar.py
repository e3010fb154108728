"""How alike two short texts are, by the pairs of characters they share. Pure Python; no segmenter, no model."""

from __future__ import annotations

import re
from functools import lru_cache

from textperf.text.fold import fold

_NOISE = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]|的")


@lru_cache(maxsize=200_000)
def bare(text: str) -> str:
    """A text without punctuation, spaces and 的, folded.

    >>> bare("“三公”经费 的 支出（决算）")
    '三公经费支出决算'
    """
    return _NOISE.sub("", fold(text))


@lru_cache(maxsize=200_000)
def grams(text: str) -> frozenset[str]:
    """The characters and pairs of characters of a text."""
    clean = bare(text)
    return frozenset(clean) | frozenset(clean[i : i + 2] for i in range(len(clean) - 1))


def dice(a: str, b: str) -> float:
    """Twice the shared grams over all grams: 1 for equal texts, 0 for texts that share no character.

    >>> dice("卫生厕所改造", "卫生厕所改造"), dice("低保对象", "公务用车")
    (1.0, 0.0)
    """
    x, y = grams(a), grams(b)
    return 2 * len(x & y) / (len(x) + len(y)) if x and y else 0.0


def inside(a: str, b: str) -> float:
    """The share of the shorter text's grams that the longer one has.

    >>> inside("绩效培训", "组织全员绩效培训")
    1.0
    """
    x, y = grams(a), grams(b)
    return len(x & y) / min(len(x), len(y)) if x and y else 0.0
