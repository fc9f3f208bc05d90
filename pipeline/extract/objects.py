"""What names a trigger governs: objects behind or in front of it, in lists, each with the tissue it is said of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.components.names import unify_signs
from pipeline.extract.activities import is_activity
from pipeline.extract.extents import AFTERWARDS, CONDITION, SITE, TURNED_OVER, drop_asides, measure_apposition
from pipeline.extract.heads import name_parts
from pipeline.extract.naming import subject_words
from pipeline.extract.phrases import find_phrases_before, list_phrases, read_alone
from pipeline.extract.verbs import turning_words
from pipeline.lexicon import concept_index
from pipeline.schema import BlockKind, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.lexicon import Concept, Rule
    from pipeline.page import Mention, Quantity


# Words that may stand between the members of one list of objects: "BDNF and NGF mRNA, and the protein".
LIST_GLUE = re.compile(
    r"^(?:[\s,/&()+;–-]|['’]s(?=,|\s(?:and|or)\b)|\b(?:and|or|nor|including|namely"
    r"|called|named|termed|known as|especially|particularly|most notably|chiefly|body|notably|like|as|well|plus|both"
    r"|neither|either|the|its|of|in|mRNAs?|proteins?|expression|levels?|genes?"
    r"|signal(?:l)?ing|activity|secretion|release|synthesis|production|transcripts?|pathways?|turnover|but not"
    r"|consequently|subsequently|thereby|indirectly|ultimately|in turn|hence|with it|thus"
    r"|to a lesser (?:degree|extent)|conditions?|disorders?|diseases?|involving|related|such)\b)*$",
    re.IGNORECASE,
)


# A verb between trigger and name: the name belongs to another statement.
BLOCKING = re.compile(
    r"\b(?:is|are|was|were|has|have|had|it|they|we|that|which|who|does|did|do|via|through|following|after|by|vs|versus|patients?|kind|reasons?"
    r"|(?:deliver|yield|giv|offer)ing"
    r"|how|while|without|associated|related|(?:released|derived|produced|freed|leaking) (?:from|by)"
    r"|linked|in the (?:context|setting|face|presence|absence)"
    r"|to (?:reduce|increase|improve|support|promote|enhance|regulate|prevent|produce|release|secrete"
    r"|make|generate|stimulate|induce|trigger)"
    r"|(?:offer|confer|afford|provid)\w*\s+(?:\w+\s+)?protection"
    r"|preserv\w+|support\w*|promot\w+|reduc\w+|improv\w+|prevent\w+|increased|enhanced|decreased|lower|faster|changes|trends?)\b",
    re.IGNORECASE,
)


IN_PLACE = re.compile(r"\b(?:in|of|within|from|across|throughout)\s+(?:[\w-]+\s+){0,4}?$", re.IGNORECASE)


# Verbs whose object stands before them in the passive: "NGF was increased by Semax".
ACTIONS = frozenset({"increases", "decreases", "modulates", "binds", "activates", "inhibits"})


PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being)\s+(?:(?:\w+ly|not|also|then|no longer|both|all|likewise|thereby|thus)\s+)*$",
    re.IGNORECASE,
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
    r"\s+(?:pathway|signal(?:l)?ing|expression|gene|mRNA|protein|production|synthesis|release|secretion|receptor|levels?"
    r"|activity)"
    r"(?:\s+(?:pathway|expression|activity|production|level))?(?=\s*$)",
    re.IGNORECASE,
)


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


def may_be_object(rule: Rule, mention: Mention) -> bool:
    """Whether a name can be what a rule's words act on; of compounds only those that a body makes or holds."""
    row = concept_index().get(mention.concept_id or "") if mention.label is Label.COMPOUND else None
    if row is not None and row.given and Label.TARGET in rule.object:  # a hormone that the page takes for a compound
        return True
    if mention.label not in rule.object:
        return False
    if mention.label is not Label.COMPOUND or rule.predicate not in CHANGING:
        return True
    name = mention.concept or mention.text
    return bool(subject_words("endogenous").fullmatch(name))


