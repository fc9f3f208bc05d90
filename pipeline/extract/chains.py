"""The names behind a trigger, in their lists and groups, each with the tissue it is said of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.extract.activities import ACTIVITY_BEHIND, LOOK_AHEAD, OF_THE_KIND, is_activity
from pipeline.extract.extents import (
    ADJECTIVAL,
    AMOUNT,
    CO_VERB,
    FEW_WORDS,
    INVERTS,
    INVOLVED,
    KIND_OF,
    MEASURED,
    OF_PEOPLE,
    STATE,
    TURNED_OVER,
)
from pipeline.extract.families import ANNOUNCING, drop_families, drop_parents, is_kind
from pipeline.extract.objects import (
    ACTIONS,
    BLOCKING,
    CLAUSE_AND,
    IN_PLACE,
    LIST_END,
    LIST_GLUE,
    Found,
    may_be_object,
    open_place,
    place_names,
)
from pipeline.extract.sizes import SIZED_GLUE, SIZED_TOO
from pipeline.extract.verbs import base_verbs, finite_verbs, joined_verb, turning_words
from pipeline.schema import Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.lexicon import Rule
    from pipeline.page import Mention


DIRECTED = frozenset({"increases", "decreases"})


# "Vessel growth in wounds": the ill is where it was seen.
OF_THE_ILL = re.compile(
    r"^\s+(?:closure|healing|repair|models?|care|contraction|patients?|research|studies|recovery|individuals|adults|people"
    r"|subjects|men|women|participants|volunteers|mice|rats|animals)\b",
    re.IGNORECASE,
)


OF_ILL = re.compile(r"\b(?:in|of|involving)\b", re.IGNORECASE)


# "Reversed the age-related decline in strength": less of the decline, and not of the strength.
FALLEN = re.compile(r"\b(?:decline|loss|deficits?|impairment|dysfunction|deterioration)$", re.IGNORECASE)


# "Activates TLR9, and interferon is the outcome": a name that has a verb of its own.
NEW_CLAUSE = re.compile(
    r"^\s+(?:(?:levels?|mRNA|expression|release)\s+)?(?:is|are|was|were|has|had|have|does|did|not|un(?:changed|affected|altered)|(?:up|down|higher|lower)(?=\s*(?:[,;.|)]|$))|rose|fell|went|stayed|remained|"
    r"dropped|declined|goes|go|rises|rise|falls|drops|increases|decreases|follows|grows|declines|climbs|may|might|can|could|will|would|should|must|that)\b",
    re.IGNORECASE,
)


# "Less anxiety was seen after Selank"
SEEN = re.compile(
    r"^\s+(?:was|were)\s+(?:also\s+)?(?:found|seen|observed|noted|recorded|measured|detected|present)\b", re.IGNORECASE
)


# "…, and serotonin release in the striatum went up": with more words in front of its verb.
OWN_VERB = re.compile(
    r"^\s+(?:(?!which\b|that\b|when\b|where\b|as\b|to\b|than\b|while\b)[\w-]+\s+){0,6}(?:is|are|was|were|rose|fell|went|stayed|remained"
    r"|dropped|declined|climbed|came|grew|shrank|halved|doubled|improved|worsened|did|does|follows|disappeared|goes|go|rises|falls|drops|becomes|climbs|declines)\b",
    re.IGNORECASE,
)
CLAUSE_AHEAD = 80  # code points behind a name in which its own verb can stand


# "HbA1c decreased, HDL increased", "induces its expression, cortisol represses it": a comma and a clause of its own.
SPLICED = re.compile(
    r"^(?:.*[,;:]\s+(?:(?:so|and|then|while|but)\s+)?|\s+(?:and|so)\s+|\s*→\s*)(?:the\s+)?$", re.IGNORECASE
)
THIRD = re.compile(
    r"^\s+(?:\w+ly\s+)?(?:\w+ed|\w+(?<![suia])s)\b(?!\s+(?:and|or|of)\b|[,.;])|^\s+\w+ed\b", re.IGNORECASE
)


# "Wrinkles shallower, and collagen": what is graded stands in front.
PARTED = re.compile(r"^\s*(?:,|(?:and|or|in|than|with|for|after)\b)", re.IGNORECASE)


# "Turns on V2, so water channels, aquaporins that is, move": what came of it has a clause of its own.
OUTCOME = re.compile(r"[,;]\s+(?:and\s+)?(?:so|hence|thus|therefore)\s|→", re.IGNORECASE)


# "activates satellite cells", "lowers the number of myofibroblasts", but not "raises BDNF in fibroblasts".
CELLS = re.compile(
    r"(?:cells?|cytes?|phages?|blasts?|clasts?|phils?|glia|platelets|neurons?|spines?|vessels|fib(?:re|er)s|follicles)$",
    re.IGNORECASE,
)
ACTED_ON = re.compile(
    r"\s*(?:(?:the|your|of|number|numbers|counts?|population|pool|resting|dormant|resident|circulating|adult|local|new|more|host"
    r"|\w+(?:al|ic|ed|ar))\s+){0,4}",
    re.IGNORECASE,
)
PLAIN_GLUE = re.compile(r"\s*(?:,|,?\s*(?:and|or))\s+(?:the\s+)?", re.IGNORECASE)
ENABLING = re.compile(r"\b(?:enabl\w+|recruit\w*|attract\w*)$", re.IGNORECASE)  # which tells what cells do
CELLS_END = re.compile(
    r"\s*(?:[.;,:)(\[]|$|(?:and|or|in|of|within|at|from|by|via|through|after|with|during|counts?|numbers?|activity|but|while"
    r"|which|that|as|for|on|under|following|almost|nearly|roughly|about|up to|more than|two|three|four|five|\w+fold"
    r"|\d+)\b)",
    re.IGNORECASE,
)


# "Increases resistance to stress" is about resistance; "improves the treatment of depression" about treatment.
APART = re.compile(
    r"^\s*(?:and|or)\b|\b(?:to|with|at|into|from|under|against|than|as|effects?|influence|impact|role|less|fewer)\b",
    re.IGNORECASE,
)


# "Altered the processing of stimuli in women with HSDD": in whom.
AMONG_ILL = re.compile(
    r"\b(?:in|of|among|for)\s+(?:[\w-]+\s+){1,4}?(?:with|who had|who have|having)\s+$", re.IGNORECASE
)
FAR_APART = re.compile(r"\b(?:of|in|to|for|with|at|on|into|from|under|against|than|as|and|or)\b", re.IGNORECASE)


GRADES = frozenset({"up-better", "down-fewer"})


# "sedation, muscle relaxation, amnesia, dependence or tolerance"
UNKNOWN_MEMBERS = re.compile(
    r"^,\s*(?:[\w-]+(?:\s[\w-]+){0,2},\s*){1,3}(?:(?:and|or)\s+)?$"
    r"|^,?\s*(?:(?!(?:up|down|back|off|on|away|again|higher|lower)\b)[\w-]+\s){1,2}(?:and|or)\s+$"
)
BE = re.compile(r"\b(?:is|are|was|were)\b", re.IGNORECASE)
# "cardiac output and mixed venous oxygen saturation": what describes a member.
DESCRIBED_MEMBER = re.compile(
    r"^\s*(?:,|,?\s*(?:and|or|as well as))\s+(?:the\s+)?"
    r"(?:(?!(?:in|on|at|by|to|of|for|from|with|without|within|into|after|before|during|through|via|than|as|like|when|while"
    r"|but|not|no|it|its|this|that|which|who|both|more|less|fewer|better|higher|lower|also|then|so|thus|up|down|can|may|will"
    r"|did|do|held|brought|put|kept|took|made|gave|led|sent|drove|fell|rose|went|came|got|let|left|lost|found|built|cut|set|ran"
    r"|grew|saw|shut|shrank|sharper|deeper|faster|stronger|longer|larger|fuller|thicker|firmer|clearer|calmer|smoother|quicker"
    r"|healthier|steadier|milder|smaller|weaker|shorter|slower|shallower|finer|thinner|rarer|greater)\b)[a-z][a-z-]*(?<!ing)(?<!ly)(?:(?<=mixed)|(?<!ed))(?:(?<=ous)|(?<!s))\s){1,3}$"
)


TOLD = "activity-told"  # "reported side effects include" names no activity


HARMS = "process:adverse-effects"


HELPED = "up-helps"  # "helps curb hunger" is what the verb behind it says
SHIELDED = "down-protects"
VAGUE = frozenset({"process:toxicity", "process:enzymatic-degradation", "process:metabolic-stability"})


# "Produces anxiolytic effects", "known for its anxiolytic effects": it has them.
PRODUCED = frozenset({"up-produce", "up-known"})


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
        acts = self.rule.predicate in ACTIONS and mention.label is Label.TISSUE
        if may_be_object(self.rule, mention) and (not acts or self._acts_on(mention, gap)):
            return self._take_object(mention, gap)
        if mention.label is Label.TISSUE and self.group and (self.placed or IN_PLACE.search(gap)):
            if self.placed and not LIST_GLUE.match(gap):
                return False
            self.placed.append(mention)
            self.at = mention.end
        elif mention.label is Label.CITATION:
            self.at = mention.end
        return not (mention.label is Label.COMPOUND and not self.group and gap.rstrip().endswith(","))

    def _acts_on(self, mention: Mention, gap: str) -> bool:
        """Whether cells are what is acted on, and not the place where something else is."""
        joins = PLAIN_GLUE if self.group and self.group[-1].label is Label.TISSUE else ACTED_ON
        if self.placed or (self.group and joins is ACTED_ON) or not joins.fullmatch(gap):
            return False
        behind = self.passage.between(mention.end, mention.end + LOOK_AHEAD)
        enabled = ENABLING.search(self.passage.between(self.end - LOOK_AHEAD, self.end))
        return bool(CELLS.search(mention.text) and CELLS_END.match(behind)) and not enabled

    def _take_object(self, mention: Mention, gap: str) -> bool:
        behind = self.passage.between(mention.end, mention.end + LOOK_AHEAD)
        if GENOTYPE.match(behind) or (self.rule.predicate == "acts_through" and WITHOUT.match(behind)):
            return True
        is_first = not self.group and not self.found
        if not (self._is_first(mention, gap, behind) if is_first else self._is_next(mention, gap, behind)):
            return False
        if self.placed:
            self._close()
        if (self.rule.predicate in ACTIONS or "independent" in behind[:13]) and ADJECTIVAL.match(behind):
            return True  # "nitric oxide-mediated healing" is about healing
        if self.rule.predicate == "derived_from" and mention.label is not Label.MATRIX and NOT_ORIGIN.match(behind):
            return not GAPPED.match(behind)
        if self._tells_kind(mention, behind):
            return True
        if POSSESSED.match(behind) or (POINTED.match(behind) and self.rule.object_side == "after"):
            return False
        if TURNED.match(behind) and self.rule.predicate not in ("acts_through", "modulates"):
            return False
        if self._describes(mention) or (mention.label is Label.DISEASE and OF_THE_ILL.match(behind)):
            return True
        self.group.append(mention)
        self.at = mention.end
        return True

    def _tells_kind(self, mention: Mention, behind: str) -> bool:
        """Whether a name only says of what kind the next one is: "the incretin hormone GLP-1"."""
        noun = (KIND_NOUN if self.rule.predicate in ORIGINS else LISTED_KIND).match(behind)
        return noun is not None and self._follows(mention.end + noun.end())

    def _follows(self, at: int) -> bool:
        return any(may_be_object(self.rule, m) for m in self.passage.near(at, at + 1))

    def _is_first(self, mention: Mention, gap: str, behind: str) -> bool:
        """Whether a name is near enough behind the trigger, and nothing between them is about something else."""
        whole = self.passage.between(self.end, mention.start)  # also over a call-out that was passed
        words = whole = OF_PEOPLE.sub("", whole) if self._is_use() else whole
        words = RAISED.sub("", words) if self.rule.predicate == "acts_through" else words
        if self._is_of_next(words) or (mention.label is Label.DISEASE and self._is_among(words)):
            return False
        words = BY_WAY.sub("", words) if self.rule.predicate == "route" else words
        stated = self.rule.predicate in DIRECTED and self.rule.id not in PRODUCED  # "leading to reduced appetite"
        words = STATE.sub("", words) if stated else words
        words = KIND_OF.sub("", MEASURED.sub("", words)) if self.rule.predicate in ACTIONS else words
        if len(KIND_OF.sub("", AMOUNT.sub("", whole))) > self.rule.reach or _is_blocked(words):
            return False
        if self.rule.predicate in ACTIONS and SPLICED.match(words) and self._goes_on(mention):
            return False
        if self.rule.id == HELPED and base_verbs().match(words.lstrip()):
            return False
        if self.rule.predicate != "modulates" and INVOLVED.search(words):
            return False
        if self.rule.predicate == "binds" and finite_verbs().search(CO_VERB.sub("", words)):
            return False
        if self.rule.predicate in ACTIONS and (turning_words().search(words) or INVERTS.search(words)):
            return False
        parting = FAR_APART if mention.label is Label.DISEASE else APART
        if self.rule.predicate in DIRECTED and parting.search(words):
            return False
        second = joined_verb().search(words) if self.rule.predicate in ACTIONS else None
        if second is not None and (self.rule.predicate in DIRECTED or words[: second.start()].strip()):
            return False  # "phosphorylates and inhibits ACC" shares its object
        return self._is_fitting(mention, gap, behind)

    def _is_of_next(self, words: str) -> bool:
        """Whether the words in front of a name hold another verb, or an outcome, of which the name is the object."""
        if self.rule.predicate == "acts_through":
            return NEXT_DEED.search(words) is not None
        return self.rule.predicate in ACTIONS and OUTCOME.search(words) is not None

    def _is_among(self, words: str) -> bool:
        """Whether the words in front of an illness tell in whom a change was seen."""
        return self.rule.predicate in ACTIONS and AMONG_ILL.search(words) is not None

    def _is_use(self) -> bool:
        """Whether a condition is treated that people have, and not just found in people who have it."""
        return self.rule.predicate == "indication" and not self.passage.between(self.end - 3, self.end).endswith(" in")

    def _goes_on(self, mention: Mention) -> bool:
        """Whether a verb follows a name: "its expression, cortisol represses it"."""
        behind = self.passage.between(mention.end, mention.end + CLAUSE_AHEAD)
        return bool(NEW_CLAUSE.match(behind) or THIRD.match(behind))

    def _is_fitting(self, mention: Mention, gap: str, behind: str) -> bool:
        """Whether the first name is of the kind that a rule's words have: an activity, a thing and no activity."""
        if self.rule.id in PRODUCED:
            return not is_activity(self.passage, mention)
        if self.rule.id == SHIELDED:
            return mention.concept_id not in VAGUE and not mention.is_local
        if self.rule.id in GRADES:
            new = NEW_CLAUSE.match(behind) and not SEEN.match(behind)  # "higher IGF-1 is thought to"
            return not (new or PARTED.match(gap))
        if self.rule.id == TOLD and (mention.concept_id == HARMS or self._is_of_a_noun(mention)):
            return False
        if self.rule.predicate != "has_activity":
            return True
        return bool(FEW_WORDS.match(gap)) and is_activity(self.passage, mention)

    def _is_next(self, mention: Mention, gap: str, behind: str) -> bool:
        """Whether a name goes on with the list of those before it."""
        announced = is_kind(self.group[-1]) and ANNOUNCING.fullmatch(gap) if self.group else None
        sized = SIZED_GLUE.match(gap) and SIZED_TOO.match(behind)
        used = self.rule.predicate == "indication" and USED_GLUE.match(gap)
        goes_on = announced or sized or used or LIST_GLUE.match(gap) or self._is_listed(gap)
        closed = any(first < self.end < last <= mention.start for first, last in self.passage.brackets)
        if not goes_on or closed or (self.placed and IN_PLACE.search(gap)):
            return False
        if mention.label is Label.DISEASE and (self.placed or (OF_ILL.search(gap) and not used)):
            return False
        if self.group and gap.strip() in ("of", "of the") and TURNED_OVER.search(self.group[-1].text):
            self.group.pop()  # "induces the metabolism of serotonin" raises neither of them
            return False
        processes = self.group and {self.group[-1].label, mention.label} == {Label.PROCESS}
        if processes and gap.strip() in ("of", "of the"):
            return False  # "disrupts the rhythm of GH release" is on the rhythm
        if self.group and FALLEN.search(self.group[-1].text) and OF_ILL.search(gap):
            return False
        if mention.label is Label.COMPOUND and gap.strip() == ", like":
            return False  # "raises GnRH, like HCG"
        if gap.strip() == "," and finite_verbs().match(behind.lstrip()):
            return False  # "when it binds GHSR, Gs activates"
        if len(self.group) == 1 and CLAUSE_AND.match(gap) and not LIST_END.match(behind):
            return False
        if CLAUSE_AND.match(gap) and OWN_VERB.match(self.passage.between(mention.end, mention.end + CLAUSE_AHEAD)):
            return False
        return not ((self.placed or "," in gap) and NEW_CLAUSE.match(behind))

    def _is_of_a_noun(self, mention: Mention) -> bool:
        """ "Observed neurotrophic signatures" are no activity."""
        behind = self.passage.between(mention.end, mention.end + LOOK_AHEAD)
        noun = bool(OF_THE_KIND.search(mention.text)) and re.match(r"\s+[a-z]{3,}", behind) is not None
        return noun and not ACTIVITY_BEHIND.match(behind) and not behind.lstrip().startswith(("and ", "or "))

    def _is_listed(self, gap: str) -> bool:
        """Whether only names that nobody knows stand between two members of a list."""
        if BE.search(gap):  # "is the neuroprotector, Selank is the anxiolytic"
            return False
        listed = UNKNOWN_MEMBERS.match(gap) or (not self.rule.id.endswith("of") and DESCRIBED_MEMBER.match(gap))
        return (
            bool(listed) and not _is_blocked(gap) and not finite_verbs().search(gap) and not turning_words().search(gap)
        )

    def _describes(self, mention: Mention) -> bool:
        """ "Ageing skin" and "anti-inflammatory IL-10" are about what the word describes."""
        if self.rule.predicate not in ACTIONS or mention.label is not Label.PROCESS:
            return False
        beside = [m for m in self.passage.near(mention.end, mention.end + 2) if m.label in DESCRIBED]
        return bool(beside) and ADJECTIVE.search(mention.text) is not None

    def _close(self) -> None:
        placed = self.placed or open_place(self.passage)
        named = place_names(drop_families(self.passage, drop_parents(self.group)), placed)
        self.found.extend(named)
        self.group, self.placed = [], []

    def finish(self) -> list[Found]:
        """Everything found."""
        self._close()
        return self.found


