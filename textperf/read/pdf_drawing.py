"""What is drawn on a PDF page beside text: rules (lines, thin areas, sides of boxes) and images.

Coordinates are PDF points from the top left corner of the page as shown; :func:`turned` gives those of the reading frame.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise, repeat
from typing import Any

import pypdfium2.raw as pdfium

from textperf.model import Box
from textperf.read.pdf_lines import Frame, address, plain

TOUCH = 3.0  # rules this near to each other meet
SAME = 2.5  # coordinates this near are one
THIN = 3.2  # a filled area this thin is a rule
MAX_OBJECTS = 30_000
_P, _I = ctypes.c_void_p, ctypes.c_int
_get_object = plain(pdfium.FPDFPage_GetObject, _P, _P, _I)
_get_type = plain(pdfium.FPDFPageObj_GetType, _I, _P)
_get_bounds = plain(pdfium.FPDFPageObj_GetBounds, _I, _P, _P, _P, _P, _P)
_get_matrix = plain(pdfium.FPDFPageObj_GetMatrix, _I, _P, _P)
_count_parts = plain(pdfium.FPDFFormObj_CountObjects, _I, _P)
_get_part = plain(pdfium.FPDFFormObj_GetObject, _P, _P, ctypes.c_ulong)
_count_segments = plain(pdfium.FPDFPath_CountSegments, _I, _P)
_get_mode = plain(pdfium.FPDFPath_GetDrawMode, _I, _P, _P, _P)
_get_segment = plain(pdfium.FPDFPath_GetPathSegment, _P, _P, _I)
_get_point = plain(pdfium.FPDFPathSegment_GetPoint, _I, _P, _P, _P)
_segment_type = plain(pdfium.FPDFPathSegment_GetType, _I, _P)
_get_close = plain(pdfium.FPDFPathSegment_GetClose, _I, _P)
Matrix = tuple[float, float, float, float, float, float]
Rule = tuple[float, float, float]  # where it stands, from, to


@dataclass(slots=True)
class Drawing:
    """What is drawn on a page beside text: rules in page coordinates as shown, and the area that images cover."""

    across: list[Rule] = field(default_factory=list)
    down: list[Rule] = field(default_factory=list)
    images: list[Box] = field(default_factory=list)
    objects: int = 0


def drawing(page: Any, crop: Box, rotation: int) -> Drawing:
    """Rules and images of a page. ``page`` is a raw PDFium page."""
    out = Drawing()
    to_page = _shown(crop, rotation)
    count = min(pdfium.FPDFPage_CountObjects(page), MAX_OBJECTS)
    objects = list(map(_get_object, repeat(address(page)), range(count)))
    for obj, kind in zip(objects, map(_get_type, objects), strict=True):
        if kind != pdfium.FPDF_PAGEOBJ_TEXT:
            _object(obj, kind, to_page, out, 0)
    return out


def _shown(crop: Box, rotation: int) -> Matrix:
    x0, y0, x1, y1 = crop
    return {
        90: (0.0, 1.0, 1.0, 0.0, -y0, -x0),
        180: (-1.0, 0.0, 0.0, 1.0, x1, -y0),
        270: (0.0, -1.0, -1.0, 0.0, y1, x1),
    }.get(rotation, (1.0, 0.0, 0.0, -1.0, -x0, y1))


def _times(m: Matrix, n: Matrix) -> Matrix:
    a, b, c, d, e, f = m
    g, h, i, j, k, o = n
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + o)


def _object(obj: int, kind: int, to_page: Matrix, out: Drawing, depth: int) -> None:
    if out.objects > MAX_OBJECTS:
        return
    out.objects += 1
    if kind == pdfium.FPDF_PAGEOBJ_FORM:
        if depth < 4:
            inner = _times(_matrix(obj), to_page)
            for i in range(min(_count_parts(obj), MAX_OBJECTS)):
                part = _get_part(obj, i)
                _object(part, _get_type(part), inner, out, depth + 1)
        return
    if kind not in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE):
        return
    corners = (ctypes.c_float * 4)()
    at = ctypes.addressof(corners)
    if not _get_bounds(obj, at, at + 4, at + 8, at + 12):
        return
    box = _box(to_page, *corners)
    if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
        if not _thin(box, out):
            out.images.append(box)
        return
    if _thin(box, out):
        return
    _path(obj, to_page, out)


def _matrix(obj: int) -> Matrix:
    m = pdfium.FS_MATRIX()
    _get_matrix(obj, ctypes.addressof(m))
    return m.a, m.b, m.c, m.d, m.e, m.f


def _box(m: Matrix, left: float, bottom: float, right: float, top: float) -> Box:
    a, b, c, d, e, f = m
    xs = a * left + c * bottom + e, a * right + c * top + e
    ys = b * left + d * bottom + f, b * right + d * top + f
    return min(xs), min(ys), max(xs), max(ys)


def _thin(box: Box, out: Drawing) -> bool:
    """Note a thin area as a rule; dots (as wide as high) are none."""
    x0, y0, x1, y1 = box
    wide, high = x1 - x0, y1 - y0
    if high <= THIN and wide > high:
        out.across.append(((y0 + y1) / 2, x0, x1))
    elif wide <= THIN and high > wide:
        out.down.append(((x0 + x1) / 2, y0, y1))
    else:
        return wide <= THIN and high <= THIN
    return True


def _path(obj: int, to_page: Matrix, out: Drawing) -> None:
    """Rules of a path that is not thin as a whole: sides of stroked boxes, thin parts of compound ones."""
    count = _count_segments(obj)
    if count < 2 or count > 4000:
        return
    modes, place = (ctypes.c_int * 2)(), (ctypes.c_float * 2)()
    _get_mode(obj, ctypes.addressof(modes), ctypes.addressof(modes) + 4)
    stroke, at = modes[1], ctypes.addressof(place)
    if not stroke and count <= 5:
        return  # a filled area: shading, not a rule
    m = _times(_matrix(obj), to_page)
    parts: list[list[tuple[float, float]]] = []
    for i in range(count):
        segment = _get_segment(obj, i)
        _get_point(segment, at, at + 4)
        x, y = place
        point = (m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5])
        kind = _segment_type(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO or not parts:
            parts.append([point])
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            parts[-1].append(point)
        else:
            return  # curves: a drawing
        if _get_close(segment):
            parts[-1].append(parts[-1][0])
    for part in parts:
        xs, ys = [p[0] for p in part], [p[1] for p in part]
        if _thin((min(xs), min(ys), max(xs), max(ys)), out) or not stroke:
            continue
        for (ax, ay), (bx, by) in pairwise(part):
            if abs(ay - by) < 0.5 and abs(ax - bx) > THIN:
                out.across.append(((ay + by) / 2, min(ax, bx), max(ax, bx)))
            elif abs(ax - bx) < 0.5 and abs(ay - by) > THIN:
                out.down.append(((ax + bx) / 2, min(ay, by), max(ay, by)))


def turned(drawn: Drawing, frame: Frame) -> tuple[list[Rule], list[Rule]]:
    """Rules across and down in the reading frame."""
    if not frame.turn:
        return drawn.across, drawn.down
    boxes = [frame.forth((a, y, b, y)) for y, a, b in drawn.across] + [
        frame.forth((x, a, x, b)) for x, a, b in drawn.down
    ]
    across = [(b[1], b[0], b[2]) for b in boxes if b[2] - b[0] > b[3] - b[1]]
    down = [(b[0], b[1], b[3]) for b in boxes if b[2] - b[0] <= b[3] - b[1]]
    return across, down


def merged(rules: Iterable[Rule]) -> list[Rule]:
    """Rules on one line that touch or overlap as one rule each."""
    lines: list[list[Rule]] = []
    for rule in sorted(rules):
        if lines and rule[0] - lines[-1][-1][0] <= 1.0 and rule[0] - lines[-1][0][0] <= SAME:
            lines[-1].append(rule)
        else:
            lines.append([rule])
    out: list[Rule] = []
    for line in lines:
        line.sort(key=lambda r: r[1])
        at, start, end = line[0]
        for where, a, b in line[1:]:
            if a <= end + TOUCH:
                if b > end:
                    end = b
            else:
                out.append((at, start, end))
                at, start, end = where, a, b
        out.append((at, start, end))
    return out
