"""What a trigger says: its own words, a number, a route, or the names that it governs."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.components.receptors import HOW as SHARED
from pipeline.extract.chains import find_after
from pipeline.extract.numbers import (
    NO_ROUTES,
    find_number,
)
from pipeline.extract.objects import (
    ACTIONS,
    PASSIVE,
    Found,
    find_before,
    name_after,
    name_before,
    place_names,
)
from pipeline.extract.owners import LOOK_BACK
from pipeline.extract.passages import NAMES
from pipeline.extract.rules import gaps
from pipeline.extract.shares import TREATS, name_headed, share_head, share_modifier, treat_parts
from pipeline.lexicon import Rule, concept_index
from pipeline.schema import Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.page import Mention


def find_objects(rule: Rule, match: re.Match[str], passage: Passage) -> Iterator[Found]:
    """What a trigger says: its own words, a number, or the names that it governs."""
    start, end = passage.start + match.start(), passage.start + match.end()
    if rule.predicate == "synonym" and _names_target(passage, start):
        return
    if rule.says is not None and Label.QUANTITY in rule.object:
        for number in find_number(rule, passage, start, end):
            words = passage.between(start, end)
            yield replace(number, mention=None, text=words, quantity=None, concept_id=rule.says, size=number.mention)
        return
    if rule.says is not None:
        said = rule.says if rule.says in concept_index() else None
        words = passage.between(start, end)
        told = STATUS_WORDS.search(words) if rule.predicate == "legal_status" else None
        yield Found(None, told[0] if told else words, None, None, start, end, concept_id=said)
        return
    if "text" in rule.object:
        yield from _find_words(rule, match, passage)
        return
    if Label.QUANTITY in rule.object or Label.DATE in rule.object:
        yield from find_number(rule, passage, start, end)
        return
    if Label.ROUTE in rule.object:
        yield from _find_routes(rule, passage, start, end)
        return
    yield from _find_names(rule, passage, start, end)


# "KISS1R, also called GPR54": another name of the receptor.
BEHIND_TARGET = re.compile(r"^\s?[,(]\s?$")


def _names_target(passage: Passage, start: int) -> bool:
    last = next(
        (m for m in reversed(passage.near(start - LOOK_BACK, start)) if m.label in NAMES and m.end <= start), None
    )
    return (
        last is not None
        and last.label is Label.TARGET
        and BEHIND_TARGET.match(passage.between(last.end, start)) is not None
    )


def _find_words(rule: Rule, match: re.Match[str], passage: Passage) -> Iterator[Found]:
    """What a trigger says in words of its own."""
    start = passage.start + match.start()
    first, last = match.span("object")
    span = passage.start + first, passage.start + last
    name = next((m for m in passage.of(Label.COMPOUND) if m.start < span[1] and span[0] < m.end), None)
    if rule.predicate == "synonym":
        yield from _find_other_names(rule, passage, span, name)
        return
    if rule.predicate == "developed_by" and name is not None and (name.start, name.end) == span:
        return  # "developed together with Semax"
    if rule.id == "gap-not-studied" and MATTER_BEFORE.search(passage.between(passage.clause(start)[0], start)):
        return
    found = Found(None, match["object"].strip(), None, None, *span)
    yield from _name_gaps(found) if rule.predicate == "evidence_gap" else (found,)


def _find_other_names(rule: Rule, passage: Passage, span: tuple[int, int], name: Mention | None) -> Iterator[Found]:
    """The names at `span`, of which `name` may be one that a lexicon knows, and behind it."""
    stretch = next((m for m in passage.of(Label.FRAGMENT) if m.start <= span[0] < m.end), None)
    span = (stretch.start, stretch.end) if stretch is not None else span  # "known as HGH fragment 176-191"
    following = NEXT_NAME if rule.id in LISTING else NEXT_CODE
    if name is not None:
        yield Found(name, None, None, None, name.start, name.end)
        span = max(span[0], name.start), name.end
        yield from _list_further(passage, name)
    yield from (list(_list_names(passage, span, following))[name is not None :])


# "Interactions have not been studied": the noun in front is what is not known, and another row reads it.
MATTER_BEFORE = re.compile(
    r"\b(?:half-li(?:fe|ves)|pharmacokinetics?|bioavailability|safety|benefits?|efficacy|effectiveness|receptors?|targets?"
    r"|metabolites?|metabolism|penetration|interactions?|effects|toxicity|stability|dependence|tolerability|use)\b"
    r"[^.;:]*(?<!\band )$",
    re.IGNORECASE,
)


PARTICIPLE = re.compile(
    r"(?:is|are|was|were)?\s*(?:\w+-?\w*ed\b|bound\b|shut down|driven|cut\b|(?:brought|held|kept|taken|built|beaten"
    r"|pushed|driven|sent|thrown) (?:up|down|back|off|low|high|in check)\b)",
    re.IGNORECASE,
)


CAUSED_BY = re.compile(r"\w+ed\s+by\s", re.IGNORECASE)


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
            before = share_head(rule, passage, passage.clause(start)[0], list(find_before(rule, passage, start)))
            before = share_modifier(rule, passage, start, before)
            yield from before
            yield from name_before(rule, passage, start, before)
        return
    if rule.id in TREATS:
        yield from treat_parts(rule, passage, end)
        return
    if acts and CAUSED_BY.match(passage.text, start - passage.start):  # "wrinkles caused by loss of collagen"
        return
    after = share_head(rule, passage, end, list(find_after(rule, passage, end)))
    after = share_modifier(rule, passage, passage.clause(max(passage.start, end - 1))[1], after)
    after += name_headed(rule, passage, end, after)
    after += name_after(rule, passage, start, end, after)
    if rule.predicate == "synonym" and after and (first := after[0].mention) is not None:
        # "A name for hexarelin, a growth hormone secretagogue": what another name tells is no name of it.
        after = [item for item in after if item.mention is None or item.mention.concept_id == first.concept_id]
        after += _list_further(passage, after[-1].mention or first)
    yield from after or (find_before(rule, passage, start) if rule.object_side == "either" else ())


# "sold as Ozempic, Wegovy, and Rybelsus"
NEXT_MEMBER = re.compile(r"^\W*(?:,|/|\band\b|\bor\b|, and|, or)\W*$")


def _list_further(passage: Passage, name: Mention) -> list[Found]:
    """Further names of the same thing in a list behind the first."""
    found: list[Found] = []
    last = name
    for mention in passage.of(Label.COMPOUND):
        gap = passage.between(last.end, mention.start)
        if mention.start < last.end or mention.concept_id != name.concept_id or not NEXT_MEMBER.match(gap):
            continue
        found.append(Found(mention, None, None, None, mention.start, mention.end))
        last = mention
    return found


# What the words of a rule of law say, less the body that says it: "banned" of "banned by WADA".
STATUS_WORDS = re.compile(
    r"\b(?:temporarily |specifically )?(?:banned|prohibited|forbidden)(?: substances?| list\b)?|\b(?:un)?scheduled\b"
    r"|\bbans?\b"
    r"|\bS[024]\b|\bnot (?:permitted|allowed)\b",
    re.IGNORECASE,
)


KEPT_FROM = re.compile(r"\bfrom being\s+(?:\w+ly\s+)?$", re.IGNORECASE)  # "stops NF-kB from being switched on"


# "Given with a GHSR agonist", "stronger than an MC4R agonist": another drug.
BESIDE = re.compile(
    r"\b(?:with|than|to|of|by|unlike|like|and|or|versus|over)\s+(?:an?\s+|the\s+)?(?:\w+\s+)?$", re.IGNORECASE
)


OF_ONE = re.compile(r"\s+(?:[A-Z][a-z]+|[A-Z]{2,}-?\d)")  # "the MC4R antagonist SHU-9119"


def _find_inside(rule: Rule, passage: Passage, name: Mention) -> Iterator[Found]:
    """The names inside the name of a class of drugs: "a GLP-1 receptor agonist"."""
    inside = [m for m in passage.nested if name.start <= m.start and m.end <= name.end and m.label in rule.object]
    if OF_ONE.match(passage.between(name.end, name.end + LOOK_BACK)):
        return
    listed = _list_in_front(passage, name)
    first = listed[0].start if listed else name.start
    if name.text.endswith("s") or BESIDE.search(passage.between(first - LOOK_BACK, first)):
        return
    yield from place_names([*listed, *(m for m in inside if m.label is Label.TARGET)], [])


JOINED = re.compile(r"\s*(?:,|/|&|[-–+]|,?\s+(?:and|or))\s*")


def _list_in_front(passage: Passage, name: Mention) -> list[Mention]:
    """The receptors in front of such a name that are of its list: "a dual GIP/GLP-1 receptor agonist"."""
    found: list[Mention] = []
    start = name.start
    for mention in reversed([m for m in passage.of(Label.TARGET) if m.end <= name.start and m.how == SHARED]):
        if not JOINED.fullmatch(passage.between(mention.end, start)):
            break
        found.insert(0, mention)
        start = mention.start
    return found


# "also known as ACTH(4-7)PGP and MEHFPGP, PL 14736": further codes behind the first.
NEXT_CODE = re.compile(
    r"(?:(?:,| and|, and|/) ?(?=(?:[A-Z]{4,}|[A-Z]{1,6}[- ]?\d{1,6})(?![\w-]))"
    r"|,? or (?=[A-Z][\w-]{2,40}(?: \d{1,6})?(?:[,.;)]|$| is\b)))(?P<code>[A-Z][\w-]*(?: \d{1,6})?)(?![\w-])"
)


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
    found = (
        list(place_names(_list_routes(passage, covering[0]), [])) if covering else list(find_after(rule, passage, end))
    )
    found = found or list(find_before(rule, passage, start))
    yield from (item for item in found if item.mention is not None and item.mention.concept_id not in NO_ROUTES)


# Between the routes of a list.
ROUTE_GLUE = re.compile(r"^\s*(?:,|/|and|or|, (?:and|or))\s*$")


def _list_routes(passage: Passage, last: Mention) -> list[Mention]:
    """The routes of one list that ends with `last`: "intravenous, subcutaneous and oral administration"."""
    chain = [last]
    for mention in reversed([m for m in passage.of(Label.ROUTE) if m.end <= last.start]):
        if not ROUTE_GLUE.match(passage.between(mention.end, chain[0].start)):
            break
        chain.insert(0, mention)
    return chain


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
