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
    """The claims of a page in memory, whose offsets count in `text`. Raises as reading a file does.

    >>> text = "Semax is a heptapeptide. Its half-life in rat plasma is 20 minutes."
    >>> for claim in extract_text(text):
    ...     print(claim.predicate, claim.value, claim.unit, "|", text[claim.start : claim.end])
    class None None | Semax is a heptapeptide.
    residue_count 7.0 {residue} | Semax is a heptapeptide.
    half_life 20.0 min | Its half-life in rat plasma is 20 minutes.
    """
    from pipeline.document import extract_text as extract

    return extract(text, settings=settings)


def read_claims(out: str | Path = "extracted") -> pd.DataFrame:
    """The claims of a result, one row each, with the types of the table: nullable numbers, lists as arrays.

    `out` is a folder, or the address of a result in an object store. Raises UsageError where there is no result.

    >>> claims = read_claims("extracted")
    >>> sorted(claims["polarity"].unique())
    ['affirmed', 'negated']
    """
    return _read_frame(out, "claims")


def read_conflicts(out: str | Path = "extracted") -> pd.DataFrame:
    """The conflicts of a result, one row each, most severe first. Raises as `read_claims`.

    >>> conflicts = read_conflicts("extracted")
    >>> list(conflicts["severity"].unique())
    ['high', 'medium', 'low', 'info']
    """
    return _read_frame(out, "conflicts")


def _read_frame(out: str | Path, name: str) -> pd.DataFrame:
    from pipeline.address import read_place
    from pipeline.remote import open_result
    from pipeline.store import read_frame

    return read_frame(open_result(read_place(out)), name)
