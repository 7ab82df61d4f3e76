# Works with only git, make and Python >= 3.11; bootstraps its own .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONUTF8 := 1
# Bytecode is written when a module is first imported, and most modules never are.
INSTALL := -m pip install --quiet --no-compile

.PHONY: help demo test quick deep dist outgrow web desk desk-demo ajv check check-rest check-lowest mutants mutants-few fuzz format lint types architecture docs coverage coverage-report calendar-end bench bench-quick clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# One stamp per kind of environment; pip runs again only when pyproject.toml changes.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed (set PYTHON=...)" or 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'

$(VENV)/.cli: pyproject.toml | $(BIN)/python
	$(BIN)/python $(INSTALL) --editable '.[cli]'
	@touch $@

$(VENV)/.test: pyproject.toml | $(BIN)/python
	$(BIN)/python $(INSTALL) --editable '.[all]' --group test
	@touch $@ $(VENV)/.cli

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	$(BIN)/python $(INSTALL) --editable '.[all]' --group dev
	@touch $@ $(VENV)/.test $(VENV)/.cli

demo: $(VENV)/.cli ## score a province, then tell the whole case of 2022, with reasons
	@$(BIN)/evnpubsvc demo

PYTEST := -m pytest -n auto --dist loadfile

# In CI branch coverage is measured on the way, which `coverage-report` judges: but for the heavy
# tests, which are three times as slow then and reach no line of their own.
test: $(VENV)/.test ## run all tests and every example in the docs
ifdef CI
	$(BIN)/coverage run $(PYTEST) -m "not heavy"
	$(BIN)/python $(PYTEST) -m heavy
else
	$(BIN)/python $(PYTEST)
endif

quick: $(VENV)/.test ## the core of the tests, few examples each: for the inner loop, under a minute
	HYPOTHESIS_PROFILE=quick $(BIN)/python $(PYTEST) -q -m core tests src

deep: $(VENV)/.test ## the same tests with the large counts: an hour or more
	EVNPUBSVC_DEEP=1 HYPOTHESIS_PROFILE=nightly $(BIN)/python $(PYTEST)

check: format lint architecture types docs coverage mutants-few calendar-end ## everything that CI runs
check-rest: format lint architecture types docs ## the part of `check` that is not tests

format: $(VENV)/.dev
	$(BIN)/ruff format --check .

lint: $(VENV)/.dev
	$(BIN)/ruff check .

architecture: $(VENV)/.dev
	$(BIN)/lint-imports

