"""Whom words mean that stand for a name: "it", "the peptide", "both", "the latter"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.chemistry.counts import GREEK
from pipeline.extract.casts import list_together
from pipeline.extract.naming import is_foil, is_subject, make_subject, opens_sentence, subject_words
from pipeline.extract.passages import ALL_BUT
from pipeline.lexicon import concept_index
from pipeline.schema import Label, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Mention, Subject

# "The first of them", "the latter", "the second one": one of those that were set side by side.
ORDINAL = re.compile(
    r"\bthe (?P<place>first|second|third|former|latter|last)"
    r"(?: one| of (?:them|these|those|the (?:two|three|trio|pair)))?"
    r"\s+(?:(?:\w+ly|has|had|also|then|can|may|did|does|not)\s+)*$",
    re.IGNORECASE,
)


PLACE_IN_ROW = {"first": 0, "former": 0, "second": 1, "third": 2, "latter": -1, "last": -1}


# "Both are given into the nose" means what the sentence before set side by side; "the two trials" does not.
SEVERAL = re.compile(r"^\W*(?:both|neither|they)\b", re.IGNORECASE)


CLASS = re.compile(r"^\W*they\b", re.IGNORECASE)  # of one name, a class: "GLP-1 agonists are drugs. They slow …"


# "neither ACTH nor cortisol rose": what is told of, and nobody that tells it.
PAIRED = re.compile(r"\bneither\b.{0,80}\bnor\b|\bboth\b.{0,80}\band\b", re.IGNORECASE)


# "It neither binds opioid receptors nor": one that does neither.
ONE = re.compile(
    r"\b(?:it|which|this|that|he|she|(?<!the )(?:peptide|compound|drug))\s+(?:\w+\s+)?neither\b", re.IGNORECASE
)


# How many a plural means: "neither", "none of the five", "all three".
COUNT = re.compile(
    r"\b(?:(?P<two>both|neither|two|pair|duo)|(?P<three>three|trio)|(?P<four>four)|(?P<five>five)|(?P<six>six))\b",
    re.IGNORECASE,
)
NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


# "Half-lives are unknown for all four": the plural stands at the end.
FOR_ALL = re.compile(
    r"\b(?:for|in|with|to)\s+(?:both|neither"
    r"|either(?: of (?:them|the two)| \w*(?:peptide|compound|drug|agent|molecule))?|each(?: of them)?"
    r"|any of (?:them|these|the \w+)|all(?: of (?:them|these)| (?:two|three|four|five|six))|none of (?:them|these)"
    r"|the (?:two|three|four|five|six))(?:\s+(?:in|at|over|during|across)\s[^.;:,]{2,48})?\W*$",
    re.IGNORECASE,
)


# "Both groups", "neither trial": several of something else.
OTHER_THINGS = re.compile(
    r"""
    \b(?:both|all)\ (?:of\ )?(?:the\ |these\ |those\ )?(?:two\ |three\ |four\ |five\ )?
        (?! (?: is | was | has | does | peptides | compounds | drugs | agents | molecules | substances | products
              | hormones | analogues | analogs | versions | forms | fragments | medicines | proteins | others )\b )
        [a-z]+s\b
    | \bneither\ (?:of\ the\ )?
        (?: stud | trial | group | dose | sex | arm | test | paper | regulator | agency | body | side | method | model
          | species )
    """,
    re.VERBOSE | re.IGNORECASE,
)


# "This produces pulses", said of what the sentence before tells; "the modified peptide" of a page on an analogue
THIS = re.compile(r"^\W*this\s", re.IGNORECASE)
EVENT = re.compile(r"^\W*(?:this\s+(?:\w+ly\s+)*$|.*\bthe (?:modified|synthetic|research) \w+\s+$)", re.IGNORECASE)


# "Bound to DNA it activates"
AT_THE_VERB = re.compile(
    r"\b(?:it|this)\s+(?:(?:\w+ly|also|then|can|may|does|did|not|has|had|further|(?:is|was) able to|\w+n[’']t)\s+)*$",
    re.IGNORECASE,
)


# "Consistent with its ability to raise": whose power it is does the verb behind.
ITS_POWER = re.compile(
    r"\bits\s+(?:[\w-]+\s+){0,2}?(?:ability|capacity|potential|power|propensity|tendency)\s+(?:to|for|of)\s+(?:\w+ly\s+)?$",
    re.IGNORECASE,
)


# "Often called a satiety hormone, it is set free by meals, raising": the main clause has a pronoun.
BEHIND_FRONT = re.compile(
    r"^\W*(?!(?:if|when|while|although|because|since|as)\b)[^,;:.]{3,80},"
    r"\s+(?:it|(?:the|this) \w*peptide)\s+(?:is|was|has|can|may|also)\b"
    r"[^;:]*,\s+(?:(?:and|thus|thereby|\w+ly)\s+)?$",
    re.IGNORECASE,
)


# "Its analogue PAT was analgesic: it prevented": another compound, which is the page's by kinship alone.
KIN = re.compile(
    r"^\W*(?:its|their|the|an?|one|another)\s(?:(?:\w+ly|synthetic|close|longer|shorter|newer|older|stable|oral|cyclic|related|active"
    r"|inactive|more|less|stable|potent)\s){0,3}"
    r"(?:analogue?s?|derivatives?|metabolites?|precursors?|cousins?|rivals?|successors?|predecessors?|counterparts?"
    r"|relatives?|variants?|homologu?e?s?|siblings?|sisters?|breakdown products?|degradation products?|mirror image"
    r"|antagonists?)\b"
    r"(?!\s+(?:of|to)\b|,?\s+(?:it|this)\b)",
    re.IGNORECASE,
)


# "It reduced the fever after LPS", "the peptide kept": a pronoun with an active verb behind it.
AT_WORK = re.compile(
    r"\b(?:it|they|(?:the|this)\s(?:\w+\s)?(?:\w*peptide|compound|drug|molecule|substance|agent|analogue?|hormone|treatment))"
    r"\s+(?!(?:is|are|was|were|be|been|(?:has|had|have|can|may|could|might|will) (?:also )?be(?:en)?)\b)(?-i:[a-z])",
    re.IGNORECASE,
)


# "the heptapeptide": what it means has as many residues.
NOUN = re.compile(rf"\b(?:the|this|that) (?:\w+ ){{0,2}}?(?P<count>{'|'.join(GREEK)})?peptide\b", re.IGNORECASE)


# "the parent protein", "TB-500's parent", "the full-length molecule": what the compound is a part of.
PARENT = re.compile(
    r"\b(?:the|its|their|['’]s) (?:parent|(?:native|natural|endogenous|full-length|full|whole|intact|entire) "
    r"(?:peptide|protein|hormone|molecule|sequence|parent))\b",
    re.IGNORECASE,
)


# "The hormone slows gastric emptying": said of what the body makes, and of no drug that is like it.
HORMONE = re.compile(r"\b(?:the|this|that) (?:gut |natural |native |endogenous |pituitary )?hormone\b", re.IGNORECASE)


# "It brings melatonin back, and some say it lowers cortisol": the second one means whom the first one means.
PARALLEL = re.compile(
    r"^\W*(?:in \w+(?: \w+)?,? )?(?:it|they|(?:the|this) (?:\w+ )?(?:\w*peptide|compound|drug|molecule|hormone))\b",
    re.IGNORECASE,
)


# "NPY calms animals too: given into the nose it blunted", "it is the antagonists that help people sleep".
ITS_VERB = re.compile(r"^\s+(?:\w+ly\s+|also\s+)?(?!is\b|was\b)[a-z]{3,}(?:[^s]s|ed)\s[^;]{3,80}[:;]\s")
CLEFT = re.compile(r"\bit (?:is|was) (?:the |not |only )*[\w-]+(?: \w+)? (?:that|who|which)\s+$", re.IGNORECASE)


# "It warms the animals, as indomethacin abolishes": a clause with a subject of its own.
CLAUSE_OF_ANOTHER = re.compile(
    r",\s+(?:as|because|since|while|whereas|when|until|so)\s+(?:the\s+)?"
    r"(?!(?:it|they|this|which|its|then|well|also|a|an|the|to)\b)[a-z][\w-]{3,}\s+$"
)


def means_another(passage: Passage, head: str, earlier: list[Mention]) -> bool:
    """Whether a pronoun means a target that opens its sentence and does something, or only sets off another noun."""
    if CLEFT.search(head) or CLAUSE_OF_ANOTHER.search(head):
        return True
    first = next((m for m in passage.mentions if m.label in (Label.COMPOUND, Label.TARGET)), None)
    if earlier or first is None or first.label is not Label.TARGET or not opens_sentence(passage, first):
        return False
    behind = passage.between(first.end, passage.end)
    return bool(ITS_VERB.match(behind) or (find_host(passage) is not None and IS_ONE_AND.match(behind)))


# "Growth hormone is a protein of many jobs; it raises": what a sentence defines is what the next words are about.
IS_ONE = re.compile(
    r"^(?:\s*\([^()]{1,40}\))?(?:,\s[^,;:.]{2,80},)?\s+(?:is|are|was)\s+(?:an?|the|one)\b", re.IGNORECASE
)
IS_ONE_AND = re.compile(r"^.{3,160}?(?:[:;—–]|,\s(?:and|so|but|where))\s", re.IGNORECASE | re.DOTALL)
WHAT_KIND = re.compile(r"^(?:\W*(?:the|an?|full|full-length|native|natural|human))*\W*$", re.IGNORECASE)


DEFINED = frozenset({Label.COMPOUND, Label.TARGET, Label.PROCESS, Label.DISEASE})


def find_host(passage: Passage) -> Mention | None:
    """What a sentence defines that is no compound of the page: a target, a process or an illness."""
    first = next((m for m in passage.mentions if m.label in DEFINED), None)
    if first is None or first.label is Label.COMPOUND or first.concept_id is None:
        return None
    if not WHAT_KIND.match(passage.between(passage.start, first.start)):
        return None
    return first if IS_ONE.match(passage.between(first.end, passage.end)) else None


# "This brain chemical", "these enzymes": something that the compound acts on, or that a reader has.
OTHER_KIND = re.compile(
    r"^\W*(?:this|these|that|those|such)\s+(?:[\w-]+\s+){0,2}?(?:chemical|neurotransmitter|transmitter|messenger"
    r"|enzyme|gene|cytokine|chemokine|condition|disorder|disease|syndrome|illness|toxin|growth factor|amino acid"
    r"|mineral|vitamin|cell|symptom|patient|bacteri(?:um|a)|virus|hormone level|decline|deficiency|kinase"
    r"|antibod(?:y|ies)|signal(?:l)?ing(?: pathway| cascade)?"
    r"|neuron|tumou?r|nutrient|other \w+|alternative|supplement company|combination|stack)"
    r"(?:e?s)?\b(?!['’]|\s+(?:sequence|chain|peptide))",
    re.IGNORECASE,
)


# "Senescence is a state of cells. It is marked by": what the sentence before defines.
IT_ALONE = re.compile(r"\W*(?:it|this)\s", re.IGNORECASE)


def recall_host(passage: Passage, earlier: list[Mention], topics: Topics) -> tuple[Subject, ...] | None:
    """What a pronoun means behind a sentence that defines no compound: a target, or nothing that has effects here."""
    if topics.hosted != passage.block.index or earlier or not IT_ALONE.match(passage.text):
        return None
    last = topics.recall(passage.block)
    if last is None or last.mention is None or last.mention.label is not Label.TARGET:
        return ()
    return (last,)


def points(head: str) -> bool:
    """Whether the words where the subject would be point to one of several, or to a whole: "the latter"."""
    return bool(ORDINAL.search(head) or PARENT.search(head))


def means_other_kind(head: str) -> bool:
    """Whether the words where the subject would be stand for something that is no compound: "this enzyme"."""
    return OTHER_KIND.match(head) is not None


def find_pointed(passage: Passage, head: str, topics: Topics) -> tuple[Subject, ...]:
    """The compound that such words mean; none where the page does not tell."""
    number = ORDINAL.search(head)
    one = _find_parent(passage, topics) if number is None else _find_numbered(passage, number["place"], topics)
    return (one,) if one is not None else ()


def _find_parent(passage: Passage, topics: Topics) -> Subject | None:
    """What the lexicon has as the parent of the compound that is named last, else of the page's own."""
    last = topics.recall(passage.block)
    named = [mention.concept_id for mention in passage.of(Label.COMPOUND)]
    own = [*named, *([last.concept_id] if last else []), *(one.concept_id for one in topics.implied(passage.block))]
    return next((parent for concept_id in own if (parent := topics.find_parent(concept_id)) is not None), None)


