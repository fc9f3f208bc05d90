"""Whom a passage is about: named, meant by a pronoun, or implied by question, heading and title."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from pipeline.extract.verbs import fill_in
from pipeline.lexicon import LexiconRow, concept_index, read_rows, remember
from pipeline.page import Subject
from pipeline.schema import BlockKind, CitationRole, Label, SubjectFrom

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.lexicon import KeyRow
    from pipeline.page import Annotated, Block, Citation, Mention


class SubjectRow(LexiconRow):
    """Words that stand for a subject, or that keep a name from being one."""

    kind: Literal[
        "pronoun",
        "elided",
        "both",
        "generic",
        "oblique",
        "part",
        "level",
        "predicate",
        "agent",
        "other",
        "additive",
        "endogenous",
    ]
    trigger: str


# "ACTH-derived peptides" are not ACTH.
DESCRIBES = re.compile(
    r"^[-‑–](?:derived|induced|mediated|driven|stimulated|evoked|dependent|based|like|related|specific|binding)\b"
    r"|^ (?:receptors?|genes?|antibod(?:y|ies))\b"
    r"|^['’]s (?:parent|precursor|cousin|rival|predecessor|successor|relative|competitor)\b",
    re.IGNORECASE,
)
# "SS-31-induced increases in ATP": what the compound itself brought about, when the words of the claim follow at once.
BROUGHT_ABOUT = re.compile(r"^[-‑–](?:induced|mediated|driven|stimulated|evoked)\s+(?:[\w-]+\s+){0,2}$", re.IGNORECASE)
# Named like compounds, and never what a page is about; None is a name that leads to no concept.
NEVER = frozenset({None, "compound:placebo"})
# "What is Selank?" is about Selank.
ASKS_WHAT = re.compile(
    r"\b(?:what(?: exactly)?|how \w+|how|why|where|when|who) (?:is|are|was|were)\s+(?:an?\s+|the\s+)?$", re.IGNORECASE
)
# Code points before a name in which words such as "analogue of the" still belong to it.
BEFORE = 48
# Between two names of one coordination: "Selank and Semax", "BPC-157 / TB-500", "Semax, Selank, and P21".
COORDINATION = re.compile(r"^\s*(?:\([^()]{0,60}\)\s*)?(?:,|/|&|\+|and|or|nor|, and|, or|as well as)\s*(?:the\s+)?$")
# The second name explains the first: "GHK-Cu (with its CAS number), the copper complex of".
APPOSED = re.compile(r"^\s*(?:\([^()]*\)\s*)?,\s+(?:the|an?)\s", re.IGNORECASE)
# "TB-500 (thymosin beta-4): a guide": the second name only explains the first.
EXPLAINS = re.compile(r"^\s*\($")
# "with DAC", "the DAC version", "the no-DAC form", "DAC-free version"
VERSION = re.compile(
    r"^(?:the )?(?:(?P<with>with )|(?P<without>(?:without|no|non)[ -]))?(?P<part>(?-i:[A-Z]{2,6}))(?P<free>-free)?"
    r"(?: (?:version|form|variant)s?)?$",
    re.IGNORECASE,
)
# "Semax.", "**Semax:**" or "**Semax** – " in front of a paragraph is a heading of its own.
RUN_IN = re.compile(r"^[*_\s]*(?:[.:]|\s[–—-])[*_\s]*(?:\s|$)")
LONGEST_MARK = 6  # code points of marks around such a name
SHORTEST_ENDING = 5  # code points of a column head that can stand for the name that ends with it
# The words of a sentence that stand for a study without a name.
STUDY_WORDS = 8
STUDY_START = 120  # code points in which they stand
# A page is about one compound when this share of all names on it are that one's.
MAIN_SHARE = 0.5
# Or when it is the first one named, and named so many times as often as any other: a leaflet under a name of its own.
CLEAR_LEAD = 2
LEADING_WORDS = 400  # code points from the start of the page in which it is
# Or when it is named first and that many times as often as the next.
LEAD = 2

REACH_BACK = 2  # blocks: the paragraph before and the heading between

# A column head may give two names, one in brackets or behind a slash.
HEAD_PIECES = re.compile(r"\s*[(),/|]\s*")
NAME_KEYS = frozenset(
    {"name", "product name", "product", "compound", "peptide", "peptide name", "compound name", "item"}
)
TITLE_KEYS = frozenset({"title", "name", "compound", "peptide", "product", "h1", "headline"})


@remember
def subject_words(kind: str) -> re.Pattern[str]:
    """All triggers of one kind as one pattern."""
    rows = [fill_in(row.trigger) for row in read_rows("subjects", SubjectRow) if row.kind == kind]
    return re.compile("|".join(f"(?:{row})" for row in rows), re.IGNORECASE)


# "Demo D, Placeholder PQ": the surnames of an entry's authors.
SURNAMES = re.compile(r"([^\W\d_][\w’'-]+) [A-Z]{1,3}\b")


def name_work(entry: Citation) -> str:
    """A reference entry as a text would cite it: "Demo and Sample, 2011"."""
    names = SURNAMES.findall(entry.authors or "")
    if not names:
        cited = entry.authors or ""
    elif len(names) <= 2:  # noqa: PLR2004  (more are "et al.")
        cited = " and ".join(names)
    else:
        cited = f"{names[0]} et al."
    return f"{cited}, {entry.year}" if entry.year else cited


@dataclass
class Topics:
    """What each block of a page is about, and the last subject that was named in a section."""

    annotated: Annotated
    memory: dict[tuple[tuple[str, ...], int | None], Subject] = field(default_factory=dict)
    studies: dict[tuple[tuple[str, ...], int | None], str] = field(default_factory=dict)
    together: dict[tuple[tuple[str, ...], int | None], tuple[Subject, ...]] = field(default_factory=dict)
    places: dict[tuple[str, ...], tuple[Mention, ...]] = field(default_factory=dict)  # named last, by section
    told: int | None = None  # index of the last block in which an effect was told
    latest: tuple[int, Subject] | None = None  # index of the last block that named a subject, and the subject
    by_end: dict[str, Mention | None] = field(default_factory=dict)  # names by the words of heads that end them
    named: dict[tuple[int, SubjectFrom], tuple[Subject, ...]] = field(default_factory=dict)  # by block
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
        self.by_words = {mention.text.casefold(): mention for mention in reversed(named)}
        self.records: dict[tuple[int | None, int | None, int | None], Subject] = {}
        for row in reversed([block for block in blocks if block.kept]):
            if (subject := self._read_name(row)) is not None:
                self.records[row.heading, row.question, row.table] = subject
        self.entries = {
            mention.start: mention.citation
            for mention in self.annotated.mentions
            if mention.citation is not None and mention.citation.role is CitationRole.ENTRY
        }
        self.main = self._find_main()
        self.reads_prose = self.annotated.page.language in (None, "en")

    def remember(self, block: Block, subject: Subject) -> None:
        """Keep the last subject named in this block's section."""
        self.memory[block.section, block.question] = subject
        self.latest = block.index, subject

    def recall_latest(self, block: Block) -> Subject | None:
        """The subject of the paragraph in front of the heading that this block follows: "It" may reach back there."""
        if self.latest is None or not block.index - REACH_BACK <= self.latest[0] < block.index:
            return None
        return replace(self.latest[1], origin=SubjectFrom.PRONOUN)

    def recall(self, block: Block) -> Subject | None:
        """The last subject named in this block's section, as what a pronoun means."""
        last = self._read_lead(block) or self.memory.get((block.section, block.question))
        return last and replace(last, origin=SubjectFrom.PRONOUN)

    def remember_effect(self, block: Block) -> None:
        """Keep that an effect was told in this block."""
        self.told = block.index

    def is_told_of(self, block: Block) -> bool:
        """Whether an effect was told earlier in this block, or whether it is an item of a list that words lead into."""
        if self.told == block.index:
            return True
        if block.kind is not BlockKind.LIST_ITEM or block.lead is None:
            return False
        lead = self.annotated.page.blocks[block.lead]
        return self.told == lead.index or self._text()[lead.start : lead.end].rstrip().endswith(":")

    def remember_all(self, block: Block, subjects: tuple[Subject, ...]) -> None:
        """Keep the subjects that the last sentence of this block's section set side by side, in their order."""
        self.together[block.section, block.question] = subjects

    def recall_all(self, block: Block) -> tuple[Subject, ...]:
        """The subjects that the sentence before set side by side, as what a plural means."""
        last = self.together.get((block.section, block.question), ())
        return tuple(replace(subject, origin=SubjectFrom.PRONOUN) for subject in last)

    def implied(self, block: Block) -> tuple[Subject, ...]:
        """Whom the question, else the nearest heading with a name, else the page is about."""
        if block.row is not None and (heads := self._head_of(block.row)):
            return heads
        if (leading := self._read_lead(block) or self._read_line_above(block)) is not None:
            return (leading,)
        record = self.records.get((block.heading, block.question, block.table)) if block.cells else None
        if record is not None:
            return (record,)
        if (led := self._read_led(block)) is not None:
            return (led,)
        if block.question is not None and (asked := self._named(block.question, SubjectFrom.QUESTION)):
            return asked
        heading = block.heading
        while heading is not None:
            if (named := self._named(heading, SubjectFrom.HEADING)) and not self.is_family(named):
                return named
            heading = self.annotated.page.blocks[heading].heading
        return self.main

    def find_name(self, words: str, origin: SubjectFrom) -> tuple[Subject, ...]:
        """The compound that a column head names, wherever the page writes it."""
        pieces = (words, *HEAD_PIECES.split(words))
        found = (self.by_words.get(piece.strip().casefold()) for piece in pieces)
        mention = next((mention for mention in found if mention is not None), None) or self._find_by_end(words)
        return (make_subject(mention, origin),) if mention else ()

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

    def _named(self, index: int, origin: SubjectFrom) -> tuple[Subject, ...]:
        if (index, origin) not in self.named:
            self.named[index, origin] = name_subjects(self._text(), self.by_block.get(index, []), origin)
        return self.named[index, origin]

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

    def _read_lead(self, block: Block) -> Subject | None:
        """The compound that a paragraph puts in front of its sentences: "Semax. Its half-life is ..."."""
        mentions = self.by_block.get(block.index, [])
        if not block.prose or not mentions or mentions[0].start > block.start + LONGEST_MARK:
            return None
        behind = self._text()[mentions[0].end : min(block.end, mentions[0].end + LONGEST_MARK)]
        return make_subject(mentions[0], SubjectFrom.WRITTEN) if RUN_IN.match(behind) else None

    def _read_led(self, block: Block) -> Subject | None:
        """The compound that the words in front of a list name: "Most of this was done with HNG:"."""
        if block.kind is not BlockKind.LIST_ITEM or block.lead is None:
            return None
        lead = self.annotated.page.blocks[block.lead]
        words = self._text()[lead.start : lead.end].rstrip()
        start = lead.start + max(words.rfind(". "), words.rfind("\n"), 0)
        named = {m.concept_id: m for m in self.by_block.get(lead.index, []) if m.start >= start}
        if not words.endswith(":") or len(named) != 1:
            return None
        return make_subject(next(iter(named.values())), SubjectFrom.PRONOUN)

    def _read_line_above(self, block: Block) -> Subject | None:
        """The compound that stands alone in the paragraph right above, as a heading without marks."""
        above = self.annotated.page.blocks[block.index - 1] if block.index and block.prose else None
        if above is None or above.kind is not BlockKind.PARAGRAPH or block.kind is not BlockKind.PARAGRAPH:
            return None
        named = self.by_block.get(above.index, [])
        alone = len(named) == 1 and (named[0].start, named[0].end) == (above.start, above.end)
        return make_subject(named[0], SubjectFrom.HEADING) if alone else None

    def is_family(self, named: tuple[Subject, ...]) -> bool:
        """Whether a name only tells what the page's own compound belongs to."""
        if len(named) != 1 or len(self.main) != 1:
            return False
        row = concept_index().get(self.main[0].concept_id)
        return row is not None and named[0].concept_id in (*row.broader, row.parent_id)

    def _text(self) -> str:
        return self.annotated.page.text

    def _find_main(self) -> tuple[Subject, ...]:
        for block in self.annotated.page.blocks:
            if block.index in self.by_block and (origin := _is_title(block)):
                return self._named(block.index, origin)
        return self._find_commonest()

    def _find_commonest(self) -> tuple[Subject, ...]:
        mentions = [m for index in sorted(self.by_block) for m in self.by_block[index] if m.concept_id]
        if not mentions:
            return ()
        counts = Counter(mention.concept_id for mention in mentions)
        (best, count), (_, second) = (*counts.most_common(2), (None, 0))[:2]
        leads = best == mentions[0].concept_id and count >= LEAD * second
        if count < MAIN_SHARE * len(mentions) and not leads:
            return ()
        first = next(mention for mention in mentions if mention.concept_id == best)
        return (make_subject(first, SubjectFrom.TITLE),)


