"""How every extractor makes a claim of a passage."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.naming import PLACEBO
from pipeline.extract.practice import read_practice
from pipeline.extract.qualifiers import (
    bearing_citations,
    judge_evidence,
    read_analyte,
    read_context,
    read_form,
    read_place,
)
from pipeline.extract.stance import Stance, judge_stance
from pipeline.lexicon import predicates
from pipeline.page import Statement
from pipeline.schema import Certainty, Confidence, Label, Polarity, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.extract.passages import Passage
    from pipeline.page import Mention, Quantity, Subject

# Arms in which nobody was given the compound.
UNTREATED = frozenset({"placebo", "control"})
# Only of these can mRNA, protein and activity be told apart.
ANALYSED = frozenset({"increases", "decreases", "modulates", "inhibits", "activates"})
# What holds in one jurisdiction need not hold in another.
LAWFUL = frozenset({"legal_status", "indication"})
# A ban in sport holds wherever athletes compete, whatever country its sentence names for another matter.
OF_SPORT = frozenset({"law-banned-sport", "law-under-class"})
# Of these a salt has its own value.
FORMED = frozenset({"molecular_weight", "molecular_formula", "cas_number", "pubchem_cid"})
# What a study finds; that it was done, on whom and with what, is no less sure for being told of a study.
FOUND_BY_STUDY = ANALYSED | {
    *("binds", "acts_through", "has_activity", "primary_mechanism", "affinity", "half_life", "tmax", "class"),
    *("bioavailability", "duration_of_effect", "compared_to"),
}
# The subject stands in the passage itself, or in the field's own record.
NEAR = frozenset({SubjectFrom.WRITTEN, SubjectFrom.TABLE_ROW, SubjectFrom.TABLE_COLUMN, SubjectFrom.FRONT_MATTER})


def state(  # noqa: PLR0913  (as many as a claim has parts)
    passage: Passage,
    subject: Subject,
    predicate: str,
    rule: str,
    *,
    at: tuple[int, int],
    mention: Mention | None = None,
    quantity: Quantity | None = None,
    words: str | None = None,
    object_id: str | None = None,
    negated: bool = False,
    tissue: Mention | None = None,
    context: Mapping[str, str] | None = None,
    uses: tuple[Mention, ...] = (),
    trigger: tuple[int, int] | None = None,
    key: tuple[int, int] | None = None,
) -> Statement:
    """One claim of a passage.

    The object is a `mention`, a number (`quantity`, with its `mention`), or `words` (with `object_id` where they
    mean a concept); it stands at the page offsets `at`. Cues act on the `trigger`, which is `at` itself where no
    other words make the claim. `key` is where a field names what its value is.
    """
    first, last = trigger or at
    stance = judge_stance(passage, first, last, object_start=at[0] if trigger else None, negated=negated)
    stance = _take_as_told(passage, stance, predicate)
    if tissue is not None and stance.polarity is Polarity.AFFIRMED and (denial := _find_exclusion(passage, tissue)):
        stance = replace(stance, polarity=Polarity.NEGATED, cue="; ".join(filter(None, (denial, stance.cue))))
    certainty = Certainty.OPEN if predicate == "evidence_gap" else stance.certainty
    surroundings = _take_sides(read_context(passage, *at, tissue=tissue), subject, predicate)
    if (
        predicate in LAWFUL
        and rule not in OF_SPORT
        and (place := read_place(passage, *at) or read_practice(passage, at[0]))
    ):
        surroundings["jurisdiction"] = place
    analyte = read_analyte(passage, *at) if predicate in ANALYSED else None
    if analyte is not None:
        surroundings["analyte"] = analyte
    statement = Statement(
        start=passage.start,
        end=passage.end,
        block=passage.block.index,
        subject=subject,
        predicate=predicate,
        rule=rule,
        form=read_form(passage, *at) if predicate in FORMED else None,
        context=_keep_relevant({**surroundings, **(context or {})}, predicate),
        polarity=Polarity.AFFIRMED if predicate == "evidence_gap" else stance.polarity,
        certainty=certainty,
        cue=stance.cue,
        evidence=judge_evidence(passage, certainty),
        citations=bearing_citations(passage, max(last, at[1])),
        confidence=rate_confidence(subject),
        uses=tuple(m for m in (mention, tissue, *uses) if m is not None),
    )
    if quantity is not None:
        written = words or (mention.text if mention else quantity.written)
        return replace(statement, quantity=quantity, value_text=written, property=trigger or key)
    if mention is None:
        return replace(statement, object_id=object_id, object=words, object_text=words)
    return replace(
        statement,
        object_id=mention.concept_id,
        object=mention.concept or mention.text,
        object_text=words or mention.text,
        object_mention=mention,
    )


def _take_sides(context: dict[str, str], subject: Subject, predicate: str) -> dict[str, str]:
    """The context with the arm in which nobody was given the subject as what it is compared with."""
    if context.get("arm") in UNTREATED and subject.concept_id != PLACEBO:
        arm = context.pop("arm")  # "lower than in the placebo group" is told of those who were given it
        context.setdefault("comparand", arm)
    if predicate not in FOUND_BY_STUDY:
        context.pop("comparand", None)
    return context


# "in neurons, but not in glial cells": a tissue that a denial of its own leaves out.
NOT_IN = re.compile(r"\b(?P<denial>not) (?:in|on|within) (?:the |any )?(?:[\w-]+\s){0,2}$", re.IGNORECASE)
LONGEST_NOT_IN = 48  # code points


def _find_exclusion(passage: Passage, tissue: Mention) -> str | None:
    """The word that leaves out a tissue for which the statement does not hold."""
    match = NOT_IN.search(passage.between(tissue.start - LONGEST_NOT_IN, tissue.start))
    return match["denial"] if match else None


# "In EXAMPLE-1 (N = 1961) the mean loss was", or a row of a table that such a name heads.
IN_NAMED_STUDY = re.compile(
    r"^\W*(?:[Ii]n (?:the )?)?[A-Z]{3,}-\d{1,2}(?=[\s,(|])"
    r"|^\W*In (?:an?|one|two|three|four|several|both|another|the \w+)\b"
    r"[^.,;:]{0,80}\b(?:stud(?:y|ies)|trials?|experiments?)\b"
    r"|^\W*(?:An?|One|Another)(?: [\w-]+){0,4} (?:study|trial|experiment)\b(?! (?:of|on) (?:the|how|why|what)\b)"
)


def _take_as_told(passage: Passage, stance: Stance, predicate: str) -> Stance:
    """The same stance, but asserted where only a fact on a study, a product or a name is told of a study."""
    named = stance.certainty is Certainty.ASSERTED and predicate in ANALYSED
    if stance.certainty is Certainty.HEDGED and predicate in KEPT and stance.cue in LEAVE:
        return replace(stance, certainty=Certainty.ASSERTED, cue=None)  # "may be frozen at −20 °C" allows it
    if stance.certainty is Certainty.HEDGED and predicate in MADE:
        return _take_as_made(stance)
    opening = passage.end - len(passage.text.lstrip())
    if named and not any(m.start == opening for m in passage.of(Label.COMPOUND, Label.TARGET)):
        match = IN_NAMED_STUDY.match(passage.text)
        return replace(stance, certainty=Certainty.REPORTED, cue=match[0].strip()) if match else stance
    if stance.certainty is not Certainty.REPORTED or predicate in FOUND_BY_STUDY:
        return stance
    return replace(
        stance, certainty=Certainty.ASSERTED, cue=None if stance.polarity is Polarity.AFFIRMED else stance.cue
    )


def hedge(made: Statement, cue: str) -> Statement:
    """The same statement, in doubt by a word outside its own clause; one that is weaker than firm stays as it is."""
    return replace(made, certainty=Certainty.HEDGED, cue=cue) if made.certainty in FIRM else made


FIRM = frozenset({Certainty.ASSERTED, Certainty.REPORTED})
# How a product is kept, and words that give leave to keep it so.
KEPT = frozenset({"storage_temperature", "shelf_life"})
LEAVE = frozenset({"may", "may be", "can", "can be", "could be"})


# What something is sold as is its name there, and what it was designed as is what it is.
MADE = frozenset({"synonym", "approved_in", "analog_of", "derived_from", "class"})
MADE_AS = frozenset({"marketed as", "designed as", "engineered as", "created as", "designed to", "engineered to"})


def _take_as_made(stance: Stance) -> Stance:
    """The same stance, less the words that tell what something is sold or made as, where they alone weaken it."""
    parts = (stance.cue or "").split("; ")
    left = [part for part in parts if part.casefold() not in MADE_AS]
    if len(left) == len(parts) or len(left) > (stance.polarity is Polarity.NEGATED):
        return stance
    return replace(stance, certainty=Certainty.ASSERTED, cue="; ".join(left) or None)


# What any claim may be tied to, whatever its predicate is compared by.
ALWAYS = frozenset({"study", "jurisdiction"})


def _keep_relevant(context: Mapping[str, str], predicate: str) -> dict[str, str]:
    """The columns that can tell one slot of the predicate from another; the rest would only look like context."""
    row = predicates()[predicate]
    columns = ALWAYS.union(row.separates, row.key)
    return {column: value for column, value in context.items() if column in columns}


def rate_confidence(subject: Subject) -> Confidence:
    """High when the subject stands where the claim is, low when only the page's title tells it; see the docs."""
    if subject.origin in NEAR:
        return Confidence.HIGH
    return Confidence.LOW if subject.origin is SubjectFrom.TITLE else Confidence.MEDIUM
