"""Turn passages into statements: subject, predicate, object or number, context, polarity and certainty."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.extract.amounts import read_dose_routes, read_product
from pipeline.extract.answers import read_answers
from pipeline.extract.antecedents import find_host
from pipeline.extract.asking import find_asking
from pipeline.extract.barred import lists_barred
from pipeline.extract.directions import read_directions
from pipeline.extract.echoes import RULE as ECHO
from pipeline.extract.echoes import read_echoes
from pipeline.extract.entries import is_credit
from pipeline.extract.facts import read_counts, read_facts
from pipeline.extract.fields import read_cells, read_fields, read_mechanisms, read_rests
from pipeline.extract.gapped import read_gapped
from pipeline.extract.gaps import read_gap_fields, read_listed_gaps
from pipeline.extract.harms import read_harms
from pipeline.extract.headed import (
    HEADED,
    KEPT,
    read_headed,
    read_headed_gap,
    read_kept,
    read_listed,
    read_listed_words,
)
from pipeline.extract.headlines import read_headline
from pipeline.extract.hopes import lists_unshown
from pipeline.extract.inline import read_inline
from pipeline.extract.leftovers import find_leftovers
from pipeline.extract.naming import (
    coordinate,
    is_endogenous,
    is_foil,
    is_oblique,
    is_subject,
    make_subject,
    opens_sentence,
)
from pipeline.extract.narrowing import narrow
from pipeline.extract.objects import ACTIONS
from pipeline.extract.passages import read_passages
from pipeline.extract.promises import (
    drop_seeming,
    read_benefit_rows,
    read_goods_told,
    read_labels,
    read_promised,
)
from pipeline.extract.prose import read_numbers, read_prose
from pipeline.extract.reactions import read_bare_harms
from pipeline.extract.status import read_approvals
from pipeline.extract.strangers import find_defined, find_opening
from pipeline.extract.studies import read_studies, read_study_numbers
from pipeline.extract.topics import Topics
from pipeline.extract.turns import find_topic
from pipeline.extract.untold import drop_untold
from pipeline.extract.uses import read_uses
from pipeline.extract.values import RECORD_BLOCKS
from pipeline.extract.verdicts import read_verdicts
from pipeline.extract.wishes import is_wish
from pipeline.page import Leftover, Statement
from pipeline.quantity import convert, dimension_of
from pipeline.schema import BlockKind, Label, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.extract.passages import Passage
    from pipeline.page import Annotated, Mention, Subject

# A question asserts nothing, a reference says what another work is called.
SILENT = frozenset({BlockKind.QUESTION, BlockKind.REFERENCE})
# Facts on a study or a rival do not change whom the text is about.
ASIDE = frozenset({"study", "study_design", "sample_size", "study_duration", "compared_to"})
# What is told in passing, as by "chemotherapy-induced".
BY_THE_WAY = frozenset({ECHO, "up-induced"})
ORIGINS = frozenset({"derived_from", "analog_of", "contains_fragment"})
# What a field on the mechanism says in words.
MECHANISMS = frozenset(
    {
        "increases",
        "decreases",
        "modulates",
        "binds",
        "activates",
        "inhibits",
        "acts_through",
        "has_activity",
        "derived_from",
        "analog_of",
    }
)
READERS = (
    read_facts,
    read_answers,
    read_prose,
    read_inline,
    read_headed,
    read_headed_gap,
    read_listed_gaps,
    read_listed,
    read_uses,
    read_listed_words,
    read_promised,
    read_bare_harms,
    read_goods_told,
    read_kept,
    read_approvals,
    read_studies,
    read_harms,
)
# Of a heading, beside identifiers: "Ampoules of 1 ml and 5 ml", "Semax, 813.9 g/mol, 98% pure".
IN_HEADINGS = frozenset(
    {"pack_size", "molecular_weight", "purity", "storage_temperature", "shelf_life", "half_life", "bioavailability"}
)
# What the description in a record says in words.
DESCRIBED = frozenset({"salt_form", "formulation", "legal_status"})
# What the second clause of a cell says: "Approved in Russia; research chemical elsewhere", "45 min; safety unknown".
ADDED = frozenset(
    {"legal_status", "evidence_gap", "developed_by", "developed_when", "isolated_when", "salt_form", "derived_from"}
    | {"indication"}
)
# Of what stands beside the value of a field, only numbers are read.
REST_READERS = (read_inline, read_counts, read_numbers, read_study_numbers)


@dataclass(frozen=True, slots=True)
class Extracted:
    """The statements of a page, and what no statement uses."""

    statements: tuple[Statement, ...]
    leftovers: tuple[Leftover, ...]


def extract_statements(annotated: Annotated) -> Extracted:
    """Every statement of a page, in reading order."""
    topics = Topics(annotated)
    statements: list[Statement] = []
    given_up: list[Leftover] = []
    before: list[Statement] = []  # what the sentence before tells
    for passage in read_passages(annotated):
        found = list(_read_passage(passage, topics))
        told = _drop_weak(
            _share_subject([narrow(item, passage, topics) for item in found if isinstance(item, Statement)])
        )
        told += read_dose_routes(passage, told)
        told = drop_seeming(drop_untold([*told, *read_labels(passage, topics, told)], passage, topics))
        own = list(_drop_restated(passage, _drop_doubles(_drop_wholes(_drop_inner_gaps(told)))))
        if passage.block.prose and topics.reads_prose:
            near = before if before and before[0].block == passage.block.index else ()
            own += [*read_gapped(passage, own, near), *read_echoes(passage, own, near)]
        before = own
        statements.extend(own)
        if not own:
            given_up.extend(item for item in found if isinstance(item, Leftover))
        _remember(passage, own, topics)
    return Extracted(tuple(statements), tuple(find_leftovers(annotated, statements, given_up)))


def _read_passage(passage: Passage, topics: Topics) -> Iterator[Statement | Leftover]:
    if passage.block.kind in SILENT or is_credit(passage.text) or is_wish(passage, topics):
        return
    if passage.block.kind is BlockKind.HEADING:  # no sentence, but a line such as "CID 9941957" says what it says
        yield from read_facts(passage, topics)
        yield from read_product(passage)
        yield from read_numbers(passage, topics, IN_HEADINGS)
        yield from read_headline(passage, topics)
        return
    fields = list(read_fields(passage, topics))
    yield from fields
    for told in read_mechanisms(passage, topics):
        yield from (item for item in read_prose(told, topics, MECHANISMS) if isinstance(item, Statement))
    for rest in read_rests(passage, fields, topics):
        if passage.block.kind in RECORD_BLOCKS:
            yield from (item for item in read_prose(rest, topics, DESCRIBED) if isinstance(item, Statement))
        else:
            yield from (item for item in read_prose(rest, topics, ADDED) if isinstance(item, Statement))
            yield from _read_more_approvals(rest, topics, fields)
        yield from (item for read in REST_READERS for item in read(rest, topics) if isinstance(item, Statement))
    yield from read_gap_fields(passage, topics)
    yield from read_verdicts(passage, topics)
    yield from read_directions(passage, topics)
    yield from read_benefit_rows(passage, topics)
    if passage.block.kind is BlockKind.TABLE_ROW and topics.reads_prose:
        for cell in read_cells(passage, topics):
            yield from _read_prose(cell, topics)
    elif passage.block.prose and not fields:
        yield from _read_prose(passage, topics)


def _read_more_approvals(rest: Passage, topics: Topics, fields: list[Statement]) -> Iterator[Statement]:
    """The approvals that a value tells beside those which its field gave."""
    told = {(item.subject.concept_id, item.object_id, item.polarity) for item in fields}
    for item in read_approvals(rest, topics):
        if isinstance(item, Statement) and (item.subject.concept_id, item.object_id, item.polarity) not in told:
            yield item


def _read_prose(passage: Passage, topics: Topics) -> Iterator[Statement | Leftover]:
    asking = find_asking(passage)
    barred = lists_barred(passage, topics) or lists_unshown(passage, topics)
    for read in READERS:
        for item in read(passage, topics):
            if barred and isinstance(item, Statement) and item.predicate != "evidence_gap":
                continue
            if asking is None or not isinstance(item, Statement) or _is_told_before(item, asking):
                yield item


def _is_told_before(item: Statement, asking: int) -> bool:
    """Whether a statement stands in front of what its sentence asks: "It raises BDNF, but does it help?"."""
    at = item.object_mention or (item.uses[0] if item.uses else None)
    return at is not None and at.end <= asking


def _remember(passage: Passage, statements: list[Statement], topics: Topics) -> None:
    """What the next pronoun means: the subject of this passage, or the only compound that it names."""
    if any(s.predicate in ACTIONS for s in statements):
        topics.remember_effect(passage.block)
    told = [
        s
        for s in statements
        if s.subject.origin is SubjectFrom.WRITTEN and s.predicate not in ASIDE and s.rule not in BY_THE_WAY
    ]
    compounds = [
        s.subject
        for s in told
        if s.subject.mention is not None
        and s.subject.mention.label is Label.COMPOUND
        and not is_oblique(passage, s.subject.mention)
        and not passage.between(passage.start, s.subject.mention.start).endswith(("(", " by "))
    ]
    compounds = [s for s in compounds if s.mention and not is_foil(s.mention.name)] or compounds
    if any(s.subject.origin is SubjectFrom.PRONOUN for s in statements) and not any(
        s.predicate in ACTIONS for s in told
    ):
        return  # "It was as strong as 1 mg/kg of diazepam. It also …"
    ordered = sorted(compounds, key=lambda s: s.mention.start if s.mention else 0)
    named = [m for m in passage.of(Label.COMPOUND) if is_subject(m) and not is_oblique(passage, m)]
    if not ordered and named:  # "Semax and Selank are old. Both ..."
        ordered = [make_subject(mention, SubjectFrom.WRITTEN) for mention in coordinate(passage, named)]
    topics.remember_all(passage.block, tuple({s.concept_id: s for s in ordered}.values()))
    topic, host = find_topic(passage), find_host(passage)
    if host is not None or named:
        topics.hosted = passage.block.index if host is not None and not named else None
    if compounds and not _is_on_the_way(passage, compounds, topics):
        first = min(compounds, key=lambda s: s.mention.start if s.mention else 0)
        opens = topic is not None and first.mention is not None and topic.start < first.mention.start
        topics.remember(passage.block, make_subject(topic, SubjectFrom.WRITTEN) if opens and topic else first)
    elif topic is not None:
        topics.remember(passage.block, make_subject(topic, SubjectFrom.WRITTEN))
    elif host is not None and host.label is Label.TARGET:
        topics.remember(passage.block, make_subject(host, SubjectFrom.WRITTEN))
    elif not told and (stranger := find_opening(passage) or find_defined(passage)) is not None:
        topics.remember(passage.block, stranger)


def _is_on_the_way(passage: Passage, named: list[Subject], topics: Topics) -> bool:
    """Whether only something that the body makes is told of, in passing: "AICAR builds up, and AMPK is switched on"."""
    implied = topics.implied(passage.block)
    if len(implied) != 1 or any(one.concept_id == implied[0].concept_id for one in named):
        return False
    mentions = [one.mention for one in named if one.mention is not None]
    return all(is_endogenous(m) and not opens_sentence(passage, m) for m in mentions)


def _share_subject(statements: list[Statement]) -> list[Statement]:
    """A study whose compound is only implied is on the compound whose effects its sentence tells."""
    actors = {s.subject.concept_id: s.subject for s in statements if s.predicate in ACTIONS}
    if len(actors) != 1:
        return statements
    actor = next(iter(actors.values()))
    return [
        replace(s, subject=actor) if s.predicate in ASIDE and s.subject.origin is not SubjectFrom.WRITTEN else s
        for s in statements
    ]


# Rules that go by a number's unit or place alone.
WEAK = frozenset({HEADED, KEPT, "mass-unit", "purity-hplc", "dose-per-mass", "dose-per-day"})


def _drop_weak(statements: list[Statement]) -> list[Statement]:
    """Leave out what a number's unit or place suggests, where words of the same passage say what it is."""
    said = {
        (m.start, m.end)
        for s in statements
        if s.rule not in WEAK and s.quantity is not None
        for m in s.uses
        if m.label is Label.QUANTITY
    }
    return [
        s for s in statements if s.rule not in WEAK or not any((m.start, m.end) in said for m in s.uses if m.quantity)
    ]


