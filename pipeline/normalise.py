"""Statements and mentions of one document to rows: ids, base units, and the raw passage of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.chemistry import parse_formula
from pipeline.lexicon import predicates
from pipeline.page import Mention, Quantity
from pipeline.quantity import convert
from pipeline.schema import (
    CONTEXT_COLUMNS,
    BlockRow,
    CitationRow,
    CitationStatus,
    ClaimRow,
    Comparator,
    Label,
    MentionRow,
    UnclaimedRow,
    content_id,
    fold_quote,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.page import Annotated, CitationFinding, Leftover, Page, Statement


@dataclass(frozen=True, slots=True)
class NormalFinding:
    """A finding on the citations of a document, with the ids of its call-outs and entries."""

    source_id: str
    kind: str
    text: str
    citation_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentRows:
    """All rows that one document gives."""

    blocks: tuple[BlockRow, ...]
    mentions: tuple[MentionRow, ...]
    claims: tuple[ClaimRow, ...]
    citations: tuple[CitationRow, ...]
    unclaimed: tuple[UnclaimedRow, ...]
    findings: tuple[NormalFinding, ...]


def normalise_document(
    annotated: Annotated, statements: Iterable[Statement], leftovers: Iterable[Leftover]
) -> DocumentRows:
    """The rows of one document, each with its raw range and quote."""
    told = tuple(statements)
    writer = Normaliser(annotated, told)
    return DocumentRows(
        blocks=tuple(writer.write_blocks()),
        mentions=tuple(writer.mentions),
        claims=tuple(writer.write_claims(told)),
        citations=tuple(writer.citations),
        unclaimed=tuple(writer.write_leftover(item) for item in leftovers),
        findings=tuple(writer.write_finding(finding) for finding in annotated.findings),
    )


class Normaliser:
    """Writes the rows of one page; ids of mentions and citations are known before claims refer to them."""

    def __init__(self, annotated: Annotated, statements: Iterable[Statement]) -> None:
        self.annotated = annotated
        self.page: Page = annotated.page
        self.source_id = annotated.page.source.source_id
        self.seen: Counter[str] = Counter()
        self.mention_ids: dict[int, str] = {}
        self.citation_ids: dict[int, str] = {}
        self.measured = {id(s.uses[0]): s for s in statements if s.quantity is not None and s.uses}
        properties = self._find_properties()
        found = (*annotated.mentions, *annotated.nested, *properties.values())
        mentions = sorted(found, key=lambda m: (m.name_span[0], -m.name_span[1], m.label))
        written = [(mention, self._write_mention(mention)) for mention in mentions]
        self.mention_at = {mention.name_span: row.mention_id for mention, row in reversed(written)}
        self.mentions = [self._link_quantity(mention, row, properties) for mention, row in written]
        cited = [mention for mention in annotated.mentions if mention.citation is not None]
        for mention in cited:
            self.citation_ids[id(mention)] = self._citation_id(mention)
        self.entries = {mention.start: self.citation_ids[id(mention)] for mention in cited}
        self.citations = [self._write_citation(mention) for mention in cited]

    def locate(self, start: int, end: int) -> tuple[int, int, str]:
        """Raw start, raw end and raw quote of clean characters `start` to `end`."""
        first, last = self.page.to_raw(start, end)
        return first, last, self.page.source.text[first:last]

    def number(self, *parts: object) -> int:
        """How many equal ones came before."""
        key = content_id("n", *parts)
        self.seen[key] += 1
        return self.seen[key]

    def write_blocks(self) -> Iterable[BlockRow]:
        """One row a block."""
        for block in self.page.blocks:
            yield BlockRow(
                source_id=self.source_id,
                start=block.raw_start,
                end=block.raw_end,
                kind=block.kind,
                section=self.page.name_section(block, block.raw_start),
                text=self.page.text[block.start : block.end],
                kept=block.kept,
                reason=block.reason,
            )

    def _write_mention(self, mention: Mention) -> MentionRow:
        start, end, quote = self.locate(*mention.name_span)
        parts = (
            "mention",
            self.source_id,
            mention.label,
            mention.concept_id or mention.concept,
            fold_quote(quote),
            mention.how,
        )
        mention_id = content_id("men", *parts, self.number(*parts))
        self.mention_ids[id(mention)] = mention_id
        quantity = mention.quantity
        scope = self._locate_scope(mention)
        return MentionRow(
            mention_id=mention_id,
            source_id=self.source_id,
            start=start,
            end=end,
            quote=quote,
            text=mention.name,
            label=mention.label,
            concept_id=mention.concept_id,
            concept=mention.concept,
            how=mention.how,
            candidates=mention.candidates,
            value=quantity.value if quantity else None,
            value_high=quantity.value_high if quantity else None,
            comparator=quantity.comparator if quantity else None,
            unit=(quantity.unit or None) if quantity else None,
            thing=None,
            property=None,
            effect=mention.cue.effect if mention.cue else None,
            scope_start=scope[0] if scope else None,
            scope_end=scope[1] if scope else None,
        )

    def _find_properties(self) -> dict[tuple[int, int], Mention]:
        """A mention for all words that name what some number measures."""
        found: dict[tuple[int, int], Mention] = {}
        for statement in self.measured.values():
            if statement.property is not None:
                start, end = statement.property
                text = self.page.text[start:end]
                found[start, end] = Mention(start=start, end=end, text=text, label=Label.PROPERTY, how=statement.rule)
        return found

    def _link_quantity(
        self, mention: Mention, row: MentionRow, properties: dict[tuple[int, int], Mention]
    ) -> MentionRow:
        """A number with what is measured and the words that name the property: those of its claim, if it has one."""
        thing, named = (span and self.mention_at.get(span) for span in mention.measured or (None, None))
        statement = self.measured.get(id(mention))
        if statement is not None:
            thing = self._id_of(statement.subject.mention) or thing
            named = self._id_of(properties.get(statement.property)) if statement.property is not None else named
        return row.model_copy(update={"thing": thing, "property": named}) if thing or named else row

    def _locate_scope(self, mention: Mention) -> tuple[int, int] | None:
        if mention.cue is None or mention.cue.scope_end <= mention.cue.scope_start:
            return None
        return self.page.to_raw(mention.cue.scope_start, mention.cue.scope_end)

    def _citation_id(self, mention: Mention) -> str:
        facts = mention.citation
        if facts is None:
            message = "a citation id was asked for a mention that cites nothing"
            raise ValueError(message)
        quote = fold_quote(self.locate(mention.start, mention.end)[2])
        parts = ("citation", self.source_id, facts.role, facts.key, quote)
        return content_id("cit", *parts, self.number(*parts))

    def _write_citation(self, mention: Mention) -> CitationRow:
        facts = mention.citation
        if facts is None:
            message = "a citation row was asked for a mention that cites nothing"
            raise ValueError(message)
        start, end, quote = self.locate(mention.start, mention.end)
        return CitationRow(
            citation_id=self.citation_ids[id(mention)],
            source_id=self.source_id,
            start=start,
            end=end,
            quote=quote,
            role=facts.role,
            style=facts.style,
            key=facts.key,
            authors=facts.authors,
            year=facts.year,
            title=facts.title,
            journal=facts.journal,
            doi=facts.doi,
            pmid=facts.pmid,
            nct=facts.nct,
            url=facts.url,
            reference_id=self.entries.get(facts.entry) if facts.entry is not None else None,
            status=facts.status or CitationStatus.DANGLING,
            note=facts.note,
        )

    def write_claims(self, statements: Iterable[Statement]) -> Iterable[ClaimRow]:
        """One row a statement."""
        for statement in statements:
            for single in _split_alternatives(statement):
                yield self._write_claim(single)

    def _write_claim(self, statement: Statement) -> ClaimRow:
        start, end, quote = self.locate(statement.start, statement.end)
        context = {column: statement.context.get(column) for column in CONTEXT_COLUMNS}
        facts = _read_value(statement)
        object_text = statement.object_text
        parts = (
            self.source_id,
            statement.predicate,
            statement.subject.concept_id,
            statement.form,
            statement.object_id or (object_text or "").casefold(),
            facts["value"],
            facts["value_high"],
            facts["unit"],
            *context.values(),
            fold_quote(quote),
        )
        block = self.page.blocks[statement.block]
        return ClaimRow.model_validate(
            {
                "claim_id": content_id("clm", *parts, self.number("claim", *parts)),
                "source_id": self.source_id,
                "start": start,
                "end": end,
                "quote": quote,
                "text": self.page.text[statement.start : statement.end],
                "section": self.page.name_section(block, start),
                "block": block.kind,
                "subject_id": statement.subject.concept_id,
                "subject": statement.subject.concept,
                "subject_text": statement.subject.text,
                "subject_from": statement.subject.origin,
                "subject_mention": self._id_of(statement.subject.mention),
                "predicate": statement.predicate,
                "object_text": object_text,
                "object_mention": self._id_of(statement.object_mention),
                **_name_object(statement),
                **facts,
                "form": statement.form,
                **context,
                "polarity": statement.polarity,
                "certainty": statement.certainty,
                "cue": statement.cue,
                "evidence": statement.evidence,
                "citations": tuple(sorted({self.citation_ids[id(m)] for m in statement.citations})),
                "rule": statement.rule,
                "confidence": statement.confidence,
            }
        )

    def _id_of(self, mention: Mention | None) -> str | None:
        return self.mention_ids.get(id(mention)) if mention is not None else None

    def write_leftover(self, item: Leftover) -> UnclaimedRow:
        """One row a number, name or candidate that no claim uses."""
        start, end, quote = self.locate(item.start, item.end)
        return UnclaimedRow(
            source_id=self.source_id, start=start, end=end, quote=quote, label=item.label, reason=item.reason
        )

    def write_finding(self, finding: CitationFinding) -> NormalFinding:
        """A finding with ids in place of mentions."""
        ids = tuple(self.citation_ids[id(member)] for member in finding.members if id(member) in self.citation_ids)
        return NormalFinding(self.source_id, finding.kind, finding.text, ids)


def _split_alternatives(statement: Statement) -> Iterable[Statement]:
    """ "0.1% or 1%" is one claim each, and both say that they are of a list."""
    number = statement.quantity
    if number is None or not number.others:
        return (statement,)
    values = (number.value, *number.others)
    return tuple(replace(statement, quantity=replace(number, value=value, others=())) for value in values)


def _name_object(statement: Statement) -> dict[str, str | None]:
    """Object id and preferred name: residues and formulas in one notation, fragments under their parent."""
    mention = statement.object_mention
    if mention is not None and mention.label is Label.SEQUENCE and mention.peptide is not None:
        return {"object_id": None, "object": mention.peptide.written}
    if mention is not None and mention.fragment is not None:
        return {"object_id": mention.fragment.parent_id, "object": mention.fragment.parent}
    if statement.predicate == "molecular_formula" and (formula := parse_formula(statement.object_text or "")):
        return {"object_id": None, "object": formula.hill}
    if statement.predicate == "synonym" and statement.object_id == statement.subject.concept_id:
        return {"object_id": statement.object_id, "object": statement.object_text}  # else a name would name itself
    return {"object_id": statement.object_id, "object": statement.object}


def _read_value(statement: Statement) -> dict[str, object]:
    """Value as stated and in the predicate's base unit; a fragment counts residues of its parent."""
    mention = statement.object_mention
    if mention is not None and mention.fragment is not None:
        ends = float(mention.fragment.low), float(mention.fragment.high)
        residues = Quantity(*ends, Comparator.RANGE, RESIDUE, mention.text, 0)
        return _write_value(residues, mention.text, (*ends, RESIDUE))
    quantity = statement.quantity
    base_unit = predicates()[statement.predicate].base_unit
    if quantity is None or base_unit is None:
        return _write_value(quantity, statement.value_text, (None, None, None))
    base = _to_unit(quantity.value, quantity.value_high, quantity.unit, base_unit)
    return _write_value(quantity, statement.value_text, base)


Based = tuple[float | None, float | None, str | None]
RESIDUE = "{residue}"


def _to_unit(value: float, high: float | None, unit: str, base: str) -> Based:
    if unit == base:
        return value, high, base
    converted = convert(value, unit, base)
    if converted is None:
        return None, None, None
    return converted, None if high is None else convert(high, unit, base), base


def _write_value(quantity: Quantity | None, words: str | None, base: Based) -> dict[str, object]:
    return {
        "value": quantity.value if quantity else None,
        "value_high": quantity.value_high if quantity else None,
        "comparator": quantity.comparator if quantity else None,
        "unit": (quantity.unit or None) if quantity else None,
        "value_text": words,
        "base_value": base[0],
        "base_value_high": base[1],
        "base_unit": base[2],
    }
