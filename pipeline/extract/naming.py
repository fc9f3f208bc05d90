"""Names as subjects: which name may be one, and what the words beside it make of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from pipeline.extract.verbs import fill_in
from pipeline.lexicon import LexiconRow, concept_index, read_rows, remember, remember_last
from pipeline.page import Subject
from pipeline.schema import Label, SubjectFrom

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.page import Mention


class SubjectRow(LexiconRow):
    """Words that stand for a subject, or that keep a name from being one."""

    kind: Literal[
        "pronoun",
        "elided",
        "both",
        "generic",
        "oblique",
        "part",
        "level",
        "predicate",
        "complement",
        "agent",
        "other",
        "additive",
        "endogenous",
        "foil",
    ]
    trigger: str


# "ACTH-derived peptides", "the ACTH-releasing effect" are not ACTH.
DESCRIBES = re.compile(
    r"^[-‑–](?:derived|induced|mediated|driven|stimulated|evoked|dependent|based|like|related|specific|binding|free|fed|rich|deficient|resistant)\b"
    r"|^[-‑–](?:releas|rais|lower|stimulat|boost|elevat|secret|suppress|sparing|reduc|increas)(?:ing)?\b"
    r"|^ (?:receptors?|genes?|antibod(?:y|ies)|agonists?|antagonists?|mimetics?|inhibitors?|blockers?)\b"
    r"|^ (?:analog(?:ue)?s|derivatives)\b"
    r"|^ (?:deficienc(?:y|ies)|deficits?|depletion|insufficiency|shortage)\b"
    r"|^['’]s (?:parent|precursor|cousin|rival|predecessor|successor|relative|competitor)\b",
    re.IGNORECASE,
)


# "In scopolamine-treated rats it rescued memory", "a steroid-rescue study": what only provokes an illness does not act.
PROVOKES = re.compile(r"^[-‑–][a-z]{4}")


# "SS-31-induced increases in ATP": what the compound itself brought about, when the words of the claim follow at once.
BROUGHT_ABOUT = re.compile(r"^[-‑–](?:induced|mediated|driven|stimulated|evoked)\s+(?:[\w-]+\s+){0,2}$", re.IGNORECASE)


# Named like compounds, and never what a page is about; None is a name that leads to no concept.
PLACEBO = "compound:placebo"
NEVER = frozenset({None, PLACEBO})


# "What is Selank?" is about Selank.
ASKS_WHAT = re.compile(
    r"\b(?:what(?: exactly)?|how \w+|how|why|where|when|who) (?:is|are|was|were)\s+(?:an?\s+|the\s+)?$", re.IGNORECASE
)


# Code points before a name in which words such as "analogue of the" still belong to it.
BEFORE = 48


# Between two names of one coordination: "Selank and Semax", "BPC-157 / TB-500", "Semax, Selank, and P21".
COORDINATION = re.compile(
    r"^\s*(?:\([^()]{0,60}\)\s*)?(?:,|/|&|\+|and|or|nor|, and|, or|as well as)\s*"
    r"(?:(?:the|its (?:\w+ )?(?:analogue?|derivative|relative|cousin|metabolite|precursor|fragment))\s+)?$"
)


# The second name explains the first: "GHK-Cu (with its CAS number), the copper complex of".
APPOSED = re.compile(r"^\s*(?:\([^()]*\)\s*)?,\s+(?:the|an?)\s", re.IGNORECASE)


# "TB-500 (thymosin beta-4): a guide", "Tirzepatide (dual GIP/GLP-1 agonist; Mounjaro)": it only explains the first.
EXPLAINS = re.compile(
    r"^\s*\((?:(?:[^()+&]|\([^()]{0,40}\)){0,80}[\s/;,:-])?$"
    r"(?<!\bvs\. )(?<!\bvs )(?<!\bversus )(?<!\bwith )(?<!\band )(?<!\bor )(?<!\bplus )",
    re.IGNORECASE,
)


@remember
def subject_words(kind: str) -> re.Pattern[str]:
    """All triggers of one kind as one pattern."""
    rows = [fill_in(row.trigger) for row in read_rows("subjects", SubjectRow) if row.kind == kind]
    return re.compile("|".join(f"(?:{row})" for row in rows), re.IGNORECASE)


def is_subject(mention: Mention) -> bool:
    """Whether a name is one of a compound that a statement can be about, and not a salt, an ion or a solvent."""
    return mention.label is Label.COMPOUND and not is_additive(mention.name)


@remember_last(1000)
def is_additive(name: str) -> bool:
    """Whether a name is one of a salt, an ion or a solvent."""
    return bool(subject_words("additive").fullmatch(name.strip()))


def is_endogenous(mention: Mention) -> bool:
    """Whether a name is one of a substance that the body makes."""
    return bool(subject_words("endogenous").fullmatch(mention.name.strip()))


def is_foil(name: str) -> bool:
    """Whether a name is one of a drug or a toxin with which pages on peptides only compare or provoke something."""
    return bool(subject_words("foil").fullmatch(name.strip()))


def make_subject(mention: Mention, origin: SubjectFrom) -> Subject:
    """A named thing as a subject."""
    name = mention.concept or mention.text
    return Subject(mention.concept_id or f"local:{name.casefold()}", name, mention.text, origin, mention)


# "BPC-157 vs. TB-500", "Semax or Selank": what a title sets side by side is what the page is about.
SIDE_BY_SIDE = re.compile(
    r"^(?:\s*\([^()]{0,60}\))?\s*(?:vs\.?|versus|v\.?|against|compared (?:to|with))\s+$", re.IGNORECASE
)


# "ARA-290: the half of erythropoietin that heals", "Tesamorelin, a child of GHRH": what a title's own compound is.
TELLS_OF = re.compile(
    r"^(?:\s*\([^()]{0,60}\))?\s*[:,–—-]\s.*\b(?:of|from|to|for|in|on|by)\s+(?:the\s+)?$", re.IGNORECASE
)


# "FOXO4-DRI: A Retro-Inverso Senolytic Peptide", "Ipamorelin, a growth hormone secretagogue": of what kind it is.
TELLS_KIND = re.compile(
    r"^(?:\s*\([^()]{0,60}\))?\s*[:,–—|-]\s*(?:(?:an?|the|your|this)\s+)?(?:(?!and\b|or\b|vs\b|versus\b)[\w-]+\s+){0,5}$",
    re.IGNORECASE,
)


def name_subjects(text: str, mentions: list[Mention], origin: SubjectFrom) -> tuple[Subject, ...]:
    """The subjects that a title, heading or question names; a name that explains another is left out."""
    found: list[Mention] = []
    for mention in mentions:
        gap = text[found[-1].end : mention.start] if found else ""
        if found and names_family(mention) and TELLS_KIND.match(gap):
            continue
        beside = origin is not SubjectFrom.QUESTION and SIDE_BY_SIDE.match(gap)
        if ASKS_OF_IT.search(text[max(0, mention.start - BEFORE) : mention.start]):
            continue
        if not beside and (_is_explained(gap) or _is_aside(text, mention)):
            continue
        if mention.concept_id not in {other.concept_id for other in found}:
            found.append(mention)
    bracketed = [mention for mention in mentions if _is_told_by_parts(text, mention, found)]
    return tuple(make_subject(mention, origin) for mention in _keep_narrowest(bracketed or found))


# "GLP-1 / GIP / Glucagon (Retatrutide)": what several hormones stand in front of, to tell what it is like.
PARTS_BEFORE = re.compile(r"^(?:\s?/\s?[\w-]+)+\s\($")


def _is_told_by_parts(text: str, mention: Mention, found: list[Mention]) -> bool:
    others = [other for other in found if other is not mention]
    if not others or text[mention.end : mention.end + 1] != ")" or is_endogenous(mention):
        return False
    return all(map(is_endogenous, others)) and PARTS_BEFORE.match(text[others[0].end : mention.start]) is not None


# "Does it replace hCG?", "Can I take it with metformin?": asked of what the page is about.
ASKS_OF_IT = re.compile(
    r"\b(?:does|do|did|is|can|could|will|would|should|may|how|why|when|what)\b[^.?!\n]*"
    r"\b(?:it|(?:the|this) (?:peptide|drug|compound|product|hormone))\b[^.?!\n]*$",
    re.IGNORECASE,
)


def _is_explained(gap: str) -> bool:
    """Whether the words between two names of a title tell the first by the second."""
    return bool(EXPLAINS.match(gap) or TELLS_OF.match(gap))


RELATION = re.compile(  # "Relationship to thymosin beta-4"
    r"\b(?:relation(?:ship)?|similarity|identity|homology|differences?) (?:to|with|from) (?:the |native )?$",
    re.IGNORECASE,
)


def _is_aside(text: str, mention: Mention) -> bool:
    """Whether a title names something only to compare with it, or what something else is a part or a kind of."""
    before = text[max(0, mention.start - BEFORE, text.rfind("\n", 0, mention.start)) : mention.start]
    if RELATION.search(before) or any(subject_words(kind).search(before) for kind in ("oblique", "part")):
        return True
    return bool(subject_words("predicate").search(before)) and not ASKS_WHAT.search(before)


def _keep_narrowest(mentions: list[Mention]) -> list[Mention]:
    """Leave out a family when one of its members is named as well."""
    wider = {
        family
        for mention in mentions
        if (concept := concept_index().get(mention.concept_id or "")) is not None
        for family in (*concept.broader, *([concept.parent_id] if concept.parent_id else []))
    }
    kept = [mention for mention in mentions if mention.concept_id not in wider]
    return kept or mentions


def names_family(mention: Mention) -> bool:
    """Whether a name is one of a kind that others belong to."""
    return mention.concept_id in _families()


@remember
def _families() -> frozenset[str]:
    """The compounds that others are kinds of, and those whose names are nouns for a kind: "senolytic"."""
    rows = concept_index().values()
    kinds = (row.id for row in rows if row.name.endswith("s") and row.name[:-1] in row.names)
    return frozenset(kinds) | {family for row in rows for family in row.broader}


def is_itself(passage: Passage, mention: Mention, at: int) -> bool:
    """Whether a name does not merely describe the noun behind it."""
    behind = passage.between(mention.end, mention.end + BEFORE)
    if is_foil(mention.name) and PROVOKES.match(behind):
        return False
    described = DESCRIBES.match(behind)
    return not described or bool(BROUGHT_ABOUT.match(passage.between(mention.end, at)))


def coordinate(passage: Passage, mentions: list[Mention]) -> list[Mention]:
    """The first of some names with those that stand in one list with it, each concept once."""
    chain = [mentions[0]]
    for mention in mentions[1:]:
        gap = passage.between(chain[-1].end, mention.start)
        if gap == ", " and len(chain) == 1 and is_class(passage, mentions[0], mention):
            chain = [mention]
            continue
        if gap == " " and len(chain) == 1:  # "the thymic peptide Ta1": a class in front of its member
            chain = [mention]
            continue
        if not COORDINATION.match(gap) or APPOSED.match(gap):
            break
        if mention.concept_id not in {m.concept_id for m in chain}:
            chain.append(mention)
    return chain


# "A synthetic conotoxin, ziconotide shuts": what the second name is.
OPENS_AS_ONE = re.compile(r"^\W*(?:an?|the (?:first|only|synthetic))\s+(?:[\w-]+\s+){0,4}$", re.IGNORECASE)


def is_class(passage: Passage, mention: Mention, following: Mention) -> bool:
    """Whether a name that opens its sentence only says of which kind the next one is."""
    opens = OPENS_AS_ONE.match(passage.between(passage.start, mention.start))
    return bool(opens) and FINITE.match(passage.between(following.end, passage.end)) is not None


def coordinate_back(passage: Passage, mentions: list[Mention], last: Mention) -> list[Mention]:
    """The names of one list that ends with `last`."""
    chain = [last]
    for mention in reversed([m for m in mentions if m.end <= last.start]):
        gap = passage.between(mention.end, chain[0].start)
        if not COORDINATION.match(gap) or APPOSED.match(gap):
            break
        if mention.concept_id not in {m.concept_id for m in chain}:
            chain.insert(0, mention)
    return chain


# "Afamelanotide is selective", "Noopept, by contrast, acts": a verb follows.
FINITE = re.compile(
    r"^(?:\s*\([^()]*\))?,?\s+(?:[^,;:]{1,40},\s+)?(?:(?:is|was|has|had|does|did)(?:n[’']t)?|can|may|will|\w+s|\w+ed|lost|made|kept|held"
    r"|fell|rose|cut|took|gave|went|came|brought|left|put|built|drove|sent|set|stood|found|ran|grew|hit|met|won|began|became|got"
    r"|shrank|sank|broke|led|spent|bound|shut|sped|let|also|never|now|only|alone|still|might|could|would|should)\b",
    re.IGNORECASE,
)


# "Myth 4: Selank is", "Fact: Selank has", "Question: I read that Selank": a label in front of a sentence.
LABELLED = re.compile(
    r"^\W*(?P<asked>(?:common |popular )?(?:myth|misconception|fiction|claim|q|question|rumou?r)\b)?"
    r"(?(asked)|(?:fact|truth|reality|a|answer|verdict|note|tip|bottom line|in short)\b)"
    r"(?:\s*(?:no\.?\s*|#\s*)?\d{1,3})?\W{0,3}[:.–—]\W+",
    re.IGNORECASE,
)


def opens_sentence(passage: Passage, mention: Mention) -> bool:
    """Whether a sentence begins with a name that a verb follows."""
    front = LABELLED.sub("", passage.between(passage.start, mention.start))
    bare = not re.sub(r"\W+", "", DETERMINER.sub("", front))
    behind = passage.between(mention.end, passage.end)
    return bare and FINITE.match(behind) is not None and not DESCRIBES.match(behind)


def is_oblique(passage: Passage, mention: Mention) -> bool:
    """Whether a name is compared with, what the subject is, or a part of the noun before it, and so no subject."""
    mention = _find_written_out(passage, mention)
    return any(stands_behind(passage, mention, kind) for kind in ("oblique", "part", "predicate", "complement"))


def _find_written_out(passage: Passage, mention: Mention) -> Mention:
    """The name that a bracket with its short form follows: "a growth hormone-releasing peptide (GHRP)"."""
    if passage.between(mention.start - len(" ("), mention.start) != " (":
        return mention
    named = (m for m in passage.of(mention.label) if m.end == mention.start - len(" ("))
    return next((m for m in named if m.concept_id == mention.concept_id), mention)


def is_agent(passage: Passage, mention: Mention) -> bool:
    """Whether a name is what a passive is done by: "was raised by Semax"."""
    return stands_behind(passage, mention, "agent")


# "It prevented the hyperalgesia induced by endotoxin": what brought the ill about, and not what acts on it.
BROUGHT_BY = re.compile(
    r"\s(?:induced|caused|provoked|evoked|elicited|triggered|produced|reversed|blocked|abolished|prevented|antagoni[sz]ed|created"
    r"|inflicted|left|damaged|injured|set off|brought (?:on|about))\s+by\s+(?:[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)


def is_provoker(passage: Passage, mention: Mention, at: int) -> bool:
    """Whether a name is what brought about the thing that the words at `at` act on."""
    return is_foil(mention.name) and bool(
        BROUGHT_BY.search(passage.between(max(at, mention.start - 2 * BEFORE), mention.start))
    )


# "Was diminished in rats treated with FGL": by something that has a name, and no row.
BY_A_NAME = re.compile(
    r"\b(?:treated|injected|dosed|supplemented|perfused|incubated) with\s+(?:the\s+|oral\s+|daily\s+)?"
    r"(?P<name>[A-Z][\w-]*(?:[A-Z]|\d)[\w-]*)"
    r"|\b(?:given|receiving|received) (?P<given>[A-Z][\w-]*(?:[A-Z]|\d)[\w-]*)"
)


# "Body weight increased by 1.8 kg with insulin": a hormone that is given.
GIVEN = re.compile(
    r"\b(?:with|under|given|receiving|(?:patients|those|people|mice|rats|men|women) on)\s+$", re.IGNORECASE
)
HORMONES = frozenset({"target:insulin", "target:growth-hormone", "target:testosterone", "target:estradiol"})


def names_unknown(passage: Passage, at: int, last: int) -> bool:
    """Whether the words from `at` to `last` tell of a treatment that has a name, and that is no compound's we know."""
    words = passage.between(at, last)
    hormones = [m for m in passage.near(at, last) if m.concept_id in HORMONES]
    if any(GIVEN.search(passage.between(max(at, m.start - BEFORE), m.start)) for m in hormones):
        return True
    for match in BY_A_NAME.finditer(words):
        start = at + match.start(match.lastgroup or 0)
        if not any(m.start <= start < m.end for m in passage.mentions):
            return True
    return False


