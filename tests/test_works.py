"""One record for each work that documents cite: what joins citations, what is wrong across documents, who repeats whom."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pipeline.conflicts import find_conflicts
from pipeline.conflicts.sides import Member
from pipeline.conflicts.works import explain_citing, find_work_findings, find_works, gather_works
from pipeline.schema import CitationRow, ConflictKind, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.schema import ClaimRow

TITLE = "A first study of samples in rats"
OTHER = "Quite another matter in old mice"


class Claim(NamedTuple):
    """As much of a claim as this question needs."""

    source_id: str
    citations: tuple[str, ...]


def cite(source: str, number: int = 1, *, role: str = "entry", **facts: object) -> CitationRow:
    """A citation of a document; its id is the document and a number."""
    said = {
        "style": "numeric",
        "key": str(number),
        "status": "resolved",
        "quote": "q",
        "start": number,
        "end": number + 1,
    }
    empty = dict.fromkeys(("authors", "year", "title", "journal", "doi", "pmid", "nct", "url", "reference_id", "note"))
    ids = {"citation_id": f"{source}{number}", "source_id": source, "role": role}
    return CitationRow.model_validate({**empty, **said, **ids, **facts}, strict=False)


def name(
    source: str, number: int = 1, *, authors: str = "Sample et al.", year: int = 2006, **facts: object
) -> CitationRow:
    """A call-out by name that leads to no entry."""
    told: dict[str, object] = {"style": "author_year", "key": f"sample {year}", "status": "dangling", **facts}
    return cite(source, number, role="callout", authors=authors, year=year, **told)


def paper(source: str, number: int = 1, **facts: object) -> CitationRow:
    """An entry with author, year and title."""
    told: dict[str, object] = {"authors": "Sample AB, Other C", "year": 2006, "title": TITLE, **facts}
    return cite(source, number, **told)  # type: ignore[arg-type]  # `role` is not among them


def groups(rows: Iterable[CitationRow]) -> set[frozenset[str]]:
    works = find_works(rows)
    return {frozenset(one for one in works if works[one] == work) for work in works.values()}


@pytest.mark.parametrize(
    ("rows", "joined"),
    [
        ([paper("a", doi="10.5555/x"), cite("b", doi="10.5555/x")], "a1 b1"),
        ([paper("a", pmid="123"), cite("b", pmid="123", authors="Sample A", year=2006)], "a1 b1"),
        ([paper("a"), paper("b", title="A first study of samples in rats.", authors="Sample, A. B.")], "a1 b1"),
        ([paper("a"), paper("b", title=f"{TITLE}: a report", year=2007)], "a1 b1"),
        ([paper("a"), paper("b", title="A first study of sampels in rats")], "a1 b1"),
        ([paper("a"), paper("b", title=OTHER)], "a1 | b1"),
        ([paper("a"), paper("b", authors="Third D")], "a1 | b1"),
        ([paper("a"), paper("b", year=2012)], "a1 | b1"),
        ([paper("a", title="Methods"), paper("b", title="Methods")], "a1 b1"),
        ([paper("a", title="Methods"), paper("b", title="Methods II")], "a1 | b1"),
        ([paper("a", doi="10.5555/x"), paper("b", doi="10.5555/x", title=OTHER)], "a1 | b1"),
        ([paper("a", doi="10.5555/x"), paper("b", doi="10.5555/y")], "a1 b1"),
        ([name("a"), name("b", authors="Sample and Other")], "a1 b1"),
        ([name("a"), paper("b")], "a1 b1"),
        ([name("a"), paper("b"), paper("b", 2, title=OTHER)], "b1 | b2"),
        ([name("a"), name("b", year=2007)], "a1 | b1"),
        ([name("a", key="sample 2006a"), name("b", key="sample 2006b")], "a1 | b1"),
        ([paper("a"), cite("a", 2, role="callout", reference_id="a1"), paper("b")], "a1 a2 b1"),
        ([cite("a", 1, role="callout", status="dangling"), cite("b", 1, role="callout", status="dangling")], ""),
        ([paper("a", doi="10.5555/x"), paper("b", doi="10.5555/x", status="invalid")], "a1"),
    ],
)  # fmt: skip
def test_what_is_one_work(rows: list[CitationRow], joined: str) -> None:
    expected = {frozenset(part.split()) for part in joined.split("|") if part.strip()}
    assert groups(rows) == expected


def test_the_order_of_documents_changes_nothing() -> None:
    rows = [paper("a", doi="10.5555/x"), name("b"), paper("c"), paper("d", pmid="1"), cite("e", pmid="1"), name("f")]
    wanted = find_works(rows)
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        assert find_works(rows) == wanted


@pytest.mark.parametrize(
    ("rows", "kinds"),
    [
        ([paper("a", doi="10.5555/x"), paper("b", doi="10.5555/x", title=OTHER)], ["one identifier for two works"]),
        ([paper("a", pmid="1"), paper("b", pmid="1", title=OTHER, authors="Third D")], ["one identifier for two works"]),
        ([paper("a", doi="10.5555/x"), paper("b", doi="10.5555/y")], ["one work with two identifiers"]),
        ([paper("a", doi="10.5555/x"), paper("b", doi="10.5555/x", title=TITLE.upper())], []),
        ([paper("a", doi="10.5555/x"), paper("b", doi="10.5555/x", title=f"{TITLE} and mice")], []),
        ([paper("a", doi="10.5555/x"), paper("b", doi="10.5555/x", title="J Ex")], []),
        ([paper("a", doi="10.5555/x"), paper("b", pmid="1")], []),
        ([paper("a", doi="10.1101/x"), paper("b", doi="10.5555/y")], []),
        ([paper("a", doi="10.5555/x"), paper("a", 2, doi="10.5555/x", title=OTHER)], []),
    ],
)  # fmt: skip
def test_findings_across_documents(rows: list[CitationRow], kinds: list[str]) -> None:
    assert [finding.kind for finding in find_work_findings(rows, gather_works(rows))] == kinds


def test_a_finding_across_documents_is_one_conflict_with_a_side_for_each_title() -> None:
    rows = [paper("a", doi="10.5555/x"), paper("b", doi="10.5555/x"), paper("c", doi="10.5555/x", title=OTHER)]
    found = find_conflicts((), rows, (), {"a": "f1", "b": "f1", "c": "f2"}, ())
    (conflict,) = found.conflicts
    assert (conflict.kind, conflict.scope) == (ConflictKind.CITATION, Scope.CROSS_SOURCE)
    assert (conflict.sides, conflict.sources, conflict.text_families) == (2, 3, 2)
    assert [(member.side, member.source_id, member.value_text) for member in found.members] == [
        ("A", "a", TITLE), ("A", "b", TITLE), ("B", "c", OTHER),
    ]  # fmt: skip
    assert "10.5555/x" in conflict.headline


def explain(rows: list[CitationRow], **sides: dict[str, str]) -> list[str]:
    """What is said of sides, each a document with the number of its citation."""
    members = [
        Member(side, make_claim(source, tuple(f"{source}{number}" for number in cited.split())), "")
        for side, claims in sides.items()
        for source, cited in claims.items()
    ]
    return explain_citing(members, gather_works(rows))


def make_claim(source: str, citations: tuple[str, ...]) -> ClaimRow:
    return Claim(source, citations)  # type: ignore[return-value]  # the two fields that are read


@pytest.mark.parametrize(
    ("sides", "told"),
    [
        ({"A": {"a": "1"}, "B": {"b": "1"}}, ["A and B cite the same work, Sample et al., 2006"]),
        ({"A": {"a": "1"}, "B": {"c": "1"}}, []),
        ({"A": {"c": "1"}, "B": {"a": "1", "b": "1"}}, ["the 2 sources of B all cite Sample et al., 2006: one line of evidence"]),
        ({"A": {"c": "1"}, "B": {"a": "1", "b": ""}}, []),
        ({"A": {"a": ""}, "B": {"b": ""}}, []),
    ],
)  # fmt: skip
def test_what_works_say_of_a_conflict(sides: dict[str, dict[str, str]], told: list[str]) -> None:
    rows = [paper("a"), name("b"), paper("c", title=OTHER, year=2011)]
    assert explain(rows, **sides) == told


def test_every_citation_has_one_work_at_most() -> None:
    rows = [make(source) for make, source in itertools.product((paper, name), "abc")]
    works = find_works(rows)
    assert set(works) <= {row.citation_id for row in rows}
