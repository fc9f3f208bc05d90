"""Lists that lost their marks: "It is able to:", and then a few short lines."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.clean.fields import find_field, find_glued, is_known
from pipeline.schema import BlockKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.clean.drafts import Draft

FEWEST_ITEMS = 2
FEWEST_UNLED = 3  # below a title, which announces less surely than a colon
LONGEST_ITEM = 110  # characters
ITEM_WORDS = 14
HEADING_WORDS = 4  # of a line that heads what follows, and is no last item
BODY_CHARS = 60  # of the text below such a line, at least
LONGEST_TITLE = 60  # characters
ON_EFFECTS = re.compile(
    r"^[^.?!]*\b(?:benefits|effects|advantages|mechanisms of action)(?: summary| overview| list)?$", re.IGNORECASE
)
LEADS = frozenset({BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.ANSWER})


def mark_items(drafts: Sequence[Draft]) -> list[Draft]:
    """The same drafts with the short lines below words that lead into a list as its items."""
    marked = list(drafts)
    at = 0
    while at < len(marked):
        fewest, stop = _count_fewest(marked[at]), at + 1
        while fewest and stop < len(marked) and _may_be_item(marked[stop]):
            stop += 1
        last = stop - _heads_rest(marked, stop) if stop > at + 1 else stop
        if fewest and last - at > fewest:
            marked[at + 1 : last] = [replace(draft, kind=BlockKind.LIST_ITEM) for draft in marked[at + 1 : last]]
        at = stop
    return marked


def _count_fewest(draft: Draft) -> int:
    """How many lines make a list below a line: none below one that leads into nothing."""
    if draft.kind not in LEADS or draft.cells or draft.reason or draft.link:
        return 0
    if draft.text.endswith(":"):
        return FEWEST_ITEMS
    return FEWEST_UNLED if len(draft.text) <= LONGEST_TITLE and ON_EFFECTS.search(draft.text) else 0


def _may_be_item(draft: Draft) -> bool:
    text = draft.text
    if draft.kind is not BlockKind.PARAGRAPH or draft.cells or draft.reason or draft.strong or draft.link:
        return False
    if len(text) > LONGEST_ITEM or len(text.split()) > ITEM_WORDS or text[-1] in ":?" or not text[0].isalpha():
        return False
    return not (is_known(text) or find_field(text) or find_glued(text))


def _heads_rest(drafts: Sequence[Draft], stop: int) -> bool:
    """Whether the last short line before `stop` is the heading of the longer text behind it."""
    if stop >= len(drafts) or drafts[stop].kind is not BlockKind.PARAGRAPH or drafts[stop].cells:
        return False
    last = drafts[stop - 1].text
    return len(drafts[stop].text) >= BODY_CHARS and len(last.split()) <= HEADING_WORDS and last[-1].isalnum()
