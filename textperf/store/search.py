"""Chinese full-text search: single characters with phrase queries, exact for every word length.

SQLite's own tokenizers find nothing for two-character words; segmented words miss what was cut differently
(both measured). Characters parted by spaces, with runs of digits and Latin letters kept whole, are exact.
"""

from __future__ import annotations

import re

from textperf.text.fold import fold

_UNIT = re.compile(r"[A-Za-z]+|[0-9]+|[^\sA-Za-z0-9]")
_WORD = re.compile(r"[\w]")


def spaced(text: str) -> str:
    """The text as single characters parted by spaces, for the index.

    >>> spaced("年末结余10.56亿元")
    '年 末 结 余 10 56 亿 元'
    """
    return " ".join(u for u in _UNIT.findall(fold(text).lower()) if _WORD.match(u))


def match_query(words: str) -> str:
    """An FTS5 query: each word (parted by white space) must stand as it is. Raises ValueError when nothing is left.

    >>> match_query("结余 10.56")
    '"结 余" "10 56"'
    """
    phrases = [p for p in (spaced(w) for w in words.split()) if p]
    if not phrases:
        raise ValueError("检索词里没有可以检索的文字")
    return " ".join(f'"{p}"' for p in phrases)
