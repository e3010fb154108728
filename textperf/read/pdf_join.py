"""Runs at one height → lines: joined by place, printed twice or filled in on a blank once, over each other apart. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from textperf.read.pdf_lines import Run, spacing

_BLANKS = frozenset("_＿")


def join(parts: Sequence[Run]) -> Run:
    """One run from runs of one line; glyphs printed twice at one place (false bold) are kept once."""
    ordered = sorted(parts, key=lambda r: r.x0)
    if len(ordered) == 1:
        return ordered[0]
    size = max(r.size for r in ordered)
    overlap = any(b.x0 < a.x1 - 0.3 * min(a.size, b.size) for a, b in pairwise(ordered))
    if overlap:
        ordered = [_interleave(ordered)]
    chars: list[str] = []
    edges: list[float] = []
    for run in ordered:
        if chars and spacing(chars[-1], run.text[0], run.x0 - edges[-1], size) and run.x0 - edges[-1] > 0.2 * size:
            chars.append(" ")
            edges += (edges[-1], max(edges[-1], run.x0))
        chars += run.text
        edges += run.edges
    out = _whole("".join(chars), edges, ordered)
    # entries far apart, and not the mark of a heading before its text
    out.loose = any(b.x0 - a.x1 > 2.5 * size and a.x1 - out.x0 > 6 * size for a, b in pairwise(ordered))
    return out


def _glyphs(run: Run) -> list[tuple[float, float, str]]:
    """Left, right and character of each glyph of a run."""
    return [(run.edges[2 * i], run.edges[2 * i + 1], ch) for i, ch in enumerate(run.text) if ch != " "]


def layers(parts: Sequence[Run]) -> list[list[Run]]:
    """Runs at one height parted into texts that do not lie on each other. A text box over the text, or a stamp, is a line of
    its own: mixed by place, two numbers would become a third. What is printed twice (false bold), and what is filled in
    on a blank (____), stays together."""
    ordered = sorted(parts, key=lambda r: r.x0)
    if all(b.x0 >= a.x1 - 0.3 * min(a.size, b.size) for a, b in pairwise(ordered)):
        return [list(parts)]
    out: list[list[Run]] = []
    for run in _unbroken(parts):
        for layer in out:
            if not any(_clash(run, other) for other in layer):
                layer.append(run)
                break
        else:
            out.append([run])
    return out


def _unbroken(parts: Sequence[Run]) -> list[Run]:
    """Runs in the order of the content; one that only steps back a little from the end of the one before it (where the
    widths of a font are wrong) goes on with it."""
    out: list[Run] = []
    for run in sorted(parts, key=lambda r: r.char):
        before = out[-1] if out else None
        if (
            before is not None
            and 0 < run.char - before.last <= 2
            and before.x0 + 0.6 * run.size < run.x0
            and before.x1 - 1.5 * run.size < run.x0 < before.x1
            and not _repeats(before, run)
        ):
            out[-1] = _whole(before.text + run.text, before.edges + run.edges, (before, run))
        else:
            out.append(run)
    return out


def _repeats(before: Run, run: Run) -> bool:
    """Whether a run begins with the last glyph of the one before it, at its place: each glyph is printed twice."""
    return before.text[-1] == run.text[0] and _covers(*before.edges[-2:], *run.edges[:2])


def _whole(text: str, edges: list[float], parts: Sequence[Run]) -> Run:
    """The run of some parts, given in the order of their text."""
    return Run(
        text,
        edges,
        min(r.x0 for r in parts),
        min(r.y0 for r in parts),
        max(r.x1 for r in parts),
        max(r.y1 for r in parts),
        max(r.size for r in parts),
        parts[0].char,
        parts[-1].last,
    )


def _clash(a: Run, b: Run) -> bool:
    if a.x1 <= b.x0 or b.x1 <= a.x0:
        return False
    theirs = [glyph for glyph in _glyphs(b) if glyph[2] not in _BLANKS]
    same = different = 0
    for x0, x1, ch in _glyphs(a):
        if ch in _BLANKS:
            continue
        here = [other for left, right, other in theirs if _covers(x0, x1, left, right)]
        same += ch in here
        different += bool(here) and ch not in here
    return different > 1 and different > same


def _covers(a0: float, a1: float, b0: float, b1: float) -> bool:
    """Whether two glyphs stand at one place: they share much of the narrower one."""
    return min(a1, b1) - max(a0, b0) > 0.4 * min(a1 - a0, b1 - b0)


def _interleave(parts: Sequence[Run]) -> Run:
    """Overlapping runs as one: characters by their place, each glyph once; of a blank that was filled in, what is free."""
    every = sorted((*glyph, k) for k, run in enumerate(parts) for glyph in _glyphs(run))
    filled = [(x0, x1) for x0, x1, ch, _ in every if ch not in _BLANKS]
    glyphs = [
        glyph
        for glyph in every
        if glyph[2] not in _BLANKS or not any(_covers(a, b, glyph[0], glyph[1]) for a, b in filled)
    ]
    size = max(r.size for r in parts)
    chars: list[str] = []
    edges: list[float] = []
    for x0, x1, ch, _ in glyphs:
        close = [j for j in range(max(0, len(chars) - 3), len(chars)) if abs(edges[2 * j] - x0) < 0.3 * (x1 - x0)]
        if any(chars[j] == ch for j in close):
            continue
        if chars and x0 - edges[-1] > 0.2 * size and spacing(chars[-1], ch, x0 - edges[-1], size):
            chars.append(" ")
            edges += (edges[-1], x0)
        chars.append(ch)
        edges += (x0, x1)
    return _whole("".join(chars), edges, parts)


def printed_lines(runs: Sequence[Run], gap: float = math.inf) -> list[Run]:
    """Runs → lines from top to bottom: runs at one height become one line, unless more than ``gap`` ems apart."""
    lines: list[list[Run]] = []
    for run in sorted(runs, key=lambda r: r.y0 + r.y1):
        top, bottom = run.y0, run.y1
        for line in lines[:-4:-1]:
            first = line[0]
            if first.y1 <= top:
                continue
            low, high = (top if top > first.y0 else first.y0), (bottom if bottom < first.y1 else first.y1)
            if high - low > 0.55 * min(bottom - top, first.y1 - first.y0):
                line.append(run)
                break
        else:
            lines.append([run])
    out: list[Run] = []
    for line in (layer for parts in lines for layer in (layers(parts) if len(parts) > 1 else (parts,))):
        if len(line) == 1:
            out.append(line[0])
            continue
        if gap == math.inf:
            out.append(join(line))
            continue
        line.sort(key=lambda r: r.x0)
        group = [line[0]]
        for run in line[1:]:
            if run.x0 - max(r.x1 for r in group) > gap * max(run.size, group[-1].size):
                out.append(join(group))
                group = []
            group.append(run)
        out.append(join(group))
    return out


def cut(run: Run, at: Callable[[float, float], int]) -> list[tuple[int, Run]]:
    """A run in pieces: ``at`` maps left and right of a character to the number of its piece; spaces at cuts go."""
    out: list[tuple[int, Run]] = []
    start, number = 0, -1
    for i in range(len(run.text) + 1):
        if i < len(run.text) and run.text[i] == " ":
            continue
        here = at(run.edges[2 * i], run.edges[2 * i + 1]) if i < len(run.text) else -2
        if here != number:
            if number != -1:
                text = run.text[start:i].rstrip()
                edges = run.edges[2 * start : 2 * (start + len(text))]
                piece = Run(text, edges, edges[0], run.y0, edges[-1], run.y1, run.size, run.char + start, run.last)
                out.append((number, piece))
            start, number = i, here
    return out
