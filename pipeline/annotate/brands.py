"""Brand names that a page explains and no lexicon lists: "Examplis contains the active substance examplotide"."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.schema import Label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.page import Mention, Page

HOW = "brand"
# Between a brand and what it holds.
HOLDS = re.compile(
    r"""
    [®™*_]{0,4} \s+
    (?: (?:contains?|has) \s (?: as \s (?:its|the) \s )? (?: (?:the|an|a) \s )? active \s
          (?:substance|ingredient|principle|drug|compound) ,? (?: \s (?:is|called|named) )?
      | (?:is|was) \s (?:an?|the|one|another) \s (?:\w+\s){0,2}? (?:brand|trade|proprietary|commercial|product)
          (?: \s names? )? \s (?:of|for)
      | (?:is|was) \s (?:the \s)? (?:branded|proprietary) \s (?:form|version|preparation) \s of ) \s+
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Between what it holds and a brand.
HELD = re.compile(
    r"""
    [*_]{0,3} \s+ (?:is|was) \s (?:\w+ly\s)? the \s active \s (?:substance|ingredient|principle|drug) \s (?:in|of) \s+
    """,
    re.IGNORECASE | re.VERBOSE,
)
FAR = 90  # characters between the two names


def name_brands(page: Page, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The same mentions, where a name of the page's own that it calls a brand of a listed compound is that compound."""
    held: dict[str, Mention] = {}
    compounds = [m for m in mentions if m.label is Label.COMPOUND and m.concept_id is not None]
    for first, second in pairwise(compounds):
        if second.start - first.end > FAR:
            continue
        between = page.text[first.end : second.start]
        if first.is_local and not second.is_local and HOLDS.fullmatch(between):
            held.setdefault(first.concept_id or "", second)
        elif second.is_local and not first.is_local and HELD.fullmatch(between):
            held.setdefault(second.concept_id or "", first)
    if not held:
        return tuple(mentions)
    return tuple(_take(mention, held.get(mention.concept_id or "")) for mention in mentions)


def _take(mention: Mention, meant: Mention | None) -> Mention:
    if meant is None or mention.label is not Label.COMPOUND:
        return mention
    return replace(
        mention, concept_id=meant.concept_id, concept=meant.concept, how=f"{HOW}:{mention.how}", candidates=()
    )
