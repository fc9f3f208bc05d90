"""Studies as linked records: who, when, in what design, with how many."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.keys import find_key
from pipeline.extract.naming import is_oblique, is_subject, make_subject
from pipeline.extract.statements import state
from pipeline.extract.subjects import Resolved, resolve_subjects
from pipeline.lexicon import remember_last
from pipeline.page import Leftover, Quantity
from pipeline.quantity import dimension_of
from pipeline.schema import BlockKind, Certainty, CitationRole, CitationStyle, Comparator, Label, Polarity, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Cell, Mention, Statement, Subject

STUDY_WORDS = re.compile(r"\b(?:stud(?:y|ies)|trials?|RCTs?|cohort|pilots?|series|sample size)\b", re.IGNORECASE)
# "30-day treatment", "a 12-week trial", "for 10 days": how long, not how long the drug stays.
LASTING = re.compile(
    r"^[\s,-]*(?:(?!(?:half|supply|loading|maintenance|after|before|following|since|prior|from)\b)[\w-]+,?\s+){0,3}?"
    r"(?:treatment|trial|study|course|follow-up|observation|period|programme|program)s?\b"
    r"|^\s+(?:of )?"
    r"(?:(?:repeated|daily|continuous|once-daily|twice-daily|weekly|oral|nasal|subcutaneous|chronic)\s+){0,3}"
    r"(?:dosing|treatment|administration|therapy)\b",
    re.IGNORECASE,
)
# "treated 60 patients for 3 weeks", "lasted six weeks"; hours are for effects.
FOR = re.compile(
    r"\b(?:for|lasted|lasting|over|ran for|beyond|follow-up (?:was|of)|duration (?:of|was)|throughout)\s+$",
    re.IGNORECASE,
)
LONG_UNITS = frozenset({"d", "wk", "mo", "a"})
# "stayed up for 9 days", "stable for two weeks", "aged for": a time of something else than the study.
OTHER_TIME = re.compile(
    r"\b(?:stay(?:s|ed)?|remain(?:s|ed)?|stable|stor(?:e|ed|age)|ke(?:ep|eps|pt)|persist\w*|elevat\w+|detect\w+|measurable"
    r"|half-li(?:fe|ves)|shelf|expir\w+|effects?(?! of)|benefits?|relief|lasting|aged|survive[sd]?|ship\w*|use within"
    r"|history|experience|record|patent|wait|approved|sold|reconstituted)\b",
    re.IGNORECASE,
)
# "enrolled 1,200 premenopausal women": people with a word in front that the number does not reach over.
PEOPLE_BEHIND = re.compile(
    r"^\s+(?:(?!of\b)[\w-]+\s+){1,3}(?:women|men|patients|adults|subjects|volunteers|participants|children|people|individuals)\b",
    re.IGNORECASE,
)
# "(N = 1961, 68 weeks)": the number of people, and behind it how long.
BESIDE_PEOPLE = re.compile(r"^\s*[,;]\s*(?:for |over )?$", re.IGNORECASE)
COUNTED = re.compile(r"\bn\s*[=≈:]?\s*[~<>≤≥]*\s*$", re.IGNORECASE)
SIGNED = re.compile(r"^n\s*[=≈:<>≤≥]", re.IGNORECASE)
# "36 studies", "84 papers": counted, and no people.
OTHER_COUNT = re.compile(
    r"^\s*(?:stud(?:y|ies)|papers?|trials?|articles?|citations?|reports?|strains?|models?|replicates)\b", re.IGNORECASE
)
# "rose 2-fold for 6 days" tells how long the effect was.
RAISED_FOR = re.compile(r"(?:-?fold|%)\s+(?:\w+\s+)?for\s+$", re.IGNORECASE)
# "7 of 12 patients reported": the first is a part, the second is those who were asked.
PART_OF = re.compile(r"^\s*(?:/|of|out of)\s*\d", re.IGNORECASE)
# A list below such a heading is one of studies.
STUDY_HEADING = re.compile(
    r"\b(?:stud(?:y|ies)|trials?|clinical (?:evidence|data|research|findings)|human (?:evidence|data))\b", re.IGNORECASE
)
# "In 1961 adults it lowered body weight"
OPENS_WITH_PEOPLE = re.compile(
    r"^\W*(?:In|Among|Across|With)\s[\d,]+\s(?:\w+\s){0,3}?(?:adults|patients|subjects|volunteers|participants|men|women|people|children|rats|mice)\b",
    re.IGNORECASE,
)
# Words that put people into a study, right in front of their number or right behind it.
ROUGHLY = r"(?:(?:fewer|less|more) than |about |some |only |just |over |a total of |up to |[~<>≤≥]\s?)*$"
TAKES = re.compile(
    rf"""
    \b (?: enrol (?: l(?:s|ed|ing)? | s )? | recruit(?:s|ed|ing)? | randomi[sz](?:es?|ed|ing) | includ(?:es?|ed|ing)
      | involv(?:es?|ed|ing) | treat(?:ed|ing) | follow(?:ed|ing) | evaluat(?:ed|ing) | assigned | comprised
      | had | gave
      | (?: studied | tested | stud(?:y|ies) | trials? | pilots? )\s(?: in | of | on | with | across )
      | applied\s(?:on|to|in)
      | record\swith | total\sof | consisting\sof | sample\ssize (?:\sof|\swas)? | participants: )
    \s+ {ROUGHLY.replace(" ", "[ ]")}
    """,
    re.IGNORECASE | re.VERBOSE,
)
# "in eleven men", "with 14 participants": only in a sentence on a study.
AMONG = re.compile(
    rf"""
    (?: \b (?: in | with | among | of | on | had | by | from | across | then | to | between | \d{{4}}\) ) | [(,;:–—] )
    \s* {ROUGHLY.replace(" ", "[ ]")}
    """,
    re.IGNORECASE | re.VERBOSE,
)
TAKE_PART = re.compile(
    r"""
    ^ [^.;:()]{0,48}? (?: \( [^()]{0,60} \) [^.;:()]{0,32}? )?
    \b (?: received | took\spart | taking\spart | participated | completed | underwent | enrolled
      | (?: were | was )\s
        (?: treated | randomi[sz]ed | enrol\w+ | given | followed | assigned | recruited | studied | dosed | tested
          | included )
    ) \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
