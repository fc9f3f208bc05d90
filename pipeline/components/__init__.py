"""spaCy components: each finds one kind of mention and declares what it needs.

Truth are characters, not tokens: a finder works on the text of a doc, and its mentions keep exact character offsets in
`doc._.claimsift`. The same mentions stand, widened to whole tokens, in `doc.spans["claimsift"]` for spaCy's own tools.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from spacy.tokens import Doc

from pipeline.components import serial  # noqa: F401  (lets a doc with mentions be written as bytes)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spacy.tokens import Span

    from pipeline.page import Mention

MENTIONS = "claimsift"
_TEXTS: WeakKeyDictionary[Doc, str] = WeakKeyDictionary()

if not Doc.has_extension(MENTIONS):
    Doc.set_extension(MENTIONS, default=[])


def get_text(doc: Doc) -> str:
    """The text of a doc, kept as long as the doc is: spaCy joins the tokens anew each time that it is asked."""
    text = _TEXTS.get(doc)
    if text is None:
        text = _TEXTS[doc] = doc.text
    return text


def get_mentions(doc: Doc) -> list[Mention]:
    """The mentions that components have found so far, in the order in which they were found."""
    return list(doc._.get(MENTIONS))  # a DocBin gives a tuple


def add_mentions(doc: Doc, mentions: Iterable[Mention]) -> Doc:
    """Keep further mentions with the doc: exact in the extension, widened to tokens in the span group."""
    new = list(mentions)
    doc._.set(MENTIONS, get_mentions(doc) + new)
    if MENTIONS not in doc.spans:
        doc.spans[MENTIONS] = []
    doc.spans[MENTIONS].extend(list(_widen(doc, new)))
    return doc


def put_mentions(doc: Doc, mentions: Iterable[Mention]) -> Doc:
    """Keep these mentions with the doc instead of those found so far."""
    new = list(mentions)
    doc._.set(MENTIONS, new)
    doc.spans[MENTIONS] = list(_widen(doc, new))
    return doc


def _widen(doc: Doc, mentions: Iterable[Mention]) -> Iterator[Span]:
    for mention in mentions:
        span = doc.char_span(
            *mention.name_span,
            label=mention.label.value,
            kb_id=mention.concept_id or "",
            alignment_mode="expand",
        )
        if span is not None:
            yield span
