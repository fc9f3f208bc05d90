"""Sentences without a verb that say what kind of thing the text is about: "Synthetic ACTH(4-7) analogue"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.naming import is_subject, names_family
from pipeline.schema import Label

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.page import Mention

# What a thing is to another one, whose name stands in front: "Amylin analogue", "NNMT inhibitor".
RELATION = (
    r"analog(?:ue)?|(?:ant)?agonist|inhibitor|blocker|activator|modulator|mimetic|derivative|homolog(?:ue)?|relative"
    r"|variant|fragment|metabolite|precursor"
)
# What a thing is by itself.
NATURE = (
    r"\w*peptide|hormone|secretagogue|compound|molecule|protein|coenzyme|cofactor|preparation|mixture|complex|antioxidant"
    r"|bioregulator|blend|nootropic|neurotransmitter|steroid|alkaloid|reference\s(?:material|standard)"
)
# Words that begin another kind of sentence, or another phrase.
STOP = (
    r"(?:an?|in|with|of|for|the|this|these|those|that|its|their|our|your|like|unlike|as|to|from|by|on|at|but|other|some|most"
    r"|many|several|all|any|no|not|each|every|another|both|when|while|where|if|how|why|what|is|are|was|were|has|have|had|can"
    r"|may|will|does|do|did|which|who|it|he|she|they|we|you|be|one|use|using|unknown)\b"
)
MARKED = r"\([^()\s]{1,20}\)"  # "Copper(II)-complexed", "ACTH (4-7)"
WORD = rf"(?!{STOP})(?:[^\W_][^\s;:!?()]{{0,40}}(?:{MARKED}[^\s;:!?()]{{0,20}})?|{MARKED}|[+&/])(?<!\.)\s+"
# What follows such a noun: words that describe it further, but no verb of its own, or a mark.
DESCRIBED = r"""
    (?= (?: \s* \([^()]{1,80}\) )? \s+ (?: (?:first|\w+ly|often|best|well|also)\s+ )?
        (?: of | from | for | in | with | without | that | which | to | at | under | based | derived | isolated
          | developed | designed | engineered | studied | used | researched | investigated | explored | examined
          | evaluated | involved | known | noted | found | encoded | composed | made | extracted | produced | discovered
          | identified | related | linked | approved | supplied | associated | referenced | cited | described
          | discussed | characteri[sz]ed | valued | prescribed | marketed | sold | formulated | reported | tested
          | reviewed | acting | targeting | containing | consisting | corresponding | comprising | activating
          | stimulating | promoting | mimicking | blocking | inhibiting | enhancing | supporting | modulating
          | regulating | combining | synthesi[sz]ed | utili[sz]ed | implicated | intended | modified | co-studied
          | lacking | bearing | being | currently | improving | driving | boosting | raising | reducing | increasing
          | lowering | helping | aiding | preventing | protecting | triggering | inducing | restoring | accelerating
          | facilitating | proven | shown | thought | believed | claimed ) \b )
"""
ENDED = r"(?= \s* (?: \([^()]{1,80}\) \s* )? (?: $ | [.,;:|·•] | (?<=\s)[–—] ) )"
KIND = re.compile(
    rf"""
    ^ \W* (?: (?:an?\s)? (?:{WORD}){{1,8}}? (?: (?P<relation>{RELATION}) | {NATURE} ) \b (?: {DESCRIBED} | {ENDED} )
      | (?: \w*peptide | coenzyme | mixture ) \b {DESCRIBED} )
    """,
    re.IGNORECASE | re.VERBOSE,
)
# "GLP-1 receptor agonist": a name that is one of a kind.
IS_KIND = re.compile(rf"\b(?:{RELATION})$", re.IGNORECASE)
# "EPO-derived peptide", "α-MSH–related tripeptide": a name in front of what only tells where a thing comes from.
DESCRIBES = re.compile(
    r"[-‐‑–](?:derived|related|based|like|type|class|binding|releasing|complexed|targeted|bound)\b"
    r"|\s(?:di|tri|tetra|penta|hexa|hepta|octa|nona|deca)peptide\b",
    re.IGNORECASE,
)
# "A GHRH analogue, sermorelin stimulates": the sentence goes on with a name of its own.
NAMED_NEXT = re.compile(r",\s+(?:the\s+)?$", re.IGNORECASE)


def find_kind(passage: Passage) -> int | None:
    """The page offset where the kind ends with which a sentence without a verb of its own begins."""
    kind = KIND.match(passage.text)
    if kind is None:
        return None
    end = passage.start + kind.end()
    named = passage.of(Label.COMPOUND)
    if any(NAMED_NEXT.fullmatch(passage.between(end, m.start)) for m in named if m.start >= end):
        return None
    if kind["relation"] is not None:
        return end
    inside = [m for m in passage.near(passage.start, end) if m.label in (Label.COMPOUND, Label.TARGET)]
    own = all(_describes(passage, m, end) for m in inside if m.label is Label.COMPOUND or m.end >= end)
    return end if own else None


def _describes(passage: Passage, name: Mention, end: int) -> bool:
    """Whether a name only tells the sort or the origin of the thing whose kind ends at page offset `end`."""
    if names_family(name) or (name.label is Label.COMPOUND and not is_subject(name)):  # "Copper(II) chelate"
        return True
    return DESCRIBES.match(passage.between(name.end, end)) is not None


def opens_as_kind(passage: Passage) -> bool:
    """Whether a sentence without a verb of its own begins with the kind of thing that its subject is."""
    return find_kind(passage) is not None
