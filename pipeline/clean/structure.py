"""From drafts to blocks: which lines are questions and headings, and what stands under what."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline.clean.edges import cut_edges
from pipeline.clean.fields import is_known, mark_fields
from pipeline.clean.html_reader import QUESTION_WORD
from pipeline.clean.items import mark_items
from pipeline.clean.layers import cut_fragment
from pipeline.clean.sections import mark_lines, mark_sections
from pipeline.page import WIDTH, Block, Cell, OffsetMap, Piece, Pieces
from pipeline.schema import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.clean.drafts import Draft

FIELDS = frozenset({BlockKind.FRONT_MATTER, BlockKind.METADATA})

ANSWERS = frozenset({BlockKind.PARAGRAPH, BlockKind.ANSWER, BlockKind.LIST_ITEM, BlockKind.TABLE_ROW})

ASKING = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM})
ROWS = frozenset({BlockKind.LIST_ITEM, BlockKind.TABLE_ROW})  # what may have a lead
# "It binds:", "Octreotide is used", "It is indicated for": words that need a list to end their sentence.
LEADS = re.compile(
    r":$|\b(?:is|are) (?:also |mainly |not )?(?:used|indicated|approved|prescribed)(?: (?:for|in|to treat))?$"
)

HEADING_CHARS = 120  # of a heading that nothing marks as one
HEADING_WORDS = 16
BODY_CHARS = 60  # of the text that follows such a heading, at least
BODY_RATIO = 2  # how much longer than the heading that text is
QUESTION_CHARS = 220
MANY_QUESTIONS = 3  # that make a page one of questions
LABEL_WORDS = 6  # of a heading with no more than a sentence below it
BARE_LEVEL = 2  # depth of a heading in plain text; of two in a row, the second is one deeper
STRONG_LEVEL = 6  # depth of a line that is a heading for being bold
BETWEEN_WORDS = 4  # of a heading between two rows of a flattened table; a longer one explains the row above it

# For example "Q: What is it?" and "A. It is …".
ASKED = re.compile(r"(?:Q(?:uestion)?\s?\d{0,3}\s?[:.)]|\d{1,3}[.)])\s+")
ANSWERED = re.compile(r"A(?:nswer)?\s?\d{0,3}\s?[:.)]\s+")
FAQ_CLASS = re.compile(r"\b_*(?:faqs?|questions?|accordion|q-?and-?a)(?![a-z])", re.IGNORECASE)
INITIAL = re.compile(r"A\.")  # of a name, unless a question stands above it
NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?\s+[A-Z]")  # "2 Storage", "2.1 In solution"
NO_HEADING = ("://", " · ", " • ", "→")
NO_HEADING_END = re.compile(r"[.!:;,]$")
CALLOUT = re.compile(r"(?:\s?\[[^\[\]]{1,40}\]){1,8}$")  # "It binds MC4R.[^key2006]" ends with a full stop all the same
# "2.1 In solution", "II. Storage": never a number of things
SUBSECTION = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})+\.?|[IVX]{1,5}\.)\s+[A-Z]")
NO_RESIDUE = frozenset("BJOUXZ")  # letters of no amino acid: STORAGE is a word, MEHFPGP is none
RESIDUES = re.compile(r"[A-Z]{4,}|(?:[A-Z][a-z]{2}-){2,}")


def structure(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts with their fields, questions, headings and furniture named."""
    for mark in (cut_edges, mark_questions, mark_items, mark_fields, mark_lines, mark_headings, mark_sections):
        drafts = mark(drafts)  # what a step replaced is let go of
    return list(drafts)


# ---------------------------------------------------------------------------------------------- questions


