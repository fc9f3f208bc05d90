"""`sources.csv`: what the user says of a page, which counts more than what the page says of itself."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pydantic import ValidationError

from pipeline.errors import UsageError
from pipeline.schema import Record, SourceKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FILE = "sources.csv"


class SourceOverride(Record):
    """One row: `path` is a source_id; None leaves what the page says."""

    path: str
    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    published: str | None = None
    kind: SourceKind | None = None
    supersedes: str | None = None


def read_overrides(root: Path) -> dict[str, SourceOverride]:
    """The rows of `root/sources.csv` by source_id; none if there is no such file.

    Raises UsageError with the line for an unknown column or kind, a file that is not there, and a path twice.
    """
    path = root / FILE
    if not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            _check_columns(reader.fieldnames or ())
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{FILE}: cannot be read as UTF-8 CSV ({error}); mend or remove it.") from error
    overrides: dict[str, SourceOverride] = {}
    for line, row in rows:
        override = _read_row(line, row)
        if override.path in overrides:
            raise UsageError(f"{FILE}:{line}: '{override.path}' stands twice; keep one row for each file.")
        for name in (override.path, override.supersedes):
            if name is not None and not _is_there(root, name):
                raise UsageError(f"{FILE}:{line}: there is no file '{name}'; mend the path or remove the row.")
        overrides[override.path] = override
    return overrides


def _check_columns(names: Sequence[str]) -> None:
    known = list(SourceOverride.model_fields)
    for name in names:
        if name not in known:
            raise UsageError(f"{FILE}:1: unknown column '{name}'; the columns are {', '.join(known)}.")
    if "path" not in names:
        raise UsageError(f"{FILE}:1: the column 'path' is missing; it says which file a row is about.")


def _read_row(line: int, row: dict[str | None, str | list[str] | None]) -> SourceOverride:
    if None in row:
        raise UsageError(f"{FILE}:{line}: the row has more cells than the head; quote cells that hold a comma.")
    values = {str(name): value.strip() or None for name, value in row.items() if isinstance(value, str)}
    for name in ("path", "supersedes"):
        if value := values.get(name):
            path = PurePosixPath(value.replace("\\", "/"))  # "./a.md" is a.md
            values[name] = unicodedata.normalize("NFC", str(path))
    try:
        return SourceOverride.model_validate(values, strict=False)
    except ValidationError as error:
        first = error.errors()[0]
        column = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"{FILE}:{line}: column '{column}': {first['msg']}.") from error


def _is_there(root: Path, name: str) -> bool:
    if name.startswith("/") or ".." in name.split("/") or name == FILE:
        return False
    paths = [root / unicodedata.normalize(form, name) for form in ("NFC", "NFD")]
    try:
        return any(path.exists() and not path.is_dir() for path in paths)
    except OSError:  # a name that no file can have
        return False
