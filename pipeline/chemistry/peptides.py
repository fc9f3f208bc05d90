"""What a peptide is here: residues, ends, D-residues, and the pieces that we cannot weigh."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Style = Literal["three_letter", "one_letter", "names", "list"]

LONGEST = 200  # residues; longer chains are proteins, and their masses are not told residue by residue
UNKNOWN = "X"  # stands for a residue that is none of the twenty
OPEN_ENDED = ("…", "attached", "repeat")  # pieces that leave the number of residues open

THREE_LETTER = MappingProxyType(
    {
        "A": "Ala",
        "R": "Arg",
        "N": "Asn",
        "D": "Asp",
        "C": "Cys",
        "Q": "Gln",
        "E": "Glu",
        "G": "Gly",
        "H": "His",
        "I": "Ile",
        "L": "Leu",
        "K": "Lys",
        "M": "Met",
        "F": "Phe",
        "P": "Pro",
        "S": "Ser",
        "T": "Thr",
        "W": "Trp",
        "Y": "Tyr",
        "V": "Val",
    }
)
ONE_LETTER = MappingProxyType({code: letter for letter, code in THREE_LETTER.items()})
LETTERS = "".join(sorted(THREE_LETTER))

N_TERMINI = MappingProxyType(
    {"acetyl": "Ac", "formyl": "For", "myristoyl": "Myr", "palmitoyl": "Pal", "pyroglutamyl": "pGlu"}
)
C_TERMINI = MappingProxyType({"amide": "NH2", "ethylamide": "NHEt"})


@dataclass(frozen=True, slots=True)
class Peptide:
    """A chain from the N- to the C-terminus.

    residues: one-letter codes in upper case, `X` for a residue that is none of the twenty.
    n_term: a key of `N_TERMINI` or nothing (free amine). "pyroglutamyl" is the first E, closed to a ring.
    c_term: a key of `C_TERMINI` or nothing (free acid).
    d_positions: places of D-residues, counted from 1.
    unsupported: what was met that we cannot weigh: first the names behind each X in order, then side chains,
        rings, tags; if not empty, no mass can be told.
    form: "copper" if it was written as the copper complex; residues and masses are those without the metal.
    """

    residues: str
    n_term: str | None = None
    c_term: str | None = None
    d_positions: tuple[int, ...] = ()
    unsupported: tuple[str, ...] = ()
    form: str | None = None

    @property
    def written(self) -> str:
        """Three-letter notation that `parse_peptide` reads back: `Ac-Ser-D-Ala-Lys-NH2`."""
        names = iter(self.unsupported)
        codes = [THREE_LETTER.get(letter) or next(names, "Xaa") for letter in self.residues]
        for place in self.d_positions:
            codes[place - 1] = f"D-{codes[place - 1]}"
        if self.n_term == "pyroglutamyl":
            codes[0] = N_TERMINI["pyroglutamyl"]
        elif self.n_term:
            codes.insert(0, N_TERMINI[self.n_term])
        if self.c_term:
            codes.append(C_TERMINI[self.c_term])
        return "-".join(codes) + (" · Cu" if self.form == "copper" else "")

    @property
    def letters(self) -> str:
        """One-letter notation with its ends, for a sentence: `Ac-LKKTETQ`, `pEHP-NH2`."""
        head = "p" if self.n_term == "pyroglutamyl" else f"{N_TERMINI[self.n_term]}-" if self.n_term else ""
        tail = f"-{C_TERMINI[self.c_term]}" if self.c_term else ""
        return head + self.residues + tail

    @property
    def is_whole(self) -> bool:
        """Whether the number of residues is known: nothing cut off, repeated, or joined to something else."""
        return not any(piece in OPEN_ENDED for piece in self.unsupported)


@dataclass(frozen=True, slots=True)
class SequenceMatch:
    """A sequence in a text, from `start` up to, not including, `end`.

    style: how it is written; `list` (names with commas and "and") is the weakest: it may list ingredients.
    numbered: the places in a parent that were written at both ends, as in `17-LKKTETQEK-25`.
    """

    start: int
    end: int
    peptide: Peptide
    style: Style
    numbered: tuple[int, int] | None = None
