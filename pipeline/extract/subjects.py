"""Whom a passage is about: named, meant by a pronoun, or implied by question, heading and title."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extract.naming import (
    DETERMINER,
    NEVER,
    coordinate,
    is_additive,
    is_agent,
    is_governed,
    is_itself,
    is_oblique,
    make_subject,
    stands_behind,
    subject_words,
)
from pipeline.schema import BlockKind, Label, SubjectFrom

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Mention, Subject


@dataclass(frozen=True, slots=True)
class Resolved:
    """The subjects of a claim, or why there is none."""

    subjects: tuple[Subject, ...]
    reason: str | None = None


def resolve_subjects(
    passage: Passage,
    at: int,
    topics: Topics,
    *,
    side: str = "before",
    skip: tuple[Mention, ...] = (),
    targets: bool = False,
    loose: bool = False,
    own: bool = False,
    nearest: bool = False,
) -> Resolved:
    """Whom the words at page offset `at` are said of.

    `side` tells where a name may stand ("before", "after", "any"); `skip` are mentions that play another part;
    `targets` allows that a target is the subject: "BDNF acts through TrkB"; `loose` takes the page's compound
    whatever stands where the subject would be, for matters that nothing else on the page can have; `own` does so for
    what is more often said of the page's compound than of the one named last; `nearest` takes the last name in front,
    not the first.
    """
    first, last = passage.clause(at)
    labels = (Label.COMPOUND, Label.TARGET) if targets else (Label.COMPOUND,)
    names = [
        m
        for m in passage.of(*labels)
        if m not in skip and m.concept_id not in NEVER and not is_additive(m) and is_itself(passage, m, at)
    ]
    names = [m for m in names if not stands_behind(passage, m, "level") and not is_governed(passage, m)]
    before = [m for m in names if first <= m.start < at]
    if (main := _find_behind_front(passage, names, at)) is not None:
        return Resolved((make_subject(main, SubjectFrom.WRITTEN),))
    fronted = FRONTED.match(passage.between(first, at)) or _opens_with_participle(passage, first, at)
    if fronted and PRONOUN_BEHIND.match(passage.between(at, last)):
        return _one_of(topics.recall(passage.block), passage.implied or topics.implied(passage.block))
    if side != "after" and (subjects := _pick_named(passage, before, at, nearest=nearest)):
        return Resolved(subjects)
    owners = [m for m in names if side == "after" and at < m.start < last and OF.match(passage.between(at, m.start))]
    if side == "after":
        named = owners or [m for m in names if at < m.start < last and is_agent(passage, m)]
        return Resolved(tuple(make_subject(m, SubjectFrom.WRITTEN) for m in named[:1]), "the subject cannot be told")
    if agents := [m for m in names if at < m.start < last and m.label is Label.COMPOUND and is_agent(passage, m)]:
        return Resolved((make_subject(agents[0], SubjectFrom.WRITTEN),))
    earlier = [m for m in names if m.end <= first and m.label is Label.COMPOUND and not is_oblique(passage, m)]
    others = [m for m in before if m.label is Label.COMPOUND and stands_behind(passage, m, "part")]
    head = _without(passage, first, at, skip)
    resolved = _inherit(passage, head, topics, earlier=earlier, others=others)
    if (loose or own) and not resolved.subjects and not others and not SEVERAL.search(head):
        return _take_loosely(passage, topics, earlier, own=own)
    return resolved


# "The anxiolytic effects of Selank"
OF = re.compile(r"^(?:\w+\s+)?(?:of|for|by|with|from)\s+(?:the\s+|this\s+)?$", re.IGNORECASE)


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


# "By binding LPS it lowers", "By holding it in place, the peptide prevents"
PRONOUN_BEHIND = re.compile(
    r"^[^.;:]{2,80}?,?\s"
    r"(?:it|(?:the|this) (?:peptide|compound|drug|molecule|hormone|substance|tripeptide|tetrapeptide))\s\w",
    re.IGNORECASE,
)


LONGEST_PARTICIPLE = 12  # code points from the words at which a participle may itself begin


SHORTEST_FRONT = 6  # code points of the words themselves, where they open the sentence


MAIN_CLAUSE = re.compile(r"^[^,;:]*,\s*(?:the\s+)?$", re.IGNORECASE)


def _opens_with_participle(passage: Passage, first: int, at: int) -> bool:
    """Whether a clause from `first` begins with a participle in front of its subject, in or behind which `at` is."""
    return bool(PARTICIPLE.match(passage.between(first, at + LONGEST_PARTICIPLE)))


def _find_behind_front(passage: Passage, names: list[Mention], at: int) -> Mention | None:
    """The subject of the main clause behind a first phrase that holds the words at `at`."""
    first, last = passage.clause(at)
    fronted = FRONTED.match(passage.between(first, at + SHORTEST_FRONT))
    if not fronted and not _opens_with_participle(passage, first, at):
        return None
    behind = [m for m in names if at < m.start < last and MAIN_CLAUSE.match(passage.between(at, m.start))]
    return next((m for m in behind if m.label is Label.COMPOUND), None)


def _take_loosely(passage: Passage, topics: Topics, earlier: list[Mention], *, own: bool) -> Resolved:
    """The compounds that the sentence names before in one list, else the one that the text is about."""
    implied = passage.implied or topics.implied(passage.block)
    if len({m.concept_id for m in earlier}) == 1 or (earlier and not own):
        return _one_list(passage, earlier, implied)
    last = topics.recall(passage.block)
    here = last is not None and last.mention is not None and last.mention.start >= passage.block.start
    return _one_of(last if here or not own or len(implied) != 1 else None, implied)


def _one_list(passage: Passage, names: list[Mention], implied: tuple[Subject, ...]) -> Resolved:
    """Names of an earlier clause as subjects where they stand in one list; else that of them which the text is about.

    "Ipamorelin and CJC-1295 are old — some human data, no approval".
    """
    listed = coordinate(passage, names)
    if {m.concept_id for m in names} == {m.concept_id for m in listed}:
        return Resolved(tuple(make_subject(mention, SubjectFrom.WRITTEN) for mention in listed))
    if len(implied) == 1 and implied[0].concept_id in {m.concept_id for m in names}:
        return Resolved(implied)
    return Resolved((), "several compounds could be the subject")


def _without(passage: Passage, start: int, end: int, skip: tuple[Mention, ...]) -> str:
    """The words from `start` to `end` less those of some mentions."""
    words: list[str] = []
    at = start
    for mention in sorted(skip, key=lambda m: m.start):
        if at <= mention.start and mention.end <= end:
            words.append(passage.between(at, mention.start))
            at = mention.end
    return "".join([*words, passage.between(at, end)])


def _pick_named(passage: Passage, before: list[Mention], at: int, *, nearest: bool) -> tuple[Subject, ...]:
    straight = _behind_opening(passage, [m for m in before if not is_oblique(passage, m)], at)
    straight = [m for m in straight if not NEW_SUBJECT.search(passage.between(m.end, at))]
    compounds = [m for m in straight if m.label is Label.COMPOUND]
    if compounds and nearest:
        return (make_subject(compounds[-1], SubjectFrom.WRITTEN),)
    if compounds:
        return tuple(make_subject(m, SubjectFrom.WRITTEN) for m in coordinate(passage, compounds))
    if straight and _leads_into(passage.between(straight[-1].end, at)):
        return (make_subject(straight[-1], SubjectFrom.WRITTEN),)
    return ()


# "Collagen needs vitamin C, and sleep raises": a noun of its own stands in front of the verb.
NEW_SUBJECT = re.compile(
    r",\s+(?:and|but|so|yet)\s+(?:the\s+|an?\s+)?"
    r"(?!(?:also|then|\w+ly|to|can|may|might|could|would|will|it|they|its|this|further|thus|therefore|thereby|in|by|for|with"
    r"|through|via|has|have|had|is|was|are|were|does|did|even|not|when|at|on|as|if|both|potentially)\b)"
    r"[a-z][\w-]+(?:\s+[a-z][\w-]+)?\s+$"
)


# "In men who failed sildenafil, bremelanotide produced": the subject stands behind the opening phrase.
OPENING = re.compile(
    r"^(?:[\w ]{1,30}:\s*)?\W*(?:in|for|after|with|among|during|by|following|like|when|where|if"
    r"|compared|beside|besides|as|upon|via|through|at|on|beyond|given|unlike)\b[^,]*,(?:\s*an?\s[^,]{1,60},)?",
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
    r"^(?:\s*\([^()]*\))?(?:\s+(?:then|also|itself|in turn|which|that|has|have|had|an?|the|does|did|do|not|can|may"
    r"|might|could|would|will|should|must|is|are|was|were|been|be|thought|believed|known|said|shown|found|reported|suggested|expected"
    r"|to|of|helps?|levels?|signal(?:l)?ing|receptors?|activation|deficiency|release|secretion|\w+ly|plasma|elimination"
    r"|very|short|long))*\s*$",
    re.IGNORECASE,
)


def _leads_into(words: str) -> bool:
    return bool(LEADS_INTO.match(words))


def _inherit(passage: Passage, head: str, topics: Topics, *, earlier: list[Mention], others: list[Mention]) -> Resolved:
    if passage.implied:
        return (
            Resolved((), "another compound stands where the subject would be") if others else Resolved(passage.implied)
        )
    implied = topics.implied(passage.block)
    last = topics.recall(passage.block)
    if subject_words("both").search(head):
        several = implied if len(implied) > 1 or not SEVERAL.search(head) else topics.recall_all(passage.block)
        if len(several) > 1 or (several and CLASS.match(head)):
            return Resolved(several)
    if subject_words("elided").search(passage.text):  # "Shows high affinity": a list item on what the list is about
        return _one_of(None if len(implied) == 1 else last, implied)
    if (number := ORDINAL.search(head)) is not None:
        several = topics.recall_all(passage.block)
        several = several if len(several) > 1 else implied if len(implied) > 1 else topics.main
        place = PLACE_IN_ROW[number["place"].lower()]
        return (
            Resolved(several[place:][:1], "the subject cannot be told") if len(several) > 1 else Resolved((), SEEN_NOT)
        )
    head = LEADING.sub("", head)
    if subject_words("pronoun").search(head) or AT_THE_VERB.search(head):
        return _follow_pronoun(head, earlier, implied, last)
    if others:
        return Resolved((), "another compound stands where the subject would be")
    bare = not re.sub(r"\W+", "", DETERMINER.sub("", head)) or bool(NOUN_ALONE.match(head))
    if not bare and not _is_general(passage, head):
        return Resolved((), "the subject cannot be told")
    if earlier and not bare and len(implied) != 1:
        return _one_list(passage, earlier, implied)
    return _one_of(None if len(implied) == 1 else last, implied)


def _follow_pronoun(head: str, earlier: list[Mention], implied: tuple[Subject, ...], last: Subject | None) -> Resolved:
    """Whom a pronoun means: a name earlier in the sentence, else the last one of the section."""
    if EVENT.match(head) and len(implied) == 1 and not earlier:
        return Resolved(implied)
    if earlier:  # "Semax is registered in Russia; elsewhere it is a research chemical"
        return Resolved((make_subject(earlier[0], SubjectFrom.PRONOUN),))
    return _one_of(last, implied)


def _is_general(passage: Passage, head: str) -> bool:
    """Whether the words where the subject would be, such as "studies" or "a dose", leave it to the page."""
    longest = LONGEST_HEAD if passage.block.question is None else 2 * LONGEST_HEAD  # an answer stays with its question
    last_part = head[head.rfind(", ") + 1 :]  # "In a trial, in adults, a single injection of 30 mcg/kg raised"
    if any(len(part) <= longest and subject_words("generic").search(part) for part in (head, last_part)):
        return True
    if len(head) <= LONGEST_REPORT and STUDY_REPORTS.search(head) is not None:
        return True
    return passage.block.kind in ELLIPTIC and len(head) <= LONGEST_HEAD


# "Synthetic pentadecapeptide derived from": what the text is about, told without its name.
NOUN_ALONE = re.compile(
    r"^\W*(?:an? )?(?:(?:synthetic|natural|naturally|occurring|short|small|novel|modified|stable|stabili[sz]ed|linear"
    r"|cyclic|endogenous|acetylated|\d+[- ]amino[- ]acid|copper|gastric|thymic|human|regulatory) )*"
    r"(?:\w*peptide|fragment|analog(?:ue)?|mixture)(?: \([^()]{1,40}\))?,?\s*$",
    re.IGNORECASE,
)


# "The first of them", "the latter", "the second one": one of those that were set side by side.
ORDINAL = re.compile(
    r"\bthe (?P<place>first|second|third|former|latter|last)"
    r"(?: one| of (?:them|these|those|the (?:two|three|trio|pair)))?"
    r"\s+(?:(?:\w+ly|has|had|also|then|can|may|did|does|not)\s+)*$",
    re.IGNORECASE,
)


PLACE_IN_ROW = {"first": 0, "former": 0, "second": 1, "third": 2, "latter": -1, "last": -1}


SEEN_NOT = "the subject cannot be told"


# "Both are given into the nose" means what the sentence before set side by side; "the two trials" does not.
SEVERAL = re.compile(r"^\W*(?:both|neither|they)\b", re.IGNORECASE)


CLASS = re.compile(r"^\W*they\b", re.IGNORECASE)  # of one name, a class: "GLP-1 agonists are drugs. They slow …"


# "This produces pulses", said of what the sentence before tells; "the modified peptide" of a page on an analogue
EVENT = re.compile(r"^\W*(?:this\s+(?:\w+ly\s+)*$|.*\bthe (?:modified|synthetic|research) \w+\s+$)", re.IGNORECASE)


# "Bound to DNA it activates"
AT_THE_VERB = re.compile(
    r"\b(?:it|this)\s+(?:(?:\w+ly|also|then|can|may|does|did|not|has|had|further)\s+)*$", re.IGNORECASE
)


# "A later trial in Russian literature (Sample et al., 2002) reported improved": it is on what the study tested.
STUDY_REPORTS = re.compile(
    r"(?:\b(?:stud(?:y|ies)|trials?|experiments?|models?|review|group|authors|researchers|papers?|work)\b|\bet al\b).*"
    r"\b(?:report(?:s|ed)?|show(?:s|ed|n)?|document(?:s|ed)?|found|finds?|demonstrate[sd]?|observed?|describe[sd]?|noted?)\b"
    r"[^.;]{0,60}$",
    re.IGNORECASE,
)


LONGEST_REPORT = 240  # code points of such a head


# Words before a verb among which "studies" or "a dose" can still be its subject; measured on the samples.
LONGEST_HEAD = 64


# Blocks whose sentences often leave the subject out.
ELLIPTIC = frozenset(
    {
        BlockKind.HEADING,
        BlockKind.LIST_ITEM,
        BlockKind.TABLE_ROW,
        BlockKind.FRONT_MATTER,
        BlockKind.METADATA,
        BlockKind.ANSWER,
    }
)


# "and", "(2)" and the like in front of the second verb of a sentence
LEADING = re.compile(r"^(?:\W*(?:and|also|then|or|\(?\d{1,2}\)?))+\W*$|^\W*(?:and|also|then)\s", re.IGNORECASE)


def _one_of(last: Subject | None, implied: tuple[Subject, ...]) -> Resolved:
    if last is not None:
        return Resolved((last,))
    if len(implied) == 1:
        return Resolved(implied)
    if implied:
        return Resolved((), "several compounds could be the subject")
    return Resolved((), "no compound is named nearby")
