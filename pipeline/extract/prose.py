"""Claims from sentences: a trigger phrase between whom it is about and what it says. The phrases are rows."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from pipeline.extract.numbers import SIZED, find_number, find_owner, find_size, read_holder
from pipeline.extract.objects import ACTIONS, PASSIVE, Found, find_after, find_before, place_names
from pipeline.extract.statements import state
from pipeline.extract.subjects import resolve_subjects
from pipeline.lexicon import LexiconRow, Rule, read_rows
from pipeline.page import Leftover, Statement
from pipeline.schema import BlockKind, Label, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.subjects import Topics
    from pipeline.page import Subject

# What a target can do or have by itself: "BDNF acts through TrkB", "albumin has a half-life of".
TARGETS_CAN = ACTIONS | {"acts_through", "half_life"}
# A label in front of a list item ("Pathway modulation: ...") asserts nothing; a longer head is a clause.
LONGEST_LABEL = 6  # words


class Gap(LexiconRow):
    """Words that tell which predicate a gap in the evidence is about."""

    predicate: str
    trigger: str


@cache
def gaps() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Predicate ids with the words that mean them."""
    rows = read_rows("gaps", Gap)
    return tuple((f"predicate:{row.predicate}", re.compile(row.trigger, re.IGNORECASE)) for row in rows)


@cache
def rules() -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    """The sentence rules with their compiled triggers, in file order."""
    return tuple((row, re.compile(row.trigger, re.IGNORECASE)) for row in read_rows("rules", Rule))


# "ACTH-derived peptides are" speaks of those peptides, whatever the page is about.
NOUNS_OWN = frozenset({"derived-hyphen", "analog-before"})
FAR = frozenset({SubjectFrom.TITLE, SubjectFrom.HEADING, SubjectFrom.QUESTION})


def read_prose(passage: Passage, topics: Topics) -> Iterator[Statement | Leftover]:
    """Every claim that a rule finds in a passage; a trigger without a subject is left over."""
    seen: set[tuple[object, ...]] = set()
    for rule, trigger in rules():
        for match in trigger.finditer(passage.text):
            for item in apply_rule(rule, match, passage, topics):
                key = _identity(item)
                if key not in seen:
                    seen.add(key)
                    yield item


def apply_rule(rule: Rule, match: re.Match[str], passage: Passage, topics: Topics) -> Iterator[Statement | Leftover]:
    """The claims of one trigger in one passage."""
    start, end = passage.start + match.start(), passage.start + match.end()
    if any(m.label in (Label.CITATION, Label.IDENTIFIER) and m.start < end and start < m.end for m in passage.mentions):
        return
    found = (
        []
        if _is_label(passage, start) or _is_participle(rule, passage, start, end)
        else list(find_objects(rule, match, passage))
    )
    if not found:
        return
    skip = tuple(item.mention for item in found if item.mention is not None)
    if _is_relative(passage, start):
        yield Leftover(passage.start, passage.end, Label.STATEMENT, f"{rule.predicate}: said of another noun")
        return
    # A gap may name its subject anywhere in its clause: "no studies of Semax".
    at = passage.clause(start)[1] if rule.predicate == "evidence_gap" else start
    holder = read_holder(rule, passage, start, end, skip)
    resolved = holder or resolve_subjects(
        passage,
        at,
        topics,
        side=rule.subject_side,
        skip=skip,
        targets=rule.predicate in TARGETS_CAN,
        loose=rule.predicate == "evidence_gap",
    )
    if not resolved.subjects:
        yield Leftover(passage.start, passage.end, Label.STATEMENT, f"{rule.predicate}: {resolved.reason}")
        return
    if rule.id in NOUNS_OWN and resolved.subjects[0].origin in FAR:
        return
    for item in found:
        subjects = find_owner(passage, item) or resolved.subjects
        for subject in subjects:
            if item.mention is None or item.mention.concept_id != subject.concept_id or _renames(rule, item, subject):
                yield _make_statement(rule, passage, subject, item, start, end)


# "enhancers that act on", but not "Semax is a peptide that acts on": a relative clause speaks of the noun before it.
RELATIVE = re.compile(
    r"(?P<noun>\S+)\s+(?:that|which|who)\s+(?:[\w-]+ly\s+|can\s+|may\s+|also\s+|then\s+)*$", re.IGNORECASE
)
PREDICATE_NOUN = re.compile(r"\b(?:is|are|was|were|as|remains?|,)\s+(?:an?|the|one|two)\b[^.;:]{0,90}$", re.IGNORECASE)


