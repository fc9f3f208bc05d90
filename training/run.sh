#!/bin/sh
# Train the model of names anew, in an environment of its own.
#
#   sh training/run.sh CORPORA [WEIGHTS]
#
# CORPORA is a folder of the corpora that docs/model-card.md lists; WEIGHTS is where the model goes, pipeline/weights
# if nothing is said. PYTHON names an interpreter, 3.11 or 3.12. An hour and a half on two cores.
set -eu
corpora=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
weights=${2:-pipeline/weights}
python=.venv-train/bin/python
stamp=.venv-train/claimsift-train
wanted="$(cat requirements/run.txt training/requirements.txt | cksum) $PWD"

if [ "$(cat $stamp 2>/dev/null)" != "$wanted" ]; then
    echo "Building .venv-train; that takes some minutes, torch is large." >&2
    rm -rf .venv-train
    "${PYTHON:-python3}" -m venv .venv-train
    $python -m pip -qq --disable-pip-version-check --no-input install --require-hashes --no-deps -r requirements/run.txt
    $python -m pip -qq --disable-pip-version-check --no-input install -r training/requirements.txt
    echo "$wanted" >$stamp
fi

PYTHONPATH="$PWD" exec $python -m training "$corpora" .cache/training --into "$weights"
