from __future__ import annotations

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from crew_work import prepare, work
from greedy_work import read_greedily
from pipeline.engines import Trouble, count_cores, map_ordered
from pipeline.errors import UsageError
from pipeline.memory import limit_memory
from pipeline.outcome import Task
from pipeline.schema import Status
from pipeline.settings import LEAST_MEMORY
from runs import ROOT


def know_nothing(_: str) -> None:
    return None


def run(tasks: list[str], workers: int, seconds: float | None = None) -> list[str]:
    def give_up(task: str, trouble: Trouble) -> str:
        return f"{task}: {trouble.seconds or trouble.exit_code}"

    return list(
        map_ordered(work, tasks, workers=workers, known=know_nothing, give_up=give_up, prepare=prepare, seconds=seconds)
    )


def test_outcomes_come_in_the_order_of_their_tasks() -> None:
    names = [f"n{number}" for number in range(60)]
    assert run(names, 3) == [f"{name.upper()} in its own room" for name in names]


def test_without_workers_the_work_is_done_here() -> None:
    assert run(["a", "b"], 0) == ["A in no room", "B in no room"]


def test_a_worker_that_is_killed_costs_one_more_try(tmp_path: Path) -> None:
    killers = [f"die:{tmp_path / 'one'}", f"stop:{tmp_path / 'two'}"]
    told = run(["a", *killers, "b"], 2)
    assert [line.partition(" ")[0] for line in told] == ["A", killers[0].upper(), killers[1].upper(), "B"]


def test_a_task_that_ends_its_worker_twice_is_given_up_and_costs_no_other() -> None:
    told = run(["a", "die", "b", "leave", "c", "d", "e"], 2)
    assert told[1] == "die: -9"
    assert told[3] == "leave: 7"
    assert [line[:1] for line in told] == ["A", "d", "B", "l", "C", "D", "E"]


@pytest.mark.parametrize("endless", ["hang", "backtrack"])
def test_a_task_without_an_end_is_stopped_alone(endless: str) -> None:
    """Also inside a regular expression, where no signal of Python's own comes through."""
    told = run(["a", endless, "b"], 1, seconds=1.5)
    assert [line.partition(" ")[0] for line in told] == ["A", f"{endless}:", "B"]
    assert told[1] == f"{endless}: 1.5"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts the memory of a process so")
def test_a_document_that_takes_more_memory_than_a_worker_has_fails_alone(tmp_path: Path) -> None:
    tasks = [Task(tmp_path / name, name, None) for name in ("a.md", "greedy.md", "b.md")]
    for task in tasks:
        task.path.write_text("# Selank\n\nThe half-life of Selank is 2 minutes.\n")
    told = list(
        map_ordered(
            read_greedily,
            tasks,
            workers=1,
            known=lambda _: None,
            give_up=lambda _, trouble: pytest.fail(f"the worker ended: {trouble}"),
            prepare=partial(limit_memory, LEAST_MEMORY),
        )
    )
    assert [result.document.status for result in told] == [Status.OK, Status.FAILED, Status.OK]
    assert [failure.error for result in told for failure in result.failures] == ["MemoryError"]
    assert "max_memory = 2000000000" in (told[1].document.reason or "")


def test_an_answer_larger_than_any_pipe_comes_whole() -> None:
    assert [len(line) for line in run(["large", "large"], 2)] == [5_000_000] * 2


def test_an_error_of_the_work_ends_everything() -> None:
    with pytest.raises(UsageError, match="no such model"):
        run(["a", "refuse", *"bcdef"], 2)


def test_what_is_known_is_not_worked_on() -> None:
    def give_up(task: str, trouble: Trouble) -> str:
        raise AssertionError(task)

    known = {"die": "remembered", "hang": "too"}
    told = list(map_ordered(work, ["die", "hang"], workers=2, known=known.get, give_up=give_up))
    assert told == ["remembered", "too"]


def test_few_tasks_are_taken_before_the_first_is_done(tmp_path: Path) -> None:
    """Memory stays flat: a slow first task does not let all others pile up behind it."""
    taken = []

    def tasks() -> object:
        for number in range(500):
            taken.append(number)
            yield f"n{number}"

    outcomes = map_ordered(
        work,
        tasks(),  # type: ignore[arg-type]
        workers=2,
        known=lambda task: None if task == "n0" else task,
        give_up=lambda task, _: task,
    )
    next(outcomes)
    assert len(taken) <= 2 * 8 + 1
    outcomes.close()  # type: ignore[attr-defined]


def test_no_worker_outlives_the_process_that_hired_it(tmp_path: Path) -> None:
    """Not even one that is stuck, when its owner is killed and can clear nothing up."""
    script = (
        "import multiprocessing, os, sys\n"
        "from crew_work import work\n"
        "from pipeline.engines import map_ordered\n"
        "def tell(task):\n"
        "    print(*[child.pid for child in multiprocessing.active_children()], flush=True)\n"
        "if __name__ == '__main__':\n"
        "    list(map_ordered(work, ['backtrack', 'a', 'b'], workers=2, known=tell, give_up=None))\n"
    )
    (tmp_path / "owner.py").write_text(script)
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    owner = subprocess.Popen(
        [sys.executable, tmp_path / "owner.py"],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout is not None
    children = [int(pid) for _ in range(3) for pid in owner.stdout.readline().split()]
    assert children
    owner.kill()
    owner.wait()
    owner.stdout.close()
    if sys.platform != "linux":
        pytest.skip("elsewhere a worker ends with its next message")
    deadline = time.monotonic() + 30
    while any(_is_alive(pid) for pid in children):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1] not in "ZX"
    except OSError:
        return False


def test_cores_are_counted() -> None:
    assert 1 <= count_cores() <= (os.cpu_count() or 1)
