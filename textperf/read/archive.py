"""Archives of reports: members are files named ``archive.zip!/folder/report.docx``, archives inside archives alike. The
second of two members with one name is ``archive.zip!/folder/report#2.docx``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from textperf.read.errors import ReadError, failure
from textperf.read.limits import DEFAULT, Limits
from textperf.read.package import Package
from textperf.read.sniff import sniff

MEMBER = "!/"
# What operating systems and office programs leave in archives.
_JUNK = re.compile(r"(?:^|/)(?:__MACOSX/|\.|~\$|Thumbs\.db$|desktop\.ini$)", re.I)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its full name and its bytes, or why it cannot be had."""

    name: str
    data: bytes
    error: ReadError | None = None


def members(name: str, data: bytes, limits: Limits = DEFAULT) -> Iterator[str]:
    """The names of the files in an archive, in the order of its directory.

    An archive too deep is yielded as it is. Raises ReadError when the directory is broken or beyond the limits.
    """
    return (path for path, _, _ in _walk(name, Package(data, limits), limits, 1))


def opened(name: str, limits: Limits = DEFAULT) -> Iterator[Member]:
    """The files of the archive ``name`` with their bytes, one after the other: what ``read`` would read of each.

    Raises ReadError when the archive cannot be opened; what is the matter with a member stands in it.
    """
    from textperf.read import checked

    for path, package, inner in _walk(name, Package(checked(name, limits), limits), limits, 1):
        try:
            data = _bytes(package, inner, limits)
            if data[:2] == b"PK" and sniff(data, inner, Package(data, limits).names) == "zip":
                raise too_deep(path, limits)
        except ReadError as e:
            yield Member(path, b"", e)
        else:
            yield Member(path, data)


def too_deep(path: str, limits: Limits) -> ReadError:
    """The error of an archive in an archive that lies deeper than is looked."""
    return failure("nesting_limit", f"嵌套 {path.count(MEMBER) + 1} 层，上限 {limits.nesting}")


def _bytes(package: Package, inner: str, limits: Limits) -> bytes:
    if package.size(inner) > limits.file_bytes:
        raise failure("too_large", f"{package.size(inner) / 1024**2:,.0f} MB")
    return package.read(inner)


def _walk(name: str, package: Package, limits: Limits, depth: int) -> Iterator[tuple[str, Package, str]]:
    """Full name, package and name within it of every file, in the order of the directory."""
    for inner in package.files:
        if _JUNK.search(inner):
            continue
        path = f"{name}{MEMBER}{inner}"
        if depth < limits.nesting and inner.lower().endswith(".zip") and not package.encrypted(inner):
            try:
                within = package.read(inner)
                packed = Package(within, limits)
                if sniff(within, inner, packed.names) == "zip":
                    yield from _walk(path, packed, limits, depth + 1)
                    continue
            except ReadError:
                pass
        yield path, package, inner


def member(path: str, limits: Limits = DEFAULT) -> bytes:
    """The bytes of a member by its full name. Raises ReadError ``not_found``, ``nesting_limit``, ``too_large`` and those of packages."""
    parts = path.split(MEMBER)
    at = next((i for i in range(1, len(parts)) if os.path.isfile(MEMBER.join(parts[:i]))), None)
    if at is None:
        raise failure("not_found")
    from textperf.read import checked

    inner = parts[at:]
    if len(inner) > limits.nesting:
        raise failure("nesting_limit", f"嵌套 {len(inner)} 层，上限 {limits.nesting}")
    # the outermost archive is read in place: each of its members costs what it weighs, not what the archive weighs
    package = Package(checked(MEMBER.join(parts[:at]), limits), limits)
    while True:
        # a name may hold the mark that parts names
        took = next((k for k in range(1, len(inner) + 1) if MEMBER.join(inner[:k]) in package.names), None)
        if took is None:
            raise failure("not_found", "压缩包里没有这个成员")
        data = _bytes(package, MEMBER.join(inner[:took]), limits)
        inner = inner[took:]
        if not inner:
            return data
        package = Package(data, limits)
