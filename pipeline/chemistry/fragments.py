"""Ranges of residues of a parent: `ACTH(4–10)`, `hGH fragment 176-191`, `residues 4 to 7 of ACTH`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.chemistry.ends import DASHES
from pipeline.chemistry.peptides import LETTERS, ONE_LETTER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BESIDE = 90  # characters on either side of a range that may name the parent and say what the range is
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₋", "0123456789-")

# "4–10", "4 to 10", "17 through 23", "4 and 7" (after "between"); not in 1.4-10, 24/4-10, 4-10 %.
_RANGE = re.compile(
    rf"""
    (?<! [\d.,/] ) (?<! \d [{DASHES}] )
    (?P<low> [1-9] \d{{0,2}} )
    (?P<link> [ ]?[{DASHES}][ ]? | [ ] (?: to | through | thru | and ) [ ] )
    (?P<high> [1-9] \d{{0,2}} )
    (?! \d | [ ]?% | [.,/{DASHES}]\d )
    """,
    re.VERBOSE,
)
_GREEK = "Α-Ωα-ω"
_JOINED = rf"[{DASHES}]"
# "thymosin β4", "Thymosin Beta 4"; "human growth hormone"; "ACTH", "α-MSH", "GLP-1", "angiotensin"
_PARENT = rf"""
    (?P<parent>
        (?: [A-Za-z]{{3,20}} [ ] )? (?: [Aa]lpha | [Bb]eta | [Gg]amma | [αβγ] ) [ \-]? \d{{1,2}}
      | (?: [A-Za-z\-]{{3,25}} [ ] ){{1,3}} (?: hormone | factor )
      | [A-Za-z{_GREEK}] [A-Za-z0-9{_GREEK}]{{0,24}} (?: {_JOINED} [A-Za-z0-9{_GREEK}]{{1,20}} ){{0,2}}
    )
