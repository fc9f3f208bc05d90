"""What every arbiter hands back, and how a sequence stands in its sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pipeline.chemistry.peptides import Peptide

Verdict = Literal["agree", "disagree", "cannot_tell"]

LONG = 30  # letters of a sequence that a sentence shows whole
HEAD, TAIL = 15, 10  # letters of a longer one that it shows


@dataclass(frozen=True, slots=True)
class Finding:
    """What a computation says of a statement: evidence, never a verdict on who is right.

    verdict: `disagree` means that the arithmetic refutes the statement for everything that was tried,
        `cannot_tell` that there is nothing to compute with.
    computed: the value that the statement should have had, or the nearest one; empty if there is none.
    arithmetic: one sentence with the numbers. tried: names of what was compared.
    form: the form that fits (`free`, `acetate` …), if the statement is a mass or formula and one does.
    """

    verdict: Verdict
    computed: str
    arithmetic: str
    tried: tuple[str, ...] = ()
    form: str | None = None


def cannot_tell(why: str) -> Finding:
    """Nothing to compute with, and why."""
    return Finding("cannot_tell", "", why)


def show_peptide(peptide: Peptide) -> str:
    """The sequence for a sentence; of a long one its two ends."""
    return show_letters(peptide.letters)


def show_letters(letters: str) -> str:
    """A run of letters for a sentence; of a long one its two ends."""
    return letters if len(letters) <= LONG else f"{letters[:HEAD]}…{letters[-TAIL:]}"
