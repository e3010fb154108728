"""HTML → Document: the report of a web page without the page around it; tables with their spans; hidden elements left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from textperf.model import Document, Source
from textperf.read.blocks import Block, Grid, Paragraph, TableBlock, emit, tidy
from textperf.read.builder import DocumentBuilder, raised
from textperf.read.decode import decode
from textperf.read.errors import failure
from textperf.read.html_furniture import strip_page
from textperf.read.limits import DEFAULT, Limits
from textperf.read.wrapped import OPENING

_DROP = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "canvas",
        "iframe",
        "object",
        "embed",
        "select",
        "option",
        "textarea",
        "button",
        "input",
        "nav",
        "footer",
        "aside",
        "head",
        "map",
        "audio",
        "video",
        "datalist",
        "dialog",
        "frameset",
    ]
)
_BLOCK = frozenset(
    [
        "p",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "section",
        "article",
        "main",
        "header",
        "form",
        "fieldset",
        "center",
        "blockquote",
        "address",
        "hr",
        "figure",
        "figcaption",
        "body",
        "html",
        "pre",
        "details",
        "summary",
        "tr",
        "td",
        "th",
        "caption",
        "tbody",
        "thead",
        "tfoot",
        "table",
        "legend",
    ]
)
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "center"])
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|\s|;|$)|mso-hide\s*:\s*all", re.I
)
_CENTRED = re.compile(r"text-align\s*:\s*center", re.I)
# Class and id words of what stands around the report; such an element goes when it is small and holds no sentence.
_AROUND = re.compile(
    r"(?:^|[\s_-])(?:nav\w*|menu\w*|crumbs?|breadcrumbs?|position|location|weizhi|dqwz|wz|mbx|top|topbar|topnav|foot\w*|copyright|"
    r"bottom|share\w*|bdshare\w*|related|relnews|xgxx|xgwz|rel|recommend|sidebar|side|aside|toolbar|tools?|print\w*|search\w*|login|"
    r"qrcode|ewm|erweima|pager?|pagenav|pagination|prev\w*|next\w*|fontsize|font-?resize|dayin|banner|links?|friendlink)(?:$|[\s_-])",
    re.I,
)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_SENTENCE = re.compile(r"[\u4e00-\u9fff][^。\n]{15,}。")
# A new line of the source between Chinese characters is no space.
_WRAP = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffee，。；：、])[ \t]*\r?\n\s*(?=[\u2e80-\u9fff\uff00-\uffee])")
_DEPTH = 400
_SMALL = 400  # characters outside links: what stands around a report holds less
_TITLE_END = re.compile(r"\s*[-_—|–]+\s*[^-_—|–]{2,40}$")


def read_html(data: bytes, source: Source, limits: Limits = DEFAULT, charset: str | None = None) -> Document:
    """The document of an HTML page. Raises ReadError ``empty``, ``garbled``, ``not_a_document`` or ``text_limit``.

    >>> page = "<body><div class='nav'>首页</div><p>全年召开会议13次，听取报告45项。</p></body>".encode()
    >>> read_html(page, Source("a.html", "0" * 64, 9, "html", "html")).text
    '全年召开会议13次，听取报告45项。'
    """
    decoded = decode(data, charset)
    if len(decoded.text) > 4 * limits.characters:
        raise failure("text_limit", f"上限 {limits.characters:,} 字")
    builder = DocumentBuilder(limits)
    if decoded.note:
        builder.notice("encoding", decoded.note)
    walker = add_html(builder, decoded.text)
    if walker.hidden:
        builder.notice("hidden_text", f"{walker.hidden} 处")
    document = builder.finish(replace(source, format="html", reader=f"html:{decoded.encoding}"))
    if not document.text.strip():
        raise failure("needs_ocr" if walker.images else "empty")
    return document


def add_html(builder: DocumentBuilder, markup: str) -> Walker:
    """Append the report of a page to a document."""
    tree = LexborHTMLParser(markup)
    root = tree.body or tree.root
    walker = Walker()
    if root is None:
        return walker
    walker.weigh(root)
    walker.choose(root)
    blocks = strip_page(list(walker.blocks(root)))
    title = _title(tree)
    if title and not _says(blocks[:8], title):
        blocks.insert(0, Paragraph(title, heading=True))
    emit(builder, blocks)
    return walker


def _title(tree: LexborHTMLParser) -> str | None:
    """The title that a page gives outside its text, when it names a report."""
    found = tree.css_first("meta[name='ArticleTitle' i], meta[property='og:title']")
    text = (found.attributes.get("content") or "") if found is not None else ""
    if not text:
        node = tree.css_first("head > title")
        text = _TITLE_END.sub("", node.text() or "") if node is not None else ""
    text = tidy(text)
    return text if 8 <= len(text) <= 100 and re.search(r"报告|决算|自评|总结", text) else None


def _says(blocks: list[Block], title: str) -> bool:
    """Whether the first blocks show the title (or another title of a report) themselves."""
    wanted = re.sub(r"\W", "", title)
    shown = re.sub(r"\W", "", "".join(b.text for b in blocks if isinstance(b, Paragraph)))
    return wanted in shown or any(
        isinstance(b, Paragraph)
        and len(tidy(b.text)) <= 80
        and re.search(r"(?:报告|决算|总结|说明|公开)$", tidy(b.text))
        for b in blocks
    )


@dataclass
class Walker:
    """Walks a page in reading order. ``weigh`` and ``choose`` first find its main part."""

    hidden: int = 0
    images: int = 0
    _weights: dict[int, int] = field(default_factory=dict)
    _main: int | None = None
    _inside: bool = False
    _certain: bool = False  # the main part is an element of its own, not the page

    def weigh(self, root: LexborNode) -> None:
        """Count the characters outside links below each element, without recursion."""
        stack: list[tuple[LexborNode, bool]] = [(root, False)]
        while stack:
            node, done = stack.pop()
            if done:
                total = 0
                for child in _children(node):
                    if child.tag == "-text":
                        total += len((child.text_content or "").strip())
                    elif child.tag not in _DROP and child.tag != "a":
                        weight = self._weights.get(child.mem_id, 0)
                        total += 0 if weight <= _SMALL and _AROUND.search(_names(child)) else weight
                self._weights[node.mem_id] = total
            else:
                stack.append((node, True))
                stack.extend(
                    (c, False) for c in _children(node) if c.tag and not c.tag.startswith("-") and c.tag not in _DROP
                )

    def choose(self, root: LexborNode) -> None:
        """Settle on the smallest element that holds nearly all of the page's text."""
        total = self._weights.get(root.mem_id, 0)
        node, main = root, root
        while True:
            heavy = next((c for c in _children(node) if self._weights.get(c.mem_id, 0) >= 0.85 * total), None)
            if heavy is None or heavy.tag in ("p", "span", "h1", "h2", "h3", "font", "b", "strong", "pre"):
                break
            node = heavy
            if node.tag not in ("table", "tbody", "thead", "tr", "ul", "ol"):
                main = node
        self._main = main.mem_id
        self._certain = main.mem_id != root.mem_id

    def blocks(self, node: LexborNode, depth: int = 0, *, heading: bool = False) -> Iterator[Block]:
        """The paragraphs and tables below an element."""
        entered = node.mem_id == self._main
        if entered:
            self._inside = True
        yield from self._content(node, depth, heading or node.tag in _HEADINGS or _is_centred(node))
        if entered:
            self._inside = False

    def _content(self, node: LexborNode, depth: int, heading: bool) -> Iterator[Block]:
        run = _Run()
        counter = 0
        for part in self._parts(node, run, depth, heading):
            if isinstance(part, LexborNode):
                yield from run.flush(heading, self._inside)
                if part.tag == "table":
                    table = self._table(part, depth + 1)
                    if table is not None:
                        yield table
                elif part.tag == "pre":
                    for line in (part.text() or "").splitlines():
                        if line.strip():
                            yield Paragraph(line, heading, False, self._inside)
                else:
                    inner = self.blocks(part, depth + 1, heading=heading)
                    if part.tag == "li" and node.tag == "ol":
                        counter += 1
                        inner = _numbered(inner, counter, node)
                    yield from inner
        yield from run.flush(heading, self._inside)

    def _parts(self, node: LexborNode, run: _Run, depth: int, heading: bool) -> Iterator[LexborNode]:
        """Collect inline text into ``run`` and give the block elements back, in order."""
        for child in _children(node):
            tag = child.tag or ""
            if tag == "-text":
                run.add(_SPACE.sub(" ", _WRAP.sub("", child.text_content or "")))
            elif tag.startswith("-") or tag in _DROP:
                continue
            elif tag == "br":
                run.add("\v")
            elif tag == "sup":
                run.add(raised((child.text() or "").strip()))
            elif tag == "img":
                self.images += 1
            elif self._is_out(child):
                continue
            elif depth > _DEPTH:
                run.add(child.text() or "")
            elif tag in _BLOCK:
                yield child
            elif tag == "a":
                with_link = run.linked_from()
                yield from self._parts(child, run, depth + 1, heading)
                run.linked_to(with_link)
            elif child.mem_id == self._main:
                yield child
            else:
                yield from self._parts(child, run, depth + 1, heading)

    def _is_out(self, node: LexborNode) -> bool:
        """Hidden elements (counted when they hold text), and what stands around the report."""
        attributes = node.attributes
        if "hidden" in attributes or _HIDDEN.search(attributes.get("style") or ""):
            if self._weights.get(node.mem_id, 0) > 0:
                self.hidden += 1
            return True
        if (self._inside and self._certain) or node.mem_id == self._main or node.tag in ("html", "body"):
            return False
        if not _AROUND.search(_names(node)) or self._weights.get(node.mem_id, 0) > _SMALL:
            return False
        if _SENTENCE.search(node.text() or ""):
            return False
        return self._main is None or not _holds(node, self._main)

    def _table(self, table: LexborNode, depth: int) -> TableBlock | None:
        grid = Grid()
        caption = ""
        for row in _table_rows(table):
            if row.tag == "caption":
                caption = tidy(row.text() or "")
                continue
            if self._is_out(row):
                continue
            grid.next_row()
            for cell in _children(row):
                if cell.tag in ("td", "th") and not self._is_out(cell):
                    spans = cell.attributes
                    content = list(self.blocks(cell, depth + 1))
                    grid.add(content, _span(spans.get("rowspan")), _span(spans.get("colspan")))
        return grid.finish(caption, layout=table.attributes.get("role") == "presentation")


