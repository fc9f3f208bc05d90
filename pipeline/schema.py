"""The public tables: one frozen record per row type, each field with its meaning.

Code, Parquet and CSV columns, JSON Schema and the data dictionary are all made from these classes, so they
cannot drift apart. Offsets count Unicode code points of the decoded raw file; `end` is excluded.
"""

from __future__ import annotations

import hashlib
import html
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, ClassVar, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

SCHEMA_VERSION = "1.0"


def is_readable(version: object) -> bool:
    """Whether what was written with a schema version has the same major version as ours."""
    return str(version).partition(".")[0] == SCHEMA_VERSION.partition(".")[0]


def content_id(prefix: str, *parts: object) -> str:
    """An id from content alone: the same parts give the same id in every run and on every machine."""
    written = "\x1f".join(["" if part is None else str(part) for part in parts])
    return f"{prefix}-{hashlib.sha256(written.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def fold_quote(quote: str) -> str:
    """A quote with its white space folded, as ids and fingerprints see it."""
    return " ".join(quote.split())


class Record(BaseModel):
    """A fact: frozen, and without spare fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Row(Record):
    """One row of a table. `table` names it, `sort_by` is the key that orders it."""

    table: ClassVar[str]
    sort_by: ClassVar[tuple[str, ...]]

    def model_post_init(self, _context: object, /) -> None:
        """Share the set of column names: one for each row would take more room than the row's values."""
        object.__setattr__(self, "__pydantic_fields_set__", _column_names(type(self)))

    def _repr_html_(self) -> str:
        """The row as a notebook shows it: what it holds, with page text that stays text."""
        cells = [(name, value) for name, value in self if value not in (None, ())]
        lines = (f"<tr><th>{name}</th><td><bdi>{_show_text(value)}</bdi></td></tr>" for name, value in cells)
        # The classes keep a notebook from reading formulas into the words of a page.
        return f'<table class="tex2jax_ignore mathjax_ignore"><caption>{self.table}</caption>{"".join(lines)}</table>'


def _show_text(value: object) -> str:
    said = "; ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return html.escape("".join(char if char.isprintable() or char == "\n" else f"⟦U+{ord(char):04X}⟧" for char in said))


@cache
def _column_names(row: type[Row]) -> set[str]:
    return set(row.model_fields)


class Label(StrEnum):
    """What kind of thing a mention names."""

    COMPOUND = "COMPOUND"
    TARGET = "TARGET"
    PROCESS = "PROCESS"
    DISEASE = "DISEASE"
    SPECIES = "SPECIES"
    TISSUE = "TISSUE"
    MATRIX = "MATRIX"
    ROUTE = "ROUTE"
    JURISDICTION = "JURISDICTION"
    DESIGN = "DESIGN"
    QUANTITY = "QUANTITY"
    PROPERTY = "PROPERTY"
    THING = "THING"
    DATE = "DATE"
    IDENTIFIER = "IDENTIFIER"
    SEQUENCE = "SEQUENCE"
    FRAGMENT = "FRAGMENT"
    CITATION = "CITATION"
    CUE = "CUE"
    STATEMENT = "STATEMENT"


class BlockKind(StrEnum):
    """What part of a page a block is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    QUESTION = "question"
    ANSWER = "answer"
    FRONT_MATTER = "front_matter"
    METADATA = "metadata"
    DISCLAIMER = "disclaimer"
    REFERENCE = "reference"
    CAPTION = "caption"


class SourceKind(StrEnum):
    """What kind of page a source is."""

    VENDOR = "vendor"
    FAQ = "faq"
    BLOG = "blog"
    PROFILE = "profile"
    WIKI = "wiki"
    LEAFLET = "leaflet"
    OTHER = "other"


class Status(StrEnum):
    """How a raw file fared."""

    OK = "ok"
    EMPTY = "empty"
    REFUSED = "refused"
    FAILED = "failed"


class SubjectFrom(StrEnum):
    """How the subject of a claim was found."""

    WRITTEN = "written"
    PRONOUN = "pronoun"
    HEADING = "heading"
    QUESTION = "question"
    TABLE_ROW = "table_row"
    TABLE_COLUMN = "table_column"
    FRONT_MATTER = "front_matter"
    METADATA = "metadata"
    TITLE = "title"


class Comparator(StrEnum):
    """How a number is meant."""

    EQUAL = "="
    ABOUT = "~"
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    RANGE = "range"
    LIST = "list"
    PLUS_MINUS = "+/-"


class Polarity(StrEnum):
    """Whether a claim says that something is so, or that it is not."""

    AFFIRMED = "affirmed"
    NEGATED = "negated"


class Certainty(StrEnum):
    """How firmly a claim is made, weakest first."""

    OPEN = "open"
    ANECDOTAL = "anecdotal"
    HEDGED = "hedged"
    REPORTED = "reported"
    ASSERTED = "asserted"


class Effect(StrEnum):
    """What a cue does to the words in its scope."""

    NEGATED = "negated"
    HEDGED = "hedged"
    OPEN = "open"
    REPORTED = "reported"
    ANECDOTAL = "anecdotal"


class Evidence(StrEnum):
    """The strongest kind of evidence that a claim names."""

    IN_VITRO = "in_vitro"
    ANIMAL = "animal"
    HUMAN = "human"
    REVIEW = "review"
    ANECDOTAL = "anecdotal"
    UNSTATED = "unstated"


class Confidence(StrEnum):
    """A documented combination of named parts; never a probability."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class CitationRole(StrEnum):
    """Which end of a citation a row is."""

    CALLOUT = "callout"
    ENTRY = "entry"


