# Everything from a bare Python 3.11: the virtual environment is made once, and again when pyproject.toml changes.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check -qq install

.PHONY: help sweep style-quick test check lint types bench docs clean

help:
	@echo "make sweep   run the quick grid on the virtual NUCLEO-H743ZI and write a report"
	@echo "make style-quick   train a small style-transfer network: STYLE=painting.jpg CONTENT=photos/"
	@echo "make test    run the tests (the fast ones; 'make check' runs all, with lint and types)"
	@echo "make bench   measure emulation speed, flash throughput and cases per minute"
	@echo "make docs    build the documentation into site/, with every link checked"
	@echo "make clean   remove the virtual environment and caches"

sweep: $(VENV)/.ready-sweep
	@$(BIN)/hilbench sweep --board stm32h7-virtual

# Without STYLE or CONTENT the pictures that scikit-image and scikit-learn bring along.
style-quick: $(VENV)/.ready-style
	@$(BIN)/python -m hilbench.style.bundled style/bundled
	@$(BIN)/hilbench style train --recipe quick --out style/quick --resume \
		--style "$(or $(STYLE),style/bundled/painting.png)" --content "$(or $(CONTENT),style/bundled/photographs)"

test: $(VENV)/.ready-dev
	@$(BIN)/python -m pytest -n auto

check: lint types
	@$(BIN)/python -m pytest -n auto -m "" --cov --cov-report=term:skip-covered

lint: $(VENV)/.ready-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.ready-dev
	@$(BIN)/mypy

bench: $(VENV)/.ready-dev
	@for name in emulation_speed flash_throughput sweep_rate; do $(BIN)/python benchmarks/$$name.py || exit 1; done

docs: $(VENV)/.ready-docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs -q build --strict
	@echo site/index.html

$(VENV)/bin/python:
	@echo "making $(VENV) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "hilbench needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready-sweep: pyproject.toml | $(VENV)/bin/python
	@echo "installing hilbench with the virtual board and a compiler (about a minute, once) ..."
	@$(PIP) -e ".[virtual,clang]"
	@touch $@

$(VENV)/.ready-dev: pyproject.toml | $(VENV)/bin/python
	@echo "installing hilbench with what its tests need (about two minutes, once) ..."
	@$(PIP) -e ".[virtual,clang,calibrate,postgres,dev]"
	@touch $@ $(VENV)/.ready-sweep

$(VENV)/.ready-style: pyproject.toml | $(VENV)/bin/python
	@echo "installing hilbench with what trains style transfer (some minutes, once) ..."
	@$(PIP) -e ".[style]"
	@touch $@

$(VENV)/.ready-docs: pyproject.toml | $(VENV)/bin/python
	@echo "installing hilbench with what its documentation needs (about a minute, once) ..."
	@$(PIP) -e ".[docs]"
	@touch $@

clean:
	rm -rf site $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
