#!/bin/sh
# Make requirements/run.txt and requirements/test.txt anew: the newest versions that pyproject.toml allows,
# one version for both Pythons, with the hashes of every file that Linux, macOS and Windows may need.
# The locked set is worked out in a folder of its own: uv.lock names an index, and is not kept.
set -eu
cd "$(dirname "$0")/.."

command -v uv >/dev/null || {
    echo "make lock needs uv (pip install uv)." >&2
    exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp pyproject.toml "$work/"
uv lock --quiet --project "$work" --fork-strategy fewest --no-config

export_lock() { # FILE [OPTION...]
    name=$1
    shift
    echo "# Made by make lock from pyproject.toml; not edited by hand." >"$work/$name"
    uv export --quiet --project "$work" --frozen --no-config --no-emit-project --no-header --no-annotate "$@" \
        >>"$work/$name"
}
export_lock run.txt
export_lock test.txt --extra dev --extra office --extra dask --extra remote --extra sql --extra xlsx
export_lock fuzz.txt --only-group fuzz

mkdir -p requirements
mv "$work/run.txt" "$work/test.txt" "$work/fuzz.txt" requirements/
