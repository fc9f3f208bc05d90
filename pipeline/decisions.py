"""What reviewers decided: an append-only file of JSON lines in the user's own repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from pipeline.errors import UsageError
from pipeline.schema import Decision

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_FILE = Path("review") / "decisions.jsonl"


def read_decisions(path: Path | None) -> tuple[Decision, ...]:
    """All decisions of a file in its order; none where the default file does not exist.

    Raises UsageError with file and line for a line that is no decision, and for a named file that is not there.
    """
    if path is None and not DEFAULT_FILE.is_file():
        return ()
    file = path or DEFAULT_FILE
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: cannot be read as decisions ({error}); name a file of JSON lines.") from error
    return tuple(_parse_lines(file, lines))


def _parse_lines(file: Path, lines: list[str]) -> Iterator[Decision]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield Decision.model_validate(json.loads(line), strict=False)
        except (json.JSONDecodeError, ValidationError) as error:
            detail = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
            raise UsageError(f"{file}:{number}: the line is no decision ({detail}); mend or remove it.") from error
