"""Bytes of a text file → characters: byte order marks, UTF-8, UTF-16, GB18030, Big5, and text that was decoded wrongly before."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from textperf.read.errors import failure

# The commonest characters of written Chinese and of reports, simplified and traditional: wrong decodings hit them by
# chance only (a share near 0.01), right ones always (0.15 and more).
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所"
    "民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政"
    "四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情"
    "者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她"
    "預算務績資產門單業體會國發對時來個們這為與關點過現實長報據評標財區縣應項導"
    "预算绩效报告支出目标项目单位完成情况评价万元街镇局财"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_META = re.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})|<\?xml[^>]{0,80}?encoding=[\"']([A-Za-z0-9_-]{2,20})",
    re.I,
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Characters with the encoding they were read by; ``note`` is a Chinese remark when it had to be guessed or mended."""

    text: str
    encoding: str
    note: str = ""


def commonness(text: str) -> float:
    """The share of very common characters among the non-ASCII ones: above 0.1 in any Chinese report, near 0 in gibberish.

    >>> commonness("部门整体支出绩效自评报告") > 0.5
    True
    >>> commonness("鍏充簬棰勭畻") < 0.1
    True
    """
    seen = [ch for ch in text[:200_000] if ch > "\x7f"]
    return sum(ch in _COMMON for ch in seen) / len(seen) if seen else 0.0


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text of a file. ``declared`` is an encoding named outside the bytes (an HTTP or MIME header).

    Raises ReadError ``not_a_document`` for bytes that are no text and ``garbled`` where the characters were lost
    before (a run of U+FFFD or 锟斤拷).

    >>> decode("支出２，７７９．６６万元".encode("gb18030")).encoding
    'gb18030'
    """
    found = _decode(data, declared)
    lost = found.text.count("\ufffd") + 3 * found.text.count("锟斤拷")
    if lost > 20 and lost * 8 > len(found.text):
        raise failure("garbled", "文字在保存时已经丢失")
    return found


def _decode(data: bytes, declared: str | None) -> Decoded:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _mend(data[len(bom) :].decode(encoding, "replace"), encoding, "")
    if not data:
        return Decoded("", "utf-8")
    wide = _wide(data)
    if wide:
        return Decoded(data.decode(wide, "replace"), wide, "没有字节序标记的 UTF-16")
    control = sum(data[:65536].count(bytes([c])) for c in (*range(9), *range(14, 27)))
    if control > 4 and control * 50 > min(len(data), 65536):
        raise failure("not_a_document", "是二进制数据")
    try:
        return _mend(data.decode("utf-8"), "utf-8", "")
    except UnicodeDecodeError as e:
        if e.start >= len(data) - 3:  # cut off in the middle of the last character
            return _mend(data[: e.start].decode("utf-8"), "utf-8", "文件末尾缺字节")
    meta = _META.search(data[:4096])
    named = [declared or ""] + ([(meta[1] or meta[2]).decode("ascii")] if meta else [])
    candidates = ["gb18030", "big5hkscs"]
    if any(name.lower().replace("-", "").startswith("utf8") for name in named):
        candidates.append("utf-8")
    best: tuple[float, str, str] | None = None
    for encoding in candidates:
        text = data.decode(encoding, "replace")
        bad = text.count("\ufffd") + sum("\ue000" <= ch <= "\uf8ff" for ch in text)
        score = commonness(text) - 5 * bad / max(1, len(_HAN.findall(text)))
        if best is None or score > best[0] + 0.02:  # the first is the likelier one
            best = (score, encoding, text)
    assert best is not None
    return _mend(best[2], best[1], "" if "\ufffd" not in best[2] else "个别字节无法识别")


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: line ends and digits have a zero byte on the same side throughout."""
    head = data[:8192]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if even + odd < 3 or min(even, odd) * 4 > max(even, odd):
        return None
    encoding = "utf-16-be" if even > odd else "utf-16-le"
    text = head[: len(head) & ~1].decode(encoding, "replace")
    letters = sum(ch.isprintable() or ch.isspace() for ch in text)
    return encoding if letters > 0.97 * len(text) and (commonness(text) > 0.08 or text.isascii()) else None


def _mend(text: str, encoding: str, note: str) -> Decoded:
    """Undo one wrong decoding: UTF-8 or GBK once taken for Latin-1, UTF-8 once taken for GBK."""
    if len(text) >= 8 and not text.isascii() and commonness(text) < 0.08:
        for wrong, right in (("cp1252", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gb18030"), ("gb18030", "utf-8")):
            try:
                again = _bytes(text, wrong).decode(right)
            except (UnicodeEncodeError, UnicodeDecodeError):
                continue
            if commonness(again) > 0.1:
                return Decoded(again, encoding, f"原文是被误当作 {wrong} 的 {right}，已还原")
    return Decoded(text, encoding, note)


def _bytes(text: str, encoding: str) -> bytes:
    """The bytes behind a wrong decoding; cp1252 has five holes that browsers fill with the control characters."""
    if encoding != "cp1252":
        return text.encode(encoding)
    return b"".join(bytes([ord(ch)]) if "\x80" <= ch <= "\x9f" else ch.encode("cp1252") for ch in text)
