"""Claims that stand in a name's own notation: sequences, residue counts, fragments, identifiers, formulas."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.extract.naming import is_subject, make_subject
from pipeline.extract.numbers import NO_ROUTES
from pipeline.extract.statements import state
from pipeline.extract.subjects import resolve_subjects
from pipeline.page import Leftover
from pipeline.schema import BlockKind, Label, Polarity, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Mention, Statement, Subject

IDENTIFIER_PREDICATES = {
    "identifier:cas": "cas_number",
    "identifier:formula": "molecular_formula",
    "identifier:pubchem_cid": "pubchem_cid",
}
# "Semax is listed under CAS … and Selank under CAS …": the nearer name owns the number.
NUMBERED = frozenset(IDENTIFIER_PREDICATES.values())
SEQUENCE_WORDS = re.compile(
    r"\bsequences?\b|\bamino[- ]acids?\b|\bresidues?\b|\bone-letter\b|\bthree-letter\b|\bcatalogu?ed as\b|\bwritten\b"
    r"|\bchain\b|\bstructure\b|\bconsist\w*\b|\bcompos\w+\b|\bpeptide\b",
    re.IGNORECASE,
)
# "is a synthetic tetrapeptide, Ala-Glu-Asp-Gly"
IS_PEPTIDE = re.compile(r"\b\w*peptide(?:[,:]| [—–-])? (?:\(|of )?$", re.IGNORECASE)
TAIL_BEHIND = re.compile(r"^\s*(?:[NC]-terminal|motif|domain|tail|segment)\b")
# Words right before residues that say they are only a part: "the motif KPV", "a C-terminal Pro-Gly-Pro".
PART = re.compile(
    r"\b(?:metabolites?|terminal|terminus|tail|motif|core|domain|segment|fragment|tripeptide|extension|stabili[sz]er|with|plus|by|"
    r"contains?|containing|residues?|site)\s+(?:the\s+|a\s+|an\s+)?$"
    r"|\b(?:metabolites?|motif|domain|site|tail)\s+\($"
    r"|\bsequence of (?:about |~ ?|some )?$"
    r"|\b(?:residues?|positions?|fragment|segment|amino acids)\s+\d+\s*[–-]\s*\d+\s*[(:,]?\s*$"
    r"|\b(?:maps?|corresponds?) to\b[^.;]*$",
    re.IGNORECASE,
)
WITH_SEQUENCE = re.compile(
    r"\bsequence\s+(?:is\s+|of\s+|being\s+)?[:(]?\s*$|\bwith (?:the |a |an )?(?:[\w-]+ )?sequence\s*$", re.IGNORECASE
)
# Code points around residues in which "sequence" or "one-letter code" still speaks of them.
NEAR = 64
# Fewer residues than this are a part of a name or of a sequence more often than a whole peptide.
SHORTEST = 3
LONGEST_GAP = 12  # code points between a name and the bracket that explains it
APPOSED = re.compile(r"^\s*[(\[:,]\s*(?:sequence:?\s*|also\s+)?$")


def read_facts(passage: Passage, topics: Topics) -> Iterator[Statement | Leftover]:
    """Every claim whose object is its own notation."""
    if passage.block.kind is not BlockKind.HEADING:
        yield from _read_aliases(passage, topics)
        yield from _read_routes(passage)
        yield from _read_doses(passage)
        yield from _read_strengths(passage, topics)
        yield from _read_gapped(passage)
    for mention in passage.mentions:
        if passage.block.kind is BlockKind.HEADING and mention.label is not Label.IDENTIFIER:
            continue
        if mention.label is Label.SEQUENCE and mention.peptide is not None:
            yield from _read_sequence(passage, mention, topics)
        elif mention.label is Label.QUANTITY and mention.how.startswith("count"):
            yield from _read_count(passage, mention, topics)
        elif mention.label is Label.IDENTIFIER and mention.how in IDENTIFIER_PREDICATES:
            yield from _read_identifier(passage, mention, topics)


# "Semax comes from ACTH and Selank from tuftsin": the second clause leaves its verb out.
COMES = re.compile(r"\b(?:comes?|derived?|derives|originates?|made|cut|taken|stems?) from\b[^.;]*$", re.IGNORECASE)
NEXT_NAME = re.compile(r"(?:,|;|\band|\bwhile)\s+(?:the\s+)?$", re.IGNORECASE)
FROM = re.compile(r"^\s+from\s+(?:the\s+)?$", re.IGNORECASE)


def _read_gapped(passage: Passage) -> Iterator[Statement]:
    for name, origin in pairwise(passage.of(Label.COMPOUND)):
        before = passage.between(max(passage.start, name.start - 2 * LOOK_BACK), name.start)
        gapped = FROM.match(passage.between(name.end, origin.start)) and NEXT_NAME.search(before)
        if gapped and COMES.search(before) and is_subject(name) and name.concept_id:
            at, subject = (origin.start, origin.end), make_subject(name, SubjectFrom.WRITTEN)
            yield state(passage, subject, "derived_from", "fact-gapped", at=at, mention=origin)


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
        named = [m for m in passage.near(number.start - BEFORE_STRENGTH, number.start) if m.end == number.start - 1]
        fits = number.quantity is not None and number.quantity.unit in AMOUNTS and not number.quantity.others
        if not fits or not named or not is_subject(named[-1]) or not named[-1].concept_id:
            continue
        if PACKED.match(passage.between(number.end, number.end + LOOK_BACK)):
            continue
        subject, at = make_subject(named[-1], SubjectFrom.WRITTEN), (number.start, number.end)
        yield state(passage, subject, "dose", "fact-dose", at=at, mention=number, quantity=number.quantity)


# "1 ml (of solution) contains 0.2 mg": what a leaflet calls a strength.
MILLILITRE = re.compile(
    r"\b(?:1|one|each|every) (?:ml\b|millilit(?:er|re)\b)[^.;]{0,40}?\b(?:contains?|holds?|has)\s+(?:about |some )?$",
    re.IGNORECASE,
)
BEFORE_STRENGTH = 80  # code points in front of the amount
PER_ML = {"mg": "mg/mL", "ug": "ug/mL", "g": "g/mL", "[iU]": "[iU]/mL"}


def _read_strengths(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The strength that a leaflet gives as the content of one millilitre."""
    for number in passage.of(Label.QUANTITY):
        unit = PER_ML.get(number.quantity.unit) if number.quantity is not None else None
        before = passage.between(number.start - BEFORE_STRENGTH, number.start)
        if unit is None or number.quantity is None or not MILLILITRE.search(before):
            continue
        quantity = replace(number.quantity, unit=unit)
        for subject in resolve_subjects(passage, number.start, topics, own=True).subjects[:1]:
            at = (number.start, number.end)
            yield state(passage, subject, "concentration", "fact-strength", at=at, mention=number, quantity=quantity)


