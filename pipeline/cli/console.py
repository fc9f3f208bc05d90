"""Words of pages on a terminal: as wide as it is, and without what it would obey."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH = 160  # characters in a line of a table, where no terminal and no COLUMNS says


def complain(message: str) -> None:
    """Print an error, on stderr."""
    typer.echo(f"claims: {printable(message)}", err=True)


def open_console() -> Console:
    """Where tables are printed: as wide as the terminal, and wide enough for whole lines in a pipe."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH)


def printable(text: str) -> str:
    """Text of a page or a file name without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def plain(text: str) -> str:
    """Text for a cell of a table, without what a terminal or rich would obey."""
    from rich.markup import escape

    return escape(printable(text))
