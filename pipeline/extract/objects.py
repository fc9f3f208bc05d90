"""What names a trigger governs: objects behind or in front of it, in lists, each with the tissue it is said of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

from pipeline.components.names import unify_signs
from pipeline.extract.phrases import find_phrases_before, list_phrases
from pipeline.extract.subjects import subject_words
from pipeline.extract.verbs import finite_verbs, joined_verb, turning_words
from pipeline.lexicon import concept_index
from pipeline.schema import Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.lexicon import Rule
    from pipeline.page import Mention, Quantity

# Words that may stand between the members of one list of objects: "BDNF and NGF mRNA, and the protein".
LIST_GLUE = re.compile(
    r"^(?:[\s,/&()+;]|\b(?:and|or|nor|as|well|plus|both|neither|either|the|its|of|in|mRNAs?|proteins?|expression|levels?|genes?"
    r"|signal(?:l)?ing|activity|secretion|release|synthesis|production|transcripts?|pathways?|turnover"
    r"|to a lesser (?:degree|extent)|conditions?|disorders?|diseases?|involving|related|such)\b)*$",
    re.IGNORECASE,
)
# A verb between trigger and name: the name belongs to another statement.
BLOCKING = re.compile(
    r"\b(?:is|are|was|were|has|have|had|it|they|we|that|which|who|does|did|do|via|through|following|after|by|patients?|kind"
    r"|how|associated|related"
    r"|linked|to (?:reduce|increase|improve|support|promote|enhance|regulate|prevent)"
    r"|preserv\w+|support\w*|promot\w+|reduc\w+|improv\w+|prevent\w+|increased|enhanced|decreased|lower|faster|changes|trends?)\b",
    re.IGNORECASE,
)
IN_PLACE = re.compile(r"\b(?:in|of|within|from|across|throughout)\s+(?:[\w-]+\s+){0,4}?$", re.IGNORECASE)
# Verbs whose object stands before them in the passive: "NGF was increased by Semax".
ACTIONS = frozenset({"increases", "decreases", "modulates", "binds", "activates", "inhibits"})
DIRECTED = frozenset({"increases", "decreases"})
# "Vessel growth in wounds": the ill is where it was seen.
OF_THE_ILL = re.compile(
    r"^\s+(?:closure|healing|repair|models?|care|contraction|patients?|research|studies|recovery)\b", re.IGNORECASE
)
OF_ILL = re.compile(r"\b(?:in|of|involving)\b", re.IGNORECASE)
# "Activates TLR9, and interferon is the outcome": a name that has a verb of its own.
NEW_CLAUSE = re.compile(
    r"^\s+(?:(?:levels?|mRNA|expression|release)\s+)?(?:is|are|was|were|has|had|have|does|did|rose|fell|went|stayed|remained|"
    r"dropped|declined|goes|go|rises|rise|falls|drops|increases|decreases|follows|grows|declines|climbs|may|can|will|that)\b",
    re.IGNORECASE,
)
# "Lowers elevated cortisol", "restores reduced BDNF": how things were before.
STATE = re.compile(
    r"^\s*(?:(?:the|already|\w+ly)\s+)*(?:elevated|raised|increased|reduced|decreased|lowered|impaired|depleted|suppressed)\s",
    re.IGNORECASE,
)
# "Increases resistance to stress" is about resistance; "improves the treatment of depression" about treatment.
APART = re.compile(
    r"\b(?:to|with|at|into|from|under|against|than|as|effects?|influence|impact|role|less|fewer)\b",
    re.IGNORECASE,
)
FAR_APART = re.compile(r"\b(?:of|in|to|for|with|at|on|into|from|under|against|than|as|and|or)\b", re.IGNORECASE)
PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being)\s+(?:(?:\w+ly|not|also|then|no longer|both|all)\s+)*$", re.IGNORECASE
)
# "BDNF protein in the rat hippocampus rose": where an object was measured, between it and its verb.
PLACES = frozenset({Label.TISSUE, Label.SPECIES, Label.MATRIX})
IN_PLACE_ONLY = re.compile(r"^\s*(?:of (?:the )?)?$", re.IGNORECASE)
IN_FRONT_OF_PLACE = re.compile(
    r"\s*(?:mRNA|protein|levels?|expression|content|concentrations?)?\s+(?:in|of|within)\s+(?:the\s+)?(?:\w+\s+)?$",
    re.IGNORECASE,
)
# "JAK1 pathway downregulation": what of the name is changed, between it and the noun that says how.
HEADS = re.compile(
    r"\s+(?:pathway|signal(?:l)?ing|expression|gene|mRNA|protein|production|synthesis|release|secretion|receptor|levels?)"
    r"(?:\s+(?:pathway|expression|activity|production|level))?(?=\s*$)",
    re.IGNORECASE,
)
LOOK_AHEAD = 24  # code points behind a name that tell whether it is only a part of another word


@dataclass(frozen=True, slots=True)
class Found:
    """One object of a trigger: a mention, a number or words, and the tissue that it is said of."""

    mention: Mention | None
    text: str | None
    quantity: Quantity | None
    tissue: Mention | None
    start: int
    end: int
    concept_id: str | None = None
    owner: Mention | None = None  # whose number it is, when the words say so
    size: Mention | None = None  # how large the effect on it is

    @property
    def is_phrase(self) -> bool:
        """Whether it is a noun phrase that no lexicon names."""
        return self.mention is None and (self.concept_id or "").startswith("local:")


GRADES = frozenset({"up-better", "down-fewer"})
# "sedation, muscle relaxation, amnesia, dependence or tolerance"
UNKNOWN_MEMBERS = re.compile(
    r"^,\s*(?:[\w-]+(?:\s[\w-]+){0,2},\s*){1,3}(?:(?:and|or)\s+)?$|^,?\s*(?:[\w-]+\s){1,2}(?:and|or)\s+$"
)
TOLD = "activity-told"  # "reported side effects include" names no activity
HARMS = "process:adverse-effects"
PRODUCED = "up-produce"  # "produces anxiolytic effects" has them


def may_be_object(rule: Rule, mention: Mention) -> bool:
    """Whether a name can be what a rule's words act on; of compounds only those that a body makes or holds."""
    if mention.label not in rule.object:
        return False
    if mention.label is not Label.COMPOUND or rule.predicate not in CHANGING:
        return True
    name = mention.concept or mention.text
    return bool(subject_words("endogenous").fullmatch(name))