# "Given by the subcutaneous route": how, and nobody who gives it.
BY_WAY = re.compile(r"^\s+(?:by|via|through)\s+(?:the\s+|either\s+|both\s+)?$", re.IGNORECASE)


# "Hepatitis B treatment, sepsis, and severe infections", "diabetes (Ozempic) and obesity": between what is treated.
USED_GLUE = re.compile(
    r"^(?: treatment| therapy| prevention| prophylaxis| management| recovery| rehabilitation| relief| support| symptoms"
    r"| patients)?(?: in \d{4})?(?: \((?!not\b)[^()]{2,40}\)| as \w+)?(?:,? (?:and|or|as well as)|[,;/])"
    r"(?: (?:the|in|of|for|with|certain|some|various|other|severe|serious"
    r"|chronic|acute|mild|moderate|recurrent|adjunctive|supportive|treatment|prevention|management|symptoms|and|or))*"
    r" ?$",
    re.IGNORECASE,
)


WITHOUT = re.compile(r"[-‑–\s]?independent\b", re.IGNORECASE)  # "via GH-independent mechanisms"
# "In IL-10 knockout mice": whose illness it is, and nothing that changes.
GENOTYPE = re.compile(
    r"^(?:\s*[-‑–]\s*|\s+)(?:knock-?outs?|knock-?ins?|null|deficient|deficiency|transgenic|KO|overexpressing|lacking|mutant|-/-)\b"
    r"|^\s*(?:[-−–]/[-−–]|\([-−–]/[-−–]\))",
    re.IGNORECASE,
)


