"""Plain text and Markdown, line by line: one reader for both, since real pages mix them.

A blank line is no condition for anything: a heading, list or table begins where its line looks like one, so that a
text without blank lines has the same structure as one with them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pipeline.clean.drafts import Draft
from pipeline.clean.fields import find_field, is_field_row
from pipeline.clean.inline import add_inline
from pipeline.clean.layers import Fragment, Layer, TextBuilder
from pipeline.clean.table_heads import make_rows
from pipeline.clean.tags import BLOCKS
from pipeline.schema import BlockKind

if TYPE_CHECKING:
    from collections.abc import Sequence

ReadMarkup = Callable[[Layer, int, int], Iterator[Draft]]  # the HTML reader, for HTML inside Markdown

LINE = re.compile(r"[^\r\n]*")
END_OF_LINE = re.compile(r"\r\n|\n|\r")
# "> " of a quotation, with what it is nested in; not the sign in ">98 %"
QUOTATION = re.compile(r"[ \t]{0,8}(?:>(?=[ \t>]|$)[ \t]?)+")
CALLOUT = re.compile(r"[ \t]*\[![A-Za-z]{2,20}\][+-]?[ \t]*")  # "> [!note] A title", as in Obsidian
HEADING = re.compile(r"[ \t]{0,3}(?P<marks>#{1,6})[ \t]+(?=[^\s#])")
UNDERLINE = re.compile(r"[ \t]{0,3}(?:(?P<double>={2,}+)|-{2,}+)[ \t]*+$")
RULE = re.compile(r"[ \t]{0,3}(?:[-_*•·~=─—][ \t]*+){3,}+$")
ITEM = re.compile(
    r"""
    [ \t]*
    (?: (?: [-*+•◦▪▸►‣·●○✓✔✗–—»➤➢❖■□◆◇] | (?P<number>\d{1,3}) [.)] | \(?(?P<letter>[a-z])\) ) [ \t\u00a0]+
      | (?: --(?=[A-Z]) | [•●▪✓✔](?=[^\W\d_]) | [✅☑✔➡👉🔹🔸⭐✨]\ufe0f? ) [ \t\u00a0]*
    )
    (?: \[[ xX]\][ \t]+ )?
    (?=\S)
    """,
    re.VERBOSE,
)
SEPARATOR = re.compile(r"[ \t]*+\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+$")
CELL_MARK = re.compile(r"\\\||`[^`\r\n]{1,500}`|\[\[[^\[\]\r\n]{1,500}\]\]|(?P<bar>\|)")
FENCE = re.compile(r"[ \t]{0,3}(?P<fence>```|~~~)")
FOOTNOTE = re.compile(r"[ \t]{0,3}\[\^(?P<key>[^\]\s]{1,80})\]:[ \t]*")
REFERENCE = re.compile(r"[ \t]{0,3}\[(?P<key>[^\]^\r\n]{1,40})\]:[ \t]+\S")
NUMBERED = re.compile(r"[ \t]*\[(?P<key>\d{1,3})\][ \t]+\S")  # "[3] Example A. A title. 2001." in a list of references
CAPTION = re.compile(r"(?:Figure|Fig\.|Table)\s+\d{1,2}\s?[.:–—-]\s")
BLOCK_TAG = re.compile(
    rf"[ \t]{{0,3}}<(?:!--|/?)(?P<name>{'|'.join(sorted(BLOCKS | {'script', 'style', 'svg'}))})\b", re.IGNORECASE
)
WHOLE_TAGS = frozenset({"table", "script", "style", "svg", "pre", "dl", "select", "nav", "footer", "form"})

MANY_LINES = 10_000  # are let go of at once
FEWEST_WRAPPED = 3  # two lines prove nothing
WRAPPED = range(40, 121)  # characters of the longest line of a paragraph that was broken to a width
LONGEST_STRONG = 200  # characters of a line that is a heading or question for being bold
STRONG = re.compile(r"(?P<mark>\*\*|__)(?:(?!(?P=mark)).){1,200}(?P=mark)")
BOLD_KEY = re.compile(r"\s*(?:\*\*|__)[^*_\r\n]{1,60}(?::(?:\*\*|__)|(?:\*\*|__):)\s")  # "**Class:** Peptide"
LINK = re.compile(r"(?:→\s*)?\[[^\[\]]{1,200}\]\([^()\s]{1,500}\)")
LINK_SIGNS = "→["  # one of them begins such a line
LONGEST_LINK = 800  # characters
ENDS_SENTENCE = re.compile(r"[.!?:;][\"'”’)\]*_]*$")


class Line(NamedTuple):
    """One line without its end, and without the marks of a quotation in front."""

    start: int
    end: int
    text: str
    quoted: bool


class LineReader:
    """Reads stretches of text; table numbers go on from one stretch to the next."""

    def __init__(
        self, layer: Layer, read_markup: ReadMarkup | None, next_table: Callable[[], int], columns: int
    ) -> None:
        self.layer = layer
        self.builder = TextBuilder(layer)
        self.read_markup = read_markup
        self.next_table = next_table
        self.columns = columns
        self.after_rule = False
        self.missing: set[str] = set()  # closing tags that do not come any more

    def read(self, start: int, end: int) -> Iterator[Draft]:
        """The pieces of characters `start` to `end` (excluded)."""
        lines = list(split_lines(self.layer.text, start, end))
        at = 0
        while at < len(lines):
            at, drafts = self._read_at(lines, at)
            if drafts and self.after_rule:
                drafts[0] = replace(drafts[0], closes_question=True)
                self.after_rule = False
            yield from drafts
            if at > MANY_LINES:
                del lines[:at]  # what was read need not fit in memory beside what it became
                at = 0

    def _read_at(self, lines: Sequence[Line], at: int) -> tuple[int, list[Draft]]:
        """What begins with line `at`, and the line after it."""
        line = lines[at]
        if not line.text.strip():
            return at + 1, []
        if line.text.lstrip().startswith("|") or _is_table_head(lines, at) or _is_piped(lines, at):
            return self._read_table(lines, at)
        if not _begins_with_word(line.text) and (found := self._read_marked(lines, at)):
            return found
        if "\t" in line.text.strip() and _has_columns(lines, at):
            return self._read_columns(lines, at)
        return self._read_paragraph(lines, at)

    def _read_marked(self, lines: Sequence[Line], at: int) -> tuple[int, list[Draft]] | None:
        """What the marks at the start of line `at` say that it is; nothing if there are none."""
        line = lines[at]
        if FENCE.match(line.text):
            return self._read_fence(lines, at)
        if heading := HEADING.match(line.text):
            return at + 1, self._make(BlockKind.HEADING, line, heading.end(), level=len(heading["marks"]))
        if RULE.match(line.text) and not ITEM.match(line.text):
            self.after_rule = True
            return at + 1, []
        if self.read_markup and (tag := BLOCK_TAG.match(line.text)):
            return self._read_html(self.read_markup, lines, at, tag["name"].lower())
        if (note := FOOTNOTE.match(line.text)) or (note := REFERENCE.match(line.text)):
            return self._read_note(lines, at, note["key"])
        if item := ITEM.match(line.text):
            return self._read_item(lines, at, item)
        return None

    # ------------------------------------------------------------------------------------------ tables

    def _read_table(self, lines: Sequence[Line], at: int) -> tuple[int, list[Draft]]:
        stop = at
        while (
            stop < len(lines)
            and "|" in lines[stop].text
            and (
                stop <= at + 1
                or lines[stop].text.lstrip().startswith("|")
                or not lines[at].text.lstrip().startswith("|")
            )
        ):
            stop += 1
        has_head = stop > at + 1 and bool(SEPARATOR.match(lines[at + 1].text))
        rows = [line for line in lines[at:stop] if not SEPARATOR.match(line.text)]
        cells = [_split_row(line, self.columns) for line in rows]
        return stop, self._make_rows(cells, has_head=has_head)

    def _read_columns(self, lines: Sequence[Line], at: int) -> tuple[int, list[Draft]]:
        """Lines with the same number of tabs inside."""
        stop = at
        while stop < len(lines) and _count_tabs(lines[stop]) == _count_tabs(lines[at]):
            stop += 1
        cells = [
            [(line.start + cell.start(), line.start + cell.end()) for cell in re.finditer(r"[^\t]+", line.text)]
            for line in lines[at:stop]
        ]
        return stop, self._make_rows([row[: self.columns] for row in cells], has_head=False)

    def _make_rows(self, rows: list[list[tuple[int, int]]], *, has_head: bool) -> list[Draft]:
        fragments = [[self._clean(*cell) for cell in row] for row in rows]
        has_head = has_head and not is_field_row([[fragment.text for fragment in row] for row in fragments])
        spans = [self._trim(row[0][0], row[-1][1]) if row else None for row in rows]
        return make_rows(fragments, has_head=has_head, table=self.next_table(), spans=spans)

    # ------------------------------------------------------------------------------------------ other blocks

    def _read_fence(self, lines: Sequence[Line], at: int) -> tuple[int, list[Draft]]:
        """The lines of a code block, as they are."""
        fence = lines[at].text.lstrip()[:3]
        stop = at + 1
        while stop < len(lines) and not lines[stop].text.lstrip().startswith(fence):
            stop += 1
        drafts = []
        for line in lines[at + 1 : stop]:
            self.builder.add(line.start, line.end)
            if body := self.builder.finish():
                drafts.append(Draft(kind=BlockKind.PARAGRAPH, body=body))
        return stop + 1, drafts

    def _read_html(self, read_markup: ReadMarkup, lines: Sequence[Line], at: int, name: str) -> tuple[int, list[Draft]]:
        """Lines that begin with a tag; a table, script or the like up to its end."""
        stop = at + 1
        closer = "-->" if name == "!--" else f"</{name}"
        if name in WHOLE_TAGS or name == "!--":
            last = self._find_closer(closer, lines[at].start, lines[-1].end) or lines[at].end
            while stop < len(lines) and lines[stop].start < last:
                stop += 1
        else:
            while stop < len(lines) and lines[stop].text.strip() and BLOCK_TAG.match(lines[stop].text):
                stop += 1
        return stop, list(read_markup(self.layer, lines[at].start, lines[stop - 1].end))

    def _find_closer(self, closer: str, start: int, end: int) -> int | None:
        """Where an element or comment ends; what was once looked for in vain is not looked for again."""
        if closer in self.missing:
            return None
        if found := re.compile(re.escape(closer), re.IGNORECASE).search(self.layer.text, start, end):
            return found.end()
        self.missing.add(closer)
        return None

    def _read_note(self, lines: Sequence[Line], at: int, key: str) -> tuple[int, list[Draft]]:
        stop = at + 1
        while stop < len(lines) and lines[stop].text.startswith(("  ", "\t")) and lines[stop].text.strip():
            stop += 1
        return stop, self._join(BlockKind.REFERENCE, lines[at:stop], key, key=key)

    def _read_item(self, lines: Sequence[Line], at: int, item: re.Match[str]) -> tuple[int, list[Draft]]:
        line = lines[at]
        indent = len(line.text) - len(line.text.lstrip())
        stop = at + 1
        while stop < len(lines) and self._continues_item(lines[stop - 1], lines[stop], indent):
            stop += 1
        first = Line(line.start + item.end(), line.end, line.text[item.end() :], line.quoted)
        draft = self._join(BlockKind.LIST_ITEM, [first, *lines[at + 1 : stop]], item["number"] or item["letter"])
        return stop, draft

    def _continues_item(self, before: Line, line: Line, indent: int) -> bool:
        text = line.text
        if not text.strip() or not _is_text(text):
            return False
        if len(text) - len(text.lstrip()) > indent:
            return True
        return _runs_on(before, line)

    def _read_paragraph(self, lines: Sequence[Line], at: int) -> tuple[int, list[Draft]]:
        stop = at + 1
        while stop < len(lines) and lines[stop].quoted == lines[at].quoted and _is_text(lines[stop].text):
            stop += 1
        if stop < len(lines) and (line := UNDERLINE.match(lines[stop].text)) and not lines[stop].quoted:
            level = 1 if line["double"] else 2
            drafts = [draft for group in group_lines(lines[at : stop - 1]) for draft in self._paragraph(group)]
            return stop + 1, drafts + self._make(BlockKind.HEADING, lines[stop - 1], 0, level=level)
        groups = group_lines(lines[at:stop])
        return stop, [draft for group in groups for draft in self._paragraph(group)]

    def _paragraph(self, group: Sequence[Line]) -> list[Draft]:
        kind = BlockKind.CAPTION if CAPTION.match(group[0].text) else BlockKind.PARAGRAPH
        numbered = NUMBERED.match(group[0].text)
        is_bare = len(group) == 1 and not group[0].quoted
        return self._join(kind, group, numbered["key"] if numbered else None, bare=is_bare)

    # ------------------------------------------------------------------------------------------ text

    def _join(
        self,
        kind: BlockKind,
        lines: Sequence[Line],
        ordinal: str | None = None,
        *,
        bare: bool = False,
        level: int = 0,
        key: str | None = None,
    ) -> list[Draft]:
        """One draft of several lines."""
        start, end = lines[0].start, lines[-1].end
        if len(lines) == 1 or not any(line.quoted for line in lines):
            add_inline(self.builder, start, end)
        else:
            for line in lines:
                add_inline(self.builder, line.start, line.end)
                self.builder.separate()
        body = self.builder.finish()
        if not body:
            return []
        text = self.layer.text[start:end]
        written = text.strip()
        left = start + text.index(written[0])
        span = self.layer.to_raw(left, left + len(written))
        return [
            Draft(
                kind=kind,
                body=body,
                span=None if span == body.raw else span,
                key=key,
                level=level,
                ordinal=ordinal,
                bare=bare,
                strong=kind is BlockKind.PARAGRAPH and _is_strong(lines),
                link=written[0] in LINK_SIGNS and bool(LINK.fullmatch(written[:LONGEST_LINK])),
            )
        ]

    def _make(self, kind: BlockKind, line: Line, start: int, *, level: int) -> list[Draft]:
        """A heading of the rest of one line, without the marks that may close it."""
        text = line.text.rstrip()
        bare = text.rstrip("#")
        stop = len(bare.rstrip()) if bare[-1:].isspace() else len(text)
        part = Line(line.start + start, line.start + stop, text[start:stop], line.quoted)
        return self._join(kind, [part], level=level)

    def _clean(self, start: int, end: int) -> Fragment:
        add_inline(self.builder, start, end)
        return self.builder.finish()

    def _trim(self, start: int, end: int) -> tuple[int, int] | None:
        """The raw range of a stretch without the white space around it."""
        text = self.layer.text[start:end]
        left = len(text) - len(text.lstrip())
        if left == len(text):
            return None
        return self.layer.to_raw(start + left, start + len(text.rstrip()))


# ---------------------------------------------------------------------------------------------- lines


def split_lines(text: str, start: int, end: int) -> Iterator[Line]:
    """The lines of characters `start` to `end` (excluded), without their ends and quotation marks."""
    at = start
    has_returns = text.find("\r", start, end) >= 0
    while at < end:
        stop, following = _find_end(text, at, end) if has_returns else _find_newline(text, at, end)
        quotation = QUOTATION.match(text, at, stop) if text[at] in " \t>" else None
        first = quotation.end() if quotation else at
        if quotation and (callout := CALLOUT.match(text, first, stop)):
            first = callout.end()
        yield Line(first, stop, text[first:stop], bool(quotation))
        at = following


def _find_end(text: str, at: int, end: int) -> tuple[int, int]:
    """Where a line ends, and where the next one begins."""
    found = END_OF_LINE.search(text, at, end)
    return found.span() if found else (end, end)


def _find_newline(text: str, at: int, end: int) -> tuple[int, int]:
    """As `_find_end`, in a text without carriage returns."""
    stop = text.find("\n", at, end)
    return (stop, stop + 1) if stop >= 0 else (end, end)


def _begins_with_word(text: str) -> bool:
    """Whether a line begins with a word, so that no mark can stand there; "a) first" does not."""
    return text[:1].isalpha() and text[1:2] != ")"


def _is_text(text: str) -> bool:
    """Whether a line is nothing but text: no blank, heading, list item, table, fence or tag."""
    if _begins_with_word(text):
        return True
    bare = text.strip()
    if not bare or bare.startswith(("|", "```", "~~~")):
        return False
    patterns = (HEADING, RULE, ITEM, BLOCK_TAG, FOOTNOTE, REFERENCE, UNDERLINE)
    return not any(pattern.match(text) for pattern in patterns)


def _is_table_head(lines: Sequence[Line], at: int) -> bool:
    if "|" not in lines[at].text or at + 1 >= len(lines):
        return False
    return "|" in lines[at + 1].text and bool(SEPARATOR.match(lines[at + 1].text))


BAR = re.compile(r"\s\|(?=\s|$)")
FEWEST_PIPED = 3  # lines in a row with the same number of bars: fewer can be a menu


def _is_piped(lines: Sequence[Line], at: int) -> bool:
    """Whether a table begins at a line that neither a bar in front nor a ruled line below marks as one."""
    bars = len(BAR.findall(lines[at].text)) if "|" in lines[at].text else 0
    below = lines[at + 1 : at + FEWEST_PIPED]
    return bars > 0 and len(below) == FEWEST_PIPED - 1 and all(len(BAR.findall(one.text)) == bars for one in below)


def _split_row(line: Line, columns: int) -> list[tuple[int, int]]:
    """The cells of a pipe row, without the outer pipes; at most `columns`."""
    stripped = line.text.strip()
    left = line.start + len(line.text) - len(line.text.lstrip())
    right = left + len(stripped)
    if stripped.startswith("|"):
        left += 1
    if stripped.endswith("|") and not stripped.endswith("\\|") and right > left:
        right -= 1
    cells: list[tuple[int, int]] = []
    at = left
    for mark in CELL_MARK.finditer(line.text, left - line.start, right - line.start):
        if mark["bar"]:
            cells.append((at, line.start + mark.start()))
            at = line.start + mark.end()
            if len(cells) == columns:
                return cells
    return [*cells, (at, right)][:columns]


def _count_tabs(line: Line) -> int:
    return len(re.findall(r"\t+", line.text.strip()))


def _has_columns(lines: Sequence[Line], at: int) -> bool:
    return at + 1 < len(lines) and _count_tabs(lines[at]) == _count_tabs(lines[at + 1])


def group_lines(lines: Sequence[Line]) -> list[Sequence[Line]]:
    """Lines that belong to one paragraph each: lines that were broken to a width are one, others stand alone.

    A text is broken to a width if the first word of each next line would not have fitted on the line before.
    """
    if len(lines) >= FEWEST_WRAPPED and _is_wrapped(lines):
        return [lines]
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _runs_on(groups[-1][-1], line):
            groups[-1].append(line)
        else:
            groups.append([line])
    return list(groups)


def _is_wrapped(lines: Sequence[Line]) -> bool:
    widest = max(len(line.text.strip()) for line in lines)
    if widest not in WRAPPED:
        return False
    for before, line in pairwise(lines):
        if BOLD_KEY.match(line.text):
            return False
        words = line.text.split(maxsplit=1)
        if not words or len(before.text.strip()) + 1 + len(words[0]) <= widest:
            return False
    return True


def _runs_on(before: Line, line: Line) -> bool:
    """Whether a line goes on with the sentence of the line before."""
    text, first = before.text.strip(), line.text.strip()[:1]
    if len(text) < WRAPPED.start or ENDS_SENTENCE.search(text) or find_field(line.text.strip()):
        return False
    return first.islower() or (len(text) in WRAPPED and (text.endswith((",", "-", "–")) or first in "(["))


def _is_strong(lines: Sequence[Line]) -> bool:
    if lines[0].text.lstrip()[:1] not in {"*", "_"}:
        return False
    text = " ".join(line.text.strip() for line in lines).strip()
    return bool(STRONG.fullmatch(text[: 2 * LONGEST_STRONG]))
