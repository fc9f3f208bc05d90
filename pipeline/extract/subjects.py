"""Whom a passage is about: named, meant by a pronoun, or implied by question, heading and title."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extract.alone import OTHER_NOUN, is_alone
from pipeline.extract.antecedents import (
    AT_THE_VERB,
    AT_WORK,
    KIN,
    PARALLEL,
    SEVERAL,
    find_meant,
    find_pointed,
    find_several,
    is_pronoun,
    means_another,
    means_other_kind,
    points,
    recall_host,
)
from pipeline.extract.casts import list_together
from pipeline.extract.kinds import find_kind
from pipeline.extract.naming import (
    DETERMINER,
    NEVER,
    coordinate,
    is_additive,
    is_agent,
    is_endogenous,
    is_foil,
    is_governed,
    is_itself,
    is_oblique,
    is_provoker,
    make_subject,
    names_unknown,
    opens_sentence,
    stands_behind,
    subject_words,
)
from pipeline.extract.others import is_care, tells_of_others
from pipeline.extract.written import (
    find_behind_front,
    is_fronted,
    is_told_of_actor,
    leads_into,
    pick_behind,
    pick_explained,
    pick_named,
    tells_of_target,
)
from pipeline.schema import BlockKind, Label, SubjectFrom

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Mention, Subject


OF_ANOTHER = "said of another noun"


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
    shared: bool = False,
) -> Resolved:
    """Whom the words at page offset `at` are said of.

    `side` tells where a name may stand ("before", "after", "any"); `skip` are mentions that play another part;
    `targets` allows that a target is the subject: "BDNF acts through TrkB"; `loose` takes the page's compound
    whatever stands where the subject would be, for matters that nothing else on the page can have; `own` does so for
    what is more often said of the page's compound than of the one named last; `nearest` takes the last name in front,
    not the first; `shared` that it is said of all compounds that the page lists, where it is said of none of them.
    """
    first, last = passage.clause(at)
    if side != "after" and (kind := _take_kind(passage, at, topics)):
        return Resolved(kind)
    names = _list_names(passage, at, skip, targets=targets)
    if explained := pick_explained(passage, names, at):
        return Resolved(explained)
    names = [m for m in names if not stands_behind(passage, m, "level") and not _is_acted_on(passage, m, at)]
    names = [m for m in names if m.start >= at or not _is_measured(m, passage.between(m.end, at))]
    before = _drop_behind_pronoun(passage, _drop_asides(passage, [m for m in names if first <= m.start < at], at), at)
    if (fronted := _take_fronted(passage, names, at, topics)) is not None:
        return fronted
    if side != "after" and (subjects := pick_named(passage, before, at, skip, nearest=nearest)):
        return Resolved(subjects)
    inside = [m for m in names if at < m.start < last]
    if side == "after":
        return _take_after(passage, inside, at)
    if behind := pick_behind(passage, names, at):
        return Resolved(behind)
    if agents := _find_agents(passage, inside, at):
        return Resolved((make_subject(agents[0], SubjectFrom.WRITTEN),))
    elsewhere = tells_of_others(passage, at, named=bool(before)) or is_told_of_actor(passage, at)
    if names_unknown(passage, at, last) or elsewhere:
        return Resolved((), "said of something else that has no name here")
    earlier = [m for m in names if m.end <= first and m.label is Label.COMPOUND and not is_oblique(passage, m)]
    earlier = [m for m in earlier if not _is_in_label(passage, m)]
    others = [m for m in before if m.label is Label.COMPOUND and stands_behind(passage, m, "part")]
    head = _drop_list(_without(passage, first, at, skip), skip, at)
    resolved = _inherit(passage, head, topics, earlier=earlier, others=others, own=own)
    told_of_another = targets and resolved.reason == OF_ANOTHER
    if (loose or own) and not (resolved.subjects or others or told_of_another or SEVERAL.search(head)):
        resolved = _take_loosely(passage, topics, earlier, own=own)
    everyone = shared and not (resolved.subjects or names)
    return Resolved(list_together(topics, passage.block), resolved.reason) if everyone else resolved


def _take_fronted(passage: Passage, names: list[Mention], at: int, topics: Topics) -> Resolved | None:
    """Whom the main clause tells of, where the words at `at` stand in a phrase in front of it."""
    if (main := find_behind_front(passage, names, at)) is not None:
        return Resolved((make_subject(main, SubjectFrom.WRITTEN),))
    if is_fronted(passage, at):
        return _one_of(topics.recall(passage.block), passage.implied or topics.implied(passage.block))
    return None


def _list_names(passage: Passage, at: int, skip: tuple[Mention, ...], *, targets: bool) -> list[Mention]:
    """The names of a passage that can be what something is said of."""
    if is_care(passage, at):
        return []
    labels = (Label.COMPOUND, Label.TARGET) if targets else (Label.COMPOUND,)
    return [
        m
        for m in passage.of(*labels)
        if m not in skip and m.concept_id not in NEVER and not is_additive(m.name) and is_itself(passage, m, at)
    ]


def _take_after(passage: Passage, names: list[Mention], at: int) -> Resolved:
    """The first owner, else agent, among names behind the words at `at`: "the anxiolytic effects of Selank"."""
    owners = [m for m in names if OF.match(passage.between(at, m.start))]
    named = owners or [m for m in names if is_agent(passage, m)]
    listed = coordinate(passage, [m for m in names if m.start >= named[0].start]) if named else []
    return Resolved(tuple(make_subject(m, SubjectFrom.WRITTEN) for m in listed), "the subject cannot be told")


def _take_kind(passage: Passage, at: int, topics: Topics) -> tuple[Subject, ...]:
    """Whom the text is about, where a sentence opens with its kind alone and the words at `at` are said of that."""
    own = passage.implied or topics.implied(passage.block)
    end = find_kind(passage) if len(own) == 1 else None
    if end is None or any(m.concept_id == own[0].concept_id for m in passage.near(passage.start, end)):
        return ()
    first = max(end, passage.clause(at)[0])
    others = (m for m in passage.near(first, at) if m.label is Label.COMPOUND)
    return () if any(not (is_oblique(passage, m) or is_governed(passage, m)) for m in others) else own


# "Neither cortisol nor prolactin changed": what is left of a list of things that were measured.
LISTED = re.compile(r"\W*(?:neither|both|either)\b(?:\W+(?:nor|and|or|the))*\W*", re.IGNORECASE)


def _drop_list(head: str, skip: tuple[Mention, ...], at: int) -> str:
    return "" if LISTED.fullmatch(head) and any(m.start < at for m in skip) else head


# "Plasticity (lion's mane via NGF), substrate supply (alpha-GPC)": each bracket is told of the words in front of it.
ITEM_BEHIND = re.compile(
    r",\s+(?!(?:which|that|who|is|was|are|were|has|had|an?|the|also|and|but|or|it|they|this|can|may|\w+ly|\w+(?:ed|ing|es|s))\b)"
    r"[^.;:]*$",
    re.IGNORECASE,
)


def _drop_asides(passage: Passage, names: list[Mention], at: int) -> list[Mention]:
    """The names less those in a bracket in front of the words at `at`, where others stand outside."""
    closed = [(start, end) for start, end in passage.brackets if end <= at]
    listed = [(start, end) for start, end in closed if ITEM_BEHIND.match(passage.between(end, at))]
    names = [m for m in names if not any(start <= m.start < end for start, end in listed)]
    outside = [m for m in names if not any(start <= m.start < end for start, end in closed)]
    targets = outside and all(m.label is Label.TARGET for m in names)  # "NGF (Nerve Growth Factor) promotes"
    return outside if targets or any(m.label is Label.COMPOUND for m in outside) else names


def _drop_behind_pronoun(passage: Passage, names: list[Mention], at: int) -> list[Mention]:
    """The names less those that only stand behind the pronoun of which the words at `at` are said.

    "The peptide kept resistance high after gliadin exposure and stopped ZO-1 from leaving."
    """
    if PARALLEL.match(passage.text) and AT_THE_VERB.search(passage.between(passage.start, at)):
        return []
    pronoun = AT_WORK.search(passage.between(passage.clause(at)[0], at))
    if pronoun is None or not names:
        return names
    behind = passage.clause(at)[0] + pronoun.end() - 1
    return [m for m in names if m.start < behind or leads_into(passage.between(m.end, at))]


# "It blocks the B2 receptor that causes the swelling": what a verb acts on, and what a relative clause is about.
THAT = re.compile(r"^\s+that\s+(?:(?:\w+ly|can|may|would|also|then|in turn|normally)\s+)*$", re.IGNORECASE)


def _is_acted_on(passage: Passage, mention: Mention, at: int) -> bool:
    """Whether a verb in front acts on a name, and the words at `at` are not said of it."""
    if mention.label is Label.TARGET and not passage.between(mention.end, at).strip() and is_agent(passage, mention):
        return True  # "infarct size by CK-MB did not differ"
    own = mention.label is Label.TARGET and mention.end <= at and THAT.match(passage.between(mention.end, at))
    return not own and is_governed(passage, mention)


# "Said to restore the melatonin peak and bring cortisol down": how much there is of something, far from the verb.
HOW_MUCH = re.compile(
    r"^\s+(?:levels?|release|secretion|peaks?|pulses?|output|responses?|rhythms?|surges?|production|concentrations?|tone"
    r"|synthesis|expression|receptors?|secreting|signal(?:l)?ing)\s+(?:\w+\s+){1,8}?(?:and|or|,)\s",
    re.IGNORECASE,
)


# "Glutathione was preserved and malondialdehyde": what changed before something else did.
CHANGED = re.compile(
    r"^\s+(?:(?:was|were|is|are)\s+(?:\w+ly\s+)?(?!given|injected|administered|infused|used|applied|added|shown|found|known|thought"
    r"|tested|able|taken)\w+ed|rose|fell|went|stayed|remained|dropped|declined|climbed)\b[^.;]{0,60}?,?\s(?:and|while|but)\s(?!(?:has|had|is|was)\b)",
    re.IGNORECASE,
)


def _is_measured(name: Mention, words: str) -> bool:
    """Whether the words behind a name make it a thing measured, of which nothing further is said."""
    if is_endogenous(name) and CHANGED.match(words):
        return True
    return bool(HOW_MUCH.match(words)) and not leads_into(words)


# "Reversed ageing, with glutathione rising": what was measured beside it.
RISING = re.compile(
    r"\s+(?:levels?\s+)?(?:rising|increasing|improving|falling|declining|dropping|climbing|returning|normali[sz]ing)\b",
    re.IGNORECASE,
)


def _find_agents(passage: Passage, names: list[Mention], at: int) -> list[Mention]:
    """The compounds behind the words at `at` that did what they tell; none where a pronoun did it."""
    if AT_WORK.search(passage.between(passage.clause(at)[0], at) + "x"):
        return []
    compounds = (m for m in names if m.label is Label.COMPOUND and not is_oblique(passage, m))
    compounds = (m for m in compounds if not RISING.match(passage.between(m.end, m.end + LONGEST_HEAD)))
    return [m for m in compounds if is_agent(passage, m) and not is_provoker(passage, m, at)]


# "The anxiolytic effects of Selank"
OF = re.compile(r"^(?:\w+\s+)?(?:of|for|by|with|from)\s+(?:the\s+|this\s+)?$", re.IGNORECASE)


def _take_loosely(passage: Passage, topics: Topics, earlier: list[Mention], *, own: bool) -> Resolved:
    """The compounds that the sentence names before in one list, else the one that the text is about."""
    if not own and tells_of_target(passage):
        return Resolved((), "told of a target")
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
    return "".join([*words, passage.between(at, end)]).replace(" ,", ",")


def _is_in_label(passage: Passage, mention: Mention) -> bool:
    """Whether a name only stands in the label of an item on another one: "Diarrhea of chemotherapy: it can help"."""
    head = passage.block.cells[0] if passage.block.cells and passage.block.kind is BlockKind.LIST_ITEM else None
    return head is not None and head.is_head and head.start < mention.start < head.end


STILL = re.compile(r"^\W*(?:still|even|yet)\s+", re.IGNORECASE)  # "… is better, but still raises cortisol"


# "Insulin resistance: this condition": the label of an item in front of its sentence.
ITEM_LABEL = re.compile(r"^\W*[^.:;]{3,48}:[\s*_]+(?=(?:this|these|that|those|such)\b)", re.IGNORECASE)


def _inherit(
    passage: Passage, head: str, topics: Topics, *, earlier: list[Mention], others: list[Mention], own: bool
) -> Resolved:
    if passage.implied:
        return (
            Resolved((), "another compound stands where the subject would be") if others else Resolved(passage.implied)
        )
    implied = topics.implied(passage.block)
    last = topics.recall(passage.block) if not topics.leads.heads_agents(passage.block) else None
    if several := find_several(passage, head, topics):
        return Resolved(several)
    if subject_words("elided").search(passage.text):  # "Shows high affinity": a list item on what the list is about
        return _one_of(None if len(implied) == 1 else last, implied)
    if (away := _point_away(passage, head, topics)) is not None:
        return away
    head = STILL.sub("", LABELLED.sub("", LEADING.sub("", head)))
    if is_pronoun(head):
        return _take_meant(passage, head, earlier, topics)
    if others:
        return Resolved((), "another compound stands where the subject would be")
    bare = not re.sub(r"\W+", "", DETERMINER.sub("", head)) or is_alone(head)
    if not bare and not _is_general(passage, head):
        return Resolved((), "the subject cannot be told")
    if bare and (before := _find_clause_before(passage, head, earlier)):
        return Resolved(tuple(make_subject(mention, SubjectFrom.WRITTEN) for mention in before))
    if earlier and len(implied) != 1:
        return _one_list(passage, earlier, implied)
    here = last is not None and last.mention is not None and last.mention.start >= passage.block.start
    turned = own and here and _opens_block(passage, implied)
    return _one_of(last if len(implied) != 1 or turned or (here and not bare and not own) else None, implied)


def _point_away(passage: Passage, head: str, topics: Topics) -> Resolved | None:
    """Whom words mean that point to one of several, or to something else: "the latter", "this enzyme"."""
    if means_other_kind(ITEM_LABEL.sub("", head)):
        return Resolved((), OF_ANOTHER)
    if points(head):
        return Resolved(find_pointed(passage, head, topics), "the subject cannot be told")
    return None


def _opens_block(passage: Passage, implied: tuple[Subject, ...]) -> bool:
    """Whether a paragraph is about one compound only because it begins with it, so that it may turn to another."""
    return len(implied) == 1 and implied[0].mention is not None and implied[0].mention.start >= passage.block.start


def _take_meant(passage: Passage, head: str, earlier: list[Mention], topics: Topics) -> Resolved:
    """Whom a pronoun means; nobody where the sentence opens with another compound that is only told by its kin."""
    if means_another(passage, head, earlier):
        return Resolved((), OF_ANOTHER)
    if (hosts := recall_host(passage, earlier, topics)) is not None:
        return Resolved(hosts, None if hosts else OF_ANOTHER)
    if KIN.match(passage.text) and not earlier:
        return Resolved((), "said of a relative of the compound")
    return _one_of(find_meant(passage, head, earlier, topics), topics.implied(passage.block))


def _find_clause_before(passage: Passage, head: str, earlier: list[Mention]) -> list[Mention]:
    """The names with which the clause before begins: "EPO did the same but doubled", "Quercetin clears; p16 fell"."""
    if not earlier or re.search(r"\w", head):
        return []
    first = passage.clause(earlier[-1].start)[0]
    own = [m for m in earlier if m.start >= first]
    opens = not re.search(r"\w", DETERMINER.sub("", passage.between(first, own[0].start)))
    return coordinate(passage, own) if opens and not is_foil(own[0].name) else []


def _is_general(passage: Passage, head: str) -> bool:
    """Whether the words where the subject would be, such as "studies" or "a dose", leave it to the page."""
    longest = LONGEST_HEAD if passage.block.question is None else 2 * LONGEST_HEAD  # an answer stays with its question
    last_part = head[head.rfind(", ") + 1 :]  # "In a trial, in adults, a single injection of 30 mcg/kg raised"
    if any(len(part) <= longest and subject_words("generic").search(part) for part in (head, last_part)):
        return True
    if len(head) <= LONGEST_REPORT and STUDY_REPORTS.search(head) is not None:
        return True
    if passage.block.kind not in ELLIPTIC or len(head) > LONGEST_HEAD or OTHER_NOUN.match(head):
        return False
    return not _opens_with_target(passage, head)


def _opens_with_target(passage: Passage, head: str) -> bool:
    """Whether a sentence is on a target that does something: "GIP acts on fat tissue, promoting", in a list."""
    first = next((m for m in passage.mentions if m.label in (Label.COMPOUND, Label.TARGET)), None)
    if first is None or first.label is not Label.TARGET or first.text not in head:
        return False
    return opens_sentence(passage, first)


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
LEADING = re.compile(
    r"^(?:\W*(?:and|also|then|or|first|originally|initially|once|now|today|later|\(?\d{1,2}\)?))+\W*$|^\W*(?:and|also|then)\s",
    re.IGNORECASE,
)


# "**Neurotrophic support:** raises": what a clause without a subject is about.
LABELLED = re.compile(
    r"^[\W_]*(?![^:]*\b(?:outcome|end-?point|aim|objective|measure|question|goal|hypothesis)s?\b)"
    r"[A-Z][\w /&-]{2,40}(?:[*_]{0,3}:[*_]{0,3}|[*_]{2,3}\s+[–—-])\s+(?=$|(?:and|also|then|it)\b)"
)


def _one_of(last: Subject | None, implied: tuple[Subject, ...]) -> Resolved:
    if last is not None:
        return Resolved((last,))
    if len(implied) == 1:
        return Resolved(implied)
    if implied:
        return Resolved((), "several compounds could be the subject")
    return Resolved((), "no compound is named nearby")