NAMED_STUDY = re.compile(
    r"\b(?:the |a |an |one )?(?:(?:small|large|largest|later|first|Russian|open-label|double-blind|pilot|human"
    r"|English-accessible|clinical"
    r"|controlled|randomi[sz]ed|single-arm|crossover|phase [IViv\d]+) )+(?:\w+ )?(?:study|trial)\b"
    r"|\b(?-i:[A-Z][A-Z0-9-]{2,})(?:[ -]?\d)? (?:trial|study)\b"
    r"|\bthe (?:largest|longest|only) (?:[\w-]+ ){0,3}(?:studies|trials)\b",
    re.IGNORECASE,
)
FAR = 160  # code points in front of a time in which the people whom it was given to stand
NUMBER_REACH = 48  # code points beside a number in which words tell what it counts
# "120 in the placebo group": words on the arm of a study right behind a number of people.
ARM = re.compile(r"^\s*(?:\w+\s+)?(?:in|on|with|received|per)\b", re.IGNORECASE)
# "the animals received 5 mg/kg for 4 weeks"
GIVEN = re.compile(
    r"\b(?:received|were (?:treated|given|dosed)|was (?:given|administered)|underwent|randomi[sz]ed)\b", re.IGNORECASE
)
# "In EXAMPLE-2, which enrolled", "a second trial, EXAMPLE-DEMENTIA, lasted"
CALLED_STUDY = re.compile(
    r"(?:\b[Ii]n (?:the )?|\b(?:[Tt]rial|[Ss]tudy),? (?:called |named )?)"
    r"(?P<name>(?!(?:NIH|FDA|EMA|WADA|USA|HPLC|DNA|RNA|PCR|ELISA|NCT)\b)"
    r"[A-Z]{3,}(?:[ -](?:[A-Z]{2,}|\d{1,2}))*)(?=[\s,(:])"
)
# A sentence that goes on about the study of the sentence before.
GOES_ON = re.compile(
    r"^\W*(?:in |during |of )?(?:this|that|it|its|(?:the|the same) (?:study|trial)|participants|subjects|patients)\b",
    re.IGNORECASE,
)


