"""Pages and results in an object store: as they would be in a folder, whole, and never outside of the copy."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline import read_claims
from pipeline.address import Address, check_places, find_pages, read_place
from pipeline.cli import app
from pipeline.errors import UsageError
from pipeline.remote import bring_file, bucket, open_pages, open_result, open_target, results
from pipeline.remote.bucket import Bucket
from pipeline.remote.names import LONGEST, LONGEST_PATH, name_copies
from pipeline.run import run_pipeline
from pipeline.schema import ConflictRow, DocumentRow, State, Status
from pipeline.settings import Settings
from pipeline.store import check_result, read_run_json, read_table
from runs import RAW, ROOT, read_files, run_folder, write_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runs import Run

FIRST = "# Semax\n\nSemax is a heptapeptide. Its half-life in rat plasma is 20 minutes.\n"
SECOND = "# Semax\n\nSemax is a hexapeptide. Its half-life in rat plasma is 5 hours.\n"
PLAIN = Settings.model_validate({})


@pytest.fixture
def store() -> Iterator[MemoryFileSystem]:
    """An empty object store in memory."""
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]
    yield MemoryFileSystem()
    MemoryFileSystem.store.clear()


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, in which the program is called."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def address(text: str) -> Address:
    place = read_place(text)
    assert isinstance(place, Address)
    return place


def fill(store: MemoryFileSystem, **pages: str | bytes) -> None:
    """A page for each keyword in memory://raw; `first_md` is first.md."""
    for name, page in pages.items():
        store.pipe_file(f"/raw/{'.'.join(name.rsplit('_', 1))}", page.encode() if isinstance(page, str) else page)


def run(raw: str = "memory://raw", out: str = "memory://out", settings: Settings = PLAIN) -> Path:
    """A run as `claims extract` does it; the folder that it wrote."""
    with open_target(read_place(out)) as target, open_pages(read_place(raw), settings) as pages:
        run_pipeline(pages, target, settings, raw_name=raw)
    return target


def list_below(store: MemoryFileSystem, folder: str) -> list[str]:
    return [name.removeprefix(f"/{folder}/") for name in store.find(f"/{folder}")]


# ------------------------------------------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ("raw", Path("raw")),
        ("/srv/raw/", Path("/srv/raw")),
        ("C:\\raw", Path("C:\\raw")),
        ("file:///srv/my%20raw", Path("/srv/my raw")),
        ("file://localhost/srv/raw", Path("/srv/raw")),
        ("s3://bucket/raw/", Address("s3", "bucket/raw")),
        ("S3://bucket", Address("s3", "bucket")),
        ("gs://bucket/a b", Address("gs", "bucket/a b")),
        ("memory://raw", Address("memory", "raw")),
    ],
)
def test_a_place_is_a_folder_or_an_address(given: str, place: Path | Address) -> None:
    assert read_place(given) == place
    assert read_place(str(place)) == place


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("https://example.org/raw", "a kind of address that is not known"),
        ("simplecache::s3://bucket/raw", "a kind of address that is not known"),
        ("s3://", "names no place"),
        ("s3:///", "names no place"),
        ("s3://key:secret@bucket/raw", "holds no key or password"),
        ("s3://bucket/*.md", "a sign that an address here must not have"),
        ("s3://bucket/a::zip://b", "a sign"),
        ("s3://bucket/\x1b[31m", "a sign"),
        ("file://elsewhere/srv", "names no folder of this machine"),
    ],
)
def test_an_address_that_is_none_is_told(given: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as told:
        read_place(given)
    assert "secret" not in str(told.value)


def test_a_result_never_lies_among_the_pages() -> None:
    with pytest.raises(UsageError, match="lies inside s3://b/raw"):
        check_places(address("s3://b/raw"), address("s3://b/raw/out"))
    with pytest.raises(UsageError, match="lies inside"):
        check_places(address("s3://b/raw"), address("s3://b/raw/"))
    for raw, out in pairwise(["s3://b/raw", "s3://b/raw2", "gs://b/raw2/out", "s3://b"]):
        check_places(address(raw), address(out))


# ----------------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    "key",
    ["page.md", "a/b/c.html", "a b.md", "Ä\n.md", "...", "a..b/c", "%2E%2E/x", "x" * LONGEST, "\\", "~", "a~1", "-rf"],
)
def test_a_key_that_can_be_a_file_is_its_name(key: str) -> None:
    assert name_copies([key]) == {key: key}


