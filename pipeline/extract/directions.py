"""Effects that the cells of a row tell without a sentence: "Cortisol | ↓", "GIPR | agonist", "Raises sleep? | Yes"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.components.concepts import name_index
from pipeline.extract.activities import is_own_activity
from pipeline.extract.effects import RECEPTOR, ills
from pipeline.extract.keys import HARMS, find_key
from pipeline.extract.naming import PLACEBO, is_subject
from pipeline.extract.outcomes import WHOLE
from pipeline.extract.promises import LONGEST_TITLE, ON_HARMS
from pipeline.extract.rows import find_column_subject, names_in, page_subject
from pipeline.extract.statements import state
from pipeline.extract.values import has_dimension
from pipeline.extract.verbs import fill_in
from pipeline.lexicon import remember
from pipeline.schema import BlockKind, Label, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Cell, Mention, Statement, Subject

RULE = "row-direction"
AFFECTED = frozenset({Label.TARGET, Label.PROCESS, Label.DISEASE})
BOUND = frozenset({"activates", "inhibits", "binds"})
LONGEST_VERDICT = 48  # code points of a cell that says no more than which way something goes
LONGEST_HEAD = 60  # code points of a head that names what goes up or down


@dataclass(frozen=True, slots=True)
class Affected:
    """What a head names: the words, the concept, the mention where it stands in the row, and a verb of the head."""

    words: str
    concept_id: str
    label: Label
    mention: Mention | None = None
    predicate: str | None = None
    way: str = ""  # words above the row that say which way a bare share goes

    @property
    def is_ill(self) -> bool:
        """Whether it is something that nobody wants."""
        return self.label is Label.DISEASE or self.concept_id in ills()


# Tables that say how well an effect is shown, and not how large it is.
ON_EVIDENCE = re.compile(
    r"\b(?:evidence|data|stud(?:y|ies|ied)|trials?|quality|confidence|rating|tested)\b", re.IGNORECASE
)
PLUSES = re.compile(r"\W*\++\W*")
# "Limited direct research": how much is known, and not what goes down.
LITTLE_KNOWN = re.compile(
    r"\W*(?:\w+ly\s+)?\w+\s+(?:[\w-]+\s+){0,3}(?:research|evidence|data|stud(?:y|ies)|literature|support)\b",
    re.IGNORECASE,
)


def read_directions(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The effects of one row: its own head or the head of a column names what goes up or down, the cell which way."""
    cells = [cell for cell in passage.block.cells if cell.text]
    head = next((cell for cell in cells if cell.is_head), None)
    if passage.block.kind not in (BlockKind.TABLE_ROW, BlockKind.LIST_ITEM) or head is None:
        return
    if passage.block.kind is BlockKind.LIST_ITEM and not _is_bare(cells, head):
        return
    owner = names_in(passage, head, SubjectFrom.TABLE_ROW)
    named = None if owner else _find_in_row(passage, head)
    asked = None if owner or named is not None else read_question(head.text)
    beside = any(find_column_subject(topics, cell) for cell in cells if not cell.is_head)
    for cell in cells:
        if cell.is_head or len(cell.text) > LONGEST_VERDICT or find_key(cell.header):
            continue
        affected = named or asked or (_read_head(cell.header) if cell.header != head.text else None)
        affected = affected or _find_in_lead(passage, topics, head)
        subjects = owner or find_column_subject(topics, cell)
        subjects = subjects or (() if beside or _is_rival(cell) else page_subject(passage, topics))
        if affected is None or len(subjects) != 1 or subjects[0].concept_id in (PLACEBO, affected.concept_id):
            continue
        yield from _read_verdict(passage, cell, affected, subjects[0])
    if named is not None and named.label is not Label.TARGET and _lists_harms(passage, head):
        yield from _read_harm(passage, topics, cells, named)


# "Appetite: ↓", "LH: no change", "Antibody titres: boosted": an item that says no more than which way something goes.
MOST_SAID = 3  # words of such a verdict


def _is_bare(cells: list[Cell], head: Cell) -> bool:
    return all(cell is head or len(cell.text.split()) <= MOST_SAID for cell in cells)


def _lists_harms(passage: Passage, head: Cell) -> bool:
    """Whether a table lists side effects, each at the head of its row."""
    title = passage.block.title
    row = find_key(head.header)
    return (row is not None and row.id == HARMS) or (bool(ON_HARMS.search(title)) and len(title) <= LONGEST_TITLE)


