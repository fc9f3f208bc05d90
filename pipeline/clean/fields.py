"""Fields in running text: "Molecular weight: 813.9 g/mol", and labels and values that lost their table.

A flattened table is told by what its lines look like: a short label beside a short value, again and again. A label
that the lexicon of keys knows needs one such pair, any other one needs company.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.clean.drafts import Draft, DraftCell, are_column_heads, make_row
from pipeline.clean.furniture import find_row
from pipeline.clean.layers import cut_fragment
from pipeline.clean.lines import MONEY, is_furniture
from pipeline.lexicon import KeyRow, LexiconRow, read_rows, remember, remember_last
from pipeline.schema import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST_KEY = 60  # characters
KEY_WORDS = 5
LABEL_WORDS = 4
ROW_WORDS = 24  # more blanks than this make a sentence, not a field
LONGEST_VALUE = 90  # characters of a value on its own line
LONGEST_KNOWN = 200  # ... whose label is known
LONGEST_CHAIN = 4000  # ... that is a chain of residues
VALUE_WORDS = 6  # of a value that ends like a sentence: "About 30 minutes."
JOINERS = "&+/"  # "Preparation & storage" goes on with its label
CLAUSE = re.compile(r"\b(?:it|they|you|is|are|was|keep|store|use|take|do|avoid|see)\b", re.IGNORECASE)
BARE_WORDS = 4  # ... without a number: "Solution for injection."
SHORT_WORDS = 5  # of a value that begins with a small letter, on the line of its label
LONGEST_GLUED = 160  # characters of a line that two columns may have been glued to
FEWEST_PARTS = 2  # fields that make a line with dots or bars between its parts a row of fields
SHORT_VALUE = 40  # characters of a value whose label is not known

# For example "~30 minutes", "1–2× daily", "≥98%", "28 Apr 2026".
VALUE_START = re.compile(r"[~≈<>≥≤±+−-]{0,2}\s?[$€£]?\d")
# Three-letter codes in a row, or one-letter codes: "Ac-Ser-Asp-Lys", "MEHFPGPK".
CHAIN = re.compile(r"(?:[A-Z][a-z]{2}(?:\([^()\s]{1,12}\))?[-–‑ ](?:[DL][-‑])?){3,}|[A-Z]{8,}")
JOINT = re.compile(r"[a-z)](?=[A-Z])")  # "The moleculeCID 99"
# Behind which a value may begin right after its label: "Molecular weight813.9 Da", "SequenceMet-Glu-His-Phe"
GLUE = re.compile(r"[a-z)](?=[A-Z])|[A-Za-z).](?=[~≈<>≥≤−-]?\d)")
GLUED_VALUE = re.compile(r"[~≈<>≥≤−]{0,2}\d+(?:[.,\-–/]\d|\s?[%°]|\s[A-Za-zµμ/]{1,5}(?!\w)|$)|-\d+\s?°")
FORMULA = re.compile(r"(?=\D{1,9}\d)(?:[A-Z][a-z]?\d{0,4}){3,20}")  # "C37H51N9O10S"
FEWEST_GLUED = 3  # letters of a label that a value was glued to; "Ki67" is a name
LEADER = "...."
LEADERS = re.compile(r"\s*\.{4,200}\s*")  # "Active substance ...... examplin 1 mg"
PART_MARKS = "·•|"
PART_MARK = re.compile(r"\s+[·•|]\s+")  # "CAS 1-2-3 · 813.9 g/mol · 7 residues"
SENTENCE_END = re.compile(r"[.!?:;,]$")
DASHED = re.compile(r"\s+[-–—]\s+")

OPENING = re.compile(r"(?![^\W\d_]\w*(?: \w+){0,2}:)[^a-z\s]")  # of a value that is a sentence: "Frozen.", no "Note: …"

SECTION_LEVEL = 2  # headings down to this depth open a section; deeper ones can be the label of a value

# Words that make what stands before a colon a clause, not a key.
SENTENCE_WORDS = frozenset({
    "is", "are", "was", "were", "has", "have", "had", "can", "may", "it", "its", "this", "these", "that", "which",
    "works", "work", "include", "includes", "including", "following", "exist", "exists", "suggest", "shows",
    "show"
})  # fmt: skip

# Words that make what follows a label on its line the rest of a phrase, not a value.
PHRASE_WORDS = SENTENCE_WORDS | {
    "of", "and", "or", "in", "for", "to", "the", "with", "by", "from", "on", "between", "as", "at", "not", "takes"
}  # fmt: skip

PROSE = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.ANSWER})


class LabelRow(LexiconRow):
    """Field names that answer nothing of the vocabulary, but show that a field begins."""

    names: tuple[str, ...]


@remember
def known_keys() -> frozenset[str]:
    """The folded spellings of all field names in the lexicons."""
    keys = {fold_key(key) for row in read_rows("keys", KeyRow) for key in row.keys}
    return frozenset(keys | {fold_key(name) for row in read_rows("labels", LabelRow) for name in row.names})


def fold_key(key: str) -> str:
    """A field name without regard to case, dashes, and a note in brackets behind it."""
    return " ".join(key.partition(" (")[0].translate(JOINTS).split()).strip(" :").casefold()


JOINTS = str.maketrans("_-\u2010\u2011", "    ")


@remember
def _first_words() -> frozenset[str]:
    """What a known field name can begin with, up to its first blank, dash or bracket."""
    return frozenset(key.split(" ")[0] for key in known_keys())


def is_known(key: str) -> bool:
    """Whether the lexicon knows this field name."""
    return len(key) <= LONGEST_KEY and _may_begin(key) and fold_key(key) in known_keys()


def is_field_row(rows: Sequence[Sequence[str]]) -> bool:
    """Whether what is marked as the head of a table is a field like the rows below it: "Synonyms | Symlin"."""
    if any(len(row) != len(("key", "value")) for row in rows) or are_column_heads(rows[0]) or not rows[0][1].strip():
        return False
    known = [is_known(row[0].strip("*_: ")) for row in rows]
    return known[0] and len(known) > 1 and 2 * sum(known[1:]) >= len(known) - 1 and not is_known(rows[0][1].strip())


def _may_begin(text: str) -> bool:
    """Whether a text begins like a known field name; this alone spares most texts the folding."""
    head = text[:FEWEST_GLUED]
    is_plain = len(head) == FEWEST_GLUED and head.isascii() and head.isalpha()
    return not is_plain or head.lower() in _beginnings()


def mark_fields(drafts: Sequence[Draft]) -> list[Draft]:
    """The same drafts with cells on key/value lines, and with the rows of flattened tables put together again."""
    paired = list(_pair_lines([part for draft in drafts for part in _split_columns(draft)]))
    inline = [False, *map(_is_labelled, paired), False]
    return [
        _mark_cells(draft, has_company=before or after, has_follower=after)
        for draft, before, after in zip(paired, inline, inline[2:], strict=False)
    ]


# ---------------------------------------------------------------------------------------------- on one line


def _split_columns(draft: Draft) -> list[Draft]:
    """The parts of a line that was several: columns glued together, or fields with dots or bars between them."""
    text = draft.text
    if draft.kind not in PROSE or draft.cells or draft.reason or len(text) > LONGEST_GLUED:
        return [draft]
    has_marks = any(map(text.__contains__, PART_MARKS))
    marks = [mark.span() for mark in PART_MARK.finditer(text)] if has_marks else _find_joint(text)
    bounds = [0, *(place for mark in marks for place in mark), len(text)]
    parts = [(bounds[at], bounds[at + 1]) for at in range(0, len(bounds), 2)]
    if not marks or (has_marks and not _are_fields([text[slice(*part)] for part in parts])):
        return [draft]
    bodies = [cut_fragment(draft.body, *part) for part in parts]
    return [
        replace(draft, body=body, span=None, closes_question=draft.closes_question and not number)
        for number, body in enumerate(bodies)
        if body
    ]


def _find_joint(text: str) -> list[tuple[int, int]]:
    """Where a known label was glued to the word before it, as an empty stretch; in a list, which may be empty."""
    joints = [joint.end() for joint in JOINT.finditer(text)]
    if not joints or find_label(text) or find_field(text) or find_glued(text):
        return []
    for joint in joints:
        rest = text[joint:]
        found = find_label(rest)
        if found and VALUE_START.match(rest, found[1]):
            return [(joint, joint)]
    return []


def _are_fields(parts: Sequence[str]) -> bool:
    """Whether parts of a line are fields: the first one is a label with its number, or two of them have known keys."""
    first = find_label(parts[0])
    if first and VALUE_START.match(parts[0], first[1]):
        return True
    keys = [part[: found[0]] for part in parts if (found := find_label(part) or find_field(part))]
    return sum(map(is_known, keys)) >= FEWEST_PARTS


def _mark_cells(draft: Draft, *, has_company: bool, has_follower: bool) -> Draft:
    if draft.kind not in PROSE or draft.cells or draft.reason:
        return draft
    if has_follower and len(heads := draft.text.split()) == len(("key", "value")) and are_column_heads(heads):
        key, place = len(heads[0]), len(draft.text) - len(heads[1])
        cells = (DraftCell(0, key, is_head=True), DraftCell(place, len(draft.text), is_head=True))
        return replace(draft, kind=BlockKind.TABLE_ROW, cells=cells)
    found = find_field(draft.text)
    kind = draft.kind
    if found is None and (found := find_glued(draft.text) or find_label(draft.text)):
        if not has_company and found[0] < found[1] and not VALUE_START.match(draft.text, found[1]):
            return draft
        kind = BlockKind.TABLE_ROW if kind is BlockKind.PARAGRAPH else kind
    if found is None:
        return draft
    key_end, value = found
    head = DraftCell(0, key_end, is_head=True)
    return replace(draft, kind=kind, cells=(head, DraftCell(value, len(draft.text), header=draft.text[:key_end])))


def find_field(text: str) -> tuple[int, int] | None:
    """Where the key of "key: value" ends and where its value begins; nothing if the text is no such line.

    A dash or a full stop does as well where the key is known: "Half-life – 30 min", "Half-life. About 30 min."
    """
    colon = text.find(":", 1, LONGEST_KEY + 2)
    if text.startswith("::", colon):  # "half-life:: 30 min", as in notes that are queried
        return (len(text[:colon].rstrip()), colon + 3) if is_known(text[:colon]) and text[colon + 2 :].strip() else None
    if 0 < colon < len(text) - 1 and text[colon + 1].isspace() and _may_be_key(text[:colon]):
        return len(text[:colon].rstrip()), colon + 2
    if LEADER in text and (dots := LEADERS.search(text, 1, LONGEST_KEY + 4)) and _may_be_key(text[: dots.start()]):
        return (dots.start(), dots.end()) if dots.end() < len(text) else None
    dash = DASHED.search(text, 1, LONGEST_KEY + 4) if "-" in text or "–" in text or "—" in text else None
    if dash and is_known(text[: dash.start()]):
        return dash.start(), dash.end()
    stop = text.find(". ", 1, LONGEST_KEY + 1)
    if stop > 0 and text[0].isupper() and is_known(text[:stop]) and OPENING.match(text, stop + 2):
        return stop, stop + 2
    return None


# "Tirzepatide — dual agonist: GIP + GLP-1": a name and what it is.
SET_OFF = re.compile(r"^[A-Z][\w-]*\d?\s[—–]\s[a-z]")


def _may_be_key(key: str) -> bool:
    if is_known(key):
        return True
    words = key.casefold().split()
    return (
        key[0].isalpha()
        and len(words) <= KEY_WORDS
        and SENTENCE_WORDS.isdisjoint(words)
        and not any(letter in "!?;,|" for letter in key)
        and not SET_OFF.search(key)
        and not re.search(r"[a-z]{3,}\.\s", key)  # "Cat. No." is one key, "weight. Note" is two sentences
    )


# "Type 2 diabetes", "Phase III trial": no label with its value.
OF_A_TYPE = re.compile(r"(?:type|phase|class|grade|stage)\s(?:[1-4]|I{1,3}|IV)\b\s?(?=\w)", re.IGNORECASE)


@remember_last(64)  # a line is asked for itself and for its neighbours
def find_label(text: str) -> tuple[int, int] | None:
    """Where a known label without a colon ends and its value begins: "CAS No. 80714-61-0"."""
    if text.count(" ") > ROW_WORDS or not text[0].isupper() or not _may_begin_key(text):
        return None
    words = list(re.finditer(r"\S+", text[:LONGEST_KEY]))
    for count in range(min(LABEL_WORDS, len(words) - 1), 0, -1):
        end, value = words[count - 1].end(), words[count].start()
        if is_known(text[:end]) and not OF_A_TYPE.match(text):
            return None if _goes_on(text[value:]) else (end, value)
    return None


def find_glued(text: str) -> tuple[int, int] | None:
    """As `find_label`, where nothing stands between the label and its value: "Purity98%"."""
    if len(text) > LONGEST_KNOWN or not text[0].isupper() or text[:FEWEST_GLUED].casefold() not in _beginnings():
        return None
    places = [joint.end() for joint in GLUE.finditer(text, 0, LONGEST_KEY)]
    for place in reversed(places):
        value = text[place:]
        if place < FEWEST_GLUED or not is_known(text[:place]) or SENTENCE_END.search(value):
            continue
        if GLUED_VALUE.match(value) or CHAIN.match(value) or FORMULA.fullmatch(value):
            return place, place
    return None


def _goes_on(rest: str) -> bool:
    """Whether what follows a label on its line is the rest of a sentence or phrase, not a value."""
    words = rest.casefold().split()
    if SENTENCE_END.search(rest) or rest[0] in JOINERS:
        return True
    return rest[0].islower() and (len(words) > SHORT_WORDS or not PHRASE_WORDS.isdisjoint(words))


def _may_begin_key(text: str) -> bool:
    if not _may_begin(text):
        return False
    folded = fold_key(text[:LONGEST_KEY].partition(" ")[0])
    return folded.partition(" ")[0] in _first_words()


@remember
def _beginnings() -> frozenset[str]:
    """The first letters of known field names."""
    return frozenset(key[:FEWEST_GLUED] for key in known_keys())


def _is_labelled(draft: Draft) -> bool:
    return draft.kind in PROSE and not draft.cells and find_label(draft.text) is not None


# ---------------------------------------------------------------------------------------------- on two lines


def _pair_lines(drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Join a label and the value on the line after (or before) it to one row."""
    at = 0
    while at < len(drafts):
        run = _find_run(drafts, at)
        if not run:
            yield drafts[at]
            at += 1
            continue
        for first, second, label_first in run:
            yield _join_pair(first, second, label_first=label_first)
        at += 2 * len(run)


