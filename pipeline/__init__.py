"""Claims that web pages make about research peptides, where they disagree, and what is plainly wrong.

In a notebook, with a result of `claims extract` in the folder `extracted`:

    from pipeline import read_claims, read_conflicts
    claims = read_claims("extracted")  # a DataFrame, one row a claim

And without files, `extract_text("Semax has 7 residues.")`.

Importing this package costs nothing: what reads tables is loaded by the first call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from pipeline.schema import ClaimRow
    from pipeline.settings import Settings

__all__ = ["extract_text", "read_claims", "read_conflicts"]


def extract_text(text: str, *, settings: Settings | None = None) -> tuple[ClaimRow, ...]:
    """The claims of a page in memory, whose offsets count in `text`. Raises as reading a file does."""
    from pipeline.document import extract_text as extract

    return extract(text, settings=settings)


def read_claims(out: str | Path = "extracted") -> pd.DataFrame:
    """The claims of a result, one row each, with the types of the table: nullable numbers, lists as arrays.

    Raises UsageError where there is no result in `out`.
    """
    return _read_frame(out, "claims")


def read_conflicts(out: str | Path = "extracted") -> pd.DataFrame:
    """The conflicts of a result, one row each, most severe first. Raises as `read_claims`."""
    return _read_frame(out, "conflicts")


def _read_frame(out: str | Path, name: str) -> pd.DataFrame:
    from pathlib import Path

    from pipeline.store import read_frame

    return read_frame(Path(out), name)
