"""Corrections in files: JSON Lines for programs, an Excel sheet with drop-down lists for people."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from textperf.classify.reviews import REJECT, Review, ReviewError, check_rows, read_reviews
from textperf.classify.taxonomy import KINDS, NONE, categories
from textperf.model import FINDING_TYPES

SHEET = "更正"
# 人看的列名 → 更正的键；“新类别”一列由下拉框给中文名，读回时换成编号
COLUMNS = (
    ("finding_id", 18), ("报告", 18), ("部门", 20), ("年度", 8), ("类型", 10), ("原文", 70), ("现类别", 18), ("新类别", 22),
    ("新类型", 10), ("剔除", 8), ("更正人", 10), ("说明", 30), ("起", 8), ("止", 8),
)  # fmt: skip
_TYPE_NAMES = {"problem": "问题", "cause": "原因", "measure": "措施", "none": "未发现"}


def write_reviews(reviews: Iterable[Review], path: Path) -> None:
    """Write corrections as JSON Lines."""
    lines = [json.dumps(r.record(), ensure_ascii=False) for r in reviews]
    path.write_text("\n".join(lines) + ("\n" if lines else ""), encoding="utf-8")


def load_reviews(path: Path, indicators: Collection[str] = ()) -> tuple[Review, ...]:
    """Corrections from a ``.jsonl`` or ``.xlsx`` file. Raises :class:`ReviewError` with the lines at fault."""
    try:
        if path.suffix.lower() == ".xlsx":
            return read_review_sheet(path)
        return read_reviews(path.read_text(encoding="utf-8-sig"), indicators)
    except (OSError, UnicodeDecodeError) as e:
        raise ReviewError(f"{path}：读不了（{e}）") from e
    except ReviewError as e:
        raise ReviewError(f"{path.name}\n{e}") from e


def write_review_sheet(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write findings to correct as an Excel sheet: one row each, drop-down lists for category, type and rejection.

    A row holds the fields of a finding (finding_id, report_id, type, quote, category, start, end) and, where known,
    department, fiscal_year, who, note. Cells that begin like a formula are written as text.
    """
    import xlsxwriter

    names = {c.id: _choice(c.id) for c in categories()}
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    try:
        head = book.add_format({"bold": True, "bg_color": "#DDE6F0", "border": 1})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        edit = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#FFF8DC"})
        sheet = book.add_worksheet(SHEET)
        lists = book.add_worksheet("类别")
        where = {}
        for column, kind in enumerate(KINDS):
            choices = [names[c.id] for c in categories() if c.kind == kind] + [_choice(NONE)]
            lists.write_column(0, column, choices)
            letter = "AB"[column]
            where[kind] = f"=类别!${letter}$1:${letter}${len(choices)}"
        for column, (name, width) in enumerate(COLUMNS):
            sheet.write_string(0, column, name, head)
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, len(rows)), len(COLUMNS) - 1)
        for n, row in enumerate(rows, 1):
            cells = [
                row["finding_id"], row.get("report_id"), row.get("department"), row.get("fiscal_year"),
                _TYPE_NAMES.get(str(row.get("type")), row.get("type")), row.get("quote"),
                names.get(str(row.get("category")), _choice(NONE)), None, None, None, row.get("who"), row.get("note"),
                row.get("start"), row.get("end"),
            ]  # fmt: skip
            for column, cell in enumerate(cells):
                style = edit if 7 <= column <= 11 else wrap
                if cell is None:
                    sheet.write_blank(n, column, None, style)
                elif isinstance(cell, int | float):
                    sheet.write_number(n, column, cell, style)
                else:
                    sheet.write_string(n, column, str(cell), style)
            kind = "measure" if row.get("type") == "measure" else "problem"
            sheet.data_validation(n, 7, n, 7, {"validate": "list", "source": where[kind]})
            sheet.data_validation(n, 8, n, 8, {"validate": "list", "source": [_TYPE_NAMES[t] for t in FINDING_TYPES]})
            sheet.data_validation(n, 9, n, 9, {"validate": "list", "source": ["剔除"]})
    finally:
        book.close()


def read_review_sheet(path: Path) -> tuple[Review, ...]:
    """The corrections that were filled into a sheet of :func:`write_review_sheet`. Untouched rows are none.

    Raises :class:`ReviewError` that names the rows at fault (as Excel counts them).
    """
    from python_calamine import CalamineWorkbook

    try:
        table = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(SHEET).to_python()
    except Exception as e:
        raise ReviewError(f"读不出工作表“{SHEET}”（{e}）") from e
    names = [str(c).strip() for c in (table[0] if table else [])]
    missing = [c for c in ("finding_id", "原文", "新类别") if c not in names]
    if missing:
        raise ReviewError(f"第 1 行：缺少列 {'、'.join(missing)}，请用 textperf review export 导出的表")
    by_name = {_choice(c.id): c.id for c in categories()} | {_choice(NONE): NONE}
    types = {v: k for k, v in _TYPE_NAMES.items()}
    rows: list[tuple[str, dict[str, Any]]] = []
    wrong: list[str] = []
    for number, cells in enumerate(table[1:], 2):
        row = {name: (c if c != "" else None) for name, c in zip(names, cells, strict=False)}
        base = {
            "target": "finding",
            "target_id": _text(row.get("finding_id")),
            "report_id": _text(row.get("报告")),
            "quote": _text(row.get("原文")),
            "start": _number(row.get("起")),
            "end": _number(row.get("止")),
            "who": _text(row.get("更正人")),
            "note": _text(row.get("说明")),
        }
        for column, field, known in (("新类型", "type", types), ("新类别", "category", by_name)):
            said = _text(row.get(column))
            if said is None:
                continue
            new = known.get(said, said if said in known.values() else None)
            if new is None:
                wrong.append(f"第 {number} 行：{column}“{said}”不在下拉框里")
                continue
            old = (
                types.get(_text(row.get("类型")) or "")
                if field == "type"
                else by_name.get(_text(row.get("现类别")) or "")
            )
            rows.append((f"第 {number} 行", {**base, "field": field, "old": old, "new": new}))
        said = _text(row.get("剔除"))
        if said not in (None, "剔除"):
            wrong.append(f"第 {number} 行：剔除一列只可填“剔除”或空着，这里是“{said}”")
        elif said:
            rows.append((f"第 {number} 行", {**base, "field": "verdict", "old": None, "new": REJECT}))
    return check_rows(rows, (), wrong)


def _choice(category: str) -> str:
    names = {c.id: c.name for c in categories()}
    return f"{names.get(category, '不属于以上各类')}（{category}）"


def _text(cell: Any) -> str | None:
    return None if cell is None or not str(cell).strip() else str(cell).strip()


def _number(cell: Any) -> int | None:
    return int(cell) if isinstance(cell, int | float) else None
