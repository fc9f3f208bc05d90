import csv
import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import jsonschema  # type: ignore[import-untyped]  # comes with frictionless
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from frictionless import Package
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.schema import (
    TABLES,
    BlockRow,
    CitationRow,
    ClaimRow,
    Comparator,
    ConflictMemberRow,
    ConflictRow,
    DocumentRow,
    ExplainedRow,
    FailureRow,
    MentionRow,
    Row,
    UnclaimedRow,
)
from pipeline.store import (
    arrow_schema,
    check_result,
    find_bad_passages,
    former_result,
    open_output,
    output,
    read_csv_rows,
    read_frame,
    read_run_json,
    read_table,
    sort_rows,
    tables,
    write_run_json,
    write_schema,
    write_table,
)
from pipeline.store.columns import KEYS, REFERENCES, Kind, Value, list_columns

AnyRow = TypeVar("AnyRow", bound=Row)
ROOT = Path(__file__).parents[1]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BLANK: dict[Kind, Any] = {
    Kind.TEXT: "x",
    Kind.INTEGER: 0,
    Kind.NUMBER: 0.0,
    Kind.BOOLEAN: False,
    Kind.TIME: NOON,
    Kind.LIST: (),
}


def make(model: type[AnyRow], **values: object) -> AnyRow:
    """A row with the given values, null or blank in every other column."""
    blank = {column.name: None if column.nullable else BLANK[column.kind] for column in list_columns(model)}
    chosen = {column.name: column.choices[0] for column in list_columns(model) if column.choices}
    first = {name: None if blank[name] is None else choice for name, choice in chosen.items()}
    return model.model_validate({**blank, **first, **values}, strict=False)


# ------------------------------------------------------------------------------------------------ columns


def test_every_annotation_of_the_row_models_has_its_arrow_type() -> None:
    schema = arrow_schema(ConflictRow)
    assert schema.field("kind").type == pa.string()
    assert schema.field("sides").type == pa.int64()
    assert schema.field("decision_stale").type == pa.bool_()
    assert schema.field("decided_at").type == pa.timestamp("us", tz="UTC")
    assert arrow_schema(ClaimRow).field("value").type == pa.float64()
    assert arrow_schema(ClaimRow).field("citations").type == pa.list_(pa.field("element", pa.string(), nullable=False))


def test_only_optional_columns_can_be_null() -> None:
    schema = arrow_schema(ConflictMemberRow)
    assert schema.field("start").nullable
    assert not schema.field("side").nullable
    assert not arrow_schema(MentionRow).field("candidates").nullable


def test_the_arrow_schema_carries_descriptions_table_and_version() -> None:
    schema = arrow_schema(BlockRow)
    assert schema.metadata == {b"table": b"blocks", b"schema_version": b"1.0"}
    assert schema.field("kept").metadata[b"description"].startswith(b"false for furniture")


def test_keys_and_references_name_columns_that_exist() -> None:
    columns = {model.table: [column.name for column in list_columns(model)] for model in TABLES}
    assert all(key in columns[table] for table, key in KEYS.items())
    assert all(column in columns[table] and target in KEYS for (table, column), target in REFERENCES.items())


def test_rows_are_sorted_by_their_key_with_nulls_first() -> None:
    rows = [
        make(ConflictMemberRow, conflict_id="c", side="B", start=2),
        make(ConflictMemberRow, conflict_id="c", side="A", start=10),
        make(ConflictMemberRow, conflict_id="c", side="A", start=9),
        make(ConflictMemberRow, conflict_id="c", side="A"),
    ]
    assert [(row.side, row.start) for row in sort_rows(rows)] == [("A", None), ("A", 9), ("A", 10), ("B", 2)]


def test_rows_with_equal_keys_have_one_order_too() -> None:
    rows = [make(UnclaimedRow, source_id="a", quote=quote, reason=why) for quote in "xyz" for why in "pq"]
    assert sort_rows(rows) == sort_rows(reversed(rows))


# ------------------------------------------------------------------------------------------------- tables


LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
NASTY = st.sampled_from([*"=+-@\t\r\n'\";,", "\r\n", '""', "'=", "''+", "NA", "None", "null", "\ufeff", "; "])
TEXTS = st.lists(NASTY | LETTERS, max_size=6).map("".join)
KINDS: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: TEXTS,
    Kind.INTEGER: st.integers(0, 3),
    Kind.NUMBER: st.floats(allow_nan=False),
    Kind.BOOLEAN: st.booleans(),
    Kind.TIME: st.datetimes(timezones=st.just(UTC)),
    Kind.LIST: st.lists(TEXTS.filter(lambda item: item and ";" not in item), max_size=3).map(tuple),
}


def rows_of(model: type[AnyRow]) -> st.SearchStrategy[AnyRow]:
    columns = {
        column.name: (st.sampled_from(column.choices) if column.choices else KINDS[column.kind])
        | (st.none() if column.nullable else st.nothing())
        for column in list_columns(model)
    }
    return st.fixed_dictionaries(columns).map(lambda values: model.model_validate(values, strict=False))


FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.table)
@FEW
@given(data=st.data())
def test_rows_come_back_from_both_files_as_they_were(tmp_path: Path, model: type[Row], data: st.DataObject) -> None:
    rows = sort_rows(data.draw(st.lists(rows_of(model), max_size=3)))
    write_table(tmp_path, model, rows)
    assert read_table(tmp_path, model) == rows
    assert read_csv_rows(tmp_path, model) == rows


def test_parquet_keeps_what_csv_cannot(tmp_path: Path) -> None:
    write_table(tmp_path, BlockRow, [make(BlockRow, text="a\0b")])
    assert read_table(tmp_path, BlockRow)[0].text == "a\0b"
    assert read_csv_rows(tmp_path, BlockRow)[0].text == "a\ufffdb"


@settings(max_examples=200)
@given(text=TEXTS)
def test_a_guard_can_be_taken_away_again(text: str) -> None:
    assert tables.unguard_text(tables.guard_text(text)) == text
    assert not tables.guard_text(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+7", "'+7"),
        ("-3", "'-3"),
        ("@A1", "'@A1"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("'=1", "''=1"),
        ("''=1", "'''=1"),
        ("'tis", "'tis"),
        ("−3", "−3"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str, cell: str) -> None:
    assert tables.guard_text(text) == cell


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        ("", '""'),
        ('a "b"', '"a ""b"""'),
        ("one\r\ntwo", '"one\r\ntwo"'),
        (20.0, "20"),
        (1419.5, "1419.5"),
        (0.1, "0.1"),
        (1e-9, "1e-9"),
        (1e22, "1e22"),
        (-2.5e-7, "-2.5e-7"),
        (float("inf"), "INF"),
        (float("-inf"), "-INF"),
        (float("nan"), "NaN"),
        (7, "7"),
        (True, "true"),
        (False, "false"),
        (NOON, "2026-03-01T12:00:00Z"),
        (NOON.replace(microsecond=5000), "2026-03-01T12:00:00.005000Z"),
        ((), '""'),
        (("a", "b"), '"a; b"'),
        (("=a", "b"), '"\'=a; b"'),
        ("a\0b", '"a\ufffdb"'),
    ],
)
def test_each_value_is_spelled_as_the_docstring_says(value: Value, cell: str) -> None:
    assert tables.spell_cell(value) == cell


@given(number=st.floats(allow_nan=False))
def test_a_number_reads_back_the_same(number: float) -> None:
    assert float(tables.spell_cell(number)) == number


def test_csv_has_no_mark_lf_a_quoted_header_and_guarded_choices(tmp_path: Path) -> None:
    write_table(tmp_path, ClaimRow, [make(ClaimRow, comparator=Comparator.EQUAL, value=20.0)])
    content = (tmp_path / "claims.csv").read_bytes()
    assert content.startswith(b'"claim_id","source_id","start",')
    assert content.endswith(b"\n")
    assert b"\r" not in content
    assert b""",20,,"'=",,""" in content


def test_other_readers_of_csv_see_the_same_rows(tmp_path: Path) -> None:
    rows = [make(BlockRow, source_id=name, text=text) for name, text in [("a", "NA"), ("b", 'x,"y"\r\nz'), ("c", "")]]
    write_table(tmp_path, BlockRow, rows)
    with (tmp_path / "blocks.csv").open(encoding="utf-8", newline="") as file:
        assert [row["text"] for row in csv.DictReader(file)] == ["NA", 'x,"y"\r\nz', ""]
    frame = pd.read_csv(tmp_path / "blocks.csv", keep_default_na=False)
    assert frame["text"].tolist() == ["NA", 'x,"y"\r\nz', ""]
    assert frame["kept"].tolist() == [False, False, False]


def test_the_same_rows_give_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    rows = [make(UnclaimedRow, source_id=name, quote=quote) for name in "ab" for quote in "xyz"]
    for name, order in [("one", rows), ("two", rows[::-1])]:
        (tmp_path / name).mkdir()
        write_table(tmp_path / name, UnclaimedRow, order)
    for name in ("unclaimed.csv", "unclaimed.parquet"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.table)
def test_an_empty_table_and_an_empty_column_keep_their_types(tmp_path: Path, model: type[Row]) -> None:
    for rows in ([], [make(model)]):
        write_table(tmp_path, model, rows)
        schema = pq.read_schema(tmp_path / f"{model.table}.parquet")
        assert schema.equals(arrow_schema(model), check_metadata=True)
        assert b"pandas" not in schema.metadata
        assert read_csv_rows(tmp_path, model) == read_table(tmp_path, model) == tuple(rows)


def test_times_of_any_zone_are_stored_in_utc(tmp_path: Path) -> None:
    east = NOON.astimezone(timezone(timedelta(hours=3)))
    rows = [make(ConflictRow, decided_at=when) for when in (east, NOON.replace(tzinfo=None))]
    write_table(tmp_path, ConflictRow, rows)
    assert [row.decided_at for row in read_table(tmp_path, ConflictRow)] == [NOON, NOON]
    assert (tmp_path / "conflicts.csv").read_text(encoding="utf-8").count("2026-03-01T12:00:00Z") == 2