def _find_run(drafts: Sequence[Draft], at: int) -> list[tuple[Draft, Draft, bool]]:
    """The pairs of one flattened table that begins at `at`; label and value keep their order throughout."""
    if at + 1 == len(drafts) or min(len(drafts[at].text), len(drafts[at + 1].text)) > LONGEST_KEY:
        return []
    for label_first in (True, False):
        if len(drafts[at if label_first else at + 1].text) > LONGEST_KEY:
            continue
        run: list[tuple[Draft, Draft, bool]] = []
        place = at
        while place + 1 < len(drafts):
            label, value = drafts[place : place + 2] if label_first else drafts[place : place + 2][::-1]
            if not _is_pair(label, value, label_first=label_first, goes_on=bool(run)):
                break
            run.append((drafts[place], drafts[place + 1], label_first))
            place += 2
        if run and _is_table(run, label_first=label_first):
            return run
    return []


def _is_table(run: Sequence[tuple[Draft, Draft, bool]], *, label_first: bool) -> bool:
    labels = [first if label_first else second for first, second, _ in run if not _are_heads(first, second)]
    if not labels:
        return False
    if any(is_known(label.text) for label in labels):
        return True
    return len(run) > 1 or (label_first and labels[0].bare)


def _is_pair(label: Draft, value: Draft, *, label_first: bool, goes_on: bool) -> bool:
    """Whether two lines are a label and its value; below a value words are a value only where the table `goes_on`."""
    if label_first and _are_heads(label, value):
        return True
    if not _may_be_label(label) or not _may_be_value(value, label):
        return False
    if (label.kind is BlockKind.LIST_ITEM) != (value.kind is BlockKind.LIST_ITEM):
        return False
    if not any(map(str.isalnum, value.text)):
        return False
    if is_known(label.text):
        worded = label_first or (goes_on and label.kind is not BlockKind.HEADING)
        return (worded or VALUE_START.match(value.text) is not None) and _may_follow_known(value.text)
    if label.level or "(" in label.text or len(value.text) > SHORT_VALUE or not VALUE_START.match(value.text):
        return False
    return find_row("key", label.text) is not None or not _is_of_shop(label.text, value.text)


