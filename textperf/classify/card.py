"""The card of the trained model: what it learnt from, how well it does, where it fails, how to rebuild it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textperf.classify.figures import calibration, confusions, worst
from textperf.classify.model import Sample
from textperf.classify.taxonomy import KINDS, categories, kind_of

if TYPE_CHECKING:
    from textperf.classify.training import TrainingResult

_NAMES = {
    "problem": "问题与原因",
    "measure": "措施",
}


def write_card(out: Path, result: TrainingResult, samples: Sequence[Sample], reviews: Sequence[Sample]) -> None:
    """Write ``card.md`` for people and ``card.json`` for programs beside the model."""
    (out / "card.json").write_text(
        json.dumps(card_data(result, samples, reviews), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    (out / "card.md").write_text(card_text(result, samples, reviews), encoding="utf-8")


def card_data(result: TrainingResult, samples: Sequence[Sample], reviews: Sequence[Sample]) -> dict[str, Any]:
    """All figures of a training, ready for JSON."""
    return {
        "corpus": result.classifier.stamp.get("corpus"),
        "samples": dict(Counter(s.source for s in (*samples, *reviews))),
        "figures": _rounded(result.figures),
        "before": _rounded(result.before),
        "margin_over_rules": {k: _triple(v) for k, v in result.interval.items()},
        "variants": [[k, n, round(a, 4), round(r, 4), round(x, 4)] for k, n, a, r, x in result.variants],
        "by_category": {c: _rounded(v) for c, v in result.by_category.items()},
        "confusions": [list(x) for x in confusions(result.judged) if x[2] >= 2],
        "calibration": {k: [[round(p, 3), round(a, 3), n] for p, a, n in calibration(_of(result, k))] for k in KINDS},
        "learning_curve": {c: [[n, round(v, 3)] for n, v in rows] for c, rows in result.curve.items()},
        "kinds": {
            k: {
                "spec": m.spec.name,
                "mix": list(m.mix),
                "floor": m.floor,
                "also_floor": m.also_floor,
                "terms": len(m.terms),
            }
            for k, m in result.classifier.kinds.items()
        },
    }


def card_text(result: TrainingResult, samples: Sequence[Sample], reviews: Sequence[Sample]) -> str:
    """The card as Markdown."""
    names = {c.id: c.name for c in categories()}
    count = Counter(s.source for s in samples)
    f = result.figures
    lines = [
        "# 问题与措施类别模型",
        "",
        "由 `textperf train` 生成，不要手改。",
        "",
        "## 数据",
        "",
        f"* 带类别的句子 {count['label']} 条（corpus/labels），标注报告里的问题、原因、措施 {count['report']} 条"
        f"（corpus/gold 与 corpus/passages 的 dev 单位），规则文件里的常见写法 {count['rule']} 条（只学不测），"
        f"人工更正 {len(reviews)} 条。语料摘要 {result.classifier.stamp.get('corpus')}。",
        "* 单位、地名、数字均为虚构。句子多由一人写成，写法不免相近。",
        *(
            f"* 第二人盲标{_NAMES[k]} {f[f'agreement_{k}_n']:.0f} 句：一致 {f[f'agreement_{k}']:.3f}，"
            f"kappa {f[f'agreement_{k}_kappa']:.3f}。"
            for k in KINDS
            if f"agreement_{k}" in f
        ),
        "",
        "## 方法",
        "",
        "字符 n 元 TF-IDF → LogisticRegression（转折之前的话只算三成）；其间隔与规则票按少数几个权重相加（权重在没见过的单位上按似然拟合），得出校准过的概率；"
        "报告里再把问题与针对它的措施放在一起判（categories.settle）。",
        "",
        "| 类 | 选用 | 弃权门槛 | 附加类门槛 |",
        "|---|---|---|---|",
        *(
            f"| {_NAMES[k]} | {m.spec.name} | {m.floor:.3f} | {m.also_floor:.2f} |"
            for k, m in result.classifier.kinds.items()
        ),
        "",
        "## 成绩（按单位分组的嵌套交叉验证；选型在折内做）",
        "",
        "| | 准确率 | 规则 | 宏 F1 | 规则 | 九成覆盖时宏 F1 | 模型减规则（95% 区间） |",
        "|---|---|---|---|---|---|---|",
    ]
    for k in KINDS:
        d, low, high = result.interval[k]
        lines.append(
            f"| {_NAMES[k]} | {f[f'{k}_acc']:.3f} | {f[f'{k}_acc_rules']:.3f} | {f[f'{k}_macro_f1']:.3f} | "
            f"{f[f'{k}_macro_f1_rules']:.3f} | {f[f'{k}_macro_f1_at_90']:.3f} | {d:+.3f}（{low:+.3f} – {high:+.3f}） |"
        )
    lines += [
        "",
        f"措施句多为复合句；首选类别落在主类或附加类之一的占 {f.get('measure_acc_or_also', float('nan')):.3f}，"
        f"附加类的 F1 {f.get('measure_also_f1', float('nan')):.3f}。",
        "",
        "达到弃权门槛的句子："
        + "；".join(
            f"{_NAMES[k]} {f[f'{k}_coverage']:.3f}，其准确率 {f[f'{k}_acc_covered']:.3f}"
            for k in KINDS
            if f"{k}_coverage" in f
        )
        + "。"
        + "".join(
            f"整份报告里的{n}达到门槛的占 {f[f'report_{k}_coverage']:.3f}。"
            for k, n in (("problem", "问题"), ("measure", "措施"))
            if f"report_{k}_coverage" in f
        ),
        "",
        "### 没见过的单位的整份报告（问题与措施配对后一起判）",
        "",
        "规则是看着 dev 单位写的，它在这些报告上的成绩偏高，不能与模型直接比；模型含规则票，也受此影响。",
        "",
        "| | 模型 | 规则 |",
        "|---|---|---|",
        *(
            f"| {n} | {f[f'report_{t}_acc_model']:.3f} | {f[f'report_{t}_acc_rules']:.3f} |"
            for t, n in (("problem", "问题"), ("cause", "原因"), ("measure", "措施"))
            if f"report_{t}_acc_model" in f
        ),
        "",
    ]
    if "report_problem_macro_f1_at_90" in f:
        lines += [
            f"九成覆盖时宏 F1：问题 {f['report_problem_macro_f1_at_90']:.3f}，措施 {f['report_measure_macro_f1_at_90']:.3f}。",
            "",
        ]
    if "report_pair_r" in f:
        lines += [f"措施与问题配对：召回 {f['report_pair_r']:.3f}，精确 {f['report_pair_p']:.3f}。", ""]
    lines += ["### 特征比较（分组四折）", "", "| 类 | 特征 | 准确率 | 报告上 | 对数损失 |", "|---|---|---|---|---|"]
    lines += [f"| {_NAMES[k]} | {n} | {a:.3f} | {r:.3f} | {x:.3f} |" for k, n, a, r, x in result.variants]
    lines += [
        "",
        "### 各类",
        "",
        "| 类别 | 句数 | 精确 | 召回 | F1 | 规则召回 |" + (" 更正前 F1 |" if result.before else ""),
    ]
    lines += ["|---|---|---|---|---|---|" + ("---|" if result.before else "")]
    for c, v in result.by_category.items():
        tail = f" {v['before']:.3f} |" if "before" in v else (" |" if result.before else "")
        lines.append(
            f"| {names[c]} `{c}` | {v['n']:.0f} | {v['p']:.3f} | {v['r']:.3f} | {v['f1']:.3f} | {v['rules_r']:.3f} |{tail}"
        )
    lines += ["", "### 最常混淆", "", "| 应为 | 判成 | 句数 |", "|---|---|---|"]
    lines += [f"| {names[a]} | {names[b]} | {n} |" for a, b, n in confusions(result.judged)[:16]]
    lines += ["", "### 把握最大的十个错误", ""]
    lines += [
        f"* 「{j.sample.text}」应为{names[j.sample.category]}，判成{names[j.category]}（{j.probability:.2f}）"
        for j in worst(result.judged)
    ]
    lines += ["", "### 校准", "", "| 类 | 说的概率 | 对的比例 | 句数 |", "|---|---|---|---|"]
    for k in KINDS:
        lines += [f"| {_NAMES[k]} | {p:.2f} | {a:.2f} | {n} |" for p, a, n in calibration(_of(result, k))]
    lines += ["", "### 学习曲线（只用线性模型，没见过的单位上的召回）", "", _curve(result, names)]
    lines += [
        "",
        "## 局限",
        "",
        "* 复合措施的主类取第一个动宾，人也常有分歧；比较时请连同附加类一起看。",
        "* 原因句短而无主语，类别准确率低于问题句；比较表不按原因分类。",
        "* 很少见的类别（作风廉政、预算约束、资金合规）在报告里样本少，成绩主要来自单句。",
        "",
        "## 重建",
        "",
        "`textperf train`（约两三分钟）。scikit-learn 的主次版本号变了须重建；模型文件以 skops 保存，加载时不执行代码。",
        "",
    ]
    return "\n".join(lines)


def _curve(result: TrainingResult, names: dict[str, str]) -> str:
    rows = ["| 类别 | " + " | ".join(["10%", "25%", "50%", "75%", "100%"]) + " |", "|---|---|---|---|---|---|"]
    rows += [
        f"| {names[c]} | " + " | ".join(f"{v:.2f}" for _, v in points) + " |" for c, points in result.curve.items()
    ]
    return "\n".join(rows)


def _of(result: TrainingResult, kind: str) -> list[Any]:
    return [j for j in result.judged if kind_of(j.sample.type) == kind]


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {k: round(v, 4) for k, v in figures.items()}


def _triple(values: tuple[float, float, float]) -> list[float]:
    return [round(v, 4) for v in values]
