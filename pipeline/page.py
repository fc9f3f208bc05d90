"""What the stages hand to each other for one document.

`Source` is the raw file as text, `Page` its cleaned text in blocks with the way back, `Annotated` the page with
everything that was found in it, `Statement` what one passage says. All offsets without the word *raw* count code
points of `Page.text`; `Page.to_raw` is the only way back to the raw file.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, overload

from pipeline.schema import (
    BlockKind,
    Certainty,
    CitationRole,
    CitationStatus,
    CitationStyle,
    Comparator,
    Confidence,
    Effect,
    Evidence,
    Label,
    Polarity,
    SourceKind,
    SubjectFrom,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.chemistry import Peptide

    Span = tuple[int, int]  # characters from the first up to, not including, the second


@dataclass(frozen=True, slots=True)
class Source:
    """A raw file, decoded: `text` is what every raw offset counts in."""

    source_id: str
    sha256: str
    size: int  # bytes
    encoding: str
    media_type: str
    text: str
    text_layer: bool = False  # made from a file that is no text; the offsets count in the layer
    pages: tuple[int, ...] = ()  # where the pages of a text layer begin; empty where its file does not say
    margins: tuple[tuple[int, int], ...] = ()  # ranges of the heads and feet of those pages

    def name_page(self, start: int) -> str | None:
        """The page that holds character `start`, as "page 3"; None where there are no pages."""
        return f"page {bisect_right(self.pages, start)}" if self.pages else None


class Piece(NamedTuple):
    """Clean characters `start` to `end` (excluded) and the raw range they came from.

    A verbatim piece has as many raw as clean characters, one for one; any other piece leads back as a whole.
    """

    start: int
    end: int
    raw_start: int
    raw_end: int
    verbatim: bool

    def move(self, by: int) -> Piece:
        """The same piece in a text that has `by` more characters in front."""
        return Piece(self.start + by, self.end + by, self.raw_start, self.raw_end, self.verbatim)


WIDTH = len(Piece._fields)
NUMBER = "I"  # type code of an offset in an array: at least 32 bits, no sign


class Pieces(Sequence[Piece]):
    """Pieces in order, as the numbers of one array: 20 bytes a piece, where an object of its own takes 200."""

    __slots__ = ("numbers",)

    def __init__(self, pieces: Iterable[Piece] = ()) -> None:
        self.numbers = array(NUMBER, chain.from_iterable(pieces))

    @classmethod
    def unpack(cls, packed: bytes) -> Pieces:
        """The pieces whose fields are these numbers, one after another."""
        pieces = cls.__new__(cls)
        pieces.numbers = array(NUMBER, packed)
        return pieces

    def pack(self) -> bytes:
        """The bytes of the numbers: the smallest form, for keeping few pieces."""
        return self.numbers.tobytes()

    @property
    def starts(self) -> Sequence[int]:
        """The clean start of each piece."""
        return self.numbers[::WIDTH]

    def append(self, piece: Piece) -> None:
        """Add one piece at the end."""
        self.numbers.extend(piece)

    def add(self, packed: bytes, *, shift: int) -> None:
        """Append the pieces of a text that has `shift` characters in front of it here."""
        numbers, at = self.numbers, len(self.numbers)
        numbers.frombytes(packed)
        for place in range(at, len(numbers), WIDTH):
            numbers[place] += shift
            numbers[place + 1] += shift

    def __len__(self) -> int:
        return len(self.numbers) // WIDTH

    @overload
    def __getitem__(self, index: int) -> Piece: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Piece]: ...

    def __getitem__(self, index: int | slice) -> Piece | Sequence[Piece]:
        places = range(0, len(self.numbers), WIDTH)[index]
        if isinstance(places, range):
            return tuple(map(self._at, places))
        return self._at(places)

    def _at(self, place: int) -> Piece:
        start, end, raw_start, raw_end, verbatim = self.numbers[place : place + WIDTH]
        return Piece(start, end, raw_start, raw_end, bool(verbatim))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pieces) and self.numbers == other.numbers

    def __hash__(self) -> int:
        return hash(self.numbers.tobytes())


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """The way back from clean to raw: pieces in order, without overlap in the clean text.

    Clean characters between two pieces (the line break between blocks) belong to no raw character.
    """

    pieces: Sequence[Piece]
    starts: Sequence[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        pieces = self.pieces if isinstance(self.pieces, Pieces) else Pieces(self.pieces)
        object.__setattr__(self, "pieces", pieces)
        object.__setattr__(self, "starts", pieces.starts)

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """The smallest raw range that holds clean characters `start` to `end` (excluded)."""
        if end <= start:
            message = f"an empty clean range {start}:{end} leads nowhere"
            raise ValueError(message)
        first = self.pieces[self._at_or_after(start)]
        last = self.pieces[max(0, bisect_right(self.starts, end - 1) - 1)]
        if first.start >= end or last.end <= start:
            message = f"clean range {start}:{end} holds no raw character"
            raise ValueError(message)
        raw_start = first.raw_start
        if first.verbatim and start > first.start:
            raw_start += start - first.start
        raw_end = last.raw_end
        if last.verbatim and end < last.end:
            raw_end -= last.end - end
        return raw_start, raw_end

    def _at_or_after(self, start: int) -> int:
        index = max(0, bisect_right(self.starts, start) - 1)
        if self.pieces[index].end <= start and index + 1 < len(self.pieces):
            return index + 1
        return index


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table row, or the key or value of a field; offsets in `Page.text`."""

    start: int
    end: int
    text: str
    header: str = ""  # the column head above it, or the key before it; "" for a head itself
    is_head: bool = False  # the row's own name: first column, or the key of a field


