"""DOC, WPS, ODT and Word XML through soffice, where it is installed: converted to DOCX, which keeps the automatic numbers and the tables."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from textperf.model import Document, Source
from textperf.read.docx import read_docx
from textperf.read.errors import failure
from textperf.read.limits import DEFAULT, Limits
from textperf.read.odf import refuse_encrypted
from textperf.read.package import Package


@lru_cache(maxsize=1)
def soffice() -> str | None:
    """The path of LibreOffice's command, or None."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def read_doc(data: bytes, source: Source, limits: Limits = DEFAULT) -> Document:
    """The document of a DOC, WPS, ODT or Word XML. Raises ReadError ``needs_converter`` without soffice, ``timeout``, ``parser_crash``
    or those of DOCX."""
    if source.format == "odt":
        refuse_encrypted(Package(data, limits))
    suffix = {"odt": "odt", "wordml": "xml"}.get(source.format, "doc")
    converted = convert({f"report.{suffix}": data}, "docx", limits.seconds())
    if "report.docx" not in converted:
        raise failure("parser_crash", "转换程序没有给出结果")
    document = read_docx(converted["report.docx"], source, limits)
    return replace(document, source=replace(document.source, format=source.format, reader="soffice+docx"))


def convert(files: Mapping[str, bytes], target: str, seconds: float, reader: str = "") -> dict[str, bytes]:
    """Convert files in one run of soffice (starting it costs more than a file). Names must differ in their stems. ``reader``
    is the import filter they are for, where a file that is not sound must not be taken for plain text.

    The run has a profile of its own, so that an open LibreOffice does not matter, and is killed with its children at the
    time limit. Files that it could not convert are absent from the result. Raises ReadError ``needs_converter``, ``timeout``.
    """
    command = soffice()
    if command is None:
        raise failure("needs_converter")
    with tempfile.TemporaryDirectory(prefix="textperf-soffice-") as folder:
        inbox, outbox, profile = (Path(folder) / name for name in ("in", "out", "profile"))
        inbox.mkdir()
        outbox.mkdir()
        for name, data in files.items():
            (inbox / name).write_bytes(data)
        _run(
            [
                command,
                f"-env:UserInstallation={profile.as_uri()}",
                "--headless",
                "--norestore",
                "--nolockcheck",
                "--nodefault",
                *([f"--infilter={reader}"] if reader else []),
                "--convert-to",
                target,
                "--outdir",
                str(outbox),
                *(str(inbox / name) for name in files),
            ],
            seconds,
        )
        return {file.name: file.read_bytes() for file in sorted(outbox.iterdir()) if file.is_file()}


def _run(command: Sequence[str], seconds: float) -> None:
    """Run a command in a process group of its own and end the whole group when the time is up."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "SAL_USE_VCLPLUGIN": "svp"},
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired as e:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise failure("timeout", f"转换超过 {seconds:.0f} 秒") from e
