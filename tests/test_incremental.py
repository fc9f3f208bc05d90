"""The second run does only what the first has not done, and gives what a fresh one would give."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from pipeline import document
from pipeline.cache import GENERATIONS, Cache, clear_cache, measure_cache
from pipeline.document import Task, Work, pack_result, process_document, unpack_result
from pipeline.run import run_pipeline
from pipeline.schema import ClaimRow, DocumentRow, Status
from pipeline.settings import Settings
from pipeline.store import read_table
from runs import RAW, read_files, write_pages

if TYPE_CHECKING:
    from pathlib import Path

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

    def note(task: Task, *, settings: Settings, debug: bool) -> document.DocumentResult:
        names.append(task.source_id)
        return process_document(task, settings=settings, debug=debug)

    monkeypatch.setattr(document, "process_document", note)
    return names


def run(raw: Path, out: Path, *, settings: Settings = DEFAULTS, cache: Path | None) -> dict[str, bytes]:
    run_pipeline(raw, out, settings, cache=cache)
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
