"""Items of lists that tell of nobody's effect: what a reader may want, and what is being studied."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.verbs import fill_in
from pipeline.lexicon import remember
from pipeline.schema import BlockKind, Label

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics

# "Choose Selank if your focus is:", "When to pick Semax": the items below are aims of whoever chooses.
CHOICE = re.compile(
    r"\b(?:choos(?:e|ing)|pick|select|opt for|go (?:for|with)|prefer|consider)\b[^.;?]{0,80}\b(?:if|when)\b"
    r"|\b(?:if|when)\b[^.;?]{0,60}\b(?:to|you(?:r (?:goal|focus|aim|priority))?)\s+(?:choose|pick|select|is|are)\b",
    re.IGNORECASE,
)
# "What tends to happen to mitochondria as people age:", "With age:": what comes about without any compound.
BY_ITSELF = re.compile(
    r"\b(?:as|when|once) (?:people|we|you|men|women|adults|humans|they|bodies|(?:the|your) body)"
    r" (?:ages?|gets? old\w*|grows? old\w*)\b"
    r"|\b(?:changes?|happens?|declines?|drops?|falls?|rises?|slows?)\b[^.;?]{0,40}\bwith (?:age|ag(?:e)?ing)\b",
    re.IGNORECASE,
)
# "Nootropics work by improving one of these:": what is true of a whole kind is not told of the page's own.
OF_ALL = re.compile(
    r"(?:^|[.!?]\s)\W*(?:(?:most|many|all|some|other|natural|effective|good|certain|prescription|dietary)\s+){0,2}"
    r"(?:nootropics|supplements|peptides|drugs|medications|stimulants|racetams|adaptogens|antioxidants|hormones|steroids"
    r"|sarms|secretagogues|bioregulators|compounds)\s+(?:work|act|help|can|may|often|typically|usually|generally|tend)\b"
    r"[^.!?]*$",
    re.IGNORECASE,
)
LONGEST_CHOICE = 120  # code points
# "Fibrosis reduction studies": a field of research, told without a verb.
FIELD = re.compile(
    r"\W*(?:(?!(?:in|by|from|across|during|shown|seen|with|through|for|is|are|was|were|has|have)\b)[\w/&+-]+,?\s+){1,7}"
    r"(?:studies|research|investigations?|assays?|pharmacology)\W*",
    re.IGNORECASE,
)


@remember
def _telling() -> re.Pattern[str]:
    """The verb with which an item tells what happens: "Reduces swelling in studies"."""
    kinds = "<up:third>|<down:third>|<change:third>|<inhibit:third>|<activate:third>"
    return re.compile(fill_in(rf"\W*(?:{kinds})\s"), re.IGNORECASE)


def is_wish(passage: Passage, topics: Topics) -> bool:
    """Whether an item of a list names what a reader may aim at, a field of research, or what age does."""
    if passage.block.kind is not BlockKind.LIST_ITEM:
        return False
    if FIELD.fullmatch(passage.text) and not _telling().match(passage.text):
        return True
    above = (topics.leads.read_lead(passage.block), passage.block.title)
    if any(len(words) <= LONGEST_CHOICE and CHOICE.search(words) is not None for words in above):
        return True
    if passage.of(Label.COMPOUND):
        return False
    aged = len(above[0]) <= LONGEST_CHOICE and BY_ITSELF.search(above[0])
    return bool(aged or OF_ALL.search(above[0]))
