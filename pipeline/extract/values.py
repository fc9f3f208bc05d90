"""What the value of a field says under its key: numbers, notation, concepts, words."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.aliases import GOODS, LETTER
from pipeline.extract.chains import HARMS as SIDE_EFFECTS
from pipeline.extract.designs import read_bare_design
from pipeline.extract.durations import is_long, tell_duration, times_course
from pipeline.extract.effects import is_less
from pipeline.extract.further import keep_values
from pipeline.extract.goods import add_share, read_goods
from pipeline.extract.keys import HARMS, find_key, find_unit_tail, known_keys
from pipeline.extract.licences import ANSWER, read_licences
from pipeline.extract.mechanisms import asks_of_receptors, keep_named, name_receptor
from pipeline.extract.notation import read_notation
from pipeline.extract.numbers import NO_ROUTES, STORED, drop_pack, is_of_other
from pipeline.extract.statements import state
from pipeline.lexicon import predicates
from pipeline.quantity import dimension_of, parse_field_quantity, parse_unit
from pipeline.schema import BlockKind, Comparator, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.lexicon import KeyRow
    from pipeline.page import Cell, Mention, Statement, Subject

EMPTY_VALUES = frozenset(
    {"not known", "unclear", "not established", "not characterized", "not characterised"}
    | {"", "-", "–", "—", "n/a", "na", "null", "none", "~", "tbd", "unknown", "not stated"}
)
# A value that says there is none: "None standard", "None reported", "no modifications".
NONE_OF = re.compile(
    r"(?:none|no modifications?|not applicable|unmodified|investigational|experimental|pending"
    r"|not (?:yet )?(?:named|approved|marketed))"
    r"(?:\s+(?:standard|reported|known|listed|required|typical\w*|specified))?\W*$"
    r"|none\s*[(;,–—-]",
    re.IGNORECASE,
)
# "Mechanism: unknown", "not established by rigorous human studies": a gap in the evidence.
UNKNOWN_VALUE = re.compile(
    r"^(?:unknown|undetermined|unclear|uncharacteri[sz]ed|poorly (?:characteri[sz]ed|understood|defined)"
    r"|not (?:yet |fully |well |reliably )?(?:known|established|determined|characteri[sz]ed|reported|published|studied"
    r"|defined|measured|understood|documented)"
    r"|no (?:published |reliable |human |formal |good )*(?:data|figures?|values?|studies))\b",
    re.IGNORECASE,
)
LONGEST_UNKNOWN = 120  # code points of such a value
UNKNOWABLE = frozenset({"primary_mechanism", "acts_through", "half_life", "bioavailability", "tmax", "affinity"})
# A value longer than this is prose and is read as sentences.
LONGEST_VALUE = 240
SEMICOLONS = re.compile(r"\s*[;|]\s*")
# Not inside a bracket: "[Arg34, Pal(gGlu)Lys26]GLP-1" is one name.
SPLIT_LIST = re.compile(
    r"\s*(?:[;|•]|,(?!\d))\s*(?!(?:[^()\[\]]|\([^()\[\]]{0,80}\)|\[[^()\[\]]{0,80}\]){0,160}[)\]])|\s·\s"
)
WHOLE_LIST = re.compile(r"\s*\[(?P<items>[^\[\]]*)\]\s*")
RECORD_BLOCKS = frozenset({BlockKind.FRONT_MATTER, BlockKind.METADATA})


def read_value(passage: Passage, row: KeyRow, cell: Cell, subject: Subject) -> Iterator[Statement]:
    """The claims of one cell under its key, on one subject."""
    text = cell.text.strip()
    yield from _read_unknown(passage, row, cell, subject)
    if text.casefold() in EMPTY_VALUES or len(text) > LONGEST_VALUE:
        return
    inside = [m for m in passage.mentions if cell.start <= m.start and m.end <= cell.end]
    if row.value == "count" and any(is_long(m) for m in inside):
        row = known_keys()["duration"]  # the "Length" of a study
    if row.predicate in STORED:
        yield from _read_storage(passage, row, cell, subject, inside)
    elif row.value == "quantity":
        yield from _read_number(passage, row, cell, subject, inside)
    elif row.value in ("sequence", "identifier", "count", "fragment"):
        yield from read_notation(passage, row, cell, subject, inside)
    elif row.value == "benefits":
        yield from read_goods(passage, row, (cell.start, cell.end), inside, subject)
    elif row.value == "concepts":
        yield from _read_concepts(passage, row, cell, subject, inside)
    elif row.value == "status":
        yield from read_licences(passage, subject, cell, row.id)
    elif row.value == "year":
        yield from _read_year(passage, row, subject, inside)
    else:
        yield from _read_text(passage, row, cell, subject, inside)


def _read_text(
    passage: Passage, row: KeyRow, cell: Cell, subject: Subject, inside: list[Mention]
) -> Iterator[Statement]:
    if row.predicate == "legal_status" and _asks_of_sport(passage, cell):
        yield from _read_ban(passage, row, cell, subject)
        return
    if row.predicate == "class" and GOODS.search(cell.text):  # "Type: Injectables"
        row = known_keys()["form"]
    yield from _read_words(passage, row, cell, subject, inside)
    if row.predicate == "formulation":
        yield from _read_make_up(passage, row, subject, inside)


# "WADA banned | Yes | No"
OF_SPORT = re.compile(r"\b(?:bann?(?:ed)?|prohibited)\b", re.IGNORECASE)


def _asks_of_sport(passage: Passage, cell: Cell) -> bool:
    """Whether the name of a field asks if something is banned in sport, and its value is yes or no."""
    heads = (cell.header, *(other.text for other in passage.block.cells if other.is_head))
    return any(OF_SPORT.search(head) for head in heads) and bool(ANSWER.match(cell.text))


def _read_ban(passage: Passage, row: KeyRow, cell: Cell, subject: Subject) -> Iterator[Statement]:
    answer = ANSWER.match(cell.text)
    if answer is None or cell.start < passage.start:  # a later sentence of the same value
        return
    denied = answer["no"] is not None
    at = (cell.start, cell.end)
    yield state(passage, subject, row.predicate, row.id, at=at, words="prohibited in sport", negated=denied)


def _read_year(passage: Passage, row: KeyRow, subject: Subject, inside: list[Mention]) -> Iterator[Statement]:
    for date in [m for m in inside if m.label is Label.DATE and m.quantity][:1]:
        at = (date.start, date.end)
        yield state(passage, subject, row.predicate, row.id, at=at, mention=date, quantity=date.quantity)


def _read_unknown(passage: Passage, row: KeyRow, cell: Cell, subject: Subject) -> Iterator[Statement]:
    text = cell.text.strip()
    if row.predicate in UNKNOWABLE and UNKNOWN_VALUE.match(text) and len(text) <= LONGEST_UNKNOWN:
        about = f"predicate:{row.predicate}"
        yield state(passage, subject, "evidence_gap", row.id, at=(cell.start, cell.end), words=text, object_id=about)


def _read_number(
    passage: Passage, row: KeyRow, cell: Cell, subject: Subject, inside: list[Mention]
) -> Iterator[Statement]:
    if row.predicate == "duration_of_effect" and times_course(passage, cell, inside):
        return
    row = _tell_amount(row, cell, inside) or tell_duration(passage, row, inside)
    dimension = predicates()[row.predicate].dimension
    beside = next((unit for unit in map(parse_unit, _list_units(passage, cell)) if unit), None)
    fitting = [m for m in inside if m.label is Label.QUANTITY and m.quantity and has_dimension(m, dimension)]
    if row.predicate in UNITED:  # "Quantity: 1" is a basket's
        fitting = [m for m in fitting if m.quantity is not None and m.quantity.unit and not is_of_other(passage, m)]
    for number in keep_values(row.predicate, passage, fitting):
        yield state(
            passage,
            subject,
            row.predicate,
            row.id,
            at=(number.start, number.end),
            mention=number,
            quantity=number.quantity and drop_pack(number.quantity),
            context=row.context,
            key=_key_place(passage, cell),
        )
    heads = (cell.header, *(other.text for other in passage.block.cells if other.is_head))
    unit = row.unit or next((unit for head in heads if (unit := _read_unit(head, dimension))), None) or beside
    if fitting or unit is None:
        return
    bare = tuple(m for m in inside if m.label is Label.QUANTITY)
    if any(m.quantity and m.quantity.unit not in ("", unit) for m in bare):
        return
    for part in _split_bare(cell):
        quantity = parse_field_quantity(part.text, unit)
        if quantity is not None:
            at = (part.start, part.end)
            used = tuple(m for m in bare if m.start < part.end and part.start < m.end)
            yield state(
                passage,
                subject,
                row.predicate,
                row.id,
                at=at,
                quantity=quantity,
                words=part.text,
                context=row.context,
                uses=used,
            )


UNITED = frozenset({"pack_size", "dose"})
# A column that holds the units of the numbers beside it.
UNITS = re.compile(r"\W*units?\W*", re.IGNORECASE)


def _list_units(passage: Passage, cell: Cell) -> list[str]:
    """What stands in the column of units, where the row of a cell has one."""
    return [other.text for other in passage.block.cells if other is not cell and UNITS.fullmatch(other.header)]


# "1419.53 (free base), 1479.6 (acetate)": bare numbers, each with what it holds for.
BARE_PART = re.compile(r"(?:^|[,;/]\s?|\s(?:and|or)\s)\s*(?P<number>\d[\d.]{0,12})\s?\([^()\d]{2,40}\)")


def _split_bare(cell: Cell) -> list[Cell]:
    """The numbers of a cell where each has a bracket of its own, else the cell as it is."""
    parts = [
        replace(cell, start=cell.start + part.start("number"), end=cell.start + part.end("number"), text=part["number"])
        for part in BARE_PART.finditer(cell.text)
    ]
    return parts if len(parts) > 1 else [cell]


# In front of a time in a field on storage: how long it keeps, and not how often or when something is done.
KEPT_FOR = re.compile(
    r"(?:\b(?:for|within|up to|about|approximately|at least|lasts?|keeps?|stable|good|after|use|is)"
    r"(?: (?:no more than|up to|at least|about|only))?\s+|[,;:(–—/]\s*|^\s*)$",
    re.IGNORECASE,
)
LOOK_BACK = 40  # code points in front of such a time
UPPER = frozenset({Comparator.LESS, Comparator.AT_MOST})


def _read_storage(
    passage: Passage, row: KeyRow, cell: Cell, subject: Subject, inside: list[Mention]
) -> Iterator[Statement]:
    """Temperatures and times of a field on storage: "−20 °C; after reconstitution 2–8 °C for up to 30 days"."""
    if "half-life" in cell.text.casefold():  # "It lasts: its half-life is 2.4 hours"
        return
    told = False
    for number in (m for m in inside if m.label is Label.QUANTITY and m.quantity):
        predicate = _tell_storage(passage, row, cell, number)
        if predicate is None:
            continue
        told = True
        at = (number.start, number.end)
        key = _key_place(passage, cell)
        quantity, context = number.quantity, row.context if predicate == row.predicate else {}
        yield state(
            passage, subject, predicate, row.id, at=at, mention=number, quantity=quantity, context=context, key=key
        )
    if not told:
        yield from _read_number(passage, row, cell, subject, inside)


def _tell_storage(passage: Passage, row: KeyRow, cell: Cell, number: Mention) -> str | None:
    """What of storage a number tells, if it does."""
    before = passage.between(max(cell.start, number.start - LOOK_BACK), number.start)
    if has_dimension(number, "temperature"):
        return None if MOVED.search(before) else "storage_temperature"
    if not has_dimension(number, "time"):
        return None
    if row.predicate == "shelf_life":
        return "shelf_life"
    bounded = number.quantity is not None and number.quantity.comparator in UPPER
    bounded = bounded or number.text[:7].casefold() == "between"
    return "shelf_life" if is_long(number) and (bounded or KEPT_FOR.search(before)) else None


# Words that tell of a temperature at which nothing is stored: that it ships at 25 °C, or melts at 60 °C.
MOVED = re.compile(
    r"\b(?:ship\w*|transport\w*|deliver\w*|melts?|avoid|exceed\w*|exposure|boil\w*)\b[^.;]*$", re.IGNORECASE
)


# "Half-life (h)", "Dose, mg": the unit of bare numbers below a head.
HEAD_UNIT = re.compile(r"[(\[,]\s*(?:in )?(?P<unit>[^()\[\],]{1,12}?)\s*[)\]]?\s*:?$")


def _read_unit(header: str, dimension: str | None) -> str | None:
    match = HEAD_UNIT.search(header)
    written = match["unit"] if match is not None else find_unit_tail(header)
    unit = parse_unit(written) if written else None
    wanted = (dimension,) if dimension is not None else ("mass", "international units")
    return unit if unit and dimension_of(unit) in wanted else None


# "Amount: 250 mcg per dose" tells what is given, not what is sold.
PER_DOSE = re.compile(
    r"(?:\bper|/|\ba|\beach)\s?(?:doses?|injections?|day|week|spray|administration|application)\b"
    r"|\b(?:daily|weekly|twice|once)\b",
    re.IGNORECASE,
)


def _tell_amount(row: KeyRow, cell: Cell, inside: list[Mention]) -> KeyRow | None:
    """The key of what an "Amount", a "Content" or a "Strength" really is: a dose, a share, the content of a vial."""
    numbers = [m for m in inside if m.label is Label.QUANTITY]
    if row.predicate == "concentration" and numbers and all(has_dimension(m, "mass") for m in numbers):
        return known_keys()["pack size"]
    if row.predicate == "dose" and numbers and all(has_dimension(m, "mass/volume") for m in numbers):
        return known_keys()["concentration"]
    if row.predicate != "pack_size":
        return None
    if PER_DOSE.search(cell.text):
        return known_keys()["dose"]
    if numbers and has_dimension(numbers[0], "mass/volume"):
        return known_keys()["concentration"]
    return known_keys()["purity"] if numbers and all(has_dimension(m, "fraction") for m in numbers) else None


def _key_place(passage: Passage, cell: Cell) -> tuple[int, int] | None:
    """Where the row itself writes the key of a cell; a column's head stands in another row."""
    head = next((other for other in passage.block.cells if other.is_head), None)
    return (head.start, head.end) if head is not None and find_key(head.text) is not None and head is not cell else None


