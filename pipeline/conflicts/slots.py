"""Which claims are about one matter: subject, question, object, and the context that makes another matter of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING

from pipeline.conflicts.families import find_passages
from pipeline.lexicon import concept_index, label_question, predicates
from pipeline.schema import CONTEXT_COLUMNS, Certainty, ClaimRow, Polarity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.lexicon import Predicate

GAP_PREFIX = "predicate:"
MAX_FAMILY_DEPTH = 6  # steps from a subtype to its widest family; the lexicon has three


Key = tuple[str, str, str | None, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Slot:
    """One matter: everything that is claimed on it."""

    subject_id: str
    question: str
    object_key: str | None
    key_context: tuple[tuple[str, str], ...]
    claims: tuple[ClaimRow, ...]
    gaps: tuple[ClaimRow, ...] = ()  # open claims that name the predicate: "half-life is poorly characterised"

    @cached_property
    def predicate(self) -> Predicate:
        """The vocabulary row of the slot's first claim."""
        names = {claim.predicate for claim in self.claims}
        return predicates()[self.question if self.question in names else self.claims[0].predicate]

    @cached_property
    def passages(self) -> dict[str, str]:
        """Claims by id that stand in near-copies of one passage, each with the first such claim's id."""
        return find_passages((*self.claims, *self.gaps))

    @property
    def separating(self) -> tuple[str, ...]:
        """Context columns that, when stated and different, explain a difference."""
        return self.predicate.separates

    @property
    def sources(self) -> frozenset[str]:
        """Sources that say something on the matter."""
        return frozenset(claim.source_id for claim in self.claims)


def group_claims(claims: Iterable[ClaimRow]) -> tuple[Slot, ...]:
    """Claims in slots, ordered by the slot's key."""
    groups: dict[Key, list[ClaimRow]] = {}
    for claim in claims:
        if claim.predicate != "evidence_gap":
            groups.setdefault(_key_of(claim), []).append(claim)
            if (pair := _kinship(claim)) is not None:
                groups.setdefault(pair, []).append(claim)
    groups = {key: members for key, members in groups.items() if key[1] != SAMENESS or _asks_sameness(members)}
    ordered = sorted(groups.items(), key=lambda item: (item[0][0], item[0][1], item[0][2] or "", item[0][3]))
    return tuple(Slot(*key, tuple(sorted(members, key=_read_source))) for key, members in ordered)


_read_source = attrgetter("source_id")  # the order in which documents come must not matter


# "TB-500 is thymosin beta-4", "... is a fragment of it": whether two names are one thing.
SAMENESS = "synonym"


def _kinship(claim: ClaimRow) -> Key | None:
    """Where a claim that one compound comes from another meets claims that both are the same."""
    related = claim.predicate in ("derived_from", "contains_fragment") and claim.polarity is Polarity.AFFIRMED
    if not related or claim.object_id is None:
        return None
    one, other = sorted((claim.subject_id, claim.object_id))
    return one, SAMENESS, other, ()


def _asks_sameness(members: list[ClaimRow]) -> bool:
    return any(claim.predicate == SAMENESS for claim in members)


def group_gaps(claims: Sequence[ClaimRow]) -> tuple[Slot, ...]:
    """What is said to be unknown, each with all claims of the same subject that answer it nevertheless."""
    gaps: dict[tuple[str, str], list[ClaimRow]] = {}
    for claim in claims:
        if claim.predicate == "evidence_gap" and claim.object_id and claim.object_id.startswith(GAP_PREFIX):
            name = claim.object_id.removeprefix(GAP_PREFIX)
            gaps.setdefault((claim.subject_id, question_of(name)), []).append(claim)
    asked = {subject_id for subject_id, _ in gaps}
    answers: dict[tuple[str, str], list[ClaimRow]] = {}
    for claim in claims:
        if claim.subject_id in asked and claim.predicate != "evidence_gap":
            answers.setdefault((claim.subject_id, question_of(claim.predicate)), []).append(claim)
    return tuple(
        Slot(*key, None, (), tuple(answers[key]), tuple(open_)) for key, open_ in sorted(gaps.items()) if key in answers
    )


def question_of(predicate: str) -> str:
    """The question that a predicate answers: its group, or itself."""
    return predicates()[predicate].question or predicate


def _key_of(claim: ClaimRow) -> Key:
    row = predicates()[claim.predicate]
    context = tuple((column, value) for column in row.key if (value := getattr(claim, column)) is not None)
    question = question_of(claim.predicate)
    if claim.predicate == "affinity":  # a number at a target is compared with numbers only
        question = "affinity"
    if claim.predicate == "legal_status":
        question = "legal_status"
    if question == SAMENESS and claim.object_id is not None:  # the same question from either side
        one, other = sorted((claim.subject_id, claim.object_id))
        return one, SAMENESS, other, ()
    return claim.subject_id, question, _object_key(claim, question, per_object=row.per_object), context


def _object_key(claim: ClaimRow, question: str, *, per_object: bool) -> str | None:
    if question == "fragment":
        return claim.object_id if claim.unit == "{residue}" else f"whole:{claim.object_id or claim.object_text}"
    if question == "status":
        return None  # jurisdictions nest and have complements: compared inside the slot
    if not per_object:
        return None
    if question == "receptor":
        return widest_family(claim.object_id) if claim.object_id else (claim.object_text or "").casefold()
    return claim.object_id or (claim.object_text or "").casefold()


def widest_family(concept_id: str) -> str:
    """The outermost family of a concept, itself if it has none."""
    at = concept_id
    for _ in range(MAX_FAMILY_DEPTH):
        concept = concept_index().get(at)
        if concept is None or not concept.broader:
            return at
        at = concept.broader[0]
    return at


def is_wider(family: str, member: str) -> bool:
    """Whether one concept is the other or a family of it."""
    at = [member]
    for _ in range(MAX_FAMILY_DEPTH):
        if family in at:
            return True
        at = [wider for concept_id in at if (row := concept_index().get(concept_id)) for wider in row.broader]
    return False


def separating_columns(claim: ClaimRow) -> tuple[str, ...]:
    """Context columns that, when stated and different, make another matter of a claim."""
    return predicates()[claim.predicate].separates


def meeting_context(left: ClaimRow, right: ClaimRow, columns: Iterable[str]) -> str | None:
    """The first column in which both state a context and it differs; None when they meet."""
    for column in columns:
        one, other = getattr(left, column), getattr(right, column)
        if one is not None and other is not None and one != other:
            return column
    return None


def shared_context(claims: Iterable[ClaimRow]) -> Mapping[str, str]:
    """Context that all claims state alike."""
    rows = list(claims)
    shared: dict[str, str] = {}
    for column in (*CONTEXT_COLUMNS, "form"):
        values = {getattr(row, column) for row in rows}
        if len(values) == 1 and (value := values.pop()) is not None:
            shared[column] = value
    return shared


def is_firm(claim: ClaimRow) -> bool:
    """Whether a claim is put forward as so: asserted, or reported of a study."""
    return claim.certainty in (Certainty.ASSERTED, Certainty.REPORTED)


def name_slot(slot: Slot, claims: Iterable[ClaimRow]) -> str:
    """Subject, question and shared context in words."""
    rows = list(claims)
    words = [rows[0].subject, label_question(slot.question)]
    objects = {row.object for row in rows if row.object}
    if slot.object_key is not None and len(objects) == 1:
        words.append(objects.pop())
    words.extend(f"{column}: {value}" for column, value in shared_context(rows).items())
    return " · ".join(words)
