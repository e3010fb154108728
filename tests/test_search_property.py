"""Search is exact: whatever stands in a text is found by any piece of it."""

from __future__ import annotations

import sqlite3

from hypothesis import given, settings
from hypothesis import strategies as st

from textperf.store.search import match_query, spaced

HAN = st.text(alphabet="预算执行结余培训审计会议次个0123456789,。", min_size=1, max_size=30)


@settings(max_examples=60, deadline=None)
@given(HAN, st.data())
def test_every_piece_is_found(text: str, data: st.DataObject) -> None:
    words = spaced(text).split()
    if not words:
        return
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    con = sqlite3.connect(":memory:")
    con.execute("CREATE VIRTUAL TABLE t USING fts5(body)")
    con.execute("INSERT INTO t VALUES (?)", (spaced(text),))
    phrase = (
        match_query(" ".join(words[start:end]).replace(" ", ""))
        if not any(w.isdigit() for w in words[start:end])
        else '"' + " ".join(words[start:end]) + '"'
    )
    assert con.execute("SELECT count(*) FROM t WHERE t MATCH ?", (phrase,)).fetchone()[0] == 1
