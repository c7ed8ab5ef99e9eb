# make run REPO=path [OUT=path]   facts of a repository (default: the example) as Delta tables
# make test                       build everything and run all tests but the long ones
# make build                      only the program: build/release/norma
# make lint [LINT_SECONDS=n]      clang-tidy over what changed since it last passed, as far as n seconds reach
# make asan                       unit and SQL tests under AddressSanitizer and UndefinedBehaviorSanitizer
# make coverage                   which lines and branches the tests run, by module
# make format                     format all sources
# make docs                       print the pages that come from the code
REPO ?= examples/shapes
OUT ?= facts
XDG_CACHE_HOME ?= $(HOME)/.cache
NORMA_CACHE_DIR ?= $(XDG_CACHE_HOME)/norma
LINT_SECONDS ?= inf

.PHONY: build run test golden lint asan coverage format docs setup setup-test

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

# The program first: clang-tidy reads headers that its build generates.
lint: setup-test build
	@scripts/tidy.py build/release --seconds $(LINT_SECONDS)

asan: setup-test
	@cmake --preset asan --log-level=WARNING
	@cmake --build --preset asan
	ctest --preset asan -L 'unit|slt' -j $$(nproc)

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