def mark_questions(drafts: Sequence[Draft]) -> list[Draft]:
    """Headings, bold lines and lone lines that ask become questions; "Q:" and "A:" are markers, not text."""
    marked = [
        _mark_question(draft, before, following)
        for before, draft, following in zip([None, *drafts], drafts, [*drafts[1:], None], strict=False)
    ]
    cut = [_cut_question(draft) for draft in marked]
    asked = sum(parts[0].kind is BlockKind.QUESTION and not parts[0].key for parts in cut)
    return [part for parts in cut for part in parts] if asked >= MANY_QUESTIONS else marked


def _cut_question(draft: Draft) -> list[Draft]:
    """On a page of questions, one that opens its answer's paragraph: "How long does it last? Half an hour."."""
    if draft.kind is not BlockKind.PARAGRAPH or draft.cells or draft.reason or draft.level:
        return [draft]
    end = draft.text.find("? ", 0, QUESTION_CHARS) + 1
    if not end or not _is_one_question(draft.text[:end]):
        return [draft]
    question, answer = cut_fragment(draft.body, 0, end), cut_fragment(draft.body, end + 1, len(draft.text))
    return [
        replace(draft, kind=BlockKind.QUESTION, body=question, span=None, bare=False),
        replace(draft, kind=BlockKind.ANSWER, body=answer, span=None, bare=False, closes_question=False),
    ]


def _mark_question(draft: Draft, before: Draft | None, following: Draft | None) -> Draft:
    if draft.kind is BlockKind.HEADING:
        return replace(draft, kind=BlockKind.QUESTION) if draft.text.endswith("?") else draft
    if draft.kind not in ASKING:
        return draft
    is_asked = before is not None and before.text[-1] == "?"
    if (answered := ANSWERED.match(draft.text)) and (is_asked or not INITIAL.match(draft.text)):
        return replace(_cut_start(draft, answered.end()), kind=BlockKind.ANSWER)
    if len(draft.text) > QUESTION_CHARS or not draft.text.endswith("?"):
        return draft
    asked = ASKED.match(draft.text)
    if asked and draft.text[0] in "Qq":
        return replace(_cut_start(draft, asked.end()), kind=BlockKind.QUESTION, bare=False)
    # A paragraph that is one question, with a statement below it, asks for that statement, bold or not.
    is_lone = draft.kind is BlockKind.PARAGRAPH or draft.ordinal is not None or _is_in_faq(draft)
    if draft.strong or (is_lone and _is_one_question(draft.text) and following is not None and _answers(following)):
        return replace(draft, kind=BlockKind.QUESTION)
    return draft


def _is_in_faq(draft: Draft) -> bool:
    """Whether the class names around a piece are those of questions: "faq-item", "accordion__title"."""
    return bool(draft.hint) and FAQ_CLASS.search(draft.hint) is not None


def _is_one_question(text: str) -> bool:
    asked = ASKED.match(text)
    text = text[asked.end() :] if asked else text
    return bool(QUESTION_WORD.match(text)) and not re.search(r"[.!?]\s", text)


def _answers(draft: Draft) -> bool:
    return draft.kind in ANSWERS and draft.text[-1] != "?"


def _cut_start(draft: Draft, start: int) -> Draft:
    body = cut_fragment(draft.body, start, len(draft.text))
    span = (body.raw[0], draft.span[1]) if draft.span else None
    return replace(draft, body=body, span=span, cells=())


# ---------------------------------------------------------------------------------------------- headings


