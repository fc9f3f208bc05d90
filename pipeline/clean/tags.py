"""HTML as a stream of tags and texts with exact offsets.

The standard library's parser tells line and column only, and both its answers and its running time on broken pages
differ between patch releases of one Python; results here must not. This one knows no more than the offsets need:
where a tag begins and ends, what it is called, and its attributes. Anything that is no tag is text ("KD <5 nM").
Each character is looked at a bounded number of times, whatever the page.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

INLINES = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "font",
    "i", "img", "ins", "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"
})  # fmt: skip
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "button", "caption", "center", "dd", "details", "dialog",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "head", "header", "hr", "html", "legend", "li", "link", "main", "menu", "meta", "nav", "ol", "optgroup",
    "option", "p", "pre", "search", "section", "select", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "title", "tr", "ul"
})  # fmt: skip
VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"
})  # fmt: skip
# What stands inside is no text of the page, and no tags are looked for in it.
OPAQUE = frozenset({"script", "style", "textarea", "title", "xmp", "noembed", "noframes"})


class Sort(Enum):
    """What a token is."""

    TEXT = auto()
    OPEN = auto()
    CLOSE = auto()


class Token(NamedTuple):
    """A stretch of the text. `inner` begins the attributes of a tag; `name` is in lower case, "" for text."""

    sort: Sort
    start: int
    end: int
    name: str = ""
    inner: int = 0


TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:_-]{0,60})(?=[\s/>])")
# A whole tag without an angle bracket in its attributes, as nearly all are: nothing in it can hide its end.
PLAIN_TAG = re.compile(
    r"""
    < (?P<close>/?) (?P<name>[a-zA-Z][a-zA-Z0-9:_-]{0,60}+) (?=[\s/>])
    (?: [^<>=]++ | =\s*+ (?: "[^"<>]*+" | '[^'<>]*+' | (?!["']) ) )*+
    >
    """,
    re.VERBOSE,
)
# Where a tag may end, or a quoted value may hide its end. A "<" shows that the tag was none.
STOP = re.compile(r"=\s*(?P<quote>[\"'])|[<>]")
BOGUS = re.compile(r"<[!?/]")

# class="a b", class='a', class=a, hidden
ATTRIBUTE = re.compile(
    r"""
    (?P<name> [^\s"'<>/=]+ )
    (?: \s*=\s* (?: "(?P<double>[^"]*)" | '(?P<single>[^']*)' | (?P<bare>[^\s"'<>]+) ) )?
    """,
    re.VERBOSE,
)


class Attribute(NamedTuple):
    """One attribute; `start`/`end` is the range of its value as written."""

    value: str
    start: int
    end: int


def read_attributes(text: str, token: Token) -> dict[str, Attribute]:
    """The attributes of a tag by name in lower case; the first of two equal names counts."""
    found: dict[str, Attribute] = {}
    for match in ATTRIBUTE.finditer(text, token.inner, token.end - 1):
        group = match.lastgroup or "name"
        start, end = match.span(group)
        value = "" if group == "name" else unescape(text[start:end])
        found.setdefault(match["name"].lower(), Attribute(value, start, end))
    return found


def find_tokens(text: str, start: int, end: int) -> Iterator[Token]:
    """Tags and texts of characters `start` to `end` (excluded), in order; comments are left out."""
    scanner = _Scanner(text, start, end)
    at = written = start
    while (at := text.find("<", at, end)) >= 0:
        token = scanner.read_tag(at)
        stop = token.end if token else scanner.skip_bogus(at)
        if stop is None:
            at += 1
            continue
        if written < at:
            yield Token(Sort.TEXT, written, at)
        if token:
            yield token
            if token.sort is Sort.OPEN and token.name in OPAQUE and text[token.end - 2] != "/":
                inside = scanner.find_close(token.name, stop)
                if stop < inside:
                    yield Token(Sort.TEXT, stop, inside, token.name)
                stop = inside
        at = written = stop
    if written < end:
        yield Token(Sort.TEXT, written, end)


class _Scanner:
    """Finds where tags and comments end. What it once looked for in vain, it does not look for again.

    Quoted values may hide the end of a tag, and a scan over them may end in nothing. Once such scans have cost as
    much as reading the text twice, quotes hide nothing any more, so that no page takes quadratic time.
    """

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.end = end
        self.last_end = text.rfind(">", start, end)
        self.last_comment = text.rfind("-->", start, end)
        self.last_quote = {quote: text.rfind(quote, start, end) for quote in "\"'"}
        self.closers: dict[str, re.Pattern[str]] = {}
        self.patience = 2 * (end - start)  # characters

    def read_tag(self, at: int) -> Token | None:
        tag = PLAIN_TAG.match(self.text, at, self.end)
        stop = tag.end() if tag else None
        if tag is None and (tag := TAG.match(self.text, at, self.end)):
            stop = self._find_end(tag.end())
        if tag is None or stop is None:
            return None
        return Token(Sort.CLOSE if tag["close"] else Sort.OPEN, at, stop, tag["name"].lower(), tag.end("name"))

    def _find_end(self, at: int) -> int | None:
        begin = at
        while at <= self.last_end and (found := STOP.search(self.text, at, self.end)):
            quote = found["quote"]
            if found.group() == ">":
                return found.end()
            if not quote:
                break
            at = found.end()
            if self.patience > 0 and at <= self.last_quote[quote]:
                at = self.text.index(quote, at, self.end) + 1
        self.patience -= at - begin
        return None

    def skip_bogus(self, at: int) -> int | None:
        """The end of a comment, doctype or other mark that is no tag; nothing if it is text."""
        text = self.text
        if not BOGUS.match(text, at, self.end) or at > self.last_end:
            return None
        if text.startswith("<!--", at) and at + 4 <= self.last_comment:
            return text.index("-->", at + 4, self.end) + 3
        return text.index(">", at, self.end) + 1

    def find_close(self, name: str, at: int) -> int:
        pattern = self.closers.setdefault(name, re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE))
        if found := pattern.search(self.text, at, self.end):
            return found.start()
        # A title that is never closed must not swallow the page.
        following = self.text.find("<", at, self.end) if name == "title" else -1
        return following if following >= 0 else self.end
