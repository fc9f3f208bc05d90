"""Rows of a comparison whose head names an effect and whose cells say for which compound it holds."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.mechanisms import asks_of_receptors, name_receptor
from pipeline.extract.objects import ACTIONS
from pipeline.extract.prose import read_prose
from pipeline.extract.statements import state
from pipeline.extract.verbs import fill_in, finite_verbs
from pipeline.lexicon import remember
from pipeline.page import Statement
from pipeline.schema import BlockKind, Label, Polarity, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Cell, Mention

VERDICT = "row-verdict"
# "No", "None reported", "Minimal", "✗"
DENIES = re.compile(
    r"^\W*(?:no\b|none\b|not\b|never\b|minimal\b|negligible\b|little\b|absent\b|unchanged\b|[✗✘❌])", re.IGNORECASE
)
# "Yes", "Slightly", "++", "✓"
AFFIRMS = re.compile(
    r"^\W*(?:yes|slight(?:ly)?|mild(?:ly)?|moderate(?:ly)?|strong(?:ly)?|marked(?:ly)?|some|high|significant(?:ly)?)\b"
    r"|^\s*(?:\++|[✓✔✅])\s*$",
    re.IGNORECASE,
)
# "Effect on cortisol", "Blood pressure effect"
ASKS = re.compile(r"\b(?:effects?|impact|influence) (?:on|upon)\b|\b(?:effects?|impact|changes?)\W*$", re.IGNORECASE)
LONGEST_VERDICT = 60  # code points of such a cell


@remember
def _directions() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Which way the words of a cell point."""
    up = fill_in(r"(?:<up:noun>|<up:verb>)")
    down = fill_in(r"(?:<down:noun>|<down:verb>|lower)")
    return (
        ("increases", re.compile(rf"(?<![\w-]){up}\b|[↑⬆]", re.IGNORECASE)),
        ("decreases", re.compile(rf"(?<![\w-]){down}\b|[↓⬇]", re.IGNORECASE)),
    )


# "Main target", "Receptor", "Acts on": what a row says by which a compound acts.
TARGETED = re.compile(
    r"\b(?:targets?|receptors?|pathways?|mechanisms?(?: of action)?|mode of action"
    r"|(?:acts?|works?) (?:on|through|via|by))\W*$",
    re.IGNORECASE,
)
ROW_TARGET = "row-target"


def read_verdicts(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The effects that a row states of the compounds of its columns: "Raises appetite | No | Slightly"."""
    head = next((cell for cell in passage.block.cells if cell.is_head), None)
    if passage.block.kind is not BlockKind.TABLE_ROW or head is None:
        return
    for cell in passage.block.cells:
        if cell.is_head or not cell.text.strip() or len(cell.text) > LONGEST_VERDICT:
            continue
        subjects = topics.find_name(cell.header, SubjectFrom.TABLE_COLUMN)
        if subjects and TARGETED.search(head.text):
            yield from _read_targets(passage.narrow(cell, subjects), cell)
        elif subjects:
            yield from _read_verdict(replace(passage.narrow(head, subjects), cues=()), cell, topics)


def _read_targets(told: Passage, cell: Cell) -> Iterator[Statement]:
    """By which targets a compound acts, where its cell names them and says nothing else in a verb."""
    if DENIES.match(cell.text) or finite_verbs().search(cell.text):
        return
    bound = asks_of_receptors(told, cell)  # "Receptors | GIP" means the receptor of what it names
    for mention in told.of(Label.TARGET):
        if bound and name_receptor(mention) is not None:
            continue
        for subject in told.implied:
            yield state(told, subject, "acts_through", ROW_TARGET, at=(mention.start, mention.end), mention=mention)


def _read_verdict(told: Passage, cell: Cell, topics: Topics) -> Iterator[Statement]:
    denied = bool(DENIES.match(cell.text))
    named = told.of(Label.TARGET, Label.PROCESS)
    if len(named) == 1 and ASKS.search(told.text.strip()):
        yield from _read_effect(told, cell, named[0], denied=denied)
        return
    if not denied and not AFFIRMS.match(cell.text):
        return
    for item in read_prose(told, topics, ACTIONS):
        if isinstance(item, Statement):
            polarity = Polarity.NEGATED if denied else Polarity.AFFIRMED
            yield replace(item, polarity=polarity, cue=cell.text.strip() if denied else None, rule=VERDICT)


def _read_effect(told: Passage, cell: Cell, name: Mention, *, denied: bool) -> Iterator[Statement]:
    pointing = [predicate for predicate, words in _directions() if words.search(cell.text)]
    if len(pointing) > 1 or not (pointing or denied or AFFIRMS.match(cell.text)):
        return
    predicate = "modulates" if denied or not pointing else pointing[0]
    for subject in told.implied:
        at = (name.start, name.end)
        yield state(told, subject, predicate, VERDICT, at=at, mention=name, negated=denied)
