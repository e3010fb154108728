# 两条命令：make demo（装好并在示例报告上跑一遍）、make test（装好测试所需并全部运行）。
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= textperf-out

.PHONY: demo test test-deps check lint types imports rules docs bench evaluate corpus train native clean

$(VENV)/.installed: pyproject.toml constraints.txt hatch_build.py textperf/extract/_native.pyx $(wildcard textperf/extract/twin/*.pxi)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,parquet]'
	touch $@

demo: $(VENV)/.installed
	$(BIN)/textperf run corpus/reports -o $(OUT)

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n 2 --dist loadfile

# 浏览器、LibreOffice 和中文字体，供页面、表格和旧版 Office 的测试使用（Debian，root）。
test-deps:
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium libreoffice-writer libreoffice-calc fonts-noto-cjk poppler-utils > /dev/null

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

imports: $(VENV)/.installed-dev
	$(BIN)/lint-imports

rules: $(VENV)/.installed
	$(BIN)/textperf rules check

docs: $(VENV)/.installed-dev
	$(BIN)/python scripts/check_docs.py

check: lint types imports rules docs test evaluate

evaluate: $(VENV)/.installed
	$(BIN)/textperf evaluate corpus/gold --group first --floors corpus/floors.json
	$(BIN)/textperf evaluate corpus/gold --group second --floors corpus/floors_second.json
	$(BIN)/textperf evaluate corpus/gold --group dev --floors corpus/floors_dev.json

corpus:
	$(PYTHON) corpus/build.py corpus/gold
	$(PYTHON) corpus/build.py corpus/passages
	$(BIN)/python corpus/render.py

train: $(VENV)/.installed
	$(BIN)/textperf train

# 改过 textperf/extract/native.py 所列的源文件之后重编加速模块（没有重编时自动改用 Python）。
native: $(VENV)/.installed-dev
	$(BIN)/python hatch_build.py

bench: $(VENV)/.installed-dev
	for b in benchmarks/*.py; do echo "== $$b"; $(BIN)/python $$b || exit 1; done

clean:
	rm -rf $(VENV) $(OUT) .mypy_cache .ruff_cache .pytest_cache
