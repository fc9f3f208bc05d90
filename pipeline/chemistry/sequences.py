"""Peptide sequences in running text, however they are written."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.chemistry.codes import find_codes
from pipeline.chemistry.ends import DASHES, close_chain, read_head, read_tail
from pipeline.chemistry.letters import find_letters
from pipeline.chemistry.names import find_names
from pipeline.chemistry.peptides import LETTERS, LONGEST, Peptide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.chemistry.peptides import SequenceMatch

LONGEST_WRITTEN = 4000  # characters of one sequence; 200 residues with side chains fit
LEAST_WHOLE = 2  # residues of what a caller holds for a sequence as a whole

# "GHK", "H-GHK-OH", "pEHP-NH2", "GHK-Cu": letters that only the caller's word makes a sequence.
_WHOLE = re.compile(
    rf"""
    (?: [A-Za-z0-9]{{1,12}} [{DASHES}] )?
    (?P<pyro> p (?=E) )? (?P<run> [{LETTERS}]{{{LEAST_WHOLE},{LONGEST}}} )
    (?! [A-Za-z] )
    """,
    re.VERBOSE,
)


def find_sequences(text: str, *, bare: bool = False) -> Iterator[SequenceMatch]:
    """Find every sequence, in order, none overlapping another.

    Three-letter codes need three residues, or two with an end such as `Ac-` or `-NH2`; words need three.
    One-letter runs with such an end, or with numbers that count them, need three or four letters. A run of
    five or more without ends is taken if it holds a pair of letters that English words hardly have, is no
    known acronym or gene, and one of these: `bare` (the caller knows that a sequence stands here), a word
    such as "sequence" or "one-letter" near it, or at least seven letters with two such pairs.
    """
    found = [*find_codes(text), *find_letters(text, bare=bare), *find_names(text)]
    end = 0
    for match in sorted(found, key=lambda match: (match.start, -match.end)):
        if match.start >= end:
            end = match.end
            yield match


@lru_cache(maxsize=4096)
def parse_peptide(text: str) -> Peptide | None:
    """Read a whole string as one sequence; here two residues are enough, and no run of letters is doubted."""
    text = text.strip()
    if len(text) > LONGEST_WRITTEN:
        return None
    found = [*_read_letters(text), *find_codes(text, least=LEAST_WHOLE), *find_sequences(text, bare=True)]
    return next((match.peptide for match in found if match.start == 0 and match.end == len(text)), None)


def _read_letters(text: str) -> Iterator[SequenceMatch]:
    if run := _WHOLE.match(text):
        chain = Peptide(run["run"], "pyroglutamyl" if run["pyro"] else None)
        start = run.start("pyro" if run["pyro"] else "run")
        yield close_chain(chain, read_head(text, start), read_tail(text, run.end()), "one_letter")
