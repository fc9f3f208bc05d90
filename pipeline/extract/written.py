"""Which of the names that a sentence writes its words are said of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.naming import (
    DETERMINER,
    FINITE,
    coordinate,
    coordinate_back,
    is_oblique,
    make_subject,
    subject_words,
)
from pipeline.extract.verbs import fill_in
from pipeline.lexicon import remember
from pipeline.schema import Label, SubjectFrom

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.page import Mention, Subject

# Words between a subject and its verb.
AUXILIARIES = r"(?:(?:\w+ly|also|then|can|may|might|could|does|did|do|not|has|had|have|further|is|was|are|were)\s+)*"


# Between a name and words that explain it: "ipamorelin (half-life 2 h", "medazepam at a dose of", "sildenafil, which
# inhibits", "somatostatin, the hormone that inhibits", "Hinge, an HGF antagonist".
EXPLAINED = re.compile(
    rf"""
    ^(?: \s*\([^()]*\) )?
    (?: \s*\( \s* (?: (?:which|who)\s+ (?:itself\s+)? {AUXILIARIES} (?:only\s+)? )? (?:\w+\s+){{0,2}} [\d.,]*
      | \s+at\s+an?\s+
      | ,?\s+(?:which|who)\s+ (?:in\ turn\s+)? {AUXILIARIES}
      | (?P<noun> (?:,|\s[—–])\s+(?:an?|the)\s+ (?:(?!that\b|which\b)[\w-]+,?\s+){{0,4}} )
        (?P<relative> (?:that|which)\s+ (?:\w+s\s[^,;:.()]{{2,60}}?\s(?:and|or)\s+)? {AUXILIARIES} )? )$
    """,
    re.VERBOSE | re.IGNORECASE,
)


BARE = re.compile(r"^\s+(?:which|who)\b", re.IGNORECASE)  # "a secretagogue which was developed in Italy"


# "the classic blocker of GLP-1 receptors", "a potent agonist of", "a hexapeptide fragment of"
NOUN = re.compile(
    r"^(?:[\w-]+\s+){0,3}?(?:antagonists?|inhibitors?|blockers?|agonists?|activators?|ligands?|approved|registered|licen[sc]ed)\b"
    r"|^(?:fragment|derivative|metabolite|analog(?:ue)?|mimetic|portion|piece|stretch) of\b"
    r"|^(?:derived|isolated|cut|cleaved|obtained|released|secreted|produced|made) (?:from|by|in)\b",
    re.IGNORECASE,
)


def pick_explained(passage: Passage, names: list[Mention], at: int) -> tuple[Subject, ...]:
    """The names that the words at `at` explain, whatever part they play in their sentence, or go on about."""
    name = _find_explained(passage, names, at) or _find_resumed(passage, names, at) or _find_given(passage, names, at)
    listed = coordinate_back(passage, names, name) if name is not None else []
    return tuple(make_subject(mention, SubjectFrom.WRITTEN) for mention in listed)


# "Vaccines raised more antibodies when Ta1 was added": what made the difference.
WHEN = re.compile(r"^[^.;:]{3,120}?\s(?:when|once|if)\s+(?:the\s+)?$", re.IGNORECASE)
IS_GIVEN = re.compile(
    r"^\s+(?:was|is|were|had been)\s+(?:also\s+|then\s+)?(?:co-?)?(?:administered|given|added|combined|injected)\b",
    re.IGNORECASE,
)


def _find_given(passage: Passage, names: list[Mention], at: int) -> Mention | None:
    """The compound of which words behind those at `at` say that it happened when that one was given."""
    behind = (m for m in names if m.start > at and m.label is Label.COMPOUND)
    return next(
        (
            m
            for m in behind
            if WHEN.match(passage.between(at, m.start)) and IS_GIVEN.match(passage.between(m.end, passage.end))
        ),
        None,
    )


# "It differs from tirzepatide (Mounjaro, a GIP/GLP-1 dual agonist)": what a bracket says of the name in front of it.
OF_A_KIND = re.compile(
    r"\s*\((?:[\w.+/–—-]+,?\s+){0,8}?[\w+/-]*(?:agonists?|inhibitors?|antagonists?|modulators?|mimetics?)\)",
    re.IGNORECASE,
)


def _find_kind(passage: Passage, names: list[Mention], at: int) -> Mention | None:
    """The compound behind which a bracket stands that says of what kind it is, and holds the words at `at`."""
    around = next((span for span in passage.brackets if span[0] <= at < span[1]), None)
    if around is None:
        return None
    near = (m for m in names if m.label is Label.COMPOUND and around[0] - 1 <= m.end <= around[0])
    return next((m for m in near if OF_A_KIND.fullmatch(passage.between(m.end, around[1]))), None)


def _find_explained(passage: Passage, names: list[Mention], at: int) -> Mention | None:
    if (kind := _find_kind(passage, names, at)) is not None:
        return kind
    nearest = reversed([m for m in names if m.end <= at][-2:])  # "angiotensin IV (Ang IV), a fragment"
    found = ((m, EXPLAINED.match(passage.between(m.end, at))) for m in nearest)
    name, gap = next(((m, match) for m, match in found if match is not None), (None, None))
    if name is None or gap is None or (name.label is Label.COMPOUND and BARE.match(gap[0])):
        return None
    if gap["noun"] is None and gap[0].startswith(","):
        return _find_whole(passage, names, name)
    if gap["noun"] is None or gap["relative"] is not None:
        return name
    explains = NOUN.match(passage.between(at, passage.end)) and not subject_words("generic").search(gap["noun"])
    return name if explains else None


# "Ang (1-7), the heptapeptide fragment of angiotensin II, which": what the name is a part of explains the one before.
PART_OF = re.compile(
    r"^(?:\s*\([^()]*\)|\))?,\s+(?:an?|the)\s+[^,;.()]{0,40}?"
    r"\b(?:fragment|portion|piece|part|analog(?:ue)?|derivative|metabolite|version|form)\s+of\s+(?:the\s+|native\s+|human\s+)*$",
    re.IGNORECASE,
)


def _find_whole(passage: Passage, names: list[Mention], name: Mention) -> Mention:
    """The name that another one explains as its part or its parent, else this one."""
    before = (m for m in reversed(names) if m.end <= name.start)
    return next((m for m in before if PART_OF.match(passage.between(m.end, name.start))), name)


# "Amylin, which the beta cell releases together with insulin, slows": the main verb behind a relative clause.
RESUMED = re.compile(
    rf"^(?:\s*\([^()]*\))?,\s+(?:which|who)\s[^,;:()]{{3,80}},\s+(?!(?:and|or|but)\b){AUXILIARIES}$", re.IGNORECASE
)


WHILE_DOING = re.compile(r"[a-z]+ing\b")
LONGEST_ASIDE = 160  # code points between a name and what is said of it over other words


def _find_resumed(passage: Passage, names: list[Mention], at: int) -> Mention | None:
    """The name of which the main clause goes on behind a relative one."""
    if WHILE_DOING.match(passage.between(at, passage.end)):  # "binds R, which cells have, stimulating": it does so
        return None
    near = (m for m in names if at - LONGEST_ASIDE <= m.end <= at)
    behind = [m for m in near if RESUMED.match(passage.between(m.end, at))]
    return next((m for m in behind if not is_oblique(passage, m)), None)


# "WADA bans both BPC-157 and thymosin beta-4": what a body rules on stands behind the verb.
RULES_ON = re.compile(
    r"^(?:\w+\s+){0,2}?(?:bans?|banned|prohibits?|prohibited|lists?|listed|schedules?|scheduled)\s+(?:both\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)


# "A 600% increase in collagen in fibroblasts from GHK-Cu": what brought a change about.
COMES_FROM = re.compile(
    r"^(?:\w+\s+)?(?:increase|rise|gain|decrease|reduction|drop|fall|decline|improvement|boost)s?\s"
    r"(?:in|of)\s[^.;:()]{3,80}\sfrom\s+(?:the\s+)?$",
    re.IGNORECASE,
)


IN_BRACKET = re.compile(
    r"\w+(?:ion|ment|ance|support|release|synthesis|growth|repair)\s+\("
)  # "NAD+ restoration (NMN)"


def pick_behind(passage: Passage, names: list[Mention], at: int) -> tuple[Subject, ...]:
    """The names behind the words at `at` of which they are nevertheless said."""
    last = min(passage.clause(at)[1], at + LONGEST_ASIDE)
    behind = [m for m in names if at < m.start < last and m.label is Label.COMPOUND]
    for place, mention in enumerate(behind):
        gap = passage.between(at, mention.start)
        bracketed = IN_BRACKET.fullmatch(gap) and passage.between(mention.end, mention.end + 1) == ")"
        if RULES_ON.match(gap) or COMES_FROM.match(gap) or bracketed:
            return tuple(make_subject(m, SubjectFrom.WRITTEN) for m in coordinate(passage, behind[place:]))
    return ()


# "First isolated from plasma in 1973, GHK-Cu is", "Composed of 15 amino acids, it has"
PARTICIPLE = re.compile(
    r"^\W*(?:(?:first|originally|initially|recently|now|also)\s+)?"
    r"(?:isolated|discovered|identified|developed|described|synthesi[sz]ed|created|designed|invented|introduced|approved"
    r"|registered|licen[sc]ed|composed|made|derived|extracted|purified|found|marketed|supplied|consisting|containing"
    r"|weighing)\b[^;:]*$",
    re.IGNORECASE,
)


# "As a GLP-1 receptor agonist, semaglutide slows", "Via the GLP-2 receptor, teduglutide": whom a first phrase is about.
FRONTED = re.compile(
    r"^\W*(?:as (?:an?|the)|being|acting|bound|given|injected|by|via|through|thanks to|due to)\b[^,;:]*$",
    re.IGNORECASE,
)


# "Unlike sildenafil that works on vessels, bremelanotide acts": the words themselves open the sentence.
UNLIKE = re.compile(r"^\W*(?:unlike|in contrast to)\b", re.IGNORECASE)


# "By binding LPS it lowers", "By holding it in place, the peptide prevents"
PRONOUN_BEHIND = re.compile(
    r"^[^.;:]{2,80}?,?\s"
    r"(?:it|(?:the|this) (?:peptide|compound|drug|molecule|hormone|substance|tripeptide|tetrapeptide))\s\w",
    re.IGNORECASE,
)


PRONOUN_AFTER_ALL = re.compile(
    r"^[^.;:]{2,160},\s"
    r"(?:it|(?:the|this) (?:\w*peptide|compound|drug|molecule|hormone|substance))\s\w",
    re.IGNORECASE,
)


LONGEST_PARTICIPLE = 12  # code points from the words at which a participle may itself begin


SHORTEST_FRONT = 6  # code points of the words themselves, where they open the sentence


MAIN_CLAUSE = re.compile(r"^(?:[^,;:()]|\([^()]*\))*,\s*(?:the\s+)?$", re.IGNORECASE)


# "By freeing copper, feeding fibroblasts, and calming cytokines, GHK-Cu": several things that it does.
BY_DOING = re.compile(r"^\W*(?:by|through|in|while)\s+(?:\w+ly\s+)?[a-z]{2,}ing\b", re.IGNORECASE)
MAIN_BEHIND = re.compile(r"^[^;:]*,\s*(?:the\s+)?$", re.IGNORECASE)


def _opens_with_participle(passage: Passage, first: int, at: int) -> bool:
    """Whether a clause from `first` begins with a participle in front of its subject, in or behind which `at` is."""
    return bool(PARTICIPLE.match(passage.between(first, at + LONGEST_PARTICIPLE)))


def is_fronted(passage: Passage, at: int) -> bool:
    """Whether the words at `at` stand in a first phrase with a pronoun behind it: "By binding LPS it lowers"."""
    first, last = passage.clause(at)
    behind = passage.between(at, last)
    if BY_DOING.match(passage.between(first, last)) and PRONOUN_AFTER_ALL.match(behind):
        return True
    fronted = FRONTED.match(passage.between(first, at)) or _opens_with_participle(passage, first, at)
    return bool(fronted and PRONOUN_BEHIND.match(behind))


def find_behind_front(passage: Passage, names: list[Mention], at: int) -> Mention | None:
    """The subject of the main clause behind a first phrase that holds the words at `at`."""
    first, last = passage.clause(at)
    compounds = [m for m in names if at < m.start < last and m.label is Label.COMPOUND]
    if BY_DOING.match(passage.between(first, last)):
        behind = (m for m in compounds if MAIN_BEHIND.match(passage.between(at, m.start)))
        doer = next((m for m in behind if FINITE.match(passage.between(m.end, last))), None)
        if doer is not None:
            return doer
    unlike = at == first and UNLIKE.match(passage.between(at, last))
    fronted = unlike or FRONTED.match(passage.between(first, at + SHORTEST_FRONT))
    if fronted or _opens_with_participle(passage, first, at):
        behind_it = [m for m in compounds if MAIN_CLAUSE.match(passage.between(at, m.start))]
        doers = [m for m in behind_it if FINITE.match(passage.between(m.end, last))]
        return next(iter(doers or behind_it), None)
    return None


def pick_named(
    passage: Passage, before: list[Mention], at: int, objects: tuple[Mention, ...], *, nearest: bool
) -> tuple[Subject, ...]:
    """The names of a clause that stand where the subject of the words at `at` does; `nearest` takes the last one."""
    if members := _list_members(passage, before, at):
        return tuple(make_subject(m, SubjectFrom.WRITTEN) for m in members)
    straight = _behind_opening(passage, [m for m in before if not is_oblique(passage, m)], at)
    straight = [m for m in straight if not _begins_anew(passage, m, at, objects)]
    compounds = [m for m in straight if m.label is Label.COMPOUND]
    if compounds and nearest:
        return (make_subject(compounds[-1], SubjectFrom.WRITTEN),)
    if compounds:
        return tuple(make_subject(m, SubjectFrom.WRITTEN) for m in _pick_list(passage, compounds, at))
    if straight and leads_into(passage.between(straight[-1].end, at)):
        return (make_subject(straight[-1], SubjectFrom.WRITTEN),)
    return ()


# "GHRH analogues such as sermorelin and tesamorelin bind": what is said of a kind is said of those that are named.
SUCH_AS = re.compile(
    r"^(?:(?!(?:than|more|most|unlike|like|with|without|in|for|among|from|to|by|beyond|besides?|via|through|as|of|on|after"
    r"|before|when|while|if|against|over|versus|compared)\b)[\w-]+\s){0,4}"
    r"(?!(?:acts|works|behaves|functions|looks|feels)\b)(?-i:[\w-]*[a-z]s)(?:\s*\([^()]*\))?,?\s+"
    r"(?:such as|like|including|e\.g\.,?|namely)\s+(?:the\s+)?$",
    re.IGNORECASE,
)


def _list_members(passage: Passage, names: list[Mention], at: int) -> list[Mention]:
    """The compounds that a clause names as members of the kind that it is about."""
    first = passage.clause(at)[0]
    for place, mention in enumerate(names):
        if mention.label is Label.COMPOUND and SUCH_AS.match(passage.between(first, mention.start)):
            members = coordinate(passage, names[place:])
            rest = (m for m in names[place:] if m.label is Label.COMPOUND and m not in members)
            return members if all(is_oblique(passage, m) for m in rest) else []
    return []


# "CJC-1295 works through the GHRH receptor and ipamorelin through": the second verb has a subject of its own.
CONJUNCT = re.compile(r"\w\W*(?:\b(?:and|but|while|yet)\b|[,;:—–])\s+(?:the\s+|\w+ly\s+)?$", re.IGNORECASE)


def _pick_list(passage: Passage, names: list[Mention], at: int) -> list[Mention]:
    """The names that stand in one list with the first, or with that one which a later verb has for itself."""
    first = coordinate(passage, names)
    if names[-1] in first or not leads_into(passage.between(names[-1].end, at)):
        return first
    own = coordinate_back(passage, names, names[-1])
    return own if CONJUNCT.search(passage.between(first[-1].end, own[0].start)) else first


# "Collagen needs vitamin C, and sleep raises": a noun of its own stands in front of the verb.
NEW_SUBJECT = re.compile(
    r",\s+(?:and|but|so|yet)\s+(?:the\s+|an?\s+)?"
    r"(?!(?:also|then|\w+ly|to|can|may|might|could|would|will|it|they|its|this|further|thus|therefore|thereby|in|by|for|with"
    r"|through|via|has|have|had|is|was|are|were|does|did|even|not|when|at|on|as|if|both|potentially)\b)"
    r"(?P<noun>[a-z][\w-]+(?:\s+[a-z][\w-]+)?)\s+$"
)


def _begins_anew(passage: Passage, name: Mention, at: int, objects: tuple[Mention, ...]) -> bool:
    """Whether a noun between a name and the words at `at` is their subject, and not the last of a list of objects."""
    found = NEW_SUBJECT.search(passage.between(name.end, at))
    if found is None:
        return False
    listed = [m for m in objects if name.end <= m.start < at]
    return len(listed) < 2 or listed[-1].start != name.end + found.start("noun")  # noqa: PLR2004  (a list has two)


# "In men who failed sildenafil, bremelanotide produced": the subject stands behind the opening phrase.
OPENING = re.compile(
    r"^(?:[\w ]{1,30}:\s*)?\W*(?:in|for|after|with|among|during|by|following|like|when|where|if"
    r"|compared|beside|besides|as|upon|via|through|at|on|beyond|given|unlike)\b(?:[^,()]|\([^()]*\))*[()]?[^,()]*,"
    r"(?:\s*an?\s[^,]{1,60},)?",
    re.IGNORECASE,
)


def _behind_opening(passage: Passage, names: list[Mention], at: int) -> list[Mention]:
    first = passage.clause(at)[0]
    opening = OPENING.match(passage.between(first, at))
    if opening is None:
        return names
    main = first + opening.end()
    if subject_words("pronoun").search(passage.between(main, at)):  # "Upon receptor binding, the peptide activates"
        return [m for m in names if m.start >= main]
    return [m for m in names if m.start >= main] or names


# "albumin has a", "BDNF then", "GHRH itself": only words that can stand between a subject and its verb.
LEADS_INTO = re.compile(
    r"^(?:\s*\([^()]*\))?(?:\s+(?:then|also|itself|alone|in turn|which|that|has|have|had|an?|the|does|did|do|not|can"
    r"|may|might|could|would|will|should|must|is|are|was|were|been|be|thought|believed|known|said|shown|found|reported|suggested|expected"
    r"|to|of|helps?|levels?|signal(?:l)?ing|receptors?|activation|deficiency|release|secretion|\w+ly|plasma|elimination"
    r"|very|short|long))*\s*$",
    re.IGNORECASE,
)


def leads_into(words: str) -> bool:
    """Whether words can stand between a subject and its verb."""
    return bool(LEADS_INTO.match(words))


# "BDNF has 119 residues", "PAT is a nonapeptide"
HAS = re.compile(
    r"^(?:\s*\([^()]{1,60}\))?\s+(?:has|is|was|contains|weighs|consists|comprises|measures)\b", re.IGNORECASE
)


# "Full-length human growth hormone has", "The enzyme has"
WHOLE = re.compile(
    rf"{DETERMINER.pattern}|\b(?:full(?:[- ]length)?|native|natural|endogenous|human|intact|mature|recombinant)\b",
    re.IGNORECASE,
)


@remember
def _acts() -> re.Pattern[str]:
    verbs = fill_in("(?:<up:third>|<down:third>|<activate:third>|<inhibit:third>|<change:third>)")
    return re.compile(
        rf"^(?:\s*\([^()]{{1,60}}\))?\s+(?:(?:then|also|in turn|itself|normally|\w+ly)\s+)*{verbs}\s"
        r"(?:the|an?|both|and|\w+(?:ing|ion|is|sm|ment|ness|ity)\b)",
        re.IGNORECASE,
    )


def is_told_of_actor(passage: Passage, at: int) -> bool:
    """Whether a sentence opens with a target that does something, and goes on about it at page offset `at`."""
    first = next((m for m in passage.mentions if m.label in (Label.TARGET, Label.COMPOUND)), None)
    if first is None or first.label is not Label.TARGET or first.end >= at:
        return False
    if re.search(r"\w", WHOLE.sub("", passage.between(passage.start, first.start))):
        return False
    return _acts().match(passage.between(first.end, at)) is not None


def tells_of_target(passage: Passage) -> bool:
    """Whether a sentence opens with a target and tells what it is or has."""
    first = next(iter(passage.of(Label.TARGET)), None)
    if first is None or re.search(r"\w", WHOLE.sub("", passage.between(passage.start, first.start))):
        return False
    return HAS.match(passage.between(first.end, passage.end)) is not None