def _find_numbered(passage: Passage, place: str, topics: Topics) -> Subject | None:
    """The compound that "the first" or "the latter" means."""
    several = next((cast for cast in topics.list_casts(passage.block) if len(cast) > 1), ())
    at = PLACE_IN_ROW[place.lower()]
    return several[at] if several and at < len(several) else None


def is_pronoun(head: str) -> bool:
    """Whether the words where the subject would be stand for a name."""
    opens = subject_words("pronoun").search(head) or AT_THE_VERB.search(head)
    return bool(opens or ITS_POWER.search(head) or BEHIND_FRONT.match(head))


def find_several(passage: Passage, head: str, topics: Topics) -> tuple[Subject, ...]:
    """The compounds that "both", "neither", "they" or "the two" mean; none where the words hold no such plural."""
    tail = FOR_ALL.search(passage.text)
    if tail is not None and not is_pronoun(head) and not any(map(is_subject, passage.mentions)):
        head = tail[0]
    elif not subject_words("both").search(head):
        return ()
    if PAIRED.search(head) or OTHER_THINGS.search(head) or ONE.search(head):
        return ()
    if (family := _name_family(topics.implied(passage.block))) and not topics.recall_all(passage.block)[1:]:
        return family
    if (count := COUNT.search(head)) is not None:
        number = NUMBERS[str(count.lastgroup)]
        return next((cast for cast in topics.list_casts(passage.block) if len(cast) == number), ())
    last, implied = topics.recall_all(passage.block), topics.implied(passage.block)
    if THESE.search(head):  # those that were named just before, or that the page is about
        return last if len(last) > 1 else implied if implied == topics.main and len(implied) > 1 else ()
    several = last if len(last) > 1 or len(implied) < 2 else implied  # noqa: PLR2004  (a plural)
    if len(several) < 2:  # noqa: PLR2004
        several = list_together(topics, passage.block)
    if ALL_BUT.search(head):
        named = {mention.concept_id for mention in passage.of(Label.COMPOUND)}
        several = tuple(one for one in several if one.concept_id not in named)
    return several if len(several) > 1 or CLASS.match(head) else ()


