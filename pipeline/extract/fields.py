"""Claims from rows and fields: a key that the vocabulary knows, its value, and whom the row is about."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.extract.numbers import keep_values
from pipeline.extract.qualifiers import CONCEPT_COLUMNS, CONDITION_COLUMNS, has_condition, qualifiers
from pipeline.extract.statements import state
from pipeline.extract.status import read_status
from pipeline.extract.studies import LONG_UNITS
from pipeline.extract.subjects import is_subject, make_subject
from pipeline.lexicon import KeyRow, Rule, concept_index, keep_first, predicates, read_rows, remember
from pipeline.quantity import dimension_of, parse_field_quantity, parse_unit
from pipeline.schema import BlockKind, Comparator, Label, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.subjects import Topics
    from pipeline.page import Cell, Mention, Quantity, Statement, Subject

# "Molecular Weight (Da):" and "molecular_weight-da" are one key.
KEY_NOISE = re.compile(r"[\s_:–—-]+")
KEY_TAIL = re.compile(r"\s*\([^)]*\)\s*$")
EMPTY_VALUES = frozenset(
    {"not known", "unclear", "not established", "not characterized", "not characterised"}
    | {"", "-", "–", "—", "n/a", "na", "null", "none", "~", "tbd", "unknown", "not stated"}
)
# "Mechanism: unknown" is a gap in the evidence.
UNKNOWN_VALUES = frozenset(
    {"unknown", "not known", "unclear", "not established", "not characterized", "not characterised"}
)
UNKNOWABLE = frozenset({"primary_mechanism", "acts_through", "half_life", "bioavailability", "tmax", "affinity"})
# A value longer than this is prose and is read as sentences.
LONGEST_VALUE = 240
SPLIT_LIST = re.compile(r"\s*[;,|•]\s*(?![^()]*\))")


@dataclass(frozen=True, slots=True)
class Field:
    """A key of the vocabulary, the cell with its value, and whom it is about."""

    row: KeyRow
    value: Cell
    subjects: tuple[Subject, ...]


@remember
def known_keys() -> dict[str, KeyRow]:
    """Key rows by folded key."""
    return keep_first((fold_key(key), row) for row in read_rows("keys", KeyRow) for key in row.keys)


def fold_key(key: str) -> str:
    """A field name without case, underscores, dashes and the colon behind it."""
    return KEY_NOISE.sub(" ", key.replace("½", "1/2")).strip().casefold()


def find_key(name: str) -> KeyRow | None:
    """The key row of a field name, with or without what stands in brackets behind it."""
    folded = fold_key(name)
    keys = known_keys()
    last = folded.replace(" > ", ".").rpartition(".")[2].strip()  # a path of fields, or heads above heads
    found = keys.get(folded) or keys.get(fold_key(KEY_TAIL.sub("", name))) or keys.get(last) or _drop_unit(last)
    return found or _find_by_end(last) or _find_above(folded)


def _find_above(folded: str) -> KeyRow | None:
    """The key row of the field that a condition refines: "storage.powder", "half-life > rat"."""
    above, dot, below = folded.replace(" > ", ".").rpartition(".")
    row = known_keys().get(above.rpartition(".")[2].strip()) if dot else None
    conditioned = has_condition(below) or below in CONDITIONS_BELOW
    return row if row is not None and row.value == "quantity" and conditioned else None


# Names of fields below "storage" and the like.
CONDITIONS_BELOW = frozenset(
    {"powder", "dry", "lyophilized", "lyophilised", "solution", "reconstituted", "unopened", "opened", "temperature"}
    | {"temp", "value", "typical", "human", "humans", "rat", "rats", "mouse", "mice", "plasma", "serum", "oral"}
    | {"nasal", "intranasal", "iv", "sc", "im", "subcutaneous", "intravenous"}
)


# Properties that a longer name of a field ends or begins with: "typical weekly dose", "dose in the trial".
ENDED = frozenset(
    {"dose", "half_life", "molecular_weight", "bioavailability", "purity", "tmax", "shelf_life"}
    | {"concentration", "storage_temperature"}
)
LONGEST_KEY = 6  # words
PLACED = re.compile(
    r"\s(?:in|of|used|studied|given|per|by|at|for|after)\s.*$|\s(?:used|studied|given|range|range studied)$"
)


def _find_by_end(folded: str) -> KeyRow | None:
    """The key row of the last words of a name, or of those before "in the trial"."""
    words = folded.split()
    if not 1 < len(words) <= LONGEST_KEY:
        return None
    stem = PLACED.sub("", folded)
    tails = [stem, *(" ".join(words[at:]) for at in range(1, len(words)))]
    rows = (known_keys().get(tail) for tail in tails)
    row = next((row for row in rows if row is not None), None)
    return row if row is not None and row.value == "quantity" and row.predicate in ENDED else None


def _drop_unit(folded: str) -> KeyRow | None:
    head, _, tail = folded.rpartition(" ")
    return known_keys().get(head) if tail in {"da", "g/mol", "kda", "%", "c", "hours", "min", "id", "number"} else None


def read_fields(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The claims of one row or field."""
    for found in find_fields(passage, topics):
        topics.remember_field(passage.block, found.row)
        for subject in found.subjects:
            for statement in _read_value(passage, found.row, found.value, subject):
                yield _name_study(passage, _add_row_context(passage, statement))
    yield from _read_effects(passage, topics)