# Of these any dimension will do but those that belong to other properties: "Dose: every 5 days".
OTHER_DIMENSIONS = frozenset({"time", "frequency", "temperature", "subject", "molar_mass", "residue", "fold"})


def has_dimension(mention: Mention, dimension: str | None) -> bool:
    """Whether a number has a unit of a dimension; of a property without one, any that no other property has."""
    found = dimension_of(mention.quantity.unit) if mention.quantity else None
    return found is not None and (found not in OTHER_DIMENSIONS if dimension is None else found == dimension)


# "The peptide latches onto the receptor, …": a text on the mechanism, and no name of it.
TELLS = re.compile(
    r"\W*(?:(?:it|they|(?:the|this) (?:\w*peptide|compound|drug)) (?!is |was )\w+|(?:\S+ ){15,})", re.IGNORECASE
)


def _read_concepts(
    passage: Passage, row: KeyRow, cell: Cell, subject: Subject, inside: list[Mention]
) -> Iterator[Statement]:
    if row.predicate == "primary_mechanism" and (TELLS.match(cell.text) or cell.text.rstrip().endswith(":")):
        return  # what its sentences say is read as prose
    if row.predicate == "study_design" and (bare := list(read_bare_design(passage, row, cell, subject))):
        yield from bare
        return
    seen: set[str | None] = set()
    if row.id == HARMS:  # "Nausea 25 %, more than at the doses for diabetes"
        inside = [m for m in inside if not THAN.search(passage.between(max(cell.start, m.start - LOOK_BACK), m.start))]
    named = keep_named(passage, cell, inside) if row.predicate == "primary_mechanism" else inside
    if row.predicate == "acts_through" and asks_of_receptors(passage, cell):
        named = [m for m in inside if name_receptor(m) is None]
    for mention in named:
        if mention.concept_id in (
            subject.concept_id,
            SIDE_EFFECTS,
        ):  # "Side effects: common side effects are nausea and …"
            continue
        if mention.label in row.labels and mention.concept_id not in seen:
            seen.add(mention.concept_id)
            less = row.predicate == "increases" and is_less(mention, cell.header)  # "Improves: blood pressure"
            made = state(
                passage,
                subject,
                "decreases" if less else row.predicate,
                row.id,
                at=(mention.start, mention.end),
                mention=mention,
                context=row.context,
                negated=row.negated,
            )
            yield add_share(passage, row, made)
    if row.predicate == "acts_through":
        yield from _read_receptors(
            passage, row, subject, [m for m in inside if m.label is Label.COMPOUND or m not in named]
        )
    if not seen and len(named) == len(inside) and row.predicate == "primary_mechanism" and find_key(cell.text) is None:
        yield state(passage, subject, row.predicate, row.id, at=(cell.start, cell.end), words=cell.text)