THESE = re.compile(r"\bthese\b", re.IGNORECASE)


def _name_family(implied: tuple[Subject, ...]) -> tuple[Subject, ...]:
    """What a heading in the plural is about: "Endomorphins", "Both were found in 1997"."""
    plural = len(implied) == 1 and implied[0].text.casefold() == f"{implied[0].concept}s".casefold()
    return implied if plural else ()


# "Semaglutide has one target, tirzepatide has two. This dual mechanism": that of the one named last.
THIS_WAY = re.compile(
    r"^\W*(?:this|that|the latter)\s+(?:(?:dual|double|triple|twin|added|extra|combined|broader)\s+)"
    r"(?:mechanism|action|approach|activity|agonism|profile|pathway|selectivity)\b",
    re.IGNORECASE,
)


def find_meant(passage: Passage, head: str, earlier: list[Mention], topics: Topics) -> Subject | None:
    """Whom a pronoun means: a name earlier in the sentence, the last one of the section, else none of them."""
    implied = topics.implied(passage.block)
    if THIS_WAY.match(head) and len(several := topics.recall_all(passage.block)) > 1:
        return several[-1]
    if EVENT.match(head) and len(implied) == 1 and not earlier:
        last = topics.recall(passage.block) if THIS.match(head) else None
        here = last is not None and last.mention is not None and last.mention.start >= passage.block.start
        return last if here else implied[0]
    if HORMONE.search(head):
        return topics.recall_hormone(passage)
    noun = NOUN.search(head)
    if noun is None:
        return next(_list_candidates(passage, head, earlier, topics), None)
    return next((one for one in _list_candidates(passage, head, earlier, topics) if _fits(noun, one)), None)