def _is_title(block: Block) -> SubjectFrom | None:
    if block.kind is BlockKind.HEADING and not block.section[:-1]:
        return SubjectFrom.TITLE
    key = (block.key or "").rpartition(".")[2].casefold()
    if block.kind is BlockKind.FRONT_MATTER and key in TITLE_KEYS:
        return SubjectFrom.FRONT_MATTER
    if block.kind is BlockKind.METADATA and key in TITLE_KEYS:
        return SubjectFrom.METADATA
    return None


def is_subject(mention: Mention) -> bool:
    """Whether a name is one of a compound that a statement can be about, and not a salt, an ion or a solvent."""
    return mention.label is Label.COMPOUND and not _is_additive(mention)


def _is_additive(mention: Mention) -> bool:
    return bool(subject_words("additive").fullmatch(mention.name.strip()))


def make_subject(mention: Mention, origin: SubjectFrom) -> Subject:
    """A named thing as a subject."""
    name = mention.concept or mention.text
    return Subject(mention.concept_id or f"local:{name.casefold()}", name, mention.text, origin, mention)


def name_subjects(text: str, mentions: list[Mention], origin: SubjectFrom) -> tuple[Subject, ...]:
    """The subjects that a title, heading or question names; a name that explains another is left out."""
    found: list[Mention] = []
    for mention in mentions:
        if found and EXPLAINS.match(text[found[-1].end : mention.start]):
            continue
        before = text[max(0, mention.start - BEFORE) : mention.start]
        if any(subject_words(kind).search(before) for kind in ("oblique", "part")):
            continue
        if subject_words("predicate").search(before) and not ASKS_WHAT.search(before):
            continue
        if mention.concept_id not in {other.concept_id for other in found}:
            found.append(mention)
    return tuple(make_subject(mention, origin) for mention in _keep_narrowest(found))