def read_studies(passage: Passage, topics: Topics) -> Iterator[Statement | Leftover]:
    """The study claims of a sentence."""
    cited = [m for m in passage.of(Label.CITATION) if _is_work(m)]
    noted = [m for m in passage.of(Label.CITATION) if m not in cited and _read_work(passage, m)]
    about_study = bool(STUDY_WORDS.search(passage.text))
    measured = [(m, predicate) for m in passage.of(Label.QUANTITY) if (predicate := _measures(passage, m)) is not None]
    if not cited and not noted and not about_study and not measured:
        return
    resolved = _find_tested(passage, topics) or resolve_subjects(passage, passage.end - 1, topics, loose=True)
    if not resolved.subjects:
        if cited:
            yield Leftover(passage.start, passage.end, Label.STATEMENT, f"study: {resolved.reason}")
        return
    for subject in resolved.subjects[:1]:
        yield from read_works(passage, subject, [*cited, *noted])
        yield from _read_design(passage, subject, cited, topics)
        yield from _read_numbers(passage, subject, cited, topics, measured)


# "a study of tesamorelin", "a trial with oral semaglutide"
STUDY_OF = re.compile(
    r"\b(?:stud(?:y|ies)|trials?|pilots?)\s+(?:of|with|on)\s+(?:the\s+)?(?:[\w-]+\s+)?$", re.IGNORECASE
)
# "CB-1, a MOTS-c analogue, was tested" is no study of MOTS-c.
OF_A_KIND = re.compile(
    r"^[\s-]+(?:analog(?:ue)?s?|derivatives?|mimetics?|agonists?|antagonists?|receptors?|levels?)\b", re.IGNORECASE
)
LOOK_BACK = 48  # code points in front of a name


def _find_tested(passage: Passage, topics: Topics) -> Resolved | None:
    """What a sentence on a study says was studied, else the text's own compound where the sentence names it at all."""
    named = [m for m in passage.of(Label.COMPOUND) if is_subject(m) and m.concept_id]
    for name in named:
        if STUDY_OF.search(passage.between(name.start - LOOK_BACK, name.start)):
            return Resolved((make_subject(name, SubjectFrom.WRITTEN),))
    own = {subject.concept_id for subject in topics.implied(passage.block)}
    straight = [m for m in named if not is_oblique(passage, m)]
    told = [
        m
        for m in straight[:1]
        if m.concept_id in own and not OF_A_KIND.match(passage.between(m.end, m.end + LOOK_BACK))
    ]
    if not told and OTHER_FIRST.match(passage.text):
        return Resolved((), "said of another thing")
    return Resolved((make_subject(told[0], SubjectFrom.WRITTEN),)) if len(own) == 1 and told else None


# A sentence on something that is only like a compound: "CB4211, a MOTS-c analogue, was evaluated in".
OTHER_FIRST = re.compile(
    r"^\W*(?:[A-Z][\w-]*\d[\w-]*,? (?:is |was )?an? [^,.;:]{0,40}|(?:An|Another|One) )"
    r"\b(?:analog(?:ue)?|derivative|mimetic|successor)\b"
)


def _is_work(mention: Mention) -> bool:
    citation = mention.citation
    return (
        citation is not None and citation.role is CitationRole.CALLOUT and citation.style is CitationStyle.AUTHOR_YEAR
    )


def read_study_numbers(passage: Passage, topics: Topics) -> Iterator[Statement | Leftover]:
    """The numbers of a study alone, for the words of a text field."""
    measured = [(m, predicate) for m in passage.of(Label.QUANTITY) if (predicate := _measures(passage, m)) is not None]
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
            quantity=stated,
            value_text=str(year),
            polarity=Polarity.AFFIRMED,
            certainty=Certainty.ASSERTED,
            cue=None,
        )


# "Demo & Sample 1987 [^demo1987]": the name of a work in front of its footnote.
NAMED_WORK = re.compile(
    r"(?P<authors>[A-Z][\w’'-]+(?:,? (?:&|and) [A-Z][\w’'-]+| et al\.?)?),? \(?(?P<year>(?:19|20)\d\d)\)?\s*$"
)


