"""Which numbers behind another are further values of the same thing: "20 minutes in rats and 40 minutes in humans"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.qualifiers import has_condition, piece_of
from pipeline.quantity import dimension_of
from pipeline.schema import Label

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.page import Mention

# "0.1% vs 1%", "390.35 Da (average; monoisotopic: 390.14 Da)", "4963.4 Da (roughly 5 kDa on a gel)": another value of
# the same thing, not one of another thing.
ALTERNATIVE = re.compile(
    r"""
    ^ [\s(,;:/]*
    (?:
        (?: or | and | to | as | the | an? | average | monoisotopic | exact | isotopic | about | roughly | mass | free
          | approximately | copper | peptide | tripeptide | acetate | salt | complex | base | form | is | for | PubChem
          | confirmed | also | given | stated | then | once | maintenance | maximum | max | initially | initial | target
          | increased? | increasing | up | later | afterwards | thereafter
          | for \s \d+ \s (?: days? | weeks? | months? ) )
        [\s),;:=]*
    )* $
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Of these, several values in one breath are several claims.
MANY_VALUED = frozenset({"molecular_weight", "concentration", "pack_size", "dose", "purity"})
# "20 minutes in rats and 40 minutes in humans", "−20 °C dry, 2–8 °C once dissolved": values for different conditions.
CONDITIONED = frozenset(
    {"half_life", "tmax", "bioavailability", "duration_of_effect", "storage_temperature", "shelf_life"}
)
CONDITIONS = (Label.SPECIES, Label.MATRIX, Label.ROUTE)
# "26 minutes in healthy subjects and 38 minutes in patients"
PEOPLE = re.compile(r"\b(?:healthy|patients?|subjects|volunteers|adults|children|elderly|men|women)\b", re.IGNORECASE)
LONGEST_CONDITION = 60  # code points between two such values


def is_further(predicate: str, passage: Passage, gap: str, other: Mention) -> bool:
    """Whether a number behind another, with the words `gap` between them, is a further value of the same thing."""
    if _are_bracketed(passage, gap, other) or _are_respective(passage, gap, other):
        return True
    if predicate in MANY_VALUED:
        return bool(ALTERNATIVE.match(gap) or AGAINST.match(gap))
    if predicate not in CONDITIONED or len(gap) > LONGEST_CONDITION or OTHER_MATTER.search(gap) or AGAINST.match(gap):
        return False
    if SPREAD.match(gap) or THEN.match(gap):
        return True
    first, last = piece_of(passage, other.start)
    if any(first <= m.start < last for m in passage.of(*CONDITIONS)) or PEOPLE.search(passage.between(first, last)):
        return True
    return has_condition(passage.between(first, last))


RESPECTIVELY = re.compile(r"\brespectively\b|\bin (?:that|this) order\b", re.IGNORECASE)
JOINT = re.compile(r"^\s*(?:,|and|, and)\s+$")


def _are_respective(passage: Passage, gap: str, other: Mention) -> bool:
    """Whether two values stand in the order of what has them: "4.5 days and 13 hours, respectively"."""
    behind = passage.between(other.end, other.end + LONGEST_CONDITION)
    return bool(JOINT.match(gap) and RESPECTIVELY.search(behind))


# "2–10 min at first, then 10–40 min"
THEN = re.compile(
    r"^\s*(?:at first|initially|early on)?\s*[,;]?\s*(?:and |but )?(?:then|later|afterwards|thereafter|followed by)"
    r"\s+(?:an? )?(?:\w+ )?$",
    re.IGNORECASE,
)


# "26 min (healthy), 38 min (HIV)", "200 IU (nose), 100 IU (needle)": each value with what it holds for
EACH_BRACKET = re.compile(r"^\s*\([^()\d]{2,40}\)\s*(?:[,;/]\s*)?(?:(?:and|or)\s+)?$")
OWN_BRACKET = re.compile(r"^(?:\s(?:per|a)\s\w+)?\s*\([^()\d]{2,40}\)")


def _are_bracketed(passage: Passage, gap: str, other: Mention) -> bool:
    """Whether two values have each a bracket behind it that names no compound."""
    behind = OWN_BRACKET.match(passage.between(other.end, other.end + LONGEST_CONDITION))
    if behind is None or not EACH_BRACKET.match(gap):
        return False
    first, last = other.start - len(gap), other.end + behind.end()
    return not any(m.label is Label.COMPOUND for m in passage.near(first, last))


# A range in brackets behind a mean: "2.7 hours (range 1.9–4.0 hours)".
SPREAD = re.compile(r"^\s*\((?:range|mean|median|about|roughly|approximately|or|i\.e\.)?:?\s*$", re.IGNORECASE)
# Between two values, words that begin another matter.
OTHER_MATTER = re.compile(
    r"\b(?:peaks?|lasts?|effects?|onset|half-li\w+|while|whereas|than|dos(?:e|es|ed|ing)|stud(?:y|ies)|trials?|returns?"
    r"|baseline|within|every|takes?|steady|reach\w*)\b",
    re.IGNORECASE,
)


# "30 min vs 3 min"
AGAINST = re.compile(r"^\s*(?:\(?\s*)?(?:vs\.?|versus|against|compared (?:to|with))\s+$", re.IGNORECASE)


def keep_values(predicate: str, passage: Passage, numbers: list[Mention]) -> list[Mention]:
    """The first of some numbers, and those behind it that are further values of the same property and thing."""
    kept = numbers[:1]
    for number in numbers[1:]:
        gap = passage.between(kept[-1].end, number.start)
        alike = _dimension(number) == _dimension(kept[-1])
        if not alike or not is_further(predicate, passage, gap, number):
            break
        kept.append(number)
    return kept


def _dimension(number: Mention) -> str | None:
    return dimension_of(number.quantity.unit) if number.quantity is not None else None
