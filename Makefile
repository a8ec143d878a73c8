# `make run` opens the app, `make test` checks everything, `make lint` only the form of the code.
# Each installs first what it needs and has not got; a stamp in .venv remembers what was installed.

PYTHON ?= python3
BIN := .venv/bin
CODE := gmm_core ui serving pages app.py server.py tests benchmarks
APP := -m streamlit run server.py
BROWSERS := chromium-headless-shell chromium chromium-browser google-chrome
SUDO_HINT := run as root, or install it yourself:

.PHONY: run test lint format install install-dev browser lock clean

run: install
	PYTHONMALLOC=malloc $(BIN)/python $(APP)

test: install-dev lint browser
	$(BIN)/python -m pytest --numprocesses 2 $(PYTEST_ARGS)

lint: install-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(CODE)
	$(BIN)/hadolint --failure-threshold style Dockerfile

format: install-dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

install: .venv/installed
install-dev: .venv/installed-dev

.venv/installed: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes --requirement requirements.txt
	$(BIN)/python -m ui.chart.plotly_javascript
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes --requirement requirements-dev.txt
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || $(MAKE) --no-print-directory system-package PACKAGE=python3-venv
	$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

browser:
	@for name in $$CHROMIUM $(BROWSERS); do command -v $$name >/dev/null && exit; done; \
	  $(MAKE) --no-print-directory system-package PACKAGE=chromium-headless-shell \
	  || $(MAKE) --no-print-directory system-package PACKAGE=chromium

.PHONY: system-package
system-package:
	@command -v apt-get >/dev/null && test "$$(id -u)" = 0 \
	  || { echo "The system's package $(PACKAGE) is missing; $(SUDO_HINT) sudo apt-get install $(PACKAGE)"; exit 1; }
	apt-get update --quiet --quiet
	DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --quiet --no-install-recommends $(PACKAGE)

# One version of each package for every Python (--fork-strategy fewest), so that all compute the same numbers;
# the hash of each of its files, so that nobody can put another file in its place.
LOCK := uv pip compile --generate-hashes --universal --python-version 3.11 --fork-strategy fewest
lock: requirements.in requirements-dev.in
	$(LOCK) --output-file requirements.txt requirements.in
	$(LOCK) --output-file requirements-dev.txt requirements-dev.in

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis static/plotly*.js
