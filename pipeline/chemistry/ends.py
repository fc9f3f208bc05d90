"""The ends of a written sequence: what stands before its first residue and after its last."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.chemistry.peptides import Peptide, SequenceMatch

if TYPE_CHECKING:
    from pipeline.chemistry.peptides import Style

DASHES = r"\-\u00ad\u2010-\u2015\u2212\u2043\ufe63\uff0d"  # for a character class; soft hyphen included
GAPS = r" \t\u00a0\u2009\u202f"  # spaces that do not end a line
BEHIND = 40  # characters looked at before the first residue: the longest head is "N-palmitoyl "

HEADS = {
    "ac": "acetyl",
    "acetyl": "acetyl",
    "for": "formyl",
    "formyl": "formyl",
    "myr": "myristoyl",
    "myristoyl": "myristoyl",
    "pal": "palmitoyl",
    "palm": "palmitoyl",
    "palmitoyl": "palmitoyl",
    "pglu": "pyroglutamyl",
    "pyrglu": "pyroglutamyl",
    "pyroglu": "pyroglutamyl",
    "pyroglutamyl": "pyroglutamyl",
    "pyr": "pyroglutamyl",
    "glp": "pyroglutamyl",
    "h": None,
    "h2n": None,
    "nh2": None,
}
# Groups on the N-terminus whose mass we do not tell.
TAGS = (
    *(
        "Abz",
        "Azido",
        "Biotin",
        "Biotinyl",
        "Boc",
        "Bz",
        "Cbz",
        "DOTA",
        "FAM",
        "FITC",
        "Fmoc",
        "Lauroyl",
        "MeO",
    ),
    *("Mpa", "Mpr", "Oleoyl", "PEG", "Stearoyl", "Suc", "Succinyl", "TAMRA"),
)

# "Ac-", "N-acetyl ", "H-", "pGlu-", "Palmitoyl ", "Biotin-", at the end of what stands before.
_HEAD = re.compile(
    rf"""
    (?<! [A-Za-z0-9] )
    (?: N [{DASHES}{GAPS}]? (?= [a-z]{{0,4}}[A-Za-z] ) )?
    (?P<name> {"|".join(sorted((*HEADS, *TAGS), key=len, reverse=True))} )
    (?: [{DASHES}] [{GAPS}]? | (?<= yl ) [{GAPS}] )
    \Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
_RING = re.compile(rf"(?:[Cc]yclo[{DASHES}{GAPS}]?[\[(]?|(?<![A-Za-z])c[\[(])\Z")
_LOW = re.compile(rf"(?<![A-Za-z0-9])(?P<low>\d{{1,3}})[{DASHES}]\Z")
_ATTACHED = re.compile(r"(?:[A-Za-z0-9)\]\u00b2-\u00b9\u2070-\u2089\u0370-\u03ff][-\u2010\u2011]|\)\u2013)\Z")
_CUT_BEFORE = re.compile(rf"(?:\.\.\.|…)[{GAPS}]?[{DASHES}]?\Z")

