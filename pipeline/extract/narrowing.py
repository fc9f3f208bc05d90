"""What is said of a family of compounds, taken for the one of it that the text is about."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.values import RECORD_BLOCKS
from pipeline.lexicon import concept_index

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Mention, Statement

# No family of compounds has one of its own: "the 28-residue thymic peptide".
OF_ONE = frozenset(
    {"residue_count", "molecular_weight", "molecular_formula", "cas_number", "pubchem_cid", "sequence"}
    | {"modification"}
)


# "A potent growth hormone secretagogue that raises": one of its family, and not all of them.
AS_ONE = re.compile(r"\b(?:an?|(?:the|this) (?:first|only|synthetic|selective))\s+(?:[\w-]+,?\s+){0,6}$", re.IGNORECASE)
# "GLP-1 receptor agonist that slows": a value without an article.
WHICH_DOES = re.compile(r"^(?: \w*(?:peptide|agonist|antagonist|analog(?:ue)?|secretagogue))?(?:,|,? (?:that|which)\b)")
LONGEST_KIND = 80  # code points in front of the name of a family


def _is_one(passage: Passage, family: Mention | None) -> bool:
    """Whether the name of a family means one of it."""
    if family is None or family.text.endswith("s"):
        return False
    heads = {passage.start, *(cell.start for cell in passage.block.cells)}
    if family.start in heads and WHICH_DOES.match(passage.between(family.end, family.end + LONGEST_KIND)):
        return True
    return AS_ONE.search(passage.between(family.start - LONGEST_KIND, family.start)) is not None


def narrow(item: Statement, passage: Passage, topics: Topics) -> Statement:
    """What is said of the family of the page's compound is said of the compound.

    In a record, where no family has what is said, and where the family only tells what the compound is.
    """
    implied = topics.implied(passage.block)
    if len(implied) != 1:
        return item
    row = concept_index().get(implied[0].concept_id)
    wider = row is not None and item.subject.concept_id in row.broader
    wider = wider and (item.predicate in OF_ONE or _is_one(passage, item.subject.mention))
    if not wider and not (passage.block.kind in RECORD_BLOCKS and topics.is_family((item.subject,))):
        return item
    return replace(item, subject=implied[0])
