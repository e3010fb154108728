"""Parts of a total: 代表建议149件，其中农业类41件、交通类32件. A part that says nothing by itself counts what its total counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import fsum, isclose

from textperf.classify.indicator_rules import Clue, IndicatorRules
from textperf.model import Fact

# What opens a list of parts, and how far a part may stand from its total or from the part before it.
_OPENS = re.compile(r"其中|包括|分别|[(:]|含|按\S{1,4}分|分\S{1,4}看")
_CLOSES = re.compile(r"[)。]|另|此外|同时|并|均|节约|整改|完成|采纳|延期|按期|委托|复核|抽")
_NEW_SENTENCE = re.compile(r"\s*(?:其中|按\S{1,4}分|分\S{1,4}看|包括)")  # its total stands in the sentence before
_DONE_OR_PLANNED = {"actual", "target"}
_FAR, _NEAR, _NEXT = 80, 32, 16
# Lists that add up: how many characters before a count name it, how far the counts may stand apart, how many there may be.
_LAST, _APART, _MANY = 14, 24, 12
_ENDS_LIST = re.compile(r"[。\n]|其中")
# Classes by what became of them are other counts than the total: A类108件、B类35件, 按期完成21个、延期2个.
_OUTCOME = re.compile(
    r"[A-D]类|解决|满意的|表示满意|整改|完成|合格|按期|延期|未|率|扣|[优良][“”、的]?$|(?:^|[“、,为])中[“”的]?$|在建|竣工|完工|开工|抽[查检取评]|重点|败诉|撤销|改判|发回|维持"
)


def inherit(decided: Sequence[tuple[Fact, Clue, str | None]], rules: IndicatorRules, text: str) -> dict[int, str]:
    """For the facts that are parts of a total: position in ``decided`` → the indicator that the total gives them.

    ``decided`` is in the order of ``text``, which is folded. Only indicators whose rule says ``parts`` are handed down,
    to counts without an indicator (or with one that ``yields``) of the same unit and status:

    * to those that an opening word puts into a list behind the total, in the same sentence or the one before,
    * to a list of counts that add up to the total exactly (when its rule says ``sums``), whatever stands between:
      受理投诉91件次，办结90件次；婚姻家庭50件次、财产权益23件次、其他18件次,
    * to facts whose ``parent`` says so,
    * between a list and the sum behind it (聘用制书记员30人、司法辅警14人，合计44人): what one of them counts, all do.
    """
    by_id = {fact.fact_id: (fact, name) for fact, _, name in decided} if any(f.parent for f, _, _ in decided) else {}
    summed = _summed(decided, rules, text)
    out = _summed_behind(decided, rules, text)
    for n, (fact, clue, name) in enumerate(decided):
        if n in out:
            continue
        found = summed.get(n) if name is None or name in rules.yielding or name in rules.extended else None
        if found is None:
            own = name is not None and not (name in rules.extended and clue.left.startswith("其中"))
            if own or fact.status == "change":
                continue
            if fact.parent in by_id:
                total, found = by_id[fact.parent]
                if total.quantity.unit != fact.quantity.unit:
                    found = None
            found = found or _total(decided, n, out, text)
            if (
                found not in rules.inheritable
                or not _of_its_kind(found, clue, rules)
                or _OUTCOME.search(clue.left[-_LAST:])
            ):
                continue
        if not rules.refused(clue, (found,)):
            out[n] = found
    return out


def compared(facts: Sequence[Fact], chosen: Sequence[str | None]) -> dict[int, str]:
    """Earlier values without an indicator take that of the count they are compared with: 新增就业136人，比上年的118人增加18人.

    It is the nearest actual count of the sentence, before or behind, with the same item and unit: position → indicator.
    """
    out: dict[int, str] = {}
    for n, fact in enumerate(facts):
        if fact.status != "prior" or chosen[n] is not None:
            continue
        for m in (n - 1, n + 1, n - 2):
            if not 0 <= m < len(facts):
                continue
            other, name = facts[m], chosen[m]
            same = other.sentence_start == fact.sentence_start and other.status == "actual"
            if same and name and (other.item, other.quantity.unit) == (fact.item, fact.quantity.unit):
                out[n] = name
                break
    return out


def _of_its_kind(name: str, clue: Clue, rules: IndicatorRules) -> bool:
    """Whether a part has the words that its total's parts must have: where the money is from, not what it went to."""
    words = rules.inheritable[name]
    return words is None or bool(words.regex.search(clue.item) or words.regex.search(clue.left[-_LAST:]))


def _summed(decided: Sequence[tuple[Fact, Clue, str | None]], rules: IndicatorRules, text: str) -> dict[int, str]:
    """The parts of lists whose counts add up to a total before them: position → indicator of that total."""
    out: dict[int, str] = {}
    # 中央3,432万元,占60%;省级1,144万元,占20%: the shares are no part of the list.
    counts = [n for n, (fact, _, _) in enumerate(decided) if fact.quantity.unit != "%"]
    at = 0
    while at < len(counts):
        end = at + 1
        while end < len(counts) and _goes_on(decided[counts[end - 1]][0], decided[counts[end]][0], text):
            end += 1
        while at < end:  # the total may open the run itself, and more than one list may follow it: 按来源分…;按品种分…
            at = _list_of_parts(decided, counts, at, end, rules, text, out)
    return out


