"""What the items of a list promise by their lead or heading, and by the labels in front of what they tell.

"Benefits", then "Deeper sleep"; "Lower blood pressure: the peptide widens vessels".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.extract.chains import HARMS as SIDE_EFFECTS
from pipeline.extract.goods import GRADING, find_graded, read_goods
from pipeline.extract.keys import GOODS, HARMS, find_key, known_keys
from pipeline.extract.naming import is_oblique, is_subject, make_subject
from pipeline.extract.objects import ACTIONS
from pipeline.extract.passages import LEADS_IN
from pipeline.extract.prose import read_prose
from pipeline.extract.rows import page_subject
from pipeline.extract.statements import hedge
from pipeline.extract.verbs import fill_in, finite_verbs
from pipeline.lexicon import remember
from pipeline.page import Statement
from pipeline.schema import BlockKind, Effect, Label, Polarity, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.lexicon import KeyRow
    from pipeline.page import Block, Subject

# "Benefits of BPC-157", "What are the side effects?", "Possible adverse reactions"
ON_HARMS = re.compile(
    r"\b(?:side\)?[- ]effects?|(?:adverse|undesirable|unwanted) (?:effects?|events?|reactions?)|risks(?! of\b))",
    re.IGNORECASE,
)
ON_BENEFITS = re.compile(
    r"\b(?:benefits?|advantages|positive effects)\b"
    r"|(?<!side )(?<!side-)(?<!adverse )(?<!unwanted )(?<!undesirable )\b(?:effects?|improvements)\s?[:…]$"
    r"|^\W*(?:(?:key|main|primary|core|chief|major|reported|observed|documented|studied|known|potential|proposed"
    r"|beneficial|biological|pharmacological|physiological|therapeutic|functional)\s){1,2}(?:effects|actions|activities)\W*$",
    re.IGNORECASE,
)
# "Potential benefits", "It may offer benefits such as"
SUPPOSED = re.compile(
    r"\b(?:potential(?:ly)?|possible|possibly|may|might|could|proposed|suggested|purported|claimed|alleged|theori[sz]ed"
    r"|theoretical|hypothesi[sz]ed|supposed|believed|thought|speculative)\b",
    re.IGNORECASE,
)
# "Possible side effects" is what every leaflet calls those that are known.
POSSIBLE = re.compile(
    r"\bpossible\s+(?=(?:\w+\s)?(?:side[- ]effects?|adverse|undesirable|unwanted|reactions?))", re.IGNORECASE
)
REFUTED = re.compile(r"\b(?:no|not|without|lack\w*|myths?|unproven|never|fail\w*|outweigh)\b|n[’']t\b", re.IGNORECASE)
LONGEST_TITLE = 60  # code points of a heading that is no sentence of its own
LONGEST_LEAD = 160  # code points of the line that leads into a list


@dataclass(frozen=True, slots=True)
class Promise:
    """What the items of a list name, as the field of the vocabulary that would list it, and a word of doubt."""

    row: KeyRow
    doubt: str | None


def find_promise(passage: Passage, topics: Topics, named: str = "") -> Promise | None:
    """What the words above a list say that its items name: goods, harms, or what something is done to.

    `named` is what stands right in front as well, such as the name of a field.
    """
    words = _read_lead(passage, topics)
    for said in (words, named, topics.asked(passage.block), _read_title(passage.block)):
        if REFUTED.search(said):
            return None
        harms, goods = ON_HARMS.search(said), ON_BENEFITS.search(said)
        key = None if harms and goods else "side effects" if harms else "benefits" if goods else _find_verb(said)
        if key is not None:
            doubt = SUPPOSED.search(POSSIBLE.sub("", said) if harms else said)
            return Promise(known_keys()[key], doubt[0].lower() if doubt else None)
    return None


def _read_title(block: Block) -> str:
    """The nearest heading that says what a list is of, if it is short; one that only grades leaves it to the next."""
    title = next((title for title in reversed(block.section) if not GRADING.fullmatch(title[:LONGEST_TITLE])), "")
    return title if len(title) <= LONGEST_TITLE else ""


def _read_lead(passage: Passage, topics: Topics) -> str:
    """The words that lead into the list of an item; none where there are none, or more than a list has in front."""
    words = topics.leads.read_lead(passage.block)
    return words if words.endswith(LEADS_IN) and len(words) <= LONGEST_LEAD else ""


@remember
def _verbs() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Fields that list what a verb at the end of a lead is done to: "It may increase the risk of:"."""
    kinds = (
        (
            "benefits",
            r"(?:help(?:s|ed)? with|effective (?:for|against)|improve[sd]?|support(?:s|ed)?|optimi[sz]e[sd]?)",
        ),
        ("decreases", "<down:verb>"),
        ("inhibits", "<inhibit:verb>"),
        ("activates", "<activate:verb>"),
        ("modulates", "<change:verb>"),
        ("increases", "<up:verb>"),
        ("binds", r"bind(?:s|ing)?(?:\s[\w-]+){0,3}?\sto"),
        ("targets", r"(?:acts?|acting|works?)(?:\s\w+ly)?\s(?:on|through|via)"),
    )
    return tuple(
        (key, re.compile(rf"(?<![\w-])(?P<verb>{fill_in(verb)})\s*{MEASURE}[:…]$", re.IGNORECASE))
        for key, verb in kinds
    )


