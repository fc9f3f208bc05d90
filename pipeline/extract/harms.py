"""Side effects that a sentence tells as events: "Nausea occurred in 40 % of patients", "Some users get a headache"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.chains import HARMS
from pipeline.extract.effects import ills
from pipeline.extract.goods import find_share
from pipeline.extract.naming import is_agent, is_oblique, is_subject, make_subject
from pipeline.extract.rows import page_subject
from pipeline.extract.statements import hedge, state
from pipeline.schema import BlockKind, Label, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Mention, Statement, Subject

HARM = "harm-told"
SIDE_EFFECT = r"(?:side[- ]effects?|adverse (?:effects?|events?|reactions?)|complaints?|problems?|drawbacks?)"
HOW_OFTEN = (
    r"(?:also|the|an?|by\sfar|most|very|quite|fairly|more|less|commonly|frequently|often|occasionally|rarely|sometimes"
    r"|usually|mostly|only|mainly|generally|not|especially|particularly|n[’']t|extremely|really|relatively)"
)
KNOWN_AS = (
    r"(?:common(?:er|est)?|frequent|rarer?|uncommon|possible|typical|reported|seen|observed|noted|recorded|described"
    rf"|usual|routine|(?:(?:main|typical|usual|chief|only|known|common|frequent|rare)\s)?{SIDE_EFFECT}|risks?|concerns?"
    r"|known)"
)
# Behind the last of the harms: "was common", "occurred in 40 % of", "are the main side effects".
OCCURS = re.compile(
    rf"""
    ^ (?: \s \( [^()]{{0,40}} \) )? (?: , \s (?: though | although | while ) \s [\w\s-]{{3,24}} , )? \s+
    (?: in (?= \s [^.;,]{{0,24}}? % \s of \s )
      | rates? \b [^.;,]{{0,40}}? \s (?: was | were | is | are | reached ) (?= \s [^.;,]{{0,24}}? \d )
      | (?: is | are | was | were | (?:has|have) \s been | (?:can|may|might) \s be | remains? )
        \s (?: {HOW_OFTEN} \s )* {KNOWN_AS}
      | (?: may | can | might | could | did | does | do | will ) \s (?: (?:not|also|still|sometimes) \s )?
        (?: occur | happen | appear | develop | follow | arise | show \s up | set \s in )
      | (?: (?:also|often|rarely|sometimes|occasionally|usually|typically) \s )?
        (?: occurr?(?:s|ed) | happen(?:s|ed)? | appear(?:s|ed) | arose | (?:came|turned|showed) \s up | set \s in
          | (?:affect|hit|struck|trouble|bother)(?:s|ed)?
            (?= \s (?: \d | about | some | most | many | around | up | one | a | half | nearly | more ) ) )
    ) \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
