"""What no claim uses, and why: without it "no conflicts" means nothing."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from pipeline.page import Leftover
from pipeline.schema import BlockKind, CitationRole, Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.page import Annotated, Mention, Statement

COUNTED = frozenset({Label.QUANTITY, Label.IDENTIFIER, Label.CITATION, Label.COMPOUND, Label.SEQUENCE, Label.FRAGMENT})

PLACES = {
    BlockKind.QUESTION: "in a question, which asserts nothing",
    BlockKind.HEADING: "in a heading, which is no sentence",
    BlockKind.REFERENCE: "in a reference entry",
}
REASONS = {
    Label.QUANTITY: "no property of the vocabulary near the number",
    Label.IDENTIFIER: "no subject or no predicate for this identifier",
    Label.CITATION: "bears on no extracted claim",
    Label.COMPOUND: "named without a claim",
    Label.SEQUENCE: "residues that are said of no subject",
    Label.FRAGMENT: "no relation between a subject and this fragment",
}


def find_leftovers(
    annotated: Annotated, statements: Iterable[Statement], given_up: Iterable[Leftover]
) -> Iterator[Leftover]:
    """Every counted mention that no statement uses, and every candidate that was given up, in reading order."""
    used = {(m.start, m.end) for statement in statements for m in _used_by(statement)}
    blocks = [block for block in annotated.page.blocks if block.kept]
    starts = [block.start for block in blocks]
    left = list(given_up)
    for mention in annotated.mentions:
        if mention.label not in COUNTED or _is_entry(mention) or (mention.start, mention.end) in used:
            continue
        block = blocks[bisect_right(starts, mention.start) - 1]
        reason = PLACES.get(block.kind, REASONS[mention.label])
        left.append(Leftover(mention.start, mention.end, mention.label, reason))
    yield from sorted(set(left), key=lambda item: (item.start, item.end, item.label, item.reason))


def _used_by(statement: Statement) -> Iterator[Mention]:
    yield from statement.uses
    yield from statement.citations
    for mention in (statement.subject.mention, statement.object_mention):
        if mention is not None:
            yield mention


def _is_entry(mention: Mention) -> bool:
    return mention.citation is not None and mention.citation.role is CitationRole.ENTRY
