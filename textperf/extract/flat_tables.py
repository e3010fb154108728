"""自评表 that lost their grid: one cell a line, as some conversions leave them. Rows only, no facts.

The counts in such lines are read as text; a row is taken where the numbers of its weight and score stand where the
heads say that they must, so that a lost blank cell cannot shift a value into another column.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textperf.extract.table_values import plain_number, read_value
from textperf.extract.table_words import table_words
from textperf.model import Document, IndicatorRow

_ORDERED = ("level1", "level2", "level3", "target", "actual", "weight", "score", "reason")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    start: int
    end: int


def flat_rows(document: Document) -> Iterator[IndicatorRow]:
    """The indicator rows of forms that stand one cell a line outside all tables."""
    for run in _runs(document):
        at = 0
        while at < len(run):
            heads = _heads(run, at)
            if heads is None:
                at += 1
                continue
            at += len(heads)
            levels: dict[str, str | None] = {"level1": None, "level2": None}
            while (row := _row(document, run, at, heads, levels)) is not None:
                found, at = row
                yield found


def _runs(document: Document) -> Iterator[list[_Line]]:
    """Runs of short lines outside tables."""
    run: list[_Line] = []
    at = 0
    for text in document.text.split("\n"):
        if text and len(text) <= _LONGEST and not document.in_table(at):
            run.append(_Line(text.strip(), at, at + len(text)))
        else:
            if len(run) >= 8:
                yield run
            run = []
        at += len(text) + 1
    if len(run) >= 8:
        yield run


def _heads(run: Sequence[_Line], at: int) -> list[str] | None:
    """The columns named by consecutive lines, or None where they are no head of a form."""
    out: list[str] = []
    for line in run[at : at + 10]:
        kind = table_words().column(line.text)
        if kind not in _ORDERED or kind in out:
            break
        out.append(kind)
    needed = {"level3", "target", "actual", "weight", "score"}
    return out if needed <= set(out) and out == [k for k in _ORDERED if k in out] else None


def _row(
    document: Document, run: Sequence[_Line], at: int, heads: Sequence[str], levels: dict[str, str | None]
) -> tuple[IndicatorRow, int] | None:
    """The row that begins at a line and the line behind it, or None."""
    words = table_words()
    first = at
    if at < len(run) and "level1" in heads and words.is_kind("level1", run[at].text):
        levels["level1"], levels["level2"] = run[at].text, None
        at += 1
    if at < len(run) and "level2" in heads and words.is_kind("level2", run[at].text):
        levels["level2"] = run[at].text
        at += 1
    if not _fits(run, at):
        return None
    name, target, actual, weight, score = run[at : at + 5]
    at += 5
    reason = None
    if "reason" in heads and at < len(run) and not _begins(run, at):
        reason = run[at].text
        at += 1
    wanted, done = read_value(target.text), read_value(actual.text)
    unit = next((v.quantity.unit for v in (wanted, done) if v is not None and v.quantity.unit), None)
    start, end = run[first].start, run[at - 1].end
    found = IndicatorRow(
        document.source.report_id, levels["level1"], levels["level2"], name.text, target.text, actual.text,
        plain_number(weight.text), plain_number(score.text), reason,
        None if wanted is None else wanted.quantity.value, None if done is None else done.quantity.value, unit,
        document.evidence(start, end).page, start, end,
    )  # fmt: skip
    return found, at


def _fits(run: Sequence[_Line], at: int) -> bool:
    """Whether name, target, actual, weight and score can stand from this line on."""
    if at + 5 > len(run) or table_words().is_kind("total", run[at].text):
        return False
    weight, score = _points(run[at + 3].text), _points(run[at + 4].text)
    return plain_number(run[at].text) is None and weight is not None and score is not None and score <= weight


def _points(text: str) -> float | None:
    """A weight or score: a number without %."""
    return None if text.endswith(("%", "％")) else plain_number(text)


def _begins(run: Sequence[_Line], at: int) -> bool:
    """Whether a new row, or the total, begins at this line rather than the reason of the row before."""
    words = table_words()
    if (
        words.is_kind("total", run[at].text)
        or words.is_kind("level1", run[at].text)
        or words.is_kind("level2", run[at].text)
    ):
        return True
    if _fits(run, at):
        return True
    return not (at + 1 >= len(run) or words.column(run[at].text) is not None or _begins_at(run, at + 1))


def _begins_at(run: Sequence[_Line], at: int) -> bool:
    """Whether a row or the total stands at this line for certain."""
    words = table_words()
    return (
        words.is_kind("total", run[at].text)
        or words.is_kind("level1", run[at].text)
        or words.is_kind("level2", run[at].text)
        or _fits(run, at)
    )
