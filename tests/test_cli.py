"""The command as it is called: its words, its exit statuses, and what it leaves alone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from pipeline.cli import app, main
from pipeline.cli.extract import NOTICE
from pipeline.errors import LexiconError, UsageError
from pipeline.schema import TABLES, ClaimRow, ConflictRow, Severity
from pipeline.store import check_result
from runs import RAW, ROOT, Run, call_python, read_files, write_pages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMMANDS = (
    *("extract", "report", "show", "check", "schema", "conflicts", "explain", "review", "decide", "decisions"),
    *("diff", "query", "export", "labels", "doctor", "cache", "lexicon"),
)
PAGE = "# Selank\n\nThe CAS number of Selank is 129954-34-3, as that of no other peptide.\n"
REFUTED = "# Selank\n\nThe CAS number of Selank is 129954-34-8, as that of no other peptide.\n"


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left: its exit status and its two streams."""

    status: int
    out: str
    err: str


def is_plain_run(arguments: tuple[str | Path, ...]) -> bool:
    return arguments[:1] == ("extract",) and "--workers" not in arguments


@pytest.fixture
def claims(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """The program in this process, which has its libraries already, and remembers nothing."""
    monkeypatch.delenv("COLUMNS", raising=False)

    def call(*arguments: str | Path) -> Done:
        here = ("--workers", "0", "--no-cache") if is_plain_run(arguments) else ()
        monkeypatch.setattr(sys, "argv", ["claims", *map(str, arguments), *here])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        out, err = capsys.readouterr()
        assert code is None or isinstance(code, int)
        return Done(code or 0, out, err)

    return call


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return write_pages(tmp_path / "raw", page_md=PAGE)


def find_controls(text: str) -> set[str]:
    """Characters that a terminal obeys, or that no reader sees."""
    return {letter for letter in text if unicodedata.category(letter).startswith("C") and letter != "\n"}


# ------------------------------------------------------------------------------------------------- a whole run


@pytest.fixture(scope="module")
def piped(
    offline: Path, user_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[subprocess.CompletedProcess[str], Path]:
    """A run in a process of its own: in a pipe, without network, with a model installed and letters hashed anew."""
    folder = tmp_path_factory.mktemp("piped")
    done = call_python(
        *("-m", "pipeline", "extract", RAW, "--out", folder / "out", "--fail-on", "high"),
        path=[offline, user_model.parent, ROOT],
        cwd=folder,
        PYTHONHASHSEED="20",
    )
    return done, folder / "out"


def test_a_process_of_its_own_gives_the_same_bytes(
    piped: tuple[subprocess.CompletedProcess[str], Path], raw_run: Run
) -> None:
    """Nor do they depend on a model that happens to be installed, on the order of sets, or on the network."""
    assert read_files(piped[1]) == raw_run.files()


def test_the_guard_against_the_network_holds(offline: Path, tmp_path: Path) -> None:
    for call in ("socket.create_connection(('127.0.0.1', 9))", "socket.getaddrinfo('localhost', 9)"):
        done = call_python("-c", f"import socket; {call}", path=[offline], cwd=tmp_path)
        assert "this test forbids" in done.stderr


def test_open_conflicts_of_the_named_severity_give_status_3(
    piped: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    assert piped[0].returncode == 3, piped[0].stderr


def test_the_summary_names_documents_claims_conflicts_and_failures(
    piped: tuple[subprocess.CompletedProcess[str], Path], raw_run: Run
) -> None:
    done, out = piped
    *lines, notice = done.stdout.splitlines()
    said = {name: words.strip() for name, words in (re.split(r" {2,}", line, maxsplit=1) for line in lines)}
    counts = raw_run.summary
    assert notice == NOTICE
    assert said["documents"] == f"{sum(counts.documents.values())} ok"
    assert said["claims"] == str(counts.claims)
    assert said["conflicts"] == ", ".join(f"{counts.conflicts.get(name, 0)} {name}" for name in Severity)
    assert said["failures"] == "0"
    assert said["report"] == str(out / "report.html")


def test_a_pipe_gets_plain_lines(piped: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    assert find_controls(piped[0].stdout) == set()
    assert piped[0].stderr == ""


# ------------------------------------------------------------------------------------------------ exit statuses


def test_a_run_that_finds_nothing_wrong_ends_with_0(claims: Callable[..., Done], raw: Path, tmp_path: Path) -> None:
    done = claims("extract", raw, "--out", tmp_path / "out", "--fail-on", "info")
    assert (done.status, done.err) == (0, "")


@pytest.mark.parametrize(("severity", "status"), [("high", 3), ("info", 3), (None, 0)])
def test_conflicts_turn_the_status_only_when_asked(
    claims: Callable[..., Done], tmp_path: Path, severity: str | None, status: int
) -> None:
    raw = write_pages(tmp_path / "raw", page_md=REFUTED)
    asked = ("--fail-on", severity) if severity else ()
    assert claims("extract", raw, "--out", tmp_path / "out", *asked).status == status


def test_refused_files_are_told_and_counted_and_end_with_0(
    claims: Callable[..., Done], raw: Path, tmp_path: Path
) -> None:
    write_pages(raw, noise_txt=b"\0\1\2")
    done = claims("extract", raw, "--out", tmp_path / "out")
    assert done.status == 0
    assert done.err.startswith("refused: noise.txt: is binary")
    assert done.err.count("\n") == 1
    assert re.search(r"documents +1 ok, 1 refused", done.out)


def test_quiet_tells_nothing_but_the_summary(claims: Callable[..., Done], raw: Path, tmp_path: Path) -> None:
    write_pages(raw, noise_txt=b"\0\1\2")
    assert claims("extract", raw, "--out", tmp_path / "out", "--quiet").err == ""


def test_a_failed_document_ends_with_1_even_with_conflicts(
    claims: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    raw = write_pages(tmp_path / "raw", page_md=REFUTED)
    monkeypatch.setattr("pipeline.document.extract_statements", fail)
    done = claims("extract", raw, "--out", tmp_path / "out", "--fail-on", "info")
    assert done.status == 1
    assert done.err.startswith("failed: page.md: ZeroDivisionError in the extract stage")
    assert "Traceback" not in done.err
    with pytest.raises(ZeroDivisionError):
        claims("extract", raw, "--out", tmp_path / "other", "--debug")


def test_a_bug_outside_all_documents_is_one_line_and_keeps_the_former_result(
    claims: Callable[..., Done], raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    out = tmp_path / "out"
    claims("extract", raw, "--out", out)
    before = read_files(out)
    monkeypatch.setattr("pipeline.run.compare_batches", fail)
    done = claims("extract", raw, "--out", out)
    assert done.status == 1
    assert done.err.startswith("claims: ZeroDivisionError: division by zero; ")
    assert done.err.count("\n") == 1
    assert read_files(out) == before
    with pytest.raises(ZeroDivisionError):
        claims("extract", raw, "--out", out, "--debug")


def test_a_broken_lexicon_stops_the_run_and_blames_no_document(
    claims: Callable[..., Done], raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise LexiconError("compounds.jsonl, line 7: has no 'name'.")

    monkeypatch.setattr("pipeline.document.Annotator", fail)
    settings = write_pages(tmp_path, other_toml='ignore = ["none of the kind"]\n') / "other.toml"
    done = claims("extract", raw, "--out", tmp_path / "out", "--settings", settings)
    assert (done.status, done.out, done.err) == (2, "", "claims: compounds.jsonl, line 7: has no 'name'.\n")
    assert not (tmp_path / "out").exists()


def test_a_folder_without_pages_gives_empty_tables(claims: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    done = claims("extract", tmp_path / "raw", "--out", tmp_path / "out")
    assert done.status == 0
    assert re.search(r"^documents +none", done.out, re.MULTILINE)
    assert check_result(tmp_path / "out") == ()


# ------------------------------------------------------------------------------------------------ wrong usage

WRONG = [
    ("extract {tmp}/nowhere --out {tmp}/new", "nowhere: is no folder"),
    ("extract {tmp}/note.txt --out {tmp}/new", "note.txt: is no folder"),
    ("extract {raw} --out {tmp}/foreign", "foreign: holds files that are no result"),
    ("extract {raw} --out {tmp}/note.txt", "note.txt: is a file"),
    ("extract {raw} --out {tmp}/note.txt/new", "cannot be written"),
    ("extract {raw} --out {raw}/new", "new: lies inside"),
    ("extract {raw} --out {tmp}/new --fail-on horrid", "'horrid'|horrid: is no severity; take one of high, medium"),
    ("extract {raw} --out {tmp}/new --settings {tmp}/none.toml", "none.toml: there is no such settings file"),
    ("extract {raw} --out {tmp}/new --settings {tmp}/foreign", "foreign: cannot be read as TOML"),
    ("extract {raw} --out {tmp}/new --settings {tmp}/note.txt", "note.txt: cannot be read as TOML"),
    ("extract {raw} --out {tmp}/new --settings {tmp}/typo.toml", "typo.toml: setting 'modle'"),
    ("extract {raw} --out {tmp}/new --settings {tmp}/type.toml", "type.toml: setting 'max_bytes'"),
    ("extract {raw} --out {tmp}/new --settings {tmp}/model.toml", "model 'xx_none': is not installed; .* settings"),
    ("extract {raw} --out {tmp}/new --settings {tmp}/lexicons.toml", "nowhere: is no folder with lexicons"),
    (
        "extract {raw} --out {tmp}/new --settings {tmp}/words.toml",
        r"words/compounds.jsonl:2: \?: is no JSON .*lexicon check",
    ),
    ("lexicon check --lexicons {tmp}/nowhere", "nowhere: is no folder with lexicons"),
    ("lexicon check --lexicons {tmp}/foreign", "claims.csv: is none of our lexicons"),
    ("lexicon check --settings {tmp}/none.toml", "none.toml: there is no such settings file"),
    ("extract {tmp}/strange --out {tmp}/new", "sources.csv:1: .*colour"),
    ("extract {tmp}/lost --out {tmp}/new", "sources.csv:2: .*gone.md"),
    ("show selank --out {tmp}/nowhere", "nowhere.*; run 'claims extract'"),
    ("check {tmp}/nowhere", "nowhere: holds no run.json"),
    ("check {tmp}/foreign", "foreign: holds no run.json"),
    ("report {tmp}/foreign", "foreign: holds no run.json"),
    ("schema {tmp}/note.txt", "note.txt: cannot be written"),
]


@pytest.fixture
def wrong(raw: Path, tmp_path: Path) -> dict[str, Path]:
    """Files and folders that are not what a command wants."""
    write_pages(
        tmp_path,
        note_txt="not = = toml\n",
        typo_toml='modle = "en_core_sci_md"\n',
        type_toml='max_bytes = "many"\n',
        model_toml='model = "xx_none"\n',
        lexicons_toml='lexicons = "nowhere"\n',
        words_toml='lexicons = "words"\n',
    )
    write_pages(tmp_path / "words", compounds_jsonl="\n{\n")
    write_pages(tmp_path / "strange", page_md=PAGE, sources_csv="path,colour\npage.md,red\n")
    write_pages(tmp_path / "lost", page_md=PAGE, sources_csv="path,title\ngone.md,Gone\n")
    write_pages(tmp_path / "foreign", letter_txt="Dear all,\n", claims_csv="1,2\n")
    return {"raw": raw, "tmp": tmp_path}


@pytest.mark.parametrize(("line", "words"), WRONG, ids=[line for line, _ in WRONG])
def test_wrong_usage_is_one_sentence_and_changes_nothing(
    claims: Callable[..., Done], wrong: dict[str, Path], line: str, words: str
) -> None:
    before = sorted(path for path in wrong["tmp"].rglob("*"))
    done = claims(*(word.format(**wrong) for word in line.split()))
    assert (done.status, done.out) == (2, "")
    assert re.fullmatch(rf"claims: .*(?:{words}).*[.;]?\n", done.err)
    assert sorted(path for path in wrong["tmp"].rglob("*")) == before
    assert (wrong["tmp"] / "foreign" / "claims.csv").read_text() == "1,2\n"


@pytest.mark.parametrize(
    "line", ["", "extract", "extract . --workers 257", "extract . --no-such-option", "bogus", "show"]
)
def test_a_line_that_is_no_command_is_told_so_without_a_traceback(claims: Callable[..., Done], line: str) -> None:
    done = claims(*line.split())
    assert done.status == 2
    assert "Usage" in done.err + done.out
    assert "Traceback" not in done.err


def test_debug_shows_where_it_went_wrong(claims: Callable[..., Done], tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        claims("extract", tmp_path / "nowhere", "--debug")


def test_a_settings_file_in_the_working_folder_is_read(
    claims: Callable[..., Done], raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_pages(tmp_path / "project", pipeline_toml='ignore = ["drafts/*"]\n'))
    write_pages(raw / "drafts", note_md="Selank.\n")
    claims("extract", raw, "--out", tmp_path / "out")
    run = json.loads((tmp_path / "out" / "run.json").read_bytes())
    assert run["settings"]["ignore"] == ["drafts/*"]
    assert list(run["inputs"]) == ["page.md"]


# ------------------------------------------------------------------------------------------- the other commands


def test_help_names_every_command_and_every_exit_status() -> None:
    done = CliRunner().invoke(app, ["--help"])
    assert done.exit_code == 0
    assert all(re.search(rf"^ +{command} ", done.output, re.MULTILINE) for command in COMMANDS)
    for status in ("0 done", "1 a document or row failed", "2 wrong usage", "3 with --fail-on"):
        assert status in " ".join(done.output.split())


@pytest.mark.parametrize("command", [*COMMANDS[:-2], "cache info", "cache clear", "lexicon check"])
def test_every_command_explains_itself(command: str) -> None:
    done = CliRunner().invoke(app, [*command.split(), "--help"])
    assert done.exit_code == 0
    assert "--debug" in done.output


def test_the_installed_command_is_the_module() -> None:
    (script,) = entry_points(group="console_scripts", name="claims")
    assert script.load() is main


@pytest.mark.parametrize("name", ["semax", "SEMAX", "compound:semax"])
def test_show_prints_every_claim_and_conflict_of_a_compound(
    claims: Callable[..., Done], raw_run: Run, name: str
) -> None:
    done = claims("show", name, "--out", raw_run.out)
    assert done.status == 0
    assert find_controls(done.out) == set()
    about = [row for row in raw_run.rows(ClaimRow) if row.subject_id == "compound:semax"]
    assert all(f"{row.source_id} " in done.out and f"{row.start}–{row.end}" in done.out for row in about)
    for conflict in raw_run.rows(ConflictRow):
        headed = f"[{conflict.severity}] {conflict.headline}" in " ".join(done.out.split())
        assert headed is (conflict.subject_id == "compound:semax")


def test_show_knows_no_compound_that_no_page_names(claims: Callable[..., Done], raw_run: Run) -> None:
    done = claims("show", "unobtainium", "--out", raw_run.out)
    assert done.status == 2
    assert done.err.startswith("claims: unobtainium: no claim")


def test_check_holds_a_result_against_its_pages(claims: Callable[..., Done], raw_run: Run) -> None:
    done = claims("check", raw_run.out)
    assert (done.status, done.err) == (0, "")
    assert done.out.endswith("every table holds.\n")


def test_check_finds_what_was_changed_behind_its_back(claims: Callable[..., Done], raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    claims("extract", raw, "--out", out)
    write_pages(raw, page_md=PAGE.replace("# Selank", "## Selank"))
    changed = claims("check", out)
    elsewhere = claims("check", out, "--raw", tmp_path / "nowhere")
    assert (changed.status, elsewhere.status) == (1, 1)
    assert "documents, row 1, column sha256" in changed.out
    assert "claims, row 1" in changed.out
    assert "--raw" in elsewhere.out


def test_report_is_written_again_from_the_tables_alone(
    claims: Callable[..., Done], raw_run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(raw_run.out, out)
    for path in (out / "report.html", out / "report.md"):
        path.unlink()
    done = claims("report", out)
    assert (done.status, done.out) == (0, f"{out / 'report.html'}\n")
    assert read_files(out) == raw_run.files()
    assert check_result(out) == ()
    lost = claims("report", out, "--raw", tmp_path / "nowhere")
    assert (lost.status, lost.err.count("\n")) == (2, 1)
    assert "--raw" in lost.err
    assert read_files(out) == raw_run.files()


def test_schema_is_the_one_that_a_result_carries(claims: Callable[..., Done], raw_run: Run, tmp_path: Path) -> None:
    assert claims("schema", tmp_path / "new" / "folder").status == 0
    made = read_files(tmp_path / "new" / "folder")
    kept = raw_run.files()
    assert made == {name: kept[name] for name in made}
    assert {f"schema/{model.table}.schema.json" for model in TABLES} <= set(made)


EXAMPLIN = {
    "id": "compound:examplin",
    "label": "COMPOUND",
    "name": "Examplin",
    "source": "made up",
    "fires": ["«Examplin» is made up."],
}


def test_lexicon_check_prints_a_line_for_each_thing_that_is_wrong(claims: Callable[..., Done], tmp_path: Path) -> None:
    rows = [
        {**EXAMPLIN, "identifiers": {"cas": ["80714-61-0"]}},
        {**EXAMPLIN, "id": "compound:red\x1b[31m", "name": "R"},
    ]
    file = write_pages(tmp_path / "own", compounds_jsonl="\n".join(map(json.dumps, rows))) / "compounds.jsonl"
    done = claims("lexicon", "check", "--lexicons", file.parent)
    lines = [line for line in done.out.splitlines() if line.startswith(str(file))]
    assert done.status == 1
    assert lines[0].startswith(f"{file}:1: compound:examplin: cas 80714-61-0 belongs also to compound:semax")
    assert lines[1].startswith(f"{file}:2: compound:red [31m: ")
    assert find_controls(done.out) == set()
    assert re.fullmatch(rf"ours and {file.parent}: \d+ things to mend in \d+ rows\.\n", done.err)


def test_lexicon_check_of_good_rows_prints_nothing_and_ends_with_0(
    claims: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pages(tmp_path / "own", compounds_jsonl=json.dumps(EXAMPLIN))
    monkeypatch.chdir(write_pages(tmp_path, pipeline_toml='lexicons = "own"\n'))
    done = claims("lexicon", "check")
    assert (done.status, done.out, done.err) == (0, "", "ours and own: every row holds.\n")


def test_extract_reads_the_lexicons_that_the_settings_name(claims: Callable[..., Done], tmp_path: Path) -> None:
    page = "# Examplin\n\nThe half-life of Examplin is 20 minutes.\n"
    raw = write_pages(tmp_path / "raw", page_md=page)
    write_pages(tmp_path / "own", compounds_jsonl=json.dumps(EXAMPLIN))
    settings = write_pages(tmp_path, own_toml='lexicons = "own"\n') / "own.toml"
    assert claims("extract", raw, "--out", tmp_path / "out", "--settings", settings).status == 0
    assert "20 minutes" in claims("show", "compound:examplin", "--out", tmp_path / "out").out
    assert claims("report", tmp_path / "out").status == 0


def test_doctor_names_parts_effects_and_what_is_missing(
    claims: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = claims("doctor")
    assert (done.status, done.err) == (0, "")
    for part in ("python", "spacy", "scispacy", "pyarrow", "lexicons", "settings", "model", "browser"):
        assert re.search(rf"^{part} +\S", done.out, re.MULTILINE)
    assert find_controls(done.out) == set()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('model = "xx_none"', "xx_none is missing"),
        ('modle = "x"', "setting 'modle'"),
        ("not = = toml", "cannot be read as TOML"),
        ('lexicons = "nowhere"', "nowhere: is no folder with lexicons"),
    ],
)
def test_doctor_finds_broken_settings_and_downloads_nothing(
    claims: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str, said: str
) -> None:
    monkeypatch.chdir(write_pages(tmp_path / "project", pipeline_toml=settings))
    done = claims("doctor")
    assert done.status == 1
    assert said in " ".join(done.out.split())
    assert "Traceback" not in done.err


# ------------------------------------------------------------------------------------------- hostile surroundings


def test_names_of_files_cannot_command_the_terminal(claims: Callable[..., Done], raw: Path, tmp_path: Path) -> None:
    name = "red\x1b[31m\rall\x07\u202efine [bold]"
    (raw / f"{name}.txt").write_bytes(b"\0\1")
    done = claims("extract", raw, "--out", tmp_path / name)
    assert done.status == 0
    assert find_controls(done.out + done.err) == set()
    assert "[bold]" in done.out
    checked = claims("check", tmp_path / name)
    assert checked.status == 0
    assert find_controls(checked.out) == set()


def test_a_terminal_without_unicode_gets_question_marks(raw_run: Run, tmp_path: Path) -> None:
    show = ("-m", "pipeline", "show", "semax", "--out", raw_run.out)
    done = call_python(*show, path=[ROOT], cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "ACTH(4?10)" in done.stdout


def test_a_reader_that_hangs_up_gets_no_traceback(raw_run: Run) -> None:
    show = [sys.executable, "-m", "pipeline", "show", "semax", "--out", str(raw_run.out)]
    with subprocess.Popen(show, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
