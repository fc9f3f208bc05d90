"""Answers that leave out what their question has said: "No.", "Four.", "By the nose.", "In 1982."."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.activities import is_activity
from pipeline.extract.approvals import ANYWHERE, APPROVAL, is_other_matter
from pipeline.extract.naming import is_subject
from pipeline.extract.numbers import NO_ROUTES
from pipeline.extract.passages import Passage
from pipeline.extract.prose import read_prose
from pipeline.extract.statements import hedge, state
from pipeline.extract.status import name_approval
from pipeline.extract.verbs import fill_in
from pipeline.lexicon import remember
from pipeline.page import Quantity, Statement
from pipeline.schema import Comparator, Label, Polarity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.topics import Topics
    from pipeline.page import Block, Mention, Subject

ANSWERED = "question-answered"
# "No.", "Yes, in 2010", "Not yet."; not "No large trial has".
VERDICT = re.compile(
    r"^\W*(?:A:\s*)?(?:(?:in|for|at|among) [^.,;]{2,40},\s+)?"
    r"(?:(?P<yes>yes|yep|yeah|sure|correct|certainly|definitely|absolutely|indeed|probably|very likely|likely|possibly"
    r"|maybe|perhaps|very much so|to (?:some|a certain) (?:degree|extent)|a (?:little|bit)|somewhat|slightly|modestly"
    r"|(?:it )?(?:appears|seems) so|apparently(?: so)?|it (?:does|did|can|has|is)(?! not|n))"
    r"|(?P<no>no|nope|never|nowhere|none(?: (?:known|reported|so far))?|hardly|barely|unlikely|far from it"
    r"|quite the opposite"
    r"|not (?:yet|currently|at present|so far|at all|really|directly|in the least|as far as [^.,;]{2,20}"
    r"|that (?:we|anyone|anybody) knows?(?: of)?)"
    r"|probably not|there(?: is|[’']s) no (?:\w+ )?(?:evidence|sign|proof|indication)"
    r"(?: (?:that it (?:is|does|did|can|has|will)|(?:of|for) (?:it|that|this)))?"
    r"|it (?:does|did|has|is)(?: not|n[’']t)))"
    r"\s*(?:[.,;:!—–-]|$)",
    re.IGNORECASE,
)
UNSURE = re.compile(r"probabl|likely|possibl|maybe|perhaps|appears|seems|apparently", re.IGNORECASE)
LEAD = 40  # code points of an answer in which what was asked for begins
RESIDUE = "{residue}"


def read_answers(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """What the first sentence of an answer says of the compound of its question."""
    block = passage.block
    if block.question is None or block.index != block.question + 1 or passage.start != block.start:
        return
    subjects = topics.implied(block)
    if len(subjects) != 1:
        return
    asked = topics.annotated.page.blocks[block.question]
    words = topics.annotated.page.text[asked.start : asked.end]
    yield from _read_effect(passage, subjects[0], _pass_over(topics, asked), topics)
    if any(is_subject(m) and m.start < passage.start + LEAD for m in passage.mentions):
        return
    yield from _read_verdict(passage, subjects[0], words, _find_places(topics, asked))
    yield from _read_ban(passage, subjects[0], words)
    for asks, read in READERS:
        if (match := asks.search(words)) is not None:
            yield from read(passage, subjects[0], match)


# "Does Semax raise BDNF?", "Can it cause nausea?": asks whether it does, not why, how or what.
ASKS_WHETHER = re.compile(r"^\W*(?:Q:\s*|\d+\.\s*)?(?:does|do|did|can|could|will|is|are|has|have)\b", re.IGNORECASE)
ASKS_WHAT = re.compile(r"^\W*(?:Q:\s*|\d+\.\s*)?(?:what|which)\b", re.IGNORECASE)
EFFECTS = frozenset({"increases", "decreases", "modulates", "binds", "activates", "inhibits", "has_activity"})


def _pass_over(topics: Topics, asked: Block) -> Passage:
    """A question as a passage of its own."""
    mentions = topics.annotated.mentions
    first = bisect_left(mentions, asked.start, key=lambda m: m.start)
    last = bisect_left(mentions, asked.end, key=lambda m: m.start)
    inside = tuple(m for m in mentions[first:last] if m.end <= asked.end)
    named, cues = (tuple(m for m in inside if (m.cue is not None) is cue) for cue in (False, True))
    return Passage(asked.start, asked.end, topics.annotated.page.text[asked.start : asked.end], asked, named, cues)


def _read_effect(passage: Passage, subject: Subject, question: Passage, topics: Topics) -> Iterator[Statement]:
    """ "Does it raise cortisol?", "No."; "Which hormones does it lower?", "ACTH and cortisol."."""
    verdict = VERDICT.match(passage.text)
    if verdict is not None and ASKS_WHETHER.match(question.text):
        first = passage.start, passage.start + verdict.end("no" if verdict["no"] else "yes")
        for predicate, mention in _list_asked(question, subject, topics):
            made = state(passage, subject, predicate, ANSWERED, at=first, mention=mention)
            denied = verdict["no"] is not None
            polarity = Polarity.NEGATED if denied else Polarity.AFFIRMED
            word = verdict["no"] or verdict["yes"]
            made = replace(made, polarity=polarity, cue=word if denied else made.cue)
            yield hedge(made, word) if UNSURE.search(word) else made
    elif ASKS_WHAT.match(question.text):
        sought = next((name for name, asks in _asked_effects() if asks.search(question.text)), None)
        for mention in _list_first(passage) if sought is not None else ():
            at = (mention.start, mention.end)
            yield state(passage, subject, sought or "", ANSWERED, at=at, mention=mention)


def _list_asked(question: Passage, subject: Subject, topics: Topics) -> list[tuple[str, Mention]]:
    """The effects of a compound that a question asks about: what a sentence of its words would say."""
    told = [
        (asked.predicate, asked.object_mention)
        for asked in read_prose(question, topics, EFFECTS)
        if isinstance(asked, Statement) and asked.object_mention and asked.subject.concept_id == subject.concept_id
    ]
    for mention in question.of(Label.TARGET, Label.PROCESS, Label.DISEASE):
        before = question.between(question.start, mention.start)
        name = next((name for name, asks in _asked_whether() if asks.search(before)), None)
        own = name != "has_activity" or (mention.label is Label.PROCESS and is_activity(question, mention))
        if name is not None and own and all(mention is not other for _, other in told):
            told.append((name, mention))
    return told


@remember
def _asked_whether() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What stands in front of the object in a question that no other verb than its own answers."""
    does = r"^\W*(?:does|do|did|can|could|will|would)\b[^?.,;]{1,60}?\s"
    kinds = (
        ("increases", rf"(?:{fill_in('<up:base>')}|cause|produce|lead to|trigger)"),
        ("decreases", rf"(?:{fill_in('<down:base>')})"),
        ("inhibits", rf"(?:{fill_in('<inhibit:base>')})"),
        ("modulates", r"(?:affect|influence|change|alter|impact)"),
    )
    asked = [(name, re.compile(rf"{does}{verb}\s+{DETERMINED}$", re.IGNORECASE)) for name, verb in kinds]
    asked.append(("has_activity", re.compile(rf"^\W*(?:is|are)\s[^?.,;]{{1,60}}?\s{DETERMINED}$", re.IGNORECASE)))
    return tuple(asked)


