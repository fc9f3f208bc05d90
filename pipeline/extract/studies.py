"""Studies as linked records: who, when, in what design, with how many."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.components.concepts import name_index
from pipeline.extract.guards import is_general
from pipeline.extract.kinds import opens_as_kind
from pipeline.extract.naming import FINITE, PLACEBO, is_itself, is_oblique, is_subject, make_subject
from pipeline.extract.participants import NUMBER_REACH, STUDY_WORDS, find_trial, is_work, measure_study
from pipeline.extract.statements import state
from pipeline.extract.study_names import find_name, find_part, name_part, name_unnamed
from pipeline.extract.subjects import Resolved, resolve_subjects
from pipeline.page import Leftover, Quantity
from pipeline.schema import Certainty, CitationRole, CitationStyle, Comparator, Label, Polarity, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Cell, Mention, Statement, Subject

# "120 in the placebo group": words on the arm of a study right behind a number of people.
ARM = re.compile(r"^\s*(?:\w+\s+)?(?:in|on|with|received|per)\b", re.IGNORECASE)


def read_studies(passage: Passage, topics: Topics) -> Iterator[Statement | Leftover]:
    """The study claims of a sentence."""
    if is_general(passage):
        return
    cited = [m for m in passage.of(Label.CITATION) if is_work(m) and _read_work(passage, m)]
    noted = [m for m in passage.of(Label.CITATION) if m not in cited and _read_work(passage, m)]
    about_study = bool(STUDY_WORDS.search(passage.text)) or find_trial(passage) is not None
    measured = [
        (m, predicate) for m in passage.of(Label.QUANTITY) if (predicate := measure_study(passage, m)) is not None
    ]
    if not cited and not noted and not about_study and not measured:
        return
    resolved = None if opens_as_kind(passage) else _find_tested(passage, topics)
    resolved = resolved or _find_own(passage, topics)
    resolved = resolved or resolve_subjects(passage, passage.end - 1, topics, loose=True)
    if not resolved.subjects:
        if cited:
            yield Leftover(passage.start, passage.end, Label.STATEMENT, f"study: {resolved.reason}")
        return
    for subject in resolved.subjects[:1]:
        yield from read_works(passage, subject, [*cited, *noted])
        yield from _read_design(passage, subject, cited, topics, counted=bool(measured))
        yield from _read_numbers(passage, subject, cited, topics, measured)


# "a study of tesamorelin", "a trial with oral semaglutide"
STUDY_OF = re.compile(
    r"\b(?:stud(?:y|ies)|trials?|pilots?)\s+(?:of|with|on)\s+(?:the\s+)?(?:[\w-]+\s+)?$", re.IGNORECASE
)
# A study has the name in front: "recombinant hGH (used in the Phase I study)".
USED_IN = re.compile(
    r"^,?\s+\(?(?:[\w-]+, )?(?:which was |that was |as )?(?:used|tested|evaluated|given) in (?:the|an?|this|that)\s"
    r"(?:[\w-]+ ){0,4}(?:study|trial)\b",
    re.IGNORECASE,
)
# "CB-1, a MOTS-c analogue, was tested" is no study of MOTS-c.
OF_A_KIND = re.compile(
    r"^[\s-]+(?:analog(?:ue)?s?|derivatives?|mimetics?|agonists?|antagonists?|receptors?|levels?)\b", re.IGNORECASE
)
LOOK_BACK = 48  # code points in front of a name


def _is_kind(passage: Passage, mention: Mention) -> bool:
    """Whether a name only says of what kind something else is."""
    return OF_A_KIND.match(passage.between(mention.end, mention.end + LOOK_BACK)) is not None


def _find_tested(passage: Passage, topics: Topics) -> Resolved | None:
    """What a sentence on a study says was studied, else the text's own compound where the sentence names it at all."""
    named = [m for m in passage.of(Label.COMPOUND) if is_subject(m) and m.concept_id]
    for name in named:
        behind = passage.between(name.end, name.end + 2 * LOOK_BACK)
        if STUDY_OF.search(passage.between(name.start - LOOK_BACK, name.start)) or USED_IN.match(behind):
            return Resolved((make_subject(name, SubjectFrom.WRITTEN),))
    own = {subject.concept_id for subject in topics.implied(passage.block)}
    straight = [m for m in named if not is_oblique(passage, m)]
    told = [m for m in straight[:1] if m.concept_id in own and not _is_kind(passage, m)]
    present = [m for m in named if m.concept_id in own and not _is_kind(passage, m)]
    if len(own) == 1 and present and (not straight or present[0].start < straight[0].start):
        return Resolved((make_subject(present[0], SubjectFrom.WRITTEN),))  # "randomised to it, 99 to liraglutide"
    if straight and not told and WAS_TESTED.match(passage.between(straight[0].end, straight[0].end + LOOK_BACK)):
        return Resolved((make_subject(straight[0], SubjectFrom.WRITTEN),))
    if not told and OTHER_FIRST.match(passage.text):
        return Resolved((), "said of another thing")
    return Resolved((make_subject(told[0], SubjectFrom.WRITTEN),)) if len(own) == 1 and told else None


