"""The sentence rules with their compiled triggers, and what gaps in the evidence are about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.extract.needs import Index
from pipeline.extract.numbers import (
    WORDED,
)
from pipeline.extract.objects import PHRASED
from pipeline.extract.verbs import fill_in
from pipeline.lexicon import LexiconRow, Rule, read_rows, remember, remember_last

if TYPE_CHECKING:
    from collections.abc import Iterator


class Gap(LexiconRow):
    """Words that tell which predicate a gap in the evidence is about."""

    predicate: str
    trigger: str


@remember
def gaps() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Predicate ids with the words that mean them."""
    rows = read_rows("gaps", Gap)
    return tuple((f"predicate:{row.predicate}", re.compile(row.trigger, re.IGNORECASE)) for row in rows)


# A trigger with capitals or named groups needs the text as it is written.
AS_WRITTEN = re.compile(r"(?<!\\)[A-Z]|\(\?P<")


@dataclass(frozen=True)
class Reader:
    """A rule, its trigger with all its words, and whether its object must stand in the passage as a thing with a name.

    Patterns are compiled when they are first searched for: many rules are for what few pages say.
    """

    rule: Rule
    trigger: str
    asks: bool

    @cached_property
    def _as_written(self) -> re.Pattern[str]:
        return re.compile(self.trigger, re.IGNORECASE)

    @cached_property
    def _lower(self) -> re.Pattern[str] | None:
        """For text in lower case, which it searches in half the time."""
        return None if AS_WRITTEN.search(self.trigger) else re.compile(self.trigger)

    def find(self, text: str, lower: str) -> Iterator[re.Match[str]]:
        """Where the trigger stands in a text, whose form in lower case is `lower`."""
        if len(lower) == len(text) and self._lower is not None:
            return self._lower.finditer(lower)
        return self._as_written.finditer(text)


@remember
def readers() -> tuple[Reader, ...]:
    """The sentence rules, in file order."""
    return tuple(Reader(rule, fill_in(rule.trigger), _asks(rule)) for rule in read_rows("rules", Rule))


def _asks(rule: Rule) -> bool:
    return not (rule.dimension or rule.says or rule.id in PHRASED or not WORDED.isdisjoint(rule.object))


@remember_last(1)
def find_readers(text: str) -> tuple[Reader, ...]:
    """The sentence rules whose triggers may stand in a text, in file order."""
    every = readers()
    return tuple(every[number] for number in _index().list_candidates(text))


@remember
def _index() -> Index:
    return Index(reader.trigger for reader in readers())
