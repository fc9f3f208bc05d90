"""Claims from sentences: a trigger phrase between whom it is about and what it says. The phrases are rows."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.chains import HARMS
from pipeline.extract.denials import denies, is_denied_afar, undo_denial
from pipeline.extract.effects import (
    JOINED,
    Told,
    find_joined,
    is_good_eased,
    is_outcome,
    read_way,
    turn,
    turn_altered,
    turn_object,
)
from pipeline.extract.guards import (
    is_control,
    is_habit,
    is_reported,
    is_silent,
)
from pipeline.extract.harmless import tells_no_value
from pipeline.extract.holders import read_holder
from pipeline.extract.hopes import is_dashed
from pipeline.extract.implied import may_imply
from pipeline.extract.kinds import opens_as_kind
from pipeline.extract.naming import PLACEBO, make_subject
from pipeline.extract.numbers import STORED, may_say, share_values, split_list
from pipeline.extract.objects import ACTIONS, PHRASED, Found
from pipeline.extract.owners import (
    COMPARED,
    LOOK_BACK,
    OWN_NUMBERS,
    check_owner,
    find_version,
    find_whose,
    is_loose,
    is_measured,
)
from pipeline.extract.relatives import is_relative
from pipeline.extract.rules import find_readers
from pipeline.extract.sayings import find_objects
from pipeline.extract.sizes import SIZED, find_own_size, find_size, unsign
from pipeline.extract.statements import state
from pipeline.extract.subjects import Resolved, resolve_subjects
from pipeline.extract.written import tells_of_target
from pipeline.lexicon import Rule, concept_index, predicates
from pipeline.page import Leftover, Statement
from pipeline.schema import Label, Polarity, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Mention, Subject


# What a target can do or have by itself: "BDNF acts through TrkB", "albumin has a half-life of".
TARGETS_CAN = ACTIONS | {"acts_through", "half_life"}


# "BDNF and NGF via TrkB" tells by what a compound raises them, "BDNF is central to memory" what anybody knows of it.
BY_THE_WAY = frozenset({"act-via", "mod-part"})


# "ACTH-derived peptides are" speaks of those peptides, whatever the page is about.
NOUNS_OWN = frozenset({"derived-hyphen", "analog-before"})


FAR = frozenset({SubjectFrom.TITLE, SubjectFrom.HEADING, SubjectFrom.QUESTION})


def read_prose(
    passage: Passage, topics: Topics, wanted: frozenset[str] | None = None
) -> Iterator[Statement | Leftover]:
    """Every claim that a rule finds in a passage, of the `wanted` predicates; one without a subject is left over."""
    seen: set[tuple[object, ...]] = set()
    told: list[Told] = []
    later: list[tuple[Rule, re.Match[str], list[Statement | Leftover]]] = []
    lower = passage.text.lower()
    labels = {mention.label for mention in passage.mentions}
    for reader in find_readers(passage.text):
        rule = reader.rule
        if wanted is not None and rule.predicate not in wanted:
            continue
        if labels.isdisjoint(rule.object) if reader.asks else not (rule.id in PHRASED or may_say(rule, passage)):
            continue
        for match in reader.find(passage.text, lower):
            items = list(apply_rule(rule, match, passage, topics))
            if (
                rule.predicate in JOINED
                and (items or rule.object_side == "before")
                and _is_unclear(passage, match, items)
            ):
                later.append((rule, match, items))
                continue
            if rule.predicate in JOINED and (one := Told.of(match.start(), items)) is not None:
                told.append(one)
            yield from _take_new(items, seen)
    if told:  # "Dihexa binds HGF; spine growth is boosted"
        topics.remember_effect(passage.block)
    for rule, match, items in later:
        given = find_joined(rule, passage, match.start(), told)
        yield from _take_new(
            list(apply_rule(rule, match, passage, topics, given)) if given or (told and items) else items, seen
        )


def _is_unclear(passage: Passage, match: re.Match[str], items: list[Statement | Leftover]) -> bool:
    """Whether an effect has no subject of its own, or is the outcome of another."""
    return all(isinstance(item, Leftover) for item in items) or is_outcome(passage, match.start())


def _take_new(items: list[Statement | Leftover], seen: set[tuple[object, ...]]) -> Iterator[Statement | Leftover]:
    for item in items:
        key = _identity(item)
        if key not in seen:
            seen.add(key)
            yield item


def read_numbers(
    passage: Passage, topics: Topics, wanted: frozenset[str] | None = None
) -> Iterator[Statement | Leftover]:
    """The claims of those rules alone whose object is a number of the page's own compound."""
    lower = passage.text.lower()
    for reader in find_readers(passage.text):
        rule = reader.rule
        if rule.predicate in (wanted or OWN_NUMBERS) and Label.QUANTITY in rule.object and may_say(rule, passage):
            for match in reader.find(passage.text, lower):
                yield from apply_rule(rule, match, passage, topics)


