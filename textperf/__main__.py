"""``python -m textperf``."""

from textperf.cli import main

main()