def _list_of_parts(
    decided: Sequence[tuple[Fact, Clue, str | None]],
    counts: Sequence[int],
    first: int,
    end: int,
    rules: IndicatorRules,
    text: str,
    out: dict[int, str],
) -> int:
    """Where to go on after the counts from ``first``: behind the list that they open and that adds up, else one further."""
    for stop in range(min(end, first + _MANY), first + 1, -1):
        parts = counts[first:stop]
        name = _equal(decided, parts[0], fsum(decided[k][0].quantity.value for k in parts), rules, text)
        if name is not None:
            given, words = rules.sums[name]
            lefts = [decided[k][1].left[-_LAST:] for k in parts]
            same = given == name and any(_OUTCOME.search(t) for t in lefts)
            if not same and (words is None or all(map(words.regex.search, lefts))):
                out.update(dict.fromkeys(parts, given))
            return stop
    return first + 1


_CHANGED_BY_SUM = "bud_initial_budget"  # with what was added it is another figure: 年初预算A、追加B，合计C
_INHERITED = re.compile("[^/]*/P")  # its noun is that of an earlier count, and so is what that noun was taken for
_SUM_LEAD = re.compile(r"(?:合计|共计|总计|小计|累计|总[数额量]|共|三[级项者]|[两四五]项)[^,;。]*$")


def _summed_behind(
    decided: Sequence[tuple[Fact, Clue, str | None]], rules: IndicatorRules, text: str
) -> dict[int, str]:
    """The members of lists whose sum stands behind them, and the sums: of 53 annotated lists of one indicator in the dev
    group 51 have a sum of it."""
    out: dict[int, str] = {}
    for n in range(2, len(decided)):
        total, clue, own = decided[n]
        if total.status != "actual" or total.quantity.unit in ("%", "分") or total.source != "text":
            continue
        if not _SUM_LEAD.search(clue.left[-_LAST:]):
            continue
        for first in range(n - 2, max(-1, n - _MANY), -1):
            members = [decided[k] for k in range(first, n)]
            if not _one_list(total, members[0][0]):
                break
            if isclose(fsum(f.quantity.value for f, _, _ in members), total.quantity.value):
                told = [name for fact, _, name in members if name is not None and not _INHERITED.match(fact.rule)]
                names = {*told, *([own] if own is not None else [])}
                name = next(iter(names), None)
                if (
                    len(names) == 1
                    and name not in (None, _CHANGED_BY_SUM)
                    and (own is None or told or name in rules.sums)
                ):
                    out.update((k, name) for k in range(first, n + 1) if not rules.refused(decided[k][1], (name,)))
                break
    return out


def _one_list(total: Fact, member: Fact) -> bool:
    same = (total.quantity.unit, total.status, total.sentence_start)
    return same == (member.quantity.unit, member.status, member.sentence_start)


def _goes_on(one: Fact, other: Fact, text: str) -> bool:
    """Whether a count goes on with the list of the count before it."""
    between = text[one.evidence.end : other.evidence.start]
    return (
        one.quantity.unit == other.quantity.unit
        and one.status == other.status
        and len(between) <= _APART
        and not _ENDS_LIST.search(between)
    )


def _equal(
    decided: Sequence[tuple[Fact, Clue, str | None]], first: int, total: float, rules: IndicatorRules, text: str
) -> str | None:
    """The indicator of the nearest count before the list that is equal to its sum."""
    fact = decided[first][0]
    start = fact.evidence.start
    for m in range(first - 1, -1, -1):
        other, _, name = decided[m]
        if start - other.evidence.end > _FAR or "\n" in text[other.evidence.end : start]:
            return None
        if other.quantity.unit == fact.quantity.unit and isclose(other.quantity.value, total) and name in rules.sums:
            return name
    return None


def _total(decided: Sequence[tuple[Fact, Clue, str | None]], n: int, parts: dict[int, str], text: str) -> str | None:
    fact, clue, _ = decided[n]
    start = fact.evidence.start
    begin = start - len(clue.lead)
    if _NEW_SENTENCE.match(clue.lead):
        begin = max(0, start - len(clue.lead) - _FAR, text.rfind("\n", 0, begin) + 1)
    for m in range(n - 1, -1, -1):
        other, _, name = decided[m]
        if other.evidence.start < begin:
            return None
        if other.quantity.unit != fact.quantity.unit or (
            other.status != fact.status and not {other.status, fact.status} <= _DONE_OR_PLANNED
        ):
            continue
        if (
            fact.action and fact.action != other.action and fact.action not in fact.item
        ):  # something else was done with it
            return None
        between = text[other.evidence.end : start]
        if m in parts:  # the part before it in the same list
            return parts[m] if len(between) <= _NEXT and not _CLOSES.search(between) else None
        if name is None or len(between) > _FAR or len(clue.left) > _NEAR or not (opened := _OPENS.search(between)):
            return None
        return None if _CLOSES.search(between, opened.end()) else name
    return None
