"""The commands of a reviewer, as they are called."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from pipeline import schema
from pipeline.cli import app
from pipeline.decisions import append_decisions, read_decisions, write_line
from pipeline.report import write_report
from pipeline.schema import TABLES, ConflictRow, State, Verdict
from pipeline.store import read_table, write_run_json, write_table
from report_rows import CONFLICTS, CORE, FRAGMENT, LIFE, LOOSE, MASS, UNION, make_decision, make_report
from runs import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

LIVE = [row for row in CONFLICTS if row.state is not State.GONE]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the made-up run as a result."""
    folder = tmp_path_factory.mktemp("result") / "out"
    folder.mkdir()
    result = make_report()
    for model in TABLES:
        write_table(folder, model, getattr(result, model.table))
    write_run_json(folder, {"schema_version": schema.SCHEMA_VERSION})
    write_report(result, folder)
    return folder


@pytest.fixture
def claims(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The program, called in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "240")
    return lambda *arguments: CliRunner().invoke(app, [str(one) for one in arguments])  # type: ignore[return-value]


# ----------------------------------------------------------------------------------------------------- conflicts


def test_conflicts_are_listed_most_severe_first_without_those_that_are_gone(
    claims: Callable[..., Result], out: Path
) -> None:
    lines = claims("conflicts", out).stdout.splitlines()[1:]
    assert len(lines) == len(LIVE)
    assert [line.split()[0] for line in lines] == ["high"] * 3 + ["medium"] * 2 + ["low"]


@pytest.mark.parametrize(
    ("options", "left"),
    [
        (("--kind", "citation"), {LOOSE}),
        (("--kind", "citation", "--kind", "value"), {LOOSE, LIFE}),
        (("--severity", "high", "--kind", "identity"), {FRAGMENT}),
        (("--compound", "semax"), set(LIVE) - {LOOSE}),
        (("--compound", "compound:selank"), set()),
    ],
)
def test_conflicts_are_chosen(
    claims: Callable[..., Result], out: Path, options: tuple[str, ...], left: set[ConflictRow]
) -> None:
    found = json.loads(claims("conflicts", out, "--format", "json", *options).stdout)
    assert {row["conflict_id"] for row in found} == {row.conflict_id for row in left}