def mark_headings(drafts: Sequence[Draft]) -> list[Draft]:
    """Name the headings of plain text: short lines without a full stop in front of longer text."""
    marked = list(drafts)
    following: Draft | None = None  # the next piece of content
    first = next((at for at, draft in enumerate(marked) if draft.level and not draft.bare), len(marked))
    for index in range(len(marked) - 1, -1, -1):
        draft, before = marked[index], marked[index - 1] if index else None
        if draft.reason:
            continue
        if _is_bare_heading(draft, following, before) or _is_numbered_heading(draft, following, before):
            below = draft.strong and index > first
            level = STRONG_LEVEL if below else BARE_LEVEL + _count_steps(draft.text)
            marked[index] = replace(draft, kind=BlockKind.HEADING, level=level, cells=(), bare=True)
        elif _is_strong_heading(draft, following) or _is_label_of_text(draft, following):
            marked[index] = replace(draft, kind=BlockKind.HEADING, level=STRONG_LEVEL)
        elif draft.kind is BlockKind.QUESTION and draft.bare and not draft.level:
            marked[index] = replace(draft, level=BARE_LEVEL)
        following = marked[index]
    for index in range(1, len(marked)):
        if _is_bare(marked[index]) and _is_bare(marked[index - 1]) and marked[index - 1].level == BARE_LEVEL:
            marked[index] = replace(marked[index], level=BARE_LEVEL + 1)
    return list(_sink_bare(marked))


def _sink_bare(marked: Sequence[Draft]) -> Iterator[Draft]:
    """The same drafts, the headings in plain text below the marked heading that they follow."""
    above = 0
    for draft in marked:
        ranked = draft.kind is BlockKind.HEADING and not draft.reason and 0 < draft.level < STRONG_LEVEL
        above = draft.level if ranked and not draft.bare else above
        sinks = ranked and draft.bare and above >= BARE_LEVEL
        yield replace(draft, level=min(STRONG_LEVEL, draft.level + above - 1)) if sinks else draft


def _count_steps(text: str) -> int:
    """How far below the first level a heading's number puts it: 1 for "2.1 In solution", 0 without a number."""
    return text.split(maxsplit=1)[0].rstrip(".").count(".") if SUBSECTION.match(text) else 0


def _is_bare(draft: Draft) -> bool:
    return draft.bare and draft.kind is BlockKind.HEADING


def _is_bare_heading(draft: Draft, following: Draft | None, before: Draft | None) -> bool:
    text = draft.text
    if draft.kind is not BlockKind.PARAGRAPH or not draft.bare or following is None or draft.link:
        return False
    if draft.cells and not _is_title_with_colon(draft, following, before):
        return False
    if not _is_short(text):
        return False
    if not (text[0].isupper() or NUMBERED.match(text)) or any(sign in text for sign in NO_HEADING):
        return False
    if text.isupper() and " " in text and not RESIDUES.fullmatch(text):
        return True
    if SUBSECTION.match(text) or (text.isupper() and (is_known(text) or not NO_RESIDUE.isdisjoint(text))):
        return _is_body(following) or _may_follow_heading(draft, following, before)
    return _may_follow_heading(draft, following, before)


def _is_strong_heading(draft: Draft, following: Draft | None) -> bool:
    """Whether a lone bold line names what stands below it."""
    if draft.kind is not BlockKind.PARAGRAPH or not draft.strong or draft.cells or draft.link or following is None:
        return False
    return following.kind in ANSWERS and not following.strong and draft.text[0].isupper() and _is_short(draft.text)


def _is_label_of_text(draft: Draft, following: Draft | None) -> bool:
    """Whether a line of HTML is a known label with a sentence below it: <b>Storage</b><br>Keep it cold."""
    if draft.kind is not BlockKind.PARAGRAPH or draft.cells or draft.link or following is None:
        return False
    return is_known(draft.text) and draft.text[0].isupper() and _is_body(following)


def _is_short(text: str) -> bool:
    is_long = len(text) > HEADING_CHARS or len(text.split()) > HEADING_WORDS
    return not is_long and not NO_HEADING_END.search(CALLOUT.sub("", text))


def _is_numbered_heading(draft: Draft, following: Draft | None, before: Draft | None) -> bool:
    """Whether "2. Storage" is a heading, not an item: no item with the number before or after it stands beside it."""
    text, number = draft.text, draft.ordinal or ""
    if draft.kind is not BlockKind.LIST_ITEM or not number.isdigit() or following is None or draft.cells or draft.link:
        return False
    if before is not None and before.kind is BlockKind.LIST_ITEM and before.ordinal == str(int(number) - 1):
        return False
    if not _is_short(text):
        return False
    if following.kind is BlockKind.LIST_ITEM:
        return following.ordinal in {None, "1"} and number != "1"
    return following.kind is not BlockKind.PARAGRAPH or len(following.text) >= BODY_CHARS or _is_body(following)


