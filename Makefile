# make run REPO=path [OUT=path]   facts of a repository (default: the example) as Delta tables
# make test                       build everything and run all tests but the long ones
# make build                      only the program: build/release/norma
# make lint                       clang-tidy over what changed since it last passed
# make coverage                   which lines and branches the tests run, by module
# make format                     format all sources
# make docs                       print the pages that come from the code
REPO ?= examples/shapes
OUT ?= facts
XDG_CACHE_HOME ?= $(HOME)/.cache
NORMA_CACHE_DIR ?= $(XDG_CACHE_HOME)/norma

.PHONY: build run test golden lint coverage format docs setup setup-test

setup:
	@scripts/setup.sh

setup-test:
	@scripts/setup.sh --test

build: setup
	@cmake --preset release --log-level=WARNING
	@cmake --build --preset release --target norma

run: build
	build/release/norma run "$(REPO)" --out "$(OUT)"

test: setup-test
	@cmake --preset release
	@cmake --build --preset release
	ctest --preset release -LE long -j $$(nproc)

lint: setup-test
	@cmake --preset release --log-level=WARNING
	@scripts/tidy.py build/release

coverage: setup-test
	@cmake --preset coverage --log-level=WARNING
	@cmake --build --preset coverage
	@find build/coverage -name '*.gcda' -delete
	ctest --preset coverage -L 'unit|golden|slt' -j $$(nproc)
	@scripts/coverage.py --files build/coverage

# Writes anew what tests/golden expects of the rules; the diff is the review.
golden: setup-test build
	@$(NORMA_CACHE_DIR)/test-python/bin/python tests/golden/norma_golden.py --update

format: setup-test
	@scripts/format.sh

docs: setup-test
	@cmake --preset release --log-level=WARNING
	@cmake --build --preset release --target norma_docs_test norma_cli_test
	NORMA_UPDATE_DOCS=1 ctest --preset release -R IsWhatLiesInDocs