def _may_follow_known(value: str) -> bool:
    """Whether a line can be the value of a known label above it: it is no label, field or line of the site itself."""
    is_other = is_known(value) or find_field(value) or find_label(value) or find_glued(value)
    return not is_other and find_row("line", value) is None


def _is_of_shop(label: str, value: str) -> bool:
    """Whether two lines are a name and a number of the site or the shop: "Examplin", "49.00 €"."""
    is_priced = MONEY.search(value) is not None or find_row("section", label) is not None
    return is_priced or is_furniture(label) or is_furniture(value)


def _may_be_label(draft: Draft) -> bool:
    text = draft.text
    if draft.kind not in PROSE and draft.kind is not BlockKind.HEADING:
        return False
    if draft.cells or draft.reason or draft.link or (0 < draft.level <= SECTION_LEVEL):
        return False
    return (
        text[0].isalpha()
        and len(text) <= LONGEST_KEY
        and text.count(" ") < LABEL_WORDS
        and not SENTENCE_END.search(text.replace("No.", "No").replace("Wt.", "Wt"))
        and (is_known(text) or not any(letter.isdigit() for letter in text))
    )


def _may_be_value(draft: Draft, label: Draft) -> bool:
    text = draft.text
    if draft.kind not in PROSE or draft.cells or draft.reason or draft.closes_question or len(text) > LONGEST_CHAIN:
        return False
    is_sentence = bool(SENTENCE_END.search(text))
    if not is_known(label.text):
        return len(text) <= LONGEST_VALUE and not is_sentence
    if is_sentence:
        shortest, longest = (0, VALUE_WORDS) if VALUE_START.match(text) else (1, BARE_WORDS)
        told = shortest and CLAUSE.search(text)  # "Keep it cold." is a sentence of its own
        return text[-1] == "." and shortest <= text.count(" ") < longest and not told
    if CHAIN.search(text) and text.count(" ") <= len(text) / 4:  # spaced three-letter codes have a blank in four
        return True
    return len(text) <= (LONGEST_VALUE if label.level else LONGEST_KNOWN) and text.count(" ") <= ROW_WORDS


def _are_heads(first: Draft, second: Draft) -> bool:
    """Whether two lines name the columns of a flattened table."""
    if not are_column_heads((first.text, second.text)):
        return False
    return not any(draft.cells or draft.reason or draft.level or draft.kind not in PROSE for draft in (first, second))


def _join_pair(first: Draft, second: Draft, *, label_first: bool) -> Draft:
    label = first if label_first else second
    headers, heads = (("", label.text) if label_first else (label.text, "")), (label_first, not label_first)
    if _are_heads(first, second):
        headers, heads = ("", ""), (True, True)
    row = make_row((first.body, second.body), heads, headers)
    if row is None:
        return first
    return replace(row, span=(first.raw[0], second.raw[1]), hint=first.hint, closes_question=first.closes_question)
