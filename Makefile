# The commands of this project; `make help` lists them. Each makes the environment that it needs by itself.
.DEFAULT_GOAL := help
.PHONY: install run test check faults bench lock fix help

# The first Python on PATH that is new enough; `make PYTHON=…` names another.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
READY := .venv/.ready
READY_DEV := .venv/.ready-dev
# One for each processor, of two to eight; each has servers of its own.
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$((n < 2 ? 2 : n > 8 ? 8 : n)))
ROWS ?= 10000 100000
CODE := phcs tests benchmarks migrations wsgi.py celery_worker.py

install: $(READY) ## create .venv with the pinned requirements (every other command does it when needed)

run: $(READY) ## the whole application on this machine, at http://127.0.0.1:8000; Ctrl-C stops it
	@$(BIN)/python -m phcs

test: $(READY_DEV) ## all tests: SQLite, a real PostgreSQL, a real broker, a real browser
	@$(BIN)/python -m compileall -q phcs  # the reading children start a hundred times and must not compile each time
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

check: $(READY_DEV) ## format, lint, types, layers, templates, migrations, then all tests
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet phcs/templates
	$(BIN)/python -m pytest tests/architecture/test_migrations.py
	$(MAKE) test

faults: $(READY_DEV) ## a thousand kills and all races, half an hour; CASES=… SEED=… choose how many and which
	@$(BIN)/python -m tests.faults --workers $(WORKERS) $(if $(CASES),--cases $(CASES)) $(if $(SEED),--seed $(SEED))

bench: $(READY_DEV) ## the benchmarks, with a table at the end; `make bench ROWS=1000000` for the million
	@$(BIN)/python -m benchmarks --rows $(ROWS)
	@$(BIN)/python -m benchmarks.linkage

lock: $(READY_DEV) ## compile requirements.txt and requirements-dev.txt from their .in files
	for name in requirements requirements-dev; do \
	  $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url \
	    --custom-compile-command "make lock" --quiet $$name.in -o $$name.txt || exit 1; \
	done

fix: $(READY_DEV) ## put code into form, and mend what can be mended by itself
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The marks are written last, so that a broken installation is simply done again.
$(READY): requirements.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none is on PATH."; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv || \
	  { echo "Python could not make .venv. On Debian: apt-get install python3-venv"; rm -rf .venv; exit 1; }
	@echo "Installing the pinned requirements into .venv, once."
	@$(PIP) install --quiet --require-hashes -r requirements.txt
	@touch $@

$(READY_DEV): requirements-dev.txt | $(READY)
	@echo "Installing what tests and checks need into .venv, once."
	@$(PIP) install --quiet --require-hashes -r requirements-dev.txt
	@touch $@
