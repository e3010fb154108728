"""Pages that are images → the same form as text pages, by rapidocr (extra ``[ocr]``). Models are in its wheel: no network.

A page is rendered at 200 dpi and set straight. Where a red seal lies, only the red channel is looked at, in which the seal
is as white as the paper (it makes the recogniser drop whole lines otherwise). Rules of tables are found as long dark lines.
"""

from __future__ import annotations

import importlib.util
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pypdfium2 as pdf

from textperf.read.limits import Limits
from textperf.read.pdf_drawing import Rule, merged
from textperf.read.pdf_lines import Frame, Run, is_wide
from textperf.read.pdf_page import PageContent, judge
from textperf.read.pdf_tables import fill, grids
from textperf.read.pdf_unruled import unruled

DPI = 200
Area = tuple[int, int, int, int]
SURE = 0.90  # lines recognised with less confidence are named in a notice
THREADS = 2


def available() -> bool:
    """Whether the extra is installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2"))


@lru_cache(maxsize=1)
def _engine() -> Any:
    import cv2
    from rapidocr import RapidOCR

    cv2.setNumThreads(1)
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.text_score": 0.3,
            "Global.max_side_len": 3600,
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


@dataclass(frozen=True, slots=True)
class Spotted:
    """A recognised line in pixels of the image that was looked at."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    score: float
    upright: bool


def recognise(document: pdf.PdfDocument, page: PageContent, limits: Limits) -> PageContent | None:
    """The page as recognised, or None when it cannot be rendered within the limits or nothing stands on it."""
    wide, high = page.frame.width, page.frame.height
    scale = DPI / 72
    if wide * high * scale * scale > min(limits.image_pixels, 40_000_000):
        scale = math.sqrt(min(limits.image_pixels, 40_000_000) / (wide * high))
    source = document[page.number - 1]
    try:
        if _too_large(source, limits):
            return None
        bitmap = source.render(scale=scale, rev_byteorder=True)
        image = bitmap.to_numpy().copy()[:, :, :3]
        bitmap.close()
    except (pdf.PdfiumError, MemoryError, ValueError):
        return None
    finally:
        source.close()
    plain, seals = without_seal(image)
    grey, turns, angle, spotted = _look(plain)
    if not spotted:
        return None
    # what was found lies on an image turned by quarter turns and by a small angle: back to the page
    height, width = grey.shape[:2]
    frame = Frame(wide, high, turns, angle)
    upright = (high, wide) if turns % 2 else (wide, high)
    sx, sy = upright[0] / width, upright[1] / height
    out = PageContent(page.number, frame, reader="ocr", covered=page.covered)
    runs = [_run(line, sx, sy, i) for i, line in enumerate(spotted) if line.text.strip()]
    across, down = _rules(grey, sx, sy, [] if turns else seals)
    out.grids, out.runs = fill(grids(across, down), runs)
    more, out.runs = unruled(out.runs, merged(across))
    out.grids += more
    out.characters, out.han, out.garbage = judge("".join(line.text for line in spotted))
    out.doubts = [f"“{line.text[:40]}”" for line in spotted if line.score < SURE and _matters(line)][:20]
    out.doubts += _under(seals, spotted, grey.shape, turns)
    return out


def _under(seals: list[Area], spotted: list[Spotted], shape: tuple[int, ...], turns: int) -> list[str]:
    """Lines with figures that a seal lies on: a decimal point may be lost under its ink."""
    if turns:
        return []
    return [
        f"印章压住“{line.text[:40]}”"
        for line in spotted
        if any(ch.isdigit() for ch in line.text)
        and any(line.x0 < x + w and x < line.x1 and line.y0 < y + h and y < line.y1 for x, y, w, h in seals)
    ]


def _matters(line: Spotted) -> bool:
    """Figures that may be wrong are always named, other short scraps are not."""
    return any(ch.isdigit() for ch in line.text) or len(line.text) > 4


def _too_large(page: pdf.PdfPage, limits: Limits) -> bool:
    import pypdfium2.raw as pdfium

    for obj in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        wide, high = obj.get_px_size()
        if wide * high > limits.image_pixels:
            return True
    return False


