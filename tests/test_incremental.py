"""The second run does only what the first has not done, and gives what a fresh one would give."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline import document
from pipeline.cache import GENERATIONS, Cache, clear_cache, measure_cache
from pipeline.conflicts import compare_batches
from pipeline.document import Work, process_document
from pipeline.engines.crew import Crew
from pipeline.errors import TooCostly
from pipeline.extract import extract_statements
from pipeline.outcome import Task, pack_result, unpack_result
from pipeline.report import write_report
from pipeline.run import rebuild_report, run_pipeline
from pipeline.schema import ClaimRow, ConflictRow, Decision, DocumentRow, State, Status, Verdict
from pipeline.settings import Settings
from pipeline.store import read_table
from runs import RAW, read_files, write_pages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.outcome import DocumentResult
    from pipeline.page import Annotated

SELANK = "# Selank\n\nSelank has 7 residues. The half-life of Selank is 2 minutes.\n"
SEMAX = "# Semax\n\nSemax has 7 residues and a molecular weight of 813.92 g/mol.\n"
DSIP = "# DSIP\n\nDSIP has 9 residues.\n"
DEFAULTS = Settings.model_validate({})


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return write_pages(tmp_path / "raw", selank_md=SELANK, semax_md=SEMAX, dsip_md=DSIP)


@pytest.fixture
def worked_on(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The documents that were worked on, as they are."""
    names: list[str] = []

    def note(task: Task, *, settings: Settings, debug: bool) -> DocumentResult:
        names.append(task.source_id)
        return process_document(task, settings=settings, debug=debug)

    monkeypatch.setattr(document, "process_document", note)
    return names


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was made beside the documents: `conflicts` where they were compared, `report` where it was rendered."""
    names: list[str] = []

    def note(name: str, make: Callable[..., object]) -> Callable[..., object]:
        def make_noted(*args: object, **kwargs: object) -> object:
            names.append(name)
            return make(*args, **kwargs)

        return make_noted

    monkeypatch.setattr("pipeline.run.compare_batches", note("conflicts", compare_batches))
    monkeypatch.setattr("pipeline.run.write_report", note("report", write_report))
    return names


def run(
    raw: Path,
    out: Path,
    *,
    settings: Settings = DEFAULTS,
    cache: Path | None,
    workers: int = 0,
    decisions: Path | None = None,
) -> dict[str, bytes]:
    run_pipeline(raw, out, settings, cache=cache, workers=workers, decisions=decisions)
    return read_files(out)


def test_nothing_is_done_twice(raw: Path, tmp_path: Path, worked_on: list[str]) -> None:
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    assert worked_on == ["dsip.md", "selank.md", "semax.md"]
    worked_on.clear()
    again = run(raw, tmp_path / "out", cache=tmp_path / "cache")
    assert worked_on == []
    for _ in range(2):
        fresh = run(raw, tmp_path / "fresh", cache=None)
    assert again == fresh


def test_a_changed_page_costs_itself_alone(raw: Path, tmp_path: Path, worked_on: list[str]) -> None:
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    (raw / "dsip.md").write_text(DSIP.replace("9", "10"))
    worked_on.clear()
    changed = run(raw, tmp_path / "out", cache=tmp_path / "cache")
    assert worked_on == ["dsip.md"]
    assert b"10 residues" in changed["claims.csv"]


def test_a_page_that_is_gone_takes_its_claims_with_it(raw: Path, tmp_path: Path, worked_on: list[str]) -> None:
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    (raw / "semax.md").unlink()
    worked_on.clear()
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    assert worked_on == []
    assert {row.source_id for row in read_table(tmp_path / "out", ClaimRow)} == {"dsip.md", "selank.md"}


def test_a_page_that_moved_is_another_source(raw: Path, tmp_path: Path, worked_on: list[str]) -> None:
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    (raw / "semax.md").rename(raw / "other.md")
    worked_on.clear()
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    assert worked_on == ["other.md"]


def test_a_line_of_sources_csv_touches_its_own_page(raw: Path, tmp_path: Path, worked_on: list[str]) -> None:
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    write_pages(raw, sources_csv="path,title\ndsip.md,About sleep\n")
    worked_on.clear()
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    assert worked_on == ["dsip.md"]


def test_other_settings_or_words_are_another_generation(raw: Path, tmp_path: Path, worked_on: list[str]) -> None:
    row = '{"id": "compound:examplin", "name": "Examplin", "label": "COMPOUND", "source": "ours"}\n'
    words = write_pages(tmp_path / "words", compounds_jsonl=row)
    for settings in ({"keep_furniture": True}, {"lexicons": str(words)}, {}):
        worked_on.clear()
        run(
            raw,
            tmp_path / "out",
            settings=Settings.model_validate(settings, strict=False),
            cache=tmp_path / "cache",
        )
        assert len(worked_on) == 3
    write_pages(words, compounds_jsonl=row.replace("Examplin", "Examplinum"))
    worked_on.clear()
    run(raw, tmp_path / "out", settings=Settings.model_validate({"lexicons": words}), cache=tmp_path / "cache")
    assert len(worked_on) == 3


@pytest.mark.parametrize("damage", [b"", b"x" * 100, None])
def test_a_damaged_entry_is_made_anew(raw: Path, tmp_path: Path, worked_on: list[str], damage: bytes | None) -> None:
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    for path in (tmp_path / "cache").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:-7] if damage is None else damage)
    worked_on.clear()
    again = run(raw, tmp_path / "out", cache=tmp_path / "cache")
    assert len(worked_on) == 3
    for _ in range(2):
        fresh = run(raw, tmp_path / "fresh", cache=None)
    assert again == fresh


def test_what_would_be_the_same_is_taken_over(raw: Path, tmp_path: Path, made: list[str]) -> None:
    """At first all conflicts are new and then they are open; from then on nothing changes."""
    write_pages(raw, another_md=SEMAX.replace("813.92", "887.04"))
    for expected in (["conflicts", "report"], ["report"], []):
        made.clear()
        fresh = run(raw, tmp_path / "fresh", cache=None)
        made.clear()
        assert run(raw, tmp_path / "out", cache=tmp_path / "cache") == fresh
        assert made == expected
    assert {row.state for row in read_table(tmp_path / "out", ConflictRow)} == {State.OPEN}


def test_pages_that_tell_no_states_stay_while_these_change(raw: Path, tmp_path: Path) -> None:
    write_pages(raw, another_md=SEMAX.replace("813.92", "887.04"))
    pages = [tmp_path / "out" / name for name in ("report/compound-semax.html", "report/coverage.html", "report.html")]
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    before = [page.stat().st_ino for page in pages]
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    after = [page.stat().st_ino for page in pages]
    assert before[:2] == after[:2]
    assert before[2] != after[2]


def test_a_decision_costs_the_report_alone(raw: Path, tmp_path: Path, made: list[str]) -> None:
    write_pages(raw, another_md=SEMAX.replace("813.92", "887.04"))
    (decisions := tmp_path / "decisions.jsonl").touch()
    for _ in range(3):
        run(raw, tmp_path / "out", cache=tmp_path / "cache", decisions=decisions)
    row = read_table(tmp_path / "out", ConflictRow)[0]
    told = Decision(
        conflict_id=row.conflict_id,
        fingerprint=row.fingerprint,
        verdict=Verdict.REAL,
        reviewer="ann",
        time=datetime(2026, 1, 1, tzinfo=UTC),
    )
    decisions.write_text(f"{told.model_dump_json()}\n", encoding="utf-8")
    made.clear()
    decided = run(raw, tmp_path / "out", cache=tmp_path / "cache", decisions=decisions)
    assert made == ["report"]
    assert read_table(tmp_path / "out", ConflictRow)[0].decision == "real"
    for _ in range(2):
        fresh = run(raw, tmp_path / "fresh", cache=None, decisions=decisions)
    assert decided == fresh


@pytest.mark.parametrize(
    ("name", "again"),
    [
        ("claims.csv", ["conflicts", "report"]),
        ("schema/README.md", ["conflicts", "report"]),
        ("report.html", ["report"]),
        ("report/coverage.html", ["report"]),
    ],
)
def test_what_somebody_changed_is_made_anew(
    raw: Path, tmp_path: Path, made: list[str], name: str, again: list[str]
) -> None:
    whole = [run(raw, tmp_path / "out", cache=tmp_path / "cache") for _ in range(2)][-1]
    for damage in (b"x", None):
        if damage is None:
            (tmp_path / "out" / name).unlink()
        else:
            (tmp_path / "out" / name).write_bytes(damage)
        made.clear()
        assert run(raw, tmp_path / "out", cache=tmp_path / "cache") == whole
        assert made == again


def test_a_report_that_was_written_with_other_decisions_is_written_again(
    raw: Path, tmp_path: Path, made: list[str]
) -> None:
    write_pages(raw, another_md=SEMAX.replace("813.92", "887.04"))
    for _ in range(2):
        whole = run(raw, tmp_path / "out", cache=tmp_path / "cache")
    told = Decision(
        conflict_id=read_table(tmp_path / "out", ConflictRow)[0].conflict_id,
        fingerprint="",
        verdict=Verdict.UNSURE,
        reviewer="bea",
        time=datetime(2026, 1, 1, tzinfo=UTC),
    )
    (tmp_path / "other.jsonl").write_text(f"{told.model_dump_json()}\n", encoding="utf-8")
    rebuild_report(tmp_path / "out", raw, tmp_path / "out", decisions=tmp_path / "other.jsonl")
    assert read_files(tmp_path / "out") != whole
    made.clear()
    assert run(raw, tmp_path / "out", cache=tmp_path / "cache") == whole
    assert made == ["report"]


def test_the_former_result_is_never_written_to(raw: Path, tmp_path: Path) -> None:
    """Files are taken over under a second name: whoever still has the first must not see them change."""
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    kept = tmp_path / "kept"
    shutil.copytree(tmp_path / "out", kept, copy_function=os.link)
    before = read_files(kept)
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    (raw / "dsip.md").unlink()
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    assert read_files(kept) == before


def test_where_files_have_one_name_alone_they_are_copied(
    raw: Path, tmp_path: Path, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    monkeypatch.setattr(os, "link", refuse)
    for _ in range(2):
        again = run(raw, tmp_path / "out", cache=tmp_path / "cache")
        fresh = run(raw, tmp_path / "fresh", cache=None)
    fresh = run(raw, tmp_path / "fresh", cache=None)
    assert again == fresh
    assert made.count("conflicts") == 1 + 3


def test_other_settings_of_conflicts_compare_anew(
    raw: Path, tmp_path: Path, made: list[str], worked_on: list[str]
) -> None:
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    worked_on.clear()
    made.clear()
    other = Settings.model_validate({"tolerances": {"molecular_weight": 0.5}})
    run(raw, tmp_path / "out", settings=other, cache=tmp_path / "cache")
    assert (worked_on, made) == ([], ["conflicts", "report"])


def test_what_is_refused_is_no_work_the_second_time(
    raw: Path, tmp_path: Path, worked_on: list[str], made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bytes said why, or it cannot be read at all: no worker is started for either."""
    write_pages(raw, picture_png=b"\x89PNG\r\n\x1a\n" + b"x" * 60, huge_md="word " * 100)
    (raw / "link.md").symlink_to(raw / "semax.md")
    settings = Settings.model_validate({"max_bytes": 200})
    first = run(raw, tmp_path / "out", settings=settings, cache=tmp_path / "cache")
    assert first["documents.csv"].count(b"refused") >= 3
    worked_on.clear()
    made.clear()
    monkeypatch.setattr(Crew, "_hire", lambda _: pytest.fail("no worker is needed"))
    again = run(raw, tmp_path / "out", settings=settings, cache=tmp_path / "cache", workers=2)
    assert (worked_on, made) == ([], [])
    assert again == first
    for _ in range(2):
        fresh = run(raw, tmp_path / "fresh", settings=settings, cache=None)
    assert again == fresh


