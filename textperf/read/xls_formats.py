"""Number formats of an XLS (BIFF8), which calamine leaves out: without them 93.17% would be read as 0.9317."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from textperf.read.errors import ReadError
from textperf.read.number_format import BUILTIN
from textperf.read.ole import stream

_BOF, _FORMAT, _XF, _BOUNDSHEET = 0x0809, 0x041E, 0x00E0, 0x0085
_NUMBER, _RK, _MULRK, _FORMULA = 0x0203, 0x027E, 0x00BD, 0x0006


def xls_formats(data: bytes) -> list[dict[tuple[int, int], str]]:
    """For each sheet in order the format codes of its numbers by (row, column); empty where the file is of another kind."""
    try:
        book = stream(data, "Workbook") or stream(data, "Book")
        return _read(book) if book else []
    except (struct.error, IndexError, UnicodeDecodeError, ReadError):
        return []


def _records(book: bytes, at: int = 0) -> Iterator[tuple[int, int, bytes]]:
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        yield at, kind, book[at + 4 : at + 4 + size]
        at += 4 + size


def _read(book: bytes) -> list[dict[tuple[int, int], str]]:
    codes = dict(BUILTIN)
    styles: list[int] = []
    starts: list[int] = []
    for _, kind, body in _records(book):
        if kind == _FORMAT and len(body) >= 5:
            number, length, flag = struct.unpack_from("<HHB", body)
            codes[number] = (
                body[5 : 5 + 2 * length].decode("utf-16-le") if flag & 1 else body[5 : 5 + length].decode("latin-1")
            )
        elif kind == _XF and len(body) >= 4:
            styles.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _BOUNDSHEET and len(body) >= 4:
            starts.append(struct.unpack_from("<I", body)[0])
        elif kind == 0x000A:  # the end of the workbook's own records
            break
    return [_sheet(book, start, styles, codes) for start in starts]


def _sheet(book: bytes, start: int, styles: list[int], codes: dict[int, str]) -> dict[tuple[int, int], str]:
    out: dict[tuple[int, int], str] = {}

    def note(row: int, col: int, style: int) -> None:
        code = codes.get(styles[style] if style < len(styles) else 0, "General")
        if code != "General":
            out[row, col] = code

    depth = 0
    for _, kind, body in _records(book, start):
        if kind == _BOF:
            depth += 1
        elif kind == 0x000A:
            depth -= 1
            if depth == 0:
                break
        elif kind in (_NUMBER, _RK, _FORMULA) and len(body) >= 6:
            note(*struct.unpack_from("<HHH", body))
        elif kind == _MULRK and len(body) >= 10:
            row, first = struct.unpack_from("<HH", body)
            for i in range((len(body) - 6) // 6):
                note(row, first + i, struct.unpack_from("<H", body, 4 + 6 * i)[0])
    return out