def apply_rule(
    rule: Rule, match: re.Match[str], passage: Passage, topics: Topics, given: tuple[Subject, ...] = ()
) -> Iterator[Statement | Leftover]:
    """The claims of one trigger in one passage, on the subjects `given` where another verb shares them."""
    start, end = passage.start + match.start(), passage.start + match.end()
    rule = turn(read_way(rule, match), passage, start)
    if _is_in_name(rule, passage, start, end):
        return
    found = [] if is_silent(rule, passage, start, end) else list(find_objects(rule, match, passage))
    found = [item for item in found if not is_good_eased(item, match[0])]
    if not found:
        return
    skip = _list_spent(rule, passage, found, start)
    if not given and is_relative(passage, start):
        yield Leftover(passage.start, passage.end, Label.STATEMENT, f"{rule.predicate}: said of another noun")
        return
    resolved = Resolved(given) if given else _resolve(rule, passage, topics, (start, end), skip)
    resolved = find_version(rule, passage, topics, start) or check_owner(rule, passage, topics, resolved, found, start)
    resolved = _drop_placebo(rule, resolved)
    if not resolved.subjects and not all(find_whose(rule, passage, topics, item) for item in found):
        yield Leftover(passage.start, passage.end, Label.STATEMENT, f"{rule.predicate}: {resolved.reason}")
        return
    if rule.id in NOUNS_OWN and resolved.subjects[0].origin in FAR and not opens_as_kind(passage):
        return
    if tells_no_value(rule, passage, start, end):
        return
    found = list(_keep_sayable(rule, passage, topics, found, resolved.subjects, (start, end)))
    for subject, item in _pair(rule, passage, topics, found, resolved.subjects):
        if item.mention is None or item.mention.concept_id != subject.concept_id or _renames(rule, item, subject):
            words, before = passage.between(start, end), passage.between(end, item.start)
            turned = turn_altered(rule, item, passage.between(item.end, passage.end))
            meant = turn_object(turned, item, words, before, first=item is found[0])
            made = _make_statement(meant, passage, subject, item, start, end)
            afar = rule.predicate == "route" and is_denied_afar(made, passage, start)
            if not (afar or _is_empty(made)):
                yield made


def _is_in_name(rule: Rule, passage: Passage, start: int, end: int) -> bool:
    """Whether words stand in a call-out or number, or are the verb of a name: "melanocyte stimulating hormone"."""
    if any(m.start < end and start < m.end for m in passage.of(Label.CITATION, Label.IDENTIFIER)):
        return True
    acts = rule.predicate in ACTIONS and rule.object_side == "after"
    if acts and any(m.start == start and end < m.end for m in passage.of(Label.PROCESS)):  # "delayed recall"
        return True
    return acts and any(m.start <= start and end < m.end for m in passage.of(Label.COMPOUND, Label.TARGET))


def _keep_sayable(
    rule: Rule,
    passage: Passage,
    topics: Topics,
    found: list[Found],
    subjects: tuple[Subject, ...],
    trigger: tuple[int, int],
) -> Iterator[Found]:
    """What words may say of their subjects: of those that they do not name not all that they would say of others."""
    start, end = trigger
    if any(subject.origin is SubjectFrom.WRITTEN for subject in subjects):
        yield from found
        return
    if rule.predicate in JOINED and _has_source(passage, end, found, {subject.concept_id for subject in subjects}):
        return
    measured = topics.is_told_of(passage.block) or (rule.predicate in SIZED and find_size(passage, start, end))
    if (not measured and is_habit(rule, passage, start, end)) or is_control(rule, passage, start):
        return
    yield from (item for item in found if not item.is_phrase or may_imply(rule, passage, start))


