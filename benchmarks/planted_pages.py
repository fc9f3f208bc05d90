"""Changes that are planted into whole pages of `raw/`, beside the page as it is. See `planted.py`.

Only open pages are taken. A page is read once; of each claim that a kind of change knows, the words are changed where
they stand in the raw text, and the copy with that one change is the second page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import TYPE_CHECKING

from planted import SEED, Case

from gold import annotate_page, read_documents, read_page
from pipeline.chemistry import find_sequences, parse_peptide
from pipeline.extract import extract_statements
from pipeline.normalise import normalise_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gold import Document
    from pipeline.schema import ClaimRow

Changed = tuple[str, dict[str, object]]  # the passage anew, and the columns that the claim then has
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
RANGE = re.compile(r"\b(\d{1,2})(\s?[-–]\s?)(\d{1,2})\b")
SCALED = frozenset({"half_life", "molecular_weight", "affinity", "tmax", "bioavailability"})
DATED = frozenset({"developed_when", "isolated_when"})
REGISTERED = frozenset({"cas_number", "pubchem_cid"})
RANGED = frozenset({"derived_from", "analog_of", "contains_fragment"})
VERBS = {"raised": "lowered", "raises": "lowers", "increased": "decreased", "increases": "decreases"}
VERBS |= {"lowered": "raised", "lowers": "raises", "decreased": "increased", "decreases": "increases"}
VERBS |= {"fell": "rose", "rose": "fell", "went up": "went down", "went down": "went up"}
OPPOSITE = {"increases": "decreases", "decreases": "increases"}
DENIED = (("is approved", "is not approved"), ("is registered", "is not registered"), (" binds ", " does not bind "))
DENIED += (("was approved", "was never approved"),)


@dataclass(frozen=True, slots=True)
class Plant:
    """A kind of change to a passage; it gives nothing where it does not know what to change."""

    name: str
    differs: bool
    change: Callable[[Random, ClaimRow], Changed | None]


def build_page_cases(each: int, words: str = "") -> Iterator[Case]:
    """Up to `each` cases of every kind whose name holds some words, from as many pages as there are."""
    for plant in PLANTS:
        if words not in plant.name:
            continue
        chance = Random(f"{SEED} {plant.name}")  # noqa: S311  (no secret)
        cases = [
            case
            for document in sorted(_open_pages(), key=lambda document: document.path)
            for claim in read_claims(document)
            if (case := _plant(chance, plant, document, claim)) is not None
        ]
        chance.shuffle(cases)
        yield from cases[:each]


def _open_pages() -> list[Document]:
    return [page for page in read_documents().values() if page.origin == "own" and page.split == "tune"]


@cache
def read_claims(document: Document) -> tuple[ClaimRow, ...]:
    """The claims of a page of ours."""
    annotated = annotate_page(document)
    extracted = extract_statements(annotated)
    return tuple(normalise_document(annotated, extracted.statements, extracted.leftovers).claims)


def _plant(chance: Random, plant: Plant, document: Document, claim: ClaimRow) -> Case | None:
    changed = plant.change(chance, claim)
    if changed is None or changed[0] == claim.quote:
        return None
    text = read_page(document).source.text
    copy = text[: claim.start] + changed[0] + text[claim.end :]
    named = {"subject_id": claim.subject_id, "predicate": claim.predicate}
    stated = named | {name: getattr(claim, name) for name in changed[1] if name in type(claim).model_fields}
    return Case(
        plant.name, plant.differs, (text, copy), (stated, named | changed[1]), document.file.suffix, alone=False
    )


def _swap_once(quote: str, old: str, new: str) -> str | None:
    """The passage with one run of words replaced; nothing if it stands there not exactly once."""
    return quote.replace(old, new) if quote.count(old) == 1 else None


def scale(_: Random, claim: ClaimRow) -> Changed | None:
    """Ten times the number."""
    if claim.predicate not in SCALED or claim.value is None or claim.comparator not in ("=", "~"):
        return None
    written = NUMBER.search(claim.value_text or "")
    if written is None or float(written[0].replace(",", "")) != claim.value:
        return None
    value = claim.value * 10
    quote = _swap_once(claim.quote, written[0], f"{value:g}" if value < 1000 else f"{value:.1f}")  # noqa: PLR2004
    return (quote, {"value": round(value, 3)}) if quote else None


def redate(chance: Random, claim: ClaimRow) -> Changed | None:
    """Another year."""
    years = YEAR.findall(claim.value_text or "")
    if claim.predicate not in DATED or len(years) != 1 or claim.value != float(years[0]):
        return None
    year = int(years[0]) + chance.choice((-6, -2, 3, 8))
    quote = _swap_once(claim.quote, years[0], str(year))
    return (quote, {"value": float(year)}) if quote else None


def misprint(chance: Random, claim: ClaimRow) -> Changed | None:
    """Two digits of a registry number change places."""
    number = claim.object or ""
    places = [at for at in range(1, 4) if re.fullmatch(r"(\d)(?!\1)\d", number[at : at + 2])]
    if claim.predicate not in REGISTERED or not places:
        return None
    at = chance.choice(places)
    changed = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    quote = _swap_once(claim.quote, number, changed)
    return (quote, {"object": changed}) if quote else None


def shift(chance: Random, claim: ClaimRow) -> Changed | None:
    """Another end of the fragment."""
    if claim.predicate not in RANGED or claim.value is None or claim.value_high is None:
        return None
    ranges = [match for match in RANGE.finditer(claim.quote) if (float(match[1]), float(match[3])) == _ends(claim)]
    if len(ranges) != 1:
        return None
    high = int(claim.value_high) + chance.choice((-1, 1, 2))
    match = ranges[0]
    quote = f"{claim.quote[: match.start()]}{match[1]}{match[2]}{high}{claim.quote[match.end() :]}"
    return quote, {"value": claim.value, "value_high": float(high)}


def _ends(claim: ClaimRow) -> tuple[float | None, float | None]:
    return claim.value, claim.value_high


def swap(chance: Random, claim: ClaimRow) -> Changed | None:
    """Two neighbours of a chain in three-letter code."""
    found = next(find_sequences(claim.quote), None) if claim.predicate == "sequence" else None
    if found is None:
        return None
    parts = claim.quote[found.start : found.end].split("-")
    places = [at for at in range(1, len(parts) - 2) if parts[at] != parts[at + 1]]
    if not places:
        return None
    at = chance.choice(places)
    parts[at], parts[at + 1] = parts[at + 1], parts[at]
    peptide = parse_peptide("-".join(parts))
    quote = claim.quote[: found.start] + "-".join(parts) + claim.quote[found.end :]
    return (quote, {"residues": peptide.residues}) if peptide else None


def turn(_: Random, claim: ClaimRow) -> Changed | None:
    """The other direction."""
    verbs = [verb for verb in VERBS if re.search(rf"\b{verb}\b", claim.quote)]
    if claim.predicate not in OPPOSITE or claim.polarity != "affirmed" or len(verbs) != 1:
        return None
    quote = _swap_once(claim.quote, verbs[0], VERBS[verbs[0]])
    columns = {"predicate": OPPOSITE[claim.predicate], "object_id": claim.object_id, "tissue": claim.tissue}
    return (quote, columns) if quote else None


def deny(_: Random, claim: ClaimRow) -> Changed | None:
    """A negation where there was none."""
    words = [pair for pair in DENIED if pair[0] in claim.quote]
    if claim.predicate not in ("approved_in", "binds") or claim.polarity != "affirmed" or len(words) != 1:
        return None
    quote = _swap_once(claim.quote, *words[0])
    return (quote, {"polarity": "negated", "object_id": claim.object_id}) if quote else None


def rename_unit(_: Random, claim: ClaimRow) -> Changed | None:
    """Da for g/mol, seconds for minutes, and the other way round."""
    for old, new, factor in UNITS:
        if (claim.value_text or "").endswith(f" {old}") and claim.predicate in SCALED and claim.value is not None:
            number = NUMBER.search(claim.value_text or "")
            if number is None or float(number[0].replace(",", "")) != claim.value or claim.value_high is not None:
                return None
            quote = _swap_once(claim.quote, f"{number[0]} {old}", f"{claim.value * factor:g} {new}")
            return (quote, {"base_value": claim.base_value}) if quote else None
    return None


UNITS = (
    ("g/mol", "Da", 1),
    ("Da", "g/mol", 1),
    ("minutes", "seconds", 60),
    ("hours", "minutes", 60),
    ("days", "hours", 24),
)
UNITS += (("nM", "pM", 1000),)


def round_off(_: Random, claim: ClaimRow) -> Changed | None:
    """One decimal less."""
    written = re.search(r"\d+\.\d\d+", claim.value_text or "")
    if claim.predicate != "molecular_weight" or written is None:
        return None
    shorter = f"{float(written[0]):.1f}"
    quote = _swap_once(claim.quote, written[0], shorter)
    return (quote, {"value": float(shorter)}) if quote else None


def dash(_: Random, claim: ClaimRow) -> Changed | None:
    """A hyphen for a dash, and the other way round."""
    match = RANGE.search(claim.quote)
    if claim.predicate not in RANGED or match is None or (float(match[1]), float(match[3])) != _ends(claim):
        return None
    other = "-" if "–" in match[2] else "–"
    quote = f"{claim.quote[: match.start()]}{match[1]}{other}{match[3]}{claim.quote[match.end() :]}"
    return quote, {"value": claim.value, "value_high": claim.value_high}


PLANTS = (
    Plant("raw page: number times ten", differs=True, change=scale),
    Plant("raw page: year", differs=True, change=redate),
    Plant("raw page: registry number", differs=True, change=misprint),
    Plant("raw page: residue range", differs=True, change=shift),
    Plant("raw page: residues swapped", differs=True, change=swap),
    Plant("raw page: direction", differs=True, change=turn),
    Plant("raw page: not added", differs=True, change=deny),
    Plant("raw page: unit converted", differs=False, change=rename_unit),
    Plant("raw page: mass rounded", differs=False, change=round_off),
    Plant("raw page: other dash", differs=False, change=dash),
)
