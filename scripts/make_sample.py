"""Make docs/sample from raw/: what the program writes, small enough to read in the repository.

python scripts/make_sample.py [FOLDER]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from pipeline.run import run_pipeline
from pipeline.schema import ClaimRow, ConflictMemberRow, ConflictRow, Severity
from pipeline.settings import Settings
from pipeline.store import read_table, write_table

ROOT = Path(__file__).parents[1]
# One page whose claims are easy to hold against it, and the conflicts that matter most.
PAGE = "profiles/semax-profile.md"


def make_sample(out: Path, folder: Path) -> None:
    """Write the sample of a result into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    claims = [row for row in read_table(out, ClaimRow) if row.source_id == PAGE]
    conflicts = [row for row in read_table(out, ConflictRow) if row.severity is Severity.HIGH]
    ids = {row.conflict_id for row in conflicts}
    members = [row for row in read_table(out, ConflictMemberRow) if row.conflict_id in ids]
    for model, rows in ((ClaimRow, claims), (ConflictRow, conflicts), (ConflictMemberRow, members)):
        write_table(folder, model, rows)
        (folder / f"{model.table}.parquet").unlink()


def main() -> int:
    """Run the program on raw/ and keep its sample."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "sample"
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "out"
        run_pipeline(ROOT / "raw", out, Settings.model_validate({}))
        make_sample(out, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