# "It was cut to keep EPO's way of signalling, so it does not": both mean the same one.
MEANT_FIRST = re.compile(r"^(?:[\w]+,\s)?\W*it\s", re.IGNORECASE)


def _list_candidates(passage: Passage, head: str, earlier: list[Mention], topics: Topics) -> Iterator[Subject]:
    """Whom a pronoun may mean, the likeliest first: "Semax is registered in Russia; elsewhere it is a chemical".

    A name that no lexicon has is meant only by the pronoun that opens the next sentence.
    """
    opens = passage.text.startswith(head)
    earlier = [m for m in earlier if not is_foil(m.name)] or earlier
    earlier = [m for m in earlier if not MEANT_FIRST.search(passage.between(passage.start, m.start))]
    for mention in () if PARALLEL.match(passage.text) else earlier[:1]:
        yield make_subject(mention, SubjectFrom.PRONOUN)
    last = topics.recall(passage.block)
    if last is not None and (last.mention is not None or opens) and not _is_bodily(last, passage, head):
        yield last
    yield from topics.implied(passage.block)[:1] if len(topics.implied(passage.block)) == 1 else ()


OWN_NOUN = re.compile(
    r"\b(?:the|this|that)\s(?:\w+\s){0,2}(?!protein|hormone|receptor|factor|enzyme)\w{4,}\b", re.IGNORECASE
)


def _is_bodily(last: Subject, passage: Passage, head: str) -> bool:
    """Whether what was told of last is a target that an earlier block defined, or that "the peptide" does not mean."""
    if last.mention is None or last.mention.label is not Label.TARGET:
        return False
    return last.mention.start < passage.block.start or OWN_NOUN.search(head) is not None


def _fits(noun: re.Match[str], subject: Subject) -> bool:
    """Whether a noun such as "the heptapeptide" can mean a compound, by its length where the lexicon has it."""
    row = concept_index().get(subject.concept_id)
    if is_foil(subject.text) or (row is None and subject.origin is SubjectFrom.PRONOUN):  # "Vancomycin … the peptide"
        return False
    if noun["count"] is None or row is None or row.sequence is None:
        return True
    return len(row.sequence) == GREEK[noun["count"].lower()]
