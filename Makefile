# make demo   a show from nothing to a delivery, in ./demo
# make lab    JupyterLab on the demo's notebooks
# make desk   the same without code
# make test   lint, types, floors and every test
# All make .venv first, from constraints.txt.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo lab desk test lint bench docs-pictures mini-train mini-eval constraints clean

demo: .venv/installed
	$(BIN)/lookdev demo

lab desk: demo/params/show.yaml
	cd demo && ../$(BIN)/lookdev $@

# A show without its final: what the desk needs.
demo/params/show.yaml: | .venv/installed
	$(BIN)/lookdev demo --no-final

# A process a core for all but the browser tests, which measure a page that has the machine to itself.
test: lint
	$(BIN)/python -m pytest -n auto --dist loadfile --ignore tests/browser
	$(BIN)/python -m pytest tests/browser

lint: .venv/installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/installed
	$(BIN)/python tests/bench

# The sheets of the embedded model, and of the blend, each stage off and on; about two minutes.
docs-pictures: .venv/installed
	$(BIN)/python -m lookdev.mini.evaluation.sheet docs/mini.jpg
	$(BIN)/python -m lookdev.demo.sheet docs/blend.jpg

# Resumable: stop it at any time, and it goes on where it was. docs/mini.md has the command for a GPU.
mini-train: .venv/installed
	$(BIN)/python -m lookdev.mini.train --out train --weights lookdev/mini/weights

# How good the embedded model is: a table and a picture in eval/.
mini-eval: .venv/installed
	$(BIN)/python -m lookdev.mini.evaluation eval

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "lookdev needs Python 3.11 or newer; say make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

# The versions that were tested together: what is installed now, without lookdev itself.
constraints: .venv/installed
	$(BIN)/python -m pip list --format=freeze --exclude lookdev --exclude pip --exclude setuptools | sed 's/+cpu$$//' > constraints.txt

clean:
	rm -rf .venv demo eval build dist
