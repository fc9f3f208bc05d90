"""Routes, doses, strengths and masses that stand beside a name or a unit, with no verb between them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.naming import is_subject, make_subject
from pipeline.extract.numbers import NO_ROUTES
from pipeline.extract.statements import state
from pipeline.extract.subjects import resolve_subjects
from pipeline.page import Quantity
from pipeline.schema import Comparator, Label, Polarity, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Mention, Statement, Subject

LOOK_BACK = 80  # code points beside a number
LONGEST_GAP = 12  # code points between an amount and the name of what there is so much of


def read_amounts(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """How much of what is given, dissolved or weighed, and how it is given."""
    yield from read_product(passage)
    yield from _read_routes(passage)
    yield from _read_doses(passage)
    yield from _read_strengths(passage, topics)
    yield from _read_bare_masses(passage, topics)


def _read_routes(passage: Passage) -> Iterator[Statement]:
    """ "Intranasal Semax": the route right in front of the name."""
    for route in passage.of(Label.ROUTE):
        if route.concept_id in NO_ROUTES or " " in route.text:
            continue
        named = [m for m in passage.near(route.end, route.end + 2) if is_subject(m) and m.concept_id]
        if named and passage.between(route.end, named[0].start) == " ":
            subject = make_subject(named[0], SubjectFrom.WRITTEN)
            made = state(passage, subject, "route", "fact-route", at=(route.start, route.end), mention=route)
            if made.polarity is Polarity.AFFIRMED:  # "no approved topical GHK-Cu" denies the approval
                yield made


def read_dose_routes(passage: Passage, told: list[Statement]) -> Iterator[Statement]:
    """The routes by which the doses that are `told` in a passage are given: "100 mcg SC"."""
    for item in told:
        by = item.context.get("route") if item.predicate == "dose" and item.polarity is Polarity.AFFIRMED else None
        named = [m for m in passage.of(Label.ROUTE) if (m.concept or m.text) == by and m.concept_id not in NO_ROUTES]
        for route in named[:1]:
            made = state(passage, item.subject, "route", "dose-route", at=(route.start, route.end), mention=route)
            if made.polarity is Polarity.AFFIRMED:
                yield made


# "Semaglutide 2.4 mg reduced": an amount right behind the name, in words on people or a course and not on a product.
GIVEN_TO = re.compile(
    r"\b(?:stud(?:y|ies)|trials?|placebo|participants|patients|adults|weekly|daily|weeks|mice|rats|volunteers|vs)\b",
    re.IGNORECASE,
)
PACKED = re.compile(
    r"^\s*(?:/|per |x\b|×)?\s*(?:\w+ )?(?:vials?|kits?|ampoules?|bottles?|packs?|price|is sold|for sale|in stock)\b",
    re.IGNORECASE,
)
AMOUNTS = frozenset({"mg", "ug", "mg/kg", "ug/kg", "[iU]"})


def _read_doses(passage: Passage) -> Iterator[Statement]:
    if not passage.block.prose or not GIVEN_TO.search(passage.text):
        return
    for number in passage.of(Label.QUANTITY):
        near = passage.near(number.start - BEFORE_STRENGTH, number.start)
        at_once = [m for m in near if m.end == number.start - 1]
        named = at_once or [m for m in near if passage.between(m.end, number.start) == " at "]
        several = at_once and number.quantity is not None and number.quantity.others
        fits = number.quantity is not None and number.quantity.unit in AMOUNTS and not several
        if not fits or not named or not is_subject(named[-1]) or not named[-1].concept_id:
            continue
        if PACKED.match(passage.between(number.end, number.end + LOOK_BACK)):
            continue
        subject, at = make_subject(named[-1], SubjectFrom.WRITTEN), (number.start, number.end)
        yield _give(passage, subject, number, at)
    yield from _read_amounts(passage)


def _give(passage: Passage, subject: Subject, number: Mention, at: tuple[int, int]) -> Statement:
    """A dose as it was given: what else the sentence denies is not the dose."""
    made = state(passage, subject, "dose", "fact-dose", at=at, mention=number, quantity=number.quantity)
    return replace(made, polarity=Polarity.AFFIRMED, cue=None) if made.polarity is Polarity.NEGATED else made


# "compared 20 mg of Noopept with 1200 mg of piracetam"; not "a vial of 5 mg of Semax".
SET_AGAINST = re.compile(
    r"\b(?:compared|compares|tested|against|versus|vs\.?|with|received|gave|given|took|taking|between|and|or)\s+(?:about\s+)?$",
    re.IGNORECASE,
)


def _read_amounts(passage: Passage) -> Iterator[Statement]:
    """Amounts of a compound in words on people or a course: "20 mg of Noopept"."""
    for number in passage.of(Label.QUANTITY):
        fits = number.quantity is not None and number.quantity.unit in AMOUNTS and not number.quantity.others
        if not fits or not SET_AGAINST.search(passage.between(number.start - LOOK_BACK, number.start)):
            continue
        named = [m for m in passage.near(number.end, number.end + LONGEST_GAP) if is_subject(m) and m.concept_id]
        if named and passage.between(number.end, named[0].start) == " of ":
            subject, at = make_subject(named[0], SubjectFrom.WRITTEN), (number.start, number.end)
            yield _give(passage, subject, number, at)


# "MW 1007.2, nine residues", "a molecular weight of 418.4 follows": a mass without a unit.
BARE_MASS = re.compile(
    r"\b(?:M\.?W\.?|molecular (?:weight|mass)|(?:molar|average|monoisotopic) mass)(?: \([^()]{1,20}\))?"
    r"(?:(?: is| of| was|:|,)? (?:about |around |approximately "
    r"|roughly |~ ?)?|: ?)(?P<mass>\d{3,6}(?:\.\d{1,4})?+)(?![.,]?\d)(?=[\s,;.)]|$)(?!\s?(?:k?Da|g|k?g/|dalton|%|-))",
    re.IGNORECASE,
)


def _read_bare_masses(passage: Passage, topics: Topics) -> Iterator[Statement]:
    if passage.block.cells:
        return
    for match in BARE_MASS.finditer(passage.text):
        at = passage.start + match.start("mass"), passage.start + match.end("mass")
        mass = Quantity(float(match["mass"]), None, Comparator.EQUAL, "g/mol", match["mass"], 0)
        used = tuple(m for m in passage.near(at[0], at[1]) if m.end <= at[1])
        if any(m.quantity is not None and m.quantity.unit for m in used):
            continue
        for subject in resolve_subjects(passage, at[0], topics, own=True).subjects[:1]:
            yield state(
                passage, subject, "molecular_weight", "fact-mass", at=at, quantity=mass, words=match["mass"], uses=used
            )


# "Hexarelin 2mg", "CJC-1295 (no DAC) – 5 mg vial", "Sermorelin Acetate 5mg x 10": a line that names a product.
BEHIND_NAME = re.compile(
    r"^(?: (?:acetate|tfa|trifluoroacetate|hydrochloride|hcl))?"
    r"(?: peptides?)?(?:-[A-Z]{2,3})?(?: solution for injection)?(?: \([^()]{1,40}\))?(?:\s?[–—|,:-])?\s*$",
    re.IGNORECASE,
)
SALT = re.compile(r"\b(?:acetate|TFA|trifluoroacetate|hydrochloride|HCl)\b", re.IGNORECASE)
BEHIND_AMOUNT = re.compile(
    r"^(?:\s?/\s?\d{1,3}(?:\.\d)?\s?ml\b)?(?:\s{0,2}[x×]\s?\d{1,3}"
    r"|\s{0,2}(?:per |/ ?)?(?:vials?|kits?|ampoules?|bottles?|caps(?:ules)?|tablets?|nasal spray))*\s{0,2}$",
    re.IGNORECASE,
)
PER_ML = {"mg": "mg/mL", "ug": "ug/mL", "g": "g/mL", "[iU]": "[iU]/mL"}
PACKED_IN = frozenset({"mg", "ug", "[iU]", "g"})


# "Octreotide 50 micrograms/ml solution for injection in pre-filled syringe": what may stand behind a strength.
BEHIND_STRENGTH = re.compile(
    r"^[,\s]*+(?:(?:sterile|oral|nasal|solution|suspension|concentrate|injections?|infusion|spray|drops|vials?"
    r"|ampoules?|ampules?|pens?|syringes?|cartridges?|pre-?filled|for|in|or|and|of|\d{1,3} ?ml|no\.? ?\d{1,3}"
    r"|x ?\d{1,3})\b[.,/()\s]*+)*$",
    re.IGNORECASE,
)
STRENGTHS_IN = frozenset(PER_ML.values())


def read_product(passage: Passage) -> Iterator[Statement]:
    """The content or strength and the salt of a product that a line names, and nothing else."""
    named = [m for m in passage.mentions if is_subject(m) and m.concept_id]
    measured = [m for m in passage.of(Label.QUANTITY) if m.quantity is not None]
    strengths = [m for m in measured if m.quantity is not None and m.quantity.unit in STRENGTHS_IN]
    numbers = strengths or [m for m in measured if m.quantity is not None and m.quantity.unit in PACKED_IN]
    if not named or len(numbers) != 1 or passage.between(passage.start, named[0].start).strip(" *_#"):
        return
    number = numbers[0]
    between = BEHIND_NAME.match(passage.between(named[0].end, number.start))
    may_follow = BEHIND_STRENGTH if strengths else BEHIND_AMOUNT
    if between is None or not may_follow.match(passage.between(number.end, passage.end)):
        return
    subject, at = make_subject(named[0], SubjectFrom.WRITTEN), (number.start, number.end)
    told = "concentration" if strengths else "pack_size"
    yield state(passage, subject, told, "product-line", at=at, mention=number, quantity=number.quantity)
    first = named[0].start
    if (salt := SALT.search(passage.between(first, number.start))) is not None:
        at = first + salt.start(), first + salt.end()
        yield state(passage, subject, "salt_form", "product-line", at=at, words=salt[0])


# "1 ml (of solution) contains 0.2 mg": what a leaflet calls a strength.
MILLILITRE = re.compile(
    r"\b(?:1|one|each|every) (?:ml\b|millilit(?:er|re)\b)[^.;]{0,40}?\b(?:contains?|holds?|has)\s+(?:about |some )?"
    r"(?:(?:[\w-]+ ){1,4}?(?:equivalent|corresponding|equal) to (?:[\w-]+ )?)?"
    r"(?:[\d.,]+\s?(?:mg|mcg|µg)(?:, | or | and )){0,4}$",
    re.IGNORECASE,
)
BEFORE_STRENGTH = 80  # code points in front of the amount
BEFORE_LEAFLET = 140  # ... in the words of a leaflet


def _read_strengths(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The strength that a leaflet gives as the content of one millilitre."""
    for number in passage.of(Label.QUANTITY):
        unit = PER_ML.get(number.quantity.unit) if number.quantity is not None else None
        before = passage.between(number.start - BEFORE_LEAFLET, number.start)
        if unit is None or number.quantity is None or not MILLILITRE.search(before):
            continue
        quantity = replace(number.quantity, unit=unit)
        for subject in resolve_subjects(passage, number.start, topics, own=True).subjects[:1]:
            at = (number.start, number.end)
            yield state(passage, subject, "concentration", "fact-strength", at=at, mention=number, quantity=quantity)
