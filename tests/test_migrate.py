"""Results and decisions of other versions: told apart, refused in one sentence, and decisions taken over."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.decisions import append_decisions, check_decisions, merge_decisions, read_decisions, write_line
from pipeline.errors import UsageError
from pipeline.migrate import STEPS, migrate_decisions
from pipeline.run import run_pipeline
from pipeline.schema import SCHEMA_VERSION, ClaimRow, Verdict
from pipeline.settings import Settings
from pipeline.store import read_table
from report_rows import LIFE, MASS, make_decision
from runs import write_pages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.migrate import Step, Values

OTHER = "was written with schema 2.0, this version reads 1.0"
LATER = "9.0"


@pytest.fixture(scope="module")
def other_result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result that says of itself that a later version wrote it."""
    folder = tmp_path_factory.mktemp("other")
    out = folder / "out"
    write_pages(folder / "raw", semax_md="# Semax\n\nSemax has 7 residues and a molecular weight of 887 g/mol.\n")
    run_pipeline(folder / "raw", out, Settings.model_validate({}))
    run = json.loads((out / "run.json").read_bytes())
    (out / "run.json").write_text(json.dumps(run | {"schema_version": "2.0"}), encoding="utf-8")
    for path in out.glob("*.parquet"):
        table = pq.read_table(path)
        pq.write_table(table.replace_schema_metadata({b"schema_version": b"2.0"}), path)
    return out


@pytest.mark.parametrize(
    "arguments",
    [
        ["report", "OUT"],
        ["show", "Semax", "--out", "OUT"],
        ["conflicts", "OUT"],
        ["explain", "cl-0", "--out", "OUT"],
        ["review", "OUT"],
        ["decisions", "OUT"],
        ["diff", "OUT", "OUT"],
        ["query", "OUT", "SELECT 1"],
        ["export", "OUT", "claims.sqlite", "--to", "sqlite"],
        ["export", "OUT", "claims.jsonl", "--to", "jsonl"],
        ["extract", "RAW", "--out", "OUT"],
    ],
    ids=" ".join,
)
def test_a_result_of_another_version_is_refused_by_every_command(
    other_result: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "review").mkdir()
    (tmp_path / "review" / "decisions.jsonl").touch()
    places = {"OUT": str(other_result), "RAW": str(other_result.parent / "raw")}
    done = CliRunner().invoke(app, [places.get(argument, argument) for argument in arguments])
    assert isinstance(done.exception, UsageError)
    assert "was written with schema 2.0, this version" in str(done.exception)
    assert not list(tmp_path.glob("claims.*"))


def test_check_says_so_too(other_result: Path) -> None:
    done = CliRunner().invoke(app, ["check", str(other_result)])
    assert (done.exit_code, "has schema 2.0, this version reads 1.0" in done.output) == (1, True)


def test_a_table_alone_says_which_version_wrote_it(other_result: Path, tmp_path: Path) -> None:
    os.link(other_result / "claims.parquet", tmp_path / "claims.parquet")
    with pytest.raises(UsageError, match=OTHER):
        read_table(tmp_path, ClaimRow)


# ------------------------------------------------------------------------------------------------- decisions


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "decisions.jsonl"
    told = [make_decision(MASS, Verdict.REAL, note="a"), make_decision(LIFE, Verdict.UNSURE, note="b")]
    append_decisions(path, told)
    return path


def write_of(version: str) -> str:
    return json.dumps(json.loads(write_line(make_decision(MASS, Verdict.REAL))) | {"schema_version": version})


def test_there_is_a_step_from_each_version_to_the_next() -> None:
    major = int(SCHEMA_VERSION.partition(".")[0])
    assert sorted(STEPS) == list(range(1, major))


@pytest.mark.parametrize("use", [read_decisions, lambda file: merge_decisions(file, [])], ids=["read", "merge"])
def test_a_decision_of_another_version_is_refused(file: Path, use: Callable[[Path], object]) -> None:
    with file.open("a", encoding="utf-8") as opened:
        opened.write(write_of("2.0") + "\n")
    with pytest.raises(UsageError, match=rf"decisions\.jsonl:3: {OTHER}; 'claims migrate'"):
        use(file)