# "randomised 706 adults to five dose levels, liraglutide 3 mg or placebo": what the others in a study were given.
OR_PLACEBO = re.compile(
    r"^(?:\s+[\d.,]+\s?(?:mg|mcg|µg|μg|IU|units?)(?:\s+\w+)?)?,?\s+(?:or|and|versus|vs\.?)\s+(?:a\s+|matching\s+)?(?:placebo|saline)\b",
    re.IGNORECASE,
)
VERSUS = re.compile(
    r"\b(?:versus|vs\.?|against|rather than|instead of|placebo or|placebo and|placebo,)\s+(?:\w+\s+)?$", re.IGNORECASE
)


def _is_rival(passage: Passage, name: Mention) -> bool:
    """Whether a name is that of placebo, or of what a study sets beside placebo or against its own drug."""
    if name.concept_id == PLACEBO or VERSUS.search(passage.between(name.start - LOOK_BACK, name.start)):
        return True
    return OR_PLACEBO.match(passage.between(name.end, name.end + LOOK_BACK)) is not None


# "It was tested in 20 patients" goes on about what the sentence before is about.
GOES_ON_ABOUT = re.compile(
    r"^\W*(?:it|they|this|both|neither|the (?:former|latter|other|second|first|same)|another|with|for|unlike)\b",
    re.IGNORECASE,
)


# "after the courses with the thymus extract had begun": it is the same that the text is about, by another name.
# "compared it with phenazepam": another stands beside what the text is about.
COURSES = re.compile(
    r"\b(?:on or off|already on|background|concomitant)\s+$"
    r"|\bthe (?:course|treatment|injection|infusion)s? (?:with|of) the\s+$"
    r"|\b(?:compared|pitted|set|tested|weighed)\s+(?:it|them|the \w+)\s+(?:with|against|to|beside)\s+(?:the\s+)?$",
    re.IGNORECASE,
)


def _find_own(passage: Passage, topics: Topics) -> Resolved | None:
    """The text's own compound, where a sentence on a study names none at all."""
    own = passage.implied or topics.implied(passage.block)
    named = [
        m
        for m in passage.of(Label.COMPOUND)
        if not COURSES.search(passage.between(m.start - LOOK_BACK, m.start))
        and not _is_rival(passage, m)
        and is_itself(passage, m, passage.end)
    ]
    if len(own) == 1 and opens_as_kind(passage):
        return Resolved(own)
    if len(own) != 1 or named or GOES_ON_ABOUT.match(passage.text):
        return None
    last = topics.recall(passage.block) if any(m.label is Label.COMPOUND for m in passage.mentions) else None
    here = last is not None and last.mention is not None and last.mention.start >= passage.block.start
    return Resolved((last,)) if last is not None and here else Resolved(own)


