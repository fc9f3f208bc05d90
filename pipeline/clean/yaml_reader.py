"""YAML front matter: each leaf a field with its key path and its exact place.

Only plain data is read. Anchors, aliases and tags are refused, since an alias can blow a page up; such a front
matter, and one that is no valid YAML, is read line by line instead.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import yaml

from pipeline.clean.escapes import decode_yaml
from pipeline.clean.values import ANSWER_KEYS, QUESTION_KEYS, Entry, Value, make_entry, make_faq
from pipeline.schema import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.clean.drafts import Draft
    from pipeline.clean.layers import Layer

OPENING = re.compile(r"\ufeff?---[ \t]*(?:\r\n?|\n)")
CLOSING = re.compile(r"(?<=[\r\n])(?:---|\.\.\.)[ \t]*(?=[\r\n]|\Z)")
LONGEST = 200_000  # characters; PyYAML reads about 100 kB a second
DEEPEST = 40  # levels of lists and maps

# Front matter of the simplest form, which most of it has, needs no parser; PyYAML takes half as long for it as
# everything else that is done to a small page. "cas: 50-00-0", "aliases: [EX, Examplin]", "title: 'A: b'", "  - EX"
SIMPLE_FIELD = re.compile(r"(?P<key>[A-Za-z_](?:[\w ./()-]{0,60}[\w)])?):(?:[ ]+(?P<value>\S.*))?", re.ASCII)
QUOTED = r"""(?:"[^"\\]*"|'[^']*')"""
FLOW_ITEM = rf"(?:{QUOTED}|[^\W_][\w ()./+-]*+)"
SIMPLE_VALUE = re.compile(
    rf"""
      (?P<quoted> {QUOTED} )
    | (?P<list>   \[ (?: {FLOW_ITEM} [ ]*+ (?: ,[ ]++ {FLOW_ITEM} [ ]*+ )*+ )? \] )
    | (?P<plain>  (?: [^\W_] | [(~/.+≥≤≈€$£] | -(?=[^\s-]) ) (?: [^\s:#] | :(?=\S) | (?<=\S)\# | [ ] )*+ )
    """,
    re.VERBOSE,
)
LIST_ITEM = re.compile(FLOW_ITEM)
DEEPEST_SIMPLE = 6  # levels of lists and maps
TAG = ""  # what PyYAML would take a value for, number or date, is of no interest

# "  - question: What is it?" in a front matter that is no YAML
FLAT_LINE = re.compile(r"^[ \t]*(?:-[ \t]+)?(?P<key>[A-Za-z][\w .-]{0,60}):[ \t]+(?P<value>\S[^\r\n]*)", re.MULTILINE)


