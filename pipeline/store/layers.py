"""The files that rows point into: raw pages, and the text layers of PDF and Word documents, which are kept under OUT.

All offsets of such a document count in its layer. A result may come from anybody, so its names are not taken on trust.
"""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "text"
SUFFIX = ".txt"
LONGEST_NAME = 255  # bytes, on all usual file systems
LONGEST_PATH = 4096  # bytes, on Linux


def name_text_layer(source_id: str) -> str:
    """The file of a text layer, relative to OUT: after its document, so that a person finds it.

    Where that cannot be a file name (too long, or a folder could be called as another's file), after its digest.
    """
    path = PurePosixPath(FOLDER, source_id + SUFFIX)
    is_too_long = any(len(part.encode("utf-8", "replace")) > LONGEST_NAME for part in path.parts)
    if is_too_long or any(part.endswith(SUFFIX) for part in path.parts[:-1]):
        return f"{FOLDER}/{hashlib.sha256(source_id.encode('utf-8', 'replace')).hexdigest()}{SUFFIX}"
    return path.as_posix()


def is_below(name: str) -> bool:
    """Whether a source_id or a text_path, with forward slashes, can be a file and stays below its folder."""
    path = PurePosixPath(name)
    sizes = [len(part.encode("utf-8", "replace")) for part in path.parts]
    fits = bool(sizes) and max(sizes) <= LONGEST_NAME and sum(sizes) + len(sizes) <= LONGEST_PATH
    return fits and "\0" not in name and not path.is_absolute() and ".." not in path.parts


def find_below(folder: Path, name: str, *, follow_links: bool) -> Path:
    """The file that a table names, below its folder.

    Raises FileNotFoundError for a name that leads out of the folder, also by a link that is not followed.
    """
    path = folder / name if is_below(name) else None
    if path is None or not (follow_links or path.resolve().is_relative_to(folder.resolve())):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
    return path


def write_text_layer(folder: Path, name: str, text: str) -> None:
    """Write a text layer under `name` into the folder of a result, each character as it is."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
