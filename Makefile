# The only set-up that a newcomer needs: Python 3.11 and make.
PYTHON ?= python3.11
BIN := .venv/bin
SHELL := /bin/bash

.PHONY: demo test check bench soak mutate dashboards lock clean

demo: .venv/.ready  ## a day of made-up incidents through the whole chain
	$(BIN)/sluis demo

test: .venv/.ready  ## every test, on a real Apache Kafka
	$(BIN)/python -m pytest -m "not soak" -n 2 --dist loadgroup --no-loadscope-reorder

check: .venv/.ready  ## lint, format, import rules, types, schemas, links of the documentation
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/sluis schemas check
	$(BIN)/mkdocs build --quiet --strict --site-dir site

soak: .venv/.ready  ## the long failure and scale runs, and properties with other examples, and more
	$(BIN)/python -m pytest -m soak --timeout 3600
	$(BIN)/python -m pytest tests/unit -m "not soak" -n 2 --hypothesis-profile searching --timeout 3600

bench: .venv/.ready  ## what is claimed about speed, measured side by side
	$(BIN)/python -m benchmarks

# The tool is fetched into an environment of its own, which has that of the project below it.
MUTMUT := $(BIN)/uv run --quiet --no-project --with mutmut==3.8.1 mutmut
mutate: .venv/.ready  ## change the core in one place after the other: what no test notices
	$(MUTMUT) run
	$(MUTMUT) results

dashboards: .venv/.ready  ## write the dashboards' JSON anew from their code
	$(BIN)/python -m deploy.grafana

lock: .venv/.ready  ## renew requirements.lock from pyproject.toml
	$(BIN)/uv pip compile --quiet --python-version 3.11 --all-extras --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	  pyproject.toml --output-file requirements.lock --upgrade
	$(BIN)/python -m ketensluis.kafka.jars

.venv/.ready: requirements.lock pyproject.toml
	command -v $(PYTHON) >/dev/null && $(PYTHON) -m venv .venv || python3 -m venv .venv
	$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Ketensluis needs Python 3.11 or later")'
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

clean:
	rm -rf .venv .ketensluis build dist mutants