# "The successor fosgonimeton was tested in 312 patients"
WAS_TESTED = re.compile(
    r"^\s*(?:\([^()]*\)\s*)?(?:was|were|has been|have been|is being|went|underwent|entered)\s+(?:\w+ly\s+|then\s+)*"
    r"(?:tested|evaluated|studied|tried|given|assessed|investigated|examined|through|into|an?|phase)\b",
    re.IGNORECASE,
)


# A sentence on something that is only like a compound: "CB4211, a MOTS-c analogue, was evaluated in".
OTHER_FIRST = re.compile(
    r"^\W*(?:[A-Z][\w-]*\d[\w-]*,? (?:is |was )?an? [^,.;:]{0,40}|(?:An|Another|One) )"
    r"\b(?:analog(?:ue)?|derivative|mimetic|successor)\b"
)


def read_study_numbers(passage: Passage, topics: Topics) -> Iterator[Statement | Leftover]:
    """The numbers of a study alone, for the words of a text field."""
    measured = [
        (m, predicate) for m in passage.of(Label.QUANTITY) if (predicate := measure_study(passage, m)) is not None
    ]
    for subject in passage.implied[:1]:
        yield from _read_numbers(passage, subject, [], topics, measured)


def read_works(passage: Passage, subject: Subject, cited: list[Mention]) -> Iterator[Statement]:
    """The studies that some call-outs cite, as claims on a subject."""
    for mention in cited:
        work = _read_work(passage, mention)
        if work is None:
            continue
        authors, year = work
        stated = Quantity(float(year), None, Comparator.EQUAL, "a", str(year), 0)
        statement = state(
            passage,
            subject,
            "study",
            "study-cited",
            at=(mention.start, mention.end),
            mention=mention,
            words=authors,
            context={"study": f"{authors}, {year}"},
        )
        # That a work is cited is neither denied nor doubted by what the sentence says of its subject.
        yield replace(
            statement,
            object=mention.text if is_work(mention) else f"{authors}, {year}",
            quantity=stated,
            value_text=str(year),
            polarity=Polarity.AFFIRMED,
            certainty=Certainty.ASSERTED,
            cue=None,
        )


# "Demo & Sample 1987 [^demo1987]", "Demo 1987 (doi:": the name of a work in front of its footnote or number; no month
# and no journal.
NAMED_WORK = re.compile(
    r"(?<![\w-])(?![A-Z]{2,}\b|(?:Jan|Febr)uary|March|April|May|June|July|August|(?:Sept|Nov|Dec)ember|October|Since|Phase"
    r"|Nature|Science|Cell|Lancet|Stroke|Neurology|Peptides|Diabetes|Obesity|Gut|Blood|Brain|Circulation|Endocrinology)"
    r"(?P<authors>[A-Z][\w’'-]+(?:,? (?:&|and) [A-Z][\w’'-]+| et al\.?)?),? \(?(?P<year>(?:19|20)\d\d)\)?"
    r"(?:\s*[(\[])?\s*$"
)


# "Journal of Clinical Endocrinology & Metabolism (2010)": where a work was printed, and nobody who wrote it.
PRINTED_IN = re.compile(
    r"\b(?:journal|annals|archives|bulletin|proceedings|frontiers|reviews?|advances|trends) (?:of|in) (?:the )?"
    r"(?:[A-Z][\w-]*\s+){0,4}$",
    re.IGNORECASE,
)


def _is_brand(authors: str | None) -> bool:
    """Whether what looks like an author is a drug: "an oral form (Rybelsus, 2019)"."""
    rows = name_index().look_up(authors) if authors else ()
    return bool(rows) and rows[0].label is Label.COMPOUND


def _read_work(passage: Passage, mention: Mention) -> tuple[str, int] | None:
    """Authors and year of a cited work, as the text gives them."""
    citation = mention.citation
    if citation is None or citation.role is not CitationRole.CALLOUT:
        return None
    if PRINTED_IN.search(passage.between(mention.start - LOOK_BACK, mention.start)) or _is_brand(citation.authors):
        return None
    if citation.style is CitationStyle.AUTHOR_YEAR:
        return (citation.authors or mention.text, citation.year) if citation.year is not None else None
    named = NAMED_WORK.search(passage.between(mention.start - LOOK_BACK, mention.start))
    return (named["authors"], int(named["year"])) if named is not None else None


