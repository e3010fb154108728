"""The kinds of rule files of extract and classify, and how each is checked, for ``textperf rules check``.

Files of compare are added by the caller: ``check_rules(directory, (*KINDS, *more))``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

from textperf.classify.indicator_examples import check_asides, check_body_files, check_groups, check_indicators
from textperf.rules.check import RuleKind, check_shape
from textperf.rules.loader import HERE
from textperf.text.fold import fold


class _Patterned(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def pattern(self) -> re.Pattern[str]: ...
    @property
    def examples(self) -> tuple[str, ...]: ...
    @property
    def counter_examples(self) -> tuple[str, ...]: ...


def _patterned(load: Callable[[Path], Iterable[_Patterned]], name: str, *, first: bool = False) -> RuleKind:
    """Files whose entries have a pattern: it must find each example and no counter-example.

    ``first``: entries higher up win, so an example must not be taken by one of them.
    """

    def check(directory: Path, files: Sequence[Path]) -> Iterable[str]:
        for path in files:
            rules = list(load(path))
            for n, rule in enumerate(rules):
                where = f"{path.name}（{rule.id}）"
                for text in rule.examples:
                    folded = re.sub(r"\s", "", fold(text)) if first else fold(text)
                    if not rule.pattern.search(folded):
                        yield f"{where}：例子没有被认出：{text}"
                    elif first and (other := next((r for r in rules[:n] if r.pattern.search(folded)), None)):
                        yield f"{where}：例子被前面的 {other.id} 先认走：{text}"
                for text in rule.counter_examples:
                    folded = fold(text)
                    if rule.pattern.search(folded) and not (first and any(r.pattern.search(folded) for r in rules[:n])):
                        yield f"{where}：反例被认出了：{text}"

    return RuleKind(name, name, check)


def _kinds() -> tuple[RuleKind, ...]:
    from textperf.classify.taxonomy import read_categories
    from textperf.extract import hedges, nonfacts, units
    from textperf.extract.finding_cues import load_cues
    from textperf.extract.headings import load_headings
    from textperf.extract.meta_rules import load_meta
    from textperf.extract.table_words import check_file
    from textperf.rules.cues import read_cues

    def builds(name: str, build: Callable[[Path], object], more: Callable[[Path], Iterable[str]]) -> RuleKind:
        def check(directory: Path, files: Sequence[Path]) -> Iterable[str]:
            for path in files:
                build(path)
                if directory.resolve() == HERE.resolve():  # the engine that the examples need reads the packaged files
                    yield from more(path)

        return RuleKind(name, name, check)

    def tables(directory: Path, files: Sequence[Path]) -> Iterable[str]:
        return [problem for path in files for problem in check_file(path)]

    return (
        RuleKind("indicators/*.toml", "指标", check_indicators),
        RuleKind("bodies.toml", "单位类型", check_body_files),
        RuleKind("unit_groups.toml", "单位组", check_groups),
        RuleKind("asides.toml", "旁数", check_asides, obligatory=False),
        builds("units.toml", units.build, _unit_examples),
        builds("quantities.toml", hedges.build, _hedge_examples),
        builds("nonfacts.toml", nonfacts.build, _cue_examples),
        _patterned(load_headings, "headings.toml", first=True),
        _patterned(load_meta, "meta.toml"),
        _patterned(load_cues, "findings.toml"),
        RuleKind("tables.toml", "自评表", tables),
        builds("categories.toml", read_categories, lambda path: ()),
        RuleKind("verbs.toml", "动词", check_shape),
        builds("context.toml", read_cues, _context_examples),
        RuleKind("web_furniture.toml", "网页附属文字", check_shape, obligatory=False),
    )


def _context_examples(path: Path) -> Iterable[str]:
    from textperf.extract.status import cue_status, place_of_example
    from textperf.rules.cues import read_cues

    for cue in read_cues(path):
        for example in cue.examples:
            hit = cue_status(place_of_example(example))
            if (hit[0] if hit else None) != cue.status:
                yield f"{path.name}（{cue.id}）：例子“{example}”读成 {hit[0] if hit else '无'}，应为 {cue.status}"
        for example in cue.counter_examples:
            hit = cue_status(place_of_example(example))
            if hit is not None and hit[1] == cue.id:
                yield f"{path.name}（{cue.id}）：反例“{example}”也被认成本条"


def _entries(path: Path) -> Iterable[tuple[str, str, object]]:
    import tomllib

    for entries in tomllib.loads(path.read_text("utf-8")).values():
        for entry in entries:
            for example in entry.get("examples", ()):
                yield f"{path.name}（{entry['id']}）", entry["id"], example


def _mentions(text: str) -> list[tuple[str, float, str, str]]:
    from textperf.extract.quantities import find_mentions

    out = []
    for m in find_mentions(fold(text)):
        q = m.quantity
        hedge = "+".join([*(["approx"] if q.approx else []), *([q.bound] if q.bound else [])])
        out.append((text[m.start : m.end], float(q.value), q.unit, hedge))
    return out


def _unit_examples(path: Path) -> Iterable[str]:
    for where, _, example in _entries(path):
        if isinstance(example, dict):
            found = [m[:3] for m in _mentions(example["text"])]
            if (example["quote"], float(example["value"]), example["unit"]) not in found:
                yield f"{where}：例子“{example['text']}”读成 {found or '没有数量'}"


def _hedge_examples(path: Path) -> Iterable[str]:
    for where, _, example in _entries(path):
        if isinstance(example, dict):
            found = [m[3] for m in _mentions(example["text"])]
            if found != [example["hedge"]]:
                yield f"{where}：例子“{example['text']}”读成 {found}，应为 {example['hedge']}"


def _cue_examples(path: Path) -> Iterable[str]:
    for where, _, example in _entries(path):
        if isinstance(example, dict):
            found = [m[0] for m in _mentions(example["text"])]
            if found != example["quotes"]:
                yield f"{where}：例子“{example['text']}”读出 {found}，应为 {example['quotes']}"


KINDS = _kinds()
