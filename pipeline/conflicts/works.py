"""The works that all documents cite, one record each: who cites the same paper, and what cannot be right about it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, Self, TypeAlias

from rapidfuzz import fuzz

from pipeline.components.citations.authors import first_surname
from pipeline.components.citations.words import fold_name
from pipeline.schema import CitationRole, CitationStatus, content_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.conflicts.sides import Member
    from pipeline.schema import CitationRow

# Titles are alike when they differ by a slip or two, or when one is the beginning of the other.
ALIKE = 90  # of 100, rapidfuzz's ratio of the folded titles: one wrong letter in ten
UNLIKE = 60  # below it two titles are not one title that a reader or a parser has garbled
SHORTEST_TITLE = 16  # folded letters; less ("Methods", "Part II") is no title that may be cut or misspelt
NEAR_TITLES = 8  # titles of one author that are compared with the next ones in alphabetical order
YEARS_APART = 1  # a work put online in December is printed in the next year
MOST_SHOWN = 3  # works, titles or identifiers that a sentence spells out
LONGEST_TITLE = 80  # characters of a title that a sentence shows
IDENTIFIERS = ("doi", "pmid")
# A preprint and the paper that it became are one work with two DOIs, and rightly so.
PREPRINTS = ("10.1101/", "10.20944/", "10.21203/", "10.26434/", "10.31219/", "10.31234/", "10.48550/")

SEVERAL = re.compile(r"[&;]|\band\b|\bet al\b|,\s?[^\W\d_]{2,}\s")  # signs that a list of authors has more than one

ONE_IDENTIFIER = "one identifier for two works"
ONE_WORK = "one work with two identifiers"


class Cited(NamedTuple):
    """What a citation tells of the work that it means; a row of the table takes more than twice the room."""

    citation_id: str
    source_id: str
    role: CitationRole
    status: CitationStatus
    reference_id: str | None
    key: str
    authors: str | None
    year: int | None
    title: str | None
    doi: str | None
    pmid: str | None

    @classmethod
    def of(cls, row: CitationRow) -> Self:
        """The same columns of a row."""
        return cls(*_read_cited(row))


_read_cited = attrgetter(*Cited._fields)
AnyCitation: TypeAlias = "Cited | CitationRow"


@dataclass(frozen=True, slots=True)
class Works:
    """The works of all documents: the work that each citation means, and what a sentence calls it."""

    of: Mapping[str, str]  # citation_id: work_id
    names: Mapping[str, str]  # work_id: "Sample et al., 2006"

    def cited_by(self, citation_ids: Iterable[str]) -> frozenset[str]:
        """The works that these citations mean."""
        return frozenset(work for one in citation_ids if (work := self.of.get(one)))


@dataclass(frozen=True, slots=True)
class WorkFinding:
    """A work or an identifier on which documents disagree; each side is a title or an identifier and who has it."""

    kind: str
    key: str  # the identifiers
    text: str  # one sentence
    sides: tuple[tuple[str, tuple[str, ...]], ...]  # what it says, and its citation_ids


def gather_works(citations: Sequence[AnyCitation]) -> Works:
    """The works of all documents with their names."""
    works = find_works(citations)
    members: dict[str, list[AnyCitation]] = defaultdict(list)
    for row in citations:
        if row.citation_id in works:
            members[works[row.citation_id]].append(row)
    return Works(works, {work: _name_work(rows) for work, rows in members.items()})


def find_works(citations: Iterable[AnyCitation]) -> dict[str, str]:
    """The work_id of each citation that says enough: of one DOI or PMID, or alike in first author, year and title.

    A call-out means the work of its entry. A name with a year and no more ("Sample et al., 2006") means the one work
    of that name and year among all documents, and no work where there are two. Numbers are never joined.
    """
    rows = list(citations)
    entry_of = {row.citation_id: row.reference_id for row in rows if row.reference_id}
    cited = [row for row in rows if row.citation_id not in entry_of and row.status is not CitationStatus.INVALID]
    groups = Groups()
    for row in cited:
        if row.doi or row.pmid or row.title:
            groups.add(row.citation_id)
    _join_identifiers(cited, groups)
    _join_titles(cited, groups)
    _join_names(cited, groups)
    members: dict[str, list[AnyCitation]] = defaultdict(list)
    for row in cited:
        if row.citation_id in groups.parent:
            members[groups.find(row.citation_id)].append(row)
    works = {row.citation_id: work for rows in members.values() for work in [_work_id(rows)] for row in rows}
    return works | {one: works[entry] for one, entry in entry_of.items() if entry in works}


class Groups:
    """Which members are one: a union-find over ids, with the smaller id as the root."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}

    def add(self, member: str) -> None:
        """Make a member known."""
        self.parent.setdefault(member, member)

    def find(self, member: str) -> str:
        """The root of a member's group."""
        root = member
        while self.parent[root] != root:
            root = self.parent[root]
        while self.parent[member] != root:
            self.parent[member], member = root, self.parent[member]
        return root

    def join(self, members: Iterable[str]) -> None:
        """Make one group of the groups of these members."""
        roots = sorted({self.find(member) for member in members})
        for root in roots[1:]:
            self.parent[root] = roots[0]