# "A rise in collagen from GHK-Cu": what another compound brought about.
SOURCE = re.compile(
    r"\b(?:from|(?<!that )(?<!those )of|(?<!common )(?<!typical )(?<!associated )(?<!seen )(?<!as )with)"
    r"\s+(?:the\s+)?$",
    re.IGNORECASE,
)


SOURCE_REACH = 72  # code points behind the words in which it stands


def _has_source(passage: Passage, end: int, found: list[Found], own: set[str]) -> bool:
    """Whether another compound behind the words brought about what they tell."""
    behind = passage.near(end, min(passage.clause(end - 1)[1], end + SOURCE_REACH))
    names = [m for m in behind if m.label is Label.COMPOUND and m.concept_id not in own]
    names = [m for m in names if not any(item.start <= m.start < item.end for item in found)]
    before = (passage.between(m.start - LOOK_BACK, m.start) for m in names)
    return any(SOURCE.search(words) and not COMPARED.search(words + "it ") for words in before)


def _list_spent(rule: Rule, passage: Passage, found: list[Found], start: int) -> tuple[Mention, ...]:
    """The names that are objects, or hold the words that make the claim, and so no subjects."""
    around = tuple(m for m in passage.of(Label.COMPOUND) if m.start <= start < m.end)
    phrased = (item for item in found if item.is_phrase or rule.predicate in ("modification", "developed_by"))
    held = tuple(m for item in phrased for m in passage.near(item.start, item.end))
    return (*around, *held, *(item.mention for item in found if item.mention is not None))


def _resolve(
    rule: Rule, passage: Passage, topics: Topics, trigger: tuple[int, int], skip: tuple[Mention, ...]
) -> Resolved:
    """Whom the words of a trigger are said of."""
    start, end = trigger
    if rule.predicate == "synonym" and (aside := _find_aside(passage, start)) is not None:
        return Resolved((make_subject(aside, SubjectFrom.WRITTEN),))
    if rule.predicate == "modulates" and rule.id in BY_THE_WAY and tells_of_target(passage):
        return Resolved((), "told of a target")
    # A gap may name its subject anywhere in its clause: "no studies of Semax"; not "whether it acts as EPO may".
    asks = rule.predicate == "evidence_gap" and ASKS_OF_IT.match(passage.between(start, end))
    at = passage.clause(start)[1] if rule.predicate == "evidence_gap" and not asks else start
    measured = is_measured(rule, passage, topics, start, end, skip) or is_reported(rule, passage, start, end, skip)
    resolved = (None if asks else read_holder(rule, passage, start, end, skip)) or resolve_subjects(
        passage,
        at,
        topics,
        side=rule.subject_side,
        skip=skip,
        targets=rule.predicate in TARGETS_CAN and rule.id not in BY_THE_WAY and not _is_purpose(passage, start),
        loose=rule.predicate == "evidence_gap",
        own=is_loose(rule, passage, start) or measured,
        shared=rule.predicate in STORED,
    )
    if not resolved.subjects and rule.predicate == "synonym":
        return _find_named_again(passage, topics, skip) or resolved
    if not resolved.subjects and rule.predicate in TAKEN and not passage.of(Label.COMPOUND):
        own = passage.implied or topics.implied(passage.block)
        return Resolved(own) if len(own) == 1 else resolved  # "Adults got 500 mg twice daily"
    last = topics.recall(passage.block) if measured else None
    far = bool(resolved.subjects) and all(subject.origin in FAR for subject in resolved.subjects)
    if far and last is not None and last.mention is not None and last.mention.start >= passage.block.start:
        return Resolved((last,))  # "MK-677 raised IGF-1. Cortisol rose too."
    return resolved


def _find_aside(passage: Passage, at: int) -> Mention | None:
    """The compound that stands in front of a place in the same bracket: "(such as semaglutide, known as Ozempic)"."""
    first = next((start for start, end in passage.brackets if start <= at < end), None)
    if first is None:
        return None
    named = [m for m in passage.near(first, at) if m.label is Label.COMPOUND and first <= m.start and m.concept_id]
    return named[-1] if named else None


