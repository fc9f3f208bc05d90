"""Numbers that a heading, a question or the field above names: "Half-lives", then "Semax manages 2 hours"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.casts import list_together
from pipeline.extract.durations import is_long
from pipeline.extract.further import keep_values
from pipeline.extract.keys import find_key, fold_key, known_keys
from pipeline.extract.naming import is_subject, make_subject
from pipeline.extract.rows import page_subject
from pipeline.extract.statements import state
from pipeline.extract.values import LONGEST_UNKNOWN, UNKNOWABLE, UNKNOWN_VALUE, has_dimension, read_value
from pipeline.lexicon import predicates, remember_last
from pipeline.page import Cell
from pipeline.schema import BlockKind, Comparator, Label, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.lexicon import KeyRow
    from pipeline.page import Mention, Statement, Subject

# Rules that read a number by where it stands; what words say of it goes first.
HEADED, KEPT, HEADED_GAP = "number-headed", "number-kept", "gap-headed"


def read_headed(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """A number whose property a heading or the field right above names: "Half-lives", then "Semax manages 2 hours"."""
    if passage.block.cells:
        return
    row = topics.recall_field(passage.block) or _find_asked(passage, topics)
    dimension = predicates()[row.predicate].dimension if row is not None and row.value == "quantity" else None
    if row is not None and row.predicate == "duration_of_effect" and passage.of(Label.MATRIX):
        row = known_keys()["half life"]  # "Seven minutes in rat plasma"
    if row is None or row.predicate in STUDIED or (dimension is None and row.predicate not in ANY_AMOUNT):
        return
    numbers = [m for m in passage.of(Label.QUANTITY) if m.quantity and m.quantity.unit and has_dimension(m, dimension)]
    lead = passage.between(passage.start, numbers[0].start) if numbers else ""
    names = [m for m in passage.mentions if is_subject(m) and m.end <= numbers[0].start] if numbers else []
    if numbers and SAID_OF.match(passage.between(numbers[0].end, numbers[0].end + LONGEST_LEAD)):
        return
    if row.predicate == "half_life" and OF_ANOTHER_TIME.search(lead):
        return
    if not numbers or len(lead) > LONGEST_LEAD or len(names) > 1 or not LEADS_TO_VALUE.search(lead):
        return
    named = tuple(make_subject(name, SubjectFrom.WRITTEN) for name in names if name.concept_id)
    told = keep_values(row.predicate, passage, numbers) if row.predicate == "pack_size" else numbers[:1]
    for subject in named or page_subject(passage, topics):
        for number in told:
            at = (number.start, number.end)
            quantity = number.quantity
            yield state(
                passage, subject, row.predicate, HEADED, at=at, mention=number, quantity=quantity, context=row.context
            )


# "Turnover in cells is about 2 hours", below "Half-life".
OF_ANOTHER_TIME = re.compile(
    r"\b(?:turnover|onset|peaks?|effects?|action|clearance|detect\w+|steady|interval|absorption)\b", re.IGNORECASE
)


def read_headed_gap(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """That nothing is known of what the heading or question names: "Half-life", then "Not determined in man."."""
    row = _find_asked(passage, topics)
    text = passage.text.strip(" .*_")
    if row is None or row.predicate not in UNKNOWABLE or passage.block.cells or len(text) > LONGEST_UNKNOWN:
        return
    if UNKNOWN_VALUE.match(text) is None:
        return
    at, about = (passage.start, passage.end), f"predicate:{row.predicate}"
    for subject in page_subject(passage, topics):
        yield state(passage, subject, "evidence_gap", HEADED_GAP, at=at, words=text, object_id=about)


STORAGE = re.compile(r"\b(?:stor(?:e|ed|age|ing)|keep|kept|shelf|stability|stable|handling)\b", re.IGNORECASE)
KEPT_FOR = re.compile(
    r"\b(?:for|within|up to|about|approximately|at least|lasts?|keeps?|stable|good|after opening|after reconstitution)"
    r"(?: (?:no more than|up to|at least|about|only))?\s+$|^\W*$",
    re.IGNORECASE,
)
SPOILS = re.compile(
    r"\b(?:a day|daily|twice|with food"
    r"|above|sitting|melt\w*|heat\w*|autoclav\w*|freez\w+ point|deliver\w*|ship\w*|stud(?:y|ies))\b",
    re.IGNORECASE,
)


# A page on so many compounds at most tells how all of them are kept.
MOST = 3
# "Most peptides keep for a year" tells of them all.
GENERAL = re.compile(r"\b(?:peptides|compounds|products|water|diluents?)\b", re.IGNORECASE)
UPPER = frozenset({Comparator.LESS, Comparator.AT_MOST})


def read_kept(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """Temperatures and times below a question or heading on storage, where no verb says so: "As a powder at −20 °C"."""
    if not STORAGE.search(topics.theme(passage.block)) or SPOILS.search(passage.text):
        return
    names = [m for m in passage.mentions if is_subject(m)]
    if len({m.concept_id for m in names}) > 1:
        return
    for number in passage.of(Label.QUANTITY):
        before = passage.between(number.start - LONGEST_LEAD, number.start)
        if GENERAL.search(passage.between(passage.start, number.start)):
            continue
        bounded = number.quantity is not None and number.quantity.comparator in UPPER
        long = is_long(number) and (bounded or KEPT_FOR.search(before))
        predicate = "storage_temperature" if has_dimension(number, "temperature") else "shelf_life" if long else None
        for subject in _find_kept(passage, topics, number, names) if predicate is not None else ():
            at = (number.start, number.end)
            yield state(passage, subject, predicate or "", KEPT, at=at, mention=number, quantity=number.quantity)


def _find_kept(passage: Passage, topics: Topics, number: Mention, names: list[Mention]) -> tuple[Subject, ...]:
    """Whose a number on storage is; one in a bracket with a name is that one's: "14 days (Semax: 7 days)"."""
    bracket = next((span for span in passage.brackets if span[0] <= number.start < span[1]), (0, passage.end))
    aside = [m for m in names if any(start <= m.start < end for start, end in passage.brackets)]
    own = [m for m in names if bracket[0] <= m.start < bracket[1] and (bracket[0] or m not in aside)]
    if own and own[0].concept_id:
        return (make_subject(own[0], SubjectFrom.WRITTEN),)
    implied = topics.implied(passage.block)
    shared = implied if 0 < len(implied) <= MOST else list_together(topics, passage.block)
    apart = {m.concept_id for m in aside} if len(shared) > 1 else set()
    return tuple(subject for subject in shared if subject.concept_id not in apart)