def _read_harm(passage: Passage, topics: Topics, cells: list[Cell], harm: Affected) -> Iterator[Statement]:
    """How often a side effect was seen, in the first column that is not of those who got something else."""
    for cell in cells:
        sizes = [m for m in passage.of(Label.QUANTITY) if cell.start <= m.start and m.end <= cell.end]
        subjects = find_column_subject(topics, cell) or page_subject(passage, topics)
        if cell.is_head or not sizes or not has_dimension(sizes[0], "fraction") or _is_rival(cell):
            continue
        if harm.mention is None or len(subjects) != 1 or subjects[0].concept_id == PLACEBO:
            continue
        at = (harm.mention.start, harm.mention.end)
        made = state(passage, subjects[0], "increases", RULE, at=at, mention=harm.mention, uses=(sizes[0],))
        yield replace(made, quantity=sizes[0].quantity, value_text=sizes[0].text)


# Columns beside the compound's own: "Placebo", "Control", "p value", "Notes".
RIVAL = re.compile(
    r"\b(?:placebo|controls?|vehicle|comparator|baseline|before|saline|sham|untreated|p[- ]?values?|notes?|n"
    r"|young|old|aged|healthy|diseased?|normal|deficiency|deficient)\b",
    re.IGNORECASE,
)


def _is_rival(cell: Cell) -> bool:
    return bool(RIVAL.search(cell.header))


def _find_in_row(passage: Passage, head: Cell) -> Affected | None:
    """What the head of a row names, where it names no more than that."""
    inside = [m for m in passage.of(*AFFECTED) if head.start <= m.start and m.end <= head.end]
    rest = head.text if not inside else head.text.replace(inside[0].text, "", 1)
    if len(inside) != 1 or not inside[0].concept_id or not REST.match(rest):
        return None
    mention = inside[0]
    return Affected(mention.text, mention.concept_id or "", mention.label, mention)


# What a head says beside a name: "Mean HbA1c (%)", "Change in appetite".
REST = re.compile(
    r"^[\W_]*(?:(?:mean|average|max|maximum|peak|typical|serum|plasma|fasting|total|change|changes|reduction|decrease|increase|loss|of|in|effect|effects|on|levels?|expression|receptor"
    r"|release|secretion|production|activity|score|signal(?:l)?ing"
    r"|markers?|counts?|rate|symptoms?|severity|episodes|index|burden|incidence|titres?|titers?|concentrations?)[\W_]*){0,4}(?:\([^()]{0,20}\))?[\W_]*$",
    re.IGNORECASE,
)


