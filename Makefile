# Amicale: `make run` starts the product, `make test` proves it. Both set up what they need.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# Processes that a test or a server starts need not compile every module again, whatever this shell says.
export PYTHONDONTWRITEBYTECODE :=
.PHONY: help setup run test check lock browser clean

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; break; fi; done)
BIN := .venv/bin
ASSET_SOURCES := $(shell find webapp/assets -type f -not -path '*/node_modules/*' 2>/dev/null)
# Chromium for the browser tests comes from Debian; `make test` installs it where it may (as root), else those tests skip aloud.
# Its headless shell is the same engine and a fifth of the work; the whole Chromium is for notifications, and for where there is no shell.
CHROMIUM ?= /usr/bin/chromium
# One more than there are cores: tests wait for servers, workers and browsers.
WORKERS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 1 )))

help: ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: .make/packages .make/assets ## Make .venv with everything and build the browser code (safe to repeat)

run: setup ## Set up, then start Amicale with its demo association on http://127.0.0.1:8000
	@exec $(BIN)/amicale run

test: setup browser ## Set up, then run every test
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: setup ## Style, types and import contracts
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

lock: ## Resolve the dependencies again (uv; addresses are left out of the lock files)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q pyproject.toml --group test -o requirements-test.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q --group node -o requirements-node.lock

clean: ## Remove what was built (not your data in var/)
	rm -rf .venv .make webapp/static/dist webapp/assets/node_modules

.make/packages: requirements-test.lock requirements-node.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Amicale needs Python 3.11 or newer."; exit 1; }
	@mkdir -p .make
	@test -x $(BIN)/python || { echo "[1/3] Making .venv with $$($(PYTHON) --version)"; $(PYTHON) -m venv .venv; }
	@echo "[2/3] Installing packages (about a minute the first time)"
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements-test.lock
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	@node --version 2>/dev/null | grep -qE '^v(2[0-9]|[3-9][0-9])\.' || { echo "      Installing Node.js from a wheel, since this machine has none"; \
		$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements-node.lock; }
	@touch $@

.make/assets: .make/packages $(ASSET_SOURCES)
	@echo "[3/3] Building the browser code"
	@$(BIN)/amicale assets
	@touch $@

browser:
	@if [ ! -x "$(CHROMIUM)" -o ! -x "$(CHROMIUM)-headless-shell" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "Installing Chromium for the browser tests"; \
		(timeout 60 apt-get -o Acquire::Retries=0 -o Acquire::http::Timeout=10 update -qq && for name in chromium chromium-headless-shell; do \
			DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$name; done) >/dev/null 2>&1 || true; \
	fi
	@test -x "$(CHROMIUM)" -o -x "$(CHROMIUM)-headless-shell" || echo "There is no Chromium, and it cannot be installed: the browser tests will skip."
