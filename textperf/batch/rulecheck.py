"""``textperf rules check``: every kind of rule file there is, those of extract and classify and those of compare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from textperf.classify.rulecheck import KINDS
from textperf.classify.taxonomy import CATEGORY_RULES
from textperf.compare.align import SameWords
from textperf.compare.check_rules import failures, read_checks
from textperf.compare.identity import Departments
from textperf.compare.units import ComparableUnits
from textperf.rules.check import RuleKind, check_shape, count_examples
from textperf.rules.check import check_rules as check_kinds
from textperf.rules.loader import HERE


def _built(name: str, title: str, build: Callable[[Path], object]) -> RuleKind:
    def check(directory: Path, files: Sequence[Path]) -> Iterable[str]:
        for path in files:
            build(path)  # strict: raises RuleError with file and rule
        return check_shape(directory, files)

    return RuleKind(name, title, check)


def _checks(directory: Path, files: Sequence[Path]) -> Iterable[str]:
    for path in files:
        for problem in failures(read_checks(path)):
            yield f"{path.name}：{problem}"


MORE = (
    RuleKind("checks.toml", "一致性核对", _checks),
    _built("departments.toml", "部门名称", Departments),
    _built("comparable_units.toml", "可比单位", ComparableUnits),
    _built("same_words.toml", "同义说法", SameWords),
    *(
        RuleKind(name, title, check_shape)
        for name, title in (
            ("comparison.toml", "取数"),
            ("followup.toml", "措施跟踪"),
            ("stock_phrases.toml", "公文套话"),
        )
    ),
    RuleKind("words.toml", "词语", check_shape, obligatory=False),
)


def check_rules(folder: Path | None) -> tuple[list[str], int]:
    """(what is wrong as Chinese sentences, how many examples were run) for a folder of rules, or for those that ship."""
    folder = folder or HERE
    kinds = {k.pattern: k for k in (*KINDS, CATEGORY_RULES, *MORE)}
    return check_kinds(folder, tuple(kinds.values())), count_examples(folder)
