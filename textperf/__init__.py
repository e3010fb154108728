"""textperf：从政府绩效报告中提取可核对的数字、问题与措施，并跨部门、跨年度比较。

The public names are loaded when first used, so that ``import textperf`` stays light. ``process`` reads a file and gives
its finished ``Report``; ``read_document`` and ``analyse`` are its two halves; ``analyse_text`` takes a string;
``compare_reports`` lines several reports up; ``Store`` opens a database.
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"

_PLACES = {
    "read_document": ("textperf.read", "read"),
    "analyse": ("textperf.batch.pipeline", "analyse"),
    "analyse_text": ("textperf.batch.pipeline", "analyse_text"),
    "process": ("textperf.batch.pipeline", "process"),
    "compare_reports": ("textperf.compare", "compare"),
    "Store": ("textperf.store.database", "Store"),
    **{name: ("textperf.model", name) for name in ("Check", "Document", "Fact", "Finding", "Report")},
}

__all__ = [
    "Check",
    "Document",
    "Fact",
    "Finding",
    "Report",
    "Store",
    "analyse",
    "analyse_text",
    "compare_reports",
    "process",
    "read_document",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'textperf' has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _PLACES[name]
    return getattr(import_module(module), attribute)