def test_what_was_refused_for_its_cost_is_tried_again(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(_data: bytes, source_id: str, _settings: Settings) -> None:
        raise TooCostly(f"{source_id}: takes too long.")

    with monkeypatch.context() as patch:
        patch.setattr(document, "decode_source", give_up)
        run(raw, tmp_path / "out", cache=tmp_path / "cache")
    assert {row.status for row in read_table(tmp_path / "out", DocumentRow)} == {Status.REFUSED}
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    assert {row.status for row in read_table(tmp_path / "out", DocumentRow)} == {Status.OK}


def test_what_fails_every_night_costs_itself_alone(
    raw: Path, tmp_path: Path, worked_on: list[str], made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_at_dsip(annotated: Annotated) -> object:
        if annotated.page.source.source_id == "dsip.md":
            raise ZeroDivisionError
        return extract_statements(annotated)

    with monkeypatch.context() as patch:
        patch.setattr(document, "extract_statements", fail_at_dsip)
        for _ in range(2):
            failed = run(raw, tmp_path / "out", cache=tmp_path / "cache")
        worked_on.clear()
        made.clear()
        assert run(raw, tmp_path / "out", cache=tmp_path / "cache") == failed
        assert (worked_on, made) == (["dsip.md"], [])
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    assert worked_on == ["dsip.md", "dsip.md"]
    assert {row.status for row in read_table(tmp_path / "out", DocumentRow)} == {Status.OK}


def test_a_cache_that_was_cleared_remembers_no_result(
    raw: Path, tmp_path: Path, worked_on: list[str], made: list[str]
) -> None:
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    clear_cache(tmp_path / "cache")
    worked_on.clear()
    made.clear()
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    assert (len(worked_on), made) == (3, ["conflicts", "report"])


def test_a_run_keeps_its_generation_alive(raw: Path, tmp_path: Path) -> None:
    for number in range(GENERATIONS):
        Cache(tmp_path / "cache", f"generation{number}").open()
        os.utime(tmp_path / "cache" / f"generation{number}", (number, number))
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    assert not (tmp_path / "cache" / "generation0").exists()
    assert measure_cache(tmp_path / "cache").generations == GENERATIONS


def test_what_failed_is_tried_again(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(document, "extract_statements", fail)
        run(raw, tmp_path / "out", cache=tmp_path / "cache")
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    assert {row.status for row in read_table(tmp_path / "out", DocumentRow)} == {Status.OK}


def test_a_cache_that_cannot_be_written_stops_nothing(raw: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file stands where the folder should")
    assert run(raw, tmp_path / "out", cache=tmp_path / "cache") == run(raw, tmp_path / "fresh", cache=None)


def test_pages_in_the_cache_and_new_ones_keep_their_order(tmp_path: Path) -> None:
    """With workers too, and whichever of them were known before."""
    raw = tmp_path / "raw"
    shutil.copytree(RAW / "vendor", raw)
    names = sorted(path.name for path in raw.iterdir())
    for name in names[::2]:
        (raw / name).rename(tmp_path / name)
    run(raw, tmp_path / "out", cache=tmp_path / "cache")
    for name in names[::2]:
        (tmp_path / name).rename(raw / name)
    run_pipeline(raw, tmp_path / "mixed", DEFAULTS, workers=2, cache=tmp_path / "cache")
    assert read_files(tmp_path / "mixed") == run(raw, tmp_path / "fresh", cache=None)


def test_a_result_comes_back_as_it_was_kept(raw: Path) -> None:
    result = process_document(Task(raw / "semax.md", "semax.md", None), settings=DEFAULTS, debug=True)
    assert unpack_result(pack_result(result)) == result


def test_work_without_a_cache_remembers_nothing(raw: Path) -> None:
    assert Work(DEFAULTS, None).recall(Task(raw / "semax.md", "semax.md", None)) is None


def test_the_cache_keeps_the_generations_that_were_used_last(tmp_path: Path) -> None:
    for number in range(GENERATIONS + 3):
        cache = Cache(tmp_path, f"generation{number}")
        cache.open()
        cache.put("key", b"content")
        os.utime(cache.folder, (number, number))
    first = Cache(tmp_path, "generation3")
    first.open()
    Cache(tmp_path, "another").open()
    assert {path.name for path in tmp_path.iterdir()} == {"another", "generation3", "generation5", "generation6"}
    assert first.get("key") == b"content"
    assert measure_cache(tmp_path).entries == 3
    clear_cache(tmp_path)
    assert measure_cache(tmp_path).entries == 0
    assert first.get("key") is None
