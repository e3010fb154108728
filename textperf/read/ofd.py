"""OFD (GB/T 33190) → Document: text objects with their places and ruled tables, laid out as the pages of a PDF are."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from textperf.model import Document, Page, Source
from textperf.read.builder import DocumentBuilder
from textperf.read.errors import failure
from textperf.read.layout import assemble
from textperf.read.limits import DEFAULT, Limits
from textperf.read.package import Package, attribute, local
from textperf.read.pdf_drawing import Rule
from textperf.read.pdf_lines import Frame, Run
from textperf.read.pdf_page import PageContent, judge
from textperf.read.pdf_tables import fill, grids

_POINTS = 72 / 25.4  # OFD measures in millimetres
_A4 = (0.0, 0.0, 210.0, 297.0)
_SEGMENT = re.compile(r"[MLSCQBA]|-?\d+(?:\.\d+)?(?:[eE]-?\d+)?")
_THIN = 1.0  # millimetres: a box this thin is a rule
_MAX_OBJECTS = 200_000

Matrix = tuple[float, float, float, float, float, float]


def read_ofd(data: bytes, source: Source, limits: Limits = DEFAULT) -> Document:
    """The document of an OFD file.

    Raises ReadError ``truncated``, ``needs_password``, ``page_limit``, ``needs_ocr`` (pages that are images) or ``empty``.
    """
    package = Package(data, limits)
    if any(name.lower().endswith("encryptions.xml") for name in package.names):
        raise failure("needs_password")
    builder = DocumentBuilder(limits)
    pages: list[PageContent] = []
    images = 0
    for path in _documents(package):
        root = _part(package, path)
        default = next((_numbers(e.text or "") for e in root.iter() if local(e) == "PhysicalBox"), [])
        for element in root.iter():
            if local(element) != "Page" or attribute(element, "BaseLoc") is None:
                continue
            if len(pages) >= limits.pages:
                raise failure("page_limit", f"上限 {limits.pages:,} 页")
            part = _part(package, _resolve(package, path, attribute(element, "BaseLoc") or ""))
            page, pictures = _page(part, len(pages) + 1, default)
            images += pictures
            pages.append(page)
    assemble(pages, builder)
    for page in pages:
        reader = "ofd" if page.characters else "unreadable"
        builder.page(Page(page.number, page.frame.width, page.frame.height, reader))
        if not page.characters and images:
            builder.notice("needs_ocr", page=page.number)
    if package.damaged:
        builder.notice("truncated", f"{len(package.damaged)} 个部分的 XML 不完整，只读到损坏处")
    if any("/attach" in name.lower() for name in package.names):
        builder.notice("attachments")
    if builder.length == 0:
        raise failure("needs_ocr" if images else "empty")
    return builder.finish(replace(source, format="ofd", reader="ofd"))


def _documents(package: Package) -> list[str]:
    root = _part(package, "OFD.xml")
    return [_resolve(package, "", (e.text or "").strip()) for e in root.iter() if local(e) == "DocRoot"]


def _part(package: Package, name: str) -> etree._Element:
    try:
        return package.xml(name)
    except KeyError as e:
        raise failure("truncated", f"缺少 {name}") from e


def _resolve(package: Package, base: str, path: str) -> str:
    """A part's name from where it is named: absolute, or relative to that part or to the package."""
    if path.startswith("/"):
        return path.lstrip("/")
    relative = posixpath.normpath(posixpath.join(posixpath.dirname(base), path))
    return relative if relative in package.names else posixpath.normpath(path)


def _page(root: etree._Element, number: int, default: list[float]) -> tuple[PageContent, int]:
    """The content of a page, and how many images it holds."""
    own = next((_numbers(e.text or "") for e in root.iter() if local(e) == "PhysicalBox"), default)
    left, top, width, height = own if len(own) == 4 else _A4
    runs: list[Run] = []
    across: list[Rule] = []
    down: list[Rule] = []
    images = 0
    for count, element in enumerate(root.iter()):
        if count > _MAX_OBJECTS:
            break
        if attribute(element, "Visible") == "false":
            continue
        kind = local(element)
        if kind == "TextObject":
            runs += _runs(element, left, top, len(runs))
        elif kind == "PathObject":
            _rules(element, left, top, across, down)
        elif kind == "ImageObject":
            images += 1
    content = PageContent(number, Frame(width * _POINTS, height * _POINTS), reader="ofd")
    content.characters, content.han, content.garbage = judge("".join(run.text for run in runs))
    if runs and down:
        content.grids, content.runs = fill(grids(across, down), runs)
    else:
        content.runs = runs
    return content, images


