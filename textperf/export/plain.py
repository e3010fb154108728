"""Rows as a table for the terminal, CSV or JSON Lines. Pure."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any


def render(columns: Sequence[str], rows: Iterable[Sequence[Any]], format_: str) -> str:
    """The rows in one of ``table``, ``csv``, ``jsonl``. Missing is — in a table, empty in CSV, null in JSON.

    >>> print(render(("部门", "2022"), [("财政局", 12)], "csv").replace(chr(13), ""), end="")
    部门,2022
    财政局,12
    """
    if format_ == "jsonl":
        return "".join(json.dumps(dict(zip(columns, r, strict=True)), ensure_ascii=False) + "\n" for r in rows)
    if format_ == "csv":
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(columns)
        writer.writerows([["" if v is None else safe_cell(v) for v in r] for r in rows])
        return text.getvalue()
    return _table(columns, [[_shown(v) for v in r] for r in rows])


def safe_cell(value: object) -> object:
    """Text that a spreadsheet would take for a formula stays text.

    >>> safe_cell("=cmd|x")
    "'=cmd|x"
    """
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def number(value: float | int | None, decimals: int = 6) -> str:
    """A number with thousands separators and without idle zeros; — for none.

    >>> number(27796600.0), number(98.5), number(None)
    ('27,796,600', '98.5', '—')
    """
    if value is None:
        return "—"
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _shown(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, float | int) and not isinstance(value, bool):
        return number(value) if abs(value) >= 10000 or isinstance(value, float) else str(value)
    return str(value).replace("\n", " ")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(ch) in "WF" else 1 for ch in text)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], most: int = 40) -> str:
    cut = [[c if _width(c) <= most else _clip(c, most) for c in r] for r in rows]
    widths = [max([_width(c), *(_width(r[i]) for r in cut)]) for i, c in enumerate(columns)]
    lines = [columns, ["─" * w for w in widths], *cut]
    out = []
    for line in lines:
        out.append("  ".join(c + " " * (w - _width(c)) for c, w in zip(line, widths, strict=True)).rstrip())
    return "\n".join(out) + "\n"


def _clip(text: str, most: int) -> str:
    out, width = [], 0
    for ch in text:
        width += 2 if unicodedata.east_asian_width(ch) in "WF" else 1
        if width > most - 1:
            break
        out.append(ch)
    return "".join(out) + "…"