def test_half_a_surrogate_pair_is_written_in_letters(tmp_path: Path) -> None:
    write_table(tmp_path, BlockRow, [make(BlockRow, text="a\ud800")])
    assert read_table(tmp_path, BlockRow)[0].text == r"a\ud800"
    assert read_csv_rows(tmp_path, BlockRow)[0].text == r"a\ud800"


def test_a_frame_has_nullable_types(tmp_path: Path) -> None:
    write_table(tmp_path, CitationRow, [make(CitationRow, year=None), make(CitationRow, year=1996)])
    write_table(tmp_path, ConflictRow, [])
    frame = read_frame(tmp_path, "citations")
    assert str(frame["year"].dtype) == "Int64"
    assert sorted(frame["year"].isna()) == [False, True]
    assert isinstance(frame["quote"].dtype, pd.StringDtype)
    assert {"decided_at": "datetime64[us, UTC]", "decision_stale": "boolean"}.items() <= {
        name: str(kind) for name, kind in read_frame(tmp_path, "conflicts").dtypes.items()
    }.items()


def test_a_folder_name_with_an_equals_sign_adds_no_column(tmp_path: Path) -> None:
    folder = tmp_path / "species=human"
    folder.mkdir()
    write_table(folder, BlockRow, [make(BlockRow)])
    assert len(read_table(folder, BlockRow)) == 1
    assert "species" not in read_frame(folder, "blocks")


def test_a_table_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"blocks\.parquet: cannot be read \(No such file"):
        read_table(tmp_path, BlockRow)
    (tmp_path / "blocks.parquet").write_bytes(b"PAR1 or not")
    with pytest.raises(UsageError, match="damaged, or no Parquet"):
        read_frame(tmp_path, "blocks")
    pq.write_table(pa.table({"source_id": ["a"]}), tmp_path / "blocks.parquet")
    with pytest.raises(UsageError, match="other columns"):
        read_table(tmp_path, BlockRow)
    with pytest.raises(UsageError, match="no table 'block'; the tables are documents, blocks"):
        read_frame(tmp_path, "block")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\xff", "not UTF-8"),
        (b'"a"x\n', "row 0: a quote stands"),
        (b'"a"\n', "other columns"),
        (b'HEAD"a"\n', "row 1: has 1 cells, not 6"),
        (b'HEAD"a",1.5,2,"q","CUE","why"\n', "row 1, column start: '1.5' is no integer"),
        (b'HEAD"a",1,2,"q","HUNCH","why"\n', "row 1, column label: input should be"),
        (b'HEAD"a",1,,"q","CUE","why"\n', "row 1, column end: input should be a valid integer"),
    ],
)
def test_a_bad_csv_file_is_named_with_its_row(tmp_path: Path, content: bytes, sentence: str) -> None:
    write_table(tmp_path, UnclaimedRow, [])
    path = tmp_path / "unclaimed.csv"
    path.write_bytes(content.replace(b"HEAD", path.read_bytes()))
    with pytest.raises(UsageError, match=sentence):
        read_csv_rows(tmp_path, UnclaimedRow)


# ------------------------------------------------------------------------------------------------- schemas


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_result(tmp_path_factory.mktemp("template"))


@pytest.fixture
def result(tmp_path: Path, template: Path) -> Path:
    """A small result that is right in every way, beside the raw files that it was made from."""
    shutil.copytree(template.parent, tmp_path, dirs_exist_ok=True)
    write_run_json(tmp_path / "out", {**read_run_json(template), "raw": str(tmp_path / "raw")})
    return tmp_path / "out"


RAW = {
    "naïve page.txt": b"Semax weighs 813.9 g/mol, says [1].\r\n\r\n[1] Nobody, 2001.\r\n",
    "sub/other.md": "\ufeffSemax weighs 887 g/mol.\n".encode(),
}


def passage(name: str, quote: str) -> dict[str, Any]:
    text = RAW[name].decode()
    return {"source_id": name, "start": text.index(quote), "end": text.index(quote) + len(quote), "quote": quote}


