"""The ends of paragraphs and of pages: sentences for the sake of the site, before or behind what a page says.

A paragraph "It binds MC4R. © 2024 Example Labs" is two pieces, and only one of them is furniture. What a site says of
itself ("It sells nothing") is told by its words only where such lines stand, at either end of a page.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.clean.furniture import MEASURED, find_row
from pipeline.clean.layers import cut_fragment
from pipeline.clean.lines import why_sentence
from pipeline.schema import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.clean.drafts import Draft

PROSE = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.ANSWER})
UNCUT = frozenset({None, "footer"})  # reasons of pieces that can hold sentences of two sorts

# Where a sentence may end: "… is sold. © 2024", "… the vial.” Then"
END = re.compile(r"[.!?][\"'”’)\]]?\s+(?=[\"'“‘(\[]?[A-Z0-9©])")
ABBREVIATIONS = frozenset({
    "dr", "mr", "mrs", "ms", "prof", "st", "no", "nr", "al", "vs", "fig", "figs", "approx", "e.g", "i.e", "ltd", "inc",
    "co", "rev", "ref", "refs", "cat", "ca", "spp", "sp", "eq", "vol", "pp"
})  # fmt: skip
LAST_WORD = re.compile(r"[\w.]+$")
LOOK_BACK = 12  # characters that hold the word before a full stop

SCRAP_CHARS = 60
SCRAP = re.compile(r"(?:[A-Z0-9][\w&'’-]*[.,;:!?)]*\s*){1,4}")  # "Example Labs 2025.", and nothing that tells anything
EDGE = 3  # paragraphs at either end of a page that may be about the site
DATA = re.compile(r"(?<!\d)(?!(?:19|20)\d\d(?!\d))\d")  # a number that is no year


def cut_edges(drafts: Sequence[Draft]) -> list[Draft]:
    """The same drafts, with sentences of furniture at either end of a paragraph as pieces of their own."""
    parts: list[Draft] = []
    in_references = False
    for draft in drafts:
        if draft.level or draft.bare:
            in_references = find_row("reference-section", draft.text) is not None or (in_references and not draft.level)
        parts += [draft] if in_references else _cut(draft)
    return parts


def _cut(draft: Draft) -> list[Draft]:
    if draft.kind not in PROSE or draft.cells or draft.level or draft.key or draft.reason not in UNCUT:
        return [draft]
    bounds = find_sentences(draft.text)
    if len(bounds) == len(("start", "end")) and not draft.reason:
        return [draft]
    reasons = _find_reasons(draft, bounds)
    if not draft.reason and not any(reasons):
        return [draft]
    rest = [span for span, reason in zip(pairwise(bounds), reasons, strict=True) if reason is None]
    if not rest or _is_scrap(draft.text[rest[0][0] : rest[-1][1]], sentences=len(reasons) - len(rest)):
        return [replace(draft, reason=draft.reason or next(filter(None, reasons)))]
    return _cut_at(draft, bounds, reasons)


def find_sentences(text: str) -> list[int]:
    """Where the sentences of a text begin, and its end."""
    ends = (found.end() for found in END.finditer(text) if not _is_abbreviated(text, found.start()))
    return [0, *ends, len(text)]


def _is_abbreviated(text: str, stop: int) -> bool:
    if text[stop] != ".":
        return False
    word = LAST_WORD.search(text, max(0, stop - LOOK_BACK), stop)
    return word is not None and (len(word.group()) == 1 or word.group().casefold() in ABBREVIATIONS)


def _find_reasons(draft: Draft, bounds: Sequence[int]) -> list[str | None]:
    """Why each sentence is furniture. Those between two of content are not asked: they belong to what is said."""
    text, count = draft.text, len(bounds) - 1
    if draft.reason:
        sentences = [text[start:end].rstrip() for start, end in pairwise(bounds)]
        return [None if _is_regulatory(sentence) else draft.reason for sentence in sentences]
    reasons: list[str | None] = [None] * count
    for order in (range(count), range(count - 1, -1, -1)):
        for place in order:
            reasons[place] = reasons[place] or why_sentence(text[bounds[place] : bounds[place + 1]].rstrip())
            if reasons[place] is None:
                break
    return reasons


def _is_regulatory(sentence: str) -> bool:
    """Whether a sentence of a footer disclaims something; a link called "Research use only" is no sentence."""
    return sentence[-1] in ".!" and find_row("disclaimer", sentence) is not None


def _is_scrap(rest: str, *, sentences: int) -> bool:
    """Whether what is left beside sentences of furniture says nothing: "Example Labs 2025." before "All rights …"."""
    if not sentences or len(rest) > SCRAP_CHARS:
        return False
    if not SCRAP.fullmatch(rest.strip()) and any(map(str.isalnum, rest)):
        return False
    return not MEASURED.search(rest) and find_row("disclaimer", rest) is None


def _cut_at(draft: Draft, bounds: Sequence[int], reasons: Sequence[str | None]) -> list[Draft]:
    """The parts of a draft, cut where furniture ends or begins."""
    if not any(reasons) or (draft.reason and all(reasons)):
        return [replace(draft, reason=None)] if draft.reason else [draft]
    cuts = [place for place in range(1, len(reasons)) if bool(reasons[place]) != bool(reasons[place - 1])]
    parts = []
    for first, stop in pairwise([0, *cuts, len(reasons)]):
        body = cut_fragment(draft.body, bounds[first], len(draft.text[: bounds[stop]].rstrip()))
        parts.append(
            replace(
                draft,
                body=body,
                span=None,
                bare=False,
                reason=reasons[first],
                ordinal=None if reasons[first] else draft.ordinal,
                closes_question=draft.closes_question and not first,
            )
        )
    return parts


def mark_site(drafts: Sequence[Draft]) -> list[Draft]:
    """The same drafts with a reason on what a site says of itself at either end of its page."""
    marked = list(drafts)
    told = [place for place, draft in enumerate(marked) if draft.reason is None and draft.kind is BlockKind.PARAGRAPH]
    for place in {*told[:EDGE], *told[-EDGE:]}:
        if reason := _why_site(marked[place].text):
            marked[place] = replace(marked[place], reason=reason)
    return marked


def _why_site(text: str) -> str | None:
    """Why a paragraph is about the site or its author: half of it says so, and it holds no number but years."""
    if DATA.search(text):
        return None
    rows = list(_find_rows(text))
    told = sum(length for reason, length in rows if reason)
    if 2 * told < sum(length for _, length in rows):
        return None
    return next((reason for reason, _ in rows if reason), None)


def _find_rows(text: str) -> Iterator[tuple[str | None, int]]:
    """For each sentence, why it is about the site, and how many characters it has."""
    for start, end in pairwise(find_sentences(text)):
        row = find_row("self", text[start:end])
        yield row.reason if row else None, end - start
