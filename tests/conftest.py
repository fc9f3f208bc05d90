"""What several test files build: a page from lines, and the annotator that reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.annotate import Annotator
from pipeline.page import Block, OffsetMap, Page, Piece, Source
from pipeline.schema import BlockKind, SourceKind
from pipeline.settings import Settings

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def annotator() -> Annotator:
    return Annotator(Settings.model_validate({}))


def make_page(*lines: str, title: str | None = None) -> Page:
    """A page of plain paragraphs, each a line, below a heading if a title is given."""
    written = ([title] if title else []) + list(lines)
    text = "\n".join(written)
    blocks: list[Block] = []
    at = 0
    for index, line in enumerate(written):
        is_title = title is not None and index == 0
        blocks.append(
            Block(
                index=index,
                kind=BlockKind.HEADING if is_title else BlockKind.PARAGRAPH,
                section=(title,) if title else (),
                start=at,
                end=at + len(line),
                raw_start=at,
                raw_end=at + len(line),
                heading=0 if title and index else None,
            )
        )
        at += len(line) + 1
    source = Source("page.txt", "0" * 64, len(text.encode()), "utf-8", "text/plain", text)
    pieces = (Piece(0, len(text), 0, len(text), verbatim=True),)
    return Page(source, text, tuple(blocks), OffsetMap(pieces), SourceKind.OTHER, title, None, None, None, "en")