@pytest.mark.parametrize(
    "key",
    [
        "../up.md",
        "a/../../up.md",
        "..",
        ".",
        "/etc/passwd",
        "a//b",
        "a/",
        "a/./b",
        "\0",
        "a\0b",
        "x" * (LONGEST + 1),
        "ab/" * 300 + "c",
        "../" * 341 + "x",
        "\ud800.md",
        "é" * 512,
    ],
)
def test_any_other_key_is_one_name_at_the_top(key: str) -> None:
    (name,) = name_copies([key]).values()
    assert "/" not in name
    assert not name.startswith(".")
    assert name.isprintable()
    assert len(os.fsencode(name)) <= LONGEST


KEYS = st.sets(st.text(st.sampled_from("ab./~%2\0é\ud800"), min_size=1, max_size=8) | st.text(min_size=1), max_size=12)


@given(KEYS)
def test_names_stay_below_differ_and_have_room_for_each_other(keys: set[str]) -> None:
    names = name_copies(keys)
    assert set(names) == keys
    assert len(set(names.values())) == len(keys)
    for name in names.values():
        parts = name.split("/")
        assert not {"", ".", ".."} & set(parts)
        assert "\0" not in name
        assert len(name.encode()) <= LONGEST_PATH
        assert not {"/".join(parts[:end]) for end in range(1, len(parts))} & set(names.values())


def test_a_key_that_is_also_a_folder_gives_way() -> None:
    names = name_copies(["a", "a/b", "c"])
    assert (names["a/b"], names["c"]) == ("a/b", "c")
    assert names["a"].startswith("a~")
    again = name_copies(["a", "a/b", names["a"]])
    assert again["a"] == f"{names['a']}~"


# ----------------------------------------------------------------------------------------------------- pages


