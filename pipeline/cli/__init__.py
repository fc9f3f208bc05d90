"""The command line: the only room that prints. Results go to stdout, progress and errors to stderr.

Each file holds the commands of one kind; importing it puts them on the program, in the order in which help shows them.
"""

from __future__ import annotations

# isort: off
from pipeline.cli import extract, results, diff, review, migrate, exchange, cache, installation

# isort: on
from pipeline.cli.app import app, main

__all__ = ["app", "cache", "diff", "exchange", "extract", "installation", "main", "migrate", "results", "review"]