def _is_body(draft: Draft) -> bool:
    """Whether a paragraph is a sentence, or announces a list: below a number, it need not be long to be the text."""
    return draft.kind is BlockKind.PARAGRAPH and draft.text[-1] in ".:;!?"


def _is_title_with_colon(draft: Draft, following: Draft, before: Draft | None) -> bool:
    """Whether "One thing: and what of it" is a title, not one of several fields."""
    key = draft.text[: draft.cells[0].end]
    is_field = following.cells and not following.text.endswith(".")
    return not (is_field or (before and before.cells) or is_known(key))


def _may_follow_heading(draft: Draft, following: Draft, before: Draft | None) -> bool:
    if before is not None and (_explains(draft, before) or _is_marked(before)):
        return False  # right below a marked heading, its subtitle
    if _is_flattened(following):
        is_between = before is not None and _is_flattened(before)
        if is_between and len(draft.text.split()) > BETWEEN_WORDS and not draft.text.istitle():
            return False
        return not any(letter.isdigit() for letter in draft.text)  # else one more field, whose label is not known
    if following.kind in {BlockKind.LIST_ITEM, BlockKind.TABLE_ROW}:
        return True
    if following.kind in {BlockKind.HEADING, BlockKind.QUESTION}:
        return following.bare
    if following.kind is not BlockKind.PARAGRAPH:
        return False
    if before is not None and _names_sentence(draft, following, before):
        return True
    return len(following.text) >= max(BODY_CHARS, BODY_RATIO * len(draft.text))


def _is_marked(draft: Draft) -> bool:
    """Whether a heading says so by its marks, and not by how it looks."""
    return draft.kind is BlockKind.HEADING and draft.level > 0 and not draft.bare


def _explains(draft: Draft, before: Draft) -> bool:
    """Whether a line without a full stop tells what the label above it means: "Immunity", "Raises interferon"."""
    words = draft.text.split()
    plain = sum(word[0].islower() for word in words) > len(words) / 2
    return (
        plain
        and ":" not in draft.text
        and len(words) > LABEL_WORDS
        and len(before.text.split()) <= LABEL_WORDS
        and before.bare
    )


def _names_sentence(draft: Draft, following: Draft, before: Draft) -> bool:
    """Whether a line of a few words, where something has just ended, stands above a sentence: "Hair", "Unknown."."""
    if draft.text.count(" ") >= LABEL_WORDS or any(letter.isdigit() for letter in draft.text):
        return False
    has_ended = before.kind in {BlockKind.LIST_ITEM, BlockKind.HEADING} or before.text[-1] in ".!?"
    return has_ended and following.text[-1] == "." and following.text[0].isupper() and not following.cells


def _is_flattened(draft: Draft) -> bool:
    return draft.kind is BlockKind.TABLE_ROW and draft.table is None


# ---------------------------------------------------------------------------------------------- blocks


@dataclass(slots=True)
class _Place:
    """Where the page stands while its blocks are put in order."""

    prose: bool  # whether sentences are to be read
    blocks: list[Block] = field(default_factory=list)
    headings: list[tuple[int, int]] = field(default_factory=list)  # level, block index
    section: tuple[str, ...] = ()  # the texts of those headings, one tuple for all blocks below them
    question: int | None = None
    lead: int | None = None
    row: int | None = None  # the last row of a table that begins with its own head


