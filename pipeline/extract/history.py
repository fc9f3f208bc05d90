"""Who made or found a compound, and when, where the maker is the subject of the sentence or the year opens it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.naming import is_subject, make_subject
from pipeline.extract.statements import state
from pipeline.extract.subjects import resolve_subjects
from pipeline.schema import Label, Polarity, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Mention, Statement, Subject

FOUND = r"isolated|discovered|identified|purified|found|extracted"
MADE = (
    r"developed|developing|created|synthesi[sz]ed|designed|invented|introduced|patented|devised|conceived|pioneered"
    r"|came up with|dreamt up|brought out"
)
# "Loren Pickart", "Novo Nordisk", "the Institute of Molecular Genetics"
NAME = (
    r"(?-i:(?:Dr\.? |Prof(?:essor|\.) )?[A-Z][\w&’'-]+"
    r"(?:(?: (?:of|for|and|the|de|van|von|&)){0,2} [A-Z][\w&’'-]+){0,6})"
)
SPACED, SPACED_MADE = NAME.replace(" ", "[ ]"), MADE.replace(" ", "[ ]")
# "Palatin Technologies developed it", "researchers at Eli Lilly, a company, first made the peptide"
ACTIVE = re.compile(
    rf"""
    (?: ^ | [\s(,;:—–] ) (?: (?: at | from | of | with | by ) \s (?: the \s )? )?
    (?P<who> {SPACED} )
    (?: ,\s[^,.;:]{{2,80}}, )?
    \s (?: (?: who | first | originally | initially | later | then | had | also | has | have
      | scientists | researchers | chemists
      | and\s(?:his|her|their)\s(?:\w+\s)?(?:team|group|colleagues|co-?workers)
      | (?: is | are | was | were ) (?= \s developing ) ) \s ){{0,3}}
    (?P<verb> {FOUND} | {SPACED_MADE} | made (?= \s it \s (?: in | at | first | with | for ) \b )
      | owns (?= \s (?: it | the \s (?: peptide | molecule | compound | drug | rights ) ) \b ) ) \s
    (?P<what> it\b | them\b | both\b | (?: the | this ) \s (?: [\w-]+ \s ){{0,2}}? (?: peptide | compound | drug
      | molecule | hormone
      | factor | substance | \w+peptide )s? \b | (?= [\w(] ) )
    """,
    re.IGNORECASE | re.VERBOSE,
)
# "the company behind it is Theratechnologies", "its inventor was Cyril Bowers", "credit for it goes to Palatin"
BEHIND = re.compile(
    rf"""
    (?: \b | (?= ['’]s \s ) )
    (?: (?: company | firm | group | people | team | lab(?:oratory)? ) \s behind \s (?: it | the \s \w+ )
        \s (?: is | was | are | were )
      | (?: developer | inventor | maker | originator | discoverer
        | sponsor )s? \s (?: of \s [^.;,]{{2,30}} \s )? (?: is | was | are | were )
      | credit \s for \s [^.;]{{2,60}}? \s (?: goes | belongs ) \s to
      | (?: came | comes | emerged | stems | grew ) \s (?: out \s of | from ) \s (?: the \s )? (?: \w+ \s )?
        (?: lab(?:oratory|s|oratories)? | work | group | research | team ) \s (?: of | at | by | in )
      | (?: came | grew ) \s out \s of
      | (?: came | comes ) \s from \s the \s (?: bench | hands | workshop | chemists | drawing \s board )
        \s (?: of | at )
      | (?: \b (?: is | was | were | being ) \s | ['’]s \s ) (?: the | an? ) \s
        (?: work | brainchild | invention | creation | discovery | product | candidate | property ) \s of
      | belongs \s to | is \s owned \s by | ow(?:e|ed|es) (?: \s it )? \s to
      | rights \s (?: to \s [^.;,]{{2,30}} \s )?
        (?: are \s (?: held | owned ) \s by | belong \s to | (?: lie | rest ) \s with )
      | (?: the | its ) \s (?:original\s)? developer ,
      | (?: goes | dates | traces ) \s back \s to \s (?: the \s )? work \s (?: of | by | at ) )
    \s (?: the \s )? (?P<who> {SPACED} )
    """,
    re.IGNORECASE | re.VERBOSE,
)
# "Work at the Herzen Institute gave rise to it"
RISE = re.compile(
    rf"\bwork (?:at|by|of) (?:the )?(?P<who>{NAME})(?: in [\w. ]{{2,24}})? (?:gave rise|led) to\b", re.IGNORECASE
)
# Words with a capital that begin a sentence and name nobody.
NOBODY = re.compile(
    r"^(?:It|The|This|That|They|We|He|She|In|On|At|By|For|And|But|When|While|After|Before|Since|Researchers?|Scientists?|Chemists"
    r"|Studies|Peptides?|[A-Z][a-z]+(?:all|ant|ent|ive|ous|ed|ar)ly|Originally|First|Initially|Also|Some|Many|Most|Later|Recently|One|Two|Work|Both|Its|All|As|Although"
    r"|[A-Z][\w-]*\d[\w-]*)$"
)
# "In 1973 Loren Pickart isolated", "Back in 1982, it was first made"
OPENING_YEAR = re.compile(r"^\W*(?:back )?(?:in|during)\s+(?:the\s+)?(?:(?:early|late|mid)[ -])?$", re.IGNORECASE)
YEAR_LABEL = re.compile(r"^[*_]{0,3}\s?[:–—][*_]{0,3}\s+")  # "1975: it is first synthesised"
DONE = re.compile(rf"\b(?:(?P<found>{FOUND})|(?P<made>{MADE}))\b", re.IGNORECASE)
OTHER_YEAR = re.compile(r"\b(?:approved|licen[sc]ed|registered|launched|authori[sz]ed)\b", re.IGNORECASE)


def read_history(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """Makers and years of the compounds of a passage."""
    for match in ACTIVE.finditer(passage.text):
        for subject in _find_made(passage, topics, match):
            yield from _name_maker(passage, subject, match)
            yield from _date_making(passage, subject, match)
    for pattern in (BEHIND, RISE):
        for match in pattern.finditer(passage.text):
            end = passage.start + match.end()
            for subject in resolve_subjects(passage, end, topics, skip=_inside(passage, match), own=True).subjects[:1]:
                yield from _name_maker(passage, subject, match)
    yield from _read_opening_year(passage, topics)


def _inside(passage: Passage, match: re.Match[str]) -> tuple[Mention, ...]:
    """The names within the words for the maker."""
    first, last = match.span("who")
    return passage.near(passage.start + first, passage.start + last)


def _find_made(passage: Passage, topics: Topics, match: re.Match[str]) -> tuple[Subject, ...]:
    """What somebody made: the name behind the verb, or whom a pronoun there means."""
    placed = passage.text[: match.start("who")].endswith("in ")  # "researchers in Basel"
    if placed or NOBODY.match(match["who"]) or any(is_subject(m) and m.concept_id for m in _inside(passage, match)):
        return ()
    end = passage.start + match.end()
    if match["what"]:
        return resolve_subjects(passage, end, topics, skip=_inside(passage, match), own=True).subjects
    behind = [m for m in passage.near(end, end + 1) if is_subject(m) and m.concept_id]
    return tuple(make_subject(m, SubjectFrom.WRITTEN) for m in behind)


# Adjectives of a country in front of scientists.
OF_COUNTRY = re.compile(
    r"^(?:Soviet|Russian|Japanese|American|Chinese|Swiss|German|French|British|Italian|Korean|Croatian|Danish)$"
)


def _name_maker(passage: Passage, subject: Subject, match: re.Match[str]) -> Iterator[Statement]:
    if NOBODY.match(match["who"]) or OF_COUNTRY.match(match["who"]):
        return
    at = passage.start + match.start("who"), passage.start + match.end("who")
    made = state(passage, subject, "developed_by", "history-maker", at=at, words=match["who"].strip())
    if made.polarity is Polarity.AFFIRMED:
        yield made


# "Neurex made it in 1993": between what was made and its year
IN_YEAR = re.compile(
    r"^[^.;:()]{0,40}?\b(?:in|during|around|back in)\s(?:the\s)?(?:(?:early|late|mid)[\s-])?$", re.IGNORECASE
)


def _date_making(passage: Passage, subject: Subject, match: re.Match[str]) -> Iterator[Statement]:
    """The year right behind what somebody made or found: "Bach discovered it in 1977"."""
    end = passage.start + (match.end() if match["what"] else match.end("verb"))
    date = next((m for m in passage.of(Label.DATE) if m.quantity and m.start >= end), None)
    words = passage.between(end, date.start) if date is not None else ""
    if date is None or not IN_YEAR.match(words) or OTHER_YEAR.search(words):
        return
    predicate = "isolated_when" if re.fullmatch(FOUND, match["verb"], re.IGNORECASE) else "developed_when"
    yield state(
        passage, subject, predicate, "history-year", at=(date.start, date.end), mention=date, quantity=date.quantity
    )


def _read_opening_year(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The year in front of its verb: "In 1973 it was isolated"."""
    date = next((m for m in passage.of(Label.DATE) if m.quantity), None)
    if date is None:
        return
    label = YEAR_LABEL.match(passage.between(date.end, passage.end))
    front = passage.between(passage.start, date.start)
    if not OPENING_YEAR.match(front) and (label is None or re.search(r"\w", front)):
        return
    last = passage.clause(date.end + (label.end() if label is not None else 0))[1]
    words = passage.between(date.end, last)
    done = DONE.search(words)
    if done is None or OTHER_YEAR.search(words) or any(date.end < m.start < last for m in passage.of(Label.DATE)):
        return
    active = ACTIVE.search(passage.text)
    at = date.end + done.start()
    first = next((m for m in passage.near(date.end, at) if m.label in (Label.TARGET, Label.COMPOUND)), None)
    if first is not None and first.label is Label.TARGET:  # "In 2019 CK2 was identified as its target"
        return
    subjects = _find_made(passage, topics, active) if active else resolve_subjects(passage, at, topics).subjects
    predicate = "isolated_when" if done["found"] else "developed_when"
    for subject in subjects:
        span = date.start, date.end
        yield state(passage, subject, predicate, "history-year", at=span, mention=date, quantity=date.quantity)