def _join_identifiers(rows: Iterable[AnyCitation], groups: Groups) -> None:
    """Join what shares a DOI or PMID, but for rows whose titles say that they are different works."""
    for shared in _by_identifier(rows).values():
        titled = [row for row in shared if _fold_title(row)]
        clusters = _cluster_titles(titled)
        if len(clusters) < 2:  # noqa: PLR2004  (all titles are one)
            groups.join(row.citation_id for row in shared)
            continue
        for cluster in clusters:
            groups.join(row.citation_id for row in cluster)
        groups.join(row.citation_id for row in shared if not _fold_title(row))


def _by_identifier(rows: Iterable[AnyCitation]) -> dict[tuple[str, str], list[AnyCitation]]:
    shared: dict[tuple[str, str], list[AnyCitation]] = defaultdict(list)
    for row in rows:
        for column in IDENTIFIERS:
            if value := getattr(row, column):
                shared[column, value].append(row)
    return shared


def _join_titles(rows: Iterable[AnyCitation], groups: Groups) -> None:
    by_author: dict[str, list[AnyCitation]] = defaultdict(list)
    for row in rows:
        if _fold_title(row) and row.year:
            by_author[_surname(row)].append(row)
    for same in by_author.values():
        for one, other in _near_pairs(same):
            if abs((one.year or 0) - (other.year or 0)) <= YEARS_APART and _are_alike(one, other):
                groups.join((one.citation_id, other.citation_id))


def _near_pairs(rows: Sequence[AnyCitation]) -> Iterable[tuple[AnyCitation, AnyCitation]]:
    ordered = sorted(rows, key=lambda row: (_fold_title(row), row.citation_id))
    return ((one, other) for at, one in enumerate(ordered) for other in ordered[at + 1 : at + 1 + NEAR_TITLES])


def _join_names(rows: Iterable[AnyCitation], groups: Groups) -> None:
    """Join names with a year to the one work of that name, or to each other where no entry has it."""
    known: dict[str, set[str]] = defaultdict(set)
    bare: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        name = _name_key(row)
        if name and row.citation_id in groups.parent:
            known[name].add(groups.find(row.citation_id))
        elif name and row.role is CitationRole.CALLOUT:
            bare[name].append(row.citation_id)
    for name, calls in bare.items():
        if len(known[name]) > 1:
            continue
        for one in calls:
            groups.add(one)
        groups.join((*calls, *known[name]))


def _name_key(row: AnyCitation) -> str:
    """First author and year, with its letter: "sample 2006a"."""
    surname = _surname(row)
    if not surname or not row.year:
        return ""
    letter = row.key[-1] if row.key[-5:-1] == str(row.year) else ""
    return f"{surname} {row.year}{letter}"


def _work_id(rows: Iterable[AnyCitation]) -> str:
    """An id from the smallest DOI, PMID, title and name; two works that share a DOI still differ in their titles."""
    told = ((row.doi, row.pmid, _fold_title(row), _name_key(row)) for row in rows)
    return content_id("wrk", *(min(filter(None, column), default="") for column in zip(*told, strict=True)))


def _surname(row: AnyCitation) -> str:
    return fold_name(first_surname(row.authors)) if row.authors else ""


def _fold_title(row: AnyCitation) -> str:
    return fold_name(row.title or "")


def _are_alike(one: AnyCitation, other: AnyCitation) -> bool:
    left, right = sorted((_fold_title(one), _fold_title(other)), key=len)
    if len(left) < SHORTEST_TITLE:
        return left == right
    return right.startswith(left) or fuzz.ratio(left, right) >= ALIKE


def _cluster_titles(rows: Iterable[AnyCitation]) -> list[list[AnyCitation]]:
    """Rows by title; titles that a slip or a cut explains are one."""
    clusters: list[list[AnyCitation]] = []
    for row in sorted(rows, key=lambda row: (_fold_title(row), row.citation_id)):
        near = next((same for same in clusters[-NEAR_TITLES:] if not _are_unlike(same[0], row)), None)
        if near is None:
            clusters.append([row])
        else:
            near.append(row)
    return clusters


def _are_unlike(one: AnyCitation, other: AnyCitation) -> bool:
    return not _are_alike(one, other) and fuzz.ratio(_fold_title(one), _fold_title(other)) < UNLIKE


