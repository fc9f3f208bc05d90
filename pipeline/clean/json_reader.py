"""JSON with offsets: JSON-LD inside a page, and a content system's answer that wraps a page.

Read with a reader of our own, since the standard one tells no offsets and refuses a file that is cut off. It takes
any text, keeps no more than the nesting limit, and recurses nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline.clean.drafts import Draft
from pipeline.clean.escapes import decode_json
from pipeline.clean.layers import Layer
from pipeline.clean.tags import BLOCKS
from pipeline.clean.values import ANSWER_KEYS, QUESTION_KEYS, Entry, Value, make_entry, make_faq, make_property
from pipeline.schema import BlockKind

if TYPE_CHECKING:
    from collections.abc import Sequence

ReadStretch = Callable[[Layer, int, int], Iterator[Draft]]

TOKEN = re.compile(r'"(?P<inside>(?:[^"\\]|\\.)*+)(?P<closed>"?)|[{}\[\],:]|[^\s"{}\[\],:]++', re.DOTALL)
MARKUP = re.compile(rf"<(?:{'|'.join(sorted(BLOCKS))}|br)\b[^<>]{{0,2000}}>", re.IGNORECASE)
LONG = 160  # characters of a string that is read as text, not as a field

# schema.org types that describe the site or the offer, not the subject.
SITE_TYPES = frozenset({
    "BreadcrumbList", "ListItem", "WebSite", "SearchAction", "ReadAction", "ImageObject", "Organization",
    "Person", "Offer", "AggregateOffer", "AggregateRating", "Rating", "Review", "Brand", "SiteNavigationElement",
    "EntryPoint", "PropertyValueSpecification"
})  # fmt: skip
# Keys under which a content system keeps a second copy or its own accounts.
ACCOUNTS = frozenset({"_links", "_embedded", "guid", "yoast_head", "yoast_head_json", "class_list", "meta", "excerpt"})
TITLES = frozenset({"title", "name", "headline"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """A string (the range inside its quotes), number or word."""

    start: int
    end: int
    quoted: bool


@dataclass(slots=True)
class Node:
    """An object (members have keys) or a list (they have none)."""

    is_object: bool
    members: list[tuple[Leaf | None, Leaf | Node]] = field(default_factory=list)


def parse_json(text: str, start: int, end: int, nesting: int) -> Node:
    """What stands in characters `start` to `end` (excluded), as the members of one list. Never fails."""
    parser = _Parser(nesting)
    for token in TOKEN.finditer(text, start, end):
        parser.take(token)
    return parser.finish()


class _Parser:
    """Puts tokens together. Brackets beyond the nesting limit are left out, their content stays."""

    def __init__(self, nesting: int) -> None:
        self.nesting = nesting
        self.stack = [Node(is_object=False)]
        self.key: Leaf | None = None
        self.waiting: Leaf | None = None  # a string that is a key if a colon follows
        self.left_out = 0  # open brackets beyond the limit

    def take(self, token: re.Match[str]) -> None:
        mark = token.group()
        if mark == ":":
            self.key, self.waiting = self.waiting, None
            return
        self._settle()
        if token["inside"] is not None:
            self.waiting = Leaf(*token.span("inside"), quoted=True)
        elif mark in {"{", "["}:
            self._open(is_object=mark == "{")
        elif mark in {"}", "]"}:
            self._close()
        elif mark != ",":
            self._add(Leaf(*token.span(), quoted=False))

    def finish(self) -> Node:
        self._settle()
        return self.stack[0]

    def _settle(self) -> None:
        """A string that no colon followed is a value."""
        if self.waiting is not None:
            leaf, self.waiting = self.waiting, None
            self._add(leaf)

    def _add(self, member: Leaf | Node) -> None:
        self.stack[-1].members.append((self.key, member))
        self.key = None

    def _open(self, *, is_object: bool) -> None:
        if len(self.stack) >= self.nesting:
            self.left_out += 1
            return
        node = Node(is_object)
        self._add(node)
        self.stack.append(node)

    def _close(self) -> None:
        self.key = None
        if self.left_out:
            self.left_out -= 1
        elif len(self.stack) > 1:
            self.stack.pop()


class JsonReader:
    """Turns parsed JSON into drafts, in the order of the file."""

    def __init__(self, layer: Layer, read_page: ReadStretch, read_lines: ReadStretch, nesting: int) -> None:
        self.layer = layer
        self.read_page = read_page
        self.read_lines = read_lines
        self.nesting = nesting

    def read_data(self, start: int, end: int) -> Iterator[Draft]:
        """JSON-LD: every leaf a metadata field, questions with their answers."""
        yield from self._walk(parse_json(self.layer.text, start, end, self.nesting), is_page=False)

    def read_wrapped(self, start: int, end: int) -> Iterator[Draft]:
        """A page inside JSON: strings that hold a page are read as one, the others are metadata."""
        yield from self._walk(parse_json(self.layer.text, start, end, self.nesting), is_page=True)

    def _walk(self, root: Node, *, is_page: bool) -> Iterator[Draft]:
        # Members still to be read, the next one last; no recursion, whatever the nesting.
        waiting: list[tuple[tuple[str, ...], Leaf | None, Leaf | Node, bool]] = [((), None, root, False)]
        while waiting:
            path, key, member, of_site = waiting.pop()
            if isinstance(member, Leaf):
                yield from self._leaf(path, key, member, of_site=of_site, is_page=is_page)
                continue
            kind = self._type_of(member)
            of_site = of_site or kind in SITE_TYPES
            path = (kind,) if kind and not path else path
            if pair := self._find_faq(member):
                yield from make_faq(self._value(pair[0]), self._value(pair[1]), path)
                continue
            if pair := self._find_property(member, kind):
                if draft := make_property(self._value(pair[0]), self._value(pair[1]), path):
                    yield draft
                continue
            for inner_key, inner in reversed(member.members):
                name = self.layer.text[inner_key.start : inner_key.end] if inner_key else None
                inner_path = path if name in {None, "@graph"} else (*path, str(name))
                waiting.append((inner_path, inner_key, inner, of_site))

    def _leaf(
        self, path: tuple[str, ...], key: Leaf | None, leaf: Leaf, *, of_site: bool, is_page: bool
    ) -> Iterator[Draft]:
        value = self._value(leaf)
        in_accounts = any(name in ACCOUNTS for name in path)
        if is_page and leaf.quoted and not in_accounts and not of_site:
            drafts = self._read_string(path, value)
            if drafts is not None:
                yield from drafts
                return
        draft = make_entry(Entry(path, self._value(key) if key else None, value), BlockKind.METADATA)
        if draft is None:
            return
        if draft.reason is None and (of_site or in_accounts):
            draft = replace(draft, reason="repeats the page" if "excerpt" in path else "technical field")
        yield draft

    def _read_string(self, path: tuple[str, ...], value: Value) -> Iterator[Draft] | None:
        """A string that holds a title, HTML or running text; nothing if it is a mere field."""
        text = value.layer.text
        names = [name for name in path if name != "rendered"]
        if names and names[-1] in TITLES and len(names) == 1:
            body = value.clean()
            return iter([Draft(kind=BlockKind.HEADING, body=body, level=1, key=".".join(path))] if body else [])
        if MARKUP.search(text):
            return self.read_page(value.layer, 0, len(text))
        if "\n" in text.strip() or len(text) > LONG:
            return self.read_lines(value.layer, 0, len(text))
        return None

    def _value(self, leaf: Leaf) -> Value:
        if not leaf.quoted:
            return Value(self.layer, leaf.start, leaf.end)
        decoded = decode_json(self.layer, leaf.start, leaf.end)
        return Value(decoded, 0, len(decoded.text))

    def _members(self, node: Node) -> dict[str, Leaf | Node]:
        text = self.layer.text
        return {text[key.start : key.end].casefold(): member for key, member in node.members if key}

    def _type_of(self, node: Node) -> str:
        if not node.is_object:
            return ""
        member = self._members(node).get("@type")
        if isinstance(member, Node):
            member = next((inner for _, inner in member.members), None)
        return self.layer.text[member.start : member.end] if isinstance(member, Leaf) else ""

    def _find_faq(self, node: Node) -> Sequence[Leaf] | None:
        """Question and answer of {"name": …, "acceptedAnswer": {"text": …}} or {"question": …, "answer": …}."""
        members = self._members(node) if node.is_object else {}
        question = next((members[name] for name in QUESTION_KEYS if name in members), None)
        answer = next((members[name] for name in ANSWER_KEYS if name in members), None)
        if "acceptedanswer" in members:
            question = members.get("name") or members.get("text")
            answer = members["acceptedanswer"]
        if isinstance(answer, Node) and not answer.is_object:
            answer = next((inner for _, inner in answer.members), None)
        if isinstance(answer, Node):
            answer = self._members(answer).get("text")
        if isinstance(question, Leaf) and isinstance(answer, Leaf):
            return question, answer
        return None

    def _find_property(self, node: Node, kind: str) -> Sequence[Leaf] | None:
        members = self._members(node) if kind == "PropertyValue" else {}
        name, value = members.get("name"), members.get("value")
        if isinstance(name, Leaf) and isinstance(value, Leaf):
            return name, value
        return None