class CitationStyle(StrEnum):
    """How a citation is written."""

    NUMERIC = "numeric"
    AUTHOR_YEAR = "author_year"
    FOOTNOTE = "footnote"
    LINK = "link"
    DOI = "doi"
    PMID = "pmid"
    NCT = "nct"


class CitationStatus(StrEnum):
    """Whether a citation leads anywhere inside its own document."""

    RESOLVED = "resolved"
    DANGLING = "dangling"
    UNUSED = "unused"
    AMBIGUOUS = "ambiguous"
    INVALID = "invalid"


class ConflictKind(StrEnum):
    """What kind of disagreement a conflict is."""

    VALUE = "value"
    IDENTITY = "identity"
    DIRECTION = "direction"
    POLARITY = "polarity"
    CERTAINTY = "certainty"
    COMPUTED = "computed"
    CITATION = "citation"
    COVERAGE = "coverage"


class Scope(StrEnum):
    """Whether a conflict is between sources or inside one."""

    CROSS_SOURCE = "cross_source"
    WITHIN_SOURCE = "within_source"


class Severity(StrEnum):
    """How urgently a person should look, most urgent first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class State(StrEnum):
    """What became of a conflict since the former result."""

    NEW = "new"
    OPEN = "open"
    CHANGED = "changed"
    GONE = "gone"
    REOPENED = "reopened"


class Verdict(StrEnum):
    """What a reviewer says of a conflict."""

    REAL = "real"
    BOTH_TRUE_IN_CONTEXT = "both_true_in_context"
    SAME_VALUE_OTHER_FORM = "same_value_other_form"
    EXTRACTION_ERROR = "extraction_error"
    SOURCE_ERROR = "source_error"
    UNSURE = "unsure"


class ErrorType(StrEnum):
    """What was wrong, when a reviewer says that it was the extraction."""

    SUBJECT = "subject"
    BOUNDARY = "boundary"
    POLARITY = "polarity"
    UNIT = "unit"
    NUMBER = "number"
    CITATION = "citation"
    CERTAINTY = "certainty"


class Decision(Record):
    """One line of the decisions file: what one reviewer said of one state of one conflict.

    A line with `withdrawn` takes back what its reviewer said before. Its verdict is `unsure`, so that who knows
    nothing of withdrawing takes the conflict for undecided too.
    """

    conflict_id: str
    fingerprint: str
    verdict: Verdict
    value: str | None = None  # the value that the reviewer chose
    context: str | None = None  # what separates the sides
    error_type: ErrorType | None = None
    note: str | None = None
    seen: tuple[str, ...] = ()  # the passages that the reviewer saw, one line each: tells later what has changed
    withdrawn: bool = False
    reviewer: str
    time: AwareDatetime
    schema_version: str = "1.0"  # of this line; lines of the first version do not say it

    @model_validator(mode="after")
    def _withdraw_to_unsure(self) -> Self:
        if self.withdrawn and self.verdict is not Verdict.UNSURE:
            raise ValueError("a withdrawn line has the verdict unsure")
        return self


Text = str | None
Offset = Annotated[int | None, Field(ge=0)]

SOURCE_ID = "path of the raw file relative to RAW, NFC, forward slashes"
START = "first code point of the passage in the decoded raw file; null for a row without a passage"
END = "code point after the last one of the passage"
QUOTE = "the raw characters of the passage, mark-up included"
READABLE = "the same passage as a person reads it"


class DocumentRow(Row):
    """One raw file."""

    table: ClassVar[str] = "documents"
    sort_by: ClassVar[tuple[str, ...]] = ("source_id",)

    source_id: str = Field(description=SOURCE_ID)
    sha256: Text = Field(description="SHA-256 of the bytes, hexadecimal; null for a file that could not be read")
    bytes: int = Field(ge=0, description="size of the file in bytes")
    encoding: Text = Field(description="codec that decodes the file strictly and keeps a byte-order mark")
    media_type: Text = Field(description="what the content is, whatever the suffix says")
    kind: SourceKind = Field(description="what kind of page it is")
    title: Text = Field(description="title of the page, by itself or by sources.csv")
    publisher: Text = Field(description="who publishes the page")
    url: Text = Field(description="address of the page")
    published: Text = Field(description="ISO 8601 date on which the page says it was published or revised")
    language: Text = Field(description="ISO 639-1 code of the prose; null when too short to tell")
    chars: int = Field(ge=0, description="code points of the decoded file")
    blocks: int = Field(ge=0, description="rows in blocks")
    sentences: int = Field(ge=0, description="sentences in kept prose")
    claims: int = Field(ge=0, description="rows in claims")
    text_family: Text = Field(description="id shared by near-duplicate pages: one text, one voice")
    text_path: Text = Field(description="file under OUT in which offsets count, for formats without plain text")
    status: Status = Field(description="ok, empty, refused or failed")
    reason: Text = Field(description="why the status is not ok, in one sentence")


class BlockRow(Row):
    """One piece of a page."""

    table: ClassVar[str] = "blocks"
    sort_by: ClassVar[tuple[str, ...]] = ("source_id", "start", "end", "kind", "text")

    source_id: str = Field(description=SOURCE_ID)
    start: int = Field(ge=0, description=START)
    end: int = Field(ge=0, description=END)
    kind: BlockKind = Field(description="what part of the page it is")
    section: Text = Field(description="heading path joined by ' > '")
    text: str = Field(description="the cleaned text")
    kept: bool = Field(description="false for furniture, from which no claim is made")
    reason: Text = Field(description="why a block was dropped")


class MentionRow(Row):
    """One name, number, citation or cue found in a page."""

    table: ClassVar[str] = "mentions"
    sort_by: ClassVar[tuple[str, ...]] = ("source_id", "start", "end", "label", "mention_id")

    mention_id: str = Field(description="id from source, label, concept, quote and a running number among equals")
    source_id: str = Field(description=SOURCE_ID)
    start: int = Field(ge=0, description=START)
    end: int = Field(ge=0, description=END)
    quote: str = Field(description=QUOTE)
    text: str = Field(description=READABLE)
    label: Label = Field(description="kind of thing")
    concept_id: Text = Field(description="id of the concept that the words lead to")
    concept: Text = Field(description="preferred name of the concept")
    how: str = Field(description="rule id, lexicon row or model name that found it")
    candidates: tuple[str, ...] = Field(description="other concept ids that the words could mean, best first")
    value: float | None = Field(description="QUANTITY: the number, or the low end")
    value_high: float | None = Field(description="QUANTITY: the high end or the half width")
    comparator: Comparator | None = Field(description="QUANTITY: how the number is meant")
    unit: Text = Field(description="QUANTITY: UCUM unit")
    thing: Text = Field(description="QUANTITY: mention_id of what is measured")
    property: Text = Field(description="QUANTITY: mention_id of the words that name the property")
    effect: Effect | None = Field(description="CUE: what it does to its scope")
    scope_start: Offset = Field(description="CUE: first raw code point of its scope")
    scope_end: Offset = Field(description="CUE: code point after its scope")


class ClaimRow(Row):
    """One statement that one source makes in one place."""

    table: ClassVar[str] = "claims"
    sort_by: ClassVar[tuple[str, ...]] = ("source_id", "start", "end", "predicate", "claim_id")

    claim_id: str = Field(description="id from content, never from offsets: stable under edits elsewhere on the page")
    source_id: str = Field(description=SOURCE_ID)
    start: int = Field(ge=0, description=START)
    end: int = Field(ge=0, description=END)
    quote: str = Field(description=QUOTE)
    text: str = Field(description=READABLE)
    section: Text = Field(description="heading path joined by ' > '")
    block: BlockKind = Field(description="what part of the page bears the claim")
    subject_id: str = Field(description="concept id of the subject")
    subject: str = Field(description="preferred name of the subject")
    subject_text: str = Field(description="the subject as written")
    subject_from: SubjectFrom = Field(description="how the subject was found")
    subject_mention: Text = Field(description="mention_id of the words that name the subject")
    predicate: str = Field(description="name from the vocabulary")
    object_id: Text = Field(description="concept id of the object, for things")
    object: Text = Field(description="preferred name of the object")
    object_text: Text = Field(description="the object as written")
    object_mention: Text = Field(description="mention_id of the words that name the object")
    value: float | None = Field(description="the number as stated, or the low end")
    value_high: float | None = Field(description="the high end as stated, or the half width")
    comparator: Comparator | None = Field(description="how the number is meant")
    unit: Text = Field(description="UCUM unit as stated")
    value_text: Text = Field(description="the value as written")
    base_value: float | None = Field(description="value in the predicate's base unit")
    base_value_high: float | None = Field(description="value_high in the predicate's base unit")
    base_unit: Text = Field(description="the predicate's base unit, UCUM")
    form: Text = Field(description="salt or hydrate: free, acetate, trifluoroacetate, hydrochloride, hydrate, ...")
    species: Text = Field(description="species in which it holds")
    tissue: Text = Field(description="tissue or region in which it holds")
    matrix: Text = Field(description="medium in which it was measured: plasma, serum, ...")
    analyte: Text = Field(description="mRNA, protein or activity")
    route: Text = Field(description="route of administration")
    dose: Text = Field(description="dose at which it holds")
    population: Text = Field(description="people in whom it holds")
    arm: Text = Field(description="arm of a trial")
    study: Text = Field(description="key of the study: its citation, or the words that name it")
    jurisdiction: Text = Field(description="English name; a complement as 'outside Russia; Ukraine'")
    comparand: Text = Field(description="what the subject is compared with")
    timepoint: Text = Field(description="when it was measured")
    polarity: Polarity = Field(description="affirmed or negated")
    certainty: Certainty = Field(description="the weakest that applies")
    cue: Text = Field(description="the words that decided polarity or certainty")
    evidence: Evidence = Field(description="the strongest kind of evidence named")
    citations: tuple[str, ...] = Field(description="citation_ids that bear on this claim")
    rule: str = Field(description="which rule, table reader or model made the claim")
    confidence: Confidence = Field(description="high, medium or low, combined from named parts as documented")


CONTEXT_COLUMNS = (
    "species",
    "tissue",
    "matrix",
    "analyte",
    "route",
    "dose",
    "population",
    "arm",
    "study",
    "jurisdiction",
    "comparand",
    "timepoint",
)


class CitationRow(Row):
    """One call-out or one reference entry."""

    table: ClassVar[str] = "citations"
    sort_by: ClassVar[tuple[str, ...]] = ("source_id", "start", "end", "citation_id")

    citation_id: str = Field(description="id from source, role, key, quote and a running number among equals")
    source_id: str = Field(description=SOURCE_ID)
    start: int = Field(ge=0, description=START)
    end: int = Field(ge=0, description=END)
    quote: str = Field(description=QUOTE)
    role: CitationRole = Field(description="callout or entry")
    style: CitationStyle = Field(description="how it is written")
    key: str = Field(
        description="what joins call-out and entry in this document: number, footnote key, author and year"
    )
    authors: Text = Field(description="authors as cited")
    year: int | None = Field(description="year of publication as cited")
    title: Text = Field(description="title of the work")
    journal: Text = Field(description="journal of the work")
    doi: Text = Field(description="DOI in lower case")
    pmid: Text = Field(description="PubMed id")
    nct: Text = Field(description="ClinicalTrials.gov id")
    url: Text = Field(description="link target")
    reference_id: Text = Field(description="citation_id of the entry that a call-out leads to")
    status: CitationStatus = Field(description="resolved, dangling, unused, ambiguous or invalid")
    note: Text = Field(description="what was found wrong, in words")


class ConflictRow(Row):
    """One disagreement, however many sources take part."""

    table: ClassVar[str] = "conflicts"
    sort_by: ClassVar[tuple[str, ...]] = ("severity_rank", "conflict_id")

    conflict_id: str = Field(description="id from the slot: subject, question, object, scope, source, key context")
    fingerprint: str = Field(description="id from the members: tells a changed conflict from a new one")
    kind: ConflictKind = Field(description="kind of disagreement")
    scope: Scope = Field(description="cross_source or within_source")
    severity: Severity = Field(description="how urgently to look")
    severity_rank: int = Field(ge=0, le=3, description="0 for high to 3 for info: the sort key")
    severity_why: str = Field(description="the factors that gave the severity")
    slot: str = Field(description="subject, question and shared context, readable")
    subject_id: Text = Field(description="concept id of the subject; null for a citation finding")
    predicate: str = Field(description="predicate, or group of predicates, that the slot asks about")
    sides: int = Field(ge=0, description="number of sides")
    sources: int = Field(ge=0, description="number of sources")
    text_families: int = Field(ge=0, description="number of independent texts")
    headline: str = Field(description="one plain sentence")
    arbiter: Text = Field(description="what can be computed without trusting a side, with the arithmetic")
    state: State = Field(default=State.NEW, description="against the former result")
    decision: Text = Field(default=None, description="verdict of the reviewers, or 'disputed'")
    decided_by: Text = Field(default=None, description="who decided")
    decided_at: datetime | None = Field(default=None, description="when, UTC")
    decision_note: Text = Field(default=None, description="what the reviewer wrote")
    decision_stale: bool | None = Field(
        default=None, description="true when the members have changed since the decision"
    )


class ConflictMemberRow(Row):
    """One passage's place in one conflict."""

    table: ClassVar[str] = "conflict_members"
    sort_by: ClassVar[tuple[str, ...]] = ("conflict_id", "side", "source_id", "start", "end", "claim_id")

    conflict_id: str = Field(description="the conflict")
    side: str = Field(description="A, B, ... or 'computed'")
    claim_id: Text = Field(description="the claim; null in a citation conflict and for a value without a passage")
    source_id: Text = Field(description=SOURCE_ID)
    start: Offset = Field(description=START)
    end: Offset = Field(description=END)
    quote: Text = Field(description=QUOTE)
    value_text: Text = Field(description="what this side says, readable")
    polarity: Polarity | None = Field(description="affirmed or negated")
    certainty: Certainty | None = Field(description="how firmly")


