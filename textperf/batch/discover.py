"""Which files a run meets: folders walked in a fixed order, links followed once, archives opened to their members."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_NOT_REPORTS = ("~$", ".")  # Office lock files, hidden files


@dataclass(frozen=True, slots=True)
class Met:
    """A file that the run met. ``path`` is as it will stand in the tables; ``error`` a reason code when it can't be opened."""

    path: str
    size: int | None
    sha256: str | None
    error: str | None = None


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


def printable(path: str) -> str:
    """A path as it may be shown and stored: undecodable bytes and control characters made visible."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(ch if ch.isprintable() or ch == " " else f"\\x{ord(ch):02x}" for ch in text)
