"""Chinese numerals both ways, shares, fractions and amounts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textperf.text.numerals import (
    parse_arabic,
    parse_fraction,
    parse_money,
    parse_number,
    parse_share,
    render,
)

READ = [
    ("零", 0), ("〇", 0), ("十", 10), ("十一", 11), ("二十", 20), ("一百零一", 101), ("一百一", 110), ("一百一十", 110),
    ("两千三", 2300), ("两千零三", 2003), ("一万二", 12000), ("一万零二", 10002), ("三十五万", 350000),
    ("一千二百亿", 120_000_000_000), ("壹仟玖佰", 1900), ("肆佰叁拾万", 4_300_000), ("二〇二三", 2023), ("廿五", 25),
    ("三点一四", 3.14), ("三点五亿", 350_000_000), ("1.2万", 12000), ("3千万", 30_000_000), ("4.97万亿", 4_970_000_000_000),
    ("2亿3000万", 230_000_000), ("200亿零四千230", 20_000_004_230), ("1千零20", 1020), ("2,779.66", 2779.66),
    ("1,234,567.5万", 12_345_675_000), ("一百零十万三千", 1_103_000), ("-5.3", -5.3), ("负三", -3), ("一万零百一十一", 10111),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), READ)
def test_numbers_are_read(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "点",
        "点一",
        "零点",
        "十一十二",
        "百十一",
        "负",
        "10..1万",
        "10.1万零100",
        "7,00.0,77",
        "万",
        "四川",
        "三点点",
        "1,23",
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    assert parse_number(text) is None


@settings(deadline=None)
@given(st.integers(0, 10**16 - 1))
def test_a_rendered_number_is_read_back(number: int) -> None:
    assert parse_number(render(number)) == number


@settings(deadline=None)
@given(st.integers(0, 10**12), st.integers(0, 99))
def test_digits_with_commas_are_read_exactly(whole: int, cents: int) -> None:
    value = parse_arabic(f"{whole:,}.{cents:02d}")
    assert value is not None
    assert value * 100 == whole * 100 + cents


@settings(deadline=None)
@given(st.text(alphabet="零〇一二两三十百千万亿点分之成元角毛半0123456789.,/%", max_size=12))
def test_no_text_breaks_the_readers(text: str) -> None:
    for parse in (parse_number, parse_share, parse_fraction, parse_money):
        value = parse(text)
        assert value is None or value == value


@pytest.mark.parametrize("number", [-1, 10**16])
def test_only_what_can_be_written_is_rendered(number: int) -> None:
    with pytest.raises(ValueError, match="整数"):
        render(number)


@pytest.mark.parametrize(
    ("text", "value"),
    [("百分之六", 6), ("百分之九十二点五", 92.5), ("千分之三", 0.3), ("三分之一", 33.333333), ("四分之三", 75), ("八成", 80), ("六成五", 65),
     ("七成半", 75), ("一半", 50), ("1/3", 33.333333), ("35.2%", 35.2), ("百分之百", 100), ("三", None), ("零分之一", None), ("十二成", None)],
)  # fmt: skip
def test_shares_are_per_cent(text: str, value: float | None) -> None:
    assert parse_share(text) == value


def test_fractions_and_small_change() -> None:
    assert parse_fraction("一又二分之一") == 1.5
    assert parse_money("五元三毛") == 5.3
    assert parse_money("三千人") is None