def make_rows() -> dict[type[Row], list[Row]]:
    one, other = RAW
    first, second = passage(one, "Semax weighs 813.9 g/mol"), passage(other, "Semax weighs 887 g/mol")
    blocks = [{**passage(one, "Semax weighs 813.9 g/mol, says [1]."), "text": "Semax …"}, {**second, "text": "Semax …"}]
    members = [{"conflict_id": "con-1", "side": "A", "claim_id": "clm-1", **first}]
    members += [{"conflict_id": "con-1", "side": "B", "claim_id": "clm-2", **second}]
    members += [{"conflict_id": "con-1", "side": "computed", "value_text": "813.92 g/mol"}]
    entry = {**passage(one, "[1] Nobody, 2001."), "role": "entry", "status": "resolved", "year": 2001}
    callout = {**passage(one, "[1]"), "role": "callout", "status": "resolved", "reference_id": "cit-2"}
    return {
        DocumentRow: [
            make(DocumentRow, source_id=name, sha256=sha256(data).hexdigest(), encoding="utf-8", blocks=1, claims=1)
            for name, data in RAW.items()
        ],
        BlockRow: [
            make(BlockRow, **{key: block[key] for key in ("source_id", "start", "end", "text")}) for block in blocks
        ],
        MentionRow: [
            make(MentionRow, mention_id="men-1", **passage(one, "Semax"), label="COMPOUND"),
            make(MentionRow, mention_id="men-2", **passage(one, "813.9 g/mol"), label="QUANTITY", thing="men-1"),
        ],
        ClaimRow: [
            make(ClaimRow, claim_id="clm-1", **first, subject_mention="men-1", citations=("cit-1",), value=813.9),
            make(ClaimRow, claim_id="clm-2", **second, comparator="=", value=887.0),
        ],
        CitationRow: [
            make(CitationRow, citation_id="cit-1", **callout),
            make(CitationRow, citation_id="cit-2", **entry),
        ],
        ConflictRow: [make(ConflictRow, conflict_id="con-1", sides=3, decided_at=NOON.replace(microsecond=1))],
        ConflictMemberRow: [make(ConflictMemberRow, **member) for member in members],
        ExplainedRow: [make(ExplainedRow, explained_id="exp-1", claim_ids=("clm-1", "clm-2"))],
        UnclaimedRow: [make(UnclaimedRow, **passage(other, "887"), label="QUANTITY")],
        FailureRow: [make(FailureRow, source_id="sub/other.md", start=900, end=901)],
    }


def build_result(folder: Path) -> Path:
    for name, data in RAW.items():
        (folder / "raw" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "raw" / name).write_bytes(data)
    with open_output(folder / "out") as build:
        for model, rows in make_rows().items():
            write_table(build, model, rows)
        write_schema(build)
        write_run_json(build, {"program_version": "0.1.0", "raw": str(folder / "raw")})
    return folder / "out"


def test_frictionless_reads_all_tables_with_nothing_but_their_schema(result: Path) -> None:
    report = Package(str(result / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])
    assert report.stats["tasks"] == len(TABLES)


def test_frictionless_finds_what_the_published_schema_forbids(result: Path) -> None:
    claims = result / "claims.csv"
    content = claims.read_text(encoding="utf-8").replace('"affirmed"', '"perhaps"', 1).replace('"men-1"', '"men-9"')
    claims.write_text(content.replace("813.9,", "heavy,"), encoding="utf-8", newline="")
    found = {row[0] for row in Package(str(result / "datapackage.json")).validate().flatten(["type"])}
    assert {"constraint-error", "foreign-key", "type-error"} <= found


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.table)
def test_rows_meet_the_published_json_schema(result: Path, model: type[Row]) -> None:
    schema = json.loads((result / "schema" / f"{model.table}.schema.json").read_text(encoding="utf-8"))
    for row in read_table(result, model):
        jsonschema.validate(json.loads(row.model_dump_json()), schema)
    assert schema["x-sorted-by"] == list(model.sort_by)
    assert set(schema["properties"]) == {column.name for column in list_columns(model)}


def test_the_table_schema_spells_choices_as_csv_does(result: Path) -> None:
    schema = json.loads((result / "schema/claims.table.json").read_text(encoding="utf-8"))
    (comparator,) = (field for field in schema["fields"] if field["name"] == "comparator")
    assert comparator["constraints"]["enum"] == ["'=", "~", "<", "<=", ">", ">=", "range", "list", "'+/-"]


def test_the_data_dictionary_has_every_column_with_its_meaning(result: Path) -> None:
    text = (result / "schema/README.md").read_text(encoding="utf-8")
    for model in TABLES:
        assert f"\n## {model.table}\n" in text
        assert all(f"| `{column.name}` |" in text and column.description in text for column in list_columns(model))


# ------------------------------------------------------------------------------------------------ passages

TEXT = "Semax is 7 residues 𝛼 long."


@pytest.mark.parametrize(
    ("start", "end", "quote", "fault"),
    [
        (0, 5, "Semax", None),
        (20, 21, "𝛼", None),
        (0, 27, TEXT, None),
        (None, None, None, None),
        (1, 6, "Semax", "the raw file has 'emax ', not 'Semax'"),
        (0, 0, "", "characters 0 to 0 do not lie inside the 27"),
        (5, 3, "Semax", "characters 5 to 3 do not lie"),
        (20, 28, "𝛼 long..", "characters 20 to 28 do not lie"),
        (0, 5, None, "a part of start, end and quote"),
        (None, 5, "Semax", "a part of start, end and quote"),
    ],
)
def test_a_row_keeps_its_promise_or_becomes_a_failure(
    start: int | None, end: int | None, quote: str | None, fault: str | None
) -> None:
    row = make(ConflictMemberRow, source_id="a.txt", start=start, end=end, quote=quote)
    good, failures = find_bad_passages([row], TEXT)
    if fault is None:
        assert (good, failures) == ([row], [])
        return
    assert good == []
    (failure,) = failures
    assert (failure.source_id, failure.stage, failure.error) == ("a.txt", "write", "bug: PassageError")
    assert (failure.start, failure.end) == (start, end)
    assert fault in failure.message


