"""A source as it was read: its cleaned blocks, every claim in them, and what was left."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.report.dossiers import say_claim
from pipeline.report.links import BLOCKS_A_PAGE, block_of
from pipeline.report.marks import Mark, cut_segments, find_passage
from pipeline.report.passages import LONGEST_BLOCK, show_chips
from pipeline.report.questions import say_name
from pipeline.report.rows import take_source
from pipeline.report.text import RawText, clip, safe_link
from pipeline.schema import content_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.report.passages import Chip, Shelf
    from pipeline.schema import BlockKind, BlockRow, ClaimRow, DocumentRow, MentionRow, UnclaimedRow

LONGEST_LEFTOVER = 120  # characters of an unclaimed passage in the margin
MOST_MENTIONS = 500  # marked in one block; a page of prose has ten in a paragraph


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a block and what was found in it. `ends` are the claims that end with it."""

    text: str
    claimed: bool
    unclaimed: bool
    mention: str  # kind and concept of the shortest mention that covers it; empty for none
    ends: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A claim in the margin."""

    number: int
    claim: ClaimRow
    predicate: str
    says: str
    subject_page: str
    chips: tuple[Chip, ...]
    found: bool  # whether its passage is marked in the text beside it


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something in a block that no claim uses."""

    text: str
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class BlockView:
    """One block with its margin."""

    kind: BlockKind
    section: str
    place: str
    pieces: tuple[Piece, ...]
    left_out: int  # characters of a very long block that are not shown
    notes: tuple[Note, ...]
    leftovers: tuple[Leftover, ...]


@dataclass(frozen=True, slots=True)
class BlockGroup:
    """Blocks in a row that were read, or that were dropped for one and the same reason."""

    kept: bool
    reason: str
    blocks: tuple[BlockView, ...]


@dataclass(frozen=True, slots=True)
class SourceView:
    """One page about a source; a long source has several."""

    document: DocumentRow
    url: str | None
    page: str
    pages: tuple[str, ...]
    groups: tuple[BlockGroup, ...]


def view_source(shelf: Shelf, source_id: str) -> Iterator[SourceView]:
    """The pages of a source that has text, in order."""
    document = shelf.result.document[source_id]
    groups = _view_blocks(shelf, source_id)
    pages = shelf.links.sources[source_id]
    for place, page in enumerate(pages):
        part = groups[place * BLOCKS_A_PAGE : (place + 1) * BLOCKS_A_PAGE]
        yield SourceView(document, safe_link(document.url), page, pages, tuple(_group_blocks(part)))


def name_source_pages(shelf: Shelf, source_id: str, origin: str) -> str:
    """Stands for all that the pages of a source show, as long as the program is the same.

    `origin` stands for what the rows of the source were made of. The rest are links, and what other sources decide.
    """
    subjects = {claim.subject_id for claim in take_source(shelf.result.claims, source_id)}
    links = sorted((subject_id, shelf.links.subjects[subject_id]) for subject_id in subjects)
    document = shelf.result.document[source_id].model_dump(mode="json")
    return content_id("pages", origin, json.dumps([document, links, shelf.links.sources[source_id]]))


def _view_blocks(shelf: Shelf, source_id: str) -> list[tuple[BlockRow, BlockView]]:
    blocks = take_source(shelf.result.blocks, source_id)
    raw = RawText(source_id, shelf.result.raw_text(source_id))
    claims: dict[int, list[tuple[int, ClaimRow]]] = {}
    for number, claim in enumerate(take_source(shelf.result.claims, source_id), start=1):
        claims.setdefault(block_of(claim.start, blocks), []).append((number, claim))
    mentions: dict[int, list[MentionRow]] = {}
    for mention in take_source(shelf.result.mentions, source_id):
        mentions.setdefault(block_of(mention.start, blocks), []).append(mention)
    unclaimed: dict[int, list[UnclaimedRow]] = {}
    for row in take_source(shelf.result.unclaimed, source_id):
        unclaimed.setdefault(block_of(row.start, blocks), []).append(row)
    return [
        (
            block,
            _view_block(shelf, raw, block, claims.get(index, []), unclaimed.get(index, []), mentions.get(index, [])),
        )
        for index, block in enumerate(blocks)
    ]


def _view_block(
    shelf: Shelf,
    raw: RawText,
    block: BlockRow,
    claims: list[tuple[int, ClaimRow]],
    unclaimed: list[UnclaimedRow],
    mentions: list[MentionRow],
) -> BlockView:
    shown = block.text[:LONGEST_BLOCK]
    places = [_find(shown, raw, block, claim, claim.text) for _, claim in claims]
    notes = [
        _view_note(shelf, number, claim, found=place is not None)
        for (number, claim), place in zip(claims, places, strict=True)
    ]
    rest = [place for row in unclaimed if (place := _find(shown, raw, block, row, ""))]
    named = [
        (place, _say_mention(row))
        for row in mentions[:MOST_MENTIONS]
        if (place := _find(shown, raw, block, row, row.text))
    ]
    return BlockView(
        kind=block.kind,
        section=block.section or "",
        place=raw.find_place(block.start, block.end).label,
        pieces=tuple(_cut_pieces(shown, list(zip(notes, places, strict=True)), rest, named)),
        left_out=len(block.text) - len(shown),
        notes=tuple(notes),
        leftovers=tuple(
            Leftover(clip(" ".join(row.quote.split()), LONGEST_LEFTOVER), row.label.value, row.reason)
            for row in unclaimed
        ),
    )


def _find(
    shown: str, raw: RawText, block: BlockRow, row: ClaimRow | MentionRow | UnclaimedRow, wanted: str
) -> tuple[int, int] | None:
    inside = raw.text[block.start : block.end]
    return find_passage(shown, inside, start=row.start - block.start, end=row.end - block.start, wanted=wanted)


def _view_note(shelf: Shelf, number: int, claim: ClaimRow, *, found: bool) -> Note:
    return Note(
        number=number,
        claim=claim,
        predicate=say_name(claim.predicate),
        says=say_claim(claim),
        subject_page=shelf.links.subjects[claim.subject_id],
        chips=tuple(show_chips(claim, usual=False)),
        found=found,
    )


def _cut_pieces(
    text: str,
    notes: list[tuple[Note, tuple[int, int] | None]],
    rest: list[tuple[int, int]],
    named: list[tuple[tuple[int, int], str]],
) -> Iterator[Piece]:
    named = sorted(named, key=lambda mention: mention[0][1] - mention[0][0])
    marks = [Mark(*place, "mention") for place, _ in named]
    marks += [Mark(*place, "claim") for _, place in notes if place] + [Mark(*place, "unclaimed") for place in rest]
    ends: dict[int, list[Note]] = {}
    for note, place in notes:
        if place:
            ends.setdefault(place[1], []).append(note)
    end = 0
    for segment in cut_segments(text, marks):
        end += len(segment.text)
        start, inside = end - len(segment.text), "mention" in segment.why
        said = next((name for (low, high), name in named if inside and low <= start and end <= high), "")
        why = segment.why
        yield Piece(segment.text, "claim" in why, "unclaimed" in why, said, tuple(ends.get(end, ())))


def _say_mention(row: MentionRow) -> str:
    kind = row.label.value.lower()
    return clip(f"{kind}: {row.concept}" if row.concept else kind, LONGEST_LEFTOVER)


def _group_blocks(blocks: list[tuple[BlockRow, BlockView]]) -> Iterator[BlockGroup]:
    for (kept, reason), group in groupby(blocks, key=lambda pair: (pair[0].kept, pair[0].reason or "")):
        yield BlockGroup(kept, reason, tuple(view for _, view in group))
