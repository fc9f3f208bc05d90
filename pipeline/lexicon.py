"""Words as data: the rows of `lexicons/*.jsonl`, each with an id, a source and examples that prove it.

In `fires` the marked words (`«…»`) must be found by the row; in a text of `spares` nothing may be found by it.

A user's own folder can be laid over ours (`overlay`): a row with the id of one of ours takes its place, and new rows
stand in front of ours. What is made of rows is kept by `remember` until another folder is laid over.
"""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Literal, ParamSpec, TypeVar, cast

from pydantic import AfterValidator, Field, ValidationError

from pipeline.errors import LexiconError
from pipeline.schema import Effect, Label, Record, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path


def _check_word(word: str) -> str:
    if not any(letter.isalnum() for letter in word):
        message = "a name needs a letter or a digit"
        raise ValueError(message)
    return word


def _check_pattern(pattern: str) -> str:
    try:
        re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        message = f"is no regular expression ({error})"
        raise ValueError(message) from error
    return pattern


Word = Annotated[str, AfterValidator(_check_word)]  # holds a letter or a digit
Phrase = Annotated[str, Field(min_length=1, pattern=r"\S")]  # may be a sign
Pattern = Annotated[str, AfterValidator(_check_pattern)]  # a regular expression, matched without regard to case


class LexiconRow(Record):
    """What every row has: who it is, where the fact comes from, and how to test it."""

    id: str = Field(min_length=1)
    source: str = Field(min_length=1)
    fires: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()


class Concept(LexiconRow):
    """A thing that pages name: `id` is the concept id, such as `compound:semax`."""

    label: Label
    name: Word  # preferred name
    names: tuple[Word, ...] = ()  # other names, matched without regard to case, dash or Greek spelling
    exact: tuple[Word, ...] = ()  # names that are only matched as written, such as short acronyms
    broader: tuple[str, ...] = ()  # concept ids of families that this belongs to
    parent_id: str | None = None  # the concept that this is a derivative, salt or part of
    form: str | None = None  # the salt or hydrate that the name says: acetate, hydrochloride, ...
    ill: bool = False  # a process that nobody wants, so that improving it is less of it; diseases all are
    better_low: bool = False  # a value of which less is better, such as blood pressure, and that is no ill by itself
    given: bool = False  # a target that is given as a drug is: on a page about it, it is a compound
    sequence: str | None = None  # one-letter residues of the free chain
    n_term: str | None = None  # acetyl, ...
    c_term: str | None = None  # amide, ...
    formula: str | None = None
    mass: Annotated[float | None, Field(gt=0)] = None  # g/mol, average or monoisotopic: proves the formula
    identifiers: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # cas, pubchem_cid, unii, inchikey, ...


class Ambiguity(LexiconRow):
    """Names that mean several concepts on purpose: the first is the one they lead to, the others are candidates."""

    names: tuple[Word, ...] = Field(min_length=1)
    means: tuple[str, ...] = Field(min_length=2)  # concept ids, in the order in which the names lead to them


class CueRow(LexiconRow):
    """Words that change polarity or certainty. In `fires` the mark stands on what is changed."""

    phrases: tuple[Phrase, ...]
    effect: Effect | Literal["pseudo"]  # pseudo: looks like a cue and is none ("not only")
    reach: Literal["after", "before", "both", "sentence"]


class Unit(LexiconRow):
    """A unit of measure."""

    ucum: str = Field(min_length=1)
    dimension: str
    base: str  # UCUM unit to which `factor` leads
    factor: float = Field(gt=0)  # value in base = value * factor + offset
    offset: float = 0.0
    aliases: tuple[Phrase, ...]  # spellings matched without regard to case
    exact: tuple[Phrase, ...] = ()  # spellings whose case matters: "M", "Da", "h"


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
    keys: tuple[Word, ...]
    value: Literal[
        "quantity", "identifier", "sequence", "fragment", "concepts", "benefits", "status", "text", "count", "year"
    ]
    unit: str | None = None  # UCUM unit of a bare number under this key
    labels: tuple[Label, ...] = ()  # concepts that the value may name
    negated: bool = False  # "No effect on": the value names what the predicate does not hold for
    context: dict[str, str] = Field(default_factory=dict)


class Rule(LexiconRow):
    """A sentence pattern: a trigger phrase between what a claim is about and what it says.

    An example in `fires` reads `passage => subject predicate object`, with the last part of each concept id, or the
    words of the value, and `not` in front of a negated predicate; in `spares` the row must stay silent.
    """

    predicate: str
    trigger: Pattern
    object: tuple[Label | Literal["none", "text"], ...]
    object_side: Literal["after", "before", "either", "inside"]
    reach: int = 90  # characters between trigger and object, measured in the samples
    subject_side: Literal["before", "after", "any"] = "before"
    dimension: tuple[str, ...] = ()  # of a quantity
    says: str | None = None  # the object, when the trigger itself names it
    polarity: Literal["affirmed", "negated"] = "affirmed"
    context: dict[str, str] = Field(default_factory=dict)


