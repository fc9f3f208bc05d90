"""Whether nouns for a class of drugs, or for what is done to a target, are said of the page's compound at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.effects import JOINED, LONGEST_TURN
from pipeline.extract.naming import is_oblique
from pipeline.schema import BlockKind, Label

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
NAMED = re.compile(r"^\s+[A-Z][\w-]+")


# "A GnRH antagonist wipes out what it does": some other drug of that kind.
SOME_OTHER = re.compile(
    r"(?:^\W*|[,;:]\s+|\b(?:but|and|whereas|while|although|because|that|when|if|by|with|after|of)\s+)"
    r"(?:an?|any|another|one|some)\s+(?:[\w/,-]+\s+){0,5}$",
    re.IGNORECASE,
)
# "Tests with DPP-4 inhibitors", "unlike opioid agonists": drugs of that kind, which the compound is set beside.
SOME_OTHERS = re.compile(
    r"\b(?:with|using|unlike|like|than|versus|from|other|most|many|some|several|both|these|conventional|classical?|typical)\s+"
    r"(?:[\w/,-]+\s+){0,5}$",
    re.IGNORECASE,
)
# "TrkB antagonists blunt it"
THEY_OPEN = re.compile(r"\W*(?:[\w/-]+\s+){1,4}")
THEY_DO = re.compile(
    r"\s+(?:\w+ly\s+|also\s+|can\s+|may\s+)?(?!(?:for|by|in|of|with|and|or|at|on|to|from|as|like|but|via|that|which|is)\b)"
    r"[a-z]+\s",
)
# "The rescue was blocked by a TrkB inhibitor": what was given to see how the compound acts.
BLOCKED_BY = re.compile(
    r"\b(?:abolish|block|attenuat|prevent|revers|cancel|blunt|inhibit|eliminat|abrogat)\w*\s+(?:by|with|using)\s+"
    r"(?:[\w/,-]+\s+){0,5}$",
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
    if rule.object_side == "before" and passage.between(start, end).endswith("s"):
        return are_others(passage, start, end)
    if rule.object_side == "before" and WHICH_ACTS.match(passage.between(end, end + LONGEST_TURN)):
        return SOME_OTHER.search(passage.between(max(passage.start, start - LONGEST_TURN), start)) is not None
    if BLOCKED_BY.search(passage.between(max(passage.clause(start)[0], start - LONGEST_TURN), start)):
        return True
    apposed = APPOSED_TO.search(passage.between(max(passage.start, start - LONGEST_TURN), start))
    named = rule.object_side == "before" and NAMED.match(passage.between(end, end + LONGEST_TURN))
    at = [end] if named else []
    if apposed is not None:
        at.append(max(passage.start, start - LONGEST_TURN) + apposed.start("name"))
    return any(not any(m.start <= place + 1 < m.end for m in passage.of(Label.COMPOUND)) for place in at)


def are_others(passage: Passage, start: int, end: int) -> bool:
    """Whether a plural for a class of drugs means others, which something is compared with or the clause tells of."""
    before = passage.between(max(passage.clause(start)[0], start - LONGEST_TURN), start)
    if SOME_OTHERS.search(before):
        return True
    return (
        THEY_OPEN.fullmatch(before) is not None and THEY_DO.match(passage.between(end, end + LONGEST_TURN)) is not None
    )


# "The antagonist was delivered icv", "blocked by a TrkB inhibitor injected into the brain"
GIVEN_OTHER = re.compile(
    r"\b(?:(?:antagonists?|antibod(?:y|ies)|s[ih]RNAs?|vehicle|placebo)\b"
    r"|(?:by|with) (?:an?|the) (?:[\w-]+ ){1,3}(?:inhibitor|blocker))\s+(?:(?:that|which)\s+)?(?:(?:was|were)\s+)?$",
    re.IGNORECASE,
)


def is_given_other(rule: Rule, passage: Passage, start: int) -> bool:
    """Whether the words at `start` tell how something else was given, to see how the compound acts."""
    return rule.predicate == "route" and GIVEN_OTHER.search(passage.between(start - LONGEST_TURN, start)) is not None


# "A wrinkle reducing agent": the words describe the noun behind them.
KIND_BEHIND = re.compile(
    r"^\s+(?:agents?|peptides?|compounds?|ingredients?|products?|drugs?|serums?|creams?)\b", re.IGNORECASE
)
NOUN_BEFORE = re.compile(
    r"\b(?!(?:by|for|of|in|and|or|while|thus|thereby|to|with|it|is|are)\b)[a-z]{3,}\s$", re.IGNORECASE
)


def is_describing(passage: Passage, start: int, end: int) -> bool:
    """Whether a participle makes a kind of agent with the noun in front of it."""
    if not passage.between(start, end).endswith("ing") or not KIND_BEHIND.match(passage.between(end, passage.end)):
        return False
    return NOUN_BEFORE.search(passage.between(passage.start, start)) is not None


# "Approved for EPP, a disorder where sunlight causes pain": what an illness is.
OF_AN_ILL = re.compile(
    r"\b(?:disorder|disease|condition|syndrome|illness|deficiency)s?,?\s(?:where|in which|when|whereby|characteri[sz]ed"
    r" by|marked by|caused by|resulting from|due to)\b[^.;]*$"
    r"|\b(?:disorder|disease|condition|syndrome|illness|deficiency)s?\s(?:that|which)\s+(?:(?:often|can|may|usually)\s+)*$",
    re.IGNORECASE,
)


def tells_an_ill(rule: Rule, passage: Passage, start: int) -> bool:
    """Whether the words at `start` tell what an illness is, and not what is done about it."""
    return rule.predicate in JOINED and bool(OF_AN_ILL.search(passage.between(start - LONGEST_ILL, start)))


LONGEST_ILL = 120  # code points between the noun and its own words


# "HGF, a protein involved in growth", "the c-Met receptor, which plays a role in growth": what something else is for.
APPOSED = re.compile(
    r"(?:\s*\([^()]*\))?(?:\s+receptors?)?,\s+(?:an?|the|one of the)\s+(?:[\w-]+\s+){0,4}$"
    r"|(?:\s*\([^()]*\))?(?:\s+(?:receptors?|signal(?:l)?ing|pathways?|axis|system|cascade)){0,3},\s+"
    r"(?:which\s+(?:(?:also|is|are|plays?)\s+){0,2})?$",
    re.IGNORECASE,
)
PART_IN = "mod-part"


def tells_a_target(rule: Rule, passage: Passage, start: int) -> bool:
    """Whether words such as "involved in" only tell what a target or another compound in front of them is for."""
    if rule.id != PART_IN:
        return False
    near = passage.near(start - LONGEST_ASIDE, start)
    named = [m for m in near if m.label in (Label.TARGET, Label.COMPOUND) and m.end <= start]
    outside = [m for m in named if not passage.between(m.start - 1, m.start).startswith("(")]
    last = (outside or named)[-1:]
    if not last or not APPOSED.fullmatch(passage.between(last[0].end, start)):
        return False
    return last[0].label is Label.TARGET or is_oblique(passage, last[0])


# "A class of drugs known as GLP-1 agonists", "an analogue of the peptide known as tuftsin": what something else is.
OF_A_KIND = re.compile(
    r"\b(?:of|to|with|by|from|on|in|into|through|via|for|another|other|two|these|those|contains?|containing"
    r"|include[sd]?|including|releases?|mimics?|resembles?|targets?|called)\s+(?:[\w-]+,?\s+){0,5}?"
    r"(?:peptides?|hormones?|drugs?|medications?|medicines?|compounds?|proteins?|molecules?|receptors?"
    r"|transmitters?|neurotransmitters?|enzymes?|agents?|substances?|chemicals?|class|classes|family|group"
    r"|categor(?:y|ies)|cells|pathways?|process|conditions?|disorders?|disease|syndrome)\s+$",
    re.IGNORECASE,
)
BRACKET = re.compile(r"\([^()]*\)\s*")
# "Semax and XQ-9 (also known as Fictorelin)": the bracket belongs to a name that nobody knows.
UNKNOWN_NAME = re.compile(r"(?P<name>[A-Z][\w-]*|\w*\d[\w-]*)\s\((?:[a-z]+\s){0,2}$")
OPENED = re.compile(r"\s\((?:[a-z]+\s){0,2}$")
NAMES = frozenset({"synonym", "synonym-called"})


def names_another(rule: Rule, passage: Passage, start: int) -> bool:
    """Whether words such as "known as" stand behind a noun that is not what the sentence is about."""
    if rule.id not in NAMES:
        return False
    before = passage.between(max(passage.start, start - LONGEST_TURN), start)
    opened = OPENED.search(before)  # "an antagonist of myostatin (also known as GDF-8)"
    if opened is not None and any(m.end == start - len(before) + opened.start() for m in passage.of(Label.TARGET)):
        return True
    unknown = UNKNOWN_NAME.search(before)
    if unknown is not None:
        at = start - len(before) + unknown.end("name")
        return not any(m.start < at <= m.end for m in passage.of(Label.COMPOUND))
    return (
        OF_A_KIND.search(BRACKET.sub("", passage.between(max(passage.start, start - LONGEST_ASIDE), start))) is not None
    )


LONGEST_ASIDE = 160  # code points in front of such words that are looked at


# What was seen, told without a verb: "Improved memory".
OUTCOMES = frozenset({BlockKind.LIST_ITEM, BlockKind.TABLE_ROW})
# "Works by AMPK activation": how, and not what was done to see whether: "abolished by AMPK inhibition".
BARE_NOUNS = frozenset({"activate-before-noun", "inhibit-before-noun"})
BY_THAT = re.compile(
    r"\b(?:(?:works?|acts?|acting|working|operates?|signals?) (?:\w+ )?(?:by|through|via)"
    r"|mechanisms?[^.;]{0,40}?(?:\binclud\w+|\binvolv\w+|\bare|\bis|:)|effects? includ\w+|leads? to|leading to"
    r"|results? in|resulting in"
    r"|caus(?:es|ing)|induc(?:es|ing)|due to (?:its )?|known for (?:its )?)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
PROBED = re.compile(r"\b(?:abolish|block|attenuat|prevent|revers|lost|depend|cancel|absent)", re.IGNORECASE)


def is_probe(rule: Rule, passage: Passage, start: int) -> bool:
    """Whether a noun for what is done to a target need not be what the page's compound does."""
    if rule.id not in BARE_NOUNS:
        return False
    told = passage.block.kind in OUTCOMES or BY_THAT.search(passage.between(passage.clause(start)[0], start))
    return not told or PROBED.search(passage.text) is not None
