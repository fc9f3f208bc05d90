"""Names in a list that say the same as others: a parent beside its fragment, a family in front of its members."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING

from pipeline.lexicon import concept_index

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.page import Mention


def drop_parents(group: list[Mention]) -> list[Mention]:
    """ "The GHRH(1–29) fragment of growth hormone-releasing hormone" names one thing: the fragment."""
    parents = {mention.fragment.parent_id for mention in group if mention.fragment is not None}
    return [mention for mention in group if mention.fragment is not None or mention.concept_id not in parents]


def drop_families(passage: Passage, group: list[Mention]) -> list[Mention]:
    """ "The neurotrophins BDNF and NGF" names two things: a family in front of its members only introduces them."""
    kept: list[Mention] = []
    for mention, following in zip_longest(group, group[1:]):
        row = concept_index().get((following.concept_id if following else None) or "")
        apposed = following is not None and APPOSED.match(passage.between(mention.end, following.start))
        if not (apposed and row is not None and mention.concept_id in row.broader):
            kept.append(mention)
    return kept


# Between a family and its first member: "the neurotrophins BDNF", "cytokines (IL-6", "cytokines such as IL-6".
APPOSED = re.compile(r"^\s*(?:\(|:|,?\s*(?:such as|including|like|namely|i\.e\.,?)\s)?\s*$", re.IGNORECASE)