def _keep_narrowest(mentions: list[Mention]) -> list[Mention]:
    """Leave out a family when one of its members is named as well."""
    wider = {
        family
        for mention in mentions
        if (concept := concept_index().get(mention.concept_id or "")) is not None
        for family in (*concept.broader, *([concept.parent_id] if concept.parent_id else []))
    }
    kept = [mention for mention in mentions if mention.concept_id not in wider]
    return kept or mentions


@dataclass(frozen=True, slots=True)
class Resolved:
    """The subjects of a claim, or why there is none."""

    subjects: tuple[Subject, ...]
    reason: str | None = None


def resolve_subjects(
    passage: Passage,
    at: int,
    topics: Topics,
    *,
    side: str = "before",
    skip: tuple[Mention, ...] = (),
    targets: bool = False,
    loose: bool = False,
    own: bool = False,
    nearest: bool = False,
) -> Resolved:
    """Whom the words at page offset `at` are said of.

    `side` tells where a name may stand ("before", "after", "any"); `skip` are mentions that play another part;
    `targets` allows that a target is the subject: "BDNF acts through TrkB"; `loose` takes the page's compound
    whatever stands where the subject would be, for matters that nothing else on the page can have; `own` does so for
    what is more often said of the page's compound than of the one named last; `nearest` takes the last name in front,
    not the first.
    """
    first, last = passage.clause(at)
    labels = (Label.COMPOUND, Label.TARGET) if targets else (Label.COMPOUND,)
    names = [
        m
        for m in passage.of(*labels)
        if m not in skip and m.concept_id not in NEVER and not _is_additive(m) and _is_itself(passage, m, at)
    ]
    names = [m for m in names if not _stands_behind(passage, m, "level") and not is_governed(passage, m)]
    before = [m for m in names if first <= m.start < at]
    if (main := _find_behind_front(passage, names, at)) is not None:
        return Resolved((make_subject(main, SubjectFrom.WRITTEN),))
    fronted = FRONTED.match(passage.between(first, at)) or _opens_with_participle(passage, first, at)
    if fronted and PRONOUN_BEHIND.match(passage.between(at, last)):
        return _one_of(topics.recall(passage.block), passage.implied or topics.implied(passage.block))
    if side != "after" and (subjects := _pick_named(passage, before, at, nearest=nearest)):
        return Resolved(subjects)
    owners = [m for m in names if side == "after" and at < m.start < last and OF.match(passage.between(at, m.start))]
    if side == "after":
        named = owners or [m for m in names if at < m.start < last and _is_agent(passage, m)]
        return Resolved(tuple(make_subject(m, SubjectFrom.WRITTEN) for m in named[:1]), "the subject cannot be told")
    if agents := [m for m in names if at < m.start < last and m.label is Label.COMPOUND and _is_agent(passage, m)]:
        return Resolved((make_subject(agents[0], SubjectFrom.WRITTEN),))
    earlier = [m for m in names if m.end <= first and m.label is Label.COMPOUND and not is_oblique(passage, m)]
    others = [m for m in before if m.label is Label.COMPOUND and _stands_behind(passage, m, "part")]
    head = _without(passage, first, at, skip)
    resolved = _inherit(passage, head, topics, earlier=earlier, others=others)
    if (loose or own) and not resolved.subjects and not others and not SEVERAL.search(head):
        return _take_loosely(passage, topics, earlier, own=own)
    return resolved


