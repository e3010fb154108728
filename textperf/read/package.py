"""Zip packages (DOCX, OFD, ODF, archives of reports) opened with care: the directory is judged before anything is unpacked."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from lxml import etree

from textperf.read.errors import failure
from textperf.read.limits import DEFAULT, Limits

_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": True,
    "recover": True,
}
_SUFFIX = re.compile(r"((?:\.[^./]*)?/?)\Z")


class Package:
    """The members of a zip. Raises ReadError ``truncated``, ``decompress_limit``, ``nesting_limit`` or ``needs_password``.

    Names are as stored; those of Chinese archivers without the UTF-8 flag are read as GBK. Where several members have one
    name, the first keeps it and the others are numbered (see :func:`numbered`): none is lost.
    """

    def __init__(self, source: bytes | Path, limits: Limits = DEFAULT) -> None:
        self._limits = limits
        self.damaged: set[str] = set()  # XML members that break off or are not well-formed, read as far as they go
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError) as e:
            raise failure("truncated", "压缩结构损坏") from e
        entries = self._zip.infolist()
        if len(entries) > limits.zip_entries:
            raise failure("nesting_limit", f"{len(entries):,} 个成员，上限 {limits.zip_entries:,}")
        total = 0
        names = [member_name(info) for info in entries]
        self._infos: dict[str, zipfile.ZipInfo] = {}
        for name, info in zip(numbered(names), entries, strict=True):
            total += info.file_size
            ratio = info.file_size / max(1, info.compress_size)
            if info.file_size > 1024**2 and ratio > limits.zip_ratio:
                raise failure("decompress_limit", f"压缩比 {ratio:,.0f}，上限 {limits.zip_ratio:,.0f}")
            self._infos[name] = info
        if total > 4 * limits.stream_bytes:
            raise failure("decompress_limit", f"解压后 {total / 1024**2:,.0f} MB")

    @cached_property
    def names(self) -> frozenset[str]:
        """All member names."""
        return frozenset(self._infos)

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Names of the members that are files, in the order of the directory."""
        return tuple(name for name, info in self._infos.items() if not info.is_dir())

    def size(self, name: str) -> int:
        """The unpacked size of a member as the directory has it."""
        return self._infos[name].file_size

    def encrypted(self, name: str) -> bool:
        """Whether a member has a password."""
        return bool(self._infos[name].flag_bits & _ENCRYPTED)

    def read(self, name: str) -> bytes:
        """The bytes of a member. Raises KeyError when there is none, and ReadError when it cannot be unpacked."""
        info = self._infos[name]
        if self.encrypted(name):
            raise failure("needs_password")
        cap = self._limits.stream_bytes
        if info.file_size > cap:
            raise failure("decompress_limit", f"{name} 解压后 {info.file_size / 1024**2:,.0f} MB")
        try:
            with self._zip.open(info) as stream:
                data = stream.read(cap + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as e:
            raise failure("truncated", f"成员 {name} 损坏") from e
        except NotImplementedError as e:
            raise failure("unsupported", "少见的压缩方法") from e
        except RuntimeError as e:  # zipfile's word for a wrong or missing password
            raise failure("needs_password") from e
        if len(data) > cap:
            raise failure("decompress_limit", f"{name} 超过 {cap / 1024**2:,.0f} MB")
        return data

    def elements(self, name: str, *tags: str) -> Iterator[tuple[bool, etree._Element]]:
        """The elements of an XML member with these local names, each when it begins (False) and when it ends (True). What
        stands before an element is gone when it ends, so that a large member never stands in memory as a tree.

        Raises KeyError, and ReadError ``truncated`` or ``not_a_document``.
        """
        data = self.read(name)
        refuse_entities(data)
        found = etree.iterparse(io.BytesIO(data), ("start", "end"), tag=[f"{{*}}{tag}" for tag in tags], **_SAFE)
        try:
            for event, element in found:
                ended = event == "end"
                yield ended, element
                if ended:
                    element.clear(keep_tail=False)
                    above = element.getparent()
                    while above is not None and element.getprevious() is not None:
                        del above[0]
        except (etree.XMLSyntaxError, ValueError) as e:
            raise failure("truncated", "XML 损坏") from e
        if any(entry.level_name == "FATAL" for entry in found.error_log):
            self.damaged.add(name)

    def xml(self, name: str) -> etree._Element:
        """The root of an XML member. Raises KeyError, and ReadError ``truncated`` or ``not_a_document``."""
        root, sound = parse_xml_told(self.read(name))
        if not sound:
            self.damaged.add(name)
        return root


def numbered(names: Sequence[str]) -> list[str]:
    """Names of which each stands once: the second of two equal ones becomes ``name#2``, before its suffix, which says what
    the file is. A member that really has such a name keeps it.

    >>> numbered(["报告.pdf", "某局/报告.pdf", "报告.pdf", "报告.pdf"])
    ['报告.pdf', '某局/报告.pdf', '报告#2.pdf', '报告#3.pdf']
    >>> numbered(["说明", "说明#2", "说明", "a/", "a/"])
    ['说明', '说明#2', '说明#3', 'a/', 'a#2/']
    """
    taken, count, out = set(names), dict[str, int](), []
    for name in names:
        number = count.get(name, 0) + 1
        while number > 1 and (own := _SUFFIX.sub(rf"#{number}\1", name, count=1)) in taken:
            number += 1
        count[name] = number
        out.append(own if number > 1 else name)
    return out


def member_name(info: zipfile.ZipInfo) -> str:
    """The name of a member, repaired where an archiver wrote GBK (or UTF-8 without the flag).

    >>> info = zipfile.ZipInfo("财政局.docx".encode("gbk").decode("cp437"))
    >>> member_name(info)
    '财政局.docx'
    """
    name = info.filename
    if info.flag_bits & _UTF8_NAME or name.isascii():
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def refuse_entities(data: bytes) -> None:
    """Raises ReadError ``not_a_document`` for XML with a document type: entities are never expanded."""
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", data[:65536].replace(b"\x00", b"")):
        raise failure("not_a_document", "XML 里有实体定义")


def parse_xml(data: bytes) -> etree._Element:
    """The root element. Entities are never expanded and nothing is fetched; a document type is refused.

    Raises ReadError ``truncated`` or ``not_a_document``.
    """
    return parse_xml_told(data)[0]


def parse_xml_told(data: bytes) -> tuple[etree._Element, bool]:
    """The root element as :func:`parse_xml`, and whether the XML is well-formed.

    >>> root, sound = parse_xml_told(b"<a><b>1</b>")
    >>> len(root), sound
    (1, False)
    """
    refuse_entities(data)
    parser = etree.XMLParser(**_SAFE)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as e:
        raise failure("truncated", "XML 损坏") from e
    if root is None:
        raise failure("truncated", "XML 损坏")
    fatal = any(entry.level_name == "FATAL" for entry in parser.error_log)
    return root, not fatal


def local(element: etree._Element) -> str:
    """The tag without its namespace ("" for comments and instructions)."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str) -> str | None:
    """An attribute by its local name, whatever its namespace (strict and transitional OOXML differ in it)."""
    found = element.get(name)
    if found is not None:
        return found
    for key, value in element.attrib.items():
        if str(key).endswith("}" + name):
            return str(value)
    return None
