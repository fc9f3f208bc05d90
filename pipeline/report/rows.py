"""What the report is made from, and the ways to look things up in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from pipeline.report.questions import question_rank
from pipeline.report.survey import survey_claims
from pipeline.schema import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pipeline.report.survey import Survey
    from pipeline.schema import (
        BlockRow,
        CitationRow,
        ClaimRow,
        ConflictMemberRow,
        ConflictRow,
        Decision,
        DocumentRow,
        ExplainedRow,
        FailureRow,
        MentionRow,
        UnclaimedRow,
    )

Item = TypeVar("Item")
Held_co = TypeVar("Held_co", covariant=True)


class KnownPages(Protocol):
    """Pages that were rendered before, by a name that stands for all that they show."""

    def get(self, key: str) -> bytes | None:
        """What was put under the name, or None."""
        ...

    def put(self, key: str, content: bytes) -> None:
        """Keep it for the next report."""
        ...


class Table(Protocol[Held_co]):
    """A table by source and by row, of which not all rows need be in memory: sorted as it is stored."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Held_co]: ...

    def read_columns(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """The rows, but of each only these columns, as they are stored: a closed list as its text."""
        ...

    def rows_of(self, source_id: str) -> range:
        """Numbers of the rows of a source, the first row of the table being 0."""
        ...

    def take(self, rows: Sequence[int]) -> Sequence[Held_co]:
        """The rows with these numbers."""
        ...


@dataclass(frozen=True, kw_only=True)
class ReportInput:
    """All tables of one run, those that are tuples in any order, and the way to the raw text.

    `raw_texts` gives the decoded raw text of a source, in which all offsets count. Where it raises LookupError,
    OSError or ValueError the report does without: no line numbers and no raw context for that source. `origins` has,
    by source_id, what stands for the making of a source's rows; with it, its pages may come from `known_pages`.
    """

    documents: tuple[DocumentRow, ...]
    blocks: Table[BlockRow]
    mentions: Table[MentionRow]
    claims: Table[ClaimRow]
    citations: tuple[CitationRow, ...]
    conflicts: tuple[ConflictRow, ...]
    conflict_members: tuple[ConflictMemberRow, ...]
    explained: tuple[ExplainedRow, ...]
    unclaimed: Table[UnclaimedRow]
    failures: tuple[FailureRow, ...]
    raw_texts: Callable[[str], str]
    decisions: tuple[Decision, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)
    known_pages: KnownPages | None = None
    single_source_slots: int | None = None  # slots that cannot conflict, where the run has counted them

    def raw_text(self, source_id: str) -> str | None:
        """The raw text of a source, or None where it cannot be had."""
        try:
            return self.raw_texts(source_id)
        except (LookupError, OSError, ValueError):  # gone, or another file than it was
            return None

    @cached_property
    def document(self) -> dict[str, DocumentRow]:
        """Documents by source_id, in order."""
        return {row.source_id: row for row in sorted(self.documents, key=lambda row: row.source_id)}

    @cached_property
    def survey(self) -> Survey:
        """What there is to say of the claims without looking at each again."""
        named = {row.claim_id for row in self.conflict_members if row.claim_id}
        named.update(claim_id for row in self.explained for claim_id in row.claim_ids)
        return survey_claims(self.claims, self.document, named)

    @cached_property
    def citation(self) -> dict[str, CitationRow]:
        """Citations by citation_id."""
        return {row.citation_id: row for row in self.citations}

    @cached_property
    def cited_at(self) -> dict[tuple[str, int, int], CitationRow]:
        """Citations by source_id, start and end."""
        return {(row.source_id, row.start, row.end): row for row in self.citations}

    @cached_property
    def members_of(self) -> dict[str, list[ConflictMemberRow]]:
        """Members by conflict_id; within one by side (computed last), then source and place."""
        ordered = sorted(
            self.conflict_members,
            key=lambda row: (
                row.conflict_id,
                is_computed(row),
                len(row.side),
                row.side,
                row.source_id,
                -1 if row.start is None else row.start,
                -1 if row.end is None else row.end,
                row.claim_id or "",
            ),
        )
        return group_rows(ordered, lambda row: row.conflict_id)

    @cached_property
    def decisions_of(self) -> dict[str, list[Decision]]:
        """Every line of the decisions file by conflict_id, earliest first."""
        return group_rows(sorted(self.decisions, key=lambda row: row.time), lambda row: row.conflict_id)

    @cached_property
    def live(self) -> tuple[ConflictRow, ...]:
        """Conflicts that stand, most severe first."""
        return tuple(row for row in self._ordered if row.state is not State.GONE)

    @cached_property
    def gone(self) -> tuple[ConflictRow, ...]:
        """Conflicts of the former result that are no more."""
        return tuple(row for row in self._ordered if row.state is State.GONE)

    @cached_property
    def subjects(self) -> dict[str, str]:
        """Preferred names by concept id, of everything that a claim or a conflict is about, sorted by name."""
        names = {subject_id: subject.name for subject_id, subject in self.survey.subjects.items()}
        for row in self.conflicts:
            if row.subject_id is not None:
                names.setdefault(row.subject_id, row.subject_id.partition(":")[2] or row.subject_id)
        return dict(sorted(names.items(), key=lambda item: (item[1].casefold(), item[0])))

    @cached_property
    def unclaimed_counts(self) -> Counter[tuple[str, str]]:
        """How often something was left unclaimed, by reason and label."""
        return Counter(self.unclaimed.read_columns("reason", "label"))

    @cached_property
    def ordered_failures(self) -> list[FailureRow]:
        """Failures by source, stage and place."""
        return sorted(self.failures, key=lambda row: (row.source_id, row.stage, row.start or 0, row.error, row.message))

    @cached_property
    def _ordered(self) -> list[ConflictRow]:
        def name(row: ConflictRow) -> str:
            return self.subjects.get(row.subject_id or "", "").casefold()

        return sorted(
            self.conflicts,
            key=lambda row: (row.severity_rank, name(row), question_rank(row.predicate), row.conflict_id),
        )


def take_source(table: Table[Item], source_id: str) -> Sequence[Item]:
    """The rows of a source, in reading order."""
    return table.take(table.rows_of(source_id))


def group_rows(rows: Iterable[Item], key: Callable[[Item], str]) -> dict[str, list[Item]]:
    """Rows by key, both in the order in which they come."""
    groups: defaultdict[str, list[Item]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return dict(groups)


def is_computed(row: ConflictMemberRow) -> bool:
    """Whether a member stands on the side of the arithmetic."""
    return row.side == "computed"
