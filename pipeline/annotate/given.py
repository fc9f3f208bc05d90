"""Hormones that a page tells of as others do of drugs: on a page on insulin, insulin is a compound."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.lexicon import concept_index
from pipeline.schema import BlockKind, Label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.page import Block, Mention, Page

# As in "What is PYY(3-36)?", "3. Galanin", "All about irisin".
BEFORE = re.compile(
    r"^\W*(?:(?:\d{1,2}|[A-Z])[.)]\s+)?(?:(?:what (?:is|are)|all about|about|meet|introducing|understanding|the)\s+)*$",
    re.IGNORECASE,
)
# As in "PYY(3-36)", "Irisin (FNDC5): the exercise hormone", "Galanin explained".
ALONE = re.compile(
    r"^\s*(?:\([^()]{1,60}\)\s*)?"
    r"(?:$|[:–—?|]|-\s|\d[\d.,]*\s?(?:mg|mcg|µg|ug|iu|ml|g)\b"
    r"|(?:explained|peptide|hormone|therapy|injections?|in (?:brief|short|humans|research))\b)",
    re.IGNORECASE,
)
# "Opioid peptides", "GLP-1 analogues": a class, of which the page tells several.
CLASS = re.compile(
    r"[\s-]*(?:receptor\s+)?(?:peptides|drugs|hormones|compounds|analog(?:ue)?s|agonists|antagonists|family)\b",
    re.IGNORECASE,
)
NAMING = re.compile(r"\W*(?:peptide|hormone|compound|drug|substance|agent|molecule)s?\W*", re.IGNORECASE)
# "Motilin is a 22-residue hormone", "Gastrin, made by G cells, stimulates"
DEFINED = re.compile(
    r"\s*(?:\([^()]{1,60}\))?[*_]{0,3}(?:\s+(?:is|was)\s+(?:an?|the|made|released|secreted|produced)\s(?!target|receptor|marker)"
    r"|\s+does (?:the same|likewise|so)\b"
    r"|,\s+(?:an?|the|made|released|secreted|produced|discovered)\s)",
    re.IGNORECASE,
)
OPENS = re.compile(r"(?:^|[.!?]\s+)[^\w.!?]*$")
LONGEST_MARK = 6  # code points of marks in front of a name
HEADS = frozenset(
    {BlockKind.HEADING, BlockKind.QUESTION, BlockKind.TABLE_ROW, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM}
)
TITLE_KEYS = frozenset({"title", "name", "compound", "peptide", "product", "h1", "headline"})


def name_given(page: Page, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions of a page in order, where those of a hormone that a title or heading names alone are compounds."""
    given = set(_find_given(page, mentions))
    return tuple(
        replace(mention, label=Label.COMPOUND) if mention.concept_id in given and _is_hormone(mention) else mention
        for mention in mentions
    )


def _is_hormone(mention: Mention) -> bool:
    row = concept_index().get(mention.concept_id or "") if mention.label is Label.TARGET else None
    return row is not None and row.given


def _find_given(page: Page, mentions: Sequence[Mention]) -> Iterator[str]:
    """Concept ids of the hormones that a page is about: by its title, else by its headings and heads of rows."""
    starts = [mention.start for mention in mentions]
    heads: list[str] = []
    first = next((block for block in page.kept_blocks() if block.kind is BlockKind.HEADING), None)
    for block in page.kept_blocks():
        title = block is first or _is_title_field(block)
        if not title and block.kind not in HEADS:
            continue
        named = mentions[bisect_left(starts, block.start) : bisect_left(starts, block.end)]
        if title and any(m.label is Label.COMPOUND and not CLASS.match(page.text[m.end : block.end]) for m in named):
            return
        found = [m.concept_id or "" for m in named if _is_hormone(m) and _stands_alone(page, block, m)]
        heads.extend(found)
    yield from heads


def _is_title_field(block: Block) -> bool:
    return block.kind is BlockKind.FRONT_MATTER and (block.key or "").casefold() in TITLE_KEYS


def _stands_alone(page: Page, block: Block, mention: Mention) -> bool:
    """Whether a name is all that a heading, a question or the first cell of a row of names is about.

    Or a paragraph begins with it and says what it is: "Motilin is a 22-residue hormone".
    """
    if block.kind is BlockKind.TABLE_ROW:
        head = block.cells[0] if block.cells else None
        return head is not None and (mention.start, mention.end) == (head.start, head.end) and _names(head.header)
    start = block.cells[1].start if block.kind is BlockKind.FRONT_MATTER and len(block.cells) > 1 else block.start
    behind = page.text[mention.end : block.end]
    if block.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM):
        opens = OPENS.search(page.text[max(start, mention.start - LONGEST_MARK) : mention.start])
        return bool(
            opens and (DEFINED.match(behind) or (block.kind is BlockKind.PARAGRAPH and not behind.strip(" *_")))
        )
    return bool(BEFORE.match(page.text[start : mention.start]) and ALONE.match(behind))


def _names(header: str) -> bool:
    return NAMING.fullmatch(header) is not None