CHANGING = frozenset({"increases", "decreases", "modulates", "binds", "inhibits", "activates"})


# "In sepsis mortality was lower": it was not the sepsis that was.
NOUN_BEHIND = re.compile(
    r"^\s+(?!(?:also|then|even|both|all|now|too|each|again)\b|in\b|of\b|with\b|by\b|symptoms?\b|scores?\b|severity\b)[a-z]{3,}",
    re.IGNORECASE,
)


NOUNS_BEHIND = frozenset({"up-noun", "down-noun"})
PASSIVE_REACH = 28  # code points between a name and the passive that is said of it


def find_before(rule: Rule, passage: Passage, start: int) -> Iterator[Found]:
    """The names right in front of a trigger that starts at page offset `start`."""
    first, last = passage.clause(start)
    chain: list[Mention] = []
    reach = rule.reach if rule.object_side == "before" else PASSIVE_REACH
    start = at = start - measure_apposition(passage.between(first, start))
    places: list[Mention] = []
    for mention in reversed([m for m in passage.mentions if first <= m.start and m.end <= start]):
        gap = passage.between(mention.end, at)
        if mention.label is Label.QUANTITY and _is_part(passage, mention):  # "six-minute walk distance"
            continue
        moved = not chain and rule.id in PHRASED_BEFORE  # "works by AMPK activation" is on AMPK
        if moved and (beside := _find_aside(passage, mention, gap, placed=bool(places))) is not None:
            at = beside
            continue
        if not may_be_object(rule, mention) or (mention.label is Label.TISSUE and rule.predicate in ACTIONS):
            if mention.label in (Label.CITATION, Label.CUE):
                continue
            if not chain and mention.label in PLACES and (gap.strip() == "" or IN_PLACE_ONLY.match(gap)):
                places += [mention] if mention.label is Label.TISSUE else []
                at = mention.start
                continue
            break
        if not (LIST_GLUE.match(gap) if chain else _leads_up(rule, mention, gap, reach, at_once=at == start)):
            break
        if rule.predicate == "has_activity" and not is_activity(passage, mention):
            break
        aside = _is_circumstance(rule, mention, gap, passage.between(first, mention.start), listed=bool(chain))
        if aside or _is_of_bracket(passage, mention, start):
            break
        chain.append(mention)
        at = mention.start
    tissues = [
        m
        for m in passage.of(Label.TISSUE)
        if first <= m.start < last and m.start > start and IN_PLACE.search(passage.between(start, m.start))
    ]
    yield from place_names(
        _cut_clause(passage, _cut_goods(rule, chain)), places[-1:] or tissues[:1] or open_place(passage)
    )


def _is_of_bracket(passage: Passage, mention: Mention, start: int) -> bool:
    """Whether a bracket that is told of another compound holds a name: "(alpha-GPC via acetylcholine), NAD+ rise"."""
    around = next((span for span in passage.brackets if span[0] < mention.start < span[1] <= start), None)
    return around is not None and any(m.label is Label.COMPOUND and m is not mention for m in passage.near(*around))


def _cut_goods(rule: Rule, chain: list[Mention]) -> list[Mention]:
    """The names in front of "reduction" that can share it: of "wound healing and scar reduction" the scar alone."""
    rows = [concept_index().get(mention.concept_id or "") for mention in chain]
    ill = [row is not None and (row.ill or row.label is Label.DISEASE) for row in rows]
    if rule.id != "down-noun" or not chain or not ill[0]:
        return chain
    low = [row is not None and (row.better_low or row.label is not Label.PROCESS) for row in rows]
    return [mention for mention, bad, either in zip(chain, ill, low, strict=True) if bad or either]


def _is_circumstance(rule: Rule, mention: Mention, gap: str, before: str, *, listed: bool) -> bool:
    """Whether a name tells under what something happened: "in sepsis mortality was lower", "after GHRH stimulation"."""
    if rule.id in NOUNS_BEHIND and AFTERWARDS.search(before):
        return True
    return listed and mention.label is Label.DISEASE and not gap.strip()


