"""OLE compound files (DOC, XLS, WPS, encrypted Office): which of them a file is, by the names in its directory."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

from textperf.read.errors import failure

_FREE = 0xFFFFFFFA  # this and above are marks, not sectors


def streams(data: bytes) -> dict[str, tuple[int, int]]:
    """Names of the streams and folders at the top with their first sector and size, and ``Root Entry``: those of embedded
    files, which lie in folders, are not the file's own. Raises ReadError ``truncated``.

    >>> streams(b"not OLE")
    Traceback (most recent call last):
    ...
    textperf.read.errors.ReadError: 文件不完整，后半部分缺失或结构损坏（OLE 目录损坏）；请重新下载或重新导出这个文件
    """
    try:
        shift = struct.unpack_from("<H", data, 30)[0]
        if not 7 <= shift <= 16:
            raise ValueError(shift)
        size = 1 << shift
        first = struct.unpack_from("<I", data, 48)[0]
        fat = _fat(data, size)
        entries: list[_Entry | None] = []
        seen: set[int] = set()
        sector = first
        while sector < _FREE and sector not in seen and len(seen) < 10_000:
            seen.add(sector)
            for at in range((sector + 1) * size, min((sector + 2) * size, len(data) - 127), 128):
                entries.append(_entry(data, at))
            sector = fat[sector] if sector < len(fat) else _FREE
    except (struct.error, ValueError, IndexError) as e:
        raise failure("truncated", "OLE 目录损坏") from e
    out = {e.name: (e.start, e.size) for e in _top(entries)}
    if not out:
        raise failure("truncated", "OLE 目录损坏")
    return out


class _Entry(NamedTuple):
    name: str
    left: int
    right: int
    child: int
    start: int
    size: int


def _entry(data: bytes, at: int) -> _Entry | None:
    length = struct.unpack_from("<H", data, at + 64)[0]
    if not 2 <= length <= 64 or data[at + 66] not in (1, 2, 5):
        return None
    name = data[at : at + length - 2].decode("utf-16-le", "replace")
    return _Entry(name, *struct.unpack_from("<III", data, at + 68), *struct.unpack_from("<II", data, at + 116))


def _top(entries: Sequence[_Entry | None]) -> list[_Entry]:
    """The root and what hangs directly below it; all entries where the tree is broken."""
    if not entries or entries[0] is None:
        return [e for e in entries if e is not None]
    out, seen, waiting = [entries[0]], {0}, [entries[0].child]
    while waiting:
        number = waiting.pop()
        if number in seen or number >= len(entries):
            continue
        seen.add(number)
        entry = entries[number]
        if entry is not None:
            out.append(entry)
            waiting += (entry.left, entry.right)
    return out if len(out) > 1 else [e for e in entries if e is not None]


def _fat(data: bytes, size: int) -> list[int]:
    """The chain table, from the sectors that the header lists and the chain of further lists."""
    listed = list(struct.unpack_from("<109I", data, 76))
    more, seen = struct.unpack_from("<I", data, 68)[0], set[int]()
    while more < _FREE and more not in seen and (more + 2) * size <= len(data):
        seen.add(more)
        entries = struct.unpack_from(f"<{size // 4}I", data, (more + 1) * size)
        listed += entries[:-1]
        more = entries[-1]
    out: list[int] = []
    for sector in dict.fromkeys(listed):
        if sector < _FREE and (sector + 2) * size <= len(data):
            out += struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
    return out


def stream(data: bytes, name: str) -> bytes:
    """The bytes of a stream, b"" where there is none. Raises ReadError ``truncated``."""
    directory = streams(data)
    if name not in directory:
        return b""
    start, length = directory[name]
    shift = struct.unpack_from("<H", data, 30)[0]
    size = 1 << shift
    fat = _fat(data, size)

    def chain(sector: int, limit: int) -> bytes:
        parts: list[bytes] = []
        while sector < min(_FREE, len(fat)) and len(parts) * size < limit:
            parts.append(data[(sector + 1) * size : (sector + 2) * size])
            sector = fat[sector]
        return b"".join(parts)[:limit]

    if length >= 4096:
        return chain(start, length)
    # streams below 4 kB lie in sectors of 64 bytes inside the stream of the root entry
    small = chain(*directory.get("Root Entry", (_FREE, 0)))
    packed = chain(struct.unpack_from("<I", data, 60)[0], len(data))
    minifat = struct.unpack(f"<{len(packed) // 4}I", packed[: len(packed) // 4 * 4])
    parts: list[bytes] = []
    while start < min(_FREE, len(minifat)) and len(parts) * 64 < length:
        parts.append(small[start * 64 : start * 64 + 64])
        start = minifat[start]
    return b"".join(parts)[:length]


def kind_of(data: bytes) -> str:
    """The format of an OLE file: ``doc xls ppt``. Raises ReadError ``needs_password`` or ``unsupported``."""
    names = streams(data)
    if "EncryptedPackage" in names or "EncryptionInfo" in names:
        raise failure("needs_password", "加密的 Office 文件")
    if "WordDocument" in names:
        start, size = names["WordDocument"]
        shift = struct.unpack_from("<H", data, 30)[0]
        at = (start + 1) << shift
        # bit 0x0100 of the flags in the file's header: the text is encrypted
        head = data[at : at + 12] if size >= 4096 else b""
        if len(head) == 12 and head[:2] == b"\xec\xa5" and head[11] & 0x01:
            raise failure("needs_password", "加密的 DOC")
        return "doc"
    if "Workbook" in names or "Book" in names:
        return "xls"
    if "PowerPoint Document" in names:
        return "ppt"
    if "WpsDocument" in names or "WPS" in "".join(names):
        return "doc"
    raise failure("unsupported", "OLE 复合文件：" + "、".join(sorted(n for n in names if n.isprintable())[:4]))