THAN = re.compile(r"\bthan\b[^,;]*$", re.IGNORECASE)


def _read_receptors(passage: Passage, row: KeyRow, subject: Subject, inside: list[Mention]) -> Iterator[Statement]:
    """ "Receptors | GLP-1, GIP" names the receptors by what binds them."""
    for mention in inside:
        found = name_receptor(mention)
        if found is not None:
            at = (mention.start, mention.end)
            yield state(
                passage, subject, row.predicate, row.id, at=at, words=found.name, object_id=found.id, uses=(mention,)
            )


def _read_make_up(passage: Passage, row: KeyRow, subject: Subject, inside: list[Mention]) -> Iterator[Statement]:
    """ "Nasal drops (0.5 %)" names a route and strengths as well."""
    for mention in inside:
        at = (mention.start, mention.end)
        if mention.label is Label.ROUTE and mention.concept_id not in NO_ROUTES:
            yield state(passage, subject, "route", row.id, at=at, mention=mention)
        elif mention.label is Label.QUANTITY and has_dimension(mention, "fraction"):
            yield state(passage, subject, "concentration", row.id, at=at, mention=mention, quantity=mention.quantity)


COUNTED = (
    r"\d{1,3}[\s-](?:residues?|amino[\s-]acids?|aa|mer)\b\W+[a-zα-ω]"  # "24-residue mitochondrial peptide" is a class
)
NO_CLASS = re.compile(
    rf"^(?!{COUNTED})\d|\d{{4}}-\d\d|\w_\w|^\W*(?:compound|product|article|guide)s?\W*$", re.IGNORECASE
)


