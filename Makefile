# Short names for the `tradepost` command and for tools/; `make help` lists them.

SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
ENGINE ?=
ARGS ?=
ONLY ?=
PLAYERS ?= 1000

HAVE_PYTHON = command -v $(PYTHON) >/dev/null || { echo "Tradepost needs Python 3.11 or newer, \
	and there is no $(PYTHON): install it, on Debian or Ubuntu with 'apt-get install python3-venv'." \
	>&2; exit 1; }
FOR_RUN = @$(HAVE_PYTHON); $(PYTHON) tools/bootstrap.py run
FOR_DEV = @$(HAVE_PYTHON); $(PYTHON) tools/bootstrap.py dev

.PHONY: help run test bench engines migrate seed audit doctor check openapi docs screenshots lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

run: ## Serve on http://127.0.0.1:8000 (PORT, DATABASE_URL, TRADEPOST_DATA)
	$(FOR_RUN) && exec $(BIN)/tradepost serve

test: ## Run the tests on every available engine (ENGINE=sqlite,tidb ARGS="-k name -x")
	$(FOR_DEV) && exec $(BIN)/python -m tools.testrun --engine='$(ENGINE)' -- $(ARGS)

bench: ## Measure against the tutorial's code and Nakama (ONLY=peers,long ENGINE=tidb)
	$(FOR_DEV) && exec $(BIN)/python -m bench --only='$(ONLY)' --engine='$(ENGINE)'

engines: ## Install and build what the tests on server engines need
	$(FOR_RUN) && exec $(BIN)/python -m tools.engines

migrate: ## Bring the database's schema up to date
	$(FOR_RUN) && exec $(BIN)/tradepost migrate

seed: ## Add players and a shop to the database (PLAYERS=1000)
	$(FOR_RUN) && exec $(BIN)/tradepost seed --players $(PLAYERS)

audit: ## Check that no coin or item was lost or duplicated
	$(FOR_RUN) && exec $(BIN)/tradepost audit

doctor: ## Check the guarantees of the database
	$(FOR_RUN) && exec $(BIN)/tradepost doctor

check: ## Check style, types, imports between packages and missing migrations
	$(FOR_DEV)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.migrations

openapi: ## Update docs/openapi.json after an intended change of the API
	$(FOR_DEV) && exec $(BIN)/python -m tests.api.snapshot

screenshots: ## Take a picture of every page into build/screenshots (ARGS=--readme)
	$(FOR_DEV) && exec $(BIN)/python -m tests.e2e.screenshots $(ARGS)

docs: ## Build the documentation into build/docs, with its reference from the code
	$(FOR_DEV) && exec $(BIN)/python -m tools.docs

lock: ## Update requirements/ from pyproject.toml (needs uv)
	@$(HAVE_PYTHON); $(PYTHON) tools/lock.py

clean: ## Remove the environment, caches and reports, but no data
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
