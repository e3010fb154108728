"""What the categories do not know: findings without a category, grouped by wording, each group with a readable label.

The label is made of phrases that stand in the findings themselves, so an analyst can judge whether a group deserves a
category of its own in ``rules/categories.toml``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from textperf.classify.taxonomy import NONE, kind_of, lead_end
from textperf.model import Report, content_id
from textperf.segment import words
from textperf.text.fold import fold

DISTANCE = 0.88  # cosine distance at which two groups are no longer one
MOST = 1500  # beyond this, findings join the groups of the first ones
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_EMPTY = frozenset("的了和与及在对中为是有不未仍还较将等其并也都被把从到上下")
_STOP = frozenset(
    ("进一步", "下一步", "不够", "不足", "存在", "问题", "部分", "个别", "有待", "加强", "提高", "完善", "建立")
)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A group of findings that no category fits. ``label`` begins with ``其他：``; the example is the most typical one."""

    cluster_id: str
    kind: str
    label: str
    phrases: tuple[str, ...]
    finding_ids: tuple[str, ...]
    example: str


def cluster_reports(reports: Sequence[Report]) -> tuple[Cluster, ...]:
    """Groups of the findings of all reports that have no category; explicit nones are left out."""
    rows = [
        (f.finding_id, f.type, f.evidence.quote)
        for r in reports
        for f in r.findings
        if f.type != NONE and f.category == NONE and f.labelled_by != "human"
    ]
    return cluster_findings(rows)


def cluster_findings(rows: Sequence[tuple[str, str, str]]) -> tuple[Cluster, ...]:
    """Groups of (finding_id, type, text), problems apart from measures, largest first; the same on every run.

    >>> [c.label for c in cluster_findings([("a1", "problem", "食堂油烟扰民")])]
    ['其他：食堂油烟扰民']
    """
    out: list[Cluster] = []
    for kind in ("problem", "measure"):
        mine = sorted({r for r in rows if kind_of(r[1]) == kind}, key=lambda r: (r[2], r[0]))
        if mine:
            texts = [fold(r[2]) for r in mine]
            for members in _groups(texts):
                out.append(_cluster(kind, [mine[i] for i in members], [texts[i] for i in members], texts))
    return tuple(sorted(out, key=lambda c: (-len(c.finding_ids), c.kind, c.label)))


def _groups(texts: Sequence[str]) -> list[list[int]]:
    if len(texts) == 1:
        return [[0]]
    import numpy as np
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.feature_extraction.text import TfidfVectorizer

    try:
        rows = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True).fit_transform(texts)
    except ValueError:  # nothing but single characters
        return [[i] for i in range(len(texts))]
    first = rows[:MOST].toarray()
    grouping = AgglomerativeClustering(n_clusters=None, metric="cosine", linkage="average", distance_threshold=DISTANCE)
    empty = ~first.any(axis=1)
    first[empty, 0] = 1e-9  # cosine needs a direction
    names = list(grouping.fit_predict(first)) if len(first) > 1 else [0]
    groups: dict[int, list[int]] = {}
    for i, name in enumerate(names):
        groups.setdefault(int(name), []).append(i)
    ordered = [groups[k] for k in sorted(groups, key=lambda k: groups[k][0])]
    if len(texts) > MOST:
        centres = np.array([first[g].mean(axis=0) for g in ordered])
        centres /= np.linalg.norm(centres, axis=1, keepdims=True) + 1e-12
        near = rows[MOST:] @ centres.T
        for i, row in enumerate(near, MOST):
            best = int(np.argmax(row))
            if row[best] >= 1 - DISTANCE:
                ordered[best].append(i)
            else:
                ordered.append([i])
    return ordered


def _cluster(
    kind: str, rows: Sequence[tuple[str, str, str]], texts: Sequence[str], everything: Sequence[str]
) -> Cluster:
    phrases = _phrases(texts, everything)
    example = max(rows, key=lambda r: (sum(p in fold(r[2]) for p in phrases), -len(r[2]), r[0]))[2]
    ids = tuple(r[0] for r in rows)
    return Cluster(
        content_id("cluster", kind, *sorted(ids)), kind, "其他：" + "、".join(phrases), phrases, ids, example
    )


def _phrases(texts: Sequence[str], everything: Sequence[str]) -> tuple[str, ...]:
    """One or two phrases of whole words that the texts share and the rest does not; for a lone text its head."""
    inside: Counter[str] = Counter()
    for text in texts:
        inside.update(_spans(text))
    wanted = max(2, round(0.4 * len(texts)))
    scored = []
    for phrase, count in inside.items():
        if count < wanted or phrase in _STOP:
            continue
        outside = sum(phrase in t for t in everything)
        scored.append((count * log(1 + len(everything) / outside) * len(phrase), phrase))
    if len(texts) == 1 or not scored:
        head = texts[0][: lead_end(texts[0])]
        run = _HAN.search(head)
        return ((run.group() if run else head)[:12],)
    scored.sort(key=lambda s: (-s[0], s[1]))
    first = scored[0][1]
    second = next((p for _, p in scored[1:] if not _share(p, first)), None)
    return (first,) if second is None else (first, second)


def _spans(text: str) -> set[str]:
    """Runs of whole words, two to ten characters long, that neither begin nor end with an empty word."""
    out: set[str] = set()
    for run in _HAN.finditer(text):
        cut = [(w.start, w.end) for w in words(text, run.start(), run.end())]
        for i, (start, _) in enumerate(cut):
            for _, end in cut[i:]:
                if end - start > 10:
                    break
                if end - start >= 2 and text[start] not in _EMPTY and text[end - 1] not in _EMPTY:
                    out.add(text[start:end])
    return out


def _share(a: str, b: str) -> bool:
    return any(a[i : i + 2] in b for i in range(len(a) - 1))