def test_a_copy_holds_what_the_store_holds_and_fetches_only_what_changed(
    store: MemoryFileSystem, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[list[str]] = []
    read = Bucket.read_some

    def note(self: Bucket, objects: list[bucket.Held]) -> list[bytes | None]:
        fetched.append([held.key for held in objects])
        return read(self, objects)

    monkeypatch.setattr(Bucket, "read_some", note)

    def bring() -> dict[str, bytes]:
        fetched.clear()
        with open_pages(address("memory://raw"), PLAIN) as pages:
            return read_files(pages)

    fill(store, first_md=FIRST, second_md=SECOND, empty_txt="")
    store.pipe_file("/raw/deep/er/third.md", b"third")
    assert bring() == {
        "deep/er/third.md": b"third",
        "empty.txt": b"",
        "first.md": FIRST.encode(),
        "second.md": SECOND.encode(),
    }
    assert [sorted(keys) for keys in fetched] == [["deep/er/third.md", "empty.txt", "first.md", "second.md"]]
    bring()
    assert fetched == []
    fill(store, second_md=SECOND.replace("5", "6"))  # of the same size
    store.rm_file("/raw/deep/er/third.md")
    store.pipe_file("/raw/deep/er", b"was a folder")
    assert bring() == {
        "deep/er": b"was a folder",
        "empty.txt": b"",
        "first.md": FIRST.encode(),
        "second.md": SECOND.replace("5", "6").encode(),
    }
    assert fetched == [["deep/er", "second.md"]]
    pages = address("memory://raw").find_copy() / "pages"
    (pages / "first.md").write_bytes(b"cut o")  # what only a damaged disk does
    (pages / "foreign.md").write_bytes(b"foreign")
    assert bring()["first.md"] == FIRST.encode()
    assert fetched == [["first.md"]]
    (pages.parent / "held.json").write_text("[", encoding="utf-8")
    assert len(bring()) == 4
    assert len(fetched[0]) == 4


def test_what_is_left_out_or_too_large_is_not_fetched(store: MemoryFileSystem, work: Path) -> None:
    settings = Settings.model_validate({"ignore": ["images/"], "max_bytes": 100}, strict=False)
    fill(
        store, first_md=FIRST[:50], large_md=b"x" * 101, README_md="not a page", sources_csv="path,title\nfirst.md,T\n"
    )
    store.pipe_file("/raw/images/a.md", FIRST.encode())
    store.pipe_file("/raw/.git/config", b"private")
    seen: list[tuple[int, int]] = []
    with open_pages(address("memory://raw"), settings, on_page=lambda *told: seen.append(told)) as pages:
        held = read_files(pages)
    assert held == {
        ".git/config": b"",
        "README.md": b"",
        "first.md": FIRST[:50].encode(),
        "images/a.md": b"",
        "large.md": bytes(101),
        "sources.csv": b"path,title\nfirst.md,T\n",
    }
    assert (pages / "large.md").stat().st_blocks == 0
    assert seen[-1] == (6, 6)
    out = run(out="out", settings=settings)
    rows = {row.source_id: row for row in read_table(out, DocumentRow)}
    assert {name: row.status for name, row in rows.items()} == {"first.md": Status.OK, "large.md": Status.REFUSED}
    assert "has 101 bytes, more than max_bytes = 100" in str(rows["large.md"].reason)
    assert rows["first.md"].title == "T"


def test_hostile_keys_write_nothing_outside_of_the_copy(store: MemoryFileSystem, work: Path) -> None:
    keys = [
        "../up.md",
        "../../../../../../tmp/up.md",
        "/abs.md",
        "a/../../../b.md",
        "a\0b.md",
        "\x1b[31m.md",
        "x" * 1024,
        "../" * 341 + "x",
        "a",
        "a/b.md",
        "held.json",
        "incoming",
    ]
    for key in keys:
        MemoryFileSystem.store[f"/raw/{key}"] = MemoryFileSystem.store.get("") or _file(store, FIRST)
    before = {path for path in work.parent.rglob("*") if ".cache" not in path.parts}
    with open_pages(address("memory://raw"), PLAIN) as pages:
        found = read_files(pages)
    assert {path for path in work.parent.rglob("*") if ".cache" not in path.parts} == before
    assert set(found.values()) == {FIRST.encode()}
    assert len(found) == len(keys)
    assert sorted(path.name for path in pages.parent.iterdir()) == ["held.json", "pages"]


def _file(store: MemoryFileSystem, text: str) -> object:
    store.pipe_file("/elsewhere", text.encode())
    return MemoryFileSystem.store["/elsewhere"]


def test_a_page_that_changes_or_goes_while_it_is_read_is_whole_or_not_there(
    store: MemoryFileSystem, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, gone_md="gone", grown_md="short", kept_md="kept")
    listed = Bucket.list_objects

    def change(self: Bucket, below: str = "") -> list[bucket.Held]:
        found = listed(self, below)
        store.rm_file("/raw/gone.md")
        fill(store, grown_md="much longer than before")
        return found

    monkeypatch.setattr(Bucket, "list_objects", change)
    with open_pages(address("memory://raw"), PLAIN) as pages:
        assert read_files(pages) == {"grown.md": b"much longer than before", "kept.md": b"kept"}


def test_a_page_that_cannot_be_read_is_named_and_may_be_left_out(
    store: MemoryFileSystem, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, closed_md="closed", open_md=FIRST)
    read = MemoryFileSystem.cat_file

    def refuse(self: MemoryFileSystem, path: str, start: int | None = None, end: int | None = None) -> bytes:
        if "closed" in path:
            raise PermissionError("Access Denied")
        return bytes(read(self, path, start, end))

    monkeypatch.setattr(MemoryFileSystem, "cat_file", refuse)
    says = r"memory://raw/closed\.md: cannot be read \(PermissionError: Access Denied\).*'ignore'"
    with pytest.raises(UsageError, match=says), open_pages(address("memory://raw"), PLAIN):
        pass
    settings = Settings.model_validate({"ignore": ["closed.md"]}, strict=False)
    with open_pages(address("memory://raw"), settings) as pages:
        assert read_files(pages)["open.md"] == FIRST.encode()


def test_no_pages_are_told(store: MemoryFileSystem, work: Path) -> None:
    with pytest.raises(UsageError, match="memory://raw: holds no pages"), open_pages(address("memory://raw"), PLAIN):
        pass


def test_a_copy_is_for_one_run_at_a_time(store: MemoryFileSystem, work: Path) -> None:
    fill(store, first_md=FIRST)
    raw = address("memory://raw")
    with (
        open_pages(raw, PLAIN),
        pytest.raises(UsageError, match=r"the copy of memory://raw in .*: is being written by another run"),
        open_pages(raw, PLAIN),
    ):
        pass


# ---------------------------------------------------------------------------------------------------- results


def test_a_remote_run_gives_the_tables_of_a_local_one(store: MemoryFileSystem, work: Path, raw_run: Run) -> None:
    store.put(f"{RAW}/", "/raw/", recursive=True)
    out = run()
    assert read_files(out) == raw_run.files()
    about = json.loads(store.cat_file("/out/run.json"))
    assert about["raw"] == read_run_json(out)["raw"] == "memory://raw"
    generation = f"out/{about['generation']}"
    assert sorted(list_below(store, generation)) == sorted(about["files"]) == sorted([*read_files(out), "run.json"])
    assert all(store.cat_file(f"/{generation}/{name}") == data for name, data in raw_run.files().items())
    assert find_pages("memory://raw").is_dir()
    assert check_result(out) == ()


def test_states_follow_the_former_result_also_on_another_machine(
    store: MemoryFileSystem, work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, first_md=FIRST, second_md=SECOND)
    states = [{row.state for row in read_table(run(), ConflictRow)} for _ in range(2)]
    assert states == [{State.NEW}, {State.OPEN}]
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.chdir(other)
    store.rm_file("/raw/second.md")
    assert {row.state for row in read_table(run(), ConflictRow)} == {State.GONE}
    monkeypatch.chdir(work)  # whose copy is of the result before
    assert {row.state for row in read_table(open_result(address("memory://out")), ConflictRow)} == {State.GONE}


def test_the_present_result_and_the_one_before_are_kept(store: MemoryFileSystem, work: Path) -> None:
    fill(store, first_md=FIRST)
    store.pipe_file("/out/results/20260101T000000Z-00000000/run.json", b"{}")  # of a run that was killed
    present = []
    for _ in range(3):
        run()
        present.append(json.loads(store.cat_file("/out/run.json"))["generation"])
    kept = {name.rpartition("/")[2] for name in store.ls("/out/results", detail=False)}
    assert kept == {name.rpartition("/")[2] for name in present[1:]}
    assert len(set(present)) == 3


def test_a_run_that_fails_leaves_the_present_result(store: MemoryFileSystem, work: Path) -> None:
    fill(store, first_md=FIRST)
    run()
    before = {name: store.cat_file(name) for name in store.find("/out")}

    def fail(target: Path) -> None:
        shutil.rmtree(target)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), open_target(address("memory://out")) as target:
        fail(target)
    assert {name: store.cat_file(name) for name in store.find("/out")} == before
    assert (open_result(address("memory://out")) / "claims.parquet").is_file()


