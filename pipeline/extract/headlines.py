"""What a heading tells by itself: "How Semax raises BDNF", "3. Reduces anxiety", or below "Benefits" "Deeper sleep"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.asking import find_asking
from pipeline.extract.keys import HARMS
from pipeline.extract.objects import ACTIONS
from pipeline.extract.promises import LONGEST_TITLE, TOLD, find_promise, read_goods_in
from pipeline.extract.prose import read_prose
from pipeline.extract.rows import page_subject
from pipeline.extract.statements import hedge
from pipeline.extract.verbs import fill_in
from pipeline.lexicon import remember
from pipeline.page import Statement
from pipeline.schema import Label, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics

# "Can BPC-157 heal tendons", "Does it": a title that asks.
ASKS = re.compile(
    r"^\W*(?:can|could|does|do|did|is|are|will|would|should|has|have|may|might|what|when|who|which|where)\b",
    re.IGNORECASE,
)
ASKING = re.compile(r"[?:]|\b(?:how|why|what|when|which|who|vs|versus|or|myths?|claims?)\b", re.IGNORECASE)
NO_HEADLINE = re.compile(r"\b(?:effects?|role|impact|influence) (?:of|on|in)\b", re.IGNORECASE)
LONGEST_HEADLINE = 90  # code points; a longer one is the title of a paper
# "3. Reduces anxiety", "Enhances BDNF expression": a heading that tells what the page's compound does.
NUMBERED = re.compile(r"\W*(?:\d{1,2}\s?[.):–-]\s*)?")


@remember
def _telling() -> re.Pattern[str]:
    return re.compile(fill_in("(?:<up:third>|<down:third>|<inhibit:third>|<activate:third>)") + r"\b", re.IGNORECASE)


def read_headline(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The effects that a heading tells of the compound that it names, or of the page's own."""
    if not topics.reads_prose or len(passage.text) > LONGEST_HEADLINE:
        return
    if passage.of(Label.COMPOUND):
        yield from _read_named(passage, topics)
    elif len(passage.text) <= LONGEST_TITLE and not ASKING.search(passage.text):
        yield from _read_unnamed(passage, topics)


def _read_named(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """What a heading says of a compound in a sentence of its own: "How Semax raises BDNF"."""
    if ASKS.match(passage.text) or find_asking(passage) is not None or NO_HEADLINE.search(passage.text):
        return
    for item in read_prose(passage, topics, ACTIONS - {"modulates"}):
        written = isinstance(item, Statement) and item.subject.origin is SubjectFrom.WRITTEN
        if isinstance(item, Statement) and written and item.object_mention is not None:
            yield item


def _read_unnamed(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """What a heading tells by a verb, or names below a heading on benefits: "Reduces anxiety", "Deeper sleep"."""
    numbered = NUMBERED.match(passage.text)
    start = passage.start + (numbered.end() if numbered is not None else 0)
    subjects = page_subject(passage, topics)
    if not subjects:
        return
    promise = find_promise(passage, topics)
    yield from read_goods_in(passage, promise, (start, passage.end), subjects[0])
    on_harms = promise is not None and promise.row.id == HARMS
    if on_harms or (promise is None and not _telling().match(passage.between(start, passage.end))):
        return
    for item in read_prose(replace(passage, implied=subjects), topics, TOLD):
        if isinstance(item, Statement) and not (item.object_id or "local:").startswith("local:"):
            yield item if promise is None or promise.doubt is None else hedge(item, promise.doubt)
