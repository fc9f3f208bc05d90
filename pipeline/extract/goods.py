"""What a field or a list promises by naming it: "Benefits: deeper sleep, wound healing", "Effects: sedation"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.activities import is_activity
from pipeline.extract.chains import HARMS as SIDE_EFFECTS
from pipeline.extract.effects import ills, lows
from pipeline.extract.heads import name_shared
from pipeline.extract.keys import HARMS
from pipeline.extract.statements import state
from pipeline.schema import BlockKind, Label

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
        | sustained | prolonged | steady | clean | direct | broad | powerful | robust | risks? | mild \s to \s moderate
        | common | minor | local | acute | severe | serious | uncommon | infrequent | rarely | reported | new
        | (?: very \s )? (?: common | rare | serious | frequent ) (?: \s but \s \w+ )? :
        | reduced | decreased | lowered | lower | less | fewer | diminished | lessened
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
    r"|following|within|through|via|by|among|over|from)\s[^,;:]{2,60}"
    r"|\s*[–—:-]?\s?[<>~≈≤≥]?\s?\d[\d.,–-]*\s?%[^,;:]{0,40})?[\W_]*$",
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
LONGEST_BRACKET = 60  # code points of an aside in which no member ends
ASIDE = re.compile(rf"\([^()]{{0,{LONGEST_BRACKET}}}\)")
# "Nausea (40 %)", "Nausea and headache—10 % of users", "nausea occurred in 40 % of patients".
BESIDE = re.compile(
    rf"^(?:\s\([^()]{{0,{LONGEST_BRACKET}}}\))?(?:\s(?:and|or|&)\s[\w\s-]{{3,40}}?)?\s*[(—–:]?\s*"
    r"(?:(?:in|about|up to|seen in|reported in|nearly|around|some)\s)*$"
    r"|^[^.;,()]{1,48}\b(?:in|by|among|affect\w*|hit|struck)\s+(?:(?:about|up to|some|nearly|around)\s)?$",
    re.IGNORECASE,
)


def read_goods(
    passage: Passage, row: KeyRow, span: tuple[int, int], mentions: list[Mention], subject: Subject
) -> Iterator[Statement]:
    """The effects that the members of a list between the page offsets of `span` name."""
    for mention in mentions:
        if mention.label not in row.labels or mention.concept_id == subject.concept_id or mention.end > span[1]:
            continue
        if mention.concept_id == SIDE_EFFECTS:  # "Common side effects", below "Side effects", names none
            continue
        if row.id == HARMS and _is_sign(passage, span[0], mention):
            continue
        lead, tail = _cut_piece(passage, span, mention)
        if not (PRAISE.match(lead) and ENDS_PIECE.match(tail)):
            continue
        predicate = _tell_predicate(passage, row, mention, lead)
        if predicate is not None:
            at = (mention.start, mention.end)
            made = state(passage, subject, predicate, row.id, at=at, mention=mention, negated=bool(ABSENT.match(lead)))
            yield add_share(passage, row, made)
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
    """The words of a member of a list in front of its name, and those behind it; an aside belongs to its member."""
    before = passage.between(span[0], mention.start)
    behind = passage.between(mention.end, span[1])
    asides = [match.span() for match in ASIDE.finditer(behind)]
    ends = (match.start() for match in PIECE_END.finditer(behind))
    last = next((at for at in ends if not any(a < at < b for a, b in asides)), len(behind))
    first = max((match.end() for match in PIECE_END.finditer(before)), default=0)
    first = max(first, before.rfind("(") + 1 if before.rfind("(") > before.rfind(")") else 0)
    return before[first:] + " ", behind[:last]


def _is_sign(passage: Passage, first: int, mention: Mention) -> bool:
    """Whether a name stands in an aside on the harm in front of it: "injection site reactions (pain, swelling)"."""
    before = passage.between(max(first, mention.start - LONGEST_BRACKET), mention.start)
    bracket = before.rfind("(")
    if bracket < 0 or ")" in before[bracket:]:
        return False
    at = mention.start - len(before) + bracket
    return any(at - len("  ") <= m.end <= at for m in passage.of(Label.PROCESS, Label.DISEASE))


def find_share(passage: Passage, harm: Mention) -> Mention | None:
    """The share of people whom a harm befell, where it stands behind the harm."""
    return next(
        (
            number
            for number in passage.of(Label.QUANTITY)
            if number.quantity is not None and number.quantity.unit == "%" and number.start >= harm.end
            if BESIDE.match(passage.between(harm.end, number.start))
        ),
        None,
    )


def add_share(passage: Passage, row: KeyRow, made: Statement) -> Statement:
    """A harm with the share of people whom it befell."""
    harm = made.object_mention if row.id == HARMS else None
    share = find_share(passage, harm) if harm is not None and made.predicate == row.predicate else None
    if share is None:
        return made
    return replace(made, quantity=share.quantity, value_text=share.text, uses=(*made.uses, share))


# "Less common", "Mild to moderate reactions", "Theoretical concerns": a heading that only grades the one above it.
GRADING = re.compile(
    r"""
    (?: (?: most | more | less | least | very | (?:un)?common(?:ly)? | (?:in)?frequent(?:ly)? | rare(?:ly|r)?
          | mild(?:er)? | moderate | serious | severe | minor | major | temporary | transient | reported | observed
          | noted | known | documented | occasional(?:ly)? | possible | potential | theoretical | other | additional
          | short | long | term | early | late | initial | gastrointestinal | systemic | local | cardiovascular
          | cardiac | nervous | system | neurological | endocrine | metabolic | respiratory | psychiatric | hormonal
          | musculoskeletal | renal | hepatic | skin | dermatologic(?:al)? | immune | general | allergic | GI | CNS
          | users | patients | people | effects? | events? | reactions? | concerns? | ones | but | and | or | to | in
          | the | of ) \b
      | [\W\d_] )+
    """,
    re.IGNORECASE | re.VERBOSE,
)


def find_graded(passage: Passage) -> tuple[int, int] | None:
    """Where the list stands of a field whose name only says how often its harms were seen, in page offsets."""
    cells = [cell for cell in passage.block.cells if cell.text]
    if len(cells) < PAIR or not cells[0].is_head or not GRADING.fullmatch(cells[0].text):
        return None
    if passage.block.kind is BlockKind.TABLE_ROW or passage.start > cells[1].start:
        return None
    return cells[1].start, min(cells[1].end, passage.end)


PAIR = 2  # cells of a field: its name and its value
