"""Charts as SVG text, drawn without a library so that the page needs neither scripts nor a network. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise

COLOURS = ("#1f6feb", "#d9534f", "#3a7f3a", "#b8860b", "#7b4fa3", "#17879b", "#8c564b", "#c2459b", "#5f6b7a", "#9a9a00")
_FONT = 'font-family="Noto Sans CJK SC,Microsoft YaHei,sans-serif" font-size="12" fill="currentColor"'


def lines(title: str, years: Sequence[int], series: Mapping[str, Sequence[float | None]], unit: str) -> str:
    """A line a body over the years; a missing year is a gap, never a zero."""
    values = [v for s in series.values() for v in s if v is not None]
    if not values or len(years) < 2:
        return ""
    low, high = min(values), max(values)
    pad = (high - low) * 0.1 or abs(high) * 0.1 or 1.0
    low, high = (max(0.0, low - pad) if low >= 0 else low - pad), high + pad  # nothing below zero where nothing is
    width, height, left, top = 720, 300, 64, 34
    w, h = width - left - 20, height - top - 30

    def at(i: int, v: float) -> tuple[float, float]:
        return left + w * i / (len(years) - 1), top + h * (1 - (v - low) / (high - low))

    out = [_open(title, width, height + 20 * ((len(series) + 2) // 3))]
    for k in range(5):
        v = low + (high - low) * k / 4
        y = at(0, v)[1]
        out.append(
            f'<line x1="{left}" x2="{left + w}" y1="{y:.1f}" y2="{y:.1f}" stroke="currentColor" stroke-opacity=".15"/>'
        )
        out.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end" {_FONT}>{v:,.4g}</text>')
    for i, year in enumerate(years):
        out.append(f'<text x="{at(i, low)[0]:.1f}" y="{top + h + 18}" text-anchor="middle" {_FONT}>{year}</text>')
    for k, (name, points) in enumerate(series.items()):
        colour = COLOURS[k % len(COLOURS)]
        for i in range(len(points) - 1):
            a, b = points[i], points[i + 1]
            if a is not None and b is not None:
                (x1, y1), (x2, y2) = at(i, a), at(i + 1, b)
                out.append(
                    f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="2"/>'
                )
        for i, p in enumerate(points):
            if p is not None:
                x, y = at(i, p)
                out.append(
                    f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"><title>{escape(name)} {years[i]}：{p:,.6g}{escape(unit)}</title></circle>'
                )
        lx, ly = left + (k % 3) * 220, height + 20 * (k // 3) + 6
        out.append(
            f'<rect x="{lx}" y="{ly - 10}" width="10" height="10" fill="{colour}"/><text x="{lx + 14}" y="{ly}" {_FONT}>{escape(name[:14])}</text>'
        )
    return "".join([*out, "</svg>"])


def heat(title: str, rows: Sequence[str], columns: Sequence[str], values: Mapping[tuple[str, str], int]) -> str:
    """A heat map of counts: the darker, the more; 0 stands as 0."""
    if not rows or not columns:
        return ""
    top_value = max(values.values(), default=0) or 1
    cell, left, top = 34, 230, 120
    width, height = left + cell * len(columns) + 20, top + 26 * len(rows) + 10
    out = [_open(title, width, height)]
    for j, c in enumerate(columns):
        x = left + cell * j + cell / 2
        out.append(f'<text transform="translate({x:.0f},{top - 6}) rotate(-50)" {_FONT}>{escape(c[:8])}</text>')
    for i, r in enumerate(rows):
        y = top + 26 * i
        out.append(f'<text x="{left - 6}" y="{y + 17}" text-anchor="end" {_FONT}>{escape(r[-18:])}</text>')
        for j, c in enumerate(columns):
            v = values.get((r, c), 0)
            share = v / top_value
            ink = "#fff" if share > 0.6 else "#333"
            out.append(
                f'<rect x="{left + cell * j}" y="{y}" width="{cell - 2}" height="24" fill="#d9534f" fill-opacity="{0.06 + 0.9 * share:.2f}">'
                f"<title>{escape(r)}，{escape(c)}：{v}</title></rect>"
                f'<text x="{left + cell * j + cell / 2 - 1:.0f}" y="{y + 17}" text-anchor="middle" font-size="12" fill="{ink}">{v}</text>'
            )
    return "".join([*out, "</svg>"])


def slope(title: str, years: Sequence[int], rows: Sequence[tuple[str, Sequence[bool]]]) -> str:
    """Problems over the years: a filled dot where reported, a line where one came back in the year after."""
    if not rows or len(years) < 2:
        return ""
    left, top, step = 330, 40, 24
    gap = 110
    width, height = left + gap * (len(years) - 1) + 60, top + step * len(rows) + 10
    out = [_open(title, width, height)]
    for i, year in enumerate(years):
        out.append(f'<text x="{left + gap * i}" y="{top - 14}" text-anchor="middle" {_FONT}>{year}</text>')
    for k, (name, seen) in enumerate(rows):
        y = top + step * k + 6
        out.append(f'<text x="{left - 20}" y="{y + 4}" text-anchor="end" {_FONT}>{escape(name[-26:])}</text>')
        known = [i for i, s in enumerate(seen) if s]
        for a, b in pairwise(known):
            dash = "" if b - a == 1 else ' stroke-dasharray="5 4"'
            out.append(
                f'<line x1="{left + gap * a}" x2="{left + gap * b}" y1="{y}" y2="{y}" stroke="#d9534f" stroke-width="3"{dash}/>'
            )
        for i, s in enumerate(seen):
            fill = "#d9534f" if s else "none"
            out.append(
                f'<circle cx="{left + gap * i}" cy="{y}" r="6" fill="{fill}" stroke="#d9534f" stroke-opacity="{1 if s else 0.35}"/>'
            )
    return "".join([*out, "</svg>"])


def boxes(title: str, groups: Mapping[str, Sequence[float]], unit: str) -> str:
    """A box a group (an indicator's values over bodies): median, quartiles, whole range, and every value as a dot."""
    shown = {k: sorted(v) for k, v in groups.items() if len(v) >= 3}
    if not shown:
        return ""
    low, high = min(v[0] for v in shown.values()), max(v[-1] for v in shown.values())
    high = high if high > low else low + 1
    left, top, step, width = 120, 36, 44, 720
    w = width - left - 30
    out = [_open(title, width, top + step * len(shown) + 30)]

    def x(v: float) -> float:
        return left + w * (v - low) / (high - low)

    for k, (name, v) in enumerate(shown.items()):
        y = top + step * k + 14
        q = [_quantile(v, p) for p in (0.25, 0.5, 0.75)]
        out.append(f'<text x="{left - 10}" y="{y + 4}" text-anchor="end" {_FONT}>{escape(name)}</text>')
        out.append(
            f'<line x1="{x(v[0]):.1f}" x2="{x(v[-1]):.1f}" y1="{y}" y2="{y}" stroke="currentColor" stroke-opacity=".5"/>'
        )
        out.append(
            f'<rect x="{x(q[0]):.1f}" y="{y - 10}" width="{max(1.0, x(q[2]) - x(q[0])):.1f}" height="20" fill="#1f6feb" fill-opacity=".25"/>'
        )
        out.append(
            f'<line x1="{x(q[1]):.1f}" x2="{x(q[1]):.1f}" y1="{y - 10}" y2="{y + 10}" stroke="#1f6feb" stroke-width="3"/>'
        )
        out.extend(
            f'<circle cx="{x(p):.1f}" cy="{y}" r="3" fill="#1f6feb"><title>{p:,.6g}{escape(unit)}</title></circle>'
            for p in v
        )
    bottom = top + step * len(shown) + 14
    out.append(f'<text x="{left}" y="{bottom}" {_FONT}>{low:,.6g}{escape(unit)}</text>')
    out.append(f'<text x="{left + w}" y="{bottom}" text-anchor="end" {_FONT}>{high:,.6g}{escape(unit)}</text>')
    return "".join([*out, "</svg>"])


def _quantile(v: Sequence[float], p: float) -> float:
    at = p * (len(v) - 1)
    i = int(at)
    return v[i] if i + 1 >= len(v) else v[i] + (v[i + 1] - v[i]) * (at - i)


def _open(title: str, width: float, height: float) -> str:
    return (
        f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title><text x="8" y="18" font-weight="bold" {_FONT}>{escape(title)}</text>'
    )
