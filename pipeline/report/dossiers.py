"""A dossier: everything that all sources claim about one compound, by question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.lexicon import predicates
from pipeline.report.conflict_views import SYMBOLS, list_sources
from pipeline.report.marks import mark_passage
from pipeline.report.passages import LONGEST_PASSAGE, show_chips
from pipeline.report.questions import question_of, question_rank, say_name
from pipeline.report.rows import group_rows
from pipeline.report.survey import Asked, Subject
from pipeline.report.text import clip
from pipeline.report.verdicts import view_review
from pipeline.schema import Evidence

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from pipeline.report.marks import Segment
    from pipeline.report.passages import Chip, Reference, Shelf, SourceLabel
    from pipeline.report.verdicts import Reviewed
    from pipeline.schema import ClaimRow, ConflictRow

MORE_THAN_ONE = 2


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One claim in one line."""

    claim: ClaimRow
    predicate: str
    says: str
    segments: tuple[Segment, ...]
    chips: tuple[Chip, ...]
    references: tuple[Reference, ...]
    source: SourceLabel
    place: str
    href: str | None


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """One conflict in one line."""

    row: ConflictRow
    symbol: str
    href: str
    source_ids: tuple[str, ...]
    reviewed: Reviewed


@dataclass(frozen=True, slots=True)
class Topic:
    """The claims on one question."""

    question: str
    label: str
    definitions: tuple[tuple[str, str], ...]  # predicate and its meaning
    lines: tuple[ClaimLine, ...]
    left_out: int
    sources: int
    conflicts: tuple[ConflictLine, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """One compound."""

    subject_id: str
    subject: str
    page: str
    topics: tuple[Topic, ...]
    claims: int
    sources: int
    conflicts: tuple[ConflictLine, ...]
    evidence: tuple[tuple[str, int], ...]  # kinds of evidence that claims name, with their counts

    @property
    def agreement(self) -> tuple[tuple[str, int], ...]:
        """How many questions are in conflict, agreed on by several sources, or spoken of by one."""
        disputed = sum(bool(topic.conflicts) for topic in self.topics)
        single = sum(topic.sources < MORE_THAN_ONE and not topic.conflicts for topic in self.topics)
        agreed = len(self.topics) - disputed - single
        return (
            ("in conflict", disputed),
            ("with several sources, no conflict found", agreed),
            ("with one source only", single),
        )


def view_dossiers(shelf: Shelf, standing: Container[str]) -> Iterator[Dossier]:
    """One dossier for each subject, by name; but for those whose pages stand already."""
    conflicts = group_rows(shelf.result.live, lambda row: row.subject_id or "")
    for subject_id, name in shelf.result.subjects.items():
        if shelf.links.subjects[subject_id] in standing:
            continue
        mine = shelf.result.survey.subjects.get(subject_id) or Subject(name)
        lines = tuple(line_up_conflict(shelf, row) for row in conflicts.get(subject_id, []))
        yield Dossier(
            subject_id=subject_id,
            subject=name,
            page=shelf.links.subjects[subject_id],
            topics=tuple(_view_topics(shelf, mine, lines)),
            claims=mine.claims,
            sources=len(mine.sources),
            conflicts=lines,
            evidence=tuple((kind.value, count) for kind in Evidence if (count := mine.evidence[kind])),
        )


def line_up_conflict(shelf: Shelf, row: ConflictRow) -> ConflictLine:
    """A conflict as one line with a link."""
    return ConflictLine(
        row=row,
        symbol=SYMBOLS[row.severity],
        href=shelf.links.conflicts[row.conflict_id],
        source_ids=list_sources(shelf.result.members_of.get(row.conflict_id, ())),
        reviewed=view_review(shelf.result, row),
    )


def say_claim(claim: ClaimRow) -> str:
    """What a claim says of its subject, in few words."""
    said = claim.object or claim.value_text or claim.object_text or claim.text
    if claim.object and claim.value_text and claim.value_text != claim.object:
        said = f"{claim.object}: {claim.value_text}"
    return clip(said, LONGEST_PASSAGE)


def _view_topics(shelf: Shelf, subject: Subject, conflicts: tuple[ConflictLine, ...]) -> Iterator[Topic]:
    disputes = group_rows(conflicts, lambda line: question_of(line.row.predicate))
    rows = [row for asked in subject.asked.values() for row in asked.shown]
    claims = dict(zip(rows, shelf.result.claims.take(rows), strict=True))
    for question in sorted({*subject.asked, *disputes}, key=question_rank):
        asked = subject.asked.get(question, Asked())
        shown = [claims[row] for row in asked.shown]
        yield Topic(
            question=question,
            label=say_name(question),
            definitions=tuple(
                (say_name(name), predicates()[name].definition) for name in asked.predicates if name in predicates()
            ),
            lines=tuple(_view_line(shelf, claim) for claim in shown),
            left_out=asked.claims - len(shown),
            sources=len(asked.sources),
            conflicts=tuple(disputes.get(question, [])),
        )


def _view_line(shelf: Shelf, claim: ClaimRow) -> ClaimLine:
    values = [claim.value_text, claim.object_text, claim.object]
    citations = (shelf.result.citation.get(citation_id) for citation_id in claim.citations)
    return ClaimLine(
        claim=claim,
        predicate=say_name(claim.predicate),
        says=say_claim(claim),
        segments=tuple(mark_passage(clip(claim.text, LONGEST_PASSAGE), values=values, cues=[claim.cue])),
        chips=tuple(show_chips(claim, usual=False)),
        references=tuple(shelf.show_citation(citation) for citation in citations if citation),
        source=shelf.label_source(claim.source_id),
        place=shelf.place_of(claim).label,
        href=shelf.links.claim(claim),
    )