# "The production of", "various areas such as": between such a verb and the colon.
MEASURE = (
    r"(?:(?:the|your|several|many|various|multiple|different|key|levels?|risks?|production|release|symptoms?|aspects?"
    r"|areas|things|conditions|markers|functions|processes|of|in|for|such as|like|including)\s*){0,6}"
)
MEANS = re.compile(r"\b(?:by|for|in|through)\s+(?:\w+ly\s+)?$", re.IGNORECASE)  # "It works by inhibiting:"
# "A cascade of metabolic changes:" is a noun.
AS_NOUN = re.compile(
    r"\b(?:of|the|these|those|following|several|many|some|in|key|an?|\w+(?:al|ic|ive|ous))\s+$", re.IGNORECASE
)
OF_ANOTHER = re.compile(
    r"\b(?:that|which|who|cascades|pathways|factors)\s+(?:(?:may|can|could|might|also|then|help|helps|to|\w+ly)\s+){0,2}$",
    re.IGNORECASE,
)


def _find_verb(said: str) -> str | None:
    """The field that lists what the last verb of a lead is done to."""
    if not said.endswith(LEADS_IN):
        return None
    for key, verb in _verbs():
        found = verb.search(said)
        if found is None:
            continue
        before = said[: found.start()]
        loose = found["verb"].lower().endswith("ing") and not MEANS.search(before)
        return None if loose or OF_ANOTHER.search(before) or AS_NOUN.search(before) else key
    return None


# "What are its benefits?", "Increased bone mass, better sleep.": an answer without a verb of its own.
HAS_VERB = re.compile(
    r"\b(?:is|are|was|were|be|has|have|had|do|does|did|can|may|might|could|will|would|it|they|include[sd]?)\b",
    re.IGNORECASE,
)
LONGEST_ANSWER = 240  # code points