# A bracket of other names: "Cerebrolysin (FPF-1070)", "Thymosin alpha-1 (Tα1, thymalfasin)".
BRACKET = re.compile(r"\s?\((?P<inside>[^()]{2,80})\)")
ALIAS_BREAK = re.compile(r"\s*(?:[,;/]|\bor\b)\s*")
ALIAS_LEAD = re.compile(r"^(?:also |aka |a\.k\.a\. |known as |called |INN:? )+", re.IGNORECASE)
CODE = re.compile(r"[A-Z]{2,5}[- ]?\d{3,6}")


def _read_aliases(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """Other names of the page's compound in a bracket right behind it."""
    own = {subject.concept_id for subject in topics.implied(passage.block)}
    for name in passage.mentions:
        bracket = BRACKET.match(passage.text, name.end - passage.start) if name.concept_id in own else None
        if bracket is None or not is_subject(name):
            continue
        at = passage.start + bracket.start("inside")
        pieces = ALIAS_BREAK.split(bracket["inside"])
        coded = len(pieces) > 1 and all(SHORT_NAME.fullmatch(piece.strip()) for piece in pieces)
        for piece in pieces:
            words = ALIAS_LEAD.sub("", piece.strip())
            at = passage.start + passage.text.index(words, at - passage.start) if words else at
            span = (at, at + len(words))
            known = _is_known_alias(passage, name, words, span)
            told = _is_free(passage, span) and (coded or CODE.fullmatch(words))
            if known or told:
                subject = make_subject(name, SubjectFrom.WRITTEN)
                used = tuple(m for m in passage.mentions if span[0] <= m.start and m.end <= span[1])
                yield state(passage, subject, "synonym", "fact-bracket", at=span, words=words, uses=used)


# A list of such names in one bracket is one of other names: "(NAP, AL-108)".
SHORT_NAME = re.compile(r"[A-Z][A-Z0-9-]{1,11}")


def _is_free(passage: Passage, span: tuple[int, int]) -> bool:
    """Whether nothing else is named at a place."""
    return not any(m.start < span[1] and span[0] < m.end for m in passage.mentions)


def _is_known_alias(passage: Passage, name: Mention, words: str, span: tuple[int, int]) -> bool:
    inside = [m for m in passage.mentions if (m.start, m.end) == span]
    return any(m.concept_id == name.concept_id for m in inside) and words.casefold() != name.text.casefold()


def read_counts(passage: Passage, topics: Topics) -> Iterator[Statement | Leftover]:
    """The residue counts and identifiers alone, for the words beside the value of a field."""
    for mention in passage.mentions:
        if mention.label is Label.QUANTITY and mention.how.startswith("count"):
            yield from _read_count(passage, mention, topics)
        elif mention.label is Label.IDENTIFIER and mention.how in IDENTIFIER_PREDICATES and _is_named(passage):
            yield from _read_identifier(passage, mention, topics)


def _is_named(passage: Passage) -> bool:
    """Whether the row of a cell names what it is about by itself."""
    return any(subject.origin is SubjectFrom.TABLE_ROW for subject in passage.implied)


def _read_sequence(passage: Passage, mention: Mention, topics: Topics) -> Iterator[Statement | Leftover]:
    before = passage.between(mention.start - 40, mention.start)
    numbered = mention.text[:1].isdigit()  # "17-LKKTETQEK-25" is a stretch of something longer
    tail = TAIL_BEHIND.match(passage.between(mention.end, mention.end + LONGEST_GAP))
    part = numbered or tail or (PART.search(before) and not WITH_SEQUENCE.search(before))
    if mention.peptide is None or len(mention.peptide.residues) < SHORTEST or part or _is_of_fragment(passage, mention):
        return
    subjects = _apposed(passage, mention)
    if not subjects and not _is_announced(passage, mention):
        return
    yield from _say(passage, mention, subjects, topics, "sequence", "fact-sequence")


def _is_of_fragment(passage: Passage, mention: Mention) -> bool:
    """Whether residues explain a stretch of a parent right in front of them: "ACTH(4–10) (Met-…-Gly)"."""
    stretches = (m for m in passage.of(Label.FRAGMENT) if 0 <= mention.start - m.end <= LONGEST_GAP)
    return any(APPOSED.match(passage.between(m.end, mention.start)) for m in stretches)


def _is_announced(passage: Passage, mention: Mention) -> bool:
    """Whether words of the same clause, near the residues, speak of a sequence."""
    first, last = passage.clause(mention.start)
    before = passage.between(max(first, mention.start - NEAR), mention.start)
    behind = passage.between(mention.end, min(last, mention.end + NEAR))
    if mention.peptide is not None and len(mention.peptide.residues) <= SHORTEST:
        return bool(WITH_SEQUENCE.search(before))
    return bool(SEQUENCE_WORDS.search(before) or IS_PEPTIDE.search(before) or SEQUENCE_WORDS.search(behind))


def _read_count(passage: Passage, mention: Mention, topics: Topics) -> Iterator[Statement | Leftover]:
    subjects = _noun_owner(passage, mention)
    if subjects is None:
        return
    yield from _say(passage, mention, subjects, topics, "residue_count", "fact-count")


def _read_identifier(passage: Passage, mention: Mention, topics: Topics) -> Iterator[Statement | Leftover]:
    predicate = IDENTIFIER_PREDICATES[mention.how]
    if predicate == "molecular_formula" and ADDUCT.search(passage.between(mention.start - 4, mention.start)):
        return
    owner = _apposed(passage, mention) or _enclosing(passage, mention) or _equated(passage, mention)
    yield from _say(passage, mention, owner, topics, predicate, f"fact-{predicate}")


# "C221H366N72O67S · x(C2H4O2)": what a salt adds.
ADDUCT = re.compile(r"[·•×∙]\s?\w?\s?\(?$")


def _enclosing(passage: Passage, mention: Mention) -> tuple[Subject, ...]:
    """The name in front of the bracket that a number stands in: "Melanotan I (afamelanotide; …; CAS …)"."""
    before = passage.between(passage.start, mention.start)
    opened = passage.start + before.rfind("(")
    if opened < passage.start or ")" in before[opened - passage.start :]:
        return ()
    named = [m for m in passage.mentions if is_subject(m) and 0 <= opened - m.end <= 1]
    if named and _is_description(passage, named[-1]):
        named = [m for m in passage.mentions if is_subject(m) and m.concept_id and m.end < named[-1].start][:1]
    return tuple(make_subject(m, SubjectFrom.WRITTEN) for m in named[-1:])


# Words between a number that begins a sentence and the compound that it belongs to: "… is the free tripeptide (GHK".
EQUATES = re.compile(r"^\s+(?:is|means|stands for|refers to|belongs to)\s+(?:\S+\s+){0,4}\(?$")


def _equated(passage: Passage, mention: Mention) -> tuple[Subject, ...]:
    """The compound that a sentence which begins with a number says the number is."""
    if any(is_subject(m) for m in passage.near(passage.start, mention.start)):
        return ()
    named = [m for m in passage.mentions if is_subject(m) and m.start >= mention.end]
    if not named or not EQUATES.match(passage.between(mention.end, named[0].start)):
        return ()
    return (make_subject(named[0], SubjectFrom.WRITTEN),)


def _apposed(passage: Passage, mention: Mention) -> tuple[Subject, ...]:
    """The name that a bracket or comma right behind it explains: "Selank (Thr-Lys-…)", "GHK-Cu (CAS …"."""
    for name in reversed([m for m in passage.mentions if is_subject(m) and m.end <= mention.start]):
        gap = passage.between(name.end, mention.start)
        if APPOSED.match(gap) and not _is_description(passage, name):
            return (make_subject(name, SubjectFrom.WRITTEN),)
        if len(gap) > LONGEST_GAP:
            break
    return ()


# "is a 28-residue acetylated thymic peptide (CAS …": words that only describe the subject.
DESCRIBED_AS = re.compile(r"\b(?:is|are|was|were|as)\s+(?:an?|the)\s[^.;:()]{0,60}$", re.IGNORECASE)


def _is_description(passage: Passage, name: Mention) -> bool:
    """Whether a name that no row knows is what the subject of the sentence is called."""
    known = name.concept_id is not None and not name.concept_id.startswith("local:")
    return not known and bool(DESCRIBED_AS.search(passage.between(name.start - LOOK_BACK, name.start)))


# "Oxytocin is a small nonapeptide", "a string of nine residues"; not "its heptapeptide core".
IS_A = re.compile(
    r"(?:\b(?:is|are|as|was|being|contains|of|has|comprises)\b|[,—–(:;])\s*(?:an?|the|two|both|only|just|exactly)?\s*(?:[\w-]+,?\s+){0,4}$",
    re.IGNORECASE,
)
# "tuftsin, a tetrapeptide that", "semaglutide (31 amino acids": the noun explains the name right before it.
EXPLAINING = re.compile(
    r"^\s*(?:(?:\([^()]*\)\s*)?,\s*(?:an?|the)\s+|\(\s*(?:an?\s+|the\s+)?)(?:[\w-]+\s+){0,3}$", re.IGNORECASE
)
# "not the full 43-residue protein": the whole from which the compound is cut.
FULL_LENGTH = re.compile(
    r"\b(?:full(?:[- ]length)?|whole|entire|complete|parent|native|longer|larger|intact|precursor)\s+$", re.IGNORECASE
)
PROTEIN = re.compile(r"^[\s-]*(?:\w+\s+)?(?:proteins?|precursors?|hormones?|parent|molecules?)\b", re.IGNORECASE)
# "share a stretch of some 40 residues"; not "the molecule is a run of 15 amino acids"
SHARED = re.compile(
    r"(?<!is a )(?<!is the )(?<!, a )\b(?:sequence|stretch|run|region) of\s+(?:about\s+|some\s+|~\s?)?$", re.IGNORECASE
)
# "There are longer cuts as well, of 13, 14 and 54 residues"
OTHER_FORMS = re.compile(
    r"\b(?:longer|shorter|other|several|many|most|precursor|native|full-length)\b[^.;:]{0,24}"
    r"\b(?:cuts?|forms?|fragments?|isoforms?|versions?|peptides|proteins?|variants?|precursors?)\b[^.;:]{0,40}$",
    re.IGNORECASE,
)
LOOK_BACK = 80  # code points in front of a count
# "Semax and Selank are both synthetic heptapeptides"
PLURAL = re.compile(r"\b(?:are|were|both|as)\b[^.;:]{0,40}$", re.IGNORECASE)
# "The fifteen-residue piece is made by": the whole compound once more, by its length.
MEANT_AGAIN = re.compile(
    r"^\W*(?:(?:the|this|a|an|synthetic|stable|novel|linear|cyclic|short|small|research|[\w-]+(?:ic|ing|ly|ous|al))\s+){0,4}$",
    re.IGNORECASE,
)
# "the N-terminal tetrapeptide" is a part.
AT_END = re.compile(r"\bterminal\s+$", re.IGNORECASE)
# "four residues of Semax" are a part of it
OF_WHOLE = re.compile(r"^\s+(?:of|from|in)\s", re.IGNORECASE)
OTHER_THING = re.compile(
    r"^[\s-]*(?:\w+\s+)?(?:core|motif|domain|tail|segment|sequence of about|site|extension)\b",
    re.IGNORECASE,
)


def _is_of_another(passage: Passage, mention: Mention) -> bool:
    """Whether a residue count is that of a part, of a whole, or of other forms."""
    before = passage.between(mention.start - LOOK_BACK, mention.start)
    behind = passage.between(mention.end, mention.end + LOOK_BACK // 2)
    if SHARED.search(before) or OTHER_FORMS.search(before) or AT_END.search(before):
        return True
    if FULL_LENGTH.search(before) and PROTEIN.match(behind):
        return True
    return bool(OTHER_THING.match(behind) or (mention.text.endswith("s") and OF_WHOLE.match(behind)))


def _noun_owner(passage: Passage, mention: Mention) -> tuple[Subject, ...] | None:
    """Whose residue count it is: the compound right behind the noun, none (resolve it), or None for no claim."""
    if _is_of_another(passage, mention):
        return None
    for name in (m for m in passage.mentions if is_subject(m)):
        if name.end < mention.start and EXPLAINING.match(passage.between(name.end, mention.start)):
            return (make_subject(name, SubjectFrom.WRITTEN),)
        if 0 < name.start - mention.end <= len(": "):
            return (make_subject(name, SubjectFrom.WRITTEN),)
    before = passage.between(passage.start, mention.start).strip()
    if mention.text.endswith("peptides") and not PLURAL.search(before):
        return None  # "tripeptides are absorbed" is said of them all
    if passage.implied and len(before.split()) == 1:  # "ACTH(4–10) heptapeptide analogue" in a cell
        return ()
    return (
        ()
        if not before or MEANT_AGAIN.match(before + " ") or IS_A.search(passage.between(passage.start, mention.start))
        else None
    )


def _say(
    passage: Passage, mention: Mention, subjects: tuple[Subject, ...], topics: Topics, predicate: str, rule: str
) -> Iterator[Statement | Leftover]:
    if not subjects:
        counted = predicate == "residue_count"
        resolved = resolve_subjects(
            passage, mention.start, topics, skip=(mention,), nearest=predicate in NUMBERED, own=counted
        )
        if not resolved.subjects:
            yield Leftover(mention.start, mention.end, Label.STATEMENT, f"{predicate}: {resolved.reason}")
            return
        subjects = resolved.subjects
    for subject in subjects:
        yield state(
            passage,
            subject,
            predicate,
            rule,
            at=(mention.start, mention.end),
            mention=mention,
            quantity=mention.quantity if predicate == "residue_count" else None,
        )
