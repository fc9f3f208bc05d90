"""Sequences in one-letter codes: `Ac-LKKTETQ`, `17-LKKTETQEK-25`, `GEPPPGKPADDAGLV`, `T-K-P-R-P-G-P`."""

from __future__ import annotations

import re
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

from pipeline.chemistry.ends import DASHES, close_chain, count_numbers, read_head, read_tail
from pipeline.chemistry.peptides import LETTERS, LONGEST, Peptide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.chemistry.ends import Head, Tail
    from pipeline.chemistry.peptides import SequenceMatch

LEAST = 3  # letters, between ends that only a sequence has
LEAST_NUMBERED = 4
LEAST_BARE = 5
LEAST_SPELLED = 4  # "A-E-D-G"
LEAST_ALONE = 7  # letters that need no word beside them to be a sequence, if they look like none
LEAST_SURE = 12
MOST_LOWER = 0.5  # share of D-residues in lower case

# The letters that follow each letter in English: pairs found in at least 0.2 % of 22,000 English word
# types (running text of papers and manuals). A word seldom has another pair; of random peptides of
# seven residues nine in ten have one, of twelve 99 in a hundred.
FOLLOWERS = MappingProxyType(
    {
        "A": "CDEFGHIKLMNPRSTVY",
        "C": "ACEHIKLRSTY",
        "D": "ADEILRSY",
        "E": "ACDEFGHILMNPQRSTVWY",
        "F": "AEFILRT",
        "G": "AEGHILMNRSY",
        "H": "AEILMRTY",
        "I": "ACDEFGLMNPRSTV",
        "K": "AEIS",
        "L": "ACDEFGIKLMPSTVY",
        "M": "AEIMPSY",
        "N": "ACDEFGHIKLNSTVY",
        "P": "AEHILPRSTY",
        "Q": "",
        "R": "ACDEFGHIKLMNPRSTVY",
        "S": "ACEFHIKLMPSTY",
        "T": "ACEHILRSTY",
        "V": "AEI",
        "W": "AEHIN",
        "Y": "ACDEGILMNPRST",
    }
)
# Acronyms, genes and words that hold unusual pairs and only letters of residues.
NO_SEQUENCES = frozenset(
    """
    ADHDS AMPKS APPSWE ASCVD CAMKII CDMPS DEKKER DHEAS DSHEA EGFRS ELISAS FDAAA FGFRS
    GAPDH GHRHR GHRPS GHSRS GLPIR GPCRS HDACS HEPES HILIC HIPAA HMGCR HMGCS HPLC HPLCMS IGFIR
    IRAKS KLIMEK LAWRENCE LCMS LCMSMS LDLC LENGTHS MALDI MAPKS MASLD MCRS MHRA MIRNA MIRNAS MPEG MRNAS NAFLD
    NCAA NCCIH NHANES NIAID NIDDK NIDDKD NIHMS NLRP NMDAR NMDARS NSAID NSAIDS NTRK PDAPP PDGFA PDGFR PDGFRA
    PEGS PKCS PMDA PPARA PPARD PPARG PPARS PPIS QPCR RDKIT RNASE RTPCR SDSPAGE SHRNA SIRNA SIRNAS SMADS
    SNRIS SPPS SSRIS STRENGTHS TGFS TIMPS TLRS TRKA TWEEN VEGFA VEGFR VEGFRS WADA WEEKLY
    WIDTHS WITHDRAWAL WITHDRAWN
    """.split()  # noqa: SIM905 (twelve lines of quotes would hide the words)
)

NUCLEOTIDES = frozenset("ACGTN")  # "ATGCGTACCT" is a primer

# The lookbehind keeps "BPC" whole: P and C are letters of residues, B is none.
_RUN = re.compile(rf"(?<![A-Za-z0-9])(?P<pyro>p(?=E))?(?P<run>[{LETTERS}]{{3,}}+)(?![a-z0-9])")
# "HwAWfK-NH2": D-residues in lower case, only before a C-terminus.
_MIXED = re.compile(
    rf"(?<![A-Za-z0-9])(?!pE)(?P<run>[{LETTERS}{LETTERS.lower()}]{{4,60}}+)(?=[{DASHES}](?:NH[2₂]|OH)\b)"
)
# "SYSMEHFRWG KPVGKKRRPV KVYPN": blocks of ten, as databases print them, or at least three of five.
_BLOCKS = re.compile(
    rf"""
    (?<! [A-Za-z0-9] )
    (?P<run>
        [{LETTERS}]{{10}} (?: [ ] [{LETTERS}]{{10}} ){{0,20}}+ [ ] [{LETTERS}]{{1,10}}
      | [{LETTERS}]{{5}} (?: [ ] [{LETTERS}]{{5}} ){{2,40}}+ (?: [ ] [{LETTERS}]{{1,4}} )?
    )
    (?! [A-Za-z0-9] )
    """,
    re.VERBOSE,
)
# "T-K-P-R-P-G-P", "M E H F P G P"
_SPELLED = re.compile(
    rf"""
    (?<! [A-Za-z0-9{DASHES}] )
    (?P<run> [{LETTERS}] (?: [{DASHES}][{LETTERS}] ){{3,}}+ | [{LETTERS}] (?: [ ][{LETTERS}] ){{4,}}+ )
    (?! [A-Za-z0-9] )
    """,
    re.VERBOSE,
)
_CUE_BEFORE = re.compile(
    r"\b(?:sequences?|(?:one|single|1)[- ]letter|residues|motif|primary structure)\b", re.IGNORECASE
)
_CUE_AFTER = re.compile(r"[ ](?:fragment|motif|peptide|sequence|[a-z]{2,10}peptide)\b", re.IGNORECASE)
_SHOUT_BEFORE = re.compile(r"(?<![A-Za-z])[A-Z]{4,20}[ ]\Z")
_SHOUT_AFTER = re.compile(r"[ ][A-Z]{4,20}(?![A-Za-z])")
NEAR = 60  # characters before the run in which a word may announce it