# "The anxiolytic effects of Selank"
OF = re.compile(r"^(?:\w+\s+)?(?:of|for|by|with|from)\s+(?:the\s+|this\s+)?$", re.IGNORECASE)


def _is_itself(passage: Passage, mention: Mention, at: int) -> bool:
    """Whether a name does not merely describe the noun behind it."""
    described = DESCRIBES.match(passage.between(mention.end, mention.end + BEFORE))
    return not described or bool(BROUGHT_ABOUT.match(passage.between(mention.end, at)))


# "First isolated from plasma in 1973, GHK-Cu is", "Composed of 15 amino acids, it has"
PARTICIPLE = re.compile(
    r"^\W*(?:(?:first|originally|initially|recently|now|also)\s+)?"
    r"(?:isolated|discovered|identified|developed|described|synthesi[sz]ed|created|designed|invented|introduced|approved"
    r"|registered|licen[sc]ed|composed|made|derived|extracted|purified|found|marketed|supplied|consisting|containing"
    r"|weighing)\b[^;:]*$",
    re.IGNORECASE,
)
# "As a GLP-1 receptor agonist, semaglutide slows", "Via the GLP-2 receptor, teduglutide": whom a first phrase is about.
FRONTED = re.compile(
    r"^\W*(?:as (?:an?|the)|being|acting|bound|given|injected|by|via|through|thanks to|due to)\b[^,;:]*$",
    re.IGNORECASE,
)
# "By binding LPS it lowers", "By holding it in place, the peptide prevents"
PRONOUN_BEHIND = re.compile(
    r"^[^.;:]{2,80}?,?\s"
    r"(?:it|(?:the|this) (?:peptide|compound|drug|molecule|hormone|substance|tripeptide|tetrapeptide))\s\w",
    re.IGNORECASE,
)
LONGEST_PARTICIPLE = 12  # code points from the words at which a participle may itself begin
SHORTEST_FRONT = 6  # code points of the words themselves, where they open the sentence
MAIN_CLAUSE = re.compile(r"^[^,;:]*,\s*(?:the\s+)?$", re.IGNORECASE)