Kind = TypeVar("Kind", bound=LexiconRow)
Asked = ParamSpec("Asked")
Made = TypeVar("Made")
Key = TypeVar("Key")

FOLDER = "lexicons"
SUFFIX = ".jsonl"

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


# ------------------------------------------------------------------------------------------- whose rows they are


@dataclass(frozen=True, slots=True)
class Overlay:
    """A user's lexicons: the folder as given, and the text of each file by its name."""

    folder: Path
    texts: dict[str, str]


class _Process:
    """What this process reads rows from, and what it made of them."""

    overlay: Overlay | None = None
    kept: tuple[Callable[[], None], ...] = ()  # each forgets one function's results
    weighed: dict[str, Predicate] | None = None  # the vocabulary with a user's weights


def remember(function: Callable[Asked, Made]) -> Callable[Asked, Made]:
    """Keep what a function makes of rows until other rows are laid over; its arguments must be hashable."""
    return remember_last(None)(function)


def remember_last(most: int | None) -> Callable[[Callable[Asked, Made]], Callable[Asked, Made]]:
    """As `remember`, for no more than the `most` results that were last asked for."""

    def keep(function: Callable[Asked, Made]) -> Callable[Asked, Made]:
        kept = lru_cache(maxsize=most)(function)
        _Process.kept += (kept.cache_clear,)
        return cast("Callable[Asked, Made]", kept)

    return keep


def lay_over(folder: Path | None) -> None:
    """Read rows from a user's folder before ours in this whole process, or from ours alone.

    Raises LexiconError if the folder is missing, or holds a file whose name is none of ours.
    """
    _exchange(_read_overlay(folder) if folder is not None else None)


@contextmanager
def overlay(folder: Path | None) -> Iterator[None]:
    """As `lay_over`, and what was read before when the block ends."""
    before = _Process.overlay
    lay_over(folder)
    try:
        yield
    finally:
        _exchange(before)


def set_aside(lines: set[Line]) -> bool:
    """Read on as if these lines of the user's files were empty; whether any of them was one."""
    now = _Process.overlay
    if now is None:
        return False
    texts = {name: _empty_lines(str(now.folder / name), text, lines) for name, text in now.texts.items()}
    _exchange(Overlay(now.folder, texts))
    return texts != now.texts


def _empty_lines(file: str, text: str, lines: set[Line]) -> str:
    written = text.split("\n")
    return "\n".join(
        "" if Line(file, number, is_ours=False) in lines else row for number, row in enumerate(written, start=1)
    )


def _exchange(new: Overlay | None) -> None:
    if new == _Process.overlay:
        return
    _Process.overlay = new
    for forget in _Process.kept:
        forget()


def _read_overlay(folder: Path) -> Overlay:
    texts = {}
    try:
        entries = sorted(folder.iterdir())
    except (OSError, ValueError) as error:  # a name with a zero byte
        message = f"{folder}: is no folder with lexicons; mend 'lexicons' in the settings, or leave it out."
        raise LexiconError(message) from error
    for path in entries:
        if path.name.startswith((".", "README")):
            continue
        if path.name not in list_files():
            message = f"{path}: is none of our lexicons; name it as one of these: {', '.join(list_files())}."
            raise LexiconError(message)
        try:
            texts[path.name] = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            message = f"{path}: cannot be read as UTF-8 text ({error}); save it as UTF-8."
            raise LexiconError(message) from error
    return Overlay(folder, texts)


def list_files() -> tuple[str, ...]:
    """The names of our lexicon files, sorted."""
    return tuple(sorted(file.name for file in (files("pipeline") / FOLDER).iterdir() if file.name.endswith(SUFFIX)))


def digest_lexicons() -> str:
    """SHA-256 over all lexicon files, ours and those laid over them, names included."""
    ours = files("pipeline") / FOLDER
    parts = [(name, (ours / name).read_bytes()) for name in list_files()]
    if _Process.overlay is not None:
        parts += [(f"over/{name}", text.encode()) for name, text in sorted(_Process.overlay.texts.items())]
    named = [[name, hashlib.sha256(content).hexdigest()] for name, content in parts]
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()


