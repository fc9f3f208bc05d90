"""Find names, numbers, citations and cues in the clean text of a page."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.annotate.brands import name_brands
from pipeline.annotate.citations import find_citation_findings, link_citations
from pipeline.annotate.given import name_given
from pipeline.annotate.model import identify_model, load_pipeline, read_entities
from pipeline.components import get_mentions
from pipeline.components.sentences import find_sentences
from pipeline.errors import Refused
from pipeline.page import Annotated, Sentence
from pipeline.schema import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.page import Block, Mention, Page
    from pipeline.settings import Settings

__all__ = ["Annotator", "identify_model"]

# Kinds of block that are one passage, however many sentences their cells hold.
RECORDS = frozenset({BlockKind.TABLE_ROW, BlockKind.FRONT_MATTER, BlockKind.METADATA})
# Code points in one spaCy doc: long enough for abbreviations to meet their definition, far below spaCy's limit.
CHUNK = 100_000


@dataclass(frozen=True, slots=True)
class Chunk:
    """Kept blocks joined by line breaks, and where each of them starts in the chunk and in the page."""

    text: str
    starts: tuple[int, ...]
    blocks: tuple[Block, ...]

    def place(self, mention: Mention) -> Mention | None:
        """The mention in page offsets; None when it does not lie inside one block."""
        index = bisect_right(self.starts, mention.start) - 1
        block = self.blocks[index]
        shift = block.start - self.starts[index]
        return mention.shift(shift) if mention.end + shift <= block.end else None


class Annotator:
    """The annotate stage: builds its spaCy pipeline once, then takes one page after the other."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.nlp, self.model_name = load_pipeline(settings)

    def annotate(self, page: Page) -> Annotated:
        """Everything found in the kept blocks of a page, in page offsets."""
        found: list[Mention] = []
        chunks = list(_chunk_blocks(page))
        for doc, chunk in self.nlp.pipe(((chunk.text, chunk) for chunk in chunks), as_tuples=True):
            mentions = [*get_mentions(doc), *read_entities(doc, self.model_name)]
            found.extend(placed for mention in mentions if (placed := chunk.place(mention)))
            if len(found) > self.settings.max_mentions:
                message = (
                    f"{page.source.source_id}: holds more than {self.settings.max_mentions} mentions; "
                    "raise max_mentions in the settings to read it."
                )
                raise Refused(message)
        linked = link_citations(page, sorted((m for m in found if not m.nested), key=_order))
        return Annotated(
            page,
            tuple(_find_page_sentences(page)),
            name_brands(page, name_given(page, sorted(linked, key=_order))),
            find_citation_findings(page, linked),
            tuple(sorted((mention for mention in found if mention.nested), key=_order)),
        )


def _order(mention: Mention) -> tuple[int, int, str, str, str]:
    return mention.start, -mention.end, mention.label, mention.concept_id or "", mention.how


def _chunk_blocks(page: Page) -> Iterator[Chunk]:
    batch: list[Block] = []
    size = 0
    for block in page.kept_blocks():
        if block.end == block.start:
            continue
        if batch and size + block.end - block.start > CHUNK:
            yield _join_blocks(page, batch)
            batch, size = [], 0
        batch.append(block)
        size += block.end - block.start + 1
    if batch:
        yield _join_blocks(page, batch)


def _join_blocks(page: Page, blocks: list[Block]) -> Chunk:
    texts = [page.text[block.start : block.end].replace("\n", " ") for block in blocks]
    starts: list[int] = []
    at = 0
    for text in texts:
        starts.append(at)
        at += len(text) + 1
    return Chunk("\n".join(texts), tuple(starts), tuple(blocks))


def _find_page_sentences(page: Page) -> Iterator[Sentence]:
    for block in page.kept_blocks():
        if block.kind in RECORDS:
            yield Sentence(block.start, block.end, block.index)
            continue
        for start, end in find_sentences(page.text[block.start : block.end]):
            yield Sentence(block.start + start, block.start + end, block.index)