def _read_effects(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """Columns that name an effect and whose it is: "Weight loss, semaglutide"."""
    for cell in passage.block.cells:
        if cell.is_head or not cell.header or find_key(cell.header):
            continue
        rule = next((rule for rule, trigger in sized_effects() if trigger.search(cell.header)), None)
        concept = concept_index().get(rule.says or "") if rule is not None else None
        sizes = [m for m in passage.of(Label.QUANTITY) if cell.start <= m.start and m.end <= cell.end]
        fitting = [m for m in sizes if _has_dimension(m, "fraction")]
        subjects = _column_subject(topics, cell) or _page_subject(passage, topics)
        if rule is None or concept is None or not fitting or not WHOLE.match(cell.text):
            continue
        for subject in subjects[:1]:
            made = state(
                passage,
                subject,
                rule.predicate,
                rule.id,
                at=(fitting[0].start, fitting[0].end),
                words=concept.name,
                object_id=concept.id,
                uses=(fitting[0],),
            )
            sized = replace(made, quantity=fitting[0].quantity, value_text=fitting[0].text)
            yield _name_study(passage, sized)


# A cell that holds a number and at most a word or two: "14.1%", "about 15% of body weight".
WHOLE = re.compile(r"^\W*(?:\w+\W+)?[\d.,–-]+\s?%\W*(?:[\w-]+\W*){0,4}$")


@remember
def sized_effects() -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    """Sentence rules that name an effect by themselves and ask for its size."""
    rows = [row for row in read_rows("rules", Rule) if row.says is not None and Label.QUANTITY in row.object]
    return tuple((row, re.compile(row.trigger, re.IGNORECASE)) for row in rows)


# Rules that read a number by where it stands; what words say of it goes first.
HEADED, KEPT = "number-headed", "number-kept"


def read_headed(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """A number whose property a heading or the field right above names: "Half-lives", then "Semax manages 2 hours"."""
    if passage.block.cells:
        return
    row = topics.recall_field(passage.block) or _find_asked(passage, topics)
    dimension = predicates()[row.predicate].dimension if row is not None and row.value == "quantity" else None
    if row is None or dimension is None or row.predicate in STUDIED:
        return
    numbers = [m for m in passage.of(Label.QUANTITY) if _has_dimension(m, dimension)]
    lead = passage.between(passage.start, numbers[0].start) if numbers else ""
    names = [m for m in passage.mentions if is_subject(m) and m.end <= numbers[0].start] if numbers else []
    if numbers and SAID_OF.match(passage.between(numbers[0].end, numbers[0].end + LONGEST_LEAD)):
        return
    if not numbers or len(lead) > LONGEST_LEAD or len(names) > 1 or not LEADS_TO_VALUE.search(lead):
        return
    named = tuple(make_subject(name, SubjectFrom.WRITTEN) for name in names if name.concept_id)
    for subject in named or _page_subject(passage, topics):
        at = (numbers[0].start, numbers[0].end)
        quantity = numbers[0].quantity
        yield state(
            passage, subject, row.predicate, HEADED, at=at, mention=numbers[0], quantity=quantity, context=row.context
        )


STORAGE = re.compile(r"\b(?:stor(?:e|ed|age|ing)|keep|kept|shelf|stability|stable|handling)\b", re.IGNORECASE)
KEPT_FOR = re.compile(
    r"\b(?:for|within|up to|about|approximately|at least|lasts?|keeps?|stable|good|after opening|after reconstitution)"
    r"(?: (?:no more than|up to|at least|about|only))?\s+$|^\W*$",
    re.IGNORECASE,
)
SPOILS = re.compile(
    r"\b(?:above|melt\w*|heat\w*|autoclav\w*|freez\w+ point|deliver\w*|ship\w*|stud(?:y|ies))\b", re.IGNORECASE
)


UPPER = frozenset({Comparator.LESS, Comparator.AT_MOST})


def _is_long(number: Mention) -> bool:
    return number.quantity is not None and number.quantity.unit in LONG_UNITS


def read_kept(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """Temperatures and times below a question or heading on storage, where no verb says so: "As a powder at −20 °C"."""
    asked = topics.asked(passage.block) or (passage.block.section[-1] if passage.block.section else "")
    if not STORAGE.search(asked) or SPOILS.search(passage.text):
        return
    names = [m for m in passage.mentions if is_subject(m)]
    if len({m.concept_id for m in names}) > 1:
        return
    written = tuple(make_subject(name, SubjectFrom.WRITTEN) for name in names[:1] if name.concept_id)
    subjects = written or _page_subject(passage, topics)
    for number in passage.of(Label.QUANTITY):
        before = passage.between(number.start - LONGEST_LEAD, number.start)
        bounded = number.quantity is not None and number.quantity.comparator in UPPER
        long = _is_long(number) and (bounded or KEPT_FOR.search(before))
        predicate = "storage_temperature" if _has_dimension(number, "temperature") else "shelf_life" if long else None
        for subject in subjects if predicate is not None else ():
            at = (number.start, number.end)
            yield state(passage, subject, predicate or "", KEPT, at=at, mention=number, quantity=number.quantity)


def _find_asked(passage: Passage, topics: Topics) -> KeyRow | None:
    """The property that the question above a passage asks for, or its heading names."""
    question = topics.asked(passage.block)
    if question:
        return next(
            (row for key, row in known_keys().items() if row.predicate in ASKED and f" {key} " in f" {question} "), None
        )
    return find_key(passage.block.section[-1]) if passage.block.section else None


# Properties that people ask for by their name.
ASKED = frozenset({"half_life", "molecular_weight", "purity", "bioavailability", "shelf_life", "tmax"})
STUDIED = frozenset({"sample_size", "study_duration"})
LONGEST_LEAD = 60  # code points of a sentence that only states a value
# "", "Semax manages", "Burns off fast —": what stands in front of a value that needs no other name than its heading.
LEADS_TO_VALUE = re.compile(
    r"^\W*$|[—–:]\s*$|\b(?:has|is|manages|reaches|comes to|stays at|gets to|has one of|takes|sits at|needs only|lasts)"
    r"\s+(?:only |just |a mere |about |around |roughly )*$",
    re.IGNORECASE,
)


# "One percent is not a misprint" speaks of the number.
SAID_OF = re.compile(r"^\s+(?:is|are|was|were|has|have|may|might|can|seems?|sounds?)\b", re.IGNORECASE)


def read_rests(passage: Passage, fields: list[Statement], topics: Topics) -> Iterator[Passage]:
    """What a field says beside its value, and what a text field says, each as a passage on whom the field is about.

    "Half-life: 2 hours; peak within 1 hour" has a second number; `description: Synthetic heptapeptide, 5 mg per vial`.
    """
    used = {(m.start, m.end) for s in fields for m in s.uses if s.quantity is not None or m.label is not Label.QUANTITY}
    for cell in passage.block.cells:
        if cell.is_head or not cell.text or not passage.block.cells[0].is_head:
            continue
        told = [s for s in fields if any(cell.start <= m.start and m.end <= cell.end for m in s.uses)]
        subjects = tuple({s.subject.concept_id: s.subject for s in told}.values())
        if not subjects and passage.block.kind in RECORD_BLOCKS and len(cell.text.split()) >= SENTENCE_WORDS:
            subjects = _page_subject(passage, topics)
        elif not subjects and find_key(cell.header) is not None:
            subjects = _names_in(passage, passage.block.cells[0], SubjectFrom.TABLE_ROW) or _page_subject(
                passage, topics
            )
        if len(subjects) != 1:
            continue
        rest = passage.narrow(cell, subjects)
        yield replace(rest, mentions=tuple(m for m in rest.mentions if (m.start, m.end) not in used))


SENTENCE_WORDS = 5  # a value with as many words is read as a sentence


def _add_row_context(passage: Passage, statement: Statement) -> Statement:
    """What whole cells of the same row name, such as "oral" or "rat", holds for the row."""
    if statement.predicate in ROW_FREE:
        return statement
    context = _add_key_conditions(passage, statement)
    for cell in passage.block.cells:
        whole = next((m for m in passage.mentions if m.start <= cell.start and cell.end <= m.end), None)
        column = CONCEPT_COLUMNS.get(whole.label) if whole is not None else None
        if whole is not None and column is not None:
            context.setdefault(column, whole.concept or whole.text)
    return replace(statement, context=context)


def _add_key_conditions(passage: Passage, statement: Statement) -> dict[str, str]:
    """The context of a claim with what the name of its field says of material and time: "Storage (powder)"."""
    context = dict(statement.context)
    head = next((cell.text for cell in passage.block.cells if cell.is_head), None)
    head = head or next((cell.header for cell in passage.block.cells), "")
    for row, trigger in qualifiers():
        wanted = row.column in CONDITION_COLUMNS and row.column in predicates()[statement.predicate].separates
        if wanted and row.column not in context and trigger.search(head.replace("_", " ").replace(".", " ")):
            context[row.column] = row.value
    return context


# Facts on the substance itself: no route or species changes them.
ROW_FREE = frozenset(
    {
        "class",
        "synonym",
        "sequence",
        "residue_count",
        "molecular_weight",
        "molecular_formula",
        "cas_number",
        "pubchem_cid",
    }
    | {"derived_from", "analog_of", "contains_fragment", "approved_in", "legal_status", "route", "salt_form"}
)


def _name_study(passage: Passage, statement: Statement) -> Statement:
    """A fact on a study belongs to the study that heads the row, else to the one that the section is about."""
    if "study" not in predicates()[statement.predicate].key or "study" in statement.context:
        return statement
    head = next((cell for cell in passage.block.cells if cell.is_head), None)
    named = head.text if head is not None and find_key(head.text) is None else None
    study = named or (passage.block.section[-1] if passage.block.section else None)
    return replace(statement, context={**statement.context, "study": study}) if study else statement


def find_fields(passage: Passage, topics: Topics) -> Iterator[Field]:
    """Every cell of a row whose key the vocabulary knows."""
    cells = [cell for cell in passage.block.cells if cell.text]
    if not cells:
        return
    head = next((cell for cell in cells if cell.is_head), None)
    if head is None:  # an item of a list in front matter: its key stands in front of the list
        named = ((find_key(cell.header), cell) for cell in cells)
        yield from (Field(row, cell, _page_subject(passage, topics)) for row, cell in named if row is not None)
        return
    yield from _find_row_fields(passage, topics, cells, head)


def _find_row_fields(passage: Passage, topics: Topics, cells: list[Cell], head: Cell) -> Iterator[Field]:
    by_row = find_key(head.text) or (_find_above(fold_key(passage.block.key)) if passage.block.key else None)
    row_subject = _names_in(passage, head, SubjectFrom.TABLE_ROW) if by_row is None else ()
    by_row = by_row or (_find_named_key(passage, head, cells, topics) if row_subject else None)
    for cell in cells:
        if cell is head or cell.is_head:
            continue
        column = find_key(cell.header)
        if column is not None and cell.header != head.text and row_subject:
            yield Field(column, cell, row_subject)
        elif by_row is not None:
            subject = _column_subject(topics, cell)
            if subject or not _compares(cells, head):
                named = _names_in(passage, head, SubjectFrom.TABLE_ROW)  # "CAS (GHK free acid)"
                yield Field(by_row, cell, named or subject or _page_subject(passage, topics))
        elif column is not None and not row_subject:
            yield Field(column, cell, _page_subject(passage, topics))


def _find_named_key(passage: Passage, head: Cell, cells: list[Cell], topics: Topics) -> KeyRow | None:
    """The property of a field that is named by a compound: "GHK mass", or below "Half-life" only "Native GHRH"."""
    if any(cell.header not in ("", head.text) for cell in cells):
        return None
    name = next(m for m in passage.mentions if is_subject(m) and head.start <= m.start and m.end <= head.end)
    behind = passage.between(name.end, head.end)
    row = known_keys().get(fold_key(behind)) or _find_by_end(fold_key(f"of {behind}"))
    if row is not None:
        return row
    last = topics.recall_field(passage.block)
    if last is None or last.value != "quantity" or not COMPARES.match(behind):
        return None
    dimension = predicates()[last.predicate].dimension
    inside = [m for m in passage.of(Label.QUANTITY) if m.start >= head.end]
    return last if dimension and inside and _has_dimension(inside[0], dimension) else None


# Behind the name of another compound in the head of a row: nothing, or that it stands there to be compared.
COMPARES = re.compile(
    r"^\W*(?:for comparison|by comparison|comparison|reference|control|alone|itself|\([^()]*\))?\W*$", re.IGNORECASE
)


# Heads of columns that hold values of one thing, not values of several.
PLAIN_HEAD = re.compile(
    r"\b(?:details?|values?|informations?|recommendations?|results?|descriptions?|specifications?|parameters?|notes?|data"
    r"|doses?|unit|comments?|reference|source|evidence|status|range|typical)\b",
    re.IGNORECASE,
)


def _compares(cells: list[Cell], head: Cell) -> bool:
    """Whether a row sets several things side by side, so that a cell is not about the page's own compound."""
    values = [cell for cell in cells if cell is not head and not cell.is_head]
    heads = {cell.header for cell in values}
    return len(values) > 1 and len(heads) > 1 and not any(PLAIN_HEAD.search(name) for name in heads)


def _names_in(passage: Passage, cell: Cell, origin: SubjectFrom) -> tuple[Subject, ...]:
    named = [m for m in passage.mentions if is_subject(m) and cell.start <= m.start and m.end <= cell.end]
    return tuple(make_subject(m, origin) for m in named[:1])


def _column_subject(topics: Topics, cell: Cell) -> tuple[Subject, ...]:
    """The compound that heads the column of a table with one compound a column."""
    return topics.find_name(cell.header, SubjectFrom.TABLE_COLUMN)


def _page_subject(passage: Passage, topics: Topics) -> tuple[Subject, ...]:
    implied = topics.implied(passage.block)
    return implied if len(implied) == 1 else ()


def _read_unknown(passage: Passage, row: KeyRow, cell: Cell, subject: Subject) -> Iterator[Statement]:
    text = cell.text.strip()
    if row.predicate in UNKNOWABLE and text.casefold().rstrip(".") in UNKNOWN_VALUES:
        about = f"predicate:{row.predicate}"
        yield state(passage, subject, "evidence_gap", row.id, at=(cell.start, cell.end), words=text, object_id=about)


def _read_value(passage: Passage, row: KeyRow, cell: Cell, subject: Subject) -> Iterator[Statement]:
    text = cell.text.strip()
    yield from _read_unknown(passage, row, cell, subject)
    if text.casefold() in EMPTY_VALUES or len(text) > LONGEST_VALUE:
        return
    inside = [m for m in passage.mentions if cell.start <= m.start and m.end <= cell.end]
    if row.value == "count" and any(_is_long(m) for m in inside):
        row = known_keys()["duration"]  # the "Length" of a study
    if row.value == "quantity":
        yield from _read_number(passage, row, cell, subject, inside)
    elif row.value in ("sequence", "identifier", "count", "fragment"):
        yield from _read_notation(passage, row, cell, subject, inside)
    elif row.value == "concepts":
        yield from _read_concepts(passage, row, cell, subject, inside)
    elif row.value == "status":
        yield from read_status(passage, (subject,), (cell.start, cell.end), rule=row.id)
    elif row.value == "year":
        dates = [m for m in inside if m.label is Label.DATE and m.quantity]
        for date in dates[:1]:
            yield state(
                passage, subject, row.predicate, row.id, at=(date.start, date.end), mention=date, quantity=date.quantity
            )
    else:
        yield from _read_words(passage, row, cell, subject, inside)
        if row.predicate == "formulation":
            yield from _read_make_up(passage, row, subject, inside)


def _read_number(
    passage: Passage, row: KeyRow, cell: Cell, subject: Subject, inside: list[Mention]
) -> Iterator[Statement]:
    row = _tell_duration(passage, row, inside)
    dimension = predicates()[row.predicate].dimension
    fitting = [m for m in inside if m.label is Label.QUANTITY and m.quantity and _has_dimension(m, dimension)]
    for number in keep_values(row.predicate, passage, fitting):
        yield state(
            passage,
            subject,
            row.predicate,
            row.id,
            at=(number.start, number.end),
            mention=number,
            quantity=number.quantity,
            context=row.context,
            key=_key_place(passage, cell),
        )
    unit = row.unit or _read_unit(cell.header, dimension)
    if fitting or unit is None:
        return
    quantity = parse_field_quantity(cell.text, unit)
    bare = tuple(m for m in inside if m.label is Label.QUANTITY)
    if quantity is not None and not any(m.quantity and m.quantity.unit not in ("", unit) for m in bare):
        at = (cell.start, cell.end)
        yield state(
            passage,
            subject,
            row.predicate,
            row.id,
            at=at,
            quantity=quantity,
            words=cell.text,
            context=row.context,
            uses=bare,
        )


# "Half-life (h)", "Dose, mg": the unit of bare numbers below a head.
HEAD_UNIT = re.compile(r"[(\[,]\s*(?:in )?(?P<unit>[^()\[\],]{1,12}?)\s*[)\]]?\s*:?$")


def _read_unit(header: str, dimension: str | None) -> str | None:
    match = HEAD_UNIT.search(header)
    unit = parse_unit(match["unit"]) if match is not None else None
    return unit if unit and dimension is not None and dimension_of(unit) == dimension else None


STUDY_SECTION = re.compile(
    r"\b(?:stud(?:y|ies)|trials?|participants|subjects|design|intervention|endpoints?|STEP \d)\b", re.IGNORECASE
)


def _tell_duration(passage: Passage, row: KeyRow, inside: list[Mention]) -> KeyRow:
    """A bare "Duration" or "Length" in the section or the table of a study is how long the study was."""
    long = any(_is_long(m) for m in inside)
    if row.predicate != "duration_of_effect" or not long:
        return row
    about = " ".join((*passage.block.section, *(cell.header for cell in passage.block.cells)))
    return row.model_copy(update={"predicate": "study_duration"}) if STUDY_SECTION.search(about) else row


def _key_place(passage: Passage, cell: Cell) -> tuple[int, int] | None:
    """Where the row itself writes the key of a cell; a column's head stands in another row."""
    head = next((other for other in passage.block.cells if other.is_head), None)
    return (head.start, head.end) if head is not None and find_key(head.text) is not None and head is not cell else None


# Of these any dimension will do but those that belong to other properties: "Dose: every 5 days".
OTHER_DIMENSIONS = frozenset({"time", "frequency", "temperature", "subject", "molar_mass", "residue", "fold"})


def _has_dimension(mention: Mention, dimension: str | None) -> bool:
    found = dimension_of(mention.quantity.unit) if mention.quantity else None
    return found is not None and (found not in OTHER_DIMENSIONS if dimension is None else found == dimension)


NOTATION = {
    "sequence": lambda m: m.label is Label.SEQUENCE,
    "identifier": lambda m: m.label is Label.IDENTIFIER,
    "count": lambda m: m.quantity is not None and m.quantity.unit in ("", "{residue}"),
    "fragment": lambda m: m.label in (Label.FRAGMENT, Label.COMPOUND, Label.TARGET),
}
SCHEMES = {
    "cas_number": "identifier:cas",
    "molecular_formula": "identifier:formula",
    "pubchem_cid": "identifier:pubchem_cid",
}


def _read_notation(
    passage: Passage, row: KeyRow, cell: Cell, subject: Subject, inside: list[Mention]
) -> Iterator[Statement]:
    fitting = [m for m in inside if NOTATION[row.value](m) and m.concept_id != subject.concept_id]
    if row.value == "identifier":
        fitting = [m for m in fitting if m.how == SCHEMES[row.predicate]]
    for mention in fitting[:1]:
        number = _count_residues(mention, row) if row.value == "count" else None
        yield state(
            passage, subject, row.predicate, row.id, at=(mention.start, mention.end), mention=mention, quantity=number
        )
    if fitting or row.value not in ("identifier", "count"):
        return
    digits = re.fullmatch(r"\D{0,3}(\d{3,10})\D{0,3}", cell.text) if row.predicate == "pubchem_cid" else None
    if digits:
        yield state(passage, subject, row.predicate, row.id, at=(cell.start, cell.end), words=digits[1])
    elif row.value == "count" and (quantity := parse_field_quantity(cell.text, row.unit or "")) is not None:
        yield state(
            passage, subject, row.predicate, row.id, at=(cell.start, cell.end), quantity=quantity, words=cell.text
        )


def _count_residues(mention: Mention, row: KeyRow) -> Quantity | None:
    """A bare number under a key that counts is in the key's unit."""
    number = mention.quantity
    return replace(number, unit=number.unit or row.unit or "") if number is not None else None


def _read_concepts(
    passage: Passage, row: KeyRow, cell: Cell, subject: Subject, inside: list[Mention]
) -> Iterator[Statement]:
    seen: set[str | None] = set()
    for mention in inside:
        if mention.label in row.labels and mention.concept_id != subject.concept_id and mention.concept_id not in seen:
            seen.add(mention.concept_id)
            yield state(
                passage,
                subject,
                row.predicate,
                row.id,
                at=(mention.start, mention.end),
                mention=mention,
                context=row.context,
            )
    if not seen and row.predicate == "primary_mechanism":
        yield state(passage, subject, row.predicate, row.id, at=(cell.start, cell.end), words=cell.text)


def read_mechanisms(passage: Passage, topics: Topics) -> Iterator[Passage]:
    """The cells that tell a mechanism, each as a passage on whom the row is about: "BDNF/NGF upregulation"."""
    if passage.block.kind is BlockKind.FRONT_MATTER:  # a slug such as "collagen-synthesis-stimulation"
        return
    for found in find_fields(passage, topics):
        if found.row.predicate == "primary_mechanism" and len(found.value.text) <= LONGEST_VALUE:
            yield passage.narrow(found.value, found.subjects)


RECORD_BLOCKS = frozenset({BlockKind.FRONT_MATTER, BlockKind.METADATA})


def _read_make_up(passage: Passage, row: KeyRow, subject: Subject, inside: list[Mention]) -> Iterator[Statement]:
    """ "Nasal drops (0.5 %)" names a route and strengths as well."""
    for mention in inside:
        at = (mention.start, mention.end)
        if mention.label is Label.ROUTE:
            yield state(passage, subject, "route", row.id, at=at, mention=mention)
        elif mention.label is Label.QUANTITY and _has_dimension(mention, "fraction"):
            yield state(passage, subject, "concentration", row.id, at=at, mention=mention, quantity=mention.quantity)


# The column of a table of studies that names what was given.
TESTED = re.compile(r"\b(?:form|compound|peptide|substance|treatment|intervention|agent|drug)s?\b", re.IGNORECASE)


def read_cells(passage: Passage, topics: Topics) -> Iterator[Passage]:
    """The cells of a row that no key explains, each as a passage about the row's or the column's compound."""
    cells = [cell for cell in passage.block.cells if cell.text]
    head = next((cell for cell in cells if cell.is_head), None)
    if head is None:
        return
    owner = _names_in(passage, head, SubjectFrom.TABLE_ROW)
    given = (other for other in cells if TESTED.search(other.header))
    tested = next((names for other in given if (names := _names_in(passage, other, SubjectFrom.TABLE_ROW))), ())
    for cell in cells:
        if cell.is_head or find_key(cell.header) or find_key(head.text):
            continue
        subject = tested or owner or _column_subject(topics, cell)
        if subject or not _compares(cells, head):
            yield passage.narrow(cell, subject or _page_subject(passage, topics))


def _read_words(
    passage: Passage, row: KeyRow, cell: Cell, subject: Subject, inside: list[Mention]
) -> Iterator[Statement]:
    if row.predicate == "class" and (cell.text[:1].isdigit() or passage.block.kind in RECORD_BLOCKS):
        return  # a shop's category, or a label that runs on into a sentence
    separate = row.predicate == "synonym" or passage.block.kind is BlockKind.FRONT_MATTER
    pieces = SPLIT_LIST.split(cell.text.strip("[] ")) if separate else [cell.text]
    at = cell.start
    for piece in pieces:
        words = piece.strip().strip("\"'")
        where = passage.text.find(words, at - passage.start) if words else -1
        if where < 0 or words.casefold() in EMPTY_VALUES or words.casefold() == subject.text.casefold():
            continue
        at = passage.start + where + len(words)
        span = (passage.start + where, at)
        used = tuple(m for m in inside if span[0] <= m.start and m.end <= span[1])
        yield state(passage, subject, row.predicate, row.id, at=span, words=words, uses=used)