def test_csv_and_json_hold_the_rows_of_the_table(claims: Callable[..., Result], out: Path) -> None:
    found = json.loads(claims("conflicts", out, "--format", "json").stdout)
    assert [ConflictRow.model_validate(row, strict=False) for row in found] == [
        row for row in read_table(out, ConflictRow) if row.state is not State.GONE
    ]
    lines = claims("conflicts", out, "--format", "csv").stdout.splitlines()
    written = (out / "conflicts.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == written[0]
    assert set(lines) <= set(written)


def test_markdown_keeps_page_text_as_text(claims: Callable[..., Result], out: Path, tmp_path: Path) -> None:
    hostile = FRAGMENT.model_copy(update={"headline": "a | b <img src=x> [x](javascript:y)\n# c"})
    write_table(tmp_path, ConflictRow, [hostile])
    *_, line = claims("conflicts", tmp_path, "--format", "md").stdout.splitlines()
    assert line.count(" | ") == 5
    assert "<img" not in line


@pytest.mark.parametrize(("option", "value"), [("--kind", "values"), ("--severity", "urgent"), ("--compound", "none")])
def test_a_choice_that_does_not_exist_is_told(
    claims: Callable[..., Result], out: Path, option: str, value: str
) -> None:
    assert f"{value}: " in str(claims("conflicts", out, option, value).exception)


# ------------------------------------------------------------------------------------------------------- explain


def test_explain_prints_the_story_with_the_decisions(claims: Callable[..., Result], out: Path) -> None:
    append_decisions_here(make_decision(UNION, Verdict.SOURCE_ERROR, note="the agency answered"))
    told = claims("explain", UNION.conflict_id, "--out", out).stdout
    assert f"headline   {UNION.headline}" in told
    assert "decided    source error; the agency answered (ann" in told
    assert f"rule       {CORE.rule}" in claims("explain", CORE.claim_id, "--out", out).stdout


def append_decisions_here(*decisions: schema.Decision) -> Path:
    """Decisions in the file that commands use when none is named."""
    from pipeline.decisions import DEFAULT_FILE

    append_decisions(DEFAULT_FILE, decisions)
    return DEFAULT_FILE.resolve()


# ------------------------------------------------------------------------------------------- decide and decisions


def test_exports_are_merged_once(claims: Callable[..., Result], tmp_path: Path) -> None:
    ann, bea = make_decision(MASS, Verdict.REAL), make_decision(MASS, Verdict.UNSURE, reviewer="bea")
    (tmp_path / "ann.jsonl").write_text(write_line(ann) + "\n", encoding="utf-8")
    (tmp_path / "bea.jsonl").write_text(write_line(bea) + "\n" + write_line(ann) + "\n", encoding="utf-8")
    assert ": 2 added, 1 were there already." in claims("decide", "ann.jsonl", "bea.jsonl").stdout
    assert ": 0 added" in claims("decide", "ann.jsonl").stdout
    assert read_decisions(tmp_path / "review" / "decisions.jsonl") == (ann, bea)


def test_an_export_with_a_bad_line_adds_nothing(claims: Callable[..., Result], tmp_path: Path) -> None:
    line = write_line(make_decision(MASS, Verdict.REAL))
    (tmp_path / "bad.jsonl").write_text(f"{line}\n{line[:40]}", encoding="utf-8")
    assert "bad.jsonl:2: " in str(claims("decide", "bad.jsonl").exception)
    assert not (tmp_path / "review").exists()


def test_decisions_are_listed_and_added_up(claims: Callable[..., Result], out: Path) -> None:
    append_decisions_here(
        make_decision(MASS, Verdict.REAL),
        make_decision(MASS, Verdict.REAL, reviewer="bea"),
        make_decision(LIFE, Verdict.EXTRACTION_ERROR),
        make_decision(UNION, Verdict.REAL, fingerprint="former"),
    )
    told = claims("decisions", out).stdout
    assert f"{MASS.conflict_id}  {MASS.headline}" in told
    assert "real (stale)" in told
    for line in (
        "conflicts   3 decided, 0 disputed, 1 stale",
        "reviewers   ann: 3, bea: 1",
        "agreement   ann and bea: 1 of 1, Cohen's kappa none, since both always say the same",
        "precision   computed: 1 of 1 (100%, 95 % between 21% and 100%)",
        "precision   value: 0 of 1 (0%, 95 % between 0% and 79%)",
        "read right  rule-half_life: 0 of 1",
    ):
        assert line in told
    assert MASS.headline not in claims("decisions", out, "--summary").stdout


def test_bad_lines_are_told_and_turn_the_status(claims: Callable[..., Result], out: Path) -> None:
    file = append_decisions_here(make_decision(MASS, Verdict.REAL))
    with file.open("a", encoding="utf-8") as opened:
        opened.write("no decision\n")
    done = claims("decisions", out)
    assert done.exit_code == 1
    assert "decisions.jsonl:2: the line is no decision" in done.stderr
    assert "conflicts   1 decided" in done.stdout


# -------------------------------------------------------------------------------------------------------- review


# What is started in the background by a shell ignores interrupts, and so do its children.
INTERRUPTIBLE = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.executable, [sys.executable, "-m", "pipeline", *sys.argv[1:]])
"""


def test_review_serves_until_it_is_interrupted(out: Path, tmp_path: Path) -> None:
    options: list[str | Path] = ["review", out, "--decisions", tmp_path / "d.jsonl", "--reviewer", "ann"]
    program = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, *options],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    address = program.stdout.readline().strip()
    assert address.startswith("http://127.0.0.1:")
    with urllib.request.urlopen(address, timeout=10) as answer:
        assert b'data-reviewer="ann"' in answer.read()
    program.send_signal(signal.SIGINT)
    _, said = program.communicate(timeout=10)
    assert program.returncode == 0
    assert "every decision is on the disk" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--host", "192.0.2.1"), "--insecure"),
        (("--certificate", "c.pem"), "belong together"),
    ],
)
def test_review_refuses_what_would_be_unsafe(
    claims: Callable[..., Result], out: Path, options: tuple[str, ...], said: str
) -> None:
    assert said in str(claims("review", out, *options).exception)


def test_review_needs_a_result(claims: Callable[..., Result], tmp_path: Path) -> None:
    assert "holds no run.json" in str(claims("review", tmp_path).exception)
