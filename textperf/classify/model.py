"""The trained classifier of findings: character n-grams and the rules' votes, weighed together, calibrated.

One linear model (scikit-learn's ``LogisticRegression``) for problems and causes, one for measures. Its margins and the votes of
the rules are added with few weights, fitted by likelihood on sentences of bodies that the linear model had not seen;
so the sum is a calibrated log-probability. Saved with skops, which runs no code on loading.

scikit-learn is imported inside functions: a report without findings never pays for it.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from textperf.classify.taxonomy import BEFORE_TURN, NONE, head_start, kind_of, lead_end, rules_of
from textperf.text.fold import fold

FORMAT = 1
STAMP = "textperf.json"  # our own entry in the skops archive, read before anything is built from it
FILE = "categories.skops"
_TAIL = 0.5  # what stands behind the first sentence counts half
_PRIOR = 0.5  # how much of the frequency of categories in real reports is believed
_NUMBER = re.compile(r"\d[\d,.]*")
_CLAUSE = re.compile(r"[^,;:。]+")
Matrix = Any


class ModelError(ValueError):
    """A model file that cannot be used; the message is Chinese and says what to do."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A labelled sentence. ``group`` is the body it belongs to; ``source`` is ``label``, ``report``,
    ``review`` or ``rule`` (a typical wording of the rule file)."""

    text: str
    type: str
    category: str
    group: str
    also: tuple[str, ...] = ()
    source: str = "label"
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Spec:
    """What to learn from: n-grams up to ``grams`` characters, words, the rules' votes; how fast later clauses fade."""

    grams: int = 2
    words: bool = False
    votes: bool = True
    fade: float = 1.0
    cost: float = 1.0

    @property
    def name(self) -> str:
        """A short name for tables."""
        parts = [f"字符 1–{self.grams}", *(["词"] if self.words else []), *(["规则票"] if self.votes else [])]
        return " + ".join(parts) + f"（递减 {self.fade:g}，C={self.cost:g}）"


@dataclass(frozen=True)
class KindModel:
    """The model of one kind of finding (``problem``, shared by causes, or ``measure``)."""

    kind: str
    spec: Spec
    terms: tuple[str, ...]
    idf: Matrix
    linear: Any
    mix: tuple[float, ...]
    priors: dict[str, list[float]]
    floor: float = 0.0
    also_floor: float = 1.0
    ids: tuple[str, ...] = field(default=())

    @property
    def categories(self) -> tuple[str, ...]:
        """The ids in the order of the columns."""
        return self.ids or rules_of(self.kind).ids

    def log_probabilities(self, texts: Sequence[str], types: Sequence[str]) -> Matrix:
        """An array of len(texts) × categories: calibrated natural logarithms."""
        scores = mixed(self.mix, evidence(self.margins(texts), votes_of(self.kind, texts), self.spec.votes))
        scores = scores + _PRIOR * np.array([self.priors.get(t, self.priors["*"]) for t in types])
        return log_softmax(scores)

    def margins(self, texts: Sequence[str]) -> Matrix:
        """The linear model's margins, columns in the order of ``categories``."""
        raw = self.linear.decision_function(vectors(texts, self.spec, self._vocabulary, self.idf))
        out = np.full((len(texts), len(self.categories)), raw.min() - 1.0 if raw.size else 0.0)
        for column, name in enumerate(self.linear.classes_):
            out[:, self.categories.index(str(name))] = raw[:, column]
        return out

    @property
    def _vocabulary(self) -> dict[str, int]:
        return vocabulary_of(self.terms)


@lru_cache(maxsize=8)
def vocabulary_of(terms: tuple[str, ...]) -> dict[str, int]:
    return {term: i for i, term in enumerate(terms)}