def _find_asked(passage: Passage, topics: Topics) -> KeyRow | None:
    """The property that the question above a passage asks for, or its heading names."""
    question = fold_key(topics.asked(passage.block))
    if not question:
        return find_key(passage.block.title)
    return _read_question(question)


@remember_last(1)
def _read_question(question: str) -> KeyRow | None:
    """The property that a folded question asks for."""
    named = (row for key, row in known_keys().items() if row.predicate in ASKED and f" {key} " in f" {question} ")
    meant = (known_keys()[key] for key, asks in QUESTIONS if asks.search(question))
    return next(named, None) or next(meant, None)


# What people ask without its name, after the key that names it.
QUESTIONS = (
    (
        "half life",
        re.compile(
            r"how (?:long|quickly|fast)\b.*\b"
            r"(?:in (?:the |your |my )?(?:blood|body|system|plasma|circulation)|cleared|eliminated)"
        ),
    ),
    ("molecular weight", re.compile(r"how (?:much .*\bweigh|heavy)\b")),
    ("purity", re.compile(r"how pure\b")),
    (
        "shelf life",
        re.compile(
            r"how long\b.*\b(?:keep|good|stored|stable|expire|shelf|fridge|freezer|reconstituted|mixed|opened)\b"
        ),
    ),
    ("tmax", re.compile(r"(?:when|how (?:fast|quickly|soon|long))\b.*\bpeak")),
    ("pack size", re.compile(r"(?:what|which) (?:\w+ )?(?:sizes|amounts|quantities|formats|vials)\b|how much is in\b")),
    ("duration of effect", re.compile(r"how long\b.*\b(?:effects?|works?|act|last)\b")),
)


