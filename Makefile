# Each target is enough on a machine that has Python >= 3.11, make and the package registries.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
SERVERS := prometheus prometheus-alertmanager prometheus-blackbox-exporter victoria-metrics

.PHONY: demo test lint types docs site servers clean

# The product and what its servers answered are files of this repository: the demonstration asks nobody.
demo: $(VENV)/.runtime
	@echo '# What a team writes: a small product that gets much wrong.'
	@echo '$$ cd fixtures/projects/events && obsaudit lint --statistics'
	@cd fixtures/projects/events && $(abspath $(BIN))/obsaudit lint --statistics; test $$? -eq 1
	@mkdir -p build/demo
	@echo
	@echo '# What it runs: answers of its Prometheus and Alertmanager, recorded. The same report is a page, too.'
	@echo '$$ obsaudit live --snapshot ../../live/events.json -f text -f html=report.html'
	@cd fixtures/projects/events && $(abspath $(BIN))/obsaudit live --snapshot ../../live/events.json \
	  -f text -f html=$(CURDIR)/build/demo/report.html; test $$? -eq 1
	@echo
	@echo '# The page is build/demo/report.html. What to try next, in fixtures/projects/events:'
	@echo '#   obsaudit explain promql/constant-ratio                      why a finding matters, and what to do instead'
	@echo '#   obsaudit lint --fix --diff                                  what the safe fixes would change'
	@echo '#   obsaudit readiness --snapshot ../../live/events.json        what is still to do before production'

# A worker that has nothing left takes from the other: the last third of a run would else be one worker's.
test: $(VENV)/.dev servers
	$(BIN)/pytest -n 2 --dist worksteal

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/obsaudit lint .

# The root is the package `obsaudit`, whatever the checkout's folder is called: mypy is shown it under its name.
types: $(VENV)/.dev
	@rm -rf build/types && mkdir -p build/types/obsaudit
	@ln -s $(CURDIR)/__init__.py $(CURDIR)/__main__.py $(dir $(wildcard $(CURDIR)/*/__init__.py)) build/types/obsaudit
	cd build/types && $(abspath $(BIN))/mypy --config-file ../../pyproject.toml -p obsaudit

docs: $(VENV)/.dev
	$(BIN)/obsaudit rules --format markdown > docs/rules.md
	$(BIN)/obsaudit schema > docs/obsaudit.schema.json

# The documentation as a site, in build/site; a link that leads nowhere fails it.
site: $(VENV)/.dev
	$(BIN)/mkdocs build --quiet

# Real servers for the tests marked `live`, where this machine may install them; without them those tests skip.
servers:
	@for server in $(SERVERS); do \
	  command -v $${server#prometheus-} >/dev/null 2>&1 || command -v $$server >/dev/null 2>&1 || missing="$$missing $$server"; \
	done; \
	if [ -n "$$missing" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	fi || echo "servers not installed:$$missing"

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("Python >= 3.11 is needed") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@ $(VENV)/.runtime

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache
