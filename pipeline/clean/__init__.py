"""Clean: a raw file becomes a page of blocks with the way back to every raw character.

Readers (`readers`, and one file for each format) cut a source into drafts; `structure` tells what the drafts are to
each other, `furniture` which of them are none of the page's own; `about` says what the page says of itself.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from pipeline.clean.about import describe
from pipeline.clean.margins import mark_margins
from pipeline.clean.overrides import SourceOverride, read_overrides
from pipeline.clean.readers import Readers
from pipeline.clean.structure import arrange, structure
from pipeline.errors import Refused
from pipeline.page import Page

if TYPE_CHECKING:
    from pipeline.clean.drafts import Draft
    from pipeline.page import Source
    from pipeline.settings import Settings

__all__ = ["SourceOverride", "clean_source", "read_overrides"]

ENGLISH = frozenset({"en", None})


def clean_source(source: Source, override: SourceOverride | None, settings: Settings) -> Page:
    """The page that a source holds. What `override` says counts more than what the page says of itself.

    Raises Refused for a page with more blocks than the settings allow.
    """
    drafts = structure(_read_drafts(source, settings))
    about = describe(drafts)
    text, blocks, offsets = arrange(drafts, prose=about.language in ENGLISH)
    said = override or SourceOverride(path=source.source_id)
    return Page(
        source=source,
        text=text,
        blocks=blocks,
        offsets=offsets,
        kind=said.kind or about.kind,
        title=said.title or about.title,
        publisher=said.publisher or about.publisher,
        url=said.url or about.url,
        published=said.published or about.published,
        language=about.language,
    )


def _read_drafts(source: Source, settings: Settings) -> list[Draft]:
    drafts = list(islice(Readers(settings).read(source), settings.max_blocks + 1))
    if len(drafts) > settings.max_blocks:
        raise Refused(
            f"{source.source_id}: has more blocks than max_blocks = {settings.max_blocks} in the settings; "
            "split it, or raise max_blocks."
        )
    # A reader may find a piece late: text behind an unclosed cell, an answer in front of its question.
    drafts.sort(key=lambda draft: draft.body.raw[0])
    return mark_margins(drafts, source.margins)