def test_blocks_have_a_range_and_no_quote() -> None:
    rows = [make(BlockRow, start=start, end=27) for start in (0, 27)]
    good, failures = find_bad_passages(rows, TEXT)
    assert good == rows[:1]
    assert "A row of blocks was left out" in failures[0].message


def test_the_scope_of_a_cue_lies_in_the_text_too() -> None:
    row = make(MentionRow, mention_id="men-1", start=0, end=5, quote="Semax", scope_start=5, scope_end=90)
    _, (failure,) = find_bad_passages([row], TEXT)
    assert "A row of mentions (men-1) was left out, since its scope, 5 to 90," in failure.message


def test_a_long_quote_is_cut_in_the_message() -> None:
    row = make(UnclaimedRow, source_id="a.txt", start=0, end=1, quote="S" * 5000)
    _, (failure,) = find_bad_passages([row], TEXT)
    assert len(failure.message) < 250


def test_rows_without_passages_are_left_alone() -> None:
    rows = [make(FailureRow, source_id="a.txt", start=900, end=901)]
    assert find_bad_passages(rows, TEXT) == (rows, [])


# ---------------------------------------------------------------------------------------------------- OUT


def fill(build: Path, word: str = "new") -> None:
    (build / "report").mkdir()
    (build / "report/page.html").write_text(word, encoding="utf-8")
    write_run_json(build, {"word": word})


def make_result(out: Path, word: str = "old") -> Path:
    with open_output(out) as build:
        fill(build, word)
    return out


def word_of(out: Path) -> object:
    return read_run_json(out)["word"]


def neighbours(out: Path) -> list[str]:
    return sorted(path.name for path in out.parent.iterdir())


def test_a_missing_and_an_empty_out_become_a_result_and_nothing_stays_beside(tmp_path: Path) -> None:
    out = tmp_path / "deep/er/out"
    make_result(out)
    assert word_of(out) == "old"
    assert neighbours(out) == ["out"]
    (tmp_path / "empty").mkdir()
    make_result(tmp_path / "empty", "new")
    assert word_of(tmp_path / "empty") == "new"


@pytest.mark.parametrize("exchange", [True, False])
def test_a_former_result_is_replaced_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool) -> None:
    if not exchange:
        monkeypatch.setattr(output, "_exchange", lambda one, other: False)
    out = make_result(tmp_path / "out")
    (out / "report").chmod(0o755)
    out.chmod(0o750)
    with open_output(out) as build:
        assert build.parent == out.parent
        assert former_result(out) == out
        assert word_of(out) == "old"
        write_run_json(build, {"word": "new"})
    assert word_of(out) == "new"
    assert not (out / "report").exists()
    assert out.stat().st_mode & 0o777 == 0o750
    assert neighbours(out) == ["out"]


def build_and_raise(out: Path, error: BaseException) -> None:
    with open_output(out) as build:
        fill(build)
        raise error


@pytest.mark.parametrize("error", [ValueError("no"), OSError(9, "Bad file descriptor"), KeyboardInterrupt()])
def test_an_exception_passes_through_and_leaves_out_as_it_was(tmp_path: Path, error: BaseException) -> None:
    out = make_result(tmp_path / "out")
    with pytest.raises(type(error)) as caught:
        build_and_raise(out, error)
    assert caught.value is error
    assert word_of(out) == "old"
    assert neighbours(out) == ["out"]


def test_an_exception_before_the_first_result_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no"), open_output(tmp_path / "out"):
        raise ValueError("no")
    assert list(tmp_path.iterdir()) == []


def test_what_came_into_out_meanwhile_is_not_deleted(tmp_path: Path) -> None:
    out = make_result(tmp_path / "out")
    notes = out / "notes.txt"
    with pytest.raises(UsageError, match=r"holds 'notes\.txt'"), open_output(out):
        notes.write_text("mine", encoding="utf-8")
    assert (word_of(out), notes.read_text(encoding="utf-8")) == ("old", "mine")


def test_a_swap_that_fails_half_way_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really = Path.rename

    def rename(path: Path, target: Path) -> None:
        if "building" in path.name:
            raise OSError(5, "Input/output error")
        really(path, target)

    out = make_result(tmp_path / "out")
    monkeypatch.setattr(output, "_exchange", lambda one, other: False)
    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(UsageError, match=r"cannot be written \(input/output error\)"):
        make_result(out, "new")
    assert word_of(out) == "old"
    assert neighbours(out) == ["out"]


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, UsageError), (errno.EIO, UsageError), (errno.EBADF, OSError)]
)
def test_a_disk_that_takes_no_more_is_told_as_that_and_all_else_as_it_is(
    tmp_path: Path, number: int, kind: type[Exception]
) -> None:
    out = make_result(tmp_path / "out")
    with pytest.raises(kind, match=f"(?i){re.escape(os.strerror(number))}"), open_output(out):
        raise OSError(number, os.strerror(number))
    assert word_of(out) == "old"
    assert neighbours(out) == ["out"]


def foreign_file(out: Path) -> None:
    make_result(out)
    (out / "notes.txt").write_text("mine", encoding="utf-8")


