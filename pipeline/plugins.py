"""Plug-ins that other distributions bring, by entry point: readers of further formats, rules, arbiters.

    [project.entry-points."claimsift.readers"]    # def read(data: bytes, source_id: str) -> str | None
    [project.entry-points."claimsift.rules"]      # def find(annotated: Annotated) -> Iterable[Statement]
    [project.entry-points."claimsift.arbiters"]   # def weigh(conflict: ConflictRow, members) -> str | None

A reader gives the text of a file that it knows, which is kept as a text layer. A rule gives further statements about
a page. An arbiter gives a sentence of evidence about a conflict. One that cannot be loaded is left out with a warning;
one that fails at its work costs a row in `failures`, and what the others do stands. They run in the order of their
names, and run.json names them.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any

from pipeline.errors import DocumentError
from pipeline.lexicon import predicates
from pipeline.page import Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.page import Annotated
    from pipeline.schema import ConflictMemberRow, ConflictRow

READERS, RULES, ARBITERS = GROUPS = ("claimsift.readers", "claimsift.rules", "claimsift.arbiters")


@dataclass(frozen=True, slots=True)
class Plugin:
    """One function that another distribution brings, with the name and version of that."""

    group: str
    name: str
    origin: str
    call: Callable[..., Any]

    def __str__(self) -> str:
        return f"{self.group}: {self.name} ({self.origin})"


@dataclass(frozen=True, slots=True)
class Plugins:
    """The plug-ins that are installed, and of each that cannot be loaded one sentence."""

    working: tuple[Plugin, ...]
    broken: tuple[str, ...]

    def of(self, group: str) -> tuple[Plugin, ...]:
        """Those of one group, by name."""
        return tuple(plugin for plugin in self.working if plugin.group == group)


@cache
def find_plugins() -> Plugins:
    """All plug-ins, loaded once in a process."""
    working: list[Plugin] = []
    broken: list[str] = []
    for group in GROUPS:
        for entry in sorted(metadata.entry_points(group=group), key=lambda entry: (entry.name, entry.value)):
            try:
                working.append(_load(entry))
            except (Exception, SystemExit) as error:  # noqa: BLE001  (whatever another's module does when imported)
                broken.append(f"{group}: {entry.name} ({entry.value}) is left out: {type(error).__name__}: {error}")
    return Plugins(tuple(working), tuple(broken))


def _load(entry: metadata.EntryPoint) -> Plugin:
    call = entry.load()
    if not callable(call):
        raise TypeError("is no function")
    origin = f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value
    return Plugin(entry.group, entry.name, origin, call)


def list_plugins() -> list[str]:
    """The working plug-ins in words, for run.json, and for whatever depends on which they are."""
    return [str(plugin) for plugin in find_plugins().working]


def warn_of_broken_plugins() -> None:
    """Warn of each plug-in that is left out."""
    for sentence in find_plugins().broken:
        warnings.warn(sentence, UserWarning, stacklevel=2)


def read_with_plugins(data: bytes, source_id: str) -> str | None:
    """The text of a file by the first reader that knows it; None where none does.

    Raises DocumentError where a reader fails.
    """
    for plugin in find_plugins().of(READERS):
        try:
            text = plugin.call(data, source_id)
            if text is None:
                continue
            if not isinstance(text, str):
                raise TypeError(f"gave {type(text).__name__}, not a text")  # noqa: TRY301
            text.encode()
        except Exception as error:
            raise DocumentError(f"{source_id}: {_tell(plugin, error)}") from error
        return text
    return None


def find_statements(annotated: Annotated) -> tuple[tuple[Statement, ...], tuple[str, ...]]:
    """What the rules of plug-ins find in a page, each with its plug-in in front of its rule; and what went wrong."""
    found: list[Statement] = []
    faults: list[str] = []
    for plugin in find_plugins().of(RULES):
        try:
            made = [_check(statement, annotated) for statement in plugin.call(annotated)]
        except Exception as error:  # noqa: BLE001  (another's rule)
            faults.append(f"{annotated.page.source.source_id}: {_tell(plugin, error)}")
            continue
        found.extend(replace(statement, rule=f"{plugin.name}:{statement.rule}") for statement in made)
    return tuple(found), tuple(faults)


def _check(statement: object, annotated: Annotated) -> Statement:
    if not isinstance(statement, Statement):
        raise TypeError(f"gave {type(statement).__name__}, not a Statement")
    if statement.predicate not in predicates():
        raise ValueError(f"'{statement.predicate}' is no predicate of the vocabulary")
    if not 0 <= statement.start < statement.end <= len(annotated.page.text):
        raise ValueError(f"a statement stands at {statement.start} to {statement.end}, outside the page")
    return statement


def ask_arbiters(conflict: ConflictRow, members: Sequence[ConflictMemberRow]) -> tuple[ConflictRow, tuple[str, ...]]:
    """The conflict with what the arbiters of plug-ins say behind what ours says; and what went wrong."""
    said = [conflict.arbiter] if conflict.arbiter else []
    faults: list[str] = []
    for plugin in find_plugins().of(ARBITERS):
        try:
            words = plugin.call(conflict, tuple(members))
            if words is not None:
                said.append(f"{plugin.name}: {' '.join(words.split())}")
        except Exception as error:  # noqa: BLE001  (another's arbiter)
            faults.append(f"{conflict.conflict_id}: {_tell(plugin, error)}")
    return conflict.model_copy(update={"arbiter": " ".join(said) or None}), tuple(faults)


def _tell(plugin: Plugin, error: Exception) -> str:
    return f"the plug-in {plugin.name} ({plugin.origin}) failed: {type(error).__name__}: {error}"
