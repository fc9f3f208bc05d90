"""How many residues a page says a peptide has: `heptapeptide`, `15-amino-acid`, `twenty-nine-residue`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from pipeline.chemistry.ends import DASHES

if TYPE_CHECKING:
    from collections.abc import Iterator

# IUPAC numerical prefixes, with the spellings that pages use.
GREEK = MappingProxyType(
    {
        "di": 2,
        "tri": 3,
        "tetra": 4,
        "penta": 5,
        "hexa": 6,
        "hepta": 7,
        "octa": 8,
        "nona": 9,
        "deca": 10,
        "undeca": 11,
        "hendeca": 11,
        "dodeca": 12,
        "trideca": 13,
        "tetradeca": 14,
        "pentadeca": 15,
        "hexadeca": 16,
        "heptadeca": 17,
        "octadeca": 18,
        "nonadeca": 19,
        "eicosa": 20,
        "icosa": 20,
        "heneicosa": 21,
        "docosa": 22,
        "tricosa": 23,
        "tetracosa": 24,
        "pentacosa": 25,
        "hexacosa": 26,
        "heptacosa": 27,
        "octacosa": 28,
        "nonacosa": 29,
        "triaconta": 30,
    }
)
ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WORDS = MappingProxyType(
    {
        **{word: number for number, word in enumerate((*ONES, *TEENS), start=1)},
        **{word: number for number, word in zip(range(20, 100, 10), TENS, strict=True)},
    }
)

_JOIN = rf"[{DASHES} \u00a0]"
# "heptapeptide", "Pentadeca-peptides"; not the name "tripeptide-1" or "dipeptidyl".
_GREEK = re.compile(
    rf"\b(?P<greek>{'|'.join(sorted(GREEK, key=len, reverse=True))})[{DASHES}]?peptides?\b(?!{_JOIN}?\d)",
    re.IGNORECASE,
)
# "15-amino-acid", "twenty-nine-residue", "43 aa", "seven amino acids", "15-mer"; not "8-12 amino acids".
_COUNTED = re.compile(
    rf"""
    (?<! [\w.,] ) (?<! [\d)] [{DASHES}–] ) (?<! \d[ ][{DASHES}][ ] )
    (?: (?P<digits> [1-9]\d{{0,2}} )
      | (?P<tens> {"|".join(TENS)} ) (?: {_JOIN} (?P<ones> {"|".join(ONES)} ) )?
      | (?P<word> {"|".join(sorted((*ONES, *TEENS), key=len, reverse=True))} )
    )
    (?: {_JOIN} (?: amino{_JOIN}?acids? | residues? | a\.?a\.? ) | [{DASHES}]?mer(?:ic)? )
    (?! \w )
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Some of the residues, or what was done to them, is not how many there are.
_PARTIAL_BEFORE = re.compile(
    r"""
    \b (?: first | last | final | initial | other | remaining | all | these | those | every | another
         | additional | extra | substitutions?[ ]of | between | to | or | than ) \s \Z
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PARTIAL_AFTER = re.compile(
    rf"""
    [{DASHES} ]
    (?: substitut | chang | modif | differ | mutat | replace | swap | delet | insert | position | addition
      | apart | away | upstream | downstream | overlap | (?: at | are | in | from | were ) \b )
    """,
    re.IGNORECASE | re.VERBOSE,
)
BEHIND = 24  # characters before a count that may say that it is partial


@dataclass(frozen=True, slots=True)
class CountMatch:
    """A stated number of residues, from `start` up to, not including, `end`."""

    start: int
    end: int
    n: int


def find_counts(text: str) -> Iterator[CountMatch]:
    """Find stated numbers of residues, in order; no substitutions, and no "first 29 amino acids"."""
    found = [CountMatch(m.start(), m.end(), GREEK[m["greek"].lower()]) for m in _GREEK.finditer(text)]
    found += [CountMatch(m.start(), m.end(), _number(m)) for m in _COUNTED.finditer(text) if not _is_partial(text, m)]
    yield from sorted(found, key=lambda match: match.start)


def _number(match: re.Match[str]) -> int:
    if match["digits"]:
        return int(match["digits"])
    return sum(WORDS[match[part].lower()] for part in ("tens", "ones", "word") if match[part])


def _is_partial(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - BEHIND) : match.start()]
    return bool(_PARTIAL_BEFORE.search(before) or _PARTIAL_AFTER.match(text, match.end()))