@dataclass(frozen=True, slots=True)
class Block:
    """One leaf piece of a page. `start`/`end` in `Page.text`, `raw_start`/`raw_end` in the raw file."""

    index: int
    kind: BlockKind
    section: tuple[str, ...]  # headings above it, outermost first
    start: int
    end: int
    raw_start: int
    raw_end: int
    kept: bool = True
    reason: str | None = None
    key: str | None = None  # path of a front-matter or metadata field: "faqs.question", "Product.name"
    cells: tuple[Cell, ...] = ()  # table rows and key/value lines
    question: int | None = None  # index of the question that this block answers
    lead: int | None = None  # index of the paragraph that introduces this list item or row
    heading: int | None = None  # index of the nearest heading above
    table: int | None = None  # rows of one table share this number
    row: int | None = None  # index of the row above whose first cell reaches down into this row
    prose: bool = True  # false where sentences are not to be read (another language, bare fields)

    @property
    def title(self) -> str:
        """The words of the nearest heading above; empty where there is none."""
        return self.section[-1] if self.section else ""


@dataclass(frozen=True, slots=True)
class Page:
    """A cleaned document."""

    source: Source
    text: str
    blocks: tuple[Block, ...]
    offsets: OffsetMap
    kind: SourceKind
    title: str | None
    publisher: str | None
    url: str | None
    published: str | None  # ISO 8601 date
    language: str | None

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """Raw range of clean characters `start` to `end` (excluded)."""
        return self.offsets.to_raw(start, end)

    def keep_all(self) -> Page:
        """The same page with its furniture taken for content; the reasons stay."""
        return replace(self, blocks=tuple(replace(block, kept=True) for block in self.blocks))

    def name_section(self, block: Block, raw_start: int) -> str | None:
        """The headings above a passage of a block, outermost first, below the number of its page where it has one."""
        page = self.source.name_page(raw_start)
        return " > ".join(([page] if page else []) + list(block.section)) or None

    def find_lead(self, block: Block) -> Block | None:
        """The block whose words introduce an item or a row."""
        return self.blocks[block.lead] if block.lead is not None else None

    def kept_blocks(self) -> Iterator[Block]:
        """The blocks that are content, in order."""
        return (block for block in self.blocks if block.kept)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as written, with its comparator and UCUM unit ("" for a bare number)."""

    value: float
    value_high: float | None
    comparator: Comparator
    unit: str
    written: str
    decimals: int  # digits behind the decimal point of the most precise number written
    others: tuple[float, ...] = ()  # further members of a list


@dataclass(frozen=True, slots=True)
class Fragment:
    """Residues `low` to `high` (both included, counted from 1) of a parent, and what is joined to them."""

    parent_id: str | None
    parent: str | None
    low: int
    high: int
    tail: str | None = None  # one-letter residues joined at the C-terminus


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that change polarity or certainty of what stands in their scope (offsets in `Page.text`)."""

    effect: Effect
    scope_start: int
    scope_end: int


