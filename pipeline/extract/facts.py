"""Claims that stand in a name's own notation: sequences, residue counts, fragments, identifiers, formulas."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.aliases import read_aliases
from pipeline.extract.amounts import read_amounts
from pipeline.extract.counts import LOOK_BACK, SHORTEST, find_count_owner, is_stretch
from pipeline.extract.further import RESPECTIVELY
from pipeline.extract.history import read_history
from pipeline.extract.naming import coordinate_back, is_subject, make_subject
from pipeline.extract.origins import read_origins
from pipeline.extract.statements import state
from pipeline.extract.subjects import resolve_subjects
from pipeline.extract.written import tells_of_target
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
    r"|\bchain\b|\bstructure\b|\bconsist\w*\b|\bcompos\w+\b|\b\w*peptide\b|\b[NC]-terminus\b|\breads?\b",
    re.IGNORECASE,
)
# "is a synthetic tetrapeptide, Ala-Glu-Asp-Gly"
IS_PEPTIDE = re.compile(r"\b\w*peptide(?:[,:]| [—–-])? (?:\(|of )?$", re.IGNORECASE)
# "a copper-binding tripeptide (Gly-His-Lys)"; "the tripeptide Pro-Gly-Pro" may be a part
TRIPEPTIDE = re.compile(r"\b(?:is|an?) (?:[\w-]+,? ){0,4}tripeptide,? (?:\(|of |with )$", re.IGNORECASE)
# Words of the clause that do: "The first four residues are tuftsin itself: Thr-Lys-Pro-Arg"
STRETCH = re.compile(
    r"\b(?:first|last|final|initial|remaining|other|central|middle|added|extra|additional|[NC]-terminal) "
    r"(?:[\w-]+ ){0,2}(?:residues?|amino[ -]acids?|positions?|letters|half|part|portion|stretch)\b[^.;]*$",
    re.IGNORECASE,
)
# "the decapeptide YNWNSFGLRF-NH2 (kisspeptin-10, 1302 Da)": whose residues they are.
NAMES_IT = re.compile(r"^\s*\((?:also |called |known as |= ?|i\.e\.,? )*$", re.IGNORECASE)
TAIL_BEHIND = re.compile(r"^\s*(?:[NC]-terminal|motif|domain|tail|segment)\b")
# Words right before residues that say they are only a part: "the motif KPV", "a C-terminal Pro-Gly-Pro".
PART = re.compile(
    r"\b(?:metabolites?|terminal(?: \w*peptide)?|terminus|tail|motif|core|domain|segment|fragment|tripeptide"
    r"|extension|stabili[sz]er|with|plus|by|contains?|containing|residues?|site)\s+(?:the\s+|a\s+|an\s+)?$"
    r"|\b(?:metabolites?|motif|domain|site|tail|half|portion|part|module|arm|stretch|segment|piece|end)\s+\(?$"
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
LONGEST_GAP = 12  # code points between a name and the bracket that explains it
APPOSED = re.compile(r"^\s*[(\[:,]\s*(?:sequence:?\s*|also\s+)?$")


def read_facts(passage: Passage, topics: Topics) -> Iterator[Statement | Leftover]:
    """Every claim whose object is its own notation."""
    if passage.block.kind is not BlockKind.HEADING:
        yield from read_aliases(passage, topics)
        yield from read_amounts(passage, topics)
        yield from read_origins(passage, topics)
        yield from read_history(passage, topics)
    for mention in passage.mentions:
        if passage.block.kind is BlockKind.HEADING and mention.label is not Label.IDENTIFIER:
            continue
        if mention.label is Label.SEQUENCE and mention.peptide is not None:
            yield from _read_sequence(passage, mention, topics)
        elif mention.label is Label.QUANTITY and _is_count(passage, mention):
            yield from _read_count(passage, mention, topics)
        elif mention.label is Label.IDENTIFIER and mention.how in IDENTIFIER_PREDICATES:
            yield from _read_identifier(passage, mention, topics)


def _is_count(passage: Passage, mention: Mention) -> bool:
    """Whether a number counts residues: by its words, or as those of a stretch that is the whole compound."""
    if mention.how.startswith("count"):
        return True
    return mention.quantity is not None and mention.quantity.unit == "{residue}" and is_stretch(passage, mention)


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
    if passage.between(mention.start - 1, mention.start) in ("-", "–"):
        return  # "SequenceGly-Glu-…": the first residue is lost in another word
    numbered = mention.text[:1].isdigit()  # "17-LKKTETQEK-25" is a stretch of something longer
    tail = TAIL_BEHIND.match(passage.between(mention.end, mention.end + LONGEST_GAP))
    clause = passage.between(max(passage.clause(mention.start)[0], mention.start - LOOK_BACK), mention.start)
    part = numbered or tail or (PART.search(before) and not WITH_SEQUENCE.search(before)) or STRETCH.search(clause)
    named = _named_behind(passage, mention)
    if mention.peptide is None or len(mention.peptide.residues) < SHORTEST or _is_of_fragment(passage, mention):
        return
    if part and not named:
        return
    subjects = _apposed(passage, mention) or named
    if not subjects and not _is_announced(passage, mention):
        return
    yield from _say(passage, mention, subjects, topics, "sequence", "fact-sequence")


def _named_behind(passage: Passage, mention: Mention) -> tuple[Subject, ...]:
    """The name that opens a bracket right behind residues."""
    behind = [m for m in passage.near(mention.end, mention.end + LONGEST_GAP + 1) if is_subject(m) and m.concept_id]
    if not behind or not NAMES_IT.match(passage.between(mention.end, behind[0].start)):
        return ()
    return (make_subject(behind[0], SubjectFrom.WRITTEN),)


def _is_of_fragment(passage: Passage, mention: Mention) -> bool:
    """Whether residues explain a stretch of a parent right in front of them: "ACTH(4–10) (Met-…-Gly)"."""
    stretches = (m for m in passage.of(Label.FRAGMENT) if 0 <= mention.start - m.end <= LONGEST_GAP)
    return any(APPOSED.match(passage.between(m.end, mention.start)) for m in stretches)


def _is_announced(passage: Passage, mention: Mention) -> bool:
    """Whether words of the same clause, near the residues, speak of a sequence."""
    first, last = passage.clause(mention.start)
    before = passage.between(max(first, mention.start - NEAR), mention.start)
    behind = passage.between(mention.end, min(last, mention.end + NEAR))
    alone = passage.between(passage.start, mention.start) + passage.between(mention.end, passage.end)
    if _is_counted(passage, mention) or not any(map(str.isalnum, alone)):  # "Ala-Glu-Asp-Gly." is all of a sentence
        return True
    if mention.peptide is not None and len(mention.peptide.residues) <= SHORTEST:
        return bool(WITH_SEQUENCE.search(before) or TRIPEPTIDE.search(before))
    return bool(SEQUENCE_WORDS.search(before) or IS_PEPTIDE.search(before) or SEQUENCE_WORDS.search(behind))


def _is_counted(passage: Passage, mention: Mention) -> bool:
    """Whether the passage counts as many residues as stand there: "24 aa, MAPRG…"."""
    counts = (m.quantity.value for m in passage.of(Label.QUANTITY) if m.quantity and m.quantity.unit == "{residue}")
    return mention.peptide is not None and len(mention.peptide.residues) in counts


def _read_count(passage: Passage, mention: Mention, topics: Topics) -> Iterator[Statement | Leftover]:
    subjects = find_count_owner(passage, mention)
    if subjects is None:
        return
    yield from _say(passage, mention, subjects, topics, "residue_count", "fact-count")


def _read_identifier(passage: Passage, mention: Mention, topics: Topics) -> Iterator[Statement | Leftover]:
    predicate = IDENTIFIER_PREDICATES[mention.how]
    if predicate == "molecular_formula" and ADDUCT.search(passage.between(mention.start - 4, mention.start)):
        return
    owner = _find_respective(passage, mention) or _apposed(passage, mention) or _enclosing(passage, mention)
    owner = owner or _equated(passage, mention)
    yield from _say(passage, mention, owner, topics, predicate, f"fact-{predicate}")


def _find_respective(passage: Passage, mention: Mention) -> tuple[Subject, ...]:
    """Of as many names as numbers of one kind the one in the same place: "… are 50-00-0 and 64-17-5, respectively"."""
    if not RESPECTIVELY.search(passage.text):
        return ()
    alike = [m for m in passage.of(Label.IDENTIFIER) if m.how == mention.how]
    named = [m for m in passage.mentions if is_subject(m) and m.end <= alike[0].start]
    listed = coordinate_back(passage, named, named[-1]) if named else []
    if len(alike) < 2 or len(listed) != len(alike):  # noqa: PLR2004  (one is nobody else's)
        return ()
    return (make_subject(listed[alike.index(mention)], SubjectFrom.WRITTEN),)


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
    known = name.concept_id is not None and not name.is_local
    return not known and bool(DESCRIBED_AS.search(passage.between(name.start - LOOK_BACK, name.start)))


# "CAS No. 50-56-6", "The empirical formula is C43H66": only the name of the number stands in front of it.
KEYED = re.compile(
    r"^\W*(?:(?:the|its|this|in|under|with|on|as|and|has|is|was|of|a|an|it|listed|registered|registry|given|cas|cid|rn|no|number"
    r"|numbers|formula|empirical|molecular|chemical|elemental|composition|sum|pubchem|compound|peptide|code|identifier)\W+)*$",
    re.IGNORECASE,
)


def _is_keyed(passage: Passage, mention: Mention) -> bool:
    return mention.label is Label.IDENTIFIER and bool(
        KEYED.match(passage.between(passage.clause(mention.start)[0], mention.start))
    )


def _is_lone(passage: Passage, mention: Mention) -> bool:
    """Whether a registry number or formula stands in a sentence that names no compound: "Small: C16H30N4O4, 342 Da"."""
    return mention.label is Label.IDENTIFIER and not any(map(is_subject, passage.mentions))


# Only a verb denies a count: "is not a heptapeptide", but "not the decapeptide" names one.
DENIED = re.compile(
    r"\b(?:not|n[’']t|never|neither|nor)\s+(?:(?:really|even|only|have|a|an|any)\s+)*(?:(?!the\b)[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)


def _say(
    passage: Passage, mention: Mention, subjects: tuple[Subject, ...], topics: Topics, predicate: str, rule: str
) -> Iterator[Statement | Leftover]:
    if not subjects and tells_of_target(passage):
        return
    if not subjects:
        counted = predicate == "residue_count"
        resolved = resolve_subjects(
            passage,
            mention.start,
            topics,
            skip=(mention,),
            nearest=predicate in NUMBERED,
            own=counted or _is_keyed(passage, mention) or predicate == "sequence" or _is_lone(passage, mention),
        )
        if not resolved.subjects:
            yield Leftover(mention.start, mention.end, Label.STATEMENT, f"{predicate}: {resolved.reason}")
            return
        subjects = resolved.subjects
    counted = predicate == "residue_count"
    named = predicate in NUMBERED
    denied = not (counted or named) or DENIED.search(passage.between(mention.start - LOOK_BACK, mention.start))
    for subject in subjects:
        made = state(
            passage,
            subject,
            predicate,
            rule,
            at=(mention.start, mention.end),
            mention=mention,
            quantity=mention.quantity if counted else None,
        )
        yield made if denied else replace(made, polarity=Polarity.AFFIRMED, cue=None)
