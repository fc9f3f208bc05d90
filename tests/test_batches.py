"""More claims than are compared at once: in batches, sorted on disk, with the result that one batch has."""

from __future__ import annotations

import tempfile
from dataclasses import astuple
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.conflicts import batches, compare_batches, find_conflicts, read_batches
from pipeline.schema import CitationRow, ClaimRow, ConflictMemberRow, ConflictRow, ExplainedRow, Row
from pipeline.store import (
    SortedTable,
    StoredTable,
    TableWriter,
    make_part,
    parts,
    read_table,
    sort_rows,
    sorting,
    tables,
    write_table,
)
from test_conflicts import claim, half_life
from test_scale import SPREAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.conflicts import Conflicts
    from runs import Run

RELATED = [
    claim("a", "synonym", "compound:tb-500", object_id="compound:thymosin-beta-4", object="Tβ4"),
    claim("b", "derived_from", "compound:tb-500", object_id="compound:thymosin-beta-4", object="Tβ4"),
    claim("c", "contains_fragment", "compound:thymosin-beta-4", object_id="compound:tb-500", object="TB-500"),
    claim("d", "synonym", "compound:thymosin-beta-4", object_id="compound:tb-500", object="TB-500"),
    claim("d#1", "evidence_gap", object_id="predicate:half_life", object_text="the half-life"),
    claim("e", "evidence_gap", "compound:tb-500", object_id="predicate:synonym", object_text="another name"),
    claim("e#1", "evidence_gap", object_text="much"),
    claim("a#1", "cas_number", object="80714-61-1", object_text="80714-61-1"),
    claim("a#2", "cas_number", object="80714-61-0", object_text="80714-61-0"),
]
CLAIMS = [*SPREAD, *RELATED]
SUPERSEDED = {"s3": "s0"}


def compare(folder: Path, most: int, superseded: Mapping[str, str]) -> list[Conflicts]:
    families = {row.source_id: row.source_id for row in StoredTable(folder, ClaimRow)}
    return list(compare_batches(read_batches(folder, most), (), (), families, (), superseded=superseded))


def join(pieces: Iterable[Conflicts]) -> tuple[object, ...]:
    """What pieces come to, in the order of the tables."""
    columns = zip(*map(astuple, pieces), strict=True)
    return tuple(sorted(chain(*rows), key=repr) if isinstance(rows[0], tuple) else sum(rows) for rows in columns)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(CLAIMS), max_size=40, unique_by=lambda row: row.claim_id), st.integers(1, 9))
def test_batches_find_what_all_claims_at_once_do(claims: list[ClaimRow], most: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_table(folder, ClaimRow, claims)
        stored = read_table(folder, ClaimRow)
        families = {row.source_id: row.source_id for row in stored}
        whole = find_conflicts(stored, (), (), families, (), superseded=SUPERSEDED)
        assert join(compare(folder, most, SUPERSEDED)) == join([whole])


def test_batches_find_the_conflicts_of_the_sample(raw_run: Run, tmp_path: Path) -> None:
    claims = raw_run.rows(ClaimRow)
    write_table(tmp_path, ClaimRow, claims)
    pieces = compare(tmp_path, 50, {})
    assert len(pieces) > 5
    assert join(pieces) == join(compare(tmp_path, len(claims), {}))
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]


def test_a_batch_has_its_claims_once_and_in_the_order_of_the_table(raw_run: Run, tmp_path: Path) -> None:
    claims = raw_run.rows(ClaimRow)
    write_table(tmp_path, ClaimRow, claims)
    places = {row.claim_id: place for place, row in enumerate(claims)}
    for batch in read_batches(tmp_path, 50):
        found = [places[row.claim_id] for row in batch.claims]
        assert found == sorted(set(found))


def test_without_duckdb_all_claims_are_one_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_table(tmp_path, ClaimRow, SPREAD)
    monkeypatch.setattr(batches, "has_duckdb", lambda: False)
    with pytest.warns(UserWarning, match=r"compared in memory, not 3 at a time; .* 'claimsift\[sql\]'"):
        (batch,) = read_batches(tmp_path, 3)
    assert list(batch.claims) == list(StoredTable(tmp_path, ClaimRow))


# ------------------------------------------------------------------------------------------------- tables

