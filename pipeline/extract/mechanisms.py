"""What fields on mechanisms and receptors name as one, and what only stands beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.components.concepts import name_index
from pipeline.schema import Label

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.lexicon import Concept
    from pipeline.page import Cell, Mention

# "A GLP-1 agonist that slows gastric emptying": behind it stands what comes of the mechanism, and is read as prose.
WHICH_DOES = re.compile(r"\s(?:that|which)\s(?!is\b|are\b)")
# "Modified version of sermorelin" tells what something is made from.
VERSION_OF = re.compile(
    r"\b(?:version|copy|form|analog(?:ue)?|derivative|fragment|variant|mimetic) of (?:the |natural |human |native )*$",
    re.IGNORECASE,
)
LONGEST_VERSION = 40  # code points in front of such a name


def keep_named(passage: Passage, cell: Cell, inside: list[Mention]) -> list[Mention]:
    """What the value of a field on the mechanism names as one."""
    clause = WHICH_DOES.search(cell.text)
    last = cell.start + clause.start() if clause is not None else cell.end
    kept = [m for m in inside if not VERSION_OF.search(passage.between(m.start - LONGEST_VERSION, m.start))]
    told = [m for m in kept if m.end <= last]
    return told if told and len(kept) > len(told) + 1 else kept


def asks_of_receptors(passage: Passage, cell: Cell) -> bool:
    """Whether the name of a field or column asks for receptors."""
    heads = (cell.header, *(other.text for other in passage.block.cells if other.is_head))
    return any("receptor" in head.casefold() for head in heads)


def name_receptor(mention: Mention) -> Concept | None:
    """The receptor of what a name means."""
    rows = name_index().look_up(f"{mention.text} receptor")
    return rows[0] if rows and rows[0].label is Label.TARGET else None
