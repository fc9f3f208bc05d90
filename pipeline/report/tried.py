"""What could have explained a difference, and why it does not: the explainers that were tried on a conflict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.lexicon import predicates
from pipeline.report.questions import say_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.schema import ClaimRow

SideClaims = tuple[str, "Sequence[ClaimRow]"]  # letter of a side, and its claims


def list_tried(sides: Sequence[SideClaims]) -> tuple[str, ...]:
    """One line for each explainer: the tolerance, the form, and each context that tells such claims apart."""
    claims = [claim for _, members in sides for claim in members]
    if len(sides) < 2 or not claims:  # noqa: PLR2004  (one side differs from nothing)
        return ()
    return tuple(_list_lines(sides, claims))


def _list_lines(sides: Sequence[SideClaims], claims: list[ClaimRow]) -> Iterator[str]:
    rows = [row for name in dict.fromkeys(claim.predicate for claim in claims) if (row := predicates().get(name))]
    tolerance = max((row.tolerance for row in rows), default=0.0)
    if tolerance and any(claim.base_value is not None for claim in claims):
        yield f"rounding: values within {tolerance:.3g} of the larger would be one side; these are further apart"
    if any(claim.form for claim in claims):
        yield _weigh("form", sides)
    columns = dict.fromkeys(column for row in rows for column in row.separates)
    for column in columns:
        yield _weigh(column, sides)
    if not columns:
        yield "context: none tells claims of this predicate apart"


def _weigh(column: str, sides: Sequence[SideClaims]) -> str:
    stated = {
        letter: sorted({value for claim in claims if (value := getattr(claim, column))}) for letter, claims in sides
    }
    named = {letter: values for letter, values in stated.items() if values}
    if not named:
        return f"{say_name(column)}: no side states one"
    said = "; ".join(f"{letter}: {', '.join(values)}" for letter, values in named.items())
    silent = [letter for letter in stated if letter not in named]
    if silent:
        return f"{say_name(column)}: {said}; not stated by {', '.join(silent)}, so it may be the same"
    return f"{say_name(column)}: {said}; the sides meet in it"
