# Amicale: `make run` starts the product, `make test` proves it. Both set up what they need.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# Processes that a test or a server starts need not compile every module again, whatever this shell says.
export PYTHONDONTWRITEBYTECODE :=
# What does not wait for each other is done at once: packages, browser code and Chromium come from different places.
MAKEFLAGS += --jobs=4
.PHONY: help setup run test check lock browser clean

# The system's own Python first: distributions build it with optimisations that version managers leave out (a tenth of the
# time of the tests). It must be able to make an environment, which Debian puts into a package of its own.
PYTHON ?= $(shell for p in /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if command -v $$p >/dev/null 2>&1 && $$p -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; break; fi; done)
BIN := .venv/bin
ASSET_SOURCES := $(shell find webapp/assets forms/browser -type f -not -path '*/node_modules/*' 2>/dev/null)
# Chromium for the browser tests comes from Debian; `make test` installs it where it may (as root), else those tests skip aloud.
# Its headless shell is the same engine and a fifth of the work; the whole Chromium is for notifications, and for where there is no shell.
CHROMIUM ?= /usr/bin/chromium
# One more than there are cores: tests wait for servers, workers and browsers.
WORKERS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 1 )))

help: ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: .make/test-packages .make/assets .make/compiled ## Make .venv with everything and build the browser code (safe to repeat)

run: .make/packages .make/assets ## Set up what it needs, then start Amicale with its demo association on http://127.0.0.1:8000
	@exec $(BIN)/amicale run

test: .make/test-packages .make/assets .make/collected browser ## Set up, then run every test
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: .make/test-packages ## Style, types and import contracts
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

lock: ## Resolve the dependencies again (uv; addresses are left out of the lock files)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q pyproject.toml --group test -o requirements-test.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q --group node -o requirements-node.lock

clean: ## Remove what was built (not your data in var/)
	rm -rf .venv .make webapp/static/dist webapp/assets/node_modules

.make/venv:
	@test -n "$(PYTHON)" || { echo "Amicale needs Python 3.11 or newer."; exit 1; }
	@mkdir -p .make
	@test -x $(BIN)/python || { echo "Making .venv with $$($(PYTHON) --version)"; $(PYTHON) -m venv .venv; }
	@touch $@

# Not compiled at once: a third of the work, most of it for modules that nobody imports.
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet --no-compile

.make/packages: .make/venv requirements.lock pyproject.toml
	@echo "Installing packages (less than a minute the first time)"
	@$(PIP) --require-hashes --no-deps -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

# What tests need besides: the entries of the one file that the other has not, so that both are installed at once. What
# both name for different machines comes when both are done.
.make/packages-of-tests: .make/venv requirements-test.lock requirements.lock
	@awk 'NR == FNR { if (/^[^ ]/) known[$$1] = 1; next } /^[^ ]/ { here = !($$1 in known) } here' \
		requirements.lock requirements-test.lock > .make/tests.lock
	@$(PIP) --require-hashes --no-deps -r .make/tests.lock
	@touch $@

.make/test-packages: .make/packages .make/packages-of-tests
	@$(PIP) --require-hashes --no-deps -r requirements-test.lock
	@touch $@

# Node's packages need nothing of ours; where this machine has no Node.js, it comes with a wheel and fetches them later.
.make/node: .make/venv requirements-node.lock webapp/assets/package-lock.json
	@if command -v npm >/dev/null 2>&1 && node --version 2>/dev/null | grep -qE '^v(2[0-9]|[3-9][0-9])\.'; then \
		test webapp/assets/node_modules/.package-lock.json -nt webapp/assets/package-lock.json || \
			(cd webapp/assets && npm ci --no-progress >/dev/null); \
	else \
		echo "Installing Node.js from a wheel, since this machine has none"; $(PIP) --require-hashes -r requirements-node.lock; \
	fi
	@touch $@

.make/assets: .make/packages .make/node $(ASSET_SOURCES)
	@echo "Building the browser code"
	@$(BIN)/amicale assets
	@touch $@

# For whoever runs it where it cannot write, as a service may not; a library's patterns of modules do not compile.
.make/compiled: .make/test-packages
	@$(BIN)/python -m compileall -q -j 0 .venv/lib engine forms workflows webapp || true
	@touch $@

# Else each of three workers compiles what all of them import; what is wrong with a module, the tests say.
.make/collected: .make/test-packages
	@$(BIN)/python -m pytest --collect-only -qq >/dev/null 2>&1 || true
	@touch $@

browser:
	@if [ ! -x "$(CHROMIUM)" -o ! -x "$(CHROMIUM)-headless-shell" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "Installing Chromium for the browser tests"; \
		(timeout 60 apt-get -o Acquire::Retries=0 -o Acquire::http::Timeout=10 update -qq && for name in chromium chromium-headless-shell; do \
			DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$name; done) >/dev/null 2>&1 || true; \
	fi
	@test -x "$(CHROMIUM)" -o -x "$(CHROMIUM)-headless-shell" || echo "There is no Chromium, and it cannot be installed: the browser tests will skip."
