"""The word lists of the linker, read once: which word is a verb of doing and of which class (rules/verbs.toml)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from textperf.rules.loader import RuleError, Shape, packaged, read_rules

VERB_CLASSES = (
    "hold",
    "review",
    "cases",
    "build",
    "people",
    "money",
    "have",
    "level",
    "up",
    "down",
    "share",
    "nominal",
)
_SHAPE = Shape(
    array="verbs",
    keys={"id": str, "meaning": str, "words": list, "examples": list},
    required=("id", "meaning", "words"),
)


def _read_verbs(path: Path) -> tuple[Mapping[str, tuple[str, ...]], frozenset[str]]:
    out: dict[str, tuple[str, ...]] = {}
    nominal: frozenset[str] = frozenset()
    for entry in read_rules(path, _SHAPE):
        if entry["id"] not in VERB_CLASSES:
            raise RuleError(f"{path.name}：不认识的动词类 {entry['id']}，可用：{'、'.join(VERB_CLASSES)}")
        for example in entry["examples"]:
            marked = example[example.find("[") + 1 : example.find("]")]
            if marked not in entry["words"]:
                raise RuleError(f"{path.name}（{entry['id']}）：例句“{example}”里的 {marked!r} 不在词表中")
        if entry["id"] == "nominal":
            nominal = frozenset(entry["words"])
            continue
        for word in entry["words"]:
            out[word] = (*out.get(word, ()), entry["id"])
    return MappingProxyType(out), nominal


def verb_classes() -> Mapping[str, tuple[str, ...]]:
    """The classes of every verb of rules/verbs.toml; a word may be in several (压减: down, money).

    >>> verb_classes()["提高到"]
    ('level',)
    """
    return _verbs()[0]


def is_nominal(word: str) -> bool:
    """Whether a verb also serves as a noun or before one: 审计建议, 在职人员.

    >>> is_nominal("审计"), is_nominal("召开")
    (True, False)
    """
    return word in _verbs()[1]


def _verbs() -> tuple[Mapping[str, tuple[str, ...]], frozenset[str]]:
    return packaged("verbs.toml", _read_verbs)  # type: ignore[no-any-return]


_WORDS = Shape(
    array="words",
    keys={"id": str, "kind": str, "meaning": str, "words": list, "examples": list},
    required=("id", "kind", "meaning", "words"),
)


def _read_words(path: Path) -> Mapping[str, str]:
    out: dict[str, str] = {}
    for entry in read_rules(path, _WORDS):
        for word in entry["words"]:
            out[word] = entry["kind"]
    return MappingProxyType(out)


def user_words() -> Mapping[str, str]:
    """Words of rules/words.toml that the segmenter must cut as one, with their part of speech.

    >>> user_words()["低保"]
    'n'
    """
    return packaged("words.toml", _read_words)  # type: ignore[no-any-return]
