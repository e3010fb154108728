"""What is installed, what is missing, what that means, and the command that mends it."""

from __future__ import annotations

import importlib.util
import shutil
import sqlite3
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from textperf.extract.native import state


@dataclass(frozen=True, slots=True)
class Part:
    """A part that textperf uses: package or program, what for, whether it can do without, how to install it."""

    name: str
    what: str
    needed: bool
    remedy: str
    program: bool = False


PARTS = (
    Part("pypdfium2", "读 PDF", True, "pip install textperf"),
    Part("pdfminer.six", "读 PDF（备用与核对）", True, "pip install textperf"),
    Part("lxml", "读 DOCX 与 HTML", True, "pip install textperf"),
    Part("selectolax", "读网页", True, "pip install textperf"),
    Part("python-calamine", "读电子表格", True, "pip install textperf"),
    Part("jieba", "分词词典", True, "pip install textperf"),
    Part("rjieba", "分词", True, "pip install textperf"),
    Part("spacy", "模式匹配与 spaCy 组件", True, "pip install textperf"),
    Part("scikit-learn", "归类模型", True, "pip install textperf"),
    Part("skops", "安全地读写模型", True, "pip install textperf"),
    Part("XlsxWriter", "写 Excel", True, "pip install textperf"),
    Part("python-docx", "写 Word", True, "pip install textperf"),
    Part("pebble", "工作进程与时限", True, "pip install textperf"),
    Part("rapidocr", "识别扫描页", False, "pip install 'textperf[ocr]'"),
    Part("pyarrow", "写 Parquet", False, "pip install 'textperf[parquet]'"),
    Part(
        "soffice",
        "读 DOC、WPS（旧版 Office）",
        False,
        "安装 LibreOffice，例如 apt-get install libreoffice-writer",
        program=True,
    ),
)


def diagnose() -> bool:
    """Prints a line a part; True when everything that is needed is there."""
    well = True
    print(f"Python {sys.version.split()[0]}，SQLite {sqlite3.sqlite_version}")
    for part in PARTS:
        found = _found(part)
        if found:
            print(f"✓ {part.name} {found}：{part.what}")
        else:
            well = well and not part.needed
            print(
                f"{'✗' if part.needed else '–'} {part.name} 没有装：{part.what}{'（必需）' if part.needed else '（可选）'}；{part.remedy}"
            )
    with sqlite3.connect(":memory:") as con:
        try:
            con.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
            print("✓ SQLite 全文检索可用")
        except sqlite3.OperationalError:
            print("✗ SQLite 没有 FTS5：检索不可用，请换一个 Python 发行版")
            well = False
    print(_NATIVE[state()])
    print(f"{'✓ 归类模型可用' if _model() else '– 归类模型没有随附：只用规则归类；textperf train 可以重建'}")
    return well


_NATIVE = {
    "compiled": "✓ 加速模块已编译",
    "missing": "– 加速模块没有编译：提取慢一倍，结果相同（可选）；装上 C 编译器（如 apt-get install gcc python3-dev）后重装 textperf",
    "stale": "– 加速模块与源文件不符，没有用它：提取慢一倍，结果相同；运行 make native 重编",
    "off": "– 加速模块被环境变量 TEXTPERF_PURE 关掉了：提取慢一倍，结果相同",
}


def _found(part: Part) -> str | None:
    if part.program:
        return shutil.which(part.name)
    try:
        return version(part.name)
    except PackageNotFoundError:
        return None


def _model() -> bool:
    if importlib.util.find_spec("sklearn") is None:
        return False
    from textperf.classify.model import model_path

    return model_path() is not None
