import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = {"run": ROOT / "requirements/run.txt", "test": ROOT / "requirements/test.txt"}

# "numpy==1.26.4 \", "colorama==0.4.6 ; sys_platform == 'win32' \"; the hashes follow, indented.
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ]+)(?: ; [^\\]+)? \\\n(?P<hashes>(?:    .+\n)+)", re.MULTILINE)


def locked(lock: Path) -> dict[str, str]:
    return {pin["name"]: pin["version"] for pin in PIN.finditer(lock.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("lock", LOCKS.values(), ids=LOCKS)
def test_a_lock_holds_pins_with_hashes_and_nothing_else(lock: Path) -> None:
    rest = PIN.sub("", lock.read_text(encoding="utf-8"))
    assert rest == "# Made by make lock from pyproject.toml; not edited by hand.\n"
    assert all("--hash=sha256:" in pin["hashes"] for pin in PIN.finditer(lock.read_text(encoding="utf-8")))
    assert "/" not in lock.read_text(encoding="utf-8")


def test_the_test_lock_is_the_run_lock_and_more() -> None:
    assert locked(LOCKS["run"]).items() < locked(LOCKS["test"]).items()


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [("run", PROJECT["dependencies"]), *(("test", extra) for extra in PROJECT["optional-dependencies"].values())],
)
def test_a_lock_meets_what_the_project_asks_for(lock: str, wanted: list[str]) -> None:
    pins = locked(LOCKS[lock])
    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(pins[requirement.name]), requirement


def test_no_lock_pulls_in_torch_or_a_pyarrow_that_needs_numpy_2() -> None:
    pins = locked(LOCKS["test"])
    assert not {name for name in pins if name == "torch" or name.startswith("nvidia-")}
    assert int(pins["pyarrow"].split(".")[0]) < 26
    assert pins["numpy"].startswith("1.")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The build files alone, in a folder whose name has a space, and a PATH without any Python."""
    folder = tmp_path / "a checkout"
    for name in ("scripts", "requirements"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    (folder / "bin").mkdir()
    for tool in ("sh", "make", "cat", "cksum", "cut", "dirname", "ln", "readlink", "rm", "uname"):
        (folder / "bin" / tool).symlink_to(shutil.which(tool) or pytest.fail(f"{tool} is needed"))
    return folder


def put(script: Path, body: str) -> None:
    script.parent.mkdir(parents=True, exist_ok=True)
    script.unlink(missing_ok=True)
    script.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    script.chmod(0o755)


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env={"PATH": str(folder / "bin"), "HOME": os.environ.get("HOME", "/")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_fitting_python_one_sentence_says_what_to_install(checkout: Path) -> None:
    put(checkout / "bin/uname", "case $1 in -s) echo Linux ;; *) echo x86_64 ;; esac")
    put(checkout / "bin/python3.12", "echo 'shim: no such version' >&2; exit 127")
    put(checkout / "bin/python3", "exit 1")
    outcome = make(checkout, "extract")
    said = [line for line in outcome.stderr.splitlines() if not line.startswith("make")]
    assert outcome.returncode == 2
    assert len(said) == 1
    assert "Python 3.11 or 3.12" in said[0]
    assert not (checkout / ".venv").exists()
    assert not (checkout / ".venv.lock").is_symlink()


def test_an_interpreter_that_was_asked_for_is_not_swapped_for_another(checkout: Path) -> None:
    put(checkout / "bin/uname", "case $1 in -s) echo Linux ;; *) echo x86_64 ;; esac")
    (checkout / "bin/python3").symlink_to(sys.executable)
    outcome = make(checkout, "extract", "PYTHON=no-such-python")
    assert "PYTHON=no-such-python does not start" in outcome.stderr
    assert not (checkout / ".venv").exists()


def test_a_platform_without_wheels_is_named(checkout: Path) -> None:
    put(checkout / "bin/uname", "case $1 in -s) echo Linux ;; *) echo aarch64 ;; esac")
    outcome = make(checkout, "extract")
    assert outcome.returncode == 2
    assert "cannot be installed on Linux aarch64" in outcome.stderr
    assert "nmslib" in outcome.stderr


def test_make_extract_hands_folders_through_and_says_the_programs_own_status(checkout: Path) -> None:
    put(checkout / "scripts/venv.sh", "exit 0")
    put(checkout / ".venv/bin/python", 'for word in "$@"; do echo "<$word>"; done; exit 3')
    outcome = make(checkout, "extract", "RAW=it's raw", "OUT=o u t", "WORKERS=2", "ARGS=--fail-on high")
    words = ["-m", "pipeline", "extract", "it's raw", "--out", "o u t", "--workers", "2", "--fail-on", "high"]
    assert outcome.stdout.splitlines() == [f"<{word}>" for word in words]
    assert outcome.returncode == 2
    assert outcome.stderr.startswith("claims extract ended with status 3\n")
