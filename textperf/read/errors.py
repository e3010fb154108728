"""Why a file, or a part of it, could not be read: reason codes as data, each with a Chinese sentence and its remedy.

``REASONS`` are what a whole file can fail with (:class:`ReadError`, column ``reason`` of ``files``) or what one page or
member of it can lack (:class:`textperf.model.Notice`); ``NOTICES`` only ever stand beside a text that was read.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from textperf.model import Notice

# code → (what is the matter, what can be done about it)
REASONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "needs_password": ("文件有打开密码", "请用密码打开后另存为不加密的文件，再放回文件夹"),
        "not_a_document": ("内容不是能识别的文档", "请确认文件没有改错扩展名，或重新下载"),
        "truncated": ("文件不完整，后半部分缺失或结构损坏", "请重新下载或重新导出这个文件"),
        "too_large": ("文件超过大小上限", "请拆分文件，或在配置里调高 file_bytes"),
        "decompress_limit": (
            "解压后的数据超过上限，疑似压缩炸弹",
            "请核实来源；确属正常文件时在配置里调高 stream_bytes 或 zip_ratio",
        ),
        "page_limit": ("页数超过上限", "请拆分文件，或在配置里调高 pages"),
        "text_limit": ("文字量超过上限", "请拆分文件，或在配置里调高 characters"),
        "cell_limit": ("表格的单元格数超过上限", "请拆分文件或删去底稿工作表，或在配置里调高 cells"),
        "nesting_limit": ("压缩包嵌套层数或成员数超过上限", "请先解开压缩包，再把报告放进文件夹"),
        "timeout": ("读取超过时限", "请单独打开检查这个文件，或在配置里调高 seconds"),
        "memory": ("读取时内存超过上限", "请拆分文件，或在配置里调高 memory_bytes"),
        "parser_crash": ("解析程序异常退出", "请用办公软件打开后另存为新文件再试"),
        "needs_ocr": ("页面是图片，没有文字层", "请安装识别组件：pip install 'textperf[ocr]'，然后重新运行"),
        "garbled": ("文字层是乱码", "请用原始文件重新导出，或安装识别组件：pip install 'textperf[ocr]'"),
        "needs_converter": (
            "旧版 Office 格式需要转换程序",
            "请安装 LibreOffice（命令 soffice），或把文件另存为 DOCX/XLSX/PDF",
        ),
        "unsupported": ("暂不支持这种格式", "请另存为 PDF、DOCX、HTML、XLSX 或 TXT"),
        "duplicate": ("内容与另一个文件完全相同", "无需处理；只读取其中一个"),
        "empty": ("文件里没有文字", "请确认文件不是空白模板或空文件"),
        "permission": ("没有读取权限", "请检查文件的访问权限"),
        "not_found": ("文件不存在或已被移走", "请检查路径；符号链接请确认目标存在且不成环"),
    }
)

NOTICES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "hidden_text": ("有隐藏或与底色相同的文字，没有计入正文", "如需采用，请在原文件里改成可见文字"),
        "hidden_rows": ("有隐藏的行、列或工作表", "请在原文件里确认是否应当计入"),
        "ocr": ("本页由图像识别得到", "使用前请对照原图核对数字"),
        "low_confidence": ("识别把握不大", "请对照原图核对"),
        "attachments": ("文件里嵌有附件，没有读取", "如需读取，请另存附件后放进文件夹"),
        "other_reader": ("主解析程序得到的文字可疑，改用备用解析程序", "请抽查本文件的文字"),
        "unreadable_page": ("本页读不出来", "请对照原文件核对本页"),
        "encoding": ("文字编码靠猜测得到", "如有乱码，请另存为 UTF-8"),
    }
)


class ReadError(Exception):
    """A file that cannot be read. ``reason`` is a key of ``REASONS``; ``message`` is Chinese and names the remedy.

    Without a message the sentence of the reason is used (see :func:`failure` for one with a detail).

    >>> str(ReadError("needs_password"))
    '文件有打开密码；请用密码打开后另存为不加密的文件，再放回文件夹'
    """

    def __init__(self, reason: str, message: str | None = None) -> None:
        self.reason = reason
        self.message = message or describe(reason)
        super().__init__(reason, self.message)

    def __str__(self) -> str:
        return self.message


def describe(reason: str, detail: str = "") -> str:
    """The Chinese sentence of a reason with its remedy; ``detail`` stands in brackets behind what is the matter.

    Raises KeyError for a code that is in neither list.

    >>> describe("page_limit", "2,431 页")
    '页数超过上限（2,431 页）；请拆分文件，或在配置里调高 pages'
    """
    matter, remedy = REASONS[reason] if reason in REASONS else NOTICES[reason]
    return f"{matter}（{detail}）；{remedy}" if detail else f"{matter}；{remedy}"


def failure(reason: str, detail: str = "") -> ReadError:
    """A :class:`ReadError` with the sentence of its reason and a detail.

    >>> failure("too_large", "213 MB").message
    '文件超过大小上限（213 MB）；请拆分文件，或在配置里调高 file_bytes'
    """
    return ReadError(reason, describe(reason, detail))


def notice(reason: str, detail: str = "", page: int | None = None) -> Notice:
    """A :class:`Notice` with the sentence of its reason, a detail and the page it is about.

    >>> notice("low_confidence", "第 3 行“12,3?4”", 2).message
    '识别把握不大（第 3 行“12,3?4”）；请对照原图核对'
    """
    return Notice(reason, describe(reason, detail), page)
