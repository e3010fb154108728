"""Validation of a directory of rule files: each file is read strictly and the examples inside it are run.

This module knows no rule file itself. Whoever owns one describes it by a :class:`RuleKind`; the command line hands
all kinds to :func:`check_rules`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from textperf.rules.loader import RuleError


@dataclass(frozen=True, slots=True)
class RuleKind:
    """A kind of rule file: where it lies and who can check it.

    ``pattern`` is a path below the rules directory, with ``*`` (``units.toml``, ``indicators/*.toml``). ``check`` gets
    the directory and the files of this kind in it and yields a Chinese sentence for each thing that is wrong, which
    names file and rule; it may also raise :class:`RuleError`.
    """

    pattern: str
    name: str
    check: Callable[[Path, Sequence[Path]], Iterable[str]]
    obligatory: bool = True


def check_rules(directory: Path, kinds: Sequence[RuleKind]) -> list[str]:
    """What is wrong with the rule files of ``directory``, as Chinese sentences; an empty list when all is well.

    A file of no known kind is reported too: it would have no effect. Never raises for what stands in the files.

    >>> import tempfile
    >>> check_rules(Path(tempfile.mkdtemp()), [RuleKind("units.toml", "单位", lambda d, files: [])])
    ['units.toml：规则目录里没有这个文件（单位）']
    """
    if not directory.is_dir():
        return [f"{directory}：不是目录，请给出放规则文件（*.toml）的目录"]
    files = sorted(p for p in directory.rglob("*.toml") if p.is_file())
    problems: list[str] = []
    known: set[Path] = set()
    for kind in kinds:
        mine = [p for p in files if fnmatch(p.relative_to(directory).as_posix(), kind.pattern)]
        known.update(mine)
        if not mine:
            if kind.obligatory:
                problems.append(f"{kind.pattern}：规则目录里没有这个文件（{kind.name}）")
            continue
        try:
            problems.extend(kind.check(directory, mine))
        except RuleError as e:
            problems.append(str(e))
    for path in files:
        if path not in known:
            problems.append(f"{path.relative_to(directory).as_posix()}：不认识的规则文件，不会起作用；请核对文件名")
    return problems


def check_shape(directory: Path, files: Sequence[Path]) -> Iterable[str]:
    """The least that holds for every rule file: legal TOML, entries with an id that occurs once and an example each."""
    for path in files:
        try:
            data = tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
            yield f"{path.name}：不是合法的 TOML：{e}"
            continue
        for entries in data.values():
            seen: set[str] = set()
            for n, entry in enumerate(entries if isinstance(entries, list) else (), 1):
                name = entry.get("id", "")
                if not name or name in seen:
                    yield f"{path.name} 第 {n} 条（{name or '无 id'}）：{'id 重复' if name else '缺少 id'}"
                seen.add(name)
                if not entry.get("examples"):
                    yield f"{path.name}（{name}）：examples 至少要有 1 条"


def count_examples(directory: Path) -> int:
    """How many examples and counter-examples the rule files of a directory hold."""
    total = 0
    for path in directory.rglob("*.toml"):
        try:
            data = tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            continue
        for entries in data.values():
            for entry in entries if isinstance(entries, list) else ():
                total += len(entry.get("examples", ())) + len(entry.get("counter_examples", ()))
    return total