@dataclass
class _Run:
    """Inline text on its way to a paragraph, and how much of it is link."""

    _text: list[str] = field(default_factory=list)
    _linked: int = 0

    def add(self, text: str) -> None:
        self._text.append(text)

    def linked_from(self) -> int:
        return self._length()

    def linked_to(self, start: int) -> None:
        self._linked += max(0, self._length() - start)

    def _length(self) -> int:
        return sum(len(t.strip()) for t in self._text)

    def flush(self, heading: bool, inside: bool) -> Iterator[Paragraph]:
        text, length = "".join(self._text), self._length()
        linked = length > 0 and self._linked >= 0.8 * length
        self._text.clear()
        self._linked = 0
        if text.strip():
            yield Paragraph(text, heading, linked, inside)


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.child
    while child is not None:
        yield child
        child = child.next


def _names(node: LexborNode) -> str:
    attributes = node.attributes
    return f"{attributes.get('class') or ''} {attributes.get('id') or ''}"


def _holds(node: LexborNode, wanted: int) -> bool:
    stack = [node]
    while stack:
        here = stack.pop()
        if here.mem_id == wanted:
            return True
        stack.extend(c for c in _children(here) if c.tag and not c.tag.startswith("-"))
    return False


def _table_rows(table: LexborNode) -> Iterator[LexborNode]:
    for child in _children(table):
        if child.tag in ("tr", "caption"):
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from _table_rows(child)


def _span(text: str | None) -> int:
    found = re.match(r"\s*(\d{1,5})", text or "")
    return max(1, int(found[1])) if found else 1


def _is_centred(node: LexborNode) -> bool:
    attributes = node.attributes
    return (attributes.get("align") or "").lower() == "center" or bool(_CENTRED.search(attributes.get("style") or ""))


def _numbered(blocks: Iterator[Block], count: int, ol: LexborNode) -> Iterator[Block]:
    """A list item with the number that the browser shows before it."""
    start = ol.attributes.get("start") or "1"
    plain = "none" in (ol.attributes.get("style") or "") or (ol.attributes.get("type") or "1") != "1"
    number = count - 1 + (int(start) if start.isdigit() else 1)
    for i, block in enumerate(blocks):
        if i == 0 and isinstance(block, Paragraph) and not plain and not OPENING.match(block.text.strip()):
            yield replace(block, text=f"{number}. {block.text.lstrip()}")
        else:
            yield block