CHANGING = frozenset({"increases", "decreases", "modulates", "binds", "inhibits", "activates"})


def find_after(rule: Rule, passage: Passage, end: int) -> Iterator[Found]:
    """The names behind a trigger that ends at page offset `end`, in their lists and places."""
    last = passage.clause(max(passage.start, end - 1))[1]
    chain = Chain(rule, passage, end, at=end)
    for mention in (m for m in passage.mentions if end <= m.start < last):
        if not chain.take(mention):
            break
    yield from chain.finish()


@dataclass
class Chain:
    """The objects behind a trigger in groups, each with the tissues that close it.

    "raised GDNF and CNTF in the cortex and GDNF in the cord": two groups.
    """

    rule: Rule
    passage: Passage
    end: int  # of the trigger
    at: int  # end of the last name taken
    group: list[Mention] = field(default_factory=list)
    placed: list[Mention] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)

    def take(self, mention: Mention) -> bool:
        """Take a name in, or pass it over; false when the chain is at its end."""
        gap = self.passage.between(self.at, mention.start)
        if may_be_object(self.rule, mention):
            return self._take_object(mention, gap)
        if mention.label is Label.TISSUE and self.group and (self.placed or IN_PLACE.search(gap)):
            if self.placed and not LIST_GLUE.match(gap):
                return False
            self.placed.append(mention)
            self.at = mention.end
        elif mention.label is Label.CITATION:
            self.at = mention.end
        return True

    def _take_object(self, mention: Mention, gap: str) -> bool:
        behind = self.passage.between(mention.end, mention.end + LOOK_AHEAD)
        is_first = not self.group and not self.found
        if not (self._is_first(mention, gap, behind) if is_first else self._is_next(mention, gap, behind)):
            return False
        if self.placed:
            self._close()
        if self.rule.predicate in ACTIONS and ADJECTIVAL.match(behind):
            return True  # "nitric oxide-mediated healing" is about healing
        if self.rule.predicate == "derived_from" and NOT_ORIGIN.match(behind):
            return not GAPPED.match(behind)
        if POINTED.match(behind) and self.rule.object_side == "after":
            return False
        if TURNED.match(behind) and self.rule.predicate != "acts_through":
            return False
        if self._describes(mention) or (mention.label is Label.DISEASE and OF_THE_ILL.match(behind)):
            return True
        self.group.append(mention)
        self.at = mention.end
        return True

    def _is_first(self, mention: Mention, gap: str, behind: str) -> bool:
        """Whether a name is near enough behind the trigger, and nothing between them is about something else."""
        words = self.passage.between(self.end, mention.start)  # also over a call-out that was passed
        words = RAISED.sub("", words) if self.rule.predicate == "acts_through" else words
        words = STATE.sub("", words) if self.rule.predicate in DIRECTED else words
        if mention.start - self.end > self.rule.reach or _is_blocked(words):
            return False
        if self.rule.predicate in ACTIONS and (turning_words().search(words) or INVERTS.search(gap)):
            return False
        parting = FAR_APART if mention.label is Label.DISEASE else APART
        if self.rule.predicate in DIRECTED and (parting.search(words) or joined_verb().search(words)):
            return False
        return self._is_fitting(mention, gap, behind)

    def _is_fitting(self, mention: Mention, gap: str, behind: str) -> bool:
        """Whether the first name is of the kind that a rule's words have: an activity, a thing and no activity."""
        if self.rule.id == PRODUCED:
            return not is_activity(self.passage, mention)
        if self.rule.id in GRADES:
            return not NEW_CLAUSE.match(behind)  # "higher IGF-1 is thought to"
        if self.rule.id == TOLD and (mention.concept_id == HARMS or self._is_of_a_noun(mention)):
            return False
        if self.rule.predicate != "has_activity":
            return True
        return bool(FEW_WORDS.match(gap)) and is_activity(self.passage, mention)

    def _is_next(self, mention: Mention, gap: str, behind: str) -> bool:
        """Whether a name goes on with the list of those before it."""
        if not (LIST_GLUE.match(gap) or self._is_listed(gap)) or (self.placed and IN_PLACE.search(gap)):
            return False
        if mention.label is Label.DISEASE and (self.placed or OF_ILL.search(gap)):
            return False
        if len(self.group) == 1 and CLAUSE_AND.match(gap) and not LIST_END.match(behind):
            return False
        return not ((self.placed or "," in gap) and NEW_CLAUSE.match(behind))

    def _is_of_a_noun(self, mention: Mention) -> bool:
        """ "Observed neurotrophic signatures" are no activity."""
        behind = self.passage.between(mention.end, mention.end + LOOK_AHEAD)
        noun = bool(OF_THE_KIND.search(mention.text)) and re.match(r"\s+[a-z]{3,}", behind) is not None
        return noun and not ACTIVITY_BEHIND.match(behind) and not behind.lstrip().startswith(("and ", "or "))

    def _is_listed(self, gap: str) -> bool:
        """Whether only names that nobody knows stand between two members of a list."""
        return bool(UNKNOWN_MEMBERS.match(gap)) and not _is_blocked(gap) and not finite_verbs().search(gap)

    def _describes(self, mention: Mention) -> bool:
        """ "Ageing skin" and "anti-inflammatory IL-10" are about what the word describes."""
        if self.rule.predicate not in ACTIONS or mention.label is not Label.PROCESS:
            return False
        beside = [m for m in self.passage.near(mention.end, mention.end + 2) if m.label in DESCRIBED]
        return bool(beside) and ADJECTIVE.search(mention.text) is not None

    def _close(self) -> None:
        placed = self.placed or open_place(self.passage)
        self.found.extend(place_names(_drop_families(self.passage, _drop_parents(self.group)), placed))
        self.group, self.placed = [], []

    def finish(self) -> list[Found]:
        """Everything found."""
        self._close()
        return self.found