def _find_aside(passage: Passage, mention: Mention, gap: str, *, placed: bool) -> int | None:
    """Where the words begin that put a name in front of a verb in passing: under what, or where, something was seen."""
    before = passage.between(passage.clause(mention.start)[0], mention.start)
    given = CONDITION.search(before) if not gap.strip() else None
    ill = mention.label in (Label.DISEASE, Label.PROCESS) and (placed or not gap.strip())
    found = given or (SITE.search(before) if ill else None)  # "expression in the tumours fell"
    return mention.start - len(before) + found.start() if found is not None else None


def _is_part(passage: Passage, number: Mention) -> bool:
    """Whether a number is a part of a name."""
    return any(
        m.start <= number.start and number.end < m.end for m in passage.near(number.start - LONGEST_NAME, number.end)
    )


LONGEST_NAME = 40  # code points


# "The sleep effect is increased delta activity": what the effect consists of stands behind.
EFFECT_IS = re.compile(r"\s+(?:effects?|benefits?)\s+(?:is|are)\s")


def _leads_up(rule: Rule, mention: Mention, gap: str, reach: int, *, at_once: bool) -> bool:
    """Whether only words that may part a name from its verb stand between them; `at_once` when no place does."""
    gap = drop_asides(gap)
    if EFFECT_IS.match(gap):
        return False
    if rule.id in NOUNS_BEHIND and "," in gap:  # "calming effects, stimulation of collagen"
        return False
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
    cut = cut or (bool(gaps) and gaps[0].strip() == ",")  # "inhibits complex I, AMPK is switched on"
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


PHRASED_BEFORE = frozenset(
    {"up-verb", "down-verb", "inhibit-verb", "up-rose", "down-fell", "not-up", "not-down", "unchanged", "changed"}
    | {"up-arrow-behind", "down-arrow-behind"}
)


# Of these only what is a name where it stands alone: "sharper focus"; or all that an item of a list says.
GRADED = frozenset({"up-better", "down-fewer", "up-produce"})


PHRASED = PHRASED_AFTER | PHRASED_BEFORE | GRADED


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
    r"(?:^\W*|\b(?:the|an?|in|with|of|from|for|to|by|at|on|under|over|during|into|without|through|via|than|as|its|their|some|more|no))\s+"
    r"(?:\w+ly\s+)?$",
    re.IGNORECASE,
)


OF_PART = re.compile(r"\s+of\s", re.IGNORECASE)


def name_after(rule: Rule, passage: Passage, start: int, end: int, named: list[Found]) -> Iterator[Found]:
    """The noun phrases behind a trigger from page offset `start` to `end`, alone or in a list with what is `named`."""
    if rule.id not in PHRASED_AFTER | GRADED:
        return
    is_participle = passage.between(start, end).endswith("ed")
    if not (is_participle and DESCRIBED_BY.search(passage.between(passage.clause(start)[0], start))):
        last = passage.clause(max(passage.start, end - 1))[1]
        sure = [] if rule.id.endswith("of") else named  # "a fall in blood pressure and reflex tachycardia"
        known = [(item.start - passage.start, item.end - passage.start) for item in sure]
        spans = list_phrases(passage.text[: last - passage.start], end - passage.start, known)
        found = _name_phrases(rule, passage, [span for span in spans if not overlaps(passage, span, named)])
        whole = passage.block.kind is BlockKind.LIST_ITEM and not passage.between(passage.start, start).strip(" *_")
        yield from (item for item in found if rule.id not in GRADED or whole or not item.is_phrase)


def name_part(passage: Passage, part: tuple[tuple[int, int], Concept]) -> Found:
    """A concept that words name between them, at their offsets in the passage."""
    (start, end), concept = part
    words = " ".join(passage.text[start:end].split())
    return Found(None, words, None, None, passage.start + start, passage.start + end, concept_id=concept.id)


