"""From the claims of one slot to conflicts: who contradicts whom, and which sides that makes."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.conflicts.differences import name_fragment, name_value, read_peptide, says_same
from pipeline.conflicts.slots import SAMENESS, is_firm, widest_family
from pipeline.conflicts.stances import compare_stances, find_agreeing, find_meeting, join_claims, join_stances
from pipeline.lexicon import concept_index
from pipeline.schema import Certainty, ConflictKind, Polarity, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.conflicts.slots import Slot
    from pipeline.conflicts.stances import Pair, Stance
    from pipeline.schema import ClaimRow


@dataclass(frozen=True, slots=True)
class Member:
    """One claim on one side."""

    side: str
    claim: ClaimRow
    says: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A conflict before severity, arbiter and life cycle."""

    slot: Slot
    kind: ConflictKind
    scope: Scope
    source_id: str | None  # of a conflict inside one source
    members: tuple[Member, ...]
    details: tuple[str, ...]  # what the pairs say, without doubles
    arithmetic: str | None = None
    computed: str | None = None  # the value that the arithmetic gives
    topic: str = ""  # tells conflicts of one slot and kind apart in their ids


@dataclass(frozen=True, slots=True)
class Apparent:
    """A difference that an explainer removed."""

    slot: Slot
    reason: str
    detail: str
    claims: tuple[ClaimRow, ...]


def read_slot(slot: Slot) -> Iterator[Draft | Apparent]:
    """The conflicts of one slot, and the differences that are none."""
    slot = replace(slot, claims=tuple(_share_forms(slot.claims)))
    by_kind: dict[ConflictKind, list[Pair]] = defaultdict(list)
    apparent: dict[str, list[Pair]] = defaultdict(list)
    for pair in compare_stances(_leave_summaries(slot)):
        if pair.difference.explained:
            apparent[pair.difference.explained].append(pair)
        elif Certainty.OPEN not in (pair.left.claim.certainty, pair.right.claim.certainty):
            by_kind[pair.difference.kind].append(pair)
    by_kind[ConflictKind.DIRECTION], elsewhere = _keep_places(by_kind[ConflictKind.DIRECTION])
    apparent["different tissue"].extend(elsewhere)
    for kind in sorted(kind for kind, pairs in by_kind.items() if pairs):
        yield from _draft_pairs(slot, kind, by_kind[kind])
    yield from _draft_certainty(slot)
    yield from _draft_years(slot)
    for reason in sorted(reason for reason, pairs in apparent.items() if pairs):
        claims = join_claims(apparent[reason])
        details = dict.fromkeys(pair.difference.detail for pair in apparent[reason])
        yield Apparent(slot, reason, "; ".join(list(details)[:MOST_DETAILS]), claims)


def _keep_places(pairs: list[Pair]) -> tuple[list[Pair], list[Pair]]:
    """The pairs of an effect, and those that are left out, since they are of other tissues than the one in dispute.

    Where two claims clash on one stated tissue, a claim on another tissue is no part of that dispute only because
    somebody else names no tissue at all.
    """
    tissues = [{pair.left.claim.tissue, pair.right.claim.tissue} for pair in pairs]
    disputed = {next(iter(stated)) for stated in tissues if len(stated) == 1} - {None}
    if not disputed:
        return pairs, []
    kept = [pair for pair, stated in zip(pairs, tissues, strict=True) if stated - {None} <= disputed]
    return kept, [pair for pair, stated in zip(pairs, tissues, strict=True) if not stated - {None} <= disputed]