def _drop_wholes(statements: list[Statement]) -> Iterator[Statement]:
    """ "The ACTH(4–7) fragment of ACTH" is one statement, on the fragment; the one on its parent says less."""
    parents = {
        (item.subject.concept_id, item.object_mention.fragment.parent_id)
        for item in statements
        if item.object_mention is not None and item.object_mention.fragment is not None
    }
    for item in statements:
        whole = item.predicate in ORIGINS and (item.object_mention is None or item.object_mention.fragment is None)
        if not (whole and (item.subject.concept_id, item.object_id) in parents):
            yield item


def _drop_inner_gaps(statements: list[Statement]) -> list[Statement]:
    """Of gaps in the same words the one that says most: "no large RCT" is a part of "no large RCT in humans"."""
    gaps = [item for item in statements if item.predicate == "evidence_gap"]
    return [
        item
        for item in statements
        if item.predicate != "evidence_gap"
        or item.object_id is not None
        or not any(
            other is not item and (item.object_text or "") in (other.object_text or "") != item.object_text
            for other in gaps
        )
    ]


# "2–8 °C (36–46 °F)", "15 mg (15,000 mcg)": one value twice; temperatures are rounded.
RESTATES = re.compile(r"^\s?(?:\(=?|/|or|=)\s?$")
RESTATED = frozenset({"storage_temperature", "pack_size", "dose", "concentration"})