# What people take by some way is what the text is about, where a sentence names nothing else.
TAKEN = frozenset({"dose", "route"})


def _drop_placebo(rule: Rule, resolved: Resolved) -> Resolved:
    """The subjects less the placebo beside them: "8 mg liraglutide or placebo" is no dose of it."""
    given = tuple(subject for subject in resolved.subjects if subject.concept_id != PLACEBO)
    return Resolved(given, resolved.reason) if rule.predicate in TAKEN else resolved


def _find_named_again(passage: Passage, topics: Topics, named: tuple[Mention, ...]) -> Resolved | None:
    """The text's own compound, where what a sentence names is that one again: "Chemists call it examorelin"."""
    own = passage.implied or topics.implied(passage.block)
    return Resolved(own) if len(own) == 1 and any(m.concept_id == own[0].concept_id for m in named) else None


ASKS_OF_IT = re.compile(
    r"^(?:[\w ]{0,30}\s)?(?:whether|if|how|what|why|which \w+)(?: \w+){0,2}? (?:it|(?:the|this) (?:peptide|compound"
    r"|drug|molecule))\b",
    re.IGNORECASE,
)


# "It acts on GABA to reduce anxiety": what for is said of it, and not of the target.
PURPOSE = re.compile(
    r"(?<!thought)(?<!shown)(?<!found)(?<!known)(?<!said)(?<!believed)(?<!reported)(?<!able)(?<!seems)(?<!seem)(?<!likely)(?<!used)"
    r"(?<!appears)(?<!appear)(?<!ability)(?<!helps)(?<!tends)\s(?:to|thereby|thus)\s+(?:\w+ly\s+)?$",
    re.IGNORECASE,
)


def _is_purpose(passage: Passage, start: int) -> bool:
    return PURPOSE.search(passage.between(start - LOOK_BACK, start)) is not None


def _pair(
    rule: Rule, passage: Passage, topics: Topics, found: list[Found], subjects: tuple[Subject, ...]
) -> Iterator[tuple[Subject, Found]]:
    """Each subject with each thing that is said of it; values in the order of as many subjects have one each."""
    if predicates()[rule.predicate].single_valued and (shared := share_values(found, subjects)):
        yield from shared
        return
    if rule.predicate == "molecular_weight":  # each form has its own
        found = [part for item in found for part in split_list(item)]
    for item in found:
        for subject in find_whose(rule, passage, topics, item) or subjects:
            yield subject, item


def _renames(rule: Rule, item: Found, subject: Subject) -> bool:
    """ "Bremelanotide, sold as Vyleesi": two words for one concept are what a synonym is."""
    return rule.predicate == "synonym" and item.mention is not None and item.mention.text != subject.text


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
        negated=rule.polarity == "negated" or is_dashed(passage, start) or denies(rule, passage, (start, end), item),
        tissue=item.tissue,
        context=rule.context,
        trigger=(start, end),
    )
    statement = undo_denial(rule, statement, passage, start, end)
    concept = concept_index().get(item.concept_id or "")
    if concept is not None:
        statement = replace(statement, object=concept.name)
    elif rule.says is not None:  # "banned by WADA" says that it is prohibited in sport
        statement = replace(statement, object=rule.says)
    size = item.size
    if size is None and rule.predicate in SIZED:
        size = find_own_size(passage, item.end) or find_size(passage, start, end)
    if size is None or size.quantity is None:
        return statement
    return replace(statement, quantity=unsign(size.quantity), value_text=size.text, uses=(*statement.uses, size))


def _is_empty(statement: Statement) -> bool:
    """Whether a statement says no more than that there are side effects, or sets a compound beside itself."""
    if statement.predicate == "compared_to" and statement.object_id == statement.subject.concept_id:
        return True
    harms = statement.predicate == "has_activity" and statement.object_id == HARMS
    return harms and statement.polarity is Polarity.AFFIRMED


def _identity(item: Statement | Leftover) -> tuple[object, ...]:
    if isinstance(item, Leftover):
        return (item.reason,)
    return (
        item.subject.concept_id,
        item.predicate,
        item.object_text if item.predicate == "synonym" else item.object_id or item.object or item.object_text,
        item.value_text,
        tuple(sorted(item.context.items())),
        item.polarity,
    )
