"""The command line. Data on standard output, talk on standard error; 0 all well, 1 some files failed, 2 bad usage."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    name="textperf",
    help="从政府绩效报告中提取可核对的数字、问题与措施，并跨部门、跨年度比较。",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
review_app = typer.Typer(name="review", help="人工更正：导出、导入；之后的结果都带上。", no_args_is_help=True)
app.add_typer(review_app)
rules_app = typer.Typer(name="rules", help="规则文件。", no_args_is_help=True)
app.add_typer(rules_app)

FORMATS = ("table", "csv", "jsonl")


def fail(message: str, code: int = 2) -> typer.Exit:
    """One clear line on standard error, and the exit to raise."""
    print(f"textperf：{message}", file=sys.stderr)
    return typer.Exit(code)


def _one_of(value: str, allowed: tuple[str, ...], name: str) -> str:
    if value not in allowed:
        raise fail(f"{name} 只能是 {'、'.join(allowed)}，不能是 {value}")
    return value


@app.command()
def run(
    folders: Annotated[list[Path], typer.Argument(help="报告所在的文件夹或文件，可以有多个。", metavar="文件夹…")],
    out: Annotated[Path, typer.Option("-o", "--out", help="结果目录。再次运行时只读新增、改动或失败的文件。")] = Path(
        "textperf-out"
    ),
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, help="同时工作的进程数，默认与处理器核数相同。")] = None,
    no_ocr: Annotated[bool, typer.Option("--no-ocr", help="不识别扫描页，只报告哪些页需要识别。")] = False,
    checks: Annotated[
        Path | None, typer.Option("--checks", help="本地核对规则（TOML），写法见 rules/checks_local.toml.example。")
    ] = None,
) -> None:
    """主流程：读取 → 提取 → 归类 → 比较 → 写出数据库、对比表、网页和文件清单。"""
    from dataclasses import replace

    from textperf.batch.run import run as run_job
    from textperf.read.limits import DEFAULT
    from textperf.store.database import StoreError

    for folder in folders:
        if not folder.exists():
            raise fail(f"找不到 {folder}：请检查路径")
    if out.exists() and not out.is_dir():
        raise fail(f"{out} 是一个文件，不能当输出目录：请用 -o 换一个位置")
    limits = replace(DEFAULT, ocr=False) if no_ocr else DEFAULT
    local = _local_checks(checks) if checks is not None else ()
    from textperf.batch.progress import bar

    try:
        with bar() as progress:
            result = run_job(folders, out, jobs=jobs, limits=limits, progress=progress, local=local)
    except StoreError as e:
        raise fail(str(e), 1) from e
    except KeyboardInterrupt:
        raise fail("已中断；读完的报告都已存好，再运行一次会接着做", 1) from None
    from textperf.batch.summary import print_summary

    print_summary(result)
    raise typer.Exit(1 if result.failures else 0)


def _local_checks(path: Path) -> tuple[Any, ...]:
    """The rules of a local file whose examples hold; a wrong one ends the command before anything is read."""
    from textperf.compare.check_rules import failures, read_checks
    from textperf.rules.loader import RuleError

    try:
        rules = read_checks(path)
        wrong = list(failures(rules, path.name))
    except (RuleError, OSError) as e:
        raise fail(f"本地核对规则读不出来：{e}") from e
    if wrong:
        raise fail("；".join(wrong))
    return rules


@app.command()
def extract(
    files: Annotated[list[str], typer.Argument(help="报告文件，可以有多个。", metavar="文件…")],
    format_: Annotated[str, typer.Option("--format", help="输出格式：jsonl（每行一条记录）。")] = "jsonl",
) -> None:
    """不建数据库：把每份报告的记录逐行写到标准输出。"""
    import json

    from textperf.batch.workers import work
    from textperf.read.limits import DEFAULT
    from textperf.records import records

    _one_of(format_, ("jsonl",), "--format")
    failed = 0
    for name in files:
        if "!/" not in name and not Path(name).is_file():
            print(f"textperf：找不到文件 {name}", file=sys.stderr)
            failed += 1
            continue
        outcome = work(name, DEFAULT)
        if outcome.report is None:
            print(f"textperf：{name}：{outcome.message}（{outcome.reason}）", file=sys.stderr)
            failed += 1
            continue
        for n in outcome.report.notices:
            print(f"textperf：{name}：{n.message}", file=sys.stderr)
        for record in records(outcome.report):
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    raise typer.Exit(0 if not failed else 2 if failed == len(files) and not _any_exists(files) else 1)


def _any_exists(files: list[str]) -> bool:
    return any(Path(f.split("!/")[0]).exists() for f in files)


def _open(db: Path) -> Any:
    from textperf.store.database import Store, StoreError

    if db.is_dir() and (db / "textperf.db").is_file():
        db = db / "textperf.db"
    try:
        return Store(db, readonly=True)
    except StoreError as e:
        raise fail(str(e)) from e


def _write(columns: tuple[str, ...], rows: Any, format_: str, out: Path | None) -> None:
    from textperf.export.plain import render

    text = render(columns, rows, format_)
    if out is None:
        sys.stdout.write(text)
        return
    try:
        out.write_text(text, encoding="utf-8-sig" if format_ == "csv" else "utf-8", newline="")
    except OSError as e:
        raise fail(f"写不进 {out}：{e.strerror}", 1) from e


@app.command()
def compare(
    db: Annotated[Path, typer.Argument(help="数据库 textperf.db，或它所在的结果目录。", metavar="数据库")],
    department: Annotated[str | None, typer.Option("--department", help="部门名称，或其中一段。")] = None,
    indicator: Annotated[str | None, typer.Option("--indicator", help="指标编号，如 npc_sc_meetings。")] = None,
    shared: Annotated[bool, typer.Option("--shared", help="改列指标表以外、几个部门都报告的计数。")] = False,
    format_: Annotated[str, typer.Option("--format", help="table、csv、jsonl 或 xlsx。")] = "table",
    out: Annotated[Path | None, typer.Option("-o", "--out", help="写到文件；xlsx 必须给出。")] = None,
) -> None:
    """部门 × 指标 × 年度的对比表。缺失写作“—”，不当作零。"""
    from textperf.export.pivot import series_pivot, shared_pivot
    from textperf.store.database import StoreError

    _one_of(format_, (*FORMATS, "xlsx"), "--format")
    if format_ == "xlsx" and out is None:
        raise fail("写 xlsx 要用 -o 给出文件名")
    with _open(db) as store:
        try:
            if format_ == "xlsx" and out is not None:
                from textperf.export.tables import Tables
                from textperf.export.workbook import write_workbook

                write_workbook(Tables.load(store, department=department, indicator=indicator), out)
                return
            if shared:
                columns, rows = shared_pivot(store, department=department)
            else:
                columns, rows = series_pivot(store, department=department, indicator=indicator)
        except StoreError as e:
            raise fail(str(e), 1) from e
    _write(columns, rows, format_, out)


@app.command()
def query(
    db: Annotated[Path, typer.Argument(help="数据库 textperf.db，或它所在的结果目录。", metavar="数据库")],
    sql: Annotated[str | None, typer.Argument(help="一条 SELECT 语句。", metavar="SQL")] = None,
    search: Annotated[str | None, typer.Option("--search", help="原文中要有的词，多个词用空格分开。")] = None,
    department: Annotated[str | None, typer.Option("--department", help="部门名称，或其中一段。")] = None,
    year: Annotated[int | None, typer.Option("--year", help="年度。")] = None,
    indicator: Annotated[str | None, typer.Option("--indicator", help="指标编号。")] = None,
    category: Annotated[str | None, typer.Option("--category", help="问题或措施的类别编号。")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="fact、finding、problem、cause、measure 或 none。")] = None,
    status: Annotated[str | None, typer.Option("--status", help="actual、target、prior 或 change。")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="最多给出多少行。")] = 1000,
    seconds: Annotated[float, typer.Option("--timeout", min=0.1, help="查询最多用几秒。")] = 10.0,
    format_: Annotated[str, typer.Option("--format", help="table、csv 或 jsonl。")] = "table",
    out: Annotated[Path | None, typer.Option("-o", "--out", help="写到文件。")] = None,
) -> None:
    """查询事实与问题：给一条 SELECT，或用检索词和条件。只读，限时。"""
    from textperf.store.database import StoreError
    from textperf.store.query import find, run_sql

    _one_of(format_, FORMATS, "--format")
    if kind is not None:
        _one_of(kind, ("fact", "finding", "problem", "cause", "measure", "none"), "--kind")
    with _open(db) as store:
        try:
            if sql is not None:
                answer = run_sql(store, sql, seconds=seconds, limit=limit)
            else:
                answer = find(
                    store,
                    search=search,
                    department=department,
                    year=year,
                    indicator=indicator,
                    category=category,
                    kind=kind,
                    status=status,
                    limit=limit,
                )
        except StoreError as e:
            raise fail(str(e)) from e
    _write(answer.columns, answer.rows, format_, out)
    if answer.truncated:
        print(f"textperf：只列出前 {limit} 行；用 --limit 调整", file=sys.stderr)


EXPORTS = ("xlsx", "csv", "jsonl", "parquet", "html", "docx", "datapackage")


@app.command()
def export(
    db: Annotated[Path, typer.Argument(help="数据库 textperf.db，或它所在的结果目录。", metavar="数据库")],
    to: Annotated[str, typer.Option("--to", help="、".join(EXPORTS))],
    out: Annotated[
        Path,
        typer.Option(
            "-o", "--out", help="xlsx、html 为文件；csv、jsonl、parquet、datapackage 为文件夹；docx 为文件或文件夹。"
        ),
    ],
    department: Annotated[
        str | None, typer.Option("--department", help="部门名称，或其中一段（xlsx、html、docx）。")
    ] = None,
) -> None:
    """导出：对比表、整洁数据、网页、部门简报或数据包。"""
    from textperf.export import write_export
    from textperf.store.database import StoreError

    _one_of(to, EXPORTS, "--to")
    with _open(db) as store:
        try:
            for path in write_export(store, to, out, department=department):
                print(path)
        except StoreError as e:
            raise fail(str(e), 1) from e


@review_app.command("export")
def review_export(
    db: Annotated[Path, typer.Argument(help="数据库 textperf.db，或它所在的结果目录。", metavar="数据库")],
    file: Annotated[
        Path, typer.Argument(help="xlsx：供人填写的表，类别有下拉框；jsonl：已有的更正，可在别处重放。", metavar="文件")
    ],
    department: Annotated[str | None, typer.Option("--department", help="部门名称，或其中一段（xlsx）。")] = None,
    suggest: Annotated[
        int | None, typer.Option("--suggest", min=1, help="只列最值得人看的若干条（模型拿不准、彼此不像）。")
    ] = None,
) -> None:
    """导出要更正的问题与措施（xlsx），或已有的更正（jsonl）。"""
    from textperf.batch.reviewing import export_reviews
    from textperf.store.database import StoreError

    if file.suffix.lower() not in (".xlsx", ".jsonl"):
        raise fail("文件名要以 .xlsx 或 .jsonl 结尾")
    with _open(db) as store:
        try:
            count = export_reviews(store, file, department=department, suggest=suggest)
        except (StoreError, OSError) as e:
            raise fail(str(e), 1) from e
    print(f"{file}：{count} 条")


@review_app.command("import")
def review_import(
    db: Annotated[Path, typer.Argument(help="数据库 textperf.db，或它所在的结果目录。", metavar="数据库")],
    file: Annotated[Path, typer.Argument(help="填好的 xlsx，或 jsonl。", metavar="文件")],
) -> None:
    """导入更正，重算比较并重写结果；对不上的逐条列出，不猜。"""
    from textperf.batch.reviewing import import_reviews
    from textperf.classify.reviews import ReviewError
    from textperf.store.database import StoreError

    if db.is_dir():
        db = db / "textperf.db"
    if not db.is_file():
        raise fail(f"找不到数据库 {db}：请先运行 textperf run 生成它")
    try:
        applied, stale = import_reviews(db, file)
    except ReviewError as e:
        raise fail(str(e)) from e
    except StoreError as e:
        raise fail(str(e), 1) from e
    print(f"已导入 {applied} 条更正，结果已按更正重写。")
    for s in stale:
        print(f"textperf：没有采用 {s.review.target_id} 的 {s.review.field}：{s.reason}", file=sys.stderr)
    raise typer.Exit(1 if stale else 0)


@app.command()
def train(
    corpus: Annotated[Path, typer.Option("--corpus", help="语料目录（含 gold/ 与 labels/）。")] = Path("corpus"),
    out: Annotated[Path, typer.Option("-o", "--out", help="模型目录。")] = Path("models"),
    with_reviews: Annotated[
        Path | None, typer.Option("--with-reviews", help="连同这个数据库里的人工更正一起学。")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="即使分组成绩下降也替换模型。")] = False,
) -> None:
    """从语料重建归类模型：按单位分组评测，成绩下降时不替换。"""
    from textperf.batch.reviewing import samples_from
    from textperf.classify.samples import TrainingError
    from textperf.classify.training import train as fit
    from textperf.store.database import StoreError

    if not (corpus / "labels").is_dir():
        raise fail(f"{corpus} 里没有 labels/：请用 --corpus 指出语料目录")
    try:
        reviews = samples_from(with_reviews) if with_reviews is not None else ()
        result = fit(corpus, out, reviews=reviews, force=force, log=lambda m: print(m, file=sys.stderr))
    except (TrainingError, StoreError) as e:
        raise fail(str(e)) from e
    for name, value in result.figures.items():
        was = f"（更正前 {result.before[name]:.3f}）" if name in result.before else ""
        print(f"{name:32} {value:.3f}{was}")
    print(result.message)
    raise typer.Exit(0 if result.replaced else 1)


@rules_app.command("check")
def rules_check(
    folder: Annotated[Path | None, typer.Argument(help="规则目录，默认用随附的规则。", metavar="目录")] = None,
) -> None:
    """检查规则文件，并运行其中的例子。"""
    from textperf.batch.rulecheck import check_rules

    if folder is not None and not folder.is_dir():
        raise fail(f"找不到目录 {folder}")
    problems, examples = check_rules(folder)
    for p in problems:
        print(p, file=sys.stderr)
    if problems:
        raise fail(f"{len(problems)} 处不对", 1)
    print(f"规则全部合格，{examples} 个例子全部通过。")


@app.command()
def evaluate(
    gold: Annotated[Path, typer.Argument(help="标注集目录（含 plain/ 与 gold/）。", metavar="标注集")],
    bodies: Annotated[str | None, typer.Option("--group", help="只测 split.json 里的一组：dev 或 test。")] = None,
    errors: Annotated[int, typer.Option("--errors", help="列出前若干处差错。")] = 0,
    json_: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
    floors: Annotated[Path | None, typer.Option("--floors", help="下限文件；低于下限时退出码为 1。")] = None,
) -> None:
    """在人工标注的报告上测量提取的准确度，按单位和总体给出。"""
    from textperf.batch.evaluate import EvaluationError, evaluate_set, print_figures

    try:
        result = evaluate_set(gold, group=bodies)
    except EvaluationError as e:
        raise fail(str(e)) from e
    low = print_figures(result, errors=errors, as_json=json_, floors=floors)
    raise typer.Exit(1 if low else 0)


@app.command()
def demo(
    out: Annotated[Path, typer.Option("-o", "--out", help="结果目录。")] = Path("textperf-out"),
) -> None:
    """在随附的示例报告上跑一遍主流程。"""
    from textperf.batch.demo import demo_reports

    folder = demo_reports()
    if folder is None:
        raise fail("找不到随附的示例报告：请重新安装 textperf", 1)
    run([folder], out)


@app.command()
def doctor() -> None:
    """检查装好了什么、缺什么、怎么补。"""
    from textperf.batch.doctor import diagnose

    raise typer.Exit(0 if diagnose() else 1)


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="显示版本。")] = False) -> None:
    if version:
        import textperf

        print(f"textperf {textperf.__version__}")
        raise typer.Exit


def main() -> None:
    """The entry point: a broken pipe ends quietly; a defect of ours is told in one line (all of it with TEXTPERF_DEBUG=1)."""
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
    except Exception as e:
        if os.environ.get("TEXTPERF_DEBUG"):
            raise
        from textperf.batch.workers import place_of

        print(
            f"textperf：程序出错（{place_of(e)}）：{e}；已存的内容没有丢。请附上这一行报告问题，设 TEXTPERF_DEBUG=1 可看全部细节",
            file=sys.stderr,
        )
        raise SystemExit(1) from None
