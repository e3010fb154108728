"""The nouns of quantity extraction: a mention is a count with its place in the text."""

from __future__ import annotations

from dataclasses import dataclass

from textperf.model import Quantity


@dataclass(frozen=True, slots=True)
class Mention:
    """A count in a text. ``start:end`` is its quote, ``outer_start:outer_end`` holds its hedges and operators too.

    Offsets are half-open code points of the folded text, which are those of the text. ``rule`` says which shape it has.
    """

    start: int
    end: int
    quantity: Quantity
    outer_start: int
    outer_end: int
    rule: str