class _PlainLoader(yaml.SafeLoader):
    """A safe loader that refuses anchors, aliases and tags, and deep nesting."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise yaml.YAMLError("anchors, aliases and tags are not read")
        self.depth += 1
        if self.depth > DEEPEST:
            raise yaml.YAMLError("nested too deeply")
        node: yaml.Node | None = super().compose_node(parent, index)
        self.depth -= 1
        return node


def find_front_matter(text: str, start: int, end: int) -> tuple[int, int, int] | None:
    """Where the front matter begins and ends and where the page goes on; nothing if there is none."""
    opening = OPENING.match(text, start, end)
    if not opening:
        return None
    closing = CLOSING.search(text, opening.end(), min(end, opening.end() + LONGEST))
    if not closing or ":" not in text[opening.end() : closing.start()]:
        return None
    return opening.end(), closing.start(), closing.end()


def read_front_matter(layer: Layer, start: int, end: int) -> Iterator[Draft]:
    """The fields of characters `start` to `end` (excluded)."""
    text = layer.text[start:end].replace("\r", "\n")  # PyYAML counts a CRLF as it is; offsets stay
    try:
        root = _compose(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        yield from _read_flat(layer, start, end)
        return
    if isinstance(root, yaml.MappingNode):
        yield from _walk(layer, start, root, ())
    else:
        yield from _read_flat(layer, start, end)


def _compose(text: str) -> yaml.Node | None:
    with suppress(NotSimpleError):
        return SimpleParser(text).compose()
    root: yaml.Node | None = yaml.compose(text, Loader=_PlainLoader)
    return root


class NotSimpleError(Exception):
    """This front matter is for PyYAML."""


class _Line(NamedTuple):
    """A line with something on it: how many blanks stand before it, what comes then, and where that begins."""

    indent: int
    written: str
    at: int


class SimpleParser:
    """Composes the nodes of front matter whose keys and values stand on lines of their own, as PyYAML does.

    What is not of the simplest form, and every mistake, is not read.
    """

    def __init__(self, text: str) -> None:
        self.lines: list[_Line] = []  # in reverse
        at = 0
        for line in text.split("\n"):
            if not line.isprintable():
                raise NotSimpleError
            written = line.strip(" ")
            if written and written[0] != "#":
                indent = line.index(written[0])
                self.lines.append(_Line(indent, written, at + indent))
            at += len(line) + 1
        self.lines.reverse()

    def compose(self) -> yaml.Node:
        """The root; raises NotSimpleError."""
        root = self._compose_block(0, 1)
        if self.lines:
            raise NotSimpleError
        return root

    def _compose_block(self, indent: int, depth: int) -> yaml.Node:
        """The map or list that begins with the next line."""
        if depth > DEEPEST_SIMPLE or not self._is_at(indent):
            raise NotSimpleError
        if self._is_at(indent, "- "):
            items = []
            while self._is_at(indent, "- "):
                items.append(self._compose_item(depth))
            return yaml.SequenceNode(TAG, items)
        pairs = []
        while self._is_at(indent) and not self._is_at(indent, "- "):
            pairs.append(self._compose_field(depth))
        return yaml.MappingNode(TAG, pairs)

    def _is_at(self, indent: int, mark: str = "") -> bool:
        return bool(self.lines) and self.lines[-1].indent == indent and self.lines[-1].written.startswith(mark)

    def _compose_item(self, depth: int) -> yaml.Node:
        """What stands behind a dash: a value, or a map that goes on in the lines below."""
        line = self.lines.pop()
        written = line.written[1:].lstrip(" ")
        gap = len(line.written) - len(written)
        rest = _Line(line.indent + gap, written, line.at + gap)
        if not SIMPLE_FIELD.fullmatch(written):
            return _compose_value(rest.written, rest.at)
        self.lines.append(rest)
        return self._compose_block(rest.indent, depth + 1)

    def _compose_field(self, depth: int) -> tuple[yaml.Node, yaml.Node]:
        line = self.lines.pop()
        field = SIMPLE_FIELD.fullmatch(line.written)
        if field is None:
            raise NotSimpleError
        key = _compose_scalar(field["key"], line.at)
        if field["value"]:
            return key, _compose_value(field["value"], line.at + field.start("value"))
        if self._is_at(line.indent, "- ") or (self.lines and self.lines[-1].indent > line.indent):
            return key, self._compose_block(self.lines[-1].indent, depth + 1)
        return key, _compose_scalar("", line.at + len(line.written))


def _compose_value(written: str, at: int) -> yaml.Node:
    found = SIMPLE_VALUE.fullmatch(written)
    if found is None:
        raise NotSimpleError
    if found["list"]:
        items = LIST_ITEM.finditer(written)
        return yaml.SequenceNode(TAG, [_compose_scalar(item.group().rstrip(" "), at + item.start()) for item in items])
    return _compose_scalar(written, at)


def _compose_scalar(written: str, at: int) -> yaml.ScalarNode:
    style = written[0] if written[:1] in {"'", '"'} else None
    start, end = (yaml.Mark("", place, 0, 0, None, 0) for place in (at, at + len(written)))
    return yaml.ScalarNode(TAG, written, start, end, style)


def _walk(layer: Layer, base: int, node: yaml.Node, path: tuple[str, ...]) -> Iterator[Draft]:
    if isinstance(node, yaml.MappingNode):
        yield from _walk_map(layer, base, node, path)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _walk(layer, base, item, path)
    elif isinstance(node, yaml.ScalarNode):
        yield from _leaf(Entry(path, None, _value(layer, base, node)))


def _walk_map(layer: Layer, base: int, node: yaml.MappingNode, path: tuple[str, ...]) -> Iterator[Draft]:
    scalars = {
        str(key.value).casefold(): item
        for key, item in node.value
        if isinstance(key, yaml.ScalarNode) and isinstance(item, yaml.ScalarNode)
    }
    question = next((scalars[name] for name in QUESTION_KEYS if name in scalars), None)
    answer = next((scalars[name] for name in ANSWER_KEYS if name in scalars), None)
    if question and answer:
        yield from make_faq(_value(layer, base, question), _value(layer, base, answer), path)
    for key, item in node.value:
        if question and answer and (item is question or item is answer):
            continue
        if not isinstance(key, yaml.ScalarNode):
            continue
        inner = (*path, str(key.value))
        if isinstance(item, yaml.ScalarNode):
            yield from _leaf(Entry(inner, _value(layer, base, key), _value(layer, base, item)))
        else:
            yield from _walk(layer, base, item, inner)


def _leaf(entry: Entry) -> Iterator[Draft]:
    if draft := make_entry(entry, BlockKind.FRONT_MATTER):
        yield draft


def _value(layer: Layer, base: int, node: yaml.ScalarNode) -> Value:
    start, end = base + node.start_mark.index, base + node.end_mark.index
    if node.style in {"'", '"'}:
        decoded = decode_yaml(layer, start + 1, end - 1, node.style)
        return Value(decoded, 0, len(decoded.text))
    if node.style in {"|", ">"}:
        start = next((place for place in range(start, end) if layer.text[place] in "\r\n"), end)
    return Value(layer, start, end)


def _read_flat(layer: Layer, start: int, end: int) -> Iterator[Draft]:
    """Lines that look like `key: value`, whatever stands between them."""
    for line in FLAT_LINE.finditer(layer.text, start, end):
        first, last = line.span("value")
        value = layer.text[first:last].rstrip()
        last = first + len(value)
        if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
            first, last = first + 1, last - 1
        draft = make_entry(
            Entry((line["key"],), Value(layer, *line.span("key")), Value(layer, first, last)), BlockKind.FRONT_MATTER
        )
        if draft:
            yield replace(draft, key=line["key"])
