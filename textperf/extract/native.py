"""The compiled twin of the hottest functions (_native.pyx), where it was built and still says what the Python says."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# What the compiled module repeats or takes its word lists from: where one of these was changed since, it is out of date.
SOURCES = (
    "_native.pyx", "twin/arrays.pxi", "twin/candidates.pxi", "twin/features.pxi", "twin/linking.pxi", "twin/actions.pxi",
    "actions.py", "candidates.py", "features.py", "guess.py", "linking.py", "scoring.py", "tokens.py",
    "../segment.py",
)  # fmt: skip


def fingerprint(folder: Path = HERE) -> str:
    """A fingerprint of the sources of the compiled module, which it is built with (hatch_build.py)."""
    found = hashlib.sha256()
    for name in SOURCES:
        found.update((folder / name).read_bytes())
    return found.hexdigest()[:16]


@lru_cache(maxsize=1)
def state() -> str:
    """``compiled``, or why not: ``missing`` (no compiler when textperf was installed), ``stale`` (the sources were changed
    since), ``off`` (TEXTPERF_PURE is set)."""
    if os.environ.get("TEXTPERF_PURE"):
        return "off"
    try:
        module = import_module("textperf.extract._native")
    except ImportError:
        return "missing"
    try:
        return "compiled" if module.built_from() == fingerprint() else "stale"
    except (OSError, AttributeError):
        return "stale"


@lru_cache(maxsize=1)
def native() -> Any:
    """The compiled module, or None where Python does the work."""
    return import_module("textperf.extract._native") if state() == "compiled" else None
