"""The promise of every row: its offsets lead to its quote in the raw file. Checked before a row is written."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipeline.schema import TABLES, FailureRow, Row
from pipeline.store.columns import KEYS, AnyRow, list_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EXCERPT = 60  # characters of a quote that a message shows


@cache
def has_passages(model: type[Row]) -> bool:
    """Whether the rows of a table point into a raw file. A failure may tell of offsets that are wrong."""
    names = {column.name for column in list_columns(model)}
    return {"start", "end"} <= names and model is not FailureRow


PASSAGE_TABLES = tuple(model for model in TABLES if has_passages(model))


def find_bad_passages(rows: Iterable[AnyRow], text: str) -> tuple[list[AnyRow], list[FailureRow]]:
    """Rows of one document into those that keep the promise and a failure for each of the others.

    `text` is the decoded raw file. A good row has `0 <= start < end <= len(text)` and, where its table has quotes,
    `text[start:end] == quote`; or no passage at all. A row that other rows name by its id leaves them dangling.
    """
    good: list[AnyRow] = []
    failures: list[FailureRow] = []
    for row in rows:
        fault = find_fault(vars(row), text) if has_passages(type(row)) else None
        if fault is None:
            good.append(row)
        else:
            failures.append(_report(row, fault))
    return good, failures


def find_fault(passage: Mapping[str, object], text: str) -> str | None:
    """What is wrong with the offsets of one row (column to value), in words; None where nothing is."""
    start, end, quote = passage["start"], passage["end"], passage.get("quote")
    if start is None and end is None and quote is None:
        return None
    if not isinstance(start, int) or not isinstance(end, int) or ("quote" in passage and quote is None):
        return "it has a part of start, end and quote, and not the others"
    if not 0 <= start < end <= len(text):
        return f"characters {start} to {end} do not lie inside the {len(text)} of the raw file"
    if quote is not None and text[start:end] != quote:
        written = f"{_shorten(text[start:end])}, not {_shorten(str(quote))}"
        return f"at characters {start} to {end} the raw file has {written}"
    return _find_scope_fault(passage, text)


def _find_scope_fault(passage: Mapping[str, object], text: str) -> str | None:
    start, end = passage.get("scope_start"), passage.get("scope_end")
    if start is None and end is None:
        return None
    if isinstance(start, int) and isinstance(end, int) and 0 <= start <= end <= len(text):
        return None
    return f"its scope, {start} to {end}, does not lie inside the {len(text)} characters of the raw file"


def _shorten(quote: str) -> str:
    return repr(quote if len(quote) <= EXCERPT else quote[: EXCERPT - 1] + "…")


def _report(row: Row, fault: str) -> FailureRow:
    values = dict(row)
    name = values.get(KEYS.get(row.table, ""), "")
    return FailureRow(
        source_id=values["source_id"] or "",
        stage="write",
        error="bug: PassageError",
        message=f"A row of {row.table}{f' ({name})' if name else ''} was left out, since {fault}.",
        start=values["start"],
        end=values["end"],
    )
