"""Other names of a compound, in brackets or beside its name."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.extract.initials import read_expansions, spells
from pipeline.extract.naming import is_subject, make_subject
from pipeline.extract.statements import state
from pipeline.extract.subjects import resolve_subjects
from pipeline.schema import Certainty, Label, Polarity, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Mention, Statement, Subject

LOOK_AHEAD = 80  # code points behind a name


def read_aliases(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The other names of the compounds of a passage."""
    yield from _read_brackets(passage, topics)
    yield from _read_names(passage, topics)
    yield from _read_codes(passage, topics)
    yield from read_expansions(passage, topics)


# A bracket of other names: "Cerebrolysin (FPF-1070)", "Thymosin alpha-1 (Tα1, thymalfasin)".
BRACKET = re.compile(
    r"(?: (?:(?:di)?acetate|trifluoroacetate|(?:di)?hydrochloride|HCl|citrate|sodium|TFA)(?: salt)?)?"
    r"\s?\((?P<inside>[^()]{2,80})\)"
)
ALIAS_BREAK = re.compile(r"\s*(?:[,;/]|\bor\b)\s*")
ALIAS_LEAD = re.compile(
    r"^(?:(?:also|aka|a\.k\.a\.|known as|called|INN:?|abbreviated(?: as)?|synonyms?:?|alias(?:es)?:?"
    r"|(?:brand|trade) names?:?|INCI(?: name)?:?"
    r"|(?:(?:development(?:al)?|research|company|lab) )?codes?(?: ?names?)?:?)\s+)+",
    re.IGNORECASE,
)
ALIAS_TAIL = re.compile(r"\s+(?:for|in|by|as)\s.*$")  # "Mounjaro for diabetes"
LIKE_NAME = re.compile(r"[A-Z][\w‑-]*(?: [A-Z0-9][\w‑-]*){0,3}")
# "A growth hormone secretagogue (ghrelin-receptor agonist)": another kind of the same, and no name.
OF_A_KIND = re.compile(r"\b(?:(?:ant)?agonist|inhibitor|blocker|mimetic|secretagogue)s?$", re.IGNORECASE)
QUOTES = "\"'“”‘’*_ "
CODE = re.compile(r"[A-Z]{2,5}[- ]?\d{3,6}")
# "glycyl-L-histidyl-L-lysine copper": a name made of residues and groups.
CHEMICAL = re.compile(r"(?:[A-Z]-)?[A-Za-z]+yl-[\w‑–-]{3,80}(?: \w{3,12})?")


# "Sold as | capsules, 20 per box": a product, and no name.
GOODS = re.compile(
    r"\d\s?(?:mg|mcg|µg|ml|mL|%|g\b|IU|per\b)|^\W*(?:(?:nasal|eye|oral) )?(?:capsules?|tablets?|sprays?|drops|ampoules?"
    r"|vials?|powder|cream|gel|serum|solution|injections?|injectables?|supplements?|research chemicals?"
    r"|lyophili[sz]ate)\W*$"
    r"|\bnasal sprays?\W*$",
    re.IGNORECASE,
)


# "Codes: K (lysine), V (valine)": of residues.
LETTER = re.compile(r"[^\W\d_](?:\s*\([^()]*\))?")


# "adrenocorticotropic hormone (ACTH)": a short form is asked for of the page's own compound alone.
SHORT_FORM = re.compile(r"(?:[^\W\d_]{1,5}-)?[A-Z]{2,6}[a-z]?\d?|[A-Z][a-z]\d")


