"""Raw pages from an object store: a copy on this machine that is brought up to date before each run.

    pages/       the copy; its paths are the keys, so that documents have the names that they would have in a folder
    held.json    which version of each object the copy has

Of what the settings leave out there is an empty file, and of an object that is too large one of its size that takes no
room: the reader meets both as it would in a folder, and neither is brought down.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.address import PAGES
from pipeline.errors import UsageError
from pipeline.read import OVERRIDES, is_left_out
from pipeline.remote.names import name_copies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pipeline.remote.bucket import Bucket, Held
    from pipeline.settings import Settings

HELD, INCOMING = "held.json", "incoming"
MOST_BYTES, MOST_FILES = 64_000_000, 64  # fetched at a time, and so in memory; one file may be larger
TRIES = 3  # for an object that changes while it is read
LARGEST = 1 << 40  # bytes: no file system makes a file of any size


@dataclass(frozen=True, slots=True)
class _Copy:
    """What a file of the copy is to be: an object as it is, or an empty file that has its name or its size."""

    held: Held
    size: int
    fetched: bool

    @property
    def note(self) -> str:
        """What held.json says of it; nothing where it cannot be known whether the object is still the same."""
        if not self.fetched:
            return f"not fetched, {self.size} bytes"
        return f"{self.size} bytes, {self.held.version}" if self.held.version else ""


def bring_pages(
    bucket: Bucket, folder: Path, settings: Settings, on_page: Callable[[int, int], None] | None = None
) -> Path:
    """The folder in `folder` that holds what the bucket holds; fetched is only what is new or has changed.

    `on_page` is told how many of how many were fetched. Raises UsageError where there is no object, and for one that
    is a source and cannot be read.
    """
    plan = _plan_copies(bucket, settings)
    pages = folder / PAGES
    pages.mkdir(parents=True, exist_ok=True)
    there, notes = _list_files(pages), _read_notes(folder / HELD)
    _remove_files(pages, there.keys() - plan.keys())
    stale = {
        name: copy
        for name, copy in plan.items()
        if not copy.note or notes.get(name) != copy.note or there.get(name) != copy.size
    }
    notes = {name: copy.note for name, copy in plan.items() if name not in stale}
    try:
        for done, (name, copy) in enumerate(_fill(bucket, folder, stale), start=1):
            notes[name] = copy.note
            if on_page is not None:
                on_page(done, len(stale))
    finally:
        _write_whole(folder, folder / HELD, json.dumps(notes).encode())
    if alike := _list_files(pages).keys() ^ notes.keys():
        name = min(alike)
        raise UsageError(f"{bucket.address}: '{name}' and another name there are one on this file system; rename it.")
    return pages


def _plan_copies(bucket: Bucket, settings: Settings) -> dict[str, _Copy]:
    # A key that ends in a slash is how programs draw a folder; what has no other name cannot be asked for.
    objects = {held.key: held for held in bucket.list_objects() if not held.key.endswith("/")}
    if not objects:
        raise UsageError(f"{bucket.address}: holds no pages; name the place with the raw pages.")
    return {name: _plan_copy(objects[key], name, settings) for key, name in name_copies(objects).items()}


def _plan_copy(held: Held, name: str, settings: Settings) -> _Copy:
    if name != OVERRIDES and is_left_out(name, settings):
        return _Copy(held, 0, fetched=False)
    if held.size > settings.max_bytes:
        return _Copy(held, min(held.size, LARGEST), fetched=False)
    return _Copy(held, held.size, fetched=True)


# ---------------------------------------------------------------------------------------------- bringing down


def _fill(bucket: Bucket, folder: Path, stale: Mapping[str, _Copy]) -> Iterator[tuple[str, _Copy]]:
    """Write each file, and tell of it. One that is gone meanwhile is left out, as if it had gone before."""
    fetched = {name: copy for name, copy in stale.items() if copy.fetched}
    for name, copy in stale.items():
        if not copy.fetched:
            _write_hollow(folder, folder / PAGES / name, copy.size)
            yield name, copy
    for names in _cut(fetched):
        contents = bucket.read_some([fetched[name].held for name in names])
        for name, content in zip(names, contents, strict=True):
            held = fetched[name].held
            if content is not None and len(content) != held.size:
                held, content = _read_again(bucket, held)  # noqa: PLW2901  (the first reading is of no use)
            if content is not None:
                _write_whole(folder, folder / PAGES / name, content)
                yield name, _Copy(held, len(content), fetched=True)


def _cut(copies: Mapping[str, _Copy]) -> Iterator[list[str]]:
    """So many names that what is fetched together stays small."""
    names: list[str] = []
    size = 0
    for name, copy in copies.items():
        if names and (len(names) == MOST_FILES or size + copy.size > MOST_BYTES):
            yield names
            names, size = [], 0
        names.append(name)
        size += copy.size
    if names:
        yield names


def _read_again(bucket: Bucket, held: Held) -> tuple[Held, bytes | None]:
    """An object that has changed since it was listed, whole; no content where it is gone."""
    for _ in range(TRIES):
        now = bucket.look(held.key)
        if now is None:
            return held, None
        (content,) = bucket.read_some([now])
        if content is None or len(content) == now.size:
            return now, content
    raise UsageError(f"{bucket.address}/{held.key}: changes while it is read; run again when nobody writes there.")


# ------------------------------------------------------------------------------------------------- the files


def _list_files(folder: Path) -> dict[str, int]:
    """Every file below a folder, relative, with its size."""
    paths = (Path(root, name) for root, _, names in os.walk(folder) for name in names)
    return {path.relative_to(folder).as_posix(): path.lstat().st_size for path in paths}


def _remove_files(folder: Path, names: Iterable[str]) -> None:
    """Remove files, and the folders that are empty then: another file may have to take their place."""
    for name in names:
        (folder / name).unlink()
    for root, _, _ in os.walk(folder, topdown=False):
        if root != str(folder):
            with suppress(OSError):
                Path(root).rmdir()


def _write_whole(folder: Path, path: Path, content: bytes) -> None:
    beside = folder / INCOMING
    beside.write_bytes(content)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside.replace(path)


def _write_hollow(folder: Path, path: Path, size: int) -> None:
    beside = folder / INCOMING
    beside.write_bytes(b"")
    os.truncate(beside, size)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside.replace(path)


def _read_notes(path: Path) -> dict[str, str]:
    """What held.json says; nothing where it is missing or damaged, so that all is fetched."""
    try:
        notes = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return notes if isinstance(notes, dict) else {}