# ------------------------------------------------------------------------------------------------- reading rows


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a lexicon: `file` is the bare name of one of ours, or the path of a user's; lines count from 1."""

    file: str
    number: int
    is_ours: bool

    def __str__(self) -> str:
        return f"{self.file}:{self.number}"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one line of a lexicon, and what to do; `row_id` is "?" where the line tells none."""

    line: Line
    row_id: str
    problem: str

    def __str__(self) -> str:
        return f"{self.line}: {self.row_id}: {self.problem}"


def parse_rows(name: str, model: type[Kind]) -> Iterator[tuple[Line, Kind] | Finding]:
    """Every line of a lexicon with its row or its fault, those of a user first, as they stand in the files.

    Of two rows in one file with one id, the second is bad. A row of ours whose place a user's row takes is left out.
    """
    theirs: dict[str, tuple[Line, Kind]] = {}
    if _Process.overlay is not None and (text := _Process.overlay.texts.get(name + SUFFIX)) is not None:
        for read in _parse_file(str(_Process.overlay.folder / f"{name}{SUFFIX}"), text, model, is_ours=False):
            if isinstance(read, Finding):
                yield read
            else:
                theirs[read[1].id] = read
    ours = _parse_ours(name, model)
    known = {read[1].id for read in ours if not isinstance(read, Finding)}
    yield from (read for row_id, read in theirs.items() if row_id not in known)
    for read in ours:
        yield read if isinstance(read, Finding) else theirs.get(read[1].id, read)


@cache
def _parse_ours(name: str, model: type[Kind]) -> tuple[tuple[Line, Kind] | Finding, ...]:
    """The lines of a file that ships, which no folder changes."""
    text = (files("pipeline") / FOLDER / f"{name}{SUFFIX}").read_text(encoding="utf-8")
    return tuple(_parse_file(name + SUFFIX, text, model, is_ours=True))


def _parse_file(file: str, text: str, model: type[Kind], *, is_ours: bool) -> Iterator[tuple[Line, Kind] | Finding]:
    seen: dict[str, Line] = {}
    for number, written in enumerate(text.split("\n"), start=1):
        if not written.strip():
            continue
        line = Line(file, number, is_ours)
        read = _parse_line(line, written, model)
        if not isinstance(read, Finding) and (first := seen.setdefault(read[1].id, line)) != line:
            read = Finding(line, read[1].id, f"stands twice, first in {first}; give each row an id of its own")
        yield read


def _parse_line(line: Line, written: str, model: type[Kind]) -> tuple[Line, Kind] | Finding:
    try:
        values = json.loads(written)
    except (ValueError, RecursionError) as error:  # a number of too many digits among them
        return Finding(line, "?", f"is no JSON ({error}); write one object on the line")
    try:
        return line, model.model_validate(values, strict=False)
    except ValidationError as error:
        row_id = values.get("id") if isinstance(values, dict) else None
        return Finding(line, row_id if isinstance(row_id, str) and row_id else "?", _say_faults(error))


def _say_faults(error: ValidationError) -> str:
    """What a row lacks or holds too much, one clause for each field."""
    clauses = []
    for fault in error.errors():
        field = ".".join(str(part) for part in fault["loc"])
        clauses.append(f"'{field}': {fault['msg']}" if field else fault["msg"])
    return f"does not hold: {'; '.join(clauses)}; mend the row"


@remember
def placed_rows(name: str, model: type[Kind]) -> tuple[tuple[Line, Kind], ...]:
    """All rows of a lexicon with their lines; new rows of a user first, then ours in file order.

    Raises LexiconError with file and line for a row that does not hold, or an id that stands twice.
    """
    rows: list[tuple[Line, Kind]] = []
    for read in parse_rows(name, model):
        if isinstance(read, Finding):
            message = f"{read.line}: {read.row_id}: {read.problem}."
            raise LexiconError(message)
        rows.append(read)
    return tuple(rows)


def read_rows(name: str, model: type[Kind]) -> tuple[Kind, ...]:
    """All rows of `lexicons/<name>.jsonl`, as `placed_rows` gives them."""
    return tuple(row for _, row in placed_rows(name, model))


def keep_first(pairs: Iterable[tuple[Key, Made]]) -> dict[Key, Made]:
    """The pairs as a mapping in which, of equal keys, the first wins: rows of a user stand before ours."""
    found: dict[Key, Made] = {}
    for key, value in pairs:
        found.setdefault(key, value)
    return found


@remember
def concepts() -> tuple[Concept, ...]:
    """The concepts of all files in `CONCEPT_FILES`."""
    return tuple(row for name in CONCEPT_FILES for row in read_rows(name, Concept))


@remember
def concept_index() -> dict[str, Concept]:
    """Concepts by id."""
    return keep_first((row.id, row) for row in concepts())


def predicates() -> dict[str, Predicate]:
    """The vocabulary, by name; inside `weigh_predicates` with the weights that it was given."""
    return _Process.weighed or _read_predicates()


@remember
def _read_predicates() -> dict[str, Predicate]:
    return {row.id: row for row in read_rows("predicates", Predicate)}


@contextmanager
def weigh_predicates(tolerances: Mapping[str, float], severities: Mapping[str, Severity]) -> Iterator[None]:
    """Other tolerances (shares of the larger value) and severities for predicates, by name, while the block lasts."""
    changes = {
        name: {key: told[name] for key, told in (("tolerance", tolerances), ("severity", severities)) if name in told}
        for name in (*tolerances, *severities)
    }
    before = _Process.weighed
    rows = _read_predicates()
    _Process.weighed = rows | {name: rows[name].model_copy(update=change) for name, change in changes.items()}
    try:
        yield
    finally:
        _Process.weighed = before


def label_question(question: str) -> str:
    """A predicate, or the name of a group of them, as people write it."""
    row = predicates().get(question)
    return row.label if row is not None else question.replace("_", " ")


@remember
def units() -> dict[str, Unit]:
    """Units by UCUM code."""
    return keep_first((row.ucum, row) for row in read_rows("units", Unit))
