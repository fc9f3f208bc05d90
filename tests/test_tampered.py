"""A result or a cache that somebody changed: nothing outside is shown, nothing false taken over, nothing told as a bug."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import UsageError
from pipeline.exchange.formats import export_result
from pipeline.exchange.kinds import Format
from pipeline.exchange.result import open_result
from pipeline.run import rebuild_report, run_pipeline
from pipeline.settings import Settings
from pipeline.store import check_result
from pipeline.store.diff import compare_results
from runs import Run, read_files, run_folder, write_pages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET = "Words of a file outside, which nobody may read"
PAGES = {
    "a_md": "# Semax\n\nThe half-life of Semax is 20 minutes.\n",
    "b_md": "# Semax\n\nThe half-life of Semax is 90 minutes.\n",
}
POINTING = ("documents", "blocks", "mentions", "claims", "unclaimed", "conflict_members")
DEFAULTS = Settings.model_validate({})


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("tampered")
    return run_folder(write_pages(folder / "raw", **PAGES), folder / "out")


@pytest.fixture
def out(result: Run, tmp_path: Path) -> Path:
    """A copy of the result, to change."""
    return shutil.copytree(result.out, tmp_path / "out")


def rewrite(out: Path, table: str, **values: object) -> None:
    """Another value in a column of each row."""
    path = out / f"{table}.parquet"
    held = pq.read_table(path)
    for name, value in values.items():
        at = held.schema.get_field_index(name)
        held = held.set_column(at, held.schema.field(at), pa.array([value] * len(held), held.schema.field(at).type))
    pq.write_table(held, path)


# ------------------------------------------------------------------------------------------------ what is shown


def lead_out_by_names(out: Path, raw: Path) -> None:
    for table in POINTING:
        rewrite(out, table, source_id="../secret.md")


def lead_out_by_layers(out: Path, raw: Path) -> None:
    rewrite(out, "documents", text_path="../secret.md")


def lead_out_by_links(out: Path, raw: Path) -> None:
    (raw / "a.md").unlink()
    (raw / "a.md").symlink_to("../secret.md")


def lead_out_by_a_folder(out: Path, raw: Path) -> None:
    (raw / "linked").symlink_to("..")
    for table in POINTING:
        rewrite(out, table, source_id="linked/secret.md")


@pytest.mark.parametrize("lead_out", [lead_out_by_names, lead_out_by_layers, lead_out_by_links, lead_out_by_a_folder])
def test_a_report_shows_nothing_of_a_file_outside(
    out: Path, tmp_path: Path, lead_out: Callable[[Path, Path], None]
) -> None:
    """`claims report` on a result of others once put the words of any file into report.html."""
    raw = write_pages(tmp_path / "raw", **PAGES)
    (tmp_path / "secret.md").write_text(f"{SECRET}.\n" * 20)
    lead_out(out, raw)
    rebuild_report(out, raw, out)
    shown = [path for path in out.rglob("*") if path.is_file() and SECRET in path.read_text("utf-8", "replace")]
    assert shown == []


@pytest.mark.parametrize("encoding", ["zlib", "no-such", "utf-16-le", "ascii"])
def test_a_report_does_without_a_page_that_cannot_be_decoded(out: Path, tmp_path: Path, encoding: str) -> None:
    pages = {name: f"{page}\nIts mass is 813 ± 1 Da.\n" for name, page in PAGES.items()}
    rewrite(out, "documents", encoding=encoding)
    rebuild_report(out, write_pages(tmp_path / "raw", **pages), out)
    assert "20 minutes" in (out / "report.html").read_text(encoding="utf-8")


# ------------------------------------------------------------------------------------------- what is told of it


@pytest.mark.parametrize(
    "said",
    [{"settings": [1]}, {"settings": None}, {"counts": [1]}, {"inputs": 7}, {"inputs": ["a.md"]}, {"digests": "x"}],
    ids=str,
)
def test_a_run_json_of_other_kinds_is_no_result(out: Path, result: Run, said: dict[str, Any]) -> None:
    run = json.loads((out / "run.json").read_bytes())
    (out / "run.json").write_text(json.dumps(run | said))
    for read in (
        lambda: rebuild_report(out, result.raw, out),
        lambda: compare_results(result.out, out),
        lambda: run_pipeline(result.raw, out, DEFAULTS),
    ):
        with pytest.raises(UsageError, match=r"is no JSON object|holds files that are no result"):
            read()


def test_lexicons_that_are_no_name_are_none(out: Path, result: Run) -> None:
    run = json.loads((out / "run.json").read_bytes())
    run["settings"]["lexicons"] = 7
    (out / "run.json").write_text(json.dumps(run))
    rebuild_report(out, result.raw, out)


def test_rows_that_contradict_each_other_are_told(out: Path, result: Run, tmp_path: Path) -> None:
    rewrite(out, "documents", source_id="a.md")
    with pytest.raises(UsageError, match=r"its tables do not hold .* see 'claims check"):
        export_result(open_result(out, result.raw), Format.SQLITE, tmp_path / "x.db")
    assert any("is the same as in row 1" in problem for problem in check_result(out, result.raw))


def cut(content: bytes) -> bytes:
    return content[:-9]


def empty(content: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("damage", [cut, empty])
def test_what_cannot_be_read_of_a_former_result_is_told_and_left(
    out: Path, result: Run, damage: Callable[[bytes], bytes]
) -> None:
    """Without the former conflicts nobody could say which are new."""
    path = out / "conflicts.parquet"
    path.write_bytes(damage(path.read_bytes()))
    before = read_files(out)
    with pytest.raises(UsageError, match="into another folder"):
        run_pipeline(result.raw, out, DEFAULTS)
    assert read_files(out) == before


# ---------------------------------------------------------------------------------------------- what is taken over


def flip(content: bytes) -> bytes:
    return content[:-3] + bytes([content[-3] ^ 4]) + content[-2:]


@pytest.mark.parametrize("damage", [cut, empty, flip])
def test_damaged_entries_of_the_cache_are_made_anew(
    result: Run, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    fill_cache(result, tmp_path)
    for path in list_entries(tmp_path):
        path.write_bytes(damage(path.read_bytes()))
    run_pipeline(result.raw, tmp_path / "fresh", DEFAULTS, cache=tmp_path / "cache")
    assert read_files(tmp_path / "fresh") == read_files(result.out)


def test_an_entry_under_the_name_of_another_is_made_anew(result: Run, tmp_path: Path) -> None:
    """Each is undamaged; what one page gives must not be taken for what another gives."""
    fill_cache(result, tmp_path)
    paths = list_entries(tmp_path)
    contents = [path.read_bytes() for path in paths]
    for path, content in zip(paths, contents[1:] + contents[:1], strict=True):
        path.write_bytes(content)
    run_pipeline(result.raw, tmp_path / "fresh", DEFAULTS, cache=tmp_path / "cache")
    assert read_files(tmp_path / "fresh") == read_files(result.out)


@pytest.mark.parametrize("name", ["claims.csv", "claims.parquet", "explained.parquet", "report.html"])
@pytest.mark.parametrize("damage", [cut, empty, flip])
def test_a_changed_file_of_a_former_result_is_not_taken_over(
    result: Run, tmp_path: Path, name: str, damage: Callable[[bytes], bytes]
) -> None:
    fill_cache(result, tmp_path)
    right = read_files(tmp_path / "out")
    path = tmp_path / "out" / name
    path.write_bytes(damage(path.read_bytes()))
    run_pipeline(result.raw, tmp_path / "out", DEFAULTS, cache=tmp_path / "cache")
    assert read_files(tmp_path / "out") == right


def fill_cache(result: Run, folder: Path) -> None:
    """Twice, so that no conflict is new any more."""
    for _ in range(2):
        run_pipeline(result.raw, folder / "out", DEFAULTS, cache=folder / "cache")


def list_entries(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "cache").rglob("*") if path.is_file())