TABLES: list[tuple[type[Row], Sequence[Row]]] = [
    (ClaimRow, [half_life(f"{name}#{number}", number) for number in range(9) for name in ("é", "😀", "z\0", "z")]),
    (
        ConflictMemberRow,
        [
            ConflictMemberRow(
                conflict_id=f"con-{number % 3}",
                side="A",
                claim_id=None,
                source_id=None if number % 2 else "s",
                start=None if number % 5 else number,
                end=None,
                quote=None,
                value_text=f"says {number}",
                polarity=None,
                certainty=None,
            )
            for number in range(40)
        ],
    ),
    (
        ExplainedRow,
        [
            ExplainedRow(explained_id=f"e{number}", slot="s", reason="r", detail="", claim_ids=("a", "b")[: number % 3])
            for number in range(20)
        ],
    ),
    (CitationRow, []),
]


@pytest.mark.parametrize(("model", "rows"), TABLES, ids=[model.table for model, _ in TABLES])
@pytest.mark.parametrize("piece", [1, 7, 100])
def test_rows_that_wait_on_disk_give_the_bytes_of_rows_in_memory(
    model: type[Row], rows: Sequence[Row], piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorting, "ROWS_HELD", 10)
    monkeypatch.setattr(sorting, "ROWS_A_TIME", 4)
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    write_table(one, model, rows)
    with SortedTable(other, model) as table:
        for first in range(0, len(rows), piece):
            table.add(rows[::-1][first : first + piece])
    assert table.rows == len(rows)
    assert read_all(other) == read_all(one)


def test_without_duckdb_rows_wait_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "ROWS_HELD", 3)
    monkeypatch.setattr(sorting, "has_duckdb", lambda: False)
    with SortedTable(tmp_path, ClaimRow) as table:
        table.add(SPREAD)
    assert len(StoredTable(tmp_path, ClaimRow)) == len(SPREAD)


def test_a_table_that_fails_leaves_nothing_that_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "ROWS_HELD", 3)
    table = SortedTable(tmp_path, ClaimRow)
    with pytest.raises(RuntimeError), table:
        fail_in_the_middle(table)
    assert list(tmp_path.iterdir()) == []


def fail_in_the_middle(table: SortedTable) -> None:
    table.add(SPREAD)
    raise RuntimeError


def test_row_groups_do_not_show_the_parts_that_they_came_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "ROWS_A_GROUP", 10)
    rows = sort_rows(SPREAD)[:34]
    sizes = {"one": len(rows), "few": 13, "many": 3}
    for name, size in sizes.items():
        (tmp_path / name).mkdir()
        with TableWriter(tmp_path / name, ClaimRow) as writer:
            for first in range(0, len(rows), size):
                writer.add(make_part(ClaimRow, rows[first : first + size]))
    files = [read_all(tmp_path / name) for name in sizes]
    assert files[0] == files[1] == files[2]
    groups = pq.ParquetFile(tmp_path / "one" / "claims.parquet").metadata
    assert [groups.row_group(number).num_rows for number in range(groups.num_row_groups)] == [10, 10, 10, 4]


def test_a_stored_table_is_read_anew_each_time(tmp_path: Path) -> None:
    write_table(tmp_path, ConflictRow, ())
    write_table(tmp_path, ClaimRow, SPREAD)
    stored = StoredTable(tmp_path, ClaimRow)
    assert len(StoredTable(tmp_path, ConflictRow)) == 0
    assert len(stored) == len(SPREAD)
    assert list(stored) == list(stored)
    assert {row.claim_id for row in stored} == {row.claim_id for row in SPREAD}


def read_all(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_rows_of_a_stored_table_are_found_by_source_and_by_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "ROWS_A_GROUP", 10)
    monkeypatch.setattr(tables, "GROUPS_HELD", 1)
    write_table(tmp_path, ClaimRow, SPREAD)
    stored = StoredTable(tmp_path, ClaimRow)
    rows = list(stored)
    assert len(rows) > 30
    for source_id in sorted({row.source_id for row in rows}):
        assert stored.take(stored.rows_of(source_id)) == [row for row in rows if row.source_id == source_id]
    assert stored.take(stored.rows_of("nobody")) == []
    for wanted in ([29, 3, 3, 14, 0], [9, 10], [len(rows) - 1]):
        assert stored.take(wanted) == [rows[row] for row in wanted]
    assert list(stored.read_columns("source_id", "polarity")) == [(row.source_id, row.polarity) for row in rows]
