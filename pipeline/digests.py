"""What the program is made of, as digests: two runs with the same ones do the same with the same pages."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from importlib import metadata
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.resources.abc import Traversable
    from pathlib import Path

DISTRIBUTION = "claimsift"
REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")  # 'spacy' of 'spacy<3.9,>=3.8.2'


def program_version() -> str:
    """The version of the installed distribution."""
    return metadata.version(DISTRIBUTION)


def digest_data(folder: str) -> str:
    """SHA-256 over the package's own files below `folder`, names included."""
    root = files("pipeline")
    return _digest_files(_walk_files(root / folder if folder else root, ""))


def digest_folder(folder: Path) -> str:
    """SHA-256 over all files below a folder, names included."""
    return _digest_files((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file())


def digest_packages() -> str:
    """SHA-256 over Python's version and those of the packages that ours may use, where they are installed."""
    found = [["python", platform.python_version()]]
    for requirement in metadata.requires(DISTRIBUTION) or ():
        match = REQUIREMENT.match(requirement)
        try:
            found.append([match[0], metadata.version(match[0])] if match else [requirement])
        except metadata.PackageNotFoundError:
            continue
    return hashlib.sha256(json.dumps(sorted(found)).encode()).hexdigest()


def _digest_files(entries: Iterable[tuple[str, Traversable]]) -> str:
    digest = hashlib.sha256()
    for name, file in sorted(entries, key=lambda entry: entry[0]):
        digest.update(json.dumps([name, hashlib.sha256(file.read_bytes()).hexdigest()]).encode())
    return digest.hexdigest()


def _walk_files(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _walk_files(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".py", ".jsonl", ".json", ".npz", ".j2", ".html", ".css", ".js")):
            yield f"{prefix}{entry.name}", entry
