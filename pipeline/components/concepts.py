"""Find the names of the lexicons in text: each leads to one concept, and lists what else it could mean.

A name that no lexicon knows and that can only be a compound (a code number called a peptide, an INN stem) gets a
concept of its own, `local:` and the name.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from spacy.language import Language

from pipeline.components import add_mentions, get_text
from pipeline.components.coined import Definition, find_coined, system_pattern
from pipeline.components.cores import find_core, find_inside
from pipeline.components.differences import explain_match
from pipeline.components.names import DASHES, Decoy, NameIndex, read_atoms, unify_signs
from pipeline.components.receptors import share_receptors
from pipeline.lexicon import concepts, read_rows, remember
from pipeline.page import Mention
from pipeline.schema import Label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc

    from pipeline.components.names import Atom, Match

FACTORY = "claimsift_concepts"

# "MC1R–MC5R", "MC3R through MC5R": what stands between the ends of a range.
RANGE_SIGN = re.compile(rf"\s?[{DASHES}]\s?|\s(?:to|through)\s")
LONGEST_RANGE = 20  # members

# "ABC-123 is a synthetic heptapeptide", "ABC-123 peptide", "peptide ABC-123"; not "COVID-19", "PMC12345".
CODE = r"(?! CAS|CID|COVID|HPLC|ICD|ISO|LOT|NCT|PMC|PMID|SARS|SKU ) [A-Z]{2,6} -? \d{2,5} [A-Za-z]?"
CODE_WORD = re.compile(rf"\b {CODE} \b", re.VERBOSE)
CODE_NAME = re.compile(
    rf"""
    \b (?P<before> {CODE} ) \s
       (?: (?: is | was ) \s an? \s (?: [\w-]{{1,25}} \s ){{0,5}} )?
       [a-z]{{0,12}} (?: peptide | agonist | analogue? ) \b
    | \b peptide \s (?P<after> {CODE} ) \b
    """,
    re.VERBOSE,
)

# "xyzmorelin", "xyznatide": stems of international nonproprietary names that only peptides bear.
INN_STEM = re.compile(
    r"""\b [A-Za-z]{3,20}
    (?: glutide | morelin | relin | relix | reotide | natide | ritide | actide | paratide | dutide | lutide | clotide
      | conotide | zepatide | pressin | tocin ) \b""",
    re.VERBOSE,
)


# A name that a sentence can begin with: "Examplostatin", "Thymosin beta-10", "Pal-GHK", "Mod 5".
NAME = r"[A-Z][\w-]{2,30} (?: [ ] (?: alpha | beta | gamma | [A-Z0-9][\w-]{0,15} ) ){0,2}"
MOST_DEFINED = 50  # names that one page can define


@remember
def definition_pattern() -> re.Pattern[str]:
    """Sentences such as "Examplostatin (EX-1) is a synthetic hexapeptide", from the name to the noun."""
    nouns = {noun for row in read_rows("definitions", Definition) for noun in row.nouns}
    written = "|".join(
        re.escape(noun).replace("\\ ", "[ ]") for noun in sorted(nouns, key=lambda noun: (-len(noun), noun))
    )
    return re.compile(
        rf"""
        (?<![\w-]) (?P<name> {NAME} )
        (?: \s \( [^()\n]{{1,60}} \) )?
        \s (?: is | was ) \s an? \s
        (?: [\w-]{{1,25}},? \s ){{0,6}}?
        (?: \w{{0,14}}peptide | {written} ) \b
        """,
        re.VERBOSE,
    )


@remember
def no_names() -> frozenset[str]:
    """Words, folded, that begin such sentences and name nothing."""
    return frozenset(word for row in read_rows("definitions", Definition) for word in row.not_names)


class Concepts:
    """Mark every name of the lexicons, and compounds that no lexicon knows."""

    def __init__(self, index: NameIndex) -> None:
        self.index = index

    def find(self, text: str) -> Iterator[Mention]:
        """Mentions of concepts in `text`, by start. A name with several meanings lists the others as candidates."""
        listed = share_receptors(self.index, text, sorted(self._find_listed(text), key=lambda mention: mention.start))
        taken = {mention.start for mention in listed}
        unlisted: dict[int, Mention] = {}
        for mention in self._find_unlisted(text):
            if mention.start not in taken:
                unlisted.setdefault(mention.start, mention)
        yield from sorted([*listed, *unlisted.values()], key=lambda mention: mention.start)

    def __call__(self, doc: Doc) -> Doc:
        """Keep the found mentions with the doc."""
        return add_mentions(doc, self.find(get_text(doc)))

    def _find_listed(self, text: str) -> Iterator[Mention]:
        atoms = read_atoms(text)
        held: Match | None = None
        for match in self.index.match(text, atoms):
            if held is None:
                held = match
                continue
            if span := self._find_range(text, atoms, held, match):
                yield span
                held = None
                continue
            yield from self._tell(text, atoms, held)
            held = match
        if held is not None:
            yield from self._tell(text, atoms, held)

    def _tell(self, text: str, atoms: list[Atom], match: Match) -> Iterator[Mention]:
        """The mention of a match, and those of the names inside it."""
        mention = _mention(text, atoms, match)
        core = find_core(self.index, mention.text, match.rows[0].id)
        if core.name == (0, len(mention.text)):
            yield mention
        else:
            yield replace(mention, core=(mention.start + core.name[0], mention.start + core.name[1]))
        if core.second:
            start, end = mention.start + core.second[0], mention.start + core.second[1]
            yield replace(mention, start=start, end=end, text=text[start:end], nested=True)
        for inside in find_inside(self.index, text, atoms, match):
            yield replace(_mention(text, atoms, inside), nested=True)

    def _find_range(self, text: str, atoms: Sequence[Atom], low: Match, high: Match) -> Mention | None:
        """A range of names, such as "MC1R–MC5R", as their family with the members as candidates."""
        start, end = atoms[low.first].start, atoms[high.last].end
        if not RANGE_SIGN.fullmatch(text[atoms[low.last].end : atoms[high.first].start]):
            return None
        members = self._members(_keys(atoms, low), _keys(atoms, high))
        families = [family for family in low.rows[0].broader if family in high.rows[0].broader]
        if not members or not families:
            return None
        family = self.index.rows[families[0]]
        return Mention(
            start=start,
            end=end,
            text=text[start:end],
            label=family.label,
            how=f"range:{family.id}",
            concept_id=family.id,
            concept=family.name,
            candidates=members,
        )

    def _members(self, low: tuple[str, ...], high: tuple[str, ...]) -> tuple[str, ...]:
        """Concept ids of the names from `low` to `high`, which differ in one number only; else none."""
        places = [place for place, pair in enumerate(zip(low, high, strict=False)) if pair[0] != pair[1]]
        if len(low) != len(high) or len(places) != 1:
            return ()
        place = places[0]
        if not (low[place].isdecimal() and high[place].isdecimal()):
            return ()
        first, last = int(low[place]), int(high[place])
        if not 0 < last - first < LONGEST_RANGE:
            return ()
        names = ((*low[:place], str(number), *low[place + 1 :]) for number in range(first, last + 1))
        return tuple(rows[0].id for rows in map(self.index.look_up_keys, names) if rows)

    def _find_unlisted(self, text: str) -> Iterator[Mention]:
        """Compounds that no lexicon knows, everywhere on a page that calls them a compound once."""
        codes = {match["before"] or match["after"] for match in CODE_NAME.finditer(text)}
        for match in CODE_WORD.finditer(text):
            if match.group() in codes and not self.index.look_up(match.group()):
                yield _unlisted_mention(match, "pattern:code-name")
        for match in INN_STEM.finditer(text):
            if not self.index.look_up(match.group()):
                yield _unlisted_mention(match, "pattern:inn-stem")
        for match in system_pattern().finditer(text):
            if not self.index.look_up(match.group()):
                yield _unlisted_mention(match, "pattern:defined-name")
        if defined := self._find_defined(text):
            spelled = {other for name in defined for other in _spell(name)}
            longest_first = sorted(spelled, key=lambda name: (-len(name), name))
            for match in re.finditer(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w])", text):
                yield _unlisted_mention(match, "pattern:defined-name")

    def _find_defined(self, text: str) -> set[str]:
        """Names that a sentence introduces as a compound, that are nobody's, and are no words of the page besides."""
        names: set[str] = set()
        for match in definition_pattern().finditer(text):
            name = match["name"]
            words = name.casefold().split()
            if len(names) == MOST_DEFINED:
                break
            if no_names().isdisjoint(words) and not re.search(rf"\b{re.escape(name.lower())}\b", text):
                names.add(name)
        names.update(islice((name for name in find_coined(text) if name.casefold() not in no_names()), MOST_DEFINED))
        return {name for name in names if not self.index.look_up(name) and not any(self._names_in(name))}

    def _names_in(self, name: str) -> Iterator[Match]:
        """Listed compounds that are words of a name: "Peptide Semax" is one that is listed."""
        return (match for match in self.index.match(name, read_atoms(name)) if match.rows[0].label is Label.COMPOUND)


