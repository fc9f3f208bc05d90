"""Whose residues a number counts: a compound's, or those of a part, of a whole or of another form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.kinds import find_kind
from pipeline.extract.naming import is_subject, make_subject
from pipeline.schema import Label, SubjectFrom

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.page import Mention, Subject

# Fewer residues than this are a part of a name or of a sequence more often than a whole peptide.
SHORTEST = 3
# "Oxytocin is a small nonapeptide", "a string of nine residues"; not "its heptapeptide core".
IS_A = re.compile(
    r"(?:(?<=[Ii]t)['’]s|\b(?:is|are|as|was|were|being|contains?|of|has|have|had|comprises?|its|counts?"
    r"|numbers?|runs? to|totals?"
    r"|adds? up to|keeps?"
    r"|retains?|into|from|by|consists? of|sequence|chain)\b|[,—–(:;])\s*(?:an?|the|two|both|only|just"
    r"|exactly)?\s*(?:[\w-]+,?\s+){0,4}$",
    re.IGNORECASE,
)
# "tuftsin, a tetrapeptide that", "exendin-4 — a 39-residue", "semaglutide (31 amino acids": it explains the name.
EXPLAINING = re.compile(
    r"^\s*(?:(?:\([^()]*\)\s*)?(?:,|[—–])\s*(?:an?|the)\s+|\(\s*(?:an?\s+|the\s+)?)(?:[\w-]+\s+){0,3}$", re.IGNORECASE
)
# "not the full 43-residue protein": the whole from which the compound is cut.
FULL_LENGTH = re.compile(
    r"\b(?:full(?:[- ]length)?|whole|entire|complete|parent|native|longer|larger|intact|precursor)\s+$", re.IGNORECASE
)
PROTEIN = re.compile(r"^[\s-]*(?:\w+\s+)?(?:proteins?|precursors?|hormones?|parent|molecules?)\b", re.IGNORECASE)
# "share a stretch of some 40 residues"; not "the molecule is a run of 15 amino acids"
SHARED = re.compile(
    r"(?<!is a )(?<!is the )(?<!, a )\b(?:sequence|stretch|run|region) of\s+(?:about\s+|some\s+|~\s?)?$"
    r"|\b(?:complete|full(?:-length)?|whole|entire|intact|parent|native) (?:molecule|protein|hormone|chain),? \(?"
    r"(?:which )?(?:contain(?:s|ing)|of|with|has|having|compris\w+|consist\w+ of)\s+$",
    re.IGNORECASE,
)
# "differs from vasopressin by only two residues", "the two share five residues", "changed at three positions"
APART = re.compile(
    r"\b(?:differ(?:s|ed|ing|ence)?|shar(?:e|es|ed|ing)|match(?:es|ed|ing)?|overlap(?:s|ped|ping)?|identical|agree(?:s|d)?"
    r"|diverg\w+|exchang\w+|replac\w+|substitut\w+|swap\w*|los(?:es|ing)|lost|drop(?:s|ped|ping)|lack(?:s|ed|ing)?"
    r"|add(?:s|ed|ing)?|delet\w+|remov\w+|miss(?:es|ing)|minus|plus|shorten(?:s|ed|ing)?|extend(?:s|ed|ing)?)\b"
    r"(?! up to\b)[^.;:]{0,40}$",
    re.IGNORECASE,
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
AT_END = re.compile(r"(?<!is the [NC][- ])(?<!is the [NC]‑)\bterminal\s+$", re.IGNORECASE)
# "four residues of Semax" are a part of it
OF_WHOLE = re.compile(r"^\s+(?:of|from|in)\s", re.IGNORECASE)
OTHER_THING = re.compile(
    r"^[\s-]*(?:[\w-]+\s+)?(?:signal (?:sequence|peptide)|leader|pro-?region|core|motif|domain|tail|segment"
    r"|sequence of about|site|extension"
    r"|precursors?|metabolites?|pro-?(?:hormone|peptide|protein)s?|prepro\w*|receptors?|enzymes?)\b"
    r"|^-(?:like|based|mimetic|type)\b"
    r"|^\s+(?:(?:have|has|had|are|were|was|is)\s+(?:been\s+)?(?:exchanged|replaced|substituted|swapped|changed|altered|modified"
    r"|different|identical|conserved|shared|missing|deleted|removed|added|invariant|mutated)|differ)\b"
    r"|^\s+(?:more|fewer|less|longer|shorter|added|extra|apart|away|upstream|downstream|each|in common|too (?:long"
    r"|short))\b",
    re.IGNORECASE,
)


# "With nine residues, it is one of the smallest hormones"
WITH_COUNT = re.compile(r"^\W*(?:with|at)\s+(?:only|just|its|a mere|all of)?\s*$", re.IGNORECASE)
ALONE = re.compile(r"^\s*(?:,|\.|$|in (?:all|total|length)|altogether|it\b|this\b|the\b)", re.IGNORECASE)
# "It is the first 29 residues of GHRH", "consists of the first 24 of the 39 amino acids of ACTH": the whole compound.
AS_STRETCH = re.compile(
    r"(?:^\W*(?:the|all)?|\b(?:is|are|has|keeps?|contains?|consists? of|comprises?|spans?|represents?|corresponds? to)"
    r"(?: just| only| exactly)?(?: the| all)?)(?: of the)?(?: (?:first|last|final|initial))?\s*$",
    re.IGNORECASE,
)
OTHER_VERB = re.compile(r"\b(?:are|were|come|came|make|made|form|stem|differ)\b", re.IGNORECASE)


def is_stretch(passage: Passage, mention: Mention) -> bool:
    """Whether a count of residues of a parent is that of the compound which they make."""
    before = passage.between(passage.clause(mention.start)[0], mention.start)
    if mention.quantity is None or mention.quantity.value <= 2 * SHORTEST or not AS_STRETCH.search(before):
        return False
    told = before.strip().casefold() not in ("", "the", "all", "the first", "the last", "first", "last")
    return told or not OTHER_VERB.search(passage.between(mention.end, passage.clause(mention.start)[1]))


# "positions 176 to 191 of the 191-residue human growth hormone": the parent, with its length.
OF_THE = re.compile(r"\b(?:of|from|within|in)\s+the\s+(?:full |full-length |whole |entire )?$", re.IGNORECASE)
PARENT_BEHIND = re.compile(r"^[\s-]*(?:(?!\w*peptide\b)[\w-]+\s+){0,2}$", re.IGNORECASE)


def _tells_parent(passage: Passage, mention: Mention, before: str) -> bool:
    """Whether a count stands in front of the name of what the compound is a part of."""
    behind = passage.near(mention.end, mention.end + LOOK_BACK // 2)
    named = [m for m in behind if m.label in (Label.COMPOUND, Label.TARGET)]
    if not named or not OF_THE.search(before):
        return False
    gap = passage.between(mention.end, named[0].start)
    own = named[0].label is Label.COMPOUND and not gap.strip()  # "of the 43-residue thymosin beta-4" is that one's
    return not own and PARENT_BEHIND.match(gap) is not None


def _is_of_another(passage: Passage, mention: Mention) -> bool:
    """Whether a residue count is that of a part, of a whole, or of other forms."""
    before = passage.between(mention.start - LOOK_BACK, mention.start)
    behind = passage.between(mention.end, mention.end + LOOK_BACK // 2)
    if _tells_parent(passage, mention, before):
        return True
    if SHARED.search(before) or APART.search(before) or OTHER_FORMS.search(before) or AT_END.search(before):
        return True
    if FULL_LENGTH.search(before) and PROTEIN.match(behind):
        return True
    if OTHER_THING.match(behind):
        return True
    return bool(mention.text.endswith("s") and OF_WHOLE.match(behind)) and not is_stretch(passage, mention)


# "the 43-amino acid peptide thymosin beta-4"
NAMED_BEHIND = re.compile(r"\s(?:peptide |protein |hormone )?(?:called |named |known as )?|: | \(")


def find_count_owner(passage: Passage, mention: Mention) -> tuple[Subject, ...] | None:
    """Whose residue count it is: the compound right behind the noun, none (resolve it), or None for no claim."""
    kind = find_kind(passage)
    if kind is not None and mention.end <= kind and not mention.text.endswith("s"):
        return ()
    return None if _is_of_another(passage, mention) else _find_told_of(passage, mention)


def _find_told_of(passage: Passage, mention: Mention) -> tuple[Subject, ...] | None:
    """Whose a residue count is by the words around it, where it is that of a whole compound."""
    for name in (m for m in passage.mentions if is_subject(m)):
        if name.end < mention.start and EXPLAINING.match(passage.between(name.end, mention.start)):
            return (make_subject(name, SubjectFrom.WRITTEN),)
        if name.start >= mention.end and NAMED_BEHIND.fullmatch(passage.between(mention.end, name.start)):
            return (make_subject(name, SubjectFrom.WRITTEN),)
    if any(
        EXPLAINING.match(passage.between(target.end, mention.start))
        for target in passage.near(mention.start - LOOK_BACK, mention.start)
        if target.label is Label.TARGET
    ):
        return None
    before = passage.between(passage.start, mention.start).strip()
    if mention.text.endswith("peptides") and not PLURAL.search(before):
        return None  # "tripeptides are absorbed" is said of them all
    if passage.implied and len(before.split()) == 1:  # "ACTH(4–10) heptapeptide analogue" in a cell
        return ()
    if WITH_COUNT.match(before + " ") and ALONE.match(passage.between(mention.end, mention.end + LOOK_BACK)):
        return ()
    if is_stretch(passage, mention):
        return ()
    return (
        ()
        if not before or MEANT_AGAIN.match(before + " ") or IS_A.search(passage.between(passage.start, mention.start))
        else None
    )
