"""Names in text: how words are read, and the trie that leads from words to lexicon rows.

A text is read as *atoms*: runs of letters, runs of digits, single Greek letters and single signs. Spaces, hyphens
and a possessive 's stand between atoms and do not count, so "BPC 157", "BPC-157" and "BPC157" are one name, and
"thymosin β4" is "Thymosin beta-4". All offsets are characters of the text, `end` excluded.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pipeline.lexicon import Concept, LexiconRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

GREEK = {
    "α": "alpha",
    "β": "beta",
    "ß": "beta",  # often typed for β
    "γ": "gamma",
    "δ": "delta",
    "ε": "epsilon",
    "ζ": "zeta",
    "η": "eta",
    "θ": "theta",
    "κ": "kappa",
    "λ": "lambda",
    "μ": "mu",
    "µ": "mu",  # U+00B5
    "ν": "nu",
    "π": "pi",
    "ρ": "rho",
    "σ": "sigma",
    "τ": "tau",
    "φ": "phi",
    "χ": "chi",
    "ψ": "psi",
    "ω": "omega",
}
GREEK_LETTERS = "".join(GREEK) + "ΑΒΓΔΕΖΗΘΚΛΜΝΠΡΣΤΦΧΨΩ"
DASHES = "\\-\u2010\u2011\u2012\u2013\u2212"
SPACES = " \t\u00a0\u2002\u2003\u2009\u200a\u202f"
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
APOSTROPHES = "'\u2018\u2019"
SUPERSCRIPTS = "\u00b9\u00b2\u00b3\u2070\u2074-\u207f"
SUBSCRIPTS = "\u2080-\u2089"

# "BPC-157's" is BPC, 157; "Tβ₄" is T, β, ₄; "Th1/Th2" is Th, 1, /, Th, 2; "BDNF¹" is BDNF and a footnote's ¹.
ATOM = re.compile(
    rf"""
    [{GREEK_LETTERS}]
    | (?! (?<=[{APOSTROPHES}]) s \b )                              # not the s of a possessive
      [^\W\d_{GREEK_LETTERS}{SUPERSCRIPTS}{SUBSCRIPTS}]+            # letters of any other script
    | [\d{SUBSCRIPTS}]+
    | [^\s\w{DASHES}{INVISIBLE}{APOSTROPHES}]                       # any other sign
    """,
    re.VERBOSE,
)

# What may stand between two atoms of one name: nothing, "-", " ", "- ", "'s ", "s' ".
JOINT = re.compile(
    rf"""
    [{INVISIBLE}]*
    (?: (?: [{APOSTROPHES}] s? )? [{SPACES}]{{0,2}} | [{DASHES}] [{SPACES}]? )
    [{INVISIBLE}]*
    """,
    re.VERBOSE,
)
LONGEST_JOINT = 6  # characters; a longer gap is no joint
# "non-HDL cholesterol", "non-opioid": the name behind it is what the words are not.
DENIED = re.compile(rf"\bnon[{DASHES}]$", re.IGNORECASE)

# Both sides of a comparison are folded, so a name needs one spelling only.
SPELLINGS = {
    "aemi": "emi",
    "ageing": "aging",
    "anaest": "anest",
    "colour": "color",
    "faec": "fec",
    "foet": "fet",
    "grey": "gray",
    "gynaec": "gynec",
    "leucocyt": "leukocyt",
    "hypothalm": "hypothalam",  # often typed so, as are the next two
    "inflamat": "inflammat",
    "neurotropi": "neurotrophi",
    "isation": "ization",
    "haem": "hem",
    "oedem": "edem",
    "oestr": "estr",
    "oesoph": "esoph",
    "orrhoe": "orrhe",
    "paedi": "pedi",
    "sulph": "sulf",
    "tumour": "tumor",
    "behaviour": "behavior",
    "fibre": "fiber",
    "signall": "signal",
    "randomis": "randomiz",
    "blinded": "blind",
    "labelled": "label",
    "labeled": "label",
}
SPELLING = re.compile("|".join(SPELLINGS))

# Word parts that pages also write apart: "neuro-protection", "sub-cutaneous", "pre-frontal".
PREFIXES = (
    "anti",
    "cardio",
    "cyto",
    "gastro",
    "hepato",
    "immuno",
    "intra",
    "micro",
    "neo",
    "neuro",
    "pre",
    "sub",
    "vaso",
)
SHORTEST_REST = 4  # letters behind such a part

TO_HYPHEN = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212"), "-")
TO_SPACE = dict.fromkeys(map(ord, SPACES), " ")
TO_NOTHING = dict.fromkeys(map(ord, INVISIBLE), None)
SIGNS = TO_HYPHEN | TO_SPACE | TO_NOTHING


class Decoy(LexiconRow):
    """Words that hold a name and do not mean it, as the IV of "stage IV": passed over as one piece."""

    phrases: tuple[str, ...] = ()  # matched as `Concept.names` are
    exact: tuple[str, ...] = ()  # matched as `Concept.exact` are


class Atom(NamedTuple):
    """One piece of text, folded. `joined`: a name may run on from the atom before into this one."""

    key: str
    start: int
    end: int
    joined: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """What a path through the trie means: a row, or None for a decoy; `written` is the only spelling that counts."""

    row: Concept | None
    written: str | None


@dataclass(slots=True)
class Node:
    """A place in the trie: where the next atom leads, and what ends here, in the order of the files."""

    children: dict[str, Node] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Match:
    """Atoms `first` to `last` (included) name `rows`, best first; a decoy has none."""

    first: int
    last: int
    rows: tuple[Concept, ...]


def read_atoms(text: str) -> list[Atom]:
    """The atoms of a text in order."""
    atoms = []
    last_end = -1
    for match in ATOM.finditer(text):
        start, end = match.span()
        key = fold_word(match.group())
        atoms.append(Atom(key, start, end, last_end >= 0 and _joins(text[last_end:start], key)))
        last_end = end
    return atoms


@lru_cache(maxsize=65_536)
def fold_word(word: str) -> str:
    """One atom as it is compared: no case, no accents, Greek letters by name, one spelling."""
    folded = GREEK.get(word) or GREEK.get(word.lower())
    if folded is not None:
        return folded
    if word.isascii():
        folded = word.lower()
    else:
        split = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
        folded = "".join(letter for letter in split if not unicodedata.combining(letter))
        folded = GREEK.get(folded, folded)  # of a letter that was written in another type
    return SPELLING.sub(lambda match: SPELLINGS[match.group()], folded)


def unify_signs(text: str) -> str:
    """The text with one kind of hyphen and space, case and letters as they are."""
    return text.translate(SIGNS)


class NameIndex:
    """A trie of the names of concepts and decoys. Rows that come first win where names are equal."""

    def __init__(self, rows: Iterable[Concept], decoys: Iterable[Decoy] = ()) -> None:
        self.rows = {row.id: row for row in rows}
        self.root = Node()
        for row in self.rows.values():
            for name in (row.name, *row.names):
                if name not in row.exact:
                    self._add(name, row, exact=False)
            for name in row.exact:
                self._add(name, row, exact=True)
        for decoy in decoys:
            for phrase in decoy.phrases:
                self._add(phrase, None, exact=False)
            for phrase in decoy.exact:
                self._add(phrase, None, exact=True)

    def match(self, text: str, atoms: list[Atom], first: int = 0, last: int | None = None) -> Iterator[Match]:
        """Names of rows in the order of the text, without overlap: leftmost first, then longest.

        Only names within atoms `first` to `last` (included) are looked for.
        """
        end = len(atoms) if last is None else last + 1
        while first < end:
            found = self._match_at(text, atoms, first, end)
            if found is None:
                first += 1
                continue
            if found.rows:
                yield found
            first = found.last + 1

    def look_up(self, name: str) -> tuple[Concept, ...]:
        """The rows that the whole of `name` leads to, best first; empty when it is no name."""
        atoms = read_atoms(name)
        found = self._match_at(name, atoms, 0, len(atoms)) if atoms else None
        return found.rows if found is not None and found.last == len(atoms) - 1 else ()

    def look_up_keys(self, keys: Iterable[str]) -> tuple[Concept, ...]:
        """The rows whose name folds to these keys, whatever its case."""
        node: Node | None = self.root
        for key in keys:
            node = node.children.get(key) if node is not None else None
        return _rows(node.entries) if node is not None else ()

    def _match_at(self, text: str, atoms: list[Atom], first: int, end: int) -> Match | None:
        node = self.root.children.get(atoms[first].key)
        start = atoms[first].start
        if node is None or _is_word(text[start - 1 : start]) or DENIED.search(text[max(0, start - 5) : start]):
            return None
        best = None
        last = first
        while True:
            if node.entries and _ends_word(text, atoms[last].end):
                fitting = _fitting(node.entries, text, start, atoms[last].end)
                best = Match(first, last, _rows(fitting)) if fitting else best
            last += 1
            if last == end or not atoms[last].joined:
                return best
            child = node.children.get(atoms[last].key)
            if child is None:
                return best
            node = child

    def _add(self, name: str, row: Concept | None, *, exact: bool) -> None:
        keys = tuple(fold_word(word) for word in ATOM.findall(name))
        written = unify_signs(name) if exact else None
        self._insert(keys, Entry(row, written))
        for plural in _plurals(keys):
            self._insert(plural, Entry(row, f"{written}s" if written else None))
        if written is None:
            for spelling in (keys, *_plurals(keys)):
                for apart in _split_words(spelling):
                    self._insert(apart, Entry(row, None))

    def _insert(self, keys: tuple[str, ...], entry: Entry) -> None:
        node = self.root
        for key in keys:
            child = node.children.get(key)
            if child is None:
                child = node.children[key] = Node()
            node = child
        if entry not in node.entries:
            node.entries.append(entry)


def _fitting(entries: list[Entry], text: str, start: int, end: int) -> list[Entry]:
    if all(entry.written is None for entry in entries):
        return entries
    written = unify_signs(text[start:end])
    return [entry for entry in entries if entry.written is None or entry.written == written]


def _rows(entries: Iterable[Entry]) -> tuple[Concept, ...]:
    """The rows of entries, each once; none at all where a decoy is among them."""
    rows: dict[str, Concept] = {}
    for entry in entries:
        if entry.row is None:
            return ()
        rows.setdefault(entry.row.id, entry.row)
    return tuple(rows.values())


def _joins(gap: str, key: str) -> bool:
    if gap in {"", " ", "-", "_"}:  # "GABA_A"
        return True
    if len(gap) > LONGEST_JOINT:
        return False
    if gap == " - ":  # "BPC - 157"; between words it is a dash
        return key.isdigit()
    return JOINT.fullmatch(gap) is not None


def _is_word(letter: str) -> bool:
    """Whether a name may not border on this character ("" at the ends of a text)."""
    return letter.isalnum() and not _is_superscript(letter)


def _is_superscript(letter: str) -> bool:
    return letter in "\u00b9\u00b2\u00b3" or "\u2070" <= letter <= "\u207f"


def _ends_word(text: str, end: int) -> bool:
    """Whether a name may end here: not inside a word, nor before the decimals of a number ("GLP-1.5")."""
    following = text[end : end + 2]
    if _is_word(following[:1]):
        return False
    return not (text[end - 1].isdigit() and following[:1] == "." and following[1:].isdigit())


def _plurals(keys: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Plurals of a folded name: receptors, MC4Rs, therapies; not of "IL-6"."""
    *front, last = keys
    if not last.isalpha() or last.endswith("s"):
        return
    if len(last) > 1 or (front and front[-1].isdigit()):
        yield (*front, f"{last}s")
    if last[:-1].isalpha() and last.endswith("y"):
        yield (*front, f"{last[:-1]}ies")


def _split_words(keys: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The same name with one word written apart after its first part."""
    for place, key in enumerate(keys):
        for part in PREFIXES:
            if key.startswith(part) and len(key) >= len(part) + SHORTEST_REST:
                yield (*keys[:place], part, key.removeprefix(part), *keys[place + 1 :])
