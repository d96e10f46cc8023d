# TrustDesk: `make run` serves the desk, `make test` runs everything. Both start from a clean machine.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
POSTGRES15 := /usr/lib/postgresql/15/bin

.PHONY: run test quick postgres deep lint format messages screenshots models models-check evaluate lock browser mailserver clean

run: $(VENV)/.runtime
	@exec $(BIN)/trustdesk up --port $(PORT)

# Hashed locks, wheels only: nobody's machine needs a compiler.
$(VENV)/.runtime: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements-dev.lock
	@touch $@

test: $(VENV)/.dev browser mailserver lint
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not deep"
	@$(MAKE) --no-print-directory postgres

quick: $(VENV)/.dev mailserver lint
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not deep and not browser and not slow and not corpus"

# Every migration, and what writes SQL of its own, once more on the oldest PostgreSQL that TrustDesk works with: Debian's 15.
ON_POSTGRES15 := src/trustdesk/kernel $(addprefix src/trustdesk/,content decisions screening review search webhooks workforce \
    post notices appeals register transparency escalations experts insights clocks knowledge macros support chat calls surveys customers problems procedures sides triage triggers wellbeing/tests) \
    $(addprefix src/trustdesk/signals/tests/test_,banks.py velocity.py clusters.py own_heads.py) \
    $(addprefix tests/stories/test_,spine.py appeals.py proposals.py transparency.py)

postgres: $(VENV)/.dev
	@test -x $(POSTGRES15)/initdb || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Debian's PostgreSQL 15 for its database tests"; \
	    mkdir -p /etc/postgresql-common && { test -e /etc/postgresql-common/createcluster.conf || echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf; }; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql-15 >/dev/null || true; fi; }
	@if [ -x $(POSTGRES15)/initdb ]; then \
	  TRUSTDESK_TEST_POSTGRES=$(POSTGRES15) $(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not deep and not slow and not corpus and not browser" $(ON_POSTGRES15); \
	else echo "NOT RUN: the database tests on PostgreSQL 15. Install it, for example: sudo apt-get install postgresql-15" >&2; fi

deep: $(VENV)/.dev browser mailserver
	HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest -m "deep or not deep"

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Gather every string of the pages into the catalogs and compile them; prints what still lacks a translation.
messages: $(VENV)/.dev
	$(BIN)/python -m tests.messages

# The pictures of README and docs, taken from a desk with its sample work: for some only, `make screenshots SHOTS="review"`.
screenshots: $(VENV)/.dev browser
	$(BIN)/python -m tests.screenshots $(SHOTS)

# Train the shipped models from the corpus that TRUSTDESK_CORPUS names (docs/corpus.md); measure them. For some of them
# only: `make models TASKS="intent language"`.
models: $(VENV)/.runtime
	OMP_NUM_THREADS=1 $(BIN)/python -m trustdesk.signals.training train $(TASKS)

# Does training give the shipped models again?
models-check: $(VENV)/.runtime
	OMP_NUM_THREADS=1 $(BIN)/python -m trustdesk.signals.training check $(TASKS)

evaluate: $(VENV)/.runtime
	OMP_NUM_THREADS=1 $(BIN)/python -m trustdesk.signals.training evaluate $(TASKS)

# The browser tests drive Debian's Chromium; without it they fail and say so, they never skip.
browser:
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Debian's chromium for the browser tests"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	  else echo "The browser tests need Chromium at /usr/bin/chromium. Install it, for example: sudo apt-get install chromium" >&2; exit 1; fi; }

# The tests of mailboxes read a folder of Debian's Dovecot; without it they fail and say so, they never skip.
mailserver:
	@test -x /usr/sbin/dovecot || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Debian's Dovecot for the tests of mailboxes"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq dovecot-imapd >/dev/null; \
	  else echo "The tests of mailboxes need Dovecot at /usr/sbin/dovecot. Install it, for example: sudo apt-get install dovecot-imapd" >&2; exit 1; fi; }

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-build --custom-compile-command "make lock" pyproject.toml requirements-build.in -o requirements.lock -q
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-build --custom-compile-command "make lock" --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock -q

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache dist