# "Blocks estrogen's negative feedback": what the name has, and not the name.
POSSESSED = re.compile(
    r"^['’]s?\s+(?:\w+\s+)?(?:feedback|ability|role|breakdown|degradation|conversion|clearance|decline|fall|loss)\b",
    re.IGNORECASE,
)


# "Improves the lipid profile (triglycerides ↓)": the arrow says what becomes of it.
POINTED = re.compile(r"^\s*[↑↓↔⬆⬇]")


# "more angiogenesis and cytokine modulation": the last name is what is modulated, not what is increased.
TURNED = re.compile(
    r"^(?:\s+(?:and|or)\s+(?!an?\b|the\b|its?\b)\w+)?\s+reductions?\b"
    r"|^\s+(?:modulation|regulation|inhibition|suppression|prevention|blockade|breakdown|degradation|depletion"
    r"|loss|re-?uptake|clearance|catabolism|hydrolysis|proteolysis|cleavage|inactivation|improvements?)\b",
    re.IGNORECASE,
)


# "Activates two gut-hormone receptors: GLP-1 and GIP": the names follow.
LISTED_KIND = re.compile(r"^\s(?:receptors|pathways|hormones):\s(?:the\s)?", re.IGNORECASE)


# What an adjective made of a process can describe.
DESCRIBED = frozenset({Label.TARGET, Label.TISSUE, Label.SPECIES, Label.COMPOUND})