def _read_work(passage: Passage, mention: Mention) -> tuple[str, int] | None:
    """Authors and year of a cited work, as the text gives them."""
    citation = mention.citation
    if citation is None or citation.role is not CitationRole.CALLOUT:
        return None
    if citation.style is CitationStyle.AUTHOR_YEAR:
        return (citation.authors or mention.text, citation.year) if citation.year is not None else None
    named = NAMED_WORK.search(passage.between(mention.start - LOOK_BACK, mention.start))
    return (named["authors"], int(named["year"])) if named is not None else None


def read_row_work(passage: Passage, subject: Subject, head: Cell) -> Iterator[Statement]:
    """The study that heads a row of a table of studies."""
    cited = [m for m in passage.of(Label.CITATION) if head.start <= m.start and m.end <= head.end]
    yield from read_works(passage, subject, cited[:1])


def _read_design(passage: Passage, subject: Subject, cited: list[Mention], topics: Topics) -> Iterator[Statement]:
    designs = passage.of(Label.DESIGN)
    told = TOLD.search(passage.text) or (_has_strong_design(designs) and STUDY_WORDS.search(passage.text))
    name = _name_of(passage, cited, topics) or (topics.name_study(passage) if told else None)
    if name is None or not designs:
        return
    topics.remember_study(passage.block, name)
    context = {"study": name}
    for design in designs:
        made = state(
            passage,
            subject,
            "study_design",
            "study-design",
            at=(design.start, design.end),
            mention=design,
            context=context,
        )
        missing = made.polarity is Polarity.NEGATED or made.certainty is Certainty.OPEN
        weak = design.concept_id in WEAK_DESIGNS and not _is_design(passage, design)
        if not missing and not weak and not WANTED.search(passage.text):  # "no blinded trial" is a gap, not a design
            yield made


def _has_strong_design(designs: tuple[Mention, ...]) -> bool:
    """Whether some design can only be that of a study which was done."""
    return any((m.concept_id or "").startswith("design:phase-") or m.concept_id in STRONG_DESIGNS for m in designs)


