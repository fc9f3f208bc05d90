"""What a field says of approvals: words of law under a key, yes or no, a year, or a place as the key itself."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.components.concepts import name_index
from pipeline.extract.approvals import ANYWHERE, APPROVAL, names_no_place
from pipeline.extract.naming import is_subject
from pipeline.extract.qualifiers import find_places
from pipeline.extract.since import BARE_YEAR, add_field_year
from pipeline.extract.statements import state
from pipeline.extract.status import deny_anywhere, find_regulators, make_approvals
from pipeline.lexicon import concept_index
from pipeline.schema import Label, Polarity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.lexicon import Concept
    from pipeline.page import Cell, Mention, Statement, Subject


def read_licences(passage: Passage, subject: Subject, cell: Cell, rule: str) -> Iterator[Statement]:
    """The approvals that the value of a field tells; one that names another compound first is read as a sentence."""
    inside = (m for m in passage.of(Label.COMPOUND) if cell.start <= m.start < cell.end)
    named = next((m for m in inside if is_subject(m) and m.concept_id), None)
    if named is not None and named.concept_id != subject.concept_id:
        return
    yield from _read_status(passage, (subject,), (cell.start, cell.end), rule=rule)
    yield from _read_answer(passage, subject, cell, rule)


def _read_status(
    passage: Passage, subjects: tuple[Subject, ...], span: tuple[int, int], *, rule: str
) -> Iterator[Statement]:
    """The approval claims of a field's value, from page offset `span[0]` to `span[1]`."""
    if len(pieces := _split(passage, span)) > 1:
        for piece in pieces:
            yield from _read_status(passage, subjects, piece, rule=rule)
        return
    match = APPROVAL.search(passage.text, span[0] - passage.start, span[1] - passage.start)
    if match is None:
        return
    at = passage.start + match.start(), passage.start + match.end()
    value = passage.between(*span)
    if names_no_place(passage, at[1]):
        return
    anywhere = ANYWHERE.search(value) is not None
    places = _find_told(passage, at[0], span, anywhere=anywhere)
    if places or anywhere:
        yield from make_approvals(passage, subjects, at, places, rule, denied=bool(match["denied"]))
        return
    place = find_place(passage.block.key or next((cell.text for cell in passage.block.cells if cell.is_head), ""))
    if place is None:
        return
    for subject in subjects:
        yield _say(passage, subject, at, (place, span), rule, denied=bool(match["denied"]))


def _find_told(passage: Passage, at: int, span: tuple[int, int], *, anywhere: bool) -> list[tuple[Mention, bool]]:
    """The places of an approval at page offset `at`: those of the value itself, else those beside all values."""
    found = find_regulators(passage, at)
    if inside := [place for place in found if span[0] <= place[0].start < span[1]]:
        return inside
    others = [cell for cell in passage.block.cells if not cell.is_head and not cell.start <= span[0] < cell.end]
    apart = [place for place in found if not any(cell.start <= place[0].start < cell.end for cell in others)]
    return [] if anywhere else apart


SENTENCE_END = re.compile(r"(?<=[a-z)])\.\s+(?=[A-Z])")


def _split(passage: Passage, span: tuple[int, int]) -> list[tuple[int, int]]:
    """The sentences of a value that tell of an approval each: "Approved in Japan. Not approved in the EU"."""
    at = [span[0], *(span[0] + end.end() for end in SENTENCE_END.finditer(passage.between(*span))), span[1]]
    pieces = list(pairwise(at))
    return [piece for piece in pieces if APPROVAL.search(passage.between(*piece))]


# What a value says in short: yes and the year, or that there is none.
ANSWER = re.compile(
    r"^[^\w✓✔✅✗✘❌×]*(?:(?P<yes>(?:yes|true|approved)\b|[✓✔✅])|(?P<no>(?:no|not|none|never|nowhere|false)\b|[✗✘❌×]))",
    re.IGNORECASE,
)


def _read_answer(passage: Passage, subject: Subject, cell: Cell, rule: str) -> Iterator[Statement]:
    """What a value such as "yes" or "no" says under a key that asks for the approval of one body: "FDA approved"."""
    head = next((other for other in passage.block.cells if other.is_head), None)
    above = passage.block.title  # "Approvals", then "Japan: 2022"
    named = head.text if head else ""
    keys = (cell.header, named, passage.block.key or "", f"{above} > {named}")
    heads = (text.replace("_", " ") for text in keys)  # "fda_approved: false"
    asked = next((text for text in heads if APPROVAL.search(text) or find_place(text) is not None), None)
    if asked is None or APPROVAL.search(cell.text):
        yield from _read_since(passage, subject, cell, rule)
        return
    inside = [m for m in passage.of(Label.JURISDICTION) if cell.start <= m.start < cell.end]
    if inside:  # "Approved: Russia (1996)"
        at = (inside[0].start, inside[-1].end)
        places = [place for place in find_places(passage, at[0]) if place[0] in inside]
        yield from make_approvals(passage, (subject,), at, places, rule, denied=False)
        return
    refused = NO_WHERE.match(cell.text) is not None or (ANYWHERE.search(asked) is not None and _refuses(cell))
    if ANYWHERE.search(cell.text) or refused:  # "Licensed: nowhere", "Approved anywhere? no"
        yield deny_anywhere(passage, subject, (cell.start, cell.end), rule, negated=True)
    elif (answer := ANSWER.match(cell.text)) is not None or _begins_with_date(passage, cell):
        yield from _answer(passage, subject, cell, rule, asked, denied=bool(answer and answer["no"]))


