"""Pages with one planted change, and pages with a change that changes nothing: the material of `conflicts.py`.

A kind makes cases: a page that states a fact, and a second page that states the same fact changed (`differs`) or said
in another way. The two pages are laid out and worded by chance, from a seed, so a kind and a number always give the
same case. A case also says which claim each page must give, so that what was not read is told apart from what was read
and not compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SEED = 8


class Stated(NamedTuple):
    """A fact as one page states it: a sentence or a `key: value` line, and the columns of the claim that it makes.

    Of a column that is a tuple any value will do; None stands for a cell that must be empty.
    """

    words: str
    columns: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Case:
    """Two pages on one matter; `alone` if they state nothing else that could be flagged."""

    kind: str
    differs: bool
    pages: tuple[str, str]
    columns: tuple[Mapping[str, object], Mapping[str, object]]
    suffix: str = ".txt"
    alone: bool = True


Pair = tuple[str, Stated, Stated]  # the compound, and what the two pages state of it


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of change; `differs` if a careful reader would call the two statements a disagreement."""

    name: str
    differs: bool
    make: Callable[[Random], Pair]


def build_case(kind: Kind, number: int) -> Case:
    """The case of a kind with a number: always the same one."""
    chance = Random(f"{SEED} {kind.name} {number}")  # noqa: S311  (no secret)
    name, first, second = kind.make(chance)
    pages = tuple(lay_out(chance, name, stated.words) for stated in (first, second))
    return Case(kind.name, kind.differs, (pages[0], pages[1]), (first.columns, second.columns))


# What stands around the fact: nothing that makes a claim which another page could contradict.
BEFORE = (
    "This page collects what is known so far.",
    "The notes below were put together by hand.",
    "Much of the literature is old and hard to come by.",
    "",
)
AFTER = (
    "Readers should check the sources themselves.",
    "More will be added here in time.",
    "Corrections are welcome.",
    "",
)


def lay_out(chance: Random, name: str, words: str) -> str:
    """A small page around a statement: Markdown, HTML, plain text, or a question with its answer."""
    before, after = chance.choice(BEFORE), chance.choice(AFTER)
    layout = chance.randrange(5)
    if ": " in words and not words.endswith("."):
        return _lay_out_field(chance, name, words)
    if layout == 0:
        return f"# {name}\n\n{before}\n\n{words}\n\n{after}\n"
    if layout == 1:
        return f"<html><body><h1>{name}</h1><p>{before} {words}</p><p>{after}</p></body></html>\n"
    if layout == 2:  # noqa: PLR2004  (the third of five)
        return f"{name}\n\n{before} {words} {after}\n"
    if layout == 3:  # noqa: PLR2004
        return f"# {name}\n\n{before}\n\n- {words}\n- {after or 'That is all.'}\n"
    return f"# Questions\n\n## What is known about {name}?\n\n{words} {after}\n"


def _lay_out_field(chance: Random, name: str, words: str) -> str:
    key, _, value = words.partition(": ")
    layout = chance.randrange(4)
    if layout == 0:
        return f"# {name}\n\n| Property | Value |\n|---|---|\n| Name | {name} |\n| {key} | {value} |\n"
    if layout == 1:
        return f"<h1>{name}</h1><table><tr><th>{key}</th><td>{value}</td></tr></table>\n"
    if layout == 2:  # noqa: PLR2004
        return f"# {name}\n\n- **{key}:** {value}\n- **Origin:** synthetic\n"
    return f"{name}\n\n{key}: {value}\n"


def state(chance: Random, frames: tuple[str, ...], columns: Mapping[str, object], **parts: object) -> Stated:
    """A statement in one of several wordings."""
    words = chance.choice(frames).format(**parts)
    return Stated(words[0].upper() + words[1:], columns)
