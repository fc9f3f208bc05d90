"""Fuzz one target until libFuzzer's limits end it.

    python fuzz/fuzz.py TARGET [libFuzzer's options and corpus folders]

Needs atheris (requirements/fuzz.txt); `make fuzz` runs every target. To replay one input: TARGET FILE.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent))

# Only our own modules are instrumented: how spaCy or pandas branch is nothing that we search.
with atheris.instrument_imports(include=["pipeline"]):
    from targets import TARGETS


def main() -> None:
    """Hand the target to libFuzzer, which ends the process."""
    name, *options = sys.argv[1:]
    atheris.Setup([sys.argv[0], *options], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
