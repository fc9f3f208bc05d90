"""Studies as linked records: who, when, in what design, with how many."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.statements import state
from pipeline.extract.subjects import resolve_subjects
from pipeline.page import Leftover, Quantity
from pipeline.quantity import dimension_of
from pipeline.schema import Certainty, CitationRole, CitationStyle, Comparator, Label, Polarity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.subjects import Topics
    from pipeline.page import Mention, Statement, Subject

STUDY_WORDS = re.compile(r"\b(?:stud(?:y|ies)|trials?|RCTs?|cohort|pilots?|series|sample size)\b", re.IGNORECASE)
# "30-day treatment", "a 12-week trial", "for 10 days": how long, not how long the drug stays.
LASTING = re.compile(
    r"^[\s-]*(?:\w+[\s-]+)?(?:treatment|trial|study|course|follow-up|observation|period|programme|program)\b",
    re.IGNORECASE,
)
# "treated 60 patients for 3 weeks", "lasted six weeks"; hours are for effects.
FOR = re.compile(r"\b(?:for|lasted|lasting|over|ran for)\s+$", re.IGNORECASE)
LONG_UNITS = frozenset({"d", "wk", "mo", "a"})
NAMED_STUDY = re.compile(
    r"\b(?:the |a |an |one )?(?:(?:small|large|largest|later|first|Russian|open-label|double-blind|pilot|human"
    r"|English-accessible|clinical"
    r"|controlled|randomi[sz]ed|single-arm|crossover|phase [IViv\d]+) )+(?:\w+ )?(?:study|trial)\b"
    r"|\b(?-i:[A-Z][A-Z0-9-]{2,})(?:[ -]?\d)? (?:trial|study)\b"
    r"|\bthe (?:largest|longest|only) (?:[\w-]+ ){0,3}(?:studies|trials)\b",
    re.IGNORECASE,
)
# A sentence that goes on about the study of the sentence before.
GOES_ON = re.compile(r"^\W*(?:this|it|its|the (?:study|trial)|participants|subjects|patients)\b", re.IGNORECASE)


def read_studies(passage: Passage, topics: Topics) -> Iterator[Statement | Leftover]:
    """The study claims of a sentence."""
    cited = [m for m in passage.of(Label.CITATION) if _is_work(m)]
    about_study = bool(STUDY_WORDS.search(passage.text))
    if not cited and not about_study:
        return
    resolved = resolve_subjects(passage, passage.end - 1, topics, loose=True)
    if not resolved.subjects:
        if cited:
            yield Leftover(passage.start, passage.end, Label.STATEMENT, f"study: {resolved.reason}")
        return
    for subject in resolved.subjects[:1]:
        yield from _read_works(passage, subject, cited)
        yield from _read_design(passage, subject, cited, topics)


def _is_work(mention: Mention) -> bool:
    citation = mention.citation
    return (
        citation is not None and citation.role is CitationRole.CALLOUT and citation.style is CitationStyle.AUTHOR_YEAR
    )


def _read_works(passage: Passage, subject: Subject, cited: list[Mention]) -> Iterator[Statement]:
    for mention in cited:
        if mention.citation is None or mention.citation.year is None:
            continue
        year = Quantity(float(mention.citation.year), None, Comparator.EQUAL, "a", str(mention.citation.year), 0)
        name = _study_name(mention)
        statement = state(
            passage,
            subject,
            "study",
            "study-cited",
            at=(mention.start, mention.end),
            mention=mention,
            words=mention.citation.authors or mention.text,
            context={"study": name},
        )
        # That a work is cited is neither denied nor doubted by what the sentence says of its subject.
        yield replace(
            statement,
            quantity=year,
            value_text=str(mention.citation.year),
            polarity=Polarity.AFFIRMED,
            certainty=Certainty.ASSERTED,
            cue=None,
        )


def _read_design(passage: Passage, subject: Subject, cited: list[Mention], topics: Topics) -> Iterator[Statement]:
    name = _name_of(passage, cited, topics)
    if name is None:
        return
    topics.remember_study(passage.block, name)
    context = {"study": name}
    for design in passage.of(Label.DESIGN):
        made = state(
            passage,
            subject,
            "study_design",
            "study-design",
            at=(design.start, design.end),
            mention=design,
            context=context,
        )
        missing = made.polarity is Polarity.NEGATED or made.certainty is Certainty.OPEN
        if not missing:  # "no blinded trial" is a gap, not a design
            yield made
    for number in passage.of(Label.QUANTITY):
        predicate = _measures(passage, number)
        if predicate is not None:
            at = (number.start, number.end)
            yield state(
                passage,
                subject,
                predicate,
                "study-number",
                at=at,
                mention=number,
                quantity=number.quantity,
                context=context,
            )


def _name_of(passage: Passage, cited: list[Mention], topics: Topics) -> str | None:
    """The study that a sentence tells of: cited, the one before, or named by its kind."""
    if cited:
        return _study_name(cited[0])
    if GOES_ON.match(passage.text) and (last := topics.recall_study(passage.block)):
        return last
    return _named_study(passage)


def _measures(passage: Passage, number: Mention) -> str | None:
    unit = number.quantity.unit if number.quantity else ""
    if unit == "{subject}":
        return "sample_size"
    if dimension_of(unit) != "time":
        return None
    long = unit in LONG_UNITS and FOR.search(passage.between(number.start - 14, number.start))
    return "study_duration" if long or LASTING.match(passage.between(number.end, number.end + 40)) else None


def _study_name(mention: Mention) -> str:
    citation = mention.citation
    if citation is None or citation.authors is None:
        return mention.text
    return f"{citation.authors}, {citation.year}" if citation.year else citation.authors


def _named_study(passage: Passage) -> str | None:
    match = NAMED_STUDY.search(passage.text)
    return match[0].strip() if match else None
