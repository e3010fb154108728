"""The last words of a run: what was read, what failed and why, where the results are. Standard error only."""

from __future__ import annotations

import sys

from textperf.batch.run import RunResult

STATUS_NAMES = {"ok": "读全", "partial": "部分读出", "failed": "失败", "skipped": "跳过"}


def print_summary(result: RunResult, most: int = 20) -> None:
    """A short table, the failures with their remedies, and the paths of the results."""
    from textperf.store.database import Store

    err = sys.stderr
    states = "，".join(f"{STATUS_NAMES[s]} {n}" for s, n in sorted(result.by_status.items()))
    print(f"遇到文件 {result.files_seen} 个，本次读取 {result.files_read} 个；目前{states or '没有文件'}。", file=err)
    with Store(result.out / "textperf.db", readonly=True) as store:
        rows = store.rows(
            "SELECT r.department d, r.fiscal_year y, (SELECT count(*) FROM facts f WHERE f.report_id = r.report_id) facts, "
            "(SELECT count(*) FROM findings f WHERE f.report_id = r.report_id AND f.type = 'problem') problems, "
            "(SELECT count(*) FROM findings f WHERE f.report_id = r.report_id AND f.type = 'measure') measures, "
            "(SELECT count(*) FROM checks c WHERE c.report_id = r.report_id AND c.severity <> 'note') checks "
            "FROM reports r ORDER BY d, y"
        )
    if rows:
        from rich.console import Console
        from rich.table import Table

        table = Table(
            title="各报告提取概况" if len(rows) <= most else f"各报告提取概况（前 {most} 份，共 {len(rows)} 份）"
        )
        for name in ("部门", "年度", "数字", "问题", "措施", "疑点"):
            table.add_column(name, justify="left" if name == "部门" else "right")
        for r in rows[:most]:
            table.add_row(
                r["d"] or "（未识别）",
                str(r["y"] or "—"),
                *(str(r[k]) for k in ("facts", "problems", "measures", "checks")),
            )
        Console(stderr=True).print(table)
    for row in result.failures[:most]:
        print(f"  失败：{row.path}：{row.message}", file=err)
    if len(result.failures) > most:
        print(f"  ……另有 {len(result.failures) - most} 个失败，见 {result.out / 'files.csv'}", file=err)
    print("结果：", file=err)
    for name, what in (
        ("comparison.xlsx", "对比表"),
        ("report.html", "网页"),
        ("textperf.db", "数据库"),
        ("files.csv", "文件清单"),
    ):
        print(f"  {what}  {result.out / name}", file=err)
