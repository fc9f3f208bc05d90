"""The harms of sentences without a verb: "Semax: nausea (4 %), headache" below words on side effects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.harms import is_harm
from pipeline.extract.keys import HARMS
from pipeline.extract.naming import make_subject
from pipeline.extract.passages import LEADS_IN
from pipeline.extract.promises import HAS_VERB, LONGEST_ANSWER, LONGEST_TITLE, find_promise, read_goods_in
from pipeline.extract.rows import page_subject
from pipeline.schema import BlockKind, Label, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Statement

TEXTS = frozenset({BlockKind.PARAGRAPH, BlockKind.ANSWER})
# Such as "GLP-1 peptides (semaglutide, tirzepatide):", "Semax:"
NAMED_FIRST = re.compile(r"[^.;:!?]{2,80}?:\s+")


def read_bare_harms(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The harms that a sentence without a verb lists, on the compounds named in front of them or the page's own."""
    first = _find_list(passage)
    promise = find_promise(passage, topics, _name_above(passage, topics)) if first is not None else None
    if first is None or promise is None or promise.row.id != HARMS:
        return
    named = [m for m in passage.of(Label.COMPOUND) if m.concept_id]
    if any(m.start >= first for m in named):
        return
    members = [m for m in named if any(start <= m.start < end for start, end in passage.brackets)]
    own = {m.concept_id: m for m in members or named}
    subjects = tuple(make_subject(m, SubjectFrom.WRITTEN) for m in own.values()) or page_subject(passage, topics)
    for subject in subjects:
        for made in read_goods_in(passage, promise, (first, passage.end), subject):
            if made.object_mention is not None and is_harm(made.object_mention):
                yield made


def _find_list(passage: Passage) -> int | None:
    """Where the list begins of a sentence that has no verb, as a page offset."""
    block = passage.block
    if block.kind not in TEXTS or len(passage.text) > LONGEST_ANSWER or HAS_VERB.search(passage.text):
        return None
    if passage.text.rstrip("*_ ").endswith(LEADS_IN):
        return None
    if block.cells and passage.start <= block.cells[0].start:
        return block.cells[-1].start
    named = NAMED_FIRST.match(passage.text)
    return passage.start + (named.end() if named is not None else 0)


def _name_above(passage: Passage, topics: Topics) -> str:
    """The name of the field that a passage is the value of: on its own line, or on the line above."""
    block = passage.block
    if block.cells:
        return block.cells[0].text
    before = topics.annotated.page.blocks[max(0, block.index - 1)]
    above = topics.annotated.page.text[before.start : before.end].strip("*_ ")
    return above if before.prose and above.endswith(LEADS_IN) and len(above) <= LONGEST_TITLE else ""