def overlaps(passage: Passage, span: tuple[int, int], named: list[Found]) -> bool:
    """Whether words at their offsets in the passage are among those that are named."""
    return any(item.start < passage.start + span[1] and passage.start + span[0] < item.end for item in named)


def name_before(rule: Rule, passage: Passage, start: int, named: list[Found]) -> Iterator[Found]:
    """The noun phrases that are the grammatical subject of a trigger at page offset `start`, beside what is `named`."""
    if rule.id in PHRASED_BEFORE:
        first = passage.clause(start)[0]
        known = [(item.start - passage.start, item.end - passage.start) for item in named]
        spans = find_phrases_before(passage.text, first - passage.start, start - passage.start, known)
        if named:
            alike = any(overlaps(passage, span, named) for span in spans)
            yield from _name_phrases(rule, passage, [s for s in spans if alike and not overlaps(passage, s, named)])
            return
        parts = name_parts(passage.text, spans[0][0], start - passage.start) if spans else []
        if parts:
            yield from (name_part(passage, part) for part in parts)
            return
        yield from _name_phrases(rule, passage, spans)


def _name_phrases(rule: Rule, passage: Passage, spans: list[tuple[int, int]]) -> Iterator[Found]:
    for span in spans:
        start, end = passage.start + span[0], passage.start + span[1]
        head = next((m for m in passage.near(start, start + 1) if may_be_object(rule, m)), None)
        of_part = head is not None and OF_PART.match(passage.between(head.end, end))  # "apoptosis of tubular cells"
        of_part = of_part if head is not None and not TURNED_OVER.search(head.text) else None
        whole = head is not None and head.label is not Label.TISSUE and head.start == start and head.end >= end
        if head is not None and (of_part or (whole and rule.id not in GRADED)):
            yield from place_names([head], [])
            continue
        if not _may_be_phrase(passage, start, end) or turning_words().match(passage.between(start, end)):
            return
        words = " ".join(passage.between(start, end).split())
        if (rule.id in DONE and PRODUCES.search(words)) or BARE_PARTICIPLE.fullmatch(words):
            return
        if PEOPLE.search(words) or (rule.predicate == "decreases" and STEERED.search(words)):
            return
        name = read_alone(words) or f"local:{unify_signs(words).casefold()}"
        yield Found(None, words, None, None, start, end, concept_id=name)


# "A risk reduction in obese individuals": in whom.
PEOPLE = re.compile(
    r"\b(?:individuals|adults|people|patients|subjects|men|women|participants|volunteers|mice|rats|animals)$",
    re.IGNORECASE,
)
# "Delayed emptying, appetite modulation, and anti-inflammatory effects": what else is done, and not what goes down.
STEERED = re.compile(
    r"\b(?:modulation|regulation|suppression|control|enhancement|support|effects?|\w+-inflammatory)$", re.IGNORECASE
)
# "The peptide produces measurable increases": the noun behind a verb.
DONE = frozenset({"up-rose", "down-fell"})
PRODUCES = re.compile(r"\s(?:produces?|shows?|causes?|yields?|gives?|demonstrates?|induces?|reports?|provides?)\s")
BARE_PARTICIPLE = re.compile(r"\w{3,}[^\We]ed")  # "a relaxed yet alert state"
HAS_VERB = re.compile(r"\s+[a-z]+(?<![suia])s\s+(?:the|an?|its)\s")  # "Selank anchors the follicle"
CODE_BEHIND = re.compile(r"(?:[-‑–]\w*\d\w*)?")  # "the longer apelin-36"


def _may_be_phrase(passage: Passage, start: int, end: int) -> bool:
    """Whether a noun phrase is no name of something else, and ends with none."""
    for mention in passage.near(start, end):
        if mention.label in FOREIGN:
            return False
        rest = passage.between(mention.end, end)
        if mention.label is Label.COMPOUND and (CODE_BEHIND.fullmatch(rest) or HAS_VERB.match(rest)):
            return False
        known = not (mention.label is Label.TISSUE and mention.is_local)
        if mention.label in NO_PHRASE and known and mention.start == start and mention.end >= end:
            return False
    return True
