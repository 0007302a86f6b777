# One command each: `make run` starts a demo province, `make test` runs every test.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin

.PHONY: run test lint audit lock clean

run: .venv/runtime
	@exec $(BIN)/motcua serve --demo --port $(PORT)

test: .venv/dev
	@.ci/run

# Every check is made, whatever the first of them says.
lint: .venv/dev
	@failed=0; \
	$(BIN)/ruff check --quiet . || failed=1; \
	$(BIN)/ruff format --quiet --check . || { echo "not formatted as ruff would: run $(BIN)/ruff format"; failed=1; }; \
	$(BIN)/mypy || failed=1; \
	$(BIN)/lint-imports --no-logo || failed=1; \
	DATABASE_URL= $(BIN)/python -W ignore -m django makemigrations --check --dry-run --settings motcua.config.settings || failed=1; \
	exit $$failed

audit: .venv/dev
	@$(BIN)/pip-audit --require-hashes --disable-pip -r requirements.txt || { s=$$?; echo "audit: findings, or the advisory service is out of reach" >&2; exit $$s; }

# Rewrites both locks from pyproject.toml; needs `uv`.
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements.txt
	uv pip compile pyproject.toml --extra dev -c requirements.txt --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements-dev.txt

clean:
	rm -rf .venv var

define environment
	@began=$$(date +%s); \
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { echo "motcua needs Python 3.11 to 3.13; try: make PYTHON=python3.12" >&2; exit 2; }; \
	echo "Setting up .venv from $(1) ..."; \
	[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	$(BIN)/python -m compileall -q src; \
	touch $@; \
	echo "Environment ready: $$(( $$(date +%s) - began )) s, $$(du -sh .venv | cut -f1)"
endef

.venv/runtime: requirements.txt pyproject.toml
	$(call environment,requirements.txt)

# The developer's lock holds the runtime's packages too.
.venv/dev: requirements-dev.txt requirements.txt pyproject.toml
	$(call environment,requirements-dev.txt)
	@touch .venv/runtime
