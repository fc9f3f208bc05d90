"""A result in the tools that people have: what is in reach of a query, and whether each tool gets what the tables say."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from importlib import metadata
from typing import TYPE_CHECKING

import duckdb
import openpyxl
import pytest
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.doctor import examine
from pipeline.errors import UsageError
from pipeline.exchange.formats import export_result
from pipeline.exchange.kinds import Format
from pipeline.exchange.query import query_tables
from pipeline.exchange.result import Result, open_result
from pipeline.exchange.workbook import CELL_UNITS, cut_text, write_xlsx
from pipeline.schema import TABLES, BlockRow, ClaimRow, ConflictRow, DocumentRow, MentionRow
from pipeline.store import read_frame, read_table, write_table
from pipeline.store.columns import list_columns
from runs import ROOT, Run, run_folder, write_pages
from test_docs import read_column

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

HEAVY = ("duckdb", "xlsxwriter", "spacy", "pandas", "pyarrow")

# An emoji and a letter beyond the Basic Multilingual Plane, CRLF, formulas, mark-up, an apostrophe.
FIRST = (
    "# Semax 🧪 notes\r\n\r\nSemax is a heptapeptide. Its half-life in rat plasma is 20 minutes.\r\n\r\n"
    "=1+1 is no formula. The 𝛽 form is sold <b>as is</b> & 'tested'.\r\n\r\n- Molecular weight: 813.93 g/mol\r\n"
)
SECOND = "# Semax\n\nThe half-life of Semax in rat plasma is 5 hours.\n\nSemax is not approved in the United States.\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("exchange")
    raw = write_pages(folder / "raw", first_md=FIRST, second_txt=SECOND)
    write_pages(raw / "deep", third_md="# Selank\n\nSelank is a heptapeptide with the sequence TKPRPGP.\n")
    return run_folder(raw, folder / "out")


@pytest.fixture(scope="module")
def result(run: Run) -> Result:
    return open_result(run.out)


def ask(run: Run, sql: str) -> list[dict[str, object]]:
    return [dict(zip(names, row, strict=True)) for names, rows in query_tables(run.out, sql) for row in rows]


# ------------------------------------------------------------------------------------------------- query


def test_every_table_can_be_asked_with_all_its_columns(run: Run) -> None:
    for model in TABLES:
        rows = ask(run, f"SELECT * FROM {model.table}")
        assert len(rows) == len(run.rows(model))
        assert [row[0]["column_name"] for row in [[row] for row in ask(run, f"DESCRIBE {model.table}")]] == list(
            model.model_fields
        )


def test_an_answer_has_the_values_of_the_tables(run: Run) -> None:
    (row,) = ask(
        run, "SELECT value, unit, base_value, citations FROM claims WHERE predicate = 'half_life' AND unit = 'h'"
    )
    assert row == {"value": 5.0, "unit": "h", "base_value": 5.0, "citations": []}


SECRET = "/etc/passwd"


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT * FROM read_csv('{SECRET}')",
        f"SELECT * FROM read_text('{SECRET}')",
        f"SELECT * FROM read_blob('{SECRET}')",
        f"SELECT * FROM '{SECRET}'",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM read_parquet('{other}')",
        "SELECT * FROM parquet_metadata('{other}')",
        "COPY claims TO '{folder}/stolen.csv'",
        "COPY (SELECT 1) TO '{out}/claims.parquet'",
        "EXPLAIN ANALYZE COPY claims TO '{folder}/stolen.csv'",
        "EXPORT DATABASE '{folder}/stolen'",
        "ATTACH '{folder}/new.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET allowed_paths = ['/']",
        "RESET lock_configuration",
        "CREATE TABLE mine AS SELECT 1",
        "DROP VIEW claims",
        "CALL enable_logging(storage = 'file', storage_path = '{folder}/log')",
        "SELECT * FROM enable_logging('QueryLog', storage = 'file', storage_path = '{folder}/log')",
        "SELECT 1; SELECT 2",
        "SELECT * FROM frame_of_ours",
        "SELECT * FROM no_such_table",
        "SELEKT",
        "",
    ],
)
def test_a_query_reads_the_tables_and_does_nothing_else(run: Run, sql: str, tmp_path: Path) -> None:
    frame_of_ours = read_frame(run.out, "claims")
    other = tmp_path / "other.parquet"
    frame_of_ours.to_parquet(other)
    before = run.files()
    with pytest.raises(UsageError) as told:
        ask(run, sql.format(other=other, folder=tmp_path, out=run.out))
    assert "\n" not in str(told.value)
    assert run.files() == before
    assert [path.name for path in tmp_path.iterdir()] == [other.name]


def test_a_folder_whose_name_looks_like_a_pattern_is_read(run: Run, tmp_path: Path) -> None:
    odd = tmp_path / "o'ut[1]*, 'x"
    odd.mkdir()
    for path in run.out.glob("*.*"):
        (odd / path.name).write_bytes(path.read_bytes())
    assert next(query_tables(odd, "SELECT count(*) AS n FROM claims"))[0] == ["n"]


def test_a_folder_without_a_result_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no result"):
        next(query_tables(tmp_path, "SELECT 1"))


def test_the_command_prints_a_table_csv_and_json(run: Run) -> None:
    sql = (
        "SELECT text, value, citations, TIMESTAMPTZ '2026-01-02 03:04:05Z' AS at FROM claims ORDER BY ALL DESC LIMIT 3"
    )
    runner = CliRunner()
    asked = {
        form: runner.invoke(app, ["query", str(run.out), sql, "--format", form]) for form in ("table", "csv", "json")
    }
    assert {form: done.exit_code for form, done in asked.items()} == {"table": 0, "csv": 0, "json": 0}
    rows = json.loads(asked["json"].stdout)
    assert [row["at"] for row in rows] == ["2026-01-02T03:04:05Z"] * 3
    cells = list(csv.reader(io.StringIO(asked["csv"].stdout)))
    assert cells[0] == ["text", "value", "citations", "at"]
    assert [row[0].removeprefix("'") for row in cells[1:]] == [row["text"] for row in rows]
    assert "text" in asked["table"].stdout


def test_an_answer_without_rows_has_its_header(run: Run) -> None:
    runner = CliRunner()
    sql = "SELECT claim_id FROM claims WHERE false"
    assert runner.invoke(app, ["query", str(run.out), sql, "--format", "csv"]).stdout == '"claim_id"\n'
    assert runner.invoke(app, ["query", str(run.out), sql, "--format", "json"]).stdout == "[]\n"


@pytest.mark.parametrize(("module", "form", "extra"), [("duckdb", "duckdb", "sql"), ("xlsxwriter", "xlsx", "xlsx")])
def test_a_missing_package_is_named_with_the_way_to_get_it(
    result: Result, module: str, form: str, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UsageError, match=rf"pip install 'claimsift\[{extra}\]'"):
        export_result(result, Format(form), tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------------------------ databases


def test_sqlite_has_the_rows_of_the_tables_and_its_keys_hold(run: Run, result: Result, tmp_path: Path) -> None:
    path = tmp_path / "claims.db"
    export_result(result, Format.SQLITE, path)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        for model in TABLES:
            names = [line[1] for line in database.execute(f"PRAGMA table_info({model.table})")]
            assert names == [column.name for column in list_columns(model)]
            (count,) = database.execute(f"SELECT count(*) FROM {model.table}").fetchone()
            assert count == len(run.rows(model))
        stored = database.execute('SELECT claim_id, quote, value, "start", citations FROM claims').fetchall()
    claims = run.rows(ClaimRow)
    assert stored == [(row.claim_id, row.quote, row.value, row.start, json.dumps(row.citations)) for row in claims]


def test_sqlite_refuses_what_the_schema_forbids(result: Result, tmp_path: Path) -> None:
    export_result(result, Format.SQLITE, tmp_path / "claims.db")
    with closing(sqlite3.connect(tmp_path / "claims.db")) as database:
        for change in ("SET polarity = 'maybe'", "SET start = 'ten'", "SET quote = NULL"):
            with pytest.raises(sqlite3.IntegrityError):
                database.execute(f"UPDATE claims {change}")


def test_the_items_of_a_list_are_rows_that_lead_to_their_table(raw_run: Run, tmp_path: Path) -> None:
    export_result(open_result(raw_run.out, raw_run.raw), Format.SQLITE, tmp_path / "claims.db")
    with closing(sqlite3.connect(tmp_path / "claims.db")) as database:
        (joined,) = database.execute(
            "SELECT count(*) FROM claims_citations AS link JOIN citations ON citations.citation_id = link.item"
        ).fetchone()
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert joined == sum(len(row.citations) for row in raw_run.rows(ClaimRow)) > 0


@pytest.mark.parametrize(
    "form",
    [form for form in Format if form is not Format.DUCKDB],
)
def test_the_same_tables_give_the_same_bytes(result: Result, form: Format, tmp_path: Path) -> None:
    written = []
    for name in ("one", "two"):
        target = tmp_path / name
        export_result(result, form, target)
        files = sorted(target.rglob("*")) if target.is_dir() else [target]
        written.append({path.relative_to(target).as_posix(): path.read_bytes() for path in files if path.is_file()})
    assert written[0] == written[1]
    assert any(written[0].values())


def test_duckdb_has_types_keys_and_comments(run: Run, result: Result, tmp_path: Path) -> None:
    export_result(result, Format.DUCKDB, tmp_path / "claims.duckdb")
    with duckdb.connect(str(tmp_path / "claims.duckdb"), read_only=True) as database:
        for model in TABLES:
            assert database.execute(f"SELECT count(*) FROM {model.table}").fetchone() == (len(run.rows(model)),)
        sql = "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE table_name = 'claims'"
        columns = {name: (kind, comment) for name, kind, comment in database.execute(sql).fetchall()}
    assert columns["citations"][0] == "VARCHAR[]"
    assert columns["start"][0] == "BIGINT"
    assert {name: comment for name, (_, comment) in columns.items()} == {
        name: field.description for name, field in ClaimRow.model_fields.items()
    }


def test_json_lines_have_every_column_and_value(run: Run, result: Result, tmp_path: Path) -> None:
    export_result(result, Format.JSONL, tmp_path / "lines")
    for model in TABLES:
        lines = (tmp_path / "lines" / f"{model.table}.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
        assert [model.model_validate(json.loads(line), strict=False) for line in lines] == list(run.rows(model))


# ------------------------------------------------------------------------------------------------- workbook


def load_book(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)


def test_a_workbook_has_a_sheet_for_each_table_with_header_and_filters(
    run: Run, result: Result, tmp_path: Path
) -> None:
    assert export_result(result, Format.XLSX, tmp_path / "claims.xlsx") == ()
    book = load_book(tmp_path / "claims.xlsx")
    assert book.sheetnames == [*(model.table for model in TABLES), "notes"]
    for model in TABLES:
        sheet = book[model.table]
        header, *rows = sheet.iter_rows(values_only=True)
        assert header == tuple(model.model_fields)
        assert len(rows) == len(run.rows(model))
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref
    quotes = [
        row[list(ClaimRow.model_fields).index("quote")] for row in book["claims"].iter_rows(min_row=2, values_only=True)
    ]
    assert quotes == [row.quote for row in run.rows(ClaimRow)]


HOSTILE = (
    "=1+1",
    '=HYPERLINK("http://example.org","x")',
    "+1",
    "-1",
    "@SUM(A1)",
    "http://example.org/",
    "mailto:a@example.org",
    "007",
    "{=1}",
    "_x0041_",
    "a\x01b\x0bc",
    "<b>&amp;</b>",
    " padded ",
    "",
)


def with_blocks(run: Run, out: Path, texts: Iterable[str]) -> Result:
    """The result again, with blocks that hold these texts."""
    out.mkdir()
    for model in TABLES:
        write_table(out, model, read_table(run.out, model))
    (out / "run.json").write_bytes((run.out / "run.json").read_bytes())
    block = run.rows(BlockRow)[0]
    write_table(out, BlockRow, [block.model_copy(update={"text": text, "start": at}) for at, text in enumerate(texts)])
    return open_result(out)


def test_no_text_of_a_page_becomes_a_formula_a_link_or_a_number(run: Run, tmp_path: Path) -> None:
    write_xlsx(with_blocks(run, tmp_path / "out", HOSTILE), tmp_path / "book.xlsx")
    column = list(BlockRow.model_fields).index("text") + 1
    cells = [row[column - 1] for row in load_book(tmp_path / "book.xlsx")["blocks"].iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.hyperlink for cell in cells] == [None] * len(HOSTILE)
    assert [openpyxl.utils.escape.unescape(cell.value or "") for cell in cells] == [*HOSTILE]


def test_a_text_that_no_cell_holds_is_cut_and_told(run: Run, tmp_path: Path) -> None:
    texts = ("x" * CELL_UNITS, "x" * (CELL_UNITS + 1), "🧪" * CELL_UNITS)
    notes = write_xlsx(with_blocks(run, tmp_path / "out", texts), tmp_path / "book.xlsx")
    assert notes == (
        f"blocks, row 2: text has {CELL_UNITS + 1} characters and is cut.",
        f"blocks, row 3: text has {CELL_UNITS} characters and is cut.",
    )
    book = load_book(tmp_path / "book.xlsx")
    assert [row[0] for row in book["notes"].iter_rows(values_only=True)] == list(notes)


@pytest.mark.parametrize("units", range(5, 12))
def test_a_cut_text_fits_and_breaks_no_character(units: int) -> None:
    kept = cut_text("a🧪b🧪c🧪d🧪", units)
    assert len(kept.encode("utf-16-le")) <= units * 2
    assert kept.endswith(" […]")


def test_a_table_with_more_rows_than_a_sheet_goes_on_on_the_next(run: Run, result: Result, tmp_path: Path) -> None:
    write_xlsx(result, tmp_path / "book.xlsx", sheet_rows=4)
    book = load_book(tmp_path / "book.xlsx")
    sheets = [name for name in book.sheetnames if name.split(" ")[0] == "mentions"]
    assert sheets[:2] == ["mentions", "mentions 2"]
    ids = [row[0] for name in sheets for row in book[name].iter_rows(min_row=2, values_only=True)]
    assert ids == [row.mention_id for row in run.rows(MentionRow)]
    assert all(book[name].max_row <= 4 for name in book.sheetnames[:-1])


# -------------------------------------------------------------------------------------------------- target


@pytest.mark.parametrize("form", [Format.SARIF, Format.JSONL])
def test_what_stands_there_is_kept_until_told_otherwise(result: Result, form: Format, tmp_path: Path) -> None:
    target = tmp_path / "target"
    mine = target / "mine.txt" if form is Format.JSONL else target
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="--overwrite"):
        export_result(result, form, target)
    assert mine.read_text(encoding="utf-8") == "mine"
    export_result(result, form, target, overwrite=True)
    export_result(result, form, target, overwrite=True)
    assert (mine.read_text(encoding="utf-8") == "mine") is (form is Format.JSONL)
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


@pytest.mark.parametrize("place", ["out", "raw"])
def test_nothing_is_written_among_results_or_pages(run: Run, result: Result, place: str) -> None:
    with pytest.raises(UsageError, match="outside"):
        export_result(result, Format.SARIF, getattr(run, place) / "file", overwrite=True)


def test_an_export_that_fails_leaves_nothing(run: Run, tmp_path: Path) -> None:
    broken = Result(run.out, tmp_path / "nowhere")
    with pytest.raises(UsageError, match="--raw"):
        export_result(broken, Format.DOCCANO, tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


def test_a_source_that_leads_out_of_its_folder_is_not_read(run: Run, tmp_path: Path) -> None:
    hostile = with_blocks(run, tmp_path / "out", ("x",))
    rows = [row.model_copy(update={"source_id": "../../secret"}) for row in run.rows(DocumentRow)[:1]]
    write_table(tmp_path / "out", DocumentRow, rows)
    for form in (Format.BRAT, Format.DOCCANO):
        with pytest.raises(UsageError, match="leads out"):
            export_result(hostile, form, tmp_path / "target")


def test_the_documents_list_every_format() -> None:
    listed = read_column(ROOT / "docs" / "exchange.md", "| `--to` | what is written | needs |")
    assert sorted(listed) == sorted(form.value for form in Format)


def test_the_doctor_tells_the_extras(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {"duckdb", "fsspec", "xlsxwriter"}
    assert not any(finding.remedy for finding in examine() if finding.part in wanted)

    def find_none(name: str) -> str:
        if name in wanted:
            raise metadata.PackageNotFoundError(name)
        return "1"

    monkeypatch.setattr("pipeline.doctor.metadata.version", find_none)
    told = {finding.part: finding for finding in examine() if finding.part in wanted}
    assert {part: finding.remedy.split(": ")[1] for part, finding in told.items()} == {
        "duckdb": "pip install 'claimsift[sql]'",
        "fsspec": "pip install 'claimsift[remote]'",
        "xlsxwriter": "pip install 'claimsift[xlsx]'",
    }
    assert not any(finding.broken for finding in told.values())


@pytest.mark.parametrize("command", ["query", "export", "labels"])
def test_help_loads_nothing_heavy(command: str) -> None:
    code = (
        f"import sys; from pipeline.cli import app; app([{command!r}, '--help'], standalone_mode=False); "
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert "Usage" in done.stdout
    assert done.stderr == "[]\n"


def test_there_is_something_to_export(run: Run) -> None:
    """The tests above would pass on empty tables."""
    assert Counter(row.predicate for row in run.rows(ClaimRow))["half_life"] == 2
    assert run.rows(ConflictRow)
