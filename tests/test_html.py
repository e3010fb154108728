"""HTML: the report without the page around it, tables, encodings, hidden elements, saved pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from textperf.model import Document, Source
from textperf.read import ReadError, read
from textperf.read.html import read_html
from textperf.read.html_furniture import check_file, furniture
from textperf.rules.loader import HERE

TITLE = "青禾县水务局2023年度部门整体支出绩效自评报告"
BODY = [
    "一、部门基本情况",
    "青禾县水务局负责全县水资源的统一管理和监督，组织编制水利发展规划并监督实施，承担防汛抗旱日常工作。",
    "二、绩效自评情况",
    "全年新建供水管网12.6公里，改造老旧泵站17座，培训管护人员1,258人次，完成投资2,779.66万元。",
    "三、存在的问题",
    "无。",
]


def page(markup: str, encoding: str = "utf-8") -> Document:
    return read_html(markup.encode(encoding), Source("a.html", "0" * 64, 1, "html", "html"))


def paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>　　{line}</p>\n" for line in lines)


AROUND = {
    "modern": (
        "<html><head><title>{t}-青禾县人民政府</title></head><body><header class='top'>今天是2024年7月3日 <a>登录</a></header>"
        "<nav><ul><li><a>政务公开</a></li><li><a>走进青禾</a></li></ul></nav><div class='crumb'>当前位置：<a>首页</a> &gt; <a>绩效信息</a></div>"
        "<div class='article'><h1>{t}</h1><div class='info'>发布时间：2024-03-18 10:21　来源：青禾县水务局　浏览次数：<span>738</span>次　"
        "字体：【<a>大</a> <a>中</a> <a>小</a>】</div><div id='zoom'>{b}</div><div class='share'>【<a>打印本页</a>】【<a>关闭窗口</a>】</div></div>"
        "<div class='rel'><h3>相关链接</h3><ul><li><a>青禾县召开12个重点项目推进会</a></li></ul></div>"
        "<footer>版权所有：青禾县人民政府　备案号：某ICP备00000000号　您是第123456位访问者</footer></body></html>"
    ),
    "tables": (
        "<html><body><table width=1000><tr><td><img alt='标志'></td><td>用户中心 | 繁體 | ENGLISH</td></tr></table>"
        "<table><tr><td>您现在的位置：<a>首页</a> &gt;&gt; 正文</td></tr></table><table><tr><td><b>{t}</b></td></tr>"
        "<tr><td>发布日期：2024-03-18　　点击数：318　　编辑：张某　　【字号：大 中 小】</td></tr><tr><td><div>{b}</div></td></tr>"
        "<tr><td>责任编辑：李某　审核：王某　<a>打印</a>　<a>关闭</a></td></tr><tr><td>上一篇：2021年度报告<br>下一篇：第26个活动月的通知</td></tr></table>"
        "<hr><center><p>版权所有：青禾县水务局　网站标识码：4300000000</p><p>地址：迎宾路18号　联系电话：07300000000</p></center></body></html>"
    ),
    "data table": (
        "<html><body><table><tr><td>索引号：</td><td>01520011-X/2024-00031</td><td>主题分类：</td><td>财政</td></tr><tr><td>文号：</td><td>无</td>"
        "<td>发布日期：</td><td>2024-03-18</td></tr></table><h1>{t}</h1>{b}<p>扫一扫在手机打开当前页</p></body></html>"
    ),
    "old columns": (
        "<body><table><tr><td><a>首页</a></td><td><a>概况</a></td><td><a>公告</a></td></tr></table><table><tr><td><table><tr><td><a>通知公告</a></td></tr>"
        "<tr><td>访问统计：12345人次</td></tr></table></td><td><table><tr><td align=center><font size=5>{t}</font></td></tr><tr><td>作者：办公室 来源：本站 "
        "发布时间：2024-3-18 9:21:00 阅读：[ 356 ]次</td></tr><tr><td><font>{b}</font></td></tr><tr><td>[<a>打印</a>] [<a>关闭</a>]</td></tr></table></td></tr>"
        "</table><p>Copyright © 2005-2024 青禾县水务局</p></body>"
    ),
    "dated line": (
        "<body><div class='tit'><p>{t}</p></div><div>2024-03-18 15:20 <span>来源： 青禾县水务局</span><span>字号：<a>默认</a> <a>大</a> <a>超大</a></span> | "
        "<a>打印</a> | <a>收藏</a> <span>分享到：</span></div><div id='UCAP-CONTENT'>{b}</div><div>责任编辑：张某</div></body>"
    ),
    "bullets": (
        "<body><ul><li>索引号: 01520011-X/2024-00031</li><li>成文日期: 2024-03-18</li><li>浏览量: 1024</li></ul><h2>{t}</h2>{b}</body>"
    ),
}  # fmt: skip


@pytest.mark.parametrize("around", AROUND)
def test_the_report_without_the_page(around: str) -> None:
    found = page(AROUND[around].format(t=TITLE, b=paragraphs(BODY)))
    assert found.text.split("\n") == [TITLE, *BODY]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gb2312"])
@pytest.mark.parametrize("declared", ["utf-8", "gb2312", None])
def test_encodings_even_where_the_page_declares_another(encoding: str, declared: str | None) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    found = page(f"<html><head>{meta}</head><body><h1>{TITLE}</h1>{paragraphs(BODY)}</body></html>", encoding)
    assert found.text.split("\n") == [TITLE, *BODY]


def test_a_title_over_two_lines_is_one_and_stands_once() -> None:
    markup = f"<body><h1>{TITLE}</h1><div id='content'><h1>青禾县水务局2023年度<br>部门整体支出绩效自评报告</h1>{paragraphs(BODY)}</div></body>"
    assert page(markup).text.split("\n") == [TITLE, *BODY]


def test_a_title_outside_the_text_is_put_before_it() -> None:
    markup = f"<html><head><title>{TITLE} - 青禾县人民政府</title></head><body>{paragraphs(BODY)}</body></html>"
    assert page(markup).text.split("\n") == [TITLE, *BODY]


def test_breaks_and_indents_make_paragraphs() -> None:
    markup = "<body><div>　　一是预算编制不够精细。<br>　　二是执行进度偏慢，全年支出<br>仅占预算的83.2%。&nbsp;&nbsp;&nbsp;&nbsp;三是公开不及时。</div></body>"
    assert page(markup).text.split("\n") == [
        "一是预算编制不够精细。",
        "二是执行进度偏慢，全年支出",
        "仅占预算的83.2%。",
        "三是公开不及时。",
    ]


def test_words_cut_into_spans_and_lines_are_whole() -> None:
    markup = "<body><p><span>全年召开会</span><span>议13</span><b>次</b>，听取\n报告\n 45 项。</p></body>"
    assert page(markup).text == "全年召开会议13次，听取报告45项。"


def test_hidden_elements_are_left_out_and_noted() -> None:
    markup = "<body><p>支出20万元。</p><p style='display:none'>支出30万元。</p><div hidden>40万元</div><script>var n=12345</script></body>"
    found = page(markup)
    assert found.text == "支出20万元。"
    assert [n.reason for n in found.notices] == ["hidden_text"]


def test_tables_with_spans() -> None:
    markup = (
        "<body><p>2023年度项目支出绩效自评表</p><table><tr><th rowspan=2>项目</th><th colspan='2'>金额（万元）</th></tr><tr><td>预算</td><td>支出</td></tr>"
        "<tr><td>会议费<td>20.5<td>18.2</table><p>注：本表由单位填报。</p></body>"
    )
    found = page(markup)
    (table,) = found.tables
    spans = {found.text[c.start : c.end]: (c.row, c.col, c.rowspan, c.colspan) for c in table.cells}
    assert spans == {
        "项目": (0, 0, 2, 1), "金额（万元）": (0, 1, 1, 2), "预算": (1, 1, 1, 1), "支出": (1, 2, 1, 1), "会议费": (2, 0, 1, 1),
        "20.5": (2, 1, 1, 1), "18.2": (2, 2, 1, 1),
    }  # fmt: skip
    assert table.caption == "2023年度项目支出绩效自评表"
    assert found.text.endswith("注：本表由单位填报。")


def test_lists_keep_the_numbers_that_browsers_show() -> None:
    assert page("<body><ol start=3><li>加快支出进度。</li><li>完善指标。</li></ol></body>").text.split("\n") == [
        "3. 加快支出进度。",
        "4. 完善指标。",
    ]


def test_a_class_name_alone_removes_no_report() -> None:
    markup = f"<body><div class='top-content location'>{paragraphs(BODY * 6)}</div></body>"
    assert page(markup).text.split("\n") == BODY * 6


def test_a_short_report_inside_an_element_for_printing_stays() -> None:
    markup = f"<body><h1>{TITLE}</h1><div id='printArea'>{paragraphs(BODY)}</div></body>"
    assert page(markup).text.split("\n") == [TITLE, *BODY]


def test_deep_and_broken_markup_is_survived() -> None:
    assert page("<div>" * 3000 + "全年召开会议13次，听取报告45项。").text == "全年召开会议13次，听取报告45项。"
    assert page("<p>全年<td>支出</b></table>20万元。<p").text.replace("\n", "") == "全年支出20万元。"


def test_pages_without_text(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_text("<html><body><img src='1.jpg'></body></html>", encoding="utf-8")
    with pytest.raises(ReadError) as caught:
        read(file)
    assert caught.value.reason == "needs_ocr"
    file.write_text("<html><body><script>1</script></body></html>", encoding="utf-8")
    with pytest.raises(ReadError) as caught:
        read(file)
    assert caught.value.reason == "empty"


def test_a_saved_page(tmp_path: Path) -> None:
    import base64

    body = base64.b64encode(f"<html><body><h1>{TITLE}</h1>{paragraphs(BODY)}</body></html>".encode("gb18030")).decode()
    file = tmp_path / "a.mht"
    file.write_text(
        'From: <saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html; charset="gb2312"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{body}\r\n--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b--\r\n",
        encoding="ascii",
    )
    found = read(file)
    assert found.source.format == "mht"
    assert found.text.split("\n") == [TITLE, *BODY]


def test_the_examples_of_the_rule_file() -> None:
    assert check_file(HERE / "web_furniture.toml") == []
    assert len(furniture().rules) >= 4


@pytest.mark.parametrize(
    "line",
    [
        "资金来源：财政拨款20万元。",
        "名称解释",
        "大中型水库移民资金",
        "下载量达到1.2万次",
        "中共青禾县委",
        "无。",
        "主办会议13次，承办5次。",
    ],
)
def test_lines_of_reports_are_no_furniture(line: str) -> None:
    assert not furniture().is_frame(line)
    assert not furniture().is_cut(line)


def test_raised_figures_are_no_part_of_a_number() -> None:
    said = page(
        "<body><p>召开会议36<sup>1</sup>次，造林12.5km<sup>2</sup>，较上年增长<sup>[3]</sup>5.6%。</p></body>"
    ).text
    assert said == "召开会议36次，造林12.5km²，较上年增长[3]5.6%。"