def arrange(drafts: list[Draft], *, prose: bool) -> tuple[str, tuple[Block, ...], OffsetMap]:
    """The clean text, its blocks and the way back. Without `prose`, the sentences of the page are not to be read.

    The drafts are used up: those of a large page do not stand in memory beside its blocks.
    """
    text, pieces, spans = _write_texts(drafts)
    place = _Place(prose)
    numbers = iter(spans.numbers)
    for draft, span in zip(_use_up(drafts), map(Piece, *[numbers] * WIDTH), strict=True):
        line = text[span.start : span.end]
        if draft.level:
            _leave_sections(place, draft.level)
        if draft.level or draft.closes_question or draft.kind is BlockKind.QUESTION:
            place.question = None
        place.blocks.append(_make_block(draft, span, line, place))
        _move_on(place, draft, line)
    return text, tuple(place.blocks), OffsetMap(pieces)


def _write_texts(drafts: Sequence[Draft]) -> tuple[str, Pieces, Pieces]:
    """The clean text, the pieces it is made of, and the span of each draft; the drafts let go of their bodies."""
    text = "\n".join([draft.text for draft in drafts])
    pieces, spans = Pieces(), Pieces()
    start = 0
    for draft in drafts:
        end = start + len(draft.text)
        pieces.add(draft.body.packed, shift=start)
        spans.append(Piece(start, end, *draft.raw, verbatim=False))
        draft.body.let_go()
        start = end + 1
    return text, pieces, spans


def _use_up(drafts: list[Draft]) -> Iterator[Draft]:
    """The drafts in order; the list lets go of each of them."""
    drafts.reverse()
    while drafts:
        yield drafts.pop()


def _leave_sections(place: _Place, level: int) -> None:
    while place.headings and place.headings[-1][0] >= level:
        place.headings.pop()
        place.section = place.section[:-1]


def _make_block(draft: Draft, span: Piece, line: str, place: _Place) -> Block:
    index = len(place.blocks)
    is_field = draft.kind in FIELDS
    kind = draft.kind
    question = None if is_field or kind is BlockKind.QUESTION or draft.reason else place.question
    if draft.kind is BlockKind.ANSWER and place.blocks and place.blocks[-1].kind is BlockKind.QUESTION:
        question = index - 1
    if kind is BlockKind.PARAGRAPH and question is not None:
        kind = BlockKind.ANSWER
    return Block(
        index=index,
        kind=kind,
        section=() if is_field else place.section,
        start=span.start,
        end=span.end,
        raw_start=span.raw_start,
        raw_end=span.raw_end,
        kept=draft.reason is None,
        reason=draft.reason,
        key=draft.key,
        cells=tuple(
            Cell(span.start + cell.start, span.start + cell.end, line[cell.start : cell.end], cell.header, cell.is_head)
            for cell in draft.cells
        ),
        question=question,
        lead=_find_lead(draft, place),
        heading=None if is_field or not place.headings else place.headings[-1][1],
        table=draft.table,
        row=_find_row(draft, place),
        prose=place.prose and not is_field and kind is not BlockKind.TABLE_ROW,
    )


def _find_lead(draft: Draft, place: _Place) -> int | None:
    return place.lead if draft.kind in ROWS else None


def _find_row(draft: Draft, place: _Place) -> int | None:
    """The row of the same table whose first cell heads this row too."""
    if not draft.shares_head or place.row is None or place.blocks[place.row].table != draft.table:
        return None
    return place.row


def _move_on(place: _Place, draft: Draft, line: str) -> None:
    """Note what the block that was just put means for those below it."""
    index = len(place.blocks) - 1
    if draft.kind in FIELDS:
        return
    if draft.level and not draft.reason:
        place.headings.append((draft.level, index))
        place.section = (*place.section, line)
    if draft.kind is BlockKind.QUESTION and not draft.reason and not draft.key:
        place.question = index
    if draft.kind is BlockKind.TABLE_ROW and not draft.shares_head:
        place.row = index
    if draft.kind in ROWS:
        return
    place.lead = index if LEADS.search(line) or draft.kind is BlockKind.CAPTION else None
