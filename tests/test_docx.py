"""DOCX: automatic numbers, what is left out, tables, hostile packages. The files are written part by part."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from textperf.model import Document, Source
from textperf.read import Limits, ReadError, read
from textperf.read.docx import read_docx
from textperf.read.docx_numbering import write_number

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MORE = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"'
)
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)


def package(body: str, numbering: str = "", styles: str = "", **more: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        z.writestr("_rels/.rels", RELS)
        z.writestr("word/document.xml", f"<w:document {W} {MORE}><w:body>{body}</w:body></w:document>")
        if numbering:
            z.writestr("word/numbering.xml", f"<w:numbering {W}>{numbering}</w:numbering>")
        if styles:
            z.writestr("word/styles.xml", f"<w:styles {W}>{styles}</w:styles>")
        for name, text in more.items():
            z.writestr(name.replace("__", "/"), text)
    return out.getvalue()


def document(body: str, numbering: str = "", styles: str = "", limits: Limits | None = None) -> Document:
    source = Source("a.docx", "0" * 64, 1, "docx", "docx")
    return read_docx(package(body, numbering, styles), source, limits or Limits())


def p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def num(level: int, number: int = 1) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def levels(*shapes: tuple[str, str]) -> str:
    inner = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for i, (form, text) in enumerate(shapes)
    )
    return f'<w:abstractNum w:abstractNumId="0">{inner}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'


CHINESE = levels(("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."))


def test_automatic_numbers_are_read() -> None:
    body = (
        p("部门概况", num(0)) + p("职能。", num(1)) + p("机构。", num(1)) + p("人员", num(2)) + p("车辆", num(2))
        + p("自评情况", num(0)) + p("结论。", num(1)) + p("正文没有编号。")
    )  # fmt: skip
    assert document(body, CHINESE).text.split("\n") == [
        "一、部门概况", "（一）职能。", "（二）机构。", "1. 人员", "2. 车辆", "二、自评情况", "（一）结论。", "正文没有编号。",
    ]  # fmt: skip


def test_numbers_of_styles_overrides_and_switched_off_ones() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr>' + num(0) + "</w:pPr></w:style>"
        '<w:style w:type="paragraph" w:styleId="H1b"><w:name w:val="x"/><w:basedOn w:val="H1"/></w:style>'
    )
    numbering = CHINESE + (
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    )
    body = (
        p("甲", '<w:pStyle w:val="H1"/>') + p("乙", '<w:pStyle w:val="H1b"/>')
        + p("丙", '<w:pStyle w:val="H1"/><w:numPr><w:numId w:val="0"/></w:numPr>') + p("丁", num(0, 2)) + p("戊", num(0, 2))
    )  # fmt: skip
    assert document(body, numbering, styles).text.split("\n") == ["一、甲", "二、乙", "丙", "五、丁", "六、戊"]


def test_an_empty_numbered_paragraph_counts() -> None:
    body = p("甲", num(0)) + f"<w:p><w:pPr>{num(0)}</w:pPr></w:p>" + p("乙", num(0))
    assert document(body, CHINESE).text.split("\n") == ["一、甲", "三、乙"]


@pytest.mark.parametrize(
    ("n", "how", "shown"),
    [
        (1, "chineseCountingThousand", "一"), (10, "chineseCounting", "十"), (21, "japaneseCounting", "二十一"), (105, "chineseCounting", "一百零五"),
        (3, "chineseLegalSimplified", "叁"), (2, "ideographTraditional", "乙"), (7, "decimalFullWidth", "７"), (3, "decimalEnclosedCircle", "③"),
        (28, "lowerLetter", "bb"), (1994, "upperRoman", "MCMXCIV"), (5, "decimalZero", "05"), (20, "ideographDigital", "二〇"),
    ],
)  # fmt: skip
def test_number_formats(n: int, how: str, shown: str) -> None:
    assert write_number(n, how) == shown


def test_what_is_no_text_is_left_out_and_hidden_text_is_noted() -> None:
    body = (
        "<w:p><w:r><w:t>支出</w:t></w:r><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins><w:r><w:t>20万元</w:t></w:r></w:ins>"
        "<w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom><w:r><w:footnoteReference w:id='1'/></w:r><w:r><w:rPr><w:vanish/></w:rPr>"
        "<w:t>隐藏的</w:t></w:r><w:r><w:t>。</w:t></w:r></w:p>"
    )
    found = document(body)
    assert found.text == "支出20万元。"
    assert [n.reason for n in found.notices] == ["hidden_text"]


def field(instruction: str, result: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>' + instruction + "</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>'
        + result
        + '</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def test_fields_show_their_result_but_page_numbers_and_contents_go() -> None:
    toc = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC \\o "1-3" </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>一、概况........3</w:t></w:r></w:p>'
        "<w:p><w:r><w:t>二、问题........9</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
    )
    body = (
        toc
        + "".join(p(f"第{i}段。") for i in range(4))
        + f"<w:p><w:r><w:t>合计</w:t></w:r>{field(' =SUM(A1) ', '12')}<w:r><w:t>件</w:t></w:r>{field(' PAGE ', '6')}</w:p>"
    )
    assert document(body).text.split("\n") == ["第0段。", "第1段。", "第2段。", "第3段。", "合计12件"]


def test_a_text_box_is_read_once() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>框里的字</w:t></w:r></w:p></w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>"
        + box
        + "</wps:txbx>"
        "</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>"
        + box
        + "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert document(body).text.split("\n") == ["正文", "框里的字"]


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def test_merged_cells() -> None:
    rows = (
        "<w:tr>" + cell("一级指标") + cell("名称与数值", '<w:gridSpan w:val="2"/>') + "</w:tr>"
        "<w:tr>" + cell("产出", '<w:vMerge w:val="restart"/>') + cell("会议") + cell("13次") + "</w:tr>"
        "<w:tr>" + cell("", "<w:vMerge/>") + cell("培训") + cell("5次") + "</w:tr>"
    )
    found = document(p("情况表") + f"<w:tbl>{rows}</w:tbl>")
    (table,) = found.tables
    spans = {found.text[c.start : c.end]: (c.row, c.col, c.rowspan, c.colspan) for c in table.cells}
    assert spans["名称与数值"] == (0, 1, 1, 2)
    assert spans["产出"] == (1, 0, 2, 1)
    assert spans["培训"] == (2, 1, 1, 1)
    assert table.caption == "情况表"
    assert found.text.split("\n")[1:] == ["一级指标\t名称与数值", "产出\t会议\t13次", "培训\t5次"]


def test_nested_tables_and_layout_tables() -> None:
    inner = "<w:tbl><w:tr>" + cell("甲") + cell("1") + "</w:tr><w:tr>" + cell("乙") + cell("2") + "</w:tr></w:tbl>"
    layout = f"<w:tbl><w:tr><w:tc>{p('一、概况')}{inner}{p('二、问题')}</w:tc></w:tr></w:tbl>"
    found = document(layout)
    assert found.text.split("\n") == ["一、概况", "甲\t1", "乙\t2", "二、问题"]
    assert len(found.tables) == 1


def test_a_long_text_beside_a_label_is_text() -> None:
    prose = "一是预算编制不够精细，部分项目前期论证不充分，执行中调整较多。" * 8
    rows = "<w:tr>" + cell("总分") + cell("97") + "</w:tr><w:tr>" + cell("存在问题") + cell(prose) + "</w:tr>"
    found = document(f"<w:tbl>{rows}{rows}</w:tbl>")
    assert not found.in_table(found.text.index("一是预算"))


def test_a_deleted_paragraph_mark_joins() -> None:
    body = '<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr><w:r><w:t>召开会议</w:t></w:r></w:p>' + p("13次。")
    assert document(body).text == "召开会议13次。"


def test_entities_are_refused() -> None:
    data = package("")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("word/styles.xml", '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>')
    with pytest.raises(ReadError) as caught:
        read_docx(out.getvalue(), Source("a.docx", "0" * 64, 1, "docx", "docx"))
    assert caught.value.reason == "not_a_document"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        z.writestr("word/document.xml", b" " * 40_000_000)
    with pytest.raises(ReadError) as caught:
        read_docx(out.getvalue(), Source("a.docx", "0" * 64, 1, "docx", "docx"))
    assert caught.value.reason == "decompress_limit"


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_a_truncated_file_says_so(tmp_path: Path, cut: float) -> None:
    data = package("".join(p(f"第{i}段，支出{i * 7}万元。") for i in range(400)))
    file = tmp_path / "a.docx"
    file.write_bytes(data[: int(len(data) * cut)])
    with pytest.raises(ReadError) as caught:
        read(file)
    assert caught.value.reason == "truncated"


def test_deep_nesting_does_not_crash() -> None:
    body = "<w:tbl><w:tr><w:tc>" * 300 + p("底") + "</w:tc></w:tr></w:tbl>" * 300
    with pytest.raises(ReadError) as caught:
        document(body)
    assert caught.value.reason == "empty"


def test_an_image_only_document_needs_recognition() -> None:
    source = Source("a.docx", "0" * 64, 1, "docx", "docx")
    with pytest.raises(ReadError) as caught:
        read_docx(package("<w:p/>", **{"word__media__image1.png": "x"}), source)
    assert caught.value.reason == "needs_ocr"


def test_raised_figures_are_no_part_of_a_number() -> None:
    def run(text: str, up: bool = False) -> str:
        look = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>' if up else ""
        return f"<w:r>{look}<w:t>{text}</w:t></w:r>"

    body = f"<w:p>{run('召开会议36')}{run('12', True)}{run('次，造林12.5km')}{run('2', True)}{run('。')}</w:p>"
    assert document(body).text == "召开会议36次，造林12.5km²。"
    power = "<m:oMath xmlns:m='m'><m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup><m:r><m:t>4</m:t></m:r></m:sup></m:sSup></m:oMath>"
    assert document(f"<w:p>{run('3.5×')}{power}{run('吨')}</w:p>").text == "3.5×10⁴吨"
