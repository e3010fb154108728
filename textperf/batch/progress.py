"""Progress of a long run: a bar on a terminal, a line now and then elsewhere. Standard error only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar() -> Iterator[Callable[[int, int, str], None]]:
    """A function ``(done, of, path)`` that shows how far the run is."""
    if not sys.stderr.isatty():
        yield _line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("读取报告"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=None)

        def step(done: int, of: int, path: str) -> None:
            shown.update(task, completed=done, total=of, description=path[-40:])

        yield step


def _line(done: int, of: int, path: str) -> None:
    if done == of or done % 100 == 0:
        print(f"已读 {done}/{of}：{path}", file=sys.stderr)
