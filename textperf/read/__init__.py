"""Files → immutable documents. ``read`` is the door; what a file is, its bytes decide, not its name.

A member of an archive is named ``archive.zip!/folder/report.docx``; ``expand`` yields such names.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from textperf.model import Document, Source
from textperf.read.errors import ReadError, failure
from textperf.read.limits import DEFAULT, Limits
from textperf.read.sniff import sniff

__all__ = ["DEFAULT", "Limits", "ReadError", "content", "expand", "format_of", "read"]

MEMBER = "!/"
# format → (module, function). Loaded when first needed: parsers are heavy.
_READERS = {
    "docx": ("docx", "read_docx"),
    "html": ("html", "read_html"),
    "txt": ("txt", "read_txt"),
    "md": ("txt", "read_txt"),
    "xlsx": ("sheet", "read_sheet"),
    "xls": ("sheet", "read_sheet"),
    "xlsb": ("sheet", "read_sheet"),
    "ods": ("sheet", "read_sheet"),
    "odt": ("doc", "read_doc"),
    "rtf": ("rtf", "read_rtf"),
    "mht": ("mht", "read_mht"),
    "ofd": ("ofd", "read_ofd"),
    "doc": ("doc", "read_doc"),
    "wordml": ("doc", "read_doc"),
    "sheetml": ("sheet", "read_sheet"),
    "csv": ("sheet", "read_sheet"),
}
_Reader = Callable[[bytes, Source, Limits], Document]


def read(path: Path | str, limits: Limits = DEFAULT) -> Document:
    """The document of one file, or of one member of an archive.

    Raises :class:`ReadError` with a reason code and a Chinese sentence that names the remedy: ``not_found``,
    ``permission``, ``too_large``, ``empty``, ``unsupported``, ``needs_password``, ``truncated`` and those of the readers.
    An archive itself is no document: ``read`` raises ``not_a_document`` and says that its members are to be read.
    """
    name = os.fspath(path)
    data = content(path, limits)
    kind = format_of(data, name, limits)
    if kind == "zip":
        from textperf.read.archive import too_deep

        if name.count(MEMBER) >= limits.nesting and not os.path.lexists(name):
            raise too_deep(name, limits)
        raise failure("not_a_document", "是压缩包，里面的文件要逐个读取")
    if kind == "empty":
        raise failure("empty")
    if kind == "pdf":
        return _read_pdf(name, data, limits)
    if kind not in _READERS:
        raise failure("unsupported", kind)
    source = Source(name, hashlib.sha256(data).hexdigest(), len(data), kind, kind)
    module, function = _READERS[kind]
    reader: _Reader = getattr(import_module(f"textperf.read.{module}"), function)
    return reader(data, source, limits)


def _read_pdf(name: str, data: bytes, limits: Limits) -> Document:
    from textperf.read.pdf import read_pdf_bytes

    return read_pdf_bytes(data, name, limits)


def content(path: Path | str, limits: Limits = DEFAULT) -> bytes:
    """The bytes of a file or of an archive member. Raises ReadError ``not_found``, ``permission``, ``too_large`` or those of
    archives."""
    name = os.fspath(path)
    if MEMBER in name and not os.path.lexists(name):
        from textperf.read.archive import member

        return member(name, limits)
    try:
        return checked(name, limits).read_bytes()
    except FileNotFoundError as e:
        raise failure("not_found") from e
    except PermissionError as e:
        raise failure("permission") from e
    except (OSError, ValueError) as e:
        raise failure("not_found", getattr(e, "strerror", None) or str(e)) from e


def checked(path: Path | str, limits: Limits = DEFAULT) -> Path:
    """The path of a file that may be read: a regular one within the limits. Raises ReadError ``not_found``, ``permission``,
    ``too_large`` or ``not_a_document``."""
    try:
        file = Path(path)
        if file.is_dir():
            raise failure("not_a_document", "是文件夹")
        if not file.is_file() and file.exists():
            raise failure("not_a_document", "不是普通文件")
        size = file.stat().st_size
        if size > limits.file_bytes:
            raise failure("too_large", f"{size / 1024**2:,.0f} MB")
        return file
    except FileNotFoundError as e:
        raise failure("not_found") from e
    except PermissionError as e:
        raise failure("permission") from e
    except (OSError, ValueError) as e:
        raise failure("not_found", getattr(e, "strerror", None) or str(e)) from e


def format_of(data: bytes, name: str = "", limits: Limits = DEFAULT) -> str:
    """The format of a file's bytes (see :func:`textperf.read.sniff.sniff`), with zip and OLE packages looked into.

    Raises ReadError ``needs_password`` for an encrypted Office file, ``truncated`` for a broken package.
    """
    kind = sniff(data, name)
    if kind == "ole":
        from textperf.read.ole import kind_of

        return kind_of(data)
    if data[:2] == b"PK":
        from textperf.read.package import Package

        return sniff(data, name, Package(data, limits).names)
    return kind


def expand(path: Path | str, limits: Limits = DEFAULT) -> Iterator[str]:
    """The files that a file stands for: its own name, or for an archive the names of its members (archives inside too).

    Never raises: what cannot be opened is yielded as it is, and ``read`` says why.
    """
    name = os.fspath(path)
    try:
        data = content(path, limits)
        if data[:2] != b"PK" or format_of(data, name, limits) != "zip":
            yield name
            return
        from textperf.read.archive import members

        yield from members(name, data, limits)
    except ReadError:
        yield name
