.DEFAULT_GOAL := help
.PHONY: help setup demo test lint docs messages audit lock clean
PYTHON_IN := .venv/bin/python
READY := .venv/ready

help: ## Show what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1	\2/p' $(MAKEFILE_LIST) | expand -t 10

setup: $(READY) ## Install everything needed; leaves .venv/bin/comity

$(READY): scripts/setup.sh debian-packages.txt requirements-dev.txt pyproject.toml
	sh scripts/setup.sh
	@touch $@

demo: setup ## Two nodes play the story of two authorities (ARGS=--once: without a person)
	.venv/bin/comity demo $(ARGS)

# What rests on the database itself runs twice: on a server reached by DATABASE_URL, and on the node's private one.
DATABASE_TESTS := tests/node/test_scope.py tests/node/test_node_access.py tests/node/test_ledger.py tests/node/test_jobs.py \
	tests/node/search tests/node/cases/test_readers.py tests/node/cases/test_changes.py

test: lint ## Check everything, browser included (ARGS=tests/law: a part)
	$(PYTHON_IN) scripts/with_postgres.py .venv/bin/pytest -q $(DATABASE_TESTS)
	.venv/bin/pytest -n 2 --dist worksteal $(ARGS)

lint: setup ## Check style and types
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

docs: setup ## Write the reference anew from the code
	$(PYTHON_IN) scripts/docs.py

messages: setup ## Bring the catalogues of the languages in step with the sources
	$(PYTHON_IN) scripts/messages.py $(ARGS)

audit: setup ## Look for known weaknesses in what is installed
	.venv/bin/pip-audit --require-hashes --disable-pip -r requirements-dev.txt

ifneq ($(wildcard bench/__main__.py),)
.PHONY: bench
bench: setup .venv-bench/ready ## Measure this project and its peers side by side
	.venv-bench/bin/python -m bench $(ARGS)

.venv-bench/ready: requirements-bench.txt
	$(PYTHON_IN) -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --require-hashes -r requirements-bench.txt
	.venv-bench/bin/pip install --quiet --no-build-isolation --no-deps --editable .
	@touch $@
endif

# The locks hold nothing but names, versions and PyPI's hashes, whatever the machine's pip is set to.
COMPILE := env PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= PIP_EXTRA_INDEX_URL= CUSTOM_COMPILE_COMMAND="make lock" \
	.venv/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url \
	--no-emit-find-links --build-deps-for=editable --extra=embedded
lock: ## Resolve the requirements anew (ARGS=--upgrade: to their newest)
	$(COMPILE) $(ARGS) --output-file=requirements.txt pyproject.toml
	$(COMPILE) $(ARGS) --extra=dev --constraint=requirements.txt --output-file=requirements-dev.txt pyproject.toml
	$(COMPILE) $(ARGS) --extra=bench --constraint=requirements.txt --output-file=requirements-bench.txt pyproject.toml

clean: ## Delete all that was made, the demo's nodes and their data too
	@if [ -d .demo ] && [ -x $(PYTHON_IN) ]; then $(PYTHON_IN) scripts/remove_nodes.py .demo/*; fi
	rm -rf .demo .venv .venv-bench build dist site src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
