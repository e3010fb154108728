"""What is counted and which verb stands with it, for each count of a sentence.

All phrases that may be the item are candidates (:mod:`.candidates`); each is scored by the sum of the weights of its
features (:mod:`.features`), and the best one wins; the verb is chosen in the same way (:mod:`.actions`). The weights
are data, learned from annotated reports by scripts/train_linker.py, and come as a plain table of numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from textperf.extract.actions import Verb, verb_candidates
from textperf.extract.candidates import (
    Candidate,
    Known,
    around,
    beside,
    in_clauses,
    inherited,
    is_compared,
    titled,
)
from textperf.extract.features import Scene, place_sum
from textperf.extract.scoring import Weights, compiled, item_scores, verb_scores, weights
from textperf.extract.tokens import NO_TAIL, Range, Token

# A missing verb costs a reader more than one too many: "no verb" must lead by this much (this and the others: thousandths).
_SHY = 3000
# The verb right before a number governs the name behind it, whatever that does next (邀请52名代表参加): by so much, since
# annotators take either.
_GOVERNS = 700
# Candidates further behind than this are out; what a related name adds to a name.
_FAR = 5000
# By so much the best name beside a count must lead over the bare place of names farther away for these to be left out.
_SURE = 8000
_NEAR = 0.4


class Linked(NamedTuple):
    """What is counted and where that stands (``start:end``), the verb, who did it, and how all this was found.

    ``rule`` names the place of the item and of the verb (``LB``: name before the number, verb before the name);
    ``sure`` lies between 0 and 1.
    """

    item: str
    start: int
    end: int
    action: str | None
    actor: str | None
    rule: str
    sure: float


def scored(text: str, scene: Scene, table: Weights) -> tuple[list[Candidate], list[int]]:
    """The candidates of a count and their scores.

    Names in earlier clauses and of earlier counts are only looked for where no name beside the count is so good that
    they cannot win: of 13,000 counts one in 1,500 took such a name although the best one beside it led by _SURE.
    """
    tokens, at, regions, known = scene.tokens, scene.at, scene.regions, scene.known
    found = beside(text, tokens, at, regions, known)
    named = any(c.where in "LR" for c in found)
    scores = item_scores(scene, found, table)
    top = max(scores, default=-math.inf)
    far: list[Candidate] = []
    if top - place_sum(table.items, scene, "C", 0) < _SURE:
        far = in_clauses(text, tokens, regions, named)
    if known and not titled(regions, far) and top - place_sum(table.items, scene, "P", 0) < _SURE:
        far += inherited(tokens, at, known, named)
    if far:
        scores += item_scores(scene, far, table)
        found += far
    if not found:
        return [Candidate("N", 0, -1, -1, "")], [0]
    return found, scores


def best_item(text: str, scene: Scene, table: Weights) -> tuple[Candidate, float]:
    """The best candidate and its probability.

    Candidates of the same name share their probabilities, and a name also gains from names that hold it or that it
    holds: with 政府采购合同 at 0.3, 采购合同 at 0.3 and an unrelated 项目 at 0.4, the name is a 采购合同.
    """
    found, scores = scored(text, scene, table)
    if len(found) == 1:
        return found[0], 1.0
    top = max(scores)
    least = top - _FAR
    close = [(score, n) for n, score in enumerate(scores) if score > least]
    if len(close) == 1:
        return found[close[0][1]], 1.0
    odds: dict[str, float] = {}
    first: dict[str, tuple[int, int]] = {}
    for score, n in close:
        name = found[n].text
        odds[name] = odds.get(name, 0.0) + math.exp((score - top) / 1000)
        if name not in first or score > first[name][0]:
            first[name] = (score, n)
    total = sum(odds.values()) or 1.0
    best, value = "", -1.0
    for name, weight in odds.items():
        near = sum([w for other, w in odds.items() if (other in name or name in other) and other != name])
        gain = weight + _NEAR * near
        if gain > value:
            best, value = name, gain
    return found[first[best][1]], odds[best] / total


def best_verb(scene: Scene, item: Candidate, table: Weights) -> Verb:
    """The verb with the highest score (its text is "" where there is none)."""
    verbs = verb_candidates(scene, item)
    scores = verb_scores(scene, item, verbs, table)
    scores[0] -= _SHY
    if item.where == "R":
        for n, verb in enumerate(verbs):
            if verb.token == scene.regions.left[1] - 1 and verb.where == "B":
                scores[n] += _GOVERNS
    return verbs[scores.index(max(scores))]


Chooser = Callable[[int], tuple[Candidate, float, Verb, Range]]


def _chooser(text: str, tokens: Sequence[Token], known: list[Known], sentence: int, table: Weights | None) -> Chooser:
    """What gives for the index of a count its item, the probability of that, its verb and its left region: the compiled
    linker where it was built and no other weights are asked for."""
    fast = compiled() if table is None else None
    if fast is not None:
        words = fast.sentence(tokens)
        return lambda at: fast.choose(text, words, at, known, sentence)
    table = table or weights()
    kinds = tuple([t.kind for t in tokens])

    def choose(at: int) -> tuple[Candidate, float, Verb, Range]:
        regions = around(tokens, at)
        scene = Scene(tokens, kinds, at, regions, known, sentence)
        item, lead = best_item(text, scene, table)
        return item, lead, best_verb(scene, item, table), regions.left

    return choose


def link(
    text: str, tokens: Sequence[Token], known: list[Known], sentence: int, table: Weights | None = None
) -> list[Linked]:
    """The links of the counts among ``tokens``, in order.

    ``known`` holds the counts before this sentence and is extended by those of this one (the caller keeps it short);
    ``sentence`` is any number that tells sentences apart.
    """
    choose = _chooser(text, tokens, known, sentence, table)
    out: list[Linked] = []
    for at, token in enumerate(tokens):
        if token.mention is None:
            continue
        item, lead, verb, left = choose(at)
        unit = token.mention.quantity.unit
        start, end = (
            (tokens[item.first].start, tokens[item.last - 1].end) if item.first >= 0 else (token.start, token.start)
        )
        if item.where in "PH":
            earlier = known[-1 - item.back]
            start, end = earlier.start, earlier.end
        name, start, end = trimmed(item.text, start, end)
        if unit in ("%", "分") and (tail := _TAIL_OF_ITEM.search(name)):
            name, end = name[: tail.start()], end - len(tail[0])
        if item.where in "PCH" and (whole := _summed(text, tokens, left, unit, known, sentence)):
            name = whole
        action = verb.text if verb.text not in _NO_ACTION else None
        who = _actor(text, tokens, item, verb)
        sure = round(lead, 3)
        out.append(Linked(name, start, end, action, who, item.where + verb.where, sure))
        known.append(Known(name, unit, sentence, start, end, action, is_compared(tokens, left)))
    return out


_SUMMING = re.compile(
    r"(?:以上|上述|全年|全部|[两二三四五六]项|[两二三四五六]者)*(?:共计|合计|总计|累计|共)+(?:为|达|执行|支出|完成)?"
)


def _summed(
    text: str, tokens: Sequence[Token], left: tuple[int, int], unit: str, known: Sequence[Known], sentence: int
) -> str | None:
    """What a sum behind its parts counts: what their names end with. 基本支出A、项目支出B，两项合计执行C: 支出."""
    if left[0] == left[1] or not _SUMMING.fullmatch(text, tokens[left[0]].start, tokens[left[1] - 1].end):
        return None
    parts = [k.item for k in known[-2:] if k.sentence == sentence and k.unit == unit]
    if len(parts) < 2 or parts[0] == parts[1]:
        return None
    size = next((n for n in range(min(map(len, parts)), 1, -1) if parts[0][-n:] == parts[1][-n:]), 0)
    return parts[0][-size:] if size and size < min(map(len, parts)) else None


# Bound words compare; they say nothing about what was done.
_NO_ACTION = frozenset(("", "超", "超过", "高于", "低于", "大于", "小于", "多于", "少于", "不足", "不到", "逾"))
_HEDGE_FIRST = re.compile(r"(?:以上|以下|左右|上下|以内|余|多)(?:的)?(?=..)")
_HEDGES_FIRST, _HEDGES_LAST = frozenset("以左上余多"), frozenset("均过超约近逾到达仅破")  # what they begin, end with
_HEDGE_LAST = re.compile(r"(?<=..)(?:平均|超过|超|均|约|近|逾|达到|达|仅|突破)$")
# 完成年度计划|的|107.36%; 投入、过程、产出、效果|四部分|分别得…
_TAIL_OF_ITEM = re.compile(
    "(?<=计划|任务|目标|预算|支出|收入|总数|总量|总额)的$|(?<=..)[二三四五六]个?(?:部分|大类|类|方面|项)(?:指标)?$"
)
_AVERAGE = re.compile(r"[人户日月年村件次亩场周季]均$|近[期来]")


def trimmed(name: str, start: int, end: int) -> tuple[str, int, int]:
    """A name without what belongs to the number: hedges behind the unit (200个以上|样板村), adverbs before it (货物|超).

    >>> trimmed("以上样板村", 5, 10), trimmed("发送货物超", 0, 5), trimmed("户均", 0, 2), trimmed("签约", 0, 2)
    (('样板村', 7, 10), ('发送货物', 0, 4), ('户均', 0, 2), ('签约', 0, 2))
    """
    first = _HEDGE_FIRST.match(name) if name[:1] in _HEDGES_FIRST else None
    last = _HEDGE_LAST.search(name) if name[-1:] in _HEDGES_LAST else None
    a = first.end() if first else 0
    if last and (last.start() <= a or _AVERAGE.search(name) or NO_TAIL.search(name)):
        last = None
    b = last.start() if last else len(name)
    if end - start != len(name):  # inherited or composed: the place is not that of the name
        return name[a:b], start, end
    return name[a:b], start + a, start + b


def _actor(text: str, tokens: Sequence[Token], item: Candidate, verb: Verb) -> str | None:
    """The body before the verb of the same clause: 县政府筹集资金, 评审中心受理项目."""
    if verb.token < 0 or verb.where in ("I", "J", "A"):
        return None
    i = verb.token - 1
    while i >= 0 and tokens[i].kind in ("d", "TIME", "AVG", "EACH", "0", "m"):
        i -= 1
    last = i
    while i >= 0 and tokens[i].kind in ("BODY", "SCOPE", "PROP", "N") and not item.first <= i < item.last:
        i -= 1
    if last == i or tokens[last].kind not in ("BODY", "SCOPE"):
        return None
    return text[tokens[i + 1].start : tokens[last].end]
