# Two commands for a fresh clone: `make run` and `make test`. Both install first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: install run test test-long check docs cli-reference lock schema data-model upload-format data-dictionary notebook bench bench-smoke audit clean

install: $(VENV)/.installed

# The stamp is newer than what was installed, so that a second call costs nothing and a changed lock reinstalls. uv takes a third of pip's time;
# pip does it where uv cannot, behind an index that only pip is configured for.
$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Henk needs Python 3.11 or newer; found " + sys.version.split()[0] + ". Say which: make PYTHON=python3.12 …")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@sed -n '/^uv==/,/# via/p' requirements.lock > $(VENV)/uv.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(VENV)/uv.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements.lock || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: install
	@$(BIN)/henk demo

# Tests wait a third of their time, for servers, ticks and ends of processes: a worker more than there are cores.
WORKERS := $$(( $$(getconf _NPROCESSORS_ONLN) + 1 ))

test: install
	$(BIN)/python -m pytest -n $(WORKERS)

test-long: install
	$(BIN)/python -m pytest -m long -n $(WORKERS)

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --explicit-package-bases benchmarks
	$(BIN)/lint-imports
	$(BIN)/squawk schemas/postgres/*.sql
	$(BIN)/sqlfluff lint --disable-progress-bar schemas

# The docs site in site/, to open without a server; a broken link is an error.
docs: install
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --clean

# docs/cli.md, from the help of the commands.
cli-reference: install
	$(BIN)/typer henk_pipeline.cli utils docs --name henk --title "The henk command" --output docs/cli.md

# The newest versions that work together, with hashes, for every platform and Python from 3.11 on.
lock:
	$(BIN)/uv pip compile --quiet --upgrade --universal --no-strip-extras --python-version 3.11 --generate-hashes \
		--custom-compile-command 'make lock' --group dev --extra s3 --extra cluster pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --no-strip-extras --no-annotate --python-version 3.11 --generate-hashes \
		--custom-compile-command 'make lock' --constraint requirements.lock --group build --extra s3 --extra cluster --extra kubernetes \
		pyproject.toml --output-file deploy/requirements.lock

# Run a script with the URL of a database of its own, every migration applied, on the embedded server.
define with_database
$(BIN)/python -c 'import tempfile, pathlib, subprocess, sys; from henk_pipeline.postgres import embedded, migrate; \
	data = pathlib.Path(tempfile.mkdtemp()) / "postgres"; url = embedded.start(data); migrate.migrate(url); \
	subprocess.run([sys.executable, "$(1)", url], check=True); embedded.stop(data)'
endef

# The part of docs/data-model.md that the catalog tells, from a fresh database on the embedded server.
data-model: install
	$(call with_database,schemas/make_data_model.py)

# schemas/postgres/schema/*.sql: what the migrations add up to, to read and to search.
schema: install
	$(call with_database,schemas/make_schema.py)

# docs/data-dictionary.md, from the comments of a DuckDB file that is built of an empty database.
data-dictionary: install
	$(BIN)/python schemas/make_column_lineage.py
	home=$$(mktemp -d); HENK_HOME=$$home $(BIN)/henk analytics build && $(BIN)/python schemas/make_data_dictionary.py $$home/analytics/henk.duckdb; \
	HENK_HOME=$$home $(BIN)/henk db stop; rm -rf $$home

# What an import costs beside what PostgreSQL can do (an hour), and whether that still runs (a minute).
bench: install
	others=$$(mktemp -d); $(BIN)/python -m pip install --quiet --target $$others pandas sqlalchemy psycopg2-binary 'dlt[postgres]' && \
		for rows in 8000 10000 100000; do PYTHONPATH=$$others $(BIN)/python benchmarks/limits.py others --rows $$rows; done; rm -rf $$others
	$(BIN)/python benchmarks/limits.py start limit again growth
bench-smoke: install
	$(BIN)/python benchmarks/limits.py --smoke

# Known vulnerabilities of what is locked; asks PyPI.
audit: install
	$(BIN)/uv tool run pip-audit --requirement requirements.lock --no-deps --disable-pip

# The notebook with charts, in the browser.
notebook: install
	$(BIN)/marimo edit notebooks/leads.py

# What the code knows of uploads: schemas/upload/lead_upload.schema.json and the tables of docs/upload-format.md.
upload-format: install
	$(BIN)/python schemas/make_upload_format.py

clean:
	@if test -x $(BIN)/henk; then $(BIN)/henk db stop; fi
	rm -rf $(VENV) .henk