# "never; stopped in phase II"
NO_WHERE = re.compile(r"^\W*(?:never|nowhere|not anywhere)\b(?! (?:been )?\w+ed\b)", re.IGNORECASE)


def _refuses(cell: Cell) -> bool:
    answer = ANSWER.match(cell.text)
    return answer is not None and answer["no"] is not None


# "never approved": nowhere, where the value names no place.
NEVER = re.compile(r"^\W*never (?:been )?(?:approved|marketed|licen[sc]ed|registered|authori[sz]ed)\b", re.IGNORECASE)


def _read_since(passage: Passage, subject: Subject, cell: Cell, rule: str) -> Iterator[Statement]:
    """The approvals of a status such as "FDA 2010 (Egrifta)", or that there never was one."""
    inside = [m for m in passage.of(Label.JURISDICTION) if cell.start <= m.start < cell.end]
    told = APPROVAL.search(cell.text)
    if told is not None:
        if NEVER.match(cell.text) and told["denied"] is None and not inside and not ANYWHERE.search(cell.text):
            yield deny_anywhere(passage, subject, (cell.start, cell.end), rule, negated=True)
        return
    for place in inside:
        year = BESIDE_YEAR.match(passage.between(place.end, cell.end))
        row = concept_index().get(place.concept_id or "")
        if year is not None and row is not None:
            span = place.start, place.end + year.end()
            yield _say(passage, subject, span, (row, span), rule, denied=False)


BESIDE_YEAR = re.compile(r"^\s*[(,:]?\s*(?:in |since )?(?:19|20)\d\d\b")


def _begins_with_date(passage: Passage, cell: Cell) -> bool:
    """Whether a value says since when something holds: "June 2019 (premenopausal women)", "2002"."""
    dated = any(0 <= m.start - cell.start <= 1 for m in passage.of(Label.DATE))
    return dated or BARE_YEAR.match(cell.text) is not None


def _answer(
    passage: Passage, subject: Subject, cell: Cell, rule: str, asked: str, *, denied: bool
) -> Iterator[Statement]:
    head = next((other for other in passage.block.cells if other.is_head), None)
    named = [m for m in passage.of(Label.JURISDICTION) if head and head.start <= m.start < head.end]
    words = [m.concept_id for m in named if m.concept_id]
    place = concept_index().get(words[0]) if words else None
    place = place or find_place(asked) or next((row for word in WORD.findall(asked) for row in _look_up(word)), None)
    if place is not None:
        at = cell.start, cell.end
        yield _say(passage, subject, at, (place, at), rule, denied=denied)


def _say(
    passage: Passage,
    subject: Subject,
    at: tuple[int, int],
    told: tuple[Concept, tuple[int, int]],
    rule: str,
    *,
    denied: bool,
) -> Statement:
    """An approval by words at `at`, in the place that a key names, with the year of the value that stands beside it."""
    place, value = told
    made = state(
        passage,
        subject,
        "approved_in",
        rule,
        at=at,
        words=place.name,
        object_id=place.id,
        context={"jurisdiction": place.name},
    )
    denied = denied or made.polarity is Polarity.NEGATED
    made = replace(made, polarity=Polarity.NEGATED if denied else Polarity.AFFIRMED)
    return made if denied else add_field_year(passage, made, value)


WORD = re.compile(r"[\w.]+")


# "FDA since", "EMA (year)", "US approval date", "Approved by FDA in"; a bare "us" only below "legal", "status"
PLACE_KEY = re.compile(
    r"^(?:approved (?:by|in) )?(?:the )?(?P<place>[\w. ]{2,32}?)(?: approv\w+| licen[sc]\w+| authori[sz]\w+)?"
    r"(?P<when> since| \(year\)| year| date| in| \(since\)| (?:(?:legal|regulatory|approval) )?status)?:?$",
    re.IGNORECASE,
)
STATES = re.compile(
    r"\b(?:approv\w+|legal\w*|regulat\w+|licen[sc]\w+|authori[sz]\w+|status|registr\w+)\b", re.IGNORECASE
)


def find_place(key: str) -> Concept | None:
    """The place of a field such as "FDA since", or of one that is a place alone below "legal": "legal.us"."""
    above, _, last = key.replace("_", " ").replace(" > ", ".").rpartition(".")
    match = PLACE_KEY.match(last.strip())
    if match is None or not (match["when"] or STATES.search(above)):
        return None
    return next(iter(_look_up(match["place"])), None)


def _look_up(word: str) -> list[Concept]:
    rows = name_index().look_up(word) or (name_index().look_up(word.upper()) if len(word) <= LONGEST_CODE else [])
    return [row for row in rows if row.label is Label.JURISDICTION]


LONGEST_CODE = 4  # code points of "us", "eu", "fda"
