"""Real pages damaged at random: none breaks a stage, and every quote stands where its row says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mutants import find_fault, list_mutants, read_pages
from runs import RAW

if TYPE_CHECKING:
    from pathlib import Path

ROUNDS = 40  # benchmarks/mutants.py has more


def test_no_damage_breaks_a_stage(tmp_path: Path) -> None:
    mutants = list_mutants(read_pages(RAW), ROUNDS, seed=11)
    faults = {name: find_fault(page, tmp_path / "page") for name, page in mutants}
    assert {name: fault for name, fault in faults.items() if fault} == {}


def test_the_same_seed_gives_the_same_damage() -> None:
    pages = read_pages(RAW)
    assert list(list_mutants(pages, 20, seed=1)) == list(list_mutants(pages, 20, seed=1))
    assert list(list_mutants(pages, 20, seed=1)) != list(list_mutants(pages, 20, seed=2))
