"""Words in front of a verb that are no more than what the text is about: its kind, or a place."""

from __future__ import annotations

import re

# "Synthetic pentadecapeptide derived from", "Definition: A peptide that": whom a text is about, without the name.
NOUN_ALONE = re.compile(
    r"^\W*(?:an? )?(?:(?:synthetic|natural|naturally|occurring|short|small|novel|modified|stable|stabili[sz]ed|linear"
    r"|cyclic|endogenous|acetylated|\d+[- ]amino[- ]acid|copper|gastric|thymic|human|regulatory) )*"
    r"(?:\w*peptide|fragment|analog(?:ue)?|mixture)(?: \([^()]{1,40}\))?,?\s*$"
    r"|^\W*(?:definition|overview|summary|description|what it is|in short):\s+(?:an?\s+)?(?:[\w-]+ ){0,5}?"
    r"\w*peptide (?:that|which)\s+(?:\w+ly\s+|can\s+|may\s+)*$"
    r"|^\W*(?:synthetic|natural|novel|modified|small|short|cyclic) (?:[\w-]+ ){0,4}?\w*peptide (?:that|which)\s+$",
    re.IGNORECASE,
)


# "In the brain, via MC4R": where it happens, and nothing else in front.
PLACE_ALONE = re.compile(r"^\W*(?:in|within|inside|at|on|during|after|among) [^,;:]{2,60},\s*$", re.IGNORECASE)


# "A cationic peptide that kills", "A tripeptide that wanes with age, known for": a line on what the page's own is.
KIND_ALONE = re.compile(
    r"""
    ^ \W* an? \s (?: [\w'’/-]+,? \s ){0,7}?
    (?: \w*peptide | fragment | analog(?:ue)? | hormone | mixture | blend | compound | molecule | secretagogue | mimetic
      | agonist )
    (?: \s \( [^()]{1,40} \) )? ,? \s
    (?: (?: that | which ) \s [^,;:.]{3,60} , \s
      | (?: that | which ) \s (?: [^,;:.]{3,60} \s and \s )?
      | (?: (?: best | well | widely | mostly | long ) [ -] )?
        (?: known | noted | prized | famed | studied | researched | investigated | shown | found | thought | believed
          | used | designed | engineered | developed | recogni[sz]ed )
        \s (?: to | for ) \s (?: its \s )? )
    (?: (?: \w+ly | can | may | also ) \s )*
    $
    """,
    re.IGNORECASE | re.VERBOSE,
)


# "The toxin destroys beta cells, raises", "Yes, but alcohol can raise": an item or an answer with a subject of its own.
OTHER_NOUN = re.compile(
    r"^\W*(?:(?:the|these|those|such|an?) [a-z]+ [a-z]+s\b"
    r"|(?:the |other |most |some |many )?(?:secretagogues|(?:ant)?agonists|inhibitors|steroids|hormones|drugs|opioids"
    r"|incretins|analogues|toxins|antibodies|benzodiazepines|antidepressants|statins|bacteria|antibiotics|blockers|neurons)\b"
    r"|an? (?:[\w/-]+ ){0,5}(?:agonist|antagonist|inhibitor|blocker|antibody|toxin|steroid|hormone)\b"
    r"|(?!(?:the|this|these|those|our|all|both|such) )(?:[a-z]+[- ]){1,3}peptides\b"
    r"|(?:[^.;]{1,40}, (?:but|and|while|as) )?(?:(?:drinking|heavy|excess(?:ive)?|too much) )?(?:alcohol|exercise"
    r"|smoking|resistance training"
    r"|(?:fatty|greasy|spicy|sugary|fried|heavy|large|high-fat)(?:,? \w+){0,3} (?:foods?|meals?))\b)",
    re.IGNORECASE,
)


def is_alone(head: str) -> bool:
    """Whether the words where the subject would be name a kind or a place, and leave the rest to the page."""
    return bool(NOUN_ALONE.match(head) or PLACE_ALONE.match(head) or KIND_ALONE.match(head))