def test_a_decision_of_another_version_without_its_line_break_is_not_torn(file: Path) -> None:
    with file.open("a", encoding="utf-8") as opened:
        opened.write(write_of("2.0"))
    append_decisions(file, [make_decision(LIFE, Verdict.REAL)])
    told, problems = check_decisions(file)
    assert (len(told), len(problems)) == (3, 1)
    assert OTHER in problems[0]


def test_a_decision_of_a_later_minor_version_is_read(file: Path) -> None:
    with file.open("a", encoding="utf-8") as opened:
        opened.write(write_of("1.7") + "\n")
    assert len(read_decisions(file)) == 3


def test_what_is_of_this_version_stays_as_it_is(file: Path) -> None:
    before = file.read_bytes()
    done = migrate_decisions(file)
    assert (dict(done.versions), done.former) == ({"1.0": 2}, None)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def rename_note(values: Values) -> Values:
    return {"remark" if name == "note" else name: value for name, value in values.items()}


def add_place(values: Values) -> Values:
    return values | {"place": f"after {values['remark']}"}


def test_steps_lead_from_version_to_version(file: Path) -> None:
    steps: dict[int, Step] = {1: rename_note, 2: add_place}
    before = file.read_bytes()
    with file.open("a", encoding="utf-8") as opened:
        opened.write('\n{"schema_version": "2.1", "remark": "mine"}\n{"schema_version":  "3.0"}\n')
    whole = file.read_bytes()
    done = migrate_decisions(file, steps, "3.0")
    assert dict(done.versions) == {"1.0": 2, "2.1": 1, "3.0": 1}
    lines = file.read_text(encoding="utf-8").split("\n")
    first = json.loads(before.split(b"\n")[0])
    assert json.loads(lines[0]) == {
        **{name: value for name, value in first.items() if name != "note"},
        "remark": first["note"],
        "place": f"after {first['note']}",
        "schema_version": "3.0",
    }
    assert json.loads(lines[3]) == {"schema_version": "3.0", "remark": "mine", "place": "after mine"}
    assert lines[2] == lines[5] == ""
    assert lines[4] == '{"schema_version":  "3.0"}'
    assert done.former is not None
    assert done.former.read_bytes() == whole


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f'{{"schema_version": "{LATER}"}}', "only a newer claimsift"),
        ('{"schema_version": "0.9"}', "'0.9' is no version"),
        ('{"schema_version": "x"}', "'x' is no version"),
        ("[1]", "is no decision"),
        ("{", "is no decision"),
    ],
)
def test_a_line_that_cannot_be_taken_over_changes_nothing(file: Path, line: str, said: str) -> None:
    with file.open("a", encoding="utf-8") as opened:
        opened.write(line + "\n")
    before = file.read_bytes()
    with pytest.raises(UsageError, match=rf"decisions\.jsonl:3: .*{said}"):
        migrate_decisions(file, {1: rename_note}, "2.0")
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_a_disk_that_is_full_leaves_the_file_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, write = file.read_bytes(), os.write

    def fill_up(number: int, data: bytes) -> int:
        if b"remark" in data:
            raise OSError(28, "No space left on device")
        return write(number, data)

    monkeypatch.setattr(os, "write", fill_up)
    with pytest.raises(UsageError, match="No space left"):
        migrate_decisions(file, {1: rename_note}, "2.0")
    assert file.read_bytes() == before


def test_the_command_says_what_there_was(file: Path) -> None:
    done = CliRunner().invoke(app, ["migrate", "--decisions", str(file)])
    assert done.exit_code == 0
    assert "2 of schema 1.0" in done.output
    assert "nothing was changed" in done.output


def test_the_command_wants_a_file(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["migrate", "--decisions", str(tmp_path / "none.jsonl")])
    assert isinstance(done.exception, UsageError)
