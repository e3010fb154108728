"""Where the sample reports lie: in the installed package, or in the repository."""

from __future__ import annotations

from pathlib import Path

import textperf


def demo_reports() -> Path | None:
    """The folder of sample reports, or None when they did not come along."""
    package = Path(textperf.__file__).parent
    for folder in (package / "_demo", package.parent / "corpus" / "reports"):
        if folder.is_dir() and any(folder.iterdir()):
            return folder
    return None
