"""Make an input that breaks a target as small as it gets, and write it where the tests find it.

    python fuzz/shrink.py TARGET FILE [NAME]

Needs no fuzzer. Pieces are taken out, from halves down to single bytes, as long as the same error stays; with NAME
the result goes to `fuzz/corpus/TARGET/NAME`, otherwise it is printed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))

from targets import TARGETS

if TYPE_CHECKING:
    from collections.abc import Callable

CORPUS = Path(__file__).parent / "corpus"
DIGITS = str.maketrans("", "", "0123456789")


def name_error(target: Callable[[bytes], None], data: bytes) -> str | None:
    """Where and how a target breaks, without the numbers that differ from input to input; None if it does not."""
    try:
        target(data)
    except Exception as error:  # noqa: BLE001  (any error is what we look for)
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        line = place.tb_lineno if place is not None else 0
        return f"{type(error).__name__}:{line}:{str(error)[:20].translate(DIGITS)}"
    return None


def shrink(target: Callable[[bytes], None], data: bytes) -> bytes:
    """The smallest input found that gives the same error.

    Raises ValueError when `data` gives none.
    """
    wanted = name_error(target, data)
    if wanted is None:
        raise ValueError("this input breaks nothing")
    size = len(data) // 2
    while size:
        at, before = 0, len(data)
        while at < len(data):
            smaller = data[:at] + data[at + size :]
            if name_error(target, smaller) == wanted:
                data = smaller
            else:
                at += size
        if size > 1 or len(data) == before:
            size //= 2
    return data


def main() -> None:
    """Print or keep what is left of a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("file", type=Path)
    parser.add_argument("name", nargs="?")
    options = parser.parse_args()
    target = TARGETS[options.target]
    small = shrink(target, options.file.read_bytes())
    print(f"{name_error(target, small)}\n{small!r}")
    if options.name is not None:
        folder = CORPUS / options.target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / options.name).write_bytes(small)


if __name__ == "__main__":
    main()
