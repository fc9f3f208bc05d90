#!/bin/sh
# Print what a change of rules gains and loses on raw/: the claims and conflicts of another commit's package beside ours.
#
#   sh scripts/rule_diff.sh [BASE]
#
# BASE is HEAD where files of the package are not committed yet, and else the commit before. It only informs: where
# there is no base, or the base cannot read these pages, it says so and ends well.
set -eu
cd "$(dirname "$0")/.."
python=$PWD/.venv/bin/python

say() { echo "claimsift: $*" >&2; }
skip() {
    say "no comparison of rules: $*"
    exit 0
}

git rev-parse --git-dir >/dev/null 2>&1 || skip "this is no git checkout."
base=${1:-}
if [ -z "$base" ]; then
    base=HEAD
    [ -n "$(git status --porcelain -- pipeline)" ] || base=HEAD^
fi
commit=$(git rev-parse --quiet --verify "$base^{commit}") || skip "there is no commit $base here."
if [ -z "$(git status --porcelain -- pipeline)" ] && git diff --quiet "$commit" HEAD -- pipeline; then
    skip "nothing in pipeline/ has changed since $base."
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/base" "$work/settings"
: >"$work/settings/none.toml"
git archive "$commit" pipeline | tar -x -C "$work/base"

# The folder in which Python starts comes first on its module path, before the package that is installed.
extract() { # FOLDER OF THE PACKAGE, NAME OF THE RESULT
    (cd "$1" && "$python" -m pipeline extract "$raw" --out "$work/$2" --settings "$work/settings/none.toml" -q) \
        >"$work/$2.log" 2>&1 || [ -f "$work/$2/run.json" ] || {
        tail -n 3 "$work/$2.log" >&2
        return 1
    }
}
raw=$PWD/raw
extract "$work/base" before || skip "the package of $base cannot read raw/."
extract "$PWD" after || skip "this package cannot read raw/."
say "from $base ($(git rev-parse --short "$commit")) to this tree, on raw/:"
"$python" -m pipeline diff "$work/before" "$work/after" || skip "the tables of $base have other columns."
