"""Claims from sentences: a trigger phrase between whom it is about and what it says. The phrases are rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.extract.effects import JOINED, find_joined, list_subjects, turn, turn_ills
from pipeline.extract.guards import (
    CAME_ABOUT,
    COURSE_OF_LIFE,
    ON_DOSING,
    is_control,
    is_habit,
    is_label,
    is_participle,
    is_relative,
    is_seen,
    is_set_aside,
    is_told_of,
    may_imply,
)
from pipeline.extract.numbers import (
    NO_ROUTES,
    SIZED,
    STORED,
    WORDED,
    find_number,
    find_owner,
    find_size,
    may_say,
    read_holder,
    share_values,
    split_list,
)
from pipeline.extract.objects import (
    ACTIONS,
    PASSIVE,
    PHRASED,
    Found,
    find_after,
    find_before,
    name_after,
    name_before,
    place_names,
)
from pipeline.extract.qualifiers import judge_stance
from pipeline.extract.statements import state
from pipeline.extract.subjects import Resolved, resolve_subjects, subject_words
from pipeline.extract.verbs import fill_in
from pipeline.lexicon import LexiconRow, Rule, concept_index, predicates, read_rows, remember
from pipeline.page import Leftover, Statement
from pipeline.schema import Label, Polarity, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.subjects import Topics
    from pipeline.page import Mention, Subject

# What a target can do or have by itself: "BDNF acts through TrkB", "albumin has a half-life of".
TARGETS_CAN = ACTIONS | {"acts_through", "half_life"}
BY_THE_WAY = "act-via"  # "BDNF and NGF via TrkB" tells by what a compound raises them


class Gap(LexiconRow):
    """Words that tell which predicate a gap in the evidence is about."""

    predicate: str
    trigger: str


@remember
def gaps() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Predicate ids with the words that mean them."""
    rows = read_rows("gaps", Gap)
    return tuple((f"predicate:{row.predicate}", re.compile(row.trigger, re.IGNORECASE)) for row in rows)


# A trigger with capitals or named groups needs the text as it is written.
AS_WRITTEN = re.compile(r"(?<!\\)[A-Z]|\(\?P<")


@dataclass(frozen=True, slots=True)
class Reader:
    """A rule with its compiled triggers, and whether its object must stand in the passage as a thing with a name."""

    rule: Rule
    trigger: re.Pattern[str]
    lower: re.Pattern[str] | None  # for text in lower case, which it searches in half the time
    asks: bool

    def find(self, text: str, lower: str) -> Iterator[re.Match[str]]:
        """Where the trigger stands in a text, whose form in lower case is `lower`."""
        if self.lower is not None and len(lower) == len(text):
            return self.lower.finditer(lower)
        return self.trigger.finditer(text)


@remember
def rules() -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    """The sentence rules with their compiled triggers, in file order."""
    return tuple((row, re.compile(fill_in(row.trigger), re.IGNORECASE)) for row in read_rows("rules", Rule))


@remember
def readers() -> tuple[Reader, ...]:
    """The sentence rules as they are searched for, in file order."""
    return tuple(_make_reader(rule, trigger) for rule, trigger in rules())


def _make_reader(rule: Rule, trigger: re.Pattern[str]) -> Reader:
    lower = None if AS_WRITTEN.search(trigger.pattern) else re.compile(trigger.pattern)
    asks = not (rule.dimension or rule.says or rule.id in PHRASED or not WORDED.isdisjoint(rule.object))
    return Reader(rule, trigger, lower, asks)


# "ACTH-derived peptides are" speaks of those peptides, whatever the page is about.
NOUNS_OWN = frozenset({"derived-hyphen", "analog-before"})
FAR = frozenset({SubjectFrom.TITLE, SubjectFrom.HEADING, SubjectFrom.QUESTION})


