"""Which numbers of a sentence tell how many took part in a study, and how long it was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.keys import find_key
from pipeline.lexicon import remember_last
from pipeline.quantity import dimension_of
from pipeline.schema import BlockKind, CitationRole, CitationStyle, Label

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.page import Mention

STUDY_WORDS = re.compile(
    r"\b(?:stud(?:y|ies)|trials?|RCTs?|cohort|pilots?|series|sample size|meta-analys[ie]s|survey|chart review"
    r"|experiment|design|phase [\dIViv]{1,3}[ab]? (?:data|results?|program(?:me)?|read-?outs?)"
    r"|(?:retrospective|systematic|prospective|pooled) (?:review|analysis|look|comparison|survey|report)"
    r"|(?:later|earlier|larger|smaller|newer|second)(?:, \w+)? one)\b",
    re.IGNORECASE,
)
# "30-day treatment", "a 12-week trial", "for 10 days": how long, not how long the drug stays.
LASTING = re.compile(
    r"^[\s,-]*(?:(?!(?:half|supply|loading|maintenance|placebo|washout|after|before|following|since|prior|from)\b)[\w-]+,?\s+){0,3}?"
    r"(?:(?:treatment|trial|study|course|follow-up|observation|period|programme|program|extension|RCT|pilot|intervention)s?"
    r"|phase [\dIV]{1,3}[ab]? (?:data|results))\b"
    r"|^\s+(?:of )?"
    r"(?:(?:repeated|daily|continuous|once-daily|twice-daily|weekly|oral|nasal|subcutaneous|chronic)\s+){0,3}"
    r"(?:dosing|treatment|administration|therapy)\b",
    re.IGNORECASE,
)
# "a 40-week, double-blind, randomised trial", "the treatment period was 10 days", "the study lasted for": so anywhere.
DESIGNED = re.compile(
    r"^[\s,-]*(?:(?:(?:double|single|triple)[- ]?(?:blind(?:ed)?|masked)|randomi[sz]ed"
    r"|(?:placebo|active|vehicle)-controlled|controlled|open[- ]label|multi-?(?:cent(?:er|re)|national)"
    r"|parallel(?:[- ]group)?|(?:\w+-)?cross-?over|single-arm|prospective|clinical|human|pivotal|global|international"
    r"|event-driven|dose-\w+|phase [\dIViv]{1,3}[ab]?),?\s+(?:and\s+)?){1,9}"
    r"(?:trials?|stud(?:y|ies)|RCTs?|extension|pilot)\b",
    re.IGNORECASE,
)
TIMED = re.compile(
    r"\b(?:(?:treatment|study|trial|intervention|follow-up|observation|dosing|therapy)\s+(?:period|duration|course|phase|time)"
    r"|(?:duration|length) of (?:the )?(?:study|trial|treatment|follow-up|therapy|intervention|course))"
    r"\s*(?:was|were|is|of|lasted|:)\s*(?:of |for )?(?:about |approximately |only |up to |~)?$",
    re.IGNORECASE,
)
# "A titration period of up to 6 weeks" is a part of a trial.
PART_OF_TRIAL = re.compile(
    r"\b(?:escalation|titration|run-in|lead-in|wash-?out)\s+(?:period|phase)\s+(?:of|was|lasted|for)\b[^.;,]{0,20}$",
    re.IGNORECASE,
)
# "30 mL over seven days followed by 10 mL": a step of a course.
STEP = re.compile(r"^,?\s+(?:followed by|then)\b", re.IGNORECASE)
# "16 weeks of twice-daily injections": so in a sentence on a study alone.
OF_DOSING = re.compile(
    r"^\s+of\s+(?:[\w-]+\s+){0,3}(?:injections?|infusions?|supplementation|exposure|use|dosage|inhalations?)\b",
    re.IGNORECASE,
)
# "The trial ran four weeks", "took nine months".
RAN = re.compile(
    r"\b(?:ran|runs?|took|takes|lasted|lasts|spanned|spans|spanning|went on|continued)\s+(?:for\s+|over\s+)?"
    r"(?:(?:about|only|just|some|a full)\s+)*$",
    re.IGNORECASE,
)
# "treated 60 patients for 3 weeks", "lasted six weeks"; hours are for effects.
FOR = re.compile(
    r"\b(?:for|lasted|lasting|over|ran for|beyond|follow-up (?:was|of)|duration (?:of|was)|throughout"
    r"|period of|course of|span of|(?:trial|study|extension|run-in|phase|follow-up) of)\s+"
    r"(?:(?:an?|the)\s+(?:(?:mean|median|average|total|further)\s+(?:of\s+)?)?)?$",
    re.IGNORECASE,
)
LONG_UNITS = frozenset({"d", "wk", "mo", "a"})
# "stayed up for 9 days", "stable for two weeks", "aged for": a time of something else than the study.
OTHER_TIME = re.compile(
    r"\b(?:stay(?:s|ed)?|remain(?:s|ed)?|stable|stor(?:e|ed|age)|ke(?:ep|eps|pt)|persist\w*|elevat\w+|detect\w+|measurable"
    r"|half-li(?:fe|ves)|shelf|expir\w+|effects?(?! of)|benefits?|relief|lasting|aged|survive[sd]?|ship\w*|use within"
    r"|history|experience|record|patent|wait|approved|sold|reconstituted|(?:had|has|have) been on)\b",
    re.IGNORECASE,
)
# "gave it to 14 insomniacs": people of a kind that no word of ours names.
GIVEN_TO = re.compile(
    r"\b(?:gave|given|administered|injected|tested|tried)\b[^.;:]{0,60}\b(?:to|in|on)\s+$", re.IGNORECASE
)
SOME_PEOPLE = re.compile(
    r"^\s+[a-z]{4,}(?<!day)(?<!week)(?<!month)(?<!hour)(?<!minute)s\b(?<!days)(?<!weeks)(?<!months)(?<!years)(?<!hours)(?<!minutes)"
)
# "Of 412 screened, 61 were enrolled"
ENROLLED = re.compile(
    r"^\s+(?:(?:were|was)\s+(?:\w+ly\s+)?(?:enrolled|randomi[sz]ed|recruited|included)"
    r"|(?:entered|joined)\s+(?:the|this|that|it))\b",
    re.IGNORECASE,
)
# "in groups of ten", "twenty per group": what stands in a cage or an arm is not how many there were.
GROUPED = re.compile(r"\bgroups? of\s+(?:about |~)?$|\beach group (?:had|held|of)\s+$", re.IGNORECASE)
PER_GROUP = re.compile(r"^\s*(?:\w+\s+)?(?:per|in each|in every|to a|a) (?:group|arm|cage|cell)\b", re.IGNORECASE)
# "enrolled 1,200 premenopausal women": people with a word in front that the number does not reach over.
PEOPLE_BEHIND = re.compile(
    r"^\s+(?:(?!of\b)[\w-]+\s+){1,3}(?:women|men|patients|adults|subjects|volunteers|participants|children|people"
    r"|individuals|students|athletes|users|rats|mice|monkeys|dogs|rabbits|pigs|horses|macaques)\b",
    re.IGNORECASE,
)
# "An extension followed 684 of them"
OF_THEM = re.compile(r"^\s+of\s+(?:them|these|those|whom)\b", re.IGNORECASE)
# "(N = 1961, 68 weeks)": the number of people, and behind it how long.
BESIDE_PEOPLE = re.compile(r"^\s*[,;]\s*(?:for |over )?$", re.IGNORECASE)
# "24 weeks, 1,247 women"
BEFORE_PEOPLE = re.compile(r"^,?(?: and)? $")
COUNTED = re.compile(r"\bn\s*[=≈:]?\s*[~<>≤≥]*\s*$", re.IGNORECASE)
SIGNED = re.compile(r"^n\s*[=≈:<>≤≥]", re.IGNORECASE)
# "36 studies", "84 papers": counted, and no people.
OTHER_COUNT = re.compile(
    r"^\s*(?:stud(?:y|ies)|papers?|trials?|articles?|citations?|reports?|strains?|models?|replicates|centres|centers"
    r"|sites|(?:\w+ )?(?:(?:who|that) were )?(?:screened|assessed for eligibility))\b",
    re.IGNORECASE,
)
# "rose 2-fold for 6 days" tells how long the effect was.
RAISED_FOR = re.compile(r"(?:-?fold|%)\s+(?:\w+\s+)?for\s+$", re.IGNORECASE)
# "7 of 12 patients reported": the first is a part, the second is those who were asked.
PART_OF = re.compile(r"^\s*(?:/|of|out of)\s*\d", re.IGNORECASE)
# "1 in 3 patients" is a share.
ONE_IN = re.compile(r"\b(?:\d+|one|two|three|four) (?:in|out of)\s+(?:every\s+)?$", re.IGNORECASE)
# A list below such a heading is one of studies.
STUDY_HEADING = re.compile(
    r"\b(?:stud(?:y|ies)|trials?|clinical (?:evidence|data|research|findings)|human (?:evidence|data))\b", re.IGNORECASE
)
# "We compared both in 29 men", "a cream applied for 12 weeks by 71 women": a study without its name.
TRIED = re.compile(
    r"\b(?:we|authors|researchers|investigators) (?:\w+ly )?(?:compared|evaluated|assessed|studied|tested"
    r"|investigated|examined|gave|treated|measured|randomi[sz]ed|enrolled|recruited|applied)\b"
    r"|\b(?:applied|administered|given|injected|used|taken)\b[^.;:]{0,48}?\bfor (?:\w+|\d+) (?:days|weeks|months)\b",
    re.IGNORECASE,
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
      | involv(?:es?|ed|ing) | treat(?:ed|ing) | dos(?:es?|ed|ing) | follow(?:ed|ing) | evaluat(?:ed|ing) | assigned
      | comprised
      | had | gave | us(?:es|ed|ing) | employ(?:s|ed|ing) | observ(?:ed|ing) | survey(?:s|ed|ing) | monitor(?:s|ed|ing)
      | cover(?:s|ed|ing) | compar(?:ed|ing) | (?:study\s)?population\s(?:was|of) | sample\sof | look(?:s|ed)?\sat
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
      | (?: were | was )\s (?: \w+ly\s )?
        (?: treated | randomi[sz]ed | enrol\w+ | given | followed | assigned | recruited | studied | dosed | tested
          | included | observed | monitored | evaluated | assessed | injected | infused )
    ) \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
# "12 patients developed nausea", "3 of the mice died": what became of some of them.
SOME_OF_THEM = re.compile(
    r"^\s*(?:\([^()]*\)\s*)?(?:(?:who|that|had|have|then|also|later|\w+ly)\s+){0,2}"
    r"(?:develop|report|experienc|discontinu|withdr[ae]w|dropp?|stopp?|died?|respond|improv|relaps|vomit|complain|quit|left"
    r"|los[et]|show|notic|felt|suffer|benefit|need|want|say|said|us(?:e|ed|ing)|tak(?:e|ing)|took|worldwide|around"
    r"|across the|in the (?:US|UK|world)|a year|per year|each year|every year|with (?:adverse|side))",
    re.IGNORECASE,
)
# "Nausea was seen in 5 patients"
SEEN_IN = re.compile(
    r"\b(?:seen|observed|noted|occurred|reported|recorded|appeared|found|present|documented|common|occurs?"
    r"|side[ -]effects?|events?|reactions?|nausea|headaches?|vomiting|flushing|deaths?)\s+(?:in|among|by)"
    r"\s+(?:only |about |just )?$",
    re.IGNORECASE,
)
# "GLORY-1", "REDEFINE 1": trials go by a name in capitals with a number.
TRIAL = re.compile(
    r"(?<![\w-])(?!COVID|SARS|TYPE|PHASE|LOT|BATCH|CODE)[A-Z]{4,}(?:-[A-Z]{2,})*(?:[ -]\d{1,2}|\d{3})"
    r"(?![\w-]*\d|[.,]\d)"
)
FAR = 160  # code points in front of a time in which the people whom it was given to stand
NUMBER_REACH = 48  # code points beside a number in which words tell what it counts
# "the animals received 5 mg/kg for 4 weeks"
GIVEN = re.compile(
    r"\b(?:received|were (?:treated|given|dosed|followed|observed|monitored|injected)|was (?:given|administered)"
    r"|underwent"
    r"|randomi[sz]ed|follow-up|(?:participants|patients|subjects|volunteers) (?:took|used|had))\b",
    re.IGNORECASE,
)


def measure_study(passage: Passage, number: Mention) -> str | None:
    """What of a study a number tells, if it does."""
    unit = number.quantity.unit if number.quantity else ""
    if unit in ("{subject}", ""):
        return "sample_size" if _counts_people(passage, number, plain=not unit) else None
    if dimension_of(unit) != "time" or ORDINAL.match(number.text):
        return None
    supplied = SUPPLIED.search(passage.text) and not _tells_of_study(passage)
    return "study_duration" if not supplied and _times_study(passage, number) else None


# "On day 5 or 6", "week 12": when, and not for how long.
ORDINAL = re.compile(r"(?:hours?|days?|weeks?|months?|years?)\s\d", re.IGNORECASE)


def is_work(mention: Mention) -> bool:
    """Whether a call-out names a work by its authors and year."""
    citation = mention.citation
    return (
        citation is not None and citation.role is CitationRole.CALLOUT and citation.style is CitationStyle.AUTHOR_YEAR
    )


def _counts_people(passage: Passage, number: Mention, *, plain: bool) -> bool:
    """Whether a number is that of the people or animals in a study; `plain` when it has no noun of its own."""
    before = passage.between(number.start - NUMBER_REACH, number.start)
    behind = passage.between(number.end, number.end + NUMBER_REACH)
    if (
        OTHER_COUNT.match(behind)
        or PART_OF.match(behind)
        or ONE_IN.search(before)
        or GROUPED.search(before)
        or PER_GROUP.match(behind)
    ):
        return False
    if COUNTED.search(before) or SIGNED.match(number.text):
        return not _counts_ill(passage, number)
    takes = TAKES.search(before) is not None
    told = takes or TAKE_PART.match(passage.between(number.end, number.end + FAR)) is not None
    if plain:
        if _tells_of_study(passage) and GIVEN_TO.search(passage.between(number.start - FAR, number.start)):
            return bool(SOME_PEOPLE.match(behind))
        of_them = takes and OF_THEM.match(behind)
        return bool(of_them or (told and PEOPLE_BEHIND.match(behind)) or ENROLLED.match(behind))
    if told or _is_set_up(passage) or _opens_report(passage, number):
        return True
    if not _tells_of_study(passage) or SEEN_IN.search(before):
        return False
    return bool(AMONG.search(before)) or not SOME_OF_THEM.match(behind)


# "Nausea (n=3)": how many had it.
ILL_BRACKET = re.compile(r"^\s\((?:n\s*[=≈:]?\s*)?$", re.IGNORECASE)
OF_THE_ILL = re.compile(
    r"\b(?:with|for|from)\s+(?:[\w-]+\s+){0,2}$", re.IGNORECASE
)  # "children with a deficiency (n=110)"
LONGEST_ILL = 32  # code points in front of such a number in which an ill ends


def _counts_ill(passage: Passage, number: Mention) -> bool:
    """Whether a number alone in a bracket tells how many had the ill in front of it."""
    ills = (
        m for m in passage.near(number.start - LONGEST_ILL, number.start) if m.label in (Label.DISEASE, Label.PROCESS)
    )
    alone = (m for m in ills if not OF_THE_ILL.search(passage.between(m.start - LONGEST_ILL, m.start)))
    return any(ILL_BRACKET.match(passage.between(m.end, number.start)) for m in alone)


# "Six healthy men, double-blind, crossover.": a report without a verb.
AND_SO = re.compile(r"^(?:(?! (?:was|were|had|has|have|died|took|got|received|in an?) )[^.;:,(]){0,60}[,.;:(]")


def _opens_report(passage: Passage, number: Mention) -> bool:
    several = number.quantity is not None and number.quantity.value > 1
    opens = several and not re.search(r"\w", passage.between(passage.start, number.start))
    told = any(m.label is Label.DESIGN for m in passage.mentions)
    return opens and told and bool(AND_SO.match(passage.between(number.end, passage.end)))


# Fields that tell how a study was set up; the other numbers of such a field are those of the study.
SET_UP = frozenset({"study_design", "sample_size", "study_duration"})


def _is_set_up(passage: Passage) -> bool:
    head = next((cell for cell in passage.block.cells if cell.is_head), None)
    names = (head.text if head is not None else "", *(cell.header for cell in passage.block.cells))
    return any(row is not None and row.predicate in SET_UP for row in map(find_key, names))


@remember_last(1)
def _names_study(text: str) -> bool:
    return bool(STUDY_WORDS.search(text))


def find_trial(passage: Passage) -> str | None:
    """The name of a trial that a passage writes in capitals with a number: "GLORY-1"."""
    for match in TRIAL.finditer(passage.text):
        start, end = passage.start + match.start(), passage.start + match.end()
        if not any(m.label in NO_TRIALS and not _is_guessed(m) for m in passage.near(start, end)):
            return match[0]
    return None


NO_TRIALS = frozenset({Label.COMPOUND, Label.TARGET, Label.IDENTIFIER})


def _is_guessed(mention: Mention) -> bool:
    """Whether only its shape makes a name that of a target: "STEP 1"."""
    return mention.label is Label.TARGET and mention.is_local


def _tells_of_study(passage: Passage) -> bool:
    told = _names_study(passage.text) or any(is_work(m) for m in passage.of(Label.CITATION)) or find_trial(passage)
    assigned = any(m.concept_id == "design:randomised" for m in passage.of(Label.DESIGN))
    tried = assigned or TRIED.search(passage.text) is not None
    listed = passage.block.kind is BlockKind.LIST_ITEM and STUDY_HEADING.search(passage.block.title)
    return bool(told or tried or listed or OPENS_WITH_PEOPLE.match(passage.text))


# "Steady state is reached after 4–5 weeks of weekly dosing", "$23,000 for a 68-week course": no length of a study.
STEADY = re.compile(
    r"\b(?:fluctuat\w+|circadian|diurnal|steady[- ]state|wash(?:ed|es)?[- ]?out|plateau\w*)\b|[$€£]\s?\d", re.IGNORECASE
)


# "Dosing period: 30 days", "a pen for 30-day dosing": how long a product lasts.
SUPPLIED = re.compile(
    r"\b(?:pens?|cartridges?|vials?|kits?|packs?|bottles?|refills?)\b|^\W*dosing period\b", re.IGNORECASE
)


# "The usual course is up to 2 years", "only one dose within a 24-hour period is recommended": what people should do.
ADVISED = re.compile(
    r"\b(?:recommend\w*|typical(?:ly)?|usual(?:ly)?|maximum|should|must|your?|no more than"
    r"|exceed\w*|physicians?|doctors?)\b",
    re.IGNORECASE,
)
# "raised GH for up to a week after one injection": how long an effect was.
AFTER_DOSE = re.compile(
    r"^\s+(?:after|following|from) (?:(?:an?|the|one|single|each|last|first|initial) ){0,3}"
    r"(?:\w+ )?(?:injection|dose|administration|infusion)\b",
    re.IGNORECASE,
)


def _times_course(passage: Passage, number: Mention, behind: str) -> bool:
    """Whether a time is that of a course which people should take, or of an effect."""
    if AFTER_DOSE.match(behind):
        return True
    return ADVISED.search(passage.between(*passage.clause(number.start))) is not None and not _tells_of_study(passage)


def _times_study(passage: Passage, number: Mention) -> bool:
    before = passage.between(number.start - NUMBER_REACH, number.start)
    first = passage.clause(number.start)[0]
    behind = passage.between(number.end, number.end + FAR)
    within = number.text[:6].casefold() == "within"
    if within or _times_course(passage, number, behind) or STEADY.search(passage.between(first, number.start)):
        return False
    if LASTING.match(behind[:NUMBER_REACH]) or DESIGNED.match(behind) or TIMED.search(before):
        return True
    if (
        STEP.match(behind)
        or PART_OF_TRIAL.search(before)
        or number.quantity is None
        or number.quantity.unit not in LONG_UNITS
    ):
        return False
    nearby = [m for m in passage.near(number.start - FAR, number.start) if m.end <= number.start]
    last = next((m for m in reversed(nearby) if m.label is Label.QUANTITY), None)
    following = next((m for m in passage.of(Label.QUANTITY) if m.start >= number.end), None)
    if following is not None and BEFORE_PEOPLE.match(passage.between(number.end, following.start)):
        unit = following.quantity.unit if following.quantity is not None else None
        if unit == "{subject}" and _counts_people(passage, following, plain=False):
            return True
    if last is not None and BESIDE_PEOPLE.match(passage.between(last.end, number.start)):
        return _counts_people(passage, last, plain=last.quantity is not None and not last.quantity.unit)
    if RAN.search(before) and _tells_of_study(passage):
        return True
    if OF_DOSING.match(passage.between(number.end, number.end + NUMBER_REACH)):
        return _tells_of_study(passage) or _counts_any(passage)
    if not FOR.search(before) or RAISED_FOR.search(before) or OTHER_TIME.search(passage.between(first, number.start)):
        return False
    return (
        _tells_of_study(passage)
        or _counts_any(passage)
        or _is_set_up(passage)
        or any(TAKE_PART.match(passage.between(m.end, number.start)) for m in nearby)
        or bool(GIVEN.search(passage.between(first, number.start)))
    )


def _counts_any(passage: Passage) -> bool:
    """Whether a passage tells how many people or animals a study had."""
    units = ((m, m.quantity.unit) for m in passage.of(Label.QUANTITY) if m.quantity is not None)
    return any(_counts_people(passage, m, plain=not unit) for m, unit in units if unit in ("{subject}", ""))
