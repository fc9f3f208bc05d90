"""Sequences in three-letter codes: `Met-Glu-His`, `H-Tyr-D-Ala-NH2`, `GlyHisLys`, `Gly His Lys`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.chemistry.ends import DASHES, GAPS, close_chain, read_head, read_tail
from pipeline.chemistry.peptides import LONGEST, ONE_LETTER, UNKNOWN, Peptide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.chemistry.ends import Head, Tail
    from pipeline.chemistry.peptides import SequenceMatch

LEAST = 3  # residues; "Gly-Pro" alone is a cleavage site more often than a peptide
LEAST_MARKED = 2  # with an end that only a sequence has: "Ac-Pro-Gly-NH2"
LEAST_COMMAS = 5  # "Ser, His, Asp" lists residues of a protein
SIDE_CHAIN = 160  # characters in "Lys(…)"; the linker of semaglutide takes 60

# "D-", "(D)-", "L-", the d of "dPhe", the D of "DAla"
_MARK = rf"""
    (?: \( (?P<ringed> [DL] ) \) [{DASHES}]?
      | (?P<plain> [DLdl] ) [{DASHES}] | (?P<close> [DLdl] ) (?= [A-Z][a-z] ) )?
"""
_TITLE = "|".join(ONE_LETTER)
# Residues met in drugs that are none of the twenty: what we do not weigh, we still count.
_OTHER = rf"""
    (?P<other>
        (?: [1-6αN] - )? (?: [Mm]ethyl | Me ) -? (?: {_TITLE} )
      | [1-6] - (?: Cl | F | Br | I | NO2 ) -? (?: {_TITLE} )
      | [1-6] - Pal
      | (?: [1-6] - )? (?: Cpa | Nal | Pya | Thi )
      | [βbγ] -? (?: Ala | Glu )
      | p (?: Ser | Thr | Tyr )
      | Abu | Ahx | Aib | Asx | Bpa | Cha | Cit | Dab | Dap | Dmt | Dopa | GABA | Glx | hArg | Har | Hcy
      | Hse | Hyp | Nle | Nva | Oic | Orn | Pen | Phg | Pip | Pra | Pyl | Sar | Sec | Sta | Thz | Tic | Xaa
    )
    (?! [A-Za-z] )
