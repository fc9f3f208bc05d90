"""Tables in partitions: the same rows as in the result, for every engine that reads such folders, and nothing stale."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import duckdb
import pandas as pd
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from frictionless import Package

from pipeline import read_claims
from pipeline.errors import UsageError
from pipeline.exchange.formats import export_result
from pipeline.exchange.kinds import By, Format
from pipeline.exchange.query import query_tables
from pipeline.exchange.result import open_result
from pipeline.schema import SCHEMA_VERSION, TABLES, ClaimRow, DocumentRow, Row
from pipeline.store import read_frame, write_partitions
from pipeline.store.columns import arrow_schema
from pipeline.store.partitions import NO_VALUE, YEAR, name_column

if TYPE_CHECKING:
    from pathlib import Path

    from runs import Run


@pytest.fixture(scope="module", params=list(By))
def by(request: pytest.FixtureRequest) -> By:
    chosen: By = request.param
    return chosen


@pytest.fixture(scope="module")
def parted(raw_run: Run, by: By, tmp_path_factory: pytest.TempPathFactory) -> Path:
    # A folder above whose name looks like a partition's must not become a column.
    target = tmp_path_factory.mktemp("parted") / "kept=here" / "tables"
    export_result(open_result(raw_run.out), Format.PARQUET, target, by=by)
    return target


def in_order(frame: pd.DataFrame, model: type[Row]) -> pd.DataFrame:
    return frame.sort_values([name for name in model.sort_by if name in frame], ignore_index=True, kind="stable")


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.table)
def test_partitions_hold_the_rows_of_the_table(raw_run: Run, parted: Path, model: type[Row]) -> None:
    pd.testing.assert_frame_equal(
        in_order(read_frame(parted, model.table), model), in_order(read_frame(raw_run.out, model.table), model)
    )


def test_claims_are_read_by_the_name_of_the_folder(raw_run: Run, parted: Path) -> None:
    assert sorted(read_claims(parted)["claim_id"]) == sorted(row.claim_id for row in raw_run.rows(ClaimRow))


def test_each_row_stands_in_the_folder_of_its_value(raw_run: Run, parted: Path, by: By) -> None:
    years = {row.source_id: row.published[:4] if row.published else NO_VALUE for row in raw_run.rows(DocumentRow)}
    wanted = {
        row.claim_id: f"{YEAR}={years[row.source_id]}" if by is By.YEAR else f"predicate={row.predicate}"
        for row in raw_run.rows(ClaimRow)
    }
    found: dict[str, str] = {}
    for path in (parted / "claims").rglob("*.parquet"):
        with path.open("rb") as file:
            found |= dict.fromkeys(pq.read_table(file)["claim_id"].to_pylist(), path.parent.name)
    assert found == wanted
    assert len(set(wanted.values())) > 2


def test_a_query_sees_the_same_and_skips_files(raw_run: Run, parted: Path, by: By) -> None:
    for model in TABLES:
        ((names, _), *pieces) = query_tables(parted, f"SELECT * FROM {model.table}")
        more = [YEAR] if name_column(model, by_year=by is By.YEAR) == YEAR else []
        assert names == [*model.model_fields, *more]
        assert sum(len(rows) for _, rows in pieces) == len(raw_run.rows(model))
    wanted = sum(row.predicate == "half_life" for row in raw_run.rows(ClaimRow))
    (*_, (_, ((count,),))) = query_tables(parted, "SELECT count(*) FROM claims WHERE predicate = 'half_life'")
    assert count == wanted > 0


def test_a_query_of_partitions_reads_no_other_file(parted: Path) -> None:
    for sql in ("SELECT * FROM read_text('/etc/passwd')", f"SELECT * FROM read_text('{parted / 'datapackage.json'}')"):
        with pytest.raises(UsageError, match="does not work"):
            list(query_tables(parted, sql))


def test_other_engines_read_the_folders_by_themselves(raw_run: Run, parted: Path) -> None:
    wanted = sorted((row.claim_id, row.predicate) for row in raw_run.rows(ClaimRow))
    arrow = ds.dataset(parted / "claims", partitioning="hive").to_table(columns=["claim_id", "predicate"])
    assert sorted((row["claim_id"], row["predicate"]) for row in arrow.to_pylist()) == wanted
    sql = "SELECT claim_id, predicate FROM read_parquet(?, hive_partitioning = true)"
    assert sorted(duckdb.execute(sql, [f"{parted}/claims/**/*.parquet"]).fetchall()) == wanted
    frame = pd.read_parquet(parted / "claims", columns=["claim_id", "predicate"])
    assert sorted(frame[["claim_id", "predicate"]].astype(str).itertuples(index=False, name=None)) == wanted


def test_files_have_types_meanings_and_statistics(parted: Path, by: By) -> None:
    for model in TABLES:
        wanted = arrow_schema(model)
        column = name_column(model, by_year=by is By.YEAR)
        for path in (parted / model.table).rglob("*.parquet"):
            with pq.ParquetFile(path) as file:
                schema, metadata = file.schema_arrow, file.metadata
            names = [name for name in wanted.names if name != column]
            assert schema.names == names
            assert all(schema.field(name).equals(wanted.field(name), check_metadata=True) for name in names)
            for group in range(metadata.num_row_groups if metadata.num_rows else 0):
                assert metadata.row_group(group).column(0).statistics.has_min_max


def test_the_package_names_every_file_with_its_columns(parted: Path, by: By) -> None:
    package = json.loads((parted / "datapackage.json").read_bytes())
    assert package["version"] == SCHEMA_VERSION
    assert Package.metadata_validate(package) is not None
    for model, resource in zip(TABLES, package["resources"], strict=True):
        assert resource["name"] == model.table
        files = [path.relative_to(parted).as_posix() for path in (parted / model.table).rglob("*.parquet")]
        assert sorted(files) == resource["path"]
        assert resource.get("partitionedBy", [None]) == [name_column(model, by_year=by is By.YEAR)]
        told = {field["name"]: field for field in resource["schema"]["fields"]}
        assert [name for name in told if name != YEAR] == list(model.model_fields)
        assert told.get("citations", {"type": "array"})["type"] == "array"


def test_a_table_without_rows_tells_its_columns(parted: Path, by: By, raw_run: Run) -> None:
    empty = [model for model in TABLES if not raw_run.rows(model)]
    assert empty
    for model in empty:
        (path,) = (parted / model.table).rglob("*.parquet")
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
        assert names == [name for name in model.model_fields if name != name_column(model, by_year=by is By.YEAR)]


def test_a_partition_of_many_rows_is_several_files(raw_run: Run, tmp_path: Path) -> None:
    write_partitions(raw_run.out, tmp_path, by_year=False, rows_a_file=20)
    rows = {}
    for path in sorted((tmp_path / "claims" / "predicate=half_life").iterdir()):
        with pq.ParquetFile(path) as file:
            rows[path.name] = file.metadata.num_rows
    assert set(rows) == {"part-0.parquet", "part-1.parquet"}
    assert max(rows.values()) == 20
    frame = in_order(read_frame(tmp_path, "claims"), ClaimRow)
    pd.testing.assert_frame_equal(frame, in_order(read_frame(raw_run.out, "claims"), ClaimRow))


@pytest.mark.parametrize(("held", "files"), [(1, 64), (50, 2), (1, 1)])
def test_what_waits_and_what_is_open_is_bounded(
    raw_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int, files: int
) -> None:
    monkeypatch.setattr("pipeline.store.partitions.ROWS_HELD", held)
    monkeypatch.setattr("pipeline.store.partitions.FILES_OPEN", files)
    write_partitions(raw_run.out, tmp_path, by_year=True)
    for model in (ClaimRow, DocumentRow):
        frame = in_order(read_frame(tmp_path, model.table), model)
        pd.testing.assert_frame_equal(frame, in_order(read_frame(raw_run.out, model.table), model))


def test_partitions_that_are_no_more_are_not_kept(raw_run: Run, tmp_path: Path) -> None:
    target = tmp_path / "tables"
    result = open_result(raw_run.out)
    export_result(result, Format.PARQUET, target, by=By.YEAR)
    with pytest.raises(UsageError, match="--overwrite"):
        export_result(result, Format.PARQUET, target)
    export_result(result, Format.PARQUET, target, by=By.PREDICATE, overwrite=True)
    assert len(read_frame(target, "claims")) == len(raw_run.rows(ClaimRow))
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]


def test_a_folder_of_other_things_is_never_replaced(raw_run: Run, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="something else"):
        export_result(open_result(raw_run.out), Format.PARQUET, tmp_path / "letters", overwrite=True)
    assert (tmp_path / "letters" / "mine.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("datapackage.json", b"{", "cannot be read"),
        ("datapackage.json", b"[]", "cannot be read"),
        ("datapackage.json", b'{"version": "999.0"}', "schema 999.0"),
        ("claims/predicate=half_life/part-0.parquet", b"PAR1", "cannot be read"),
    ],
)
def test_damaged_partitions_are_refused(raw_run: Run, tmp_path: Path, name: str, content: bytes, told: str) -> None:
    write_partitions(raw_run.out, tmp_path, by_year=False)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=re.escape(told)):
        read_frame(tmp_path, "claims")
    with pytest.raises(UsageError):
        list(query_tables(tmp_path, "SELECT * FROM claims"))


def test_files_of_other_columns_are_refused(raw_run: Run, tmp_path: Path) -> None:
    write_partitions(raw_run.out, tmp_path, by_year=False)
    other = next((tmp_path / "documents").iterdir())
    shutil.copyfile(other, tmp_path / "claims" / "predicate=half_life" / "part-0.parquet")
    with pytest.raises(UsageError, match="other columns"):
        read_frame(tmp_path, "claims")
    with pytest.raises(UsageError, match=r"does not work|cannot be read"):
        list(query_tables(tmp_path, "SELECT * FROM claims"))
