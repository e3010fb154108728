"""The strict reader of rule files. An unknown key, a duplicate id or a missing example is an error that names file and rule."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


class RuleError(ValueError):
    """A rule file that cannot be used; the message is Chinese and names the file and the rule."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a rule file may hold: the name of its ``[[array]]``, the keys of an entry, and which of them are obligatory.

    ``min_examples`` and ``min_counter`` are the numbers of ``examples`` and ``counter_examples`` each entry must bring.
    """

    array: str
    keys: Mapping[str, type | tuple[type, ...]]
    required: tuple[str, ...]
    min_examples: int = 1
    min_counter: int = 0


def read_rules(path: Path, shape: Shape) -> tuple[dict[str, Any], ...]:
    """The entries of one rule file, checked against its shape. Raises :class:`RuleError`."""
    try:
        with path.open("rb") as f:
            data = tomllib.load(f)
    except OSError as e:
        raise RuleError(f"{path.name}：读不了规则文件（{e.strerror}）") from e
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise RuleError(f"{path.name}：不是合法的 TOML：{e}") from e
    unknown = set(data) - {shape.array}
    if unknown:
        raise RuleError(f"{path.name}：不认识的表 {'、'.join(sorted(unknown))}，只可有 [[{shape.array}]]")
    seen: set[str] = set()
    entries = data.get(shape.array, [])
    for number, entry in enumerate(entries, 1):
        name = f"{path.name} 第 {number} 条（{entry.get('id', '无 id')}）"
        for key, value in entry.items():
            if key not in shape.keys:
                raise RuleError(f"{name}：不认识的键 {key}；可用的键：{'、'.join(shape.keys)}")
            if not isinstance(value, shape.keys[key]):
                raise RuleError(f"{name}：{key} 的类型不对")
        for key in shape.required:
            if not entry.get(key) and entry.get(key) != 0:
                raise RuleError(f"{name}：缺少 {key}")
        if entry.get("id") in seen:
            raise RuleError(f"{name}：id 重复")
        seen.add(entry.get("id", ""))
        for key, least in (("examples", shape.min_examples), ("counter_examples", shape.min_counter)):
            if key in shape.keys and len(entry.get(key, ())) < least:
                raise RuleError(f"{name}：{key} 至少要有 {least} 条")
    return tuple(entries)


@lru_cache(maxsize=64)
def packaged(name: str, build: Callable[[Path], Any]) -> Any:
    """A rule file that ships with textperf, read once per process by ``build``."""
    return build(HERE / name)
