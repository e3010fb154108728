"""``textperf rules check``: every kind of rule file there is, those of extract and classify and those of compare."""

from __future__ import annotations

from pathlib import Path

from textperf.classify.rulecheck import KINDS as LABELS
from textperf.classify.taxonomy import CATEGORY_RULES
from textperf.compare.rulecheck import KINDS as COMPARISON
from textperf.rules.check import RuleKind, check_shape, count_examples
from textperf.rules.check import check_rules as check_kinds
from textperf.rules.loader import HERE

WORDS = RuleKind("words.toml", "词语", check_shape, obligatory=False)


def check_rules(folder: Path | None) -> tuple[list[str], int]:
    """(what is wrong as Chinese sentences, how many examples were run) for a folder of rules, or for those that ship."""
    folder = folder or HERE
    kinds = {
        k.pattern: k for k in (*LABELS, CATEGORY_RULES, *COMPARISON, WORDS)
    }  # the later of two kinds is the stricter
    return check_kinds(folder, tuple(kinds.values())), count_examples(folder)