# Properties that people ask for by their name.
ASKED = frozenset({"half_life", "molecular_weight", "purity", "bioavailability", "shelf_life", "tmax", "dose"})
STUDIED = frozenset({"sample_size", "study_duration"})
ANY_AMOUNT = frozenset({"dose", "pack_size"})  # told in units of any dimension
LONGEST_LEAD = 60  # code points of a sentence that only states a value
# "", "Semax manages", "Burns off fast —": what stands in front of a value that needs no other name than its heading.
LEADS_TO_VALUE = re.compile(
    r"^\W*$|[—–:]\s*$|\b(?:has|is|manages|reaches|comes to|stays at|gets to|has one of|takes|sits at|needs only|lasts)"
    r"\s+(?:only |just |a mere |about |around |roughly )*$",
    re.IGNORECASE,
)


# "One percent is not a misprint" speaks of the number.
SAID_OF = re.compile(
    r"^\s+(?:is|are|was|were|has|have|may|might|can|seems?|sounds?|contains?|holds?|delivers?)\b", re.IGNORECASE
)


def read_listed(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """What a sentence lists below a heading that names the property: "Indications", then "Anxiety; neurasthenia"."""
    row = find_key(passage.block.title) if not passage.block.cells else None
    if row is None or row.predicate not in LISTED:
        return
    named = passage.of(*row.labels)
    if not named or named[0].start - passage.start > LONGEST_INTRODUCTION:
        return
    last = named[0].start
    for mention in named:
        if not LIST_GLUE.match(passage.between(last, mention.start)):
            return
        last = mention.end
        for subject in page_subject(passage, topics):
            at = (mention.start, mention.end)
            yield state(passage, subject, row.predicate, LIST, at=at, mention=mention)


# "Also known as:", "Modifications", then a list of them.
WORDED = frozenset({"synonym", "modification"})
LONGEST_ITEM = 80  # code points of an item, and of what stands above
TELLS = re.compile(
    r"\b(?:is|are|was|were|has|have|can|may|should|will|do|does|not|you|your|we|contains?|includes?|represents?"
    r"|corresponds?)\b",
    re.IGNORECASE,
)


def read_listed_words(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The names or changes that the items of a list are, below a line or heading that says what they are."""
    block = passage.block
    whole = passage.start - block.start + block.end - passage.end <= LONGEST_INTRODUCTION
    if block.kind is not BlockKind.LIST_ITEM or block.cells or len(passage.text) > LONGEST_ITEM or not whole:
        return
    lead = topics.annotated.page.find_lead(block)
    above = topics.annotated.page.text[lead.start : lead.end] if lead is not None else block.title
    row = find_key(above.strip("*_: ")) if len(above) <= LONGEST_ITEM else None
    if row is None or row.predicate not in WORDED or TELLS.search(passage.text):
        return
    cell = Cell(passage.start, passage.end, passage.text)
    for subject in page_subject(passage, topics):
        yield from read_value(passage, row, cell, subject)


LISTED = frozenset({"indication", "route"})
LIST = "concept-listed"
LONGEST_INTRODUCTION = 12  # code points in front of the first name of a list
# Between two names of such a list.
LIST_GLUE = re.compile(r"^[\s,;/]*(?:(?:and|or|with|chronic|acute|severe|mild)\s+)*$", re.IGNORECASE)
