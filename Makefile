# Everything a person or CI does here, by name. `make` alone prints the list.
# Nothing is written outside this folder: tools, caches and the environment live in .tools and .venv.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
LOCK := requirements-dev.txt
UV := .tools/bin/uv
export UV_CACHE_DIR := $(CURDIR)/.tools/cache
ARGS ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test test-long check format translations bench docs lock build

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## make .venv with .venv/bin/recado (Python 3.11 or newer, pip: nothing else is needed)
	@:

run: $(READY) ## set up, then start: the console, or every platform that has its token
	@$(BIN)/recado run $(ARGS)

test: $(READY) ## the whole test suite but the long tests, on all cores; ARGS="-k word" picks some
	@$(BIN)/python -m pytest -m "not long" -n auto --dist worksteal $(ARGS)

test-long: $(READY) ## hours of kills and faults
	@$(BIN)/python -m pytest -m long $(ARGS)

check: $(READY) ## lint, format, types, layers, house rules, translations, links: everything but the tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -q tests/house

format: $(READY) ## mend what a program can mend
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

LANGUAGES := pt_BR es
LOCALE := handlers/locale
translations: $(READY) ## collect the texts, bring the .po files up to date, compile them
	@$(BIN)/pybabel -q extract -F babel.cfg --no-location --sort-output -k N_ -o .tools/recado.pot \
	    --project Recado --version 1 --copyright-holder "the authors of Recado" .
	@for language in $(LANGUAGES); do \
	    po=$(LOCALE)/$$language/LC_MESSAGES/recado.po; \
	    if [ -f $$po ]; then \
	        $(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
	            -D recado -i .tools/recado.pot -d $(LOCALE) -l $$language; \
	    else \
	        $(BIN)/pybabel -q init -D recado -i .tools/recado.pot -d $(LOCALE) -l $$language; \
	    fi || exit 1; \
	done
	@$(BIN)/pybabel -q compile --statistics -D recado -d $(LOCALE)

bench: $(READY) ## the figures of the README, each beside its floor; ARGS=--quick for the small size
	@$(BIN)/python -m benchmarks $(ARGS)

docs: $(READY) ## check that every link inside the documents leads somewhere
	@$(BIN)/python -m pytest -q tests/house/test_documents.py

# Hashes for every file, for every system; no registry's name, so that any mirror serves.
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile --quiet --universal --generate-hashes \
    --python-version 3.11 --upgrade --no-emit-index-url --no-emit-find-links
lock: $(UV) ## choose the newest versions anew: requirements.txt, and requirements-dev.txt with the tools
	@$(COMPILE) -o requirements.txt pyproject.toml
	@$(COMPILE) -o requirements-dev.txt -c requirements.txt --group dev pyproject.toml

build: $(READY) ## the wheel, in dist/
	@$(BIN)/python -m hatchling build -t wheel

# --- how .venv comes to be -------------------------------------------------------------------------------

# Two settings that a person may have, and that would send the packages elsewhere or nowhere.
PIP := PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 $(PYTHON) -m pip --disable-pip-version-check --no-input

define FIND_PYTHON
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
    echo "Recado needs Python 3.11 or newer; '$(PYTHON)' is not. Name another: make setup PYTHON=python3.12" >&2; exit 1; }; \
$(PYTHON) -m pip --version >/dev/null 2>&1 || { \
    echo "Recado needs pip, and '$(PYTHON) -m pip' does not answer. Debian and Ubuntu: apt install python3-pip" >&2; exit 1; }
endef

# uv is several times as fast; where it cannot be had, or cannot reach the registry, pip does the same.
$(UV):
	@$(FIND_PYTHON)
	@$(PIP) install --quiet --no-cache-dir --no-warn-script-location --root-user-action=ignore \
	    --upgrade --target .tools uv

$(READY): pyproject.toml $(LOCK)
	@$(FIND_PYTHON)
	@echo "Setting up .venv (once; about a minute) ..."
	@mkdir -p .tools
	@if $(MAKE) --no-print-directory --silent $(UV) >.tools/setup.log 2>&1 && $(MAKE) --no-print-directory --silent with-uv >>.tools/setup.log 2>&1; \
	then :; else \
	    echo "uv does not serve here (.tools/setup.log says why): pip takes over, which takes a few minutes."; \
	    $(MAKE) --no-print-directory --silent with-pip; \
	fi
	@touch $@
	@echo "Ready: .venv/bin/recado"

.PHONY: with-uv with-pip
with-uv:
	@[ -x $(BIN)/python ] && $(BIN)/python -c 0 || \
	    $(UV) venv --no-project --clear --no-python-downloads --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
	@$(UV) pip sync --python $(BIN)/python --require-hashes $(LOCK)
	@$(UV) pip install --python $(BIN)/python --no-deps --no-build-isolation --editable .

with-pip:
	@[ -x $(BIN)/python ] && $(BIN)/python -c 0 || $(PYTHON) -m venv --clear --without-pip .venv
	@$(PIP) --python $(BIN)/python install --quiet --no-cache-dir --root-user-action=ignore --require-hashes -r $(LOCK)
	@$(PIP) --python $(BIN)/python install --quiet --no-cache-dir --root-user-action=ignore \
	    --no-deps --no-build-isolation --editable .
