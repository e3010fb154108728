"""Training on a small corpus: honest folds, refusal of bad data and of worse models, safe files, suggestions, groups."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from textperf.classify.categories import label_findings
from textperf.classify.clusters import cluster_findings
from textperf.classify.figures import bootstrap, macro_f1, summary
from textperf.classify.fitting import fit_kind, folds
from textperf.classify.model import FILE, STAMP, Classifier, ModelError, Sample, Spec, model_path
from textperf.classify.samples import TrainingError, read_annotated, read_labels, samples_of
from textperf.classify.suggest import suggest
from textperf.classify.taxonomy import KINDS, categories, kind_of
from textperf.classify.training import train
from textperf.model import Evidence, Finding, Meta, Report

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
ONE = (Spec(grams=2, cost=0.1),)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sixteenth of the labelled sentences (whole bodies where the grouping allows) and three bodies' reports."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "labels").mkdir()
    for name in ("problems.jsonl", "measures.jsonl"):
        lines = (CORPUS / "labels" / name).read_text(encoding="utf-8").splitlines()
        (folder / "labels" / name).write_text("\n".join(lines[::16]) + "\n", encoding="utf-8")
    gold = folder / "gold"
    for part in ("gold", "plain"):
        (gold / part).mkdir(parents=True)
        for path in (CORPUS / "gold" / part).glob("*"):
            if path.stem.rsplit("-", 1)[0] in ("d-finance", "e-water", "f-street"):
                (gold / part / path.name).write_bytes(path.read_bytes())
    (gold / "split.json").write_text(
        json.dumps({"dev": ["d-finance", "e-water", "f-street"], "test": []}), encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def classifier(small: Path) -> Classifier:
    samples = read_labels(small / "labels")
    return Classifier({k: fit_kind(k, [s for s in samples if kind_of(s.type) == k], Spec(cost=0.2)) for k in KINDS})


def test_folds_keep_groups_whole() -> None:
    groups = ["a"] * 5 + ["b"] * 3 + ["c"] * 2 + ["d"]
    parts = folds(groups, 3)
    assert sorted(i for p in parts for i in p) == list(range(11))
    assert all(len({n for n, p in enumerate(parts) for i in p if groups[i] == g}) == 1 for g in "abcd")


def test_macro_f1() -> None:
    assert macro_f1(["a", "a", "b"], ["a", "a", "b"]) == 1.0
    assert macro_f1(["a", "a", "b"], ["a", "b", "b"]) == pytest.approx((2 / 3 + 2 / 3) / 2)
    assert macro_f1(["a"], ["none"]) == 0.0


def test_training_writes_model_and_card(small: Path, tmp_path: Path) -> None:
    result = train(small, tmp_path, specs=ONE)
    assert result.replaced
    assert {p.name for p in tmp_path.iterdir()} == {FILE, "card.md", "card.json"}
    figures = json.loads((tmp_path / "card.json").read_text(encoding="utf-8"))["figures"]
    assert figures["problem_acc"] > figures["problem_acc_rules"]
    assert figures["report_pair_p"] > 0.8
    assert len(result.judged) == len(read_labels(small / "labels")) + len(samples_of(read_annotated(small / "gold")))
    difference, low, high = bootstrap(result.judged)
    assert low < difference < high
    assert summary(result.judged)["measure_acc"] == pytest.approx(figures["measure_acc"], abs=1e-4)
    card = (tmp_path / "card.md").read_text(encoding="utf-8")
    assert all(f"`{c.id}`" in card for c in categories())
    again = Classifier.load(tmp_path / FILE)
    texts = ["预算执行率偏低", "加大宣传力度"]
    assert again.classify(texts, ["problem", "measure"]) == result.classifier.classify(texts, ["problem", "measure"])


def test_reviews_that_spoil_the_model_are_refused(small: Path, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"old")
    samples = [s for s in read_labels(small / "labels") if kind_of(s.type) == "problem"]
    wrong = [
        Sample(s.text, s.type, "publicity" if s.category != "publicity" else "staffing", f"r{i}", (), "review", 3.0)
        for i, s in enumerate(samples)
    ]
    result = train(small, tmp_path, reviews=wrong, specs=ONE)
    assert not result.replaced
    assert "没有替换" in result.message
    assert result.figures["problem_macro_f1"] < result.before["problem_macro_f1"]
    assert (tmp_path / FILE).read_bytes() == b"old"
    assert "before" in result.by_category["publicity"]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('{"text": "甲", "type": "problem", "category": "no_such", "body": "b"}', "no_such"),
        ('{"text": "甲", "type": "problem", "category": "staff_building", "body": "b"}', "staff_building"),
        ('{"text": "甲", "type": "none", "category": "none", "body": "b"}', "type"),
        ('{"text": "甲", "type": "problem", "category": "staffing"}', "body"),
        ('{"text": "甲"', "JSON"),
        ("[1]", "对象"),
    ],
)
def test_bad_lines_are_named_and_nothing_is_replaced(tmp_path: Path, line: str, named: str) -> None:
    labels = tmp_path / "labels"
    labels.mkdir()
    (labels / "problems.jsonl").write_text(
        '{"text": "人手不足", "type": "problem", "category": "staffing", "body": "b"}\n\n' + line, encoding="utf-8"
    )
    (labels / "measures.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(TrainingError, match=f"problems.jsonl 第 3 行.*{named}"):
        read_labels(labels)
    out = tmp_path / "out"
    gold = tmp_path / "gold"
    gold.mkdir()
    (gold / "split.json").write_text('{"dev": []}', encoding="utf-8")
    with pytest.raises(TrainingError):
        train(tmp_path, out)
    assert not out.exists()


def test_an_empty_set_is_refused(tmp_path: Path) -> None:
    for name in ("problems.jsonl", "measures.jsonl"):
        (tmp_path / name).write_text("\n", encoding="utf-8")
    with pytest.raises(TrainingError, match="没有一条"):
        read_labels(tmp_path)


def _restamp(path: Path, **changes: object) -> None:
    with zipfile.ZipFile(path) as old:
        entries = {n: old.read(n) for n in old.namelist()}
    entries[STAMP] = json.dumps({**json.loads(entries[STAMP]), **changes}).encode()
    with zipfile.ZipFile(path, "w") as new:
        for name, data in entries.items():
            new.writestr(name, data)


def test_models_of_other_versions_are_refused(classifier: Classifier, tmp_path: Path) -> None:
    path = tmp_path / FILE
    classifier.save(path)
    _restamp(path, sklearn="0.20.1")
    with pytest.raises(ModelError, match=r"0\.20\.1.*textperf train"):
        Classifier.load(path)
    classifier.save(path)
    _restamp(path, format=99)
    with pytest.raises(ModelError, match="99"):
        Classifier.load(path)
    path.write_bytes(b"not a model")
    with pytest.raises(ModelError, match="不是 textperf 的模型"):
        Classifier.load(path)
    with pytest.raises(ModelError, match="没有模型文件"):
        Classifier.load(tmp_path / "nowhere.skops")


def test_a_model_with_foreign_types_is_not_loaded(tmp_path: Path) -> None:
    import skops.io

    path = tmp_path / FILE
    skops.io.dump({"problem": Spec()}, path)
    with zipfile.ZipFile(path, "a") as archive:
        import sklearn

        archive.writestr(STAMP, json.dumps({"format": 1, "sklearn": sklearn.__version__}))
    with pytest.raises(ModelError, match="不该有的类型"):
        Classifier.load(path)


def test_shipped_model_loads_and_labels() -> None:
    path = model_path()
    assert path is not None
    model = Classifier.load(path)
    said = model.classify(
        ["部门预算编制不够精细，测算依据不足", "开展绩效业务培训，强化绩效理念"], ["problem", "measure"]
    )
    assert [c for c, _ in said] == ["budget_preparation", "train_awareness"]
    for row in model.log_probabilities(["随便一句话"], ["cause"]):
        assert sum(2.718281828459045**v for v in row.values()) == pytest.approx(1.0)


def _report(*found: tuple[str, str]) -> Report:
    text, findings = "", []
    for kind, quote in found:
        findings.append(Finding("r", kind, Evidence(len(text), len(text) + len(quote), quote)))  # type: ignore[arg-type]
        text += quote + "。\n"
    return Report("r", "r.txt", Meta(), text, None, "txt", findings=tuple(findings))


def test_problem_and_measure_are_settled_together(classifier: Classifier) -> None:
    r = _report(("problem", "年中追加预算较多，预算刚性约束不强"), ("measure", "除应急救灾外，同一单位全年不得超过2次"))
    alone = label_findings(_report(("measure", "除应急救灾外，同一单位全年不得超过2次")), classifier).findings[0]
    both = label_findings(r, classifier).findings
    assert both[1].category == "strengthen_budget_control"
    assert both[1].labelled_by == "model"
    assert both[1].category != alone.category or (both[1].score or 0) > (alone.score or 0)


def test_unknown_sentences_are_left_open(classifier: Classifier) -> None:
    from dataclasses import replace

    strict = Classifier({k: replace(m, floor=0.9) for k, m in classifier.kinds.items()})
    f = label_findings(_report(("problem", "食堂油烟扰民")), strict).findings[0]
    assert (f.category, f.also) == ("none", ())
    assert f.score is not None
    assert f.score < 0.9


def test_suggestions_are_unsure_and_unlike(classifier: Classifier) -> None:
    r = _report(
        ("problem", "预算执行率偏低，年末结余较多"),
        ("problem", "流浪犬管理缺位，居民有怨言"),
        ("problem", "流浪犬管理还是缺位，居民有怨言"),
        ("problem", "历史文献霉变"),
        ("none", "未发现问题"),
    )
    first = suggest([r], classifier, 2)
    assert len(first) == 2
    assert len({s.text[:3] for s in first}) == 2
    assert "预算执行率偏低，年末结余较多" not in {s.text for s in first}
    assert len(suggest([r], classifier)) == 4
    assert suggest([], classifier) == ()


def test_groups_of_what_is_unknown() -> None:
    rows = [
        (f"a{i}", "problem", t)
        for i, t in enumerate(["食堂油烟扰民，群众意见大", "夜间食堂油烟扰民", "历史档案霉变", "食堂油烟扰民投诉多"])
    ]
    rows.append(("m1", "measure", "给食堂加装净化器"))
    groups = cluster_findings(rows)
    assert set(groups[0].finding_ids) == {"a0", "a1", "a3"}
    assert groups[0].label.startswith("其他：")
    assert "油烟扰民" in groups[0].label
    assert {c.kind for c in groups} == {"problem", "measure"}
    assert cluster_findings(list(reversed(rows))) == groups
    assert cluster_findings([]) == ()