# "Improves the lipid profile (triglycerides ↓)": the arrow says what becomes of it.
POINTED = re.compile(r"^\s*[↑↓↔⬆⬇]")
# "more angiogenesis and cytokine modulation": the last name is what is modulated, not what is increased.
TURNED = re.compile(
    r"^\s+(?:modulation|regulation|inhibition|reduction|suppression|prevention|blockade)\b", re.IGNORECASE
)


# What an adjective made of a process can describe.
DESCRIBED = frozenset({Label.TARGET, Label.TISSUE, Label.SPECIES, Label.COMPOUND})
ADJECTIVE = re.compile(r"(?:ing|ory|ic|ive|ed|ant)$", re.IGNORECASE)
# "functions through enhanced receptor activation"
RAISED = re.compile(r"\b(?:enhanced|increased|improved|prolonged)\b", re.IGNORECASE)
# What a compound has as an activity of its own: "anxiolytic effects", but not "memory" or "growth hormone release".
OWN_ACTIVITY = re.compile(
    r"process:(?:.*-(?:activity|effect)|.*protection|immuno(?:modulation|stimulation)|sedation|analgesia|dependence|tolerance"
    r"|.*toxicity|adverse-effects|teratogenicity|vasodilation|neuroregeneration|cognition)"
)
ACTIVITY_WORD = re.compile(r"\b(?:effects?|activit(?:y|ies)|actions?|propert(?:y|ies)|potential)$", re.IGNORECASE)
ACTIVITY_BEHIND = re.compile(
    r"^(?:,? (?:and|or) [\w-]+)?[- ](?:like )?(?:effects?|activit(?:y|ies)|actions?|propert(?:y|ies)|potential)\b",
    re.IGNORECASE,
)


