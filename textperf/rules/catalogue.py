"""Names and meanings of indicators and categories: what the codebook prints and the tables are headed with."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from textperf.rules.loader import HERE


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator: id, Chinese name, the unit it is usually printed in, domain, level (``core`` or ``ext``)."""

    id: str
    name: str
    unit: str
    domain: str
    level: str


@dataclass(frozen=True, slots=True)
class Category:
    """A category of problems or measures with its definition and the boundary to its neighbours."""

    id: str
    name: str
    kind: str
    definition: str
    boundary: str


DOMAINS: Mapping[str, str] = MappingProxyType(
    {
        "npc": "人大工作", "cppcc": "政协工作", "admin": "机构人员与政务", "adm": "机构人员与政务", "budget": "预算与决算", "bud": "预算与决算",
        "eval": "绩效评价", "edu": "教育", "health": "卫生健康", "civil": "民政", "civ": "民政", "hr": "就业与社保", "agri": "农业农村", "agr": "农业农村",
        "culture": "文化旅游", "cul": "文化旅游", "justice": "司法", "jus": "司法", "police": "公安", "emergency": "应急", "emg": "应急",
        "market": "市场监管", "mkt": "市场监管", "audit": "审计", "aud": "审计", "env": "生态环境", "housing": "住房城乡", "hou": "住房城乡",
        "transport": "交通运输", "tra": "交通运输", "macro": "宏观经济", "mac": "宏观经济", "sci": "科技", "com": "商务", "commerce": "商务", "for": "外事",
        "water": "水利", "wat": "水利", "women": "妇女儿童", "wom": "妇女儿童", "pol": "公安", "hlt": "卫生健康",
    }
)  # fmt: skip


@cache
def indicators() -> Mapping[str, Indicator]:
    """All indicators by id, in the order of the rule files."""
    out: dict[str, Indicator] = {}
    for path in sorted((HERE / "indicators").glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["indicator"]:
            out[entry["id"]] = Indicator(
                entry["id"],
                entry["name"],
                entry.get("unit", ""),
                entry.get("domain", path.stem),
                entry.get("level", "core"),
            )
    return MappingProxyType(out)


@cache
def core_indicators() -> frozenset[str]:
    """The ids of the core list."""
    return frozenset(i.id for i in indicators().values() if i.level == "core")


@cache
def categories() -> Mapping[str, Category]:
    """All categories of problems and measures by id; ``none`` is not among them."""
    data = tomllib.loads((HERE / "categories.toml").read_text(encoding="utf-8"))
    return MappingProxyType(
        {
            e["id"]: Category(e["id"], e["name"], e["kind"], e.get("definition", ""), e.get("boundary", ""))
            for e in data["category"]
        }
    )


def domain_name(domain: str) -> str:
    """The Chinese name of a domain.

    >>> domain_name("npc")
    '人大工作'
    """
    return DOMAINS.get(domain, domain)
