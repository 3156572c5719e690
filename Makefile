# Everything a stranger needs: `make demo` and `make test` do their own set-up.

PYTHON ?= python3
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
# pip's own remarks about itself are no news to anyone here.
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
# A stamp lives in what it vouches for: delete .venv and everything is made again.
MADE := $(VENV)/.made
RUNS := $(VENV)/.runs
TESTS := $(VENV)/.tests

.DEFAULT_GOAL := help
.PHONY: help demo test test-often check fmt test-peers bench lighthouse torture explore fuzz readings lock clean
.DELETE_ON_ERROR:
.SUFFIXES:

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

demo: $(RUNS) ## Watch a week pass (PORT=8000 AT=2011-11-11T15:55:00Z SPEED=60 DATA=demo-data)
	@exec $(BIN)/eventsched demo \
	  $(if $(PORT),--port '$(PORT)') $(if $(AT),--at '$(AT)') \
	  $(if $(SPEED),--speed '$(SPEED)') $(if $(DATA),--data '$(DATA)')

test: check ## Run every test: lint, types, layering, SQLite, PostgreSQL, browser
	@$(BIN)/python tests/find_chromium.py
	@$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal --ignore tests/peers --ignore tests/audit

test-often: $(TESTS) ## Run what may be run often: all but journeys, real processes, storms
	@$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal --ignore tests/peers --ignore tests/audit \
	  --ignore tests/journeys --ignore tests/torture --ignore tests/package --ignore tests/bench

check: $(TESTS) ## Look at the code without running it: lint, types, layering
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted as agreed: run make fmt."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@said=$$($(BIN)/lint-imports --no-logo) || { echo "$$said"; exit 1; }
	@$(BIN)/pytest --quiet tests/workshop/test_our_files.py

fmt: $(TESTS) ## Format the code and mend what can be mended
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

test-peers: $(TESTS) ## Install programs of others (Debian, Ubuntu) and test against them
	@sh tests/peers/install
	@$(BIN)/pytest --numprocesses $(WORKERS) tests/peers

torture: $(TESTS) ## Hold the replay promise for half an hour: storms, kill -9, random steps
	@$(BIN)/pytest --capture=no --quiet tests/torture/long.py

explore: $(TESTS) ## Try each property on a thousand examples that nobody has tried yet
	@$(BIN)/pytest --hypothesis-profile=explore --quiet -m hypothesis tests/domain tests/calendars tests/web

readings: $(TESTS) ## Score how press releases are read, field by field (VERBOSE=1 names what is wrong)
	@$(BIN)/python -m tests.domain.releases.score $(if $(VERBOSE),--verbose)

bench: $(TESTS) ## Measure against rivals and limits, about ten minutes (QUICK=1: four)
	@sh bench/install
	@QUICK='$(QUICK)' $(BIN)/python -m bench.run

lighthouse: $(TESTS) ## Measure the pages on a throttled phone (needs npm)
	@$(BIN)/python tests/find_chromium.py
	@sh tests/audit/install
	@$(BIN)/pytest --capture=no --quiet tests/audit

fuzz: $(TESTS) ## Fuzz the release reader with what makes it take new paths (SECONDS=60)
	@test -x .make/fuzz/bin/python || { $(PYTHON) -m venv .make/fuzz && \
	  .make/fuzz/bin/python -m pip --quiet --disable-pip-version-check install atheris==3.0.0 pytz; }
	@PYTHONPATH=. .make/fuzz/bin/python tests/domain/releases/fuzz.py .make/fuzz/corpus \
	  -max_total_time=$(or $(SECONDS),60) -timeout=5 -max_len=20000 -print_final_stats=1

lock: $(MADE) pyproject.toml ## Pin the newest releases that pyproject.toml allows, with their hashes
	@test -x .make/uv/bin/uv || { $(PYTHON) -m venv .make/uv && \
	  .make/uv/bin/python -m pip --quiet --disable-pip-version-check install uv; }
	@$(LOCK) --upgrade --extra test pyproject.toml --output-file requirements-test.txt
	@$(LOCK) --constraint requirements-test.txt pyproject.toml --output-file requirements.txt
	@echo hatchling | $(LOCK) --constraint requirements-test.txt - --output-file requirements-build.txt

LOCK := .make/uv/bin/uv --no-config --quiet pip compile --universal --python-version 3.11 \
  --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links

clean: ## Remove what make and the tools made; the demo's data stays
	@rm -rf $(VENV) .make build dist tests/screenshots .hypothesis \
	  .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	@find eventsched tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE):
	@command -v $(PYTHON) >/dev/null || { \
	  echo "Python is missing ($(PYTHON)). Install Python 3.11 or later, or name one: make PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "eventsched needs Python 3.11 or later; $(PYTHON) is `$(PYTHON) --version 2>&1`."; \
	  echo "Name a newer one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Making the virtual environment in $(VENV)."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(RUNS): $(MADE) requirements.txt requirements-build.txt pyproject.toml
	@echo "Installing what eventsched needs to run."
	@$(PIP) install --require-hashes -r requirements.txt -r requirements-build.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(TESTS): $(RUNS) requirements-test.txt
	@echo "Installing what the tests need."
	@$(PIP) install --require-hashes -r requirements-test.txt
	@touch $@
