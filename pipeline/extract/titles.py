"""Titles that name a class of compounds, and so nothing that a page is about: "GLP-2 analogues"."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pipeline.extract.naming import is_foil
from pipeline.lexicon import concept_index
from pipeline.schema import BlockKind, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.page import Block, Mention

OF_A_CLASS = re.compile(
    r"^[\s-]*(?:receptor\s+)?(?:analog(?:ue)?s|agonists|antagonists|mimetics|derivatives|secretagogues|family|modulators)\b",
    re.IGNORECASE,
)
SEVERAL = re.compile(r"^[\s-]*(?:drugs|peptides|compounds|medicines|molecules|agents)\b", re.IGNORECASE)
LONGEST_CLASS = 24  # code points behind a name in which such words begin
MEMBERS = 2  # other compounds that a page on a class names, each as often at least


def names_class(text: str, title: Mention, mentions: Iterable[Mention], *, headed: int = 0) -> bool:
    """Whether the name in a title is one of a class, and the page tells of several others; headings name `headed`."""
    behind = text[title.end : title.end + LONGEST_CLASS]
    by_word, by_kin = OF_A_CLASS.match(behind) is not None, SEVERAL.match(behind) is not None
    if not by_word and not by_kin:
        return False
    if headed >= MEMBERS:
        return True
    counts = Counter(
        mention.concept_id
        for mention in mentions
        if mention.concept_id not in (None, title.concept_id) and not is_foil(mention.name)
    )
    often = [concept_id for concept_id, count in counts.items() if count >= MEMBERS]
    if by_word:
        return len(often) >= MEMBERS
    rows = (concept_index().get(concept_id or "") for concept_id in often)
    return sum(row is not None and title.concept_id in (*row.broader, row.parent_id) for row in rows) >= MEMBERS


TITLE_KEYS = frozenset({"title", "name", "compound", "peptide", "product", "h1", "headline"})


def read_title_kind(block: Block) -> SubjectFrom | None:
    """Where a block can name what the whole page is about: a heading of the first level or a field; else None."""
    if block.kind is BlockKind.HEADING and not block.section[:-1]:
        return SubjectFrom.TITLE
    key = (block.key or "").rpartition(".")[2].casefold()
    if block.kind is BlockKind.FRONT_MATTER and key in TITLE_KEYS:
        return SubjectFrom.FRONT_MATTER
    if block.kind is BlockKind.METADATA and key in TITLE_KEYS:
        return SubjectFrom.METADATA
    return None
