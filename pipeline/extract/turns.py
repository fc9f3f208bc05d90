"""Whom a sentence brings up, so that a pronoun behind it means that one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.naming import (
    COORDINATION,
    DETERMINER,
    FINITE,
    LABELLED,
    is_class,
    is_foil,
    is_oblique,
    is_subject,
    opens_sentence,
)
from pipeline.schema import BlockKind, Label

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.page import Mention

# "Only BPC-157 has a case", "MK-677, by far.", "The second is epitalon": whom the next sentences are about.
BRINGS_UP = re.compile(
    r"""
    ^\W*
    (?: (?: yes | no | only | here | enter | then(?:\ there\ is|\ there[’']s|\ comes)? | next(?:\ up)?(?:\ is|\ comes)?
          | (?:first|second|third|fourth|fifth|last|lastly|finally)(?:\ up)?(?:\ (?:is|was|comes|came))?
          | (?:what\ I\ |also\ |never\ |now\ )?(?:dropped|tried|added|took|take|used|keep|kept)\W?
          | (?:an)?other\ (?:one\ )?(?:is|was) | the\ \w+\ (?:one\ )?(?:is|was) )\b [,:]?\s* )?
    (?:the\s+)?$
    """,
    re.VERBOSE | re.IGNORECASE,
)


LONGEST_FRAGMENT = 6  # words of a sentence that is no more than a name: "MK-677, by far."


# "Tuftsin with a tail.": what the page's own compound is.
PUT_SO = re.compile(r"\s+(?:with|without|plus|minus|less|but|in)\b", re.IGNORECASE)


# "Tirzepatide does this too, though less": a look at another compound in passing.
IN_PASSING = re.compile(
    r"^(?:\s*\([^()]*\))?,?\s+"
    r"(?:(?:does|do|did|has|have|can|is|was|may)\s+"
    r"(?:(?:this|so|it|that|the same|likewise|as well|also)\b|(?:not|too)\b\W*$|not,)"
    r"|(?:doesn|didn|don|isn|hasn)[’']t\W*$|(?:behaves|acts|works) (?:in )?(?:the same|similarly|likewise))",
    re.IGNORECASE,
)


# "Where semaglutide needs an injection, orforglipron is a pill": of whom the main clause tells.
TURNED = re.compile(
    r"^\W*(?:while|where|whereas|although|though|unlike|like|in contrast to|compared (?:with|to))\b[^,;:.]{1,120},"
    r"\s+(?:the\s+)?$",
    re.IGNORECASE,
)


# "GHK-Cu's mechanisms are well known"
OWNER = re.compile(r"^['’]s?\s+(?:[\w-]+\s+){1,4}?(?:is|are|was|were|has|have|had|can|may|does|do)\b")


def _opens_as_owner(passage: Passage, mention: Mention) -> bool:
    """Whether a sentence begins with a name in the genitive and tells of what it has."""
    bare = not re.search(r"\w", DETERMINER.sub("", passage.between(passage.start, mention.start)))
    return bare and OWNER.match(passage.between(mention.end, passage.end)) is not None


# "So Semax's effects go further": of whom the next sentence tells.
POSSESSES = re.compile(
    r"^(?:\s*\([^()]*\))?['’]s?\s+(?:[\w-]+\s+){0,2}?(?:effects?|actions?|mechanisms?|benefits?|profile|role|reach|activity)\b",
    re.IGNORECASE,
)


def find_topic(passage: Passage) -> Mention | None:
    """The compound that a sentence brings up, though it may say nothing of it: what a pronoun behind it means."""
    named = [m for m in passage.of(Label.COMPOUND) if is_subject(m)]
    if not named or not passage.block.prose or passage.block.kind in (BlockKind.HEADING, BlockKind.QUESTION):
        return None
    straight = [m for m in named if not is_oblique(passage, m)]
    if (
        len(straight) > 1
        and is_class(passage, *straight[:2])
        and COORDINATION.match(passage.between(straight[0].end, straight[1].start))
    ):
        return straight[1]
    turned = (m for m in straight if TURNED.match(passage.between(passage.start, m.start)))
    if (main := next(turned, None)) is not None and FINITE.match(passage.between(main.end, passage.end)):
        return main
    if straight and _opens_as_owner(passage, straight[0]):
        return straight[0]
    if straight and opens_sentence(passage, straight[0]):
        return None if IN_PASSING.match(passage.between(straight[0].end, passage.end)) else straight[0]
    alone = len({m.concept_id for m in named}) == 1 and not is_foil(named[0].name)
    if alone and POSSESSES.match(passage.between(named[0].end, passage.end)):
        return named[0]
    if alone and (label := LABELLED.match(passage.text)) is not None and label["asked"]:
        return named[0]
    brought = BRINGS_UP.match(passage.between(passage.start, named[0].start)) if alone else None
    short = len(passage.text.split()) <= LONGEST_FRAGMENT and not PUT_SO.match(
        passage.between(named[0].end, passage.end)
    )
    return named[0] if brought is not None and (short or re.search(r"\w", brought[0])) else None
