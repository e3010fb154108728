"""The rule files of compare and how each is checked, for ``textperf rules check``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from textperf.compare.account import read_cues
from textperf.compare.check_rules import failures, read_checks
from textperf.compare.copies import read_stock
from textperf.compare.names import Departments
from textperf.compare.units import ComparableUnits
from textperf.compare.usage import read_usage
from textperf.compare.wording import SameWords
from textperf.rules.check import RuleKind


def _builds(name: str, title: str, build: Callable[[Path], object], *, obligatory: bool = True) -> RuleKind:
    """Files whose examples run when they are read: a wrong one raises."""

    def check(directory: Path, files: Sequence[Path]) -> Iterable[str]:
        for path in files:
            build(path)
        return ()

    return RuleKind(name, title, check, obligatory)


def _checks(directory: Path, files: Sequence[Path]) -> Iterable[str]:
    for path in files:
        yield from failures(read_checks(path), path.name)


KINDS: tuple[RuleKind, ...] = (
    _builds("departments.toml", "单位名称", Departments),
    _builds("comparison.toml", "指标的比较", read_usage),
    _builds("comparable_units.toml", "可比单位", ComparableUnits),
    _builds("same_words.toml", "同义说法", SameWords),
    _builds("stock_phrases.toml", "公文套话", read_stock),
    _builds("followup.toml", "措施跟踪的说法", read_cues),
    _builds("recurrence.toml", "重复问题的说法", read_cues),
    RuleKind("checks.toml", "一致性核对", _checks),
    RuleKind("checks_local*.toml", "本地核对", _checks, obligatory=False),
)
"""For ``check_rules(directory, (*classify.rulecheck.KINDS, *compare.rulecheck.KINDS))``."""
