"""Which claims are about one matter: subject, question, object, and the context that makes another matter of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol

from pipeline.conflicts.families import find_passages
from pipeline.lexicon import concept_index, label_question, predicates
from pipeline.schema import CONTEXT_COLUMNS, Certainty, ClaimRow, Polarity

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

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


class Everywhere:
    """All homes: of claims that are compared all at once."""

    def __contains__(self, home: object) -> bool:
        return True


EVERYWHERE = Everywhere()


def group_claims(claims: Iterable[ClaimRow], homes: Container[str] = EVERYWHERE) -> tuple[Slot, ...]:
    """Claims in slots, ordered by the slot's key; only those slots that are at home in `homes`."""
    groups: dict[Key, list[ClaimRow]] = {}
    for claim in claims:
        if claim.predicate != "evidence_gap":
            groups.setdefault(_key_of(claim), []).append(claim)
            if (pair := _kinship(claim)) is not None:
                groups.setdefault(pair, []).append(claim)
    groups = {key: members for key, members in groups.items() if _home_of_slot(key, members[0]) in homes}
    groups = {key: members for key, members in groups.items() if key[1] != SAMENESS or _asks_sameness(members)}
    ordered = sorted(groups.items(), key=lambda item: (item[0][0], item[0][1], item[0][2] or "", item[0][3]))
    return tuple(Slot(*key, tuple(sorted(members, key=_read_source))) for key, members in ordered)


_read_source = attrgetter("source_id")  # the order in which documents come must not matter


# "TB-500 is thymosin beta-4", "... is a fragment of it": whether two names are one thing.
SAMENESS = "synonym"


def _kinship(claim: Stated) -> Key | None:
    """Where a claim that one compound comes from another meets claims that both are the same."""
    related = claim.predicate in ("derived_from", "contains_fragment") and claim.polarity is Polarity.AFFIRMED
    return _pair_names(claim) if related else None


def _pair_names(claim: Stated) -> Key | None:
    """The slot of two names, the same from either side."""
    if claim.object_id is None:
        return None
    one, other = sorted((claim.subject_id, claim.object_id))
    return one, SAMENESS, other, ()


def _asks_sameness(members: list[ClaimRow]) -> bool:
    return any(claim.predicate == SAMENESS for claim in members)


def group_gaps(claims: Sequence[ClaimRow], homes: Container[str] = EVERYWHERE) -> tuple[Slot, ...]:
    """What is said to be unknown, each with all claims of the same subject that answer it nevertheless.

    Only what is at home in `homes`.
    """
    gaps: dict[tuple[str, str], list[ClaimRow]] = {}
    for claim in claims:
        asked_of = _asked_of(claim)
        if asked_of is not None and name_home(claim.subject_id, asked_of) in homes:
            gaps.setdefault((claim.subject_id, asked_of), []).append(claim)
    asked = {subject_id for subject_id, _ in gaps}
    answers: dict[tuple[str, str], list[ClaimRow]] = {}
    for claim in claims:
        if claim.subject_id in asked and claim.predicate != "evidence_gap":
            answers.setdefault((claim.subject_id, question_of(claim.predicate)), []).append(claim)
    return tuple(
        Slot(*key, None, (), tuple(answers[key]), tuple(open_)) for key, open_ in sorted(gaps.items()) if key in answers
    )


def _asked_of(claim: Stated) -> str | None:
    """The question that a claim calls unanswered; None where it does not."""
    if claim.predicate != "evidence_gap" or not claim.object_id or not claim.object_id.startswith(GAP_PREFIX):
        return None
    return question_of(claim.object_id.removeprefix(GAP_PREFIX))


# ------------------------------------------------------------------------------------------------- homes


class Stated(Protocol):
    """What decides where a claim is compared."""

    @property
    def source_id(self) -> str:
        """Who says it."""
        ...

    @property
    def subject_id(self) -> str:
        """Of what."""
        ...

    @property
    def predicate(self) -> str:
        """What it says."""
        ...

    @property
    def object_id(self) -> str | None:
        """And of what else."""
        ...

    @property
    def polarity(self) -> Polarity:
        """Whether it says so, or denies it."""
        ...


def name_home(subject_id: str, question: str) -> str:
    """The home of all slots on one question about one subject: no claim at home elsewhere has a say in them."""
    return f"{subject_id}\x1f{question}"


def name_source_home(source_id: str) -> str:
    """The home of what arithmetic refutes inside one source."""
    return f"\x1f{source_id}"


def _home_of_slot(key: Key, claim: ClaimRow) -> str:
    """The home of a slot; its key may ask for less than the question does."""
    subject_id, question, *_ = key
    return name_home(subject_id, SAMENESS if question == SAMENESS else question_of(claim.predicate))


def list_homes(claim: Stated) -> frozenset[str]:
    """The homes of all slots that a claim has a say in, but for the one of its source."""
    if claim.predicate == "evidence_gap":
        asked_of = _asked_of(claim)
        return frozenset({name_home(claim.subject_id, asked_of)} if asked_of is not None else ())
    question = question_of(claim.predicate)
    pair = _pair_names(claim) if question == SAMENESS else _kinship(claim)
    own = name_home(claim.subject_id, question)
    return frozenset({own, name_home(pair[0], SAMENESS)} if pair is not None else {own})


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
    if question == SAMENESS and (pair := _pair_names(claim)) is not None:
        return pair
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
