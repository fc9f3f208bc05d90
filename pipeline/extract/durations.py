"""What a field that is only called "Duration" or "Length" times: an effect, a study or a course of treatment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.keys import find_key, known_keys
from pipeline.extract.participants import LONG_UNITS

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.lexicon import KeyRow
    from pipeline.page import Cell, Mention

STUDY_SECTION = re.compile(
    r"\b(?:stud(?:y|ies)|trials?|participants|subjects|design|intervention|endpoints?|STEP \d)\b", re.IGNORECASE
)


# "Duration: 4 to 6 weeks" below "Loading phase" tells how long a course is.
COURSE = re.compile(
    r"\b(?:phase|loading|maintenance|protocols?|cycles?|dosing|dosage|regimens?|courses?)\b", re.IGNORECASE
)


# "4–6 weeks on, 3–6 weeks off", "8 weeks, then a washout": how long a course is.
ON_AND_OFF = re.compile(r"\b(?:on\b[^.]{0,40}\boff|wash-?out|off[- ]period|cycles?|breaks?)\b", re.IGNORECASE)


def times_course(passage: Passage, cell: Cell, inside: list[Mention]) -> bool:
    """Whether a "Duration" is that of a course of treatment."""
    if ON_AND_OFF.search(cell.text):
        return True
    section = passage.block.title
    return any(is_long(m) for m in inside) and bool(COURSE.search(section)) and not STUDY_SECTION.search(section)


# "Lasts: 28 days" says how long a thing keeps, "Lasts: 3 hours" how long it works.
LASTS = re.compile(r"^\W*(?:it )?lasts?(?: for)?\W*$", re.IGNORECASE)


def tell_duration(passage: Passage, row: KeyRow, inside: list[Mention]) -> KeyRow:
    """A bare "Duration" or "Length" in the section or the table of a study is how long the study was."""
    long = any(is_long(m) for m in inside)
    if row.predicate != "duration_of_effect" or not long:
        return row
    about = " ".join((*passage.block.section, *(cell.header for cell in passage.block.cells)))
    if any(LASTS.match(cell.text) or LASTS.match(cell.header) for cell in passage.block.cells):
        return known_keys()["shelf life"]
    beside = (find_key(cell.header) for cell in passage.block.cells if cell.header)
    told = STUDY_SECTION.search(about) or any(key is not None and key.predicate == "sample_size" for key in beside)
    return row.model_copy(update={"predicate": "study_duration"}) if told else row


def is_long(number: Mention) -> bool:
    """Whether a time is one of days or longer."""
    return number.quantity is not None and number.quantity.unit in LONG_UNITS
