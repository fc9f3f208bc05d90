"""The border to fsspec: what lies below an address is listed, read, written and removed here, and nowhere else.

Whatever another's library says when it fails becomes one sentence.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pipeline.errors import ClaimsiftError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.address import Address

DRIVERS = {"s3": "s3fs", "gs": "gcsfs"}  # the packages that fsspec asks for
# What stores tell of an object that changes when its content does; each has some of these.
VERSIONS = ("ETag", "etag", "md5Hash", "crc32c", "generation", "LastModified", "updated", "mtime", "created")
TOGETHER = 1_000  # files that are sent or fetched before the next are looked at


@dataclass(frozen=True, slots=True)
class Held:
    """An object as a listing tells of it: `version` is empty where nothing tells a new content from the former."""

    key: str  # relative to the address
    size: int
    version: str


class Bucket:
    """The objects below one address, by keys relative to it. Every method raises UsageError where it cannot."""

    def __init__(self, address: Address) -> None:
        self.address = address
        for driver in DRIVERS.values():
            logging.getLogger(driver).setLevel(logging.CRITICAL)  # what goes wrong is told below, in one sentence
        with self._tell():
            system, root = _load_fsspec().url_to_fs(str(address))
        self.system: Any = system
        self.root = str(root)

    def list_objects(self, below: str = "") -> list[Held]:
        """All objects below the address, or below a key; nothing where there is none."""
        root = self._find(below) if below else self.root
        with self._tell():
            self.system.invalidate_cache()
            try:
                found: dict[str, dict[str, Any]] = self.system.find(root, detail=True)
            except FileNotFoundError:
                return []
        start = len(self.root) + 1
        return [
            Held(name[start:], int(info.get("size") or 0), _tell_version(info))
            for name, info in sorted(found.items())
            if name.startswith(f"{root}/") and len(name) > start
        ]

    def list_top(self, below: str = "") -> list[str]:
        """The names that stand right below the address, or below a key, of objects and of what is like a folder."""
        root = self._find(below) if below else self.root
        with self._tell():
            self.system.invalidate_cache()
            try:
                names: list[str] = self.system.ls(root, detail=False)
            except FileNotFoundError:
                return []
        return sorted({name.rstrip("/")[len(root) + 1 :] for name in names} - {""})

    def read(self, key: str, most: int) -> bytes | None:
        """The content of an object; None where there is none. Raises UsageError where it has more bytes than `most`."""
        with self._tell():
            try:
                if int(self.system.size(self._find(key)) or 0) > most:
                    raise UsageError(f"{self.address}/{key}: has more than {most} bytes; that is nothing of ours.")
                content: bytes = self.system.cat_file(self._find(key))
            except FileNotFoundError:
                return None
        return content

    def look(self, key: str) -> Held | None:
        """An object as it is now; None where there is none."""
        with self._tell():
            self.system.invalidate_cache()
            try:
                info: dict[str, Any] = self.system.info(self._find(key))
            except FileNotFoundError:
                return None
        return Held(key, int(info.get("size") or 0), _tell_version(info))

    def read_some(self, objects: Sequence[Held]) -> list[bytes | None]:
        """The content of each object, and one byte where it is longer than listed; None for one that is gone."""
        filled = [held for held in objects if held.size]
        with self._tell():
            contents: list[bytes | Exception] = self.system.cat_ranges(
                [self._find(held.key) for held in filled],
                [0] * len(filled),
                [held.size + 1 for held in filled],
                on_error="return",
            )
        told = {held.key: content for held, content in zip(filled, contents, strict=True)}
        return [self._take(held, told.get(held.key, b"")) for held in objects]

    def _take(self, held: Held, content: bytes | Exception) -> bytes | None:
        if isinstance(content, FileNotFoundError):
            return None
        if isinstance(content, Exception):
            reason = _describe(content)
            raise UsageError(
                f"{self.address}/{held.key}: cannot be read ({reason}); mend that, or leave it out with 'ignore' in "
                "the settings."
            ) from content
        return content

    def write(self, key: str, content: bytes) -> None:
        """Put one object; a reader meets the former one or this, whole."""
        with self._tell():
            self.system.pipe_file(self._find(key), content)

    def fetch(self, files: Sequence[tuple[str, Path]]) -> None:
        """Bring objects down, each to its file; folders are made."""
        for _, path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
        for some in _cut(files):
            with self._tell():
                self.system.get([self._find(key) for key, _ in some], [str(path) for _, path in some])

    def send(self, files: Sequence[tuple[str, Path]]) -> None:
        """Put files as objects under the keys beside them."""
        for some in _cut(files):
            with self._tell():
                self.system.put([str(path) for _, path in some], [self._find(key) for key, _ in some])

    def remove(self, folder: str) -> None:
        """Remove everything below a key; nothing where there is none."""
        with self._tell():
            try:
                self.system.rm(self._find(folder), recursive=True)
            except FileNotFoundError:
                return

    def _find(self, key: str) -> str:
        return f"{self.root}/{key}"

    @contextmanager
    def _tell(self) -> Iterator[None]:
        """Turn whatever goes wrong in there into a sentence."""
        try:
            yield
        except ClaimsiftError:
            raise
        except ImportError as error:
            missing = DRIVERS.get(self.address.scheme, "its driver")
            raise UsageError(f"{self.address}: needs {missing}; pip install {missing}.") from error
        except Exception as error:
            raise UsageError(
                f"{self.address}: cannot be reached ({_describe(error)}); check the address, the network and your "
                "credentials."
            ) from error


def _load_fsspec() -> Any:  # noqa: ANN401  (it ships no types)
    try:
        return import_module("fsspec.core")
    except ImportError as error:
        raise UsageError("fsspec is not installed; pip install 'claimsift[remote]'.") from error


def _describe(error: Exception) -> str:
    """One line of what a library says."""
    said = " ".join(str(error).split())[:200].rstrip(".")
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _tell_version(info: dict[str, Any]) -> str:
    return " ".join(f"{name}={info[name]}" for name in VERSIONS if info.get(name) is not None)


def _cut(files: Sequence[tuple[str, Path]]) -> Iterator[Sequence[tuple[str, Path]]]:
    for start in range(0, len(files), TOGETHER):
        yield files[start : start + TOGETHER]
