"""Lists that tell of nothing a compound did: what may come one day, and what goes along with too little of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.objects import ACTIONS
from pipeline.schema import BlockKind

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Statement

# "Future developments", "Next-generation GHRPs": what may come one day.
TO_COME = re.compile(
    r"^\W*(?:[\w-]+ )?(?:future|upcoming|next[- ]generation|on the horizon|pipeline|clinical pipeline|what[’']?s next"
    r"|looking (?:ahead|forward)|the road ahead|emerging directions)\b",
    re.IGNORECASE,
)
# "The decline correlates with:": what goes along with too little of something.
GOES_WITH_LOSS = re.compile(
    r"\b(?:declines?|deficien\w+|loss|lack|drop|low(?:er)?|reduced|fall|deficits?|insufficien\w+|imbalance|dysfunction"
    r"|ageing|aging)\b[^.;:]{0,80}\b(?:correlat\w+ (?:with|to)|(?:associated|linked|tied|connected) (?:with|to)"
    r"|leads? to|contributes? to|results? in|causes?|manifests? as|seen in)\W*$",
    re.IGNORECASE,
)
UNTOLD = ACTIONS | {"has_activity", "acts_through", "primary_mechanism", "route", "approved_in", "indication", "dose"}


def drop_untold(told: list[Statement], passage: Passage, topics: Topics) -> list[Statement]:
    """Without what an item of a list cannot tell, by the words above the list."""
    block = passage.block
    if not told or block.kind is not BlockKind.LIST_ITEM:
        return told
    lead = topics.leads.read_lead(block)
    untold = GOES_WITH_LOSS.search(lead) or (not lead and TO_COME.search(topics.asked(block) or block.title))
    return [item for item in told if item.predicate not in UNTOLD] if untold else told
