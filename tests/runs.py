"""Whole runs of the program, for the tests that look at what it leaves behind."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.run import Summary, run_pipeline
from pipeline.settings import Settings
from pipeline.store import read_table

if TYPE_CHECKING:
    from types import ModuleType

    from pipeline.store.columns import AnyRow

ROOT = Path(__file__).parents[1]
RAW = ROOT / "raw"
SEEDS = ROOT.parent / "shared" / "seeds"
NO_SEEDS = "There is no folder shared/seeds beside the checkout, so its pages are not run."

# In the way of every connection that a Python process might open, before its first own line runs.
NO_NETWORK = """
import socket


class NoSocket(socket.socket):
    def connect(self, address):
        raise OSError(f"this test forbids to connect to {address}")

    connect_ex = connect


def find_nothing(*arguments, **options):
    raise OSError("this test forbids to look up a name")


socket.socket = NoSocket
socket.getaddrinfo = find_nothing
"""


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: the pages that it read, the folder that it wrote, and what it said of them."""

    raw: Path
    out: Path
    summary: Summary

    def rows(self, model: type[AnyRow]) -> tuple[AnyRow, ...]:
        return read_table(self.out, model)

    def files(self) -> dict[str, bytes]:
        return read_files(self.out)


def run_folder(raw: Path, out: Path, *, workers: int = 0, debug: bool = False, **settings: object) -> Run:
    chosen = Settings.model_validate(settings, strict=False)
    return Run(raw, out, run_pipeline(raw, out, chosen, workers=workers, debug=debug))


def read_files(out: Path) -> dict[str, bytes]:
    """Every file of a result that equal inputs give byte for byte: all but run.json."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path != out / "run.json"
    }


def write_pages(folder: Path, **pages: str | bytes) -> Path:
    """A folder with a page for each keyword; `first_md` is first.md."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages.items():
        path = folder / ".".join(name.rsplit("_", 1))
        path.write_bytes(page.encode() if isinstance(page, str) else page)
    return folder


def call_python(
    *arguments: str | Path, path: list[Path], cwd: Path, python: str | Path = sys.executable, **env: str
) -> subprocess.CompletedProcess[str]:
    """Python as a user calls it, in a pipe, with folders in front of its module path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COLUMNS", "COV", "PYTEST"))}
    return subprocess.run(
        [str(python), *map(str, arguments)],
        cwd=cwd,
        env={**kept, "PYTHONPATH": os.pathsep.join(map(str, path)), **env},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def load_script(path: Path) -> ModuleType:
    """A script of the repository that is no part of the package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module
