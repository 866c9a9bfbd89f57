# Two commands do everything: `make run` and `make test`. Each creates what it needs.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test reason lint bench docs clean

run: .venv/installed
	$(BIN)/paradiplomacy build
	@printf '\nWhat the graph holds:\n'
	@$(BIN)/paradiplomacy query actors-by-kind --format table
	@printf '\nProvinces and cities act in bodies whose members are states. Which, where, since when, and who says so?\n'
	@$(BIN)/paradiplomacy query provinces-in-interstate-mechanisms --format table
	@printf '\nTry next:\n'
	@printf '  $(BIN)/paradiplomacy query --list\n'
	@printf '  $(BIN)/paradiplomacy query sister-cities-of --param place=Zhejiang\n'
	@printf '  $(BIN)/paradiplomacy network measure sister-cities --top 10\n'
	@printf '  $(BIN)/paradiplomacy check        (after you have edited a CSV in data/)\n'

test: .venv/developing
	$(BIN)/pytest

# Takes about half a minute, and Java.
reason: .venv/developing
	$(BIN)/paradiplomacy reason

lint: .venv/developing
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/paradiplomacy fmt --check

bench: .venv/developing
	$(BIN)/python benchmarks/run.py

# Reference pages of the ontology: docs/reference/ontology.html and shapes.html.
docs: .venv/documenting
	$(BIN)/python docs/reference.py

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/developing: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ .venv/installed

.venv/documenting: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	@touch $@ .venv/installed

clean:
	rm -rf .venv dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
