"""What the items of a list promise by their lead or heading, and by the labels in front of what they tell.

"Benefits", then "Deeper sleep"; "Lower blood pressure: the peptide widens vessels".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.extract.goods import read_goods
from pipeline.extract.keys import known_keys
from pipeline.extract.objects import ACTIONS
from pipeline.extract.passages import LEADS_IN
from pipeline.extract.prose import read_prose
from pipeline.extract.rows import page_subject
from pipeline.extract.statements import hedge
from pipeline.extract.verbs import fill_in, finite_verbs
from pipeline.lexicon import remember
from pipeline.page import Statement
from pipeline.schema import BlockKind, Effect, Label, Polarity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.lexicon import KeyRow
    from pipeline.page import Subject

# "Benefits of BPC-157", "What are the side effects?", "Possible adverse reactions"
ON_HARMS = re.compile(
    r"\b(?:side\)?[- ]effects?|(?:adverse|undesirable|unwanted) (?:effects?|events?|reactions?)|risks(?! of\b))",
    re.IGNORECASE,
)
ON_BENEFITS = re.compile(r"\b(?:benefits?|advantages|positive effects)\b", re.IGNORECASE)
# "Potential benefits", "It may offer benefits such as"
SUPPOSED = re.compile(
    r"\b(?:potential(?:ly)?|possible|possibly|may|might|could|proposed|suggested|purported|claimed|alleged|theori[sz]ed"
    r"|theoretical|hypothesi[sz]ed|supposed|believed|thought|speculative)\b",
    re.IGNORECASE,
)
REFUTED = re.compile(r"\b(?:no|not|without|lack\w*|myths?|unproven|never|fail\w*|outweigh)\b|n[’']t\b", re.IGNORECASE)
LONGEST_TITLE = 60  # code points of a heading that is no sentence of its own
LONGEST_LEAD = 160  # code points of the line that leads into a list


@dataclass(frozen=True, slots=True)
class Promise:
    """What the items of a list name, as the field of the vocabulary that would list it, and a word of doubt."""

    row: KeyRow
    doubt: str | None


def find_promise(passage: Passage, topics: Topics) -> Promise | None:
    """What the words above a list say that its items name: goods, harms, or what something is done to."""
    block = passage.block
    title = block.section[-1] if block.section else ""
    words = _read_lead(passage, topics)
    for said in (words, title if len(title) <= LONGEST_TITLE else ""):
        if REFUTED.search(said):
            return None
        harms, goods = ON_HARMS.search(said), ON_BENEFITS.search(said)
        key = None if harms and goods else "side effects" if harms else "benefits" if goods else _find_verb(said)
        if key is not None:
            doubt = SUPPOSED.search(said)
            return Promise(known_keys()[key], doubt[0].lower() if doubt else None)
    return None


def _read_lead(passage: Passage, topics: Topics) -> str:
    """The words that lead into the list of an item; none where there are none, or more than a list has in front."""
    lead = topics.annotated.page.blocks[passage.block.lead] if passage.block.lead is not None else None
    words = topics.leads.read_last_line(lead) if lead is not None and lead.prose else ""
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


def read_promised(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The effects that the items of a list name below words on benefits or on side effects: "Deeper sleep"."""
    if passage.block.kind is not BlockKind.LIST_ITEM or passage.block.cells:
        return
    promise = find_promise(passage, topics)
    label = _find_label(passage)
    span = label if label is not None else (passage.start, passage.end)
    words = passage.between(*span)
    if len(words.split()) > MOST_WORDS and finite_verbs().search(words):  # "Guards cells from death in a stroke and …"
        return
    for subject in page_subject(passage, topics) if promise is not None else ():
        yield from _read_goods(passage, promise, span, subject)


# "3. Reduces anxiety", "Enhances BDNF expression": a heading that tells what the page's compound does.
NUMBERED = re.compile(r"\W*(?:\d{1,2}\s?[.):–-]\s*)?")
ASKING = re.compile(r"[?:]|\b(?:how|why|what|when|which|who|vs|versus|or|myths?|claims?)\b", re.IGNORECASE)


@remember
def _telling() -> re.Pattern[str]:
    return re.compile(fill_in("(?:<up:third>|<down:third>|<inhibit:third>|<activate:third>)") + r"\b", re.IGNORECASE)


def read_headline(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The effects that a heading tells by a verb, or names below a heading on benefits: "Reduces anxiety"."""
    numbered = NUMBERED.match(passage.text)
    start = passage.start + (numbered.end() if numbered is not None else 0)
    subjects = page_subject(passage, topics)
    if not subjects or len(passage.text) > LONGEST_TITLE or ASKING.search(passage.text):
        return
    promise = find_promise(passage, topics)
    yield from _read_goods(passage, promise, (start, passage.end), subjects[0])
    on_harms = promise is not None and promise.row.id == HARM
    if on_harms or (promise is None and not _telling().match(passage.between(start, passage.end))):
        return
    for item in read_prose(replace(passage, implied=subjects), topics, TOLD):
        if isinstance(item, Statement) and not (item.object_id or "local:").startswith("local:"):
            yield item if promise is None or promise.doubt is None else hedge(item, promise.doubt)


def _read_goods(
    passage: Passage, promise: Promise | None, span: tuple[int, int], subject: Subject
) -> Iterator[Statement]:
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
    effects = [item for item in told if item.predicate in TOLD and (item.uses or (None,))[0] is not None]
    firm = [item for item in effects if item.polarity is Polarity.AFFIRMED]
    promise = find_promise(passage, topics)
    if not _is_meant(passage, topics, firm, promise=promise) or (not firm and _is_denied(passage, span)):
        return []
    label = _cut(passage, span, _whom(passage, topics, firm))
    found = [item for item in read_prose(label, topics, TOLD) if isinstance(item, Statement)]
    for subject in label.implied:
        found += _read_goods(label, promise, span, subject)
    return found


def _is_meant(passage: Passage, topics: Topics, firm: list[Statement], *, promise: Promise | None) -> bool:
    """Whether a label is what a compound does: by the words above it, or by what is told behind it."""
    if promise is not None or firm:
        return True
    title = passage.block.section[-1] if passage.block.section else ""
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
        block=replace(passage.block, cells=()),
        mentions=tuple(m for m in passage.mentions if m.end <= span[1] and m.label is not Label.COMPOUND),
        cues=tuple(cue for cue in passage.cues if cue.end <= span[1]),
        lead_cues=(*passage.lead_cues, *doubts),
        implied=subjects,
    )


def drop_relieved(told: list[Statement]) -> list[Statement]:
    """Without the relief that a list of harms only seems to tell: "Reduced appetite, nausea" eases no nausea."""
    harms = {item.object_id for item in told if item.rule == HARM}
    return [item for item in told if item.predicate != "decreases" or item.object_id not in harms]


HARM = "key-harm"