def read_prose(
    passage: Passage, topics: Topics, wanted: frozenset[str] | None = None
) -> Iterator[Statement | Leftover]:
    """Every claim that a rule finds in a passage, of the `wanted` predicates; one without a subject is left over."""
    seen: set[tuple[object, ...]] = set()
    told: list[tuple[int, tuple[Subject, ...]]] = []
    later: list[tuple[Rule, re.Match[str], list[Statement | Leftover]]] = []
    lower = passage.text.lower()
    labels = {mention.label for mention in passage.mentions}
    for reader in readers():
        rule = reader.rule
        if wanted is not None and rule.predicate not in wanted:
            continue
        if labels.isdisjoint(rule.object) if reader.asks else not (rule.id in PHRASED or may_say(rule, passage)):
            continue
        for match in reader.find(passage.text, lower):
            items = list(apply_rule(rule, match, passage, topics))
            if rule.predicate in JOINED and items and all(isinstance(item, Leftover) for item in items):
                later.append((rule, match, items))
                continue
            if rule.predicate in JOINED and (subjects := list_subjects(items)):
                told.append((match.start(), subjects))
            yield from _take_new(items, seen)
    if told:  # "Dihexa binds HGF; spine growth is boosted"
        topics.remember_effect(passage.block)
    for rule, match, items in later:
        given = find_joined(passage, match.start(), told)
        yield from _take_new(list(apply_rule(rule, match, passage, topics, given)) if given or told else items, seen)


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
    for reader in readers():
        rule = reader.rule
        if rule.predicate in (wanted or OWN_NUMBERS) and Label.QUANTITY in rule.object and may_say(rule, passage):
            for match in reader.find(passage.text, lower):
                yield from apply_rule(rule, match, passage, topics)


def apply_rule(
    rule: Rule, match: re.Match[str], passage: Passage, topics: Topics, given: tuple[Subject, ...] = ()
) -> Iterator[Statement | Leftover]:
    """The claims of one trigger in one passage, on the subjects `given` where another verb shares them."""
    start, end = passage.start + match.start(), passage.start + match.end()
    rule = turn(rule, passage, start)
    if any(m.start < end and start < m.end for m in passage.of(Label.CITATION, Label.IDENTIFIER)):
        return
    found = (
        []
        if is_label(passage, start) or is_participle(rule, passage, start, end) or is_set_aside(rule, passage, start)
        else list(find_objects(rule, match, passage))
    )
    if not found:
        return
    skip = _list_spent(passage, found, start)
    if is_relative(passage, start):
        yield Leftover(passage.start, passage.end, Label.STATEMENT, f"{rule.predicate}: said of another noun")
        return
    resolved = Resolved(given) if given else _resolve(rule, passage, topics, (start, end), skip)
    resolved = _find_version(rule, passage, topics, start) or _check_owner(
        rule, passage, topics, resolved, found, start
    )
    if not resolved.subjects and not all(_find_whose(rule, passage, topics, item) for item in found):
        yield Leftover(passage.start, passage.end, Label.STATEMENT, f"{rule.predicate}: {resolved.reason}")
        return
    if rule.id in NOUNS_OWN and resolved.subjects[0].origin in FAR:
        return
    if _is_harm(rule, passage, start, end):
        return
    found = list(_keep_sayable(rule, passage, topics, found, resolved.subjects, (start, end)))
    for subject, item in _pair(rule, passage, topics, found, resolved.subjects):
        if item.mention is None or item.mention.concept_id != subject.concept_id or _renames(rule, item, subject):
            meant = turn_ills(rule, item, passage.between(start, end))
            yield _make_statement(meant, passage, subject, item, start, end)


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
SOURCE = re.compile(r"\b(?:from|(?<!that )(?<!those )of|with)\s+(?:the\s+)?$", re.IGNORECASE)
SOURCE_REACH = 72  # code points behind the words in which it stands


def _has_source(passage: Passage, end: int, found: list[Found], own: set[str]) -> bool:
    """Whether another compound behind the words brought about what they tell."""
    behind = passage.near(end, min(passage.clause(end - 1)[1], end + SOURCE_REACH))
    names = [m for m in behind if m.label is Label.COMPOUND and m.concept_id not in own]
    names = [m for m in names if not any(item.start <= m.start < item.end for item in found)]
    before = (passage.between(m.start - LOOK_BACK, m.start) for m in names)
    return any(SOURCE.search(words) and not COMPARED.search(words + "it ") for words in before)


def _list_spent(passage: Passage, found: list[Found], start: int) -> tuple[Mention, ...]:
    """The names that are objects, or hold the words that make the claim, and so no subjects."""
    around = tuple(m for m in passage.of(Label.COMPOUND) if m.start <= start < m.end)
    held = tuple(m for item in found if item.is_phrase for m in passage.near(item.start, item.end))
    return (*around, *held, *(item.mention for item in found if item.mention is not None))


