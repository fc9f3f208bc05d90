"""A result as exports read it: its tables record by record, and its documents with the text that offsets count in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pipeline.address import find_pages
from pipeline.errors import UsageError
from pipeline.schema import DocumentRow, Status
from pipeline.store import arrow_schema, read_result, read_table
from pipeline.store.layers import is_below
from pipeline.store.tables import load_parquet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.schema import Row
    from pipeline.store.columns import AnyRow, Record

ROWS_A_TIME = 5_000  # rows that are Python objects at one time


@dataclass(frozen=True, slots=True)
class Page:
    """One document that was read: its row, and the text in which its offsets count."""

    row: DocumentRow
    text: str


@dataclass(frozen=True, slots=True)
class Result:
    """A result of `claims extract` in `out`, and the raw pages that it was made from in `raw`."""

    out: Path
    raw: Path

    def records(self, model: type[Row]) -> Iterator[Record]:
        """The rows of a table as they are stored: column to plain value. Raises UsageError as `read_table` does."""
        table = load_parquet(self.out / f"{model.table}.parquet")
        if not table.schema.equals(arrow_schema(model)):
            raise UsageError(f"{self.out}: {model.table} has other columns than this version writes; run it again.")
        for batch in table.to_batches(max_chunksize=ROWS_A_TIME):
            for record in batch.to_pylist():
                yield {name: tuple(value) if isinstance(value, list) else value for name, value in record.items()}

    def rows(self, model: type[AnyRow]) -> tuple[AnyRow, ...]:
        """The rows of a table."""
        return read_table(self.out, model)

    def documents(self) -> dict[str, DocumentRow]:
        """The documents that were read, by source_id."""
        return {row.source_id: row for row in self.rows(DocumentRow) if row.status in (Status.OK, Status.EMPTY)}

    def pages(self) -> Iterator[Page]:
        """Each document that was read with its text, one at a time. Raises UsageError where a raw file is gone."""
        for row in self.documents().values():
            yield Page(row, self.read_text(row))

    def read_text(self, row: DocumentRow) -> str:
        """The text in which the offsets of a document count. Raises UsageError where it cannot be read."""
        path = self.out / check_name(row.text_path) if row.text_path else self.raw / check_name(row.source_id)
        try:
            return path.read_bytes().decode(row.encoding or "utf-8")
        except (OSError, LookupError, ValueError) as error:
            reason = getattr(error, "strerror", None) or f"is no {row.encoding}"
            raise UsageError(f"{path}: cannot be read ({reason}); name the folder with the pages by --raw.") from error


def open_result(out: Path, raw: Path | None = None) -> Result:
    """The result in OUT; its pages are in `raw`, or where run.json says. Raises UsageError where there is none."""
    run = read_result(out)
    return Result(out, raw or find_pages(str(run.get("raw", ""))))


def check_name(name: str) -> PurePosixPath:
    """A source_id or text_path as a path below its folder. Raises UsageError where it would lead out of it."""
    if not is_below(name):
        raise UsageError(f"{name!r}: leads out of its folder, so this is no result of claimsift.")
    return PurePosixPath(name)
