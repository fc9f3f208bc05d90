"""Words as data: the rows of `lexicons/*.jsonl`, each with an id, a source and examples that prove it.

In `fires` the marked words (`«…»`) must be found by the row; in a text of `spares` nothing may be found by it.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, TypeVar

from pydantic import Field, ValidationError

from pipeline.errors import LexiconError
from pipeline.schema import Effect, Label, Record, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable


class LexiconRow(Record):
    """What every row has: who it is, where the fact comes from, and how to test it."""

    id: str = Field(min_length=1)
    source: str = Field(min_length=1)
    fires: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()


class Concept(LexiconRow):
    """A thing that pages name: `id` is the concept id, such as `compound:semax`."""

    label: Label
    name: str  # preferred name
    names: tuple[str, ...] = ()  # other names, matched without regard to case, dash or Greek spelling
    exact: tuple[str, ...] = ()  # names that are only matched as written, such as short acronyms
    broader: tuple[str, ...] = ()  # concept ids of families that this belongs to
    parent_id: str | None = None  # the concept that this is a derivative, salt or part of
    form: str | None = None  # the salt or hydrate that the name says: acetate, hydrochloride, ...
    sequence: str | None = None  # one-letter residues of the free chain
    n_term: str | None = None  # acetyl, ...
    c_term: str | None = None  # amide, ...
    formula: str | None = None
    identifiers: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # cas, pubchem_cid, unii, hgnc, ...


class CueRow(LexiconRow):
    """Words that change polarity or certainty. In `fires` the mark stands on what is changed."""

    phrases: tuple[str, ...]
    effect: Effect | Literal["pseudo"]  # pseudo: looks like a cue and is none ("not only")
    reach: Literal["after", "before", "both", "sentence"]


class Unit(LexiconRow):
    """A unit of measure."""

    ucum: str
    dimension: str
    base: str  # UCUM unit to which `factor` leads
    factor: float  # value in base = value * factor + offset
    offset: float = 0.0
    aliases: tuple[str, ...]  # spellings matched without regard to case
    exact: tuple[str, ...] = ()  # spellings whose case matters: "M", "Da", "h"


class Predicate(LexiconRow):
    """One word of the vocabulary: `id` is the predicate's name."""

    definition: str
    title: str | None = None  # how people write it, where that is not the id with spaces
    object: tuple[Label | Literal["text", "number", "year"], ...]
    dimension: str | None = None
    base_unit: str | None = None
    tolerance: float = 0.0  # share of the larger value
    single_valued: bool
    per_object: bool = False  # one slot for each object, not one for the predicate
    coverage: bool = False  # lists of objects are compared as wholes
    key: tuple[str, ...] = ()  # context columns that make another slot
    separates: tuple[str, ...] = ()  # context columns that, when stated and different, explain a difference
    severity: Severity
    question: str | None = None  # name of the group whose claims answer one question

    @property
    def label(self) -> str:
        """The predicate as people write it."""
        return self.title or self.id.replace("_", " ")


class KeyRow(LexiconRow):
    """A field name (`Molecular weight`, `mol_weight`) and the predicate that its value answers."""

    predicate: str
    keys: tuple[str, ...]
    value: Literal["quantity", "identifier", "sequence", "fragment", "concepts", "status", "text", "count", "year"]
    unit: str | None = None  # UCUM unit of a bare number under this key
    labels: tuple[Label, ...] = ()  # concepts that the value may name
    context: dict[str, str] = Field(default_factory=dict)


class Rule(LexiconRow):
    """A sentence pattern: a trigger phrase between what a claim is about and what it says.

    An example in `fires` reads `passage => subject predicate object`, with the last part of each concept id, or the
    words of the value, and `not` in front of a negated predicate; in `spares` the row must stay silent.
    """

    predicate: str
    trigger: str  # regular expression, matched without regard to case
    object: tuple[Label | Literal["none", "text"], ...]
    object_side: Literal["after", "before", "either", "inside"]
    reach: int = 90  # characters between trigger and object, measured in the samples
    subject_side: Literal["before", "after", "any"] = "before"
    dimension: tuple[str, ...] = ()  # of a quantity
    says: str | None = None  # the object, when the trigger itself names it
    polarity: Literal["affirmed", "negated"] = "affirmed"
    context: dict[str, str] = Field(default_factory=dict)


Kind = TypeVar("Kind", bound=LexiconRow)

FOLDER = "lexicons"

# One file a kind of thing; the order decides which row wins where two name the same words.
CONCEPT_FILES = (
    "compounds",
    "targets",
    "processes",
    "diseases",
    "species",
    "tissues",
    "matrices",
    "routes",
    "jurisdictions",
    "designs",
)


def read_rows(name: str, model: type[Kind]) -> tuple[Kind, ...]:
    """All rows of `lexicons/<name>.jsonl`, in file order.

    Raises LexiconError with file and line for a row that does not hold, or an id that stands twice.
    """
    file = files("pipeline") / FOLDER / f"{name}.jsonl"
    seen: set[str] = set()
    rows: list[Kind] = []
    for number, row in _parse_lines(file, model):
        if row.id in seen:
            message = f"{file.name}:{number}: id '{row.id}' stands twice; give each row its own."
            raise LexiconError(message)
        seen.add(row.id)
        rows.append(row)
    return tuple(rows)


@cache
def concepts() -> tuple[Concept, ...]:
    """The concepts of all files in `CONCEPT_FILES`."""
    return tuple(row for name in CONCEPT_FILES for row in read_rows(name, Concept))


@cache
def concept_index() -> dict[str, Concept]:
    """Concepts by id."""
    return {row.id: row for row in concepts()}


@cache
def predicates() -> dict[str, Predicate]:
    """The vocabulary, by name."""
    return {row.id: row for row in read_rows("predicates", Predicate)}


def label_question(question: str) -> str:
    """A predicate, or the name of a group of them, as people write it."""
    row = predicates().get(question)
    return row.label if row is not None else question.replace("_", " ")


@cache
def units() -> dict[str, Unit]:
    """Units by UCUM code."""
    return {row.ucum: row for row in read_rows("units", Unit)}


def _parse_lines(file: Traversable, model: type[Kind]) -> Iterator[tuple[int, Kind]]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield number, model.model_validate(json.loads(line), strict=False)
        except (json.JSONDecodeError, ValidationError) as error:
            detail = error.errors()[0] if isinstance(error, ValidationError) else error
            message = f"{file.name}:{number}: the row does not hold: {detail}"
            raise LexiconError(message) from error
