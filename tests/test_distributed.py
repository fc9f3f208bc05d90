"""A real scheduler and two workers, each a process of its own, on loopback."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from crew_work import prepare, work
from pipeline.cache import Cache
from pipeline.document import fail_document, prepare_member
from pipeline.engines import Trouble, dask_engine
from pipeline.engines.dask_engine import Cluster, Partition, Trade, do_partition, map_on_cluster, read_engine
from pipeline.errors import UsageError
from pipeline.outcome import Task, pack_result, unpack_result
from pipeline.run import run_pipeline
from pipeline.schema import ConflictRow, Status
from pipeline.settings import Settings
from pipeline.store import read_table
from runs import ROOT, read_files, run_folder, write_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pipeline.schema import DocumentRow

WORKERS = 2

QUIET = ("--dashboard-address", "127.0.0.1:0")  # any port that is free, for this machine alone


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a running cluster."""
    pytest.importorskip("distributed")
    folder = tmp_path_factory.mktemp("cluster")
    place = folder / "scheduler.json"
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    environment = {**os.environ, "PYTHONPATH": path, "DASK_TEMPORARY_DIRECTORY": str(folder)}

    def start(program: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{program}", "--no-dashboard", *options]
        # In a folder of its own, as on another machine: a path that is relative leads nowhere.
        return subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL)

    started = [start("scheduler", "--host", "127.0.0.1", "--port", "0", *QUIET, "--scheduler-file", str(place))]
    deadline = time.monotonic() + 60
    while not place.exists() or not place.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    address = json.loads(place.read_text())["address"]
    started += [start("worker", address, "--nthreads", "1", "--memory-limit", "0") for _ in range(WORKERS)]
    try:
        yield address.replace("tcp://", "dask://")
    finally:
        for process in reversed(started):
            process.terminate()  # the workers' guards end their workers
        for process in started:
            process.wait(30)


@pytest.fixture
def small_partitions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_engine, "PARTITION", 1)


def give_up(task: str, trouble: Trouble) -> str:
    return f"{task}: {trouble.seconds or trouble.exit_code}"


def refuse(task: str) -> str:
    raise UsageError(f"{task} is worked on again")


def make_trade(folder: Path, work: Callable[[str], str] = work, seconds: float | None = None) -> Trade[str, str]:
    return Trade(work, give_up, str.encode, prepare, seconds, Cache(folder, "generation"), folder / "notes")


def run(engine: str, trade: Trade[str, str], tasks: list[str]) -> Iterator[str]:
    return map_on_cluster(
        engine,
        trade,
        tasks,
        workers=WORKERS,
        known={"known": "remembered"}.get,
        keep=lambda task, outcome: None,
        name=str,
        unpack=bytes.decode,
    )


def wait_for_workers(engine: str) -> dict[str, int]:
    """The process of each worker, by its address."""
    from distributed import Client

    with Client(engine.replace("dask://", "tcp://"), set_as_default=False) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(WORKERS, timeout=60)
        pids: dict[str, int] = client.run(os.getpid)
        return pids


@pytest.mark.usefixtures("small_partitions")
def test_tables_are_those_of_a_serial_run_also_when_a_worker_is_killed(engine: str, tmp_path: Path) -> None:
    raw = write_pages(tmp_path / "raw", not_utf8_md=b"\xff\xfe\x00", image_png=b"\x89PNG\r\n\x1a\n", empty_md="")
    for number in range(3, 13):
        (raw / f"page-{number}.md").write_text(
            f"# Semax\n\nThe half-life of Semax is {number % 3 + 1} hours in rats.\n"
        )
    victim = next(iter(wait_for_workers(engine).values()))
    told: list[str] = []

    def kill(row: DocumentRow, total: int) -> None:
        if not told:  # most partitions are not even handed out: AHEAD bounds them
            assert total > dask_engine.AHEAD * WORKERS + 1
            os.kill(victim, signal.SIGKILL)
        told.append(row.source_id)

    cluster, out = Cluster(engine, None), tmp_path / "far"
    run_pipeline(raw, out, Settings.model_validate({}), cluster=cluster, on_document=kill)
    assert victim not in wait_for_workers(engine).values()
    assert told == sorted(told)
    assert len(read_table(out, ConflictRow)) == 1
    assert read_files(out) == run_folder(raw, tmp_path / "here").files()
    assert sorted(path.name for path in tmp_path.iterdir() if "far" in path.name) == ["far"], "the work folder is gone"


