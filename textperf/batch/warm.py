"""Imported by the process that workers are forked from: rules, weights, dictionary and model are read once, not by each.

A worker that was killed for its time or memory is replaced at once, and what was read is shared in memory.
"""

from __future__ import annotations

import gc
import warnings

from textperf.batch.pipeline import analyse_text

try:
    analyse_text(
        "一、存在的问题\n全年立案186件，比上年增长5%。预算执行进度偏慢。\n二、改进措施\n加强预算管理，按月通报执行进度。"
    )
except Exception as e:  # told where it matters: by the worker that then meets it with a file
    warnings.warn(f"没有预先读入规则：{e}", stacklevel=1)
gc.freeze()
