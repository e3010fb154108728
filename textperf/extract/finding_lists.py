"""Labels that open a list of problems or measures, and where such a list ends and parts."""

from __future__ import annotations

import re

from textperf.extract.finding_cues import cue, cue_spans, is_measure, is_problem
from textperf.extract.finding_items import listed
from textperf.extract.finding_pieces import is_name
from textperf.text.sentences import Span

_LEAVES_LIST = re.compile(
    r"对|针对|围绕|下一步|今后|为此|这些|以上|上述|我们|我[局院委办]|主要|原因|究其|改进|整改|措施|同时|此外|另外|面对"
)

_ETC = re.compile(r"等等?\Z|等(?=[。,])")


def by_labels(folded: str, start: int, end: int) -> list[tuple[str | None, int, int]]:
    """The stretch parted at labels (改进措施:, 存在以下问题: …): (type that the label opens or None, start, end)."""
    cuts: list[tuple[int, int, str]] = []
    cuts += [(a, b, "measure") for a, b in cue_spans("measure_label", folded, start, end)]
    for a, b in cue_spans("problem_label", folded, start, end):
        if folded[b - 1] in ":," or a == start or folded[a - 1] in "。;\n":
            cuts.append((a, b, "problem"))
    cuts += [(a, b, "problem") for a, b in (*cue_spans("awareness", folded, start, end), *leads(folded, start, end))]
    cuts.sort()
    out: list[tuple[str | None, int, int]] = []
    at, kind = start, None
    for a, b, new in cuts:
        if a < at:
            continue
        before = a
        if new == "problem":  # "虽然自评未见偏差,但仍有不足:" leads up to the problems and is none itself
            before = _sentence_start(folded, at, a)
        if folded[at:before].strip():
            out.append((kind, at, before))
        at, kind = b, new
    out.append((kind, at, end))
    return [x for x in out if x[0] is not None or folded[x[1] : x[2]].strip()]


def leads(folded: str, start: int, end: int) -> list[Span]:
    """The weak labels ("短板集中在三方面:", "自评认为,") that a failing really follows.

    >>> text = "审计发现:账目不清。自评认为,履职良好。"
    >>> [text[a:b] for a, b in leads(text, 0, len(text))]
    ['审计发现:']
    """
    out = []
    for a, b in cue_spans("problem_lead", folded, start, end):
        if folded[b - 1] == "。":
            if list_of_failings(folded, b, end):
                out.append((a, b))
            continue
        parts = listed(folded, b, end, ";。!?\n" if folded[b - 1] == ":" else ",;。!?\n")
        if parts and is_problem(folded[slice(*parts[0])]):
            out.append((a, b))
    return out


def list_of_failings(folded: str, start: int, end: int) -> bool:
    """Whether the sentence that begins at ``start`` is a list by semicolons, of failings for the greater part.

    >>> text = "政策兑现慢;窗口一问三不知;设备老化。下一步,改进服务。"
    >>> list_of_failings(text, 0, len(text)), list_of_failings(text, 16, len(text))
    (True, False)
    """
    sentence = listed(folded, start, end, "。!?\n")[:1]
    parts = [folded[a:b].strip() for a, b in listed(folded, *sentence[0], ";")] if sentence else []
    telling = sum(is_problem(p) and not is_measure(p) for p in parts)
    return len(parts) > 1 and telling >= max(2, 0.6 * len(parts))


def _sentence_start(folded: str, start: int, at: int) -> int:
    return max(start, *(folded.rfind(c, start, at) + 1 for c in "。;!?\n"))


def list_end(folded: str, start: int, end: int) -> int:
    """Where the list behind a label ends: at its first full stop, unless that only parts a name from its explanation.

    ``编制不细;信息不通。三个系统各自取数;队伍不稳。对此…`` ends behind 队伍不稳.
    """
    told = listed(folded, start, end, "。!?\n")
    for i, (a, b) in enumerate(told):
        name = folded[max(folded.rfind(";", a, b) + 1, a) : b].strip()
        if i + 1 == len(told) or not is_name(name) or _LEAVES_LIST.match(folded[slice(*told[i + 1])].strip()):
            return b
    return end


def parts_of_list(folded: str, start: int, end: int) -> list[Span]:
    """A list by semicolons; one that has only commas, when nearly all of four clauses or more tell failings of their own."""
    parts = listed(folded, start, end, ";\n")
    if len(parts) > 1:
        return parts
    commas = []
    for a, b in listed(folded, start, end, ","):
        if cue("empty_promise").search(folded[a:b]):
            break
        if not _ETC.match(folded, a, b):
            commas.append((a, b))
    telling = [is_problem(folded[a:b]) for a, b in commas]
    told = any(re.search(r"\d", folded[a:b]) for a, b in commas)  # figures tell one problem, names list several
    if len(commas) < 4 or told or sum(telling) < 0.75 * len(commas):
        return parts
    out: list[Span] = []
    for (a, b), tells in zip(commas, telling, strict=True):
        if out and not tells:
            out[-1] = (out[-1][0], b)
        else:
            out.append((a, b))
    return out