def _draft_years(slot: Slot) -> Iterator[Draft]:
    """Sources that each know one year of approval in one place, and not the same.

    A source with several years tells of several products or uses, and is contradicted by a year before its first.
    """
    if slot.question != "status":
        return
    dated: dict[str, dict[str, list[ClaimRow]]] = defaultdict(lambda: defaultdict(list))
    for claim in slot.claims:
        if claim.value is not None and claim.polarity is Polarity.AFFIRMED and claim.object_id is not None:
            dated[claim.object_id][claim.source_id].append(claim)
    for place in sorted(dated):
        lone = {source: rows for source, rows in dated[place].items() if len({row.value for row in rows}) == 1}
        by_year: dict[float, list[ClaimRow]] = defaultdict(list)
        for source in sorted(lone):
            by_year[lone[source][0].value or 0.0].extend(lone[source])
        earliest = min(by_year, default=0.0)
        for source in sorted(dated[place].keys() - lone.keys()):
            first = min(row.value or 0.0 for row in dated[place][source])
            if by_year and earliest < first:
                by_year[first].extend(row for row in dated[place][source] if row.value == first)
        if len(by_year) < 2:  # noqa: PLR2004  (one year is no disagreement)
            continue
        years = sorted(by_year)
        members = tuple(
            Member(letter, claim, f"{say_value(slot, claim)} in {year:.0f}")
            for letter, year in zip(name_sides(len(years)), years, strict=True)
            for claim in by_year[year]
        )
        detail = " against ".join(f"{year:.0f}" for year in years)
        yield Draft(slot, ConflictKind.VALUE, Scope.CROSS_SOURCE, None, members, (detail,), topic=f"{YEAR}{place}")


YEAR = "year:"


def _leave_summaries(slot: Slot) -> Slot:
    """The slot without what a source says of an effect in general, where it also says in which tissues it was seen."""
    if slot.question != "direction":
        return slot
    placed = {_effect_of(claim) for claim in slot.claims if claim.tissue is not None and is_firm(claim)}
    kept = tuple(claim for claim in slot.claims if claim.tissue is not None or _effect_of(claim) not in placed)
    return slot if len(kept) == len(slot.claims) else replace(slot, claims=kept)


def _effect_of(claim: ClaimRow) -> tuple[str, str, str | None, Polarity]:
    return claim.source_id, claim.predicate, claim.object_id, claim.polarity


def _share_forms(claims: tuple[ClaimRow, ...]) -> Iterator[ClaimRow]:
    """A value that its source states again without naming the form is still of that form."""
    named = {(c.source_id, c.predicate, name_value(c)): c.form for c in claims if c.form}
    if not named:
        yield from claims
        return
    for claim in claims:
        form = claim.form or named.get((claim.source_id, claim.predicate, name_value(claim)))
        yield claim if form == claim.form else claim.model_copy(update={"form": form})


# Differences that one explained row or one headline spells out; the members hold the rest.
MOST_DETAILS = 6


def _draft_pairs(slot: Slot, kind: ConflictKind, pairs: list[Pair]) -> Iterator[Draft]:
    """One conflict across sources, and one inside each source that contradicts itself."""
    across = [part for pair in pairs if (part := pair.across()) is not None]
    if across:
        yield _make_draft(slot, kind, Scope.CROSS_SOURCE, None, across)
    within: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        for source_id, part in pair.within():
            within[source_id].append(part)
    for source_id in sorted(within):
        yield _make_draft(slot, kind, Scope.WITHIN_SOURCE, source_id, within[source_id])


def _make_draft(slot: Slot, kind: ConflictKind, scope: Scope, source_id: str | None, pairs: list[Pair]) -> Draft:
    claims = join_claims(pairs)
    sides = _split_sides(kind, claims, pairs)
    members = tuple(
        Member(letter, claim, say_value(slot, claim))
        for letter, side in zip(name_sides(len(sides)), sides, strict=True)
        for claim in side
    )
    details = tuple(dict.fromkeys(pair.difference.detail for pair in pairs))
    return Draft(slot, kind, scope, source_id, members, details[:MOST_DETAILS])