class ExplainedRow(Row):
    """A difference that is no conflict, with the reason that removes it."""

    table: ClassVar[str] = "explained"
    sort_by: ClassVar[tuple[str, ...]] = ("slot", "reason", "explained_id")

    explained_id: str = Field(description="id from the slot, the reason and the claims")
    slot: str = Field(description="subject, question and shared context, readable")
    reason: str = Field(description="name of the explainer")
    detail: str = Field(description="the arithmetic, or the context that differs")
    claim_ids: tuple[str, ...] = Field(description="the claims that seemed to differ")


class UnclaimedRow(Row):
    """Something in the body text that no claim uses."""

    table: ClassVar[str] = "unclaimed"
    sort_by: ClassVar[tuple[str, ...]] = ("source_id", "start", "end", "label")

    source_id: str = Field(description=SOURCE_ID)
    start: int = Field(ge=0, description=START)
    end: int = Field(ge=0, description=END)
    quote: str = Field(description=QUOTE)
    label: Label = Field(description="kind of thing; STATEMENT for a candidate that was given up")
    reason: str = Field(description="why no claim uses it")


class FailureRow(Row):
    """A document, block or row that could not be handled."""

    table: ClassVar[str] = "failures"
    sort_by: ClassVar[tuple[str, ...]] = ("source_id", "stage", "start", "error", "message")

    source_id: str = Field(description=SOURCE_ID)
    stage: str = Field(description="read, clean, annotate, extract, normalise, write, conflicts")
    error: str = Field(description="class of the error; 'bug' in front when it is ours")
    message: str = Field(description="one sentence")
    start: Offset = Field(description=START)
    end: Offset = Field(description=END)


TABLES: tuple[type[Row], ...] = (
    DocumentRow,
    BlockRow,
    MentionRow,
    ClaimRow,
    CitationRow,
    ConflictRow,
    ConflictMemberRow,
    ExplainedRow,
    UnclaimedRow,
    FailureRow,
)
