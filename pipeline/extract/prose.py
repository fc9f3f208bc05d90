"""Claims from sentences: a trigger phrase between whom it is about and what it says. The phrases are rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from pipeline.extract.statements import state
from pipeline.extract.subjects import Resolved, make_subject, resolve_subjects
from pipeline.lexicon import LexiconRow, Rule, read_rows
from pipeline.page import Leftover, Statement
from pipeline.quantity import dimension_of
from pipeline.schema import BlockKind, Label, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.subjects import Topics
    from pipeline.page import Mention, Quantity, Subject

# Words that may stand between the members of one list of objects: "BDNF and NGF mRNA, and the protein".
LIST_GLUE = re.compile(
    r"^(?:[\s,/&()+;]|\b(?:and|or|as|well|plus|both|the|its|of|in|mRNAs?|proteins?|expression|levels?|genes?"
    r"|signal(?:l)?ing|activity|secretion|release|synthesis|production|transcripts?|pathways?|turnover"
    r"|to a lesser (?:degree|extent))\b)*$",
    re.IGNORECASE,
)
# A verb between trigger and name: the name belongs to another statement.
BLOCKING = re.compile(
    r"\b(?:is|are|was|were|has|have|had|that|which|who|does|did|do|via|through|following|after|by|patients?|kind"
    r"|how|associated|related"
    r"|linked|to (?:reduce|increase|improve|support|promote|enhance|regulate|prevent)"
    r"|preserv\w+|support\w*|promot\w+|reduc\w+|improv\w+|prevent\w+|improved|increased|reduced|enhanced|decreased|lower|faster|changes|trends?)\b",
    re.IGNORECASE,
)
IN_PLACE = re.compile(r"\b(?:in|of|within|from|across|throughout)\s+(?:[\w-]+\s+){0,4}?$", re.IGNORECASE)
# Verbs whose object stands before them in the passive: "NGF was increased by Semax".
ACTIONS = frozenset({"increases", "decreases", "modulates", "binds", "activates", "inhibits"})
# What a target can do or have by itself: "BDNF acts through TrkB", "albumin has a half-life of".
TARGETS_CAN = ACTIONS | {"acts_through", "half_life"}
# A label in front of a list item ("Pathway modulation: ...") asserts nothing; a longer head is a clause.
LONGEST_LABEL = 6  # words
PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being)\s+(?:\w+ly\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """One object of a trigger: a mention, a number or words, and the tissue that it is said of."""

    mention: Mention | None
    text: str | None
    quantity: Quantity | None
    tissue: Mention | None
    start: int
    end: int
    concept_id: str | None = None
    owner: Mention | None = None  # whose number it is, when the words say so


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
    holder = _read_holder(rule, passage, start, end, skip)
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
    for item in found:
        subjects = _owner(passage, item) or resolved.subjects
        for subject in subjects:
            if item.mention is None or item.mention.concept_id != subject.concept_id or _renames(rule, item, subject):
                yield _make_statement(rule, passage, subject, item, start, end)


# "enhancers that act on", but not "Semax is a peptide that acts on": a relative clause speaks of the noun before it.
RELATIVE = re.compile(
    r"(?P<noun>\S+)\s+(?:that|which|who)\s+(?:[\w-]+ly\s+|can\s+|may\s+|also\s+|then\s+)*$", re.IGNORECASE
)
PREDICATE_NOUN = re.compile(r"\b(?:is|are|was|were|as|remains?|,)\s+(?:an?|the|one|two)\b[^.;:]{0,90}$", re.IGNORECASE)


# "half-life of Semax", "store lyophilised Semax", "the effects of Semax last"
HELD = re.compile(
    r"^\s+(?:(?:of|for|in)\s+)?(?:(?:the|lyophili[sz]ed|reconstituted|dry|free|synthetic)\s+)*$", re.IGNORECASE
)


def _read_holder(rule: Rule, passage: Passage, start: int, end: int, skip: tuple[Mention, ...]) -> Resolved | None:
    """Whose property a trigger names, when the name stands in the trigger or right behind it."""
    if not {Label.QUANTITY, Label.DATE} & set(rule.object):
        return None
    for name in passage.of(Label.COMPOUND):
        inside = start <= name.start and name.end <= end
        behind = name.start >= end and HELD.match(passage.between(end, name.start))
        counted = any(
            HELD.match(passage.between(number.end, name.start)) for number in skip if number.end <= name.start
        )
        if (inside or behind or counted) and name not in skip and name.concept_id:
            return Resolved((make_subject(name, SubjectFrom.WRITTEN),))
    return None


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


def _is_relative(passage: Passage, start: int) -> bool:
    """Whether the words at `start` are said of a noun that is no name and not what the subject is called."""
    before = passage.between(passage.start, start)
    match = RELATIVE.search(before[-120:])
    if match is None:
        return False
    noun_end = start - len(match[0]) + len(match["noun"])
    named = any(m.end == noun_end or m.start < noun_end <= m.end for m in passage.of(Label.COMPOUND, Label.TARGET))
    return not named and not PREDICATE_NOUN.search(before[: len(before) - len(match[0])])


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
        yield from _find_number(rule, passage, start, end)
        return
    covering = [m for m in passage.of(Label.ROUTE) if m.start <= start and end <= m.end and m.label in rule.object]
    if covering:  # "IV administration" is one name
        yield from _place(covering, [])
        return
    acts = rule.predicate in ACTIONS and rule.object_side == "after"
    passive = acts and PASSIVE.search(passage.between(start - 24, start))
    if rule.object_side == "before" or passive:
        yield from _find_before(rule, passage, start)
        return
    after = list(_find_after(rule, passage, end))
    yield from after or (_find_before(rule, passage, start) if rule.object_side == "either" else ())


def _name_gaps(found: Found) -> Iterator[Found]:
    """One claim for each predicate that a gap is about, or one for the gap itself."""
    named = [concept_id for concept_id, trigger in gaps() if trigger.search(found.text or "")]
    yield from [replace(found, concept_id=concept_id) for concept_id in named] or [found]


def _find_number(rule: Rule, passage: Passage, start: int, end: int) -> Iterator[Found]:
    first, last = passage.clause(start)
    numbers = [
        m
        for m in passage.of(Label.QUANTITY, Label.DATE)
        if m.label in rule.object and m.quantity and _fits(rule, m.quantity)
    ]
    after = [m for m in numbers if end <= m.start < last and m.start - end <= rule.reach]
    before = [
        m for m in numbers if first <= m.start and m.end <= start and ADJOINING.match(passage.between(m.end, start))
    ]
    inside = [m for m in numbers if start <= m.start and m.end <= end]
    by_side = {"after": after, "before": before[-1:], "either": after or before[-1:], "inside": inside}
    for number in by_side[rule.object_side][:1]:
        rest = [m for m in numbers if number.end <= m.start < last and m.start - number.end <= rule.reach]
        yield from _read_change(passage, number, rest)


# "a 30-minute half-life", "20 min plasma half-life": only adjectives between a number and the noun behind it.
ADJOINING = re.compile(r"^[\s-]*(?:[\w-]+\s+){0,2}$")
# "from 7 minutes (native GHRH) to 30 minutes", "30 min vs 3 min": two numbers, the second or first one of another.
FROM = re.compile(r"\bfrom\s+(?:just |only |a mere )?$", re.IGNORECASE)
UP_TO = re.compile(r"^(?:\s*\([^()]*\))?\s*(?:up |out )?to\s+$", re.IGNORECASE)
AGAINST = re.compile(r"^\s*(?:\(?\s*)?(?:vs\.?|versus|against|compared (?:to|with))\s+$", re.IGNORECASE)


def _read_change(passage: Passage, number: Mention, rest: list[Mention]) -> Iterator[Found]:
    """A number, or the two of a change or a comparison, each with whose it is."""
    second = rest[0] if rest else None
    gap = passage.between(number.end, second.start) if second is not None else ""
    if second is not None and FROM.search(passage.between(number.start - 16, number.start)) and UP_TO.match(gap):
        if _owner(passage, _found(number)):
            yield _found(number)
        yield _found(second)
        return
    yield _found(number)
    if second is not None and AGAINST.match(gap):
        rivals = [m for m in passage.of(Label.COMPOUND) if m.end <= number.start and _is_rival(passage, m)]
        if rivals:
            yield replace(_found(second), owner=rivals[-1])


def _found(number: Mention) -> Found:
    return Found(number, None, number.quantity, None, number.start, number.end)


def _is_rival(passage: Passage, mention: Mention) -> bool:
    return bool(RIVAL.search(passage.between(mention.start - 40, mention.start)))


RIVAL = re.compile(
    r"\b(?:vs\.?|versus|than|against|compared (?:to|with)|relative to)\s+(?:[\w-]+\s+){0,2}$", re.IGNORECASE
)


def _fits(rule: Rule, quantity: Quantity) -> bool:
    return bool(quantity.unit) and (not rule.dimension or dimension_of(quantity.unit) in rule.dimension)


def _find_after(rule: Rule, passage: Passage, end: int) -> Iterator[Found]:
    last = passage.clause(max(passage.start, end - 1))[1]
    chain = Chain(rule, passage, end, at=end)
    for mention in (m for m in passage.mentions if end <= m.start < last):
        if not chain.take(mention):
            break
    yield from chain.finish()


@dataclass
class Chain:
    """The objects behind a trigger in groups, each with the tissues that close it.

    "raised NGF and BDNF mRNA in the hippocampus and BDNF in the brainstem": two groups.
    """

    rule: Rule
    passage: Passage
    end: int  # of the trigger
    at: int  # end of the last name taken
    group: list[Mention] = field(default_factory=list)
    placed: list[Mention] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)

    def take(self, mention: Mention) -> bool:
        """Take a name in, or pass it over; false when the chain is at its end."""
        gap = self.passage.between(self.at, mention.start)
        if mention.label in self.rule.object:
            return self._take_object(mention, gap)
        if mention.label is Label.TISSUE and self.group and (self.placed or IN_PLACE.search(gap)):
            if self.placed and not LIST_GLUE.match(gap):
                return False
            self.placed.append(mention)
            self.at = mention.end
        elif mention.label is Label.CITATION:
            self.at = mention.end
        return True

    def _take_object(self, mention: Mention, gap: str) -> bool:
        if not self.group and not self.found:
            if mention.start - self.end > self.rule.reach or _is_blocked(gap):
                return False
            if self.rule.predicate in ACTIONS and INVERTS.search(gap):
                return False
            if self.rule.predicate == "has_activity" and not FEW_WORDS.match(gap):
                return False
        elif not LIST_GLUE.match(gap) or (self.placed and IN_PLACE.search(gap)):
            return False
        if self.placed:
            self._close()
        if self.rule.predicate in ACTIONS and ADJECTIVAL.match(
            self.passage.between(mention.end, mention.end + LONGEST_OWNER)
        ):
            return True  # "nitric oxide-mediated healing" is about healing
        if TURNED.match(self.passage.between(mention.end, mention.end + LONGEST_OWNER)):
            return False
        self.group.append(mention)
        self.at = mention.end
        return True

    def _close(self) -> None:
        self.found.extend(_place(_drop_parents(self.group), self.placed))
        self.group, self.placed = [], []

    def finish(self) -> list[Found]:
        """Everything found."""
        self._close()
        return self.found


# "increased blood flow and inflammation modulation": the last name is what is modulated, not what is increased.
TURNED = re.compile(
    r"^\s+(?:modulation|regulation|inhibition|reduction|suppression|prevention|blockade)\b", re.IGNORECASE
)


# Adjectives may stand between "has" and its activity, other nouns and verbs not.
FEW_WORDS = re.compile(
    r"^(?!.*\b(?:half-life|evidence|data|reductions?|increases?|decreases?|risk|due|concerns?)\b)\W*(?:[\w-]+\W+){0,5}$",
    re.IGNORECASE,
)
ADJECTIVAL = re.compile(
    r"^[-‑–](?:mediated|induced|dependent|derived|treated|related|like|containing|associated)\b", re.IGNORECASE
)
# "promotes breakdown of triglycerides" does not promote triglycerides.
INVERTS = re.compile(
    r"\b(?:breakdown|degradation|loss|clearance|depletion|uptake|organi[sz]ation|concerns?|questions?|awareness|need|risk)\b",
    re.IGNORECASE,
)


def _is_blocked(gap: str) -> bool:
    """Whether a verb, or the end of a bracket, keeps what follows from being the object."""
    return bool(BLOCKING.search(gap)) or gap.count(")") > gap.count("(") or gap.count("]") > gap.count("[")


def _drop_parents(group: list[Mention]) -> list[Mention]:
    """ "The ACTH(4–10) fragment of adrenocorticotropic hormone" names one thing: the fragment."""
    parents = {mention.fragment.parent_id for mention in group if mention.fragment is not None}
    return [mention for mention in group if mention.fragment is not None or mention.concept_id not in parents]


def _find_before(rule: Rule, passage: Passage, start: int) -> Iterator[Found]:
    first, last = passage.clause(start)
    chain: list[Mention] = []
    at = start
    for mention in reversed([m for m in passage.mentions if first <= m.start and m.end <= start]):
        gap = passage.between(mention.end, at)
        if mention.label not in rule.object:
            if mention.label in (Label.CITATION, Label.CUE):
                continue
            break
        if not chain and (len(gap) > rule.reach or BLOCKING.search(re.sub(PASSIVE, "", gap))):
            break
        if chain and not LIST_GLUE.match(gap):
            break
        chain.append(mention)
        at = mention.start
    tissues = [
        m
        for m in passage.of(Label.TISSUE)
        if first <= m.start < last and m.start > start and IN_PLACE.search(passage.between(start, m.start))
    ]
    yield from _place(list(reversed(chain)), tissues[:1])


def _place(group: list[Mention], placed: list[Mention]) -> Iterator[Found]:
    for mention in group:
        for tissue in placed or (None,):
            yield Found(mention, None, None, tissue, mention.start, mention.end)


LONGEST_OWNER = 24  # code points between a number and the name behind it
# "(native GHRH)" or "for albumin" right behind a number: whose number it is.
OWNER = re.compile(r"^\s*\(?(?:for|in the case of|with)?\s*(?:the\s+)?(?:native |endogenous |free )?$", re.IGNORECASE)


def _owner(passage: Passage, item: Found) -> tuple[Subject, ...]:
    if item.owner is not None:
        return (make_subject(item.owner, SubjectFrom.WRITTEN),)
    if item.quantity is None:
        return ()
    behind = [m for m in passage.of(Label.COMPOUND) if 0 <= m.start - item.end <= LONGEST_OWNER]
    if behind and "(" in (gap := passage.between(item.end, behind[0].start)) and OWNER.match(gap):
        return (make_subject(behind[0], SubjectFrom.WRITTEN),)
    return ()


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
    size = _find_size(passage, start, end) if rule.predicate in SIZED else None
    if size is None or size.quantity is None:
        return statement
    return replace(statement, quantity=size.quantity, value_text=size.text, uses=(*statement.uses, size))


# "raised BDNF by 42 %", "a 7-fold increase": how large an effect is.
SIZED = frozenset({"increases", "decreases"})
SIZE_BEFORE = re.compile(r"\b(?:by|up to|of|nearly|about|roughly|a|an)\s+$", re.IGNORECASE)
SIZE_REACH = 60  # code points between the verb and the size of its effect


def _find_size(passage: Passage, start: int, end: int) -> Mention | None:
    first, last = passage.clause(start)
    for number in passage.of(Label.QUANTITY):
        if number.quantity is None or number.quantity.unit not in ("%", "{fold}") or not first <= number.start < last:
            continue
        adjoins = number.end <= start and ADJOINING.match(passage.between(number.end, start))
        behind = end <= number.start <= end + SIZE_REACH
        if adjoins or (behind and SIZE_BEFORE.search(passage.between(number.start - 12, number.start))):
            return number
    return None


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
