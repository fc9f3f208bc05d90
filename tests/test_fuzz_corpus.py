"""Inputs that once broke a reader or a finder, and what the fuzzer checks of every input."""

from __future__ import annotations

from pathlib import Path

import pytest

from runs import load_script

FUZZ = Path(__file__).parents[1] / "fuzz"
TARGETS = load_script(FUZZ / "targets.py").TARGETS
INPUTS = sorted(path for path in (FUZZ / "corpus").rglob("*") if path.is_file())


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_input_that_was_found_breaks_nothing(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_takes_any_bytes(name: str) -> None:
    for data in (b"", b"\x00", b"\xff\xfe", b"A sentence, 5 mg [3].", "Tα1 – C₃₇H₅₁, ACTH(4–10)".encode()):
        TARGETS[name](data)


def test_the_runner_knows_every_target() -> None:
    assert set(load_script(FUZZ / "run.py").TARGETS) == set(TARGETS)