# "It is pro-angiogenic"
OF_THE_KIND = re.compile(r"(?:ic|ive|ory|genic|ant)$", re.IGNORECASE)
IS = re.compile(r"\b(?:is|are|was|were|be)\s+(?:(?:also|both|\w+ly|an?|not)\s+)*$", re.IGNORECASE)


def is_activity(passage: Passage, mention: Mention) -> bool:
    """Whether a process is what a compound does, and not what something else does or what is measured."""
    if OF_THE_KIND.search(mention.text) and IS.search(passage.between(mention.start - LOOK_AHEAD, mention.start)):
        return True
    if OWN_ACTIVITY.fullmatch(mention.concept_id or ""):
        return True
    if (mention.concept_id or "").endswith(("-flow", "-pressure", "-rate", "-release")):
        return False
    if ACTIVITY_WORD.search(mention.text):
        return True
    return bool(ACTIVITY_BEHIND.match(passage.between(mention.end, mention.end + LOOK_AHEAD)))


# "Semax comes from ACTH and Selank from tuftsin"; "the pineal extract epithalamin"
NOT_ORIGIN = re.compile(r"^\s+(?:from|extract|stud(?:y|ies)|data|research|trials|levels)\b", re.IGNORECASE)
GAPPED = re.compile(r"^\s+from\b", re.IGNORECASE)
# Adjectives may stand between "has" and its activity, other nouns and verbs not.
FEW_WORDS = re.compile(
    r"^(?!.*\b(?:half-life|evidence|data|reductions?|increases?|decreases?|risk|due|concerns?)\b)\W*(?:[\w-]+\W+){0,5}$",
    re.IGNORECASE,
)
ADJECTIVAL = re.compile(r"^[-‑–][a-z]{3,}\b(?!-?\d)")
# "promotes breakdown of triglycerides" does not promote triglycerides.
INVERTS = re.compile(
    r"\b(?:breakdown|degradation|loss|clearance|depletion|uptake|organi[sz]ation|concerns?|questions?|awareness|need|risk)\b",
    re.IGNORECASE,
)


def _is_blocked(gap: str) -> bool:
    """Whether a verb, or the end of a bracket, keeps what follows from being the object."""
    return bool(BLOCKING.search(gap)) or gap.count(")") > gap.count("(") or gap.count("]") > gap.count("[")


def _drop_parents(group: list[Mention]) -> list[Mention]:
    """ "The GHRH(1–29) fragment of growth hormone-releasing hormone" names one thing: the fragment."""
    parents = {mention.fragment.parent_id for mention in group if mention.fragment is not None}
    return [mention for mention in group if mention.fragment is not None or mention.concept_id not in parents]


def _drop_families(passage: Passage, group: list[Mention]) -> list[Mention]:
    """ "The neurotrophins BDNF and NGF" names two things: a family in front of its members only introduces them."""
    kept: list[Mention] = []
    for mention, following in zip_longest(group, group[1:]):
        row = concept_index().get((following.concept_id if following else None) or "")
        apposed = following is not None and APPOSED.match(passage.between(mention.end, following.start))
        if not (apposed and row is not None and mention.concept_id in row.broader):
            kept.append(mention)
    return kept


