"""The dispatcher and the rarer formats: spreadsheets, RTF, OFD, archives, old Office files, and what is refused."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from textperf.model import Source
from textperf.read import DEFAULT, Limits, ReadError, content, expand, format_of, read
from textperf.read.doc import convert, soffice
from textperf.read.docx import read_docx
from textperf.read.number_format import shown
from textperf.read.ole import kind_of
from textperf.read.rtf import read_rtf
from textperf.read.sniff import OLE_MARK, sniff
from textperf.read.xls_formats import layouts
from textperf.read.xlsx import xlsx_sheets

needs_soffice = pytest.mark.skipif(soffice() is None, reason="没有安装 LibreOffice")


def reason_of(path: Path | str, limits: Limits = DEFAULT) -> str:
    with pytest.raises(ReadError) as caught:
        read(path, limits)
    assert "；" in caught.value.message, "a message says what can be done"
    return caught.value.reason


# ---- what a file is


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"%PDF-1.7\n", "a.docx", "pdf"),
        (b"junk before %PDF-1.4", "a", "pdf"),
        ("一、概况".encode("utf-16"), "a.txt", "txt"),
        ("一、概况".encode(), "README.md", "md"),
        ("用 <table> 画表".encode(), "README.md", "md"),
        ("<html>".encode("utf-16"), "a.htm", "html"),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "a.txt", "html"),
        (b"{\\rtf1", "a.doc", "rtf"),
        (b"\x89PNG\r\n", "a.pdf", "png"),
        (b"Rar!\x1a\x07\x00", "a.zip", "rar"),
        (b"\x00" * 500, "a.pdf", "empty"),
        (b"MZ\x90\x00\x03", "报告.exe", "exe"),
        (b"BMW 12", "a.txt", "txt"),
        (b"<?xml version='1.0'?><?mso-application progid='Word.Document'?><w:wordDocument>", "a.doc", "wordml"),
        (b"<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?><Workbook>", "a.xls", "sheetml"),
        (b"a,b\n1,2\n", "a.csv", "csv"),
    ],
)
def test_bytes_decide(data: bytes, name: str, kind: str) -> None:
    assert sniff(data, name) == kind


def test_a_wrong_suffix_does_not_matter(tmp_path: Path) -> None:
    file = tmp_path / "报告.pdf"
    file.write_text("<html><body><p>全年召开会议13次，听取报告45项。</p></body></html>", encoding="utf-8")
    assert read(file).source.format == "html"


def test_files_that_are_none(tmp_path: Path) -> None:
    assert reason_of(tmp_path / "没有.pdf") == "not_found"
    assert reason_of(tmp_path) == "not_a_document"
    loop = tmp_path / "loop.txt"
    loop.symlink_to(loop)
    assert reason_of(loop) == "not_found"
    big = tmp_path / "big.txt"
    big.write_bytes(b"a" * 2000)
    assert reason_of(big, Limits(file_bytes=1000)) == "too_large"
    assert reason_of("a\x00b.txt") == "not_found"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.txt")
    assert reason_of(tmp_path / "p.txt") == "not_a_document"


# ---- spreadsheets


def workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "自评表"
    sheet["A1"] = "项目支出绩效自评表"
    sheet.merge_cells("A1:D1")
    sheet["A2"], sheet["D2"] = "填报单位：某局", "单位：万元"
    for row in (["项目", "预算数", "执行数", "执行率"], ["会议费", 1234.5, 1173.1, 0.9503], ["培训费", 20, 0, 0]):
        sheet.append(row)
    for cell in ("B4", "C4"):
        sheet[cell].number_format = "#,##0.00"
    sheet["D4"].number_format = sheet["D5"].number_format = "0.00%"
    sheet["A6"] = "注：本表由单位填报。"
    sheet["C7"] = "隐藏行里的字"
    sheet.row_dimensions[7].hidden = True
    hidden = book.create_sheet("底稿")
    hidden["A1"] = "不应出现"
    hidden.sheet_state = "hidden"
    book.save(path)


def check_workbook(path: Path) -> None:
    found = read(path)
    assert found.text.split("\n") == [
        "项目支出绩效自评表", "填报单位：某局 单位：万元", "项目\t预算数\t执行数\t执行率", "会议费\t1,234.50\t1,173.10\t95.03%", "培训费\t20\t0\t0.00%",
        "注：本表由单位填报。",
    ]  # fmt: skip
    assert found.tables[0].caption.endswith("单位：万元")
    notes = " ".join(n.message for n in found.notices if n.reason == "hidden_rows")
    assert "底稿" in notes
    assert "不应出现" not in found.text


def test_xlsx_as_it_is_shown(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx")
    check_workbook(tmp_path / "a.xlsx")
    assert "1 行" in " ".join(n.message for n in read(tmp_path / "a.xlsx").notices)


@needs_soffice
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_other_workbooks_as_they_are_shown(tmp_path: Path, kind: str) -> None:
    workbook(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    book["自评表"].delete_rows(7)
    book.save(tmp_path / "a.xlsx")
    made = convert({"a.xlsx": (tmp_path / "a.xlsx").read_bytes()}, kind, 60)
    (tmp_path / f"a.{kind}").write_bytes(made[f"a.{kind}"])
    check_workbook(tmp_path / f"a.{kind}")


def test_separated_values(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes('项目,金额（万元）,备注\n会议费,"1,234.50",无\n'.encode("gb18030"))
    found = read(file)
    assert found.text == "项目\t金额（万元）\t备注\n会议费\t1,234.50\t无"


SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def bare(path: Path, rows: str) -> Path:
    """A workbook of the least that it takes."""
    with zipfile.ZipFile(path, "w") as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        sheets = '<sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets>'
        z.writestr("xl/workbook.xml", f'<workbook xmlns="{SHEET}" xmlns:r="{RELS}">{sheets}</workbook>')
        target = '<Relationship Id="r1" Target="worksheets/sheet1.xml"/>'
        z.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{target}</Relationships>")
        z.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData></worksheet>')
    return path


def test_cells_that_do_not_say_where_they_stand_follow_each_other(tmp_path: Path) -> None:
    rows = (
        "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row><c/><c><v>5</v></c></row>"
        '<row r="9"><c r="C9"><v>7</v></c><c><v>8</v></c></row>'
    )
    sheet = xlsx_sheets(bare(tmp_path / "a.xlsx", rows).read_bytes(), DEFAULT)[0]
    assert sheet.cells == {(0, 0): "1", (0, 2): "3", (2, 1): "5", (8, 2): "7", (8, 3): "8"}


def test_raised_figures_in_a_cell_are_no_part_of_its_number(tmp_path: Path) -> None:
    mark = "<r><t>36</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>1</t></r>"
    rows = f"<row><c t='inlineStr'><is>{mark}</is></c><c><v>5</v></c></row>"
    assert read(bare(tmp_path / "a.xlsx", rows)).text.split() == ["36", "5"]


def test_workbooks_beyond_the_limits_say_so_and_far_cells_do_not_count(tmp_path: Path) -> None:
    few = Limits(cells=5)
    rows = "".join(f"<row>{'<c><v>1</v></c>' * 3}</row>" for _ in range(2))
    assert reason_of(bare(tmp_path / "a.xlsx", rows), few) == "cell_limit"
    (tmp_path / "a.csv").write_text("1,2,3\n" * 2)
    assert reason_of(tmp_path / "a.csv", few) == "cell_limit"
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    assert read(bare(tmp_path / "b.xlsx", far)).text.split() == ["1", "2"]


def test_a_table_of_nearly_nothing_but_empty_cells_is_small(tmp_path: Path) -> None:
    rows = "".join(
        f"<row>{''.join(f'<c r={chr(34)}{c}{r}{chr(34)}><v>{r}</v></c>' for c in ('A', 'B', get_column_letter(r)))}</row>"
        for r in range(3, 2003)
    )
    document = read(bare(tmp_path / "a.xlsx", rows))
    (table,) = document.tables
    assert (table.rows, len(table.cells)) == (2000, 6000)


@needs_soffice
def test_an_xls_with_a_stray_cell_far_away_is_read_without_the_space_between(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"], book.active["IV65536"] = 12, 7
    book.save(tmp_path / "a.xlsx")
    made = convert({"a.xlsx": (tmp_path / "a.xlsx").read_bytes()}, "xls", 60)
    (tmp_path / "a.xls").write_bytes(made["a.xls"])
    found = read(tmp_path / "a.xls")
    assert (found.text.split(), found.source.reader) == (["12", "7"], "soffice+xlsx")
    assert reason_of(tmp_path / "a.xls", Limits(cells=1)) == "cell_limit"


def test_where_the_cells_of_a_binary_workbook_stand() -> None:
    cell = b"\x00\x08\x09\x00\x00\x00\0\0\0\0" + b"\x05\x08\x03\x00\x00\x00\0\0\0\0"  # row 9, column 3
    far = b"\x00\x08\x0c\x00\x00\x00\0\0\0\0" + b"\x07\x08\x05\x00\x00\x00\0\0\0\0"  # row 12, column 5
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("xl/worksheets/sheet1.bin", b"\x94\x01\x02ab" + cell + far)
    (found,) = layouts(out.getvalue(), "xlsb", DEFAULT)
    assert (found.cells, found.top, found.left, found.places) == (2, 9, 3, 12)


@needs_soffice
def test_excel_xml(tmp_path: Path) -> None:
    rows = "".join(
        "<Row>" + "".join(f"<Cell><Data ss:Type='String'>{c}</Data></Cell>" for c in row) + "</Row>"
        for row in (["项目", "预算数", "执行数"], ["会议费", "20", "18.5"])
    )
    file = tmp_path / "a.xls"
    file.write_text(
        "<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet' "
        f"xmlns:ss='urn:schemas-microsoft-com:office:spreadsheet'><Worksheet ss:Name='Sheet1'><Table>{rows}</Table></Worksheet></Workbook>",
        encoding="utf-8",
    )
    assert read(file).text == "项目\t预算数\t执行数\n会议费\t20\t18.5"


def test_a_crash_inside_the_parser_of_workbooks_is_a_reason(tmp_path: Path) -> None:
    file = tmp_path / "a.xls"
    for cut in (1500, 1030, 900):
        file.write_bytes(ole("Workbook")[:cut])
        assert reason_of(file) in ("truncated", "parser_crash", "empty")


def test_merged_ranges_reach_over_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["一级", "二级", "值"], ["产出", "数量", 3], [None, "质量", 4]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    book.save(tmp_path / "a.xlsx")
    found = read(tmp_path / "a.xlsx")
    spans = {found.text[c.start : c.end]: (c.row, c.col, c.rowspan) for c in found.tables[0].cells}
    assert spans["产出"] == (1, 0, 2)
    assert spans["质量"] == (2, 1, 1)


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (0.9317, "0.00%", "93.17%"), (0.5, "0%", "50%"), (2943.126, "#,##0.00", "2,943.13"), (-5, "0.0", "-5.0"), (-5, "0;(0)", "(5)"),
        (12, '0"次"', "12次"), (12.5, "General", "12.5"), (1e20, "General", "100000000000000000000"), (0, '0;-0;"—"', "—"), (12345678, "0.00,,", "12.35"),
        (45000, "yyyy/m/d", "2023/3/15"), (45000, 'yyyy"年"m"月"', "2023年3月"), (3.10, "0.##", "3.1"), (0.000012, "General", "0.000012"),
        (7, "@", "7"), (1234, '_ * #,##0.00_ ;_ * \\-#,##0.00_ ', "1,234.00"), (-1234, '_ * #,##0.00_ ;_ * \\-#,##0.00_ ', "-1,234.00"),
    ],
)  # fmt: skip
def test_number_formats(value: float, code: str, text: str) -> None:
    assert shown(value, code) == text


# ---- RTF


def rtf(body: bytes) -> str:
    head = b"{\\rtf1\\ansi\\ansicpg936{\\fonttbl{\\f0\\fcharset134 x;}}{\\info{\\title t}}"
    return read_rtf(head + body + b"}", Source("a.rtf", "0" * 64, 1, "rtf", "rtf")).text


def gbk(text: str) -> bytes:
    return b"".join(b"\\'%02x" % b for b in text.encode("gbk"))


def test_rtf_text_numbers_and_what_is_left_out() -> None:
    body = (
        b"{\\header " + gbk("页眉") + b"}{\\listtext " + gbk("一、") + b"\\tab}" + gbk("概况") + b"\\par "
        + gbk("召开会议") + b"13\\u27425?{\\v " + gbk("隐藏") + b"}{\\footnote " + gbk("脚注") + b"}\\'a1\\'a3\\par"
    )  # fmt: skip
    assert rtf(body).split("\n") == ["一、 概况", "召开会议13次。"]


def test_rtf_tables() -> None:
    row = b"\\trowd%s\\cellx1000\\cellx2000\\pard\\intbl %s\\cell %s\\cell\\row "
    body = row % (b"\\clvmgf", gbk("产出"), b"13") + row % (b"\\clvmrg", b"", b"5") + b"\\pard " + gbk("完") + b"\\par"
    found = read_rtf(b"{\\rtf1\\ansi\\ansicpg936" + body + b"}", Source("a.rtf", "0" * 64, 1, "rtf", "rtf"))
    (table,) = found.tables
    assert [(c.row, c.col, c.rowspan, found.text[c.start : c.end]) for c in table.cells] == [
        (0, 0, 2, "产出"), (0, 1, 1, "13"), (1, 1, 1, "5"),
    ]  # fmt: skip
    assert found.text.endswith("\n完")


def test_rtf_pairs_of_units() -> None:
    assert rtf(b"\\uc0\\u-10187\\u-8680 x") == chr(0x1D618) + "x"


@pytest.mark.parametrize(
    "data", [b"{\\rtf1", b"{\\rtf1" + b"{" * 5000, b"{\\rtf1 a\\u99999999? \\'zz}", b"{\\rtf1 }}}} a"]
)
def test_broken_rtf_is_an_error_or_a_text(data: bytes) -> None:
    reason, text = "", ""
    try:
        text = read_rtf(data, Source("a.rtf", "0" * 64, 1, "rtf", "rtf")).text
    except ReadError as e:
        reason = e.reason
    assert text or reason in ("empty", "parser_crash")


# ---- OFD


def ofd(lines: list[tuple[float, float, str]], rules: list[tuple[float, float, float, float]] = ()) -> bytes:  # type: ignore[assignment]
    ns = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    objects = "".join(
        f'<ofd:TextObject Boundary="{x} {y} 180 6" Size="5"><ofd:TextCode X="0" Y="5" DeltaX="g {len(t) - 1} 5">{t}</ofd:TextCode></ofd:TextObject>'
        for x, y, t in lines
    ) + "".join(
        f'<ofd:PathObject Boundary="{a} {b} 180 180"><ofd:AbbreviatedData>M 0 0 L {c - a} {d - b}</ofd:AbbreviatedData></ofd:PathObject>'
        for a, b, c, d in rules
    )  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr(
            "OFD.xml",
            f"<ofd:OFD {ns}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        )
        z.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {ns}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData>"
            '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
        )
        z.writestr(
            "Doc_0/Pages/Page_0/Content.xml",
            f"<ofd:Page {ns}><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>",
        )
    return out.getvalue()


def test_ofd_text_boxes_and_tables(tmp_path: Path) -> None:
    lines = [
        (60.0, 20.0, "某局2023年度绩效自评报告"), (30.0, 45.0, "全年召开会议十三次，听取和审议专项工作报告四十五"),
        (20.0, 55.0, "项，依法作出决议决定18个；召开主任会议14次，听取和讨"), (20.0, 65.0, "论专题工作汇报74项。"),
        (25.0, 82.0, "项目"), (85.0, 82.0, "金额"), (25.0, 92.0, "会议费"), (85.0, 92.0, "20.5"),
    ]  # fmt: skip
    rules = [(20.0, 80.0 + 10 * k, 140.0, 80.0 + 10 * k) for k in range(3)] + [
        (20.0 + 60 * k, 80.0, 20.0 + 60 * k, 100.0) for k in range(3)
    ]
    file = tmp_path / "a.ofd"
    file.write_bytes(ofd(lines, rules))
    found = read(file)
    assert found.text.split("\n") == [
        "某局2023年度绩效自评报告", "全年召开会议十三次，听取和审议专项工作报告四十五项，依法作出决议决定18个；召开主任会议14次，听取和讨论专题工作汇报74项。",
        "项目\t金额", "会议费\t20.5",
    ]  # fmt: skip
    at = found.text.index("18个")
    ((page, x0, y0, x1, y1),) = found.evidence(at, at + 3).boxes
    assert page == 1
    points = 72 / 25.4
    assert x0 == pytest.approx((20 + 5 * 10) * points, abs=1)
    assert x1 == pytest.approx((20 + 5 * 13) * points, abs=1)
    assert y0 < (55 + 5) * points <= y1


# ---- archives


class GbkInfo(zipfile.ZipInfo):
    """A member as old Chinese archivers write it: its name in GBK, without a flag."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gbk"), self.flag_bits