@Language.factory(FACTORY, assigns=["doc._.claimsift"])
def make_concepts(nlp: Language, name: str) -> Concepts:
    """The component over the lexicons that ship with the package."""
    return Concepts(name_index())


@remember
def name_index() -> NameIndex:
    """The names of all concepts, with the words that only look like them."""
    return NameIndex(concepts(), read_rows("decoys", Decoy))


def _mention(text: str, atoms: Sequence[Atom], match: Match) -> Mention:
    row, *others = match.rows
    start, end = atoms[match.first].start, atoms[match.last].end
    return Mention(
        start=start,
        end=end,
        text=text[start:end],
        label=row.label,
        how=explain_match(row, text[start:end]),
        concept_id=row.id,
        concept=row.name,
        candidates=tuple(other.id for other in others),
    )


def _spell(name: str) -> tuple[str, ...]:
    """A name as it opens a sentence, and inside of one: "Examplostatin", "examplostatin"."""
    return (name, name[0].lower() + name[1:]) if name.isalpha() and name[1:].islower() else (name,)


def _unlisted_mention(match: re.Match[str], how: str) -> Mention:
    name = match.group()
    return Mention(
        start=match.start(),
        end=match.end(),
        text=name,
        label=Label.COMPOUND,
        how=how,
        concept_id=f"local:{unify_signs(name).casefold()}",
        concept=name,
    )


def _keys(atoms: Sequence[Atom], match: Match) -> tuple[str, ...]:
    return tuple(atom.key for atom in atoms[match.first : match.last + 1])