def _drop_restated(passage: Passage, statements: Iterable[Statement]) -> Iterator[Statement]:
    """Leave out a value that only says in another unit what stands in front of it."""
    numbers = passage.of(Label.QUANTITY)
    for item in statements:
        number = item.uses[0] if item.uses and item.predicate in RESTATED else None
        before = [m for m in numbers if number is not None and m.end <= number.start]
        if number is None or not before or not _says_again(passage, before[-1], number):
            yield item


def _says_again(passage: Passage, first: Mention, second: Mention) -> bool:
    """Whether a number is the one in front of it in another unit."""
    one, other = first.quantity, second.quantity
    if (
        one is None
        or other is None
        or one.unit == other.unit
        or not RESTATES.match(passage.between(first.end, second.start))
    ):
        return False
    if dimension_of(one.unit) == "temperature":
        return dimension_of(other.unit) == "temperature"
    return convert(other.value, other.unit, one.unit) == one.value


def _drop_doubles(statements: Iterable[Statement]) -> Iterator[Statement]:
    """One statement for what several rules found in one passage: the first, which is the more specific reader.

    It accounts for what the others rest on: "a heptapeptide, a chain of seven residues" is one claim with two numbers.
    """
    kept: dict[tuple[object, ...], Statement] = {}
    for item in statements:
        key = (
            item.subject.concept_id,
            item.predicate,
            None if item.predicate == "synonym" else item.object_id,
            None if item.object_id and item.predicate != "synonym" else (item.object_text or "").casefold(),
            item.quantity and (item.quantity.value, item.quantity.value_high, item.quantity.unit),
            item.context.get("tissue"),
            item.context.get("jurisdiction"),
            item.context.get("analyte"),
            item.context.get("species"),
            item.polarity,
            item.object_mention.fragment if item.object_mention else None,
        )
        first = kept.setdefault(key, item)
        if first is not item and (more := tuple(m for m in item.uses if all(m is not own for own in first.uses))):
            kept[key] = replace(first, uses=(*first.uses, *more))
    yield from kept.values()
