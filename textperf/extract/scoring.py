"""The weights of features, and sums of them: what candidates share is summed once, what was seen before is looked up.

Weights and scores are whole thousandths of log-odds, so that sums are the same in whatever order they are made (the
compiled twin of this module, _native.pyx, must find the very same names).
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from itertools import repeat
from pathlib import Path
from sys import intern
from typing import Any

from textperf.extract.actions import Verb, VerbSums, by_place, verb_sum
from textperf.extract.candidates import Candidate
from textperf.extract.features import (
    Group,
    ItemSums,
    Scene,
    both_sum,
    end_sum,
    inherited_sum,
    place_sum,
    start_sum,
)
from textperf.extract.native import native
from textperf.rules.loader import RuleError, packaged

Table = Mapping[str, Mapping[Hashable, int]]
# Names whose first word, last word and inner words leave them this many places behind are not weighed further.
_KEPT = 6
_OUT = -1_000_000_000
# So many sums of one group are remembered; then it begins anew (a long run must not grow without end).
_REMEMBERED = 50_000
_NOTHING: Mapping[Hashable, int] = {}
_ZEROS = repeat(0)
_GET: Any = dict.get


class _Sums(dict[tuple[Any, ...], int]):
    """The sums of the weights of one group, by its values."""

    def __init__(self, group: Group, table: Table) -> None:
        super().__init__()
        self._leading, self._templates, self._keys = group.leading, group.templates, group.keys
        self._table = table
        self._rows: dict[tuple[Any, ...], list[Mapping[Hashable, int]]] = {}

    def __missing__(self, values: tuple[Any, ...]) -> int:
        rows = self._rows.get(values[: self._leading])
        if rows is None:
            names = self._templates(*values)
            rows = self._rows[values[: self._leading]] = [self._table.get(n, _NOTHING) for n in names]
        total: int = sum(map(_GET, rows, self._keys(*values), _ZEROS))
        if len(self) >= _REMEMBERED:
            self.clear()
        self[values] = total
        return total


class Weights:
    """The learned weights of the features of items and of verbs: ``template → key → thousandths``; and their sums."""

    def __init__(self, item: Table, verb: Table) -> None:
        self.item = item
        self.verb = verb
        self.items = ItemSums(lambda group: _Sums(group, item))
        self.verbs = VerbSums(lambda group: _Sums(group, verb))


def item_scores(scene: Scene, found: Sequence[Candidate], weights: Weights) -> list[int]:
    """The score of each candidate, in thousandths; those far behind by their first word, last word and inner words get a
    lower bound."""
    tokens, kinds, sums = scene.tokens, scene.kinds, weights.items
    starts: dict[int, int] = {}
    inner: dict[int, int] = {}
    scores: list[int] = []
    spans: list[tuple[int, int]] = []
    at, ends = ("", 0), -1  # candidates of one place stand together, and in it those with one end
    place = end = 0
    for n, candidate in enumerate(found):
        where, back, i, j, text = candidate
        if (where, back) != at:
            if where != at[0]:
                starts.clear()
            at, ends = (where, back), -1
            place = place_sum(sums, scene, where, back)
        if i < 0:
            scores.append(place + inherited_sum(sums, scene, candidate))
            continue
        if j != ends:
            ends, end = j, end_sum(sums, scene, where, j, text[-2:])
        start = starts.get(i)
        if start is None:
            start = starts[i] = start_sum(sums, scene, where, i)
        score = place + (start + end)
        for k in range(i + 1, j):
            if k not in inner:
                inner[k] = sums.inner[kinds[k], tokens[k].text]
            score += inner[k]
        scores.append(_OUT)
        spans.append((score, n))
    spans.sort(reverse=True)
    for score, n in spans[:_KEPT]:
        where, _, i, j, text = found[n]
        scores[n] = score + both_sum(sums, scene, where, i, j, text)
    return scores


def verb_scores(scene: Scene, item: Candidate, verbs: Sequence[Verb], weights: Weights) -> list[int]:
    """The score of each verb, in thousandths."""
    (among, places), sums = by_place(verbs), weights.verbs
    return [verb_sum(sums, scene, item, v, among, places) for v in verbs]


def read_weights(path: Path) -> Weights:
    """The weights of a file as :func:`dump` writes it. Raises :class:`RuleError`."""
    item, verb = _read(path)
    return Weights(_table(item), _table(verb))


def _read(path: Path) -> tuple[Any, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return data["item"], data["verb"]
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise RuleError(f"{path.name}：读不了连接权重：{e}") from e


def _table(data: Mapping[str, Sequence[tuple[Any, float]]]) -> Table:
    once: dict[float, int] = {}  # 200,000 weights, 5,000 different ones: what is one object stays in the cache
    return {
        name: {_key(key): once.setdefault(weight, round(1000 * weight)) for key, weight in rows}
        for name, rows in data.items()
    }


def _key(value: Any) -> Hashable:
    if isinstance(value, str):
        return intern(value)  # the same few thousand words and classes in all keys: less memory, faster comparison
    return tuple([_key(v) for v in value]) if isinstance(value, list) else value


def dump(weights: Weights) -> str:
    """The weights as JSON, one template a line: ``{"item": {template: [[key, weight], …]}, "verb": …}``."""
    parts = []
    for kind, table in (("item", weights.item), ("verb", weights.verb)):
        lines = []
        for name in sorted(table):
            rows = sorted(
                ([json.dumps(k, ensure_ascii=False, separators=(",", ":")), w / 1000] for k, w in table[name].items())
            )
            lines.append(json.dumps(name) + ":[" + ",".join(f"[{k},{w}]" for k, w in rows) + "]")
        parts.append(f'"{kind}":{{\n' + ",\n".join(lines) + "\n}")
    return "{" + ",\n".join(parts) + "}\n"


def compiled() -> Any:
    """The weights that ship with textperf for the compiled linker, or None where that was not built."""
    return packaged("linker.json", _read_compiled) if native() else None


def _read_compiled(path: Path) -> Any:
    return native().Linker(*_read(path))


def weights() -> Weights:
    """The weights that ship with textperf."""
    return packaged("linker.json", read_weights)  # type: ignore[no-any-return]
