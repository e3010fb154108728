"""The weights of features, and sums of them: what candidates share is looked up once."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from itertools import repeat
from pathlib import Path
from sys import intern
from typing import Any

from textperf.extract.actions import Verb, places_of, verb_keys, verb_templates
from textperf.extract.candidates import Candidate
from textperf.extract.features import (
    Keys,
    Scene,
    both_keys,
    end_keys,
    inherited_keys,
    inner_keys,
    place_keys,
    start_keys,
    templates,
)
from textperf.rules.loader import RuleError, packaged

Table = Mapping[str, Mapping[Hashable, float]]
Look = Mapping[Hashable, float]
# Names whose first word, last word and inner words leave them this many places behind are not weighed further.
_KEPT = 6
_OUT = -1e9
_GET: Any = dict.get


class Weights:
    """The learned weights of the features of items and of verbs: ``template → key → weight``."""

    def __init__(self, item: Table, verb: Table) -> None:
        self.item = item
        self.verb = verb
        self._looks: dict[tuple[str, str, int | bool], list[Look]] = {}

    def looks(self, group: str, where: str = "", back: int = 0) -> list[Look]:
        """The look-ups of the templates of one group (:func:`.features.templates`), in their order."""
        key = (group, where, back)
        found = self._looks.get(key)
        if found is None:
            empty: Mapping[Hashable, float] = {}
            found = self._looks[key] = [self.item.get(n, empty) for n in templates(group, where, back)]
        return found

    def verb_looks(self, verb: Verb, place: str) -> list[Look]:
        """The look-ups of the templates of one verb (:func:`.actions.verb_templates`)."""
        key = (verb.where, place, verb.token < 0)
        found = self._looks.get(key)
        if found is None:
            empty: Mapping[Hashable, float] = {}
            found = self._looks[key] = [self.verb.get(n, empty) for n in verb_templates(verb, place)]
        return found


def weigh(looks: Sequence[Look], keys: Keys) -> float:
    """The sum of the weights of the keys; a key without weight (and None) counts nothing."""
    return sum(map(_GET, looks, keys, repeat(0.0)))  # type: ignore[no-any-return]


def item_scores(scene: Scene, found: Sequence[Candidate], weights: Weights) -> list[float]:
    """The score of each candidate; those far behind by their first word, last word and inner words get a lower bound."""
    around = place_keys(scene)
    looks, tokens = weights.looks, scene.tokens
    places: dict[tuple[str, int], float] = {}
    starts: dict[tuple[str, int], float] = {}
    ends: dict[tuple[str, int], float] = {}
    inner: dict[int, float] = {}
    inside = looks("inner")
    scores: list[float] = []
    spans: list[tuple[float, int]] = []
    for n, candidate in enumerate(found):
        where, back, i, j, text = candidate
        score = places.get((where, back))
        if score is None:
            score = places[where, back] = weigh(looks("place", where, back), around)
        if i < 0:
            scores.append(score + weigh(looks("inherited", where, back), inherited_keys(scene, candidate)))
            continue
        start = starts.get((where, i))
        if start is None:
            start = starts[where, i] = weigh(looks("start", where), start_keys(scene, where, i))
        end = ends.get((where, j))
        if end is None:
            end = ends[where, j] = weigh(looks("end", where), end_keys(scene, where, j, text[-2:]))
        score += start + end
        for k in range(i + 1, j):
            if k not in inner:
                inner[k] = weigh(inside, inner_keys(tokens[k]))
            score += inner[k]
        scores.append(_OUT)
        spans.append((score, n))
    spans.sort(reverse=True)
    for score, n in spans[:_KEPT]:
        where, _, i, j, text = found[n]
        scores[n] = score + weigh(looks("both", where), both_keys(scene, where, i, j, text))
    return scores


def verb_scores(scene: Scene, item: Candidate, verbs: Sequence[Verb], weights: Weights) -> list[float]:
    """The score of each verb."""
    places = places_of(verbs)
    return [weigh(weights.verb_looks(v, item.where), verb_keys(scene, item, v, verbs, places)) for v in verbs]


def read_weights(path: Path) -> Weights:
    """The weights of a file as :func:`dump` writes it. Raises :class:`RuleError`."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Weights(_table(data["item"]), _table(data["verb"]))
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise RuleError(f"{path.name}：读不了连接权重：{e}") from e


def _table(data: Mapping[str, Sequence[tuple[Any, float]]]) -> Table:
    return {name: {_key(key): weight for key, weight in rows} for name, rows in data.items()}


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
                ([json.dumps(k, ensure_ascii=False, separators=(",", ":")), w] for k, w in table[name].items())
            )
            lines.append(json.dumps(name) + ":[" + ",".join(f"[{k},{w}]" for k, w in rows) + "]")
        parts.append(f'"{kind}":{{\n' + ",\n".join(lines) + "\n}")
    return "{" + ",\n".join(parts) + "}\n"


def weights() -> Weights:
    """The weights that ship with textperf."""
    return packaged("linker.json", read_weights)  # type: ignore[no-any-return]