def _resolve(
    rule: Rule, passage: Passage, topics: Topics, trigger: tuple[int, int], skip: tuple[Mention, ...]
) -> Resolved:
    """Whom the words of a trigger are said of."""
    start, end = trigger
    # A gap may name its subject anywhere in its clause: "no studies of Semax".
    at = passage.clause(start)[1] if rule.predicate == "evidence_gap" else start
    measured = _is_measured(rule, passage, topics, start, end, skip)
    resolved = read_holder(rule, passage, start, end, skip) or resolve_subjects(
        passage,
        at,
        topics,
        side=rule.subject_side,
        skip=skip,
        targets=rule.predicate in TARGETS_CAN and rule.id != BY_THE_WAY,
        loose=rule.predicate == "evidence_gap",
        own=_is_loose(rule, passage, start) or measured,
    )
    last = topics.recall(passage.block) if measured else None
    far = bool(resolved.subjects) and all(subject.origin in FAR for subject in resolved.subjects)
    if far and last is not None and last.mention is not None and last.mention.start >= passage.block.start:
        return Resolved((last,))  # "MK-677 raised IGF-1. Cortisol rose too."
    return resolved


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
        for subject in _find_whose(rule, passage, topics, item) or subjects:
            yield subject, item


def _find_whose(rule: Rule, passage: Passage, topics: Topics, item: Found) -> tuple[Subject, ...]:
    """Whose a number is when the words behind it say so: another compound, or a version of the page's own."""
    bracket = VERSION_BEHIND.match(passage.between(item.end, item.end + LONGEST_VERSION))
    version = topics.find_version(bracket["words"]) if bracket is not None and rule.predicate in OWN_NUMBERS else ()
    return version or _find_complex(rule, passage, topics, item) or find_owner(passage, item)


# "340.4 g/mol for GHK and 403.9 g/mol for the copper complex": the second is the page's own compound.
COMPLEXED = re.compile(
    r"^\s*\(?(?:for|as|in) (?:the|a|its) (?:copper |Cu |metal )?(?:complex|chelate)\b", re.IGNORECASE
)


def _find_complex(rule: Rule, passage: Passage, topics: Topics, item: Found) -> tuple[Subject, ...]:
    """The page's own compound where it is a complex and the words behind a mass mean it."""
    implied = topics.implied(passage.block)
    if rule.predicate != "molecular_weight" or len(implied) != 1:
        return ()
    row = concept_index().get(implied[0].concept_id)
    meant = row is not None and row.parent_id is not None
    return implied if meant and COMPLEXED.match(passage.between(item.end, item.end + LONGEST_VERSION)) else ()


# A version in words: "6–8 days (with DAC)", "30 minutes for the version without DAC", "the DAC version has".
VERSION_BEHIND = re.compile(
    r"^\s*(?:\(|for (?:the )?(?:(?:version|form|variant) )?)(?P<words>[\w -]{2,24}?)\s*(?:[).,;]|$)", re.IGNORECASE
)
VERSION_BEFORE = re.compile(
    r"\bthe (?P<words>[\w-]{2,12} (?:version|form|variant))\s+(?:\w+\s+){1,4}$"
    r"|\b(?P<short>(?:with|without|no)[ -](?-i:[A-Z]{2,6}))\s\($",
    re.IGNORECASE,
)
LONGEST_VERSION = 40  # code points behind a number


def _find_version(rule: Rule, passage: Passage, topics: Topics, start: int) -> Resolved | None:
    """The version of a compound that stands where the subject is: "The no-DAC version has a half-life"."""
    if rule.predicate not in OWN_NUMBERS:
        return None
    before = VERSION_BEFORE.search(passage.between(max(passage.clause(start)[0], start - LONGEST_HEAD), start))
    subjects = topics.find_version(before["words"] or before["short"]) if before is not None else ()
    return Resolved(subjects) if subjects else None


LONGEST_HEAD = 160  # code points in front of a trigger in which the noun that it is said of can stand
# Of these a page tells little of anything but its own compound, so that the compound need not be named beside them.
OWN_NUMBERS = frozenset(
    {"half_life", "tmax", "duration_of_effect", "bioavailability", "molecular_weight", "purity", "storage_temperature"}
    | {"shelf_life", "concentration", "pack_size", "dose"}
)


MOST_STORED = 3