@dataclass(frozen=True)
class Classifier:
    """Both kinds together. ``stamp`` says what it was made from (versions, figures, digest of the corpus)."""

    kinds: dict[str, KindModel]
    stamp: dict[str, Any] = field(default_factory=dict)

    def log_probabilities(self, texts: Sequence[str], types: Sequence[str]) -> list[dict[str, float]]:
        """For each text a logarithm of the probability of each category of its type."""
        out: list[dict[str, float]] = [{} for _ in texts]
        for kind, model in self.kinds.items():
            at = [i for i, t in enumerate(types) if kind_of(t) == kind]
            if at:
                logs = model.log_probabilities([texts[i] for i in at], [types[i] for i in at])
                for i, row in zip(at, logs, strict=True):
                    out[i] = dict(zip(model.categories, map(float, row), strict=True))
        return out

    def classify(self, texts: Sequence[str], types: Sequence[str]) -> list[tuple[str, float]]:
        """The likeliest category and its probability; ``none`` where the probability is below the floor."""
        out = []
        for row, t in zip(self.log_probabilities(texts, types), types, strict=True):
            best = max(row, key=lambda c: row[c])
            p = float(np.exp(row[best]))
            out.append((best if p >= self.kinds[kind_of(t)].floor else NONE, round(p, 3)))
        return out

    def save(self, path: Path) -> None:
        """Write the model; the file appears whole or not at all."""
        import skops.io

        payload = {
            kind: {
                "spec": [m.spec.grams, m.spec.words, m.spec.votes, m.spec.fade, m.spec.cost],
                "terms": "\n".join(m.terms),
                "idf": m.idf,
                "linear": m.linear,
                "mix": list(m.mix),
                "priors": m.priors,
                "floor": m.floor,
                "also_floor": m.also_floor,
                "ids": list(m.categories),
            }
            for kind, m in self.kinds.items()
        }
        part = path.with_name(path.name + ".part")
        skops.io.dump(payload, part, compression=zipfile.ZIP_DEFLATED, compresslevel=6)
        with zipfile.ZipFile(part, "a") as archive:
            archive.writestr(STAMP, json.dumps({**_versions(), **self.stamp}, ensure_ascii=False))
        part.replace(path)

    @classmethod
    def load(cls, path: Path) -> Classifier:
        """Read a model. Raises :class:`ModelError` when the file is missing, broken, of another format or made with
        another scikit-learn, or holds anything but arrays and the linear model."""
        stamp = read_stamp(path)
        import skops.io

        try:
            if unknown := skops.io.get_untrusted_types(file=path):
                raise ModelError(
                    f"{path}：模型里有不该有的类型（{'、'.join(unknown)}），未加载；请用 textperf train 重建"
                )
            payload = skops.io.load(path, trusted=[])
            kinds = {kind: _kind(kind, p) for kind, p in payload.items()}
        except ModelError:
            raise
        except Exception as e:
            raise ModelError(f"{path}：模型文件读不出来（{e}）；请用 textperf train 重建") from e
        return cls(kinds, stamp)


def _kind(kind: str, p: dict[str, Any]) -> KindModel:
    ids = tuple(p["ids"])
    if set(ids) != set(rules_of(kind).ids):
        missing = "、".join(sorted(set(ids) ^ set(rules_of(kind).ids)))
        raise ModelError(f"模型的类别与 categories.toml 不一致（{missing}）；请用 textperf train 重建")
    return KindModel(
        kind, Spec(*p["spec"]), tuple(p["terms"].split("\n")), p["idf"], p["linear"], tuple(p["mix"]),
        p["priors"], p["floor"], p["also_floor"], rules_of(kind).ids,
    )  # fmt: skip


def _versions() -> dict[str, Any]:
    import sklearn

    return {"format": FORMAT, "sklearn": sklearn.__version__}


def read_stamp(path: Path) -> dict[str, Any]:
    """What a model file says about itself, checked against what is installed. Raises :class:`ModelError`."""
    if not path.is_file():
        raise ModelError(f"{path}：没有模型文件；请用 textperf train 生成")
    try:
        with zipfile.ZipFile(path) as archive:
            stamp: dict[str, Any] = json.loads(archive.read(STAMP))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as e:
        raise ModelError(f"{path}：不是 textperf 的模型文件；请用 textperf train 重建") from e
    have = _versions()
    if stamp.get("format") != FORMAT:
        raise ModelError(f"{path}：模型格式是 {stamp.get('format')}，本版本要 {FORMAT}；请用 textperf train 重建")
    if _minor(str(stamp.get("sklearn"))) != _minor(have["sklearn"]):
        raise ModelError(
            f"{path}：模型由 scikit-learn {stamp.get('sklearn')} 训练，本机是 {have['sklearn']}；请用 textperf train 重建"
        )
    return stamp