@remember
def _governing() -> re.Pattern[str]:
    verbs = fill_in("(?:<up:verb>|<down:verb>|<inhibit:verb>|<activate:verb>|bind(?:s|ing)|bound to)")
    return re.compile(
        rf"(?<![\w-]){verbs}\s+(?:(?:the|endogenous|plasma|circulating|native|its|both|brain|serum|natural|own|basal|fasting"
        r"|nocturnal|peak|free|total|active|pulsatile|hypothalamic|pituitary|hepatic|intestinal|gastric|[\w]+[-‑–](?:time|induced"
        r"|stimulated|dependent|mediated))\s+)*$",
        re.IGNORECASE,
    )


def is_governed(passage: Passage, mention: Mention) -> bool:
    """Whether a name is what a verb acts on: "stress lowers kisspeptin and raises cortisol"."""
    return bool(_governing().search(passage.between(mention.start - BEFORE, mention.start)))


def stands_behind(passage: Passage, mention: Mention, kind: str) -> bool:
    """Whether a name stands right behind words of a kind of `SubjectRow`."""
    return _ends_with(passage.between(mention.start - BEFORE, mention.start), kind)


@remember_last(1000)
def _ends_with(words: str, kind: str) -> bool:
    """Whether words of a kind end a text; several readers ask it of the same few names."""
    return bool(subject_words(kind).search(words))


DETERMINER = re.compile(r"^\W*(?:no|the|an?|any|some|its)\b", re.IGNORECASE)
