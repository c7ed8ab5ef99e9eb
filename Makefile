# make run REPO=path [OUT=path]   facts of a repository (default: the example) as Delta tables
# make test                       build everything and run all tests but the long ones
# make build                      only the program: build/release/norma
REPO ?= examples/shapes
OUT ?= facts

.PHONY: build run test lint format setup setup-test

setup:
	@scripts/setup.sh

setup-test:
	@scripts/setup.sh --test

build: setup
	@cmake --preset release --log-level=WARNING
	@cmake --build --preset release --target norma

run: build
	build/release/norma run $(REPO) --out $(OUT)

test: setup-test
	@cmake --preset release
	@cmake --build --preset release
	ctest --preset release -LE long

lint: setup
	@scripts/lint.sh

format:
	@git ls-files '*.cc' '*.h' | xargs clang-format-19 -i
	@cargo fmt
