"""What holds a page back beyond its own reading: the system's limits, and how much of it is compared."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from hostile import list_bombs
from pipeline.doctor import examine
from pipeline.memory import can_limit_memory
from pipeline.schema import ConflictKind, ConflictRow, ExplainedRow
from runs import ROOT, Run, run_folder, write_pages

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts the memory of a process so")

# ------------------------------------------------------------------------------------------------ the system's


def find_limits() -> tuple[str, str]:
    (limits,) = (finding for finding in examine() if finding.part == "limits")
    return limits.found, limits.remedy


@LINUX
def test_the_doctor_has_seen_that_the_limit_of_memory_works() -> None:
    assert can_limit_memory()
    assert find_limits()[0] == "600 seconds each page, 4 GB each worker"


def test_the_doctor_tells_where_there_is_no_limit_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.doctor.can_limit_memory", lambda: False)
    found, remedy = find_limits()
    assert found == "600 seconds each page; no limit of memory"
    assert "this system sets no limit" in remedy


@pytest.mark.parametrize(
    ("gigabytes", "remedy"),
    [
        (64, ""),
        (16, "8 workers may want more together than the 16.0 GB of this machine: '--workers 4' never does"),
        (3, "8 workers may want more together than the 3.0 GB of this machine: lower max_memory"),
    ],
)
def test_the_doctor_counts_whether_all_workers_fit(
    monkeypatch: pytest.MonkeyPatch, gigabytes: int, remedy: str
) -> None:
    monkeypatch.setattr("pipeline.doctor.can_limit_memory", lambda: True)
    monkeypatch.setattr("pipeline.doctor.count_cores", lambda: 8)
    monkeypatch.setattr("pipeline.doctor._measure_memory", lambda: gigabytes * 10**9)
    assert find_limits()[1] == remedy


OWNER = """
import sys
from pathlib import Path
from pipeline.office.fence import read_fenced
read_fenced(Path(sys.argv[1]).read_bytes(), "pdf", 10**9, 10**6, 600)
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs the processes that /proc tells")
def test_what_reads_a_pdf_ends_with_the_worker_that_asked(tmp_path: Path) -> None:
    """A worker that takes too long is killed; what it had started went on for ever."""
    bomb = tmp_path / "bomb.pdf"
    bomb.write_bytes(dict(list_bombs())["stream-bomb.pdf"])
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(bomb)], cwd=ROOT)
    child = await_child(owner.pid)
    time.sleep(1)  # until it has said with whom it ends
    owner.kill()
    owner.wait()
    for _ in range(100):
        if not is_running(child):
            return
        time.sleep(0.1)
    pytest.fail("the reader of the PDF lives on")


def await_child(pid: int) -> int:
    for _ in range(100):
        if children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            return int(children[0])
        time.sleep(0.1)
    pytest.fail("no reader of PDFs was started")


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1] not in "ZX"
    except OSError:
        return False


# ------------------------------------------------------------------------------------------- what is compared


def state_values(*minutes: int) -> str:
    lines = (f"The half-life of Semax is {number} minutes." for number in minutes)
    return "\n\n".join(("# Semax", *lines))


def list_crowds(run: Run) -> list[str]:
    return [row.detail for row in run.rows(ExplainedRow) if row.reason == "too many values"]


def test_a_page_that_says_too_much_on_one_matter_is_not_compared_on_it(tmp_path: Path) -> None:
    """Each two values are compared: one page of ten thousand would hold the whole run up for hours."""
    pages = {"a_md": state_values(20), "b_md": state_values(90)}
    peace = run_folder(write_pages(tmp_path / "few", **pages), tmp_path / "peace", max_stances=3)
    crowd = write_pages(tmp_path / "many", **pages, crowd_md=state_values(*range(100, 104)))
    run = run_folder(crowd, tmp_path / "out", max_stances=3)
    assert run.rows(ConflictRow) == peace.rows(ConflictRow) != ()
    assert list_crowds(run) == [
        "crowd.md: says 4 different things here, more than max_stances = 3 in the settings; it is not compared on this."
    ]
    assert list_crowds(peace) == []


def test_of_too_many_pages_those_that_say_least_are_compared(tmp_path: Path) -> None:
    pages = {"a_md": state_values(200, 300), "b_md": state_values(20), "c_md": state_values(90)}
    run = run_folder(write_pages(tmp_path / "raw", **pages), tmp_path / "out", max_compared=3)
    (row,) = run.rows(ConflictRow)
    assert row.sources == 2
    (told,) = list_crowds(run)
    assert told.startswith("a.md: ")
    assert "max_compared = 3 " in told


def test_a_page_of_too_many_sequences_refutes_nothing_by_them(tmp_path: Path) -> None:
    lines = [f"The sequence of Semax is Met-Glu-His-Phe-Pro-Gly-{last}." for last in ("Pro", "Ala", "Gly", "Ser")]
    page = "\n\n".join(("# Semax", *lines, "Semax weighs 5000 g/mol."))
    raw = write_pages(tmp_path / "raw", page_md=page)
    few, many = (run_folder(raw, tmp_path / str(most), max_stances=most) for most in (4, 3))
    assert ConflictKind.COMPUTED in {row.kind for row in few.rows(ConflictRow)}
    assert ConflictKind.COMPUTED not in {row.kind for row in many.rows(ConflictRow)}
    assert any("says 4 sequences and formulas, more than max_stances = 3" in told for told in list_crowds(many))