DETERMINED = r"(?:(?:the|an?|any|my|your|much|more|serious|significant)\s+)*"


@remember
def _asked_effects() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Verbs at the end of a question on what a compound does something to."""
    kinds = (("increases", "up"), ("decreases", "down"), ("inhibits", "inhibit"), ("activates", "activate"))
    asked = [(name, fill_in(f"<{kind}:base>")) for name, kind in kinds]
    asked.append(("binds", r"(?:bind(?: to)?|attach to|dock (?:to|at|on))"))
    return tuple(
        (name, re.compile(rf"\b(?:does|do|did|can|will|would)\b[^?.]{{1,60}}\s{verbs}\W*$", re.IGNORECASE))
        for name, verbs in asked
    )


def _list_first(passage: Passage) -> list[Mention]:
    """The names with which an answer begins, up to the first other word."""
    listed: list[Mention] = []
    last = passage.start
    for mention in passage.of(Label.TARGET, Label.PROCESS, Label.COMPOUND, Label.DISEASE):
        if not BETWEEN_NAMES.match(passage.between(last, mention.start)):
            break
        listed.append(mention)
        last = mention.end
    return listed


BETWEEN_NAMES = re.compile(
    r"^\W*(?:A:\s*)?(?:(?:and|or|both|mainly|mostly|chiefly|the|also|primarily)\W+)*$", re.IGNORECASE
)
# "Is it banned by WADA?", "Is it allowed in competition?"
BAN = re.compile(r"\b(?:banned|prohibited|forbidden)\b", re.IGNORECASE)
SPORT = re.compile(r"\b(?:WADA|USADA|sports?|athletes?|competitions?|doping|competitive)\b", re.IGNORECASE)


def _read_ban(passage: Passage, subject: Subject, words: str) -> Iterator[Statement]:
    """ "Is it banned by WADA?", "Yes, at all times."."""
    verdict = VERDICT.match(passage.text)
    if verdict is None or not (BAN.search(words) and SPORT.search(words) and ASKS_WHETHER.match(words)):
        return
    denied = verdict["no"] is not None
    at = passage.start, passage.start + verdict.end("no" if denied else "yes")
    yield state(passage, subject, "legal_status", ANSWERED, at=at, words="prohibited in sport", negated=denied)


def _find_places(topics: Topics, asked: Block) -> list[Mention]:
    """The jurisdictions that a question names."""
    mentions = topics.annotated.mentions
    first = bisect_left(mentions, asked.start, key=lambda m: m.start)
    last = bisect_left(mentions, asked.end, key=lambda m: m.start)
    return [m for m in mentions[first:last] if m.label is Label.JURISDICTION]


def _read_verdict(passage: Passage, subject: Subject, words: str, places: list[Mention]) -> Iterator[Statement]:
    """ "Is Semax approved by the FDA?", "No.": the question has the place, else the answer has it."""
    verdict, approval = VERDICT.match(passage.text), APPROVAL.search(words)
    if approval is None or is_other_matter(words[approval.end() :]):
        return
    if verdict is None:
        yield from _read_where(passage, subject, denied=bool(approval["denied"]))
        return
    first = passage.start, passage.start + verdict.end("no" if verdict["no"] else "yes")
    clause = passage.clause(first[0])
    named = passage.of(Label.JURISDICTION)
    places = places or [m for m in named if clause[0] <= m.start < clause[1]]
    if not places and GOES_ON.match(passage.between(first[1], passage.end)):
        places = list(named)
    everywhere = verdict["no"] is not None and bool(ANYWHERE.search(words) or ANYWHERE.search(verdict["no"]))
    for made in name_approval(passage, subject, first, places, ANSWERED, everywhere=everywhere):
        denied = (verdict["no"] is not None) != bool(approval["denied"])
        yield replace(
            made, polarity=Polarity.NEGATED if denied else Polarity.AFFIRMED, cue=verdict["no"] if denied else None
        )


# As in "Yes: by the FDA in 2022 and in the EU".
GOES_ON = re.compile(r"^\W*(?:by|in|since)\b", re.IGNORECASE)
# "In Italy and China.", "Only in Russia, as far as we know"
WHERE = re.compile(r"^\W*(?:A:\s*)?(?:(?:only|just|mainly)\s+)?(?:in|by)\s+(?:the\s+)?$", re.IGNORECASE)
AND_WHERE = re.compile(r"^(?:,|,? and|,? or)\s+(?:in |by )?(?:the )?$", re.IGNORECASE)


def _read_where(passage: Passage, subject: Subject, *, denied: bool) -> Iterator[Statement]:
    """ "Where is Semax approved?", "In Russia and Ukraine."."""
    places: list[Mention] = []
    for place in passage.of(Label.JURISDICTION):
        follows = AND_WHERE if places else WHERE
        if denied or not follows.match(passage.between(places[-1].end if places else passage.start, place.start)):
            break
        places.append(place)
    if places:
        yield from name_approval(passage, subject, (passage.start, places[-1].end), places, ANSWERED, everywhere=False)


def _read_count(passage: Passage, subject: Subject, _: re.Match[str]) -> Iterator[Statement]:
    for number in _first(passage, Label.QUANTITY):
        if number.quantity is not None and number.quantity.unit in ("", RESIDUE):
            quantity = replace(number.quantity, unit=RESIDUE)
            at = (number.start, number.end)
            yield state(passage, subject, "residue_count", ANSWERED, at=at, mention=number, quantity=quantity)


def _read_sequence(passage: Passage, subject: Subject, _: re.Match[str]) -> Iterator[Statement]:
    for residues in _first(passage, Label.SEQUENCE):
        if residues.peptide is not None:
            yield state(passage, subject, "sequence", ANSWERED, at=(residues.start, residues.end), mention=residues)


def _read_routes(passage: Passage, subject: Subject, _: re.Match[str]) -> Iterator[Statement]:
    last = passage.clause(passage.start)[1]
    for route in passage.of(Label.ROUTE):
        if route.start < last and route.concept_id not in NO_ROUTES:
            made = state(passage, subject, "route", ANSWERED, at=(route.start, route.end), mention=route)
            if made.polarity is Polarity.AFFIRMED:
                yield made


# "The Institute of Molecular Genetics in Moscow", "It was made by Jane Sample".
WHO = re.compile(
    r"^\W*(?:A:\s*)?(?:It was \w+ (?:by|at) )?(?:by |at )?(?:the )?"
    r"(?P<name>(?:Dr\. )?[A-Z][\w&’'-]+(?:(?: (?:of|for|and|the|de)){0,2} [A-Z][\w&’'-]+){1,8})"
)


def _read_developer(passage: Passage, subject: Subject, _: re.Match[str]) -> Iterator[Statement]:
    if (who := WHO.match(passage.text)) is not None:
        at = passage.start + who.start("name"), passage.start + who.end("name")
        yield state(passage, subject, "developed_by", ANSWERED, at=at, words=who["name"])


FOUND = re.compile(r"discovered|isolated|identified|described|found", re.IGNORECASE)


def _read_year(passage: Passage, subject: Subject, asks: re.Match[str]) -> Iterator[Statement]:
    predicate = "isolated_when" if FOUND.search(asks[0]) else "developed_when"
    for date in _first(passage, Label.DATE):
        if date.quantity is not None:
            at = (date.start, date.end)
            yield state(passage, subject, predicate, ANSWERED, at=at, mention=date, quantity=date.quantity)
            return
    year = BARE_YEAR.match(passage.text)
    if year is not None:
        at = passage.start + year.start("year"), passage.start + year.end("year")
        quantity = Quantity(float(year["year"]), None, Comparator.EQUAL, "a", year["year"], 0)
        yield state(passage, subject, predicate, ANSWERED, at=at, quantity=quantity, words=year["year"])


BARE_YEAR = re.compile(r"^\W*(?:A:\s*)?(?:in |around |about )?(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)


def _first(passage: Passage, label: Label) -> list[Mention]:
    """The first thing of a kind, where an answer begins with it."""
    return [m for m in passage.of(label)[:1] if m.start - passage.start <= LEAD]


MADE = r"(?:developed|created|invented|designed|synthesi[sz]ed|discovered|isolated|identified|first described)"
READERS = (
    (re.compile(r"\bhow many (?:amino[- ]acids?|residues)\b", re.IGNORECASE), _read_count),
    (re.compile(r"\b(?:what|which|give)\b.*\bsequence\b", re.IGNORECASE), _read_sequence),
    (
        re.compile(
            r"\bhow (?:is|are|do|does|should|can|was)\b.*\b"
            r"(?:given|taken?|administer(?:ed)?|applied|delivered|injected)\b",
            re.IGNORECASE,
        ),
        _read_routes,
    ),
    (re.compile(rf"\bwho\b.*\b{MADE}", re.IGNORECASE), _read_developer),
    (re.compile(rf"\b(?:when|what year)\b.*\b{MADE}", re.IGNORECASE), _read_year),
)
