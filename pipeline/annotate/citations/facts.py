"""What a mention says of its work, and how mentions that cite are told apart, changed and sorted."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.schema import CitationRole, CitationStyle

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.page import Citation, Mention


NUMBERED = (CitationStyle.NUMERIC, CitationStyle.FOOTNOTE)
SHORT = 40  # characters of a list of authors or a title that a note shows
IDENTIFIERS = (CitationStyle.DOI, CitationStyle.PMID, CitationStyle.NCT, CitationStyle.LINK)


def order(mention: Mention) -> tuple[int, int, str, str]:
    """The key that sorts mentions by place, longer ones first."""
    return mention.start, -mention.end, mention.label, mention.citation.key if mention.citation else ""


def facts_of(mention: Mention) -> Citation:
    """What a mention cites. Raises ValueError for one that cites nothing."""
    if mention.citation is None:
        message = f"mention at {mention.start} is no citation"
        raise ValueError(message)
    return mention.citation


def is_callout(mention: Mention) -> bool:
    """Whether a mention is a call-out; false for entries and for all that cites nothing."""
    return mention.citation is not None and mention.citation.role is CitationRole.CALLOUT


def change(mention: Mention, **facts: object) -> Mention:
    """The mention with some fields of its citation changed."""
    return replace(mention, citation=replace(facts_of(mention), **facts))  # type: ignore[arg-type]


def inside(start: int, end: int, entries: Sequence[Mention], starts: Sequence[int]) -> bool:
    """Whether a range lies in one of the entries, which follow each other without overlap."""
    index = bisect_right(starts, start) - 1
    return index >= 0 and end <= entries[index].end


def short(written: str) -> str:
    """The first words of a list of authors or of a title."""
    return written if len(written) <= SHORT else written[:SHORT].rpartition(" ")[0].rstrip(",;") + " …"


class Free:
    """Which characters of a page no call-out or entry has yet."""

    def __init__(self, taken: Iterable[Mention]) -> None:
        self.spans = sorted((mention.start, mention.end) for mention in taken)
        self.starts = [start for start, _ in self.spans]

    def at(self, start: int, end: int) -> bool:
        """Whether nothing begins or ends inside a range."""
        before = bisect_right(self.starts, end - 1) - 1
        return before < 0 or self.spans[before][1] <= start