@dataclass(frozen=True, slots=True)
class Citation:
    """What a call-out or a reference entry says of the work it points at."""

    role: CitationRole
    style: CitationStyle
    key: str
    status: CitationStatus
    authors: str | None = None
    year: int | None = None
    title: str | None = None
    journal: str | None = None
    doi: str | None = None
    pmid: str | None = None
    nct: str | None = None
    url: str | None = None
    entry: int | None = None  # start offset of the entry's mention in this page
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Something that was found in the clean text of a page. Exactly one of the fact fields fits its label."""

    start: int
    end: int
    text: str
    label: Label
    how: str
    concept_id: str | None = None
    concept: str | None = None
    candidates: tuple[str, ...] = ()
    score: float | None = None  # of a model: by how much its best reading beats the best one without this name
    core: Span | None = None  # where the name itself stands, if words beside it belong to the mention
    nested: bool = False  # inside a longer mention; the tables show it, no rule reads it
    quantity: Quantity | None = None
    measured: tuple[Span | None, Span | None] | None = None  # of a quantity: the words of its thing and property
    fragment: Fragment | None = None
    peptide: Peptide | None = None
    cue: Cue | None = None
    citation: Citation | None = None

    def shift(self, by: int) -> Mention:
        """The same mention in a text that has `by` more characters in front."""
        cue = self.cue and replace(self.cue, scope_start=self.cue.scope_start + by, scope_end=self.cue.scope_end + by)
        core = _shift_span(self.core, by)
        measured = self.measured and (_shift_span(self.measured[0], by), _shift_span(self.measured[1], by))
        return replace(self, start=self.start + by, end=self.end + by, cue=cue, core=core, measured=measured)

    @property
    def is_local(self) -> bool:
        """Whether its concept is the page's own, since no lexicon has its name."""
        return self.concept_id is not None and self.concept_id.startswith("local:")

    @property
    def name_span(self) -> tuple[int, int]:
        """Where the name itself stands."""
        return self.core or (self.start, self.end)

    @property
    def name(self) -> str:
        """The name itself."""
        start, end = self.name_span
        return self.text[start - self.start : end - self.start]


def _shift_span(span: Span | None, by: int) -> Span | None:
    return span and (span[0] + by, span[1] + by)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, list item, cell run or heading: offsets in `Page.text`, and the block it stands in."""

    start: int
    end: int
    block: int


@dataclass(frozen=True, slots=True)
class CitationFinding:
    """One thing that is wrong with the citations of a page, with the call-outs and entries that show it."""

    kind: str
    members: tuple[Mention, ...]
    text: str  # one sentence


@dataclass(frozen=True, slots=True)
class Annotated:
    """A page and everything that was found in it. Mentions are sorted by start, then by descending end."""

    page: Page
    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]
    findings: tuple[CitationFinding, ...] = ()
    nested: tuple[Mention, ...] = ()  # names inside other mentions


@dataclass(frozen=True, slots=True)
class Subject:
    """What a statement is about, and where the words stand that say so."""

    concept_id: str
    concept: str
    text: str
    origin: SubjectFrom
    mention: Mention | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One claim before it is normalised: mentions and numbers as the passage gives them."""

    start: int
    end: int
    block: int
    subject: Subject
    predicate: str
    rule: str
    object_id: str | None = None
    object: str | None = None
    object_text: str | None = None
    object_mention: Mention | None = None
    quantity: Quantity | None = None
    value_text: str | None = None
    form: str | None = None
    context: Mapping[str, str] = field(default_factory=dict)
    polarity: Polarity = Polarity.AFFIRMED
    certainty: Certainty = Certainty.ASSERTED
    cue: str | None = None
    evidence: Evidence = Evidence.UNSTATED
    citations: tuple[Mention, ...] = ()
    confidence: Confidence = Confidence.MEDIUM
    property: tuple[int, int] | None = None  # where the words stand that name what a number measures
    uses: tuple[Mention, ...] = ()  # every mention that this claim accounts for


@dataclass(frozen=True, slots=True)
class Leftover:
    """A mention or candidate statement that no claim uses, and why."""

    start: int
    end: int
    label: Label
    reason: str
