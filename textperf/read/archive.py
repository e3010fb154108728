"""Archives of reports: members are files named ``archive.zip!/folder/report.docx``, archives inside archives alike."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from textperf.read.errors import ReadError, failure
from textperf.read.limits import DEFAULT, Limits
from textperf.read.package import Package
from textperf.read.sniff import sniff

MEMBER = "!/"
# What operating systems and office programs leave in archives.
_JUNK = re.compile(r"(?:^|/)(?:__MACOSX/|\.|~\$|Thumbs\.db$|desktop\.ini$)", re.I)


def members(name: str, data: bytes, limits: Limits = DEFAULT, depth: int = 1) -> Iterator[str]:
    """The names of the files in an archive, in the order of its directory.

    An archive too deep is yielded as it is. Raises ReadError when the directory is broken or beyond the limits.
    """
    package = Package(data, limits)
    for inner in package.files:
        if _JUNK.search(inner):
            continue
        path = f"{name}{MEMBER}{inner}"
        if depth < limits.nesting and inner.lower().endswith(".zip") and not package.encrypted(inner):
            try:
                within = package.read(inner)
                if sniff(within, inner, Package(within, limits).names) == "zip":
                    yield from members(path, within, limits, depth + 1)
                    continue
            except ReadError:
                pass
        yield path


def member(path: str, limits: Limits = DEFAULT) -> bytes:
    """The bytes of a member by its full name. Raises ReadError ``not_found``, ``nesting_limit``, ``too_large`` and those of packages."""
    parts = path.split(MEMBER)
    at = next((i for i in range(1, len(parts)) if os.path.isfile(MEMBER.join(parts[:i]))), None)
    if at is None:
        raise failure("not_found")
    from textperf.read import content

    data = content(MEMBER.join(parts[:at]), limits)
    inner = parts[at:]
    if len(inner) > limits.nesting:
        raise failure("nesting_limit", f"嵌套 {len(inner)} 层，上限 {limits.nesting}")
    for name in inner:
        package = Package(data, limits)
        if name not in package.names:
            raise failure("not_found", "压缩包里没有这个成员")
        if package.size(name) > limits.file_bytes:
            raise failure("too_large", f"{package.size(name) / 1024**2:,.0f} MB")
        data = package.read(name)
    return data