PEOPLE = (
    r"(?:patients|people|users|participants|subjects|volunteers|men|women|customers|some|many|most|few|several|of\sthem|%"
    r"|per\scent|percent|third|quarter|half|fifth|one|two|three|four)"
)
# In front of the first: "Some users get a", "43 % of patients reported".
SUFFERS = re.compile(
    rf"""
    (?<!\w) {PEOPLE} \s+
    (?: (?: on | taking | given | receiving | treated \s with | using | who \s (?:took|take|used|use)
            | assigned \s to )
        \s [^.;,]{{1,40}} \s )?
    (?: (?: also | often | may | can | will | might | even | still | sometimes | occasionally | (?:did|do) \s not )
        \s )?
    (?: gets? | got | report(?:s|ed)? | experience[sd]? | fe(?:el|els|lt) | suffer(?:s|ed)? (?:\sfrom)?
      | develop(?:s|ed)? | complain(?:s|ed)? (?:\sof)? | mention(?:s|ed)? | describe[sd]? | notice[sd]?
      | (?P<has> had | have | has ) )
    \s+ (?: (?: an? | some | mild | moderate | severe | transient | brief | occasional | slight | no | any | short
              | temporary | passing | bad | early | (?:bouts|episodes) \s of | or ) \s+ ){{0,4}} $
    """,
    re.IGNORECASE | re.VERBOSE,
)
# "carries a risk of", "cases of", "watch out for", "expect", "there was no".
RISKS = re.compile(
    r"""
    (?: (?P<risk> \b risks? \s of ) | \b (?:cases?|reports?) \s of | \b (?: watch (?:\sout)? | look \s out ) \s for
      | \b beware \s of | ^\W* expect | \b there \s (?:was|were) )
    \s+ (?: (?: an? | no | some | mild | moderate | severe | acute | serious | rare | any | possible ) \s+ ){0,3} $
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Behind "cases of pancreatitis": that there were any.
KNOWN = re.compile(
    r"^\s+(?:have|has|had|were|was|are|is)\s+(?:been\s+)?(?:also\s+)?(?:reported|described|seen|known|noted)\b",
    re.IGNORECASE,
)
POSED = re.compile(
    r"\b(?:carr(?:y|ies|ied)|pos(?:e|es|ed)|ha(?:s|ve|d)|comes? with|brings?|there (?:is|was)|add(?:s|ed)?"
    r"|run(?:s|ning)?)\b[^.;,]{0,24}$",
    re.IGNORECASE,
)
# What makes the harm another thing: "relief from headache", "less nausea", "patients with nausea".
RELIEVED = re.compile(
    r"""
    \b (?: relie\w+ | improv\w+ | reduc\w+ | less | fewer | lower\w* | decreas\w+ | resol\w+ | recover\w+ | treat\w+
         | prevent\w+ | against | protect\w+ | history | absence | control\w* | model\w* | induced | than | with | for
         | eased? | gone | loss | caused | due ) \b [^.;:,]{0,16} $
    """,
    re.IGNORECASE | re.VERBOSE,
)
GLUE = re.compile(
    r"^\s*(?:\([^()]{0,40}\))?\s*(?:,|and|or|,\s*(?:and|or)|/|&|as well as)\s*"
    r"(?:(?:mild|some|an?|occasional)\s+){0,2}$",
    re.IGNORECASE,
)
# "Depression was common in this group": what the people had before.
AT_LARGE = re.compile(r"\b(?:common\w*|frequent|rarer?|uncommon|typical|usual|routine|possible)$", re.IGNORECASE)
# "Leukaemia appeared six times less often": an effect the other way.
SELDOMER = re.compile(r"^[^.;,]{0,24}\b(?:less|fewer|rarer|seldom|lower|later)\b", re.IGNORECASE)
# Headings and questions below which ills are those of a drug.
WARNS = re.compile(
    r"\b(?:side[- ]effects?|adverse|risks?|safety|safe|harms?|dangers?|downsides?|warnings?|cautions?|tolerab\w+"
    r"|go wrong|watch out|complications?)\b",
    re.IGNORECASE,
)
DENIED = "not"
NOT = re.compile(r"\bnot\b|n[’']t\b", re.IGNORECASE)
FAR = 90  # code points in front of a harm that are looked at


def read_harms(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The side effects that a sentence tells of one compound, each with the share of people next to it."""
    if passage.block.kind in (BlockKind.HEADING, BlockKind.QUESTION) or passage.text.rstrip().endswith("?"):
        return
    harms = [m for m in passage.of(Label.PROCESS, Label.DISEASE) if is_harm(m)]
    if not harms or any(passage.of(Label.SPECIES)):
        return
    subject = _find_subject(passage, topics)
    if subject is None:
        return
    title = passage.block.title
    warned = WARNS.search(f"{title} {topics.asked(passage.block)}") is not None
    for chain in _list_chains(passage, harms):
        told = _tell(passage, chain, at_large=not warned)
        for harm in chain if told is not None else ():
            at = (harm.start, harm.end)
            share = _find_share(passage, harm)
            made = state(passage, subject, "increases", HARM, at=at, mention=harm, negated=told == DENIED)
            if share is not None:
                made = replace(made, quantity=share.quantity, value_text=share.text, uses=(*made.uses, share))
            yield hedge(made, told) if told and told != DENIED else made


def is_harm(mention: Mention) -> bool:
    """Whether a name is that of an ill; "adverse events" alone says of none."""
    return mention.concept_id != HARMS and (mention.label is Label.DISEASE or mention.concept_id in ills())


def _tell(passage: Passage, chain: list[Mention], *, at_large: bool) -> str | None:
    """Whether words tell that harms came about: empty, a denial, or the word for a mere risk; None if they do not."""
    first, last = chain[0].start, chain[-1].end
    before, behind = passage.between(max(passage.start, first - FAR), first), passage.between(last, last + FAR)
    if (risk := RISKS.search(before)) is not None:
        if risk["risk"]:
            return risk["risk"].strip() if POSED.search(before[: risk.start()]) else None
        return "" if KNOWN.match(behind) or not risk[0].strip().lower().startswith(("case", "report")) else None
    if RELIEVED.search(before):
        return None
    if (suffers := SUFFERS.search(before)) is not None:
        firm = chain[0].label is Label.PROCESS or not suffers["has"]
        return "" if firm else None
    occurs = OCCURS.match(behind)
    if occurs is None or SELDOMER.match(behind[occurs.end() :]):
        return None
    if at_large and chain[0].label is Label.DISEASE and AT_LARGE.search(occurs[0]):
        return None
    return DENIED if NOT.search(occurs[0]) else ""


def _list_chains(passage: Passage, harms: list[Mention]) -> Iterator[list[Mention]]:
    chain: list[Mention] = []
    for harm in harms:
        if chain and not GLUE.match(passage.between(chain[-1].end, harm.start)):
            yield chain
            chain = []
        chain.append(harm)
    if chain:
        yield chain


LONGEST_SHARE = 64  # code points between a share and its harm


def _find_share(passage: Passage, harm: Mention) -> Mention | None:
    """The share of people whom a harm befell: "40 % of patients had nausea", or behind it."""
    for number in passage.of(Label.QUANTITY):
        if number.quantity is None or number.quantity.unit != "%" or number.end > harm.start:
            continue
        gap = passage.between(number.end, harm.start)
        if len(gap) < LONGEST_SHARE and SUFFERS.search("% " + gap.lstrip()):
            return number
    return find_share(passage, harm)


def _find_subject(passage: Passage, topics: Topics) -> Subject | None:
    """The one compound that the harms are told of; none where the sentence sets several side by side."""
    named = [m for m in passage.of(Label.COMPOUND) if is_subject(m) and m.concept_id]
    own = [m for m in named if not is_oblique(passage, m)]
    if not named:
        implied = page_subject(passage, topics)
        return implied[0] if implied else None
    if len({m.concept_id for m in own}) != 1:
        return None
    mention = own[0]
    taken = is_agent(passage, mention) or GIVEN.search(passage.between(passage.start, mention.start))
    opens = mention.start - passage.start < LONGEST_OPENING
    return make_subject(mention, SubjectFrom.WRITTEN) if taken or opens else None


GIVEN = re.compile(
    r"\b(?:with|on|under|after|from|of|to|taking|using|take|took|used|by)\s+(?:the\s|oral\s|\w+ed\s)?$", re.IGNORECASE
)
LONGEST_OPENING = 12  # code points in front of a name that opens its sentence
