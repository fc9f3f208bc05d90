"""Whether words stand in a relative clause that speaks of another noun than the compound."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.kinds import find_kind
from pipeline.schema import Label

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage

# "enhancers that act on", but not "Semax is a peptide that acts on": a relative clause speaks of the noun before it.
RELATIVE = re.compile(
    r"(?P<noun>\S+?),?\s+(?:(?:both|all|each|either|most|many|some) of (?:which|whom)|(?P<that>that)|which|who)\s+"
    r"(?:(?:[\w-]+ly|can|may|also|then)\s+)*"
    r"(?:(?:plays?|played|has|have) (?:\w+ ){1,3}(?:roles?|parts?) in\s+"
    r"|(?:is|are|was|were) (?:\w+ly )?(?:involved|implicated|important|essential|crucial|critical|vital|responsible"
    r"|needed|required) (?:in|for|to)\s+"
    r"|(?:is|are|was|were) (?:(?:an?|the|both|potent|powerful|strong|known|key|major|selective|natural)\s+)+)?$",
    re.IGNORECASE,
)
PREDICATE_NOUN = re.compile(
    r"(?:\b(?:is|are|was|were|be|as|remains?|becomes?)|\w['’](?:s|re))\s+(?:an?|the|one|two)\b[^.;:]{0,90}$"
    r"|,\s+(?:an?|the|one|two)\b(?:(?!\b(?:is|are|was|were|has|have|had|been|to)\b)[^.;:]){0,90}$"
    r"|^\W*(?:[A-Z][\w ]{2,24}:\s+)?(?:an?|synthetic|natural|novel|modified|small|short|cyclic)\b[^.;:]{0,90}$",
    re.IGNORECASE,
)


# "The site that DPP-4 uses to degrade GHRH": what something else does.
USED_BY = re.compile(
    r"\b(?:that|which)\s+(?:the\s+)?[\w()/ -]{2,60}?\s(?:uses?|used|needs?|employs?|requires?)\s+to\s+(?:\w+ly\s+)?$",
    re.IGNORECASE,
)
# "Semax and Selank are nootropic peptides that improve": what several are.
PREDICATE_NOUNS = re.compile(
    r"\b(?:are|were)\s+(?!(?:not|no|found|seen|used|given|known)\b)"
    r"(?:(?!(?:of|in|by|with|for|from|to|on|that|which)\b)[\w/’'-]+,?\s+){0,7}$",
    re.IGNORECASE,
)


# "Look for Fictizol, which works by": a product or a drug that nobody knows.
STRANGER = re.compile(r"\w\W+(?P<name>(?-i:[A-Z])[a-z]{3,}[\w-]*),\s+(?:which|who)\s+$", re.IGNORECASE)


def is_relative(passage: Passage, start: int) -> bool:
    """Whether the words at `start` are said of a noun that is no name and not what the subject is called."""
    before = passage.between(passage.start, start)
    if (stranger := STRANGER.search(passage.between(passage.start, passage.clause(start)[0]))) is not None:
        first = passage.start + stranger.start("name")
        return not any(m.start <= first < m.end and m.concept_id is not None for m in passage.mentions)
    if USED_BY.search(before[-120:]):
        return True
    match = RELATIVE.search(before[-120:])
    if match is None:
        return False
    noun_end = start - len(match[0]) + len(match["noun"])
    aside = before[noun_end - passage.start :].startswith(",")  # ", which" may speak of all that was said
    # "tight junctions that keep water out": a bare "which" behind a target is read as the target's own
    labels = (Label.COMPOUND,) if aside or match["that"] else (Label.COMPOUND, Label.TARGET)
    named = any(m.end == noun_end or m.start < noun_end <= m.end for m in passage.of(*labels))
    named = named or find_kind(passage) == noun_end  # "ERR agonist that raises endurance"
    front = before[: len(before) - len(match[0])]
    several = match["noun"].rstrip("),").endswith("s") and PREDICATE_NOUNS.search(front) is not None
    return not (named or several or PREDICATE_NOUN.search(front))