@pytest.mark.parametrize("fails", ["put", "pipe_file"])
def test_a_store_that_fails_while_it_takes_a_result_keeps_the_former_one(
    store: MemoryFileSystem, work: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    fill(store, first_md=FIRST)
    run()
    present = store.cat_file("/out/run.json")
    work_of = getattr(MemoryFileSystem, fails)

    def fail(self: MemoryFileSystem, *arguments: object, **options: object) -> object:
        if fails == "put" or arguments[0] == "/out/run.json":
            raise OSError("the line is cut")
        return work_of(self, *arguments, **options)

    monkeypatch.setattr(MemoryFileSystem, fails, fail)
    with pytest.raises(UsageError, match=r"memory://out: cannot be reached \(OSError: the line is cut\)"):
        run()
    monkeypatch.undo()
    monkeypatch.chdir(work)
    assert store.cat_file("/out/run.json") == present
    assert check_result(open_result(address("memory://out"))) == ()
    run()
    assert check_result(open_result(address("memory://out"))) == ()


def test_a_reader_meets_a_whole_result_at_any_time(
    store: MemoryFileSystem, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, first_md=FIRST)
    seen: list[str] = []

    def look(self: MemoryFileSystem) -> None:
        """What a reader sees who comes now: no result, or one with all its files."""
        if self.exists("/out/run.json"):
            about = json.loads(read(self, "/out/run.json"))
            seen.append(about["generation"])
            assert set(about["files"]) == set(list_below(self, f"out/{about['generation']}"))

    def watch(work_of: Callable[..., None]) -> Callable[..., None]:
        def act(self: MemoryFileSystem, *arguments: object, **options: object) -> None:
            look(self)
            work_of(self, *arguments, **options)
            look(self)

        return act

    read = MemoryFileSystem.cat_file
    for name in ("pipe_file", "put_file", "rm_file"):
        monkeypatch.setattr(MemoryFileSystem, name, watch(getattr(MemoryFileSystem, name)))
    for _ in range(3):
        run()
    assert len(set(seen)) == 3
    assert len(seen) > 100


def test_of_two_runs_the_later_one_fails(store: MemoryFileSystem, work: Path, tmp_path: Path) -> None:
    fill(store, first_md=FIRST)
    out = address("memory://out")
    pages = tmp_path / "pages"
    store.get("/raw/", f"{pages}/", recursive=True)

    def overtake(slow: Path) -> bytes:
        run_folder(pages, slow)
        with open_target(out, copies=tmp_path / "two") as quick:
            run_folder(pages, quick)
        return bytes(store.cat_file("/out/run.json"))

    present = b""
    with (
        pytest.raises(UsageError, match="another run has put its result there meanwhile"),
        open_target(out, copies=tmp_path / "one") as slow,
    ):
        present = overtake(slow)
    assert store.cat_file("/out/run.json") == present
    assert len(store.ls("/out/results")) == 1


def test_the_present_result_can_be_read_while_a_run_is_at_work(store: MemoryFileSystem, work: Path) -> None:
    fill(store, first_md=FIRST)
    run()
    pages = write_pages(work / "pages", second_md=SECOND)
    out = address("memory://out")
    with open_target(out) as target:
        assert open_result(out) == target
        run_folder(pages, target)
        present = open_result(out, copies=work / "elsewhere")
        assert {row.source_id for row in read_table(present, DocumentRow)} == {"first.md"}
    assert {row.source_id for row in read_table(open_result(out), DocumentRow)} == {"second.md"}
    (open_result(out) / "run.json").unlink()  # as of a copy that was being removed
    assert check_result(open_result(out), pages) == ()


def test_what_another_put_there_is_never_touched(store: MemoryFileSystem, work: Path) -> None:
    fill(store, first_md=FIRST)
    store.pipe_file("/out/notes.txt", b"mine")
    with pytest.raises(UsageError, match=r"memory://out: holds 'notes\.txt', which is no result of ours"):
        run()
    assert list_below(store, "out") == ["notes.txt"]
    store.rm_file("/out/notes.txt")
    store.pipe_file("/out/run.json", b'{"program": "theirs"}')
    with pytest.raises(UsageError, match="does not say which result is the present one"):
        run()
    assert list_below(store, "out") == ["run.json"]


@pytest.mark.parametrize("name", ["../../up.md", "/etc/up.md", "a/../../b", "\0"])
def test_a_hostile_result_writes_nothing_outside_of_the_copy(store: MemoryFileSystem, work: Path, name: str) -> None:
    generation = "results/20260101T000000Z-00000000"
    store.pipe_file("/out/run.json", json.dumps({"program": "claimsift", "generation": generation}).encode())
    store.pipe_file(f"/out/{generation}/run.json", json.dumps({"files": [name]}).encode())
    with pytest.raises(UsageError, match="which leads out of it"):
        open_result(address("memory://out"))
    assert [path.name for path in work.rglob("*.md")] == []


@pytest.mark.parametrize("run_json", [b"", b"{", b"[]", b"[" * 99_999, b'{"generation": "../x"}', b"\xff"])
def test_a_damaged_pointer_is_told(store: MemoryFileSystem, work: Path, run_json: bytes) -> None:
    store.pipe_file("/out/run.json", run_json)
    with pytest.raises(UsageError, match=r"is no result of ours|does not say which"):
        open_result(address("memory://out"))


# ------------------------------------------------------------------------------------------------ the command


def call(*arguments: str) -> str:
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def test_the_commands_take_addresses(store: MemoryFileSystem, work: Path) -> None:
    fill(store, first_md=FIRST, second_md=SECOND)
    told = call("extract", "memory://raw", "--out", "memory://out", "--workers", "0")
    assert "memory://out" in told
    assert "every table holds" in call("check", "memory://out")
    (claimed,) = json.loads(call("query", "memory://out", "SELECT count(*) AS n FROM claims", "--format", "json"))
    assert claimed["n"] > 2
    assert len(read_claims("memory://out")) == claimed["n"]
    call("export", "memory://out", "tasks", "--to", "label-studio")
    texts = {task["data"]["text"] for task in json.loads((work / "tasks" / "tasks.json").read_text(encoding="utf-8"))}
    assert texts == {FIRST, SECOND}
    assert "half_life" in call("show", "Semax", "--out", "memory://out")
    refused = CliRunner().invoke(app, ["report", "memory://out"])
    assert isinstance(refused.exception, UsageError)


def test_decisions_may_lie_there_too(store: MemoryFileSystem, work: Path) -> None:
    fill(store, first_md=FIRST, second_md=SECOND)
    (one, *_) = read_table(run(), ConflictRow)
    line = {
        "conflict_id": one.conflict_id,
        "fingerprint": one.fingerprint,
        "verdict": "real",
        "reviewer": "Ada",
        "time": "2026-01-02T03:04:05Z",
    }
    store.pipe_file("/shared/decisions.jsonl", f"{json.dumps(line)}\n".encode())
    call(
        "extract",
        "memory://raw",
        "--out",
        "memory://out",
        "--decisions",
        "memory://shared/decisions.jsonl",
        "--workers",
        "0",
    )
    rows = read_table(open_result(address("memory://out")), ConflictRow)
    assert {row.decided_by for row in rows if row.conflict_id == one.conflict_id} == {"Ada"}
    with pytest.raises(UsageError, match="there is no such file"):
        bring_file(address("memory://shared/other.jsonl"))


def test_a_run_without_a_cache_keeps_no_copy(store: MemoryFileSystem, work: Path) -> None:
    fill(store, first_md=FIRST)
    call("extract", "memory://raw", "--out", "out", "--workers", "0", "--no-cache")
    assert sorted(path.name for path in work.iterdir()) == ["out"]
    assert read_run_json(Path("out"))["raw"] == "memory://raw"


def test_the_copies_are_part_of_the_cache(store: MemoryFileSystem, work: Path) -> None:
    fill(store, first_md=FIRST)
    call("extract", "memory://raw", "--out", "out", "--workers", "0")
    assert "copies of what is at 1 addresses" in call("cache", "info")
    call("cache", "clear")
    assert not list((work / ".cache" / "remote").glob("*"))


def test_an_address_of_files_is_the_folder(work: Path, tmp_path: Path) -> None:
    pages = tmp_path / "my pages"
    pages.mkdir()
    (pages / "first.md").write_text(FIRST, encoding="utf-8")
    target = tmp_path / "tables"
    call("extract", pages.as_uri(), "--out", target.as_uri(), "--workers", "0")
    assert read_run_json(target)["raw"] == str(pages)
    assert not (work / ".cache" / "remote").exists()
    call("report", target.as_uri())


def test_missing_packages_are_told_with_the_command_that_installs_them(
    store: MemoryFileSystem, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(UsageError, match=r"fsspec is not installed; pip install 'claimsift\[remote\]'"):
        Bucket(address("s3://bucket/raw"))
    monkeypatch.undo()

    def miss(_: str) -> None:
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr("fsspec.core.url_to_fs", miss)
    with pytest.raises(UsageError, match="s3://bucket/raw: needs s3fs; pip install s3fs"):
        Bucket(address("s3://bucket/raw"))


# --------------------------------------------------------------------------------------- an object store of S3


needs_s3 = pytest.mark.skipif(
    not (find_spec("s3fs") and find_spec("moto")), reason="s3fs and moto[server] are not installed"
)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[fsspec.AbstractFileSystem]:
    """A server on this machine that speaks S3, and an empty bucket in it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)])
    settings = {"endpoint_url": f"http://127.0.0.1:{port}", "key": "testing", "secret": "testing"}
    monkeypatch.setitem(fsspec.config.conf, "s3", settings)
    system = fsspec.filesystem("s3")
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)
        system.mkdir("bucket")
        yield system
    finally:
        server.terminate()
        server.wait()


@needs_s3
@pytest.mark.filterwarnings("ignore")
def test_a_run_on_s3_is_a_run_in_a_folder(s3: fsspec.AbstractFileSystem, work: Path, raw_run: Run) -> None:
    s3.put(f"{RAW}/", "bucket/raw/", recursive=True)
    raw, out = "s3://bucket/raw", "s3://bucket/tables/peptides"
    folder = run(raw, out)
    assert read_files(folder) == raw_run.files()
    shutil.rmtree(work / ".cache")
    assert check_result(open_result(address(out)), RAW) == ()
    s3.pipe_file("bucket/raw/first.md", FIRST.encode())
    s3.rm_file("bucket/raw/README.md")
    for key in ("../up.md", "a//b.md", "x" * 900, "a", "a/b.md", "\N{GREEK SMALL LETTER MU}?*[1].md"):
        s3.pipe_file(f"bucket/raw/{key}", FIRST.encode())
    rows = {row.source_id: row.status for row in read_table(run(raw, out), DocumentRow)}
    assert rows["first.md"] == rows["\N{GREEK SMALL LETTER MU}?*[1].md"] == rows["a/b.md"] == Status.OK
    assert len(rows) == len(raw_run.rows(DocumentRow)) + 7
    run(raw, out)
    assert len(s3.ls("bucket/tables/peptides/results")) == 2
    with (
        pytest.raises(UsageError, match="s3://missing/raw: holds no pages"),
        open_pages(address("s3://missing/raw"), PLAIN),
    ):
        pass
    with (
        pytest.raises(UsageError, match="s3://missing/out: cannot be reached"),
        open_target(address("s3://missing/out")),
    ):
        pass


def test_the_layout_is_the_documented_one() -> None:
    shown = results.__doc__ or ""
    assert f"ADDRESS/{results.RUN}" in shown
    text = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    assert f"{results.RESULTS}/" in text
    assert name_copies(["../a.md"])["../a.md"] in text
    assert results.NAME.fullmatch("results/20261121T204500Z-1a2b3c4d")