def read_row_work(passage: Passage, subject: Subject, head: Cell) -> Iterator[Statement]:
    """The study that heads a row of a table of studies."""
    cited = [m for m in passage.of(Label.CITATION) if head.start <= m.start and m.end <= head.end]
    yield from read_works(passage, subject, cited[:1])


def _read_design(
    passage: Passage, subject: Subject, cited: list[Mention], topics: Topics, *, counted: bool
) -> Iterator[Statement]:
    designs = passage.of(Label.DESIGN)
    told = TOLD.search(passage.text) or (_has_strong_design(designs) and (counted or STUDY_WORDS.search(passage.text)))
    name = find_name(passage, cited, topics) or (name_unnamed(passage, topics) if told else None)
    if name is None or not designs:
        return
    topics.remember_study(passage.block, name)
    for design in designs:
        part = find_part(passage, design)
        owner = _find_part_owner(passage, part)
        told_of = name_part(passage, part, cited) or (name if owner is None else name_unnamed(passage, topics))
        made = state(
            passage,
            owner or subject,
            "study_design",
            "study-design",
            at=(design.start, design.end),
            mention=design,
            context={"study": told_of},
        )
        missing = made.polarity is Polarity.NEGATED or made.certainty is Certainty.OPEN
        weak = design.concept_id in WEAK_DESIGNS and not _is_design(passage, design)
        undone = NOT_DONE.match(passage.between(design.end, design.end + LOOK_BACK))
        if not (missing or weak or undone or WANTED.search(passage.text)):  # "no blinded trial" is a gap, not a design
            yield made


def _find_part_owner(passage: Passage, part: tuple[int, int]) -> Subject | None:
    """Another compound with which a part of a sentence begins: "…; full-length thymosin beta-4 is in phase 3"."""
    named = [m for m in passage.near(*part) if m.label is Label.COMPOUND and m.concept_id]
    if part[0] == passage.start or not named or not OPENS_PART.match(passage.between(part[0], named[0].start)):
        return None
    if _is_kind(passage, named[0]) or not FINITE.match(passage.between(named[0].end, part[1])):
        return None
    return make_subject(named[0], SubjectFrom.WRITTEN)


OPENS_PART = re.compile(r"^\W*(?:(?:the|its|full-length|native|parent|intact|whole)\s+){0,3}$", re.IGNORECASE)


def _has_strong_design(designs: tuple[Mention, ...]) -> bool:
    """Whether some design can only be that of a study which was done."""
    return any((m.concept_id or "").startswith("design:phase-") or m.concept_id in STRONG_DESIGNS for m in designs)


# "Double-blind trials are needed" tells of none that was done.
WANTED = re.compile(
    r"\b(?:(?:is|are|would be|remain) (?:still |urgently |clearly )?"
    r"(?:needed|required|warranted|planned|lacking|awaited)|should be|adequately powered|next[- ]experiment"
    r"|would (?:need|require|take)|power calculation)\b",
    re.IGNORECASE,
)
# "Phase 3 not conducted", "a crossover study was never done"
NOT_DONE = re.compile(
    r"^\s*(?:trials?|stud(?:y|ies))?\s*(?:(?:of|with|for|in|on)\s[\w\s-]{2,40}?\s)?(?:(?:was|were|has|have|had)\s+)?(?:not|never)\s+(?:yet\s+)?(?:been\s+)?(?:yet\s+)?"
    r"(?:conducted|done|performed|run|started|carried|completed|published|attempted|reached)\b",
    re.IGNORECASE,
)
STRONG_DESIGNS = frozenset(
    {"design:double-blind", "design:placebo-controlled", "design:crossover", "design:open-label", "design:randomised"}
)
# "The trial randomised 387 adults": one study, though it has no name.
TOLD = re.compile(
    r"^\W*(?:in |during )?(?!this (?:page|article|guide|post|site|section|list|overview|profile)\b)"
    r"(?:the|this|that|a|an|one|\d{4})\b[^.;:]{0,80}?"
    r"\b(?:trial|study|review|analysis|series|survey|look|meta-analysis|pilot|RCT)\b",
    re.IGNORECASE,
)
# Words that tell of people more often than of how a study was set up: "used clinically", "in healthy adults".
WEAK_DESIGNS = frozenset({"design:clinical", "design:healthy-volunteers"})
# "human study", "clinical data" only say that there is one; another word of the sentence says in which design.
BARE_DESIGN = re.compile(
    r"clinical(?:ly)?|(?:human|clinical) (?:data|evidence|research|findings|studies|trials?|study)", re.IGNORECASE
)


