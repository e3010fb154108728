"""编译的加速模块与 Python 代码逐个数字、逐个候选、逐分相同。"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textperf.extract import linking, native
from textperf.extract.candidates import Known, around
from textperf.extract.features import Scene
from textperf.extract.quantities import find_mentions
from textperf.extract.scoring import compiled, weights
from textperf.extract.tokens import _KINDS, Token, tokenize
from textperf.segment import pieces, words
from textperf.text.fold import fold
from textperf.text.sentences import sentences

ROOT = Path(__file__).resolve().parent.parent
REPORTS = sorted((ROOT / "corpus" / "gold" / "plain").glob("*.txt"))

pytestmark = pytest.mark.skipif(
    native.state() != "compiled",
    reason=f"加速模块没有编译或已过期（{native.state()}），运行 make native 后再测",
)


def compare(text: str) -> int:
    """Link every count of a text with both; how many there were."""
    folded, known, counts = fold(text), list[Known](), 0
    mentions = find_mentions(folded)
    for number, (start, end) in enumerate(sentences(folded)):
        inside = [m for m in mentions if start <= m.start < end]
        if not inside:
            continue
        tokens = tokenize(folded, start, end, inside)
        kinds, before = tuple(t.kind for t in tokens), list(known)
        sentence = compiled().sentence(tokens)
        for at, token in enumerate(tokens):
            if token.mention is None:
                continue
            scene = Scene(tokens, kinds, at, around(tokens, at), known, number)
            found, scores = linking.scored(text, scene, weights())
            if found[0].where != "N":
                assert compiled().scores(text, sentence, at, known, number) == list(zip(found, scores, strict=True))
            item, lead = linking.best_item(text, scene, weights())
            verb = linking.best_verb(scene, item, weights())
            assert compiled().choose(text, sentence, at, known, number) == (item, lead, verb, scene.regions.left)
            unit = token.mention.quantity.unit
            known.append(Known(item.text, unit, number, token.start, token.end, verb.text or None, bool(counts % 2)))
            counts += 1
        assert linking.link(text, tokens, list(before), number) == linking.link(
            text, tokens, list(before), number, weights()
        )
        del known[:-8]
    return counts


def test_the_same_names_verbs_and_scores() -> None:
    """Every tenth report of the corpus."""
    assert sum(compare(path.read_text(encoding="utf-8")) for path in REPORTS[::10]) > 5_000


PIECES = st.sampled_from(
    ["办理", "代表建议", "、", "和", "(", ")", "“", "”", "其中", "其中:", "，", "；", "：", "。", "\n", "分别", "较上年", "增长", "的", "对",
     "满意度", "群众", "为", "县财政局", "全年", "2023年", "召开常委会会议", "12次", "3.5%", "40万元", "五件", "8名", "平均", "占", "达到", "📊", "", "𠮷"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_the_same_for_any_text(text: str) -> None:
    compare(text)


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=20).map("".join) | st.text(max_size=30))
def test_the_same_words(text: str) -> None:
    folded, found = fold(text), list[Token]()
    native.native().add_words(found, 0, *pieces(folded, 0, len(folded)), _KINDS, Token)
    expected = [Token(a, b, t, _KINDS[t, tag]) for a, b, t, tag in words(folded) if _KINDS[t, tag] != " "]
    assert found == expected
    assert all(type(t) is Token for t in found)


def test_sources_that_changed_turn_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A twin that no longer says what the Python says is not asked."""
    native.state.cache_clear()
    monkeypatch.setattr(native, "fingerprint", lambda: "other")
    try:
        assert native.state() == "stale"
    finally:
        native.state.cache_clear()


def run(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, **environment}
    )
    return done.stdout.strip()


def test_it_can_be_turned_off() -> None:
    assert run("from textperf.extract.native import state; print(state())", TEXTPERF_PURE="1") == "off"