def foreign_folder(out: Path) -> None:
    make_result(out)
    (out / "raw/deep").mkdir(parents=True)
    (out / "raw/deep/page.html").write_text("mine", encoding="utf-8")


def other_major(out: Path) -> None:
    make_result(out)
    content = {**read_run_json(out), "schema_version": "2.0"}
    (out / "run.json").write_text(json.dumps(content), encoding="utf-8")


def run_json(content: str) -> Callable[[Path], None]:
    def write(out: Path) -> None:
        out.mkdir()
        (out / "run.json").write_text(content, encoding="utf-8")

    return write


def holiday_pictures(out: Path) -> None:
    out.mkdir()
    (out / "beach.jpg").write_bytes(b"\xff\xd8")


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (holiday_pictures, "holds files that are no result of claimsift"),
        (foreign_file, "holds 'notes.txt', which claimsift did not write"),
        (foreign_folder, "holds 'raw/deep/page.html', which"),
        (other_major, "was written with schema 2.0, this version writes 1.0"),
        (run_json("{}"), "no result of claimsift"),
        (run_json("[" * 100_000), "no result of claimsift"),
        (run_json('{"program": "claimsift"}'), "was written with schema None"),
        (lambda out: out.write_bytes(b"x"), "is a file"),
        (lambda out: (out.parent / "file").write_bytes(b"x") and out.symlink_to("file/out"), "cannot be written"),
    ],
)
def test_anything_else_is_refused_and_nothing_is_deleted(
    tmp_path: Path, prepare: Callable[[Path], object], sentence: str
) -> None:
    out = tmp_path / "out"
    prepare(out)
    before = {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")}
    with pytest.raises(UsageError, match=re.escape(sentence)), open_output(out):
        pytest.fail("must not start")
    assert {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")} == before


def test_what_a_file_manager_leaves_behind_is_no_obstacle(tmp_path: Path) -> None:
    out = make_result(tmp_path / "out")
    (out / ".DS_Store").write_bytes(b"x")
    assert word_of(make_result(out, "new")) == "new"


def test_the_folder_behind_a_link_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    make_result(tmp_path / "disk/out")
    (tmp_path / "out").symlink_to("disk/out")
    make_result(tmp_path / "out", "new")
    assert (tmp_path / "out").is_symlink()
    assert word_of(tmp_path / "disk/out") == "new"


def test_a_former_result_is_one_that_this_version_can_read(tmp_path: Path) -> None:
    assert former_result(tmp_path / "out") is None
    out = make_result(tmp_path / "out")
    assert former_result(out) == out
    (out / "run.json").write_text('{"program": "claimsift", "schema_version": "2.1"}', encoding="utf-8")
    assert former_result(out) is None


def test_run_json_keeps_what_it_is_given_and_lists_the_files(tmp_path: Path) -> None:
    with open_output(tmp_path / "out") as build:
        fill(build)
        write_run_json(build, {"raw": "bad\udcffname", "µ": [1], "when": Path("x")})
    content = read_run_json(tmp_path / "out")
    assert list(content)[:2] == ["program", "schema_version"]
    assert content["raw"] == "bad\udcffname"
    assert content["files"] == ["report/page.html", "run.json"]


# ------------------------------------------------------------------------------------------ locks and kills

CHILD = """
import os, signal, sys
from pathlib import Path
from pipeline.store import open_output
with open_output(Path(sys.argv[1])) as build:
    (build / "half.csv").write_text("half")
    print(os.getpid(), flush=True)
    if sys.argv[2] == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    sys.stdin.read()
"""


def start_child(out: Path, what: str) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(out), what],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert int(child.stdout.readline()) == child.pid
    return child


def test_a_second_run_is_told_who_writes_and_the_first_is_not_disturbed(tmp_path: Path) -> None:
    out = make_result(tmp_path / "out")
    with start_child(out, "wait") as child:
        for _ in range(2):
            with pytest.raises(UsageError, match=rf"another run \(process {child.pid}, since 20"), open_output(out):
                pytest.fail("must not start")
        child.communicate("")
    assert child.returncode == 0
    assert (out / "half.csv").exists()
    assert neighbours(out) == ["out"]


def test_after_a_killed_run_out_stands_and_the_next_run_clears_up(tmp_path: Path) -> None:
    out = make_result(tmp_path / "out")
    with start_child(out, "die") as child:
        assert child.wait() == -signal.SIGKILL
    assert word_of(out) == "old"
    assert [name for name in neighbours(out) if "building" in name or name == ".out.lock"] != []
    assert word_of(make_result(out, "new")) == "new"
    assert neighbours(out) == ["out"]


def test_one_process_does_not_write_twice_at_a_time(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with open_output(out) as build:
        for _ in range(2):
            with pytest.raises(UsageError, match=f"process {os.getpid()}, this one"), open_output(out):
                pytest.fail("must not start")
        fill(build)
    assert word_of(out) == "new"


def test_two_folders_side_by_side_do_not_meet(tmp_path: Path) -> None:
    with open_output(tmp_path / "a") as one, open_output(tmp_path / "a.b") as other:
        fill(one, "one")
        fill(other, "other")
    assert (word_of(tmp_path / "a"), word_of(tmp_path / "a.b")) == ("one", "other")


def test_a_lock_file_that_nobody_holds_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / ".out.lock").write_text('{"pid": 1, "started": "long ago"}', encoding="utf-8")
    make_result(tmp_path / "out")
    assert neighbours(tmp_path / "out") == ["out"]


def test_a_result_moved_aside_by_a_killed_run_is_put_back(tmp_path: Path) -> None:
    out = make_result(tmp_path / "out")
    out.rename(tmp_path / ".out.replaced-00ff00ff")
    (tmp_path / ".out.building-00ff00ff").mkdir()
    with pytest.raises(ValueError, match="no"), open_output(out):
        raise ValueError("no")
    assert word_of(out) == "old"
    assert neighbours(out) == ["out"]


def test_what_only_looks_like_ours_is_not_cleared_away(tmp_path: Path) -> None:
    names = [".out.building-mine", ".out.replaced-00ff00ff0", "out.building-00ff00ff", ".put.building-00ff00ff"]
    for name in names:
        (tmp_path / name).mkdir()
    make_result(tmp_path / "out")
    assert neighbours(tmp_path / "out") == sorted([*names, "out"])


# -------------------------------------------------------------------------------------------------- check


def rewrite(out: Path, model: type[Row], change: Callable[[list[dict[str, Any]]], object]) -> None:
    """Change the records of a table as no model would let one, in both files."""
    records = pq.read_table(out / f"{model.table}.parquet").to_pylist()
    change(records)
    table = pa.Table.from_pylist(records, schema=arrow_schema(model))
    pq.write_table(table, out / f"{model.table}.parquet", compression="zstd")
    text = "".join(tables.spell_csv(model, records))
    (out / f"{model.table}.csv").write_text(text, encoding="utf-8", newline="")


def put(model: type[Row], row: int, **values: object) -> Callable[[Path], None]:
    return lambda out: rewrite(out, model, lambda records: records[row].update(values))


def edit_csv(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(out: Path) -> None:
        content = (out / name).read_bytes()
        assert old.encode() in content
        (out / name).write_bytes(content.replace(old.encode(), new.encode(), 1))

    return edit


def edit_parquet(change: Callable[[pa.Table], pa.Table]) -> Callable[[Path], None]:
    def edit(out: Path) -> None:
        pq.write_table(change(pq.read_table(out / "claims.parquet")), out / "claims.parquet")

    return edit


def retype(table: pa.Table) -> pa.Table:
    place = table.schema.get_field_index("value")
    return table.set_column(place, "value", table["value"].cast(pa.string()))


def test_a_good_result_has_no_problems(result: Path) -> None:
    assert check_result(result) == ()
    assert check_result(result, result.parent / "raw") == ()


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (put(MentionRow, 1, mention_id="men-1"), "mentions, row 2, column mention_id: is the same as in row 1."),
        (
            put(ClaimRow, 0, subject_mention="men-9"),
            "claims, row 1, column subject_mention: 'men-9' is in no row of mentions.",
        ),
        (
            put(ClaimRow, 0, citations=["cit-1", "cit-9"]),
            "claims, row 1, column citations: 'cit-9' is in no row of citations.",
        ),
        (
            put(ConflictMemberRow, 1, claim_id="clm-9"),
            "conflict_members, row 2, column claim_id: 'clm-9' is in no row of claims.",
        ),
        (
            put(ConflictMemberRow, 2, conflict_id="con-2"),
            "conflict_members, row 3, column conflict_id: 'con-2' is in no row",
        ),
        (
            put(ExplainedRow, 0, claim_ids=["clm-9"]),
            "explained, row 1, column claim_ids: 'clm-9' is in no row of claims.",
        ),
        (put(CitationRow, 0, reference_id="cit-9"), "citations, row 1, column reference_id: 'cit-9' is in no row"),
        (put(UnclaimedRow, 0, source_id="gone.md"), "unclaimed, row 1, column source_id: 'gone.md' is in no row"),
        (
            put(ClaimRow, 1, polarity="perhaps"),
            "claims, row 2, column polarity: input should be 'affirmed' or 'negated'.",
        ),
        (put(ConflictRow, 0, severity_rank=7), "conflicts, row 1, column severity_rank: input should be less than"),
        (
            lambda out: rewrite(out, ClaimRow, list.reverse),
            "claims, row 1: stands out of order; the key is source_id, start",
        ),
        (put(ClaimRow, 0, start=1), "claims, row 1, column start: at characters 1 to 24 the raw file has 'emax weighs"),
        (put(BlockRow, 1, end=999), "blocks, row 2, column start: characters 1 to 999 do not lie inside"),
        (put(ConflictMemberRow, 0, quote="Semax"), "conflict_members, row 1, column start: at characters 0 to 24"),
        (put(MentionRow, 0, scope_start=5, scope_end=4), "mentions, row 1, column start: its scope, 5 to 4,"),
        (put(DocumentRow, 0, claims=5), "documents, row 1, column claims: is 5, but there are 1 rows of claims."),
        (
            put(DocumentRow, 0, encoding="klingon"),
            "column start: the file that it points into cannot be decoded as 'klingon'.",
        ),
        (
            put(DocumentRow, 0, encoding="zlib"),
            "column start: the file that it points into cannot be decoded as 'zlib'.",
        ),
        (put(DocumentRow, 0, text_path="text/a.txt"), "points into cannot be read (no such file or directory)."),
        (
            put(DocumentRow, 1, source_id="../out/run.json"),
            "documents, row 2, column source_id: the raw file cannot be read",
        ),
        (edit_csv("claims.csv", "813.9,", "814.9,"), "claims.csv, row 1, column value: differs from Parquet."),
        (edit_csv("claims.csv", '"\'="', '"="'), "claims.csv, row 2, column comparator: differs from Parquet."),
        (edit_csv("claims.csv", '"claim_id"', '"id"'), "claims.csv: has another header than the schema."),
        (edit_csv("claims.csv", '"claim_id"', '\ufeff"claim_id"'), "claims.csv: has the same rows in another spelling"),
        (
            edit_csv("unclaimed.csv", '"reason"\n', '"reason"\r\n'),
            "unclaimed.csv: has the same rows in another spelling",
        ),
        (edit_csv("unclaimed.csv", ',"x"\n', ',"x","y"\n'), "unclaimed.csv, row 1: has 7 cells, not 6."),
        (edit_csv("unclaimed.csv", '"x"\n', '"x"\n' * 2), "unclaimed.csv: has 2 rows, unclaimed.parquet has 1."),
        (edit_csv("unclaimed.csv", '"reason"\n', '"reason"x\n'), "a quote stands where none can"),
        (lambda out: (out / "claims.csv").unlink(), "claims.csv: is missing"),
        (lambda out: (out / "claims.parquet").unlink(), "claims.parquet: cannot be read (No such file"),
        (lambda out: (out / "claims.parquet").write_bytes(b"PAR1"), "claims.parquet: cannot be read (damaged"),
        (lambda out: (out / "schema/README.md").unlink(), "schema/README.md: is missing, though run.json lists it."),
        (edit_parquet(lambda table: table.drop_columns(["value"])), "claims.parquet, column value: is missing."),
        (
            edit_parquet(lambda table: table.append_column("x", table["value"])),
            "claims.parquet, column 'x': is not in the schema.",
        ),
        (edit_parquet(retype), "claims.parquet, column value: is string, not double."),
        (
            edit_parquet(lambda table: table.select(table.column_names[::-1])),
            "claims.parquet: has its columns in another order",
        ),
        (
            edit_parquet(lambda table: table.replace_schema_metadata({})),
            "claims.parquet: does not name its table, claims.",
        ),
        (
            lambda out: (out.parent / "raw/sub/other.md").write_text(
                "\ufeffSEMAX weighs 887 g/mol.\n", encoding="utf-8"
            ),
            "documents, row 2, column sha256: the raw file is another",
        ),
        (
            lambda out: (out.parent / "raw/sub/other.md").unlink(),
            "documents, row 2, column source_id: the raw file cannot be read (no such file",
        ),
        (lambda out: (out.parent / "raw").rename(out.parent / "moved"), "name their folder with --raw."),
        (lambda out: (out / "run.json").unlink(), "holds no run.json"),
        (lambda out: write_version(out, "2.0"), "run.json: has schema 2.0, this version reads 1.0."),
    ],
)
def test_check_finds_a_seeded_fault(result: Path, spoil: Callable[[Path], object], problem: str) -> None:
    spoil(result)
    problems = check_result(result)
    assert any(problem in found for found in problems), problems
    assert all(found.endswith(".") and "\n" not in found for found in problems)