def _check_owner(
    rule: Rule, passage: Passage, topics: Topics, resolved: Resolved, found: list[Found], start: int
) -> Resolved:
    """The same subjects, unless the words show that a number which names nobody is another's, or several things'."""
    if rule.predicate not in OWN_NUMBERS or any(s.origin is SubjectFrom.WRITTEN for s in resolved.subjects):
        return resolved
    for several in (topics.implied(passage.block), topics.recall_all(passage.block)):
        if predicates()[rule.predicate].single_valued and share_values(found, several):
            return Resolved(several)
    implied = topics.implied(passage.block)
    if not resolved.subjects and rule.predicate in STORED and 1 < len(implied) <= MOST_STORED:
        return Resolved(implied)  # a page on two or three tells how all of them are kept
    if resolved.subjects and _names_other(passage, start):
        return Resolved((), "said of another thing")
    implied = topics.implied(passage.block)
    if len(implied) == 1 and any(_stands_far(passage, topics, subject) for subject in resolved.subjects):
        return Resolved(implied)
    rivals = {owner.concept_id for item in found for owner in find_owner(passage, item)}
    if {subject.concept_id for subject in resolved.subjects} & rivals:  # "This gives 90 min, against 60 min for GHRH"
        others = tuple(subject for subject in implied if subject.concept_id not in rivals)
        return Resolved(others) if len(others) == 1 else Resolved((), "the subject cannot be told")
    return resolved


def _stands_far(passage: Passage, topics: Topics, subject: Subject) -> bool:
    """Whether a pronoun would reach back over a paragraph for a name: "It is stored" means the page's own."""
    if subject.origin is not SubjectFrom.PRONOUN or subject.mention is None:
        return False
    before = topics.annotated.page.blocks[max(0, passage.block.index - 1)]
    return subject.mention.start < before.start


# How the page's own compound is given and sold, whoever does so.
MADE_UP = frozenset({"route", "formulation", "modification", "salt_form", "legal_status"})


def _is_loose(rule: Rule, passage: Passage, start: int) -> bool:
    """Whether a number is the page's compound's even though its sentence does not say so."""
    if rule.predicate not in OWN_NUMBERS and rule.predicate not in MADE_UP:
        return False
    first = passage.clause(start)[0]
    named = any(first <= m.start < start for m in passage.of(Label.TARGET)) and rule.predicate not in EFFECT_TIMES
    return not named and not _names_other(passage, start)


# "Serum IGF-1 rose 3-fold": a measured change without a subject is that of the page's own compound.
BARE_CHANGE = re.compile(
    r"^\W*(?:(?:the|mean|average|serum|plasma|circulating|blood|peak|basal|levels?|concentrations?|total|their|in|of|and|cells?"
    r"|expression|mRNA|protein|after|a|single|dose|injection|treatment|trough)\W+)*$",
    re.IGNORECASE,
)


def _is_measured(rule: Rule, passage: Passage, topics: Topics, start: int, end: int, skip: tuple[Mention, ...]) -> bool:
    """Whether words tell how something came to stand that was measured; `skip` are the names that they say it of."""
    told = topics.is_told_of(passage.block)
    if rule.predicate not in ACTIONS or not _has_outcome_first(rule, passage, start, told=told):
        return False
    first, last = passage.clause(start)
    if told and not COURSE_OF_LIFE.search(passage.between(first, last)):
        return not _names_rival(passage, start, skip)
    seen = find_size(passage, start, end) is not None or is_seen(passage, start, last)
    if not seen and not is_told_of(passage, start, last):
        return False
    words = passage.between(first, start)
    if not _names_other(passage, start) and (
        CAME_ABOUT.match(passage.between(start, last)) or ON_DOSING.search(passage.between(end, last))
    ):
        part = first + words.rfind(", ") + 1  # "When it was given to mice with colitis, weight loss was less"
        return start - part <= LONGEST_HEAD and not _names_rival(passage, start, skip)
    for mention in passage.mentions:
        if mention.label in PLACED and first <= mention.start < start:
            words = words.replace(mention.text, " ")
    return bool(BARE_CHANGE.match(words + " "))


# "NGF was reduced": a passive of the past.
WAS = re.compile(r"\b(?:was|were|been)\s+(?:(?:\w+ly|not|also|then|both|all)\s+)*$", re.IGNORECASE)


def _has_outcome_first(rule: Rule, passage: Passage, start: int, *, told: bool) -> bool:
    """Whether what the words at `start` are on is their grammatical subject; `told` also of habits."""
    if rule.object_side == "inside":  # "Mice lived longer"
        return True
    before = passage.between(start - LOOK_BACK, start)
    if told and rule.object_side == "before":
        return rule.id in PHRASED
    return rule.object_side == "before" or (PASSIVE if told else WAS).search(before) is not None


