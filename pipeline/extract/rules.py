"""The sentence rules with their compiled triggers, and what gaps in the evidence are about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extract.numbers import (
    WORDED,
)
from pipeline.extract.objects import PHRASED
from pipeline.extract.verbs import fill_in
from pipeline.lexicon import LexiconRow, Rule, read_rows, remember

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


@dataclass(frozen=True, slots=True)
class Reader:
    """A rule with its compiled triggers, and whether its object must stand in the passage as a thing with a name."""

    rule: Rule
    trigger: re.Pattern[str]
    lower: re.Pattern[str] | None  # for text in lower case, which it searches in half the time
    asks: bool

    def find(self, text: str, lower: str) -> Iterator[re.Match[str]]:
        """Where the trigger stands in a text, whose form in lower case is `lower`."""
        if self.lower is not None and len(lower) == len(text):
            return self.lower.finditer(lower)
        return self.trigger.finditer(text)


@remember
def rules() -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    """The sentence rules with their compiled triggers, in file order."""
    return tuple((row, re.compile(fill_in(row.trigger), re.IGNORECASE)) for row in read_rows("rules", Rule))


@remember
def readers() -> tuple[Reader, ...]:
    """The sentence rules as they are searched for, in file order."""
    return tuple(_make_reader(rule, trigger) for rule, trigger in rules())


def _make_reader(rule: Rule, trigger: re.Pattern[str]) -> Reader:
    lower = None if AS_WRITTEN.search(trigger.pattern) else re.compile(trigger.pattern)
    asks = not (rule.dimension or rule.says or rule.id in PHRASED or not WORDED.isdisjoint(rule.object))
    return Reader(rule, trigger, lower, asks)
