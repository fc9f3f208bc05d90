"""What the report is made from, and the ways to look things up in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

from pipeline.lexicon import label_question, predicates
from pipeline.schema import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

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


class KnownPages(Protocol):
    """Pages that were rendered before, by a name that stands for all that they show."""

    def get(self, key: str) -> bytes | None:
        """What was put under the name, or None."""
        ...

    def put(self, key: str, content: bytes) -> None:
        """Keep it for the next report."""
        ...


@dataclass(frozen=True, kw_only=True)
class ReportInput:
    """All tables of one run, in any order, and the way to the raw text.

    `raw_texts` gives the decoded raw text of a source, in which all offsets count. Where it raises KeyError or
    OSError the report does without: no line numbers and no raw context for that source. `origins` has, by source_id,
    what stands for the making of a source's rows; with it, its pages may come from `known_pages`.
    """

    documents: tuple[DocumentRow, ...]
    blocks: tuple[BlockRow, ...]
    mentions: tuple[MentionRow, ...]
    claims: tuple[ClaimRow, ...]
    citations: tuple[CitationRow, ...]
    conflicts: tuple[ConflictRow, ...]
    conflict_members: tuple[ConflictMemberRow, ...]
    explained: tuple[ExplainedRow, ...]
    unclaimed: tuple[UnclaimedRow, ...]
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
        except (KeyError, OSError):
            return None

    @cached_property
    def document(self) -> dict[str, DocumentRow]:
        """Documents by source_id, in order."""
        return {row.source_id: row for row in sorted(self.documents, key=lambda row: row.source_id)}

    @cached_property
    def claim(self) -> dict[str, ClaimRow]:
        """Claims by claim_id, in the order of the table."""
        ordered = sorted(self.claims, key=lambda row: (row.source_id, row.start, row.end, row.predicate, row.claim_id))
        return {row.claim_id: row for row in ordered}

    @cached_property
    def mention(self) -> dict[str, MentionRow]:
        """Mentions by mention_id."""
        return {row.mention_id: row for row in self.mentions}

    @cached_property
    def mentions_of(self) -> dict[str, list[MentionRow]]:
        """Mentions by source_id, in reading order."""
        ordered = sorted(self.mentions, key=lambda row: (row.source_id, row.start, row.end, row.label, row.mention_id))
        return group_rows(ordered, lambda row: row.source_id)

    @cached_property
    def citation(self) -> dict[str, CitationRow]:
        """Citations by citation_id."""
        return {row.citation_id: row for row in self.citations}

    @cached_property
    def cited_at(self) -> dict[tuple[str, int, int], CitationRow]:
        """Citations by source_id, start and end."""
        return {(row.source_id, row.start, row.end): row for row in self.citations}

    @cached_property
    def blocks_of(self) -> dict[str, list[BlockRow]]:
        """Blocks by source_id, in reading order."""
        ordered = sorted(self.blocks, key=lambda row: (row.source_id, row.start, row.end, row.kind, row.text))
        return group_rows(ordered, lambda row: row.source_id)

    @cached_property
    def claims_of(self) -> dict[str, list[ClaimRow]]:
        """Claims by source_id, in reading order."""
        return group_rows(self.claim.values(), lambda row: row.source_id)

    @cached_property
    def unclaimed_of(self) -> dict[str, list[UnclaimedRow]]:
        """Unclaimed passages by source_id, in reading order."""
        ordered = sorted(self.unclaimed, key=lambda row: (row.source_id, row.start, row.end, row.label))
        return group_rows(ordered, lambda row: row.source_id)

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
        names = {row.subject_id: row.subject for row in self.claim.values()}
        for row in self.conflicts:
            if row.subject_id is not None:
                names.setdefault(row.subject_id, row.subject_id.partition(":")[2] or row.subject_id)
        return dict(sorted(names.items(), key=lambda item: (item[1].casefold(), item[0])))

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


def group_rows(rows: Iterable[Item], key: Callable[[Item], str]) -> dict[str, list[Item]]:
    """Rows by key, both in the order in which they come."""
    groups: defaultdict[str, list[Item]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return dict(groups)


def is_computed(row: ConflictMemberRow) -> bool:
    """Whether a member stands on the side of the arithmetic."""
    return row.side == "computed"


def question_of(predicate: str) -> str:
    """The question that claims of a predicate answer: its group, or the predicate itself."""
    row = predicates().get(predicate)
    return (row and row.question) or predicate


def question_rank(name: str) -> tuple[int, str]:
    """Sort key of a predicate or question: the order of the vocabulary, unknown names last."""
    order = _question_order()
    return order.get(name, len(order)), name


def predicate_rank(name: str) -> tuple[int, str]:
    """Sort key of a predicate: its place in the vocabulary, unknown names last."""
    names = list(predicates())
    return (names.index(name) if name in predicates() else len(names)), name


def say_name(name: str) -> str:
    """A predicate or question as a person reads it: `half_life` is "half-life"."""
    return label_question(name)


def _question_order() -> dict[str, int]:
    order: dict[str, int] = {}
    for place, row in enumerate(predicates().values()):
        order.setdefault(row.question or row.id, place)
        order.setdefault(row.id, place)
    return order
