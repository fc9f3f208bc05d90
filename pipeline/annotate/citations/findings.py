"""What is wrong with the citations of a page, at most one finding of each kind."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.annotate.citations.facts import facts_of, is_callout, short
from pipeline.annotate.citations.links import OTHER_LINK
from pipeline.annotate.citations.matching import OTHER_AUTHOR, OTHER_YEAR, Index, find_namesakes, find_other_year
from pipeline.components.citations.words import fold_name
from pipeline.page import CitationFinding
from pipeline.schema import CitationStatus, CitationStyle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pipeline.page import Citation, Mention, Page


MOST_KEYS = 12  # keys that a finding writes out


@dataclass(frozen=True, slots=True)
class Cited:
    """The linked citations of a page."""

    callouts: tuple[Mention, ...]
    entries: tuple[Mention, ...]


def find_citation_findings(
    page: Page,  # noqa: ARG001  (a page-level question, though its mentions hold all that is asked for now)
    mentions: Sequence[Mention],
) -> tuple[CitationFinding, ...]:
    """What is wrong with the linked citations of a page: at most one finding of each kind, in a fixed order."""
    callouts = tuple(mention for mention in mentions if is_callout(mention))
    entries = tuple(mention for mention in mentions if mention.citation and not is_callout(mention))
    cited = Cited(callouts, entries)
    return tuple(found for check in CHECKS if (found := check(cited)) is not None)


def _check_list(cited: Cited) -> CitationFinding | None:
    lost = _lost(cited.callouts)
    if cited.entries or not lost:
        return None
    number = _count(len(lost), "call-out leads", "call-outs lead")
    return CitationFinding("no reference list", lost, f"{number} nowhere: the page has no reference list.")


def _check_dangling(cited: Cited) -> CitationFinding | None:
    lost = tuple(mention for mention in _lost(cited.callouts) if not _says(mention, OTHER_YEAR))
    if not cited.entries or not lost:
        return None
    index = Index(cited.entries)
    near = tuple(dict.fromkeys(entry for mention in lost for entry in find_namesakes(facts_of(mention), index)))
    beside = f"; of the same first author it has {_keys(near)}" if near else ""
    return CitationFinding("dangling", (*lost, *near), f"The reference list has no entry for {_keys(lost)}{beside}.")


def _check_gap(cited: Cited) -> CitationFinding | None:
    """Numbers that are missing from the list, or from the call-outs where there is no list."""
    numbered: dict[int, list[Mention]] = defaultdict(list)
    for mention in cited.entries or cited.callouts:
        if facts_of(mention).style is CitationStyle.NUMERIC:
            numbered[int(facts_of(mention).key)].append(mention)
    if not numbered:
        return None
    missing = sorted(set(range(1, max(numbered))) - set(numbered))
    if not missing:
        return None
    known = sorted(numbered)
    beside = {
        known[at]
        for number in missing
        for at in (bisect_left(known, number) - 1, bisect_left(known, number))
        if at >= 0
    }
    members = tuple(mention for number in sorted(beside) for mention in numbered[number])
    where = "The reference list" if cited.entries else "The numbering of the call-outs"
    return CitationFinding(
        "gap in numbering", members, f"{where} runs to {known[-1]} and leaves out {_ranges(missing)}."
    )


def _check_unused(cited: Cited) -> CitationFinding | None:
    unused = _with_status(cited.entries, CitationStatus.UNUSED)
    if not unused:
        return None
    number = _count(len(unused), "entry is", "entries are")
    return CitationFinding("unused", unused, f"{number} cited nowhere on the page: {_keys(unused)}.")


def _check_numbers(cited: Cited) -> CitationFinding | None:
    """One number or key for two works: a call-out with it may mean either."""
    shared: dict[str, list[Mention]] = defaultdict(list)
    for entry in _with_status(cited.entries, CitationStatus.AMBIGUOUS):
        shared[facts_of(entry).key].append(entry)
    unlike = {key: same for key, same in shared.items() if len({_work(facts_of(entry)) for entry in same}) > 1}
    if not unlike:
        return None
    members = tuple(entry for same in unlike.values() for entry in same)
    return CitationFinding("one number for two works", members, f"Different works have the number {_keys(members)}.")


def _check_duplicates(cited: Cited) -> CitationFinding | None:
    """Two entries for one work."""
    alike: dict[str, list[Mention]] = defaultdict(list)
    for entry in cited.entries:
        if work := _work(facts_of(entry)):
            alike[work].append(entry)
    members = tuple(entry for same in alike.values() if len(same) > 1 for entry in same)
    return CitationFinding("duplicate entries", members, f"Entries stand twice: {_keys(members)}.") if members else None


def _check_double_identifiers(cited: Cited) -> CitationFinding | None:
    """Entries alike in title and year that name another DOI or PMID."""
    alike: dict[str, list[Mention]] = defaultdict(list)
    for entry in cited.entries:
        facts = facts_of(entry)
        if facts.title and facts.year:
            alike[f"{_title(facts)} {facts.year}"].append(entry)
    members = tuple(
        entry
        for same in alike.values()
        if any(len({getattr(facts_of(entry), name) for entry in same} - {None}) > 1 for name in ("doi", "pmid"))
        for entry in same
    )
    if not members:
        return None
    return CitationFinding(
        "one work with two identifiers", members, f"One work stands with different identifiers: {_keys(members)}."
    )


def _check_years(cited: Cited) -> CitationFinding | None:
    return _check_note(OTHER_YEAR, cited)


def _check_authors(cited: Cited) -> CitationFinding | None:
    return _check_note(OTHER_AUTHOR, cited)


def _check_links(cited: Cited) -> CitationFinding | None:
    """Links whose words name another work than their target, of call-outs and entries."""
    noted = tuple(mention for mention in (*cited.callouts, *cited.entries) if _says(mention, OTHER_LINK))
    if not noted:
        return None
    parts = (f"{_call(facts_of(mention))}: {facts_of(mention).note}" for mention in noted)
    return CitationFinding(
        OTHER_LINK, noted, f"Words and target of a link disagree: {'; '.join(dict.fromkeys(parts))}."
    )


def _check_note(kind: str, cited: Cited) -> CitationFinding | None:
    noted = [mention for mention in cited.callouts if _says(mention, kind)]
    if not noted:
        return None
    index = Index(cited.entries)
    meant = (find_other_year(facts_of(mention), index) for mention in noted)
    targets = {facts_of(mention).entry for mention in noted} | {entry.start for entry in meant if entry}
    members = (*noted, *(entry for entry in cited.entries if entry.start in targets))
    parts = (f"{facts_of(mention).key}: {facts_of(mention).note}" for mention in noted)
    return CitationFinding(kind, members, f"Text and reference list disagree: {'; '.join(dict.fromkeys(parts))}.")


def _says(mention: Mention, kind: str) -> bool:
    return (facts_of(mention).note or "").startswith(kind)


def _check_shared_identifiers(cited: Cited) -> CitationFinding | None:
    """Entries with one DOI or PMID that name another first author or title."""
    shared: dict[str, list[Mention]] = defaultdict(list)
    for entry in cited.entries:
        facts = facts_of(entry)
        for value in {facts.doi, facts.pmid and f"PMID {facts.pmid}"} - {None}:
            shared[str(value)].append(entry)
    works = {value: same for value, same in shared.items() if len({_title(facts_of(entry)) for entry in same}) > 1}
    if not works:
        return None
    members = tuple(dict.fromkeys(entry for same in works.values() for entry in same))
    return CitationFinding(
        "one identifier for two works", members, f"Different works share {', '.join(sorted(works))}."
    )


def _check_identifiers(cited: Cited) -> CitationFinding | None:
    invalid = _with_status((*cited.callouts, *cited.entries), CitationStatus.INVALID)
    if not invalid:
        return None
    notes = dict.fromkeys(str(facts_of(mention).note) for mention in invalid)
    return CitationFinding("invalid identifier", invalid, f"An identifier cannot be right: {'; '.join(notes)}.")


CHECKS: tuple[Callable[[Cited], CitationFinding | None], ...] = (
    _check_list,
    _check_dangling,
    _check_gap,
    _check_unused,
    _check_numbers,
    _check_duplicates,
    _check_double_identifiers,
    _check_years,
    _check_authors,
    _check_links,
    _check_shared_identifiers,
    _check_identifiers,
)


def _lost(callouts: Iterable[Mention]) -> tuple[Mention, ...]:
    """The call-outs that lead nowhere; a name without a year ("a study by Sample et al.") does not claim to."""
    dangling = _with_status(callouts, CitationStatus.DANGLING)
    return tuple(
        mention
        for mention in dangling
        if facts_of(mention).year or facts_of(mention).style is not CitationStyle.AUTHOR_YEAR
    )


def _with_status(mentions: Iterable[Mention], status: CitationStatus) -> tuple[Mention, ...]:
    return tuple(mention for mention in mentions if facts_of(mention).status is status)


def _work(facts: Citation) -> str | None:
    """What two entries for one work have in common; None for an entry that does not say enough."""
    if facts.doi or facts.pmid:
        return f"{facts.doi or facts.pmid} {_title(facts)}"
    return f"{_title(facts)} {facts.year}" if facts.title and facts.year else None


def _title(facts: Citation) -> str:
    return fold_name(facts.title or facts.authors or "")


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _keys(mentions: Iterable[Mention]) -> str:
    """The keys of citations, numbers as ranges, at most twelve written out."""
    keys = list(dict.fromkeys(_call(facts_of(mention)) for mention in mentions))
    if all(key.isdigit() for key in keys):
        return _ranges(sorted(map(int, keys)))
    shown = ", ".join(keys[:MOST_KEYS])
    return shown if len(keys) <= MOST_KEYS else f"{shown} and {len(keys) - MOST_KEYS} more"


def _call(facts: Citation) -> str:
    """What a sentence calls a citation: its key, or its title where the key is made from that."""
    if facts.style is CitationStyle.AUTHOR_YEAR and facts.title and not facts.authors:
        return f"'{short(facts.title)}'"
    return facts.key


def _ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers in words of a list: 1, 3–5, 9."""
    parts: list[str] = []
    start = previous = numbers[0]
    for number in (*numbers[1:], None):
        if number is not None and number == previous + 1:
            previous = number
            continue
        parts.append(str(start) if start == previous else f"{start}–{previous}")
        if number is not None:
            start = previous = number
    return ", ".join(parts)
