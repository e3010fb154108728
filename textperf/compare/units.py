"""Which units measure the same, and what one is worth in the other (公顷 and 亩, 名 and 人)."""

from __future__ import annotations

import re
from pathlib import Path

from textperf.rules.loader import RuleError, Shape, packaged, read_rules

_SHAPE = Shape("unit", {"id": str, "same": list, "times": list, "examples": list}, ("id", "examples"))
_AMOUNT = re.compile(r"([\d.]+)(.+)")


class ComparableUnits:
    """The knowledge of ``comparable_units.toml``. Raises :class:`RuleError` when an example does not add up."""

    def __init__(self, path: Path) -> None:
        self._base: dict[str, tuple[str, float]] = {}
        entries = read_rules(path, _SHAPE)
        for entry in entries:
            worth = {
                entry["id"]: 1.0,
                **dict.fromkeys(entry.get("same", []), 1.0),
                **dict(t.split(":") for t in entry.get("times", [])),
            }
            for unit, times in worth.items():
                if unit in self._base:
                    raise RuleError(f"{path.name}：单位 {unit} 出现两次")
                self._base[unit] = (entry["id"], float(times))
        for entry in entries:
            for example in entry["examples"]:
                sides = [_AMOUNT.fullmatch(side) for side in example.split("=")]
                if len(sides) != 2 or not sides[0] or not sides[1]:
                    raise RuleError(f"{path.name}（{entry['id']}）：例子 {example} 要写作「2公顷=30亩」")
                got = self.convert(float(sides[0][1]), sides[0][2], sides[1][2])
                if got is None or abs(got - float(sides[1][1])) > 1e-9:
                    raise RuleError(f"{path.name}（{entry['id']}）：例子 {example} 不成立，算得 {got}")

    def family(self, unit: str) -> str:
        """The unit that stands for all that measure the same; a unit that the rules do not know is its own."""
        return self._base.get(unit, (unit, 1.0))[0]

    def convert(self, value: float, unit: str, to: str) -> float | None:
        """``value`` in another unit, or None when the two do not measure the same."""
        (base, times), (other, worth) = self._base.get(unit, (unit, 1.0)), self._base.get(to, (to, 1.0))
        if base != other:
            return None
        return value if times == worth else round(value * times / worth, 9)


def family(unit: str) -> str:
    """The unit that stands for all that measure the same.

    >>> family("名"), family("公顷"), family("微克/立方米")
    ('人', '亩', '微克/立方米')
    """
    return _units().family(unit)


def convert(value: float, unit: str, to: str) -> float | None:
    """``value`` in another unit, or None when the two do not measure the same.

    >>> convert(2850, "公顷", "平方公里"), convert(3, "户", "人")
    (28.5, None)
    """
    return _units().convert(value, unit, to)


def _units() -> ComparableUnits:
    units: ComparableUnits = packaged("comparable_units.toml", ComparableUnits)
    return units
