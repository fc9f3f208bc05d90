"""Two claims of one slot: do they agree, differ for a reason that explains it, or contradict each other?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import isclose
from typing import TYPE_CHECKING

from pipeline.chemistry import Peptide, check_formula, check_mass, parse_formula, parse_peptide
from pipeline.conflicts.slots import SAMENESS, is_wider, meeting_context
from pipeline.lexicon import concept_index
from pipeline.page import Quantity
from pipeline.quantity import compare, to_base
from pipeline.schema import Comparator, ConflictKind, Polarity

if TYPE_CHECKING:
    from pipeline.chemistry import Finding
    from pipeline.conflicts.slots import Slot
    from pipeline.quantity import Relation
    from pipeline.schema import ClaimRow


@dataclass(frozen=True, slots=True)
class Difference:
    """Why two claims differ. `explained` is the name of what removes the conflict, else None."""

    kind: ConflictKind
    detail: str
    explained: str | None = None


MONOISOTOPIC = re.compile(r"\bmono-?isotopic|\bexact mass", re.IGNORECASE)
DECIMALS = re.compile(r"\d(?:\.(\d+)|,(\d{1,2})(?!\d))")
# A stated sequence shorter than this share of the other one, and inside it, is a part of it and not a rival.
PART_SHARE = 0.6
COMPLEMENT = "outside "
ANYWHERE = "anywhere"
WORLD = "jurisdiction:worldwide"  # "any country", "no jurisdiction"


def find_difference(slot: Slot, left: ClaimRow, right: ClaimRow) -> Difference | None:
    """What separates two claims of a slot, or None when they can both be read as one statement."""
    difference = _compare_values(slot, left, right)
    if difference is None or difference.explained:
        return difference
    if (column := meeting_context(left, right, slot.separating)) is not None:
        said = f"{getattr(left, column)} beside {getattr(right, column)}"
        return Difference(difference.kind, f"{column}: {said}; {difference.detail}", f"different {column}")
    if left.form and right.form and left.form != right.form:
        return Difference(
            difference.kind, f"form: {left.form} beside {right.form}; {difference.detail}", "different form"
        )
    if slot.question in KEPT and SOLUTION in (left.matrix, right.matrix) and None in (left.matrix, right.matrix):
        said = f"matrix: {SOLUTION} beside the product as it is sold"
        return Difference(difference.kind, f"{said}; {difference.detail}", "different matrix")
    return difference


# How a product is kept is said of the product as it is sold, unless a page says what has been made of it.
KEPT = frozenset({"storage_temperature", "shelf_life"})
SOLUTION = "solution"


def _compare_values(slot: Slot, left: ClaimRow, right: ClaimRow) -> Difference | None:
    if slot.question == "fragment":
        return _compare_fragments(left, right)
    if slot.question == "identity":
        return _compare_identity(left, right)
    if slot.question == "direction":
        return _compare_direction(left, right)
    if slot.question == "receptor":
        return _compare_receptor(left, right)
    if slot.question == "status":
        return _compare_status(left, right)
    if slot.question == SAMENESS:
        return _compare_names(left, right)
    if not slot.predicate.single_valued:
        return _compare_polarity(slot, left, right)
    if left.polarity is not right.polarity:
        return None
    if left.base_value is not None and right.base_value is not None:
        return _compare_numbers(slot, left, right)
    return _compare_notations(slot, left, right)


def _compare_fragments(left: ClaimRow, right: ClaimRow) -> Difference | None:
    if left.polarity is not right.polarity or left.value is None or right.value is None:
        return None
    if (left.value, left.value_high) == (right.value, right.value_high):
        return None
    return Difference(ConflictKind.IDENTITY, f"{name_fragment(left)} against {name_fragment(right)}")


def name_fragment(claim: ClaimRow) -> str:
    """A residue range in one notation: "ACTH(4–10)"."""
    return f"{claim.object or '?'}({claim.value:.0f}–{claim.value_high:.0f})"


def _compare_identity(left: ClaimRow, right: ClaimRow) -> Difference | None:
    if left.polarity is not right.polarity:
        return None
    one, other = read_peptide(left), read_peptide(right)
    if one and other:
        short, long = sorted((one.residues, other.residues), key=len)
        if short == long:
            return _compare_mirrors(one, other)
        if short in long and len(short) < PART_SHARE * len(long):
            return None
        return Difference(ConflictKind.IDENTITY, f"{one.residues} against {other.residues}")
    first, second = _length(left, one), _length(right, other)
    if first is None or second is None or first == second:
        return None
    return Difference(ConflictKind.IDENTITY, f"{first} residues against {second}")


def _compare_mirrors(one: Peptide, other: Peptide) -> Difference | None:
    """One chain with its D-residues in two places; a page that marks none only leaves them out."""
    if one.d_positions == other.d_positions or not one.d_positions or not other.d_positions:
        return None
    return Difference(ConflictKind.IDENTITY, f"{one.written} against {other.written}")


def read_peptide(claim: ClaimRow) -> Peptide | None:
    """The peptide of a sequence claim."""
    if claim.predicate != "sequence":
        return None
    return parse_peptide(claim.object or "") or parse_peptide(claim.object_text or "")


def _length(claim: ClaimRow, peptide: Peptide | None) -> int | None:
    if peptide is not None:
        return len(peptide.residues)
    exact = claim.comparator in (None, Comparator.EQUAL)
    return int(claim.value) if exact and claim.predicate == "residue_count" and claim.value is not None else None


def _compare_direction(left: ClaimRow, right: ClaimRow) -> Difference | None:
    if left.predicate == right.predicate:
        return _flip(left, right, f"{left.predicate} {left.object}")
    if left.polarity is Polarity.AFFIRMED and right.polarity is Polarity.AFFIRMED:
        return Difference(ConflictKind.DIRECTION, f"{left.predicate} against {right.predicate} {left.object}")
    return None


def _compare_receptor(left: ClaimRow, right: ClaimRow) -> Difference | None:
    if left.polarity is right.polarity:
        opposed = {left.predicate, right.predicate} == {"activates", "inhibits"} and left.object_id == right.object_id
        both = left.polarity is Polarity.AFFIRMED
        return (
            Difference(ConflictKind.DIRECTION, f"activates against inhibits {left.object}")
            if opposed and both
            else None
        )
    negated, affirmed = (left, right) if left.polarity is Polarity.NEGATED else (right, left)
    if negated.predicate != affirmed.predicate and {negated.predicate, affirmed.predicate} & {"inhibits"}:
        return None
    if negated.object_id is None or affirmed.object_id is None or not is_wider(negated.object_id, affirmed.object_id):
        return None
    said = f"{affirmed.predicate} {affirmed.object} against not {negated.predicate} {negated.object}"
    return Difference(ConflictKind.POLARITY, said)


def _compare_status(left: ClaimRow, right: ClaimRow) -> Difference | None:
    if left.polarity is right.polarity:
        return None
    negated, affirmed = (left, right) if left.polarity is Polarity.NEGATED else (right, left)
    if negated.population is not None and negated.population != affirmed.population:
        return None  # one use is denied, not the approval
    denied, granted = _places(negated), _places(affirmed)
    if not _overlap(denied, granted, negated, affirmed):
        return None
    said = f"approved in {affirmed.jurisdiction} against not approved in {negated.jurisdiction}"
    return Difference(ConflictKind.POLARITY, said)


def _places(claim: ClaimRow) -> tuple[bool, frozenset[str]]:
    """Whether the places are left out instead of named, and the places."""
    name = claim.jurisdiction or claim.object or ""
    if name == ANYWHERE or claim.object_id == WORLD:
        return True, frozenset()
    if name.startswith(COMPLEMENT):
        return True, frozenset(name.removeprefix(COMPLEMENT).split("; "))
    return False, frozenset({name})


def _overlap(
    denied: tuple[bool, frozenset[str]], granted: tuple[bool, frozenset[str]], negated: ClaimRow, affirmed: ClaimRow
) -> bool:
    if granted[0]:  # "approved outside X" names no place that a denial must meet
        return False
    if denied[0]:
        return not granted[1] & denied[1]
    one, other = negated.object_id, affirmed.object_id
    if one and other:
        return is_wider(one, other) or is_wider(other, one)
    return bool(denied[1] & granted[1])


def _compare_names(left: ClaimRow, right: ClaimRow) -> Difference | None:
    """One thing under two names, against two things."""
    one, other = says_same(left), says_same(right)
    if one == other:
        return None
    return Difference(ConflictKind.IDENTITY, f"{left.subject} and {left.object}: the same against not the same")


def says_same(claim: ClaimRow) -> bool:
    """Whether a claim says that two names are of one thing."""
    return claim.predicate == SAMENESS and claim.polarity is Polarity.AFFIRMED


def _compare_polarity(slot: Slot, left: ClaimRow, right: ClaimRow) -> Difference | None:
    if not slot.predicate.per_object:
        return None
    return _flip(left, right, f"{left.predicate.replace('_', ' ')} {left.object}")


def _flip(left: ClaimRow, right: ClaimRow, what: str) -> Difference | None:
    if left.polarity is right.polarity:
        return None
    return Difference(ConflictKind.POLARITY, f"{what}: affirmed against negated")


TWO = 10  # the least number of two digits


def read_quantity(claim: ClaimRow) -> Quantity | None:
    """The number of a claim in its base unit; precision as stated."""
    if claim.value is None or claim.comparator is None:
        return None
    found = DECIMALS.findall(claim.value_text or "")
    decimals = max((len(point or comma) for point, comma in found), default=0)
    unit = claim.unit or claim.base_unit or ""
    digits = claim.value * 10**decimals  # "~0.7 kDa" has one digit only, and is vague indeed
    if claim.predicate == "molecular_weight" and claim.comparator is Comparator.ABOUT and decimals and digits >= TWO:
        # "~400.9 Da" rounds a constant of nature; it is no estimate that could be ten per cent off.
        return Quantity(claim.value, None, Comparator.EQUAL, unit, claim.value_text or "", decimals)
    return Quantity(claim.value, claim.value_high, claim.comparator, unit, claim.value_text or "", decimals)


def _compare_numbers(slot: Slot, left: ClaimRow, right: ClaimRow) -> Difference | None:
    one, other = _read_alternatives(slot, left), _read_alternatives(slot, right)
    if one is None or other is None or (one.others and left.value_text == right.value_text):
        return None
    found = compare(one, other, slot.predicate.tolerance)
    said = f"{left.value_text} against {right.value_text}"
    if found.relation != "disjoint":
        reason = _name_agreement(one, other, found.relation)
        return Difference(ConflictKind.VALUE, f"{said}; {found.reason}", reason) if reason else None
    if slot.question == "molecular_weight" and (told := _explain_mass(left, right)):
        return Difference(ConflictKind.VALUE, f"{said}; {told[1]}", told[0])
    return Difference(ConflictKind.VALUE, said)


def _read_alternatives(slot: Slot, claim: ClaimRow) -> Quantity | None:
    """The number of a claim; of "1 or 2 hours", which is one claim each, both."""
    quantity = read_quantity(claim)
    if quantity is None or claim.comparator is not Comparator.LIST:
        return quantity
    rows = (row for row in slot.claims if row.comparator is Comparator.LIST and row.value_text == claim.value_text)
    return replace(quantity, others=tuple(sorted({row.value for row in rows if row.value is not None} - {claim.value})))


# What lets two numbers agree that are not one number, the strongest first.
LEEWAY = (
    (frozenset({Comparator.LIST}), "alternatives"),
    (frozenset({Comparator.RANGE, Comparator.PLUS_MINUS}), "value in range"),
    (
        frozenset({Comparator.LESS, Comparator.AT_MOST, Comparator.MORE, Comparator.AT_LEAST}),
        "value within bound",
    ),
    (frozenset({Comparator.ABOUT}), "approximation"),
)


def _name_agreement(one: Quantity, other: Quantity, relation: Relation) -> str | None:
    """Why two numbers that are written differently can both hold; None where they are one number."""
    if relation == "incomparable" or _is_one_number(one, other):
        return None
    used = {one.comparator, other.comparator}
    return next((reason for comparators, reason in LEEWAY if used & comparators), "rounding or truncation")


def _is_one_number(one: Quantity, other: Quantity) -> bool:
    """Whether both state one amount, in whatever unit."""
    left, right = to_base(one), to_base(other)
    ends = ((left[0], right[0]), (left[1] or left[0], right[1] or right[0]))
    return one.comparator is other.comparator and all(isclose(low, high, rel_tol=1e-6) for low, high in ends)


def _explain_mass(left: ClaimRow, right: ClaimRow) -> tuple[str, str] | None:
    """Average beside monoisotopic mass, or two forms of one peptide, shown by the arithmetic."""
    peptide = reference_peptide(left.subject_id)
    if peptide is None:
        return _explain_by_words(left, right)
    fits = [check_mass(peptide, claim.base_value or 0.0, read_decimals(claim), claim.form) for claim in (left, right)]
    if any(finding.verdict != "agree" for finding in fits):
        return _explain_by_words(left, right)
    same_form = fits[0].form == fits[1].form
    if not same_form and _is_copper(fits[0]) and _is_copper(fits[1]):
        return None  # two ways to count the protons of one complex: a reviewer must see that
    if not same_form and left.form == right.form is not None and FREE not in (fits[0].form, fits[1].form):
        return None  # both name one salt, and one of the masses is that of another
    reason = "average and monoisotopic mass" if same_form else "different form"
    return reason, f"{fits[0].arithmetic}; {fits[1].arithmetic}"


FREE = "free"  # what pages weigh when they name a salt all the same


def _explain_by_words(left: ClaimRow, right: ClaimRow) -> tuple[str, str] | None:
    if says_monoisotopic(left) == says_monoisotopic(right):
        return None
    one, other = left.base_value or 0.0, right.base_value or 0.0
    # A monoisotopic mass lies below the average one by 0.04 % to 0.08 % for peptides.
    if abs(one - other) > 0.0015 * max(one, other):
        return None
    return "average and monoisotopic mass", "one of the two is named as monoisotopic"


def says_monoisotopic(claim: ClaimRow) -> bool:
    """Whether the words around the number call it a monoisotopic mass."""
    at = claim.text.find(claim.value_text or "")
    return bool(MONOISOTOPIC.search(claim.text[max(0, at - 30) : at + len(claim.value_text or "") + 24]))


def read_decimals(claim: ClaimRow) -> int:
    """Digits behind the point of a mass in g/mol as stated; negative for kDa."""
    quantity = read_quantity(claim)
    if quantity is None:
        return 0
    return quantity.decimals - (3 if quantity.unit not in ("g/mol", "") else 0)


def reference_peptide(concept_id: str) -> Peptide | None:
    """The peptide that the lexicon gives for a concept."""
    row = concept_index().get(concept_id)
    if row is None or row.sequence is None:
        return None
    return Peptide(row.sequence, n_term=row.n_term, c_term=row.c_term)


def _compare_notations(slot: Slot, left: ClaimRow, right: ClaimRow) -> Difference | None:
    one, other = name_value(left), name_value(right)
    if one == other or not one or not other or _same_atoms(one, other):
        return None
    if slot.question == "molecular_formula" and (reason := _explain_formula(left, right)):
        return Difference(ConflictKind.VALUE, f"{one} against {other}; {reason}", "different form")
    return Difference(ConflictKind.VALUE, f"{one} against {other}")


def _same_atoms(one: str, other: str) -> bool:
    """Two formulas that differ in how they write a charge, if at all."""
    left, right = parse_formula(one), parse_formula(other)
    return left is not None and right is not None and left.counts == right.counts


def _explain_formula(left: ClaimRow, right: ClaimRow) -> str | None:
    """Two forms of the peptide that the lexicon knows, such as the free base and its acetate."""
    peptide = reference_peptide(left.subject_id)
    formulas = [parse_formula(claim.object or "") for claim in (left, right)]
    if peptide is None or None in formulas:
        return None
    fits = [check_formula(peptide, formula) for formula in formulas if formula is not None]
    if any(finding.verdict != "agree" for finding in fits):
        return None
    if _is_copper(fits[0]) and _is_copper(fits[1]):
        return None
    return f"{fits[0].arithmetic}; {fits[1].arithmetic}"


def _is_copper(finding: Finding) -> bool:
    return "copper" in (finding.form or "")


def name_value(claim: ClaimRow) -> str:
    """The value of a claim in one notation, for comparing and for showing."""
    if claim.predicate in ("cas_number", "pubchem_cid", "molecular_formula", "sequence"):
        return claim.object or claim.object_text or ""
    return claim.value_text or claim.object or claim.object_text or ""
