"""Printed lines → paragraphs, and page furniture, on lines set by the tests with known places."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from textperf.read.builder import Piece
from textperf.read.furniture import furniture
from textperf.read.repair import Printed, cell_pieces, paragraphs, piece_width, pieces

SIZE, LEFT, RIGHT, LEAD = 10.0, 50.0, 350.0, 18.0


def line(text: str, number: int, x: float = LEFT, page: int = 1, size: float = SIZE) -> Printed:
    width = sum(size if ord(ch) > 0x2E7F else size / 2 for ch in text)
    box = (x, 100 + number * LEAD, x + width, 100 + number * LEAD + size)
    return Printed(text, page, box, size, Piece(text, page, box), room=400.0)


def joined(lines: list[Printed]) -> list[str]:
    return ["".join(piece.text for piece in pieces(paragraph)) for paragraph in paragraphs(lines)]


def typeset(texts: list[str], indent: float = 2 * SIZE) -> list[Printed]:
    """Set paragraphs as a typesetter does: never a closing mark at the beginning of a line, numbers whole."""
    out: list[Printed] = []
    number = 0
    for text in texts:
        at, x = 0, LEFT + indent
        while at < len(text):
            end, here = at, x
            while end < len(text):
                wide = piece_width(text[end:], SIZE)
                if here + wide > RIGHT + 0.01 and end > at:
                    break
                taken, got = 0, 0.0
                while end + taken < len(text) and got < wide - 0.01:
                    got += SIZE if ord(text[end + taken]) > 0x2E7F else SIZE / 2
                    taken += 1
                end, here = end + taken, here + got
            out.append(line(text[at:end], number, x))
            number += 1
            at, x = end, LEFT
    return out


SENTENCE = "全年召开会议13次，听取报告45项，审议通过决议12件，收入2,779.66万元，完成预算的95.6%，各项工作都取得了新的进展和成效。"


def test_wrapped_lines_are_one_paragraph() -> None:
    texts = ["一、基本情况", SENTENCE, "（一）职能。", SENTENCE * 2, "二、存在的问题", "无。"]
    assert joined(typeset(texts)) == texts


def test_without_indents_list_markers_part_paragraphs() -> None:
    full = "一" * 29 + "。"  # fills its line exactly
    lines = [line(full, 0), line("二是继续加强预算管理工作，", 1), line("三是继续改进作风。", 2)]
    assert joined(lines)[0] == full


@given(st.lists(st.integers(1, 5), min_size=2, max_size=6))
@settings(max_examples=40, deadline=None)
def test_setting_and_repairing_gives_the_paragraphs_back(lengths: list[int]) -> None:
    texts = [(SENTENCE[: 40 + 3 * n] + "。") * n for n in lengths]
    assert joined(typeset(texts)) == texts


def test_a_wider_gap_or_another_size_begins_a_paragraph() -> None:
    first = line("甲" * 30, 0)
    assert joined([first, line("乙乙乙", 1), line("丙" * 20, 4)]) == ["甲" * 30 + "乙乙乙", "丙" * 20]
    assert joined([line("标" * 15, 0, size=20.0), line("正文" * 10, 2)]) == ["标" * 15, "正文" * 10]


def test_a_number_and_its_unit_are_never_two_paragraphs() -> None:
    """However short the line: 、 and the number behind it did not fit, and the typesetter kept 元 with them."""
    lines = [
        line("基本支出、项目支出分别为2,540.00万", 0),
        line("元、18,800.00万元。", 1),
        *typeset([SENTENCE] * 2)[1:],
    ]
    assert joined(lines)[0].startswith("基本支出、项目支出分别为2,540.00万元、18,800.00万元。")


def test_a_title_over_two_lines_is_one_where_it_had_to_break() -> None:
    wide = "青禾县农业农村局二〇二三年度部门整体支出绩效自评工作情况报"
    body = typeset([SENTENCE])
    lines = [line(wide, 0, 50 + (300 - 290) / 2), line("告全文", 1, 50 + 135)]
    lines += [
        Printed(b.text, 1, (b.box[0], b.box[1] + 60, b.box[2], b.box[3] + 60), SIZE, b.piece, room=400.0) for b in body
    ]
    assert joined(lines)[0] == wide + "告全文"


def test_contents_lines_stay_apart() -> None:
    dots = [f"{n}、收入支出决算总体情况说明" + "." * 25 + f" {i}" for i, n in enumerate("一二三", 3)]
    assert joined([line(text, i) for i, text in enumerate(dots)]) == dots


def test_latin_words_are_parted_by_a_space_at_a_line_end() -> None:
    lines = [*typeset([SENTENCE]), line("甲" * 26 + "Open", 9), line("Data标准得到执行", 10)]
    assert joined(lines)[-1] == "甲" * 26 + "Open Data标准得到执行"


def cell(*texts: str, width: float = 60.0) -> str:
    return "".join(p.text for p in cell_pieces([line(text, i) for i, text in enumerate(texts)], width))


def test_lines_of_a_cell() -> None:
    assert cell("10", "20") == "10 20"
    assert cell("98.5%", "≥95%") == "98.5% ≥95%"
    assert cell("年初", "预算数") == "年初预算数"
    assert cell("受经济下行", "影响。", width=55) == "受经济下行影响。"
    assert cell("12345678901", "234", width=58) == "12345678901234"  # broken where not one more figure fits
    assert cell("≥160", "人次") == "≥160人次"


def test_furniture() -> None:
    def page(number: int, *texts: tuple[str, float]) -> tuple[int, float, list[Printed]]:
        lines = [
            Printed(t, number, (50, y, 50 + 10 * len(t), y + 10), 10, Piece(t, number), room=600) for t, y in texts
        ]
        return number, 800.0, lines

    pages = [
        page(n, ("绩效自评材料", 40), (f"正文第{n}页的内容。", 300), ("12", 400), (f"— {n} —", 760)) for n in (1, 2, 3)
    ]
    gone = furniture(pages)
    assert gone == {(n, i) for n in (1, 2, 3) for i in (0, 3)}
    lone = [page(n, ("正文。", 300), (str(n + 4), 700)) for n in (1, 2)]
    assert furniture(lone) == {(1, 1), (2, 1)}
    assert furniture([page(1, ("正文。", 300), ("57", 700))]) == set()  # one figure alone may be content
    units = [page(n, ("单位：万元", 50), ("正文。", 300)) for n in (1, 2, 3)]
    assert furniture(units) == set()
    slides = [page(n, (f"幻灯片{n}", 60)) for n in (1, 2, 3)]
    assert furniture(slides) == set()  # all that stands there
    assert furniture(slides, full={1, 2, 3}) == {(1, 0), (2, 0), (3, 0)}  # heads of pages with tables
