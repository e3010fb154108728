"""What calamine leaves out of an XLS or XLSB: number formats (without them 93.17% would be read as 0.9317), and how large a
grid it would lay out. It fills the rectangle around all cells, so that one stray cell in the last row and column costs
gigabytes. Only where cells stand is looked at, as their records say; the size that a file claims for a sheet is not."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from textperf.read.errors import ReadError
from textperf.read.limits import Limits
from textperf.read.number_format import BUILTIN
from textperf.read.ole import stream
from textperf.read.package import Package

_BOF, _EOF, _FORMAT, _XF, _BOUNDSHEET, _FILEPASS = 0x0809, 0x000A, 0x041E, 0x00E0, 0x0085, 0x002F
_NUMBER, _RK, _MULRK, _FORMULA = 0x0203, 0x027E, 0x00BD, 0x0006
_OTHERS = frozenset((0x00FD, 0x0204, 0x00D6, 0x0205))  # LABELSST, LABEL, RSTRING, BOOLERR
_XLSB_ROW, _XLSB_CELLS = 0, frozenset((*range(2, 12), 62))  # BrtRowHdr; BrtCellRk … BrtFmlaError, BrtCellRString


@dataclass(slots=True)
class Layout:
    """Where the cells of a sheet stand, and the format codes of its numbers by (row, column)."""

    codes: dict[tuple[int, int], str] = field(default_factory=dict)
    cells: int = 0
    top: int = 1 << 32
    left: int = 1 << 32
    bottom: int = -1
    right: int = -1

    @property
    def places(self) -> int:
        """How many places the rectangle around the cells has."""
        return max(0, self.bottom - self.top + 1) * max(0, self.right - self.left + 1)

    def note(self, row: int, col: int, last: int) -> None:
        """Note the cells of a row from ``col`` to ``last``."""
        self.cells += last - col + 1
        self.top, self.bottom = min(self.top, row), max(self.bottom, row)
        self.left, self.right = min(self.left, col), max(self.right, last)


def layouts(data: bytes, kind: str, limits: Limits) -> list[Layout]:
    """The layout of each sheet in order (of an XLSB without formats); empty where the file is broken, encrypted or older
    than BIFF5."""
    try:
        if kind == "xls":
            book = stream(data, "Workbook") or stream(data, "Book")
            return _book(book) if book else []
        package = Package(data, limits)
        names = [
            n for n in sorted(package.names) if n.lower().startswith("xl/worksheets/") and n.lower().endswith(".bin")
        ]
        return [_xlsb(package.read(name)) for name in names]
    except (struct.error, IndexError, UnicodeDecodeError, ReadError):
        return []


def _records(book: bytes, at: int = 0) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        yield kind, book[at + 4 : at + 4 + size]
        at += 4 + size


def _book(book: bytes) -> list[Layout]:
    codes = dict(BUILTIN)
    styles: list[int] = []
    starts: list[int] = []
    for kind, body in _records(book):
        if kind == _FORMAT and len(body) >= 5:
            number, length, flag = struct.unpack_from("<HHB", body)
            codes[number] = (
                body[5 : 5 + 2 * length].decode("utf-16-le") if flag & 1 else body[5 : 5 + length].decode("latin-1")
            )
        elif kind == _XF and len(body) >= 4:
            styles.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _BOUNDSHEET and len(body) >= 4:
            starts.append(struct.unpack_from("<I", body)[0])
        elif kind == _FILEPASS:
            return []
        elif kind == _EOF:  # the end of the workbook's own records
            break
    return [_sheet(book, start, [codes.get(style, "General") for style in styles]) for start in starts]


def _sheet(book: bytes, start: int, styles: list[str]) -> Layout:
    out = Layout()

    def note(row: int, col: int, style: int) -> None:
        out.note(row, col, col)
        code = styles[style] if style < len(styles) else "General"
        if code != "General":
            out.codes[row, col] = code

    depth = 0
    for kind, body in _records(book, start):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth == 0:
                break
        elif kind in (_NUMBER, _RK, _FORMULA) and len(body) >= 6:
            note(*struct.unpack_from("<HHH", body))
        elif kind in _OTHERS and len(body) >= 6:
            row, col = struct.unpack_from("<HH", body)
            out.note(row, col, col)
        elif kind == _MULRK and len(body) >= 10:
            row, first = struct.unpack_from("<HH", body)
            for i in range((len(body) - 6) // 6):
                note(row, first + i, struct.unpack_from("<H", body, 4 + 6 * i)[0])
    return out


def _xlsb(data: bytes) -> Layout:
    """[MS-XLSB] 2.1.4: a record is its type (1 or 2 bytes), the size of its body (1 to 4 bytes of 7 bits) and the body."""
    out = Layout()
    at = row = 0
    while at < len(data):
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | (data[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while shift < 28:
            part = data[at]
            at += 1
            size |= (part & 0x7F) << shift
            shift += 7
            if not part & 0x80:
                break
        if kind == _XLSB_ROW and size >= 4:
            row = struct.unpack_from("<I", data, at)[0]
        elif kind in _XLSB_CELLS and size >= 4:
            col = struct.unpack_from("<I", data, at)[0]
            out.note(row, col, col)
        at += size
    return out
