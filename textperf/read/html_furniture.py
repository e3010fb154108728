"""What of a page is not the report: navigation, data about the page, buttons, foot. Words are in rules/web_furniture.toml."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from textperf.read.blocks import Block, Paragraph, TableBlock, is_layout, tidy
from textperf.rules.loader import RuleError, Shape, packaged, read_rules
from textperf.text.fold import fold

SHAPE = Shape(
    "furniture",
    {"id": str, "kind": str, "words": list, "examples": list, "counter_examples": list},
    ("id", "kind", "words"),
    min_examples=2,
    min_counter=1,
)
KINDS = ("label", "word", "start", "cut")
_DECOR = r"\s|\[\]【】<>«»·•:()/★☆▲◆■●_=+*-"
_HEADING = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|第[一二三四五六七八九十]部分)"
)
_DATED = re.compile(r"\d{4}\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2}\s*日?\s*(?P<time>\d{1,2}:\d{2}(?::\d{2})?)?\s*")
_PUBLISHER = re.compile(
    r"(?:发布机构|发布单位|发文机关|发文单位|公开主体|制发机关|公开单位)[\]\s:|]+([\u4e00-\u9fff()]{4,30})"
)
_REPORT = re.compile(r"报告|决算|自评|总结|说明|公开|绩效|情况")


@dataclass(frozen=True, slots=True)
class FurnitureRule:
    """One entry of the rule file."""

    id: str
    kind: str
    words: tuple[str, ...]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


@dataclass(frozen=True)
class Furniture:
    """The rules in the form in which lines are tried."""

    rules: tuple[FurnitureRule, ...]
    label: re.Pattern[str]
    word: re.Pattern[str]
    start: re.Pattern[str]
    cut: re.Pattern[str]
    labels: frozenset[str]

    def is_label(self, line: str) -> bool:
        """Whether a line consists of labels of the page with their values.

        >>> furniture().is_label("发布时间：2024-03-15　来源：某局"), furniture().is_label("资金来源：县级配套资金。")
        (True, False)
        """
        text = fold(line).strip(" -*·•|")
        if len(text) > 200 or "。" in text:
            return False
        dated = _DATED.match(text)
        if dated and not text[dated.end() :].strip():
            return bool(dated["time"])  # a date alone may be the report's own
        return bool(self.label.fullmatch(text) or (dated and self.label.search(text, dated.end(), dated.end() + 24)))

    def is_words(self, line: str) -> bool:
        """Whether a line consists of buttons and menu words."""
        return len(line) <= 120 and bool(self.word.fullmatch(fold(line)))

    def is_frame(self, line: str) -> bool:
        """Whether a line before or behind the report belongs to the page."""
        text = re.sub(r"\s", "", fold(line)).lstrip(">»|·[-")
        return self.is_label(line) or self.is_words(line) or (bool(self.start.match(text)) and len(text) <= 120)

    def is_cut(self, line: str) -> bool:
        """Whether a line behind the report says that nothing of it follows."""
        text = re.sub(r"\s", "", fold(line)).lstrip(">»|·[-◀<")
        return (bool(self.cut.match(text)) and not re.search(r"。$", text)) or bool(re.search(r"ICP备\d{6}", text))


def build(path: Path) -> Furniture:
    """The rules of a file. Raises :class:`RuleError`."""
    rules = []
    for entry in read_rules(path, SHAPE):
        if entry["kind"] not in KINDS:
            raise RuleError(f"{path.name}（{entry['id']}）：不认识的 kind {entry['kind']}；可用：{'、'.join(KINDS)}")
        rules.append(
            FurnitureRule(
                entry["id"],
                entry["kind"],
                tuple(entry["words"]),
                tuple(entry["examples"]),
                tuple(entry["counter_examples"]),
            )
        )

    def words(kind: str) -> str:
        found = sorted({fold(w) for r in rules if r.kind == kind for w in r.words}, key=len, reverse=True)
        return "|".join(r"\s*".join(re.escape(ch) for ch in w if ch != " ") for w in found) or r"(?!)"

    name = rf"\[?\s*(?:{words('label')})\s*\]?\s*"
    # a value ends where the next label begins; a label without a colon must stand in brackets or alone
    segment = rf"(?:{name}[:：]|\[\s*(?:{words('label')})\s*\])(?:(?!\s(?:{words('label')})\s*[:：])[^。])*"
    return Furniture(
        tuple(rules),
        re.compile(rf"(?:{segment})+"),
        re.compile(rf"[{_DECOR}]*(?:(?:(?:{words('word')})[{_DECOR}]+)*(?:{words('word')})[{_DECOR}]*)?"),
        re.compile(rf"(?:{words('start')})"),
        re.compile(rf"(?:{words('cut')})"),
        frozenset(fold(w) for r in rules if r.kind == "label" for w in r.words),
    )


def furniture() -> Furniture:
    """The packaged rules."""
    found: Furniture = packaged("web_furniture.toml", build)
    return found


def check_file(path: Path) -> list[str]:
    """What the examples of a rule file show to be wrong with it, as Chinese sentences."""
    rules = build(path)
    tests: dict[str, Callable[[str], bool]] = {
        "label": rules.is_label,
        "word": rules.is_words,
        "start": rules.is_frame,
        "cut": rules.is_cut,
    }
    out = []
    for rule in rules.rules:
        test = tests[rule.kind]
        out += [f"{path.name}（{rule.id}）：例句没有被认出：{text}" for text in rule.examples if not test(text)]
        out += [f"{path.name}（{rule.id}）：反例被认成了外壳：{text}" for text in rule.counter_examples if test(text)]
    return out


def is_real(block: Block) -> bool:
    """Whether a block can only be the report: a full sentence, a numbered heading, a table of data."""
    if isinstance(block, TableBlock):
        return not is_page_table(block)
    text = tidy(block.text)
    return not block.linked and (
        (len(text) >= 30 and text[-1] in "。；！？：.;" and not furniture().is_label(text))
        or bool(_HEADING.match(text))
    )


def is_page_table(table: TableBlock) -> bool:
    """A table of data about the page (索引号 | … | 发布机构 | …), or a menu."""
    cells = [fold(t) for cell in table.cells for t in [cell.text()] if t]
    named = [re.sub(r"[\s:\[\]]", "", t) in furniture().labels or furniture().is_label(t) for t in cells]
    buttons = [furniture().is_words(t) for t in cells]
    linked = all(isinstance(b, Paragraph) and b.linked for cell in table.cells for b in cell.blocks)
    return bool(cells) and (linked or sum(named) >= max(2, 0.3 * len(cells)) or all(buttons))


def strip_page(blocks: Sequence[Block]) -> list[Block]:
    """The report's blocks of a page: layout tables resolved, what is before, behind and inside it of the page gone."""
    flat = [
        shown
        for b in flatten(blocks)
        for shown in [_publisher(b) if isinstance(b, TableBlock) and is_page_table(b) else b]
        if shown is not None
    ]
    real = [i for i, block in enumerate(flat) if is_real(block) and (isinstance(block, TableBlock) or block.inside)]
    if not real:
        real = [i for i, block in enumerate(flat) if is_real(block)]
    if not real:
        return [b for b in flat if not isinstance(b, Paragraph) or not _is_page_line(b)]
    first, last = real[0], real[-1]
    said = {_bare(b) for b in flat[first:]} - {""}
    head: list[Block] = []
    for found in reversed(flat[:first]):  # a title that the page shows twice stands once
        b = (
            (_publisher(found) or found)
            if isinstance(found, Paragraph) and furniture().is_label(_loose(found.text))
            else found
        )
        if isinstance(b, TableBlock) or (_bare(b) not in said and not (_is_page_line(b) or _is_foreign(b))):
            head.insert(0, b)
            said.add(_bare(b))
    body = [
        b
        for b in flat[first : last + 1]
        if not (
            isinstance(b, Paragraph) and (furniture().is_words(_loose(b.text)) or (not b.inside and _is_page_line(b)))
        )
    ]
    tail: list[Block] = []
    for b in flat[last + 1 :]:
        if isinstance(b, Paragraph):
            if furniture().is_cut(_loose(b.text)):
                break
            if _is_page_line(b) or _is_foreign(b):
                continue
        tail.append(b)
    return head + body + tail


