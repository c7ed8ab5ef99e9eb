#!/usr/bin/env bash
# Makes sure that everything norma's build and tests need is there, before the first crate compiles.
# Installs Debian packages where it may (root, or sudo without a password), and otherwise prints the
# one command that does. With --test also what the tests need: tools that check form, Python packages.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(build-essential cmake ninja-build pkg-config protobuf-compiler libprotobuf-dev mold ccache python3
  libfmt-dev libcli11-dev nlohmann-json3-dev libxxhash-dev libb2-dev libutf8proc-dev libssl-dev libtomlplusplus-dev
  libgtest-dev libgmock-dev git ca-certificates)
if [ "${1:-}" = --test ]; then
  packages+=(clang-format-19 clang-tidy-19 shellcheck)
  python3 -c 'import ensurepip' 2>/dev/null || packages+=(python3-venv)
fi

# A protoc without the types of its own package compiles a quarter of an hour of crates before it fails.
protoc_works() {
  local folder
  folder=$(mktemp -d)
  echo 'syntax = "proto3"; import "google/protobuf/any.proto";' >"$folder/probe.proto"
  protoc --proto_path="$folder" --descriptor_set_out=/dev/null probe.proto 2>/dev/null
  local status=$?
  rm -rf "$folder"
  return $status
}

missing=()
for package in "${packages[@]}"; do
  # A tool that came another way (cmake from elsewhere, say) counts as well.
  case $package in
    build-essential) command -v g++ >/dev/null && command -v make >/dev/null && continue ;;
    ccache | cmake | git | mold | python3 | clang-*-19 | shellcheck)
      command -v "$package" >/dev/null && continue
      ;;
    ninja-build) command -v ninja >/dev/null && continue ;;
    pkg-config) command -v pkg-config >/dev/null && continue ;;
    protobuf-compiler) protoc_works && continue ;;
  esac
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' ||
    missing+=("$package")
done

if [ ${#missing[@]} -gt 0 ]; then
  install=(apt-get install -y --no-install-recommends "${missing[@]}")
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    prefix=()
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    prefix=(sudo)
  else
    echo "setup: packages are missing; install them and try again:" >&2
    echo "  sudo ${install[*]}" >&2
    exit 1
  fi
  echo "setup: installing ${missing[*]}" >&2
  "${prefix[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${prefix[@]}" "${install[@]}" -qq >&2
fi

if ! protoc_works; then
  echo "setup: protoc does not find google/protobuf/any.proto; install the include files of $(protoc --version) and try again" >&2
  exit 1
fi
if ! command -v cargo >/dev/null; then
  echo "setup: Rust is missing; install Rust 1.95 or newer (for example with rustup) and try again" >&2
  exit 1
fi
rust=$(rustc --version | sed -E 's/^rustc 1\.([0-9]+)\..*/\1/')
if ! [[ $rust =~ ^[0-9]+$ ]] || [ "$rust" -lt 95 ]; then
  echo "setup: Rust 1.95 or newer is needed, found: $(rustc --version)" >&2
  exit 1
fi
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "setup: Python 3.11 or newer is needed, found: $(python3 --version)" >&2
  exit 1
fi

if [ "${1:-}" = --test ]; then
  cache="${NORMA_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/norma}"
  environment="$cache/test-python"
  requirements=(tests/acceptance/requirements.txt tests/checks/requirements.txt)
  wanted=$(cat "${requirements[@]}" | sha256sum | cut -d' ' -f1)
  if [ "$(cat "$environment/requirements.sha256" 2>/dev/null)" != "$wanted" ]; then
    echo "setup: preparing the Python packages of the tests" >&2
    rm -rf "$environment"
    python3 -m venv "$environment"
    "$environment/bin/pip" install -q --require-hashes "${requirements[@]/#/--requirement=}"
    echo "$wanted" >"$environment/requirements.sha256"
  fi
  # scip-python makes the indexes of one test, which is skipped without it.
  if command -v node >/dev/null && command -v npm >/dev/null; then
    wanted=$(sha256sum tests/acceptance/node/package-lock.json | cut -d' ' -f1)
    if [ "$(cat "$cache/test-node/lock.sha256" 2>/dev/null)" != "$wanted" ]; then
      echo "setup: preparing the Node packages of the tests" >&2
      rm -rf "$cache/test-node"
      mkdir -p "$cache/test-node"
      cp tests/acceptance/node/*.json "$cache/test-node"
      npm ci --prefix "$cache/test-node" --ignore-scripts --no-audit --no-fund --loglevel=error >&2
      echo "$wanted" >"$cache/test-node/lock.sha256"
    fi
  else
    echo "setup: Node.js and npm are missing; the test with a real SCIP indexer will be skipped" >&2
  fi
  while read -r name version sha256; do
    python3 cmake/fetch_sdist.py "$name" "$version" "$sha256" "$cache/sources"
  done <tests/acceptance/packages.txt
  python3 tests/flow/fetch_pythons.py "$cache/pythons"
fi
