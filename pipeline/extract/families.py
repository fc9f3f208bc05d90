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
        in_family = row is not None and mention.concept_id in row.broader
        if not (apposed and (in_family or is_kind(mention))):
            kept.append(mention)
    return kept


def is_kind(mention: Mention) -> bool:
    """Whether a name that no lexicon knows only says what the names behind it are: "hormone receptors"."""
    return mention.is_local and KIND.search(mention.text) is not None


# What says of which kind the names behind it are, and what may stand between them.
KIND = re.compile(
    r"\b(?:receptors|hormones|pathways|cytokines|systems|targets|enzymes|genes|markers|factors)$", re.IGNORECASE
)
ANNOUNCING = re.compile(
    r"\s*(?:\b(?:at once|too|together|simultaneously)\s?)?[:(–—]\s*(?:(?:both|the)\s)*", re.IGNORECASE
)


# Between a family and its first member: "the neurotrophins BDNF", "cytokines (IL-6", "cytokines such as IL-6".
APPOSED = re.compile(r"^\s*(?:\(|:|,?\s*(?:such as|including|like|namely|i\.e\.,?)\s)?\s*$", re.IGNORECASE)
