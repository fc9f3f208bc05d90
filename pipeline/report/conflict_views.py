"""A conflict as the report shows it: its sides, what can be computed, the picture of its numbers."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.report.passages import LONGEST_NAME
from pipeline.report.plot import Plot, draw_plot
from pipeline.report.questions import question_of, say_name
from pipeline.report.rows import is_computed
from pipeline.report.text import clip
from pipeline.report.tried import list_tried
from pipeline.report.verdicts import view_review
from pipeline.schema import ConflictKind, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.report.passages import Passage, Shelf
    from pipeline.report.verdicts import Reviewed
    from pipeline.schema import ClaimRow, ConflictMemberRow, ConflictRow

CARDS_A_SIDE = 3  # further ones are folded
MOST_CARDS = 40  # of one side; a reader who has not decided by then opens the tables
MOST_OTHERS = 12  # passages of the other sides that one is compared with

# "A: MEHF … | B: MEHFRWG …", or one finding a line.
FINDINGS = re.compile(r"\n| \| ")

# Shape and word stand beside every colour.
SYMBOLS = {Severity.HIGH: "▲", Severity.MEDIUM: "◆", Severity.LOW: "●", Severity.INFO: "○"}

KINDS = {
    ConflictKind.VALUE: "different values",
    ConflictKind.IDENTITY: "different identity",
    ConflictKind.DIRECTION: "opposite direction",
    ConflictKind.POLARITY: "affirmed and denied",
    ConflictKind.CERTAINTY: "different certainty",
    ConflictKind.COMPUTED: "refuted by arithmetic",
    ConflictKind.CITATION: "citation fault",
    ConflictKind.COVERAGE: "different lists",
}


@dataclass(frozen=True, slots=True)
class Side:
    """What one side says, and the passages that say it."""

    letter: str
    computed: bool
    says: str
    sources: int
    passages: tuple[Passage, ...]
    left_out: int  # passages that are only in the tables

    @property
    def first(self) -> tuple[Passage, ...]:
        """The passages that are always shown."""
        return self.passages[:CARDS_A_SIDE]

    @property
    def folded(self) -> tuple[Passage, ...]:
        """The passages that are shown on demand."""
        return self.passages[CARDS_A_SIDE:]


@dataclass(frozen=True, slots=True)
class ConflictView:
    """One conflict, ready to be drawn."""

    row: ConflictRow
    symbol: str
    kind: str
    scope: str
    subject: str
    subject_page: str | None
    slot: str  # without the subject in front
    question: str
    question_label: str
    sides: tuple[Side, ...]
    plot: Plot | None
    arbiter: tuple[str, ...]  # one finding each
    tried: tuple[str, ...]  # what could have explained the difference, and does not
    reviewed: Reviewed
    source_ids: tuple[str, ...]


def view_conflict(shelf: Shelf, row: ConflictRow) -> ConflictView:
    """A conflict with its passages, in the order of its sides."""
    members = shelf.result.members_of.get(row.conflict_id, [])
    shelf.claims.lay_out(member.claim_id for member in members)
    grouped = [(side, list(group)) for side, group in groupby(members, key=lambda member: member.side)]
    sides = tuple(_view_side(shelf, side, group, _pick_others(side, grouped)) for side, group in grouped)
    question = question_of(row.predicate)
    subject = shelf.result.subjects.get(row.subject_id or "", "")
    return ConflictView(
        row=row,
        symbol=SYMBOLS[row.severity],
        kind=KINDS[row.kind],
        scope="across sources" if row.scope is Scope.CROSS_SOURCE else "within one source",
        subject=subject,
        subject_page=shelf.links.subjects.get(row.subject_id or ""),
        slot=row.slot.removeprefix(subject).lstrip(" ,:·"),
        question=question,
        question_label=say_name(question),
        sides=sides,
        plot=_draw(shelf, grouped, sides),
        arbiter=tuple(part.strip() for part in FINDINGS.split(row.arbiter or "") if part.strip()),
        tried=list_tried([(side, _claims(shelf, group)) for side, group in grouped if not is_computed(group[0])]),
        reviewed=view_review(shelf.result, row),
        source_ids=list_sources(members),
    )


def list_sources(members: Iterable[ConflictMemberRow]) -> tuple[str, ...]:
    """The sources that take part in a conflict, each once."""
    return tuple(sorted({member.source_id for member in members if member.source_id}))


def _view_side(shelf: Shelf, side: str, members: list[ConflictMemberRow], others: list[ConflictMemberRow]) -> Side:
    said = Counter(member.value_text for member in members if member.value_text)
    return Side(
        letter=side,
        computed=is_computed(members[0]),
        says=clip(said.most_common(1)[0][0], LONGEST_NAME) if said else "",
        sources=len({member.source_id for member in members if member.source_id}),
        passages=tuple(shelf.show_member(member, others) for member in members[:MOST_CARDS]),
        left_out=max(0, len(members) - MOST_CARDS),
    )


def _pick_others(side: str, grouped: list[tuple[str, list[ConflictMemberRow]]]) -> list[ConflictMemberRow]:
    """Members of the other sides to compare with: a few of each, so that no side crowds out another."""
    return [member for name, members in grouped if name != side for member in members[:MOST_OTHERS]][:MOST_OTHERS]


def _draw(shelf: Shelf, grouped: list[tuple[str, list[ConflictMemberRow]]], sides: tuple[Side, ...]) -> Plot | None:
    lanes = [
        (side.letter, side.says, _claims(shelf, members))
        for side, (_, members) in zip(sides, grouped, strict=True)
        if not side.computed
    ]
    return draw_plot(lanes, next((side.says for side in sides if side.computed), None))


def _claims(shelf: Shelf, members: list[ConflictMemberRow]) -> list[ClaimRow]:
    found = (shelf.claims.get(member.claim_id) for member in members)
    return [claim for claim in found if claim]