"""
_EDGE = rf"(?<! [A-Za-z0-9{_GREEK}] ) (?<! [A-Za-z0-9{_GREEK}] {_JOINED} )"
_UNITS = "amino[ -]acids?(?:[ ]residues?)?|residues?|positions?|aa"
_PIECE = "frag(?:ment)?s?|segments?|regions?|sequence|domain|portion|core"

# An open parenthesis before the range: "ACTH(", "ACTH (residues ", "hGH fragment (".
_BEFORE_ROUND = re.compile(
    rf"""
    {_EDGE} {_PARENT}
    (?P<gap> [ {DASHES}]? (?: (?<= [ ] ) (?: {_PIECE} | peptide ) [ ]? )? )
    \( (?P<word> (?: {_UNITS} | {_PIECE} ) [ ] )?
    \Z
    """,
    re.VERBOSE,
)
# A word before it: "residues ", "ACTH residues ", "hGH fragment ", "ACTH's fragment ".
_BEFORE_WORD = re.compile(
    rf"""
    (?: {_EDGE} {_PARENT} (?: ['’]s )? [ ] )?
    (?P<said> \b (?: {_UNITS} | {_PIECE} ) [ ] (?: numbers? [ ] | from [ ] )? )
    \Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BETWEEN = re.compile(r"\bbetween (?:the )?\Z", re.IGNORECASE)
_BEFORE_SPACE = re.compile(rf"{_EDGE} {_PARENT} (?: ['’]s )? [ ] \Z", re.VERBOSE)
# No space before it: "ACTH4-10", "hGH176-191", "Aβ1-42", "ACTH-4-10".
_BEFORE_GLUED = re.compile(
    rf"""
    (?<! [A-Za-z0-9{_GREEK}{DASHES}] )
    (?P<parent> [a-z]{{0,3}} [A-Z]{{3,}} | [a-z]? [A-Z]{{2}} | [A-Z]{{1,2}} [{_GREEK}] )
    (?: (?<= [A-Z]{{4}} ) [{DASHES}] )?
    \Z
    """,
    re.VERBOSE,
)
_CLOSING = re.compile(r"[ ]?\)")
_AFTER_OF = re.compile(
    rf"""
    [)]? [ ] (?: (?:{_PIECE}) [ ] )? \(? (?: of | from | in | within ) [ ] (?: the [ ] )?
    (?: (?: human | native | full-length | endogenous | natural | parent | mature | intact | synthetic
          | rat | mouse | bovine | porcine | ovine ) [ ] ){{0,3}}
    {_PARENT}
    """,
    re.VERBOSE,
)
_AFTER_PIECE = re.compile(rf"[ {DASHES}](?P<piece>{_PIECE})\b", re.IGNORECASE)
_ALONE = frozenset({"frag", "fragment", "fragments", "region", "segment", "sequence"})  # say enough without a parent
_CODE = f"(?:{'|'.join(ONE_LETTER)})"
_TAIL = re.compile(
    rf"""
    [{DASHES}]? (?P<letters> [{LETTERS}]{{2,12}} ) (?! [A-Za-z0-9] )
  | [{DASHES} ]? (?P<codes> {_CODE} (?: [{DASHES}] {_CODE} ){{0,11}} ) (?! [A-Za-z] )
    """,
    re.VERBOSE,
)

# What follows a range that counts no residues: "4-7 days", "2–8 °C", "1-2 times".
_MEASURED = re.compile(
    r"""
    [ \-]?
    (?: ° | º | ℃ | % | [kmµμn]? [gLlM] \b | mc[gl] \b | IU \b | [kK]?Da \b | [nµμm]mol | mm | cm | ppm
      | (?: seconds? | sec | minutes? | min | hours? | hrs? | h | days? | d | weeks? | wks? | months?
          | years? | yrs? | times? | doses? | drops? | sprays? | injections? | cycles? | units?
          | patients | subjects | participants | people | adults | points? | fold | x | daily | per ) \b
    )
    """,
    re.VERBOSE,
)
# What may follow a range that has nothing but a space before it: "ACTH 4-10 is …".
_READS_ON = re.compile(
    rf"""
    \Z | [.,;:)\]"'”’?!\n|] | [ ]? [(|{DASHES}]
  | [ ] (?: {_PIECE} | analog(?:ue)?s? | peptides? | derivatives? | amide | acetate | residues | and | or
          | is | was | are | were | has | have | had | in | on | with | by | from | which | that | also | as
          | but | binds | acts ) \b
    """,
    re.VERBOSE,
)
# Short names before a range that is none of residues: trials, scales, statistics, places in a document.
_NO_PARENTS = re.compile(
    r"""
    (?: IL | CXCL | CCL | TLR | MC | HT ) -? \d* [RrAaBbαβ]?
  | STEPS? | SURMOUNT | SURPASS | SUSTAIN | PIONEER | SCALE | SELECT | FLOW | PHASE | GROUP | ARM
  | TABLE | TAB | FIGURE | FIGS? | REFS? | SECTION | STAGE | GRADE | CLASS | TYPE | TIER | LEVEL
  | DAYS? | WEEKS? | MONTHS? | YEARS? | AGES? | AGED | VOL | NOS? | PP | Q | AM | PM | UTC | GMT
  | CI | IQR | SD | SEM | HR | OR | RR | BMI | VAS | NRS | NIHSS | GCS | EDSS | MMSE | ECOG | NYHA | ASA
  | HAM-?D | MADRS | COVID | SARS | SARS-COV
  | FDA | EMA | WHO | ICH | USP | ISO | CFR | GMP | HPLC | LC | MS | PMID | PMC | DOI | CAS | NCT | CID
  | USD | EUR | GBP | US | UK | EU | IM | IV | SC | SUBQ | PH
  | AND | FROM | BETWEEN | THE | FOR | WITH | IN | OF
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Names of hormones and their like, which need no capital.
_LOWER_NAME = re.compile(
    r"""
    [a-z\-]* (?: hormone | factor | tensin | orphin | thymosin | tropin | pressin | tocin | statin | insulin
              | ghrelin | relin | glucagon | amylin | kinin | cathelicidin | defensin | calcitonin
              | secretin | dynorphin | enkephalin | galanin | amyloid )
    """,
    re.VERBOSE,
)
_GREEK_WORD = re.compile(r"[αβγδ]|\b(?:alpha|beta|gamma)\b", re.IGNORECASE)
_LEAD = re.compile(
    r"""
    (?: .* [ ] )?
    (?: the | of | an? | is | are | was | as | in | on | to | by | from | with | and | or | for | that
      | this | its | combines? | contains? | includes? | called | like ) [ ]
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class FragmentMatch:
    """Residues `low` to `high` (both included, counted from 1) of a parent, and where that is written.

    parent_text: the parent as written, if it is; the caller knows which compound that is.
    tail: residues written behind the range, in one-letter codes: the PGP of "ACTH(4-7)PGP".
    """

    start: int
    end: int
    parent_text: str | None
    low: int
    high: int
    tail: str | None = None


def fragment_residues(parent_sequence: str, low: int, high: int) -> str | None:
    """Residues `low` to `high` of a parent, both included, or nothing if the parent has no such residues."""
    if not 1 <= low <= high <= len(parent_sequence):
        return None
    return parent_sequence[low - 1 : high]


def find_fragments(text: str) -> Iterator[FragmentMatch]:
    """Find ranges of residues, in order, none overlapping; not "Phase 1-2", "2-8 °C" or "STEP 1-4"."""
    plain = text.translate(_SUBSCRIPTS)
    end = 0
    for match in _RANGE.finditer(plain):
        if int(match["low"]) >= int(match["high"]) or _MEASURED.match(plain, match.end()):
            continue
        found = next((f for read in _READINGS if (f := read(plain, match))), None)
        if found and found.start >= end:
            end = found.end
            yield found


def _make(match: re.Match[str], start: int, end: int, parent: str | None, tail: str | None = None) -> FragmentMatch:
    return FragmentMatch(start, end, parent, int(match["low"]), int(match["high"]), tail)


def _name_of(found: re.Match[str] | None) -> tuple[str, int] | None:
    """The parent that a pattern met, without the words that lead to it, and where it starts there."""
    if found is None or not found["parent"]:
        return None
    whole = found["parent"]
    lead = _LEAD.match(whole)
    name = whole[lead.end() :] if lead else whole
    if not name or _NO_PARENTS.fullmatch(name):
        return None
    capitals = sum(c.isupper() or c in "αβγδ" for c in name)
    if capitals or _LOWER_NAME.fullmatch(name.rpartition(" ")[2]) or _GREEK_WORD.search(name):
        return name, found.start("parent") + len(whole) - len(name)
    return None


def _is_acronym(name: str) -> bool:
    """`ACTH`, `hGH`, `α-MSH`, `GLP-1`; no title-case word, no code such as `CJC-1295`."""
    capitals = sum(c.isupper() or c in "αβγδ" for c in name)
    return capitals > 1 and not re.search(r"\d\d", name)


def _is_sure_name(name: str) -> bool:
    """Whether a name needs no "of" before it to be a parent; "Unmodified 17–23 fragment" has none."""
    return (
        _is_acronym(name)
        or bool(_LOWER_NAME.fullmatch(name.rsplit(" ", maxsplit=1)[-1]))
        or bool(_GREEK_WORD.search(name))
    )


def _tail(text: str, at: int) -> tuple[int, str | None]:
    found = _TAIL.match(text, at)
    if found is None:
        return at, None
    codes = found["codes"]
    letters = found["letters"] or "".join(ONE_LETTER[c] for c in re.findall("[A-Z][a-z]{2}", codes))
    return found.end(), letters


def _before(text: str, match: re.Match[str]) -> tuple[str, int]:
    """What stands before the range, and the offset of its first character."""
    first = max(0, match.start() - BESIDE)
    return text[first : match.start()], first


def _parent_after(text: str, at: int) -> tuple[str, int] | None:
    """The parent in "… of the human ACTH", and where it ends."""
    found = _AFTER_OF.match(text, at, at + BESIDE)
    named = _name_of(found)
    if found is None or named is None:
        return None
    return named[0], found.end("parent")


def _read_round(text: str, match: re.Match[str]) -> FragmentMatch | None:
    """`ACTH(4–10)`, `ACTH (residues 4-7)`, `ACTH(4-7)-Pro-Gly-Pro`."""
    before, first = _before(text, match)
    closing = _CLOSING.match(text, match.end())
    found = _BEFORE_ROUND.search(before) if closing and not match["link"].strip().isalpha() else None
    named = _name_of(found)
    if found is None or closing is None or named is None:
        return None
    name, at = named
    said = found["gap"].strip() or found["word"]
    if found["gap"] and not said and not _is_sure_name(name):
        return None
    end, tail = _tail(text, closing.end())
    return _make(match, first + at, end, name, tail)


def _read_word(text: str, match: re.Match[str]) -> FragmentMatch | None:
    """`residues 4–7 of ACTH`, `hGH fragment 176-191`, `amino acids 4 through 10 of ACTH`."""
    before, first = _before(text, match)
    found = _BEFORE_WORD.search(before)
    if found is None or (match["link"] == " and " and not _BETWEEN.search(before, 0, found.start("said"))):
        return None
    if after := _parent_after(text, match.end()):
        return _make(match, first + found.start("said"), after[1], after[0])
    end, tail = _tail(text, match.end())
    named = _name_of(found)
    if named and _is_sure_name(named[0]):
        return _make(match, first + named[1], end, named[0], tail)
    return _make(match, first + found.start("said"), match.end(), None)


def _read_piece(text: str, match: re.Match[str]) -> FragmentMatch | None:
    """`the 4–10 fragment of ACTH`, `thymosin β4 17–23 fragment`."""
    piece = _AFTER_PIECE.match(text, match.end())
    if piece is None or match["link"].strip().isalpha():
        return None
    if after := _parent_after(text, match.end()):
        return _make(match, match.start(), after[1], after[0])
    before, first = _before(text, match)
    named = _name_of(_BEFORE_SPACE.search(before))
    if named and _is_sure_name(named[0]):
        return _make(match, first + named[1], piece.end(), named[0])
    if piece["piece"].lower() in _ALONE and not before.endswith(("-", "(", "/")):
        return _make(match, match.start(), piece.end(), None)
    return None


def _read_glued(text: str, match: re.Match[str]) -> FragmentMatch | None:
    """`ACTH4-10`, `hGH176-191`, `ACTH4-7PGP`."""
    before, first = _before(text, match)
    named = _name_of(_BEFORE_GLUED.search(before)) if len(match["link"]) == 1 else None
    if named is None:
        return None
    end, tail = _tail(text, match.end())
    return _make(match, first + named[1], end, named[0], tail)


def _read_spaced(text: str, match: re.Match[str]) -> FragmentMatch | None:
    """`ACTH 4-10`, `GRF 1-29`: only after an acronym, and only where the sentence goes on as after a name."""
    before, first = _before(text, match)
    named = _name_of(_BEFORE_SPACE.search(before)) if len(match["link"]) == 1 else None
    if named is None or not _is_acronym(named[0]):
        return None
    end, tail = _tail(text, match.end())
    if not _READS_ON.match(text, end):
        return None
    return _make(match, first + named[1], end, named[0], tail)


_READINGS: tuple[Callable[[str, re.Match[str]], FragmentMatch | None], ...] = (
    _read_round,
    _read_word,
    _read_piece,
    _read_glued,
    _read_spaced,
)