types: $(VENV)/.dev
	$(BIN)/mypy
	$(BIN)/pyright
	$(PYTHON) -m venv --clear --without-pip .envs/typed
	$(BIN)/python -m pip --python .envs/typed/bin/python install --quiet --no-deps .
	$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
		> $$(.envs/typed/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/dev.pth
	. .envs/typed/bin/activate && $(CURDIR)/$(BIN)/pyright --verifytypes evnpubsvc --ignoreexternal > .envs/verifytypes.txt \
		|| { grep 'error' .envs/verifytypes.txt; exit 1; }

calendar-end: $(VENV)/.test ## warn when the decided days of the calendar run out
	-@$(BIN)/python -m bench.calendar_end

docs: $(VENV)/.dev
	$(BIN)/sphinx-build -n -W --keep-going -q -b html docs docs/_build/html
	$(BIN)/python docs/_reference.py docs/_build/html

coverage: $(VENV)/.dev ## tests with branch coverage, fewer examples each, without those that compare much and reach no new line
	$(BIN)/coverage erase
	HYPOTHESIS_PROFILE=ci $(BIN)/coverage run $(PYTEST) -m "not heavy"
	$(MAKE) coverage-report

coverage-report: $(VENV)/.test ## judge the coverage of the last run
	$(BIN)/coverage combine -q
	$(BIN)/coverage report

check-lowest: ## the tests with the oldest releases that pyproject.toml allows
	$(PYTHON) -m venv --clear .envs/lowest
	.envs/lowest/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	.envs/lowest/bin/python $(INSTALL) --group test --editable '.[all]' $$($(PYTHON) -c "import tomllib; \
	p = tomllib.load(open('pyproject.toml', 'rb'))['project']; o = p['optional-dependencies']; \
	print(*(d.replace('>=', '==') for d in p['dependencies'] + [d for x in o for d in o[x] if x != 'all']))")
	.envs/lowest/bin/python -m pytest -q -n auto --dist loadfile

.envs/outgrow/.done: pyproject.toml
	$(PYTHON) -m venv .envs/outgrow
	.envs/outgrow/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	.envs/outgrow/bin/python $(INSTALL) --editable '.[frames,hypothesis]' --group test --group outgrow
	@touch $@

outgrow: .envs/outgrow/.done ## the same tallies on Spark (needs Java; skips without) and Dask, in an environment of its own
	.envs/outgrow/bin/python $(PYTEST) tests/frames/test_outgrow.py tests/frames/test_sources.py docs/how-to/count-on-spark.md docs/how-to/count-on-dask.md

.envs/web/.done: pyproject.toml
	$(PYTHON) -m venv .envs/web
	.envs/web/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	.envs/web/bin/python $(INSTALL) --editable '.[hypothesis,excel,page,sqlalchemy]' --group web
	@touch $@

# PostgreSQL is found on the PATH or where Debian puts it, Chromium on the PATH; tests skip where there is none.
DESK := tests/examples/one_stop_desk/on_chromium.py tests/examples/one_stop_desk/on_postgresql.py tests/examples/one_stop_desk/requests_made.py tests/examples/django_project.py

.envs/axe/.done:
	mkdir -p .envs/axe
	if command -v npm; then npm install --silent --no-fund --no-audit --prefix .envs/axe axe-core@4 puppeteer-core@24; fi
	@touch $@

web: .envs/web/.done .envs/axe/.done ## requests made from the descriptions of services, the desk on PostgreSQL and in Chromium, Django: in an environment of its own
	.envs/web/bin/python -m pytest -q --noconftest tests/schema/contract.py $(DESK)

desk: .envs/web/.done .envs/axe/.done ## the same for the one-stop desk with the large counts: some minutes
	EVNPUBSVC_DEEP=1 .envs/web/bin/python -m pytest -q --noconftest $(DESK)

desk-demo: .envs/web/.done ## the one-stop desk with made-up dossiers on http://localhost:8000, or DATABASE_URL
	.envs/web/bin/python -m bench.desk demo

.envs/ajv/.done:
	mkdir -p .envs/ajv
	if command -v npm; then npm install --silent --no-fund --no-audit --prefix .envs/ajv ajv@8; fi
	@touch $@

ajv: .envs/ajv/.done $(VENV)/.test ## schemas are judged by Ajv as by jsonschema; skips where there is no npm
	$(BIN)/python -m pytest -q tests/schema/test_ajv.py

dist: ## build wheel and sdist, check both, and run the core of the tests from the unpacked sdist
	$(PYTHON) -m venv --clear .envs/dist
	.envs/dist/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	.envs/dist/bin/python $(INSTALL) --group dist --group test
	rm -rf dist && .envs/dist/bin/python -m build --outdir dist .
	.envs/dist/bin/twine check --strict dist/*
	.envs/dist/bin/check-wheel-contents dist/*.whl
	rm -rf .envs/unpacked && mkdir -p .envs/unpacked && tar xzf dist/*.tar.gz -C .envs/unpacked --strip-components 1
	.envs/dist/bin/python $(INSTALL) '.envs/unpacked[all]'
	cd .envs/unpacked && HYPOTHESIS_PROFILE=quick ../dist/bin/python $(PYTEST) -q -m core tests
	@grep -q '^\[project.urls\]' pyproject.toml || echo "before a release: write [project.urls], see docs/house/releases.md"

mutants: $(VENV)/.test ## change one place of a kernel at a time, 25 in each: its tests must notice (an hour or more)
	HYPOTHESIS_PROFILE=mutants $(BIN)/python -m bench.mutants $(or $(COUNT),25) $(or $(SEED),1) $(MODULES)

mutants-few: $(VENV)/.test # the same, a few: under half a minute
	HYPOTHESIS_PROFILE=mutants $(BIN)/python -m bench.mutants 2 $(or $(SEED),1) serde._tables

.envs/fuzz/.done: pyproject.toml
	$(PYTHON) -m venv .envs/fuzz
	.envs/fuzz/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	.envs/fuzz/bin/python $(INSTALL) --editable '.[all]' --group test
	.envs/fuzz/bin/python -m pip install --quiet --only-binary :all: atheris || echo "no atheris for this Python: bytes are spoilt without it"
	@touch $@

# Two readers at a time; what breaks one is kept in tests/corpus, where every run of the tests tries it.
fuzz: .envs/fuzz/.done ## spoil bytes for every reader, SECONDS each (60 unless said), or for READERS
	.envs/fuzz/bin/python -m tests.fuzz $(or $(SECONDS),60) $(READERS)

bench-quick: $(VENV)/.dev ## counting a million rows against DuckDB and Polars, in three minutes
	$(BIN)/python -m bench.kernel

bench: $(VENV)/.dev ## ratios against peers, measured in one run
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV) .envs build dist docs/_build .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache
