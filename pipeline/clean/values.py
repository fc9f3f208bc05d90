"""Values with a key path: what front matter, JSON-LD and a content system's JSON have in common.

A leaf becomes a field "key: value", an item of a list only its value (the key stands elsewhere), a question and its
answer a block each. Fields that say nothing of the subject are dropped with the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.clean.drafts import Draft, DraftCell, make_field, make_row
from pipeline.clean.furniture import find_row
from pipeline.clean.inline import add_inline
from pipeline.clean.layers import Fragment, Layer, TextBuilder
from pipeline.schema import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator

EMPTY = frozenset(
    {"", "null", "~", "none", "n/a", "na", "tbd", "tba", "todo", "unknown", "-", "–", "—", "?", "[]", "{}"}
)
QUESTION_KEYS = frozenset({"question", "q"})
ANSWER_KEYS = frozenset({"answer", "a"})
STATES = frozenset({"publish", "draft", "post", "page", "open", "closed", "standard", "true", "false"})
ADDRESS = re.compile(r"(?:https?:)?//\S+|/[\w./-]+\.(?:png|jpe?g|webp|svg|gif)")


@dataclass(frozen=True, slots=True)
class Value:
    """A scalar: its text as a layer of its own, or as a stretch of the layer that holds it."""

    layer: Layer
    start: int
    end: int

    def clean(self) -> Fragment:
        """The value without mark-up."""
        builder = TextBuilder(self.layer)
        add_inline(builder, self.start, self.end)
        return builder.finish()


@dataclass(frozen=True, slots=True)
class Entry:
    """A value and the key right before it; no key for an item of a list."""

    path: tuple[str, ...]
    key: Value | None
    value: Value


def make_entry(entry: Entry, kind: BlockKind) -> Draft | None:
    """The block of one entry; nothing if the value holds no text at all."""
    body = entry.value.clean()
    name = entry.path[-1] if entry.path else ""
    key = entry.key.clean() if entry.key else Fragment("", b"")
    if not body and not key:
        return None
    path = ".".join(entry.path)
    if key:
        draft = make_field(key, body, kind=kind, path=path)
    else:
        draft = Draft(kind=kind, body=body, key=path, cells=(DraftCell(0, len(body.text), header=name),))
    return replace(draft, reason=why_field(entry.path, body.text))


# "fda_approved: false" says something, "featured: false" nothing.
OF_LAW = re.compile(r"(?:^|[_\W])(?:approved|licen[sc]ed|authori[sz]ed|banned|prohibited)\b", re.IGNORECASE)


def why_field(path: tuple[str, ...], value: str) -> str | None:
    """Why a field is no content: its key, or the value of an empty or technical one."""
    if value.strip().casefold() in EMPTY:
        return "empty field"
    state = value.casefold() in STATES and not (path and OF_LAW.search(path[-1]))
    if ADDRESS.fullmatch(value) or state:
        return "technical field"
    for name in path[::-1]:
        if name.startswith("@"):
            return "technical field"
        if row := find_row("field", name):
            return row.reason
    return None


def make_faq(question: Value, answer: Value, path: tuple[str, ...]) -> Iterator[Draft]:
    """A question and its answer, in the order of the file."""
    drafts = [
        Draft(kind=kind, body=body, key=".".join((*path, name)))
        for kind, value, name in (
            (BlockKind.QUESTION, question, "question"),
            (BlockKind.ANSWER, answer, "answer"),
        )
        if (body := value.clean())
    ]
    if any(draft.text.casefold() in EMPTY for draft in drafts):
        drafts = [replace(draft, reason="empty field") for draft in drafts]
    yield from sorted(drafts, key=lambda draft: draft.raw)


def make_property(name: Value, value: Value, path: tuple[str, ...]) -> Draft | None:
    """An object that holds a name and a value as one field: {"name": "Purity", "value": "99 %"}."""
    head, body = name.clean(), value.clean()
    if not head or not body:
        return None
    key = ".".join((*path, head.text))
    if head.raw < body.raw:
        return make_field(head, body, kind=BlockKind.METADATA, path=key)
    row = make_row((body, head), (False, True), (head.text, ""))
    return row and replace(row, kind=BlockKind.METADATA, key=key)