def _opens_with_participle(passage: Passage, first: int, at: int) -> bool:
    """Whether a clause from `first` begins with a participle in front of its subject, in or behind which `at` is."""
    return bool(PARTICIPLE.match(passage.between(first, at + LONGEST_PARTICIPLE)))


def _find_behind_front(passage: Passage, names: list[Mention], at: int) -> Mention | None:
    """The subject of the main clause behind a first phrase that holds the words at `at`."""
    first, last = passage.clause(at)
    fronted = FRONTED.match(passage.between(first, at + SHORTEST_FRONT))
    if not fronted and not _opens_with_participle(passage, first, at):
        return None
    behind = [m for m in names if at < m.start < last and MAIN_CLAUSE.match(passage.between(at, m.start))]
    return next((m for m in behind if m.label is Label.COMPOUND), None)


def _take_loosely(passage: Passage, topics: Topics, earlier: list[Mention], *, own: bool) -> Resolved:
    """The compounds that the sentence names before in one list, else the one that the text is about."""
    implied = passage.implied or topics.implied(passage.block)
    if len({m.concept_id for m in earlier}) == 1 or (earlier and not own):
        return _one_list(passage, earlier, implied)
    last = topics.recall(passage.block)
    here = last is not None and last.mention is not None and last.mention.start >= passage.block.start
    return _one_of(last if here or not own or len(implied) != 1 else None, implied)


