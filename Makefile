# make run · make test · make check · make bench NAME=… · make prove NAME=… (see README.md)
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

VENV := .venv
PY := $(VENV)/bin/python
PACKAGES := app.py core models pictures wechat web chat jobs accounts house members staff columns faq places prizes push campaigns menus wall handlers commands serving
export PYTHONUNBUFFERED := 1

.PHONY: run test check setup bench prove format clean

run: $(VENV)/.run node_modules/.done
	@exec $(VENV)/bin/flask serve

setup: $(VENV)/.dev node_modules/.done
	@bash tools/setup.sh system

test: setup
	@$(PY) -m pytest -n 2 --dist loadgroup $(ARGS)

check: $(VENV)/.dev
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy $(PACKAGES) simulator proofs bench tools
	@$(VENV)/bin/lint-imports --no-cache

format: $(VENV)/.dev
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .

bench: $(VENV)/.bench setup
	@$(PY) -m bench $(NAME)

prove: setup
	@$(PY) -m proofs $(NAME)

clean:
	rm -rf $(VENV) node_modules var .mypy_cache .ruff_cache .pytest_cache

$(VENV)/.run: requirements.txt tools/setup.sh
	@bash tools/setup.sh python $(VENV) requirements.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.txt
	@bash tools/setup.sh python $(VENV) requirements-dev.txt
	@touch $@

$(VENV)/.bench: $(VENV)/.dev bench/requirements.txt
	@bash tools/setup.sh python $(VENV) bench/requirements.txt
	@touch $@

node_modules/.done: package.json package-lock.json
	@bash tools/setup.sh node
	@touch $@
