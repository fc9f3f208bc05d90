"""What tables need beyond the core in some uses, and the sentence that says how to get it."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from types import ModuleType


def load_duckdb() -> ModuleType:
    """DuckDB. Raises UsageError where it is missing."""
    try:
        return import_module("duckdb")
    except ImportError as error:
        raise _miss("DuckDB", "sql") from error


def has_duckdb() -> bool:
    """Whether DuckDB can be loaded."""
    return find_spec("duckdb") is not None


def load_xlsxwriter() -> ModuleType:
    """XlsxWriter. Raises UsageError where it is missing."""
    try:
        return import_module("xlsxwriter")
    except ImportError as error:
        raise _miss("XlsxWriter", "xlsx") from error


def _miss(name: str, extra: str) -> UsageError:
    return UsageError(f"{name} is not installed; pip install 'claimsift[{extra}]'.")