def _one_list(passage: Passage, names: list[Mention], implied: tuple[Subject, ...]) -> Resolved:
    """Names of an earlier clause as subjects where they stand in one list; else that of them which the text is about.

    "Ipamorelin and CJC-1295 are old — some human data, no approval".
    """
    listed = coordinate(passage, names)
    if {m.concept_id for m in names} == {m.concept_id for m in listed}:
        return Resolved(tuple(make_subject(mention, SubjectFrom.WRITTEN) for mention in listed))
    if len(implied) == 1 and implied[0].concept_id in {m.concept_id for m in names}:
        return Resolved(implied)
    return Resolved((), "several compounds could be the subject")


def _without(passage: Passage, start: int, end: int, skip: tuple[Mention, ...]) -> str:
    """The words from `start` to `end` less those of some mentions."""
    words: list[str] = []
    at = start
    for mention in sorted(skip, key=lambda m: m.start):
        if at <= mention.start and mention.end <= end:
            words.append(passage.between(at, mention.start))
            at = mention.end
    return "".join([*words, passage.between(at, end)])


def _pick_named(passage: Passage, before: list[Mention], at: int, *, nearest: bool) -> tuple[Subject, ...]:
    straight = _behind_opening(passage, [m for m in before if not is_oblique(passage, m)], at)
    straight = [m for m in straight if not NEW_SUBJECT.search(passage.between(m.end, at))]
    compounds = [m for m in straight if m.label is Label.COMPOUND]
    if compounds and nearest:
        return (make_subject(compounds[-1], SubjectFrom.WRITTEN),)
    if compounds:
        return tuple(make_subject(m, SubjectFrom.WRITTEN) for m in coordinate(passage, compounds))
    if straight and _leads_into(passage.between(straight[-1].end, at)):
        return (make_subject(straight[-1], SubjectFrom.WRITTEN),)
    return ()


# "Collagen needs vitamin C, and sleep raises": a noun of its own stands in front of the verb.
NEW_SUBJECT = re.compile(
    r",\s+(?:and|but|so|yet)\s+(?:the\s+|an?\s+)?"
    r"(?!(?:also|then|\w+ly|to|can|may|might|could|would|will|it|they|its|this|further|thus|therefore|thereby|in|by|for|with"
    r"|through|via|has|have|had|is|was|are|were|does|did|even|not|when|at|on|as|if|both|potentially)\b)"
    r"[a-z][\w-]+(?:\s+[a-z][\w-]+)?\s+$"
)


# "In men who failed sildenafil, bremelanotide produced": the subject stands behind the opening phrase.
OPENING = re.compile(
    r"^(?:[\w ]{1,30}:\s*)?\W*(?:in|for|after|with|among|during|by|following|like|when|where|if"
    r"|compared|beside|besides|as|upon|via|through|at|on|beyond|given|unlike)\b[^,]*,(?:\s*an?\s[^,]{1,60},)?",
    re.IGNORECASE,
)


def _behind_opening(passage: Passage, names: list[Mention], at: int) -> list[Mention]:
    first = passage.clause(at)[0]
    opening = OPENING.match(passage.between(first, at))
    if opening is None:
        return names
    main = first + opening.end()
    if subject_words("pronoun").search(passage.between(main, at)):  # "Upon receptor binding, the peptide activates"
        return [m for m in names if m.start >= main]
    return [m for m in names if m.start >= main] or names


def coordinate(passage: Passage, mentions: list[Mention]) -> list[Mention]:
    """The first of some names with those that stand in one list with it, each concept once."""
    chain = [mentions[0]]
    for mention in mentions[1:]:
        gap = passage.between(chain[-1].end, mention.start)
        if gap == " " and len(chain) == 1:  # "the thymic peptide Ta1": a class in front of its member
            chain = [mention]
            continue
        if not COORDINATION.match(gap) or APPOSED.match(gap):
            break
        if mention.concept_id not in {m.concept_id for m in chain}:
            chain.append(mention)
    return chain


# "Afamelanotide is selective", "Noopept, by contrast, acts": a verb follows.
FINITE = re.compile(
    r"^(?:\s*\([^()]*\))?,?\s+(?:[^,;:]{1,40},\s+)?(?:is|was|has|had|can|may|does|did|will|\w+s|\w+ed)\b", re.IGNORECASE
)


def opens_sentence(passage: Passage, mention: Mention) -> bool:
    """Whether a sentence begins with a name that a verb follows."""
    bare = not re.sub(r"\W+", "", DETERMINER.sub("", passage.between(passage.start, mention.start)))
    behind = passage.between(mention.end, passage.end)
    return bare and FINITE.match(behind) is not None and not DESCRIBES.match(behind)


