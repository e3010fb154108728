"""Text files: encodings, hard-wrapped lines, bar tables, furniture, repeated outlines."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textperf.read import ReadError, read
from textperf.read.decode import decode
from textperf.read.wrapped import unwrap

REPORT = "青禾县水务局2023年度部门整体支出绩效自评报告\n一、基本情况\n全年召开会议13次，支出２，７７９．６６万元。\n"


def wrap(text: str, width: int, indent: str = "") -> list[str]:
    """Break a paragraph as a typesetter does: numbers whole, no closing sign at the beginning of a line."""
    lines, line, used = [], indent, 2 * len(indent)
    at = 0
    while at < len(text):
        end = at + 1
        while (
            end < len(text)
            and text[at].isascii()
            and text[end].isascii()
            and (text[end].isalnum() or text[end] in ".,%")
        ):
            end += 1
        while end < len(text) and text[end] in "，。、；：）”":
            end += 1
        piece = text[at:end]
        size = sum(1 if ch.isascii() else 2 for ch in piece)
        if used + size > width and line.strip():
            lines.append(line)
            line, used = "", 0
        line += piece
        used += size
        at = end
    return [*lines, line]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_encoding_gives_the_same_text(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "报告.txt"
    file.write_bytes(REPORT.encode(encoding))
    assert read(file).text == REPORT.strip()


def test_traditional_text_in_big5() -> None:
    text = "預算執行情況：全年支出較上年增加，資產管理與財務報表應予改進，本單位對此項業務的評價為良。"
    assert decode(text.encode("big5")).text == text


@pytest.mark.parametrize("wrong", ["latin-1", "cp1252"])
def test_utf8_taken_for_latin_is_mended(wrong: str) -> None:
    text = "部门预算执行情况说明：全年支出增加。"
    raw = text.encode("utf-8")
    mangled = "".join(
        chr(b) if wrong == "latin-1" or b in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([b]).decode(wrong) for b in raw
    )
    found = decode(mangled.encode("utf-8"))
    assert found.text == text
    assert found.note


def test_lost_characters_are_reported() -> None:
    with pytest.raises(ReadError) as caught:
        decode(("锟斤拷" * 20).encode())
    assert caught.value.reason == "garbled"


@pytest.mark.parametrize(
    ("data", "reason"), [(b"", "empty"), (b" \r\n\t ", "empty"), (bytes(range(256)) * 40, "not_a_document")]
)
def test_no_text_is_an_error_with_a_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(data)
    with pytest.raises(ReadError) as caught:
        read(file)
    assert caught.value.reason == reason
    assert "；" in caught.value.message  # what is the matter; what can be done


PARAGRAPHS = [
    "（一）部门职能。",
    "青禾县水务局负责全县水资源的统一管理和监督，组织编制水利发展规划并监督实施，指导农村饮水安全工程建设与管理，承担防汛抗旱日常工作。",
    "全年新建供水管网12.6公里，改造老旧泵站17座，培训管护人员1,258人次，完成投资2,779.66万元，占年度预算的98.5%，群众满意度达到96.3%。",
    "一是预算编制不够精细，部分项目前期论证不充分，年中追加预算的情况较多，执行进度前松后紧。",
    "二是绩效指标量化不足，个别指标与项目内容结合不紧密，结果应用有待加强，业务人员的培训也不够。",
]


@pytest.mark.parametrize("width", [52, 60, 76])
@pytest.mark.parametrize("blank", [False, True])
@pytest.mark.parametrize("indent", ["", "　　"])
def test_hard_wrapped_lines_become_paragraphs(width: int, blank: bool, indent: str) -> None:
    lines: list[str] = []
    for paragraph in PARAGRAPHS:
        for line in wrap(paragraph, width, indent):
            lines.append(line)
            if blank:
                lines.append("")
    assert unwrap(lines) == PARAGRAPHS


def test_page_numbers_go_even_inside_a_sentence() -> None:
    lines = wrap(PARAGRAPHS[2], 52)
    cut = [*lines[:1], "", "— 6 —", "", *lines[1:], *wrap(PARAGRAPHS[1], 52)]
    assert unwrap(cut) == [PARAGRAPHS[2], PARAGRAPHS[1]]


def test_a_paragraph_a_line_stays_as_it_is() -> None:
    assert unwrap(PARAGRAPHS) == PARAGRAPHS
    headings = ["一、部门基本情况", "二、绩效自评情况", "三、存在的主要问题", "四、下一步改进措施"]
    assert unwrap(headings) == headings


@given(st.lists(st.text(alphabet="全年召开会议13次。，2.5万元\n 　", max_size=60), max_size=12))
def test_unwrapping_loses_no_character(lines: list[str]) -> None:
    squeezed = "".join("".join(lines).split())
    assert "".join("".join(unwrap([part for line in lines for part in line.split("\n")])).split()) == squeezed


def test_bars_make_a_table(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(
        "# 收支表\n\n单位：万元\n\n| 项目 | 金额 |\n|---|---|\n| 会议费 | 20.5 |\n\n**说明**：无。\n", encoding="utf-8"
    )
    document = read(file)
    (table,) = document.tables
    assert document.text.split("\n") == ["收支表", "单位：万元", "项目\t金额", "会议费\t20.5", "说明：无。"]
    assert (table.rows, table.cols, table.caption) == (2, 2, "收支表 单位：万元")


def test_what_a_web_page_left_in_a_text_goes(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    lines = [
        "下载",
        "打印",
        "【字号：",
        "加大",
        "减小",
        "】",
        "来源：青禾日报",
        *PARAGRAPHS,
        "上一篇：某通知",
        "版权所有：青禾县人民政府",
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert read(file).text.split("\n") == PARAGRAPHS


def test_bookmarks_at_the_end_go(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(
        "附件 2\n青禾县水务局2023年度自评报告\n全年召开会议13次。\n\f\t附件2\n\t青禾县水务局2023年度自评报告\n",
        encoding="utf-8",
    )
    assert read(file).text.endswith("全年召开会议13次。")