def _runs(element: etree._Element, left: float, top: float, count: int) -> Iterator[Run]:
    """The runs of a text object: one for each of its codes."""
    size = min(max(_first(attribute(element, "Size")), 0.0), 200.0) or 3.5
    matrix = _matrix(element, left, top)
    scale = (matrix[0] ** 2 + matrix[1] ** 2) ** 0.5
    for code in element:
        text = code.text or ""
        if local(code) != "TextCode" or not text.strip():
            continue
        x, y = _first(attribute(code, "X")), _first(attribute(code, "Y"))
        steps = _steps(attribute(code, "DeltaX") or "")
        edges: list[float] = []
        for i, ch in enumerate(text):
            step = steps[i] if i < len(steps) else size * (1.0 if ord(ch) > 0x2E7F or ch in "“”‘’—…" else 0.5)
            begin, _ = _apply(matrix, x, y)
            end, baseline = _apply(matrix, x + step, y)
            edges += [begin * _POINTS, end * _POINTS]
            x += step
        height = size * scale * _POINTS
        line = baseline * _POINTS
        yield Run(
            text,
            edges,
            min(edges),
            line - 0.88 * height,
            max(edges),
            line + 0.12 * height,
            height,
            count,
            count + len(text),
        )
        count += len(text)


def _rules(element: etree._Element, left: float, top: float, across: list[Rule], down: list[Rule]) -> None:
    """Straight lines and thin boxes of a path, in points."""
    matrix = _matrix(element, left, top)
    data = next((e.text or "" for e in element if local(e) == "AbbreviatedData"), "")
    points: list[tuple[float, float]] = []
    numbers: list[float] = []
    segments: list[tuple[tuple[float, float], tuple[float, float]]] = []
    kind = ""
    for token in _SEGMENT.findall(data)[:4000]:
        if token.isalpha():
            kind, numbers = token, []
            if token == "C" and len(points) > 1:
                segments.append((points[-1], points[0]))
            continue
        numbers.append(float(token))
        if kind in "MSL" and len(numbers) == 2:
            point = _apply(matrix, numbers[0], numbers[1])
            if kind == "L" and points:
                segments.append((points[-1], point))
            else:
                points = []
            points.append(point)
            numbers = []
    for (x0, y0), (x1, y1) in segments:
        if abs(y1 - y0) <= _THIN < abs(x1 - x0):
            across.append(((y0 + y1) / 2 * _POINTS, min(x0, x1) * _POINTS, max(x0, x1) * _POINTS))
        elif abs(x1 - x0) <= _THIN < abs(y1 - y0):
            down.append(((x0 + x1) / 2 * _POINTS, min(y0, y1) * _POINTS, max(y0, y1) * _POINTS))


def _matrix(element: etree._Element, left: float, top: float) -> Matrix:
    """From the coordinates of an object to those of the page: its own matrix, then where its boundary stands."""
    box = _numbers(attribute(element, "Boundary") or "")
    x, y = (box[0], box[1]) if len(box) == 4 else (0.0, 0.0)
    own = _numbers(attribute(element, "CTM") or "")
    a, b, c, d, e, f = own if len(own) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return a, b, c, d, e + x - left, f + y - top


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _numbers(text: str) -> list[float]:
    try:
        found = [float(part) for part in text.split()]
    except ValueError:
        return []
    return found if all(abs(value) < 1e6 for value in found) else []


def _first(text: str | None) -> float:
    found = _numbers(text or "")
    return found[0] if found else 0.0


def _steps(text: str) -> list[float]:
    """Distances between characters; ``g 5 3.2`` stands for five times 3.2.

    >>> _steps("3 g 2 4.5 1")
    [3.0, 4.5, 4.5, 1.0]
    """
    out: list[float] = []
    parts = text.split()
    at = 0
    while at < len(parts) and len(out) < 100_000:
        try:
            if parts[at] == "g":
                out += [float(parts[at + 2])] * min(int(parts[at + 1]), 10_000)
                at += 3
            else:
                out.append(max(-1e6, min(1e6, float(parts[at]))))
                at += 1
        except (ValueError, IndexError):
            break
    return out
