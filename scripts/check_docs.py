#!/usr/bin/env python3
"""文档检查：命令行文档与程序一致，链接都在，没有机器上的路径。

python scripts/check_docs.py           检查，不符时退出码 1
python scripts/check_docs.py --write   重写 docs/cli.md
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLI = ROOT / "docs" / "cli.md"
MACHINE = re.compile(r"(?<![\w.])/(?:home|root|work|Users|tmp/bash)/")


def helps() -> str:
    """docs/cli.md 应有的内容：每个命令的 --help。"""
    os.environ.update(COLUMNS="100", TERM="dumb", NO_COLOR="1", _TYPER_FORCE_DISABLE_TERMINAL="1")
    from typer.main import get_command
    from typer.testing import CliRunner

    from textperf.cli import app

    runner = CliRunner()
    out = ["# 命令行", "", "由 `python scripts/check_docs.py --write` 从程序生成，持续集成检查是否一致。", ""]
    root = get_command(app)
    names: list[tuple[str, ...]] = []
    for name, command in sorted(root.commands.items()):  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        names += [(name, sub) for sub in sorted(inner)] if inner else [(name,)]
    for words in names:
        text = runner.invoke(app, [*words, "--help"]).output
        text = "\n".join(line.rstrip() for line in text.strip().splitlines())
        out += [f"## textperf {' '.join(words)}", "", "```", text, "```", ""]
    return "\n".join(out)


def commands() -> list[str]:
    from typer.main import get_command

    from textperf.cli import app

    return sorted(get_command(app).commands)  # type: ignore[attr-defined]


def main() -> int:
    problems: list[str] = []
    want = helps()
    if "--write" in sys.argv:
        CLI.write_text(want, encoding="utf-8")
    if not CLI.exists() or CLI.read_text(encoding="utf-8") != want:
        problems.append("docs/cli.md 与程序不一致：运行 python scripts/check_docs.py --write")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    problems += [f"README.md 没有提到命令 {c}" for c in commands() if f"textperf {c}" not in readme]
    pages = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "corpus").glob("*.md"),
        *(ROOT / "models").glob("*.md"),
    ]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#\s]+)", text):
            if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists():
                problems.append(f"{page.relative_to(ROOT)}：链接的 {target} 不存在")
        if MACHINE.search(text):
            problems.append(f"{page.relative_to(ROOT)}：有机器上的路径")
    for p in problems:
        print(p, file=sys.stderr)
    if not problems:
        print(f"文档检查通过：{len(pages)} 个文件，{len(commands())} 个命令。")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
