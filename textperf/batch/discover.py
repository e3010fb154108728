"""Which files a run meets: folders walked in a fixed order, links followed once, archives opened to their members."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from textperf.read import content, format_of
from textperf.read.archive import opened
from textperf.read.errors import ReadError
from textperf.read.limits import Limits

_NOT_REPORTS = ("~$", ".")  # Office lock files, hidden files


@dataclass(frozen=True, slots=True)
class Met:
    """A file that the run met. ``path`` is as it will stand in the tables; ``error`` a reason code when it can't be opened,
    ``message`` what is to be said of it when that is more than the reason's own sentence."""

    path: str
    size: int | None
    sha256: str | None
    error: str | None = None
    message: str | None = None


def walk(roots: Sequence[Path], leave_out: Path | None = None) -> Iterator[Path]:
    """Every regular file under the roots, sorted by path. A folder reached twice through links is walked once."""
    seen: set[tuple[int, int]] = set()
    for root in roots:
        if not root.is_dir():
            yield root
            continue
        for folder, folders, files in os.walk(root, followlinks=True):
            try:
                info = os.stat(folder)
            except OSError:
                continue
            key = (info.st_dev, info.st_ino)
            if key in seen or (leave_out is not None and Path(folder).resolve() == leave_out):
                folders[:] = []
                continue
            seen.add(key)
            folders[:] = sorted(d for d in folders if not d.startswith("."))
            for name in sorted(files):
                if not name.startswith(_NOT_REPORTS):
                    yield Path(folder) / name


def look(path: Path, max_bytes: int) -> Met:
    """Size and sha256 of a file, or why it can't be had. Larger than ``max_bytes`` is told without reading it."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            return Met(str(path), None, None, "not_a_document")
        if size > max_bytes:
            return Met(str(path), size, None, "too_large")
        with path.open("rb") as f:
            return Met(str(path), size, hashlib.file_digest(f, "sha256").hexdigest())
    except PermissionError:
        return Met(str(path), None, None, "permission")
    except OSError:
        return Met(str(path), None, None, "not_found")


def members(path: Path, met: Met, limits: Limits) -> list[Met]:
    """What a file that was looked at stands for: itself, or the files in it when it is an archive, each with the size and
    sha256 of its own bytes (those that ``read`` gives to the document's source)."""
    if met.error is not None or not _packed(path):
        return [met]
    try:
        if format_of(content(path, limits), str(path), limits) != "zip":
            return [met]
        found = [
            Met(m.name, None, None, m.error.reason, m.error.message)
            if m.error is not None
            else Met(m.name, len(m.data), hashlib.sha256(m.data).hexdigest())
            for m in opened(str(path), limits)
        ]
    except ReadError as e:
        return [Met(met.path, met.size, met.sha256, e.reason, e.message)]
    return found or [Met(met.path, met.size, met.sha256, "empty")]


def _packed(path: Path) -> bool:
    """Whether a file begins as archives do (and as Office files do, which know themselves by what is in them)."""
    with suppress(OSError), path.open("rb") as f:
        return f.read(2) == b"PK"
    return False


def printable(path: str) -> str:
    """A path as it may be shown and stored: undecodable bytes and control characters made visible."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(ch if ch.isprintable() or ch == " " else f"\\x{ord(ch):02x}" for ch in text)
