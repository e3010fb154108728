"""What findings are cut into: a span with its type, and how a part of the report arranges them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from textperf.extract.finding_cues import cue
from textperf.extract.finding_items import trim

_SHORT_LEAD = 18  # a problem's name before its explanation ("支出进度偏慢。…") is rarely longer


@dataclass(frozen=True, slots=True)
class Piece:
    """A span with the type of finding that it is."""

    type: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Manner:
    """How the part of the report arranges its findings.

    ``default``: what text without a cue is · ``mixed``: measures stand among the problems without a lead ·
    ``labelled``: measures have a lead or a label somewhere in the part · ``year``: the year reported on ·
    ``reasons``: the title of the part promises causes (存在的问题及原因分析).
    """

    default: str
    mixed: bool = False
    labelled: bool = False
    year: int | None = None
    reasons: bool = False


def one(folded: str, start: int, end: int, kind: str) -> list[Piece]:
    """The piece of a stretch, trimmed, in a list; an empty one when too little or nothing but "仍有差距" is left."""
    start, end = trim(folded, start, end)
    if folded.endswith(",等等", start, end):
        end -= 3
    if kind == "problem" and cue("generic").fullmatch(folded[start:end]):
        return []
    return [Piece(kind, start, end)] if end - start >= 4 and re.search(r"[\u4e00-\u9fff]{3}", folded[start:end]) else []


def is_name(text: str) -> bool:
    """Whether a sentence is short enough to be the name of a problem ("支出进度偏慢") that the next one explains."""
    return len(text) <= _SHORT_LEAD and "," not in text