@remember
def _asking() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Heads that hold the verb of an effect and what it changes: "Raises cortisol?", "Effect on appetite"."""
    verbs = (
        ("increases", rf"(?:{fill_in('<up:third>')}|causes|produces|leads to)"),
        ("decreases", fill_in("<down:third>")),
        ("inhibits", fill_in("<inhibit:third>")),
        ("activates", fill_in("<activate:third>")),
        ("binds", r"binds(?: to)?"),
        ("modulates", r"(?:effects?|impact|influence|action) on|changes? in|affects|modulates"),
    )
    return tuple(
        (
            predicate,
            re.compile(rf"^(?:{verb})\s+(?:the\s+)?(?P<what>[^?|()]{{2,40}}?)\s*\??\s*(?:\([^()]*\))?$", re.IGNORECASE),
        )
        for predicate, verb in verbs
    )


def read_question(head: str) -> Affected | None:
    """What a head with a verb of its own asks about."""
    if len(head) > LONGEST_HEAD:
        return None
    for predicate, asks in _asking():
        match = asks.match(head.strip(" *_"))
        rows = name_index().look_up(match["what"]) if match is not None else ()
        if match is not None and rows and rows[0].label in AFFECTED | {Label.COMPOUND}:
            return Affected(match["what"], rows[0].id, rows[0].label, predicate=predicate)
    return None


def _read_head(head: str) -> Affected | None:
    """What the head of a column names: "GH release", "Effect on cortisol", "HbA1c (%)"."""
    if not head or len(head) > LONGEST_HEAD:
        return None
    plain = re.sub(r"\s*\([^()]*\)\s*$|\s+(?:levels?|change)$", "", head.strip(" *_"))
    rows = name_index().look_up(plain)
    if rows and rows[0].label in AFFECTED:
        return Affected(plain, rows[0].id, rows[0].label)
    return read_question(head)


# What stands in front of such a word.
MANNER = r"(?:(?:strongly|slightly|markedly|significantly|moderately|mildly|modestly|transiently|dose-dependently)\s+)?"
# "3-fold ↑", "slight rise"
SIZE = r"(?:~?\d[\d.,]*\s?(?:-?fold|%|x|×)\s*)?"
KIND = r"(?:(?:slight|small|mild|modest|marked|strong|clear|transient|brief|large|sharp)\s+)?"
# "no change", "did not affect"
NO_CHANGE = (
    r"(?:no|not|without)\s+(?:(?:significant|clear|meaningful|measurable|relevant|direct|known)\s+)?"
    r"(?:change|effect|impact|increase|rise|decrease|difference|influence|altered|changed|affected)\b"
    r"|unchanged|unaffected|unaltered|neutral|↔|⟷"
)
ANTAGONISM = r"(?:antagonis[mt]s?|inverse agonist|blocker|blockade|inhibit(?:or|ion|ed|s)|blocks|blocked)\b"
AGONISM = r"(?:agonis[mt]s?|activat(?:or|ion|ed|es))\b"
# "Strong", "Moderate effect": how much of what the head names a compound brings.
GRADE = (
    r"(?:very\s+)?(?:strong(?:ly)?|high(?:ly)?|marked(?:ly)?|significant(?:ly)?|pronounced|potent|direct|moderate(?:ly)?|medium|some"
    r"|mild(?:ly)?|modest|weak(?:ly)?|slight(?:ly)?|indirect)"
    r"(?:\s+(?:effects?|activity|action|support|benefits?|impact|improvement|stimulation))?"
)
SEEN = r"(?: (?:demonstrated|reported|known|observed|seen|found|shown))?"
HOW_FULL = r"(?:(?:full|partial|selective|competitive|biased|potent|weak|dual|triple|strong|balanced|super|co)-?\s*)*"


@remember
def _verdicts() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What a cell says in a word or a sign, the most telling first."""
    rise, fall = rf"{KIND}(?:rise|increase|surge|elevation)", rf"{KIND}(?:fall|drop|decrease|decline)"
    up = rf"(?:{fill_in('<up:past>')}|{fill_in('<up:third>')}|higher|rises|rose|up|{rise})\b"
    down = rf"(?:{fill_in('<down:past>')}|{fill_in('<down:third>')}|lower|falls|fell|down|{fall})\b"
    words = (
        ("none", rf"^[\W_]*(?:{NO_CHANGE})"),
        ("up", rf"^[^\w↓⬇▼<>≤≥-]*{SIZE}(?:[↑⬆▲]|\+\s?(?=\d)|\++\W*$)|^[\W_]{{0,4}}?{MANNER}{up}"),
        ("down", rf"^[^\w↑⬆▲]*{SIZE}(?:[↓⬇▼]|[-−–]\s?(?=\d+(?:[.,]\d+)?\s?%))|^[\W_]{{0,4}}?{MANNER}{down}"),
        ("changed", rf"^[\W_]*{MANNER}{fill_in('<change:third>')}\W*$"),
        ("inhibits", rf"^[\W_]*{HOW_FULL}{ANTAGONISM}"),
        ("activates", rf"^[\W_]*{HOW_FULL}{AGONISM}"),
        ("binds", r"^[\W_]*(?:(?:high|low|weak|strong)[- ]affinity\s+)?(?:ligand|binds|binding|bound)\b"),
        ("yes", rf"^[\W_]*(?:yes\b|[✓✔✅])|^[\W_]*(?:{GRADE})(?:[\W_]*$|\s[–—-]\s)"),
        ("no", rf"^[\W_]*(?:no|none)\b{SEEN}[\W_]*(?:\([^()]*\))?[\W_]*$|^(?:no|none)\s[–—-]\s|^(?:✗|✘|❌|×)"),
    )
    return tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in words)