def find_letters(text: str, *, bare: bool) -> Iterator[SequenceMatch]:
    """Find one-letter chains, which may overlap where one run reads in two ways.

    With `bare` the caller vouches that a sequence is expected here (a field called so).
    """
    for pattern in (_BLOCKS, _SPELLED, _MIXED, _RUN):
        for match in pattern.finditer(text):
            head, tail = read_head(text, match.start()), read_tail(text, match.end())
            written = re.sub(r"[^A-Za-z]", "", match["run"])
            if not _can_be_sequence(written) or _is_broken(text, match):
                continue
            if _has_ends(written, head, tail) or _stands_bare(text, match, written, bare=bare):
                chain = _make_chain(written, pyro=bool(match.groupdict().get("pyro")))
                yield close_chain(chain, head, tail, "one_letter")


# "…AAK([gGlu-Pal])EFIAW…": a chain that goes on behind what one of its residues carries.
_CARRIES = re.compile(rf"\((?!\d)[^()\n]{{1,60}}\)(?=[{LETTERS}]{{3}})")
_CARRIED = re.compile(rf"[{LETTERS}]{{3}}\((?!\d)[^()\n]{{1,60}}\)\Z")


def _is_broken(text: str, match: re.Match[str]) -> bool:
    """Whether a run is only a part of a chain that a group in brackets breaks."""
    before = text[max(0, match.start() - NEAR - LEAST) : match.start()]
    return bool(_CARRIES.match(text, match.end()) or _CARRIED.search(before))


def _can_be_sequence(written: str) -> bool:
    lower = sum(map(str.islower, written))
    return len(written) <= LONGEST and written.upper() not in NO_SEQUENCES and lower <= len(written) * MOST_LOWER


def _make_chain(written: str, *, pyro: bool) -> Peptide:
    d_positions = tuple(place for place, letter in enumerate(written, start=1) if letter.islower())
    return Peptide(written.upper(), "pyroglutamyl" if pyro else None, None, d_positions)


def _has_ends(written: str, head: Head, tail: Tail) -> bool:
    """Whether an end says that this is a chain.

    `-NH2` alone may hang on "PEG", `H-` and "Fmoc-" on anything, and numbers must count the letters:
    "10-HPLC-35" is none.
    """
    if head.n_term or (head.hydrogen and tail.marked):
        return True
    if tail.marked:
        return len(written) > LEAST
    return len(written) >= LEAST_NUMBERED and count_numbers(head, tail, len(written)) is not None


def _stands_bare(text: str, match: re.Match[str], written: str, *, bare: bool) -> bool:
    """Whether a run without ends is a sequence: unlike English, and announced, long, or vouched for."""
    least = LEAST_SPELLED if match.re is _SPELLED else LEAST_BARE
    unusual = count_unusual_pairs(written)
    if len(written) < least or not unusual or not written.isupper() or NUCLEOTIDES.issuperset(written):
        return False
    if bare or _CUE_BEFORE.search(text, max(0, match.start() - NEAR), match.start()):
        return True
    if unusual > 1 and _CUE_AFTER.match(text, match.end()):
        return True
    long_enough = LEAST_ALONE if unusual > 1 else LEAST_SURE
    return len(written) >= long_enough and not _is_shouted(text, match)


def count_unusual_pairs(letters: str) -> int:
    """Neighbours that English words hardly ever have: `PG`, `FP`, `KK`."""
    return sum(after not in FOLLOWERS[letter] for letter, after in pairwise(letters.upper()))


def _is_shouted(text: str, match: re.Match[str]) -> bool:
    """Whether a neighbour on the line is in capitals too: a heading, not a sequence."""
    before = text[max(0, match.start() - NEAR) : match.start()]
    return bool(_SHOUT_BEFORE.search(before) or _SHOUT_AFTER.match(text, match.end()))