# "Double-blind trials are needed" tells of none that was done.
WANTED = re.compile(
    r"\b(?:(?:is|are|would be|remain) (?:still |urgently |clearly )?"
    r"(?:needed|required|warranted|planned|lacking|awaited)|should be)\b",
    re.IGNORECASE,
)
STRONG_DESIGNS = frozenset(
    {"design:double-blind", "design:placebo-controlled", "design:crossover", "design:open-label"}
)
# "The trial randomised 387 adults": one study, though it has no name.
TOLD = re.compile(
    r"^\W*(?:in |during )?(?:the|this|that|a|an|one|\d{4})\b[^.;:]{0,80}?\b(?:trial|study)\b", re.IGNORECASE
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
    if not measured:
        return
    told = _name_of(passage, cited, topics)
    name = told or topics.name_study(passage)
    topics.remember_study(passage.block, name)
    grouped = sum(predicate == "sample_size" for _, predicate in measured) > 1
    for number, predicate in measured:
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
        made = replace(made, certainty=min_doubt(made.certainty))
        arm = "arm" in context or ARM.match(passage.between(number.end, number.end + NUMBER_REACH))
        yield made if arm else replace(made, context={k: v for k, v in made.context.items() if k != "arm"})


def min_doubt(certainty: Certainty) -> Certainty:
    """That a study was done on so many is no less sure because what it found is."""
    return certainty if certainty is Certainty.ANECDOTAL else Certainty.ASSERTED


def _name_of(passage: Passage, cited: list[Mention], topics: Topics) -> str | None:
    """The study that a sentence tells of: cited, the one before, or named by its kind."""
    if cited:
        return _study_name(cited[0])
    if GOES_ON.match(passage.text) and (last := topics.recall_study(passage.block)):
        return last
    trials = {m.citation.nct for m in passage.of(Label.CITATION) if m.citation is not None and m.citation.nct}
    return next(iter(trials)) if len(trials) == 1 else _named_study(passage)


def _measures(passage: Passage, number: Mention) -> str | None:
    """What of a study a number tells, if it does."""
    unit = number.quantity.unit if number.quantity else ""
    if unit in ("{subject}", ""):
        return "sample_size" if _counts_people(passage, number, plain=not unit) else None
    return "study_duration" if dimension_of(unit) == "time" and _times_study(passage, number) else None


def _count(number: Mention) -> Quantity | None:
    """A bare number of people with its unit."""
    return replace(number.quantity, unit=number.quantity.unit or "{subject}") if number.quantity is not None else None


def _counts_people(passage: Passage, number: Mention, *, plain: bool) -> bool:
    """Whether a number is that of the people or animals in a study; `plain` when it has no noun of its own."""
    before = passage.between(number.start - NUMBER_REACH, number.start)
    behind = passage.between(number.end, number.end + NUMBER_REACH)
    if OTHER_COUNT.match(behind) or PART_OF.match(behind):
        return False
    if COUNTED.search(before) or SIGNED.match(number.text):
        return True
    if not plain and _is_set_up(passage):
        return True
    if plain:
        return bool(TAKES.search(before) and PEOPLE_BEHIND.match(behind))
    if TAKES.search(before) or TAKE_PART.match(passage.between(number.end, number.end + FAR)):
        return True
    return bool(_tells_of_study(passage) and AMONG.search(before))


# Fields that tell how a study was set up; the other numbers of such a field are those of the study.
SET_UP = frozenset({"study_design", "sample_size", "study_duration"})


def _is_set_up(passage: Passage) -> bool:
    head = next((cell for cell in passage.block.cells if cell.is_head), None)
    names = (head.text if head is not None else "", *(cell.header for cell in passage.block.cells))
    return any(row is not None and row.predicate in SET_UP for row in map(find_key, names))


@remember_last(1)
def _names_study(text: str) -> bool:
    return bool(STUDY_WORDS.search(text))


def _tells_of_study(passage: Passage) -> bool:
    told = _names_study(passage.text) or any(_is_work(m) for m in passage.of(Label.CITATION))
    listed = passage.block.kind is BlockKind.LIST_ITEM and STUDY_HEADING.search(" ".join(passage.block.section[-1:]))
    return bool(told or listed or OPENS_WITH_PEOPLE.match(passage.text))


def _times_study(passage: Passage, number: Mention) -> bool:
    before = passage.between(number.start - NUMBER_REACH, number.start)
    if number.text[:6].casefold() == "within":
        return False
    if LASTING.match(passage.between(number.end, number.end + NUMBER_REACH)):
        return True
    if number.quantity is None or number.quantity.unit not in LONG_UNITS:
        return False
    nearby = [m for m in passage.near(number.start - FAR, number.start) if m.end <= number.start]
    last = next((m for m in reversed(nearby) if m.label is Label.QUANTITY), None)
    if last is not None and BESIDE_PEOPLE.match(passage.between(last.end, number.start)):
        return _counts_people(passage, last, plain=last.quantity is not None and not last.quantity.unit)
    first = passage.clause(number.start)[0]
    if not FOR.search(before) or RAISED_FOR.search(before) or OTHER_TIME.search(passage.between(first, number.start)):
        return False
    return (
        _tells_of_study(passage)
        or _is_set_up(passage)
        or any(TAKE_PART.match(passage.between(m.end, number.start)) for m in nearby)
        or bool(GIVEN.search(passage.between(first, number.start)))
    )


def _study_name(mention: Mention) -> str:
    citation = mention.citation
    if citation is None or citation.authors is None:
        return mention.text
    return f"{citation.authors}, {citation.year}" if citation.year else citation.authors


def _named_study(passage: Passage) -> str | None:
    match = NAMED_STUDY.search(passage.text)
    if match is not None:
        return match[0].strip()
    named = CALLED_STUDY.search(passage.text)
    if named is None:
        return None
    at = passage.start + named.start("name")
    inside = any(
        m.start < passage.start + named.end("name") and at < m.end for m in passage.of(Label.COMPOUND, Label.TARGET)
    )
    return None if inside else named["name"]
