"""Damage real pages at random (cut, doubled, spliced, flipped …) and read each: no bug, every quote in its place.

    python benchmarks/mutants.py --rounds 1000 [--pages FOLDER...] [--keep FOLDER]

A page that breaks something is kept in `--keep`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from mutants import find_fault, list_mutants, read_pages  # noqa: E402  (beside the tests)


def main() -> int:
    """Print what was found; 1 where a page broke something."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--pages", type=Path, nargs="+", default=[ROOT / "raw"])
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    pages = read_pages(*options.pages)
    faults: Counter[str] = Counter()
    worst = (0.0, "")
    with tempfile.TemporaryDirectory() as folder:
        for name, page in list_mutants(pages, options.rounds, options.seed):
            began = time.process_time()
            fault = find_fault(page, Path(folder) / "page")
            worst = max(worst, (time.process_time() - began, name))
            if fault is None:
                continue
            faults[fault] += 1
            print(f"FAULT {name}: {fault}", flush=True)
            if options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{options.seed}-{name.partition(',')[0]}").write_bytes(page)
    print(f"{options.rounds} damaged pages out of {len(pages)}: {faults.total()} faults")
    print(f"{time.process_time():.0f} s of a processor; the slowest took {worst[0]:.1f} ({worst[1]})")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
