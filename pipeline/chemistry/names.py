"""Sequences in words: `glycyl-L-histidyl-L-lysine`, `glycine-histidine-lysine`, lists with commas."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from pipeline.chemistry.ends import DASHES, GAPS, close_chain, read_head, read_tail
from pipeline.chemistry.peptides import LONGEST, Peptide

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.chemistry.peptides import SequenceMatch, Style

LEAST = 3  # residues; "leucine, isoleucine" and "alanyl-glutamine" are everyday pairs

NAMES = MappingProxyType(
    {
        "alanine": "A",
        "arginine": "R",
        "asparagine": "N",
        "aspartic acid": "D",
        "aspartate": "D",
        "cysteine": "C",
        "glutamine": "Q",
        "glutamic acid": "E",
        "glutamate": "E",
        "glycine": "G",
        "histidine": "H",
        "isoleucine": "I",
        "leucine": "L",
        "lysine": "K",
        "methionine": "M",
        "phenylalanine": "F",
        "proline": "P",
        "serine": "S",
        "threonine": "T",
        "tryptophan": "W",
        "tyrosine": "Y",
        "valine": "V",
    }
)
ACYLS = MappingProxyType(
    {
        "alanyl": "A",
        "arginyl": "R",
        "asparaginyl": "N",
        "asparagyl": "N",
        "aspartyl": "D",
        "cysteinyl": "C",
        "cystyl": "C",
        "glutaminyl": "Q",
        "glutamyl": "E",
        "glycyl": "G",
        "histidyl": "H",
        "isoleucyl": "I",
        "leucyl": "L",
        "lysyl": "K",
        "methionyl": "M",
        "phenylalanyl": "F",
        "prolyl": "P",
        "seryl": "S",
        "threonyl": "T",
        "tryptophyl": "W",
        "tryptophanyl": "W",
        "tyrosyl": "Y",
        "valyl": "V",
    }
)
# "glycinamide", "tryptophanamide"
AMIDES = MappingProxyType(
    {
        (name if name == "tryptophan" else name.removesuffix("e")) + "amide": letter
        for name, letter in NAMES.items()
        if " " not in name
    }
)


@dataclass(slots=True)
class Chain:
    """Residues read so far, with the ones marked D, and where reading goes on."""

    start: int
    end: int
    letters: list[str] = field(default_factory=list)
    d_positions: list[int] = field(default_factory=list)

    def take(self, name: re.Match[str], letter: str) -> None:
        """Add one residue."""
        self.letters.append(letter)
        if name["mark"] == "D":
            self.d_positions.append(len(self.letters))
        self.end = name.end()


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_MARK = rf"(?:(?P<mark>[DL])[{DASHES}])?"
_ACYL = re.compile(rf"{_MARK}(?P<name>(?i:{_any_of(ACYLS)}))")
_ACYL_START = re.compile(rf"(?<![A-Za-z]){_ACYL.pattern}")
_LAST = re.compile(rf"{_MARK}(?P<name>(?i:{_any_of((*NAMES, *AMIDES))}))(?![A-Za-z])")
_LINK = re.compile(rf"[{DASHES}{GAPS}]?")

_NAME = re.compile(rf"{_MARK}(?P<name>(?i:{_any_of(NAMES)}))(?![A-Za-z])")
_NAME_START = re.compile(rf"(?<![A-Za-z]){_NAME.pattern}")
_HYPHEN = re.compile(rf"[{DASHES}]")
_COMMA = re.compile(r",\s{0,2}(?:and\s{1,2})?|\s{1,2}and\s{1,2}")
# Lists that name ingredients, not an order: "rich in …", "branched-chain amino acids (…)".
_MIXTURE = re.compile(
    r"""
    \b (?: rich | high | such[ ]as | including | includes? | like | e\.g\. | branched | essential | BCAAs?
         | levels | content | both | either ) \b
    [^.;:]* \Z
    """,
    re.IGNORECASE | re.VERBOSE,
)
# ", and taurine": a list that goes on with what we do not know.
_GOES_ON = re.compile(r"(?:,\s?(?:and\s)?|\sand\s)[a-z-]{1,20}(?:ine|ate|acid)\b", re.IGNORECASE)
NEAR = 60  # characters before a list that can say what it is


def find_names(text: str) -> Iterator[SequenceMatch]:
    """Find chains of at least three residues in words."""
    yield from _find_acyls(text)
    yield from _find_lists(text)


def _find_acyls(text: str) -> Iterator[SequenceMatch]:
    """`glycyl-L-histidyl-L-lysine`: acyl names up to the amino acid that ends the chain."""
    at = 0
    while begun := _ACYL_START.search(text, at):
        chain = Chain(begun.start(), begun.start())
        at = _read_acyls(text, chain)
        last = _LAST.match(text, at)
        if last is None:
            continue
        name = last["name"].lower()
        chain.take(last, NAMES.get(name) or AMIDES[name])
        at = chain.end
        yield from _close(text, chain, "names", "amide" if name in AMIDES else None)


def _read_acyls(text: str, chain: Chain) -> int:
    """Read acyl names; where the next name would begin."""
    at = chain.start
    while acyl := _ACYL.match(text, at):
        chain.take(acyl, ACYLS[acyl["name"].lower()])
        link = _LINK.match(text, chain.end)
        at = link.end() if link else chain.end
    return at


def _find_lists(text: str) -> Iterator[SequenceMatch]:
    """`glycine-histidine-lysine`, or with commas and "and"; the first gap decides for the whole chain."""
    at = 0
    while begun := _NAME_START.search(text, at):
        chain = Chain(begun.start(), begun.start())
        chain.take(begun, NAMES[begun["name"].lower()])
        gap = _HYPHEN if _NAME.match(text, chain.end + 1) and _HYPHEN.match(text, chain.end) else _COMMA
        while (between := gap.match(text, chain.end)) and (name := _NAME.match(text, between.end())):
            chain.take(name, NAMES[name["name"].lower()])
        at = chain.end
        if gap is _HYPHEN:
            yield from _close(text, chain, "names", None)
        elif _is_ordered(text, chain):
            yield from _close(text, chain, "list", None)


def _is_ordered(text: str, chain: Chain) -> bool:
    before = text[max(0, chain.start - NEAR) : chain.start]
    return not _MIXTURE.search(before) and not _GOES_ON.match(text, chain.end)


def _close(text: str, chain: Chain, style: Style, c_term: str | None) -> Iterator[SequenceMatch]:
    """The match, if it is long enough."""
    peptide = Peptide("".join(chain.letters), None, c_term, tuple(chain.d_positions))
    found = close_chain(peptide, read_head(text, chain.start), read_tail(text, chain.end), style)
    if LEAST <= len(found.peptide.residues) <= LONGEST:
        yield found
