"""YAML front matter: each leaf a field with its key path and its exact place.

Only plain data is read. Anchors, aliases and tags are refused, since an alias can blow a page up; such a front
matter, and one that is no valid YAML, is read line by line instead.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

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
        root = yaml.compose(text, Loader=_PlainLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        yield from _read_flat(layer, start, end)
        return
    if isinstance(root, yaml.MappingNode):
        yield from _walk(layer, start, root, ())
    else:
        yield from _read_flat(layer, start, end)


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
