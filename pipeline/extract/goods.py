"""What a field or a list promises by naming it: "Benefits: deeper sleep, wound healing", "Effects: sedation"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.activities import is_activity
from pipeline.extract.chains import HARMS
from pipeline.extract.effects import ills, lows
from pipeline.extract.heads import name_shared
from pipeline.extract.statements import state
from pipeline.schema import Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.lexicon import KeyRow
    from pipeline.page import Mention, Statement, Subject

# What stands in front of a name in such a list and only praises it; "reduced appetite" says another thing by itself.
PRAISE = re.compile(
    r"""
    ^ [\W_]* (?: (?: better | improved | improves? | enhanced | enhances? | faster | deeper | greater | stronger | more
        | healthy | healthier | optimal | overall | accelerated | increased | potential | possible | supports? | boosts?
        | boosted | promotes? | quicker | restful | superior | natural | cellular | general | rapid | the | of | and
        | with | for | its | strong | potent | significant | mild | modest | temporary | transient | occasional | rare
        | sustained | prolonged | steady | clean | direct | broad | powerful | robust | risks?
        | common | minor | local | reduced | decreased | lowered | lower | less | fewer | diminished | lessened
        | minimi[sz]ed | eased | relieved | slight | no | without | zero | signs? | symptoms? | an? ) \s+ )* $
    """,
    re.IGNORECASE | re.VERBOSE,
)
# What may stand behind it: "immune support", "sleep (anecdotal)".
ENDS_PIECE = re.compile(
    r"^(?:\s+(?:support|improvements?|enhancement|boost|benefits?|effects?|activity|propert(?:y|ies)|promotion|health"
    r"|optimi[sz]ation|restoration|acceleration|stimulation|elevation|increases?|production|upregulation|levels|possible"
    r"|common|rare|reported|likely|(?:may|can) (?:occur|happen)))?\s*(?:\([^()]{0,60}\))?"
    r"(?:\s+(?:leading to|resulting in|especially|particularly|in|at|during|after|due to|throughout|with|without"
    r"|following|within|through|via|by|among|over|from)\s[^,;:]{2,60})?[\W_]*$",
    re.IGNORECASE,
)
# "Reduced body fat", "lower cortisol"
LESS = re.compile(
    r"(?:\b(?:reduced|decreased|lowered|lower|less|fewer|diminished|lessened|minimi[sz]ed|eased|relieved)\b|[↓⬇▼])",
    re.IGNORECASE,
)
RAISED = re.compile(r"\b(?:more|increased|boosts?|boosted|greater|accelerated|promotes?)\b", re.IGNORECASE)
ABSENT = re.compile(r"^[\W_]*(?:no|without|zero)\s", re.IGNORECASE)
# Where one member of such a list ends.
PIECE_END = re.compile(r"[,;•|·\n/]|\s(?:and|or|&|\+)\s")


def read_goods(
    passage: Passage, row: KeyRow, span: tuple[int, int], mentions: list[Mention], subject: Subject
) -> Iterator[Statement]:
    """The effects that the members of a list between the page offsets of `span` name."""
    for mention in mentions:
        if mention.label not in row.labels or mention.concept_id == subject.concept_id or mention.end > span[1]:
            continue
        if mention.concept_id == HARMS:  # "Common side effects", below "Side effects", names none
            continue
        lead, tail = _cut_piece(passage, span, mention)
        if not (PRAISE.match(lead) and ENDS_PIECE.match(tail)):
            continue
        predicate = _tell_predicate(passage, row, mention, lead)
        if predicate is not None:
            at = (mention.start, mention.end)
            yield state(passage, subject, predicate, row.id, at=at, mention=mention, negated=bool(ABSENT.match(lead)))
            yield from _share_head(passage, row, span[0], mention, subject)


def _share_head(passage: Passage, row: KeyRow, first: int, name: Mention, subject: Subject) -> Iterator[Statement]:
    """The goods in front of one that have their last word from it: "tendon and gut healing"."""
    if row.value != "benefits" or name.label is not Label.PROCESS:
        return
    start, end = name.start - passage.start, name.end - passage.start
    for (at, last), concept in name_shared(passage.text, first - passage.start, start, end):
        place = passage.start + at, passage.start + last
        words = " ".join(passage.text[at:last].split())
        yield state(passage, subject, row.predicate, row.id, at=place, words=words, object_id=concept.id)


def _tell_predicate(passage: Passage, row: KeyRow, mention: Mention, lead: str) -> str | None:
    """What a good or a harm is to the subject: of an ill among the goods there is less."""
    if LESS.search(lead):
        return "decreases" if not ABSENT.match(lead) else None
    if row.value != "benefits" or ABSENT.match(lead):
        return row.predicate
    if mention.label is Label.DISEASE or mention.concept_id in ills() | lows():
        return None if RAISED.search(lead) else "decreases"
    return "has_activity" if mention.label is Label.PROCESS and is_activity(passage, mention) else row.predicate


def _cut_piece(passage: Passage, span: tuple[int, int], mention: Mention) -> tuple[str, str]:
    """The words of a member of a list in front of its name, and those behind it."""
    before = passage.between(span[0], mention.start)
    behind = passage.between(mention.end, span[1])
    first = max((match.end() for match in PIECE_END.finditer(before)), default=0)
    last = next((match.start() for match in PIECE_END.finditer(behind)), len(behind))
    return before[first:] + " ", behind[:last]
