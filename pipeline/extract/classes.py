"""Whether the words for a class of drugs, such as "a GnRH antagonist", are said of the page's compound at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.effects import LONGEST_TURN
from pipeline.schema import Label

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.lexicon import Rule


# "Hinge, an HGF antagonist", "the VEGFR2 blocker SU5416": what something does that has a name and no row.
CLASSES = frozenset(
    {"activate-agonist", "activate-noun", "inhibit-noun", "inhibit-inhibitor", "mod-noun"}
    | {"up-agent", "up-agent-of", "down-agent", "down-agent-of"}
)
APPOSED_TO = re.compile(
    r"(?P<name>[A-Z][\w()/-]*|\w*\d[\w()/-]*|\([^()]{1,20}\)),\s+(?:an?|the)\s+(?:[\w/-]+\s+){0,5}$"
)
NAMED = re.compile(r"^\s+(?:[A-Z][a-z]*-?\d[\w-]*|[A-Z]{2,}\d*[\w-]*)")


# "A GnRH antagonist wipes out what it does": some other drug of that kind.
SOME_OTHER = re.compile(
    r"(?:^\W*|[,;:]\s+|\b(?:but|and|whereas|while|although|because|that|when|if|by|with|after|of)\s+)"
    r"(?:an?|any|another|one|some)\s+(?:[\w/,-]+\s+){0,5}$",
    re.IGNORECASE,
)
WHICH_ACTS = re.compile(
    r"^\s+(?:\w+ly\s+|also\s+|can\s+|could\s+|did\s+)?(?!is\b|was\b|has\b|used\b)[a-z]+(?:[^s]s|ed)\b(?!\s+(?:for|by|in|as)\b)",
    re.IGNORECASE,
)


def is_of_another(rule: Rule, passage: Passage, start: int, end: int) -> bool:
    """Whether the words for a class of drugs mean another drug, or stand beside a name that is nobody's we know."""
    if rule.id not in CLASSES:
        return False
    if rule.object_side == "before" and WHICH_ACTS.match(passage.between(end, end + LONGEST_TURN)):
        return SOME_OTHER.search(passage.between(max(passage.start, start - LONGEST_TURN), start)) is not None
    apposed = APPOSED_TO.search(passage.between(max(passage.start, start - LONGEST_TURN), start))
    named = rule.object_side == "before" and NAMED.match(passage.between(end, end + LONGEST_TURN))
    at = [end] if named else []
    if apposed is not None:
        at.append(max(passage.start, start - LONGEST_TURN) + apposed.start("name"))
    return any(not any(m.start <= place + 1 < m.end for m in passage.of(Label.COMPOUND)) for place in at)
