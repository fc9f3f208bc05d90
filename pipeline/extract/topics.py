"""What each block of a page is about, by its title, headings, questions and rows, and what was named last."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING

from pipeline.extract.casts import list_asked, list_named, recall_asked
from pipeline.extract.entries import name_work
from pipeline.extract.leads import Leads
from pipeline.extract.naming import is_endogenous, is_subject, make_subject, name_subjects
from pipeline.extract.passages import LEADS_IN
from pipeline.extract.records import NAME_KEYS, RECORD_BLOCKS, find_named_tables, find_records
from pipeline.extract.strangers import find_headed
from pipeline.extract.titles import names_class, read_title_kind
from pipeline.lexicon import concept_index
from pipeline.schema import BlockKind, CitationRole, Label, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.lexicon import KeyRow
    from pipeline.page import Annotated, Block, Mention, Subject


# "with DAC", "the DAC version", "the no-DAC form", "DAC-free version"
VERSION = re.compile(
    r"^(?:the )?(?:(?P<with>with )|(?P<without>(?:without|no|non)[ -]))?(?P<part>(?-i:[A-Z]{2,6}))(?P<free>-free)?"
    r"(?: (?:version|form|variant)s?)?$",
    re.IGNORECASE,
)


SHORTEST_ENDING = 5  # code points of a column head that can stand for the name that ends with it


# The words of a sentence that stand for a study without a name.
STUDY_WORDS = 8


STUDY_START = 120  # code points in which they stand


MAIN_SHARE = 0.5  # A page is about one compound when this share of all names on it are that one's.
LEAD = 2  # Or when it is named first and that many times as often as the next.
LEAST_SHARE = 0.3  # Of all names, though; a page with many others is on what they have in common.
LONG_PAGE = 2_000  # code points of a page that is not about what it names once
LISTING = 3  # But not when that many compounds head a section each.


REACH_BACK = 2  # blocks: the paragraph before and the heading between


# "What does Semax do?", "How does it work?", "Does it raise cortisol?"
ASKS_WHAT_IT_DOES = re.compile(
    r"^(?:what|how) (?:do|does|did|can) .*\b(?:do|work|act|help|affect)\b|^(?:do|does|did|can|could|will)\b"
    r"|\b(?:effects?|benefits?|mechanism)\b"
)
WHAT_IS = re.compile(r"^\W*what(?:\s+(?:is|are)|[’']s)\s+(?:the\s+)?[^\s?]+(?:\s[^\s?]+){0,4}\?", re.IGNORECASE)
# A column head may give two names, one in brackets or behind a slash.
CITED = re.compile(r"\s*\[[\d,;\s–-]{1,20}\]")  # "Liraglutide [6, 7]"
HEAD_PIECES = re.compile(r"\s*[(),/|:]\s*")


@dataclass
class Topics:
    """What each block of a page is about, and the last subject that was named in a section."""

    annotated: Annotated
    memory: dict[tuple[tuple[str, ...], int | None], Subject] = field(default_factory=dict)
    studies: dict[tuple[tuple[str, ...], int | None], str] = field(default_factory=dict)
    together: dict[tuple[tuple[str, ...], int | None], tuple[Subject, ...]] = field(default_factory=dict)
    places: dict[tuple[str, ...], tuple[Mention, ...]] = field(default_factory=dict)  # named last, by section
    told: int | None = None  # index of the last block in which an effect was told
    hosted: int | None = None  # index of the block that goes on about something that is no compound
    latest: tuple[int, Subject] | None = None  # index of the last block that named a subject, and the subject
    by_end: dict[str, Mention | None] = field(default_factory=dict)  # names by the words of heads that end them
    named: dict[tuple[int, SubjectFrom], tuple[Subject, ...]] = field(default_factory=dict)  # by block
    classes: dict[int, bool] = field(default_factory=dict)  # whether a title names a class, by where its name begins
    last_field: tuple[int, KeyRow] | None = None  # index of the last block with a field of the vocabulary, and its key

    def __post_init__(self) -> None:
        self.by_block: dict[int, list[Mention]] = {}
        blocks = self.annotated.page.blocks
        spans = iter(block for block in blocks if block.kept)
        block = next(spans, None)
        for mention in self.annotated.mentions:
            while block is not None and mention.start >= block.end:
                block = next(spans, None)
            if block is None:
                break
            if is_subject(mention) and mention.start >= block.start:
                self.by_block.setdefault(block.index, []).append(mention)
        named = [mention for index in sorted(self.by_block) for mention in self.by_block[index]]
        self.leads = Leads(self.annotated, self.by_block)
        self.by_words = {mention.text.casefold(): mention for mention in reversed(named)}
        self.by_concept = {mention.concept_id: mention for mention in reversed(named) if mention.concept_id}
        self.records: dict[tuple[int | None, int | None, int | None], Subject] = {}
        for row in reversed([block for block in blocks if block.kept and not _is_nested(block)]):
            if (subject := self._read_name(row)) is not None:
                self.records[row.heading, row.question, row.table] = subject
        self.nested = find_records([block for block in blocks if block.kept], self._read_name)
        self.entries = {
            mention.start: mention.citation
            for mention in self.annotated.mentions
            if mention.citation is not None and mention.citation.role is CitationRole.ENTRY
        }
        self.titled = True
        self.main = self._find_main()
        self.reads_prose = self.annotated.page.language in (None, "en")

    def remember(self, block: Block, subject: Subject) -> None:
        """Keep the last subject named in this block's section; "the copper peptide" is that one of the text's own."""
        rows = ((own, concept_index().get(own.concept_id)) for own in self.implied(block) or self.main)
        members = [own for own, row in rows if row is not None and subject.concept_id in row.broader]
        subject = members[0] if len(members) == 1 else subject
        self.memory[block.section, block.question] = subject
        self.latest = block.index, subject

    def recall_latest(self, block: Block) -> Subject | None:
        """The subject of the paragraph in front of the heading that this block follows: "It" may reach back there."""
        if self.latest is None or not block.index - REACH_BACK <= self.latest[0] < block.index:
            return None
        return replace(self.latest[1], origin=SubjectFrom.PRONOUN)

    def recall(self, block: Block) -> Subject | None:
        """The last subject named in this block's section, as what a pronoun means."""
        last = self.leads.read_front(block) or self.memory.get((block.section, block.question))
        return last and replace(last, origin=SubjectFrom.PRONOUN)

    def recall_hormone(self, passage: Passage) -> Subject | None:
        """The last compound of the body itself that this block names before a passage, else the last subject."""
        named = [m for m in self.by_block.get(passage.block.index, []) if m.end <= passage.start and is_endogenous(m)]
        return make_subject(named[-1], SubjectFrom.PRONOUN) if named else self.recall(passage.block)

    def remember_effect(self, block: Block) -> None:
        """Keep that an effect was told in this block."""
        self.told = block.index

    def is_told_of(self, block: Block) -> bool:
        """Whether an effect was told earlier in this block, or whether it is an item of a list that words lead into."""
        if self.told == block.index or self._asks_of_one(block):
            return True
        lead = self.annotated.page.find_lead(block)
        if lead is None or block.kind is not BlockKind.LIST_ITEM:
            return False
        return self.told == lead.index or self.leads.read_last_line(lead).endswith(LEADS_IN)

    def _asks_of_one(self, block: Block) -> bool:
        """Whether a block answers what one compound does: "What does Semax do?"."""
        if block.question is None or len(self.name_all(block.question, SubjectFrom.QUESTION)) != 1:
            return False
        return ASKS_WHAT_IT_DOES.search(self.asked(block)) is not None

    def remember_all(self, block: Block, subjects: tuple[Subject, ...]) -> None:
        """Keep the subjects that the last sentence of this block's section set side by side, in their order."""
        self.together[block.section, block.question] = subjects

    def recall_all(self, block: Block) -> tuple[Subject, ...]:
        """The subjects that the sentence before set side by side, as what a plural means."""
        last = self.together.get((block.section, block.question), ())
        return tuple(replace(subject, origin=SubjectFrom.PRONOUN) for subject in last)

    def list_casts(self, block: Block) -> Iterator[tuple[Subject, ...]]:
        """Whom a plural may mean, the likeliest first.

        Those of the sentence before, of the question or heading, of the last paragraphs, of the questions, of the
        title, of all headings.
        """
        yield self.recall_all(block)
        yield self.implied(block)
        yield list_named(self, block)
        yield from list_asked(self, block)
        yield self.main
        yield self.headed
        yield list_named(self, block, kin=True)

    @cached_property
    def _below(self) -> tuple[Block, ...]:
        """The headings that are no title: they stand below another, or others come before them."""
        found = [block for block in self.annotated.page.blocks if block.kept and block.kind is BlockKind.HEADING]
        return tuple(block for place, block in enumerate(found) if place or block.section)

    @cached_property
    def headed(self) -> tuple[Subject, ...]:
        """The compounds that the headings below the title name, one each."""
        below = (self.name_all(block.index, SubjectFrom.HEADING)[:1] for block in self._below)
        return tuple({subject.concept_id: subject for named in below for subject in named}.values())

    def implied(self, block: Block) -> tuple[Subject, ...]:
        """Whom the question, else the nearest heading with a name, else the page is about."""
        if block.row is not None and (heads := self._head_of(block.row)):
            return heads
        if self.leads.heads_agents(block):
            return ()
        if (leading := self.leads.read_front(block) or self.leads.read_line_above(block)) is not None:
            return (leading,)
        if _is_nested(block) and (own := self._find_record(block)) is not None:
            return (own,)
        record = self.records.get((block.heading, block.question, block.table)) if block.cells else None
        if record is not None:
            return (record,)
        if (led := self.leads.read_led(block) or self.leads.listed.get(block.index)) is not None:
            return (led,)
        if block.question is not None and (asked := self.name_all(block.question, SubjectFrom.QUESTION)):
            return asked
        return self._read_headings(block) or self._read_turn(block) or self.main

    def _read_headings(self, block: Block) -> tuple[Subject, ...]:
        """Whom the nearest heading with a name is about."""
        heading = block.heading
        while heading is not None:
            named = self.name_all(heading, SubjectFrom.HEADING)
            if named and not self.is_family(named) and not self._names_class(named):
                whole = [one.concept_id for one in named] == [one.concept_id for one in self.main]
                return (self._turn_to(block) or named) if whole else named
            heading = self.annotated.page.blocks[heading].heading
        return ()

    def _read_turn(self, block: Block) -> tuple[Subject, ...]:
        """On a page that is about none alone, whom the question before or the first words of a paragraph name."""
        if self.titled and len(self.main) == 1:
            return ()
        if before := recall_asked(self, block):
            return before
        opening = self.leads.read_opening(block)
        return (opening,) if opening is not None else ()

    def _turn_to(self, block: Block) -> tuple[Subject, ...]:
        """Whom a paragraph turns to, though the page is about another: "Larazotide is older. It …"."""
        opening = self.leads.read_opening(block, alone=True)
        return (opening,) if opening is not None and not self.is_family((opening,)) else ()

    def _find_record(self, block: Block) -> Subject | None:
        """The compound of the record that a field stands in, or that its path names: "peptides.semax.mw"."""
        if (subject := self.nested.get(block.index)) is not None:
            return subject
        parts = (block.key or "").split(".")[-2::-1]
        told = (named for part in parts if (named := self.by_words.get(part.replace("_", "-").casefold())) is not None)
        mention = next(told, None)
        return make_subject(mention, SubjectFrom.FRONT_MATTER) if mention is not None else None

    def find_name(self, words: str, origin: SubjectFrom) -> tuple[Subject, ...]:
        """The compound that a column head names, wherever the page writes it."""
        bare = CITED.sub("", words).strip()
        pieces = (bare, *HEAD_PIECES.split(bare), bare.partition(" ")[0])
        found = (self.by_words.get(piece.strip().casefold()) for piece in pieces)
        mention = next((mention for mention in found if mention is not None), None) or self._find_by_end(bare)
        return (make_subject(mention, origin),) if mention else ()

    def find_parent(self, concept_id: str | None) -> Subject | None:
        """The parent of a compound, where the page names it."""
        row = concept_index().get(concept_id or "")
        mention = self.by_concept.get(row.parent_id) if row is not None and row.parent_id else None
        return make_subject(mention, SubjectFrom.PRONOUN) if mention is not None else None

    def find_version(self, words: str) -> tuple[Subject, ...]:
        """The compound that words such as "with DAC", "the DAC version" or "no-DAC" mean on this page."""
        part = VERSION.match(words.strip(" ()*_"))
        if part is None:
            return ()
        without = bool(part["without"] or part["free"])
        endings = ("without", "no") if without else ("with",)
        found = (self._find_by_end(f"{joint} {part['part']}") for joint in endings)
        mention = next((mention for mention in found if mention is not None), None)
        return (make_subject(mention, SubjectFrom.WRITTEN),) if mention else ()

    def _find_by_end(self, words: str) -> Mention | None:
        """The only name of the page that ends with the words of a column head: "With DAC"."""
        if words not in self.by_end:
            self.by_end[words] = self._search_by_end(words)
        return self.by_end[words]

    def _search_by_end(self, words: str) -> Mention | None:
        ending = " " + words.strip(" ()*_").casefold()
        plain = ((re.sub(r"[()]", "", text), mention) for text, mention in self.by_words.items())
        named = {mention.concept_id: mention for text, mention in plain if text.endswith(ending)}
        enough = len(ending) > SHORTEST_ENDING and len(named) == 1
        return next(iter(named.values())) if enough else None

    @cached_property
    def named_tables(self) -> frozenset[int]:
        """The tables whose rows begin with the names of several compounds, so that no row is of the page's own."""
        return find_named_tables(self.annotated.page.blocks, self.by_block)

    def remember_study(self, block: Block, name: str) -> None:
        """Keep the study that was cited last in this block's section."""
        self.studies[block.section, block.question] = name

    def recall_study(self, block: Block) -> str | None:
        """The study that was cited last in this block's section."""
        return self.studies.get((block.section, block.question))

    def asked(self, block: Block) -> str:
        """The question that a block answers, in lower case without signs; empty where there is none."""
        if block.question is None:
            return ""
        asked = self.annotated.page.blocks[block.question]
        return re.sub(r"[^\w-]+", " ", self._text()[asked.start : asked.end]).strip().casefold()

    def theme(self, block: Block) -> str:
        """The question that a block answers, else the words of the nearest heading; empty where there is neither."""
        return self.asked(block) or block.title

    def list_in_lead(self, block: Block, labels: frozenset[Label]) -> tuple[str, list[Mention]]:
        """The line that leads to a row, and the names in it with one of some labels."""
        lead = self.annotated.page.find_lead(block)
        if lead is None:
            return "", []
        words = self.leads.read_last_line(lead)
        begins = partial(bisect_left, self.annotated.mentions, key=attrgetter("start"))
        inside = self.annotated.mentions[begins(lead.end - len(words)) : begins(lead.end)]
        return words, [m for m in inside if m.end <= lead.end and m.label in labels]

    def remember_field(self, block: Block, row: KeyRow) -> None:
        """Keep what the last field was about."""
        self.last_field = block.index, row

    def recall_field(self, block: Block) -> KeyRow | None:
        """What the field right above this block was about."""
        return self.last_field[1] if self.last_field is not None and self.last_field[0] == block.index - 1 else None

    def name_study(self, passage: Passage) -> str:
        """A study that the text does not name: by its entry in the list, its call-out, or a number on this page."""
        calls = [m for m in passage.of(Label.CITATION) if m.citation and m.citation.role is CitationRole.CALLOUT]
        for call in calls[:1]:
            entry = self.entries.get(call.citation.entry) if call.citation and call.citation.entry is not None else None
            if entry is not None and entry.authors:
                return name_work(entry)
            return f"[{call.text.strip('[]^')}] of {self.annotated.page.source.source_id}"
        words = " ".join(passage.text[:STUDY_START].split()[:STUDY_WORDS])
        return f"a study of {self.annotated.page.source.source_id}, {words}"

    def name_all(self, index: int, origin: SubjectFrom) -> tuple[Subject, ...]:
        """The compounds that a heading or question names, by the index of its block."""
        if (index, origin) not in self.named:
            block = self.annotated.page.blocks[index]
            stranger = self._find_stranger(block) if origin is SubjectFrom.HEADING else None
            named = name_subjects(self._text(), self.by_block.get(index, []), origin)
            self.named[index, origin] = named if stranger is None else (stranger,)
        return self.named[index, origin]

    def _find_stranger(self, block: Block) -> Subject | None:
        return find_headed(self._text(), block.start, block.end, self.annotated.mentions)

    def _head_of(self, index: int) -> tuple[Subject, ...]:
        """The compound that the first cell of a row names."""
        end = self.annotated.page.blocks[index].cells[0].end
        mentions = [mention for mention in self.by_block.get(index, []) if mention.end <= end]
        return name_subjects(self._text(), mentions, SubjectFrom.TABLE_ROW)

    def _read_name(self, block: Block) -> Subject | None:
        """The compound of a record, told by a field such as "Product name"."""
        if not block.cells or block.cells[0].text.strip(" :").casefold() not in NAME_KEYS:
            return None
        value = [m for m in self.by_block.get(block.index, []) if m.start >= block.cells[0].end]
        return make_subject(value[0], SubjectFrom.TABLE_ROW) if value else None

    def is_family(self, named: tuple[Subject, ...]) -> bool:
        """Whether a name only tells what the page's own compound belongs to."""
        if len(named) != 1 or len(self.main) != 1:
            return False
        row = concept_index().get(self.main[0].concept_id)
        return row is not None and named[0].concept_id in (*row.broader, row.parent_id)

    def _text(self) -> str:
        return self.annotated.page.text

    def _find_main(self) -> tuple[Subject, ...]:
        told: set[str | None] = set()
        for block in self.annotated.page.blocks:
            origin = None if self._is_one_of_several(block) else read_title_kind(block)
            if block.kind is BlockKind.QUESTION and not told and self._asks_for_page(block):
                origin = SubjectFrom.TITLE
            if origin is SubjectFrom.TITLE and (stranger := self._find_stranger(block)) is not None:
                return (stranger,)
            if block.index not in self.by_block:
                continue
            if origin is not None:
                named = self.name_all(block.index, origin)
                late = block.kind is BlockKind.HEADING and told and not told & {one.concept_id for one in named}
                return self._find_commonest() if late or self._names_class(named) else named
            if not told and (line := self.leads.read_title_line(block)) is not None:
                return (line,)
            if block.prose and block.kind not in RECORD_BLOCKS:
                told |= {mention.concept_id for mention in self.by_block[block.index]}
        return self._find_commonest()

    def _asks_for_page(self, block: Block) -> bool:
        """Whether a question above all text is the title: "What is Semax?", where no other asks of another one."""
        if WHAT_IS.match(self._text()[block.start : block.end].strip()) is None or block.section:
            return False
        return len(self._asked_of) == 1

    @cached_property
    def _asked_of(self) -> frozenset[str]:
        """The compounds that the questions of the page and its headings below the title name."""
        asked = (block for block in self.annotated.page.blocks if block.kind is BlockKind.QUESTION)
        named = (self.name_all(block.index, SubjectFrom.QUESTION) for block in (*asked, *self._below))
        return frozenset(subject.concept_id for subjects in named for subject in subjects)

    def _is_one_of_several(self, block: Block) -> bool:
        """Whether a heading below the title is one of several that name a compound each, none of them the page's."""
        return len(self.headed) > 1 and any(block is other for other in self._below)

    def _names_class(self, named: tuple[Subject, ...]) -> bool:
        """Whether a title names no more than a class of what the page tells of."""
        if len(named) != 1 or (title := named[0].mention) is None:
            return False
        if title.start not in self.classes:
            others = chain.from_iterable(self.by_block.values())
            told = sum(one.concept_id != title.concept_id for one in self.headed)
            self.classes[title.start] = names_class(self._text(), title, others, headed=told)
        return self.classes[title.start]

    def _find_commonest(self) -> tuple[Subject, ...]:
        self.titled = False
        mentions = [m for index in sorted(self.by_block) for m in self.by_block[index] if m.concept_id]
        if not mentions or len(self.headed) >= LISTING:
            return ()
        counts = Counter(mention.concept_id for mention in mentions)
        (best, count), (_, second) = (*counts.most_common(2), (None, 0))[:2]
        leads = best == mentions[0].concept_id and count >= max(LEAD * second, LEAST_SHARE * len(mentions))
        if count == 1 and len(self._text()) > LONG_PAGE:
            return ()
        if (count < MAIN_SHARE * len(mentions) and not leads) or any(best in _list_broader(name) for name in counts):
            return ()  # a class beside its members is no more than one of the things that a page tells of
        first = next(mention for mention in mentions if mention.concept_id == best)
        return (make_subject(first, SubjectFrom.TITLE),)


def _list_broader(concept_id: str | None) -> tuple[str, ...]:
    """The classes that a compound belongs to."""
    row = concept_index().get(concept_id or "")
    return tuple(row.broader) if row is not None else ()


def _is_nested(block: Block) -> bool:
    """Whether a field stands below another one: "compounds.mass"."""
    return block.kind in RECORD_BLOCKS and "." in (block.key or "")
