# Each target installs what it needs; `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
SANDBOX_PORT ?= 8100
# One receives webhooks, the others serve pages.
WORKERS ?= 3
# More than the two cores, because some tests wait for other processes. pytest-xdist's "auto" would
# also count cores that a container may not use.
TEST_PROCESSES ?= 3
# Without cached bytecode, each of the hundreds of processes that the checks start would compile all
# modules again.
unexport PYTHONDONTWRITEBYTECODE
# Folders whose tests run Node packages.
NODE_FOLDERS := tests/sandbox/clients tests/clients
LIGHTHOUSE := benchmarks/lighthouse_node
# For all platforms and Python versions, with the hashes of all files of a package.
COMPILE := uv pip compile --quiet --universal --no-strip-extras --generate-hashes --no-emit-index-url --no-header --upgrade
# Refuses a package without a hash in the lock file, and one whose content has changed.
INSTALL := pip install --quiet --disable-pip-version-check --require-hashes --requirement
# Apart from the checks, because the generators need other versions of packages than they do.
GENERATORS := .venv-clients

.DEFAULT_GOAL := help
.PHONY: help translations setup setup-test chromium nginx node node-clients client-generators demo demo-code demo-reset run daemon \
	migrate test lint format check-types check-rest check-packages compile-tests messages api-changelog api-document \
	bench commands clients lighthouse screenshots readme-pictures lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-18s %s\n", $$1, $$2}'

$(VENV)/.run: requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/$(INSTALL) requirements.lock
	@touch $@

$(VENV)/.test: requirements-test.lock $(VENV)/.run
	$(BIN)/$(INSTALL) requirements-test.lock
	@touch $@

# Also copied into wheels, see setup.py.
translations: $(VENV)/.run
	@$(BIN)/python -m portal.web.languages.catalogs --compile

setup: $(VENV)/.run translations ## Install the dependencies of the portal and the daemon
setup-test: $(VENV)/.test ## Install the dependencies of the checks as well

chromium: ## Install Chromium for the browser tests, unless it is installed
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium; }

# Without starting it. Its tests are skipped where it can't be installed.
nginx: ## Install nginx for the tests of its example, unless it is installed
	-@test -x /usr/sbin/nginx || { apt-get update -qq && RUNLEVEL=1 apt-get install -y -qq nginx-light; }

node: ## Install Node and npm for the client tests, unless they are installed
	@command -v node >/dev/null || { apt-get update -qq && apt-get install -y -qq nodejs; }
	@command -v npm >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends npm; }

%/node_modules/.installed: %/package-lock.json | node
	npm ci --no-audit --no-fund --ignore-scripts --prefix $*
	@touch $@

node-clients: $(NODE_FOLDERS:=/node_modules/.installed) ## Install the Node packages that the client tests use

$(GENERATORS)/.installed: tests/clients/requirements.lock
	$(PYTHON) -m venv $(GENERATORS)
	$(GENERATORS)/bin/$(INSTALL) tests/clients/requirements.lock
	@touch $@

client-generators: $(GENERATORS)/.installed node-clients ## Install the generators of API clients

demo: setup ## Run sandbox, portal and daemon with stores in every state
	@$(BIN)/python -m portal.demo --port $(PORT) --sandbox-port $(SANDBOX_PORT)

demo-code: ## Print the code with which the demo's operator signs in
	@$(BIN)/python -m portal.demo_operator

demo-reset: ## Delete the demo's data
	rm -rf var/demo

run: setup migrate ## Run the portal with gunicorn; start the daemon separately (make daemon)
	$(BIN)/gunicorn --workers $(WORKERS) --bind 127.0.0.1:$(PORT) wsgi:app

daemon: setup migrate ## Run the background daemon
	$(BIN)/python -m daemon

migrate: setup ## Migrate the database to the newest schema
	$(BIN)/flask --app wsgi migrate

test: setup-test chromium nginx client-generators ## Run every check: lint, types, layers, tests, coverage
	@$(MAKE) --no-print-directory --jobs 2 check-types check-rest check-packages compile-tests
	rm -f .coverage .coverage.*
	$(BIN)/pytest --numprocesses $(TEST_PROCESSES) --dist worksteal --cov --cov-report= $(ARGS)
	$(BIN)/coverage report --fail-under=90
	$(BIN)/python tests/coverage_floor.py 90

# mypy takes as long as all others together, so it has one core and they have the other.
lint: setup-test ## Run ruff, bandit, mypy, import-linter, codespell, djlint and pip-audit
	@$(MAKE) --no-print-directory --jobs 2 check-types check-rest check-packages

# Otherwise each test process compiles all tests. A test that can't be collected fails later.
compile-tests:
	-@$(BIN)/pytest --collect-only -qq > /dev/null

check-types:
	$(BIN)/mypy

check-rest:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/codespell portal daemon tests docs README.md SECURITY.md
	$(BIN)/djlint --check --lint --quiet templates portal/sandbox/templates
	$(BIN)/bandit --quiet --recursive --ini setup.cfg portal daemon

check-packages:
	$(BIN)/python tests/audit_packages.py requirements.lock requirements-test.lock

format: setup-test ## Format code and templates
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint --reformat --quiet templates portal/sandbox/templates || true

messages: setup ## Update, check and compile the translations; LANGUAGE=fr adds a language
	$(BIN)/python -m portal.web.languages.catalogs $(if $(LANGUAGE),--add $(LANGUAGE))

bench: setup-test ## Run every benchmark; the output is saved in var/bench/
	$(BIN)/python -m benchmarks

lighthouse: setup-test chromium $(LIGHTHOUSE)/node_modules/.installed ## Print Lighthouse's scores of ten pages on a phone
	@mkdir -p var/bench
	$(BIN)/python -m benchmarks.lighthouse | tee var/bench/lighthouse.txt

commands: setup ## Renew docs/commands.md
	$(BIN)/python -m portal.web.command_line.reference > docs/commands.md

api-changelog: setup ## Add what has changed in the API to docs/api-changelog.md
	$(BIN)/python -m portal.web.api.changelog changelog

api-document: setup ## Freeze the API as it is, before its version is published
	$(BIN)/python -m portal.web.api.changelog document

clients: setup $(GENERATORS)/.installed ## Renew clients/python and the Postman collection after a change of the API
	@mkdir -p build
	$(BIN)/python -m portal.web.api.postman_collection document > build/openapi.json
	PATH="$(CURDIR)/$(GENERATORS)/bin:$$PATH" clients/python/generate build/openapi.json clients/python/merchant_portal_client
	$(BIN)/python -m portal.web.api.postman_collection > docs/postman_collection.json

screenshots: setup-test chromium ## Take pictures of every page: var/screenshots
	rm -rf var/screenshots
	$(BIN)/pytest --quiet --numprocesses 2 --dist worksteal tests/browser/take_screenshots.py

readme-pictures: setup-test chromium ## Renew the README's pictures
	PYTHONPATH=. $(BIN)/python docs/make_readme_pictures.py

lock: ## Update the lock files from setup.cfg
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet uv
	$(BIN)/$(COMPILE) --output-file requirements.lock setup.cfg
	$(BIN)/$(COMPILE) --extra test --constraint requirements.lock \
		--output-file requirements-test.lock setup.cfg
	$(BIN)/$(COMPILE) --output-file tests/clients/requirements.lock tests/clients/requirements.in

clean: ## Delete everything that can be rebuilt; keep data
	rm -rf $(VENV) $(GENERATORS) $(NODE_FOLDERS:=/node_modules) $(LIGHTHOUSE)/node_modules build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.*