def _is_design(passage: Passage, design: Mention) -> bool:
    others = any(m.concept_id not in WEAK_DESIGNS for m in passage.of(Label.DESIGN))
    if design.concept_id == "design:clinical":
        return not others and not BARE_DESIGN.fullmatch(design.text)
    counted = COUNT_BEFORE.search(passage.between(design.start - LONGEST_COUNT, design.start))
    return bool(counted or STUDY_WORDS.search(passage.text))


# "enrolled 42 healthy volunteers"
COUNT_BEFORE = re.compile(r"\d\s*$")
LONGEST_COUNT = 4  # code points in front of the people in which their number ends


def _read_numbers(
    passage: Passage, subject: Subject, cited: list[Mention], topics: Topics, measured: list[tuple[Mention, str]]
) -> Iterator[Statement]:
    """How many took part, and how long."""
    if not measured or WANTED.search(passage.text):
        return
    told = find_name(passage, cited, topics)
    name = told or name_unnamed(passage, topics)
    topics.remember_study(passage.block, name)
    grouped = sum(predicate == "sample_size" for _, predicate in measured) > 1
    for number, predicate in measured:
        rival = _find_bracket(passage, number) if predicate == "sample_size" else None
        if rival is not None and rival.concept_id != subject.concept_id:  # "of piracetam (22 patients)"
            continue
        context = {"study": name}
        if grouped and predicate == "sample_size":  # groups of one study, or several studies in one breath
            context = {"study": name, "arm": number.text} if told else {"study": f"{name} ({number.text})"}
        made = state(
            passage,
            subject,
            predicate,
            "study-number",
            at=(number.start, number.end),
            mention=number,
            quantity=_count(number) if predicate == "sample_size" else number.quantity,
            context=context,
        )
        if made.polarity is Polarity.NEGATED:  # "no study has gone beyond 30 days" tells of none
            continue
        unasked = predicate == "study_duration" and told is None
        if made.certainty is Certainty.OPEN and unasked:  # "open is what five years of treatment do"
            continue
        made = replace(made, certainty=min_doubt(made.certainty))
        arm = "arm" in context or ARM.match(passage.between(number.end, number.end + NUMBER_REACH))
        yield made if arm else replace(made, context={k: v for k, v in made.context.items() if k != "arm"})


def _find_bracket(passage: Passage, number: Mention) -> Mention | None:
    """The compound right in front of the bracket that a number stands alone in."""
    named = [m for m in passage.of(Label.COMPOUND) if 0 < number.start - m.end <= len(" (") and is_subject(m)]
    alone = (
        named
        and passage.between(named[-1].end, number.start) == " ("
        and passage.between(number.end, number.end + 1) == ")"
    )
    return named[-1] if alone else None


def min_doubt(certainty: Certainty) -> Certainty:
    """That a study was done on so many is no less sure because what it found is."""
    return certainty if certainty is Certainty.ANECDOTAL else Certainty.ASSERTED


def _count(number: Mention) -> Quantity | None:
    """A bare number of people with its unit."""
    return replace(number.quantity, unit=number.quantity.unit or "{subject}") if number.quantity is not None else None