def without_seal(image: Any) -> tuple[Any, list[Area]]:
    """A grey image in which red seals are gone, and where they lay (x, y, width, height): the red channel there, the
    luminance elsewhere (so that printed red headings stay)."""
    import cv2
    import numpy as np

    red, green, blue = (image[:, :, k].astype(np.int16) for k in range(3))
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    mask = ((red - green > 45) & (red - blue > 35) & (red > 110)).astype(np.uint8)
    if int(mask.sum()) < 400:
        return grey, []
    seals: list[Area] = []
    near = cv2.dilate(mask, np.ones((25, 25), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    short = min(image.shape[:2])
    for x, y, w, h, _area in stats[1:count]:
        if min(w, h) > 0.07 * short and 0.5 < w / h < 2.0:
            part = image[y : y + h, x : x + w, 0].astype(np.float32)
            # where there is only the seal's ink, which takes a little of the red light too, there is paper
            paper = float(np.percentile(part, 90))
            lifted = np.clip((part - 40) * 255.0 / max(60.0, 0.85 * paper - 40), 0, 255)
            inked = (red - green)[y : y + h, x : x + w] > 18
            grey[y : y + h, x : x + w] = np.where(inked, lifted, part).astype(np.uint8)
            seals.append((int(x), int(y), int(w), int(h)))
    return grey, seals


def _look(grey: Any) -> tuple[Any, int, float, list[Spotted]]:
    """The image set straight, the quarter turns and the angle by which, and its lines."""
    import cv2

    angle = skew(grey)
    straight = _rotated(grey, angle) if abs(angle) > 0.05 else grey
    lines = _spot(straight)
    sideways = [line for line in lines if not line.upright]
    if len(sideways) > 0.6 * len(lines) and len(lines) >= 3:
        best = (straight, 0, lines)
        for turns, code in ((1, cv2.ROTATE_90_COUNTERCLOCKWISE), (3, cv2.ROTATE_90_CLOCKWISE)):
            turned = cv2.rotate(straight, code)
            found = _spot(turned)
            if _worth(found) > _worth(best[2]):
                best = (turned, turns, found)
        return best[0], best[1], angle, best[2]
    if lines and _worth(lines) / len(lines) < 2.0 and len(lines) >= 5:  # upside down: short scraps of low confidence
        turned = cv2.rotate(straight, cv2.ROTATE_180)
        found = _spot(turned)
        if _worth(found) > 1.5 * _worth(lines):
            return turned, 2, angle, found
    return straight, 0, angle, lines


def _worth(lines: list[Spotted]) -> float:
    return sum(line.score * len(line.text) for line in lines if line.score > 0.7)


def _spot(grey: Any) -> list[Spotted]:
    import cv2

    result = _engine()(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))
    if result.boxes is None or result.txts is None:
        return []
    out: list[Spotted] = []
    for box, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
        xs, ys = [float(p[0]) for p in box], [float(p[1]) for p in box]
        wide, high = max(xs) - min(xs), max(ys) - min(ys)
        out.append(Spotted(text.strip(), min(xs), min(ys), max(xs), max(ys), float(score), wide >= 0.8 * high))
    return out


def skew(grey: Any) -> float:
    """By how many degrees the lines of a page fall: the angle at which rows of ink are parted best."""
    import cv2
    import numpy as np

    factor = 600 / max(grey.shape)
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    ink = (small < 0.75 * np.percentile(small, 80)).astype(np.uint8) * 255
    if not ink.any():
        return 0.0

    def parted(angle: float) -> float:
        rows = _rotated(ink, angle, 0).sum(axis=1).astype(np.float64)
        return float(((rows[1:] - rows[:-1]) ** 2).sum())

    coarse = max((k / 2 for k in range(-10, 11)), key=lambda a: parted(a) * (1.02 if a == 0 else 1.0))
    best = max((coarse + k / 10 for k in range(-4, 5)), key=parted)
    return best if parted(best) > 1.03 * parted(0.0) else 0.0


def _rotated(image: Any, angle: float, paper: int = 255) -> Any:
    import cv2

    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=paper)


def _rules(grey: Any, sx: float, sy: float, seals: list[Area]) -> tuple[list[Rule], list[Rule]]:
    """Long dark lines of the image as rules in points, without those inside a seal."""
    import cv2
    import numpy as np

    dark = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 12)
    across: list[Rule] = []
    down: list[Rule] = []
    for horizontal in (True, False):
        length = max(30, round((0.018 if horizontal else 0.012) * (grey.shape[1] if horizontal else grey.shape[0])))
        shape = (length, 1) if horizontal else (1, length)
        kept = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones(shape[::-1], np.uint8))
        kept = cv2.dilate(kept, np.ones((3, 5) if horizontal else (5, 3), np.uint8))
        count, _, stats, _ = cv2.connectedComponentsWithStats(kept, connectivity=8)
        for x, y, w, h, _area in stats[1:count]:
            if any(sx0 <= x and x + w <= sx0 + sw and sy0 <= y and y + h <= sy0 + sh for sx0, sy0, sw, sh in seals):
                continue
            if horizontal and w > 6 * h:
                across.append(((y + h / 2) * sy, x * sx, (x + w) * sx))
            elif not horizontal and h > 4 * w:
                down.append(((x + w / 2) * sx, y * sy, (y + h) * sy))
    return across, down


def _run(line: Spotted, sx: float, sy: float, number: int) -> Run:
    """A run whose characters share the width of the line: narrow ones take half of what wide ones take."""
    text = " ".join(line.text.split())
    shares = [1.0 if is_wide(ch) else 0.55 for ch in text]
    step = (line.x1 - line.x0) * sx / sum(shares)
    edges: list[float] = []
    at = line.x0 * sx
    for share in shares:
        edges += (at, at + share * step)
        at += share * step
    x0, y0, x1, y1 = line.x0 * sx, line.y0 * sy, line.x1 * sx, line.y1 * sy
    inner = 0.12 * (y1 - y0)  # boxes are a little wider than the glyphs
    size = min(step, y1 - y0) if any(s == 1.0 for s in shares) else 0.8 * (y1 - y0)
    return Run(text, edges, x0, y0 + inner, x1, y1 - inner, size, number, number)
