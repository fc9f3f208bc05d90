"""What a denial in a sentence reaches: the words of a rule themselves, or another part that they only stand beside."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.effects import JOINED
from pipeline.extract.numbers import STORED
from pipeline.extract.owners import EFFECT_TIMES, LOOK_BACK
from pipeline.schema import Polarity

if TYPE_CHECKING:
    from pipeline.extract.objects import Found
    from pipeline.extract.passages import Passage
    from pipeline.lexicon import Rule
    from pipeline.page import Statement

# "Is not given by mouth" denies a route, "cannot be converted to a human subcutaneous dose" something else.
OF_NOUNS = frozenset({"no", "without"})  # "had no toxic effects when applied topically"
LONGEST_DENIAL = 24  # code points from the words that deny to a trigger


def is_denied_afar(statement: Statement, passage: Passage, start: int) -> bool:
    """Whether what denies a statement stands too far from its trigger to mean it."""
    if statement.polarity is not Polarity.NEGATED or not statement.cue:
        return False
    if statement.predicate == "route" and statement.cue.casefold() in OF_NOUNS:
        return True
    before = passage.between(passage.start, start).casefold()
    at = before.rfind(statement.cue.casefold())
    return at >= 0 and len(before) - at - len(statement.cue) > LONGEST_DENIAL


# "No different than placebo" is compared with it; "has not been compared with placebo" is not.
UNCOMPARED = re.compile(r"\b(?:not|never|n[’']t|no)\b[^,.;:]{0,40}\bcompar\w+", re.IGNORECASE)


def undo_denial(rule: Rule, statement: Statement, passage: Passage, start: int, end: int) -> Statement:
    """A number that words of another part only seem to deny: "no toxicity at 20 mg/kg", "no change, and it lasted"."""
    if rule.predicate == "compared_to" and not UNCOMPARED.search(passage.between(start - LOOK_BACK, end)):
        return replace(statement, polarity=Polarity.AFFIRMED, cue=None)
    if not rule.dimension or statement.polarity is not Polarity.NEGATED or rule.predicate in JOINED:
        return statement
    before = passage.between(passage.clause(start)[0], start)
    apart = "," in before[before.casefold().rfind((statement.cue or "").casefold()) :]
    apart = apart and rule.predicate in EFFECT_TIMES
    afar = rule.predicate in STORED and is_denied_afar(statement, passage, start)
    if rule.predicate != "dose" and not apart and not afar:
        return statement
    return replace(statement, polarity=Polarity.AFFIRMED, cue=None)


# "Has very low toxicity": as good as none.
HARDLY_ANY = re.compile(
    r"^\s+(?:an?\s+)?(?:(?:very|extremely|relatively|quite|remarkably)\s+)?(?:low|minimal|negligible|little)\b",
    re.IGNORECASE,
)


# "Is not sedating": the words of a rule hold the denial.
DENIABLE = frozenset({"up-tolerance", "act-mechanism", "indication"})
DENIES = re.compile(r"\b(?:not|never|n[’']t)\b", re.IGNORECASE)


def denies(rule: Rule, passage: Passage, trigger: tuple[int, int], item: Found) -> bool:
    """Whether the words of a rule, or those in front of its object, hold the denial."""
    start, end = trigger
    if rule.predicate == "has_activity" and HARDLY_ANY.match(passage.between(end, item.start)):
        return True
    may_deny = rule.predicate == "has_activity" or rule.id in DENIABLE
    return may_deny and DENIES.search(passage.between(start, end)) is not None