def _names_rival(passage: Passage, start: int, skip: tuple[Mention, ...]) -> bool:
    """Whether a compound that is no object stands in front of the words at `start`, in their own part."""
    first = passage.clause(start)[0]
    part = first + passage.between(first, start).rfind(", ") + 1
    return any(part <= m.start < start and m not in skip for m in passage.of(Label.COMPOUND))


PLACED = frozenset({Label.TARGET, Label.PROCESS, Label.TISSUE, Label.SPECIES, Label.MATRIX, Label.QUANTITY})


def _names_other(passage: Passage, start: int) -> bool:
    """Whether the noun in front of a trigger is another thing: "a stapled analogue with a half-life"."""
    head = passage.between(max(passage.clause(start)[0], start - LONGEST_HEAD), start)
    own = COMPARED.sub("", head[head.rfind(", ") + 1 :])
    told = subject_words("pronoun").search(own) or subject_words("elided").search(own)
    return bool(subject_words("other").search(own)) and not told


# "10-fold more stable than native GHRH (t½": with what something is compared is not what the words are said of.
COMPARED = re.compile(
    r"\b(?:than|versus|vs\.?|unlike|like|compared (?:to|with)|relative to|against|from|over)\s+(?:[\w-]+\s+){1,4}",
    re.IGNORECASE,
)


# What an effect is on may stand in front of how long it lasts.
EFFECT_TIMES = frozenset({"duration_of_effect", "dose", "concentration"})


def _is_harm(rule: Rule, passage: Passage, start: int, end: int) -> bool:
    """ "No toxicity at 10 mg/kg" denies the harm, not the dose."""
    return rule.id in HARMLESS and judge_stance(passage, start, end).polarity is Polarity.NEGATED


HARMLESS = frozenset({"dose-per-mass", "dose-by-route", "dose-used", "activity-seen", "modified-at", "modified-fatty"})


def _renames(rule: Rule, item: Found, subject: Subject) -> bool:
    """ "Bremelanotide, sold as Vyleesi": two words for one concept are what a synonym is."""
    return rule.predicate == "synonym" and item.mention is not None and item.mention.text != subject.text


def find_objects(rule: Rule, match: re.Match[str], passage: Passage) -> Iterator[Found]:
    """What a trigger says: its own words, a number, or the names that it governs."""
    start, end = passage.start + match.start(), passage.start + match.end()
    if rule.says is not None and Label.QUANTITY in rule.object:
        for number in find_number(rule, passage, start, end):
            words = passage.between(start, end)
            yield replace(number, mention=None, text=words, quantity=None, concept_id=rule.says, size=number.mention)
        return
    if rule.says is not None:
        said = rule.says if rule.says in concept_index() else None
        yield Found(None, passage.between(start, end) if said else rule.says, None, None, start, end, concept_id=said)
        return
    if "text" in rule.object:
        first, last = match.span("object")
        span = passage.start + first, passage.start + last
        name = next((m for m in passage.of(Label.COMPOUND) if m.start < span[1] and span[0] < m.end), None)
        if rule.predicate == "synonym":
            following = NEXT_NAME if rule.id in LISTING else NEXT_CODE
            if name is not None:
                yield Found(name, None, None, None, name.start, name.end)
                span = max(span[0], name.start), name.end
            yield from (list(_list_names(passage, span, following))[name is not None :])
            return
        found = Found(None, match["object"].strip(), None, None, *span)
        yield from _name_gaps(found) if rule.predicate == "evidence_gap" else (found,)
        return
    if Label.QUANTITY in rule.object or Label.DATE in rule.object:
        yield from find_number(rule, passage, start, end)
        return
    if Label.ROUTE in rule.object:
        yield from _find_routes(rule, passage, start, end)
        return
    yield from _find_names(rule, passage, start, end)


PARTICIPLE = re.compile(r"(?:is|are|was|were)?\s*(?:\w+-?\w*ed\b|bound\b|shut down|driven|cut\b)", re.IGNORECASE)


