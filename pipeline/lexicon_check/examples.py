"""Marked examples of a row: read, compared with what is found, and shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.page import Mention


MARKED = re.compile(r"«([^»]*)»")


EXAMPLE = " => "  # between a sentence and the claim that a rule makes of it


def places(mentions: Iterable[Mention]) -> list[tuple[int, int]]:
    """Where mentions stand."""
    return [(mention.start, mention.end) for mention in mentions]


def read_marks(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """A text without its marks, and where the marked words stand in it."""
    spans = []
    for index, match in enumerate(MARKED.finditer(marked)):
        start = match.start() - 2 * index
        spans.append((start, start + len(match[1])))
    return MARKED.sub(r"\1", marked), spans


def read_words(marked: str) -> tuple[str, list[str]]:
    """A text without its marks, and the marked words."""
    return MARKED.sub(r"\1", marked), MARKED.findall(marked)


def find_missing_examples(fires: tuple[str, ...], spares: tuple[str, ...]) -> Iterator[str]:
    """Whether a row has an example that it finds and one that it spares."""
    if not fires:
        yield "has no example in 'fires'; add one"
    if not spares:
        yield "has no example in 'spares'; add a near text in which it must be silent"


def show(text: str, spans: list[tuple[int, int]]) -> str:
    """The words at some places, for a message."""
    return ", ".join(f"'{text[start:end]}'" for start, end in spans) or "no place"
