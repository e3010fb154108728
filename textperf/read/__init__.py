"""Files → immutable documents. ``read`` is the door; what a file is, its bytes decide, not its name."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from textperf.model import Document, Source
from textperf.read.errors import ReadError, failure
from textperf.read.limits import DEFAULT, Limits
from textperf.read.sniff import sniff

__all__ = ["DEFAULT", "Limits", "ReadError", "read"]


def read(path: Path | str, limits: Limits = DEFAULT) -> Document:
    """The document of one file. Raises :class:`ReadError` with a reason code and a Chinese sentence with the remedy."""
    name = os.fspath(path)
    data = content(path, limits)
    from textperf.read.txt import read_txt

    kind = sniff(data, name)
    source = Source(name, hashlib.sha256(data).hexdigest(), len(data), kind, kind)
    if kind == "empty":
        raise failure("empty")
    if kind in ("docx", "zip"):
        from textperf.read.docx import read_docx

        return read_docx(data, source, limits)
    if kind in ("txt", "md"):
        return read_txt(data, source, limits)
    raise failure("unsupported", kind)


def content(path: Path | str, limits: Limits = DEFAULT) -> bytes:
    """The bytes of a file. Raises ReadError ``not_found``, ``permission`` or ``too_large``."""
    try:
        file = Path(path)
        if file.is_dir():
            raise failure("not_a_document", "是文件夹")
        size = file.stat().st_size
        if size > limits.file_bytes:
            raise failure("too_large", f"{size / 1024**2:,.0f} MB")
        return file.read_bytes()
    except FileNotFoundError as e:
        raise failure("not_found") from e
    except PermissionError as e:
        raise failure("permission") from e
    except (OSError, ValueError) as e:
        raise failure("not_found", getattr(e, "strerror", None) or str(e)) from e
