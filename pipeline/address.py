"""Where pages and results lie that are in no folder: addresses in an object store, and the copies of what is there.

    .cache/remote/1a2b3c4d5e6f7a8b/pages/                      a copy of raw pages
    .cache/remote/9f8e7d6c5b4a3f2e/result-9f8e7d6c5b4a3f2e/    a copy of a result

The name of a copy's folder comes from the address alone, so that a result tells where its pages lie without a network.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.errors import UsageError

FOLDER = Path(".cache") / "remote"
PAGES = "pages"
OBJECT_STORES = ("s3", "gs", "memory")
DIGITS = 16  # hexadecimal, of the digest of an address

# "s3://bucket/raw", "file:///srv/raw"; not "raw" and not "C:\raw".
SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.:-]{0,30})://")


@dataclass(frozen=True, slots=True)
class Address:
    """A place in an object store, without a slash at its end: `s3://bucket/raw`."""

    scheme: str
    path: str  # "bucket/raw"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.path}"

    def holds(self, other: Address) -> bool:
        """Whether the other place is this one, or below it."""
        return f"{other}/".startswith(f"{self}/")

    def find_copy(self, folder: Path = FOLDER) -> Path:
        """The folder for copies of what lies there, in the folder of all copies."""
        return folder / hashlib.sha256(str(self).encode()).hexdigest()[:DIGITS]


Place = Path | Address


def read_place(given: str | Path) -> Place:
    """A folder or file of this machine, also as `file://`, or an address in an object store.

    >>> read_place("s3://bucket/raw/")
    Address(scheme='s3', path='bucket/raw')

    Raises UsageError for an address of another kind, and for one that holds what no name of a place should.
    """
    match = SCHEME.match(given) if isinstance(given, str) else None
    if match is None or isinstance(given, Path):
        return Path(given)
    scheme, rest = match["scheme"].lower(), given[match.end() :].strip("/")
    if scheme == "file":
        return _read_file_address(given)
    if scheme not in OBJECT_STORES:
        kinds = ", ".join(f"{known}://" for known in ("file", *OBJECT_STORES))
        raise UsageError(f"{given}: is a kind of address that is not known; name a folder, or one of {kinds}.")
    if not rest:
        raise UsageError(f"{given}: names no place; add the bucket, and a name in it.")
    if "@" in rest.partition("/")[0]:
        raise UsageError(f"{scheme}://…: an address holds no key or password; give these as your system keeps them.")
    if not rest.isprintable() or re.search(r"[*?\[\]#]|::", rest):
        raise UsageError(f"{given}: holds a sign that an address here must not have, as * ? # [ or ].")
    return Address(scheme, rest)


def _read_file_address(given: str) -> Path:
    try:
        parts = urlsplit(given)
    except ValueError:  # a bracket where the name of a machine stands
        parts = None
    if parts is None or parts.netloc not in {"", "localhost"} or not parts.path:
        raise UsageError(f"{given}: names no folder of this machine; write file:///folder.")
    return Path(unquote(parts.path))


def list_copies(folder: Path = FOLDER) -> list[Path]:
    """The folders of the copies of what is at addresses, one for each."""
    return sorted(path for path in folder.glob("*") if re.fullmatch(rf"[0-9a-f]{{{DIGITS}}}", path.name))


def check_places(raw: Place, out: Place) -> None:
    """Raise UsageError where a result at an address would lie among the pages: the next run would take it for some."""
    if isinstance(raw, Address) and isinstance(out, Address) and raw.holds(out):
        raise UsageError(f"{out}: lies inside {raw}, where the next run would take it for pages; name another place.")


def find_pages(given: str) -> Path:
    """The folder of the raw pages that a run.json names: that folder, or the one with a copy of what is at an address.

    Neither has to be there: a result may come from another machine.
    """
    try:
        place = read_place(given)
    except UsageError:
        return Path(given)
    return place if isinstance(place, Path) else place.find_copy() / PAGES


def is_folder(path: Path) -> bool:
    """Whether there is such a folder. There is none with a name that is too long, for which `Path.is_dir` raises."""
    try:
        return path.is_dir()
    except OSError:
        return False
