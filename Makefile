# Two commands a newcomer needs: `make demo` and `make test`. Each makes its own environment in .venv.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO ?= demo

.PHONY: demo test check lint format types bench torture clean

demo: $(VENV)/.ready
	@if [ -t 0 ] && [ -t 1 ]; then sh scripts/demo-open.sh "$(BIN)/qualcode" "$(DEMO)/left-behind-children"; \
	else sh scripts/demo-commands.sh "$(BIN)/qualcode" "$(DEMO)/by-commands"; fi

test: $(VENV)/.ready-test
	$(BIN)/python -m pytest -n auto --maxprocesses 8 --dist loadfile

check: lint types test

lint: $(VENV)/.ready-check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.ready-check
	$(BIN)/mypy

format: $(VENV)/.ready-check
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.ready-test
	$(BIN)/python -m benchmarks

# Long trials by faults, the same ones for the same SEED; SCALE=0.05 for a short look. Status 1 where anything was lost.
SEED ?= 20260701
SCALE ?= 1.0
torture: $(VENV)/.ready-test
	$(BIN)/python -m tests.torture --seed $(SEED) --scale $(SCALE) $(PARTS)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "qualcode needs Python 3.11 or newer; name one: make PYTHON=python3.12 ..." >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.ready-test: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@

$(VENV)/.ready-check: $(VENV)/.ready-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test,check]'
	@touch $@

clean:
	rm -rf $(VENV) $(DEMO) build dist