def _find_names(rule: Rule, passage: Passage, start: int, end: int) -> Iterator[Found]:
    """The names that a trigger governs, in front of it or behind."""
    acts = rule.predicate in ACTIONS and rule.object_side == "after"
    if acts and _is_sized_at_once(passage, end):  # "Growth hormone increased 2-fold, and IGF-1"
        return
    participle = PARTICIPLE.match(passage.between(start, end))
    passive = acts and participle and PASSIVE.search(passage.between(start - 24, start))
    if passive and KEPT_FROM.search(passage.between(start - 24, start)):
        return
    if rule.object_side == "before" or passive:
        named = [m for m in passage.of(Label.COMPOUND) if m.start <= start and end <= m.end]
        if named:
            yield from _find_inside(rule, passage, named[0])
        else:
            yield from list(find_before(rule, passage, start)) or name_before(rule, passage, start)
        return
    after = list(find_after(rule, passage, end))
    after += name_after(rule, passage, start, end, after)
    yield from after or (find_before(rule, passage, start) if rule.object_side == "either" else ())


KEPT_FROM = re.compile(r"\bfrom being\s+(?:\w+ly\s+)?$", re.IGNORECASE)  # "stops NF-kB from being switched on"
# "Given with a GHSR agonist", "stronger than an MC4R agonist": another drug.
BESIDE = re.compile(
    r"\b(?:with|than|to|of|by|unlike|like|and|or|versus|over)\s+(?:an?\s+|the\s+)?(?:\w+\s+)?$", re.IGNORECASE
)
LOOK_BACK = 32  # code points before a name


def _find_inside(rule: Rule, passage: Passage, name: Mention) -> Iterator[Found]:
    """The names inside the name of a class of drugs: "a GLP-1 receptor agonist"."""
    inside = [m for m in passage.nested if name.start <= m.start and m.end <= name.end and m.label in rule.object]
    if name.text.endswith("s") or BESIDE.search(passage.between(name.start - LOOK_BACK, name.start)):
        return
    yield from place_names([m for m in inside if m.label is Label.TARGET], [])


# "also known as ACTH(4-7)PGP and MEHFPGP, PL 14736": further codes behind the first.
NEXT_CODE = re.compile(r"(?:,| and| or|, and|, or|/) ?(?P<code>(?:[A-Z]{4,}|[A-Z]{1,6}[- ]?\d{1,6})(?![\w-]))")


# "synonyms include Bepecin, PL 14736, and Demostat": all that follows in the list.
NEXT_NAME = re.compile(r"(?:,? and|,? or|,|/) ?(?P<code>[A-Z][\w-]*(?: [A-Z0-9][\w-]*){0,3})(?![\w-])")
LISTING = frozenset({"synonym-include"})


def _list_names(passage: Passage, span: tuple[int, int], following: re.Pattern[str]) -> Iterator[Found]:
    """The name at `span` and those that follow it in a list."""
    at = span
    while True:
        yield Found(None, passage.between(*at).strip(), None, None, *at)
        behind = following.match(passage.text, at[1] - passage.start)
        if behind is None:
            return
        at = passage.start + behind.start("code"), passage.start + behind.end("code")


def _find_routes(rule: Rule, passage: Passage, start: int, end: int) -> Iterator[Found]:
    """The routes that a trigger governs; "IV administration" is one name."""
    covering = [
        m for m in passage.of(Label.ROUTE) if m.start <= start and end <= m.end and m.concept_id not in NO_ROUTES
    ]
    found = list(place_names(covering, [])) if covering else list(find_after(rule, passage, end))
    found = found or list(find_before(rule, passage, start))
    yield from (item for item in found if item.mention is not None and item.mention.concept_id not in NO_ROUTES)


def _is_sized_at_once(passage: Passage, end: int) -> bool:
    """Whether a verb has a number where its object would be, so that what changed stands in front of it."""
    sizes = [m for m in passage.of(Label.QUANTITY) if m.quantity and m.quantity.unit in ("%", "{fold}")]
    size = next((m for m in sizes if m.start >= end and not passage.between(end, m.start).strip()), None)
    return size is not None and not OF_SIZE.match(passage.between(size.end, size.end + 12))


# "elevated 3-fold the level of", "a 20% higher": the object follows after all.
OF_SIZE = re.compile(r"^\s+(?:the|of|in|more|higher)\b", re.IGNORECASE)


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
    concept = concept_index().get(item.concept_id or "")
    if concept is not None:
        statement = replace(statement, object=concept.name)
    size = item.size or (find_size(passage, start, end) if rule.predicate in SIZED else None)
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
