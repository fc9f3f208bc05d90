"""Identifiers of registries: whether one is written as its registry writes it, and its check character fits."""

from __future__ import annotations

import re
from types import MappingProxyType

from pipeline.chemistry.findings import LONG, Finding, cannot_tell

BASE_36 = 36  # of a UNII's check character: the digits and the capitals

# How each registry writes its own, in words and as a pattern of the whole string.
SHAPES = MappingProxyType(
    {
        "chembl": ("CHEMBL and a number", re.compile(r"CHEMBL[1-9][0-9]{0,9}")),
        "doi": ("'10.', four to nine digits, '/' and a suffix", re.compile(r"10\.[0-9]{4,9}/\S{1,500}")),
        "drugbank": ("DB and five digits", re.compile(r"DB[0-9]{5}")),
        # Skeleton; other layers, S or N for (non-)standard, version A; protons. InChI Technical Manual.
        "inchikey": (
            "blocks of 14, 10 and 1 capitals, the second ending in SA or NA",
            re.compile(r"[A-Z]{14}-[A-Z]{8}[SN]A-[A-Z]"),
        ),
        "nct": ("NCT and eight digits", re.compile(r"NCT[0-9]{8}")),
        "pmid": ("one to eight digits, no zero in front", re.compile(r"[1-9][0-9]{0,7}")),
        "pubchem_cid": ("one to ten digits, no zero in front", re.compile(r"[1-9][0-9]{0,9}")),
        "unii": ("ten digits and capitals", re.compile(r"[0-9A-Z]{10}")),
        # UniProt help, accession numbers.
        "uniprot": (
            "six or ten digits and capitals in UniProt's order",
            re.compile(r"[OPQ][0-9][A-Z0-9]{3}[0-9]|[A-NR-Z][0-9](?:[A-Z][A-Z0-9]{2}[0-9]){1,2}"),
        ),
    }
)


def check_identifier(scheme: str, text: str) -> Finding:
    """Compare a whole identifier with the shape that its registry gives it, and a UNII with its check character.

    scheme: a key of `SHAPES`; CAS numbers have `check_cas`. `agree` says that it may exist, not that it
    does, nor that it names the right thing.
    """
    written = text.strip()
    if scheme not in SHAPES or not written:
        return cannot_tell(f"{written[:LONG]!r} cannot be held against the scheme {scheme[:LONG]!r}")
    words, pattern = SHAPES[scheme]
    if not pattern.fullmatch(written):
        return Finding("disagree", "", f"{written[:LONG]!r} is no {scheme}: one is {words}", (scheme,))
    if scheme == "unii":
        return _check_unii(written)
    return Finding("agree", written, f"{written} is written as a {scheme} is: {words}", (scheme,))


def _check_unii(written: str) -> Finding:
    """The last of the ten is the sum of the others, each a digit of base 36."""
    *others, last = (int(letter, BASE_36) for letter in written)
    total = sum(others)
    right = _write_digit(total % BASE_36)
    said = f"{written}: the values of the first nine add up to {total}, so the check character is {right}"
    if total % BASE_36 == last:
        return Finding("agree", written, f"{said}, as stated", ("unii",))
    fits = written[:-1] + right
    return Finding("disagree", fits, f"{said}, not {written[-1]}; {fits} would fit", ("unii",))


def _write_digit(value: int) -> str:
    return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[value]
