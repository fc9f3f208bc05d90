"""Claims in batches, each with all that its slots need: more claims than memory holds are sorted on disk first."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pipeline.conflicts.computed import REFUTABLE
from pipeline.conflicts.slots import EVERYWHERE, list_homes, name_source_home
from pipeline.schema import ClaimRow, Polarity
from pipeline.store import StoredTable, has_duckdb, sort_on_disk

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa

HOME, PLACE = "home", "place"  # columns beside those of a claim: where it is compared, and its row in the table


@dataclass(frozen=True, slots=True)
class Batch:
    """Claims in the order of the table: among them all that have a say in the slots that are at home in `homes`."""

    claims: Sequence[ClaimRow]
    homes: Container[str] = EVERYWHERE


def read_batches(folder: Path, most: int) -> Iterator[Batch]:
    """The claims of a result: at once, or where there are more than `most`, in batches of about as many.

    A batch takes at least the claims on one question about one subject. Without DuckDB, which does the sorting, there
    is a warning, and all of them are one batch.
    """
    claims = StoredTable(folder, ClaimRow)
    if len(claims) <= most or not _can_sort(len(claims), most):
        return iter((Batch(tuple(claims)),))
    return _cut_batches(_sort_by_home(claims, folder), most)


def _can_sort(claims: int, most: int) -> bool:
    if has_duckdb():
        return True
    told = f"{claims} claims are compared in memory, not {most} at a time; for that, pip install 'claimsift[sql]'."
    warnings.warn(told, UserWarning, stacklevel=2)
    return False


class _Stated(NamedTuple):
    """What decides where a claim is compared."""

    source_id: str
    subject_id: str
    predicate: str
    object_id: str | None
    polarity: Polarity


def _list_homes(claim: _Stated) -> list[str]:
    homes = sorted(list_homes(claim))
    return [*homes, name_source_home(claim.source_id)] if claim.predicate in REFUTABLE else homes


def _sort_by_home(claims: StoredTable[ClaimRow], folder: Path) -> Iterator[pa.RecordBatch]:
    """The claims by home, once for each home that they have, with the columns HOME and PLACE."""
    import pyarrow as pa

    fields = (pa.field(HOME, pa.string()), pa.field(PLACE, pa.int64()))
    schema = pa.schema([*claims.schema, *fields])
    return sort_on_disk(_add_homes(claims.read_batches(), schema), schema, (HOME, PLACE), folder)


def _add_homes(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    first = 0
    for batch in batches:
        columns = (batch.column(name).to_pylist() for name in _Stated._fields[:-1])
        polarities = map(Polarity, batch.column("polarity").to_pylist())
        stated = (_Stated(*values) for values in zip(*columns, polarities, strict=True))
        homes = [(row, home) for row, claim in enumerate(stated) for home in _list_homes(claim)]
        rows = pa.array([row for row, _ in homes], pa.int64())
        added = (pa.array([home for _, home in homes], pa.string()), pa.compute.add(rows, first))
        yield pa.RecordBatch.from_arrays([*batch.take(rows).columns, *added], schema=schema)
        first += batch.num_rows


def _cut_batches(batches: Iterable[pa.RecordBatch], most: int) -> Iterator[Batch]:
    claims: dict[int, ClaimRow] = {}
    homes: set[str] = set()
    for batch in batches:
        for record in batch.to_pylist():
            home, place = record.pop(HOME), record.pop(PLACE)
            if home not in homes and len(claims) >= most:
                yield Batch([claims[place] for place in sorted(claims)], frozenset(homes))
                claims, homes = {}, set()
            homes.add(home)
            if place not in claims:
                claims[place] = ClaimRow.model_validate(record, strict=False)
    yield Batch([claims[place] for place in sorted(claims)], frozenset(homes))
