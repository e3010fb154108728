"""Scores: the parts of a score against the total, the total against the grade."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from textperf.compare.check_rules import Rule
from textperf.compare.figures import printed
from textperf.compare.reading import Reading, half, plain, shown
from textperf.model import Check, Fact

_TOTAL = re.compile("总分|总得分|综合得分|综合评分|合计|总评|自评得分|自评分|评价得分|最终得分|总体得分|自评总")
_WEIGHT = re.compile("满分|分值|权重|标准分|总分值|扣|减|加分|目标")
_AVERAGE = re.compile("平均|均分")
_GRADE = re.compile(
    r"^[^。;]{0,24}?(?:等级|等次|评级|评定|评价|结果|档次|为|属|是|,)[^。;“(]{0,10}?[“(\"]?(优秀|良好|优|良|中|合格|一般|差|不合格)[”)\"]?(?=[,。;)级等档、]|$)"
)


def scores(reading: Reading, rule: Rule) -> Iterator[Check]:
    """A run of three or more part scores that does not add up to the total beside it; of two, where both are said to be
    got (得47.2分) and the sum is at most a mark off."""
    for sentence in reading.sentences:
        start = reading.window(sentence, 1)
        around = [f for f in reading.between(start, sentence[1]) if _score(f)]
        mine = [f for f in around if sentence[0] <= f.evidence.start]
        totals = [f for f in around if _is_total(reading, f)]
        listed = [f for f in mine if f not in totals and not _WEIGHT.search(reading.lead(f, 12))]
        got = [f for f in listed if re.search("得|实得", reading.lead(f, 8))]
        runs = [r for r in (listed, got) if len(r) >= 3 or (len(r) == 2 and all(f in got for f in r))]
        if not totals or not runs or any(_adds(r, t) for r in runs for t in [f for f in reading.facts if _score(f)]):
            continue
        for run in runs:
            total = sum(f.quantity.value for f in run)
            wrong = next(
                (
                    t for t in totals
                    if abs(total - t.quantity.value) <= (rule.limit * t.quantity.value if len(run) > 2 else 1.0)
                    and t.quantity.value > max(f.quantity.value for f in run)
                ),
                None,
            )  # fmt: skip
            if wrong:
                yield rule.check(
                    reading.report, (wrong, *run), f"{printed(round(total, 4))}分", shown(wrong),
                    parts="＋".join(shown(f) for f in run[:10]),
                )  # fmt: skip
                break


def _score(fact: Fact) -> bool:
    return fact.quantity.unit == "分" and fact.status == "actual" and plain(fact)


def _is_total(reading: Reading, fact: Fact) -> bool:
    about = reading.about(fact, 14)
    if _AVERAGE.search(about) or "其中" in reading.lead(fact, 14):
        return False
    return fact.indicator == "eval_self_score" or bool(_TOTAL.search(about))


def _adds(run: Sequence[Fact], total: Fact) -> bool:
    room = min(half(f) for f in [*run, total]) + 1e-6  # a total is printed as exactly as its parts
    return abs(sum(f.quantity.value for f in run) - total.quantity.value) <= room


def grade(reading: Reading, rule: Rule) -> Iterator[Check]:
    """A total score whose grade in the same sentence is not the one of the usual bands."""
    bands: dict[str, tuple[float, float]] = {}
    for written in rule.get("bands"):
        name, least, below = written.split(":")
        bands[name] = (float(least), float(below))
    for fact in reading.facts:
        if not _score(fact) or not _is_total(reading, fact) or fact.quantity.value > 100:
            continue
        end = min(fact.sentence_end, len(reading.text))
        beside = [f for f in reading.between(fact.sentence_start, end) if _score(f) and f.quantity.value <= 100]
        if any(f.quantity.value > fact.quantity.value for f in beside):
            continue  # 总分94.1分，四个部分依次得14.4分、27.0分、…，等级“优”: the grade is of the whole
        found = _GRADE.match(reading.text[fact.evidence.end : end])
        if not found or re.search("项目|其中|满分|以上|以下", found[0]):
            continue
        low, high = bands[found[1]]
        value = fact.quantity.value
        if low <= value < high or value == high == 100:
            continue
        expected = next((n for n, (a, b) in bands.items() if a <= value < b), "")
        if expected[:1] == found[1][:1]:
            continue
        yield rule.check(reading.report, (fact,), expected, shown(fact), grade=found[1])