def read_promised(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The effects that items, or an answer, name below words on benefits or on side effects: "Deeper sleep"."""
    is_item = passage.block.kind is BlockKind.LIST_ITEM
    graded = find_graded(passage)
    if graded is None and (passage.block.cells or not (is_item or _is_bare_answer(passage, topics))):
        return
    promise = find_promise(passage, topics)
    label = graded or _find_label(passage)
    span = _cut_signs(passage, label if label is not None else (passage.start, passage.end))
    words = passage.between(*span)
    is_long = len(words.split()) > MOST_WORDS and finite_verbs().search(words)
    if promise is None or (is_item and is_long):  # "Guards cells from death in a stroke and …"
        return
    for subject in page_subject(passage, topics):
        if not is_item and graded is None:
            item = _cut(passage, span, (subject,))
            yield from (told for told in read_prose(item, topics, TOLD) if isinstance(told, Statement))
        yield from read_goods_in(passage, promise, span, subject)


def _is_bare_answer(passage: Passage, topics: Topics) -> bool:
    """Whether a sentence answers a question on benefits or harms with nothing but a list of them."""
    if passage.block.kind is not BlockKind.ANSWER or passage.start != passage.block.start:
        return False
    return (
        len(passage.text) <= LONGEST_ANSWER and not HAS_VERB.search(passage.text) and bool(topics.asked(passage.block))
    )


# "The main benefits of it include", "offers advantages such as", "safety concerns include"
TOLD_AS = (
    (
        "benefits",
        r"benefits|advantages|(?:positive|main|key|primary|chief|principal|reported|potential|biological) effects",
    ),
    (
        "side effects",
        r"side[- ]effects|adverse (?:effects|events|reactions)|(?:safety )?concerns|drawbacks|downsides|risks",
    ),
)
LISTED = tuple(
    (
        key,
        re.compile(
            rf"\b(?:{words})\b(?:\s(?:of|for|from|in|with)\s[^.;:()]{{2,60}}?)?,?"
            r"(?:(?:\s(?:are|is)(?: \w+){1,3},?(?: but| and))?\s(?:may |can |might |could |also )*"
            r"(?:include|included|including|are|were|such as|like|range from)\b"
            r"(?:\s(?:\w+ly|potential|the|both|many:))*\s*:?|:)\s",
            re.IGNORECASE,
        ),
    )
    for key, words in TOLD_AS
)


def read_goods_told(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The benefits or harms that a sentence lists: "Benefits include fat loss, wound healing and neuroprotection"."""
    is_field = any(find_key(cell.text) is not None for cell in passage.block.cells[:1])
    if not passage.block.prose or is_field or passage.text.rstrip().endswith("?"):
        return
    for key, listed in LISTED:
        if (told := listed.search(passage.text)) is not None:
            yield from _read_list(passage, topics, key, told)


def _read_list(passage: Passage, topics: Topics, key: str, told: re.Match[str]) -> Iterator[Statement]:
    first = passage.start + told.end()
    before = [m for m in passage.of(Label.COMPOUND) if m.start < first and is_subject(m)]
    named = {m.concept_id: m for m in before if not is_oblique(passage, m)}
    subjects = tuple(make_subject(m, SubjectFrom.WRITTEN) for m in named.values()) or page_subject(passage, topics)
    doubt = SUPPOSED.search(passage.text[: told.end()])
    promise = Promise(known_keys()[key], doubt[0].lower() if doubt else None)
    for subject in subjects if len(subjects) == 1 else ():
        yield from read_goods_in(passage, promise, (first, passage.end), subject)


# Columns beside one of benefits: "Benefit | Evidence".
ON_PROOF = re.compile(
    r"\b(?:evidence|strength|quality|support|source|details?|descriptions?|mechanisms?|notes|how|what|stud(?:y|ies)|research"
    r"|certainty|confidence|level)\b",
    re.IGNORECASE,
)
ON_OUTCOMES = re.compile(r"\W*(?:\w+\s)?(?:benefits?|effects?|outcomes?|actions?)\W*", re.IGNORECASE)
UNPROVEN = re.compile(
    r"^\W*(?:no|none|not|unproven|unknown|lacking|insufficient|absent|unsupported|disproven|negative|minimal|failed)\b",
    re.IGNORECASE,
)


def read_benefit_rows(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """What heads the rows of a table of benefits with their evidence: "Deeper sleep | Moderate"."""
    cells = [cell for cell in passage.block.cells if cell.text]
    head = next((cell for cell in cells if cell.is_head), None)
    rest = [cell for cell in cells if cell is not head]
    if passage.block.kind is not BlockKind.TABLE_ROW or head is None or head is not cells[0] or not topics.reads_prose:
        return
    if not ON_OUTCOMES.fullmatch(head.header) or not all(ON_PROOF.search(cell.header) for cell in rest):
        return
    if any(UNPROVEN.match(cell.text) for cell in rest):
        return
    on_harms = ON_HARMS.search(f"{passage.block.title} {head.header}") is not None
    promise = Promise(known_keys()["side effects" if on_harms else "benefits"], None)
    for subject in page_subject(passage, topics):
        item = _cut(passage, (head.start, head.end), (subject,))
        yield from (told for told in read_prose(item, topics, TOLD) if isinstance(told, Statement))
        yield from read_goods_in(item, promise, (head.start, head.end), subject)


# "Symptoms of pancreatitis, which may include nausea": the illness is a harm, and what shows it is no other one.
SIGNS = re.compile(r"^[\W_]*(?:[a-z]+ )?(?:signs?|symptoms?)(?: (?:and|or) symptoms?)? of\b", re.IGNORECASE)
SHOWN_BY = re.compile(r"[,(;:]|\s[–—-]\s|\b(?:which|that|such as|including|includes?|like)\b", re.IGNORECASE)


def _cut_signs(passage: Passage, span: tuple[int, int]) -> tuple[int, int]:
    """The place of an item of a list, less what tells an illness by its signs."""
    words = passage.between(*span)
    end = SHOWN_BY.search(words) if SIGNS.match(words) else None
    return span if end is None else (span[0], span[0] + end.start())


def read_goods_in(
    passage: Passage, promise: Promise | None, span: tuple[int, int], subject: Subject
) -> Iterator[Statement]:
    """What the page offsets of `span` name of what is promised, in as much doubt."""
    if promise is None:
        return
    for made in read_goods(passage, promise.row, span, list(passage.mentions), subject):
        yield hedge(made, promise.doubt) if promise.doubt is not None else made


# "Deeper sleep – users say so": a label of an item, told by a dash.
DASHED_LABEL = re.compile(r"^[\W_]*[^\W\d_][^:;.!?–—]{2,58}?(?=\s[–—-]\s|[*_]{0,3}:[*_]{0,3}\s)")
MOST_WORDS = 7  # of a label
# Above items whose labels say what happens: "Mechanisms", "How it works", "Key actions", "What it does".
ON_ACTIONS = re.compile(
    r"\b(?:mechanisms?|actions?|effects?|how .{0,40}works?|what .{0,40}does|roles?|functions?|pathways?|improve\w*"
    r"|support\w*|help\w*|produces?|results? in|leads? to|changes)\b",
    re.IGNORECASE,
)
TOLD = ACTIONS | {"has_activity"}


def read_labels(passage: Passage, topics: Topics, told: list[Statement]) -> list[Statement]:
    """The effects that the label of an item names, beside what the item tells: "Increased bone mass: …"."""
    span = _find_label(passage)
    if span is None or passage.block.kind is not BlockKind.LIST_ITEM or not topics.reads_prose:
        return []
    if topics.leads.heads_agents(passage.block):
        return []
    effects = [item for item in told if item.predicate in TOLD and (item.uses or (None,))[0] is not None]
    firm = [item for item in effects if item.polarity is Polarity.AFFIRMED]
    promise = find_promise(passage, topics)
    if not _is_meant(passage, topics, firm, promise=promise) or (not firm and _is_denied(passage, span)):
        return []
    label = _cut(passage, span, _whom(passage, topics, firm))
    found = [item for item in read_prose(label, topics, TOLD) if isinstance(item, Statement)]
    for subject in label.implied:
        found += read_goods_in(label, promise, span, subject)
    sized = {(item.predicate, item.object_id) for item in told if item.quantity is not None}
    return [item for item in found if (item.predicate, item.object_id) not in sized]


def _is_meant(passage: Passage, topics: Topics, firm: list[Statement], *, promise: Promise | None) -> bool:
    """Whether a label is what a compound does: by the words above it, or by what is told behind it."""
    if promise is not None or firm:
        return True
    title = passage.block.title
    said = f"{title} {_read_lead(passage, topics)} {topics.asked(passage.block)}"
    return ON_ACTIONS.search(said) is not None and REFUTED.search(said) is None


def _whom(passage: Passage, topics: Topics, firm: list[Statement]) -> tuple[Subject, ...]:
    """Whom a label is about: the one compound of which its item tells, else the one of the list."""
    named = {item.subject.concept_id: item.subject for item in firm if item.subject.concept_id.startswith("compound:")}
    return tuple(named.values()) if len(named) == 1 else page_subject(passage, topics)


def _is_denied(passage: Passage, span: tuple[int, int]) -> bool:
    """Whether the words behind a label take back what it names, or ask for it."""
    return any(
        cue.cue is not None and cue.cue.effect in (Effect.NEGATED, Effect.OPEN) and cue.start >= span[1]
        for cue in passage.cues
    )


def _find_label(passage: Passage) -> tuple[int, int] | None:
    """Where the label stands with which an item of a list begins, in page offsets."""
    block = passage.block
    if passage.start != block.start:
        return None
    if block.cells:
        head = block.cells[0]
        return (head.start, head.end) if head.is_head and len(head.text.split()) <= MOST_WORDS else None
    label = DASHED_LABEL.match(passage.text)
    if label is None or len(label[0].split()) > MOST_WORDS:
        return None
    return passage.start, passage.start + label.end()


WEAK = frozenset({Effect.HEDGED, Effect.ANECDOTAL})


def _cut(passage: Passage, span: tuple[int, int], subjects: tuple[Subject, ...]) -> Passage:
    """The label as a passage of its own, in as much doubt as what is told behind it."""
    doubts = [cue for cue in passage.cues if cue.cue is not None and cue.cue.effect in WEAK and cue.start >= span[1]]
    return replace(
        passage,
        text=passage.between(passage.start, span[1]),
        block=replace(passage.block, kind=BlockKind.LIST_ITEM, cells=()),
        mentions=tuple(m for m in passage.mentions if m.end <= span[1] and m.label is not Label.COMPOUND),
        cues=tuple(cue for cue in passage.cues if cue.end <= span[1]),
        lead_cues=(*passage.lead_cues, *doubts),
        implied=subjects,
    )


def drop_seeming(told: list[Statement]) -> list[Statement]:
    """Without what a list of goods or harms only seems to tell: "Reduced appetite, nausea" eases no nausea.

    "Increased bone mass and neuroprotection" has the one raised, and the other as an activity.
    """
    harms = {item.object_id for item in told if item.rule == HARMS and item.predicate == "increases"}
    raised = any(item.predicate == "increases" and item.object_id == SIDE_EFFECTS for item in told)
    own = {item.object_id for item in told if item.rule == GOODS and item.predicate == "has_activity"}
    return [
        item
        for item in told
        if not (item.predicate in OTHER_WAYS and item.object_id in harms and not _lacks(item))
        and not (item.predicate == "increases" and item.object_id in own)
        and not (item.predicate == "has_activity" and item.object_id == SIDE_EFFECTS and (raised or not _lacks(item)))
    ]


OTHER_WAYS = frozenset({"decreases", "modulates"})  # of what a list of harms says that it comes about


def _lacks(item: Statement) -> bool:
    """Whether a claim denies: side effects are no activity of a drug, but "no adverse events" says that it has none."""
    return item.polarity is Polarity.NEGATED