ADJECTIVE = re.compile(r"(?:ing|ory|ic|ive|ed|ant)$", re.IGNORECASE)


# "Signals through a surface receptor and interacts with IGFBP-3": the second verb has an object of its own.
NEXT_DEED = re.compile(
    r"\b(?:and|or|but)\s+(?:also\s+|\w+ly\s+)?(?:[a-z]{3,}s\s+(?:with|to|on)|requires?|needs?|lacks?|avoids?)\s",
    re.IGNORECASE,
)


# "functions through enhanced receptor activation"
RAISED = re.compile(r"\b(?:enhanced|increased|improved|prolonged)\b", re.IGNORECASE)


# "Semax comes from ACTH and Selank from tuftsin"; "the pineal extract epithalamin"
NOT_ORIGIN = re.compile(r"^\s+(?:from|extract|stud(?:y|ies)|data|research|trials|levels)\b", re.IGNORECASE)


ORIGINS = frozenset({"derived_from", "analog_of"})
KIND_NOUN = re.compile(
    r"^\s+(?:(?:peptide|steroid|growth|gut|brain|tissue)\s+)?(?:neuro)?(?:hormone|peptide|protein|factor|extract)\s+"
)


GAPPED = re.compile(r"^\s+from\b", re.IGNORECASE)


def _is_blocked(gap: str) -> bool:
    """Whether a verb, or the end of a bracket, keeps what follows from being the object."""
    return bool(BLOCKING.search(gap)) or gap.count(")") > gap.count("(") or gap.count("]") > gap.count("[")
