"""Mark-up inside a line of text or Markdown: emphasis, links, code marks, entities, single HTML tags.

Each mark becomes an edit (leave out, or replace); the edits are then applied to the builder in order, so that every
character that stays keeps its way back. Time is linear in the length of the text: no mark is looked for twice.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from pipeline.clean.tags import BLOCKS, INLINES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.clean.layers import TextBuilder

NAMES = "|".join(sorted(BLOCKS | INLINES, key=len, reverse=True))

MARK = re.compile(
    rf"""
      (?P<escape>  \\[!-/:-@\[-`{{-~] )                                    # \*
    | (?P<comment> <!--(?:[^-]|-(?!->)){{0,500}}+--> )
    | (?P<tag>     </?(?P<name>{NAMES})(?=[\s/>])[^<>]{{0,2000}}> )         # <br>, </sup>
    | (?P<auto>    <(?:https?://|mailto:)[^<>\s]{{1,2000}}> )               # <https://doi.org/10.5555/1>
    | (?P<entity>  &(?:\#\d{{1,7}}|\#[xX][0-9a-fA-F]{{1,6}}|[A-Za-z][A-Za-z0-9]{{1,31}}); )
    | (?P<wiki>    \[\[(?P<target>[^\[\]|\n]{{1,300}}?)(?:\\?\|(?P<label>[^\[\]\n]{{1,300}}))?\]\](?!\() )
    | (?P<open>    !?\[ )
    | (?P<close>   \]\((?:[^()\s]|\([^()\s]{{0,500}}\)){{0,2000}}+(?:\s+(?:"[^"]{{0,300}}"|'[^']{{0,300}}'))?\s*\) )
    | (?P<shut>    \] )
    | (?P<hashtag> (?<![^\s(])\#[A-Za-z][\w/-]{{1,80}} )                    # #gap/needs-source
    | (?P<delim>   \*+ | _+ | ~~ | `+ )
    """,
    re.VERBOSE | re.IGNORECASE,
)

# Any mark begins with one of these, but for the "!" of a picture: looking for them is many times faster.
SIGN = re.compile(r"[\\<&\[\]#*_~`]")

RAISED = str.maketrans("0123456789+-−–=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿ")
LOWERED = str.maketrans("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎")
SHIFTS = {"sup": RAISED, "sub": LOWERED}
SHIFTED = re.compile(r"[0-9+\-−–=n(),\s]{1,12}")  # "-9", "2+", "3,4"; not "[3]", "th", "®"


class _Edit(NamedTuple):
    start: int
    end: int
    text: str | None = None  # what stands there instead; None: nothing
    blank: bool = False
    shift: str = ""  # "sup" or "sub": what follows, to the next such edit, is raised or lowered


def add_inline(builder: TextBuilder, start: int, end: int) -> None:
    """Take characters `start` to `end` of the builder's layer, without their Markdown and HTML marks."""
    if not SIGN.search(builder.layer.text, start, end):
        builder.add(start, end)
        return
    at, shift = start, ""
    for edit in sorted(_find_edits(builder.layer.text, start, end), key=lambda edit: (edit.start, -edit.end)):
        if edit.start < at:
            continue
        add_shifted(builder, at, edit.start, shift)
        if edit.text is not None:
            builder.replace(edit.text, edit.start, edit.end)
        if edit.blank:
            builder.separate()
        if edit.shift:
            shift = "" if edit.shift == "end" else edit.shift
        at = edit.end
    add_shifted(builder, at, end, shift)


def add_shifted(builder: TextBuilder, start: int, end: int, shift: str) -> None:
    """Take characters of the layer, raised or lowered where all of them can be: 10<sup>-9</sup> is 10⁻⁹."""
    if start >= end:
        return
    text = builder.layer.text
    if shift not in SHIFTS or not SHIFTED.fullmatch(text, start, end):
        builder.add(start, end)
        return
    for place in range(start, end):
        shifted = text[place].translate(SHIFTS[shift])
        if shifted == text[place]:
            builder.add(place, place + 1)
        else:
            builder.replace(shifted, place, place + 1)


def _find_edits(text: str, start: int, end: int) -> list[_Edit]:
    edits: list[_Edit] = []
    brackets: list[re.Match[str]] = []
    delims: list[re.Match[str]] = []
    for mark in _find_marks(text, start, end):
        match mark.lastgroup:
            case "delim":
                delims.append(mark)
            case "open":
                brackets.append(mark)
            case "shut" if brackets:
                brackets.pop()
            case "close" if brackets:
                edits += _link_edits(brackets.pop(), mark)
            case "close" | "shut" | None:
                pass
            case _:
                edits += _plain_edits(text, mark)
    return edits + _emphasis_edits(text, delims, start, end)


def _find_marks(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    at = start
    while sign := SIGN.search(text, at, end):
        place = sign.start()
        if text[place] == "[" and place > at and text[place - 1] == "!":
            place -= 1
        mark = MARK.match(text, place, end)
        if mark:
            yield mark
        at = mark.end() if mark else sign.end()


def _link_edits(opened: re.Match[str], closed: re.Match[str]) -> list[_Edit]:
    """[text](address) keeps its text; ![picture](address) goes as a whole."""
    if opened.group().startswith("!"):
        return [_Edit(opened.start(), closed.end())]
    return [_Edit(*opened.span()), _Edit(*closed.span())]


def _plain_edits(text: str, mark: re.Match[str]) -> list[_Edit]:
    start, end = mark.span()
    if mark["escape"]:
        return [_Edit(start, start + 1), _Edit(start + 1, end, text=text[start + 1])]
    if mark["tag"]:
        return [_tag_edit(mark)]
    if mark["auto"]:
        return [_Edit(start, start + 1), _Edit(end - 1, end)]
    if mark["entity"]:
        meant = unescape(mark.group())
        return [] if meant == mark.group() else [_Edit(start, end, text=meant)]
    if mark["wiki"]:
        kept = "label" if mark["label"] else "target"
        return [_Edit(start, mark.start(kept)), _Edit(mark.end(kept), end)]
    return [_Edit(start, end)]


def _tag_edit(mark: re.Match[str]) -> _Edit:
    name = mark["name"].lower()
    if name in SHIFTS:
        return _Edit(*mark.span(), shift="end" if mark.group().startswith("</") else name)
    return _Edit(*mark.span(), blank=name in BLOCKS or name == "br")


def _emphasis_edits(text: str, delims: list[re.Match[str]], start: int, end: int) -> list[_Edit]:
    """Marks that stand in pairs go; a single one ("p<0.05*") stays."""
    edits: list[_Edit] = []
    opened: dict[str, list[re.Match[str]]] = {}
    for mark in delims:
        delim = mark.group()
        before = text[mark.start() - 1] if mark.start() > start else " "
        after = text[mark.end()] if mark.end() < end else " "
        if _is_inner(delim, before, after):
            continue
        waiting = opened.setdefault(delim, [])
        if waiting and (not before.isspace() or delim.startswith("`")):
            edits += [_Edit(*waiting.pop().span()), _Edit(*mark.span())]
        elif not after.isspace():
            waiting.append(mark)
    return edits


def _is_inner(delim: str, before: str, after: str) -> bool:
    """Whether a mark stands inside a word: snake_case, HLA-B*27."""
    return len(delim) == 1 and delim != "`" and before.isalnum() and after.isalnum()
