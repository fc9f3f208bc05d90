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
    told = tuple(statements)
    used = {(m.start, m.end) for statement in told for m in _used_by(statement)}
    repeated = _find_repeated(annotated, told, used)
    blocks = [block for block in annotated.page.blocks if block.kept]
    starts = [block.start for block in blocks]
    left = list(given_up)
    accounted = used | repeated
    for mention in annotated.mentions:
        if mention.label not in COUNTED or _is_entry(mention) or (mention.start, mention.end) in accounted:
            continue
        block = blocks[bisect_right(starts, mention.start) - 1]
        reason = PLACES.get(block.kind, REASONS[mention.label])
        left.append(Leftover(mention.start, mention.end, mention.label, reason))
    yield from sorted(set(left), key=lambda item: (item.start, item.end, item.label, item.reason))


def _find_repeated(
    annotated: Annotated, statements: tuple[Statement, ...], used: set[tuple[int, int]]
) -> set[tuple[int, int]]:
    """Names inside a used one, and names of what a claim of the same passage is about already."""
    said: dict[tuple[int, int], set[str | None]] = {}
    for statement in statements:
        fragment = statement.object_mention.fragment if statement.object_mention else None
        about = {statement.subject.concept_id, statement.object_id, fragment.parent_id if fragment else None}
        said.setdefault((statement.start, statement.end), set()).update(about)
    passages = sorted(said)
    starts = [start for start, _ in passages]
    spans = sorted(used)
    heads = [start for start, _ in spans]
    found: set[tuple[int, int]] = set()
    for mention in annotated.mentions:
        around = spans[max(0, bisect_right(heads, mention.start) - 4) : bisect_right(heads, mention.start)]
        inside = any(start <= mention.start and mention.end <= end for start, end in around)
        last = bisect_right(starts, mention.start) - 1
        told = last >= 0 and mention.end <= passages[last][1] and mention.concept_id in said[passages[last]]
        if inside or (told and mention.concept_id is not None):
            found.add((mention.start, mention.end))
    return found


def _used_by(statement: Statement) -> Iterator[Mention]:
    yield from statement.uses
    yield from statement.citations
    for mention in (statement.subject.mention, statement.object_mention):
        if mention is not None:
            yield mention


def _is_entry(mention: Mention) -> bool:
    return mention.citation is not None and mention.citation.role is CitationRole.ENTRY