def write_version(out: Path, version: str) -> None:
    (out / "run.json").write_text(json.dumps({"program": "claimsift", "schema_version": version}), encoding="utf-8")


def test_a_moved_raw_folder_can_be_named(result: Path) -> None:
    (result.parent / "raw").rename(result.parent / "moved")
    assert check_result(result, result.parent / "moved") == ()


def test_a_name_that_disk_and_table_compose_differently_is_found(result: Path) -> None:
    raw = result.parent / "raw"
    (raw / "naïve page.txt").rename(raw / "nai\u0308ve page.txt")
    assert check_result(result) == ()


def test_many_faults_of_one_kind_are_counted(result: Path) -> None:
    rewrite(result, UnclaimedRow, lambda records: records.extend({**records[0], "end": 9_999} for _ in range(70)))
    problems = check_result(result)
    assert len(problems) == 21
    assert problems[-1] == "unclaimed: 50 more of the same kind."


def test_a_result_can_be_checked_before_it_is_swapped_in(result: Path) -> None:
    with open_output(result) as build:
        for model, rows in make_rows().items():
            write_table(build, model, rows)
        write_run_json(build, {})
        assert check_result(build, result.parent / "raw") == ()


# --------------------------------------------------------------------------------------------------- costs


def test_importing_the_store_loads_neither_pyarrow_nor_pandas() -> None:
    code = "import sys, pipeline.store; print({'pyarrow', 'pandas', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
