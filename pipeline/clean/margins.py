"""Heads and feet of the pages of a PDF or Word document: furniture, whatever they say."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.clean.drafts import Draft

REASON = "head or foot of a page"


def mark_margins(drafts: Sequence[Draft], margins: Sequence[tuple[int, int]]) -> list[Draft]:
    """The same drafts with a reason on those that begin in one of the raw ranges `margins`, which are in order."""
    if not margins:
        return list(drafts)
    starts = [start for start, _ in margins]
    return [
        replace(draft, reason=draft.reason or REASON, bare=False) if _holds(margins, starts, draft.raw[0]) else draft
        for draft in drafts
    ]


def _holds(margins: Sequence[tuple[int, int]], starts: Sequence[int], place: int) -> bool:
    index = bisect_right(starts, place) - 1
    return index >= 0 and place < margins[index][1]