def _read_brackets(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """Other names of a compound in a bracket right behind it; such as no lexicon has of the page's own alone."""
    own = {subject.concept_id for subject in topics.implied(passage.block)}
    for name in passage.of(Label.COMPOUND):
        if name.concept_id is None or not is_subject(name):
            continue
        for bracket in _find_brackets(passage, name):
            yield from _read_bracket(passage, name, bracket, own)


def _find_brackets(passage: Passage, name: Mention) -> Iterator[re.Match[str]]:
    """The bracket right behind a name, and one right behind that: "Examorelin (INN) (code name EP-23905)"."""
    first = BRACKET.match(passage.text, name.end - passage.start)
    second = BRACKET.match(passage.text, first.end()) if first is not None else None
    yield from (bracket for bracket in (first, second) if bracket is not None)


def _read_bracket(passage: Passage, name: Mention, bracket: re.Match[str], own: set[str]) -> Iterator[Statement]:
    """The other names of a compound in a bracket behind its name."""
    at = passage.start + bracket.start("inside")
    pieces = ALIAS_BREAK.split(bracket["inside"])
    bare = [ALIAS_LEAD.sub("", ALIAS_TAIL.sub("", piece.strip())).strip(QUOTES) for piece in pieces]
    coded = len(pieces) > 1 and all(SHORT_NAME.fullmatch(words) for words in bare)
    called = ALIAS_LEAD.match(bracket["inside"].strip()) is not None
    for words in bare:
        at = passage.start + passage.text.index(words, at - passage.start) if words else at
        span = (at, at + len(words))
        known = _is_known_alias(passage, name, words, span)
        formed = coded or CODE.fullmatch(words) or (called and LIKE_NAME.fullmatch(words))
        if OF_A_KIND.search(words):
            continue
        told = (formed and _is_free(passage, span)) or CHEMICAL.fullmatch(words) or spells(words, name.text)
        if (known and not SHORT_FORM.fullmatch(words)) or ((known or told) and name.concept_id in own):
            subject = make_subject(name, SubjectFrom.WRITTEN)
            used = tuple(m for m in passage.mentions if span[0] <= m.start and m.end <= span[1])
            made = state(passage, subject, "synonym", "fact-bracket", at=span, words=words, uses=used)
            # "It must not be given with flibanserin (Addyi)": the bracket is no part of what is denied.
            yield replace(made, polarity=Polarity.AFFIRMED, certainty=Certainty.ASSERTED, cue=None)


# "Hexarelin, or examorelin,", "Ibutamoren, as the drug is properly called,", "Thymalfasin is its generic name"
OR_NAMED = re.compile(r"^\s*(?:,\s*)?(?:or|aka|a\.k\.a\.|alias|also|i\.e\.,?)\s*$", re.IGNORECASE)
TOLD_NAME = re.compile(
    r"^(?:,?\s+as\s+(?:it|(?:the|this)\s+\w+)\s+is\s+(?:\w+\s+)?(?:called|known)"
    r"|(?:,| is)\s+(?:its|the|an?)\s+(?:\w+\s+)?(?:generic|brand(?:ed)?|trade|proprietary|nonproprietary|commercial"
    r"|other|old|full)"
    r"\s+(?:name|version|product|drug|form)"
    r"|\s+is\s+(?:an?|the|its)\s+(?:(?:current|earlier|older|former|official|alternative|common|preferred)\s+)?(?:INCI\s+)?"
    r"(?:name|numbering|designation|term|spelling|synonym|alias)\s+(?:for|of)\s+(?:the same|this|it\b)"
    r"|\s+is\s+(?:its|the)\s+(?:current\s+)?INCI\s+(?:name|designation))\b",
    re.IGNORECASE,
)


def _read_names(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """Other names that stand beside a name, or of which the words say that they are names."""
    own = {subject.concept_id: subject for subject in topics.implied(passage.block)}
    named = [m for m in passage.of(Label.COMPOUND) if is_subject(m) and m.concept_id]
    for first, second in pairwise(named):
        other = first.concept_id == second.concept_id and first.text.casefold() != second.text.casefold()
        if other and OR_NAMED.match(passage.between(first.end, second.start)):
            subject, at = make_subject(first, SubjectFrom.WRITTEN), (second.start, second.end)
            yield state(passage, subject, "synonym", "fact-named", at=at, mention=second)
    for name in named:
        known = own.get(name.concept_id or "")
        if known is None or known.text.casefold() == name.text.casefold():
            continue
        if TOLD_NAME.match(passage.between(name.end, name.end + LOOK_AHEAD)):
            yield state(passage, known, "synonym", "fact-named", at=(name.start, name.end), mention=name)


# "formerly NN9838", "its earlier codes were RM-493 and BIM-22493", "in old papers you find it as AT-1001"
A_CODE = r"(?-i:[A-Z]{1,5}-?\d{2,8}[A-Z]?)(?![\w-])"
CODED = re.compile(
    rf"""
    \b (?: (?: (?<=\() | (?<=[;,]\s) ) codes? | formerly | previously | originally | initially | once | aka | alias
      | (?: former | earlier | older | old ) \s
        (?: names? | codes? | designations? | numbers? ) (?: \s(?:are|were|is|was|of) | : )?
      | (?: find | meet | see | seen | listed | labell?ed | indexed | known ) \s (?: it\s | this\s\w+\s )? as
      | also \s written (?: \sas )? | used \s to \s be (?: \s called | \s known \s as )? | before \s that
      | went \s by | goes \s by )
    ,? \s (?: the \s )? (?P<codes> {A_CODE} (?: (?: ,\s | \sor\s | \sand\s | ;\s | \s?/\s? ) {A_CODE} ){{0,4}} )
    """,
    re.VERBOSE | re.IGNORECASE,
)


def _read_codes(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """Codes that words call a name of the compound, in a bracket behind its name or in a sentence on it."""
    for match in CODED.finditer(passage.text):
        first, last = (passage.start + at for at in match.span("codes"))
        inside = passage.near(first, last)
        for subject in _find_coded(passage, topics, first, inside):
            for code in re.finditer(A_CODE, match["codes"]):
                at = first + code.start(), first + code.end()
                used = tuple(m for m in inside if m.start < at[1] and at[0] < m.end)
                longer = any(m.start < at[0] or at[1] < m.end for m in used)  # "CJC-1295 no DAC"
                others = (m for m in used if m.label is Label.COMPOUND and not m.is_local)
                other = any(m.concept_id not in (None, subject.concept_id) for m in others)
                if not longer and not other:
                    yield state(passage, subject, "synonym", "fact-coded", at=at, words=code[0], uses=used)


def _find_coded(passage: Passage, topics: Topics, at: int, inside: tuple[Mention, ...]) -> tuple[Subject, ...]:
    """Whose codes they are: of the name in front of their bracket, else of whom the sentence is about."""
    opened = next((start for start, end in passage.brackets if start <= at < end), None)
    if opened is None:
        return resolve_subjects(passage, at, topics, skip=inside, own=True).subjects[:1]
    named = [m for m in passage.of(Label.COMPOUND) if is_subject(m) and 0 <= opened - m.end <= 1]
    return tuple(make_subject(m, SubjectFrom.WRITTEN) for m in named[-1:])


# A list of such names in one bracket is one of other names: "(NAP, AL-108)".
SHORT_NAME = re.compile(r"[A-Z][A-Z0-9-]{1,11}")


def _is_free(passage: Passage, span: tuple[int, int]) -> bool:
    """Whether nothing else that a lexicon knows is named at a place."""
    return not any(m.start < span[1] and span[0] < m.end and not m.is_local for m in passage.mentions)


def _is_known_alias(passage: Passage, name: Mention, words: str, span: tuple[int, int]) -> bool:
    inside = [m for m in passage.mentions if (m.start, m.end) == span]
    return any(m.concept_id == name.concept_id for m in inside) and words.casefold() != name.text.casefold()
