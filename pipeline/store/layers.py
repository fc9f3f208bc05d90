"""Text layers: what was read out of PDF and Word documents, kept under OUT since all offsets count in it."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "text"
SUFFIX = ".txt"
LONGEST_NAME = 255  # bytes, on all usual file systems


def name_text_layer(source_id: str) -> str:
    """The file of a text layer, relative to OUT: after its document, so that a person finds it.

    Where that cannot be a file name (too long, or a folder could be called as another's file), after its digest.
    """
    path = PurePosixPath(FOLDER, source_id + SUFFIX)
    is_too_long = any(len(part.encode("utf-8", "replace")) > LONGEST_NAME for part in path.parts)
    if is_too_long or any(part.endswith(SUFFIX) for part in path.parts[:-1]):
        return f"{FOLDER}/{hashlib.sha256(source_id.encode('utf-8', 'replace')).hexdigest()}{SUFFIX}"
    return path.as_posix()


def write_text_layer(folder: Path, name: str, text: str) -> None:
    """Write a text layer under `name` into the folder of a result, each character as it is."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
