"""Worker processes: a hang, a crash or a hunger for memory costs one file, never the run."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textperf.model import Report
from textperf.read.errors import ReadError, describe
from textperf.read.limits import Limits


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: a report, or a reason code with its Chinese message; seconds of work."""

    path: str
    report: Report | None
    reason: str | None
    message: str | None
    seconds: float


def work(path: str, limits: Limits) -> Outcome:
    """Reads and analyses one file; every failure becomes a reason. Runs inside a worker."""
    from textperf.batch.pipeline import process

    began = time.monotonic()
    try:
        report = process(path, limits)
        return Outcome(path, report, None, None, time.monotonic() - began)
    except ReadError as e:
        return Outcome(path, None, e.reason, e.message, time.monotonic() - began)
    except MemoryError:
        return Outcome(path, None, "memory", describe("memory"), time.monotonic() - began)
    except Exception as e:  # a defect of ours must cost one file, and be told with its place
        return Outcome(path, None, "parser_crash", describe("parser_crash", place_of(e)), time.monotonic() - began)


def place_of(error: Exception) -> str:
    """The kind of an error and the line it came from."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} 于 {where}"


def _prepare(memory_bytes: int) -> None:
    if sys.platform == "win32":  # no such limits there; the time limit still holds
        return
    import resource

    # RLIMIT_DATA counts what a process really allocates; RLIMIT_AS would count the libraries' reserved address space too.
    soft = max(memory_bytes, 512 * 1024**2)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, soft))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


_PAGE = re.compile(rb"/Type\s*/Page[^s]")
_IMAGE = re.compile(rb"/Subtype\s*/Image")


def time_limit(path: Path, size: int, limits: Limits) -> float:
    """The seconds a file may take, from a cheap guess at its pages (page objects in sight, or its size) and at how many
    of them are images that want recognition."""
    pages, images = size // 40_000, 0
    if path.suffix.lower() == ".pdf" and size <= limits.file_bytes:
        with suppress(OSError):
            data = path.read_bytes()
            pages = max(pages, len(_PAGE.findall(data)))
            images = len(_IMAGE.findall(data))
    pages = min(pages, limits.pages)
    return limits.seconds(pages, min(images, pages))


def run_all(tasks: Iterable[tuple[str, float]], limits: Limits, jobs: int) -> Iterator[Outcome]:
    """Outcomes of all tasks ``(path, seconds)`` as they finish, from ``jobs`` worker processes.

    A task past its time is killed with its worker (reason ``timeout``); a worker that dies takes one task with it
    (``parser_crash``, or ``memory`` when the kernel killed it). At most four tasks a worker wait in the queue.
    """
    import multiprocessing

    from pebble import ProcessExpired, ProcessPool

    for name in (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
    ):  # a worker a core is enough; threads inside would only fight
        os.environ.setdefault(name, "1")
    if sys.platform == "win32":
        context: Any = multiprocessing.get_context("spawn")
    else:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["textperf.batch.warm"])
    pool = ProcessPool(
        max_workers=jobs, max_tasks=500, initializer=_prepare, initargs=(limits.memory_bytes,), context=context
    )
    waiting: dict[Future[Any], tuple[str, float]] = {}
    source = iter(tasks)
    try:
        done_feeding = False
        while True:
            while not done_feeding and len(waiting) < 4 * jobs:
                task = next(source, None)
                if task is None:
                    done_feeding = True
                    break
                future: Future[Any] = pool.schedule(work, args=(task[0], limits), timeout=task[1])
                waiting[future] = task
            if not waiting:
                break
            finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in finished:
                path, seconds = waiting.pop(future)
                try:
                    yield future.result()
                except FutureTimeout:
                    yield Outcome(path, None, "timeout", describe("timeout", f"{seconds:.0f} 秒"), seconds)
                except ProcessExpired as e:
                    reason = "memory" if e.exitcode == -9 else "parser_crash"
                    yield Outcome(path, None, reason, describe(reason, f"退出码 {e.exitcode}"), 0.0)
                except Exception as e:
                    yield Outcome(path, None, "parser_crash", describe("parser_crash", type(e).__name__), 0.0)
        pool.close()  # type: ignore[no-untyped-call]
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()