def _loose(text: str) -> str:
    """One line with its spaces, which part labels and buttons."""
    return re.sub(r"[\s\u200b-\u200d\ufeff]+", " ", text).strip()


def _publisher(block: Block) -> Paragraph | None:
    """Of the data about a page the one that says whose report it is."""
    if isinstance(block, TableBlock):
        text = " ".join(t for cell in block.cells for t in [cell.text()] if t)
    else:
        text = tidy(block.text)
    found = _PUBLISHER.search(fold(text))
    return Paragraph(f"发布机构：{found[1]}") if found else None


def _bare(block: Block) -> str:
    return re.sub(r"\s", "", block.text) if isinstance(block, Paragraph) else ""


def _is_page_line(block: Paragraph) -> bool:
    """A paragraph all of whose lines belong to the page."""
    if block.text.startswith("发布机构：") and _PUBLISHER.fullmatch(fold(block.text)):
        return False
    lines = [t for line in block.text.split("\v") for t in [_loose(line)] if t]
    return bool(lines) and all(furniture().is_frame(line) or furniture().is_cut(line) for line in lines)


def _is_foreign(block: Paragraph) -> bool:
    """A line before or behind the report that is no title: a link, a menu entry, the name of the site."""
    text = tidy(block.text)
    if block.inside:
        return block.linked and len(text) <= 40 and not _REPORT.search(text)
    return block.linked or not (block.heading or (_REPORT.search(text) and len(text) >= 8))


def flatten(blocks: Sequence[Block]) -> list[Block]:
    """Blocks without tables that only lay out."""
    out: list[Block] = []
    for block in blocks:
        if isinstance(block, TableBlock) and is_layout(block):
            for cell in sorted(block.cells, key=lambda c: (c.row, c.col)):
                out.extend(flatten(cell.blocks))
        else:
            out.append(block)
    return out
