"""The compounds of a page together, and whom a question without a name is about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.naming import is_endogenous, is_foil, make_subject
from pipeline.lexicon import concept_index
from pipeline.schema import BlockKind, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.topics import Topics
    from pipeline.page import Block, Mention, Subject

MOST_TOGETHER = 8  # compounds that a page can set side by side and still say something of all of them
SIDE_BY_SIDE = 2


def list_together(topics: Topics, block: Block) -> tuple[Subject, ...]:
    """The compounds that the title or the headings of a page list, in a part that is about none of them alone.

    "None is approved", "Keep all vials at −20 °C": said at the end of a page on several products.
    """
    cast = topics.main or topics.headed
    if not SIDE_BY_SIDE <= len(cast) <= MOST_TOGETHER:
        return ()
    implied = topics.implied(block)
    return cast if not implied or implied == topics.main else ()


REACH_OF_PLURAL = 6  # blocks in which those stand that "both" means
# "the four of tuftsin", "the tuftsin family": no compound that a text sets beside another.
OF_WHICH = re.compile(r"\b(?:of|from|the)\s+$")


def list_named(topics: Topics, block: Block, *, kin: bool = False) -> tuple[Subject, ...]:
    """The compounds that a block and those before it in its section name; parents are left out but as `kin`."""
    page = topics.annotated.page
    named: dict[str, Mention] = {}
    for index in range(max(0, block.index - REACH_OF_PLURAL), block.index + 1):
        other = page.blocks[index]
        if (other.section, other.question) == (block.section, block.question):
            for mention in topics.by_block.get(index, []):
                before = page.text[max(0, mention.start - len("from the ")) : mention.start]
                aside = OF_WHICH.search(before) or is_foil(mention.name) or is_endogenous(mention)
                if mention.concept_id in concept_index() and not aside:
                    named.setdefault(str(mention.concept_id), mention)
    rows = [row for concept_id in named if (row := concept_index().get(concept_id)) is not None]
    wider = {family for row in rows for family in (*row.broader, row.parent_id)}
    return tuple(
        make_subject(mention, SubjectFrom.PRONOUN) for key, mention in named.items() if kin or key not in wider
    )


# "Is it approved?", "Half-life?", "Any side effects?", "And the dose?": a question goes on from the one before.
GOES_ON = re.compile(
    r"\b(?:its?|(?:the|this) (?:peptide|drug|compound|product|molecule|hormone))\b"
    r"|^\W*(?:(?:q|question|\d{1,2})\W+)?(?:and\s+|but\s+|so\s+)?(?:any\s+|the\s+|what about\s+)?(?:the\s+|its\s+)?"
    r"(?:[\w-]+\s+){0,2}[\w-]+\s*\?",
    re.IGNORECASE,
)
OF_SEVERAL = re.compile(
    r"\b(?:both|either|neither|they|them|all|these|each|which|other|best|versus|vs)\b", re.IGNORECASE
)
MOST_BACK = 6  # questions that are looked back


def recall_asked(topics: Topics, block: Block) -> tuple[Subject, ...]:
    """The one compound that the last question with a name asked about, where this question goes on from it."""
    blocks = topics.annotated.page.blocks
    if block.question is None or not _goes_on(topics, blocks[block.question]):
        return ()
    questions = [b for b in blocks[: block.question] if b.kind is BlockKind.QUESTION and b.section == block.section]
    for question in reversed(questions[-MOST_BACK:]):
        named = topics.name_all(question.index, SubjectFrom.QUESTION)
        if named or not _goes_on(topics, question):
            return named if len(named) == 1 else ()
    return ()


def list_asked(topics: Topics, block: Block) -> Iterator[tuple[Subject, ...]]:
    """Those that the questions up to this one asked about, all and the last two: "Are both approved?"."""
    if block.question is None:
        return
    blocks = topics.annotated.page.blocks[: block.question + 1]
    questions = [b for b in blocks if b.kind is BlockKind.QUESTION and b.section == block.section]
    named = (one for b in questions for one in topics.name_all(b.index, SubjectFrom.QUESTION))
    asked = tuple({subject.concept_id: subject for subject in named}.values())
    yield asked
    yield asked[-2:]


def _goes_on(topics: Topics, question: Block) -> bool:
    asked = topics.annotated.page.text[question.start : question.end]
    return GOES_ON.search(asked) is not None and not OF_SEVERAL.search(asked)
