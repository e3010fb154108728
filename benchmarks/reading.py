#!/usr/bin/env python3
"""How well and how fast textperf reads: body text and tables against truth, speed against pdfminer.six in the same run.

    python benchmarks/reading.py BENCH [--sets pdf_lo pdf_typst …] [--speed] [--scan] [--sums FILE…] [--errors N]

BENCH holds one folder a set (r00.pdf …, or DOCX, HTML, DOC) and truth/rNN.json with ``paras`` and ``tables`` (title, grid).
Body text is all text outside tables, white space aside; its figure is the share of characters in matching blocks.
A row counts as found when all its filled cells stand in one row with the same texts; cells are compared by column and text.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from textperf.model import Document
from textperf.read import read
from textperf.text.fold import fold

NUMBER = re.compile(r"\d[\d,.]*\d|\d")


def squeeze(text: str | None) -> str:
    return "".join((text or "").split())


def body(document: Document) -> str:
    """The text outside tables."""
    at, parts = 0, []
    for table in document.tables:
        parts.append(document.text[at : table.start])
        at = table.end
    parts.append(document.text[at:])
    return squeeze("".join(parts))


def likeness(got: str, want: str) -> float:
    """Twice the characters in matching blocks over both lengths (equal texts at once)."""
    if got == want:
        return 1.0
    return SequenceMatcher(None, got, want, autojunk=False).ratio()


def differences(got: str, want: str, limit: int) -> list[str]:
    out = []
    for tag, a0, a1, b0, b1 in SequenceMatcher(None, got, want, autojunk=False).get_opcodes():
        if tag != "equal":
            out.append(f"{tag}: got {got[max(0, a0 - 8) : a1 + 8]!r} want {want[max(0, b0 - 8) : b1 + 8]!r}")
    return out[:limit]


def rows_of(document: Document) -> list[tuple[tuple[int, str], ...]]:
    out = []
    for table in document.tables:
        rows: dict[int, list[tuple[int, str]]] = {}
        for cell in table.cells:
            text = squeeze(document.text[cell.start : cell.end])
            if text:
                rows.setdefault(cell.row, []).append((cell.col, text))
        out += [tuple(sorted(row)) for _, row in sorted(rows.items())]
    return out


def truth_rows(truth: dict[str, Any]) -> list[tuple[tuple[int, str], ...]]:
    out = []
    for table in truth["tables"]:
        for row in table["grid"]:
            out.append(tuple((i, squeeze(v)) for i, v in enumerate(row) if squeeze(v)))
    return out


def measure(folder: Path, truths: Path, errors: int) -> dict[str, float]:
    figures: dict[str, list[float]] = {"body": [], "row_recall": [], "cell_f1": []}
    for path in sorted(folder.iterdir()):
        truth = json.loads((truths / f"{path.stem}.json").read_text(encoding="utf-8"))
        document = read(path)
        got, want = body(document), squeeze("".join(truth["paras"]))
        titles = [squeeze(t["title"]) for t in truth["tables"]]
        # titles of tables stand in the body; truth keeps them apart
        for title in titles:
            if title not in want:
                got = got.replace(title, "", 1)
        figures["body"].append(likeness(got, want))
        if errors and got != want:
            print(f"  {path.name}", *differences(got, want, errors), sep="\n    ")
        have, need = Counter(rows_of(document)), Counter(truth_rows(truth))
        figures["row_recall"].append(sum((have & need).values()) / max(1, sum(need.values())))
        cells, wanted = Counter(c for r in have.elements() for c in r), Counter(c for r in need.elements() for c in r)
        figures["cell_f1"].append(
            2 * sum((cells & wanted).values()) / max(1, sum(cells.values()) + sum(wanted.values()))
        )
        if errors:
            for row in list((need - have).elements())[:errors]:
                print(f"  {path.name} missed row {row}")
            for row in list((have - need).elements())[:errors]:
                print(f"  {path.name} false row  {row}")
    return {name: sum(values) / len(values) for name, values in figures.items()}


def speed(folders: list[Path]) -> dict[str, float]:
    """Pages a second of one process: lines only, all of read_pdf, and pdfminer.six extract_text on the same files."""
    import logging

    import pypdfium2 as pdf
    from pdfminer.high_level import extract_text

    from textperf.read.limits import DEFAULT
    from textperf.read.pdf import read_pdf
    from textperf.read.pdf_fonts import stand_in_fonts
    from textperf.read.pdf_join import printed_lines
    from textperf.read.pdf_lines import CharBoxes
    from textperf.read.pdf_page import read_page

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    files = [p for folder in folders for p in sorted(folder.glob("*.pdf"))]
    times = {"pdfminer": 0.0, "lines": 0.0, "all": 0.0}
    pages = 0
    for path in files:
        start = time.process_time()
        with stand_in_fonts():
            document = pdf.PdfDocument(path.read_bytes())
            boxes = CharBoxes()
            for i in range(len(document)):
                page = document[i]
                printed_lines(read_page(page, i + 1, boxes, tables=False).runs)
                page.close()
            pages += len(document)
            document.close()
        times["lines"] += time.process_time() - start
        start = time.process_time()
        read_pdf(path, DEFAULT)
        times["all"] += time.process_time() - start
        start = time.process_time()
        extract_text(str(path))
        times["pdfminer"] += time.process_time() - start
    return {
        "pages": pages,
        **{f"{name}_pages_per_s": pages / t for name, t in times.items()},
        "lines_x": times["pdfminer"] / times["lines"],
        "all_x": times["pdfminer"] / times["all"],
    }


def scans(bench: Path) -> dict[str, dict[str, float]]:
    """Recognised pages against the same pages of the file they were made from (needs the extra ``[ocr]``): characters
    found (order aside), likeness (order counts) and numbers found exactly, without running heads and page numbers."""
    out = {}
    for name, info in json.loads((bench / "scan" / "index.json").read_text(encoding="utf-8")).items():
        start = time.monotonic()
        got = read(bench / "scan" / name)
        seconds = time.monotonic() - start
        source = read(bench / info["src"])
        wanted = {page + 1 for page in info["pages"]}
        want = "\n".join(source.text[line.start : line.end] for line in source.lines if line.page in wanted)
        have = "\n".join(got.text[line.start : line.end] for line in got.lines)
        a, b = Counter(fold(squeeze(have))), Counter(fold(squeeze(want)))
        x, y = Counter(NUMBER.findall(have)), Counter(NUMBER.findall(want))
        out[name] = {
            "characters": sum((a & b).values()) / sum(b.values()),
            "likeness": likeness(fold(squeeze(have)), fold(squeeze(want))),
            "numbers": sum((x & y).values()) / sum(y.values()),
            "of": float(sum(y.values())),
            "s_a_page": seconds / len(wanted),
        }
    return out


def sums(document: Document) -> tuple[int, int]:
    """How many sums of the 决算 tables of a document hold, of how many: codes against the codes below them, 合计 against
    its columns, 本年…合计 against the items above."""
    held = total = 0
    for table in document.tables:
        grid: dict[int, dict[int, str]] = {}
        for cell in table.cells:
            grid.setdefault(cell.row, {})[cell.col] = squeeze(document.text[cell.start : cell.end])
        for ok in [*_code_sums(grid), *_side_sums(grid), *_row_sums(grid)]:
            held += ok
            total += 1
    return held, total


def _value(text: str) -> float | None:
    return float(text.replace(",", "")) if re.fullmatch(r"-?[\d,]+\.\d+", text) else None


def _numbers(row: dict[int, str], start: int, stop: int) -> dict[int, float]:
    return {c: v for c, text in row.items() if start < c < stop and (v := _value(text)) is not None}


def _code_sums(grid: dict[int, dict[int, str]]) -> list[bool]:
    out = []
    columns = {c for row in grid.values() for c, text in row.items() if re.fullmatch(r"\d{5}", text)}
    for col in sorted(columns):
        stop = min((c for c in columns if c > col), default=999)
        values = {
            row[col]: _numbers(row, col, stop)
            for row in grid.values()
            if re.fullmatch(r"\d{3}|\d{5}|\d{7}", row.get(col, ""))
        }
        for code, mine in values.items():
            parts = [v for other, v in values.items() if other.startswith(code) and len(other) == len(code) + 2]
            if parts:
                out += [_close(v, [p.get(c, 0.0) for p in parts]) for c, v in mine.items()]
        tops = [v for code, v in values.items() if len(code) == 3]
        for row in grid.values():
            if row.get(col, row.get(0)) == "合计" and tops:
                out += [_close(v, [t.get(c, 0.0) for t in tops]) for c, v in _numbers(row, col, stop).items()]
    return out


def _side_sums(grid: dict[int, dict[int, str]]) -> list[bool]:
    out = []
    for number, row in grid.items():
        for col, text in row.items():
            if re.fullmatch(r"本年(收入|支出)合计", text) and number > 8:
                stop = min((c for c, t in row.items() if c > col and re.match(r"本年支出", t)), default=999)
                items = [
                    _numbers(r, col, stop)
                    for n, r in grid.items()
                    if n < number and re.match(r"[一二三四五六七八九十]+、", r.get(col, ""))
                ]
                out += [_close(v, [i.get(c, 0.0) for i in items]) for c, v in _numbers(row, col, stop).items()]
    return out


def _row_sums(grid: dict[int, dict[int, str]]) -> list[bool]:
    """合计 = 基本支出 + 项目支出 (+ …), where the head says so."""
    head = {c: text for n in (0, 1) for c, text in grid.get(n, {}).items() if text}
    whole = [c for c, text in head.items() if re.fullmatch(r"合计|本年(收入|支出)合计", text)]
    if len(whole) != 1 or not any(text in ("基本支出", "财政拨款收入") for text in head.values()):
        return []
    out = []
    for row in grid.values():
        values = _numbers(row, whole[0] - 1, 999)
        if whole[0] in values and len(values) > 1:
            out.append(_close(values[whole[0]], [v for c, v in values.items() if c != whole[0]]))
    return out


def _close(whole: float, parts: list[float]) -> bool:
    """Equal but for what rounding every part to two decimals can make."""
    return abs(whole - sum(parts)) <= 0.005 * (len([p for p in parts if p]) + 1) + 1e-6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("bench", type=Path)
    parser.add_argument("--sets", nargs="*")
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--scan", action="store_true")
    parser.add_argument("--sums", type=Path, nargs="*", default=[])
    parser.add_argument("--errors", type=int, default=0)
    args = parser.parse_args()
    known = {"pdf_lo", "pdf_chromium", "pdf_typst", "pdf_reportlab", "pdf_cid", "docx", "html", "doc"}
    for path in args.sums:
        held, total = sums(read(path))
        print(f"{path.name}：表内合计 {held}/{total} 成立" + (f"（{held / total:.3f}）" if total else ""))
    if args.scan:
        for name, found in scans(args.bench).items():
            print(f"{name:14s} " + "  ".join(f"{k} {v:.4f}" for k, v in found.items()))
    if (args.scan or args.sums) and not args.sets:
        return 0
    names = args.sets or sorted(p.name for p in args.bench.iterdir() if p.name in known)
    if not names:
        print(f"{args.bench}：没有可测的文件夹", file=sys.stderr)
        return 2
    for name in names:
        figures = measure(args.bench / name, args.bench / "truth", args.errors)
        print(f"{name:14s} " + "  ".join(f"{k} {v:.4f}" for k, v in figures.items()))
    if args.speed:
        figures = speed([args.bench / name for name in names if name.startswith("pdf")])
        print("  ".join(f"{k} {v:.1f}" for k, v in figures.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