def _minor(version: str) -> list[str]:
    return version.split(".")[:2]


def model_path() -> Path | None:
    """Where the trained model lies: inside the installed package, or ``models/`` beside it in a working copy."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_models", package.parent / "models"):
        if (folder / FILE).is_file():
            return folder / FILE
    return None


# ── features ──────────────────────────────────────────────────────────────────────────────────────────────────────


def terms_of(text: str, spec: Spec) -> dict[str, float]:
    """The terms of a text with their weights: a term of a later clause counts less, numbers are all one number.

    >>> sorted(terms_of("支出慢", Spec(grams=2)))
    ['出', '出慢', '慢', '支', '支出']
    """
    text = _NUMBER.sub("0", fold(text))
    lead, head = lead_end(text), head_start(text)
    out: dict[str, float] = {}
    passed = 0
    for clause in _CLAUSE.finditer(text):
        if clause.start() < head:
            weight = BEFORE_TURN
        else:
            weight = max(0.1, spec.fade**passed * (_TAIL if clause.start() > lead else 1.0)) if spec.fade < 1.0 else 1.0
            passed += 1
        piece = clause.group()
        for n in range(1, spec.grams + 1):
            for at in range(len(piece) - n + 1):
                term = piece[at : at + n]
                out[term] = out.get(term, 0.0) + weight
        if spec.words:
            for word in _words(piece):
                out[word] = out.get(word, 0.0) + weight
    return out


def _words(piece: str) -> list[str]:
    from textperf.segment import words

    return ["_" + w.text for w in words(piece) if len(w.text) > 1]


def vectors(texts: Sequence[str], spec: Spec, vocabulary: dict[str, int], idf: Matrix) -> Matrix:
    """A sparse matrix with a row of length 1 for each text: damped term weights times idf."""
    from scipy.sparse import csr_matrix

    columns: list[int] = []
    values: list[float] = []
    ends = [0]
    for text in texts:
        for term, count in terms_of(text, spec).items():
            column = vocabulary.get(term)
            if column is not None:
                columns.append(column)
                values.append(count)
        ends.append(len(columns))
    column_array = np.asarray(columns, dtype=np.int32)
    data = np.log1p(2 * np.asarray(values)) * idf[column_array] if columns else np.empty(0)
    bounds = np.asarray(ends)
    squares = np.concatenate([[0.0], np.cumsum(data * data)])
    norms = np.sqrt(squares[bounds[1:]] - squares[bounds[:-1]])
    norms[norms == 0] = 1.0
    data = data / np.repeat(norms, np.diff(bounds))
    return csr_matrix((data, column_array, bounds), shape=(len(texts), len(idf)))


def votes_of(kind: str, texts: Sequence[str]) -> Matrix:
    """The rules' votes as an array of len(texts) × categories."""
    rules = rules_of(kind)
    return np.array([rules.votes(t) for t in texts]).reshape(len(texts), len(rules.ids))


def evidence(margins: Matrix, votes: Matrix, with_votes: bool = True) -> list[Matrix]:
    """What :func:`mixed` weighs: the margins, the votes' shares, their strength, and which has most of them."""
    if not with_votes:
        return [margins]
    total = votes.sum(axis=1, keepdims=True)
    share = votes / np.where(total == 0, 1.0, total)
    top = (votes == votes.max(axis=1, keepdims=True)) & (votes > 0.5)
    return [margins, share, np.minimum(votes, 2.5), top.astype(float)]


def mixed(mix: Sequence[float], parts: Sequence[Matrix]) -> Matrix:
    """The weighted sum of the parts of :func:`evidence`."""
    return sum(w * part for w, part in zip(mix, parts, strict=True))


def log_softmax(scores: Matrix) -> Matrix:
    """Natural logarithms of probabilities that are proportional to exp(scores), row by row."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