def explain_citing(members: Iterable[Member], works: Works) -> list[str]:
    """What the works that the sides cite say of a conflict, in words.

    Sides that cite one work differ on what it says: a look into it settles that. Sources of one side that all cite one
    work agree because they repeat it: they are one line of evidence.
    """
    sides: dict[str, dict[str, frozenset[str]]] = defaultdict(lambda: defaultdict(frozenset))
    for member in members:
        claim = member.claim
        sides[member.side][claim.source_id] |= works.cited_by(claim.citations)
    told: list[str] = []
    for one, other in combinations(sorted(sides), 2):
        shared = frozenset().union(*sides[one].values()) & frozenset().union(*sides[other].values())
        told.extend(f"{one} and {other} cite the same work, {works.names[work]}" for work in sorted(shared))
    for side, sources in sorted(sides.items()):
        common = frozenset.intersection(*sources.values()) if len(sources) > 1 else frozenset()
        if common:
            work = works.names[min(common)]
            told.append(f"the {len(sources)} sources of {side} all cite {work}: one line of evidence")
    return told[:MOST_SHOWN]


def find_work_findings(citations: Sequence[AnyCitation], works: Works) -> tuple[WorkFinding, ...]:
    """Identifiers with two titles and works with two identifiers, where one document alone does not show it."""
    entries = [row for row in citations if row.role is CitationRole.ENTRY and row.status is not CitationStatus.INVALID]
    return (*_find_shared_identifiers(entries), *_find_double_identifiers(entries, works))


def _find_shared_identifiers(entries: Iterable[AnyCitation]) -> Iterable[WorkFinding]:
    for (column, value), rows in sorted(_by_identifier(entries).items()):
        clusters = _cluster_titles(row for row in rows if len(_fold_title(row)) >= SHORTEST_TITLE)
        if not _cross_documents(clusters):
            continue
        written = value if column == "doi" else f"PMID {value}"
        sides = tuple((_cut(cluster[0].title or ""), _ids(cluster)) for cluster in clusters)
        told = " and to ".join(f"'{says}'" for says, _ in sides[:MOST_SHOWN])
        yield WorkFinding(ONE_IDENTIFIER, written, f"{written} is given to {told}.", sides)


def _find_double_identifiers(entries: Iterable[AnyCitation], works: Works) -> Iterable[WorkFinding]:
    by_work: dict[str, list[AnyCitation]] = defaultdict(list)
    for row in entries:
        if row.citation_id in works.of:
            by_work[works.of[row.citation_id]].append(row)
    for work, rows in sorted(by_work.items()):
        for column in IDENTIFIERS:
            having: dict[str, list[AnyCitation]] = defaultdict(list)
            for row in rows:
                value = getattr(row, column)
                if value and not (column == "doi" and value.startswith(PREPRINTS)):
                    having[value].append(row)
            if not _cross_documents(list(having.values())):
                continue
            sides = tuple((_write(column, value), _ids(having[value])) for value in sorted(having))
            told = " and ".join(says for says, _ in sides[:MOST_SHOWN])
            key = " and ".join(says for says, _ in sides)
            yield WorkFinding(ONE_WORK, key, f"{works.names[work]} is given {told}.", sides)


def _cross_documents(sides: Sequence[Sequence[AnyCitation]]) -> bool:
    """Whether there are two sides or more, and not all in one and the same document."""
    return len(sides) > 1 and len({row.source_id for side in sides for row in side}) > 1


def _ids(rows: Iterable[AnyCitation]) -> tuple[str, ...]:
    return tuple(sorted(row.citation_id for row in rows))


def _write(column: str, value: str) -> str:
    return f"DOI {value}" if column == "doi" else f"PMID {value}"


def _cut(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[:LONGEST_TITLE].rpartition(" ")[0] + " …"


def _name_work(rows: Sequence[AnyCitation]) -> str:
    """ "Sample et al., 2006", or the title or identifier of a work that has no author or year."""
    for call in (_call_by_authors, _call_by_title, _call_by_identifier):
        names = sorted(name for row in rows if (name := call(row)))
        if names:
            return names[0]
    return rows[0].key


def _call_by_authors(row: AnyCitation) -> str:
    surname = first_surname(row.authors) if row.authors else ""
    if not surname or not row.year:
        return ""
    return f"{surname} et al., {row.year}" if SEVERAL.search(row.authors or "") else f"{surname}, {row.year}"


def _call_by_title(row: AnyCitation) -> str:
    return f"'{_cut(row.title)}'" if row.title else ""


def _call_by_identifier(row: AnyCitation) -> str:
    return next((_write(column, value) for column in IDENTIFIERS if (value := getattr(row, column))), "")