def _split_sides(kind: ConflictKind, claims: tuple[ClaimRow, ...], pairs: list[Pair]) -> list[list[ClaimRow]]:
    """Claims that do not contradict each other, in the order of their normalised value; a claim takes one side."""
    if kind is ConflictKind.POLARITY:
        return [[c for c in claims if c.polarity is polarity] for polarity in (Polarity.AFFIRMED, Polarity.NEGATED)]
    if any(claim.predicate == SAMENESS for claim in claims):
        return [[c for c in claims if says_same(c) is same] for same in (True, False)]
    if kind is ConflictKind.DIRECTION:
        return [[c for c in claims if c.predicate == name] for name in sorted({c.predicate for c in claims})]
    opposed = {(pair.left.number, pair.right.number) for pair in pairs}
    opposed |= {(right, left) for left, right in opposed}
    sides: list[list[Stance]] = []
    for stance in sorted(join_stances(pairs), key=lambda stance: _value_order(stance.claim)):
        for side in sides:
            if all(
                (stance.number, other.number) not in opposed and _alike(stance.claim, other.claim) for other in side
            ):
                side.append(stance)
                break
        else:
            sides.append([stance])
    return [[claim for stance in side for claim in stance.claims] for side in sides]


def _alike(one: ClaimRow, other: ClaimRow) -> bool:
    """Claims that never met because their contexts differ may still say different things."""
    if one.base_value is not None and other.base_value is not None and one.unit != "{residue}":
        return True
    return _value_order(one)[1:] == _value_order(other)[1:] or one.predicate != other.predicate


# What formulas end with when they write a charge, which is no other substance.
CHARGE = "⁺⁻+-−⁰¹²³⁴"


def _value_order(claim: ClaimRow) -> tuple[str, float, float, str]:
    peptide = read_peptide(claim)
    if peptide is not None:
        return "", float(len(peptide.residues)), 0.0, peptide.residues
    if claim.base_value is not None:
        return "", claim.base_value, claim.base_value_high or claim.base_value, ""
    return "", 0.0, 0.0, name_value(claim).rstrip(CHARGE)


def read_gaps(slot: Slot) -> Iterator[Draft]:
    """What one passage puts forward and another calls unknown."""
    firm = [claim for claim in slot.claims if is_firm(claim) and _is_questioned(claim)]
    wide = [gap for gap in slot.gaps if slot.question != "receptor" or not _is_narrow(gap)]
    if firm and wide:
        yield from _make_certainty(slot, firm, wide, "open")


# "The molecular mechanism for angiogenesis" and "affinity data for VEGFR2" are gaps in one matter; "the receptor for
# its effects" is a gap in all that a compound does.
NARROWED = re.compile(
    r"\b(?:for|behind|underlying|of|by which|through which)\s+(?P<what>.+)|\b(?:affinity|binding)\b.*\bdata\b",
    re.IGNORECASE,
)
GENERAL = re.compile(
    r"^(?:(?:it|this|these|that)\b|(?:the|its|such|most|all|these|those|any|observed|reported|\W)*\s*"
    r"(?:peptides?|compounds?|molecules?|drugs?|actions?|activity|activities|effects?|benefits?|binding)\b)",
    re.IGNORECASE,
)


def _is_narrow(gap: ClaimRow) -> bool:
    """Whether what is unknown is one matter among those that the question is about."""
    found = NARROWED.search(gap.object_text or "")
    if found is None:
        return False
    what = (found["what"] or "").casefold()
    names = (gap.subject.casefold(), gap.subject_text.casefold())
    return not (what and (GENERAL.match(what) or any(name in what for name in names)))


# "The receptor is unknown" does not question which enzymes are inhibited, nor a number measured at a binding site.
UNTOUCHED = frozenset({"inhibits", "affinity"})
# Of what is activated or gone through, only receptors are: a kinase further down may well be known.
THROUGH = frozenset({"activates", "acts_through"})


def _is_questioned(claim: ClaimRow) -> bool:
    """Whether a gap in what is known of the slot's question reaches a claim."""
    if claim.predicate in THROUGH:
        return claim.object_id is None or is_receptor(claim.object_id)
    return claim.predicate not in UNTOUCHED


def is_receptor(concept_id: str) -> bool:
    """Whether a name of a concept, or of its widest family, says so."""
    rows = (concept_index().get(one) for one in (concept_id, widest_family(concept_id)))
    return any("receptor" in name.casefold() for row in rows if row is not None for name in (row.name, *row.names))