# "Format: two format tiers", "Form: vial, multiple strengths": what is to be had, and no form.
SIZES = re.compile(
    r"\b(?:formats?(?: tiers?)?|tiers|(?:multiple|several|various|two|three|all) (?:strengths|sizes|options))\W*$",
    re.IGNORECASE,
)


def _read_words(
    passage: Passage, row: KeyRow, cell: Cell, subject: Subject, inside: list[Mention]
) -> Iterator[Statement]:
    if row.predicate == "class" and (NO_CLASS.search(cell.text) or passage.block.kind in RECORD_BLOCKS):
        return  # a shop's category, or a label that runs on into a sentence
    separate = row.predicate == "synonym" or passage.block.kind is BlockKind.FRONT_MATTER
    listed = WHOLE_LIST.fullmatch(cell.text)
    whole = listed["items"] if listed else cell.text.strip()
    parting = SEMICOLONS if whole.count(";") > whole.count(",") else SPLIT_LIST  # "…, monocopper salt; …"
    told = parting.split(cell.text)[0] if row.predicate == "developed_by" else cell.text  # "Demo Inc.; program ended"
    pieces = parting.split(whole) if separate else [told]
    at = cell.start
    for piece in pieces:
        words = piece.strip().strip("\"'")
        where = passage.text.find(words, at - passage.start) if words else -1
        if where < 0 or words.casefold() in EMPTY_VALUES or words.casefold() == subject.text.casefold():
            continue
        if NONE_OF.match(words) or (row.predicate == "formulation" and SIZES.search(words)):
            continue
        if row.predicate == "synonym" and (GOODS.search(words) or LETTER.fullmatch(words)):
            continue
        at = passage.start + where + len(words)
        span = (passage.start + where, at)
        used = tuple(m for m in inside if span[0] <= m.start and m.end <= span[1])
        yield state(passage, subject, row.predicate, row.id, at=span, words=words, uses=used)