def _read_verdict(passage: Passage, cell: Cell, affected: Affected, subject: Subject) -> Iterator[Statement]:
    verdict = next((name for name, said in _verdicts() if said.search(cell.text)), None)
    if verdict in ("up", "down") and LITTLE_KNOWN.match(cell.text):
        return
    if verdict in ("yes", "no") and ON_EVIDENCE.search(f"{passage.block.title} {cell.header}"):
        return
    told = _tell(verdict, affected) if verdict is not None else _tell_size(passage, cell, affected.way)
    if told is not None and affected.is_ill and PLUSES.fullmatch(cell.text):
        return  # "Anxiety | +++" is what something is good for
    if told is None or any(is_subject(m) for m in passage.mentions if cell.start <= m.start and m.end <= cell.end):
        return
    predicate, negated = told
    if predicate in BOUND and affected.label is not Label.TARGET:
        return
    mention = affected.mention
    at = (mention.start, mention.end) if mention is not None else (cell.start, cell.end)
    made = state(
        passage,
        subject,
        predicate,
        RULE,
        at=at,
        mention=mention,
        words=None if mention is not None else affected.words,
        object_id=None if mention is not None else affected.concept_id,
        negated=negated,
    )
    sizes = [m for m in passage.of(Label.QUANTITY) if cell.start <= m.start and m.end <= cell.end]
    size = sizes[0].quantity if sizes and has_dimension(sizes[0], "fraction") else None
    if size is not None:
        made = replace(
            made, quantity=replace(size, value=abs(size.value)), value_text=sizes[0].text, uses=(*made.uses, sizes[0])
        )
    yield made


def _tell(verdict: str, affected: Affected) -> tuple[str, bool] | None:
    """Predicate, and whether it is denied, of a verdict on what a head names."""
    if verdict in ("yes", "no"):
        predicate = affected.predicate or _tell_kind(affected)
        return None if predicate is None else (predicate, verdict == "no")
    if verdict == "changed":
        return ("modulates", False)
    if verdict == "none":
        return ("modulates", True)
    if verdict in BOUND:
        return (verdict, False)
    return ("increases" if verdict == "up" else "decreases", False)


# "Average weight loss at 48 weeks:", then "3 mg | 9 %": by how much each dose changed what the lead names.
BY_DOSE = re.compile(r"\W*\d[\d.,]*\s?(?:mg|[mµμ]c?g)(?:/\w+)?\b[^|]{0,24}$", re.IGNORECASE)


def _find_in_lead(passage: Passage, topics: Topics, head: Cell) -> Affected | None:
    """What the words above rows on doses name, where it is one thing that they say is lost or gained."""
    if not BY_DOSE.fullmatch(head.text):
        return None
    lead, named = topics.list_in_lead(passage.block, AFFECTED)
    if len(named) != 1 or bool(LOSS.search(lead)) == bool(GAIN.search(lead)):
        return None
    return Affected(named[0].text, named[0].concept_id or "", named[0].label, way=lead)


# Of these a bare "yes" does not say whether there is more of it or less.
EITHER_WAY = frozenset(
    f"process:{name}" for name in ("appetite", "body-weight", "blood-pressure", "heart-rate", "food-intake")
)


def _tell_kind(affected: Affected) -> str | None:
    """What a compound does of which a table only says that it does it: "Angiogenesis | Yes", "Antioxidant | Strong"."""
    if RECEPTOR.search(affected.concept_id):
        return "acts_through"
    if affected.label is not Label.PROCESS or affected.is_ill or affected.concept_id in EITHER_WAY:
        return None
    return "has_activity" if is_own_activity(affected.words, affected.concept_id) else "increases"


# "Weight loss | 14.9 %", "Reduction in HbA1c | 1.6 %": the head says which way a bare share goes.
LOSS = re.compile(r"\b(?:reduction|decrease|decline|drop|fall|lowering|suppression|inhibition)\b", re.IGNORECASE)
GAIN = re.compile(r"\b(?:(?:weight|fat) loss|increase|rise|elevation|improvement|gain)\b", re.IGNORECASE)


def _tell_size(passage: Passage, cell: Cell, way: str) -> tuple[str, bool] | None:
    """Which way a cell goes that is a share and no more, as the head of its row says."""
    head = next((other.text for other in passage.block.cells if other.is_head), "")
    heads = f"{head} {cell.header} {way}"
    sized = any(has_dimension(m, "fraction") for m in passage.of(Label.QUANTITY) if cell.start <= m.start < cell.end)
    if not sized or not WHOLE.match(cell.text) or bool(LOSS.search(heads)) == bool(GAIN.search(heads)):
        return None
    return ("decreases" if LOSS.search(heads) else "increases", False)
