"""What documents gave in earlier runs, by content: nobody has to say that something changed.

    .cache/claims/<generation>/3f/3f9c…   one entry: SHA-256 of its name and the rest, size and zstd of its content

A generation stands for everything but the document: the package's own files, the settings, the user's words and model,
the packages that take part. Some are kept, so that going back to a former version of the rules is quick too.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(".cache") / "claims"
GENERATIONS = 4  # kept: this one, and those that were used last
DIGEST = 32  # bytes of SHA-256
SIZE = 8  # bytes of the size before compression
LARGEST = 1 << 30  # bytes of an entry; a damaged size must not ask for more memory than this


@dataclass(frozen=True, slots=True)
class CacheInfo:
    """What a cache holds."""

    folder: Path
    generations: int
    entries: int
    size: int  # bytes


class Cache:
    """Entries of one generation. A cache never stops a run: what it cannot read or write, it has not."""

    def __init__(self, folder: Path, generation: str) -> None:
        self.folder = folder / generation

    def open(self) -> None:
        """Make this the generation that was used last, and remove those that were not used for long."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            os.utime(self.folder)
            for old in _list_generations(self.folder.parent)[GENERATIONS:]:
                shutil.rmtree(old, ignore_errors=True)
        except OSError:
            return

    def get(self, key: str) -> bytes | None:
        """The content under a key; None where there is none, or not as it was put."""
        import pyarrow as pa

        try:
            entry = self._find(key).read_bytes()
        except OSError:
            return None
        digest, size, packed = entry[:DIGEST], int.from_bytes(entry[DIGEST : DIGEST + SIZE]), entry[DIGEST + SIZE :]
        if _digest_entry(key, entry[DIGEST:]) != digest or size > LARGEST:
            return None
        content: bytes = pa.Codec("zstd").decompress(packed, decompressed_size=size, asbytes=True)
        return content

    def has(self, key: str) -> bool:
        """Whether something is kept under a key, damaged or not."""
        return self._find(key).is_file()

    def put(self, key: str, content: bytes) -> None:
        """Keep a content under a key. A reader, or a crash, never meets half of it."""
        import pyarrow as pa

        body = len(content).to_bytes(SIZE) + pa.Codec("zstd").compress(content, asbytes=True)
        path = self._find(key)
        beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(_digest_entry(key, body) + body)
            beside.replace(path)
        except OSError:
            with suppress(OSError):
                beside.unlink()

    def _find(self, key: str) -> Path:
        return self.folder / key[:2] / key


def _digest_entry(key: str, body: bytes) -> bytes:
    """Holds an entry to its bytes and to its name: one that was moved to another's is none."""
    return hashlib.sha256(key.encode() + b"\n" + body).digest()


def measure_cache(folder: Path) -> CacheInfo:
    """What the cache in a folder holds; nothing where there is none."""
    generations = _list_generations(folder)
    sizes = [path.stat().st_size for generation in generations for path in generation.rglob("*") if path.is_file()]
    return CacheInfo(folder, len(generations), len(sizes), sum(sizes))


def clear_cache(folder: Path) -> None:
    """Remove the cache in a folder, and nothing beside it. Raises OSError where that cannot be done."""
    for generation in _list_generations(folder):
        shutil.rmtree(generation)


def _list_generations(folder: Path) -> list[Path]:
    """The generations in a folder, the one that was used last first."""
    if not folder.is_dir():
        return []
    generations = [path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]
    return sorted(generations, key=lambda path: (path.stat().st_mtime, path.name), reverse=True)