def test_a_document_that_ends_its_worker_twice_is_named_and_costs_no_other(engine: str, tmp_path: Path) -> None:
    """All in one partition: it takes more workers than the scheduler grants, and is handed out again."""
    tasks = ["a", f"die:{tmp_path / 'once'}", "b", "die", "backtrack", "known", "c"]
    told = list(run(engine, make_trade(tmp_path / "work", seconds=2.5), tasks))
    assert [line.partition(" ")[0] for line in told] == [
        "A",
        tasks[1].upper(),
        "B",
        "die:",
        "backtrack:",
        "remembered",
        "C",
    ]
    assert [told[3], told[4]] == ["die: None", "backtrack: 2.5"]
    assert told[0] == "A in its own room"


@pytest.mark.usefixtures("small_partitions")
def test_a_run_that_was_stopped_goes_on_where_it_was(engine: str, tmp_path: Path) -> None:
    stopped = run(engine, make_trade(tmp_path), ["a", "b", "c"])
    first = [next(stopped), next(stopped)]
    stopped.close()  # type: ignore[attr-defined]
    assert list(run(engine, make_trade(tmp_path, refuse), ["a", "b"])) == first
    with pytest.raises(UsageError, match=r"^d is worked on again$"):
        list(run(engine, make_trade(tmp_path, refuse), ["a", "d"]))


def test_a_damaged_part_is_made_again(engine: str, tmp_path: Path) -> None:
    whole = list(run(engine, make_trade(tmp_path), ["a", "b"]))
    [part] = [path for path in (tmp_path / "generation").rglob("*") if path.is_file()]
    part.write_bytes(part.read_bytes()[:-1])
    assert list(run(engine, make_trade(tmp_path), ["a", "b"])) == whole


def test_a_cluster_of_our_own_does_the_same_and_ends_with_the_run(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    assert list(run("dask://", make_trade(tmp_path), ["a", "b"])) == ["A in its own room", "B in its own room"]
    assert not multiprocessing.active_children()


def test_where_no_scheduler_answers_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(dask_engine, "ANSWER", 0.5)
    with pytest.raises(UsageError, match=r"^dask://127.0.0.1:9: no scheduler answers there"):
        list(run("dask://127.0.0.1:9", make_trade(tmp_path), ["a"]))


def test_what_to_install_is_said_where_dask_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=re.escape("pip install 'claimsift[dask]'")):
        list(run("dask://", make_trade(tmp_path), ["a"]))


@pytest.mark.parametrize(
    "name", ["", "dask", "dask:/", "dask://host", "dask://host:x", "dask://a b:1", "dask://host:1/x", "ray://host:1"]
)
def test_what_is_no_engine_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="is none; write local"):
        read_engine(name, None)


@pytest.mark.parametrize(
    "name", ["dask://", "dask://host-1.example:8786", "dask://10.0.0.7:1", "dask://[fd00::7]:8786"]
)
def test_a_cluster_is_named_by_its_address(name: str, tmp_path: Path) -> None:
    assert read_engine(name, tmp_path) == Cluster(name, tmp_path)


def test_a_work_folder_is_for_clusters(tmp_path: Path) -> None:
    assert read_engine("local", None) is None
    with pytest.raises(UsageError, match="is for clusters"):
        read_engine("local", tmp_path)


def test_a_worker_that_does_not_see_the_folders_ends_the_run(tmp_path: Path) -> None:
    fault = do_partition(make_trade(tmp_path / "elsewhere"), Partition("name", ("a",)))
    assert isinstance(fault, UsageError)
    assert "elsewhere: is not there on" in str(fault)
    settings = Settings.model_validate({})
    with pytest.raises(UsageError, match="must see RAW under one path"):
        prepare_member(tmp_path / "no raw", settings, settings, "")


def test_a_worker_that_has_another_program_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.model_validate({})
    monkeypatch.setattr("pipeline.document.limit_memory", lambda size: None)
    with pytest.raises(UsageError, match="has another claimsift"):
        prepare_member(tmp_path, settings, settings, "of another version")
    monkeypatch.setattr("pipeline.document.digest_data", lambda folder: "upgraded")
    with pytest.raises(UsageError, match="start them anew"):
        prepare_member(tmp_path, settings, settings, "of another version")


def test_a_failed_document_comes_back_whole(tmp_path: Path) -> None:
    """A cache keeps none, but the parts of a cluster do."""
    failed = fail_document(Task(tmp_path / "a", "a", None), "worker", Status.FAILED, "a: why; what to do.", "TimeError")
    assert failed.failures
    assert unpack_result(pack_result(failed)) == failed