def is_oblique(passage: Passage, mention: Mention) -> bool:
    """Whether a name is compared with, or a part of the noun before it, and so no subject."""
    return any(_stands_behind(passage, mention, kind) for kind in ("oblique", "part", "predicate"))


def _is_agent(passage: Passage, mention: Mention) -> bool:
    return _stands_behind(passage, mention, "agent")


@remember
def _governing() -> re.Pattern[str]:
    verbs = fill_in("(?:<up:verb>|<down:verb>|<inhibit:verb>|<activate:verb>|bind(?:s|ing)|bound to)")
    return re.compile(
        rf"(?<![\w-]){verbs}\s+(?:(?:the|endogenous|plasma|circulating|native|its|both|brain)\s+)*$", re.IGNORECASE
    )


def is_governed(passage: Passage, mention: Mention) -> bool:
    """Whether a name is what a verb acts on: "stress lowers kisspeptin and raises cortisol"."""
    return bool(_governing().search(passage.between(mention.start - BEFORE, mention.start)))


def _stands_behind(passage: Passage, mention: Mention, kind: str) -> bool:
    return bool(subject_words(kind).search(passage.between(mention.start - BEFORE, mention.start)))


# "albumin has a", "BDNF then", "GHRH itself": only words that can stand between a subject and its verb.
LEADS_INTO = re.compile(
    r"^(?:\s*\([^()]*\))?(?:\s+(?:then|also|itself|in turn|which|that|has|have|had|an?|the|does|did|do|not|can|may"
    r"|might|could|would|will|should|must|is|are|was|were|been|be|thought|believed|known|said|shown|found|reported|suggested|expected"
    r"|to|of|helps?|levels?|signal(?:l)?ing|receptors?|activation|deficiency|release|secretion|\w+ly|plasma|elimination"
    r"|very|short|long))*\s*$",
    re.IGNORECASE,
)


def _leads_into(words: str) -> bool:
    return bool(LEADS_INTO.match(words))


def _inherit(passage: Passage, head: str, topics: Topics, *, earlier: list[Mention], others: list[Mention]) -> Resolved:
    if passage.implied:
        return (
            Resolved((), "another compound stands where the subject would be") if others else Resolved(passage.implied)
        )
    implied = topics.implied(passage.block)
    last = topics.recall(passage.block)
    if subject_words("both").search(head):
        several = implied if len(implied) > 1 or not SEVERAL.search(head) else topics.recall_all(passage.block)
        if len(several) > 1 or (several and CLASS.match(head)):
            return Resolved(several)
    if subject_words("elided").search(passage.text):  # "Shows high affinity": a list item on what the list is about
        return _one_of(None if len(implied) == 1 else last, implied)
    if (number := ORDINAL.search(head)) is not None:
        several = topics.recall_all(passage.block)
        several = several if len(several) > 1 else implied if len(implied) > 1 else topics.main
        place = PLACE_IN_ROW[number["place"].lower()]
        return (
            Resolved(several[place:][:1], "the subject cannot be told") if len(several) > 1 else Resolved((), SEEN_NOT)
        )
    head = LEADING.sub("", head)
    if subject_words("pronoun").search(head) or AT_THE_VERB.search(head):
        return _follow_pronoun(head, earlier, implied, last)
    if others:
        return Resolved((), "another compound stands where the subject would be")
    bare = not re.sub(r"\W+", "", DETERMINER.sub("", head)) or bool(NOUN_ALONE.match(head))
    if not bare and not _is_general(passage, head):
        return Resolved((), "the subject cannot be told")
    if earlier and not bare and len(implied) != 1:
        return _one_list(passage, earlier, implied)
    return _one_of(None if len(implied) == 1 else last, implied)


def _follow_pronoun(head: str, earlier: list[Mention], implied: tuple[Subject, ...], last: Subject | None) -> Resolved:
    """Whom a pronoun means: a name earlier in the sentence, else the last one of the section."""
    if EVENT.match(head) and len(implied) == 1 and not earlier:
        return Resolved(implied)
    if earlier:  # "Semax is registered in Russia; elsewhere it is a research chemical"
        return Resolved((make_subject(earlier[0], SubjectFrom.PRONOUN),))
    return _one_of(last, implied)


