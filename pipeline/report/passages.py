"""One passage as the report shows it: in its context, with its marks, its place and its source."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote as percent

from pipeline.report.links import block_of
from pipeline.report.marks import Segment, find_passage, find_value, fold_text, mark_passage
from pipeline.report.rows import take_source
from pipeline.report.text import Place, RawText, clip, safe_link
from pipeline.schema import CONTEXT_COLUMNS, Certainty, CitationRole, CitationStatus, Evidence, Polarity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.report.links import Links
    from pipeline.report.rows import ReportInput
    from pipeline.report.survey import Subject
    from pipeline.schema import BlockRow, CitationRow, ClaimRow, ConflictMemberRow, MentionRow

CONTEXT = 120  # characters shown either side of a quote
LONGEST_PASSAGE = 1500  # characters of a quote on a card; a longer one is cut around its value
LONGEST_BLOCK = 20_000  # characters of a block in which passages are looked for and shown
LONGEST_CHIP = 80
LONGEST_NAME = 160  # characters of a title, a heading, a name
MOST_CLAIMS = 10_000  # held by a desk, 3 kB each, before it is cleared
LONGEST_ENTRY = 220  # characters of a reference entry

Span = tuple[str, int, int]  # source_id, start, end


@dataclass(frozen=True, slots=True)
class Context:
    """Where a passage stands, and the readable words around it in its block."""

    place: Place
    before: str = ""
    text: str | None = None  # readable; None where the cleaned block does not show it
    after: str = ""


@dataclass(frozen=True, slots=True)
class SourceLabel:
    """A source in one line."""

    source_id: str
    title: str
    details: tuple[str, ...]  # publisher, date, kind
    url: str | None
    page: str | None


@dataclass(frozen=True, slots=True)
class Chip:
    """A small fact about a claim. `tone` is plain, or names what it warns of."""

    text: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Reference:
    """A citation of a claim, and the work it leads to."""

    label: str
    status: CitationStatus
    work: str
    url: str | None


@dataclass(frozen=True, slots=True)
class SubjectLabel:
    """What a claim is about and how that was found."""

    name: str
    written: str
    origin: str
    elsewhere: str  # file:line:column of the words, where they stand outside the quote


@dataclass(frozen=True, slots=True)
class Passage:
    """One card."""

    claim_id: str | None
    says: str
    before: str
    segments: tuple[Segment, ...]
    after: str
    quote: str
    place: Place | None  # None for a value without a passage
    source: SourceLabel | None
    section: tuple[str, ...]
    subject: SubjectLabel | None
    chips: tuple[Chip, ...]
    references: tuple[Reference, ...]
    rule: str
    confidence: str
    page: str | None  # where the whole source can be read, at this passage


@dataclass(frozen=True, slots=True)
class Contexts:
    """Where passages stand: of members, of claims in dossiers, and of the words that name the subjects of members."""

    at: dict[Span, Context] = field(default_factory=dict)
    subjects: dict[str, Span] = field(default_factory=dict)  # by mention_id


def find_contexts(result: ReportInput, subjects: Iterable[Subject]) -> Contexts:
    """Places of what dossiers of these subjects and conflicts show, with readable context for the members.

    Reads each source once.
    """
    members: defaultdict[str, list[ConflictMemberRow]] = defaultdict(list)
    for row in result.conflict_members:
        if row.start is not None:
            members[row.source_id or ""].append(row)
    shown = {row for subject in subjects for asked in subject.asked.values() for row in asked.shown}
    contexts = Contexts(subjects=_find_subjects(result))
    named: defaultdict[str, set[Span]] = defaultdict(set)
    for span in contexts.subjects.values():
        named[span[0]].add(span)
    wanted = shown.union(result.survey.rows.values())
    for source_id in sorted({*result.document, *members}):
        rows = [row for row in result.claims.rows_of(source_id) if row in wanted]
        claims = dict(zip(rows, result.claims.take(rows), strict=True))
        places = {span_of(claim) for row, claim in claims.items() if row in shown} | named[source_id]
        own = {claim.claim_id: claim for claim in claims.values()}
        _read_contexts(result, source_id, members[source_id], places, own, contexts)
    return contexts


def _find_subjects(result: ReportInput) -> dict[str, Span]:
    """Where the words stand that name the subjects of members, by mention_id."""
    members = {row.claim_id for row in result.conflict_members}
    told = result.claims.read_columns("claim_id", "subject_mention")
    wanted = {mention_id for claim_id, mention_id in told if mention_id and claim_id in members}
    mentions = result.mentions.read_columns("mention_id", "source_id", "start", "end")
    return {
        mention_id: (source_id, start, end) for mention_id, source_id, start, end in mentions if mention_id in wanted
    }


def _read_contexts(
    result: ReportInput,
    source_id: str,
    members: list[ConflictMemberRow],
    places: set[Span],
    own: Mapping[str, ClaimRow],
    contexts: Contexts,
) -> None:
    """Add those of one source: its members, whose claims are in `own`, and the other `places` that are shown."""
    if not places and not members:
        return
    raw = RawText(source_id, result.raw_text(source_id))
    blocks = take_source(result.blocks, source_id) if members else ()
    contexts.at.update({span: Context(raw.find_place(span[1], span[2], context=0)) for span in places})
    for row in members:
        span = span_of(row)
        place = raw.find_place(span[1], span[2], context=CONTEXT)
        contexts.at[span] = _read_context(blocks, own.get(row.claim_id or ""), place, raw.text)


class Desk:
    """Claims by id, of which those that were asked for last are in memory."""

    def __init__(self, result: ReportInput) -> None:
        self._table, self._rows = result.claims, result.survey.rows
        self._claims: dict[str, ClaimRow] = {}

    def lay_out(self, claim_ids: Iterable[str | None]) -> None:
        """Read these at once, since one by one takes longer."""
        if len(self._claims) > MOST_CLAIMS:
            self._claims.clear()
        asked = (name for name in dict.fromkeys(claim_ids) if name and name not in self._claims)
        rows = [self._rows[name] for name in asked if name in self._rows]
        self._claims.update((claim.claim_id, claim) for claim in self._table.take(rows))

    def get(self, claim_id: str | None) -> ClaimRow | None:
        """The claim with this id, if a conflict or a difference that was explained names it."""
        if claim_id not in self._claims:
            self.lay_out([claim_id])
        return self._claims.get(claim_id or "")


@dataclass(frozen=True)
class Shelf:
    """The rows of a report, where their pages are and where their passages stand."""

    result: ReportInput
    links: Links
    contexts: Contexts
    claims: Desk

    def show_member(self, member: ConflictMemberRow, others: Sequence[ConflictMemberRow]) -> Passage:
        """One member of a conflict, with marks for what sets it apart from the members of the other sides."""
        claim = self.claims.get(member.claim_id)
        context = self.contexts.at.get(span_of(member)) if member.start is not None else None
        text = self.read_member(member)
        candidates = self._telling_values(member, others)
        shown = _cut_around(text, candidates)
        marks = mark_passage(
            shown,
            values=candidates,
            cues=[claim.cue] if claim else [],
            others=[read for other in others if claim and (read := self.read_member(other))],
        )
        return Passage(
            claim_id=member.claim_id,
            says=clip(member.value_text or "", LONGEST_NAME),
            before=context.before if context and shown == text else "",
            segments=tuple(marks),
            after=context.after if context and shown == text else "",
            quote=clip(member.quote or "", LONGEST_PASSAGE),
            place=context.place if context else None,
            source=self.label_source(member.source_id) if member.source_id else None,
            section=_split_section(claim.section) if claim and claim.section else (),
            subject=self._label_subject(claim) if claim else None,
            chips=tuple(show_chips(claim)) if claim else tuple(_member_chips(member)),
            references=self._show_references(claim, member),
            rule=claim.rule if claim else "",
            confidence=claim.confidence if claim else "",
            page=(claim and self.links.claim(claim)) or self.links.source(member.source_id or ""),
        )

    def read_member(self, member: ConflictMemberRow) -> str:
        """The passage of a member as a person reads it."""
        claim = self.claims.get(member.claim_id)
        if claim:
            return claim.text
        context = self.contexts.at.get(span_of(member)) if member.start is not None else None
        return (context and context.text) or member.quote or ""

    def label_source(self, source_id: str) -> SourceLabel:
        """A source in one line; its path where it has no title."""
        row = self.result.document.get(source_id)
        page = self.links.source(source_id)
        if row is None:
            return SourceLabel(source_id, clip(source_id, LONGEST_NAME), (), None, page)
        details = tuple(clip(part, LONGEST_CHIP) for part in (row.publisher, row.published, row.kind.value) if part)
        return SourceLabel(source_id, clip(row.title or source_id, LONGEST_NAME), details, safe_link(row.url), page)

    def place_of(self, row: ClaimRow) -> Place:
        """Where a claim stands."""
        return self.contexts.at[span_of(row)].place

    def show_citation(self, citation: CitationRow) -> Reference:
        """A call-out with the entry it leads to, or an entry with its work."""
        entry = self.result.citation.get(citation.reference_id or "", citation)
        label = citation.quote if citation.role is CitationRole.CALLOUT else citation.key
        work = clip(_say_work(entry), LONGEST_ENTRY)
        return Reference(clip(label, LONGEST_NAME), citation.status, work, link_work(entry))

    def _telling_values(self, member: ConflictMemberRow, others: Sequence[ConflictMemberRow]) -> list[str]:
        """The words that may bear the value of a member, without those that the other sides share.

        A negation is itself the value where only the polarity differs.
        """
        mine, theirs = self._values(member), {fold_text(text) for other in others for text in self._values(other)}
        telling = [text for text in mine if fold_text(text) not in theirs]
        claim = self.claims.get(member.claim_id)
        if claim and claim.cue and (claim.polarity is Polarity.NEGATED or claim.certainty is Certainty.OPEN):
            shared = len(telling) < len(mine)
            telling = [*claim.cue.split("; "), *telling] if shared else [*telling, *claim.cue.split("; ")]
        return telling

    def _values(self, member: ConflictMemberRow) -> list[str]:
        """What bears the value of a member, the most exact words first."""
        claim = self.claims.get(member.claim_id)
        if claim is None:
            return self._citation_values(member)
        return [text for text in (claim.value_text, claim.object_text, member.value_text, claim.object) if text]

    def _citation_values(self, member: ConflictMemberRow) -> list[str]:
        """What is told apart in a citation: a call-out as a whole, an entry by its year."""
        citation = self.result.cited_at.get(span_of(member))
        if citation is None or citation.role is CitationRole.CALLOUT:
            return [text for text in (member.value_text, member.quote) if text]
        return [str(citation.year)] if citation.year else []

    def _show_references(self, claim: ClaimRow | None, member: ConflictMemberRow) -> tuple[Reference, ...]:
        if claim:
            found = (self.result.citation.get(citation_id) for citation_id in claim.citations)
            return tuple(self.show_citation(citation) for citation in found if citation)
        citation = self.result.cited_at.get(span_of(member)) if member.start is not None else None
        return (self.show_citation(citation),) if citation else ()

    def _label_subject(self, claim: ClaimRow) -> SubjectLabel:
        span = self.contexts.subjects.get(claim.subject_mention or "")
        inside = span is None or (span[0] == claim.source_id and claim.start <= span[1] < claim.end)
        context = None if span is None or inside else self.contexts.at.get(span)
        return SubjectLabel(
            clip(claim.subject, LONGEST_NAME),
            clip(claim.subject_text, LONGEST_NAME),
            claim.subject_from.value.replace("_", " "),
            context.place.label if context else "",
        )


def show_chips(claim: ClaimRow, *, usual: bool = True) -> Iterable[Chip]:
    """Polarity, certainty, evidence and context of a claim; `usual` also says "affirmed" and "asserted"."""
    if usual or claim.polarity is not Polarity.AFFIRMED:
        yield _polarity_chip(claim.polarity)
    if usual or claim.certainty is not Certainty.ASSERTED or claim.cue:
        yield _certainty_chip(claim.certainty, claim.cue)
    if claim.evidence is not Evidence.UNSTATED:
        yield Chip(f"evidence: {claim.evidence.value.replace('_', ' ')}")
    if claim.form and claim.form != "free":
        yield Chip(f"form: {claim.form}", "context")
    for column in CONTEXT_COLUMNS:
        value = getattr(claim, column)
        if value:
            yield Chip(f"{column}: {clip(value, LONGEST_CHIP)}", "context")


def link_work(citation: CitationRow) -> str | None:
    """An address that leads to the cited work, from its identifier where it has one."""
    if citation.doi:
        return safe_link("https://doi.org/" + percent(citation.doi, safe="/().;:-_", errors="replace"))
    if citation.pmid and citation.pmid.isascii() and citation.pmid.isdigit():
        return f"https://pubmed.ncbi.nlm.nih.gov/{citation.pmid}/"
    if citation.nct and citation.nct.isascii() and citation.nct.isalnum():
        return f"https://clinicaltrials.gov/study/{citation.nct}"
    return safe_link(citation.url)


def span_of(row: ClaimRow | ConflictMemberRow | MentionRow) -> Span:
    """The key of a passage. Only for rows that have one."""
    return row.source_id or "", row.start or 0, row.end or 0


def _split_section(section: str) -> tuple[str, ...]:
    return tuple(clip(part, LONGEST_NAME) for part in section.split(" > "))


def _read_context(blocks: Sequence[BlockRow], claim: ClaimRow | None, place: Place, raw: str) -> Context:
    if not blocks:
        return Context(place)
    block = blocks[block_of(place.start, blocks)]
    shown = block.text[:LONGEST_BLOCK]
    found = find_passage(
        shown,
        raw[block.start : block.end],
        start=place.start - block.start,
        end=place.end - block.start,
        wanted=claim.text if claim else "",
    )
    if found is None:
        return Context(place)
    start, end = found
    return Context(place, _cut_before(shown[:start]), shown[start:end], _cut_after(shown[end:]))


def _cut_before(text: str) -> str:
    """The last words of a text."""
    if len(text) <= CONTEXT:
        return text
    return "… " + text[-CONTEXT:].partition(" ")[2]


def _cut_after(text: str) -> str:
    """The first words of a text."""
    if len(text) <= CONTEXT:
        return text
    return text[:CONTEXT].rpartition(" ")[0] + " …"


def _cut_around(text: str, values: Sequence[str]) -> str:
    """A passage too long for a card, cut so that its value stays."""
    if len(text) <= LONGEST_PASSAGE:
        return text
    value = find_value(text[:LONGEST_BLOCK], values)
    start = max(0, value.start - LONGEST_PASSAGE // 2) if value else 0
    return ("… " if start else "") + clip(text[start:], LONGEST_PASSAGE)


def _polarity_chip(polarity: Polarity) -> Chip:
    negated = polarity is Polarity.NEGATED
    return Chip(f"{'−' if negated else '+'} {polarity.value}", "negated" if negated else "plain")


def _certainty_chip(certainty: Certainty, cue: str | None) -> Chip:
    said = f"{certainty.value} “{clip(cue, LONGEST_CHIP)}”" if cue else certainty.value
    return Chip(said, "plain" if certainty in {Certainty.ASSERTED, Certainty.REPORTED} else "soft")


def _member_chips(member: ConflictMemberRow) -> Iterable[Chip]:
    if member.polarity:
        yield _polarity_chip(member.polarity)
    if member.certainty:
        yield _certainty_chip(member.certainty, None)


def _say_work(citation: CitationRow) -> str:
    year = str(citation.year) if citation.year else None
    parts = [part for part in (citation.authors, citation.title, citation.journal, year) if part]
    said = ". ".join(part.rstrip(".") for part in parts)
    return said or citation.note or ""