def _draft_certainty(slot: Slot) -> Iterator[Draft]:
    """Firm claims beside open ones; hedged beside asserted ones across sources."""
    firm = [claim for claim in slot.claims if is_firm(claim)]
    sure = {(claim.source_id, claim.predicate, claim.object_id) for claim in firm}
    said = {_what(claim) for claim in firm}
    doubted = [claim for claim in slot.claims if claim.certainty is Certainty.OPEN and _what(claim) in said]
    put = {_what(claim) for claim in doubted}
    if doubted and slot.question in HEDGED_QUESTIONS:
        yield from _make_certainty(slot, [claim for claim in firm if _what(claim) in put], doubted, "doubted")
    hedged = [
        claim
        for claim in slot.claims
        if claim.certainty is Certainty.HEDGED and (claim.source_id, claim.predicate, claim.object_id) not in sure
    ]
    asserted = [claim for claim in slot.claims if claim.certainty is Certainty.ASSERTED]
    if slot.question in HEDGED_QUESTIONS and hedged and asserted:
        sure_of, unsure_of = find_agreeing(slot, asserted, hedged)
        if sure_of:
            yield _certainty_draft(slot, Scope.CROSS_SOURCE, None, sure_of, unsure_of, "hedged")


# Matters on which a reviewer wants to see that one page is sure where another only supposes.
HEDGED_QUESTIONS = frozenset({"receptor", "status", "direction"})


def _what(claim: ClaimRow) -> tuple[str, str | None, Polarity]:
    return claim.predicate, claim.object_id, claim.polarity


def _make_certainty(slot: Slot, claims: list[ClaimRow], gaps: list[ClaimRow], topic: str) -> Iterator[Draft]:
    met = find_meeting(claims, gaps)
    if met is None:
        return
    firm, open_ = met
    if (across := firm.apart_from(open_)) and (others := open_.apart_from(firm)):
        yield _certainty_draft(slot, Scope.CROSS_SOURCE, None, across.claims, others.claims, topic)
    left, right = firm.by_source(), open_.by_source()
    for source_id in sorted(left.keys() & right.keys()):
        own = find_meeting(left[source_id].claims, right[source_id].claims)
        if own is not None:  # each may meet another source's claims alone
            yield _certainty_draft(slot, Scope.WITHIN_SOURCE, source_id, own[0].claims, own[1].claims, topic)


def _certainty_draft(
    slot: Slot,
    scope: Scope,
    source_id: str | None,
    firm: tuple[ClaimRow, ...],
    weak: tuple[ClaimRow, ...],
    topic: str,
) -> Draft:
    members = (
        *(Member("A", claim, say_value(slot, claim)) for claim in firm),
        *(Member("B", claim, say_value(slot, claim)) for claim in weak),
    )
    detail = f"{firm[0].certainty} against {weak[0].certainty}"
    return Draft(slot, ConflictKind.CERTAINTY, scope, source_id, members, (detail,), topic=topic)


def say_value(slot: Slot, claim: ClaimRow) -> str:
    """What a claim says in its slot, readable."""
    negation = "not " if claim.polarity is Polarity.NEGATED else ""
    if claim.predicate == "evidence_gap":
        return f"open: {claim.object_text}"
    if slot.question == "fragment" and claim.value is not None:
        return f"{negation}{claim.predicate.replace('_', ' ')} {name_fragment(claim)}"
    if slot.question == SAMENESS:
        said = {"derived_from": "comes from", "contains_fragment": "contains a part of"}.get(claim.predicate, "is")
        return f"{claim.subject} {'is not' if negation else said} {claim.object or claim.object_text}"
    if slot.question == "status":
        return f"{negation}approved in {claim.jurisdiction or claim.object}"
    if claim.base_value is not None:
        return f"{negation}{name_value(claim)}"
    if slot.question in ("direction", "receptor") or slot.predicate.per_object:
        return f"{negation}{claim.predicate.replace('_', ' ')} {claim.object or claim.value_text}"
    return f"{negation}{name_value(claim)}"


def name_sides(count: int) -> list[str]:
    """A, B, ... Z, AA, AB, ..."""
    names = []
    for number in range(count):
        name, rest = "", number
        while True:
            name = chr(ord("A") + rest % 26) + name
            rest = rest // 26 - 1
            if rest < 0:
                break
        names.append(name)
    return names
