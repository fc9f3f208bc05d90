"""A claim such as "contains ACTH(4–10)" against the residues that a page itself gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.chemistry.findings import Finding, Verdict, cannot_tell, show_letters, show_peptide
from pipeline.chemistry.fragments import fragment_residues
from pipeline.chemistry.peptides import UNKNOWN

if TYPE_CHECKING:
    from pipeline.chemistry.peptides import Peptide

Relation = Literal["is", "contains", "derived", "analog"]

SHARED_RUN = 3  # residues in a row that make kinship believable
SHARED_PART = 0.5  # of aligned residues equal: an analogue with substitutions
LONGEST_PARENT = 2000  # residues that are compared; the run is found in parent times peptide steps
TRIED: tuple[Relation, ...] = ("is", "contains", "derived", "analog")
WORDS = {"is": "is", "contains": "contains", "derived": "derived from", "analog": "an analogue of"}


@dataclass(frozen=True, slots=True)
class _Run:
    """The longest run of residues that both share: its places in the peptide and in the parent, from 0."""

    at: int
    in_parent: int
    length: int


@dataclass(frozen=True, slots=True)
class _Pair:
    """A peptide beside residues `low` to `high` of a parent."""

    peptide: Peptide
    name: str
    parent: str
    low: int
    high: int
    fragment: str

    @property
    def residues(self) -> str:
        return self.peptide.residues

    @property
    def range_says(self) -> str:
        return f"{self.name} {self.low}–{self.high} is {show_letters(self.fragment)}"

    @property
    def equal(self) -> int:
        """Residues equal place by place, where both are of one length."""
        if len(self.residues) != len(self.fragment):
            return 0
        return sum(mine == its for mine, its in zip(self.residues, self.fragment, strict=True))


def check_fragment(
    peptide: Peptide, parent_name: str, parent_sequence: str, low: int, high: int, relation: Relation
) -> Finding:
    """Compare "… is / contains / is derived from / is an analogue of PARENT(low–high)" with a sequence.

    The sentence tells which residues the range is, whether the sequence has them, and the longest run that
    both share, in the parent's numbering. Termini are left aside. A derived peptide or an analogue need not
    contain the range: three residues in a row, or half of those aligned, are kinship enough to believe it.
    """
    fragment = fragment_residues(parent_sequence, low, high)
    if fragment is None or len(parent_sequence) > LONGEST_PARENT:
        length = len(parent_sequence)
        return cannot_tell(f"{parent_name} has {length} residues, so {low}–{high} cannot be looked up")
    if not peptide.residues:
        return cannot_tell("there is no sequence to compare")
    pair = _Pair(peptide, parent_name, parent_sequence, low, high, fragment)
    if fragment in peptide.residues:
        return _judge_whole(pair, relation)
    return _judge_part(pair, relation)


def _judge_whole(pair: _Pair, relation: Relation) -> Finding:
    """The peptide contains the range: everything holds but `is`, if there are residues beside it."""
    shown, extra = show_peptide(pair.peptide), len(pair.residues) - len(pair.fragment)
    computed = f"{pair.name} {pair.low}–{pair.high} {show_letters(pair.fragment)}"
    if not extra:
        return Finding("agree", computed, f"{pair.range_says}, and {shown} is exactly that", TRIED)
    at = pair.residues.find(pair.fragment)
    said = f"{pair.range_says}; {shown} contains it at positions {at + 1}–{at + len(pair.fragment)}"
    said += f", with {extra} residue{'s' * (extra > 1)} besides"
    if relation == "is":
        return Finding("disagree", computed, f"{said}; 'contains' holds, 'is' cannot", TRIED)
    return Finding("agree", computed, said, TRIED)


def _judge_part(pair: _Pair, relation: Relation) -> Finding:
    """The peptide lacks part of the range: neither `is` nor `contains` holds; kinship may."""
    run = _longest_run(pair)
    computed, said = _name_run(pair, run), f"{pair.range_says}; {_tell_lack(pair, run)}"
    is_related = run.length >= SHARED_RUN or pair.equal >= SHARED_PART * len(pair.fragment)
    is_hidden = UNKNOWN in pair.residues or not pair.peptide.is_whole
    if relation in ("derived", "analog"):
        if is_related:
            said += f"; '{WORDS[relation]}' can hold, although 'contains' and 'is' cannot"
            return Finding("agree", computed, said, TRIED)
        verdict: Verdict = "cannot_tell" if is_hidden or run.length == SHARED_RUN - 1 else "disagree"
        return Finding(verdict, computed, f"{said}; nothing in it supports '{WORDS[relation]}'", TRIED)
    if is_hidden:
        pieces = ", ".join(pair.peptide.unsupported)
        return Finding("cannot_tell", computed, f"{said}; it also holds {pieces}, which may hide more", TRIED)
    kin = "'an analogue of' or 'derived from' can" if is_related else "and nothing supports any kinship"
    return Finding("disagree", computed, f"{said}; '{relation}' cannot hold, {kin}", TRIED)


def _tell_lack(pair: _Pair, run: _Run) -> str:
    """What the peptide has of the range, and what stands where the rest should be."""
    said = f"{show_peptide(pair.peptide)} does not contain it; "
    end = run.in_parent + run.length
    if run.length < SHARED_RUN - 1:
        said += f"it shares no two residues in a row with {pair.name}"
    else:
        shared = show_letters(pair.parent[run.in_parent : end])
        said += f"the longest shared run is {shared}, {pair.name} {run.in_parent + 1}–{end}"
        rest, missing = pair.residues[run.at + run.length :], pair.parent[end : pair.high]
        if rest and missing and pair.low <= run.in_parent + 1:
            said += f", and then {show_letters(rest)} stands where {pair.name} {end + 1}–{pair.high}"
            said += f" has {show_letters(missing)}"
    if len(pair.residues) == len(pair.fragment):
        said += f"; {pair.equal} of {len(pair.fragment)} residues are equal place by place"
    return said


def _name_run(pair: _Pair, run: _Run) -> str:
    if not run.length:
        return f"no residue of {pair.name}"
    end = run.in_parent + run.length
    return f"{pair.name} {run.in_parent + 1}–{end} {show_letters(pair.parent[run.in_parent : end])}"


def _longest_run(pair: _Pair) -> _Run:
    """Longest common run; of equal ones the first that lies within the range."""
    best, best_rank = _Run(0, 0, 0), (0, False)
    lengths = [0] * (len(pair.parent) + 1)
    for mine, letter in enumerate(pair.residues, start=1):
        row = [0] * (len(pair.parent) + 1)
        for its, other in enumerate(pair.parent, start=1):
            if letter != other:
                continue
            length = row[its] = lengths[its - 1] + 1
            rank = (length, pair.low <= its - length + 1 and its <= pair.high)
            if rank > best_rank:
                best, best_rank = _Run(mine - length, its - length, length), rank
        lengths = row
    return best