def test_members_of_archives_are_files(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as z:
        z.writestr("乙.txt", "支出20万元。")
    with zipfile.ZipFile(tmp_path / "全部.zip", "w") as z:
        z.writestr(GbkInfo("水务局/报告.txt"), "全年召开会议13次。".encode("gb18030"))
        z.writestr("__MACOSX/._报告.txt", "x")
        z.writestr("里面.zip", inner.getvalue())
    members = list(expand(tmp_path / "全部.zip"))
    assert [m.split("!/", 1)[1] for m in members] == ["水务局/报告.txt", "里面.zip!/乙.txt"]
    assert [read(m).text for m in members] == ["全年召开会议13次。", "支出20万元。"]
    assert content(members[1]).decode() == "支出20万元。"
    assert read(members[1]).source.path == members[1]
    assert reason_of(tmp_path / "全部.zip") == "not_a_document"
    assert reason_of(f"{tmp_path / '全部.zip'}!/没有.txt") == "not_found"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_with_one_name_are_all_read(tmp_path: Path) -> None:
    file = tmp_path / "全部.zip"
    with zipfile.ZipFile(file, "w") as z:
        z.writestr("报告.txt", "甲局召开会议13次。")
        z.writestr("报告.txt", "乙局召开会议20次。")
        z.writestr("报告#2.txt", "丙局召开会议30次。")
        z.writestr("甲!/报告.txt", "丁局召开会议40次。")
    found = list(expand(file))
    assert [m.split("!/", 1)[1] for m in found] == ["报告.txt", "报告#3.txt", "报告#2.txt", "甲!/报告.txt"]
    assert [read(m).text[:1] for m in found] == ["甲", "乙", "丙", "丁"]


def test_expanding_a_plain_or_broken_file_yields_itself(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(b"PK\x03\x04broken")
    assert list(expand(file)) == [str(file)]
    assert reason_of(file) == "truncated"
    workbook(tmp_path / "b.xlsx")
    assert list(expand(tmp_path / "b.xlsx")) == [str(tmp_path / "b.xlsx")]


def test_archives_beyond_the_limits(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as z:
        for i in range(30):
            z.writestr(f"{i}.txt", "x")
    assert list(expand(file, Limits(zip_entries=10))) == [str(file)]
    assert reason_of(file, Limits(zip_entries=10)) == "nesting_limit"
    data = file.read_bytes()
    for level in range(4):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as z:
            z.writestr(f"{level}.zip", data)
        data = out.getvalue()
    file.write_bytes(data)
    (deep,) = expand(file)
    assert deep.count("!/") == 3
    assert reason_of(deep) == "nesting_limit"
    bomb = tmp_path / "b.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("0.txt", b"0" * 30_000_000)
    assert reason_of(bomb) == "decompress_limit"


# ---- OLE


def ole(*names: str) -> bytes:
    """A compound file with these (empty) streams: header, one FAT sector, one directory sector."""
    header = bytearray(512)
    header[:8] = OLE_MARK
    header[30] = 9
    header[44:48] = (1).to_bytes(4, "little")
    header[48:52] = (1).to_bytes(4, "little")
    header[60:64] = header[68:72] = b"\xfe\xff\xff\xff"
    header[76:512] = b"\xff" * 436
    header[76:80] = bytes(4)
    fat = (b"\xfd\xff\xff\xff" + b"\xfe\xff\xff\xff").ljust(512, b"\xff")
    directory = b""
    for i, name in enumerate(("Root Entry", *names)):
        raw = name.encode("utf-16-le") + b"\0\0"
        entry = bytearray(128)
        entry[: len(raw)] = raw
        entry[64:66] = len(raw).to_bytes(2, "little")
        entry[66] = 5 if i == 0 else 2
        entry[116:120] = b"\xfe\xff\xff\xff"
        directory += bytes(entry)
    return bytes(header) + fat + directory.ljust(512, b"\0")


def test_streams_of_embedded_files_are_not_the_files_own() -> None:
    none = 0xFFFFFFFF
    data = bytearray(ole("ObjectPool", "Workbook", "WordDocument"))
    links = {0: (none, none, 2), 1: (none, none, 3), 2: (1, none, none), 3: (none, none, none)}
    for number, places in links.items():
        at = 1024 + 128 * number + 68
        data[at : at + 12] = b"".join(p.to_bytes(4, "little") for p in places)
    data[1024 + 128 + 66] = 1  # a folder
    assert kind_of(bytes(data)) == "xls"


def test_encrypted_odt_wants_a_password(tmp_path: Path) -> None:
    file = tmp_path / "a.odt"
    with zipfile.ZipFile(file, "w") as z:
        z.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        z.writestr("META-INF/manifest.xml", "<m:manifest xmlns:m='m'><m:encryption-data/></m:manifest>")
        z.writestr("content.xml", b"\x93\x01\x02")
    assert reason_of(file) == "needs_password"


def test_old_office_files_by_their_streams(tmp_path: Path) -> None:
    assert kind_of(ole("WordDocument", "1Table")) == "doc"
    assert kind_of(ole("Workbook")) == "xls"
    assert format_of(ole("PowerPoint Document"), "a.ppt") == "ppt"
    file = tmp_path / "a.docx"
    file.write_bytes(ole("EncryptionInfo", "EncryptedPackage"))
    assert reason_of(file) == "needs_password"
    file.write_bytes(ole("PowerPoint Document"))
    assert reason_of(file) == "unsupported"
    file.write_bytes(ole("WordDocument")[:520])
    assert reason_of(file) == "truncated"


def test_without_soffice_there_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textperf.read.doc.soffice", lambda: None)
    file = tmp_path / "a.doc"
    file.write_bytes(ole("WordDocument"))
    assert reason_of(file) == "needs_converter"


@needs_soffice
def test_doc_keeps_numbers_and_tables(tmp_path: Path) -> None:
    body = b"{\\rtf1\\ansi\\ansicpg936 " + gbk("一、概况") + b"\\par " + gbk("召开会议13次。") + b"\\par}"
    made = convert({"a.rtf": body}, "doc", 60)
    file = tmp_path / "旧.doc"
    file.write_bytes(made["a.doc"])
    found = read(file)
    assert found.text.split("\n") == ["一、概况", "召开会议13次。"]
    assert (found.source.format, found.source.reader) == ("doc", "soffice+docx")


@needs_soffice
def test_the_converter_is_stopped_in_time() -> None:
    with pytest.raises(ReadError) as caught:
        convert({"a.rtf": b"{\\rtf1 x}"}, "doc", 0.05)
    assert caught.value.reason == "timeout"


def test_office_files_that_break_off_say_so() -> None:
    ns = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    whole = (
        f'<w:document xmlns:w="{ns}"><w:body><w:p><w:r><w:t>全年召开会议13次。</w:t></w:r></w:p></w:body></w:document>'
    )
    for text, told in ((whole, False), (whole[: whole.index("</w:body>")], True)):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as z:
            z.writestr("word/document.xml", text)
        document = read_docx(out.getvalue(), Source("a.docx", "0" * 64, 1, "docx", "docx"))
        assert document.text.strip() == "全年召开会议13次。"
        assert ("truncated" in {n.reason for n in document.notices}) is told
