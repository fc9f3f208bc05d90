"""A sentence, row or field with what was found in it: what every extractor reads."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from pipeline.extract.naming import FINITE
from pipeline.schema import BlockKind, Effect, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.page import Annotated, Block, Cell, Mention, Subject

# A name inside one of these is a part of it: the ACTH of "ACTH(4–10)", the GHRH of "GHRH analogue".
SWALLOWING = frozenset({Label.FRAGMENT, Label.SEQUENCE, Label.IDENTIFIER, Label.CITATION})
NAMES = frozenset(
    {Label.COMPOUND, Label.TARGET, Label.PROCESS, Label.DISEASE, Label.TISSUE, Label.SPECIES, Label.THING}
)

# What the head of a row says of all its cells.
HEADING_LABELS = frozenset({Label.JURISDICTION, Label.SPECIES, Label.ROUTE, Label.MATRIX, Label.TISSUE})

# Where one clause ends and another begins: "…in the hippocampus, while NGF fell…".
CLAUSE_BREAK = re.compile(
    r"""
    ;\s | (?<!\breceptors)(?<!\bhormones)(?<!\bpathways)(?<!\bsystems)\s[—–]\s | \s\|\s
    | :\s(?= [A-Z][\w-]* \s (?: is | are | was | were | does | do | did | has | have | had | can | may ) \b )
    | :\s(?= (?: it | they | neither | both ) \s )
    | ,?\s(?: while(?!\ (?:\w+ly\ )?\w+ing\b) | whereas | although | though | but(?!\ not\s) | however | because
        | since(?!\ (?:\w+\ ){0,2}(?:19|20)\d\d)
        | unlike(?![^,;:.()]{1,60},\s[a-z]) )\s
    | \s(?: similar\sto | just\sas | like )\show\s
    | \s(?: that | whether | if )\s(?= (?: (?-i:[A-Z])\w* | it | its | they | this | the )\b )
    | ,\s(?: which | where | who )\s
    | ,\s(?:and|but)\s(?= (?: all | both | none | neither | each ) \s )
    | ,\sand\s(?= (?: it | they | its | has | have | had | is | are | was | were | does | did )\b )
    """,
    re.VERBOSE | re.IGNORECASE,
)

BRACKETS = re.compile(r"\([^()]{0,200}\)")
# "Semax — the old drug — is a peptide": what stands between dashes in front of the verb parts no clauses.
ASIDE = re.compile(
    r"\s[—–]\s[^—–;]{2,120}\s[—–]\s(?=(?:is|are|was|were|has|have|had|does|did|can|may|could|might|will|works|acts|belongs|comes"
    r"|remains)\b)"
)
# "While Semax raises BDNF, Selank …": the comma that ends a clause in front of the main one.
LEADING_CLAUSE = re.compile(
    r"^\W*(?:while|whereas|although|though|because|since)\b[^,;:()]{1,160}(?P<comma>,\s+)(?!(?:and|or)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Passage:
    """A stretch of page text; `start`/`end` and all mentions in page offsets."""

    start: int
    end: int
    text: str
    block: Block
    mentions: tuple[Mention, ...]  # sorted by start; parts of longer mentions left out
    cues: tuple[Mention, ...]
    lead_cues: tuple[Mention, ...] = ()  # of the words that introduce a list: "Studies report that it:"
    nested: tuple[Mention, ...] = ()  # names inside longer names: the "MC4R" of "MC4R agonist"
    places: tuple[Mention, ...] = ()  # where, by the heading or the lead: "Russia", "**Japan.** Sold as"
    implied: tuple[Subject, ...] = ()  # whom the cell's row or column is about, whatever the page is about

    def of(self, *labels: Label) -> tuple[Mention, ...]:
        """The mentions with one of these labels, in order."""
        if labels not in self._chosen:
            self._chosen[labels] = tuple(mention for mention in self.mentions if mention.label in labels)
        return self._chosen[labels]

    @cached_property
    def _chosen(self) -> dict[tuple[Label, ...], tuple[Mention, ...]]:
        return {}

    def near(self, start: int, end: int) -> tuple[Mention, ...]:
        """The mentions that begin from page offset `start` to `end`, in order."""
        return self.mentions[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    @cached_property
    def starts(self) -> list[int]:
        """Where the mentions begin."""
        return [mention.start for mention in self.mentions]

    def between(self, start: int, end: int) -> str:
        """The words from page offset `start` to `end`."""
        return self.text[max(0, start - self.start) : max(0, end - self.start)]

    @cached_property
    def breaks(self) -> tuple[tuple[int, int], ...]:
        """Where clauses part, outside brackets, as page offsets of the parting words."""
        leading = LEADING_CLAUSE.match(self.text)
        spans = [match.span() for match in CLAUSE_BREAK.finditer(self.text)]
        if leading is not None and leading.span("comma") not in spans:
            spans = sorted([*spans, leading.span("comma")])
        aside = [edge for match in ASIDE.finditer(self.text) for edge in (match.start(), match.end())]
        spans = [(first, last) for first, last in spans if first not in aside and last not in aside]
        placed = ((self.start + first, self.start + last) for first, last in spans)
        return tuple(span for span in placed if not self._is_in_mention(*span))

    def _is_in_mention(self, start: int, end: int) -> bool:
        """Whether a mention lies over some of the words from page offset `start` to `end`."""
        before = bisect_left(self.starts, end)
        return before > 0 and self._furthest[before - 1] > start

    @cached_property
    def _furthest(self) -> list[int]:
        """How far the mentions reach, up to and with each of them."""
        return list(accumulate((mention.end for mention in self.mentions), max))

    @cached_property
    def brackets(self) -> tuple[tuple[int, int], ...]:
        """The stretches in round brackets, as page offsets."""
        return tuple((self.start + match.start(), self.start + match.end()) for match in BRACKETS.finditer(self.text))

    def narrow(self, cell: Cell, implied: tuple[Subject, ...]) -> Passage:
        """The same passage for what one cell says; offsets of the passage stay those of the row."""
        head = next((other for other in self.block.cells if other.is_head), cell)
        inside = [
            m
            for m in self.mentions
            if (cell.start <= m.start and m.end <= cell.end)
            or (m.label in HEADING_LABELS and head.start <= m.start and m.end <= head.end)
        ]
        cues = [m for m in self.cues if cell.start <= m.start and m.end <= cell.end]
        start, end = max(cell.start, self.start), min(cell.end, self.end)
        text = " " * (start - self.start) + self.text[start - self.start : end - self.start]
        return replace(self, text=text, mentions=tuple(inside), cues=tuple(cues), implied=implied)

    def clause(self, at: int) -> tuple[int, int]:
        """Start and end, in page offsets, of the clause that holds offset `at`."""
        outer, inner = self._breaks_by_bracket
        start, end = _find_gap(outer, at, self.start, self.end)
        place = bisect_left(self.brackets, (at,)) - 1
        if place >= 0 and at < self.brackets[place][1]:
            start, end = _find_gap(inner.get(place, []), at, start, end)
        return start, end

    @cached_property
    def _breaks_by_bracket(self) -> tuple[list[tuple[int, int]], dict[int, list[tuple[int, int]]]]:
        """The breaks that part clauses of the sentence, and those that part clauses inside of each bracket.

        "Elamipretide (SS-31; an older name) binds" is one clause.
        """
        outer: list[tuple[int, int]] = []
        inner: dict[int, list[tuple[int, int]]] = {}
        for first, last in self.breaks:
            place = bisect_left(self.brackets, (first,)) - 1
            inside = place >= 0 and last < self.brackets[place][1]
            (inner.setdefault(place, []) if inside else outer).append((first, last))
        return outer, inner


def _find_gap(breaks: list[tuple[int, int]], at: int, start: int, end: int) -> tuple[int, int]:
    """The stretch between two breaks, in order, that holds offset `at`, within `start` and `end`."""
    following = bisect_left(breaks, (at,))
    before = following - 1
    if before >= 0 and breaks[before][1] > at:  # the offset lies in the parting words
        before -= 1
    first = max(start, breaks[before][1]) if before >= 0 else start
    return first, min(end, breaks[following][0]) if following < len(breaks) else end


def read_passages(annotated: Annotated) -> Iterator[Passage]:
    """All passages of a page in order."""
    mentions = annotated.mentions
    starts = [mention.start for mention in mentions]
    parts = annotated.nested
    part_starts = [part.start for part in parts]
    text = annotated.page.text
    headed: dict[str, tuple[Mention, ...]] = {}
    for sentence in annotated.sentences:
        first = bisect_left(starts, sentence.start)
        block = annotated.page.blocks[sentence.block]
        end = min(sentence.end, sentence.start + LONGEST)
        inside = [
            mention
            for mention in mentions[first : min(first + MOST_NAMES, bisect_left(starts, end))]
            if mention.end <= end and not _is_cut_short(mention, text)
        ]
        if block.kind is BlockKind.HEADING:
            headed[text[block.start : block.end]] = _name_places(text, block, inside)
        yield Passage(
            sentence.start,
            end,
            text[sentence.start : end].translate(HYPHENS),
            _cut_row(block),
            tuple(_drop_parts([m for m in inside if m.label is not Label.CUE], text)),
            tuple(m for m in inside if m.label is Label.CUE and not _is_in_name(m, inside, text)),
            _find_lead_cues(annotated, block, starts),
            tuple(parts[bisect_left(part_starts, sentence.start) : bisect_left(part_starts, end)]),
            _find_lead_places(annotated, block, starts) or headed.get(block.title, ()),
        )


# Beside the places that a heading or a lead names: "In the United States", "Europe (EMA)", "Russia.", "UK –".
LEADING_WORDS = re.compile(r"\W*(?:(?:in|status|the|law|legal|regulation|of|across)\W+)*", re.IGNORECASE)
AMID_PLACES = re.compile(r"\W*(?:and|or|the)?\W*", re.IGNORECASE)
BEHIND_PLACES = re.compile(r"\W*(?:(?:status|approval|law|regulation|position)\W*)?(?:\d{4}\W*)?", re.IGNORECASE)
END_OF_LEAD = re.compile(r"\)?[*_]{0,3}(?:[.:][*_]{0,3}(?:\s|$)|\s[–—-]\s)")
LONGEST_PLACES = 48  # code points


# "Half‑life" with a hyphen that does not break is the same word.
HYPHENS = str.maketrans({"\u2010": "-", "\u2011": "-"})


def _name_places(text: str, block: Block, inside: list[Mention]) -> tuple[Mention, ...]:
    """The places that a heading consists of; none where it says anything else."""
    places = [mention for mention in inside if mention.label is Label.JURISDICTION]
    if not places or not LEADING_WORDS.fullmatch(text, block.start, places[0].start):
        return ()
    gaps = ((one.end, other.start) for one, other in pairwise(places))
    between = all(AMID_PLACES.fullmatch(text, *gap) for gap in gaps)
    if not between or not BEHIND_PLACES.fullmatch(text, places[-1].end, block.end):
        return ()
    return tuple({mention.concept_id: mention for mention in reversed(places)}.values())[::-1]  # "FDA (United States)"


def _find_lead_places(annotated: Annotated, block: Block, starts: list[int]) -> tuple[Mention, ...]:
    """The place that a paragraph or item sets in front of all that it tells: "**Japan.** Sold as"."""
    if not block.prose or block.kind is BlockKind.HEADING:
        return ()
    text = annotated.page.text
    first = bisect_left(starts, block.start)
    for mention in annotated.mentions[first : first + 2]:
        if mention.label is not Label.JURISDICTION or mention.start > block.start + LONGEST_PLACES:
            continue
        if LEADING_WORDS.fullmatch(text, block.start, mention.start) and END_OF_LEAD.match(text, mention.end):
            return (mention,)
    return ()


# No sentence or row that somebody wrote is longer; what stands behind is left over. Many rules look at all names of a
# passage for each that they find, so that only a bound keeps the work in proportion to the page.
LONGEST = 6_000  # code points
MOST_NAMES = 400
MOST_CELLS = 100


# "growth hormone" of "growth hormone-releasing hormone"
GOES_ON = re.compile(r"^[-‑–](?:releasing|inhibiting)\b", re.IGNORECASE)
LONGEST_REST = 16  # code points
LONGEST_LEAD = 80  # code points behind a name in which a verb of its own begins


def _is_cut_short(mention: Mention, text: str) -> bool:
    """Whether a name goes on behind a hyphen into another one."""
    hormone = mention.label in NAMES and mention.text.casefold().endswith("hormone")
    return hormone and bool(GOES_ON.match(text[mention.end : mention.end + LONGEST_REST]))


def _cut_row(block: Block) -> Block:
    return replace(block, cells=block.cells[:MOST_CELLS]) if len(block.cells) > MOST_CELLS else block


# With what words end that lead into a list, and how many code points of it are read.
LEADS_IN = (":", "…", "...")
LONGEST_END = 8
MOST_LEADING = 100  # names and cues in the words that introduce a list
MADE_FOR = re.compile(r"\s(?:for|as)$", re.IGNORECASE)  # "a pen engineered for home use:" doubts nothing of its items


def _find_lead_cues(annotated: Annotated, block: Block, starts: list[int]) -> tuple[Mention, ...]:
    """The cues of the paragraph that introduces a list, where it leads into the items with a colon."""
    lead = annotated.page.find_lead(block)
    if lead is None or block.kind is not BlockKind.LIST_ITEM:
        return ()
    if not annotated.page.text[max(lead.start, lead.end - LONGEST_END) : lead.end].rstrip().endswith(LEADS_IN):
        return ()
    first = bisect_left(starts, lead.start)
    inside = annotated.mentions[first : min(first + MOST_LEADING, bisect_left(starts, lead.end))]
    conceded = LEADING_CLAUSE.match(annotated.page.text[lead.start : lead.end])
    main = lead.start + conceded.end() if conceded is not None else lead.start
    return tuple(
        m
        for m in inside
        if m.cue is not None and m.cue.effect is not Effect.NEGATED and m.start >= main and not MADE_FOR.search(m.text)
    )


# "the no-DAC version", "(without DAC)": what a version lacks is its name.
VERSION = re.compile(r"^[ -](?-i:[A-Z]{2,6})\b(?:\)|\s\(|\s(?:version|form|variant))", re.IGNORECASE)
# "All except GHK-Cu are banned"
ALL_BUT = re.compile(r"\ball (?:but|except|save|apart)", re.IGNORECASE)
LONGEST_VERSION = 20  # code points behind such a cue


def _is_in_name(cue: Mention, mentions: list[Mention], text: str) -> bool:
    """ "CJC-1295 no DAC" denies nothing, nor does "all except Semax"."""
    if VERSION.match(text[cue.end : cue.end + LONGEST_VERSION]) or ALL_BUT.search(text, cue.start - 4, cue.end):
        return True
    return any(m.label in NAMES and m.start <= cue.start and cue.end <= m.end for m in mentions)


def _drop_parts(mentions: list[Mention], text: str) -> Iterator[Mention]:
    """Leave out names that are part of a longer name or of a fragment, sequence, identifier or citation.

    A fragment of which the sentence goes on to tell is a name itself: "PTH(1-34) builds bone".
    """
    for index, mention in enumerate(mentions):
        if mention.label in NAMES and any(
            _covers(other, mention) and not _is_told_of(other, mention, text)
            for other in mentions[max(0, index - 8) : index + 4]
            if other is not mention
        ):
            continue
        yield mention


def _is_told_of(fragment: Mention, mention: Mention, text: str) -> bool:
    """Whether a compound is a fragment with residues in its name, and the subject of the verb behind it."""
    alike = fragment.label is Label.FRAGMENT and (fragment.start, fragment.end) == (mention.start, mention.end)
    told = alike and mention.label is Label.COMPOUND and mention.concept_id is not None
    return told and FINITE.match(text[mention.end : mention.end + LONGEST_LEAD]) is not None


def _covers(other: Mention, mention: Mention) -> bool:
    if not (other.start <= mention.start and mention.end <= other.end):
        return False
    longer = other.end - other.start > mention.end - mention.start
    return other.label in SWALLOWING or (longer and other.label in NAMES)
