"""The wheel, installed elsewhere, is the program: the same files, and the same tables."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from runs import RAW, ROOT, Run, call_python, read_files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the wheel is made of, so that nothing is built in the checkout."""
    folder = tmp_path_factory.mktemp("source")
    shutil.copytree(ROOT / "pipeline", folder / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder), str(source)]
    subprocess.run(build, check=True, capture_output=True)
    (found,) = folder.glob("claimsift-*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds our package from the wheel, and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    offline = ["--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check"]
    pip = [sys.executable, "-m", "pip", "install", *offline, "--target", str(folder), str(wheel)]
    subprocess.run(pip, check=True, capture_output=True)
    return folder


def test_the_wheel_holds_the_package_whole_and_alone(source: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == {path.relative_to(source).as_posix() for path in (source / "pipeline").rglob("*") if path.is_file()}


def test_the_wheel_runs_elsewhere_and_gives_the_same_result(
    installed: Path, offline: Path, raw_run: Run, tmp_path: Path
) -> None:
    path = [offline, installed]
    asked = call_python("-c", "import pipeline; print(pipeline.__file__)", path=path, cwd=tmp_path)
    assert asked.stdout.strip() == str(installed / "pipeline" / "__init__.py")
    done = call_python("-m", "pipeline", "extract", RAW, "--out", "out", path=path, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert read_files(tmp_path / "out") == raw_run.files()
