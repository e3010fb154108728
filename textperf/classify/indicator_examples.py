"""The examples inside the indicator rules: a notation that an expert writes, and the runner that tries them.

``全年{举行}[常委会会议]【13次】 @青禾县人大常委会 #performance`` is a sentence in which 【】 marks the number with its unit,
[] the item (what is counted) and {} the verb; behind a blank may follow ``@`` the body, ``#`` the role of the section,
``!`` the status (target, prior, change), ``~`` the scope and ``&`` a heading. Item and verb may be left out: then the item is the text between
the last comma and the number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from textperf.classify.bodies import check_bodies, load_bodies, read_bodies
from textperf.classify.clues import clues
from textperf.classify.indicator_reading import (
    ASIDE_SHAPE,
    SHAPE,
    UNIT_SHAPE,
    load_indicators,
    read_asides,
    read_groups,
    read_indicators,
)
from textperf.classify.indicator_rules import IndicatorRules
from textperf.model import Document, Fact, Meta, Quantity, Report, Section, Source
from textperf.rules.loader import RuleError, read_rules
from textperf.text.fold import fold

_NUMBER = re.compile(
    r"^[\d.,\s\-—~至到余多几数两一二三四五六七八九十百千零〇/近]*(?:分之[一二三四五六七八九十百\d.]+)?(?:[万亿千百]+)?(?:余|多)?"
)
_TAG = re.compile(r"\s+([@#!~&])(\S+)(?=\s|$)")


class ExampleError(ValueError):
    """An example that cannot be read; the message is Chinese."""


def unit_of(quote: str) -> str:
    """The base unit of a printed quantity, for examples only.

    >>> unit_of("2,779.66万元"), unit_of("800余人次"), unit_of("98.5%"), unit_of("5.2个百分点")
    ('元', '人次', '%', '百分点')
    """
    unit = fold(quote)[_NUMBER.match(fold(quote)).end() :]  # type: ignore[union-attr]
    unit = re.sub(r"\([^)]*\)", "", unit)  # 台（套） is counted in 台
    return {"个百分点": "百分点", "㎡": "平方米"}.get(unit, unit)


def parse_example(example: str) -> Report:
    """A report of one sentence and one fact. Raises :class:`ExampleError`.

    >>> fact = parse_example("全年{举行}[常委会会议]【13次】 @青禾县人大常委会").facts[0]
    >>> fact.item, fact.action, fact.evidence.quote, fact.quantity.unit
    ('常委会会议', '举行', '13次', '次')
    """
    tags = dict(_TAG.findall(example))
    body = _TAG.sub("", example).strip()
    marks: dict[str, tuple[int, int]] = {}
    text: list[str] = []
    size = 0
    open_at: dict[str, int] = {}
    for ch in body:
        if ch in "[{【":
            open_at[ch] = size
        elif ch in "]}】":
            left = {"]": "[", "}": "{", "】": "【"}[ch]
            if left not in open_at:
                raise ExampleError(f"“{example}”：{ch} 前面没有 {left}")
            if left in marks:
                raise ExampleError(f"“{example}”：{left}{ch} 只可有一处")
            marks[left] = (open_at.pop(left), size)
        else:
            text.append(ch)
            size += 1
    if open_at or "【" not in marks or marks["【"][0] == marks["【"][1]:
        raise ExampleError(f"“{example}”：要有一处【数字和单位】，括号要成对")
    plain = "".join(text)
    start, end = marks["【"]
    lead = re.split(r"[，,；;：:。]", plain[:start])[-1] or plain[end:] or "?"
    item = plain[slice(*marks["["])] if "[" in marks else lead
    document = Document(plain, (), Source("例子", "0" * 64, len(plain), "txt", "example"))
    try:
        fact = Fact(
            report_id="example",
            evidence=document.evidence(start, end),
            quantity=Quantity(1, unit_of(plain[start:end])),
            status=tags.get("!", "actual"),
            scope=tags.get("~", "whole"),
            item=item,
            action=plain[slice(*marks["{"])] if "{" in marks else None,
            sentence_start=0,
            sentence_end=len(plain),
        )
        section = Section("s", tags.get("#", "other"), None, tags.get("&", ""), 1, 0, len(plain))
    except ValueError as e:
        raise ExampleError(f"“{example}”：{e}") from e
    return Report("example", "", Meta(department=tags.get("@")), plain, None, "example", (section,), (fact,))


def check_indicators(directory: Path, files: Sequence[Path]) -> Iterable[str]:
    """What is wrong with the indicator rules of a directory, as Chinese sentences; raises :class:`RuleError`."""
    bodies = read_bodies(directory / "bodies.toml") if (directory / "bodies.toml").exists() else load_bodies()
    groups = read_groups(directory / "unit_groups.toml")
    beside = directory / "asides.toml"
    rules = read_indicators(files, groups, bodies, read_asides(beside, groups, bodies) if beside.exists() else ())
    for path in files:
        for entry in read_rules(path, SHAPE):
            for n, example in enumerate(entry["examples"], 1):
                yield from _run(rules, f"{path.name}（{entry['id']}）例 {n}", example, entry["id"], True)
            for n, example in enumerate(entry["counter_examples"], 1):
                yield from _run(rules, f"{path.name}（{entry['id']}）反例 {n}", example, entry["id"], False)


def _run(rules: IndicatorRules, where: str, example: object, want: str, positive: bool) -> Iterable[str]:
    if not isinstance(example, str):
        yield f"{where}：例子要写成一个字符串"
        return
    try:
        report = parse_example(example)
    except ExampleError as e:
        yield f"{where}：{e}"
        return
    clue = next(clue for _, clue in clues(report, load_bodies()))
    ranked = rules.ranked(clue)
    got = rules.decide(clue)[0]
    if (got == want) != positive:
        scores = "、".join(f"{name} {score:.1f}" for score, name in ranked[:3]) or "没有一条规则适用"
        yield f"{where}“{example}”：得到 {got or '无指标'}（{scores}），{'应为' if positive else '不应为'} {want}"


def check_asides(directory: Path, files: Sequence[Path]) -> Iterable[str]:
    """What is wrong with the constructions that set counts aside: each example must lose an indicator by its entry."""
    bodies, groups = load_bodies(), read_groups(directory / "unit_groups.toml")
    rules = load_indicators(directory) if (directory / "indicators").is_dir() else load_indicators()
    for path in files:
        asides = {aside.id: aside for aside in read_asides(path, groups, bodies)}
        for entry in read_rules(path, ASIDE_SHAPE):
            aside = asides[entry["id"]]
            for positive, key in ((True, "examples"), (False, "counter_examples")):
                for n, example in enumerate(entry[key], 1):
                    where = f"{path.name}（{entry['id']}）{'例' if positive else '反例'} {n}“{example}”"
                    try:
                        clue = next(clue for _, clue in clues(parse_example(example), bodies))
                    except (ExampleError, AttributeError, TypeError) as e:
                        yield f"{where}：{e}"
                        continue
                    lost = [name for _, name in rules.ranked(clue, aside=False) if aside.drops(name)]
                    if positive and not (aside.holds(clue) and lost):
                        yield f"{where}：{'没有这一条也没有指标' if aside.holds(clue) else '这一条没有用上'}"
                    elif not positive and aside.holds(clue) and lost:
                        yield f"{where}：这一条用上了，去掉了 {'、'.join(lost)}"


def check_groups(directory: Path, files: Sequence[Path]) -> Iterable[str]:
    """What is wrong with the groups of units."""
    for path in files:
        groups = read_groups(path)
        for entry in read_rules(path, UNIT_SHAPE):
            for unit in entry["examples"]:
                if unit not in groups[entry["id"]]:
                    yield f"{path.name}（{entry['id']}）：例子“{unit}”不在这一组"
            for unit in entry["counter_examples"]:
                if unit in groups[entry["id"]]:
                    yield f"{path.name}（{entry['id']}）：反例“{unit}”也在这一组"


def check_body_files(directory: Path, files: Sequence[Path]) -> Iterable[str]:
    """What is wrong with the kinds of bodies."""
    for path in files:
        yield from check_bodies(path)


__all__ = [
    "ExampleError",
    "RuleError",
    "check_asides",
    "check_body_files",
    "check_groups",
    "check_indicators",
    "parse_example",
    "unit_of",
]
