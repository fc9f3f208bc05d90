"""Which entry of the page's own list a call-out leads to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.annotate.citations.facts import IDENTIFIERS, NUMBERED, change, facts_of, short
from pipeline.components.citations.authors import call_names, fit_names, lead_names
from pipeline.components.citations.words import fold_name
from pipeline.page import Mention
from pipeline.schema import CitationStatus, CitationStyle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.page import Citation

# Two years this near are one work, once as it was sent in or put online and once as it was printed, or a slip; a name
# whose only entry is older or younger than that cites another work, which the list leaves out.
MOST_APART = 3  # years
OTHER_YEAR = "year differs"
OTHER_AUTHOR = "author differs"
LETTER = re.compile(r"\d([a-h])$")  # of "2001a"


class Index(dict[tuple[str, str], list[Mention]]):
    """Entries by all that a call-out may name: number, footnote key, author and year, author, identifier."""

    def __init__(self, entries: Sequence[Mention]) -> None:
        super().__init__()
        self.entries = entries
        for entry in entries:
            for name in _entry_names(facts_of(entry)):
                self.setdefault(name, []).append(entry)


def _entry_names(facts: Citation) -> Iterator[tuple[str, str]]:
    if facts.style in NUMBERED:
        yield facts.style.value, facts.key
    for column in ("doi", "pmid", "nct"):
        if value := getattr(facts, column):
            yield column, value
    if not facts.authors:
        return
    letter = LETTER.search(facts.key) if facts.style is CitationStyle.AUTHOR_YEAR else None
    for name in lead_names(facts.authors):
        yield "first", name
    for name in dict.fromkeys(call_names(facts.authors)) if facts.year else ():
        yield "author", f"{name} {facts.year}"
        if letter:
            yield "author", f"{name} {facts.year}{letter[1]}"


def match_entries(mention: Mention, index: Index) -> tuple[Mention, ...]:
    """The entries that a call-out names: by its number or key, its identifier, or its authors and year."""
    facts = facts_of(mention)
    if facts.style in NUMBERED:
        return tuple(index.get((facts.style.value, facts.key), ()))
    for column in ("doi", "pmid", "nct"):
        if (value := getattr(facts, column)) and (found := index.get((column, value))):
            return tuple(found)
    if facts.style is not CitationStyle.AUTHOR_YEAR:
        return ()
    first = facts.key.partition(" ")[0]
    if not facts.year:
        return _narrow_authors(facts, index.get(("first", first), []))
    exact = index.get(("author", facts.key), [])
    return _narrow_authors(facts, exact or index.get(("author", f"{first} {facts.year}"), []))


def _narrow_authors(facts: Citation, found: Sequence[Mention]) -> tuple[Mention, ...]:
    """Of entries with one first author and year, those with as many authors, and the second one, of the text."""
    if len(found) == 1:
        return tuple(found)
    same = [entry for entry in found if fit_names(facts.authors or "", facts_of(entry).authors or "")]
    return tuple(same or found)


def find_namesakes(facts: Citation, index: Index) -> tuple[Mention, ...]:
    """The entries of the first author whom a name with a year names; none for a call-out of another kind."""
    if facts.style is not CitationStyle.AUTHOR_YEAR or not facts.year or facts.doi or facts.pmid or facts.nct:
        return ()
    return tuple(index.get(("first", facts.key.partition(" ")[0]), ()))


def find_other_year(facts: Citation, index: Index) -> Mention | None:
    """The one entry of a name's author, where the list has one alone and its year is another one that is near."""
    same = find_namesakes(facts, index)
    if len(same) != 1 or not facts.year:
        return None
    listed = facts_of(same[0]).year
    return same[0] if listed and 0 < abs(listed - facts.year) <= MOST_APART else None


def join_callouts(callouts: Iterable[Mention], index: Index) -> tuple[list[Mention], set[int]]:
    """The call-outs with their status, and the starts of the entries that they lead to.

    A name whose year is not that of its author's entry stays dangling and says so, unless another call-out claims the
    entry; nobody can say which of the two years is wrong, but the entry is not one that nobody meant.
    """
    matches = [(mention, match_entries(mention, index)) for mention in callouts]
    used = {entry.start for _, found in matches for entry in found}
    meant: set[int] = set()
    linked: list[Mention] = []
    for mention, found in matches:
        facts = facts_of(mention)
        other = None if found else find_other_year(facts, index)
        if other is not None and other.start not in used:
            meant.add(other.start)
            linked.append(note_year(mention, facts.year, facts_of(other).year))
        else:
            linked.append(_resolve(mention, found, listed=bool(index.entries)))
    return linked, used | meant


def _resolve(mention: Mention, found: Sequence[Mention], *, listed: bool) -> Mention:
    facts = facts_of(mention)
    if facts.status is CitationStatus.INVALID:
        return mention
    if len(found) > 1:
        return change(mention, status=CitationStatus.AMBIGUOUS, note=f"{len(found)} entries have this key")
    if found:
        mention = change(mention, status=CitationStatus.RESOLVED, entry=found[0].start)
        return note_author(mention, facts_of(found[0]).authors) or note_year(
            mention, facts.year, facts_of(found[0]).year
        )
    if facts.style in IDENTIFIERS or facts.doi or facts.pmid or facts.nct:
        note = facts.note or "names its work by identifier; no entry on the page"
        return change(mention, status=CitationStatus.RESOLVED, note=note)
    note = f"the reference list has no entry '{facts.key}'" if listed else "the page has no reference list"
    return change(mention, note=note)


def mark_entry(entry: Mention, index: Index, *, used: bool) -> Mention:
    """The entry with its status; `used` says whether a call-out leads to it."""
    facts = facts_of(entry)
    if facts.status is CitationStatus.INVALID:
        return entry
    namesakes = index.get((facts.style.value, facts.key), ()) if facts.style in NUMBERED else ()
    if len(namesakes) > 1:
        return change(entry, status=CitationStatus.AMBIGUOUS, note=f"{len(namesakes)} entries have this key")
    return change(entry, status=CitationStatus.RESOLVED if used else CitationStatus.UNUSED)


def note_author(mention: Mention, listed: str | None) -> Mention | None:
    """The call-out, with a note where its first author is not one of the listed ones; None where nothing differs."""
    facts = facts_of(mention)
    first = facts.key.partition(" ")[0]
    if facts.style is not CitationStyle.AUTHOR_YEAR or not listed or first in fold_name(listed):
        return None
    return change(mention, note=f"{OTHER_AUTHOR}: {facts.authors} in the text, {short(listed)} in the list")


def note_year(mention: Mention, cited: int | None, listed: int | None) -> Mention:
    """The call-out, with a note where text and list give other years."""
    if cited is None or listed is None or cited == listed:
        return mention
    return change(mention, note=f"{OTHER_YEAR}: {cited} in the text, {listed} in the list")
