"""Fields in running text: "Molecular weight: 813.9 g/mol", and labels and values that lost their table.

A flattened table is told by what its lines look like: a short label beside a short value, again and again. A label
that the lexicon of keys knows needs one such pair, any other one needs company.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from pipeline.clean.drafts import Draft, DraftCell, make_row
from pipeline.lexicon import KeyRow, read_rows
from pipeline.schema import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST_KEY = 60  # characters
KEY_WORDS = 5
LABEL_WORDS = 4
ROW_WORDS = 24  # more blanks than this make a sentence, not a field
LONGEST_VALUE = 90  # characters of a value on its own line
SHORT_VALUE = 40  # characters of a value whose label is not known

# For example "~30 minutes", "1–2× daily", "≥98%", "28 Apr 2026".
VALUE_START = re.compile(r"[~≈<>≥≤±+−-]{0,2}\s?[$€£]?\d")
SENTENCE_END = re.compile(r"[.!?:;,]$")
DASHED = re.compile(r"\s+[-–—]\s+")

SECTION_LEVEL = 2  # headings down to this depth open a section; deeper ones can be the label of a value

# Words that make what stands before a colon a clause, not a key.
SENTENCE_WORDS = frozenset({
    "is", "are", "was", "were", "has", "have", "had", "can", "may", "it", "its", "this", "these", "that", "which",
    "works", "work", "include", "includes", "including", "following", "exist", "exists", "suggest", "shows",
    "show"
})  # fmt: skip

PROSE = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.ANSWER})


@cache
def known_keys() -> frozenset[str]:
    """The folded spellings of all field names in the lexicon."""
    return frozenset(fold_key(key) for row in read_rows("keys", KeyRow) for key in row.keys)


def fold_key(key: str) -> str:
    """A field name without regard to case, dashes, and a note in brackets behind it."""
    return " ".join(key.partition(" (")[0].replace("_", " ").replace("-", " ").split()).strip(" :").casefold()


@cache
def _first_words() -> frozenset[str]:
    """What a known field name can begin with, up to its first blank, dash or bracket."""
    return frozenset(key.split(" ")[0] for key in known_keys())


def is_known(key: str) -> bool:
    """Whether the lexicon knows this field name."""
    return len(key) <= LONGEST_KEY and fold_key(key) in known_keys()


def mark_fields(drafts: Sequence[Draft]) -> list[Draft]:
    """The same drafts with cells on key/value lines, and with the rows of flattened tables put together again."""
    paired = list(_pair_lines(drafts))
    inline = [_is_labelled(draft) for draft in paired]
    result = []
    for index, draft in enumerate(paired):
        has_company = any(inline[max(0, index - 1) : index]) or any(inline[index + 1 : index + 2])
        result.append(_mark_cells(draft, has_company=has_company))
    return result


# ---------------------------------------------------------------------------------------------- on one line


def _mark_cells(draft: Draft, *, has_company: bool) -> Draft:
    if draft.kind not in PROSE or draft.cells or draft.reason:
        return draft
    found = find_field(draft.text)
    kind = draft.kind
    if found is None and (found := find_label(draft.text)):
        if not has_company and not VALUE_START.match(draft.text, found[1]):
            return draft
        kind = BlockKind.TABLE_ROW if kind is BlockKind.PARAGRAPH else kind
    if found is None:
        return draft
    key_end, value = found
    head = DraftCell(0, key_end, is_head=True)
    return replace(draft, kind=kind, cells=(head, DraftCell(value, len(draft.text), header=draft.text[:key_end])))


def find_field(text: str) -> tuple[int, int] | None:
    """Where the key of "key: value" ends and where its value begins; nothing if the text is no such line.

    A dash does as well where the key is known: "Half-life – 30 min".
    """
    colon = text.find(":", 1, LONGEST_KEY + 2)
    if 0 < colon < len(text) - 1 and text[colon + 1].isspace() and _may_be_key(text[:colon]):
        return len(text[:colon].rstrip()), colon + 2
    dash = DASHED.search(text, 1, LONGEST_KEY + 4)
    if dash and is_known(text[: dash.start()]):
        return dash.start(), dash.end()
    return None


def _may_be_key(key: str) -> bool:
    if is_known(key):
        return True
    words = key.casefold().split()
    return (
        key[0].isalpha()
        and len(words) <= KEY_WORDS
        and SENTENCE_WORDS.isdisjoint(words)
        and not any(letter in "!?;,|" for letter in key)
        and not re.search(r"[a-z]{3,}\.\s", key)  # "Cat. No." is one key, "weight. Note" is two sentences
    )


def find_label(text: str) -> tuple[int, int] | None:
    """Where a known label without a colon ends and its value begins: "CAS No. 80714-61-0"."""
    if text.count(" ") > ROW_WORDS or not text[0].isupper() or not _may_begin_key(text):
        return None
    words = list(re.finditer(r"\S+", text[:LONGEST_KEY]))
    for count in range(min(LABEL_WORDS, len(words) - 1), 0, -1):
        end, value = words[count - 1].end(), words[count].start()
        if is_known(text[:end]):
            rest = text[value:]
            return None if rest[0].islower() or SENTENCE_END.search(rest) else (end, value)
    return None


def _may_begin_key(text: str) -> bool:
    folded = fold_key(text[:LONGEST_KEY].partition(" ")[0])
    return folded.partition(" ")[0] in _first_words()


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
    for label_first in (True, False):
        run = []
        place = at
        while place + 1 < len(drafts):
            label, value = drafts[place : place + 2] if label_first else drafts[place : place + 2][::-1]
            if not _is_pair(label, value, label_first=label_first):
                break
            run.append((drafts[place], drafts[place + 1], label_first))
            place += 2
        if run and _is_table(run, label_first=label_first):
            return run
    return []


def _is_table(run: Sequence[tuple[Draft, Draft, bool]], *, label_first: bool) -> bool:
    labels = [first if label_first else second for first, second, _ in run]
    if any(is_known(label.text) for label in labels):
        return True
    return len(run) > 1 or (label_first and labels[0].bare)


def _is_pair(label: Draft, value: Draft, *, label_first: bool) -> bool:
    if not _may_be_label(label) or not _may_be_value(value):
        return False
    if (label.kind is BlockKind.LIST_ITEM) != (value.kind is BlockKind.LIST_ITEM):
        return False
    if is_known(label.text):
        is_free = not is_known(value.text) and not find_field(value.text) and not find_label(value.text)
        return is_free and (label_first or bool(VALUE_START.match(value.text)))
    if label.level or "(" in label.text:
        return False
    return len(value.text) <= SHORT_VALUE and bool(VALUE_START.match(value.text))


def _may_be_label(draft: Draft) -> bool:
    text = draft.text
    if draft.kind not in PROSE and draft.kind is not BlockKind.HEADING:
        return False
    if draft.cells or draft.reason or draft.link or (0 < draft.level <= SECTION_LEVEL):
        return False
    return (
        text[0].isalpha()
        and len(text) <= LONGEST_KEY
        and len(text.split()) <= LABEL_WORDS
        and not SENTENCE_END.search(text.replace("No.", "No").replace("Wt.", "Wt"))
        and (is_known(text) or not any(letter.isdigit() for letter in text))
    )


def _may_be_value(draft: Draft) -> bool:
    if draft.kind not in PROSE or draft.cells or draft.reason or draft.closes_question:
        return False
    return len(draft.text) <= LONGEST_VALUE and not SENTENCE_END.search(draft.text)


def _join_pair(first: Draft, second: Draft, *, label_first: bool) -> Draft:
    label = first if label_first else second
    headers = ("", label.text) if label_first else (label.text, "")
    row = make_row((first.body, second.body), (label_first, not label_first), headers)
    if row is None:
        return first
    return replace(row, span=(first.raw[0], second.raw[1]), hint=first.hint, closes_question=first.closes_question)