# Between a family and its first member: "the neurotrophins BDNF", "cytokines (IL-6", "cytokines such as IL-6".
APPOSED = re.compile(r"^\s*(?:\(|:|,?\s*(?:such as|including|like|namely|i\.e\.,?)\s)?\s*$", re.IGNORECASE)


# "In sepsis mortality was lower": it was not the sepsis that was.
NOUN_BEHIND = re.compile(r"^\s+(?!in\b|of\b|with\b|by\b|symptoms?\b|scores?\b|severity\b)[a-z]{3,}", re.IGNORECASE)
PASSIVE_REACH = 28  # code points between a name and the passive that is said of it


def find_before(rule: Rule, passage: Passage, start: int) -> Iterator[Found]:
    """The names right in front of a trigger that starts at page offset `start`."""
    first, last = passage.clause(start)
    chain: list[Mention] = []
    reach = rule.reach if rule.object_side == "before" else PASSIVE_REACH
    at = start
    places: list[Mention] = []
    for mention in reversed([m for m in passage.mentions if first <= m.start and m.end <= start]):
        gap = passage.between(mention.end, at)
        if not may_be_object(rule, mention):
            if mention.label in (Label.CITATION, Label.CUE):
                continue
            if not chain and mention.label in PLACES and (gap.strip() == "" or IN_PLACE_ONLY.match(gap)):
                places += [mention] if mention.label is Label.TISSUE else []
                at = mention.start
                continue
            break
        if not (LIST_GLUE.match(gap) if chain else _leads_up(mention, gap, reach, at_once=at == start)):
            break
        if rule.predicate == "has_activity" and not is_activity(passage, mention):
            break
        chain.append(mention)
        at = mention.start
    tissues = [
        m
        for m in passage.of(Label.TISSUE)
        if first <= m.start < last and m.start > start and IN_PLACE.search(passage.between(start, m.start))
    ]
    yield from place_names(_cut_clause(passage, chain), places[-1:] or tissues[:1] or open_place(passage))


def _leads_up(mention: Mention, gap: str, reach: int, *, at_once: bool) -> bool:
    """Whether only words that may part a name from its verb stand between them; `at_once` when no place does."""
    if at_once:
        gap = HEADS.sub("", gap)
    if mention.label is Label.DISEASE and NOUN_BEHIND.match(PASSIVE.sub("", gap)):
        return False
    if not at_once:
        gap = IN_FRONT_OF_PLACE.sub("", gap)
    return len(gap) <= reach and not BLOCKING.search(PASSIVE.sub("", gap))


def _cut_clause(passage: Passage, chain: list[Mention]) -> list[Mention]:
    """The names in front of a verb, nearest first, in the order of the text, less those of a clause before.

    "It binds VPAC1 and VPAC2, and cAMP rises": of two names a comma in front of "and" begins a clause, of more only
    where no comma parts the others.
    """
    gaps = [passage.between(before.end, after.start) for after, before in pairwise(chain)]
    cut = bool(gaps) and CLAUSE_AND.match(gaps[0]) is not None and not any("," in gap for gap in gaps[1:])
    return chain[:1] if cut else list(reversed(chain))


# "Phosphorylates CREB, and GH transcription picks up": of two names a comma parts clauses, not members.
LIST_END = re.compile(
    r"^\s*(?:[.;,:)(\[\]^*|]|$|(?:in|of|via|by|at|from|after|but|while|to|with|through|on|and|as|without|during|both|levels?"
    r"|expression|mRNA|proteins?|production|release|secretion|synthesis|activity|signal\w*|pathways?|receptors?)\b)",
    re.IGNORECASE,
)
CLAUSE_AND = re.compile(r"\s*,\s*(?:and|so)\b", re.IGNORECASE)


# "In frontal cortex the picture was another one, and NGF went down there."
OPENING_PLACE = re.compile(r"^\W*(?:in|within)\s+(?:the\s+)?(?:[\w-]+\s+){0,2}$", re.IGNORECASE)


def open_place(passage: Passage) -> list[Mention]:
    """The tissue with which a sentence begins: what it tells was seen there."""
    first = passage.of(Label.TISSUE)[:1]
    return [m for m in first if OPENING_PLACE.match(passage.between(passage.start, m.start))]


