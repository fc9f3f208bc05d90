"""Effects that a sentence does not say again: "Semax raised BDNF; Selank did not", "and so did P21"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.effects import JOINED
from pipeline.extract.naming import coordinate, coordinate_back, is_foil, is_subject, make_subject
from pipeline.extract.statements import rate_confidence
from pipeline.schema import Certainty, Label, Polarity, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.extract.passages import Passage
    from pipeline.page import Mention, Statement

RULE = "echo"
LONGEST_ECHO = 64  # code points beside a name in which the words stand that point back
DOES = r"(?:do|does|did|has|have|had|can|could|is|was|are|were|would|will)"
ENDS = r"(?=\s*(?:[.,;:)—–]|$)|\s+(?:in|at|but|though|although|and|only|even|whatever|despite|under)\b)"


# "Selank did not.", "Semax didn't, even at", "Selank had no such effect", "Selank lacks this action"
DENIED = re.compile(
    rf"""
    ^(?:\s*\([^()]*\))?,?\s+ (?: (?:alone|itself|too|also) \s+ )?
    (?: (?: {DOES}\s+not | {DOES}n[’']t ) (?: \s+ (?:either|at\ all|so|do\ so|do\ this) )? {ENDS}
      | (?:has|have|had|shows?|showed|exerts?|exerted)\s+no\s+(?:such|similar|comparable)\s+\w+
      | (?:lacks?|lacked)\s+(?:this|such|that|the\ same|these)\s+(?:effects?|actions?|activity|property|properties)\b
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
# "Selank does the same", "P21 did too", "Selank had a similar effect"
AGREED = re.compile(
    rf"""
    ^(?:\s*\([^()]*\))?,?\s+
    (?: {DOES}\s+
        (?: (?:so|this|that|the\ same|likewise|the\ same\ thing)(?:\s+(?:too|as\ well|also))? | too | as\ well | also )
        {ENDS}
      | (?:has|have|had|shows?|showed|produces?|produced)\s+
        (?:the\ same|a\ similar|a\ comparable|an\ identical|much\ the\ same|similar)\s+
        (?:effects?|actions?|results?|response|changes?)\b(?!\s+(?:on|to|as)\b)
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
# "…, Selank does": against what was denied.
UPHELD = re.compile(r"^(?:\s*\([^()]*\))?\s+(?:do|does|did|has|have|can|could)\s*(?=[.;,)]|$)", re.IGNORECASE)
# "and so did Selank", "as does Selank"
SO_DID = re.compile(rf"\b(?:so|as)\s+{DOES}\s+(?:also\s+)?(?:the\s+)?$", re.IGNORECASE)
# "nor did Selank"
NOR_DID = re.compile(rf"\b(?:nor|neither)\s+{DOES}\s+(?:the\s+)?$", re.IGNORECASE)
# "rose with Semax but not with Selank", "Semax, but not Selank, raised"
BUT_NOT = re.compile(
    r"\b(?:but|and|though)\s+not\s+(?:(?:with|after|by|under|following|on|for|in response to|from)\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)


# "It lowers weight in mice, and in rats it promoted regeneration; Selank did the same": only of the last part.
ANEW = re.compile(
    r"[,;]\s+(?:and|while|but)\s+(?:in|after|with|at)\s[^,;]{2,40}?\s(?:it|they|the \w+)\s", re.IGNORECASE
)

# "Adding it to entecavir did not", "the group on Semax did not"
GOVERNED = re.compile(
    r"(?<!but not )(?<!not )\b(?:to|with|of|by|from|in|for|on|than|after|without|into|over|against|as)\s+(?:the\s+)?$",
    re.IGNORECASE,
)


# "Semax raised BDNF and is sold there; Selank is not": says nothing of BDNF.
IS = re.compile(r"\b(?:is|are|was|were)(?:n[’']t)?\b", re.IGNORECASE)


def read_echoes(passage: Passage, told: Sequence[Statement], before: Sequence[Statement]) -> Iterator[Statement]:
    """What a sentence says of another compound by pointing back: to what it told itself, else to the one before."""
    names = [
        m for m in passage.of(Label.COMPOUND) if is_subject(m) and m.concept_id is not None and not is_foil(m.name)
    ]
    effects = [item for item in told if item.predicate in JOINED]
    spoken = {(item.subject.concept_id, item.predicate, item.object_id) for item in effects}
    way, cue = "", ""
    for mention in names:
        if GOVERNED.search(passage.between(mention.start - LONGEST_ECHO, mention.start)):
            continue
        (way, cue), former = _read_way(passage, mention), way
        if not way:
            continue
        if way == "join" and former == "deny":  # "Selank did not, and neither did P21"
            way = "deny"
        source = _find_source(passage, mention, effects, before)
        if IS.search(cue):
            source = [item for item in source if item.predicate == "has_activity"]
        if any(item.polarity is not source[0].polarity for item in source):
            continue
        listed = _list_beside(passage, names, mention)
        for item in source:
            echo = _repeat(passage, item, way, cue)
            for member in listed:
                said = (member.concept_id, item.predicate, item.object_id)
                if echo is not None and said not in spoken and member.concept_id != item.object_id:
                    spoken.add((str(member.concept_id), item.predicate, item.object_id))
                    yield _give(echo, passage, member)


def _read_way(passage: Passage, mention: Mention) -> tuple[str, str]:
    """What the words beside a name do with what was told ("deny", "share", "join", "uphold"), and these words."""
    behind = passage.between(mention.end, mention.end + LONGEST_ECHO)
    front = passage.between(mention.start - LONGEST_ECHO, mention.start)
    ways = (
        ("deny", DENIED.match(behind) or BUT_NOT.search(front)),
        ("share", AGREED.match(behind) or SO_DID.search(front)),
        ("join", NOR_DID.search(front)),
        ("uphold", UPHELD.match(behind)),
    )
    return next(((way, match[0].strip(" ,.")) for way, match in ways if match is not None), ("", ""))


def _list_beside(passage: Passage, names: list[Mention], mention: Mention) -> list[Mention]:
    """The names of one list with one: "so did Selank and P21", "Selank and P21 did not"."""
    back = coordinate_back(passage, names, mention)
    return [*back[:-1], *coordinate(passage, names[names.index(mention) :])]


def _find_source(
    passage: Passage, mention: Mention, effects: list[Statement], before: Sequence[Statement]
) -> list[Statement]:
    """The effects of one subject that words beside a name point back to."""
    others = [item for item in effects if item.subject.concept_id != mention.concept_id]
    if not others and effects:
        return []
    told = (item for item in before if item.predicate in JOINED)
    chosen = others or [item for item in told if item.subject.concept_id != mention.concept_id]
    placed = [item for item in chosen if item.object_mention is not None and item.object_mention.start < mention.start]
    nearest = max(placed, key=lambda item: item.object_mention.start if item.object_mention else 0, default=None)
    if nearest is None or nearest.object_mention is None:
        return chosen if len({item.subject.concept_id for item in chosen}) == 1 else []
    if not others:
        return [item for item in chosen if item.subject.concept_id == nearest.subject.concept_id]
    if ANEW.search(passage.between(nearest.object_mention.end, mention.start)):  # of what no lexicon names
        return []
    first, last = passage.clause(nearest.object_mention.start)
    for part in ANEW.finditer(passage.between(first, nearest.object_mention.start)):
        first = max(first, passage.clause(nearest.object_mention.start)[0] + part.end())
    return [
        item
        for item in placed
        if item.subject.concept_id == nearest.subject.concept_id
        and item.object_mention is not None
        and first <= item.object_mention.start < last
    ]


def _repeat(passage: Passage, item: Statement, way: str, cue: str) -> Statement | None:
    """One effect as it is said again; None where the words do not fit what was told."""
    denied = item.polarity is Polarity.NEGATED
    if denied is not (way in ("uphold", "join")):
        return None
    polarity = {"deny": Polarity.NEGATED, "uphold": Polarity.AFFIRMED}.get(way, item.polarity)
    said = replace(item, start=min(item.start, passage.start), end=passage.end, quantity=None, value_text=None)
    weak = item.cue if item.certainty is not Certainty.ASSERTED else None
    return replace(said, rule=RULE, polarity=polarity, cue=cue if polarity is Polarity.NEGATED else weak)


def _give(echo: Statement, passage: Passage, mention: Mention) -> Statement:
    subject = make_subject(mention, SubjectFrom.WRITTEN)
    objects = (echo.object_mention,) if echo.object_mention is not None else ()
    return replace(echo, subject=subject, block=passage.block.index, confidence=rate_confidence(subject), uses=objects)