# An acid, amide or ethylamide: "-OH", "-NH2", "NH₂", "-COOH", " amide", "-NHEt".
_C_TERM = re.compile(
    rf"""
    (?:
        (?P<ethylamide> [{DASHES}]? NH [{DASHES}]? (?: Et | C[2₂]H[5₅] | CH[2₂]CH[3₃] ) )
      | (?P<amide> [{DASHES}{GAPS}]? \(? NH[2₂] \)? | [{DASHES}] CONH[2₂] | [{DASHES}{GAPS}] \(? amide \)? )
      | (?P<acid> [{DASHES}] \(? (?: OH | COOH | CO[2₂]H ) \)? )
    )
    (?! [A-Za-z0-9] )
    """,
    re.VERBOSE,
)
# Copper behind a chain: " · Cu²⁺", ":Cu", "-Cu", "–Copper", ":Copper(II)", " copper".
_COPPER = re.compile(
    rf"""
    (?: [{GAPS}]? [·•∙⋅:{DASHES}] [{GAPS}]? | [{GAPS}] | (?= Cu ) )
    (?: Cu | [Cc]opper )
    (?: [{GAPS}]? \( (?: II | 2\+ ) \) | [{GAPS}]? (?: ²⁺ | 2\+ ) | [{GAPS}] II \b )?
    (?! [A-Za-z0-9] )
    """,
    re.VERBOSE,
)
_HIGH = re.compile(rf"[{DASHES}](?P<high>\d{{1,3}})(?![A-Za-z0-9])")
# A group on the C-terminus whose mass we do not tell: "-DAC", "-pNA", "-ol", "-(Maleimidopropionyl)".
_TAG_AFTER = re.compile(
    rf"""
    [{DASHES}]
    (?: (?P<tag> [A-Z][A-Za-z0-9]{{1,12}} | pNA | ol | biotin | amc ) (?! [A-Za-z0-9] ) (?! [{DASHES}][a-z] )
      | \( (?P<ringed> [^()\s]{{2,40}} ) \) )
    """,
    re.VERBOSE,
)
_CUT_AFTER = re.compile(rf"[{DASHES}][{GAPS}]?(?:\.\.\.|…)")
_REPEAT = re.compile(r"\)[\dn₀-₉ₙ](?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before a chain. `marked`: a word that only a sequence has there."""

    start: int
    n_term: str | None = None
    unsupported: tuple[str, ...] = ()
    marked: bool = False
    hydrogen: bool = False  # "H-", a sign only together with an end
    low: int | None = None  # "17-" and where it starts: a number if the other end has one too
    low_start: int = 0


@dataclass(frozen=True, slots=True)
class Tail:
    """What stands after a chain."""

    end: int
    c_term: str | None = None
    unsupported: tuple[str, ...] = ()
    marked: bool = False
    form: str | None = None
    high: int | None = None
    high_end: int = 0


def read_head(text: str, start: int) -> Head:
    """Read backwards from the first residue."""
    before = text[max(0, start - BEHIND) : start]
    unsupported: tuple[str, ...] = ()
    if ring := _RING.search(before):
        unsupported = ("cyclic",)
        before = before[: ring.start()]
    at = start - len(text[max(0, start - BEHIND) : start]) + len(before)
    if head := _HEAD.search(before):
        return _named_head(head, at - len(before) + head.start(), unsupported)
    if low := _LOW.search(before):
        place = at - len(before) + low.start()
        return Head(at, None, unsupported, bool(ring), low=int(low["low"]), low_start=place)
    if _CUT_BEFORE.search(before):
        unsupported = (*unsupported, "…")
    elif _ATTACHED.search(before):
        unsupported = (*unsupported, "attached")
    return Head(at, None, unsupported, bool(ring))


def _named_head(head: re.Match[str], start: int, unsupported: tuple[str, ...]) -> Head:
    name = head["name"].lower()
    if name not in HEADS:
        return Head(start, None, (*unsupported, head["name"]), marked=True)
    if HEADS[name] is None:
        return Head(start, None, unsupported, hydrogen=True)
    return Head(start, HEADS[name], unsupported, marked=True)


def read_tail(text: str, end: int) -> Tail:
    """Read on from behind the last residue."""
    c_term, marked, unsupported, form = None, False, list[str](), None
    if ending := _C_TERM.match(text, end):
        c_term = None if ending.lastgroup == "acid" else ending.lastgroup
        end, marked = ending.end(), True
    if copper := _COPPER.match(text, end):
        end, form = copper.end(), "copper"
    elif high := _HIGH.match(text, end):
        return Tail(end, c_term, (), marked, form, int(high["high"]), high.end())
    elif _CUT_AFTER.match(text, end):
        unsupported.append("…")
    elif not marked and (tag := _TAG_AFTER.match(text, end)):
        end = tag.end()
        unsupported.append(tag["tag"] or tag["ringed"])
    if _REPEAT.match(text, end):
        unsupported.append("repeat")
    return Tail(end, c_term, tuple(unsupported), marked, form)


def close_chain(chain: Peptide, head: Head, tail: Tail, style: Style) -> SequenceMatch:
    """Put a bare chain between its ends; numbers at both ends belong to it if they count its residues."""
    added = head.n_term == "pyroglutamyl"
    residues = "E" * added + chain.residues
    peptide = Peptide(
        residues,
        chain.n_term or head.n_term,
        chain.c_term or tail.c_term,
        tuple(place + added for place in chain.d_positions),
        (*chain.unsupported, *head.unsupported, *tail.unsupported),
        tail.form,
    )
    if numbered := count_numbers(head, tail, len(residues)):
        return SequenceMatch(head.low_start, tail.high_end, peptide, style, numbered)
    return SequenceMatch(head.start, tail.end, peptide, style)


def count_numbers(head: Head, tail: Tail, length: int) -> tuple[int, int] | None:
    """The numbers at both ends of `17-LKKTETQEK-25`, if they count what stands between them."""
    if head.low and tail.high and tail.high - head.low + 1 == length:
        return head.low, tail.high
    return None