def place_names(group: list[Mention], placed: list[Mention]) -> Iterator[Found]:
    """Each name with each tissue that it is said of, or with none."""
    for mention in group:
        for tissue in placed or (None,):
            yield Found(mention, None, None, tissue, mention.start, mention.end)


# Rules whose object may be a noun phrase that no lexicon knows: "increased bone mineral content".
PHRASED_AFTER = frozenset(
    {"up-verb", "down-verb", "inhibit-verb", "up-noun-of", "down-noun-of", "effect-on", "left-alone"}
)
PHRASED_BEFORE = frozenset({"up-verb", "down-verb", "inhibit-verb", "up-rose", "down-fell", "unchanged", "changed"})
PHRASED = PHRASED_AFTER | PHRASED_BEFORE
# Names that are no part of such a phrase, and those that it must not be.
FOREIGN = frozenset(
    {Label.CITATION, Label.QUANTITY, Label.IDENTIFIER, Label.SEQUENCE, Label.DATE, Label.FRAGMENT, Label.JURISDICTION}
    | {Label.ROUTE, Label.DESIGN}
)
NO_PHRASE = frozenset(
    {Label.SPECIES, Label.MATRIX, Label.TISSUE, Label.TARGET, Label.PROCESS, Label.DISEASE, Label.THING}
)


# "In elevated plus maze", "with enhanced resistance", "the prolonged binding": no verb.
DESCRIBED_BY = re.compile(
    r"(?:^\W*|\b(?:the|an?|in|with|of|from|for|to|by|at|on|under|into|without|through|via|than|as|its|their|some|more|no))\s+"
    r"(?:\w+ly\s+)?$",
    re.IGNORECASE,
)


OF_PART = re.compile(r"\s+of\s", re.IGNORECASE)


def name_after(rule: Rule, passage: Passage, start: int, end: int, named: list[Found]) -> Iterator[Found]:
    """The noun phrases behind a trigger from page offset `start` to `end`, alone or in a list with what is `named`."""
    if rule.id not in PHRASED_AFTER:
        return
    is_participle = passage.between(start, end).endswith("ed")
    if not (is_participle and DESCRIBED_BY.search(passage.between(passage.clause(start)[0], start))):
        last = passage.clause(max(passage.start, end - 1))[1]
        spans = list_phrases(passage.text[: last - passage.start], end - passage.start)
        yield from _name_phrases(rule, passage, [span for span in spans if not _overlaps(passage, span, named)])


def _overlaps(passage: Passage, span: tuple[int, int], named: list[Found]) -> bool:
    return any(item.start < passage.start + span[1] and passage.start + span[0] < item.end for item in named)


def name_before(rule: Rule, passage: Passage, start: int) -> Iterator[Found]:
    """The noun phrases that are the grammatical subject of a trigger that starts at page offset `start`."""
    if rule.id in PHRASED_BEFORE:
        first = passage.clause(start)[0]
        spans = find_phrases_before(passage.text, first - passage.start, start - passage.start)
        yield from _name_phrases(rule, passage, spans)


def _name_phrases(rule: Rule, passage: Passage, spans: list[tuple[int, int]]) -> Iterator[Found]:
    for span in spans:
        start, end = passage.start + span[0], passage.start + span[1]
        head = next((m for m in passage.near(start, start + 1) if may_be_object(rule, m)), None)
        if head is not None and OF_PART.match(passage.between(head.end, end)):  # "apoptosis of tubular cells"
            yield from place_names([head], [])
            continue
        if not _may_be_phrase(passage, start, end) or turning_words().match(passage.between(start, end)):
            return
        words = " ".join(passage.between(start, end).split())
        name = f"local:{unify_signs(words).casefold()}"
        yield Found(None, words, None, None, start, end, concept_id=name)


def _may_be_phrase(passage: Passage, start: int, end: int) -> bool:
    """Whether a noun phrase is no name of something else, and ends with none."""
    for mention in passage.near(start, end):
        if mention.label in FOREIGN or (mention.label is Label.COMPOUND and mention.end >= end):
            return False
        known = not (mention.label is Label.TISSUE and (mention.concept_id or "").startswith("local:"))
        if mention.label in NO_PHRASE and known and mention.start == start and mention.end >= end:
            return False
    return True