def _is_general(passage: Passage, head: str) -> bool:
    """Whether the words where the subject would be, such as "studies" or "a dose", leave it to the page."""
    longest = LONGEST_HEAD if passage.block.question is None else 2 * LONGEST_HEAD  # an answer stays with its question
    last_part = head[head.rfind(", ") + 1 :]  # "In a trial, in adults, a single injection of 30 mcg/kg raised"
    if any(len(part) <= longest and subject_words("generic").search(part) for part in (head, last_part)):
        return True
    if len(head) <= LONGEST_REPORT and STUDY_REPORTS.search(head) is not None:
        return True
    return passage.block.kind in ELLIPTIC and len(head) <= LONGEST_HEAD


# "Synthetic pentadecapeptide derived from": what the text is about, told without its name.
NOUN_ALONE = re.compile(
    r"^\W*(?:an? )?(?:(?:synthetic|natural|naturally|occurring|short|small|novel|modified|stable|stabili[sz]ed|linear"
    r"|cyclic|endogenous|acetylated|\d+[- ]amino[- ]acid|copper|gastric|thymic|human|regulatory) )*"
    r"(?:\w*peptide|fragment|analog(?:ue)?|mixture)(?: \([^()]{1,40}\))?,?\s*$",
    re.IGNORECASE,
)
# "The first of them", "the latter", "the second one": one of those that were set side by side.
ORDINAL = re.compile(
    r"\bthe (?P<place>first|second|third|former|latter|last)"
    r"(?: one| of (?:them|these|those|the (?:two|three|trio|pair)))?"
    r"\s+(?:(?:\w+ly|has|had|also|then|can|may|did|does|not)\s+)*$",
    re.IGNORECASE,
)
PLACE_IN_ROW = {"first": 0, "former": 0, "second": 1, "third": 2, "latter": -1, "last": -1}
SEEN_NOT = "the subject cannot be told"


# "Both are given into the nose" means what the sentence before set side by side; "the two trials" does not.
SEVERAL = re.compile(r"^\W*(?:both|neither|they)\b", re.IGNORECASE)
CLASS = re.compile(r"^\W*they\b", re.IGNORECASE)  # of one name, a class: "GLP-1 agonists are drugs. They slow …"
# "This produces pulses", said of what the sentence before tells; "the modified peptide" of a page on an analogue
EVENT = re.compile(r"^\W*(?:this\s+(?:\w+ly\s+)*$|.*\bthe (?:modified|synthetic|research) \w+\s+$)", re.IGNORECASE)
# "Bound to DNA it activates"
AT_THE_VERB = re.compile(
    r"\b(?:it|this)\s+(?:(?:\w+ly|also|then|can|may|does|did|not|has|had|further)\s+)*$", re.IGNORECASE
)
DETERMINER = re.compile(r"^\W*(?:no|the|an?|any|some|its)\b", re.IGNORECASE)
# "A later trial in Russian literature (Sample et al., 2002) reported improved": it is on what the study tested.
STUDY_REPORTS = re.compile(
    r"(?:\b(?:stud(?:y|ies)|trials?|experiments?|models?|review|group|authors|researchers|papers?|work)\b|\bet al\b).*"
    r"\b(?:report(?:s|ed)?|show(?:s|ed|n)?|document(?:s|ed)?|found|finds?|demonstrate[sd]?|observed?|describe[sd]?|noted?)\b"
    r"[^.;]{0,60}$",
    re.IGNORECASE,
)
LONGEST_REPORT = 240  # code points of such a head
# Words before a verb among which "studies" or "a dose" can still be its subject; measured on the samples.
LONGEST_HEAD = 64
# Blocks whose sentences often leave the subject out.
ELLIPTIC = frozenset(
    {
        BlockKind.HEADING,
        BlockKind.LIST_ITEM,
        BlockKind.TABLE_ROW,
        BlockKind.FRONT_MATTER,
        BlockKind.METADATA,
        BlockKind.ANSWER,
    }
)


# "and", "(2)" and the like in front of the second verb of a sentence
LEADING = re.compile(r"^(?:\W*(?:and|also|then|or|\(?\d{1,2}\)?))+\W*$|^\W*(?:and|also|then)\s", re.IGNORECASE)


def _one_of(last: Subject | None, implied: tuple[Subject, ...]) -> Resolved:
    if last is not None:
        return Resolved((last,))
    if len(implied) == 1:
        return Resolved(implied)
    if implied:
        return Resolved((), "several compounds could be the subject")
    return Resolved((), "no compound is named nearby")
