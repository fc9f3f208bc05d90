#!/bin/sh
# Fuzz every target, in an environment of its own that is built once from the locks.
#
#   sh fuzz/run.sh [SECONDS] [TARGET...]
#
# PYTHON names an interpreter, 3.11 or 3.12. atheris, the fuzzer, comes ready for Linux x86_64 alone.
set -eu
cd "$(dirname "$0")/.."

seconds=${1:-120}
[ $# -eq 0 ] || shift
python=.venv-fuzz/bin/python
stamp=.venv-fuzz/claimsift-fuzz
wanted="$(cat requirements/run.txt requirements/fuzz.txt | cksum) $PWD"

choose_python() {
    for candidate in ${PYTHON:+"$PYTHON"} python3.12 python3.11 python3; do
        if "$candidate" -c 'import sys, ensurepip, venv
sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done
    echo "make fuzz needs Python 3.11 or 3.12 with venv, or PYTHON=path/to/one." >&2
    exit 1
}

if [ "$(cat $stamp 2>/dev/null)" != "$wanted" ]; then
    echo "Building .venv-fuzz; the first time takes a minute or a few." >&2
    chosen=$(choose_python)
    rm -rf .venv-fuzz
    "$chosen" -m venv .venv-fuzz
    $python -m pip -qq --disable-pip-version-check --no-input install --require-hashes --no-deps \
        --only-binary :all: -r requirements/run.txt -r requirements/fuzz.txt || {
        echo "atheris, the fuzzer, comes ready for Linux x86_64 only: see the lines above." >&2
        exit 1
    }
    echo "$wanted" >$stamp
fi

PYTHONPATH="$PWD" exec $python fuzz/run.py --seconds "$seconds" "$@"
