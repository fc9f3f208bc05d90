"""What happens where a compound was not given, or no longer: no effect of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.effects import JOINED, OPPOSITE
from pipeline.schema import Label

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.lexicon import Rule

# "Without it, tube formation had doubled"
ABSENT = re.compile(
    r"^\W*(?:without|before|in the absence of) (?:it|this|that|them|treatment|the \w+|dosing)\b", re.IGNORECASE
)
# "Without Semax, BDNF fell by half": what became of it where nobody took anything.
NOT_GIVEN = re.compile(r"^\W*(?:without|before|prior to|until|in the absence of)\s+(?:any\s+|the\s+)?$", re.IGNORECASE)


def lacks_drug(passage: Passage, first: int, start: int) -> bool:
    """Whether the clause from page offset `first` opens with a compound, or a word for it, that was not given."""
    if ABSENT.match(passage.between(first, start)):
        return True
    names = (m for m in passage.of(Label.COMPOUND) if first <= m.start < start)
    return any(NOT_GIVEN.match(passage.between(first, m.start)) for m in names)


# "After stopping, people regained weight", "those switched to placebo": what happens without the drug.
STOPPED = re.compile(
    r"\b(?:after|once|when|upon|following|on|since|if) (?:[\w-]+ ){0,3}?(?:stop(?:s|ped|ping)?|end(?:s|ed)|withdraw\w*"
    r"|discontinu\w+|quit(?:s|ting)?|cessation|ceas\w+|(?:coming|came|going|went) off)\b"
    r"|\b(?:stopping|discontinuing|coming off|withdrawing|quitting|withdrawal of) |\bswitch\w* (?:\w+ )?to placebo\b",
    re.IGNORECASE,
)


# "When kisspeptin is low, LH falls", "as GHK levels decline": what happens where the body has too little of it.
WHENEVER = re.compile(
    r"(?:^|[,;:(]\s*|\b(?:and|but|because|that)\s+)\W*(?:when|if|as|once|where|since|because)\s+(?:[\w-]+\s+){0,3}$",
    re.IGNORECASE,
)
IS_LOW = re.compile(
    r"^(?:\s+(?:levels?|signal(?:l)?ing|activity|production|secretion|concentrations?))?(?:\s+(?:in|of)\s[^,;:.]{2,40}?)?"
    r"\s+(?:(?:is|are|was|were|becomes?|runs?|gets?)\s+(?:(?:too|very|chronically|abnormally|still)\s+)?"
    r"(?:low|lower|lacking|deficient|absent|missing|scarce|reduced|depleted|insufficient|impaired)\b"
    r"|falls?\b|drops?\b|declines?\b|decreases?\b|dwindles?\b|fades?\b|wanes?\b)",
    re.IGNORECASE,
)


# "Kisspeptin signalling is disrupted by mutations and results in": what the lack of it does.
IS_BROKEN = re.compile(
    r"^\s+(?:levels?|signal(?:l)?ing|activity|production|secretion|function|receptors?|expression)(?:\s+(?:in|of)\s[^,;:.]{2,40}?)?"
    r"\s+(?:is|are|was|were)\s+(?:\w+ly\s+)?(?:disrupted|impaired|lost|missing|absent|deficient|dysregulated|defective|faulty)\b",
    re.IGNORECASE,
)


# "Declining NAD+ levels drive", "low glutathione means": what too little of it does.
SCARCE = re.compile(
    r"(?:^|[,;:(]|\b(?:that|and|but|because|since|so))\W*(?:the\s+|this\s+)?(?:low|lower|declining|falling|dwindling|waning"
    r"|insufficient|inadequate|deficient|depleted|diminished|a (?:lack|loss|decline|deficiency|depletion) (?:of|in))\s+"
    r"(?:(?:cellular|plasma|tissue|circulating|endogenous|natural|intracellular)\s+)?$",
    re.IGNORECASE,
)


def is_scarce(rule: Rule, passage: Passage, start: int) -> bool:
    """Whether the words at `start` tell what it does that there is too little of a compound."""
    first = passage.clause(start)[0]
    names = [m for m in passage.of(Label.COMPOUND) if first <= m.start < start]
    if rule.predicate not in JOINED or not names:
        return False
    return SCARCE.search(passage.between(first, names[-1].start)) is not None


def is_after(rule: Rule, passage: Passage, start: int) -> bool:
    """Whether words tell what happened when a compound was no longer given, or where the body has too little of it."""
    if rule.predicate not in OPPOSITE:
        return False
    return STOPPED.search(passage.text) is not None or _is_low(passage, start)


def _is_low(passage: Passage, start: int) -> bool:
    first, last = passage.clause(start)
    return any(
        (WHENEVER.search(passage.between(first, m.start)) and IS_LOW.match(passage.between(m.end, last)))
        or IS_BROKEN.match(passage.between(m.end, start))
        for m in passage.of(Label.COMPOUND)
        if first <= m.start < last
    )