def _is_relative(passage: Passage, start: int) -> bool:
    """Whether the words at `start` are said of a noun that is no name and not what the subject is called."""
    before = passage.between(passage.start, start)
    match = RELATIVE.search(before[-120:])
    if match is None:
        return False
    noun_end = start - len(match[0]) + len(match["noun"])
    named = any(m.end == noun_end or m.start < noun_end <= m.end for m in passage.of(Label.COMPOUND, Label.TARGET))
    return not named and not PREDICATE_NOUN.search(before[: len(before) - len(match[0])])


# "elevated blood sugar blunts", "due to reduced appetite": a participle that only describes its noun.
DESCRIBING = re.compile(
    r"(?:^\W*|\b(?:from|due to|caused by|consistent with|because of|despite)\s+(?:an?\s+|the\s+)?)$", re.IGNORECASE
)


def _is_participle(rule: Rule, passage: Passage, start: int, end: int) -> bool:
    if rule.predicate not in ("increases", "decreases", "modulates") or not passage.between(start, end).endswith("ed"):
        return False
    first = passage.clause(start)[0]
    return bool(DESCRIBING.search(passage.between(first, start))) and passage.block.kind is not BlockKind.LIST_ITEM


def _is_label(passage: Passage, start: int) -> bool:
    head = next((cell for cell in passage.block.cells if cell.is_head), None)
    if head is None or passage.block.kind is BlockKind.TABLE_ROW or not head.start <= start < head.end:
        return False
    return len(head.text.split()) <= LONGEST_LABEL


def _renames(rule: Rule, item: Found, subject: Subject) -> bool:
    """ "Bremelanotide, sold as Vyleesi": two words for one concept are what a synonym is."""
    return rule.predicate == "synonym" and item.mention is not None and item.mention.text != subject.text


def find_objects(rule: Rule, match: re.Match[str], passage: Passage) -> Iterator[Found]:
    """What a trigger says: its own words, a number, or the names that it governs."""
    start, end = passage.start + match.start(), passage.start + match.end()
    if rule.says is not None:
        yield Found(None, rule.says, None, None, start, end)
        return
    if "text" in rule.object:
        first, last = match.span("object")
        span = passage.start + first, passage.start + last
        name = next((m for m in passage.of(Label.COMPOUND) if m.start < span[1] and span[0] < m.end), None)
        if rule.predicate == "synonym" and name is not None:
            yield Found(name, None, None, None, name.start, name.end)
            return
        found = Found(None, match["object"].strip(), None, None, *span)
        yield from _name_gaps(found) if rule.predicate == "evidence_gap" else (found,)
        return
    if Label.QUANTITY in rule.object or Label.DATE in rule.object:
        yield from find_number(rule, passage, start, end)
        return
    covering = [m for m in passage.of(Label.ROUTE) if m.start <= start and end <= m.end and m.label in rule.object]
    if covering:  # "IV administration" is one name
        yield from place_names(covering, [])
        return
    acts = rule.predicate in ACTIONS and rule.object_side == "after"
    passive = acts and PASSIVE.search(passage.between(start - 24, start))
    if rule.object_side == "before" or passive:
        yield from find_before(rule, passage, start)
        return
    after = list(find_after(rule, passage, end))
    yield from after or (find_before(rule, passage, start) if rule.object_side == "either" else ())


def _name_gaps(found: Found) -> Iterator[Found]:
    """One claim for each predicate that a gap is about, or one for the gap itself."""
    named = [concept_id for concept_id, trigger in gaps() if trigger.search(found.text or "")]
    yield from [replace(found, concept_id=concept_id) for concept_id in named] or [found]


def _make_statement(rule: Rule, passage: Passage, subject: Subject, item: Found, start: int, end: int) -> Statement:
    statement = state(
        passage,
        subject,
        rule.predicate,
        rule.id,
        at=(item.start, item.end),
        mention=item.mention,
        quantity=item.quantity,
        words=item.text,
        object_id=item.concept_id,
        negated=rule.polarity == "negated",
        tissue=item.tissue,
        context=rule.context,
        trigger=(start, end),
    )
    size = find_size(passage, start, end) if rule.predicate in SIZED else None
    if size is None or size.quantity is None:
        return statement
    return replace(statement, quantity=size.quantity, value_text=size.text, uses=(*statement.uses, size))


def _identity(item: Statement | Leftover) -> tuple[object, ...]:
    if isinstance(item, Leftover):
        return (item.reason,)
    return (
        item.subject.concept_id,
        item.predicate,
        item.object_id or item.object_text,
        item.value_text,
        tuple(sorted(item.context.items())),
        item.polarity,
    )
