"""Speed of the whole of extract beside other tools, in one run on the same texts.

    .venv/bin/python benchmarks/extract_speed.py [FILE…]

Prints milliseconds of processor time per 8,000 characters (the minimum of several rounds; for textperf also that of the
first reading of these texts in a process that has read forty others, as in a batch: it remembers words) and the ratio to
the floor, jieba's tagging of the same texts by rjieba. The others are run where they are installed (``pip install jionlp
recognizers-text-suite spacy``); they find digits, textperf also links, qualifies and finds problems and measures. Last,
whether textperf's time is linear in the length of the text. With TEXTPERF_PURE=1 without the compiled module.
"""

from __future__ import annotations

import hashlib
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path

from quantity_speed import seconds

from textperf.extract import extract
from textperf.extract.native import state
from textperf.model import Document, Line, Source
from textperf.segment import words
from textperf.text.fold import fold

HERE = Path(__file__).parent.parent
OTHERS = sorted((HERE / "corpus" / "gold" / "plain").glob("*-2021.txt"))
SAMPLE = sorted((HERE / "corpus" / "gold" / "plain").glob("[cdefg]-*-2022.txt"))


def document(text: str) -> Document:
    data = text.encode()
    lines, at = [], 0
    for part in text.split("\n"):
        if part:
            lines.append(Line(at, at + len(part)))
        at += len(part) + 1
    return Document(text, tuple(lines), Source("a.txt", hashlib.sha256(data).hexdigest(), len(data), "txt", "text"))


def jionlp_money(texts: list[str]) -> Callable[[], object] | None:
    try:
        logging.disable(logging.CRITICAL)
        import jionlp  # type: ignore[import-not-found]
    except ImportError:
        return None
    return lambda: [jionlp.ner.extract_money(text, with_parsing=False) for text in texts]


def recognizers(texts: list[str]) -> Callable[[], object] | None:
    try:
        from recognizers_number import recognize_number  # type: ignore[import-not-found]
        from recognizers_text import Culture  # type: ignore[import-not-found]
    except ImportError:
        return None
    return lambda: [recognize_number(text, Culture.Chinese) for text in texts]


def spacy_matcher(texts: list[str]) -> Callable[[], object] | None:
    import spacy
    from spacy.matcher import Matcher

    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "jieba"}}})
    matcher = Matcher(nlp.vocab)
    units = ["次", "件", "人", "万元", "亿元", "项", "个", "户", "家", "场", "%", "公里", "亩", "名", "份", "条", "所"]
    matcher.add("count", [[{"LIKE_NUM": True}, {"TEXT": {"IN": ["余", "多"]}, "OP": "?"}, {"TEXT": {"IN": units}}]])
    return lambda: [matcher(nlp(text)) for text in texts]


def main() -> int:
    paths = [Path(name) for name in sys.argv[1:]] or SAMPLE
    texts = [p.read_text(encoding="utf-8") for p in paths]
    documents = [document(text) for text in texts]
    size = sum(map(len, texts))
    for path in [p for p in OTHERS if p not in paths][:40]:  # the rules and weights are read
        extract(document(path.read_text(encoding="utf-8")))
    begin = time.process_time()
    facts = sum(len(extract(d).facts) for d in documents)
    first = time.process_time() - begin
    print(f"compiled module: {state()}")
    print(f"{len(texts)} texts, {size} characters, {8000 * facts / size:.0f} facts per 8,000 characters")
    floor = seconds(lambda: [words(fold(text)) for text in texts], 5)
    rows: list[tuple[str, Callable[[], object] | None, int]] = [
        ("textperf extract", lambda: [extract(d) for d in documents], 5),
        ("spaCy (jieba) + Matcher", spacy_matcher(texts), 2),
        ("JioNLP extract_money", jionlp_money(texts), 1),
        ("Recognizers-Text number", recognizers(texts), 1),
    ]
    print(f"{'words (floor)':26} {floor / size * 8e6:9.2f} ms per 8,000 characters")
    print(
        f"{'textperf extract, new text':26} {first / size * 8e6:9.2f} ms per 8,000 characters, {first / floor:8.1f} × floor"
    )
    for name, work, rounds in rows:
        if work is None:
            print(f"{name:26} not installed")
            continue
        work()
        taken = seconds(work, rounds)
        print(f"{name:26} {taken / size * 8e6:9.2f} ms per 8,000 characters, {taken / floor:8.1f} × floor", flush=True)
    whole = "\n".join(texts)
    for times in (1, 2, 4):
        long = document(whole * times)
        print(
            f"{len(long.text):>9} characters {seconds(lambda d=long: extract(d), 1) / len(long.text) * 8e6:8.2f} ms per 8,000"
        )  # type: ignore[misc]
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
