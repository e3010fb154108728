#!/usr/bin/env python3
"""How well and how fast textperf reads: body text and tables against truth, speed against pdfminer.six in the same run.

    python benchmarks/reading.py BENCH [--sets pdf_lo pdf_typst …] [--speed] [--errors N]

BENCH holds one folder a set (r00.pdf …, or DOCX, HTML, DOC) and truth/rNN.json with ``paras`` and ``tables`` (title, grid).
Body text is all text outside tables, white space aside; its figure is the share of characters in matching blocks.
A row counts as found when all its filled cells stand in one row with the same texts; cells are compared by column and text.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from textperf.model import Document
from textperf.read import read


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
        figures["cell_f1"].append(2 * sum((cells & wanted).values()) / max(1, sum(cells.values()) + sum(wanted.values())))
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
    from textperf.read.pdf_lines import CharBoxes, printed_lines
    from textperf.read.pdf_page import read_page

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    files = [p for folder in folders for p in sorted(folder.glob("*.pdf"))]
    times = {"pdfminer": 0.0, "lines": 0.0, "all": 0.0}
    pages = 0
    for path in files:
        start = time.process_time()
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("bench", type=Path)
    parser.add_argument("--sets", nargs="*")
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--errors", type=int, default=0)
    args = parser.parse_args()
    known = {"pdf_lo", "pdf_chromium", "pdf_typst", "pdf_reportlab", "pdf_cid", "docx", "html", "doc"}
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
