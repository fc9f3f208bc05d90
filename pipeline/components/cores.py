"""The name itself, where the words that a rule takes as one hold more: "GABA receptor binding" names a receptor.

Rules read the whole phrase, so that its "binding" claims nothing; the tables show the name. Names inside a phrase that
says something else, the organ of "hippocampal neurogenesis" or the factor of "BDNF release", are mentions too, which
no rule reads.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from pipeline.lexicon import LexiconRow, read_rows, remember
from pipeline.schema import Label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.components.names import Atom, Match, NameIndex

Span = tuple[int, int]


class EdgeRow(LexiconRow):
    """Words beside a name that are no part of it. In `fires` the mark stands on the name itself."""

    side: Literal["lead", "tail"]
    words: tuple[str, ...]


class Core(NamedTuple):
    """Where the name stands, and where a second way to write it, as in "nerve growth factor (NGF)"."""

    name: Span
    second: Span | None = None


# For example "nerve growth factor (NGF)".
APPOSED = re.compile(r"(?P<name>[^()\n]{2,80}?) \s? \( (?P<second>[^()\n]{2,80}) \)", re.VERBOSE)
FIRST = re.compile(r"(\w+)[\s-]+(?=\w)")
LAST = re.compile(r"(?<=[\w)])[\s-]+(\w+)$")

# What a phrase may be about, and which names inside it are mentions of their own.
INSIDE: dict[Label, frozenset[Label]] = {
    Label.PROCESS: frozenset({Label.COMPOUND, Label.TARGET, Label.DISEASE, Label.SPECIES, Label.TISSUE}),
    Label.DESIGN: frozenset({Label.SPECIES}),
    Label.TISSUE: frozenset({Label.SPECIES}),
}
# "GLP-1 receptor agonists", "GHRH analogue": a class by what it does to, or how it is like, what it names.
CLASS_WORD = re.compile(
    r"\b(?:agonist|antagonist|inhibitor|analog(?:ue)?|blocker|modulator|mimetic|secretagogue)s?$", re.IGNORECASE
)
IN_CLASS = frozenset({Label.COMPOUND, Label.TARGET})


@remember
def edge_words(side: Literal["lead", "tail"]) -> frozenset[str]:
    """The words that may stand beside a name."""
    return frozenset(word for row in read_rows("name_edges", EdgeRow) if row.side == side for word in row.words)


def find_core(index: NameIndex, words: str, row_id: str) -> Core:
    """The name inside `words`, which lead to the row `row_id`: what is left still leads to it."""
    apposed = APPOSED.fullmatch(words)
    if apposed and _leads(index, apposed["name"], row_id) and _leads(index, apposed["second"], row_id):
        return Core(apposed.span("name"), apposed.span("second"))
    return Core(trim_edges(words, lambda rest: _leads(index, rest, row_id)))


def trim_edges(words: str, may_stay: Callable[[str], bool] = bool) -> Span:
    """Where the name stands without the words beside it, as long as `may_stay` holds of what is left."""
    start, end = 0, len(words)
    while (found := LAST.search(words, start, end)) and found[1].lower() in edge_words("tail"):
        if not may_stay(words[start : found.start()]):
            break
        end = found.start()
    while (found := FIRST.match(words, start, end)) and found[1].lower() in edge_words("lead"):
        if not may_stay(words[found.end() : end]):
            break
        start = found.end()
    return start, end


def find_inside(index: NameIndex, text: str, atoms: list[Atom], match: Match) -> Iterator[Match]:
    """Names of other kinds inside the words of a match, from left to right."""
    wanted = _name_inside(match, text[atoms[match.first].start : atoms[match.last].end])
    if wanted is None or match.first == match.last:
        return
    parts = ((match.first, match.last - 1), (match.first + 1, match.last))
    found = {(part.first, part.last): part for span in parts for part in index.match(text, atoms, *span)}
    reached = match.first
    for (first, last), part in sorted(found.items(), key=lambda item: (item[0][0], -item[0][1])):
        if first >= reached and part.rows[0].label in wanted:
            reached = last + 1
            yield part


def _name_inside(match: Match, words: str) -> frozenset[Label] | None:
    label = match.rows[0].label
    if label is Label.COMPOUND:
        return IN_CLASS if CLASS_WORD.search(words) else None
    return INSIDE.get(label)


def _leads(index: NameIndex, words: str, row_id: str) -> bool:
    return row_id in {row.id for row in index.look_up(words)}