"""
_CODES = {
    "title": rf"(?: (?P<code> {_TITLE} ) (?! [a-z] ) | {_OTHER} )",
    "upper": rf"(?: (?P<code> {_TITLE.upper()} ) (?! [A-Za-z] ) )",
    "lower": rf"(?: (?P<code> {_TITLE.lower()} ) (?! [A-Za-z] ) )",
}
_RESIDUE = {case: re.compile(_MARK + code, re.VERBOSE) for case, code in _CODES.items()}
_ANY = f"{_TITLE}|{_TITLE.upper()}|{_TITLE.lower()}"
_START = re.compile(rf"(?<! [A-Za-z0-9] ) {_MARK} (?: (?: {_ANY} ) (?! [a-z] ) | {_OTHER} )", re.VERBOSE)
# A name between two residues that we do not know: the "Xyz" of "Tyr-Xyz-Ala".
_STRANGER = re.compile(
    rf"""
    (?P<stranger> [A-Z][A-Za-z0-9]{{1,7}} )
    (?= [{DASHES}] (?: [DL] [{DASHES}] )? (?: {_TITLE} ) (?! [a-z] ) )
    """,
    re.VERBOSE,
)
_PLACE = re.compile(r"\d{1,3}|[₀-₉]{1,3}|[⁰¹²³⁴-⁹]{1,3}")
_PLAIN_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹", "01234567890123456789")

# What stands between two residues. The first gap decides for the whole chain, so that
# "Pro-Gly-Pro – Met-Glu-His" stays two sequences.
_TIGHT = re.compile(rf"[{DASHES}][{GAPS}]?(?:\r?\n[{GAPS}]{{0,4}})?|[{GAPS}][{DASHES}](?![{GAPS}])|[·•∙⋅]|")
_WIDE = {
    "dash": re.compile(rf"[{GAPS}]{{1,2}}[{DASHES}][{GAPS}]{{1,2}}"),
    "space": re.compile(rf"[{GAPS}]{{1,2}}"),
    "comma": re.compile(rf",[{GAPS}]?"),
}
_OPENING = re.compile(rf"(?P<ring>[Cc]yclo[{DASHES}]?|c(?=[\[(]))?[\[(]")
_CLOSING = re.compile(r"[\])]")
_FOLLOWED = re.compile(rf"[{DASHES}](?:[\[(]?(?:[DLdl][{DASHES}]|\([DL]\))?(?:{_ANY})|NH|OH|CO)")
# Side chains that may end a sequence, where a name in parentheses could stand too.
_MODIFIER = re.compile(r"[(\[](?:.*(?:PEG|AEEA|acyl|oyl\b|diacid|OtBu|Trt|Boc|Fmoc|Acm|StBu).*|Ac|Me|Pal|Myr|ol)[)\]]")


@dataclass(slots=True)
class Chain:
    """Residues read so far, and what we could not read as one of the twenty."""

    start: int
    end: int
    case: str
    gap: str = ""
    residues: list[str] = field(default_factory=list)
    d_positions: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    shifts: set[int] = field(default_factory=set)  # written place less counted place
    open_brackets: int = 0


def find_codes(text: str, *, least: int = LEAST) -> Iterator[SequenceMatch]:
    """Find chains of three-letter codes of at least so many residues (fewer will do between marked ends)."""
    at = 0
    while begun := _START.search(text, at):
        head = read_head(text, begun.start())
        chain = _read_chain(text, begun.start(), head)
        at = max(chain.end, begun.end())
        tail = read_tail(text, chain.end)
        if _is_sequence(chain, head, tail, least):
            unsupported = (*chain.names, *chain.pieces)
            peptide = Peptide("".join(chain.residues), None, None, tuple(chain.d_positions), unsupported)
            found = close_chain(peptide, head, tail, "three_letter")
            at = max(at, found.end)
            yield found


def _read_chain(text: str, start: int, head: Head) -> Chain:
    """Read residues from `start` as far as they go; each character is passed once."""
    chain = Chain(start, start, _case_of(text, start))
    if "cyclic" in head.unsupported and text[start - 1] in "[(":
        chain.open_brackets = 1
    at: int | None = start
    while at is not None and _take_residue(text, at, chain):
        _take_brackets(text, chain)
        at = _next_residue(text, chain)
    return chain


def _case_of(text: str, start: int) -> str:
    return next((case for case, residue in _RESIDUE.items() if residue.match(text, start)), "title")


def _take_residue(text: str, at: int, chain: Chain) -> bool:
    match = _RESIDUE[chain.case].match(text, at)
    if match is None:
        return _take_stranger(text, at, chain)
    name = match["code"] or match.groupdict().get("other") or ""
    letter = ONE_LETTER.get(name.title(), UNKNOWN) if match["code"] else UNKNOWN
    chain.residues.append(letter)
    if letter == UNKNOWN:
        chain.names.append(name)
    if (match["ringed"] or match["plain"] or match["close"] or "").upper() == "D":
        chain.d_positions.append(len(chain.residues))
    chain.end = match.end()
    _take_place(text, chain)
    _take_side_chain(text, chain, name)
    return True


def _take_stranger(text: str, at: int, chain: Chain) -> bool:
    stranger = _STRANGER.match(text, at) if chain.residues and chain.gap == "tight" else None
    if stranger is None or text[at - 1] not in "-\u2010\u2011\u2013":
        return False
    chain.residues.append(UNKNOWN)
    chain.names.append(stranger["stranger"])
    chain.end = stranger.end()
    return True


def _take_place(text: str, chain: Chain) -> None:
    """`Cys1-Tyr2`: a place is part of a residue only if a chain goes on, or if the first one had one."""
    place = _PLACE.match(text, chain.end)
    if place is None or (not _FOLLOWED.match(text, place.end()) and not chain.shifts):
        return
    chain.shifts.add(int(place[0].translate(_PLAIN_DIGITS)) - len(chain.residues))
    chain.end = place.end()


def _take_side_chain(text: str, chain: Chain, name: str) -> None:
    """`Lys(AEEA-γGlu-C18)-Glu`: what hangs on a residue, which may nest."""
    if not text.startswith(("(", "["), chain.end):
        return
    depth = 0
    for at in range(chain.end, min(len(text), chain.end + SIDE_CHAIN)):
        depth += (text[at] in "([") - (text[at] in ")]")
        if depth == 0:
            break
    else:
        return
    if _FOLLOWED.match(text, at + 1) or _MODIFIER.fullmatch(text, chain.end, at + 1):
        chain.pieces.append(f"{name}(…)")
        chain.end = at + 1


def _take_brackets(text: str, chain: Chain) -> None:
    if chain.open_brackets and _CLOSING.match(text, chain.end):
        chain.open_brackets -= 1
        chain.end += 1


def _next_residue(text: str, chain: Chain) -> int | None:
    """Where the next residue would begin; the first gap settles which gaps this chain has."""
    if chain.gap in ("", "tight") and (found := _after_tight(text, chain)) is not None:
        chain.gap = "tight"
        return found
    if chain.gap == "tight" or chain.case == "lower":
        return None
    for name, gap in _WIDE.items():
        match = gap.match(text, chain.end) if chain.gap in ("", name) else None
        if match and _RESIDUE[chain.case].match(text, match.end()):
            chain.gap = name
            return match.end()
    return None


def _after_tight(text: str, chain: Chain) -> int | None:
    match = _TIGHT.match(text, chain.end)
    at = match.end() if match else chain.end
    if _RESIDUE[chain.case].match(text, at):
        return at
    if at == chain.end:
        return None
    if opening := _OPENING.match(text, at):
        if not _RESIDUE[chain.case].match(text, opening.end()):
            return None
        chain.open_brackets += 1
        chain.pieces += ["cyclic"] if opening["ring"] else []
        return opening.end()
    return at if chain.case == "title" and _STRANGER.match(text, at) else None


def _is_sequence(chain: Chain, head: Head, tail: Tail, least: int) -> bool:
    count = len(chain.residues)
    marked = head.marked or tail.marked
    if chain.gap == "comma":
        least = LEAST_COMMAS
    elif marked:
        least = LEAST_MARKED - (head.n_term == "pyroglutamyl")
    return (
        least <= count <= LONGEST
        and len(chain.shifts) <= 1  # His57-Asp102-Ser195 are no neighbours
        and count > len(chain.names) * 2
    )
