"""Whether words may say of a compound that they do not name what no lexicon holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.lexicon import Rule

# "It raised bone mass", "the peptide has also lowered", "which then cuts": words that can mean a compound as a subject.
STANDS_FOR = re.compile(
    r"(?:^\W*|\b(?:it|they|both|either|which|that|this|to|by|and|,|peptides?|compounds?|molecules?|drugs?|substances?"
    r"|hormones?|analogues?|agents?|medicines?|preparation|treatments?|injections?|infusions?|dos(?:e|es|ing)"
    r"|administration|application|exposure|therapy|\w+peptide)\s+)"
    r"(?:(?:\w+ly|also|then|can|may|might|could|would|will|did|does|do|not|has|have|had|been|further|even|both|to|help"
    r"|nevertheless|nonetheless|still|thus|thereby|moreover|likewise|therefore|itself|in theory|in turn|at least"
    r"|helps|helped|in turn|no|little|any|an?|clear|significant|exerts?|exerted|shows?|showed|seems|appears|was shown"
    r"|is thought|is said)\s+)*$",
    re.IGNORECASE,
)
LONGEST_STAND_IN = 80  # code points in front of a verb


# "The changes it initiates continue": what it acts on stands in front.
WHAT_IT = re.compile(
    r"(?:^|[^\w\s]\s*|\b(?:and|but|because|that|while|as)\s+)(?:the|its|all|any|every)\s+(?:[\w-]+\s+){1,3}?(?:that\s+)?it\s+$",
    re.IGNORECASE,
)


def may_imply(rule: Rule, passage: Passage, start: int) -> bool:
    """Whether the words at `start` may say of a compound that they do not name what no lexicon holds."""
    if rule.object_side == "before":
        return True
    if WHAT_IT.search(passage.between(start - LONGEST_STAND_IN, start)):
        return False
    return bool(STANDS_FOR.search(passage.between(max(passage.clause(start)[0], start - LONGEST_STAND_IN), start)))
