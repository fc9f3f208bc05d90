#!/bin/sh
# Build .venv once from the lock; afterwards find it ready in well under a second.
#
#   sh scripts/venv.sh run      the packages that the program needs
#   sh scripts/venv.sh test     the same and the test tools
#
# PYTHON names an interpreter; otherwise one that fits is looked for. A build that did not end is begun anew.
set -eu
cd "$(dirname "$0")/.."

kind=$1
asked=${PYTHON:-}
python=.venv/bin/python

say() { echo "claimsift: $*" >&2; }
fail() {
    say "$*"
    [ "$(readlink .venv.lock)" != $$ ] || rm .venv.lock
    exit 1
}

# What .venv was built from. The folder is part of it: a copied environment holds paths of its old place.
digest() { echo "$(cat "requirements/$1.txt" pyproject.toml scripts/venv.sh | cksum) $PWD"; }
stamp() { digest "$1" >".venv/claimsift-$1"; }
stamped() { [ "$(cat ".venv/claimsift-$1" 2>/dev/null)" = "$(digest "$1")" ]; }
moved() { # another folder in either stamp
    for old in .venv/claimsift-run .venv/claimsift-test; do
        if [ -f "$old" ] && [ "$(cut -d ' ' -f 3- "$old")" != "$PWD" ]; then return 0; fi
    done
    return 1
}

# Run, not looked up: a name on PATH may be a shim that starts nothing, and Debian splits off ensurepip.
fits() {
    "$1" -c 'import sys, ensurepip, venv
sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 12) and sys.maxsize > 2**32))' >/dev/null 2>&1
}
version() { "$1" -c 'import sys; print(*sys.version_info[:2])' 2>/dev/null; }
as_asked() { [ -z "$asked" ] || [ "$(version "$asked")" = "$(version $python)" ]; }

ready() { stamped "$kind" && $python -c "" 2>/dev/null && as_asked; }
reusable() { ! moved && fits $python && as_asked && $python -m pip --version >/dev/null 2>&1; }

refuse_other_platforms() {
    case "$(uname -s) $(uname -m)" in
    "Linux x86_64" | Darwin\ *) ;;
    *) fail "cannot be installed on $(uname -s) $(uname -m), for which nmslib, a part of scispaCy, has no" \
        "package: use Linux x86_64 (a linux/amd64 container will do), macOS, or Windows x64 without make." ;;
    esac
}

choose_python() {
    if [ -n "$asked" ]; then
        fits "$asked" || fail "PYTHON=$asked does not start a 64-bit Python 3.11 or 3.12 that has venv and ensurepip."
        echo "$asked"
        return
    fi
    for candidate in python3.12 python3.11 python3; do
        if fits "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    command -v uv >/dev/null || fail "needs Python 3.11 or 3.12 with venv (Debian 12, Ubuntu 24.04:" \
        "apt install python3-venv; macOS: brew install python@3.12; anywhere: install uv) or PYTHON=path/to/one."
    echo uv
}

create() {
    chosen=$(choose_python)
    rm -rf .venv
    if [ "$chosen" != uv ]; then
        "$chosen" -m venv .venv || fail "$chosen could not make .venv: see the lines above."
        return
    fi
    uv venv --quiet --seed --python 3.12 .venv ||
        uv venv --quiet --seed --python 3.11 .venv ||
        fail "uv found no Python 3.11 or 3.12 and could not fetch one: see the lines above."
}

# The lock is a link that names its owner's process: made in one step, and with a dead owner it tells of a
# build that was cut off, after which nothing in .venv can be trusted.
take_lock() {
    told=
    while ! ln -s $$ .venv.lock 2>/dev/null; do
        owner=$(readlink .venv.lock) || continue
        if ! kill -0 "$owner" 2>/dev/null; then
            say "an earlier build of .venv was cut off; it starts anew."
            rm -rf .venv .venv.lock
            continue
        fi
        [ -n "$told" ] || say "process $owner is building .venv: waiting (if it is not, remove .venv.lock)."
        told=yes
        sleep 1
    done
}

pip() { $python -m pip -qq --disable-pip-version-check --no-input "$@"; }

install() {
    say "bringing .venv up to requirements/$kind.txt; the first time takes a minute or a few."
    rm -f .venv/claimsift-run .venv/claimsift-test
    pip install --require-hashes --no-deps --only-binary :all: -r "requirements/$kind.txt" ||
        fail "the packages of requirements/$kind.txt could not be installed: see the lines above (pip needs" \
            "a network or a mirror, and on Linux glibc 2.28 or newer)."
    pip install --no-deps --no-build-isolation --no-index --editable . ||
        fail "the project itself could not be installed into .venv: see the lines above."
    stamp run
    [ "$kind" = run ] || stamp "$kind"
}

[ ! -L .venv.lock ] && ready && exit 0
refuse_other_platforms
take_lock
if ! ready; then
    reusable || create
    install
fi
rm .venv.lock
